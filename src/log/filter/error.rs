//! What is wrong with a filter as written, and where.

use super::ExpressionFault;
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
    /// A regular expression has no `/` at its end, or does not begin with one.
    OpenExpression,
    /// A set has no `}` at its end, or does not begin with `{`.
    OpenSet,
    /// A step in brackets is not a number or quoted text, or has no `]`.
    OpenBracket,
    /// Something must follow: a term behind `!` or `or`, a value behind `qos ==`.
    NothingFollows,
    /// An operator stands where a field or text is wanted.
    NoField,
    /// There is no field of this name; this is the nearest.
    UnknownField {
        /// What was written.
        name: String,
        /// A field with nearly that name.
        nearest: Option<&'static str>,
    },
    /// The field cannot be compared so, but with these.
    WrongOperator {
        /// What was written.
        operator: &'static str,
        /// What may be written.
        takes: &'static str,
    },
    /// The field does not take this value; it takes these.
    UnknownValue {
        /// What was written.
        value: String,
        /// What may be written.
        takes: &'static str,
    },
    /// The topic filter breaks a rule.
    TopicFilter(TopicFault),
    /// The regular expression cannot be used, for this reason.
    Expression(ExpressionFault),
    /// Parentheses and negations are nested too deep.
    TooDeep,
    /// The text, or the number of its regular expressions, is beyond the bound.
    TooLong,
}

impl FilterFault {
    /// What is wrong and what to write instead.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::OpenQuote => "The quote is not closed. Add \" at its end.".to_owned(),
            Self::OpenParenthesis => "The parenthesis is not closed. Add ) at its end.".to_owned(),
            Self::StrayParenthesis => {
                "This parenthesis closes nothing. Remove it, or put it in quotes to search for it.".to_owned()
            }
            Self::OpenExpression => {
                "A regular expression stands between two slashes, such as /err(or)?/i.".to_owned()
            }
            Self::OpenSet => {
                "A set stands between braces, with commas between its values, such as {1, 2}.".to_owned()
            }
            Self::OpenBracket => {
                "Brackets hold a number or quoted text, such as [0] or [\"source\"].".to_owned()
            }
            Self::NothingFollows => {
                "Something must follow here: a term behind and, or and not, a value behind an operator."
                    .to_owned()
            }
            Self::NoField => {
                "A field must stand before this, such as qos >= 1. Put it in quotes to search for it."
                    .to_owned()
            }
            Self::UnknownField { name, nearest: Some(nearest) } => {
                format!(
                    "There is no field {name}. Did you mean {nearest}? To search for this text, put it in quotes."
                )
            }
            Self::UnknownField { name, nearest: None } => format!(
                "There is no field {name}. Use topic, payload, type, qos, dir, len, time or another field of the help. To search for this text, put it in quotes."
            ),
            Self::WrongOperator { operator, takes } => {
                format!("This field cannot be compared by {operator}. Use one of {takes}.")
            }
            Self::UnknownValue { value, takes } => format!("{value} is not possible here. Use {takes}."),
            Self::TopicFilter(fault) => format!("The topic filter {}.", fault.text(Language::English)),
            Self::Expression(why) => format!("The regular expression cannot be used: {}.", why.english()),
            Self::TooDeep => "Too many parentheses and negations inside each other.".to_owned(),
            Self::TooLong => {
                "The filter is too long. It may have 10,000 bytes and 20 regular expressions.".to_owned()
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::OpenQuote => "引号没有结束，请在末尾加上 \"。".to_owned(),
            Self::OpenParenthesis => "括号没有结束，请在末尾加上 )。".to_owned(),
            Self::StrayParenthesis => {
                "这个括号没有对应的左括号。请删除它；要搜索括号本身，请加引号。".to_owned()
            }
            Self::OpenExpression => "正则表达式要写在两个斜杠之间，例如 /err(or)?/i。".to_owned(),
            Self::OpenSet => "集合要写在花括号里，值之间用逗号，例如 {1, 2}。".to_owned(),
            Self::OpenBracket => "方括号里应为数字或带引号的文字，例如 [0] 或 [\"source\"]。".to_owned(),
            Self::NothingFollows => "这里缺少内容：and、or、not 后面要有条件，运算符后面要有值。".to_owned(),
            Self::NoField => "它前面要有字段，例如 qos >= 1；要搜索这些符号本身，请加引号。".to_owned(),
            Self::UnknownField { name, nearest: Some(nearest) } => {
                format!("没有 {name} 这个字段。是不是 {nearest}？要搜索这段文字，请加引号。")
            }
            Self::UnknownField { name, nearest: None } => format!(
                "没有 {name} 这个字段。可用 topic、payload、type、qos、dir、len、time 等，见帮助；要搜索这段文字，请加引号。"
            ),
            Self::WrongOperator { operator, takes } => {
                format!("这个字段不能用 {operator} 比较，可用 {}。", takes.replace(", ", "、"))
            }
            Self::UnknownValue { value, takes } => {
                let takes = match *takes {
                    "a number of bytes, such as 100, 4kB or 1MB" => "字节数，例如 100、4kB 或 1MB",
                    "a number with its unit, such as 50ms, 2s or 300us" => {
                        "带单位的数字，例如 50ms、2s 或 300us"
                    }
                    "connect, publish, puback and the other control packets" => {
                        "connect、publish、puback 等控制报文"
                    }
                    "text in quotes" => "带引号的文字",
                    other => {
                        let takes = other.replace("a number up to ", "不超过以下值的数字：");
                        let takes = takes.replace(", ", "、").replace(" or ", " 或 ");
                        return format!("这里不能用 {value}，可用 {takes}。");
                    }
                };
                format!("这里不能用 {value}，可用 {takes}。")
            }
            Self::TopicFilter(fault) => format!("主题过滤器{}。", fault.text(Language::Chinese)),
            Self::Expression(why) => format!("这个正则表达式不能用：{}。", why.chinese()),
            Self::TooDeep => "括号和否定嵌套太深。".to_owned(),
            Self::TooLong => "过滤条件太长：最多 10,000 个字节、20 个正则表达式。".to_owned(),
        }
    }
}
