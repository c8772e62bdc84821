//! The options of a connection, with the letters that hands know, made into a profile, its secrets and what a
//! command says besides. Contradictions are found here, before anything is connected to.

mod check;
mod properties;
pub(super) mod saved;
mod session;
mod tls;
mod way;
mod will;

use std::path::{Path, PathBuf};

use clap::Args;

pub(super) use properties::Sender;

use super::Stop;
use crate::profile::{MessageProperties, Protocol, UserProperty};
use crate::session::{Options, Parting};
use crate::wire::Qos;

/// What stands below the options of a command: examples, addresses, secrets, properties.
pub(super) fn notes(sender: Sender, examples: &str) -> String {
    format!(
        "Examples:\n{examples}\n\nAddresses:\n\
        \x20 mqtt://[user[:password]@]host[:port][/topic]   mqtts:// for TLS\n\
        \x20 ws://[user[:password]@]host[:port][/path]      wss:// for TLS\n\
        \x20 unix:///path/of/socket\n\n\
        Secrets: others on this machine can see command lines. MQLOUPE_PASSWORD,\n\
        MQLOUPE_KEY_PASSPHRASE and MQLOUPE_PROXY_PASSWORD in the environment, and the\n\
        options that name files, keep secrets out of them.\n\n\
        Properties (MQTT 5.0), as in -D connect receive-maximum 10:\n{}",
        properties::list(sender)
    )
}

/// Where to connect, as whom, and how.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Arguments {
    #[command(flatten)]
    way: way::Arguments,
    #[command(flatten)]
    session: session::Arguments,
    #[command(flatten)]
    properties: properties::Arguments,
    #[command(flatten)]
    tls: tls::Arguments,
    #[command(flatten)]
    websocket: way::WebSocketArguments,
    #[command(flatten)]
    will: will::Arguments,
    #[command(flatten)]
    capture: CaptureArguments,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Capture")]
#[group(skip)]
struct CaptureArguments {
    /// Save every packet (pcapng), for Wireshark
    #[arg(short = 'w', long = "write", value_name = "FILE")]
    capture: Option<PathBuf>,

    /// Leave passwords as they are in the capture
    #[arg(long, requires = "capture")]
    with_secrets: bool,
}

/// A connection as asked for.
pub(super) struct Target {
    /// The profile and its secrets.
    pub options: Options,
    /// The topic at the end of a URL.
    pub topic: Option<String>,
    /// Where to save what crosses.
    pub capture: Option<PathBuf>,
    /// Whether the capture keeps passwords.
    pub with_secrets: bool,
    /// 5.0: the properties of each PUBLISH.
    pub message: MessageProperties,
    /// 5.0: the topic alias of each PUBLISH.
    pub topic_alias: Option<u16>,
    /// 5.0: the subscription identifier of SUBSCRIBE.
    pub identifier: Option<u32>,
    /// 5.0: the user properties of SUBSCRIBE.
    pub subscribe_properties: Vec<UserProperty>,
    /// 5.0: what DISCONNECT says.
    pub parting: Parting,
    /// How the server was named.
    origin: Origin,
}

/// How the server was named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// With `-h` and `-p`, or not at all.
    Host,
    /// With `-L`.
    Url,
    /// With `--profile`, by this name.
    Saved(String),
}

impl Origin {
    /// How an explanation names what says `protocol`.
    fn says(&self, protocol: Protocol) -> String {
        let scheme = protocol.scheme();
        match self {
            Self::Host => format!("-h means {scheme}"),
            Self::Url => format!("-L says {scheme}"),
            Self::Saved(name) => format!("the saved connection {name:?} uses {scheme}"),
        }
    }
}

impl Arguments {
    /// Makes a connection of the options. `data_dir` is the one given before the command.
    pub fn target(self, sender: Sender, data_dir: Option<&Path>) -> Result<Target, Stop> {
        let Self { way, session, properties, tls, websocket, will, capture } = self;
        let mut target = way.target(data_dir, websocket, tls.first_given())?;
        let has_expiry = session.has_expiry();
        session.apply(&mut target)?;
        tls.apply(&mut target)?;
        will.apply(&mut target)?;
        properties.apply(sender, has_expiry, &mut target)?;
        (target.capture, target.with_secrets) = (capture.capture, capture.with_secrets);
        check::check(&target)?;
        Ok(target)
    }
}

/// Reads `0`, `1` or `2`.
pub(super) fn qos(text: &str) -> Result<Qos, String> {
    let number = text.parse::<u8>().map_err(|_| "QoS is 0, 1 or 2".to_owned())?;
    Qos::try_from(number).map_err(|error| error.to_string())
}

/// Something that belongs into a secret's place: a notice that others can see it where it is.
fn warn_of_the_process_list(option: &str, instead: &str) {
    eprintln!(
        "mqloupe: other users of this machine can see {option} in the list of processes; {instead} keeps it out"
    );
}

/// The secret of an environment variable, byte for byte; an empty one is none.
fn from_environment(variable: &str) -> Option<crate::profile::Secret> {
    let bytes = std::env::var_os(variable)?.into_encoded_bytes();
    (!bytes.is_empty()).then(|| crate::profile::Secret::from_bytes(bytes))
}

/// The secret in a file, byte for byte but for one line break at its end.
fn from_file(option: &str, path: &Path) -> Result<crate::profile::Secret, Stop> {
    let mut bytes = std::fs::read(path)
        .map_err(|error| Stop::Failed(format!("{option}: {} cannot be read: {error}", path.display())))?;
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    Ok(crate::profile::Secret::from_bytes(bytes))
}
