//! The row of titles above a list: where columns are made wider, moved, and have a menu.
//!
//! It is one stop of the tab key. There, Left and Right go from title to title, with Ctrl they move the column, with
//! Shift they change its width; Enter opens the menu.

use egui::{
    CursorIcon, EventFilter, Id, Key, Modifiers, Popup, Rangef, Rect, Response, Role, Sense, SetOpenCommand,
    Stroke, Ui, Vec2, WidgetInfo,
};

use super::columns::{Column, Columns, Width};
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::paint;

/// How wide the place is at which an edge is dragged.
const EDGE: f32 = 9.0;
/// How much a key changes a width.
const STEP: f32 = 8.0;

/// What the user did to the columns.
#[derive(Clone, Debug, PartialEq)]
pub enum HeadEvent {
    /// A column has another width, in points.
    Resized(usize, f32),
    /// A column shall have its natural width.
    Natural(usize),
    /// A column shall stand at this place among the shown ones, counted without it.
    Moved(usize, usize),
}

/// The row of titles.
#[must_use = "call show"]
pub struct Head<'a> {
    id: Id,
    columns: &'a [Column<'a>],
    shown: &'a [usize],
}

impl<'a> Head<'a> {
    /// The titles of the columns that are `shown`, from left to right by their place in `columns`.
    pub const fn new(id: Id, columns: &'a [Column<'a>], shown: &'a [usize]) -> Self {
        Self { id, columns, shown }
    }

    /// Draws the titles with a hairline under them; `menu` draws what a column offers. Answers with the columns'
    /// places and what the user did.
    pub fn show(self, ui: &mut Ui, mut menu: impl FnMut(&mut Ui, usize)) -> (Columns, Vec<HeadEvent>) {
        let room = Vec2::new(ui.available_width(), size::CONTROL);
        let (rect, _) = ui.allocate_exact_size(room, Sense::hover());
        let columns = Columns::new(rect.x_range(), self.columns, self.shown);
        let mut events = Vec::new();
        let turn = self.id.with("turn");
        let turned: Option<usize> = ui.data(|data| data.get_temp(turn));
        // The title that the tab key leads to.
        let current = turned.filter(|column| self.shown.contains(column)).or(self.shown.first().copied());
        for (place, &index) in self.shown.iter().enumerate() {
            let Some(column) = self.columns.get(index) else { continue };
            let across = columns.place(index);
            let cell = Rect::from_x_y_ranges(across, rect.y_range());
            let focusable = if current == Some(index) { Sense::FOCUSABLE } else { Sense::empty() };
            let around = cell.expand2(Vec2::new(size::PADDING / 2.0, 0.0)).intersect(rect);
            let id = self.id.with(("title", index));
            let title = ui.interact(around, id, Sense::CLICK | Sense::DRAG | focusable);
            // The turn came to it in the drawing before, when it could not have the keyboard yet.
            let pending = self.id.with("pending");
            if current == Some(index) && ui.data_mut(|data| data.remove_temp::<bool>(pending)).is_some() {
                title.request_focus();
            }
            draw_title(ui, column, &title, cell);
            self.keys(ui, &title, place, &columns, &mut events);
            self.drag(ui, &title, index, rect, &columns, &mut events);
            let open = if title.clicked() {
                Some(SetOpenCommand::Toggle)
            } else {
                title.secondary_clicked().then_some(SetOpenCommand::Bool(true))
            };
            let is_open = || Popup::is_id_open(ui.ctx(), Popup::default_response_id(&title));
            let was_open = is_open();
            Popup::menu(&title).open_memory(open).show(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                menu(ui, index);
            });
            if was_open && !is_open() && !ui.input(|input| input.pointer.any_released()) {
                self.turn_to(ui, index);
            }
        }
        // Over the titles, which reach up to each other.
        for &index in self.shown.split_last().map_or(&[][..], |(_, others)| others) {
            let cell = Rect::from_x_y_ranges(columns.place(index), rect.y_range());
            self.edge(ui, index, cell, &columns, &mut events);
        }
        paint::hairline(ui, rect.x_range(), rect.bottom() - 0.5);
        (columns, events)
    }

    /// The keys of the title that has the keyboard.
    fn keys(&self, ui: &Ui, title: &Response, place: usize, columns: &Columns, events: &mut Vec<HeadEvent>) {
        if !title.has_focus() {
            return;
        }
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(title.id, arrows));
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let index = self.shown[place];
        for (key, to) in [(Key::ArrowLeft, place.checked_sub(1)), (Key::ArrowRight, Some(place + 1))] {
            let beside = to.and_then(|to| Some((to, *self.shown.get(to)?)));
            if pressed(Modifiers::COMMAND, key)
                && let Some((to, _)) = beside
            {
                events.push(HeadEvent::Moved(index, to));
            }
            if pressed(Modifiers::SHIFT, key) && place + 1 < self.shown.len() {
                let step = if key == Key::ArrowLeft { -STEP } else { STEP };
                self.resize(index, columns.place(index).span() + step, columns, events);
            }
            if pressed(Modifiers::NONE, key)
                && let Some((_, next)) = beside
            {
                self.turn_to(ui, next);
            }
        }
    }

    /// Gives a title the keyboard, from the next drawing on.
    fn turn_to(&self, ui: &Ui, index: usize) {
        ui.data_mut(|data| {
            data.insert_temp(self.id.with("turn"), index);
            data.insert_temp(self.id.with("pending"), true);
        });
        ui.request_repaint();
    }

    /// Moves a column by its title.
    fn drag(
        &self,
        ui: &Ui,
        title: &Response,
        index: usize,
        rect: Rect,
        columns: &Columns,
        events: &mut Vec<HeadEvent>,
    ) {
        if !(title.dragged() || title.drag_stopped()) {
            return;
        }
        let Some(at) = title.interact_pointer_pos() else { return };
        let mut others = self.shown.iter().filter(|other| **other != index);
        let to = others.clone().filter(|other| columns.place(**other).center() < at.x).count();
        if self.shown.get(to) == Some(&index) {
            return;
        }
        if title.drag_stopped() {
            events.push(HeadEvent::Moved(index, to));
            return;
        }
        ui.set_cursor_icon(CursorIcon::Grabbing);
        // A bar where it would stand.
        let gap = size::PADDING / 2.0;
        let x = match (others.clone().nth(to), others.next_back()) {
            (Some(next), _) => columns.place(*next).min - gap,
            (None, Some(last)) => columns.place(*last).max + gap,
            (None, None) => return,
        };
        let tokens = theme::tokens(ui);
        ui.painter().vline(x, rect.y_range(), Stroke::new(2.0, tokens.accent));
    }

    /// The right edge of a column, where its width is dragged; two clicks make it natural again.
    fn edge(&self, ui: &Ui, index: usize, cell: Rect, columns: &Columns, events: &mut Vec<HeadEvent>) {
        let tokens = theme::tokens(ui);
        let x = cell.right() + size::PADDING / 2.0;
        let place = Rect::from_x_y_ranges(Rangef::point(x).expand(EDGE / 2.0), cell.y_range());
        // Not focusable: the keys of the title do the same.
        let edge = ui.interact(place, self.id.with(("edge", index)), Sense::CLICK | Sense::DRAG);
        let name = self.columns[index].name;
        edge.widget_info(|| WidgetInfo::labeled(Role::Splitter, ui.is_enabled(), name));
        let lit = edge.hovered() || edge.dragged();
        let stroke = if lit { Stroke::new(2.0, tokens.accent) } else { Stroke::new(1.0, tokens.hairline) };
        ui.painter().vline(ui.painter().round_to_pixel_center(x), cell.y_range().shrink(7.0), stroke);
        if lit {
            ui.set_cursor_icon(CursorIcon::ResizeColumn);
        }
        if edge.double_clicked() {
            events.push(HeadEvent::Natural(index));
            return;
        }
        let began = edge.id.with("began");
        if edge.drag_started() {
            ui.data_mut(|data| data.insert_temp(began, cell.width()));
        }
        if edge.dragged()
            && let Some(width) = ui.data(|data| data.get_temp::<f32>(began))
            && let Some(moved) = edge.total_drag_delta()
        {
            self.resize(index, width + moved.x, columns, events);
        }
    }

    /// Gives a column a width: at least its least, and so that the last one keeps its own. The others stay as wide as
    /// they are, but for the last.
    fn resize(&self, index: usize, width: f32, columns: &Columns, events: &mut Vec<HeadEvent>) {
        let Some((last, others)) = self.shown.split_last() else { return };
        let (column, now) = (&self.columns[index], columns.place(index).span());
        let most = now + (columns.place(*last).span() - self.columns[*last].least).max(0.0);
        let width = width.round().clamp(column.least, most.max(column.least));
        if (width - now).abs() < 0.5 {
            return;
        }
        for other in others.iter().filter(|other| **other != index) {
            let span = columns.place(*other).span();
            let natural = match self.columns[*other].width {
                Width::Fixed(points) => (points - span).abs() < 0.5,
                Width::Share(_) => false,
            };
            if !natural {
                events.push(HeadEvent::Resized(*other, span));
            }
        }
        events.push(HeadEvent::Resized(index, width));
    }
}

fn draw_title(ui: &Ui, column: &Column<'_>, title: &Response, cell: Rect) {
    let tokens = theme::tokens(ui);
    let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(title));
    let lit = title.hovered() || title.dragged() || open;
    if lit {
        ui.painter().rect_filled(title.rect, egui::CornerRadius::ZERO, tokens.hover);
    }
    let ink = if lit { tokens.text } else { tokens.secondary };
    if cell.width() > 0.0 {
        paint::line_in(ui.painter(), cell, column.align, column.title, font::secondary(), ink);
    }
    if paint::focus_visible(title) {
        paint::focus_ring_inside(ui, title.rect);
    }
    title.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, ui.is_enabled(), column.name));
    ui.ctx().accesskit_node_builder(title.id, |node| {
        node.set_has_popup(egui::accesskit::HasPopup::Menu);
    });
    if column.title != column.name && !open {
        // A title that is short says itself in full under the pointer.
        let _ = paint::tooltip(title.clone(), column.name, None);
    }
}
