//! Making the network connection: from a profile to a stream of bytes that carries MQTT.

mod certificate;
mod proxy;
pub(super) mod tcp;
pub(super) mod tls;
#[cfg(unix)]
mod unix;
mod verifier;
pub(super) mod websocket;

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::tap::Transport;
use super::{Failure, Notice, Options, Phase, Security};
use crate::profile::{Endpoint, Profile, Protocol, Proxy};

/// A connection that is ready for CONNECT.
pub(super) struct Dialled {
    pub transport: Box<dyn Transport>,
    pub client: SocketAddr,
    /// Who answered: the server, or the proxy.
    pub server: SocketAddr,
    /// How it is secured; `None` without TLS.
    pub security: Option<Security>,
    /// The server asked for a client certificate, and there is none.
    pub certificate_wanted: bool,
    /// What is worth knowing about it.
    pub notices: Vec<Notice>,
}

/// Connects as the profile says, telling `phase` how far it is. Dropping the future gives everything up.
pub(super) async fn connect(
    options: &Options,
    deadline: Instant,
    phase: impl Fn(Phase),
) -> Result<Dialled, Failure> {
    let profile = &options.profile;
    let endpoint = &profile.endpoint;
    if endpoint.protocol == Protocol::Unix {
        return connect_unix(&endpoint.host).await;
    }
    let passphrase = options.secrets.key_passphrase.as_ref();
    // Files that cannot be used are told before anybody is bothered.
    let tls =
        if endpoint.protocol.uses_tls() { Some(tls::Setup::new(profile, passphrase).await?) } else { None };
    let mut stream = reach(profile, deadline, &phase).await?;
    let of = |found: std::io::Result<SocketAddr>| {
        found.map_err(|error| Failure::Network { address: endpoint.to_string(), detail: error.to_string() })
    };
    let (client, server) = (of(stream.local_addr())?, of(stream.peer_addr())?);
    if let Some(proxy) = &profile.proxy {
        phase(Phase::Securing);
        let led = proxy::lead(&mut stream, proxy, options.secrets.proxy_password.as_ref(), endpoint);
        timeout_at(deadline, led).await.unwrap_or_else(|_| Err(silent_proxy(proxy, profile)))?;
    }
    let mut dialled = Dialled {
        transport: Box::new(tokio::io::empty()),
        client,
        server,
        security: None,
        certificate_wanted: false,
        notices: Vec::new(),
    };
    let Some(tls) = tls else {
        dialled.transport = carrier(stream, profile, deadline, &phase, &mut dialled.notices).await?;
        return Ok(dialled);
    };
    phase(Phase::Securing);
    let secured = timeout_at(deadline, tls.secure(stream)).await.unwrap_or_else(|_| Err(silent(profile)))?;
    if !secured.security.verified {
        dialled.notices.push(Notice::NotVerified);
    }
    dialled.security = Some(secured.security);
    dialled.certificate_wanted = secured.certificate_wanted;
    dialled.transport = carrier(secured.stream, profile, deadline, &phase, &mut dialled.notices).await?;
    Ok(dialled)
}

/// A TCP connection to the server, or to the proxy on the way.
async fn reach(profile: &Profile, deadline: Instant, phase: &impl Fn(Phase)) -> Result<TcpStream, Failure> {
    let Some(proxy) = &profile.proxy else {
        let address = profile.endpoint.to_string();
        let reached = timeout_at(deadline, tcp::connect(&profile.endpoint, phase)).await;
        return reached.unwrap_or_else(|_| Err(Failure::TimedOut { address, after_secs: patience(profile) }));
    };
    let place = Endpoint { protocol: Protocol::Mqtt, host: proxy.host.clone(), port: proxy.port };
    match timeout_at(deadline, tcp::connect(&place, phase)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(failure)) => {
            Err(Failure::ProxyUnreachable { proxy: proxy.to_string(), detail: failure.to_string() })
        }
        Err(_) => Err(silent_proxy(proxy, profile)),
    }
}

/// What carries MQTT over a connection: itself, or WebSocket on it.
async fn carrier<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static>(
    stream: S,
    profile: &Profile,
    deadline: Instant,
    phase: &impl Fn(Phase),
    notices: &mut Vec<Notice>,
) -> Result<Box<dyn Transport>, Failure> {
    if !profile.endpoint.protocol.uses_websocket() {
        return Ok(Box::new(stream));
    }
    phase(Phase::Securing);
    let opening = websocket::open(stream, &profile.endpoint, &profile.websocket, profile.version);
    let opened = timeout_at(deadline, opening).await.unwrap_or_else(|_| Err(silent(profile)))?;
    if !opened.subprotocol {
        notices.push(Notice::NoSubprotocol);
    }
    Ok(Box::new(opened.stream))
}

#[cfg(unix)]
async fn connect_unix(path: &str) -> Result<Dialled, Failure> {
    // Such a socket has no addresses: this machine's own and the port of MQTT stand in the log for it.
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Ok(Dialled {
        transport: Box::new(unix::connect(path).await?),
        client: here(0),
        server: here(1883),
        security: None,
        certificate_wanted: false,
        notices: Vec::new(),
    })
}

#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "the same shape on every system")]
async fn connect_unix(path: &str) -> Result<Dialled, Failure> {
    let detail = "this system has no Unix sockets that could be used here".to_owned();
    Err(Failure::UnixSocket { path: path.to_owned(), detail })
}

fn patience(profile: &Profile) -> u16 {
    profile.connect_timeout_secs.max(1)
}

fn silent(profile: &Profile) -> Failure {
    Failure::Silent { address: profile.endpoint.to_string(), after_secs: patience(profile) }
}

fn silent_proxy(proxy: &Proxy, profile: &Profile) -> Failure {
    let detail = format!("no answer within {} s", patience(profile));
    Failure::ProxyUnreachable { proxy: proxy.to_string(), detail }
}
