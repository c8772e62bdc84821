//! The connection form: what is typed, and what is wrong with it.

use std::collections::BTreeMap;

use super::{FormEdit, NumberField, TypedBytes, TypedSecret};
use crate::hex::{self, HexError};
use crate::profile::url::UrlError;
use crate::profile::{
    self, Bytes, FieldFault, FieldNote, PortFault, Profile, ProfileField, Protocol, Proxy, Reason, Secret,
    Secrets,
};
use crate::wire::Version;

/// A field of the form that cannot be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// The port is none.
    Port(PortFault),
    /// This field is no number of seconds from 0 to 65535.
    NotSeconds(ProfileField),
    /// This field is neither empty nor a whole number from 0 to `most`.
    NotANumber {
        /// Which.
        field: ProfileField,
        /// The greatest there may be.
        most: u32,
    },
    /// What is typed as hex is none.
    NotHex {
        /// Which field.
        field: ProfileField,
        /// Where, and what is wrong.
        fault: HexError,
    },
    /// 5.0: there is authentication data, but no method that it belongs to.
    DataWithoutMethod,
    /// A value of the profile.
    Profile(FieldFault),
}

impl FormFault {
    /// The field it stands at.
    #[must_use]
    pub const fn field(&self) -> ProfileField {
        match self {
            Self::Port(_) => ProfileField::Port,
            Self::NotSeconds(field) | Self::NotANumber { field, .. } | Self::NotHex { field, .. } => *field,
            Self::DataWithoutMethod => ProfileField::AuthenticationData,
            Self::Profile(fault) => fault.field,
        }
    }
}

/// The connection form.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileForm {
    /// What is being edited; fields that are typed as text stand below.
    pub draft: Profile,
    /// Whether the profile is new.
    pub is_new: bool,
    /// The port as typed.
    pub port: String,
    /// The keep alive as typed.
    pub keep_alive: String,
    /// The connect timeout as typed.
    pub connect_timeout: String,
    /// The password as typed.
    pub password: Secret,
    /// Whether the password can be read.
    pub show_password: bool,
    /// The passphrase of the client certificate's key as typed.
    pub key_passphrase: Secret,
    /// The proxy's port as typed.
    pub proxy_port: String,
    /// The proxy's password as typed.
    pub proxy_password: Secret,
    /// The will's payload as typed.
    pub will_payload: String,
    /// The will's payload is typed as hex.
    pub will_hex: bool,
    /// 5.0: the will's correlation data as typed.
    pub will_correlation: TypedBytes,
    /// 5.0: the authentication data as typed.
    pub authentication_data: TypedSecret,
    /// The numbers that may be left empty, as typed.
    pub(super) numbers: BTreeMap<NumberField, String>,
    /// The secrets as they were last known.
    known_secrets: Secrets,
    /// A pasted URL that cannot be used.
    pub url_fault: Option<UrlError>,
    /// Whether faults are shown: after the first try to save.
    pub tried: bool,
}

impl ProfileForm {
    /// The form of a profile.
    #[must_use]
    pub fn new(draft: Profile, secrets: Secrets, is_new: bool) -> Self {
        let none = || Secret::new(String::new());
        let will = draft.will.as_ref().map(|will| will.payload.0.as_slice()).unwrap_or_default();
        let will_text = std::str::from_utf8(will);
        let correlation = draft.will.as_ref().map(|will| will.properties.correlation_data.0.as_slice());
        let mut form = Self {
            port: draft.endpoint.port.to_string(),
            keep_alive: draft.keep_alive_secs.to_string(),
            connect_timeout: draft.connect_timeout_secs.to_string(),
            password: secrets.password.clone().unwrap_or_else(none),
            show_password: false,
            proxy_port: draft.proxy.as_ref().map(|proxy| proxy.port.to_string()).unwrap_or_default(),
            key_passphrase: secrets.key_passphrase.clone().unwrap_or_else(none),
            proxy_password: secrets.proxy_password.clone().unwrap_or_else(none),
            will_payload: will_text.map_or_else(|_| hex::to_hex(will), str::to_owned),
            will_hex: will_text.is_err(),
            will_correlation: TypedBytes::of(correlation.unwrap_or_default()),
            authentication_data: TypedSecret::of(secrets.authentication_data.as_ref()),
            numbers: BTreeMap::new(),
            known_secrets: secrets,
            url_fault: None,
            tried: false,
            draft,
            is_new,
        };
        form.fill_numbers();
        form
    }

    /// The secrets as the form has them.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let given = |secret: &Secret| Some(secret.clone()).filter(|secret| !secret.is_empty());
        Secrets {
            password: given(&self.password),
            key_passphrase: given(&self.key_passphrase),
            proxy_password: given(&self.proxy_password),
            authentication_data: self.authentication_data.secret().ok().flatten(),
        }
    }

    /// Takes over secrets that have become known, except where another one was typed.
    pub(super) fn take_secrets(&mut self, known: &Secrets) {
        let fill = |typed: &mut Secret, before: &Option<Secret>, known: &Option<Secret>| {
            let unchanged = before.as_ref().map_or(typed.is_empty(), |before| before == typed);
            if let Some(known) = known.as_ref().filter(|_| unchanged) {
                *typed = known.clone();
            }
        };
        fill(&mut self.password, &self.known_secrets.password, &known.password);
        fill(&mut self.key_passphrase, &self.known_secrets.key_passphrase, &known.key_passphrase);
        fill(&mut self.proxy_password, &self.known_secrets.proxy_password, &known.proxy_password);
        let (before, known_data) =
            (self.known_secrets.authentication_data.as_ref(), known.authentication_data.as_ref());
        if known_data.is_some() && self.authentication_data == TypedSecret::of(before) {
            self.authentication_data = TypedSecret::of(known_data);
        }
        self.known_secrets = known.clone();
    }

    /// Changes the form.
    pub fn edit(&mut self, edit: FormEdit, random: u64) {
        match edit {
            FormEdit::Name(name) => self.draft.name = name,
            FormEdit::Host(host) => {
                let is_url = host.contains("://");
                self.draft.endpoint.host = host;
                self.url_fault = None;
                if is_url {
                    self.take_url();
                }
            }
            FormEdit::HostDone => self.take_url(),
            FormEdit::Protocol(protocol) => self.set_protocol(protocol),
            FormEdit::Tls(tls) => self.draft.tls = tls,
            FormEdit::KeyPassphrase(passphrase) => self.key_passphrase = passphrase,
            FormEdit::WebSocket(websocket) => self.draft.websocket = websocket,
            FormEdit::Proxy(proxy) => self.set_proxy(proxy),
            FormEdit::ProxyPort(port) => self.proxy_port = port,
            FormEdit::ProxyPassword(password) => self.proxy_password = password,
            FormEdit::Will(will) => self.draft.will = will,
            FormEdit::WillPayload(text) => self.will_payload = text,
            FormEdit::WillHex(hex) => self.will_hex = hex,
            FormEdit::WillCorrelation(typed) => self.will_correlation = typed,
            FormEdit::AuthenticationData(typed) => self.authentication_data = typed,
            FormEdit::Unacknowledged(choice) => self.draft.unacknowledged = choice,
            FormEdit::Connect(connect) => self.draft.connect = connect,
            FormEdit::Number(field, typed) => drop(self.numbers.insert(field, typed)),
            FormEdit::Port(port) => self.port = port,
            FormEdit::ClientId(id) => self.draft.client_id = id,
            FormEdit::GenerateClientId => self.draft.client_id = profile::generate_client_id(low(random)),
            FormEdit::Username(name) => self.draft.username = name,
            FormEdit::Password(password) => self.password = password,
            FormEdit::ShowPassword(show) => self.show_password = show,
            FormEdit::Version(version) => self.draft.version = version,
            FormEdit::KeepAlive(secs) => self.keep_alive = secs,
            FormEdit::ConnectTimeout(secs) => self.connect_timeout = secs,
            FormEdit::CleanSession(clean) => self.draft.clean_session = clean,
            FormEdit::Reconnect(reconnect) => self.draft.reconnect = reconnect,
        }
    }

    /// The port follows the protocol until it is another than the usual one.
    fn set_protocol(&mut self, protocol: Protocol) {
        if self.port.trim() == self.draft.endpoint.protocol.default_port().to_string() {
            self.port = protocol.default_port().to_string();
        }
        self.draft.endpoint.protocol = protocol;
    }

    /// The proxy's port too follows its kind until it is another than the usual one.
    fn set_proxy(&mut self, proxy: Option<Proxy>) {
        let usual = |proxy: &Option<Proxy>| proxy.as_ref().map(|proxy| proxy.kind.default_port().to_string());
        let typed = self.proxy_port.trim();
        if typed.is_empty() || Some(typed) == usual(&self.draft.proxy).as_deref() {
            self.proxy_port = usual(&proxy).unwrap_or_default();
        }
        self.draft.proxy = proxy;
    }

    /// A URL or `host:port` in the host field fills the other fields.
    fn take_url(&mut self) {
        let host = self.draft.endpoint.host.trim().to_owned();
        if !host.contains("://") && !looks_like_host_and_port(&host) {
            self.draft.endpoint.host = host;
            return;
        }
        match profile::url::parse(&host) {
            Ok(url) => {
                if let Some(path) = url.websocket_path() {
                    path.clone_into(&mut self.draft.websocket.path);
                }
                if host.contains("://") {
                    self.set_protocol(url.protocol);
                }
                self.draft.endpoint.host = url.host;
                if let Some(port) = url.port {
                    self.port = port.to_string();
                }
                if let Some(username) = url.username {
                    self.draft.username = username;
                }
                if let Some(password) = url.password {
                    self.password = password;
                }
                self.url_fault = None;
            }
            Err(fault) => self.url_fault = Some(fault),
        }
    }

    /// What is wrong with the form.
    #[must_use]
    pub fn faults(&self) -> Vec<FormFault> {
        self.profile().err().unwrap_or_default()
    }

    /// Whether a fault is to be shown beside one of these fields.
    #[must_use]
    pub fn faulty(&self, of: impl Fn(ProfileField) -> bool) -> bool {
        self.tried && self.faults().iter().any(|fault| of(fault.field()))
    }

    /// The fault to be shown beside a field.
    #[must_use]
    pub fn fault(&self, field: ProfileField) -> Option<FormFault> {
        if !self.tried {
            return None;
        }
        self.faults().into_iter().find(|f| f.field() == field)
    }

    /// What is worth knowing about a field.
    #[must_use]
    pub fn note(&self, field: ProfileField) -> Option<FieldNote> {
        let mut typed = self.draft.clone();
        typed.keep_alive_secs = self.keep_alive.trim().parse().unwrap_or(typed.keep_alive_secs);
        typed.notes().into_iter().find(|note| note.field == field)
    }

    /// Takes over what 5.0 has as bytes.
    fn take_bytes(&self, profile: &mut Profile, faults: &mut Vec<FormFault>) {
        if let Some(will) = &mut profile.will {
            match self.will_correlation.bytes() {
                Ok(bytes) => will.properties.correlation_data = bytes,
                Err(fault) => faults.push(FormFault::NotHex { field: ProfileField::WillCorrelation, fault }),
            }
        }
        match self.authentication_data.secret() {
            Ok(Some(_)) if profile.connect.authentication_method.is_empty() => {
                faults.push(FormFault::DataWithoutMethod);
            }
            Ok(_) => {}
            Err(fault) => faults.push(FormFault::NotHex { field: ProfileField::AuthenticationData, fault }),
        }
    }

    /// The profile that the form says, or what is wrong with it.
    pub fn profile(&self) -> Result<Profile, Vec<FormFault>> {
        let mut profile = self.draft.clone();
        let mut faults = Vec::new();
        match profile::parse_port(&self.port) {
            Ok(port) => profile.endpoint.port = port,
            // A socket has none.
            Err(_) if profile.endpoint.protocol == Protocol::Unix => {}
            Err(fault) => faults.push(FormFault::Port(fault)),
        }
        if let Some(proxy) = &mut profile.proxy {
            // 0 is told of by the profile itself.
            proxy.port = profile::parse_port(&self.proxy_port).unwrap_or(0);
        }
        if let Some(will) = &mut profile.will {
            let typed = self.will_payload.as_bytes();
            match if self.will_hex { hex::parse(&self.will_payload) } else { Ok(typed.to_vec()) } {
                Ok(bytes) => will.payload = Bytes(bytes),
                Err(fault) => faults.push(FormFault::NotHex { field: ProfileField::WillPayload, fault }),
            }
        }
        if profile.version == Version::V5_0 {
            self.take_bytes(&mut profile, &mut faults);
        }
        self.take_numbers(&mut profile, &mut faults);
        match self.keep_alive.trim().parse() {
            Ok(secs) => profile.keep_alive_secs = secs,
            Err(_) => faults.push(FormFault::NotSeconds(ProfileField::KeepAlive)),
        }
        match self.connect_timeout.trim().parse() {
            Ok(secs) => profile.connect_timeout_secs = secs,
            Err(_) => faults.push(FormFault::NotSeconds(ProfileField::ConnectTimeout)),
        }
        if profile.name.trim().is_empty() {
            profile.name.clone_from(&profile.endpoint.host);
        }
        for fault in profile.validate() {
            let known = faults.iter().any(|f| f.field() == fault.field);
            // A name is made from the host: where that is missing, one fault is enough.
            let host_says_it = fault.field == ProfileField::Name && fault.reason == Reason::Empty;
            if !known && !host_says_it {
                faults.push(FormFault::Profile(fault));
            }
        }
        if faults.is_empty() { Ok(profile) } else { Err(faults) }
    }
}

/// The low half of random bits.
const fn low(random: u64) -> u32 {
    (random & 0xffff_ffff) as u32
}

/// `broker:1883`, `[::1]:1883`; not an IPv6 address alone.
fn looks_like_host_and_port(host: &str) -> bool {
    match host.rsplit_once(':') {
        Some((before, port)) => {
            !port.is_empty()
                && port.bytes().all(|b| b.is_ascii_digit())
                && (!before.contains(':') || before.ends_with(']'))
        }
        None => false,
    }
}
