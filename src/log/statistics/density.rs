//! How many frames crossed when: counts over spans of time of one length, which doubles as the whole grows.

use std::collections::VecDeque;

use super::Timestamp;

/// The most spans that are kept.
pub(super) const MAX_SPANS: u64 = 1024;
/// The shortest span: 2^20 ns, about a millisecond.
const LEAST_SHIFT: u32 = 20;

/// What crossed within one span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossed {
    /// Frames that are PUBLISH.
    pub messages: u64,
    /// All frames.
    pub packets: u64,
    /// Frames with an error.
    pub faults: u64,
}

impl Crossed {
    /// Adds another span to this one.
    pub const fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.packets += other.packets;
        self.faults += other.faults;
    }
}

/// Counts over time, from the span of the earliest to that of the latest frame, at most 1,024 spans of 2ⁿ ns each.
/// What is added in any order gives the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Density {
    /// A span is 2^shift ns long and begins at a multiple of that.
    shift: u32,
    /// The number of the first span: its start by its length.
    first: u64,
    spans: VecDeque<Crossed>,
}

impl Default for Density {
    fn default() -> Self {
        Self { shift: LEAST_SHIFT, first: 0, spans: VecDeque::new() }
    }
}

impl Density {
    /// Counts a frame.
    pub(super) fn add(&mut self, time: u64, crossed: Crossed) {
        loop {
            let number = time >> self.shift;
            if self.spans.is_empty() {
                self.first = number;
            }
            let end = self.first + self.spans.len() as u64;
            if number.max(end.saturating_sub(1)) - number.min(self.first) >= MAX_SPANS {
                self.halve();
                continue;
            }
            for _ in number..self.first {
                self.spans.push_front(Crossed::default());
            }
            self.first = self.first.min(number);
            for _ in end..=number {
                self.spans.push_back(Crossed::default());
            }
            let place = usize::try_from(number - self.first).ok();
            if let Some(span) = place.and_then(|place| self.spans.get_mut(place)) {
                span.add(crossed);
            }
            return;
        }
    }

    /// Makes spans twice as long.
    fn halve(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let first = self.first;
        self.shift += 1;
        self.first >>= 1;
        for (number, span) in (first..).zip(spans) {
            if number % 2 == 1
                && let Some(last) = self.spans.back_mut()
            {
                last.add(span);
            } else {
                self.spans.push_back(span);
            }
        }
    }

    /// How long a span is, in nanoseconds.
    #[must_use]
    pub const fn span_ns(&self) -> u64 {
        1 << self.shift
    }

    /// How many spans there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no frame has crossed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// When the span at a place begins, from 0 on; that of [`Self::len`] is the end.
    #[must_use]
    pub const fn start(&self, place: usize) -> Timestamp {
        let number = self.first.saturating_add(place as u64);
        Timestamp(if number > u64::MAX >> self.shift { u64::MAX } else { number << self.shift })
    }

    /// The spans, earliest first.
    pub fn spans(&self) -> impl Iterator<Item = Crossed> {
        self.spans.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Crossed, Density, LEAST_SHIFT, MAX_SPANS};

    const MESSAGE: Crossed = Crossed { messages: 1, packets: 1, faults: 0 };

    fn of(times: &[u64]) -> Density {
        let mut density = Density::default();
        for time in times {
            density.add(*time, MESSAGE);
        }
        density
    }

    #[test]
    fn a_day_takes_no_more_spans_than_a_second() {
        let second = of(&(0..1_000).map(|millis| millis * 1_000_000).collect::<Vec<_>>());
        let day = of(&(0..1_000).map(|count| count * 86_400_000_000).collect::<Vec<_>>());
        assert!(second.len() as u64 <= MAX_SPANS && day.len() as u64 <= MAX_SPANS);
        assert!(day.len() as u64 > MAX_SPANS / 2, "as fine as there is room for");
    }

    #[test]
    fn the_end_of_time_is_a_time_too() {
        let density = of(&[0, u64::MAX]);
        assert_eq!(density.spans().map(|span| span.messages).sum::<u64>(), 2);
        assert_eq!(density.start(density.len()).0, u64::MAX);
    }

    /// Times far apart and close together.
    fn any_time() -> impl Strategy<Value = u64> {
        prop_oneof![
            0..5_000_000_000_u64,
            1_700_000_000_000_000_000..1_700_000_100_000_000_000_u64,
            any::<u64>()
        ]
    }

    proptest! {
        #[test]
        fn it_counts_what_a_list_of_times_counts(times in prop::collection::vec(any_time(), 1..60)) {
            let density = of(&times);
            let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
            let shift = (LEAST_SHIFT..64).find(|s| (most >> s) - (least >> s) < MAX_SPANS).unwrap();
            prop_assert_eq!(density.span_ns(), 1 << shift);
            prop_assert_eq!(density.start(0).0, (least >> shift) << shift);
            for (place, span) in density.spans().enumerate() {
                let number = (least >> shift) + place as u64;
                let there = times.iter().filter(|time| **time >> shift == number).count();
                prop_assert_eq!(span.messages, there as u64);
            }
            let held: u64 = density.spans().map(|span| span.packets).sum();
            prop_assert_eq!(held, times.len() as u64);
        }
    }
}
