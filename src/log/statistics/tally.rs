//! The counting itself: entries in, sums out, no thread and no log.

use std::collections::BTreeMap;
use std::ops::Range;

use super::density::{Crossed, Density};
use super::recent::Recent;
use super::topic::{Topic, TopicSum};
use super::{ConnectionNumber, Entry, MAX_CONNECTIONS, Row, Timestamp};
use crate::log::state::Floor;
use crate::wire::{Direction, PacketType};

/// What crossed, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Frames that are PUBLISH.
    pub messages: u64,
    /// All frames.
    pub packets: u64,
    /// Frames with an error.
    pub faults: u64,
    /// Bytes of all frames.
    pub bytes: u64,
    /// The earliest and the latest time of a frame.
    pub span: Option<(Timestamp, Timestamp)>,
    recent: Recent,
}

impl Sum {
    fn add(&mut self, entry: &Entry) {
        let publish = entry.packet == Some(PacketType::Publish);
        self.messages += u64::from(publish);
        self.packets += 1;
        self.faults += u64::from(entry.fault);
        self.bytes += u64::from(entry.length);
        let (earliest, latest) = self.span.unwrap_or((entry.time, entry.time));
        self.span = Some((earliest.min(entry.time), latest.max(entry.time)));
        if publish {
            self.recent.add(entry.time.0);
        }
    }

    /// Messages a second at a time, over the ten seconds before it.
    #[must_use]
    pub fn rate(&self, at: Timestamp) -> f64 {
        self.span.map_or(0.0, |(since, _)| self.recent.rate(at, since.0))
    }

    /// Takes in what another has counted, all of it earlier: how fast it came is forgotten.
    fn absorb(&mut self, other: Self) {
        self.messages += other.messages;
        self.packets += other.packets;
        self.faults += other.faults;
        self.bytes += other.bytes;
        self.span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (some, None) | (None, some) => some,
        };
    }
}

/// Everything that crossed, both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// To the server.
    pub sent: Sum,
    /// From the server.
    pub received: Sum,
    /// Of the messages, those on topics that are not listed: beyond [`crate::log::MAX_TOPICS`], or not to be told.
    pub other_topics: Sum,
}

impl Sums {
    /// The latest time of a frame.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        [self.sent, self.received].iter().filter_map(|sum| sum.span).map(|(_, latest)| latest).max()
    }

    /// Messages a second, both ways.
    #[must_use]
    pub fn rate(&self, at: Timestamp) -> f64 {
        self.sent.rate(at) + self.received.rate(at)
    }
}

/// The statistics of the rows that were counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// What was cleared stands before this.
    pub floor: Floor,
    /// The rows that were counted, and the log's rows when that was last looked at.
    pub counted: Range<Row>,
    pub held: Range<Row>,
    pub sums: Sums,
    connections: BTreeMap<ConnectionNumber, Sum>,
    earlier_connections: Sum,
    pub topics: Vec<Topic>,
    pub density: Density,
}

impl Tally {
    /// Nothing, of a log that holds these rows.
    pub fn new(floor: Floor, held: Range<Row>) -> Self {
        Self { floor, counted: held.start..held.start, held, ..Self::default() }
    }

    /// Counts a frame that came after those it knows.
    pub fn later(&mut self, row: Row, entry: &Entry) {
        if let Some(topic) = self.count(entry) {
            topic.later(row, entry);
        }
    }

    /// Counts a frame that came before those it knows.
    pub fn earlier(&mut self, row: Row, entry: &Entry) {
        if let Some(topic) = self.count(entry) {
            topic.earlier(row, entry);
        }
    }

    /// What has no order; and the topic, where the frame has one.
    fn count(&mut self, entry: &Entry) -> Option<&mut Topic> {
        match entry.direction {
            Direction::ToServer => self.sums.sent.add(entry),
            Direction::ToClient => self.sums.received.add(entry),
        }
        self.connection(entry.connection).add(entry);
        let publish = entry.packet == Some(PacketType::Publish);
        let crossed = Crossed { messages: u64::from(publish), packets: 1, faults: u64::from(entry.fault) };
        self.density.add(entry.time.0, crossed);
        if !publish {
            return None;
        }
        let Some(place) = entry.topic.and_then(|number| usize::try_from(number).ok()) else {
            self.sums.other_topics.add(entry);
            return None;
        };
        if place >= self.topics.len() {
            self.topics.resize_with(place + 1, Topic::default);
        }
        self.topics.get_mut(place)
    }

    /// The sum of a network connection; the oldest are summed up where there are too many.
    fn connection(&mut self, number: ConnectionNumber) -> &mut Sum {
        let full = self.connections.len() >= MAX_CONNECTIONS && !self.connections.contains_key(&number);
        if full {
            match self.connections.first_key_value() {
                Some((oldest, _)) if *oldest < number => {
                    if let Some((_, gone)) = self.connections.pop_first() {
                        self.earlier_connections.absorb(gone);
                    }
                }
                _ => return &mut self.earlier_connections,
            }
        }
        self.connections.entry(number).or_default()
    }

    /// Each network connection with its number, the newest first; those that are summed up have none.
    pub fn connections(&self) -> Vec<(Option<ConnectionNumber>, Sum)> {
        let earlier = (self.earlier_connections.packets > 0).then_some((None, self.earlier_connections));
        let known = self.connections.iter().rev().map(|(number, sum)| (Some(*number), *sum));
        known.chain(earlier).collect()
    }

    /// Topics by number, at a time.
    pub fn told(&self, numbers: &[u32], at: Timestamp) -> Vec<TopicSum> {
        let of_all = self.sums.rate(at);
        let topic = |number: &u32| {
            let topic = self.topics.get(usize::try_from(*number).ok()?)?;
            Some(topic.told(*number, at, of_all))
        };
        numbers.iter().filter_map(topic).collect()
    }

    /// How many of the rows that the log holds were counted, and how many it held.
    pub fn progress(&self) -> (u64, u64) {
        let counted =
            self.counted.end.min(self.held.end).saturating_sub(self.counted.start.max(self.held.start));
        (counted, self.held.end - self.held.start)
    }
}
