//! Payloads as people read and write them, both ways.
//!
//! Promises: any bytes can be shown in any format, with a fault where they are not of it; what is shown is what
//! was sent (JSON keeps its numbers, strings and order of keys to the letter); work and size are bounded by a
//! limit, and a cut is said. Pure, and nothing panics.

#![deny(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod base64;
mod binary;
mod cbor;
mod json;
mod line;
mod msgpack;
mod tree;

use std::fmt;

pub use base64::Base64Fault;
pub use binary::BinaryFault;
pub use json::JsonFault;
pub use line::{detect, one_line};
pub use tree::{Branch, Child, Kind, Line, Step, Tree, is_plain_number};

use crate::hex::{self, HexFault};

/// Bytes of a payload that [`decode`] looks at.
pub const SHOWN_BYTES: usize = 128 << 20;

/// Bytes in a line of hex.
const HEX_LINE: usize = 16;

/// A way to read and write a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// UTF-8.
    #[default]
    Text,
    /// JSON, indented.
    Json,
    /// Hex, sixteen bytes a line.
    Hex,
    /// Base64 (RFC 4648, section 4), 76 characters a line.
    Base64,
    /// CBOR (RFC 8949), in its diagnostic notation. Only shown.
    Cbor,
    /// `MessagePack`. Only shown.
    MessagePack,
}

impl Format {
    /// Every format, in the order of a chooser.
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Json, Self::Hex, Self::Base64, Self::Cbor, Self::MessagePack];

    /// Those in which a payload can be written.
    pub const WRITTEN: [Self; 4] = [Self::Text, Self::Json, Self::Hex, Self::Base64];

    /// Its name in English, as a command line takes it when lower-cased; also where settings keep it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Json => "JSON",
            Self::Hex => "Hex",
            Self::Base64 => "Base64",
            Self::Cbor => "CBOR",
            Self::MessagePack => "MessagePack",
        }
    }

    /// Whether every line stands for as many bytes, and can be made by itself: [`line_count`], [`line()`].
    #[must_use]
    pub const fn has_even_lines(self) -> bool {
        self.bytes_a_line().is_some()
    }

    const fn bytes_a_line(self) -> Option<usize> {
        match self {
            Self::Hex => Some(HEX_LINE),
            Self::Base64 => Some(base64::LINE_BYTES),
            Self::Text | Self::Json | Self::Cbor | Self::MessagePack => None,
        }
    }

    /// The format of a name, whatever its case.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name))
    }
}

/// How a payload is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// In this format.
    pub format: Format,
    /// As a tree, where the format has one.
    pub tree: bool,
}

impl Look {
    /// Its name, where settings keep it: the format's, with ` tree` behind it where it is one.
    #[must_use]
    pub fn name(self) -> String {
        if self.tree { format!("{} tree", self.format) } else { self.format.name().to_owned() }
    }

    /// The look of a name, whatever its case.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        if let Some(format) = Format::of_name(name) {
            return Some(Self { format, tree: false });
        }
        let (format, tree) = name.split_once(' ')?;
        let format = Format::of_name(format).filter(|format| format.has_tree())?;
        tree.eq_ignore_ascii_case("tree").then_some(Self { format, tree: true })
    }

    /// Whether a tree is what is shown.
    #[must_use]
    pub const fn is_tree(self) -> bool {
        self.tree && self.format.has_tree()
    }
}

/// What is wrong with a text or with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// The bytes are no UTF-8.
    #[error("the bytes are not UTF-8 text")]
    NotUtf8,
    /// It is no JSON.
    #[error("{0}")]
    Json(JsonFault),
    /// It is no hex.
    #[error("{0}")]
    Hex(HexFault),
    /// It is no Base64.
    #[error("{0}")]
    Base64(Base64Fault),
    /// It is no CBOR, or no `MessagePack`.
    #[error("{0}")]
    Binary(BinaryFault),
    /// Nothing can be written in this format here.
    #[error("payloads can be read in this format, not written")]
    OnlyShown,
}

/// What is wrong, and where. Where a payload is shown, the place is one of its bytes; where a text is encoded,
/// one of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Fault {
    /// In bytes, from 0.
    pub offset: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: What,
}

impl Fault {
    /// Finds line and column of an offset; a sequence that is no UTF-8 counts as one character.
    fn at(bytes: &[u8], offset: usize, what: What) -> Self {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
        let in_line = before.get(line_start..).unwrap_or_default();
        Self {
            offset,
            line: memchr::memchr_iter(b'\n', before).count().saturating_add(1),
            column: String::from_utf8_lossy(in_line).chars().count().saturating_add(1),
            what,
        }
    }
}

/// A payload as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// What is shown. Where there is a fault: the bytes as text.
    pub text: String,
    /// Why the bytes are not of the format.
    pub fault: Option<Fault>,
    /// How many bytes of the payload the text stands for.
    pub shown_bytes: usize,
    /// How many bytes the payload has.
    pub total_bytes: usize,
}

impl Rendered {
    /// Nothing was cut off.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.shown_bytes == self.total_bytes
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How many lines a payload of so many bytes has in a format of even lines; 0 in others.
#[must_use]
pub fn line_count(bytes: usize, format: Format) -> usize {
    format.bytes_a_line().map_or(0, |length| bytes.div_ceil(length))
}

/// A line, from 0, of a payload in a format of even lines; empty in others.
#[must_use]
pub fn line(bytes: &[u8], format: Format, number: usize) -> String {
    let bytes = format.bytes_a_line().and_then(|length| bytes.chunks(length).nth(number)).unwrap_or_default();
    if format == Format::Base64 { base64::lines(bytes) } else { hex::to_hex(bytes) }
}

/// Shows a payload, its first 128 MiB where it is longer.
#[must_use]
pub fn decode(bytes: &[u8], format: Format) -> Rendered {
    decode_within(bytes, format, SHOWN_BYTES)
}

/// Shows a payload, its first `limit` bytes where it is longer. The text is at most about eight times as long.
#[must_use]
pub fn decode_within(bytes: &[u8], format: Format, limit: usize) -> Rendered {
    let shown = bytes.get(..limit).unwrap_or(bytes);
    let whole = shown.len() == bytes.len();
    let (text, fault, shown_bytes) = match format {
        Format::Text => as_text(shown, whole),
        Format::Json => as_json(shown, whole),
        Format::Hex => (hex_lines(shown), None, shown.len()),
        Format::Base64 => {
            // Three bytes make four characters: a cut inside a group would show a byte that is not there.
            let length = if whole { shown.len() } else { shown.len() / 3 * 3 };
            (base64::lines(shown.get(..length).unwrap_or_default()), None, length)
        }
        Format::Cbor => binary(shown, cbor::written(shown, whole)),
        Format::MessagePack => binary(shown, msgpack::written(shown, whole)),
    };
    Rendered { text, fault, shown_bytes, total_bytes: bytes.len() }
}

/// The longest part of `bytes` that is UTF-8, and whether it ends there only because the payload was cut.
fn utf8_prefix(bytes: &[u8], whole: bool) -> (&str, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let cut = !whole && error.error_len().is_none();
            (std::str::from_utf8(good).unwrap_or_default(), cut)
        }
    }
}

fn as_text(bytes: &[u8], whole: bool) -> (String, Option<Fault>, usize) {
    let (text, good) = utf8_prefix(bytes, whole);
    if good {
        return (text.to_owned(), None, text.len());
    }
    (hex::to_text(bytes), Some(Fault::at(bytes, text.len(), What::NotUtf8)), bytes.len())
}

fn as_json(bytes: &[u8], whole: bool) -> (String, Option<Fault>, usize) {
    let (text, good) = utf8_prefix(bytes, whole);
    if !good {
        return as_text(bytes, whole);
    }
    match json::indented(text, whole) {
        Ok((indented, shown)) => (indented, None, shown),
        Err((offset, fault)) => {
            (text.to_owned(), Some(Fault::at(bytes, offset, What::Json(fault))), text.len())
        }
    }
}

fn binary(
    bytes: &[u8],
    written: Result<(String, usize), (usize, BinaryFault)>,
) -> (String, Option<Fault>, usize) {
    match written {
        Ok((text, shown)) => (text, None, shown),
        Err((offset, fault)) => {
            (hex::to_text(bytes), Some(Fault::at(bytes, offset, What::Binary(fault))), bytes.len())
        }
    }
}

fn hex_lines(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(HEX_LINE).map(hex::to_hex).collect();
    lines.join("\n")
}

/// Makes a payload of what was typed. JSON goes out as it was typed, once it is known to be JSON.
pub fn encode(text: &str, format: Format) -> Result<Vec<u8>, Fault> {
    let fault = |offset, what| Fault::at(text.as_bytes(), offset, what);
    match format {
        Format::Text => Ok(text.as_bytes().to_vec()),
        Format::Json => match json::check(text) {
            Ok(()) => Ok(text.as_bytes().to_vec()),
            Err((offset, what)) => Err(fault(offset, What::Json(what))),
        },
        Format::Hex => hex::parse(text).map_err(|error| fault(error.offset, What::Hex(error.fault))),
        Format::Cbor | Format::MessagePack => Err(fault(0, What::OnlyShown)),
        Format::Base64 => base64::parse(text).map_err(|(offset, what)| fault(offset, What::Base64(what))),
    }
}
