//! Captures as logs.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use mqloupe::capture::{Notice, ReadError, ReadOptions, open};
use mqloupe::log::{Connection, Timestamp};
use mqloupe::wire::{Direction, Version};

use crate::build::{CONNECT_5, PINGREQ, Talk, publish};

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

#[test]
fn the_log_has_the_captures_times_addresses_and_versions() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT_5);
    talk.s2c(b"\x20\x03\x00\x00\x00");
    let capture = file(&talk.capture());
    let opened = open(capture.path(), &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false)).unwrap();
    assert_eq!(opened.log.rows(), 0..2);
    let (first, second) = (opened.log.frame(0).unwrap(), opened.log.frame(1).unwrap());
    assert_eq!(&*first.bytes, CONNECT_5);
    assert_eq!(first.entry.time, Timestamp(1_700_000_000_003_000_000));
    assert_eq!(first.entry.direction, Direction::ToServer);
    assert_eq!(second.entry.direction, Direction::ToClient);
    assert!(!second.entry.fault);
    let expected = Connection { client: talk.client, server: talk.server, version: Version::V5_0 };
    assert_eq!(opened.log.connection(first.entry.connection), Some(expected));
    assert_eq!(opened.notices, []);
}

#[test]
fn a_connection_that_was_under_way_lacks_no_connect() {
    let mut under_way = Talk::new(50_000, 1883);
    under_way.c2s(PINGREQ);
    let mut begun = Talk::open(50_001, 1883);
    begun.c2s(PINGREQ);
    let frames = [under_way.frames, begun.frames].concat();
    let capture = file(&crate::build::capture(&frames));
    let opened = open(capture.path(), &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false)).unwrap();
    assert!(!opened.log.context(0).before_connect);
    assert!(opened.log.context(1).before_connect);
    assert_eq!(opened.notices, [Notice::Midway { stream: 0 }]);
}

#[test]
fn progress_reaches_the_end_and_cancelling_stops() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT_5);
    for _ in 0..5000 {
        talk.c2s(&publish("t", &[b'x'; 100]));
    }
    let bytes = talk.capture();
    let total = bytes.len() as u64;
    let capture = file(&bytes);
    let mut seen = Vec::new();
    let go_on = AtomicBool::new(false);
    let opened = open(capture.path(), &ReadOptions::default(), |read, of| seen.push((read, of)), &go_on);
    assert_eq!(opened.unwrap().log.rows(), 0..5001);
    assert_eq!(seen.last(), Some(&(total, total)));
    assert!(seen.is_sorted() && seen.len() > 2, "{seen:?}");
    let cancel = AtomicBool::new(false);
    let stop = |read: u64, _| cancel.store(read > total / 2, Ordering::Relaxed);
    let stopped = open(capture.path(), &ReadOptions::default(), stop, &cancel);
    assert!(matches!(stopped, Err(ReadError::Cancelled)), "{stopped:?}");
}
