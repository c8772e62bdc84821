//! Model and runtime together, with the embedded broker and no window: the first minute, and tomorrow.

#![cfg(feature = "broker")]

mod keyring_support;

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keyring_support::MemoryKeyring;
use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{
    Action, BrokerState, CaptureEdit, ComposerEdit, Connection, Model, Moment, NoticeText, Standing,
    SubscriptionEdit, Tab,
};
use mqloupe::runtime::Runtime;
use mqloupe::session::{Phase, PublishOutcome};
use mqloupe::store::{Paths, Store};
use mqloupe::wire::{PacketType, Qos};

/// How long something that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program without its window.
struct Program {
    model: Model,
    runtime: Runtime,
    woken: mpsc::Receiver<()>,
}

fn moment() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    Moment {
        now: Timestamp(u64::try_from(since.as_nanos()).expect("a clock before 2500")),
        random: fastrand::u64(..),
    }
}

impl Program {
    fn start(folder: &Path) -> Self {
        let paths = Paths::resolve(Some(folder)).expect("a folder");
        let (store, loaded) = Store::open(paths.clone());
        let (wake, woken) = mpsc::channel();
        let runtime = Runtime::start_with(
            paths,
            store,
            Box::new(MemoryKeyring::default()),
            Arc::new(move |_| {
                // The receiver goes first when the program ends.
                let _ = wake.send(());
            }),
        )
        .expect("threads");
        let (model, effects) = Model::new(loaded.profiles, loaded.settings, Language::English);
        let mut program = Self { model, runtime, woken };
        for effect in effects {
            program.runtime.perform(effect);
        }
        program
    }

    fn act(&mut self, action: Action) {
        for effect in self.model.perform(action, moment()) {
            self.runtime.perform(effect);
        }
    }

    /// Takes in what happens until the model shows what is waited for.
    fn until(&mut self, what: &str, shown: impl Fn(&Model) -> bool) {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            for event in self.runtime.drain() {
                for effect in self.model.apply(event, moment()) {
                    self.runtime.perform(effect);
                }
            }
            self.model.tick(moment().now);
            if shown(&self.model) {
                return;
            }
            let left = end.saturating_duration_since(std::time::Instant::now());
            assert!(self.woken.recv_timeout(left).is_ok(), "waited in vain for {what}: {:?}", self.model);
        }
    }

    fn connection(&self) -> &Connection {
        self.model.current().expect("a connection is shown")
    }
}

fn rows(model: &Model) -> usize {
    model.current().and_then(|c| c.timeline.view.as_ref()).map_or(0, |view| view.len())
}

#[test]
fn the_first_minute_and_tomorrow() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path());
    program.act(Action::StartBroker);
    program.until("a connection to the local broker", |m| m.current().is_some_and(Connection::online));
    let BrokerState::Running(address) = program.model.broker else { panic!("the broker runs") };
    assert!(address.ip().is_loopback());

    program.act(Action::NewSubscription);
    program.act(Action::SubscriptionForm(SubscriptionEdit::Filters("sensor".to_owned())));
    program.act(Action::SubscriptionForm(SubscriptionEdit::Qos(Qos::AtLeastOnce)));
    program.act(Action::Subscribe);
    program.until("the granted subscription", |m| {
        m.current().is_some_and(|c| c.rows["sensor"].standing == Standing::Granted(Qos::AtLeastOnce))
    });

    for edit in [
        ComposerEdit::Topic("sensor".to_owned()),
        ComposerEdit::Payload("lalala".to_owned()),
        ComposerEdit::Qos(Qos::AtLeastOnce),
    ] {
        program.act(Action::Compose(edit));
    }
    program.act(Action::Publish);
    program.until("both rows and the acknowledgement", |m| {
        let settled = m.current().and_then(|c| c.composer.sent.last()?.outcome.clone());
        rows(m) == 2 && matches!(settled, Some(PublishOutcome::Acknowledged { .. }))
    });
    assert_eq!(program.connection().rows["sensor"].count, 1);

    program.act(Action::Tab(Tab::Packets));
    program.until("every packet of the exchange", |m| rows(m) >= 8);
    let log = program.connection().log.clone().expect("a log");
    let packets: Vec<PacketType> = log.rows().filter_map(|row| log.entry(row)?.packet).collect();
    let wanted = [
        PacketType::Connect,
        PacketType::Connack,
        PacketType::Subscribe,
        PacketType::Suback,
        PacketType::Publish,
        PacketType::Puback,
    ];
    assert!(wanted.iter().all(|packet| packets.contains(packet)), "{packets:?}");
    assert_eq!(log.counters().faults, 0);

    // What is written as a capture opens as the same packets.
    let live = program.connection().profile.id.clone();
    let packets = rows(&program.model);
    let file = folder.path().join("exported.pcapng");
    program.act(Action::NewExport);
    program.act(Action::CaptureForm(CaptureEdit::Path(file.to_string_lossy().into_owned())));
    program.act(Action::Export);
    program.until("the export", |m| {
        m.notices.all().iter().any(|n| matches!(&n.text, NoticeText::Exported(_, frames) if *frames > 0))
    });
    program.act(Action::OpenCapture(file));
    program.until("the capture", |m| rows(m) == packets);
    let capture = program.connection();
    assert_eq!(capture.capture.as_ref().map(|c| c.notices.len()), Some(0));
    let again = capture.log.clone().expect("a log");
    let same = log.rows().zip(again.rows()).all(|(ours, theirs)| {
        let (ours, theirs) = (log.frame(ours).expect("a frame"), again.frame(theirs).expect("a frame"));
        ours.bytes == theirs.bytes
            && ours.entry.time == theirs.entry.time
            && ours.entry.direction == theirs.entry.direction
    });
    assert!(same, "bytes, times and directions are kept");
    let id = capture.profile.id.clone();
    program.act(Action::CloseCapture(id));
    program.act(Action::Select(live));
    drop((log, again));

    let id = program.connection().profile.id.clone();
    program.act(Action::Disconnect(id));
    program.until("the end of the session", |m| {
        m.current().is_some_and(|c| c.phase == Phase::Offline { cause: None })
    });
    let frames = program.connection().log.as_ref().map(|log| log.rows().end);
    let Program { model, runtime, .. } = program;
    drop(model);
    runtime.shut_down();

    let mut program = Program::start(folder.path());
    program.until("yesterday's history", |m| rows(m) == 2);
    let connection = program.connection();
    assert_eq!(connection.profile.name, "Local broker");
    assert_eq!(connection.profile.subscriptions[0].filter, "sensor");
    assert_eq!(connection.log.as_ref().map(|log| log.rows().end), frames);
}

#[test]
fn a_session_that_is_asked_for_before_its_history_is_open_still_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path());
    // Nothing listens at port 1 of this machine: the attempt itself is what counts.
    program.act(Action::ConnectTo("mqtt://127.0.0.1:1".to_owned()));
    program.until("an attempt to connect", |m| {
        m.current().is_some_and(|c| matches!(c.phase, Phase::Waiting { .. }))
    });
    let id = program.connection().profile.id.clone();
    program.act(Action::Disconnect(id));
    program.until("the end", |m| m.current().is_some_and(|c| !c.live));
}
