//! Topic names, each numbered once, with exact counts of the messages on them.

use std::collections::HashMap;
use std::sync::Arc;

use super::FrameLog;
use super::packed::NO_TOPIC;
use crate::wire::{self, Direction};

/// The most topics that get a number. A message on a topic beyond it is logged and counted like any other;
/// only its entry names no topic, which must then be read from its frame.
pub const MAX_TOPICS: usize = 1 << 18;
/// The most bytes of topic names that are kept; beyond it the same holds.
const MAX_TOPIC_BYTES: usize = 32 << 20;

/// How many messages have crossed on a topic, in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicCount {
    /// PUBLISH frames to the server.
    pub sent: u64,
    /// PUBLISH frames from the server.
    pub received: u64,
}

/// The table of topics.
#[derive(Debug, Default)]
pub(super) struct Topics {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    counts: Vec<TopicCount>,
    bytes: usize,
}

impl Topics {
    /// The number of a topic, new or known; `None` at the bound.
    pub fn number(&mut self, name: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if self.names.len() >= MAX_TOPICS || self.bytes + name.len() > MAX_TOPIC_BYTES {
            return None;
        }
        let number = u32::try_from(self.names.len()).ok()?;
        let name: Arc<str> = Arc::from(name);
        self.bytes += name.len();
        self.names.push(Arc::clone(&name));
        self.counts.push(TopicCount::default());
        self.numbers.insert(name, number);
        Some(number)
    }

    /// Counts one message.
    pub fn count(&mut self, number: u32, direction: Direction) {
        if let Some(count) = usize::try_from(number).ok().and_then(|number| self.counts.get_mut(number)) {
            match direction {
                Direction::ToServer => count.sent += 1,
                Direction::ToClient => count.received += 1,
            }
        }
    }

    /// Takes over the topics of another table and its counts: their numbers here, by their numbers there.
    pub fn absorb(&mut self, other: &Self) -> Vec<u32> {
        other.names.iter().map(|name| self.number(name).unwrap_or(NO_TOPIC)).collect()
    }

    /// Adds what another table has counted to the topics of these numbers.
    pub fn add_counts(&mut self, numbers: &[u32], counts: &[TopicCount]) {
        for (number, more) in numbers.iter().zip(counts) {
            let number = usize::try_from(*number).ok();
            if let Some(count) = number.and_then(|number| self.counts.get_mut(number)) {
                count.sent += more.sent;
                count.received += more.received;
            }
        }
    }

    /// All counts, by number.
    pub fn counts(&self) -> &[TopicCount] {
        &self.counts
    }

    /// All names, by number.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// The messages on a topic.
    pub fn count_of(&self, number: u32) -> TopicCount {
        usize::try_from(number).ok().and_then(|number| self.counts.get(number)).copied().unwrap_or_default()
    }

    /// Forgets the counts, keeps the numbers.
    pub fn clear_counts(&mut self) {
        self.counts.fill(TopicCount::default());
    }
}

/// The exact number of messages on the topics of a topic filter, kept up to date at the cost of a sum over
/// those topics: each topic is compared with the filter once.
#[derive(Clone, Debug)]
pub struct TopicTally {
    filter: String,
    compared: usize,
    numbers: Vec<u32>,
}

impl TopicTally {
    /// A tally for a topic filter of a subscription.
    #[must_use]
    pub fn new(filter: &str) -> Self {
        Self { filter: filter.to_owned(), compared: 0, numbers: Vec::new() }
    }

    /// The messages so far.
    pub fn count(&mut self, log: &FrameLog) -> TopicCount {
        log.with_topics(|topics| {
            for name in topics.names().get(self.compared..).unwrap_or_default() {
                if wire::matches(&self.filter, name)
                    && let Ok(number) = u32::try_from(self.compared)
                {
                    self.numbers.push(number);
                }
                self.compared += 1;
            }
            let mut sum = TopicCount::default();
            for number in &self.numbers {
                let count = topics.count_of(*number);
                sum.sent += count.sent;
                sum.received += count.received;
            }
            sum
        })
    }
}
