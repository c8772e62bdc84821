//! pcapng: sections of blocks. Packets are in enhanced, simple and (obsolete) packet blocks; others are passed
//! over, but for the blocks in which this program's own files go on with a long frame.

use std::io::{self, Read};

use super::{Endian, Input, LONGEST, Next, Record};
use crate::capture::frame::{CaptureTime, Mark};
use crate::log::Timestamp;
use crate::log::pcapng::{CONTINUATION, LINK_TYPE, OPTION_DESCRIPTION, read_description};
use crate::wire::Version;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
/// A journal entry of systemd, which Wireshark numbers as it does packets.
const JOURNAL: u32 = 9;

/// The most interfaces of a section; this program's own files have one for each network connection.
const MOST_INTERFACES: usize = 1 << 20;

const OPTION_FLAGS: u16 = 2;
const OPTION_TIME_RESOLUTION: u16 = 9;
const OPTION_TIME_OFFSET: u16 = 14;

#[derive(Clone, Debug)]
struct Interface {
    link_type: u32,
    /// The most bytes of a packet; 0 is any number.
    snapshot: u64,
    clock: Clock,
    /// What its packets are read as, where this program wrote it.
    version: Option<Version>,
}

/// How an interface counts time.
#[derive(Clone, Copy, Debug)]
struct Clock {
    /// Ticks are this base to the power of minus this exponent, in seconds.
    base: u8,
    exponent: u8,
    /// Seconds to be added.
    offset: i64,
}

impl Clock {
    fn time(self, ticks: u64) -> CaptureTime {
        let per_second = u128::from(self.base).checked_pow(u32::from(self.exponent));
        let nanoseconds = per_second.map_or(0, |per_second| u128::from(ticks) * 1_000_000_000 / per_second);
        let nanoseconds = i128::try_from(nanoseconds)
            .unwrap_or(i128::MAX)
            .saturating_add(i128::from(self.offset) * 1_000_000_000);
        let most = i128::from(u64::MAX);
        // Three digits for ten bits.
        let digits = if self.base == 10 { self.exponent } else { (self.exponent / 10 * 3).saturating_add(3) };
        CaptureTime {
            timestamp: Timestamp(u64::try_from(nanoseconds.clamp(0, most)).unwrap_or(0)),
            digits: digits.min(9),
        }
    }
}

/// The type of a block, its length, and where it begins in the file.
#[derive(Clone, Copy, Debug)]
struct Head {
    kind: u32,
    total: u64,
    start: u64,
}

/// What came of looking for a block.
#[derive(Debug)]
enum Found {
    Head(Head),
    Nothing(Next),
}

#[derive(Debug)]
pub(super) struct Pcapng<R> {
    input: Input<R>,
    endian: Endian,
    /// The first section's type has been read, and nothing else.
    at_start: bool,
    /// What was found behind a packet already.
    ahead: Option<Found>,
    interfaces: Vec<Interface>,
    /// How many interfaces the sections before this one had.
    earlier_interfaces: u32,
    number: u64,
}

impl<R: Read> Pcapng<R> {
    /// Behind the first four bytes.
    pub fn new(input: Input<R>) -> Self {
        Self {
            input,
            endian: Endian::Little,
            at_start: true,
            ahead: None,
            interfaces: Vec::new(),
            earlier_interfaces: 0,
            number: 0,
        }
    }

    pub fn next(&mut self) -> io::Result<Next> {
        let mut body = Vec::new();
        loop {
            let head = match self.head()? {
                Found::Head(head) => head,
                Found::Nothing(next) => return Ok(next),
            };
            if let Some(next) = self.body(head, &mut body)? {
                return Ok(next);
            }
            let taken = match head.kind {
                INTERFACE => self.interface(&body),
                JOURNAL => {
                    self.number += 1;
                    Some(())
                }
                ENHANCED_PACKET | SIMPLE_PACKET | OBSOLETE_PACKET => {
                    self.number += 1;
                    match self.packet(head.kind, &body) {
                        Some(record) => return self.with_its_rest(record).map(Next::Record),
                        None => None,
                    }
                }
                // A section has been dealt with; other blocks are none of ours.
                _ => Some(()),
            };
            if taken.is_none() {
                return Ok(Next::Broken(head.start));
            }
        }
    }

    /// The next block's type and length. A section's own byte order holds from its head on.
    fn head(&mut self) -> io::Result<Found> {
        if let Some(found) = self.ahead.take() {
            return Ok(found);
        }
        let mut bytes = Vec::new();
        let start = if self.at_start { 0 } else { self.input.position };
        let kind = if self.at_start {
            SECTION
        } else {
            self.input.read(4, &mut bytes)?;
            match self.endian.u32(&bytes, 0) {
                Some(kind) => kind,
                None if bytes.is_empty() => return Ok(Found::Nothing(Next::End)),
                None => return Ok(Found::Nothing(Next::CutOff(start))),
            }
        };
        self.at_start = false;
        // A section's length can be told only with its byte order, which stands behind it.
        let wanted = if kind == SECTION { 8 } else { 4 };
        if !self.input.read(wanted, &mut bytes)? {
            return Ok(Found::Nothing(Next::CutOff(start)));
        }
        let mut read = 8;
        if kind == SECTION {
            read = 12;
            self.endian = match bytes.get(4..8) {
                Some([0x4d, 0x3c, 0x2b, 0x1a]) => Endian::Little,
                Some([0x1a, 0x2b, 0x3c, 0x4d]) => Endian::Big,
                _ => return Ok(Found::Nothing(Next::Broken(start))),
            };
            self.earlier_interfaces =
                self.earlier_interfaces.saturating_add(u32::try_from(self.interfaces.len()).unwrap_or(0));
            self.interfaces.clear();
        }
        let total = u64::from(self.endian.u32(&bytes, 0).unwrap_or(0));
        let head = Head { kind, total, start };
        let makes_sense = total.is_multiple_of(4) && total >= read + 4;
        Ok(if makes_sense { Found::Head(head) } else { Found::Nothing(Next::Broken(start)) })
    }

    /// Reads a block's body, or passes over one that is not used; why not, if it cannot be done.
    fn body(&mut self, head: Head, body: &mut Vec<u8>) -> io::Result<Option<Next>> {
        let read = if head.kind == SECTION { 12 } else { 8 };
        let length = head.total.saturating_sub(read + 4);
        let used =
            matches!(head.kind, INTERFACE | OBSOLETE_PACKET | SIMPLE_PACKET | ENHANCED_PACKET | CONTINUATION);
        if used && length > LONGEST {
            return Ok(Some(Next::Broken(head.start)));
        }
        let whole = if used { self.input.read(length, body)? } else { self.input.skip(length)? };
        let mut again = Vec::new();
        if !whole || !self.input.read(4, &mut again)? {
            return Ok(Some(Next::CutOff(head.start)));
        }
        let same = self.endian.u32(&again, 0).map(u64::from) == Some(head.total);
        Ok((!same).then_some(Next::Broken(head.start)))
    }

    /// Takes in an interface; `None` where it makes no sense.
    fn interface(&mut self, body: &[u8]) -> Option<()> {
        if self.interfaces.len() >= MOST_INTERFACES {
            return None;
        }
        let mut clock = Clock { base: 10, exponent: 6, offset: 0 };
        let mut version = None;
        let options = Options { bytes: body.get(8..)?, endian: self.endian };
        for (code, value) in options {
            match (code, value.first()) {
                (OPTION_TIME_RESOLUTION, Some(&resolution)) => {
                    clock.base = if resolution & 0x80 == 0 { 10 } else { 2 };
                    clock.exponent = resolution & 0x7f;
                }
                (OPTION_DESCRIPTION, _) => {
                    version = str::from_utf8(value).ok().and_then(read_description).map(|c| c.version);
                }
                (OPTION_TIME_OFFSET, _) => clock.offset = self.endian.i64(value, 0).unwrap_or(0),
                _ => {}
            }
        }
        self.interfaces.push(Interface {
            link_type: u32::from(self.endian.u16(body, 0)?),
            snapshot: u64::from(self.endian.u32(body, 4)?),
            clock,
            version,
        });
        Some(())
    }

    /// Reads a packet; `None` where it makes no sense.
    fn packet(&self, kind: u32, body: &[u8]) -> Option<Record> {
        let word = |at| self.endian.u32(body, at).map(u64::from);
        let index = match kind {
            ENHANCED_PACKET => self.endian.u32(body, 0)?,
            OBSOLETE_PACKET => u32::from(self.endian.u16(body, 0)?),
            _ => 0,
        };
        let interface = self.interfaces.get(usize::try_from(index).ok()?)?;
        let (captured, original, start) = if kind == SIMPLE_PACKET {
            let original = word(0)?;
            let there = body.len() as u64 - 4;
            let most = if interface.snapshot == 0 { there } else { interface.snapshot };
            (original.min(most), original, 4)
        } else {
            (word(12)?, word(16)?, 20)
        };
        let captured_bytes = usize::try_from(captured).ok()?;
        let data = body.get(start..)?.get(..captured_bytes)?.to_vec();
        let time =
            if kind == SIMPLE_PACKET { None } else { Some(interface.clock.time(word(4)? << 32 | word(8)?)) };
        let behind = start + captured_bytes.next_multiple_of(4);
        let mut options = Options { bytes: body.get(behind..).unwrap_or_default(), endian: self.endian };
        let mut outbound = None;
        while kind != SIMPLE_PACKET
            && let Some((code, value)) = options.next()
        {
            if code == OPTION_FLAGS {
                outbound = match self.endian.u32(value, 0).unwrap_or(0) & 3 {
                    1 => Some(false),
                    2 => Some(true),
                    _ => None,
                };
            }
        }
        Some(Record {
            mark: Mark { number: self.number, time },
            interface: self.earlier_interfaces.saturating_add(index),
            link_type: interface.link_type,
            version: interface.version,
            data,
            missing: original.saturating_sub(captured),
            outbound,
        })
    }

    /// Adds what stands in the blocks behind a long frame's first.
    fn with_its_rest(&mut self, mut record: Record) -> io::Result<Record> {
        let mut body = Vec::new();
        while record.missing > 0 && record.link_type == u32::from(LINK_TYPE) {
            let head = match self.head()? {
                Found::Head(head) if head.kind == CONTINUATION => head,
                found => {
                    self.ahead = Some(found);
                    break;
                }
            };
            if let Some(next) = self.body(head, &mut body)? {
                self.ahead = Some(Found::Nothing(next));
                break;
            }
            let more = body.len().min(usize::try_from(record.missing).unwrap_or(usize::MAX));
            record.data.extend_from_slice(body.get(..more).unwrap_or_default());
            record.missing -= more as u64;
        }
        Ok(record)
    }
}

/// The options of a block, one after another.
struct Options<'a> {
    bytes: &'a [u8],
    endian: Endian,
}

impl<'a> Iterator for Options<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let code = self.endian.u16(self.bytes, 0).filter(|code| *code != 0)?;
        let length = usize::from(self.endian.u16(self.bytes, 2)?);
        let value = self.bytes.get(4..4 + length)?;
        self.bytes = self.bytes.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        Some((code, value))
    }
}
