//! Which frame answers which: per network connection, in both directions.

use std::collections::{HashMap, VecDeque};

use super::packed::Packed;
use super::state::State;
use super::{Row, Timestamp};
use crate::wire::{Direction, PacketType};

/// Unanswered PINGREQ that are remembered; a client has one.
const MAX_PINGS: usize = 64;

/// How many rows behind a request its steps are looked for.
const MAX_SEARCH: u64 = 1 << 18;

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Exchange {
    Publish,
    Subscribe,
    Unsubscribe,
}

/// A request that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Its row.
    pub row: Row,
    /// When it crossed.
    pub time: Timestamp,
    /// Which way it went.
    pub direction: Direction,
}

/// A frame that answers, or goes on with, an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// What began the exchange.
    pub request: Request,
    /// Whether this is an answer to it, and not its sender's next step (PUBREL).
    pub answers: bool,
    /// Whether the exchange has ended.
    pub ended: bool,
}

/// The unfinished exchanges of one network connection. Bounded: packet identifiers have 16 bits.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    connect: Option<Request>,
    pings: VecDeque<Request>,
    open: HashMap<(Exchange, Direction, u16), Request>,
}

/// What tells the exchanges where a frame belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub row: Row,
    pub time: Timestamp,
    pub direction: Direction,
    pub packet: PacketType,
    /// The first byte's low four bits.
    pub flags: u8,
    pub packet_id: Option<u16>,
    /// It ends the exchange early: a PUBREC that refuses (reason code 0x80 and above).
    pub refuses: bool,
}

impl Exchanges {
    /// Takes in the next frame; says what it belongs to. A request with the identifier of an unanswered one
    /// takes its place.
    pub fn take(&mut self, step: &Step) -> Option<Answer> {
        let request = Request { row: step.row, time: step.time, direction: step.direction };
        let ended = |request| Some(Answer { request, answers: true, ended: true });
        match step.packet {
            PacketType::Connect => {
                self.connect = Some(request);
                None
            }
            PacketType::Connack => self.connect.take().and_then(ended),
            PacketType::Pingreq => {
                if self.pings.len() == MAX_PINGS {
                    self.pings.pop_front();
                }
                self.pings.push_back(request);
                None
            }
            PacketType::Pingresp => self.pings.pop_front().and_then(ended),
            PacketType::Publish if step.flags & 0b0110 == 0 => None,
            PacketType::Publish => self.begin(Exchange::Publish, step, request),
            PacketType::Subscribe => self.begin(Exchange::Subscribe, step, request),
            PacketType::Unsubscribe => self.begin(Exchange::Unsubscribe, step, request),
            PacketType::Puback | PacketType::Pubcomp => self.end(Exchange::Publish, step).and_then(ended),
            PacketType::Suback => self.end(Exchange::Subscribe, step).and_then(ended),
            PacketType::Unsuback => self.end(Exchange::Unsubscribe, step).and_then(ended),
            PacketType::Pubrec if step.refuses => self.end(Exchange::Publish, step).and_then(ended),
            PacketType::Pubrec => {
                let key = (Exchange::Publish, opposite(step.direction), step.packet_id?);
                let request = *self.open.get(&key)?;
                Some(Answer { request, answers: true, ended: false })
            }
            PacketType::Pubrel => {
                let key = (Exchange::Publish, step.direction, step.packet_id?);
                if let Some(request) = self.open.get(&key) {
                    return Some(Answer { request: *request, answers: false, ended: false });
                }
                // Its PUBLISH crossed an earlier network connection.
                self.open.insert(key, request);
                None
            }
            PacketType::Disconnect | PacketType::Auth => None,
        }
    }

    fn begin(&mut self, exchange: Exchange, step: &Step, request: Request) -> Option<Answer> {
        self.open.insert((exchange, step.direction, step.packet_id?), request);
        None
    }

    fn end(&mut self, exchange: Exchange, step: &Step) -> Option<Request> {
        self.open.remove(&(exchange, opposite(step.direction), step.packet_id?))
    }
}

/// From a request to the answer that ended its exchange, in nanoseconds, asked of any row of the exchange.
pub(super) fn round_trip(state: &State, row: Row) -> Option<u64> {
    let request = request(state, row)?;
    let first = state.packed(request)?;
    let last = state.packed(first.partner(request)?)?;
    last.ends_exchange().then(|| last.time.saturating_sub(first.time))
}

/// The rows of the exchange that a row belongs to, in order.
pub(super) fn rows(state: &State, row: Row) -> Vec<Row> {
    let Some(first) = request(state, row) else { return vec![row] };
    let answer = state.packed(first).and_then(|packed| packed.partner(first));
    let mut rows = vec![first];
    let searched = first.saturating_add(MAX_SEARCH).min(state.end());
    let end = match answer {
        Some(answer) if state.packed(answer).is_some_and(Packed::ends_exchange) => searched.min(answer + 1),
        _ => searched,
    };
    state.for_each(first + 1..end, |row, packed| {
        if packed.partner(row) == Some(first) {
            rows.push(row);
        }
    });
    rows.extend(answer.filter(|answer| *answer >= searched));
    rows
}

/// The row that began the exchange.
fn request(state: &State, row: Row) -> Option<Row> {
    state.packed(row)?.partner(row).map(|partner| row.min(partner))
}

const fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::ToServer => Direction::ToClient,
        Direction::ToClient => Direction::ToServer,
    }
}
