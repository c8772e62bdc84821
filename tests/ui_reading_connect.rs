//! Reading CONNECT byte by byte, as the article does it by hand; and what can be copied of a frame.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::{Action, Tab};
use mqloupe::wire::Direction;
use ui_support::frames::{CONNACK, CONNECT, publish};
use ui_support::{CTRL, Rig, Setup, online, profile, words};

/// The flags of CONNECT as the tree shows them.
const FLAGS: [&str; 7] = [
    "User name flag 1",
    "Password flag 1",
    "Will retain 0",
    "Will QoS 0",
    "Will flag 0",
    "Clean session 1",
    "Reserved 0",
];

/// A window whose inspector shows CONNECT.
fn connect_in(setup: Setup) -> Rig {
    // Tall enough for every field of CONNECT.
    let tall = |settings: &mut mqloupe::store::Settings| {
        settings.layout.splits.insert("inspector height".to_owned(), 620);
    };
    let mut rig = setup.settings(tall).size(egui::vec2(1280.0, 1000.0)).start();
    rig.perform(Action::Tab(Tab::Packets));
    rig.cross(Direction::ToServer, CONNECT);
    rig.cross(Direction::ToClient, CONNACK);
    rig.settle();
    rig.click_row("CONNECT");
    rig
}

fn connect() -> Rig {
    connect_in(Setup::with(&["local"]))
}

/// Where a byte stands on the screen: `column` from the left of the row that begins with this offset.
fn byte_place(rig: &Rig, row: &str, column: u8) -> Pos2 {
    let pane = rig.place(Role::List, "Hex");
    let node = rig.get_by(|node| {
        node.role() == Role::ListItem && node.label().is_some_and(|label| label.starts_with(row))
    });
    // A digit is 7.8 wide. Four of the offset, a gap, then two and a space for each byte, and another space
    // between the eighth and the ninth.
    let digit = 7.8;
    let group = if column >= 8 { 8.0 } else { 0.0 };
    let x = pane.left() + 4.0 * digit + 16.0 + f32::from(column) * (2.0 * digit + 8.0) + group + digit;
    egui::pos2(x, node.rect().center().y)
}

fn selected_field(rig: &Rig) -> String {
    rig.get_by(|node| node.role() == Role::TreeItem && node.is_selected() == Some(true))
        .accesskit_node()
        .label()
        .unwrap_or_default()
}

fn explanation(rig: &Rig) -> String {
    let inspector = rig.current().inspector.as_ref().unwrap();
    // What stands between backticks is drawn in monospace, without them.
    inspector.explanation.as_ref().expect("an explanation").text.replace('`', "")
}

#[test]
fn the_row_opens_into_fields_with_the_flags_bit_by_bit() {
    let rig = connect();
    let fields = rig.state().model.current().unwrap().inspector.as_ref().unwrap().lines.clone();
    let names: Vec<String> = fields.iter().map(|line| format!("{} {}", line.label, line.value)).collect();
    for flag in FLAGS {
        assert!(names.iter().any(|name| name.starts_with(flag)), "{flag} in {names:#?}");
    }
}

#[test]
fn a_click_on_the_byte_c2_selects_the_connect_flags() {
    let mut rig = connect();
    let at = byte_place(&rig, "0000", 9);
    rig.click_at(at);
    assert!(selected_field(&rig).starts_with("Connect flags 0xc2"), "{}", selected_field(&rig));
    assert_eq!(rig.current().inspector.as_ref().unwrap().bytes, Some(9..10));
}

#[test]
fn the_keyboard_reaches_the_byte_c2_from_the_first() {
    let mut rig = connect();
    rig.control(Role::List, "Hex").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Home);
    for _ in 0..9 {
        rig.key(Modifiers::NONE, Key::ArrowRight);
    }
    assert!(selected_field(&rig).starts_with("Connect flags 0xc2"), "{}", selected_field(&rig));
    for flag in FLAGS {
        assert!(rig.fields().iter().any(|line| line.starts_with(flag)), "{flag} in {:?}", rig.fields());
    }
}

#[test]
fn remaining_length_is_computed_and_keep_alive_is_in_seconds() {
    let mut rig = connect();
    let at = byte_place(&rig, "0000", 1);
    rig.click_at(at);
    assert_eq!(selected_field(&rig), "Remaining length 38");
    let explained = explanation(&rig);
    assert!(explained.contains("38"), "{explained}");
    let said: Vec<String> =
        rig.control(Role::Group, "Explain").children_recursive().flat_map(|node| words(&node)).collect();
    assert!(said.iter().any(|text| text.contains(&explained)), "{said:?} under the name Explain");
    for column in [10, 11] {
        let at = byte_place(&rig, "0000", column);
        rig.click_at(at);
        assert_eq!(selected_field(&rig), "Keep alive 60 s");
    }
}

#[test]
fn a_field_marks_its_bytes_and_the_bytes_around_them() {
    let mut rig = connect();
    rig.click_field("Keep alive 60 s");
    let inspector = rig.current().inspector.as_ref().unwrap();
    assert_eq!(inspector.bytes, Some(10..12));
    assert!(inspector.parent_range().is_some_and(|parent| parent.contains(&11)));
}

#[test]
fn a_field_chosen_by_its_bytes_comes_in_sight_and_so_do_bytes_chosen_by_their_field() {
    let mut rig = Setup::with(&["local"]).start();
    rig.perform(Action::Tab(Tab::Packets));
    let long = "t".repeat(600);
    rig.sent(&[CONNECT.to_vec(), publish(&long, "the end")]);
    rig.click_row("CONNECT");
    let at = byte_place(&rig, "0010", 9);
    rig.click_at(at);
    assert!(rig.fields().iter().any(|line| line == "User name admin"), "{:?}", rig.fields());
    rig.click_row("PUBLISH");
    rig.perform(Action::SelectField(vec![2]));
    assert!(rig.list("Hex").iter().any(|row| row.ends_with("74 74 68 65")), "{:?}", rig.list("Hex"));
}

#[test]
fn the_explanation_follows_the_language_with_its_section() {
    let mut rig = connect_in(Setup::with(&["local"]).any_letters());
    rig.click_field("Keep alive 60 s");
    let english = explanation(&rig);
    assert!(rig.shows(&english) && rig.shows("3.1.2.10"), "{:#?}", rig.texts());
    rig.perform(Action::Language(Language::Chinese));
    let chinese = explanation(&rig);
    assert!(chinese.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{chinese}");
    assert!(rig.shows(&chinese) && rig.shows("3.1.2.10") && !rig.shows(&english));
}

#[test]
fn arrows_walk_the_tree_and_fold_it() {
    let mut rig = connect();
    rig.control(Role::Tree, "Fields").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Home);
    let first = selected_field(&rig);
    let all = rig.current().inspector.as_ref().unwrap().lines.len();
    rig.key(Modifiers::NONE, Key::ArrowLeft);
    assert!(rig.current().inspector.as_ref().unwrap().lines.len() < all, "{first} folds");
    rig.key(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(rig.current().inspector.as_ref().unwrap().lines.len(), all);
    rig.key(Modifiers::NONE, Key::ArrowDown);
    assert_ne!(selected_field(&rig), first);
}

#[test]
fn a_password_is_hidden_in_both_panes_until_it_is_asked_for() {
    let mut rig = connect();
    let hidden =
        |rig: &Rig| !rig.shows("70 61 73 73") && !rig.texts().iter().any(|t| t == "Password password");
    assert!(hidden(&rig), "{:?}", rig.list("Hex"));
    rig.press_button("Show secrets");
    assert!(rig.shows("70 61 73 73"), "{:?}", rig.list("Hex"));
    rig.press_button("Hide secrets");
    assert!(hidden(&rig));
}

#[test]
fn packets_show_sixteen_bytes_a_row_and_messages_eight() {
    let mut rig = online(&[]);
    rig.received(&[publish("sensor", "0123456789")]);
    rig.click_row("sensor");
    assert_eq!(rig.list("Hex")[0], "0000 30 12 00 06 73 65 6e 73");
    rig.click(Role::Tab, "Packets");
    assert_eq!(rig.list("Hex")[0], "0000 30 12 00 06 73 65 6e 73 6f 72 30 31 32 33 34 35");
}

#[test]
fn the_copy_menu_gives_bytes_payload_topic_and_value() {
    let mut rig = online(&[]);
    rig.received(&[publish("sensor", "Hi")]);
    rig.click_row("sensor");
    rig.click_field("Topic name sensor");
    rig.effects();
    let mut copied = Vec::new();
    for name in ["Copy as hex", "Copy as text", "Copy as C array", "Copy payload", "Copy topic", "Copy value"]
    {
        rig.press_button("Copy");
        rig.click(Role::MenuItem, name);
        copied.extend(rig.clipboard());
    }
    assert_eq!(copied.len(), 6, "{copied:?}");
    assert_eq!(copied[0], "73 65 6e 73 6f 72");
    assert_eq!(copied[1], "sensor");
    assert!(copied[2].contains("0x73"), "{}", copied[2]);
    assert_eq!(copied[3..], ["Hi", "sensor", "sensor"]);
}

#[test]
fn the_same_field_stays_selected_from_one_message_to_the_next() {
    let mut rig = online(&[]);
    rig.received(&[publish("a", "1"), publish("b", "2")]);
    rig.click_row("received a ");
    rig.click_field("Topic name a");
    rig.click_row("received b ");
    assert_eq!(selected_field(&rig), "Topic name b");
}

#[test]
fn a_long_payload_is_made_ready_elsewhere_and_then_shown() {
    let mut rig = online(&["a"]);
    let payload = format!("[\"first\",{}\"last\"]", "1,".repeat(100_000));
    rig.received(&[publish("a", &payload)]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    assert!(rig.shows("Reading…"));
    rig.render_payload();
    assert!(!rig.shows("Reading…"));
    assert!(rig.texts().iter().any(|text| text == "  \"first\","), "the first lines stand there");
}

#[test]
fn what_was_made_ready_for_another_frame_is_left_alone() {
    let mut rig = online(&["a"]);
    rig.received(&[publish("a", "x".repeat(100_000)), publish("a", "short")]);
    let last = rig.log().rows().end - 1;
    rig.perform(Action::SelectRow(last - 1));
    rig.perform(Action::SelectRow(last));
    rig.render_payload();
    assert!(rig.shows("short"));
}

#[test]
fn a_payload_format_is_remembered_for_its_topic() {
    let mut rig = online(&[]);
    rig.received(&[publish("a", "Hi"), publish("b", "Hi"), publish("a", "Ho")]);
    rig.perform(Action::Compose(mqloupe::model::ComposerEdit::Topic("elsewhere".to_owned())));
    let open = |rig: &mut Rig, row: usize| {
        let name = rig.list("Messages")[row].clone();
        rig.click(Role::ListItem, &name);
    };
    open(&mut rig, 0);
    // The format of the inspector stands above that of the publish form.
    let formats = |rig: &Rig| {
        let mut found: Vec<_> = rig
            .get_all_by_role_and_label(Role::ComboBox, "Format")
            .map(|node| (node.rect().left(), node.rect().center()))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found[0].1
    };
    let at = formats(&rig);
    rig.click_at(at);
    rig.click(Role::MenuItem, "Hex");
    assert_eq!(rig.reader("Payload"), "48 69");
    open(&mut rig, 1);
    assert_eq!(rig.reader("Payload"), "Hi");
    open(&mut rig, 2);
    assert_eq!(rig.reader("Payload"), "48 6f");
}

#[test]
fn hovering_a_field_marks_the_bytes_and_hovering_a_byte_marks_the_field() {
    let mut rig = connect();
    let keep_alive = rig.place(Role::TreeItem, "Keep alive 60 s").center();
    rig.hover_at(keep_alive);
    rig.run();
    let by_tree = rig.current().inspector.as_ref().unwrap().hovered.clone();
    assert!(by_tree.is_some());
    let byte = byte_place(&rig, "0000", 10);
    rig.hover_at(byte);
    rig.run();
    assert_eq!(rig.current().inspector.as_ref().unwrap().hovered, by_tree);
    rig.hover_at(egui::pos2(5.0, 5.0));
    rig.run();
    assert_eq!(rig.current().inspector.as_ref().unwrap().hovered, None);
}

#[test]
fn each_tab_remembers_where_its_inspector_stands() {
    let mut rig = connect();
    rig.settings();
    rig.press_button("Inspector at the right");
    let kept = rig.settings().pop().expect("settings to save").layout;
    assert_eq!(kept.packets_inspector, mqloupe::store::Side::Right);
    assert_eq!(kept.messages_inspector, mqloupe::store::Side::Right);
    let (list, hex) = (rig.place(Role::List, "Packets"), rig.place(Role::List, "Hex"));
    assert!(hex.left() >= list.right(), "{hex:?} beside {list:?}");
}

#[test]
fn in_a_narrow_window_the_inspector_stands_below_in_both_tabs() {
    let setup = Setup::profile(profile("local")).size(egui::vec2(960.0, 700.0));
    let mut rig = setup.start();
    rig.received(&[publish("sensor", "Hi")]);
    rig.click_row("sensor");
    for tab in ["Messages", "Packets"] {
        rig.click(Role::Tab, tab);
        let (list, tree) = (rig.place(Role::List, tab), rig.place(Role::Tree, "Fields"));
        assert!(tree.top() >= list.bottom(), "{tab}: {tree:?} under {list:?}");
    }
}

#[test]
fn ctrl_c_is_left_to_texts() {
    let mut rig = online(&[]);
    rig.fill("Topic", "sensor");
    rig.key(CTRL, Key::A);
    rig.event(egui::Event::Copy);
    rig.run();
    assert_eq!(rig.field("Topic").value().as_deref(), Some("sensor"));
}
