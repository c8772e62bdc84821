//! Wills, and what 5.0 adds to CONNECT, CONNACK, PUBLISH and DISCONNECT, in literal bytes.

mod support;

use mqloupe::profile::{Bytes, ConnectProperties, MessageProperties, Profile, UserProperty, Will};
use mqloupe::session::{Command, Failure, Parting, Publish, PublishOutcome, Refusal};
use mqloupe::wire::{Qos, Version};
use support::mosquitto::Mosquitto;
use support::peer::{CONNACK_5, Peer};
use support::{Subject, message, outcome, profile, subscription};

fn user_property(name: &str, value: &str) -> UserProperty {
    UserProperty { name: name.to_owned(), value: value.to_owned() }
}

fn will() -> Will {
    Will {
        topic: "w".to_owned(),
        payload: Bytes(vec![0xff]),
        qos: Qos::AtLeastOnce,
        retain: true,
        ..Will::default()
    }
}

async fn connect_of(change: impl FnOnce(&mut Profile), version: Version) -> Vec<u8> {
    let peer = Peer::listen().await;
    let mut settings = profile(version, peer.port());
    change(&mut settings);
    let _subject = Subject::start(settings);
    peer.accept().await.frame().await
}

#[tokio::test]
async fn connect_carries_a_will_in_every_version() {
    // Flags: will retain, will QoS 1, will, clean session.
    for (version, expected) in [
        (Version::V3_1, &b"\x10\x16\x00\x06MQIsdp\x03\x2e\x00\x3c\x00\x02c1\x00\x01w\x00\x01\xff"[..]),
        (Version::V3_1_1, b"\x10\x14\x00\x04MQTT\x04\x2e\x00\x3c\x00\x02c1\x00\x01w\x00\x01\xff"),
        (Version::V5_0, b"\x10\x16\x00\x04MQTT\x05\x2e\x00\x3c\x00\x00\x02c1\x00\x00\x01w\x00\x01\xff"),
    ] {
        assert_eq!(connect_of(|profile| profile.will = Some(will()), version).await, expected, "{version:?}");
    }
}

#[tokio::test]
async fn a_will_of_5_0_carries_its_delay_and_properties() {
    let properties = MessageProperties {
        utf8: true,
        message_expiry_secs: Some(9),
        content_type: "c".to_owned(),
        response_topic: "r".to_owned(),
        correlation_data: Bytes(vec![0]),
        user_properties: vec![user_property("n", "v")],
    };
    let wanted = Will { delay_secs: 5, properties, ..will() };
    let connect = connect_of(|profile| profile.will = Some(wanted), Version::V5_0).await;
    let parts: [&[u8]; 7] = [
        b"\x18\x00\x00\x00\x05",
        b"\x01\x01",
        b"\x02\x00\x00\x00\x09",
        b"\x03\x00\x01c",
        b"\x08\x00\x01r",
        b"\x09\x00\x01\x00",
        b"\x26\x00\x01n\x00\x01v",
    ];
    for part in parts {
        assert!(connect.windows(part.len()).any(|window| window == part), "{part:02x?} in {connect:02x?}");
    }
    // The identifier, then all of the properties and nothing else.
    let length = u8::try_from(parts.concat().len()).unwrap();
    assert_eq!(connect[13..18], [0, 2, b'c', b'1', length]);
}

#[tokio::test]
async fn connect_of_5_0_carries_its_properties() {
    let wanted = ConnectProperties {
        session_expiry_secs: Some(60),
        receive_maximum: Some(7),
        maximum_packet_bytes: Some(1000),
        topic_alias_maximum: Some(3),
        request_response_information: true,
        request_problem_information: false,
        user_properties: vec![user_property("n", "v")],
        ..ConnectProperties::default()
    };
    let connect = connect_of(|profile| profile.connect = wanted, Version::V5_0).await;
    let parts: [&[u8]; 7] = [
        b"\x11\x00\x00\x00\x3c",
        b"\x21\x00\x07",
        b"\x27\x00\x00\x03\xe8",
        b"\x22\x00\x03",
        b"\x19\x01",
        b"\x17\x00",
        b"\x26\x00\x01n\x00\x01v",
    ];
    for part in parts {
        assert!(connect.windows(part.len()).any(|window| window == part), "{part:02x?} in {connect:02x?}");
    }
    assert_eq!(usize::from(connect[12]), parts.concat().len());
}

#[tokio::test]
async fn a_packet_above_the_maximum_that_was_asked_for_ends_the_connection() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.connect.maximum_packet_bytes = Some(20);
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    let mut frame = b"\x30\x20\x00\x01t\x00".to_vec();
    frame.resize(0x22, b'x');
    link.say(&frame).await;
    let failure = subject.failure().await;
    let Failure::Protocol { fault: Some(fault), .. } = &failure else { panic!("{failure:?}") };
    assert_eq!(fault.rule, "[MQTT-3.1.2-24]");
}

#[tokio::test]
async fn a_publish_of_5_0_carries_its_properties_and_before_it_carries_none() {
    let properties = Box::new(MessageProperties {
        utf8: true,
        message_expiry_secs: Some(9),
        content_type: "c".to_owned(),
        response_topic: "r".to_owned(),
        correlation_data: Bytes(vec![0]),
        user_properties: vec![user_property("n", "v"), user_property("n", "")],
    });
    let publish = Publish { properties, ..message("t", b"p", Qos::AtMostOnce) };

    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.publish(1, publish.clone());
    let frame = link.frame().await;
    let parts: [&[u8]; 6] = [
        b"\x01\x01",
        b"\x02\x00\x00\x00\x09",
        b"\x03\x00\x01c",
        b"\x08\x00\x01r",
        b"\x09\x00\x01\x00",
        b"\x26\x00\x01n\x00\x01v\x26\x00\x01n\x00\x00",
    ];
    for part in parts {
        assert!(frame.windows(part.len()).any(|window| window == part), "{part:02x?} in {frame:02x?}");
    }
    assert_eq!(usize::from(frame[5]), parts.concat().len());
    assert_eq!(subject.published(1).await, PublishOutcome::Sent);

    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(support::peer::CONNACK).await;
    subject.online().await;
    subject.publish(1, publish);
    link.expect(b"\x30\x04\x00\x01tp").await;
}

#[tokio::test]
async fn topic_aliases_go_as_far_as_the_server_takes_them() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    // Topic alias maximum 2.
    let mut link = peer.welcome(b"\x20\x06\x00\x00\x03\x22\x00\x02").await;
    assert_eq!(subject.online().await.topic_alias_maximum, Some(2));
    for (id, topic, alias) in [(1, "t", 2), (2, "", 2), (3, "t", 3), (4, "t", 0)] {
        subject.publish(id, Publish { topic_alias: Some(alias), ..message(topic, b"", Qos::AtMostOnce) });
    }
    link.expect(b"\x30\x07\x00\x01t\x03\x23\x00\x02").await;
    link.expect(b"\x30\x06\x00\x00\x03\x23\x00\x02").await;
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(subject.any_published().await);
    }
    outcomes.sort_by_key(|(id, _)| *id);
    let refused = PublishOutcome::Refused { reason: Refusal::TopicAlias { maximum: 2 } };
    let sent = PublishOutcome::Sent;
    assert_eq!(outcomes, [(1, sent.clone()), (2, sent), (3, refused.clone()), (4, refused)]);
}

#[tokio::test]
async fn everything_that_connack_grants_is_told_and_obeyed() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    // Without being asked, the server may not send response information.
    settings.connect.request_response_information = true;
    let mut subject = Subject::start(settings);
    let mut properties = Vec::new();
    for part in [
        &b"\x11\x00\x00\x00\x3c"[..],
        b"\x21\x00\x07",
        b"\x27\x00\x00\x00\x64",
        b"\x25\x00",
        b"\x28\x00",
        b"\x29\x00",
        b"\x2a\x00",
        b"\x1a\x00\x01i",
        b"\x1c\x00\x01s",
        b"\x1f\x00\x01w",
        b"\x26\x00\x01n\x00\x01v",
    ] {
        properties.extend_from_slice(part);
    }
    let length = u8::try_from(properties.len()).unwrap();
    let mut connack = vec![0x20, length + 3, 0, 0, length];
    connack.extend(properties);
    let _link = peer.welcome(&connack).await;
    let granted = subject.online().await;
    assert_eq!(granted.session_expiry_secs, Some(60));
    assert_eq!((granted.receive_maximum, granted.maximum_packet_bytes), (Some(7), Some(100)));
    assert_eq!(granted.retain_available, Some(false));
    assert_eq!(granted.wildcard_subscriptions, Some(false));
    assert_eq!(granted.subscription_identifiers, Some(false));
    assert_eq!(granted.shared_subscriptions, Some(false));
    assert_eq!(granted.response_information.as_deref(), Some("i"));
    assert_eq!(granted.server_reference.as_deref(), Some("s"));
    assert_eq!(granted.reason_string.as_deref(), Some("w"));
    assert_eq!(granted.user_properties, [user_property("n", "v")]);

    let mut numbered = subscription("t", Qos::AtMostOnce);
    numbered.identifier = Some(1);
    let filters = ["a/#", "$share/g/t"].map(|filter| subscription(filter, Qos::AtMostOnce));
    subject.subscribe(1, filters.into_iter().chain([numbered]).collect());
    assert_eq!(
        subject.subscribed(Some(1)).await,
        [
            outcome("a/#", Err(Refusal::NoWildcards)),
            outcome("$share/g/t", Err(Refusal::NoSharedSubscriptions)),
            outcome("t", Err(Refusal::NoSubscriptionIdentifiers)),
        ]
    );
    subject.publish(2, Publish { retain: true, ..message("t", b"", Qos::AtMostOnce) });
    let reason = Refusal::NoRetain;
    assert_eq!(subject.published(2).await, PublishOutcome::Refused { reason });
    let properties =
        Box::new(MessageProperties { content_type: "x".repeat(100), ..MessageProperties::default() });
    subject.publish(3, Publish { properties, ..message("t", b"", Qos::AtMostOnce) });
    let reason = Refusal::PacketTooLarge { maximum: 100 };
    assert_eq!(subject.published(3).await, PublishOutcome::Refused { reason });
}

#[tokio::test]
async fn a_parting_that_says_more_is_sent_in_5_0() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V5_0, peer.port());
    settings.connect.session_expiry_secs = Some(60);
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.send(Command::DisconnectWith(Parting {
        reason: 4,
        session_expiry_secs: Some(1),
        reason_string: "b".to_owned(),
        user_properties: Vec::new(),
    }));
    link.expect(b"\xe0\x0b\x04\x09\x11\x00\x00\x00\x01\x1f\x00\x01b").await;
    assert!(link.closed().await.is_empty());
    drop(link);
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn enhanced_authentication_is_refused_rather_than_left_out() {
    let mut settings = profile(Version::V5_0, 1);
    settings.connect.authentication_method = "SCRAM-SHA-256".to_owned();
    let failure = Subject::start(settings).failure().await;
    assert!(matches!(failure, Failure::Settings { .. }), "{failure:?}");
}

#[tokio::test]
async fn mosquitto_publishes_the_will_of_a_client_that_asks_for_it_at_parting() {
    let Some(broker) = Mosquitto::start("a will with mosquitto", "").await else { return };
    let mut listener = Subject::start(Profile {
        subscriptions: vec![subscription("w", Qos::AtMostOnce)],
        ..profile(Version::V5_0, broker.port)
    });
    listener.online().await;
    listener.subscribed(None).await;
    let mut settings = profile(Version::V5_0, broker.port);
    settings.client_id = "c2".to_owned();
    settings.will = Some(Will { retain: false, ..will() });
    let mut subject = Subject::start(settings);
    subject.online().await;
    subject.send(Command::DisconnectWith(Parting { reason: 4, ..Parting::default() }));
    listener.received("the will", |frame| frame.starts_with(b"\x30") && frame.ends_with(b"w\x00\xff")).await;
}
