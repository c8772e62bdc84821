//! The hex pane and the field tree, worked by pointer and keyboard.
#![cfg(feature = "gui")]

use std::ops::Range;

use egui::accesskit::Role;
use egui::{Key, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::ui::widgets::{FieldRow, FieldTree, HexPane};
use mqloupe::ui::{fonts, theme};

const PUBLISH: &[u8] = b"\x30\x0a\x00\x06sensorHi";
const SIZE: Vec2 = Vec2::new(400.0, 200.0);

fn harness<State>(
    state: State,
    mut show: impl FnMut(&mut egui::Ui, &mut State) + 'static,
) -> Harness<'static, State> {
    let mut harness = Harness::builder()
        .with_size(SIZE)
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            ctx.set_fonts(fonts::definitions());
            theme::apply(ctx);
        })
        .build_ui_state(
            move |ui, state: &mut State| {
                let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
                ui.scope_builder(whole, |ui| show(ui, state));
            },
            state,
        );
    harness.run();
    harness
}

#[derive(Default)]
struct Hex {
    selected: Option<Range<usize>>,
    masked: Option<Range<usize>>,
    picked: Option<usize>,
    dragged: Option<Range<usize>>,
}

fn hex(masked: Option<Range<usize>>) -> Harness<'static, Hex> {
    harness(Hex { masked, ..Hex::default() }, |ui, hex| {
        let pane = HexPane::new("hex", "Hex", PUBLISH)
            .per_row(8)
            .selected(hex.selected.clone())
            .masked(hex.masked.as_slice())
            .show(ui);
        hex.picked = pane.picked.or(hex.picked);
        hex.dragged = pane.dragged.or(hex.dragged.take());
    })
}

/// The middle of a byte's digits: offset of four digits, a gap of 16, then a byte each 23.6 points.
fn byte(row: u8, column: u8) -> Pos2 {
    Pos2::new(4.0 * 7.8 + 16.0 + f32::from(column) * 23.6 + 7.8, f32::from(row) * 20.0 + 10.0)
}

fn click(harness: &mut Harness<'_, Hex>, at: Pos2) {
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
}

#[test]
fn each_row_reads_out_its_offset_and_its_bytes() {
    let harness = hex(None);
    assert!(harness.query_by_label("0000 30 0a 00 06 73 65 6e 73").is_some());
    assert!(harness.query_by_label("0008 6f 72 48 69").is_some());
}

#[test]
fn secrets_are_not_read_out() {
    let harness = hex(Some(8..10));
    assert!(harness.query_by_label("0008 •• •• 48 69").is_some());
}

#[test]
fn a_click_picks_the_byte_under_it() {
    let mut harness = hex(None);
    click(&mut harness, byte(0, 3));
    assert_eq!(harness.state().picked, Some(3));
    click(&mut harness, byte(1, 2));
    assert_eq!(harness.state().picked, Some(10));
}

#[test]
fn a_click_behind_the_last_byte_picks_the_last_byte() {
    let mut harness = hex(None);
    click(&mut harness, byte(1, 7));
    assert_eq!(harness.state().picked, Some(11));
}

#[test]
fn dragging_selects_the_bytes_between_in_either_direction() {
    for (from, to) in [(byte(0, 4), byte(1, 1)), (byte(1, 1), byte(0, 4))] {
        let mut harness = hex(None);
        harness.drag_at(from);
        harness.run();
        harness.hover_at(to);
        harness.run();
        harness.drop_at(to);
        harness.run();
        assert_eq!(harness.state().dragged, Some(4..10));
    }
}

#[test]
fn the_arrows_move_from_byte_to_byte_and_stop_at_the_ends() {
    let mut harness = hex(None);
    click(&mut harness, byte(0, 3));
    for (key, expected) in [
        (Key::ArrowRight, 4),
        // Below byte 4 would be byte 12, and there is none.
        (Key::ArrowDown, 4),
        (Key::ArrowLeft, 3),
        (Key::ArrowDown, 11),
        (Key::ArrowRight, 11),
        (Key::ArrowUp, 3),
        (Key::Home, 0),
        (Key::ArrowLeft, 0),
        (Key::End, 11),
    ] {
        harness.key_press(key);
        harness.run();
        assert_eq!(harness.state().picked, Some(expected), "after {key:?}");
    }
}

#[test]
fn the_arrows_start_at_the_selection() {
    let mut harness = hex(None);
    click(&mut harness, byte(0, 0));
    harness.state_mut().selected = Some(4..10);
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state().picked, Some(5));
}

#[derive(Default)]
struct Tree {
    rows: Vec<FieldRow>,
    picked: Option<usize>,
    toggled: Option<usize>,
}

fn tree() -> Harness<'static, Tree> {
    let row = |depth, label: &str, value: &str, expandable| FieldRow {
        depth,
        label: label.into(),
        value: value.into(),
        expandable,
        expanded: expandable,
        ..FieldRow::default()
    };
    let rows = vec![
        row(0, "Fixed header", "30 0a", true),
        row(1, "Packet type", "3 · PUBLISH", false),
        row(1, "Remaining length", "10", false),
        row(0, "Variable header", "", true),
        row(1, "Topic name", "sensor", false),
    ];
    harness(Tree { rows, ..Tree::default() }, |ui, tree| {
        let answer = FieldTree::new("fields", "Fields", &tree.rows).show(ui);
        if let Some(picked) = answer.picked {
            for (index, row) in tree.rows.iter_mut().enumerate() {
                row.selected = index == picked;
            }
            tree.picked = Some(picked);
        }
        tree.toggled = answer.toggled.or(tree.toggled);
    })
}

#[test]
fn a_field_reads_out_its_label_and_its_value() {
    let harness = tree();
    assert!(harness.query_by_role_and_label(Role::TreeItem, "Topic name sensor").is_some());
    assert!(harness.query_by_role_and_label(Role::TreeItem, "Variable header").is_some());
}

#[test]
fn a_field_says_how_deep_it_is_and_whether_it_is_open() {
    let harness = tree();
    let group = harness.get_by_label("Fixed header 30 0a");
    assert_eq!(group.accesskit_node().data().level(), Some(1));
    assert_eq!(group.accesskit_node().data().is_expanded(), Some(true));
    let field = harness.get_by_label("Remaining length 10");
    assert_eq!(field.accesskit_node().data().level(), Some(2));
    assert_eq!(field.accesskit_node().data().is_expanded(), None);
}

#[test]
fn a_click_picks_a_field() {
    let mut harness = tree();
    harness.get_by_label("Topic name sensor").click();
    harness.run();
    assert_eq!((harness.state().picked, harness.state().toggled), (Some(4), None));
}

#[test]
fn a_click_on_the_triangle_opens_or_closes_and_picks_nothing() {
    let mut harness = tree();
    let triangle = Pos2::new(16.0, 11.0);
    harness.drag_at(triangle);
    harness.drop_at(triangle);
    harness.run();
    assert_eq!((harness.state().picked, harness.state().toggled), (None, Some(0)));
}

#[test]
fn the_arrows_walk_the_tree() {
    let mut harness = tree();
    harness.get_by_label("Packet type 3 · PUBLISH").click();
    harness.run();
    for (key, expected) in
        [(Key::ArrowDown, 2), (Key::ArrowUp, 1), (Key::ArrowLeft, 0), (Key::ArrowRight, 1), (Key::End, 4)]
    {
        harness.key_press(key);
        harness.run();
        assert_eq!(harness.state().picked, Some(expected), "after {key:?}");
    }
}

#[test]
fn left_closes_an_open_field() {
    let mut harness = tree();
    harness.get_by_label("Variable header").click();
    harness.run();
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert_eq!((harness.state().picked, harness.state().toggled), (Some(3), Some(3)));
}
