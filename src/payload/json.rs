//! JSON by its grammar (RFC 8259), token by token.
//!
//! A payload is shown as it was sent, so nothing is read into numbers or strings: only white space between tokens
//! changes. Nesting is held on a stack of our own, so depth cannot exhaust the thread's.

/// Spaces for each level.
const INDENT: usize = 2;
/// How deep values may be nested: a bound for the memory that brackets without end take.
pub(super) const DEEPEST: usize = 1 << 20;

/// What is wrong with a text that should be JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// Nothing but white space.
    #[error("there is nothing here; JSON needs a value")]
    Empty,
    /// Something else stands where a value must be.
    #[error(
        "a value is expected here: an object, an array, a text in double quotes, a number, true, false or null"
    )]
    ValueExpected,
    /// Something else stands where a key must be.
    #[error("a key in double quotes is expected here")]
    KeyExpected,
    /// A key is not followed by `:`.
    #[error("\":\" is expected after the key")]
    ColonExpected,
    /// A value is followed by neither `,` nor the closing bracket.
    #[error("\",\" or the closing bracket is expected here")]
    CommaExpected,
    /// More follows the value.
    #[error("the value has ended, and something follows")]
    TrailingText,
    /// Not a number as JSON writes them.
    #[error("this is no number as JSON writes them")]
    BadNumber,
    /// `\` and something that JSON does not have.
    #[error("after \"\\\" JSON knows only \" \\ / b f n r t and u with four hex digits")]
    BadEscape,
    /// A control character in a string.
    #[error("control characters and line breaks must be written as escapes in a text")]
    ControlCharacter,
    /// No closing quotation mark.
    #[error("the text that begins here has no closing quotation mark")]
    UnclosedString,
    /// No closing bracket.
    #[error("the closing bracket is missing")]
    Unclosed,
    /// More brackets within brackets than are read.
    #[error("the values are nested more than a million levels deep")]
    TooDeep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Object,
    Array,
}

#[derive(Clone, Copy)]
enum Expect {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Open(Container),
    Close,
    Comma,
    Colon,
    Key,
    Scalar,
}

/// Why no token comes any more.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Fault(usize, JsonFault),
    /// The text ends where more is needed; what is missing, and where that began.
    RunOut(usize, JsonFault),
}

/// Goes through the tokens of a text. Letters beyond ASCII stand in strings only, so that bytes do.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    /// Where the last token begins.
    start: usize,
    /// Where it ends.
    at: usize,
    open: Vec<(Container, usize)>,
    expect: Expect,
}

impl<'a> Scanner<'a> {
    /// From a value on.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, start: at, at, open: Vec::new(), expect: Expect::Value }
    }

    /// From a member of an object or an array on.
    pub(super) fn within(bytes: &'a [u8], at: usize, container: Container) -> Self {
        let expect = match container {
            Container::Object => Expect::Key,
            Container::Array => Expect::Value,
        };
        Self { bytes, start: at, at, open: vec![(container, at)], expect }
    }

    /// The place of the last token.
    pub(super) const fn token(&self) -> std::ops::Range<usize> {
        self.start..self.at
    }

    /// Steps over a member that ends there.
    pub(super) fn step_over(&mut self, end: usize) {
        self.at = end;
        self.value_ended();
    }

    /// The value that it began with has ended.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.expect, Expect::End)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Steps over bytes for which `wanted` holds; says how many.
    fn skip(&mut self, wanted: impl Fn(&u8) -> bool) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(count);
        count
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// The next token; `None` at a proper end.
    pub(super) fn next(&mut self) -> Result<Option<Token>, Stop> {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.start = self.at;
        let Some(byte) = self.peek() else {
            return match (self.expect, self.open.last()) {
                (Expect::End, _) => Ok(None),
                (_, Some((_, start))) => Err(Stop::RunOut(*start, JsonFault::Unclosed)),
                (_, None) => Err(Stop::RunOut(0, JsonFault::Empty)),
            };
        };
        let container = self.open.last().map(|(container, _)| *container);
        let closes = match container {
            Some(Container::Object) => byte == b'}',
            Some(Container::Array) => byte == b']',
            None => false,
        };
        let token = match self.expect {
            Expect::ValueOrClose | Expect::KeyOrClose | Expect::CommaOrClose if closes => self.close(),
            Expect::Value | Expect::ValueOrClose => self.value(byte)?,
            Expect::Key | Expect::KeyOrClose if byte == b'"' => {
                self.string()?;
                self.expect = Expect::Colon;
                Token::Key
            }
            Expect::Key | Expect::KeyOrClose => return self.fault(JsonFault::KeyExpected),
            Expect::Colon if byte == b':' => self.mark(Token::Colon, Expect::Value),
            Expect::Colon => return self.fault(JsonFault::ColonExpected),
            Expect::CommaOrClose if byte == b',' => {
                let object = container == Some(Container::Object);
                self.mark(Token::Comma, if object { Expect::Key } else { Expect::Value })
            }
            Expect::CommaOrClose => return self.fault(JsonFault::CommaExpected),
            Expect::End => return self.fault(JsonFault::TrailingText),
        };
        Ok(Some(token))
    }

    fn fault<T>(&self, fault: JsonFault) -> Result<T, Stop> {
        Err(Stop::Fault(self.at, fault))
    }

    fn mark(&mut self, token: Token, expect: Expect) -> Token {
        self.at = self.at.saturating_add(1);
        self.expect = expect;
        token
    }

    fn value_ended(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::CommaOrClose };
    }

    fn open(&mut self, container: Container, expect: Expect) -> Result<Token, Stop> {
        if self.open.len() >= DEEPEST {
            return self.fault(JsonFault::TooDeep);
        }
        self.open.push((container, self.at));
        Ok(self.mark(Token::Open(container), expect))
    }

    fn close(&mut self) -> Token {
        self.open.pop();
        self.at = self.at.saturating_add(1);
        self.value_ended();
        Token::Close
    }

    fn value(&mut self, first: u8) -> Result<Token, Stop> {
        match first {
            b'{' => return self.open(Container::Object, Expect::KeyOrClose),
            b'[' => return self.open(Container::Array, Expect::ValueOrClose),
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b'a'..=b'z' => self.word()?,
            _ => return self.fault(JsonFault::ValueExpected),
        }
        self.value_ended();
        Ok(Token::Scalar)
    }

    fn word(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.skip(u8::is_ascii_alphanumeric);
        let word = self.since(start);
        let words: [&[u8]; 3] = [b"true", b"false", b"null"];
        if words.contains(&word) {
            Ok(())
        } else if self.peek().is_none() && words.iter().any(|whole| whole.starts_with(word)) {
            Err(Stop::RunOut(start, JsonFault::ValueExpected))
        } else {
            Err(Stop::Fault(start, JsonFault::ValueExpected))
        }
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.skip_one(b"-");
        let zero = self.peek() == Some(b'0');
        let mut good = match self.skip(u8::is_ascii_digit) {
            0 => false,
            digits => !zero || digits == 1,
        };
        if good && self.skip_one(b".") {
            good = self.skip(u8::is_ascii_digit) > 0;
        }
        if good && self.skip_one(b"eE") {
            self.skip_one(b"+-");
            good = self.skip(u8::is_ascii_digit) > 0;
        }
        if good {
            Ok(())
        } else if self.peek().is_none() {
            Err(Stop::RunOut(start, JsonFault::BadNumber))
        } else {
            Err(Stop::Fault(start, JsonFault::BadNumber))
        }
    }

    fn skip_one(&mut self, wanted: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| wanted.contains(&byte));
        if found {
            self.at = self.at.saturating_add(1);
        }
        found
    }

    fn string(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at = self.at.saturating_add(1);
        loop {
            self.skip(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f));
            match self.peek() {
                Some(b'"') => {
                    self.at = self.at.saturating_add(1);
                    return Ok(());
                }
                Some(b'\\') => self.escape(start)?,
                Some(_) => return self.fault(JsonFault::ControlCharacter),
                None => return Err(Stop::RunOut(start, JsonFault::UnclosedString)),
            }
        }
    }

    fn escape(&mut self, string: usize) -> Result<(), Stop> {
        let start = self.at;
        self.at = self.at.saturating_add(1);
        let good = if self.skip_one(b"u") {
            (0..4).all(|_| self.skip_one(b"0123456789abcdefABCDEF"))
        } else {
            self.skip_one(b"\"\\/bfnrt")
        };
        if good {
            Ok(())
        } else if self.peek().is_none() {
            Err(Stop::RunOut(string, JsonFault::UnclosedString))
        } else {
            Err(Stop::Fault(start, JsonFault::BadEscape))
        }
    }
}

/// Whether a text is JSON. A fault comes with its offset.
pub(super) fn check(text: &str) -> Result<(), (usize, JsonFault)> {
    rest_fault(Scanner::new(text.as_bytes(), 0), true).map_or(Ok(()), Err)
}

/// A text indented, and how many of its bytes that stands for: fewer where the text was cut (`whole` is false), or
/// where it is nested so deep that the indentation alone would outgrow it many times.
pub(super) fn indented(text: &str, whole: bool) -> Result<(String, usize), (usize, JsonFault)> {
    let limit = text.len().saturating_mul(8).saturating_add(1024);
    let mut scanner = Scanner::new(text.as_bytes(), 0);
    let mut out = String::with_capacity(text.len());
    let mut opened = false;
    loop {
        let before = scanner.at;
        let token = match scanner.next() {
            Ok(Some(token)) => token,
            Ok(None) => return Ok((out, text.len())),
            Err(Stop::RunOut(offset, fault)) if whole => return Err((offset, fault)),
            Err(Stop::RunOut(..)) => {
                // The cut token is shown as far as it goes.
                out.push_str(text.get(before..).unwrap_or_default().trim_start());
                return Ok((out, text.len()));
            }
            Err(Stop::Fault(offset, fault)) => return Err((offset, fault)),
        };
        let closes = token == Token::Close;
        if opened != closes {
            // After an opening bracket that holds something, and before a closing one that does.
            break_line(&mut out, scanner.open.len().saturating_sub(usize::from(opens(token))));
        }
        opened = opens(token);
        match token {
            Token::Open(_) | Token::Close | Token::Key | Token::Scalar => {
                out.push_str(text.get(scanner.token()).unwrap_or_default());
            }
            Token::Colon => out.push_str(": "),
            Token::Comma => {
                out.push(',');
                break_line(&mut out, scanner.open.len());
            }
        }
        if out.len() > limit {
            // What is shown is cut, what is said is not.
            return rest_fault(scanner, whole).map_or(Ok((out, before)), Err);
        }
    }
}

/// Whether a text is JSON as far as it goes; one that was cut (`whole` is false) need not be complete.
pub(super) fn seems_json(text: &str, whole: bool) -> bool {
    rest_fault(Scanner::new(text.as_bytes(), 0), whole).is_none()
}

/// The first fault in what is left of a text.
fn rest_fault(mut scanner: Scanner<'_>, whole: bool) -> Option<(usize, JsonFault)> {
    loop {
        match scanner.next() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(Stop::RunOut(offset, fault)) => return whole.then_some((offset, fault)),
            Err(Stop::Fault(offset, fault)) => return Some((offset, fault)),
        }
    }
}

const fn opens(token: Token) -> bool {
    matches!(token, Token::Open(_))
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', depth.saturating_mul(INDENT)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault_of(text: &str) -> (usize, JsonFault) {
        check(text).expect_err(text)
    }

    #[test]
    fn numbers_strings_and_keys_stay_as_they_were_sent() {
        let sent = r#"{"z":1.10e+05,"a":123456789012345678901234567890,"s":"\u4e2d\/","z":-0}"#;
        let shown = "{\n  \"z\": 1.10e+05,\n  \"a\": 123456789012345678901234567890,\n  \
                     \"s\": \"\\u4e2d\\/\",\n  \"z\": -0\n}";
        assert_eq!(indented(sent, true), Ok((shown.to_owned(), sent.len())));
    }

    #[test]
    fn empty_brackets_stay_together_and_nested_ones_step_in() {
        let (text, _) = indented(r#"[{},[ ],{"a":[1,{"b":[]}]}]"#, true).unwrap();
        assert_eq!(
            text,
            "[\n  {},\n  [],\n  {\n    \"a\": [\n      1,\n      {\n        \"b\": []\n      }\n    ]\n  }\n]"
        );
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        use JsonFault::{
            BadEscape, BadNumber, ColonExpected, CommaExpected, ControlCharacter, Empty, KeyExpected,
            TrailingText, Unclosed, UnclosedString, ValueExpected,
        };
        for (text, offset, fault) in [
            ("  ", 0, Empty),
            ("[1,]", 3, ValueExpected),
            ("nul", 0, ValueExpected),
            ("'a'", 0, ValueExpected),
            ("{a:1}", 1, KeyExpected),
            (r#"{"a":1,}"#, 7, KeyExpected),
            (r#"{"a" 1}"#, 5, ColonExpected),
            ("[1 2]", 3, CommaExpected),
            ("[1}", 2, CommaExpected),
            ("1 2", 2, TrailingText),
            ("[01]", 1, BadNumber),
            ("[1.]", 1, BadNumber),
            ("-", 0, BadNumber),
            (r#"["\x"]"#, 2, BadEscape),
            (r#"["\u12g4"]"#, 2, BadEscape),
            ("[\"a\nb\"]", 3, ControlCharacter),
            (r#"["ab"#, 1, UnclosedString),
            (r#"{"a":[1"#, 5, Unclosed),
        ] {
            assert_eq!(fault_of(text), (offset, fault), "{text:?}");
        }
    }

    #[test]
    fn a_cut_text_is_shown_as_far_as_it_goes_without_a_fault() {
        assert_eq!(indented(r#"{"a":"xyz"#, false), Ok(("{\n  \"a\": \"xyz".to_owned(), 9)));
    }

    #[test]
    fn deep_nesting_is_cut_and_does_not_exhaust_anything() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let (text, shown) = indented(&deep, true).unwrap();
        assert!(text.len() < deep.len() * 9, "{}", text.len());
        assert!(shown < deep.len());
        assert_eq!(fault_of(&"[".repeat(100_000)), (99_999, JsonFault::Unclosed));
    }

    fn jsonish() -> impl Strategy<Value = String> {
        let piece = proptest::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\"",
            "1",
            "0",
            "-",
            ".",
            "e",
            "+",
            "true",
            "nul",
            "null",
            " ",
            "\n",
            "u",
            "\\n",
            "\\u00e9",
            "中",
            "\u{1}",
            "{\"a\":1}",
            "[1]",
        ]);
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    /// JSON without white space inside its texts.
    fn value() -> impl Strategy<Value = String> {
        let leaf =
            proptest::sample::select(vec!["1.50", "-0e+1", "true", "null", "\"a\\u00e9,}\"", "[ ]", "{}"]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 40, 4, |inner| {
            (proptest::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(values, object)| {
                if object {
                    let members: Vec<String> = values.iter().map(|value| format!("\"k\" :{value}")).collect();
                    format!("{{{}}}", members.join(" ,"))
                } else {
                    format!("[{}]", values.join(", "))
                }
            })
        })
    }

    proptest! {
        #[test]
        fn the_grammar_is_that_of_serde_json(text in jsonish()) {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(check(&text).is_ok(), theirs, "{:?}", text);
        }

        #[test]
        fn indenting_changes_white_space_only(value in value()) {
            let (shown, _) = indented(&value, true).unwrap();
            let tokens = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(tokens(&shown), tokens(&value));
            prop_assert_eq!(indented(&shown, true), Ok((shown.clone(), shown.len())));
        }

        #[test]
        fn any_text_gets_an_answer(text: String, whole: bool) {
            if let Err((offset, _)) = indented(&text, whole) {
                prop_assert!(text.is_char_boundary(offset));
            }
        }
    }
}
