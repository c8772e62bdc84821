//! Sessions over WebSocket against a scripted server: messages cut anywhere, and what refusals and ends are called.

mod support;

use futures_util::{SinkExt as _, StreamExt as _};
use mqloupe::profile::{Header, Profile, Protocol};
use mqloupe::session::{
    Command, Event, Failure, Notice, Phase, PublishOutcome, UpgradeAnswer, WebSocketEnd, WebSocketFault,
};
use mqloupe::wire::{Direction, Qos, Version};
use support::peer::{CONNACK, Link, Peer};
use support::tls::{Authority, secure, server};
use support::websocket::{SUBPROTOCOL, asked, header, heard, over_websocket, upgraded};
use support::{Subject, message, soon};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};

/// A session that is online, and the server's end of its WebSocket.
async fn online(settings: Profile, peer: &Peer) -> (Subject, WebSocketStream<TcpStream>) {
    let mut subject = Subject::start(settings);
    let mut server = upgraded(peer.accept().await, SUBPROTOCOL).await;
    heard(&mut server).await;
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    subject.online().await;
    (subject, server)
}

/// How a session fails whose server answers the request with these bytes and closes.
async fn answered(answer: &[u8]) -> (Failure, String) {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let mut link = peer.accept().await;
    asked(&mut link).await;
    link.say(answer).await;
    drop(link);
    (subject.failure().await, peer.address.to_string())
}

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
        let head = asked(&mut peer.accept().await).await;
        assert!(head.starts_with("GET /broker?token=1 HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(&head, "Host"), format!("127.0.0.1:{}", peer.port()));
        assert_eq!(header(&head, "Authorization"), "Bearer abc");
        assert_eq!(header(&head, "Sec-WebSocket-Protocol"), offered, "{version}");
    }
}

#[tokio::test]
async fn packets_may_lie_across_messages_in_any_way() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let mut server = upgraded(peer.accept().await, SUBPROTOCOL).await;
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
    let mut server = upgraded(peer.accept().await, SUBPROTOCOL).await;
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
    let mut server = upgraded(peer.accept().await, "").await;
    heard(&mut server).await;
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    subject
        .pick("a notice", |event| matches!(event, Event::Notice(Notice::NoSubprotocol)).then_some(()))
        .await;
    subject.online().await;
}

#[tokio::test]
async fn an_answer_that_opens_no_websocket_is_told_as_it_was() {
    let http = |status, said: &str, location: Option<&str>| UpgradeAnswer::Http {
        status,
        said: said.to_owned(),
        location: location.map(str::to_owned),
    };
    for (answer, expected) in [
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", http(404, "Not Found: nope", None)),
        ("HTTP/1.1 301 Moved\r\nLocation: wss://other/\r\n\r\n", http(301, "Moved", Some("wss://other/"))),
        ("HTTP/1.1 401 Unauthorized\r\n\r\n", http(401, "Unauthorized", None)),
        ("HTTP/1.1 200 OK\r\n\r\n<html>\n<p>", http(200, "OK: <html> <p>", None)),
        ("\x20\x02\0\0", UpgradeAnswer::NotHttp("\u{2}\0\0".to_owned())),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", UpgradeAnswer::Mismatch),
        ("", UpgradeAnswer::Closed),
    ] {
        let (failure, address) = answered(answer.as_bytes()).await;
        assert_eq!(failure, Failure::NotWebSocket { address, answer: expected }, "{answer:?}");
    }
}

#[tokio::test]
async fn a_head_without_an_end_is_not_read_for_ever() {
    let head = [&b"HTTP/1.1 200 OK\r\nX: "[..], &vec![b'x'; 40_000]].concat();
    let (failure, _) = answered(&head).await;
    let is_foreign = matches!(
        &failure,
        Failure::NotWebSocket { answer: UpgradeAnswer::NotHttp(start), .. } if start.len() < 1000
    );
    assert!(is_foreign, "{failure:?}");
}

#[tokio::test]
async fn tls_where_a_websocket_in_the_clear_was_expected_is_called_so() {
    // An alert: unexpected message.
    let (failure, address) = answered(&[0x15, 3, 1, 0, 2, 2, 10]).await;
    assert_eq!(failure, Failure::NotMqtt { address, looks_like: "TLS".to_owned() });
}

#[tokio::test]
async fn another_subprotocol_is_refused() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(over_websocket(peer.port()));
    let _server = upgraded(peer.accept().await, "Sec-WebSocket-Protocol: chat\r\n").await;
    let (address, answer) = (peer.address.to_string(), UpgradeAnswer::Subprotocol("chat".to_owned()));
    assert_eq!(subject.failure().await, Failure::NotWebSocket { address, answer });
}

#[tokio::test]
async fn the_users_headers_take_the_place_of_ours() {
    let peer = Peer::listen().await;
    let mut settings = over_websocket(peer.port());
    settings.websocket.headers = [("host", "broker.test"), ("Sec-WebSocket-Protocol", "mine, mqtt")]
        .map(|(name, value)| Header { name: name.to_owned(), value: value.to_owned() })
        .into();
    let mut subject = Subject::start(settings);
    let mut link = peer.accept().await;
    let head = asked(&mut link).await;
    assert_eq!(header(&head, "host"), "broker.test");
    assert!(!head.contains("\r\nHost:"), "{head}");
    assert_eq!(header(&head, "Sec-WebSocket-Protocol"), "mine, mqtt");
    drop(link);
    subject.failure().await;
}

#[tokio::test]
async fn headers_that_would_break_the_request_are_refused_before_anything_is_dialled() {
    for (name, value) in [
        ("Upgrade", "h2c"),
        ("connection", "close"),
        ("X", "a\r\nY: b"),
        ("X Y", "a"),
        ("Sec-WebSocket-Protocol", "mqtt\r\nY: b"),
    ] {
        let mut settings = over_websocket(1);
        settings.websocket.headers = vec![Header { name: name.to_owned(), value: value.to_owned() }];
        let (cause, events) = Subject::start(settings).end().await;
        assert!(matches!(cause, Some(Failure::Settings { .. })), "{name}: {cause:?}");
        assert_eq!(events, []);
    }
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
        let (mut subject, mut server) = online(over_websocket(peer.port()), &peer).await;
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
    let mut server = upgraded(peer.accept().await, SUBPROTOCOL).await;
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
async fn a_message_longer_than_any_packet_is_refused_by_its_head_alone() {
    let peer = Peer::listen().await;
    let (mut subject, mut server) = online(over_websocket(peer.port()), &peer).await;
    let mut head = vec![0x82, 127];
    head.extend((1_u64 << 40).to_be_bytes());
    server.get_mut().write_all(&head).await.unwrap();
    let (address, end) = (peer.address.to_string(), WebSocketEnd::TooLong { limit: 268_435_460 });
    assert_eq!(subject.failure().await, Failure::WebSocketEnded { address, end });
}

#[tokio::test]
async fn what_is_not_websocket_is_called_so() {
    const LONG_PING: [u8; 130] = {
        let mut frame = [0; 130];
        (frame[0], frame[1], frame[3]) = (0x89, 126, 126);
        frame
    };
    let faults: &[(&[u8], WebSocketFault)] = &[
        (&[0x83, 0], WebSocketFault::Kind(3)),
        (&[0x8b, 0], WebSocketFault::Kind(11)),
        (&[0xc2, 1, 0], WebSocketFault::ReservedBits),
        (&[0x82, 0x81, 0, 0, 0, 0, 0], WebSocketFault::Masked),
        (&[0x09, 0], WebSocketFault::Control),
        (&LONG_PING, WebSocketFault::Control),
        (&[0x80, 1, 0], WebSocketFault::Parts),
        (&[0x02, 1, 0xd0, 0x82, 1, 0], WebSocketFault::Parts),
        (&[0x81, 1, 0xff], WebSocketFault::NotUtf8),
        (&[0x88, 1, 3], WebSocketFault::Close),
    ];
    for (said, fault) in faults {
        let peer = Peer::listen().await;
        let (mut subject, mut server) = online(over_websocket(peer.port()), &peer).await;
        server.get_mut().write_all(said).await.unwrap();
        let (address, end) = (peer.address.to_string(), WebSocketEnd::Broken(fault.clone()));
        assert_eq!(subject.failure().await, Failure::WebSocketEnded { address, end }, "{said:02x?}");
    }
}

#[tokio::test]
async fn many_bytes_go_both_ways_unharmed() {
    let peer = Peer::listen().await;
    let (subject, mut server) = online(over_websocket(peer.port()), &peer).await;
    let payload: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    subject.publish(1, message("t", &payload, Qos::AtMostOnce));
    let mut frame = Vec::new();
    while frame.len() < payload.len() + 8 {
        frame.extend(heard(&mut server).await);
    }
    assert_eq!(frame[frame.len() - payload.len()..], payload);
    // Back in one message.
    server.send(Message::binary(frame.clone())).await.unwrap();
    subject.received("all of it", |got| got == frame).await;
}

#[tokio::test]
async fn a_server_that_takes_nothing_any_more_is_given_up() {
    let peer = Peer::listen().await;
    let mut settings = over_websocket(peer.port());
    settings.keep_alive_secs = 1;
    let (mut subject, _server) = online(settings, &peer).await;
    // One after the other, until the buffers of both systems are full.
    let payload = vec![0; 50_000];
    let mut id = 0;
    loop {
        id += 1;
        subject.publish(id, message("t", &payload, Qos::AtMostOnce));
        if subject.published(id).await != PublishOutcome::Sent {
            break;
        }
    }
    assert_eq!(subject.failure().await, Failure::KeepAliveMissed);
}

#[tokio::test]
async fn mqtt_goes_over_websocket_over_tls() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.endpoint.protocol = Protocol::Wss;
    let mut subject = Subject::start(settings);
    let identity = authority.sign(&["127.0.0.1"]);
    let link: Link<_> = peer.accept_tls(server(&identity, None, false)).await.unwrap();
    let mut server = upgraded(link, SUBPROTOCOL).await;
    let connect = heard(&mut server).await;
    assert_eq!(connect[0], 0x10, "CONNECT");
    server.send(Message::binary(CONNACK.to_vec())).await.unwrap();
    let mut phases = Vec::new();
    let granted = subject
        .pick("being online", |event| match event {
            Event::Phase(Phase::Online(granted)) => Some(granted),
            Event::Phase(phase @ (Phase::Securing | Phase::Upgrading | Phase::Negotiating)) => {
                phases.push(phase);
                None
            }
            _ => None,
        })
        .await;
    assert_eq!(phases, [Phase::Securing, Phase::Upgrading, Phase::Negotiating]);
    assert_eq!(granted.security.expect("TLS is told").version, "TLS 1.3");
    assert_eq!(subject.frames(Direction::ToServer), [connect]);
}
