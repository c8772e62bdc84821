//! The session's task: one connection after the other, until it is told to stop or trying is useless.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::clock::now;
use super::dial::{self, Dialled};
use super::engine::{Client, Engine, Slot, Stop, Welcome};
use super::ledger::Ledger;
use super::reconnect::Backoff;
use super::recorder::Recorder;
use super::requests::{Requests, refuse};
use super::tap::{Tap, Wire};
use super::verdict;
use super::{Command, Event, Failure, Options, Parting, Phase, Refusal};
use crate::log::{Connection, FrameLog, Timestamp};
use crate::profile::Protocol;

/// How long DISCONNECT waits for what is under way.
const SETTLE: Duration = Duration::from_millis(300);

/// How long DISCONNECT itself may take after that.
const DEPART: Duration = Duration::from_millis(200);

/// How long the peer may take to close after us, and to say its last words.
const FAREWELL: Duration = Duration::from_millis(200);

/// Runs a session to its end.
pub(super) async fn run(
    options: Options,
    log: FrameLog,
    commands: mpsc::Receiver<Command>,
    stopped: watch::Receiver<Option<Parting>>,
    ledger: Arc<Ledger>,
) {
    let requests = Requests::new(&options.profile, Arc::clone(&ledger));
    let mut task = Task {
        options,
        log,
        commands,
        stopped,
        ledger,
        requests,
        slot: Slot::default(),
        met_server: false,
        too_late: 0,
    };
    let cause = task.connections().await;
    task.settle_everything().await;
    task.ledger.tell(Event::Phase(Phase::Offline { cause }));
}

struct Task {
    options: Options,
    log: FrameLog,
    commands: mpsc::Receiver<Command>,
    stopped: watch::Receiver<Option<Parting>>,
    ledger: Arc<Ledger>,
    requests: Requests,
    slot: Slot,
    /// A server has accepted this session before.
    met_server: bool,
    /// Requests that the engine was handed too late for the last connection.
    too_late: usize,
}

/// How one connection ended.
enum End {
    /// The session was told to stop.
    Asked,
    /// It failed, after so much time online.
    Failed { cause: Failure, online: Option<Duration> },
}

/// An engine at work on one connection.
struct AtWork {
    client: Client,
    engine: JoinHandle<(Engine, Stop)>,
    wire: oneshot::Receiver<Box<Wire>>,
    /// The server asked for a client certificate, and there is none.
    certificate_wanted: bool,
}

/// What interrupts waiting.
enum Interruption {
    Stop,
    ReconnectNow,
}

impl Task {
    fn phase(&self, phase: Phase) {
        self.ledger.tell(Event::Phase(phase));
    }

    fn new_engine(&self) -> Result<Engine, Failure> {
        Engine::new(&self.options, self.slot.clone())
    }

    /// Connects until it is told to stop (`None`) or trying is useless.
    async fn connections(&mut self) -> Option<Failure> {
        let mut engine = match self.new_engine() {
            Ok(engine) => Some(engine),
            Err(failure) => return Some(failure),
        };
        let mut backoff = Backoff::default();
        loop {
            let (cause, online) = match self.connection(&mut engine).await {
                End::Asked => return None,
                End::Failed { cause, online } => (cause, online),
            };
            let profile = &self.options.profile;
            if !profile.reconnect || !verdict::may_mend(&cause, profile.version, online.is_some()) {
                return Some(cause);
            }
            let (attempt, wait) = backoff.failed(online);
            let nanoseconds = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
            let until = Timestamp(now().0.saturating_add(nanoseconds));
            let end_of_wait = Instant::now() + wait;
            self.phase(Phase::Waiting { attempt, until, cause });
            if let Err(Interruption::Stop) = self.while_offline(reached(end_of_wait, until)).await {
                return None;
            }
        }
    }

    /// One connection from dialling to its end. The engine comes back in its place unless it is lost.
    async fn connection(&mut self, place: &mut Option<Engine>) -> End {
        let failed = |cause| End::Failed { cause, online: None };
        let engine = match place.take().map_or_else(|| self.new_engine(), Ok) {
            Ok(engine) => engine,
            Err(cause) => return failed(cause),
        };
        let seconds = self.options.profile.connect_timeout_secs.max(1);
        let deadline = Instant::now() + Duration::from_secs(seconds.into());
        let dialled = match self.dial(deadline).await {
            Ok(Ok(dialled)) => dialled,
            Ok(Err(cause)) => {
                *place = Some(engine);
                return failed(cause);
            }
            Err(Asked) => return End::Asked,
        };
        for notice in &dialled.notices {
            self.ledger.tell(Event::Notice(notice.clone()));
        }
        let (security, certificate_wanted) = (dialled.security.clone(), dialled.certificate_wanted);
        let is_socket = self.options.profile.endpoint.protocol == Protocol::Unix;
        let address = Some(dialled.server).filter(|_| !is_socket);
        let wire = self.tap(dialled, deadline);

        self.phase(Phase::Negotiating);
        let (tap, wire) = Tap::on(wire);
        self.slot.lay(tap);
        let (online, accepted) = oneshot::channel();
        let client = engine.client();
        let mut work = AtWork { client, engine: tokio::spawn(engine.run(online)), wire, certificate_wanted };
        let Ok(accepted) = self.unless_stopped(accepted).await else {
            work.engine.abort();
            self.wind_up(work, None).await;
            return End::Asked;
        };
        let Ok(mut welcome) = accepted else {
            // The engine stopped before it was online; its end says why.
            let ended = (&mut work.engine).await.ok();
            return self.autopsy(work, ended, None, place).await;
        };
        welcome.granted.address = address;
        welcome.granted.security = security;
        let since = Instant::now();
        if let Ok(ended) = self.online(&mut work, &welcome).await {
            return self.autopsy(work, ended, Some(since.elapsed()), place).await;
        }
        self.part(work).await;
        End::Asked
    }

    async fn dial(&mut self, deadline: Instant) -> Result<Result<Dialled, Failure>, Asked> {
        let ledger = Arc::clone(&self.ledger);
        let options = self.options.clone();
        let dialling =
            async move { dial::connect(&options, deadline, |phase| ledger.tell(Event::Phase(phase))).await };
        // Its handshakes make it large, and it is over soon.
        self.unless_stopped(Box::pin(dialling)).await
    }

    /// Puts the recorder on a new connection.
    fn tap(&self, dialled: Dialled, deadline: Instant) -> Wire {
        let profile = &self.options.profile;
        let Dialled { client, server, transport, .. } = dialled;
        let number = self.log.begin_connection(Connection { client, server, version: profile.version });
        let recorder = Recorder::new(self.log.clone(), number, profile.version);
        let keep_alive = Duration::from_secs(profile.keep_alive_secs.into());
        Wire::new(transport, recorder, profile.version, deadline, keep_alive)
    }

    /// Serves requests until the engine stops.
    async fn online(
        &mut self,
        work: &mut AtWork,
        welcome: &Welcome,
    ) -> Result<Option<(Engine, Stop)>, Asked> {
        self.phase(Phase::Online(Box::new(welcome.granted.clone())));
        let present = welcome.granted.session_present;
        if !present {
            // The engine has dropped everything of the former session, so these ends come at once.
            while self.requests.under_way() > self.too_late
                && let Some(outcome) = self.next_unless_stopped().await?
            {
                self.ledger.tell(outcome);
            }
        }
        if !self.met_server || !present {
            self.requests.ask_for_wanted(&work.client, welcome);
        }
        self.met_server = true;
        loop {
            if !present {
                for notice in self.requests.begin_anew() {
                    self.ledger.tell(Event::Notice(notice));
                }
            }
            self.requests.hand_over_waiting(&work.client, welcome);
            let room = self.requests.have_room() && !self.requests.has_waiting();
            tokio::select! {
                biased;
                _ = self.stopped.wait_for(Option::is_some) => {
                    // What was accepted before still goes out.
                    while self.requests.have_room()
                        && let Ok(command) = self.commands.try_recv()
                    {
                        self.requests.hand_over(command, &work.client, welcome);
                    }
                    return Err(Asked);
                }
                ended = &mut work.engine => return Ok(ended.ok()),
                Some(outcome) = self.requests.next() => self.ledger.tell(outcome),
                Some(command) = self.commands.recv(), if room => {
                    self.requests.hand_over(command, &work.client, welcome);
                }
            }
        }
    }

    /// The next outcome of what is under way.
    async fn next_unless_stopped(&mut self) -> Result<Option<Event>, Asked> {
        tokio::select! {
            biased;
            _ = self.stopped.wait_for(Option::is_some) => Err(Asked),
            outcome = self.requests.next() => Ok(outcome),
        }
    }

    /// The engine stopped by itself, or panicked (`None`): finds out why.
    async fn autopsy(
        &mut self,
        work: AtWork,
        ended: Option<(Engine, Stop)>,
        online: Option<Duration>,
        place: &mut Option<Engine>,
    ) -> End {
        let (mut engine, stop) = match ended {
            Some((engine, stop)) => (Some(engine), stop),
            None => (None, Stop::Protocol("the MQTT engine failed".to_owned())),
        };
        // It has put aside what was under way; cleaning it once more would make it forget half of that.
        let forget = self.options.profile.clean_session;
        self.too_late = engine.as_mut().map_or(0, |engine| engine.let_go(forget));
        *place = engine;
        let certificate_wanted = work.certificate_wanted;
        let Some(mut wire) = self.wind_up(work, Some(FAREWELL)).await else {
            return End::Failed { cause: Failure::ClosedByPeer { was_online: online.is_some() }, online };
        };
        let profile = &self.options.profile;
        let address = profile.endpoint.to_string();
        let error = wire.broken();
        let of_tls = |error| dial::tls::later(error, &address, certificate_wanted);
        let broken = error.as_ref().and_then(of_tls);
        let cause = match broken {
            Some(cause) => cause,
            None => match verdict::failure(profile, online.is_some(), stop, wire.seen(), wire.ended()) {
                // Its reason can be lost on the way when it closes at once.
                Failure::ClosedByPeer { was_online: false } if certificate_wanted => {
                    Failure::ClientCertificateWanted { address }
                }
                // What MQTT says goes before what is below it.
                cause @ (Failure::ClosedByPeer { .. } | Failure::Network { .. }) => {
                    error.and_then(|error| dial::websocket::later(&error, &address)).unwrap_or(cause)
                }
                cause => cause,
            },
        };
        let cause = match cause {
            Failure::Protocol { detail, .. } => {
                let (frame, fault) = wire.culprit();
                let fault =
                    fault.or_else(|| verdict::unasked(&self.log.frame(frame?)?.bytes, profile.version));
                Failure::Protocol { detail, frame, fault: fault.map(Box::new) }
            }
            cause => cause,
        };
        End::Failed { cause, online }
    }

    /// Parts from the server: what is under way gets a moment, then DISCONNECT, then the connection ends.
    async fn part(&mut self, mut work: AtWork) {
        let parting = self.stopped.borrow().clone().unwrap_or_default();
        work.client.disconnect(&parting);
        if timeout(SETTLE, &mut work.engine).await.is_err() {
            work.client.disconnect_now(&parting);
            if timeout(DEPART, &mut work.engine).await.is_err() {
                // It cannot write: the peer takes nothing.
                work.engine.abort();
            }
        }
        self.wind_up(work, Some(FAREWELL)).await;
    }

    /// Takes the connection back from an engine that is done or aborted, and closes it.
    async fn wind_up(&mut self, work: AtWork, patience: Option<Duration>) -> Option<Box<Wire>> {
        let AtWork { client, engine, wire, .. } = work;
        drop(client);
        if !engine.is_finished() {
            let _ = engine.await;
        }
        self.slot.clear();
        let mut wire = wire.await.ok()?;
        wire.close(patience.unwrap_or(Duration::ZERO)).await;
        Some(wire)
    }

    /// Works on `future` while there is no connection to hand commands to. A request to stop wins.
    async fn unless_stopped<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Asked> {
        tokio::pin!(future);
        loop {
            tokio::select! {
                biased;
                _ = self.stopped.wait_for(Option::is_some) => return Err(Asked),
                output = &mut future => return Ok(output),
                Some(outcome) = self.requests.next() => self.ledger.tell(outcome),
                Some(command) = self.commands.recv() => {
                    if let Some(outcome) = self.requests.offline(command) {
                        self.ledger.tell(outcome);
                    }
                }
            }
        }
    }

    /// Waits for `pause`, or less.
    async fn while_offline(&mut self, pause: impl Future<Output = ()>) -> Result<(), Interruption> {
        tokio::pin!(pause);
        loop {
            tokio::select! {
                biased;
                _ = self.stopped.wait_for(Option::is_some) => return Err(Interruption::Stop),
                () = &mut pause => return Ok(()),
                Some(outcome) = self.requests.next() => self.ledger.tell(outcome),
                Some(command) = self.commands.recv() => {
                    if command == Command::ReconnectNow {
                        return Err(Interruption::ReconnectNow);
                    }
                    if let Some(outcome) = self.requests.offline(command) {
                        self.ledger.tell(outcome);
                    }
                }
            }
        }
    }

    /// Gives every request that has none its outcome. The engine is gone by now, so all of them come.
    async fn settle_everything(&mut self) {
        self.commands.close();
        while let Some(outcome) = self.requests.next().await {
            self.ledger.tell(outcome);
        }
        for outcome in self.requests.end() {
            self.ledger.tell(outcome);
        }
        while let Some(command) = self.commands.recv().await {
            if let Some(outcome) = refuse(command, &Refusal::NotConnected) {
                self.ledger.tell(outcome);
            }
        }
    }
}

/// Waits for a time by whichever clock comes to it first: the monotonic one may stand still while the machine
/// sleeps, and the other one may be set back.
async fn reached(time: Instant, on_the_wall: Timestamp) {
    const LOOK: Duration = Duration::from_secs(1);
    loop {
        let left = time.saturating_duration_since(Instant::now());
        if left.is_zero() || now() >= on_the_wall {
            return;
        }
        sleep(left.min(LOOK)).await;
    }
}

/// The session was told to stop.
struct Asked;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_when_either_clock_says_so() {
        let hour = Duration::from_hours(1);
        let later = |time: Duration| Timestamp(now().0 + u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let begin = Instant::now();
        // The wall clock of this test hardly moves.
        reached(begin + hour, later(hour)).await;
        assert_eq!(begin.elapsed(), hour);
        // As after a sleep of the machine.
        let begin = Instant::now();
        reached(begin + hour, now()).await;
        assert!(begin.elapsed() < Duration::from_secs(2));
    }
}
