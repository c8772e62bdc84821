//! The publish form, and what became of the last publish.

use egui::{Align, Layout, Ui};

use super::Panel;
use crate::model::{
    Action, Body, Composer, ComposerEdit, ComposerFault, Connection, FileField, JobEnd, JobStanding,
    Repeated, Steer,
};
use crate::payload::Format;
use crate::session::{Phase, PublishOutcome};
use crate::text;
use crate::ui::theme::{self, size};
use crate::ui::widgets::{self, Dropdown, FieldResponse, Note, TextField};
use crate::ui::{command, icons};
use crate::wire::{Qos, Version};

/// Height of the payload field.
const PAYLOAD: f32 = 64.0;
/// Below this width, what stands beside the main button is icons alone.
const COMPACT: f32 = 480.0;
/// And by so much more while a publish is pending, which takes more words and a button.
const PENDING: f32 = 200.0;
/// A publish without an outcome is pending after so long; most have one before anybody sees that.
const PENDING_NS: u64 = 1_000_000_000;

/// The form.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let composer = &connection.composer;
    let online = connection.online();
    ui.spacing_mut().item_spacing = egui::vec2(size::GAP, size::GAP);

    let fault = composer.fault.as_ref().map(|f| text::composer_fault(f, panel.language()));
    let note = |on_topic: bool| match (&composer.fault, &fault) {
        (Some(ComposerFault::Topic(_)), Some(words)) if on_topic => Some(Note::Error(words)),
        (Some(ComposerFault::Topic(_)) | None, _) => None,
        (Some(_), Some(words)) if !on_topic => Some(Note::Error(words)),
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
        // A file goes out as it is, and so does what is kept.
        ui.add_enabled_ui(composer.body == Body::Typed, |ui| {
            if Dropdown::new(t.format, &formats).show(ui, &mut format).changed() {
                panel.act(Action::Compose(ComposerEdit::Format(format)));
            }
        });
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

    match composer.body {
        Body::Typed => {
            let mut payload = composer.payload.clone();
            let field =
                TextField::unlabelled(t.payload).hint(t.payload_hint).mono().multiline(3).height(PAYLOAD);
            if field.note(note(false)).show(ui, &mut payload).response.changed() {
                panel.act(Action::Compose(ComposerEdit::Payload(payload)));
            }
        }
        Body::File | Body::Lines => file(ui, panel, connection, note(false)),
        Body::Kept => kept(ui, panel, connection),
    }

    if let Some(job) = &composer.job {
        job_line(ui, panel, job);
    }

    row(ui, |ui| {
        let keys = command::written(ui.ctx(), &command::PUBLISH);
        let button = widgets::primary(t.publish).shortcut(&keys);
        // Lines are the work of a job, and there is one at a time.
        let free = composer.body != Body::Lines || !composer.at_work();
        let response = ui.add_enabled(online && free, button);
        let response = if online { response } else { response.on_disabled_hover_text(t.publish_offline) };
        if response.clicked() {
            panel.act(Action::Publish);
        }
        let pending = pending_for(composer, panel);
        let compact = ui.available_width() < if pending.is_some() { COMPACT + PENDING } else { COMPACT };
        let button = labelled(t.repeat, icons::REPEAT, compact);
        if ui.add_enabled(!composer.at_work(), button).clicked() {
            panel.act(Action::EditRepeat);
        }
        if composer.body == Body::Typed && ui.add(labelled(t.from_file, icons::FOLDER, compact)).clicked() {
            panel.act(Action::PublishFromFile);
        }
        if connection.profile.version == Version::V5_0 {
            // A dot says that some are set.
            let words = if composer.properties.is_empty() { String::new() } else { "•".to_owned() };
            if ui.add(labelled(t.properties, icons::EDIT, compact)).clicked() {
                panel.act(Action::EditProperties);
            }
            super::coloured(ui, &words, theme::tokens(ui).accent);
        }
        if pending.is_some() && ui.add(widgets::secondary(t.cancel).name(t.cancel_publishes)).clicked() {
            panel.act(Action::CancelPublishes);
        }
        ui.allocate_ui_with_layout(ui.available_size(), Layout::left_to_right(Align::Center), |ui| {
            under(ui, panel, connection, &keys, pending);
        });
    });
}

/// The file that the payload comes from, in the place of the typed one.
fn file(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, fault: Option<Note<'_>>) {
    let t = panel.texts;
    let composer = &connection.composer;
    let lines = composer.body == Body::Lines;
    let takes = server_takes(connection);
    let size = composer.file.as_ref().map(|size| text::payload_file(size, lines, takes, panel.language()));
    let size = size.as_ref().map(|(words, good)| if *good { Note::Info(words) } else { Note::Error(words) });
    let height = PAYLOAD;
    let room = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Min), |ui| {
        ui.set_min_height(height);
        type_instead(ui, panel);
        let mut by_line = lines;
        if widgets::checkbox(ui, &mut by_line, t.line_by_line, t.line_by_line).changed() {
            let body = if by_line { Body::Lines } else { Body::File };
            panel.act(Action::Compose(ComposerEdit::Body(body)));
        }
        let mut path = composer.path.clone();
        let actions = [(icons::FOLDER, t.browse)];
        let field = TextField::unlabelled(t.capture_file).hint(t.no_payload_file).mono().actions(&actions);
        let room = egui::vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(room, Layout::top_down(Align::Min), |ui| {
            let FieldResponse { response, action } = field.note(fault.or(size)).show(ui, &mut path);
            if action.is_some() {
                panel.act(Action::Browse(FileField::Payload));
            }
            if response.changed() {
                panel.act(Action::Compose(ComposerEdit::Path(path)));
            }
        });
    });
}

/// A payload too large for a text field, in the place of the typed one.
fn kept(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let bytes = connection.composer.kept.len() as u64;
    let (words, good) = text::kept_payload(bytes, server_takes(connection), panel.language());
    let tokens = theme::tokens(ui);
    let room = egui::vec2(ui.available_width(), PAYLOAD);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Min), |ui| {
        ui.set_min_height(PAYLOAD);
        type_instead(ui, panel);
        let room = egui::vec2(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            super::coloured(ui, &words, if good { tokens.text } else { tokens.bad });
        });
    });
}

fn type_instead(ui: &mut Ui, panel: &mut Panel<'_>) {
    let compact = ui.available_width() < COMPACT;
    if ui.add(labelled(panel.texts.type_instead, icons::KEYBOARD, compact)).clicked() {
        panel.act(Action::Compose(ComposerEdit::Body(Body::Typed)));
    }
}

/// The largest packet that the server says it takes, in bytes.
fn server_takes(connection: &Connection) -> Option<u32> {
    match &connection.phase {
        Phase::Online(granted) => granted.maximum_packet_bytes,
        _ => None,
    }
}

/// A button that is its icon alone where there is little room.
fn labelled(text: &'static str, icon: icons::Icon, compact: bool) -> widgets::Button<'static> {
    if compact { widgets::icon_button(icon, text) } else { widgets::secondary(text).icon(icon) }
}

/// One row from the right, no higher than its controls: what is left is not taken, so that the form is as high as what
/// stands in it.
fn row(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let room = egui::vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_height(size::CONTROL);
        add(ui);
    });
}

/// How far the job is, and what can be asked of it.
fn job_line(ui: &mut Ui, panel: &mut Panel<'_>, job: &Repeated) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    row(ui, |ui| {
        let steer = |button: widgets::Button<'_>, ui: &mut Ui, panel: &mut Panel<'_>, steer| {
            if ui.add(button).clicked() {
                panel.act(Action::Steer(steer));
            }
        };
        let stop = widgets::secondary(t.stop).icon(icons::STOP).name(t.stop_publishing);
        let colour = match &job.progress.standing {
            JobStanding::Running | JobStanding::Offline => {
                steer(stop, ui, panel, Steer::Stop);
                let pause = widgets::secondary(t.pause).icon(icons::PAUSE).name(t.pause_publishing);
                steer(pause, ui, panel, Steer::Pause);
                if job.progress.standing == JobStanding::Running { tokens.text } else { tokens.caution }
            }
            JobStanding::Paused => {
                steer(stop, ui, panel, Steer::Stop);
                let resume = widgets::secondary(t.resume).icon(icons::PLAY).name(t.resume_publishing);
                steer(resume, ui, panel, Steer::Resume);
                tokens.caution
            }
            JobStanding::Stopping => tokens.caution,
            JobStanding::Ended(end) => {
                if ui.add(widgets::icon_button(icons::CLOSE, t.dismiss)).clicked() {
                    panel.act(Action::ForgetJob);
                }
                match end {
                    JobEnd::Done if job.progress.refused + job.progress.given_up == 0 => tokens.good,
                    JobEnd::Stopped => tokens.secondary,
                    JobEnd::Done | JobEnd::SessionEnded => tokens.caution,
                    JobEnd::Empty | JobEnd::Refused(_) => tokens.bad,
                }
            }
        };
        let words = text::job(job, panel.language());
        ui.allocate_ui_with_layout(ui.available_size(), Layout::left_to_right(Align::Center), |ui| {
            super::coloured(ui, &words, colour);
        });
    });
}

/// For how long the oldest publish without an outcome has waited, where that is long.
fn pending_for(composer: &Composer, panel: &Panel<'_>) -> Option<u64> {
    let since = composer.oldest_waiting()?.since;
    Some(panel.now.0.saturating_sub(since.0)).filter(|waited| *waited >= PENDING_NS)
}

/// The line beside the button: the size, and how the last publish ended.
fn under(ui: &mut Ui, panel: &Panel<'_>, connection: &Connection, keys: &str, pending: Option<u64>) {
    let tokens = theme::tokens(ui);
    let composer = &connection.composer;
    let Some(last) = composer.sent.last() else {
        let words = match composer.body {
            Body::Typed => format!("{} B · {keys}", composer.payload.len()),
            Body::File | Body::Lines | Body::Kept => keys.to_owned(),
        };
        super::quiet(ui, &words);
        return;
    };
    if let (Some(waited), Some(oldest)) = (pending, composer.oldest_waiting()) {
        let words = text::pending(oldest, waited, composer.waiting(), panel.language());
        super::coloured(ui, &words, tokens.caution);
        return;
    }
    let words = text::outcome(last, composer.waiting(), panel.language());
    let colour = match &last.outcome {
        Some(PublishOutcome::Sent | PublishOutcome::Acknowledged { .. }) => tokens.good,
        Some(PublishOutcome::Refused { .. } | PublishOutcome::Abandoned) => tokens.bad,
        Some(PublishOutcome::Cancelled { .. }) => tokens.secondary,
        None => tokens.caution,
    };
    super::coloured(ui, &words, colour);
}
