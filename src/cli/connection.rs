//! The options of a connection, with the letters that hands know, made into a profile.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Stop;
use crate::profile::{Endpoint, Profile, Protocol, Secret, generate_client_id, url};
use crate::wire::{Qos, Version};

/// Where to connect, as whom, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
#[group(skip)]
pub(super) struct Arguments {
    /// The server's name or address.
    #[arg(short = 'h', long, default_value = "127.0.0.1")]
    host: String,

    /// The server's TCP port.
    #[arg(short = 'p', long, default_value_t = 1883, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,

    /// All in one: mqtt://[user[:password]@]host[:port][/topic].
    #[arg(short = 'L', long, value_name = "URL", conflicts_with_all = ["host", "port"])]
    url: Option<String>,

    /// The version of MQTT: mqttv31, mqttv311 or mqttv5; also 31, 311, 5.
    #[arg(
        short = 'V',
        long,
        value_name = "VERSION",
        default_value = "mqttv311",
        hide_possible_values = true
    )]
    mqtt_version: VersionName,

    /// The client identifier; made up where it is not given.
    #[arg(short = 'i', long, value_name = "ID")]
    id: Option<String>,

    /// The user name.
    #[arg(short = 'u', long, value_name = "USER")]
    username: Option<String>,

    /// The password. Others on this machine can see it; MQLOUPE_PASSWORD or --password-file hide it.
    #[arg(short = 'P', long = "pw", value_name = "PASSWORD", conflicts_with = "password_file")]
    password: Option<String>,

    /// Read the password from a file; a line break at its end does not count.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Seconds between packets at most; 0 turns keep alive off.
    #[arg(short = 'k', long, value_name = "SECONDS", default_value_t = 60)]
    keepalive: u16,

    /// Keep the session: the server remembers subscriptions and messages. Needs an identifier (-i).
    #[arg(short = 'c', long = "disable-clean-session", requires = "id")]
    keep_session: bool,

    /// Save every packet of both directions as a capture (pcapng) that Wireshark opens.
    #[arg(short = 'w', long = "write", value_name = "FILE")]
    capture: Option<PathBuf>,

    /// Connect again when the connection is lost, instead of ending with status 1.
    #[arg(long)]
    reconnect: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum VersionName {
    #[value(name = "mqttv31", aliases = ["31", "3.1"])]
    V3_1,
    #[value(name = "mqttv311", aliases = ["311", "3.1.1"])]
    V3_1_1,
    #[value(name = "mqttv5", aliases = ["5", "5.0"])]
    V5_0,
}

/// A connection as asked for.
pub(super) struct Target {
    pub profile: Profile,
    pub password: Option<Secret>,
    /// The topic at the end of a URL.
    pub topic: Option<String>,
    /// Where to save what crosses.
    pub capture: Option<PathBuf>,
}

impl Arguments {
    pub fn target(self) -> Result<Target, Stop> {
        let mut endpoint = Endpoint { protocol: Protocol::Mqtt, host: self.host, port: self.port };
        let (mut username, mut in_url, mut topic) = (None, None, None);
        if let Some(text) = &self.url {
            let parsed = url::parse(text).map_err(|error| Stop::Usage(format!("--url: {error}")))?;
            endpoint = parsed.endpoint();
            topic = parsed.path.strip_prefix('/').filter(|path| !path.is_empty()).map(str::to_owned);
            (username, in_url) = (parsed.username, parsed.password);
        }
        let password = match (self.password, self.password_file) {
            (Some(password), _) => Some(Secret::new(password)),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(&path).map_err(|error| {
                    Stop::Failed(format!("the password file {} cannot be read: {error}", path.display()))
                })?;
                let line = text.strip_suffix('\n').unwrap_or(&text);
                Some(Secret::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
            }
            (None, None) => in_url.or_else(|| std::env::var("MQLOUPE_PASSWORD").ok().map(Secret::new)),
        };
        let profile = Profile {
            endpoint,
            version: match self.mqtt_version {
                VersionName::V3_1 => Version::V3_1,
                VersionName::V3_1_1 => Version::V3_1_1,
                VersionName::V5_0 => Version::V5_0,
            },
            client_id: self.id.unwrap_or_else(|| generate_client_id(fastrand::u32(..))),
            username: self.username.or(username).unwrap_or_default(),
            keep_alive_secs: self.keepalive,
            clean_session: !self.keep_session,
            reconnect: self.reconnect,
            ..Profile::default()
        };
        Ok(Target { profile, password, topic, capture: self.capture })
    }
}

/// Reads `0`, `1` or `2`.
pub(super) fn qos(text: &str) -> Result<Qos, String> {
    let number = text.parse::<u8>().map_err(|_| "QoS is 0, 1 or 2".to_owned())?;
    Qos::try_from(number).map_err(|error| error.to_string())
}
