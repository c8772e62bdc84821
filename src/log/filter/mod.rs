//! Filters over a log: what passes, and what does not.
//!
//! A filter is written as terms, all of which must hold:
//!
//! | Term | Passes |
//! | --- | --- |
//! | `word` or `"some text"` | frames that hold the text, whatever the case of A to Z: a PUBLISH in its topic or payload, others anywhere behind the fixed header |
//! | `topic:sensor/+/state` | PUBLISH on a topic that the topic filter takes |
//! | `type:publish` | frames of the control packet type |
//! | `qos:1` | PUBLISH of that quality of service |
//! | `dir:sent`, `dir:received` | frames that the client sent, or received |
//! | `retain:yes`, `dup:yes` | PUBLISH with the flag; `no`: without |
//! | `fault:yes` | frames that break the standard; `no`: that do not |
//! | `id:12` | frames with the packet identifier |
//! | `connection:3` | frames of that network connection |
//!
//! `-term` passes what the term does not; `or` stands between alternatives and binds less than terms side by side;
//! parentheses group. A word with a colon, a quote, a parenthesis or a minus in front is written in quotes; `\"` and
//! `\\` stand for themselves there.

mod error;
mod parse;
mod text;

pub use error::{FilterError, FilterFault};

use super::Entry;
use crate::wire::{self, Direction, PacketType, Peek, Qos, Version};
use text::Needle;

/// What a frame must be like to pass. The default passes everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(Node);

/// What a filter asks of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text(Needle),
    Topic(String),
    Type(PacketType),
    Qos(Qos),
    Direction(Direction),
    Retain(bool),
    Dup(bool),
    Fault(bool),
    Id(u16),
    Connection(u16),
}

impl Default for Node {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// A frame that is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the index holds of it.
    pub entry: &'a Entry,
    /// The topic behind its topic number.
    pub topic: Option<&'a str>,
    /// The version it is read as, and its bytes, where they have been fetched.
    pub frame: Option<(Version, &'a [u8])>,
}

impl Filter {
    /// Reads a filter as a person writes it. Nothing but blanks passes everything.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(Self)
    }

    /// Only application messages.
    #[must_use]
    pub fn messages() -> Self {
        Self(Node::Type(PacketType::Publish))
    }

    /// Only application messages on the topics of a topic filter.
    #[must_use]
    pub fn on_topics(filter: &str) -> Self {
        Self(Node::Topic(filter.to_owned()))
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

    /// Whether the frame passes. `None` where that cannot be said without its bytes; with them there is always
    /// an answer.
    #[must_use]
    pub fn passes(&self, subject: &Subject<'_>) -> Option<bool> {
        self.0.holds(subject)
    }
}

impl Node {
    fn holds(&self, subject: &Subject<'_>) -> Option<bool> {
        let entry = subject.entry;
        let publish = entry.packet == Some(PacketType::Publish);
        match self {
            Self::All(nodes) => all(nodes.iter().map(|node| node.holds(subject))),
            Self::Any(nodes) => {
                all(nodes.iter().map(|node| node.holds(subject).map(|holds| !holds))).map(|none| !none)
            }
            Self::Not(node) => node.holds(subject).map(|holds| !holds),
            Self::Text(needle) => holds_text(needle, subject),
            Self::Topic(filter) if publish => on_topics(filter, subject),
            Self::Topic(_) => Some(false),
            Self::Type(packet) => Some(entry.packet == Some(*packet)),
            Self::Qos(qos) => Some(publish && entry.qos() == Some(*qos)),
            Self::Direction(direction) => Some(entry.direction == *direction),
            Self::Retain(retain) => Some(publish && entry.retain() == *retain),
            Self::Dup(dup) => Some(publish && entry.dup() == *dup),
            Self::Fault(fault) => Some(entry.fault == *fault),
            Self::Id(id) => Some(entry.packet_id == Some(*id)),
            Self::Connection(number) => Some(entry.connection == *number),
        }
    }
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

fn holds_text(needle: &Needle, subject: &Subject<'_>) -> Option<bool> {
    if subject.topic.is_some_and(|topic| needle.is_in(topic.as_bytes())) {
        return Some(true);
    }
    let (version, frame) = subject.frame?;
    if subject.entry.packet != Some(PacketType::Publish) {
        return Some(needle.is_in(behind_fixed_header(frame)));
    }
    let peek = Peek::of(frame, version);
    let in_topic = peek.topic.is_some_and(|topic| needle.is_in(topic));
    Some(in_topic || frame.get(peek.payload).is_some_and(|payload| needle.is_in(payload)))
}

fn on_topics(filter: &str, subject: &Subject<'_>) -> Option<bool> {
    if let Some(topic) = subject.topic {
        return Some(wire::matches(filter, topic));
    }
    // Without a number: not well-formed, behind an unknown alias, or beyond the log's bound of topics.
    let (version, frame) = subject.frame?;
    let topic = Peek::of(frame, version).topic.and_then(|topic| str::from_utf8(topic).ok());
    Some(topic.is_some_and(|topic| !topic.is_empty() && wire::matches(filter, topic)))
}

fn behind_fixed_header(frame: &[u8]) -> &[u8] {
    let length =
        frame.iter().skip(1).take(4).position(|byte| byte & 0x80 == 0).map_or(frame.len(), |at| at + 2);
    frame.get(length..).unwrap_or_default()
}
