//! A run of frames that comes and goes as a whole: its index, its bytes in memory, its place on disk.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::packed::{Facts, Packed};
use super::pcapng::{self, Layout, Start};
use super::recover::Loaded;
use super::{Connection, ConnectionNumber, Row};

/// Frames are gathered in chunks of this many bytes; a longer one is a chunk of its own.
const CHUNK: usize = 64 * 1024;
/// A frame from this length on is handed over as a chunk of its own, already copied.
pub(super) const LARGE: usize = 16 * 1024;

/// Where a frame's bytes are.
pub(super) enum Place {
    /// In memory: these bytes of this chunk.
    Shared(Arc<[u8]>, Range<usize>),
    /// In memory: a copy, since the chunk is still growing.
    Copied(Arc<[u8]>),
    /// In the segment's file.
    OnDisk { segment: u64, at: u64, length: usize, fault: bool },
}

/// The chunk that holds a frame (`None`: the growing one), and the frame's bytes in it.
type Found<'a> = (Option<&'a Arc<[u8]>>, Range<usize>);

/// One segment.
#[derive(Debug)]
pub(super) struct Segment {
    /// Its file's number; ascending, never reused by this log.
    pub number: u64,
    /// The row of its first frame.
    pub first: Row,
    /// The number of the network connection that began next when it did.
    pub next_connection: ConnectionNumber,
    /// Its frames are written, or will be.
    pub to_disk: bool,
    /// One entry a frame.
    pub index: Vec<Packed>,
    /// Full chunks, by the offset they start at.
    chunks: Vec<(u32, Arc<[u8]>)>,
    /// The chunk that grows, and the offset it starts at.
    tail: Vec<u8>,
    tail_start: u32,
    /// Bytes of the frames that are in memory.
    held: u64,
    /// Entries before this one have their bytes only on disk.
    in_memory_from: usize,
    /// Bytes of its file once everything is written; 0 where nothing is to be written.
    pub encoded: u64,
    /// The network connections of its frames, in the order of the file's interfaces.
    pub interfaces: Vec<(ConnectionNumber, Connection)>,
    /// Where in `interfaces` each is.
    places: HashMap<ConnectionNumber, usize>,
    /// How many of the interfaces an earlier run has written.
    pub recovered_interfaces: usize,
    /// How many of its frames are in its file.
    pub written: usize,
}

impl Segment {
    /// An empty segment.
    pub fn new(number: u64, start: Start, to_disk: bool) -> Self {
        Self {
            number,
            first: start.row,
            next_connection: start.connection,
            to_disk,
            index: Vec::new(),
            chunks: Vec::new(),
            tail: Vec::new(),
            tail_start: 0,
            held: 0,
            in_memory_from: 0,
            encoded: 0,
            interfaces: Vec::new(),
            places: HashMap::new(),
            recovered_interfaces: 0,
            written: 0,
        }
    }

    /// A segment that an earlier run has written, from this row on.
    pub fn recovered(loaded: Loaded, first: Row) -> Self {
        let connection = loaded.start.unwrap_or_default().connection;
        let mut segment = Self::new(loaded.number, Start { row: first, connection }, true);
        segment.index = loaded.stored.entries;
        segment.in_memory_from = segment.index.len();
        segment.written = segment.index.len();
        segment.encoded = loaded.encoded;
        segment.recovered_interfaces = loaded.stored.interfaces.len();
        for (number, connection) in loaded.stored.interfaces {
            segment.join(number, &connection);
        }
        segment
    }

    /// Where in the history it begins.
    pub const fn start(&self) -> Start {
        Start { row: self.first, connection: self.next_connection }
    }

    /// The row behind its last frame.
    pub fn end(&self) -> Row {
        self.first + self.index.len() as u64
    }

    /// Bytes that its frames in memory cost, their index included.
    pub fn memory(&self) -> u64 {
        self.held + ((self.index.len() - self.in_memory_from) * size_of::<Packed>()) as u64
    }

    /// Bytes that the index of its other frames costs.
    pub const fn index_memory(&self) -> u64 {
        (self.in_memory_from * size_of::<Packed>()) as u64
    }

    /// The entry of a row.
    pub fn packed(&self, row: Row) -> Option<&Packed> {
        self.index.get(usize::try_from(row.checked_sub(self.first)?).ok()?)
    }

    /// The entry of a row, to be tied to another.
    pub fn packed_mut(&mut self, row: Row) -> Option<&mut Packed> {
        self.index.get_mut(usize::try_from(row.checked_sub(self.first)?).ok()?)
    }

    /// What its file grows by with a frame of this length: bytes before the frame's blocks (section, interface),
    /// and the frame's layout.
    pub fn growth(
        &self,
        number: ConnectionNumber,
        connection: &Connection,
        length: usize,
        fault: bool,
    ) -> (u64, Layout) {
        let layout = Layout::of(length, pcapng::tags_length(connection), fault);
        if self.interface(number).is_some() {
            return (0, layout);
        }
        let mut before = Vec::new();
        if self.encoded == 0 {
            pcapng::segment(&mut before, self.start());
        }
        pcapng::interface(&mut before, number, connection);
        (before.len() as u64, layout)
    }

    /// The file's interface for a connection.
    pub fn interface(&self, number: ConnectionNumber) -> Option<usize> {
        match self.interfaces.last() {
            // Mostly the newest connection is the one that speaks.
            Some((newest, _)) if *newest == number => self.interfaces.len().checked_sub(1),
            _ => self.places.get(&number).copied(),
        }
    }

    /// Notes that it has frames of a connection; whether those are the first.
    pub fn join(&mut self, number: ConnectionNumber, connection: &Connection) -> bool {
        if self.interface(number).is_some() {
            return false;
        }
        self.places.insert(number, self.interfaces.len());
        self.interfaces.push((number, connection.clone()));
        true
    }

    /// Takes a frame into memory. `on_disk` is where its bytes will be in the file.
    pub fn push(&mut self, facts: &Facts, on_disk: u64, frame: Bytes<'_>) {
        let in_memory = self.tail_start.saturating_add(u32::try_from(self.tail.len()).unwrap_or(u32::MAX));
        self.index.push(Packed::new(facts, in_memory, u32::try_from(on_disk).unwrap_or(u32::MAX)));
        match frame {
            Bytes::Small(bytes) => {
                if self.tail.len() + bytes.len() > CHUNK {
                    self.close_chunk();
                }
                if self.tail.capacity() == 0 {
                    self.tail.reserve_exact(CHUNK);
                }
                self.tail.extend_from_slice(bytes);
                self.held += bytes.len() as u64;
            }
            Bytes::Large(bytes) => {
                self.close_chunk();
                self.held += bytes.len() as u64;
                self.chunks.push((self.tail_start, Arc::clone(&bytes)));
                self.tail_start =
                    self.tail_start.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            }
        }
    }

    /// No more frames will come.
    pub fn seal(&mut self) {
        self.close_chunk();
        self.tail = Vec::new();
        self.index.shrink_to_fit();
    }

    fn close_chunk(&mut self) {
        if self.tail.is_empty() {
            return;
        }
        let length = u32::try_from(self.tail.len()).unwrap_or(u32::MAX);
        self.chunks.push((self.tail_start, Arc::from(self.tail.as_slice())));
        self.tail_start = self.tail_start.saturating_add(length);
        self.tail.clear();
    }

    /// Whether all its frames are in its file.
    pub fn is_written(&self) -> bool {
        self.written == self.index.len()
    }

    /// Frames that are not in its file.
    pub fn unwritten(&self) -> u64 {
        self.index.len().saturating_sub(self.written) as u64
    }

    /// Whether bytes of its frames are in memory.
    pub fn is_in_memory(&self) -> bool {
        self.in_memory_from < self.index.len()
    }

    /// Lets go of the bytes in memory: from now on they are read from its file.
    pub fn leave_memory(&mut self) -> Vec<(u32, Arc<[u8]>)> {
        self.in_memory_from = self.index.len();
        self.held = 0;
        std::mem::take(&mut self.chunks)
    }

    /// Where a frame's bytes are.
    pub fn place(&self, row: Row) -> Option<Place> {
        let packed = self.packed(row)?;
        if let Some(found) = self.find(row, packed) {
            return Some(match found {
                (Some(chunk), range) => Place::Shared(Arc::clone(chunk), range),
                (None, range) => Place::Copied(Arc::from(self.tail.get(range)?)),
            });
        }
        Some(Place::OnDisk {
            segment: self.number,
            at: u64::from(packed.on_disk),
            length: usize::try_from(packed.length).ok()?,
            fault: packed.fault(),
        })
    }

    /// A frame's bytes, where they are in memory.
    pub fn borrowed(&self, row: Row) -> Option<&[u8]> {
        match self.find(row, self.packed(row)?)? {
            (Some(chunk), range) => chunk.get(range),
            (None, range) => self.tail.get(range),
        }
    }

    /// Where its bytes are in memory, if they are.
    fn find(&self, row: Row, packed: &Packed) -> Option<Found<'_>> {
        if row - self.first < self.in_memory_from as u64 {
            return None;
        }
        if let Some(start) = packed.in_memory.checked_sub(self.tail_start) {
            return Some((None, range(start, packed.length)?));
        }
        let behind = self.chunks.partition_point(|(start, _)| *start <= packed.in_memory);
        let (start, chunk) = self.chunks.get(behind.checked_sub(1)?)?;
        Some((Some(chunk), range(packed.in_memory - start, packed.length)?))
    }
}

/// A frame's bytes on their way into memory.
pub(super) enum Bytes<'a> {
    /// To be copied behind others.
    Small(&'a [u8]),
    /// Copied already, before anything was locked.
    Large(Arc<[u8]>),
}

fn range(start: u32, length: u32) -> Option<Range<usize>> {
    let start = usize::try_from(start).ok()?;
    Some(start..start.checked_add(usize::try_from(length).ok()?)?)
}
