//! Rules that colour rows. What cannot be understood in a file is left out, and costs nothing else.

use serde::{Deserialize, Deserializer, Serialize};
use toml::Value;

use crate::profile::Colour;

/// Rows that pass a filter have a colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColourRule {
    /// The filter, as written.
    pub filter: String,
    /// The colour.
    pub colour: Colour,
    /// Whether it counts.
    pub enabled: bool,
}

impl ColourRule {
    /// How many colours there are.
    pub const COLOURS: u8 = 10;
    /// How many rules are kept at most.
    pub const MOST: usize = 100;

    /// One rule of a file; a colour that does not exist is the first one.
    fn of(value: &Value) -> Option<Self> {
        let filter = value.get("filter")?.as_str()?.to_owned();
        let colour = value.get("colour").and_then(Value::as_integer);
        let colour = colour.and_then(|colour| u8::try_from(colour).ok()).filter(|c| *c < Self::COLOURS);
        let enabled = value.get("enabled").and_then(Value::as_bool).unwrap_or(true);
        Some(Self { filter, colour: Colour(colour.unwrap_or(0)), enabled })
    }
}

/// Reads a list of rules, as far as there are any.
pub(super) fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ColourRule>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let listed = value.as_array().into_iter().flatten();
    Ok(listed.filter_map(ColourRule::of).take(ColourRule::MOST).collect())
}
