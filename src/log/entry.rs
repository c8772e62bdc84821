//! What the log knows of a frame without its bytes, and with them.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::wire::{Direction, PacketType, Qos, Version};

/// A frame's number in its log, from 0, in order of arrival. Never reused, also when old frames go.
pub type Row = u64;

/// Nanoseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

/// A network connection's number in its log.
pub type ConnectionNumber = u32;

/// One network connection of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Our end of it.
    pub client: SocketAddr,
    /// The server's end of it.
    pub server: SocketAddr,
    /// The version its CONNECT asks for.
    pub version: Version,
}

/// What the index holds of a frame: enough for lists, filters and counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When its last byte crossed.
    pub time: Timestamp,
    /// Its bytes, fixed header included.
    pub length: u32,
    /// Which network connection it crossed.
    pub connection: ConnectionNumber,
    /// Which way it went.
    pub direction: Direction,
    /// `None` for the forbidden type 0.
    pub packet: Option<PacketType>,
    /// The first byte's low four bits.
    pub flags: u8,
    /// The packet identifier where it has one.
    pub packet_id: Option<u16>,
    /// PUBLISH: the number of its topic (see `FrameLog::topic`), aliases resolved.
    pub topic: Option<u32>,
    /// A request: its newest answer, and in the end the final one (PUBCOMP for `QoS` 2). An answer, or a later
    /// step of the same exchange, or the request sent again: the request. Its row may have gone.
    pub partner: Option<Row>,
    /// It has a diagnostic of severity error, or could not be read.
    pub fault: bool,
}

impl Entry {
    /// PUBLISH: its quality of service, where legal.
    #[must_use]
    pub fn qos(&self) -> Option<Qos> {
        Qos::try_from((self.flags >> 1) & 3).ok()
    }

    /// PUBLISH: whether it is retained.
    #[must_use]
    pub const fn retain(&self) -> bool {
        self.flags & 1 != 0
    }

    /// PUBLISH: whether it is sent again.
    #[must_use]
    pub const fn dup(&self) -> bool {
        self.flags & 8 != 0
    }
}

/// A frame with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its number in the log.
    pub row: Row,
    /// What the index holds of it.
    pub entry: Entry,
    /// Exactly the bytes that crossed the transport.
    pub bytes: Arc<[u8]>,
}

/// Exact counts over everything the log has taken in since it was opened or cleared. What earlier runs left on
/// disk counts too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames that are PUBLISH.
    pub messages: u64,
    /// All frames.
    pub packets: u64,
    /// Frames with an error.
    pub faults: u64,
    /// Bytes of all frames.
    pub bytes: u64,
    /// Of the messages, those that earlier runs left on disk, as far as they have been read.
    pub earlier: u64,
    /// Frames that have gone before the first row that is held, since the log is bounded; those that earlier runs
    /// let go count. 0 while earlier frames are still being read.
    pub gone: u64,
    /// The newest round trip of a client's request and its final answer, in nanoseconds.
    pub round_trip_ns: Option<u64>,
}

impl Counters {
    /// Messages that have come in since the log was opened or cleared.
    #[must_use]
    pub const fn arrived(&self) -> u64 {
        self.messages.saturating_sub(self.earlier)
    }
}
