//! What is wrong with a profile, field by field, and what is worth knowing. Words are made of these in `text`.

use std::net::Ipv6Addr;

use super::{Profile, Protocol, UserProperty, Verify};
use crate::wire::{Version, check_topic_name};

/// The longest string of MQTT, in bytes (3.1.1 and 5.0, section 1.5).
const LONGEST_STRING: usize = 65_535;
/// The longest name of the domain name system, in bytes.
const LONGEST_HOST: usize = 253;
/// The longest client identifier that MQTT 3.1 names, in characters.
const CLIENT_ID_3_1: usize = 23;
/// The greatest subscription identifier (5.0, section 3.8.2.1.2).
const GREATEST_IDENTIFIER: u32 = 268_435_455;

/// A field of the connection form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProfileField {
    /// What the user calls it.
    Name,
    /// The server's name or address.
    Host,
    /// The TCP port.
    Port,
    /// The client identifier.
    ClientId,
    /// The user name.
    Username,
    /// The keep alive.
    KeepAlive,
    /// The connect timeout.
    ConnectTimeout,
    /// The subscription at this place of the list, from 0.
    Subscription(usize),
    /// Against what the server's certificate is checked.
    Verify,
    /// The file of certificate authorities.
    CaFile,
    /// The file of the client certificate.
    CertificateFile,
    /// The name that must stand in the server's certificate.
    ServerName,
    /// The path of the WebSocket.
    WebSocketPath,
    /// The WebSocket header at this place of the list, from 0.
    WebSocketHeader(usize),
    /// The proxy's name or address.
    ProxyHost,
    /// The proxy's TCP port.
    ProxyPort,
    /// The will's topic name.
    WillTopic,
    /// The will's payload.
    WillPayload,
    /// 5.0: the receive maximum.
    ReceiveMaximum,
    /// 5.0: the largest packet that is taken.
    MaximumPacket,
    /// 5.0: the authentication method.
    AuthenticationMethod,
    /// 5.0: the session expiry interval.
    SessionExpiry,
    /// 5.0: the topic alias maximum.
    TopicAliasMaximum,
    /// 5.0: the user property of CONNECT at this place of the list, from 0.
    UserProperty(usize),
    /// 5.0: the will delay interval.
    WillDelay,
    /// 5.0: the will's message expiry interval.
    WillExpiry,
    /// 5.0: the will's response topic.
    WillResponseTopic,
    /// 5.0: the will's user property at this place of the list, from 0.
    WillUserProperty(usize),
}

/// Why a field cannot be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something must be here.
    Empty,
    /// A character that may not be here.
    Character(char),
    /// More than so many bytes.
    TooLong {
        /// The most there may be.
        limit: usize,
    },
    /// It has colons, but is no IPv6 address.
    NotAnAddress,
    /// 0 means nothing here.
    Zero,
    /// 3.1 has no empty client identifier.
    EmptyIn3_1,
    /// An empty client identifier needs a clean session ([MQTT-3.1.3-7] of 3.1.1).
    EmptyNeedsCleanSession,
    /// A subscription identifier that is not from 1 to 268,435,455.
    IdentifierOutOfRange,
    /// The path of a URL begins with `/`.
    NotAPath,
    /// A header that WebSocket sets itself.
    Reserved,
}

/// A field that cannot be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Which field.
    pub field: ProfileField,
    /// Why.
    pub reason: Reason,
}

/// Something worth knowing that stops nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// MQTT 3.1 names 23 characters at most; many servers take longer ones all the same.
    LongClientIdIn3_1 {
        /// How many it has.
        chars: usize,
    },
    /// Keep alive is off: a dead connection goes unnoticed until something is sent.
    KeepAliveOff,
    /// The server's certificate is not checked: anyone on the way can pose as the server.
    NotVerified,
}

/// A note at its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldNote {
    /// Which field.
    pub field: ProfileField,
    /// What is worth knowing.
    pub note: Note,
}

impl Profile {
    /// What must be mended before the profile can be used, in the order of the form; empty where nothing must.
    #[must_use]
    pub fn validate(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut check = |field, reason: Option<Reason>| {
            faults.extend(reason.map(|reason| FieldFault { field, reason }));
        };
        check(ProfileField::Name, self.name.trim().is_empty().then_some(Reason::Empty));
        let protocol = self.endpoint.protocol;
        if protocol == Protocol::Unix {
            check(ProfileField::Host, required(&self.endpoint.host));
        } else {
            check(ProfileField::Host, host_fault(&self.endpoint.host));
            check(ProfileField::Port, (self.endpoint.port == 0).then_some(Reason::Zero));
        }
        check(ProfileField::ClientId, self.client_id_fault());
        check(ProfileField::Username, string_fault(&self.username));
        check(ProfileField::ConnectTimeout, (self.connect_timeout_secs == 0).then_some(Reason::Zero));
        if protocol.uses_tls() {
            let tls = &self.tls;
            let ca_file = if tls.verify == Verify::CaFile { required(&tls.ca_file) } else { None };
            check(ProfileField::CaFile, ca_file);
            // The certificate's file may hold the key too, not the other way round.
            let alone = !tls.key_file.is_empty() && tls.certificate_file.is_empty();
            check(ProfileField::CertificateFile, alone.then_some(Reason::Empty));
            let name = if tls.server_name.is_empty() { None } else { host_fault(&tls.server_name) };
            check(ProfileField::ServerName, name);
        }
        if protocol.uses_websocket() {
            check(ProfileField::WebSocketPath, path_fault(&self.websocket.path));
            for (place, header) in self.websocket.headers.iter().enumerate() {
                check(ProfileField::WebSocketHeader(place), header_fault(&header.name, &header.value));
            }
        }
        if let Some(proxy) = self.proxy.as_ref().filter(|_| protocol != Protocol::Unix) {
            check(ProfileField::ProxyHost, host_fault(&proxy.host));
            check(ProfileField::ProxyPort, (proxy.port == 0).then_some(Reason::Zero));
        }
        if let Some(will) = &self.will {
            check(ProfileField::WillTopic, topic_fault(&will.topic));
            let too_long = will.payload.0.len() > LONGEST_STRING;
            check(ProfileField::WillPayload, too_long.then_some(Reason::TooLong { limit: LONGEST_STRING }));
        }
        if self.version == Version::V5_0 {
            let connect = &self.connect;
            check(ProfileField::ReceiveMaximum, (connect.receive_maximum == Some(0)).then_some(Reason::Zero));
            check(
                ProfileField::MaximumPacket,
                (connect.maximum_packet_bytes == Some(0)).then_some(Reason::Zero),
            );
            check(ProfileField::AuthenticationMethod, string_fault(&connect.authentication_method));
            for (place, property) in connect.user_properties.iter().enumerate() {
                check(ProfileField::UserProperty(place), property_fault(property));
            }
            if let Some(properties) = self.will.as_ref().map(|will| &will.properties) {
                let topic = &properties.response_topic;
                let response = if topic.is_empty() { None } else { topic_fault(topic) };
                check(ProfileField::WillResponseTopic, response);
                for (place, property) in properties.user_properties.iter().enumerate() {
                    check(ProfileField::WillUserProperty(place), property_fault(property));
                }
            }
        }
        for (place, subscription) in self.subscriptions.iter().enumerate() {
            let filter = if subscription.filter.is_empty() {
                Some(Reason::Empty)
            } else {
                string_fault(&subscription.filter)
            };
            check(ProfileField::Subscription(place), filter);
            let out_of_range = subscription
                .identifier
                .is_some_and(|identifier| !(1..=GREATEST_IDENTIFIER).contains(&identifier));
            check(ProfileField::Subscription(place), out_of_range.then_some(Reason::IdentifierOutOfRange));
        }
        faults
    }

    /// What is worth knowing about the profile.
    #[must_use]
    pub fn notes(&self) -> Vec<FieldNote> {
        let mut notes = Vec::new();
        let chars = self.client_id.chars().count();
        if self.version == Version::V3_1 && chars > CLIENT_ID_3_1 {
            notes.push(FieldNote { field: ProfileField::ClientId, note: Note::LongClientIdIn3_1 { chars } });
        }
        if self.keep_alive_secs == 0 {
            notes.push(FieldNote { field: ProfileField::KeepAlive, note: Note::KeepAliveOff });
        }
        if self.endpoint.protocol.uses_tls() && self.tls.verify == Verify::Off {
            notes.push(FieldNote { field: ProfileField::Verify, note: Note::NotVerified });
        }
        notes
    }

    fn client_id_fault(&self) -> Option<Reason> {
        if !self.client_id.is_empty() {
            return string_fault(&self.client_id);
        }
        match self.version {
            Version::V3_1 => Some(Reason::EmptyIn3_1),
            Version::V3_1_1 => (!self.clean_session).then_some(Reason::EmptyNeedsCleanSession),
            Version::V5_0 => None,
        }
    }
}

/// What is wrong with a host: a name, an IPv4 address, or an IPv6 address without brackets.
pub(super) fn host_fault(host: &str) -> Option<Reason> {
    let forbidden = |c: &char| c.is_whitespace() || c.is_control() || "/\\?#@[]<>\"'`^{|},;=%".contains(*c);
    if host.is_empty() {
        return Some(Reason::Empty);
    }
    if host.contains(':') {
        if host.contains("://") {
            return Some(Reason::Character('/'));
        }
        // An address that holds for one interface only names it after `%`.
        let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
        let good = address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty();
        return (!good || zone.chars().any(|c| forbidden(&c))).then_some(Reason::NotAnAddress);
    }
    if let Some(c) = host.chars().find(forbidden) {
        return Some(Reason::Character(c));
    }
    (host.len() > LONGEST_HOST).then_some(Reason::TooLong { limit: LONGEST_HOST })
}

/// What is wrong with the path of a file.
fn required(text: &str) -> Option<Reason> {
    if text.trim().is_empty() {
        return Some(Reason::Empty);
    }
    text.contains('\0').then_some(Reason::Character('\0'))
}

/// What is wrong with the path of a WebSocket: visible ASCII characters after a `/`.
fn path_fault(path: &str) -> Option<Reason> {
    if !path.starts_with('/') {
        return Some(Reason::NotAPath);
    }
    path.chars().find(|c| !c.is_ascii_graphic() || *c == '#').map(Reason::Character)
}

/// Headers that make a request one for a WebSocket (RFC 6455, section 4.1).
const RESERVED_HEADERS: [&str; 4] = ["Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version"];

/// What is wrong with a header of HTTP (RFC 9110, sections 5.1 and 5.5).
fn header_fault(name: &str, value: &str) -> Option<Reason> {
    if name.is_empty() {
        return Some(Reason::Empty);
    }
    if RESERVED_HEADERS.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
        return Some(Reason::Reserved);
    }
    let in_name = |c: &char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(*c));
    let in_value = |c: &char| c.is_control() && *c != '\t';
    name.chars().find(in_name).or_else(|| value.chars().find(in_value)).map(Reason::Character)
}

/// What is wrong with a topic name.
fn topic_fault(topic: &str) -> Option<Reason> {
    if topic.is_empty() {
        return Some(Reason::Empty);
    }
    if let Some(c) = topic.chars().find(|c| "#+\0".contains(*c)) {
        return Some(Reason::Character(c));
    }
    check_topic_name(topic).is_err().then_some(Reason::TooLong { limit: LONGEST_STRING })
}

fn property_fault(property: &UserProperty) -> Option<Reason> {
    string_fault(&property.name).or_else(|| string_fault(&property.value))
}

/// What is wrong with a string that goes to the server (3.1.1 and 5.0, section 1.5).
fn string_fault(text: &str) -> Option<Reason> {
    if text.contains('\0') {
        return Some(Reason::Character('\0'));
    }
    (text.len() > LONGEST_STRING).then_some(Reason::TooLong { limit: LONGEST_STRING })
}

/// Why a text is no port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortFault {
    /// Nothing is there.
    #[error("a port is needed")]
    Empty,
    /// Not a whole number.
    #[error("a port is a whole number")]
    NotANumber,
    /// Not from 1 to 65535.
    #[error("a port is from 1 to 65535")]
    OutOfRange,
}

/// Reads a port as it is typed: 1 to 65535, white space around it ignored.
pub fn parse_port(text: &str) -> Result<u16, PortFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PortFault::Empty);
    }
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(PortFault::NotANumber);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(PortFault::OutOfRange),
        Ok(port) => Ok(port),
    }
}
