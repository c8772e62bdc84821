//! Small strokes that several parts share: one line of text, an icon, the focus ring, a tooltip.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui,
    Vec2,
};

use crate::ui::icons::Icon;
use crate::ui::theme::{self, font, size};

/// Lays out one line of text that ends in `…` where it is wider than `width`.
#[must_use]
pub fn line(painter: &Painter, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, colour));
    job.break_on_newline = false;
    job.wrap.max_width = width.max(0.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    painter.layout_job(job)
}

/// Paints one line of text in `rect`, centred from top to bottom, at the side that `align` says; returns its
/// place.
#[expect(clippy::must_use_candidate, reason = "it paints; few ask where")]
pub fn line_in(
    painter: &Painter,
    rect: Rect,
    align: egui::Align,
    text: &str,
    font: FontId,
    colour: Color32,
) -> Rect {
    let galley = line(painter, text, font, colour, rect.width());
    let place = Align2([align, egui::Align::Center]).align_size_within_rect(galley.size(), rect);
    painter.galley(place.min, galley, colour);
    place
}

/// Paints an icon around `centre`.
pub fn icon(painter: &Painter, centre: Pos2, icon: Icon, colour: Color32) {
    painter.text(centre, Align2::CENTER_CENTER, icon.glyph(), font::icon(), colour);
}

/// The ring around the part that has the keyboard.
pub fn focus_ring(ui: &Ui, rect: Rect, radius: u8) {
    let tokens = theme::tokens(ui);
    ui.painter().rect_stroke(
        rect,
        CornerRadius::same(radius),
        Stroke::new(2.0, tokens.accent),
        StrokeKind::Outside,
    );
}

/// The ring inside the edge of a part that fills its panel, where a ring outside would be cut off.
pub fn focus_ring_inside(ui: &Ui, rect: Rect) {
    let tokens = theme::tokens(ui);
    ui.painter().rect_stroke(
        rect,
        CornerRadius::same(size::RADIUS_SMALL),
        Stroke::new(2.0, tokens.accent),
        StrokeKind::Inside,
    );
}

/// Whether a part that takes the keyboard when it is clicked shall show its ring: only where the keyboard led to
/// it, since a click already shows where one is.
#[must_use]
pub fn focus_visible(response: &Response) -> bool {
    let id = response.id.with("focus-by-keyboard");
    let pressed = response.ctx.input(|input| input.pointer.any_down() || input.pointer.any_released());
    if response.gained_focus() || pressed {
        response.ctx.data_mut(|data| data.insert_temp(id, !pressed));
    }
    response.has_focus() && response.ctx.data(|data| data.get_temp(id).unwrap_or(true))
}

/// A horizontal hairline.
pub fn hairline(ui: &Ui, x: egui::Rangef, y: f32) {
    let tokens = theme::tokens(ui);
    let y = ui.painter().round_to_pixel_center(y);
    ui.painter().hline(x, y, Stroke::new(1.0, tokens.hairline));
}

/// A tooltip with the keys that do the same.
#[expect(clippy::must_use_candidate, reason = "what it gives back is what it was given")]
pub fn tooltip(response: Response, text: &str, shortcut: Option<&str>) -> Response {
    if text.is_empty() && shortcut.is_none() {
        return response;
    }
    let show = |ui: &mut Ui| {
        let tokens = theme::tokens(ui);
        ui.spacing_mut().item_spacing = Vec2::new(size::GAP, 0.0);
        ui.horizontal(|ui| {
            if !text.is_empty() {
                ui.label(egui::RichText::new(text).font(font::secondary()).color(tokens.text));
            }
            if let Some(shortcut) = shortcut {
                ui.label(egui::RichText::new(shortcut).font(font::secondary()).color(tokens.secondary));
            }
        });
    };
    response.on_hover_ui(show).on_disabled_hover_ui(show)
}
