//! A capture as a frame log, so that it is shown as a live connection is.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::ReadError;
use super::notice::Notice;
use super::reader::{ReadOptions, read};
use crate::log::{Connection, FrameLog, Limits, Timestamp};

/// A capture that has been read.
#[derive(Debug)]
pub struct Opened {
    /// Its frames, with the capture's times and addresses. Nobody writes to it any more.
    pub log: FrameLog,
    /// What there is to know beside them: the first thousand notices.
    pub notices: Vec<Notice>,
}

/// The most notices that are kept.
const MOST_NOTICES: usize = 1000;

/// Reads a capture file into memory.
///
/// `progress` is told how many of the file's bytes have been read, and how many there are. Reading ends with
/// [`ReadError::Cancelled`] soon after `cancel` is set.
pub fn open(
    path: &Path,
    options: &ReadOptions,
    progress: impl FnMut(u64, u64),
    cancel: &AtomicBool,
) -> Result<Opened, ReadError> {
    let file = File::open(path)?;
    let total = file.metadata()?.len();
    let source = Watched { file, read: 0, total, progress, cancel };
    let opened = fill(source, total, options);
    if cancel.load(Ordering::Relaxed) { Err(ReadError::Cancelled) } else { opened }
}

fn fill(source: impl Read, total: u64, options: &ReadOptions) -> Result<Opened, ReadError> {
    let mut reader = read(source, options)?;
    let log = FrameLog::in_memory(enough_for(total));
    let mut numbers = HashMap::new();
    let mut notices = Vec::new();
    let mut time = Timestamp::default();
    while let Some(frame) = reader.next() {
        let frame = frame?;
        let number = *numbers.entry(frame.stream).or_insert_with(|| {
            let (client, server) = frame.ends();
            // The log reads the version from the CONNECT itself, where there is one.
            let connection = Connection { client, server, version: frame.version.unwrap_or_default() };
            if frame.midway { log.join_connection(connection) } else { log.begin_connection(connection) }
        });
        // A simple packet block has no time; it came behind the one before it.
        time = frame.time.map_or(time, |time| time.timestamp);
        log.append(number, frame.direction, time, &frame.bytes);
        keep(&mut notices, reader.take_notices());
    }
    keep(&mut notices, reader.take_notices());
    Ok(Opened { log, notices })
}

fn keep(notices: &mut Vec<Notice>, more: Vec<Notice>) {
    let room = MOST_NOTICES - notices.len().min(MOST_NOTICES);
    notices.extend(more.into_iter().take(room));
}

/// Limits within which a capture's every frame stays: their bytes are fewer than the file's, and an index entry
/// is no more than 40 times the two bytes of the shortest frame.
fn enough_for(file_bytes: u64) -> Limits {
    let default = Limits::default();
    Limits { memory_bytes: file_bytes.saturating_mul(64).max(default.memory_bytes), ..default }
}

/// A file that tells how far it has been read, and stops when it should.
struct Watched<'a, P> {
    file: File,
    read: u64,
    total: u64,
    progress: P,
    cancel: &'a AtomicBool,
}

impl<P: FnMut(u64, u64)> Read for Watched<'_, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(io::Error::other("cancelled"));
        }
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        (self.progress)(self.read, self.total);
        Ok(read)
    }
}
