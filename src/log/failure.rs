//! What can go wrong with a log's disk, and what was found there.

use std::io;
use std::path::PathBuf;

/// What was found on disk when a log was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Frames of earlier runs.
    pub frames: u64,
    /// Bytes that were cut off, since a write had not been finished.
    pub torn_bytes: u64,
    /// Files that look like segments by name but could not be read as such; they are left alone.
    pub unreadable: Vec<PathBuf>,
}

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another process, or another part of this one, has it open.
    #[error("the history is in use by another window of the program")]
    InUse,
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Disk {
        /// What was to be opened.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
}

/// Why history on disk has stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureCause {
    /// No space is left on the disk.
    DiskFull,
    /// The disk did not keep up: memory filled with frames that it had not taken.
    TooSlow,
    /// Any other refusal, in the operating system's words.
    Refused(String),
}

impl FailureCause {
    pub(super) fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Refused(error.to_string()),
        }
    }
}

/// History on disk has stopped. The log goes on in memory; [`super::FrameLog::clear`] tries the disk again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: FailureCause,
    /// Frames since then that are not on disk.
    pub unwritten: u64,
}
