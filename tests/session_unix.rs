//! Sessions over a Unix domain socket.
#![cfg(unix)]

mod support;

use mqloupe::profile::{Profile, Protocol};
use mqloupe::session::{Command, Event, Failure, Phase};
use mqloupe::wire::{Direction, Qos, Version};
use support::mosquitto::Mosquitto;
use support::peer::{CONNACK, CONNACK_5, Link};
use support::{Subject, message, profile, soon, subscription};
use tokio::net::UnixListener;

fn at(path: &std::path::Path) -> Profile {
    let mut profile = profile(Version::V3_1_1, 0);
    profile.endpoint.protocol = Protocol::Unix;
    path.to_str().unwrap().clone_into(&mut profile.endpoint.host);
    profile
}

#[tokio::test]
async fn mqtt_goes_over_a_unix_socket_in_every_version() {
    for version in Version::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broker.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let mut subject = Subject::start(Profile { version, ..at(&path) });
        let (stream, _) = soon("a connection", listener.accept()).await.unwrap();
        let mut link = Link { stream };
        let connect = link.frame().await;
        link.say(if version == Version::V5_0 { CONNACK_5 } else { CONNACK }).await;
        let granted = subject.online().await;
        assert_eq!((granted.address, granted.security), (None, None));
        assert_eq!(subject.frames(Direction::ToServer), [connect]);
        subject.send(Command::Disconnect);
        link.expect(&[0xe0, 0]).await;
        assert!(link.closed().await.is_empty());
        drop(link);
        assert_eq!(subject.end().await.0, None);
    }
}

#[tokio::test]
async fn a_proxy_does_not_stand_before_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broker.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let mut settings = at(&path);
    settings.proxy =
        Some(mqloupe::profile::Proxy { host: "proxy.test".to_owned(), port: 1, ..Default::default() });
    let _subject = Subject::start(settings);
    let (stream, _) = soon("a connection", listener.accept()).await.unwrap();
    assert_eq!(Link { stream }.frame().await[0], 0x10, "CONNECT");
}

#[tokio::test]
async fn a_socket_that_nobody_listens_at_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (dead, missing) = (folder.path().join("dead.sock"), folder.path().join("missing.sock"));
    drop(UnixListener::bind(&dead).unwrap());
    for path in [dead, missing] {
        let failure = Subject::start(at(&path)).failure().await;
        let named = path.to_str().unwrap();
        assert!(matches!(&failure, Failure::UnixSocket { path, .. } if path == named), "{failure:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_can_be_parted_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broker.sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let mut subject = Subject::start(at(&path));
    subject.pick("the phase", |event| (event == Event::Phase(Phase::Negotiating)).then_some(())).await;
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn messages_go_through_mosquitto_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broker.sock");
    // A mosquitto that is started by root goes on as another user.
    let lines = format!("user root\nlistener 0 {}", path.display());
    let Some(_broker) = Mosquitto::start("a Unix socket of mosquitto", &lines).await else { return };
    let mut subject =
        Subject::start(Profile { subscriptions: vec![subscription("a", Qos::AtLeastOnce)], ..at(&path) });
    subject.online().await;
    subject.subscribed(None).await;
    subject.publish(1, message("a", b"there and back", Qos::AtLeastOnce));
    subject.received("the message", |frame| frame.ends_with(b"there and back")).await;
}
