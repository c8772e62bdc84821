//! What is wrong with a regular expression, as a value that has words in both languages.

use regex_syntax::ast::{ErrorKind as Syntax, Span};
use regex_syntax::hir::ErrorKind as Meaning;
use regex_syntax::{Error, ParserBuilder};

/// What is wrong with a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionFault {
    /// It takes too much memory.
    TooLarge,
    /// It is nested too deep, or has too many groups.
    TooDeep,
    /// A `[` has no `]`.
    OpenClass,
    /// A `(` has no `)`.
    OpenGroup,
    /// A `)` closes nothing.
    StrayParenthesis,
    /// What repeats has nothing before it.
    NothingToRepeat,
    /// The counts in braces are no numbers in ascending order.
    Counts,
    /// A range in brackets does not go from a lower character to a higher one.
    Range,
    /// It ends within an escape.
    OpenEscape,
    /// An escape that is none, as written.
    Escape(String),
    /// The code of a character that is none.
    CharacterCode,
    /// The flags behind `(?` are not well-formed.
    Flags,
    /// The name of a group is missing, not well-formed or used twice.
    GroupName,
    /// A class of characters that is not known, as written.
    UnknownClass(String),
    /// A back-reference.
    BackReference,
    /// Looking ahead or behind.
    LookAround,
    /// Something else.
    Other,
}

impl ExpressionFault {
    /// What is wrong with an expression that could not be compiled, though it is not too large.
    pub(super) fn of(source: &str) -> Self {
        let cut = |span: &Span| {
            let from = source.get(span.start.offset..).unwrap_or_default();
            let written = from.get(..span.end.offset.saturating_sub(span.start.offset)).unwrap_or(from);
            written.chars().take(40).collect::<String>()
        };
        match ParserBuilder::new().utf8(false).build().parse(source) {
            Err(Error::Parse(error)) => Self::of_syntax(error.kind(), || cut(error.span())),
            Err(Error::Translate(error)) => match error.kind() {
                Meaning::UnicodePropertyNotFound
                | Meaning::UnicodePropertyValueNotFound
                | Meaning::UnicodePerlClassNotFound
                | Meaning::UnicodeNotAllowed => Self::UnknownClass(cut(error.span())),
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    fn of_syntax(kind: &Syntax, written: impl Fn() -> String) -> Self {
        match kind {
            Syntax::CaptureLimitExceeded | Syntax::NestLimitExceeded(_) => Self::TooDeep,
            Syntax::ClassUnclosed => Self::OpenClass,
            Syntax::ClassRangeInvalid | Syntax::ClassRangeLiteral => Self::Range,
            Syntax::GroupUnclosed => Self::OpenGroup,
            Syntax::GroupUnopened => Self::StrayParenthesis,
            Syntax::RepetitionMissing => Self::NothingToRepeat,
            Syntax::RepetitionCountInvalid
            | Syntax::RepetitionCountDecimalEmpty
            | Syntax::RepetitionCountUnclosed
            | Syntax::DecimalInvalid => Self::Counts,
            Syntax::EscapeUnexpectedEof => Self::OpenEscape,
            Syntax::EscapeUnrecognized
            | Syntax::ClassEscapeInvalid
            | Syntax::SpecialWordBoundaryUnclosed
            | Syntax::SpecialWordBoundaryUnrecognized
            | Syntax::SpecialWordOrRepetitionUnexpectedEof => Self::Escape(written()),
            Syntax::EscapeHexEmpty | Syntax::EscapeHexInvalid | Syntax::EscapeHexInvalidDigit => {
                Self::CharacterCode
            }
            Syntax::FlagDanglingNegation
            | Syntax::FlagDuplicate { .. }
            | Syntax::FlagRepeatedNegation { .. }
            | Syntax::FlagUnexpectedEof
            | Syntax::FlagUnrecognized => Self::Flags,
            Syntax::GroupNameDuplicate { .. }
            | Syntax::GroupNameEmpty
            | Syntax::GroupNameInvalid
            | Syntax::GroupNameUnexpectedEof => Self::GroupName,
            Syntax::UnicodeClassInvalid => Self::UnknownClass(written()),
            Syntax::UnsupportedBackreference => Self::BackReference,
            Syntax::UnsupportedLookAround => Self::LookAround,
            _ => Self::Other,
        }
    }

    /// The rest of "The regular expression cannot be used:".
    pub(super) fn english(&self) -> String {
        match self {
            Self::TooLarge => "it takes too much memory",
            Self::TooDeep => "its parentheses are nested too deep, or there are too many of them",
            Self::OpenClass => "a [ has no ] (write \\[ for the bracket itself)",
            Self::OpenGroup => "a ( has no ) (write \\( for the parenthesis itself)",
            Self::StrayParenthesis => "a ) closes nothing (write \\) for the parenthesis itself)",
            Self::NothingToRepeat => {
                "*, +, ? or { has nothing before it to repeat (write a \\ before it for the sign itself)"
            }
            Self::Counts => "the counts in { } must be numbers in ascending order, as in {2,5}",
            Self::Range => "a range in [ ] must go from a lower character to a higher one, as in [a-f]",
            Self::OpenEscape => "it ends with a \\ (write \\\\ for the sign itself)",
            Self::Escape(written) => return format!("{written} means nothing here"),
            Self::CharacterCode => "a character's code must be hexadecimal, as in \\x41 or \\u{20AC}",
            Self::Flags => "the flags behind (? are not well-formed; they are written as in (?i)",
            Self::GroupName => "the name of a group is missing, not well-formed or used twice",
            Self::UnknownClass(written) => return format!("{written} is no known class of characters"),
            Self::BackReference => "back-references such as \\1 are not supported",
            Self::LookAround => "looking ahead or behind, as with (?=…), is not supported",
            Self::Other => "it is not well-formed",
        }
        .to_owned()
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::TooLarge => "占用的内存太多",
            Self::TooDeep => "括号嵌套过深，或数量太多",
            Self::OpenClass => "[ 缺少对应的 ]（要表示方括号本身请写 \\[）",
            Self::OpenGroup => "( 缺少对应的 )（要表示括号本身请写 \\(）",
            Self::StrayParenthesis => ") 没有对应的 (（要表示括号本身请写 \\)）",
            Self::NothingToRepeat => "*、+、? 或 { 之前没有可以重复的内容（要表示符号本身请在前面加 \\）",
            Self::Counts => "{ } 中的次数必须是从小到大的数字，例如 {2,5}",
            Self::Range => "[ ] 中的范围必须从小到大，例如 [a-f]",
            Self::OpenEscape => "不能以 \\ 结尾（要表示符号本身请写 \\\\）",
            Self::Escape(written) => return format!("{written} 在这里没有意义"),
            Self::CharacterCode => "字符代码必须是十六进制，例如 \\x41 或 \\u{20AC}",
            Self::Flags => "(? 之后的标志格式不对，应写成 (?i) 这样",
            Self::GroupName => "分组名称缺失、格式不对或重复",
            Self::UnknownClass(written) => return format!("{written} 不是已知的字符类"),
            Self::BackReference => "不支持 \\1 这样的反向引用",
            Self::LookAround => "不支持 (?=…) 这样的前后查找",
            Self::Other => "格式不正确",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::ExpressionFault as Fault;

    #[test]
    fn every_fault_is_told_apart() {
        let escape = |written: &str| Fault::Escape(written.to_owned());
        let class = |written: &str| Fault::UnknownClass(written.to_owned());
        for (source, fault) in [
            ("[ab", Fault::OpenClass),
            ("(ab", Fault::OpenGroup),
            ("ab)", Fault::StrayParenthesis),
            ("*a", Fault::NothingToRepeat),
            ("a{5,2}", Fault::Counts),
            ("a{}", Fault::Counts),
            ("a{2", Fault::Counts),
            ("[z-a]", Fault::Range),
            (r"a\", Fault::OpenEscape),
            (r"温度\j", escape(r"\j")),
            (r"\b{nothing}", escape("nothing")),
            (r"\x4", Fault::OpenEscape),
            (r"\xzz", Fault::CharacterCode),
            (r"\u{110000}", Fault::CharacterCode),
            ("(?q)a", Fault::Flags),
            ("(?<1a>b)", Fault::GroupName),
            (r"\p{Klingon}", class(r"\p{Klingon}")),
            (r"(a)\1", Fault::BackReference),
            ("(?=a)", Fault::LookAround),
            (&["(".repeat(300), ")".repeat(300)].concat(), Fault::TooDeep),
        ] {
            assert_eq!(Fault::of(source), fault, "{source}");
        }
    }

    #[test]
    fn a_written_escape_is_cut_short_between_characters() {
        let Fault::UnknownClass(written) = Fault::of(&format!("\\p{{{}}}", "温".repeat(500))) else {
            panic!()
        };
        assert_eq!(written.chars().count(), 40);
    }
}
