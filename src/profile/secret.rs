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
