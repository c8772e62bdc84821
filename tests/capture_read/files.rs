//! The forms of files.

use mqloupe::capture::{Instead, Notice, ReadError, ReadOptions, read};

use crate::build::{
    CONNACK, CONNECT, MICROSECONDS, NANOSECONDS, Order, PINGREQ, Pcapng, Talk, capture, pcap, publish,
};
use crate::{bytes, found};

const SECONDS: u64 = 1_700_000_000;

fn two_frames() -> Vec<Vec<u8>> {
    let mut talk = Talk::new(50_000, 1883);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    talk.frames
}

fn times(file: &[u8]) -> Vec<String> {
    let (frames, notices) = found(file);
    assert_eq!(bytes(&frames), [CONNECT, CONNACK], "{notices:?}");
    frames.iter().map(|frame| frame.time.map_or("none".to_owned(), |time| time.to_string())).collect()
}

#[test]
fn pcap_of_either_order_has_microseconds_or_nanoseconds() {
    let frames = two_frames();
    for order in [Order::Little, Order::Big] {
        let records = [(1_700_000_000, 1, &*frames[0]), (1_700_000_000, 999_999, &*frames[1])];
        let file = pcap(order, MICROSECONDS, 1, &records);
        assert_eq!(times(&file), ["1700000000.000001", "1700000000.999999"]);
        let records = [(1_700_000_000, 1, &*frames[0]), (1_700_000_000, 999_999_999, &*frames[1])];
        let file = pcap(order, NANOSECONDS, 1, &records);
        assert_eq!(times(&file), ["1700000000.000000001", "1700000000.999999999"]);
    }
}

#[test]
fn pcapng_of_either_order_has_times_of_any_resolution() {
    let frames = two_frames();
    let offset = 1_000_000_000_i64;
    for order in [Order::Little, Order::Big] {
        let offset_bytes = if order == Order::Little { offset.to_le_bytes() } else { offset.to_be_bytes() };
        type Options<'a> = Vec<(u16, &'a [u8])>;
        let cases: [(Options<'_>, u64, &str); 6] = [
            (vec![], SECONDS * 1_000_000 + 7, "1700000000.000007"),
            (vec![(9, &[9])], SECONDS * 1_000_000_000 + 7, "1700000000.000000007"),
            (vec![(9, &[3])], SECONDS * 1000 + 7, "1700000000.007"),
            (vec![(9, &[0])], SECONDS, "1700000000"),
            // Halves to the power of 20.
            (vec![(9, &[0x94])], (SECONDS << 20) + (1 << 19), "1700000000.500000000"),
            (vec![(14, &offset_bytes)], 700_000_000 * 1_000_000 + 7, "1700000000.000007"),
        ];
        for (options, ticks, expected) in cases {
            let mut file = Pcapng::new(order);
            file.interface(1, &options);
            file.enhanced(0, ticks, &frames[0]);
            file.enhanced(0, ticks, &frames[1]);
            assert_eq!(times(&file.bytes), [expected, expected], "{order:?} {options:?}");
        }
    }
}

#[test]
fn each_interface_has_its_own_link_and_clock() {
    let frames = two_frames();
    let mut file = Pcapng::new(Order::Little);
    file.interface(1, &[]);
    file.interface(101, &[(9, &[9])]);
    file.enhanced(0, SECONDS * 1_000_000, &frames[0]);
    file.enhanced(1, SECONDS * 1_000_000_000, &frames[1][14..]);
    assert_eq!(times(&file.bytes), ["1700000000.000000", "1700000000.000000000"]);
}

#[test]
fn a_new_section_has_interfaces_and_an_order_of_its_own() {
    let frames = two_frames();
    let mut file = Pcapng::new(Order::Little);
    file.interface(101, &[]);
    file.enhanced(0, SECONDS * 1_000_000, &frames[0][14..]);
    file.section(Order::Big);
    file.interface(1, &[(9, &[9])]);
    file.enhanced(0, SECONDS * 1_000_000_000, &frames[1]);
    assert_eq!(times(&file.bytes), ["1700000000.000000", "1700000000.000000000"]);
}

#[test]
fn simple_packets_have_no_time_and_obsolete_ones_have() {
    let frames = two_frames();
    let mut file = Pcapng::new(Order::Big);
    file.interface(1, &[]);
    file.simple(&frames[0]);
    file.obsolete(0, SECONDS * 1_000_000, &frames[1]);
    assert_eq!(times(&file.bytes), ["none", "1700000000.000000"]);
}

#[test]
fn other_blocks_are_passed_over_and_do_not_count() {
    let frames = two_frames();
    let mut file = Pcapng::new(Order::Little);
    file.block(0x0000_0004, &[0; 8]);
    file.interface(1, &[]);
    file.enhanced(0, 0, &frames[0]);
    file.block(0x0000_0005, &[0; 12]);
    file.block(0x4000_0bad, b"custom blocks of anybody");
    file.enhanced(0, 0, &frames[1]);
    let (found, _) = found(&file.bytes);
    assert_eq!(found.iter().map(|frame| frame.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_truncated_file_gives_what_it_holds_and_says_where_it_ends() {
    let frames = two_frames();
    let old = |frames: &[Vec<u8>]| {
        let records: Vec<(u32, u32, &[u8])> = frames.iter().map(|frame| (0, 0, frame.as_slice())).collect();
        pcap(Order::Little, MICROSECONDS, 1, &records)
    };
    for (file, second) in
        [(capture(&frames), capture(&frames[..1]).len()), (old(&frames), old(&frames[..1]).len())]
    {
        for end in second + 1..file.len() {
            let (found, notices) = found(&file[..end]);
            assert_eq!(bytes(&found), [CONNECT], "{end}");
            assert_eq!(notices, [Notice::FileCutOff { offset: second as u64 }], "{end}");
        }
    }
}

#[test]
fn a_broken_block_ends_reading_and_is_said() {
    let frames = two_frames();
    let mut file = Pcapng::new(Order::Little);
    file.interface(1, &[]);
    file.enhanced(0, 0, &frames[0]);
    let offset = file.bytes.len() as u64;
    file.enhanced(7, 0, &frames[1]);
    let (found, notices) = found(&file.bytes);
    assert_eq!(bytes(&found), [CONNECT]);
    assert_eq!(notices, [Notice::FileBroken { offset }]);
}

#[test]
fn what_is_no_capture_is_refused_in_words() {
    for (file, instead) in [
        (b"".as_slice(), Instead::Empty),
        (b"\x1f\x8b\x08\x00".as_slice(), Instead::Gzip),
        (b"hello".as_slice(), Instead::Unknown),
        (b"\x0a".as_slice(), Instead::Unknown),
    ] {
        match read(file, &ReadOptions::default()) {
            Err(ReadError::NotACapture(found)) => assert_eq!(found, instead),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_with_nothing_but_its_head_is_an_empty_capture() {
    let (frames, notices) = found(&pcap(Order::Little, MICROSECONDS, 1, &[]));
    assert!(frames.is_empty() && notices.is_empty(), "{notices:?}");
    let (frames, notices) = found(&Pcapng::new(Order::Big).bytes);
    assert!(frames.is_empty() && notices.is_empty(), "{notices:?}");
}

/// The tags of an exported PDU from one address and port to another.
fn tags(dissector: &[u8], from: u16, to: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let mut tag = |number: u16, value: &[u8]| {
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        out.extend_from_slice(value);
    };
    tag(12, dissector);
    tag(20, &[10, 0, 0, 1]);
    tag(21, &[10, 0, 0, 2]);
    tag(24, &2_u32.to_be_bytes());
    tag(25, &u32::from(from).to_be_bytes());
    tag(26, &u32::from(to).to_be_bytes());
    tag(0, &[]);
    out
}

fn pdu(dissector: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut data = tags(dissector, 50_000, 7777);
    data.extend_from_slice(payload);
    data
}

#[test]
fn exported_pdus_have_addresses_and_ports() {
    let mut file = Pcapng::new(Order::Little);
    file.interface(252, &[]);
    file.enhanced(0, 0, &pdu(b"mqtt", CONNECT));
    file.enhanced(0, 0, &pdu(b"http", b"GET / HTTP/1.1\r\n\r\n"));
    file.enhanced(0, 0, &pdu(b"mqtt", PINGREQ));
    let (frames, notices) = found(&file.bytes);
    assert_eq!(bytes(&frames), [CONNECT, PINGREQ]);
    assert_eq!(notices, []);
    assert_eq!(frames[1].number, 3);
    assert_eq!(frames[1].source.to_string(), "10.0.0.1:50000");
    assert_eq!(frames[1].destination.to_string(), "10.0.0.2:7777");
    assert_eq!(frames[1].direction, mqloupe::wire::Direction::ToServer);
}

#[test]
fn an_exported_pdu_is_shown_even_where_it_is_no_whole_packet() {
    let mut file = Pcapng::new(Order::Little);
    file.interface(252, &[]);
    let long = publish("a", &[b'x'; 100]);
    let two = [PINGREQ, &long[..50]].concat();
    file.enhanced(0, 0, &pdu(b"mqtt", &two));
    let (frames, _) = found(&file.bytes);
    assert_eq!(bytes(&frames), [PINGREQ, &long[..50]]);
}
