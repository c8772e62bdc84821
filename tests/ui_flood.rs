//! A flood of rows: following, stopping, selecting; nothing jumps and nothing is lost.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;
use mqloupe::wire::Direction;
use ui_support::frames::publish;
use ui_support::{CTRL, Rig, online};

/// So many more messages, numbered on.
fn flood(rig: &mut Rig, numbers: std::ops::Range<u32>) {
    for number in numbers {
        rig.cross(Direction::ToClient, &publish("flood", format!("n{number}")));
    }
    rig.settle();
}

/// The number that a row's payload carries.
fn number(row: &str) -> u32 {
    row.rsplit(" n").next().and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("{row}"))
}

fn numbers(rig: &Rig) -> Vec<u32> {
    rig.list("Messages").iter().map(|row| number(row)).collect()
}

fn follows(rig: &Rig) -> bool {
    rig.current().timeline.follow
}

#[test]
fn following_shows_the_newest_of_a_hundred_thousand() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..100_000);
    assert_eq!(numbers(&rig).last(), Some(&99_999));
    assert!(rig.has(Role::Label, "100000 messages"));
    flood(&mut rig, 100_000..100_003);
    assert_eq!(numbers(&rig).last(), Some(&100_002));
    let seen = numbers(&rig);
    assert!(seen.windows(2).all(|two| two[1] == two[0] + 1), "{seen:?}");
}

#[test]
fn scrolling_up_stops_following_and_then_nothing_moves() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..2_000);
    rig.wheel("Messages", 500.0);
    assert!(!follows(&rig));
    let before = numbers(&rig);
    flood(&mut rig, 2_000..4_000);
    assert_eq!(numbers(&rig), before);
}

#[test]
fn the_follow_button_goes_back_to_the_newest() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..2_000);
    rig.wheel("Messages", 500.0);
    rig.press_button("Follow");
    assert!(follows(&rig));
    assert_eq!(numbers(&rig).last(), Some(&1_999));
    rig.key(CTRL, Key::L);
    assert!(!follows(&rig));
    rig.key(CTRL, Key::L);
    assert!(follows(&rig));
}

#[test]
fn the_selection_stays_with_its_frame_while_rows_come() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..1_000);
    rig.wheel("Messages", 300.0);
    let name = rig.list("Messages")[5].clone();
    rig.click(Role::ListItem, &name);
    let chosen = rig.current().timeline.selected;
    flood(&mut rig, 1_000..3_000);
    assert_eq!(rig.current().timeline.selected, chosen);
    assert_eq!(rig.selected_row("Messages").as_deref(), Some(name.as_str()));
    assert_eq!(rig.reader("Payload"), format!("n{}", number(&name)));
}

#[test]
fn selecting_while_following_keeps_following_off_the_selection() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..1_000);
    let name = rig.list("Messages")[5].clone();
    rig.click(Role::ListItem, &name);
    let before = rig.list("Messages");
    flood(&mut rig, 1_000..1_001);
    if follows(&rig) {
        assert_eq!(numbers(&rig).last(), Some(&1_000));
    } else {
        assert_eq!(rig.list("Messages"), before);
    }
    assert_eq!(rig.reader("Payload"), format!("n{}", number(&name)));
}

#[test]
fn the_keyboard_walks_the_list_page_by_page_and_to_both_ends() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..1_000);
    rig.control(Role::List, "Messages").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Home);
    let selected = |rig: &Rig| number(&rig.selected_row("Messages").expect("a selected row in sight"));
    assert_eq!(selected(&rig), 0);
    assert!(!follows(&rig), "moving away from the newest stops following");
    rig.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(selected(&rig), 1);
    rig.key(Modifiers::NONE, Key::PageDown);
    let page = selected(&rig);
    assert!(page > 8, "{page}");
    rig.key(Modifiers::NONE, Key::PageUp);
    assert_eq!(selected(&rig), 1);
    rig.key(Modifiers::NONE, Key::End);
    assert_eq!(selected(&rig), 999);
    rig.key(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(selected(&rig), 998);
}

#[test]
fn a_filter_shows_its_rows_alone_and_a_faulty_one_keeps_the_last() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..200);
    rig.fill("Filter", "n150");
    rig.settle();
    assert_eq!(numbers(&rig), [150]);
    rig.fill("Filter", "qos:9");
    rig.settle();
    assert_eq!(numbers(&rig), [150]);
    assert!(rig.current().timeline.filter_fault.is_some());
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(numbers(&rig).last(), Some(&199));
}

#[test]
fn where_nothing_passes_the_way_back_is_offered() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..20);
    rig.fill("Filter", "absent");
    rig.settle();
    assert!(rig.shows("Nothing passes the filter"));
    rig.press_button("Show all");
    rig.settle();
    assert_eq!(numbers(&rig).len(), 20);
}

#[test]
fn the_rate_and_the_counter_are_exact() {
    let mut rig = online(&[]);
    rig.wait(1);
    flood(&mut rig, 0..500);
    rig.wait(1);
    assert!(rig.has(Role::Label, "500 messages"));
    // Half a second of virtual time went by while they came.
    assert!(rig.has(Role::Label, "333 msg/s"), "{:?}", rig.texts());
    rig.wait(2);
    assert!(rig.has(Role::Label, "0 msg/s"));
}

#[test]
fn unread_messages_are_counted_in_the_list_of_connections() {
    let mut rig = ui_support::Setup::with(&["local", "other"]).start();
    flood(&mut rig, 0..3);
    rig.click(Role::ListItem, "other");
    assert_eq!(rig.model().connections[0].unread(), 0, "what was seen is not unread");
    rig.click(Role::ListItem, "local");
    assert_eq!(numbers(&rig).len(), 3);
}

#[test]
fn clearing_the_history_empties_list_and_inspector() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..30);
    let name = rig.list("Messages")[0].clone();
    rig.click(Role::ListItem, &name);
    rig.control(Role::ListItem, "local").click_secondary();
    rig.run();
    rig.click(Role::MenuItem, "Clear history");
    rig.settle();
    assert!(rig.shows("No messages yet"));
    assert!(!rig.has(Role::Tree, "Fields"));
    flood(&mut rig, 30..31);
    assert_eq!(numbers(&rig), [30]);
}

#[test]
fn rows_are_one_stop_of_the_tab_key() {
    let mut rig = online(&[]);
    flood(&mut rig, 0..10);
    rig.control(Role::List, "Messages").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Tab);
    let focused: Vec<_> = rig
        .root()
        .children_recursive()
        .filter(egui_kittest::Node::is_focused)
        .map(|n| n.accesskit_node().role())
        .collect();
    assert!(!focused.contains(&Role::ListItem), "{focused:?}");
}
