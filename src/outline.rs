//! A packet taken apart, as text for people and as JSON for programs: what `mqloupe dissect` prints and what
//! the window copies.

#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use data_encoding::HEXLOWER;
use serde_json::{Map, Value as Json, json};

use crate::language::Language;
use crate::wire::{Diagnostic, Dissection, Field, FieldKind, PacketType, Value, Version, secret_ranges};

/// The JSON object of one packet: `packet`, `version`, `length`, `summary`, `fields`, `error`, `diagnostics`.
#[must_use]
pub fn packet_json(frame: &[u8], dissection: &Dissection, summary: &str) -> Map<String, Json> {
    let fields: Vec<_> =
        dissection.fields.iter().map(|field| field_json(frame, field, dissection.version)).collect();
    let error = dissection.broken.as_ref().map(|broken| {
        json!({ "offset": broken.offset, "message": broken.message, "incomplete": broken.incomplete })
    });
    let diagnostics: Vec<_> = dissection.diagnostics.iter().map(diagnostic_json).collect();
    let members = [
        ("packet", json!(dissection.packet.map(PacketType::name))),
        ("version", json!(dissection.version.level())),
        ("length", json!(frame.len())),
        ("summary", json!(summary)),
        ("fields", Json::Array(fields)),
        ("error", json!(error)),
        ("diagnostics", Json::Array(diagnostics)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn field_json(frame: &[u8], field: &Field, version: Version) -> Json {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    let value = match &field.value {
        Value::Group => Json::Null,
        Value::Number(number) => json!(number),
        Value::Bool(set) => json!(set),
        Value::Text(text) => json!(text),
        Value::Bytes => json!(HEXLOWER.encode(bytes)),
    };
    let children: Vec<_> = field.children.iter().map(|child| field_json(frame, child, version)).collect();
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(field.kind.name()));
    object.insert("label".to_owned(), json!(field.kind.label(version, Language::English)));
    object.insert("value".to_owned(), value);
    object.insert("start".to_owned(), json!(field.range.start));
    object.insert("end".to_owned(), json!(field.range.end));
    if let Some((high, low)) = field.bits {
        object.insert("bits".to_owned(), json!([high, low]));
    }
    object.insert("children".to_owned(), Json::Array(children));
    Json::Object(object)
}

fn diagnostic_json(diagnostic: &Diagnostic) -> Json {
    json!({
        "severity": diagnostic.severity.name(),
        "offset": diagnostic.offset,
        "message": diagnostic.message,
        "ref": diagnostic.rule,
    })
}

/// How many bytes an outline shows of a field.
const SHOWN_BYTES: usize = 8;
/// The columns of the bytes and of the labels, in characters.
const BYTES_WIDTH: usize = 3 * SHOWN_BYTES + 1;
const LABEL_WIDTH: usize = 40;

/// The field tree as text, one line a field with its offset and bytes (or bits), then what is wrong.
///
/// Passwords and authentication data are dots unless `reveal`.
#[must_use]
pub fn outline(frame: &[u8], dissection: &Dissection, language: Language, reveal: bool) -> String {
    let mut shown = frame.to_vec();
    let secrets = if reveal { Vec::new() } else { secret_ranges(frame, dissection.version) };
    for range in secrets {
        if let Some(secret) = shown.get_mut(range) {
            secret.fill(b'*');
        }
    }
    let mut text = String::new();
    for field in &dissection.fields {
        outline_field(&mut text, &shown, field, 0, dissection.version, language, reveal);
    }
    if let Some(broken) = &dissection.broken {
        let word = if broken.incomplete { "cut off" } else { "broken" };
        let word_zh = if broken.incomplete { "不完整" } else { "无法解析" };
        let word = match language {
            Language::English => word,
            Language::Chinese => word_zh,
        };
        let (offset, message) = (broken.offset, broken.message_in(language));
        text.push_str(&fault_line(word, offset, message, ""));
    }
    for diagnostic in &dissection.diagnostics {
        let (severity, message) = (diagnostic.severity.name(), diagnostic.message_in(language));
        text.push_str(&fault_line(severity, diagnostic.offset, message, diagnostic.rule));
    }
    text
}

fn fault_line(word: &str, offset: usize, message: &str, rule: &str) -> String {
    let line = format!("{word} @ {offset:04x}  {message}  {rule}");
    line.trim_end().to_owned() + "\n"
}

fn outline_field(
    text: &mut String,
    frame: &[u8],
    field: &Field,
    depth: usize,
    version: Version,
    language: Language,
    reveal: bool,
) {
    let label = format!("{}{}", "  ".repeat(depth), field.kind.label(version, language));
    // The fixed header's bytes stand beside it already.
    let value = match field.kind {
        FieldKind::FixedHeader => String::new(),
        _ => field.display(frame, language, reveal),
    };
    let line = format!(
        "{:04x}  {:BYTES_WIDTH$} {label:LABEL_WIDTH$} {value}",
        field.range.start,
        bytes_column(frame, field)
    );
    text.push_str(line.trim_end());
    text.push('\n');
    for child in &field.children {
        outline_field(text, frame, child, depth + 1, version, language, reveal);
    }
}

/// `10 26`, or the bits of one byte with the others as dots: `.1.. ....`.
fn bytes_column(frame: &[u8], field: &Field) -> String {
    let bytes = frame.get(field.range.clone()).unwrap_or_default();
    if let (Some((high, low)), [byte]) = (field.bits, bytes) {
        let mut pattern = String::new();
        for bit in (0..8).rev() {
            pattern.push(match (low..=high).contains(&bit) {
                true if byte & (1 << bit) != 0 => '1',
                true => '0',
                false => '.',
            });
            if bit == 4 {
                pattern.push(' ');
            }
        }
        return pattern;
    }
    let shown: Vec<_> = bytes.iter().take(SHOWN_BYTES).map(|byte| format!("{byte:02x}")).collect();
    shown.join(" ") + if bytes.len() > SHOWN_BYTES { " …" } else { "" }
}
