//! TCP put back together.

use mqloupe::capture::{Note, Notice};

use crate::build::{
    ACK, CONNACK, CONNECT, DISCONNECT, FIN, Order, PINGREQ, PINGRESP, Pcapng, RST, Talk, capture, publish,
};
use crate::{brief, bytes, found};

/// A handshake (frames 1 to 3), CONNECT (4), CONNACK (5).
fn begun() -> Talk {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    talk
}

#[test]
fn packets_come_with_the_frame_that_completed_them() {
    let mut talk = begun();
    let long = publish("a/b", &[b'x'; 300]);
    talk.c2s(&long[..100]);
    talk.s2c(PINGRESP);
    talk.c2s(&[&long[100..], PINGREQ].concat());
    let (frames, notices) = found(&talk.capture());
    assert_eq!(
        brief(&frames),
        [
            (4, 0, true, CONNECT.to_vec()),
            (5, 0, false, CONNACK.to_vec()),
            (7, 0, false, PINGRESP.to_vec()),
            (8, 0, true, long),
            (8, 0, true, PINGREQ.to_vec()),
        ]
    );
    assert_eq!(notices, []);
    assert!(frames.iter().all(|frame| !frame.midway && frame.notes.is_empty()));
}

#[test]
fn segments_of_one_byte_each() {
    let mut talk = Talk::open(50_000, 1883);
    for byte in [CONNECT, &publish("t", b"hello"), PINGREQ].concat() {
        talk.c2s(&[byte]);
    }
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, &publish("t", b"hello"), PINGREQ]);
    assert_eq!(frames[0].number, 3 + CONNECT.len() as u64);
}

#[test]
fn segments_out_of_order_are_put_in_order() {
    let mut talk = begun();
    let packet = publish("t", b"hello world");
    talk.c2s(&packet[..5]);
    talk.c2s(&packet[5..9]);
    talk.c2s(&[&packet[9..], PINGREQ].concat());
    talk.frames.swap(5, 7);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(
        brief(&frames)[2..],
        // The first of them came last, so that nothing was there before.
        [(8, 0, true, packet), (8, 0, true, PINGREQ.to_vec())]
    );
    assert_eq!(notices, []);
}

#[test]
fn what_waits_behind_a_hole_holds_up_no_order() {
    let mut talk = begun();
    talk.c2s(PINGREQ);
    talk.c2s(&publish("t", b"1"));
    talk.frames.swap(5, 6);
    talk.s2c(PINGRESP);
    let mut other = Talk::open(50_001, 1883);
    other.c2s(CONNECT);
    // Between the two swapped segments, another stream completes a packet.
    talk.frames.splice(6..6, other.frames);
    let (frames, _) = found(&talk.capture());
    let numbers: Vec<_> = frames.iter().map(|frame| frame.number).collect();
    assert_eq!(numbers, [4, 5, 10, 11, 11, 12]);
}

#[test]
fn segments_that_come_again_are_dropped_and_it_is_noted() {
    let mut talk = begun();
    talk.c2s(&publish("t", b"1"));
    talk.frames.push(talk.frames[5].clone());
    talk.c2s(PINGREQ);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &publish("t", b"1"), PINGREQ]);
    assert_eq!(frames[2].notes, []);
    assert_eq!(frames[3].notes, [Note::Retransmission]);
    assert_eq!(notices, []);
}

#[test]
fn segments_that_overlap_give_each_byte_once() {
    let mut talk = begun();
    let packet = publish("topic", b"0123456789");
    let start = talk.client_seq;
    talk.c2s(&packet[..8]);
    talk.client_seq = start + 4;
    talk.c2s(&packet[4..12]);
    talk.client_seq = start + 2;
    talk.c2s(&packet[2..]);
    talk.c2s(PINGREQ);
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &packet, PINGREQ]);
    assert_eq!(frames[2].number, 8);
}

#[test]
fn a_keep_alive_probe_brings_no_bytes() {
    let mut talk = begun();
    talk.client_seq -= 1;
    talk.c2s(b"\0");
    talk.c2s(PINGREQ);
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, PINGREQ]);
}

#[test]
fn sequence_numbers_wrap_around() {
    let mut talk = Talk::new(50_000, 1883);
    talk.client_seq = u32::MAX - 20;
    talk.server_seq = u32::MAX;
    talk.handshake();
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    let packet = publish("t", b"over the edge");
    talk.c2s(&packet[..6]);
    talk.c2s(&packet[6..]);
    talk.frames.swap(5, 6);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &packet]);
    assert_eq!(notices, []);
}

#[test]
fn behind_a_lost_end_of_a_packet_the_next_is_found_where_it_must_be() {
    let mut talk = begun();
    let packet = publish("t", &[0xc0; 200]);
    talk.c2s(&packet[..50]);
    talk.lost_c2s(&packet[50..100]);
    // The rest looks like packets itself.
    talk.c2s(&[&packet[100..], publish("t", b"next").as_slice(), PINGREQ].concat());
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &publish("t", b"next"), PINGREQ]);
    assert_eq!(frames[2].number, 7);
    assert_eq!(frames[2].notes, [Note::Gap(Some(50))]);
    assert_eq!(
        notices,
        [
            Notice::Unfinished { stream: 0, have: 50, of: packet.len() as u64 },
            Notice::Gap { stream: 0, bytes: Some(50), number: 7 },
        ]
    );
}

#[test]
fn behind_lost_packets_the_next_is_found_at_a_segments_start() {
    let mut talk = begun();
    talk.c2s(PINGREQ);
    talk.lost_c2s(&publish("t", b"lost"));
    talk.c2s(&publish("t", b"next"));
    talk.c2s(PINGREQ);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, PINGREQ, &publish("t", b"next"), PINGREQ]);
    assert_eq!(frames[3].notes, [Note::Gap(Some(11 - 2))]);
    assert_eq!(notices, [Notice::Gap { stream: 0, bytes: Some(9), number: 7 }]);
}

#[test]
fn behind_lost_packets_the_next_is_found_within_a_segment() {
    let mut talk = begun();
    let spoilt = publish("t", br#"{"temperature": 21.5, "unit": "C"}"#);
    talk.lost_c2s(&[PINGREQ, &spoilt[..10]].concat());
    talk.c2s(&[&spoilt[10..], &publish("t", b"next")].concat());
    talk.c2s(PINGREQ);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &publish("t", b"next"), PINGREQ]);
    assert_eq!(
        notices,
        [
            Notice::Gap { stream: 0, bytes: Some(12), number: 6 },
            Notice::Skipped { stream: 0, bytes: spoilt.len() as u64 - 10, number: 6 },
        ]
    );
}

#[test]
fn a_packet_that_begins_behind_a_gap_and_ends_later_is_found() {
    let mut talk = begun();
    talk.lost_c2s(&publish("t", b"lost"));
    let long = publish("long", &[0x30; 3000]);
    talk.c2s(&long[..1000]);
    talk.c2s(&long[1000..2000]);
    talk.c2s(&long[2000..]);
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &long]);
}

#[test]
fn a_gap_is_given_up_when_the_other_side_has_had_the_bytes() {
    let mut talk = begun();
    talk.lost_c2s(PINGREQ);
    talk.c2s(&publish("t", b"next"));
    for _ in 0..1200 {
        talk.s2c(PINGRESP);
    }
    talk.c2s(PINGREQ);
    let file = talk.capture();
    let mut reader = mqloupe::capture::read(&*file, &mqloupe::capture::ReadOptions::default()).unwrap();
    let numbers: Vec<_> = reader.by_ref().map(|frame| frame.unwrap().number).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    assert_eq!(numbers.len(), 2 + 2 + 1200);
}

#[test]
fn a_stream_that_begins_in_the_middle_is_read_from_its_first_packet() {
    let mut talk = Talk::new(50_000, 1883);
    let cut = publish("t", b"began before the capture did");
    talk.c2s(&[&cut[9..], &publish("t", b"first")].concat());
    talk.s2c(PINGRESP);
    talk.c2s(PINGREQ);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [&publish("t", b"first"), PINGRESP, PINGREQ]);
    assert!(frames.iter().all(|frame| frame.midway));
    assert_eq!(
        notices,
        [Notice::Midway { stream: 0 }, Notice::Skipped { stream: 0, bytes: cut.len() as u64 - 9, number: 1 }]
    );
}

#[test]
fn a_faulty_packet_that_fills_the_first_segment_is_not_passed_over() {
    let mut talk = Talk::new(50_000, 1883);
    // Reserved bits are set.
    let faulty = b"\xc5\x00";
    talk.c2s(PINGREQ);
    talk.c2s(faulty);
    talk.c2s(PINGREQ);
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [PINGREQ, faulty, PINGREQ]);
}

#[test]
fn a_length_that_never_ends_is_shown_with_all_that_came_with_it() {
    let mut talk = begun();
    let broken = b"\x30\xff\xff\xff\xff\x7f";
    talk.c2s(broken);
    talk.c2s(&publish("t", b"next"));
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, broken, &publish("t", b"next")]);
}

#[test]
fn several_connections_are_told_apart_and_numbered_as_they_appear() {
    let mut web = Talk::open(50_000, 80);
    web.c2s(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut one = Talk::open(50_001, 1883);
    let mut two = Talk::open(50_002, 1883);
    one.c2s(CONNECT);
    two.c2s(CONNECT);
    let frames: Vec<_> = [web.frames, one.frames, two.frames].concat();
    let (frames, _) = found(&capture(&frames));
    assert_eq!(brief(&frames), [(8, 1, true, CONNECT.to_vec()), (12, 2, true, CONNECT.to_vec())]);
}

#[test]
fn a_port_that_is_used_again_is_a_new_connection() {
    let mut talk = begun();
    talk.c2s(DISCONNECT);
    talk.flag(true, FIN | ACK);
    talk.flag(false, FIN | ACK);
    talk.client_seq = 777_000;
    talk.server_seq = 888_000;
    talk.handshake();
    talk.c2s(CONNECT);
    let (frames, notices) = found(&talk.capture());
    let streams: Vec<_> = frames.iter().map(|frame| frame.stream).collect();
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, DISCONNECT, CONNECT]);
    assert_eq!(streams, [0, 0, 0, 1]);
    assert_eq!(notices, []);
}

#[test]
fn a_port_that_is_used_again_without_its_handshake_is_a_new_connection() {
    let mut talk = begun();
    talk.flag(true, RST);
    talk.client_seq = 777_000;
    talk.server_seq = 888_000;
    talk.c2s(CONNECT);
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, CONNECT]);
    assert_eq!(frames[2].stream, 1);
}

#[test]
fn a_syn_that_comes_again_is_no_new_connection() {
    let mut talk = begun();
    talk.frames.insert(1, talk.frames[0].clone());
    talk.frames.insert(3, talk.frames[2].clone());
    let (frames, _) = found(&talk.capture());
    assert_eq!(brief(&frames), [(6, 0, true, CONNECT.to_vec()), (7, 0, false, CONNACK.to_vec())]);
}

#[test]
fn what_a_stream_leaves_unfinished_is_said() {
    for end in [FIN | ACK, RST] {
        let mut talk = begun();
        let packet = publish("t", b"never whole");
        talk.c2s(&packet[..8]);
        talk.flag(true, end);
        let (frames, notices) = found(&talk.capture());
        assert_eq!(bytes(&frames), [CONNECT, CONNACK]);
        assert_eq!(notices, [Notice::Unfinished { stream: 0, have: 8, of: packet.len() as u64 }]);
    }
}

#[test]
fn a_frame_cut_short_is_a_gap() {
    let mut talk = begun();
    talk.c2s(&publish("t", &[b'x'; 100]));
    talk.c2s(&publish("t", b"next"));
    let mut file = Pcapng::new(Order::Little);
    file.interface(1, &[]);
    for frame in &talk.frames {
        let kept = &frame[..frame.len().min(96)];
        file.enhanced_part(0, 0, kept, frame.len(), &[]);
    }
    let (frames, notices) = found(&file.bytes);
    assert_eq!(bytes(&frames), [CONNECT, CONNACK, &publish("t", b"next")]);
    assert_eq!(
        notices,
        [
            Notice::CutShort { number: 6 },
            Notice::Unfinished { stream: 0, have: 42, of: 105 },
            Notice::Gap { stream: 0, bytes: Some(63), number: 7 },
        ]
    );
}
