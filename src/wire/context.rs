//! What one frame cannot tell of itself.

use super::{Breach, Direction, Version};

/// What is known of a frame from the network connection it crossed.
///
/// The default knows nothing but the version 3.1.1: no direction, no earlier frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The version in force. CONNECT is always read as the version it names itself.
    pub version: Version,
    /// Which way the frame travelled, where known.
    pub direction: Option<Direction>,
    /// The topic behind a PUBLISH's topic alias, where an earlier PUBLISH set it.
    pub alias_topic: Option<String>,
    /// The PUBLISH names an alias that no earlier frame of the network connection has set.
    pub alias_unset: bool,
    /// The highest topic alias that the frame's receiver takes, where its CONNECT or CONNACK said so.
    pub alias_maximum: Option<u16>,
    /// No CONNECT has crossed this network connection yet, and it was seen from its beginning.
    pub before_connect: bool,
    /// A CONNECT has crossed this network connection already.
    pub after_connect: bool,
    /// The frame's packet identifier belongs to an earlier exchange that is not finished.
    pub packet_id_in_use: bool,
    /// What the frame does that the frames before it forbid; the first that applies.
    pub breach: Option<Breach>,
}
