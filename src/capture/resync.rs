//! Finding packets again in bytes whose beginning is not known: behind a gap, or where a capture began late.

use crate::wire::{Context, Cut, Direction, PacketType, Version, cut, is_faulty};

/// The longest packet that is waited for while it is not sure that it is one.
const LONGEST: usize = 1 << 20;
/// Packets in a row that are proof enough.
const ENOUGH: usize = 3;
/// Bytes that look like one packet, at a place where nothing else speaks for it, are proof from this length on.
const SHORT: usize = 4;

/// What some bytes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A packet begins at the first.
    Packet,
    /// One may begin there; to be asked again with so many bytes.
    Maybe(usize),
    /// None does.
    No,
}

/// Looks whether a packet begins at the first byte. `likely`: a segment or message begins there too, as
/// packets do more often than not.
pub(super) fn look(bytes: &[u8], direction: Direction, likely: bool) -> Look {
    if !can_begin(bytes, direction) {
        return Look::No;
    }
    let length = match cut(bytes) {
        Cut::Malformed => return Look::No,
        Cut::Incomplete { needed } if needed > LONGEST => return Look::No,
        Cut::Incomplete { needed } => return Look::Maybe(needed),
        Cut::Frame { length } => length,
    };
    let valid = |frame: &[u8]| {
        [Version::V3_1_1, Version::V5_0].into_iter().any(|version| {
            let context = Context { version, direction: Some(direction), ..Context::default() };
            !is_faulty(frame, &context)
        })
    };
    if !valid(bytes.get(..length).unwrap_or_default()) {
        return if likely && ends_with_a_packet(bytes) { Look::Packet } else { Look::No };
    }
    let mut at = length;
    for packets in 1..=ENOUGH {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return if likely || at >= SHORT { Look::Packet } else { Look::Maybe(at + 1) };
        }
        if !can_begin(rest, direction) {
            return Look::No;
        }
        match cut(rest) {
            Cut::Incomplete { .. } if likely || packets > 1 => return Look::Packet,
            Cut::Incomplete { needed } => return Look::Maybe(at.saturating_add(needed.min(LONGEST))),
            Cut::Frame { length } if valid(rest.get(..length).unwrap_or_default()) => at += length,
            Cut::Malformed | Cut::Frame { .. } => return Look::No,
        }
    }
    Look::Packet
}

/// Whether the bytes fall into packets, faulty ones too, and nothing is left.
fn ends_with_a_packet(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Cut::Frame { length } = cut(rest) {
        if rest.first().is_some_and(|first| *first < 0x10) {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    rest.is_empty()
}

/// Whether a packet that travels this way may begin like this.
fn can_begin(bytes: &[u8], direction: Direction) -> bool {
    let Some(&first) = bytes.first() else { return false };
    let Some(packet) = PacketType::of_first_byte(first) else { return false };
    let flags = first & 0x0f;
    let flags_fit = match packet {
        PacketType::Publish => flags & 6 != 6,
        PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe => flags & !8 == 2,
        _ => flags == 0,
    };
    let way_fits = packet.only_way().is_none_or(|way| way == direction);
    flags_fit && way_fits && (packet != PacketType::Publish || topic_fits(bytes))
}

/// Whether what is there of a PUBLISH's topic can be one, and fits into the packet.
fn topic_fits(bytes: &[u8]) -> bool {
    let start = 1 + bytes.iter().skip(1).take(4).take_while(|byte| **byte & 0x80 != 0).count() + 1;
    let Some(length) = bytes.get(start..).and_then(<[u8]>::first_chunk) else { return true };
    let length = usize::from(u16::from_be_bytes(*length));
    let packet = match cut(bytes) {
        Cut::Frame { length } => length,
        Cut::Incomplete { needed } => needed,
        Cut::Malformed => return false,
    };
    let behind = bytes.get(start + 2..).unwrap_or_default();
    let topic = behind.get(..length.min(behind.len())).unwrap_or_default();
    let is_text = match str::from_utf8(topic) {
        Ok(_) => true,
        // Cut off within a character.
        Err(error) => error.error_len().is_none() && topic.len() < length,
    };
    start + 2 + length <= packet && is_text && !topic.iter().any(|byte| matches!(byte, 0 | b'+' | b'#'))
}
