//! Messages and packets as lines of text.

use std::io::{self, Write};

use clap::ValueEnum;
use data_encoding::HEXLOWER;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use crate::language::Language;
use crate::log::{Frame, FrameLog};
use crate::text::time::rfc3339;
use crate::wire::{
    Direction, Field, FieldKind, PacketType, Peek, Property, Qos, Value, Version, dissect, summarize,
};

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Hex,
}

/// Writes one received application message; `verbose` puts the topic before it. Answers whether the frame
/// was one.
pub(super) fn message(
    output: &mut impl Write,
    log: &FrameLog,
    frame: &Frame,
    format: Format,
    verbose: bool,
) -> io::Result<bool> {
    if frame.entry.packet != Some(PacketType::Publish) || frame.entry.direction != Direction::ToClient {
        return Ok(false);
    }
    let context = log.context(frame.row);
    let peek = Peek::of(&frame.bytes, context.version);
    // A packet without a readable topic is no message; the session ends over it.
    let Some(topic) = peek.topic else { return Ok(false) };
    let topic = match context.alias_topic.as_deref() {
        Some(alias) if topic.is_empty() => alias.as_bytes(),
        _ => topic,
    };
    // At QoS 2 a message is delivered once, however often it comes (3.1.1 and 5.0, section 4.3.3).
    if frame.entry.qos() == Some(Qos::ExactlyOnce) && log.repeats(frame.row).is_some() {
        return Ok(false);
    }
    let payload = frame.bytes.get(peek.payload.clone()).unwrap_or_default();
    if format == Format::Json {
        let object = object(frame, context.version, topic, payload);
        writeln!(output, "{object}")?;
        return Ok(true);
    }
    if verbose {
        output.write_all(topic)?;
        output.write_all(b" ")?;
    }
    match format {
        Format::Hex => output.write_all(HEXLOWER.encode(payload).as_bytes())?,
        Format::Text | Format::Json => output.write_all(payload)?,
    }
    output.write_all(b"\n")?;
    Ok(true)
}

fn object(frame: &Frame, version: Version, topic: &[u8], payload: &[u8]) -> Json {
    let entry = &frame.entry;
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| {
        object.insert(name.to_owned(), value);
    };
    put("time", json!(rfc3339(entry.time)));
    put("dir", json!("s2c"));
    put("topic", json!(String::from_utf8_lossy(topic)));
    put("qos", json!(entry.qos().map(u8::from)));
    put("retain", json!(entry.retain()));
    put("dup", json!(entry.dup()));
    put("packet_id", json!(entry.packet_id));
    put("payload", json!(std::str::from_utf8(payload).ok()));
    put("payload_hex", json!(HEXLOWER.encode(payload)));
    if version == Version::V5_0 {
        put("properties", properties(frame));
    }
    Json::Object(object)
}

/// The properties of a frame of 5.0 by name; those that may stand more than once are lists.
fn properties(frame: &Frame) -> Json {
    let context = crate::wire::Context { version: Version::V5_0, ..crate::wire::Context::default() };
    let dissection = dissect(&frame.bytes, &context);
    let mut object = Map::new();
    let all = dissection.find(FieldKind::Properties).map_or(&[][..], |group| group.children.as_slice());
    for field in all {
        let FieldKind::Property(property) = field.kind else { continue };
        let value = |wanted: &[FieldKind]| {
            let found = field.children.iter().find(|child| wanted.contains(&child.kind));
            found.map_or(Json::Null, |child| plain(child, &frame.bytes))
        };
        let name = property.name(Language::English).to_lowercase().replace(' ', "_");
        let value = match property {
            Property::UserProperty => {
                json!([value(&[FieldKind::UserPropertyKey]), value(&[FieldKind::UserPropertyValue])])
            }
            other => value(&[FieldKind::PropertyValue(other)]),
        };
        if matches!(property, Property::UserProperty | Property::SubscriptionIdentifier) {
            if let Some(list) = object.entry(name).or_insert_with(|| json!([])).as_array_mut() {
                list.push(value);
            }
        } else {
            object.insert(name, value);
        }
    }
    Json::Object(object)
}

fn plain(field: &Field, frame: &[u8]) -> Json {
    match &field.value {
        Value::Group => Json::Null,
        Value::Number(number) => json!(number),
        Value::Bool(set) => json!(set),
        Value::Text(text) => json!(text),
        Value::Bytes => json!(HEXLOWER.encode(frame.get(field.range.clone()).unwrap_or_default())),
    }
}

/// `20:09:49.588123  → PUBLISH      …`: the local time, the direction, the packet and what it says.
pub(super) fn packet(log: &FrameLog, frame: &Frame) -> String {
    let time = jiff::Timestamp::from_nanosecond(i128::from(frame.entry.time.0)).map_or_else(
        |_| String::new(),
        |time| time.to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S%.6f").to_string(),
    );
    let arrow = match frame.entry.direction {
        Direction::ToServer => "→",
        Direction::ToClient => "←",
    };
    let name = frame.entry.packet.map_or("?", PacketType::name);
    let said = summarize(&frame.bytes, &log.context(frame.row));
    let mark = if frame.entry.fault { "! " } else { "" };
    format!("{time}  {arrow} {name:<11} {:>6} B  {mark}{said}", frame.bytes.len()).trim_end().to_owned()
}
