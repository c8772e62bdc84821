//! What is shown of a value in one line, and what is copied of it.

use std::ops::Range;

use super::{Child, Kind};
use crate::payload::binary::{self, Item};
use crate::payload::{Format, cbor, msgpack};

/// The longest that is shown of a value or a key, in characters.
const LONGEST: usize = 200;
/// The longest key that is read into the text that it stands for, in bytes.
const LONGEST_KEY: usize = 4096;

/// A value in one line: how many members it has, or itself.
pub(super) fn value(bytes: &[u8], format: Format, child: &Child) -> String {
    match child.kind {
        Kind::Object if child.count == 0 => "{}".to_owned(),
        Kind::Array if child.count == 0 => "[]".to_owned(),
        Kind::Object => format!("{{{}}}", child.count),
        Kind::Array => format!("[{}]", child.count),
        Kind::Scalar => scalar(bytes, format, child.value.clone()),
    }
}

fn scalar(bytes: &[u8], format: Format, range: Range<usize>) -> String {
    let Some((prefix, item)) = item(bytes, format, range.start) else { return head(bytes, range) };
    let mut out: String = prefix.iter().flat_map(|tag| [tag.as_str(), "("]).collect();
    let text;
    let content = match item {
        Item::Text(content) => {
            text = cut(content);
            Item::Text(&text)
        }
        Item::Bytes(content) => {
            let start = content.get(..LONGEST / 2).unwrap_or(content);
            if start.len() < content.len() {
                binary::push_leaf(&mut out, &Item::Bytes(start));
                out.push('…');
                return out;
            }
            Item::Bytes(content)
        }
        Item::Other(content) => Item::Other(cut(&content)),
        other => other,
    };
    binary::push_leaf(&mut out, &content);
    out.extend(prefix.iter().map(|_| ')'));
    out
}

/// A key as it is shown.
pub(super) fn key(bytes: &[u8], format: Format, range: Range<usize>) -> String {
    if format == Format::Json && range.len() > LONGEST_KEY {
        return head(bytes, range);
    }
    cut(&key_text(bytes, format, range))
}

/// The text that a key stands for.
pub(super) fn key_text(bytes: &[u8], format: Format, range: Range<usize>) -> String {
    match item(bytes, format, range.start) {
        None => unquoted(bytes.get(range).unwrap_or_default()),
        Some((_, Item::Text(text))) => text.to_owned(),
        Some((_, Item::Array(_) | Item::Map(_))) => written(bytes, format, range).unwrap_or_default(),
        Some(_) => scalar(bytes, format, range),
    }
}

/// A value as it is copied: a text without its quotes, anything else as it is written.
pub(super) fn copied(bytes: &[u8], format: Format, child: &Child) -> String {
    let range = child.value.clone();
    match item(bytes, format, range.start) {
        None => {
            let value = bytes.get(range).unwrap_or_default();
            if value.first() == Some(&b'"') { unquoted(value) } else { crate::hex::to_text(value) }
        }
        Some((tags, Item::Text(text))) if tags.is_empty() => text.to_owned(),
        Some(_) => written(bytes, format, range).unwrap_or_else(|| value(bytes, format, child)),
    }
}

fn written(bytes: &[u8], format: Format, range: Range<usize>) -> Option<String> {
    let value = bytes.get(range)?;
    // A value that a fault has cut is copied as far as it goes.
    let written = match format {
        Format::Cbor => cbor::written(value, false),
        _ => msgpack::written(value, false),
    };
    written.ok().map(|(text, _)| text)
}

/// JSON: the text that a string stands for; as it was sent where it stands for none.
pub(super) fn unquoted(value: &[u8]) -> String {
    serde_json::from_slice(value).unwrap_or_else(|_| crate::hex::to_text(value))
}

/// Binary formats: the item that stands there, behind its tags.
fn item(bytes: &[u8], format: Format, mut at: usize) -> Option<(Vec<String>, Item<'_>)> {
    /// More tags are not shown.
    const TAGS: usize = 8;
    let next: binary::Next = match format {
        Format::Cbor => cbor::item,
        Format::MessagePack => msgpack::item,
        _ => return None,
    };
    let mut tags = Vec::new();
    loop {
        match next(bytes, at) {
            Ok((Item::Around(tag), behind)) => {
                if tags.len() < TAGS {
                    tags.push(tag);
                }
                at = behind;
            }
            Ok((item, _)) => return Some((tags, item)),
            Err(_) => return Some((tags, Item::Other(String::new()))),
        }
    }
}

/// The beginning of a token of JSON.
fn head(bytes: &[u8], range: Range<usize>) -> String {
    let whole = bytes.get(range).unwrap_or_default();
    // A character has at most four bytes; the last one may be cut through.
    let start = whole.get(..LONGEST * 4 + 4).unwrap_or(whole);
    let text = String::from_utf8_lossy(start);
    if start.len() < whole.len() { text.chars().take(LONGEST).chain(['…']).collect() } else { cut(&text) }
}

/// The beginning of a text, in one line.
fn cut(text: &str) -> String {
    let more = text.chars().nth(LONGEST).is_some();
    let line = text.chars().take(LONGEST).map(|c| if c.is_control() { '·' } else { c });
    if more { line.chain(['…']).collect() } else { line.collect() }
}
