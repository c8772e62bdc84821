//! What is wrong with a filter as written, and where.

use crate::language::Language;
use crate::wire::TopicFault;

/// What is wrong, and the byte of the text at which it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Counted from the text's first byte; always at a character's start, or at the text's end.
    pub offset: usize,
    /// What is wrong there.
    pub what: FilterFault,
}

/// What can be wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterFault {
    /// A quote has no end.
    OpenQuote,
    /// A parenthesis is not closed.
    OpenParenthesis,
    /// A parenthesis closes nothing.
    StrayParenthesis,
    /// Something must follow: a term behind `-` or `or`, a value behind `qos:`.
    NothingFollows,
    /// No term begins with this word and a colon.
    UnknownTerm(String),
    /// The term does not take this value; it takes these.
    UnknownValue {
        /// What was written.
        value: String,
        /// What may be written.
        takes: &'static str,
    },
    /// The topic filter breaks a rule.
    TopicFilter(TopicFault),
    /// Parentheses and minuses are nested too deep.
    TooDeep,
}

impl FilterFault {
    /// What is wrong and what to write instead.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::OpenQuote, Language::English) => "The quote is not closed. Add \" at its end.".to_owned(),
            (Self::OpenQuote, Language::Chinese) => "引号没有结束，请在末尾加上 \"。".to_owned(),
            (Self::OpenParenthesis, Language::English) => {
                "The parenthesis is not closed. Add ) at its end.".to_owned()
            }
            (Self::OpenParenthesis, Language::Chinese) => "括号没有结束，请在末尾加上 )。".to_owned(),
            (Self::StrayParenthesis, Language::English) => {
                "This parenthesis closes nothing. Remove it, or put it in quotes to search for it.".to_owned()
            }
            (Self::StrayParenthesis, Language::Chinese) => {
                "这个括号没有对应的左括号。请删除它；要搜索括号本身，请加引号。".to_owned()
            }
            (Self::NothingFollows, Language::English) => {
                "Something must follow here: a term behind - and or, a value behind a colon.".to_owned()
            }
            (Self::NothingFollows, Language::Chinese) => {
                "这里缺少内容：- 和 or 后面要有条件，冒号后面要有值。".to_owned()
            }
            (Self::UnknownTerm(term), Language::English) => format!(
                "There is no term {term}. Use topic, type, qos, dir, retain, dup, fault, id or connection, or put text with a colon in quotes."
            ),
            (Self::UnknownTerm(term), Language::Chinese) => format!(
                "没有 {term} 这个条件。可用 topic、type、qos、dir、retain、dup、fault、id、connection；含冒号的文字请加引号。"
            ),
            (Self::UnknownValue { value, takes }, Language::English) => {
                format!("{value} is not possible here. Use {takes}.")
            }
            (Self::UnknownValue { value, takes }, Language::Chinese) => {
                let takes = takes.replace(", ", "、").replace(" or ", " 或 ");
                format!("这里不能用 {value}，可用 {takes}。")
            }
            (Self::TopicFilter(fault), Language::English) => {
                format!("The topic filter {}.", fault.text(language))
            }
            (Self::TopicFilter(fault), Language::Chinese) => format!("主题过滤器{}。", fault.text(language)),
            (Self::TooDeep, Language::English) => {
                "Too many parentheses and minuses inside each other.".to_owned()
            }
            (Self::TooDeep, Language::Chinese) => "括号和减号嵌套太深。".to_owned(),
        }
    }
}
