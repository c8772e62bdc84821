//! Columns of a list: their places, and the row of titles above.

use egui::{Align, Rangef, Rect, Sense, Ui, Vec2};

use crate::ui::theme::{self, font, size};
use crate::ui::widgets::paint;

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
    /// Its width.
    pub width: Width,
    /// The side its text stands at.
    pub align: Align,
}

impl<'a> Column<'a> {
    /// A column of so many points.
    #[must_use]
    pub const fn fixed(title: &'a str, points: f32) -> Self {
        Self { title, width: Width::Fixed(points), align: Align::Min }
    }

    /// A column that takes a share of the rest.
    #[must_use]
    pub const fn share(title: &'a str, share: f32) -> Self {
        Self { title, width: Width::Share(share), align: Align::Min }
    }

    /// Its text stands at the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Max;
        self
    }
}

/// The places of columns in a list of some width.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    places: Vec<Rangef>,
}

impl Columns {
    /// Distributes a list's width, the panel's padding at both sides and a gap between columns left free.
    #[must_use]
    pub fn new(across: Rangef, columns: &[Column<'_>]) -> Self {
        let gap = size::PADDING;
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let gaps = gap * columns.len().saturating_sub(1) as f32;
        let (mut fixed, mut shares) = (0.0, 0.0);
        for column in columns {
            match column.width {
                Width::Fixed(points) => fixed += points,
                Width::Share(share) => shares += share,
            }
        }
        let rest = (across.span() - 2.0 * size::PADDING - gaps - fixed).max(0.0);
        let mut left = across.min + size::PADDING;
        let places = columns
            .iter()
            .map(|column| {
                let width = match column.width {
                    Width::Fixed(points) => points,
                    Width::Share(share) => (rest * share / shares).floor(),
                };
                let place = Rangef::new(left, left + width);
                left += width + gap;
                place
            })
            .collect();
        Self { places }
    }

    /// Draws the titles with a hairline under them and returns the columns' places.
    pub fn header(ui: &mut Ui, columns: &[Column<'_>]) -> Self {
        let tokens = theme::tokens(ui);
        let (rect, _) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), size::CONTROL), Sense::hover());
        let places = Self::new(rect.x_range(), columns);
        for (column, across) in columns.iter().zip(&places.places) {
            let cell = Rect::from_x_y_ranges(*across, rect.y_range());
            paint::line_in(
                ui.painter(),
                cell,
                column.align,
                column.title,
                font::secondary(),
                tokens.secondary,
            );
        }
        paint::hairline(ui, rect.x_range(), rect.bottom() - 0.5);
        places
    }

    /// The place of column number `index`, from 0; empty where there is none.
    #[must_use]
    pub fn place(&self, index: usize) -> Rangef {
        self.places.get(index).copied().unwrap_or(Rangef::NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use egui::Rangef;

    use super::{Column, Columns};

    #[test]
    fn shares_take_what_the_fixed_columns_leave() {
        let columns =
            [Column::fixed("No.", 40.0), Column::share("Topic", 1.0), Column::share("Payload", 3.0)];
        let places = Columns::new(Rangef::new(100.0, 588.0), &columns);
        assert_eq!(places.place(0), Rangef::new(112.0, 152.0));
        assert_eq!(places.place(1), Rangef::new(164.0, 264.0));
        assert_eq!(places.place(2), Rangef::new(276.0, 576.0));
    }

    #[test]
    fn a_list_too_narrow_for_its_fixed_columns_gives_the_shares_nothing() {
        let columns = [Column::fixed("No.", 400.0), Column::share("Topic", 1.0)];
        let places = Columns::new(Rangef::new(0.0, 100.0), &columns);
        assert!(places.place(1).span() == 0.0);
    }
}
