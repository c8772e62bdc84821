//! What the model says of exchanges in a capture: what was answered, and what never was.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use mqloupe::language::Language;
use mqloupe::log::{Connection, ConnectionNumber, FrameLog, Limits, Row, Timestamp};
use mqloupe::model::{Action, Effect, Event, Exchange, Model, Moment, Waiting};
use mqloupe::profile::ProfileId;
use mqloupe::store::Settings;
use mqloupe::wire::{Direction, Version};

use Direction::{ToClient, ToServer};

/// Long after the capture was made.
const MOMENT: Moment = Moment { now: Timestamp(1_000_000_000_000), random: 7 };
const SUBSCRIBE: &[u8] = b"\x82\x06\x00\x01\x00\x01t\x00";
const PING: &[u8] = b"\xc0\x00";

/// A model whose selected connection is a capture that is being read.
fn capture() -> (Model, FrameLog, ProfileId) {
    let mut model = Model::new(Vec::new(), Settings::default(), Language::English).0;
    let effects = model.perform(Action::OpenCapture(PathBuf::from("/lab.pcapng")), MOMENT);
    let id = effects
        .into_iter()
        .find_map(|effect| if let Effect::OpenCapture { id, .. } = effect { Some(id) } else { None })
        .expect("the file is read");
    let log = FrameLog::in_memory(Limits::default());
    model.apply(Event::Log { profile: id.clone(), log: log.clone(), problem: None }, MOMENT);
    (model, log, id)
}

fn connection(log: &FrameLog, version: Version) -> ConnectionNumber {
    let end = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    log.join_connection(Connection { client: end(50_412), server: end(1883), version })
}

/// The exchange of a row as the window shows it.
fn exchange(model: &mut Model, row: Row) -> Exchange {
    model.perform(Action::SelectRow(row), MOMENT);
    model.tick(MOMENT.now);
    model.current().and_then(|c| c.inspector.clone()).expect("the row is looked at").exchange
}

#[test]
fn an_answer_may_still_come_while_a_capture_is_read() {
    let (mut model, log, id) = capture();
    let number = connection(&log, Version::V3_1_1);
    log.append(number, ToServer, Timestamp(100), SUBSCRIBE);
    assert_eq!(exchange(&mut model, 0).waiting, Some(Waiting::Reading));
    model.apply(Event::CaptureRead { id, result: Ok(Vec::new()) }, MOMENT);
    model.tick(MOMENT.now);
    assert_eq!(exchange(&mut model, 0).waiting, Some(Waiting::Never(0)));
    assert_eq!(model.due(MOMENT.now), None, "time changes nothing in a capture");
}

#[test]
fn in_a_capture_the_time_goes_to_the_end_of_the_network_connection() {
    let (mut model, log, id) = capture();
    let number = connection(&log, Version::V3_1_1);
    let other = connection(&log, Version::V3_1_1);
    log.append(number, ToServer, Timestamp(100), SUBSCRIBE);
    log.append(number, ToServer, Timestamp(350), PING);
    for time in 400..6_000 {
        log.append(other, ToServer, Timestamp(time), PING);
    }
    model.apply(Event::CaptureRead { id, result: Ok(Vec::new()) }, MOMENT);
    assert_eq!(exchange(&mut model, 0).waiting, Some(Waiting::Never(250)));
}

#[test]
fn each_step_of_an_authentication_is_open_until_it_ends() {
    let (mut model, log, _) = capture();
    let number = connection(&log, Version::V5_0);
    for (direction, code) in [(ToServer, 0x19), (ToClient, 0x18), (ToServer, 0x18)] {
        log.append(number, direction, Timestamp(0), &[0xf0, 6, code, 4, 0x15, 0, 1, b'm']);
    }
    assert!((0..3).all(|row| exchange(&mut model, row).open()));
    log.append(number, ToClient, Timestamp(0), &[0xf0, 6, 0, 4, 0x15, 0, 1, b'm']);
    let last = exchange(&mut model, 3);
    assert!(!last.open());
    assert_eq!(last.steps.len(), 4);
}

#[test]
fn a_refused_message_is_not_open() {
    let (mut model, log, _) = capture();
    let number = connection(&log, Version::V5_0);
    log.append(number, ToServer, Timestamp(0), b"\x34\x06\x00\x01t\x00\x07\x00");
    log.append(number, ToClient, Timestamp(0), b"\x50\x03\x00\x07\x97");
    assert!(!exchange(&mut model, 0).open());
    assert!(!exchange(&mut model, 1).open());
}

#[test]
fn steps_that_come_while_one_looks_are_added_once() {
    let (mut model, log, _) = capture();
    let number = connection(&log, Version::V3_1_1);
    log.append(number, ToServer, Timestamp(0), b"\x34\x05\x00\x01t\x00\x07");
    assert_eq!(exchange(&mut model, 0).steps.len(), 1);
    for (direction, frame) in
        [(ToClient, b"\x50\x02\x00\x07"), (ToServer, b"\x62\x02\x00\x07"), (ToClient, b"\x70\x02\x00\x07")]
    {
        log.append(number, direction, Timestamp(0), frame);
        model.tick(MOMENT.now);
    }
    let shown = model.current().and_then(|c| c.inspector.clone()).expect("the row is looked at").exchange;
    let rows: Vec<Row> = shown.steps.iter().map(|step| step.row).collect();
    assert_eq!((rows, shown.open()), (vec![0, 1, 2, 3], false));
}
