//! Lets MQTT 3.1 in: its CONNECT becomes one of 3.1.1, everything else passes as it is. The two versions
//! differ on the wire in nothing else that a client sends.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a client may take to say enough of its CONNECT.
const PATIENCE: Duration = Duration::from_secs(10);

/// Protocol name and level of 3.1.
const OLD: &[u8] = &[0, 6, b'M', b'Q', b'I', b's', b'd', b'p', 3];

/// Protocol name and level of 3.1.1.
const NEW: &[u8] = &[0, 4, b'M', b'Q', b'T', b'T', 4];

/// Carries one client to the broker behind, until either closes.
pub(super) async fn forward(mut client: TcpStream, behind: SocketAddr) {
    // A client that says nothing, or a connection that breaks: nothing is left to do.
    let Ok(Ok(beginning)) = timeout(PATIENCE, beginning(&mut client)).await else { return };
    let Ok(mut broker) = TcpStream::connect(behind).await else { return };
    let _ = (client.set_nodelay(true), broker.set_nodelay(true));
    if broker.write_all(&beginning).await.is_ok() {
        let _ = copy_bidirectional(&mut client, &mut broker).await;
    }
}

/// Reads as much as tells the version, and answers what the broker is to see of it.
async fn beginning(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut read = Vec::with_capacity(512);
    loop {
        if client.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match old_connect(&read) {
            Old::Maybe => {}
            Old::No => return Ok(read),
            Old::Yes { remaining, body } => return Ok(renewed(remaining, &read[body..])),
        }
    }
}

/// Whether bytes begin with a CONNECT of 3.1.
#[derive(Debug, PartialEq, Eq)]
enum Old {
    /// More bytes are needed.
    Maybe,
    No,
    /// Its remaining length, and where the protocol name begins.
    Yes {
        remaining: usize,
        body: usize,
    },
}

fn old_connect(bytes: &[u8]) -> Old {
    if bytes.first().is_some_and(|first| *first != 0x10) {
        return Old::No;
    }
    let mut remaining = 0;
    for place in 0..4 {
        let Some(byte) = bytes.get(1 + place) else { return Old::Maybe };
        remaining |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            let body = 2 + place;
            let known = &bytes[body..];
            let name = &known[..known.len().min(OLD.len())];
            return match (OLD.starts_with(name), name.len() == OLD.len()) {
                (false, _) => Old::No,
                (true, false) => Old::Maybe,
                (true, true) if remaining < OLD.len() => Old::No,
                (true, true) => Old::Yes { remaining, body },
            };
        }
    }
    Old::No
}

/// The CONNECT as 3.1.1 writes it; `body` begins with the old protocol name and goes on as far as is read.
fn renewed(remaining: usize, body: &[u8]) -> Vec<u8> {
    let mut remaining = remaining - OLD.len() + NEW.len();
    let mut bytes = vec![0x10];
    loop {
        let low = u8::try_from(remaining & 0x7f).unwrap_or_default();
        remaining >>= 7;
        if remaining == 0 {
            bytes.push(low);
            break;
        }
        bytes.push(low | 0x80);
    }
    bytes.extend_from_slice(NEW);
    bytes.extend_from_slice(&body[OLD.len()..]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_connect_is_known_once_its_level_is_read() {
        let connect = b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a";
        for length in 1..11 {
            assert_eq!(old_connect(&connect[..length]), Old::Maybe, "{length}");
        }
        assert_eq!(old_connect(&connect[..11]), Old::Yes { remaining: 15, body: 2 });
    }

    #[test]
    fn other_beginnings_pass_at_once() {
        for bytes in [&b"\x10\x0d\x00\x04"[..], b"GET / HTTP/1.1", b"\x10\xff\xff\xff\xff", b"\xc0\x00"] {
            assert_eq!(old_connect(bytes), Old::No, "{bytes:02x?}");
        }
    }

    #[test]
    fn a_remaining_length_that_lies_does_not_underflow() {
        assert_eq!(old_connect(b"\x10\x05\x00\x06MQIsdp\x03"), Old::No);
    }

    #[test]
    fn a_renewed_connect_keeps_what_follows_and_is_two_bytes_shorter() {
        let connect = b"\x10\x80\x01\x00\x06MQIsdp\x03\x02\x00\x3c";
        let Old::Yes { remaining, body } = old_connect(connect) else { panic!("it is one") };
        assert_eq!(renewed(remaining, &connect[body..]), b"\x10\x7e\x00\x04MQTT\x04\x02\x00\x3c");
    }
}
