//! The columns of the lists: which there are, and how they stand after what the user did to them.

use super::Tab;
use crate::store::{Layout, ListColumns};

/// The narrowest and the widest that a column may be made, in points.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 16..=1200;

/// The columns of Messages by the names that settings know them by, in their natural order.
const MESSAGES: &[&str] = &["number", "time", "delta", "direction", "topic", "qos", "payload"];
/// The columns of Packets.
const PACKETS: &[&str] = &["number", "time", "source", "destination", "protocol", "length", "info"];

/// How the columns of a list stand. Columns go by their place in the natural order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    names: &'static [&'static str],
    /// All columns from left to right, hidden ones too.
    order: Vec<usize>,
    hidden: Vec<bool>,
    widths: Vec<Option<u16>>,
}

impl Arrangement {
    /// As a tab's list was left. Names that are not known are passed over; a column that is not named stands behind
    /// its neighbour of the natural order; where every column would be hidden, all are shown.
    #[must_use]
    pub fn of(tab: Tab, layout: &Layout) -> Self {
        let (names, saved) = match tab {
            Tab::Messages => (MESSAGES, &layout.messages_columns),
            Tab::Packets => (PACKETS, &layout.packets_columns),
        };
        let mut order = Vec::new();
        for name in &saved.order {
            if let Some(column) = names.iter().position(|known| known == name)
                && !order.contains(&column)
            {
                order.push(column);
            }
        }
        for column in 0..names.len() {
            if !order.contains(&column) {
                let before = column.checked_sub(1).and_then(|left| order.iter().position(|c| *c == left));
                order.insert(before.map_or(0, |place| place + 1), column);
            }
        }
        let mut hidden: Vec<bool> = names.iter().map(|name| saved.hidden.contains(*name)).collect();
        if hidden.iter().all(|hidden| *hidden) {
            hidden.fill(false);
        }
        let sensible = |points: &u16| (*points).clamp(*WIDTHS.start(), *WIDTHS.end());
        let widths = names.iter().map(|name| saved.widths.get(*name).map(sensible)).collect();
        Self { names, order, hidden, widths }
    }

    /// Puts this arrangement where the tab's list is remembered.
    pub fn keep(&self, tab: Tab, layout: &mut Layout) {
        let name = |column: usize| self.names[column].to_owned();
        let natural = self.order.is_sorted();
        let columns = 0..self.names.len();
        let saved = ListColumns {
            order: if natural { Vec::new() } else { self.order.iter().copied().map(name).collect() },
            hidden: columns.clone().filter(|column| self.hidden[*column]).map(name).collect(),
            widths: columns.filter_map(|column| Some((name(column), self.widths[column]?))).collect(),
        };
        match tab {
            Tab::Messages => layout.messages_columns = saved,
            Tab::Packets => layout.packets_columns = saved,
        }
    }

    /// The columns that are shown, from left to right.
    #[must_use]
    pub fn shown(&self) -> Vec<usize> {
        self.order.iter().copied().filter(|column| !self.hidden[*column]).collect()
    }

    /// All columns from left to right, and whether each is shown.
    pub fn all(&self) -> impl Iterator<Item = (usize, bool)> {
        self.order.iter().map(|&column| (column, !self.hidden[column]))
    }

    /// The width that a column was given, in points; `None` for its natural one.
    #[must_use]
    pub fn width(&self, column: usize) -> Option<u16> {
        self.widths.get(column).copied().flatten()
    }

    /// Makes a column so wide; `None` for its natural width.
    pub fn set_width(&mut self, column: usize, points: Option<u16>) {
        if let Some(width) = self.widths.get_mut(column) {
            *width = points.map(|points| points.clamp(*WIDTHS.start(), *WIDTHS.end()));
        }
    }

    /// Shows a column, or hides it unless it is the last that is shown.
    pub fn show(&mut self, column: usize, shown: bool) {
        let alone = self.shown() == [column];
        if let Some(hidden) = self.hidden.get_mut(column) {
            *hidden = !shown && !alone;
        }
    }

    /// Moves a shown column to this place among the shown ones, counted without it.
    pub fn move_to(&mut self, column: usize, place: usize) {
        let others: Vec<usize> = self.shown().into_iter().filter(|other| *other != column).collect();
        self.order.retain(|other| *other != column);
        // Before the one that stands there; else behind the last that is shown.
        let at = |wanted: usize| self.order.iter().position(|other| *other == wanted);
        let to = match (others.get(place), others.last()) {
            (Some(next), _) => at(*next),
            (None, Some(last)) => at(*last).map(|last| last + 1),
            (None, None) => None,
        };
        self.order.insert(to.unwrap_or(0), column);
    }

    /// The place of a column among the shown ones one step to the left or to the right; `None` at the end.
    #[must_use]
    pub fn beside(&self, column: usize, left: bool) -> Option<usize> {
        let shown = self.shown();
        let place = shown.iter().position(|other| *other == column)?;
        if left { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < shown.len()) }
    }

    /// As it is before anything is changed.
    pub fn reset(&mut self) {
        self.order.sort_unstable();
        self.hidden.fill(false);
        self.widths.fill(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(order: &[&str], hidden: &[&str], widths: &[(&str, u16)]) -> Layout {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let columns = ListColumns {
            order: owned(order),
            hidden: owned(hidden).into_iter().collect(),
            widths: widths.iter().map(|(name, points)| ((*name).to_owned(), *points)).collect(),
        };
        Layout { messages_columns: columns, ..Layout::default() }
    }

    #[test]
    fn what_is_kept_comes_back() {
        let mut columns = Arrangement::of(Tab::Messages, &Layout::default());
        columns.move_to(6, 1);
        columns.show(2, false);
        columns.set_width(4, Some(300));
        let mut layout = Layout::default();
        columns.keep(Tab::Messages, &mut layout);
        assert_eq!(Arrangement::of(Tab::Messages, &layout), columns);
        assert_eq!(columns.shown(), [0, 6, 1, 3, 4, 5]);
        assert!(layout.packets_columns.is_natural(), "each list for itself");
    }

    #[test]
    fn a_reset_arrangement_leaves_nothing_to_remember() {
        let mut kept = layout(&["payload"], &["time"], &[("topic", 99)]);
        let mut columns = Arrangement::of(Tab::Messages, &kept);
        columns.reset();
        columns.keep(Tab::Messages, &mut kept);
        assert_eq!(kept, Layout::default());
    }

    #[test]
    fn unknown_and_double_names_are_passed_over_and_missing_ones_stand_by_their_neighbours() {
        let kept = layout(&["qos", "sun", "number", "qos", "topic"], &["moon"], &[("topic", 0), ("x", 9)]);
        let columns = Arrangement::of(Tab::Messages, &kept);
        let all: Vec<_> = columns.all().collect();
        let order = [5, 6, 0, 1, 2, 3, 4].map(|column| (column, true));
        assert_eq!(all, order);
        assert_eq!(columns.width(4), Some(16), "no narrower than can be seen");
    }

    #[test]
    fn one_column_is_always_shown() {
        let all = ["number", "time", "delta", "direction", "topic", "qos", "payload"];
        assert_eq!(Arrangement::of(Tab::Messages, &layout(&[], &all, &[])).shown().len(), 7);
        let mut columns = Arrangement::of(Tab::Messages, &layout(&[], &all[1..], &[]));
        columns.show(0, false);
        assert_eq!(columns.shown(), [0]);
    }

    #[test]
    fn a_column_moves_past_hidden_ones() {
        let mut columns = Arrangement::of(Tab::Messages, &layout(&[], &["delta", "direction"], &[]));
        assert_eq!(columns.shown(), [0, 1, 4, 5, 6]);
        let place = columns.beside(4, true).unwrap();
        columns.move_to(4, place);
        assert_eq!(columns.shown(), [0, 4, 1, 5, 6]);
        let place = columns.beside(4, false).unwrap();
        columns.move_to(4, place);
        assert_eq!(columns.shown(), [0, 1, 4, 5, 6]);
        columns.move_to(0, 4);
        assert_eq!(columns.shown(), [1, 4, 5, 6, 0]);
        assert_eq!(columns.beside(0, false), None);
    }
}
