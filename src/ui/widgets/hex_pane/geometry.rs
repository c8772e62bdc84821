//! Where each byte of a hex pane stands, in points from the pane's left edge.

use std::ops::Range;

use egui::{Rangef, Rect};

/// Bytes side by side before a wider gap.
const GROUP: usize = 8;
/// Between the offset, the bytes, a group, and the text.
const GAP: f32 = 16.0;
/// From one byte to the next beyond its two digits.
const SPACE: f32 = 8.0;

/// The columns of a pane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    /// Bytes in a row.
    pub per_row: usize,
    advance: f32,
    digits: usize,
}

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The byte that stands there.
    pub exact: Option<usize>,
    /// The byte next to it; `None` only where there are no bytes.
    pub nearest: Option<usize>,
}

impl Geometry {
    /// The columns for `length` bytes in letters `advance` wide: `per_row` of them, or as many as fit in `width`.
    pub fn new(advance: f32, length: usize, per_row: Option<usize>, width: f32) -> Self {
        let digits = format!("{:04x}", length.saturating_sub(1)).len();
        let of = |per_row| Self { per_row, advance, digits };
        let fitting = if of(16).width() <= width { 16 } else { 8 };
        of(per_row.unwrap_or(fitting))
    }

    /// From the left edge to the end of the text.
    fn width(&self) -> f32 {
        self.text_x(self.per_row)
    }

    /// How many rows `length` bytes take.
    pub fn rows(&self, length: usize) -> u64 {
        length.div_ceil(self.per_row) as u64
    }

    /// The row of a byte.
    pub fn row_of(&self, byte: usize) -> u64 {
        (byte / self.per_row) as u64
    }

    /// The bytes of a row.
    pub fn bytes_of(&self, row: u64, length: usize) -> Range<usize> {
        let start = usize::try_from(row).unwrap_or(usize::MAX).saturating_mul(self.per_row).min(length);
        start..start.saturating_add(self.per_row).min(length)
    }

    /// The left edge of a column's two digits.
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    pub fn hex_x(&self, column: usize) -> f32 {
        let offset = self.digits as f32 * self.advance + GAP;
        let groups = (column / GROUP) as f32 * SPACE;
        (offset + column as f32 * (2.0 * self.advance + SPACE) + groups).round()
    }

    /// The left edge of a column's letter.
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    pub fn text_x(&self, column: usize) -> f32 {
        let hex_end = self.hex_x(self.per_row - 1) + 2.0 * self.advance;
        hex_end.round() + GAP + column as f32 * self.advance
    }

    /// Around some columns' digits.
    pub fn hex_rect(&self, row: Rect, columns: Range<usize>) -> Rect {
        let left = self.hex_x(columns.start) - 3.0;
        let right = self.hex_x(columns.end.saturating_sub(1)) + 2.0 * self.advance + 3.0;
        Rect::from_x_y_ranges(Rangef::new(row.left() + left, row.left() + right), row.y_range().shrink(1.0))
    }

    /// Around some columns' letters.
    pub fn text_rect(&self, row: Rect, columns: Range<usize>) -> Rect {
        let (left, right) = (self.text_x(columns.start), self.text_x(columns.end));
        Rect::from_x_y_ranges(Rangef::new(row.left() + left, row.left() + right), row.y_range().shrink(1.0))
    }

    /// What is `x` points from the left edge in `row`, of `length` bytes.
    pub fn byte_at(&self, row: u64, x: f32, length: usize) -> At {
        let bytes = self.bytes_of(row, length);
        if bytes.is_empty() {
            return At { exact: None, nearest: length.checked_sub(1) };
        }
        let half = SPACE / 2.0;
        let mut nearest = bytes.start;
        for (column, byte) in bytes.enumerate() {
            let hex = self.hex_x(column) - half..self.hex_x(column) + 2.0 * self.advance + half;
            let text = self.text_x(column)..self.text_x(column + 1);
            if hex.contains(&x) || text.contains(&x) {
                return At { exact: Some(byte), nearest: Some(byte) };
            }
            // Between the last digit and the first letter the end of the row is nearest.
            if x >= hex.start && (x < self.text_x(0) || x >= text.start) {
                nearest = byte;
            }
        }
        At { exact: None, nearest: Some(nearest) }
    }
}

#[cfg(test)]
mod tests {
    use super::{At, Geometry};

    fn sixteen() -> Geometry {
        Geometry::new(8.0, 40, Some(16), 0.0)
    }

    #[test]
    fn every_byte_is_found_at_its_digits_and_at_its_letter() {
        let geometry = sixteen();
        for byte in 0..40 {
            let (row, column) = (geometry.row_of(byte), byte % 16);
            for x in [geometry.hex_x(column) + 8.0, geometry.text_x(column) + 4.0] {
                let found = At { exact: Some(byte), nearest: Some(byte) };
                assert_eq!(geometry.byte_at(row, x, 40), found);
            }
        }
    }

    #[test]
    fn beside_the_bytes_only_the_nearest_is_found() {
        let geometry = sixteen();
        assert_eq!(geometry.byte_at(0, 0.0, 40), At { exact: None, nearest: Some(0) });
        assert_eq!(geometry.byte_at(2, geometry.hex_x(12), 40), At { exact: None, nearest: Some(39) });
        assert_eq!(geometry.byte_at(0, 5.0, 0), At { exact: None, nearest: None });
    }

    #[test]
    fn sixteen_bytes_stand_in_a_row_only_where_they_fit() {
        assert_eq!(Geometry::new(7.8, 100, None, 640.0).per_row, 16);
        assert_eq!(Geometry::new(7.8, 100, None, 360.0).per_row, 8);
    }

    #[test]
    fn offsets_get_as_many_digits_as_the_last_byte_needs() {
        let small = Geometry::new(8.0, 0x1_0000, Some(8), 0.0);
        let large = Geometry::new(8.0, 0x1_0001, Some(8), 0.0);
        assert!(large.hex_x(0) > small.hex_x(0));
    }
}
