//! Whether a frame passes: from the index where that suffices, else from as few of its bytes as will do.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value as Json;

use super::Subject;
use super::fields::{Known, Operator, Place};
use super::text::Needle;
use super::tree::{Field, Literal, Node, Number, Step, Test};
use crate::wire::{
    self, Context, Direction, Dissection, FieldKind, PacketType, Peek, Property, Value, Version, dissect,
};

/// The longest payload that is read as JSON, in bytes.
const JSON_BYTES: usize = 4 << 20;

/// A frame under judgement, with what has been found out about it.
struct Facts<'a> {
    subject: &'a Subject<'a>,
    peek: OnceCell<Peek<'a>>,
    json: OnceCell<Option<Json>>,
    tree: OnceCell<Dissection>,
}

/// A value of a frame.
#[derive(Clone, Copy)]
enum Got<'g> {
    Number(Number),
    Bool(bool),
    Bytes(&'g [u8]),
    Null,
    Packet(Option<PacketType>),
    Direction(Direction),
    Nanos(u64),
}

/// Whether the frame passes; `None` where that takes its bytes, and they are not there.
pub(super) fn passes(node: &Node, subject: &Subject<'_>) -> Option<bool> {
    let facts = Facts { subject, peek: OnceCell::new(), json: OnceCell::new(), tree: OnceCell::new() };
    facts.holds(node)
}

/// Whether all hold: no, if one does not; otherwise unknown, if one is unknown.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

impl<'a> Facts<'a> {
    fn holds(&self, node: &Node) -> Option<bool> {
        match node {
            Node::All(nodes) => all(nodes.iter().map(|node| self.holds(node))),
            Node::Any(nodes) => {
                all(nodes.iter().map(|node| self.holds(node).map(|holds| !holds))).map(|none| !none)
            }
            Node::Not(node) => self.holds(node).map(|holds| !holds),
            Node::Text(needle) => self.text(needle),
            Node::Field(Field::Known(known), test) => self.known(known, test),
            Node::Field(Field::Property(property), test) => {
                self.any(FieldKind::PropertyValue(*property).name(), Some(*property), test)
            }
            Node::Field(Field::User(key), test) => self.user(key, test),
            Node::Field(Field::Json(steps), test) => self.json(steps, test),
        }
    }

    fn is(&self, packet: PacketType) -> bool {
        self.subject.entry.packet == Some(packet)
    }

    fn peek(&self) -> Option<&Peek<'a>> {
        let (version, frame) = self.subject.frame?;
        Some(self.peek.get_or_init(|| Peek::of(frame, version)))
    }

    fn tree(&self) -> Option<&Dissection> {
        let (version, frame) = self.subject.frame?;
        Some(self.tree.get_or_init(|| dissect(frame, &Context { version, ..Context::default() })))
    }

    /// Anywhere: a PUBLISH in its topic or payload, others behind the fixed header.
    fn text(&self, needle: &Needle) -> Option<bool> {
        if self.subject.topic.is_some_and(|topic| needle.is_in(topic.as_bytes())) {
            return Some(true);
        }
        let (_, frame) = self.subject.frame?;
        if !self.is(PacketType::Publish) {
            return Some(needle.is_in(behind_fixed_header(frame)));
        }
        // A topic that has a number has been looked at.
        let unnumbered = self.peek()?.topic.filter(|_| self.subject.topic.is_none());
        Some(unnumbered.is_some_and(|topic| needle.is_in(topic)) || needle.is_in(self.payload()?))
    }

    /// PUBLISH: its payload, empty where it cannot be told.
    fn payload(&self) -> Option<&'a [u8]> {
        let (_, frame) = self.subject.frame?;
        Some(frame.get(self.peek()?.payload.clone()).unwrap_or_default())
    }

    fn known(&self, known: &Known, test: &Test) -> Option<bool> {
        let entry = self.subject.entry;
        let publish = self.is(PacketType::Publish);
        let whole = |number: u64| Got::Number(Number::Whole(number.into()));
        let got = match known.place {
            Place::Packet => Got::Packet(entry.packet),
            Place::Direction => Got::Direction(entry.direction),
            Place::Time => Got::Nanos(entry.time.0),
            Place::Latency => {
                return Some(self.subject.latency.is_some_and(|nanos| test.holds(Got::Nanos(nanos))));
            }
            Place::Unanswered => Got::Bool(self.subject.unanswered),
            Place::Length => whole(entry.length.into()),
            Place::Connection => whole(entry.connection.into()),
            Place::Fault => Got::Bool(entry.fault),
            Place::Id => return Some(entry.packet_id.is_some_and(|id| test.holds(whole(id.into())))),
            Place::Dup | Place::Qos | Place::Retain | Place::Payload if !publish => return Some(false),
            Place::Dup => Got::Bool(entry.dup()),
            Place::Retain => Got::Bool(entry.retain()),
            Place::Qos => whole(u64::from((entry.flags >> 1) & 3)),
            Place::Payload => Got::Bytes(self.payload()?),
            Place::Topic => return self.topic(known, test),
            Place::Tree(holders) => {
                // What cannot stand in this packet need not be looked for.
                let may = entry.packet.is_none_or(|packet| holders >> packet as u16 & 1 == 1);
                return if may { self.any(known.name, None, test) } else { Some(false) };
            }
        };
        Some(test.holds(got))
    }

    fn topic(&self, known: &Known, test: &Test) -> Option<bool> {
        if let Some(topic) = self.subject.topic {
            return Some(test.holds(Got::Bytes(topic.as_bytes())));
        }
        match self.subject.entry.packet {
            // Without a number: not well-formed, behind an unknown alias, or beyond the log's bound of topics.
            Some(PacketType::Publish) => {
                Some(self.peek()?.topic.is_some_and(|topic| test.holds(Got::Bytes(topic))))
            }
            Some(PacketType::Subscribe | PacketType::Unsubscribe) => self.any(known.name, None, test),
            _ => Some(false),
        }
    }

    /// Whether any field of the name, and of the property where one is given, holds.
    fn any(&self, name: &str, property: Option<Property>, test: &Test) -> Option<bool> {
        let wanted = |kind: FieldKind| match property {
            Some(property) => kind == FieldKind::PropertyValue(property),
            None => kind.name() == name,
        };
        let (version, frame) = self.subject.frame?;
        let of_property = property.is_some() || name.contains("property");
        if of_property && version != Version::V5_0 && !self.is(PacketType::Connect) {
            return Some(false);
        }
        let tree = self.tree()?;
        Some(any_field(&tree.fields, &|field| {
            wanted(field.kind) && got(field, frame).is_some_and(|got| test.holds(got))
        }))
    }

    /// Whether a user property of the name holds.
    fn user(&self, key: &str, test: &Test) -> Option<bool> {
        let (version, frame) = self.subject.frame?;
        if version != Version::V5_0 && !self.is(PacketType::Connect) {
            return Some(false);
        }
        let value_of = |group: &wire::Field, kind| {
            let child = group.children.iter().find(|child| child.kind == kind)?;
            frame.get(child.range.clone())
        };
        Some(any_field(&self.tree()?.fields, &|field| {
            field.kind == FieldKind::Property(Property::UserProperty)
                && value_of(field, FieldKind::UserPropertyKey) == Some(key.as_bytes())
                && value_of(field, FieldKind::UserPropertyValue)
                    .is_some_and(|value| test.holds(Got::Bytes(value)))
        }))
    }

    fn json(&self, steps: &[Step], test: &Test) -> Option<bool> {
        if !self.is(PacketType::Publish) {
            return Some(false);
        }
        let payload = self.payload()?;
        let json = self.json.get_or_init(|| {
            let short = payload.get(..payload.len().min(JSON_BYTES))?;
            if short.len() == payload.len() { serde_json::from_slice(payload).ok() } else { None }
        });
        let Some(json) = json else { return Some(false) };
        let found = steps.iter().try_fold(json, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        });
        Some(found.is_some_and(|found| test.holds_json(found)))
    }
}

/// Whether a test holds for any field of the tree.
fn any_field(fields: &[wire::Field], holds: &impl Fn(&wire::Field) -> bool) -> bool {
    fields.iter().any(|field| holds(field) || any_field(&field.children, holds))
}

/// The value of a field; groups have none.
fn got<'g>(field: &'g wire::Field, frame: &'g [u8]) -> Option<Got<'g>> {
    match &field.value {
        Value::Group => None,
        Value::Number(number) => Some(Got::Number(Number::Whole((*number).into()))),
        Value::Bool(value) => Some(Got::Bool(*value)),
        Value::Text(text) => Some(Got::Bytes(text.as_bytes())),
        Value::Bytes => frame.get(field.range.clone()).map(Got::Bytes),
    }
}

impl Test {
    fn holds(&self, got: Got<'_>) -> bool {
        match self {
            Self::Stands => !matches!(got, Got::Null | Got::Bool(false)),
            Self::Compare(operator, literal) => compare(*operator, literal, got),
            Self::OneOf(values) => values.iter().any(|value| compare(Operator::Equal, value, got)),
            Self::Like(filter) => match got {
                Got::Bytes(bytes) => std::str::from_utf8(bytes)
                    .is_ok_and(|topic| !topic.is_empty() && wire::matches(filter, topic)),
                _ => false,
            },
            Self::Contains(needle) => with_text(got, |text| needle.is_in(text)),
            Self::Matches(pattern) => with_text(got, |text| pattern.regex.is_match(text)),
        }
    }

    fn holds_json(&self, json: &Json) -> bool {
        let got = match json {
            Json::Null => Got::Null,
            Json::Bool(value) => Got::Bool(*value),
            Json::String(text) => Got::Bytes(text.as_bytes()),
            Json::Number(number) => {
                let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
                match whole.map(Number::Whole).or_else(|| number.as_f64().map(Number::of)) {
                    Some(number) => Got::Number(number),
                    None => return false,
                }
            }
            Json::Array(_) | Json::Object(_) => return self.holds_nested(json),
        };
        self.holds(got)
    }

    /// An array or an object: it is there, and its JSON without blanks can be searched.
    fn holds_nested(&self, json: &Json) -> bool {
        match self {
            Self::Stands => true,
            Self::Contains(needle) => needle.is_in(json.to_string().as_bytes()),
            Self::Matches(pattern) => pattern.regex.is_match(json.to_string().as_bytes()),
            Self::Compare(operator, _) => *operator == Operator::Differs,
            Self::Like(_) | Self::OneOf(_) => false,
        }
    }
}

/// Looks at a value as text; a number as it is written.
fn with_text(got: Got<'_>, look: impl FnOnce(&[u8]) -> bool) -> bool {
    let text = match got {
        Got::Bytes(bytes) => Cow::Borrowed(bytes),
        Got::Number(Number::Whole(whole)) => Cow::Owned(whole.to_string().into_bytes()),
        Got::Number(Number::Real(real)) => Cow::Owned(real.to_string().into_bytes()),
        _ => return false,
    };
    look(&text)
}

/// Compares a value with a literal; values of another kind are not equal, and have no order.
fn compare(operator: Operator, literal: &Literal, got: Got<'_>) -> bool {
    let order = match (literal, got) {
        (Literal::Number(wanted), Got::Number(number)) => number.order(*wanted),
        // Bits that are counted.
        (Literal::Number(wanted), Got::Bool(bit)) => Number::Whole(bit.into()).order(*wanted),
        (Literal::Bool(wanted), Got::Bool(value)) => Some(value.cmp(wanted)),
        (Literal::Span(wanted), Got::Nanos(nanos)) => Some(nanos.cmp(wanted)),
        (Literal::Text(wanted), Got::Bytes(bytes)) => Some(bytes.cmp(wanted.as_bytes())),
        (Literal::Null, Got::Null) => Some(std::cmp::Ordering::Equal),
        (Literal::Packet(wanted), Got::Packet(packet)) => packet.map(|packet| packet.cmp(wanted)),
        (Literal::Direction(wanted), Got::Direction(direction)) if direction == *wanted => {
            Some(std::cmp::Ordering::Equal)
        }
        (Literal::Time(moment), Got::Nanos(nanos)) => {
            let (order, within) = moment.place(nanos);
            return match operator {
                Operator::Equal => within,
                Operator::Differs => !within,
                _ => ordered(operator, Some(order)),
            };
        }
        _ => None,
    };
    ordered(operator, order)
}

fn ordered(operator: Operator, order: Option<std::cmp::Ordering>) -> bool {
    match operator {
        Operator::Equal => order.is_some_and(std::cmp::Ordering::is_eq),
        Operator::Differs => !order.is_some_and(std::cmp::Ordering::is_eq),
        Operator::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
        Operator::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
        Operator::Above => order.is_some_and(std::cmp::Ordering::is_gt),
        Operator::Below => order.is_some_and(std::cmp::Ordering::is_lt),
        Operator::Like | Operator::Contains | Operator::Matches | Operator::In => false,
    }
}

fn behind_fixed_header(frame: &[u8]) -> &[u8] {
    let length =
        frame.iter().skip(1).take(4).position(|byte| byte & 0x80 == 0).map_or(frame.len(), |at| at + 2);
    frame.get(length..).unwrap_or_default()
}
