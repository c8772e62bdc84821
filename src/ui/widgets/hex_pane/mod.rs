//! Bytes as hex and as text, side by side; what is selected, faulty or under the pointer is marked in both.

mod geometry;

use std::ops::Range;

use egui::style::ScrollAnimation;
use egui::{
    Align2, Color32, CornerRadius, EventFilter, Key, Modifiers, Pos2, Rect, Response, Role, Sense, Stroke,
    Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::paint;
use super::rows::RowScroll;
use crate::ui::theme::{self, Tokens, font, size};
use geometry::Geometry;

/// A pane of bytes.
#[must_use = "call show"]
pub struct HexPane<'a> {
    id_salt: &'a str,
    name: &'a str,
    bytes: &'a [u8],
    per_row: Option<usize>,
    selected: Option<Range<usize>>,
    outlined: Option<Range<usize>>,
    hovered: Option<Range<usize>>,
    faults: &'a [Range<usize>],
    masked: &'a [Range<usize>],
    max_height: Option<f32>,
    bring: Option<usize>,
}

/// What the user did with a hex pane.
pub struct HexResponse {
    /// The pane itself, for its focus and a context menu.
    pub response: Response,
    /// The byte that was clicked, or that the keyboard moved to.
    pub picked: Option<usize>,
    /// The bytes that were drawn over with the button held, as long as it is.
    pub dragged: Option<Range<usize>>,
    /// The byte under the pointer.
    pub hovered: Option<usize>,
}

impl<'a> HexPane<'a> {
    /// A pane for `bytes` whose place is remembered under `id_salt`, called `name`.
    pub const fn new(id_salt: &'a str, name: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            id_salt,
            name,
            bytes,
            per_row: None,
            selected: None,
            outlined: None,
            hovered: None,
            faults: &[],
            masked: &[],
            max_height: None,
            bring: None,
        }
    }

    /// Bytes in a row; otherwise 16 where they fit, else 8.
    pub const fn per_row(mut self, bytes: usize) -> Self {
        self.per_row = Some(if bytes == 0 { 1 } else { bytes });
        self
    }

    /// The bytes of the selected field.
    pub fn selected(mut self, range: Option<Range<usize>>) -> Self {
        self.selected = range;
        self
    }

    /// The bytes of the field around it.
    pub fn outlined(mut self, range: Option<Range<usize>>) -> Self {
        self.outlined = range;
        self
    }

    /// The bytes of the field under the pointer elsewhere.
    pub fn hovered(mut self, range: Option<Range<usize>>) -> Self {
        self.hovered = range;
        self
    }

    /// Bytes that break a rule.
    pub const fn faults(mut self, ranges: &'a [Range<usize>]) -> Self {
        self.faults = ranges;
        self
    }

    /// Bytes shown as dots: secrets.
    pub const fn masked(mut self, ranges: &'a [Range<usize>]) -> Self {
        self.masked = ranges;
        self
    }

    /// As high as its rows, but no higher than this, in points; otherwise as high as there is room.
    pub const fn max_height(mut self, points: f32) -> Self {
        self.max_height = Some(points);
        self
    }

    /// Brings this byte in sight, once: give it in the frame in which it was chosen elsewhere.
    pub const fn bring(mut self, byte: Option<usize>) -> Self {
        self.bring = byte;
        self
    }

    /// Shows the pane.
    pub fn show(self, ui: &mut Ui) -> HexResponse {
        let advance = ui.fonts_mut(|fonts| fonts.glyph_width(&font::mono(), '0'));
        let width = ui.available_width();
        let geometry = Geometry::new(advance, self.bytes.len(), self.per_row, width);
        let rows = geometry.rows(self.bytes.len());
        #[expect(clippy::cast_precision_loss, reason = "a height that is cut to the room there is")]
        let natural = rows as f32 * size::TEXT_ROW;
        let height = self.max_height.map_or(ui.available_height(), |most| natural.min(most));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        let id = ui.make_persistent_id(self.id_salt);
        let response = ui.interact(rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::List, ui.is_enabled(), self.name));

        let mut scroll = RowScroll::new(ui, id, rect, 0..rows, size::TEXT_ROW);
        if let Some(byte) = self.bring {
            scroll.bring(geometry.row_of(byte));
        }
        scroll.wheel(ui);
        let cursor = self.cursor(ui, &response);
        let moved_to = self.keyboard(ui, &response, cursor, geometry.per_row, &scroll);
        if let Some(byte) = moved_to {
            let row = geometry.row_of(byte);
            scroll.reveal(row);
            // What is around the pane may have moved it half out of sight.
            ui.scroll_to_rect_animation(scroll.row_rect(ui, row), None, ScrollAnimation::none());
        }

        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).accessibility_parent(id));
        child.shrink_clip_rect(rect);
        let at = |pos: Pos2| geometry.byte_at(scroll.row_at(pos.y), pos.x - rect.left(), self.bytes.len());
        let under_pointer = response.hover_pos().and_then(|pos| at(pos).exact);
        let mut picked = moved_to;
        let mut dragged = None;
        if let Some(pos) = response.interact_pointer_pos() {
            let near = at(pos).nearest;
            if response.clicked() {
                picked = at(pos).exact.or(near);
            }
            if response.drag_started() {
                let from =
                    ui.input(|input| input.pointer.press_origin()).and_then(|origin| at(origin).nearest);
                ui.data_mut(|data| data.insert_temp(id.with("drag"), from));
            }
            if response.dragged()
                && let Some(Some(from)) = ui.data(|data| data.get_temp::<Option<usize>>(id.with("drag")))
                && let Some(to) = near
            {
                dragged = Some(from.min(to)..from.max(to) + 1);
            }
        }
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }

        for row in scroll.visible(&child) {
            let row_rect = scroll.row_rect(&child, row);
            let range = geometry.bytes_of(row, self.bytes.len());
            // One node for each row: its offset and its bytes.
            let node = child.interact(row_rect, id.with(row), Sense::HOVER);
            node.widget_info(|| {
                WidgetInfo::labeled(Role::ListItem, child.is_enabled(), self.row_name(&range))
            });
            let cursor = picked.unwrap_or(cursor);
            self.paint_row(
                &child,
                &geometry,
                row_rect,
                &range,
                under_pointer,
                response.has_focus().then_some(cursor),
            );
        }
        if let Some(byte) = picked.or(dragged.as_ref().map(|range| range.start)) {
            ui.data_mut(|data| data.insert_temp(id.with("cursor"), byte));
        }
        scroll.finish(&child);
        if paint::focus_visible(&response) {
            paint::focus_ring_inside(ui, rect.expand(4.0));
        }
        HexResponse { response, picked, dragged, hovered: under_pointer }
    }

    /// The byte from which the arrows move: the last one picked, as long as it lies in the selection.
    fn cursor(&self, ui: &Ui, response: &Response) -> usize {
        let kept: Option<usize> = ui.data(|data| data.get_temp(response.id.with("cursor")));
        match &self.selected {
            Some(range) => kept.filter(|byte| range.contains(byte)).unwrap_or(range.start),
            None => kept.unwrap_or(0),
        }
    }

    fn keyboard(
        &self,
        ui: &Ui,
        response: &Response,
        cursor: usize,
        per_row: usize,
        scroll: &RowScroll,
    ) -> Option<usize> {
        if !response.has_focus() || self.bytes.is_empty() {
            return None;
        }
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(
                response.id,
                EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() },
            );
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rows that fit in a window"
        )]
        let page = (scroll.page() as usize).max(1) * per_row;
        let last = self.bytes.len() - 1;
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let to = if pressed(Key::ArrowRight) {
            cursor + 1
        } else if pressed(Key::ArrowLeft) {
            cursor.saturating_sub(1)
        } else if pressed(Key::ArrowDown) {
            if cursor + per_row > last { cursor } else { cursor + per_row }
        } else if pressed(Key::ArrowUp) {
            cursor.checked_sub(per_row).unwrap_or(cursor)
        } else if pressed(Key::PageDown) {
            cursor + page
        } else if pressed(Key::PageUp) {
            cursor.saturating_sub(page)
        } else if pressed(Key::Home) {
            0
        } else if pressed(Key::End) {
            last
        } else {
            return None;
        };
        Some(to.min(last))
    }

    fn is_masked(&self, byte: usize) -> bool {
        self.masked.iter().any(|range| range.contains(&byte))
    }

    /// `0000 30 0a 00 …`.
    fn row_name(&self, range: &Range<usize>) -> String {
        use std::fmt::Write as _;
        let mut name = format!("{:04x}", range.start);
        for (index, byte) in range.clone().zip(&self.bytes[range.clone()]) {
            if self.is_masked(index) {
                name.push_str(" ••");
            } else {
                let _ = write!(name, " {byte:02x}");
            }
        }
        name
    }

    fn paint_row(
        &self,
        ui: &Ui,
        geometry: &Geometry,
        rect: Rect,
        range: &Range<usize>,
        under_pointer: Option<usize>,
        cursor: Option<usize>,
    ) {
        let tokens = theme::tokens(ui);
        let painter = ui.painter();
        for fault in self.faults {
            ground(ui, geometry, rect, range, fault, tokens.bad_soft);
        }
        if let Some(hovered) = &self.hovered {
            ground(ui, geometry, rect, range, hovered, tokens.hover);
        }
        if let Some(selected) = &self.selected {
            ground(ui, geometry, rect, range, selected, tokens.accent_soft);
        }
        if let Some(byte) = under_pointer {
            ground(ui, geometry, rect, range, &(byte..byte + 1), tokens.hover);
        }
        if let Some(outlined) = &self.outlined {
            outline(ui, geometry, rect, range, outlined, tokens.accent_outline);
        }

        let middle = rect.center().y;
        let offset = format!("{:04x}", range.start);
        painter.text(
            egui::pos2(rect.left(), middle),
            Align2::LEFT_CENTER,
            offset,
            font::mono(),
            tokens.secondary,
        );
        for (column, (index, byte)) in range.clone().zip(&self.bytes[range.clone()]).enumerate() {
            let masked = self.is_masked(index);
            let ink = self.ink(tokens, index, *byte, masked);
            let hex = if masked { "••".to_owned() } else { format!("{byte:02x}") };
            let at = egui::pos2(rect.left() + geometry.hex_x(column), middle);
            painter.text(at, Align2::LEFT_CENTER, hex, font::mono(), ink);

            let printable = byte.is_ascii_graphic() || *byte == b' ';
            let (text, ink) = match (masked, printable) {
                (true, _) => ('•', tokens.secondary),
                (false, true) => (char::from(*byte), ink),
                (false, false) => ('·', if ink == tokens.text { tokens.secondary } else { ink }),
            };
            let at = egui::pos2(rect.left() + geometry.text_x(column), middle);
            painter.text(at, Align2::LEFT_CENTER, text, font::mono(), ink);
            if cursor == Some(index) {
                let under = geometry.hex_rect(rect, column..column + 1);
                painter.hline(
                    under.x_range().shrink(2.0),
                    under.bottom() - 1.0,
                    Stroke::new(2.0, tokens.accent),
                );
            }
        }
    }

    fn ink(&self, tokens: &Tokens, index: usize, byte: u8, masked: bool) -> Color32 {
        if self.selected.as_ref().is_some_and(|range| range.contains(&index)) {
            tokens.accent_text
        } else if self.faults.iter().any(|range| range.contains(&index)) {
            tokens.bad
        } else if byte == 0 && !masked {
            tokens.secondary
        } else {
            tokens.text
        }
    }
}

/// The part of `marked` in this row, as columns.
fn columns_in(row: &Range<usize>, marked: &Range<usize>) -> Option<Range<usize>> {
    let start = marked.start.max(row.start);
    let end = marked.end.min(row.end);
    (start < end).then(|| start - row.start..end - row.start)
}

fn ground(
    ui: &Ui,
    geometry: &Geometry,
    rect: Rect,
    row: &Range<usize>,
    marked: &Range<usize>,
    colour: Color32,
) {
    if let Some(columns) = columns_in(row, marked) {
        let radius = CornerRadius::same(3);
        ui.painter().rect_filled(geometry.hex_rect(rect, columns.clone()), radius, colour);
        ui.painter().rect_filled(geometry.text_rect(rect, columns), radius, colour);
    }
}

/// Draws the edge of a range of bytes: in each row only the sides that no neighbouring row continues.
fn outline(
    ui: &Ui,
    geometry: &Geometry,
    rect: Rect,
    row: &Range<usize>,
    marked: &Range<usize>,
    colour: Color32,
) {
    let Some(columns) = columns_in(row, marked) else { return };
    let stroke = Stroke::new(1.0, colour);
    let painter = ui.painter();
    let area = geometry.hex_rect(rect, columns.clone());
    // Lines in the middle of pixels, inside the row, so that they are neither blurred nor cut off.
    let area = Rect::from_x_y_ranges(area.x_range(), rect.y_range().shrink(0.5));
    let begins = marked.start >= row.start;
    let ends = marked.end <= row.end;
    painter.vline(area.left(), area.y_range(), stroke);
    painter.vline(area.right(), area.y_range(), stroke);
    // The row above holds bytes of the range from its own first column on, if any.
    let above = if begins { None } else { Some((marked.start + geometry.per_row).saturating_sub(row.start)) };
    match above {
        None => {
            painter.hline(area.x_range(), area.top(), stroke);
        }
        Some(column) if column > 0 && column < geometry.per_row => {
            let covered = geometry.hex_rect(rect, column..column + 1).left();
            painter.hline(area.left()..=covered.min(area.right()), area.top(), stroke);
        }
        Some(_) => {}
    }
    if ends {
        painter.hline(area.x_range(), area.bottom(), stroke);
    } else {
        let below = marked.end - row.end;
        if below < geometry.per_row {
            let covered = geometry.hex_rect(rect, below - 1..below).right();
            painter.hline(covered.max(area.left())..=area.right(), area.bottom(), stroke);
        }
    }
}
