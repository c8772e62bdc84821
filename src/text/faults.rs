//! What is wrong with what was typed into a form of the window, in both languages.

use super::{failure, texts};
use crate::language::Language;
use crate::model::FormFault;
use crate::profile::ProfileField;
use crate::wire::TopicFault;

/// Why a topic name or a topic filter is none.
#[must_use]
pub fn topic(fault: TopicFault, language: Language) -> String {
    if language == Language::English {
        let words = match fault {
            TopicFault::Empty => "Enter a topic.",
            TopicFault::TooLong => "Too long: a topic has at most 65535 bytes of UTF-8.",
            TopicFault::NullCharacter { .. } => "The character U+0000 may not be in a topic.",
            TopicFault::Wildcard { .. } => {
                "A topic to publish to may not hold + or #: these are for subscribing."
            }
            TopicFault::MultiLevel { .. } => "# must be the last level, alone: sensor/#",
            TopicFault::SingleLevel { .. } => "+ must be alone in its level: sensor/+/temperature",
            TopicFault::Share => "A shared subscription is written $share/name/filter.",
        };
        return words.to_owned();
    }
    match fault {
        TopicFault::Empty => "请输入主题。",
        TopicFault::TooLong => "太长：主题最多 65535 字节（UTF-8）。",
        TopicFault::NullCharacter { .. } => "主题中不能包含字符 U+0000。",
        TopicFault::Wildcard { .. } => "发布的主题不能包含 + 或 #，通配符只用于订阅。",
        TopicFault::MultiLevel { .. } => "# 必须单独作为最后一级：sensor/#",
        TopicFault::SingleLevel { .. } => "+ 必须单独占一级：sensor/+/temperature",
        TopicFault::Share => "共享订阅的写法是 $share/名称/过滤器。",
    }
    .to_owned()
}

/// What is wrong with a field of the connection form, and the mend.
#[must_use]
pub fn form(fault: FormFault, language: Language) -> String {
    let t = texts(language);
    match fault {
        FormFault::Port(fault) => failure::port_fault(fault, language).to_owned(),
        FormFault::NotSeconds(ProfileField::ConnectTimeout) => t.timeout_bad.to_owned(),
        FormFault::NotSeconds(_) => t.seconds_bad.to_owned(),
        FormFault::Profile(fault) => failure::field_fault(&fault, language),
    }
}
