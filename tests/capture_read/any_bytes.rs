//! Whatever the bytes, reading ends, and disorder changes nothing.

use proptest::prelude::*;

use crate::build::{CONNACK, CONNECT, MICROSECONDS, Order, PINGREQ, Talk, capture, pcap, publish};
use crate::{bytes, found};

use mqloupe::capture::{ReadOptions, read};

/// Reads to the end, whatever there is.
fn read_all(file: &[u8]) {
    if let Ok(mut reader) = read(file, &ReadOptions { ports: vec![80] }) {
        while reader.next().is_some() {}
    }
}

/// A session over WebSocket and one without, with gaps and disorder.
fn session() -> Vec<Vec<u8>> {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    talk.lost_c2s(PINGREQ);
    talk.c2s(&publish("t", &[b'x'; 200]));
    let mut web = Talk::open(50_001, 80);
    web.c2s(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n");
    web.s2c(b"HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n");
    web.c2s(&[b"\x82\x8f\0\0\0\0", CONNECT].concat());
    web.s2c(&[b"\x82\x04", CONNACK].concat());
    web.lost_c2s(b"\x82\x82\0\0\0\0\xc0\0");
    web.c2s(b"\x82\x82\0\0\0\0\xc0\0");
    [talk.frames, web.frames].concat()
}

/// Segments of a client's stream, cut at random places, some twice, in random order behind the handshake.
fn disorder() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<Vec<u8>>)> {
    let packets = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..20);
    (packets, proptest::collection::vec(1_usize..40, 1..20), any::<u64>()).prop_map(
        |(payloads, cuts, seed)| {
            let mut packets = vec![CONNECT.to_vec()];
            packets.extend(payloads.iter().map(|payload| publish("t", payload)));
            let stream = packets.concat();
            let mut talk = Talk::new(50_000, 1883);
            talk.client_seq = u32::MAX - 100;
            talk.handshake();
            let mut rest = stream.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (segment, behind) = rest.split_at((*cut).min(rest.len()));
                talk.c2s(segment);
                rest = behind;
            }
            let mut segments = talk.frames.split_off(3);
            let mut state = seed;
            let mut random = move || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                usize::try_from(state >> 33).unwrap()
            };
            for index in 0..segments.len() {
                if random() % 3 == 0 {
                    segments.push(segments[index].clone());
                }
            }
            for index in (1..segments.len()).rev() {
                segments.swap(index, random() % (index + 1));
            }
            talk.frames.extend(segments);
            (talk.frames, packets)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_behind_any_magic_are_read_to_their_end(
        magic in prop_oneof![
            Just(vec![0xd4, 0xc3, 0xb2, 0xa1]),
            Just(vec![0xa1, 0xb2, 0x3c, 0x4d]),
            Just(vec![0x0a, 0x0d, 0x0d, 0x0a]),
            Just(vec![0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a]),
        ],
        rest in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        read_all(&[magic, rest].concat());
    }

    #[test]
    fn any_frames_of_any_link_are_read(
        link in prop_oneof![Just(0), Just(1), Just(101), Just(113), Just(252), Just(276)],
        frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 0..8),
    ) {
        let records: Vec<_> = frames.iter().map(|frame| (0, 0, frame.as_slice())).collect();
        read_all(&pcap(Order::Little, MICROSECONDS, link, &records));
    }

    #[test]
    fn a_capture_with_bytes_changed_is_read(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        end in any::<prop::sample::Index>(),
    ) {
        let mut file = capture(&session());
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        read_all(&file);
        let end = end.index(file.len());
        read_all(&file[..end]);
    }

    #[test]
    fn any_bytes_on_a_known_port_are_read(
        pieces in proptest::collection::vec((any::<bool>(), 0_u32..40, proptest::collection::vec(any::<u8>(), 0..60)), 0..30),
    ) {
        let mut talk = Talk::new(50_000, 1883);
        for (to_server, skip, piece) in pieces {
            if to_server {
                talk.client_seq = talk.client_seq.wrapping_add(skip).wrapping_sub(10);
                talk.c2s(&piece);
            } else {
                talk.server_seq = talk.server_seq.wrapping_add(skip).wrapping_sub(10);
                talk.s2c(&piece);
            }
        }
        read_all(&talk.capture());
    }

    #[test]
    fn disorder_changes_no_packet((segments, packets) in disorder()) {
        let (frames, notices) = found(&capture(&segments));
        prop_assert_eq!(bytes(&frames), packets);
        prop_assert!(notices.is_empty(), "{:?}", notices);
        prop_assert!(frames.is_sorted_by_key(|frame| frame.number));
    }
}
