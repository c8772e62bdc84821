//! The system's file chooser.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use rfd::AsyncFileDialog;

use crate::language::Language;
use crate::model::{Chosen, FileField};
use crate::text;

/// Nobody sees a chooser and goes back so soon: there was none.
const NOBODY_IS_SO_QUICK: Duration = Duration::from_millis(300);

/// Opens the chooser for a field, from the window's thread as some systems want it; the answer comes later.
pub fn choose(
    field: FileField,
    start: &Path,
    language: Language,
) -> impl Future<Output = Chosen> + Send + use<> {
    let t = text::texts(language);
    let mut dialog = AsyncFileDialog::new();
    let folder = if start.is_dir() { Some(start) } else { start.parent() };
    if let Some(folder) = folder {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = start.file_name().filter(|_| !start.is_dir()) {
        dialog = dialog.set_file_name(name.to_string_lossy());
    }
    let (title, filter) = match field {
        FileField::Capture => (t.open_capture, Some((t.capture_files, &["pcapng", "pcap", "cap"][..]))),
        FileField::Export => (t.export_capture, Some((t.capture_files, &["pcapng"][..]))),
        FileField::CaFile => (t.ca_file, None),
        FileField::CertificateFile => (t.certificate_file, None),
        FileField::KeyFile => (t.key_file, None),
        FileField::Payload => (t.from_file, None),
    };
    dialog = dialog.set_title(title.trim_end_matches('…'));
    if let Some((name, extensions)) = filter {
        dialog = dialog.add_filter(name, extensions).add_filter(t.all_files, &["*"]);
    }
    let asked = Instant::now();
    let answer = if field == FileField::Export {
        Either::Save(dialog.save_file())
    } else {
        Either::Pick(dialog.pick_file())
    };
    async move {
        let file = match answer {
            Either::Save(answer) => answer.await,
            Either::Pick(answer) => answer.await,
        };
        match file {
            Some(file) => Chosen::File(file.path().to_owned()),
            None if asked.elapsed() < NOBODY_IS_SO_QUICK => Chosen::NoChooser,
            None => Chosen::Nothing,
        }
    }
}

/// One of the two questions a chooser can be asked.
enum Either<S, P> {
    Save(S),
    Pick(P),
}
