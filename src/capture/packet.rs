//! From a capture's frame to the TCP segment in it, whatever link it crossed.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};

/// BSD loopback: four bytes of address family, in the byte order of the machine.
const NULL: u32 = 0;
const ETHERNET: u32 = 1;
/// Raw IP, as LINKTYPE_RAW and as the number that some systems wrote instead.
const RAW: [u32; 3] = [101, 12, 14];
/// OpenBSD loopback: the address family in network byte order.
const LOOP: u32 = 108;
/// Linux cooked capture, both versions.
const COOKED: u32 = 113;
const COOKED_2: u32 = 276;
const IP: [u32; 2] = [228, 229];

/// A TCP segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    /// The number of its first byte.
    pub sequence: u32,
    /// The number of the byte that its sender waits for.
    pub acknowledgment: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    pub payload: &'a [u8],
    /// How many bytes of payload were on the wire and are not in the capture.
    pub missing: usize,
}

/// Why there is no segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSegment {
    /// Another protocol, or bytes that make no sense.
    Other,
    /// A fragment of an IP packet.
    Fragment,
    /// A link type that is not known here.
    LinkType,
}

/// Finds the TCP segment in a frame.
pub(super) fn segment(link_type: u32, data: &[u8]) -> Result<Segment<'_>, NoSegment> {
    let packet = match link_type {
        ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
        NULL | LOOP => ip(data.get(4..)),
        COOKED => cooked(data, 14, 16),
        COOKED_2 => cooked(data, 0, 20),
        link_type if RAW.contains(&link_type) || IP.contains(&link_type) => ip(Some(data)),
        _ => return Err(NoSegment::LinkType),
    };
    in_packet(&packet.ok_or(NoSegment::Other)?)
}

fn ip(data: Option<&[u8]>) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ip(data?).ok()
}

/// Behind a header of cooked captures, which says at `protocol` what follows.
fn cooked(data: &[u8], protocol: usize, header: usize) -> Option<LaxSlicedPacket<'_>> {
    let ether_type = u16::from_be_bytes(data.get(protocol..)?.first_chunk().copied()?);
    Some(LaxSlicedPacket::from_ether_type(EtherType(ether_type), data.get(header..)?))
}

fn in_packet<'a>(packet: &LaxSlicedPacket<'a>) -> Result<Segment<'a>, NoSegment> {
    // What IP says it holds, headers behind its own included, against what is there.
    let (source, destination, payload, said) = match packet.net.as_ref().ok_or(NoSegment::Other)? {
        LaxNetSlice::Ipv4(v4) => {
            let header = v4.header();
            let said = usize::from(header.total_len()).saturating_sub(header.slice().len());
            let ends: (IpAddr, IpAddr) = (header.source_addr().into(), header.destination_addr().into());
            (ends.0, ends.1, v4.payload(), said)
        }
        LaxNetSlice::Ipv6(v6) => {
            let header = v6.header();
            let said = usize::from(header.payload_length());
            let ends: (IpAddr, IpAddr) = (header.source_addr().into(), header.destination_addr().into());
            (ends.0, ends.1, v6.payload(), said.saturating_sub(v6.extensions().slice().len()))
        }
        LaxNetSlice::Arp(_) => return Err(NoSegment::Other),
    };
    if payload.fragmented {
        return Err(NoSegment::Fragment);
    }
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return Err(NoSegment::Other) };
    let missing = if payload.incomplete { said.saturating_sub(payload.payload.len()) } else { 0 };
    Ok(Segment {
        source: SocketAddr::new(source, tcp.source_port()),
        destination: SocketAddr::new(destination, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        acknowledgment: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload: tcp.payload(),
        missing,
    })
}
