//! Ties between frames that the index has no room for: few frames have any.

use std::collections::BTreeSet;

use super::Row;

/// The most ties that are kept, about 10 MiB; beyond it those of the oldest rows are forgotten.
const MAX_TIES: usize = 1 << 18;

/// How one frame stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// It is the other one, sent again.
    Repeats,
    /// It is a message that responds to the other.
    Responds,
    /// The other one responds to it.
    RespondedBy,
}

/// The ties, in the order of their rows.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeSet<(Row, Tie, Row)>);

impl Links {
    /// Ties two rows; what belongs to rows before `held` is forgotten.
    pub fn add(&mut self, row: Row, tie: Tie, other: Row, held: Row) {
        self.0.insert((row, tie, other));
        while self.0.len() > MAX_TIES || self.0.first().is_some_and(|(row, ..)| *row < held) {
            self.0.pop_first();
        }
    }

    /// How a row is tied to earlier ones.
    pub fn back(&self, row: Row) -> impl Iterator<Item = (Tie, Row)> {
        let ties =
            (!self.0.is_empty()).then(|| self.0.range((row, Tie::Repeats, 0)..(row, Tie::RespondedBy, 0)));
        ties.into_iter().flatten().map(|(_, tie, other)| (*tie, *other))
    }

    /// The rows that a row is tied to so, in order.
    pub fn of(&self, row: Row, tie: Tie) -> impl DoubleEndedIterator<Item = Row> {
        self.0.range((row, tie, 0)..=(row, tie, Row::MAX)).map(|(.., other)| *other)
    }
}
