//! Views follow their log, and hold exactly what passes.

mod log_support;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jiff::tz::TimeZone;
use log_support::{CONNACK, CONNECT, connection, publish};
use mqloupe::log::{Filter, FrameLog, Limits, Row, Timestamp, View};
use mqloupe::wire::{Direction, Version};
use proptest::prelude::*;

use Direction::{ToClient, ToServer};

/// A view and the bell it rings.
struct Followed {
    view: View,
    bell: Receiver<()>,
}

impl Followed {
    fn new(log: &FrameLog, filter: &str) -> Self {
        let (ring, bell) = channel();
        let view = View::spawn(
            log,
            Filter::parse(filter, &TimeZone::UTC).unwrap(),
            Arc::new(move || ring.send(()).unwrap_or(())),
        );
        Self { view, bell }
    }

    /// Waits, from one ring to the next, until the view has judged everything up to `end`.
    fn until(&self, what: impl Fn(&View) -> bool) {
        while !what(&self.view) {
            self.bell.recv_timeout(Duration::from_secs(20)).expect("the view rings when it gets on");
        }
    }

    fn caught_up_with(&self, log: &FrameLog) -> Vec<Row> {
        let rows = log.rows();
        let total = rows.end - rows.start;
        self.until(|view| view.progress() == (total, total));
        let mut into = Vec::new();
        self.view.rows(0..usize::MAX, &mut into);
        into
    }
}

fn online(limits: Limits) -> (FrameLog, u32) {
    let log = FrameLog::in_memory(limits);
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    log.append(number, ToClient, Timestamp(0), CONNACK);
    (log, number)
}

#[test]
fn a_view_follows_the_frames_that_arrive() {
    let (log, number) = online(Limits::default());
    let followed = Followed::new(&log, "topic:a/#");
    assert_eq!(followed.caught_up_with(&log), [] as [Row; 0]);
    log.append(number, ToClient, Timestamp(0), &publish("a/1", None, b""));
    log.append(number, ToClient, Timestamp(0), &publish("b/1", None, b""));
    assert_eq!(followed.caught_up_with(&log), [2]);
    log.append(number, ToClient, Timestamp(0), &publish("a/2", None, b""));
    assert_eq!(followed.caught_up_with(&log), [2, 4]);
    assert!(followed.view.is_complete());
}

#[test]
fn a_number_stays_with_its_row_when_rows_come_and_go() {
    let limits = Limits { memory_bytes: 24_000, disk_bytes: 1 << 30, segment_bytes: 4_000 };
    let (log, number) = online(limits);
    let add = |count: u64| {
        for each in 0..count {
            let topic = if each % 2 == 0 { "a" } else { "b" };
            log.append(number, ToClient, Timestamp(0), &publish(topic, None, b""));
        }
    };
    add(300);
    let followed = Followed::new(&log, "topic:a");
    followed.caught_up_with(&log);
    let (first, last) = followed.view.ends().expect("rows pass");
    assert_eq!((first, last), (2, 300));
    let kept = followed.view.number(last).expect("it passes");
    assert_eq!(followed.view.row_numbered(kept), Some(300));
    assert_eq!(followed.view.number(299), Some(kept), "the next that passes");
    assert_eq!(followed.view.number(9_999), Some(kept), "the last");
    add(400);
    followed.caught_up_with(&log);
    assert!((3..300).contains(&log.rows().start), "{:?}", log.rows());
    assert_eq!(followed.view.number(300), Some(kept));
    assert_eq!(followed.view.row_numbered(kept), Some(300));
    assert_eq!(followed.view.row_numbered(followed.view.first_number() - 1), None);
}

#[test]
fn the_rows_among_others_are_counted_and_cut_at_what_is_wanted() {
    let (log, number) = online(Limits::default());
    for each in 0..10_u8 {
        let topic = if each % 2 == 0 { "a" } else { "b" };
        log.append(number, ToClient, Timestamp(0), &publish(topic, None, b""));
    }
    let followed = Followed::new(&log, "topic:a");
    assert_eq!(followed.caught_up_with(&log), [2, 4, 6, 8, 10]);
    let among = |rows, most| {
        let mut into = Vec::new();
        let count = followed.view.among(rows, most, &mut into);
        (into, count)
    };
    assert_eq!(among(3..=8, 9), (vec![4, 6, 8], 3));
    assert_eq!(among(3..=8, 2), (vec![4, 6], 3));
    assert_eq!(among(0..=Row::MAX, 9), (vec![2, 4, 6, 8, 10], 5));
    assert_eq!(among(5..=5, 9), (vec![], 0));
    assert_eq!(followed.view.judged(), 0..12);
}

#[test]
fn a_position_is_that_of_the_row_or_the_next_one_that_passes() {
    let (log, number) = online(Limits::default());
    for count in 0..10_u8 {
        let topic = if count % 3 == 0 { "yes" } else { "no" };
        log.append(number, ToClient, Timestamp(0), &publish(topic, None, &[count]));
    }
    let followed = Followed::new(&log, "topic:yes");
    assert_eq!(followed.caught_up_with(&log), [2, 5, 8, 11]);
    let view = &followed.view;
    assert_eq!(view.position(5), Some(1));
    assert_eq!(view.position(6), Some(2));
    assert_eq!(view.position(99), Some(3));
    assert_eq!(view.row(3), Some(11));
    assert_eq!(view.row(4), None);
    assert!(view.contains(8) && !view.contains(9));
}

#[test]
fn rows_whose_segment_goes_fall_off_the_front() {
    let limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };
    let (log, number) = online(limits);
    let followed = Followed::new(&log, "qos:0");
    log.append(number, ToClient, Timestamp(0), &publish("t", None, b"first"));
    assert_eq!(followed.caught_up_with(&log), [2]);
    for _ in 0..2_000 {
        log.append(number, ToClient, Timestamp(0), &publish("t", None, b"later"));
    }
    let rows = followed.caught_up_with(&log);
    assert_eq!(rows, log.rows().collect::<Vec<_>>());
    assert!(followed.view.dropped() >= 1);
    log.clear();
    assert_eq!(followed.caught_up_with(&log), [] as [Row; 0]);
}

#[test]
fn numbers_of_rows_stay_while_older_ones_are_found() {
    let (log, number) = online(Limits::default());
    for _ in 0..20_000 {
        log.append(number, ToClient, Timestamp(0), &publish("t", None, b""));
    }
    let (ring, bell) = channel();
    let (go, gate) = channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    // The worker waits in its bell until it may go on.
    let wake = move || {
        let _ = ring.send(());
        let _ = gate.lock().unwrap().recv();
    };
    let view = View::spawn(&log, Filter::default(), Arc::new(wake));
    bell.recv().unwrap();
    let end = log.rows().end;
    assert!(view.len() >= 100 && view.len() < 20_000, "the newest come first, and soon");
    assert_eq!(view.row(view.len() - 1), Some(end - 1));
    let numbers = view.numbers();
    let row = view.row(0).unwrap();
    drop(go);
    while !view.is_complete() {
        bell.recv().unwrap();
    }
    assert_eq!(view.row(0), Some(0));
    assert_eq!(view.numbers().end, numbers.end);
    let place = usize::try_from(numbers.start - view.first_number()).unwrap();
    assert_eq!(view.row(place), Some(row));
}

#[test]
fn a_request_passes_once_it_is_answered_late_enough() {
    let (log, number) = online(Limits::default());
    let followed = Followed::new(&log, "latency > 50ms");
    assert_eq!(followed.caught_up_with(&log), [] as [Row; 0]);
    log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    log.append(number, ToServer, Timestamp(0), &publish("a", Some(1), b""));
    assert_eq!(followed.caught_up_with(&log), [] as [Row; 0]);
    log.append(number, ToClient, Timestamp(60_000_000), b"\xd0\x00");
    log.append(number, ToClient, Timestamp(40_000_000), b"\x40\x02\x00\x01");
    assert_eq!(followed.caught_up_with(&log), [2, 4]);
    assert_eq!(Followed::new(&log, "latency > 50ms").caught_up_with(&log), [2, 4]);
}

#[test]
fn a_request_that_is_answered_is_no_longer_among_the_unanswered() {
    let (log, number) = online(Limits::default());
    let followed = Followed::new(&log, "unanswered");
    log.append(number, ToServer, Timestamp(1), b"\xc0\x00");
    log.append(number, ToServer, Timestamp(2), &publish("a", Some(1), b""));
    let mut again = publish("a", Some(1), b"");
    again[0] |= 8;
    log.append(number, ToServer, Timestamp(3), &again);
    log.append(number, ToServer, Timestamp(4), &publish("a", None, b""));
    assert_eq!(followed.caught_up_with(&log), [2, 3]);
    log.append(number, ToClient, Timestamp(5), b"\x40\x02\x00\x01");
    assert_eq!(followed.caught_up_with(&log), [2]);
    log.append(number, ToClient, Timestamp(6), b"\xd0\x00");
    assert_eq!(followed.caught_up_with(&log), [] as [Row; 0]);
    assert_eq!(Followed::new(&log, "unanswered").caught_up_with(&log), [] as [Row; 0]);
    assert_eq!(Followed::new(&log, "type:pingreq unanswered == no").caught_up_with(&log), [2]);
}

#[test]
fn a_view_does_not_keep_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    let followed = Followed::new(&log, "");
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    followed.caught_up_with(&log);
    drop(log);
    // The worker may be in the middle of a step; when it ends, so does its bell.
    while followed.bell.recv().is_ok() {}
    assert!(FrameLog::open(directory.path(), Limits::default()).is_ok());
    assert_eq!(followed.view.len(), 1);
}

#[test]
fn a_dropped_view_ends_its_worker() {
    let (log, _) = online(Limits::default());
    let Followed { view, bell } = Followed::new(&log, "");
    drop(view);
    while bell.recv().is_ok() {}
}

#[test]
fn text_is_found_in_frames_that_are_only_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    log.append(number, ToClient, Timestamp(0), &publish("t", None, b"has a Needle in it"));
    log.append(number, ToClient, Timestamp(0), &publish("t", None, &vec![b'x'; 400_000]));
    drop(log);
    let (log, _) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    assert_eq!(Followed::new(&log, "needle").caught_up_with(&log), [1]);
    assert_eq!(Followed::new(&log, "xxxxx").caught_up_with(&log), [2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_view_holds_what_a_naive_scan_finds(
        kinds in prop::collection::vec((0..4_usize, any::<bool>()), 0..200),
        early in 0..200_usize,
    ) {
        let (log, number) = online(Limits::default());
        let followed = Followed::new(&log, "(topic:a or large) dir:received");
        let mut expected = Vec::new();
        for (index, (kind, to_server)) in kinds.iter().enumerate() {
            if index == early {
                followed.caught_up_with(&log);
            }
            let direction = if *to_server { ToServer } else { ToClient };
            let frame = match kind {
                0 => publish("a", None, b""),
                1 => publish("b", None, b""),
                2 => publish("b", None, b"a LARGE one"),
                _ => vec![0xc0, 0],
            };
            if !to_server && matches!(kind, 0 | 2) {
                expected.push(log.rows().end);
            }
            log.append(number, direction, Timestamp(0), &frame);
        }
        prop_assert_eq!(followed.caught_up_with(&log), expected);
    }
}
