//! What one side of a network connection has sent, and what it takes.

use std::collections::HashMap;

use super::terms::Terms;

/// How many bytes of aliased topics are remembered for each direction; later ones are forgotten.
const ALIAS_BYTES: usize = 1 << 20;
/// How many open SUBSCRIBE and UNSUBSCRIBE are remembered with the number of their topic filters.
const REQUESTS: usize = 64;

/// One side: what it has sent, and what the other side said that it takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    pub(super) aliases: Aliases,
    /// What the other side takes.
    pub(super) terms: Terms,
    /// The packet identifiers of exchanges that this side has begun and that are not finished.
    pub(super) open: Identifiers,
    /// How many of those are messages.
    pub(super) under_way: u32,
    /// The packet identifiers of its open requests, and how many topic filters each has.
    requests: Vec<(u16, usize)>,
    /// It has sent DISCONNECT.
    pub(super) disconnected: bool,
}

impl Side {
    /// A side that has sent nothing yet, towards one that said what it takes.
    pub(super) fn taking(terms: Terms) -> Self {
        Self { terms, ..Self::default() }
    }

    /// Remembers a request for as many topic filters.
    pub(super) fn request(&mut self, id: u16, filters: usize) {
        self.requests.retain(|(other, _)| *other != id);
        if self.requests.len() == REQUESTS {
            self.requests.remove(0);
        }
        self.requests.push((id, filters));
    }

    /// How many topic filters the request that is now answered had.
    pub(super) fn answered(&mut self, id: u16) -> Option<usize> {
        let place = self.requests.iter().position(|(other, _)| *other == id)?;
        Some(self.requests.remove(place).1)
    }
}

/// The topics that stand behind aliases.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases {
    topics: HashMap<u16, String>,
    bytes: usize,
    /// An alias did not fit and was not remembered.
    pub(super) forgotten: bool,
}

impl Aliases {
    pub(super) fn topic(&self, alias: u16) -> Option<&String> {
        self.topics.get(&alias)
    }

    pub(super) fn set(&mut self, alias: u16, topic: &str) {
        self.bytes -= self.topics.remove(&alias).map_or(0, |topic| topic.len());
        if self.bytes + topic.len() <= ALIAS_BYTES {
            self.bytes += topic.len();
            self.topics.insert(alias, topic.to_owned());
        } else {
            self.forgotten = true;
        }
    }
}

/// Packet identifiers, one bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct Identifiers(Vec<u64>);

impl Identifiers {
    fn place(id: u16) -> (usize, u64) {
        (usize::from(id >> 6), 1 << (id & 63))
    }

    pub(super) fn contains(&self, id: u16) -> bool {
        let (word, bit) = Self::place(id);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(super) fn insert(&mut self, id: u16) {
        let (word, bit) = Self::place(id);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    pub(super) fn remove(&mut self, id: u16) {
        let (word, bit) = Self::place(id);
        if let Some(bits) = self.0.get_mut(word) {
            *bits &= !bit;
        }
    }
}
