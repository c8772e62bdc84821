//! Why a connection could not be made or was lost. Words for people are made of these in `text`.

use super::{FileFault, SettingsFault};
use crate::log::Row;
use crate::wire::Diagnostic;

/// Why a connection could not be made or was lost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name has no address.
    #[error("host {host:?} was not found: {detail}")]
    NameNotFound {
        /// The name looked up.
        host: String,
        /// The system's words; empty where it has none.
        detail: String,
    },
    /// No name server answered in time.
    #[error("no name server answered for {host:?} within {after_secs} s")]
    NameUnanswered {
        /// The name looked up.
        host: String,
        /// How long was waited.
        after_secs: u16,
    },
    /// Nothing listens at the port.
    #[error("nothing listens at {address}")]
    Refused {
        /// The address tried.
        address: String,
    },
    /// No answer in time.
    #[error("no answer from {address} within {after_secs} s")]
    TimedOut {
        /// The address tried.
        address: String,
        /// How long was waited.
        after_secs: u16,
    },
    /// Another fault of the network or the system.
    #[error("the network failed at {address}: {detail}")]
    Network {
        /// The address tried.
        address: String,
        /// The system's words.
        detail: String,
    },
    /// The peer's first bytes are not MQTT.
    #[error("what answers at {address} does not speak MQTT")]
    NotMqtt {
        /// The address.
        address: String,
        /// What the bytes look like: `HTTP`, `TLS`, or their hex.
        looks_like: String,
    },
    /// CONNACK refused the connection.
    #[error("the server refused the connection: {reason}")]
    ConnackRefused {
        /// Return code (3.x) or reason code (5.0).
        code: u8,
        /// The code's name in the standard.
        reason: String,
        /// 5.0: the server's own words.
        reason_string: Option<String>,
    },
    /// The server sent DISCONNECT (5.0).
    #[error("the server disconnected: {reason}")]
    ServerDisconnected {
        /// Reason code.
        code: u8,
        /// The code's name in the standard.
        reason: String,
        /// The server's own words.
        reason_string: Option<String>,
    },
    /// The server points to another one (5.0, reason codes 0x9C and 0x9D).
    #[error("the server points to another one: {reference}")]
    Redirected {
        /// It has moved there for good.
        moved: bool,
        /// Where: `host` or `host:port`, several with blanks between (5.0, section 4.11).
        reference: String,
        /// The server's own words.
        reason_string: Option<String>,
    },
    /// The peer closed the connection without a word.
    #[error("the server closed the connection")]
    ClosedByPeer {
        /// CONNACK had been received.
        was_online: bool,
    },
    /// No PINGRESP in time.
    #[error("the server did not answer the keep alive")]
    KeepAliveMissed,
    /// The server broke the protocol.
    #[error("the server sent a packet that breaks MQTT: {detail}")]
    Protocol {
        /// What was wrong, in the engine's words.
        detail: String,
        /// The frame in the log.
        frame: Option<Row>,
        /// What our own decoder finds wrong with it.
        fault: Option<Box<Diagnostic>>,
    },
    /// The server's certificate is not accepted.
    #[error("the certificate of {server} is not accepted: {detail}")]
    Certificate {
        /// The name that was asked for.
        server: String,
        /// What is wrong with it.
        fault: CertificateFault,
        /// The checker's words.
        detail: String,
    },
    /// The server wants a client certificate, and none was given.
    #[error("{address} wants a client certificate")]
    ClientCertificateWanted {
        /// The address.
        address: String,
    },
    /// The server does not accept the client certificate.
    #[error("{address} does not accept the client certificate: {detail}")]
    ClientCertificateRefused {
        /// The address.
        address: String,
        /// The server's alert.
        detail: String,
    },
    /// TLS could not be agreed on.
    #[error("the TLS handshake with {address} failed: {detail}")]
    TlsHandshake {
        /// The address.
        address: String,
        /// What went wrong.
        detail: String,
    },
    /// The connection ended while TLS was set up.
    #[error("{address} closed the connection while TLS was set up")]
    ClosedInTls {
        /// The address.
        address: String,
    },
    /// What answers does not speak TLS.
    #[error("what answers at {address} does not speak TLS")]
    NotTls {
        /// The address.
        address: String,
    },
    /// The connection was made, but TLS or WebSocket was not set up in time.
    #[error("{address} accepted the connection and then said nothing for {after_secs} s")]
    Silent {
        /// The address.
        address: String,
        /// How long was waited.
        after_secs: u16,
    },
    /// What answers does not open a WebSocket.
    #[error("{address} does not open a WebSocket: {answer}")]
    NotWebSocket {
        /// The address.
        address: String,
        /// What was answered instead.
        answer: UpgradeAnswer,
    },
    /// The WebSocket ended otherwise than by a plain close.
    #[error("the WebSocket at {address} ended: {end}")]
    WebSocketEnded {
        /// The address.
        address: String,
        /// How.
        end: WebSocketEnd,
    },
    /// The proxy cannot be reached.
    #[error("the proxy {proxy} cannot be reached: {cause}")]
    ProxyUnreachable {
        /// The proxy.
        proxy: String,
        /// Why, as if it were the server.
        cause: Box<Failure>,
    },
    /// The proxy was reached, and did not lead to the server.
    #[error("the proxy {proxy} did not lead to {server}: {refusal}")]
    ProxyRefused {
        /// The proxy.
        proxy: String,
        /// The server's address, as the proxy was asked for it.
        server: String,
        /// What it said.
        refusal: ProxyRefusal,
    },
    /// The Unix socket cannot be connected to.
    #[error("the socket {path} cannot be used: {detail}")]
    UnixSocket {
        /// Its path.
        path: String,
        /// Why.
        detail: String,
    },
    /// Enhanced authentication failed on what the server said (5.0, section 4.12); what it refuses comes as a code.
    #[error("authentication with {method} failed: {fault}")]
    Authentication {
        /// The authentication method.
        method: String,
        /// What was wrong.
        fault: AuthenticationFault,
    },
    /// The private key cannot be unlocked.
    #[error("the private key in {path} cannot be unlocked: {fault}")]
    Key {
        /// The path of its file.
        path: String,
        /// Why.
        fault: KeyFault,
    },
    /// A file of certificates or keys cannot be used.
    #[error("the file {path} cannot be used: {fault}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        fault: FileFault,
    },
    /// The profile itself cannot be used.
    #[error("the connection's settings cannot be used: {fault}")]
    Settings {
        /// What is wrong.
        fault: SettingsFault,
    },
}

/// What a server answered that was asked to open a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpgradeAnswer {
    /// HTTP that does not upgrade.
    #[error("HTTP status {status} {said}")]
    Http {
        /// The status.
        status: u16,
        /// Its name as the server gave it, and the beginning of the page.
        said: String,
        /// Where it points to (`Location`).
        location: Option<String>,
    },
    /// Nothing: it closed the connection.
    #[error("it closed the connection")]
    Closed,
    /// Something else than HTTP.
    #[error("its answer, which begins with {0:?}, is not one of HTTP")]
    NotHttp(String),
    /// An upgrade that does not belong to the request (RFC 6455, section 4.1).
    #[error("its answer does not belong to what was asked")]
    Mismatch,
    /// A subprotocol that was not offered.
    #[error("it wants to speak {0:?} within, not MQTT")]
    Subprotocol(String),
}

/// Why a proxy did not lead to the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyRefusal {
    /// It wants a user name and password, or other ones: what it said.
    #[error("it wants a user name and password, or other ones ({0})")]
    Login(String),
    /// HTTP: the status line of its answer, such as `403 Forbidden`.
    #[error("HTTP status {status} {said}")]
    Http {
        /// The status.
        status: u16,
        /// Its name as the proxy gave it.
        said: String,
    },
    /// SOCKS: the reply (RFC 1928, section 6).
    #[error("SOCKS reply {0}")]
    Socks(u8),
    /// It speaks something else: what its answer begins with.
    #[error("its answer, which begins with {0:?}, is not that of such a proxy")]
    NotAProxy(String),
    /// It closed the connection.
    #[error("it closed the connection")]
    Closed,
    /// No answer in time.
    #[error("it said nothing for {after_secs} s")]
    Silent {
        /// How long was waited.
        after_secs: u16,
    },
}

/// How a WebSocket ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebSocketEnd {
    /// The server closed it with a code and a reason (RFC 6455, section 7.4).
    #[error("the server closed it with code {code}: {reason}")]
    Closed {
        /// The code.
        code: u16,
        /// Its words; may be empty.
        reason: String,
    },
    /// The server sent text, and MQTT travels in binary messages (3.1.1 and 5.0, section 6.0).
    #[error("the server sent a text message")]
    Text,
    /// A message is longer than a packet of MQTT can be; it was not taken in.
    #[error("a message is longer than {limit} bytes")]
    TooLong {
        /// The most there may be, in bytes.
        limit: usize,
    },
    /// What came is not of WebSocket.
    #[error("{0}")]
    Broken(WebSocketFault),
}

/// What breaks the rules of WebSocket (RFC 6455).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebSocketFault {
    /// Reserved bits are set, which no extension has asked for (section 5.2).
    #[error("a frame has reserved bits set")]
    ReservedBits,
    /// The server has masked a frame (section 5.1).
    #[error("a frame is masked, which only those of a client are")]
    Masked,
    /// The kind of frame is not defined (section 5.2).
    #[error("a frame is of kind {0}, which does not exist")]
    Kind(u8),
    /// A control frame is split or longer than 125 bytes (section 5.5).
    #[error("a control frame is split, or longer than 125 bytes")]
    Control,
    /// A frame goes on with nothing, or a message begins within another one (section 5.4).
    #[error("the parts of a split message do not belong together")]
    Parts,
    /// Text or the reason of a close is not UTF-8 (section 8.1).
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// A close is not well-formed (section 5.5.1).
    #[error("a close frame is not well-formed")]
    Close,
    /// Something came after the close (section 5.5.1).
    #[error("something came after the close frame")]
    AfterClose,
    /// Something else, in the library's words.
    #[error("{0}")]
    Other(String),
}

/// What a server did in enhanced authentication that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationFault {
    /// It accepted without proving that it knows the password.
    #[error("the server did not prove that it knows the password")]
    NoProof,
    /// Its proof is wrong: it does not know the password.
    #[error("the server's proof that it knows the password is wrong")]
    WrongProof,
    /// It answered another exchange than ours.
    #[error("the server's answer belongs to another exchange")]
    WrongNonce,
    /// It asked for more, and said nothing with it.
    #[error("the server asked to go on, without data")]
    NoData,
    /// It refused with a word of its own.
    #[error("the server refused: {reason}")]
    Refused {
        /// Its word, such as `invalid-proof`.
        reason: String,
    },
    /// It wants more work than is done for anybody.
    #[error("the server wants {count} iterations; {most} are done at most")]
    TooManyIterations {
        /// How many, as it wrote them.
        count: String,
        /// How many are done at most.
        most: u32,
    },
    /// It asks and asks.
    #[error("the server asked more than {rounds} times")]
    Endless {
        /// How many questions were answered.
        rounds: u32,
    },
    /// What it said is not of this method.
    #[error("what the server said cannot be understood: {detail}")]
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
}

/// Why a private key cannot be unlocked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// It is locked, and there is no passphrase.
    #[error("it is locked, and there is no passphrase")]
    NoPassphrase,
    /// The passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It is locked in the old form of OpenSSL (`Proc-Type: 4,ENCRYPTED`), which guards a key badly.
    #[error(
        "it is locked in an old form; `openssl pkcs8 -topk8 -in KEY -out NEW` makes a copy that can be used"
    )]
    OldForm,
    /// It is locked in a way that is not known.
    #[error("it is locked in a way that is not known ({detail})")]
    UnknownForm {
        /// What the decoder says.
        detail: String,
    },
}

/// What is wrong with a server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It is no longer valid.
    Expired {
        /// Since when, in seconds since 1970.
        since: Option<i64>,
    },
    /// It is not valid yet.
    NotYetValid {
        /// From when, in seconds since 1970.
        from: Option<i64>,
    },
    /// It is for other names.
    WrongName {
        /// The names it is for.
        names: Vec<String>,
    },
    /// Who signed it is not trusted.
    UnknownIssuer {
        /// Who signed it.
        issuer: String,
    },
    /// It signed itself.
    SelfSigned,
    /// Something else.
    Other,
}
