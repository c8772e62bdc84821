//! The first minute, and the laboratory: from an empty window to messages, packets and bytes.
#![cfg(feature = "gui")]

mod ui_support;

use std::net::{Ipv4Addr, SocketAddr};

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::model::{BrokerState, Effect, Event, Tab};
use mqloupe::session::{self, Command, FilterOutcome, Phase, PublishOutcome, Refusal};
use mqloupe::store::Request;
use mqloupe::wire::{Direction, PacketType, Qos, Version};
use ui_support::frames::{CONNACK, CONNECT, puback, publish, publish_1, suback, subscribe};
use ui_support::{Rig, Setup, online};

fn address() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 1883))
}

/// A window in which the local broker runs, connected to it.
fn with_broker() -> Rig {
    let mut rig = Setup::default().start();
    rig.get_all_by_role_and_label(Role::Button, "Start local broker").next().unwrap().click();
    rig.run();
    assert!(rig.effects().contains(&Effect::StartBroker));
    rig.apply(Event::BrokerStarted(address()));
    rig.phase(Phase::Online(Box::default()));
    rig
}

#[test]
fn an_empty_window_says_what_this_is_and_offers_ways_to_begin() {
    let rig = Setup::default().start();
    assert!(rig.shows("Every message, and every byte behind it"));
    for name in ["Start local broker", "New connection"] {
        assert!(rig.has(Role::Button, name), "{name}");
    }
    assert!(rig.has(Role::Heading, "Connections"));
}

#[test]
fn the_local_broker_is_a_profile_and_connected_at_once() {
    let mut rig = Setup::default().start();
    rig.get_all_by_role_and_label(Role::Button, "Start local broker").next().unwrap().click();
    rig.run();
    assert_eq!(rig.model().broker, BrokerState::Starting);
    rig.effects();
    rig.apply(Event::BrokerStarted(address()));
    let effects = rig.effects();
    assert!(effects.iter().any(|e| {
        matches!(e, Effect::Connect { profile, .. } if profile.name == "Local broker" && profile.endpoint.port == 1883)
    }));
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::PutProfile(_)))));
    assert!(rig.has(Role::ListItem, "Local broker"));
    assert!(rig.has(Role::Button, "Stop local broker"));
    rig.phase(Phase::Online(Box::default()));
    assert!(rig.has(Role::Label, "Connected"));
}

#[test]
fn a_broker_that_cannot_start_says_why() {
    let mut rig = Setup::default().start();
    rig.get_all_by_role_and_label(Role::Button, "Start local broker").next().unwrap().click();
    rig.run();
    rig.apply(Event::BrokerFailed("address in use".to_owned()));
    assert!(rig.has(Role::Label, "The local broker could not start: address in use"));
    assert!(rig.has(Role::Button, "Start local broker"));
}

#[test]
fn stopping_the_broker_ends_its_connection_first() {
    let mut rig = with_broker();
    rig.effects();
    rig.press_button("Stop local broker");
    let effects = rig.effects();
    let at = |wanted: &dyn Fn(&Effect) -> bool| effects.iter().position(wanted).expect("an effect");
    let goodbye = at(&|e| matches!(e, Effect::Session(_, Command::Disconnect)));
    assert!(goodbye < at(&|e| *e == Effect::StopBroker));
}

#[test]
fn subscribing_is_a_form_away_and_its_row_shows_what_was_granted() {
    let mut rig = with_broker();
    rig.get_all_by_role_and_label(Role::Button, "New subscription").next().unwrap().click();
    rig.run();
    rig.fill("Topic filter", "sensor");
    rig.click(Role::RadioButton, "1");
    rig.effects();
    rig.press_button("Subscribe");
    assert!(rig.commands().iter().any(|command| {
        matches!(command, Command::Subscribe { subscriptions, .. }
            if subscriptions[0].filter == "sensor" && subscriptions[0].qos == Qos::AtLeastOnce)
    }));
    let described = |rig: &Rig| {
        let row = rig.get_by_role_and_label(Role::ListItem, "sensor");
        row.accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    assert!(described(&rig).starts_with("asked"), "{}", described(&rig));
    let outcome = FilterOutcome { filter: "sensor".to_owned(), result: Ok(Qos::AtMostOnce) };
    rig.say(session::Event::Subscribed { id: None, outcomes: vec![outcome] });
    assert!(described(&rig).starts_with("QoS 1 → 0"), "{}", described(&rig));
}

#[test]
fn a_refused_subscription_is_said_in_words() {
    let mut rig = online(&["secret/#"]);
    let refusal = Refusal::Server {
        packet: PacketType::Suback,
        version: Version::V5_0,
        code: 0x87,
        reason_string: None,
    };
    let outcome = FilterOutcome { filter: "secret/#".to_owned(), result: Err(refusal) };
    rig.say(session::Event::Subscribed { id: None, outcomes: vec![outcome] });
    assert!(rig.has(Role::Label, "The subscription to secret/# was refused: Not authorized (0x87)"));
    let row = rig.get_by_role_and_label(Role::ListItem, "secret/#");
    assert!(row.accesskit_node().data().description().is_some_and(|said| said.starts_with("refused")));
}

#[test]
fn publishing_carries_what_was_typed_and_says_how_it_ended() {
    let mut rig = online(&["sensor"]);
    rig.fill("Topic", "sensor");
    rig.fill("Payload", "lalala");
    rig.effects();
    rig.press_button("Publish");
    let effects = rig.effects();
    let [Effect::Session(_, Command::Publish { id, publish })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((publish.topic.as_str(), &publish.payload[..]), ("sensor", &b"lalala"[..]));
    assert_eq!((publish.qos, publish.retain), (Qos::AtMostOnce, false));
    rig.say(session::Event::Published { id: *id, outcome: PublishOutcome::Sent });
    assert!(rig.has(Role::Label, "Sent"));
}

#[test]
fn messages_and_packets_of_the_first_minute_stand_in_their_lists() {
    let mut rig = online(&["sensor"]);
    rig.cross(Direction::ToServer, CONNECT);
    rig.cross(Direction::ToClient, CONNACK);
    rig.cross(Direction::ToServer, &subscribe(1, "sensor", 1));
    rig.cross(Direction::ToClient, &suback(1, 1));
    rig.cross(Direction::ToServer, &publish_1(0, 2, "sensor", "lalala"));
    rig.cross(Direction::ToClient, &puback(2));
    rig.cross(Direction::ToClient, &publish("sensor", "lalala"));
    rig.settle();
    assert_eq!(
        rig.list("Messages"),
        ["20:09:49.592 sent sensor QoS 1 lalala", "20:09:49.594 received sensor QoS 0 lalala"]
    );
    rig.click(Role::Tab, "Packets");
    assert_eq!(rig.current().timeline.tab, Tab::Packets);
    let rows = rig.list("Packets");
    let begins = [
        "1 20:09:49.588 sent CONNECT ",
        "2 20:09:49.589 received CONNACK ",
        "3 20:09:49.590 sent SUBSCRIBE ",
        "4 20:09:49.591 received SUBACK ",
        "5 20:09:49.592 sent PUBLISH ",
        "6 20:09:49.593 received PUBACK ",
        "7 20:09:49.594 received PUBLISH ",
    ];
    assert_eq!(rows.len(), begins.len(), "{rows:?}");
    for (row, begin) in rows.iter().zip(begins) {
        assert!(row.starts_with(begin), "{row}");
    }
    for label in ["2 messages", "7 packets", "0 faults"] {
        assert!(rig.has(Role::Label, label), "{label}");
    }
}

#[test]
fn an_answer_shows_its_round_trip() {
    let mut rig = online(&[]);
    rig.perform(mqloupe::model::Action::Tab(Tab::Packets));
    rig.cross(Direction::ToServer, ui_support::frames::PINGREQ);
    rig.cross(Direction::ToClient, ui_support::frames::PINGRESP);
    rig.settle();
    let rows = rig.list("Packets");
    assert!(rows[1].contains("PINGRESP") && rows[1].ends_with("1.0 ms"), "{rows:?}");
    assert!(rig.has(Role::Label, "RTT 1.0 ms"));
}

#[test]
fn the_subscription_row_counts_and_shows_its_messages_alone() {
    let mut rig = online(&["sensor", "home/#"]);
    rig.received(&[publish("sensor", "1"), publish("home/a", "2"), publish("sensor", "3")]);
    let row = rig.get_by_role_and_label(Role::ListItem, "sensor");
    assert!(row.accesskit_node().data().description().is_some_and(|said| said.ends_with("2 Messages")));
    rig.click(Role::ListItem, "home/#");
    assert_eq!(rig.list("Messages"), ["20:09:49.589 received home/a QoS 0 2"]);
    rig.press_button("Show all");
    assert_eq!(rig.list("Messages").len(), 3);
}

#[test]
fn retained_and_duplicate_stand_in_the_name_of_a_row() {
    let mut rig = online(&[]);
    rig.received(&[publish_1(0x01, 1, "a", "x"), publish_1(0x08, 2, "b", "y")]);
    let rows = rig.list("Messages");
    assert!(rows[0].ends_with("a QoS 1 x retained"), "{rows:?}");
    assert!(rows[1].ends_with("b QoS 1 y duplicate"), "{rows:?}");
}

#[test]
fn the_form_connects_to_what_it_says() {
    let mut rig = Setup::default().start();
    rig.get_all_by_role_and_label(Role::Button, "New connection").last().unwrap().click();
    rig.run();
    rig.fill("Name", "local");
    rig.fill("Host", "127.0.0.1");
    rig.fill("Port", "1883");
    rig.effects();
    rig.press_button("Save and connect");
    let effects = rig.effects();
    let endpoint = effects.iter().find_map(|e| match e {
        Effect::Connect { profile, .. } => Some(format!("{} {}", profile.name, profile.endpoint)),
        _ => None,
    });
    assert_eq!(endpoint.as_deref(), Some("local 127.0.0.1:1883"));
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::PutProfile(p)) if p.name == "local")));
    assert!(!rig.has(Role::Dialog, "New connection"));
}

#[test]
fn a_message_is_taken_apart_into_fields_and_bytes() {
    let mut rig = online(&["sensor"]);
    rig.received(&[publish("sensor", "Hi")]);
    rig.click(Role::ListItem, "20:09:49.588 received sensor QoS 0 Hi");
    assert!(rig.has(Role::TreeItem, "Topic name sensor"), "{:?}", rig.fields());
    assert_eq!(rig.list("Hex"), ["0000 30 0a 00 06 73 65 6e 73", "0008 6f 72 48 69"]);
    assert_eq!(rig.reader("Payload"), "Hi");
}
