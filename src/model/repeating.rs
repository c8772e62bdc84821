//! Publishing over and over, or a file line by line: what is asked for, how far it is, and the form for it.
//!
//! The runtime does the work and says how far it is; here is only what that means.

use std::path::PathBuf;
use std::time::Duration;

use super::{Effect, Model, NoticeText, Tab, Tone};
use crate::log::Timestamp;
use crate::profile::ProfileId;
use crate::session::{Publish, Refusal};
use crate::wire::Qos;

/// The longest interval: a day.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;
/// The highest rate, in messages a second.
const HIGHEST_RATE: u32 = 1_000_000;

/// Where payloads come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payloads {
    /// The message's own.
    Own,
    /// The bytes of this file.
    File(PathBuf),
    /// One after the other, the lines of this file.
    Lines(PathBuf),
}

/// Messages to be published one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What they have in common.
    pub message: Publish,
    /// Their payloads.
    pub payloads: Payloads,
    /// How often the payload, or the whole file, goes out; `None` until it is stopped.
    pub times: Option<u64>,
    /// Between two messages; nothing for as fast as the server takes them.
    pub every: Duration,
}

/// Why a job has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// Everything was published and has its outcome.
    Done,
    /// The user stopped it.
    Stopped,
    /// The session ended first.
    SessionEnded,
    /// The file holds nothing to publish.
    Empty,
    /// The message cannot be sent.
    Refused(Refusal),
}

/// Where a job stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum JobStanding {
    /// It publishes.
    #[default]
    Running,
    /// The user has it wait.
    Paused,
    /// It waits for the connection to come back.
    Offline,
    /// It hands over no more, and waits a moment for what is in flight.
    Stopping,
    /// It has ended.
    Ended(JobEnd),
}

/// How far a job is, in messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// Where it stands.
    pub standing: JobStanding,
    /// Not handed to the session yet; `None` where that is not known or has no end.
    pub waiting: Option<u64>,
    /// Handed to the session, without an outcome so far.
    pub in_flight: u64,
    /// `QoS` 0: handed to the network.
    pub sent: u64,
    /// `QoS` 1 and 2: the server has them.
    pub acknowledged: u64,
    /// Refused, by the server or before they were sent.
    pub refused: u64,
    /// Given up: of these it is not known whether the server has them.
    pub given_up: u64,
    /// Why the last refused one was.
    pub refusal: Option<Refusal>,
}

impl JobProgress {
    /// Why it has ended; `None` while it goes on.
    #[must_use]
    pub const fn end(&self) -> Option<&JobEnd> {
        match &self.standing {
            JobStanding::Ended(end) => Some(end),
            _ => None,
        }
    }
}

/// What is asked of a job at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steer {
    /// Hand over no more until told to go on.
    Pause,
    /// Go on.
    Resume,
    /// End.
    Stop,
}

/// The job of a connection, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// Where its messages go.
    pub topic: String,
    /// Their `QoS`.
    pub qos: Qos,
    /// How far it is.
    pub progress: JobProgress,
}

/// How the time between two messages is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pace {
    /// In milliseconds.
    #[default]
    Interval,
    /// In messages a second.
    Rate,
    /// There is none.
    Unpaced,
}

/// The form of a job, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatForm {
    /// How often; empty for until it is stopped.
    pub times: String,
    /// How the time between two messages is given.
    pub pace: Pace,
    /// The interval, in milliseconds.
    pub interval: String,
    /// The rate, in messages a second.
    pub rate: String,
}

impl Default for RepeatForm {
    fn default() -> Self {
        Self {
            times: String::new(),
            pace: Pace::Interval,
            interval: "1000".to_owned(),
            rate: "10".to_owned(),
        }
    }
}

/// What cannot be as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatFault {
    /// How often is no whole number from 1.
    Times,
    /// The interval is not from 1 ms to a day.
    Interval,
    /// The rate is not from 1 to a million.
    Rate,
}

impl RepeatForm {
    /// What is wrong with it.
    #[must_use]
    pub fn fault(&self) -> Option<RepeatFault> {
        self.numbers().err()
    }

    /// How often, and the time between two messages.
    fn numbers(&self) -> Result<(Option<u64>, Duration), RepeatFault> {
        let times = self.times.trim();
        let times = (!times.is_empty())
            .then(|| times.parse().ok().filter(|times| *times > 0).ok_or(RepeatFault::Times))
            .transpose()?;
        let every = match self.pace {
            Pace::Interval => {
                let ms = self.interval.trim().parse().ok().filter(|ms| (1..=LONGEST_MS).contains(ms));
                Duration::from_millis(ms.ok_or(RepeatFault::Interval)?)
            }
            Pace::Rate => {
                let rate = self.rate.trim().parse().ok().filter(|rate| (1..=HIGHEST_RATE).contains(rate));
                Duration::from_secs(1) / rate.ok_or(RepeatFault::Rate)?
            }
            Pace::Unpaced => Duration::ZERO,
        };
        Ok((times, every))
    }
}

impl Model {
    /// Starts what the publish form and the form for repeating say.
    pub(super) fn start_repeating(&mut self) -> Vec<Effect> {
        let Some(c) = self.current() else { return Vec::new() };
        match c.composer.repeat.numbers() {
            Ok((times, every)) => {
                let effects = self.start_job(times, every);
                if !effects.is_empty() {
                    self.dialog = None;
                }
                effects
            }
            // The form shows what is wrong.
            Err(_) => Vec::new(),
        }
    }

    /// Starts a job of what the publish form says, unless one is at work.
    pub(super) fn start_job(&mut self, times: Option<u64>, every: Duration) -> Vec<Effect> {
        let folder = self.files.clone();
        let Some(c) = self.current_mut() else { return Vec::new() };
        if !c.live || c.composer.at_work() {
            return Vec::new();
        }
        let (message, payloads) = match c.composer.message(c.profile.version, &folder) {
            Ok(composed) => composed,
            Err(fault) => {
                c.composer.fault = Some(fault);
                return Vec::new();
            }
        };
        c.composer.fault = None;
        // How many lines a file has is not known yet.
        let waiting = times.filter(|_| !matches!(payloads, Payloads::Lines(_)));
        let progress = JobProgress { waiting, ..JobProgress::default() };
        c.composer.job = Some(Repeated { topic: message.topic.clone(), qos: message.qos, progress });
        let job = Box::new(Job { message, payloads, times, every });
        vec![Effect::StartJob(c.profile.id.clone(), job)]
    }

    /// Asks something of the job at work.
    pub(super) fn steer(&mut self, steer: Steer) -> Vec<Effect> {
        match self.current() {
            Some(c) if c.composer.at_work() => vec![Effect::SteerJob(c.profile.id.clone(), steer)],
            _ => Vec::new(),
        }
    }

    /// Takes over how far a job is.
    pub(super) fn job_progress(&mut self, id: &ProfileId, progress: JobProgress, now: Timestamp) {
        let Some(c) = self.connections.iter_mut().find(|c| &c.profile.id == id) else { return };
        let shown = c.timeline.tab;
        let Some(job) = c.composer.job.as_mut().filter(|job| job.progress.end().is_none()) else { return };
        job.progress = progress;
        let tone = match job.progress.end() {
            Some(JobEnd::Done) if job.progress.refused + job.progress.given_up == 0 => Tone::Good,
            Some(JobEnd::Done | JobEnd::SessionEnded) => Tone::Caution,
            Some(JobEnd::Empty | JobEnd::Refused(_)) => Tone::Bad,
            // The user knows, or there is nothing to say.
            Some(JobEnd::Stopped) | None => return,
        };
        let text = NoticeText::JobEnded(Box::new(job.clone()));
        // The publish form says it too, where it is in sight.
        let in_sight = self.selected.as_ref() == Some(id) && shown == Tab::Messages;
        if in_sight && tone == Tone::Good {
            self.notices.note(now, tone, text);
        } else {
            self.notices.toast(now, tone, text, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_typed_or_refused_with_their_field() {
        let numbers = |times: &str, pace, number: &str| {
            let number = number.to_owned();
            let form = RepeatForm { times: times.to_owned(), pace, interval: number.clone(), rate: number };
            form.numbers()
        };
        let ms = Duration::from_millis;
        assert_eq!(numbers("", Pace::Interval, " 250 "), Ok((None, ms(250))));
        assert_eq!(numbers("3", Pace::Rate, "20"), Ok((Some(3), ms(50))));
        assert_eq!(numbers("3", Pace::Unpaced, "x"), Ok((Some(3), Duration::ZERO)));
        for times in ["0", "-1", "x", "1.5"] {
            assert_eq!(numbers(times, Pace::Interval, "1"), Err(RepeatFault::Times), "{times}");
        }
        for interval in ["0", "", "86400001", "1.5"] {
            assert_eq!(numbers("", Pace::Interval, interval), Err(RepeatFault::Interval), "{interval}");
        }
        for rate in ["0", "", "1000001", "x"] {
            assert_eq!(numbers("", Pace::Rate, rate), Err(RepeatFault::Rate), "{rate}");
        }
    }
}
