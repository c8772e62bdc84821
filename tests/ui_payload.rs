//! Payloads in the window: as trees, in formats that are remembered for their topics, and when they are huge.
#![cfg(feature = "gui")]

mod ui_support;

use std::fmt::Write as _;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::{Action, CopyWhat, Effect, PayloadView, Tab};
use mqloupe::payload::Format;
use mqloupe::store::{Settings, TopicFormat};
use ui_support::frames::publish;
use ui_support::{CTRL, Rig, Setup, online, online_with};

const JSON: &str = r#"{"t": 21.5, "items": [{"id": "a\"b"}, {"id": 7}], "on": true}"#;

/// A window that shows the newest message, as a tree.
fn tree_of(rig: &mut Rig, topic: &str, payload: impl AsRef<[u8]>) {
    rig.received(&[publish(topic, payload)]);
    select_newest(rig);
    rig.press_button("Tree");
}

fn select_newest(rig: &mut Rig) {
    let newest = rig.log().rows().end - 1;
    rig.perform(Action::SelectRow(newest));
}

fn nodes(rig: &Rig) -> Vec<String> {
    rig.rows(Role::Tree, "Payload")
}

fn filter(rig: &Rig) -> String {
    rig.current().timeline.filter.clone()
}

/// Gives the tree the keyboard.
fn focus_tree(rig: &mut Rig) {
    rig.control(Role::Tree, "Payload").focus();
    rig.run();
}

#[test]
fn json_is_shown_as_a_tree_that_the_arrows_walk_fold_and_unfold() {
    let mut rig = online_with(Setup::with(&["local"]).size(egui::vec2(1280.0, 1200.0)));
    tree_of(&mut rig, "a", JSON);
    let folded = ["JSON {3}", "t 21.5", "items [2]", "on true"];
    assert_eq!(nodes(&rig), folded);
    focus_tree(&mut rig);
    let press = |rig: &mut Rig, keys: &[Key]| keys.iter().for_each(|key| rig.key(Modifiers::NONE, *key));
    press(&mut rig, &[Key::Home, Key::ArrowDown, Key::ArrowDown, Key::ArrowRight]);
    assert_eq!(nodes(&rig), ["JSON {3}", "t 21.5", "items [2]", "[0] {1}", "[1] {1}", "on true"]);
    press(&mut rig, &[Key::ArrowRight, Key::ArrowDown, Key::Enter, Key::ArrowRight]);
    assert_eq!(nodes(&rig)[3..6], ["[0] {1}", "[1] {1}", "id 7"]);
    let item = rig.control(Role::TreeItem, "id 7").accesskit_node();
    assert_eq!((item.is_selected(), item.data().level()), (Some(true), Some(4)));
    // To what it belongs to, and that folded; the same once more.
    press(&mut rig, &[Key::ArrowLeft, Key::ArrowLeft, Key::ArrowLeft, Key::ArrowLeft]);
    assert_eq!(nodes(&rig), folded);
    let item = rig.control(Role::TreeItem, "items [2]").accesskit_node();
    assert_eq!((item.is_selected(), item.data().is_expanded()), (Some(true), Some(false)));
}

#[test]
fn a_selected_value_marks_its_bytes_and_gives_its_value_and_its_path() {
    let mut rig = online(&[]);
    tree_of(&mut rig, "a", JSON);
    rig.perform(Action::ToggleNode(vec![1]));
    rig.perform(Action::ToggleNode(vec![1, 0]));
    rig.click(Role::TreeItem, "id a\"b".replace("a\"b", "\"a\\\"b\"").as_str());
    let marked = rig.current().inspector.as_ref().unwrap().bytes.clone().expect("bytes");
    assert_eq!(&rig.current().inspector.as_ref().unwrap().frame.bytes[marked], br#""a\"b""#);
    rig.effects();
    rig.event(egui::Event::Copy);
    rig.run();
    rig.press_button("Copy");
    rig.click(Role::MenuItem, "Copy path");
    assert_eq!(rig.clipboard(), ["a\"b", "json.items[0].id"]);
    // Another part that is selected takes the place of the value.
    rig.click_field("Topic name a");
    rig.perform(Action::Copy(CopyWhat::Node));
    assert!(rig.clipboard().is_empty());
}

#[test]
fn a_value_is_filtered_for_and_left_out_by_menu_and_by_key() {
    let mut rig = online(&[]);
    rig.received(&[publish("a", r#"{"t": 3}"#), publish("a", "no JSON")]);
    tree_of(&mut rig, "a", JSON);
    rig.control(Role::TreeItem, "t 21.5").click_secondary();
    rig.settle();
    rig.click(Role::MenuItem, "Filter for this");
    assert_eq!(filter(&rig), "json.t == 21.5");
    rig.settle();
    assert_eq!(rig.current().timeline.view.as_ref().unwrap().len(), 1);
    rig.press_button("Clear filter");
    rig.perform(Action::ToggleNode(vec![1]));
    rig.perform(Action::ToggleNode(vec![1, 0]));
    rig.perform(Action::SelectNode(vec![1, 0, 0]));
    rig.key(CTRL | Modifiers::SHIFT, Key::G);
    assert_eq!(filter(&rig), r#"!(json.items[0].id == "a\"b")"#);
    rig.settle();
    assert_eq!(rig.current().timeline.view.as_ref().unwrap().len(), 2);
    rig.press_button("Clear filter");
    rig.perform(Action::SelectNode(vec![1]));
    rig.key(CTRL, Key::G);
    assert_eq!(filter(&rig), "json.items");
    rig.settle();
    assert_eq!(rig.current().timeline.view.as_ref().unwrap().len(), 1);
}

#[test]
fn faulty_json_is_a_tree_up_to_the_fault_and_offers_no_filter() {
    let mut rig = online_with(Setup::with(&["local"]).settings(|settings| {
        settings.formats = vec![TopicFormat { topic: "a".to_owned(), format: "JSON tree".to_owned() }];
    }));
    rig.received(&[publish("a", "{\"a\": 1,\n \"b\": [2, oops]}")]);
    select_newest(&mut rig);
    assert_eq!(nodes(&rig), ["JSON {2}", "a 1", "b [1]"]);
    assert!(rig.shows("Line 2, column 11: a value is expected here"), "{:?}", rig.texts());
    rig.control(Role::TreeItem, "a 1").click_secondary();
    rig.settle();
    assert!(rig.has(Role::MenuItem, "Copy path") && !rig.has(Role::MenuItem, "Filter for this"));
}

#[test]
fn what_is_unfolded_and_selected_stays_so_from_one_message_of_a_topic_to_the_next() {
    let mut rig = online(&[]);
    tree_of(&mut rig, "a", r#"{"x": {"y": 1}, "z": [1]}"#);
    rig.perform(Action::ToggleNode(vec![0]));
    rig.perform(Action::SelectNode(vec![0, 0]));
    rig.received(&[publish("a", r#"{"new": 0, "x": {"y": 2}}"#)]);
    select_newest(&mut rig);
    assert_eq!(nodes(&rig), ["JSON {2}", "new 0", "x {1}", "y 2"]);
    assert_eq!(rig.control(Role::TreeItem, "y 2").accesskit_node().is_selected(), Some(true));
}

#[test]
fn a_long_payload_is_made_a_tree_elsewhere_and_only_the_rows_in_sight_are_laid_out() {
    let mut rig = online(&[]);
    let mut payload = "{\"big\": [0".to_owned();
    for number in 1..200_000 {
        let _ = write!(payload, ",{number}");
    }
    payload.push_str("], \"last\": true}");
    tree_of(&mut rig, "a", payload);
    assert!(rig.shows("Reading…"));
    rig.render_payload();
    assert_eq!(nodes(&rig), ["JSON {2}", "big [200000]", "last true"]);
    rig.perform(Action::ToggleNode(vec![0]));
    assert_eq!(nodes(&rig)[1], "big Reading…");
    rig.render_payload();
    focus_tree(&mut rig);
    rig.key(Modifiers::NONE, Key::End);
    let seen = nodes(&rig);
    assert!(seen.len() <= 20, "{} rows", seen.len());
    assert_eq!(seen.last().map(String::as_str), Some("last true"));
    rig.key(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(nodes(&rig).iter().rev().nth(1).map(String::as_str), Some("[199999] 199999"));
    rig.key(Modifiers::NONE, Key::ArrowLeft);
    assert!(nodes(&rig).contains(&"big [200000]".to_owned()));
}

#[test]
fn cbor_is_decoded_only_when_it_is_asked_for() {
    let mut rig = online(&[]);
    let mut cbor = vec![0x9a, 0, 1, 0, 0];
    cbor.extend([0x18, 0x2a].repeat(0x1_0000));
    rig.received(&[publish("a", &cbor)]);
    rig.effects();
    select_newest(&mut rig);
    assert!(matches!(rig.current().inspector.as_ref().unwrap().payload, Some(PayloadView::Lines)));
    let renders = |rig: &mut Rig| {
        rig.effects().iter().filter(|effect| matches!(effect, Effect::RenderPayload { .. })).count()
    };
    assert_eq!(renders(&mut rig), 0, "hex is what is shown, and needs no decoding");
    rig.perform(Action::PayloadFormat(Format::Cbor));
    assert_eq!(renders(&mut rig), 1);
    rig.perform(Action::PayloadTree(true));
    rig.render_payload();
    assert_eq!(nodes(&rig)[..2], ["CBOR [65536]", "[0] 42"]);
}

/// Chooses in the inspector's list of formats.
fn choose(rig: &mut Rig, from: &str, format: &str) {
    let place = rig.get_by(|node| node.role() == Role::ComboBox && node.value().as_deref() == Some(from));
    let place = place.rect().center();
    rig.click_at(place);
    rig.click(Role::MenuItem, format);
}

#[test]
fn a_chosen_format_is_kept_for_its_topic_over_restarts_until_it_is_automatic_again() {
    let mut rig = online(&[]);
    rig.received(&[publish("a", "[1]"), publish("b", "[1]")]);
    rig.perform(Action::SelectRow(0));
    choose(&mut rig, "Automatic · JSON", "Hex");
    let saved = rig.settings().pop().expect("saved");
    assert_eq!(saved.formats, [TopicFormat { topic: "a".to_owned(), format: "Hex".to_owned() }]);
    rig.perform(Action::SelectRow(1));
    assert_eq!(rig.reader("Payload"), "[\n  1\n]");

    let mut rig = online_with(Setup { settings: saved, ..Setup::with(&["local"]) });
    rig.received(&[publish("a", "[1]")]);
    select_newest(&mut rig);
    assert_eq!(rig.reader("Payload"), "5b 31 5d");
    choose(&mut rig, "Hex", "Automatic");
    assert_eq!(rig.reader("Payload"), "[\n  1\n]");
    assert!(rig.settings().pop().expect("saved").formats.is_empty());
}

#[test]
fn only_the_newest_choices_are_kept() {
    let known = (0..500).map(|number| TopicFormat { topic: format!("t/{number}"), format: "Hex".to_owned() });
    let mut rig =
        online_with(Setup::with(&["local"]).settings(|settings| settings.formats = known.collect()));
    rig.received(&["new", "t/7", &"long".repeat(1000)].map(|topic| publish(topic, "x")));
    for row in 0..3 {
        rig.perform(Action::SelectRow(row));
        rig.perform(Action::PayloadFormat(Format::Base64));
        assert_eq!(rig.reader("Payload"), "eA==", "the choice holds for what is looked at");
    }
    let formats = &rig.model().settings.formats;
    assert_eq!(formats.len(), 500);
    let topics: Vec<_> = formats.iter().map(|known| known.topic.as_str()).collect();
    assert_eq!((topics[0], topics[1], topics[2], topics[499]), ("t/7", "new", "t/0", "t/498"));
}

#[test]
fn a_format_that_this_version_does_not_know_is_automatic() {
    let unknown = |topic: &str| TopicFormat { topic: topic.to_owned(), format: "Hieroglyphs".to_owned() };
    let settings =
        Settings { language: Some(Language::English), formats: vec![unknown("a")], ..Settings::default() };
    let mut rig = online_with(Setup { settings, ..Setup::with(&["local"]) });
    rig.received(&[publish("a", "[1]")]);
    select_newest(&mut rig);
    assert_eq!(rig.reader("Payload"), "[\n  1\n]");
}

#[test]
fn the_tree_has_a_key_and_chinese_names() {
    let mut rig = online_with(Setup::with(&["local"]).language(Language::Chinese));
    rig.received(&[publish("a", JSON)]);
    select_newest(&mut rig);
    rig.key(CTRL, Key::E);
    assert!(rig.has(Role::Button, "树状") && rig.has(Role::TreeItem, "items [2]"));
    rig.control(Role::TreeItem, "t 21.5").click_secondary();
    rig.settle();
    assert!(rig.has(Role::MenuItem, "只看这个") && rig.has(Role::MenuItem, "复制路径"));
    rig.key(Modifiers::NONE, Key::Escape);
    rig.key(CTRL, Key::E);
    assert!(!rig.has(Role::TreeItem, "items [2]"));
}

#[test]
fn a_hundred_megabytes_are_looked_at_row_by_row() {
    let mut rig = online(&[]);
    rig.perform(Action::Tab(Tab::Packets));
    let bytes: Vec<u8> = (0..100_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    rig.received(&[publish("a", bytes)]);
    rig.effects();
    select_newest(&mut rig);
    // Fetched and taken apart elsewhere.
    let asked = rig.effects();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Inspect { .. })), "{}", asked.len());
    assert!(rig.list("Hex").len() <= 17, "{} rows", rig.list("Hex").len());
    assert!(rig.fields().iter().any(|field| field.starts_with("Payload")));
    for format in [Format::Hex, Format::Base64] {
        rig.perform(Action::PayloadFormat(format));
        let payload = rig.current().inspector.as_ref().unwrap().payload.clone();
        assert!(matches!(payload, Some(PayloadView::Lines)), "{format} is made line by line");
    }
    // The whole payload selected, and its last byte gone to.
    rig.perform(Action::SelectBytes(10..100_000_000));
    rig.control(Role::List, "Hex").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::End);
    let rows = rig.list("Hex");
    assert!(rows.len() <= 17 && rows.last().is_some_and(|row| row.starts_with("5f5e100")), "{rows:?}");
    // The menu of a field that is too long for a filter offers none, however often it is drawn.
    assert_eq!(rig.current().inspector.as_ref().unwrap().term(&[2]), None);
}
