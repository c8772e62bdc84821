//! Something is wrong: what happened, what it means, what to try; and the buttons that make sense then.
#![cfg(feature = "gui")]

mod ui_support;

use std::net::{Ipv4Addr, SocketAddr};

use egui::accesskit::Role;
use egui_kittest::kittest::NodeT as _;
use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::Effect;
use mqloupe::session::{Command, Failure, Granted, Phase, SettingsFault};
use mqloupe::text::failure;
use mqloupe::wire::Direction;
use ui_support::frames::{CONNACK, CONNECT};
use ui_support::{NOW, Rig, Setup, online, profile};

fn every_failure() -> Vec<Failure> {
    let address = || "192.0.2.1:1883".to_owned();
    vec![
        Failure::NameNotFound { host: "brokr.example".to_owned(), detail: "no such host".to_owned() },
        Failure::Refused { address: address() },
        Failure::TimedOut { address: address(), after_secs: 10 },
        Failure::Network { address: address(), detail: "unreachable".to_owned() },
        Failure::NotMqtt { address: address(), looks_like: "HTTP".to_owned() },
        Failure::NotMqtt { address: address(), looks_like: "TLS".to_owned() },
        Failure::NotMqtt { address: address(), looks_like: "53 53 48 2d".to_owned() },
        Failure::ConnackRefused {
            code: 1,
            reason: "Unacceptable protocol version".to_owned(),
            reason_string: None,
        },
        Failure::ConnackRefused { code: 5, reason: "Not authorized".to_owned(), reason_string: None },
        Failure::ServerDisconnected {
            code: 0x8e,
            reason: "Session taken over".to_owned(),
            reason_string: Some("another one came".to_owned()),
        },
        Failure::ClosedByPeer { was_online: false },
        Failure::ClosedByPeer { was_online: true },
        Failure::KeepAliveMissed,
        Failure::Protocol { detail: "reserved bits".to_owned(), frame: None, fault: None },
        Failure::Settings { fault: SettingsFault::NoHost },
    ]
}

/// The names of the buttons of the head that are there.
fn buttons(rig: &Rig) -> Vec<&'static str> {
    let all = ["Connect", "Disconnect", "Cancel connecting", "Reconnect now", "Edit"];
    all.into_iter().filter(|name| rig.has(Role::Button, name)).collect()
}

#[test]
fn each_failure_is_said_in_three_parts_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let mut rig = Setup::with(&["local"]).language(language).start();
        for failure in every_failure() {
            rig.phase(Phase::Offline { cause: Some(failure.clone()) });
            let words = failure::explain_for(&failure, &rig.current().profile, language);
            for part in [&words.what, &words.means, &words.try_this] {
                assert!(rig.has(Role::Label, part), "{failure:?}: {part}");
            }
        }
    }
}

#[test]
fn the_words_of_a_failure_stand_whole_within_the_window() {
    for size in [egui::vec2(1000.0, 600.0), egui::vec2(1280.0, 800.0)] {
        let mut rig = Setup::with(&["local"]).size(size).start();
        for failure in every_failure() {
            rig.phase(Phase::Offline { cause: Some(failure.clone()) });
            let words = failure::explain_for(&failure, &rig.current().profile, Language::English);
            for part in [&words.what, &words.means, &words.try_this] {
                let place = rig.place(Role::Label, part);
                assert!(rig.ctx.content_rect().contains_rect(place), "{place:?}: {part}");
            }
        }
    }
}

#[test]
fn only_the_buttons_of_the_phase_are_there() {
    let mut rig = Setup::with(&["local"]).start();
    assert_eq!(buttons(&rig), ["Connect", "Edit"]);
    rig.press_button("Connect");
    assert_eq!(buttons(&rig), ["Cancel connecting", "Edit"]);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1883));
    for phase in [Phase::Connecting { address }, Phase::Securing, Phase::Negotiating] {
        rig.phase(phase);
        assert_eq!(buttons(&rig), ["Cancel connecting", "Edit"]);
    }
    rig.phase(Phase::Online(Box::default()));
    assert_eq!(buttons(&rig), ["Disconnect", "Edit"]);
    let until = Timestamp(NOW.0 + 3_000_000_000);
    rig.phase(Phase::Waiting { attempt: 2, until, cause: Failure::KeepAliveMissed });
    assert_eq!(buttons(&rig), ["Cancel connecting", "Reconnect now", "Edit"]);
    rig.phase(Phase::Offline { cause: Some(Failure::KeepAliveMissed) });
    assert_eq!(buttons(&rig), ["Connect", "Edit"]);
}

#[test]
fn the_buttons_do_what_they_say() {
    let mut rig = Setup::with(&["local"]).start();
    rig.press_button("Connect");
    assert!(rig.effects().iter().any(|e| matches!(e, Effect::Connect { .. })));
    rig.press_button("Cancel connecting");
    assert_eq!(rig.commands(), [Command::Disconnect]);
    let until = Timestamp(NOW.0 + 3_000_000_000);
    rig.phase(Phase::Waiting { attempt: 2, until, cause: Failure::KeepAliveMissed });
    rig.press_button("Reconnect now");
    assert_eq!(rig.commands(), [Command::ReconnectNow]);
    rig.phase(Phase::Online(Box::default()));
    rig.press_button("Disconnect");
    assert_eq!(rig.commands(), [Command::Disconnect]);
}

#[test]
fn the_phase_begins_its_label_and_the_seconds_count_down() {
    let mut rig = Setup::with(&["local"]).start();
    assert!(rig.has(Role::Label, "Offline"));
    rig.press_button("Connect");
    assert!(rig.has(Role::Label, "Resolving…"));
    let until = Timestamp(NOW.0 + 3_000_000_000);
    rig.phase(Phase::Waiting { attempt: 2, until, cause: Failure::KeepAliveMissed });
    assert!(rig.shows("Waiting 3 s (attempt 2): "));
    rig.wait(1);
    assert!(rig.shows("Waiting 2 s (attempt 2): "));
}

#[test]
fn what_the_server_granted_stands_under_the_name() {
    let mut rig = Setup::with(&["local"]).start();
    let granted = Granted { session_present: true, ..Granted::default() };
    rig.phase(Phase::Online(Box::new(granted)));
    assert!(rig.has(Role::Label, "MQTT 3.1.1 · 127.0.0.1:1883 · 123456789 · session resumed"));
}

#[test]
fn the_packets_that_did_cross_stay_readable() {
    let mut rig = online(&[]);
    rig.cross(Direction::ToServer, CONNECT);
    rig.cross(Direction::ToClient, CONNACK);
    rig.settle();
    rig.phase(Phase::Offline { cause: Some(Failure::ClosedByPeer { was_online: true }) });
    rig.click(Role::Tab, "Packets");
    rig.click_row("CONNACK");
    assert!(rig.fields().iter().any(|line| line.starts_with("Return code 0")), "{:?}", rig.fields());
}

#[test]
fn a_loss_stands_in_the_log_too() {
    let mut rig = online(&[]);
    rig.phase(Phase::Offline { cause: Some(Failure::KeepAliveMissed) });
    rig.press_button("Log");
    let what = failure::explain(&Failure::KeepAliveMissed, Language::English).what;
    assert!(rig.has(Role::Label, &format!("local: {what}")));
}

#[test]
fn publishing_is_not_offered_while_offline() {
    let mut rig = Setup::profile(profile("local")).start();
    rig.fill("Topic", "sensor");
    assert!(rig.control(Role::Button, "Publish").accesskit_node().is_disabled());
    rig.key(ui_support::CTRL, egui::Key::Enter);
    assert!(rig.published().is_empty());
}

#[test]
fn a_server_that_points_elsewhere_leads_to_a_form_of_a_copy() {
    let mut rig = Setup::with(&["local"]).any_letters().start();
    let cause = Failure::Redirected {
        moved: true,
        reference: "broker-2.test:1999 broker-3.test".to_owned(),
        reason_string: None,
    };
    rig.phase(Phase::Offline { cause: Some(cause) });
    rig.press_button("Connect there…");
    assert!(rig.has(Role::Dialog, "New connection"), "nothing is followed unasked");
    let value = |name: &str| rig.field(name).value().unwrap_or_default();
    assert_eq!((value("Host"), value("Port")), ("broker-2.test".to_owned(), "1999".to_owned()));
}

#[test]
fn a_broken_packet_leads_to_itself_in_the_list() {
    let mut rig = online(&[]);
    rig.cross(Direction::ToClient, &[0xd1, 0]);
    let row = rig.log().rows().end - 1;
    let cause = Failure::Protocol { detail: "reserved bits".to_owned(), frame: Some(row), fault: None };
    rig.phase(Phase::Offline { cause: Some(cause) });
    rig.press_button("Show packet");
    let shown = rig.current().inspector.as_ref().map(|inspector| inspector.frame.row);
    assert_eq!((shown, rig.current().timeline.tab), (Some(row), mqloupe::model::Tab::Packets));
}
