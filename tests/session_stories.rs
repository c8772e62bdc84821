//! Whole stories of sessions against real brokers: the embedded one and mosquitto.

mod support;

use mqloupe::profile::Subscription;
use mqloupe::session::{Command, Failure, PublishOutcome};
use mqloupe::wire::{Direction, Qos, Version};
use support::mosquitto::Mosquitto;
use support::{Subject, message, outcome, profile, subscription};

/// The payloads of the messages received so far, for versions without properties in them.
fn received_messages(subject: &Subject) -> Vec<Vec<u8>> {
    subject.frames(Direction::ToClient).into_iter().filter(|frame| frame[0] >> 4 == 3).collect()
}

/// Connects, subscribes, publishes at every QoS and gets everything back, unsubscribes, parts.
async fn everyday_story(port: u16, version: Version) {
    let mut settings = profile(version, port);
    settings.subscriptions = vec![subscription("story/#", Qos::ExactlyOnce)];
    let mut subject = Subject::start(settings);
    subject.online().await;
    assert_eq!(subject.subscribed(None).await, [outcome("story/#", Ok(Qos::ExactlyOnce))]);
    for (id, qos) in (1..).zip(Qos::ALL) {
        let payload = format!("payload {qos}");
        subject.publish(id, message("story/a", payload.as_bytes(), qos));
        match subject.published(id).await {
            PublishOutcome::Sent => assert_eq!(qos, Qos::AtMostOnce),
            PublishOutcome::Acknowledged { .. } => assert_ne!(qos, Qos::AtMostOnce),
            other => panic!("{version}, QoS {qos}: {other:?}"),
        }
        subject
            .received("the message back", |frame| frame[0] >> 4 == 3 && frame.ends_with(payload.as_bytes()))
            .await;
    }
    subject.unsubscribe(9, &["story/#"]);
    assert_eq!(subject.unsubscribed(9).await, [outcome("story/#", Ok(Qos::AtMostOnce))]);
    subject.publish(10, message("story/a", b"unheard", Qos::ExactlyOnce));
    assert!(matches!(subject.published(10).await, PublishOutcome::Acknowledged { .. }));
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
    assert_eq!(received_messages(&subject).len(), 3, "{version}: none after unsubscribe");
    assert_eq!(subject.frames(Direction::ToServer).last().unwrap()[0], 0xe0);
}

#[tokio::test]
async fn everyday_story_with_mosquitto() {
    let test = "everyday_story_with_mosquitto";
    let Some(broker) = Mosquitto::start(test, "").await else { return };
    for version in Version::ALL {
        everyday_story(broker.port, version).await;
    }
}

#[cfg(feature = "broker")]
#[tokio::test]
async fn everyday_story_with_the_embedded_broker() {
    let broker = mqloupe::broker::Broker::start(&tokio::runtime::Handle::current(), 0).unwrap();
    for version in Version::ALL {
        everyday_story(broker.address().port(), version).await;
    }
    broker.stop().await;
}

#[tokio::test]
async fn a_session_survives_the_end_of_mosquitto() {
    let test = "a_session_survives_the_end_of_mosquitto";
    let Some(broker) = Mosquitto::start(test, "").await else { return };
    let mut settings = profile(Version::V5_0, broker.port);
    settings.reconnect = true;
    settings.subscriptions = vec![subscription("a", Qos::AtLeastOnce)];
    let mut subject = Subject::start(settings);
    subject.online().await;
    subject.subscribed(None).await;
    let broker = broker.restart().await;
    assert!(subject.waiting().await.0 >= 2);
    subject.send(Command::ReconnectNow);
    subject.online().await;
    assert_eq!(subject.subscribed(None).await, [outcome("a", Ok(Qos::AtLeastOnce))]);
    drop(broker);
}

#[tokio::test]
async fn mosquitto_tells_why_it_refuses() {
    let test = "mosquitto_tells_why_it_refuses";
    let Some(broker) = Mosquitto::start(test, "allow_anonymous false").await else { return };
    for (version, expected) in [(Version::V3_1_1, 5), (Version::V5_0, 0x87)] {
        let mut settings = profile(version, broker.port);
        settings.reconnect = true;
        settings.username = "nobody".to_owned();
        let mut subject = Subject::start_with(settings, Some("wrong"));
        let failure = subject.failure().await;
        assert!(
            matches!(failure, Failure::ConnackRefused { code, .. } if code == expected),
            "{version}: {failure:?}"
        );
    }
}

#[tokio::test]
async fn a_kept_session_of_mosquitto_delivers_what_was_missed() {
    let test = "a_kept_session_of_mosquitto_delivers_what_was_missed";
    let Some(broker) = Mosquitto::start(test, "").await else { return };
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        let mut settings = profile(version, broker.port);
        settings.client_id = format!("keeper{}", version.level());
        settings.clean_session = false;
        settings.subscriptions = vec![subscription("missed", Qos::AtLeastOnce)];
        let mut subject = Subject::start(settings.clone());
        assert!(!subject.online().await.session_present);
        subject.subscribed(None).await;
        subject.send(Command::Disconnect);
        subject.end().await;

        let mut other = Subject::start(profile(version, broker.port));
        other.online().await;
        other.publish(1, message("missed", b"while away", Qos::AtLeastOnce));
        assert!(matches!(other.published(1).await, PublishOutcome::Acknowledged { .. }));

        let mut subject = Subject::start(settings);
        // 3.1 has no session present flag.
        assert_eq!(subject.online().await.session_present, version != Version::V3_1);
        subject
            .received("what was missed", |frame| frame[0] >> 4 == 3 && frame.ends_with(b"while away"))
            .await;
        subject.publish(1, message("other", b"x", Qos::AtLeastOnce));
        assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }), "{version}");
    }
}

#[tokio::test]
async fn no_local_of_5_0_is_honoured_by_mosquitto() {
    let test = "no_local_of_5_0_is_honoured_by_mosquitto";
    let Some(broker) = Mosquitto::start(test, "").await else { return };
    let mut settings = profile(Version::V5_0, broker.port);
    settings.subscriptions = vec![
        Subscription { no_local: true, ..subscription("mine", Qos::AtMostOnce) },
        subscription("all", Qos::AtMostOnce),
    ];
    let mut subject = Subject::start(settings);
    subject.subscribed(None).await;
    subject.publish(1, message("mine", b"x", Qos::AtMostOnce));
    subject.publish(2, message("all", b"y", Qos::AtMostOnce));
    subject.received("the second message", |frame| frame[0] >> 4 == 3 && frame.ends_with(b"y")).await;
    assert_eq!(received_messages(&subject).len(), 1);
}

#[tokio::test]
async fn a_thousand_messages_a_way_all_get_through() {
    let test = "a_thousand_messages_a_way_all_get_through";
    let Some(broker) = Mosquitto::start(test, "max_queued_messages 0").await else { return };
    for version in Version::ALL {
        let mut settings = profile(version, broker.port);
        settings.subscriptions = vec![subscription("many", Qos::AtLeastOnce)];
        let mut subject = Subject::start(settings);
        subject.subscribed(None).await;
        for id in 0..1000_u64 {
            subject.publish(id, message("many", &id.to_be_bytes(), Qos::AtLeastOnce));
        }
        for _ in 0..1000 {
            assert!(matches!(subject.any_published().await.1, PublishOutcome::Acknowledged { .. }));
        }
        subject
            .received("the last message", |frame| {
                frame[0] >> 4 == 3 && frame.ends_with(&999_u64.to_be_bytes())
            })
            .await;
        assert_eq!(received_messages(&subject).len(), 1000, "{version}");
    }
}
