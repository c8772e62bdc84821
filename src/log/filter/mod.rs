//! Filters over a log: the one language in which every list, search and export says what passes.
//!
//! A filter is text that is searched for, comparisons of fields, and both joined by `and`, `or`, `not` (or `&&`,
//! `||`, `!`) and parentheses; side by side means `and`, which binds more than `or`. [`FIELDS`], [`FORMS`] and
//! [`Operator`] are the language in tables.
//!
//! What it promises:
//!
//! - A filter is read once ([`Filter::parse`]); a value that its field cannot have is a fault then, with its place.
//! - A field that stands more than once passes where any of its values does; `!=` asks for a field that is there.
//! - Its text written out reads as the same filter.
//! - Judging is linear in the frame's bytes, and looks at no more of them than it must: none where the index
//!   suffices, and JSON and the decoded tree once for a frame, however many terms ask.
//! - `type:publish` is `type == publish`, and `topic:a/#` is `topic ~ "a/#"`; `-term` is `!term`.

mod complete;
mod error;
mod expression;
mod fields;
mod judge;
mod parse;
mod span;
mod text;
mod tree;
mod value;
mod write;

use std::fmt;

pub use complete::{Completion, Suggestion, complete};
pub use error::{FilterError, FilterFault};
pub use expression::ExpressionFault;
pub use fields::{FIELDS, FORMS, Form, Kind, Known, Operator, known, property_name};
use jiff::tz::TimeZone;
pub use span::{span_in, with_span};
pub(super) use text::Needle;

use super::view::latency;
use super::{Entry, Frame, FrameLog, Row};
use crate::wire::{Dissection, FieldKind, PacketType, Property, Value, Version};
use fields::Place;
pub use tree::Step;
use tree::{Literal, Node, Test};
pub use value::{WrittenTime, written_time};

/// The longest value that a term is made of, in bytes.
const LONGEST_VALUE: usize = 4000;

/// What a frame must be like to pass. The default passes everything. Displayed, it is the text that reads as it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(Node);

/// A frame that is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the index holds of it.
    pub entry: &'a Entry,
    /// The topic behind its topic number.
    pub topic: Option<&'a str>,
    /// The version it is read as, and its bytes, where they have been fetched.
    pub frame: Option<(Version, &'a [u8])>,
    /// Nanoseconds from the request to the final answer, where it is one of these and the exchange has ended.
    /// Asked for by [`Filter::asks_answers`] alone, as the next.
    pub latency: Option<u64>,
    /// Whether it is a request that has no final answer ([`FrameLog::is_unanswered`]).
    pub unanswered: bool,
}

impl Filter {
    /// Reads a filter as a person writes it. Nothing but blanks passes everything. Times without an offset are
    /// local to `zone`.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, FilterError> {
        parse::parse(text, zone).map(Self)
    }

    /// Only application messages.
    #[must_use]
    pub fn messages() -> Self {
        let test = Test::Compare(Operator::Equal, Literal::Packet(PacketType::Publish));
        Self(of_place(Place::Packet, test))
    }

    /// Only application messages on the topics of a topic filter.
    #[must_use]
    pub fn on_topics(filter: &str) -> Self {
        Self::messages().and(Self(of_place(Place::Topic, Test::Like(filter.to_owned()))))
    }

    /// Passes what both pass.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.is_everything() {
            return other;
        }
        if other.is_everything() {
            return self;
        }
        Self(Node::All(vec![self.0, other.0]))
    }

    /// Whether it passes everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0 == Node::default()
    }

    /// Whether any term asks for answers that may come later: those for the latency, and for what is unanswered.
    #[must_use]
    pub fn asks_answers(&self) -> bool {
        self.0.asks_answers()
    }

    /// Whether a frame of a log passes.
    #[must_use]
    pub fn passes_in(&self, log: &FrameLog, frame: &Frame) -> bool {
        let topic = frame.entry.topic.and_then(|number| log.topic(number));
        let asks = self.asks_answers();
        let latency = if asks { latency(log, frame.row, &frame.entry) } else { None };
        let unanswered = asks && log.is_unanswered(frame.row);
        let version = log.context(frame.row).version;
        let subject = Subject {
            entry: &frame.entry,
            topic: topic.as_deref(),
            frame: Some((version, &frame.bytes)),
            latency,
            unanswered,
        };
        self.passes(&subject).unwrap_or(false)
    }

    /// Whether a row of a log passes; `None` where the log has it no more. Its bytes are looked at where the index
    /// does not suffice, and only then.
    #[must_use]
    pub fn passes_row(&self, log: &FrameLog, row: Row) -> Option<bool> {
        let entry = log.entry(row)?;
        let topic = entry.topic.and_then(|number| log.topic(number));
        let asks = self.asks_answers();
        let latency = if asks { latency(log, row, &entry) } else { None };
        let unanswered = asks && log.is_unanswered(row);
        let topic = topic.as_deref();
        let subject = Subject { entry: &entry, topic, frame: None, latency, unanswered };
        self.passes(&subject).or_else(|| log.frame(row).map(|frame| self.passes_in(log, &frame)))
    }

    /// Whether the frame passes. `None` where that cannot be said without its bytes; with them there is always
    /// an answer.
    #[must_use]
    pub fn passes(&self, subject: &Subject<'_>) -> Option<bool> {
        let answer = judge::passes(&self.0, subject);
        if subject.frame.is_some() { Some(answer.unwrap_or(false)) } else { answer }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Node {
    fn asks_answers(&self) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::asks_answers),
            Self::Not(node) => node.asks_answers(),
            Self::Field(tree::Field::Known(known), _) => {
                matches!(known.place, Place::Latency | Place::Unanswered)
            }
            Self::Field(..) | Self::Text(_) => false,
        }
    }
}

/// A test of the field at a place that has but one.
fn of_place(place: Place, test: Test) -> Node {
    FIELDS
        .iter()
        .find(|known| known.place == place)
        .map_or_else(Node::default, |known| Node::Field(tree::Field::Known(known), test))
}

/// A term as text, such as `topic == "a/b"`, made so that it can be read.
#[must_use]
pub fn equals(field: &str, text: &str) -> String {
    let mut term = format!("{field} == ");
    // Writing to a string does not fail.
    let _ = write::quote(&mut term, text);
    term
}

/// Steps into JSON as filters write them behind `json`: `.items[0].id`.
#[must_use]
pub fn written_steps(steps: &[Step]) -> String {
    steps.iter().map(Step::to_string).collect()
}

/// The term that passes frames with this value of this field; `None` for groups, bytes that are no text, and
/// fields that filters do not know.
#[must_use]
pub fn term_for(dissection: &Dissection, frame: &[u8], path: &[usize]) -> Option<String> {
    let field = dissection.field(path)?;
    let parent = path.split_last().and_then(|(_, parent)| dissection.field(parent));
    if field.kind == FieldKind::PacketType {
        return dissection.packet.map(|packet| format!("type == {}", packet.name().to_ascii_lowercase()));
    }
    // MQTT 3.1 has them in other packets too; filters mean those of messages.
    if matches!(field.kind, FieldKind::Dup | FieldKind::Qos | FieldKind::Retain)
        && dissection.packet != Some(PacketType::Publish)
    {
        return None;
    }
    if let FieldKind::Property(property) = field.kind {
        let value = match property {
            Property::UserProperty => FieldKind::UserPropertyValue,
            other => FieldKind::PropertyValue(other),
        };
        let place = field.children.iter().position(|child| child.kind == value)?;
        return term_for(dissection, frame, &[path, &[place]].concat());
    }
    let name = match field.kind {
        FieldKind::PropertyValue(property) => property_name(property),
        FieldKind::UserPropertyValue => {
            let key = parent?.children.iter().find(|child| child.kind == FieldKind::UserPropertyKey)?;
            let Value::Text(key) = &key.value else { return None };
            let mut name = "user[".to_owned();
            let _ = write::quote(&mut name, key);
            name + "]"
        }
        kind => known(kind.name())?.name.to_owned(),
    };
    match &field.value {
        Value::Group => None,
        Value::Number(number) => Some(format!("{name} == {number}")),
        Value::Bool(value) if known(&name).is_some_and(|known| known.kind == Kind::Flag) => {
            Some(if *value { name } else { format!("{name} == no") })
        }
        Value::Bool(value) => Some(format!("{name} == {}", u8::from(*value))),
        Value::Text(text) => Some(equals(&name, text)),
        Value::Bytes => {
            // A filter has no room for more.
            let bytes = frame.get(field.range.clone()).filter(|bytes| bytes.len() <= LONGEST_VALUE)?;
            Some(equals(&name, std::str::from_utf8(bytes).ok()?))
        }
    }
}

/// A filter as typed with one term more: `and` where it must hold as well, `and not` where it must not.
#[must_use]
pub fn with_term(typed: &str, term: &str, exclude: bool) -> String {
    let term = if exclude { format!("!({term})") } else { term.to_owned() };
    let typed = typed.trim();
    if typed.is_empty() {
        return term;
    }
    // A filter with alternatives keeps its meaning in parentheses only.
    let alone = match parse::parse(typed, &TimeZone::UTC) {
        Ok(Node::Any(_)) => false,
        Ok(_) => true,
        Err(_) => return term,
    };
    if alone { format!("{typed} && {term}") } else { format!("({typed}) && {term}") }
}
