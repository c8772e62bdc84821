//! What can be wrong with the settings and the files of a connection, told before anything is sent. Words for people
//! are made of these in `text`.

use super::Failure;
use crate::language::Language;
use crate::wire::TopicFault;

impl Failure {
    /// What a library says that was to use the settings.
    pub(super) fn of_settings(error: &dyn std::error::Error) -> Self {
        Self::Settings { fault: SettingsFault::Other { detail: error.to_string() } }
    }
}

/// Why a connection's settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// The host is empty.
    #[error("the host is empty")]
    NoHost,
    /// The port is 0.
    #[error("port 0 cannot be connected to")]
    NoPort,
    /// A text or some bytes are longer than MQTT has room for.
    #[error("{0} is longer than 65,535 bytes")]
    TooLong(SettingsPart),
    /// A text holds a character that MQTT forbids.
    #[error("{0} cannot hold the character U+0000")]
    NullCharacter(SettingsPart),
    /// The will's topic name is not one.
    #[error("the will's topic name {}", .0.text(Language::English))]
    WillTopic(TopicFault),
    /// 5.0: a number is 0 that must not be.
    #[error("{0} cannot be 0")]
    Zero(SettingsPart),
    /// 3.x: a session that is kept needs a name to be known by.
    #[error("without clean session, the client identifier cannot be empty")]
    NoClientId,
    /// 3.x: there is a password and no user name.
    #[error("before MQTT 5.0, a password needs a user name")]
    PasswordAlone,
    /// 5.0: there is authentication data and no method.
    #[error("authentication data needs an authentication method")]
    DataWithoutMethod,
    /// 5.0: the method computes its data itself.
    #[error("{method} makes its authentication data itself: leave the data empty")]
    DataNotWanted {
        /// The authentication method.
        method: String,
    },
    /// 5.0: the method needs a user name and a password.
    #[error("{method} needs a user name and a password")]
    LoginWanted {
        /// The authentication method.
        method: String,
    },
    /// 5.0: the method is none that is spoken here, and there is no data for it.
    #[error(
        "the authentication method {method} needs authentication data; without it, SCRAM-SHA-1 and SCRAM-SHA-256 are spoken"
    )]
    DataWanted {
        /// The authentication method.
        method: String,
    },
    /// TLS cannot ask for a server of this name.
    #[error("{name:?} is no server name for TLS")]
    ServerName {
        /// The name.
        name: String,
    },
    /// The path of the WebSocket cannot stand in a request.
    #[error("the WebSocket path {path:?} must begin with \"/\" and have no blanks")]
    WebSocketPath {
        /// The path.
        path: String,
    },
    /// A header cannot stand in the request for a WebSocket.
    #[error("the header {name:?} cannot be sent")]
    WebSocketHeader {
        /// Its name.
        name: String,
    },
    /// SOCKS has no room for a text.
    #[error("{0} is longer than the 255 bytes that SOCKS has room for")]
    TooLongForSocks(SettingsPart),
    /// This system has no Unix sockets.
    #[error("this system has no Unix sockets that could be used here")]
    NoUnixSockets,
    /// What a library says that was to use them.
    #[error("{detail}")]
    Other {
        /// Its words.
        detail: String,
    },
}

/// A part of the settings that something is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SettingsPart {
    /// The server's host.
    #[error("the server's name")]
    Host,
    /// The client identifier.
    #[error("the client identifier")]
    ClientId,
    /// The user name.
    #[error("the user name")]
    Username,
    /// The password.
    #[error("the password")]
    Password,
    /// The payload of the will.
    #[error("the will's payload")]
    WillPayload,
    /// 5.0: receive maximum.
    #[error("receive maximum")]
    ReceiveMaximum,
    /// 5.0: maximum packet size.
    #[error("maximum packet size")]
    MaximumPacket,
    /// 5.0: the authentication method.
    #[error("the authentication method")]
    AuthenticationMethod,
    /// 5.0: the authentication data.
    #[error("the authentication data")]
    AuthenticationData,
    /// The user name at the proxy.
    #[error("the proxy's user name")]
    ProxyUsername,
    /// The password at the proxy.
    #[error("the proxy's password")]
    ProxyPassword,
}

/// Why a file of certificates or keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read.
    #[error("{detail}")]
    Unreadable {
        /// The system's words.
        detail: String,
    },
    /// It holds no certificate.
    #[error("there is no certificate in it (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// It holds no private key.
    #[error("there is no private key in it (-----BEGIN PRIVATE KEY-----)")]
    NoKey,
    /// The private key in it is another one's.
    #[error("the key does not belong to the certificate")]
    OtherKey,
    /// What it holds cannot be understood.
    #[error("{detail}")]
    Malformed {
        /// What the decoder says.
        detail: String,
    },
}
