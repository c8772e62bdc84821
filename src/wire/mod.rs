//! MQTT control packets as bytes: cutting frames out of a stream, taking them apart into fields with
//! byte ranges, saying what is wrong with them, topic names and filters.
//!
//! Pure: no clock, no file, no socket, no task. Any bytes whatever get an answer; nothing here panics.

mod diagnostic;
mod field;
mod packet_type;
mod qos;
mod tree;
mod version;

pub use diagnostic::{Diagnostic, Severity};
pub use field::FieldKind;
pub use packet_type::{Direction, PacketType};
pub use qos::{NoQos, Qos};
pub use tree::{Broken, Dissection, Field, Value};
pub use version::Version;
