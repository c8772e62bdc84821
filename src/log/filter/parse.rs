//! From a filter as written to what it asks.

use super::text::Needle;
use super::{FilterError, FilterFault, Node};
use crate::wire::{Direction, PacketType, Qos, check_topic_filter};

/// How deep parentheses and minuses may be nested.
const MAX_DEPTH: usize = 50;

/// The terms that have a name.
const KNOWN: [&str; 9] = ["topic", "type", "qos", "dir", "retain", "dup", "fault", "id", "connection"];

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.blanks();
    if reader.rest().is_empty() {
        return Ok(Node::default());
    }
    let node = reader.alternatives()?;
    if reader.rest().is_empty() { Ok(node) } else { Err(reader.error(FilterFault::StrayParenthesis)) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

/// A word as written: its text, and whether any of it was quoted.
struct Word {
    text: String,
    quoted: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, what: FilterFault) -> FilterError {
        FilterError { offset: self.at, what }
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Terms with `or` between them, up to the end or a closing parenthesis.
    fn alternatives(&mut self) -> Result<Node, FilterError> {
        let mut alternatives = vec![self.terms()?];
        while self.take_or() {
            alternatives.push(self.terms()?);
        }
        Ok(single(alternatives, Node::Any))
    }

    fn is_or(&self) -> bool {
        let word = self.rest().split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).next();
        word.is_some_and(|word| word.eq_ignore_ascii_case("or"))
    }

    fn take_or(&mut self) -> bool {
        let found = self.is_or();
        if found {
            self.at += 2;
            self.blanks();
        }
        found
    }

    /// One term or more, side by side.
    fn terms(&mut self) -> Result<Node, FilterError> {
        let mut terms = Vec::new();
        while !self.rest().is_empty() && !self.rest().starts_with(')') && !self.is_or() {
            terms.push(self.term()?);
            self.blanks();
        }
        if terms.is_empty() {
            return Err(self.error(FilterFault::NothingFollows));
        }
        Ok(single(terms, Node::All))
    }

    fn term(&mut self) -> Result<Node, FilterError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(FilterFault::TooDeep));
        }
        self.depth += 1;
        let start = self.at;
        let node = if self.take('-') {
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')') {
                return Err(self.error(FilterFault::NothingFollows));
            }
            Node::Not(Box::new(self.term()?))
        } else if self.take('(') {
            self.blanks();
            let node = self.alternatives()?;
            if !self.take(')') {
                return Err(FilterError { offset: start, what: FilterFault::OpenParenthesis });
            }
            node
        } else if let Some(name) = self.name() {
            self.named(&name.to_ascii_lowercase(), start)?
        } else {
            Node::Text(Needle::new(&self.word()?.text))
        };
        self.depth -= 1;
        Ok(node)
    }

    /// The letters in front of a colon, which are taken; `None` where the text goes on otherwise.
    fn name(&mut self) -> Option<&'a str> {
        let (name, _) = self.rest().split_once(':')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_name.then(|| {
            self.at += name.len() + 1;
            name
        })
    }

    fn named(&mut self, name: &str, start: usize) -> Result<Node, FilterError> {
        let value_at = self.at;
        if !KNOWN.contains(&name) {
            return Err(FilterError { offset: start, what: FilterFault::UnknownTerm(name.to_owned()) });
        }
        let value = self.word()?;
        if value.text.is_empty() && !value.quoted {
            return Err(self.error(FilterFault::NothingFollows));
        }
        let value = value.text;
        let lower = value.to_ascii_lowercase();
        if name == "topic" {
            return match check_topic_filter(&value) {
                Ok(()) => Ok(Node::Topic(value)),
                Err(fault) => Err(FilterError {
                    offset: value_at + self.within(value_at, fault.at()),
                    what: FilterFault::TopicFilter(fault),
                }),
            };
        }
        let (node, takes) = match name {
            "type" => (
                packet_type(&lower).map(Node::Type),
                "connect, publish, puback and the other control packets",
            ),
            "qos" => {
                (lower.parse().ok().and_then(|qos: u8| Qos::try_from(qos).ok()).map(Node::Qos), "0, 1 or 2")
            }
            "dir" => (direction(&lower).map(Node::Direction), "sent or received"),
            "retain" => (yes_or_no(&lower).map(Node::Retain), "yes or no"),
            "dup" => (yes_or_no(&lower).map(Node::Dup), "yes or no"),
            "fault" => (yes_or_no(&lower).map(Node::Fault), "yes or no"),
            "id" => (lower.parse().ok().map(Node::Id), "a number up to 65535"),
            _ => (lower.parse().ok().map(Node::Connection), "a number up to 65535"),
        };
        node.ok_or(FilterError { offset: value_at, what: FilterFault::UnknownValue { value, takes } })
    }

    /// Where in the text as written the byte `at` of an unquoted value stands; the value's start if it was quoted.
    fn within(&self, value_at: usize, at: usize) -> usize {
        let written = self.text.get(value_at..self.at).unwrap_or_default();
        if written.starts_with('"') || !written.is_char_boundary(at) { 0 } else { at }
    }

    /// Text up to a blank or a parenthesis, or in quotes. May be empty.
    fn word(&mut self) -> Result<Word, FilterError> {
        let start = self.at;
        if !self.take('"') {
            let rest = self.rest();
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"'));
            let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            self.at += text.len();
            return Ok(Word { text: text.to_owned(), quoted: false });
        }
        let mut text = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += offset + 1;
                    return Ok(Word { text, quoted: true });
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(FilterError { offset: start, what: FilterFault::OpenQuote })
    }
}

fn single(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        Some(node) => {
            nodes.push(node);
            many(nodes)
        }
        None => Node::default(),
    }
}

fn packet_type(name: &str) -> Option<PacketType> {
    PacketType::ALL.into_iter().find(|packet| packet.name().eq_ignore_ascii_case(name))
}

fn direction(name: &str) -> Option<Direction> {
    match name {
        "sent" => Some(Direction::ToServer),
        "received" => Some(Direction::ToClient),
        _ => None,
    }
}

fn yes_or_no(name: &str) -> Option<bool> {
    match name {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
