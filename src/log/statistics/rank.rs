//! The topics in an order, as many as a person asks for.

use std::sync::Arc;

use super::Timestamp;
use super::tally::Tally;
use super::topic::Standing;
use crate::log::filter::Needle;
use crate::wire;

/// What topics are put in order by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrderBy {
    /// Their names.
    Topic,
    /// How many messages crossed on them.
    Messages,
    /// How many bytes did.
    Bytes,
    /// How many messages a second do.
    #[default]
    Rate,
    /// When the last one did.
    LastSeen,
}

/// Which topics are wanted, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What they are put in order by.
    pub by: OrderBy,
    /// The greatest first.
    pub descending: bool,
    /// Only those that stand out so.
    pub only: Option<Standing>,
    /// Only those with this text in their names, whatever the case of its letters; or, where there is `+` or `#` in
    /// it, those that this topic filter matches.
    pub find: String,
}

impl Default for Order {
    fn default() -> Self {
        Self { by: OrderBy::Rate, descending: true, only: None, find: String::new() }
    }
}

/// Topics in order, at a time.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// What was wanted.
    pub order: Order,
    /// When.
    pub at: Timestamp,
    /// Their numbers in the log, in order.
    pub numbers: Vec<u32>,
    /// How many topics there are, those that are not wanted included.
    pub topics: usize,
    /// How many of them flood.
    pub floods: usize,
    /// How many of them fell silent.
    pub silent: usize,
    /// Whether every row of the log was counted by then.
    pub(super) complete: bool,
}

/// A topic and what it is put in order by.
pub(super) type Keyed = (u64, u32);

impl Ranked {
    /// What the counting knows: done under its lock, so nothing long.
    pub(super) fn begin(order: Order, at: Timestamp, tally: &Tally) -> (Self, Vec<Keyed>) {
        let of_all = tally.sums.rate(at);
        let (counted, held) = tally.progress();
        let complete = counted >= held;
        let mut ranked = Self { order, at, numbers: Vec::new(), topics: 0, floods: 0, silent: 0, complete };
        let mut keyed = Vec::with_capacity(tally.topics.len());
        for (number, topic) in (0_u32..).zip(&tally.topics) {
            if topic.messages == 0 {
                continue;
            }
            let standing = topic.standing(at, of_all);
            ranked.topics += 1;
            ranked.floods += usize::from(standing == Some(Standing::Floods));
            ranked.silent += usize::from(standing == Some(Standing::Silent));
            if ranked.order.only.is_some() && ranked.order.only != standing {
                continue;
            }
            let key = match ranked.order.by {
                OrderBy::Topic => 0,
                OrderBy::Messages => topic.messages,
                OrderBy::Bytes => topic.bytes,
                // The bits of numbers that are not negative are in their order.
                OrderBy::Rate => topic.rate(at).to_bits(),
                OrderBy::LastSeen => topic.last,
            };
            keyed.push((key, number));
        }
        (ranked, keyed)
    }

    /// Puts them in order; those that are equal by their numbers.
    pub(super) fn finish(mut self, mut keyed: Vec<Keyed>, names: &[Arc<str>]) -> Self {
        let name =
            |number: u32| usize::try_from(number).ok().and_then(|place| names.get(place)).map(AsRef::as_ref);
        let find = self.order.find.as_str();
        if find.contains(['+', '#']) {
            keyed.retain(|(_, number)| name(*number).is_some_and(|name: &str| wire::matches(find, name)));
        } else if !find.is_empty() {
            let needle = Needle::new(find);
            keyed.retain(|(_, number)| name(*number).is_some_and(|name| needle.is_in(name.as_bytes())));
        }
        let descending = self.order.descending;
        if self.order.by == OrderBy::Topic {
            keyed.sort_unstable_by(|(_, a), (_, b)| {
                let order = name(*a).cmp(&name(*b));
                if descending { order.reverse() } else { order }
            });
        } else {
            keyed.sort_unstable_by_key(|(key, number)| (if descending { !*key } else { *key }, *number));
        }
        self.numbers = keyed.into_iter().map(|(_, number)| number).collect();
        self
    }
}
