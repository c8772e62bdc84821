//! Topic names and topic filters (section 4.7; shared subscriptions: 5.0, section 4.8.2).

use crate::language::Language;

/// What is wrong with a topic name or topic filter. Positions count bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TopicFault {
    /// It has no characters.
    Empty,
    /// It is longer than 65,535 bytes of UTF-8.
    TooLong,
    /// It holds the character U+0000.
    NullCharacter {
        /// Where.
        at: usize,
    },
    /// A topic name holds `+` or `#`.
    Wildcard {
        /// Where.
        at: usize,
    },
    /// `#` is not the whole of the last level.
    MultiLevel {
        /// Where.
        at: usize,
    },
    /// `+` shares its level with other characters.
    SingleLevel {
        /// Where.
        at: usize,
    },
    /// Nothing stands between the two `/` of `$share//`.
    ShareName,
    /// `$share/` is not followed by a share name without wildcards, a `/` and a topic filter.
    Share,
}

impl TopicFault {
    /// What is wrong and how to mend it.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        match language {
            Language::English => match self {
                Self::Empty => "must have at least one character",
                Self::TooLong => "must not be longer than 65,535 bytes",
                Self::NullCharacter { .. } => "must not hold the character U+0000",
                Self::Wildcard { .. } => {
                    "must not hold the wildcards + and #: they belong to topic filters, not to topic names"
                }
                Self::MultiLevel { .. } => "may hold # only as the whole of its last level, as in sport/#",
                Self::SingleLevel { .. } => "may hold + only as the whole of a level, as in sport/+/score",
                Self::ShareName | Self::Share => {
                    "must be $share/, a name without + # /, then / and a topic filter, as in $share/group/sensor"
                }
            },
            Language::Chinese => match self {
                Self::Empty => "至少要有一个字符",
                Self::TooLong => "不能超过 65,535 个字节",
                Self::NullCharacter { .. } => "不能包含字符 U+0000",
                Self::Wildcard { .. } => "不能包含通配符 + 和 #：它们只能用在主题过滤器里，不能用在主题名里",
                Self::MultiLevel { .. } => "中的 # 只能独占最后一层，例如 sport/#",
                Self::SingleLevel { .. } => "中的 + 必须独占一层，例如 sport/+/score",
                Self::ShareName | Self::Share => {
                    "应为 $share/、不含 + # / 的共享名、再加 / 和主题过滤器，例如 $share/group/sensor"
                }
            },
        }
    }

    /// The byte of the name or filter at which the fault stands.
    #[must_use]
    pub const fn at(self) -> usize {
        match self {
            Self::NullCharacter { at }
            | Self::Wildcard { at }
            | Self::MultiLevel { at }
            | Self::SingleLevel { at } => at,
            Self::Empty | Self::TooLong | Self::ShareName | Self::Share => 0,
        }
    }
}

/// Whether `name` may stand in a PUBLISH.
pub fn check_topic_name(name: &str) -> Result<(), TopicFault> {
    check_characters(name)?;
    name.find(['+', '#']).map_or(Ok(()), |at| Err(TopicFault::Wildcard { at }))
}

/// Whether `filter` may stand in a SUBSCRIBE. A filter that begins with `$share/` must be a well-formed
/// shared subscription.
pub fn check_topic_filter(filter: &str) -> Result<(), TopicFault> {
    check_filter_levels(filter)?;
    let Some(shared) = filter.strip_prefix("$share/") else { return Ok(()) };
    let (name, rest) = shared.split_once('/').ok_or(TopicFault::Share)?;
    if name.is_empty() {
        return Err(TopicFault::ShareName);
    }
    if name.contains(['+', '#']) || rest.is_empty() {
        return Err(TopicFault::Share);
    }
    Ok(())
}

/// The rules that filters have had since 3.1: characters and wildcards.
pub(super) fn check_filter_levels(filter: &str) -> Result<(), TopicFault> {
    check_characters(filter)?;
    let mut at = 0;
    for level in filter.split('/') {
        let end = at + level.len();
        if let Some(place) = level.find('#')
            && (level.len() > 1 || end < filter.len())
        {
            return Err(TopicFault::MultiLevel { at: at + place });
        }
        if let Some(place) = level.find('+')
            && level.len() > 1
        {
            return Err(TopicFault::SingleLevel { at: at + place });
        }
        at = end + 1;
    }
    Ok(())
}

fn check_characters(text: &str) -> Result<(), TopicFault> {
    if text.is_empty() {
        return Err(TopicFault::Empty);
    }
    if text.len() > usize::from(u16::MAX) {
        return Err(TopicFault::TooLong);
    }
    text.find('\0').map_or(Ok(()), |at| Err(TopicFault::NullCharacter { at }))
}

/// Whether a message on `topic` belongs to a subscription to `filter`. A shared subscription's filter
/// counts without its `$share/name/`. A leading wildcard does not take topics that begin with `$`
/// (`[MQTT-4.7.2-1]`); `sport/#` takes `sport` too.
#[must_use]
pub fn matches(filter: &str, topic: &str) -> bool {
    let filter = filter
        .strip_prefix("$share/")
        .and_then(|shared| shared.split_once('/'))
        .map_or(filter, |(_, rest)| rest);
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (_, Some(level)) if level == wanted => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}
