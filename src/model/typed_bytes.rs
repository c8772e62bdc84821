//! Bytes that are typed into a form, as text or as hex.

use crate::hex::{self, HexError};
use crate::profile::{Bytes, Secret};

/// What is typed, and how it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedBytes {
    /// What is typed.
    pub text: String,
    /// It is hex; else the bytes are those of the text in UTF-8.
    pub hex: bool,
}

impl TypedBytes {
    /// The field of these bytes: text where they are text, else hex.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes);
        Self { text: text.map_or_else(|_| hex::to_hex(bytes), str::to_owned), hex: text.is_err() }
    }

    /// The bytes, or where they are no hex.
    pub fn bytes(&self) -> Result<Bytes, HexError> {
        if self.hex { hex::parse(&self.text).map(Bytes) } else { Ok(Bytes::from(self.text.as_str())) }
    }
}

/// Bytes that must not be shown, typed as text or as hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedSecret {
    /// What is typed.
    pub text: Secret,
    /// It is hex; else the bytes are those of the text in UTF-8.
    pub hex: bool,
}

impl TypedSecret {
    /// The field of a secret.
    #[must_use]
    pub fn of(secret: Option<&Secret>) -> Self {
        let typed = TypedBytes::of(secret.map(Secret::bytes).unwrap_or_default());
        Self { text: Secret::new(typed.text), hex: typed.hex }
    }

    /// The secret, `None` where there is nothing; an error where it is no hex.
    pub fn secret(&self) -> Result<Option<Secret>, HexError> {
        let secret =
            if self.hex { Secret::from_bytes(hex::parse(self.text.reveal())?) } else { self.text.clone() };
        Ok(Some(secret).filter(|secret| !secret.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were_whether_text_or_not() {
        for bytes in [&b""[..], b"text", b"\x00\xff\x80"] {
            let typed = TypedBytes::of(bytes);
            assert_eq!(typed.bytes(), Ok(Bytes(bytes.to_vec())), "{typed:?}");
        }
    }

    #[test]
    fn a_secret_typed_as_hex_is_those_bytes_and_half_a_byte_is_none() {
        let typed = |text: &str| TypedSecret { text: Secret::new(text.to_owned()), hex: true };
        let secret = typed("00 ff").secret().expect("hex").expect("bytes");
        assert_eq!(secret.bytes(), [0, 0xff]);
        assert!(typed("0").secret().is_err());
        assert_eq!(typed("").secret(), Ok(None));
    }
}
