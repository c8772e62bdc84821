//! What CONNECT says of the session and of the user.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Origin, Target, from_environment, from_file, warn_of_the_process_list};
use crate::cli::Stop;
use crate::profile::{Secret, generate_client_id, is_generated_client_id};
use crate::wire::Version;

#[derive(Debug, Args)]
#[command(next_help_heading = "Session")]
#[group(skip)]
pub(super) struct Arguments {
    /// MQTT 31, 311 or 5 [default: 311]
    #[arg(short = 'V', long, value_name = "VERSION", hide_possible_values = true)]
    mqtt_version: Option<VersionName>,

    /// Client identifier [default: made up]
    #[arg(short = 'i', long, value_name = "ID")]
    id: Option<String>,

    /// User name
    #[arg(short = 'u', long, value_name = "USER")]
    username: Option<String>,

    /// Password; the list of processes shows it
    #[arg(
        short = 'P',
        long = "pw",
        value_name = "PASSWORD",
        conflicts_with = "password_file",
        allow_hyphen_values = true
    )]
    password: Option<String>,

    /// Read the password from a file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Longest silence, 0 for any [default: 60]
    #[arg(short = 'k', long, value_name = "SECONDS")]
    keepalive: Option<u16>,

    /// The server keeps the session; needs -i
    #[arg(short = 'c', long = "keep-session", alias = "disable-clean-session")]
    keep_session: bool,

    /// How long after the end, or never (5.0)
    #[arg(
        short = 'x',
        long = "session-expiry",
        alias = "session-expiry-interval",
        value_name = "SECONDS",
        value_parser = expiry,
        allow_negative_numbers = true
    )]
    session_expiry: Option<u32>,
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

/// Reads seconds; `never`, and what other clients write for it.
fn expiry(text: &str) -> Result<u32, String> {
    match text {
        "never" | "-1" | "∞" => Ok(u32::MAX),
        _ => text.parse().map_err(|_| "it is seconds from 0 to 4294967295, or never".to_owned()),
    }
}

impl Arguments {
    /// Whether the session expiry is given.
    pub const fn has_expiry(&self) -> bool {
        self.session_expiry.is_some()
    }

    pub fn apply(self, target: &mut Target) -> Result<(), Stop> {
        let saved = matches!(target.origin, Origin::Saved(_));
        let profile = &mut target.options.profile;
        if let Some(version) = self.mqtt_version {
            profile.version = match version {
                VersionName::V3_1 => Version::V3_1,
                VersionName::V3_1_1 => Version::V3_1_1,
                VersionName::V5_0 => Version::V5_0,
            };
        }
        if let Some(seconds) = self.keepalive {
            profile.keep_alive_secs = seconds;
        }
        if self.keep_session {
            profile.clean_session = false;
        }
        if let Some(seconds) = self.session_expiry {
            if profile.version != Version::V5_0 {
                return Err(Stop::Usage(format!(
                    "-x is of MQTT 5.0, and this is a connection of MQTT {}: add -V 5, or leave -x out",
                    profile.version
                )));
            }
            profile.connect.session_expiry_secs = Some(seconds);
        }
        match self.id {
            Some(id) => profile.client_id = id,
            None if !saved && self.keep_session => {
                let why =
                    "-c needs a client identifier by which the server knows the session again: add -i ID";
                return Err(Stop::Usage(why.to_owned()));
            }
            // A server throws out the first of two clients with the same one, which may be the window's.
            None if !saved || (is_generated_client_id(&profile.client_id) && profile.clean_session) => {
                profile.client_id = generate_client_id(fastrand::u32(..));
            }
            None => {}
        }
        if let Some(username) = self.username {
            profile.username = username;
        }
        if self.password.is_some() {
            warn_of_the_process_list("the password of -P", "MQLOUPE_PASSWORD or --password-file");
        }
        let given = match (self.password, self.password_file) {
            (Some(password), _) => Some(Secret::new(password)),
            (None, Some(path)) => Some(from_file("--password-file", &path)?),
            (None, None) => None,
        };
        let in_url = target.options.secrets.password.take();
        target.options.secrets.password = given.or(in_url).or_else(|| from_environment("MQLOUPE_PASSWORD"));
        Ok(())
    }
}
