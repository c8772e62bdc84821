//! What of the log goes and what comes back: limits, clearing and its undoing, what earlier runs have left.

use std::collections::VecDeque;

use super::links::Tie;
use super::packed::{NO_TOPIC, Packed};
use super::pcapng::Start;
use super::recover::Loaded;
use super::segment::Segment;
use super::state::{Known, State};
use super::topics::TopicCount;
use super::{Counters, FailureCause, Limits, Row};
use crate::wire::{Direction, PacketType};

/// The index of frames whose bytes are only on disk may take this many times the memory for frames.
const INDEX_SHARE: u64 = 2;

/// How many final answers are remembered while the newest round trip is looked for.
const MAX_ANSWERS: usize = 64;

/// A file of an earlier run that has not been read yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unread {
    pub number: u64,
    pub bytes: u64,
}

/// Where the history begins since it was cleared: with this segment and row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Floor {
    pub segment: u64,
    pub row: Row,
}

/// What was cleared and can come back.
#[derive(Debug)]
pub(super) struct Cleared {
    pub segments: VecDeque<Segment>,
    unread: VecDeque<Unread>,
    counters: Counters,
    topic_counts: Vec<TopicCount>,
    floor: Floor,
}

impl State {
    /// Lets go of the oldest segments until `coming` more bytes fit: first out of memory where they are on
    /// disk, then altogether.
    pub fn make_room(&mut self, coming: u64) {
        while self.memory + coming > self.limits.memory_bytes {
            let full = self.segments.len().saturating_sub(1);
            let cleared = self.cleared.iter_mut().flat_map(|cleared| &mut cleared.segments);
            let old = cleared.chain(self.segments.iter_mut().take(full));
            let Some(oldest) = old.into_iter().find(|segment| segment.is_in_memory()) else { break };
            if oldest.is_written() {
                let moved = oldest.memory();
                let index = oldest.index_memory();
                self.garbage.1.push(oldest.leave_memory());
                self.memory -= moved;
                self.index_memory += oldest.index_memory() - index;
            } else if oldest.to_disk && self.failure.is_none() {
                // The disk has not kept up with a whole memory of frames.
                self.fail(FailureCause::TooSlow);
            } else {
                self.pop();
            }
        }
        let index = self.limits.memory_bytes.saturating_mul(INDEX_SHARE);
        while (self.index_memory > index || self.disk > self.limits.disk_bytes) && self.pop() {}
    }

    /// Notes that a row could not be read from its segment, unless that has gone meanwhile.
    pub fn lose(&mut self, row: Row, segment: u64) {
        if self.segment(row).is_some_and(|held| held.number == segment && held.packed(row).is_some()) {
            self.lost.insert(segment);
        }
    }

    /// Takes other limits over, at once.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits.sensible();
        self.make_room(0);
    }

    /// Lets the oldest there is go: what was cleared, what was not read, a segment. False where nothing may go.
    fn pop(&mut self) -> bool {
        if let Some(cleared) = &mut self.cleared {
            if let Some(unread) = cleared.unread.pop_front() {
                self.disk -= unread.bytes;
                self.doomed.push(unread.number);
            } else if let Some(segment) = cleared.segments.pop_front() {
                if segment.encoded > 0 {
                    self.doomed.push(segment.number);
                }
                self.let_go(segment);
            } else {
                self.cleared = None;
            }
            return true;
        }
        // Once history has stopped, what it holds is left for the next start.
        let doom = self.failure.is_none();
        if let Some(unread) = self.unread.pop_front() {
            self.disk -= unread.bytes;
            self.doomed.extend(doom.then_some(unread.number));
            return true;
        }
        if self.segments.len() < 2 {
            return false;
        }
        if let Some(segment) = self.segments.pop_front() {
            self.unwritten += segment.unwritten();
            self.doomed.extend((doom && segment.encoded > 0).then_some(segment.number));
            self.let_go(segment);
        }
        true
    }

    fn let_go(&mut self, segment: Segment) {
        self.memory -= segment.memory();
        self.index_memory -= segment.index_memory();
        self.disk -= segment.encoded;
        for (number, _) in &segment.interfaces {
            if let Some(known) = self.connections.get_mut(number) {
                known.segments = known.segments.saturating_sub(1);
                if known.segments == 0 {
                    self.connections.remove(number);
                }
            }
        }
        self.garbage.0.push(segment);
    }

    /// The oldest row whose ties are kept: of rows that may still come back or be read too.
    pub fn remembered(&self) -> Row {
        let cleared = self.cleared.as_ref();
        let unread = !self.unread.is_empty() || cleared.is_some_and(|cleared| !cleared.unread.is_empty());
        if unread {
            return 0;
        }
        let cleared = cleared.and_then(|cleared| cleared.segments.front());
        cleared.map_or(self.rows().start, |oldest| oldest.first)
    }

    /// Frames that have gone before the first row that is held.
    pub fn gone(&self) -> u64 {
        if self.unread.is_empty() { self.rows().start.saturating_sub(self.floor.row) } else { 0 }
    }

    /// Forgets every frame, until [`State::restore`]. Rows go on from where they were; topics keep their numbers;
    /// counts start anew.
    pub fn clear(&mut self) {
        self.forget_cleared();
        let end = self.end();
        if let Some(last) = self.segments.back_mut() {
            last.seal();
        }
        self.cleared = Some(Cleared {
            segments: std::mem::take(&mut self.segments),
            unread: std::mem::take(&mut self.unread),
            counters: std::mem::take(&mut self.counters),
            topic_counts: self.topics.counts().to_vec(),
            floor: self.floor,
        });
        self.topics.clear_counts();
        self.newest_answers.clear();
        self.failure = None;
        self.unwritten = 0;
        self.floor = Floor { segment: self.next_segment, row: end };
        let start = Start { row: end, connection: self.next_connection };
        self.segments.push_back(Segment::new(self.next_segment, start, self.history));
        self.next_segment += 1;
        // Out of memory with what is on disk already.
        for segment in self.cleared.iter_mut().flat_map(|cleared| &mut cleared.segments) {
            if segment.is_in_memory() && segment.is_written() {
                self.memory -= segment.memory();
                self.index_memory -= segment.index_memory();
                self.garbage.1.push(segment.leave_memory());
                self.index_memory += segment.index_memory();
            }
        }
    }

    /// Brings back what was cleared last, as far as the limits have left it; whether there was anything.
    pub fn restore(&mut self) -> bool {
        let Some(mut cleared) = self.cleared.take() else { return false };
        cleared.segments.retain(|segment| !segment.index.is_empty());
        cleared.segments.append(&mut self.segments);
        self.segments = cleared.segments;
        cleared.unread.append(&mut self.unread);
        self.unread = cleared.unread;
        self.unread_total = self.unread_total.max(self.unread.iter().map(|file| file.bytes).sum());
        self.floor = cleared.floor;
        let Counters { messages, packets, faults, bytes, earlier, gone: _, round_trip_ns } = cleared.counters;
        self.counters.messages += messages;
        self.counters.packets += packets;
        self.counters.faults += faults;
        self.counters.bytes += bytes;
        self.counters.earlier += earlier;
        self.counters.round_trip_ns = self.counters.round_trip_ns.or(round_trip_ns);
        let numbers: Vec<u32> = (0..).take(cleared.topic_counts.len()).collect();
        self.topics.add_counts(&numbers, &cleared.topic_counts);
        self.make_room(0);
        true
    }

    /// Gives up what was cleared last; its files are to be deleted.
    pub fn forget_cleared(&mut self) {
        while self.cleared.is_some() {
            self.pop();
        }
    }

    /// Takes over the newest segment of earlier runs, in place of an empty one.
    pub fn begin_with(&mut self, mut loaded: Loaded) {
        let first = loaded.start.unwrap_or_default().row;
        self.disk += loaded.encoded;
        let whole = loaded.whole;
        self.next_connection = loaded.next_connection();
        let numbers = self.topics.absorb(&loaded.stored.topics);
        self.topics.add_counts(&numbers, loaded.stored.topics.counts());
        renumber(&mut loaded, &numbers);
        self.segments.clear();
        self.add(loaded, first);
        if !whole {
            self.roll();
        }
    }

    /// Notes which other files there are, and lets those go that the limits have no room for.
    pub fn set_unread(&mut self, unread: VecDeque<Unread>) {
        self.unread_total = unread.iter().map(|file| file.bytes).sum();
        self.disk += self.unread_total;
        self.unread = unread;
        self.make_room(0);
    }

    /// Takes in the segment that comes before the first, its topics numbered as here. False where it is not the one that is wanted.
    pub fn prepend(&mut self, loaded: Loaded, numbers: &[u32]) -> bool {
        let Some(unread) = self.unread.pop_back_if(|unread| unread.number == loaded.number) else {
            return false;
        };
        self.disk = self.disk + loaded.encoded - unread.bytes;
        self.topics.add_counts(numbers, loaded.stored.topics.counts());
        let frames = loaded.stored.entries.len() as u64;
        let first = self.rows().start.checked_sub(frames);
        // Where the file says that it ended sooner than the next begins, what was between has vanished.
        let end = loaded.start.map(|start| start.row.saturating_add(frames).saturating_add(self.shift));
        let missing = end.map_or(0, |end| self.rows().start.saturating_sub(end));
        if missing > 0 {
            self.shift += missing;
            self.lost.insert(loaded.number + 1);
        }
        match first {
            Some(first) if !loaded.stored.entries.is_empty() => self.add(loaded, first),
            Some(_) => {}
            None => {
                // More frames than rows are left for: a file that was put here by hand.
                self.disk -= loaded.encoded;
                self.lost.insert(loaded.number);
            }
        }
        self.make_room(0);
        true
    }

    /// A file of an earlier run cannot be read. False where it is not wanted any more.
    pub fn skip(&mut self, number: u64) -> bool {
        let Some(unread) = self.unread.pop_back_if(|unread| unread.number == number) else { return false };
        self.disk -= unread.bytes;
        self.lost.insert(number);
        true
    }

    /// Puts a segment before the first, its topics numbered as here.
    fn add(&mut self, mut loaded: Loaded, first: Row) {
        let links = std::mem::take(&mut loaded.stored.links);
        self.open_answers.extend(
            loaded.answers.iter().filter_map(|(back, row)| Some((first.checked_sub(*back)?, first + row))),
        );
        for packed in &loaded.stored.entries {
            self.counters.packets += 1;
            self.counters.bytes += u64::from(packed.length);
            self.counters.faults += u64::from(packed.fault());
            if PacketType::of_first_byte(packed.first_byte) == Some(PacketType::Publish) {
                self.counters.messages += 1;
                self.counters.earlier += 1;
            }
        }
        if self.counters.round_trip_ns.is_none() {
            let ends =
                loaded.stored.entries.iter().enumerate().rev().filter(|(_, packed)| packed.ends_exchange());
            let room = MAX_ANSWERS.saturating_sub(self.newest_answers.len());
            self.newest_answers.extend(ends.take(room).map(|(place, _)| first + place as u64));
        }
        let segment = Segment::recovered(loaded, first);
        self.index_memory += segment.index_memory();
        for (number, connection) in &segment.interfaces {
            let known = self.connections.entry(*number);
            known.or_insert_with(|| Known { connection: connection.clone(), segments: 0 }).segments += 1;
        }
        self.segments.push_front(segment);
        for (row, tie, back) in links {
            let row = first.saturating_add(row);
            match (tie, row.checked_sub(back)) {
                (Tie::Repeats, Some(other)) => self.links.add(row, tie, other, 0),
                (_, Some(other)) => self.respond(row, other, 0),
                (_, None) => {}
            }
        }
        // Later answers last, so that the newest stands in the end.
        let mut answers = std::mem::take(&mut self.open_answers);
        answers.sort_unstable_by_key(|(_, answer)| *answer);
        answers.retain(|(request, answer)| {
            if *request < first {
                return true;
            }
            let way = self.packed(*answer).map(Packed::direction);
            let ends = self.packed(*answer).is_some_and(Packed::ends_exchange);
            if let Some(packed) = self.packed_mut(*request)
                && (ends || way.is_some_and(|way| way != packed.direction()))
            {
                packed.tie(*request, *answer);
            }
            false
        });
        self.open_answers = answers;
        self.find_round_trip();
    }

    /// The newest round trip of a client's request, once its answer and its request are both there.
    fn find_round_trip(&mut self) {
        if self.counters.round_trip_ns.is_some() {
            self.newest_answers.clear();
            return;
        }
        let answers = std::mem::take(&mut self.newest_answers);
        let mut left = answers.iter().skip_while(|answer| {
            let packed = self.packed(**answer);
            let request = packed.and_then(|packed| packed.partner(**answer));
            if request.is_some_and(|request| request < self.rows().start) {
                return false;
            }
            let request = request.and_then(|request| self.packed(request));
            match (packed, request) {
                (Some(packed), Some(request)) if request.direction() == Direction::ToServer => {
                    self.counters.round_trip_ns = Some(packed.time.saturating_sub(request.time));
                    false
                }
                _ => true,
            }
        });
        self.newest_answers = left.by_ref().copied().collect();
    }
}

/// Gives the topics of a segment's entries the numbers of the log.
pub(super) fn renumber(loaded: &mut Loaded, numbers: &[u32]) {
    for packed in &mut loaded.stored.entries {
        let number = usize::try_from(packed.topic).ok().and_then(|place| numbers.get(place));
        packed.topic = number.copied().unwrap_or(NO_TOPIC);
    }
}
