//! Sessions against a scripted peer: how connections are made, how they end, and what is said about it.

mod support;

use std::time::{Duration, Instant};

use mqloupe::profile::{Endpoint, Profile};
use mqloupe::session::{Command, Event, Failure, Granted, Phase};
use mqloupe::wire::{Direction, Qos, Version};
use support::peer::{CONNACK, CONNACK_5, Peer};
use support::{Subject, profile};

fn phases(events: &[Event]) -> Vec<&'static str> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Phase(Phase::Resolving) => Some("resolving"),
            Event::Phase(Phase::Connecting { .. }) => Some("connecting"),
            Event::Phase(Phase::Securing) => Some("securing"),
            Event::Phase(Phase::Negotiating) => Some("negotiating"),
            Event::Phase(Phase::Online(_)) => Some("online"),
            Event::Phase(Phase::Waiting { .. }) => Some("waiting"),
            Event::Phase(Phase::Offline { .. }) => Some("offline"),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn phases_come_in_order_and_disconnect_is_sent() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    let mut events = Vec::new();
    loop {
        let event = subject.event().await;
        let online = matches!(event, Event::Phase(Phase::Online(_)));
        events.push(event);
        if online {
            break;
        }
    }
    assert_eq!(phases(&events), ["resolving", "connecting", "negotiating", "online"]);
    assert_eq!(events[1], Event::Phase(Phase::Connecting { address: peer.address }));
    subject.send(Command::Disconnect);
    link.expect(&[0xe0, 0]).await;
    assert!(link.closed().await.is_empty());
    drop(link);
    assert_eq!(subject.end().await, (None, Vec::new()));
}

#[tokio::test]
async fn connect_of_3_1_1_has_these_bytes() {
    let peer = Peer::listen().await;
    let _subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.expect(b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02c1").await;
}

#[tokio::test]
async fn connect_of_3_1_has_these_bytes_on_the_wire_and_in_the_log() {
    const CONNECT: &[u8] = b"\x10\x18\x00\x06MQIsdp\x03\xc2\x00\x3c\x00\x02c1\x00\x01u\x00\x03pwd";
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1, peer.port());
    settings.username = "u".to_owned();
    let mut subject = Subject::start_with(settings, Some("pwd"));
    let mut link = peer.accept().await;
    link.expect(CONNECT).await;
    link.say(CONNACK).await;
    subject.online().await;
    assert_eq!(subject.frames(Direction::ToServer), [CONNECT]);
    assert_eq!(subject.frames(Direction::ToClient), [CONNACK]);
}

#[tokio::test]
async fn connect_of_5_0_asks_for_a_session_without_end_only_without_clean_start() {
    for (clean, flags, properties) in
        [(true, 0x02, &b"\x00"[..]), (false, 0x00, &b"\x05\x11\xff\xff\xff\xff"[..])]
    {
        let peer = Peer::listen().await;
        let mut settings = profile(Version::V5_0, peer.port());
        settings.clean_session = clean;
        let _subject = Subject::start(settings);
        let connect = peer.accept().await.frame().await;
        let mut body = b"\x00\x04MQTT\x05".to_vec();
        body.extend([flags, 0, 60]);
        body.extend(properties);
        body.extend(b"\x00\x02c1");
        assert_eq!(connect[2..], body, "clean start {clean}");
    }
}

#[tokio::test]
async fn keep_alive_0_works_in_every_version() {
    for version in Version::ALL {
        let peer = Peer::listen().await;
        let mut settings = profile(version, peer.port());
        settings.keep_alive_secs = 0;
        let mut subject = Subject::start(settings);
        let connack = if version == Version::V5_0 { CONNACK_5 } else { CONNACK };
        let _link = peer.welcome(connack).await;
        subject.online().await;
    }
}

#[tokio::test]
async fn what_5_0_grants_is_told() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.client_id = String::new();
    let mut subject = Subject::start(settings);
    // Maximum QoS 1, assigned client identifier "x7", server keep alive 30.
    let _link = peer.welcome(b"\x20\x0d\x00\x00\x0a\x24\x01\x12\x00\x02x7\x13\x00\x1e").await;
    assert_eq!(
        subject.online().await,
        Granted {
            session_present: false,
            assigned_client_id: Some("x7".to_owned()),
            server_keep_alive: Some(Duration::from_secs(30)),
            maximum_qos: Some(Qos::AtLeastOnce),
            address: Some(([127, 0, 0, 1], peer.port()).into()),
            ..Granted::default()
        }
    );
}

#[tokio::test]
async fn a_connack_in_single_bytes_is_understood() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.frame().await;
    link.spell(CONNACK).await;
    subject.online().await;
    assert_eq!(subject.frames(Direction::ToClient), [CONNACK]);
}

#[tokio::test]
async fn return_codes_of_3_x_end_the_session_with_their_names() {
    let codes = [
        (1, "unacceptable protocol version"),
        (2, "identifier rejected"),
        (4, "bad user name or password"),
        (5, "not authorized"),
    ];
    for version in [Version::V3_1, Version::V3_1_1] {
        for (code, name) in codes {
            let peer = Peer::listen().await;
            let mut settings = profile(version, peer.port());
            // These will not mend: no other try follows although it is asked for.
            settings.reconnect = true;
            let mut subject = Subject::start(settings);
            let _link = peer.welcome(&[0x20, 2, 0, code]).await;
            let failure = subject.failure().await;
            let Failure::ConnackRefused { code: told, reason, reason_string: None } = &failure else {
                panic!("{failure:?}")
            };
            assert_eq!(*told, code);
            assert!(reason.to_lowercase().contains(name), "{reason}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_unavailable_is_tried_again() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    let _link = peer.welcome(&[0x20, 2, 0, 3]).await;
    let (attempt, cause) = subject.waiting().await;
    assert_eq!(attempt, 2);
    assert!(matches!(cause, Failure::ConnackRefused { code: 3, .. }), "{cause:?}");
}

#[tokio::test]
async fn a_reason_code_of_5_0_comes_with_the_servers_words() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    let _link = peer.welcome(b"\x20\x0a\x00\x87\x07\x1f\x00\x04nope").await;
    assert_eq!(
        subject.failure().await,
        Failure::ConnackRefused {
            code: 0x87,
            reason: "Not authorized".to_owned(),
            reason_string: Some("nope".to_owned()),
        }
    );
}

#[tokio::test]
async fn another_server_is_told_of_and_not_gone_to() {
    let elsewhere = b"\x1c\x00\x0dbroker-2.test";
    let connack = [&b"\x20\x13\x00\x9c\x10"[..], elsewhere].concat();
    let disconnect = [&b"\xe0\x12\x9d\x10"[..], elsewhere].concat();
    for (first, then, moved) in [(connack, None, false), (CONNACK_5.to_vec(), Some(disconnect), true)] {
        let peer = Peer::listen().await;
        let mut settings = profile(Version::V5_0, peer.port());
        settings.reconnect = true;
        let mut subject = Subject::start(settings);
        let mut link = peer.welcome(&first).await;
        if let Some(then) = then {
            subject.online().await;
            link.say(&then).await;
        }
        let expected =
            Failure::Redirected { moved, reference: "broker-2.test".to_owned(), reason_string: None };
        assert_eq!(subject.failure().await, expected);
    }
}

#[tokio::test]
async fn a_connack_of_two_bytes_in_answer_to_5_0_is_read_as_what_it_is() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    // A server of 3.1.1 refuses the version so; it need not close at once.
    let _link = peer.welcome(&[0x20, 2, 0, 1]).await;
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::ConnackRefused { code: 1, .. }), "{failure:?}");
}

#[tokio::test]
async fn an_accepting_connack_of_two_bytes_in_answer_to_5_0_breaks_the_protocol() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::Protocol { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_disconnect_in_its_short_form_keeps_its_reason() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    link.say(&[0xe0, 1, 0x94]).await;
    assert_eq!(
        subject.failure().await,
        Failure::ServerDisconnected {
            code: 0x94,
            reason: "Topic alias invalid".to_owned(),
            reason_string: None,
        }
    );
    assert_eq!(subject.frames(Direction::ToClient), [CONNACK_5, &[0xe0, 1, 0x94]]);
}

#[tokio::test]
async fn a_disconnect_in_its_long_form_comes_with_the_servers_words() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    link.say(b"\xe0\x09\x8b\x07\x1f\x00\x04down").await;
    let failure = subject.failure().await;
    assert!(
        matches!(&failure, Failure::ServerDisconnected { code: 0x8b, reason_string: Some(said), .. } if said == "down"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_session_taken_over_is_not_fought_for() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    link.say(&[0xe0, 1, 0x8e]).await;
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::ServerDisconnected { code: 0x8e, .. }), "{failure:?}");
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.connect_timeout_secs = 1;
    let begin = Instant::now();
    let mut subject = Subject::start(settings);
    let _link = peer.accept().await;
    let failure = subject.failure().await;
    assert_eq!(failure, Failure::TimedOut { address: peer.address.to_string(), after_secs: 1 });
    assert!(begin.elapsed() >= Duration::from_millis(990), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_server_that_closes_at_once_is_named_so() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    drop(peer.accept().await);
    assert_eq!(subject.failure().await, Failure::ClosedByPeer { was_online: false });
}

#[tokio::test]
async fn a_server_that_closes_later_was_online() {
    for version in Version::ALL {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(profile(version, peer.port()));
        let link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        subject.online().await;
        drop(link);
        assert_eq!(subject.failure().await, Failure::ClosedByPeer { was_online: true }, "{version}");
    }
}

#[tokio::test]
async fn a_server_that_closes_within_a_packet_leaves_its_beginning_in_the_log() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    link.say(&[0x30, 9, 0, 1, b'a']).await;
    drop(link);
    assert_eq!(subject.failure().await, Failure::ClosedByPeer { was_online: true });
    assert_eq!(subject.frames(Direction::ToClient).last().unwrap(), &[0x30, 9, 0, 1, b'a']);
}

#[tokio::test]
async fn nothing_listening_is_named_with_the_address() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut subject = Subject::start(profile(Version::V3_1_1, port));
    assert_eq!(subject.failure().await, Failure::Refused { address: format!("127.0.0.1:{port}") });
}

#[tokio::test]
async fn a_name_without_address_is_named() {
    let mut settings = profile(Version::V3_1_1, 1883);
    settings.endpoint = Endpoint { host: "no-such-host.invalid".to_owned(), ..settings.endpoint };
    let mut subject = Subject::start(settings);
    let failure = subject.failure().await;
    assert!(
        matches!(&failure, Failure::NameNotFound { host, .. } if host == "no-such-host.invalid"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_name_with_two_addresses_connects_to_the_one_that_answers() {
    // `localhost` is ::1 and 127.0.0.1 on most systems; the peer listens on one of them.
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.endpoint.host = "localhost".to_owned();
    let mut subject = Subject::start(settings);
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
}

#[tokio::test]
async fn an_http_answer_is_recognised_and_can_be_looked_at() {
    const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.frame().await;
    link.say(ANSWER).await;
    let failure = subject.failure().await;
    let address = peer.address.to_string();
    assert_eq!(failure, Failure::NotMqtt { address, looks_like: "HTTP".to_owned() });
    assert_eq!(subject.frames(Direction::ToClient).concat(), ANSWER);
}

#[tokio::test]
async fn a_tls_alert_is_recognised_and_can_be_looked_at() {
    // Alert, TLS 1.0, fatal, unexpected message.
    const ALERT: &[u8] = &[0x15, 3, 1, 0, 2, 2, 10];
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    let mut link = peer.accept().await;
    link.spell(ALERT).await;
    let failure = subject.failure().await;
    assert!(matches!(&failure, Failure::NotMqtt { looks_like, .. } if looks_like == "TLS"), "{failure:?}");
    assert_eq!(subject.frames(Direction::ToClient).concat(), ALERT);
}

#[tokio::test]
async fn other_bytes_are_named_by_their_hex() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.say(b"220 smtp").await;
    let failure = subject.failure().await;
    assert!(
        matches!(&failure, Failure::NotMqtt { looks_like, .. } if looks_like == "32 32 30 20 73 6d 74 70"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_broken_packet_ends_the_connection_and_stays_in_the_log() {
    // Remaining length in five bytes; PUBLISH with QoS 3; CONNACK again.
    for broken in [&[0x30, 0xff, 0xff, 0xff, 0xff, 1][..], &[0x36, 5, 0, 1, b'a', 0, 1], &[0x20, 2, 0, 0]] {
        for version in [Version::V3_1_1, Version::V5_0] {
            let peer = Peer::listen().await;
            let mut subject = Subject::start(profile(version, peer.port()));
            let mut link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
            subject.online().await;
            link.say(broken).await;
            let failure = subject.failure().await;
            assert!(matches!(failure, Failure::Protocol { .. }), "{version} {broken:02x?}: {failure:?}");
            assert_eq!(subject.frames(Direction::ToClient).last().unwrap(), broken);
        }
    }
}

#[tokio::test]
async fn a_message_larger_than_engines_take_by_default_arrives() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(profile(version, peer.port()));
        let mut link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        subject.online().await;
        // Remaining length 2,097,151.
        let mut frame = vec![0x30, 0xff, 0xff, 0x7f, 0, 1, b'a', 0];
        frame.resize(4 + 2_097_151, 0);
        link.say(&frame).await;
        subject.received("the large message", |got| got == frame).await;
        // The connection is still good.
        subject.send(Command::Disconnect);
        link.expect(&[0xe0, 0]).await;
    }
}

#[tokio::test]
async fn settings_that_cannot_work_are_named_before_anything_is_dialled() {
    type Spoil = fn(&mut Profile);
    let cases: [(&str, Spoil); 4] = [
        ("clean session", |p| {
            p.client_id = String::new();
            p.clean_session = false;
        }),
        ("65,535", |p| p.client_id = "x".repeat(65_536)),
        ("host", |p| p.endpoint.host = String::new()),
        ("port", |p| p.endpoint.port = 0),
    ];
    for (word, spoil) in cases {
        let mut settings = profile(Version::V3_1_1, 1883);
        settings.reconnect = true;
        spoil(&mut settings);
        let mut subject = Subject::start(settings);
        let (cause, events) = subject.end().await;
        let Some(Failure::Settings { fault }) = cause else { panic!("{cause:?}") };
        assert!(fault.to_string().contains(word), "{fault}");
        assert_eq!(events, []);
    }
}

#[tokio::test]
async fn a_password_without_a_user_name_needs_5_0() {
    let mut subject = Subject::start_with(profile(Version::V3_1_1, 1883), Some("secret"));
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::Settings { .. }), "{failure:?}");

    let peer = Peer::listen().await;
    let _subject = Subject::start_with(profile(Version::V5_0, peer.port()), Some("secret"));
    let connect = peer.accept().await.frame().await;
    assert_eq!(connect[2..], *b"\x00\x04MQTT\x05\x42\x00\x3c\x00\x00\x02c1\x00\x06secret");
}
