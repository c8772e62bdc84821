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
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use crate::profile::{Endpoint, Protocol, WebSocket};
use crate::session::{Failure, WebSocketEnd};
use crate::wire::{MAXIMUM_REMAINING_LENGTH, Version};

/// The longest message that is taken: the longest packet of MQTT. More would have to be held at once.
const LONGEST_MESSAGE: usize = MAXIMUM_REMAINING_LENGTH + 5;
/// The longest head of an HTTP answer that is read.
const LONGEST_HEAD: usize = 16 << 10;
/// Bytes of a refusal's body that are looked at.
const BODY: usize = 200;

/// A connection with WebSocket on it.
pub(super) struct Opened<S> {
    pub stream: Messages<S>,
    /// The server has named the subprotocol.
    pub subprotocol: bool,
}

/// Opens a WebSocket over a connection.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    endpoint: &Endpoint,
    settings: &WebSocket,
    version: Version,
) -> Result<Opened<S>, Failure> {
    let address = endpoint.to_string();
    let refused = |status: Option<u16>, detail: String| Failure::NotWebSocket {
        address: address.clone(),
        status,
        detail,
    };
    let key = generate_key();
    let request = request(endpoint, settings, version, &key)?;
    let exchanged = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        head(&mut stream).await
    };
    let (head, mut behind) = match exchanged.await {
        Ok(Some(found)) => found,
        Ok(None) => return Err(refused(None, "it is not the head of an HTTP answer".to_owned())),
        Err(error) => return Err(refused(None, format!("the connection ended ({error})"))),
    };
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(_)) = answer.parse(&head) else {
        return Err(refused(None, format!("it begins with {:?}", first_line(&head))));
    };
    let header = |name: &str| {
        let found = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let status = answer.code.unwrap_or_default();
    if status != 101 {
        let mut detail = first_line(&head);
        if let Some(place) = header("Location") {
            let _ = write!(detail, ", to be found at {place}");
        }
        // What has come of the body already; nobody waits for more.
        let body = String::from_utf8_lossy(&behind).split_whitespace().collect::<Vec<_>>().join(" ");
        if !body.is_empty() {
            let _ = write!(detail, ": {}", body.chars().take(BODY).collect::<String>());
        }
        return Err(refused(Some(status), detail));
    }
    let upgrades = header("Upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
    if !upgrades || header("Sec-WebSocket-Accept") != Some(derive_accept_key(key.as_bytes())) {
        return Err(refused(None, "its answer does not belong to what was asked".to_owned()));
    }
    let subprotocol = header("Sec-WebSocket-Protocol");
    if let Some(other) = subprotocol.as_deref()
        && !subprotocols(version).contains(&other)
    {
        return Err(refused(None, format!("it wants to speak {other:?} within, not MQTT")));
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

/// The subprotocols that are offered, the preferred first.
const fn subprotocols(version: Version) -> &'static [&'static str] {
    match version {
        Version::V3_1 => &["mqttv3.1", "mqtt"],
        Version::V3_1_1 | Version::V5_0 => &["mqtt"],
    }
}

fn request(
    endpoint: &Endpoint,
    settings: &WebSocket,
    version: Version,
    key: &str,
) -> Result<String, Failure> {
    let wrong = |detail: String| Failure::Settings { detail };
    let path = if settings.path.is_empty() { "/" } else { &settings.path };
    if !path.starts_with('/') || path.contains(|c: char| c.is_control() || c == ' ') {
        return Err(wrong(format!("the WebSocket path {path:?} must begin with \"/\" and have no blanks")));
    }
    let standard = endpoint.port == if endpoint.protocol == Protocol::Wss { 443 } else { 80 };
    let full = endpoint.to_string();
    let host = if standard { full.rsplit_once(':').map_or(full.as_str(), |(host, _)| host) } else { &full };
    let mut request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {}\r\n",
        subprotocols(version).join(", ")
    );
    for header in &settings.headers {
        let is_name = !header.name.is_empty()
            && header.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        if !is_name || header.value.contains(['\r', '\n', '\0']) {
            return Err(wrong(format!("the header {:?} cannot be sent", header.name)));
        }
        let _ = write!(request, "{}: {}\r\n", header.name, header.value);
    }
    request.push_str("\r\n");
    Ok(request)
}

/// Reads the head of an answer, and what came with it; `None` where it is not one of HTTP.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = memchr::memmem::find(&read, b"\r\n\r\n") {
            let behind = read.split_off(end + 4);
            return Ok(Some((read, behind)));
        }
        let start = &read[..read.len().min(5)];
        if read.len() > LONGEST_HEAD || !b"HTTP/".starts_with(start) {
            return Ok(None);
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn first_line(head: &[u8]) -> String {
    String::from_utf8_lossy(head).lines().next().unwrap_or_default().trim().chars().take(BODY).collect()
}

/// The bytes within the messages. Each write is a message of its own.
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
        Error::ConnectionClosed | Error::AlreadyClosed => None,
        Error::Io(error) => Some(error),
        Error::Capacity(error) => Some(io::Error::other(Said(WebSocketEnd::Broken(error.to_string())))),
        Error::Protocol(error) => Some(io::Error::other(Said(WebSocketEnd::Broken(error.to_string())))),
        other => Some(io::Error::other(other.to_string())),
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
