//! The window: panels and widgets over the model. It draws what the model says, at a time that it is given,
//! and answers with what the user does. It reads the frame log for the rows in sight, and nothing else.

pub mod command;
pub mod fonts;
pub mod icons;
mod panels;
pub mod theme;
pub mod widgets;

use std::ops::Range;

use egui::{Response, Ui};

use self::command::Outcome;
use self::panels::{DensityState, FilterState, Panel, Places, RowColours, RowTexts, StatisticsState};
use crate::log::{Row, Timestamp};
use crate::model::{Action, Model, Tab};
use crate::store::{Layout, Side, WindowSize};
use crate::text::texts;
use crate::text::time::LocalTime;

/// The command palette's own state.
#[derive(Debug, Default)]
pub struct Palette {
    typed: String,
    chosen: usize,
}

/// What the window keeps between drawings: texts of rows, splits, what is typed into the palette.
#[derive(Debug)]
pub struct State {
    rows: RowTexts,
    /// Where the lists stand.
    places: Places,
    palette: Palette,
    /// How much history is to be kept, as typed, while that differs from what is kept: in memory, on disk.
    history_typed: [Option<String>; 2],
    filter: FilterState,
    /// The same of a filter in a form.
    form_filter: FilterState,
    colours: RowColours,
    /// Which wish of the colour form for the keyboard was fulfilled last.
    colour_focus: u64,
    density: DensityState,
    statistics: StatisticsState,
    /// The field under the pointer, in the pane that the pointer is over.
    hovered: Option<Vec<usize>>,
    /// The frame and field that the tree has shown: another one, chosen elsewhere, is brought in sight.
    field_shown: Option<(Row, Vec<usize>)>,
    /// The frame and bytes that the hex pane has shown.
    bytes_shown: Option<(Row, Range<usize>)>,
    layout: Layout,
}

impl State {
    /// The state of a window that is divided as remembered.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self {
            rows: RowTexts::default(),
            places: Places::default(),
            palette: Palette::default(),
            history_typed: [None, None],
            filter: FilterState::default(),
            form_filter: FilterState::default(),
            colours: RowColours::default(),
            colour_focus: 0,
            density: DensityState::default(),
            statistics: StatisticsState::default(),
            hovered: None,
            field_shown: None,
            bytes_shown: None,
            layout,
        }
    }

    /// The pointer is over a pane, and there over this field.
    fn hover(&mut self, here: bool, path: Option<Vec<usize>>) {
        if here {
            self.hovered = path;
        }
    }

    fn has_split(&self, name: &str) -> bool {
        self.layout.splits.contains_key(name)
    }

    /// A remembered split, or what it is otherwise.
    fn split(&self, name: &str, otherwise: f32) -> f32 {
        self.layout.splits.get(name).map_or(otherwise, |&points| f32::from(points))
    }

    /// Remembers a split that the user drags.
    fn keep_split(&mut self, ui: &Ui, name: &str, panel: &Response, length: f32) {
        let dragged = ui.ctx().read_response(panel.id.with("__resize")).is_some_and(|r| r.dragged());
        if dragged {
            self.layout.splits.insert(name.to_owned(), panels::points(length));
        }
    }

    /// Where the inspector of a tab stands.
    fn side(&self, tab: Tab) -> Side {
        match tab {
            Tab::Messages => self.layout.messages_inspector,
            Tab::Packets => self.layout.packets_inspector,
        }
    }

    fn set_side(&mut self, tab: Tab, side: Side) {
        match tab {
            Tab::Messages => self.layout.messages_inspector = side,
            Tab::Packets => self.layout.packets_inspector = side,
        }
    }
}

/// Draws the window and says what the user does.
pub fn show(ui: &mut Ui, model: &Model, state: &mut State, local: &LocalTime, now: Timestamp) -> Vec<Action> {
    state.form_filter.escape(ui.ctx());
    let pressed = command::pressed(ui.ctx(), model);
    let mut panel = Panel {
        model,
        state,
        texts: texts(model.language),
        local,
        now,
        today: local.date(now),
        actions: Vec::new(),
        run: None,
    };
    panel.state.hovered = None;
    panels::window(ui, &mut panel);
    let Panel { mut actions, run, state, .. } = panel;
    for outcome in pressed.into_iter().chain(run) {
        match outcome {
            Outcome::Action(action) => actions.push(action),
            Outcome::TurnTimeStrip => state.layout.time_strip = !state.layout.time_strip,
            Outcome::FocusFilter => ui.memory_mut(|m| m.request_focus(egui::Id::unique(panels::FILTER_ID))),
        }
    }
    // Both panes light up the field under the pointer; the model is told when it is another one.
    let known = model.current().and_then(|c| c.inspector.as_ref()).map(|i| &i.hovered);
    if known.is_some_and(|known| *known != state.hovered) {
        actions.push(Action::HoverField(state.hovered.clone()));
    }
    let size = ui.input(|i| {
        let viewport = i.viewport();
        let size = viewport.inner_rect?.size();
        let maximized = viewport.maximized.unwrap_or(false) || viewport.fullscreen.unwrap_or(false);
        Some((size, maximized))
    });
    if let Some((size, maximized)) = size {
        let known = state.layout.window.unwrap_or_default();
        // What fills the screen is no size to come back to.
        let (width, height) = if maximized {
            (known.width, known.height)
        } else {
            (panels::points(size.x), panels::points(size.y))
        };
        state.layout.window = Some(WindowSize { width, height, maximized });
    }
    // Splits are remembered once the button is let go, not at each step of a drag.
    let layout = Layout { selected_profile: model.selected.clone(), ..state.layout.clone() };
    if layout != model.settings.layout && !ui.input(|i| i.pointer.any_down()) {
        actions.push(Action::Layout(Box::new(layout)));
    }
    actions
}
