//! Reading what earlier runs have written: the newest segment when a log is opened, older ones in the background,
//! each by its index file, and what that does not cover from the segment itself.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::across::Across;
use super::index::{self, Lines, Numbering, Stored};
use super::links::Tie;
use super::packed::Packed;
use super::pcapng::{self, Item, Scan, Start};
use super::state::{Floor, State, Unread};
use super::tap::{Crossing, Followed};
use super::{ConnectionNumber, Limits, LogError, Recovered, Row, Timestamp, pages};
use crate::wire::{Direction, PacketType};

/// What was found.
pub(super) struct Opened {
    pub state: State,
    pub lock: File,
    /// The number of the next network connection.
    pub next_connection: ConnectionNumber,
    /// What the newest frames left open.
    pub across: Across,
    pub recovered: Recovered,
}

/// Locks a directory and reads its newest segment.
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
    let mut unread = segments(directory).map_err(failed(directory))?;
    let floor = Floor::read(directory);
    // Cleared by a run that could not delete them at its end.
    while let Some(cleared) = unread.pop_front_if(|file| file.number < floor.segment) {
        delete(directory, cleared.number);
    }
    let next_segment = unread.back().map_or(0, |newest| newest.number + 1).max(floor.segment).max(1);
    let mut recovered = Recovered::default();
    let mut state = State::new(limits, true, next_segment);
    let mut across = Across::default();
    while let Some(newest) = unread.pop_back() {
        match load(directory, newest.number, Some(&mut across)) {
            Ok(loaded) if loaded.entries().is_empty() => recovered.torn_bytes += loaded.torn,
            Ok(loaded) => {
                recovered.torn_bytes += loaded.torn;
                let oldest = unread.iter().find_map(|file| head(directory, file.number));
                let first = loaded.start.unwrap_or_default().row;
                recovered.frames = loaded.entries().len() as u64;
                recovered.frames += oldest.map_or(0, |oldest| first.saturating_sub(oldest.row));
                state.floor = floor;
                state.begin_with(loaded);
                break;
            }
            Err(Unloaded) => {
                recovered.unreadable.push(pages::path(directory, newest.number));
                state.lost.insert(newest.number);
            }
        }
    }
    state.set_unread(unread);
    Ok(Opened { next_connection: state.next_connection, state, lock, across, recovered })
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
fn segments(directory: &Path) -> io::Result<std::collections::VecDeque<Unread>> {
    let mut files = Vec::new();
    for file in fs::read_dir(directory)? {
        let file = file?;
        let number = file.file_name().to_str().and_then(pages::number);
        if let Some(number) = number
            && file.file_type().is_ok_and(|kind| kind.is_file())
        {
            files.push(Unread { number, bytes: file.metadata().map_or(0, |about| about.len()) });
        }
    }
    files.sort_unstable_by_key(|file| file.number);
    Ok(files.into())
}

/// Deletes a segment's files. What somebody else has deleted is as good as deleted.
pub(super) fn delete(directory: &Path, segment: u64) {
    let _ = fs::remove_file(pages::path(directory, segment));
    let _ = fs::remove_file(pages::index_path(directory, segment));
}

/// Where the history in a segment file begins.
fn head(directory: &Path, segment: u64) -> Option<Start> {
    let mut bytes = Vec::new();
    File::open(pages::path(directory, segment)).ok()?.take(512).read_to_end(&mut bytes).ok()?;
    pcapng::start(&bytes)
}

/// A segment that an earlier run has written.
pub(super) struct Loaded {
    /// Its file's number.
    pub number: u64,
    /// Where in the history it begins, as its file says.
    pub start: Option<Start>,
    /// What its index holds.
    pub stored: Stored,
    /// How much of its file is good.
    pub encoded: u64,
    /// Bytes that were cut off behind that.
    pub torn: u64,
    /// The file ends there, so that it can be continued.
    pub whole: bool,
    /// Frames that belong to requests in earlier segments: how many rows before the first the request is, and the frame's
    /// place.
    pub answers: Vec<(u64, u64)>,
}

/// It has vanished, cannot be read or is no segment; what is there is left alone.
#[derive(Debug)]
pub(super) struct Unloaded;

impl Loaded {
    /// An entry a frame.
    pub fn entries(&self) -> &[Packed] {
        &self.stored.entries
    }

    /// The number of the network connection that begins next.
    pub fn next_connection(&self) -> ConnectionNumber {
        let begun =
            self.stored.interfaces.iter().map(|(number, _)| number.wrapping_add(1)).max().unwrap_or(0);
        begun.max(self.start.unwrap_or_default().connection)
    }

    /// Ties requests to their answers; entries on disk know only what they answer.
    fn tie(&mut self) {
        let entries = &mut self.stored.entries;
        for row in 0..entries.len() {
            let Some(packed) = entries.get(row).copied() else { break };
            let Some(back) = packed.goes_back() else { continue };
            let (row, back) = (row as u64, u64::from(back));
            let Some(request) = row.checked_sub(back) else {
                self.answers.push((back - row, row));
                continue;
            };
            if let Some(asked) = usize::try_from(request).ok().and_then(|place| entries.get_mut(place))
                && (packed.ends_exchange() || asked.direction() != packed.direction())
            {
                asked.tie(request, row);
            }
        }
    }
}

/// Reads a segment: its index file, and where that does not cover it, the segment itself. A torn end is cut off, an
/// index file that lacks something is completed. With `across`, what the segment's frames left open gets there,
/// which takes all of them.
pub(super) fn load(directory: &Path, number: u64, across: Option<&mut Across>) -> Result<Loaded, Unloaded> {
    let path = pages::path(directory, number);
    let length = fs::metadata(&path).map_err(|_| Unloaded)?.len();
    let start = head(directory, number);
    let index = fs::read(pages::index_path(directory, number)).unwrap_or_default();
    let stored = if start.is_some() { index::read(&index, length) } else { Stored::default() };
    let mut loaded =
        Loaded { number, start, stored, encoded: length, torn: 0, whole: true, answers: Vec::new() };
    if loaded.stored.covers < length || across.is_some() {
        let first = if across.is_some() { start.unwrap_or_default().row } else { 0 };
        loaded.read(directory, &index, first, across.unwrap_or(&mut Across::default()))?;
    }
    loaded.tie();
    Ok(loaded)
}

impl Loaded {
    fn read(
        &mut self,
        directory: &Path,
        index: &[u8],
        first: Row,
        across: &mut Across,
    ) -> Result<(), Unloaded> {
        let path = pages::path(directory, self.number);
        let bytes = fs::read(&path).map_err(|_| Unloaded)?;
        let length = bytes.len() as u64;
        let known = (self.stored.entries.len(), self.stored.interfaces.len(), self.stored.good);
        let covered = self.stored.covers;
        self.encoded = match Scan::new(&bytes) {
            Some(scan) => {
                let reading = Reading { stored: &mut self.stored, followed: HashMap::new(), across, first };
                reading.all(scan)
            }
            // Empty, or broken off within its first block: nothing is lost with it. Another's file is left alone.
            None if pcapng::is_beginning(&bytes) => 0,
            None => return Err(Unloaded),
        };
        self.stored.entries.shrink_to_fit();
        self.torn = length - self.encoded;
        if self.encoded == 0 {
            // It was begun, but no frame had been written yet.
            delete(directory, self.number);
            return Ok(());
        }
        self.whole = self.torn == 0 || cut(&path, self.encoded).is_ok();
        if self.encoded > covered || known.2 < index.len() as u64 {
            // What fails here is done at the next start.
            let _ = complete(&pages::index_path(directory, self.number), &self.stored, known, self.encoded);
        }
        Ok(())
    }
}

fn cut(path: &Path, length: u64) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.set_len(length)
}

/// Cuts off what does not count in an index file, and appends what was found besides the (entries, interfaces)
/// that are in its first so many bytes.
fn complete(path: &Path, stored: &Stored, known: (usize, usize, u64), covers: u64) -> io::Result<()> {
    let (entries, interfaces, good) = known;
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.set_len(good)?;
    let found = stored.entries.get(entries..).filter(|found| !found.is_empty());
    let Some(found) = found else { return Ok(()) };
    let (mut lines, mut numbering) = (Lines::default(), Numbering::default());
    numbering.begin();
    let mut ties = stored.links.iter().filter(|(place, ..)| *place >= entries as u64).peekable();
    for (place, packed) in (entries as u64..).zip(found) {
        lines.push(packed, stored.topics.names(), &mut numbering);
        while let Some((_, tie, back)) = ties.next_if(|(of, ..)| *of == place) {
            lines.link(*tie, *back);
        }
    }
    let mut record = Vec::new();
    index::record(&mut record, covers, stored.interfaces.get(interfaces..).unwrap_or_default(), &lines);
    file.write_all(&record)
}

/// Frames that are read from a segment itself. Network connections that began before it are joined midway.
struct Reading<'a> {
    stored: &'a mut Stored,
    followed: HashMap<usize, Followed>,
    across: &'a mut Across,
    /// The row of its first frame.
    first: Row,
}

impl Reading<'_> {
    /// Takes in everything up to a torn place; how much of the file is good. What the index file has told
    /// already stays as it is, and is read for what follows from it.
    fn all(mut self, mut scan: Scan<'_>) -> u64 {
        let mut tags: Vec<usize> = Vec::new();
        // Cut behind the last frame: an interface without a frame is as good as not written.
        let (mut good, mut good_interfaces, mut frames) = (0, 0, 0);
        while let Some(item) = scan.next() {
            match item {
                Item::Interface(number, connection) => {
                    if tags.len() >= self.stored.interfaces.len() {
                        self.stored.interfaces.push((number, connection.clone()));
                    }
                    tags.push(pcapng::tags_length(&connection));
                }
                Item::Frame { interface, time, data, rest, direction, fault, start } => {
                    let Some(tags_length) = tags.get(interface) else { break };
                    let Some(frame) = pcapng::joined(data, &rest, *tags_length) else { break };
                    let at = start + (pcapng::PACKET_HEADER + tags_length) as u64;
                    let about = (interface, direction, time, fault, at);
                    let Some(()) = self.frame(frames, about, &frame) else { break };
                    frames += 1;
                    good = scan.good as u64;
                    good_interfaces = tags.len();
                }
            }
        }
        self.stored.interfaces.truncate(good_interfaces);
        self.stored.entries.truncate(frames);
        good
    }

    fn frame(
        &mut self,
        place: usize,
        (interface, direction, time, fault, at): (usize, Direction, Timestamp, bool, u64),
        frame: &[u8],
    ) -> Option<()> {
        let (number, connection) = self.stored.interfaces.get_mut(interface)?;
        let followed = self.followed.entry(interface).or_insert_with(|| {
            let first = frame.first().and_then(|byte| PacketType::of_first_byte(*byte));
            Followed::new(connection.clone(), first == Some(PacketType::Connect))
        });
        let row = self.first + place as u64;
        let crossing = Crossing { row, number: *number, direction, time, frame };
        let seen = followed.see(&crossing, Some(fault), self.across);
        connection.version = followed.connection.version;
        if place < self.stored.entries.len() {
            return Some(());
        }
        let mut packed = Packed::new(&seen.facts, 0, u32::try_from(at).unwrap_or(u32::MAX));
        if let Some(answer) = seen.answer {
            packed.tie(row, answer.request.row);
            if answer.ended {
                packed.end_exchange();
            }
            if let Some(repeated) = answer.repeats {
                self.stored.links.push((place as u64, Tie::Repeats, row.saturating_sub(repeated)));
            }
        }
        if let Some(request) = seen.responds {
            self.stored.links.push((place as u64, Tie::Responds, row.saturating_sub(request.row)));
        }
        let publish = PacketType::of_first_byte(seen.facts.first_byte) == Some(PacketType::Publish);
        self.stored.number(&mut packed, seen.topic.as_deref().filter(|_| publish));
        self.stored.entries.push(packed);
        Some(())
    }
}

impl Floor {
    /// What a directory says was cleared.
    pub fn read(directory: &Path) -> Self {
        let text = fs::read_to_string(Self::path(directory)).unwrap_or_default();
        let numbers = text.trim().strip_prefix("cleared before segment ").and_then(|text| {
            let (segment, row) = text.split_once(", frame ")?;
            Some(Self { segment: segment.parse().ok()?, row: row.parse().ok()? })
        });
        numbers.unwrap_or_default()
    }

    /// Writes it down, so that a run that ends early does not bring back what was cleared.
    pub fn write(self, directory: &Path) -> io::Result<()> {
        let path = Self::path(directory);
        if self == Self::default() {
            return fs::remove_file(path).or_else(|why| match why.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(why),
            });
        }
        let text = format!("cleared before segment {}, frame {}\n", self.segment, self.row);
        let whole = path.with_extension("new");
        fs::write(&whole, text)?;
        fs::rename(whole, path)
    }

    fn path(directory: &Path) -> PathBuf {
        directory.join("cleared")
    }
}
