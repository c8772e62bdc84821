//! The lists worked like Wireshark's: ranges of rows and what is copied of them, marks, going to a row, a row that
//! times are counted from; and the place that stays whatever comes, goes or passes.
#![cfg(feature = "gui")]

mod ui_support;

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use mqloupe::language::Language;
use mqloupe::log::{Filter, Limits, View};
use mqloupe::model::{Action, Dialog, Effect, Event, ListAction, NoticeText, Tab};
use mqloupe::store::Layout;
use mqloupe::text::{copied_lines, notice, texts};
use mqloupe::ui::State;
use mqloupe::wire::Direction;
use ui_support::frames::{CONNACK, CONNECT, PINGREQ, PINGRESP, publish};
use ui_support::{CTRL, Rig, Setup, online, online_with, subscribed};

const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };
const NONE: Modifiers = Modifiers::NONE;
/// Long enough for a loaded machine; no test waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// Room for a few hundred of the messages here.
const SMALL: Limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };

/// A window with so many messages, `n0` on topic `even`, `n1` on topic `odd`, and so on; it follows no more.
fn messages(count: u32) -> Rig {
    let mut rig = online(&["#"]);
    rig.state_mut().model.zone = TimeZone::fixed(jiff::tz::offset(8));
    more(&mut rig, 0..count);
    rig.perform(Action::Follow(false));
    rig
}

fn more(rig: &mut Rig, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let topic = if number % 2 == 0 { "even" } else { "odd" };
        rig.cross(Direction::ToClient, &publish(topic, format!("n{number}")));
    }
    rig.settle();
}

/// The list, with the keyboard.
fn focused(mut rig: Rig) -> Rig {
    let name = if rig.current().timeline.tab == Tab::Messages { "Messages" } else { "Packets" };
    rig.control(Role::List, name).focus();
    rig.run();
    rig
}

/// What follows ` n` in the names of the rows that say they are selected, from the top.
fn chosen(rig: &Rig) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = rig
        .query_all_by_role(Role::ListItem)
        .filter(|node| node.accesskit_node().is_selected() == Some(true))
        .filter_map(|node| {
            let name = node.accesskit_node().label()?;
            Some((node.rect().top(), name.rsplit(" n").next()?.to_owned()))
        })
        .collect();
    rows.retain(|(_, name)| name != "local");
    rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rows.into_iter().map(|(_, name)| name).collect()
}

/// The row of a message.
#[track_caller]
fn row_name(rig: &Rig, number: u32) -> String {
    let end = format!(" n{number}");
    let mut rows = rig.list("Messages").into_iter();
    rows.find(|row| row.ends_with(&end)).unwrap_or_else(|| panic!("no{end} in {:?}", rig.list("Messages")))
}

#[track_caller]
fn click(rig: &mut Rig, number: u32, modifiers: Modifiers) {
    let name = row_name(rig, number);
    rig.control(Role::ListItem, &name).click_modifiers(modifiers);
    rig.run();
}

/// How far below the list's top edge, which a note above it moves, the row of a message begins.
#[track_caller]
fn top(rig: &Rig, number: u32) -> f32 {
    rig.place(Role::ListItem, &row_name(rig, number)).top() - rig.place(Role::List, "Messages").top()
}

/// Presses the keys of copying, does what the runtime does, and takes what came to the clipboard.
fn copy(rig: &mut Rig) -> Vec<String> {
    rig.effects();
    rig.event(egui::Event::Copy);
    rig.run();
    copied(rig)
}

fn copied(rig: &mut Rig) -> Vec<String> {
    let mut texts = Vec::new();
    for effect in rig.effects() {
        match effect {
            Effect::CopyRows { rows, wanted, listing, .. } => {
                let (text, copied) = copied_lines(&rig.log(), &rows, &listing);
                rig.apply(Event::RowsCopied { text, copied, wanted });
            }
            Effect::Clipboard(text) => texts.push(text),
            _ => {}
        }
    }
    texts.extend(rig.clipboard());
    texts
}

fn list(rig: &mut Rig, action: ListAction) {
    rig.perform(Action::List(action));
}

// Ranges.

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

// Copying.

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

// Marks.

#[test]
fn a_row_is_marked_and_says_so_in_both_lists_until_it_is_unmarked() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    rig.key(CTRL, Key::M);
    assert!(rig.list("Messages")[3].ends_with(" n3 marked"), "{:?}", rig.list("Messages"));
    rig.perform(Action::Tab(Tab::Packets));
    assert!(rig.list("Packets")[3].ends_with(" marked"));
    rig.key(CTRL, Key::M);
    assert!(rig.list("Packets").iter().all(|row| !row.contains("marked")));
}

#[test]
fn a_range_is_marked_at_once() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 6, SHIFT);
    rig.key(CTRL, Key::M);
    let marked = rig.list("Messages").iter().filter(|row| row.ends_with("marked")).count();
    assert_eq!(marked, 4);
}

#[test]
fn one_goes_from_mark_to_mark_among_the_rows_that_pass_and_round_the_end() {
    let mut rig = messages(1_000);
    for row in [3, 501, 900] {
        list(&mut rig, ListAction::ToggleMark(Some(row)));
    }
    rig.perform(Action::SelectRow(3));
    let selected = |rig: &Rig| rig.selected_row("Messages").unwrap_or_else(|| "out of sight".to_owned());
    rig.key(CTRL_SHIFT, Key::N);
    assert!(selected(&rig).ends_with(" n501 marked"), "{}", selected(&rig));
    rig.key(CTRL_SHIFT, Key::N);
    rig.key(CTRL_SHIFT, Key::N);
    assert!(selected(&rig).ends_with(" n3 marked"), "{}", selected(&rig));
    rig.key(CTRL_SHIFT, Key::B);
    assert!(selected(&rig).ends_with(" n900 marked"), "{}", selected(&rig));
    rig.fill("Filter", "topic == odd");
    rig.settle();
    rig.key(CTRL_SHIFT, Key::B);
    rig.key(CTRL_SHIFT, Key::B);
    assert!(selected(&rig).ends_with(" n3 marked"), "n900 does not pass: {}", selected(&rig));
    assert!(rig.model().dialog.is_none(), "Ctrl+N is another command");
}

#[test]
fn all_marks_are_removed_and_that_can_be_undone() {
    let mut rig = messages(12);
    for row in [3, 5] {
        list(&mut rig, ListAction::ToggleMark(Some(row)));
    }
    rig.key(CTRL_SHIFT, Key::M);
    assert!(rig.current().timeline.marks.is_empty());
    assert!(rig.shows("2 marks were removed"));
    rig.press_button("Undo");
    assert!(rig.list("Messages")[5].ends_with("marked"));
    assert_eq!(rig.current().timeline.marks.len(), 2);
}

#[test]
fn without_a_mark_the_keys_say_how_one_is_made() {
    let mut rig = messages(12);
    rig.key(CTRL_SHIFT, Key::N);
    assert!(rig.shows("No row of this list is marked. Ctrl+M marks the selected one."));
    assert_eq!(rig.current().timeline.selected, None);
}

#[test]
fn rows_that_go_take_their_marks_along_and_each_connection_has_its_own() {
    let mut rig = Setup::with(&["local", "other"]).start();
    rig.log().set_limits(SMALL);
    more(&mut rig, 0..100);
    list(&mut rig, ListAction::ToggleMark(Some(1)));
    more(&mut rig, 100..3_000);
    list(&mut rig, ListAction::ToggleMark(Some(2_999)));
    assert!(rig.log().rows().start > 1);
    assert_eq!(rig.current().timeline.marks.len(), 1);
    rig.click(Role::ListItem, "other");
    assert!(rig.current().timeline.marks.is_empty());
    rig.click(Role::ListItem, "local");
    assert!(rig.current().timeline.marks.contains(2_999));
}

// Going to a row.

fn go_to(rig: &mut Rig, text: &str) {
    rig.key(CTRL, Key::J);
    rig.type_text(text);
    rig.key(NONE, Key::Enter);
}

#[test]
fn going_to_a_number_selects_the_row_and_shows_it_and_follows_no_more() {
    let mut rig = messages(3_000);
    rig.perform(Action::Follow(true));
    go_to(&mut rig, "1,204");
    assert!(rig.model().dialog.is_none());
    assert!(rig.selected_row("Messages").is_some_and(|row| row.ends_with(" n1203")));
    assert!(!rig.current().timeline.follow);
    more(&mut rig, 3_000..3_100);
    assert!(rig.selected_row("Messages").is_some_and(|row| row.ends_with(" n1203")), "it stays in sight");
}

#[test]
fn a_number_that_is_not_listed_leads_to_the_nearest_and_that_is_said() {
    let mut rig = messages(100);
    rig.fill("Filter", "n20 or n30");
    rig.settle();
    go_to(&mut rig, "24");
    assert_eq!(rig.current().timeline.selected, Some(20));
    assert!(rig.shows("No. 24 is not in this list; No. 21 is the nearest"), "{:?}", rig.texts());
    go_to(&mut rig, "5000");
    assert_eq!(rig.current().timeline.selected, Some(30));
}

#[test]
fn going_to_a_time_selects_the_first_row_of_it() {
    let mut rig = messages(3_000);
    // The first row crossed at 20:09:49.588, then one a millisecond.
    for (text, row) in [
        ("20:09:50", 412),
        ("20:09:51.2", 1_612),
        ("2024-09-23 20:09:50.0004", 412),
        ("20:09", 0),
        ("08:00", 0),
        ("23:00", 2_999),
        ("2024-09-24", 2_999),
    ] {
        go_to(&mut rig, text);
        assert_eq!(rig.current().timeline.selected, Some(row), "{text}");
    }
}

#[test]
fn what_leads_nowhere_is_explained_and_the_form_stays_with_the_keyboard_in_it() {
    let mut rig = messages(3);
    go_to(&mut rig, "yesterday");
    assert!(matches!(rig.model().dialog, Some(Dialog::GoTo(_))));
    assert!(rig.is_invalid("Number or time"));
    assert!(rig.note("Number or time").starts_with("This is neither a number nor a time."));
    rig.fill("Number or time", "2");
    assert!(!rig.is_invalid("Number or time"));
    rig.press_button("Go");
    assert_eq!(rig.current().timeline.selected, Some(1));
}

#[test]
fn the_form_closes_with_escape_and_does_nothing() {
    let mut rig = messages(3);
    rig.key(CTRL, Key::J);
    rig.type_text("2");
    rig.key(NONE, Key::Escape);
    assert!(rig.model().dialog.is_none());
    assert_eq!(rig.current().timeline.selected, None);
}

#[test]
fn a_list_without_rows_says_that_there_is_nothing_to_go_to() {
    let mut rig = messages(0);
    go_to(&mut rig, "2");
    assert_eq!(rig.note("Number or time"), "The list has no rows to go to.");
}

// Times counted from a row.

#[test]
fn times_are_counted_from_the_reference_until_it_is_cleared() {
    for (tab, name) in [(Tab::Messages, "Messages"), (Tab::Packets, "Packets")] {
        let mut rig = messages(12);
        rig.perform(Action::Tab(tab));
        rig.perform(Action::SelectRow(4));
        rig.key(CTRL, Key::T);
        let rows = rig.list(name);
        assert!(rows[4].ends_with(" time reference"), "{rows:?}");
        assert!(rows[6].ends_with(" +0.002000") && rows[1].ends_with(" -0.003000"), "{rows:?}");
        rig.perform(Action::SelectRow(6));
        rig.key(CTRL, Key::T);
        assert!(rig.list(name)[6].ends_with(" time reference"), "another row takes its place");
        rig.key(CTRL, Key::T);
        assert!(rig.list(name)[4].ends_with(" n4") || tab == Tab::Packets);
        assert_eq!(rig.current().timeline.reference, None);
    }
}

#[test]
fn the_reference_counts_on_when_its_row_has_gone_and_can_still_be_cleared() {
    let mut rig = messages(0);
    rig.log().set_limits(SMALL);
    more(&mut rig, 0..100);
    list(&mut rig, ListAction::TimeReference(Some(0)));
    more(&mut rig, 100..3_000);
    assert!(rig.log().rows().start > 0);
    rig.wheel("Messages", -1e6);
    assert!(rig.list("Messages").last().is_some_and(|row| row.ends_with(" +2.999000")));
    rig.key(CTRL_SHIFT, Key::T);
    assert!(rig.list("Messages").last().is_some_and(|row| row.ends_with(" n2999")));
}

#[test]
fn copied_rows_say_their_times_as_listed() {
    let mut rig = messages(12);
    click(&mut rig, 3, NONE);
    click(&mut rig, 4, SHIFT);
    list(&mut rig, ListAction::TimeReference(None));
    let times: Vec<String> = copy(&mut rig)
        .concat()
        .lines()
        .map(|line| line.split('\t').nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(times, ["*REF*", "+0.001000"]);
}

// The place.

#[test]
fn the_selected_frame_keeps_its_place_when_the_filter_changes_and_changes_back() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == even");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
}

#[test]
fn where_the_selected_frame_does_not_pass_the_nearest_that_does_has_its_place() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == odd");
    rig.settle();
    assert_eq!(top(&rig, 2_501).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), [""; 0]);
    assert_eq!(rig.reader("Payload"), "n2500", "it is still looked at");
    let mut rig = focused(rig);
    rig.key(NONE, Key::ArrowDown);
    assert_eq!(chosen(&rig), ["2501"], "the keys go on from there");
    rig.perform(Action::SelectRow(2_500));
    rig.key(NONE, Key::ArrowUp);
    assert_eq!(chosen(&rig), ["2499"]);
}

#[test]
fn a_frame_that_did_not_pass_is_back_at_its_place_when_it_passes_again() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == odd");
    rig.settle();
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), ["2500"]);
}

#[test]
fn without_a_selection_the_topmost_frame_keeps_its_place_while_a_filter_is_typed() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_501));
    rig.state_mut().model.connections[0].timeline.selected = None;
    rig.run();
    rig.wheel("Messages", -500.0);
    let first: u32 = rig.list("Messages")[0].rsplit(" n").next().unwrap().parse().unwrap();
    let next_odd = first | 1;
    rig.field("Filter").focus();
    rig.run();
    for letter in "topic == odd".chars() {
        rig.type_text(&letter.to_string());
        rig.settle();
    }
    let shown = rig.list("Messages");
    assert!(shown[0].ends_with(&format!(" n{next_odd}")), "{first} {shown:?}");
    rig.press_button("Clear filter");
    rig.settle();
    assert!(rig.list("Messages")[0].ends_with(&format!(" n{first}")));
}

#[test]
fn the_other_list_shows_the_same_frame_at_the_same_place() {
    let mut rig = messages(3_000);
    rig.sent(&[PINGREQ.to_vec()]);
    rig.received(&[PINGRESP.to_vec()]);
    more(&mut rig, 3_000..6_000);
    rig.perform(Action::SelectRow(3_002));
    let before = top(&rig, 3_000);
    rig.perform(Action::Tab(Tab::Packets));
    rig.settle();
    let name = rig.selected_row("Packets").expect("in sight");
    assert!(name.starts_with("3003 "), "{name}");
    rig.perform(Action::Tab(Tab::Messages));
    rig.settle();
    assert_eq!(top(&rig, 3_000).to_bits(), before.to_bits());
}

#[test]
fn a_frame_selected_elsewhere_is_brought_in_sight_and_following_stops() {
    let mut rig = messages(3_000);
    rig.perform(Action::Follow(true));
    rig.perform(Action::SelectRow(100));
    assert!(rig.selected_row("Messages").is_some_and(|row| row.ends_with(" n100")));
    assert!(!rig.current().timeline.follow);
}

#[test]
fn a_click_on_a_row_that_the_edge_cuts_moves_nothing() {
    let mut rig = messages(3_000);
    rig.perform(Action::SelectRow(1_000));
    rig.wheel("Messages", -7.0);
    let before = top(&rig, 1_000);
    let list = rig.place(Role::List, "Messages");
    rig.click_at(list.left_top() + egui::vec2(200.0, 2.0));
    assert_ne!(rig.current().timeline.selected, Some(1_000));
    assert_eq!(top(&rig, 1_000).to_bits(), before.to_bits());
}

#[test]
fn frames_that_come_and_go_move_nothing_in_sight() {
    let mut rig = messages(0);
    rig.log().set_limits(Limits { memory_bytes: 120_000, ..SMALL });
    more(&mut rig, 0..3_000);
    rig.perform(Action::SelectRow(2_900));
    let before = top(&rig, 2_900);
    let earlier = rig.log().rows().start;
    more(&mut rig, 3_000..3_500);
    let start = rig.log().rows().start;
    assert!((earlier + 1..2_880).contains(&start), "{earlier} {start}");
    assert_eq!(top(&rig, 2_900).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), ["2900"]);
}

/// Lets a view's worker get on only when it is told to.
#[derive(Default)]
struct Gate {
    /// How often the worker came here, and whether it may pass.
    state: Mutex<(u64, bool)>,
    changed: Condvar,
}

impl Gate {
    /// A view of the current log whose worker has judged its first step, and waits.
    fn view(self: &Arc<Self>, rig: &Rig, filter: &str) -> Arc<View> {
        let filter = Filter::parse(filter, &TimeZone::UTC).unwrap();
        let gate = Arc::clone(self);
        let wake = move || {
            let mut state = gate.state.lock().unwrap();
            state.0 += 1;
            gate.changed.notify_all();
            drop(gate.changed.wait_while(state, |state| !state.1).unwrap());
        };
        let view = Arc::new(View::spawn(&rig.log(), filter, Arc::new(wake)));
        self.until(|came| came > 0);
        view
    }

    fn until(&self, enough: impl Fn(u64) -> bool) {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| !enough(state.0)).unwrap();
        assert!(!waited.1.timed_out(), "the view gets on");
    }

    fn open(&self, view: &View) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
        self.until(|_| view.is_complete());
    }
}

/// The list shows this view from now on.
fn show(rig: &mut Rig, view: &Arc<View>) {
    let (profile, serial) = (rig.selected(), rig.current().timeline.serial);
    rig.apply(Event::View { profile, serial, view: Arc::clone(view) });
}

#[test]
fn a_frame_that_a_new_filter_has_not_come_to_is_waited_for() {
    let mut rig = messages(10_000);
    rig.perform(Action::SelectRow(3_000));
    let before = top(&rig, 3_000);
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == even");
    show(&mut rig, &view);
    assert_eq!(chosen(&rig), [""; 0], "only the newest have been judged");
    gate.open(&view);
    rig.run();
    assert_eq!(top(&rig, 3_000).to_bits(), before.to_bits());
}

#[test]
fn scrolling_meanwhile_ends_the_waiting() {
    let mut rig = messages(10_000);
    rig.perform(Action::SelectRow(3_000));
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == even");
    show(&mut rig, &view);
    rig.wheel("Messages", -1e6);
    let shown = rig.list("Messages");
    gate.open(&view);
    rig.run();
    assert_eq!(rig.list("Messages"), shown);
}

#[test]
fn a_list_that_was_not_shown_yet_begins_with_the_first_frame_although_the_newest_are_judged_first() {
    let mut rig = messages(10_000);
    rig.state_mut().state = State::new(Layout::default());
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == odd");
    show(&mut rig, &view);
    gate.open(&view);
    rig.run();
    assert!(rig.list("Messages")[0].ends_with(" n1"), "{:?}", rig.list("Messages"));
}

#[test]
fn each_connection_comes_back_to_its_place() {
    let mut rig = Setup::with(&["local", "other"]).start();
    more(&mut rig, 0..3_000);
    rig.perform(Action::SelectRow(1_000));
    rig.wheel("Messages", -111.0);
    let before = rig.list("Messages");
    rig.click(Role::ListItem, "other");
    more(&mut rig, 0..50);
    rig.click(Role::ListItem, "local");
    assert_eq!(rig.list("Messages"), before);
}

// Words.

#[test]
fn a_row_offers_all_this_in_its_menu_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let mut rig = online_with(Setup::profile(subscribed("local", &["#"])).language(language));
        more(&mut rig, 0..3);
        list(&mut rig, ListAction::ToggleMark(Some(0)));
        let name = rig.list(texts(language).messages)[1].clone();
        rig.control(Role::ListItem, &name).click_secondary();
        rig.run();
        let t = texts(language);
        for words in [t.copy_row, t.mark, t.set_time_reference, t.clear_marks, t.filter_for] {
            assert!(rig.has(Role::MenuItem, words), "{words}");
        }
        rig.click(Role::MenuItem, t.mark);
        assert!(rig.list(t.messages)[1].ends_with(t.marked));
    }
}

#[test]
fn what_is_said_of_rows_is_chinese_in_chinese() {
    let said = [
        NoticeText::RowsCopied(2, 2),
        NoticeText::RowsCopied(100_000, 10_000_000),
        NoticeText::MarksRemoved(3),
        NoticeText::WentNearby(23, 20),
    ]
    .map(|text| notice(&text, Language::Chinese));
    assert_eq!(said[0], "已复制 2 行");
    assert!(said[1].contains("10,000,000 行中的前 100,000 行"), "{}", said[1]);
    assert_eq!(said[2], "已取消 3 个标记");
    assert_eq!(said[3], "此列表中没有第 24 号，已转到最近的第 21 号");
}
