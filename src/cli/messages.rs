//! Where `pub` takes its messages from.

use std::path::Path;

use super::Stop;
use crate::runtime::payloads::{self, Lines, PayloadError};
use crate::session::Publish;

/// How often a payload goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// So often, at least once.
    Count(u64),
    /// Until the command is stopped.
    Forever,
}

/// A number from 1, or `forever`.
pub(super) fn times(text: &str) -> Result<Times, String> {
    if text == "forever" {
        return Ok(Times::Forever);
    }
    match text.parse() {
        Ok(count) if count > 0 => Ok(Times::Count(count)),
        _ => Err("a whole number from 1, or the word forever".to_owned()),
    }
}

enum Payloads {
    One(Option<Vec<u8>>),
    Lines(Lines),
}

/// The messages to publish, one after the other.
pub(super) struct Messages {
    payloads: Payloads,
    template: Publish,
    repeat: Times,
    /// The payload at hand, and how often it is still to go out.
    current: Option<(Vec<u8>, Times)>,
}

impl Messages {
    /// One payload, `repeat` times.
    pub fn one(payload: Vec<u8>, template: Publish, repeat: Times) -> Self {
        Self { payloads: Payloads::One(Some(payload)), template, repeat, current: None }
    }

    /// One payload after the other, each `repeat` times.
    pub fn lines(lines: Lines, template: Publish, repeat: Times) -> Self {
        Self { payloads: Payloads::Lines(lines), template, repeat, current: None }
    }

    /// The next message; `None` after the last. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Publish>, Stop> {
        loop {
            if let Some((payload, left)) = &mut self.current
                && *left != Times::Count(0)
            {
                if let Times::Count(left) = left {
                    *left -= 1;
                }
                return Ok(Some(Publish { payload: payload.clone(), ..self.template.clone() }));
            }
            let payload = match &mut self.payloads {
                Payloads::One(payload) => payload.take(),
                Payloads::Lines(lines) => lines.next().await.map_err(|error| of_stdin(&error))?,
            };
            match payload {
                Some(payload) => self.current = Some((payload, self.repeat)),
                None => return Ok(None),
            }
        }
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Stop> {
    // It may be a pipe: only a window may not wait for one.
    let read = std::fs::File::open(path).map_err(PayloadError::from).and_then(payloads::whole);
    read.map_err(|error| Stop::Failed(format!("{} cannot be read: {error}", path.display())))
}

pub(super) fn read_stdin() -> Result<Vec<u8>, Stop> {
    payloads::whole(std::io::stdin().lock()).map_err(|error| of_stdin(&error))
}

fn of_stdin(error: &PayloadError) -> Stop {
    Stop::Failed(format!("standard input cannot be read: {error}"))
}

/// The lines of standard input.
pub(super) fn read_lines() -> Lines {
    let mut once = true;
    Lines::read(move || std::mem::take(&mut once).then(|| Ok(std::io::stdin().lock())))
}
