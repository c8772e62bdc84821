//! One of several, in a list that opens.

use egui::{
    Align, Color32, CornerRadius, Popup, PopupCloseBehavior, Rect, Response, Role, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo,
};

use super::{field, paint};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

/// A choice that shows what is chosen and opens the others.
#[must_use = "call show"]
pub struct Dropdown<'a, T> {
    label: &'a str,
    options: &'a [(T, &'a str)],
    label_above: bool,
    width: Option<f32>,
    quiet: bool,
}

impl<'a, T: Copy + PartialEq> Dropdown<'a, T> {
    /// A choice called `label` among `options`, each with its text.
    pub const fn new(label: &'a str, options: &'a [(T, &'a str)]) -> Self {
        Self { label, options, label_above: false, width: None, quiet: false }
    }

    /// Shows the label above, as fields of a form do.
    pub const fn label_above(mut self) -> Self {
        self.label_above = true;
        self
    }

    /// The width in points; otherwise what the longest option needs.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Without outline, for the head of a section.
    pub const fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Shows it; the response says `changed` when another option was chosen.
    pub fn show(self, ui: &mut Ui, current: &mut T) -> Response {
        if self.label_above {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = field::LABEL_GAP;
                let label = field::label(ui, self.label);
                self.control(ui, current).labelled_by(label.id)
            })
            .inner
        } else {
            self.control(ui, current)
        }
    }

    fn control(self, ui: &mut Ui, current: &mut T) -> Response {
        let tokens = theme::tokens(ui);
        let font = if self.quiet { font::secondary_strong() } else { font::body() };
        let widest = self
            .options
            .iter()
            .map(|(_, text)| {
                paint::line(ui.painter(), text, font.clone(), tokens.text, f32::INFINITY).size().x
            })
            .fold(0.0, f32::max);
        let padding = if self.quiet { 8.0 } else { 12.0 };
        let natural = (widest + 2.0 * padding + size::ICON + 4.0).ceil();
        let width = self.width.unwrap_or(natural);
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(width, size::CONTROL), Sense::click());
        let shown = self.options.iter().find(|(value, _)| value == current).map_or("", |(_, text)| text);

        let hovered =
            response.hovered() || response.has_focus() || Popup::is_id_open(ui.ctx(), popup_id(&response));
        let (fill, outline) = match (self.quiet, hovered) {
            (true, true) => (tokens.hover, Color32::TRANSPARENT),
            (true, false) => (Color32::TRANSPARENT, Color32::TRANSPARENT),
            (false, true) => (tokens.raised_hover, tokens.outline_hover),
            (false, false) => (tokens.raised, tokens.hairline),
        };
        ui.painter().rect(
            rect,
            CornerRadius::same(size::RADIUS),
            fill,
            Stroke::new(1.0, outline),
            StrokeKind::Inside,
        );
        let icon_centre = egui::pos2(rect.right() - padding - size::ICON / 2.0 + 4.0, rect.center().y);
        paint::icon(ui.painter(), icon_centre, icons::CHEVRON_DOWN, tokens.secondary);
        let text = Rect::from_min_max(
            egui::pos2(rect.left() + padding, rect.top()),
            egui::pos2(icon_centre.x - size::ICON / 2.0, rect.bottom()),
        );
        let ink = if self.quiet { tokens.secondary } else { tokens.text };
        paint::line_in(ui.painter(), text, Align::Min, shown, font, ink);
        if response.has_focus() {
            paint::focus_ring(ui, rect, size::RADIUS);
        }
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), self.label);
            info.current_text_value = Some(shown.to_owned());
            info
        });

        let chosen = Popup::menu(&response)
            .id(popup_id(&response))
            .width(width.max(natural))
            .close_behavior(PopupCloseBehavior::CloseOnClick)
            .show(|ui| self.list(ui, *current, width.max(natural)))
            .and_then(|shown| shown.inner);
        if let Some(value) = chosen
            && value != *current
        {
            *current = value;
            response.mark_changed();
        }
        response
    }

    fn list(&self, ui: &mut Ui, current: T, width: f32) -> Option<T> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut chosen = None;
        for (value, text) in self.options {
            let selected = *value == current;
            if menu_item(ui, text, selected, Some(width)).clicked() {
                chosen = Some(*value);
            }
        }
        chosen
    }
}

fn popup_id(response: &Response) -> egui::Id {
    Popup::default_response_id(response)
}

/// One line of a menu or of a dropdown's list; `ticked` lines carry a tick.
pub fn menu_item(ui: &mut Ui, text: &str, ticked: bool, width: Option<f32>) -> Response {
    let tokens = theme::tokens(ui);
    let ink = if ticked { tokens.accent_text } else { tokens.text };
    line(ui, text, ticked, width, ink)
}

/// One line of a menu among others of which any may be on; those that are carry a tick.
pub fn menu_check(ui: &mut Ui, text: &str, on: bool, width: Option<f32>) -> Response {
    let tokens = theme::tokens(ui);
    line(ui, text, on, width, tokens.text)
}

fn line(ui: &mut Ui, text: &str, ticked: bool, width: Option<f32>, ink: Color32) -> Response {
    let tokens = theme::tokens(ui);
    let galley = paint::line(ui.painter(), text, font::body(), Color32::PLACEHOLDER, f32::INFINITY);
    let natural = (galley.size().x + 24.0 + size::ICON).ceil();
    let (rect, response) = ui
        .allocate_exact_size(Vec2::new(width.unwrap_or(natural).max(natural), size::CONTROL), Sense::click());
    let hovered = response.hovered() || response.has_focus();
    let fill = if hovered { tokens.hover } else { Color32::TRANSPARENT };
    ui.painter().rect_filled(rect, CornerRadius::same(size::RADIUS_SMALL), fill);
    let place = egui::pos2(rect.left() + 8.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(place, galley, ink);
    if ticked {
        paint::icon(ui.painter(), egui::pos2(rect.right() - 16.0, rect.center().y), icons::CHECK, ink);
    }
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, ui.is_enabled(), ticked, text));
    response
}
