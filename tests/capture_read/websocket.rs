//! MQTT within WebSocket.

use mqloupe::capture::{Note, Notice};

use crate::build::{CONNACK, CONNECT, PINGREQ, PINGRESP, Talk, publish};
use crate::{brief, bytes, found};

/// A frame as a client sends it (masked) or a server.
fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match payload.len() {
        length @ 0..126 => out.push(masked | u8::try_from(length).unwrap()),
        length @ 126..65536 => {
            out.push(masked | 126);
            out.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    let mask_bytes = mask.unwrap_or_default();
    out.extend(mask.iter().flatten());
    out.extend(payload.iter().enumerate().map(|(i, byte)| byte ^ mask_bytes[i % 4]));
    out
}

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const FINAL: u8 = 0x80;
const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const PING: u8 = 9;

fn client(payload: &[u8]) -> Vec<u8> {
    frame(FINAL | BINARY, Some(MASK), payload)
}

fn server(payload: &[u8]) -> Vec<u8> {
    frame(FINAL | BINARY, None, payload)
}

fn request(protocol: &str) -> Vec<u8> {
    format!(
        "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Protocol: {protocol}\r\n\r\n"
    )
    .into_bytes()
}

fn response(protocol: Option<&str>) -> Vec<u8> {
    let protocol = protocol.map_or(String::new(), |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
    format!("HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n{protocol}\r\n")
        .into_bytes()
}

/// Frames 1 to 5: handshake, request, consent.
fn upgraded(offered: &str, chosen: Option<&str>) -> Talk {
    let mut talk = Talk::open(50_000, 9001);
    talk.c2s(&request(offered));
    talk.s2c(&response(chosen));
    talk
}

#[test]
fn packets_are_found_behind_an_upgrade() {
    for (offered, chosen) in [
        ("mqtt", Some("mqtt")),
        ("mqttv3.1", Some("mqttv3.1")),
        ("mqttv3.1, mqtt", Some("mqtt")),
        // Some servers answer no subprotocol.
        ("mqtt", None),
    ] {
        let mut talk = upgraded(offered, chosen);
        talk.c2s(&client(CONNECT));
        talk.s2c(&server(CONNACK));
        let (frames, notices) = found(&talk.capture());
        assert_eq!(brief(&frames), [(6, 0, true, CONNECT.to_vec()), (7, 0, false, CONNACK.to_vec())]);
        assert!(frames.iter().all(|frame| !frame.midway));
        assert_eq!(notices, []);
    }
}

#[test]
fn other_subprotocols_are_left_alone() {
    for (offered, chosen) in [("chat", Some("chat")), ("mqtt, chat", Some("chat")), ("chat", None)] {
        let mut talk = upgraded(offered, chosen);
        talk.c2s(&client(CONNECT));
        let (frames, _) = found(&talk.capture());
        assert!(frames.is_empty(), "{offered} {chosen:?}");
    }
}

#[test]
fn a_refused_upgrade_is_no_mqtt() {
    let mut talk = Talk::open(50_000, 9001);
    talk.c2s(&request("mqtt"));
    talk.s2c(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n\x20\x02");
    let (frames, notices) = found(&talk.capture());
    assert!(frames.is_empty() && notices.is_empty());
}

#[test]
fn a_message_may_hold_several_packets_and_a_packet_several_messages() {
    let mut talk = upgraded("mqtt", Some("mqtt"));
    let long = publish("t", &[b'x'; 70_000]);
    talk.c2s(&client(&[CONNECT, PINGREQ, &long[..10]].concat()));
    let rest = client(&long[10..]);
    for segment in rest.chunks(1460) {
        talk.c2s(segment);
    }
    talk.s2c(&server(CONNACK));
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, PINGREQ, &long, CONNACK]);
    assert_eq!(notices, []);
}

#[test]
fn a_message_may_be_in_fragments_with_control_frames_between() {
    let mut talk = upgraded("mqtt", Some("mqtt"));
    let packet = publish("t", b"in three fragments");
    talk.c2s(&client(CONNECT));
    talk.c2s(&frame(BINARY, Some(MASK), &packet[..7]));
    talk.c2s(&frame(FINAL | PING, Some(MASK), b"\x30\x05"));
    talk.c2s(&frame(CONTINUATION, Some([0; 4]), &packet[7..9]));
    talk.c2s(&frame(FINAL | CONTINUATION, Some(MASK), &packet[9..]));
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, &packet]);
}

#[test]
fn every_byte_may_come_by_itself() {
    let mut talk = Talk::open(50_000, 9001);
    for byte in request("mqtt") {
        talk.c2s(&[byte]);
    }
    for byte in
        [response(Some("mqtt")), server(CONNACK), frame(FINAL | BINARY, None, b""), server(PINGRESP)].concat()
    {
        talk.s2c(&[byte]);
    }
    for byte in [client(CONNECT), client(PINGREQ)].concat() {
        talk.c2s(&[byte]);
    }
    let (frames, _) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNACK, PINGRESP, CONNECT, PINGREQ]);
}

#[test]
fn compressed_messages_are_said_and_left_out() {
    let mut talk = upgraded("mqtt", Some("mqtt"));
    talk.c2s(&frame(FINAL | 0x40 | BINARY, Some(MASK), b"deflated"));
    talk.c2s(&frame(FINAL | 0x40 | BINARY, Some(MASK), b"deflated"));
    talk.c2s(&client(PINGREQ));
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [PINGREQ]);
    assert_eq!(notices[0], Notice::Compressed { stream: 0 });
    assert_eq!(notices.iter().filter(|notice| matches!(notice, Notice::Compressed { .. })).count(), 1);
}

#[test]
fn a_gap_within_a_message_costs_the_packet_only() {
    let mut talk = upgraded("mqtt", Some("mqtt"));
    talk.c2s(&client(CONNECT));
    let spoilt = publish("t", &[b'x'; 100]);
    let message = client(&[&spoilt, PINGREQ].concat());
    talk.c2s(&message[..40]);
    talk.lost_c2s(&message[40..60]);
    talk.c2s(&message[60..]);
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, PINGREQ]);
    assert_eq!(frames[1].notes, [Note::Gap(Some(20))]);
    assert!(notices.contains(&Notice::Gap { stream: 0, bytes: Some(20), number: 8 }), "{notices:?}");
}

#[test]
fn behind_lost_messages_the_next_is_found() {
    let mut talk = upgraded("mqtt", Some("mqtt"));
    talk.c2s(&client(CONNECT));
    let lost = client(&publish("t", b"lost lost lost"));
    talk.lost_c2s(&lost[..lost.len() - 3]);
    talk.c2s(&[&lost[lost.len() - 3..], &client(&publish("t", b"next"))].concat());
    talk.c2s(&client(PINGREQ));
    let (frames, notices) = found(&talk.capture());
    assert_eq!(bytes(&frames), [CONNECT, &publish("t", b"next"), PINGREQ]);
    assert!(matches!(notices[..], [Notice::Gap { stream: 0, bytes: None, number: 7 }]), "{notices:?}");
}
