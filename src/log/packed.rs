//! An index entry as it is held: 40 bytes a frame, whatever the frame's size.

use super::{ConnectionNumber, Entry, Row, Timestamp};
use crate::wire::{Context, Direction, PacketType};

/// No topic number.
const NO_TOPIC: u32 = u32::MAX;

const TO_CLIENT: u16 = 1;
const FAULT: u16 = 2;
const HAS_ID: u16 = 4;
const BEFORE_CONNECT: u16 = 8;
const AFTER_CONNECT: u16 = 16;
const ID_IN_USE: u16 = 32;
const ALIASED: u16 = 64;
const ENDS: u16 = 128;
const ALIAS_UNSET: u16 = 256;

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
    topic: u32,
    /// Rows from this one to its partner; 0 for none.
    partner: i32,
    /// The network connection it crossed.
    pub connection: ConnectionNumber,
    packet_id: u16,
    /// Its first byte; 0 for a frame of no bytes.
    pub first_byte: u8,
    bits: u16,
}

const _: () = assert!(size_of::<Packed>() <= 40, "the index costs at most 40 bytes a frame");

/// What is known of a frame when it is put into the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub time: Timestamp,
    pub connection: ConnectionNumber,
    pub direction: Direction,
    pub first_byte: u8,
    pub length: u32,
    pub packet_id: Option<u16>,
    pub topic: Option<u32>,
    pub fault: bool,
    /// Its topic stands behind an alias.
    pub aliased: bool,
    /// It names an alias that stands for nothing.
    pub alias_unset: bool,
    pub before_connect: bool,
    pub after_connect: bool,
    pub packet_id_in_use: bool,
}

impl Packed {
    /// The entry of a frame with these facts at these places, as yet without a partner.
    pub fn new(facts: &Facts, in_memory: u32, on_disk: u32) -> Self {
        let bits = [
            (facts.direction == Direction::ToClient, TO_CLIENT),
            (facts.fault, FAULT),
            (facts.packet_id.is_some(), HAS_ID),
            (facts.before_connect, BEFORE_CONNECT),
            (facts.after_connect, AFTER_CONNECT),
            (facts.packet_id_in_use, ID_IN_USE),
            (facts.aliased, ALIASED),
            (facts.alias_unset, ALIAS_UNSET),
        ]
        .into_iter()
        .fold(0, |bits, (set, bit)| if set { bits | bit } else { bits });
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
            bits,
        }
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

    /// What the frames before it said about it, but for what the log looks up elsewhere.
    pub fn context(&self) -> Context {
        Context {
            direction: Some(self.direction()),
            alias_unset: self.bits & ALIAS_UNSET != 0,
            before_connect: self.bits & BEFORE_CONNECT != 0,
            after_connect: self.bits & AFTER_CONNECT != 0,
            packet_id_in_use: self.bits & ID_IN_USE != 0,
            ..Context::default()
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
