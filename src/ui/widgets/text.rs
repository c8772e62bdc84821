//! Words on the screen: labels in their sizes, and the box that explains a field.

use egui::text::LayoutJob;
use egui::{CornerRadius, Frame, Label, Margin, Response, RichText, TextFormat, Ui};

use crate::ui::theme::{self, font, size};

/// Secondary text.
pub fn secondary_label(ui: &mut Ui, text: &str) -> Response {
    let colour = theme::tokens(ui).secondary;
    ui.label(RichText::new(text).font(font::secondary()).line_height(Some(18.0)).color(colour))
}

/// A title.
pub fn title_label(ui: &mut Ui, text: &str) -> Response {
    let colour = theme::tokens(ui).text;
    ui.label(RichText::new(text).font(font::title()).color(colour))
}

/// What a field means: sentences in which `` `bytes` `` between backticks stand in monospace, and after them where
/// the standard says it. The text can be selected.
pub fn explain_box(ui: &mut Ui, text: &str, reference: &str) -> Response {
    let tokens = theme::tokens(ui);
    let mut job = LayoutJob::default();
    let format = |font, colour| TextFormat { line_height: Some(20.0), ..TextFormat::simple(font, colour) };
    let body = egui::FontId::proportional(13.0);
    for (index, part) in text.split('`').enumerate() {
        let font = if index % 2 == 1 { font::mono() } else { body.clone() };
        job.append(part, 0.0, format(font, tokens.text));
    }
    if !reference.is_empty() {
        job.append(&format!(" {reference}"), 0.0, format(body, tokens.secondary));
    }
    Frame::NONE
        .fill(tokens.raised)
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(job).wrap().selectable(true))
        })
        .inner
}
