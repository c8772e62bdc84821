//! The values of a payload one after the other, whatever its format, from the beginning or from a known place within.

use std::ops::Range;

use super::Kind;
use crate::payload::binary::{self, BinaryFault, Item, Next};
use crate::payload::json::{Container, Scanner, Stop, Token};
use crate::payload::{Format, What, cbor, msgpack};

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The key of the value that follows.
    Key,
    /// An object or an array begins.
    Open(Kind),
    /// It has ended.
    Close,
    /// A value that holds no others.
    Scalar,
}

/// Why nothing comes any more, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Halt {
    pub offset: usize,
    pub what: What,
    /// The bytes end where more is needed.
    pub ran_out: bool,
}

/// Goes through values.
pub(super) enum Reader<'a> {
    Json(Scanner<'a>),
    Binary(Items<'a>),
}

impl<'a> Reader<'a> {
    /// From a value on.
    pub fn of_value(bytes: &'a [u8], format: Format, at: usize) -> Self {
        match next_of(format) {
            Some(next) => {
                Self::Binary(Items { bytes, at, next, levels: Vec::new(), flat: false, done: false })
            }
            None => Self::Json(Scanner::new(bytes, at)),
        }
    }

    /// From a member of an object or an array on.
    pub fn within(bytes: &'a [u8], format: Format, at: usize, kind: Kind) -> Self {
        let map = kind == Kind::Object;
        if let Some(next) = next_of(format) {
            let levels = vec![Level { left: None, came: 0, map }];
            return Self::Binary(Items { bytes, at, next, levels, flat: false, done: false });
        }
        let container = if map { Container::Object } else { Container::Array };
        Self::Json(Scanner::within(bytes, at, container))
    }

    /// Steps over a whole member that ends there.
    pub fn step_over(&mut self, end: usize) {
        match self {
            Self::Json(scanner) => scanner.step_over(end),
            Self::Binary(items) => {
                items.at = end;
                if items.levels.last().is_some_and(|level| level.map) {
                    items.count();
                }
                items.count();
            }
        }
    }

    /// The next part and its place; `None` once the value that it began with has ended.
    pub fn next(&mut self) -> Result<Option<(Part, Range<usize>)>, Halt> {
        match self {
            Self::Json(scanner) => next_of_json(scanner),
            Self::Binary(items) => items.next(),
        }
    }

    /// What is wrong behind the end of the value.
    pub fn trailing(&mut self) -> Option<Halt> {
        match self {
            Self::Json(scanner) => match scanner.next() {
                Ok(_) => None,
                Err(stop) => Some(halt_of(stop)),
            },
            Self::Binary(items) => (items.at < items.bytes.len()).then_some(Halt {
                offset: items.at,
                what: What::Binary(BinaryFault::Trailing),
                ran_out: false,
            }),
        }
    }
}

fn next_of(format: Format) -> Option<Next> {
    match format {
        Format::Cbor => Some(cbor::item),
        Format::MessagePack => Some(msgpack::item),
        Format::Text | Format::Json | Format::Hex | Format::Base64 => None,
    }
}

fn halt_of(stop: Stop) -> Halt {
    let (offset, fault, ran_out) = match stop {
        Stop::Fault(offset, fault) => (offset, fault, false),
        Stop::RunOut(offset, fault) => (offset, fault, true),
    };
    Halt { offset, what: What::Json(fault), ran_out }
}

fn next_of_json(scanner: &mut Scanner<'_>) -> Result<Option<(Part, Range<usize>)>, Halt> {
    loop {
        if scanner.is_done() {
            return Ok(None);
        }
        let part = match scanner.next().map_err(halt_of)? {
            None => return Ok(None),
            Some(Token::Comma | Token::Colon) => continue,
            Some(Token::Key) => Part::Key,
            Some(Token::Open(Container::Object)) => Part::Open(Kind::Object),
            Some(Token::Open(Container::Array)) => Part::Open(Kind::Array),
            Some(Token::Close) => Part::Close,
            Some(Token::Scalar) => Part::Scalar,
        };
        return Ok(Some((part, scanner.token())));
    }
}

/// Goes through the items of a binary format.
pub(super) struct Items<'a> {
    bytes: &'a [u8],
    at: usize,
    next: Next,
    levels: Vec<Level>,
    /// Keys are values as any others.
    flat: bool,
    done: bool,
}

struct Level {
    /// Items to come, each half of a pair by itself; `None` until the end that is written.
    left: Option<u64>,
    came: u64,
    map: bool,
}

impl<'a> Items<'a> {
    fn next(&mut self) -> Result<Option<(Part, Range<usize>)>, Halt> {
        if self.done {
            return Ok(None);
        }
        let start = self.at;
        if self.levels.last().is_some_and(|level| level.left == Some(0)) {
            return Ok(Some(self.close(start)));
        }
        let (item, offset, behind) = self.item()?;
        let unknown = Halt { offset, what: What::Binary(BinaryFault::Unknown), ran_out: false };
        if matches!(item, Item::End) {
            let ends = self.levels.last().is_some_and(|l| l.left.is_none() && (!l.map || l.came % 2 == 0));
            // There must be something behind a tag.
            if !ends || offset > start {
                return Err(unknown);
            }
            self.at = behind;
            return Ok(Some(self.close(start)));
        }
        let opens = match item {
            Item::Array(count) => Some((Kind::Array, count)),
            Item::Map(pairs) => Some((Kind::Object, pairs.map(|pairs| pairs.saturating_mul(2)))),
            _ => None,
        };
        let is_key = !self.flat && self.levels.last().is_some_and(|level| level.map && level.came % 2 == 0);
        if is_key {
            self.at = if opens.is_some() { self.whole(start)? } else { behind };
            self.count();
            return Ok(Some((Part::Key, start..self.at)));
        }
        self.at = behind;
        let Some((kind, left)) = opens else {
            self.count();
            return Ok(Some((Part::Scalar, start..behind)));
        };
        if self.levels.len() >= binary::DEEPEST {
            return Err(Halt { what: What::Binary(BinaryFault::TooDeep), ..unknown });
        }
        self.levels.push(Level { left, came: 0, map: kind == Kind::Object });
        Ok(Some((Part::Open(kind), start..behind)))
    }

    /// The next item that is no tag, where it begins, and what is behind it.
    fn item(&self) -> Result<(Item<'a>, usize, usize), Halt> {
        let mut at = self.at;
        loop {
            match (self.next)(self.bytes, at) {
                Ok((Item::Around(_), behind)) => at = behind,
                Ok((item, behind)) => return Ok((item, at, behind)),
                Err(stop) => {
                    let (fault, ran_out) = match stop {
                        binary::Stop::Short if self.bytes.is_empty() => (BinaryFault::Empty, true),
                        binary::Stop::Short => (BinaryFault::Short, true),
                        binary::Stop::Fault(fault) => (fault, false),
                    };
                    let offset = at.min(self.bytes.len().saturating_sub(1));
                    return Err(Halt { offset, what: What::Binary(fault), ran_out });
                }
            }
        }
    }

    /// The end of a whole value.
    fn whole(&self, at: usize) -> Result<usize, Halt> {
        let mut items =
            Items { bytes: self.bytes, at, next: self.next, levels: Vec::new(), flat: true, done: false };
        while items.next()?.is_some() {}
        Ok(items.at)
    }

    fn close(&mut self, start: usize) -> (Part, Range<usize>) {
        self.levels.pop();
        self.count();
        (Part::Close, start..self.at)
    }

    /// An item is whole: it counts where it stands.
    fn count(&mut self) {
        match self.levels.last_mut() {
            None => self.done = true,
            Some(level) => {
                level.came = level.came.saturating_add(1);
                level.left = level.left.map(|left| left.saturating_sub(1));
            }
        }
    }
}
