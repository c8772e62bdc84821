//! Heads: of a panel, of a part that opens and closes, and the row of a side panel.

use egui::{
    Align, Color32, CornerRadius, Layout, Rect, Response, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::paint;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

/// The head of a part that opens and closes.
#[must_use = "call show"]
pub struct Section<'a> {
    title: &'a str,
    summary: &'a str,
    strong: bool,
}

impl<'a> Section<'a> {
    /// A head with this title.
    pub const fn new(title: &'a str) -> Self {
        Self { title, summary: "", strong: false }
    }

    /// What is inside in a few words, shown behind the title while it is closed.
    pub const fn summary(mut self, summary: &'a str) -> Self {
        self.summary = summary;
        self
    }

    /// In text colour: the parts of a form.
    pub const fn strong(mut self) -> Self {
        self.strong = true;
        self
    }

    /// Shows the head; `trailing` adds controls at its right, from the right. Clicking the head turns `open`.
    pub fn show(self, ui: &mut Ui, open: &mut bool, trailing: impl FnOnce(&mut Ui)) -> Response {
        let tokens = theme::tokens(ui);
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 32.0), Sense::hover());
        let response = ui.interact(rect, ui.make_persistent_id(("section", self.title)), Sense::click());
        if response.clicked() {
            *open = !*open;
        }
        let hovered = response.hovered() || response.has_focus();
        let ink = if self.strong || hovered { tokens.text } else { tokens.secondary };
        let icon = if *open { icons::CHEVRON_DOWN } else { icons::CHEVRON_RIGHT };
        let middle = rect.center().y;
        paint::icon(ui.painter(), egui::pos2(rect.left() + 7.0, middle), icon, ink);
        let text = rect.with_min_x(rect.left() + 20.0);
        let end =
            paint::line_in(ui.painter(), text, Align::Min, self.title, font::secondary_strong(), ink).right();
        if !*open && !self.summary.is_empty() {
            let text = rect.with_min_x(end + size::PADDING);
            paint::line_in(ui.painter(), text, Align::Min, self.summary, font::secondary(), tokens.secondary);
        }
        if response.has_focus() {
            paint::focus_ring_inside(ui, rect.shrink2(Vec2::new(0.0, 4.0)).expand2(Vec2::new(4.0, 0.0)));
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.title));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(*open));
        trailing(&mut ui.new_child(at_right(rect)));
        response
    }
}

/// The head of a panel: its title, and controls at the right, added from the right.
pub fn title_bar(ui: &mut Ui, title: &str, trailing: impl FnOnce(&mut Ui)) {
    let tokens = theme::tokens(ui);
    let (rect, bar) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), size::TITLE_BAR), Sense::hover());
    let inner = rect.shrink2(Vec2::new(size::PADDING, 0.0));
    paint::line_in(ui.painter(), inner, Align::Min, title, font::strong(), tokens.text);
    bar.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    let mut right = ui.new_child(at_right(inner));
    right.spacing_mut().item_spacing.x = 4.0;
    trailing(&mut right);
}

/// A place for controls at the right end of a head.
fn at_right(rect: Rect) -> UiBuilder {
    UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center))
}

/// A row of a side panel, across its whole width: the ground of what is selected or under the pointer. The caller
/// paints into the place that comes back. `name` is read out; `salt` tells the row from its neighbours.
pub fn side_row(
    ui: &mut Ui,
    salt: impl egui::AsIdSalt,
    height: f32,
    selected: bool,
    name: &str,
) -> (Rect, Response) {
    let tokens = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let response = ui.interact(rect, ui.make_persistent_id(salt), Sense::click());
    let ground = if selected {
        tokens.accent_soft
    } else if response.hovered() {
        tokens.hover
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, CornerRadius::ZERO, ground);
    if selected {
        ui.painter().rect_filled(rect.with_max_x(rect.left() + 2.0), CornerRadius::ZERO, tokens.accent);
    }
    if response.has_focus() {
        paint::focus_ring_inside(ui, rect);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, ui.is_enabled(), name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(selected));
    (rect, response)
}
