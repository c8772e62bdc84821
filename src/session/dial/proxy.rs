//! A proxy on the way: HTTP, asked with CONNECT (RFC 9110, section 9.3.6), or SOCKS version 5 (RFC 1928) with a user
//! name and password (RFC 1929) or without. The proxy looks the server's name up.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::profile::{Endpoint, Proxy, ProxyKind, Secret};
use crate::session::{Failure, ProxyRefusal, SettingsFault, SettingsPart};

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
    led.map_err(|stop| match stop {
        Stop::Refused(refusal) => refused(proxy, server, refusal),
        Stop::Settings(fault) => Failure::Settings { fault },
    })
}

/// The failure of a proxy that was reached.
pub(super) fn refused(proxy: &Proxy, server: &Endpoint, refusal: ProxyRefusal) -> Failure {
    Failure::ProxyRefused { proxy: proxy.to_string(), server: server.to_string(), refusal }
}

#[derive(Clone, Copy)]
struct User<'a> {
    name: &'a [u8],
    password: &'a [u8],
}

enum Stop {
    Refused(ProxyRefusal),
    /// What cannot be said to such a proxy.
    Settings(SettingsFault),
}

impl From<ProxyRefusal> for Stop {
    fn from(refusal: ProxyRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<io::Error> for Stop {
    /// Whatever the system says, the answer has ended before it was one.
    fn from(_: io::Error) -> Self {
        Self::Refused(ProxyRefusal::Closed)
    }
}

async fn http(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: Option<User<'_>>,
    server: &Endpoint,
) -> Result<(), Stop> {
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
            return Err(not_a_proxy(&head));
        }
        head.push(stream.read_u8().await?);
        // Whatever speaks first in another way need not say a whole head.
        if !b"HTTP/1.".starts_with(&head[..head.len().min(7)]) {
            return Err(not_a_proxy(&head));
        }
    }
    let text = String::from_utf8_lossy(&head);
    let line = text.lines().next().unwrap_or_default().trim();
    let words = line.split_once(' ').map(|(_, words)| words.trim()).unwrap_or_default();
    let (status, said) = words.split_once(' ').unwrap_or((words, ""));
    match status.parse() {
        Ok(200..=299) => Ok(()),
        Ok(407) => Err(ProxyRefusal::Login(shown(words)).into()),
        Ok(status) => Err(ProxyRefusal::Http { status, said: shown(said) }.into()),
        Err(_) => Err(not_a_proxy(&head)),
    }
}

fn not_a_proxy(start: &[u8]) -> Stop {
    ProxyRefusal::NotAProxy(shown(&String::from_utf8_lossy(start))).into()
}

fn shown(text: &str) -> String {
    text.trim().chars().take(100).collect()
}

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NOTHING_FITS: u8 = 0xff;

async fn socks(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: Option<User<'_>>,
    server: &Endpoint,
) -> Result<(), Stop> {
    let offer: &[u8] = if user.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    stream.write_all(offer).await?;
    stream.flush().await?;
    let [version, method] = read(stream).await?;
    if version != VERSION {
        return Err(not_a_proxy(&[version, method]));
    }
    match (method, user) {
        (NO_LOGIN, _) => {}
        (LOGIN, Some(user)) => log_in(stream, user).await?,
        (NOTHING_FITS, _) => {
            return Err(ProxyRefusal::Login(format!("SOCKS method {method:#04x}")).into());
        }
        _ => return Err(not_a_proxy(&[version, method])),
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
            push_short(&mut request, server.host.as_bytes(), SettingsPart::Host)?;
        }
    }
    request.extend(server.port.to_be_bytes());
    stream.write_all(&request).await?;
    stream.flush().await?;
    let [_, reply, _, kind] = read(stream).await?;
    if reply != 0 {
        return Err(ProxyRefusal::Socks(reply).into());
    }
    // The address that the proxy uses towards the server; nobody needs it.
    match kind {
        1 => drop(read::<6>(stream).await?),
        4 => drop(read::<18>(stream).await?),
        3 => {
            let mut rest = vec![0; usize::from(stream.read_u8().await?) + 2];
            stream.read_exact(&mut rest).await?;
        }
        _ => return Err(not_a_proxy(&[VERSION, reply, 0, kind])),
    }
    Ok(())
}

async fn log_in(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), user: User<'_>) -> Result<(), Stop> {
    let mut request = vec![1];
    push_short(&mut request, user.name, SettingsPart::ProxyUsername)?;
    push_short(&mut request, user.password, SettingsPart::ProxyPassword)?;
    stream.write_all(&request).await?;
    stream.flush().await?;
    let [_, status] = read(stream).await?;
    if status == 0 { Ok(()) } else { Err(ProxyRefusal::Login(format!("SOCKS login status {status}")).into()) }
}

async fn read<const N: usize>(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Appends a text behind its length in one byte.
fn push_short(into: &mut Vec<u8>, text: &[u8], part: SettingsPart) -> Result<(), Stop> {
    let length =
        u8::try_from(text.len()).map_err(|_| Stop::Settings(SettingsFault::TooLongForSocks(part)))?;
    into.push(length);
    into.extend_from_slice(text);
    Ok(())
}
