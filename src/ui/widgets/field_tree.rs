//! A tree of fields or values as flattened rows: label left, value right. Only the rows in sight are asked for.

use egui::style::ScrollAnimation;
use egui::{
    Align, Color32, CornerRadius, EventFilter, Key, Modifiers, Rangef, Rect, Response, Role, Sense, Shape,
    Stroke, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::paint;
use super::rows::RowScroll;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::wire::Severity;

/// One row of a field tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldRow {
    /// How deep it stands, from 0.
    pub depth: usize,
    /// What the field is called.
    pub label: String,
    /// Its value, as shown; empty for a group without one.
    pub value: String,
    /// Whether it has rows of its own.
    pub expandable: bool,
    /// Whether they are shown.
    pub expanded: bool,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether its bytes are under the pointer elsewhere.
    pub hovered: bool,
    /// The worst that is wrong with it.
    pub fault: Option<Severity>,
}

/// The rows of a tree, by their number from the top.
pub trait TreeRows {
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them.
    fn row(&self, index: usize) -> Option<FieldRow>;
    /// The one that is selected.
    fn selected(&self) -> Option<usize>;
    /// The one that a row belongs to.
    fn parent(&self, index: usize) -> Option<usize>;
}

impl TreeRows for Vec<FieldRow> {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, index: usize) -> Option<FieldRow> {
        self.get(index).cloned()
    }

    fn selected(&self) -> Option<usize> {
        self.iter().position(|row| row.selected)
    }

    fn parent(&self, index: usize) -> Option<usize> {
        let depth = self.get(index)?.depth;
        self[..index].iter().rposition(|above| above.depth < depth)
    }
}

/// A tree of fields.
#[must_use = "call show"]
pub struct FieldTree<'a> {
    id_salt: &'a str,
    name: &'a str,
    rows: &'a dyn TreeRows,
    max_height: Option<f32>,
    bring: Option<usize>,
    aligned: bool,
}

/// What the user did with a field tree, by row.
pub struct FieldTreeResponse {
    /// The tree itself, for its focus.
    pub response: Response,
    /// The row that was clicked, or that the keyboard moved to.
    pub picked: Option<usize>,
    /// The row that shall open or close.
    pub toggled: Option<usize>,
    /// The row under the pointer.
    pub hovered: Option<usize>,
}

impl<'a> FieldTree<'a> {
    /// A tree of `rows` whose place is remembered under `id_salt`, called `name`.
    pub const fn new(id_salt: &'a str, name: &'a str, rows: &'a dyn TreeRows) -> Self {
        Self { id_salt, name, rows, max_height: None, bring: None, aligned: false }
    }

    /// As high as its rows, but no higher than this, in points; otherwise as high as there is room.
    pub const fn max_height(mut self, points: f32) -> Self {
        self.max_height = Some(points);
        self
    }

    /// Brings this row in sight, once: give it in the frame in which it was chosen elsewhere.
    pub const fn bring(mut self, row: Option<usize>) -> Self {
        self.bring = row;
        self
    }

    /// Labels of one depth begin at one place, with or without rows of their own: for trees where both stand side by
    /// side.
    pub const fn aligned(mut self) -> Self {
        self.aligned = true;
        self
    }

    /// Shows the tree.
    pub fn show(self, ui: &mut Ui) -> FieldTreeResponse {
        self.show_with_menus(ui, |_, _| {})
    }

    /// Shows the tree; `each` is called for each row in sight, with its place, to put a context menu on it.
    pub fn show_with_menus(self, ui: &mut Ui, mut each: impl FnMut(&Response, usize)) -> FieldTreeResponse {
        let count = self.rows.count() as u64;
        #[expect(clippy::cast_precision_loss, reason = "a height that is cut to the room there is")]
        let natural = count as f32 * size::TREE_ROW;
        let height = self.max_height.map_or(ui.available_height(), |most| natural.min(most));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        let id = ui.make_persistent_id(self.id_salt);
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Tree, ui.is_enabled(), self.name));

        let mut scroll = RowScroll::new(ui, id, rect, 0..count, size::TREE_ROW);
        if let Some(row) = self.bring {
            scroll.bring(row as u64);
        }
        scroll.wheel(ui);
        let mut answer = FieldTreeResponse { response, picked: None, toggled: None, hovered: None };
        self.keyboard(ui, &mut answer, &scroll);
        if let Some(row) = answer.picked {
            scroll.reveal(row as u64);
            // What is around the tree may have moved it half out of sight.
            ui.scroll_to_rect_animation(scroll.row_rect(ui, row as u64), None, ScrollAnimation::none());
        }

        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).accessibility_parent(id));
        child.shrink_clip_rect(rect);
        for number in scroll.visible(&child) {
            let row_rect = scroll.row_rect(&child, number);
            let Some((index, row)) =
                usize::try_from(number).ok().and_then(|index| Some((index, self.rows.row(index)?)))
            else {
                continue;
            };
            let node = child.interact(row_rect, id.with(number), Sense::CLICK);
            let selected = answer.picked.map_or(row.selected, |picked| picked == index);
            paint_row(&child, &row, row_rect, selected, node.hovered(), self.aligned);
            node.widget_info(|| {
                let name = format!("{} {}", row.label, row.value);
                WidgetInfo::labeled(Role::TreeItem, child.is_enabled(), name.trim_end())
            });
            child.ctx().accesskit_node_builder(node.id, |node| {
                node.set_selected(selected);
                node.set_level(row.depth + 1);
                if row.expandable {
                    node.set_expanded(row.expanded);
                }
            });
            each(&node, index);
            if node.hovered() {
                answer.hovered = Some(index);
            }
            if node.clicked() {
                let on_triangle = node
                    .interact_pointer_pos()
                    .is_some_and(|pos| row.expandable && pos.x < row_rect.left() + indent(&row) + 16.0);
                if on_triangle || (node.double_clicked() && row.expandable) {
                    answer.toggled = Some(index);
                }
                if !on_triangle {
                    answer.picked = Some(index);
                }
                answer.response.request_focus();
            }
        }
        scroll.finish(&child);
        if paint::focus_visible(&answer.response) {
            paint::focus_ring_inside(ui, rect);
        }
        answer
    }

    fn keyboard(&self, ui: &Ui, answer: &mut FieldTreeResponse, scroll: &RowScroll) {
        if !answer.response.has_focus() || self.rows.count() == 0 {
            return;
        }
        ui.memory_mut(|memory| {
            memory.set_focus_lock_filter(
                answer.response.id,
                EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() },
            );
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rows that fit in a window"
        )]
        let page = (scroll.page() as usize).saturating_sub(1).max(1);
        let last = self.rows.count() - 1;
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let selected = self.rows.selected();
        let at = selected.unwrap_or(0);
        let Some(row) = self.rows.row(at) else { return };
        if pressed(Key::ArrowDown) {
            answer.picked = Some(selected.map_or(0, |at| at + 1).min(last));
        } else if pressed(Key::ArrowUp) {
            answer.picked = Some(at.saturating_sub(1));
        } else if pressed(Key::PageDown) {
            answer.picked = Some((at + page).min(last));
        } else if pressed(Key::PageUp) {
            answer.picked = Some(at.saturating_sub(page));
        } else if pressed(Key::Home) {
            answer.picked = Some(0);
        } else if pressed(Key::End) {
            answer.picked = Some(last);
        } else if pressed(Key::ArrowRight) {
            if row.expandable && !row.expanded {
                answer.toggled = Some(at);
            } else if row.expandable {
                answer.picked = Some((at + 1).min(last));
            }
        } else if pressed(Key::ArrowLeft) {
            if row.expandable && row.expanded {
                answer.toggled = Some(at);
            } else {
                // The row it belongs to.
                answer.picked = self.rows.parent(at);
            }
        } else if row.expandable && (pressed(Key::Enter) || pressed(Key::Space)) {
            answer.toggled = Some(at);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "trees are a handful of levels deep")]
fn indent(row: &FieldRow) -> f32 {
    size::PADDING + row.depth as f32 * 16.0
}

fn paint_row(ui: &Ui, row: &FieldRow, rect: Rect, selected: bool, hovered: bool, aligned: bool) {
    let tokens = theme::tokens(ui);
    let painter = ui.painter();
    if selected {
        painter.rect_filled(rect, CornerRadius::ZERO, tokens.accent_soft);
        painter.rect_filled(rect.with_max_x(rect.left() + 2.0), CornerRadius::ZERO, tokens.accent);
    } else if hovered || row.hovered {
        painter.rect_filled(rect, CornerRadius::ZERO, tokens.hover);
    }
    let fault_ink = row.fault.map(|severity| match severity {
        Severity::Error => (tokens.bad, icons::ERROR),
        Severity::Warning => (tokens.caution, icons::WARNING),
        Severity::Note => (tokens.secondary, icons::INFO),
    });

    let mut left = rect.left() + indent(row);
    if row.expandable {
        triangle(ui, egui::pos2(left + 4.0, rect.center().y + 1.0), row.expanded, tokens.secondary);
    }
    if row.expandable || aligned {
        left += 13.0;
    }
    let mut right = rect.right() - size::PADDING;
    if let Some((ink, icon)) = fault_ink {
        paint::icon(painter, egui::pos2(right - size::ICON / 2.0, rect.center().y), icon, ink);
        right -= size::ICON + 4.0;
    }

    let room = (right - left - size::PADDING).max(0.0);
    let ink = match fault_ink {
        Some((ink, _)) => ink,
        None if selected => tokens.text,
        None => tokens.secondary,
    };
    let value_ink = fault_ink.map_or(tokens.text, |(ink, _)| ink);
    let wanted = paint::line(painter, &row.value, font::mono(), value_ink, f32::INFINITY).size().x;
    // The label gives way to a value only down to half the room.
    let label_room = (room - wanted).max(room / 2.0);
    let label_place = Rect::from_x_y_ranges(Rangef::new(left, left + label_room), rect.y_range());
    let label = paint::line_in(painter, label_place, Align::Min, &row.label, font::body(), ink);
    let value_left = (label.right() + size::PADDING).min(right);
    let value_place = Rect::from_x_y_ranges(Rangef::new(value_left, right), rect.y_range());
    paint::line_in(painter, value_place, Align::Max, &row.value, font::mono(), value_ink);
}

/// A small triangle: down when open, right when closed.
fn triangle(ui: &Ui, centre: egui::Pos2, open: bool, colour: Color32) {
    let (across, along) = (3.5, 2.5);
    let points = if open {
        [Vec2::new(-across, -along), Vec2::new(across, -along), Vec2::new(0.0, along)]
    } else {
        [Vec2::new(-along, -across), Vec2::new(along, 0.0), Vec2::new(-along, across)]
    };
    let points = points.map(|offset| centre + offset).to_vec();
    ui.painter().add(Shape::convex_polygon(points, colour, Stroke::NONE));
}
