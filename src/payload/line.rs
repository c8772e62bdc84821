//! A payload in one line, and what it seems to be.

use super::{Format, json, utf8_prefix};
use crate::hex;

/// Bytes that are looked at to tell what a payload is.
const LOOKED_AT: usize = 1 << 16;

/// The format in which a payload is best read: JSON objects and arrays as JSON, text as text, the rest as hex.
/// A bare number or word is text, and Base64 is never guessed, since most words are Base64 too.
#[must_use]
pub fn detect(bytes: &[u8]) -> Format {
    let looked_at = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let whole = looked_at.len() == bytes.len();
    let Some(text) = as_readable(looked_at, whole) else { return Format::Hex };
    let bracketed = text.trim_start().starts_with(['{', '[']);
    if bracketed && json::seems_json(text, whole) { Format::Json } else { Format::Text }
}

/// A payload in at most `max_chars` characters: UTF-8 text with line breaks as `↵`, tabs as `⇥` and other control
/// characters as `·`; anything else as hex. Cut with `…`.
#[must_use]
pub fn one_line(bytes: &[u8], max_chars: usize) -> String {
    // A character has at most four bytes; `\r\n` shows as one. One character more tells whether there is more.
    let looked_at = bytes.get(..max_chars.saturating_mul(4).saturating_add(8)).unwrap_or(bytes);
    let whole = looked_at.len() == bytes.len();
    match as_readable(looked_at, whole) {
        Some(text) => text_line(text, whole, max_chars),
        None => hex_line(bytes, max_chars),
    }
}

/// The text that the bytes are: UTF-8, and not mostly control characters as binary numbers are.
fn as_readable(bytes: &[u8], whole: bool) -> Option<&str> {
    let (text, good) = utf8_prefix(bytes, whole);
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')).count();
    (good && controls.saturating_mul(3) <= text.chars().count()).then_some(text)
}

fn text_line(text: &str, whole: bool, max_chars: usize) -> String {
    let mut line = String::new();
    let mut chars = text.chars().peekable();
    let mut room = max_chars;
    while let Some(c) = chars.next() {
        if c == '\r' && chars.next_if_eq(&'\n').is_some() {
            // One break, one sign.
        }
        let last = chars.peek().is_none() && whole;
        match room {
            0 => return line,
            1 if !last => {
                line.push('…');
                return line;
            }
            _ => line.push(visible(c)),
        }
        room = room.saturating_sub(1);
    }
    line
}

/// The character itself, or a sign for what would break or turn the line.
fn visible(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => '↵',
        '\t' => '⇥',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '·',
        c if c.is_control() => '·',
        c => c,
    }
}

fn hex_line(bytes: &[u8], max_chars: usize) -> String {
    // `30 0a`: three characters a byte but for the last.
    let fitting = max_chars.saturating_add(1) / 3;
    if bytes.len() <= fitting {
        return hex::to_hex(bytes);
    }
    match max_chars.saturating_sub(1) / 3 {
        0 if max_chars == 0 => String::new(),
        0 => "…".to_owned(),
        count => format!("{} …", hex::to_hex(bytes.get(..count).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stands_in_one_line() {
        assert_eq!(one_line("a\r\nb\nc\td\u{1b}e\u{202e}中".as_bytes(), 80), "a↵b↵c⇥d·e·中");
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(one_line("温度温度温度".as_bytes(), 4), "温度温…");
    }

    #[test]
    fn a_text_that_just_fits_is_not_cut() {
        assert_eq!(one_line(b"lalala", 6), "lalala");
        assert_eq!(one_line(b"lalal\r\n", 6), "lalal↵");
    }

    #[test]
    fn binary_stands_as_hex() {
        assert_eq!(one_line(&[0x00, 0x01, 0xff], 80), "00 01 ff");
        assert_eq!(one_line(&[0xff; 100], 12), "ff ff ff …");
        assert_eq!(one_line(&[0xff, 0xfe], 5), "ff fe");
    }

    #[test]
    fn a_text_that_a_device_ended_with_a_zero_is_still_text() {
        assert_eq!(one_line(b"21.5\0", 80), "21.5·");
    }

    #[test]
    fn payloads_are_told_apart() {
        for (bytes, format) in [
            (&b""[..], Format::Text),
            (b"21.5", Format::Text),
            (b"lalala", Format::Text),
            (b" {\"t\": 21.5}", Format::Json),
            (b"[1, 2]", Format::Json),
            (b"{not json}", Format::Text),
            ("温度".as_bytes(), Format::Text),
            (&[0x00, 0x00, 0x01], Format::Hex),
            (&[0x41, 0xff], Format::Hex),
        ] {
            assert_eq!(detect(bytes), format, "{bytes:?}");
        }
    }

    #[test]
    fn a_huge_object_is_json_by_its_beginning() {
        let huge = format!("{{\"a\":\"{}\"}}", "温".repeat(1 << 20));
        assert_eq!(detect(huge.as_bytes()), Format::Json);
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_and_never_too_long(bytes: Vec<u8>, max in 0_usize..40) {
            let line = one_line(&bytes, max);
            prop_assert!(line.chars().count() <= max);
            prop_assert!(!line.chars().any(char::is_control));
            let _ = detect(&bytes);
        }

        #[test]
        fn a_line_of_any_text_is_never_too_long(text: String, max in 0_usize..40) {
            prop_assert!(one_line(text.as_bytes(), max).chars().count() <= max);
        }
    }
}
