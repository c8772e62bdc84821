//! Where a server is, and how the network connection to it is made.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the network connection is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// MQTT over TCP.
    #[default]
    #[serde(rename = "mqtt")]
    Mqtt,
    /// MQTT over TLS.
    #[serde(rename = "mqtts")]
    Mqtts,
    /// MQTT over WebSocket.
    #[serde(rename = "ws")]
    Ws,
    /// MQTT over WebSocket over TLS.
    #[serde(rename = "wss")]
    Wss,
    /// MQTT over a Unix domain socket of this machine.
    #[serde(rename = "unix")]
    Unix,
}

impl Protocol {
    /// Every protocol that sessions speak on this system, as a choice.
    #[cfg(unix)]
    pub const ALL: [Self; 5] = [Self::Mqtt, Self::Mqtts, Self::Ws, Self::Wss, Self::Unix];
    /// Every protocol that sessions speak on this system, as a choice.
    #[cfg(not(unix))]
    pub const ALL: [Self; 4] = [Self::Mqtt, Self::Mqtts, Self::Ws, Self::Wss];

    /// The scheme as a URL begins with it: `mqtt://`.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt://",
            Self::Mqtts => "mqtts://",
            Self::Ws => "ws://",
            Self::Wss => "wss://",
            Self::Unix => "unix://",
        }
    }

    /// The port that is meant when none is given; 0 for a Unix socket, which has none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Mqtt => 1883,
            Self::Mqtts => 8883,
            Self::Ws => 80,
            Self::Wss => 443,
            Self::Unix => 0,
        }
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub const fn uses_tls(self) -> bool {
        matches!(self, Self::Mqtts | Self::Wss)
    }

    /// Whether MQTT travels in WebSocket messages.
    #[must_use]
    pub const fn uses_websocket(self) -> bool {
        matches!(self, Self::Ws | Self::Wss)
    }
}

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Endpoint {
    /// How the network connection is made.
    pub protocol: Protocol,
    /// A name or an address, IPv6 without brackets; for a Unix socket, its path.
    pub host: String,
    /// The TCP port; without meaning for a Unix socket.
    pub port: u16,
}

/// `host:port`, IPv6 in brackets; the path of a Unix socket.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.protocol == Protocol::Unix {
            f.write_str(&self.host)
        } else {
            f.write_str(&host_and_port(&self.host, self.port))
        }
    }
}

/// `host:port`, IPv6 in brackets.
pub(super) fn host_and_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
