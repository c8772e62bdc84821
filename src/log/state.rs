//! Everything readers see, behind one lock: segments, topics, connections, counters.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Range;

use super::links::{Links, Tie};
use super::packed::Packed;
use super::pcapng::Start;
use super::retention::Cleared;
pub(super) use super::retention::{Floor, Unread};
use super::segment::{Bytes, Segment};
use super::tap::Seen;
use super::topics::Topics;
use super::transaction::Answer;
use super::{Connection, ConnectionNumber, Counters, Failure, FailureCause, Limits, Row};
use crate::wire::{Direction, PacketType};

/// Connections that have begun and have no frame are known as long as they are among this many newest.
const MAX_SILENT: ConnectionNumber = 4096;

/// What was let go of under the lock, to be freed behind it.
#[derive(Debug, Default)]
pub(super) struct Garbage(pub Vec<Segment>, pub Vec<Chunks>);

type Chunks = Vec<(u32, std::sync::Arc<[u8]>)>;

/// A network connection, and how many segments have frames of it: it is known as long as one has.
#[derive(Debug)]
pub(super) struct Known {
    pub connection: Connection,
    pub segments: u32,
}

/// The log.
#[derive(Debug)]
pub(super) struct State {
    pub limits: Limits,
    /// Oldest first; never empty; only the last grows.
    pub segments: VecDeque<Segment>,
    pub topics: Topics,
    /// Ties that the index has no room for.
    pub links: Links,
    pub connections: HashMap<ConnectionNumber, Known>,
    /// All but the frames that have gone, which are counted when asked for.
    pub counters: Counters,
    /// The newest final answers, newest first, while the newest round trip is not known.
    pub newest_answers: Vec<Row>,
    /// Whether there is a directory to write to.
    pub history: bool,
    /// Why history on disk has stopped.
    pub failure: Option<FailureCause>,
    /// The number of the next segment's file, and of the next network connection.
    pub next_segment: u64,
    pub next_connection: ConnectionNumber,
    /// Files to be deleted.
    pub doomed: Vec<u64>,
    pub garbage: Garbage,
    /// Bytes that frames in memory cost, and what the index of the others costs.
    pub memory: u64,
    pub index_memory: u64,
    /// Bytes of files, those that have not been read yet included.
    pub disk: u64,
    /// Frames that went before they were written.
    pub unwritten: u64,
    /// Files of earlier runs that have not been read yet, oldest first; and their bytes at the start.
    pub unread: VecDeque<Unread>,
    pub unread_total: u64,
    /// Requests in files that have not been read yet, and their answers.
    pub open_answers: Vec<(Row, Row)>,
    /// By how much rows of earlier frames are greater than their files say, since frames behind them have vanished.
    pub shift: u64,
    /// Segments whose files have vanished or cannot be read.
    pub lost: BTreeSet<u64>,
    /// What was cleared stands before this.
    pub floor: Floor,
    /// What was cleared last, while that can be taken back.
    pub cleared: Option<Cleared>,
}

impl State {
    /// An empty log whose first segment has the number.
    pub fn new(limits: Limits, history: bool, first_segment: u64) -> Self {
        Self {
            limits: limits.sensible(),
            segments: VecDeque::from([Segment::new(first_segment, Start::default(), history)]),
            topics: Topics::default(),
            links: Links::default(),
            connections: HashMap::new(),
            counters: Counters::default(),
            newest_answers: Vec::new(),
            history,
            failure: None,
            next_segment: first_segment + 1,
            next_connection: 0,
            doomed: Vec::new(),
            garbage: Garbage::default(),
            memory: 0,
            index_memory: 0,
            disk: 0,
            unwritten: 0,
            unread: VecDeque::new(),
            unread_total: 0,
            open_answers: Vec::new(),
            shift: 0,
            lost: BTreeSet::new(),
            floor: Floor::default(),
            cleared: None,
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
        if let Some(last) = self.segments.back() {
            let (held, coming) = if writes {
                let (before, layout) = last.growth(number, connection, length, seen.facts.fault);
                (last.encoded, before + layout.total as u64)
            } else {
                (last.memory(), cost)
            };
            let full = !last.index.is_empty() && held + coming > self.limits.segment_bytes;
            if full || last.to_disk != writes {
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
            on_disk = last.encoded + before + layout.lead as u64;
            let grown = before + layout.total as u64;
            last.encoded += grown;
            self.disk += grown;
        }
        if last.join(number, connection) {
            let known = self.connections.entry(number);
            known.or_insert_with(|| Known { connection: connection.clone(), segments: 0 }).segments += 1;
        }
        let row = last.end();
        last.push(&seen.facts, on_disk, bytes);
        self.memory += cost;
        self.tie(row, seen.facts.time.0, seen.answer);
        if let Some(request) = seen.responds {
            self.respond(row, request.row, self.remembered());
        }
        rolled
    }

    /// A connection is about to begin.
    pub fn connect(&mut self, number: ConnectionNumber, connection: Connection) {
        self.next_connection = number.wrapping_add(1);
        self.connections.insert(number, Known { connection, segments: 0 });
        let silent = number.wrapping_sub(MAX_SILENT);
        if self.connections.get(&silent).is_some_and(|known| known.segments == 0) {
            self.connections.remove(&silent);
        }
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
        } else if let Some(known) = self.connections.get_mut(&facts.connection) {
            known.connection.version = connection.version;
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
            let held = self.remembered();
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
    pub fn respond(&mut self, row: Row, request: Row, held: Row) {
        self.links.add(row, Tie::Responds, request, held);
        self.links.add(request, Tie::RespondedBy, row, held);
    }

    pub fn packed_mut(&mut self, row: Row) -> Option<&mut Packed> {
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
        let start = Start { row: self.end(), connection: self.next_connection };
        let next = Segment::new(self.next_segment, start, self.writes());
        self.next_segment += 1;
        if self.segments.back().is_some_and(|last| last.index.is_empty()) {
            self.segments.pop_back();
        }
        self.segments.push_back(next);
    }

    /// Every segment, those that were cleared and can come back first.
    pub fn all(&self) -> impl Iterator<Item = &Segment> {
        self.cleared.iter().flat_map(|cleared| &cleared.segments).chain(&self.segments)
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Segment> {
        let cleared = self.cleared.iter_mut().flat_map(|cleared| &mut cleared.segments);
        cleared.chain(&mut self.segments)
    }

    /// Notes that a segment has `count` more frames on disk.
    pub fn written(&mut self, segment: u64, count: usize) {
        if let Some(segment) = self.all_mut().find(|known| known.number == segment) {
            segment.written += count;
        }
    }

    /// History on disk has stopped: what is not there now will never be.
    pub fn fail(&mut self, cause: FailureCause) {
        self.failure.get_or_insert(cause);
        for segment in self.all_mut().filter(|segment| !segment.is_written()) {
            segment.to_disk = false;
        }
    }

    /// Why history on disk has stopped, and how many frames it lacks.
    pub fn failure(&self) -> Option<Failure> {
        let cause = self.failure.clone()?;
        let held: u64 = self.segments.iter().map(Segment::unwritten).sum();
        Some(Failure { cause, unwritten: self.unwritten + held })
    }
}
