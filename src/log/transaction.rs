//! Which frame answers which, in both directions: within a network connection, and for messages within a session,
//! which may outlive it.

use std::collections::VecDeque;

use super::across::{Across, Client, Session};
use super::packed::Packed;
use super::state::State;
use super::{ConnectionNumber, Row, Timestamp};
use crate::wire::{self, Context, Direction, Dissection, FieldKind, PacketType, Property, Value, Version};

/// Unanswered PINGREQ that are remembered; a client has one.
const MAX_PINGS: usize = 64;

/// How many rows behind a request its steps are looked for.
const MAX_SEARCH: u64 = 1 << 18;

/// How many rows at a time a network connection's newest frame is looked for in.
const NEWEST_STEP: u64 = 4096;

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Exchange {
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
    /// The PUBREL that followed.
    released: Option<Row>,
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
    /// The frame that this one is, sent again.
    pub repeats: Option<Row>,
}

impl Answer {
    const fn last(request: Request) -> Self {
        Self { request, answers: true, ended: true, repeats: None }
    }

    fn step(request: Request, direction: Direction) -> Self {
        Self { request, answers: direction != request.direction, ended: false, repeats: None }
    }
}

/// The unfinished exchanges of one network connection; those with packet identifiers are its session's, and stand
/// in [`Across`].
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    connect: Option<Request>,
    pings: VecDeque<Request>,
    /// Re-authentication (5.0, section 4.12.1).
    authentication: Option<Request>,
    /// `None` before the first frame.
    session: Option<Session>,
    client: Option<Client>,
    /// The session may be one that began on an earlier network connection.
    resumed: bool,
}

/// What tells the exchanges where a frame belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'a> {
    pub row: Row,
    pub time: Timestamp,
    pub direction: Direction,
    pub version: Version,
    pub packet: PacketType,
    /// The first byte's low four bits.
    pub flags: u8,
    pub packet_id: Option<u16>,
    /// The reason code, where the packet has one.
    pub reason: Option<u8>,
    pub frame: &'a [u8],
}

impl Step<'_> {
    /// Where it begins something: that.
    pub fn request(&self) -> Request {
        Request { row: self.row, time: self.time, direction: self.direction, released: None }
    }

    /// It ends the exchange early: a PUBREC with reason code 0x80 and above.
    fn refuses(&self) -> bool {
        self.reason.is_some_and(|reason| reason >= 0x80)
    }
}

impl Exchanges {
    /// Takes in the next frame; says what it belongs to. A request with the identifier of an unanswered one
    /// repeats it where it has the flag DUP, and takes its place otherwise.
    pub fn take(&mut self, step: &Step<'_>, across: &mut Across) -> Option<Answer> {
        match step.packet {
            PacketType::Connect => {
                self.begin_session(step, across);
                self.connect = Some(step.request());
                self.authentication = None;
                None
            }
            PacketType::Connack => {
                self.settle_session(step, across);
                self.connect.take().map(Answer::last)
            }
            PacketType::Pingreq => {
                if self.pings.len() == MAX_PINGS {
                    self.pings.pop_front();
                }
                self.pings.push_back(step.request());
                None
            }
            PacketType::Pingresp => self.pings.pop_front().map(Answer::last),
            PacketType::Auth => self.authenticate(step),
            // How a server refuses to go on with a re-authentication.
            PacketType::Disconnect if step.direction == Direction::ToClient => {
                self.authentication.take().map(Answer::last)
            }
            PacketType::Disconnect => None,
            PacketType::Publish if step.flags & 0b0110 == 0 => None,
            PacketType::Publish => self.ask(Exchange::Publish, step, across),
            PacketType::Subscribe => self.ask(Exchange::Subscribe, step, across),
            PacketType::Unsubscribe => self.ask(Exchange::Unsubscribe, step, across),
            PacketType::Suback => self.end(Exchange::Subscribe, step, across),
            PacketType::Unsuback => self.end(Exchange::Unsubscribe, step, across),
            PacketType::Puback | PacketType::Pubcomp => self.end(Exchange::Publish, step, across),
            PacketType::Pubrec if step.refuses() => self.end(Exchange::Publish, step, across),
            PacketType::Pubrec => {
                let key =
                    (self.session(across), Exchange::Publish, opposite(step.direction), step.packet_id?);
                across.open(key).map(|request| Answer::step(*request, step.direction))
            }
            PacketType::Pubrel => self.release(step, across),
        }
    }

    /// AUTH while CONNECT waits is part of connecting; later the client begins anew with 0x19.
    fn authenticate(&mut self, step: &Step<'_>) -> Option<Answer> {
        const SUCCESS: u8 = 0x00;
        const RE_AUTHENTICATE: u8 = 0x19;
        let reason = step.reason?;
        if let Some(connect) = self.connect {
            return Some(Answer::step(connect, step.direction));
        }
        if reason == RE_AUTHENTICATE && self.authentication.is_none() {
            self.authentication = Some(step.request());
            return None;
        }
        if reason == SUCCESS && step.direction == Direction::ToClient {
            return self.authentication.take().map(Answer::last);
        }
        Some(Answer::step(self.authentication?, step.direction))
    }

    fn ask(&mut self, exchange: Exchange, step: &Step<'_>, across: &mut Across) -> Option<Answer> {
        let key = (self.session(across), exchange, step.direction, step.packet_id?);
        if step.flags & 8 != 0
            && let Some(first) = across.open(key)
        {
            return Some(Answer { repeats: Some(first.row), ..Answer::step(*first, step.direction) });
        }
        across.begin(key, step.request());
        None
    }

    fn release(&mut self, step: &Step<'_>, across: &mut Across) -> Option<Answer> {
        let key = (self.session(across), Exchange::Publish, step.direction, step.packet_id?);
        let Some(request) = across.open(key) else {
            // Its PUBLISH crossed before anyone listened.
            across.begin(key, Request { released: Some(step.row), ..step.request() });
            return None;
        };
        let repeats = request.released;
        request.released.get_or_insert(step.row);
        Some(Answer { repeats, ..Answer::step(*request, step.direction) })
    }

    fn end(&mut self, exchange: Exchange, step: &Step<'_>, across: &mut Across) -> Option<Answer> {
        let key = (self.session(across), exchange, opposite(step.direction), step.packet_id?);
        across.end(key).map(Answer::last)
    }

    fn session(&mut self, across: &mut Across) -> Session {
        *self.session.get_or_insert_with(|| across.new_session())
    }

    /// CONNECT: goes on with the client's session unless it asks for a new one.
    fn begin_session(&mut self, step: &Step<'_>, across: &mut Across) {
        let dissection = dissected(step);
        let clean =
            dissection.find(FieldKind::CleanSession).is_some_and(|field| field.value == Value::Bool(true));
        let identifier =
            dissection.find(FieldKind::ClientId).and_then(|field| step.frame.get(field.range.clone()));
        self.client = identifier.filter(|id| !id.is_empty()).map(|id| across.client(id));
        let known = self.client.filter(|_| !clean).and_then(|client| across.session(client));
        self.resumed = known.is_some();
        let session = known.unwrap_or_else(|| across.new_session());
        self.session = Some(session);
        if let Some(client) = self.client {
            // Before 5.0 a clean session ends with its network connection.
            let lasts = !clean || dissection.version == Version::V5_0;
            across.keep_session(client, lasts.then_some(session));
        }
    }

    /// CONNACK: says whether the server has the session still; in 3.1 it cannot.
    fn settle_session(&mut self, step: &Step<'_>, across: &mut Across) {
        let dissection = dissected(step);
        let present =
            dissection.find(FieldKind::SessionPresent).map(|field| field.value == Value::Bool(true));
        let anew = self.resumed && step.version != Version::V3_1 && present == Some(false);
        let assigned = FieldKind::PropertyValue(Property::AssignedClientIdentifier);
        if let Some(Value::Text(identifier)) = dissection.find(assigned).map(|field| &field.value) {
            self.client = Some(across.client(identifier.as_bytes()));
        } else if !anew {
            return;
        }
        if anew {
            self.session = Some(across.new_session());
        }
        if let Some(client) = self.client {
            across.keep_session(client, self.session);
        }
    }
}

fn dissected(step: &Step<'_>) -> Dissection {
    wire::dissect(step.frame, &Context { version: step.version, ..Context::default() })
}

/// From a request to the answer that ended its exchange, in nanoseconds, asked of any row of the exchange.
pub(super) fn round_trip(state: &State, row: Row) -> Option<u64> {
    let request = request(state, row)?;
    let first = state.packed(request)?;
    let last = state.packed(first.partner(request)?)?;
    last.ends_exchange().then(|| last.time.saturating_sub(first.time))
}

/// Whether the row began an exchange that has not ended.
pub(super) fn is_unanswered(state: &State, row: Row) -> bool {
    let Some(packed) = state.packed(row) else { return false };
    let asks = match PacketType::of_first_byte(packed.first_byte) {
        Some(PacketType::Publish) => matches!(packed.first_byte & 0b0110, 0b0010 | 0b0100),
        Some(PacketType::Auth) => packed.direction() == Direction::ToServer,
        Some(
            PacketType::Connect
            | PacketType::Subscribe
            | PacketType::Unsubscribe
            | PacketType::Pingreq
            | PacketType::Pubrel,
        ) => true,
        _ => false,
    };
    let last = packed.partner(row);
    let begins = last.is_none_or(|last| last > row);
    asks && begins && !last.and_then(|last| state.packed(last)).is_some_and(Packed::ends_exchange)
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

/// Those of them from `from` on, where `row` is the first.
pub(super) fn rows_from(state: &State, first: Row, from: Row) -> Vec<Row> {
    let mut rows = Vec::new();
    state.for_each(from.max(first + 1)..Row::MAX, |row, packed| {
        if packed.partner(row) == Some(first) {
            rows.push(row);
        }
    });
    rows
}

/// The newest frame of a network connection, of those from `from` on.
pub(super) fn newest_of(state: &State, connection: ConnectionNumber, from: Row) -> Option<Row> {
    let mut end = state.end();
    while end > from.max(state.rows().start) {
        let start = end.saturating_sub(NEWEST_STEP).max(from);
        let mut newest = None;
        state.for_each(start..end, |row, packed| {
            if packed.connection == connection {
                newest = Some(row);
            }
        });
        if newest.is_some() {
            return newest;
        }
        end = start;
    }
    None
}

/// The row that began the exchange.
fn request(state: &State, row: Row) -> Option<Row> {
    state.packed(row)?.partner(row).map(|partner| row.min(partner))
}

pub(super) const fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::ToServer => Direction::ToClient,
        Direction::ToClient => Direction::ToServer,
    }
}
