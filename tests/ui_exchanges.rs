//! Exchanges in the window: what waits and for how long, what was sent again, what responds to what.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, Tab};
use mqloupe::profile::{Profile, Unacknowledged};
use mqloupe::session::{Failure, Granted, Phase};
use mqloupe::wire::Version;
use ui_support::frames::{PINGREQ, PINGRESP, frame, puback, publish_1, suback, subscribe, text};
use ui_support::{NOW, Rig, Setup, online, online_with, profile};

/// The window with an unanswered SUBSCRIBE selected, sent at [`NOW`].
fn asked(mut rig: Rig) -> Rig {
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[subscribe(7, "a", 0)]);
    rig.click_row("SUBSCRIBE");
    rig
}

/// PUBLISH at `QoS` 0 of 5.0 with correlation data.
fn publish_5(topic: &str, response_topic: Option<&str>, correlation: &str) -> Vec<u8> {
    let asks = response_topic.map(|topic| [&[8][..], &text(topic)].concat()).unwrap_or_default();
    let properties = [&asks, &[9][..], &text(correlation)].concat();
    let length = [u8::try_from(properties.len()).unwrap()];
    frame(0x30, &[&text(topic), &length[..], &properties, b"x"].concat())
}

#[test]
fn a_request_counts_how_long_it_waits_until_it_is_answered() {
    let mut rig = asked(online(&[]));
    rig.wait(12);
    assert!(rig.shows("Not answered yet, waiting for 12.0 s"), "{:?}", rig.texts());
    rig.wait(3);
    assert!(rig.shows("Not answered yet, waiting for 15.0 s"), "{:?}", rig.texts());
    rig.received(&[suback(7, 0)]);
    assert!(!rig.shows("Not answered"));
    assert!(rig.has(Role::Button, "2 SUBACK +15.0 s"), "{:?}", rig.texts());
}

#[test]
fn the_window_is_drawn_again_when_the_time_of_waiting_reads_differently() {
    let mut rig = asked(online(&[]));
    let now = Timestamp(NOW.0 + 12_340_000_000);
    rig.state_mut().now = now;
    rig.run();
    assert_eq!(rig.model().due(now), Some(Timestamp(NOW.0 + 12_400_000_000)));
    let later = Timestamp(NOW.0 + 61_340_000_000);
    rig.state_mut().now = later;
    rig.run();
    assert_eq!(rig.model().due(later), Some(Timestamp(NOW.0 + 62_000_000_000)));
    rig.received(&[suback(7, 0)]);
    assert_eq!(rig.current().inspector.as_ref().unwrap().exchange.due(later), None);
}

#[test]
fn a_request_of_a_connection_that_has_ended_was_never_answered() {
    let mut rig = asked(online(&[]));
    rig.wait(4);
    rig.sent(&[PINGREQ.to_vec()]);
    rig.phase(Phase::Offline { cause: None });
    rig.wait(60);
    let said = "Never answered; the connection's last packet came 4.0 s later";
    assert!(rig.shows(said), "{:?}", rig.texts());
}

#[test]
fn a_request_of_an_earlier_connection_was_never_answered() {
    let mut rig = asked(online(&[]));
    rig.wait(2);
    rig.dial(Version::V3_1_1, false);
    rig.sent(&[PINGREQ.to_vec()]);
    rig.received(&[PINGRESP.to_vec()]);
    assert!(rig.shows("Never answered; it was the connection's last packet"), "{:?}", rig.texts());
}

/// A network connection of the selected profile with this CONNACK, after which a message waits for PUBACK.
fn connect(rig: &mut Rig, session_present: bool) {
    rig.dial(Version::V3_1_1, true);
    rig.sent(&[frame(0x10, b"\0\x04MQTT\x04\0\0\x3c\0\x01c")]);
    rig.received(&[vec![0x20, 2, u8::from(session_present), 0]]);
    rig.phase(Phase::Online(Box::new(Granted { session_present, ..Granted::default() })));
}

/// The window of a profile that keeps its session or not, with an unanswered message selected, whose network
/// connection is lost.
fn lost(clean_session: bool, unacknowledged: Unacknowledged) -> Rig {
    let profile = Profile { clean_session, unacknowledged, ..profile("local") };
    let mut rig = online_with(Setup::profile(profile));
    rig.perform(Action::Tab(Tab::Packets));
    connect(&mut rig, false);
    rig.sent(&[publish_1(0, 7, "t", "x")]);
    rig.click_row("PUBLISH");
    let cause = Failure::ClosedByPeer { was_online: true };
    rig.phase(Phase::Waiting { attempt: 2, until: Timestamp(NOW.0 + 60_000_000_000), cause });
    rig.settle();
    rig
}

const HELD: &str = "Not answered yet, will be sent again once connected";

#[test]
fn a_message_that_the_session_holds_between_connections_will_be_sent_again() {
    let mut rig = lost(false, Unacknowledged::GiveUp);
    assert!(rig.shows(HELD), "{:?}", rig.texts());
    rig.phase(Phase::Resolving);
    assert!(rig.shows(HELD), "{:?}", rig.texts());
    connect(&mut rig, true);
    assert!(rig.shows(HELD), "it was not sent again yet: {:?}", rig.texts());
    rig.sent(&[publish_1(8, 7, "t", "x")]);
    assert!(rig.shows("Not answered yet, waiting for"), "{:?}", rig.texts());
    rig.received(&[puback(7)]);
    assert!(!rig.shows("Not answered"), "{:?}", rig.texts());
}

#[test]
fn a_message_whose_session_the_server_has_not_kept_was_never_answered() {
    let mut rig = lost(false, Unacknowledged::SendAgain);
    connect(&mut rig, false);
    assert!(rig.shows("Never answered"), "{:?}", rig.texts());
}

#[test]
fn a_message_is_held_as_long_as_the_session_lives_and_the_profile_says_so() {
    assert!(lost(true, Unacknowledged::SendAgain).shows(HELD));
    assert!(lost(true, Unacknowledged::GiveUp).shows("Never answered"));
    let mut rig = lost(false, Unacknowledged::GiveUp);
    rig.phase(Phase::Offline { cause: None });
    assert!(rig.shows("Never answered"), "{:?}", rig.texts());
}

#[test]
fn a_message_of_the_server_is_not_held_by_the_client() {
    let mut rig = lost(false, Unacknowledged::GiveUp);
    connect(&mut rig, true);
    rig.received(&[publish_1(0, 9, "t", "y")]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    rig.phase(Phase::Resolving);
    rig.settle();
    assert!(rig.shows("Never answered"), "{:?}", rig.texts());
}

#[test]
fn in_chinese_it_says_so_too() {
    let setup = Setup::profile(profile("local")).language(Language::Chinese);
    let mut rig = asked(online_with(setup));
    rig.wait(12);
    assert!(rig.shows("尚未应答，已等待 12.0 s"), "{:?}", rig.texts());
    rig.phase(Phase::Offline { cause: None });
    assert!(rig.shows("始终没有应答"), "{:?}", rig.texts());
}

#[test]
fn a_message_sent_again_says_what_it_repeats() {
    let mut rig = online(&[]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[publish_1(0, 7, "t", "x"), publish_1(8, 7, "t", "x")]);
    rig.received(&[puback(7)]);
    let rows = rig.list("Packets");
    assert!(rows[1].ends_with("[repeats no. 1]"), "{rows:?}");
    assert!(!rows[0].contains("repeats") && !rows[2].contains("repeats"), "{rows:?}");
    rig.click_row("PUBACK");
    rig.press_button("2 PUBLISH +1.0 ms [repeats no. 1]");
    assert_eq!(rig.current().timeline.selected, Some(1));
    rig.press_button("1 PUBLISH");
    assert_eq!(rig.current().timeline.selected, Some(0));
    assert!(rig.has(Role::Button, "3 PUBACK +2.0 ms"));
}

#[test]
fn a_message_leads_to_its_response_and_back_by_keyboard_too() {
    let mut rig = online(&[]);
    rig.dial(Version::V5_0, false);
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[publish_5("ask", Some("answers"), "1")]);
    rig.click_row("ask");
    rig.wait(3);
    assert!(rig.shows("No response yet, waiting for 3.0 s"), "{:?}", rig.texts());
    rig.received(&[publish_5("answers", None, "1")]);
    assert!(!rig.shows("No response"), "{:?}", rig.texts());
    let rows = rig.list("Packets");
    assert!(rows[1].ends_with("[responds to no. 1 · 3.0 s]"), "{rows:?}");
    rig.press_button("2 PUBLISH +3.0 s");
    assert_eq!(rig.current().timeline.selected, Some(1));
    rig.control(Role::Button, "1 PUBLISH").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(rig.current().timeline.selected, Some(0));
}

#[test]
fn a_request_without_a_response_says_so_when_the_connection_has_ended() {
    let mut rig = online(&[]);
    rig.dial(Version::V5_0, false);
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[publish_5("ask", Some("answers"), "1")]);
    rig.click_row("ask");
    rig.wait(3);
    rig.sent(&[PINGREQ.to_vec()]);
    rig.phase(Phase::Offline { cause: None });
    assert!(rig.shows("No response; the last packet came 3.0 s later"), "{:?}", rig.texts());
}

#[test]
fn of_a_message_that_was_sent_again_very_often_the_first_and_last_steps_are_shown() {
    let mut rig = online(&[]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.sent(&[publish_1(0, 7, "t", "x")]);
    rig.sent(&vec![publish_1(8, 7, "t", "x"); 98]);
    rig.received(&[puback(7)]);
    rig.perform(Action::SelectRow(49));
    let begins = |name: &str| rig.texts().iter().any(|text| text.starts_with(name));
    assert!(begins("1 PUBLISH") && begins("8 PUBLISH") && !begins("9 PUBLISH"));
    assert!(begins("50 PUBLISH"), "the one that is looked at");
    assert!(!begins("92 PUBLISH") && begins("93 PUBLISH") && begins("100 PUBACK"));
}
