//! Sessions through proxies, scripted byte by byte.

mod support;

use futures_util::SinkExt as _;
use mqloupe::profile::{Profile, Protocol, Proxy, ProxyKind, Secret, Secrets};
use mqloupe::session::{Event, Failure, Options, Phase, ProxyRefusal};
use mqloupe::wire::Version;
use support::peer::{CONNACK, Link, Peer};
use support::tls::{Authority, secure, server};
use support::websocket::{SUBPROTOCOL, asked, header, heard, upgraded};
use support::{Subject, profile, soon};
use tokio::io::AsyncReadExt as _;
use tokio_tungstenite::tungstenite::protocol::Message;

/// A profile whose server is only known to a proxy here.
fn through(peer: &Peer, kind: ProxyKind, username: &str) -> Profile {
    let mut profile = profile(Version::V3_1_1, 1884);
    "broker.test".clone_into(&mut profile.endpoint.host);
    profile.reconnect = false;
    profile.proxy =
        Some(Proxy { kind, host: "127.0.0.1".to_owned(), port: peer.port(), username: username.to_owned() });
    profile
}

fn start(profile: Profile, password: Option<&str>) -> Subject {
    let proxy_password = password.map(|text| Secret::new(text.to_owned()));
    Subject::start_options(Options { profile, secrets: Secrets { proxy_password, ..Secrets::default() } })
}

async fn expect(link: &mut Link, bytes: &[u8]) {
    let mut read = vec![0; bytes.len()];
    soon("bytes", link.stream.read_exact(&mut read)).await.unwrap();
    assert_eq!(read, bytes);
}

/// CONNECT request of SOCKS for `broker.test`, port 1884.
const SOCKS_REQUEST: &[u8] = b"\x05\x01\x00\x03\x0bbroker.test\x07\x5c";

#[tokio::test]
async fn socks_leads_to_a_name_without_a_login() {
    let peer = Peer::listen().await;
    let mut subject = start(through(&peer, ProxyKind::Socks5, ""), None);
    let mut link = peer.accept().await;
    expect(&mut link, &[5, 1, 0]).await;
    link.say(&[5, 0]).await;
    expect(&mut link, SOCKS_REQUEST).await;
    // The bound address is a name here, and CONNACK comes with it.
    link.say(&[&[5, 0, 0, 3, 2, b'm', b'e', 0, 1][..]].concat()).await;
    assert_eq!(link.frame().await[0], 0x10);
    link.say(CONNACK).await;
    let granted = subject.online().await;
    assert_eq!(granted.address.map(|address| address.port()), Some(peer.port()));
}

#[tokio::test]
async fn socks_takes_a_user_name_and_a_password() {
    let peer = Peer::listen().await;
    let mut subject = start(through(&peer, ProxyKind::Socks5, "ann"), Some("s3cret"));
    let mut link = peer.accept().await;
    expect(&mut link, &[5, 2, 0, 2]).await;
    link.say(&[5, 2]).await;
    expect(&mut link, b"\x01\x03ann\x06s3cret").await;
    link.say(&[1, 0]).await;
    expect(&mut link, SOCKS_REQUEST).await;
    link.say(&[5, 0, 0, 1, 10, 0, 0, 1, 0, 80]).await;
    assert_eq!(link.frame().await[0], 0x10);
    link.say(CONNACK).await;
    subject.online().await;
}

#[tokio::test]
async fn socks_is_given_addresses_as_such() {
    for (host, request) in [
        ("192.0.2.7", &b"\x05\x01\x00\x01\xc0\x00\x02\x07\x07\x5c"[..]),
        ("2001:db8::7", b"\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x07\x5c"),
    ] {
        let peer = Peer::listen().await;
        let mut profile = through(&peer, ProxyKind::Socks5, "");
        host.clone_into(&mut profile.endpoint.host);
        let _subject = start(profile, None);
        let mut link = peer.accept().await;
        expect(&mut link, &[5, 1, 0]).await;
        link.say(&[5, 0]).await;
        expect(&mut link, request).await;
    }
}

#[tokio::test]
async fn http_leads_to_a_name_with_a_login_and_without() {
    for (username, password) in [("", None), ("ann", Some("s3cret"))] {
        let peer = Peer::listen().await;
        let mut subject = start(through(&peer, ProxyKind::Http, username), password);
        let mut link = peer.accept().await;
        let head = asked(&mut link).await;
        assert!(head.starts_with("CONNECT broker.test:1884 HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(&head, "Host"), "broker.test:1884");
        match password {
            // ann:s3cret
            Some(_) => assert_eq!(header(&head, "Proxy-Authorization"), "Basic YW5uOnMzY3JldA=="),
            None => assert!(!head.contains("Proxy-Authorization"), "{head}"),
        }
        link.say(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n").await;
        assert_eq!(link.frame().await[0], 0x10, "CONNECT");
        link.say(CONNACK).await;
        subject.online().await;
    }
}

#[tokio::test]
async fn tls_and_websocket_go_through_a_proxy_and_each_step_is_told() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut profile = through(&peer, ProxyKind::Http, "");
    profile.endpoint.protocol = Protocol::Wss;
    profile.tls = secure(0, &authority).tls;
    let mut subject = start(profile, None);
    let mut link = peer.accept().await;
    asked(&mut link).await;
    link.say(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let config = server(&authority.sign(&["broker.test"]), None, false);
    let secured = soon("TLS", tokio_rustls::TlsAcceptor::from(config).accept(link.stream)).await.unwrap();
    let mut server = upgraded(Link { stream: secured }, SUBPROTOCOL).await;
    heard(&mut server).await;
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    let mut phases = Vec::new();
    subject
        .pick("being online", |event| match event {
            Event::Phase(Phase::Online(_)) => Some(()),
            Event::Phase(phase) => {
                phases.push(phase);
                None
            }
            _ => None,
        })
        .await;
    let address = peer.address;
    let expected = [
        Phase::Resolving,
        Phase::Connecting { address },
        Phase::Proxying,
        Phase::Securing,
        Phase::Upgrading,
        Phase::Negotiating,
    ];
    assert_eq!(phases, expected);
}

/// What a session says whose proxy answers the first request with this and the others likewise.
async fn refused(kind: ProxyKind, answers: &[&[u8]]) -> ProxyRefusal {
    let peer = Peer::listen().await;
    let mut subject = start(through(&peer, kind, "ann"), Some("x"));
    let mut link = peer.accept().await;
    for answer in answers {
        // What is answered before it was asked would be lost with a connection that is closed.
        soon("a request", link.stream.read_u8()).await.unwrap();
        link.say(answer).await;
    }
    match subject.failure().await {
        Failure::ProxyRefused { proxy, server, refusal } => {
            assert_eq!((proxy, server.as_str()), (peer.address.to_string(), "broker.test:1884"));
            refusal
        }
        other => panic!("{answers:?}: {other:?}"),
    }
}

#[tokio::test]
async fn what_socks_refuses_is_told() {
    let login = |said: &str| ProxyRefusal::Login(said.to_owned());
    for (answers, expected) in [
        (&[&[5, 0xff][..]][..], login("SOCKS method 0xff")),
        (&[&[5, 2], &[1, 1]], login("SOCKS login status 1")),
        (&[&[5, 0], &[5, 5, 0, 1]], ProxyRefusal::Socks(5)),
        (&[&[5, 0], &[5, 2, 0, 1]], ProxyRefusal::Socks(2)),
        (&[b"HT"], ProxyRefusal::NotAProxy("HT".to_owned())),
    ] {
        assert_eq!(refused(ProxyKind::Socks5, answers).await, expected, "{answers:?}");
    }
}

#[tokio::test]
async fn what_an_http_proxy_refuses_is_told() {
    let login = "407 Proxy Authentication Required".to_owned();
    for (answer, expected) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", ProxyRefusal::Login(login)),
        ("HTTP/1.0 403 Forbidden\r\n\r\n", ProxyRefusal::Http { status: 403, said: "Forbidden".to_owned() }),
        ("SSH-2.0-OpenSSH\r\n", ProxyRefusal::NotAProxy("S".to_owned())),
    ] {
        assert_eq!(refused(ProxyKind::Http, &[answer.as_bytes()]).await, expected);
    }
}

#[tokio::test]
async fn a_proxy_that_closes_or_says_nothing_is_told_apart() {
    for kind in ProxyKind::ALL {
        let peer = Peer::listen().await;
        let mut profile = through(&peer, kind, "");
        profile.connect_timeout_secs = 1;
        for (closes, expected) in
            [(true, ProxyRefusal::Closed), (false, ProxyRefusal::Silent { after_secs: 1 })]
        {
            let mut subject = start(profile.clone(), None);
            let mut link = Some(peer.accept().await);
            if closes {
                link = None;
            }
            let failure = subject.failure().await;
            let Failure::ProxyRefused { refusal, .. } = failure else { panic!("{failure:?}") };
            assert_eq!(refusal, expected, "{kind:?}");
            drop(link);
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_apart_from_the_server() {
    let peer = Peer::listen().await;
    let profile = through(&peer, ProxyKind::Http, "");
    drop(peer);
    let proxy = profile.proxy.as_ref().map(ToString::to_string).unwrap();
    let cause = Box::new(Failure::Refused { address: proxy.clone() });
    assert_eq!(start(profile, None).failure().await, Failure::ProxyUnreachable { proxy, cause });
}
