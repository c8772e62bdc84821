//! What a frame does that only the frames before it on its network connection forbid.

use super::rule::{self, Rule};
use super::{Direction, PacketType, Severity};

/// What one side did against what was said or done before on the network connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Breach {
    /// The server sent something else before CONNACK.
    BeforeConnack = 1,
    /// A client that named an authentication method sent more than AUTH before CONNACK came.
    BeforeAnswer = 2,
    /// The server sent a second CONNACK.
    SecondConnack = 3,
    /// The sender has already sent DISCONNECT.
    AfterDisconnect = 4,
    /// Session present is 1 though the client asked for a new session.
    SessionPresent = 5,
    /// The packet is larger than its receiver takes.
    PacketTooLarge = 6,
    /// The client published above the server's maximum `QoS`.
    QosTooHigh = 7,
    /// The client published with retain, which the server does not take.
    RetainUnavailable = 8,
    /// More messages under way than the receiver takes at a time.
    TooManyUnderWay = 9,
    /// An answer to a packet identifier that nothing open has.
    NothingToAnswer = 10,
    /// Not as many codes as topic filters were asked for.
    CodesDiffer = 11,
    /// An AUTH, or a method in CONNACK, though CONNECT named no authentication method.
    NoMethod = 12,
    /// The server gave no client identifier to a client that had none.
    NoIdentifier = 13,
    /// Response information that the client did not ask for.
    ResponseInformation = 14,
    /// A reason string or user property that the client asked not to get.
    ProblemInformation = 15,
}

impl Breach {
    /// Every breach, by number.
    pub const ALL: [Self; 15] = [
        Self::BeforeConnack,
        Self::BeforeAnswer,
        Self::SecondConnack,
        Self::AfterDisconnect,
        Self::SessionPresent,
        Self::PacketTooLarge,
        Self::QosTooHigh,
        Self::RetainUnavailable,
        Self::TooManyUnderWay,
        Self::NothingToAnswer,
        Self::CodesDiffer,
        Self::NoMethod,
        Self::NoIdentifier,
        Self::ResponseInformation,
        Self::ProblemInformation,
    ];

    /// Its number, 1 to 15, for those who keep it in four bits.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The breach of a number; `None` for 0 and above 15.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().nth(usize::from(number).checked_sub(1)?)
    }

    /// How bad it is. An answer to nothing may only mean that its request was not captured.
    pub(super) const fn severity(self) -> Severity {
        if matches!(self, Self::NothingToAnswer) { Severity::Warning } else { Severity::Error }
    }

    /// Where the standard forbids it.
    pub(super) const fn rule(self, packet: PacketType, direction: Option<Direction>) -> Rule {
        let to_client = matches!(direction, Some(Direction::ToClient));
        match self {
            Self::BeforeConnack if matches!(packet, PacketType::Disconnect) => {
                rule::DISCONNECT_BEFORE_CONNACK
            }
            Self::BeforeConnack => rule::BEFORE_CONNACK,
            Self::BeforeAnswer => rule::BEFORE_ANSWER,
            Self::SecondConnack => rule::SECOND_CONNACK,
            Self::AfterDisconnect => rule::AFTER_DISCONNECT,
            Self::SessionPresent => rule::SESSION_PRESENT_CLEAN,
            Self::PacketTooLarge if to_client => rule::PACKET_ABOVE_CLIENTS,
            Self::PacketTooLarge => rule::PACKET_ABOVE_SERVERS,
            Self::QosTooHigh => rule::QOS_ABOVE_SERVERS,
            Self::RetainUnavailable => rule::RETAIN_UNAVAILABLE,
            Self::TooManyUnderWay if to_client => rule::RECEIVE_ABOVE_CLIENTS,
            Self::TooManyUnderWay => rule::RECEIVE_ABOVE_SERVERS,
            Self::NothingToAnswer => rule::identifier(packet, direction),
            Self::CodesDiffer if matches!(packet, PacketType::Unsuback) => rule::UNSUBACK_EMPTY,
            Self::CodesDiffer => rule::SUBACK_EMPTY,
            Self::NoMethod if to_client => rule::SERVERS_AUTH,
            Self::NoMethod => rule::CLIENTS_AUTH,
            Self::NoIdentifier => rule::ASSIGNED_IDENTIFIER,
            Self::ResponseInformation => rule::RESPONSE_INFORMATION,
            Self::ProblemInformation => rule::PROBLEM_INFORMATION,
        }
    }

    /// What is wrong, in English and Chinese.
    pub(super) fn text(self, packet: PacketType) -> (String, String) {
        match self {
            Self::BeforeConnack => (
                format!("{packet} before CONNACK: the server's first packet is CONNACK"),
                format!("{packet} 出现在 CONNACK 之前：服务端的第一个报文必须是 CONNACK"),
            ),
            Self::BeforeAnswer => (
                format!("{packet} before CONNACK: a client that named an authentication method waits for it"),
                format!("{packet} 出现在 CONNACK 之前：给出了认证方法的客户端必须等待 CONNACK"),
            ),
            Self::SecondConnack => (
                "A second CONNACK on the same network connection".to_owned(),
                "同一网络连接上的第二个 CONNACK".to_owned(),
            ),
            Self::AfterDisconnect => (
                format!("{packet} after DISCONNECT: nothing may follow it from the same side"),
                format!("{packet} 出现在 DISCONNECT 之后：同一方此后不能再发送任何报文"),
            ),
            Self::SessionPresent => (
                "Session present is 1, but the client asked for a new session".to_owned(),
                "会话存在为 1，但客户端要求的是新会话".to_owned(),
            ),
            Self::PacketTooLarge => (
                "The packet is larger than the maximum packet size that its receiver named".to_owned(),
                "报文超过了接收方给出的最大报文长度".to_owned(),
            ),
            Self::QosTooHigh => (
                "The QoS is above the maximum QoS that CONNACK named".to_owned(),
                "QoS 超过了 CONNACK 给出的最大 QoS".to_owned(),
            ),
            Self::RetainUnavailable => (
                "Retain is 1, but CONNACK said that the server keeps no retained messages".to_owned(),
                "保留标志为 1，但 CONNACK 已说明服务端不支持保留消息".to_owned(),
            ),
            Self::TooManyUnderWay => (
                "More messages of QoS 1 and 2 are under way than the receive maximum allows".to_owned(),
                "未确认的 QoS 1、QoS 2 消息数超过了接收最大值".to_owned(),
            ),
            Self::NothingToAnswer => (
                format!("{packet} answers nothing: no open exchange has this packet identifier"),
                format!("{packet} 没有对应的请求：没有未完成的交互使用此报文标识符"),
            ),
            Self::CodesDiffer => (
                format!("{packet} does not carry one code for each topic filter of its request"),
                format!("{packet} 中代码的个数与请求中主题过滤器的个数不同"),
            ),
            Self::NoMethod => (
                format!("{packet} is about authentication, but CONNECT named no authentication method"),
                format!("{packet} 涉及增强认证，但 CONNECT 没有给出认证方法"),
            ),
            Self::NoIdentifier => (
                "The client left its identifier to the server, but CONNACK assigns none".to_owned(),
                "客户端请服务端分配标识符，但 CONNACK 没有给出".to_owned(),
            ),
            Self::ResponseInformation => (
                "CONNACK carries response information that the client did not ask for".to_owned(),
                "CONNACK 带有客户端没有请求的响应信息".to_owned(),
            ),
            Self::ProblemInformation => (
                format!(
                    "{packet} carries a reason string or user property, though CONNECT asked for none in it"
                ),
                format!("{packet} 带有原因字符串或用户属性，但 CONNECT 要求不带"),
            ),
        }
    }
}
