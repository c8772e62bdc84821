//! A network connection of which a capture has exported PDUs: whole packets, with the addresses they crossed.

use std::net::SocketAddr;
use std::sync::Arc;

use super::connection::Results;
use super::frame::{CapturedFrame, Mark, Note};
use super::notice::Notice;
use super::upper_pdu::Pdu;
use crate::wire::{Cut, Direction, PacketType, Version, cut};

/// One such network connection.
#[derive(Debug)]
pub(super) struct PduStream {
    stream: u32,
    /// The client, once a packet has told.
    client: Option<SocketAddr>,
    midway: bool,
}

/// How a PDU stands in its capture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub mark: Mark,
    pub outbound: Option<bool>,
    pub version: Option<Version>,
    /// Its end is not in the capture.
    pub cut_short: bool,
    /// The ports on which MQTT is to be expected.
    pub ports: &'a [u16],
}

impl PduStream {
    /// Begins with its first PDU.
    pub fn new(stream: u32, pdu: &Pdu<'_>, results: &mut Results<'_>) -> Self {
        let midway = packet_of(pdu.payload) != Some(PacketType::Connect);
        if midway {
            results.notices.add(Notice::Midway { stream });
        }
        Self { stream, client: None, midway }
    }

    /// Takes a PDU in: one packet as a rule, or several.
    pub fn take(&mut self, place: Place<'_>, pdu: &Pdu<'_>, results: &mut Results<'_>) {
        let direction = self.direction(place, pdu);
        let mut rest = pdu.payload;
        while !rest.is_empty() {
            // What is no whole packet is shown as it is.
            let (length, broken) = match cut(rest) {
                Cut::Frame { length } => (length, false),
                Cut::Incomplete { .. } | Cut::Malformed => (rest.len(), true),
            };
            results.frames.push(CapturedFrame {
                number: place.mark.number,
                time: place.mark.time,
                stream: self.stream,
                source: pdu.source,
                destination: pdu.destination,
                direction,
                midway: self.midway,
                version: place.version,
                bytes: Arc::from(rest.get(..length).unwrap_or_default()),
                notes: if broken && place.cut_short { vec![Note::Truncated] } else { Vec::new() },
            });
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    fn direction(&mut self, place: Place<'_>, pdu: &Pdu<'_>) -> Direction {
        let told = packet_of(pdu.payload).and_then(PacketType::only_way);
        let same = pdu.source == pdu.destination;
        if self.client.is_none() && !same {
            self.client = told.map(|direction| match direction {
                Direction::ToServer => pdu.source,
                Direction::ToClient => pdu.destination,
            });
        }
        let listens = |address: SocketAddr| place.ports.contains(&address.port());
        match (self.client, told) {
            (Some(client), _) => to_server(client == pdu.source),
            (None, Some(direction)) => direction,
            (None, None) if listens(pdu.source) != listens(pdu.destination) => {
                to_server(listens(pdu.destination))
            }
            (None, None) => match place.outbound {
                Some(outbound) => to_server(outbound),
                // Servers have the lower ports.
                None => to_server(pdu.source.port() >= pdu.destination.port()),
            },
        }
    }
}

fn packet_of(bytes: &[u8]) -> Option<PacketType> {
    PacketType::of_first_byte(*bytes.first()?)
}

const fn to_server(is: bool) -> Direction {
    if is { Direction::ToServer } else { Direction::ToClient }
}
