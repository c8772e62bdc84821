//! What the log's one writer knows of each network connection while frames come in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};

use super::across::{Across, Asked};
use super::packed::Facts;
use super::transaction::{Answer, Exchanges, Request, Step};
use super::watch::Watchers;
use super::{Connection, ConnectionNumber, Row, Timestamp};
use crate::wire::{self, Direction, Tracker, Version};

/// Network connections whose earlier frames are remembered; of older ones, frames are read as if the log had
/// joined midway.
const MAX_FOLLOWED: ConnectionNumber = 4096;

/// The writer's own state.
#[derive(Default)]
pub(super) struct Tap {
    followed: HashMap<ConnectionNumber, Followed>,
    /// The number of the connection that begins next.
    next: ConnectionNumber,
    /// What ties network connections together.
    across: Across,
    /// Everybody who wants to be told of changes.
    pub watchers: Watchers,
}

/// One network connection, frame by frame.
#[derive(Debug)]
pub(super) struct Followed {
    /// What is known of it; its version is the one its CONNECT named.
    pub connection: Connection,
    tracker: Tracker,
    exchanges: Exchanges,
}

/// A frame, and what it crossed when.
pub(super) struct Crossing<'a> {
    pub row: Row,
    pub number: ConnectionNumber,
    pub direction: Direction,
    pub time: Timestamp,
    pub frame: &'a [u8],
}

/// What a frame is, seen in its place on its connection.
pub(super) struct Seen<'a> {
    /// What the index holds, but for the topic's number.
    pub facts: Facts,
    /// The topic of a PUBLISH.
    pub topic: Option<Cow<'a, str>>,
    /// What it answers or goes on with.
    pub answer: Option<Answer>,
    /// The message that it responds to.
    pub responds: Option<Request>,
}

impl Followed {
    /// A connection whose first frame will be its first, or that is joined midway.
    pub fn new(connection: Connection, from_start: bool) -> Self {
        let version = connection.version;
        let tracker = if from_start { Tracker::new(version) } else { Tracker::midway(version) };
        Self { connection, tracker, exchanges: Exchanges::default() }
    }

    /// Takes in the next frame. `fault` says whether it is faulty; `None`: find out.
    pub fn see<'a>(&mut self, crossing: &Crossing<'a>, fault: Option<bool>, across: &mut Across) -> Seen<'a> {
        let &Crossing { row, number, direction, time, frame } = crossing;
        let (peek, mut context) = self.tracker.feed(direction, frame);
        // That of a CONNECT is its own.
        context.version = self.tracker.version();
        self.connection.version = context.version;
        let fault = fault.unwrap_or_else(|| wire::is_faulty(frame, &context));
        let step = peek.packet.map(|packet| Step {
            row,
            time,
            direction,
            version: context.version,
            packet,
            flags: peek.flags,
            packet_id: peek.packet_id,
            reason: peek.reason,
            frame,
        });
        let answer = step.and_then(|step| self.exchanges.take(&step, across));
        let topic: Option<Cow<'a, str>> = match &context.alias_topic {
            Some(topic) => Some(topic.clone().into()),
            None => peek.topic.and_then(|topic| str::from_utf8(topic).ok()).map(Into::into),
        };
        let mut responds = None;
        // What is sent again has asked and answered before.
        if let (Some(step), Some(topic), None) = (step, &topic, answer) {
            let topic: &str = topic;
            let asked =
                Asked { connection: number, topic: topic.as_bytes(), correlation: peek.correlation_data };
            responds = across.respond(direction, &asked, peek.flags & 1 != 0);
            if let Some(topic) = peek.response_topic {
                across.ask(step.request(), &Asked { topic, ..asked });
            }
        }
        let facts = Facts {
            time,
            connection: number,
            direction,
            first_byte: frame.first().copied().unwrap_or(0),
            length: u32::try_from(frame.len()).unwrap_or(u32::MAX),
            packet_id: peek.packet_id,
            topic: None,
            fault,
            context,
        };
        Seen { facts, topic, answer, responds }
    }
}

impl Tap {
    /// Numbers a new connection.
    pub fn begin(&mut self, connection: Connection, from_start: bool) -> ConnectionNumber {
        let number = self.next;
        self.next = number.wrapping_add(1);
        self.followed.remove(&number.wrapping_sub(MAX_FOLLOWED));
        self.followed.insert(number, Followed::new(connection, from_start));
        number
    }

    /// Connections are numbered from this one on; what an earlier run left open may be gone on with.
    pub fn continue_from(&mut self, next: ConnectionNumber, across: Across) {
        self.next = next;
        self.across = across;
    }

    /// The connection of a number, and what ties it to others. One that was never begun, or long ago, is joined
    /// midway.
    pub fn followed(
        &mut self,
        number: ConnectionNumber,
        known: impl FnOnce() -> Option<Connection>,
    ) -> (&mut Followed, &mut Across) {
        let followed = self.followed.entry(number).or_insert_with(|| {
            let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            let unknown = Connection { client: nowhere, server: nowhere, version: Version::default() };
            Followed::new(known().unwrap_or(unknown), false)
        });
        (followed, &mut self.across)
    }
}
