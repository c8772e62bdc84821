//! Long lists: as many rows as a `u64` counts, of which only those in sight are touched.
//!
//! The place of a list is a row number and a fraction of that row, never a distance in points from the top, which
//! an `f32` stops resolving near four hundred thousand rows. So small steps stay small steps wherever one is, rows
//! that arrive at the end move nothing, and rows that drop off the front move nothing either until they reach the
//! ones in sight.

mod anchor;
mod columns;
mod head;
mod list;
mod scroll;

pub use anchor::Anchor;
pub use columns::{Column, Columns, Width};
pub use head::{Head, HeadEvent};
pub use list::{RowList, RowListResponse, RowPainter};
pub(super) use scroll::RowScroll;
