//! One direction of a WebSocket connection (RFC 6455), from its HTTP head on: what the messages carry, in pieces.

use super::resync::{Look, look};
use crate::wire::Direction;

/// The longest HTTP head that is read.
const LONGEST_HEAD: usize = 64 << 10;
/// The most bytes among which the next WebSocket frame is looked for at once.
const LONGEST_SEARCH: usize = 64 << 10;

/// What an HTTP head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// It is not whole yet.
    Unfinished,
    /// A request to go over to WebSocket, or the consent to it, with the subprotocol MQTT.
    Mqtt,
    /// Consent without word of a subprotocol.
    Silent,
    /// Anything else.
    Other,
}

/// Reads an HTTP head; tells its length where it is whole.
pub(super) fn head(bytes: &[u8]) -> (Head, usize) {
    let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
        return (if bytes.len() > LONGEST_HEAD { Head::Other } else { Head::Unfinished }, 0);
    };
    let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let is_request = first.starts_with("GET ");
    let consents = first.starts_with("HTTP/1.1 101");
    let (mut upgrade, mut named, mut mqtt) = (false, false, false);
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let mut tokens = value.split(',').map(str::trim);
        if name.trim().eq_ignore_ascii_case("upgrade") {
            upgrade |= tokens.any(|token| token.eq_ignore_ascii_case("websocket"));
        } else if name.trim().eq_ignore_ascii_case("sec-websocket-protocol") {
            named = true;
            mqtt |= tokens
                .any(|token| token.eq_ignore_ascii_case("mqtt") || token.eq_ignore_ascii_case("mqttv3.1"));
        }
    }
    let kind = match (is_request || consents) && upgrade {
        true if mqtt => Head::Mqtt,
        true if consents && !named => Head::Silent,
        _ => Head::Other,
    };
    (kind, end + 4)
}

/// What comes out of a direction.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Bytes that a message carries.
    Bytes(&'a [u8]),
    /// Bytes of messages that are missing: how many, where that is known.
    Gap(Option<u64>),
    /// A compressed message begins.
    Compressed,
}

#[derive(Debug)]
enum State {
    /// Collecting a frame's header.
    Header,
    /// Within a frame.
    Payload { left: u64, mask: Option<[u8; 4]>, at: u64, kind: Payload },
    /// Looking for the next frame.
    Searching,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Payload {
    Message,
    Compressed,
    Control,
}

/// A frame's header.
struct Header {
    length: usize,
    first: u8,
    mask: Option<[u8; 4]>,
    payload: u64,
}

enum Read {
    Header(Header),
    Unfinished,
    Wrong,
}

/// One direction, behind its HTTP head.
#[derive(Debug)]
pub(super) struct Frames {
    direction: Direction,
    state: State,
    buffer: Vec<u8>,
    /// The message whose fragments come is compressed.
    compressed: bool,
}

impl Frames {
    /// `aligned`: a frame begins at the first byte.
    pub fn new(direction: Direction, aligned: bool) -> Self {
        let state = if aligned { State::Header } else { State::Searching };
        Self { direction, state, buffer: Vec::new(), compressed: false }
    }

    /// Takes the next bytes in.
    pub fn bytes(&mut self, mut bytes: &[u8], pass: &mut impl FnMut(Part<'_>)) {
        while !bytes.is_empty() {
            match self.state {
                State::Payload { .. } => bytes = self.payload(bytes, pass),
                State::Header => {
                    let had = self.buffer.len();
                    // No header has more than 14 bytes.
                    let more = bytes.get(..bytes.len().min(14 - had.min(14))).unwrap_or_default();
                    self.buffer.extend_from_slice(more);
                    match header(&self.buffer) {
                        Read::Header(header) => {
                            bytes = bytes.get(header.length.saturating_sub(had)..).unwrap_or_default();
                            self.buffer.clear();
                            self.enter(&header, pass);
                        }
                        Read::Unfinished => return,
                        Read::Wrong => {
                            bytes = bytes.get(more.len()..).unwrap_or_default();
                            pass(Part::Gap(None));
                            self.state = State::Searching;
                        }
                    }
                }
                State::Searching => {
                    self.buffer.extend_from_slice(bytes);
                    let found = self.search();
                    let Some(place) = found else { return };
                    let buffer = std::mem::take(&mut self.buffer);
                    self.state = State::Header;
                    self.compressed = false;
                    self.bytes(buffer.get(place..).unwrap_or_default(), pass);
                    return;
                }
            }
        }
    }

    /// Passes over bytes that are missing.
    pub fn gap(&mut self, missing: u64, pass: &mut impl FnMut(Part<'_>)) {
        if let State::Payload { left, at, kind, .. } = &mut self.state
            && missing <= *left
        {
            *left -= missing;
            *at += missing;
            if *kind == Payload::Message {
                pass(Part::Gap(Some(missing)));
            }
            if *left == 0 {
                self.state = State::Header;
            }
            return;
        }
        self.buffer.clear();
        self.state = State::Searching;
        pass(Part::Gap(None));
    }

    fn enter(&mut self, header: &Header, pass: &mut impl FnMut(Part<'_>)) {
        let control = header.first & 0x08 != 0;
        let continues = header.first & 0x0f == 0;
        if !control && !continues {
            self.compressed = header.first & 0x40 != 0;
            if self.compressed {
                pass(Part::Compressed);
            }
        }
        let kind = match (control, self.compressed) {
            (true, _) => Payload::Control,
            (false, true) => Payload::Compressed,
            (false, false) => Payload::Message,
        };
        self.state = if header.payload == 0 {
            State::Header
        } else {
            State::Payload { left: header.payload, mask: header.mask, at: 0, kind }
        };
    }

    /// Takes as much as belongs to the frame; what is left of the bytes.
    fn payload<'a>(&mut self, bytes: &'a [u8], pass: &mut impl FnMut(Part<'_>)) -> &'a [u8] {
        let State::Payload { left, mask, at, kind } = &mut self.state else { return bytes };
        let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
        let (taken, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
        if *kind == Payload::Message {
            match mask {
                Some(mask) => pass(Part::Bytes(&unmasked(taken, *mask, *at))),
                None => pass(Part::Bytes(taken)),
            }
        }
        *left -= length as u64;
        *at += length as u64;
        if *left == 0 {
            self.state = State::Header;
        }
        rest
    }

    /// Looks for a frame whose message begins with an MQTT packet; bytes that are not it are dropped.
    fn search(&mut self) -> Option<usize> {
        let found = (0..self.buffer.len()).find(|place| {
            let bytes = self.buffer.get(*place..).unwrap_or_default();
            let Read::Header(header) = header(bytes) else { return false };
            let masked = header.mask.is_some() == (self.direction == Direction::ToServer);
            // A whole message, or its beginning, of bytes.
            if header.first & 0x7f != 2 || !masked {
                return false;
            }
            let there = bytes.get(header.length..).unwrap_or_default();
            let length = usize::try_from(header.payload).unwrap_or(usize::MAX).min(there.len());
            let there = there.get(..length).unwrap_or_default();
            let carried = unmasked(there, header.mask.unwrap_or_default(), 0);
            match look(&carried, self.direction, true) {
                Look::Packet => true,
                // Only the first packet of a segment is taken on trust.
                Look::Maybe(_) => *place == 0 && carried.len() >= 2,
                Look::No => false,
            }
        });
        if found.is_none() && self.buffer.len() > LONGEST_SEARCH {
            self.buffer.drain(..self.buffer.len() - LONGEST_SEARCH / 4);
        }
        found
    }
}

/// Bytes without their mask, from the place in the frame on.
fn unmasked(bytes: &[u8], mask: [u8; 4], at: u64) -> Vec<u8> {
    let turn = usize::try_from(at % 4).unwrap_or(0);
    bytes.iter().zip(mask.into_iter().cycle().skip(turn)).map(|(byte, mask)| byte ^ mask).collect()
}

/// Reads a frame's header.
fn header(bytes: &[u8]) -> Read {
    let (Some(&first), Some(&second)) = (bytes.first(), bytes.get(1)) else { return Read::Unfinished };
    let control = first & 0x08 != 0;
    let known = matches!(first & 0x0f, 0..=2 | 8..=10);
    let short = second & 0x7f;
    if !known || first & 0x30 != 0 || (control && (first & 0xc0 != 0x80 || short > 125)) {
        return Read::Wrong;
    }
    let (payload, mut length) = match short {
        126 => (bytes.get(2..).and_then(<[u8]>::first_chunk).map(|b| u64::from(u16::from_be_bytes(*b))), 4),
        127 => (bytes.get(2..).and_then(<[u8]>::first_chunk).map(|b| u64::from_be_bytes(*b)), 10),
        short => (Some(u64::from(short)), 2),
    };
    let Some(payload) = payload else { return Read::Unfinished };
    let mask = if second & 0x80 == 0 {
        None
    } else {
        let Some(mask) = bytes.get(length..).and_then(<[u8]>::first_chunk) else { return Read::Unfinished };
        length += 4;
        Some(*mask)
    };
    if payload > i64::MAX.unsigned_abs() {
        return Read::Wrong;
    }
    Read::Header(Header { length, first, mask, payload })
}
