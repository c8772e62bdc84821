//! Whether the peer is still there, seen from when it was heard last, and whether it hears of us.
//!
//! The peer is asked (PINGREQ) when nothing was sent to it for the time of the keep alive, or nothing was heard from
//! it, whatever was sent; and it is given up half a keep alive after it should have been heard. Any byte counts: a
//! large packet that comes slowly leaves no room for an answer. When the machine slept, the peer is asked at once, so
//! that a dead connection is not taken for a living one. The engines' own clocks know none of this and stand still.

use std::time::Duration;

use tokio::time::Instant;

use crate::log::Timestamp;

/// The wall clock is compared with the monotonic one at least this often.
const LOOK: Duration = Duration::from_secs(5);

/// The wall clock ran ahead by so much: the machine slept, or its clock was set.
const LEAP: Duration = Duration::from_secs(10);

/// After a sleep, an answer is waited for no longer.
const PROMPT: Duration = Duration::from_secs(5);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing.
    Steady,
    /// Ask the peer.
    Ask,
    /// It is gone.
    Dead,
}

/// Follows one network connection after CONNACK.
#[derive(Debug)]
pub(super) struct Pulse {
    keep_alive: Duration,
    /// When something was received last.
    heard: Instant,
    /// When something was sent last.
    sent: Instant,
    /// The peer was asked and has said nothing since: when it is given up.
    until: Option<Instant>,
    /// The last look at both clocks.
    looked: (Instant, Timestamp),
    /// The machine slept, and nothing was heard since.
    slept: bool,
}

impl Pulse {
    /// `keep_alive` is not zero.
    pub fn new(keep_alive: Duration, now: Instant, wall: Timestamp) -> Self {
        Self { keep_alive, heard: now, sent: now, until: None, looked: (now, wall), slept: false }
    }

    /// Something was received.
    pub fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.until = None;
        self.slept = false;
    }

    /// Something was sent.
    pub fn sent(&mut self, now: Instant) {
        self.sent = now;
    }

    /// PINGREQ was sent.
    pub fn asked(&mut self, now: Instant) {
        let patience = if self.slept {
            now + PROMPT.min(self.keep_alive / 2)
        } else {
            // After a look that came late, there is still some time for the answer.
            (self.heard + self.keep_alive * 3 / 2).max(now + self.keep_alive * 2 / 5)
        };
        self.until.get_or_insert(patience);
    }

    /// Looks at both clocks.
    pub fn look(&mut self, now: Instant, wall: Timestamp) -> Beat {
        let (then, wall_then) = std::mem::replace(&mut self.looked, (now, wall));
        let on_the_wall = Duration::from_nanos(wall.0.saturating_sub(wall_then.0));
        if on_the_wall.saturating_sub(now - then) >= LEAP {
            self.slept = true;
            // Whatever was asked before the sleep is answered no more.
            self.until = None;
        }
        match self.until {
            Some(until) if now >= until => Beat::Dead,
            None if self.slept || now >= self.due() => Beat::Ask,
            Some(_) | None => Beat::Steady,
        }
    }

    /// When to look next; after the last look.
    pub fn next_look(&self) -> Instant {
        let (looked, _) = self.looked;
        let due = self.until.unwrap_or_else(|| self.due());
        if due > looked {
            due.min(looked + LOOK)
        } else {
            // It is to be asked and could not be: a little later.
            looked + LOOK.min(self.keep_alive / 20)
        }
    }

    /// When the peer is to be asked.
    fn due(&self) -> Instant {
        self.heard.min(self.sent) + self.keep_alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// Both clocks, moved by hand.
    struct Clocks {
        now: Instant,
        wall: Timestamp,
    }

    impl Clocks {
        fn new() -> Self {
            Self { now: Instant::now(), wall: Timestamp(1_000_000_000_000_000_000) }
        }

        /// Time goes by, of which the monotonic clock sees a part.
        fn pass(&mut self, time: Duration, seen: Duration) {
            self.now += seen;
            self.wall.0 += u64::try_from(time.as_nanos()).unwrap();
        }
    }

    /// Looks whenever it is to be looked, asking when it is to be asked, until the peer is given up.
    fn until_dead(pulse: &mut Pulse, clocks: &mut Clocks) -> (Duration, usize) {
        let (begin, mut asked) = (clocks.now, 0);
        for _ in 0..100_000 {
            let step = pulse.next_look() - clocks.now;
            assert!(step > Duration::ZERO, "it looks without a pause");
            clocks.pass(step, step);
            match pulse.look(clocks.now, clocks.wall) {
                Beat::Steady => {}
                Beat::Ask => {
                    asked += 1;
                    pulse.sent(clocks.now);
                    pulse.asked(clocks.now);
                }
                Beat::Dead => return (clocks.now - begin, asked),
            }
        }
        panic!("it is never given up");
    }

    #[test]
    fn a_peer_that_is_heard_of_no_more_is_asked_once_and_given_up_after_one_and_a_half_keep_alives() {
        for keep_alive in [Duration::from_secs(1), MINUTE, Duration::from_secs(65_535)] {
            let mut clocks = Clocks::new();
            let mut pulse = Pulse::new(keep_alive, clocks.now, clocks.wall);
            let (time, asked) = until_dead(&mut pulse, &mut clocks);
            assert_eq!(asked, 1);
            assert_eq!(time, keep_alive * 3 / 2);
        }
    }

    #[test]
    fn a_peer_that_hears_of_us_and_is_heard_of_is_not_asked() {
        let mut clocks = Clocks::new();
        let mut pulse = Pulse::new(MINUTE, clocks.now, clocks.wall);
        for _ in 0..100 {
            clocks.pass(MINUTE, MINUTE);
            pulse.heard(clocks.now);
            pulse.sent(clocks.now);
            assert_eq!(pulse.look(clocks.now, clocks.wall), Beat::Steady);
        }
    }

    #[test]
    fn a_peer_that_talks_and_hears_nothing_is_asked_once_a_keep_alive_and_never_given_up() {
        let mut clocks = Clocks::new();
        let mut pulse = Pulse::new(MINUTE, clocks.now, clocks.wall);
        let mut asked = 0;
        for _ in 0..600 {
            clocks.pass(Duration::from_secs(1), Duration::from_secs(1));
            pulse.heard(clocks.now);
            match pulse.look(clocks.now, clocks.wall) {
                Beat::Steady => {}
                Beat::Ask => {
                    asked += 1;
                    pulse.sent(clocks.now);
                    pulse.asked(clocks.now);
                }
                Beat::Dead => panic!("it is alive"),
            }
        }
        assert_eq!(asked, 10);
    }

    #[test]
    fn an_answer_begins_everything_anew() {
        let mut clocks = Clocks::new();
        let mut pulse = Pulse::new(MINUTE, clocks.now, clocks.wall);
        clocks.pass(MINUTE * 2, MINUTE * 2);
        assert_eq!(pulse.look(clocks.now, clocks.wall), Beat::Ask);
        pulse.sent(clocks.now);
        pulse.asked(clocks.now);
        pulse.heard(clocks.now);
        clocks.pass(MINUTE / 2, MINUTE / 2);
        assert_eq!(pulse.look(clocks.now, clocks.wall), Beat::Steady);
    }

    #[test]
    fn after_a_sleep_the_peer_is_asked_at_once_and_given_up_soon() {
        let mut clocks = Clocks::new();
        let mut pulse = Pulse::new(MINUTE, clocks.now, clocks.wall);
        clocks.pass(MINUTE * 60, LOOK);
        assert_eq!(pulse.look(clocks.now, clocks.wall), Beat::Ask);
        pulse.asked(clocks.now);
        let (time, _) = until_dead(&mut pulse, &mut clocks);
        assert!(time <= PROMPT + LOOK, "{time:?}");
    }

    #[test]
    fn a_sleep_is_noticed_within_seconds() {
        let clocks = Clocks::new();
        let pulse = Pulse::new(Duration::from_secs(65_535), clocks.now, clocks.wall);
        assert_eq!(pulse.next_look() - clocks.now, LOOK);
    }

    #[test]
    fn a_clock_that_is_set_back_does_nothing() {
        let mut clocks = Clocks::new();
        let mut pulse = Pulse::new(MINUTE, clocks.now, clocks.wall);
        clocks.now += LOOK;
        clocks.wall.0 -= 3_600_000_000_000;
        assert_eq!(pulse.look(clocks.now, clocks.wall), Beat::Steady);
    }
}
