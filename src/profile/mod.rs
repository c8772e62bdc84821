//! What a saved connection is: values, their defaults, what is wrong with them.
//!
//! Pure: the store writes these to disk, the session connects with them, the form edits them.

mod endpoint;
mod message;
mod naming;
mod secret;
mod subscription;
mod transport;
pub mod url;
mod validate;

pub use endpoint::{Endpoint, Protocol};
pub use message::{Bytes, ConnectProperties, MessageProperties, Unacknowledged, UserProperty, Will};
pub use naming::{free_name, generate_client_id, is_generated_client_id};
pub use secret::{Secret, Secrets};
use serde::{Deserialize, Serialize};
pub use subscription::{Colour, RetainHandling, Subscription};
pub use transport::{Header, Proxy, ProxyKind, Tls, TlsVersion, Verify, WebSocket};
pub use url::{ParsedUrl, UrlError};
pub use validate::{FieldFault, FieldNote, Note, PortFault, ProfileField, Reason, parse_port};

use crate::wire::Version;

/// Names one profile for ever, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub String);

/// Whether a value is what it is unless somebody chose otherwise; such values are left out of files.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A saved connection. The password is not part of it: secrets go another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Names the profile for ever.
    pub id: ProfileId,
    /// What the user calls it.
    pub name: String,
    /// Where the server is.
    pub endpoint: Endpoint,
    /// Which MQTT is spoken.
    pub version: Version,
    /// The client identifier, as it is sent; may be empty where the server assigns one.
    pub client_id: String,
    /// The user name; empty for none.
    pub username: String,
    /// Seconds between packets at most; 0 turns keep alive off.
    pub keep_alive_secs: u16,
    /// Clean session (3.x), clean start (5.0).
    pub clean_session: bool,
    /// Seconds that making a connection may take, CONNACK included.
    pub connect_timeout_secs: u16,
    /// Connect again after a lost connection.
    pub reconnect: bool,
    /// What becomes of messages under way when the server has lost the session.
    #[serde(skip_serializing_if = "is_default")]
    pub unacknowledged: Unacknowledged,
    /// How TLS is spoken, with `mqtts` and `wss`.
    #[serde(skip_serializing_if = "is_default")]
    pub tls: Tls,
    /// How WebSocket is asked for, with `ws` and `wss`.
    #[serde(skip_serializing_if = "is_default")]
    pub websocket: WebSocket,
    /// A proxy on the way; not with a Unix socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// What the server publishes when the client goes without DISCONNECT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub will: Option<Will>,
    /// 5.0: what CONNECT says besides.
    #[serde(skip_serializing_if = "is_default")]
    pub connect: ConnectProperties,
    /// What is wanted of the server, made at each connect.
    pub subscriptions: Vec<Subscription>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            id: ProfileId(String::new()),
            name: String::new(),
            endpoint: Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port: 1883 },
            version: Version::V3_1_1,
            client_id: String::new(),
            username: String::new(),
            keep_alive_secs: 60,
            clean_session: true,
            connect_timeout_secs: 10,
            reconnect: true,
            unacknowledged: Unacknowledged::default(),
            tls: Tls::default(),
            websocket: WebSocket::default(),
            proxy: None,
            will: None,
            connect: ConnectProperties::default(),
            subscriptions: Vec::new(),
        }
    }
}
