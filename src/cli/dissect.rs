//! `mqloupe dissect`: hex frames in, one a line; each taken apart as text for people or JSON for programs.
//!
//! The JSON is a contract: one object a packet, fields named once and for all in `wire::FieldKind`.

use std::io::{self, BufRead, Write};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde_json::{Map, Value as Json, json};

use crate::language::Language;
use crate::wire::{
    Broken, Context, Diagnostic, Dissection, Field, FieldKind, PacketType, Value, Version, dissect,
    secret_ranges, summarize,
};

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A summary line, the field tree, the diagnostics.
    Text,
    /// One JSON object a line.
    Json,
}

/// Reads hex frames, one a line, and writes each taken apart, in order.
///
/// White space within a line is ignored; empty lines and lines that begin with `#` are skipped. Without a
/// `version`, it is the one of the last CONNECT, and 3.1.1 until there is one.
pub fn run(
    version: Option<Version>,
    format: Format,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut context = Context { version: version.unwrap_or_default(), ..Context::default() };
    let mut line = Vec::new();
    let mut number: u64 = 0;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        number += 1;
        line.retain(|byte| !byte.is_ascii_whitespace());
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let (frame, dissection) = match frame_of(&line) {
            Ok(frame) => {
                let dissection = dissect(&frame, &context);
                (frame, dissection)
            }
            Err(broken) => (Vec::new(), no_frame(broken, context.version)),
        };
        if version.is_none() && dissection.packet == Some(PacketType::Connect) {
            context.version = dissection.version;
        }
        let summary = if dissection.fields.is_empty() {
            "Not a line of hex".to_owned()
        } else {
            summarize(&frame, &context)
        };
        match format {
            Format::Text => {
                let title = title(number, &frame, &dissection, &summary);
                writeln!(output, "{title}\n{}", outline(&frame, &dissection, Language::English, true))?;
            }
            Format::Json => {
                let mut object = Map::new();
                object.insert("line".to_owned(), number.into());
                object.extend(packet_json(&frame, &dissection, &summary));
                writeln!(output, "{}", Json::Object(object))?;
            }
        }
    }
}

/// The bytes of a line of hex digits without white space.
fn frame_of(line: &[u8]) -> Result<Vec<u8>, Broken> {
    if let Some(place) = line.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        return Err(Broken {
            offset: place / 2,
            message: format!("Not a hex digit, at digit {} of the line (white space not counted)", place + 1),
            message_zh: format!("本行第 {} 个字符不是十六进制数字（不计空白）", place + 1),
            incomplete: false,
        });
    }
    HEXLOWER_PERMISSIVE.decode(line).map_err(|_| Broken {
        offset: line.len() / 2,
        message: format!("An odd number of hex digits ({}): the last byte is half", line.len()),
        message_zh: format!("十六进制数字的个数是奇数（{}）：最后一个字节不完整", line.len()),
        incomplete: false,
    })
}

fn no_frame(broken: Broken, version: Version) -> Dissection {
    Dissection { version, packet: None, fields: Vec::new(), diagnostics: Vec::new(), broken: Some(broken) }
}

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

/// The line above an outline: where the packet came from and what it says.
fn title(line: u64, frame: &[u8], dissection: &Dissection, summary: &str) -> String {
    let packet = dissection.packet.map_or("?", PacketType::name);
    let (version, length) = (dissection.version, frame.len());
    format!("{line}  {packet}  MQTT {version}, {length} B  {summary}")
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
