//! A proxy on the way: HTTP, asked with CONNECT (RFC 9110, section 9.3.6), or SOCKS version 5 (RFC 1928) with a user
//! name and password (RFC 1929) or without. The proxy looks the server's name up.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::profile::{Endpoint, Proxy, ProxyKind, Secret};
use crate::session::Failure;

/// The longest answer of an HTTP proxy that is read.
const LONGEST_HEAD: usize = 16 << 10;

/// Has the proxy lead on to the server. Not a byte behind its answer is read.
pub(super) async fn lead(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    proxy: &Proxy,
    password: Option<&Secret>,
    server: &Endpoint,
) -> Result<(), Failure> {
    let user = (!proxy.username.is_empty())
        .then(|| User { name: proxy.username.as_bytes(), password: password.map_or(b"", Secret::bytes) });
    let led = match proxy.kind {
        ProxyKind::Http => http(stream, user, server).await,
        ProxyKind::Socks5 => socks(stream, user, server).await,
    };
    led.map_err(|refusal| {
        let (login, detail) = match refusal {
            Refusal::Login(detail) => (true, detail),
            Refusal::Other(detail) => (false, detail),
            Refusal::Io(error) => (false, format!("the connection ended ({error})")),
        };
        Failure::ProxyRefused { proxy: proxy.to_string(), login, detail }
    })
}

#[derive(Clone, Copy)]
struct User<'a> {
    name: &'a [u8],
    password: &'a [u8],
}

enum Refusal {
    /// It wants a user name and password, or other ones.
    Login(String),
    Other(String),
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

async fn http(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: Option<User<'_>>,
    server: &Endpoint,
) -> Result<(), Refusal> {
    let mut request = format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n");
    if let Some(user) = user {
        let login = BASE64.encode(&[user.name, b":", user.password].concat());
        // Writing into a string does not fail.
        let _ = write!(request, "Proxy-Authorization: Basic {login}\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    // Byte by byte: what follows the head is the server's.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(Refusal::Other("an answer that does not end".to_owned()));
        }
        head.push(stream.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head);
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse::<u16>().ok());
    match status {
        Some(200..=299) => Ok(()),
        Some(407) => Err(Refusal::Login(line)),
        _ => Err(Refusal::Other(line)),
    }
}

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NOTHING_FITS: u8 = 0xff;

async fn socks(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: Option<User<'_>>,
    server: &Endpoint,
) -> Result<(), Refusal> {
    let offer: &[u8] = if user.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    stream.write_all(offer).await?;
    stream.flush().await?;
    let [version, method] = read(stream).await?;
    if version != VERSION {
        return Err(Refusal::Other(format!(
            "its first byte is {version:#04x}, which is not SOCKS version 5"
        )));
    }
    match (method, user) {
        (NO_LOGIN, _) => {}
        (LOGIN, Some(user)) => log_in(stream, user).await?,
        (NOTHING_FITS, _) => {
            return Err(Refusal::Login("none of the ways to log in that were offered".to_owned()));
        }
        _ => return Err(Refusal::Other(format!("a way to log in that was not offered ({method})"))),
    }
    let mut request = vec![VERSION, 1, 0];
    match server.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            request.push(3);
            push_short(&mut request, server.host.as_bytes(), "the server's name")?;
        }
    }
    request.extend(server.port.to_be_bytes());
    stream.write_all(&request).await?;
    stream.flush().await?;
    let [_, reply, _, kind] = read(stream).await?;
    if reply != 0 {
        return Err(Refusal::Other(reply_text(reply)));
    }
    // The address that the proxy uses towards the server; nobody needs it.
    match kind {
        1 => drop(read::<6>(stream).await?),
        4 => drop(read::<18>(stream).await?),
        3 => {
            let mut rest = vec![0; usize::from(stream.read_u8().await?) + 2];
            stream.read_exact(&mut rest).await?;
        }
        other => return Err(Refusal::Other(format!("an address of an unknown kind ({other})"))),
    }
    Ok(())
}

async fn log_in(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), user: User<'_>) -> Result<(), Refusal> {
    let mut request = vec![1];
    push_short(&mut request, user.name, "the user name")?;
    push_short(&mut request, user.password, "the password")?;
    stream.write_all(&request).await?;
    stream.flush().await?;
    let [_, status] = read(stream).await?;
    if status == 0 {
        Ok(())
    } else {
        Err(Refusal::Login(format!("user name or password is wrong ({status})")))
    }
}

async fn read<const N: usize>(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Appends a text behind its length in one byte.
fn push_short(into: &mut Vec<u8>, text: &[u8], what: &str) -> Result<(), Refusal> {
    let length = u8::try_from(text.len()).map_err(|_| {
        Refusal::Other(format!("{what} is longer than the 255 bytes that SOCKS has room for"))
    })?;
    into.push(length);
    into.extend_from_slice(text);
    Ok(())
}

/// RFC 1928, section 6.
fn reply_text(reply: u8) -> String {
    match reply {
        1 => "general failure",
        2 => "its rules do not allow this connection",
        3 => "the network cannot be reached",
        4 => "the host cannot be reached",
        5 => "the server refused the connection",
        6 => "the time to live expired",
        7 => "it cannot make connections",
        8 => "it does not know this kind of address",
        other => return format!("reply {other}"),
    }
    .to_owned()
}
