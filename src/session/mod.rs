//! MQTT sessions over network connections: dial, tap, engine, reconnect.
//!
//! Each session is a task of its own on the runtime that it is given. Commands go in, events come out,
//! frames go to the log. Every accepted request gets exactly one outcome, also when the session ends.

mod command;
mod error;
mod event;

pub use command::{Command, Publish, RequestId};
pub use error::Failure;
pub use event::{Event, FilterOutcome, Granted, Phase, PublishOutcome};
