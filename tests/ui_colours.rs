//! The rules that colour rows: made, changed and ordered in their form, judged row by row, and seen.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Color32, Key, Modifiers, Shape};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::{Action, Dialog, Tab};
use mqloupe::profile::Colour;
use mqloupe::store::{ColourRule, Theme};
use mqloupe::ui::theme;
use mqloupe::wire::Direction;
use ui_support::frames::{puback, publish, publish_1};
use ui_support::{CTRL, Rig, Setup, online, online_with, profile};

fn rule(filter: &str, colour: u8) -> ColourRule {
    ColourRule { filter: filter.to_owned(), colour: Colour(colour), enabled: true }
}

/// A window with these rules, and three messages.
fn ruled(rules: &[ColourRule]) -> Rig {
    let setup = Setup::profile(profile("local")).settings(|s| s.colour_rules = rules.to_vec());
    let mut rig = online_with(setup);
    rig.received(&[
        publish("hall", r#"{"temp": 30}"#),
        publish("hall", r#"{"temp": 10}"#),
        publish("alarm", "on"),
    ]);
    rig
}

/// Which rule is said to colour each row in sight.
fn coloured(rig: &Rig, list: &str) -> Vec<Option<String>> {
    let list = rig.get_by_role_and_label(Role::List, list);
    let mut rows: Vec<(f32, Option<String>)> = list
        .children_recursive()
        .filter(|node| node.accesskit_node().role() == Role::ListItem)
        .map(|node| {
            let said = node.accesskit_node().data().description().map(str::to_owned);
            let rule = said.and_then(|said| said.strip_prefix("Coloured by the rule ").map(str::to_owned));
            (node.rect().top(), rule)
        })
        .collect();
    rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rows.into_iter().map(|(_, rule)| rule).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "reads as what it is compared with")]
fn some(rule: &str) -> Option<String> {
    Some(rule.to_owned())
}

/// How many shapes are filled so.
fn filled(rig: &Rig, colour: Color32) -> usize {
    fn count(shape: &Shape, colour: Color32) -> usize {
        match shape {
            Shape::Vec(shapes) => shapes.iter().map(|shape| count(shape, colour)).sum(),
            Shape::Rect(rect) => usize::from(rect.fill == colour),
            _ => 0,
        }
    }
    rig.output().shapes.iter().map(|clipped| count(&clipped.shape, colour)).sum()
}

fn form(rig: &Rig) -> Vec<String> {
    let Some(Dialog::Colours(form)) = &rig.model().dialog else { panic!("no form") };
    form.rules.iter().map(|draft| draft.rule.filter.clone()).collect()
}

#[test]
fn the_first_rule_that_a_row_passes_colours_it() {
    let rig = ruled(&[rule("alarm", 4), rule("topic == hall", 1), rule("on", 2)]);
    let hall = some("topic == hall");
    assert_eq!(coloured(&rig, "Messages"), [hall.clone(), hall, some("alarm")]);
}

#[test]
fn rules_look_into_json() {
    let rig = ruled(&[rule("json.temp > 20", 3)]);
    assert_eq!(coloured(&rig, "Messages"), [some("json.temp > 20"), None, None]);
}

#[test]
fn a_rule_that_is_off_or_cannot_be_read_colours_nothing() {
    let off = ColourRule { enabled: false, ..rule("alarm", 4) };
    let rig = ruled(&[off, rule("qos > high", 1), rule("hall", 2)]);
    assert_eq!(coloured(&rig, "Messages"), [some("hall"), some("hall"), None]);
}

#[test]
fn a_colour_is_seen_as_ground_and_edge_in_both_themes_and_leaves_selection_its_ground() {
    for (theme, tokens) in [(Theme::Dark, &theme::DARK), (Theme::Light, &theme::LIGHT)] {
        let mut rig = ruled(&[rule("hall", 6)]);
        rig.ctx.set_theme(if theme == Theme::Dark { egui::Theme::Dark } else { egui::Theme::Light });
        rig.run();
        let colour = tokens.subscriptions[6];
        assert_eq!(filled(&rig, tokens.row_ground(colour)), 2, "{theme:?}");
        assert_eq!(filled(&rig, colour), 2, "{theme:?}");
        rig.click_row("hall QoS 0 {\"temp\": 30}");
        assert_eq!(filled(&rig, tokens.row_ground(colour)), 1, "{theme:?}");
        assert_eq!(filled(&rig, colour), 2, "{theme:?}");
    }
}

#[test]
fn a_rule_about_answers_changes_its_mind_when_the_answer_comes() {
    let mut rig = ruled(&[rule("unanswered", 3)]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[publish_1(0, 7, "x", "y")]);
    assert_eq!(coloured(&rig, "Packets").last(), Some(&some("unanswered")));
    rig.received(&[puback(7)]);
    assert_eq!(coloured(&rig, "Packets"), [None, None, None, None, None]);
}

#[test]
fn large_frames_are_judged_one_after_another_until_all_have_their_colour() {
    let mut rig = ruled(&[rule("contains-me", 3)]);
    let large = "x".repeat(900_000) + "contains-me";
    for _ in 0..4 {
        rig.cross(Direction::ToClient, &publish("large", &large));
    }
    rig.settle();
    assert_eq!(coloured(&rig, "Messages").iter().flatten().count(), 4);
}

#[test]
fn many_rules_that_look_into_a_large_frame_take_turns_and_come_to_an_end() {
    let rules: Vec<_> = (0..30).map(|n| rule(&format!("json.v{n} == 1"), 0)).collect();
    let mut rig = ruled(&rules);
    let payload = format!("{{\"text\": \"{}\", \"v29\": 1}}", "x".repeat(300_000));
    rig.received(&[publish("large", payload)]);
    assert_eq!(coloured(&rig, "Messages").last(), Some(&some("json.v29 == 1")));
}

#[test]
fn a_rule_is_written_coloured_and_saved() {
    let mut rig = ruled(&[]);
    rig.settings();
    rig.key(CTRL, Key::K);
    rig.type_text("colour rules");
    rig.key(Modifiers::NONE, Key::Enter);
    assert!(rig.has(Role::Dialog, "Colour rules"));
    rig.press_button("Add rule");
    assert!(rig.field("Filter 1").is_focused(), "the new rule waits for its filter");
    rig.type_text("alarm");
    rig.press_button("Colour 1");
    rig.click(Role::RadioButton, "Colour 5");
    assert_eq!(rig.settings(), [], "nothing is kept until it is saved");
    assert_eq!(coloured(&rig, "Messages"), [None, None, None]);
    rig.press_button("Save");
    assert!(!rig.has(Role::Dialog, "Colour rules"));
    assert_eq!(rig.settings().pop().unwrap().colour_rules, [rule("alarm", 4)]);
    assert_eq!(coloured(&rig, "Messages"), [None, None, some("alarm")]);
}

#[test]
fn rules_are_moved_turned_off_and_deleted() {
    let mut rig = ruled(&[rule("a", 0), rule("b", 1), rule("c", 2)]);
    rig.perform(Action::EditColours);
    rig.press_button("Move down 1");
    assert_eq!(form(&rig), ["b", "a", "c"]);
    rig.press_button("Move up 3");
    assert_eq!(form(&rig), ["b", "c", "a"]);
    rig.press_button("Move up 1");
    rig.press_button("Move down 3");
    assert_eq!(form(&rig), ["b", "c", "a"], "there is no place beyond the ends");
    rig.press_button("Delete 1");
    rig.click(Role::CheckBox, "Enabled 2");
    rig.key(CTRL, Key::Enter);
    let kept = rig.settings().pop().unwrap().colour_rules;
    assert_eq!(kept, [rule("c", 2), ColourRule { enabled: false, ..rule("a", 0) }]);
}

#[test]
fn a_cancelled_form_changes_nothing() {
    let mut rig = ruled(&[rule("hall", 0)]);
    rig.settings();
    rig.perform(Action::EditColours);
    rig.press_button("Delete 1");
    rig.press_button("Cancel");
    assert_eq!(rig.settings(), []);
    assert_eq!(rig.model().settings.colour_rules, [rule("hall", 0)]);
}

#[test]
fn a_faulty_filter_is_named_with_its_place_and_not_saved() {
    let mut rig = ruled(&[rule("hall", 0)]);
    rig.settings();
    rig.perform(Action::EditColours);
    rig.press_button("Add rule");
    rig.type_text("alarm && qos > high");
    assert!(rig.is_invalid("Filter 2"));
    assert_eq!(rig.note("Filter 2"), "At 16: high is not possible here. Use 0, 1 or 2.");
    rig.press_button("Save");
    assert!(rig.has(Role::Dialog, "Colour rules"), "it stays");
    assert!(rig.field("Filter 2").is_focused(), "and leads to what is to be mended");
    assert_eq!(rig.settings(), []);
    rig.fill("Filter 2", "alarm");
    rig.press_button("Save");
    assert_eq!(rig.settings().len(), 1);
}

#[test]
fn a_rule_without_a_filter_is_left_out() {
    let mut rig = ruled(&[]);
    rig.perform(Action::EditColours);
    rig.press_button("Add rule");
    rig.press_button("Save");
    assert_eq!(rig.model().settings.colour_rules, []);
    assert_eq!(coloured(&rig, "Messages"), [None, None, None]);
}

#[test]
fn completions_are_offered_and_esc_closes_them_before_the_form() {
    let mut rig = ruled(&[rule("x", 0)]);
    rig.perform(Action::EditColours);
    rig.press_button("Add rule");
    rig.type_text("top");
    assert!(rig.has(Role::ListItem, "topic"), "{:?}", rig.texts());
    rig.key(Modifiers::NONE, Key::Tab);
    assert_eq!(form(&rig), ["x", "topic "]);
    assert!(rig.field("Filter 2").is_focused());
    rig.type_text("== ");
    assert!(rig.has(Role::ListItem, "\"alarm\""), "topics of the log are offered");
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::ListItem, "\"alarm\"") && rig.has(Role::Dialog, "Colour rules"));
    rig.key(Modifiers::NONE, Key::Escape);
    assert!(!rig.has(Role::Dialog, "Colour rules"));
}

#[test]
fn a_row_is_coloured_by_its_menu_before_all_other_rules() {
    let mut rig = ruled(&[rule("on", 0)]);
    let row = rig.list("Messages").into_iter().find(|name| name.contains("alarm")).unwrap();
    rig.control(Role::ListItem, &row).click_secondary();
    rig.settle();
    rig.click(Role::MenuItem, "Colour rows like this…");
    assert_eq!(form(&rig), ["topic == \"alarm\"", "on"]);
    rig.press_button("Save");
    assert_eq!(coloured(&rig, "Messages")[2], some("topic == \"alarm\""));
    assert_ne!(rig.model().settings.colour_rules[0].colour, Colour(0), "a colour that is not used yet");
}

#[test]
fn the_keyboard_colours_rows_like_the_selected_one() {
    let mut rig = ruled(&[]);
    rig.perform(Action::SelectRow(0));
    rig.key(CTRL, Key::K);
    rig.type_text("like this");
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(form(&rig), ["topic == \"hall\""]);
    rig.key(CTRL, Key::Enter);
    assert_eq!(coloured(&rig, "Messages").iter().flatten().count(), 2);
}

#[test]
fn each_example_is_a_good_rule_and_is_offered_once() {
    let mut rig = ruled(&[]);
    rig.perform(Action::EditColours);
    for name in ["Faults", "Refused", "Unanswered", "Retained"] {
        rig.press_button(name);
        assert!(!rig.has(Role::Button, name), "{name}");
    }
    rig.press_button("Save");
    let rules = rig.model().settings.colour_rules.clone();
    assert_eq!(rules.len(), 4, "all can be read: {rules:?}");
    rig.perform(Action::Tab(Tab::Packets));
    // A broken PUBLISH; CONNACK that refuses; SUBACK that refuses one; SUBACK that grants QoS 1; a retained message.
    rig.received(&[
        b"\x36\x03\x00\x01a".to_vec(),
        b"\x20\x02\x00\x05".to_vec(),
        b"\x90\x03\x00\x01\x80".to_vec(),
        b"\x90\x03\x00\x02\x01".to_vec(),
        b"\x31\x03\x00\x01r".to_vec(),
    ]);
    let seen: Vec<bool> = coloured(&rig, "Packets").iter().skip(3).map(Option::is_some).collect();
    assert_eq!(seen, [true, true, true, false, true], "{:?}", coloured(&rig, "Packets"));
}

#[test]
fn the_form_is_chinese_in_chinese() {
    let mut rig = online_with(Setup::profile(profile("local")).language(Language::Chinese));
    rig.perform(Action::EditColours);
    assert!(rig.has(Role::Dialog, "着色规则"));
    for name in ["添加规则", "有错误的报文", "保存", "取消"] {
        assert!(rig.has(Role::Button, name), "{name}");
    }
}

#[test]
fn without_rules_no_row_has_a_colour() {
    let mut rig = online(&[]);
    rig.received(&[publish("a", "b")]);
    assert_eq!(coloured(&rig, "Messages"), [None]);
}
