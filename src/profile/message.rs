//! What messages and CONNECT carry besides their bodies: properties of 5.0, and the will.

use serde::{Deserialize, Serialize};

use crate::wire::Qos;

/// Bytes that are text in a file where they can be, `{ hex = "00ff" }` where not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// There are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Hex { hex: HexText },
}

/// Pairs of hex digits; a reading that fails is an error of the file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct HexText(Vec<u8>);

impl TryFrom<String> for HexText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.as_bytes())
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

impl From<HexText> for String {
    fn from(HexText(bytes): HexText) -> Self {
        data_encoding::HEXLOWER.encode(&bytes)
    }
}

impl From<Bytes> for Written {
    fn from(Bytes(bytes): Bytes) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Hex { hex: HexText(error.into_bytes()) },
        }
    }
}

impl From<Written> for Bytes {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => Self(text.into_bytes()),
            Written::Hex { hex: HexText(bytes) } => Self(bytes),
        }
    }
}

/// A user property (5.0): a name and a value that mean what sender and receiver agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct UserProperty {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The properties of an application message (5.0, section 3.3.2.3), of a PUBLISH or a will.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageProperties {
    /// Payload format indicator 1: the payload is UTF-8 text.
    pub utf8: bool,
    /// After how many seconds the server may drop the message; `None` for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_expiry_secs: Option<u32>,
    /// What the payload is, such as `application/json`; empty for unsaid.
    pub content_type: String,
    /// Where an answer is wanted; empty for nowhere.
    pub response_topic: String,
    /// What an answer is to carry; empty for nothing.
    pub correlation_data: Bytes,
    /// User properties, in order.
    pub user_properties: Vec<UserProperty>,
}

/// What the server publishes when the client goes without DISCONNECT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Will {
    /// The topic name.
    pub topic: String,
    /// The payload.
    pub payload: Bytes,
    /// The quality of service.
    pub qos: Qos,
    /// Whether the server keeps it.
    pub retain: bool,
    /// 5.0: how many seconds the server waits for the client to come back before.
    pub delay_secs: u32,
    /// 5.0: its properties.
    pub properties: MessageProperties,
}

/// What CONNECT of 5.0 says besides (section 3.1.2.11). The authentication data is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectProperties {
    /// How long the server keeps the session after the connection ends; `u32::MAX` for ever. `None` is unsaid: not at
    /// all with a clean start, else for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_expiry_secs: Option<u32>,
    /// How many messages of `QoS` 1 and 2 may be under way to us; `None` for 65,535.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_maximum: Option<u16>,
    /// The largest packet we take, in bytes; `None` for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_packet_bytes: Option<u32>,
    /// How many topic aliases the server may use; `None` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_alias_maximum: Option<u16>,
    /// Ask for response information in CONNACK.
    pub request_response_information: bool,
    /// Allow reason strings and user properties in acknowledgements.
    pub request_problem_information: bool,
    /// User properties, in order.
    pub user_properties: Vec<UserProperty>,
    /// The authentication method, such as `SCRAM-SHA-256`; empty for none.
    pub authentication_method: String,
}

impl Default for ConnectProperties {
    fn default() -> Self {
        Self {
            session_expiry_secs: None,
            receive_maximum: None,
            maximum_packet_bytes: None,
            topic_alias_maximum: None,
            request_response_information: false,
            request_problem_information: true,
            user_properties: Vec::new(),
            authentication_method: String::new(),
        }
    }
}

/// What becomes of messages of `QoS` 1 and 2 under way when the server has lost the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unacknowledged {
    /// They are given up, and that is said.
    #[default]
    GiveUp,
    /// They are sent again as new messages; the receivers may get them twice.
    SendAgain,
}

impl Unacknowledged {
    /// Both choices.
    pub const ALL: [Self; 2] = [Self::GiveUp, Self::SendAgain];
}
