//! The frames that make up nearly all traffic, recognised as faultless without taking them apart.
//!
//! Saying no here only costs time; saying yes to a frame with an error would hide it.

use crate::wire::frame::{VariableInteger, two_bytes, variable_integer};
use crate::wire::peek::next_property;
use crate::wire::{Context, Direction, PacketType, Peek, Property, Version};

/// A first look at a PUBLISH, a short acknowledgement or a ping that surely holds no error; otherwise `None`.
#[inline]
pub(in crate::wire) fn plainly_fine<'a>(frame: &'a [u8], context: &Context) -> Option<Peek<'a>> {
    if context.before_connect || context.breach.is_some() {
        return None;
    }
    let peek = Peek::of(frame, context.version);
    let short = |flags| {
        matches!(frame, [_, 2, _, _]) && peek.flags == flags && peek.packet_id.is_some_and(|id| id > 0)
    };
    let fine = match peek.packet {
        Some(PacketType::Publish) => publish(frame, &peek, context).unwrap_or(false),
        Some(PacketType::Puback | PacketType::Pubrec | PacketType::Pubcomp) => short(0),
        Some(PacketType::Pubrel) => short(2),
        Some(PacketType::Pingreq) => frame == [0xc0, 0] && context.direction != Some(Direction::ToClient),
        Some(PacketType::Pingresp) => frame == [0xd0, 0] && context.direction != Some(Direction::ToServer),
        _ => false,
    };
    fine.then_some(peek)
}

/// `None` where something is missing.
fn publish(frame: &[u8], peek: &Peek<'_>, context: &Context) -> Option<bool> {
    let (length, start) = shortest_integer(frame, 1)?;
    let topic = peek.topic?;
    let mut at = start + 2 + topic.len();
    let numbered = match peek.qos() {
        0 => peek.flags & 8 == 0,
        1 | 2 => {
            at += 2;
            peek.packet_id? > 0
        }
        _ => false,
    };
    let properties = if context.version == Version::V5_0 {
        let (length, start) = shortest_integer(frame, at)?;
        at = start.checked_add(length)?;
        frame.get(start..at)?
    } else {
        &[]
    };
    Some(
        numbered
            && start.checked_add(length) == Some(frame.len())
            && at <= frame.len()
            && (!topic.is_empty() || peek.topic_alias.is_some())
            && memchr::memchr2(b'+', b'#', topic).is_none()
            && is_text(topic)
            && are_plain(properties, context),
    )
}

/// Whether the properties are of the common ones, each at most once where it may not repeat, and right.
fn are_plain(properties: &[u8], context: &Context) -> bool {
    let (mut at, mut seen) = (0, 0_u64);
    while at < properties.len() {
        let Some((property, value)) = next_property(properties, at) else { return false };
        at = value.end;
        let bytes = properties.get(value).unwrap_or_default();
        let right = match property {
            Property::UserProperty => two_bytes(bytes, 0)
                .and_then(|length| bytes.split_at_checked(2 + usize::from(length)))
                .is_some_and(|(name, value)| {
                    is_text(name.get(2..).unwrap_or_default()) && is_text(value.get(2..).unwrap_or_default())
                }),
            Property::ContentType => is_text(bytes.get(2..).unwrap_or_default()),
            Property::MessageExpiryInterval | Property::CorrelationData => true,
            Property::PayloadFormatIndicator => matches!(bytes, [0 | 1]),
            Property::TopicAlias => two_bytes(bytes, 0).is_some_and(|alias| {
                alias > 0
                    && !context.alias_unset
                    && context.alias_maximum.is_none_or(|maximum| alias <= maximum)
            }),
            Property::SubscriptionIdentifier => {
                matches!(bytes, [1..=0x7f]) && context.direction != Some(Direction::ToServer)
            }
            _ => false,
        };
        let repeated = seen & (1 << property.id()) != 0 && !property.may_repeat(PacketType::Publish);
        if !right || repeated {
            return false;
        }
        seen |= 1 << property.id();
    }
    true
}

/// A variable byte integer in as few bytes as possible: its value and the offset behind it.
fn shortest_integer(frame: &[u8], at: usize) -> Option<(usize, usize)> {
    match variable_integer(frame, at) {
        VariableInteger::Whole { value, end } if end == at + 1 || frame.get(end - 1) != Some(&0) => {
            Some((value, end))
        }
        _ => None,
    }
}

/// Whether the bytes are what a string may hold.
fn is_text(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok()
}
