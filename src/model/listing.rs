//! Working a list: a range of rows, copying it, marks, and the row that times are counted from.
//!
//! Everything is anchored on log rows, so that it stays where it is when rows come, go, or pass no more.

use jiff::tz::TimeZone;

use super::{
    Connection, Dialog, Effect, GoToForm, MOST_MARKS, Marks, Model, Moment, NoticeText, Tab, Timeline, Tone,
    Undo,
};
use crate::language::Language;
use crate::log::{Row, Timestamp};
use crate::profile::ProfileId;

/// How many rows are copied at most.
pub const MOST_COPIED: usize = 100_000;

/// Rows that are selected together, whether they are listed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRange {
    /// The first of them.
    pub first: Row,
    /// The last of them.
    pub last: Row,
    /// The end that the keyboard moves.
    pub lead: Row,
}

impl RowRange {
    /// Whether a row is among them.
    #[must_use]
    pub const fn contains(&self, row: Row) -> bool {
        self.first <= row && row <= self.last
    }
}

/// The row that times are counted from. Its time is kept, since the row may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeReference {
    /// The row.
    pub row: Row,
    /// When it crossed.
    pub time: Timestamp,
}

/// How rows are listed: what their lines of text depend on beside their frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// In which list.
    pub tab: Tab,
    /// In which language.
    pub language: Language,
    /// Local time.
    pub zone: TimeZone,
    /// The time of listing: times of its day are written without a date.
    pub now: Timestamp,
    /// The row that times are counted from.
    pub reference: Option<TimeReference>,
}

/// What the user does with the rows of the list. "The rows" of an action that may name one are the range, or else
/// the selected row, where it names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListAction {
    /// Select all from the selected row to this one. The selected row stays the one that is looked at.
    ExtendTo(Row),
    /// Select every row of the list.
    SelectAll,
    /// Select the one row only that is looked at.
    SelectOne,
    /// Copy the rows as lines of text.
    CopyRows(Option<Row>),
    /// Mark the rows; where all are marked, no more.
    ToggleMark(Option<Row>),
    /// Look at the next marked row.
    NextMark,
    /// Look at the marked row before.
    PreviousMark,
    /// Mark no row; can be undone from its notice.
    ClearMarks,
    /// Count times from this row, or from the selected one; where they are, from none.
    TimeReference(Option<Row>),
    /// Count times from no row.
    ClearTimeReference,
    /// Open the form that goes to a row.
    NewGoTo,
    /// Change it.
    GoToText(String),
    /// Look at the row that it names.
    GoTo,
}

impl Model {
    /// What happens in a list.
    pub(super) fn work_list(&mut self, action: ListAction, moment: Moment) -> Vec<Effect> {
        match action {
            ListAction::CopyRows(row) => return self.copy_rows(row, moment),
            ListAction::ToggleMark(row) => self.toggle_mark(row, moment),
            ListAction::ClearMarks => self.clear_marks(moment),
            ListAction::NextMark | ListAction::PreviousMark => {
                let back = action == ListAction::PreviousMark;
                let Some(c) = self.current_mut() else { return Vec::new() };
                let Some(row) = c.mark_beside(back) else {
                    self.notices.toast(moment.now, Tone::Info, NoticeText::NoMarks, None);
                    return Vec::new();
                };
                return self.show_row(row);
            }
            ListAction::NewGoTo => {
                if self.current().is_some() {
                    self.dialog = Some(Dialog::GoTo(GoToForm::default()));
                }
            }
            ListAction::GoToText(text) => {
                if let Some(Dialog::GoTo(form)) = &mut self.dialog {
                    *form = GoToForm { text, fault: None };
                }
            }
            ListAction::GoTo => return self.go_to(moment),
            ListAction::ExtendTo(row) => {
                let Some(c) = self.current_mut() else { return Vec::new() };
                let Some(from) = c.timeline.selected else {
                    return self.select_row(row);
                };
                let range = RowRange { first: from.min(row), last: from.max(row), lead: row };
                c.timeline.range = (from != row).then_some(range);
            }
            ListAction::SelectAll => {
                let Some(c) = self.current_mut() else { return Vec::new() };
                let timeline = &mut c.timeline;
                if let Some((first, last)) = timeline.view.as_ref().and_then(|view| view.ends()) {
                    let lead = timeline.selected.unwrap_or(last);
                    timeline.range = Some(RowRange { first, last, lead });
                }
            }
            ListAction::SelectOne => {
                if let Some(c) = self.current_mut() {
                    c.timeline.range = None;
                }
            }
            ListAction::TimeReference(row) => {
                if let Some(c) = self.current_mut() {
                    c.count_times_from(row);
                }
            }
            ListAction::ClearTimeReference => {
                if let Some(c) = self.current_mut() {
                    c.timeline.reference = None;
                }
            }
        }
        Vec::new()
    }

    /// Looks at a row that was not picked in the list: the list is to show it, and to stay there.
    pub(super) fn show_row(&mut self, row: Row) -> Vec<Effect> {
        if let Some(c) = self.current_mut() {
            c.timeline.follow = false;
        }
        self.select_row(row)
    }

    fn copy_rows(&mut self, row: Option<Row>, moment: Moment) -> Vec<Effect> {
        let (language, zone) = (self.language, self.zone.clone());
        let Some(c) = self.current() else { return Vec::new() };
        let (rows, wanted) = c.chosen_rows(row, MOST_COPIED);
        if rows.is_empty() {
            return Vec::new();
        }
        let Timeline { tab, reference, .. } = c.timeline;
        let listing = Listing { tab, language, zone, now: moment.now, reference };
        vec![Effect::CopyRows { profile: c.profile.id.clone(), rows, wanted, listing }]
    }

    fn toggle_mark(&mut self, row: Option<Row>, moment: Moment) {
        let Some(c) = self.current_mut() else { return };
        let (rows, wanted) = c.chosen_rows(row, MOST_MARKS);
        if wanted > rows.len() as u64 || !c.timeline.marks.toggle(&rows) {
            self.notices.toast(moment.now, Tone::Caution, NoticeText::MarksFull, None);
        }
    }

    fn clear_marks(&mut self, moment: Moment) {
        let Some(c) = self.current_mut() else { return };
        let marks = std::mem::take(&mut c.timeline.marks);
        if marks.is_empty() {
            return;
        }
        let (id, text) = (c.profile.id.clone(), NoticeText::MarksRemoved(marks.len()));
        self.notices.toast(moment.now, Tone::Info, text, Some(Undo::Marks(id, marks)));
    }

    /// Marks rows again whose marks were removed, as far as the log still holds them.
    pub(super) fn marks_again(&mut self, id: &ProfileId, marks: &Marks) {
        if let Some(c) = self.connection_mut(id) {
            c.timeline.marks.add(marks);
        }
    }
}

impl Connection {
    /// The rows that something is to be done with, the first `most` of them, and how many they are: this one, or
    /// else those of the range that are listed, or else the selected one.
    pub(super) fn chosen_rows(&self, row: Option<Row>, most: usize) -> (Vec<Row>, u64) {
        let timeline = &self.timeline;
        let mut rows = Vec::new();
        if let (None, Some(range), Some(view)) = (row, timeline.range, &timeline.view) {
            let wanted = view.among(range.first..=range.last, most, &mut rows);
            return (rows, wanted);
        }
        let held = |row: &Row| self.log.as_ref().is_some_and(|log| log.rows().contains(row));
        rows.extend(row.or(timeline.selected).filter(held));
        let wanted = rows.len() as u64;
        (rows, wanted)
    }

    /// The marked row of the list beside the selected one.
    fn mark_beside(&self, back: bool) -> Option<Row> {
        let timeline = &self.timeline;
        let view = timeline.view.as_ref()?;
        let listed = |row| view.contains(row);
        if back {
            timeline.marks.previous(timeline.selected, listed)
        } else {
            timeline.marks.next(timeline.selected, listed)
        }
    }

    fn count_times_from(&mut self, row: Option<Row>) {
        let Some(row) = row.or(self.timeline.selected) else { return };
        if self.timeline.reference.take_if(|reference| reference.row == row).is_some() {
            return;
        }
        if let Some(entry) = self.log.as_ref().and_then(|log| log.entry(row)) {
            self.timeline.reference = Some(TimeReference { row, time: entry.time });
        }
    }
}
