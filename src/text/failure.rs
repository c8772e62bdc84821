//! Why a connection failed, in words for someone who meets MQTT for the first time: what happened, what it means, what
//! to try. In both languages, for every failure and every code of the standards.

mod authentication;
mod code_table;
mod codes;
mod settings;
mod transport;
mod way;

pub use codes::{connack_code_name, disconnect_code_name};

use crate::language::Language;
use crate::profile::Profile;
use crate::session::Failure;
use crate::wire::{Diagnostic, Version};

/// A failure in three plain sentences or so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub what: String,
    /// What it means.
    pub means: String,
    /// What to try.
    pub try_this: String,
}

impl Explanation {
    pub(super) fn new(
        what: impl Into<String>,
        means: impl Into<String>,
        try_this: impl Into<String>,
    ) -> Self {
        Self { what: what.into(), means: means.into(), try_this: try_this.into() }
    }
}

/// Explains why a connection could not be made or was lost.
#[must_use]
pub fn explain(failure: &Failure, language: Language) -> Explanation {
    in_language(failure, None, language)
}

/// Explains why the connection of a profile could not be made or was lost: the advice fits its host, its port, its
/// version and whether it has a user name.
#[must_use]
pub fn explain_for(failure: &Failure, profile: &Profile, language: Language) -> Explanation {
    in_language(failure, Some(profile), language)
}

fn in_language(failure: &Failure, profile: Option<&Profile>, language: Language) -> Explanation {
    match language {
        Language::English => english(failure, profile),
        Language::Chinese => chinese(failure, profile),
    }
}

fn is_loopback(profile: Option<&Profile>) -> bool {
    profile.is_some_and(|profile| {
        let host = profile.endpoint.host.as_str();
        host == "localhost" || host == "::1" || host.starts_with("127.")
    })
}

fn has_port(profile: Option<&Profile>, ports: &[u16]) -> bool {
    profile.is_some_and(|profile| ports.contains(&profile.endpoint.port))
}

/// Whether a profile without TLS leads to a port that usually has it.
fn misses_tls(profile: Option<&Profile>) -> bool {
    has_port(profile, &TLS_PORTS) && profile.is_some_and(|profile| !profile.endpoint.protocol.uses_tls())
}

/// Whether a profile without WebSocket leads to a port that usually has it.
fn misses_websocket(profile: Option<&Profile>) -> bool {
    has_port(profile, &WEB_PORTS)
        && profile.is_some_and(|profile| !profile.endpoint.protocol.uses_websocket())
}

/// The usual ports of MQTT over TLS.
const TLS_PORTS: [u16; 3] = [8883, 8884, 443];
/// The usual ports of web servers and of MQTT over WebSocket.
const WEB_PORTS: [u16; 6] = [80, 443, 8080, 8083, 8084, 9001];

fn english(failure: &Failure, profile: Option<&Profile>) -> Explanation {
    match failure {
        Failure::NameNotFound { host, detail } => Explanation::new(
            format!("The name {host} was not found."),
            match detail.as_str() {
                "" => "No address is known for this name, so there is nothing to connect to.".to_owned(),
                said => format!(
                    "No address is known for this name, so there is nothing to connect to. The system says: {said}"
                ),
            },
            "Check the spelling of the host. Check that this computer is online. A name of your own network may only be known inside it; the server's IP address works without a name.",
        ),
        Failure::NameUnanswered { host, after_secs } => Explanation::new(
            format!("No name server answered for {host} within {after_secs} s."),
            "A name server turns names into addresses. Without an answer from one, the server's address stays unknown.",
            "Check that this computer is online, and its DNS settings; a VPN or a firewall can be in the way of them. The server's IP address works without a name.",
        ),
        Failure::Refused { address } => Explanation::new(
            format!("Nothing listens at {address}."),
            "The computer answered, but no program accepts connections at this port: the broker is not running, or it uses another port.",
            if is_loopback(profile) {
                "Start the broker on this computer (Start local broker does it for you), and check the port: MQTT uses 1883 unless the broker is set up otherwise."
            } else {
                "Check that the broker is running there, and that the port is right: MQTT uses 1883 unless the broker is set up otherwise. Some brokers accept connections from their own computer only until they are told to listen to others."
            },
        ),
        Failure::TimedOut { address, after_secs } => Explanation::new(
            format!("{address} did not answer within {after_secs} s."),
            "The address may be wrong, the computer off, or a firewall drops the connection silently.",
            if misses_tls(profile) {
                "Check host and port, and whether a firewall or proxy lets this port through. This port is usually for TLS: a server that waits for TLS may stay silent. Choose mqtts:// for it."
            } else {
                "Check host and port, and whether a firewall, a VPN or the network you are in lets this port through. On a slow network, raise the connect timeout."
            },
        ),
        Failure::Network { address, detail } => Explanation::new(
            format!("The network failed at {address}."),
            format!("The system says: {detail}"),
            "Check that this computer is online and that the address can be reached from here, then connect again.",
        ),
        Failure::NotMqtt { address, looks_like } => match looks_like.as_str() {
            "HTTP" => Explanation::new(
                format!("A web server answered at {address}."),
                "This port is for web pages (HTTP), not for MQTT over TCP.",
                "Use the broker's port for MQTT, usually 1883. If the broker is reached by WebSocket, as often on 8083 or 9001, choose ws:// or wss://.",
            ),
            "TLS" => Explanation::new(
                format!("{address} expects an encrypted connection (TLS)."),
                "The server answered in TLS, and this profile connects without it.",
                "Choose mqtts:// (or wss:// for WebSocket) for this connection; 8883 is the usual port for TLS.",
            ),
            bytes => Explanation::new(
                format!("What answers at {address} does not speak MQTT."),
                format!("Its first bytes are no MQTT packet: {bytes}"),
                "Another program may use this port. Check host and port; MQTT usually uses 1883.",
            ),
        },
        Failure::ConnackRefused { code, reason, reason_string } => {
            codes::connack(*code, reason, reason_string.as_deref(), profile, Language::English)
        }
        Failure::ServerDisconnected { code, reason, reason_string } => {
            codes::disconnect(*code, reason, reason_string.as_deref(), Language::English)
        }
        Failure::Redirected { moved, reference, reason_string } => {
            codes::redirected(*moved, reference, reason_string.as_deref(), Language::English)
        }
        Failure::ClosedByPeer { was_online: true } => Explanation::new(
            "The server closed the connection.",
            "It gave no reason. Most often another client connected with the same client ID, the broker was stopped or restarted, or it did not accept something that was sent.",
            "Make sure that no other client uses this client ID (Generate client ID makes a new one), look at the last packets before the end, and at the broker's log.",
        ),
        Failure::ClosedByPeer { was_online: false } => Explanation::new(
            "The server closed the connection before it answered CONNECT.",
            "It gave no reason. The server may not know this MQTT version, may expect TLS or WebSocket at this port, or may not accept the client ID or the login.",
            closed_early_english(profile),
        ),
        Failure::KeepAliveMissed => Explanation::new(
            "The server did not answer the keep alive.",
            "A Ping Request was sent and no Ping Response came in time: the network path is broken, or the server hangs.",
            "Check the network (cable, Wi-Fi, VPN) and whether the broker still runs, then connect again. On a slow network, raise the keep alive.",
        ),
        Failure::Protocol { detail, fault, .. } => Explanation::new(
            "The server sent a packet that breaks the rules of MQTT.",
            protocol_fault(detail, fault.as_deref(), Language::English),
            "Look at the marked packet in Packets. Check that the port is one for MQTT, try another MQTT version, and tell whoever runs the server.",
        ),
        Failure::Certificate { server, fault, detail } => {
            transport::certificate(server, fault, detail, Language::English)
        }
        Failure::ClientCertificateWanted { address } => {
            transport::client_certificate_wanted(address, Language::English)
        }
        Failure::ClientCertificateRefused { address, detail } => {
            transport::client_certificate_refused(address, detail, Language::English)
        }
        Failure::TlsHandshake { address, detail } => {
            transport::tls_handshake(address, detail, Language::English)
        }
        Failure::ClosedInTls { address } => transport::closed_in_tls(address, Language::English),
        Failure::NotTls { address } => transport::not_tls(address, Language::English),
        Failure::Silent { address, after_secs } => transport::silent(address, *after_secs, Language::English),
        Failure::NotWebSocket { address, answer } => way::not_websocket(address, answer, Language::English),
        Failure::WebSocketEnded { address, end } => way::websocket_ended(address, end, Language::English),
        Failure::ProxyUnreachable { proxy, cause } => way::proxy_unreachable(proxy, cause, Language::English),
        Failure::ProxyRefused { proxy, server, refusal } => {
            way::proxy_refused(proxy, server, refusal, Language::English)
        }
        Failure::UnixSocket { path, detail } => transport::unix_socket(path, detail, Language::English),
        Failure::Authentication { method, fault } => {
            authentication::authentication(method, fault, Language::English)
        }
        Failure::Key { path, fault } => authentication::key(path, fault, Language::English),
        Failure::File { path, fault } => settings::file(path, fault, Language::English),
        Failure::Settings { fault } => settings::settings(fault, Language::English),
    }
}

/// What our own decoder says of the packet, which names the rule; else what stopped the engine.
fn protocol_fault(detail: &str, fault: Option<&Diagnostic>, language: Language) -> String {
    let Some(fault) = fault else { return detail.to_owned() };
    let message = fault.message_in(language);
    match (fault.rule, language) {
        ("", _) => message.to_owned(),
        (rule, Language::English) => format!("{message} ({rule})"),
        (rule, Language::Chinese) => format!("{message}（{rule}）"),
    }
}

fn closed_early_english(profile: Option<&Profile>) -> String {
    let mut advice = String::new();
    if misses_tls(profile) {
        advice.push_str("This port is usually for TLS: choose mqtts:// for it. ");
    } else if misses_websocket(profile) {
        advice.push_str(
            "This port is usually for web pages or WebSocket: choose ws:// for it, or try the server's MQTT port, often 1883. ",
        );
    }
    advice.push_str(match profile.map(|profile| profile.version) {
        Some(Version::V5_0) => "Choose MQTT version 3.1.1, which more servers know",
        Some(Version::V3_1) => "Choose MQTT version 3.1.1, as 3.1 is old",
        Some(Version::V3_1_1) | None => "Choose another MQTT version (5.0, or 3.1 for old servers)",
    });
    advice.push_str(", check user name, password and client ID, and look at the broker's log.");
    advice
}

fn chinese(failure: &Failure, profile: Option<&Profile>) -> Explanation {
    match failure {
        Failure::NameNotFound { host, detail } => Explanation::new(
            format!("找不到主机名 {host}。"),
            match detail.as_str() {
                "" => "这个名称没有对应的地址，因此无从连接。".to_owned(),
                said => format!("这个名称没有对应的地址，因此无从连接。系统提示：{said}"),
            },
            "请检查主机名的拼写，并确认本机已联网。局域网内的名称可能只在该网络里有效；也可以直接填写服务器的 IP 地址。",
        ),
        Failure::NameUnanswered { host, after_secs } => Explanation::new(
            format!("{after_secs} 秒内没有域名服务器应答 {host} 的查询。"),
            "域名服务器负责把名称转换成地址；没有它的应答，就不知道服务器的地址。",
            "请确认本机已联网，并检查 DNS 设置；VPN 或防火墙可能挡住了查询。也可以直接填写服务器的 IP 地址。",
        ),
        Failure::Refused { address } => Explanation::new(
            format!("{address} 上没有程序在监听。"),
            "对方计算机有回应，但这个端口上没有程序接受连接：Broker 没有运行，或者用的是别的端口。",
            if is_loopback(profile) {
                "请先在本机启动 Broker（点“启动本地 Broker”即可），再检查端口：MQTT 默认使用 1883。"
            } else {
                "请确认服务器上的 Broker 正在运行，端口填写正确：MQTT 默认使用 1883。有些 Broker 默认只接受本机连接，需要在其配置中允许其他计算机访问。"
            },
        ),
        Failure::TimedOut { address, after_secs } => Explanation::new(
            format!("{address} 在 {after_secs} 秒内没有应答。"),
            "可能是地址有误、对方计算机没有开机，或者防火墙悄悄丢弃了连接。",
            if misses_tls(profile) {
                "请检查主机和端口，以及防火墙或代理服务器是否放行该端口。这个端口通常用于 TLS：等待 TLS 的服务器可能一直不作声。请为它选择 mqtts://。"
            } else {
                "请检查主机和端口，以及防火墙、VPN 或所在网络是否放行该端口。网络较慢时，可以把连接超时调大。"
            },
        ),
        Failure::Network { address, detail } => Explanation::new(
            format!("与 {address} 之间的网络出错。"),
            format!("系统提示：{detail}"),
            "请确认本机已联网，并且能访问该地址，然后重新连接。",
        ),
        Failure::NotMqtt { address, looks_like } => match looks_like.as_str() {
            "HTTP" => Explanation::new(
                format!("{address} 上应答的是一个网页服务器。"),
                "这个端口提供的是网页（HTTP），不是基于 TCP 的 MQTT。",
                "请改用 Broker 的 MQTT 端口，通常是 1883。如果 Broker 使用 WebSocket（常见端口 8083、9001），请选择 ws:// 或 wss://。",
            ),
            "TLS" => Explanation::new(
                format!("{address} 要求加密连接（TLS）。"),
                "服务器用 TLS 应答，而这个连接没有使用 TLS。",
                "请为这个连接选择 mqtts://（WebSocket 则选 wss://）；8883 一般用于 TLS。",
            ),
            bytes => Explanation::new(
                format!("{address} 上应答的程序不使用 MQTT。"),
                format!("它发来的前几个字节不是 MQTT 报文：{bytes}"),
                "这个端口可能被别的程序占用。请检查主机和端口；MQTT 通常使用 1883。",
            ),
        },
        Failure::ConnackRefused { code, reason, reason_string } => {
            codes::connack(*code, reason, reason_string.as_deref(), profile, Language::Chinese)
        }
        Failure::ServerDisconnected { code, reason, reason_string } => {
            codes::disconnect(*code, reason, reason_string.as_deref(), Language::Chinese)
        }
        Failure::Redirected { moved, reference, reason_string } => {
            codes::redirected(*moved, reference, reason_string.as_deref(), Language::Chinese)
        }
        Failure::ClosedByPeer { was_online: true } => Explanation::new(
            "服务器关闭了连接。",
            "服务器没有说明原因。最常见的是：另一个客户端用相同的客户端 ID 登录、Broker 被停止或重启，或者它不接受刚发送的内容。",
            "请确认没有其他客户端使用相同的客户端 ID（可以点“生成客户端 ID”换一个），查看断开前的最后几个报文，以及 Broker 的日志。",
        ),
        Failure::ClosedByPeer { was_online: false } => Explanation::new(
            "服务器没有应答 CONNECT 就关闭了连接。",
            "服务器没有说明原因。它可能不支持这个 MQTT 版本，可能在这个端口上要求 TLS 或 WebSocket，也可能不接受客户端 ID 或登录信息。",
            closed_early_chinese(profile),
        ),
        Failure::KeepAliveMissed => Explanation::new(
            "服务器没有应答保活请求。",
            "已发出 Ping Request，却没有按时收到 Ping Response：网络中断，或者服务器没有响应。",
            "请检查网络（网线、Wi-Fi、VPN）以及 Broker 是否仍在运行，然后重新连接。网络较慢时，可以把保活间隔调大。",
        ),
        Failure::Protocol { detail, fault, .. } => Explanation::new(
            "服务器发来了违反 MQTT 规则的报文。",
            protocol_fault(detail, fault.as_deref(), Language::Chinese),
            "请在“报文”中查看被标出的报文，确认该端口用于 MQTT，换一个 MQTT 版本试试，并告知服务器的维护者。",
        ),
        Failure::Certificate { server, fault, detail } => {
            transport::certificate(server, fault, detail, Language::Chinese)
        }
        Failure::ClientCertificateWanted { address } => {
            transport::client_certificate_wanted(address, Language::Chinese)
        }
        Failure::ClientCertificateRefused { address, detail } => {
            transport::client_certificate_refused(address, detail, Language::Chinese)
        }
        Failure::TlsHandshake { address, detail } => {
            transport::tls_handshake(address, detail, Language::Chinese)
        }
        Failure::ClosedInTls { address } => transport::closed_in_tls(address, Language::Chinese),
        Failure::NotTls { address } => transport::not_tls(address, Language::Chinese),
        Failure::Silent { address, after_secs } => transport::silent(address, *after_secs, Language::Chinese),
        Failure::NotWebSocket { address, answer } => way::not_websocket(address, answer, Language::Chinese),
        Failure::WebSocketEnded { address, end } => way::websocket_ended(address, end, Language::Chinese),
        Failure::ProxyUnreachable { proxy, cause } => way::proxy_unreachable(proxy, cause, Language::Chinese),
        Failure::ProxyRefused { proxy, server, refusal } => {
            way::proxy_refused(proxy, server, refusal, Language::Chinese)
        }
        Failure::UnixSocket { path, detail } => transport::unix_socket(path, detail, Language::Chinese),
        Failure::Authentication { method, fault } => {
            authentication::authentication(method, fault, Language::Chinese)
        }
        Failure::Key { path, fault } => authentication::key(path, fault, Language::Chinese),
        Failure::File { path, fault } => settings::file(path, fault, Language::Chinese),
        Failure::Settings { fault } => settings::settings(fault, Language::Chinese),
    }
}

fn closed_early_chinese(profile: Option<&Profile>) -> String {
    let mut advice = String::from("请");
    if misses_tls(profile) {
        advice.push_str("注意这个端口通常用于 TLS，可选择 mqtts://；");
    } else if misses_websocket(profile) {
        advice.push_str(
            "注意这个端口通常用于网页或 WebSocket，可选择 ws://，或改用服务器的 MQTT 端口（通常是 1883）；",
        );
    }
    advice.push_str(match profile.map(|profile| profile.version) {
        Some(Version::V5_0) => "把 MQTT 版本改为支持更广的 3.1.1",
        Some(Version::V3_1) => "把 MQTT 版本改为 3.1.1，因为 3.1 已经很旧",
        Some(Version::V3_1_1) | None => "换一个 MQTT 版本（5.0，旧服务器用 3.1）",
    });
    advice.push_str("，检查用户名、密码和客户端 ID，并查看 Broker 的日志。");
    advice
}

#[cfg(test)]
mod tests;
