//! The frame log: every frame of a profile's connections, in order, with time and direction.
//!
//! One writer (the session's tap), many readers. Appending copies into memory and never waits for a
//! disk; a writer thread takes segments there. Everything the window shows is a view of this.

mod entry;

pub use entry::{Connection, ConnectionNumber, Counters, Entry, Frame, Row, Timestamp};
