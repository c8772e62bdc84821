//! One of a few, side by side: the tabs of a view, the version of a protocol.

use egui::{Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::paint;
use crate::ui::theme::{self, font, size};

/// A row of segments of which one is chosen.
#[must_use = "call show"]
pub struct Segmented<'a, T> {
    name: &'a str,
    options: &'a [(T, &'a str)],
    tabs: bool,
    label_above: bool,
    width: Option<f32>,
}

impl<'a, T: Copy + PartialEq> Segmented<'a, T> {
    /// A choice called `name` among `options`, each with its text.
    pub const fn new(name: &'a str, options: &'a [(T, &'a str)]) -> Self {
        Self { name, options, tabs: false, label_above: false, width: None }
    }

    /// The segments are tabs, rather than a choice in a form.
    pub const fn tabs(mut self) -> Self {
        self.tabs = true;
        self
    }

    /// Shows the name as a label above, as fields of a form do.
    pub const fn label_above(mut self) -> Self {
        self.label_above = true;
        self
    }

    /// A width of its own, in points.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Shows it; the response says `changed` when another segment was chosen.
    pub fn show(self, ui: &mut Ui, current: &mut T) -> Response {
        if self.label_above {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = super::field::LABEL_GAP;
                super::field::label(ui, self.name);
                self.control(ui, current)
            })
            .inner
        } else {
            self.control(ui, current)
        }
    }

    fn control(self, ui: &mut Ui, current: &mut T) -> Response {
        let tokens = theme::tokens(ui);
        let inset = 2.0;
        // The width of the semibold text, so that nothing moves when another one is chosen.
        let widths: Vec<f32> = self
            .options
            .iter()
            .map(|(_, text)| {
                let galley = paint::line(ui.painter(), text, font::strong(), tokens.text, f32::INFINITY);
                (galley.size().x + 24.0).ceil()
            })
            .collect();
        let natural = widths.iter().sum::<f32>() + 2.0 * inset;
        let (rect, mut group) = ui.allocate_exact_size(
            Vec2::new(self.width.unwrap_or(natural).max(natural), size::CONTROL),
            Sense::hover(),
        );
        ui.painter().rect(
            rect,
            CornerRadius::same(size::RADIUS),
            tokens.raised,
            Stroke::new(1.0, tokens.hairline),
            StrokeKind::Inside,
        );

        let mut left = rect.left() + inset;
        for (index, ((value, text), width)) in self.options.iter().zip(widths).enumerate() {
            let segment = Rect::from_min_size(
                egui::pos2(left, rect.top() + inset),
                Vec2::new(width, size::CONTROL - 2.0 * inset),
            );
            left += width;
            let response = ui.interact(segment, group.id.with(index), Sense::click());
            if response.clicked() && *current != *value {
                *current = *value;
                group.mark_changed();
            }
            let chosen = *current == *value;
            let hovered = response.hovered() || response.has_focus();
            let (fill, ink, font) = match (chosen, hovered) {
                (true, _) => (tokens.accent_soft, tokens.accent_text, font::strong()),
                (false, true) => (tokens.hover, tokens.text, font::body()),
                (false, false) => (Color32::TRANSPARENT, tokens.secondary, font::body()),
            };
            let radius = CornerRadius::same(size::RADIUS_SMALL);
            ui.painter().rect_filled(segment, radius, fill);
            paint::line_in(ui.painter(), segment, egui::Align::Center, text, font, ink);
            if response.has_focus() {
                paint::focus_ring(ui, segment, size::RADIUS_SMALL);
            }
            let role = if self.tabs { Role::Tab } else { Role::RadioButton };
            response.widget_info(|| WidgetInfo::selected(role, ui.is_enabled(), chosen, text));
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(chosen));
        }

        let role = if self.tabs { Role::TabList } else { Role::RadioGroup };
        group.widget_info(|| WidgetInfo::labeled(role, ui.is_enabled(), self.name));
        group
    }
}
