//! The frame of a form above the window: title, close button, a body that scrolls, a foot that stays.

use egui::{
    Align, CornerRadius, Frame, Id, Key, Layout, Margin, Modifiers, Role, ScrollArea, Sense, Shadow, Stroke,
    Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::{icon_button, paint};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

const PADDING: f32 = 20.0;
const HEAD: f32 = 52.0;
const FOOT: f32 = 52.0;

/// The part of a form that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModalPart {
    /// The fields, from the top.
    Body,
    /// The foot, from the right: the main action first.
    Foot,
}

/// A form above the window.
#[must_use = "call show"]
pub struct Modal<'a> {
    id: Id,
    title: &'a str,
    close: &'a str,
    width: f32,
    foot: bool,
}

impl<'a> Modal<'a> {
    /// A form called `title`; `close` names the button that closes it.
    pub const fn new(id: Id, title: &'a str, close: &'a str) -> Self {
        Self { id, title, close, width: 640.0, foot: true }
    }

    /// The width in points; 640 unless given, and less in a narrow window.
    pub const fn width(mut self, points: f32) -> Self {
        self.width = points;
        self
    }

    /// Without a foot.
    pub const fn without_foot(mut self) -> Self {
        self.foot = false;
        self
    }

    /// Shows the form; `draw` is called for each of its parts. Answers whether the user closed it: by its button or
    /// with Escape. A click beside it closes nothing, since that would lose what was typed.
    pub fn show(self, ctx: &egui::Context, mut draw: impl FnMut(ModalPart, &mut Ui)) -> bool {
        let tokens = theme::tokens(ctx);
        let screen = ctx.content_rect();
        let width = self.width.min(screen.width() - 32.0);
        let frame = Frame::NONE
            .fill(tokens.panel)
            .stroke(Stroke::new(1.0, tokens.hairline))
            .corner_radius(CornerRadius::same(10))
            .shadow(Shadow { offset: [0, 12], blur: 40, spread: 0, color: tokens.shadow });
        let area = egui::Modal::default_area(self.id).role(Role::Dialog).accessible_name(self.title);
        let shown = egui::Modal::new(self.id).area(area).frame(frame).backdrop_color(tokens.backdrop).show(
            ctx,
            |ui| {
                ui.set_width(width);
                // The form may be as high as the window, wherever its last size has put its top.
                ui.set_max_height(screen.height() - 32.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                let closed = self.head(ui, width);
                let margin = Margin::symmetric(20, 0);
                let foot = if self.foot { FOOT } else { PADDING };
                let room = screen.height() - HEAD - foot - 64.0;
                let body = ui.make_persistent_id("body");
                ui.interact(ui.available_rect_before_wrap(), body, Sense::HOVER)
                    .widget_info(|| WidgetInfo::new(Role::ScrollView));
                let scrolled = ScrollArea::vertical().max_height(room.max(120.0)).auto_shrink([false, true]);
                let shown = scrolled.show(ui, |ui| {
                    ui.scope_builder(UiBuilder::new().accessibility_parent(body), |ui| {
                        Frame::NONE.inner_margin(margin).show(ui, |ui| {
                            ui.set_width(width - 2.0 * PADDING);
                            ui.spacing_mut().item_spacing = Vec2::new(size::GAP, size::GAP);
                            draw(ModalPart::Body, ui);
                        });
                    });
                });
                // So that it is known what is out of sight.
                let sight = shown.inner_rect;
                let sight = egui::accesskit::Rect {
                    x0: sight.min.x.into(),
                    y0: sight.min.y.into(),
                    x1: sight.max.x.into(),
                    y1: sight.max.y.into(),
                };
                ui.ctx().accesskit_node_builder(body, |node| node.set_bounds(sight));
                if self.foot {
                    ui.add_space(16.0);
                    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, FOOT), Sense::hover());
                    paint::hairline(ui, rect.x_range(), rect.top());
                    let inner = rect.shrink2(Vec2::new(PADDING, 0.0));
                    let mut child = ui.new_child(at_right(inner));
                    child.spacing_mut().item_spacing.x = size::GAP;
                    draw(ModalPart::Foot, &mut child);
                } else {
                    ui.add_space(PADDING);
                }
                closed
            },
        );
        let escaped = shown.is_top_modal
            && !shown.any_popup_open
            && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        shown.inner || escaped
    }

    fn head(&self, ui: &mut Ui, width: f32) -> bool {
        let tokens = theme::tokens(ui);
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, HEAD), Sense::hover());
        let inner = rect.with_min_x(rect.left() + PADDING).with_max_x(rect.right() - PADDING);
        paint::line_in(ui.painter(), inner, Align::Min, self.title, font::title(), tokens.text);
        ui.new_child(at_right(inner)).add(icon_button(icons::CLOSE, self.close)).clicked()
    }
}

fn at_right(rect: egui::Rect) -> UiBuilder {
    UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center))
}
