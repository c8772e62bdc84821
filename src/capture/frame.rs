//! What a capture holds of one MQTT control packet.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::log::Timestamp;
use crate::wire::{Direction, Version};

/// A time as a capture tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureTime {
    /// In nanoseconds; finer times are cut off, times before 1970 are 0.
    pub timestamp: Timestamp,
    /// How many digits behind the second the capture has, 0 to 9.
    pub digits: u8,
}

/// Epoch seconds, with as many digits as the capture has.
impl fmt::Display for CaptureTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest) = (self.timestamp.0 / 1_000_000_000, self.timestamp.0 % 1_000_000_000);
        let digits = self.digits.min(9);
        write!(f, "{seconds}")?;
        if digits == 0 {
            return Ok(());
        }
        let fraction = rest / 10_u64.pow(u32::from(9 - digits));
        write!(f, ".{fraction:0width$}", width = usize::from(digits))
    }
}

/// Something that happened on the way of a control packet, or of what was before it in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Before it, bytes are missing from the capture: how many, where that is known.
    Gap(Option<u64>),
    /// Before it, or within it, segments were sent again; they were dropped.
    Retransmission,
    /// The capture holds only its first part.
    Truncated,
}

/// An MQTT control packet that was found in a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedFrame {
    /// The number, from 1, of the capture's frame that completed the packet.
    pub number: u64,
    /// When that was, where the capture says so.
    pub time: Option<CaptureTime>,
    /// The network connection, numbered from 0 in order of appearance.
    pub stream: u32,
    /// Who sent it.
    pub source: SocketAddr,
    /// Who it was sent to.
    pub destination: SocketAddr,
    /// Which way it went.
    pub direction: Direction,
    /// The network connection was under way when the capture began.
    pub midway: bool,
    /// The version that the capture itself names for the network connection.
    pub version: Option<Version>,
    /// Its bytes, above TLS and WebSocket.
    pub bytes: Arc<[u8]>,
    /// What happened on its way.
    pub notes: Vec<Note>,
}

impl CapturedFrame {
    /// The client's address and the server's.
    #[must_use]
    pub const fn ends(&self) -> (SocketAddr, SocketAddr) {
        match self.direction {
            Direction::ToServer => (self.source, self.destination),
            Direction::ToClient => (self.destination, self.source),
        }
    }
}

/// The capture's frame that brought some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub time: Option<CaptureTime>,
}

impl Mark {
    /// The later of two.
    pub fn max(self, other: Self) -> Self {
        if other.number >= self.number { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_digits_of_its_capture() {
        let shown =
            |digits| CaptureTime { timestamp: Timestamp(1_700_000_000_012_345_678), digits }.to_string();
        assert_eq!(shown(9), "1700000000.012345678");
        assert_eq!(shown(6), "1700000000.012345");
        assert_eq!(shown(1), "1700000000.0");
        assert_eq!(shown(0), "1700000000");
    }
}
