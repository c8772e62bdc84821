//! What a session says.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Failure, RequestId};
use crate::log::Timestamp;
use crate::wire::Qos;

/// What the server granted in CONNACK. A value that 3.x does not have is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// Whether the server went on with an older session.
    pub session_present: bool,
    /// The client identifier that the server chose.
    pub assigned_client_id: Option<String>,
    /// The keep alive that the server insists on.
    pub server_keep_alive: Option<Duration>,
    /// The highest `QoS` the server takes.
    pub maximum_qos: Option<Qos>,
}

/// Where a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The host's name is being looked up.
    Resolving,
    /// The network connection is being made.
    Connecting {
        /// The address being tried.
        address: SocketAddr,
    },
    /// TLS or WebSocket is being set up.
    Securing,
    /// CONNECT is sent, CONNACK awaited.
    Negotiating,
    /// The server accepted.
    Online(Granted),
    /// The connection is lost or failed; another try follows.
    Waiting {
        /// The number of the try that follows, from 2.
        attempt: u32,
        /// When it begins.
        until: Timestamp,
        /// Why the last one ended.
        cause: Failure,
    },
    /// The end: no further events follow.
    Offline {
        /// Why; `None` when the user asked for it.
        cause: Option<Failure>,
    },
}

/// How a publish ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishOutcome {
    /// `QoS` 0: handed to the transport.
    Sent,
    /// `QoS` 1 and 2: the server has it.
    Acknowledged {
        /// From handing it to the engine to the last acknowledgement.
        after: Duration,
    },
    /// The server or we refused it.
    Refused {
        /// Why, with the server's reason where it gave one.
        reason: String,
    },
    /// The session ended first; whether the server has it is not known.
    Abandoned,
}

/// How one topic filter of a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterOutcome {
    /// The filter as it was asked for.
    pub filter: String,
    /// Granted `QoS` (for unsubscribe: `AtMostOnce`), or why not.
    pub result: Result<Qos, String>,
}

/// What a session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It stands elsewhere now.
    Phase(Phase),
    /// A publish ended.
    Published {
        /// Which.
        id: RequestId,
        /// How.
        outcome: PublishOutcome,
    },
    /// Filters were granted or refused; also without a request, after a reconnect.
    Subscribed {
        /// Which request; `None` for the profile's own at connect.
        id: Option<RequestId>,
        /// One per filter, in order.
        outcomes: Vec<FilterOutcome>,
    },
    /// Filters were given up.
    Unsubscribed {
        /// Which request.
        id: RequestId,
        /// One per filter, in order.
        outcomes: Vec<FilterOutcome>,
    },
}
