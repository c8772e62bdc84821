//! What becomes of messages under way when the network connection goes: in a session that the server kept, they
//! are gone on with; in a new one, they are given up or sent again, as the profile says.

mod support;

use std::collections::BTreeMap;

use mqloupe::profile::{Profile, Unacknowledged};
use mqloupe::session::{Command, Event, Notice, PublishOutcome, RequestId};
use mqloupe::wire::{Qos, Version};
use support::peer::{CONNACK, CONNACK_5, Link, Peer};
use support::{Subject, message, profile, subscription};

/// The versions whose CONNACK says whether there is a session.
const VERSIONS: [Version; 2] = [Version::V3_1_1, Version::V5_0];

const fn fresh(version: Version) -> &'static [u8] {
    if let Version::V5_0 = version { CONNACK_5 } else { CONNACK }
}

const fn present(version: Version) -> &'static [u8] {
    if let Version::V5_0 = version { &[0x20, 3, 1, 0, 0] } else { &[0x20, 2, 1, 0] }
}

fn settings(version: Version, peer: &Peer) -> Profile {
    Profile { reconnect: true, clean_session: false, ..profile(version, peer.port()) }
}

/// A session that is online, and its link.
async fn online(settings: Profile, peer: &Peer) -> (Subject, Link) {
    let version = settings.version;
    let mut subject = Subject::start(settings);
    let link = peer.welcome(fresh(version)).await;
    subject.online().await;
    (subject, link)
}

/// Ends the connection and takes the next one.
async fn again(subject: &mut Subject, link: Link, peer: &Peer, connack: &[u8]) -> Link {
    drop(link);
    subject.waiting().await;
    subject.send(Command::ReconnectNow);
    peer.welcome(connack).await
}

/// Where the packet identifier of a PUBLISH to a topic of one character stands.
fn packet_id(publish: &[u8]) -> [u8; 2] {
    [publish[5], publish[6]]
}

#[tokio::test]
async fn a_kept_session_gets_unacknowledged_messages_again_with_dup_and_in_order() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let (mut subject, mut link) = online(settings(version, &peer), &peer).await;
        let mut first = Vec::new();
        for (id, qos) in [(1, Qos::AtLeastOnce), (2, Qos::ExactlyOnce), (3, Qos::AtLeastOnce)] {
            subject.publish(id, message("t", &[u8::try_from(id).unwrap()], qos));
            first.push(link.frame().await);
        }
        let mut link = again(&mut subject, link, &peer, present(version)).await;
        for sent in &first {
            let again = link.frame().await;
            assert_eq!((again[0], &again[1..]), (sent[0] | 8, &sent[1..]), "{version}");
        }
        for (sent, kind) in first.iter().zip([0x40, 0x50, 0x40]) {
            let [high, low] = packet_id(sent);
            link.say(&[kind, 2, high, low]).await;
        }
        let [high, low] = packet_id(&first[1]);
        link.expect(&[0x62, 2, high, low]).await;
        link.say(&[0x70, 2, high, low]).await;
        for _ in 0..3 {
            let (id, outcome) = subject.any_published().await;
            assert!(matches!(outcome, PublishOutcome::Acknowledged { .. }), "{version}, {id}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_message_that_the_server_has_received_is_only_released_again() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let (mut subject, mut link) = online(settings(version, &peer), &peer).await;
        subject.publish(1, message("t", b"x", Qos::ExactlyOnce));
        let [high, low] = packet_id(&link.frame().await);
        link.say(&[0x50, 2, high, low]).await;
        link.expect(&[0x62, 2, high, low]).await;
        // Twice: releasing goes on as often as the connection goes.
        for _ in 0..2 {
            link = again(&mut subject, link, &peer, present(version)).await;
            link.expect(&[0x62, 2, high, low]).await;
        }
        link.say(&[0x70, 2, high, low]).await;
        assert!(matches!(subject.published(1).await, PublishOutcome::Acknowledged { .. }), "{version}");
    }
}

#[tokio::test]
async fn a_received_message_of_qos_2_is_completed_in_the_kept_session() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let (mut subject, mut link) = online(settings(version, &peer), &peer).await;
        let publish: &[u8] = if version == Version::V5_0 {
            b"\x34\x07\x00\x01t\x00\x09\x00x"
        } else {
            b"\x34\x06\x00\x01t\x00\x09x"
        };
        link.say(publish).await;
        link.expect(&[0x50, 2, 0, 9]).await;
        let mut link = again(&mut subject, link, &peer, present(version)).await;
        // The server has not heard the answer, and repeats itself; then it has.
        link.say(&[&[publish[0] | 8], &publish[1..]].concat()).await;
        link.expect(&[0x50, 2, 0, 9]).await;
        let mut link = again(&mut subject, link, &peer, present(version)).await;
        link.say(&[0x62, 2, 0, 9]).await;
        link.expect(&[0x70, 2, 0, 9]).await;
    }
}

#[tokio::test]
async fn without_a_session_they_are_given_up_and_that_is_said() {
    for version in VERSIONS {
        for clean_session in [true, false] {
            let peer = Peer::listen().await;
            let settings = Profile { clean_session, ..settings(version, &peer) };
            let (mut subject, mut link) = online(settings, &peer).await;
            for (id, qos) in [(1, Qos::AtLeastOnce), (2, Qos::ExactlyOnce)] {
                subject.publish(id, message("t", b"x", qos));
                link.frame().await;
            }
            drop(link);
            let mut ended = BTreeMap::new();
            let mut notice = None;
            let mut link = None;
            while notice.is_none() {
                match subject.event().await {
                    Event::Published { id, outcome } => assert_eq!(ended.insert(id.0, outcome), None),
                    Event::Notice(said) => notice = Some(said),
                    Event::Phase(mqloupe::session::Phase::Waiting { .. }) => {
                        subject.send(Command::ReconnectNow);
                        link = Some(peer.welcome(fresh(version)).await);
                    }
                    _ => {}
                }
            }
            assert_eq!(notice, Some(Notice::GivenUp { count: 2 }), "{version}, clean {clean_session}");
            let abandoned = PublishOutcome::Abandoned;
            assert_eq!(ended, [(1, abandoned.clone()), (2, abandoned)].into());
            // What is sent next is the next message.
            subject.publish(3, message("n", b"x", Qos::AtMostOnce));
            assert_eq!(
                link.unwrap().frame().await[..2 + 3],
                [0x30, 4 + u8::from(version == Version::V5_0), 0, 1, b'n']
            );
        }
    }
}

#[tokio::test]
async fn without_a_session_they_are_sent_as_new_ones_where_the_profile_says_so() {
    for version in VERSIONS {
        for clean_session in [true, false] {
            let peer = Peer::listen().await;
            let unacknowledged = Unacknowledged::SendAgain;
            let settings = Profile { clean_session, unacknowledged, ..settings(version, &peer) };
            let (mut subject, mut link) = online(settings, &peer).await;
            let mut first = Vec::new();
            for (id, qos) in [(1, Qos::AtLeastOnce), (2, Qos::ExactlyOnce), (3, Qos::AtLeastOnce)] {
                subject.publish(id, message("t", &[u8::try_from(id).unwrap()], qos));
                first.push(link.frame().await);
            }
            // The server has the second, but its session went.
            let [high, low] = packet_id(&first[1]);
            link.say(&[0x50, 2, high, low]).await;
            link.frame().await;
            let mut link = again(&mut subject, link, &peer, fresh(version)).await;
            let notice = subject.pick("the notice", |event| match event {
                Event::Notice(notice) => Some(notice),
                Event::Published { id, outcome } => panic!("{id:?} {outcome:?}"),
                _ => None,
            });
            assert_eq!(notice.await, Notice::SentAgain { count: 3 }, "{version}, clean {clean_session}");
            let mut second = Vec::new();
            for sent in &first {
                let again = link.frame().await;
                assert_eq!(again[0], sent[0], "{version}: the same without DUP");
                assert_eq!(again.last(), sent.last(), "{version}: in their order");
                second.push(packet_id(&again));
            }
            for ([high, low], kind) in second.iter().zip([0x40, 0x50, 0x40]) {
                link.say(&[kind, 2, *high, *low]).await;
            }
            let [high, low] = second[1];
            link.expect(&[0x62, 2, high, low]).await;
            link.say(&[0x70, 2, high, low]).await;
            for _ in 0..3 {
                let (id, outcome) = subject.any_published().await;
                assert!(matches!(outcome, PublishOutcome::Acknowledged { .. }), "{id}: {outcome:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_goes_again_and_again_leaves_each_message_with_one_outcome() {
    for version in VERSIONS {
        for unacknowledged in Unacknowledged::ALL {
            let peer = Peer::listen().await;
            let settings = Profile { unacknowledged, ..settings(version, &peer) };
            let (mut subject, mut link) = online(settings, &peer).await;
            for id in 0..600 {
                subject.publish(id, message("t", b"x", Qos::ALL[1 + usize::try_from(id).unwrap() % 2]));
            }
            // Kept and lost sessions take turns, each in the middle of sending as long as there is anything to send.
            let mut left = true;
            for connack in [present(version), fresh(version), fresh(version), present(version)] {
                if left {
                    link.frame().await;
                }
                left &= unacknowledged == Unacknowledged::SendAgain || connack == present(version);
                link = again(&mut subject, link, &peer, connack).await;
            }
            subject.online().await;
            subject.send(Command::Disconnect);
            subject.end().await;
            let once: BTreeMap<u64, usize> = (0..600).map(|id| (id, 1)).collect();
            assert_eq!(subject.ends, once, "{version}, {unacknowledged:?}");
        }
    }
}

#[tokio::test]
async fn a_message_waiting_to_be_sent_again_ends_with_the_session() {
    let peer = Peer::listen().await;
    let unacknowledged = Unacknowledged::SendAgain;
    let settings = Profile { unacknowledged, ..settings(Version::V3_1_1, &peer) };
    let (mut subject, mut link) = online(settings, &peer).await;
    subject.publish(1, message("t", b"x", Qos::AtLeastOnce));
    link.frame().await;
    drop(link);
    subject.waiting().await;
    subject.send(Command::Disconnect);
    let (_, events) = subject.end().await;
    let abandoned = Event::Published { id: RequestId(1), outcome: PublishOutcome::Abandoned };
    assert_eq!(events, [abandoned]);
}

#[tokio::test]
async fn a_subscribe_that_was_under_way_is_answered_in_the_kept_session() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(settings(Version::V3_1_1, &peer), &peer).await;
    subject.subscribe(1, vec![subscription("a", Qos::AtMostOnce)]);
    link.frame().await;
    let mut link = again(&mut subject, link, &peer, present(Version::V3_1_1)).await;
    let subscribe = link.frame().await;
    assert_eq!(subscribe[0], 0x82);
    link.say(&[0x90, 3, subscribe[2], subscribe[3], 0]).await;
    assert_eq!(subject.subscribed(Some(1)).await, [support::outcome("a", Ok(Qos::AtMostOnce))]);
}

#[tokio::test]
async fn a_session_that_is_dropped_in_any_phase_ends_every_request_once() {
    for version in VERSIONS {
        for phase in ["dialling", "negotiating", "online", "waiting"] {
            let peer = Peer::listen().await;
            let unacknowledged = Unacknowledged::SendAgain;
            let mut subject = Subject::start(Profile { unacknowledged, ..settings(version, &peer) });
            let mut link = None;
            if phase != "dialling" {
                let mut accepted = peer.accept().await;
                accepted.frame().await;
                link = Some(accepted);
            }
            if let Some(link) = link.as_mut().filter(|_| ["online", "waiting"].contains(&phase)) {
                link.say(fresh(version)).await;
                subject.online().await;
                // One that is under way when the rest comes.
                subject.publish(0, message("t", b"x", Qos::ExactlyOnce));
                link.frame().await;
            } else {
                subject.publish(0, message("t", b"x", Qos::ExactlyOnce));
            }
            if phase == "waiting" {
                link = None;
                subject.waiting().await;
            }
            subject.publish(1, message("t", b"x", Qos::AtMostOnce));
            subject.publish(2, message("t", b"x", Qos::AtLeastOnce));
            subject.subscribe(3, vec![subscription("a", Qos::AtMostOnce)]);
            subject.unsubscribe(4, &["b"]);
            subject.drop_session();
            assert_eq!(subject.end().await.0, None);
            let once: BTreeMap<u64, usize> = (0..=4).map(|id| (id, 1)).collect();
            assert_eq!(subject.ends, once, "{version}, {phase}");
            drop(link);
        }
    }
}
