//! The kit of parts that panels are made of.
//!
//! Every part has an accessible name, works with the keyboard, shows its focus and takes its colours and sizes from
//! [`crate::ui::theme`]. Parts draw and answer with what happened; they hold no facts of the program.

pub mod button;
pub mod checkbox;
pub mod dropdown;
pub mod field;
pub mod field_tree;
pub mod hex_pane;
pub mod mark;
pub mod modal;
pub mod paint;
pub mod rows;
pub mod section;
pub mod segmented;
pub mod text;
pub mod text_view;
pub mod toast;
pub mod welcome;

pub use button::{Button, destructive, icon_button, primary, quiet, secondary, toggle_icon};
pub use checkbox::checkbox;
pub use dropdown::{Dropdown, menu_check, menu_item};
pub use field::{FieldResponse, Note, TextField, form_row, label_room};
pub use field_tree::{FieldRow, FieldTree, FieldTreeResponse, TreeRows};
pub use hex_pane::{HexPane, HexResponse};
pub use mark::{Dot, badge, phase};
pub use modal::{Modal, ModalPart};
pub use rows::{Anchor, Column, Columns, Head, HeadEvent, RowList, RowListResponse, RowPainter, Width};
pub use section::{Section, side_row, title_bar};
pub use segmented::Segmented;
pub use text::{explain_box, secondary_label, title_label};
pub use text_view::TextView;
pub use toast::{Toast, ToastEvent, ToastKind, toasts};
pub use welcome::{empty_state, welcome_card};
