//! Everything readers see, behind one lock: segments, topics, connections, counters.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::links::{Links, Tie};
use super::packed::Packed;
use super::segment::{Bytes, Segment};
use super::tap::Seen;
use super::topics::Topics;
use super::transaction::{Answer, Request};
use super::{Connection, ConnectionNumber, Counters, Failure, FailureCause, Limits, Row};
use crate::wire::{Direction, PacketType};

/// What was let go of under the lock, to be freed behind it.
#[derive(Debug, Default)]
pub(super) struct Garbage(Vec<Segment>, Vec<Chunks>);

type Chunks = Vec<(u32, std::sync::Arc<[u8]>)>;

/// The log.
#[derive(Debug)]
pub(super) struct State {
    limits: Limits,
    /// Oldest first; never empty; only the last grows.
    pub segments: VecDeque<Segment>,
    pub topics: Topics,
    /// Ties that the index has no room for.
    pub links: Links,
    pub connections: HashMap<ConnectionNumber, Connection>,
    pub counters: Counters,
    /// Whether there is a directory to write to.
    history: bool,
    /// Why history on disk has stopped.
    pub failure: Option<FailureCause>,
    /// The number of the next segment's file.
    next_segment: u64,
    /// Files to be deleted.
    pub doomed: Vec<u64>,
    pub garbage: Garbage,
    /// Bytes in memory, and of them the index.
    memory: u64,
    index_memory: u64,
    disk: u64,
    /// Frames that went before they were written.
    unwritten: u64,
}

impl State {
    /// An empty log whose first segment has the number.
    pub fn new(limits: Limits, history: bool, first_segment: u64) -> Self {
        Self {
            limits: limits.sensible(),
            segments: VecDeque::from([Segment::new(first_segment, 0)]),
            topics: Topics::default(),
            links: Links::default(),
            connections: HashMap::new(),
            counters: Counters::default(),
            history,
            failure: None,
            next_segment: first_segment + 1,
            doomed: Vec::new(),
            garbage: Garbage::default(),
            memory: 0,
            index_memory: 0,
            disk: 0,
            unwritten: 0,
        }
    }

    /// The rows that are held.
    pub fn rows(&self) -> Range<Row> {
        self.segments.front().map_or(0, |segment| segment.first)..self.end()
    }

    /// The row that comes next.
    pub fn end(&self) -> Row {
        self.segments.back().map_or(0, Segment::end)
    }

    /// The segment that holds a row.
    pub fn segment(&self, row: Row) -> Option<&Segment> {
        let behind = self.segments.partition_point(|segment| segment.first <= row);
        self.segments.get(behind.checked_sub(1)?)
    }

    /// The entry of a row.
    pub fn packed(&self, row: Row) -> Option<&Packed> {
        self.segment(row)?.packed(row)
    }

    /// Calls `take` with the held entries among `rows`, in order.
    pub fn for_each(&self, rows: Range<Row>, mut take: impl FnMut(Row, &Packed)) {
        let held = self.rows();
        let mut row = rows.start.max(held.start);
        let end = rows.end.min(held.end);
        let first = self.segments.partition_point(|segment| segment.end() <= row);
        for segment in self.segments.range(first..) {
            while row < end.min(segment.end()) {
                if let Some(packed) = segment.packed(row) {
                    take(row, packed);
                }
                row += 1;
            }
        }
    }

    /// Takes in a frame; whether a segment became full, so that its writer should come soon.
    pub fn push(&mut self, mut seen: Seen<'_>, connection: &Connection, bytes: Bytes<'_>) -> bool {
        let number = seen.facts.connection;
        let length = seen.facts.length as usize;
        let writes = self.writes();
        let cost = u64::from(seen.facts.length) + size_of::<Packed>() as u64;
        let mut rolled = false;
        if let Some(last) = self.segments.back().filter(|last| !last.index.is_empty()) {
            let (held, coming) = if writes {
                let (before, layout) = last.growth(number, connection, length, seen.facts.fault);
                (last.encoded, before + layout.total as u64)
            } else {
                (last.memory(), cost)
            };
            if held + coming > self.limits.segment_bytes {
                self.roll();
                rolled = true;
            }
        }
        self.make_room(cost);
        self.register(&mut seen, connection);
        let Some(last) = self.segments.back_mut() else { return rolled };
        let mut on_disk = 0;
        if writes {
            let (before, layout) = last.growth(number, connection, length, seen.facts.fault);
            if before > 0 {
                last.interfaces.push((number, connection.clone()));
            }
            on_disk = last.encoded + before + layout.lead as u64;
            let grown = before + layout.total as u64;
            last.encoded += grown;
            self.disk += grown;
        }
        let row = last.end();
        last.push(&seen.facts, on_disk, bytes);
        self.memory += cost;
        self.index_memory += size_of::<Packed>() as u64;
        self.tie(row, seen.facts.time.0, seen.answer);
        self.link(row, seen.responds);
        rolled
    }

    /// A connection is about to begin; an older one with its number is forgotten.
    pub fn connect(&mut self, number: ConnectionNumber, connection: Connection) {
        self.connections.insert(number, connection);
        if self.segments.back().is_some_and(|last| last.interface(number).is_some()) {
            self.roll();
        }
    }

    /// Takes in a frame that is on disk already, with its bytes at a place of the last segment.
    pub fn push_written(&mut self, mut seen: Seen<'_>, connection: &Connection, on_disk: u64) {
        self.register(&mut seen, connection);
        let Some(last) = self.segments.back_mut() else { return };
        let row = last.end();
        last.push_written(&seen.facts, on_disk);
        self.memory += size_of::<Packed>() as u64;
        self.index_memory += size_of::<Packed>() as u64;
        self.tie(row, seen.facts.time.0, seen.answer);
        self.link(row, seen.responds);
    }

    /// Counts a frame, numbers its topic, remembers what it says of its connection.
    fn register(&mut self, seen: &mut Seen<'_>, connection: &Connection) {
        let facts = &mut seen.facts;
        self.counters.packets += 1;
        self.counters.bytes += u64::from(facts.length);
        self.counters.faults += u64::from(facts.fault);
        if PacketType::of_first_byte(facts.first_byte) == Some(PacketType::Publish) {
            self.counters.messages += 1;
            facts.topic = seen.topic.as_deref().and_then(|topic| self.topics.number(topic));
            if let Some(topic) = facts.topic {
                self.topics.count(topic, facts.direction);
            }
        } else {
            let known = self.connections.entry(facts.connection).or_insert_with(|| connection.clone());
            known.version = connection.version;
        }
    }

    fn tie(&mut self, row: Row, time: u64, answer: Option<Answer>) {
        let Some(answer) = answer else { return };
        let request = answer.request.row;
        if let Some(packed) = self.packed_mut(row) {
            packed.tie(row, request);
            if answer.ended {
                packed.end_exchange();
            }
        }
        if let Some(first) = answer.repeats {
            let held = self.rows().start;
            self.links.add(row, Tie::Repeats, first, held);
        }
        if answer.answers
            && let Some(packed) = self.packed_mut(request)
        {
            packed.tie(request, row);
        }
        if answer.ended && answer.request.direction == Direction::ToServer {
            self.counters.round_trip_ns = Some(time.saturating_sub(answer.request.time.0));
        }
    }

    /// Ties a message to the one that it responds to.
    fn link(&mut self, row: Row, responds: Option<Request>) {
        let Some(request) = responds else { return };
        let held = self.rows().start;
        self.links.add(row, Tie::Responds, request.row, held);
        self.links.add(request.row, Tie::RespondedBy, row, held);
    }

    fn packed_mut(&mut self, row: Row) -> Option<&mut Packed> {
        let behind = self.segments.partition_point(|segment| segment.first <= row);
        self.segments.get_mut(behind.checked_sub(1)?)?.packed_mut(row)
    }

    /// Whether frames go to disk.
    pub const fn writes(&self) -> bool {
        self.history && self.failure.is_none()
    }

    /// Begins a new segment behind the last.
    pub fn roll(&mut self) {
        if let Some(last) = self.segments.back_mut() {
            last.seal();
        }
        let next = Segment::new(self.next_segment, self.end());
        self.next_segment += 1;
        self.segments.push_back(next);
    }

    /// Lets go of the oldest segments until `coming` more bytes fit: first out of memory where they are on
    /// disk, then altogether.
    fn make_room(&mut self, coming: u64) {
        while self.memory + coming > self.limits.memory_bytes {
            let full = self.segments.len().saturating_sub(1);
            let Some(oldest) = self.segments.iter_mut().take(full).find(|segment| segment.is_in_memory())
            else {
                break;
            };
            if oldest.is_written() {
                let before = oldest.memory();
                self.garbage.1.push(oldest.leave_memory());
                self.memory -= before - oldest.memory();
            } else if self.history && self.failure.is_none() {
                // The disk has not kept up with a whole memory of frames.
                self.failure = Some(FailureCause::TooSlow);
            } else {
                self.pop();
            }
        }
        while self.segments.len() > 1
            && (self.index_memory > self.limits.memory_bytes / 2 || self.disk > self.limits.disk_bytes)
        {
            self.pop();
        }
    }

    /// Lets the oldest segments go until the limits hold.
    pub fn enforce_limits(&mut self) {
        self.make_room(0);
    }

    /// Lets the oldest segment go.
    fn pop(&mut self) {
        let Some(segment) = self.segments.pop_front() else { return };
        self.counters.gone += segment.index.len() as u64;
        self.memory -= segment.memory();
        self.index_memory -= segment.index_memory();
        self.disk -= segment.encoded;
        // Once history has stopped, what it holds is left for the next start.
        if self.failure.is_none() && segment.encoded > 0 {
            self.doomed.push(segment.number);
        }
        self.unwritten += segment.unwritten();
        self.garbage.0.push(segment);
    }

    /// Adds a segment found on disk.
    pub fn begin_recovered(&mut self, number: u64) {
        let first = self.end();
        match self.segments.back_mut() {
            Some(last) if last.index.is_empty() => *last = Segment::new(number, first),
            _ => {
                if let Some(last) = self.segments.back_mut() {
                    last.seal();
                }
                self.segments.push_back(Segment::new(number, first));
            }
        }
    }

    /// Adds a network connection to the segment that was found last.
    pub fn add_recovered_interface(&mut self, number: ConnectionNumber, connection: Connection) {
        if let Some(last) = self.segments.back_mut() {
            last.interfaces.push((number, connection));
        }
    }

    /// Says how much of the segment that was found last is good.
    pub fn end_recovered(&mut self, encoded: u64, interfaces: usize) {
        if let Some(last) = self.segments.back_mut() {
            last.encoded = encoded;
            last.interfaces.truncate(interfaces);
            last.recovered_interfaces = interfaces;
            self.disk += encoded;
        }
    }

    /// Forgets every frame. Rows go on from where they were; topics keep their numbers; counts start anew.
    pub fn clear(&mut self) {
        let end = self.end();
        while let Some(segment) = self.segments.pop_front() {
            if segment.encoded > 0 {
                self.doomed.push(segment.number);
            }
            self.garbage.0.push(segment);
        }
        self.segments.push_back(Segment::new(self.next_segment, end));
        self.next_segment += 1;
        self.counters = Counters::default();
        self.topics.clear_counts();
        self.failure = None;
        (self.memory, self.index_memory, self.disk, self.unwritten) = (0, 0, 0, 0);
    }

    /// Notes that a segment has `count` more frames on disk.
    pub fn written(&mut self, segment: u64, count: usize) {
        if let Some(segment) = self.segments.iter_mut().find(|known| known.number == segment) {
            segment.written += count;
        }
    }

    /// History on disk has stopped.
    pub fn fail(&mut self, cause: FailureCause) {
        self.failure.get_or_insert(cause);
    }

    /// Why history on disk has stopped, and how many frames it lacks.
    pub fn failure(&self) -> Option<Failure> {
        let cause = self.failure.clone()?;
        let held: u64 = self.segments.iter().map(Segment::unwritten).sum();
        Some(Failure { cause, unwritten: self.unwritten + held })
    }
}
