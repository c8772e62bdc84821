//! The bounded reader: every call reads one field and records it, with its range and value, in the tree.
//!
//! It never reads behind the innermost declared length, nor behind the frame's last byte, and it tells the
//! two apart: the first is broken for good, the second would be mended by more bytes.

use std::ops::Range;

use super::frame::{VariableInteger, variable_integer};
use super::rule::{self, Rule};
use super::{Broken, Context, Diagnostic, Field, FieldKind, PacketType, Severity, Value, Version};
use crate::language::Language;

/// How many fields a frame is taken apart into before its rest is left as it is: a frame of the largest size
/// could hold hundreds of millions.
const MOST_FIELDS: usize = 100_000;

/// Reading cannot go on; the reader knows why.
#[derive(Debug)]
pub(super) struct Stop;

/// What reading gives, unless it stopped.
pub(super) type Read<T> = Result<T, Stop>;

/// Reads one frame from its first byte to its last.
pub(super) struct Reader<'a> {
    frame: &'a [u8],
    /// What is known from outside the frame.
    pub(super) context: &'a Context,
    /// The version the frame is read as.
    pub(super) version: Version,
    /// The packet type, once read.
    pub(super) packet: Option<PacketType>,
    at: usize,
    /// Where the innermost declared length ends; may lie behind the frame's last byte.
    limit: usize,
    /// The groups that are open, outermost first.
    open: Vec<Field>,
    fields: Vec<Field>,
    /// How many fields have been recorded.
    count: usize,
    diagnostics: Vec<Diagnostic>,
    broken: Option<Broken>,
}

/// What has been read.
pub(super) struct Record {
    pub(super) fields: Vec<Field>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) broken: Option<Broken>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(frame: &'a [u8], context: &'a Context) -> Self {
        Self {
            frame,
            context,
            version: context.version,
            packet: None,
            at: 0,
            limit: usize::MAX,
            open: Vec::new(),
            fields: Vec::new(),
            count: 0,
            diagnostics: Vec::new(),
            broken: None,
        }
    }

    /// Ends reading. Whatever has not been read is one undecoded field.
    pub(super) fn finish(mut self) -> Record {
        if self.at < self.frame.len() {
            self.open.clear();
            self.fields.push(Field {
                kind: FieldKind::Undecoded,
                value: Value::Bytes,
                meaning: None,
                range: self.at..self.frame.len(),
                bits: None,
                children: Vec::new(),
            });
        }
        Record { fields: self.fields, diagnostics: self.diagnostics, broken: self.broken }
    }

    /// The offset of the byte that is read next.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// The `QoS` bits of a PUBLISH's first byte.
    pub(super) fn qos(&self) -> u8 {
        self.frame.first().map_or(0, |first| (first >> 1) & 3)
    }

    /// Bytes up to the innermost declared length.
    pub(super) const fn left(&self) -> usize {
        self.limit.saturating_sub(self.at)
    }

    /// The byte that is read next.
    pub(super) fn next_byte(&self) -> Option<u8> {
        self.frame.get(self.at).copied()
    }

    /// Reads a group: what `read` reads becomes its children. A group without children is left out.
    pub(super) fn group<T>(&mut self, kind: FieldKind, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.open.push(Field {
            kind,
            value: Value::Group,
            meaning: None,
            range: self.at..self.at,
            bits: None,
            children: Vec::new(),
        });
        let result = read(self);
        if let Some(mut group) = self.open.pop()
            && !group.children.is_empty()
        {
            group.range.end = self.at;
            self.push(group);
        }
        result
    }

    /// Reads with a nearer limit: the next `length` bytes.
    pub(super) fn within<T>(&mut self, length: usize, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let outer = self.limit;
        self.limit = self.at.saturating_add(length).min(outer);
        let result = read(self);
        self.limit = outer;
        result
    }

    /// Sets where the packet ends, from its remaining length.
    pub(super) fn limit_to(&mut self, length: usize) {
        self.limit = self.at.saturating_add(length);
    }

    /// A byte that is several fields side by side: what `parts` records of it.
    pub(super) fn parts(&mut self, kind: FieldKind, parts: impl FnOnce(&mut Self, u8)) -> Read<u8> {
        let range = self.claim(kind, 1)?;
        let byte = self.bytes(&range).first().copied().unwrap_or_default();
        parts(self, byte);
        self.at = range.end;
        Ok(byte)
    }

    /// A byte of flags: one field, with what `parts` records as its children.
    pub(super) fn flags(&mut self, kind: FieldKind, parts: impl FnOnce(&mut Self, u8)) -> Read<u8> {
        let (byte, range) = self.number_of(kind, 1)?;
        let byte = u8::try_from(byte).unwrap_or_default();
        if let Some(parent) = self.siblings().pop() {
            self.open.push(parent);
            self.at = range.start;
            parts(self, byte);
            self.at = range.end;
            if let Some(parent) = self.open.pop() {
                self.push(parent);
            }
        }
        Ok(byte)
    }

    /// Records bits `high` to `low` of the byte at `offset` as a number.
    pub(super) fn bits(&mut self, kind: FieldKind, offset: usize, byte: u8, high: u8, low: u8) -> u8 {
        let mask = 0xff_u8 >> (7 - (high - low).min(7));
        let number = (byte >> low) & mask;
        self.part(kind, Value::Number(u64::from(number)), offset, high, low);
        number
    }

    /// Records one bit of the byte at `offset`.
    pub(super) fn bit(&mut self, kind: FieldKind, offset: usize, byte: u8, bit: u8) -> bool {
        let set = byte & (1 << bit) != 0;
        self.part(kind, Value::Bool(set), offset, bit, bit);
        set
    }

    fn part(&mut self, kind: FieldKind, value: Value, offset: usize, high: u8, low: u8) {
        self.push(Field {
            kind,
            value,
            meaning: None,
            range: offset..offset + 1,
            bits: Some((high, low)),
            children: Vec::new(),
        });
    }

    /// An integer of one byte.
    pub(super) fn byte(&mut self, kind: FieldKind) -> Read<u8> {
        Ok(u8::try_from(self.number_of(kind, 1)?.0).unwrap_or_default())
    }

    /// An integer of two bytes, high byte first.
    pub(super) fn two_bytes(&mut self, kind: FieldKind) -> Read<u16> {
        Ok(u16::try_from(self.number_of(kind, 2)?.0).unwrap_or_default())
    }

    /// An integer of four bytes, high byte first.
    pub(super) fn four_bytes(&mut self, kind: FieldKind) -> Read<u32> {
        Ok(u32::try_from(self.number_of(kind, 4)?.0).unwrap_or_default())
    }

    fn number_of(&mut self, kind: FieldKind, length: usize) -> Read<(u64, Range<usize>)> {
        let range = self.claim(kind, length)?;
        let number = self.bytes(&range).iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        self.take(kind, Value::Number(number), range.clone());
        Ok((number, range))
    }

    /// A variable byte integer (5.0, section 1.5.5).
    pub(super) fn variable_integer(&mut self, kind: FieldKind) -> Read<usize> {
        let start = self.at;
        let seen = self.frame.get(..self.limit.min(self.frame.len())).unwrap_or_default();
        match variable_integer(seen, start) {
            VariableInteger::Whole { value, end } => {
                self.take(kind, Value::Number(value as u64), start..end);
                if end - start > 1 && self.frame.get(end - 1) == Some(&0) {
                    let severity =
                        if self.version == Version::V5_0 { Severity::Error } else { Severity::Warning };
                    self.say(
                        severity,
                        start,
                        rule::VARIABLE_INTEGER,
                        format!("{} takes more bytes than its value needs", self.english(kind)),
                        format!("{}占用的字节比所需的多", self.chinese(kind)),
                    );
                }
                Ok(value)
            }
            VariableInteger::TooLong => Err(self.stop(
                start,
                false,
                format!("{} does not end within four bytes", self.english(kind)),
                format!("{}在四个字节内没有结束", self.chinese(kind)),
            )),
            VariableInteger::Unfinished => {
                let needed = seen.len().saturating_sub(start) + 1;
                Err(self.missing(kind, needed))
            }
        }
    }

    /// A string: two bytes of length, then UTF-8. `None` where it is not well-formed.
    pub(super) fn string(&mut self, length: FieldKind, kind: FieldKind) -> Read<Option<&'a str>> {
        let count = usize::from(self.two_bytes(length)?);
        let range = self.claim(kind, count)?;
        match std::str::from_utf8(self.bytes(&range)) {
            Ok(text) => {
                self.take(kind, Value::Text(text.to_owned()), range.clone());
                if let Some(place) = text.find('\0') {
                    self.error(
                        range.start + place,
                        rule::NULL_CHARACTER,
                        format!("{} holds the character U+0000, which no string may", self.english(kind)),
                        format!("{}包含字符 U+0000，任何字符串都不允许包含它", self.chinese(kind)),
                    );
                }
                Ok(Some(text))
            }
            Err(fault) => {
                let offset = range.start + fault.valid_up_to();
                let surrogate = self.frame.get(offset) == Some(&0xed)
                    && self.frame.get(offset + 1).is_some_and(|byte| *byte >= 0xa0);
                self.take(kind, Value::Bytes, range);
                let (english, chinese) = if surrogate {
                    (
                        "encodes a surrogate (U+D800 to U+DFFF), which UTF-8 does not allow",
                        "编码了代理码点（U+D800 至 U+DFFF），UTF-8 不允许",
                    )
                } else {
                    ("is not well-formed UTF-8", "不是合法的 UTF-8")
                };
                self.error(
                    offset,
                    rule::UTF8,
                    format!("{} {english}", self.english(kind)),
                    format!("{}{chinese}", self.chinese(kind)),
                );
                Ok(None)
            }
        }
    }

    /// Binary data: two bytes of length, then the bytes.
    pub(super) fn binary(&mut self, length: FieldKind, kind: FieldKind) -> Read<()> {
        let count = usize::from(self.two_bytes(length)?);
        let range = self.claim(kind, count)?;
        self.take(kind, Value::Bytes, range);
        Ok(())
    }

    /// Everything up to the innermost declared length.
    pub(super) fn rest(&mut self, kind: FieldKind) -> Read<&'a [u8]> {
        let range = self.claim(kind, self.left())?;
        let bytes = self.bytes(&range);
        self.take(kind, Value::Bytes, range);
        Ok(bytes)
    }

    /// Says what the value of the field read last means.
    pub(super) fn mean(&mut self, meaning: Option<&'static str>) {
        if let Some(field) = self.siblings().last_mut() {
            field.meaning = meaning;
        }
    }

    /// Records an error.
    pub(super) fn error(
        &mut self,
        offset: usize,
        rule: Rule,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) {
        self.say(Severity::Error, offset, rule, english, chinese);
    }

    /// Records a diagnostic.
    pub(super) fn say(
        &mut self,
        severity: Severity,
        offset: usize,
        rule: Rule,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic {
            severity,
            offset,
            message: english.into(),
            message_zh: chinese.into(),
            rule: rule.of(self.version),
        });
    }

    /// Records why reading ends at `offset`.
    pub(super) fn stop(&mut self, offset: usize, incomplete: bool, english: String, chinese: String) -> Stop {
        self.broken.get_or_insert(Broken { offset, message: english, message_zh: chinese, incomplete });
        Stop
    }

    /// The next `length` bytes, if the declared lengths and the frame have them.
    fn claim(&mut self, kind: FieldKind, length: usize) -> Read<Range<usize>> {
        if self.count >= MOST_FIELDS {
            return Err(self.stop(
                self.at,
                false,
                format!("More than {MOST_FIELDS} fields: the rest is left undecoded"),
                format!("字段超过 {MOST_FIELDS} 个：其余部分不再解析"),
            ));
        }
        let end = self.at.saturating_add(length);
        if end > self.limit || end > self.frame.len() {
            Err(self.missing(kind, length))
        } else {
            Ok(self.at..end)
        }
    }

    fn missing(&mut self, kind: FieldKind, needed: usize) -> Stop {
        let incomplete = self.at.saturating_add(needed) <= self.limit;
        let left = self.left().min(self.frame.len().saturating_sub(self.at));
        let (english, chinese) = (self.english(kind), self.chinese(kind));
        if incomplete {
            self.stop(
                self.at,
                true,
                format!("The frame is cut off at \"{english}\": {} wanted, {left} there", bytes(needed)),
                format!("帧不完整：“{chinese}”需要 {needed} 个字节，只有 {left} 个"),
            )
        } else {
            self.stop(
                self.at,
                false,
                format!("\"{english}\" wants {}, but the lengths before it leave {left}", bytes(needed)),
                format!("“{chinese}”需要 {needed} 个字节，但按前面的长度只剩 {left} 个"),
            )
        }
    }

    fn take(&mut self, kind: FieldKind, value: Value, range: Range<usize>) {
        self.at = range.end;
        self.push(Field { kind, value, meaning: None, range, bits: None, children: Vec::new() });
    }

    fn push(&mut self, field: Field) {
        self.count += 1;
        self.siblings().push(field);
    }

    /// Where the next field goes: into the innermost open group, or among the top-level fields.
    fn siblings(&mut self) -> &mut Vec<Field> {
        match self.open.last_mut() {
            Some(group) => &mut group.children,
            None => &mut self.fields,
        }
    }

    fn bytes(&self, range: &Range<usize>) -> &'a [u8] {
        self.frame.get(range.clone()).unwrap_or_default()
    }

    fn english(&self, kind: FieldKind) -> &'static str {
        kind.label(self.version, Language::English)
    }

    fn chinese(&self, kind: FieldKind) -> &'static str {
        kind.label(self.version, Language::Chinese)
    }
}

fn bytes(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}
