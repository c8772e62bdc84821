//! How sessions part from a scripted peer that answers no more, does not close, or does not take anything;
//! and how they wait and come back.

mod support;

use std::time::{Duration, Instant};

use mqloupe::session::{Command, Event, Failure, Phase};
use mqloupe::wire::{Qos, Version};
use support::peer::{CONNACK, CONNACK_5, Peer};
use support::{Subject, message, profile};

#[tokio::test]
async fn a_missing_pingresp_ends_the_connection() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.keep_alive_secs = 1;
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(CONNACK).await;
    link.expect(&[0xc0, 0]).await;
    assert_eq!(subject.failure().await, Failure::KeepAliveMissed);
}

#[tokio::test]
async fn disconnect_ends_within_a_second_even_if_the_server_never_closes() {
    for version in Version::ALL {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(profile(version, peer.port()));
        let mut link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        subject.online().await;
        // A publish that is never acknowledged keeps the engine from parting in peace.
        subject.publish(1, message("t", b"x", Qos::AtLeastOnce));
        link.frame().await;
        let begin = Instant::now();
        subject.send(Command::Disconnect);
        link.expect(&[0xe0, 0]).await;
        let (cause, _) = subject.end().await;
        assert_eq!(cause, None);
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    }
}

#[tokio::test]
async fn disconnect_works_while_connack_is_awaited() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.accept().await;
    link.frame().await;
    let begin = Instant::now();
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert!(link.closed().await.is_empty());
}

#[tokio::test]
async fn disconnect_works_while_an_address_does_not_answer() {
    let mut settings = profile(Version::V3_1_1, 1883);
    // A reserved address (RFC 5737): packets to it lead nowhere, or the network says so.
    settings.endpoint.host = "192.0.2.1".to_owned();
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    subject
        .pick("connecting", |event| matches!(event, Event::Phase(Phase::Connecting { .. })).then_some(()))
        .await;
    let begin = Instant::now();
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn disconnect_works_while_waiting() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut settings = profile(Version::V3_1_1, port);
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    assert_eq!(subject.waiting().await.0, 2);
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn dropping_the_session_disconnects() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let mut link = peer.welcome(CONNACK).await;
    subject.online().await;
    subject.drop_session();
    link.expect(&[0xe0, 0]).await;
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn reconnect_now_does_not_wait() {
    let peer = Peer::listen().await;
    let mut settings = profile(Version::V3_1_1, peer.port());
    settings.reconnect = true;
    let mut subject = Subject::start(settings);
    // Three failures: the next wait is at least three seconds.
    for _ in 0..3 {
        drop(peer.accept().await);
        subject.waiting().await;
        subject.send(Command::ReconnectNow);
    }
    let begin = Instant::now();
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_peer_that_takes_nothing_ends_the_connection() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let peer = Peer::listen().await;
        let mut settings = profile(version, peer.port());
        settings.keep_alive_secs = 1;
        let mut subject = Subject::start(settings);
        let _link = peer.welcome(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        subject.online().await;
        // More than the buffers between the two can hold.
        for id in 0..64 {
            subject.publish(id, message("a", &vec![0; 1 << 20], Qos::AtMostOnce));
        }
        assert_eq!(subject.failure().await, Failure::KeepAliveMissed, "{version}");
    }
}

#[tokio::test]
async fn disconnect_ends_within_a_second_even_if_the_peer_takes_nothing() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
    for id in 0..64 {
        subject.publish(id, message("a", &vec![0; 1 << 20], Qos::AtMostOnce));
    }
    let begin = Instant::now();
    subject.send(Command::Disconnect);
    let (cause, events) = subject.end().await;
    assert_eq!(cause, None);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let outcomes = events.iter().filter(|event| matches!(event, Event::Published { .. })).count();
    assert_eq!(outcomes, 64);
}
