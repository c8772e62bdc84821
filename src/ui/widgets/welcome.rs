//! What stands where there is nothing yet: it says what would be here and offers the way to it.

use egui::text::LayoutJob;
use egui::{
    Align2, CornerRadius, Response, Role, Sense, Stroke, StrokeKind, TextFormat, Ui, Vec2, WidgetInfo,
};

use super::{Button, paint};
use crate::ui::icons::Icon;
use crate::ui::theme::{self, font, size};

/// A card with an icon, a title, a text, and a button at the right.
pub fn welcome_card(ui: &mut Ui, icon: Icon, title: &str, text: &str, button: Button<'_>) -> Response {
    let tokens = theme::tokens(ui);
    let (padding, side) = (16.0, 36.0);
    let width = ui.available_width();
    let button_width = button.natural_width(ui);
    let text_left = padding + side + size::PADDING;
    let text_width = width - text_left - button_width - 2.0 * padding;
    let wrapped = |text: &str, font, colour| {
        let format = TextFormat { line_height: Some(18.0), ..TextFormat::simple(font, colour) };
        let mut job = LayoutJob::single_section(text.to_owned(), format);
        job.wrap.max_width = text_width;
        job
    };
    let title_galley = ui.painter().layout_job(wrapped(title, font::strong(), tokens.text));
    let text_galley = ui.painter().layout_job(wrapped(text, font::secondary(), tokens.secondary));
    let words = title_galley.size().y + 4.0 + text_galley.size().y;
    let height = (words.max(side) + 2.0 * padding).ceil();
    let (rect, card) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    let painter = ui.painter();
    painter.rect(
        rect,
        CornerRadius::same(8),
        tokens.panel,
        Stroke::new(1.0, tokens.hairline),
        StrokeKind::Inside,
    );
    let middle = rect.center().y;
    let tile_rect =
        Align2::LEFT_CENTER.anchor_size(egui::pos2(rect.left() + padding, middle), Vec2::splat(side));
    painter.rect_filled(tile_rect, CornerRadius::same(size::RADIUS), tokens.accent_soft);
    paint::icon(painter, tile_rect.center(), icon, tokens.accent_text);

    let left = rect.left() + text_left;
    let top = middle - words / 2.0;
    let text_top = top + title_galley.size().y + 4.0;
    painter.galley(egui::pos2(left, top), title_galley, tokens.text);
    painter.galley(egui::pos2(left, text_top), text_galley, tokens.secondary);
    card.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{title}. {text}")));

    let at = egui::pos2(rect.right() - padding, middle);
    ui.place(Align2::RIGHT_CENTER.anchor_size(at, Vec2::new(button_width, size::CONTROL)), button)
}

/// Fills a place that has nothing to show: an icon, what would stand here, and the button that brings it.
pub fn empty_state(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    text: &str,
    button: Option<Button<'_>>,
) -> Option<Response> {
    let tokens = theme::tokens(ui);
    let width = ui.available_width().min(360.0);
    let height = 116.0 + if button.is_some() { size::CONTROL + size::PADDING } else { 0.0 };
    ui.vertical_centered(|ui| {
        ui.add_space(((ui.available_height() - height) / 2.0).max(size::PADDING));
        ui.set_max_width(width);
        let (place, _) = ui.allocate_exact_size(Vec2::splat(36.0), Sense::hover());
        ui.painter().rect_filled(place, CornerRadius::same(size::RADIUS), tokens.hover);
        paint::icon(ui.painter(), place.center(), icon, tokens.secondary);
        ui.add_space(4.0);
        ui.label(egui::RichText::new(title).font(font::strong()).color(tokens.text));
        ui.label(egui::RichText::new(text).font(font::secondary()).color(tokens.secondary));
        button.map(|button| {
            ui.add_space(4.0);
            ui.add(button)
        })
    })
    .inner
}
