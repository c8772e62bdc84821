//! What the program remembers besides profiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::colour_rule::{self, ColourRule};
use super::columns::ListColumns;
use super::secrets::Place;
use crate::language::Language;
use crate::profile::ProfileId;

/// Which colours the window has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of a chooser.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];
}

/// Where the inspector stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Right of the list.
    #[default]
    Right,
    /// Under the list.
    Below,
}

/// The size of the window, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSize {
    /// Points across.
    pub width: u16,
    /// Points down.
    pub height: u16,
    /// It fills the screen; the size is that from before.
    pub maximized: bool,
}

impl Default for WindowSize {
    fn default() -> Self {
        Self { width: 1280, height: 800, maximized: false }
    }
}

/// How the window is divided. Sizes are whole points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// The left column's width.
    pub left_width: u16,
    /// Where the inspector stands in Messages.
    pub messages_inspector: Side,
    /// Where the inspector stands in Packets.
    pub packets_inspector: Side,
    /// The profile that was selected last.
    pub selected_profile: Option<ProfileId>,
    /// The window's size, once it is known.
    pub window: Option<WindowSize>,
    /// The sizes of the other splits, by names that the window gives them.
    pub splits: BTreeMap<String, u16>,
    /// The strip over the lists that shows how much crossed when.
    pub time_strip: bool,
    /// The columns of Messages.
    #[serde(skip_serializing_if = "ListColumns::is_natural")]
    pub messages_columns: ListColumns,
    /// The columns of Packets.
    #[serde(skip_serializing_if = "ListColumns::is_natural")]
    pub packets_columns: ListColumns,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            left_width: 256,
            messages_inspector: Side::Right,
            packets_inspector: Side::Below,
            selected_profile: None,
            window: None,
            splits: BTreeMap::new(),
            messages_columns: ListColumns::default(),
            packets_columns: ListColumns::default(),
            time_strip: true,
        }
    }
}

/// How secrets are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepSecrets {
    /// Where.
    #[serde(rename = "where")]
    pub place: Place,
}

/// What the program remembers besides profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The language of texts; `None` for the system's.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Theme,
    /// How secrets are kept.
    pub secrets: KeepSecrets,
    /// Filters of lists, newest first.
    pub filters: Vec<String>,
    /// How much history is kept.
    pub history: History,
    /// What colours rows: the first that a row passes.
    #[serde(deserialize_with = "colour_rule::rules", skip_serializing_if = "Vec::is_empty")]
    pub colour_rules: Vec<ColourRule>,
    /// How payloads of topics are shown, the one that was chosen last first. What cannot be read is left out.
    #[serde(deserialize_with = "readable")]
    pub formats: Vec<TopicFormat>,
    /// How the window is divided.
    pub layout: Layout,
}

/// How payloads of a topic are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicFormat {
    /// The topic name.
    pub topic: String,
    /// The format, by its name.
    pub format: String,
}

/// Those entries that can be read; none where it is no list.
fn readable<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<TopicFormat>, D::Error> {
    let toml::Value::Array(entries) = toml::Value::deserialize(from)? else { return Ok(Vec::new()) };
    Ok(entries.into_iter().filter_map(|entry| entry.try_into().ok()).collect())
}

/// How much of each connection's history is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Mebibytes of frames in memory.
    pub memory_mib: u32,
    /// Mebibytes of files.
    pub disk_mib: u32,
}

impl History {
    /// What may be asked for: mebibytes in memory, and on disk.
    pub const POSSIBLE: [std::ops::RangeInclusive<u32>; 2] = [16..=65_536, 16..=1_048_576];

    /// The nearest that is possible.
    #[must_use]
    pub fn sensible(self) -> Self {
        let [memory, disk] = Self::POSSIBLE;
        Self {
            memory_mib: self.memory_mib.clamp(*memory.start(), *memory.end()),
            disk_mib: self.disk_mib.clamp(*disk.start(), *disk.end()),
        }
    }
}

impl Default for History {
    fn default() -> Self {
        Self { memory_mib: 256, disk_mib: 2048 }
    }
}
