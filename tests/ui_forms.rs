//! The forms: what is wrong stands beside its field and names the mend; nothing is lost by a click or a key.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::Effect;
use mqloupe::profile::{Profile, RetainHandling};
use mqloupe::session::{Command, Phase};
use mqloupe::store::Request;
use mqloupe::wire::{Qos, Version};
use ui_support::{CTRL, Rig, Setup, online, profile, subscribed};

/// An open form of a new connection.
fn new_connection() -> Rig {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::N);
    rig
}

/// An open form of a new subscription of a profile that speaks this version.
fn new_subscription(version: Version) -> Rig {
    let mut rig = Setup::profile(Profile { version, ..profile("local") }).start();
    rig.get_all_by_role_and_label(Role::Button, "New subscription").next().unwrap().click();
    rig.run();
    rig
}

/// A context menu's line of a row.
fn menu(rig: &mut Rig, row: &str, line: &str) {
    rig.control(Role::ListItem, row).click_secondary();
    rig.run();
    rig.click(Role::MenuItem, line);
}

fn names(rig: &Rig) -> Vec<&str> {
    rig.model().connections.iter().map(|c| c.profile.name.as_str()).collect()
}

#[test]
fn a_new_connection_is_filled_with_sensible_defaults() {
    let rig = new_connection();
    let value = |field: &str| rig.field(field).value().unwrap_or_default();
    assert_eq!([value("Host"), value("Port"), value("Keep alive")], ["127.0.0.1", "1883", "60"]);
    assert!(rig.field("Name").is_focused());
    let version = rig.control(Role::RadioButton, "3.1.1");
    assert_eq!(version.accesskit_node().is_selected(), Some(true));
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_is_saved() {
    for (field, typed, said) in [
        ("Port", "abc", "A port is a number, such as 1883"),
        ("Port", "70000", "A port is from 1 to 65535"),
        ("Port", "", "Fill in a port; MQTT uses 1883"),
        ("Host", "", "Fill in the server's name or address, such as 127.0.0.1"),
        (
            "Host",
            "http://example.com",
            "http:// is not MQTT; an address of MQTT begins with mqtt://, mqtts://, ws:// or wss://",
        ),
        ("Keep alive", "often", "A number of seconds from 0 to 65535."),
        ("Connect timeout", "0", "The connect timeout is at least 1 s"),
        ("Connect timeout", "x", "A number of seconds from 1 to 65535."),
    ] {
        let mut rig = new_connection();
        rig.fill(field, typed);
        rig.effects();
        rig.press_button("Save");
        assert_eq!(rig.note(field), said);
        assert!(rig.is_invalid(field), "{field}");
        assert_eq!(rig.effects(), [], "{field} {typed}");
        assert!(rig.has(Role::Dialog, "New connection"));
    }
}

#[test]
fn faults_are_not_shown_before_the_first_try() {
    let mut rig = new_connection();
    rig.fill("Port", "");
    assert!(!rig.is_invalid("Port"));
    rig.press_button("Save");
    assert!(rig.is_invalid("Port"));
    rig.fill("Port", "1883");
    assert!(!rig.is_invalid("Port"));
}

#[test]
fn an_empty_client_id_is_no_client_id_of_3_1() {
    let mut rig = new_connection();
    rig.click(Role::RadioButton, "3.1");
    rig.fill("Client ID", "");
    rig.press_button("Save");
    assert_eq!(rig.note("Client ID"), "MQTT 3.1 needs a client ID; generate one");
    rig.press_button("Generate client ID");
    assert!(!rig.is_invalid("Client ID"));
    assert!(!rig.field("Client ID").value().unwrap_or_default().is_empty());
}

#[test]
fn a_long_client_id_of_3_1_is_noted_and_saved() {
    let mut rig = new_connection();
    rig.fill("Name", "bemfa");
    rig.fill("Host", "bemfa.com");
    rig.fill("Port", "9501");
    rig.click(Role::RadioButton, "3.1");
    let key = "0123456789abcdef0123456789abcdef";
    rig.fill("Client ID", key);
    assert!(rig.note("Client ID").contains("23"), "{}", rig.note("Client ID"));
    rig.press_button("Save");
    let saved = rig.saved();
    assert_eq!((saved[0].client_id.as_str(), saved[0].version), (key, Version::V3_1));
}

#[test]
fn a_pasted_url_fills_the_other_fields() {
    let mut rig = new_connection();
    rig.fill("Host", "mqtt://user:secret@broker.lan:1999");
    let value = |field: &str| rig.field(field).value().unwrap_or_default();
    assert_eq!([value("Host"), value("Port"), value("Username")], ["broker.lan", "1999", "user"]);
    assert_ne!(value("Password"), "secret", "a password is not read out");
    rig.press_button("Show password");
    assert_eq!(rig.field("Password").value().as_deref(), Some("secret"));
}

#[test]
fn a_port_typed_behind_the_host_goes_into_its_own_field() {
    let mut rig = new_connection();
    rig.fill("Host", "broker.lan:1884");
    rig.key(Modifiers::NONE, Key::Tab);
    let value = |field: &str| rig.field(field).value().unwrap_or_default();
    assert_eq!([value("Host"), value("Port")], ["broker.lan", "1884"]);
}

#[test]
fn enter_in_a_field_and_ctrl_enter_save_and_connect() {
    for keys in [Modifiers::NONE, CTRL] {
        let mut rig = new_connection();
        rig.fill("Name", "lab");
        rig.effects();
        rig.key(keys, Key::Enter);
        let effects = rig.effects();
        assert!(
            effects.iter().any(|e| matches!(e, Effect::Connect { profile, .. } if profile.name == "lab"))
        );
        assert!(!rig.has(Role::Dialog, "New connection"));
    }
}

#[test]
fn enter_on_cancel_saves_nothing() {
    let mut rig = new_connection();
    rig.effects();
    rig.control(Role::Button, "Cancel").focus();
    rig.run();
    rig.key(Modifiers::NONE, Key::Enter);
    assert_eq!(rig.effects(), []);
    assert!(!rig.has(Role::Dialog, "New connection"));
}

#[test]
fn a_click_beside_a_form_loses_nothing() {
    let mut rig = new_connection();
    rig.fill("Name", "half typed");
    rig.click_at(egui::pos2(20.0, 700.0));
    assert_eq!(rig.field("Name").value().as_deref(), Some("half typed"));
}

#[test]
fn cancel_and_close_save_nothing() {
    for name in ["Cancel", "Close"] {
        let mut rig = new_connection();
        rig.fill("Name", "lab");
        rig.effects();
        rig.press_button(name);
        assert_eq!(rig.effects(), []);
        assert!(rig.model().connections.is_empty());
    }
}

#[test]
fn save_works_without_connecting() {
    let mut rig = new_connection();
    rig.fill("Name", "lab");
    rig.fill("Host", "no.such.host.example");
    rig.effects();
    rig.press_button("Save");
    let effects = rig.effects();
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::PutProfile(_)))));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Connect { .. })));
    assert_eq!(rig.selected(), rig.model().connections[0].profile.id);
}

#[test]
fn the_clean_flag_is_named_as_its_version_names_it() {
    let mut rig = new_connection();
    assert!(rig.has(Role::CheckBox, "Clean session") && !rig.has(Role::CheckBox, "Clean start"));
    rig.click(Role::RadioButton, "5.0");
    assert!(rig.has(Role::CheckBox, "Clean start") && !rig.has(Role::CheckBox, "Clean session"));
}

#[test]
fn editing_shows_what_is_saved_and_changes_it() {
    let mut rig = Setup::with(&["local"]).start();
    rig.press_button("Edit");
    assert!(rig.has(Role::Dialog, "Edit connection"));
    assert_eq!(rig.field("Client ID").value().as_deref(), Some("123456789"));
    rig.fill("Name", "renamed");
    rig.click(Role::CheckBox, "Reconnect");
    rig.press_button("Save");
    let saved = rig.saved();
    assert_eq!((saved[0].name.as_str(), saved[0].reconnect), ("renamed", false));
    assert!(rig.has(Role::ListItem, "renamed"));
}

#[test]
fn changed_settings_of_a_live_connection_begin_when_the_old_ones_have_ended() {
    let mut rig = online(&[]);
    rig.press_button("Edit");
    rig.fill("Port", "1999");
    rig.effects();
    rig.press_button("Save and connect");
    let effects = rig.effects();
    assert!(effects.iter().any(|e| matches!(e, Effect::Session(_, Command::Disconnect))));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Connect { .. })));
    rig.phase(Phase::Offline { cause: None });
    let effects = rig.effects();
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Connect { profile, .. } if profile.endpoint.port == 1999))
    );
}

#[test]
fn deleting_a_connection_can_be_undone() {
    let mut rig = Setup::with(&["a", "b", "c"]).start();
    menu(&mut rig, "b", "Delete");
    assert_eq!(names(&rig), ["a", "c"]);
    assert!(rig.has(Role::Label, "“b” was deleted"));
    rig.press_button("Undo");
    assert_eq!(names(&rig), ["a", "b", "c"]);
    assert_eq!(rig.selected().0, "b");
    assert!(!rig.shows("was deleted"), "the toast has gone");
}

#[test]
fn a_notice_that_goes_takes_the_chance_to_undo_with_it() {
    let mut rig = Setup::with(&["a", "b"]).start();
    menu(&mut rig, "b", "Delete");
    rig.effects();
    rig.press_button("Dismiss");
    assert!(rig.effects().iter().any(|e| matches!(e, Effect::DropHistory(id) if id.0 == "b")));
    assert!(!rig.has(Role::Button, "Undo"));
}

#[test]
fn duplicating_makes_another_of_a_free_name_and_selects_it() {
    let mut rig = Setup::with(&["a"]).start();
    menu(&mut rig, "a", "Duplicate");
    assert_eq!(rig.model().connections.len(), 2);
    let names = names(&rig);
    assert_ne!(names[0], names[1]);
    assert_ne!(rig.selected().0, "a");
}

#[test]
fn a_double_click_connects() {
    let mut rig = Setup::with(&["a", "b"]).start();
    rig.effects();
    for _ in 0..2 {
        rig.control(Role::ListItem, "b").click();
    }
    rig.run();
    let connects: Vec<_> = rig
        .effects()
        .into_iter()
        .filter(|e| matches!(e, Effect::Connect { profile, .. } if profile.name == "b"))
        .collect();
    assert_eq!(connects.len(), 1);
}

#[test]
fn a_filter_must_be_there_and_be_one() {
    for (typed, said) in [
        ("", "Enter a topic filter."),
        ("ok\na/#/b", "a/#/b may hold # only as the whole of its last level, as in sport/#."),
        ("a+", "a+ may hold + only as the whole of a level, as in sport/+/score."),
    ] {
        let mut rig = new_subscription(Version::V3_1_1);
        rig.fill("Topic filter", typed);
        rig.effects();
        rig.press_button("Subscribe");
        assert_eq!(rig.note("Topic filter"), said);
        assert_eq!(rig.effects(), []);
        assert!(rig.has(Role::Dialog, "New subscription"));
    }
}

#[test]
fn several_filters_become_several_rows() {
    let mut rig = new_subscription(Version::V3_1_1);
    rig.fill("Topic filter", "sensor");
    rig.key(Modifiers::NONE, Key::Enter);
    rig.type_text("home/+/temperature");
    rig.key(CTRL, Key::Enter);
    assert!(rig.has(Role::ListItem, "sensor") && rig.has(Role::ListItem, "home/+/temperature"));
    assert!(!rig.has(Role::Dialog, "New subscription"));
    let saved = rig.saved();
    assert_eq!(saved.last().unwrap().subscriptions.len(), 2);
}

#[test]
fn enter_in_the_alias_subscribes() {
    let mut rig = new_subscription(Version::V3_1_1);
    rig.fill("Topic filter", "sensor");
    rig.fill("Alias", "thermometer");
    rig.key(Modifiers::NONE, Key::Enter);
    assert!(!rig.has(Role::Dialog, "New subscription"));
    assert_eq!(rig.saved().last().unwrap().subscriptions[0].alias, "thermometer");
}

#[test]
fn alias_and_colour_are_kept() {
    let mut rig = new_subscription(Version::V3_1_1);
    rig.fill("Topic filter", "sensor");
    rig.fill("Alias", "thermometer");
    rig.click(Role::RadioButton, "Colour 4");
    rig.click(Role::RadioButton, "2");
    rig.press_button("Subscribe");
    let wish = rig.saved().last().unwrap().subscriptions[0].clone();
    assert_eq!((wish.alias.as_str(), wish.colour.0, wish.qos), ("thermometer", 3, Qos::ExactlyOnce));
    assert!(rig.has(Role::ListItem, "sensor"), "a row is named by its filter, whatever it is called");
}

#[test]
fn options_of_5_0_are_offered_for_5_0_alone() {
    let options = |rig: &Rig| {
        [
            rig.has(Role::CheckBox, "No local"),
            rig.has(Role::CheckBox, "Retain as published"),
            rig.has(Role::ComboBox, "Retain handling"),
            rig.has_field("Subscription identifier"),
        ]
    };
    for version in [Version::V3_1, Version::V3_1_1] {
        assert_eq!(options(&new_subscription(version)), [false; 4]);
    }
    let mut rig = new_subscription(Version::V5_0);
    assert_eq!(options(&rig), [true; 4]);
    rig.fill("Topic filter", "sensor");
    rig.click(Role::CheckBox, "No local");
    rig.click(Role::CheckBox, "Retain as published");
    rig.click(Role::ComboBox, "Retain handling");
    rig.click(Role::MenuItem, "Never");
    rig.fill("Subscription identifier", "0");
    rig.press_button("Subscribe");
    assert_eq!(rig.note("Subscription identifier"), "A number from 1 to 268435455, or empty.");
    assert!(!rig.is_invalid("Topic filter"));
    rig.fill("Subscription identifier", "7");
    rig.press_button("Subscribe");
    let wish = rig.saved().last().unwrap().subscriptions[0].clone();
    assert_eq!(
        (wish.no_local, wish.retain_as_published, wish.retain_handling, wish.identifier),
        (true, true, RetainHandling::Never, Some(7))
    );
}

#[test]
fn unsubscribing_can_be_undone() {
    let mut rig = online(&["sensor", "home/#"]);
    rig.effects();
    rig.press_button("Unsubscribe sensor");
    assert!(
        rig.commands()
            .iter()
            .any(|c| { matches!(c, Command::Unsubscribe { filters, .. } if filters[..] == ["sensor"]) })
    );
    assert!(!rig.has(Role::ListItem, "sensor"));
    rig.press_button("Undo");
    assert!(rig.commands().iter().any(|c| matches!(c, Command::Subscribe { .. })));
    assert!(rig.has(Role::ListItem, "sensor"));
}

#[test]
fn a_subscription_that_is_not_enabled_is_kept_and_not_made() {
    let mut rig = online(&["sensor"]);
    rig.effects();
    rig.click(Role::CheckBox, "Enabled sensor");
    let effects = rig.effects();
    assert!(effects.iter().any(|e| matches!(e, Effect::Session(_, Command::Unsubscribe { .. }))));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Store(Request::PutProfile(p)) if !p.subscriptions[0].enabled))
    );
    assert!(rig.has(Role::ListItem, "sensor"));
    rig.click(Role::CheckBox, "Enabled sensor");
    assert!(rig.commands().iter().any(|c| matches!(c, Command::Subscribe { .. })));
}

#[test]
fn a_subscription_made_offline_waits_for_the_connection() {
    let mut rig = Setup::profile(subscribed("local", &[])).start();
    rig.get_all_by_role_and_label(Role::Button, "New subscription").next().unwrap().click();
    rig.run();
    rig.fill("Topic filter", "sensor");
    rig.effects();
    rig.press_button("Subscribe");
    let effects = rig.effects();
    assert!(!effects.iter().any(|e| matches!(e, Effect::Session(..))), "{effects:?}");
    rig.press_button("Connect");
    assert!(rig.effects().iter().any(|e| {
        matches!(e, Effect::Connect { profile, .. } if profile.subscriptions[0].filter == "sensor")
    }));
}

#[test]
fn editing_a_subscription_to_another_filter_replaces_it() {
    let mut rig = online(&["sensor"]);
    menu(&mut rig, "sensor", "Edit");
    assert!(rig.has(Role::Dialog, "Edit subscription"));
    rig.fill("Topic filter", "sensors/#");
    rig.effects();
    rig.press_button("Subscribe");
    let commands = rig.commands();
    assert!(
        matches!(&commands[..], [Command::Unsubscribe { .. }, Command::Subscribe { .. }]),
        "{commands:?}"
    );
    assert!(rig.has(Role::ListItem, "sensors/#") && !rig.has(Role::ListItem, "sensor"));
}

#[test]
fn a_payload_that_is_not_of_its_format_is_not_sent_and_says_where() {
    for (format, typed, said) in [
        ("JSON", "{\n 'a': 1}", "Line 2, column 2: a key in double quotes is expected here"),
        ("Hex", "0 1 2", "Line 1, column "),
        ("Base64", "????", "Line 1, column 1: "),
    ] {
        let mut rig = online(&[]);
        rig.fill("Topic", "sensor");
        rig.fill("Payload", typed);
        rig.click(Role::ComboBox, "Format");
        rig.click(Role::MenuItem, format);
        rig.effects();
        rig.press_button("Publish");
        assert!(rig.note("Payload").starts_with(said), "{format}: {}", rig.note("Payload"));
        assert!(rig.is_invalid("Payload"));
        assert!(rig.published().is_empty());
    }
}

#[test]
fn the_fault_of_a_payload_follows_the_language() {
    let mut rig = online_any(&[]);
    rig.fill("Topic", "sensor");
    rig.fill("Payload", "{\n 'a': 1}");
    rig.perform(mqloupe::model::Action::Compose(mqloupe::model::ComposerEdit::Format(
        mqloupe::payload::Format::Json,
    )));
    rig.press_button("Publish");
    rig.perform(mqloupe::model::Action::Language(Language::Chinese));
    assert_eq!(rig.note("负载"), "第 2 行第 2 列：这里应为双引号括起的键");
}

fn online_any(filters: &[&str]) -> Rig {
    ui_support::online_with(Setup::profile(subscribed("local", filters)).any_letters())
}

#[test]
fn a_topic_with_wildcards_is_refused_beside_its_field_until_it_is_changed() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a/#");
    rig.press_button("Publish");
    assert!(rig.note("Topic").contains("wildcards"), "{}", rig.note("Topic"));
    rig.fill("Topic", "a/b");
    assert!(!rig.is_invalid("Topic"));
}

#[test]
fn publish_carries_qos_retain_and_the_bytes_of_its_format() {
    let mut rig = online(&[]);
    rig.fill("Topic", "sensor");
    rig.click(Role::ComboBox, "QoS");
    rig.click(Role::MenuItem, "QoS 2");
    rig.click(Role::CheckBox, "Retain");
    rig.click(Role::ComboBox, "Format");
    rig.click(Role::MenuItem, "Hex");
    rig.fill("Payload", "48 69");
    rig.effects();
    rig.press_button("Publish");
    let published = rig.published();
    assert_eq!(published.len(), 1, "{}", rig.note("Payload"));
    assert_eq!(published[0].payload, b"Hi");
    assert_eq!((published[0].qos, published[0].retain), (Qos::ExactlyOnce, true));
}
