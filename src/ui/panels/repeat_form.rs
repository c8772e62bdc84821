//! The form for publishing over and over.

use egui::{Key, Modifiers, Ui};

use super::Panel;
use crate::model::{Action, Body, ComposerEdit, Connection, Pace, RepeatFault};
use crate::text;
use crate::ui::theme::size;
use crate::ui::widgets::{self, ModalPart, Note, Segmented, TextField};

/// The form, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let composer = &connection.composer;
    let ready = connection.online() && !composer.at_work() && composer.repeat.fault().is_none();
    let id = egui::Id::unique("repeat form");
    let modal = widgets::Modal::new(id, t.repeat_title, t.close).width(480.0);
    let closed = modal.show(ui.ctx(), |part, ui| match part {
        ModalPart::Body => body(ui, panel, connection),
        ModalPart::Foot => {
            let start = ui.add_enabled(ready, widgets::primary(t.start));
            let start =
                if connection.online() { start } else { start.on_disabled_hover_text(t.publish_offline) };
            if start.clicked() {
                panel.act(Action::StartRepeating);
            }
            if ui.add(widgets::quiet(t.cancel)).clicked() {
                panel.act(Action::Close);
            }
        }
    });
    if closed {
        panel.act(Action::Close);
    }
    if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) && ready {
        panel.act(Action::StartRepeating);
    }
}

fn body(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let language = panel.language();
    let form = &connection.composer.repeat;
    let mut edited = form.clone();
    let fault = form.fault();
    let said = |at: RepeatFault| fault.filter(|fault| *fault == at).map(|f| text::repeat_fault(f, language));
    ui.spacing_mut().item_spacing.y = size::PADDING;

    let said_of_times = said(RepeatFault::Times).map(Note::Error);
    let of_file = (connection.composer.body == Body::Lines).then_some(Note::Info(t.times_of_file));
    let field = TextField::new(t.times).hint(t.times_hint).note(said_of_times.or(of_file));
    let response = field.show(ui, &mut edited.times).response;
    super::focus_once(&response, "repeat form");

    let paces = [(Pace::Interval, t.pace_interval), (Pace::Rate, t.pace_rate), (Pace::Unpaced, t.pace_none)];
    Segmented::new(t.pace, &paces).label_above().show(ui, &mut edited.pace);
    match edited.pace {
        Pace::Interval => {
            let note = said(RepeatFault::Interval).map(Note::Error);
            TextField::new(t.interval_ms).note(note).show(ui, &mut edited.interval);
        }
        Pace::Rate => {
            let note = said(RepeatFault::Rate).map(Note::Error);
            TextField::new(t.rate_per_second).note(note).show(ui, &mut edited.rate);
        }
        Pace::Unpaced => {}
    }
    // What is wrong with the message itself stands behind this form.
    if let Some(fault) = &connection.composer.fault {
        let words = text::composer_fault(fault, language);
        super::coloured(ui, &words, crate::ui::theme::tokens(ui).bad);
    }
    if edited != *form {
        panel.act(Action::Compose(ComposerEdit::Repeat(edited)));
    }
}
