//! What a saved connection is: values, their defaults, what is wrong with them.
//!
//! Pure: the store writes these to disk, the session connects with them, the form edits them.

mod naming;
mod secret;
mod subscription;
pub mod url;
mod validate;

use std::fmt;

pub use naming::{free_name, generate_client_id, is_generated_client_id};
pub use secret::Secret;
use serde::{Deserialize, Serialize};
pub use subscription::{Colour, RetainHandling, Subscription};
pub use url::{ParsedUrl, UrlError};
pub use validate::{FieldFault, FieldNote, Note, PortFault, ProfileField, Reason, parse_port};

use crate::wire::Version;

/// Names one profile for ever, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProfileId(pub String);

/// How the network connection is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// MQTT over TCP.
    #[default]
    #[serde(rename = "mqtt")]
    Mqtt,
}

impl Protocol {
    /// Every protocol that can be chosen.
    pub const ALL: [Self; 1] = [Self::Mqtt];

    /// The scheme as a URL begins with it: `mqtt://`.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt://",
        }
    }

    /// The port that is meant when none is given.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Mqtt => 1883,
        }
    }
}

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Endpoint {
    /// How the network connection is made.
    pub protocol: Protocol,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

/// `host:port`, IPv6 in brackets.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
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
            subscriptions: Vec::new(),
        }
    }
}
