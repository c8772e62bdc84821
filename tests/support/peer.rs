//! A scripted peer over loopback: it says literal bytes and checks literal bytes.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::soon;

/// CONNACK that accepts, 3.1 and 3.1.1, no session.
pub const CONNACK: &[u8] = &[0x20, 2, 0, 0];

/// CONNACK that accepts, 5.0, no session, no properties.
pub const CONNACK_5: &[u8] = &[0x20, 3, 0, 0, 0];

/// A listening peer.
pub struct Peer {
    listener: TcpListener,
    pub address: SocketAddr,
}

impl Peer {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self { listener, address }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Takes the next connection.
    pub async fn accept(&self) -> Link {
        let (stream, _) = soon("a connection", self.listener.accept()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Link { stream }
    }

    /// Takes the next connection and sets TLS up on it, or not: what the client thinks of it is another matter.
    pub async fn accept_tls(
        &self,
        config: Arc<rustls::ServerConfig>,
    ) -> std::io::Result<Link<tokio_rustls::server::TlsStream<TcpStream>>> {
        let link = self.accept().await;
        let accepting = tokio_rustls::TlsAcceptor::from(config).accept(link.stream);
        Ok(Link { stream: soon("a handshake", accepting).await? })
    }

    /// Takes the next connection over TLS, reads its CONNECT and accepts it.
    pub async fn welcome_tls(
        &self,
        config: Arc<rustls::ServerConfig>,
    ) -> Link<tokio_rustls::server::TlsStream<TcpStream>> {
        let mut link = self.accept_tls(config).await.unwrap();
        link.frame().await;
        link.say(CONNACK).await;
        link
    }

    /// Takes the next connection, reads its CONNECT and answers it.
    pub async fn welcome(&self, connack: &[u8]) -> Link {
        let mut link = self.accept().await;
        let connect = link.frame().await;
        assert_eq!(connect[0], 0x10, "the first packet is CONNECT");
        link.say(connack).await;
        link
    }
}

/// One connection of the peer.
pub struct Link<S = TcpStream> {
    pub stream: S,
}

impl Link {
    /// Closes in the way that makes the client's system answer with a reset.
    pub fn vanish(self) {
        self.stream.set_zero_linger().unwrap();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    pub async fn say(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Says bytes one at a time, each in a segment of its own.
    pub async fn spell(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.say(&[byte]).await;
            tokio::task::yield_now().await;
        }
    }

    /// Reads one whole frame.
    pub async fn frame(&mut self) -> Vec<u8> {
        soon("a frame from the client", async {
            let mut frame = vec![self.stream.read_u8().await.unwrap()];
            let mut remaining = 0;
            for place in 0..4 {
                let byte = self.stream.read_u8().await.unwrap();
                frame.push(byte);
                remaining |= usize::from(byte & 0x7f) << (7 * place);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            let at = frame.len();
            frame.resize(at + remaining, 0);
            self.stream.read_exact(&mut frame[at..]).await.unwrap();
            frame
        })
        .await
    }

    /// Reads exactly these bytes.
    pub async fn expect(&mut self, bytes: &[u8]) {
        let mut got = vec![0; bytes.len()];
        soon("bytes from the client", self.stream.read_exact(&mut got)).await.unwrap();
        assert_eq!(got, bytes);
    }

    /// Waits until the client has closed, and answers what it said before.
    pub async fn closed(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset ends the connection as well.
        let _ = soon("the client to close", self.stream.read_to_end(&mut rest)).await;
        rest
    }
}
