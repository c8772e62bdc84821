//! Owns the background runtime: performs what the model asks for, carries up what happened, wakes the
//! window. Promises: no call blocks the caller on a network or a disk, and the window is woken at most
//! once between two looks at it.

mod job;
mod pace;
pub mod payloads;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use job::Desk;
pub use pace::Pace;

use crate::capture::{self, ReadOptions};
use crate::language::Language;
use crate::log::{Connection, Filter, FrameLog, Limits, LogError, Row, Statistics, Timestamp, View, Watch};
use crate::model::{
    Chosen, Effect, Event, FileField, HistoryProblem, Inspector, Job, JobEnd, JobProgress, JobStanding,
    Listing, Wish,
};
use crate::payload::Look;
use crate::profile::ProfileId;
use crate::session::{
    self, Command, FilterOutcome, Options, Publish, PublishOutcome, Refusal, RequestId, Session,
};
use crate::store::secrets::{self, Keeper, Keyring, SystemKeyring};
use crate::store::{self, Paths, Store};
use crate::text;
use crate::wire::{Direction, PacketType, Version};

/// Wakes the window after a while; called from any thread.
pub type Wake = Arc<dyn Fn(Duration) + Send + Sync>;

/// How long new frames may wait for the window.
const FRAME_DELAY: Duration = Duration::from_millis(33);
/// How often the progress of a capture is told.
const PROGRESS_DELAY: Duration = Duration::from_millis(100);
/// How long closing waits for sessions to say goodbye.
const GOODBYE: Duration = Duration::from_millis(1_200);
/// The port that the embedded broker takes where it is free.
#[cfg(feature = "broker")]
const BROKER_PORT: u16 = 1883;

/// Events on their way to the window, and the flag that says it has been woken.
struct Inbox {
    events: Mutex<Vec<Event>>,
    /// The wishes to be told of new frames, one for each log.
    watches: Mutex<HashMap<ProfileId, Watch>>,
    woken: AtomicBool,
    wake: Wake,
}

impl Inbox {
    fn push(&self, event: Event) {
        lock(&self.events).push(event);
        (self.wake)(Duration::ZERO);
    }

    /// New frames: wakes the window unless it has been woken since it last looked.
    fn frames(&self) {
        if !self.woken.swap(true, Ordering::AcqRel) {
            (self.wake)(FRAME_DELAY);
        }
    }

    fn take(&self) -> Vec<Event> {
        self.woken.store(false, Ordering::Release);
        lock(&self.watches).values().for_each(Watch::acknowledge);
        std::mem::take(&mut lock(&self.events))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A session at work, and what stands between it and the window.
struct Live {
    session: Arc<Session>,
    desk: Arc<Desk>,
}

/// The background runtime.
pub struct Runtime {
    tokio: tokio::runtime::Runtime,
    inbox: Arc<Inbox>,
    store: mpsc::Sender<store::Request>,
    store_thread: JoinHandle<()>,
    secrets: mpsc::Sender<secrets::Request>,
    secrets_thread: JoinHandle<()>,
    /// Whose secrets are being read.
    reading: HashSet<ProfileId>,
    paths: Paths,
    logs: HashMap<ProfileId, FrameLog>,
    /// Those of them that are histories, and how much of each is kept.
    histories: HashSet<ProfileId>,
    limits: Limits,
    sessions: HashMap<ProfileId, Live>,
    /// Captures that were opened; setting the flag stops the reading.
    captures: HashMap<ProfileId, Arc<AtomicBool>>,
    /// Files that are to be published are read one after the other, so that they do not add up in memory.
    files: Arc<tokio::sync::Mutex<()>>,
    /// How many payloads were asked to be made ready; the lock is held by the one that is.
    renderings: Arc<(AtomicU64, Mutex<()>)>,
    /// The long frame that was asked for last, of each log.
    inspected: Arc<Mutex<HashMap<ProfileId, Row>>>,
    /// Sessions that begin when their log is open and their secrets are read.
    waiting: HashMap<ProfileId, Options>,
    #[cfg(feature = "broker")]
    broker: Option<crate::broker::Broker>,
}

impl Runtime {
    /// Starts the threads.
    pub fn start(paths: Paths, store: Store, wake: Wake) -> io::Result<Self> {
        Self::start_with(paths, store, Box::new(SystemKeyring), wake)
    }

    /// Starts the threads, with another keyring than the system's.
    pub fn start_with(
        paths: Paths,
        mut store: Store,
        keyring: Box<dyn Keyring>,
        wake: Wake,
    ) -> io::Result<Self> {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mqloupe-session")
            .enable_all()
            .build()?;
        let inbox = Arc::new(Inbox {
            events: Mutex::default(),
            watches: Mutex::default(),
            woken: AtomicBool::new(false),
            wake,
        });
        let mut keeper = Keeper::new(&paths, store.settings().secrets.place, keyring);
        let (secrets, asked) = mpsc::channel::<secrets::Request>();
        let told = Arc::clone(&inbox);
        let secrets_thread =
            std::thread::Builder::new().name("mqloupe-secrets".to_owned()).spawn(move || {
                let mut tell = |event| told.push(Event::Secrets(event));
                tell(secrets::Event::Home(keeper.home()));
                for request in asked {
                    keeper.perform(request, &mut tell);
                }
            })?;
        let (requests, inner) = mpsc::channel::<store::Request>();
        let told = Arc::clone(&inbox);
        let store_thread = std::thread::Builder::new().name("mqloupe-store".to_owned()).spawn(move || {
            for request in inner {
                told.push(Event::Store(Box::new(store.perform(request))));
            }
        })?;
        Ok(Self {
            tokio,
            inbox,
            store: requests,
            store_thread,
            secrets,
            secrets_thread,
            reading: HashSet::new(),
            paths,
            logs: HashMap::new(),
            histories: HashSet::new(),
            limits: Limits::default(),
            sessions: HashMap::new(),
            captures: HashMap::new(),
            files: Arc::default(),
            renderings: Arc::default(),
            inspected: Arc::default(),
            waiting: HashMap::new(),
            #[cfg(feature = "broker")]
            broker: None,
        })
    }

    /// Does what the model asks for. The clipboard and the file chooser belong to the window, and are not touched here.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Store(request) => {
                // The thread ends only when this sender is dropped.
                let _ = self.store.send(request);
            }
            Effect::Secrets(request) => self.ask_keeper(request),
            Effect::OpenLog(id) => self.open_log(id),
            Effect::DropHistory(id) => self.drop_history(&id),
            Effect::KeepHistory(history) => self.keep_history(history),
            Effect::Connect { profile, secrets, ask } => self.connect(Options { profile, secrets }, ask),
            Effect::Session(id, command) => self.command(&id, command),
            Effect::PublishFile { profile, id, publish, path } => {
                self.publish_file(profile, id, publish, path);
            }
            Effect::CancelPublish(profile, id) => {
                if let Some(live) = self.sessions.get(&profile) {
                    live.session.cancel(id);
                }
            }
            Effect::StartJob(id, job) => self.start_job(id, *job),
            Effect::SteerJob(id, steer) => {
                if let Some(live) = self.sessions.get(&id) {
                    live.desk.steer(steer);
                }
            }
            Effect::MeasureFile(id, path) => {
                let inbox = Arc::clone(&self.inbox);
                self.tokio.spawn_blocking(move || {
                    let size = payloads::size_of_file(&path).map_err(|error| error.to_string());
                    inbox.push(Event::Measured(id, path, size));
                });
            }
            Effect::View { profile, serial, filter } => self.view(profile, serial, filter),
            Effect::Count(id) => self.count(id),
            Effect::OpenCapture { id, path } => self.open_capture(id, path),
            Effect::CloseCapture(id) => {
                self.logs.remove(&id);
                if let Some(cancel) = self.captures.remove(&id) {
                    cancel.store(true, Ordering::Relaxed);
                }
            }
            Effect::TakeApart { id, version, frames } => self.take_apart(id, version, &frames),
            Effect::Inspect { profile, row, look, language } => self.inspect(profile, row, look, language),
            Effect::RenderPayload { profile, row, wish, frame, payload } => {
                self.render_payload(profile, row, wish, frame, payload);
            }
            Effect::CopyRows { profile, rows, wanted, listing } => {
                self.copy_rows(&profile, rows, wanted, listing);
            }
            Effect::Export { id, path, rows, with_secrets } => self.export(&id, path, rows, with_secrets),
            Effect::StartBroker => self.start_broker(),
            Effect::StopBroker => self.stop_broker(),
            Effect::Clipboard(_) | Effect::ChooseFile { .. } => {}
        }
    }

    /// Says what becomes of picking a file, once that is known.
    pub fn choosing(&self, field: FileField, chosen: impl Future<Output = Chosen> + Send + 'static) {
        let inbox = Arc::clone(&self.inbox);
        self.tokio.spawn(async move { inbox.push(Event::Chosen(field, chosen.await)) });
    }

    /// What happened since the last call.
    pub fn drain(&mut self) -> Vec<Event> {
        let events = self.inbox.take();
        for event in &events {
            match event {
                Event::Log { profile, log, .. } => {
                    if self.histories.contains(profile) {
                        // They may have changed while it was opened.
                        log.set_limits(self.limits);
                    }
                    self.logs.insert(profile.clone(), log.clone());
                    self.begin(profile);
                }
                Event::Secrets(secrets::Event::Loaded { id, result }) => {
                    self.reading.remove(id);
                    if let (Some(options), Ok(kept)) = (self.waiting.get_mut(id), result) {
                        options.secrets = std::mem::take(&mut options.secrets).or(kept);
                    }
                    self.begin(id);
                }
                Event::Session(id, session::Event::Phase(session::Phase::Offline { .. })) => {
                    self.sessions.remove(id);
                }
                _ => {}
            }
        }
        events
    }

    fn open_log(&mut self, id: ProfileId) {
        self.histories.insert(id.clone());
        if let Some(log) = self.logs.get(&id) {
            // A deleted profile that came back: its history was never closed.
            self.inbox.push(Event::Log { profile: id, log: log.clone(), problem: None });
            return;
        }
        let folder = self.paths.history(&id);
        let inbox = Arc::clone(&self.inbox);
        let limits = self.limits;
        self.tokio.spawn_blocking(move || {
            let (log, problem) = open_or_remember(&folder, limits);
            let woken = Arc::clone(&inbox);
            let watch = log.on_change(Arc::new(move || woken.frames()));
            lock(&inbox.watches).insert(id.clone(), watch);
            inbox.push(Event::Log { profile: id, log, problem });
        });
    }

    fn keep_history(&mut self, history: store::History) {
        let mib = |number: u32| u64::from(number) << 20;
        self.limits = Limits {
            memory_bytes: mib(history.memory_mib),
            disk_bytes: mib(history.disk_mib),
            ..Limits::default()
        };
        let kept = self.logs.iter().filter(|(id, _)| self.histories.contains(*id));
        kept.for_each(|(_, log)| log.set_limits(self.limits));
    }

    fn drop_history(&mut self, id: &ProfileId) {
        self.histories.remove(id);
        self.logs.remove(id);
        lock(&self.inbox.watches).remove(id);
        let folder = self.paths.history(id);
        self.tokio.spawn_blocking(move || match std::fs::remove_dir_all(&folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                eprintln!("mqloupe: the history in {} could not be deleted: {e}", folder.display());
            }
            _ => {}
        });
    }

    fn connect(&mut self, options: Options, ask: bool) {
        let id = options.profile.id.clone();
        if ask {
            self.ask_keeper(secrets::Request::Load(id.clone()));
        }
        self.waiting.insert(id.clone(), options);
        self.begin(&id);
    }

    /// Begins a session that waits for nothing any more.
    fn begin(&mut self, id: &ProfileId) {
        if let Some(log) = self.logs.get(id).cloned()
            && !self.reading.contains(id)
            && let Some(options) = self.waiting.remove(id)
        {
            self.spawn(options, log);
        }
    }

    fn ask_keeper(&mut self, request: secrets::Request) {
        if let secrets::Request::Load(id) = &request {
            self.reading.insert(id.clone());
        }
        // The thread ends only when this sender is dropped.
        let _ = self.secrets.send(request);
    }

    fn spawn(&mut self, options: Options, log: FrameLog) {
        let id = options.profile.id.clone();
        let (inbox, from) = (Arc::clone(&self.inbox), id.clone());
        let desk = Arc::new(Desk::default());
        let between = Arc::clone(&desk);
        let events = Arc::new(move |event| {
            if let Some(event) = between.pass(event) {
                inbox.push(Event::Session(from.clone(), event));
            }
        });
        let session = Arc::new(session::spawn(self.tokio.handle(), options, log, events));
        self.sessions.insert(id, Live { session, desk });
    }

    fn command(&mut self, id: &ProfileId, command: Command) {
        if self.waiting.contains_key(id) && command == Command::Disconnect {
            self.waiting.remove(id);
            let phase = session::Phase::Offline { cause: None };
            self.inbox.push(Event::Session(id.clone(), session::Event::Phase(phase)));
            return;
        }
        let refused = match self.sessions.get(id) {
            Some(live) => ask(&live.session, command),
            None => outcome_of_refused(command, &Refusal::NotConnected),
        };
        if let Some(event) = refused {
            self.inbox.push(Event::Session(id.clone(), event));
        }
    }

    fn publish_file(&self, profile: ProfileId, id: RequestId, publish: Publish, path: PathBuf) {
        let (inbox, files) = (Arc::clone(&self.inbox), Arc::clone(&self.files));
        let session = self.sessions.get(&profile).map(|live| Arc::clone(&live.session));
        self.tokio.spawn(async move {
            let refused =
                |reason| Some(session::Event::Published { id, outcome: PublishOutcome::Refused { reason } });
            let _one_at_a_time = files.lock().await;
            let event = match session {
                None => refused(Refusal::NotConnected),
                Some(session) => match job::read_file(path).await {
                    Ok(payload) => {
                        ask(&session, Command::Publish { id, publish: Publish { payload, ..publish } })
                    }
                    Err(reason) => refused(reason),
                },
            };
            if let Some(event) = event {
                inbox.push(Event::Session(profile, event));
            }
        });
    }

    fn start_job(&self, id: ProfileId, job: Job) {
        let inbox = Arc::clone(&self.inbox);
        let Some(live) = self.sessions.get(&id) else {
            let standing = JobStanding::Ended(JobEnd::SessionEnded);
            inbox.push(Event::Job(id, JobProgress { standing, ..JobProgress::default() }));
            return;
        };
        let (session, desk) = (Arc::clone(&live.session), Arc::clone(&live.desk));
        desk.clear();
        let tell = move |progress| inbox.push(Event::Job(id.clone(), progress));
        self.tokio.spawn(job::run(job, session, desk, tell));
    }

    fn view(&self, profile: ProfileId, serial: u64, filter: Filter) {
        let Some(log) = self.logs.get(&profile) else { return };
        let inbox = Arc::clone(&self.inbox);
        let view = View::spawn(log, filter, Arc::new(move || inbox.frames()));
        self.inbox.push(Event::View { profile, serial, view: Arc::new(view) });
    }

    fn count(&self, id: ProfileId) {
        let Some(log) = self.logs.get(&id) else { return };
        let inbox = Arc::clone(&self.inbox);
        let statistics = Statistics::spawn(log, Arc::new(move || inbox.frames()));
        self.inbox.push(Event::Counting(id, Arc::new(statistics)));
    }

    fn open_capture(&mut self, id: ProfileId, path: PathBuf) {
        let cancel = Arc::new(AtomicBool::new(false));
        self.captures.insert(id.clone(), Arc::clone(&cancel));
        let inbox = Arc::clone(&self.inbox);
        self.tokio.spawn_blocking(move || {
            let mut told = Instant::now();
            let progress = |read, total| {
                if told.elapsed() >= PROGRESS_DELAY {
                    told = Instant::now();
                    inbox.push(Event::CaptureProgress(id.clone(), read, total));
                }
            };
            match capture::open(&path, &ReadOptions::default(), progress, &cancel) {
                Ok(opened) => {
                    inbox.push(Event::CaptureRead { id: id.clone(), result: Ok(opened.notices) });
                    inbox.push(Event::Log { profile: id, log: opened.log, problem: None });
                }
                Err(why) => inbox.push(Event::CaptureRead { id, result: Err(Arc::new(why)) }),
            }
        });
    }

    /// Frames that somebody pasted, as if they had crossed one network connection just now.
    fn take_apart(&self, id: ProfileId, version: Version, frames: &[Vec<u8>]) {
        let log = FrameLog::in_memory(Limits::default());
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let connection = Connection { client: nowhere, server: nowhere, version };
        let number = log.join_connection(connection);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = Timestamp(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX));
        for frame in frames {
            log.append(number, usual_direction(frame), time, frame);
        }
        self.inbox.push(Event::Log { profile: id, log, problem: None });
    }

    fn export(&self, id: &ProfileId, path: PathBuf, rows: Vec<Row>, with_secrets: bool) {
        let Some(log) = self.logs.get(id).cloned() else { return };
        let inbox = Arc::clone(&self.inbox);
        self.tokio.spawn_blocking(move || {
            let write = || -> io::Result<u64> {
                let mut file = BufWriter::new(File::create(&path)?);
                let frames = capture::export(&log, rows.iter().copied(), &mut file, with_secrets)?;
                file.flush()?;
                Ok(frames)
            };
            let result = write().map_err(|why| why.to_string());
            inbox.push(Event::Exported(path, result));
        });
    }

    fn copy_rows(&self, id: &ProfileId, rows: Vec<Row>, wanted: u64, listing: Listing) {
        let Some(log) = self.logs.get(id).cloned() else { return };
        let inbox = Arc::clone(&self.inbox);
        self.tokio.spawn_blocking(move || {
            let (text, copied) = text::copied_lines(&log, &rows, &listing);
            inbox.push(Event::RowsCopied { text, copied, wanted });
        });
    }

    /// Takes a long frame apart, unless another one of its log has been asked for by the time it is its turn.
    fn inspect(&self, profile: ProfileId, row: Row, look: Option<Look>, language: Language) {
        let Some(log) = self.logs.get(&profile).cloned() else { return };
        lock(&self.inspected).insert(profile.clone(), row);
        let (inbox, newest) = (Arc::clone(&self.inbox), Arc::clone(&self.inspected));
        let renderings = Arc::clone(&self.renderings);
        self.tokio.spawn_blocking(move || {
            let _at_work = lock(&renderings.1);
            if lock(&newest).get(&profile) == Some(&row) {
                let inspector = Inspector::new(&log, row, look, language).map(Box::new);
                inbox.push(Event::Inspected { profile, row, inspector });
            }
        });
    }

    /// Makes something of a long payload ready, unless something else has been asked for by the time it is its turn:
    /// one after the other, so that stepping through long ones costs the memory of one.
    fn render_payload(
        &self,
        profile: ProfileId,
        row: Row,
        wish: Wish,
        frame: Arc<[u8]>,
        payload: Range<usize>,
    ) {
        let turn = self.renderings.0.fetch_add(1, Ordering::Relaxed) + 1;
        let (inbox, renderings) = (Arc::clone(&self.inbox), Arc::clone(&self.renderings));
        self.tokio.spawn_blocking(move || {
            let (newest, at_work) = &*renderings;
            let _at_work = lock(at_work);
            if newest.load(Ordering::Relaxed) == turn {
                let ready = wish.made(frame.get(payload).unwrap_or_default());
                inbox.push(Event::PayloadRendered { profile, row, wish, ready });
            }
        });
    }

    #[cfg(feature = "broker")]
    fn start_broker(&mut self) {
        if self.broker.is_some() {
            return;
        }
        match crate::broker::Broker::start(self.tokio.handle(), BROKER_PORT) {
            Ok(broker) => {
                self.inbox.push(Event::BrokerStarted(broker.address()));
                self.broker = Some(broker);
            }
            Err(e) => self.inbox.push(Event::BrokerFailed(e.to_string())),
        }
    }

    #[cfg(not(feature = "broker"))]
    fn start_broker(&mut self) {
        self.inbox.push(Event::BrokerFailed("this build has no broker in it".to_owned()));
    }

    #[cfg(feature = "broker")]
    fn stop_broker(&mut self) {
        if let Some(broker) = self.broker.take() {
            let inbox = Arc::clone(&self.inbox);
            self.tokio.spawn(async move {
                broker.stop().await;
                inbox.push(Event::BrokerStopped);
            });
        }
    }

    #[cfg(not(feature = "broker"))]
    #[expect(clippy::unused_self, reason = "the same shape with and without the broker")]
    fn stop_broker(&self) {}

    /// Ends everything in order: DISCONNECT on each session, history and settings on disk.
    pub fn shut_down(mut self) {
        for live in self.sessions.values() {
            // A session that takes no command has ended or is about to.
            let _ = live.session.send(Command::Disconnect);
        }
        let until = Instant::now() + GOODBYE;
        while !self.sessions.is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
            self.drain();
        }
        for log in self.logs.values() {
            log.flush();
        }
        #[cfg(feature = "broker")]
        if let Some(broker) = self.broker.take() {
            self.tokio.block_on(broker.stop());
        }
        drop(self.secrets);
        // What was given just now is still kept, unless the keyring has its own will.
        while !self.secrets_thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(self.store);
        if self.store_thread.join().is_err() {
            eprintln!("mqloupe: the last changes may not have been saved");
        }
        self.tokio.shutdown_timeout(Duration::from_millis(200));
    }
}

/// The way a packet of its type travels; PUBLISH and its acknowledgements travel both ways.
fn usual_direction(frame: &[u8]) -> Direction {
    let packet = frame.first().and_then(|&byte| PacketType::of_first_byte(byte));
    packet.and_then(PacketType::only_way).unwrap_or(Direction::ToServer)
}

/// Asks a session; the outcome of what it does not take comes back.
fn ask(session: &Session, command: Command) -> Option<session::Event> {
    let command = session.send(command).err()?;
    let reason = if session.has_ended() { Refusal::NotConnected } else { Refusal::TooManyWaiting };
    outcome_of_refused(command, &reason)
}

/// What becomes of a request that no session takes: it too gets its one outcome.
fn outcome_of_refused(command: Command, reason: &Refusal) -> Option<session::Event> {
    let refused = |filters: Vec<String>| {
        let refuse = |filter| FilterOutcome { filter, result: Err(reason.clone()) };
        filters.into_iter().map(refuse).collect()
    };
    match command {
        Command::Publish { id, .. } => Some(session::Event::Published {
            id,
            outcome: PublishOutcome::Refused { reason: reason.clone() },
        }),
        Command::Subscribe { id, subscriptions } => Some(session::Event::Subscribed {
            id: Some(id),
            outcomes: refused(subscriptions.into_iter().map(|s| s.filter).collect()),
        }),
        Command::Unsubscribe { id, filters } => {
            Some(session::Event::Unsubscribed { id, outcomes: refused(filters) })
        }
        Command::Reauthenticate { id } => {
            Some(session::Event::Reauthenticated { id, result: Err(Refusal::NotConnected) })
        }
        Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => None,
    }
}

/// The history in a folder; where it cannot be used, a log that lives in memory, and why.
fn open_or_remember(folder: &Path, limits: Limits) -> (FrameLog, Option<HistoryProblem>) {
    match FrameLog::open(folder, limits) {
        Ok((log, recovered)) => {
            let torn = recovered.torn_bytes;
            (log, (torn > 0).then_some(HistoryProblem::Torn(torn)))
        }
        Err(LogError::InUse) => (FrameLog::in_memory(limits), Some(HistoryProblem::InUse)),
        Err(e) => (FrameLog::in_memory(limits), Some(HistoryProblem::Unusable(e.to_string()))),
    }
}
