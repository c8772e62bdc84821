//! Exported PDUs (LINKTYPE_WIRESHARK_UPPER_PDU): a dissector's name, addresses, ports, then what the dissector
//! is given.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const END: u16 = 0;
const DISSECTOR: u16 = 12;
const SOURCE_V4: u16 = 20;
const DESTINATION_V4: u16 = 21;
const SOURCE_V6: u16 = 22;
const DESTINATION_V6: u16 = 23;
const SOURCE_PORT: u16 = 25;
const DESTINATION_PORT: u16 = 26;

/// What stands behind the tags of a PDU for the dissector `mqtt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pdu<'a> {
    /// The sender; 0.0.0.0 and port 0 where it is not told.
    pub source: SocketAddr,
    /// The receiver, likewise.
    pub destination: SocketAddr,
    pub payload: &'a [u8],
}

/// Reads a PDU; `None` where it is another dissector's, or its tags break off.
pub(super) fn pdu(data: &[u8]) -> Option<Pdu<'_>> {
    let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let (mut source, mut destination) = (nowhere, nowhere);
    let mut for_mqtt = false;
    let mut rest = data;
    loop {
        let number = half_word(rest, 0)?;
        let length = usize::from(half_word(rest, 2)?);
        let value = rest.get(4..4 + length)?;
        rest = rest.get(4 + length..)?;
        match number {
            END => break,
            // Writers may fill names up with zeros.
            DISSECTOR => for_mqtt = without_zeros(value) == b"mqtt",
            SOURCE_V4 | SOURCE_V6 => source.set_ip(address(value)?),
            DESTINATION_V4 | DESTINATION_V6 => destination.set_ip(address(value)?),
            SOURCE_PORT => source.set_port(port(value)?),
            DESTINATION_PORT => destination.set_port(port(value)?),
            _ => {}
        }
    }
    for_mqtt.then_some(Pdu { source, destination, payload: rest })
}

fn without_zeros(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    name.get(..end).unwrap_or_default()
}

fn half_word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

fn address(value: &[u8]) -> Option<IpAddr> {
    match value.len() {
        4 => Some(Ipv4Addr::from(*value.first_chunk::<4>()?).into()),
        16 => Some(Ipv6Addr::from(*value.first_chunk::<16>()?).into()),
        _ => None,
    }
}

fn port(value: &[u8]) -> Option<u16> {
    u16::try_from(u32::from_be_bytes(value.first_chunk().copied()?)).ok()
}
