//! Words for what can go wrong below MQTT: TLS and its certificates, Unix sockets.

use super::Explanation;
use crate::language::Language;
use crate::session::CertificateFault;
use crate::text::time::day;

pub(super) fn certificate(
    server: &str,
    fault: &CertificateFault,
    detail: &str,
    language: Language,
) -> Explanation {
    match language {
        Language::English => certificate_in_english(server, fault, detail),
        Language::Chinese => certificate_in_chinese(server, fault, detail),
    }
}

fn certificate_in_english(server: &str, fault: &CertificateFault, detail: &str) -> Explanation {
    match fault {
        CertificateFault::Expired { since } => Explanation::new(
            match since.and_then(day) {
                Some(day) => format!("The certificate of {server} expired on {day}."),
                None => format!("The certificate of {server} has expired."),
            },
            "A certificate holds for a limited time, and this one must be renewed. Nobody can say any more whether it is still the server's.",
            "Check the date of this computer. If it is right, ask whoever runs the server to renew the certificate.",
        ),
        CertificateFault::NotYetValid { from } => Explanation::new(
            match from.and_then(day) {
                Some(day) => format!("The certificate of {server} is valid only from {day}."),
                None => format!("The certificate of {server} is not valid yet."),
            },
            "Most often the clock of this computer is behind; else the certificate was made for a later day.",
            "Check the date and time of this computer, and of the one that made the certificate.",
        ),
        CertificateFault::WrongName { names } => Explanation::new(
            format!("The certificate is not for {server}."),
            if names.is_empty() {
                "It names no server at all, so it proves nothing about this one.".to_owned()
            } else {
                format!(
                    "It is for {}. Either another server answers here, or it is known by another name.",
                    names.join(", ")
                )
            },
            "Connect with a name that stands in the certificate, or fill that name in as server name (TLS). If neither fits, the certificate must be made anew with this name.",
        ),
        CertificateFault::UnknownIssuer { issuer } => Explanation::new(
            format!("The certificate of {server} was signed by someone who is not trusted."),
            if issuer.is_empty() {
                "This computer does not know the certificate authority.".to_owned()
            } else {
                format!(
                    "The signer is {issuer}. This computer, or the chosen CA file, does not know that certificate authority."
                )
            },
            "If the server has a certificate authority of its own, get its certificate (often ca.crt) and choose it as CA file. Else whoever runs the server must send the whole chain.",
        ),
        CertificateFault::SelfSigned => Explanation::new(
            format!("The certificate of {server} signed itself."),
            "No certificate authority vouches for it. That is usual for a broker of one's own, and no proof that it is the right one.",
            "Choose that certificate itself as CA file, if it came to you by a way you trust. On a network that is yours alone, you can turn the check off for this connection.",
        ),
        CertificateFault::Other => Explanation::new(
            format!("The certificate of {server} is not accepted."),
            format!("The check says: {detail}"),
            "Ask whoever runs the server to look at the certificate, and check that the right CA file is chosen.",
        ),
    }
}

fn certificate_in_chinese(server: &str, fault: &CertificateFault, detail: &str) -> Explanation {
    match fault {
        CertificateFault::Expired { since } => Explanation::new(
            match since.and_then(day) {
                Some(day) => format!("{server} 的证书已于 {day} 过期。"),
                None => format!("{server} 的证书已过期。"),
            },
            "证书只在一段时间内有效，需要更新。过期之后，就无法再确认它仍属于该服务器。",
            "请检查本机日期。如果日期正确，请让服务器的维护者更新证书。",
        ),
        CertificateFault::NotYetValid { from } => Explanation::new(
            match from.and_then(day) {
                Some(day) => format!("{server} 的证书从 {day} 起才有效。"),
                None => format!("{server} 的证书尚未生效。"),
            },
            "最常见的原因是本机时钟慢了；否则就是证书的起始日期还没到。",
            "请检查本机以及签发证书的计算机的日期和时间。",
        ),
        CertificateFault::WrongName { names } => Explanation::new(
            format!("证书不是签给 {server} 的。"),
            if names.is_empty() {
                "证书里没有任何服务器名称，不能证明这台服务器的身份。".to_owned()
            } else {
                format!(
                    "它签给了 {}。可能应答的是另一台服务器，也可能这台服务器用的是别的名称。",
                    names.join("、")
                )
            },
            "请用证书里的名称连接，或把该名称填为 TLS 的服务器名称。都不合适时，需要用这个名称重新签发证书。",
        ),
        CertificateFault::UnknownIssuer { issuer } => Explanation::new(
            format!("{server} 的证书由不受信任的机构签发。"),
            if issuer.is_empty() {
                "本机不认识签发它的证书机构。".to_owned()
            } else {
                format!("签发者是 {issuer}，本机或所选的 CA 文件不认识这个证书机构。")
            },
            "如果服务器使用自己的证书机构，请取得它的证书（常名为 ca.crt）并选作 CA 文件；否则需要服务器发送完整的证书链。",
        ),
        CertificateFault::SelfSigned => Explanation::new(
            format!("{server} 的证书是自签名的。"),
            "没有证书机构为它担保。自建的 Broker 常常如此，但这不能证明对方就是正确的服务器。",
            "如果通过可信途径得到了这张证书，请把它选作 CA 文件。在只属于自己的网络里，也可以为此连接关闭检查。",
        ),
        CertificateFault::Other => Explanation::new(
            format!("{server} 的证书未被接受。"),
            format!("检查结果：{detail}"),
            "请让服务器的维护者检查证书，并确认选择了正确的 CA 文件。",
        ),
    }
}

pub(super) fn client_certificate_wanted(address: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("{address} wants a client certificate."),
            "The server lets in only clients that prove who they are with a certificate, and this connection has none.",
            "Choose the certificate and its key that you got for this server (client certificate and client key).",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 要求客户端证书。"),
            "服务器只允许用证书证明身份的客户端，而这个连接没有设置证书。",
            "请选择为这台服务器取得的客户端证书和客户端密钥。",
        ),
    }
}

pub(super) fn client_certificate_refused(address: &str, detail: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("{address} does not accept the client certificate."),
            format!(
                "The server says: {detail}. It may have expired, be signed by another authority, or be made for something else."
            ),
            "Check that certificate and key are the ones made for this server, and that the certificate has not expired.",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 不接受客户端证书。"),
            format!("服务器提示：{detail}。证书可能已过期、由别的机构签发，或用途不符。"),
            "请确认证书和密钥是为这台服务器签发的，并且证书没有过期。",
        ),
    }
}

pub(super) fn tls_handshake(address: &str, detail: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("No secure connection to {address} could be agreed on."),
            format!("What went wrong: {detail}"),
            "Check that this port is for TLS: 8883 usually is, 1883 is usually for mqtt:// without it. The server may speak only old versions of TLS, or want another server name or application protocol (ALPN).",
        ),
        Language::Chinese => Explanation::new(
            format!("无法与 {address} 建立安全连接。"),
            format!("具体原因：{detail}"),
            "请确认该端口用于 TLS：8883 通常用于 TLS，1883 通常是不加密的 mqtt://。服务器可能只支持旧版本的 TLS，或要求别的服务器名称或应用协议（ALPN）。",
        ),
    }
}

pub(super) fn closed_in_tls(address: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("{address} closed the connection while TLS was set up."),
            "It gave no reason. The port may be one without TLS, or the server accepts only clients that it knows, by server name, client certificate or address.",
            "Check that this port is for TLS: 8883 usually is, 1883 is usually for mqtt:// without it. Check the server name and the client certificate, and look into the server's log.",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 在建立 TLS 时关闭了连接。"),
            "服务器没有说明原因。这个端口可能不加密，或者服务器只接受它认识的客户端（按服务器名称、客户端证书或地址判断）。",
            "请确认该端口用于 TLS：8883 通常用于 TLS，1883 通常是不加密的 mqtt://。请检查服务器名称和客户端证书，并查看服务器的日志。",
        ),
    }
}

pub(super) fn not_tls(address: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("What answers at {address} does not speak TLS."),
            "This connection is encrypted, and the server answered in another language: this port is most likely one without TLS.",
            "Use the server's port for TLS, usually 8883 for mqtts:// and 443 or 8884 for wss://, or choose mqtt:// or ws:// if the network is one you trust.",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 上应答的程序不使用 TLS。"),
            "这个连接是加密的，而服务器没有用 TLS 应答：这个端口很可能不加密。",
            "请改用服务器的 TLS 端口：mqtts:// 通常是 8883，wss:// 通常是 443 或 8884；在可信的网络里也可以改用 mqtt:// 或 ws://。",
        ),
    }
}

pub(super) fn silent(address: &str, after_secs: u16, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("{address} took the connection and then said nothing for {after_secs} s."),
            "The server may wait for something else at this port, such as MQTT without TLS or WebSocket, or a firewall lets the connection through and swallows what follows.",
            "Check the port and the protocol, and whether a firewall or proxy stands in between. On a slow network, raise the connect timeout.",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 接受了连接，但在 {after_secs} 秒内没有任何应答。"),
            "服务器在这个端口上等待的可能不是 TLS 或 WebSocket，也可能是防火墙放行了连接，却吞掉了后面的数据。",
            "请检查端口和协议，以及途中是否有防火墙或代理。网络较慢时，可以把连接超时调大。",
        ),
    }
}

pub(super) fn unix_socket(path: &str, detail: &str, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("The socket {path} cannot be connected to."),
            format!("The system says: {detail}"),
            "Check the path, that the broker runs on this computer and listens at it, and that you may use it.",
        ),
        Language::Chinese => Explanation::new(
            format!("无法连接套接字 {path}。"),
            format!("系统提示：{detail}"),
            "请检查路径，确认 Broker 在本机运行并监听该套接字，且您有权使用它。",
        ),
    }
}
