//! What can go wrong with files. Words for people in both languages are made of these in `text`.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Finding out where to keep things.
    FindFolder,
    /// Making a folder.
    MakeFolder,
    /// Waiting for another running copy of the program.
    Lock,
    /// Reading a file.
    Read,
    /// Writing a file.
    Write,
    /// Keeping a file that cannot be read from being overwritten.
    KeepAside,
}

/// Why it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The system does not say where the user's home is.
    NoHome,
    /// The user may not.
    Forbidden,
    /// The file system is read-only.
    ReadOnly,
    /// No room is left.
    DiskFull,
    /// A part of the path is a file where a folder must be.
    NotAFolder,
    /// Another running copy of the program holds the files for too long.
    Busy,
    /// The system's own words.
    Other(String),
}

/// Something could not be read or kept. Nothing that was on disk is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What was being done.
    pub doing: Doing,
    /// With which file or folder; empty where none is known.
    pub path: PathBuf,
    /// Why it failed.
    pub cause: Cause,
}

impl StoreError {
    pub(super) fn new(doing: Doing, path: &Path, error: &io::Error) -> Self {
        let cause = match error.kind() {
            io::ErrorKind::PermissionDenied => Cause::Forbidden,
            io::ErrorKind::ReadOnlyFilesystem => Cause::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Cause::DiskFull,
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => Cause::NotAFolder,
            _ => Cause::Other(error.to_string()),
        };
        Self { doing, path: path.to_owned(), cause }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.doing {
            Doing::FindFolder => write!(f, "there is no place for profiles and settings")?,
            Doing::MakeFolder => write!(f, "the folder {path} could not be made")?,
            Doing::Lock => write!(f, "{path} could not be locked")?,
            Doing::Read => write!(f, "{path} could not be read")?,
            Doing::Write => write!(f, "{path} could not be written")?,
            Doing::KeepAside => write!(f, "{path} could not be kept aside, so nothing was changed")?,
        }
        match &self.cause {
            Cause::NoHome => write!(f, ": the home folder is not known; name a folder with --data-dir"),
            Cause::Forbidden => write!(
                f,
                ": permission denied; allow this user to write in that folder, or name another with --data-dir"
            ),
            Cause::ReadOnly => write!(f, ": the disk is read-only; name a folder elsewhere with --data-dir"),
            Cause::DiskFull => write!(f, ": the disk is full; make room and try again"),
            Cause::NotAFolder => {
                write!(f, ": a file stands where a folder must be; move it, or name another with --data-dir")
            }
            Cause::Busy => {
                write!(f, ": another running mqloupe holds it; try again, or close the other one")
            }
            Cause::Other(words) => write!(f, ": {words}"),
        }
    }
}

/// Why a file could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not there, though a copy of it is.
    #[error("it is missing")]
    Missing,
    /// It cannot be read from the disk.
    #[error("{0}")]
    Io(StoreError),
    /// It is no UTF-8.
    #[error("it is not text")]
    NotText,
    /// It is no TOML, or a value is of the wrong kind.
    #[error("{0}")]
    Toml(String),
    /// It does not say which schema it has, as an emptied file does not.
    #[error("it has no line such as \"schema = 1\"")]
    NoSchema,
    /// A later version of the program wrote it.
    #[error("it has schema {found}, and this version of mqloupe knows {known} at most")]
    NewerSchema {
        /// The file's.
        found: i64,
        /// The newest known.
        known: i64,
    },
}

/// A file that could not be understood, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which file.
    pub file: PathBuf,
    /// Why.
    pub what: Unreadable,
    /// Line and column where it stops making sense, both from 1, the column in characters.
    pub place: Option<(usize, usize)>,
    /// Where the file is kept now.
    pub kept_as: Option<PathBuf>,
    /// The last good copy is used instead; else there was none, and what the file held is not shown.
    pub recovered_from_backup: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used", self.file.display())?;
        if let Some((line, column)) = self.place {
            write!(f, " (line {line}, column {column})")?;
        }
        write!(f, ": {}", self.what)?;
        if self.recovered_from_backup {
            write!(f, "; the last good copy is used")?;
        }
        if let Some(kept) = &self.kept_as {
            write!(
                f,
                "; it is kept as {}: mend it there and put it back while mqloupe is closed",
                kept.display()
            )?;
        }
        Ok(())
    }
}
