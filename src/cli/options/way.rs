//! The way to the server: host and port, a URL or a saved connection; WebSocket; a proxy.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use std::path::{Path, PathBuf};

use clap::Args;

use super::saved;
use super::{Origin, Target, from_environment, warn_of_the_process_list};
use crate::cli::Stop;
use crate::profile::{
    Endpoint, Header, MessageProperties, ParsedUrl, Profile, Protocol, Proxy, ProxyKind, Secret, Secrets, url,
};
use crate::session::{Options, Parting};

#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
#[group(skip)]
pub(super) struct Arguments {
    /// Name or address [default: 127.0.0.1]
    #[arg(short = 'h', long)]
    host: Option<String>,

    /// TCP port [default: 1883; TLS 8883, ws 80, wss 443]
    #[arg(short = 'p', long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,

    /// An address such as mqtts://host/topic (see below)
    #[arg(short = 'L', long, value_name = "URL", conflicts_with_all = ["host", "port"])]
    url: Option<String>,

    /// A saved connection
    #[arg(long, value_name = "NAME", conflicts_with_all = ["host", "port", "url"])]
    profile: Option<String>,

    /// Where saved connections are, if not where usual
    #[arg(long = "data-dir", id = "saved_in", value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Go by http:// or socks5://[user[:password]@]host
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// Connect again when the connection is lost
    #[arg(long)]
    reconnect: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "WebSocket")]
#[group(skip)]
pub(super) struct WebSocketArguments {
    /// MQTT over WebSocket
    #[arg(long)]
    ws: bool,

    /// The path of the request [default: /mqtt]
    #[arg(long)]
    path: Option<String>,

    /// A header of the request; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
}

impl Arguments {
    /// The connection without anything above the transport. `tls` is an option of TLS that was given.
    pub fn target(
        self,
        data_dir: Option<&Path>,
        websocket: WebSocketArguments,
        tls: Option<&str>,
    ) -> Result<Target, Stop> {
        let (mut profile, origin, parsed) = match (&self.profile, &self.url) {
            (Some(name), _) => {
                let profile = saved::load(name, self.data_dir.as_deref().or(data_dir))?;
                (profile, Origin::Saved(name.clone()), None)
            }
            (None, Some(text)) => {
                let parsed = url::parse(text).map_err(|error| Stop::Usage(format!("-L: {error}")))?;
                let mut profile = Profile::default();
                parsed.point(&mut profile);
                (profile, Origin::Url, Some(parsed))
            }
            (None, None) => (self.by_host(websocket.ws, tls.is_some()), Origin::Host, None),
        };
        if self.host.as_ref().is_some_and(|host| host.contains("://")) {
            let why = "-h takes a name or an address; a URL goes after -L";
            return Err(Stop::Usage(why.to_owned()));
        }
        if self.data_dir.is_some() && self.profile.is_none() {
            let why = "--data-dir is where saved connections are: add --profile NAME, or leave it out";
            return Err(Stop::Usage(why.to_owned()));
        }
        let protocol = profile.endpoint.protocol;
        if let Some(option) = tls.filter(|_| !protocol.uses_tls()) {
            let secure = if protocol.uses_websocket() { "wss://" } else { "mqtts://" };
            return Err(Stop::Usage(format!(
                "{option} is for TLS, and {}: use {secure}, or leave {option} out",
                origin.says(protocol)
            )));
        }
        if protocol == Protocol::Unix && !cfg!(unix) {
            return Err(Stop::Usage(
                "-L: unix:// needs Unix sockets, which this system does not have".to_owned(),
            ));
        }
        profile.reconnect = self.reconnect;
        let (mut topic, mut password) = (None, None);
        if let Some(ParsedUrl { password: in_url, path, .. }) = parsed {
            if in_url.is_some() {
                warn_of_the_process_list("the password in the URL", "MQLOUPE_PASSWORD or --password-file");
            }
            password = in_url;
            if !protocol.uses_websocket() {
                topic = path.strip_prefix('/').filter(|path| !path.is_empty()).map(str::to_owned);
            } else if path.len() > 1 && websocket.path.is_some() {
                let why = "--path: the URL has a path already; leave one of the two out";
                return Err(Stop::Usage(why.to_owned()));
            }
        }
        websocket.apply(&mut profile, &origin)?;
        let mut proxy_password = None;
        if let Some(text) = &self.proxy {
            if protocol == Protocol::Unix {
                let why =
                    "--proxy: a Unix socket is on this machine, and no proxy leads to it; leave --proxy out";
                return Err(Stop::Usage(why.to_owned()));
            }
            let (proxy, secret) = proxy(text)?;
            profile.proxy = Some(proxy);
            proxy_password = secret;
        }
        if profile.proxy.is_some() && proxy_password.is_none() {
            proxy_password = from_environment("MQLOUPE_PROXY_PASSWORD");
        }
        Ok(Target {
            options: Options { profile, secrets: Secrets { password, proxy_password, ..Secrets::default() } },
            topic,
            capture: None,
            with_secrets: false,
            message: MessageProperties::default(),
            topic_alias: None,
            identifier: None,
            subscribe_properties: Vec::new(),
            parting: Parting::default(),
            origin,
        })
    }

    fn by_host(&self, ws: bool, tls: bool) -> Profile {
        let protocol = match (ws, tls) {
            (false, false) => Protocol::Mqtt,
            (false, true) => Protocol::Mqtts,
            (true, false) => Protocol::Ws,
            (true, true) => Protocol::Wss,
        };
        let endpoint = Endpoint {
            protocol,
            host: self.host.clone().unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: self.port.unwrap_or(protocol.default_port()),
        };
        Profile { endpoint, ..Profile::default() }
    }
}

impl WebSocketArguments {
    fn apply(self, profile: &mut Profile, origin: &Origin) -> Result<(), Stop> {
        let protocol = profile.endpoint.protocol;
        let given =
            [("--ws", self.ws), ("--path", self.path.is_some()), ("--header", !self.headers.is_empty())];
        let first = given.into_iter().find(|(_, given)| *given);
        if let Some((option, _)) = first.filter(|_| !protocol.uses_websocket()) {
            let mend = match origin {
                Origin::Host => "add --ws".to_owned(),
                _ if protocol.uses_tls() => "use wss://".to_owned(),
                _ => "use ws://".to_owned(),
            };
            return Err(Stop::Usage(format!(
                "{option} is for WebSocket, and {}: {mend}, or leave {option} out",
                origin.says(protocol)
            )));
        }
        if let Some(path) = self.path {
            profile.websocket.path = path;
        }
        for header in self.headers {
            // What was saved under that name is replaced.
            let header = self::header(&header)?;
            profile.websocket.headers.retain(|known| !known.name.eq_ignore_ascii_case(&header.name));
            profile.websocket.headers.push(header);
        }
        Ok(())
    }
}

fn header(text: &str) -> Result<Header, Stop> {
    // The value is not repeated: it may be a credential.
    let wrong =
        "--header: a header is a name, a colon and a value, as in --header 'Authorization: Bearer abc'";
    let (name, value) = text.split_once(':').ok_or_else(|| Stop::Usage(wrong.to_owned()))?;
    Ok(Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
}

/// Takes the URL of a proxy apart.
fn proxy(text: &str) -> Result<(Proxy, Option<Secret>), Stop> {
    let wrong = |why: &str| Stop::Usage(format!("--proxy: {why}"));
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "http" => ProxyKind::Http,
        "socks5" | "socks5h" => ProxyKind::Socks5,
        "" => return Err(wrong("say what the proxy speaks: http://HOST:PORT or socks5://HOST:PORT")),
        other => {
            return Err(wrong(&format!("{other}:// is not spoken; http:// and socks5:// are")));
        }
    };
    // User, host and port stand in it as in an address of MQTT.
    let parsed = url::parse(&format!("mqtt://{rest}")).map_err(|error| wrong(&error.to_string()))?;
    if parsed.path.len() > 1 {
        return Err(wrong("the address of a proxy ends with its port; remove what follows"));
    }
    if parsed.password.is_some() {
        warn_of_the_process_list("the password in --proxy", "MQLOUPE_PROXY_PASSWORD");
    }
    let proxy = Proxy {
        kind,
        host: parsed.host,
        port: parsed.port.unwrap_or(kind.default_port()),
        username: parsed.username.unwrap_or_default(),
    };
    Ok((proxy, parsed.password))
}
