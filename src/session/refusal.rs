//! Why a request was refused. Words for people are made of these in `text`.

use crate::wire::{PacketType, Qos, TopicFault, Version};

/// Why a request was refused: by the server, or before it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no connection; a publish may be sent again later.
    NotConnected,
    /// Too many requests wait already.
    TooManyWaiting,
    /// The session ended before the server was asked.
    SessionEnded,
    /// The connection was lost before the server answered.
    ConnectionLost,
    /// The server answered, but not for this filter.
    Unanswered,
    /// The topic name is not well-formed.
    TopicName(TopicFault),
    /// The topic filter is not well-formed.
    TopicFilter(TopicFault),
    /// 5.0: the response topic is not well-formed.
    ResponseTopic(TopicFault),
    /// 5.0: a property is longer than 65,535 bytes (section 1.5).
    PropertyTooLong,
    /// 5.0: the server takes no higher `QoS`.
    QosTooHigh {
        /// The highest.
        maximum: Qos,
    },
    /// 5.0: the server takes topic aliases up to this one; 0 for none.
    TopicAlias {
        /// The highest.
        maximum: u16,
    },
    /// 5.0: the server keeps no retained messages.
    NoRetain,
    /// 5.0: the server takes no packet as large.
    PacketTooLarge {
        /// The largest, in bytes.
        maximum: u32,
    },
    /// No version of MQTT has packets as large.
    TooLargeForMqtt,
    /// 5.0: a subscription identifier is a number from 1 to 268,435,455.
    SubscriptionIdentifier,
    /// 5.0: the server takes no subscription identifiers.
    NoSubscriptionIdentifiers,
    /// 5.0: the server takes no shared subscriptions.
    NoSharedSubscriptions,
    /// 5.0: the server takes no wildcards in topic filters.
    NoWildcards,
    /// Before 5.0, nobody authenticates twice.
    NoReauthentication,
    /// 5.0: the connection has no authentication method.
    NoAuthenticationMethod,
    /// 5.0: the server has not ended the last re-authentication.
    Reauthenticating,
    /// 5.0: what the server said in re-authentication was not accepted; the connection ends over it.
    Authentication,
    /// The server gave no answer in time.
    Silent {
        /// After how many seconds.
        after_secs: u64,
    },
    /// The server said so.
    Server {
        /// The packet that said it: PUBACK, PUBREC, PUBCOMP, SUBACK or UNSUBACK.
        packet: PacketType,
        /// The version that the code is of.
        version: Version,
        /// Return code (3.1.1) or reason code (5.0).
        code: u8,
        /// 5.0: the server's own words.
        reason_string: Option<String>,
    },
    /// The file that holds the payload cannot be read, in the system's words.
    Unreadable(String),
    /// The engine did not take it, in its own words.
    Engine(String),
}
