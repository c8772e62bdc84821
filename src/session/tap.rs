//! The tap: the stream that an engine reads and writes, with a recorder in the middle.
//!
//! It sits above TLS and WebSocket, so that it sees MQTT as it was meant. A frame is recorded as received
//! once its last byte is read, and as sent once the transport accepted its last byte; also frames that no
//! engine accepts. When the engine lets go of its tap, the session gets the connection back, to part
//! decently and to read what the recorder saw.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};

use super::clock::now;
use super::mqisdp::rewrite_connect;
use super::pulse::{Beat, Pulse};
use super::recorder::{Recorder, Seen};
use crate::log::Row;
use crate::wire::{Cut, Diagnostic, Version, cut, server_keep_alive};

/// A transport below the tap.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Transport for T {}

/// A recorded network connection.
pub(super) struct Wire {
    transport: Box<dyn Transport>,
    recorder: Recorder,
    /// Until CONNACK: when to give up.
    deadline: Option<Pin<Box<Sleep>>>,
    version: Version,
    /// The keep alive; zero for none. The server's own measure of a dead client (3.1.1, section 3.1.2.10), one and a
    /// half times as much, is how long the peer may refuse to take bytes, or to answer.
    keep_alive: Duration,
    /// Runs while the peer takes no bytes.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Whether the peer is still heard of, and when to look; from CONNACK on, unless there is no keep alive.
    pulse: Option<(Pulse, Pin<Box<Sleep>>)>,
    /// MQTT 3.1: the CONNECT as far as the engine has written it.
    staged: Option<Vec<u8>>,
    /// Bytes of our own that the transport has not taken yet: a rewritten CONNECT, or a PINGREQ.
    outgoing: Vec<u8>,
    /// A PINGREQ of our own must be flushed.
    unflushed: bool,
    /// Why the tap itself ended the connection.
    ended: Option<Ended>,
    /// The first error of the transport.
    broken: Option<io::Error>,
}

/// Why a tap ended a connection by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// No CONNACK in time.
    NoConnack,
    /// The peer took no bytes for too long, or gave none although it was asked.
    Stalled,
    /// The peer's first bytes cannot be MQTT.
    Foreign,
    /// The peer closed.
    ByPeer,
    /// The server sent a frame that nobody can read.
    Broken,
    /// The server said its last word: DISCONNECT, or a CONNACK that the engine waits on for ever.
    Said,
}

impl Wire {
    pub fn new(
        transport: Box<dyn Transport>,
        recorder: Recorder,
        version: Version,
        deadline: Instant,
        keep_alive: Duration,
    ) -> Self {
        Self {
            transport,
            recorder,
            deadline: Some(Box::pin(sleep_until(deadline))),
            version,
            keep_alive,
            stalled: None,
            pulse: None,
            staged: (version == Version::V3_1).then(Vec::new),
            outgoing: Vec::new(),
            unflushed: false,
            ended: None,
            broken: None,
        }
    }

    /// The first error of the transport, as it was.
    pub fn broken(&mut self) -> Option<io::Error> {
        self.broken.take()
    }

    /// Keeps an error of the transport, and answers one for the engine.
    fn keep(&mut self, error: io::Error) -> io::Error {
        let copy = io::Error::new(error.kind(), error.to_string());
        self.broken.get_or_insert(error);
        copy
    }

    pub fn seen(&self) -> &Seen {
        self.recorder.seen()
    }

    /// The frame for which the engine gave the connection up, and what is wrong with it, where that can be seen.
    pub fn culprit(&self) -> (Option<Row>, Option<Diagnostic>) {
        self.recorder.culprit()
    }

    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Closes our side, takes in what the peer still says until it closes too or `patience` is over, and
    /// records what was left over.
    pub async fn close(&mut self, patience: Duration) {
        // A peer that talks on must not keep us; its last words fit in here.
        const LAST_WORDS: usize = 1024 * 1024;
        self.recorder.part();
        let farewell = async {
            let _ = self.transport.shutdown().await;
            let mut heard = 0;
            let mut buffer = vec![0; 16 * 1024];
            loop {
                match self.transport.read(&mut buffer).await {
                    Ok(0) => break,
                    Ok(count) => {
                        self.recorder.received(now(), &buffer[..count]);
                        heard += count;
                        if heard > LAST_WORDS {
                            break;
                        }
                    }
                    Err(error) => {
                        self.broken.get_or_insert(error);
                        break;
                    }
                }
            }
        };
        let _ = timeout(patience, farewell).await;
        self.recorder.finish(now());
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ended.is_some() {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        match Pin::new(&mut self.transport).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Poll::Ready(Err(self.keep(error))),
            Poll::Pending => {
                if let Some(deadline) = &mut self.deadline
                    && deadline.as_mut().poll(cx).is_ready()
                {
                    return Poll::Ready(Err(self.end(Ended::NoConnack)));
                }
                return match self.poll_pulse(cx) {
                    Ok(()) => Poll::Pending,
                    Err(error) => Poll::Ready(Err(error)),
                };
            }
        }
        let new = &buf.filled()[before..];
        if new.is_empty() {
            self.ended = Some(Ended::ByPeer);
            return Poll::Ready(Ok(()));
        }
        self.recorder.received(now(), new);
        let seen = self.recorder.seen();
        if seen.is_foreign() {
            return Poll::Ready(Err(self.end(Ended::Foreign)));
        }
        let five = self.version == Version::V5_0;
        // The engine waits for the rest of such a CONNACK for ever.
        let short = five && seen.connack.as_ref().is_some_and(|connack| connack.len() < 5);
        if seen.disconnect.is_some() || short {
            self.ended = Some(Ended::Said);
        } else if seen.broken {
            self.ended = Some(Ended::Broken);
        }
        if let Some((pulse, timer)) = &mut self.pulse {
            let now = Instant::now();
            pulse.heard(now);
            // Who is never out of bytes to read has to be told, too, that we are there.
            if (now >= timer.deadline() || self.unflushed) && self.ended.is_none() {
                self.poll_pulse(cx)?;
            }
        } else if let Some(connack) = seen.connack.as_deref().filter(|_| self.deadline.is_some()) {
            self.deadline = None;
            if let Some(seconds) = server_keep_alive(connack).filter(|_| five) {
                self.keep_alive = Duration::from_secs(seconds.into());
            }
            self.pulse = (!self.keep_alive.is_zero()).then(|| {
                let pulse = Pulse::new(self.keep_alive, Instant::now(), now());
                let timer = Box::pin(sleep_until(pulse.next_look()));
                (pulse, timer)
            });
        }
        Poll::Ready(Ok(()))
    }

    /// Looks after a peer that says nothing. Whoever reads is woken for it.
    fn poll_pulse(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        const PINGREQ: [u8; 2] = [0xc0, 0];
        while let Some((pulse, timer)) = &mut self.pulse
            && timer.as_mut().poll(cx).is_ready()
        {
            let beat = pulse.look(Instant::now(), now());
            timer.as_mut().reset(pulse.next_look());
            match beat {
                Beat::Dead => return Err(self.end(Ended::Stalled)),
                // Within a frame of the engine there is no room; and what it writes may yet be answered.
                Beat::Ask if self.outgoing.is_empty() && self.recorder.is_between_frames() => {
                    self.outgoing.extend(PINGREQ);
                    self.unflushed = true;
                }
                Beat::Steady | Beat::Ask => {}
            }
        }
        if self.unflushed
            && let Poll::Ready(flushed) = self.poll_flush(cx)
        {
            self.unflushed = false;
            return flushed;
        }
        Ok(())
    }

    fn end(&mut self, why: Ended) -> io::Error {
        self.ended = Some(why);
        let kind = match why {
            Ended::NoConnack | Ended::Stalled => io::ErrorKind::TimedOut,
            Ended::Foreign | Ended::Broken => io::ErrorKind::InvalidData,
            Ended::ByPeer | Ended::Said => io::ErrorKind::UnexpectedEof,
        };
        kind.into()
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(staged) = &mut self.staged {
            staged.extend_from_slice(bytes);
            if let Cut::Frame { length } = cut(staged) {
                self.outgoing = rewrite_connect(&staged[..length]);
                self.outgoing.extend_from_slice(&staged[length..]);
                self.staged = None;
            }
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(self.poll_outgoing(cx))?;
        self.poll_accept(cx, bytes)
    }

    fn poll_outgoing(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let bytes = std::mem::take(&mut self.outgoing);
            let accepted = self.poll_accept(cx, &bytes);
            self.outgoing = bytes;
            let count = ready!(accepted)?;
            self.outgoing.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// Offers bytes to the transport and records those that it took.
    fn poll_accept(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.transport).poll_write(cx, bytes)? {
            Poll::Ready(count) => {
                self.stalled = None;
                let asked = self.recorder.sent(now(), &bytes[..count]);
                if let Some((pulse, timer)) = &mut self.pulse {
                    let now = Instant::now();
                    pulse.sent(now);
                    if asked {
                        pulse.asked(now);
                        timer.as_mut().reset(pulse.next_look());
                    }
                }
                Poll::Ready(Ok(count))
            }
            Poll::Pending => self.poll_stall(cx).map(Err),
        }
    }

    /// Ready when the peer has taken nothing for too long.
    fn poll_stall(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.keep_alive.is_zero() {
            return Poll::Pending;
        }
        let patience = self.keep_alive.mul_f32(1.5);
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(self.end(Ended::Stalled))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_outgoing(cx))?;
        // TLS and WebSocket take bytes before the peer does, so that a peer that takes none shows here.
        match Pin::new(&mut self.transport).poll_flush(cx)? {
            Poll::Ready(()) => {
                self.stalled = None;
                Poll::Ready(Ok(()))
            }
            Poll::Pending => self.poll_stall(cx).map(Err),
        }
    }
}

/// The stream an engine gets; lets go of its [`Wire`] when dropped.
pub(super) struct Tap {
    wire: Option<Box<Wire>>,
    back: Option<oneshot::Sender<Box<Wire>>>,
}

impl Tap {
    /// A tap on `wire`, and where the wire comes back.
    pub fn on(wire: Wire) -> (Self, oneshot::Receiver<Box<Wire>>) {
        let (back, returned) = oneshot::channel();
        (Self { wire: Some(Box::new(wire)), back: Some(back) }, returned)
    }

    fn wire(&mut self) -> io::Result<&mut Wire> {
        self.wire.as_deref_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        if let (Some(wire), Some(back)) = (self.wire.take(), self.back.take()) {
            // Nobody waits any more: the connection ends here.
            let _ = back.send(wire);
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.wire()?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire()?.poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.wire()?;
        ready!(wire.poll_flush(cx))?;
        Pin::new(&mut wire.transport).poll_shutdown(cx)
    }
}
