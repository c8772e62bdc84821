//! What is wrong with what was typed, read or saved, in both languages. The English of the lower floors'
//! errors is their own; the Chinese of each stands here.

use super::texts;
use crate::hex::HexFault;
use crate::language::Language;
use crate::payload::{Base64Fault, Fault, JsonFault, What};
use crate::model::FormFault;
use crate::profile::url::UrlError;
use crate::profile::{ProfileField, Reason};
use crate::store::{Cause, Doing, Problem, StoreError, Unreadable};
use crate::wire::TopicFault;

/// Why a topic name or a topic filter is none.
#[must_use]
pub fn topic(fault: TopicFault, language: Language) -> String {
    if language == Language::English {
        let words = match fault {
            TopicFault::Empty => "Enter a topic.",
            TopicFault::TooLong => "Too long: a topic has at most 65535 bytes of UTF-8.",
            TopicFault::NullCharacter { .. } => "The character U+0000 may not be in a topic.",
            TopicFault::Wildcard { .. } => {
                "A topic to publish to may not hold + or #: these are for subscribing."
            }
            TopicFault::MultiLevel { .. } => "# must be the last level, alone: sensor/#",
            TopicFault::SingleLevel { .. } => "+ must be alone in its level: sensor/+/temperature",
            TopicFault::Share => "A shared subscription is written $share/name/filter.",
        };
        return words.to_owned();
    }
    match fault {
        TopicFault::Empty => "请输入主题。",
        TopicFault::TooLong => "太长：主题最多 65535 字节（UTF-8）。",
        TopicFault::NullCharacter { .. } => "主题中不能包含字符 U+0000。",
        TopicFault::Wildcard { .. } => "发布的主题不能包含 + 或 #，通配符只用于订阅。",
        TopicFault::MultiLevel { .. } => "# 必须单独作为最后一级：sensor/#",
        TopicFault::SingleLevel { .. } => "+ 必须单独占一级：sensor/+/temperature",
        TopicFault::Share => "共享订阅的写法是 $share/名称/过滤器。",
    }
    .to_owned()
}

/// What is wrong with a payload or with the text of one, and where.
#[must_use]
pub fn payload(fault: &Fault, language: Language) -> String {
    let Fault { line, column, what, .. } = fault;
    match language {
        Language::English => format!("Line {line}, column {column}: {what}"),
        Language::Chinese => format!("第 {line} 行第 {column} 列：{}", what_in_chinese(*what)),
    }
}

fn what_in_chinese(what: What) -> String {
    match what {
        What::NotUtf8 => "这些字节不是 UTF-8 文本".to_owned(),
        What::Json(fault) => match fault {
            JsonFault::Empty => "这里没有内容，JSON 需要一个值",
            JsonFault::ValueExpected => "这里应为一个值：对象、数组、双引号中的文本、数字、true、false 或 null",
            JsonFault::KeyExpected => "这里应为双引号中的键",
            JsonFault::ColonExpected => "键后面应为“:”",
            JsonFault::CommaExpected => "这里应为“,”或右括号",
            JsonFault::TrailingText => "值已结束，后面还有内容",
            JsonFault::BadNumber => "这不是 JSON 的数字写法",
            JsonFault::BadEscape => "“\\”后面只能是 \" \\ / b f n r t，或 u 加四位十六进制数",
            JsonFault::ControlCharacter => "文本中的控制字符和换行必须写成转义",
            JsonFault::UnclosedString => "从这里开始的文本缺少右引号",
            JsonFault::Unclosed => "缺少右括号",
        }
        .to_owned(),
        What::Hex(HexFault::NotHex(character)) => format!("{character:?} 不是十六进制数字"),
        What::Hex(HexFault::HalfByte) => "一个字节需要两位十六进制数字，缺少第二位".to_owned(),
        What::Base64(fault) => match fault {
            Base64Fault::Symbol => "这个字符不属于 Base64",
            Base64Fault::Length => "Base64 每四个字符一组，最后一组太短",
            Base64Fault::Trailing => "最后一个字符含有多余的位",
            Base64Fault::Padding => "“=”只能用来补齐最后一组",
        }
        .to_owned(),
    }
}

/// Why a value of the profile cannot be as it is, and the mend.
fn field(field: ProfileField, reason: Reason, language: Language) -> String {
    let english = language == Language::English;
    let t = texts(language);
    match (field, reason) {
        (ProfileField::Host, Reason::Empty) => t.host_missing.to_owned(),
        (ProfileField::Host, Reason::Character(c)) => {
            if english {
                format!("{c:?} may not be in a host name. Enter only the name or the address.")
            } else {
                format!("主机名不能包含 {c:?}，请只填写名称或地址。")
            }
        }
        (ProfileField::Host, Reason::NotAnAddress) => if english {
            "This has colons, but is no IPv6 address. The port stands in its own field."
        } else {
            "含有冒号，但不是 IPv6 地址。端口请填在端口栏。"
        }
        .to_owned(),
        (ProfileField::ConnectTimeout, Reason::Zero) => t.timeout_bad.to_owned(),
        (ProfileField::Port, _) => t.port_bad.to_owned(),
        (_, Reason::EmptyIn3_1) => if english {
            "MQTT 3.1 needs a client ID."
        } else {
            "MQTT 3.1 必须填写客户端 ID。"
        }
        .to_owned(),
        (_, Reason::EmptyNeedsCleanSession) => t.client_id_needed.to_owned(),
        (_, Reason::Character(_)) => t.field_bad_characters.to_owned(),
        (_, Reason::TooLong { limit }) => {
            if english {
                format!("Too long: at most {limit} bytes of UTF-8.")
            } else {
                format!("太长：最多 {limit} 字节（UTF-8）。")
            }
        }
        (_, Reason::IdentifierOutOfRange) => t.identifier_bad.to_owned(),
        (_, Reason::Empty) => if english { "Enter something here." } else { "请填写此项。" }.to_owned(),
        (_, Reason::Zero | Reason::NotAnAddress) => t.seconds_bad.to_owned(),
    }
}

/// What is wrong with a field of the connection form, and the mend.
#[must_use]
pub fn form(fault: FormFault, language: Language) -> String {
    let t = texts(language);
    match fault {
        FormFault::Port(_) => t.port_bad.to_owned(),
        FormFault::NotSeconds(ProfileField::ConnectTimeout) => t.timeout_bad.to_owned(),
        FormFault::NotSeconds(_) => t.seconds_bad.to_owned(),
        FormFault::Profile(fault) => field(fault.field, fault.reason, language),
    }
}

/// Why a pasted URL cannot be used.
#[must_use]
pub fn url(fault: &UrlError, language: Language) -> String {
    let english = language == Language::English;
    match fault {
        UrlError::NotOffered { scheme } | UrlError::UnknownScheme { scheme } => {
            if english {
                format!("{scheme}:// cannot be used here; mqtt:// can.")
            } else {
                format!("这里不能使用 {scheme}://，请使用 mqtt://。")
            }
        }
        UrlError::Host(reason) => field(ProfileField::Host, *reason, language),
        UrlError::Port(_) => texts(language).port_bad.to_owned(),
        UrlError::Brackets | UrlError::PercentEncoding if english => {
            let words = fault.to_string();
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
        }
        UrlError::Brackets => "IPv6 地址写在方括号中，端口写在其后：[::1]:1883".to_owned(),
        UrlError::PercentEncoding => "用户名或密码中的“%”后面必须是两位十六进制数字。".to_owned(),
    }
}

/// Something could not be read or kept.
#[must_use]
pub fn store_error(error: &StoreError, language: Language) -> String {
    if language == Language::English {
        return error.to_string();
    }
    let path = error.path.display();
    let doing = match error.doing {
        Doing::FindFolder => "没有可以保存配置的位置".to_owned(),
        Doing::MakeFolder => format!("无法创建文件夹 {path}"),
        Doing::Lock => format!("无法锁定 {path}"),
        Doing::Read => format!("无法读取 {path}"),
        Doing::Write => format!("无法写入 {path}"),
        Doing::KeepAside => format!("无法另存 {path}，因此没有做任何改动"),
    };
    let cause = match &error.cause {
        Cause::NoHome => "找不到用户主目录，请用 --data-dir 指定文件夹",
        Cause::Forbidden => "没有权限。请允许当前用户写入，或用 --data-dir 指定其他文件夹",
        Cause::ReadOnly => "磁盘是只读的，请用 --data-dir 指定其他文件夹",
        Cause::DiskFull => "磁盘已满，请腾出空间后重试",
        Cause::NotAFolder => "此处应为文件夹，却是一个文件。请移走它，或用 --data-dir 指定其他文件夹",
        Cause::Busy => "另一个正在运行的 mqloupe 占用着它，请重试或关闭另一个",
        Cause::Other(words) => words,
    };
    format!("{doing}：{cause}")
}

/// A file could not be understood, and what was done about it.
#[must_use]
pub fn file_problem(problem: &Problem, language: Language) -> String {
    if language == Language::English {
        return problem.to_string();
    }
    let mut words = format!("{} 无法使用", problem.file.display());
    if let Some((line, column)) = problem.place {
        words = format!("{words}（第 {line} 行第 {column} 列）");
    }
    let why = match &problem.what {
        Unreadable::Missing => "文件不见了".to_owned(),
        Unreadable::Io(error) => store_error(error, language),
        Unreadable::NotText => "不是文本文件".to_owned(),
        Unreadable::Toml(detail) => detail.clone(),
        Unreadable::NoSchema => "缺少 schema = 1 这样的一行".to_owned(),
        Unreadable::NewerSchema { found, known } => {
            format!("格式版本是 {found}，而这个版本的 mqloupe 只认识到 {known}")
        }
    };
    words = format!("{words}：{why}");
    if problem.recovered_from_backup {
        words = format!("{words}；已改用最近一份完好的副本");
    }
    if let Some(kept) = &problem.kept_as {
        words = format!("{words}；原文件保存为 {}，可在关闭 mqloupe 后修好并放回", kept.display());
    }
    words
}
