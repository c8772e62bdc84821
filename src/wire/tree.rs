//! What the decoder answers: a tree of fields with byte ranges, diagnostics and one line.

use std::ops::Range;

use super::{Diagnostic, FieldKind, PacketType, Version};

/// One field of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Which field of the standard it is.
    pub kind: FieldKind,
    /// Its value as read.
    pub value: Value,
    /// What the value means, where the number alone does not say (`CONNECT`, `at most once`, `accepted`).
    pub meaning: Option<&'static str>,
    /// Its bytes, counted from the frame's first; the end is exclusive.
    pub range: Range<usize>,
    /// Highest and lowest bit (7 to 0) where it is less than a byte.
    pub bits: Option<(u8, u8)>,
    /// The fields it consists of, in wire order.
    pub children: Vec<Field>,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A group that has no value of its own.
    Group,
    /// An integer.
    Number(u64),
    /// A single bit.
    Bool(bool),
    /// A well-formed UTF-8 string.
    Text(String),
    /// Binary data, or a string that is not well-formed UTF-8: the range holds it.
    Bytes,
}

/// Why the rest of a frame could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The byte at which reading stopped.
    pub offset: usize,
    /// What was wanted there and what was found.
    pub message: String,
    /// More bytes would mend it: the frame is cut off.
    pub incomplete: bool,
}

/// One frame taken apart.
///
/// Whatever the bytes, the top-level fields together cover each of them exactly once, in order, and
/// children lie inside their parents.
#[derive(Clone, Debug, PartialEq)]
pub struct Dissection {
    /// The version the frame was read as.
    pub version: Version,
    /// The packet type; `None` for the forbidden type 0 or no bytes at all.
    pub packet: Option<PacketType>,
    /// The top-level fields, in wire order.
    pub fields: Vec<Field>,
    /// What is wrong with bytes that can be read.
    pub diagnostics: Vec<Diagnostic>,
    /// Why reading stopped, where it did.
    pub broken: Option<Broken>,
}
