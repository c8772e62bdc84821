//! Sessions over WebSocket against a scripted server: messages cut anywhere, and what refusals and ends are called.

mod support;

use futures_util::{SinkExt as _, StreamExt as _};
use mqloupe::profile::{Header, Profile, Protocol};
use mqloupe::session::{Command, Event, Failure, Notice, Phase, WebSocketEnd};
use mqloupe::wire::{Direction, Qos, Version};
use support::peer::{CONNACK, Link, Peer};
use support::{Subject, message, profile, soon};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

fn over_websocket(port: u16) -> Profile {
    let mut profile = profile(Version::V3_1_1, port);
    profile.endpoint.protocol = Protocol::Ws;
    profile.reconnect = false;
    profile
}

/// The head of the request, and the link behind it.
async fn asked(peer: &Peer) -> (Link, String) {
    let mut link = peer.accept().await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon("the request", link.stream.read_u8()).await.unwrap());
    }
    (link, String::from_utf8(head).unwrap())
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line =
        head.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}: {head}"));
    line[name.len() + 1..].trim()
}

/// Upgrades, with these lines in the answer besides.
async fn upgraded(peer: &Peer, lines: &str) -> WebSocketStream<TcpStream> {
    let (mut link, head) = asked(peer).await;
    let accept = derive_accept_key(header(&head, "Sec-WebSocket-Key").as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    );
    link.say(answer.as_bytes()).await;
    WebSocketStream::from_raw_socket(link.stream, Role::Server, None).await
}

/// The next bytes that the client sends.
async fn heard(server: &mut WebSocketStream<TcpStream>) -> Vec<u8> {
    match soon("a message", server.next()).await.expect("open").expect("a message") {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("not MQTT: {other:?}"),
    }
}

const SUBPROTOCOL: &str = "Sec-WebSocket-Protocol: mqtt\r\n";

#[tokio::test]
async fn the_request_has_the_path_the_headers_and_the_subprotocol() {
    for (version, offered) in
        [(Version::V3_1, "mqttv3.1, mqtt"), (Version::V3_1_1, "mqtt"), (Version::V5_0, "mqtt")]
    {
        let peer = Peer::listen().await;
        let mut settings = over_websocket(peer.port());
        settings.version = version;
        settings.websocket.path = "/broker?token=1".to_owned();
        settings.websocket.headers =
            vec![Header { name: "Authorization".to_owned(), value: "Bearer abc".to_owned() }];
        let _subject = Subject::start(settings);
        let (_link, head) = asked(&peer).await;
        assert!(head.starts_with("GET /broker?token=1 HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(&head, "Host:"), format!("127.0.0.1:{}", peer.port()));
        assert_eq!(header(&head, "Authorization:"), "Bearer abc");
        assert_eq!(header(&head, "Sec-WebSocket-Protocol:"), offered, "{version}");
    }
}

#[tokio::test]
async fn packets_may_lie_across_messages_in_any_way() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let mut server = upgraded(&peer, SUBPROTOCOL).await;
    assert_eq!(heard(&mut server).await[0], 0x10, "CONNECT");
    // CONNACK over two messages, the second of which holds the beginning of a PUBLISH, which ends in fragments around a
    // ping.
    let publish = [0x30, 5, 0, 1, b'a', b'h', b'i'];
    server.send(Message::binary(CONNACK[..1].to_vec())).await.unwrap();
    server.send(Message::binary([&CONNACK[1..], &publish[..2]].concat())).await.unwrap();
    let fragment = |bytes: &[u8], opcode, last| {
        Message::Frame(Frame::message(bytes.to_vec(), OpCode::Data(opcode), last))
    };
    server.send(fragment(&publish[2..4], Data::Binary, false)).await.unwrap();
    server.send(Message::Ping(vec![7].into())).await.unwrap();
    server.send(fragment(&publish[4..], Data::Continue, true)).await.unwrap();
    // Two packets in one message.
    server.send(Message::binary([publish, publish].concat())).await.unwrap();
    subject.online().await;
    subject.received("the last", |frame| frame == publish).await;
    let frames = || subject.frames(Direction::ToClient);
    soon("all frames", async {
        while frames().len() < 4 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(frames()[1..], [publish, publish, publish].map(|frame| frame.to_vec()));
    assert_eq!(soon("the pong", server.next()).await.unwrap().unwrap(), Message::Pong(vec![7].into()));
}

#[tokio::test]
async fn what_is_published_goes_out_at_once() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let mut server = upgraded(&peer, SUBPROTOCOL).await;
    heard(&mut server).await;
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtMostOnce));
    assert_eq!(heard(&mut server).await, [0x30, 4, 0, 1, b'a', b'x']);
    subject.send(Command::Disconnect);
    assert_eq!(heard(&mut server).await, [0xe0, 0]);
    assert!(matches!(soon("the close", server.next()).await, Some(Ok(Message::Close(_)))));
}

#[tokio::test]
async fn a_server_that_names_no_subprotocol_is_borne_and_told_of() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let mut server = upgraded(&peer, "").await;
    heard(&mut server).await;
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    subject
        .pick("a notice", |event| matches!(event, Event::Notice(Notice::NoSubprotocol)).then_some(()))
        .await;
    subject.online().await;
}

#[tokio::test]
async fn an_answer_that_opens_no_websocket_is_told_as_it_was() {
    for (answer, status, part) in [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", Some(404), "404 Not Found: nope"),
        ("HTTP/1.1 301 Moved\r\nLocation: wss://other/\r\n\r\n", Some(301), "wss://other/"),
        ("HTTP/1.1 401 Unauthorized\r\n\r\n", Some(401), "Unauthorized"),
        ("HTTP/1.1 200 OK\r\n\r\n<html>", Some(200), "<html>"),
        ("\x20\x02\0\0", None, "not the head of an HTTP answer"),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", None, "does not belong"),
    ] {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(over_websocket(peer.port()));
        let (mut link, _) = asked(&peer).await;
        link.say(answer.as_bytes()).await;
        match subject.failure().await {
            Failure::NotWebSocket { status: found, detail, .. } => {
                assert_eq!(found, status, "{answer:?}");
                assert!(detail.contains(part), "{answer:?}: {detail}");
            }
            other => panic!("{answer:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn another_subprotocol_is_refused() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let _server = upgraded(&peer, "Sec-WebSocket-Protocol: chat\r\n").await;
    let failure = subject.failure().await;
    assert!(
        matches!(&failure, Failure::NotWebSocket { detail, .. } if detail.contains("chat")),
        "{failure:?}"
    );
}

#[tokio::test]
async fn how_a_websocket_ended_is_told() {
    let text = Message::text("hello");
    let close = |code, reason: &'static str| Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    for (sent, end) in [
        (text, Some(WebSocketEnd::Text)),
        (
            close(CloseCode::Policy, "not you"),
            Some(WebSocketEnd::Closed { code: 1008, reason: "not you".to_owned() }),
        ),
        (close(CloseCode::Normal, ""), None),
    ] {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(over_websocket(peer.port()));
        let mut server = upgraded(&peer, SUBPROTOCOL).await;
        heard(&mut server).await;
        server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
        subject.online().await;
        server.send(sent.clone()).await.unwrap();
        let told = match subject.failure().await {
            Failure::WebSocketEnded { end, .. } => Some(end),
            Failure::ClosedByPeer { was_online: true } => None,
            other => panic!("{sent:?}: {other:?}"),
        };
        assert_eq!(told, end, "{sent:?}");
    }
}

#[tokio::test]
async fn a_disconnect_before_the_close_is_what_is_told() {
    let peer = Peer::listen().await;
    let mut settings = over_websocket(peer.port());
    settings.version = Version::V5_0;
    let mut subject = Subject::start(settings);
    let mut server = upgraded(&peer, SUBPROTOCOL).await;
    heard(&mut server).await;
    server.send(Message::binary(vec![0x20, 3, 0, 0, 0])).await.unwrap();
    subject.online().await;
    server.send(Message::binary(vec![0xe0, 2, 0x8b, 0])).await.unwrap();
    server
        .send(Message::Close(Some(CloseFrame { code: CloseCode::Error, reason: "".into() })))
        .await
        .unwrap();
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::ServerDisconnected { code: 0x8b, .. }), "{failure:?}");
}

#[tokio::test]
async fn connecting_can_be_cancelled_while_the_server_is_silent() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let (_link, _) = asked(&peer).await;
    subject.pick("the phase", |event| (event == Event::Phase(Phase::Securing)).then_some(())).await;
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
}
