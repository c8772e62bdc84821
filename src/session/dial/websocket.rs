//! MQTT within WebSocket (RFC 6455; MQTT 3.1.1 and 5.0, chapter 6): the opening handshake, then a stream of bytes whose
//! packets may lie across messages in any way.
//!
//! The handshake is our own, since the answer of a server that opens no WebSocket has to be told, and one that names no
//! subprotocol is to be borne.

use std::fmt::Write as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use crate::profile::{Endpoint, Header, Profile, ProfileField, Protocol, WebSocket};
use crate::session::verdict::is_a_close;
use crate::session::{Failure, SettingsFault, UpgradeAnswer, WebSocketEnd, WebSocketFault};
use crate::wire::{MAXIMUM_REMAINING_LENGTH, Version};

/// The longest message that is taken: the longest packet of MQTT. More would have to be held at once.
const LONGEST_MESSAGE: usize = MAXIMUM_REMAINING_LENGTH + 5;
/// The longest head of an HTTP answer that is read.
const LONGEST_HEAD: usize = 16 << 10;
/// Characters of a refusal that are shown.
const SHOWN: usize = 200;
/// The longest message that is sent. A packet may lie across several, and a slow peer shows that it still takes bytes.
const LONGEST_SENT: usize = 64 << 10;

/// A connection with WebSocket on it.
pub(super) struct Opened<S> {
    pub stream: Messages<S>,
    /// The server has named the subprotocol.
    pub subprotocol: bool,
}

/// The request that opens a WebSocket, checked before anybody is bothered with it.
pub(super) struct Request {
    address: String,
    head: String,
    key: String,
    offered: Vec<String>,
}

impl Request {
    pub fn new(profile: &Profile) -> Result<Self, Failure> {
        check(profile)?;
        let key = generate_key();
        let offered = offered(&profile.websocket, profile.version);
        let head = head_of_request(&profile.endpoint, &profile.websocket, &offered, &key);
        Ok(Self { address: profile.endpoint.to_string(), head, key, offered })
    }
}

/// Opens a WebSocket over a connection.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: Request,
) -> Result<Opened<S>, Failure> {
    let Request { address, head: request, key, offered } = request;
    let refused = |answer| Failure::NotWebSocket { address: address.clone(), answer };
    let exchanged = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        head(&mut stream).await
    };
    let (head, mut behind) = match exchanged.await {
        Ok(Head::Http { head, behind }) => (head, behind),
        // An alert of TLS: what listens there did not understand a request in the clear.
        Ok(Head::Other(start)) if start.starts_with(&[0x15, 3]) => {
            return Err(Failure::NotMqtt { address, looks_like: "TLS".to_owned() });
        }
        Ok(Head::Other(start)) => return Err(refused(UpgradeAnswer::NotHttp(shown(&start)))),
        Err(error) if is_a_close(error.kind()) => return Err(refused(UpgradeAnswer::Closed)),
        Err(error) => return Err(Failure::Network { address, detail: error.to_string() }),
    };
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(_)) = answer.parse(&head) else {
        return Err(refused(UpgradeAnswer::NotHttp(first_line(&head))));
    };
    let header = |name: &str| {
        let found = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let status = answer.code.unwrap_or_default();
    if status != 101 {
        let mut said = shown(answer.reason.unwrap_or_default().as_bytes());
        // What has come of the body already; nobody waits for more.
        let body = shown(&behind);
        if !body.is_empty() {
            said = format!("{said}: {body}");
        }
        let location = header("Location").map(|place| shown(place.as_bytes()));
        return Err(refused(UpgradeAnswer::Http { status, said, location }));
    }
    let upgrades = header("Upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
    if !upgrades || header("Sec-WebSocket-Accept") != Some(derive_accept_key(key.as_bytes())) {
        return Err(refused(UpgradeAnswer::Mismatch));
    }
    let subprotocol = header("Sec-WebSocket-Protocol");
    if let Some(other) = subprotocol.as_deref()
        && !offered.iter().any(|name| name == other)
    {
        return Err(refused(UpgradeAnswer::Subprotocol(shown(other.as_bytes()))));
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    behind.shrink_to_fit();
    let inner = WebSocketStream::from_partially_read(stream, behind, Role::Client, Some(config)).await;
    Ok(Opened {
        stream: Messages { inner, unread: Bytes::new(), over: false },
        subprotocol: subprotocol.is_some(),
    })
}

/// The subprotocols that are offered, the preferred first: those of the version, unless a header of the user says others.
fn offered(settings: &WebSocket, version: Version) -> Vec<String> {
    let own =
        settings.headers.iter().find(|header| header.name.eq_ignore_ascii_case("Sec-WebSocket-Protocol"));
    let names = match (own, version) {
        (Some(own), _) => own.value.as_str(),
        (None, Version::V3_1) => "mqttv3.1, mqtt",
        (None, Version::V3_1_1 | Version::V5_0) => "mqtt",
    };
    names.split(',').map(|name| name.trim().to_owned()).collect()
}

/// What would break the request; a form says so before.
fn check(profile: &Profile) -> Result<(), Failure> {
    let WebSocket { path, headers } = &profile.websocket;
    for fault in profile.validate() {
        let fault = match fault.field {
            ProfileField::WebSocketPath => SettingsFault::WebSocketPath { path: path.clone() },
            ProfileField::WebSocketHeader(place) => {
                let name = headers.get(place).map(|header| header.name.clone());
                SettingsFault::WebSocketHeader { name: name.unwrap_or_default() }
            }
            _ => continue,
        };
        return Err(Failure::Settings { fault });
    }
    Ok(())
}

fn head_of_request(endpoint: &Endpoint, settings: &WebSocket, offered: &[String], key: &str) -> String {
    let path = &settings.path;
    let standard = endpoint.port == if endpoint.protocol == Protocol::Wss { 443 } else { 80 };
    let full = endpoint.to_string();
    let host = if standard { full.rsplit_once(':').map_or(full.as_str(), |(host, _)| host) } else { &full };
    let is = |header: &Header, name: &str| header.name.eq_ignore_ascii_case(name);
    let mut request = format!("GET {path} HTTP/1.1\r\n");
    // The user may ask for another virtual host.
    if !settings.headers.iter().any(|header| is(header, "Host")) {
        let _ = write!(request, "Host: {host}\r\n");
    }
    let _ = write!(
        request,
        "Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {}\r\n",
        offered.join(", ")
    );
    for header in &settings.headers {
        if is(header, "Sec-WebSocket-Protocol") {
            continue;
        }
        let _ = write!(request, "{}: {}\r\n", header.name, header.value);
    }
    request.push_str("\r\n");
    request
}

/// What the server answers first.
enum Head {
    /// The head of an HTTP answer, and what came with it.
    Http { head: Vec<u8>, behind: Vec<u8> },
    /// Something else.
    Other(Vec<u8>),
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Head> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = memchr::memmem::find(&read, b"\r\n\r\n") {
            let behind = read.split_off(end + 4);
            return Ok(Head::Http { head: read, behind });
        }
        let start = &read[..read.len().min(5)];
        if read.len() > LONGEST_HEAD || !b"HTTP/".starts_with(start) {
            return Ok(Head::Other(read));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn first_line(head: &[u8]) -> String {
    shown(head.split(|byte| *byte == b'\n').next().unwrap_or_default())
}

/// The beginning of a text of the server as one line.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect()
}

/// The bytes within the messages. Each write is a message of its own, or the beginning of a long one is.
pub(super) struct Messages<S> {
    inner: WebSocketStream<S>,
    unread: Bytes,
    over: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Messages<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.unread.is_empty() {
            if self.over {
                return Poll::Ready(Ok(()));
            }
            match ready!(Pin::new(&mut self.inner).poll_next(cx)) {
                Some(Ok(Message::Binary(bytes))) => self.unread = bytes,
                Some(Ok(Message::Text(_))) => {
                    self.over = true;
                    return Poll::Ready(Err(io::Error::other(Said(WebSocketEnd::Text))));
                }
                Some(Ok(Message::Close(frame))) => {
                    self.over = true;
                    if let Some(end) = frame.as_ref().and_then(closed) {
                        return Poll::Ready(Err(io::Error::other(Said(end))));
                    }
                }
                // Answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => {
                    self.over = true;
                    return Poll::Ready(io_error(error).map_or(Ok(()), Err));
                }
                None => self.over = true,
            }
        }
        let taken = self.unread.len().min(buf.remaining());
        buf.put_slice(&self.unread.split_to(taken));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Messages<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let gone = |error| io_error(error).unwrap_or_else(|| io::ErrorKind::BrokenPipe.into());
        ready!(Pin::new(&mut self.inner).poll_ready(cx)).map_err(gone)?;
        let bytes = &bytes[..bytes.len().min(LONGEST_SENT)];
        let message = Message::Binary(Bytes::copy_from_slice(bytes));
        Pin::new(&mut self.inner).start_send(message).map_err(gone)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.inner).poll_flush(cx));
        Poll::Ready(flushed.map_err(|error| io_error(error).unwrap_or(io::ErrorKind::BrokenPipe.into())))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = ready!(Pin::new(&mut self.inner).poll_close(cx));
        Poll::Ready(closed.or_else(|error| io_error(error).map_or(Ok(()), Err)))
    }
}

/// What a close frame says beside that all is well.
fn closed(frame: &CloseFrame) -> Option<WebSocketEnd> {
    let quiet = matches!(frame.code, CloseCode::Normal | CloseCode::Away | CloseCode::Status);
    let reason = frame.reason.to_string();
    (!quiet || !reason.is_empty()).then_some(WebSocketEnd::Closed { code: frame.code.into(), reason })
}

/// An error as one of the stream; `None` where the connection has simply ended.
fn io_error(error: Error) -> Option<io::Error> {
    match error {
        // Also one that ended without a close frame, as many do.
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Io(error) => Some(error),
        Error::Capacity(_) => Some(io::Error::other(Said(WebSocketEnd::TooLong { limit: LONGEST_MESSAGE }))),
        Error::Protocol(error) => Some(io::Error::other(Said(WebSocketEnd::Broken(fault(&error))))),
        Error::Utf8(_) => Some(io::Error::other(Said(WebSocketEnd::Broken(WebSocketFault::NotUtf8)))),
        other => Some(io::Error::other(other.to_string())),
    }
}

/// Which rule is broken.
fn fault(error: &ProtocolError) -> WebSocketFault {
    match error {
        ProtocolError::NonZeroReservedBits => WebSocketFault::ReservedBits,
        ProtocolError::MaskedFrameFromServer => WebSocketFault::Masked,
        ProtocolError::UnknownControlFrameType(kind)
        | ProtocolError::UnknownDataFrameType(kind)
        | ProtocolError::InvalidOpcode(kind) => WebSocketFault::Kind(*kind),
        ProtocolError::FragmentedControlFrame | ProtocolError::ControlFrameTooBig => WebSocketFault::Control,
        ProtocolError::UnexpectedContinueFrame | ProtocolError::ExpectedFragment(_) => WebSocketFault::Parts,
        ProtocolError::InvalidCloseSequence => WebSocketFault::Close,
        ProtocolError::ReceivedAfterClosing => WebSocketFault::AfterClose,
        other => WebSocketFault::Other(other.to_string()),
    }
}

/// How a WebSocket ended, on its way through an I/O error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(WebSocketEnd);

/// What an error of the connection means for its WebSocket; `None` where it has nothing to do with that.
pub(in crate::session) fn later(error: &io::Error, address: &str) -> Option<Failure> {
    let Said(end) = error.get_ref()?.downcast_ref()?;
    Some(Failure::WebSocketEnded { address: address.to_owned(), end: end.clone() })
}
