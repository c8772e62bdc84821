//! Odd input: letters of every script, huge texts, broken frames. Nothing panics, and the window stays quick.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use mqloupe::language::Language;
use mqloupe::model::{Action, CopyWhat, Tab};
use mqloupe::payload::Format;
use mqloupe::profile::Profile;
use mqloupe::session::{Failure, Phase};
use mqloupe::wire::{Direction, Version};
use ui_support::frames::{CONNACK, CONNECT, frame, publish, publish_1, suback, subscribe, text};
use ui_support::{Rig, Setup, online_with, profile, subscribed};

/// Texts that break layouts: joined pictures, right-to-left, marks upon marks, no width, other planes, controls.
const ODD: &[&str] = &[
    "👩‍👩‍👧‍👦🇨🇳🏳️‍🌈",
    "שלום עולם مرحبا بالعالم",
    "\u{202e}gnp.exe",
    "Z̵̡̢̛͎͈͇̱̹͚̈́̀͋a̷̛l̴g̶o̸",
    "\u{200b}\u{feff}\u{2060}",
    "\u{1f}\u{7f}\t\r\n\0\u{85}\u{2028}",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓀀 \u{10ffff}",
    "家/客厅/温度",
    "«„“”‘’—…¿¡",
];

fn odd(filters: &[&str]) -> Rig {
    online_with(Setup::profile(subscribed("local", filters)).any_letters())
}

/// Shows each row there is, in both lists and both languages, with each field selected and secrets shown.
fn look_at_everything(rig: &mut Rig) {
    let rows = rig.log().rows();
    for tab in [Tab::Messages, Tab::Packets] {
        rig.perform(Action::Tab(tab));
        rig.settle();
        for row in rows.clone() {
            rig.perform(Action::SelectRow(row));
            rig.perform(Action::Reveal(true));
            let inspector = rig.current().inspector.as_ref().expect("a frame is looked at");
            let (lines, length) = (inspector.lines.clone(), inspector.frame.bytes.len());
            for line in lines.into_iter().take(60) {
                rig.state_mut().model.perform(
                    Action::SelectField(line.path),
                    mqloupe::model::Moment { now: ui_support::NOW, random: 0 },
                );
                rig.step();
            }
            rig.perform(Action::SelectBytes(length.saturating_sub(1)..length));
            for format in Format::ALL {
                rig.perform(Action::PayloadFormat(format));
            }
            for what in [
                CopyWhat::Hex,
                CopyWhat::CArray,
                CopyWhat::Text,
                CopyWhat::Payload,
                CopyWhat::Topic,
                CopyWhat::Value,
            ] {
                rig.perform(Action::Copy(what));
            }
        }
    }
}

#[test]
fn letters_of_every_script_pass_through_fields_rows_and_inspector() {
    let mut rig = odd(ODD);
    for text in ODD {
        rig.cross(Direction::ToClient, &publish(text, text));
        rig.cross(Direction::ToClient, &publish("sensor", text));
    }
    rig.settle();
    look_at_everything(&mut rig);
    for language in [Language::Chinese, Language::English] {
        rig.perform(Action::Language(language));
        rig.perform(Action::SelectRow(0));
    }
}

#[test]
fn letters_of_every_script_are_typed_and_sent_as_they_are() {
    for typed in ["👩‍👩‍👧‍👦", "שלום", "家/客厅", "𝔘𝔫𝔦"] {
        let mut rig = odd(&[]);
        rig.fill("Topic", typed);
        rig.fill("Payload", typed);
        rig.effects();
        rig.press_button("Publish");
        let published = rig.published();
        assert_eq!(published.len(), 1, "{}", rig.note("Topic"));
        assert_eq!((published[0].topic.as_str(), &published[0].payload[..]), (typed, typed.as_bytes()));
    }
}

#[test]
fn backspace_takes_whole_letters() {
    let mut rig = odd(&[]);
    rig.fill("Topic", "a客");
    rig.key(Modifiers::NONE, Key::Backspace);
    assert_eq!(rig.field("Topic").value().as_deref(), Some("a"));
}

#[test]
fn odd_names_of_connections_and_hosts_are_shown() {
    for text in ODD {
        let odd = Profile {
            name: (*text).to_owned(),
            username: (*text).to_owned(),
            client_id: (*text).to_owned(),
            ..profile("local")
        };
        let mut rig = Setup::profile(odd).any_letters().start();
        let cause = Failure::NameNotFound { host: (*text).to_owned(), detail: (*text).to_owned() };
        rig.phase(Phase::Offline { cause: Some(cause) });
        rig.press_button("Edit");
        rig.press_button("Save");
        rig.perform(Action::Open(mqloupe::model::Sheet::Log));
    }
}

#[test]
fn a_topic_as_long_as_topics_can_be_is_shown_in_rows_and_fields() {
    let mut rig = odd(&[]);
    let long = "level/".repeat(10_922);
    rig.received(&[publish(&long, "x"), publish("short", "y")]);
    look_at_everything(&mut rig);
    rig.perform(Action::Tab(Tab::Messages));
    let rows = rig.list("Messages");
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_hundred_thousand_letters_pasted_as_a_topic_are_refused_beside_the_field() {
    let mut rig = odd(&[]);
    rig.field("Topic").focus();
    rig.run();
    rig.event(egui::Event::Paste("t".repeat(100_000)));
    rig.run();
    rig.effects();
    rig.press_button("Publish");
    assert!(rig.note("Topic").contains("65,535"), "{}", rig.note("Topic"));
    assert!(rig.published().is_empty());
}

#[test]
fn a_long_name_in_every_field_keeps_the_form_usable() {
    let mut rig = Setup::default().any_letters().start();
    rig.perform(Action::NewConnection);
    let long = "n".repeat(10_000);
    for field in
        ["Name", "Host", "Port", "Client ID", "Username", "Password", "Keep alive", "Connect timeout"]
    {
        rig.field(field).focus();
        rig.run();
        rig.event(egui::Event::Paste(long.clone()));
        rig.run();
    }
    rig.press_button("Save");
    assert!(rig.is_invalid("Host") && rig.is_invalid("Port") && rig.is_invalid("Keep alive"));
    rig.press_button("Cancel");
}

#[test]
fn a_payload_of_a_megabyte_is_shown_in_every_format() {
    let mut rig = odd(&[]);
    let json = format!("[{}0]", "123456789,".repeat(104_857));
    rig.received(&[
        publish("text", "letters ".repeat(131_072)),
        publish("json", &json),
        publish("zeros", vec![0; 1 << 20]),
        publish("not utf-8", vec![0xff; 1 << 20]),
        publish("one line", "x".repeat(1 << 20)),
    ]);
    for row in 0..5 {
        rig.perform(Action::SelectRow(row));
        for format in Format::ALL {
            rig.perform(Action::PayloadFormat(format));
            rig.render_payload();
            assert!(rig.has(Role::Button, "Payload"));
            assert!(rig.has(Role::Document, "Payload"), "row {row} as {format}");
        }
    }
}

#[test]
fn a_megabyte_is_typed_and_published() {
    let mut rig = odd(&[]);
    rig.fill("Topic", "sensor");
    rig.perform(Action::Compose(mqloupe::model::ComposerEdit::Payload("line\n".repeat(200_000))));
    rig.effects();
    rig.press_button("Publish");
    assert_eq!(rig.published()[0].payload.len(), 1_000_000);
}

/// Frames that break each rule there is to break, and cuts of good ones.
fn broken() -> Vec<Vec<u8>> {
    let mut frames: Vec<Vec<u8>> = vec![
        vec![],
        vec![0x00],
        vec![0x30],
        vec![0x00, 0x00],
        vec![0xf0, 0x00],
        vec![0xff; 12],
        vec![0x30, 0xff, 0xff, 0xff, 0xff, 0x01],
        vec![0x30, 0x80, 0x80, 0x80, 0x00],
        // QoS 3, and without a packet identifier.
        publish_1(0x04, 1, "a", "x"),
        frame(0x32, &text("a")),
        frame(0x30, b"\x00\x09ab"),
        frame(0x30, b"\x00\x02\xff\xfe"),
        frame(0x30, b"\x00\x03a/#x"),
        frame(0x30, b"\x00\x00"),
        frame(0x10, b"\x00\x04MQTT\x09\x02\x00\x3c\x00\x00"),
        frame(0x10, b"\x00\x05MQTTX\x04\x03\x00\x3c\x00\x01a"),
        frame(0x20, b"\x05\x77"),
        frame(0x80, b"\x00\x01\x00\x01a\x07"),
        frame(0x82, b"\x00\x01"),
        frame(0x90, b"\x00\x01\x09\x80"),
        frame(0xa2, b"\x00\x00"),
        frame(0x40, b""),
        frame(0x62, b"\x00\x01\x92\x01\x00"),
        frame(0xc0, b"x"),
        frame(0xe0, b"\x04\x05\x1f\x00\x02hi"),
        frame(0xf0, b"\x18\x00"),
    ];
    for whole in [CONNECT, CONNACK, &subscribe(1, "sensor", 2), &suback(1, 0x80), &publish("sensor", "Hi")] {
        for cut in 1..whole.len() {
            frames.push(whole[..cut].to_vec());
        }
    }
    // Each byte of CONNECT wrong once.
    for at in 0..CONNECT.len() {
        let mut wrong = CONNECT.to_vec();
        wrong[at] = 0xff;
        frames.push(wrong);
    }
    frames
}

#[test]
fn broken_frames_of_every_kind_are_shown_and_taken_apart_as_far_as_they_go() {
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        let mut rig = odd(&[]);
        rig.dial(version, false);
        for (number, frame) in broken().iter().enumerate() {
            let direction = if number % 2 == 0 { Direction::ToServer } else { Direction::ToClient };
            rig.cross(direction, frame);
        }
        rig.settle();
        rig.perform(Action::Tab(Tab::Packets));
        for row in rig.log().rows() {
            rig.perform(Action::SelectRow(row));
            let length = rig.current().inspector.as_ref().expect("a frame is looked at").frame.bytes.len();
            rig.perform(Action::SelectBytes(0..length));
            rig.perform(Action::SelectBytes(length..length));
        }
        assert!(rig.log().counters().faults > 0);
    }
}

#[test]
fn a_faulty_frame_says_where_it_is_wrong_and_by_which_rule() {
    let mut rig = odd(&[]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.received(&[publish_1(0x04, 1, "a", "x")]);
    rig.perform(Action::SelectRow(0));
    assert!(rig.shows("0x0000 ") && rig.shows("[MQTT-3.3.1-4]"), "{:?}", rig.texts());
    assert!(rig.has(Role::Label, "1 fault"));
}

#[test]
fn every_action_on_nothing_does_nothing() {
    let mut rig = Setup::default().start();
    for action in [
        Action::SelectNth(3),
        Action::NewSubscription,
        Action::Subscribe,
        Action::Unsubscribe("x".to_owned()),
        Action::ShowOnly("x".to_owned()),
        Action::Filter("x".to_owned()),
        Action::Follow(true),
        Action::SelectRow(7),
        Action::SelectField(vec![1]),
        Action::SelectBytes(0..9),
        Action::Copy(CopyWhat::Value),
        Action::Publish,
        Action::Undo(9),
        Action::Dismiss(9),
        Action::SaveForm { connect: true },
    ] {
        rig.perform(action);
    }
    assert!(rig.has(Role::Button, "New connection"));
}

#[test]
fn a_row_and_a_field_that_are_not_there_select_nothing() {
    let mut rig = odd(&[]);
    rig.received(&[publish("a", "x")]);
    rig.perform(Action::SelectRow(99));
    rig.perform(Action::SelectRow(0));
    rig.perform(Action::SelectField(vec![9, 9, 9]));
    rig.perform(Action::SelectBytes(5..500));
    rig.perform(Action::ToggleField(vec![42]));
    rig.perform(Action::Copy(CopyWhat::Hex));
    assert!(rig.has(Role::List, "Messages"));
}

#[test]
fn two_hundred_connections_and_subscriptions_scroll() {
    let filters: Vec<String> = (0..200).map(|n| format!("topic/{n}")).collect();
    let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
    let mut profiles = vec![subscribed("0", &filters)];
    profiles.extend((1..200).map(|n| profile(&n.to_string())));
    let rig = Setup { profiles, ..Setup::default() }.start();
    assert!(rig.has(Role::Button, "Start local broker") && rig.has(Role::Heading, "Subscriptions"));
    let foot = rig.place(Role::Button, "Start local broker");
    assert!(rig.ctx.content_rect().contains_rect(foot));
}

#[test]
fn a_window_smaller_than_it_should_be_still_draws() {
    for size in [egui::vec2(320.0, 240.0), egui::vec2(760.0, 520.0), egui::vec2(4000.0, 300.0)] {
        let mut rig = online_with(Setup::profile(subscribed("local", &["a"])).any_letters().size(size));
        rig.received(&[publish("a", "x")]);
        rig.perform(Action::SelectRow(0));
        rig.perform(Action::Tab(Tab::Packets));
        rig.perform(Action::NewConnection);
        rig.perform(Action::Close);
        rig.perform(Action::NewSubscription);
    }
}
