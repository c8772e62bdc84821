//! A list of one-line rows that the caller paints.

use std::ops::Range;

use egui::{
    Align, Color32, CornerRadius, EventFilter, FontId, Key, Modifiers, Painter, Rangef, Rect, Response, Role,
    Sense, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::anchor::Anchor;
use super::scroll::RowScroll;
use crate::ui::icons::Icon;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::paint;

/// A list over the space there is.
#[must_use = "call show"]
pub struct RowList<'a> {
    id_salt: &'a str,
    name: &'a str,
    rows: Range<u64>,
    row_height: f32,
    selected: Option<u64>,
    among: Option<&'a dyn Fn(u64) -> bool>,
    lead: Option<u64>,
    near: Option<u64>,
    place: Option<Anchor>,
    follow: bool,
    bring: Option<u64>,
}

/// What the user did with a list.
pub struct RowListResponse {
    /// The list itself, for its focus.
    pub response: Response,
    /// The row that was clicked.
    pub clicked: Option<u64>,
    /// The row that was double-clicked.
    pub double_clicked: Option<u64>,
    /// The row that was clicked with the secondary button.
    pub context_clicked: Option<u64>,
    /// The row that the keyboard moved to; it is in sight.
    pub moved_to: Option<u64>,
    /// The rows from the selected one to this one are to be selected too; it is in sight where the keyboard led there.
    pub extended_to: Option<u64>,
    /// All rows are to be selected.
    pub select_all: bool,
    /// The selected row alone is to be selected.
    pub select_one: bool,
    /// The list came to stand elsewhere: by what the user did here, or to bring a row in sight.
    pub moved: bool,
    /// The row that was to be brought in sight was out of it.
    pub brought: bool,
    /// Where the list stands now.
    pub place: Anchor,
    /// The user moved towards the first row: time to stop following.
    pub scrolled_up: bool,
    /// The user moved to the last row.
    pub reached_end: bool,
    /// The rows in sight.
    pub visible: Range<u64>,
}

impl<'a> RowList<'a> {
    /// A list whose place is remembered under `id_salt`, called `name`.
    pub const fn new(id_salt: &'a str, name: &'a str) -> Self {
        Self {
            id_salt,
            name,
            rows: 0..0,
            row_height: size::ROW,
            selected: None,
            among: None,
            lead: None,
            near: None,
            place: None,
            follow: false,
            bring: None,
        }
    }

    /// The rows there are. When the oldest are gone, the start grows; the others keep their numbers.
    pub const fn rows(mut self, rows: Range<u64>) -> Self {
        self.rows = rows;
        self
    }

    /// The height of a row, in points.
    pub const fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// The selected row.
    pub const fn selected(mut self, selected: Option<u64>) -> Self {
        self.selected = selected;
        self
    }

    /// Which rows are selected together with it, and which of them the keyboard goes on from.
    pub const fn range(mut self, among: &'a dyn Fn(u64) -> bool, lead: Option<u64>) -> Self {
        self.among = Some(among);
        self.lead = lead;
        self
    }

    /// Where no row is selected: the keyboard goes on from before this one.
    pub const fn near(mut self, row: Option<u64>) -> Self {
        self.near = row;
        self
    }

    /// Stands here, rather than where the list stood when it was shown last.
    pub const fn place(mut self, place: Option<Anchor>) -> Self {
        self.place = place;
        self
    }

    /// Keeps the last row in sight.
    pub const fn follow(mut self, follow: bool) -> Self {
        self.follow = follow;
        self
    }

    /// Brings this row in sight, once: give it in the frame in which it was chosen elsewhere.
    pub const fn bring(mut self, row: Option<u64>) -> Self {
        self.bring = row;
        self
    }

    /// Shows the list; `paint` is called for each row in sight.
    pub fn show(self, ui: &mut Ui, mut paint: impl FnMut(&mut RowPainter<'_>, u64)) -> RowListResponse {
        let tokens = theme::tokens(ui);
        let id = ui.make_persistent_id(self.id_salt);
        let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
        let list = ui.interact(rect, id, Sense::click());
        list.widget_info(|| WidgetInfo::labeled(Role::List, ui.is_enabled(), self.name));
        ui.ctx().accesskit_node_builder(id, egui::accesskit::Node::set_multiselectable);
        let mut scroll = RowScroll::new(ui, id, rect, self.rows.clone(), self.row_height);
        if let Some(place) = self.place {
            scroll.stand(place);
        }
        if self.follow {
            scroll.stick_to_end();
        }
        let brought = self.bring.is_some_and(|row| scroll.bring(row));
        scroll.wheel(ui);
        let keys = self.keyboard(ui, &list, &scroll);
        let (moved_to, extended_to) = match keys.to {
            Some((row, true)) => (None, Some(row)),
            to => (to.map(|(row, _)| row), None),
        };
        if let Some((row, _)) = keys.to {
            scroll.reveal(row);
            scroll.moved_up |= self.lead.or(self.selected).is_some_and(|before| row < before);
        }

        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).accessibility_parent(id));
        child.shrink_clip_rect(rect);
        let visible = scroll.visible(&child);
        let mut answer = RowListResponse {
            response: list,
            clicked: None,
            double_clicked: None,
            context_clicked: None,
            moved_to,
            extended_to,
            select_all: keys.all,
            select_one: keys.one,
            moved: false,
            brought,
            place: Anchor::default(),
            scrolled_up: false,
            reached_end: false,
            visible: visible.clone(),
        };
        for index in visible {
            let row = scroll.row_rect(&child, index);
            // Not focusable: the list is one stop of the tab key, not one for each row.
            let response = child.interact(row, id.with(index), Sense::CLICK);
            let selected = moved_to.or(self.selected) == Some(index);
            let among = moved_to.is_none() && self.among.is_some_and(|among| among(index));
            ground(child.painter(), tokens, row, (selected, among), response.hovered());
            let mut painter = RowPainter {
                rect: row.with_max_x(row.right() - size::SCROLLBAR),
                selected,
                response,
                name: String::new(),
                painter: child.painter(),
            };
            paint(&mut painter, index);
            let RowPainter { response, name, .. } = painter;
            response.widget_info(|| WidgetInfo::labeled(Role::ListItem, child.is_enabled(), &name));
            child.ctx().accesskit_node_builder(response.id, |node| node.set_selected(selected || among));
            if response.clicked() {
                let extends = child.input(|input| input.modifiers.shift) && self.selected.is_some();
                *(if extends { &mut answer.extended_to } else { &mut answer.clicked }) = Some(index);
            }
            if response.double_clicked() {
                answer.double_clicked = Some(index);
            }
            if response.secondary_clicked() {
                answer.context_clicked = Some(index);
            }
        }
        if answer.clicked.or(answer.extended_to).or(answer.context_clicked).is_some() {
            answer.response.request_focus();
        }
        scroll.finish(&child);
        if paint::focus_visible(&answer.response) {
            paint::focus_ring_inside(ui, rect);
        }
        answer.moved = brought || scroll.moved;
        answer.place = scroll.place();
        answer.scrolled_up = scroll.moved_up;
        answer.reached_end = scroll.reached_end;
        answer
    }

    /// What the keys pressed in this frame ask for.
    fn keyboard(&self, ui: &Ui, list: &Response, scroll: &RowScroll) -> Keys {
        if !list.has_focus() || self.rows.is_empty() {
            return Keys::default();
        }
        ui.memory_mut(|memory| {
            let escape = self.among.is_some();
            memory.set_focus_lock_filter(
                list.id,
                EventFilter { vertical_arrows: true, escape, ..EventFilter::default() },
            );
        });
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        // The longer keys first: the shorter would take them.
        let to = self.led_to(ui, scroll, |key| pressed(Modifiers::SHIFT, key)).map(|row| (row, true));
        Keys {
            to: to.or_else(|| {
                let to = self.led_to(ui, scroll, |key| pressed(Modifiers::NONE, key));
                to.map(|row| (row, false))
            }),
            all: pressed(Modifiers::COMMAND, Key::A),
            one: self.among.is_some() && pressed(Modifiers::NONE, Key::Escape),
        }
    }

    /// The row that one of the keys leads to.
    fn led_to(&self, ui: &Ui, scroll: &RowScroll, pressed: impl Fn(Key) -> bool) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rows that fit in a window"
        )]
        let page = (scroll.page() as u64).saturating_sub(1).max(1);
        let (oldest, newest) = (self.rows.start, self.rows.end - 1);
        let seen = scroll.visible(ui);
        let here = self.lead.or(self.selected);
        let from = here.or(self.near);
        let to = if pressed(Key::ArrowDown) {
            here.map_or(self.near.unwrap_or(seen.start), |row| row.saturating_add(1))
        } else if pressed(Key::ArrowUp) {
            from.map_or(seen.end.saturating_sub(1), |row| row.saturating_sub(1))
        } else if pressed(Key::PageDown) {
            from.unwrap_or(seen.start).saturating_add(page)
        } else if pressed(Key::PageUp) {
            from.unwrap_or(seen.start).saturating_sub(page)
        } else if pressed(Key::Home) {
            oldest
        } else if pressed(Key::End) {
            newest
        } else {
            return None;
        };
        Some(to.clamp(oldest, newest))
    }
}

/// What keys ask of a list.
#[derive(Default)]
struct Keys {
    /// To go to a row; where true, with those up to there.
    to: Option<(u64, bool)>,
    /// To select all rows.
    all: bool,
    /// To select one row.
    one: bool,
}

/// The ground of a row: the selected one, among the selected, under the pointer, or nothing.
fn ground(painter: &Painter, tokens: &Tokens, rect: Rect, (selected, among): (bool, bool), hovered: bool) {
    if selected || among {
        painter.rect_filled(rect, CornerRadius::ZERO, tokens.accent_soft);
    }
    if selected {
        painter.rect_filled(rect.with_max_x(rect.left() + 2.0), CornerRadius::ZERO, tokens.accent);
    } else if hovered && !among {
        painter.rect_filled(rect, CornerRadius::ZERO, tokens.hover);
    }
}

/// Whether a cell is there: a column that is not shown has none.
fn has_room(across: Rangef) -> bool {
    across.span() > 0.0
}

/// Paints one row's cells.
pub struct RowPainter<'a> {
    /// The row's place, without the scrollbar's lane.
    pub rect: Rect,
    /// Whether it is the selected row.
    pub selected: bool,
    /// The row as something that is clicked; put a context menu on it here.
    pub response: Response,
    name: String,
    painter: &'a Painter,
}

impl RowPainter<'_> {
    /// What is read out for the row.
    pub fn name(&mut self, name: impl Into<String>) {
        self.name = name.into();
    }

    /// The toolkit's painter, for what the cells below cannot.
    #[must_use]
    pub const fn painter(&self) -> &Painter {
        self.painter
    }

    /// A cell of text between two places across; `…` where it does not fit. Returns where the text ends.
    #[expect(clippy::must_use_candidate, reason = "it paints; few ask where the text ends")]
    pub fn cell(&self, across: Rangef, text: &str, font: FontId, colour: Color32, align: Align) -> f32 {
        if !has_room(across) {
            return across.max;
        }
        let rect = Rect::from_x_y_ranges(across, self.rect.y_range());
        paint::line_in(self.painter, rect, align, text, font, colour).right()
    }

    /// An icon in the middle of a cell.
    pub fn icon(&self, across: Rangef, icon: Icon, colour: Color32) {
        if !has_room(across) {
            return;
        }
        paint::icon(self.painter, egui::pos2(across.center(), self.rect.center().y), icon, colour);
    }

    /// A subscription's colour: a bar 3 points wide; none where `x` is no place.
    pub fn bar(&self, x: f32, colour: Color32) {
        if !x.is_finite() {
            return;
        }
        let centre = egui::pos2(x + 1.5, self.rect.center().y);
        let height = self.rect.height() - 12.0;
        self.painter.rect_filled(
            Rect::from_center_size(centre, Vec2::new(3.0, height)),
            CornerRadius::same(1),
            colour,
        );
    }
}
