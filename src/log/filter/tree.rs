//! A filter as a tree: what is asked of which field.

use jiff::tz::TimeZone;
use regex::bytes::Regex;

use super::fields::{Kind, Known, Operator, property_kind};
use super::text::Needle;
use crate::wire::{Direction, PacketType, Property};

/// What a filter asks of a frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text(Box<Needle>),
    Field(Field, Test),
}

impl Default for Node {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    Known(&'static Known),
    Property(Property),
    /// A value within a JSON payload.
    Json(Vec<Step>),
    /// The values of the user properties of this name.
    User(String),
}

impl Field {
    /// What its values are.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Known(known) => known.kind,
            Self::Property(property) => property_kind(*property),
            Self::Json(_) => Kind::Any,
            Self::User(_) => Kind::Text,
        }
    }
}

/// One step into JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the member of this key.
    Key(String),
    /// To the member of this number, from 0.
    Index(usize),
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// It is there, and neither false nor null.
    Stands,
    /// `==`, `!=` and the orders.
    Compare(Operator, Literal),
    /// A topic filter.
    Like(String),
    Contains(Box<Needle>),
    Matches(Pattern),
    OneOf(Vec<Literal>),
}

/// A value as written in a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Bool(bool),
    Number(Number),
    /// Nanoseconds.
    Span(u64),
    Text(String),
    Null,
    Packet(PacketType),
    Direction(Direction),
    Time(Moment),
}

/// A number, exact where it is whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    /// A whole number where it is one, so that `1.0` is `1`.
    #[expect(clippy::cast_possible_truncation, reason = "within the range of i128")]
    pub fn of(real: f64) -> Self {
        if real.fract() == 0.0 && real.abs() < 1e38 { Self::Whole(real as i128) } else { Self::Real(real) }
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a number that is no more precise")]
    const fn real(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Real(real) => real,
        }
    }

    /// The order of two numbers.
    pub fn order(self, other: Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(&other)),
            (one, other) => one.real().partial_cmp(&other.real()),
        }
    }
}

/// A stretch of time as long as it was written exactly: `20:09` is a minute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    /// As written, without blanks.
    pub text: String,
    /// Nanoseconds from midnight, of every day in the zone; or since 1970, of one day.
    pub start: u64,
    pub length: u64,
    /// The zone whose midnight is meant; `None` where a date was written.
    pub every_day: Option<TimeZone>,
}

/// A regular expression, equal to another that is written alike.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub source: String,
    /// Those of `ims` that were written, in this order.
    pub flags: String,
    pub regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.flags == other.flags
    }
}
