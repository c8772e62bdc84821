//! One direction of a TCP connection, put back together: segments in any order, several times, overlapping, or
//! never; their bytes in order, each once, and word of those that never come.

use std::collections::BTreeMap;

use super::frame::Mark;
use super::packet::Segment;

/// The most that is kept of segments behind a hole, bookkeeping included; then the hole is given up.
const MOST_PENDING: usize = 8 << 20;
/// What a kept segment costs beside its bytes.
const PER_SEGMENT: usize = 64;
/// Capture frames that may pass until a hole is given up whose bytes the other side has acknowledged: it had
/// them, the capture has not.
const PATIENCE: u64 = 1_000;
/// The same where the other side has not.
const LONG_PATIENCE: u64 = 100_000;
/// How far an acknowledgement may be from the first bytes for it to tell where they should begin.
const NEAR: u32 = 1 << 20;

/// A part of a direction's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The next bytes, and the capture's frame by which they and all before them were there.
    Bytes(Mark, &'a [u8]),
    /// So many bytes are missing here.
    Gap(u64),
}

/// Takes the pieces of a direction, in order.
pub(super) type Pass<'a> = dyn FnMut(Piece<'_>) + 'a;

#[derive(Debug)]
struct Pending {
    mark: Mark,
    bytes: Vec<u8>,
}

/// One direction.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// The sequence number of the next byte, once anything tells.
    next: Option<u32>,
    /// How many bytes there were before it, gaps included.
    position: u64,
    /// The initial sequence number, where a SYN told it.
    initial: Option<u32>,
    /// Segments behind a hole, by position.
    pending: BTreeMap<u64, Pending>,
    pending_cost: usize,
    /// The capture's frame at which the hole was seen.
    hole_since: Option<u64>,
    /// The position that the other side has acknowledged.
    acknowledged: u64,
    /// Where it ends, where a FIN told it.
    end: Option<u64>,
    reached: Mark,
    retransmitted: bool,
    /// It was seen from its beginning.
    from_start: bool,
}

impl Half {
    pub const fn from_start(&self) -> bool {
        self.from_start
    }

    pub const fn hole_since(&self) -> Option<u64> {
        self.hole_since
    }

    /// All bytes up to its FIN have been passed on.
    pub fn is_finished(&self) -> bool {
        self.end.is_some_and(|end| self.position >= end)
    }

    /// Whether segments were dropped since this was asked last.
    pub const fn take_retransmitted(&mut self) -> bool {
        std::mem::replace(&mut self.retransmitted, false)
    }

    /// Whether a SYN with this sequence number begins another connection than the one that is followed.
    pub fn is_new_connection(&self, sequence: u32) -> bool {
        match (self.initial, self.next) {
            (Some(initial), _) => initial != sequence,
            // Seen without its SYN: the SYN may only be late.
            (None, Some(next)) => self.position_of(next, sequence.wrapping_add(1)) != Some(0),
            (None, None) => false,
        }
    }

    /// Whether bytes with this sequence number cannot belong here any more, since the direction has ended.
    pub fn is_beyond(&self, sequence: u32) -> bool {
        let Some(next) = self.next else { return false };
        let distance = sequence.wrapping_sub(next).cast_signed();
        distance > 0 || distance < -NEAR.cast_signed() * 16
    }

    /// Takes in what the other side has acknowledged. Where nothing has been seen here, that is where it begins;
    /// `of_syn` where it answers the very SYN.
    pub fn acknowledge(&mut self, number: u32, of_syn: bool) {
        match self.next {
            Some(next) => {
                let position = self.position_of(next, number).unwrap_or(0);
                self.acknowledged = self.acknowledged.max(position);
            }
            // Captures made by hand may leave it 0.
            None if number != 0 => {
                self.next = Some(number);
                self.from_start = of_syn;
                if of_syn {
                    self.initial = Some(number.wrapping_sub(1));
                }
            }
            None => {}
        }
    }

    /// Takes a segment in and passes on what is in order now.
    pub fn take(&mut self, mark: Mark, segment: &Segment<'_>, pass: &mut Pass<'_>) {
        let first = segment.sequence.wrapping_add(u32::from(segment.syn));
        if segment.syn && self.initial.is_none() {
            self.initial = Some(segment.sequence);
            self.from_start = true;
            if self.position == 0 && self.pending.is_empty() {
                self.next = Some(first);
            }
        }
        let carries = !segment.payload.is_empty();
        let untold = self.position == 0 && self.pending.is_empty() && !self.from_start;
        let next = match self.next {
            Some(next) if !(carries && untold && first.wrapping_sub(next) > NEAR) => next,
            _ if carries || segment.fin => *self.next.insert(first),
            _ => return,
        };
        let distance = first.wrapping_sub(next).cast_signed();
        let length = (segment.payload.len() + segment.missing) as u64;
        if segment.fin {
            self.end = self.position.checked_add_signed(i64::from(distance)).map(|at| at + length);
        }
        if !carries {
            return;
        }
        if distance > 0 {
            self.keep(mark, self.position + u64::from(distance.unsigned_abs()), segment.payload);
            if self.pending_cost > MOST_PENDING {
                self.give_up(pass);
            }
            return;
        }
        let seen = usize::try_from(distance.unsigned_abs()).unwrap_or(usize::MAX);
        self.retransmitted |= seen > 0;
        if let Some(bytes) = segment.payload.get(seen..).filter(|bytes| !bytes.is_empty()) {
            self.pass_on(mark, bytes, pass);
            self.drain(pass);
        }
    }

    /// The position of a sequence number, near the next byte's; `None` before the beginning.
    fn position_of(&self, next: u32, sequence: u32) -> Option<u64> {
        let distance = i64::from(sequence.wrapping_sub(next).cast_signed());
        self.position.checked_add_signed(distance)
    }

    fn keep(&mut self, mark: Mark, position: u64, bytes: &[u8]) {
        self.hole_since.get_or_insert(mark.number);
        if let Some(known) = self.pending.get(&position)
            && known.bytes.len() >= bytes.len()
        {
            self.retransmitted = true;
            return;
        }
        self.pending_cost += bytes.len() + PER_SEGMENT;
        if let Some(shorter) = self.pending.insert(position, Pending { mark, bytes: bytes.to_vec() }) {
            self.pending_cost -= shorter.bytes.len() + PER_SEGMENT;
        }
    }

    fn pass_on(&mut self, mark: Mark, bytes: &[u8], pass: &mut Pass<'_>) {
        self.reached = self.reached.max(mark);
        self.advance(bytes.len() as u64);
        pass(Piece::Bytes(self.reached, bytes));
    }

    fn advance(&mut self, by: u64) {
        self.position += by;
        // Sequence numbers wrap around.
        let low = u32::try_from(by & 0xffff_ffff).unwrap_or(0);
        self.next = self.next.map(|next| next.wrapping_add(low));
    }

    /// Passes on what follows without a hole.
    fn drain(&mut self, pass: &mut Pass<'_>) {
        while let Some(entry) = self.pending.first_entry() {
            if *entry.key() > self.position {
                return;
            }
            let (position, pending) = entry.remove_entry();
            self.pending_cost -= pending.bytes.len() + PER_SEGMENT;
            let seen = usize::try_from(self.position - position).unwrap_or(usize::MAX);
            self.retransmitted |= seen > 0;
            if let Some(bytes) = pending.bytes.get(seen..).filter(|bytes| !bytes.is_empty()) {
                self.pass_on(pending.mark, bytes, pass);
            }
        }
        self.hole_since = None;
    }

    /// Whether it is time to give the hole up, at a frame of the capture.
    pub fn is_hopeless(&self, number: u64) -> bool {
        let waited = self.hole_since.map_or(0, |since| number.saturating_sub(since));
        let had = self.pending.first_key_value().is_some_and(|(first, _)| self.acknowledged >= *first);
        waited >= if had { PATIENCE } else { LONG_PATIENCE }
    }

    /// Gives up the first hole, and passes on what stands behind it.
    pub fn give_up(&mut self, pass: &mut Pass<'_>) {
        let Some((&first, _)) = self.pending.first_key_value() else { return };
        let gap = first.saturating_sub(self.position);
        self.advance(gap);
        pass(Piece::Gap(gap));
        self.drain(pass);
        if self.hole_since.is_some() {
            // Nothing that is passed on from now has an earlier number.
            self.hole_since = Some(self.reached.number);
        }
    }

    /// Gives up every hole.
    pub fn give_up_all(&mut self, pass: &mut Pass<'_>) {
        while !self.pending.is_empty() {
            self.give_up(pass);
        }
    }
}
