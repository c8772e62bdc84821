//! A frame in one line, in the words that Wireshark has for the packets.

use super::{Context, Dissection, Field, FieldKind, PacketType, Value, Version, dissect};

/// The longest piece of text that a line shows, in characters.
const LONGEST: usize = 80;

/// What the frame says, in one line, without the packet type's name: the Info column.
#[must_use]
pub fn summarize(frame: &[u8], context: &Context) -> String {
    of_dissection(frame, &dissect(frame, context), context)
}

/// The line of a frame that has been taken apart.
fn of_dissection(frame: &[u8], dissection: &Dissection, context: &Context) -> String {
    let Some(packet) = dissection.packet else {
        let text = if frame.is_empty() { "No bytes" } else { "No MQTT packet: type 0" };
        return text.to_owned();
    };
    let mut line = title(packet).to_owned();
    if let Some(Value::Number(id)) = dissection.find(FieldKind::PacketId).map(|field| &field.value) {
        line.push_str(" (");
        line.push_str(&id.to_string());
        line.push(')');
    }
    for part in parts(frame, dissection, packet, context) {
        line.push_str(" · ");
        line.push_str(&part);
    }
    if let Some(broken) = &dissection.broken {
        let word = if broken.incomplete { "cut off" } else { "malformed" };
        return format!("{line} · {word} at byte {}", broken.offset);
    }
    line
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

fn parts(frame: &[u8], dissection: &Dissection, packet: PacketType, context: &Context) -> Vec<String> {
    match packet {
        PacketType::Connect => {
            texts(&dissection.fields, FieldKind::ClientId).into_iter().filter(|id| !id.is_empty()).collect()
        }
        PacketType::Publish => publish(frame, dissection, context),
        PacketType::Subscribe | PacketType::Unsubscribe => {
            let filters = texts(&dissection.fields, FieldKind::TopicFilter);
            if filters.is_empty() { Vec::new() } else { vec![one_line(&filters.join(", "), 2 * LONGEST)] }
        }
        PacketType::Suback => codes(dissection, |_| true),
        PacketType::Unsuback
        | PacketType::Puback
        | PacketType::Pubrec
        | PacketType::Pubrel
        | PacketType::Pubcomp => codes(dissection, |code| code != 0),
        PacketType::Connack | PacketType::Disconnect | PacketType::Auth => codes(dissection, |_| true),
        PacketType::Pingreq | PacketType::Pingresp => Vec::new(),
    }
}

fn publish(frame: &[u8], dissection: &Dissection, context: &Context) -> Vec<String> {
    let mut parts = Vec::new();
    let topic = dissection.find(FieldKind::Topic);
    let alias = dissection.find(FieldKind::PropertyValue(super::Property::TopicAlias));
    match (topic.map(|topic| &topic.value), alias.map(|alias| &alias.value)) {
        (Some(Value::Text(topic)), Some(Value::Number(alias))) if topic.is_empty() => {
            parts.push(match &context.alias_topic {
                Some(topic) => one_line(topic, LONGEST),
                None => format!("topic alias {alias}"),
            });
        }
        (Some(Value::Text(topic)), _) => parts.push(one_line(topic, LONGEST)),
        _ => {}
    }
    if let Some(payload) = dissection.find(FieldKind::Payload) {
        parts.push(bytes_in_line(frame.get(payload.range.clone()).unwrap_or_default()));
    }
    parts
}

/// The names of the codes that `wanted` takes, with numbers where they have no name of their own.
fn codes(dissection: &Dissection, wanted: impl Fn(u64) -> bool) -> Vec<String> {
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
    if names.is_empty() { names } else { vec![one_line(&names.join(", "), 2 * LONGEST)] }
}

fn texts(fields: &[Field], kind: FieldKind) -> Vec<String> {
    let mut found = Vec::new();
    each(fields, &mut |field| {
        if let (true, Value::Text(text)) = (field.kind == kind, &field.value) {
            found.push(one_line(text, LONGEST));
        }
    });
    found
}

fn each<'a>(fields: &'a [Field], visit: &mut impl FnMut(&'a Field)) {
    for field in fields {
        visit(field);
        each(&field.children, visit);
    }
}

/// Text on one line: control characters become dots, and what is longer than `longest` characters is cut.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let mut line: String = text.chars().take(longest).map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().nth(longest).is_some() {
        line.push('…');
    }
    line
}

/// A payload in a line: its text, or how many bytes it has.
pub(super) fn bytes_in_line(bytes: &[u8]) -> String {
    match text_of(bytes) {
        Some(text) if !text.is_empty() => one_line(text, LONGEST),
        _ if bytes.len() == 1 => "1 byte".to_owned(),
        _ => format!("{} bytes", bytes.len()),
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
    (!text.contains('\0')).then_some(text)
}
