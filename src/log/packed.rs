//! An index entry as it is held: 40 bytes a frame, whatever the frame's size.

use super::{ConnectionNumber, Entry, Row, Timestamp};
use crate::wire::{Breach, Context, Direction, PacketType, Version};

/// No topic number.
pub(super) const NO_TOPIC: u32 = u32::MAX;
/// Bytes of an entry in an index file.
pub(super) const STORED: usize = 36;

const TO_CLIENT: u16 = 1;
const FAULT: u16 = 2;
const HAS_ID: u16 = 4;
const BEFORE_CONNECT: u16 = 8;
const AFTER_CONNECT: u16 = 16;
const ID_IN_USE: u16 = 32;
const ALIASED: u16 = 64;
const ENDS: u16 = 128;
const ALIAS_UNSET: u16 = 256;
const ALIAS_MAXIMUM: u16 = 512;
/// The version's place among [`Version::ALL`], in two bits.
const VERSION_SHIFT: u32 = 10;
/// The number of the breach of its context, 0 for none, in four bits.
const BREACH_SHIFT: u32 = 12;

/// One frame in the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Where its bytes start in the segment's memory.
    pub in_memory: u32,
    /// Where its bytes start in the segment's file.
    pub on_disk: u32,
    /// Bytes of the frame.
    pub length: u32,
    /// The number of its topic, or [`NO_TOPIC`].
    pub topic: u32,
    /// Rows from this one to its partner; 0 for none.
    partner: i32,
    /// The network connection it crossed.
    pub connection: ConnectionNumber,
    packet_id: u16,
    /// Its first byte; 0 for a frame of no bytes.
    pub first_byte: u8,
    bits: u16,
    alias_maximum: u16,
}

const _: () = assert!(size_of::<Packed>() <= 40, "the index costs at most 40 bytes a frame");

/// What is known of a frame when it is put into the index.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub time: Timestamp,
    pub connection: ConnectionNumber,
    pub direction: Direction,
    pub first_byte: u8,
    pub length: u32,
    pub packet_id: Option<u16>,
    pub topic: Option<u32>,
    pub fault: bool,
    /// What the frames before it said about it.
    pub context: Context,
}

impl Packed {
    /// The entry of a frame with these facts at these places, as yet without a partner.
    pub fn new(facts: &Facts, in_memory: u32, on_disk: u32) -> Self {
        let context = &facts.context;
        let bits = [
            (facts.direction == Direction::ToClient, TO_CLIENT),
            (facts.fault, FAULT),
            (facts.packet_id.is_some(), HAS_ID),
            (context.before_connect, BEFORE_CONNECT),
            (context.after_connect, AFTER_CONNECT),
            (context.packet_id_in_use, ID_IN_USE),
            (context.alias_topic.is_some(), ALIASED),
            (context.alias_unset, ALIAS_UNSET),
            (context.alias_maximum.is_some(), ALIAS_MAXIMUM),
        ]
        .into_iter()
        .fold(0, |bits, (set, bit)| if set { bits | bit } else { bits });
        let version: u16 = match context.version {
            Version::V3_1 => 0,
            Version::V3_1_1 => 1,
            Version::V5_0 => 2,
        };
        let breach = u16::from(context.breach.map_or(0, Breach::number));
        Self {
            time: facts.time.0,
            in_memory,
            on_disk,
            length: facts.length,
            topic: facts.topic.unwrap_or(NO_TOPIC),
            partner: 0,
            connection: facts.connection,
            packet_id: facts.packet_id.unwrap_or(0),
            first_byte: facts.first_byte,
            bits: bits | version << VERSION_SHIFT | breach << BREACH_SHIFT,
            alias_maximum: context.alias_maximum.unwrap_or(0),
        }
    }

    /// Appends the entry as an index file has it, with another number for its topic: [`STORED`] bytes. Its place
    /// in memory is not kept.
    pub fn store(&self, out: &mut Vec<u8>, topic: u32) {
        let mut bytes = [0; STORED];
        let partner = self.partner.to_le_bytes();
        let parts: [&[u8]; 10] = [
            &self.time.to_le_bytes(),
            &self.on_disk.to_le_bytes(),
            &self.length.to_le_bytes(),
            &topic.to_le_bytes(),
            &partner,
            &self.connection.to_le_bytes(),
            &self.packet_id.to_le_bytes(),
            &self.bits.to_le_bytes(),
            &self.alias_maximum.to_le_bytes(),
            &[self.first_byte],
        ];
        let mut left = bytes.as_mut_slice();
        for part in parts {
            let Some((place, behind)) = left.split_at_mut_checked(part.len()) else { break };
            place.copy_from_slice(part);
            left = behind;
        }
        out.extend_from_slice(&bytes);
    }

    /// Reads what [`Packed::store`] wrote.
    pub fn stored(bytes: &[u8; STORED]) -> Self {
        let word = |at: usize| {
            u32::from_le_bytes(bytes.get(at..).and_then(|b| b.first_chunk().copied()).unwrap_or_default())
        };
        let half = |at: usize| {
            u16::from_le_bytes(bytes.get(at..).and_then(|b| b.first_chunk().copied()).unwrap_or_default())
        };
        Self {
            time: u64::from(word(0)) | u64::from(word(4)) << 32,
            in_memory: 0,
            on_disk: word(8),
            length: word(12),
            topic: word(16),
            partner: word(20).cast_signed(),
            connection: word(24),
            packet_id: half(28),
            bits: half(30),
            alias_maximum: half(32),
            first_byte: bytes.get(34).copied().unwrap_or_default(),
        }
    }

    /// How many rows before this one the request stands that it belongs to, where it is not one itself.
    pub fn goes_back(&self) -> Option<u32> {
        (self.partner < 0).then_some(self.partner.unsigned_abs())
    }

    /// The way it went.
    pub const fn direction(&self) -> Direction {
        if self.bits & TO_CLIENT == 0 { Direction::ToServer } else { Direction::ToClient }
    }

    /// Whether it breaks the standard.
    pub const fn fault(&self) -> bool {
        self.bits & FAULT != 0
    }

    /// Its topic number, where its topic stands behind an alias.
    pub fn aliased_topic(&self) -> Option<u32> {
        (self.bits & ALIASED != 0 && self.topic != NO_TOPIC).then_some(self.topic)
    }

    /// The version it is read as.
    pub fn version(&self) -> Version {
        Version::ALL.into_iter().nth(usize::from(self.bits >> VERSION_SHIFT & 3)).unwrap_or_default()
    }

    /// What the frames before it said about it, but for the topic behind an alias.
    pub fn context(&self) -> Context {
        Context {
            version: self.version(),
            alias_maximum: (self.bits & ALIAS_MAXIMUM != 0).then_some(self.alias_maximum),
            direction: Some(self.direction()),
            alias_unset: self.bits & ALIAS_UNSET != 0,
            before_connect: self.bits & BEFORE_CONNECT != 0,
            after_connect: self.bits & AFTER_CONNECT != 0,
            packet_id_in_use: self.bits & ID_IN_USE != 0,
            alias_topic: None,
            breach: u8::try_from(self.bits >> BREACH_SHIFT).ok().and_then(Breach::from_number),
        }
    }

    /// Ties the frame at `row` to `partner`; too far apart to be written down (2³¹ rows) is no tie.
    pub fn tie(&mut self, row: Row, partner: Row) {
        let distance = i128::from(partner) - i128::from(row);
        self.partner = i32::try_from(distance).unwrap_or(0);
    }

    /// Notes that this frame ended the exchange it belongs to.
    pub fn end_exchange(&mut self) {
        self.bits |= ENDS;
    }

    /// Whether this frame ended the exchange it belongs to.
    pub const fn ends_exchange(&self) -> bool {
        self.bits & ENDS != 0
    }

    /// The partner of the frame at `row`.
    pub fn partner(&self, row: Row) -> Option<Row> {
        if self.partner == 0 { None } else { row.checked_add_signed(i64::from(self.partner)) }
    }

    /// The entry as handed out, for the frame at `row`.
    pub fn entry(&self, row: Row) -> Entry {
        Entry {
            time: Timestamp(self.time),
            length: self.length,
            connection: self.connection,
            direction: self.direction(),
            packet: PacketType::of_first_byte(self.first_byte),
            flags: self.first_byte & 0x0f,
            packet_id: (self.bits & HAS_ID != 0).then_some(self.packet_id),
            topic: (self.topic != NO_TOPIC).then_some(self.topic),
            partner: self.partner(row),
            fault: self.fault(),
        }
    }
}
