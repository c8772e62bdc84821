//! Publishes that have no outcome yet can be cancelled, and each still has exactly one outcome.

mod support;

use mqloupe::profile::{Profile, Unacknowledged};
use mqloupe::session::{Command, Publish, PublishOutcome, RequestId};
use mqloupe::wire::{Qos, Version};
use support::peer::{CONNACK, Peer};
use support::{Subject, message, profile};

const MAY_ARRIVE: PublishOutcome = PublishOutcome::Cancelled { may_arrive: true };

/// A message of QoS 1 to `a` with one byte of payload: the frame's packet identifier.
fn packet_id(frame: &[u8]) -> [u8; 2] {
    assert_eq!((frame[0], frame.len()), (0x32, 8), "{frame:?}");
    [frame[5], frame[6]]
}

#[tokio::test]
async fn what_the_server_does_not_read_is_pending_until_it_is_cancelled() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    // More than the buffers of the systems between them take.
    for id in 1..=32 {
        subject.publish(id, message("a", &vec![0; 1 << 20], Qos::AtMostOnce));
    }
    subject.cancel(32);
    assert!(matches!(subject.published(32).await, PublishOutcome::Cancelled { .. }));
    subject.cancel(32);
    subject.send(Command::Disconnect);
    subject.end().await;
    assert_eq!(subject.ends.len(), 32);
    assert!(subject.ends.values().all(|ends| *ends == 1), "{:?}", subject.ends);
}

#[tokio::test]
async fn a_publish_that_has_ended_cannot_be_cancelled() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtMostOnce));
    assert_eq!(subject.published(1).await, PublishOutcome::Sent);
    subject.cancel(1);
    subject.cancel(7);
    subject.send(Command::Disconnect);
    let (_, events) = subject.end().await;
    assert_eq!(events, []);
}

#[tokio::test]
async fn what_is_cancelled_before_it_is_handed_over_is_never_sent() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    // Nothing yields between these, so the session has not seen them yet.
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    subject.publish(2, message("a", b"y", Qos::AtLeastOnce));
    subject.cancel(1);
    assert_eq!(subject.published(1).await, PublishOutcome::Cancelled { may_arrive: false });
    let frame = link.frame().await;
    assert_eq!(frame[7], b'y');
    let [high, low] = packet_id(&frame);
    link.say(&[0x40, 2, high, low]).await;
    assert!(matches!(subject.published(2).await, PublishOutcome::Acknowledged { .. }));
}

#[tokio::test]
async fn what_is_cancelled_is_not_sent_again_in_the_next_session() {
    let peer = Peer::listen().await;
    let settings = Profile {
        reconnect: true,
        unacknowledged: Unacknowledged::SendAgain,
        ..profile(Version::V3_1_1, peer.port())
    };
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    for (id, payload) in [(1, b"x"), (2, b"y"), (3, b"z")] {
        subject.publish(id, message("a", payload, Qos::AtLeastOnce));
        link.frame().await;
    }
    subject.cancel(1);
    assert_eq!(subject.published(1).await, MAY_ARRIVE);
    link.vanish();
    subject.waiting().await;
    // While it waits to be sent again.
    subject.cancel(3);
    assert_eq!(subject.published(3).await, MAY_ARRIVE);
    let mut link = peer.welcome(CONNACK).await;
    let frame = link.frame().await;
    assert_eq!(frame[7], b'y', "the one that was not cancelled");
    let [high, low] = packet_id(&frame);
    link.say(&[0x40, 2, high, low]).await;
    assert!(matches!(subject.published(2).await, PublishOutcome::Acknowledged { .. }));
    subject.send(Command::Disconnect);
    assert_eq!(link.closed().await, [0xe0, 0]);
    subject.end().await;
    assert!(subject.ends.values().all(|ends| *ends == 1), "{:?}", subject.ends);
}

#[tokio::test]
async fn messages_that_wait_hold_a_bounded_number_of_bytes() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    // Room that nobody writes to takes no memory.
    let publish = |id, bytes: usize| Command::Publish {
        id: RequestId(id),
        publish: Publish { topic: "a".to_owned(), payload: vec![0; bytes], ..Publish::default() },
    };
    // Nothing yields between these, so the session has not seen them yet.
    subject.send(publish(1, 100 << 20));
    subject.send(publish(2, 100 << 20));
    assert!(subject.try_send(publish(3, 100 << 20)).is_err(), "it comes back");
    subject.send(publish(4, 0));
    subject.drop_session();
}
