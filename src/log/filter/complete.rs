//! What may stand where the cursor is: fields, operators, values.

use std::ops::Range;

use super::fields::{self, FIELDS, Kind, Known, Operator};
use super::write::quote;
use crate::language::Language;
use crate::wire::PacketType;

/// How many are offered at most.
const MOST: usize = 40;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that it takes the place of.
    pub replaces: Range<usize>,
    /// What stands there instead; the cursor goes behind it.
    pub text: String,
    /// What it is.
    pub what: Suggestion,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// A field.
    Field(&'static Known),
    /// A value within a JSON payload.
    Json,
    /// The value of a user property.
    User,
    /// An operator.
    Operator(Operator),
    /// `and`, `or`, `not`.
    Join,
    /// A value of the field before.
    Value,
    /// A topic that was seen.
    Topic,
    /// A whole filter that was used before; [`complete`] knows none.
    Earlier,
}

impl Suggestion {
    /// What it is, in a few words.
    #[must_use]
    pub const fn what(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Field(known), _) => known.what(language),
            (Self::Operator(operator), _) => operator.what(language),
            (Self::Json, Language::English) => "A value within a JSON payload",
            (Self::Json, Language::Chinese) => "JSON 载荷里的值",
            (Self::User, Language::English) => "The value of a user property",
            (Self::User, Language::Chinese) => "用户属性的值",
            (Self::Join, Language::English) => "Joins terms",
            (Self::Join, Language::Chinese) => "连接条件",
            (Self::Value, Language::English) => "Value",
            (Self::Value, Language::Chinese) => "值",
            (Self::Topic, Language::English) => "Topic",
            (Self::Topic, Language::Chinese) => "主题",
            (Self::Earlier, Language::English) => "Used before",
            (Self::Earlier, Language::Chinese) => "用过的",
        }
    }
}

/// A word, a sign or a quoted text in front of the cursor.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    text: &'a str,
    at: usize,
    /// It begins with a quote that is still open.
    open: bool,
}

/// What may stand at `cursor`, a byte of `text`, best first. `topics` are those that were seen, best first.
#[must_use]
pub fn complete<T: AsRef<str>>(text: &str, cursor: usize, topics: &[T]) -> Vec<Completion> {
    let Some(before) = text.get(..cursor) else { return Vec::new() };
    let tokens = tokens(before);
    let at_blank = before.is_empty() || before.ends_with(char::is_whitespace);
    let is_sign = |token: &Token<'_>| {
        token.text.starts_with(['(', ')', '{', '}', ',', '!', '=', '<', '>', '~', '&', '|'])
    };
    // The word that is being written, and what stands before it.
    let (typed, earlier) = match tokens.split_last() {
        Some((last, earlier)) if last.open || (!at_blank && !is_sign(last)) => (Some(*last), earlier),
        _ => (None, tokens.as_slice()),
    };
    let replaces = typed.map_or(cursor, |token| token.at)..cursor;
    let word = typed.map_or("", |token| token.text);
    let mut found = Found { replaces, word, completions: Vec::new() };
    match position(earlier, typed.is_some_and(|token| token.open)) {
        Position::Value(known) => found.values(known, topics),
        Position::Operator(kind) => {
            for operator in Operator::ALL.into_iter().filter(|operator| operator.suits(kind)) {
                found.add(operator.written(), " ", Suggestion::Operator(operator));
            }
            if kind == Kind::Flag {
                found.joins();
            }
        }
        Position::Join => {
            found.joins();
            found.fields();
        }
        Position::Term => found.fields(),
        Position::Text => {}
    }
    found.completions
}

enum Position {
    /// A term may begin.
    Term,
    /// A term has ended.
    Join,
    Operator(Kind),
    /// A value of this field, where it is a known one.
    Value(Option<&'static Known>),
    /// Text that nothing is known of.
    Text,
}

/// What is wanted behind these tokens.
fn position(tokens: &[Token<'_>], in_quotes: bool) -> Position {
    let is_operator =
        |text: &str| Operator::ALL.iter().any(|o| o.written().eq_ignore_ascii_case(text)) || text == "=";
    let mut behind = tokens.iter().rev();
    let Some(last) = behind.next() else {
        return if in_quotes { Position::Text } else { Position::Term };
    };
    if let ("{" | ",", Some(place)) = (last.text, tokens.iter().rposition(|token| token.text == "{")) {
        let field = place.checked_sub(2).and_then(|field| tokens.get(field));
        return Position::Value(field.and_then(|field| fields::known(field.text)));
    }
    let of_field = |token: &Token<'_>| -> Option<Kind> {
        let name = token.text.split(['.', '[']).next().unwrap_or_default();
        if name.len() < token.text.len() && name.eq_ignore_ascii_case("json") {
            return Some(Kind::Any);
        }
        if name.len() < token.text.len() && name.eq_ignore_ascii_case("user") {
            return Some(Kind::Text);
        }
        fields::known(token.text).map(|known| known.kind)
    };
    if is_operator(last.text) {
        return Position::Value(behind.next().and_then(|field| fields::known(field.text)));
    }
    if in_quotes {
        return Position::Text;
    }
    let joins = ["and", "or", "not", "&&", "||", "!", "(", "-"];
    if joins.iter().any(|join| join.eq_ignore_ascii_case(last.text)) {
        return Position::Term;
    }
    let is_value = behind.next().is_some_and(|token| is_operator(token.text));
    match of_field(last) {
        Some(kind) if !is_value => Position::Operator(kind),
        _ => Position::Join,
    }
}

struct Found<'a> {
    replaces: Range<usize>,
    /// What was written of it so far.
    word: &'a str,
    completions: Vec<Completion>,
}

impl Found<'_> {
    /// Offers a text where it begins with, or else holds, what was written.
    fn add(&mut self, text: &str, behind: &str, what: Suggestion) {
        let word = self.word.to_ascii_lowercase();
        let offered = text.to_ascii_lowercase();
        let bare = offered.trim_start_matches('"');
        let begins = offered.starts_with(&word) || bare.starts_with(word.trim_start_matches('"'));
        if self.completions.len() < MOST && begins && (offered != word || !behind.is_empty()) {
            let text = format!("{text}{behind}");
            self.completions.push(Completion { replaces: self.replaces.clone(), text, what });
        }
    }

    fn fields(&mut self) {
        for known in FIELDS {
            // The shortest name is the quickest to read; the canonical one where it was begun.
            let short = known.short.first().filter(|short| short.len() > 2).unwrap_or(&known.name);
            let count = self.completions.len();
            self.add(short, " ", Suggestion::Field(known));
            if self.completions.len() == count && *short != known.name && !self.word.is_empty() {
                self.add(known.name, " ", Suggestion::Field(known));
            }
        }
        self.add("json.", "", Suggestion::Json);
        self.add("user[\"", "", Suggestion::User);
        self.add("not", " ", Suggestion::Join);
    }

    fn joins(&mut self) {
        for join in ["&&", "||", "and", "or"] {
            self.add(join, " ", Suggestion::Join);
        }
    }

    fn values<T: AsRef<str>>(&mut self, known: Option<&'static Known>, topics: &[T]) {
        let Some(known) = known else { return };
        match known.kind {
            Kind::Flag => ["yes", "no"].iter().for_each(|value| self.add(value, " ", Suggestion::Value)),
            Kind::Direction => {
                for value in ["sent", "received"] {
                    self.add(value, " ", Suggestion::Value);
                }
            }
            Kind::Packet => {
                for packet in PacketType::ALL {
                    self.add(&packet.name().to_ascii_lowercase(), " ", Suggestion::Value);
                }
            }
            Kind::Number(most @ ..=3) => {
                (0..=most).for_each(|value| self.add(&value.to_string(), " ", Suggestion::Value));
            }
            Kind::Text if matches!(known.name, "topic" | "will_topic") => {
                for topic in topics {
                    let mut text = String::new();
                    // Writing to a string does not fail.
                    let _ = quote(&mut text, topic.as_ref());
                    self.add(&text, " ", Suggestion::Topic);
                }
            }
            _ => {}
        }
    }
}

/// The words, signs and quoted texts of a filter, complete or not.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        let (length, open) = match first {
            '"' => quoted(rest),
            '(' | ')' | '{' | '}' | ',' => (1, false),
            '=' | '<' | '>' | '!' | '~' | '&' | '|' => {
                let two =
                    rest.get(..2).is_some_and(|two| ["==", "!=", ">=", "<=", "&&", "||"].contains(&two));
                (if two { 2 } else { 1 }, false)
            }
            blank if blank.is_whitespace() => {
                at += blank.len_utf8();
                continue;
            }
            _ => (word(rest), false),
        };
        tokens.push(Token { text: rest.get(..length).unwrap_or(rest), at, open });
        at += length.max(1);
    }
    tokens
}

/// The length of a text in quotes, and whether it has no end.
fn quoted(text: &str) -> (usize, bool) {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return (at + 1, false),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (text.len(), true)
}

/// The length of a word; quotes in brackets belong to it.
fn word(text: &str) -> usize {
    let (mut brackets, mut quotes) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            '[' if !quotes => brackets = true,
            ']' if !quotes => brackets = false,
            '"' if brackets => quotes = !quotes,
            _ if quotes => {}
            '"' | '(' | ')' | '{' | '}' | ',' | '=' | '<' | '>' | '!' | '~' => return at,
            blank if blank.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}
