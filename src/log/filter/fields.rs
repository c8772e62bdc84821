//! The language in tables: fields, operators, and what each takes. Parser, completion and help are made of them.

use crate::language::Language;
use crate::wire::{PacketType, Property};

/// What a field's values are, and so what it may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no; stands alone too.
    Flag,
    /// A whole number up to this.
    Number(u64),
    /// Bytes: a number, with kB or MB where wanted.
    Size,
    /// A span of time: a number with ns, us, ms or s.
    Span,
    /// A time of day, a date, or both.
    Time,
    /// A control packet's name.
    Packet,
    /// Sent or received.
    Direction,
    /// Text or bytes.
    Text,
    /// A number, text, true, false or null, as the frame has it.
    Any,
}

/// Where the value of a field is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Packet,
    Direction,
    Time,
    Latency,
    Unanswered,
    Length,
    Connection,
    Fault,
    Dup,
    Qos,
    Retain,
    Id,
    Topic,
    Payload,
    /// In the decoded tree, in these packets alone: bit n for the type n.
    Tree(u16),
}

/// A field that a filter can name.
#[derive(Debug)]
pub struct Known {
    /// Its canonical name.
    pub name: &'static str,
    /// Other names for it.
    pub short: &'static [&'static str],
    /// What its values are.
    pub kind: Kind,
    pub(super) place: Place,
    english: &'static str,
    chinese: &'static str,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Known {}

impl Known {
    /// What the field is, in a few words.
    #[must_use]
    pub const fn what(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

const CONNECT: u16 = 1 << 1;
const CONNACK: u16 = 1 << 2;
const SUBSCRIBE: u16 = 1 << 8;
const CODES: u16 = CONNACK | 0b1111 << 4 | 1 << 9 | 1 << 11 | 1 << 14 | 1 << 15;
const STRINGS: u16 = CONNECT;
const ALL: u16 = u16::MAX;
const BYTE: Kind = Kind::Number(255);
const SHORT: Kind = Kind::Number(65_535);

macro_rules! fields {
    ($($name:literal [$($short:literal),*] $kind:expr, $place:expr, $english:literal $chinese:literal)*) => {
        &[$(Known {
            name: $name,
            short: &[$($short),*],
            kind: $kind,
            place: $place,
            english: $english,
            chinese: $chinese,
        },)*]
    };
}

/// Every field, the ones that are asked for most first.
pub static FIELDS: &[Known] = fields! {
    "topic" ["t"] Kind::Text, Place::Topic, "Topic name, or the topic filters of SUBSCRIBE and UNSUBSCRIBE" "主题名，或 SUBSCRIBE、UNSUBSCRIBE 的主题过滤器"
    "payload" [] Kind::Text, Place::Payload, "Payload of an application message" "应用消息的载荷"
    "packet_type" ["type"] Kind::Packet, Place::Packet, "Control packet type" "控制报文类型"
    "qos" [] Kind::Number(2), Place::Qos, "QoS of PUBLISH" "PUBLISH 的 QoS"
    "retain" [] Kind::Flag, Place::Retain, "PUBLISH is retained" "PUBLISH 带保留标志"
    "dup" [] Kind::Flag, Place::Dup, "PUBLISH is sent again" "PUBLISH 是重发"
    "direction" ["dir"] Kind::Direction, Place::Direction, "Sent by the client, or received" "客户端发送或收到"
    "length" ["len"] Kind::Size, Place::Length, "Bytes of the whole packet" "整个报文的字节数"
    "time" [] Kind::Time, Place::Time, "Local time of day, or date and time" "本地时刻，或日期和时刻"
    "latency" ["rtt"] Kind::Span, Place::Latency, "Time from a request to its final answer" "从请求到最终应答的时间"
    "unanswered" [] Kind::Flag, Place::Unanswered, "A request that has no final answer" "尚无最终应答的请求"
    "fault" [] Kind::Flag, Place::Fault, "The packet breaks the standard" "报文违反标准"
    "packet_id" ["id"] SHORT, Place::Id, "Packet identifier" "报文标识符"
    "connection" ["conn"] Kind::Number(u32::MAX as u64), Place::Connection, "Number of the network connection" "网络连接的编号"
    "reason_code" ["reason"] BYTE, Place::Tree(CODES), "Reason code (5.0)" "原因码（5.0）"
    "return_code" [] BYTE, Place::Tree(CONNACK | 1 << 9), "Return code (3.x)" "返回码（3.x）"
    "client_id" [] Kind::Text, Place::Tree(STRINGS), "Client identifier" "客户端标识符"
    "username" [] Kind::Text, Place::Tree(STRINGS), "User name" "用户名"
    "password" [] Kind::Text, Place::Tree(STRINGS), "Password" "密码"
    "keep_alive" [] SHORT, Place::Tree(CONNECT), "Keep alive in seconds" "保持连接，秒"
    "clean_session" ["clean_start"] Kind::Flag, Place::Tree(CONNECT), "Clean session, or clean start" "清理会话，或全新开始"
    "session_present" [] Kind::Flag, Place::Tree(CONNACK), "Session present" "会话存在"
    "protocol_name" [] Kind::Text, Place::Tree(CONNECT), "Protocol name" "协议名"
    "protocol_version" [] BYTE, Place::Tree(CONNECT), "Protocol version: 3, 4 or 5" "协议级别：3、4 或 5"
    "will_topic" [] Kind::Text, Place::Tree(CONNECT), "Will topic" "遗嘱主题"
    "will_payload" [] Kind::Text, Place::Tree(CONNECT), "Will payload" "遗嘱载荷"
    "will_qos" [] Kind::Number(3), Place::Tree(CONNECT), "Will QoS" "遗嘱 QoS"
    "will_retain" [] Kind::Flag, Place::Tree(CONNECT), "Will retain" "遗嘱保留"
    "will_flag" [] Kind::Flag, Place::Tree(CONNECT), "Will flag" "遗嘱标志"
    "username_flag" [] Kind::Flag, Place::Tree(CONNECT), "User name flag" "用户名标志"
    "password_flag" [] Kind::Flag, Place::Tree(CONNECT), "Password flag" "密码标志"
    "connect_flags" [] BYTE, Place::Tree(CONNECT), "Connect flags" "连接标志"
    "connack_flags" [] BYTE, Place::Tree(CONNACK), "Acknowledge flags" "连接确认标志"
    "requested_qos" [] BYTE, Place::Tree(SUBSCRIBE), "Requested QoS" "请求的 QoS"
    "max_qos" [] BYTE, Place::Tree(SUBSCRIBE), "Maximum QoS of a subscription" "订阅的最大 QoS"
    "no_local" [] Kind::Flag, Place::Tree(SUBSCRIBE), "No local" "不收自己的消息"
    "retain_as_published" [] Kind::Flag, Place::Tree(SUBSCRIBE), "Retain as published" "按发布保留"
    "retain_handling" [] Kind::Number(3), Place::Tree(SUBSCRIBE), "Retain handling" "保留消息处理"
    "subscription_options" [] BYTE, Place::Tree(SUBSCRIBE), "Subscription options" "订阅选项"
    "property_id" [] BYTE, Place::Tree(ALL), "Identifier of a property" "属性标识符"
    "property_value" [] Kind::Any, Place::Tree(ALL), "Value of a property" "属性值"
    "property_length" [] Kind::Size, Place::Tree(ALL), "Bytes of the properties" "属性的字节数"
    "user_property_key" [] Kind::Text, Place::Tree(ALL), "Name of a user property" "用户属性的名称"
    "user_property_value" [] Kind::Text, Place::Tree(ALL), "Value of a user property" "用户属性的值"
    "remaining_length" [] Kind::Size, Place::Tree(ALL), "Remaining length" "剩余长度"
    "reserved" [] BYTE, Place::Tree(ALL), "Reserved bits" "保留位"
    "protocol_name_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the protocol name" "协议名的字节数"
    "client_id_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the client identifier" "客户端标识符的字节数"
    "will_topic_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the will topic" "遗嘱主题的字节数"
    "will_payload_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the will payload" "遗嘱载荷的字节数"
    "username_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the user name" "用户名的字节数"
    "password_length" [] SHORT, Place::Tree(CONNECT), "Bytes of the password" "密码的字节数"
    "topic_length" [] SHORT, Place::Tree(1 << 3 | SUBSCRIBE | 1 << 10), "Bytes of a topic name or topic filter" "主题名或主题过滤器的字节数"
    "property_value_length" [] SHORT, Place::Tree(ALL), "Bytes of a property's value" "属性值的字节数"
    "user_property_key_length" [] SHORT, Place::Tree(ALL), "Bytes of a user property's name" "用户属性名称的字节数"
    "user_property_value_length" [] SHORT, Place::Tree(ALL), "Bytes of a user property's value" "用户属性值的字节数"
};

/// The field of a name, whatever its case.
#[must_use]
pub fn known(name: &str) -> Option<&'static Known> {
    let is = |other: &str| other.eq_ignore_ascii_case(name);
    FIELDS.iter().find(|field| is(field.name) || field.short.iter().any(|short| is(short)))
}

/// The name under which filters know a property of 5.0: `content_type`.
#[must_use]
pub fn property_name(property: Property) -> String {
    property.name(Language::English).to_lowercase().replace(' ', "_")
}

/// The property that filters know by this name.
pub(super) fn property(name: &str) -> Option<Property> {
    let name = name.to_ascii_lowercase();
    let mut all = Property::ALL.into_iter().filter(|property| *property != Property::UserProperty);
    all.find(|property| property_name(*property) == name)
}

/// What a property's values are.
pub(super) const fn property_kind(property: Property) -> Kind {
    match property {
        Property::ContentType
        | Property::ResponseTopic
        | Property::CorrelationData
        | Property::AssignedClientIdentifier
        | Property::AuthenticationMethod
        | Property::AuthenticationData
        | Property::ResponseInformation
        | Property::ServerReference
        | Property::ReasonString
        | Property::UserProperty => Kind::Text,
        _ => Kind::Number(u32::MAX as u64),
    }
}

/// The control packet of a name, whatever its case.
pub(super) fn packet_type(name: &str) -> Option<PacketType> {
    PacketType::ALL.into_iter().find(|packet| packet.name().eq_ignore_ascii_case(name))
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Differs,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `~`
    Like,
    /// `contains`
    Contains,
    /// `matches`
    Matches,
    /// `in`
    In,
}

impl Operator {
    /// Every operator; longer ones before their beginnings.
    pub const ALL: [Self; 10] = [
        Self::Equal,
        Self::Differs,
        Self::AtLeast,
        Self::AtMost,
        Self::Above,
        Self::Below,
        Self::Like,
        Self::Contains,
        Self::Matches,
        Self::In,
    ];

    /// As it is written.
    #[must_use]
    pub const fn written(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Differs => "!=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Like => "~",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::In => "in",
        }
    }

    /// What it asks, in a few words.
    #[must_use]
    pub const fn what(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Equal, Language::English) => "Is equal",
            (Self::Equal, Language::Chinese) => "等于",
            (Self::Differs, Language::English) => "Is there, and differs",
            (Self::Differs, Language::Chinese) => "存在且不等于",
            (Self::AtLeast, Language::English) => "Is at least",
            (Self::AtLeast, Language::Chinese) => "大于或等于",
            (Self::AtMost, Language::English) => "Is at most",
            (Self::AtMost, Language::Chinese) => "小于或等于",
            (Self::Above, Language::English) => "Is above",
            (Self::Above, Language::Chinese) => "大于",
            (Self::Below, Language::English) => "Is below",
            (Self::Below, Language::Chinese) => "小于",
            (Self::Like, Language::English) => "Is taken by the topic filter, with + and #",
            (Self::Like, Language::Chinese) => "符合主题过滤器，可用 + 和 #",
            (Self::Contains, Language::English) => "Holds the text, whatever the case of A to Z",
            (Self::Contains, Language::Chinese) => "包含文字，不分 A 到 Z 的大小写",
            (Self::Matches, Language::English) => "Matches the regular expression; /…/i ignores case",
            (Self::Matches, Language::Chinese) => "匹配正则表达式；/…/i 不分大小写",
            (Self::In, Language::English) => "Is one of these",
            (Self::In, Language::Chinese) => "是其中之一",
        }
    }

    /// Whether a field of the kind can be compared so.
    #[must_use]
    pub const fn suits(self, kind: Kind) -> bool {
        match kind {
            Kind::Any => true,
            Kind::Flag => matches!(self, Self::Equal | Self::Differs),
            Kind::Packet | Kind::Direction => matches!(self, Self::Equal | Self::Differs | Self::In),
            Kind::Number(_) | Kind::Size | Kind::Span => {
                !matches!(self, Self::Like | Self::Contains | Self::Matches)
            }
            Kind::Time => !matches!(self, Self::Like | Self::Contains | Self::Matches | Self::In),
            Kind::Text => !matches!(self, Self::AtLeast | Self::AtMost | Self::Above | Self::Below),
        }
    }
}

impl Kind {
    /// What a value of the kind looks like, for a message.
    pub(super) const fn takes(self) -> &'static str {
        match self {
            Self::Flag => "yes or no",
            Self::Number(2) => "0, 1 or 2",
            Self::Number(3) => "0, 1, 2 or 3",
            Self::Number(255) => "a number up to 255",
            Self::Number(65_535) => "a number up to 65535",
            Self::Number(_) => "a number up to 4294967295",
            Self::Size => "a number of bytes, such as 100, 4kB or 1MB",
            Self::Span => "a number with its unit, such as 50ms, 2s or 300us",
            Self::Time => "20:09, 20:09:30, 2026-11-24 or 2026-11-24T20:09",
            Self::Packet => "connect, publish, puback and the other control packets",
            Self::Direction => "sent or received",
            Self::Text | Self::Any => "text in quotes",
        }
    }

    /// The operators that it can be compared with, for a message.
    pub(super) const fn operators(self) -> &'static str {
        match self {
            Self::Flag => "==, !=",
            Self::Packet | Self::Direction => "==, !=, in",
            Self::Number(_) | Self::Size | Self::Span => "==, !=, <, <=, >, >=, in",
            Self::Time => "==, !=, <, <=, >, >=",
            Self::Text => "==, !=, ~, contains, matches, in",
            Self::Any => "==, !=, <, <=, >, >=, ~, contains, matches, in",
        }
    }
}

/// What the language knows beside fields: an example, and what it asks.
#[derive(Debug)]
pub struct Form {
    /// As it is written.
    pub example: &'static str,
    english: &'static str,
    chinese: &'static str,
}

impl Form {
    /// What it asks, in a few words.
    #[must_use]
    pub const fn what(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

/// How filters are written, by example.
pub static FORMS: &[Form] = &[
    Form {
        example: "error",
        english: "Text in topic or payload; in other packets anywhere behind the fixed header",
        chinese: "在主题或载荷中查找文字；其他报文在固定报头之后查找",
    },
    Form {
        example: "\"two words\"",
        english: "Text with blanks or signs in it",
        chinese: "含空格或符号的文字",
    },
    Form {
        example: "qos >= 1 && retain",
        english: "Both must hold; also: and, or side by side",
        chinese: "两者都要成立；也可写 and 或并排写",
    },
    Form {
        example: "fault || type == disconnect",
        english: "One must hold; also: or",
        chinese: "成立一个即可；也可写 or",
    },
    Form {
        example: "!(dir == sent)", english: "Must not hold; also: not", chinese: "不成立；也可写 not"
    },
    Form {
        example: "topic ~ \"sensor/+/temp\"",
        english: "Topics that a topic filter takes",
        chinese: "符合主题过滤器的主题",
    },
    Form {
        example: "payload matches /err(or)?/i",
        english: "Payloads that a regular expression matches",
        chinese: "匹配正则表达式的载荷",
    },
    Form {
        example: "json.items[0].id == \"a\"",
        english: "A value within a JSON payload (up to 4 MB)",
        chinese: "JSON 载荷（最大 4 MB）里的值",
    },
    Form {
        example: "user[\"source\"] == \"gw1\"",
        english: "The value of a user property",
        chinese: "用户属性的值",
    },
    Form {
        example: "type in {publish, puback}", english: "One of several values", chinese: "多个值之一"
    },
    Form {
        example: "time > 20:09 && len > 4kB",
        english: "Later than, and larger than",
        chinese: "晚于某时刻，且大于某长度",
    },
];
