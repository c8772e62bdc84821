//! What lies below MQTT: TLS, WebSocket, a proxy on the way.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::endpoint::host_and_port;

/// Against what the server's certificate is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verify {
    /// The certificate authorities that the system trusts.
    #[default]
    System,
    /// The certificate authorities of a file.
    CaFile,
    /// Not at all: encrypted, but anyone can be at the other end.
    Off,
}

impl Verify {
    /// Every choice, the safest first.
    pub const ALL: [Self; 3] = [Self::System, Self::CaFile, Self::Off];
}

/// The oldest version of TLS that is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    #[serde(rename = "1.2")]
    V1_2,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    V1_3,
}

impl TlsVersion {
    /// Every version.
    pub const ALL: [Self; 2] = [Self::V1_2, Self::V1_3];

    /// `TLS 1.2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1_2 => "TLS 1.2",
            Self::V1_3 => "TLS 1.3",
        }
    }
}

/// How TLS is spoken, with `mqtts` and `wss`. The passphrase of the key is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tls {
    /// Against what the server's certificate is checked.
    pub verify: Verify,
    /// The file of certificate authorities (PEM), for [`Verify::CaFile`].
    pub ca_file: String,
    /// The file of the client certificate and its chain (PEM); empty for none.
    pub certificate_file: String,
    /// The file of the client certificate's private key (PEM); empty for none.
    pub key_file: String,
    /// The name that is asked for and must stand in the certificate; empty for the host.
    pub server_name: String,
    /// The application protocols offered (ALPN), the preferred first; empty for none.
    pub alpn: Vec<String>,
    /// The oldest version accepted.
    pub minimum_version: TlsVersion,
}

/// A header of HTTP. `Debug` does not show the value: it may be a credential.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ••••", self.name)
    }
}

/// How WebSocket is asked for, with `ws` and `wss`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebSocket {
    /// The path and query, beginning with `/`.
    pub path: String,
    /// Headers besides those that WebSocket needs.
    pub headers: Vec<Header>,
}

impl Default for WebSocket {
    fn default() -> Self {
        Self { path: "/mqtt".to_owned(), headers: Vec::new() }
    }
}

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyKind {
    /// HTTP, asked with CONNECT.
    #[default]
    Http,
    /// SOCKS version 5; it looks names up itself.
    Socks5,
}

impl ProxyKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Http, Self::Socks5];

    /// The port that is meant when none is given.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Socks5 => 1080,
        }
    }
}

/// A proxy on the way to the server. Its password is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proxy {
    /// What it speaks.
    pub kind: ProxyKind,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The user name; empty for none.
    pub username: String,
}

/// `host:port`, IPv6 in brackets.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&host_and_port(&self.host, self.port))
    }
}
