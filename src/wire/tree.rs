//! What the decoder answers: a tree of fields with byte ranges, diagnostics and one line.

use std::ops::Range;

use super::{Diagnostic, FieldKind, PacketType, Severity, Version};
use crate::language::Language;

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
    /// The same in Chinese.
    pub message_zh: String,
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

impl Broken {
    /// What was wanted and what was found, in a sentence of the language.
    #[must_use]
    pub fn message_in(&self, language: Language) -> &str {
        match language {
            Language::English => &self.message,
            Language::Chinese => &self.message_zh,
        }
    }
}

impl Dissection {
    /// Whether the frame breaks the standard: it could not be read to its end, or holds an error.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.broken.is_some() || self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// The field at `path`: the index among the top-level fields, then among children, and so on.
    #[must_use]
    pub fn field(&self, path: &[usize]) -> Option<&Field> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.fields.get(*first)?, |field, index| field.children.get(*index))
    }
}

/// The path to the deepest field that owns the byte at `offset`.
///
/// Where bits of one byte are several fields, that is their parent if it is that byte alone, otherwise
/// the first of them.
#[must_use]
pub fn field_at(dissection: &Dissection, offset: usize) -> Option<Vec<usize>> {
    let mut path = Vec::new();
    let mut fields = &dissection.fields;
    let mut parent_is_one_byte = false;
    while let Some((index, field)) =
        fields.iter().enumerate().find(|(_, field)| field.range.contains(&offset))
    {
        if field.bits.is_some() && parent_is_one_byte {
            break;
        }
        path.push(index);
        parent_is_one_byte = field.range.len() == 1;
        fields = &field.children;
    }
    (!path.is_empty()).then_some(path)
}

impl Dissection {
    /// The first field of a kind, in wire order.
    #[must_use]
    pub fn find(&self, kind: FieldKind) -> Option<&Field> {
        fn within(fields: &[Field], kind: FieldKind) -> Option<&Field> {
            fields.iter().find_map(|field| {
                if field.kind == kind { Some(field) } else { within(&field.children, kind) }
            })
        }
        within(&self.fields, kind)
    }
}
