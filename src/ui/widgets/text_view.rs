//! A reader for text of any length: selectable while it is short, and otherwise only the lines in sight are touched.

use std::borrow::Cow;
use std::sync::Arc;

use egui::mutex::Mutex;
use egui::{Align, Role, ScrollArea, Sense, TextEdit, Ui, UiBuilder, Vec2, WidgetInfo};

use super::paint;
use super::rows::RowScroll;
use crate::ui::theme::{self, font, size};

/// Up to so many bytes text can be selected in place and wraps at words.
pub const SELECTABLE_BYTES: usize = 64 * 1024;

/// Bytes of a long text that are cut into lines in one frame; the rest follows in the next ones.
const CUT_BYTES: usize = 1 << 20;

/// A reader over the space there is.
#[must_use = "call show"]
pub struct TextView<'a> {
    id_salt: &'a str,
    name: &'a str,
    source: Source<'a>,
    revision: u64,
}

/// Where the lines come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// They are cut out of a text.
    Text(&'a str),
    /// There are so many, each made when it is drawn.
    Lines(usize, &'a dyn Fn(usize) -> String),
}

/// Lines from one place that is kept to the next: those between are found by cutting again, so that a text of short
/// lines does not cost its own length once more.
const STEP: usize = 16;

/// The lines of a long text as far as they are known, for one width.
struct Lines {
    revision: u64,
    columns: usize,
    bytes: usize,
    /// Where every sixteenth line begins.
    marks: Vec<u32>,
    count: usize,
    /// Where the next line begins.
    at: usize,
}

impl<'a> TextView<'a> {
    /// A reader of `text` whose place is remembered under `id_salt`, called `name`. `revision` says when it is
    /// another text: its lines are then counted anew.
    pub const fn new(id_salt: &'a str, name: &'a str, text: &'a str, revision: u64) -> Self {
        Self { id_salt, name, source: Source::Text(text), revision }
    }

    /// A reader of `count` lines, each of which `line` makes.
    pub const fn of_lines(
        id_salt: &'a str,
        name: &'a str,
        count: usize,
        line: &'a dyn Fn(usize) -> String,
        revision: u64,
    ) -> Self {
        Self { id_salt, name, source: Source::Lines(count, line), revision }
    }

    /// Shows the text.
    pub fn show(self, ui: &mut Ui) -> egui::Response {
        match self.source {
            Source::Text(text) if text.len() <= SELECTABLE_BYTES => self.show_selectable(ui, text),
            Source::Text(text) => {
                let lines = self.lines(ui, text);
                let lines = lines.lock();
                let line = |row: usize| lines.line(text, row).map(Cow::Borrowed);
                self.show_lines(ui, lines.count, &line)
            }
            Source::Lines(count, line) => self.show_lines(ui, count, &|row| Some(Cow::Owned(line(row)))),
        }
    }

    fn show_selectable(&self, ui: &mut Ui, mut text: &str) -> egui::Response {
        let tokens = theme::tokens(ui);
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

    fn show_lines(
        &self,
        ui: &mut Ui,
        count: usize,
        line: &dyn Fn(usize) -> Option<Cow<'a, str>>,
    ) -> egui::Response {
        let tokens = theme::tokens(ui);
        let id = ui.make_persistent_id((self.id_salt, self.revision));
        let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(Role::Document, ui.is_enabled(), self.name));

        let mut scroll = RowScroll::new(ui, id, rect, 0..count as u64, size::TEXT_ROW);
        scroll.wheel(ui);
        scroll.keys(ui, &response);
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).accessibility_parent(id));
        child.shrink_clip_rect(rect);
        for row in scroll.visible(&child) {
            let place = scroll.row_rect(&child, row);
            let Some(line) = usize::try_from(row).ok().and_then(line) else { continue };
            paint::line_in(child.painter(), place, Align::Min, &line, font::mono(), tokens.text);
            let node = child.interact(place, id.with(row), Sense::HOVER);
            node.widget_info(|| WidgetInfo::labeled(Role::Label, true, line.as_ref()));
        }
        scroll.finish(&child);
        if paint::focus_visible(&response) {
            paint::focus_ring_inside(ui, rect);
        }
        response
    }

    /// The lines at this width, cut a little further than in the last frame where there are more.
    fn lines(&self, ui: &Ui, text: &str) -> Arc<Mutex<Lines>> {
        let advance = ui.fonts_mut(|fonts| fonts.glyph_width(&font::mono(), '0'));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns of a window")]
        let columns = (((ui.available_width() - size::SCROLLBAR - 4.0) / advance) as usize).max(16);
        let id = ui.make_persistent_id(self.id_salt).with("lines");
        let kept = ui.data(|data| data.get_temp::<Arc<Mutex<Lines>>>(id)).filter(|kept| {
            let kept = kept.lock();
            (kept.revision, kept.columns, kept.bytes) == (self.revision, columns, text.len())
        });
        let lines = kept.unwrap_or_else(|| {
            let (revision, bytes) = (self.revision, text.len());
            let lines = Arc::new(Mutex::new(Lines::new(revision, columns, bytes)));
            ui.data_mut(|data| data.insert_temp(id, Arc::clone(&lines)));
            lines
        });
        let mut cut = lines.lock();
        if cut.at < text.len() {
            cut.go_on(text, CUT_BYTES);
            ui.ctx().request_repaint();
        }
        drop(cut);
        lines
    }
}

impl Lines {
    const fn new(revision: u64, columns: usize, bytes: usize) -> Self {
        Self { revision, columns, bytes, marks: Vec::new(), count: 0, at: 0 }
    }

    /// A line that is known.
    fn line<'t>(&self, text: &'t str, row: usize) -> Option<&'t str> {
        let mut rest = text.get(*self.marks.get(row / STEP)? as usize..)?;
        for _ in 0..row % STEP {
            rest = &rest[one_line(rest, self.columns).1..];
        }
        Some(&rest[..one_line(rest, self.columns).0])
    }

    /// Cuts about `bytes` more of the text into lines: at its line ends, and at `columns` where a line is longer; letters
    /// of East Asian scripts count two.
    fn go_on(&mut self, text: &str, bytes: usize) {
        let until = self.at.saturating_add(bytes).min(text.len());
        while self.at < until {
            if self.count.is_multiple_of(STEP) {
                self.marks.push(u32::try_from(self.at).unwrap_or(u32::MAX));
            }
            self.count += 1;
            self.at += one_line(&text[self.at..], self.columns).1;
        }
    }
}

/// Where the first line of a text ends, and where the next one begins.
fn one_line(text: &str, columns: usize) -> (usize, usize) {
    let without_return = |end: usize| if text[..end].ends_with('\r') { end - 1 } else { end };
    let window = &text.as_bytes()[..text.len().min(columns + 1)];
    if let Some(end) = window.iter().position(|byte| *byte == b'\n') {
        return (without_return(end), end + 1);
    }
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        let wide = match letter {
            '\n' => return (without_return(at), at + 1),
            '\t' => 4,
            '\u{1100}'.. => 2,
            _ => 1,
        };
        // The return of a line end takes no place of its own.
        let ends = letter == '\r' && text[at + 1..].starts_with('\n');
        if used + wide > columns && !ends {
            return (at, at);
        }
        used += wide;
    }
    (without_return(text.len()), text.len())
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
    use super::Lines;

    /// The lines, cut a few bytes at a time.
    fn broken(text: &str, columns: usize) -> Vec<&str> {
        let mut lines = Lines::new(0, columns, text.len());
        while lines.at < text.len() {
            lines.go_on(text, 2);
        }
        (0..lines.count).map(|row| lines.line(text, row).unwrap()).collect()
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
    fn every_line_is_found_again_however_far_from_a_kept_place() {
        let lines: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(broken(&lines.join("\n"), 16), lines);
    }

    #[test]
    fn returns_without_a_line_end_make_no_line_without_end() {
        assert_eq!(broken(&"\r".repeat(8), 3), ["\r\r\r", "\r\r\r", "\r"]);
        assert_eq!(broken("abc\r\nd", 3), ["abc", "d"]);
    }

    #[test]
    fn wide_letters_take_two_columns_and_are_never_cut_apart() {
        assert_eq!(broken("客厅温度", 5), ["客厅", "温度"]);
    }
}
