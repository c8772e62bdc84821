//! A reader for text of any length: selectable while it is short, and otherwise only the lines in sight are touched.

use std::ops::Range;
use std::sync::Arc;

use egui::{Align, Role, ScrollArea, Sense, TextEdit, Ui, UiBuilder, Vec2, WidgetInfo};

use super::paint;
use super::rows::RowScroll;
use crate::ui::theme::{self, font, size};

/// Up to so many bytes text can be selected in place and wraps at words.
pub const SELECTABLE_BYTES: usize = 64 * 1024;

/// A reader over the space there is.
#[must_use = "call show"]
pub struct TextView<'a> {
    id_salt: &'a str,
    name: &'a str,
    text: &'a str,
    revision: u64,
}

/// Where the lines of a long text begin and end, for one width.
#[derive(Clone)]
struct Lines {
    revision: u64,
    columns: usize,
    bytes: usize,
    ranges: Arc<[Range<usize>]>,
}

impl<'a> TextView<'a> {
    /// A reader of `text` whose place is remembered under `id_salt`, called `name`. `revision` says when it is
    /// another text: its lines are then counted anew.
    pub const fn new(id_salt: &'a str, name: &'a str, text: &'a str, revision: u64) -> Self {
        Self { id_salt, name, text, revision }
    }

    /// Shows the text.
    pub fn show(self, ui: &mut Ui) -> egui::Response {
        if self.text.len() <= SELECTABLE_BYTES { self.show_selectable(ui) } else { self.show_lines(ui) }
    }

    fn show_selectable(self, ui: &mut Ui) -> egui::Response {
        let tokens = theme::tokens(ui);
        let mut text = self.text;
        ScrollArea::vertical()
            .id_salt((self.id_salt, self.revision))
            .auto_shrink([false; 2])
            .show(ui, |ui| {
                TextEdit::multiline(&mut text)
                    .id(ui.make_persistent_id(self.id_salt))
                    .frame(egui::Frame::NONE)
                    .font(font::mono())
                    .text_color(tokens.text)
                    .desired_width(f32::INFINITY)
                    .desired_rows(1)
                    .show(ui)
                    .response
                    .response
                    .accessible_name(self.name)
            })
            .inner
    }

    fn show_lines(self, ui: &mut Ui) -> egui::Response {
        let tokens = theme::tokens(ui);
        let id = ui.make_persistent_id((self.id_salt, self.revision));
        let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(Role::Document, ui.is_enabled(), self.name));

        let advance = ui.fonts_mut(|fonts| fonts.glyph_width(&font::mono(), '0'));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns of a window")]
        let columns = (((rect.width() - size::SCROLLBAR - 4.0) / advance) as usize).max(16);
        let lines = self.lines(ui, columns);

        let mut scroll = RowScroll::new(ui, id, rect, 0..lines.len() as u64, size::TEXT_ROW);
        scroll.wheel(ui);
        scroll.keys(ui, &response);
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).accessibility_parent(id));
        child.shrink_clip_rect(rect);
        for row in scroll.visible(&child) {
            let place = scroll.row_rect(&child, row);
            let Some(line) = usize::try_from(row).ok().and_then(|row| self.text.get(lines.get(row)?.clone()))
            else {
                continue;
            };
            paint::line_in(child.painter(), place, Align::Min, line, font::mono(), tokens.text);
            let node = child.interact(place, id.with(row), Sense::HOVER);
            node.widget_info(|| WidgetInfo::labeled(Role::Label, true, line));
        }
        scroll.finish(&child);
        if paint::focus_visible(&response) {
            paint::focus_ring_inside(ui, rect);
        }
        response
    }

    /// The lines at this width: those of the last frame where nothing changed.
    fn lines(&self, ui: &Ui, columns: usize) -> Arc<[Range<usize>]> {
        let id = ui.make_persistent_id(self.id_salt).with("lines");
        let kept: Option<Lines> = ui.data(|data| data.get_temp(id));
        if let Some(kept) = kept
            && (kept.revision, kept.columns, kept.bytes) == (self.revision, columns, self.text.len())
        {
            return kept.ranges;
        }
        let ranges: Arc<[Range<usize>]> = break_lines(self.text, columns).into();
        let lines =
            Lines { revision: self.revision, columns, bytes: self.text.len(), ranges: Arc::clone(&ranges) };
        ui.data_mut(|data| data.insert_temp(id, lines));
        ranges
    }
}

/// Cuts text at its line ends, and at `columns` where a line is longer; letters of East Asian scripts count two.
fn break_lines(text: &str, columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if end - start <= columns {
            lines.push(start..end);
        } else {
            break_line(text, start..end, columns, &mut lines);
        }
        start += line.len();
    }
    lines
}

fn break_line(text: &str, line: Range<usize>, columns: usize, lines: &mut Vec<Range<usize>>) {
    let mut start = line.start;
    let mut used = 0;
    for (at, letter) in text[line.clone()].char_indices() {
        let wide = match letter {
            '\t' => 4,
            '\u{1100}'.. => 2,
            _ => 1,
        };
        if used + wide > columns {
            lines.push(start..line.start + at);
            start = line.start + at;
            used = 0;
        }
        used += wide;
    }
    lines.push(start..line.end);
}

/// The height of `text` when it is shown in full at `width`, in points, but no more than `most`.
#[must_use]
pub fn natural_height(ui: &Ui, text: &str, width: f32, most: f32) -> f32 {
    if text.len() > SELECTABLE_BYTES {
        return most;
    }
    let galley = ui.painter().layout(text.to_owned(), font::mono(), egui::Color32::PLACEHOLDER, width);
    Vec2::new(width, galley.size().y.max(size::TEXT_ROW)).y.min(most)
}

#[cfg(test)]
mod tests {
    use super::break_lines;

    fn broken(text: &str, columns: usize) -> Vec<&str> {
        break_lines(text, columns).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn line_ends_of_both_kinds_are_cut_off() {
        assert_eq!(broken("a\r\n\nb", 8), ["a", "", "b"]);
    }

    #[test]
    fn long_lines_go_on_in_the_next_row_and_lose_nothing() {
        assert_eq!(broken("abcdefgh\nij", 3), ["abc", "def", "gh", "ij"]);
    }

    #[test]
    fn wide_letters_take_two_columns_and_are_never_cut_apart() {
        assert_eq!(broken("客厅温度", 5), ["客厅", "温度"]);
    }
}
