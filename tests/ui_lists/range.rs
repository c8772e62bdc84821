//! Ranges of rows, and what is copied of them.

use super::*;

#[test]
fn shift_and_a_click_select_what_is_between_and_the_inspector_stays() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 6, SHIFT);
    assert_eq!(chosen(&rig), ["3", "4", "5", "6"]);
    assert_eq!(rig.reader("Payload"), "n3");
    click(&mut rig, 1, SHIFT);
    assert_eq!(chosen(&rig), ["1", "2", "3"], "from the same row to the other side");
    assert!(rig.control(Role::List, "Messages").accesskit_node().data().is_multiselectable());
    click(&mut rig, 8, NONE);
    assert_eq!(chosen(&rig), ["8"]);
}

#[test]
fn shift_and_the_keys_of_moving_extend_the_range_in_both_lists() {
    for tab in [Tab::Messages, Tab::Packets] {
        let mut rig = messages(100);
        rig.perform(Action::Tab(tab));
        rig.perform(Action::SelectRow(50));
        let mut rig = focused(rig);
        let range = |rig: &Rig| rig.current().timeline.range.map(|range| (range.first, range.last));
        for (key, expected) in [
            (Key::ArrowDown, Some((50, 51))),
            (Key::ArrowDown, Some((50, 52))),
            (Key::ArrowUp, Some((50, 51))),
            (Key::ArrowUp, None),
            (Key::ArrowUp, Some((49, 50))),
            (Key::Home, Some((0, 50))),
            (Key::End, Some((50, 99))),
        ] {
            rig.key(SHIFT, key);
            assert_eq!(range(&rig), expected, "{key:?} in {tab:?}");
        }
        rig.key(SHIFT, Key::PageUp);
        let (first, last) = range(&rig).expect("a range");
        assert!(first == 50 && (60..99).contains(&last), "{last}");
        assert_eq!(rig.current().timeline.selected, Some(50));
    }
}

#[test]
fn the_end_of_a_range_that_the_keyboard_moves_is_in_sight_and_the_keys_go_on_from_there() {
    let mut rig = messages(100);
    rig.perform(Action::SelectRow(0));
    let mut rig = focused(rig);
    for _ in 0..40 {
        rig.key(SHIFT, Key::ArrowDown);
    }
    assert_eq!(chosen(&rig).last().map(String::as_str), Some("40"));
    rig.key(NONE, Key::ArrowDown);
    assert_eq!(chosen(&rig), ["41"]);
    assert_eq!(rig.reader("Payload"), "n41");
}

#[test]
fn escape_goes_back_to_one_row_and_a_second_time_leaves_the_list() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 6, SHIFT);
    rig.key(NONE, Key::Escape);
    assert_eq!(chosen(&rig), ["3"]);
    assert!(rig.control(Role::List, "Messages").is_focused());
    rig.key(NONE, Key::Escape);
    assert!(!rig.control(Role::List, "Messages").is_focused());
    assert_eq!(chosen(&rig), ["3"]);
}

#[test]
fn ctrl_a_selects_every_row_of_the_view_and_no_other() {
    let mut rig = messages(2_000);
    rig.perform(Action::SelectRow(1_990));
    rig.fill("Filter", "topic == even");
    rig.settle();
    let mut rig = focused(rig);
    rig.key(CTRL, Key::A);
    rig.effects();
    rig.key(CTRL, Key::C);
    rig.event(egui::Event::Copy);
    rig.run();
    let rows = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::CopyRows { rows, .. } => Some(rows),
        _ => None,
    });
    assert_eq!(rows, Some((0..2_000).step_by(2).collect()));
    assert_eq!(rig.current().timeline.selected, Some(1_990), "what is looked at stays");
}

#[test]
fn ctrl_a_in_a_field_is_the_fields_own() {
    let mut rig = messages(5);
    rig.fill("Topic", "abc");
    rig.key(CTRL, Key::A);
    rig.type_text("x");
    assert_eq!(rig.field("Topic").value().as_deref(), Some("x"));
    assert_eq!(rig.current().timeline.range, None);
}

#[test]
fn the_range_stays_with_its_frames_when_rows_come_and_when_others_pass() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 6, SHIFT);
    more(&mut rig, 12..14);
    assert_eq!(chosen(&rig), ["3", "4", "5", "6"]);
    rig.fill("Filter", "topic == even");
    rig.settle();
    assert_eq!(chosen(&rig), ["4", "6"]);
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(chosen(&rig), ["3", "4", "5", "6"]);
}

#[test]
fn messages_are_copied_as_they_are_listed() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 4, SHIFT);
    let lines = "4\t20:09:49.591\treceived\todd\t0\tn3\n5\t20:09:49.592\treceived\teven\t0\tn4\n";
    assert_eq!(copy(&mut rig), [lines]);
    assert!(rig.shows("2 rows were copied"));
}

#[test]
fn packets_are_copied_with_the_columns_of_packets() {
    let mut rig = online(&[]);
    rig.state_mut().model.zone = TimeZone::fixed(jiff::tz::offset(8));
    rig.sent(&[CONNECT.to_vec()]);
    rig.received(&[CONNACK.to_vec()]);
    rig.perform(Action::Tab(Tab::Packets));
    let mut rig = focused(rig);
    rig.key(NONE, Key::Home);
    rig.key(SHIFT, Key::End);
    let text = copy(&mut rig).concat();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let (sent, received) = ("127.0.0.1:50412", "127.0.0.1:1883");
    assert_eq!(lines[0][..6], ["1", "20:09:49.588", sent, received, "MQTT", "40"]);
    assert_eq!(lines[1][..6], ["2", "20:09:49.589", received, sent, "MQTT", "4"]);
    assert!(lines[0][6].starts_with("CONNECT ") && lines[1][6].starts_with("CONNACK "), "{text}");
}

#[test]
fn a_topic_or_payload_with_tabs_and_line_breaks_stays_in_its_cell() {
    let mut rig = online(&[]);
    rig.received(&[publish("a\tb\nc", "d\te\r\nf"), publish("x", "y")]);
    let mut rig = focused(rig);
    rig.key(NONE, Key::Home);
    rig.key(SHIFT, Key::End);
    let text = copy(&mut rig).concat();
    let cells: Vec<usize> = text.lines().map(|line| line.split('\t').count()).collect();
    assert_eq!(cells, [6, 6], "{text:?}");
}

#[test]
fn without_a_range_the_keys_of_copying_take_the_payload_and_the_menu_takes_the_row() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    assert_eq!(copy(&mut rig), ["n3"]);
    let name = row_name(&rig, 5);
    rig.control(Role::ListItem, &name).click_secondary();
    rig.run();
    rig.click(Role::MenuItem, "Copy row");
    assert_eq!(copied(&mut rig), ["6\t20:09:49.593\treceived\todd\t0\tn5\n"]);
}

#[test]
fn more_rows_than_the_clipboard_takes_are_cut_and_that_is_said() {
    let mut rig = messages(100_004);
    list(&mut rig, ListAction::SelectAll);
    rig.effects();
    list(&mut rig, ListAction::CopyRows(None));
    let text = copied(&mut rig).concat();
    assert_eq!(text.lines().count(), 100_000);
    assert!(rig.shows("The first 100,000 of 100,004 rows were copied"), "{:?}", rig.texts());
}

#[test]
fn bytes_are_bounded_too() {
    let mut rig = messages(0);
    let long = "x".repeat(4_000);
    for _ in 0..4_500 {
        rig.cross(Direction::ToClient, &publish("a", &long));
    }
    rig.settle();
    list(&mut rig, ListAction::SelectAll);
    rig.effects();
    list(&mut rig, ListAction::CopyRows(None));
    let text = copied(&mut rig).concat();
    assert!((14 << 20..=15 << 20).contains(&text.len()), "{}", text.len());
    assert!(text.ends_with("x\n"), "whole lines");
}
