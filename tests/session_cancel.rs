//! Connecting can be given up in every phase, at once, while the other side is silent.

mod support;

use std::time::{Duration, Instant};

use mqloupe::profile::{Profile, Protocol, Proxy, ProxyKind};
use mqloupe::session::{Command, Event, Phase};
use mqloupe::wire::Version;
use support::peer::Peer;
use support::tls::{Authority, secure};
use support::websocket::over_websocket;
use support::{Subject, profile};

/// Waits for a phase, gives up, and sees that the end comes long before the connect timeout and without a cause.
async fn give_up_in(mut subject: Subject, wanted: impl Fn(&Phase) -> bool) {
    subject
        .pick("the phase", |event| matches!(event, Event::Phase(phase) if wanted(&phase)).then_some(()))
        .await;
    let begin = Instant::now();
    subject.send(Command::Disconnect);
    let (cause, events) = subject.end().await;
    assert_eq!((cause, events), (None, Vec::new()), "nothing follows but the end");
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

fn patient(profile: Profile) -> Profile {
    Profile { connect_timeout_secs: 600, ..profile }
}

#[tokio::test]
async fn before_the_name_is_looked_up() {
    let subject = Subject::start(patient(Profile {
        // Nobody answers for it; the session is told to stop before it asks.
        endpoint: mqloupe::profile::Endpoint {
            protocol: Protocol::Mqtt,
            host: "broker.invalid".to_owned(),
            port: 1883,
        },
        ..profile(Version::V3_1_1, 1883)
    }));
    subject.send(Command::Disconnect);
    let mut subject = subject;
    assert_eq!(subject.end().await, (None, Vec::new()));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_nobody_answers_the_connection() {
    // A queue that is full and stays so.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let brief = Duration::from_millis(200);
    while let Ok(Ok(stream)) = tokio::time::timeout(brief, tokio::net::TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let subject = Subject::start(patient(profile(Version::V3_1_1, address.port())));
    give_up_in(subject, |phase| matches!(phase, Phase::Connecting { .. })).await;
}

#[tokio::test]
async fn while_a_proxy_is_silent() {
    for kind in ProxyKind::ALL {
        let peer = Peer::listen().await;
        let (host, port) = ("127.0.0.1".to_owned(), peer.port());
        let mut settings = profile(Version::V3_1_1, 1883);
        settings.proxy = Some(Proxy { kind, host, port, username: String::new() });
        give_up_in(Subject::start(patient(settings)), |phase| *phase == Phase::Proxying).await;
    }
}

#[tokio::test]
async fn while_tls_is_not_answered() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let subject = Subject::start(patient(secure(peer.port(), &authority)));
    give_up_in(subject, |phase| *phase == Phase::Securing).await;
}

#[tokio::test]
async fn while_no_websocket_is_opened() {
    let peer = Peer::listen().await;
    let subject = Subject::start(patient(over_websocket(peer.port())));
    give_up_in(subject, |phase| *phase == Phase::Upgrading).await;
}

#[tokio::test]
async fn while_connack_does_not_come() {
    let peer = Peer::listen().await;
    let subject = Subject::start(patient(profile(Version::V3_1_1, peer.port())));
    give_up_in(subject, |phase| *phase == Phase::Negotiating).await;
}
