//! What is remembered of a topic: counts, its last message, how often messages come.

use super::recent::Recent;
use super::{ConnectionNumber, Entry, Row, Timestamp};

/// The newest intervals that are remembered.
const GAPS: usize = 8;
/// So many intervals say what is usual.
const ENOUGH: usize = 3;
/// A topic is silent from so many times the longest of them on, and not before so many seconds.
const SILENT: (f32, f32) = (3.0, 5.0);

/// From so many messages a second on a topic floods.
const FLOOD: f64 = 100.0;
/// It does from this on as well, where it is this share of everything.
const FLOOD_SHARE: (f64, f64) = (10.0, 0.25);

/// One topic.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Topic {
    pub messages: u64,
    pub bytes: u64,
    first: u64,
    pub last: u64,
    row: Row,
    recent: Recent,
    /// The newest network connection that it came over.
    connection: ConnectionNumber,
    gaps: Gaps,
}

const _: () = assert!(size_of::<Topic>() <= 96, "a topic costs at most 96 bytes");

/// The newest intervals between messages, in seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Gaps {
    seconds: [f32; GAPS],
    count: usize,
}

impl Gaps {
    fn push(&mut self, nanos: u64) {
        #[expect(clippy::cast_precision_loss, reason = "seven digits of an interval are enough")]
        let seconds = nanos as f32 / 1e9;
        if let Some(place) = self.seconds.get_mut(self.count % GAPS) {
            *place = seconds;
        }
        self.count += 1;
    }

    fn known(&self) -> &[f32] {
        let known = self.seconds.get(..self.count.min(GAPS)).unwrap_or_default();
        if known.len() < ENOUGH { &[] } else { known }
    }

    /// The middle one, the greater of two.
    fn usual(&self) -> Option<f32> {
        let mut sorted = self.known().to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    fn longest(&self) -> Option<f32> {
        self.known().iter().copied().max_by(f32::total_cmp)
    }
}

impl Topic {
    /// Counts a message that came after those it knows.
    pub fn later(&mut self, row: Row, entry: &Entry) {
        let known = self.messages > 0;
        // While nobody listened nothing says how often it came.
        if known && entry.connection <= self.connection {
            self.gaps.push(entry.time.0.saturating_sub(self.last));
        }
        if !known {
            self.first = entry.time.0;
        }
        (self.last, self.row) = (entry.time.0, row);
        self.count(entry);
    }

    /// Counts a message that came before those it knows.
    pub fn earlier(&mut self, row: Row, entry: &Entry) {
        if self.messages == 0 {
            (self.last, self.row) = (entry.time.0, row);
        }
        self.first = entry.time.0;
        self.count(entry);
    }

    fn count(&mut self, entry: &Entry) {
        self.messages += 1;
        self.bytes += u64::from(entry.length);
        self.recent.add(entry.time.0);
        self.connection = self.connection.max(entry.connection);
    }

    /// Messages a second at a time.
    pub fn rate(&self, at: Timestamp) -> f64 {
        self.recent.rate(at, self.first)
    }

    /// How it stands at a time, where so many messages a second cross on all topics together.
    pub fn standing(&self, at: Timestamp, of_all: f64) -> Option<Standing> {
        let rate = self.rate(at);
        let (least, share) = FLOOD_SHARE;
        if rate >= FLOOD || (rate >= least && rate >= of_all * share) {
            return Some(Standing::Floods);
        }
        #[expect(clippy::cast_precision_loss, reason = "seven digits of an interval are enough")]
        let quiet = at.0.saturating_sub(self.last) as f32 / 1e9;
        let (times, least) = SILENT;
        let silent = self.gaps.longest().is_some_and(|longest| quiet > (longest * times).max(least));
        silent.then_some(Standing::Silent)
    }

    /// What is told of it.
    pub fn told(&self, number: u32, at: Timestamp, of_all: f64) -> TopicSum {
        TopicSum {
            number,
            messages: self.messages,
            bytes: self.bytes,
            rate: self.rate(at),
            first: Timestamp(self.first),
            last: Timestamp(self.last),
            last_row: self.row,
            usual_seconds: self.gaps.usual(),
            standing: self.standing(at, of_all),
        }
    }
}

/// Whether a topic stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A hundred messages a second or more, or ten or more that are a quarter of everything.
    Floods,
    /// No message for more than three times the longest of its last eight intervals, and for more than five seconds.
    Silent,
}

/// A topic, at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopicSum {
    /// Its number in the log.
    pub number: u32,
    /// PUBLISH frames on it, both ways.
    pub messages: u64,
    /// Bytes of these frames.
    pub bytes: u64,
    /// Messages a second, over the last ten seconds.
    pub rate: f64,
    /// When the first one crossed.
    pub first: Timestamp,
    /// When the last one crossed.
    pub last: Timestamp,
    /// The row of the last one; it may have gone.
    pub last_row: Row,
    /// Seconds between messages: the middle of the last eight intervals, once there are three. The time between two
    /// network connections is none, nor is any within what earlier runs left and the log reads in the background.
    pub usual_seconds: Option<f32>,
    /// Whether it stands out.
    pub standing: Option<Standing>,
}
