//! Captures: the forms that open, paste and export, and what a capture's panels show.

use std::path::PathBuf;

use egui::{Key, Modifiers, Ui};

use super::Panel;
use crate::model::{
    Action, Capture, CaptureEdit, ComposerEdit, Connection, ExportForm, ExportWhat, FileField, PasteFault,
    PasteForm,
};
use crate::text;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, FieldResponse, ModalPart, Note, Segmented, TextField};
use crate::wire::Version;

/// Width of the forms.
const WIDTH: f32 = 560.0;

/// The form that opens a file.
pub fn open_form(ui: &mut Ui, panel: &mut Panel<'_>, path: &str) {
    let t = panel.texts;
    let open = Action::OpenCapture(PathBuf::from(path.trim()));
    let id = egui::Id::unique("open capture form");
    let closed = widgets::Modal::new(id, t.open_capture, t.close).width(WIDTH).show(ui.ctx(), |part, ui| {
        if part == ModalPart::Body {
            let mut typed = path.to_owned();
            let actions = [(icons::FOLDER, t.browse)];
            let note = Some(Note::Info(t.capture_file_hint));
            let field = TextField::new(t.capture_file).mono().note(note).actions(&actions);
            let FieldResponse { response, action } = field.show(ui, &mut typed);
            if action.is_some() {
                panel.act(Action::Browse(FileField::Capture));
            }
            super::focus_once(&response, "open capture form");
            if response.changed() {
                panel.act(Action::CaptureForm(CaptureEdit::Path(typed)));
            }
            return;
        }
        if ui.add_enabled(!path.trim().is_empty(), widgets::primary(t.open)).clicked() {
            panel.act(open.clone());
        }
        if ui.add(widgets::quiet(t.cancel)).clicked() {
            panel.act(Action::Close);
        }
    });
    finish(ui, panel, closed, open);
}

/// The form that takes pasted frames.
pub fn paste_form(ui: &mut Ui, panel: &mut Panel<'_>, form: &PasteForm) {
    let t = panel.texts;
    let take = Action::TakeApart(t.pasted_frames.to_owned());
    let id = egui::Id::unique("paste form");
    let closed = widgets::Modal::new(id, t.paste_frames, t.close).width(WIDTH).show(ui.ctx(), |part, ui| {
        if part == ModalPart::Body {
            ui.spacing_mut().item_spacing.y = size::PADDING;
            let said = form.fault.as_ref().map(|fault| match fault {
                PasteFault::Empty => t.paste_empty.to_owned(),
                PasteFault::NotHex(line, fault) => text::pasted_fault(*line, fault, panel.language()),
            });
            let mut typed = form.text.clone();
            let field = TextField::new(t.paste_label).hint(t.paste_hint).mono().multiline(8);
            let response = field.note(said.as_deref().map(Note::Error)).show(ui, &mut typed).response;
            super::focus_once(&response, "paste form");
            if response.changed() {
                panel.act(Action::CaptureForm(CaptureEdit::Text(typed)));
            }
            let mut version = form.version;
            let versions = [(Version::V3_1, "3.1"), (Version::V3_1_1, "3.1.1"), (Version::V5_0, "5.0")];
            if Segmented::new(t.paste_version, &versions).label_above().show(ui, &mut version).changed() {
                panel.act(Action::CaptureForm(CaptureEdit::Version(version)));
            }
            return;
        }
        if ui.add(widgets::primary(t.take_apart)).clicked() {
            panel.act(take.clone());
        }
        if ui.add(widgets::quiet(t.cancel)).clicked() {
            panel.act(Action::Close);
        }
    });
    finish(ui, panel, closed, take);
}

/// The form that exports.
pub fn export_form(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, form: &ExportForm) {
    let t = panel.texts;
    let id = egui::Id::unique("export form");
    let closed =
        widgets::Modal::new(id, t.export_capture, t.close).width(WIDTH).show(ui.ctx(), |part, ui| {
            if part == ModalPart::Body {
                ui.spacing_mut().item_spacing.y = size::PADDING;
                let mut typed = form.path.clone();
                let actions = [(icons::FOLDER, t.browse)];
                let field = TextField::new(t.capture_file).mono().actions(&actions);
                let FieldResponse { response, action } = field.show(ui, &mut typed);
                if action.is_some() {
                    panel.act(Action::Browse(FileField::Export));
                }
                super::focus_once(&response, "export form");
                if response.changed() {
                    panel.act(Action::CaptureForm(CaptureEdit::Path(typed)));
                }
                let mut what = form.what;
                let mut choices =
                    vec![(ExportWhat::All, t.export_all), (ExportWhat::Listed, t.export_listed)];
                if connection.timeline.selected.is_some() {
                    choices.push((ExportWhat::Selected, t.export_selected));
                }
                if Segmented::new(t.export_what, &choices).label_above().show(ui, &mut what).changed() {
                    panel.act(Action::CaptureForm(CaptureEdit::What(what)));
                }
                let mut secrets = form.with_secrets;
                if widgets::checkbox(ui, &mut secrets, t.with_secrets, t.with_secrets).changed() {
                    panel.act(Action::CaptureForm(CaptureEdit::WithSecrets(secrets)));
                }
                super::quiet(ui, t.with_secrets_note);
                return;
            }
            if ui.add_enabled(!form.path.trim().is_empty(), widgets::primary(t.export_button)).clicked() {
                panel.act(Action::Export);
            }
            if ui.add(widgets::quiet(t.cancel)).clicked() {
                panel.act(Action::Close);
            }
        });
    finish(ui, panel, closed, Action::Export);
}

/// Closing, and the keys that do what the main button does.
fn finish(ui: &mut Ui, panel: &mut Panel<'_>, closed: bool, main: Action) {
    if closed {
        panel.act(Action::Close);
    }
    if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(main);
    }
}

/// Files that were dropped on the window are opened; where the publish form waits for one, it takes it.
pub fn dropped(ui: &Ui, panel: &mut Panel<'_>) {
    let files = ui.input(|i| i.raw.dropped_files.clone());
    let waits =
        panel.model.dialog.is_none() && panel.model.current().is_some_and(Connection::wants_payload_file);
    for (place, file) in files.into_iter().enumerate() {
        if waits && place == 0 {
            let path = file.path().to_string_lossy().into_owned();
            panel.act(Action::Compose(ComposerEdit::Path(path)));
            continue;
        }
        panel.act(Action::OpenCapture(file.path().to_owned()));
    }
}

/// What stands in the place of subscriptions: what there is to know about the capture.
pub fn about(ui: &mut Ui, panel: &Panel<'_>, capture: &Capture) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    widgets::title_bar(ui, t.about_capture, |_| {});
    if let Some(path) = &capture.path {
        super::hint(ui, &path.to_string_lossy());
        ui.add_space(8.0);
    }
    egui::ScrollArea::vertical().id_salt("capture notices").auto_shrink([false, false]).show(ui, |ui| {
        if capture.notices.is_empty() && capture.failure.is_none() && capture.progress.is_none() {
            super::hint(ui, t.nothing_to_note);
        }
        super::inset(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            for notice in &capture.notices {
                let words = notice.message_in(panel.language());
                ui.add(egui::Label::new(super::rich(&words, font::secondary(), tokens.caution)).wrap());
            }
        });
    });
}

/// What stands in the list while a capture is being read, or where it could not be: whether it stood.
pub fn instead_of_list(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) -> bool {
    let t = panel.texts;
    let Some(capture) = &connection.capture else { return false };
    if let Some(why) = &capture.failure {
        let words = why.message_in(panel.language());
        let button = Some(widgets::secondary(t.close_capture));
        let closed = widgets::empty_state(ui, icons::ERROR, &connection.profile.name, &words, button);
        if closed.is_some_and(|button| button.clicked()) {
            panel.act(Action::CloseCapture(connection.profile.id.clone()));
        }
        return true;
    }
    if let Some((read, total)) = capture.progress {
        let share = read.saturating_mul(100).checked_div(total).unwrap_or(0);
        let button = Some(widgets::secondary(t.stop_reading));
        let words = format!("{share} %");
        let stopped = widgets::empty_state(ui, icons::CLOCK, t.reading, &words, button);
        if stopped.is_some_and(|button| button.clicked()) {
            panel.act(Action::CloseCapture(connection.profile.id.clone()));
        }
        return true;
    }
    false
}
