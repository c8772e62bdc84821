//! URLs as people paste them into the host field: `mqtt://user:pw@host:1883/path`, `host:1883`, `[::1]`, `::1`,
//! `unix:///run/broker.sock`.

use super::validate::host_fault;
use super::{Endpoint, PortFault, Profile, Protocol, Reason, Secret, parse_port};

/// Every scheme, with the names that other clients give to it.
const SCHEMES: [(&str, Protocol); 10] = [
    ("mqtt", Protocol::Mqtt),
    ("tcp", Protocol::Mqtt),
    ("mqtts", Protocol::Mqtts),
    ("ssl", Protocol::Mqtts),
    ("tls", Protocol::Mqtts),
    ("mqtt+ssl", Protocol::Mqtts),
    ("ws", Protocol::Ws),
    ("wss", Protocol::Wss),
    ("unix", Protocol::Unix),
    ("mqtt+unix", Protocol::Unix),
];

/// A URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedUrl {
    /// How the network connection is made; `mqtt` where no scheme is given.
    pub protocol: Protocol,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The port where one is given.
    pub port: Option<u16>,
    /// The user name where one is given, percent-decoded.
    pub username: Option<String>,
    /// The password where one is given, percent-decoded.
    pub password: Option<Secret>,
    /// What follows the host and port, beginning with `/`, `?` or `#`: the path of a WebSocket; MQTT over TCP and TLS
    /// has no use for it.
    pub path: String,
}

impl ParsedUrl {
    /// Where it points, with the protocol's own port where none is given.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        Endpoint {
            protocol: self.protocol,
            host: self.host.clone(),
            port: self.port.unwrap_or(self.protocol.default_port()),
        }
    }

    /// Points a profile at it: where the server is, the user name, and where one is given, the path of the WebSocket.
    pub fn point(&self, profile: &mut Profile) {
        profile.endpoint = self.endpoint();
        profile.username = self.username.clone().unwrap_or_default();
        if let Some(path) = self.websocket_path() {
            path.clone_into(&mut profile.websocket.path);
        }
    }

    /// The path of the WebSocket, where one is given.
    #[must_use]
    pub fn websocket_path(&self) -> Option<&str> {
        (self.protocol.uses_websocket() && self.path.len() > 1).then_some(self.path.as_str())
    }
}

/// Why a text is no URL that can be used. Holds no part of the text that may be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// A scheme that is none of MQTT.
    #[error("{scheme}:// is no scheme of MQTT; mqtt://, mqtts://, ws://, wss:// and unix:// are")]
    UnknownScheme {
        /// The scheme, in lower case, without `://`.
        scheme: String,
    },
    /// No host, or one that cannot be.
    #[error("there is no usable host: {0:?}")]
    Host(Reason),
    /// `[` without `]`, or something between `]` and the port.
    #[error("an IPv6 address stands in brackets, and the port after them: [::1]:1883")]
    Brackets,
    /// The port is none.
    #[error("{0}")]
    Port(PortFault),
    /// `%` in the user name or the password is not followed by two hex digits, or what it stands for is no text.
    #[error("in a user name or password, \"%\" must be followed by two hex digits")]
    PercentEncoding,
}

/// Whether a text in the host field asks to be taken apart, rather than being a host.
#[must_use]
pub fn is_url(text: &str) -> bool {
    text.contains("://") || text.contains('@') || text.contains('/')
}

/// Takes a URL apart; white space around it is ignored.
pub fn parse(text: &str) -> Result<ParsedUrl, UrlError> {
    let text = text.trim();
    let (protocol, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (protocol_of(scheme)?, rest),
        None => (Protocol::default(), text),
    };
    if protocol == Protocol::Unix {
        return of_socket(rest);
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // The last `@`: people paste passwords that are not encoded.
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    let (host, port) = host_and_port(place)?;
    if let Some(reason) = host_fault(&host) {
        return Err(UrlError::Host(reason));
    }
    let port = port.map(parse_port).transpose().map_err(UrlError::Port)?;
    let (username, password) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
        Some((username, password)) => (percent_decoded(username)?, percent_decoded(password)?),
        None => (String::new(), String::new()),
    };
    Ok(ParsedUrl {
        protocol,
        host,
        port,
        username: Some(username).filter(|text| !text.is_empty()),
        password: Some(Secret::new(password)).filter(|text| !text.is_empty()),
        path: path.to_owned(),
    })
}

/// The path of a Unix socket; nothing else fits into such a URL.
fn of_socket(path: &str) -> Result<ParsedUrl, UrlError> {
    if path.is_empty() {
        return Err(UrlError::Host(Reason::Empty));
    }
    if path.contains('\0') {
        return Err(UrlError::Host(Reason::Character('\0')));
    }
    Ok(ParsedUrl {
        protocol: Protocol::Unix,
        host: path.to_owned(),
        port: None,
        username: None,
        password: None,
        path: String::new(),
    })
}

fn protocol_of(scheme: &str) -> Result<Protocol, UrlError> {
    let scheme = scheme.to_ascii_lowercase();
    let found = SCHEMES.into_iter().find(|(name, _)| *name == scheme).map(|(_, protocol)| protocol);
    found.ok_or(UrlError::UnknownScheme { scheme })
}

fn host_and_port(place: &str) -> Result<(String, Option<&str>), UrlError> {
    if let Some(bracketed) = place.strip_prefix('[') {
        let (host, after) = bracketed.split_once(']').ok_or(UrlError::Brackets)?;
        // Brackets are for IPv6; a zone's `%` is written `%25` in a URL.
        if !host.contains(':') {
            return Err(UrlError::Host(Reason::NotAnAddress));
        }
        let port = match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return Err(UrlError::Brackets),
        };
        return Ok((host.replacen("%25", "%", 1), port));
    }
    match place.split_once(':') {
        // More than one colon and no brackets: an IPv6 address alone.
        Some((_, rest)) if rest.contains(':') => Ok((place.to_owned(), None)),
        Some((host, port)) => Ok((host.to_owned(), Some(port))),
        None => Ok((place.to_owned(), None)),
    }
}

fn percent_decoded(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(UrlError::PercentEncoding) };
        bytes.push(u8::try_from(high << 4 | low).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| UrlError::PercentEncoding)
}
