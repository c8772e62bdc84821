//! Words for what can go wrong on the way to the server: WebSocket and proxies.

use super::{Explanation, explain};
use crate::language::Language;
use crate::session::{Failure, ProxyRefusal, UpgradeAnswer, WebSocketEnd, WebSocketFault};

pub(super) fn not_websocket(address: &str, answer: &UpgradeAnswer, language: Language) -> Explanation {
    if let UpgradeAnswer::Http { status, said, location } = answer {
        return not_upgraded(address, *status, said, location.as_deref(), language);
    }
    match language {
        Language::English => Explanation::new(
            format!("What answers at {address} opens no WebSocket."),
            match answer {
                UpgradeAnswer::NotHttp(start) => {
                    format!("Its answer is not one of a web server. It begins with: {start}")
                }
                UpgradeAnswer::Subprotocol(name) => {
                    format!("It wants to speak “{name}” within the WebSocket, and that is not MQTT.")
                }
                UpgradeAnswer::Mismatch => {
                    "Its answer does not belong to what was asked. Something on the way may have answered in its place."
                        .to_owned()
                }
                _ => "It closed the connection without an answer: most likely it is no WebSocket server.".to_owned(),
            },
            "Check that this port is for WebSocket, and the path. For MQTT without WebSocket, choose mqtt:// or mqtts://; if the port is for TLS, choose wss://.",
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 没有打开 WebSocket。"),
            match answer {
                UpgradeAnswer::NotHttp(start) => format!("它的应答不是网页服务器的应答，开头是：{start}"),
                UpgradeAnswer::Subprotocol(name) => format!("它要在 WebSocket 中使用“{name}”，而不是 MQTT。"),
                UpgradeAnswer::Mismatch => "它的应答与请求不符，可能是途中的设备代为应答。".to_owned(),
                _ => "它没有应答就关闭了连接：很可能不是 WebSocket 服务器。".to_owned(),
            },
            "请确认该端口用于 WebSocket，并检查路径。不使用 WebSocket 时，请选择 mqtt:// 或 mqtts://；如果该端口使用 TLS，请选择 wss://。",
        ),
    }
}

fn not_upgraded(
    address: &str,
    status: u16,
    said: &str,
    location: Option<&str>,
    language: Language,
) -> Explanation {
    let try_this = match (status, language) {
        (404, Language::English) => {
            "The path is most likely another one: /mqtt, /ws and / are usual; the broker's manual names it."
        }
        (404, Language::Chinese) => "路径很可能不对：常见的有 /mqtt、/ws 和 /，请查看 Broker 的说明。",
        (401 | 403, Language::English) => {
            "The web server wants a login: add the header it asks for (such as Authorization), or ask whoever runs it."
        }
        (401 | 403, Language::Chinese) => {
            "网页服务器要求登录：请添加所需的请求头（如 Authorization），或询问其维护者。"
        }
        (301 | 302 | 303 | 307 | 308, Language::English) => {
            "The server points elsewhere, often from ws:// to wss://: use the address it names."
        }
        (301 | 302 | 303 | 307 | 308, Language::Chinese) => {
            "服务器指向别处，常见的是从 ws:// 转到 wss://：请使用它给出的地址。"
        }
        (500.., Language::English) => {
            "The web server is there, but the broker behind it may not be: try again later, or ask whoever runs it."
        }
        (500.., Language::Chinese) => {
            "网页服务器在运行，但它后面的 Broker 可能没有运行：请稍后再试，或询问其维护者。"
        }
        (_, Language::English) => {
            "Check host, port and path: this may be a web site, and the broker's WebSocket elsewhere."
        }
        (_, Language::Chinese) => "请检查主机、端口和路径：这里可能只是网站，Broker 的 WebSocket 在别处。",
    };
    match language {
        Language::English => Explanation::new(
            format!("A web server answered at {address}, but it opened no WebSocket (HTTP status {status})."),
            match location {
                Some(place) => format!("It answered: {said}. It points to {place}"),
                None => format!("It answered: {said}"),
            },
            try_this,
        ),
        Language::Chinese => Explanation::new(
            format!("{address} 上的网页服务器有应答，但没有打开 WebSocket（HTTP 状态 {status}）。"),
            match location {
                Some(place) => format!("它的应答：{said}。它指向 {place}"),
                None => format!("它的应答：{said}"),
            },
            try_this,
        ),
    }
}

pub(super) fn websocket_ended(address: &str, end: &WebSocketEnd, language: Language) -> Explanation {
    let english = language == Language::English;
    match end {
        WebSocketEnd::Closed { code, reason } if english => Explanation::new(
            format!("The server at {address} closed the WebSocket (code {code})."),
            match (*code, reason.as_str()) {
                (1002, "") => {
                    "It says that something it received breaks the rules of WebSocket or MQTT.".to_owned()
                }
                (1003, "") => "It says that it cannot take this kind of data.".to_owned(),
                (1008, "") => "It says that its policy does not allow this.".to_owned(),
                (1009, "") => "It says that a message was too big for it.".to_owned(),
                (1011, "") => "It says that something unexpected happened on its side.".to_owned(),
                (1012 | 1013, "") => "It says that it is restarting, or has too much to do.".to_owned(),
                (_, "") => "It gave no reason in words.".to_owned(),
                (_, reason) => format!("It says: {reason}"),
            },
            "Look into the broker's log, or into that of the web server before it. The packets that crossed show what was sent last.",
        ),
        WebSocketEnd::Closed { code, reason } => Explanation::new(
            format!("{address} 上的服务器关闭了 WebSocket（代码 {code}）。"),
            match (*code, reason.as_str()) {
                (1002, "") => "它表示收到的内容违反了 WebSocket 或 MQTT 的规则。".to_owned(),
                (1003, "") => "它表示不能接收这种数据。".to_owned(),
                (1008, "") => "它表示其策略不允许这样做。".to_owned(),
                (1009, "") => "它表示消息太大。".to_owned(),
                (1011, "") => "它表示服务器端发生了意外。".to_owned(),
                (1012 | 1013, "") => "它表示正在重启，或者负载过高。".to_owned(),
                (_, "") => "它没有给出文字说明。".to_owned(),
                (_, reason) => format!("它的说明：{reason}"),
            },
            "请查看 Broker 或其前面网页服务器的日志。已传输的报文可以看出最后发送了什么。",
        ),
        WebSocketEnd::Text if english => Explanation::new(
            format!("The server at {address} sent text through the WebSocket."),
            "MQTT travels in binary messages only, so this is another kind of service.",
            "Check the path: a web server may offer several WebSockets, and the broker's is another one.",
        ),
        WebSocketEnd::Text => Explanation::new(
            format!("{address} 上的服务器在 WebSocket 中发送了文本。"),
            "MQTT 只用二进制消息传输，所以这是另一种服务。",
            "请检查路径：一个网页服务器可能提供多个 WebSocket，Broker 用的是另一个。",
        ),
        WebSocketEnd::TooLong { limit } if english => Explanation::new(
            format!("The server at {address} sent a WebSocket message of more than {limit} bytes."),
            "No packet of MQTT is that long, and the message would have to be held in memory whole, so it was not taken in.",
            "Check the path: this may be another kind of service. Else tell whoever runs the server.",
        ),
        WebSocketEnd::TooLong { limit } => Explanation::new(
            format!("{address} 上的服务器发来了超过 {limit} 字节的 WebSocket 消息。"),
            "MQTT 报文不会这么长，而且整条消息都要放在内存里，所以没有接收。",
            "请检查路径：这里可能是另一种服务；否则请告知服务器的维护者。",
        ),
        WebSocketEnd::Broken(detail) if english => Explanation::new(
            format!("The WebSocket at {address} broke."),
            format!("What breaks the rules of WebSocket: {detail}."),
            "Something on the way, such as a proxy, may change what is sent. Try another way, such as wss:// instead of ws://.",
        ),
        WebSocketEnd::Broken(detail) => Explanation::new(
            format!("{address} 上的 WebSocket 出错。"),
            format!("违反 WebSocket 规则之处：{}。", fault_chinese(detail)),
            "途中的代理等设备可能改动了数据。请换一种方式，例如用 wss:// 代替 ws://。",
        ),
    }
}

fn fault_chinese(fault: &WebSocketFault) -> String {
    match fault {
        WebSocketFault::ReservedBits => "帧中设置了保留位",
        WebSocketFault::Masked => "帧带有掩码，而只有客户端的帧才应带掩码",
        WebSocketFault::Kind(kind) => return format!("帧的类型 {kind} 不存在"),
        WebSocketFault::Control => "控制帧被拆分，或超过 125 字节",
        WebSocketFault::Parts => "拆分的消息前后不衔接",
        WebSocketFault::NotUtf8 => "文本不是 UTF-8",
        WebSocketFault::Close => "关闭帧的格式不正确",
        WebSocketFault::AfterClose => "关闭帧之后又发来了内容",
        WebSocketFault::Other(detail) => return detail.clone(),
    }
    .to_owned()
}

pub(super) fn proxy_unreachable(proxy: &str, cause: &Failure, language: Language) -> Explanation {
    let cause = explain(cause, language);
    match language {
        Language::English => Explanation::new(
            format!("The proxy {proxy} cannot be reached."),
            format!("{} {}", cause.what, cause.means),
            "Check the proxy's host and port. If no proxy is needed from here, take it out of this connection.",
        ),
        Language::Chinese => Explanation::new(
            format!("无法连接代理 {proxy}。"),
            format!("{}{}", cause.what, cause.means),
            "请检查代理的主机和端口。如果不需要代理，请从这个连接中去掉。",
        ),
    }
}

/// What a proxy's refusal comes to.
enum Matter {
    Login,
    /// Its rules.
    Rules,
    /// It does not find or reach the server.
    Server,
    /// It is another kind of proxy, or none.
    Kind,
    Unknown,
}

fn matter(refusal: &ProxyRefusal) -> Matter {
    match refusal {
        ProxyRefusal::Login(_) => Matter::Login,
        ProxyRefusal::Http { status: 403, .. } | ProxyRefusal::Socks(2) => Matter::Rules,
        ProxyRefusal::Http { status: 502..=504, .. } | ProxyRefusal::Socks(3..=6) => Matter::Server,
        ProxyRefusal::Http { status: 400 | 405 | 501, .. }
        | ProxyRefusal::Socks(7)
        | ProxyRefusal::NotAProxy(_) => Matter::Kind,
        _ => Matter::Unknown,
    }
}

pub(super) fn proxy_refused(
    proxy: &str,
    server: &str,
    refusal: &ProxyRefusal,
    language: Language,
) -> Explanation {
    match language {
        Language::English => {
            let (what, try_this) = proxy_refused_in_english(&matter(refusal), proxy, server);
            Explanation::new(what, said_in_english(refusal), try_this)
        }
        Language::Chinese => {
            let (what, try_this) = proxy_refused_in_chinese(&matter(refusal), proxy, server);
            Explanation::new(what, said_in_chinese(refusal), try_this)
        }
    }
}

fn proxy_refused_in_english(matter: &Matter, proxy: &str, server: &str) -> (String, &'static str) {
    match matter {
        Matter::Login => (
            format!("The proxy {proxy} wants a user name and password, or other ones."),
            "Fill in the proxy's user name and password; they are not those of the broker.",
        ),
        Matter::Rules => (
            format!("The proxy {proxy} does not allow a connection to {server}."),
            "Many proxies allow port 443 only: try the broker's wss:// address. Else ask whoever runs the proxy to allow this host and port.",
        ),
        Matter::Server => (
            format!("The proxy {proxy} works, but did not reach {server}."),
            "Check the broker's host and port, and that the broker runs. The name must be known where the proxy stands.",
        ),
        Matter::Kind => (
            format!("What answers at {proxy} is no proxy of the chosen kind."),
            "Check the kind of proxy (HTTP or SOCKS5) and its port: HTTP proxies often use 8080 or 3128, SOCKS5 uses 1080.",
        ),
        Matter::Unknown => (
            format!("The proxy {proxy} did not lead to {server}."),
            "Check the kind of proxy (HTTP or SOCKS5), its host and port, and the broker's host and port; then ask whoever runs the proxy.",
        ),
    }
}

fn proxy_refused_in_chinese(matter: &Matter, proxy: &str, server: &str) -> (String, &'static str) {
    match matter {
        Matter::Login => (
            format!("代理 {proxy} 要求用户名和密码，或者填写的不正确。"),
            "请填写代理的用户名和密码；它们与 Broker 的不同。",
        ),
        Matter::Rules => (
            format!("代理 {proxy} 不允许连接 {server}。"),
            "许多代理只允许 443 端口：请试试 Broker 的 wss:// 地址，或请代理的维护者放行这个主机和端口。",
        ),
        Matter::Server => (
            format!("代理 {proxy} 工作正常，但没有连到 {server}。"),
            "请检查 Broker 的主机和端口，并确认 Broker 正在运行。代理所在的网络必须能找到这个名称。",
        ),
        Matter::Kind => (
            format!("{proxy} 上应答的不是所选类型的代理。"),
            "请检查代理类型（HTTP 或 SOCKS5）和端口：HTTP 代理常用 8080 或 3128，SOCKS5 用 1080。",
        ),
        Matter::Unknown => (
            format!("代理 {proxy} 没有连到 {server}。"),
            "请检查代理类型（HTTP 或 SOCKS5）、代理的主机和端口，以及 Broker 的主机和端口，然后询问代理的维护者。",
        ),
    }
}

/// The replies of SOCKS (RFC 1928, section 6), from 1.
const REPLIES_ENGLISH: [&str; 8] = [
    "general failure",
    "its rules do not allow this connection",
    "the network cannot be reached",
    "the host cannot be reached",
    "the server refused the connection",
    "the way was too long (time to live)",
    "it cannot make connections",
    "it does not know this kind of address",
];

const REPLIES_CHINESE: [&str; 8] = [
    "一般性故障",
    "规则不允许此连接",
    "网络不可达",
    "主机不可达",
    "服务器拒绝了连接",
    "路径太长（TTL 已到期）",
    "不支持建立连接的命令",
    "不支持这种地址类型",
];

fn reply(code: u8, words: &[&'static str; 8]) -> Option<&'static str> {
    words.get(usize::from(code).checked_sub(1)?).copied()
}

fn said_in_english(refusal: &ProxyRefusal) -> String {
    match refusal {
        ProxyRefusal::Login(said) => format!("It answered: {said}"),
        ProxyRefusal::Http { status, said } => format!("It answered: {status} {said}"),
        ProxyRefusal::Socks(code) => match reply(*code, &REPLIES_ENGLISH) {
            Some(words) => format!("It answered with code {code}: {words}."),
            None => format!("It answered with code {code}, which SOCKS does not name."),
        },
        ProxyRefusal::NotAProxy(start) => format!("Its answer begins with: {start}"),
        ProxyRefusal::Closed => "It closed the connection without an answer.".to_owned(),
        ProxyRefusal::Silent { after_secs } => format!(
            "It took the connection and then said nothing for {after_secs} s. It may wait for the broker in vain, or be no such proxy."
        ),
    }
}

fn said_in_chinese(refusal: &ProxyRefusal) -> String {
    match refusal {
        ProxyRefusal::Login(said) => format!("它的应答：{said}"),
        ProxyRefusal::Http { status, said } => format!("它的应答：{status} {said}"),
        ProxyRefusal::Socks(code) => match reply(*code, &REPLIES_CHINESE) {
            Some(words) => format!("它的应答代码是 {code}：{words}。"),
            None => format!("它的应答代码是 {code}，SOCKS 没有定义。"),
        },
        ProxyRefusal::NotAProxy(start) => format!("它的应答开头是：{start}"),
        ProxyRefusal::Closed => "它没有应答就关闭了连接。".to_owned(),
        ProxyRefusal::Silent { after_secs } => {
            format!(
                "它接受了连接，但在 {after_secs} 秒内没有任何应答。可能是在等待 Broker，也可能不是这种代理。"
            )
        }
    }
}
