//! A box to tick, with its text.

use egui::{CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::paint;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

/// A checkbox; the response says `changed` when it was turned. `name` is the accessible name where it is more than
/// the text shown (`Enabled sensor`); an empty `text` shows the box alone.
pub fn checkbox(ui: &mut Ui, on: &mut bool, text: &str, name: &str) -> Response {
    let tokens = theme::tokens(ui);
    let galley = paint::line(ui.painter(), text, font::body(), tokens.text, f32::INFINITY);
    let text_width = if text.is_empty() { 0.0 } else { size::ICON_GAP + galley.size().x };
    let (rect, mut response) =
        ui.allocate_exact_size(Vec2::new((size::ICON + text_width).ceil(), size::CONTROL), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }

    if ui.is_rect_visible(rect) {
        let middle = egui::pos2(rect.left() + size::ICON / 2.0, rect.center().y);
        let mark = Rect::from_center_size(middle, Vec2::splat(size::ICON - 1.0));
        let hovered = response.hovered() || response.has_focus();
        let radius = CornerRadius::same(size::RADIUS_SMALL);
        if *on {
            let fill = if hovered { tokens.accent_hover } else { tokens.accent };
            ui.painter().rect_filled(mark, radius, fill);
            let font = crate::ui::fonts::icons(14.0);
            ui.painter().text(
                mark.center(),
                egui::Align2::CENTER_CENTER,
                icons::CHECK.glyph(),
                font,
                tokens.on_accent,
            );
        } else {
            let outline = if hovered { tokens.text } else { tokens.secondary };
            ui.painter().rect(mark, radius, tokens.window, Stroke::new(1.2, outline), StrokeKind::Inside);
        }
        let place =
            egui::pos2(rect.left() + size::ICON + size::ICON_GAP, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(place, galley, tokens.text);
        if response.has_focus() {
            paint::focus_ring(ui, mark, size::RADIUS_SMALL);
        }
    }
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), *on, name));
    response
}
