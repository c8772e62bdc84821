//! Views: the rows of a log that pass a filter, in order, kept up to date by a worker thread.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::filter::{Filter, Subject};
use super::{Entry, FrameLog, Row, Wake, WeakLog};

/// Rows that are judged between two looks at whether the view is still wanted.
const STEP: u64 = 4096;
/// After a step that reached the log's end: how long frames may gather before the next.
const GATHER: Duration = Duration::from_millis(10);

/// The rows that pass a filter, ascending. Extended as frames arrive; ends when dropped, or with its log, which it
/// does not keep.
///
/// Indexes count from the oldest row that is still held: when old segments of the log go, their rows fall off the
/// front and every index shifts by as many, which [`View::dropped`] counts. A list that is to stand still is
/// anchored on a row, and asks [`View::position`] where that is now.
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

#[derive(Default)]
struct List {
    /// Rows that pass.
    rows: VecDeque<Row>,
    /// Rows that passed, and have gone.
    dropped: u64,
    /// The rows of the log that were judged, and the log's rows when that was last looked at.
    judged: Row,
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
        let list = List { judged: held.start, held, ..List::default() };
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
        self.shared.list().rows.get(index).copied()
    }

    /// Appends the rows at the indexes to `into`, as far as there are any, under one lock.
    pub fn rows(&self, indexes: Range<usize>, into: &mut Vec<Row>) {
        let list = self.shared.list();
        let end = indexes.end.min(list.rows.len());
        if indexes.start < end {
            into.extend(list.rows.range(indexes.start..end));
        }
    }

    /// The index of a row; where it does not pass, that of the next one that does, else of the last. `None` where
    /// no row passes.
    #[must_use]
    pub fn position(&self, row: Row) -> Option<usize> {
        let list = self.shared.list();
        let end = list.rows.len();
        let next = list.rows.partition_point(|known| *known < row);
        if next < end { Some(next) } else { end.checked_sub(1) }
    }

    /// Whether a row passes, as far as is known.
    #[must_use]
    pub fn contains(&self, row: Row) -> bool {
        self.shared.list().rows.binary_search(&row).is_ok()
    }

    /// How many rows have fallen off the front.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.shared.list().dropped
    }

    /// How many of the rows that the log holds have been judged, and how many it held when last looked at.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let list = self.shared.list();
        (list.judged.saturating_sub(list.held.start), list.held.end - list.held.start)
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
    wake: Wake,
    entries: Vec<Entry>,
    topics: Vec<Arc<str>>,
}

impl Worker {
    fn new(shared: Arc<Shared>, filter: Filter, wake: Wake) -> Self {
        Self { shared, filter, wake, entries: Vec::new(), topics: Vec::new() }
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

    /// Judges the next rows; whether that reached the end.
    fn step(&mut self, log: &FrameLog) -> bool {
        let held = log.rows();
        let start = self.shared.list().judged.max(held.start);
        let end = held.end.min(start + STEP);
        self.entries.clear();
        log.entries(start..end, &mut self.entries);
        // Rows may have gone between the two looks; those that came back are the newest of them.
        let start = end - self.entries.len() as u64;
        log.topics_from(self.topics.len(), &mut self.topics);
        let mut passing = Vec::new();
        for (row, entry) in (start..).zip(&self.entries) {
            if self.passes(log, row, entry) {
                passing.push(row);
            }
        }
        let mut list = self.shared.list();
        list.rows.extend(passing);
        while list.rows.front().is_some_and(|row| *row < held.start) {
            list.rows.pop_front();
            list.dropped += 1;
        }
        let caught_up = end == held.end;
        list.judged = end;
        list.held = held;
        caught_up
    }

    /// A frame whose bytes cannot be had does not pass where they are needed.
    fn passes(&self, log: &FrameLog, row: Row, entry: &Entry) -> bool {
        let topic = entry.topic.and_then(|number| self.topics.get(usize::try_from(number).ok()?));
        let subject = Subject { entry, topic: topic.map(AsRef::as_ref), frame: None };
        self.filter
            .passes(&subject)
            .or_else(|| {
                log.with_bytes(row, |version, bytes| {
                    self.filter.passes(&Subject { frame: Some((version, bytes)), ..subject })
                })?
            })
            .unwrap_or(false)
    }
}
