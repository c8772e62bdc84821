//! The filter in the window: completion, earlier filters, where a fault is, menus, help.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use mqloupe::language::Language;
use mqloupe::model::{Action, Sheet};
use ui_support::frames::publish;
use ui_support::{CTRL, Rig, Setup, online, online_with};

fn filtered() -> Rig {
    let mut rig = online(&[]);
    rig.received(&["sensor/hall", "sensor/attic", "alarm"].map(|topic| publish(topic, b"on")));
    rig.settle();
    rig
}

fn typed(rig: &Rig) -> String {
    rig.current().timeline.filter.clone()
}

#[test]
fn completions_are_taken_with_tab_and_enter_and_closed_with_esc() {
    let mut rig = filtered();
    rig.key(CTRL, Key::F);
    rig.type_text("top");
    assert!(rig.has(Role::ListItem, "topic"), "{:?}", rig.texts());
    rig.key(Modifiers::NONE, Key::Tab);
    assert_eq!(typed(&rig), "topic ");
    assert!(rig.field("Filter").is_focused());
    rig.type_text("== ");
    assert!(rig.has(Role::ListItem, "\"alarm\""), "{:?}", rig.texts());
    rig.key(Modifiers::NONE, Key::ArrowDown);
    rig.key(Modifiers::NONE, Key::ArrowDown);
    rig.key(Modifiers::NONE, Key::ArrowUp);
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(typed(&rig), "topic == \"alarm\" ");
    rig.settle();
    assert_eq!(rig.current().timeline.view.as_ref().unwrap().len(), 1);
    rig.type_text("q");
    assert!(rig.has(Role::ListItem, "qos"));
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::ListItem, "qos"));
    assert!(rig.field("Filter").is_focused(), "Esc closes the list first");
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.field("Filter").is_focused());
}

#[test]
fn a_good_filter_is_remembered_and_can_be_chosen_again() {
    let mut rig = filtered();
    rig.fill("Filter", "alarm");
    rig.key(Modifiers::NONE, Key::Escape);
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(rig.model().settings.filters, ["alarm"]);
    assert!(rig.settings().iter().any(|settings| settings.filters == ["alarm"]));
    rig.press_button("Clear filter");
    rig.press_button("Earlier filters");
    rig.click(Role::MenuItem, "alarm");
    assert_eq!(typed(&rig), "alarm");
    rig.press_button("Clear filter");
    rig.key(CTRL, Key::F);
    rig.key(Modifiers::NONE, Key::ArrowDown);
    rig.key(Modifiers::NONE, Key::ArrowDown);
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(typed(&rig), "alarm", "the keyboard leads there too");
}

#[test]
fn a_fault_is_named_with_its_place() {
    let mut rig = filtered();
    rig.fill("Filter", "alarm && qos > high");
    let said = rig.texts().into_iter().find(|text| text.starts_with("At 16: "));
    assert_eq!(
        said.as_deref(),
        Some("At 16: high is not possible here. Use 0, 1 or 2."),
        "{:?}",
        rig.texts()
    );
    assert!(rig.is_invalid("Filter"));
}

#[test]
fn the_help_is_made_of_the_tables() {
    for (language, title) in [(Language::English, "Filter language"), (Language::Chinese, "过滤语言")] {
        let mut rig = online_with(Setup::with(&["local"]).language(language));
        rig.press_button(title);
        assert!(rig.has(Role::Dialog, title));
        for example in ["qos >= 1 && retain", "matches", "reason_code, reason"] {
            assert!(rig.has(Role::Label, example), "{example}");
        }
    }
}

#[test]
fn a_row_is_filtered_for_or_left_out_by_its_menu() {
    let mut rig = filtered();
    let row = rig.list("Messages").into_iter().find(|name| name.contains("alarm")).unwrap();
    rig.control(Role::ListItem, &row).click_secondary();
    rig.settle();
    rig.click(Role::MenuItem, "Exclude this");
    assert_eq!(typed(&rig), "!(topic == \"alarm\")");
    rig.settle();
    assert_eq!(rig.current().timeline.view.as_ref().unwrap().len(), 2);
}

#[test]
fn the_selected_field_is_filtered_for_by_key() {
    let mut rig = filtered();
    let first = rig.current().timeline.view.as_ref().unwrap().row(0).unwrap();
    rig.perform(Action::SelectRow(first));
    rig.key(CTRL, Key::G);
    assert_eq!(typed(&rig), "topic == \"sensor/hall\"");
    rig.perform(Action::SelectField(vec![0, 0]));
    rig.key(CTRL | Modifiers::SHIFT, Key::G);
    assert_eq!(typed(&rig), "topic == \"sensor/hall\" && !(type == publish)");
}

#[test]
fn the_keys_lead_to_the_language() {
    let mut rig = Setup::default().start();
    rig.perform(Action::Open(Sheet::Help));
    rig.press_button("Filter language");
    assert!(rig.has(Role::Dialog, "Filter language"));
}
