//! The exchange that the selected frame belongs to, the messages that respond to it, and how long what is open has
//! been so.

use crate::log::{ConnectionNumber, Entry, Frame, FrameLog, Row, Timestamp};
use crate::wire::{Direction, Dissection, FieldKind, PacketType, Property, Qos, Value};

/// The most responses that are shown of a message.
const RESPONSES: usize = 16;
/// A tenth of a second: how exactly the time of waiting is shown in the first minute.
const TENTH_NS: u64 = 100_000_000;

/// One frame of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which frame.
    pub row: Row,
    /// Its packet type.
    pub packet: PacketType,
    /// Nanoseconds since the exchange began.
    pub after_ns: u64,
    /// It is this frame, sent again.
    pub repeats: Option<Row>,
}

/// How something stands that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The answer can still come; it has been awaited for so many nanoseconds.
    Since(u64),
    /// The network connection or the log ended so many nanoseconds later without it.
    Never(u64),
    /// The log is still being read.
    Reading,
    /// Its network connection is gone, and the session, which lives, sends it again on the next one.
    Held,
}

/// What the log that a frame stands in is: what that says about answers to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A network connection is up: its newest.
    Up,
    /// A connection that is down, or a capture: no frames come.
    Ended,
    /// A capture that is being read.
    Reading,
}

/// The exchange of a frame.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Its frames in order; the frame alone where it asks for no answer.
    pub steps: Vec<Step>,
    /// Where it is open, how it stands.
    pub waiting: Option<Waiting>,
    /// A message with its responses: the one that asks first, then those that respond, sixteen at most. Empty where
    /// it asks for none and responds to none.
    pub responses: Vec<Step>,
    /// Where a message asks for a response and has none, how it stands.
    pub response_waiting: Option<Waiting>,
    /// It asks for an answer where it stands alone.
    asks: bool,
    /// It names a response topic.
    asks_response: bool,
    /// The exchange has ended.
    ended: bool,
    /// When it began.
    began: Timestamp,
    /// Rows before this one have been looked at.
    seen: Row,
    /// The newest frame of the network connection of the last step: the connection was looked at up to `seen`.
    newest: Option<Row>,
}

impl Exchange {
    /// The exchange of a frame as far as it has come.
    #[must_use]
    pub fn new(log: &FrameLog, frame: &Frame, dissection: &Dissection) -> Self {
        let property = FieldKind::PropertyValue(Property::ResponseTopic);
        let publish = dissection.packet == Some(PacketType::Publish);
        let mut exchange = Self {
            asks: asks(&frame.entry, dissection),
            asks_response: publish && dissection.find(property).is_some(),
            seen: log.rows().end,
            ..Self::default()
        };
        let rows = log.transaction(frame.row);
        exchange.began = rows.first().and_then(|&row| log.entry(row)).map_or(frame.entry.time, |e| e.time);
        exchange.take(log, rows);
        exchange.ended = log.round_trip(frame.row).is_some() || exchange.steps.last().is_some_and(ends);
        if publish {
            exchange.find_responses(log, frame.row);
        }
        exchange
    }

    /// Whether an answer is missing.
    #[must_use]
    pub fn open(&self) -> bool {
        !self.ended && (self.asks || self.steps.len() > 1)
    }

    /// Whether frames to come may belong to it.
    fn grows(&self) -> bool {
        self.open() || self.asks_response
    }

    fn take(&mut self, log: &FrameLog, rows: Vec<Row>) {
        let began = self.began;
        self.steps.extend(rows.into_iter().filter_map(|row| step(log, row, began)));
    }

    fn find_responses(&mut self, log: &FrameLog, row: Row) {
        self.responses.clear();
        let request = log.responds_to(row).unwrap_or(row);
        let Some(asked) = log.entry(request) else { return };
        let mut rows = log.responses(request, RESPONSES);
        if rows.is_empty() && !self.asks_response {
            return;
        }
        if request != row && !rows.contains(&row) {
            rows.push(row);
        }
        rows.insert(0, request);
        self.responses.extend(rows.into_iter().filter_map(|row| step(log, row, asked.time)));
    }

    /// Looks for what has come since, and says how long is waited. `held`: the session lives and holds unanswered
    /// messages that went out on this network connection or a later one.
    pub fn refresh(
        &mut self,
        log: &FrameLog,
        frame: &Frame,
        source: Source,
        held: Option<ConnectionNumber>,
        now: Timestamp,
    ) {
        if !self.grows() {
            return;
        }
        let end = log.rows().end;
        let from = self.seen;
        self.seen = end;
        if end != from && self.open() {
            let first = self.steps.first().map_or(frame.row, |step| step.row);
            let before = self.steps.len();
            self.take(log, log.transaction_from(first, from));
            self.ended = log.round_trip(frame.row).is_some();
            if self.steps.len() != before {
                self.newest = None;
            }
        }
        if end != from && self.asks_response {
            self.find_responses(log, frame.row);
        }
        self.waiting =
            if self.open() { Some(self.waits(log, frame, (source, held), now, from)) } else { None };
        let asks_still = self.asks_response && self.responses.len() < 2;
        self.response_waiting = asks_still.then(|| {
            let last = end.checked_sub(1).and_then(|row| log.entry(row)).map(|entry| entry.time);
            stands(source, frame.entry.time, now, last)
        });
    }

    /// How the exchange stands. `from`: rows before it have been looked at.
    fn waits(
        &mut self,
        log: &FrameLog,
        frame: &Frame,
        (source, held): (Source, Option<ConnectionNumber>),
        now: Timestamp,
        from: Row,
    ) -> Waiting {
        let last = self.steps.last().map_or(frame.row, |step| step.row);
        let Some(entry) = log.entry(last) else { return Waiting::Reading };
        let up = self.seen.checked_sub(1).and_then(|row| log.entry(row)).map(|newest| newest.connection);
        let source =
            if source == Source::Up && up != Some(entry.connection) { Source::Ended } else { source };
        if source == Source::Ended {
            let is_message = self.steps.first().is_some_and(|step| step.packet == PacketType::Publish);
            let sent = log.entry(self.steps.first().map_or(last, |step| step.row));
            if is_message
                && sent.is_some_and(|sent| sent.direction == Direction::ToServer)
                && held.is_some_and(|held| entry.connection >= held)
            {
                return Waiting::Held;
            }
            let from = if self.newest.is_some() { from } else { last };
            self.newest = log.newest_of(entry.connection, from).or(self.newest);
        }
        let newest = self.newest.and_then(|row| log.entry(row)).map(|entry| entry.time);
        stands(source, self.began, now, newest)
    }

    /// When the time of waiting reads differently.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = [self.waiting, self.response_waiting].into_iter().flatten();
        let waited =
            waits.filter_map(|waits| if let Waiting::Since(waited) = waits { Some(waited) } else { None });
        waited
            .map(|waited| {
                let step = if waited < 600 * TENTH_NS { TENTH_NS } else { 10 * TENTH_NS };
                Timestamp(now.0.saturating_add(step - waited % step))
            })
            .min()
    }
}

fn step(log: &FrameLog, row: Row, began: Timestamp) -> Option<Step> {
    let entry = log.entry(row)?;
    let after_ns = entry.time.0.saturating_sub(began.0);
    Some(Step { row, packet: entry.packet?, after_ns, repeats: log.repeats(row) })
}

/// How something stands that began then: `newest` is the time of the last frame that could have ended it.
fn stands(source: Source, began: Timestamp, now: Timestamp, newest: Option<Timestamp>) -> Waiting {
    match source {
        Source::Up => Waiting::Since(now.0.saturating_sub(began.0)),
        Source::Ended => Waiting::Never(newest.map_or(0, |newest| newest.0.saturating_sub(began.0))),
        Source::Reading => Waiting::Reading,
    }
}

/// Whether a frame asks for an answer, seen alone.
fn asks(entry: &Entry, dissection: &Dissection) -> bool {
    const RE_AUTHENTICATE: u64 = 0x19;
    match dissection.packet {
        Some(PacketType::Publish) => matches!(entry.qos(), Some(Qos::AtLeastOnce | Qos::ExactlyOnce)),
        Some(
            PacketType::Connect
            | PacketType::Subscribe
            | PacketType::Unsubscribe
            | PacketType::Pingreq
            | PacketType::Pubrel,
        ) => true,
        Some(PacketType::Auth) => dissection
            .find(FieldKind::ReasonCode)
            .is_some_and(|field| field.value == Value::Number(RE_AUTHENTICATE)),
        _ => false,
    }
}

/// Whether the packet ends an exchange, whatever began it.
const fn ends(step: &Step) -> bool {
    matches!(
        step.packet,
        PacketType::Connack
            | PacketType::Suback
            | PacketType::Unsuback
            | PacketType::Pingresp
            | PacketType::Puback
            | PacketType::Pubcomp
            | PacketType::Disconnect
    )
}
