//! Sessions through proxies, scripted byte by byte.

mod support;

use mqloupe::profile::{Profile, Proxy, ProxyKind, Secret, Secrets};
use mqloupe::session::{Command, Failure, Options};
use mqloupe::wire::Version;
use support::peer::{CONNACK, Link, Peer};
use support::{Subject, profile, soon};
use tokio::io::AsyncReadExt as _;

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
async fn what_socks_refuses_is_told() {
    for (answers, login, part) in [
        (&[&[5, 0xff][..]][..], true, "offered"),
        (&[&[5, 0], &[5, 5, 0, 1]], false, "the server refused"),
        (&[&[5, 0], &[5, 2, 0, 1]], false, "rules"),
        (&[&[5, 2], &[1, 1]], true, "wrong"),
        (&[b"HT"], false, "not SOCKS version 5"),
    ] {
        let peer = Peer::listen().await;
        let mut subject = start(through(&peer, ProxyKind::Socks5, "ann"), Some("x"));
        let mut link = peer.accept().await;
        for answer in answers {
            link.say(answer).await;
        }
        match subject.failure().await {
            Failure::ProxyRefused { login: found, detail, .. } => {
                assert_eq!(found, login, "{detail}");
                assert!(detail.contains(part), "{detail}");
            }
            other => panic!("{answers:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_an_http_proxy_refuses_is_told() {
    for (answer, login, part) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", true, "407"),
        ("HTTP/1.0 403 Forbidden\r\n\r\n", false, "403 Forbidden"),
        ("SSH-2.0-OpenSSH\r\n\r\n", false, "SSH"),
    ] {
        let peer = Peer::listen().await;
        let mut subject = start(through(&peer, ProxyKind::Http, ""), None);
        let mut link = peer.accept().await;
        link.say(answer.as_bytes()).await;
        match subject.failure().await {
            Failure::ProxyRefused { login: found, detail, .. } => {
                assert_eq!(found, login, "{detail}");
                assert!(detail.contains(part), "{detail}");
            }
            other => panic!("{answer:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_apart_from_the_server() {
    let peer = Peer::listen().await;
    let profile = through(&peer, ProxyKind::Http, "");
    drop(peer);
    let failure = start(profile, None).failure().await;
    assert!(matches!(failure, Failure::ProxyUnreachable { .. }), "{failure:?}");
}

#[tokio::test]
async fn connecting_can_be_cancelled_while_the_proxy_is_silent() {
    for kind in ProxyKind::ALL {
        let peer = Peer::listen().await;
        let mut subject = start(through(&peer, kind, ""), None);
        let mut link = peer.accept().await;
        soon("the request", link.stream.read_u8()).await.unwrap();
        subject.send(Command::Disconnect);
        assert_eq!(subject.end().await.0, None);
    }
}
