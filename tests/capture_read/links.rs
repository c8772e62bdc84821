//! The kinds of links.

use std::net::{Ipv6Addr, SocketAddr};

use mqloupe::capture::Notice;

use crate::build::{ACK, CONNECT, MICROSECONDS, Order, ethernet, ip, pcap};
use crate::{bytes, found};

fn v4() -> Vec<u8> {
    ip(SocketAddr::from(([10, 0, 0, 1], 50_000)), SocketAddr::from(([10, 0, 0, 2], 1883)), 1, 1, ACK, CONNECT)
}

fn v6() -> Vec<u8> {
    let address = |last| SocketAddr::from((Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, last), 1883));
    ip(SocketAddr::from((Ipv6Addr::LOCALHOST, 50_000)), address(2), 1, 1, ACK, CONNECT)
}

/// Whether the CONNECT in the one frame of a link is found.
fn check(link_type: u32, frame: &[u8], source: &str) {
    let (frames, notices) = found(&pcap(Order::Little, MICROSECONDS, link_type, &[(0, 0, frame)]));
    assert_eq!(bytes(&frames), [CONNECT], "link {link_type}: {notices:?}");
    assert_eq!(frames[0].source.to_string(), source);
}

const V4: &str = "10.0.0.1:50000";
const V6: &str = "[::1]:50000";

#[test]
fn ethernet_with_and_without_tags_of_virtual_networks() {
    check(1, &ethernet(&v4()), V4);
    check(1, &ethernet(&v6()), V6);
    for tags in
        [[0x81, 0, 0, 5].as_slice(), &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6], &[0x91, 0, 0, 5, 0x81, 0, 0, 6]]
    {
        let mut frame = ethernet(&v4());
        frame.splice(12..12, tags.iter().copied());
        check(1, &frame, V4);
    }
}

#[test]
fn padding_behind_ip_is_not_taken_for_tcp() {
    let mut frame = ethernet(&v4());
    frame.extend_from_slice(&[0; 6]);
    check(1, &frame, V4);
}

#[test]
fn linux_cooked_captures_of_both_versions() {
    let cooked = [&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], v4().as_slice()].concat();
    check(113, &cooked, V4);
    let mut header = vec![0x86, 0xdd, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
    header.extend_from_slice(&v6());
    check(276, &header, V6);
}

#[test]
fn loopback_with_the_address_family_in_any_order() {
    check(0, &[&[2, 0, 0, 0], v4().as_slice()].concat(), V4);
    check(0, &[&[0, 0, 0, 30], v6().as_slice()].concat(), V6);
    check(108, &[&[0, 0, 0, 2], v4().as_slice()].concat(), V4);
}

#[test]
fn raw_ip() {
    for link_type in [12, 14, 101, 228] {
        check(link_type, &v4(), V4);
    }
    for link_type in [12, 14, 101, 229] {
        check(link_type, &v6(), V6);
    }
}

#[test]
fn ipv6_with_extension_headers() {
    let plain = v6();
    let mut packet = plain[..40].to_vec();
    packet[6] = 0;
    let options = [60, 0, 1, 4, 0, 0, 0, 0];
    let destination = [6, 0, 1, 4, 0, 0, 0, 0];
    packet.extend_from_slice(&options);
    packet.extend_from_slice(&destination);
    packet.extend_from_slice(&plain[40..]);
    let length = u16::try_from(packet.len() - 40).unwrap().to_be_bytes();
    packet[4..6].copy_from_slice(&length);
    check(101, &packet, V6);
}

#[test]
fn ipv4_with_options() {
    let plain = v4();
    let mut packet = plain[..20].to_vec();
    packet[0] = 0x46;
    packet.extend_from_slice(&[1, 1, 1, 0]);
    packet.extend_from_slice(&plain[20..]);
    let length = u16::try_from(packet.len()).unwrap().to_be_bytes();
    packet[2..4].copy_from_slice(&length);
    check(101, &packet, V4);
}

#[test]
fn a_length_that_the_network_card_was_to_fill_in() {
    let mut packet = v4();
    packet[2..4].copy_from_slice(&[0, 0]);
    check(101, &packet, V4);
}

#[test]
fn what_cannot_be_read_of_a_capture_is_said() {
    let (frames, notices) =
        found(&pcap(Order::Little, MICROSECONDS, 105, &[(0, 0, &[0; 60]), (0, 0, &[0; 60])]));
    assert!(frames.is_empty());
    assert_eq!(notices, [Notice::LinkType { link_type: 105 }]);
    let mut fragment = v4();
    fragment[6] = 0x20;
    let (frames, notices) = found(&pcap(Order::Little, MICROSECONDS, 101, &[(0, 0, &fragment)]));
    assert!(frames.is_empty());
    assert_eq!(notices, [Notice::Fragments]);
}

#[test]
fn udp_is_left_alone() {
    let mut packet = v4();
    packet[9] = 17;
    let (frames, notices) = found(&pcap(Order::Little, MICROSECONDS, 101, &[(0, 0, &packet)]));
    assert!(frames.is_empty() && notices.is_empty(), "{notices:?}");
}
