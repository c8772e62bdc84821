//! The keyboard: every key of the help does what it says, also from within a field, and no letter is lost.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::model::{Action, Dialog, Sheet, Tab};
use mqloupe::session::{Failure, Phase};
use ui_support::frames::publish;
use ui_support::{CTRL, Rig, Setup, online, subscribed};

fn has_focus(rig: &Rig, field: &str) -> bool {
    rig.field(field).is_focused()
}

fn value(rig: &Rig, field: &str) -> String {
    rig.field(field).value().unwrap_or_default()
}

#[test]
fn ctrl_n_opens_the_form_of_a_new_connection_and_esc_closes_it() {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::N);
    assert!(rig.has(Role::Dialog, "New connection"));
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::Dialog, "New connection"));
}

#[test]
fn ctrl_enter_publishes_from_within_the_payload_and_adds_no_line() {
    let mut rig = online(&[]);
    rig.fill("Topic", "sensor");
    rig.fill("Payload", "lalala");
    rig.effects();
    rig.key(CTRL, Key::Enter);
    let published = rig.published();
    assert_eq!(published.len(), 1, "{published:?}");
    assert_eq!(published[0].payload, b"lalala");
    assert_eq!(value(&rig, "Payload"), "lalala");
    assert!(has_focus(&rig, "Payload"));
}

#[test]
fn enter_in_the_payload_is_a_new_line() {
    let mut rig = online(&[]);
    rig.fill("Payload", "one");
    rig.key(Modifiers::NONE, Key::Enter);
    rig.type_text("two");
    assert_eq!(value(&rig, "Payload"), "one\ntwo");
    assert!(rig.published().is_empty());
}

#[test]
fn ctrl_f_goes_to_the_filter_and_esc_leaves_it() {
    let mut rig = online(&[]);
    rig.key(CTRL, Key::F);
    assert!(has_focus(&rig, "Filter"));
    rig.type_text("qos:1");
    assert_eq!(rig.current().timeline.filter, "qos:1");
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!has_focus(&rig, "Filter"));
}

#[test]
fn ctrl_l_turns_following() {
    let mut rig = online(&[]);
    rig.key(CTRL, Key::L);
    assert!(!rig.current().timeline.follow);
    rig.key(CTRL, Key::L);
    assert!(rig.current().timeline.follow);
}

#[test]
fn ctrl_and_a_digit_select_the_connection_at_that_place() {
    let mut rig = Setup::with(&["a", "b", "c"]).start();
    rig.key(CTRL, Key::Num3);
    assert_eq!(rig.selected().0, "c");
    rig.key(CTRL, Key::Num1);
    assert_eq!(rig.selected().0, "a");
    rig.key(CTRL, Key::Num9);
    assert_eq!(rig.selected().0, "a");
}

#[test]
fn f1_shows_the_keys_of_the_command_table() {
    let mut rig = Setup::with(&["local"]).start();
    rig.key(Modifiers::NONE, Key::F1);
    assert!(rig.has(Role::Dialog, "Keys"));
    for (words, keys) in [
        ("New connection", "Ctrl+N"),
        ("Publish", "Ctrl+Enter"),
        ("Go to the filter", "Ctrl+F"),
        ("Follow", "Ctrl+L"),
        ("Commands", "Ctrl+K, Ctrl+Shift+P"),
        ("Help", "F1"),
    ] {
        assert!(
            rig.has(Role::Label, words) && rig.has(Role::Label, keys),
            "{words} {keys}: {:?}",
            rig.texts()
        );
    }
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::Dialog, "Keys"));
}

#[test]
fn the_palette_finds_a_command_by_a_part_of_its_name() {
    for keys in [(CTRL, Key::K), (CTRL | Modifiers::SHIFT, Key::P)] {
        let mut rig = Setup::with(&["local"]).start();
        rig.key(keys.0, keys.1);
        assert!(has_focus(&rig, "Commands"));
        rig.type_text("sub");
        assert!(rig.has(Role::ListItem, "New subscription"), "{:?}", rig.texts());
        assert!(!rig.has(Role::ListItem, "Settings"));
        rig.key(Modifiers::NONE, Key::Enter);
        assert!(rig.has(Role::Dialog, "New subscription"), "the command ran, and its form stays");
    }
}

#[test]
fn arrows_choose_in_the_palette_and_a_click_runs() {
    let mut rig = Setup::with(&["local"]).start();
    rig.key(CTRL, Key::K);
    rig.type_text("theme");
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(rig.model().dialog.is_none());
    rig.key(CTRL, Key::K);
    assert_eq!(value(&rig, "Commands"), "", "a palette opens empty");
    rig.key(Modifiers::NONE, Key::ArrowDown);
    rig.key(Modifiers::NONE, Key::Enter);
    assert!(rig.model().dialog.is_none());
    assert!(rig.current().live, "the second command is Connect");
    rig.key(CTRL, Key::K);
    rig.click(Role::ListItem, "Packets");
    assert_eq!(rig.current().timeline.tab, Tab::Packets);
    assert!(rig.model().dialog.is_none());
}

#[test]
fn the_palette_can_open_another_sheet() {
    // A language is named in its own letters.
    let mut rig = Setup::with(&["local"]).any_letters().start();
    rig.key(CTRL, Key::K);
    rig.type_text("settings");
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(rig.model().dialog, Some(Dialog::Sheet(Sheet::Settings)));
}

#[test]
fn keys_of_commands_take_no_letters_from_a_field() {
    let mut rig = online(&[]);
    rig.fill("Topic", "ab");
    for key in [Key::L, Key::L] {
        rig.key(CTRL, key);
    }
    rig.type_text("cd");
    assert_eq!(value(&rig, "Topic"), "abcd");
    rig.key(CTRL, Key::K);
    rig.key(Modifiers::NONE, Key::Escape);
    assert_eq!(value(&rig, "Topic"), "abcd");
    for letter in ["1", "n", "f", "l", "k", "p", " "] {
        let before = value(&rig, "Topic");
        rig.field("Topic").focus();
        rig.run();
        rig.key(Modifiers::NONE, Key::End);
        rig.type_text(letter);
        assert_eq!(value(&rig, "Topic"), before + letter);
    }
    assert!(rig.model().dialog.is_none());
}

#[test]
fn several_letters_between_two_drawings_all_arrive() {
    let mut rig = online(&[]);
    rig.field("Topic").focus();
    rig.run();
    for letter in ["s", "e", "n", "s", "o", "r"] {
        rig.input_mut().events.push(egui::Event::Text(letter.to_owned()));
    }
    rig.run();
    assert_eq!(value(&rig, "Topic"), "sensor");
}

#[test]
fn a_field_keeps_the_keyboard_when_the_connection_is_lost_meanwhile() {
    let mut rig = online(&[]);
    rig.fill("Payload", "half a ");
    rig.phase(Phase::Offline { cause: Some(Failure::KeepAliveMissed) });
    rig.type_text("sentence");
    assert_eq!(value(&rig, "Payload"), "half a sentence");
}

#[test]
fn a_field_keeps_the_keyboard_while_messages_come() {
    let mut rig = online(&["sensor"]);
    rig.fill("Payload", "half a ");
    rig.received(&[publish("sensor", "1"), publish("sensor", "2")]);
    rig.type_text("sentence");
    assert_eq!(value(&rig, "Payload"), "half a sentence");
}

#[test]
fn what_is_typed_for_one_connection_is_not_undone_into_another() {
    let mut rig = Setup::with(&["a", "b"]).start();
    rig.fill("Payload", "of a");
    rig.click(Role::ListItem, "b");
    rig.fill("Payload", "of b");
    rig.key(CTRL, Key::Z);
    rig.key(CTRL, Key::Z);
    assert!(!value(&rig, "Payload").contains("of a"), "{}", value(&rig, "Payload"));
    rig.click(Role::ListItem, "a");
    assert_eq!(value(&rig, "Payload"), "of a");
}

#[test]
fn connections_are_worked_by_keys_alone() {
    let mut rig = Setup::with(&["a", "b"]).start();
    rig.control(Role::ListItem, "b").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Space);
    assert_eq!(rig.selected().0, "b");
    rig.key(Modifiers::NONE, Key::Enter);
    assert!(rig.current().live);
    rig.key(Modifiers::NONE, Key::Delete);
    assert!(!rig.has(Role::ListItem, "b"));
    rig.press_button("Undo");
    assert!(rig.has(Role::ListItem, "b"));
}

#[test]
fn subscriptions_are_worked_by_keys_alone() {
    let mut rig = Setup::profile(subscribed("local", &["a", "b"])).start();
    rig.control(Role::ListItem, "a").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Space);
    assert_eq!(rig.current().timeline.only.as_deref(), Some("a"));
    rig.key(Modifiers::NONE, Key::Delete);
    assert!(!rig.has(Role::ListItem, "a"));
    assert_eq!(rig.current().timeline.only, None);
}

#[test]
fn delete_in_a_field_deletes_a_letter_and_no_row() {
    let mut rig = Setup::profile(subscribed("local", &["a"])).start();
    rig.fill("Topic", "xy");
    rig.key(Modifiers::NONE, Key::Home);
    rig.key(Modifiers::NONE, Key::Delete);
    assert_eq!(value(&rig, "Topic"), "y");
    assert!(rig.has(Role::ListItem, "a") && rig.has(Role::ListItem, "local"));
}

#[test]
fn keys_reach_nothing_behind_an_open_form() {
    let mut rig = online(&[]);
    rig.perform(Action::Compose(mqloupe::model::ComposerEdit::Topic("sensor".to_owned())));
    rig.key(CTRL, Key::N);
    rig.effects();
    rig.key(CTRL, Key::L);
    assert!(rig.current().timeline.follow);
    rig.key(CTRL, Key::K);
    assert!(matches!(rig.model().dialog, Some(Dialog::Profile(_))));
    rig.key(CTRL, Key::Enter);
    assert!(rig.published().is_empty());
}

#[test]
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general enough in the lifetime"
)]
fn tab_reaches_the_main_controls_one_after_the_other() {
    let mut rig = online(&[]);
    let mut reached = Vec::new();
    for _ in 0..60 {
        rig.key(Modifiers::NONE, Key::Tab);
        let focused = rig.query_by(|node| node.is_focused()).and_then(|node| node.accesskit_node().label());
        reached.extend(focused);
    }
    for name in [
        "New connection",
        "local",
        "New subscription",
        "Disconnect",
        "Edit",
        "Filter",
        "Follow",
        "Topic",
        "Payload",
        "Publish",
        "Settings",
        "Start local broker",
    ] {
        assert!(reached.iter().any(|reached| reached == name), "{name} in {reached:?}");
    }
}
