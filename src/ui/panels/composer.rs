//! The publish form, and what became of the last publish.

use egui::{Align, Layout, Ui};

use super::Panel;
use crate::model::{Action, ComposerEdit, ComposerFault, Connection};
use crate::payload::Format;
use crate::session::PublishOutcome;
use crate::text;
use crate::ui::theme::{self, size};
use crate::ui::widgets::{self, Dropdown, Note, TextField};
use crate::ui::{command, icons};
use crate::wire::{Qos, Version};

/// Height of the payload field.
const PAYLOAD: f32 = 64.0;

/// The form.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let composer = &connection.composer;
    let online = connection.online();
    ui.spacing_mut().item_spacing = egui::vec2(size::GAP, size::GAP);

    let fault = composer.fault.as_ref().map(|f| text::composer_fault(f, panel.language()));
    let note = |on_topic: bool| match (&composer.fault, &fault) {
        (Some(ComposerFault::Topic(_)), Some(words)) if on_topic => Some(Note::Error(words)),
        (Some(ComposerFault::Payload(_) | ComposerFault::Properties(_)), Some(words)) if !on_topic => {
            Some(Note::Error(words))
        }
        _ => None,
    };
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        ui.set_min_height(size::CONTROL);
        let mut retain = composer.retain;
        if widgets::checkbox(ui, &mut retain, t.retain, t.retain).changed() {
            panel.act(Action::Compose(ComposerEdit::Retain(retain)));
        }
        let mut format = composer.format;
        let formats = Format::WRITTEN.map(|f| (f, text::format_name(f, t)));
        if Dropdown::new(t.format, &formats).show(ui, &mut format).changed() {
            panel.act(Action::Compose(ComposerEdit::Format(format)));
        }
        let mut qos = composer.qos;
        let options = [(Qos::AtMostOnce, "QoS 0"), (Qos::AtLeastOnce, "QoS 1"), (Qos::ExactlyOnce, "QoS 2")];
        if Dropdown::new(t.qos, &options).show(ui, &mut qos).changed() {
            panel.act(Action::Compose(ComposerEdit::Qos(qos)));
        }
        let mut topic = composer.topic.clone();
        let field = TextField::unlabelled(t.topic).hint(t.topic_hint).mono().note(note(true));
        if field.width(ui.available_width()).show(ui, &mut topic).response.changed() {
            panel.act(Action::Compose(ComposerEdit::Topic(topic)));
        }
    });

    let mut payload = composer.payload.clone();
    let field = TextField::unlabelled(t.payload).hint(t.payload_hint).mono().multiline(3).height(PAYLOAD);
    if field.note(note(false)).show(ui, &mut payload).response.changed() {
        panel.act(Action::Compose(ComposerEdit::Payload(payload)));
    }

    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(size::CONTROL);
        let keys = command::written(ui.ctx(), &command::PUBLISH);
        let button = widgets::primary(t.publish).shortcut(&keys);
        if ui.add_enabled(online, button).on_disabled_hover_text(t.publish_offline).clicked() {
            panel.act(Action::Publish);
        }
        if connection.profile.version == Version::V5_0 {
            // A dot says that some are set.
            let words = if composer.properties.is_empty() { String::new() } else { "•".to_owned() };
            let button = widgets::secondary(t.properties).icon(icons::EDIT);
            if ui.add(button).clicked() {
                panel.act(Action::EditProperties);
            }
            super::coloured(ui, &words, theme::tokens(ui).accent);
        }
        ui.allocate_ui_with_layout(ui.available_size(), Layout::left_to_right(Align::Center), |ui| {
            under(ui, panel, connection, &keys);
        });
    });
}

/// The line beside the button: the size, and how the last publish ended.
fn under(ui: &mut Ui, panel: &Panel<'_>, connection: &Connection, keys: &str) {
    let tokens = theme::tokens(ui);
    let composer = &connection.composer;
    let Some(last) = composer.sent.last() else {
        let bytes = composer.payload.len();
        super::quiet(ui, &format!("{bytes} B · {keys}"));
        return;
    };
    let words = text::outcome(last, composer.waiting(), panel.language());
    let colour = match &last.outcome {
        Some(PublishOutcome::Sent | PublishOutcome::Acknowledged { .. }) => tokens.good,
        Some(PublishOutcome::Refused { .. } | PublishOutcome::Abandoned) => tokens.bad,
        None => tokens.caution,
    };
    super::coloured(ui, &words, colour);
}
