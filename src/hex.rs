//! The geometry of a hex dump, and hex as text both ways.
//!
//! Promises: pure arithmetic over offsets, rows and columns; any offset, row or text gets an answer; nothing
//! panics. Drawing is for others: this says what stands where, and what a selection is when it is copied.

#![deny(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::fmt::Write as _;
use std::ops::Range;

/// What the text column shows for a byte that is no printable ASCII.
pub const UNPRINTABLE: char = '·';

/// How many bytes stand in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BytesPerRow {
    /// Eight, where the pane is narrow.
    Eight,
    /// Sixteen.
    #[default]
    Sixteen,
}

impl BytesPerRow {
    /// The number itself.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
        }
    }
}

/// Where a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// From 0.
    pub row: usize,
    /// From 0, less than the bytes in a row.
    pub column: usize,
}

/// A dump of so many bytes with so many in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes in a row.
    pub bytes_per_row: BytesPerRow,
    /// Bytes in all.
    pub length: usize,
}

impl Layout {
    /// A dump of `length` bytes.
    #[must_use]
    pub const fn new(bytes_per_row: BytesPerRow, length: usize) -> Self {
        Self { bytes_per_row, length }
    }

    /// How many rows there are; none where there are no bytes.
    #[must_use]
    pub const fn rows(self) -> usize {
        self.length.div_ceil(self.bytes_per_row.count())
    }

    /// The offsets in a row; empty beyond the last row.
    #[must_use]
    pub fn row_range(self, row: usize) -> Range<usize> {
        let start = row.saturating_mul(self.bytes_per_row.count()).min(self.length);
        start..start.saturating_add(self.bytes_per_row.count()).min(self.length)
    }

    /// Where an offset stands, also beyond the last byte.
    #[must_use]
    pub const fn position(self, offset: usize) -> Position {
        let count = self.bytes_per_row.count();
        Position { row: offset / count, column: offset % count }
    }

    /// The offset at a position; `None` where no byte stands.
    #[must_use]
    pub fn offset(self, position: Position) -> Option<usize> {
        if position.column >= self.bytes_per_row.count() {
            return None;
        }
        let offset = position.row.checked_mul(self.bytes_per_row.count())?.checked_add(position.column)?;
        (offset < self.length).then_some(offset)
    }

    /// The columns that a range of bytes takes up in a row; `None` where it does not touch the row.
    #[must_use]
    pub fn columns(self, row: usize, bytes: &Range<usize>) -> Option<Range<usize>> {
        let here = self.row_range(row);
        let (start, end) = (bytes.start.max(here.start), bytes.end.min(here.end));
        (start < end).then(|| start - here.start..end - here.start)
    }

    /// How many digits an offset is written with: four, more where offsets need them.
    #[must_use]
    pub const fn offset_digits(self) -> usize {
        let mut digits = 4;
        let mut rest = self.length.saturating_sub(1) >> 16;
        while rest > 0 {
            digits += 1;
            rest >>= 4;
        }
        digits
    }

    /// The offset that a row begins with, as it is written before the row: `0010`.
    #[must_use]
    pub fn offset_text(self, row: usize) -> String {
        let start = row.saturating_mul(self.bytes_per_row.count());
        format!("{start:0width$x}", width = self.offset_digits())
    }

    /// What a screen reader says of a row: its offset and its bytes, one space between.
    #[must_use]
    pub fn row_name(self, row: usize, bytes: &[u8]) -> String {
        let mut name = self.offset_text(row);
        for byte in bytes.get(self.row_range(row)).unwrap_or_default() {
            push_byte(&mut name, *byte);
        }
        name
    }

    /// The text column of a row.
    #[must_use]
    pub fn row_text(self, row: usize, bytes: &[u8]) -> String {
        bytes.get(self.row_range(row)).unwrap_or_default().iter().map(|byte| text_char(*byte)).collect()
    }
}

/// What kind of byte it is, as the dump tints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteClass {
    /// `00`.
    Zero,
    /// Printable ASCII but for the space.
    Printable,
    /// Space, tab, line breaks.
    Whitespace,
    /// Other ASCII.
    Control,
    /// `80` and above.
    High,
}

impl ByteClass {
    /// The class of a byte.
    #[must_use]
    pub const fn of(byte: u8) -> Self {
        match byte {
            0 => Self::Zero,
            b' ' | 0x09..=0x0d => Self::Whitespace,
            0x21..=0x7e => Self::Printable,
            0x80..=0xff => Self::High,
            _ => Self::Control,
        }
    }
}

/// What the text column shows for a byte.
#[must_use]
pub const fn text_char(byte: u8) -> char {
    if matches!(byte, b' '..=b'~') { byte as char } else { UNPRINTABLE }
}

/// Two digits for a byte.
#[must_use]
pub fn byte_text(byte: u8) -> String {
    format!("{byte:02x}")
}

/// Bytes in hex, one space between: `30 0a`.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(3));
    for byte in bytes {
        push_byte(&mut text, *byte);
    }
    text
}

/// Bytes as the definition of a C array, twelve in a line; empty for no bytes, since C has no such array.
#[must_use]
pub fn to_c_array(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let mut text = format!("static const unsigned char bytes[{}] = {{\n", bytes.len());
    for line in bytes.chunks(12) {
        text.push_str("   ");
        for byte in line {
            // Writing to a `String` cannot fail.
            let _ = write!(text, " 0x{byte:02x},");
        }
        text.push('\n');
    }
    text.push_str("};\n");
    text
}

/// Bytes as UTF-8 text, `�` for what is none.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn push_byte(text: &mut String, byte: u8) {
    if !text.is_empty() {
        text.push(' ');
    }
    // Writing to a `String` cannot fail.
    let _ = write!(text, "{byte:02x}");
}

/// What is wrong with a text that should be hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexFault {
    /// A character that hex does not have.
    #[error("{0:?} is no hex digit")]
    NotHex(char),
    /// A byte has two digits.
    #[error("a byte has two hex digits, and the second is missing")]
    HalfByte,
}

/// A text is no hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (at byte {offset} of the text)")]
pub struct HexError {
    /// Where, in bytes of the text, at the start of a character.
    pub offset: usize,
    /// What is wrong there.
    pub fault: HexFault,
}

/// Reads hex: two digits a byte. White space is ignored wherever it stands; a comma or `0x` may stand between
/// bytes, so that what others print (`30 0a`, `300a`, `0x30, 0x0a`) is understood.
pub fn parse(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<(usize, u32)> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        match (c.to_digit(16), high) {
            (Some(0), None) if chars.next_if(|(_, next)| matches!(next, 'x' | 'X')).is_some() => {
                // A prefix promises a byte.
                if !chars.peek().is_some_and(|(_, next)| next.is_ascii_hexdigit()) {
                    return Err(HexError { offset, fault: HexFault::HalfByte });
                }
            }
            (Some(digit), None) => high = Some((offset, digit)),
            (Some(digit), Some((_, first))) => {
                bytes.push(u8::try_from(first << 4 | digit).unwrap_or_default());
                high = None;
            }
            (None, Some((offset, _))) if c == ',' => {
                return Err(HexError { offset, fault: HexFault::HalfByte });
            }
            (None, _) if c == ',' => {}
            (None, _) => return Err(HexError { offset, fault: HexFault::NotHex(c) }),
        }
    }
    match high {
        Some((offset, _)) => Err(HexError { offset, fault: HexFault::HalfByte }),
        None => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CONNACK: [u8; 4] = [0x20, 0x02, 0x00, 0x00];

    #[test]
    fn a_row_name_is_the_offset_and_the_bytes() {
        let layout = Layout::new(BytesPerRow::Sixteen, 4);
        assert_eq!(layout.row_name(0, &CONNACK), "0000 20 02 00 00");
    }

    #[test]
    fn the_second_row_of_eight_begins_at_eight() {
        let bytes: Vec<u8> = (0..10).collect();
        let layout = Layout::new(BytesPerRow::Eight, bytes.len());
        assert_eq!(layout.row_name(1, &bytes), "0008 08 09");
    }

    #[test]
    fn no_bytes_make_no_rows() {
        assert_eq!(Layout::new(BytesPerRow::Eight, 0).rows(), 0);
    }

    #[test]
    fn offsets_widen_only_where_a_fifth_digit_is_needed() {
        let digits = |length| Layout::new(BytesPerRow::Sixteen, length).offset_digits();
        assert_eq!((digits(65_536), digits(65_537), digits(0x10_0001)), (4, 5, 6));
    }

    #[test]
    fn a_row_beyond_the_last_is_empty() {
        assert_eq!(Layout::new(BytesPerRow::Eight, 9).row_range(usize::MAX), 9..9);
    }

    #[test]
    fn a_range_takes_up_its_columns_in_each_row_it_touches() {
        let layout = Layout::new(BytesPerRow::Eight, 20);
        let columns: Vec<_> = (0..3).map(|row| layout.columns(row, &(6..9))).collect();
        assert_eq!(columns, [Some(6..8), Some(0..1), None]);
    }

    #[test]
    fn the_text_column_shows_printable_ascii_only() {
        let bytes = b"Hi ~\x00\x7f\xe4";
        assert_eq!(Layout::new(BytesPerRow::Eight, bytes.len()).row_text(0, bytes), "Hi ~···");
    }

    #[test]
    fn every_class_has_its_bytes() {
        use ByteClass::{Control, High, Printable, Whitespace, Zero};
        let classes = [0x00, 0x0a, 0x20, 0x41, 0x7f, 0x1b, 0xff].map(ByteClass::of);
        assert_eq!(classes, [Zero, Whitespace, Whitespace, Printable, Control, Control, High]);
    }

    #[test]
    fn a_c_array_names_its_length() {
        assert_eq!(
            to_c_array(&CONNACK),
            "static const unsigned char bytes[4] = {\n    0x20, 0x02, 0x00, 0x00,\n};\n"
        );
    }

    #[test]
    fn hex_is_read_as_others_print_it() {
        for text in ["20020000", "20 02 00 00", "0x20, 0x02, 0x00, 0x00", "2 0\t02\n0000", "0X20020000,"] {
            assert_eq!(parse(text).as_deref(), Ok(&CONNACK[..]), "{text:?}");
        }
    }

    #[test]
    fn a_missing_digit_is_named_where_its_byte_begins() {
        assert_eq!(parse("20 0"), Err(HexError { offset: 3, fault: HexFault::HalfByte }));
        assert_eq!(parse("2, 00"), Err(HexError { offset: 0, fault: HexFault::HalfByte }));
        assert_eq!(parse("20 0x"), Err(HexError { offset: 3, fault: HexFault::HalfByte }));
    }

    #[test]
    fn a_character_that_is_no_digit_is_named_with_its_place() {
        assert_eq!(parse("é0"), Err(HexError { offset: 0, fault: HexFault::NotHex('é') }));
        assert_eq!(parse("20 0g"), Err(HexError { offset: 4, fault: HexFault::NotHex('g') }));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(bytes: Vec<u8>) {
            prop_assert_eq!(parse(&to_hex(&bytes)), Ok(bytes));
        }

        #[test]
        fn any_text_gets_an_answer_at_a_character(text: String) {
            if let Err(error) = parse(&text) {
                prop_assert!(text.is_char_boundary(error.offset));
            }
        }

        #[test]
        fn every_offset_goes_to_its_position_and_back(length in 1_usize..5000, seed: usize) {
            for per_row in [BytesPerRow::Eight, BytesPerRow::Sixteen] {
                let layout = Layout::new(per_row, length);
                let offset = seed % length;
                let position = layout.position(offset);
                prop_assert_eq!(layout.offset(position), Some(offset));
                prop_assert!(layout.row_range(position.row).contains(&offset));
                prop_assert!(position.row < layout.rows());
            }
        }
    }
}
