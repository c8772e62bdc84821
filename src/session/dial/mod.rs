//! Making the network connection: from a profile to a stream of bytes that carries MQTT.

mod certificate;
pub(super) mod tcp;
pub(super) mod tls;
mod verifier;

use std::net::SocketAddr;

use tokio::time::{Instant, timeout_at};

use super::tap::Transport;
use super::{Failure, Notice, Phase, Security};
use crate::profile::Profile;

/// A connection that is ready for CONNECT.
pub(super) struct Dialled {
    pub transport: Box<dyn Transport>,
    pub client: SocketAddr,
    pub server: SocketAddr,
    /// How it is secured; `None` without TLS.
    pub security: Option<Security>,
    /// The server asked for a client certificate, and there is none.
    pub certificate_wanted: bool,
    /// What is worth knowing about it.
    pub notices: Vec<Notice>,
}

/// Connects as `profile` says, telling `phase` how far it is. Dropping the future gives everything up.
pub(super) async fn connect(
    profile: &Profile,
    deadline: Instant,
    phase: impl Fn(Phase),
) -> Result<Dialled, Failure> {
    let endpoint = &profile.endpoint;
    let address = endpoint.to_string();
    let after_secs = profile.connect_timeout_secs.max(1);
    // Files that cannot be used are told before anybody is bothered.
    let tls = if endpoint.protocol.uses_tls() { Some(tls::Setup::new(profile).await?) } else { None };
    let stream = timeout_at(deadline, tcp::connect(endpoint, &phase))
        .await
        .unwrap_or_else(|_| Err(Failure::TimedOut { address: address.clone(), after_secs }))?;
    let of = |found: std::io::Result<SocketAddr>| {
        found.map_err(|error| Failure::Network { address: address.clone(), detail: error.to_string() })
    };
    let (client, server) = (of(stream.local_addr())?, of(stream.peer_addr())?);
    let Some(tls) = tls else {
        return Ok(Dialled {
            transport: Box::new(stream),
            client,
            server,
            security: None,
            certificate_wanted: false,
            notices: Vec::new(),
        });
    };
    phase(Phase::Securing);
    let secured = timeout_at(deadline, tls.secure(stream))
        .await
        .unwrap_or_else(|_| Err(Failure::Silent { address: address.clone(), after_secs }))?;
    let notices = if secured.security.verified { Vec::new() } else { vec![Notice::NotVerified] };
    Ok(Dialled {
        transport: Box::new(secured.stream),
        client,
        server,
        security: Some(secured.security),
        certificate_wanted: secured.certificate_wanted,
        notices,
    })
}
