//! What shows of marks and of the row that times are counted from, and the part of a row's menu that works rows.

use egui::{Color32, Pos2, Rect, Shape, Stroke, Ui, Vec2};

use super::Panel;
use crate::log::{FrameLog, Row};
use crate::model::{Action, ListAction, Timeline};
use crate::text::{self, Texts};
use crate::ui::theme::Tokens;
use crate::ui::widgets::{self, RowPainter, paint};

/// Width of the flag's cloth, and the height of its pole.
const FLAG: Vec2 = Vec2::new(6.0, 12.0);

/// A flag in the gutter before the first column.
pub fn flag(painter: &RowPainter<'_>, tokens: &Tokens) {
    let rect = painter.rect;
    let foot = Pos2::new(rect.left() + 4.0, rect.center().y - FLAG.y / 2.0);
    draw(painter.painter(), Rect::from_min_size(foot, FLAG), tokens.caution);
}

/// A pole at the left, and a pennant at its upper half.
fn draw(painter: &egui::Painter, rect: Rect, colour: Color32) {
    let pole = [rect.left_top(), rect.left_bottom()];
    painter.line_segment(pole, Stroke::new(1.5, colour));
    let cloth = vec![
        rect.left_top(),
        Pos2::new(rect.right(), rect.top() + rect.height() * 0.29),
        Pos2::new(rect.left(), rect.top() + rect.height() * 0.58),
    ];
    painter.add(Shape::convex_polygon(cloth, colour, Stroke::NONE));
}

/// What stands in the column of times where times are counted from a row.
pub fn counted(timeline: &Timeline, log: &FrameLog, row: Row) -> Option<String> {
    let time = log.entry(row)?.time;
    Some(text::since_reference(timeline.reference?, row, time))
}

/// What a row is called, with what the user has done to it.
pub fn spoken(name: &str, timeline: &Timeline, row: Row, counted: Option<&str>, t: &Texts) -> String {
    let mut name = name.to_owned();
    let reference = timeline.reference.is_some_and(|reference| reference.row == row);
    let marked = timeline.marks.contains(row).then_some(t.marked);
    let counted = if reference { Some(t.is_time_reference) } else { counted };
    for words in [counted, marked].into_iter().flatten() {
        name.push(' ');
        name.push_str(words);
    }
    name
}

/// What a row's menu offers for the row, or for the range that it is in.
pub fn menu(ui: &mut Ui, panel: &mut Panel<'_>, timeline: &Timeline, row: Row) {
    let t = panel.texts;
    let several = timeline.range.is_some_and(|range| range.contains(row));
    let which = if several { None } else { Some(row) };
    let counts = timeline.reference.is_some_and(|reference| reference.row == row);
    let copy = if several { t.copy_rows } else { t.copy_row };
    let mark = match (several, timeline.marks.contains(row)) {
        (true, _) => t.toggle_mark,
        (false, true) => t.unmark,
        (false, false) => t.mark,
    };
    let count = if counts { t.clear_time_reference } else { t.set_time_reference };
    for (words, action) in [
        (copy, ListAction::CopyRows(which)),
        (mark, ListAction::ToggleMark(which)),
        (count, ListAction::TimeReference(Some(row))),
    ] {
        if widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked() {
            panel.act(Action::List(action));
        }
    }
    if !timeline.marks.is_empty()
        && widgets::menu_item(ui, t.clear_marks, false, Some(super::connections::MENU)).clicked()
    {
        panel.act(Action::List(ListAction::ClearMarks));
    }
    ui.add_space(4.0);
    paint::hairline(ui, ui.min_rect().x_range(), ui.cursor().top());
    ui.add_space(5.0);
}
