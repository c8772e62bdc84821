//! Model and runtime together, with the embedded broker and no window: the first minute, and tomorrow.

#![cfg(feature = "broker")]

mod keyring_support;
mod program;

use keyring_support::MemoryKeyring;
use mqloupe::model::{
    Action, BrokerState, CaptureEdit, ComposerEdit, Connection, Model, NoticeText, Standing,
    SubscriptionEdit, Tab,
};
use mqloupe::session::{Phase, PublishOutcome};
use mqloupe::wire::{PacketType, Qos};
use program::Program;

fn connection(program: &Program) -> &Connection {
    program.model.current().expect("a connection is shown")
}

fn rows(model: &Model) -> usize {
    model.current().and_then(|c| c.timeline.view.as_ref()).map_or(0, |view| view.len())
}

#[test]
fn the_first_minute_and_tomorrow() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), MemoryKeyring::default());
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
    assert_eq!(connection(&program).rows["sensor"].count, 1);

    program.act(Action::Tab(Tab::Packets));
    program.until("every packet of the exchange", |m| rows(m) >= 8);
    let log = connection(&program).log.clone().expect("a log");
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
    let live = connection(&program).profile.id.clone();
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
    let capture = connection(&program);
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

    let id = connection(&program).profile.id.clone();
    program.act(Action::Disconnect(id));
    program.until("the end of the session", |m| {
        m.current().is_some_and(|c| c.phase == Phase::Offline { cause: None })
    });
    let frames = connection(&program).log.as_ref().map(|log| log.rows().end);
    let Program { model, runtime, .. } = program;
    drop(model);
    runtime.shut_down();

    let mut program = Program::start(folder.path(), MemoryKeyring::default());
    program.until("yesterday's history", |m| rows(m) == 2);
    let connection = connection(&program);
    assert_eq!(connection.profile.name, "Local broker");
    assert_eq!(connection.profile.subscriptions[0].filter, "sensor");
    assert_eq!(connection.log.as_ref().map(|log| log.rows().end), frames);
}

#[test]
fn a_session_that_is_asked_for_before_its_history_is_open_still_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path(), MemoryKeyring::default());
    // Nothing listens at port 1 of this machine: the attempt itself is what counts.
    program.act(Action::ConnectTo("mqtt://127.0.0.1:1".to_owned()));
    program.until("an attempt to connect", |m| {
        m.current().is_some_and(|c| matches!(c.phase, Phase::Waiting { .. }))
    });
    let id = connection(&program).profile.id.clone();
    program.act(Action::Disconnect(id));
    program.until("the end", |m| m.current().is_some_and(|c| !c.live));
}
