//! When the next of many messages is due.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How far behind its rate a command may catch up, such as after a timer that was late.
const CATCH_UP: Duration = Duration::from_millis(100);

/// When the next message is due, so that there is so much time between two.
#[derive(Debug)]
pub struct Pace {
    next: Instant,
    period: Duration,
}

impl Pace {
    /// For a message in each `period`, the first one now; without a period, all of them now.
    #[must_use]
    pub fn new(period: Duration) -> Self {
        Self { next: Instant::now(), period }
    }

    /// Waits until a message is due.
    pub async fn due(&self) {
        sleep_until(self.next).await;
    }

    /// A message was taken.
    pub fn took_one(&mut self) {
        let now = Instant::now();
        let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
        self.next = self.next.max(earliest) + self.period;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pace_keeps_its_rate_and_does_not_make_a_long_pause_good() {
        let begin = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(100));
        for _ in 0..21 {
            pace.due().await;
            pace.took_one();
        }
        assert_eq!(begin.elapsed(), Duration::from_secs(2));
        tokio::time::advance(Duration::from_mins(1)).await;
        let begin = Instant::now();
        for _ in 0..12 {
            pace.due().await;
            pace.took_one();
        }
        // One is due at once, one more is caught up on; ten take their time.
        assert!(begin.elapsed() >= Duration::from_millis(900), "{:?}", begin.elapsed());
    }
}
