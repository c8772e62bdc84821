//! The index file beside a segment: what the index holds of its frames, so that opening a log need not take every
//! frame apart again.
//!
//! It grows by one record for each batch that went into the segment. A record says how long the segment was
//! behind the batch, which network connections and topics are new in it, and has an entry a frame; a sum guards
//! it. Only records that are whole, in order and within the segment count; frames behind the last of them are
//! read from the segment itself. So nothing depends on this file being there, or being right to its end.

use std::sync::Arc;

use super::links::Tie;
use super::packed::{NO_TOPIC, Packed, STORED};
use super::topics::Topics;
use super::{Connection, ConnectionNumber, pcapng};
use crate::wire::PacketType;

const MAGIC: u32 = u32::from_le_bytes(*b"MQX1");
/// Magic, bytes behind the head, their sum.
const HEAD: usize = 16;

/// Entries on their way to a record. Topics are numbered anew in each, so that a record stands alone.
#[derive(Debug, Default)]
pub(super) struct Lines {
    topics: Vec<Arc<str>>,
    entries: Vec<u8>,
    links: Vec<Link>,
}

/// A frame's place, how it is tied to an earlier one, and how many rows before it that is.
pub(super) type Link = (u64, Tie, u64);

/// By a topic's number in the log: the record that it was last in, and its number there.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    record: u32,
    known: Vec<(u32, u32)>,
}

impl Numbering {
    /// Begins the next record.
    pub fn begin(&mut self) {
        self.record = self.record.wrapping_add(1);
        if self.record == 0 {
            (self.record, self.known) = (1, Vec::new());
        }
    }
}

impl Lines {
    /// Appends a frame's entry; `topics` are the names of the log's topics.
    pub fn push(&mut self, packed: &Packed, topics: &[Arc<str>], numbering: &mut Numbering) {
        let topic = self.topic(packed.topic, topics, numbering).unwrap_or(NO_TOPIC);
        packed.store(&mut self.entries, topic);
    }

    /// Notes how the frame that was pushed last is tied to the one so many rows before it.
    pub fn link(&mut self, tie: Tie, back: u64) {
        let place = (self.entries.len() / STORED).saturating_sub(1) as u64;
        self.links.push((place, tie, back));
    }

    fn topic(&mut self, number: u32, topics: &[Arc<str>], numbering: &mut Numbering) -> Option<u32> {
        let place = usize::try_from(number).ok().filter(|_| number != NO_TOPIC)?;
        let name = topics.get(place)?;
        if numbering.known.len() <= place {
            numbering.known.resize(topics.len(), (0, 0));
        }
        let known = numbering.known.get_mut(place)?;
        if known.0 != numbering.record {
            *known = (numbering.record, u32::try_from(self.topics.len()).ok()?);
            self.topics.push(Arc::clone(name));
        }
        Some(known.1)
    }
}

/// Appends a record: the segment is `covers` bytes long behind its frames, and has these new network connections.
pub(super) fn record(
    out: &mut Vec<u8>,
    covers: u64,
    interfaces: &[(ConnectionNumber, Connection)],
    lines: &Lines,
) {
    let head = out.len();
    out.extend_from_slice(&[0; HEAD]);
    out.extend_from_slice(&covers.to_le_bytes());
    for count in [interfaces.len(), lines.topics.len(), lines.entries.len() / STORED, lines.links.len()] {
        out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }
    for (number, connection) in interfaces {
        let place = out.len();
        out.extend_from_slice(&[0; 4]);
        pcapng::interface(out, *number, connection);
        put_length(out, place);
    }
    for topic in &lines.topics {
        let place = out.len();
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(topic.as_bytes());
        put_length(out, place);
    }
    out.extend_from_slice(&lines.entries);
    for (place, tie, back) in &lines.links {
        out.extend_from_slice(&place.to_le_bytes());
        out.extend_from_slice(&back.to_le_bytes());
        out.push(u8::from(*tie == Tie::Repeats));
    }
    let body = out.get(head + HEAD..).unwrap_or_default();
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    let sum = sum(body).to_le_bytes();
    for (place, bytes) in [(0, &MAGIC.to_le_bytes()[..]), (4, &length), (8, &sum)] {
        if let Some(part) = out.get_mut(head + place..head + place + bytes.len()) {
            part.copy_from_slice(bytes);
        }
    }
}

/// Writes how many bytes follow into the four at `place`.
fn put_length(out: &mut [u8], place: usize) {
    let length = u32::try_from(out.len().saturating_sub(place + 4)).unwrap_or(u32::MAX);
    if let Some(part) = out.get_mut(place..place + 4) {
        part.copy_from_slice(&length.to_le_bytes());
    }
}

/// What an index file says of its segment.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// Bytes of the segment whose frames are all here.
    pub covers: u64,
    /// Bytes of the index file that count.
    pub good: u64,
    /// The network connections, in the order of the segment's interfaces.
    pub interfaces: Vec<(ConnectionNumber, Connection)>,
    /// An entry a frame; their topics are numbered as in `topics`.
    pub entries: Vec<Packed>,
    /// The topics, with how many messages each has.
    pub topics: Topics,
    /// The ties that entries have no room for.
    pub links: Vec<Link>,
}

impl Stored {
    /// Counts a message and numbers its topic.
    pub fn number(&mut self, packed: &mut Packed, topic: Option<&str>) {
        let number = topic.and_then(|topic| self.topics.number(topic));
        packed.topic = number.unwrap_or(NO_TOPIC);
        if let Some(number) = number {
            self.topics.count(number, packed.direction());
        }
    }
}

/// Reads an index file's bytes, as far as they are whole and within a segment of so many bytes.
pub(super) fn read(bytes: &[u8], segment: u64) -> Stored {
    let mut stored = Stored::default();
    stored.entries.reserve_exact(bytes.len() / STORED);
    let mut left = Reader(bytes);
    while let Some((covers, entries)) = read_record(&mut left, segment, &mut stored) {
        stored.covers = covers;
        stored.good = (bytes.len() - left.0.len()) as u64;
        stored.entries.extend_from_slice(&entries);
    }
    stored.entries.shrink_to_fit();
    stored
}

/// One record: what it covers, and its entries. Nothing of one that does not count gets into `stored`.
fn read_record(left: &mut Reader<'_>, segment: u64, stored: &mut Stored) -> Option<(u64, Vec<Packed>)> {
    if left.word()? != MAGIC {
        return None;
    }
    let length = left.count()?;
    let wanted = left.long()?;
    let body = left.take(length).filter(|body| sum(body) == wanted)?;
    let mut body = Reader(body);
    let covers = body.long().filter(|covers| (stored.covers + 1..=segment).contains(covers))?;
    let (interfaces, topics) = (body.count()?, body.count()?);
    let (entries, links) = (body.count()?, body.count()?);
    let mut new = Vec::new();
    for _ in 0..interfaces {
        new.push(pcapng::read_interface_block(body.piece()?)?);
    }
    let mut names = Vec::new();
    for _ in 0..topics {
        names.push(str::from_utf8(body.piece()?).ok()?);
    }
    let stored_entries = body.take(entries.checked_mul(STORED)?)?;
    let before = stored.entries.len() as u64;
    let mut ties = Vec::new();
    for _ in 0..links {
        let (place, back, repeats) = (body.long()?, body.long()?, body.take(1)? == [1]);
        let tie = if repeats { Tie::Repeats } else { Tie::Responds };
        ties.push((before.saturating_add(place), tie, back));
    }
    let numbers: Vec<Option<u32>> = names.iter().map(|name| stored.topics.number(name)).collect();
    let entries = stored_entries.as_chunks::<STORED>().0.iter().map(|line| {
        let mut packed = Packed::stored(line);
        let number = usize::try_from(packed.topic).ok().and_then(|place| *numbers.get(place)?);
        packed.topic = number.unwrap_or(NO_TOPIC);
        if let Some(number) = number
            && PacketType::of_first_byte(packed.first_byte) == Some(PacketType::Publish)
        {
            stored.topics.count(number, packed.direction());
        }
        packed
    });
    let entries = entries.collect();
    stored.interfaces.extend(new);
    stored.links.extend(ties);
    Some((covers, entries))
}

/// Guards a record against being half there; nobody's secret.
fn sum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let (words, rest) = bytes.as_chunks::<8>();
    let start = 0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64;
    let sum = words
        .iter()
        .fold(start, |sum, word| (sum ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME).rotate_left(29));
    rest.iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(PRIME))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(length)?;
        self.0 = left;
        Some(taken)
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))
    }

    fn long(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.word()?).ok()
    }

    /// Bytes behind their length.
    fn piece(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        self.take(length)
    }
}
