//! Where MQTT is found.

use mqloupe::capture::Notice;

use crate::build::{CONNACK, CONNECT, CONNECT_5, CONNECT_31, PINGREQ, PINGRESP, Talk, publish};
use crate::{brief, bytes, found, found_on};

#[test]
fn a_connect_is_found_on_any_port() {
    for connect in [CONNECT, CONNECT_5, CONNECT_31] {
        let mut talk = Talk::open(50_000, 7);
        talk.c2s(connect);
        talk.s2c(CONNACK);
        let (frames, _) = found(&talk.capture());
        assert_eq!(brief(&frames), [(4, 0, true, connect.to_vec()), (5, 0, false, CONNACK.to_vec())]);
    }
}

#[test]
fn a_connect_is_found_however_it_is_cut_into_segments() {
    for cut in 1..CONNECT.len() {
        let mut talk = Talk::open(50_000, 7);
        talk.c2s(&CONNECT[..cut]);
        talk.c2s(&CONNECT[cut..]);
        talk.s2c(CONNACK);
        let (frames, _) = found(&talk.capture());
        assert_eq!(bytes(&frames), [CONNECT, CONNACK], "{cut}");
    }
}

#[test]
fn a_connect_is_found_without_a_handshake() {
    let mut talk = Talk::new(50_000, 7);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK]);
    assert!(frames.iter().all(|frame| !frame.midway));
    assert_eq!(notices, []);
}

#[test]
fn the_answer_may_come_before_the_connect() {
    let mut talk = Talk::open(50_000, 7);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    talk.frames.swap(3, 4);
    let (frames, _) = found(&talk.capture());
    assert_eq!(frames.len(), 2);
}

#[test]
fn without_a_connect_only_1883_and_the_named_ports_carry_mqtt() {
    let talk = |port| {
        let mut talk = Talk::new(50_000, port);
        talk.c2s(PINGREQ);
        talk.s2c(PINGRESP);
        talk.capture()
    };
    assert_eq!(found(&talk(1883)).0.len(), 2);
    assert_eq!(found(&talk(1884)).0.len(), 0);
    assert_eq!(found_on(&talk(1884), &[9, 1884]).0.len(), 2);
    let (frames, _) = found_on(&talk(1884), &[1884]);
    assert_eq!(brief(&frames), [(1, 0, true, PINGREQ.to_vec()), (2, 0, false, PINGRESP.to_vec())]);
}

#[test]
fn a_connection_on_1883_that_begins_without_a_connect_is_shown() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(&publish("t", b"too early"));
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [publish("t", b"too early")]);
    assert!(!frames[0].midway);
}

#[test]
fn a_connect_later_in_a_stream_of_another_protocol_is_not_mqtt() {
    let mut talk = Talk::open(50_000, 7);
    talk.c2s(b"EHLO a\r\n");
    talk.c2s(CONNECT);
    let (frames, _) = found(&talk.capture());
    assert!(frames.is_empty());
}

#[test]
fn encrypted_streams_are_counted() {
    let mut talk = Talk::open(50_000, 8883);
    talk.c2s(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00");
    let (frames, notices) = found(&talk.capture());
    assert!(frames.is_empty());
    assert_eq!(notices, [Notice::Encrypted { streams: 1 }]);
}
