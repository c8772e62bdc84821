//! The payload of the selected message: how it is shown, and it as text, as lines or as a tree.

use egui::Ui;

use super::Panel;
use crate::model::{Action, CopyWhat, Inspector, PayloadTree, PayloadView};
use crate::payload::{self, Fault, Format, Rendered};
use crate::text;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, Dropdown, FieldRow, FieldTree, TextView, TreeRows, text_view};

/// The tallest that a payload gets.
const HIGHEST: f32 = 400.0;

/// How the payload is shown; stands at the right of the section's head, and is added from the right.
pub fn format(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector) {
    let t = panel.texts;
    let look = inspector.look;
    let mut format = if inspector.automatic { None } else { Some(look.format) };
    let automatic = if inspector.automatic {
        format!("{} · {}", t.automatic, text::format_name(look.format, t))
    } else {
        t.automatic.to_owned()
    };
    let mut formats = vec![(None, automatic.as_str())];
    formats.extend(Format::ALL.map(|format| (Some(format), text::format_name(format, t))));
    if Dropdown::new(t.format, &formats).quiet().show(ui, &mut format).changed() {
        panel.act(format.map_or(Action::PayloadAutomatic, Action::PayloadFormat));
    }
    let tree = widgets::toggle_icon(icons::TREE, t.tree, look.is_tree());
    if look.format.has_tree() && ui.add(tree).clicked() {
        panel.act(Action::PayloadTree(!look.tree));
    }
}

/// The payload.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector) {
    let (Some(view), Some(bytes)) = (&inspector.payload, inspector.payload_bytes()) else { return };
    let name = panel.texts.payload;
    let format = inspector.look.format;
    // A text of its own for each frame and each format.
    let revision = inspector.frame.row * 8 + format as u64;
    let line = |number| payload::line(bytes, format, number);
    let (reader, height) = match view {
        PayloadView::Awaited => {
            super::inset(ui, |ui| super::quiet(ui, panel.texts.reading));
            return;
        }
        PayloadView::Tree(view) => {
            if let Some(fault) = view.tree.fault() {
                super::inset(ui, |ui| say_fault(ui, panel, fault));
            }
            tree(ui, panel, inspector, view, bytes);
            return;
        }
        PayloadView::Text(rendered) => {
            said_of(ui, panel, rendered);
            let width = ui.available_width() - 2.0 * size::PADDING;
            let height = text_view::natural_height(ui, &rendered.text, width, HIGHEST);
            (TextView::new("payload", name, &rendered.text, revision), height)
        }
        PayloadView::Lines => {
            let count = payload::line_count(bytes.len(), format);
            (TextView::of_lines("payload", name, count, &line, revision), HIGHEST)
        }
    };
    super::inset(ui, |ui| {
        ui.set_height(height);
        reader.show(ui);
    });
}

/// What there is to know about a payload that is shown.
fn said_of(ui: &mut Ui, panel: &Panel<'_>, rendered: &Rendered) {
    let tokens = theme::tokens(ui);
    super::inset(ui, |ui| {
        if let Some(fault) = &rendered.fault {
            say_fault(ui, panel, fault);
        }
        if !rendered.is_whole() {
            let words = text::cut_payload(rendered.shown_bytes, rendered.total_bytes, panel.language());
            ui.add(egui::Label::new(super::rich(&words, font::secondary(), tokens.caution)).wrap());
        }
    });
}

fn say_fault(ui: &mut Ui, panel: &Panel<'_>, fault: &Fault) {
    let words = text::payload_fault(fault, panel.language());
    let ink = theme::tokens(ui).bad;
    ui.add(egui::Label::new(super::rich(&words, font::secondary(), ink)).wrap());
}

/// The lines of a payload's tree as rows: each is worked out when it is drawn.
struct Nodes<'a> {
    view: &'a PayloadTree,
    bytes: &'a [u8],
    /// What stands in the place of a value that a worker unfolds.
    reading: &'a str,
}

impl TreeRows for Nodes<'_> {
    fn count(&self) -> usize {
        self.view.tree.lines()
    }

    fn row(&self, index: usize) -> Option<FieldRow> {
        let line = self.view.tree.line(self.bytes, index)?;
        let opening = self.view.opening.as_ref() == Some(&line.path);
        Some(FieldRow {
            depth: line.path.len(),
            selected: self.view.selected.as_ref() == Some(&line.path),
            label: line.label,
            value: if opening { self.reading.to_owned() } else { line.value },
            expandable: line.expandable,
            expanded: line.expanded,
            ..FieldRow::default()
        })
    }

    fn selected(&self) -> Option<usize> {
        self.view.tree.line_of(self.view.selected.as_ref()?)
    }

    fn parent(&self, index: usize) -> Option<usize> {
        let path = self.view.tree.path(index)?;
        self.view.tree.line_of(path.split_last()?.1)
    }
}

/// The payload as a tree.
fn tree(ui: &mut Ui, panel: &mut Panel<'_>, inspector: &Inspector, view: &PayloadTree, bytes: &[u8]) {
    let t = panel.texts;
    let rows = Nodes { view, bytes, reading: t.reading };
    let path = |line: usize| view.tree.path(line);
    let tree = FieldTree::new("payload tree", t.payload, &rows).max_height(HIGHEST).aligned();
    let answer = tree.show_with_menus(ui, |row, index| {
        // What the menu copies is what is selected.
        if row.secondary_clicked()
            && let Some(path) = path(index)
        {
            panel.act(Action::SelectNode(path));
        }
        row.context_menu(|ui| {
            if let Some(term) = path(index).and_then(|path| inspector.node_term(&path)) {
                super::filter::menu(ui, panel, &term);
                ui.separator();
            }
            for (words, what) in [(t.copy_value, CopyWhat::Node), (t.copy_path, CopyWhat::NodePath)] {
                if widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked() {
                    panel.act(Action::Copy(what));
                }
            }
        });
    });
    if let Some(path) = answer.picked.and_then(path) {
        panel.act(Action::SelectNode(path));
    }
    if let Some(path) = answer.toggled.and_then(path) {
        panel.act(Action::ToggleNode(path));
    }
    if super::copies(ui, &answer.response) && view.selected.is_some() {
        panel.act(Action::Copy(CopyWhat::Node));
    }
}
