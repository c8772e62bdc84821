//! What a session may be asked for.

use crate::profile::Subscription;
use crate::wire::Qos;

/// Names a request; chosen by who asks, unique within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// An application message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The topic name.
    pub topic: String,
    /// The payload, as it goes out.
    pub payload: Vec<u8>,
    /// The quality of service.
    pub qos: Qos,
    /// Whether the server keeps it.
    pub retain: bool,
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
    /// While waiting: connect now.
    ReconnectNow,
    /// Send DISCONNECT and end, in any phase.
    Disconnect,
}
