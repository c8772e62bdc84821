//! Small marks: how many, in which phase, in which colour.

use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use super::paint;
use crate::ui::theme::{self, Tokens, font};

/// What a phase looks like; its word stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dot {
    /// Connected: filled.
    Good,
    /// Offline: an outline.
    Idle,
    /// On its way, or waiting: filled.
    Caution,
    /// Failed: filled.
    Bad,
}

impl Dot {
    /// The colour of the dot, and of the word beside it.
    #[must_use]
    pub const fn colour(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Good => tokens.good,
            Self::Idle => tokens.secondary,
            Self::Caution => tokens.caution,
            Self::Bad => tokens.bad,
        }
    }

    /// Paints the dot, 8 points wide.
    pub fn paint(self, painter: &Painter, centre: Pos2, tokens: &Tokens) {
        let colour = self.colour(tokens);
        if self == Self::Idle {
            painter.circle_stroke(centre, 3.5, Stroke::new(1.2, colour));
        } else {
            painter.circle_filled(centre, 4.0, colour);
        }
    }
}

/// A phase: its dot and its word.
pub fn phase(ui: &mut Ui, dot: Dot, text: &str) -> Response {
    let tokens = theme::tokens(ui);
    let colour = dot.colour(tokens);
    let galley =
        paint::line(ui.painter(), text, font::secondary_strong(), colour, ui.available_width() - 14.0);
    let size = Vec2::new(galley.size().x + 14.0, galley.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    dot.paint(ui.painter(), egui::pos2(rect.left() + 4.0, rect.center().y), tokens);
    ui.painter().galley(egui::pos2(rect.left() + 14.0, rect.top()), galley, colour);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// Paints a count on a pill that ends at `right`; returns its place.
#[expect(clippy::must_use_candidate, reason = "it paints; few ask where")]
pub fn paint_badge(painter: &Painter, right: Pos2, text: &str, ground: Color32, tokens: &Tokens) -> Rect {
    let galley = paint::line(painter, text, font::secondary(), tokens.secondary, f32::INFINITY);
    let size = Vec2::new((galley.size().x + 14.0).max(24.0).ceil(), 20.0);
    let rect = Align2::RIGHT_CENTER.anchor_size(right, size);
    painter.rect_filled(rect, CornerRadius::same(10), ground);
    let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
    painter.galley(place.min, galley, tokens.secondary);
    rect
}

/// A count on a pill.
pub fn badge(ui: &mut Ui, text: &str) -> Response {
    let tokens = theme::tokens(ui);
    let width = paint::line(ui.painter(), text, font::secondary(), tokens.secondary, f32::INFINITY).size().x;
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new((width + 14.0).max(24.0).ceil(), 20.0), Sense::hover());
    paint_badge(ui.painter(), rect.right_center(), text, tokens.raised, tokens);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// Paints a subscription's colour: a bar 3 points wide from `top` down.
pub fn paint_bar(painter: &Painter, top: Pos2, height: f32, colour: Color32) {
    painter.rect_filled(Rect::from_min_size(top, Vec2::new(3.0, height)), CornerRadius::same(1), colour);
}
