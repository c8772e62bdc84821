//! Frames as TCP segments in Ethernet frames: handshake, sequence numbers, checksums.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::log::pcapng::{self, Packet};
use crate::log::{Connection, Timestamp};
use crate::wire::Direction;

/// Ethernet, as pcapng numbers it.
pub(super) const LINK_TYPE: u16 = 1;

/// Bytes of a frame in one segment.
const SEGMENT: usize = 16 * 1024;

const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// One TCP connection.
#[derive(Debug)]
pub(super) struct Stream {
    client: SocketAddr,
    server: SocketAddr,
    /// The next sequence number of each side.
    client_next: u32,
    server_next: u32,
}

impl Stream {
    /// Writes the handshake.
    pub fn open(out: &mut Vec<u8>, connection: &Connection, time: Timestamp) -> Self {
        let mut stream =
            Self { client: connection.client, server: connection.server, client_next: 0, server_next: 0 };
        let mut packet = Packet {
            interface: 0,
            time,
            direction: Direction::ToServer,
            fault: false,
            tags: &[],
            bytes: &[],
        };
        stream.segment(out, &packet, SYN);
        stream.client_next = 1;
        packet.direction = Direction::ToClient;
        stream.segment(out, &packet, SYN | ACK);
        stream.server_next = 1;
        packet.direction = Direction::ToServer;
        stream.segment(out, &packet, ACK);
        stream
    }

    /// Writes the segments that carry a frame.
    pub fn data(&mut self, out: &mut Vec<u8>, packet: &Packet<'_>) {
        let mut segments = packet.bytes.chunks(SEGMENT).peekable();
        while let Some(bytes) = segments.next() {
            let flags = if segments.peek().is_none() { PSH | ACK } else { ACK };
            self.segment(out, &Packet { bytes, ..*packet }, flags);
            let length = u32::try_from(bytes.len()).unwrap_or(0);
            match packet.direction {
                Direction::ToServer => self.client_next = self.client_next.wrapping_add(length),
                Direction::ToClient => self.server_next = self.server_next.wrapping_add(length),
            }
        }
    }

    fn segment(&self, out: &mut Vec<u8>, packet: &Packet<'_>, flags: u8) {
        let headers = self.headers(packet.direction, flags, packet.bytes);
        pcapng::packet(out, &Packet { tags: &headers, ..*packet });
    }

    fn headers(&self, direction: Direction, flags: u8, bytes: &[u8]) -> Vec<u8> {
        let (source, destination, sequence, acknowledged) = match direction {
            Direction::ToServer => (self.client, self.server, self.client_next, self.server_next),
            Direction::ToClient => (self.server, self.client, self.server_next, self.client_next),
        };
        let acknowledged = if flags & ACK == 0 { 0 } else { acknowledged };
        let mut tcp = Vec::with_capacity(20);
        tcp.extend_from_slice(&source.port().to_be_bytes());
        tcp.extend_from_slice(&destination.port().to_be_bytes());
        tcp.extend_from_slice(&sequence.to_be_bytes());
        tcp.extend_from_slice(&acknowledged.to_be_bytes());
        // Five words of header, the largest window.
        tcp.extend_from_slice(&[0x50, flags, 0xff, 0xff]);

        let mut headers = ethernet(direction);
        // A segment is 16 KiB at most.
        let length = u16::try_from(20 + bytes.len()).unwrap_or(u16::MAX);
        let pseudo = ip(&mut headers, source.ip(), destination.ip(), length);
        let checksum = !sum(&[&pseudo, &tcp, &[0; 4], bytes]);
        tcp.extend_from_slice(&checksum.to_be_bytes());
        tcp.extend_from_slice(&[0, 0]);
        headers.extend_from_slice(&tcp);
        headers
    }
}

/// Two addresses that are administered locally; the type comes with the IP header.
fn ethernet(direction: Direction) -> Vec<u8> {
    let (client, server) = ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]);
    match direction {
        Direction::ToServer => [server, client].concat(),
        Direction::ToClient => [client, server].concat(),
    }
}

/// Appends the type and the IP header for a TCP segment; returns the pseudo header of its checksum.
fn ip(out: &mut Vec<u8>, source: IpAddr, destination: IpAddr, length: u16) -> Vec<u8> {
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (source, destination) else {
        let [source, destination] = [six(source).octets(), six(destination).octets()];
        out.extend_from_slice(&[0x86, 0xdd, 0x60, 0, 0, 0]);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&[6, 64]);
        out.extend_from_slice(&source);
        out.extend_from_slice(&destination);
        return [&source[..], &destination, &[0, 0], &length.to_be_bytes(), &[0, 0, 0, 6]].concat();
    };
    let total = length.saturating_add(20).to_be_bytes();
    let start = [&[0x45, 0][..], &total, &[0, 0, 0x40, 0, 64, 6]].concat();
    let addresses = [source.octets(), destination.octets()].concat();
    let checksum = !sum(&[&start, &[0, 0], &addresses]);
    out.extend_from_slice(&[0x08, 0x00]);
    out.extend_from_slice(&start);
    out.extend_from_slice(&checksum.to_be_bytes());
    out.extend_from_slice(&addresses);
    [&addresses[..], &[0, 6], &length.to_be_bytes()].concat()
}

fn six(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// The ones' complement sum of 16-bit words; all parts but the last have an even length.
fn sum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        let word = match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            [high] => u16::from_be_bytes([*high, 0]),
            _ => 0,
        };
        sum += u32::from(word);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}
