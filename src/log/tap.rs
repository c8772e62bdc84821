//! What the log's one writer knows of each network connection while frames come in.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};

use super::packed::Facts;
use super::transaction::{Answer, Exchanges, Step};
use super::watch::Watchers;
use super::{Connection, ConnectionNumber, Row, Timestamp};
use crate::wire::{self, Direction, Tracker, Version};

/// Network connections whose earlier frames are remembered; of older ones, frames are read as if the log had
/// joined midway.
const MAX_FOLLOWED: usize = 4096;

/// The writer's own state.
#[derive(Default)]
pub(super) struct Tap {
    followed: HashMap<ConnectionNumber, Followed>,
    /// The connection that was begun last.
    newest: Option<ConnectionNumber>,
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

/// What a frame is, seen in its place on its connection.
pub(super) struct Seen<'a> {
    /// What the index holds, but for the topic's number.
    pub facts: Facts,
    /// The topic of a PUBLISH.
    pub topic: Option<std::borrow::Cow<'a, str>>,
    /// What it answers or goes on with.
    pub answer: Option<Answer>,
}

impl Followed {
    /// A connection whose first frame will be its first, or that is joined midway.
    pub fn new(connection: Connection, from_start: bool) -> Self {
        let version = connection.version;
        let tracker = if from_start { Tracker::new(version) } else { Tracker::midway(version) };
        Self { connection, tracker, exchanges: Exchanges::default() }
    }

    /// Takes in the next frame. `fault` says whether it is faulty; `None`: find out.
    pub fn see<'a>(
        &mut self,
        row: Row,
        number: ConnectionNumber,
        direction: Direction,
        time: Timestamp,
        frame: &'a [u8],
        fault: Option<bool>,
    ) -> Seen<'a> {
        let (peek, mut context) = self.tracker.feed(direction, frame);
        // That of a CONNECT is its own.
        context.version = self.tracker.version();
        self.connection.version = context.version;
        let fault = fault.unwrap_or_else(|| wire::is_faulty(frame, &context));
        let answer = peek.packet.and_then(|packet| {
            self.exchanges.take(&Step {
                row,
                time,
                direction,
                packet,
                flags: peek.flags,
                packet_id: peek.packet_id,
                refuses: peek.reason.is_some_and(|reason| reason >= 0x80),
            })
        });
        let topic = match &context.alias_topic {
            Some(topic) => Some(topic.clone().into()),
            None => peek.topic.and_then(|topic| str::from_utf8(topic).ok()).map(Into::into),
        };
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
        Seen { facts, topic, answer }
    }
}

impl Tap {
    /// Numbers a new connection: the number behind that of the newest, from 0, and 0 again after 65,535.
    pub fn begin(&mut self, connection: Connection, from_start: bool) -> ConnectionNumber {
        let number = self.newest.map_or(0, |newest| newest.wrapping_add(1));
        self.newest = Some(number);
        let followed_for_long = u16::try_from(MAX_FOLLOWED).unwrap_or(u16::MAX);
        self.followed.remove(&number.wrapping_sub(followed_for_long));
        self.followed.insert(number, Followed::new(connection, from_start));
        number
    }

    /// Numbers follow this one, which an earlier run gave out.
    pub fn continue_after(&mut self, newest: Option<ConnectionNumber>) {
        self.newest = newest;
    }

    /// The connection of a number. One that was never begun, or long ago, is joined midway.
    pub fn followed(
        &mut self,
        number: ConnectionNumber,
        known: impl FnOnce() -> Option<Connection>,
    ) -> &mut Followed {
        self.followed.entry(number).or_insert_with(|| {
            let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            let unknown = Connection { client: nowhere, server: nowhere, version: Version::default() };
            Followed::new(known().unwrap_or(unknown), false)
        })
    }
}
