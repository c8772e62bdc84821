//! The moving part of every long list: wheel, scrollbar, and the places of the rows in sight.

use std::ops::Range;

use egui::{CornerRadius, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Ui, Vec2};

use super::anchor::{Anchor, fits};
use crate::ui::theme::{self, size};

/// A window on rows of one height.
pub(in crate::ui::widgets) struct RowScroll {
    id: Id,
    /// Where the rows are shown.
    pub rect: Rect,
    rows: Range<u64>,
    row_height: f32,
    anchor: Anchor,
    /// The user moved.
    pub moved: bool,
    /// The user moved towards the first row.
    pub moved_up: bool,
    /// The user moved and came to the last row.
    pub reached_end: bool,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "distances within the window, in points or rows, are small"
)]
impl RowScroll {
    /// Takes up where the last frame left, among the rows there are now.
    pub fn new(ui: &Ui, id: Id, rect: Rect, rows: Range<u64>, row_height: f32) -> Self {
        let anchor = ui.data(|data| data.get_temp(id)).unwrap_or(Anchor::first(&rows));
        let (moved, moved_up, reached_end) = (false, false, false);
        let mut scroll = Self { id, rect, rows, row_height, anchor, moved, moved_up, reached_end };
        scroll.stand(anchor);
        scroll
    }

    /// Stands here, or as near as there are rows.
    pub fn stand(&mut self, place: Anchor) {
        self.anchor = place.clamped(&self.rows, self.page());
    }

    /// Where the list stands.
    pub const fn place(&self) -> Anchor {
        self.anchor
    }

    /// How many rows fit.
    pub fn page(&self) -> f64 {
        f64::from(self.rect.height() / self.row_height)
    }

    /// Goes to the last row.
    pub fn stick_to_end(&mut self) {
        self.anchor = Anchor::last(&self.rows, self.page());
    }

    /// Moves as little as brings `row` in sight.
    pub fn reveal(&mut self, row: u64) {
        self.go(self.anchor.revealing(row, &self.rows, self.page()));
    }

    /// Brings `row` in sight: in the middle, unless it is in sight already. Whether it was not.
    pub fn bring(&mut self, row: u64) -> bool {
        let away = self.anchor.revealing(row, &self.rows, self.page()) != self.anchor;
        if away {
            self.anchor = Anchor::centring(row, &self.rows, self.page());
        }
        away
    }

    fn go(&mut self, to: Anchor) {
        self.moved |= to != self.anchor;
        self.moved_up |= to < self.anchor;
        self.reached_end |= to > self.anchor && to == Anchor::last(&self.rows, self.page());
        self.anchor = to;
    }

    /// Follows the wheel and the track pad while the pointer is here.
    pub fn wheel(&mut self, ui: &Ui) {
        if fits(&self.rows, self.page()) || !ui.rect_contains_pointer(self.rect) || !ui.is_enabled() {
            return;
        }
        let delta = ui.input(|input| input.smooth_scroll_delta().y);
        if delta == 0.0 {
            return;
        }
        // No list around this one shall move as well.
        ui.input_mut(|input| input.smooth_scroll_delta.y = 0.0);
        let by = -f64::from(delta) / f64::from(self.row_height);
        self.go(self.anchor.moved(by, &self.rows, self.page()));
    }

    /// Follows the keys of a reader that has no selection, while it has the keyboard.
    pub fn keys(&mut self, ui: &Ui, response: &Response) {
        if !response.has_focus() {
            return;
        }
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(
                response.id,
                EventFilter { vertical_arrows: true, ..EventFilter::default() },
            );
        });
        let page = self.page();
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let to = if pressed(Key::ArrowDown) {
            self.anchor.moved(1.0, &self.rows, page)
        } else if pressed(Key::ArrowUp) {
            self.anchor.moved(-1.0, &self.rows, page)
        } else if pressed(Key::PageDown) {
            self.anchor.moved(page - 1.0, &self.rows, page)
        } else if pressed(Key::PageUp) {
            self.anchor.moved(1.0 - page, &self.rows, page)
        } else if pressed(Key::Home) {
            Anchor::first(&self.rows)
        } else if pressed(Key::End) {
            Anchor::last(&self.rows, page)
        } else {
            return;
        };
        self.go(to);
    }

    /// The rows in sight, those cut by an edge included.
    pub fn visible(&self, ui: &Ui) -> Range<u64> {
        let seen = self.rect.intersect(ui.clip_rect());
        if !seen.is_positive() {
            return self.anchor.row..self.anchor.row;
        }
        let above = f64::from((seen.top() - self.rect.top()) / self.row_height) + self.anchor.fraction;
        let below = f64::from((seen.bottom() - self.rect.top()) / self.row_height) + self.anchor.fraction;
        let first = self.anchor.row.saturating_add(above.floor() as u64).min(self.rows.end);
        let end = self.anchor.row.saturating_add(below.ceil() as u64).min(self.rows.end);
        first..end.max(first)
    }

    /// The place of a row in sight.
    pub fn row_rect(&self, ui: &Ui, row: u64) -> Rect {
        let pixels = ui.pixels_per_point();
        let hidden = (self.anchor.fraction as f32 * self.row_height * pixels).round() / pixels;
        let below_anchor = row.saturating_sub(self.anchor.row) as f32 * self.row_height;
        Rect::from_min_size(
            egui::pos2(self.rect.left(), self.rect.top() + below_anchor - hidden),
            Vec2::new(self.rect.width(), self.row_height),
        )
    }

    /// The row at a height on the screen, as if there were rows everywhere between the first and the last.
    pub fn row_at(&self, y: f32) -> u64 {
        let down = f64::from((y - self.rect.top()) / self.row_height) + self.anchor.fraction;
        let row = if down < 0.0 {
            self.anchor.row.saturating_sub((-down).ceil() as u64)
        } else {
            self.anchor.row.saturating_add(down as u64)
        };
        row.clamp(self.rows.start, self.rows.end.saturating_sub(1).max(self.rows.start))
    }

    /// Draws the scrollbar, follows it, and keeps the place for the next frame. Call it last.
    pub fn finish(&mut self, ui: &Ui) {
        self.scrollbar(ui);
        ui.data_mut(|data| data.insert_temp(self.id, self.anchor));
    }

    fn scrollbar(&mut self, ui: &Ui) {
        if fits(&self.rows, self.page()) {
            return;
        }
        let tokens = theme::tokens(ui);
        let lane = Rect::from_min_max(
            egui::pos2(self.rect.right() - size::SCROLLBAR, self.rect.top()),
            self.rect.max,
        );
        let count = self.rows.end.saturating_sub(self.rows.start) as f64;
        let length = (lane.height() * (self.page() / count) as f32).max(24.0).min(lane.height());
        let travel = lane.height() - length;

        let id = self.id.with("scrollbar");
        let response = ui.interact(lane, id, Sense::CLICK | Sense::DRAG);
        let top = lane.top() + travel * self.anchor.share(&self.rows, self.page()) as f32;
        let pressed = ui.input(|input| input.pointer.primary_pressed());
        if response.is_pointer_button_down_on()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            // Where on the handle it was taken; beside the handle, its middle comes under the pointer.
            let grip = if pressed {
                let on_handle = pointer.y - top;
                let grip = if (0.0..=length).contains(&on_handle) { on_handle } else { length / 2.0 };
                ui.data_mut(|data| data.insert_temp(id, grip));
                grip
            } else {
                ui.data(|data| data.get_temp(id)).unwrap_or(length / 2.0)
            };
            let share = if travel > 0.0 { (pointer.y - grip - lane.top()) / travel } else { 0.0 };
            if (pointer.y - grip - top).abs() >= 0.5 {
                let before = self.anchor;
                self.go(Anchor::at_share(f64::from(share), &self.rows, self.page()));
                if self.anchor != before {
                    // The rows were drawn already.
                    ui.ctx().request_repaint();
                }
            }
        }

        let taken = response.hovered() || response.is_pointer_button_down_on();
        let top = lane.top() + travel * self.anchor.share(&self.rows, self.page()) as f32;
        let width = if taken { 8.0 } else { 6.0 };
        let handle =
            Rect::from_min_size(egui::pos2(lane.right() - 1.0 - width, top), Vec2::new(width, length));
        let colour = if taken { tokens.scroll_handle_hover } else { tokens.scroll_handle };
        ui.painter().rect_filled(handle.shrink2(Vec2::new(0.0, 2.0)), CornerRadius::same(4), colour);
    }
}
