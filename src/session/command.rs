//! What a session may be asked for.

use crate::profile::{MessageProperties, Subscription, UserProperty};
use crate::wire::Qos;

/// Names a request; chosen by who asks, unique within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// An application message to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// The topic name.
    pub topic: String,
    /// The payload, as it goes out.
    pub payload: Vec<u8>,
    /// The quality of service.
    pub qos: Qos,
    /// Whether the server keeps it.
    pub retain: bool,
    /// 5.0: its properties.
    pub properties: Box<MessageProperties>,
    /// 5.0: the topic alias it sets, or with an empty topic name uses.
    pub topic_alias: Option<u16>,
}

/// How a session parts from the server (5.0, section 3.14); before 5.0, DISCONNECT says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parting {
    /// The reason code: 0x00, 0x04 (the server publishes the will), 0x80 to 0x83, or another that a client may send.
    pub reason: u8,
    /// How long the server keeps the session; `None` for as long as CONNECT said.
    pub session_expiry_secs: Option<u32>,
    /// The reason in words; empty for none.
    pub reason_string: String,
    /// User properties, in order.
    pub user_properties: Vec<UserProperty>,
}

/// What a session may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Send an application message; one [`PublishOutcome`](super::PublishOutcome) follows.
    Publish {
        /// Names the request.
        id: RequestId,
        /// What to send.
        publish: Publish,
    },
    /// Ask for topic filters, now and after each reconnect; one outcome per filter follows.
    Subscribe {
        /// Names the request.
        id: RequestId,
        /// What is wanted.
        subscriptions: Vec<Subscription>,
    },
    /// Give topic filters up; one outcome per filter follows.
    Unsubscribe {
        /// Names the request.
        id: RequestId,
        /// The filters as they were asked for.
        filters: Vec<String>,
    },
    /// 5.0: authenticate once more within the connection; one outcome follows.
    Reauthenticate {
        /// Names the request.
        id: RequestId,
    },
    /// While waiting: connect now.
    ReconnectNow,
    /// Send DISCONNECT and end, in any phase.
    Disconnect,
    /// As [`Self::Disconnect`], saying more.
    DisconnectWith(Parting),
}
