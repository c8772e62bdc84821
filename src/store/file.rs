//! Files that are replaced whole, or not at all.
//!
//! A new content is written beside the file, flushed to the disk and renamed over it: whenever the program or the
//! machine stops, the file is the old one or the new one.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{Cause, Doing, StoreError};

/// The names of files that are being written.
const TEMPORARY: (&str, &str) = (".mqloupe-", ".tmp");
/// How often and how long another running copy is waited for; a change takes milliseconds.
const TRIES: u32 = 150;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// Holds the files against other running copies of the program; let go when it is dropped.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held for its lock alone")] Option<File>);

impl Lock {
    /// Makes the folder where it is missing, and takes the lock in it.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder).map_err(|error| StoreError::new(Doing::MakeFolder, folder, &error))?;
        let path = folder.join(".lock");
        let failed = |error: &io::Error| StoreError::new(Doing::Lock, &path, error);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| failed(&error))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Self(Some(file))),
                Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN_TRIES),
                // Some network file systems have no locks: better to work without than not at all.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Self(None));
                }
                Err(TryLockError::Error(error)) => return Err(failed(&error)),
            }
        }
        Err(StoreError { doing: Doing::Lock, path, cause: Cause::Busy })
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What the file holds; `None` where it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::new(Doing::Read, path, &error)),
    }
}

/// Puts `bytes` in the place of what the file held. On Unix only the user may read it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    // A link, as people have who keep their settings elsewhere, stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    write_beside(&target, bytes, |file| file.persist(&target).map(|_| ()).map_err(|error| error.error))
        .map_err(|error| StoreError::new(Doing::Write, path, &error))
}

/// Keeps `bytes` as the first free of `<path>.unreadable-1`, `-2`, …; says as which.
pub(super) fn keep_aside(path: &Path, bytes: &[u8]) -> Result<PathBuf, StoreError> {
    let mut number = 1_u64;
    loop {
        let aside = beside(path, &format!("unreadable-{number}"));
        match write_beside(&aside, bytes, |file| {
            file.persist_noclobber(&aside).map(|_| ()).map_err(|error| error.error)
        }) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number = number.saturating_add(1),
            Err(error) => return Err(StoreError::new(Doing::KeepAside, path, &error)),
        }
    }
}

/// `profiles.toml` and `bak` make `profiles.toml.bak`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn write_beside(
    path: &Path,
    bytes: &[u8],
    into_place: impl FnOnce(tempfile::NamedTempFile) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    into_place(file)?;
    // The new name is on the disk once the folder is. Not every system lets a folder be flushed; the file is whole
    // in any case.
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Removes what a copy of the program left that stopped while it wrote. Only under the lock: nobody writes then.
pub(super) fn sweep(folder: &Path, _lock: &Lock) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1) {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}
