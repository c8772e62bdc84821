//! Which publishes have no outcome yet. Promises: each gets exactly one outcome, also when it is cancelled, and
//! those that wait hold a bounded number of bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Event, Publish, PublishOutcome, RequestId};

/// How many bytes messages without an outcome may hold together; one alone may hold more. As much as the largest
/// message of MQTT.
const WAITING_BYTES: usize = 256 * 1024 * 1024;

/// What a message holds besides its topic name and payload, about.
const OVERHEAD: usize = 256;

/// The publishes of one session.
pub(super) struct Ledger {
    events: Arc<dyn Fn(Event) + Send + Sync>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    waiting: HashMap<RequestId, Entry>,
    bytes: usize,
}

struct Entry {
    bytes: usize,
    /// The engine has it.
    handed_over: bool,
    /// Its outcome has been told; what the engine says of it is not told any more.
    cancelled: bool,
}

impl Ledger {
    pub fn new(events: Arc<dyn Fn(Event) + Send + Sync>) -> Self {
        Self { events, book: Mutex::default() }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a publish in, unless those that wait hold too much.
    pub fn enter(&self, id: RequestId, publish: &Publish) -> bool {
        let bytes = OVERHEAD + publish.topic.len() + publish.payload.len();
        let mut book = self.book();
        if !book.waiting.is_empty() && book.bytes.saturating_add(bytes) > WAITING_BYTES {
            return false;
        }
        book.bytes += bytes;
        book.waiting.insert(id, Entry { bytes, handed_over: false, cancelled: false });
        true
    }

    /// The session has not taken it after all.
    pub fn withdraw(&self, id: RequestId) {
        self.book().remove(id);
    }

    /// Notes that an engine gets it; `false` where it was cancelled and is to get no further.
    pub fn hand_over(&self, id: RequestId) -> bool {
        match self.book().waiting.get_mut(&id) {
            Some(entry) if entry.cancelled => false,
            Some(entry) => {
                entry.handed_over = true;
                true
            }
            None => true,
        }
    }

    pub fn is_cancelled(&self, id: RequestId) -> bool {
        self.book().waiting.get(&id).is_some_and(|entry| entry.cancelled)
    }

    /// Ends a publish, if it has no outcome yet.
    pub fn cancel(&self, id: RequestId) {
        let mut book = self.book();
        let Some(entry) = book.waiting.get_mut(&id).filter(|entry| !entry.cancelled) else { return };
        entry.cancelled = true;
        let outcome = PublishOutcome::Cancelled { may_arrive: entry.handed_over };
        // Told before the book is let go of: the session's last event waits for this one.
        (self.events)(Event::Published { id, outcome });
    }

    /// Tells an event, unless it is the outcome of what was cancelled.
    pub fn tell(&self, event: Event) {
        if let Event::Published { id, .. } = event {
            let entry = self.book().remove(id);
            if entry.is_some_and(|entry| entry.cancelled) {
                return;
            }
        }
        (self.events)(event);
    }
}

impl Book {
    fn remove(&mut self, id: RequestId) -> Option<Entry> {
        let entry = self.waiting.remove(&id)?;
        self.bytes -= entry.bytes;
        Some(entry)
    }
}
