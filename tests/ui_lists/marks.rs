//! Marks, going to a row, and times that are counted from one.

use super::*;

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
