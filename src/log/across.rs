//! What ties frames of different network connections together: exchanges of sessions that outlive a network
//! connection, and messages that respond to messages.
//!
//! Bounded: of each kind the newest 65,536 are remembered surely, and never more than twice as many, whatever
//! crosses; a message that asks for responses counts twice. That is 50 MiB in all at the very most, where a log is
//! full of requests of every kind that nobody answers; usually next to nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use super::ConnectionNumber;
use super::transaction::{Exchange, Request, opposite};
use crate::wire::Direction;

/// How many are remembered surely.
const SURELY: usize = 1 << 16;

/// A map that forgets what was put into it long ago: two generations, of which the older goes as a whole.
#[derive(Debug)]
struct Aging<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Aging<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Aging<K, V> {
    fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        if self.young.len() >= SURELY {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(key, value);
    }

    fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self.young.get_mut(key) {
            Some(value) => Some(value),
            None => self.old.get_mut(key),
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }
}

/// A session's number within the log; the first is 1.
pub(super) type Session = u64;

/// A client identifier, by its hash.
pub(super) type Client = u64;

/// Messages without correlation data that wait for a response on one topic.
#[derive(Clone, Copy, Debug)]
struct Uncorrelated {
    /// The newest of them.
    request: Request,
    /// How many wait.
    waiting: u32,
    /// More than one has waited at a time, and since then there was always one: which response belongs to
    /// which request cannot be known.
    mixed: bool,
}

/// What is known beyond one network connection.
#[derive(Debug, Default)]
pub(super) struct Across {
    open: Aging<(Session, Exchange, Direction, u16), Request>,
    sessions: Aging<Client, Session>,
    newest: Session,
    correlated: Aging<u64, Request>,
    uncorrelated: Aging<u64, Uncorrelated>,
    hasher: RandomState,
}

impl Across {
    /// The number of a session that begins.
    pub fn new_session(&mut self) -> Session {
        self.newest += 1;
        self.newest
    }

    /// What stands for a client identifier.
    pub fn client(&self, identifier: &[u8]) -> Client {
        self.hasher.hash_one(identifier)
    }

    /// The session that a client would go on with.
    pub fn session(&mut self, client: Client) -> Option<Session> {
        self.sessions.get_mut(&client).copied()
    }

    /// A client has this session from now on; `None`: none that outlives its network connection.
    pub fn keep_session(&mut self, client: Client, session: Option<Session>) {
        match session {
            Some(session) => self.sessions.insert(client, session),
            None => {
                self.sessions.remove(&client);
            }
        }
    }

    /// A request waits from now on.
    pub fn begin(&mut self, key: (Session, Exchange, Direction, u16), request: Request) {
        self.open.insert(key, request);
    }

    /// A request that waits.
    pub fn open(&mut self, key: (Session, Exchange, Direction, u16)) -> Option<&mut Request> {
        self.open.get_mut(&key)
    }

    /// A request waits no more.
    pub fn end(&mut self, key: (Session, Exchange, Direction, u16)) -> Option<Request> {
        self.open.remove(&key)
    }

    /// A message asks for responses. It is found by its own network connection and by any.
    pub fn ask(&mut self, request: Request, asked: &Asked<'_>) {
        for connection in [Some(asked.connection), None] {
            let key = self.key(request.direction, connection, asked);
            if asked.correlation.is_some() {
                self.correlated.insert(key, request);
                continue;
            }
            let before = self.uncorrelated.get_mut(&key).copied();
            let waiting = before.map_or(0, |before| before.waiting).saturating_add(1);
            self.uncorrelated.insert(key, Uncorrelated { request, waiting, mixed: before.is_some() });
        }
    }

    /// The message that this one responds to: one with this response topic and the same correlation data. Sooner
    /// one that crossed this network connection the other way, then one that went the other way elsewhere, then
    /// one that went the same way.
    ///
    /// Without correlation data the topic alone must tell: it does where exactly one request without correlation
    /// data waits on it the other way, and the first message that is not a retained one is its response.
    pub fn respond(&mut self, direction: Direction, asked: &Asked<'_>, retained: bool) -> Option<Request> {
        let other = opposite(direction);
        let own = Some(asked.connection);
        if asked.correlation.is_some() {
            if self.correlated.is_empty() {
                return None;
            }
            return [(other, own), (other, None), (direction, None)].into_iter().find_map(
                |(way, connection)| {
                    let key = self.key(way, connection, asked);
                    self.correlated.get_mut(&key).copied()
                },
            );
        }
        if retained || self.uncorrelated.is_empty() {
            return None;
        }
        let (near, far) = (self.key(other, own, asked), self.key(other, None, asked));
        if self.uncorrelated.get_mut(&near).is_some() {
            self.settle(far);
            return self.settle(near);
        }
        self.settle(far)
    }

    /// One of those that wait has its response; which, where it is known.
    fn settle(&mut self, key: u64) -> Option<Request> {
        let waits = self.uncorrelated.get_mut(&key)?;
        waits.waiting = waits.waiting.saturating_sub(1);
        let Uncorrelated { request, waiting, mixed } = *waits;
        if waiting == 0 {
            self.uncorrelated.remove(&key);
        }
        (waiting == 0 && !mixed).then_some(request)
    }

    fn key(&self, way: Direction, connection: Option<ConnectionNumber>, asked: &Asked<'_>) -> u64 {
        self.hasher.hash_one((way, connection, asked.topic, asked.correlation))
    }
}

/// What a message asks for, or what it could be an answer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The network connection it crosses.
    pub connection: ConnectionNumber,
    /// The topic of responses.
    pub topic: &'a [u8],
    pub correlation: Option<&'a [u8]>,
}
