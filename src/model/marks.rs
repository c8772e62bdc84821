//! Marked rows: a set that stays small, keyed by log row, in which one goes from mark to mark.

use std::collections::BTreeSet;

use crate::log::Row;

/// How many rows of a log can be marked.
pub const MOST_MARKS: usize = 100_000;

/// The marked rows of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    rows: BTreeSet<Row>,
}

impl Marks {
    /// Whether a row is marked.
    #[must_use]
    pub fn contains(&self, row: Row) -> bool {
        self.rows.contains(&row)
    }

    /// How many rows are marked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is marked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Marks the rows; where all of them are marked already, none of them from now on. False, and nothing done,
    /// where that would be more than [`MOST_MARKS`].
    pub fn toggle(&mut self, rows: &[Row]) -> bool {
        let new = rows.iter().filter(|row| !self.contains(**row)).count();
        if new == 0 {
            for row in rows {
                self.rows.remove(row);
            }
        } else if self.rows.len() + new <= MOST_MARKS {
            self.rows.extend(rows);
        } else {
            return false;
        }
        true
    }

    /// Marks these rows too, as far as there is room.
    pub fn add(&mut self, other: &Self) {
        let room = MOST_MARKS.saturating_sub(self.rows.len());
        self.rows.extend(other.rows.iter().take(room));
    }

    /// Forgets those before a row: the log holds them no more.
    pub fn cut_before(&mut self, row: Row) {
        if self.rows.first().is_some_and(|first| *first < row) {
            self.rows = self.rows.split_off(&row);
        }
    }

    /// The next mark behind a row among those that are `listed`; from the other end where none is left. The row
    /// itself only where it is the only one.
    pub fn next(&self, from: Option<Row>, listed: impl Fn(Row) -> bool) -> Option<Row> {
        let behind = from.map_or(0, |row| row.saturating_add(1));
        let mut around = self.rows.range(behind..).chain(self.rows.range(..behind));
        around.find(|row| listed(**row)).copied()
    }

    /// The same towards the first row.
    pub fn previous(&self, from: Option<Row>, listed: impl Fn(Row) -> bool) -> Option<Row> {
        let before = from.unwrap_or(Row::MAX);
        let mut around = self.rows.range(..before).rev().chain(self.rows.range(before..).rev());
        around.find(|row| listed(**row)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(rows: &[Row]) -> Marks {
        Marks { rows: rows.iter().copied().collect() }
    }

    #[test]
    fn one_goes_round_in_both_directions() {
        let marks = marks(&[3, 7, 9]);
        let every = |_| true;
        assert_eq!(marks.next(None, every), Some(3));
        assert_eq!(marks.next(Some(3), every), Some(7));
        assert_eq!(marks.next(Some(8), every), Some(9));
        assert_eq!(marks.next(Some(9), every), Some(3));
        assert_eq!(marks.previous(None, every), Some(9));
        assert_eq!(marks.previous(Some(9), every), Some(7));
        assert_eq!(marks.previous(Some(3), every), Some(9));
    }

    #[test]
    fn marks_that_are_not_listed_are_passed_over() {
        let marks = marks(&[3, 7, 9]);
        assert_eq!(marks.next(Some(3), |row| row != 7), Some(9));
        assert_eq!(marks.previous(Some(9), |row| row == 9), Some(9));
        assert_eq!(marks.next(Some(3), |_| false), None);
    }

    #[test]
    fn several_rows_are_marked_until_all_are_and_then_none_is() {
        let mut marks = marks(&[4]);
        assert!(marks.toggle(&[3, 4, 5]));
        assert_eq!(marks.len(), 3);
        assert!(marks.toggle(&[3, 4, 5]));
        assert!(marks.is_empty());
    }

    #[test]
    fn more_than_there_is_room_for_are_refused_as_a_whole() {
        let mut marks = Marks::default();
        let most: Vec<Row> = (0..MOST_MARKS as u64).collect();
        assert!(marks.toggle(&most));
        assert!(!marks.toggle(&[1_000_000]));
        assert_eq!((marks.len(), marks.contains(1_000_000)), (MOST_MARKS, false));
    }

    #[test]
    fn rows_that_have_gone_lose_their_marks() {
        let mut marks = marks(&[3, 7, 9]);
        marks.cut_before(7);
        assert_eq!(marks, super::tests::marks(&[7, 9]));
    }
}
