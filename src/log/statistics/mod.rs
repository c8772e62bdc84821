//! Statistics of a log: what crossed by direction, network connection and topic, and when; which topics flood, which
//! fell silent. A worker thread keeps them as the log grows; appending does nothing for them.
//!
//! # What they promise
//!
//! - Every row that the log held is counted once, in the order in which it can be had: from the first row that is held
//!   when the counting begins onwards, and earlier frames backwards as the log reads them. No payload is looked at.
//! - What has been counted stays when its rows go, as the log's own counters do. Rows that went before the worker came
//!   to them are not in it. When the log is cleared, or what was cleared comes back, everything is counted anew.
//! - Memory is bounded: topics as the log numbers them, up to [`super::MAX_TOPICS`] at 96 bytes each, the messages on
//!   others in one sum ([`Sums::other_topics`]); the newest [`MAX_CONNECTIONS`] network connections, the others in one
//!   sum; 1,024 spans of time.
//! - Asking is quick whatever there is: topics are put in order by the worker ([`Statistics::rank`]).

mod density;
mod rank;
mod recent;
mod tally;
mod topic;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use density::{Crossed, Density};
pub use rank::{Order, OrderBy, Ranked};
pub use tally::{Sum, Sums};
pub use topic::{Standing, TopicSum};

use super::{ConnectionNumber, Entry, FrameLog, Row, Timestamp, Wake, WeakLog};
use tally::Tally;

/// The most network connections that have a sum of their own.
pub const MAX_CONNECTIONS: usize = 1024;
/// Rows that are counted between two looks at whether the statistics are still wanted.
const STEP: u64 = 4096;
/// After a step that reached the log's end: how long frames may gather before the next.
const GATHER: Duration = Duration::from_millis(10);
/// How old an order of topics may be, in nanoseconds of the time that is asked for.
const FRESH_NS: u64 = 1_000_000_000;

/// The statistics of a log. They end when dropped, or with the log, which they do not keep.
pub struct Statistics {
    shared: Arc<Shared>,
}

struct Shared {
    tally: Mutex<Tally>,
    ranked: Mutex<Option<Arc<Ranked>>>,
    signal: Mutex<Signal>,
    signalled: Condvar,
}

#[derive(Default)]
struct Signal {
    changed: bool,
    cancelled: bool,
    /// An order of topics that is wanted.
    wish: Option<(Order, Timestamp)>,
}

impl Statistics {
    /// Starts to count. `wake` is called from the worker thread after something has changed, at most a hundred times a
    /// second once it has caught up; it must be quick.
    ///
    /// Where the system refuses a thread, nothing is counted, and the progress shows it.
    #[must_use]
    pub fn spawn(log: &FrameLog, wake: Wake) -> Self {
        let state = log.0.shared.read();
        let tally = Tally::new(state.floor, state.rows());
        drop(state);
        let shared = Arc::new(Shared {
            tally: Mutex::new(tally),
            ranked: Mutex::default(),
            signal: Mutex::default(),
            signalled: Condvar::new(),
        });
        let (for_worker, log) = (Arc::clone(&shared), log.downgrade());
        // Without a thread nothing follows; the progress shows it.
        let _ = std::thread::Builder::new()
            .name("log statistics".to_owned())
            .spawn(move || Worker::new(for_worker, wake).run(&log));
        Self { shared }
    }

    /// What crossed, both ways.
    #[must_use]
    pub fn sums(&self) -> Sums {
        self.shared.tally().sums
    }

    /// What crossed over each network connection, the newest first. Where there were more than [`MAX_CONNECTIONS`],
    /// the older ones are summed up at the end, without a number.
    #[must_use]
    pub fn connections(&self) -> Vec<(Option<ConnectionNumber>, Sum)> {
        self.shared.tally().connections()
    }

    /// How many frames crossed when.
    #[must_use]
    pub fn density(&self) -> Density {
        self.shared.tally().density.clone()
    }

    /// Topics by their numbers in the log, at a time.
    #[must_use]
    pub fn topics(&self, numbers: &[u32], at: Timestamp) -> Vec<TopicSum> {
        self.shared.tally().told(numbers, at)
    }

    /// The topics in an order, at a time: the newest answer there is, which may be to another wish; `wake` is called
    /// when there is a newer one. To be asked as often as one likes: topics are put in order again when another order
    /// is wanted, and once a second.
    #[must_use]
    pub fn rank(&self, order: &Order, at: Timestamp) -> Option<Arc<Ranked>> {
        let ranked = self.shared.ranked().clone();
        let (counted, held) = self.progress();
        let good = ranked.as_ref().is_some_and(|ranked| {
            let fresh = ranked.at.0.abs_diff(at.0) < FRESH_NS && (ranked.complete || counted < held);
            ranked.order == *order && fresh
        });
        let mut signal = self.shared.signal();
        let before = signal.wish.take();
        if !good {
            signal.wish = Some((order.clone(), at));
            if before.is_none() {
                self.shared.signalled.notify_all();
            }
        }
        ranked
    }

    /// How many of the rows that the log holds have been counted, and how many it held when last looked at.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.shared.tally().progress()
    }

    /// Whether no wish for an order of topics is open.
    #[must_use]
    pub fn is_ranked(&self) -> bool {
        self.shared.signal().wish.is_none()
    }
}

impl std::fmt::Debug for Statistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statistics").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

impl Drop for Statistics {
    fn drop(&mut self) {
        self.shared.signal().cancelled = true;
        self.shared.signalled.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }

    fn ranked(&self) -> MutexGuard<'_, Option<Arc<Ranked>>> {
        lock(&self.ranked)
    }

    fn signal(&self) -> MutexGuard<'_, Signal> {
        lock(&self.signal)
    }

    /// Lets frames gather, then waits until some have come or an order is wanted; false once the statistics are no
    /// longer wanted.
    fn wait(&self) -> bool {
        let gathering = |signal: &mut Signal| !signal.cancelled && signal.wish.is_none();
        let idle = |signal: &mut Signal| !signal.changed && !signal.cancelled && signal.wish.is_none();
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
    wake: Wake,
    entries: Vec<(Row, Entry)>,
    names: Vec<Arc<str>>,
}

impl Worker {
    const fn new(shared: Arc<Shared>, wake: Wake) -> Self {
        Self { shared, wake, entries: Vec::new(), names: Vec::new() }
    }

    fn run(&mut self, log: &WeakLog) {
        let Some(strong) = log.upgrade() else { return };
        let shared = Arc::clone(&self.shared);
        let watch = strong.on_change(Arc::new(move || {
            shared.signal().changed = true;
            shared.signalled.notify_all();
        }));
        drop(strong);
        while !self.shared.signal().cancelled {
            watch.acknowledge();
            let Some(log) = log.upgrade() else { return };
            let caught_up = self.step(&log);
            self.rank(&log);
            drop(log);
            (self.wake)();
            if caught_up && !self.shared.wait() {
                return;
            }
        }
    }

    /// Counts the next rows that have come, and the next older ones; whether none are left.
    fn step(&mut self, log: &FrameLog) -> bool {
        let shared = Arc::clone(&self.shared);
        let mut tally = shared.tally();
        self.entries.clear();
        let state = log.0.shared.read();
        let held = state.rows();
        if tally.floor != state.floor {
            *tally = Tally::new(state.floor, held.clone());
        }
        // Rows that have gone need not be counted; where all have, the new ones are the oldest too.
        let end = tally.counted.end.max(held.start);
        let newer = end..held.end.min(end + STEP);
        let older = held.start.max(tally.counted.start.saturating_sub(STEP))..tally.counted.start;
        let into = &mut self.entries;
        state.for_each(newer.clone(), |row, packed| into.push((row, packed.entry(row))));
        let newer_count = into.len();
        state.for_each(older.clone(), |row, packed| into.push((row, packed.entry(row))));
        drop(state);

        let (newer_entries, older_entries) = self.entries.split_at(newer_count.min(self.entries.len()));
        for (row, entry) in newer_entries {
            tally.later(*row, entry);
        }
        for (row, entry) in older_entries.iter().rev() {
            tally.earlier(*row, entry);
        }
        tally.counted = tally.counted.start.min(older.start)..newer.end;
        tally.held = held;
        let (counted, held) = tally.progress();
        counted >= held
    }

    /// Puts the topics in the order that is wanted.
    fn rank(&mut self, log: &FrameLog) {
        let Some((order, at)) = self.shared.signal().wish.clone() else { return };
        log.topics_from(self.names.len(), &mut self.names);
        let (ranked, keyed) = Ranked::begin(order, at, &self.shared.tally());
        let ranked = Arc::new(ranked.finish(keyed, &self.names));
        let mut signal = self.shared.signal();
        *self.shared.ranked() = Some(Arc::clone(&ranked));
        // Another one may be wanted by now.
        if signal.wish.as_ref().is_some_and(|(order, _)| *order == ranked.order) {
            signal.wish = None;
        }
    }
}
