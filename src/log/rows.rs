//! An ascending list of rows that is small where rows follow each other: a list of everything costs a few bytes, one
//! of scattered rows four bytes a row.
//!
//! Each row has a number too, which stays while others are found before it or go: the first has
//! [`Rows::first`], the next one more.

use std::collections::VecDeque;
use std::ops::Range;

use super::Row;

/// The most rows of a chunk that notes each.
const CHUNK: usize = 4096;
/// Rows in a row from which on they are noted as a run.
const RUN: usize = 64;

/// The list.
#[derive(Debug, Default)]
pub(super) struct Rows {
    chunks: VecDeque<Chunk>,
    first: u64,
}

/// Some rows, never none.
#[derive(Debug)]
struct Chunk {
    /// The number of its first row.
    number: u64,
    /// Its first row.
    base: Row,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// So many rows without a gap.
    Run(u64),
    /// The distances of all its rows from the first, which is 0.
    Each(Vec<u32>),
}

impl Chunk {
    fn len(&self) -> u64 {
        match &self.kind {
            Kind::Run(rows) => *rows,
            Kind::Each(offsets) => offsets.len() as u64,
        }
    }

    fn get(&self, index: u64) -> Option<Row> {
        match &self.kind {
            Kind::Run(rows) => (index < *rows).then(|| self.base + index),
            Kind::Each(offsets) => {
                let offset = offsets.get(usize::try_from(index).ok()?)?;
                Some(self.base + u64::from(*offset))
            }
        }
    }

    fn last(&self) -> Row {
        self.get(self.len().saturating_sub(1)).unwrap_or(self.base)
    }

    /// How many of its rows are before this one.
    fn before(&self, row: Row) -> u64 {
        let Some(distance) = row.checked_sub(self.base) else { return 0 };
        match &self.kind {
            Kind::Run(rows) => distance.min(*rows),
            Kind::Each(offsets) => offsets.partition_point(|offset| u64::from(*offset) < distance) as u64,
        }
    }

    /// Puts a row behind its last; false where it has no room for it.
    fn push(&mut self, row: Row) -> bool {
        let next = row == self.last() + 1;
        let offset = u32::try_from(row - self.base);
        match (&mut self.kind, offset) {
            (Kind::Run(rows), _) if next => *rows += 1,
            (Kind::Run(rows), Ok(offset)) if *rows < RUN as u64 => {
                let all = (0..u32::try_from(*rows).unwrap_or(u32::MAX)).chain([offset]);
                self.kind = Kind::Each(all.collect());
            }
            (Kind::Each(offsets), Ok(offset)) if offsets.len() < CHUNK => offsets.push(offset),
            _ => return false,
        }
        true
    }

    /// Where its newest rows have become a run: cuts that off.
    fn split_run(&mut self) -> Option<Self> {
        let Kind::Each(offsets) = &mut self.kind else { return None };
        let start = offsets.len().checked_sub(RUN).filter(|start| *start > 0)?;
        let (from, to) = (*offsets.get(start)?, *offsets.last()?);
        if to - from != u32::try_from(RUN - 1).ok()? {
            return None;
        }
        offsets.truncate(start);
        offsets.shrink_to_fit();
        let (number, base) = (self.number + start as u64, self.base + u64::from(from));
        Some(Self { number, base, kind: Kind::Run(RUN as u64) })
    }
}

impl Rows {
    /// An empty list whose first row will have the number.
    pub const fn numbered(first: u64) -> Self {
        Self { chunks: VecDeque::new(), first }
    }

    /// The number of the first row, or of the first that comes.
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        let count = self.chunks.back().map_or(0, |last| last.number + last.len() - self.first);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// The row at an index.
    pub fn get(&self, index: usize) -> Option<Row> {
        let number = self.first.checked_add(index as u64)?;
        let behind = self.chunks.partition_point(|chunk| chunk.number <= number);
        let chunk = self.chunks.get(behind.checked_sub(1)?)?;
        chunk.get(number - chunk.number)
    }

    /// Appends the rows at the indexes to `into`, as far as there are any.
    pub fn copy(&self, indexes: Range<usize>, into: &mut Vec<Row>) {
        let wanted = indexes.start..indexes.end.min(self.len());
        into.extend(wanted.map_while(|index| self.get(index)));
    }

    /// How many rows are before this one: its index, if it is in the list.
    pub fn before(&self, row: Row) -> usize {
        let behind = self.chunks.partition_point(|chunk| chunk.base < row);
        let Some(chunk) = behind.checked_sub(1).and_then(|place| self.chunks.get(place)) else { return 0 };
        usize::try_from(chunk.number - self.first + chunk.before(row)).unwrap_or(usize::MAX)
    }

    /// Whether a row is in the list.
    pub fn contains(&self, row: Row) -> bool {
        self.get(self.before(row)) == Some(row)
    }

    /// Puts a row behind the last.
    pub fn push(&mut self, row: Row) {
        let number = self.first + self.len() as u64;
        let Some(last) = self.chunks.back_mut().filter(|last| row > last.last()) else {
            if self.chunks.is_empty() {
                self.chunks.push_back(Chunk { number, base: row, kind: Kind::Run(1) });
            }
            return;
        };
        if last.push(row) {
            let run = last.split_run();
            self.chunks.extend(run);
        } else {
            self.chunks.push_back(Chunk { number, base: row, kind: Kind::Run(1) });
        }
    }

    /// Puts ascending rows before the first.
    pub fn prepend(&mut self, rows: &[Row]) {
        let mut earlier = Self::numbered(self.first.saturating_sub(rows.len() as u64));
        for row in rows {
            earlier.push(*row);
        }
        // Runs that meet become one, and small chunks do.
        if let (Some(last), Some(next)) = (earlier.chunks.back_mut(), self.chunks.front()) {
            let meet = last.last() + 1 == next.base;
            let few = last.len() + next.len() <= CHUNK as u64;
            match (&mut last.kind, &next.kind) {
                (Kind::Run(rows), Kind::Run(more)) if meet => {
                    *rows += more;
                    self.chunks.pop_front();
                }
                _ if few => {
                    let rows = (0..next.len()).filter_map(|index| next.get(index));
                    rows.for_each(|row| earlier.push(row));
                    self.chunks.pop_front();
                }
                _ => {}
            }
        }
        earlier.chunks.append(&mut self.chunks);
        *self = earlier;
    }

    /// Puts a row where it belongs; those behind it get other numbers.
    pub fn insert(&mut self, row: Row) {
        let place = self.chunks.partition_point(|chunk| chunk.base <= row);
        let Some(before) = place.checked_sub(1) else {
            if !self.contains(row) {
                // Numbers of those behind stay; the first has the one before.
                self.prepend(&[row]);
            }
            return;
        };
        let Some(chunk) = self.chunks.get(before).filter(|_| !self.contains(row)) else { return };
        let rows: Vec<Row> = (0..chunk.len()).filter_map(|index| chunk.get(index)).collect();
        let mut cut = Self::numbered(chunk.number);
        let split = rows.partition_point(|known| *known < row);
        rows.iter().take(split).chain([&row]).chain(rows.iter().skip(split)).for_each(|row| cut.push(*row));
        let mut behind = self.chunks.split_off(before);
        behind.pop_front();
        for chunk in &mut behind {
            chunk.number += 1;
        }
        self.chunks.append(&mut cut.chunks);
        self.chunks.append(&mut behind);
    }

    /// Takes rows out that it may hold, given ascending; those behind them get other numbers.
    pub fn remove(&mut self, rows: impl IntoIterator<Item = Row>) {
        let mut rows = rows.into_iter().peekable();
        let Some(first) = rows.peek() else { return };
        let from = self.chunks.partition_point(|chunk| chunk.base <= *first).saturating_sub(1);
        for mut chunk in self.chunks.split_off(from) {
            let end = chunk.last() + 1;
            while rows.next_if(|row| *row < chunk.base).is_some() {}
            if rows.peek().is_none_or(|row| *row >= end) {
                chunk.number = self.first + self.len() as u64;
                self.chunks.push_back(chunk);
                continue;
            }
            match &chunk.kind {
                Kind::Run(_) => {
                    let mut start = chunk.base;
                    while let Some(row) = rows.next_if(|row| *row < end) {
                        self.push_run(start..row);
                        start = row + 1;
                    }
                    self.push_run(start..end);
                }
                Kind::Each(_) => {
                    for row in (0..chunk.len()).filter_map(|index| chunk.get(index)) {
                        while rows.next_if(|gone| *gone < row).is_some() {}
                        if rows.peek() != Some(&row) {
                            self.push(row);
                        }
                    }
                }
            }
        }
    }

    /// Puts rows that follow each other behind the last.
    fn push_run(&mut self, rows: Range<Row>) {
        let count = rows.end.saturating_sub(rows.start);
        if count < RUN as u64 {
            rows.for_each(|row| self.push(row));
        } else {
            let number = self.first + self.len() as u64;
            self.chunks.push_back(Chunk { number, base: rows.start, kind: Kind::Run(count) });
        }
    }

    /// Lets the rows before this one go; how many those were.
    pub fn cut_before(&mut self, row: Row) -> u64 {
        let gone = self.before(row) as u64;
        self.first += gone;
        while let Some(chunk) = self.chunks.pop_front_if(|chunk| chunk.base < row) {
            let keeps = chunk.before(row);
            let Some(base) = chunk.get(keeps) else { continue };
            let number = chunk.number + keeps;
            let kind = match chunk.kind {
                Kind::Run(rows) => Kind::Run(rows - keeps),
                Kind::Each(offsets) => {
                    let kept = offsets.iter().skip(usize::try_from(keeps).unwrap_or(usize::MAX));
                    let by = base - chunk.base;
                    Kind::Each(
                        kept.filter_map(|offset| u32::try_from(u64::from(*offset) - by).ok()).collect(),
                    )
                }
            };
            self.chunks.push_front(Chunk { number, base, kind });
            break;
        }
        gone
    }

    /// Bytes of memory beyond the list's own.
    #[cfg(test)]
    fn memory(&self) -> usize {
        let each = self.chunks.iter().map(|chunk| match &chunk.kind {
            Kind::Run(_) => 0,
            Kind::Each(offsets) => offsets.capacity() * size_of::<u32>(),
        });
        self.chunks.capacity() * size_of::<Chunk>() + each.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Rows;

    #[test]
    fn a_list_of_everything_costs_nothing_however_it_came() {
        let mut rows = Rows::numbered(1 << 40);
        for row in 500_000..1_000_000 {
            rows.push(row);
        }
        for start in (0..125).rev().map(|step| step * 4000) {
            rows.prepend(&(start..start + 4000).collect::<Vec<_>>());
        }
        assert_eq!((rows.len(), rows.get(123_456)), (1_000_000, Some(123_456)));
        assert_eq!(rows.first(), (1 << 40) - 500_000);
        assert!(rows.memory() < 1_000, "{} bytes", rows.memory());
    }

    #[test]
    fn scattered_rows_cost_about_four_bytes_each() {
        let mut rows = Rows::numbered(1 << 40);
        for row in 500_000..1_000_000 {
            rows.push(row * 3);
        }
        for start in (0..125).rev().map(|step| step * 4000) {
            rows.prepend(&(start..start + 4000).map(|row| row * 3).collect::<Vec<_>>());
        }
        assert_eq!((rows.len(), rows.get(777_777)), (1_000_000, Some(2_333_331)));
        assert!(rows.memory() < 6_000_000, "{} bytes", rows.memory());
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(Vec<u64>),
        Prepend(Vec<u64>),
        Insert(u64),
        Remove(Vec<u64>),
        Cut(u64),
    }

    /// Distances from row to row: mostly none left out.
    fn distances() -> impl Strategy<Value = Vec<u64>> {
        let distance = prop_oneof![9 => Just(1_u64), 1 => 1..2000_u64, 1 => Just(5_000_000_000)];
        prop_oneof![
            prop::collection::vec(distance, 0..300),
            (0..300_usize).prop_map(|rows| vec![1; rows]),
            (0..300_usize).prop_map(|rows| vec![2; rows]),
        ]
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => distances().prop_map(Step::Push),
            4 => distances().prop_map(Step::Prepend),
            1 => any::<u64>().prop_map(Step::Insert),
            2 => prop_oneof![
                prop::collection::vec(any::<u64>(), 0..20),
                (0..600_u64, 0..200_u64).prop_map(|(from, count)| (from..from + count).collect()),
            ]
            .prop_map(Step::Remove),
            1 => any::<u64>().prop_map(Step::Cut),
        ]
    }

    proptest! {
        #[test]
        fn it_holds_what_a_plain_list_holds(steps in prop::collection::vec(any_step(), 0..12)) {
            let middle = 1 << 60;
            let mut rows = Rows::numbered(middle);
            let mut plain: Vec<u64> = Vec::new();
            let (mut front, mut back) = (1_u64 << 60, 1_u64 << 60);
            for step in steps {
                match step {
                    Step::Push(distances) => for distance in distances {
                        back += distance;
                        rows.push(back);
                        plain.push(back);
                    },
                    Step::Prepend(distances) => {
                        let first = rows.first();
                        let mut earlier = Vec::new();
                        for distance in &distances {
                            front -= distance;
                            earlier.insert(0, front + 1);
                        }
                        rows.prepend(&earlier);
                        prop_assert_eq!(rows.first(), first - earlier.len() as u64);
                        earlier.append(&mut plain);
                        plain = earlier;
                    }
                    Step::Insert(at) => {
                        let Some(near) = plain.get(usize::try_from(at).unwrap() % plain.len().max(1)) else {
                            continue;
                        };
                        let row = near + 1;
                        rows.insert(row);
                        if let Err(place) = plain.binary_search(&row) {
                            plain.insert(place, row);
                        }
                        back = back.max(row);
                    }
                    Step::Remove(places) => {
                        // Some of them and, where they are not there, the rows behind them.
                        let near = places.iter().enumerate().filter_map(|(odd, at)| {
                            let place = usize::try_from(*at).unwrap() % plain.len().max(1);
                            Some(plain.get(place)? + odd as u64 % 2)
                        });
                        let mut gone: Vec<u64> = near.collect();
                        gone.sort_unstable();
                        rows.remove(gone.iter().copied());
                        plain.retain(|row| gone.binary_search(row).is_err());
                    }
                    Step::Cut(at) => {
                        let Some(row) = plain.get(usize::try_from(at).unwrap() % plain.len().max(1)).copied()
                        else {
                            continue;
                        };
                        let first = rows.first();
                        let gone = plain.partition_point(|known| *known < row);
                        plain.drain(..gone);
                        prop_assert_eq!(rows.cut_before(row), gone as u64);
                        prop_assert_eq!(rows.first(), first + gone as u64);
                        front = row - 1;
                    }
                }
                let mut held = Vec::new();
                rows.copy(0..usize::MAX, &mut held);
                prop_assert_eq!(&held, &plain);
                for row in plain.iter().flat_map(|row| [row - 1, *row, row + 1]) {
                    prop_assert_eq!(rows.before(row), plain.partition_point(|known| *known < row));
                    prop_assert_eq!(rows.contains(row), plain.binary_search(&row).is_ok());
                }
            }
        }
    }
}
