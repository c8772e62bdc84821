//! The selected frame: its fields, what the selected one means, its bytes, its payload.

use egui::{Align, Layout, Ui};

use super::{Panel, payload};
use crate::language::Language;
use crate::model::{Action, Connection, CopyWhat, Inspector, Step};
use crate::store::Side;
use crate::text::{self, time};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, FieldRow, FieldTree, HexPane, Section, TreeRows, paint};
use crate::wire::{Direction, Severity};

/// The tallest that the fields get where other parts stand below them.
const FIELDS: f32 = 440.0;
/// The tallest that the bytes get.
const HEX: f32 = 320.0;
/// How many steps of an exchange are shown from its beginning, and from its end: a message may be sent again and again.
const CHIPS: usize = 8;
/// The width that sixteen bytes a row need.
const SIXTEEN: f32 = 590.0;

/// The head: packet, length, time, copy.
pub fn head(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, inspector: &Inspector) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    super::inset_row(ui, size::TITLE_BAR, |ui| {
        let entry = &inspector.frame.entry;
        let ink = match entry.direction {
            Direction::ToServer => tokens.accent_text,
            Direction::ToClient => tokens.good,
        };
        let packet = entry.packet.map_or("?", crate::wire::PacketType::name);
        ui.label(super::rich(packet, font::mono_strong(), ink));
        let time = panel.local.nanos(entry.time, panel.today);
        let said = format!("{} B · {time}", entry.length);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            copy_menu(ui, panel, connection, inspector);
            let tab = connection.timeline.tab;
            let (side, icon, name) = match panel.state.side(tab) {
                Side::Below => (Side::Right, icons::INSPECTOR_RIGHT, t.inspector_right),
                Side::Right => (Side::Below, icons::INSPECTOR_BELOW, t.inspector_below),
            };
            if ui.add(widgets::icon_button(icon, name)).clicked() {
                panel.state.set_side(tab, side);
            }
            if !inspector.secrets.is_empty() {
                let (icon, name) =
                    if inspector.reveal { (icons::HIDE, t.hide) } else { (icons::SHOW, t.reveal) };
                if ui.add(widgets::icon_button(icon, name)).clicked() {
                    panel.act(Action::Reveal(!inspector.reveal));
                }
            }
            ui.allocate_ui_with_layout(ui.available_size(), Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(super::rich(&said, font::secondary(), tokens.secondary)).truncate());
            });
        });
    });
}

/// The exchange that the frame belongs to, and the messages that respond: each can be gone to, with its time since
/// the first.
fn exchange(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector) {
    let t = panel.texts;
    let language = panel.language();
    let exchange = &inspector.exchange;
    if exchange.steps.len() > 1 || exchange.open() {
        let waiting = exchange.waiting.map(|waiting| text::unanswered(waiting, language));
        chain(ui, panel, t.exchange, inspector, &exchange.steps, waiting);
    }
    if !exchange.responses.is_empty() {
        let waiting = exchange.response_waiting.map(|waiting| text::without_response(waiting, language));
        chain(ui, panel, t.responses, inspector, &exchange.responses, waiting);
    }
}

/// Frames that belong together, each a button but for the one that is looked at, and what is missing.
fn chain(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    title: &str,
    inspector: &Inspector,
    steps: &[Step],
    missing: Option<String>,
) {
    let tokens = theme::tokens(ui);
    super::inset(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(6.0, 0.0);
            super::quiet(ui, title);
            let mut left_out = false;
            for (place, step) in steps.iter().enumerate() {
                let within = place < CHIPS || place + CHIPS >= steps.len();
                if !within && step.row != inspector.frame.row {
                    if !std::mem::replace(&mut left_out, true) {
                        super::quiet(ui, "…");
                    }
                    continue;
                }
                if place > 0 {
                    ui.label(super::icon(icons::SENT, tokens.secondary));
                }
                let mut words = format!("{} {}", step.row + 1, step.packet);
                if place > 0 {
                    words = format!("{words} +{}", time::span(step.after_ns));
                }
                if let Some(first) = step.repeats {
                    words = format!("{words} [{}]", text::repeats(first, panel.language()));
                }
                if step.row == inspector.frame.row {
                    ui.label(super::rich(&words, font::secondary_strong(), tokens.text));
                } else if ui.add(widgets::quiet(&words)).clicked() {
                    panel.act(Action::SelectRow(step.row));
                }
            }
            if let Some(missing) = missing {
                super::coloured(ui, &missing, tokens.caution);
            }
        });
    });
}

fn copy_menu(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, inspector: &Inspector) {
    let t = panel.texts;
    let button = ui.add(widgets::icon_button(icons::COPY, t.copy));
    egui::Popup::menu(&button).show(|ui| {
        let mut entries = vec![
            (t.copy_hex, CopyWhat::Hex),
            (t.copy_text, CopyWhat::Text),
            (t.copy_c_array, CopyWhat::CArray),
            (t.copy_outline, CopyWhat::Outline),
            (t.copy_json, CopyWhat::Json),
        ];
        if inspector.payload.is_some() {
            entries.push((t.copy_payload, CopyWhat::Payload));
            entries.push((t.copy_topic, CopyWhat::Topic));
        }
        if inspector.tree().is_some_and(|tree| tree.selected.is_some()) {
            entries.extend([(t.copy_value, CopyWhat::Node), (t.copy_path, CopyWhat::NodePath)]);
        } else if inspector.field.is_some() {
            entries.push((t.copy_value, CopyWhat::Value));
        }
        for (words, what) in entries {
            if widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked() {
                panel.act(Action::Copy(what));
            }
        }
        // Copied into the publish form.
        let again = [(t.publish_again, false, true), (t.reply, true, connection.wants_reply())];
        for (words, reply, offered) in again {
            if offered
                && connection.capture.is_none()
                && inspector.payload.is_some()
                && widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked()
            {
                panel.act(Action::ComposeFromSelected { reply });
            }
        }
    });
}

/// The lines of the field tree as rows.
struct Lines<'a>(&'a Inspector);

impl TreeRows for Lines<'_> {
    fn count(&self) -> usize {
        self.0.lines.len()
    }

    fn row(&self, index: usize) -> Option<FieldRow> {
        let line = self.0.lines.get(index)?;
        Some(FieldRow {
            depth: line.path.len() - 1,
            label: line.label.clone(),
            value: line.value.clone(),
            expandable: line.expandable,
            expanded: line.expanded,
            selected: self.0.field.as_ref() == Some(&line.path),
            hovered: self.0.hovered.as_ref() == Some(&line.path),
            fault: line.fault,
        })
    }

    fn selected(&self) -> Option<usize> {
        let field = self.0.field.as_ref()?;
        self.0.lines.iter().position(|line| line.path == *field)
    }

    fn parent(&self, index: usize) -> Option<usize> {
        let depth = self.0.lines.get(index)?.path.len();
        self.0.lines[..index].iter().rposition(|above| above.path.len() < depth)
    }
}

/// What is wrong with the frame, and the tree of its fields, at most so high.
fn fields(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector, most: f32) {
    exchange(ui, panel, inspector);
    wrong(ui, panel.language(), inspector);
    let t = panel.texts;
    let rows = Lines(inspector);
    let path = |index: usize| inspector.lines.get(index).map(|line| line.path.clone());
    let chosen = inspector.field.clone().map(|path| (inspector.frame.row, path));
    let elsewhere = chosen != panel.state.field_shown;
    let bring = if elsewhere { rows.selected() } else { None };
    let tree = FieldTree::new("fields", t.fields, &rows).max_height(most).bring(bring);
    let answer = tree.show_with_menus(ui, |row, index| {
        if let Some(term) = inspector.lines.get(index).and_then(|line| inspector.term(&line.path)) {
            row.context_menu(|ui| super::filter::menu(ui, panel, &term));
        }
    });
    panel.state.field_shown = chosen;
    if let Some(path) = answer.picked.and_then(path) {
        panel.state.field_shown = Some((inspector.frame.row, path.clone()));
        panel.act(Action::SelectField(path));
    }
    if let Some(path) = answer.toggled.and_then(path) {
        panel.act(Action::ToggleField(path));
    }
    if super::copies(ui, &answer.response) {
        panel.act(Action::Copy(CopyWhat::Value));
    }
    panel.state.hover(answer.response.contains_pointer(), answer.hovered.and_then(path));
}

/// What is wrong with the frame, with the rule it breaks.
fn wrong(ui: &mut Ui, language: Language, inspector: &Inspector) {
    if inspector.dissection.broken.is_none() && inspector.dissection.diagnostics.is_empty() {
        return;
    }
    let tokens = theme::tokens(ui);
    super::inset(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(broken) = &inspector.dissection.broken {
            let words = format!("0x{:04x} {}", broken.offset, broken.message_in(language));
            ui.add(egui::Label::new(super::rich(&words, font::secondary(), tokens.bad)).wrap());
        }
        for diagnostic in &inspector.dissection.diagnostics {
            let ink = match diagnostic.severity {
                Severity::Error => tokens.bad,
                Severity::Warning => tokens.caution,
                Severity::Note => tokens.secondary,
            };
            let said = diagnostic.message_in(language);
            let words = format!("0x{:04x} {said} {}", diagnostic.offset, diagnostic.rule);
            ui.add(egui::Label::new(super::rich(&words, font::secondary(), ink)).wrap());
        }
    });
}

/// What the selected field is.
pub fn explain(ui: &mut Ui, panel: &Panel<'_>, inspector: &Inspector) {
    let t = panel.texts;
    super::inset(ui, |ui| {
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(egui::accesskit::Role::Group);
            node.set_label(t.explain);
        });
        match &inspector.explanation {
            Some(explanation) => {
                widgets::explain_box(ui, &explanation.text, &explanation.section);
            }
            None => super::quiet(ui, t.explain_hint),
        }
    });
}

/// The bytes.
pub fn hex(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector, per_row: usize) {
    let t = panel.texts;
    let masked: &[std::ops::Range<usize>] = if inspector.reveal { &[] } else { &inspector.secrets };
    let faults: Vec<_> = inspector.fault_ranges().collect();
    let hovered = inspector.hovered.as_deref().and_then(|path| inspector.field_at(path));
    let chosen = inspector.bytes.clone().map(|range| (inspector.frame.row, range));
    let elsewhere = chosen != panel.state.bytes_shown;
    let pane = HexPane::new("hex", t.hex, &inspector.frame.bytes)
        .per_row(per_row)
        .max_height(HEX)
        .selected(inspector.bytes.clone())
        .outlined(inspector.parent_range())
        .hovered(hovered.map(|field| field.range.clone()))
        .faults(&faults)
        .masked(masked)
        .bring(inspector.bytes.as_ref().map(|range| range.start).filter(|_| elsewhere));
    let answer = super::inset(ui, |ui| pane.show(ui));
    panel.state.bytes_shown = chosen;
    if let Some(range) = answer.dragged.or_else(|| answer.picked.map(|at| at..at + 1)) {
        panel.state.bytes_shown = Some((inspector.frame.row, range.clone()));
        panel.act(Action::SelectBytes(range));
    }
    if super::copies(ui, &answer.response) {
        panel.act(Action::Copy(CopyWhat::Hex));
    }
    let path = answer.hovered.and_then(|at| crate::wire::field_at(&inspector.dissection, at));
    panel.state.hover(answer.response.contains_pointer(), path);
}

/// As many bytes a row as fit.
fn bytes_per_row(ui: &Ui) -> usize {
    if ui.available_width() < SIXTEEN { 8 } else { 16 }
}

/// The whole inspector in one column: fields, explanation, bytes, payload below each other.
pub fn column(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, inspector: &Inspector) {
    let t = panel.texts;
    head(ui, panel, connection, inspector);
    paint::hairline(ui, ui.max_rect().x_range(), ui.cursor().top());
    egui::ScrollArea::vertical().id_salt("inspector").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if section(ui, panel, t.fields, |_, _| {}) {
            fields(ui, panel, inspector, FIELDS);
            ui.add_space(4.0);
            explain(ui, panel, inspector);
            ui.add_space(8.0);
        }
        if section(ui, panel, t.hex, |_, _| {}) {
            hex(ui, panel, inspector, bytes_per_row(ui));
            ui.add_space(8.0);
        }
        if inspector.payload.is_some()
            && section(ui, panel, t.payload, |ui, panel| payload::format(ui, panel, inspector))
        {
            payload::show(ui, panel, inspector);
        }
    });
}

/// The inspector under a list: fields at the left, bytes and explanation at the right.
pub fn row(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, inspector: &Inspector) {
    let t = panel.texts;
    let width = panel.state.split("fields width", 420.0);
    let left = egui::Panel::left("inspector fields").resizable(true).default_size(width);
    let left = left.size_range(240.0..=(ui.available_width() - 352.0).max(241.0));
    let shown = left.frame(egui::Frame::new()).show(ui, |ui| {
        head(ui, panel, connection, inspector);
        ui.spacing_mut().item_spacing.y = 0.0;
        let room = ui.available_height();
        fields(ui, panel, inspector, room);
    });
    panel.state.keep_split(ui, "fields width", &shown.response, shown.response.rect.width());
    egui::CentralPanel::default().frame(egui::Frame::new()).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        egui::ScrollArea::vertical().id_salt("bytes scroll").auto_shrink([false, false]).show(ui, |ui| {
            super::inset_row(ui, size::TITLE_BAR, |ui| super::heading(ui, t.hex));
            hex(ui, panel, inspector, bytes_per_row(ui));
            ui.add_space(12.0);
            explain(ui, panel, inspector);
            ui.add_space(12.0);
            if inspector.payload.is_some()
                && section(ui, panel, t.payload, |ui, panel| payload::format(ui, panel, inspector))
            {
                payload::show(ui, panel, inspector);
            }
        });
    });
}

/// The head of a part that opens and closes; the window remembers which are closed.
fn section(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    title: &'static str,
    trailing: impl FnOnce(&mut Ui, &mut Panel<'_>),
) -> bool {
    let id = ui.make_persistent_id(("section open", title));
    let mut open = ui.data_mut(|d| *d.get_temp_mut_or(id, true));
    super::inset(ui, |ui| {
        Section::new(title).show(ui, &mut open, |ui| trailing(ui, panel));
    });
    ui.data_mut(|d| d.insert_temp(id, open));
    open
}
