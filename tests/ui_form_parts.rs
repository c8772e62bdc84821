//! The parts of the connection form below and beside MQTT: WebSocket, sockets, proxies, last will, options of 5.0.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use mqloupe::language::Language;
use mqloupe::model::{Action, Chosen, Effect, Event, FileField, FormEdit};
use mqloupe::profile::{Bytes, Header, Profile, Protocol, Proxy, ProxyKind, UserProperty, Will};
use mqloupe::store::Request;
use mqloupe::wire::Qos;
use ui_support::{Rig, Setup};

/// A window in which every part stands without scrolling: what is out of sight cannot be clicked.
const SIZE: egui::Vec2 = egui::vec2(1280.0, 2000.0);

/// An open form of a new connection.
fn form() -> Rig {
    let mut rig = Setup::default().size(SIZE).start();
    rig.perform(Action::NewConnection);
    rig
}

/// What is saved when the form is.
fn saved(rig: &mut Rig) -> Option<Profile> {
    rig.press_button("Save");
    rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Store(Request::PutProfile(profile)) => Some(profile),
        _ => None,
    })
}

fn over(rig: &mut Rig, protocol: Protocol) {
    rig.perform(Action::Form(FormEdit::Protocol(protocol)));
}

#[test]
fn a_websocket_has_a_path_and_headers() {
    let mut rig = form();
    over(&mut rig, Protocol::Ws);
    rig.fill("Path", "/broker");
    rig.press_button("Add header");
    rig.press_button("Add header");
    rig.fill("Header 1", "Authorization");
    rig.fill("Header 1 Value", "Bearer abc");
    rig.press_button("Remove Header 2");
    let profile = saved(&mut rig).expect("saved");
    assert_eq!(profile.websocket.path, "/broker");
    let header = Header { name: "Authorization".to_owned(), value: "Bearer abc".to_owned() };
    assert_eq!(profile.websocket.headers, [header]);
    assert_eq!((profile.endpoint.protocol, profile.endpoint.port), (Protocol::Ws, 80));
}

#[test]
fn a_path_that_is_none_and_a_header_without_a_name_say_so() {
    let mut rig = form();
    over(&mut rig, Protocol::Ws);
    rig.fill("Path", "broker");
    rig.press_button("Add header");
    assert_eq!(saved(&mut rig), None);
    assert!(rig.note("Path").contains("begins with /"), "{}", rig.note("Path"));
    assert!(rig.note("Header 1").contains("needs a name"), "{}", rig.note("Header 1"));
}

#[test]
fn a_pasted_websocket_url_fills_port_and_path() {
    let mut rig = form();
    rig.fill("Host", "wss://broker.test/ws");
    rig.perform(Action::Form(FormEdit::HostDone));
    let profile = saved(&mut rig).expect("saved");
    assert_eq!(profile.endpoint.to_string(), "broker.test:443");
    assert_eq!(profile.websocket.path, "/ws");
}

#[cfg(unix)]
#[test]
fn a_unix_socket_has_a_file_and_no_port() {
    let mut rig = form();
    over(&mut rig, Protocol::Unix);
    rig.fill("Socket file", "/run/broker.sock");
    assert!(!rig.has_field("Port") && !rig.has_field("Host"));
    assert!(!rig.has(Role::Button, "Proxy"), "no proxy leads to it");
    let profile = saved(&mut rig).expect("saved");
    assert_eq!(profile.endpoint.to_string(), "/run/broker.sock");
}

#[test]
fn a_proxy_has_its_own_user_and_its_password_is_not_saved() {
    let mut rig = form();
    rig.press_button("Proxy");
    rig.click(Role::RadioButton, "SOCKS5");
    rig.fill("Proxy host", "proxy.test");
    rig.fill("Proxy username", "ann");
    rig.fill("Proxy password", "s3cret");
    rig.press_button("Save and connect");
    let effects = rig.effects();
    let connect = effects.iter().find_map(|effect| match effect {
        Effect::Connect { profile, secrets } => Some((profile.clone(), secrets.clone())),
        _ => None,
    });
    let (profile, secrets) = connect.expect("connects");
    let proxy = Proxy {
        kind: ProxyKind::Socks5,
        host: "proxy.test".to_owned(),
        port: 1080,
        username: "ann".to_owned(),
    };
    assert_eq!(profile.proxy, Some(proxy));
    assert_eq!(secrets.proxy_password.map(|secret| secret.reveal().to_owned()).as_deref(), Some("s3cret"));
}

#[test]
fn a_client_certificate_has_a_passphrase_that_is_not_saved() {
    let mut rig = form();
    over(&mut rig, Protocol::Mqtts);
    assert!(!rig.has(Role::PasswordInput, "Key passphrase"), "there is no key yet");
    rig.fill("Client certificate", "/certs/client.pem");
    rig.fill("Key passphrase", "s3cret");
    rig.press_button("Save and connect");
    let passphrase = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Connect { secrets, .. } => secrets.key_passphrase,
        _ => None,
    });
    assert_eq!(passphrase.map(|secret| secret.reveal().to_owned()).as_deref(), Some("s3cret"));
}

#[test]
fn a_picked_certificate_stands_in_its_field() {
    let mut rig = form();
    over(&mut rig, Protocol::Mqtts);
    rig.press_button("Browse… Client certificate");
    rig.apply(Event::Chosen(FileField::CertificateFile, Chosen::File("/certs/client.pem".into())));
    assert_eq!(rig.field("Client certificate").value().as_deref(), Some("/certs/client.pem"));
}

#[test]
fn a_fault_in_a_folded_part_unfolds_it() {
    let mut rig = form();
    rig.press_button("Proxy");
    rig.click(Role::RadioButton, "HTTP");
    rig.press_button("Proxy");
    assert!(!rig.has_field("Proxy host"));
    assert_eq!(saved(&mut rig), None);
    assert!(rig.note("Proxy host").contains("proxy's name"), "{}", rig.note("Proxy host"));
}

#[test]
fn a_last_will_is_kept_and_comes_back() {
    let mut rig = form();
    rig.press_button("Last will");
    rig.click(Role::CheckBox, "Send a last will");
    rig.fill("Will topic", "device/7/gone");
    rig.fill("Will payload", "00 ff");
    rig.click(Role::CheckBox, "Payload as hex");
    rig.click(Role::CheckBox, "Will retain");
    rig.click(Role::RadioButton, "1");
    let profile = saved(&mut rig).expect("saved");
    let will = Will {
        topic: "device/7/gone".to_owned(),
        payload: Bytes(vec![0, 0xff]),
        qos: Qos::AtLeastOnce,
        retain: true,
        ..Will::default()
    };
    assert_eq!(profile.will, Some(will));
    // The part is as open as it was.
    rig.perform(Action::Edit(profile.id));
    let value = |name: &str| rig.field(name).value().unwrap_or_default();
    assert_eq!(
        (value("Will topic"), value("Will payload")),
        ("device/7/gone".to_owned(), "00 ff".to_owned())
    );
}

#[test]
fn a_will_without_a_topic_or_with_half_a_byte_says_so() {
    let mut rig = form();
    rig.press_button("Last will");
    rig.click(Role::CheckBox, "Send a last will");
    rig.fill("Will payload", "0");
    rig.click(Role::CheckBox, "Payload as hex");
    assert_eq!(saved(&mut rig), None);
    assert!(rig.note("Will topic").contains("needs a topic"), "{}", rig.note("Will topic"));
    assert!(rig.is_invalid("Will payload"));
}

#[test]
fn a_will_of_5_has_its_properties() {
    let mut rig = form();
    rig.click(Role::RadioButton, "5.0");
    rig.press_button("Last will");
    rig.click(Role::CheckBox, "Send a last will");
    for (name, text) in [
        ("Will topic", "gone"),
        ("Will delay", "30"),
        ("Will message expiry", "60"),
        ("Will content type", "text/plain"),
        ("Will response topic", "answers"),
        ("Will correlation data", "42"),
    ] {
        rig.fill(name, text);
    }
    rig.click(Role::CheckBox, "Will payload is UTF-8");
    rig.press_button("Add will user property");
    rig.fill("Will user property 1", "k");
    rig.fill("Will user property 1 Value", "v");
    let will = saved(&mut rig).and_then(|profile| profile.will).expect("a will");
    let properties = &will.properties;
    assert_eq!((will.delay_secs, properties.message_expiry_secs), (30, Some(60)));
    assert_eq!((properties.content_type.as_str(), properties.utf8), ("text/plain", true));
    assert_eq!(properties.response_topic, "answers");
    assert_eq!(properties.correlation_data, Bytes::from("42"));
    let property = UserProperty { name: "k".to_owned(), value: "v".to_owned() };
    assert_eq!(properties.user_properties, [property]);
}

#[test]
fn connect_of_5_has_its_options_and_3_has_none_of_them() {
    let mut rig = form();
    assert!(!rig.has(Role::Button, "MQTT 5.0 options"));
    rig.click(Role::RadioButton, "5.0");
    rig.press_button("MQTT 5.0 options");
    for (name, text) in [
        ("Session expiry", "3600"),
        ("Receive maximum", "10"),
        ("Maximum packet size", "100000"),
        ("Topic alias maximum", "5"),
    ] {
        rig.fill(name, text);
    }
    rig.click(Role::CheckBox, "Request response information");
    rig.click(Role::CheckBox, "Request problem information");
    rig.press_button("Add user property");
    rig.fill("User property 1", "k");
    rig.fill("User property 1 Value", "v");
    let connect = saved(&mut rig).expect("saved").connect;
    assert_eq!((connect.session_expiry_secs, connect.receive_maximum), (Some(3600), Some(10)));
    assert_eq!((connect.maximum_packet_bytes, connect.topic_alias_maximum), (Some(100_000), Some(5)));
    assert!(connect.request_response_information && !connect.request_problem_information);
    assert_eq!(connect.user_properties[0].name, "k");
}

#[test]
fn a_number_that_is_none_says_what_there_may_be() {
    let mut rig = form();
    rig.click(Role::RadioButton, "5.0");
    rig.press_button("MQTT 5.0 options");
    rig.fill("Receive maximum", "70000");
    assert_eq!(saved(&mut rig), None);
    assert!(rig.note("Receive maximum").contains("65535"), "{}", rig.note("Receive maximum"));
}

#[test]
fn the_parts_have_chinese_names() {
    let mut rig = Setup::default().language(Language::Chinese).size(SIZE).start();
    rig.perform(Action::NewConnection);
    rig.click(Role::RadioButton, "5.0");
    over(&mut rig, Protocol::Wss);
    for part in ["代理", "遗嘱", "MQTT 5.0 选项"] {
        rig.press_button(part);
    }
    assert!(rig.has_field("路径") && rig.has_field("会话过期"));
    assert!(rig.has(Role::CheckBox, "设置遗嘱"));
}
