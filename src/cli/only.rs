//! Which of the packets taken apart pass a filter.

use crate::log::filter::Subject;
use crate::log::{ConnectionNumber, Entry, Filter, Timestamp};
use crate::wire::{Context, Direction, Dissection, PacketType, Peek};

/// Where a packet comes from.
pub(super) struct Taken {
    /// `None` where nobody knows: what only a server sends was received, all else was sent.
    pub direction: Option<Direction>,
    /// When; 0 where nobody knows.
    pub time: Timestamp,
    /// Which network connection.
    pub connection: ConnectionNumber,
}

impl Taken {
    /// Whether the packet passes. A packet that stands alone has no latency, and waits for nothing.
    pub fn passes(&self, filter: &Filter, frame: &[u8], dissection: &Dissection, context: &Context) -> bool {
        let peek = Peek::of(frame, dissection.version);
        let guess = dissection.packet.and_then(PacketType::only_way).unwrap_or(Direction::ToServer);
        let entry = Entry {
            time: self.time,
            length: u32::try_from(frame.len()).unwrap_or(u32::MAX),
            connection: self.connection,
            direction: self.direction.unwrap_or(guess),
            packet: dissection.packet,
            flags: peek.flags,
            packet_id: peek.packet_id,
            topic: None,
            partner: None,
            fault: dissection.is_faulty(),
        };
        let topic = context.alias_topic.as_deref().filter(|_| peek.topic.is_some_and(<[u8]>::is_empty));
        let frame = Some((dissection.version, frame));
        filter
            .passes(&Subject { entry: &entry, topic, frame, latency: None, unanswered: false })
            .unwrap_or(false)
    }
}
