//! Why a connection could not be made or was lost. Words for people are made of these in `text`.

/// Why a connection could not be made or was lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name has no address.
    #[error("host {host:?} was not found: {detail}")]
    NameNotFound {
        /// The name looked up.
        host: String,
        /// The system's words.
        detail: String,
    },
    /// Nothing listens at the port.
    #[error("nothing listens at {address}")]
    Refused {
        /// The address tried.
        address: String,
    },
    /// No answer in time.
    #[error("no answer from {address} within {after_secs} s")]
    TimedOut {
        /// The address tried.
        address: String,
        /// How long was waited.
        after_secs: u16,
    },
    /// Another fault of the network or the system.
    #[error("the network failed at {address}: {detail}")]
    Network {
        /// The address tried.
        address: String,
        /// The system's words.
        detail: String,
    },
    /// The peer's first bytes are not MQTT.
    #[error("what answers at {address} does not speak MQTT")]
    NotMqtt {
        /// The address.
        address: String,
        /// What the bytes look like: `HTTP`, `TLS`, or their hex.
        looks_like: String,
    },
    /// CONNACK refused the connection.
    #[error("the server refused the connection: {reason}")]
    ConnackRefused {
        /// Return code (3.x) or reason code (5.0).
        code: u8,
        /// The code's name in the standard.
        reason: String,
        /// 5.0: the server's own words.
        reason_string: Option<String>,
    },
    /// The server sent DISCONNECT (5.0).
    #[error("the server disconnected: {reason}")]
    ServerDisconnected {
        /// Reason code.
        code: u8,
        /// The code's name in the standard.
        reason: String,
        /// The server's own words.
        reason_string: Option<String>,
    },
    /// The peer closed the connection without a word.
    #[error("the server closed the connection")]
    ClosedByPeer {
        /// CONNACK had been received.
        was_online: bool,
    },
    /// No PINGRESP in time.
    #[error("the server did not answer the keep alive")]
    KeepAliveMissed,
    /// The server broke the protocol.
    #[error("the server sent a packet that breaks MQTT: {detail}")]
    Protocol {
        /// What was wrong.
        detail: String,
    },
    /// The profile itself cannot be used.
    #[error("the connection's settings cannot be used: {detail}")]
    Settings {
        /// What is wrong.
        detail: String,
    },
}
