//! What is wrong with what was typed into a form, in one sentence that names the mend.

use super::texts;
use crate::hex::{HexError, HexFault};
use crate::language::Language;
use crate::model::{ComposerFault, FormFault, PropertyFault, SubscriptionFault};
use crate::payload::{Base64Fault, BinaryFault, Fault, JsonFault, What};
use crate::profile::url::UrlError;
use crate::profile::{FieldFault, FieldNote, Note, PortFault, ProfileField, Reason};
use crate::wire::TopicFault;

/// What is wrong with a field of the connection form.
#[must_use]
pub fn form_fault(fault: FormFault, language: Language) -> String {
    let t = texts(language);
    match fault {
        FormFault::Port(fault) => port_fault(fault, language).to_owned(),
        FormFault::NotSeconds(ProfileField::ConnectTimeout) => t.timeout_bad.to_owned(),
        FormFault::NotSeconds(_) => t.seconds_bad.to_owned(),
        FormFault::NotANumber { most, .. } => match language {
            Language::English => format!("A whole number from 0 to {most}, or empty"),
            Language::Chinese => format!("请填写 0 到 {most} 的整数，或留空"),
        },
        FormFault::NotHex { fault, .. } => hex_fault(fault, language),
        FormFault::DataWithoutMethod => t.data_needs_method.to_owned(),
        FormFault::Profile(fault) => field_fault(&fault, language),
    }
}

fn hex_fault(fault: HexError, language: Language) -> String {
    match language {
        Language::English => format!("{fault}"),
        Language::Chinese => format!("第 {} 个字节处不是十六进制", fault.offset + 1),
    }
}

/// Why the publish form cannot be sent.
#[must_use]
pub fn composer_fault(fault: &ComposerFault, language: Language) -> String {
    match fault {
        ComposerFault::Topic(fault) => topic_fault(texts(language).topic, *fault, language),
        ComposerFault::Payload(fault) => payload_fault(fault, language),
        ComposerFault::Properties(fault) => property_fault(*fault, language),
        ComposerFault::NoFile => texts(language).no_payload_file.to_owned(),
    }
}

/// What is wrong with a property of the message that is written.
#[must_use]
pub fn property_fault(fault: PropertyFault, language: Language) -> String {
    let t = texts(language);
    match (fault, language) {
        (PropertyFault::Expiry, Language::English) => {
            "The message expiry is a number of seconds, or empty".to_owned()
        }
        (PropertyFault::Expiry, Language::Chinese) => "消息过期应为秒数，或留空".to_owned(),
        (PropertyFault::Alias, Language::English) => "A topic alias is from 1 to 65535, or empty".to_owned(),
        (PropertyFault::Alias, Language::Chinese) => "主题别名的范围是 1 到 65535，或留空".to_owned(),
        (PropertyFault::ResponseTopic(fault), _) => topic_fault(t.response_topic, fault, language),
        (PropertyFault::CorrelationData(fault), Language::English) => {
            format!("{}: {fault}", t.correlation_data)
        }
        (PropertyFault::CorrelationData(fault), Language::Chinese) => {
            format!("{}：{}", t.correlation_data, hex_fault(fault, language))
        }
    }
}

/// Why a pasted line (from 1) is no hex.
#[must_use]
pub fn pasted_fault(line: usize, fault: &HexError, language: Language) -> String {
    match language {
        Language::English => format!("Line {line}: {fault}"),
        Language::Chinese => format!("第 {line} 行：第 {} 个字节处不是十六进制", fault.offset + 1),
    }
}

/// Why the subscription form was not taken.
#[must_use]
pub fn subscription_fault(fault: &SubscriptionFault, language: Language) -> String {
    let t = texts(language);
    match fault {
        SubscriptionFault::NoFilter => t.filter_missing.to_owned(),
        SubscriptionFault::Filter(line, fault) => topic_fault(line, *fault, language),
        SubscriptionFault::Identifier => t.identifier_bad.to_owned(),
        SubscriptionFault::SharedNoLocal(line) => match language {
            Language::English => format!("{line} is shared: turn No local off, or leave $share out"),
            Language::Chinese => format!("{line} 是共享订阅：请关闭“{}”，或去掉 $share", t.no_local),
        },
    }
}

/// What is wrong with a topic name or filter that is called so.
fn topic_fault(name: &str, fault: TopicFault, language: Language) -> String {
    match language {
        Language::English => format!("{name} {}.", fault.text(language)),
        Language::Chinese => format!("{name} {}。", fault.text(language)),
    }
}

/// What is wrong with a value of a profile.
#[must_use]
pub fn field_fault(fault: &FieldFault, language: Language) -> String {
    let field = fault.field;
    let fixed = match (fault.reason, field, language) {
        (Reason::Empty, ProfileField::Name, Language::English) => "Give the connection a name",
        (Reason::Empty, ProfileField::Name, Language::Chinese) => "请给连接起一个名称",
        (Reason::Empty, ProfileField::Host, Language::English) => {
            "Fill in the server's name or address, such as 127.0.0.1"
        }
        (Reason::Empty, ProfileField::Host, Language::Chinese) => "请填写服务器的名称或地址，例如 127.0.0.1",
        (Reason::Empty, ProfileField::Subscription(_), Language::English) => {
            "Fill in a topic filter, such as sensor/#"
        }
        (Reason::Empty, ProfileField::Subscription(_), Language::Chinese) => {
            "请填写主题过滤器，例如 sensor/#"
        }
        (Reason::Zero, ProfileField::ConnectTimeout, Language::English) => {
            "The connect timeout is at least 1 s"
        }
        (Reason::Zero, ProfileField::ConnectTimeout, Language::Chinese) => "连接超时至少为 1 秒",
        (Reason::Empty, ProfileField::WillTopic, Language::English) => {
            "A will needs a topic, such as device/7/gone"
        }
        (Reason::Empty, ProfileField::WillTopic, Language::Chinese) => "遗嘱需要主题，例如 device/7/gone",
        (Reason::Empty, ProfileField::ProxyHost, Language::English) => "Fill in the proxy's name or address",
        (Reason::Empty, ProfileField::ProxyHost, Language::Chinese) => "请填写代理的名称或地址",
        (Reason::Empty, ProfileField::WebSocketHeader(_), Language::English) => {
            "A header needs a name; remove the row if it is not wanted"
        }
        (Reason::Empty, ProfileField::WebSocketHeader(_), Language::Chinese) => {
            "请求头需要名称；不需要时请删去这一行"
        }
        (Reason::Zero, ProfileField::Port | ProfileField::ProxyPort, _) => {
            return port_fault(PortFault::OutOfRange, language).to_owned();
        }
        (reason, ..) => return self::reason(reason, language),
    };
    fixed.to_owned()
}

fn reason(reason: Reason, language: Language) -> String {
    let fixed = match (reason, language) {
        (Reason::Character(c), Language::English) => return format!("{c:?} may not stand here; remove it"),
        (Reason::Character(c), Language::Chinese) => return format!("这里不能有 {c:?}，请删去"),
        (Reason::TooLong { limit }, Language::English) => return format!("Too long: at most {limit} bytes"),
        (Reason::TooLong { limit }, Language::Chinese) => return format!("太长：最多 {limit} 字节"),
        (Reason::Empty, Language::English) => "Fill this in",
        (Reason::Empty, Language::Chinese) => "请填写",
        (Reason::Zero, Language::English) => "Choose a number greater than 0",
        (Reason::Zero, Language::Chinese) => "请填写大于 0 的数",
        (Reason::NotAnAddress, Language::English) => {
            "This is no IPv6 address; a port goes into the field Port"
        }
        (Reason::NotAnAddress, Language::Chinese) => "这不是 IPv6 地址；端口请填在“端口”里",
        (Reason::EmptyIn3_1, Language::English) => "MQTT 3.1 needs a client ID; generate one",
        (Reason::EmptyIn3_1, Language::Chinese) => "MQTT 3.1 必须有客户端 ID，可以点“生成客户端 ID”",
        (Reason::EmptyNeedsCleanSession, Language::English) => {
            "Without a client ID, the session must be clean; generate a client ID or turn Clean session on"
        }
        (Reason::EmptyNeedsCleanSession, Language::Chinese) => {
            "没有客户端 ID 时必须清除会话：请生成客户端 ID，或打开“清除会话”"
        }
        (Reason::IdentifierOutOfRange, Language::English) => {
            "A subscription identifier is from 1 to 268,435,455"
        }
        (Reason::IdentifierOutOfRange, Language::Chinese) => "订阅标识符的范围是 1 到 268,435,455",
        (Reason::NotAPath, Language::English) => "A path begins with /, such as /mqtt",
        (Reason::Reserved, Language::English) => "WebSocket sets this header itself; remove it",
        (Reason::Reserved, Language::Chinese) => "这个请求头由 WebSocket 自己设置，请删去",
        (Reason::NotAPath, Language::Chinese) => "路径以 / 开头，例如 /mqtt",
    };
    fixed.to_owned()
}

/// What is worth knowing about a field.
#[must_use]
pub fn field_note(note: &FieldNote, language: Language) -> String {
    match (note.note, language) {
        (Note::LongClientIdIn3_1 { chars }, Language::English) => format!(
            "{chars} characters: MQTT 3.1 names 23 at most. Many servers take longer ones; if this one refuses, shorten it"
        ),
        (Note::LongClientIdIn3_1 { chars }, Language::Chinese) => {
            format!("共 {chars} 个字符：MQTT 3.1 规定最多 23 个。许多服务器接受更长的；若被拒绝，请缩短")
        }
        (Note::KeepAliveOff, Language::English) => {
            "Keep alive is off: a dead connection goes unnoticed until something is sent".to_owned()
        }
        (Note::KeepAliveOff, Language::Chinese) => {
            "保活已关闭：连接中断后，直到发送数据时才会发现".to_owned()
        }
        (Note::NotVerified, Language::English) => {
            "The server's certificate is not checked: anyone on the way can pose as the server and read everything"
                .to_owned()
        }
        (Note::NotVerified, Language::Chinese) => {
            "不检查服务器证书：途中的任何人都可以冒充服务器并读取全部内容".to_owned()
        }
    }
}

/// Why a text is no port.
#[must_use]
pub const fn port_fault(fault: PortFault, language: Language) -> &'static str {
    match (fault, language) {
        (PortFault::Empty, Language::English) => "Fill in a port; MQTT uses 1883",
        (PortFault::Empty, Language::Chinese) => "请填写端口；MQTT 默认使用 1883",
        (PortFault::NotANumber, Language::English) => "A port is a number, such as 1883",
        (PortFault::NotANumber, Language::Chinese) => "端口是一个数字，例如 1883",
        (PortFault::OutOfRange, Language::English) => "A port is from 1 to 65535",
        (PortFault::OutOfRange, Language::Chinese) => "端口的范围是 1 到 65535",
    }
}

/// Why a pasted URL cannot be used.
#[must_use]
pub fn url_error(error: &UrlError, language: Language) -> String {
    let fixed = match (error, language) {
        (UrlError::UnknownScheme { scheme }, Language::English) => {
            return format!(
                "{scheme}:// is not MQTT; an address of MQTT begins with mqtt://, mqtts://, ws:// or wss://"
            );
        }
        (UrlError::UnknownScheme { scheme }, Language::Chinese) => {
            return format!("{scheme}:// 不是 MQTT；MQTT 地址以 mqtt://、mqtts://、ws:// 或 wss:// 开头");
        }
        (UrlError::Host(reason), _) => {
            return field_fault(&FieldFault { field: ProfileField::Host, reason: *reason }, language);
        }
        (UrlError::Port(fault), _) => port_fault(*fault, language),
        (UrlError::Brackets, Language::English) => {
            "An IPv6 address stands in brackets, the port after them: [::1]:1883"
        }
        (UrlError::Brackets, Language::Chinese) => "IPv6 地址要放在方括号里，端口写在后面：[::1]:1883",
        (UrlError::PercentEncoding, Language::English) => {
            "In the user name or password of a URL, % must be followed by two hex digits; write a % itself as %25"
        }
        (UrlError::PercentEncoding, Language::Chinese) => {
            "URL 的用户名或密码里，% 后面必须是两位十六进制数；% 本身写作 %25"
        }
    };
    fixed.to_owned()
}

/// What is wrong with a payload, and where.
#[must_use]
pub fn payload_fault(fault: &Fault, language: Language) -> String {
    let Fault { offset, line, column, what } = fault;
    // Bytes have no lines.
    if let What::Binary(_) = what {
        return match language {
            Language::English => format!("Byte {offset}: {what}"),
            Language::Chinese => format!("第 {offset} 字节：{}", chinese_what(*what)),
        };
    }
    match language {
        Language::English => format!("Line {line}, column {column}: {what}"),
        Language::Chinese => format!("第 {line} 行第 {column} 列：{}", chinese_what(*what)),
    }
}

fn chinese_what(what: What) -> String {
    let fixed = match what {
        What::NotUtf8 => "这些字节不是 UTF-8 文本",
        What::Hex(HexFault::NotHex(c)) => return format!("{c:?} 不是十六进制数字"),
        What::Hex(HexFault::HalfByte) => "每个字节需要两位十六进制数字，这里缺少第二位",
        What::Base64(fault) => match fault {
            Base64Fault::Symbol => "这个字符不属于 Base64",
            Base64Fault::Length => "Base64 每四个字符一组，最后一组太短",
            Base64Fault::Trailing => "最后一个字符含有多余的位",
            Base64Fault::Padding => "“=” 只能用来补足最后一组",
        },
        What::Binary(fault) => match fault {
            BinaryFault::Empty => "内容为空；这种格式需要一个值",
            BinaryFault::Short => "从这里开始的值没有结束，字节就用完了",
            BinaryFault::Unknown => "没有任何值以这个字节开头",
            BinaryFault::Text => "这段文本不是 UTF-8",
            BinaryFault::Trailing => "值已经结束，后面还有字节",
            BinaryFault::TooDeep => "嵌套超过一百万层",
        },
        What::OnlyShown => "这种格式只能查看，不能用来编写",
        What::Json(fault) => match fault {
            JsonFault::Empty => "内容为空；JSON 需要一个值",
            JsonFault::ValueExpected => {
                "这里应为一个值：对象、数组、双引号括起的文本、数字、true、false 或 null"
            }
            JsonFault::KeyExpected => "这里应为双引号括起的键",
            JsonFault::ColonExpected => "键后面应为冒号 “:”",
            JsonFault::CommaExpected => "这里应为逗号 “,” 或右括号",
            JsonFault::TrailingText => "值已经结束，后面不应再有内容",
            JsonFault::BadNumber => "这不是 JSON 的数字写法",
            JsonFault::BadEscape => "“\\” 后面只能是 \" \\ / b f n r t，或 u 加四位十六进制数字",
            JsonFault::ControlCharacter => "文本里的控制字符和换行必须写成转义形式",
            JsonFault::UnclosedString => "从这里开始的文本缺少右引号",
            JsonFault::Unclosed => "缺少右括号",
            JsonFault::TooDeep => "嵌套超过一百万层",
        },
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Format, encode};
    use crate::profile::{Profile, url};

    #[test]
    fn a_payload_fault_names_line_and_column_in_both_languages() {
        let fault = encode("{\n 'a'", Format::Json).unwrap_err();
        assert_eq!(
            payload_fault(&fault, Language::English),
            "Line 2, column 2: a key in double quotes is expected here"
        );
        assert_eq!(payload_fault(&fault, Language::Chinese), "第 2 行第 2 列：这里应为双引号括起的键");
    }

    #[test]
    fn a_field_fault_names_the_mend_of_its_own_field() {
        let mut profile = Profile::default();
        profile.endpoint.port = 0;
        let words: Vec<_> =
            profile.validate().iter().map(|fault| field_fault(fault, Language::English)).collect();
        assert_eq!(words, ["Give the connection a name", "A port is from 1 to 65535"]);
    }

    #[test]
    fn a_scheme_that_is_unknown_is_named_in_both_languages() {
        let error = url::parse("gopher://h").unwrap_err();
        for language in [Language::English, Language::Chinese] {
            assert!(url_error(&error, language).contains("gopher://"));
        }
    }
}
