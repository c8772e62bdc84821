//! How fast something comes now: two counts that slide over the newest times.

use super::Timestamp;

/// Nanoseconds over which rates are taken.
pub(super) const WINDOW_NS: u64 = 10_000_000_000;
/// Nothing is known of less than this: what has just begun is not taken for a flood.
const LEAST_NS: u64 = 1_000_000_000;

/// Counts of the newest window and of the one before. What is added in any order gives the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recent {
    window: u32,
    now: u32,
    before: u32,
}

fn window_of(time: u64) -> u32 {
    u32::try_from(time / WINDOW_NS).unwrap_or(u32::MAX)
}

impl Recent {
    /// Counts one more.
    pub fn add(&mut self, time: u64) {
        let window = window_of(time);
        match window.checked_sub(self.window) {
            Some(0) => self.now = self.now.saturating_add(1),
            Some(ahead) => {
                self.before = if ahead == 1 { self.now } else { 0 };
                self.now = 1;
                self.window = window;
            }
            None if window + 1 == self.window => self.before = self.before.saturating_add(1),
            None => {}
        }
    }

    /// How many a second at a time, over the window that ends there, of something that began at `since`: the window
    /// before is taken to be even.
    pub fn rate(self, at: Timestamp, since: u64) -> f64 {
        let at = at.0.max(u64::from(self.window) * WINDOW_NS);
        let passed = nanos(at % WINDOW_NS) / nanos(WINDOW_NS);
        let count = match window_of(at) - self.window {
            0 => f64::from(self.now) + f64::from(self.before) * (1.0 - passed),
            1 => f64::from(self.now) * (1.0 - passed),
            _ => 0.0,
        };
        let lasts = at.saturating_sub(since).clamp(LEAST_NS, WINDOW_NS);
        count * nanos(LEAST_NS) / nanos(lasts)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds, far below 2^53 ns")]
const fn nanos(nanos: u64) -> f64 {
    nanos as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LEAST_NS, Recent, Timestamp, WINDOW_NS};

    fn of(times: impl IntoIterator<Item = u64>) -> Recent {
        let mut recent = Recent::default();
        times.into_iter().for_each(|time| recent.add(time));
        recent
    }

    #[test]
    fn an_even_stream_has_its_rate_wherever_one_looks() {
        // Five a second for a minute.
        let recent = of((0..300).map(|count| count * LEAST_NS / 5));
        for at in [59_900, 61_000, 64_000] {
            let rate = recent.rate(Timestamp(at * 1_000_000), 0);
            let silent = at.saturating_sub(59_800);
            let expected = 5.0 * (10_000.0 - f64::from(u32::try_from(silent).unwrap())) / 10_000.0;
            assert!((rate - expected).abs() < 0.3, "{at}: {rate} instead of {expected}");
        }
    }

    #[test]
    fn what_has_stopped_comes_no_more() {
        assert!(of([5, 6, 7]).rate(Timestamp(2 * WINDOW_NS), 0) == 0.0);
    }

    #[test]
    fn what_has_just_begun_is_measured_over_its_own_time() {
        let recent = of((0..200).map(|count| 3 * WINDOW_NS + count * LEAST_NS / 100));
        let rate = recent.rate(Timestamp(3 * WINDOW_NS + 2 * LEAST_NS), 3 * WINDOW_NS);
        assert!((rate - 100.0).abs() < 1.0, "{rate}");
    }

    proptest! {
        #[test]
        fn the_order_of_what_comes_does_not_matter(mut times in prop::collection::vec(0..60_u64, 0..40)) {
            let seconds = |times: &[u64]| of(times.iter().map(|second| second * LEAST_NS));
            let as_it_came = seconds(&times);
            times.sort_unstable();
            prop_assert_eq!(as_it_came, seconds(&times));
            let newest = times.last().map_or(0, |second| second / 10);
            let in_window = |wanted: u64| times.iter().filter(|second| **second / 10 == wanted).count();
            prop_assert_eq!(as_it_came.now as usize, in_window(newest));
            if let Some(before) = newest.checked_sub(1) {
                prop_assert_eq!(as_it_came.before as usize, in_window(before));
            }
        }
    }
}
