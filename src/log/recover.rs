//! Opening a log that earlier runs have written: segment files are read once, front to back, and become index
//! entries again.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::across::Across;
use super::pages;
use super::pcapng::{self, Item, Scan};
use super::state::State;
use super::tap::{Crossing, Followed};
use super::{ConnectionNumber, Limits, LogError, Recovered, Row, Timestamp};
use crate::wire::{Direction, PacketType};

/// What was found.
pub(super) struct Opened {
    pub state: State,
    pub lock: File,
    /// The connection that the newest frame crossed.
    pub newest: Option<ConnectionNumber>,
    /// What its network connections left open.
    pub across: Across,
    pub recovered: Recovered,
}

/// Locks a directory and reads its segments.
pub(super) fn open(directory: &Path, limits: Limits) -> Result<Opened, LogError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| LogError::Disk { path, source }
    };
    private_directory().create(directory).map_err(failed(directory))?;
    let path = directory.join("lock");
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).truncate(false).open(&path).map_err(failed(&path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(LogError::InUse),
        Err(TryLockError::Error(source)) => return Err(failed(&path)(source)),
    }
    let files = segments(directory).map_err(failed(directory))?;
    let newest_file = files.last().map_or(0, |(number, _)| *number);
    let mut reading = Reading {
        state: State::new(limits, true, newest_file + 1),
        followed: HashMap::new(),
        newest: None,
        across: Across::default(),
        recovered: Recovered::default(),
        last_is_whole: true,
    };
    for (number, path) in files {
        reading.segment(number, &path);
    }
    let Reading { mut state, newest, across, mut recovered, last_is_whole, .. } = reading;
    if !last_is_whole {
        state.roll();
    }
    recovered.frames = state.rows().end;
    Ok(Opened { state, lock, newest, across, recovered })
}

/// Makes directories that only their owner may look into: messages are nobody else's business.
fn private_directory() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// The segment files of a directory, oldest first.
fn segments(directory: &Path) -> std::io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(directory)? {
        let file = file?;
        let number = file.file_name().to_str().and_then(pages::number);
        if let Some(number) = number
            && file.file_type().is_ok_and(|kind| kind.is_file())
        {
            files.push((number, file.path()));
        }
    }
    files.sort_unstable();
    Ok(files)
}

struct Reading {
    state: State,
    followed: HashMap<ConnectionNumber, Followed>,
    newest: Option<ConnectionNumber>,
    across: Across,
    recovered: Recovered,
    /// The last file is good to its end, so that it can be continued.
    last_is_whole: bool,
}

/// An interface of the file that is being read.
struct Interface {
    number: ConnectionNumber,
    tags: usize,
}

impl Reading {
    fn segment(&mut self, number: u64, path: &Path) {
        let Ok(bytes) = fs::read(path) else {
            self.recovered.unreadable.push(path.to_owned());
            return;
        };
        let Some(mut scan) = Scan::new(&bytes) else {
            self.unreadable(path, &bytes);
            return;
        };
        self.state.begin_recovered(number);
        let mut interfaces: Vec<Interface> = Vec::new();
        // Cut behind the last frame: an interface without a frame is as good as not written.
        let mut good = 0;
        let mut good_interfaces = 0;
        while let Some(item) = scan.next() {
            match item {
                Item::Interface(number, connection) => {
                    let tags = pcapng::tags_length(&connection);
                    let known = self.state.connections.get(&number);
                    let goes_on = known.is_some_and(|known| {
                        (known.client, known.server) == (connection.client, connection.server)
                    });
                    if !goes_on {
                        self.state.connections.insert(number, connection.clone());
                        self.followed.remove(&number);
                    }
                    self.state.add_recovered_interface(number, connection);
                    interfaces.push(Interface { number, tags });
                }
                Item::Frame { interface, time, data, rest, direction, fault, start } => {
                    let Some(interface) = interfaces.get(interface) else { break };
                    let Some(frame) = pcapng::joined(data, &rest, interface.tags) else { break };
                    let at = start + (pcapng::PACKET_HEADER + interface.tags) as u64;
                    self.frame(interface.number, direction, time, &frame, fault, at);
                    good = scan.good;
                    good_interfaces = interfaces.len();
                }
            }
        }
        self.state.end_recovered(good as u64, good_interfaces);
        // Without a frame it was begun, but nothing had been written yet.
        self.last_is_whole = good == bytes.len()
            || if good == 0 { fs::remove_file(path).is_ok() } else { cut(path, good as u64).is_ok() };
        self.recovered.torn_bytes += (bytes.len() - good) as u64;
        self.state.enforce_limits();
    }

    fn frame(
        &mut self,
        number: ConnectionNumber,
        direction: Direction,
        time: Timestamp,
        frame: &[u8],
        fault: bool,
        at: u64,
    ) {
        let row: Row = self.state.end();
        let followed = match self.followed.entry(number) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let Some(known) = self.state.connections.get(&number) else { return };
                let first = frame.first().and_then(|byte| PacketType::of_first_byte(*byte));
                let from_start = first == Some(PacketType::Connect);
                entry.insert(Followed::new(known.clone(), from_start))
            }
        };
        let seen =
            followed.see(&Crossing { row, number, direction, time, frame }, Some(fault), &mut self.across);
        self.state.push_written(seen, &followed.connection, at);
        self.newest = Some(number);
    }

    /// A file that does not begin as segments do. One that is empty or broke off within its first block is
    /// deleted; another's file is left alone.
    fn unreadable(&mut self, path: &Path, bytes: &[u8]) {
        if pcapng::is_beginning(bytes) {
            self.recovered.torn_bytes += bytes.len() as u64;
            let _ = fs::remove_file(path);
        } else {
            self.recovered.unreadable.push(path.to_owned());
        }
    }
}

fn cut(path: &Path, length: u64) -> std::io::Result<()> {
    OpenOptions::new().write(true).open(path)?.set_len(length)
}
