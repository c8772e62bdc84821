//! Publishing one message after the other, at a pace, with pause and stop.
//!
//! Promises: at most [`IN_FLIGHT`] messages and about [`IN_FLIGHT_BYTES`] are with the session at a time, however fast
//! the source is; every message that was handed over is counted once by its outcome; the last thing told is the end.
//! While the session is not online nothing is handed over, and what the session could not take goes out later.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::pace::Pace;
use super::payloads::{self, Lines, PayloadError};
use crate::model::{Job, JobEnd, JobProgress, JobStanding, Payloads, Steer};
use crate::session::{Command, Event, Phase, Publish, PublishOutcome, Refusal, RequestId, Session};

/// Messages with the session at a time.
const IN_FLIGHT: usize = 256;
/// Bytes of payload with the session at a time; one message alone may hold more.
const IN_FLIGHT_BYTES: usize = 16 * 1024 * 1024;
/// How often it is told how far a job is.
const TELL: Duration = Duration::from_millis(100);
/// How long a job that is stopped waits for what is in flight.
const STOP: Duration = Duration::from_millis(500);
/// How long a job waits before it asks a session again that could take no more.
const FULL: Duration = Duration::from_millis(20);

/// The request identifiers of jobs have this bit; those of the window do not.
const OF_JOBS: u64 = 1 << 63;

/// Stands between a session and the window: what concerns the session's job stays here for that.
#[derive(Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    /// Rings when the state has changed.
    bell: Notify,
}

#[derive(Default)]
struct State {
    online: bool,
    session_ended: bool,
    paused: bool,
    stop: bool,
    /// Outcomes that the job has not seen: never more than it has in flight.
    outcomes: Vec<(RequestId, PublishOutcome)>,
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.bell.notify_one();
    }

    /// Looks at what the session says; what only its job is to know does not come back.
    pub fn pass(&self, event: Event) -> Option<Event> {
        match event {
            Event::Published { id, outcome } if id.0 & OF_JOBS != 0 => {
                self.change(|state| state.outcomes.push((id, outcome)));
                None
            }
            Event::Phase(ref phase) => {
                self.change(|state| {
                    state.online = matches!(phase, Phase::Online(_));
                    state.session_ended = matches!(phase, Phase::Offline { .. });
                });
                Some(event)
            }
            _ => Some(event),
        }
    }

    /// A job is about to run: what the last one was asked is over.
    pub fn clear(&self) {
        self.change(|state| (state.paused, state.stop) = (false, false));
    }

    pub fn steer(&self, steer: Steer) {
        self.change(|state| match steer {
            Steer::Pause => state.paused = true,
            Steer::Resume => state.paused = false,
            Steer::Stop => state.stop = true,
        });
    }
}

/// Runs a job to its end. A desk has one job at a time, and is cleared before.
pub(super) async fn run(job: Job, session: Arc<Session>, desk: Arc<Desk>, tell: impl Fn(JobProgress)) {
    let lines = Arc::default();
    let source = Source::open(&job, Arc::clone(&desk), Arc::clone(&lines)).await;
    let mut work = Work::new(&job, session, desk, lines);
    let end = match source {
        Ok(source) => work.finish(source, &tell).await,
        Err(refusal) => JobEnd::Refused(refusal),
    };
    let progress = JobProgress { standing: JobStanding::Ended(end), ..work.progress() };
    tell(progress);
}

/// Where the payloads come from.
enum Source {
    /// The same again and again, so many times more.
    Same {
        payload: Arc<Vec<u8>>,
        left: Option<u64>,
    },
    Lines(Lines),
}

impl Source {
    async fn open(job: &Job, desk: Arc<Desk>, lines: Arc<OnceLock<u64>>) -> Result<Self, Refusal> {
        let payload = match &job.payloads {
            Payloads::Own => job.message.payload.clone(),
            Payloads::File(path) => read_file(path.clone()).await?,
            Payloads::Lines(path) => {
                let path = path.clone();
                if let Err(error) = payloads::size_of_file(&path) {
                    return Err(refusal(error.into()));
                }
                let counted = path.clone();
                tokio::task::spawn_blocking(move || {
                    if let Ok(counted) = File::open(counted).and_then(payloads::count_lines) {
                        // It is counted once.
                        let _ = lines.set(counted);
                        desk.bell.notify_one();
                    }
                });
                let mut left = job.times;
                return Ok(Self::Lines(Lines::read(move || {
                    if let Some(left) = &mut left {
                        *left = left.checked_sub(1)?;
                    }
                    Some(File::open(&path))
                })));
            }
        };
        Ok(Self::Same { payload: Arc::new(payload), left: job.times })
    }

    /// The next payload; `None` after the last. Nothing is lost when the future is dropped.
    async fn next(&mut self) -> Result<Option<Arc<Vec<u8>>>, PayloadError> {
        match self {
            Self::Same { payload, left } => {
                if let Some(left) = left {
                    match left.checked_sub(1) {
                        Some(fewer) => *left = fewer,
                        None => return Ok(None),
                    }
                }
                Ok(Some(Arc::clone(payload)))
            }
            Self::Lines(lines) => Ok(lines.next().await?.map(Arc::new)),
        }
    }
}

/// A file's bytes, or why they cannot be published.
pub(super) async fn read_file(path: PathBuf) -> Result<Vec<u8>, Refusal> {
    let read = tokio::task::spawn_blocking(move || payloads::file(&path)).await;
    // The task ends early only with the whole program.
    read.unwrap_or_else(|error| Err(PayloadError::Unreadable(error.into()))).map_err(refusal)
}

fn refusal(error: PayloadError) -> Refusal {
    match error {
        PayloadError::TooLarge => Refusal::TooLargeForMqtt,
        PayloadError::Unreadable(error) => Refusal::Unreadable(error.to_string()),
    }
}

struct Work {
    session: Arc<Session>,
    desk: Arc<Desk>,
    /// So many lines are in the file, once that is known.
    lines: Arc<OnceLock<u64>>,
    template: Publish,
    /// Whether all messages are the same: when one cannot be sent, none can.
    all_alike: bool,
    /// How many messages there are; `None` without end, and until that is known.
    total: Option<u64>,
    times: Option<u64>,
    taken: u64,
    pace: Pace,
    online: bool,
    paused: bool,
    /// Set once the job is to end: how, and until when it waits for what is in flight.
    ending: Option<(JobEnd, Instant)>,
    /// The source has nothing more.
    exhausted: bool,
    /// What the session could not take, to be handed over again.
    again: VecDeque<Arc<Vec<u8>>>,
    in_flight: HashMap<u64, Arc<Vec<u8>>>,
    in_flight_bytes: usize,
    next_id: u64,
    /// The session could take no more: not before this time.
    not_before: Option<Instant>,
    counted: JobProgress,
}

impl Work {
    fn new(job: &Job, session: Arc<Session>, desk: Arc<Desk>, lines: Arc<OnceLock<u64>>) -> Self {
        let of_lines = matches!(job.payloads, Payloads::Lines(_));
        Self {
            session,
            desk,
            lines,
            template: Publish { payload: Vec::new(), ..job.message.clone() },
            all_alike: !of_lines,
            total: job.times.filter(|_| !of_lines),
            times: job.times,
            taken: 0,
            pace: Pace::new(job.every),
            online: false,
            paused: false,
            ending: None,
            exhausted: false,
            again: VecDeque::new(),
            in_flight: HashMap::new(),
            in_flight_bytes: 0,
            next_id: 0,
            not_before: None,
            counted: JobProgress::default(),
        }
    }

    fn progress(&self) -> JobProgress {
        let standing = match (&self.ending, self.paused, self.online) {
            (Some(_), ..) => JobStanding::Stopping,
            (None, true, _) => JobStanding::Paused,
            (None, false, false) => JobStanding::Offline,
            (None, false, true) => JobStanding::Running,
        };
        let again = self.again.len() as u64;
        JobProgress {
            standing,
            waiting: self.total.map(|total| total.saturating_sub(self.taken) + again),
            in_flight: self.in_flight.len() as u64,
            ..self.counted.clone()
        }
    }

    /// Publishes everything and waits for every outcome, or until something ends it.
    async fn finish(&mut self, mut source: Source, tell: &impl Fn(JobProgress)) -> JobEnd {
        let desk = Arc::clone(&self.desk);
        let mut told = JobProgress::default();
        let mut ticks = interval(TELL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if self.exhausted && self.again.is_empty() && self.in_flight.is_empty() {
                return if self.taken == 0 { JobEnd::Empty } else { JobEnd::Done };
            }
            if self.in_flight.is_empty()
                && let Some((end, _)) = self.ending.take()
            {
                return end;
            }
            let room = self.in_flight.len() < IN_FLIGHT
                && (self.in_flight_bytes < IN_FLIGHT_BYTES || self.in_flight.is_empty());
            let more = !(self.exhausted && self.again.is_empty());
            let ready = room && more && self.online && !self.paused && self.ending.is_none();
            let patience = self.ending.as_ref().map(|(_, until)| *until);
            tokio::select! {
                biased;
                () = desk.bell.notified() => {
                    let before = self.progress().standing;
                    if self.look() {
                        // All outcomes have come before this.
                        return self.ending.take().map_or(JobEnd::SessionEnded, |(end, _)| end);
                    }
                    if self.progress().standing != before {
                        ticks.reset_immediately();
                    }
                }
                _ = ticks.tick() => {
                    let progress = self.progress();
                    if progress != told {
                        tell(progress.clone());
                        told = progress;
                    }
                }
                () = until(patience), if patience.is_some() => {
                    // This gives each of them its outcome, which is heard next.
                    self.in_flight.keys().for_each(|id| self.session.cancel(RequestId(*id)));
                    if let Some((_, until)) = &mut self.ending {
                        *until += STOP;
                    }
                }
                payload = next(&mut self.again, &mut source, &mut self.pace, self.not_before), if ready => {
                    self.not_before = None;
                    match payload {
                        Ok(Some((payload, new))) => {
                            self.taken += u64::from(new);
                            self.hand_over(payload);
                        }
                        Ok(None) => self.exhausted = true,
                        Err(error) => self.end(JobEnd::Refused(refusal(error))),
                    }
                }
            }
        }
    }

    fn hand_over(&mut self, payload: Arc<Vec<u8>>) {
        let id = OF_JOBS | self.next_id;
        self.next_id += 1;
        let publish = Publish { payload: payload.to_vec(), ..self.template.clone() };
        if self.session.send(Command::Publish { id: RequestId(id), publish }).is_ok() {
            self.in_flight_bytes += payload.len();
            self.in_flight.insert(id, payload);
        } else {
            // It has ended, which the desk will know, or can take no more for now.
            self.again.push_front(payload);
            self.not_before = Some(Instant::now() + FULL);
        }
    }

    /// Hands over no more, and ends so when nothing is in flight any more.
    fn end(&mut self, end: JobEnd) {
        self.ending.get_or_insert_with(|| (end, Instant::now() + STOP));
    }

    /// Takes in what has changed; answers whether the session has ended.
    fn look(&mut self) -> bool {
        let (outcomes, stop, session_ended) = {
            let mut state = self.desk.state();
            (self.online, self.paused) = (state.online, state.paused);
            (std::mem::take(&mut state.outcomes), state.stop, state.session_ended)
        };
        for (id, outcome) in outcomes {
            self.count(id, outcome);
        }
        if let Some(lines) = self.lines.get() {
            self.total = self.times.map(|times| times.saturating_mul(*lines));
        }
        if stop {
            self.end(JobEnd::Stopped);
        }
        session_ended
    }

    fn count(&mut self, id: RequestId, outcome: PublishOutcome) {
        let Some(payload) = self.in_flight.remove(&id.0) else { return };
        self.in_flight_bytes -= payload.len();
        match outcome {
            PublishOutcome::Sent => self.counted.sent += 1,
            PublishOutcome::Acknowledged { .. } => self.counted.acknowledged += 1,
            // The connection went before it was sent: it goes out on the next one.
            PublishOutcome::Refused { reason: Refusal::NotConnected }
            | PublishOutcome::Cancelled { may_arrive: false } => self.again.push_back(payload),
            PublishOutcome::Refused { reason } => {
                self.counted.refused += 1;
                self.counted.refusal = Some(reason.clone());
                if self.all_alike && !matches!(reason, Refusal::Server { .. }) {
                    self.end(JobEnd::Refused(reason));
                }
            }
            PublishOutcome::Abandoned | PublishOutcome::Cancelled { may_arrive: true } => {
                self.counted.given_up += 1;
            }
        }
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// The next payload to hand over, in its time, and whether it is a new one. Nothing is lost when the future is dropped.
async fn next(
    again: &mut VecDeque<Arc<Vec<u8>>>,
    source: &mut Source,
    pace: &mut Pace,
    not_before: Option<Instant>,
) -> Result<Option<(Arc<Vec<u8>>, bool)>, PayloadError> {
    if let Some(time) = not_before {
        sleep_until(time).await;
    }
    pace.due().await;
    let payload = match again.pop_front() {
        Some(payload) => Some((payload, false)),
        None => source.next().await?.map(|payload| (payload, true)),
    };
    if payload.is_some() {
        pace.took_one();
    }
    Ok(payload)
}
