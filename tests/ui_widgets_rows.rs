//! Long lists, worked by wheel, keyboard and clicks.
#![cfg(feature = "gui")]

use std::ops::Range;

use egui::{Key, Modifiers, MouseWheelUnit, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::ui::{fonts, theme, widgets::RowList};

const SIZE: Vec2 = Vec2::new(400.0, 240.0);
/// What that height holds, at 24 points a row.
const PAGE: u64 = 10;

/// A list, and what its user did with it.
#[derive(Default)]
struct List {
    rows: Range<u64>,
    selected: Option<u64>,
    bring: Option<u64>,
    follow: bool,
    visible: Range<u64>,
    /// Where the first row in sight begins.
    top: f32,
    clicked: Option<u64>,
    reached_end: bool,
}

impl List {
    fn show(&mut self, ui: &mut egui::Ui) {
        let mut tops = Vec::new();
        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
        let list = ui
            .scope_builder(whole, |ui| {
                RowList::new("list", "Messages")
                    .rows(self.rows.clone())
                    .selected(self.selected)
                    .follow(self.follow)
                    .bring(self.bring.take())
                    .show(ui, |row, index| {
                        row.name(format!("row {index}"));
                        tops.push(row.rect.top());
                    })
            })
            .inner;
        self.visible = list.visible;
        self.top = tops.first().copied().unwrap_or_default();
        self.selected = list.moved_to.or(list.clicked).or(self.selected);
        self.clicked = list.clicked.or(self.clicked);
        self.follow &= !list.scrolled_up;
        self.reached_end |= list.reached_end;
    }

    /// Where a row stands or would stand, in points from the list's top edge.
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    fn place_of(&self, row: u64) -> f32 {
        let below = i128::from(row) - i128::from(self.visible.start);
        self.top + below as f32 * 24.0
    }
}

fn list(rows: Range<u64>) -> Harness<'static, List> {
    let mut harness = Harness::builder()
        .with_size(SIZE)
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            ctx.set_fonts(fonts::definitions());
            theme::apply(ctx);
        })
        .build_ui_state(|ui, list: &mut List| list.show(ui), List { rows, ..List::default() });
    harness.run();
    harness
}

/// Moves the fingers on a track pad by so many points; the list goes up where positive.
fn scroll(harness: &mut Harness<'_, List>, points: f32) {
    harness.hover_at(SIZE.to_pos2() / 2.0);
    harness.event(egui::Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: Vec2::new(0.0, points),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Trackpad,
        modifiers: Modifiers::NONE,
    });
    harness.run();
}

fn press(harness: &mut Harness<'_, List>, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn click(harness: &mut Harness<'_, List>, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

#[test]
fn sixty_steps_of_a_third_of_a_point_are_twenty_points_at_a_hundred_million_rows() {
    let mut harness = list(0..100_000_000);
    harness.state_mut().bring = Some(90_000_000);
    harness.run();
    let before = harness.state().place_of(90_000_000);
    for _ in 0..60 {
        scroll(&mut harness, -1.0 / 3.0);
    }
    let moved = before - harness.state().place_of(90_000_000);
    assert!((moved - 20.0).abs() <= 1.0, "moved {moved} points");
}

#[test]
fn only_the_rows_in_sight_are_drawn() {
    let harness = list(0..100_000_000);
    assert_eq!(harness.state().visible, 0..PAGE);
}

#[test]
fn rows_that_arrive_move_nothing() {
    let mut harness = list(0..1000);
    scroll(&mut harness, -330.0);
    let before = harness.state().place_of(20);
    harness.state_mut().rows = 0..5000;
    harness.run();
    assert!(before < 240.0);
    assert_eq!(harness.state().place_of(20).to_bits(), before.to_bits());
}

#[test]
fn rows_that_drop_off_the_front_move_nothing_in_sight() {
    let mut harness = list(0..1000);
    scroll(&mut harness, -2410.0);
    let before = harness.state().place_of(105);
    assert!(harness.state().visible.contains(&105), "{:?}", harness.state().visible);
    harness.state_mut().rows = 90..1000;
    harness.run();
    assert_eq!(harness.state().place_of(105).to_bits(), before.to_bits());
}

#[test]
fn following_keeps_the_newest_row_in_sight() {
    let mut harness = list(0..1000);
    harness.state_mut().follow = true;
    harness.run();
    assert_eq!(harness.state().visible.end, 1000);
    harness.state_mut().rows = 0..2000;
    harness.run();
    assert_eq!(harness.state().visible.end, 2000);
}

#[test]
fn scrolling_up_stops_following() {
    let mut harness = list(0..1000);
    harness.state_mut().follow = true;
    harness.run();
    scroll(&mut harness, 100.0);
    assert!(!harness.state().follow);
    let visible = harness.state().visible.clone();
    harness.state_mut().rows = 0..2000;
    harness.run();
    assert_eq!(harness.state().visible, visible);
}

#[test]
fn scrolling_down_goes_on_following() {
    let mut harness = list(0..1000);
    harness.state_mut().follow = true;
    harness.run();
    scroll(&mut harness, -100.0);
    assert!(harness.state().follow);
}

#[test]
fn scrolling_to_the_last_row_is_reported() {
    let mut harness = list(0..30);
    scroll(&mut harness, -100.0);
    assert!(!harness.state().reached_end);
    scroll(&mut harness, -1000.0);
    assert!(harness.state().reached_end);
}

#[test]
fn a_click_selects_and_the_arrows_move_on_from_there() {
    let mut harness = list(0..1000);
    click(&mut harness, "row 4");
    assert_eq!(harness.state().clicked, Some(4));
    press(&mut harness, Key::ArrowDown);
    assert_eq!(harness.state().selected, Some(5));
    press(&mut harness, Key::ArrowUp);
    press(&mut harness, Key::ArrowUp);
    assert_eq!(harness.state().selected, Some(3));
}

#[test]
fn the_keys_reach_both_ends_and_a_page_at_a_time() {
    let mut harness = list(0..1000);
    click(&mut harness, "row 4");
    press(&mut harness, Key::PageDown);
    assert_eq!(harness.state().selected, Some(4 + PAGE - 1));
    press(&mut harness, Key::End);
    assert_eq!((harness.state().selected, harness.state().visible.end), (Some(999), 1000));
    press(&mut harness, Key::ArrowDown);
    assert_eq!(harness.state().selected, Some(999));
    press(&mut harness, Key::Home);
    assert_eq!((harness.state().selected, harness.state().visible.start), (Some(0), 0));
    press(&mut harness, Key::PageUp);
    assert_eq!(harness.state().selected, Some(0));
}

#[test]
fn the_row_that_the_keyboard_reaches_is_in_sight() {
    let mut harness = list(0..1000);
    click(&mut harness, "row 9");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::ArrowDown);
    assert_eq!(harness.state().visible, 2..12);
}

#[test]
fn a_row_can_be_chosen_without_a_pointer() {
    let mut harness = list(0..1000);
    harness.get_by_label("row 2").click_accesskit();
    harness.run();
    assert_eq!(harness.state().clicked, Some(2));
}

#[test]
fn only_the_selected_row_says_that_it_is() {
    let mut harness = list(0..1000);
    harness.state_mut().selected = Some(3);
    harness.run();
    assert_eq!(harness.get_by_label("row 3").accesskit_node().is_selected(), Some(true));
    assert_eq!(harness.get_by_label("row 4").accesskit_node().is_selected(), Some(false));
}

#[test]
fn dragging_the_scrollbar_down_comes_to_the_last_row() {
    let mut harness = list(0..100_000_000);
    let x = SIZE.x - 4.0;
    harness.drag_at(Pos2::new(x, 10.0));
    harness.run();
    harness.hover_at(Pos2::new(x, SIZE.y - 1.0));
    harness.run();
    harness.drop_at(Pos2::new(x, SIZE.y - 1.0));
    harness.run();
    assert_eq!(harness.state().visible.end, 100_000_000);
}

#[test]
fn an_empty_list_takes_keys_in_its_stride() {
    let mut harness = list(0..0);
    harness.get_by_label("Messages").focus();
    harness.run();
    press(&mut harness, Key::End);
    press(&mut harness, Key::ArrowUp);
    assert_eq!(harness.state().selected, None);
}
