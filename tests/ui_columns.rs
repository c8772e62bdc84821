//! The columns of the lists: their widths, their order, which are shown; by pointer, menu and keyboard, and tomorrow.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, Vec2};
use egui_kittest::kittest::Queryable as _;
use mqloupe::language::Language;
use mqloupe::model::{Action, Tab};
use ui_support::frames::publish;
use ui_support::{CTRL, NOW, Rig, Setup, online, online_with, subscribed};

const MESSAGES: [&str; 7] = ["No.", "Time", "Since the row before", "Direction", "Topic", "QoS", "Payload"];

fn filled() -> Rig {
    let mut rig = online(&[]);
    rig.received(&["a/b", "c"].map(|topic| publish(topic, "on")));
    rig
}

fn head(rig: &Rig, name: &str) -> Rect {
    rig.place(Role::ColumnHeader, name)
}

/// The titles from left to right.
fn titles(rig: &Rig) -> Vec<String> {
    let mut heads: Vec<(f32, String)> = rig
        .query_all_by_role(Role::ColumnHeader)
        .map(|node| (node.rect().left(), ui_support::words(&node).remove(0)))
        .collect();
    heads.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    heads.into_iter().map(|(_, name)| name).collect()
}

fn drag(rig: &mut Rig, from: Pos2, to: Pos2) {
    rig.hover_at(from);
    rig.drag_at(from);
    rig.hover_at(from + (to - from) / 2.0);
    rig.run();
    rig.hover_at(to);
    rig.run();
    rig.drop_at(to);
    rig.run();
}

/// Drags the right edge of a column by so many points.
fn widen(rig: &mut Rig, column: &str, points: f32) {
    let from = rig.place(Role::Splitter, column).center();
    drag(rig, from, from + Vec2::new(points, 0.0));
}

fn menu(rig: &mut Rig, column: &str, item: &str) {
    rig.control(Role::ColumnHeader, column).click_secondary();
    rig.run();
    rig.click(Role::MenuItem, item);
}

/// A new window with what the last one left.
fn tomorrow(rig: &Rig) -> Rig {
    let settings = rig.model().settings.clone();
    let mut rig = online_with(Setup { settings, ..Setup::profile(subscribed("local", &[])) });
    rig.received(&[publish("a/b", "on")]);
    rig
}

#[test]
fn an_edge_is_dragged_and_the_width_is_saved_once_it_is_let_go() {
    let mut rig = filled();
    let (time, topic) = (head(&rig, "Time"), head(&rig, "Topic"));
    rig.settings();
    let from = rig.place(Role::Splitter, "Time").center();
    rig.hover_at(from);
    rig.drag_at(from);
    rig.hover_at(from + Vec2::new(60.0, 0.0));
    rig.run();
    assert_eq!(rig.settings(), [], "not while the button is down");
    rig.drop_at(from + Vec2::new(60.0, 0.0));
    rig.run();
    assert!((head(&rig, "Time").width() - time.width() - 60.0).abs() <= 1.0, "{:?}", head(&rig, "Time"));
    assert!((head(&rig, "Topic").left() - topic.left() - 60.0).abs() <= 1.0);
    assert_eq!(rig.settings().len(), 1);
    assert_eq!(head(&tomorrow(&rig), "Time"), head(&rig, "Time"));
}

#[test]
fn the_last_column_takes_what_a_dragged_edge_leaves_and_keeps_its_own() {
    let mut rig = filled();
    let (qos, payload) = (head(&rig, "QoS"), head(&rig, "Payload"));
    widen(&mut rig, "Topic", -50.0);
    assert!((head(&rig, "Payload").width() - payload.width() - 50.0).abs() <= 1.0);
    assert!((head(&rig, "QoS").width() - qos.width()).abs() <= 1.0, "others stay as wide as they were");
    assert!((head(&rig, "Payload").right() - payload.right()).abs() <= 1.0);
    widen(&mut rig, "Topic", 2000.0);
    assert!(head(&rig, "Payload").width() >= 40.0 && head(&rig, "Payload").right() <= payload.right() + 0.5);
}

#[test]
fn a_double_click_on_an_edge_makes_the_width_natural_again() {
    let mut rig = filled();
    let time = head(&rig, "Time");
    widen(&mut rig, "Time", 40.0);
    assert!(head(&rig, "Time").width() > time.width());
    let edge = rig.place(Role::Splitter, "Time").center();
    rig.hover_at(edge);
    for pressed in [true, false, true, false] {
        rig.event(egui::Event::PointerButton {
            pos: edge,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    rig.run();
    assert!((head(&rig, "Time").width() - time.width()).abs() < 0.5);
    assert!(!rig.model().settings.layout.messages_columns.widths.contains_key("time"));
}

#[test]
fn a_title_is_dragged_to_another_place() {
    let mut rig = filled();
    let (from, to) = (head(&rig, "Topic").center(), head(&rig, "Time").left_center());
    drag(&mut rig, from, to);
    assert_eq!(titles(&rig), ["No.", "Topic", "Time", "Since the row before", "Direction", "QoS", "Payload"]);
    assert_eq!(titles(&tomorrow(&rig)), titles(&rig));
    let (from, to) = (head(&rig, "Topic").center(), head(&rig, "Payload").right_center());
    drag(&mut rig, from, to);
    assert_eq!(titles(&rig).last().unwrap(), "Topic");
}

#[test]
fn the_menu_moves_hides_shows_and_resets() {
    let mut rig = filled();
    menu(&mut rig, "Topic", "Move left");
    assert_eq!(titles(&rig)[3..5], ["Topic", "Direction"]);
    menu(&mut rig, "Topic", "Move right");
    assert_eq!(titles(&rig), MESSAGES);
    menu(&mut rig, "QoS", "Hide");
    assert!(!titles(&rig).contains(&"QoS".to_owned()));
    menu(&mut rig, "Time", "Direction");
    assert!(!titles(&rig).contains(&"Direction".to_owned()), "its line in the menu hides it too");
    menu(&mut rig, "Time", "QoS");
    assert!(titles(&rig).contains(&"QoS".to_owned()));
    menu(&mut rig, "Time", "Reset columns");
    assert_eq!(titles(&rig), MESSAGES);
    assert!(rig.model().settings.layout.messages_columns.is_natural());
}

#[test]
fn the_last_column_that_is_shown_cannot_be_hidden() {
    let mut rig = filled();
    for name in &MESSAGES[1..] {
        menu(&mut rig, "No.", name);
    }
    assert_eq!(titles(&rig), ["No."]);
    menu(&mut rig, "No.", "Hide");
    assert_eq!(titles(&rig), ["No."]);
    rig.key(Modifiers::NONE, Key::Escape);
    assert_eq!(rig.list("Messages").len(), 2, "the rows are there");
}

#[test]
fn the_keyboard_leads_along_the_titles_moves_columns_and_changes_widths() {
    let mut rig = filled();
    rig.control(Role::ColumnHeader, "No.").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::ArrowRight);
    assert!(rig.control(Role::ColumnHeader, "Time").is_focused());
    let width = head(&rig, "Time").width();
    rig.key(Modifiers::SHIFT, Key::ArrowRight);
    rig.key(Modifiers::SHIFT, Key::ArrowRight);
    rig.key(Modifiers::SHIFT, Key::ArrowLeft);
    assert!((head(&rig, "Time").width() - width - 8.0).abs() <= 1.0);
    rig.key(CTRL, Key::ArrowRight);
    assert_eq!(titles(&rig)[1..3], ["Since the row before", "Time"]);
    assert!(rig.control(Role::ColumnHeader, "Time").is_focused(), "it goes along");
    rig.key(CTRL, Key::ArrowLeft);
    assert_eq!(titles(&rig), MESSAGES);
    rig.key(Modifiers::NONE, Key::ArrowLeft);
    rig.key(CTRL, Key::ArrowLeft);
    assert_eq!(titles(&rig), MESSAGES, "there is nothing at the left of the first");
}

#[test]
fn the_keyboard_opens_the_menu_of_a_title() {
    let mut rig = filled();
    rig.control(Role::ColumnHeader, "No.").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Enter);
    assert!(rig.has(Role::MenuItem, "Move right"));
    rig.control(Role::MenuItem, "Move right").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(titles(&rig)[..2], ["Time", "No."]);
    assert!(!rig.has(Role::MenuItem, "Move right"), "the menu is closed");
    assert!(rig.control(Role::ColumnHeader, "No.").is_focused(), "the keyboard is back at the title");
    rig.key(Modifiers::NONE, Key::Enter);
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::MenuItem, "Move right"));
    assert!(rig.control(Role::ColumnHeader, "No.").is_focused());
}

#[test]
fn the_titles_are_one_stop_of_the_tab_key() {
    let mut rig = filled();
    rig.control(Role::ColumnHeader, "No.").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::ArrowRight);
    rig.key(Modifiers::NONE, Key::Tab);
    assert!(rig.control(Role::List, "Messages").is_focused());
    rig.key(Modifiers::SHIFT, Key::Tab);
    assert!(rig.control(Role::ColumnHeader, "Time").is_focused(), "it comes back to where it was");
}

#[test]
fn each_list_has_columns_of_its_own() {
    let mut rig = filled();
    menu(&mut rig, "Time", "Hide");
    rig.perform(Action::Tab(Tab::Packets));
    let packets = ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"];
    assert_eq!(titles(&rig), packets);
    menu(&mut rig, "Info", "Move left");
    rig.perform(Action::Tab(Tab::Messages));
    assert_eq!(titles(&rig).len(), 6);
    let mut rig = tomorrow(&rig);
    assert_eq!(titles(&rig).len(), 6);
    rig.perform(Action::Tab(Tab::Packets));
    assert_eq!(titles(&rig)[5..], ["Info", "Length"]);
}

#[test]
fn the_cells_stand_under_their_titles() {
    let mut rig = filled();
    menu(&mut rig, "QoS", "Move left");
    menu(&mut rig, "Time", "Hide");
    let row = rig.list("Messages").remove(0);
    let at = Pos2::new(head(&rig, "QoS").center().x, rig.place(Role::ListItem, &row).center().y);
    rig.hover_at(at);
    for pressed in [true, false] {
        rig.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    rig.run();
    rig.click(Role::MenuItem, "Filter for this");
    assert_eq!(rig.current().timeline.filter, "qos == 0");
}

#[test]
fn at_any_width_no_title_covers_another() {
    for width in [760.0, 900.0, 1280.0, 1920.0] {
        for language in [Language::English, Language::Chinese] {
            let profile = subscribed("local", &["a"]);
            let mut rig =
                online_with(Setup::profile(profile).size(Vec2::new(width, 600.0)).language(language));
            // Yesterday: times stand with their dates.
            rig.state_mut().now.0 = NOW.0 - 86_400_000_000_000;
            rig.received(&[publish("a/b", "x".repeat(300))]);
            rig.state_mut().now = NOW;
            rig.perform(Action::SelectRow(0));
            for tab in [Tab::Messages, Tab::Packets] {
                rig.perform(Action::Tab(tab));
                let mut edge = 0.0;
                let mut heads: Vec<Rect> =
                    rig.query_all_by_role(Role::ColumnHeader).map(|node| node.rect()).collect();
                heads.sort_by(|a, b| a.left().total_cmp(&b.left()));
                for head in &heads {
                    assert!(head.left() >= edge - 0.1, "{width} {language:?} {tab:?}: {heads:?}");
                    assert!(head.width() >= 12.0, "{width} {language:?} {tab:?}: {heads:?}");
                    edge = head.right();
                }
                assert!(edge <= width, "{heads:?}");
                assert_eq!(heads.len(), 7);
            }
        }
    }
}
