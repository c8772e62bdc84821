//! A filter written out: what is read from it again is the same filter.

use std::fmt::{self, Display, Formatter, Write as _};

use super::fields::property_name;
use super::tree::{Field, Literal, Node, Number, Pattern, Step, Test};
use crate::wire::Direction;

/// How tightly what stands around a node binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Around {
    Nothing,
    And,
    Not,
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, Around::Nothing)
    }
}

impl Node {
    fn write(&self, f: &mut Formatter<'_>, around: Around) -> fmt::Result {
        match self {
            Self::All(nodes) => Self::many(f, nodes, " && ", Around::And, around >= Around::And),
            Self::Any(nodes) => Self::many(f, nodes, " || ", Around::And, around != Around::Nothing),
            Self::Not(node) => {
                f.write_char('!')?;
                node.write(f, Around::Not)
            }
            Self::Text(needle) => quote(f, &needle.text),
            Self::Field(field, test) => match (test, field.to_string()) {
                (Test::Compare(super::Operator::Equal, Literal::Bool(true)), name)
                    if matches!(field, Field::Known(_)) =>
                {
                    f.write_str(&name)
                }
                (test, name) => write!(f, "{name}{test}"),
            },
        }
    }

    fn many(
        f: &mut Formatter<'_>,
        nodes: &[Self],
        between: &str,
        around: Around,
        parentheses: bool,
    ) -> fmt::Result {
        if parentheses {
            f.write_char('(')?;
        }
        // Alternatives bind less than what stands side by side, which needs no parentheses within them.
        let within = if between == " || " { Around::Nothing } else { around };
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                f.write_str(between)?;
            }
            match node {
                Self::Any(_) => node.write(f, Around::And)?,
                node => node.write(f, within)?,
            }
        }
        if parentheses {
            f.write_char(')')?;
        }
        Ok(())
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(known) => f.write_str(known.name),
            Self::Property(property) => f.write_str(&property_name(*property)),
            Self::User(key) => {
                f.write_str("user[")?;
                quote(f, key)?;
                f.write_char(']')
            }
            Self::Json(steps) => {
                f.write_str("json")?;
                steps.iter().try_for_each(|step| write!(f, "{step}"))
            }
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) if !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                write!(f, ".{key}")
            }
            Self::Key(key) => {
                f.write_char('[')?;
                quote(f, key)?;
                f.write_char(']')
            }
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stands => Ok(()),
            Self::Compare(operator, value) => write!(f, " {} {value}", operator.written()),
            Self::Like(filter) => {
                f.write_str(" ~ ")?;
                quote(f, filter)
            }
            Self::Contains(needle) => {
                f.write_str(" contains ")?;
                quote(f, &needle.text)
            }
            Self::Matches(Pattern { source, flags, .. }) => {
                write!(f, " matches /{}/{flags}", source.replace('/', "\\/"))
            }
            Self::OneOf(values) => {
                f.write_str(" in {")?;
                for (place, value) in values.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    write!(f, "{comma}{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(Number::Whole(whole)) => write!(f, "{whole}"),
            Self::Number(Number::Real(real)) => write!(f, "{real}"),
            Self::Span(nanos) => write!(f, "{nanos}ns"),
            Self::Text(text) => quote(f, text),
            Self::Null => f.write_str("null"),
            Self::Packet(packet) => f.write_str(&packet.name().to_ascii_lowercase()),
            Self::Direction(Direction::ToServer) => f.write_str("sent"),
            Self::Direction(Direction::ToClient) => f.write_str("received"),
            Self::Time(moment) => f.write_str(&moment.text),
        }
    }
}

/// Text in quotes.
pub(super) fn quote(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{{{:x}}}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
