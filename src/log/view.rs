//! Views: the rows of a log that pass a filter, in order, kept up to date by a worker thread.

use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::filter::{Filter, Subject};
use super::rows::Rows;
use super::segment::{LARGE, Segment};
use super::{Entry, FrameLog, Row, Wake, WeakLog};
use crate::wire::Version;

/// Rows that are judged between two looks at whether the view is still wanted.
const STEP: u64 = 4096;
/// The same for the rows that are judged first, so that a screenful is there soon, whatever the filter asks.
const FIRST_STEP: u64 = 512;
/// The number of the newest row when the view begins: so many older ones can be found before it.
const MIDDLE: u64 = 1 << 40;
/// After a step that reached the log's end: how long frames may gather before the next.
const GATHER: Duration = Duration::from_millis(10);

/// Bytes of frames that are looked at before the log is unlocked again: few microseconds' worth.
const AT_ONCE: usize = 4096;
/// What a frame counts at least there.
const LEAST: usize = 64;

/// The rows that pass a filter, ascending. The newest are judged first, then the others backwards, and new frames as
/// they arrive, before what is left of the old ones. Ends when dropped, or with its log, which it does not keep.
///
/// Indexes count from the oldest row that is known to pass and still held: every index shifts when older rows are
/// found, and when old segments of the log go and their rows fall off the front. [`View::first_number`] says by how
/// many: it shrinks with the former and grows with the latter, so that it and an index together number a row once
/// and for all. A list that is to stand still counts from there, or is anchored on a row and asks
/// [`View::position`] where that is now. (A request that is answered late, under a filter that asks for the latency
/// or for what is unanswered, may come in between, or go.)
pub struct View {
    shared: Arc<Shared>,
}

struct Shared {
    list: Mutex<List>,
    signal: Mutex<Signal>,
    signalled: Condvar,
}

#[derive(Default)]
struct Signal {
    changed: bool,
    cancelled: bool,
}

struct List {
    /// Rows that pass.
    rows: Rows,
    /// Rows that passed, and have gone.
    dropped: u64,
    /// The rows of the log that were judged, and the log's rows when that was last looked at.
    judged: Range<Row>,
    held: Range<Row>,
}

impl View {
    /// Starts a view. `wake` is called from the worker thread after the list or the progress has changed, at most
    /// a hundred times a second once it has caught up; it must be quick.
    ///
    /// Where the system refuses a thread, the view stays empty and incomplete.
    #[must_use]
    pub fn spawn(log: &FrameLog, filter: Filter, wake: Wake) -> Self {
        let held = log.rows();
        let list = List { judged: held.end..held.end, held, rows: Rows::numbered(MIDDLE), dropped: 0 };
        let shared =
            Arc::new(Shared { list: Mutex::new(list), signal: Mutex::default(), signalled: Condvar::new() });
        let (for_worker, log) = (Arc::clone(&shared), log.downgrade());
        // Without a thread nothing follows; the progress shows it.
        let _ = std::thread::Builder::new()
            .name("log view".to_owned())
            .spawn(move || Worker::new(for_worker, filter, wake).run(&log));
        Self { shared }
    }

    /// How many rows pass so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.list().rows.len()
    }

    /// Whether no row passes so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at an index.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<Row> {
        self.shared.list().rows.get(index)
    }

    /// Appends the rows at the indexes to `into`, as far as there are any, under one lock.
    pub fn rows(&self, indexes: Range<usize>, into: &mut Vec<Row>) {
        self.shared.list().rows.copy(indexes, into);
    }

    /// The index of a row; where it does not pass, that of the next one that does, else of the last. `None` where
    /// no row passes.
    #[must_use]
    pub fn position(&self, row: Row) -> Option<usize> {
        let list = self.shared.list();
        let end = list.rows.len();
        let next = list.rows.before(row);
        if next < end { Some(next) } else { end.checked_sub(1) }
    }

    /// Whether a row passes, as far as is known.
    #[must_use]
    pub fn contains(&self, row: Row) -> bool {
        self.shared.list().rows.contains(row)
    }

    /// The number of a row (see above); where it does not pass, that of the next one that does, else of the last.
    /// `None` where no row passes.
    #[must_use]
    pub fn number(&self, row: Row) -> Option<u64> {
        let list = self.shared.list();
        let newest = list.rows.len().checked_sub(1)?;
        Some(list.rows.first() + list.rows.before(row).min(newest) as u64)
    }

    /// The first and the last row that pass.
    #[must_use]
    pub fn ends(&self) -> Option<(Row, Row)> {
        let list = self.shared.list();
        Some((list.rows.get(0)?, list.rows.get(list.rows.len().checked_sub(1)?)?))
    }

    /// The row with a number.
    #[must_use]
    pub fn row_numbered(&self, number: u64) -> Option<Row> {
        let list = self.shared.list();
        list.rows.get(usize::try_from(number.checked_sub(list.rows.first())?).ok()?)
    }

    /// Appends those of `rows` that pass to `into`, `most` of them at most, under one lock. Answers with how many
    /// there are.
    pub fn among(&self, rows: RangeInclusive<Row>, most: usize, into: &mut Vec<Row>) -> u64 {
        let list = self.shared.list();
        let start = list.rows.before(*rows.start());
        let end = list.rows.before(rows.end().saturating_add(1)).max(start);
        list.rows.copy(start..end.min(start.saturating_add(most)), into);
        (end - start) as u64
    }

    /// How many rows have fallen off the front.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.shared.list().dropped
    }

    /// The number of the row at index 0, or of the first that comes: see above.
    #[must_use]
    pub fn first_number(&self) -> u64 {
        self.shared.list().rows.first()
    }

    /// The number of the first row, and how many there are, of one moment.
    #[must_use]
    pub fn numbers(&self) -> Range<u64> {
        let list = self.shared.list();
        list.rows.first()..list.rows.first() + list.rows.len() as u64
    }

    /// How many of the rows that the log holds have been judged, and how many it held when last looked at.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let list = self.shared.list();
        let judged =
            list.judged.end.min(list.held.end).saturating_sub(list.judged.start.max(list.held.start));
        (judged, list.held.end - list.held.start)
    }

    /// The rows of the log that have been judged so far.
    #[must_use]
    pub fn judged(&self) -> Range<Row> {
        self.shared.list().judged.clone()
    }

    /// Whether every row the log held when last looked at has been judged.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let (judged, all) = self.progress();
        judged >= all
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("len", &self.len()).field("progress", &self.progress()).finish()
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.shared.signal().cancelled = true;
        self.shared.signalled.notify_all();
    }
}

impl Shared {
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self) -> MutexGuard<'_, Signal> {
        self.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cancelled(&self) -> bool {
        self.signal().cancelled
    }

    /// Lets frames gather, then waits until some have come; false once the view is no longer wanted.
    fn wait(&self) -> bool {
        let gathering = |signal: &mut Signal| !signal.cancelled;
        let idle = |signal: &mut Signal| !signal.changed && !signal.cancelled;
        let (signal, _) = self
            .signalled
            .wait_timeout_while(self.signal(), GATHER, gathering)
            .unwrap_or_else(PoisonError::into_inner);
        let mut signal = self.signalled.wait_while(signal, idle).unwrap_or_else(PoisonError::into_inner);
        signal.changed = false;
        !signal.cancelled
    }
}

/// The worker thread's own state.
struct Worker {
    shared: Arc<Shared>,
    filter: Filter,
    asks_answers: bool,
    wake: Wake,
    entries: Vec<Entry>,
    topics: Vec<Arc<str>>,
    step: u64,
}

impl Worker {
    fn new(shared: Arc<Shared>, filter: Filter, wake: Wake) -> Self {
        let asks_answers = filter.asks_answers();
        Self { shared, filter, asks_answers, wake, entries: Vec::new(), topics: Vec::new(), step: FIRST_STEP }
    }

    fn run(&mut self, log: &WeakLog) {
        let Some(strong) = log.upgrade() else { return };
        let shared = Arc::clone(&self.shared);
        let watch = strong.on_change(Arc::new(move || {
            shared.signal().changed = true;
            shared.signalled.notify_all();
        }));
        drop(strong);
        while !self.shared.cancelled() {
            watch.acknowledge();
            let Some(log) = log.upgrade() else { return };
            let caught_up = self.step(&log);
            drop(log);
            (self.wake)();
            if caught_up && !self.shared.wait() {
                return;
            }
        }
    }

    /// Judges the next rows that have come, and the next older ones; whether none are left.
    fn step(&mut self, log: &FrameLog) -> bool {
        let held = log.rows();
        let judged = self.shared.list().judged.clone();
        // Rows that have gone need no judgement; where all have, the new ones are the oldest too.
        let start = judged.start.clamp(held.start, held.end);
        let end = judged.end.clamp(start, held.end);
        let newer_end = held.end.min(end + STEP);
        let (newer, newer_from) = self.judge(log, end..newer_end);
        let answered = if self.asks_answers { self.answered(log, newer_from..newer_end) } else { Vec::new() };
        let older_start = held.start.max(start.saturating_sub(self.step));
        let (older, _) = self.judge(log, older_start..start);
        self.step = (self.step * 2).min(STEP);

        let mut list = self.shared.list();
        list.rows.prepend(&older);
        for row in newer {
            list.rows.push(row);
        }
        // Those that are not yet judged have their turn.
        let (come, mut gone): (Vec<_>, Vec<_>) =
            answered.into_iter().filter(|(row, _)| *row >= older_start).partition(|(_, passes)| *passes);
        for (row, _) in come {
            list.rows.insert(row);
        }
        gone.sort_unstable();
        list.rows.remove(gone.into_iter().map(|(row, _)| row));
        list.dropped += list.rows.cut_before(held.start);
        let caught_up = newer_end == held.end && older_start == held.start;
        list.judged = older_start..newer_end;
        list.held = held;
        caught_up
    }

    /// The rows among these that pass, and the first that was still held.
    fn judge(&mut self, log: &FrameLog, rows: Range<Row>) -> (Vec<Row>, Row) {
        if rows.is_empty() {
            return (Vec::new(), rows.start);
        }
        let mut entries = std::mem::take(&mut self.entries);
        entries.clear();
        log.entries(rows.clone(), &mut entries);
        // Rows may have gone between the two looks; those that came back are the newest of them.
        let start = rows.end - entries.len() as u64;
        log.topics_from(self.topics.len(), &mut self.topics);
        let passing = self.passing(log, start, &entries);
        self.entries = entries;
        (passing, start)
    }

    /// The requests that these rows have answered, and whether they pass now.
    fn answered(&mut self, log: &FrameLog, rows: Range<Row>) -> Vec<(Row, bool)> {
        let mut entries = Vec::new();
        log.entries(rows.clone(), &mut entries);
        let start = rows.end - entries.len() as u64;
        let requests = (start..).zip(entries).filter_map(|(row, entry)| entry.partner.filter(|to| *to < row));
        let judged = |row| Some((row, !self.passing(log, row, &[log.entry(row)?]).is_empty()));
        requests.filter_map(judged).collect()
    }

    /// The rows that pass, of those from `start` on that have these entries. A frame whose bytes cannot be had does
    /// not pass where they are needed.
    fn passing(&self, log: &FrameLog, start: Row, entries: &[Entry]) -> Vec<Row> {
        let (mut passing, mut open) = (Vec::new(), Vec::new());
        for (row, entry) in (start..).zip(entries) {
            let subject = self.subject(log, row, entry);
            match self.filter.passes(&subject) {
                Some(true) => passing.push(row),
                Some(false) => {}
                None => open.push((row, subject)),
            }
        }
        if open.is_empty() {
            return passing;
        }
        log.with_bytes(&open, |row, subject, version, bytes| {
            if self.filter.passes(&Subject { frame: Some((version, bytes)), ..subject }) == Some(true) {
                passing.push(row);
            }
        });
        passing.sort_unstable();
        passing
    }

    /// What a frame is judged by, but for its bytes.
    fn subject<'a>(&'a self, log: &FrameLog, row: Row, entry: &'a Entry) -> Subject<'a> {
        let topic = entry.topic.and_then(|number| self.topics.get(usize::try_from(number).ok()?));
        let latency = if self.asks_answers { latency(log, row, entry) } else { None };
        let unanswered = self.asks_answers && log.is_unanswered(row);
        Subject { entry, topic: topic.map(AsRef::as_ref), frame: None, latency, unanswered }
    }
}

impl FrameLog {
    /// Calls `read` with the version and bytes of these ascending rows, and what stands beside each; cheaper than
    /// [`FrameLog::frame`] for one who looks at many. Those that are in memory and short come first, a few at a time:
    /// the log is locked for reading meanwhile, so that `read` must not use it.
    fn with_bytes<T: Copy>(&self, rows: &[(Row, T)], mut read: impl FnMut(Row, T, Version, &[u8])) {
        let mut elsewhere = Vec::new();
        let mut rows = rows.iter().copied().peekable();
        while rows.peek().is_some() {
            let state = self.0.shared.read();
            let mut segment: Option<&Segment> = None;
            let mut room = AT_ONCE;
            while room > 0
                && let Some((row, with)) = rows.next()
            {
                let held = segment.filter(|held| row < held.end()).or_else(|| state.segment(row));
                segment = held;
                let Some((held, packed)) = held.and_then(|held| Some((held, held.packed(row)?))) else {
                    continue;
                };
                match held.borrowed(row).filter(|bytes| bytes.len() < LARGE) {
                    Some(bytes) => {
                        read(row, with, packed.version(), bytes);
                        room = room.saturating_sub(bytes.len().max(LEAST));
                    }
                    None => elsewhere.push((row, with, packed.version())),
                }
            }
        }
        for (row, with, version) in elsewhere {
            if let Some(frame) = self.frame(row) {
                read(row, with, version, &frame.bytes);
            }
        }
    }
}

/// The time between request and final answer, of these two rows; the steps between them have none.
pub(super) fn latency(log: &FrameLog, row: Row, entry: &Entry) -> Option<u64> {
    let partner = entry.partner?;
    let ends = partner > row || log.entry(partner)?.partner == Some(row);
    if ends { log.round_trip(row) } else { None }
}
