//! A first look at a frame, without memory of its own: what the log's index needs of every frame.

use std::ops::Range;

use super::frame::{VariableInteger, two_bytes, variable_integer};
use super::property::{Property, Shape};
use super::{PacketType, Version};

/// What a frame says at a glance. Whatever cannot be read is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peek<'a> {
    /// `None` for the forbidden type 0 or no bytes at all.
    pub packet: Option<PacketType>,
    /// The first byte's low four bits.
    pub flags: u8,
    /// The packet identifier, of packets that have one.
    pub packet_id: Option<u16>,
    /// PUBLISH: the bytes of the topic name; empty where an alias stands for it.
    pub topic: Option<&'a [u8]>,
    /// PUBLISH of 5.0: the topic alias.
    pub topic_alias: Option<u16>,
    /// PUBLISH of 5.0: the bytes of the response topic.
    pub response_topic: Option<&'a [u8]>,
    /// PUBLISH of 5.0: the correlation data.
    pub correlation_data: Option<&'a [u8]>,
    /// PUBLISH: where the application message stands; otherwise empty.
    pub payload: Range<usize>,
    /// The reason or return code of CONNACK, DISCONNECT, AUTH and the acknowledgements of PUBLISH, also
    /// where 5.0 leaves a zero out. SUBACK and UNSUBACK carry several: `None`.
    pub reason: Option<u8>,
}

impl<'a> Peek<'a> {
    /// Looks at a frame of the version.
    #[must_use]
    pub fn of(frame: &'a [u8], version: Version) -> Self {
        let Some(&first) = frame.first() else { return Self::default() };
        let mut peek =
            Self { packet: PacketType::of_first_byte(first), flags: first & 0x0f, ..Self::default() };
        let VariableInteger::Whole { value, end: start } = variable_integer(frame, 1) else { return peek };
        // Bytes behind the frame's own end are not its business.
        let frame = frame.get(..start.saturating_add(value)).unwrap_or(frame);
        match peek.packet {
            Some(PacketType::Publish) => peek.publish(frame, start, version),
            Some(PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp) => {
                peek.packet_id = two_bytes(frame, start);
                peek.reason = reason(frame, start + 2, version, peek.packet_id.is_some());
            }
            Some(
                PacketType::Subscribe | PacketType::Suback | PacketType::Unsubscribe | PacketType::Unsuback,
            ) => peek.packet_id = two_bytes(frame, start),
            Some(PacketType::Connack) => peek.reason = frame.get(start + 1).copied(),
            Some(PacketType::Disconnect | PacketType::Auth) => {
                peek.reason = reason(frame, start, version, true);
            }
            Some(PacketType::Connect | PacketType::Pingreq | PacketType::Pingresp) | None => {}
        }
        peek
    }

    /// PUBLISH: the level of quality of service, 0 to 3.
    #[must_use]
    pub const fn qos(&self) -> u8 {
        (self.flags >> 1) & 3
    }

    fn publish(&mut self, frame: &'a [u8], start: usize, version: Version) {
        let Some(length) = two_bytes(frame, start) else { return };
        let mut at = start + 2 + usize::from(length);
        let Some(topic) = frame.get(start + 2..at) else { return };
        self.topic = Some(topic);
        if self.qos() > 0 {
            self.packet_id = two_bytes(frame, at);
            at += 2;
        }
        if version == Version::V5_0 {
            let VariableInteger::Whole { value, end } = variable_integer(frame, at) else { return };
            at = end.saturating_add(value);
            self.properties(frame.get(end..at).unwrap_or_default());
        }
        if at <= frame.len() {
            self.payload = at..frame.len();
        }
    }

    /// The properties of a PUBLISH, as far as they can be read; of each the first.
    fn properties(&mut self, properties: &'a [u8]) {
        let mut at = 0;
        while let Some((property, value)) = next_property(properties, at) {
            at = value.end;
            // A text or binary value stands behind its length.
            let counted = properties.get(value.start + 2..value.end);
            match property {
                Property::TopicAlias => {
                    self.topic_alias = self.topic_alias.or_else(|| two_bytes(properties, value.start));
                }
                Property::ResponseTopic => self.response_topic = self.response_topic.or(counted),
                Property::CorrelationData => self.correlation_data = self.correlation_data.or(counted),
                _ => {}
            }
        }
    }
}

/// The reason code at `at`; 5.0 leaves it out where it is 0 (sections 3.4.2.1, 3.14.2.1, 3.15.2.1).
fn reason(frame: &[u8], at: usize, version: Version, may_be_left_out: bool) -> Option<u8> {
    if version != Version::V5_0 {
        return None;
    }
    frame.get(at).copied().or((may_be_left_out && frame.len() == at).then_some(0))
}

/// The property that begins at `at`, and where its value stands; `None` where there is none, or no whole one.
pub(super) fn next_property(properties: &[u8], at: usize) -> Option<(Property, Range<usize>)> {
    let property = Property::from_id(*properties.get(at)?)?;
    let start = at + 1;
    let counted = |at: usize| Some(at + 2 + usize::from(two_bytes(properties, at)?));
    let end = match property.shape() {
        Shape::Byte => start + 1,
        Shape::TwoBytes => start + 2,
        Shape::FourBytes => start + 4,
        Shape::VariableInteger => match variable_integer(properties, start) {
            VariableInteger::Whole { end, .. } => end,
            _ => return None,
        },
        Shape::Text | Shape::Binary => counted(start)?,
        Shape::TextPair => counted(counted(start)?)?,
    };
    (end <= properties.len()).then_some((property, start..end))
}
