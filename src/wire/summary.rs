//! A frame in one line.

use super::{Context, dissect};

/// What the frame says, in one line, without its packet type: the Info column.
#[must_use]
pub fn summarize(frame: &[u8], context: &Context) -> String {
    dissect(frame, context).packet.map_or_else(String::new, |packet| packet.name().to_owned())
}
