//! Why a connection ended: what the engine says, corrected by what the recorder saw.
//!
//! Engines report some legal short forms (`e0 01 94`, a CONNACK of two bytes in answer to 5.0) as plain
//! errors of the connection. The frame itself is in the recorder, and our decoder reads it.

use std::fmt::Write as _;
use std::io;

use super::engine::Stop;
use super::recorder::Seen;
use super::tap::Ended;
use super::{Failure, ProxyRefusal, UpgradeAnswer, WebSocketEnd};
use crate::profile::Profile;
use crate::wire::{
    Diagnostic, PacketType, Peek, Severity, Version, reason_name, reason_string, server_reference,
};

const SHORT_CONNACK: &str = "CONNACK has the form of 3.1.1, without the properties of 5.0";
const BROKEN: &str = "the fields of a packet do not fit into it";

/// Names the end of a connection that nobody asked for.
pub(super) fn failure(
    profile: &Profile,
    was_online: bool,
    stop: Stop,
    seen: &Seen,
    ended: Option<Ended>,
) -> Failure {
    let address = profile.endpoint.to_string();
    if seen.is_foreign() {
        return Failure::NotMqtt { address, looks_like: looks_like(&seen.first) };
    }
    if let Stop::Authentication(fault) = stop {
        return Failure::Authentication { method: profile.connect.authentication_method.clone(), fault };
    }
    if let Some(refused) =
        seen.connack.as_deref().filter(|_| !was_online).and_then(|frame| refusal(frame, profile))
    {
        return refused;
    }
    if let Some(frame) = &seen.disconnect {
        let code = frame.get(2).copied().unwrap_or(0);
        if let Some(redirected) = redirected(frame, code) {
            return redirected;
        }
        return Failure::ServerDisconnected {
            code,
            reason: reason_name(PacketType::Disconnect, Version::V5_0, code).to_owned(),
            reason_string: reason_string(frame, Version::V5_0),
        };
    }
    match ended {
        Some(Ended::NoConnack) => {
            return Failure::TimedOut { address, after_secs: profile.connect_timeout_secs.max(1) };
        }
        Some(Ended::Stalled) => return Failure::KeepAliveMissed,
        // Not DISCONNECT: the other last word is a CONNACK that is too short.
        Some(Ended::Said) => return protocol(SHORT_CONNACK.to_owned()),
        Some(Ended::Broken) => return protocol(BROKEN.to_owned()),
        _ => {}
    }
    match stop {
        Stop::Protocol(detail) => protocol(detail),
        // An end of the stream within a frame has no kind of its own.
        Stop::Io(kind, detail) if ended != Some(Ended::ByPeer) && !is_a_close(kind) => {
            Failure::Network { address, detail }
        }
        // Authentication was told of above.
        Stop::Parted | Stop::Io(..) | Stop::Authentication(_) => Failure::ClosedByPeer { was_online },
    }
}

/// What is wrong with a frame of the server in which our decoder finds nothing and for which the engine gave up: it
/// answers nothing.
pub(super) fn unasked(frame: &[u8], version: Version) -> Option<Diagnostic> {
    use PacketType::{Puback, Pubcomp, Pubrec, Suback, Unsuback};
    let peek = Peek::of(frame, version);
    let answers = matches!(peek.packet?, Puback | Pubrec | Pubcomp | Suback | Unsuback);
    let number = peek.packet_id.filter(|_| answers)?;
    Some(Diagnostic {
        severity: Severity::Error,
        offset: 0,
        message: format!("No request with packet identifier {number} waits for this packet"),
        message_zh: format!("没有报文标识符为 {number} 的请求在等待这个报文"),
        rule: "",
    })
}

/// The frame is looked for afterwards.
const fn protocol(detail: String) -> Failure {
    Failure::Protocol { detail, frame: None, fault: None }
}

/// Whether an error says that the peer has closed, in whatever way.
pub(super) fn is_a_close(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

/// What a CONNACK says that does not accept.
fn refusal(frame: &[u8], profile: &Profile) -> Option<Failure> {
    let code = frame.get(3).copied()?;
    let short = profile.version == Version::V5_0 && frame.len() == 4;
    if code == 0 {
        return short.then(|| protocol(SHORT_CONNACK.to_owned()));
    }
    if profile.version == Version::V5_0
        && let Some(redirected) = redirected(frame, code)
    {
        return Some(redirected);
    }
    Some(Failure::ConnackRefused {
        code,
        reason: reason_name(PacketType::Connack, profile.version, code).to_owned(),
        reason_string: (profile.version == Version::V5_0)
            .then(|| reason_string(frame, Version::V5_0))
            .flatten(),
    })
}

/// What a CONNACK or DISCONNECT says that names another server (5.0, section 4.13).
fn redirected(frame: &[u8], code: u8) -> Option<Failure> {
    let moved = match code {
        0x9c => false,
        0x9d => true,
        _ => return None,
    };
    let reference =
        server_reference(frame, Version::V5_0).filter(|reference| !reference.trim().is_empty())?;
    Some(Failure::Redirected { moved, reference, reason_string: reason_string(frame, Version::V5_0) })
}

/// What the first bytes of a stranger look like.
fn looks_like(first: &[u8]) -> String {
    if first.starts_with(b"HTTP/") {
        return "HTTP".to_owned();
    }
    if matches!(first, [0x15 | 0x16, 3, ..]) {
        return "TLS".to_owned();
    }
    let mut hex = String::new();
    for byte in first {
        let gap = if hex.is_empty() { "" } else { " " };
        // Writing into a string does not fail.
        let _ = write!(hex, "{gap}{byte:02x}");
    }
    hex
}

/// Whether trying again without a change can help a connection that `was_online` or not.
pub(super) fn may_mend(failure: &Failure, version: Version, was_online: bool) -> bool {
    match failure {
        // What a server says wrongly at once it says wrongly the next time.
        Failure::Protocol { .. } => was_online,
        Failure::Settings { .. }
        | Failure::Authentication { .. }
        | Failure::Key { .. }
        | Failure::Redirected { .. }
        | Failure::NotMqtt { .. }
        | Failure::Certificate { .. }
        | Failure::ClientCertificateWanted { .. }
        | Failure::ClientCertificateRefused { .. }
        | Failure::NotTls { .. }
        | Failure::File { .. }
        | Failure::WebSocketEnded { end: WebSocketEnd::Text, .. }
        // A login that is refused again and again locks people out.
        | Failure::ProxyRefused { refusal: ProxyRefusal::Login(_) | ProxyRefusal::NotAProxy(_), .. } => false,
        // The proxy's rules.
        Failure::ProxyRefused { refusal: ProxyRefusal::Socks(reply), .. } => *reply != 2,
        Failure::NotWebSocket { answer, .. } => match answer {
            // Request timeout, too early, too many requests: those that pass.
            UpgradeAnswer::Http { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
            UpgradeAnswer::Closed => true,
            UpgradeAnswer::NotHttp(_) | UpgradeAnswer::Mismatch | UpgradeAnswer::Subprotocol(_) => false,
        },
        Failure::ProxyRefused { refusal: ProxyRefusal::Http { status, .. }, .. } => *status >= 500,
        Failure::ProxyUnreachable { cause, .. } => may_mend(cause, version, was_online),
        // Server unavailable is the only return code that passes.
        Failure::ConnackRefused { code, .. } if version != Version::V5_0 || *code < 0x80 => *code == 3,
        // Unspecified, implementation specific, server unavailable, server busy, quota exceeded,
        // connection rate exceeded.
        Failure::ConnackRefused { code, .. } => matches!(code, 0x80 | 0x83 | 0x88 | 0x89 | 0x97 | 0x9f),
        // Not authorized, banned, bad authentication method, session taken over, administrative action,
        // use another server, server moved.
        Failure::ServerDisconnected { code, .. } => {
            !matches!(code, 0x87 | 0x8a | 0x8c | 0x8e | 0x98 | 0x9c | 0x9d)
        }
        _ => true,
    }
}
