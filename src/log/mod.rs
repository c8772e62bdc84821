//! The frame log: every frame of a profile's connections, in order, with time and direction.
//!
//! One writer (the session's tap), many readers. Appending copies into memory and never waits for a
//! disk; a writer thread takes segments there. Everything the window shows is a view of this.
//!
//! # What it promises
//!
//! - A frame's row is its number in order of arrival and never changes, also at the next start. The rows that are
//!   held are one range; only its ends move: its start down too, while earlier frames are being read.
//! - Memory is bounded by [`Limits::memory_bytes`] (one segment more at most) and 40 bytes for each frame whose bytes
//!   are on disk only, disk by [`Limits::disk_bytes`]. The oldest whole segment goes first: out of memory where it
//!   is on disk, then altogether.
//! - Opening reads the newest segment; earlier ones are read in the background, newest first, while frames come.
//! - A disk that fails, or does not keep up, ends history on disk ([`FrameLog::failure`]) and nothing else.
//! - On disk a log is a directory of pcapng files that Wireshark opens, passwords overwritten. What was written
//!   before a crash is read again; a torn end is cut off and reported.
//! - Frames are tied as they come, at a cost that does not grow with the log: answers to their requests, what is
//!   sent again to what was sent first, responses to the messages that asked for them. What is remembered for it is
//!   bounded beside the limits (`across`, `links`).
//! - Topics are numbered once, up to [`MAX_TOPICS`].

mod across;
mod disk;
mod entry;
mod failure;
pub mod filter;
mod index;
mod links;
mod packed;
mod pages;
pub(crate) mod pcapng;
mod recover;
mod retention;
mod rows;
mod segment;
mod state;
pub mod statistics;
mod tap;
mod topics;
mod transaction;
mod view;
mod watch;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::thread::JoinHandle;

pub(crate) use disk::masked;
pub use entry::{Connection, ConnectionNumber, Counters, Entry, Frame, Row, Timestamp};
pub use failure::{Failure, FailureCause, LogError, Recovered};
pub use filter::{Filter, FilterError, FilterFault};
pub use statistics::Statistics;
pub use topics::{MAX_TOPICS, TopicCount, TopicTally};
pub use view::View;
pub use watch::{Wake, Watch};

use crate::wire::{self, Direction};
use disk::Disk;
use links::Tie;
use segment::{Bytes, LARGE, Place};
use state::{Garbage, State};
use tap::{Crossing, Tap};
use topics::Topics;

/// The longest frame MQTT allows: fixed header and 268,435,455 bytes.
const MAX_FRAME: usize = wire::MAXIMUM_REMAINING_LENGTH + 5;

/// How much a log may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of frames in memory, their index included. The index of frames that are on disk only comes on top,
    /// 40 bytes each; where that is more than twice as much as this, the oldest go.
    pub memory_bytes: u64,
    /// Bytes of segment files.
    pub disk_bytes: u64,
    /// Bytes of a segment, which is what goes at once. At most a quarter of the other two.
    pub segment_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 256 << 20, disk_bytes: 2 << 30, segment_bytes: 16 << 20 }
    }
}

impl Limits {
    /// With a segment size that lets the other two hold, and below what places in a segment can say.
    fn sensible(self) -> Self {
        let most = (self.memory_bytes / 4).min(self.disk_bytes / 4).min(1 << 30);
        Self { segment_bytes: self.segment_bytes.min(most), ..self }
    }
}

/// A handle of a log; clones are the same log. When the last is dropped, what is not yet on disk is written
/// first, and the thread that drops it waits for that.
#[derive(Clone)]
pub struct FrameLog(Arc<Inner>);

/// A handle that does not keep the log.
#[derive(Clone)]
struct WeakLog(Weak<Inner>);

impl WeakLog {
    /// The log, while others keep it.
    pub fn upgrade(&self) -> Option<FrameLog> {
        self.0.upgrade().map(FrameLog)
    }
}

struct Inner {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(disk) = &self.shared.disk {
            disk.stop();
        }
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has said so itself.
            let _ = writer.join();
        }
        // Those who follow the log see that it has gone.
        self.shared.tap().watchers.tell();
    }
}

/// What the handles and the writer thread share. Locks are taken in this order: tap, state, the disk's own.
struct Shared {
    tap: Mutex<Tap>,
    state: RwLock<State>,
    disk: Option<Disk>,
}

impl Shared {
    fn tap(&self) -> MutexGuard<'_, Tap> {
        self.tap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for FrameLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameLog").field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl FrameLog {
    /// A log that is gone when the program ends.
    #[must_use]
    pub fn in_memory(limits: Limits) -> Self {
        let state = RwLock::new(State::new(limits, false, 1));
        Self(Arc::new(Inner {
            shared: Arc::new(Shared { tap: Mutex::default(), state, disk: None }),
            writer: None,
        }))
    }

    /// The log in a directory, which is made where it is missing. The frames of earlier runs are its first rows.
    pub fn open(directory: &Path, limits: Limits) -> Result<(Self, Recovered), LogError> {
        Self::open_as(directory, limits, false)
    }

    /// As [`Self::open`], but what it writes to disk holds passwords and authentication data as they were sent.
    pub fn open_with_secrets(directory: &Path, limits: Limits) -> Result<(Self, Recovered), LogError> {
        Self::open_as(directory, limits, true)
    }

    fn open_as(directory: &Path, limits: Limits, with_secrets: bool) -> Result<(Self, Recovered), LogError> {
        let opened = recover::open(directory, limits)?;
        let mut tap = Tap::default();
        tap.continue_from(opened.next_connection, opened.across);
        let reading = !opened.state.unread.is_empty();
        let shared = Arc::new(Shared {
            tap: Mutex::new(tap),
            state: RwLock::new(opened.state),
            disk: Some(Disk::new(directory, opened.lock, with_secrets, reading)),
        });
        let for_writer = Arc::clone(&shared);
        let writer = std::thread::Builder::new()
            .name("log writer".to_owned())
            .spawn(move || disk::run(&for_writer))
            .map_err(|source| LogError::Disk { path: directory.to_owned(), source })?;
        // Files that the limits leave no room for are deleted at once.
        if let Some(disk) = &shared.disk {
            disk.note(true);
        }
        Ok((Self(Arc::new(Inner { shared, writer: Some(writer) })), opened.recovered))
    }

    /// Numbers a network connection that is about to send its first frame, from 0 on. It is known as long as the log
    /// holds a frame of it.
    #[must_use]
    pub fn begin_connection(&self, connection: Connection) -> ConnectionNumber {
        self.begin(connection, true)
    }

    /// Numbers a network connection that was under way before anyone listened, as in a capture begun late:
    /// that it lacks a CONNECT is then no fault.
    #[must_use]
    pub fn join_connection(&self, connection: Connection) -> ConnectionNumber {
        self.begin(connection, false)
    }

    fn begin(&self, connection: Connection, from_start: bool) -> ConnectionNumber {
        let shared = &self.0.shared;
        let mut tap = shared.tap();
        let number = tap.begin(connection.clone(), from_start);
        shared.write().connect(number, connection);
        number
    }

    /// Takes in a frame: exactly the bytes that crossed the transport. Copies them and returns; the disk comes later.
    /// Bytes beyond the longest frame that MQTT allows are left out. Answers whether it is faulty.
    #[allow(clippy::must_use_candidate, reason = "few want to know")]
    pub fn append(
        &self,
        connection: ConnectionNumber,
        direction: Direction,
        time: Timestamp,
        frame: &[u8],
    ) -> bool {
        let shared = &self.0.shared;
        let frame = frame.get(..MAX_FRAME).unwrap_or(frame);
        let bytes = if frame.len() < LARGE { Bytes::Small(frame) } else { Bytes::Large(Arc::from(frame)) };
        let mut tap = shared.tap();
        let (followed, across) = tap.followed(connection, || self.connection(connection));
        let row = shared.read().end();
        let seen = followed.see(&Crossing { row, number: connection, direction, time, frame }, None, across);
        let fault = seen.facts.fault;
        let mut state = shared.write();
        let urgent = state.push(seen, &followed.connection, bytes);
        let garbage = std::mem::take(&mut state.garbage);
        drop(state);
        self.changed(&mut tap, urgent, garbage);
        fault
    }

    /// The rest of a change, behind the state's lock.
    fn changed(&self, tap: &mut Tap, urgent: bool, garbage: Garbage) {
        if let Some(disk) = &self.0.shared.disk {
            disk.note(urgent);
        }
        tap.watchers.tell();
        drop(garbage);
    }

    /// The rows that are held. The start moves when old segments go, the end when frames come.
    #[must_use]
    pub fn rows(&self) -> Range<Row> {
        self.0.shared.read().rows()
    }

    /// What the index holds of a row; `None` where it has gone or has not come.
    #[must_use]
    pub fn entry(&self, row: Row) -> Option<Entry> {
        self.0.shared.read().packed(row).map(|packed| packed.entry(row))
    }

    /// Appends the held entries among `rows` to `into`, in order, under one lock.
    pub fn entries(&self, rows: Range<Row>, into: &mut Vec<Entry>) {
        self.0.shared.read().for_each(rows, |row, packed| into.push(packed.entry(row)));
    }

    /// A frame with its bytes, read from its segment's file where they are no longer in memory (passwords are
    /// asterisks there). `None` where it has gone or has not come, or the file cannot be read.
    #[must_use]
    pub fn frame(&self, row: Row) -> Option<Frame> {
        self.fetch(row, usize::MAX)
    }

    /// A frame with the bytes it begins with: all where they are in memory, otherwise at least so many are read.
    #[must_use]
    pub fn beginning(&self, row: Row, least: usize) -> Option<Frame> {
        self.fetch(row, least)
    }

    fn fetch(&self, row: Row, least: usize) -> Option<Frame> {
        let state = self.0.shared.read();
        let segment = state.segment(row)?;
        let entry = segment.packed(row)?.entry(row);
        let place = segment.place(row)?;
        drop(state);
        let bytes = match place {
            Place::Shared(chunk, range) if range == (0..chunk.len()) => chunk,
            Place::Shared(chunk, range) => Arc::from(chunk.get(range)?),
            Place::Copied(bytes) => bytes,
            Place::OnDisk { segment, at, length, fault } => {
                let read = self.0.shared.disk.as_ref()?.pages.read(segment, at, length, fault, least);
                if read.is_none() {
                    self.0.shared.write().lose(row, segment);
                }
                read?
            }
        };
        Some(Frame { row, entry, bytes })
    }

    /// A network connection, with the version that its CONNECT named.
    #[must_use]
    pub fn connection(&self, number: ConnectionNumber) -> Option<Connection> {
        self.0.shared.read().connections.get(&number).map(|known| known.connection.clone())
    }

    /// A topic name by its number.
    #[must_use]
    pub fn topic(&self, number: u32) -> Option<Arc<str>> {
        self.with_topics(|topics| topics.names().get(usize::try_from(number).ok()?).cloned())
    }

    /// How many topics have a number: 0 up to this, exclusive. They never change.
    #[must_use]
    pub fn topic_total(&self) -> usize {
        self.with_topics(|topics| topics.names().len())
    }

    /// Appends the topics from number `from` on to `into`, under one lock.
    pub fn topics_from(&self, from: usize, into: &mut Vec<Arc<str>>) {
        self.with_topics(|topics| into.extend_from_slice(topics.names().get(from..).unwrap_or_default()));
    }

    /// How many messages the log has taken in on a topic, earlier runs' included; [`TopicTally`] sums over a
    /// topic filter.
    #[must_use]
    pub fn topic_count(&self, number: u32) -> TopicCount {
        self.with_topics(|topics| topics.count_of(number))
    }

    fn with_topics<T>(&self, read: impl FnOnce(&Topics) -> T) -> T {
        read(&self.0.shared.read().topics)
    }

    /// Exact counts over everything the log has taken in since it was opened or cleared; what it found on disk
    /// counts too.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let state = self.0.shared.read();
        Counters { gone: state.gone(), ..state.counters }
    }

    /// What the decoder must know to take a row's frame apart. The default where the row is not held.
    #[must_use]
    pub fn context(&self, row: Row) -> wire::Context {
        let state = self.0.shared.read();
        let Some(packed) = state.packed(row) else { return wire::Context::default() };
        let alias_topic = packed
            .aliased_topic()
            .and_then(|number| state.topics.names().get(usize::try_from(number).ok()?))
            .map(|topic| topic.as_ref().to_owned());
        wire::Context { alias_topic, ..packed.context() }
    }

    /// From a request to its final answer, in nanoseconds, asked of any row of the exchange. `None` while it is
    /// unfinished, or where its first row has gone.
    #[must_use]
    pub fn round_trip(&self, row: Row) -> Option<u64> {
        transaction::round_trip(&self.0.shared.read(), row)
    }

    /// Whether a row's frame asks for an answer that has not come, the last of them where there are several: CONNECT,
    /// PUBLISH at `QoS` 1 and 2, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, a client's AUTH that goes on with nothing, and
    /// PUBREL whose PUBLISH is not known. Of what was sent again only the first counts.
    #[must_use]
    pub fn is_unanswered(&self, row: Row) -> bool {
        transaction::is_unanswered(&self.0.shared.read(), row)
    }

    /// The rows of the exchange that a row belongs to, in order: PUBLISH, PUBREC, PUBREL, PUBCOMP for example, also
    /// where they crossed several network connections of one session; what was sent again is among them. Just the
    /// row itself where it belongs to none. Steps more than 262,144 rows behind the first are missing, but for the
    /// last.
    #[must_use]
    pub fn transaction(&self, row: Row) -> Vec<Row> {
        transaction::rows(&self.0.shared.read(), row)
    }

    /// The rows from `from` on of the exchange that the row `first` began: what came to [`Self::transaction`] since,
    /// at the cost of the rows that came.
    #[must_use]
    pub fn transaction_from(&self, first: Row, from: Row) -> Vec<Row> {
        transaction::rows_from(&self.0.shared.read(), first, from)
    }

    /// The frame that a row's frame is, sent again: a PUBLISH, SUBSCRIBE or UNSUBSCRIBE with the flag DUP and the
    /// packet identifier of an unanswered one in its session, or another PUBREL. The frame may have gone.
    #[must_use]
    pub fn repeats(&self, row: Row) -> Option<Row> {
        self.0.shared.read().links.of(row, Tie::Repeats).next()
    }

    /// The message that a message responds to: one with a response topic (5.0, section 4.10) that is this one's topic,
    /// and the same correlation data. Where the request has no correlation data, the first message on its response
    /// topic without any is its response, unless several such requests waited at a time.
    #[must_use]
    pub fn responds_to(&self, row: Row) -> Option<Row> {
        let state = self.0.shared.read();
        let request = state.links.of(row, Tie::Responds).next()?;
        state.packed(request).map(|_| request)
    }

    /// The messages that respond to a message, in order, at most so many.
    #[must_use]
    pub fn responses(&self, row: Row, most: usize) -> Vec<Row> {
        self.0.shared.read().links.of(row, Tie::RespondedBy).take(most).collect()
    }

    /// The newest frame of a network connection, of those from `from` on.
    #[must_use]
    pub fn newest_of(&self, connection: ConnectionNumber, from: Row) -> Option<Row> {
        transaction::newest_of(&self.0.shared.read(), connection, from)
    }

    /// Calls `wake` when frames have come or gone, from the thread that brings them; it must be quick and must not use
    /// the log. It is called once, and again only after [`Watch::acknowledge`].
    pub fn on_change(&self, wake: Wake) -> Watch {
        self.0.shared.tap().watchers.add(wake)
    }

    /// Why history on disk has stopped, if it has.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.0.shared.read().failure()
    }

    /// Forgets every frame, also on disk. Rows go on from where they were, counts start anew. Until the log is closed,
    /// cleared again or short of room, [`Self::restore`] brings back what is forgotten; its files go only then.
    pub fn clear(&self) {
        self.change(State::clear);
    }

    /// Brings back what was cleared last, as far as there still is any: its rows are the same as before. Whether
    /// there was anything to bring back.
    #[must_use = "there may be nothing to bring back"]
    pub fn restore(&self) -> bool {
        let restored = self.change(State::restore);
        if let Some(disk) = self.0.shared.disk.as_ref().filter(|_| self.reading().is_some()) {
            disk.note_reading();
        }
        restored
    }

    /// Takes other limits over; what they leave no room for goes at once.
    pub fn set_limits(&self, limits: Limits) {
        self.change(|state| state.set_limits(limits));
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let shared = &self.0.shared;
        let mut tap = shared.tap();
        let mut state = shared.write();
        let result = change(&mut state);
        let garbage = std::mem::take(&mut state.garbage);
        drop(state);
        self.changed(&mut tap, true, garbage);
        result
    }

    /// How far the reading of earlier frames is: bytes read, of so many; `None` when it is done.
    #[must_use]
    pub fn reading(&self) -> Option<(u64, u64)> {
        let state = self.0.shared.read();
        let left: u64 = state.unread.iter().map(|file| file.bytes).sum();
        (!state.unread.is_empty()).then(|| (state.unread_total.saturating_sub(left), state.unread_total))
    }

    /// Blocks until earlier frames have been read. Nothing to do in memory.
    pub fn read_whole(&self) {
        if let Some(disk) = &self.0.shared.disk {
            disk.read_whole();
        }
    }

    /// How many files of the history have vanished or cannot be read, as far as is known. Their frames cannot be shown.
    #[must_use]
    pub fn lost_files(&self) -> usize {
        self.0.shared.read().lost.len()
    }

    /// Blocks until what was appended before is on disk, or history has stopped. Nothing to do in memory.
    pub fn flush(&self) {
        if let Some(disk) = &self.0.shared.disk {
            disk.flush();
        }
    }

    fn downgrade(&self) -> WeakLog {
        WeakLog(Arc::downgrade(&self.0))
    }
}
