//! A session as a command uses it: its events and its log's wake-up calls can be awaited, and so can the
//! user's wish to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, mpsc};

use super::Stop;
use crate::language::Language;
use crate::log::{FrameLog, Timestamp, Watch};
use crate::profile::Profile;
use crate::session::{self, Command, Event, Failure, Options, Parting, Phase, Session};
use crate::text::failure::explain_for;

/// Events that wait to be read. A command has fewer requests under way than that.
const EVENTS: usize = 8192;

/// A running session.
pub(super) struct Link {
    session: Session,
    events: mpsc::Receiver<Event>,
    pub log: FrameLog,
    changes: Changes,
    profile: Profile,
    /// What DISCONNECT says.
    parting: Parting,
}

/// The log's wake-up calls.
#[derive(Clone)]
pub(super) struct Changes {
    changed: Arc<Notify>,
    watch: Arc<Watch>,
}

impl Changes {
    /// Waits until the log has changed since the last call.
    pub async fn next(&self) {
        self.changed.notified().await;
        // Before the log is read, so that nothing is missed.
        self.watch.acknowledge();
    }
}

impl Link {
    /// Starts a session that is recorded in `log` and ends with `parting`.
    pub fn start(options: Options, parting: Parting, log: FrameLog) -> Self {
        let profile = options.profile.clone();
        let changed = Arc::new(Notify::new());
        let wake = Arc::clone(&changed);
        let watch = Arc::new(log.on_change(Arc::new(move || wake.notify_one())));
        let (sender, events) = mpsc::channel(EVENTS);
        let session = session::spawn(
            &tokio::runtime::Handle::current(),
            options,
            log.clone(),
            Arc::new(move |event| {
                // It fails only when the command has ended and nobody reads any more.
                let _ = sender.try_send(event);
            }),
        );
        Self { session, events, log, changes: Changes { changed, watch }, profile, parting }
    }

    /// Asks for something; what the session does not take comes back.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        self.session.send(command)
    }

    /// The next event; `None` after the last.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Wake-up calls of the log.
    pub fn changes(&self) -> Changes {
        self.changes.clone()
    }

    /// Takes note of a phase: says on standard error what the user should know, and answers how the session
    /// ended if it did.
    pub fn phase(&self, phase: Phase) -> Option<Result<(), Stop>> {
        match phase {
            Phase::Waiting { attempt, until, cause } => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let Timestamp(until) = until;
                let wait = Duration::from_nanos(until).saturating_sub(now).as_secs_f32();
                eprintln!("mqloupe: {cause}; try {attempt} in {wait:.0} s");
                None
            }
            Phase::Offline { cause: None } => Some(Ok(())),
            Phase::Offline { cause: Some(cause) } => Some(Err(self.failed(&cause))),
            Phase::Resolving
            | Phase::Connecting { .. }
            | Phase::Proxying
            | Phase::Securing
            | Phase::Upgrading
            | Phase::Negotiating
            | Phase::Online(_) => None,
        }
    }

    /// A failure in the system's terms, and below it what to try.
    fn failed(&self, cause: &Failure) -> Stop {
        if matches!(cause, Failure::Settings { .. }) {
            return Stop::Usage(cause.to_string());
        }
        let mut words = cause.to_string();
        if let Failure::ConnackRefused { reason_string: Some(said), .. }
        | Failure::ServerDisconnected { reason_string: Some(said), .. } = cause
        {
            words = format!("{words} ({said:?})");
        }
        let hint = explain_for(cause, &self.profile, Language::English).try_this;
        Stop::Failed(format!("{words}\n{hint}"))
    }

    /// Parts from the server and waits for the end. What else the session says meanwhile goes to `other`.
    pub async fn part(&mut self, mut other: impl FnMut(Event)) -> Result<(), Stop> {
        // It comes back only when the session has ended, and then the last event is waiting.
        let _ = self.session.send(Command::DisconnectWith(self.parting.clone()));
        while let Some(event) = self.event().await {
            match event {
                Event::Phase(Phase::Offline { cause }) => {
                    return cause.map_or(Ok(()), |cause| Err(self.failed(&cause)));
                }
                event => other(event),
            }
        }
        Ok(())
    }
}

/// Resolves when the user wants to stop: Ctrl+C, or the signal by which systems end programs. From this call
/// on, not only once awaited, those signals no longer end the program by themselves.
#[cfg(unix)]
pub(super) fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        // Without a way to be told, the system ends the program by itself.
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Resolves when the user wants to stop: Ctrl+C.
#[cfg(not(unix))]
pub(super) async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a way to be told, the system ends the program by itself.
        std::future::pending::<()>().await;
    }
}
