//! The columns of the timeline's lists: what they are, and what their heads offer.

use egui::Ui;

use super::Panel;
use crate::model::{Action, Arrangement, Tab};
use crate::ui::widgets::{self, Column, Columns, Head, HeadEvent, Width};

/// Width of the menu, in points.
const MENU: f32 = 200.0;

/// The head of Messages; the places of its columns.
pub fn messages(ui: &mut Ui, panel: &mut Panel<'_>, number_width: f32, time_width: f32) -> Columns {
    let t = panel.texts;
    let columns = [
        Column::fixed(t.number, number_width).right(),
        Column::fixed(t.time, time_width),
        Column::fixed("Δ", 56.0).right().named(t.delta),
        Column::fixed("", 16.0).named(t.direction),
        Column::share(t.topic, 0.4),
        Column::fixed(t.qos, 28.0),
        Column::share(t.payload, 0.6),
    ];
    show(ui, panel, Tab::Messages, columns)
}

/// The head of Packets; the places of its columns.
pub fn packets(ui: &mut Ui, panel: &mut Panel<'_>, number_width: f32, time_width: f32) -> Columns {
    let t = panel.texts;
    let columns = [
        Column::fixed(t.number, number_width).right(),
        Column::fixed(t.time, time_width),
        Column::share(t.source, 0.2),
        Column::share(t.destination, 0.2),
        Column::fixed(t.protocol, 64.0),
        Column::fixed(t.length, 56.0).right(),
        Column::share(t.info, 0.6),
    ];
    show(ui, panel, Tab::Packets, columns)
}

/// What the user chose from the menu of a column.
#[derive(Clone, Copy)]
enum Chosen {
    Move(usize),
    Show(usize, bool),
    NaturalWidth,
    Reset,
}

/// Draws a head as it was left, and remembers what the user does to it.
fn show(ui: &mut Ui, panel: &mut Panel<'_>, tab: Tab, mut columns: [Column<'_>; 7]) -> Columns {
    let mut arrangement = Arrangement::of(tab, &panel.state.layout);
    for (index, column) in columns.iter_mut().enumerate() {
        if let Some(points) = arrangement.width(index) {
            column.width = Width::Fixed(f32::from(points));
        }
    }
    let shown = arrangement.shown();
    let mut chosen = None;
    let head = Head::new(egui::Id::unique(("columns", tab)), &columns, &shown);
    let (places, events) = head.show(ui, |ui, column| {
        if let Some(what) = menu(ui, panel, &columns, &arrangement, column) {
            chosen = Some((column, what));
        }
    });
    let before = arrangement.clone();
    for event in events {
        match event {
            HeadEvent::Resized(column, points) => arrangement.set_width(column, Some(super::points(points))),
            HeadEvent::Natural(column) => arrangement.set_width(column, None),
            HeadEvent::Moved(column, place) => arrangement.move_to(column, place),
        }
    }
    match chosen {
        Some((column, Chosen::Move(place))) => arrangement.move_to(column, place),
        Some((_, Chosen::Show(column, shown))) => arrangement.show(column, shown),
        Some((column, Chosen::NaturalWidth)) => arrangement.set_width(column, None),
        Some((_, Chosen::Reset)) => arrangement.reset(),
        None => {}
    }
    if arrangement != before {
        arrangement.keep(tab, &mut panel.state.layout);
        ui.ctx().request_repaint();
    }
    places
}

/// What a column offers.
fn menu(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    columns: &[Column<'_>],
    arrangement: &Arrangement,
    column: usize,
) -> Option<Chosen> {
    let t = panel.texts;
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, words: &str, ticked: bool, what: Option<Chosen>| {
        let item = ui.add_enabled_ui(what.is_some(), |ui| widgets::menu_check(ui, words, ticked, Some(MENU)));
        if item.inner.clicked() {
            chosen = what;
            ui.close();
        }
    };
    offer(ui, t.move_left, false, arrangement.beside(column, true).map(Chosen::Move));
    offer(ui, t.move_right, false, arrangement.beside(column, false).map(Chosen::Move));
    let more = arrangement.shown().len() > 1;
    offer(ui, t.hide_column, false, more.then_some(Chosen::Show(column, false)));
    let wide = arrangement.width(column).is_some();
    offer(ui, t.natural_width, false, wide.then_some(Chosen::NaturalWidth));
    ui.separator();
    for (other, shown) in arrangement.all() {
        let what = (more || !shown).then_some(Chosen::Show(other, !shown));
        offer(ui, columns[other].name, shown, what);
    }
    ui.separator();
    offer(ui, t.reset_columns, false, Some(Chosen::Reset));
    if widgets::menu_item(ui, t.colour_rules_more, false, Some(MENU)).clicked() {
        panel.act(Action::EditColours);
        ui.close();
    }
    chosen
}
