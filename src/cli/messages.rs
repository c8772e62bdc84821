//! Where `pub` takes its messages from, and how fast.

use std::io::{BufRead, Read};
use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::Stop;
use crate::session::Publish;

/// How far behind its rate a command may catch up, such as after a timer that was late.
const CATCH_UP: Duration = Duration::from_millis(100);

/// When the next message is due, so that there are so many a second.
pub(super) struct Pace {
    next: Instant,
    period: Duration,
}

impl Pace {
    /// For so many messages a second, at least one.
    pub fn new(rate: u32) -> Self {
        Self { next: Instant::now(), period: Duration::from_secs(1) / rate.max(1) }
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

enum Payloads {
    One(Option<Vec<u8>>),
    Lines(mpsc::Receiver<Result<Vec<u8>, String>>),
}

/// The messages to publish, one after the other.
pub(super) struct Messages {
    payloads: Payloads,
    template: Publish,
    repeat: u64,
    /// The payload at hand, and how often it is still to go out.
    current: Option<(Vec<u8>, u64)>,
}

impl Messages {
    /// One payload, `repeat` times.
    pub fn one(payload: Vec<u8>, template: Publish, repeat: u64) -> Self {
        Self { payloads: Payloads::One(Some(payload)), template, repeat, current: None }
    }

    /// One payload after the other, each `repeat` times.
    pub fn lines(lines: mpsc::Receiver<Result<Vec<u8>, String>>, template: Publish, repeat: u64) -> Self {
        Self { payloads: Payloads::Lines(lines), template, repeat, current: None }
    }

    /// The next message; `None` after the last. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Publish>, Stop> {
        loop {
            if let Some((payload, left)) = &mut self.current
                && *left > 0
            {
                *left -= 1;
                return Ok(Some(Publish { payload: payload.clone(), ..self.template.clone() }));
            }
            let payload = match &mut self.payloads {
                Payloads::One(payload) => payload.take(),
                Payloads::Lines(lines) => lines.recv().await.transpose().map_err(Stop::Failed)?,
            };
            match payload {
                Some(payload) => self.current = Some((payload, self.repeat)),
                None => return Ok(None),
            }
        }
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(path).map_err(|error| Stop::Failed(format!("{} cannot be read: {error}", path.display())))
}

pub(super) fn read_stdin() -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Failed(format!("standard input cannot be read: {error}")))?;
    Ok(bytes)
}

/// Reads lines in a thread of its own, so that a quiet input holds nothing up.
pub(super) fn read_lines() -> mpsc::Receiver<Result<Vec<u8>, String>> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let (line, last) = match input.read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) => (Ok(without_line_break(line)), false),
                Err(error) => (Err(format!("standard input cannot be read: {error}")), true),
            };
            if sender.blocking_send(line).is_err() || last {
                return;
            }
        }
    });
    lines
}

fn without_line_break(mut line: Vec<u8>) -> Vec<u8> {
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_of_either_kind_is_taken_off() {
        for (line, expected) in [
            (&b"a\n"[..], &b"a"[..]),
            (b"a\r\n", b"a"),
            (b"a", b"a"),
            (b"a\r", b"a\r"),
            (b"\n", b""),
            (b"a\n\n", b"a\n"),
        ] {
            assert_eq!(without_line_break(line.to_vec()), expected, "{line:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pace_keeps_its_rate_and_does_not_make_a_long_pause_good() {
        let begin = Instant::now();
        let mut pace = Pace::new(10);
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
