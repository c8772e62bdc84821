//! Binary formats that hold what JSON holds, written out item by item as they are read.
//!
//! Items are never gathered into a tree and nesting is held on a stack of our own, so memory is that of the text.

use std::fmt::Write;

/// Spaces for each level; deeper levels than the fortieth are not moved in further.
const INDENT: usize = 2;
/// How deep values may be nested: a bound for the memory that brackets without end take.
pub(super) const DEEPEST: usize = 1 << 20;

/// What is wrong with bytes that should be of a binary format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BinaryFault {
    /// There is nothing.
    #[error("there is nothing here; the format needs a value")]
    Empty,
    /// The bytes end within a value.
    #[error("the bytes end before the value that begins here")]
    Short,
    /// No value begins like this.
    #[error("no value begins with this byte")]
    Unknown,
    /// A text is no UTF-8.
    #[error("this text is not UTF-8")]
    Text,
    /// More follows the value.
    #[error("the value has ended, and more bytes follow")]
    Trailing,
    /// More values within values than are read.
    #[error("the values are nested more than a million levels deep")]
    TooDeep,
}

/// An item as it is read.
pub(super) enum Item<'a> {
    /// An array of so many items; `None` until [`Item::End`].
    Array(Option<u64>),
    /// A map of so many pairs; `None` until [`Item::End`].
    Map(Option<u64>),
    /// The end of an array or a map of no known length.
    End,
    /// What stands before the next item, in parentheses behind it: `1(…)`.
    Around(String),
    /// A text, shown in quotes.
    Text(&'a str),
    /// Bytes, shown as `h'…'`.
    Bytes(&'a [u8]),
    /// Anything else, as it is shown.
    Other(String),
}

enum Level {
    /// Items to come (each half of a pair by itself), items that came, and whether it is a map.
    Many { left: Option<u64>, came: u64, map: bool },
    /// One item to come.
    Around,
}

/// Writes items one below the other.
#[derive(Default)]
pub(super) struct Printer {
    pub out: String,
    levels: Vec<Level>,
    done: bool,
}

impl Printer {
    /// The value has ended.
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// Takes the next item, where it can stand here.
    pub fn take(&mut self, item: &Item<'_>) -> Result<(), BinaryFault> {
        if self.done {
            return Err(BinaryFault::Unknown);
        }
        if matches!(item, Item::End) {
            return if self.end() { Ok(()) } else { Err(BinaryFault::Unknown) };
        }
        if self.levels.len() >= DEEPEST {
            return Err(BinaryFault::TooDeep);
        }
        self.before();
        match item {
            Item::Array(count) => {
                self.open(*count, false);
                return Ok(());
            }
            Item::Map(pairs) => {
                self.open(pairs.map(|pairs| pairs.saturating_mul(2)), true);
                return Ok(());
            }
            Item::Around(name) => {
                self.out.push_str(name);
                self.out.push('(');
                self.levels.push(Level::Around);
                return Ok(());
            }
            leaf => push_leaf(&mut self.out, leaf),
        }
        self.after();
        Ok(())
    }

    fn open(&mut self, left: Option<u64>, map: bool) {
        self.out.push(if map { '{' } else { '[' });
        self.levels.push(Level::Many { left, came: 0, map });
        if left == Some(0) {
            self.close();
            self.after();
        }
    }

    /// Comma, line and indentation, or what stands between a key and its value.
    fn before(&mut self) {
        let depth = self.levels.len();
        let Some(Level::Many { came, map, .. }) = self.levels.last() else { return };
        if *map && came % 2 == 1 {
            self.out.push_str(": ");
            return;
        }
        if *came > 0 {
            self.out.push(',');
        }
        self.line(depth);
    }

    fn line(&mut self, depth: usize) {
        /// As many as the deepest level has.
        const SPACES: &str =
            "                                                                                ";
        self.out.push('\n');
        self.out.push_str(SPACES.get(..depth.saturating_mul(INDENT)).unwrap_or(SPACES));
    }

    /// An item is whole: it counts where it stands, and may be the last there, which makes that whole too.
    fn after(&mut self) {
        loop {
            match self.levels.last_mut() {
                None => {
                    self.done = true;
                    return;
                }
                Some(Level::Around) => {
                    self.levels.pop();
                    self.out.push(')');
                }
                Some(Level::Many { left, came, .. }) => {
                    *came += 1;
                    let Some(left) = left else { return };
                    *left = left.saturating_sub(1);
                    if *left > 0 {
                        return;
                    }
                    self.close();
                }
            }
        }
    }

    /// Writes the bracket of the innermost array or map.
    fn close(&mut self) {
        let Some(Level::Many { came, map, .. }) = self.levels.pop() else { return };
        if came > 0 {
            self.line(self.levels.len());
        }
        self.out.push(if map { '}' } else { ']' });
    }

    fn end(&mut self) -> bool {
        let ends = matches!(
            self.levels.last(),
            Some(Level::Many { left: None, came, map }) if !map || came % 2 == 0
        );
        if ends {
            self.close();
            self.after();
        }
        ends
    }
}

/// Writes an item that holds no others.
pub(super) fn push_leaf(out: &mut String, item: &Item<'_>) {
    match item {
        Item::Text(text) => quoted(out, text),
        Item::Bytes(bytes) => {
            out.push_str("h'");
            data_encoding::HEXLOWER.encode_append(bytes, out);
            out.push('\'');
        }
        Item::Other(shown) => out.push_str(shown),
        Item::Array(_) | Item::Map(_) | Item::Around(_) | Item::End => {}
    }
}

/// A text in double quotes, as JSON writes it.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A floating-point number that is told apart from a whole one.
pub(super) fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    format!("{value:?}")
}

/// Why reading a value stopped.
pub(super) enum Stop {
    /// The bytes end where more is needed.
    Short,
    /// It is not of the format.
    Fault(BinaryFault),
}

/// Reads one item at an offset, and gives the offset behind it.
pub(super) type Next = for<'a> fn(&'a [u8], usize) -> Result<(Item<'a>, usize), Stop>;

/// Writes the one value that the bytes are out; with how many bytes that stands for: fewer where the bytes were cut
/// (`whole` is false), or where the indentation alone would outgrow them many times.
pub(super) fn written(
    bytes: &[u8],
    whole: bool,
    next: Next,
) -> Result<(String, usize), (usize, BinaryFault)> {
    let limit = bytes.len().saturating_mul(8).saturating_add(16 << 20);
    let mut printer = Printer::default();
    let mut at = 0;
    // From where on nothing is written any more, and how much was written then.
    let mut cut = None;
    if bytes.is_empty() {
        return Err((0, BinaryFault::Empty));
    }
    while !printer.is_done() {
        let (item, behind) = match next(bytes, at) {
            Ok(read) => read,
            Err(Stop::Fault(fault)) => return Err((at, fault)),
            Err(Stop::Short) if whole => return Err((at.min(bytes.len() - 1), BinaryFault::Short)),
            Err(Stop::Short) => break,
        };
        if printer.out.len() > limit && cut.is_none() {
            cut = Some((at, printer.out.len()));
        }
        printer.take(&item).map_err(|fault| (at, fault))?;
        at = behind;
        if let Some((_, written)) = cut {
            // What is shown is cut, what is said is not.
            printer.out.truncate(written);
        }
    }
    if printer.is_done() && at < bytes.len() {
        return Err((at, BinaryFault::Trailing));
    }
    Ok((printer.out, cut.map_or(at, |(shown, _)| shown)))
}
