//! When the next try begins.

use std::time::Duration;

/// The wait after the first failure.
const FIRST: Duration = Duration::from_secs(1);

/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A connection that was online for so long counts as good: the next wait is short again.
const GOOD: Duration = Duration::from_secs(10);

/// Counts failures since the last good connection.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Takes note of a failure after so much time online; answers the number of the next try, from 2, and
    /// how long to wait for it.
    pub fn failed(&mut self, online: Option<Duration>) -> (u32, Duration) {
        if online.is_some_and(|time| time >= GOOD) {
            self.failures = 0;
        }
        let doubled = FIRST.saturating_mul(1 << self.failures.min(5)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // Up to a quarter less, so that the clients of a server that went do not come back as one.
        let wait = doubled.mul_f64(1.0 - 0.25 * fastrand::f64());
        (self.failures.saturating_add(1), wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.failed(None).1.as_secs_f64()).collect();
        for (wait, full) in waits.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]) {
            assert!((0.75 * full..=full).contains(wait), "{waits:?}");
        }
    }

    #[test]
    fn tries_are_numbered_from_two() {
        let mut backoff = Backoff::default();
        assert_eq!((backoff.failed(None).0, backoff.failed(None).0), (2, 3));
    }

    #[test]
    fn a_good_connection_makes_the_next_wait_short() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.failed(None);
        }
        let (attempt, wait) = backoff.failed(Some(GOOD));
        assert_eq!(attempt, 2);
        assert!(wait <= FIRST, "{wait:?}");
    }

    #[test]
    fn a_connection_that_is_lost_at_once_does_not() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.failed(None);
        }
        assert_eq!(backoff.failed(Some(Duration::from_millis(5))).0, 7);
    }
}
