//! The names of controls are a contract: each is there under its name and role, once in its panel, and has a text
//! in Chinese; in Chinese no English is left over.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::{Action, ComposerEdit, Sheet, Tab};
use mqloupe::profile::Profile;
use mqloupe::session::{Failure, Granted, Phase};
use mqloupe::store::Theme;
use mqloupe::text::{Texts, texts};
use mqloupe::wire::{Direction, Version};
use ui_support::frames::{CONNACK, CONNECT, PINGREQ, PINGRESP, publish, publish_1, suback, subscribe};
use ui_support::{CTRL, NOW, Rig, Setup, online_with, profile, subscribed, words};

/// A control: its role, its name in English as the contract has it, and where both languages have it from.
type Named = (Role, &'static str, fn(&Texts) -> &'static str);

/// The main panels with a message selected.
const MAIN: &[Named] = &[
    (Role::Heading, "Connections", |t| t.connections),
    (Role::Heading, "Subscriptions", |t| t.subscriptions),
    (Role::Button, "New connection", |t| t.new_connection),
    (Role::Button, "Start local broker", |t| t.start_broker),
    (Role::Button, "Open capture…", |t| t.open_capture),
    (Role::Button, "New subscription", |t| t.new_subscription),
    (Role::Button, "Edit", |t| t.edit),
    (Role::Button, "Disconnect", |t| t.disconnect),
    (Role::Label, "Connected", |t| t.connected),
    (Role::Tab, "Messages", |t| t.messages),
    (Role::Tab, "Packets", |t| t.packets),
    (Role::TextInput, "Filter", |t| t.filter),
    (Role::Button, "Follow", |t| t.follow),
    (Role::Button, "Time strip", |t| t.time_strip),
    (Role::Slider, "Traffic over time", |t| t.traffic),
    (Role::Button, "Statistics", |t| t.statistics),
    (Role::List, "Messages", |t| t.messages),
    (Role::TextInput, "Topic", |t| t.topic),
    (Role::ComboBox, "QoS", |t| t.qos),
    (Role::CheckBox, "Retain", |t| t.retain),
    (Role::Button, "Publish", |t| t.publish),
    (Role::Tree, "Fields", |t| t.fields),
    (Role::List, "Hex", |t| t.hex),
    (Role::Button, "Copy", |t| t.copy),
    (Role::Button, "Settings", |t| t.settings),
    (Role::Button, "Language", |t| t.language),
    (Role::Button, "Theme", |t| t.theme),
    (Role::Button, "Log", |t| t.log),
];

/// The connection form.
const FORM: &[Named] = &[
    (Role::Dialog, "New connection", |t| t.new_connection),
    (Role::TextInput, "Name", |t| t.name),
    (Role::ComboBox, "Protocol", |t| t.protocol),
    (Role::TextInput, "Host", |t| t.host),
    (Role::TextInput, "Port", |t| t.port),
    (Role::TextInput, "Client ID", |t| t.client_id),
    (Role::Button, "Generate client ID", |t| t.generate_client_id),
    (Role::TextInput, "Username", |t| t.username),
    (Role::PasswordInput, "Password", |t| t.password),
    (Role::Button, "Show password", |t| t.show_password),
    (Role::RadioGroup, "MQTT version", |t| t.mqtt_version),
    (Role::TextInput, "Keep alive", |t| t.keep_alive),
    (Role::TextInput, "Connect timeout", |t| t.connect_timeout),
    (Role::CheckBox, "Clean session", |t| t.clean_session),
    (Role::CheckBox, "Reconnect", |t| t.reconnect),
    (Role::Button, "Save", |t| t.save),
    (Role::Button, "Save and connect", |t| t.save_and_connect),
    (Role::Button, "Cancel", |t| t.cancel),
    (Role::Button, "Close", |t| t.close),
];

/// The subscription form of 5.0.
const SUBSCRIPTION: &[Named] = &[
    (Role::Dialog, "New subscription", |t| t.new_subscription),
    (Role::MultilineTextInput, "Topic filter", |t| t.topic_filter),
    (Role::RadioGroup, "QoS", |t| t.qos),
    (Role::TextInput, "Alias", |t| t.alias),
    (Role::CheckBox, "No local", |t| t.no_local),
    (Role::CheckBox, "Retain as published", |t| t.retain_as_published),
    (Role::ComboBox, "Retain handling", |t| t.retain_handling),
    (Role::TextInput, "Subscription identifier", |t| t.subscription_identifier),
    (Role::Button, "Subscribe", |t| t.subscribe),
];

/// The settings.
const SETTINGS: &[Named] = &[
    (Role::Dialog, "Settings", |t| t.settings),
    (Role::RadioGroup, "Language", |t| t.language),
    (Role::RadioGroup, "Theme", |t| t.theme),
    (Role::RadioButton, "System", |t| t.theme_system),
    (Role::RadioButton, "Light", |t| t.theme_light),
    (Role::RadioButton, "Dark", |t| t.theme_dark),
    (Role::TextInput, "Memory for frames", |t| t.memory_for_frames),
    (Role::TextInput, "History on disk", |t| t.history_on_disk),
];

const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A connected window with a message selected.
fn busy(language: Language) -> Rig {
    busy_in(Setup::profile(subscribed("local", &["sensor"])).language(language))
}

fn busy_in(setup: Setup) -> Rig {
    let mut rig = online_with(setup);
    for frame in [CONNECT, &subscribe(1, "sensor", 1), PINGREQ] {
        rig.cross(Direction::ToServer, frame);
    }
    for frame in
        [CONNACK, &suback(1, 1), PINGRESP, &publish("sensor", "Hi"), &publish_1(1, 7, "sensor", "{}")]
    {
        rig.cross(Direction::ToClient, frame);
    }
    rig.settle();
    rig.click_row("sensor QoS 0 Hi");
    rig
}

#[track_caller]
fn check(rig: &Rig, language: Language, table: &[Named], within: Option<&str>) {
    let t = texts(language);
    for (role, english, text) in table {
        assert_eq!(text(texts(Language::English)), *english, "the contract's name");
        let name = text(t);
        let found = match within {
            None => rig.query_all_by_role_and_label(*role, name).count(),
            Some(_) if *role == Role::Dialog => rig.query_all_by_role_and_label(*role, name).count(),
            Some(dialog) => rig
                .get_by_role_and_label(Role::Dialog, dialog)
                .query_all_by_role_and_label(*role, name)
                .count(),
        };
        assert_eq!(found, 1, "{role:?} {name:?} ({language:?})");
    }
}

#[test]
fn the_controls_of_the_main_panels_are_there_by_name_and_role() {
    for language in LANGUAGES {
        check(&busy(language), language, MAIN, None);
    }
}

#[test]
fn the_controls_of_the_connection_form_are_there_by_name_and_role() {
    for language in LANGUAGES {
        let mut rig = Setup::with(&["local"]).language(language).start();
        rig.perform(Action::NewConnection);
        check(&rig, language, FORM, Some(texts(language).new_connection));
    }
}

#[test]
fn the_controls_of_the_subscription_form_are_there_by_name_and_role() {
    for language in LANGUAGES {
        let five = Profile { version: Version::V5_0, ..profile("local") };
        let mut rig = Setup::profile(five).language(language).start();
        rig.perform(Action::NewSubscription);
        check(&rig, language, SUBSCRIPTION, Some(texts(language).new_subscription));
    }
}

#[test]
fn the_settings_are_there_by_name_and_role() {
    for language in LANGUAGES {
        let mut rig = Setup::with(&["local"]).any_letters().language(language).start();
        rig.perform(Action::Open(Sheet::Settings));
        check(&rig, language, SETTINGS, Some(texts(language).settings));
        for (name, chosen) in [("English", Language::English), ("简体中文", Language::Chinese)] {
            let node = rig.get_by_role_and_label(Role::RadioButton, name);
            assert_eq!(node.accesskit_node().is_selected(), Some(chosen == language), "{name}");
        }
    }
}

#[test]
fn each_row_of_a_subscription_has_controls_of_its_own() {
    let rig = Setup::profile(subscribed("local", &["sensor", "home/#"])).start();
    for filter in ["sensor", "home/#"] {
        assert!(rig.has(Role::ListItem, filter));
        assert!(rig.has(Role::CheckBox, &format!("Enabled {filter}")));
        assert!(rig.has(Role::Button, &format!("Unsubscribe {filter}")));
    }
}

/// Words of Latin letters that stand in Chinese text too: names of the protocol, of keys, of formats and of this
/// program, and the data of the test.
const NOT_ENGLISH: &[&str] = &[
    "MQTT",
    "QoS",
    "MiB",
    "CONNECT",
    "CONNACK",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PUBLISH",
    "PUBACK",
    "PINGREQ",
    "PINGRESP",
    "DUP",
    "JSON",
    "Base64",
    "Hex",
    "UTF",
    "Broker",
    "Mosquitto",
    "Wireshark",
    "tshark",
    "tcpdump",
    "pcap",
    "pcapng",
    "EMQX",
    "TCP",
    "ID",
    "RTT",
    "Ctrl",
    "Shift",
    "Enter",
    "Esc",
    "PageUp",
    "PageDown",
    "Home",
    "End",
    "URL",
    "IPv6",
    "TLS",
    "DISCONNECT",
    "Ping",
    "Request",
    "Response",
    "VPN",
    // How a shared topic filter begins: $share.
    "share",
    // The filter language, and its examples.
    "reason",
    "return",
    "code",
    "connack",
    "unanswered",
    "retain",
    "topic",
    "type",
    "publish",
    "qos",
    "dir",
    "received",
    "fault",
    "yes",
    "mqtt",
    "sensor",
    "temperature",
    // Data.
    "local",
    "Hi",
    "admin",
    "English",
    "mqloupe",
];

/// What the toolkit calls its own splitters.
const OF_THE_TOOLKIT: &str = "Resize panel";

/// English that is left over in what is said.
fn english_in(said: &[String]) -> Vec<String> {
    let is_left_over = |word: &&str| {
        word.len() > 2
            && word.chars().all(|c| c.is_ascii_alphabetic())
            && !NOT_ENGLISH.iter().any(|known| known == word)
    };
    let mut found: Vec<String> = said
        .iter()
        .filter(|text| *text != OF_THE_TOOLKIT)
        .filter(|text| text.split(|c: char| !c.is_alphanumeric()).any(|word| is_left_over(&word)))
        .cloned()
        .collect();
    found.dedup();
    found
}

#[test]
fn in_chinese_no_english_is_left_in_the_main_panels() {
    let mut rig = busy(Language::Chinese);
    assert_eq!(english_in(&rig.texts()), Vec::<String>::new());
    rig.click(Role::ComboBox, "QoS");
    assert_eq!(english_in(&rig.texts()), Vec::<String>::new());
    rig.key(Modifiers::NONE, Key::Escape);
    rig.press_button("复制");
    assert_eq!(english_in(&rig.texts()), Vec::<String>::new());
    rig.key(Modifiers::NONE, Key::Escape);
    rig.key(CTRL, Key::F);
    assert_eq!(english_in(&rig.texts()), Vec::<String>::new());
}

#[test]
fn in_chinese_each_line_of_the_tree_and_its_explanation_is_chinese() {
    let mut rig = busy(Language::Chinese);
    rig.perform(Action::Tab(Tab::Packets));
    for row in 0..8 {
        rig.perform(Action::SelectRow(row));
        let lines = rig.current().inspector.as_ref().unwrap().lines.clone();
        for line in lines {
            let label_is_word = line.label == "DUP" || line.label == "QoS" || line.label.chars().any(is_han);
            assert!(label_is_word, "{line:?}");
            assert_eq!(english_in(std::slice::from_ref(&line.label)), Vec::<String>::new());
            rig.perform(Action::SelectField(line.path.clone()));
            let explained = rig.current().inspector.as_ref().unwrap().explanation.clone();
            let explained = explained.unwrap_or_else(|| panic!("{line:?} is not explained"));
            assert!(explained.text.chars().any(is_han), "{line:?}: {}", explained.text);
        }
    }
}

#[test]
fn in_chinese_no_english_is_left_in_forms_and_sheets() {
    let five = Profile { version: Version::V5_0, ..profile("local") };
    let mut rig = Setup::profile(five).language(Language::Chinese).start();
    for action in [
        Action::NewConnection,
        Action::NewSubscription,
        Action::NewCapture,
        Action::NewPaste,
        Action::NewExport,
        Action::EditColours,
        Action::ColourLike("topic".to_owned()),
        Action::EditRepeat,
        Action::Open(Sheet::Settings),
        Action::Open(Sheet::Help),
        Action::Open(Sheet::Log),
        Action::Open(Sheet::Palette),
        Action::Open(Sheet::Statistics),
    ] {
        rig.perform(action.clone());
        assert_eq!(english_in(&rig.texts()), Vec::<String>::new(), "{action:?}");
        rig.perform(Action::Close);
    }
}

#[test]
fn in_chinese_no_english_is_left_in_an_empty_window_and_in_each_phase() {
    let rig = Setup::default().language(Language::Chinese).start();
    assert_eq!(english_in(&rig.texts()), Vec::<String>::new());
    let mut rig = Setup::with(&["local"]).language(Language::Chinese).start();
    let until = mqloupe::log::Timestamp(NOW.0 + 3_000_000_000);
    for phase in [
        Phase::Resolving,
        Phase::Securing,
        Phase::Negotiating,
        Phase::Online(Box::new(Granted { session_present: true, ..Granted::default() })),
        Phase::Waiting { attempt: 2, until, cause: Failure::KeepAliveMissed },
        Phase::Offline { cause: Some(Failure::ClosedByPeer { was_online: true }) },
    ] {
        rig.phase(phase.clone());
        assert_eq!(english_in(&rig.texts()), Vec::<String>::new(), "{phase:?}");
    }
}

#[test]
fn in_chinese_a_broken_frame_is_said_in_chinese() {
    let mut rig = online_with(Setup::profile(profile("local")).language(Language::Chinese));
    rig.perform(Action::Tab(Tab::Packets));
    rig.received(&[b"\x36\x03\x00\x01a".to_vec(), b"\x30\x05\x00\x09ab".to_vec()]);
    for row in 0..2 {
        rig.perform(Action::SelectRow(row));
        let said = &rig.current().inspector.as_ref().unwrap().dissection;
        let diagnostics = said.diagnostics.iter().map(|d| d.message_in(Language::Chinese));
        let broken = said.broken.iter().map(|b| b.message_in(Language::Chinese));
        let chinese: Vec<String> = diagnostics.chain(broken).map(str::to_owned).collect();
        assert!(!chinese.is_empty());
        for words in chinese {
            assert!(rig.shows(&words), "{words}: {:?}", rig.texts());
        }
    }
}

/// Roles of what is worked.
const WORKED: &[Role] = &[
    Role::Button,
    Role::CheckBox,
    Role::ComboBox,
    Role::RadioButton,
    Role::Tab,
    Role::TextInput,
    Role::MultilineTextInput,
    Role::PasswordInput,
    Role::List,
    Role::Tree,
    Role::MenuItem,
    Role::Dialog,
];

fn name_of(node: &Node<'_>) -> String {
    format!("{:?} {:?}", node.accesskit_node().role(), words(node))
}

/// What a node's scrolled parent shows; everything where it has none.
fn in_sight(node: &Node<'_>) -> Rect {
    let mut parent = node.parent();
    while let Some(above) = parent {
        if above.accesskit_node().role() == Role::ScrollView {
            return above.rect();
        }
        parent = above.parent();
    }
    Rect::EVERYTHING
}

/// Nothing that is worked stands beyond the window, and no two that are worked cover each other. Where a form is
/// open, only what stands in it is looked at.
#[track_caller]
fn check_places(rig: &Rig, what: &str) {
    // The hairline over the status line takes one point of its height.
    let window = rig.ctx.content_rect().expand(1.0);
    let form = rig.query_by_role(Role::Dialog);
    let nodes = form.unwrap_or_else(|| rig.root()).children_recursive();
    let mut places: Vec<(String, Rect)> = Vec::new();
    for node in nodes {
        let role = node.accesskit_node().role();
        if !WORKED.contains(&role) || node.accesskit_node().bounding_box().is_none() {
            continue;
        }
        // What is out of sight in a form that scrolls is nobody's to cover.
        let rect = node.rect().intersect(in_sight(&node));
        if rect.height() < 4.0 {
            continue;
        }
        assert!(window.contains_rect(rect), "{what}: {} at {rect:?}", name_of(&node));
        if !matches!(role, Role::List | Role::Tree) {
            places.push((name_of(&node), rect));
        }
    }
    assert!(!places.is_empty());
    for (place, (name, rect)) in places.iter().enumerate() {
        for (other, covered) in &places[place + 1..] {
            let both = rect.shrink(1.0).intersect(covered.shrink(1.0));
            // Controls in the head of a section stand in it.
            let inside = rect.contains_rect(*covered) || covered.contains_rect(*rect);
            assert!(inside || !both.is_positive(), "{what}: {name} at {rect:?} and {other} at {covered:?}");
        }
    }
}

const SIZES: [egui::Vec2; 3] =
    [egui::vec2(1000.0, 600.0), egui::vec2(1280.0, 800.0), egui::vec2(1920.0, 1080.0)];

fn setups(language: Language, size: egui::Vec2) -> Setup {
    let five = Profile {
        version: Version::V5_0,
        name: "A connection with a name that is longer than its place".to_owned(),
        ..subscribed("local", &["sensor", "a/very/long/filter/that/does/not/fit/in/the/column/at/all/#"])
    };
    Setup::profile(five).language(language).any_letters().system_fonts().size(size)
}

#[test]
fn publishing_stands_within_the_window_with_all_that_it_can_show() {
    for language in LANGUAGES {
        for size in SIZES {
            let what = format!("{language:?} {size:?}");
            let mut rig = busy_setup(language, size);
            rig.perform(Action::EditRepeat);
            check_places(&rig, &format!("{what} repeat"));
            rig.perform(Action::Compose(ComposerEdit::Topic("sensor".to_owned())));
            rig.perform(Action::StartRepeating);
            check_places(&rig, &format!("{what} job"));
            rig.perform(Action::Publish);
            rig.wait(5);
            check_places(&rig, &format!("{what} pending"));
            rig.perform(Action::PublishFromFile);
            check_places(&rig, &format!("{what} file"));
        }
    }
}

#[test]
fn nothing_that_is_worked_stands_beyond_the_window() {
    for language in LANGUAGES {
        for size in SIZES {
            let what = format!("{language:?} {size:?}");
            let mut rig = Setup::default().language(language).any_letters().system_fonts().size(size).start();
            check_places(&rig, &format!("{what} empty"));
            rig.perform(Action::NewConnection);
            check_places(&rig, &format!("{what} form"));

            let mut rig = setups(language, size).start();
            check_places(&rig, &format!("{what} offline"));
            let until = mqloupe::log::Timestamp(NOW.0 + 3_000_000_000);
            rig.phase(Phase::Waiting { attempt: 2, until, cause: Failure::KeepAliveMissed });
            check_places(&rig, &format!("{what} waiting"));

            let mut rig = busy_setup(language, size);
            for tab in [Tab::Messages, Tab::Packets] {
                rig.perform(Action::Tab(tab));
                check_places(&rig, &format!("{what} {tab:?}"));
            }
            for action in [
                Action::NewSubscription,
                Action::Edit(rig.selected()),
                Action::ColourLike("topic == sensor".to_owned()),
                Action::Open(Sheet::Settings),
                Action::Open(Sheet::Help),
                Action::Open(Sheet::Log),
                Action::Open(Sheet::Palette),
            ] {
                rig.perform(action.clone());
                check_places(&rig, &format!("{what} {action:?}"));
                rig.perform(Action::Close);
            }
        }
    }
}

fn busy_setup(language: Language, size: egui::Vec2) -> Rig {
    let mut rig = online_with(setups(language, size));
    rig.received(&[publish("sensor", "Hi"), publish(&"long/".repeat(60), "x".repeat(500))]);
    rig.perform(Action::SelectRow(0));
    rig
}

#[test]
fn language_theme_and_layout_are_saved_when_they_change() {
    let mut rig = Setup::with(&["local"]).any_letters().start();
    rig.settings();
    rig.press_button("Language");
    assert_eq!(rig.settings().last().and_then(|s| s.language), Some(Language::Chinese));
    assert!(rig.has(Role::Button, "新建连接"));
    rig.press_button("语言");
    assert_eq!(rig.settings().last().and_then(|s| s.language), Some(Language::English));
    rig.press_button("Theme");
    assert_eq!(rig.settings().last().map(|s| s.theme), Some(Theme::Light));
    rig.press_button("Settings");
    rig.click(Role::RadioButton, "Dark");
    assert_eq!(rig.settings().last().map(|s| s.theme), Some(Theme::Dark));
}

#[test]
fn a_dragged_split_is_saved_once_it_is_let_go() {
    let mut rig = Setup::with(&["local"]).start();
    rig.settings();
    let from = egui::pos2(256.0, 300.0);
    rig.hover_at(from);
    rig.drag_at(from);
    rig.hover_at(egui::pos2(300.0, 300.0));
    rig.run();
    assert_eq!(rig.settings(), []);
    rig.drop_at(egui::pos2(300.0, 300.0));
    rig.run();
    let kept = rig.settings();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!((290..=310).contains(&kept[0].layout.left_width), "{:?}", kept[0].layout);
}

#[test]
fn tomorrow_everything_is_as_it_was_left() {
    let mut rig = Setup::with(&["a", "b"]).start();
    rig.click(Role::ListItem, "b");
    rig.get_all_by_role_and_label(Role::Button, "New subscription").next().unwrap().click();
    rig.run();
    rig.fill("Topic filter", "sensor");
    rig.press_button("Subscribe");
    let profiles: Vec<Profile> = rig.model().connections.iter().map(|c| c.profile.clone()).collect();
    let settings = rig.model().settings.clone();
    let rig = Setup { profiles, settings, ..Setup::default() }.start();
    assert_eq!(rig.selected().0, "b");
    assert!(
        rig.has(Role::ListItem, "a") && rig.has(Role::ListItem, "b") && rig.has(Role::ListItem, "sensor")
    );
}

#[test]
fn nothing_is_saved_by_looking() {
    let mut rig = busy(Language::English);
    rig.run();
    rig.settings();
    rig.click(Role::Tab, "Packets");
    rig.click(Role::Tab, "Messages");
    assert_eq!(rig.settings(), []);
}
