//! A frame in one line, in the words that Wireshark has for the packets.

use std::fmt::Write;

use super::dissect::plainly_fine;
use super::{Context, Dissection, Field, FieldKind, PacketType, Peek, Value, Version, dissect};

/// The longest piece of text that a line shows, in characters.
const LONGEST: usize = 80;
/// Stands between the parts of a line.
const BETWEEN: &str = " · ";

/// What the frame says, in one line, without the packet type's name: the Info column.
#[must_use]
pub fn summarize(frame: &[u8], context: &Context) -> String {
    let mut line = String::with_capacity(128);
    summarize_into(frame, context, &mut line);
    line
}

/// The same, written behind what the string holds already: fast for those who clear and keep one string for
/// many frames.
pub fn summarize_into(frame: &[u8], context: &Context, line: &mut String) {
    // Nearly all frames need not be taken apart for it.
    match plainly_fine(frame, context) {
        Some(peek) => of_peek(frame, &peek, context, line),
        None => of_dissection(frame, &dissect(frame, context), context, line),
    }
}

/// The same of a PUBLISH of which only the bytes that it begins with are at hand, of a `length` of so many.
pub fn summarize_beginning_into(frame: &[u8], length: usize, context: &Context, line: &mut String) {
    let peek = Peek::of(frame, context.version);
    let topic = peek.topic.and_then(|topic| std::str::from_utf8(topic).ok());
    let (Some(topic), Some(payload)) = (topic, frame.get(peek.payload.clone()).filter(|p| !p.is_empty()))
    else {
        return summarize_into(frame, context, line);
    };
    begin(PacketType::Publish, peek.packet_id.map(u64::from), line);
    publish(topic, peek.topic_alias.map(u64::from), context, line);
    push_counted(line, payload, length.saturating_sub(peek.payload.start));
}

/// The line of a PUBLISH, a short acknowledgement or a ping that is right.
fn of_peek(frame: &[u8], peek: &Peek<'_>, context: &Context, line: &mut String) {
    let Some(packet) = peek.packet else { return };
    begin(packet, peek.packet_id.map(u64::from), line);
    if let Some(topic) = peek.topic.and_then(|topic| std::str::from_utf8(topic).ok()) {
        publish(topic, peek.topic_alias.map(u64::from), context, line);
        push_bytes(line, frame.get(peek.payload.clone()).unwrap_or_default());
    }
}

/// The line of a frame that has been taken apart.
fn of_dissection(frame: &[u8], dissection: &Dissection, context: &Context, line: &mut String) {
    let Some(packet) = dissection.packet else {
        line.push_str(if frame.is_empty() { "No bytes" } else { "No MQTT packet: type 0" });
        return;
    };
    begin(packet, number(dissection, FieldKind::PacketId), line);
    match packet {
        PacketType::Connect => push_texts(dissection, FieldKind::ClientId, line),
        PacketType::Publish => {
            if let Some(Value::Text(topic)) = dissection.find(FieldKind::Topic).map(|topic| &topic.value) {
                let alias = number(dissection, FieldKind::PropertyValue(super::Property::TopicAlias));
                publish(topic, alias, context, line);
            }
            if let Some(payload) = dissection.find(FieldKind::Payload) {
                push_bytes(line, frame.get(payload.range.clone()).unwrap_or_default());
            }
        }
        PacketType::Subscribe | PacketType::Unsubscribe => {
            push_texts(dissection, FieldKind::TopicFilter, line);
        }
        PacketType::Suback | PacketType::Connack | PacketType::Disconnect | PacketType::Auth => {
            push_codes(dissection, |_| true, line);
        }
        PacketType::Unsuback
        | PacketType::Puback
        | PacketType::Pubrec
        | PacketType::Pubrel
        | PacketType::Pubcomp => push_codes(dissection, |code| code != 0, line),
        PacketType::Pingreq | PacketType::Pingresp => {}
    }
    if let Some(broken) = &dissection.broken {
        let word = if broken.incomplete { "cut off" } else { "malformed" };
        // Writing into a string does not fail.
        let _ = write!(line, "{BETWEEN}{word} at byte {}", broken.offset);
    }
}

fn begin(packet: PacketType, id: Option<u64>, line: &mut String) {
    line.push_str(title(packet));
    if let Some(id) = id {
        let _ = write!(line, " ({id})");
    }
}

fn number(dissection: &Dissection, kind: FieldKind) -> Option<u64> {
    match dissection.find(kind)?.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// The topic, or what stands for it.
fn publish(topic: &str, alias: Option<u64>, context: &Context, line: &mut String) {
    line.push_str(BETWEEN);
    match (topic, alias, &context.alias_topic) {
        ("", Some(_), Some(topic)) => push_line(line, topic, LONGEST),
        ("", Some(alias), None) => {
            let _ = write!(line, "topic alias {alias}");
        }
        _ => push_line(line, topic, LONGEST),
    }
}

const fn title(packet: PacketType) -> &'static str {
    match packet {
        PacketType::Connect => "Connect Command",
        PacketType::Connack => "Connect Ack",
        PacketType::Publish => "Publish Message",
        PacketType::Puback => "Publish Ack",
        PacketType::Pubrec => "Publish Received",
        PacketType::Pubrel => "Publish Release",
        PacketType::Pubcomp => "Publish Complete",
        PacketType::Subscribe => "Subscribe Request",
        PacketType::Suback => "Subscribe Ack",
        PacketType::Unsubscribe => "Unsubscribe Request",
        PacketType::Unsuback => "Unsubscribe Ack",
        PacketType::Pingreq => "Ping Request",
        PacketType::Pingresp => "Ping Response",
        PacketType::Disconnect => "Disconnect Request",
        PacketType::Auth => "Authentication Exchange",
    }
}

/// The names of the codes that `wanted` takes, with numbers where they have no name of their own.
fn push_codes(dissection: &Dissection, wanted: impl Fn(u64) -> bool, line: &mut String) {
    let mut names = Vec::new();
    each(&dissection.fields, &mut |field| {
        let kind = field.kind;
        let is_code = matches!(kind, FieldKind::ReasonCode | FieldKind::ReturnCode | FieldKind::GrantedQos);
        if let (true, Value::Number(code)) = (is_code, &field.value)
            && wanted(*code)
        {
            let name = field.meaning.unwrap_or_default();
            names.push(match (dissection.packet, *code) {
                (Some(PacketType::Suback), 0..=2) => format!("QoS {code}"),
                _ if name == "unknown code" => format!("{name} {code:#04x}"),
                _ => name.to_owned(),
            });
        }
    });
    let implied = dissection.version == Version::V5_0
        && dissection.packet == Some(PacketType::Disconnect)
        && names.is_empty()
        && dissection.broken.is_none();
    if implied {
        names.push("Normal disconnection".to_owned());
    }
    push_list(&names, line);
}

/// The texts of a kind of field; nothing where they are all empty.
fn push_texts(dissection: &Dissection, kind: FieldKind, line: &mut String) {
    let mut found = Vec::new();
    each(&dissection.fields, &mut |field| {
        if let (true, Value::Text(text)) = (field.kind == kind, &field.value) {
            found.push(one_line(text, LONGEST));
        }
    });
    push_list(&found, line);
}

fn push_list(words: &[String], line: &mut String) {
    if words.iter().any(|word| !word.is_empty()) {
        line.push_str(BETWEEN);
        push_line(line, &words.join(", "), 2 * LONGEST);
    }
}

fn each<'a>(fields: &'a [Field], visit: &mut impl FnMut(&'a Field)) {
    for field in fields {
        visit(field);
        each(&field.children, visit);
    }
}

/// Text on one line: control characters become dots, and what is longer than `longest` characters is cut.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    push_line(&mut line, text, longest);
    line
}

fn push_line(line: &mut String, text: &str, longest: usize) {
    // Most text is plain ASCII, where bytes are characters and nothing changes.
    let head = text.get(..longest.min(text.len())).unwrap_or_default();
    let is_short = head.len() == text.len();
    if !head.is_empty() && head.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
        line.push_str(head);
        if !is_short {
            line.push('…');
        }
        return;
    }
    line.extend(text.chars().take(longest).map(|c| if c.is_control() { '·' } else { c }));
    if text.chars().nth(longest).is_some() {
        line.push('…');
    }
}

/// A payload in a line: its text, or how many bytes it has.
fn push_bytes(line: &mut String, bytes: &[u8]) {
    push_counted(line, bytes, bytes.len());
}

/// The same of a payload of `length` bytes that begins with these.
fn push_counted(line: &mut String, bytes: &[u8], length: usize) {
    line.push_str(BETWEEN);
    match text_of(bytes) {
        Some(text) if !text.is_empty() => push_line(line, text, LONGEST),
        _ if length == 1 => line.push_str("1 byte"),
        _ => {
            let _ = write!(line, "{length} bytes");
        }
    }
}

/// The bytes as text, where they are text. Of many bytes only the first are looked at, and given.
pub(super) fn text_of(bytes: &[u8]) -> Option<&str> {
    const ENOUGH: usize = 4096;
    let head = bytes.get(..ENOUGH).unwrap_or(bytes);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The cut may have gone through a character.
        Err(fault) if fault.error_len().is_none() && head.len() < bytes.len() => {
            std::str::from_utf8(head.get(..fault.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    memchr::memchr(0, head).is_none().then_some(text)
}
