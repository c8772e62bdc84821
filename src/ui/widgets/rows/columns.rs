//! Columns of a list: how wide they are, and their places.

use egui::{Align, Rangef};

use crate::ui::theme::size;

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// So many points.
    Fixed(f32),
    /// A share of what the fixed ones leave.
    Share(f32),
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column<'a> {
    /// Its title.
    pub title: &'a str,
    /// What is read out for it.
    pub name: &'a str,
    /// Its width.
    pub width: Width,
    /// What it keeps where there is little room, in points.
    pub least: f32,
    /// The side its text stands at.
    pub align: Align,
}

/// What a column keeps unless it says otherwise.
const LEAST: f32 = 40.0;

impl<'a> Column<'a> {
    /// A column of so many points.
    #[must_use]
    pub const fn fixed(title: &'a str, points: f32) -> Self {
        let least = points.min(LEAST);
        Self { title, name: title, width: Width::Fixed(points), least, align: Align::Min }
    }

    /// A column that takes a share of the rest.
    #[must_use]
    pub const fn share(title: &'a str, share: f32) -> Self {
        Self { title, name: title, width: Width::Share(share), least: LEAST, align: Align::Min }
    }

    /// Its text stands at the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Max;
        self
    }

    /// What is read out, where the title is short.
    #[must_use]
    pub const fn named(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }
}

/// The places of columns in a list of some width.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    places: Vec<Rangef>,
}

impl Columns {
    /// Distributes a list's width among the columns that are `shown`, from left to right by their place in `columns`;
    /// the panel's padding at both sides and a gap between columns stay free.
    ///
    /// Where no column takes a share, the last takes what is left. Where there is too little room, every column gives
    /// of what it has beyond its least; and then of that, so that none reaches over the edge.
    #[must_use]
    pub fn new(across: Rangef, columns: &[Column<'_>], shown: &[usize]) -> Self {
        let mut places = vec![Rangef::NOTHING; columns.len()];
        let chosen: Vec<Column<'_>> = shown.iter().filter_map(|index| columns.get(*index)).copied().collect();
        let gap = size::PADDING;
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let gaps = gap * chosen.len().saturating_sub(1) as f32;
        let room = (across.span() - 2.0 * size::PADDING - gaps).max(0.0);
        let mut left = across.min + size::PADDING;
        for (index, width) in shown.iter().zip(widths(room, &chosen)) {
            places[*index] = Rangef::new(left, left + width);
            left += width + gap;
        }
        Self { places }
    }

    /// The place of column number `index`, from 0; [`Rangef::NOTHING`] where it is not shown.
    #[must_use]
    pub fn place(&self, index: usize) -> Rangef {
        self.places.get(index).copied().unwrap_or(Rangef::NOTHING)
    }
}

/// The widths of columns that have this room together.
fn widths(room: f32, columns: &[Column<'_>]) -> Vec<f32> {
    let least: f32 = columns.iter().map(|column| column.least).sum();
    if room <= least {
        return columns.iter().map(|column| (column.least * room / least).floor()).collect();
    }
    // Fixed columns first, then what the others need at least, then their shares.
    let mut widths: Vec<f32> = columns
        .iter()
        .map(|column| match column.width {
            Width::Fixed(points) => points.max(column.least),
            Width::Share(_) => column.least,
        })
        .collect();
    let over = widths.iter().sum::<f32>() - room;
    if over > 0.0 {
        let slack: f32 = widths.iter().zip(columns).map(|(width, column)| width - column.least).sum();
        for (width, column) in widths.iter_mut().zip(columns) {
            *width -= ((*width - column.least) * over / slack).ceil().min(*width - column.least);
        }
    } else {
        share(room, columns, &mut widths);
    }
    // What rounding left, and what nobody took.
    let left = room - widths.iter().sum::<f32>();
    if let Some(last) = widths.last_mut()
        && left > 0.0
    {
        *last += left;
    }
    widths
}

/// Gives what is left to the columns that take shares; none gets less than its least.
fn share(room: f32, columns: &[Column<'_>], widths: &mut [f32]) {
    let shares = |column: &Column<'_>| match column.width {
        Width::Share(share) => share,
        Width::Fixed(_) => 0.0,
    };
    // Columns whose share is too small keep their least, and the others share the rest.
    let mut sharing: Vec<usize> = (0..columns.len()).filter(|place| shares(&columns[*place]) > 0.0).collect();
    loop {
        let taken: f32 = (0..columns.len()).filter(|place| !sharing.contains(place)).map(|p| widths[p]).sum();
        let total: f32 = sharing.iter().map(|place| shares(&columns[*place])).sum();
        let part = |place: usize| ((room - taken) * shares(&columns[place]) / total).floor();
        let enough = |place: &usize| part(*place) >= columns[*place].least;
        if sharing.iter().all(enough) {
            for place in &sharing {
                widths[*place] = part(*place);
            }
            return;
        }
        sharing = sharing.iter().copied().filter(enough).collect();
    }
}

#[cfg(test)]
mod tests {
    use egui::Rangef;

    use super::{Column, Columns};

    fn spans(room: f32, columns: &[Column<'_>], shown: &[usize]) -> Vec<f32> {
        let columns = Columns::new(Rangef::new(0.0, room), columns, shown);
        shown.iter().map(|index| columns.place(*index).span()).collect()
    }

    #[test]
    fn shares_take_what_the_fixed_columns_leave() {
        let columns =
            [Column::fixed("No.", 40.0), Column::share("Topic", 1.0), Column::share("Payload", 3.0)];
        let places = Columns::new(Rangef::new(100.0, 588.0), &columns, &[0, 1, 2]);
        assert_eq!(places.place(0), Rangef::new(112.0, 152.0));
        assert_eq!(places.place(1), Rangef::new(164.0, 264.0));
        assert_eq!(places.place(2), Rangef::new(276.0, 576.0));
    }

    #[test]
    fn a_column_that_is_not_shown_has_no_place_and_takes_none() {
        let columns = [Column::fixed("No.", 40.0), Column::fixed("Time", 90.0), Column::share("Info", 1.0)];
        let places = Columns::new(Rangef::new(0.0, 200.0), &columns, &[2, 0]);
        assert_eq!(places.place(1), Rangef::NOTHING);
        assert_eq!(places.place(2), Rangef::new(12.0, 136.0));
        assert_eq!(places.place(0), Rangef::new(148.0, 188.0));
    }

    #[test]
    fn the_last_takes_what_is_left_where_none_takes_a_share() {
        let columns = [Column::fixed("No.", 40.0), Column::fixed("QoS", 30.0)];
        assert_eq!(spans(236.0, &columns, &[0, 1]), [40.0, 160.0]);
    }

    #[test]
    fn where_room_is_short_fixed_columns_give_first() {
        let columns = [Column::fixed("No.", 400.0), Column::share("Topic", 1.0)];
        assert_eq!(spans(236.0, &columns, &[0, 1]), [160.0, 40.0]);
    }

    #[test]
    fn a_share_is_never_less_than_the_least() {
        let columns = [Column::share("Topic", 1.0), Column::share("Payload", 99.0)];
        assert_eq!(spans(236.0, &columns, &[0, 1]), [40.0, 160.0]);
    }

    #[test]
    fn at_any_width_columns_stand_side_by_side_within_the_list() {
        let columns = [
            Column::fixed("No.", 28.0),
            Column::fixed("Time", 182.0),
            Column::fixed("", 16.0),
            Column::share("Topic", 0.4),
            Column::fixed("Length", 900.0),
            Column::share("Payload", 0.6),
        ];
        for room in 60..1600_u16 {
            let room = f32::from(room);
            let places = Columns::new(Rangef::new(0.0, room), &columns, &[3, 1, 4, 0, 2, 5]);
            let mut edge = 0.0;
            for index in [3, 1, 4, 0, 2, 5] {
                let place = places.place(index);
                assert!(place.min >= edge && place.max >= place.min, "{room}: {places:?}");
                edge = place.max;
            }
            assert!(edge <= (room - 12.0).max(84.0), "{room}: {places:?}");
        }
    }
}
