//! What a TCP connection carries: MQTT as such, MQTT within WebSocket, or nothing of interest.

use super::frame::{Mark, Note};
use super::framer::{Framer, Out};
use super::tcp::Piece;
use super::websocket::{self, Frames, Head, Part};
use crate::wire::Direction;

/// The most bytes of a direction that are kept until it is known what the connection carries.
const MOST_EARLY: usize = 64 << 10;

/// One of a connection's two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// The one that sent the first segment of the capture.
    First,
    Second,
}

impl End {
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Something for both directions, by the end that sends.
#[derive(Debug, Default)]
pub(super) struct Both<T> {
    pub first: T,
    pub second: T,
}

impl<T> Both<T> {
    pub const fn of(&self, end: End) -> &T {
        match end {
            End::First => &self.first,
            End::Second => &self.second,
        }
    }

    pub const fn of_mut(&mut self, end: End) -> &mut T {
        match end {
            End::First => &mut self.first,
            End::Second => &mut self.second,
        }
    }
}

/// A piece that waits until it is known what the connection carries.
#[derive(Debug)]
enum Early {
    Bytes(Mark, Vec<u8>),
    Gap(u64),
}

/// One direction.
#[derive(Debug)]
enum Flow {
    Undecided(Vec<Early>),
    Mqtt(Framer),
    /// WebSocket, its HTTP head not whole yet.
    Head(Vec<u8>),
    WebSocket(Frames, Framer),
    /// Nothing to be found.
    Ignored,
}

impl Default for Flow {
    fn default() -> Self {
        Self::Undecided(Vec::new())
    }
}

/// What is known of a connection from elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    /// Who sent the SYN.
    pub opener: Option<End>,
    /// Who has a port on which MQTT is to be expected.
    pub listener: Option<End>,
}

/// Something that came out.
#[derive(Debug)]
pub(super) enum Event {
    /// From a direction, by the end that sends.
    Out(End, Out),
    /// WebSocket messages are compressed.
    Compressed,
    /// The connection is encrypted.
    Encrypted,
}

/// What a connection carries.
#[derive(Debug, Default)]
pub(super) struct Content {
    flows: Both<Flow>,
    /// Once known.
    client: Option<End>,
    /// The first bytes of MQTT were a CONNECT.
    connect_first: bool,
    /// Bytes of undecided directions.
    early: usize,
    /// The client has asked for WebSocket with the subprotocol MQTT.
    asked: bool,
}

/// What a direction's first bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    Connect,
    Request,
    Response,
    Tls,
    /// Too few to tell.
    Unfinished,
    Other,
}

impl Content {
    /// The client's end, once it is known.
    pub const fn client(&self) -> Option<End> {
        self.client
    }

    /// Whether the client's first words are there: a CONNECT, or asking for WebSocket.
    pub const fn from_start(&self) -> bool {
        self.connect_first || self.asked
    }

    /// Has the next packet of a direction carry a note.
    pub fn note(&mut self, end: End, note: Note) {
        if let Flow::Mqtt(framer) | Flow::WebSocket(_, framer) = self.flows.of_mut(end) {
            framer.note(note);
        }
    }

    /// Takes a piece of a direction in.
    pub fn piece(&mut self, end: End, piece: Piece<'_>, around: Circumstances, events: &mut Vec<Event>) {
        if let Flow::Undecided(early) = self.flows.of_mut(end) {
            match piece {
                Piece::Bytes(mark, bytes) => {
                    self.early += bytes.len();
                    early.push(Early::Bytes(mark, bytes.to_vec()));
                }
                Piece::Gap(gap) => early.push(Early::Gap(gap)),
            }
            self.decide(end, around, events);
        } else {
            self.known(end, piece, events);
        }
    }

    /// Nothing comes any more from an end.
    pub fn end(&mut self, end: End, around: Circumstances, events: &mut Vec<Event>) {
        if let (Flow::Undecided(early), Some(server)) = (self.flows.of(end), around.listener)
            && !early.is_empty()
        {
            self.is_mqtt(around.opener.unwrap_or(server.other()), false, around, events);
        }
        if let Flow::Mqtt(framer) | Flow::WebSocket(_, framer) = self.flows.of_mut(end) {
            let mut out = Vec::new();
            framer.end(&mut out);
            events.extend(out.into_iter().map(|out| Event::Out(end, out)));
        }
    }

    fn decide(&mut self, end: End, around: Circumstances, events: &mut Vec<Event>) {
        match first_of(self.flows.of(end)) {
            First::Connect => self.is_mqtt(end, true, around, events),
            First::Request => self.is_websocket(end, events),
            First::Response => self.is_websocket(end.other(), events),
            First::Tls => {
                events.push(Event::Encrypted);
                self.is_nothing();
            }
            First::Unfinished if self.early <= MOST_EARLY => {}
            First::Other | First::Unfinished => {
                if let Some(server) = around.listener {
                    let client = around.opener.unwrap_or(server.other());
                    self.is_mqtt(client, false, around, events);
                } else if around.opener == Some(end)
                    || first_of(self.flows.of(end.other())) == First::Other
                    || self.early > MOST_EARLY
                {
                    self.is_nothing();
                }
            }
        }
    }

    fn is_nothing(&mut self) {
        for end in End::BOTH {
            *self.flows.of_mut(end) = Flow::Ignored;
        }
    }

    fn is_mqtt(&mut self, client: End, connect: bool, around: Circumstances, events: &mut Vec<Event>) {
        self.client = Some(client);
        self.connect_first = connect;
        let aligned = connect || around.opener.is_some();
        self.begin(client, events, |direction| Flow::Mqtt(Framer::new(direction, aligned)));
    }

    fn is_websocket(&mut self, client: End, events: &mut Vec<Event>) {
        self.client = Some(client);
        self.begin(client, events, |_| Flow::Head(Vec::new()));
    }

    /// Gives both directions their flows, and these what came early, in the order in which it came.
    fn begin(&mut self, client: End, events: &mut Vec<Event>, flow: impl Fn(Direction) -> Flow) {
        let mut pieces = Vec::new();
        for end in [client, client.other()] {
            let old = std::mem::replace(self.flows.of_mut(end), flow(direction(client, end)));
            let mut number = 0;
            for early in if let Flow::Undecided(early) = old { early } else { Vec::new() } {
                if let Early::Bytes(mark, _) = &early {
                    number = mark.number;
                }
                pieces.push((number, end, early));
            }
        }
        pieces.sort_by_key(|(number, ..)| *number);
        for (_, end, early) in pieces {
            match early {
                Early::Bytes(mark, bytes) => self.known(end, Piece::Bytes(mark, &bytes), events),
                Early::Gap(gap) => self.known(end, Piece::Gap(gap), events),
            }
        }
    }

    /// Takes in a piece of a direction that is known.
    fn known(&mut self, end: End, piece: Piece<'_>, events: &mut Vec<Event>) {
        let mut out = Vec::new();
        match self.flows.of_mut(end) {
            Flow::Mqtt(framer) => match piece {
                Piece::Bytes(mark, bytes) => framer.bytes(mark, bytes, &mut out),
                Piece::Gap(gap) => framer.gap(Some(gap), &mut out),
            },
            Flow::WebSocket(frames, framer) => {
                let mark = if let Piece::Bytes(mark, _) = piece { mark } else { Mark::default() };
                let mut pass = |part: Part<'_>| match part {
                    Part::Bytes(bytes) => framer.bytes(mark, bytes, &mut out),
                    Part::Gap(gap) => framer.gap(gap, &mut out),
                    Part::Compressed => {
                        framer.gap(None, &mut out);
                        events.push(Event::Compressed);
                    }
                };
                match piece {
                    Piece::Bytes(_, bytes) => frames.bytes(bytes, &mut pass),
                    Piece::Gap(gap) => frames.gap(gap, &mut pass),
                }
            }
            Flow::Head(_) => self.head(end, piece, events),
            Flow::Undecided(_) | Flow::Ignored => {}
        }
        events.extend(out.into_iter().map(|out| Event::Out(end, out)));
    }

    /// Takes in a piece of a direction that begins with an HTTP head.
    fn head(&mut self, end: End, piece: Piece<'_>, events: &mut Vec<Event>) {
        let Some(client) = self.client else { return };
        let direction = direction(client, end);
        let Flow::Head(collected) = self.flows.of_mut(end) else { return };
        let Piece::Bytes(mark, bytes) = piece else {
            // The head, or its end, is not in the capture. The other direction's may tell.
            let flow = Flow::WebSocket(Frames::new(direction, false), Framer::new(direction, false));
            *self.flows.of_mut(end) = flow;
            return;
        };
        collected.extend_from_slice(bytes);
        let (kind, length) = websocket::head(collected);
        match kind {
            Head::Unfinished => {}
            Head::Other => self.is_nothing(),
            Head::Silent if !self.asked => self.is_nothing(),
            Head::Mqtt | Head::Silent => {
                self.asked |= end == client;
                let rest = collected.split_off(length.min(collected.len()));
                let flow = Flow::WebSocket(Frames::new(direction, true), Framer::new(direction, true));
                *self.flows.of_mut(end) = flow;
                if !rest.is_empty() {
                    self.known(end, Piece::Bytes(mark, &rest), events);
                }
            }
        }
    }
}

fn direction(client: End, sender: End) -> Direction {
    if client == sender { Direction::ToServer } else { Direction::ToClient }
}

/// How many bytes of a direction are looked at.
const FIRST_BYTES: usize = 16;

/// What an undecided direction begins with.
fn first_of(flow: &Flow) -> First {
    let Flow::Undecided(early) = flow else { return First::Other };
    let mut start = Vec::new();
    for piece in early {
        let Early::Bytes(_, bytes) = piece else { return First::Other };
        start.extend(bytes.iter().take(FIRST_BYTES - start.len()));
        if start.len() == FIRST_BYTES {
            break;
        }
    }
    first(&start)
}

fn first(start: &[u8]) -> First {
    let begins = |with: &[u8]| {
        let length = start.len().min(with.len());
        (start.get(..length) == with.get(..length)).then_some(length == with.len())
    };
    for (with, first) in [
        (b"GET ".as_slice(), First::Request),
        (b"HTTP/1.1 101".as_slice(), First::Response),
        (b"\x16\x03".as_slice(), First::Tls),
    ] {
        match begins(with) {
            Some(true) => return first,
            Some(false) => return First::Unfinished,
            None => {}
        }
    }
    connect(start)
}

/// CONNECT: its first byte, a remaining length, the protocol's name.
fn connect(start: &[u8]) -> First {
    if start.first() != Some(&0x10) {
        return First::Other;
    }
    let length = start.iter().skip(1).take_while(|byte| **byte & 0x80 != 0).count() + 1;
    if length > 4 {
        return First::Other;
    }
    let name = start.get(1 + length..).unwrap_or_default();
    for whole in [b"\x00\x04MQTT".as_slice(), b"\x00\x06MQIsdp".as_slice()] {
        if name.starts_with(whole) {
            return First::Connect;
        }
        if whole.starts_with(name) {
            return First::Unfinished;
        }
    }
    First::Other
}
