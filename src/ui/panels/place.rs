//! Where a list stands between drawings: by a row of the log, so that it stays there when rows come or go, when
//! others pass the filter, and when the other list is shown. That row is the selected one where it is in sight, or
//! else the topmost.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::log::{FrameLog, Row, View};
use crate::model::Timeline;
use crate::profile::ProfileId;
use crate::ui::widgets::{Anchor, RowListResponse};

/// The places of all lists.
pub type Places = HashMap<ProfileId, Place>;

/// One list's place.
#[derive(Debug)]
pub struct Place {
    /// The row that stays where it is. It need not be listed: then the next one that is stands for it.
    row: Row,
    /// How many rows below the list's top edge it begins; with fractions, and negative above it.
    below: f64,
    /// The view that was shown.
    view: Weak<View>,
    /// Whether the row has been found in that view, rather than being waited for.
    settled: bool,
    /// The row that was selected, or that the list has asked to select: another one was selected elsewhere.
    selected: Option<Row>,
}

/// No list is so long that these would not do.
const EVERYWHERE: std::ops::Range<u64> = 0..u64::MAX;

impl Place {
    /// The place of a list that was not shown yet: the log's first row at the top.
    pub fn new(log: &FrameLog, timeline: &Timeline) -> Self {
        Self {
            row: log.rows().start,
            below: 0.0,
            view: Weak::new(),
            settled: false,
            selected: timeline.selected,
        }
    }

    /// Where the list is to stand, by the view's numbers.
    pub fn find(&mut self, view: &Arc<View>) -> Option<Anchor> {
        if !std::ptr::eq(self.view.as_ptr(), Arc::as_ptr(view)) {
            self.view = Arc::downgrade(view);
            self.settled = false;
        }
        let row = view.number(self.row)?;
        Some(Anchor { row, fraction: 0.0 }.moved(-self.below, &EVERYWHERE, 1.0))
    }

    /// The row to be brought in sight: one that was selected elsewhere.
    pub fn wanted(&self, timeline: &Timeline, view: &View) -> Option<u64> {
        view.number(timeline.selected.filter(|row| self.selected != Some(*row))?)
    }

    /// Notes where the list stands after it was shown. `row_at` gives the row of a number.
    pub fn keep(
        &mut self,
        list: &RowListResponse,
        timeline: &Timeline,
        view: &View,
        row_at: impl Fn(u64) -> Option<Row>,
    ) {
        let first = timeline.selected.is_none().then_some(list.extended_to).flatten();
        let asked = list.clicked.or(list.moved_to).or(first).and_then(&row_at);
        self.selected = asked.or(timeline.selected);
        let judged = view.is_complete() || view.judged().start <= self.row;
        self.settled |= judged || list.moved || timeline.follow;
        if !self.settled {
            return;
        }
        let in_sight = |row: &Row| view.number(*row).is_some_and(|number| list.visible.contains(&number));
        // The row at the top may be the one that says what stands before the first.
        let topmost = || list.visible.clone().take(2).find_map(&row_at);
        let unlisted = Some(self.row).filter(|row| !list.moved && !view.contains(*row) && in_sight(row));
        let row = self.selected.filter(in_sight).or(unlisted).or_else(topmost);
        if let Some((row, number)) = row.and_then(|row| Some((row, view.number(row)?))) {
            self.row = row;
            self.below = distance(list.place, number);
        }
    }
}

/// How many rows below the top edge of a list that stands at `place` the row of this number begins.
#[expect(clippy::cast_precision_loss, reason = "rows in sight, or next to it")]
fn distance(place: Anchor, number: u64) -> f64 {
    let whole =
        if number >= place.row { (number - place.row) as f64 } else { -((place.row - number) as f64) };
    whole - place.fraction
}
