//! Making the network connection: from a profile to a stream of bytes that carries MQTT.

mod certificate;
mod key;
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
use super::{Failure, Notice, Options, Phase, ProxyRefusal, Security};
use crate::profile::{Endpoint, Profile, Protocol};

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
    // Files that cannot be used are told before anybody is bothered.
    let tls = if endpoint.protocol.uses_tls() { Some(tls::Setup::new(options).await?) } else { None };
    let upgrade = endpoint.protocol.uses_websocket().then(|| websocket::Request::new(profile)).transpose()?;
    let mut stream = reach(profile, deadline, &phase).await?;
    let of = |found: std::io::Result<SocketAddr>| {
        found.map_err(|error| Failure::Network { address: endpoint.to_string(), detail: error.to_string() })
    };
    let (client, server) = (of(stream.local_addr())?, of(stream.peer_addr())?);
    if let Some(proxy) = &profile.proxy {
        phase(Phase::Proxying);
        let led = proxy::lead(&mut stream, proxy, options.secrets.proxy_password.as_ref(), endpoint);
        let silent = ProxyRefusal::Silent { after_secs: patience(profile) };
        timeout_at(deadline, led).await.unwrap_or_else(|_| Err(proxy::refused(proxy, endpoint, silent)))?;
    }
    let mut notices = Vec::new();
    let Some(tls) = tls else {
        let transport = carrier(stream, upgrade, profile, deadline, &phase, &mut notices).await?;
        return Ok(Dialled { transport, client, server, security: None, certificate_wanted: false, notices });
    };
    phase(Phase::Securing);
    let secured = timeout_at(deadline, tls.secure(stream)).await.unwrap_or_else(|_| Err(silent(profile)))?;
    if !secured.security.verified {
        notices.push(Notice::NotVerified);
    }
    let tls::Secured { stream, security, certificate_wanted } = secured;
    let transport = carrier(stream, upgrade, profile, deadline, &phase, &mut notices).await?;
    Ok(Dialled { transport, client, server, security: Some(security), certificate_wanted, notices })
}

/// A TCP connection to the server, or to the proxy on the way.
async fn reach(profile: &Profile, deadline: Instant, phase: &impl Fn(Phase)) -> Result<TcpStream, Failure> {
    let place = match &profile.proxy {
        None => profile.endpoint.clone(),
        Some(proxy) => Endpoint { protocol: Protocol::Mqtt, host: proxy.host.clone(), port: proxy.port },
    };
    tcp::connect(&place, deadline, patience(profile), phase).await.map_err(|failure| match &profile.proxy {
        None => failure,
        Some(proxy) => Failure::ProxyUnreachable { proxy: proxy.to_string(), cause: Box::new(failure) },
    })
}

/// What carries MQTT over a connection: itself, or WebSocket on it.
async fn carrier<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static>(
    stream: S,
    upgrade: Option<websocket::Request>,
    profile: &Profile,
    deadline: Instant,
    phase: &impl Fn(Phase),
    notices: &mut Vec<Notice>,
) -> Result<Box<dyn Transport>, Failure> {
    let Some(request) = upgrade else { return Ok(Box::new(stream)) };
    phase(Phase::Upgrading);
    let opening = websocket::open(stream, request);
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
async fn connect_unix(_: &str) -> Result<Dialled, Failure> {
    Err(Failure::Settings { fault: super::SettingsFault::NoUnixSockets })
}

fn patience(profile: &Profile) -> u16 {
    profile.connect_timeout_secs.max(1)
}

fn silent(profile: &Profile) -> Failure {
    Failure::Silent { address: profile.endpoint.to_string(), after_secs: patience(profile) }
}
