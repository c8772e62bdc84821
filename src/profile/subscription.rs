//! A wanted subscription: filter, options, how the window shows it.

use serde::{Deserialize, Serialize};

use super::UserProperty;
use crate::wire::Qos;

/// Which of the ten subscription colours; 0 to 9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Colour(pub u8);

/// When the server sends retained messages for a subscription (5.0, section 3.8.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetainHandling {
    /// At each subscribe.
    #[default]
    Always,
    /// Only if the subscription is new.
    IfNew,
    /// Never.
    Never,
}

/// What is wanted of the server: kept in the profile, made at each connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subscription {
    /// The topic filter as it is sent.
    pub filter: String,
    /// The `QoS` asked for.
    pub qos: Qos,
    /// Whether it is made at connect.
    pub enabled: bool,
    /// What the user calls it; empty for none.
    pub alias: String,
    /// Its colour.
    pub colour: Colour,
    /// 5.0: do not send back what this client published.
    pub no_local: bool,
    /// 5.0: keep the retain flag of forwarded messages.
    pub retain_as_published: bool,
    /// 5.0: when retained messages are sent.
    pub retain_handling: RetainHandling,
    /// 5.0: the subscription identifier, 1 to 268,435,455.
    pub identifier: Option<u32>,
    /// 5.0: user properties of the request, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_properties: Vec<UserProperty>,
}
