//! The time strip and the statistics sheet: what they say, and where a click or a key leads.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::kittest::NodeT as _;
use mqloupe::language::Language;
use mqloupe::log::filter::span_in;
use mqloupe::model::{Action, Dialog, Sheet, Tab};
use mqloupe::session::Phase;
use mqloupe::wire::Direction;
use ui_support::frames::publish;
use ui_support::{CTRL, Rig, Setup, online, online_with, subscribed};

const STRIP: &str = "Traffic over time";
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };

/// One message a millisecond for a tenth of a second, and a fault at the end.
fn busy(rig: &mut Rig) {
    for count in 0..100_u32 {
        rig.cross(
            Direction::ToClient,
            &publish(if count < 90 { "sensor/hall" } else { "alarm" }, count.to_string()),
        );
    }
    rig.cross(Direction::ToServer, b"\xc1\x00");
    rig.settle();
}

fn said(rig: &Rig) -> String {
    rig.control(Role::Slider, STRIP).accesskit_node().value().unwrap_or_default()
}

fn typed(rig: &Rig) -> String {
    rig.current().timeline.filter.clone()
}

fn listed(rig: &Rig) -> usize {
    rig.current().timeline.view.as_ref().unwrap().len()
}

fn pointer(rig: &mut Rig, pos: Pos2, pressed: Option<bool>) {
    rig.event(Event::PointerMoved(pos));
    if let Some(pressed) = pressed {
        rig.event(Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    rig.run();
}

#[test]
fn the_strip_says_how_much_crossed_and_when() {
    let mut rig = online(&[]);
    assert_eq!(said(&rig), "Nothing has crossed yet");
    busy(&mut rig);
    let whole = said(&rig);
    assert!(whole.starts_with("20:09:49.") && whole.ends_with(", 100 messages, 1 fault"), "{whole}");
    rig.perform(Action::Tab(Tab::Packets));
    assert!(said(&rig).ends_with(", 101 packets, 1 fault"), "{}", said(&rig));
}

#[test]
fn a_span_that_is_dragged_narrows_the_list_and_another_takes_its_place() {
    let mut rig = online(&[]);
    busy(&mut rig);
    rig.perform(Action::Filter("sensor || alarm".to_owned()));
    let strip = rig.place(Role::Slider, STRIP);
    let at = |share: f32| Pos2::new(strip.left() + strip.width() * share, strip.center().y);
    let drag = |rig: &mut Rig, from: f32, to: f32| {
        pointer(rig, at(from), Some(true));
        pointer(rig, at(f32::midpoint(from, to)), None);
        pointer(rig, at(to), None);
        assert!(said(rig).starts_with("Chosen: "), "{}", said(rig));
        pointer(rig, at(to), Some(false));
        rig.settle();
    };
    drag(&mut rig, 0.1, 0.3);
    let first = typed(&rig);
    assert!(first.starts_with("(sensor || alarm) && time >= "), "{first}");
    let some = listed(&rig);
    assert!((10..50).contains(&some), "{some}");
    assert!(said(&rig).starts_with("Shown: "), "{}", said(&rig));
    drag(&mut rig, 0.6, 0.2);
    assert_eq!(typed(&rig).matches("time >=").count(), 1);
    assert_ne!(typed(&rig), first);
    assert!(span_in(&typed(&rig), &rig.model().zone).is_some());
    rig.step();
    for _ in 0..2 {
        rig.click_at(at(0.5));
    }
    assert_eq!(typed(&rig), "sensor || alarm", "a double click shows all again");
}

#[test]
fn the_keyboard_chooses_a_span_too() {
    let mut rig = online(&[]);
    busy(&mut rig);
    let all = listed(&rig);
    rig.control(Role::Slider, STRIP).focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Home);
    rig.key(Modifiers::NONE, Key::Home);
    assert!(said(&rig).starts_with("Chosen: 20:09:49.58"), "{}", said(&rig));
    for _ in 0..9 {
        rig.key(Modifiers::SHIFT, Key::ArrowRight);
    }
    assert_eq!(listed(&rig), all, "nothing happens before Enter");
    rig.key(Modifiers::NONE, Key::Enter);
    rig.settle();
    let some = listed(&rig);
    assert!((9..=12).contains(&some), "ten bars of a millisecond: {some}");
    rig.key(Modifiers::NONE, Key::ArrowRight);
    rig.key(Modifiers::NONE, Key::Enter);
    rig.settle();
    assert!((9..=12).contains(&listed(&rig)), "as wide as before: {}", listed(&rig));
    rig.key(Modifiers::NONE, Key::Escape);
    rig.settle();
    assert_eq!((typed(&rig).as_str(), listed(&rig)), ("", all));
}

#[test]
fn the_strip_is_hidden_and_that_is_remembered() {
    let mut rig = online(&[]);
    rig.effects();
    rig.press_button("Time strip");
    assert!(!rig.has(Role::Slider, STRIP));
    assert_eq!(rig.settings().last().map(|settings| settings.layout.time_strip), Some(false));
    let rig = online_with(
        Setup::profile(subscribed("local", &[])).settings(|settings| settings.layout.time_strip = false),
    );
    assert!(!rig.has(Role::Slider, STRIP));
}

fn opened() -> Rig {
    let mut rig = online(&[]);
    busy(&mut rig);
    rig.key(CTRL_SHIFT, Key::S);
    rig.settle();
    assert_eq!(rig.model().dialog, Some(Dialog::Sheet(Sheet::Statistics)));
    rig
}

fn topics(rig: &Rig) -> Vec<String> {
    let first = |row: String| row.split(' ').next().unwrap_or_default().to_owned();
    rig.list("Topics").into_iter().map(first).collect()
}

#[test]
fn the_sheet_sums_up_both_ways() {
    let rig = opened();
    for line in [
        "Sent: Messages 0, Packets 1, Bytes 2 B, Faults 1",
        "Received: Messages 100, Packets 100, Bytes",
        "Both ways: Messages 100, Packets 101, Bytes",
    ] {
        assert!(rig.shows(line), "{line}: {:?}", rig.texts());
    }
}

#[test]
fn topics_are_in_the_order_of_the_title_that_was_clicked() {
    let mut rig = opened();
    assert_eq!(topics(&rig), ["sensor/hall", "alarm"], "who comes fastest stands first");
    rig.click(Role::Button, "Topic");
    rig.settle();
    assert_eq!(topics(&rig), ["alarm", "sensor/hall"]);
    rig.click(Role::Button, "Last seen");
    rig.settle();
    assert_eq!(topics(&rig), ["alarm", "sensor/hall"]);
    rig.click(Role::Button, "Last seen");
    rig.settle();
    assert_eq!(topics(&rig), ["sensor/hall", "alarm"]);
}

#[test]
fn a_row_says_what_is_known_of_its_topic() {
    let rig = opened();
    let row = rig.list("Topics").remove(0);
    assert!(row.starts_with("sensor/hall Messages 90, Bytes 1."), "{row}");
    assert!(row.contains("Last seen 20:09:49.677"), "{row}");
    assert!(row.ends_with(", 89"), "its last value: {row}");
}

#[test]
fn topics_are_found_as_one_types_and_by_how_they_stand_out() {
    let mut rig = opened();
    rig.fill("Find topic", "HALL");
    rig.settle();
    assert_eq!(topics(&rig), ["sensor/hall"]);
    rig.fill("Find topic", "+");
    rig.settle();
    assert_eq!(topics(&rig), ["alarm"]);
    rig.press_button("Clear filter");
    rig.settle();
    rig.wait(60);
    rig.settle();
    assert!(rig.shows("2 topics, 0 flooding, 2 silent"), "{:?}", rig.texts());
    rig.click(Role::RadioButton, "Floods");
    rig.settle();
    assert!(rig.shows("No topic is like that"), "{:?}", rig.texts());
    rig.click(Role::RadioButton, "Silent");
    rig.settle();
    assert_eq!(topics(&rig), ["sensor/hall", "alarm"]);
}

#[test]
fn once_the_connection_has_ended_nothing_falls_silent() {
    let mut rig = opened();
    rig.phase(Phase::Offline { cause: None });
    rig.wait(3_600);
    rig.settle();
    assert!(rig.shows("2 topics, 1 flooding, 0 silent"), "{:?}", rig.texts());
}

#[test]
fn a_topic_that_is_clicked_or_entered_is_shown_alone() {
    let mut rig = opened();
    rig.click_row("alarm Messages");
    rig.settle();
    assert_eq!((rig.model().dialog.clone(), listed(&rig)), (None, 10));
    assert_eq!(rig.current().timeline.only.as_deref(), Some("alarm"));
    rig.key(CTRL_SHIFT, Key::S);
    rig.settle();
    rig.control(Role::List, "Topics").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Home);
    rig.key(Modifiers::NONE, Key::Enter);
    rig.settle();
    assert_eq!(rig.current().timeline.only.as_deref(), Some("sensor/hall"));
    assert_eq!(rig.model().dialog, None);
}

#[test]
fn a_connection_that_is_clicked_is_shown_alone() {
    let mut rig = opened();
    rig.click(Role::Tab, "Connections");
    rig.click_row("127.0.0.1:50412");
    assert_eq!((typed(&rig).as_str(), rig.model().dialog.clone()), ("connection == 0", None));
}

#[test]
fn with_a_hundred_thousand_topics_only_those_in_sight_are_drawn() {
    let mut rig = online(&[]);
    for topic in 0..100_000 {
        rig.cross(Direction::ToClient, &publish(&format!("plant/{topic:05}"), "1"));
    }
    rig.settle();
    rig.perform(Action::Open(Sheet::Statistics));
    rig.settle();
    let drawn = rig.list("Topics").len();
    assert!((5..60).contains(&drawn), "{drawn}");
    rig.fill("Find topic", "99998");
    rig.settle();
    assert_eq!(topics(&rig), ["plant/99998"]);
}

#[test]
fn in_chinese_the_sheet_and_the_strip_are_chinese() {
    let mut rig = online_with(Setup::profile(subscribed("local", &[])).language(Language::Chinese));
    busy(&mut rig);
    rig.perform(Action::Open(Sheet::Statistics));
    rig.settle();
    for words in ["统计", "合计", "高频", "静默", "最近时间"] {
        assert!(rig.shows(words), "{words}");
    }
    assert!(rig.shows("100 条消息，1 个错误"), "{:?}", rig.texts());
}
