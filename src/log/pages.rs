//! Reading frames back from segment files, by position.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::pcapng;

/// Bytes that are read at once, so that a list of neighbouring frames costs one read.
const PAGE: usize = 128 * 1024;
/// Pages that are kept: one for each of a few readers at different places.
const MAX_PAGES: usize = 16;

/// The path of a segment's file.
pub(super) fn path(directory: &Path, segment: u64) -> PathBuf {
    directory.join(format!("frames-{segment:010}.pcapng"))
}

/// The path of the index file beside it.
pub(super) fn index_path(directory: &Path, segment: u64) -> PathBuf {
    directory.join(format!("frames-{segment:010}.index"))
}

/// The number in a segment file's name.
pub(super) fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("frames-")?.strip_suffix(".pcapng")?;
    (digits.len() >= 10).then(|| digits.parse().ok())?
}

/// Pages read lately.
pub(super) struct Pages {
    directory: PathBuf,
    pages: Mutex<VecDeque<Page>>,
}

#[derive(Clone)]
struct Page {
    segment: u64,
    start: u64,
    bytes: Arc<[u8]>,
}

impl Page {
    fn part(&self, segment: u64, at: u64, length: usize) -> Option<&[u8]> {
        if self.segment != segment {
            return None;
        }
        let start = usize::try_from(at.checked_sub(self.start)?).ok()?;
        self.bytes.get(start..start.checked_add(length)?)
    }
}

impl Pages {
    /// For the segments of a directory.
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), pages: Mutex::default() }
    }

    /// Reads a frame whose first byte lies at `at`, of a long one at least the first bytes; `None` where the file has
    /// gone or is shorter.
    pub fn read(&self, segment: u64, at: u64, length: usize, fault: bool, least: usize) -> Option<Arc<[u8]>> {
        if length <= PAGE / 2 {
            let known = self.lock().iter().find(|page| page.part(segment, at, length).is_some()).cloned();
            let page = known.or_else(|| self.load(segment, at).ok())?;
            return page.part(segment, at, length).map(Arc::from);
        }
        let mut file = File::open(path(&self.directory, segment)).ok()?;
        let mut frame = Vec::with_capacity(length.min(least));
        for (at, length) in pcapng::pieces(at, length, fault) {
            let length = length.min(least.saturating_sub(frame.len()));
            if length == 0 {
                break;
            }
            file.seek(SeekFrom::Start(at)).ok()?;
            let read = Read::by_ref(&mut file).take(length as u64).read_to_end(&mut frame).ok()?;
            if read != length {
                return None;
            }
        }
        Some(Arc::from(frame))
    }

    fn load(&self, segment: u64, at: u64) -> io::Result<Page> {
        // Half before, half behind, to serve lists that go up as well as down.
        let start = at.saturating_sub(PAGE as u64 / 4);
        let mut file = File::open(path(&self.directory, segment))?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity(PAGE);
        file.take(PAGE as u64).read_to_end(&mut bytes)?;
        let page = Page { segment, start, bytes: Arc::from(bytes) };
        let mut pages = self.lock();
        pages.truncate(MAX_PAGES - 1);
        pages.push_front(page.clone());
        Ok(page)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
