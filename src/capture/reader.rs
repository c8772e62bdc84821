//! Reading a capture from its start to its end, with its control packets in the order in which they were complete.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;

use super::connection::{Results, TcpConnection};
use super::content::End;
use super::error::ReadError;
use super::file::{Record, Records};
use super::frame::CapturedFrame;
use super::notice::{Notice, Notices};
use super::packet::{self, NoSegment, Segment};
use super::pdu_stream::{PduStream, Place};
use super::upper_pdu;
use crate::log::pcapng::LINK_TYPE;

/// The port of MQTT.
const MQTT_PORT: u16 = 1883;
/// How often holes are looked at, in frames of the capture.
const ROUND: u64 = 64;

/// How a capture is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Ports, beside 1883, on which MQTT is found without a CONNECT.
    pub ports: Vec<u16>,
}

/// Reads a capture file.
pub fn read_file(path: &Path, options: &ReadOptions) -> Result<CaptureReader<File>, ReadError> {
    read(File::open(path)?, options)
}

/// Reads a capture.
pub fn read<R: Read>(source: R, options: &ReadOptions) -> Result<CaptureReader<R>, ReadError> {
    let mut ports = options.ports.clone();
    ports.push(MQTT_PORT);
    Ok(CaptureReader {
        records: Records::open(source)?,
        connections: Connections { ports, ..Connections::default() },
        notices: Notices::default(),
        over: false,
    })
}

/// The control packets of a capture, in the order in which they were complete.
///
/// Memory holds what is unfinished: segments that wait for earlier ones, packets that wait for their ends,
/// and packets of other streams that wait for their turn meanwhile.
#[derive(Debug)]
pub struct CaptureReader<R> {
    records: Records<R>,
    connections: Connections,
    notices: Notices,
    over: bool,
}

impl<R> CaptureReader<R> {
    /// What came up since this was asked last. Beyond the first thousand that nobody takes, notices are dropped.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.take()
    }
}

impl<R: Read> Iterator for CaptureReader<R> {
    type Item = Result<CapturedFrame, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(frame) = self.connections.ready() {
                return Some(Ok(frame));
            }
            if self.over {
                return None;
            }
            match self.records.next() {
                Ok(Ok(record)) => self.connections.take(&record, &mut self.notices),
                Ok(Err(notice)) => {
                    self.over = true;
                    self.connections.finish(&mut self.notices);
                    if let Some(notice) = notice {
                        self.notices.add(notice);
                    }
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Two addresses, the lower one first.
type Between = (SocketAddr, SocketAddr);

fn between(one: SocketAddr, other: SocketAddr) -> Between {
    if one <= other { (one, other) } else { (other, one) }
}

/// Every network connection of the capture, and packets that wait for their turn.
#[derive(Debug, Default)]
struct Connections {
    ports: Vec<u16>,
    streams: u32,
    /// The streams that are followed, by number.
    tcp: BTreeMap<u32, TcpConnection>,
    newest: HashMap<Between, u32>,
    pdus: HashMap<(u32, Between), PduStream>,
    /// Holes: since when, in which stream, from which end.
    holes: BTreeSet<(u64, u32, End)>,
    /// Packets by the frame that completed them, then by the order of finding.
    waiting: BTreeMap<(u64, u64), CapturedFrame>,
    found: u64,
    /// New packets that are not in order yet.
    frames: Vec<CapturedFrame>,
    encrypted: u64,
    over: bool,
}

impl Connections {
    /// The next packet, if none can come that was complete earlier.
    fn ready(&mut self) -> Option<CapturedFrame> {
        let entry = self.waiting.first_entry()?;
        let first_hole = self.holes.first().map(|(since, ..)| *since);
        // A hole's stream may still give packets from the frame on at which it was seen.
        let may_go = self.over || first_hole.is_none_or(|since| entry.key().0 < since);
        may_go.then(|| entry.remove())
    }

    fn take(&mut self, record: &Record, notices: &mut Notices) {
        let number = record.mark.number;
        if record.missing > 0 {
            notices.add_once(Notice::CutShort { number });
        }
        if record.link_type == u32::from(LINK_TYPE) {
            self.pdu(record, notices);
        } else {
            match packet::segment(record.link_type, &record.data) {
                Ok(segment) => self.segment(record, &segment, notices),
                Err(NoSegment::LinkType) => {
                    notices.add_once(Notice::LinkType { link_type: record.link_type });
                }
                Err(NoSegment::Fragment) => notices.add_once(Notice::Fragments),
                Err(NoSegment::Other) => {}
            }
        }
        if number.is_multiple_of(ROUND) {
            self.give_up_old_holes(number, notices);
        }
        self.sort();
    }

    fn segment(&mut self, record: &Record, segment: &Segment<'_>, notices: &mut Notices) {
        let between = between(segment.source, segment.destination);
        let mut stream = self.newest.get(&between).copied();
        if let Some(number) = stream
            && self.tcp.get(&number).is_some_and(|known| known.is_followed_by(segment))
        {
            self.with(number, notices, TcpConnection::finish);
            self.tcp.remove(&number);
            stream = None;
        }
        let stream = stream.unwrap_or_else(|| {
            let stream = self.streams;
            self.streams = self.streams.saturating_add(1);
            self.newest.insert(between, stream);
            self.tcp.insert(stream, TcpConnection::new(stream, segment, &self.ports));
            stream
        });
        self.with(stream, notices, |connection, results| connection.take(record.mark, segment, results));
    }

    fn pdu(&mut self, record: &Record, notices: &mut Notices) {
        let Some(pdu) = upper_pdu::pdu(&record.data) else { return };
        let mut results = Results { frames: &mut self.frames, notices, encrypted: &mut self.encrypted };
        let place = Place {
            mark: record.mark,
            outbound: record.outbound,
            version: record.version,
            cut_short: record.missing > 0,
            ports: &self.ports,
        };
        let between = between(pdu.source, pdu.destination);
        self.pdus
            .entry((record.interface, between))
            .or_insert_with(|| {
                let stream = self.streams;
                self.streams = self.streams.saturating_add(1);
                PduStream::new(stream, &pdu, &mut results)
            })
            .take(place, &pdu, &mut results);
    }

    /// Has a stream do something, and keeps the list of holes up to date.
    fn with(
        &mut self,
        stream: u32,
        notices: &mut Notices,
        act: impl FnOnce(&mut TcpConnection, &mut Results<'_>),
    ) {
        let Some(connection) = self.tcp.get_mut(&stream) else { return };
        let holes = |connection: &TcpConnection| {
            End::BOTH.map(|end| connection.hole_since(end).map(|since| (since, stream, end)))
        };
        let before = holes(connection);
        let results = &mut Results { frames: &mut self.frames, notices, encrypted: &mut self.encrypted };
        act(connection, results);
        let after = holes(connection);
        for (before, after) in before.into_iter().zip(after) {
            if before != after {
                before.map(|hole| self.holes.remove(&hole));
                after.map(|hole| self.holes.insert(hole));
            }
        }
    }

    fn give_up_old_holes(&mut self, number: u64, notices: &mut Notices) {
        let streams: BTreeSet<u32> = self.holes.iter().map(|(_, stream, _)| *stream).collect();
        for stream in streams {
            self.with(stream, notices, |connection, results| connection.give_up(number, results));
        }
    }

    fn sort(&mut self) {
        for frame in self.frames.drain(..) {
            self.waiting.insert((frame.number, self.found), frame);
            self.found += 1;
        }
    }

    /// The capture is at its end.
    fn finish(&mut self, notices: &mut Notices) {
        let streams: Vec<u32> = self.tcp.keys().copied().collect();
        for stream in streams {
            self.with(stream, notices, TcpConnection::finish);
        }
        if self.encrypted > 0 {
            notices.add(Notice::Encrypted { streams: self.encrypted });
        }
        self.over = true;
        self.sort();
    }
}
