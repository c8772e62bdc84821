//! Requests of sessions against a scripted peer: every one gets exactly one outcome, and the right one.

mod support;

use std::collections::BTreeMap;

use mqloupe::profile::{RetainHandling, Subscription};
use mqloupe::session::{Command, Event, Failure, Phase, PublishOutcome, Refusal, RequestId};
use mqloupe::wire::{PacketType, Qos, TopicFault, Version};
use support::peer::{CONNACK, CONNACK_5, Peer};
use support::{Subject, message, outcome, profile, refused, subscription};

#[tokio::test]
async fn a_publish_at_qos_0_is_sent() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    let mut publish = message("a/b", b"hi", Qos::AtMostOnce);
    publish.retain = true;
    subject.publish(1, publish);
    assert_eq!(subject.published(1).await, PublishOutcome::Sent);
    link.expect(b"\x31\x07\x00\x03a/bhi").await;
}

#[tokio::test]
async fn a_publish_at_qos_1_is_acknowledged_by_puback() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    link.expect(b"\x32\x06\x00\x01a\x00\x01x").await;
    link.say(&[0x40, 2, 0, 1]).await;
    assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }));
}

#[tokio::test]
async fn a_publish_at_qos_2_is_acknowledged_by_pubcomp_and_not_before() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::ExactlyOnce));
    link.expect(b"\x34\x06\x00\x01a\x00\x01x").await;
    link.say(&[0x50, 2, 0, 1]).await;
    link.expect(&[0x62, 2, 0, 1]).await;
    // The answer to another request arrives after PUBREC; the publish has no outcome before PUBCOMP.
    subject.publish(2, message("b", b"y", Qos::AtMostOnce));
    let first = subject.pick("an outcome", |event| match event {
        Event::Published { id, .. } => Some(id),
        _ => None,
    });
    assert_eq!(first.await, RequestId(2));
    link.expect(b"\x30\x04\x00\x01by").await;
    link.say(&[0x70, 2, 0, 1]).await;
    assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }));
}

#[tokio::test]
async fn a_refusing_puback_of_5_0_is_told_with_its_reason() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    link.frame().await;
    // Not authorized, reason string "no".
    link.say(b"\x40\x09\x00\x01\x87\x05\x1f\x00\x02no").await;
    let expected = PublishOutcome::Refused {
        reason: Refusal::Server {
            packet: PacketType::Puback,
            version: Version::V5_0,
            code: 0x87,
            reason_string: Some("no".to_owned()),
        },
    };
    assert_eq!(subject.published(1).await, expected);
}

#[tokio::test]
async fn a_refusing_pubrec_of_5_0_ends_the_publish() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::ExactlyOnce));
    link.frame().await;
    link.say(&[0x50, 3, 0, 1, 0x97]).await;
    let expected = PublishOutcome::Refused { reason: refused(PacketType::Pubrec, 0x97) };
    assert_eq!(subject.published(1).await, expected);
}

#[tokio::test]
async fn no_matching_subscribers_is_not_a_refusal() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    link.frame().await;
    link.say(&[0x40, 3, 0, 1, 0x10]).await;
    assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }));
}

#[tokio::test]
async fn what_the_server_does_not_take_is_refused_without_ending_the_connection() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    // Maximum QoS 0, no retained messages, packets of 50 bytes at most.
    let mut link = peer.welcome(&[0x20, 12, 0, 0, 9, 0x24, 0, 0x25, 0, 0x27, 0, 0, 0, 50]).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    let mut retained = message("a", b"x", Qos::AtMostOnce);
    retained.retain = true;
    subject.publish(2, retained);
    subject.publish(3, message("a", &[0; 60], Qos::AtMostOnce));
    subject.publish(4, message("a/+", b"x", Qos::AtMostOnce));
    subject.publish(5, message("a", b"x", Qos::AtMostOnce));
    let mut reasons = BTreeMap::new();
    while reasons.len() < 4 {
        match subject.event().await {
            Event::Published { id, outcome: PublishOutcome::Refused { reason } } => {
                reasons.insert(id.0, reason)
            }
            Event::Published { id, outcome } => {
                assert_eq!((id.0, outcome), (5, PublishOutcome::Sent));
                continue;
            }
            _ => continue,
        };
    }
    let expected = [
        (1, Refusal::QosTooHigh { maximum: Qos::AtMostOnce }),
        (2, Refusal::NoRetain),
        (3, Refusal::PacketTooLarge { maximum: 50 }),
        (4, Refusal::TopicName(TopicFault::Wildcard { at: 2 })),
    ];
    assert_eq!(reasons, expected.into());
    link.expect(b"\x30\x05\x00\x01a\x00x").await;
}

#[tokio::test]
async fn a_publish_while_not_connected_is_refused() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.accept().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    assert_eq!(subject.published(1).await, PublishOutcome::Refused { reason: Refusal::NotConnected });
}

#[tokio::test]
async fn enabled_subscriptions_are_made_at_connect_in_one_packet() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    let off = Subscription { enabled: false, ..subscription("off", Qos::AtMostOnce) };
    settings.subscriptions =
        vec![subscription("a/#", Qos::AtLeastOnce), off, subscription("b", Qos::ExactlyOnce)];
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK).await;
    link.expect(b"\x82\x0c\x00\x01\x00\x03a/#\x01\x00\x01b\x02").await;
    // The second is refused.
    link.say(&[0x90, 4, 0, 1, 1, 0x80]).await;
    let refusal = Refusal::Server {
        packet: PacketType::Suback,
        version: Version::V3_1_1,
        code: 0x80,
        reason_string: None,
    };
    assert_eq!(
        subject.subscribed(None).await,
        [outcome("a/#", Ok(Qos::AtLeastOnce)), outcome("b", Err(refusal))]
    );
}

#[tokio::test]
async fn options_of_5_0_are_sent_and_each_identifier_has_a_packet_of_its_own() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    let all = Subscription {
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::Never,
        identifier: Some(200),
        ..subscription("a", Qos::AtLeastOnce)
    };
    let new = Subscription { retain_handling: RetainHandling::IfNew, ..subscription("b", Qos::AtMostOnce) };
    subject.subscribe(7, vec![all, new]);
    // Identifier 200 is c8 01; options: retain handling 2, retain as published, no local, QoS 1.
    link.expect(b"\x82\x0a\x00\x01\x03\x0b\xc8\x01\x00\x01a\x2d").await;
    link.expect(b"\x82\x07\x00\x02\x00\x00\x01b\x10").await;
    link.say(&[0x90, 4, 0, 2, 0, 0]).await;
    link.say(&[0x90, 4, 0, 1, 0, 0x8f]).await;
    assert_eq!(
        subject.subscribed(Some(7)).await,
        [outcome("a", Err(refused(PacketType::Suback, 0x8f))), outcome("b", Ok(Qos::AtMostOnce))]
    );
}

#[tokio::test]
async fn ill_formed_filters_are_refused_in_their_places_and_the_others_asked_for() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.subscribe(
        1,
        vec![
            subscription("a/#/b", Qos::AtMostOnce),
            subscription("ok", Qos::AtMostOnce),
            subscription("", Qos::AtMostOnce),
        ],
    );
    link.expect(b"\x82\x07\x00\x01\x00\x02ok\x00").await;
    link.say(&[0x90, 3, 0, 1, 0]).await;
    let outcomes = subject.subscribed(Some(1)).await;
    let filters: Vec<_> = outcomes.iter().map(|one| (one.filter.as_str(), one.result.is_ok())).collect();
    assert_eq!(filters, [("a/#/b", false), ("ok", true), ("", false)]);
}

#[tokio::test]
async fn a_subscribe_of_ill_formed_filters_alone_sends_nothing() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.subscribe(1, vec![subscription("#/", Qos::AtMostOnce)]);
    assert!(subject.subscribed(Some(1)).await[0].result.is_err());
    subject.send(Command::Disconnect);
    link.expect(&[0xe0, 0]).await;
}

#[tokio::test]
async fn unsubscribe_has_an_outcome_for_each_filter() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    subject.unsubscribe(3, &["a", "b"]);
    link.expect(b"\xa2\x09\x00\x01\x00\x00\x01a\x00\x01b").await;
    // No subscription existed; not authorized.
    link.say(&[0xb0, 5, 0, 1, 0, 0x11, 0x87]).await;
    assert_eq!(
        subject.unsubscribed(3).await,
        [outcome("a", Ok(Qos::AtMostOnce)), outcome("b", Err(refused(PacketType::Unsuback, 0x87)))]
    );
}

#[tokio::test]
async fn a_subscribe_before_the_connection_waits_for_it() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.frame().await;
    subject.subscribe(1, vec![subscription("a", Qos::AtMostOnce)]);
    subject.subscribe(2, vec![subscription("b", Qos::AtMostOnce)]);
    // The refusal proves that the two above have been taken.
    subject.publish(3, message("x", b"", Qos::AtMostOnce));
    subject.published(3).await;
    link.say(CONNACK).await;
    link.expect(b"\x82\x06\x00\x01\x00\x01a\x00").await;
    link.expect(b"\x82\x06\x00\x02\x00\x01b\x00").await;
    link.say(&[0x90, 3, 0, 1, 0, 0x90, 3, 0, 2, 0]).await;
    assert_eq!(subject.subscribed(Some(1)).await, [outcome("a", Ok(Qos::AtMostOnce))]);
    assert_eq!(subject.subscribed(Some(2)).await, [outcome("b", Ok(Qos::AtMostOnce))]);
}

#[tokio::test]
async fn what_is_wanted_is_asked_for_again_after_a_reconnect() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let connack = if version == Version::V5_0 { CONNACK_5 } else { CONNACK };
        let peer = Peer::listen().await;
        let mut settings = profile(version, peer.port());
        settings.reconnect = true;
        settings.subscriptions =
            vec![subscription("kept", Qos::AtMostOnce), subscription("gone", Qos::AtMostOnce)];
        let mut subject = Subject::start(settings);
        let mut link = peer.welcome(connack).await;
        subject.online().await;
        link.frame().await;
        link.say(&[0x90, 4, 0, 1, 0, 0][..if version == Version::V5_0 { 0 } else { 6 }]).await;
        if version == Version::V5_0 {
            link.say(&[0x90, 5, 0, 1, 0, 0, 0]).await;
        }
        subject.subscribed(None).await;
        subject.subscribe(1, vec![subscription("later", Qos::AtLeastOnce)]);
        subject.unsubscribe(2, &["gone"]);
        link.frame().await;
        link.frame().await;
        drop(link);
        let (attempt, cause) = subject.waiting().await;
        assert_eq!((attempt, cause), (2, Failure::ClosedByPeer { was_online: true }));
        subject.send(Command::ReconnectNow);
        let mut link = peer.welcome(connack).await;
        let properties: &[u8] = if version == Version::V5_0 { &[0] } else { &[] };
        let expected = [
            &[0x82, 17 + u8::from(version == Version::V5_0), 0, 1],
            properties,
            b"\x00\x04kept\x00\x00\x05later\x01",
        ]
        .concat();
        link.expect(&expected).await;
        link.say(
            &[&[0x90, if version == Version::V5_0 { 5 } else { 4 }, 0, 1], properties, &[0, 1]].concat(),
        )
        .await;
        assert_eq!(
            subject.subscribed(None).await,
            [outcome("kept", Ok(Qos::AtMostOnce)), outcome("later", Ok(Qos::AtLeastOnce))]
        );
    }
}

#[tokio::test]
async fn a_server_that_kept_the_session_is_not_asked_again() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.reconnect = true;
    settings.clean_session = false;
    settings.subscriptions = vec![subscription("a", Qos::AtMostOnce)];
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK).await;
    link.frame().await;
    link.say(&[0x90, 3, 0, 1, 0]).await;
    subject.subscribed(None).await;
    drop(link);
    subject.waiting().await;
    subject.send(Command::ReconnectNow);
    let mut link = peer.welcome(&[0x20, 2, 1, 0]).await;
    assert!(subject.online().await.session_present);
    subject.send(Command::Disconnect);
    link.expect(&[0xe0, 0]).await;
}

#[tokio::test]
async fn a_session_of_an_earlier_program_is_gone_on_with() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let peer = Peer::listen().await;
        let mut settings = profile(version, peer.port());
        settings.clean_session = false;
        settings.subscriptions = vec![subscription("a", Qos::AtMostOnce)];
        let mut subject = Subject::start(settings);
        let present: &[u8] = if version == Version::V5_0 { &[0x20, 3, 1, 0, 0] } else { &[0x20, 2, 1, 0] };
        let mut link = peer.welcome(present).await;
        assert!(subject.online().await.session_present);
        // The profile may have changed since: it is asked for all the same.
        assert_eq!(link.frame().await[0], 0x82, "{version}");
        subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
        let publish = link.frame().await;
        assert_eq!(publish[0], 0x32, "{version}");
        let (high, low) = (publish[5], publish[6]);
        link.say(&[0x40, 2, high, low]).await;
        assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }), "{version}");
    }
}

#[tokio::test]
async fn a_publish_in_flight_is_sent_again_into_a_kept_session() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let peer = Peer::listen().await;
        let mut settings = profile(version, peer.port());
        settings.reconnect = true;
        settings.clean_session = false;
        let mut subject = Subject::start(settings);
        let mut link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        subject.online().await;
        subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
        let first = link.frame().await;
        drop(link);
        subject.waiting().await;
        subject.send(Command::ReconnectNow);
        let present: &[u8] = if version == Version::V5_0 { &[0x20, 3, 1, 0, 0] } else { &[0x20, 2, 1, 0] };
        let mut link = peer.welcome(present).await;
        let again = link.frame().await;
        assert_eq!((again[0], &again[1..]), (first[0] | 8, &first[1..]), "{version}: the same with DUP");
        link.say(&[0x40, 2, 0, 1]).await;
        assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }));
    }
}

#[tokio::test]
async fn a_received_qos_2_message_is_acknowledged_in_two_steps() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V5_0, peer.port()));
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    link.say(b"\x34\x07\x00\x01a\x00\x09\x00x").await;
    link.expect(&[0x50, 2, 0, 9]).await;
    link.say(&[0x62, 2, 0, 9]).await;
    link.expect(&[0x70, 2, 0, 9]).await;
}

/// The number of outcomes of every request.
fn tally(events: &[Event], counts: &mut BTreeMap<u64, usize>) {
    for event in events {
        let id = match event {
            Event::Published { id, .. }
            | Event::Unsubscribed { id, .. }
            | Event::Subscribed { id: Some(id), .. } => *id,
            _ => continue,
        };
        *counts.entry(id.0).or_default() += 1;
    }
}

#[tokio::test]
async fn a_peer_that_vanishes_leaves_every_request_with_one_outcome() {
    for version in Version::ALL {
        for clean_session in [true, false] {
            let peer = Peer::listen().await;
            let mut settings = profile(version, peer.port());
            settings.clean_session = clean_session;
            let mut subject = Subject::start(settings);
            let mut link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
            subject.online().await;
            // More than may be in flight at a time, of every kind.
            for id in 0..900 {
                let qos = Qos::ALL[usize::try_from(id).unwrap() % 3];
                subject.publish(id, message("a", b"x", qos));
            }
            subject.subscribe(900, vec![subscription("a", Qos::AtMostOnce)]);
            subject.unsubscribe(901, &["b"]);
            for _ in 0..20 {
                link.frame().await;
            }
            link.vanish();
            let (cause, events) = subject.end().await;
            assert!(matches!(cause, Some(Failure::ClosedByPeer { was_online: true })), "{cause:?}");
            let mut counts = BTreeMap::new();
            tally(&events, &mut counts);
            let expected: BTreeMap<u64, usize> = (0..902).map(|id| (id, 1)).collect();
            assert_eq!(counts, expected, "{version}, clean {clean_session}");
            for event in &events {
                if let Event::Published { id, outcome } = event
                    && id.0 % 3 != 0
                {
                    assert!(
                        matches!(outcome, PublishOutcome::Abandoned | PublishOutcome::Refused { .. }),
                        "{id:?} {outcome:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn disconnect_leaves_every_request_with_one_outcome() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    for id in 0..1000 {
        subject.publish(id, message("a", b"x", Qos::AtLeastOnce));
    }
    subject.send(Command::Disconnect);
    let (cause, events) = subject.end().await;
    assert_eq!(cause, None);
    let mut counts = BTreeMap::new();
    tally(&events, &mut counts);
    assert_eq!(counts, (0..1000).map(|id| (id, 1)).collect());
}

#[tokio::test]
async fn what_waits_for_a_connection_that_never_comes_gets_an_outcome() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let link = peer.accept().await;
    subject.subscribe(1, vec![subscription("a", Qos::AtMostOnce)]);
    subject.unsubscribe(2, &["b"]);
    subject.publish(3, message("a", b"x", Qos::AtLeastOnce));
    subject.published(3).await;
    drop(link);
    let (_, events) = subject.end().await;
    let mut counts = BTreeMap::new();
    tally(&events, &mut counts);
    assert_eq!(counts, [(1, 1), (2, 1)].into());
}

#[tokio::test]
async fn commands_after_the_end_come_back() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut subject = Subject::start(profile(Version::V3_1_1, port));
    subject.end().await;
    let command = Command::Publish { id: RequestId(1), publish: message("a", b"x", Qos::AtMostOnce) };
    assert_eq!(subject.try_send(command.clone()), Err(command));
    assert_eq!(subject.try_send(Command::Disconnect), Err(Command::Disconnect));
}

#[tokio::test]
async fn publishes_accepted_before_disconnect_still_go_out() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtMostOnce));
    subject.send(Command::Disconnect);
    link.expect(b"\x30\x04\x00\x01ax\xe0\x00").await;
    assert_eq!(subject.published(1).await, PublishOutcome::Sent);
}

#[tokio::test]
async fn a_full_queue_gives_commands_back() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    // The session's task cannot run meanwhile: this test has one thread.
    let mut accepted = 0_u64;
    loop {
        let publish = message("a", b"x", Qos::AtMostOnce);
        match subject.try_send(Command::Publish { id: RequestId(accepted), publish }) {
            Ok(()) => accepted += 1,
            Err(_) => break,
        }
        assert!(accepted < 1_000_000, "the queue has no bound");
    }
    for _ in 0..accepted {
        assert_eq!(subject.any_published().await.1, PublishOutcome::Sent);
    }
    assert!(matches!(subject.try_send(Command::ReconnectNow), Ok(())));
    subject.send(Command::Disconnect);
    subject.pick("the end", |event| matches!(event, Event::Phase(Phase::Offline { .. })).then_some(())).await;
}
