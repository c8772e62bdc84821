//! Properties of MQTT 5.0, wills and sessions from the command line to the wire, against a scripted peer.

mod support;

use std::process::{Child, Output};

use mqloupe::profile::{ConnectProperties, Profile, UserProperty};
use mqloupe::store::{Event, Paths, Request, Store};
use mqloupe::wire::Version;
use support::peer::{CONNACK, CONNACK_5, Link, Peer};
use support::program::{finish, mqloupe, text};

/// Starts the program against the peer.
fn start(peer: &Peer, words: &[&str]) -> Child {
    let port = peer.port().to_string();
    mqloupe(&[&words[..1], &["-p", &port], &words[1..]].concat()).spawn().unwrap()
}

/// Waits for the end without holding the peer up.
async fn ended(child: Child) -> Output {
    tokio::task::spawn_blocking(|| finish(child)).await.unwrap()
}

/// Takes the connection; answers its CONNECT too.
async fn meet(peer: &Peer, connack: &[u8]) -> (Link, Vec<u8>) {
    let mut link = peer.accept().await;
    let connect = link.frame().await;
    link.say(connack).await;
    (link, connect)
}

fn holds(frame: &[u8], wanted: &[u8]) -> bool {
    frame.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn every_property_of_connect_and_of_the_will_reaches_the_server() {
    let peer = Peer::listen().await;
    let child = start(
        &peer,
        &[
            "sub",
            "-t",
            "a",
            "-V",
            "5",
            "--will-topic",
            "w",
            "--will-payload",
            "gone",
            "--will-qos",
            "2",
            "--will-retain",
            "-D",
            "connect",
            "session-expiry-interval",
            "60",
            "-D",
            "connect",
            "receive-maximum",
            "10",
            "-D",
            "connect",
            "maximum-packet-size",
            "10000",
            "-D",
            "connect",
            "topic-alias-maximum",
            "5",
            "-D",
            "connect",
            "request-response-information",
            "1",
            "-D",
            "connect",
            "request-problem-information",
            "0",
            "-D",
            "connect",
            "user-property",
            "k",
            "first",
            "-D",
            "connect",
            "user-property",
            "k",
            "second",
            "-D",
            "will",
            "will-delay-interval",
            "3",
            "-D",
            "will",
            "payload-format-indicator",
            "1",
            "-D",
            "will",
            "message-expiry-interval",
            "9",
            "-D",
            "will",
            "content-type",
            "ct",
            "-D",
            "will",
            "response-topic",
            "rt",
            "-D",
            "will",
            "correlation-data",
            "cd",
            "-D",
            "will",
            "user-property",
            "wk",
            "wv",
        ],
    );
    let (link, connect) = meet(&peer, CONNACK_5).await;
    for (what, bytes) in [
        // Sections 3.1.2.11 and 3.1.3.2.
        ("session expiry interval", &b"\x11\0\0\0\x3c"[..]),
        ("receive maximum", b"\x21\0\x0a"),
        ("maximum packet size", b"\x27\0\0\x27\x10"),
        ("topic alias maximum", b"\x22\0\x05"),
        ("request response information", b"\x19\x01"),
        ("request problem information", b"\x17\x00"),
        ("user properties in order", b"\x26\0\x01k\0\x05first\x26\0\x01k\0\x06second"),
        ("will delay interval", b"\x18\0\0\0\x03"),
        ("payload format indicator", b"\x01\x01"),
        ("message expiry interval", b"\x02\0\0\0\x09"),
        ("content type", b"\x03\0\x02ct"),
        ("response topic", b"\x08\0\x02rt"),
        ("correlation data", b"\x09\0\x02cd"),
        ("user property of the will", b"\x26\0\x02wk\0\x02wv"),
        ("will topic and payload", b"\0\x01w\0\x04gone"),
    ] {
        assert!(holds(&connect, bytes), "{what} is missing in {connect:02x?}");
    }
    // Will retain, will QoS 2, will, clean start (section 3.1.2.3); the flags follow `MQTT` and the level.
    let at = connect.windows(5).position(|window| window == b"MQTT\x05").unwrap();
    assert_eq!(connect[at + 5], 0b0011_0110);
    drop(link);
    assert_eq!(ended(child).await.status.code(), Some(1), "the connection is lost");
}

#[tokio::test]
async fn every_property_of_publish_and_disconnect_reaches_the_server() {
    let peer = Peer::listen().await;
    let child = start(
        &peer,
        &[
            "pub",
            "-t",
            "t",
            "-m",
            "x",
            "-V",
            "5",
            "-x",
            "30",
            "-D",
            "publish",
            "payload-format-indicator",
            "1",
            "-D",
            "publish",
            "message-expiry-interval",
            "9",
            "-D",
            "publish",
            "topic-alias",
            "2",
            "-D",
            "publish",
            "response-topic",
            "rt",
            "-D",
            "publish",
            "correlation-data",
            "cd",
            "-D",
            "publish",
            "content-type",
            "ct",
            "-D",
            "publish",
            "user-property",
            "k",
            "v",
            "-D",
            "disconnect",
            "session-expiry-interval",
            "7",
            "-D",
            "disconnect",
            "reason-string",
            "bye",
            "-D",
            "disconnect",
            "user-property",
            "dk",
            "dv",
        ],
    );
    // It takes two topic aliases.
    let (mut link, _) = meet(&peer, &[0x20, 6, 0, 0, 3, 0x22, 0, 2]).await;
    let publish = link.frame().await;
    for (what, bytes) in [
        // Section 3.3.2.3.
        ("payload format indicator", &b"\x01\x01"[..]),
        ("message expiry interval", b"\x02\0\0\0\x09"),
        ("topic alias", b"\x23\0\x02"),
        ("response topic", b"\x08\0\x02rt"),
        ("correlation data", b"\x09\0\x02cd"),
        ("content type", b"\x03\0\x02ct"),
        ("user property", b"\x26\0\x01k\0\x01v"),
    ] {
        assert!(holds(&publish, bytes), "{what} is missing in {publish:02x?}");
    }
    let disconnect = link.frame().await;
    assert_eq!(disconnect[0], 0xe0);
    for (what, bytes) in [
        // Section 3.14.2.2.
        ("session expiry interval", &b"\x11\0\0\0\x07"[..]),
        ("reason string", b"\x1f\0\x03bye"),
        ("user property", b"\x26\0\x02dk\0\x02dv"),
    ] {
        assert!(holds(&disconnect, bytes), "{what} is missing in {disconnect:02x?}");
    }
    drop(link);
    assert!(ended(child).await.status.success());
}

#[tokio::test]
async fn every_property_of_subscribe_reaches_the_server_in_one_packet() {
    let peer = Peer::listen().await;
    let child = start(
        &peer,
        &[
            "sub",
            "-t",
            "a",
            "-t",
            "b",
            "-q",
            "1",
            "-V",
            "5",
            "-D",
            "subscribe",
            "subscription-identifier",
            "7",
            "-D",
            "subscribe",
            "user-property",
            "k",
            "v",
        ],
    );
    let (mut link, _) = meet(&peer, CONNACK_5).await;
    let subscribe = link.frame().await;
    assert_eq!(subscribe[0], 0x82);
    assert_eq!(subscribe[4..], *b"\x09\x0b\x07\x26\0\x01k\0\x01v\0\x01a\x01\0\x01b\x01");
    drop(link);
    ended(child).await;
}

#[tokio::test]
async fn json_holds_every_property_of_a_message() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["sub", "-t", "a", "-V", "5", "-C", "1", "--format", "json"]);
    let (mut link, _) = meet(&peer, CONNACK_5).await;
    let subscribe = link.frame().await;
    link.say(&[0x90, 4, subscribe[2], subscribe[3], 0, 0]).await;
    let properties = b"\x01\x01\x02\0\0\0\x09\x03\0\x02ct\x08\0\x02rt\x09\0\x02\x00\xff\x0b\x07\x0b\x80\x01\
                       \x26\0\x01k\0\x01v\x26\0\x01k\0\x01w";
    let mut publish = vec![0x30, u8::try_from(4 + properties.len() + 2).unwrap(), 0, 1, b'a'];
    publish.push(u8::try_from(properties.len()).unwrap());
    publish.extend_from_slice(properties);
    publish.extend_from_slice(b"Hi");
    link.say(&publish).await;
    let output = ended(child).await;
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        object["properties"],
        serde_json::json!({
            "payload_format_indicator": 1,
            "message_expiry_interval": 9,
            "content_type": "ct",
            "response_topic": "rt",
            "correlation_data": "00ff",
            "subscription_identifier": [7, 128],
            "user_property": [["k", "v"], ["k", "w"]],
        })
    );
    assert_eq!(object["payload"], "Hi");
}

#[tokio::test]
async fn json_has_no_properties_before_5_and_no_text_for_bytes_that_are_none() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["sub", "-t", "a", "-q", "1", "-C", "1", "--format", "json"]);
    let (mut link, _) = meet(&peer, CONNACK).await;
    let subscribe = link.frame().await;
    link.say(&[0x90, 3, subscribe[2], subscribe[3], 1]).await;
    // QoS 1, DUP.
    link.say(&[0x3a, 7, 0, 1, b'a', 0, 9, 0xff, 0x00]).await;
    let output = ended(child).await;
    let mut object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(object["time"].is_string());
    object["time"] = "".into();
    let expected = serde_json::json!({
        "time": "", "dir": "s2c", "topic": "a", "qos": 1, "retain": false, "dup": true, "packet_id": 9,
        "payload": null, "payload_hex": "ff00",
    });
    assert_eq!(object, expected);
}

#[tokio::test]
async fn a_kept_session_is_asked_for_with_its_expiry() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["sub", "-t", "a", "-V", "5", "-c", "-i", "me", "-x", "never", "-k", "0"]);
    let (link, connect) = meet(&peer, CONNACK_5).await;
    // Level 5, no clean start, keep alive 0, session expiry for ever, client identifier.
    assert_eq!(connect[6..], *b"TT\x05\x00\0\0\x05\x11\xff\xff\xff\xff\0\x02me");
    drop(link);
    ended(child).await;
}

#[tokio::test]
async fn a_refused_publish_is_named_with_topic_and_reason() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["pub", "-t", "door/1", "-m", "x", "-q", "1", "-V", "5", "--repeat", "2"]);
    let (mut link, _) = meet(&peer, CONNACK_5).await;
    let (one, other) = (link.frame().await, link.frame().await);
    // Packet identifiers follow the topic; 0x87 is Not authorized.
    link.say(&[0x40, 2, one[10], one[11]]).await;
    link.say(&[0x40, 3, other[10], other[11], 0x87]).await;
    assert_eq!(link.frame().await[0], 0xe0, "DISCONNECT");
    drop(link);
    let output = ended(child).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in ["\"door/1\"", "Not authorized", "0x87", "1 message was not published"] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
}

#[tokio::test]
async fn a_password_file_is_sent_byte_for_byte_but_for_its_last_line_break() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let peer = Peer::listen().await;
    for (inside, sent) in [
        (&b"\xff\x00p\n"[..], &b"\0\x03\xff\x00p"[..]),
        (b"p\n\n", b"\0\x02p\n"),
        (b"p\r\n", b"\0\x01p"),
        (b" p", b"\0\x02 p"),
    ] {
        std::fs::write(&file, inside).unwrap();
        let child = start(&peer, &["sub", "-t", "a", "-u", "u", "--password-file", file.to_str().unwrap()]);
        let (link, connect) = meet(&peer, CONNACK).await;
        assert!(connect.ends_with(&[b"\0\x01u", sent].concat()), "{inside:?}: {connect:02x?}");
        drop(link);
        ended(child).await;
    }
}

/// A saved connection to the peer, of 5.0, with a client identifier of its own.
fn saved(folder: &std::path::Path, peer: &Peer, change: impl FnOnce(&mut Profile)) {
    let (mut store, _) = Store::open(Paths::resolve(Some(folder)).unwrap());
    let mut profile = Profile { name: "Home".to_owned(), version: Version::V5_0, ..Profile::new(7) };
    profile.endpoint.port = peer.port();
    "saved".clone_into(&mut profile.client_id);
    profile.subscriptions = vec![support::subscription("saved/topic", mqloupe::wire::Qos::AtLeastOnce)];
    change(&mut profile);
    let event = store.perform(Request::PutProfile(profile));
    assert!(matches!(event, Event::ProfilesSaved { .. }), "{event:?}");
}

#[tokio::test]
async fn a_saved_connection_is_used_as_it_is_saved() {
    let (folder, peer) = (tempfile::tempdir().unwrap(), Peer::listen().await);
    saved(folder.path(), &peer, |profile| {
        profile.keep_alive_secs = 33;
        let pair = UserProperty { name: "k".to_owned(), value: "v".to_owned() };
        profile.connect = ConnectProperties { user_properties: vec![pair], ..ConnectProperties::default() };
    });
    let data_dir = folder.path().to_str().unwrap();
    let child = mqloupe(&["--data-dir", data_dir, "sub", "--profile", "Home"]).spawn().unwrap();
    let (mut link, connect) = meet(&peer, CONNACK_5).await;
    assert_eq!(connect[6..], *b"TT\x05\x02\0\x21\x07\x26\0\x01k\0\x01v\0\x05saved");
    let subscribe = link.frame().await;
    assert!(subscribe.ends_with(b"\0\x0bsaved/topic\x01"), "{subscribe:02x?}");
    drop(link);
    // Without --reconnect the end of the connection is the end, whatever is saved.
    assert_eq!(ended(child).await.status.code(), Some(1));
}

#[tokio::test]
async fn options_go_before_what_is_saved() {
    let (folder, peer) = (tempfile::tempdir().unwrap(), Peer::listen().await);
    saved(folder.path(), &peer, |_| {});
    let data_dir = folder.path().to_str().unwrap();
    let arguments =
        ["sub", "--profile", "Home", "--data-dir", data_dir, "-V", "311", "-i", "mine", "-k", "5"];
    let child = mqloupe(&[&arguments[..], &["-t", "b", "-q", "2"]].concat()).spawn().unwrap();
    let (mut link, connect) = meet(&peer, CONNACK).await;
    assert_eq!(connect[6..], *b"TT\x04\x02\0\x05\0\x04mine");
    let subscribe = link.frame().await;
    assert_eq!(subscribe[4..], *b"\0\x01b\x02");
    drop(link);
    ended(child).await;
}

#[tokio::test]
async fn a_saved_client_identifier_that_was_made_up_is_not_taken_from_the_window() {
    let (folder, peer) = (tempfile::tempdir().unwrap(), Peer::listen().await);
    saved(folder.path(), &peer, |profile| "mqloupe_0123abcd".clone_into(&mut profile.client_id));
    let data_dir = folder.path().to_str().unwrap();
    let child = mqloupe(&["--data-dir", data_dir, "sub", "--profile", "Home"]).spawn().unwrap();
    let (link, connect) = meet(&peer, CONNACK_5).await;
    assert!(holds(&connect, b"mqloupe_") && !holds(&connect, b"0123abcd"), "{connect:02x?}");
    drop(link);
    ended(child).await;
}
