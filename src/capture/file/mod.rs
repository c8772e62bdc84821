//! Capture files as a row of records: pcap and pcapng, either endianness, times of any resolution.
//!
//! A file that breaks off or breaks down gives the records before that place.

mod pcap;
mod pcapng;

use std::io::{self, BufReader, Read};

use super::error::{Instead, ReadError};
use super::frame::Mark;
use super::notice::Notice;
use crate::wire::Version;

/// The longest record or block that is read; longer ones are taken for damage.
const LONGEST: u64 = 64 << 20;

/// One frame of a capture.
#[derive(Debug)]
pub(super) struct Record {
    /// Its number and time.
    pub mark: Mark,
    /// Which of the file's interfaces it crossed, from 0 and never used twice in a file.
    pub interface: u32,
    /// The kind of link, as the list of LINKTYPE_ values has it.
    pub link_type: u32,
    /// The version of MQTT that its interface names: this program's own files have one for each connection.
    pub version: Option<Version>,
    /// The bytes that were captured.
    pub data: Vec<u8>,
    /// How many bytes of it there were on the wire and are not here.
    pub missing: u64,
    /// Whether it was sent or received by the machine that captured it.
    pub outbound: Option<bool>,
}

/// What comes next in a file.
#[derive(Debug)]
enum Next {
    Record(Record),
    End,
    /// The file ends within what begins at this offset.
    CutOff(u64),
    /// What begins at this offset makes no sense.
    Broken(u64),
}

/// A capture file, read from its start to its end.
#[derive(Debug)]
pub(super) struct Records<R> {
    form: Form<R>,
    over: bool,
}

#[derive(Debug)]
enum Form<R> {
    Pcap(pcap::Pcap<R>),
    Pcapng(pcapng::Pcapng<R>),
}

impl<R: Read> Records<R> {
    /// Looks at the file's first bytes.
    pub fn open(source: R) -> Result<Self, ReadError> {
        let mut input = Input { source: BufReader::with_capacity(1 << 16, source), position: 0 };
        let mut magic = Vec::new();
        input.read(4, &mut magic)?;
        let form = match magic.as_slice() {
            [] => return Err(ReadError::NotACapture(Instead::Empty)),
            [0x1f, 0x8b, ..] => return Err(ReadError::NotACapture(Instead::Gzip)),
            [0x0a, 0x0d, 0x0d, 0x0a] => Form::Pcapng(pcapng::Pcapng::new(input)),
            _ => match pcap::Shape::of_magic(&magic) {
                Some(shape) => Form::Pcap(pcap::Pcap::new(input, shape)),
                None => return Err(ReadError::NotACapture(Instead::Unknown)),
            },
        };
        Ok(Self { form, over: false })
    }

    /// The next record; `None` at the end of what can be read, with the reason where it is not the file's end.
    pub fn next(&mut self) -> Result<Result<Record, Option<Notice>>, ReadError> {
        if self.over {
            return Ok(Err(None));
        }
        let next = match &mut self.form {
            Form::Pcap(pcap) => pcap.next()?,
            Form::Pcapng(pcapng) => pcapng.next()?,
        };
        self.over = !matches!(next, Next::Record(_));
        Ok(match next {
            Next::Record(record) => Ok(record),
            Next::End => Err(None),
            Next::CutOff(offset) => Err(Some(Notice::FileCutOff { offset })),
            Next::Broken(offset) => Err(Some(Notice::FileBroken { offset })),
        })
    }
}

/// The bytes of a file, with the place in it.
#[derive(Debug)]
struct Input<R> {
    source: BufReader<R>,
    position: u64,
}

impl<R: Read> Input<R> {
    /// Replaces `into` by the next `length` bytes, or by fewer where the file ends. Memory grows with what is there.
    fn read(&mut self, length: u64, into: &mut Vec<u8>) -> io::Result<bool> {
        into.clear();
        let read = (&mut self.source).take(length).read_to_end(into)? as u64;
        self.position += read;
        Ok(read == length)
    }

    /// Passes over bytes.
    fn skip(&mut self, length: u64) -> io::Result<bool> {
        let passed = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
        self.position += passed;
        Ok(passed == length)
    }
}

/// The order of bytes in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endian {
    Little,
    Big,
}

impl Endian {
    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = bytes.get(at..)?.first_chunk().copied()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = bytes.get(at..)?.first_chunk().copied()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    fn i64(self, bytes: &[u8], at: usize) -> Option<i64> {
        let bytes = bytes.get(at..)?.first_chunk().copied()?;
        Some(match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        })
    }
}
