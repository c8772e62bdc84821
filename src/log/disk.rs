//! The writer thread: takes frames from memory to segment files, deletes those whose time has come.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::index::{self, Lines, Numbering};
use super::packed::Packed;
use super::pages::{self, Pages};
use super::pcapng::Start;
use super::recover::{self, Unloaded};
use super::segment::{LARGE, Place, Segment};
use super::state::{Floor, State};
use super::{Connection, ConnectionNumber, FailureCause, Shared, Timestamp, pcapng, retention};
use crate::wire::{self, Direction, Version};

/// How long frames may gather before they are written.
const GATHER: Duration = Duration::from_millis(300);
/// The most bytes that are copied out of the log while it is locked for reading.
const BATCH: usize = 256 * 1024;
/// The most frames of a batch.
const BATCH_FRAMES: usize = 4096;
/// The most batches that are written while files of earlier runs wait to be read.
const BATCHES: usize = 16;

/// A log's place on disk.
pub(super) struct Disk {
    directory: PathBuf,
    /// Passwords and authentication data are written as they were sent.
    with_secrets: bool,
    /// Reading back.
    pub pages: Pages,
    /// Frames have come that the writer has not looked at.
    dirty: AtomicBool,
    work: Mutex<Work>,
    changed: Condvar,
    /// Held open and locked as long as the log is.
    lock_file: File,
}

#[derive(Default)]
struct Work {
    dirty: bool,
    urgent: bool,
    stop: bool,
    /// Files of earlier runs are still to be read.
    reading: bool,
    /// How many flushes were asked for, and how many are done.
    flushes_wanted: u64,
    flushes_done: u64,
    /// The thread has ended.
    ended: bool,
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Closing it would not do: a child process that is just being started has it open for a moment too.
        let _ = self.lock_file.unlock();
    }
}

impl Disk {
    /// For a directory whose lock file is locked, with files that are to be read or without.
    pub fn new(directory: &Path, lock: File, with_secrets: bool, reading: bool) -> Self {
        Self {
            directory: directory.to_owned(),
            with_secrets,
            pages: Pages::new(directory),
            dirty: AtomicBool::new(false),
            work: Mutex::new(Work { reading, ..Work::default() }),
            changed: Condvar::new(),
            lock_file: lock,
        }
    }

    /// Frames have come. Costs a load where the writer knows already; `urgent` makes it come at once.
    pub fn note(&self, urgent: bool) {
        if urgent || (!self.dirty.load(Ordering::Acquire) && !self.dirty.swap(true, Ordering::AcqRel)) {
            let mut work = self.lock();
            work.dirty = true;
            work.urgent |= urgent;
            self.changed.notify_all();
        }
    }

    /// Blocks until everything that was appended before is on disk, or history has stopped.
    pub fn flush(&self) {
        let mut work = self.lock();
        work.flushes_wanted += 1;
        let mine = work.flushes_wanted;
        self.changed.notify_all();
        while work.flushes_done < mine && !work.ended {
            work = self.changed.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Files of earlier runs are to be read (again).
    pub fn note_reading(&self) {
        self.lock().reading = true;
        self.note(true);
    }

    /// Blocks until the files of earlier runs have been read.
    pub fn read_whole(&self) {
        let reading = |work: &mut Work| work.reading && !work.ended;
        drop(self.changed.wait_while(self.lock(), reading).unwrap_or_else(PoisonError::into_inner));
    }

    /// Makes the writer take what is left to disk and end.
    pub fn stop(&self) {
        self.lock().stop = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for work; what is wanted: (flushes, whether to stop).
    fn wait(&self) -> (u64, bool) {
        let wanted = |work: &Work| work.reading || work.stop || work.flushes_wanted != work.flushes_done;
        let idle = |work: &mut Work| !work.dirty && !wanted(work);
        let gathering = |work: &mut Work| !work.urgent && !wanted(work);
        let work = self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let (mut work, _) =
            self.changed.wait_timeout_while(work, GATHER, gathering).unwrap_or_else(PoisonError::into_inner);
        (work.dirty, work.urgent) = (false, false);
        // Cleared before the log is read: what comes from now on is noted anew.
        self.dirty.swap(false, Ordering::AcqRel);
        (work.flushes_wanted, work.stop)
    }
}

/// Sets `ended` however the thread ends, so that nobody waits for it for ever.
struct Ending<'a>(&'a Disk);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

/// The writer thread's loop.
pub(super) fn run(shared: &Shared) {
    let Some(disk) = &shared.disk else { return };
    let _ending = Ending(disk);
    let mut files = Files {
        directory: &disk.directory,
        with_secrets: disk.with_secrets,
        open: None,
        block: Vec::new(),
        lines: Vec::new(),
    };
    let mut numbering = Numbering::default();
    let mut floor = Floor::read(&disk.directory);
    loop {
        let (flushes, stop) = disk.wait();
        if stop {
            shared.write().forget_cleared();
        }
        let may_wait = !stop && flushes == disk.lock().flushes_done;
        let mut batches = 0;
        loop {
            if may_wait && batches == BATCHES && !shared.read().unread.is_empty() {
                break;
            }
            batches += 1;
            let batch = Batch::take(&shared.read(), &mut numbering);
            let Some(batch) = batch else { break };
            match files.write(&batch) {
                Ok(()) => shared.write().written(batch.segment, batch.frames.len()),
                Err(error) => {
                    files.cut_back();
                    stopped(shared, &error);
                }
            }
        }
        let doomed = std::mem::take(&mut shared.write().doomed);
        for segment in doomed {
            files.delete(segment);
        }
        let wanted = shared.read().floor;
        if wanted != floor && wanted.write(&disk.directory).is_ok() {
            floor = wanted;
        }
        let sync = if flushes > disk.lock().flushes_done { files.sync() } else { Ok(()) };
        if let Err(error) = sync {
            stopped(shared, &error);
        }
        let mut work = disk.lock();
        work.flushes_done = flushes;
        disk.changed.notify_all();
        drop(work);
        if stop {
            return;
        }
        if read_next(shared, disk) {
            // Something may have been given back to read since: it has noted that behind this.
            disk.lock().reading = false;
            if !shared.read().unread.is_empty() {
                disk.lock().reading = true;
            }
            disk.changed.notify_all();
        }
    }
}

/// History on disk ends with this refusal. Those who follow the log are told, also where no more frames come.
fn stopped(shared: &Shared, why: &io::Error) {
    shared.write().fail(FailureCause::of(why));
    shared.tap().watchers.tell();
}

/// Reads the newest file that has not been read yet; whether there is none.
fn read_next(shared: &Shared, disk: &Disk) -> bool {
    let Some(number) = shared.read().unread.back().map(|file| file.number) else { return true };
    let loaded = recover::load(&disk.directory, number, None);
    let mut state = shared.write();
    let taken = match loaded {
        Ok(mut loaded) => {
            let numbers = state.topics.absorb(&loaded.stored.topics);
            drop(state);
            retention::renumber(&mut loaded, &numbers);
            state = shared.write();
            state.prepend(loaded, &numbers)
        }
        Err(Unloaded) => state.skip(number),
    };
    let garbage = std::mem::take(&mut state.garbage);
    drop(state);
    if taken {
        shared.tap().watchers.tell();
    }
    drop(garbage);
    false
}

/// Frames of one segment, out of the log's lock.
struct Batch {
    segment: u64,
    /// It is the segment's first.
    first: bool,
    start: Start,
    interfaces: Vec<(ConnectionNumber, Connection)>,
    /// How many of the interfaces an earlier run has written.
    recovered: usize,
    /// Each with the place of its interface.
    frames: Vec<(Packed, Held, usize)>,
    bytes: Vec<u8>,
    /// What goes into the index file.
    lines: Lines,
}

enum Held {
    /// In the batch's bytes.
    Copied(std::ops::Range<usize>),
    /// A long frame, still shared with the log.
    Shared(Arc<[u8]>, std::ops::Range<usize>),
}

impl Batch {
    /// The next frames that are to be written.
    fn take(state: &State, numbering: &mut Numbering) -> Option<Self> {
        if !state.writes() {
            return None;
        }
        let segment = state.all().find(|segment| segment.to_disk && !segment.is_written())?;
        numbering.begin();
        let mut batch = Self {
            segment: segment.number,
            first: segment.written == 0,
            start: segment.start(),
            interfaces: segment.interfaces.clone(),
            recovered: segment.recovered_interfaces,
            frames: Vec::new(),
            bytes: Vec::new(),
            lines: Lines::default(),
        };
        batch.fill(segment, state, numbering);
        Some(batch)
    }

    fn fill(&mut self, segment: &Segment, state: &State, numbering: &mut Numbering) {
        let first = segment.first + segment.written as u64;
        for (row, packed) in (first..).zip(segment.index.iter().skip(segment.written).take(BATCH_FRAMES)) {
            if self.bytes.len() > BATCH {
                break;
            }
            let held = if usize::try_from(packed.length).is_ok_and(|length| length >= LARGE)
                && let Some(Place::Shared(chunk, range)) = segment.place(row)
            {
                Held::Shared(chunk, range)
            } else {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(segment.borrowed(row).unwrap_or_default());
                Held::Copied(start..self.bytes.len())
            };
            self.lines.push(packed, state.topics.names(), numbering);
            for (tie, other) in state.links.back(row) {
                self.lines.link(tie, row.saturating_sub(other));
            }
            let Some(interface) = segment.interface(packed.connection) else { continue };
            self.frames.push((*packed, held, interface));
        }
    }
}

/// The file that is being written.
struct Files<'a> {
    directory: &'a Path,
    with_secrets: bool,
    open: Option<Open>,
    /// Blocks on their way to it, and a record to its index file.
    block: Vec<u8>,
    lines: Vec<u8>,
}

struct Open {
    segment: u64,
    file: File,
    /// Its index file, as long as that can be written: a log does without.
    index: Option<File>,
    /// Its length before the batch that is being written.
    good: u64,
    /// The tags of its interfaces, in both directions.
    tags: Vec<[Vec<u8>; 2]>,
    /// How many interfaces are in it.
    interfaces: usize,
}

impl Open {
    /// Appends a frame's blocks to `out`, its connection's interface before them where it is new.
    fn encode(
        &mut self,
        out: &mut Vec<u8>,
        batch: &Batch,
        (packed, index): (&Packed, usize),
        bytes: &[u8],
        with_secrets: bool,
    ) {
        let known = self.tags.len();
        self.tags.extend(batch.interfaces.iter().skip(known).map(|(_, connection)| {
            [Direction::ToServer, Direction::ToClient].map(|direction| pcapng::tags(connection, direction))
        }));
        let (Some((number, connection)), Some([to_server, to_client])) =
            (batch.interfaces.get(index), self.tags.get(index))
        else {
            return;
        };
        if index >= self.interfaces {
            pcapng::interface(out, *number, connection);
            self.interfaces = index + 1;
        }
        let direction = packed.direction();
        let bytes = if with_secrets { Cow::Borrowed(bytes) } else { masked(bytes, connection.version) };
        pcapng::packet(
            out,
            &pcapng::Packet {
                interface: u32::try_from(index).unwrap_or(u32::MAX),
                time: Timestamp(packed.time),
                direction,
                fault: packed.fault(),
                tags: if direction == Direction::ToServer { to_server } else { to_client },
                bytes: &bytes,
            },
        );
    }
}

/// The frame with passwords and authentication data overwritten by asterisks.
pub(crate) fn masked(frame: &[u8], version: Version) -> Cow<'_, [u8]> {
    let secrets = wire::secret_ranges(frame, version);
    if secrets.is_empty() {
        return Cow::Borrowed(frame);
    }
    let mut masked = frame.to_vec();
    for range in secrets {
        if let Some(secret) = masked.get_mut(range) {
            secret.fill(b'*');
        }
    }
    Cow::Owned(masked)
}

impl Files<'_> {
    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|open| open.segment != batch.segment) {
            self.open(batch)?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let mut written = 0;
        let known = open.interfaces;
        for (packed, held, interface) in &batch.frames {
            let bytes = match held {
                Held::Copied(range) => batch.bytes.get(range.clone()),
                Held::Shared(chunk, range) => chunk.get(range.clone()),
            };
            let bytes = bytes.unwrap_or_default();
            open.encode(&mut self.block, batch, (packed, *interface), bytes, self.with_secrets);
            if self.block.len() >= BATCH {
                open.file.write_all(&self.block)?;
                written += self.block.len() as u64;
                self.block.clear();
            }
        }
        open.file.write_all(&self.block)?;
        open.good += written + self.block.len() as u64;
        self.block.clear();
        if let Some(file) = &mut open.index {
            self.lines.clear();
            let new = batch.interfaces.get(known..open.interfaces).unwrap_or_default();
            index::record(&mut self.lines, open.good, new, &batch.lines);
            if file.write_all(&self.lines).is_err() {
                open.index = None;
            }
        }
        Ok(())
    }

    fn open(&mut self, batch: &Batch) -> io::Result<()> {
        self.sync()?;
        self.block.clear();
        let path = pages::path(self.directory, batch.segment);
        let mut options = OpenOptions::new();
        if batch.first {
            options.write(true).create(true).truncate(true);
            pcapng::segment(&mut self.block, batch.start);
        } else {
            // Begun by an earlier run.
            options.append(true);
        }
        let file = options.open(path)?;
        let index = options.open(pages::index_path(self.directory, batch.segment)).ok();
        let good = if batch.first { 0 } else { file.metadata()?.len() };
        let interfaces = batch.recovered;
        self.open = Some(Open { segment: batch.segment, file, index, good, tags: Vec::new(), interfaces });
        Ok(())
    }

    /// Takes back a block that was written in part.
    fn cut_back(&mut self) {
        if let Some(open) = self.open.take() {
            // If this fails too, the next start cuts it off.
            let _ = open.file.set_len(open.good);
        }
        self.block.clear();
    }

    fn delete(&mut self, segment: u64) {
        self.open.take_if(|open| open.segment == segment);
        recover::delete(self.directory, segment);
    }

    fn sync(&mut self) -> io::Result<()> {
        self.open.as_ref().map_or(Ok(()), |open| open.file.sync_data())
    }
}

#[cfg(test)]
mod tests {
    use crate::log::{FrameLog, Limits};

    #[test]
    fn a_log_that_is_dropped_is_free_although_a_child_has_its_lock_open() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (log, _) = FrameLog::open(folder.path(), Limits::default()).expect("opened");
        let of_a_child = log.0.shared.disk.as_ref().map(|disk| disk.lock_file.try_clone().expect("a handle"));
        drop(log);
        assert!(FrameLog::open(folder.path(), Limits::default()).is_ok());
        drop(of_a_child);
    }
}
