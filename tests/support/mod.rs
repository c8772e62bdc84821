//! What the tests of sessions share: a scripted peer, a session whose events can be awaited, and brokers.

// Each test file uses a part of it.
#![allow(dead_code)]

pub mod busy;
pub mod mosquitto;
pub mod peer;
pub mod program;
pub mod tls;
pub mod websocket;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use mqloupe::log::{FrameLog, Limits};
use mqloupe::profile::{Endpoint, Profile, Protocol, Secret, Secrets, Subscription};
use mqloupe::session::{
    self, Command, Event, FilterOutcome, Granted, Options, Phase, Publish, PublishOutcome, Refusal,
    RequestId, Session,
};
use mqloupe::wire::{Direction, PacketType, Qos, Version};
use tokio::sync::mpsc::{self, error::TrySendError};

/// Long enough for a loaded machine; no test waits for it unless it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for `future`, and fails with `what` when it takes too long.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(PATIENCE, future).await;
    outcome.unwrap_or_else(|_| panic!("waited too long for {what}"))
}

/// A profile for a server on this machine: client identifier `c1`, clean, no reconnect.
pub fn profile(version: Version, port: u16) -> Profile {
    Profile {
        endpoint: Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port },
        version,
        client_id: "c1".to_owned(),
        reconnect: false,
        ..Profile::default()
    }
}

/// A subscription that is made at connect.
pub fn subscription(filter: &str, qos: Qos) -> Subscription {
    Subscription { filter: filter.to_owned(), qos, enabled: true, ..Subscription::default() }
}

/// A message that is not retained.
pub fn message(topic: &str, payload: &[u8], qos: Qos) -> Publish {
    Publish { topic: topic.to_owned(), payload: payload.to_vec(), qos, ..Publish::default() }
}

/// A session under test.
pub struct Subject {
    session: Option<Session>,
    events: mpsc::Receiver<Event>,
    pub log: FrameLog,
    /// How often each request has ended, of those whose events have been taken.
    pub ends: BTreeMap<u64, usize>,
}

impl Subject {
    pub fn start(profile: Profile) -> Self {
        Self::start_with(profile, None)
    }

    pub fn start_with(profile: Profile, password: Option<&str>) -> Self {
        let password = password.map(|text| Secret::new(text.to_owned()));
        Self::start_options(Options { profile, secrets: Secrets { password, ..Secrets::default() } })
    }

    pub fn start_options(options: Options) -> Self {
        let log = FrameLog::in_memory(Limits::default());
        let (sender, events) = mpsc::channel(100_000);
        let session = session::spawn(
            &tokio::runtime::Handle::current(),
            options,
            log.clone(),
            // The receiver goes first when a test ends.
            Arc::new(move |event| {
                assert!(!matches!(sender.try_send(event), Err(TrySendError::Full(_))), "events pile up");
            }),
        );
        Self { session: Some(session), events, log, ends: BTreeMap::new() }
    }

    pub fn send(&self, command: Command) {
        self.session.as_ref().expect("not dropped").send(command).expect("the session takes commands");
    }

    pub fn try_send(&self, command: Command) -> Result<(), Command> {
        self.session.as_ref().expect("not dropped").send(command)
    }

    pub fn drop_session(&mut self) {
        self.session = None;
    }

    pub fn publish(&self, id: u64, publish: Publish) {
        self.send(Command::Publish { id: RequestId(id), publish });
    }

    pub fn cancel(&self, id: u64) {
        self.session.as_ref().expect("not dropped").cancel(RequestId(id));
    }

    pub fn subscribe(&self, id: u64, subscriptions: Vec<Subscription>) {
        self.send(Command::Subscribe { id: RequestId(id), subscriptions });
    }

    pub fn unsubscribe(&self, id: u64, filters: &[&str]) {
        let filters = filters.iter().map(|&filter| filter.to_owned()).collect();
        self.send(Command::Unsubscribe { id: RequestId(id), filters });
    }

    /// The next event.
    pub async fn event(&mut self) -> Event {
        let event = soon("an event", self.events.recv()).await.expect("the session still runs");
        note(&mut self.ends, &event);
        event
    }

    /// The next event that `pick` takes; others are passed over.
    pub async fn pick<T>(&mut self, what: &str, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        soon(what, async {
            loop {
                let event =
                    self.events.recv().await.unwrap_or_else(|| panic!("the session ended before {what}"));
                note(&mut self.ends, &event);
                if let Some(picked) = pick(event) {
                    return picked;
                }
            }
        })
        .await
    }

    pub async fn online(&mut self) -> Granted {
        self.pick("being online", |event| match event {
            Event::Phase(Phase::Online(granted)) => Some(*granted),
            Event::Phase(Phase::Offline { cause }) => panic!("offline: {cause:?}"),
            _ => None,
        })
        .await
    }

    /// How the session ended, and everything it said from now to then.
    pub async fn end(&mut self) -> (Option<mqloupe::session::Failure>, Vec<Event>) {
        let mut events = Vec::new();
        let cause = self
            .pick("the end", |event| match event {
                Event::Phase(Phase::Offline { cause }) => Some(cause),
                other => {
                    events.push(other);
                    None
                }
            })
            .await;
        let after = soon("the task to be gone", self.events.recv()).await;
        assert_eq!(after, None, "offline is the last event");
        (cause, events)
    }

    pub async fn failure(&mut self) -> mqloupe::session::Failure {
        self.end().await.0.expect("a cause")
    }

    /// The cause of the next wait for another try.
    pub async fn waiting(&mut self) -> (u32, mqloupe::session::Failure) {
        self.pick("waiting", |event| match event {
            Event::Phase(Phase::Waiting { attempt, cause, .. }) => Some((attempt, cause)),
            _ => None,
        })
        .await
    }

    pub async fn published(&mut self, id: u64) -> PublishOutcome {
        self.pick("the outcome of a publish", |event| match event {
            Event::Published { id: RequestId(got), outcome } if got == id => Some(outcome),
            _ => None,
        })
        .await
    }

    /// The next outcome of any publish; they come in any order.
    pub async fn any_published(&mut self) -> (u64, PublishOutcome) {
        self.pick("the outcome of a publish", |event| match event {
            Event::Published { id: RequestId(id), outcome } => Some((id, outcome)),
            _ => None,
        })
        .await
    }

    pub async fn subscribed(&mut self, id: Option<u64>) -> Vec<FilterOutcome> {
        let id = id.map(RequestId);
        self.pick("the outcome of a subscribe", |event| match event {
            Event::Subscribed { id: got, outcomes } if got == id => Some(outcomes),
            _ => None,
        })
        .await
    }

    pub async fn unsubscribed(&mut self, id: u64) -> Vec<FilterOutcome> {
        self.pick("the outcome of an unsubscribe", |event| match event {
            Event::Unsubscribed { id: RequestId(got), outcomes } if got == id => Some(outcomes),
            _ => None,
        })
        .await
    }

    /// Every frame of the log that went this way.
    pub fn frames(&self, direction: Direction) -> Vec<Vec<u8>> {
        let frames = self.log.rows().filter_map(|row| self.log.frame(row));
        frames.filter(|frame| frame.entry.direction == direction).map(|frame| frame.bytes.to_vec()).collect()
    }

    /// Waits until the log holds a frame from the server that `wanted` takes.
    pub async fn received(&self, what: &str, wanted: impl Fn(&[u8]) -> bool) {
        soon(what, async {
            while !self.frames(Direction::ToClient).iter().any(|frame| wanted(frame)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }
}

fn note(ends: &mut BTreeMap<u64, usize>, event: &Event) {
    if let Event::Published { id, .. }
    | Event::Unsubscribed { id, .. }
    | Event::Subscribed { id: Some(id), .. } = event
    {
        *ends.entry(id.0).or_default() += 1;
    }
}

/// `Ok` or `Err` of one filter's outcome.
pub fn outcome(filter: &str, result: Result<Qos, Refusal>) -> FilterOutcome {
    FilterOutcome { filter: filter.to_owned(), result }
}

/// A refusal of a server of 5.0 that gave no words of its own.
pub fn refused(packet: PacketType, code: u8) -> Refusal {
    Refusal::Server { packet, version: Version::V5_0, code, reason_string: None }
}
