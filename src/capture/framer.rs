//! One direction of an MQTT connection, cut into packets; with gaps, after which the next packet is found again.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{Mark, Note};
use super::resync::{Look, look};
use crate::wire::{Cut, Direction, cut};

/// Places where a packet may begin that are kept in mind.
const MOST_CANDIDATES: usize = 256;

/// What comes out of a direction.
#[derive(Debug)]
pub(super) enum Out {
    /// A packet.
    Packet { mark: Mark, bytes: Arc<[u8]>, notes: Vec<Note> },
    /// So many bytes are missing before this mark.
    Gap { mark: Mark, bytes: Option<u64> },
    /// A packet of so many bytes of which only these many are there.
    Unfinished { have: u64, of: u64 },
    /// So many bytes of which nobody can tell what they are, up to this mark.
    Skipped { mark: Mark, bytes: u64 },
}

#[derive(Debug)]
enum State {
    /// The buffer's first byte is a packet's.
    Aligned,
    /// So many bytes still belong to a packet that a gap has spoilt.
    Spoilt(u64),
    /// Looking for the beginning of a packet.
    Searching(Search),
}

/// A place in the buffer where a packet may begin.
#[derive(Debug)]
struct Candidate {
    place: usize,
    /// How many bytes the buffer must have to tell.
    needed: usize,
    /// A piece begins here: it is waited for, and no later place is looked at.
    likely: bool,
}

#[derive(Debug, Default)]
struct Search {
    candidates: Vec<Candidate>,
    /// The places before this one have been looked at.
    looked: usize,
    /// Bytes that were passed over before the buffer.
    skipped: u64,
    /// What was skipped is a gap's doing and has been told.
    told: bool,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Framer {
    direction: Direction,
    state: State,
    buffer: Vec<u8>,
    /// The bytes of the buffer that have been dealt with.
    used: usize,
    /// Where the pieces in the buffer begin, and what brought them.
    pieces: VecDeque<(usize, Mark)>,
    notes: Vec<Note>,
    /// A gap that has not been told of.
    gap: Option<Option<u64>>,
}

impl Framer {
    /// `aligned`: a packet begins at the first byte, for sure.
    pub fn new(direction: Direction, aligned: bool) -> Self {
        Self {
            direction,
            state: if aligned { State::Aligned } else { State::Searching(Search::default()) },
            buffer: Vec::new(),
            used: 0,
            pieces: VecDeque::new(),
            notes: Vec::new(),
            gap: None,
        }
    }

    /// Has the next packet carry a note.
    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Takes the next bytes in.
    pub fn bytes(&mut self, mark: Mark, mut bytes: &[u8], out: &mut Vec<Out>) {
        if let Some(bytes) = self.gap.take() {
            out.push(Out::Gap { mark, bytes });
            self.note(Note::Gap(bytes));
        }
        if let State::Spoilt(left) = &mut self.state {
            let passed = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
            *left -= passed as u64;
            if *left == 0 {
                self.state = State::Aligned;
            }
            bytes = bytes.get(passed..).unwrap_or_default();
        }
        if bytes.is_empty() {
            return;
        }
        self.pieces.push_back((self.buffer.len(), mark));
        self.buffer.extend_from_slice(bytes);
        self.go_on(out);
    }

    /// Passes over bytes that are missing: how many, where that is known.
    pub fn gap(&mut self, missing: Option<u64>, out: &mut Vec<Out>) {
        // Two gaps with nothing between them are one.
        self.gap = Some(match self.gap {
            Some(before) => before.zip(missing).map(|(before, missing)| before.saturating_add(missing)),
            None => missing,
        });
        let left = match &self.state {
            State::Aligned => self.unfinished(out),
            State::Spoilt(left) => Some(*left),
            State::Searching(_) => {
                self.give_up_search(out);
                None
            }
        };
        self.clear();
        self.state = match (left, missing) {
            (Some(left), Some(missing)) if missing == left => State::Aligned,
            (Some(left), Some(missing)) if missing < left => State::Spoilt(left - missing),
            _ => State::Searching(Search { told: true, ..Search::default() }),
        };
    }

    /// Nothing comes any more, as far as is known.
    pub fn end(&mut self, out: &mut Vec<Out>) {
        match &self.state {
            State::Aligned => {
                self.unfinished(out);
            }
            State::Spoilt(_) => {}
            State::Searching(_) => self.give_up_search(out),
        }
        if !matches!(self.state, State::Aligned) || !self.rest().is_empty() {
            self.state = State::Searching(Search { told: true, ..Search::default() });
        }
        self.clear();
        self.buffer = Vec::new();
    }

    /// Tells of the packet that the buffer holds the beginning of; how many bytes it lacks, where known.
    fn unfinished(&self, out: &mut Vec<Out>) -> Option<u64> {
        let rest = self.rest();
        let Cut::Incomplete { needed } = cut(rest) else { return None };
        if rest.is_empty() {
            return None;
        }
        out.push(Out::Unfinished { have: rest.len() as u64, of: needed as u64 });
        // The length itself may be what is missing.
        let length_is_known = rest.iter().skip(1).any(|byte| byte & 0x80 == 0);
        length_is_known.then(|| (needed - rest.len()) as u64)
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.used..).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.buffer.clear();
        self.pieces.clear();
        self.used = 0;
    }

    fn go_on(&mut self, out: &mut Vec<Out>) {
        loop {
            match &self.state {
                State::Aligned => {
                    if !self.cut(out) {
                        break;
                    }
                }
                State::Searching(_) => {
                    if !self.search(out) {
                        break;
                    }
                }
                State::Spoilt(_) => break,
            }
        }
        self.forget();
    }

    /// Cuts packets off the buffer; whether packets were lost on the way.
    fn cut(&mut self, out: &mut Vec<Out>) -> bool {
        loop {
            let rest = self.rest();
            match cut(rest) {
                Cut::Incomplete { .. } => return false,
                Cut::Frame { length } => self.packet(length, out),
                Cut::Malformed => {
                    // Shown with all that came with it, so that it can be seen what is wrong.
                    let length = rest.len();
                    self.packet(length, out);
                    self.state = State::Searching(Search { looked: self.used, ..Search::default() });
                    return true;
                }
            }
        }
    }

    fn packet(&mut self, length: usize, out: &mut Vec<Out>) {
        let end = self.used + length;
        let bytes = Arc::from(self.buffer.get(self.used..end).unwrap_or_default());
        let mark = self.mark_before(end);
        self.used = end;
        out.push(Out::Packet { mark, bytes, notes: std::mem::take(&mut self.notes) });
    }

    /// The mark of the byte before a place in the buffer.
    fn mark_before(&self, place: usize) -> Mark {
        let behind = self.pieces.partition_point(|(start, _)| *start < place);
        self.pieces.get(behind.saturating_sub(1)).map(|(_, mark)| *mark).unwrap_or_default()
    }

    /// Looks for the beginning of a packet; whether one was found.
    fn search(&mut self, out: &mut Vec<Out>) -> bool {
        let State::Searching(search) = &mut self.state else { return false };
        let (buffer, pieces, direction) = (&self.buffer, &self.pieces, self.direction);
        let length = buffer.len();
        let look_at = |place: usize, likely| look(buffer.get(place..).unwrap_or_default(), direction, likely);
        let mut found = None;
        let mut waiting = false;
        search.candidates.retain_mut(|candidate| {
            if found.is_some() || waiting || candidate.needed > length {
                waiting |= candidate.likely;
                return true;
            }
            match look_at(candidate.place, candidate.likely) {
                Look::Packet => found = Some(candidate.place),
                Look::Maybe(more) => {
                    candidate.needed = candidate.place.saturating_add(more).max(length + 1);
                    waiting = candidate.likely;
                    return true;
                }
                Look::No => {}
            }
            false
        });
        while found.is_none() && !waiting && search.looked < length {
            let place = search.looked;
            search.looked += 1;
            let likely = pieces.binary_search_by_key(&place, |(start, _)| *start).is_ok();
            match look_at(place, likely) {
                Look::Packet => found = Some(place),
                Look::Maybe(more) if likely || search.candidates.len() < MOST_CANDIDATES => {
                    waiting = likely;
                    let needed = place.saturating_add(more).max(length + 1);
                    search.candidates.push(Candidate { place, needed, likely });
                }
                Look::Maybe(_) | Look::No => {}
            }
        }
        let Some(place) = found else {
            let keep = search.candidates.first().map_or(search.looked, |candidate| candidate.place);
            search.skipped += keep.saturating_sub(self.used) as u64;
            self.used = keep.max(self.used);
            return false;
        };
        let skipped = search.skipped + place.saturating_sub(self.used) as u64;
        let told = search.told;
        if skipped > 0 {
            out.push(Out::Skipped { mark: self.mark_before(place + 1), bytes: skipped });
            if !told {
                self.note(Note::Gap(None));
            }
        }
        self.used = place;
        self.state = State::Aligned;
        true
    }

    /// Tells of all that no packet was found in.
    fn give_up_search(&mut self, out: &mut Vec<Out>) {
        // What was waited for as a long packet is none; others may be behind it.
        loop {
            let State::Searching(search) = &mut self.state else { return };
            let known = search.candidates.len();
            search.candidates.retain(|candidate| !candidate.likely);
            if search.candidates.len() == known && search.looked >= self.buffer.len() {
                break;
            }
            if self.search(out) {
                self.cut(out);
                if matches!(self.state, State::Aligned) {
                    self.unfinished(out);
                    return;
                }
            }
        }
        let State::Searching(search) = &self.state else { return };
        let bytes = search.skipped + (self.buffer.len() - self.used) as u64;
        if bytes > 0 {
            out.push(Out::Skipped { mark: self.mark_before(self.buffer.len()), bytes });
        }
    }

    /// Makes room in the buffer.
    fn forget(&mut self) {
        if self.used < self.buffer.len() && self.used < self.buffer.len() / 2 {
            return;
        }
        let used = self.used;
        self.buffer.drain(..used);
        self.used = 0;
        while self.pieces.get(1).is_some_and(|(start, _)| *start <= used) || self.buffer.is_empty() {
            if self.pieces.pop_front().is_none() {
                break;
            }
        }
        for (start, _) in &mut self.pieces {
            *start = start.saturating_sub(used);
        }
        if let State::Searching(search) = &mut self.state {
            search.looked = search.looked.saturating_sub(used);
            for candidate in &mut search.candidates {
                candidate.place = candidate.place.saturating_sub(used);
                candidate.needed = candidate.needed.saturating_sub(used);
            }
        }
    }
}
