//! Where a list stands: arithmetic on rows, without the toolkit.
//!
//! `page` is how many rows fit in sight, with its fraction.

use std::ops::Range;

/// The row at the top edge and how much of it is above that edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Anchor {
    /// The topmost row in sight.
    pub row: u64,
    /// The share of it that is out of sight, from 0 up to but without 1.
    pub fraction: f64,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "distances in rows stay far below 2^53, and are not negative where they are cast"
)]
impl Anchor {
    /// The anchor that shows the first row.
    #[must_use]
    pub const fn first(rows: &Range<u64>) -> Self {
        Self { row: rows.start, fraction: 0.0 }
    }

    /// The anchor that shows the last row at the bottom edge.
    #[must_use]
    pub fn last(rows: &Range<u64>, page: f64) -> Self {
        if fits(rows, page) {
            return Self::first(rows);
        }
        let whole = page.ceil();
        Self { row: rows.end.saturating_sub(whole as u64), fraction: whole - page }
    }

    /// The nearest anchor that shows no emptiness before the first or behind the last row.
    #[must_use]
    pub fn clamped(self, rows: &Range<u64>, page: f64) -> Self {
        let last = Self::last(rows, page);
        if self.row < rows.start {
            Self::first(rows)
        } else if self > last {
            last
        } else {
            self
        }
    }

    /// This anchor `by` rows further down; up where negative.
    #[must_use]
    pub fn moved(self, by: f64, rows: &Range<u64>, page: f64) -> Self {
        let sum = self.fraction + by;
        let whole = sum.floor();
        let row = if whole < 0.0 {
            self.row.checked_sub((-whole) as u64)
        } else {
            Some(self.row.saturating_add(whole as u64))
        };
        row.map_or(Self::first(rows), |row| Self { row, fraction: sum - whole }).clamped(rows, page)
    }

    /// The nearest anchor that has `row` in sight as a whole.
    #[must_use]
    pub fn revealing(self, row: u64, rows: &Range<u64>, page: f64) -> Self {
        let above = row < self.row || (row == self.row && self.fraction > 0.0);
        // The anchor with `row` at the bottom edge.
        let lowest = Self { row, fraction: 0.0 }.moved(1.0 - page, &(0..u64::MAX), page);
        let below = row.saturating_add(1) as f64 > page && self < lowest;
        if above {
            Self { row, fraction: 0.0 }.clamped(rows, page)
        } else if below {
            lowest.clamped(rows, page)
        } else {
            self
        }
    }

    /// An anchor that has `row` in the middle.
    #[must_use]
    pub fn centring(row: u64, rows: &Range<u64>, page: f64) -> Self {
        Self { row, fraction: 0.0 }.moved(0.5 - page / 2.0, rows, page)
    }

    /// How far down this is, from 0 at the first to 1 at the last row.
    #[must_use]
    pub fn share(self, rows: &Range<u64>, page: f64) -> f64 {
        let travel = count(rows) as f64 - page;
        if travel <= 0.0 {
            return 0.0;
        }
        let above = self.row.saturating_sub(rows.start) as f64 + self.fraction;
        (above / travel).clamp(0.0, 1.0)
    }

    /// The anchor that is `share` of the way down.
    #[must_use]
    pub fn at_share(share: f64, rows: &Range<u64>, page: f64) -> Self {
        let travel = (count(rows) as f64 - page).max(0.0);
        Self::first(rows).moved(share.clamp(0.0, 1.0) * travel, rows, page)
    }
}

/// How many rows there are.
const fn count(rows: &Range<u64>) -> u64 {
    rows.end.saturating_sub(rows.start)
}

/// Whether all rows are in sight at once.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "the number of rows stays far below 2^53")]
pub fn fits(rows: &Range<u64>, page: f64) -> bool {
    count(rows) as f64 <= page
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Anchor;

    const MANY: std::ops::Range<u64> = 0..100_000_000;

    #[test]
    fn a_step_of_a_hundredth_of_a_row_is_kept_at_a_hundred_million() {
        let start = Anchor { row: 99_000_000, fraction: 0.0 };
        let mut anchor = start;
        for _ in 0..60 {
            anchor = anchor.moved(0.01, &MANY, 20.0);
        }
        assert_eq!(anchor.row, start.row);
        assert!((anchor.fraction - 0.6).abs() < 1e-9);
    }

    #[test]
    fn moving_up_and_down_again_comes_back() {
        let start = Anchor { row: 50, fraction: 0.25 };
        let there = start.moved(-3.5, &MANY, 20.0);
        assert_eq!(there, Anchor { row: 46, fraction: 0.75 });
        assert_eq!(there.moved(3.5, &MANY, 20.0), start);
    }

    #[test]
    fn nothing_is_shown_before_the_first_row() {
        assert_eq!(Anchor { row: 3, fraction: 0.5 }.moved(-10.0, &(2..100), 20.0), Anchor::first(&(2..100)));
    }

    #[test]
    fn nothing_is_shown_behind_the_last_row() {
        let last = Anchor::last(&(0..100), 20.5);
        assert_eq!(last, Anchor { row: 79, fraction: 0.5 });
        assert_eq!(Anchor::first(&(0..100)).moved(1e9, &(0..100), 20.5), last);
    }

    #[test]
    fn fewer_rows_than_fit_stay_at_the_top() {
        assert_eq!(Anchor::first(&(5..8)).moved(1.0, &(5..8), 20.0), Anchor::first(&(5..8)));
    }

    #[test]
    fn rows_that_drop_off_the_front_leave_the_anchor_until_they_reach_it() {
        let anchor = Anchor { row: 500, fraction: 0.25 };
        assert_eq!(anchor.clamped(&(499..10_000), 20.0), anchor);
        assert_eq!(anchor.clamped(&(600..10_000), 20.0), Anchor { row: 600, fraction: 0.0 });
    }

    #[test]
    fn revealing_moves_no_further_than_needed() {
        let anchor = Anchor { row: 100, fraction: 0.5 };
        let rows = 0..1000;
        assert_eq!(anchor.revealing(105, &rows, 10.0), anchor);
        assert_eq!(anchor.revealing(100, &rows, 10.0), Anchor { row: 100, fraction: 0.0 });
        assert_eq!(anchor.revealing(110, &rows, 10.0), Anchor { row: 101, fraction: 0.0 });
        assert_eq!(anchor.revealing(40, &rows, 10.0), Anchor { row: 40, fraction: 0.0 });
        assert_eq!(Anchor::first(&rows).revealing(3, &rows, 10.0), Anchor::first(&rows));
    }

    #[test]
    fn the_share_of_the_way_leads_back_to_the_place() {
        for anchor in
            [Anchor::first(&MANY), Anchor { row: 12_345_678, fraction: 0.5 }, Anchor::last(&MANY, 20.0)]
        {
            let back = Anchor::at_share(anchor.share(&MANY, 20.0), &MANY, 20.0);
            assert!(back.row.abs_diff(anchor.row) <= 1, "{back:?}");
        }
    }

    /// How many rows `to` is below `from`.
    #[expect(clippy::cast_precision_loss, reason = "the walks here are short")]
    fn below(from: Anchor, to: Anchor) -> f64 {
        let whole = i128::from(to.row) - i128::from(from.row);
        whole as f64 + to.fraction - from.fraction
    }

    proptest! {
        #[test]
        fn a_walk_of_wheel_steps_comes_exactly_as_far_as_its_steps_at_any_depth(
            row in 20_000_u64..1 << 41,
            fraction in 0.0..1.0_f64,
            points in proptest::collection::vec(-400.0..400.0_f32, 0..100),
        ) {
            let rows = 0..(1_u64 << 41) + 40_000;
            let start = Anchor { row, fraction };
            let steps = points.iter().map(|points| f64::from(*points) / 24.0);
            let there = steps.clone().fold(start, |anchor, by| anchor.moved(by, &rows, 20.5));
            // A thousandth of a point.
            prop_assert!((below(start, there) - steps.clone().sum::<f64>()).abs() < 0.001 / 24.0);
            let back = steps.rev().fold(there, |anchor, by| anchor.moved(-by, &rows, 20.5));
            prop_assert!(below(start, back).abs() < 0.001 / 24.0);
            prop_assert!((0.0..1.0).contains(&there.fraction));
        }

        #[test]
        fn the_same_step_is_as_long_at_the_top_as_ten_million_rows_below(by in -50.0..50.0_f64) {
            let rows = 0..10_000_100;
            let step = |row| {
                let start = Anchor { row, fraction: 0.25 };
                below(start, start.moved(by, &rows, 20.0))
            };
            prop_assert_eq!(step(60).to_bits(), step(10_000_000).to_bits());
        }

        #[test]
        fn no_anchor_shows_emptiness_where_there_are_rows(
            row in 0..u64::MAX,
            fraction in 0.0..1.0_f64,
            start in 0..1_u64 << 41,
            count in 0..10_000_000_u64,
            page in 1.0..80.0_f64,
        ) {
            let rows = start..start + count;
            let anchor = Anchor { row, fraction }.clamped(&rows, page);
            prop_assert!(anchor >= Anchor::first(&rows) && anchor <= Anchor::last(&rows, page));
        }
    }
}
