//! Captures: files opened and frames pasted as logs of their own, and logs written as files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Connection, Dialog, Effect, Model};
use crate::capture::{Notice, ReadError};
use crate::hex::{self, HexError};
use crate::log::Row;
use crate::profile::{Profile, ProfileId, Secrets};
use crate::wire::{self, Cut, Version};

/// What a read-only log came from, and how far it is.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// The file; `None` for pasted frames.
    pub path: Option<PathBuf>,
    /// Bytes read and bytes there are, while it is being read.
    pub progress: Option<(u64, u64)>,
    /// What there is to know about it.
    pub notices: Vec<Notice>,
    /// Why it could not be read.
    pub failure: Option<Arc<ReadError>>,
}

/// What is wrong with pasted frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasteFault {
    /// There is nothing.
    Empty,
    /// This line (from 1) is no hex.
    NotHex(usize, HexError),
}

/// The form that takes pasted frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasteForm {
    /// Hex, one packet or several a line.
    pub text: String,
    /// What they are read as, until a CONNECT says otherwise.
    pub version: Version,
    /// Why they were not taken.
    pub fault: Option<PasteFault>,
}

/// Which frames are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportWhat {
    /// All of the log.
    #[default]
    All,
    /// Those that the list shows.
    Listed,
    /// The selected one, or those of the range.
    Selected,
}

/// The form that exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportForm {
    /// Where to.
    pub path: String,
    /// Which frames.
    pub what: ExportWhat,
    /// Passwords and authentication data as they were sent, rather than masked.
    pub with_secrets: bool,
}

/// A change in one of these forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureEdit {
    /// The file to open or to write.
    Path(String),
    /// Which frames.
    What(ExportWhat),
    /// With secrets or masked.
    WithSecrets(bool),
    /// The pasted text.
    Text(String),
    /// What pasted frames are read as.
    Version(Version),
}

/// The frames in pasted hex: white space within a line is ignored, empty lines and lines that begin with `#`
/// are skipped, a line may hold several packets.
fn pasted(text: &str) -> Result<Vec<Vec<u8>>, PasteFault> {
    let mut frames = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let bytes = hex::parse(line).map_err(|fault| PasteFault::NotHex(number, fault))?;
        let mut rest = bytes.as_slice();
        while let Cut::Frame { length } = wire::cut(rest)
            && length < rest.len()
        {
            let (frame, behind) = rest.split_at(length);
            frames.push(frame.to_vec());
            rest = behind;
        }
        frames.push(rest.to_vec());
    }
    if frames.is_empty() { Err(PasteFault::Empty) } else { Ok(frames) }
}

impl Model {
    pub(super) fn edit_capture(&mut self, edit: CaptureEdit) {
        match (&mut self.dialog, edit) {
            (Some(Dialog::OpenCapture(path)), CaptureEdit::Path(typed)) => *path = typed,
            (Some(Dialog::Export(form)), CaptureEdit::Path(typed)) => form.path = typed,
            (Some(Dialog::Export(form)), CaptureEdit::What(what)) => form.what = what,
            (Some(Dialog::Export(form)), CaptureEdit::WithSecrets(on)) => form.with_secrets = on,
            (Some(Dialog::Paste(form)), CaptureEdit::Text(text)) => {
                form.text = text;
                form.fault = None;
            }
            (Some(Dialog::Paste(form)), CaptureEdit::Version(version)) => form.version = version,
            _ => {}
        }
    }

    /// A read-only connection of its own.
    fn add_capture(&mut self, name: String, capture: Capture) -> ProfileId {
        self.next_serial += 1;
        let id = ProfileId(format!("capture-{}", self.next_serial));
        let profile = Profile { id: id.clone(), name, ..Profile::default() };
        let mut connection = Connection::new(profile, Secrets::default());
        connection.capture = Some(capture);
        connection.log_asked = true;
        connection.timeline.tab = super::Tab::Packets;
        connection.timeline.follow = false;
        self.connections.push(connection);
        self.selected = Some(id.clone());
        id
    }

    pub(super) fn open_capture(&mut self, path: &Path) -> Vec<Effect> {
        self.dialog = None;
        if path.as_os_str().is_empty() {
            return Vec::new();
        }
        let path = if path.is_absolute() { path.to_owned() } else { self.files.join(path) };
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let capture = Capture { path: Some(path.clone()), progress: Some((0, 0)), ..Capture::default() };
        let id = self.add_capture(name, capture);
        vec![Effect::OpenCapture { id, path }]
    }

    pub(super) fn take_apart(&mut self, name: &str) -> Vec<Effect> {
        let Some(Dialog::Paste(form)) = &mut self.dialog else { return Vec::new() };
        match pasted(&form.text) {
            Ok(frames) => {
                let version = form.version;
                self.dialog = None;
                let id = self.add_capture(name.to_owned(), Capture::default());
                vec![Effect::TakeApart { id, version, frames }]
            }
            Err(fault) => {
                form.fault = Some(fault);
                Vec::new()
            }
        }
    }

    /// Opens the export form for the connection that is shown.
    pub(super) fn export_form(&mut self) {
        let Some(c) = self.current() else { return };
        let stem: String =
            c.profile.name.chars().map(|ch| if ch.is_alphanumeric() { ch } else { '-' }).collect();
        let path = self.files.join(format!("mqloupe-{stem}.pcapng")).to_string_lossy().into_owned();
        let filtered = c.timeline.only.is_some() || !c.timeline.filter.is_empty();
        let what = if filtered { ExportWhat::Listed } else { ExportWhat::All };
        self.dialog = Some(Dialog::Export(ExportForm { path, what, with_secrets: false }));
    }

    pub(super) fn export(&mut self) -> Vec<Effect> {
        let Some(Dialog::Export(form)) = &self.dialog else { return Vec::new() };
        let (form, Some(c)) = (form.clone(), self.current()) else { return Vec::new() };
        let Some(log) = &c.log else { return Vec::new() };
        if form.path.trim().is_empty() {
            return Vec::new();
        }
        let rows: Vec<Row> = match form.what {
            ExportWhat::All => log.rows().collect(),
            ExportWhat::Listed => {
                let mut rows = Vec::new();
                if let Some(view) = &c.timeline.view {
                    view.rows(0..view.len(), &mut rows);
                }
                rows
            }
            ExportWhat::Selected => c.chosen_rows(None, usize::MAX).0,
        };
        let path = self.files.join(form.path.trim());
        let effect = Effect::Export { id: c.profile.id.clone(), path, rows, with_secrets: form.with_secrets };
        self.dialog = None;
        vec![effect]
    }

    /// Puts a capture away; what is being read is stopped.
    pub(super) fn close_capture(&mut self, id: &ProfileId) -> Vec<Effect> {
        let Some(place) = self.connections.iter().position(|c| &c.profile.id == id) else {
            return Vec::new();
        };
        self.connections.remove(place);
        let mut effects = vec![Effect::CloseCapture(id.clone())];
        if self.selected.as_ref() == Some(id) {
            let neighbour = self.connections.get(place).or(self.connections.last());
            self.selected = neighbour.map(|c| c.profile.id.clone());
            if let Some(id) = self.selected.clone() {
                effects.extend(self.open_log(&id));
            }
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_lines_hold_one_packet_or_several() {
        let frames = pasted("# a ping and its answer\nc0 00 d000\n\n20 02 00 00\n").expect("hex");
        assert_eq!(frames, [vec![0xc0, 0], vec![0xd0, 0], vec![0x20, 2, 0, 0]]);
    }

    #[test]
    fn a_packet_that_is_cut_off_is_taken_as_it_is() {
        assert_eq!(pasted("30 0a 00").expect("hex"), [vec![0x30, 0x0a, 0x00]]);
    }

    #[test]
    fn a_line_that_is_no_hex_is_named() {
        assert!(matches!(pasted("c000\nzz"), Err(PasteFault::NotHex(2, _))));
    }
}
