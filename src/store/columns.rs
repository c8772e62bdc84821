//! How the columns of a list stand, as the user left them. What cannot be understood in a file is as if it were not there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use toml::Value;

/// What was changed of a list's columns. Columns go by the names that the window gives them; a name that it does not
/// know means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListColumns {
    /// The columns from left to right; empty for the natural order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// The columns that are not shown.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub hidden: BTreeSet<String>,
    /// The widths that are not the natural ones, in whole points.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub widths: BTreeMap<String, u16>,
}

impl ListColumns {
    /// Whether nothing was changed.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        *self == Self::default()
    }
}

impl<'de> Deserialize<'de> for ListColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let names = |key: &str| {
            let listed = value.get(key).and_then(Value::as_array).into_iter().flatten();
            listed.filter_map(Value::as_str).map(str::to_owned)
        };
        let widths = value.get("widths").and_then(Value::as_table).into_iter().flatten();
        let points = |value: &Value| u16::try_from(value.as_integer()?).ok();
        Ok(Self {
            order: names("order").collect(),
            hidden: names("hidden").collect(),
            widths: widths.filter_map(|(name, value)| Some((name.clone(), points(value)?))).collect(),
        })
    }
}
