//! Being told that a log has changed, once until one has looked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

/// What is called when a log has changed.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A standing wish to be told of changes; dropping it ends it.
#[must_use = "dropping it ends the wish to be told"]
pub struct Watch {
    signal: Arc<Signal>,
}

struct Signal {
    told: AtomicBool,
    wake: Wake,
}

impl Watch {
    /// To be called **before** reading the log: from now on the next change calls `wake` again.
    pub fn acknowledge(&self) {
        self.signal.told.swap(false, Ordering::AcqRel);
    }
}

/// Everybody who wants to be told.
#[derive(Default)]
pub(super) struct Watchers(Vec<Weak<Signal>>);

impl Watchers {
    /// Adds one.
    pub fn add(&mut self, wake: Wake) -> Watch {
        let signal = Arc::new(Signal { told: AtomicBool::new(false), wake });
        self.0.push(Arc::downgrade(&signal));
        Watch { signal }
    }

    /// Tells those who have looked since they were told last. To be called after the state's lock was
    /// released: a watcher acknowledges and then locks it to read, so either it sees the change or the flag
    /// that it has cleared is seen here.
    pub fn tell(&mut self) {
        self.0.retain(|signal| {
            let Some(signal) = signal.upgrade() else { return false };
            if !signal.told.load(Ordering::Acquire) && !signal.told.swap(true, Ordering::AcqRel) {
                (signal.wake)();
            }
            true
        });
    }
}
