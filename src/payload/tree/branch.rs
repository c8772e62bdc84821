//! The members of one object or array: found again by number, without a table of all.
//!
//! Of every 64 members, or of every 16 KiB of them, one place is kept; a member that is itself longer than 16 KiB is
//! kept with its place, its count and what is shown of it. So a member is found by reading less than 48 KiB from the
//! nearest place before it, and what is kept is at most an eighth of the payload.

use std::ops::Range;

use super::read::{Halt, Part, Reader};
use super::{Kind, shown};
use crate::payload::Format;

/// Members from one kept place to the next.
const STEP: usize = 64;
/// Bytes from one kept place to the next; also the length from which on a member is kept itself.
const STEP_BYTES: usize = 16 << 10;

/// A member of an object or an array, or the value that a payload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The bytes of its key.
    pub key: Option<Range<usize>>,
    /// The bytes of its value; up to the fault where there is one within.
    pub value: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How many members it has.
    pub count: usize,
}

impl Child {
    fn start(&self) -> usize {
        self.key.as_ref().map_or(self.value.start, |key| key.start)
    }
}

/// Where a member begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    child: u32,
    at: u32,
}

/// A long member.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Large {
    index: usize,
    child: Child,
    label: Option<String>,
    text: String,
}

/// A member with what is shown of it.
pub(super) struct Found {
    pub child: Child,
    /// Its key.
    pub label: Option<String>,
    pub text: String,
}

/// Where the members of an object or an array are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    kind: Kind,
    count: usize,
    marks: Vec<Mark>,
    large: Vec<Large>,
    /// Where what it is of ends.
    end: usize,
}

/// Goes from member to member.
pub(super) struct Children<'a> {
    pub reader: Reader<'a>,
    /// Why it ended, where that was too early.
    pub halt: Option<Halt>,
    /// The end of what was read well.
    pub end: usize,
    /// How deep it went below the members.
    pub deepest: usize,
}

impl<'a> Children<'a> {
    pub const fn new(reader: Reader<'a>, at: usize) -> Self {
        Self { reader, halt: None, end: at, deepest: 0 }
    }

    /// The next part of the payload.
    pub fn part(&mut self) -> Option<(Part, Range<usize>)> {
        if self.halt.is_some() {
            return None;
        }
        match self.reader.next() {
            Ok(part) => {
                let (part, range) = part?;
                self.end = range.end;
                Some((part, range))
            }
            Err(halt) => {
                self.halt = Some(halt);
                None
            }
        }
    }

    /// The next member; one that is cut by a fault as far as it goes.
    pub fn next(&mut self) -> Option<Child> {
        let mut key = None;
        loop {
            match self.part()? {
                (Part::Key, range) => key = Some(range),
                (Part::Scalar, value) => return Some(Child { key, value, kind: Kind::Scalar, count: 0 }),
                (Part::Open(kind), range) => {
                    let count = self.members();
                    return Some(Child { key, value: range.start..self.end, kind, count });
                }
                (Part::Close, _) => return None,
            }
        }
    }

    /// Goes to the end of what has just begun, and counts its own members.
    fn members(&mut self) -> usize {
        let (mut depth, mut count) = (0_usize, 0_usize);
        while let Some((part, _)) = self.part() {
            if depth == 0 && matches!(part, Part::Scalar | Part::Open(_)) {
                count = count.saturating_add(1);
            }
            match part {
                Part::Open(_) => {
                    depth = depth.saturating_add(1);
                    self.deepest = self.deepest.max(depth.saturating_add(2));
                }
                Part::Close if depth == 0 => break,
                Part::Close => depth = depth.saturating_sub(1),
                Part::Key | Part::Scalar => {}
            }
        }
        count
    }
}

impl Branch {
    /// The members of the object or array that stands there; none where nothing of the kind does.
    #[must_use]
    pub fn of(bytes: &[u8], format: Format, value: Range<usize>) -> Self {
        let bytes = bytes.get(..value.end).unwrap_or(bytes);
        let mut children = Children::new(Reader::of_value(bytes, format, value.start), value.start);
        match children.part() {
            Some((Part::Open(kind), _)) => Self::gathered(bytes, format, kind, &mut children),
            _ => Self { kind: Kind::Array, count: 0, marks: Vec::new(), large: Vec::new(), end: 0 },
        }
    }

    /// Takes the members of what has just begun.
    pub(super) fn gathered(bytes: &[u8], format: Format, kind: Kind, children: &mut Children<'_>) -> Self {
        let mut branch = Self { kind, count: 0, marks: Vec::new(), large: Vec::new(), end: 0 };
        // Bytes that are read from the last mark up to here, and members since.
        let (mut read, mut since) = (0_usize, 0_usize);
        let mut before = children.end;
        while let Some(child) = children.next() {
            let index = branch.count;
            branch.count = index.saturating_add(1);
            let gap = child.start().saturating_sub(before);
            read = read.saturating_add(gap);
            if branch.marks.is_empty() || since >= STEP || read >= STEP_BYTES {
                let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                branch.marks.push(Mark { child: small(index), at: small(child.start()) });
                (read, since) = (0, 0);
            }
            since = since.saturating_add(1);
            let length = child.value.end.saturating_sub(child.start());
            before = child.value.end;
            if length < STEP_BYTES {
                read = read.saturating_add(length);
                continue;
            }
            let label = child.key.clone().map(|key| shown::key(bytes, format, key));
            let text = shown::value(bytes, format, &child);
            branch.large.push(Large { index, child, label, text });
        }
        branch.end = children.end;
        branch.marks.shrink_to_fit();
        branch.large.shrink_to_fit();
        branch
    }

    /// How many members there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether the members have keys.
    pub(super) fn is_object(&self) -> bool {
        self.kind == Kind::Object
    }

    /// A member, by its number from 0. `read` grows by the bytes that were read to find it.
    pub(super) fn find(&self, bytes: &[u8], format: Format, index: usize, read: &mut usize) -> Option<Found> {
        if index >= self.count {
            return None;
        }
        let from = self.large.partition_point(|large| large.index < index);
        if let Some(large) = self.large.get(from).filter(|large| large.index == index) {
            let Large { child, label, text, .. } = large.clone();
            return Some(Found { child, label, text });
        }
        let place = self.marks.partition_point(|mark| mark.child as usize <= index);
        let mark = self.marks.get(place.checked_sub(1)?)?;
        let (mut at, first) = (mark.at as usize, mark.child as usize);
        let bytes = bytes.get(..self.end).unwrap_or(bytes);
        let mut children = Children::new(Reader::within(bytes, format, at, self.kind), at);
        for number in first..index {
            let large = self.large.partition_point(|large| large.index < number);
            if let Some(large) = self.large.get(large).filter(|large| large.index == number) {
                *read = read.saturating_add(children.end.saturating_sub(at));
                at = large.child.value.end;
                children.reader.step_over(at);
                children.end = at;
            } else {
                children.next()?;
            }
        }
        let child = children.next()?;
        *read = read.saturating_add(children.end.saturating_sub(at));
        let label = child.key.clone().map(|key| shown::key(bytes, format, key));
        let text = shown::value(bytes, format, &child);
        Some(Found { child, label, text })
    }

    /// Bytes that it takes in memory.
    pub(super) fn memory(&self) -> usize {
        let large = self.large.iter().map(|large| {
            size_of::<Large>() + large.text.capacity() + large.label.as_ref().map_or(0, String::capacity)
        });
        size_of::<Self>() + self.marks.capacity() * size_of::<Mark>() + large.sum::<usize>()
    }
}
