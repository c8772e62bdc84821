//! MQTT control packets as bytes: cutting frames out of a stream, taking them apart into fields with
//! byte ranges, saying what is wrong with them, topic names and filters.
//!
//! Pure: no clock, no file, no socket, no task. Any bytes whatever get an answer; nothing here panics.

#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod breach;
mod context;
mod diagnostic;
mod display;
mod dissect;
mod explain;
mod field;
mod frame;
mod packet_type;
mod peek;
mod property;
mod qos;
mod reader;
mod reason_code;
mod rule;
mod secret;
mod summary;
mod topic;
mod tracker;
mod tree;
mod version;

pub use breach::Breach;
pub use context::Context;
pub use diagnostic::{Diagnostic, Severity};
pub use dissect::{dissect, is_faulty};
pub use explain::{Explanation, explain};
pub use field::FieldKind;
pub use frame::{Cut, MAXIMUM_REMAINING_LENGTH, cut};
pub use packet_type::{Direction, PacketType};
pub use peek::Peek;
pub use property::Property;
pub use qos::{NoQos, Qos};
pub use reason_code::{reason_name, reason_name_in, reason_string, server_keep_alive, server_reference};
pub use secret::secret_ranges;
pub use summary::{summarize, summarize_beginning_into, summarize_into};
pub use topic::{TopicFault, check_topic_filter, check_topic_name, matches};
pub use tracker::Tracker;
pub use tree::{Broken, Dissection, Field, Value, field_at};
pub use version::Version;
