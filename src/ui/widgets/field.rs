//! Text fields: a label above, the field, a note under it. The label is the accessible name.

use egui::{
    Align, Align2, Color32, CornerRadius, Frame, Margin, Rect, Response, RichText, ScrollArea, Stroke,
    StrokeKind, TextEdit, Ui, UiBuilder, Vec2, text::LayoutJob,
};

use super::{icon_button, paint};
use crate::ui::icons::{self, Icon};
use crate::ui::theme::{self, font, size};

/// Between a label and its field.
pub(super) const LABEL_GAP: f32 = 4.0;

/// A line under a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// Something worth knowing.
    Info(&'a str),
    /// Something to look at.
    Caution(&'a str),
    /// What is wrong, and what mends it.
    Error(&'a str),
}

/// What happened to a field.
pub struct FieldResponse {
    /// The editor itself: changed, focus, enter.
    pub response: Response,
    /// The icon button in the field that was clicked, by its place.
    pub action: Option<usize>,
}

/// A field for text.
#[must_use = "call show"]
pub struct TextField<'a> {
    label: &'a str,
    label_shown: bool,
    hint: &'a str,
    note: Option<Note<'a>>,
    mono: bool,
    rows: usize,
    masked: bool,
    reveal: Option<(&'a mut bool, &'a str)>,
    leading: Option<Icon>,
    actions: &'a [(Icon, &'a str)],
    width: Option<f32>,
    height: Option<f32>,
    id: Option<egui::Id>,
}

impl<'a> TextField<'a> {
    /// A field with `label` above it.
    pub const fn new(label: &'a str) -> Self {
        Self {
            label,
            label_shown: true,
            hint: "",
            note: None,
            mono: false,
            rows: 1,
            masked: false,
            reveal: None,
            leading: None,
            actions: &[],
            width: None,
            height: None,
            id: None,
        }
    }

    /// A field whose label is read out, but not shown.
    pub const fn unlabelled(name: &'a str) -> Self {
        let mut field = Self::new(name);
        field.label_shown = false;
        field
    }

    /// What stands in the empty field.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// A line under the field.
    pub const fn note(mut self, note: Option<Note<'a>>) -> Self {
        self.note = note;
        self
    }

    /// Monospace, for topics, identifiers and payloads.
    pub const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Several lines: as high as `rows` of them, and scrolled beyond.
    pub const fn multiline(mut self, rows: usize) -> Self {
        self.rows = if rows < 2 { 2 } else { rows };
        self
    }

    /// The height of a field of several lines, in points; more lines than fit are scrolled.
    pub const fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// A secret: shown as dots unless `revealed`; an eye in the field, called `button`, turns it.
    pub const fn password(mut self, revealed: &'a mut bool, button: &'a str) -> Self {
        self.masked = true;
        self.reveal = Some((revealed, button));
        self
    }

    /// An icon at the field's left.
    pub const fn leading(mut self, icon: Icon) -> Self {
        self.leading = Some(icon);
        self
    }

    /// Icon buttons at the field's right, each with its name.
    pub const fn actions(mut self, actions: &'a [(Icon, &'a str)]) -> Self {
        self.actions = actions;
        self
    }

    /// The width in points; otherwise all there is.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// The editor's id, to give it the focus from elsewhere.
    pub const fn id(mut self, id: egui::Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Shows the field for `value`.
    pub fn show(self, ui: &mut Ui, value: &mut String) -> FieldResponse {
        let width = self.width.unwrap_or_else(|| ui.available_width());
        // In a row, a bare field stands in line with the buttons beside it.
        let height = if self.label_shown || self.rows > 1 { 0.0 } else { size::CONTROL };
        ui.allocate_ui_with_layout(Vec2::new(width, height), egui::Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = LABEL_GAP;
            let (label_shown, name, note) = (self.label_shown, self.label, self.note);
            let label = label_shown.then(|| label(ui, name));
            let answer = self.editor(ui, value, width);
            match label {
                Some(label) => {
                    let _ = answer.response.clone().labelled_by(label.id);
                }
                None => {
                    let _ = answer.response.clone().accessible_name(name);
                }
            }
            if let Some(note) = note {
                note_line(ui, note, &answer.response);
            }
            answer
        })
        .inner
    }

    fn editor(self, ui: &mut Ui, value: &mut String, width: f32) -> FieldResponse {
        let tokens = theme::tokens(ui);
        let multiline = self.rows > 1;
        let font = if self.mono { font::mono() } else { font::body() };
        let line_height = ui.fonts_mut(|fonts| fonts.row_height(&font));
        #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
        let natural = if multiline { self.rows as f32 * line_height + 12.0 } else { size::CONTROL };
        let height = if multiline { self.height.unwrap_or(natural) } else { size::CONTROL };
        let (outer, _) = ui.allocate_exact_size(Vec2::new(width, height), egui::Sense::hover());
        let ground = ui.painter().add(egui::Shape::Noop);

        // Icon buttons from the right.
        let mut right = outer.right();
        let mut action = None;
        let trailing = |ui: &mut Ui, icon: Icon, name: &str, right: &mut f32| {
            let place = Rect::from_min_size(
                egui::pos2(*right - size::CONTROL, outer.top()),
                Vec2::splat(size::CONTROL),
            );
            *right -= size::CONTROL;
            ui.place(place, icon_button(icon, name)).clicked()
        };
        let mut masked = self.masked;
        if let Some((revealed, name)) = self.reveal {
            let icon = if *revealed { icons::HIDE } else { icons::SHOW };
            if trailing(ui, icon, name, &mut right) {
                *revealed = !*revealed;
            }
            masked = !*revealed;
        }
        for (index, (icon, name)) in self.actions.iter().enumerate().rev() {
            if trailing(ui, *icon, name, &mut right) {
                action = Some(index);
            }
        }

        let mut margin = Margin::symmetric(10, if multiline { 6 } else { 0 });
        if right < outer.right() {
            margin.right = 0;
        }
        if let Some(icon) = self.leading {
            margin.left = 28;
            let centre = egui::pos2(outer.left() + 16.0, outer.top() + size::CONTROL / 2.0);
            paint::icon(ui.painter(), centre, icon, tokens.secondary);
        }

        let inner = Rect::from_min_max(outer.min, egui::pos2(right, outer.bottom()));
        let mut edit = if multiline { TextEdit::multiline(value) } else { TextEdit::singleline(value) }
            .frame(Frame::NONE.inner_margin(margin))
            .font(font.clone())
            .text_color(tokens.text)
            .hint_text(RichText::new(self.hint).font(font).color(tokens.secondary))
            .password(masked)
            .desired_width(inner.width() - margin.sum().x);
        if let Some(id) = self.id {
            edit = edit.id(id);
        }
        let response = if multiline {
            let mut child =
                ui.new_child(UiBuilder::new().max_rect(inner).layout(egui::Layout::top_down(Align::Min)));
            child.shrink_clip_rect(inner);
            ScrollArea::vertical()
                .auto_shrink([false; 2])
                .show(&mut child, |ui| {
                    ui.add_sized(inner.size(), edit.desired_rows(1).align(Align2::LEFT_TOP))
                })
                .inner
        } else {
            ui.place(inner, edit.align(Align2::LEFT_CENTER).min_size(inner.size()))
        };

        let invalid = matches!(self.note, Some(Note::Error(_)));
        let outline = match (response.has_focus(), invalid, response.hovered()) {
            (true, _, _) => Stroke::new(2.0, tokens.accent),
            (false, true, _) => Stroke::new(1.0, tokens.bad),
            (false, false, true) => Stroke::new(1.0, tokens.outline_hover),
            (false, false, false) => Stroke::new(1.0, tokens.hairline),
        };
        let shape = egui::epaint::RectShape::new(
            outer,
            CornerRadius::same(size::RADIUS),
            tokens.window,
            outline,
            StrokeKind::Inside,
        );
        ui.painter().set(ground, shape);
        if invalid {
            ui.ctx()
                .accesskit_node_builder(response.id, |node| node.set_invalid(egui::accesskit::Invalid::True));
        }
        FieldResponse { response, action }
    }
}

/// The label above a field.
pub(super) fn label(ui: &mut Ui, text: &str) -> Response {
    let colour = theme::tokens(ui).secondary;
    ui.add(egui::Label::new(RichText::new(text).font(font::secondary()).color(colour)).truncate())
}

/// Leaves the room that a label above takes, so that what follows stands in line with fields beside it.
pub fn label_room(ui: &mut Ui) {
    let height = ui.fonts_mut(|fonts| fonts.row_height(&font::secondary()));
    ui.add_space(height + LABEL_GAP);
}

fn note_line(ui: &mut Ui, note: Note<'_>, field: &Response) {
    let tokens = theme::tokens(ui);
    let (text, icon, colour): (&str, Icon, Color32) = match note {
        Note::Info(text) => (text, icons::INFO, tokens.secondary),
        Note::Caution(text) => (text, icons::WARNING, tokens.caution),
        Note::Error(text) => (text, icons::ERROR, tokens.bad),
    };
    ui.ctx().accesskit_node_builder(field.id, |node| node.set_description(text));
    let mut job = LayoutJob::default();
    job.append(
        &icon.glyph().to_string(),
        0.0,
        egui::TextFormat {
            valign: Align::Center,
            ..egui::TextFormat::simple(crate::ui::fonts::icons(14.0), colour)
        },
    );
    job.append(
        text,
        4.0,
        egui::TextFormat { valign: Align::Center, ..egui::TextFormat::simple(font::secondary(), colour) },
    );
    let label = ui.add(egui::Label::new(job).wrap());
    ui.ctx().accesskit_node_builder(label.id, |node| node.set_value(text));
}

/// Fields side by side: each gets its share of the width; `add` is called once for each, with its place in
/// `shares`.
pub fn form_row(ui: &mut Ui, shares: &[f32], mut add: impl FnMut(usize, &mut Ui)) {
    let gap = size::PADDING;
    let total: f32 = shares.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let width = ui.available_width() - gap * shares.len().saturating_sub(1) as f32;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (index, share) in shares.iter().enumerate() {
            let column = (width * share / total).floor();
            ui.allocate_ui_with_layout(Vec2::new(column, 0.0), egui::Layout::top_down(Align::Min), |ui| {
                ui.set_width(column);
                add(index, ui);
            });
        }
    });
}
