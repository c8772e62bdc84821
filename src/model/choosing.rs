//! Files that the user picks from the system's file chooser instead of typing their paths.

use std::path::PathBuf;

use super::{ComposerEdit, Dialog, Effect, FormEdit, Model, Moment, NoticeText, Tone};
use crate::profile::Tls;

/// The field that a file is picked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileField {
    /// The capture to open.
    Capture,
    /// The file that an export writes.
    Export,
    /// The certificate authorities of a connection.
    CaFile,
    /// Its client certificate.
    CertificateFile,
    /// That certificate's private key.
    KeyFile,
    /// The payload of the publish form.
    Payload,
}

/// What became of the chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This file.
    File(PathBuf),
    /// The user went back.
    Nothing,
    /// The system has no file chooser.
    NoChooser,
}

impl Model {
    /// Asks for the chooser, which begins where the field's path is.
    pub(super) fn browse(&self, field: FileField) -> Vec<Effect> {
        let typed = match (&self.dialog, field) {
            (Some(Dialog::OpenCapture(path)), FileField::Capture) => path.as_str(),
            (Some(Dialog::Export(form)), FileField::Export) => form.path.as_str(),
            (Some(Dialog::Profile(form)), FileField::CaFile) => &form.draft.tls.ca_file,
            (Some(Dialog::Profile(form)), FileField::CertificateFile) => &form.draft.tls.certificate_file,
            (Some(Dialog::Profile(form)), FileField::KeyFile) => &form.draft.tls.key_file,
            (_, FileField::Payload) => match self.current() {
                Some(c) => &c.composer.path,
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        vec![Effect::ChooseFile { field, start: self.files.join(typed.trim()) }]
    }

    /// Takes over what was picked, if its field is still there.
    pub(super) fn chosen(&mut self, field: FileField, chosen: Chosen, moment: Moment) -> Vec<Effect> {
        let path = match chosen {
            Chosen::File(path) => path,
            Chosen::Nothing => {
                // Whoever goes back without a file wants to type.
                if let Some(c) = self.current_mut() {
                    c.composer.leave_file();
                }
                return Vec::new();
            }
            Chosen::NoChooser => {
                self.notices.toast(moment.now, Tone::Caution, NoticeText::NoFileChooser, None);
                return Vec::new();
            }
        };
        let text = path.to_string_lossy().into_owned();
        match (&mut self.dialog, field) {
            (_, FileField::Payload) => return self.name_payload_file(text),
            // Whoever has picked a file wants it opened.
            (Some(Dialog::OpenCapture(_)), FileField::Capture) => return self.open_capture(&path),
            (Some(Dialog::Export(form)), FileField::Export) => form.path = text,
            (Some(Dialog::Profile(form)), _) => {
                let tls = form.draft.tls.clone();
                let tls = match field {
                    FileField::CaFile => Tls { ca_file: text, ..tls },
                    FileField::CertificateFile => Tls { certificate_file: text, ..tls },
                    FileField::KeyFile => Tls { key_file: text, ..tls },
                    FileField::Capture | FileField::Export | FileField::Payload => return Vec::new(),
                };
                form.edit(FormEdit::Tls(tls), moment.random);
            }
            _ => {}
        }
        Vec::new()
    }

    /// The publish form takes its payload from this file.
    pub(super) fn name_payload_file(&mut self, path: String) -> Vec<Effect> {
        let folder = self.files.clone();
        let Some(c) = self.current_mut() else { return Vec::new() };
        let measured = folder.join(path.trim());
        let named = !path.trim().is_empty();
        c.composer.edit(ComposerEdit::Path(path));
        if named { vec![Effect::MeasureFile(c.profile.id.clone(), measured)] } else { Vec::new() }
    }
}
