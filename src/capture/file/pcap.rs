//! pcap: a header of 24 bytes, then records of 16 bytes and their data.

use std::io::{self, Read};

use super::{Endian, Input, LONGEST, Next, Record};
use crate::capture::frame::{CaptureTime, Mark};
use crate::log::Timestamp;

/// What the file's first four bytes tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    endian: Endian,
    nanoseconds: bool,
    /// Bytes of a record's header; one old form has eight more.
    record_header: u64,
}

impl Shape {
    /// `None` where the bytes are not those of a pcap file.
    pub fn of_magic(magic: &[u8]) -> Option<Self> {
        [Endian::Little, Endian::Big].into_iter().find_map(|endian| {
            let (nanoseconds, record_header) = match endian.u32(magic, 0)? {
                0xa1b2_c3d4 => (false, 16),
                0xa1b2_3c4d => (true, 16),
                0xa1b2_cd34 => (false, 24),
                _ => return None,
            };
            Some(Self { endian, nanoseconds, record_header })
        })
    }
}

#[derive(Debug)]
pub(super) struct Pcap<R> {
    input: Input<R>,
    shape: Shape,
    link_type: Option<u32>,
    number: u64,
}

impl<R: Read> Pcap<R> {
    /// Behind the first four bytes.
    pub fn new(input: Input<R>, shape: Shape) -> Self {
        Self { input, shape, link_type: None, number: 0 }
    }

    pub fn next(&mut self) -> io::Result<Next> {
        let Shape { endian, nanoseconds, record_header } = self.shape;
        let mut bytes = Vec::new();
        let link_type = if let Some(link_type) = self.link_type {
            link_type
        } else {
            if !self.input.read(20, &mut bytes)? {
                return Ok(Next::CutOff(0));
            }
            // The upper bits say whether frames end in a check sequence, which IP lengths cut off anyway.
            *self.link_type.insert(endian.u32(&bytes, 16).unwrap_or(0) & 0x0fff_ffff)
        };
        let start = self.input.position;
        if !self.input.read(record_header, &mut bytes)? {
            return Ok(if bytes.is_empty() { Next::End } else { Next::CutOff(start) });
        }
        let word = |at| u64::from(endian.u32(&bytes, at).unwrap_or(0));
        let (seconds, fraction, captured, original) = (word(0), word(4), word(8), word(12));
        if captured > LONGEST {
            return Ok(Next::Broken(start));
        }
        let (unit, digits) = if nanoseconds { (1, 9) } else { (1000, 6) };
        let timestamp = Timestamp(seconds * 1_000_000_000 + fraction * unit);
        let mut data = Vec::new();
        if !self.input.read(captured, &mut data)? {
            return Ok(Next::CutOff(start));
        }
        self.number += 1;
        Ok(Next::Record(Record {
            mark: Mark { number: self.number, time: Some(CaptureTime { timestamp, digits }) },
            interface: 0,
            link_type,
            version: None,
            data,
            missing: original.saturating_sub(captured),
            outbound: None,
        }))
    }
}
