//! `-w FILE`: everything that crossed, as a capture that Wireshark opens.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::Stop;
use crate::capture::export;
use crate::log::{FrameLog, Limits};

/// More than any disk: a capture loses nothing.
const UNBOUNDED: u64 = 1 << 50;

/// Where a log goes in the end.
pub(super) struct Destination {
    path: PathBuf,
    file: File,
    with_secrets: bool,
    /// Holds the log until then, so that memory stays bounded.
    _folder: tempfile::TempDir,
}

/// The log of a command, and where it goes in the end if it is to be kept. The file is made at once, so that
/// a wrong name is no surprise at the end. Passwords and authentication data are kept only `with_secrets`.
pub(super) fn begin(
    path: Option<&Path>,
    with_secrets: bool,
) -> Result<(FrameLog, Option<Destination>), Stop> {
    let Some(path) = path else { return Ok((FrameLog::in_memory(Limits::default()), None)) };
    let cannot = |error: &dyn std::fmt::Display| {
        Stop::Failed(format!("the capture {} cannot be written: {error}", path.display()))
    };
    let file = File::create(path).map_err(|error| cannot(&error))?;
    let folder = tempfile::tempdir().map_err(|error| cannot(&error))?;
    let limits = Limits { disk_bytes: UNBOUNDED, ..Limits::default() };
    let open = if with_secrets { FrameLog::open_with_secrets } else { FrameLog::open };
    let (log, _) = open(folder.path(), limits).map_err(|error| cannot(&error))?;
    Ok((log, Some(Destination { path: path.to_owned(), file, with_secrets, _folder: folder })))
}

impl Destination {
    /// Writes what the log holds; passwords are asterisks unless they are wanted.
    pub fn save(self, log: &FrameLog) -> Result<(), Stop> {
        let path = self.path.display();
        let count = export(log, log.rows(), &self.file, self.with_secrets)
            .map_err(|error| Stop::Failed(format!("the capture {path} cannot be written: {error}")))?;
        eprintln!("mqloupe: {count} packets are in {path}");
        let missing = log.rows().start + (log.rows().end - log.rows().start).saturating_sub(count);
        if missing > 0 {
            // The disk below the log gave out, or was too slow for what crossed.
            return Err(Stop::Failed(format!(
                "the capture {path} lacks {missing} packets: the disk did not keep up"
            )));
        }
        Ok(())
    }
}
