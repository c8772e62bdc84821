//! What is exported and opened again is what it was.

use std::sync::atomic::AtomicBool;

use mqloupe::capture::{Opened, ReadOptions, export, open};
use mqloupe::log::{Connection, ConnectionNumber, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, Version};

use Direction::{ToClient, ToServer};

use crate::build::{CONNACK, CONNECT, CONNECT_5, CONNECT_31, PINGREQ, PINGRESP, publish};

/// CONNECT of 3.1.1 with the password `secret`.
const CONNECT_WITH_PASSWORD: &[u8] =
    b"\x10\x1a\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01a\x00\x03ann\x00\x06secret";

fn connection(client: &str, server: &str, version: Version) -> Connection {
    Connection { client: client.parse().unwrap(), server: server.parse().unwrap(), version }
}

/// Three versions, both families of addresses, interleaved, faulty frames among them.
fn log(payload: &[u8]) -> FrameLog {
    let log = FrameLog::in_memory(Limits::default());
    let first = log.begin_connection(connection("10.0.0.1:50000", "10.0.0.2:8883", Version::V3_1_1));
    let six = log.begin_connection(connection("[::1]:50001", "[::2]:443", Version::V5_0));
    let old = log.begin_connection(connection("10.0.0.1:50002", "10.0.0.2:1883", Version::V3_1));
    let frames: [(ConnectionNumber, Direction, &[u8]); 12] = [
        (first, ToServer, CONNECT_WITH_PASSWORD),
        (six, ToServer, CONNECT_5),
        (old, ToServer, CONNECT_31),
        (six, ToClient, b"\x20\x03\x00\x00\x00"),
        (first, ToClient, CONNACK),
        (old, ToClient, CONNACK),
        (first, ToServer, &publish("a/b", payload)),
        // A topic name with a wildcard, from the server.
        (first, ToClient, &publish("a/#", b"faulty")),
        (six, ToServer, b"\x32\x08\x00\x01t\x00\x07\x00hi"),
        (six, ToClient, b"\x40\x02\x00\x07"),
        (old, ToServer, PINGREQ),
        (old, ToClient, PINGRESP),
    ];
    for (index, (number, direction, bytes)) in (0..).zip(frames) {
        log.append(number, direction, Timestamp(1_700_000_000_123_456_789 + index * 1001), bytes);
    }
    log
}

fn again(log: &FrameLog, with_secrets: bool) -> Opened {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    export(log, log.rows(), file.as_file(), with_secrets).expect("written");
    open(file.path(), &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false)).expect("a capture")
}

/// Each frame: its connection, way, time, whether it is faulty, and its bytes.
type Line = (ConnectionNumber, Direction, Timestamp, bool, Vec<u8>);

fn lines(log: &FrameLog) -> Vec<Line> {
    let line = |row| {
        let frame = log.frame(row).expect("it is there");
        let entry = frame.entry;
        (entry.connection, entry.direction, entry.time, entry.fault, frame.bytes.to_vec())
    };
    log.rows().map(line).collect()
}

#[test]
fn frames_ways_times_and_connections_are_the_same() {
    let log = log(b"payload");
    let opened = again(&log, true);
    assert_eq!(lines(&opened.log), lines(&log));
    assert_eq!(opened.notices, []);
    for number in 0..3 {
        assert_eq!(opened.log.connection(number), log.connection(number), "{number}");
    }
}

#[test]
fn a_part_without_its_connect_is_read_as_the_version_that_it_was() {
    let log = log(b"payload");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    // The PUBLISH of 5.0 alone: as 3.1.1 its properties would be a part of the payload.
    export(&log, 8..9, file.as_file(), false).expect("written");
    let opened = open(file.path(), &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false));
    let opened = opened.expect("a capture").log;
    assert_eq!(opened.context(0).version, Version::V5_0);
}

#[test]
fn frames_too_long_for_one_block_are_the_same() {
    let log = log(&vec![b'x'; 700_000]);
    let opened = again(&log, true);
    assert_eq!(lines(&opened.log), lines(&log));
    assert_eq!(opened.notices, []);
    // Wireshark knows MQTT by this port.
    let expected = connection("[::1]:50001", "[::2]:1883", Version::V5_0);
    assert_eq!(opened.log.connection(1), Some(expected));
}

#[test]
fn only_the_password_differs_where_secrets_are_left_out() {
    let log = log(b"payload");
    let opened = again(&log, false);
    let (mut expected, found) = (lines(&log), lines(&opened.log));
    let password = expected[0].4.len() - 6;
    expected[0].4[password..].fill(b'*');
    assert_eq!(found, expected);
}

#[test]
fn connections_over_the_same_ports_stay_two() {
    let log = FrameLog::in_memory(Limits::default());
    let ends = connection("10.0.0.1:50000", "10.0.0.2:1883", Version::V3_1_1);
    for time in [1, 2] {
        let number = log.begin_connection(ends.clone());
        log.append(number, ToServer, Timestamp(time), CONNECT);
        log.append(number, ToClient, Timestamp(time), CONNACK);
    }
    let opened = again(&log, true);
    assert_eq!(lines(&opened.log), lines(&log));
    assert_eq!(opened.log.connection(0), Some(ends));
    let second = connection("10.0.0.1:50001", "10.0.0.2:1883", Version::V3_1_1);
    assert_eq!(opened.log.connection(1), Some(second));
}

#[test]
fn a_selection_without_its_connect_keeps_its_ways() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection("10.0.0.1:1000", "10.0.0.2:50000", Version::V3_1_1));
    // Messages go both ways; the server's port is above the client's.
    for (time, direction) in [(1, ToServer), (2, ToClient), (3, ToServer)] {
        log.append(number, direction, Timestamp(time), &publish("t", b"x"));
    }
    assert_eq!(lines(&again(&log, true).log), lines(&log));
}
