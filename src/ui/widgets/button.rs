//! Buttons: one filled for a view's main action, outlined ones, quiet ones, icons, destructive text.

use std::sync::Arc;

use egui::{
    Align, Color32, CornerRadius, Galley, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget,
    WidgetInfo,
};

use super::paint;
use crate::ui::icons::Icon;
use crate::ui::theme::{self, font, size};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Quiet,
    Destructive,
}

/// A button; made by [`primary`], [`secondary`], [`quiet`], [`icon_button`], [`toggle_icon`] or [`destructive`].
#[must_use = "add it with ui.add"]
pub struct Button<'a> {
    kind: Kind,
    icon: Option<Icon>,
    text: &'a str,
    name: &'a str,
    tooltip: &'a str,
    shortcut: Option<&'a str>,
    selected: Option<bool>,
    width: Option<f32>,
    left_aligned: bool,
}

/// The main action of a view; one each.
pub fn primary(text: &str) -> Button<'_> {
    Button::new(Kind::Primary, text)
}

/// An outlined button.
pub fn secondary(text: &str) -> Button<'_> {
    Button::new(Kind::Secondary, text)
}

/// A button without outline.
pub fn quiet(text: &str) -> Button<'_> {
    Button::new(Kind::Quiet, text)
}

/// A button that destroys something.
pub fn destructive(text: &str) -> Button<'_> {
    Button::new(Kind::Destructive, text)
}

/// A button of an icon alone, a square of the control height; `name` is read out and shown as its tooltip.
pub fn icon_button(icon: Icon, name: &str) -> Button<'_> {
    Button { icon: Some(icon), name, tooltip: name, ..Button::new(Kind::Quiet, "") }
}

/// An icon that is on or off.
pub fn toggle_icon(icon: Icon, name: &str, on: bool) -> Button<'_> {
    Button { selected: Some(on), ..icon_button(icon, name) }
}

impl<'a> Button<'a> {
    fn new(kind: Kind, text: &'a str) -> Self {
        Self {
            kind,
            icon: None,
            text,
            name: text,
            tooltip: "",
            shortcut: None,
            selected: None,
            width: None,
            left_aligned: false,
        }
    }

    /// An icon before the text.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The accessible name where it is not the text: `Unsubscribe sensor`.
    pub const fn name(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// The tooltip.
    pub const fn tooltip(mut self, tooltip: &'a str) -> Self {
        self.tooltip = tooltip;
        self
    }

    /// The keys that do the same, as shown in the tooltip: `Ctrl+Enter`.
    pub const fn shortcut(mut self, keys: &'a str) -> Self {
        self.shortcut = Some(keys);
        self
    }

    /// A width of its own, in points; its content stands at the left.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self.left_aligned = true;
        self
    }

    /// The width it takes when none is given, in points.
    #[must_use]
    pub fn natural_width(&self, ui: &Ui) -> f32 {
        if self.text.is_empty() {
            return size::CONTROL;
        }
        let (icon, gap, padding) = self.spaces();
        (icon + gap + self.galley(ui).size().x + 2.0 * padding).ceil()
    }

    fn galley(&self, ui: &Ui) -> Arc<Galley> {
        let font = if self.kind == Kind::Primary { font::strong() } else { font::body() };
        paint::line(ui.painter(), self.text, font, Color32::PLACEHOLDER, f32::INFINITY)
    }

    /// The widths of the icon, of the gap behind it, and of the padding at each side.
    const fn spaces(&self) -> (f32, f32, f32) {
        let icon = if self.icon.is_some() { size::ICON } else { 0.0 };
        let gap = if self.icon.is_some() && !self.text.is_empty() { size::ICON_GAP } else { 0.0 };
        let padding = if matches!(self.kind, Kind::Quiet) { 8.0 } else { 12.0 };
        (icon, gap, padding)
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let tokens = theme::tokens(ui);
        let galley = self.galley(ui);
        let icon_only = self.text.is_empty();
        let (icon_width, gap, padding) = self.spaces();
        let content = icon_width + gap + galley.size().x;
        let width = self.width.unwrap_or_else(|| self.natural_width(ui));
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, size::CONTROL), Sense::click());

        if ui.is_rect_visible(rect) {
            let on = self.selected == Some(true);
            let pressed = response.is_pointer_button_down_on();
            let hovered = response.hovered() || response.has_focus();
            let (fill, outline) = match self.kind {
                Kind::Primary if pressed => (tokens.accent_pressed, Color32::TRANSPARENT),
                Kind::Primary if hovered => (tokens.accent_hover, Color32::TRANSPARENT),
                Kind::Primary => (tokens.accent, Color32::TRANSPARENT),
                Kind::Secondary if pressed => (tokens.raised_pressed, tokens.outline_hover),
                Kind::Secondary if hovered => (tokens.raised_hover, tokens.outline_hover),
                Kind::Secondary => (tokens.raised, tokens.hairline),
                Kind::Destructive if hovered => (tokens.bad_soft, Color32::TRANSPARENT),
                Kind::Quiet if on => (tokens.accent_soft, Color32::TRANSPARENT),
                Kind::Quiet if hovered => (tokens.hover, Color32::TRANSPARENT),
                Kind::Quiet | Kind::Destructive => (Color32::TRANSPARENT, Color32::TRANSPARENT),
            };
            let ink = match self.kind {
                Kind::Primary => tokens.on_accent,
                Kind::Secondary => tokens.text,
                Kind::Destructive => tokens.bad,
                Kind::Quiet if on => tokens.accent_text,
                Kind::Quiet if hovered => tokens.text,
                Kind::Quiet => tokens.secondary,
            };
            let painter = ui.painter();
            let radius = CornerRadius::same(size::RADIUS);
            painter.rect(rect, radius, fill, Stroke::new(1.0, outline), StrokeKind::Inside);

            let left =
                if self.left_aligned { rect.left() + padding } else { rect.center().x - content / 2.0 };
            if let Some(icon) = self.icon {
                let centre = egui::pos2(left + icon_width / 2.0, rect.center().y);
                paint::icon(painter, centre, icon, ink);
            }
            if !icon_only {
                let text = Rect::from_min_max(
                    egui::pos2(left + icon_width + gap, rect.top()),
                    egui::pos2(rect.right(), rect.bottom()),
                );
                let place =
                    egui::Align2([Align::Min, Align::Center]).align_size_within_rect(galley.size(), text);
                painter.galley(place.min, galley, ink);
            }
            if response.has_focus() {
                paint::focus_ring(ui, rect, size::RADIUS);
            }
        }

        response.widget_info(|| match self.selected {
            Some(on) => WidgetInfo::selected(Role::Button, ui.is_enabled(), on, self.name),
            None => WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.name),
        });
        paint::tooltip(response, self.tooltip, self.shortcut)
    }
}
