//! The server's end of a WebSocket, scripted.

use futures_util::StreamExt as _;
use mqloupe::profile::{Profile, Protocol};
use mqloupe::wire::Version;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use super::peer::Link;
use super::{profile, soon};

/// The line by which a server names the subprotocol.
pub const SUBPROTOCOL: &str = "Sec-WebSocket-Protocol: mqtt\r\n";

/// A profile for a WebSocket server on this machine.
pub fn over_websocket(port: u16) -> Profile {
    let mut profile = profile(Version::V3_1_1, port);
    profile.endpoint.protocol = Protocol::Ws;
    profile
}

/// The head of the request that comes over a link.
pub async fn asked<S: AsyncRead + Unpin>(link: &mut Link<S>) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon("the request", link.stream.read_u8()).await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// The value of a header, which stands there once.
pub fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let value = lines.next().unwrap_or_else(|| panic!("no {name}: {head}"));
    assert_eq!(lines.next(), None, "{name} stands there twice: {head}");
    value
}

/// Upgrades, with these lines in the answer besides.
pub async fn upgraded<S: AsyncRead + AsyncWrite + Unpin>(
    mut link: Link<S>,
    lines: &str,
) -> WebSocketStream<S> {
    let head = asked(&mut link).await;
    let accept = derive_accept_key(header(&head, "Sec-WebSocket-Key").as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    );
    link.say(answer.as_bytes()).await;
    WebSocketStream::from_raw_socket(link.stream, Role::Server, None).await
}

/// The next bytes that the client sends.
pub async fn heard<S: AsyncRead + AsyncWrite + Unpin>(server: &mut WebSocketStream<S>) -> Vec<u8> {
    match soon("a message", server.next()).await.expect("open").expect("a message") {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("not MQTT: {other:?}"),
    }
}
