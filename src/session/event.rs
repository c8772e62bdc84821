//! What a session says.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Failure, Refusal, RequestId};
use crate::log::Timestamp;
use crate::profile::UserProperty;
use crate::wire::Qos;

/// What the server granted in CONNACK, and over what it came. A value that the server did not send, and every one
/// that 3.x does not have, is `None`.
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
    /// How long the server keeps the session, in seconds; `u32::MAX` for ever.
    pub session_expiry_secs: Option<u32>,
    /// How many messages of `QoS` 1 and 2 may be under way to the server.
    pub receive_maximum: Option<u16>,
    /// The largest packet the server takes, in bytes.
    pub maximum_packet_bytes: Option<u32>,
    /// How many topic aliases we may use.
    pub topic_alias_maximum: Option<u16>,
    /// Whether the server keeps retained messages.
    pub retain_available: Option<bool>,
    /// Whether the server takes filters with wildcards.
    pub wildcard_subscriptions: Option<bool>,
    /// Whether the server takes subscription identifiers.
    pub subscription_identifiers: Option<bool>,
    /// Whether the server takes shared subscriptions.
    pub shared_subscriptions: Option<bool>,
    /// What response topics are to be made of.
    pub response_information: Option<String>,
    /// Another server to be used.
    pub server_reference: Option<String>,
    /// The server's own words.
    pub reason_string: Option<String>,
    /// The authentication method.
    pub authentication_method: Option<String>,
    /// User properties, in order.
    pub user_properties: Vec<UserProperty>,
    /// Who answered: the server, or the proxy on the way; `None` for a Unix socket.
    pub address: Option<SocketAddr>,
    /// How the connection is secured; `None` without TLS.
    pub security: Option<Security>,
}

/// What is known of a TLS connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// `TLS 1.3`.
    pub version: String,
    /// The cipher suite by its name, such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The application protocol that the server chose (ALPN).
    pub alpn: Option<String>,
    /// Whether the server's certificate was checked.
    pub verified: bool,
    /// The server's certificates as it sent them, its own first.
    pub certificates: Vec<Certificate>,
}

/// A certificate in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is, such as `CN=broker.example`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses it is for.
    pub names: Vec<String>,
    /// From when it is valid, in seconds since 1970.
    pub not_before: i64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: i64,
    /// The SHA-256 of its bytes, as lower-case hex.
    pub fingerprint: String,
    /// Its bytes (DER).
    pub der: Vec<u8>,
}

/// Something worth knowing that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The WebSocket server named no subprotocol; it is taken to speak MQTT all the same.
    NoSubprotocol,
    /// The server's certificate was not checked, as the profile says.
    NotVerified,
    /// The server has no session to go on with: so many messages are sent again as new ones.
    SentAgain {
        /// How many.
        count: usize,
    },
    /// The server has no session to go on with: so many messages were given up.
    GivenUp {
        /// How many.
        count: usize,
    },
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
    /// The proxy was reached, and is asked to lead to the server.
    Proxying,
    /// TLS is being set up.
    Securing,
    /// A WebSocket is being opened.
    Upgrading,
    /// CONNECT is sent, CONNACK awaited.
    Negotiating,
    /// The server accepted.
    Online(Box<Granted>),
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

impl Phase {
    /// Why the last connection ended or could not be made, where that is what the phase tells.
    #[must_use]
    pub const fn cause(&self) -> Option<&Failure> {
        match self {
            Self::Waiting { cause, .. } => Some(cause),
            Self::Offline { cause } => cause.as_ref(),
            _ => None,
        }
    }
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
        /// Why.
        reason: Refusal,
    },
    /// The session ended first; whether the server has it is not known.
    Abandoned,
    /// It was given up before it had another outcome.
    Cancelled {
        /// It had been handed to the engine: the server may have it, or get it yet.
        may_arrive: bool,
    },
}

/// How one topic filter of a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterOutcome {
    /// The filter as it was asked for.
    pub filter: String,
    /// Granted `QoS` (for unsubscribe: `AtMostOnce`), or why not.
    pub result: Result<Qos, Refusal>,
}

/// What a session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something worth knowing.
    Notice(Notice),
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
    /// Authenticating once more ended (5.0).
    Reauthenticated {
        /// Which request.
        id: RequestId,
        /// How long it took, or why it failed.
        result: Result<Duration, Refusal>,
    },
    /// Filters were given up.
    Unsubscribed {
        /// Which request.
        id: RequestId,
        /// One per filter, in order.
        outcomes: Vec<FilterOutcome>,
    },
}
