//! Profiles: defaults, faults, names, URLs.

use mqloupe::profile::url::{self, UrlError};
use mqloupe::profile::{
    Bytes, FieldFault, FieldNote, Header, Note, PortFault, Profile, ProfileField, Protocol, Proxy, Reason,
    Secret, Subscription, Verify, Will, free_name, parse_port,
};
use mqloupe::wire::Version;
use proptest::prelude::*;

fn named(name: &str) -> Profile {
    Profile { name: name.to_owned(), ..Profile::new(0x0123_4567_89ab_cdef) }
}

fn faults(change: impl FnOnce(&mut Profile)) -> Vec<(ProfileField, Reason)> {
    let mut profile = named("local");
    change(&mut profile);
    profile.validate().into_iter().map(|FieldFault { field, reason }| (field, reason)).collect()
}

#[test]
fn a_new_profile_needs_nothing_but_a_name() {
    let fresh = Profile::new(7);
    assert_eq!(fresh.validate(), [FieldFault { field: ProfileField::Name, reason: Reason::Empty }]);
    assert_eq!(named("local").validate(), []);
}

#[test]
fn a_new_profile_has_identifiers_of_its_own() {
    let profile = Profile::new(0x0123_4567_89ab_cdef);
    assert_eq!((profile.id.0.as_str(), profile.client_id.as_str()), ("0123456789abcdef", "mqloupe_01234567"));
}

#[test]
fn each_field_says_what_is_wrong_with_it() {
    use ProfileField::{ClientId, ConnectTimeout, Host, Port, Username};
    assert_eq!(faults(|p| p.endpoint.host.clear()), [(Host, Reason::Empty)]);
    assert_eq!(faults(|p| p.endpoint.host = "a b".into()), [(Host, Reason::Character(' '))]);
    assert_eq!(faults(|p| p.endpoint.host = "mqtt://a".into()), [(Host, Reason::Character('/'))]);
    assert_eq!(faults(|p| p.endpoint.host = "a:1883".into()), [(Host, Reason::NotAnAddress)]);
    assert_eq!(faults(|p| p.endpoint.host = "a".repeat(254)), [(Host, Reason::TooLong { limit: 253 })]);
    assert_eq!(faults(|p| p.endpoint.port = 0), [(Port, Reason::Zero)]);
    assert_eq!(faults(|p| p.username = "a\0".into()), [(Username, Reason::Character('\0'))]);
    assert_eq!(faults(|p| p.client_id = "a".repeat(65_536)), [(ClientId, Reason::TooLong { limit: 65_535 })]);
    assert_eq!(faults(|p| p.connect_timeout_secs = 0), [(ConnectTimeout, Reason::Zero)]);
}

#[test]
fn ipv6_addresses_are_hosts() {
    for host in ["::1", "fe80::1%eth0", "2001:db8::7"] {
        assert_eq!(faults(|p| p.endpoint.host = host.into()), [], "{host}");
    }
}

#[test]
fn an_empty_client_identifier_is_judged_by_version() {
    let with = |version, clean_session| {
        faults(|p| {
            p.client_id.clear();
            p.version = version;
            p.clean_session = clean_session;
        })
    };
    assert_eq!(with(Version::V3_1, true), [(ProfileField::ClientId, Reason::EmptyIn3_1)]);
    assert_eq!(with(Version::V3_1_1, true), []);
    assert_eq!(with(Version::V3_1_1, false), [(ProfileField::ClientId, Reason::EmptyNeedsCleanSession)]);
    assert_eq!(with(Version::V5_0, false), []);
}

#[test]
fn a_private_key_as_client_identifier_in_3_1_is_a_note_and_no_fault() {
    let mut profile = named("cloud");
    profile.version = Version::V3_1;
    profile.client_id = "0123456789abcdef0123456789abcdef".into();
    assert_eq!(profile.validate(), []);
    let note = Note::LongClientIdIn3_1 { chars: 32 };
    assert_eq!(profile.notes(), [FieldNote { field: ProfileField::ClientId, note }]);
}

#[test]
fn a_subscription_is_named_by_its_place() {
    let subscriptions = vec![
        Subscription { filter: "a".into(), ..Subscription::default() },
        Subscription { identifier: Some(0), ..Subscription::default() },
    ];
    let place = ProfileField::Subscription(1);
    assert_eq!(
        faults(|p| p.subscriptions = subscriptions),
        [(place, Reason::Empty), (place, Reason::IdentifierOutOfRange)]
    );
}

#[test]
fn a_copy_has_a_free_name_and_a_client_identifier_of_its_own() {
    let copy = named("local").duplicate(1 << 32, &["local", "local (2)"]);
    assert_eq!((copy.name.as_str(), copy.client_id.as_str()), ("local (3)", "mqloupe_00000001"));
    assert_eq!(copy.id.0, "0000000100000000");
}

#[test]
fn a_copy_keeps_a_client_identifier_that_the_user_chose() {
    let mut original = named("cloud");
    original.client_id = "my-key".into();
    assert_eq!(original.duplicate(1, &["cloud"]).client_id, "my-key");
}

#[test]
fn a_copy_of_a_copy_counts_on() {
    let taken = ["温度", "温度 (2)"];
    assert_eq!(free_name("温度 (2)", &taken), "温度 (3)");
    assert_eq!(free_name("new", &taken), "new");
    assert_eq!(free_name("a ()", &["a ()"]), "a () (2)");
}

#[test]
fn a_secret_is_never_shown() {
    assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "••••");
}

#[test]
fn ports_are_read_as_they_are_typed() {
    assert_eq!(parse_port(" 1883 "), Ok(1883));
    assert_eq!(parse_port(""), Err(PortFault::Empty));
    assert_eq!(parse_port("+1"), Err(PortFault::NotANumber));
    for text in ["0", "65536", "99999999999999999999"] {
        assert_eq!(parse_port(text), Err(PortFault::OutOfRange), "{text}");
    }
}

#[test]
fn a_pasted_url_fills_every_field() {
    let parsed = url::parse(" MQTT://j%40ne:p%3Aw@broker.example:9501/x?y ").expect("a URL");
    assert_eq!(parsed.endpoint().to_string(), "broker.example:9501");
    assert_eq!(parsed.username.as_deref(), Some("j@ne"));
    assert_eq!(parsed.password.as_ref().map(Secret::reveal), Some("p:w"));
    assert_eq!(parsed.path, "/x?y");
    assert!(!format!("{parsed:?}").contains("p:w"));
}

#[test]
fn hosts_and_ports_stand_in_many_forms() {
    for (text, host, port) in [
        ("127.0.0.1", "127.0.0.1", None),
        ("localhost:1884", "localhost", Some(1884)),
        ("mqtt://broker", "broker", None),
        ("mqtt://[::1]:1884/", "::1", Some(1884)),
        ("[fe80::1%25eth0]", "fe80::1%eth0", None),
        ("::1", "::1", None),
        ("me@host:1", "host", Some(1)),
        ("me:a@b@host", "host", None),
    ] {
        let parsed = url::parse(text).expect(text);
        assert_eq!((parsed.host.as_str(), parsed.port), (host, port), "{text}");
    }
}

#[test]
fn a_url_without_a_port_means_the_protocols_own() {
    assert_eq!(url::parse("mqtt://h").expect("a URL").endpoint().port, 1883);
}

#[test]
fn every_scheme_of_mqtt_is_known_by_all_of_its_names() {
    for (scheme, protocol, port) in [
        ("mqtt", Protocol::Mqtt, 1883),
        ("tcp", Protocol::Mqtt, 1883),
        ("mqtts", Protocol::Mqtts, 8883),
        ("ssl", Protocol::Mqtts, 8883),
        ("ws", Protocol::Ws, 80),
        ("WSS", Protocol::Wss, 443),
    ] {
        let endpoint = url::parse(&format!("{scheme}://h/p")).expect(scheme).endpoint();
        assert_eq!((endpoint.protocol, endpoint.port), (protocol, port), "{scheme}");
    }
    assert_eq!(url::parse("http://h"), Err(UrlError::UnknownScheme { scheme: "http".into() }));
}

#[test]
fn a_unix_socket_is_a_path() {
    let parsed = url::parse("unix:///run/a b.sock").expect("a URL");
    assert_eq!(parsed.endpoint().to_string(), "/run/a b.sock");
    assert_eq!(faults(|p| p.endpoint = parsed.endpoint()), []);
    assert_eq!(url::parse("unix://"), Err(UrlError::Host(Reason::Empty)));
}

#[test]
fn what_lies_below_mqtt_is_judged_where_it_is_used() {
    use ProfileField::{CaFile, CertificateFile, ProxyHost, ProxyPort, WebSocketHeader, WebSocketPath};
    let tls = |p: &mut Profile| {
        p.tls.verify = Verify::CaFile;
        p.tls.key_file = "key.pem".into();
    };
    assert_eq!(faults(tls), []);
    assert_eq!(
        faults(|p| {
            tls(p);
            p.endpoint.protocol = Protocol::Mqtts;
        }),
        [(CaFile, Reason::Empty), (CertificateFile, Reason::Empty)]
    );
    assert_eq!(
        faults(|p| {
            p.endpoint.protocol = Protocol::Ws;
            p.websocket.path = "mqtt".into();
            p.websocket.headers =
                ["a b", "upgrade"].map(|name| Header { name: name.into(), value: String::new() }).into();
            p.proxy = Some(Proxy::default());
        }),
        [
            (WebSocketPath, Reason::NotAPath),
            (WebSocketHeader(0), Reason::Character(' ')),
            (WebSocketHeader(1), Reason::Reserved),
            (ProxyHost, Reason::Empty),
            (ProxyPort, Reason::Zero)
        ]
    );
}

#[test]
fn a_will_needs_a_topic_name() {
    let will = |topic: &str| faults(|p| p.will = Some(Will { topic: topic.into(), ..Will::default() }));
    assert_eq!(will("a/b"), []);
    assert_eq!(will(""), [(ProfileField::WillTopic, Reason::Empty)]);
    assert_eq!(will("a/#"), [(ProfileField::WillTopic, Reason::Character('#'))]);
}

#[test]
fn a_certificate_that_is_not_checked_is_noted() {
    let mut profile = named("cloud");
    profile.tls.verify = Verify::Off;
    assert_eq!(profile.notes(), []);
    profile.endpoint.protocol = Protocol::Wss;
    assert_eq!(profile.notes(), [FieldNote { field: ProfileField::Verify, note: Note::NotVerified }]);
}

#[test]
fn bytes_are_text_in_a_file_where_they_can_be() {
    for (bytes, written) in [(&b"on"[..], "payload = \"on\""), (b"\xff\x00", "hex = \"ff00\"")] {
        let will = Will { topic: "t".into(), payload: Bytes(bytes.to_vec()), ..Will::default() };
        let text = toml::to_string(&will).expect("written");
        assert!(text.contains(written), "{text}");
        assert_eq!(toml::from_str::<Will>(&text).expect("read"), will);
    }
}

#[test]
fn a_profile_of_an_earlier_program_opens_and_is_written_as_it_was() {
    let old = toml::to_string(&Profile::new(7)).expect("written");
    let written: toml::Table = old.parse().expect("TOML");
    for new in ["tls", "websocket", "proxy", "will", "connect", "unacknowledged"] {
        assert!(!written.contains_key(new), "{old}");
    }
    assert_eq!(toml::from_str::<Profile>(&old).expect("read"), Profile::new(7));
}

#[test]
fn a_url_that_cannot_be_used_says_why() {
    for (text, error) in [
        ("", UrlError::Host(Reason::Empty)),
        ("mqtt://", UrlError::Host(Reason::Empty)),
        ("mqtt://a b", UrlError::Host(Reason::Character(' '))),
        ("[::1", UrlError::Brackets),
        ("[::1]x", UrlError::Brackets),
        ("[h]", UrlError::Host(Reason::NotAnAddress)),
        ("h:", UrlError::Port(PortFault::Empty)),
        ("h:70000", UrlError::Port(PortFault::OutOfRange)),
        ("u:%zz@h", UrlError::PercentEncoding),
        ("u:%ff@h", UrlError::PercentEncoding),
    ] {
        assert_eq!(url::parse(text), Err(error), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text: String) {
        let _ = (url::parse(&text), parse_port(&text));
    }

    #[test]
    fn an_accepted_host_makes_a_valid_profile(text in "[a-z0-9.:@/%\\[\\]-]{0,24}") {
        if let Ok(parsed) = url::parse(&text) {
            prop_assert_eq!(faults(|p| p.endpoint = parsed.endpoint()), []);
        }
    }
}
