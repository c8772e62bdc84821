//! A text that must not be shown.

use std::fmt;

use zeroize::Zeroizing;

/// A password: shown as dots in `Debug`, never serialised, overwritten in memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self::from_bytes(text.into_bytes())
    }

    /// Takes bytes over: a password of MQTT need not be text.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The text itself, for a field that the user asked to see; empty where the bytes are no text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The bytes themselves, for the wire.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// There is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

/// What a profile's connection needs and its file does not hold. An empty secret counts as none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The password of CONNECT.
    pub password: Option<Secret>,
    /// The passphrase of the client certificate's key.
    pub key_passphrase: Option<Secret>,
    /// The proxy's password.
    pub proxy_password: Option<Secret>,
    /// 5.0: the authentication data of CONNECT.
    pub authentication_data: Option<Secret>,
}

impl Secrets {
    /// One of them; an empty one counts as none.
    #[must_use]
    pub fn get(&self, kind: SecretKind) -> Option<&Secret> {
        let secret = match kind {
            SecretKind::Password => &self.password,
            SecretKind::KeyPassphrase => &self.key_passphrase,
            SecretKind::ProxyPassword => &self.proxy_password,
            SecretKind::AuthenticationData => &self.authentication_data,
        };
        secret.as_ref().filter(|secret| !secret.is_empty())
    }

    /// Puts one in its place.
    pub fn set(&mut self, kind: SecretKind, secret: Option<Secret>) {
        *match kind {
            SecretKind::Password => &mut self.password,
            SecretKind::KeyPassphrase => &mut self.key_passphrase,
            SecretKind::ProxyPassword => &mut self.proxy_password,
            SecretKind::AuthenticationData => &mut self.authentication_data,
        } = secret;
    }

    /// There are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        SecretKind::ALL.iter().all(|kind| self.get(*kind).is_none())
    }

    /// These, and where there is none, the other's.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for kind in SecretKind::ALL {
            if self.get(kind).is_none() {
                self.set(kind, other.get(kind).cloned());
            }
        }
        self
    }
}

/// Which secret of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// The password of CONNECT.
    Password,
    /// The passphrase of the client certificate's key.
    KeyPassphrase,
    /// The proxy's password.
    ProxyPassword,
    /// The authentication data of CONNECT (5.0).
    AuthenticationData,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::Password, Self::KeyPassphrase, Self::ProxyPassword, Self::AuthenticationData];

    /// What it is called in a keyring, for ever.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::KeyPassphrase => "key-passphrase",
            Self::ProxyPassword => "proxy-password",
            Self::AuthenticationData => "authentication-data",
        }
    }
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn what_holds_a_secret_is_overwritten_when_it_is_dropped() {
        fn is_overwritten(_: &impl ZeroizeOnDrop) {}
        is_overwritten(&Secret::new("hunter2".to_owned()).0);
    }

    #[test]
    fn the_text_of_a_secret_is_taken_over_and_not_copied() {
        let text = String::from("hunter2");
        let place = text.as_ptr();
        assert_eq!(Secret::new(text).bytes().as_ptr(), place);
    }

    #[test]
    fn an_empty_secret_counts_as_none() {
        let empty = Some(Secret::new(String::new()));
        let mut secrets = Secrets { password: empty, ..Secrets::default() };
        assert!(secrets.is_empty());
        let other = Secrets { password: Some(Secret::new("a".to_owned())), ..Secrets::default() };
        secrets = secrets.or(&other);
        assert_eq!(secrets, other);
    }
}
