//! A field's value as the tree's right column shows it.

use super::property::Property;
use super::reason_code;
use super::secret::is_secret;
use super::summary::{one_line, text_of};
use super::{Field, FieldKind, PacketType, Value};
use crate::language::Language;

/// The longest text that is shown, in characters.
const LONGEST_TEXT: usize = 200;
/// How many bytes are shown as hex.
const LONGEST_HEX: usize = 32;
/// What stands in for a secret, whatever its length.
const DOTS: &str = "••••";

impl Field {
    /// The value for people: `1 · CONNECT`, `60 s`, `0xc2`, `sensor`. Secrets are dots unless `reveal`.
    #[must_use]
    pub fn display(&self, frame: &[u8], language: Language, reveal: bool) -> String {
        let bytes = frame.get(self.range.clone()).unwrap_or_default();
        match &self.value {
            _ if !reveal && (is_secret(self.kind) || self.may_hide_a_secret(frame)) => DOTS.to_owned(),
            Value::Group => self.display_group(frame, bytes, language, reveal),
            Value::Bool(set) => u8::from(*set).to_string(),
            Value::Text(text) => one_line(text, LONGEST_TEXT),
            Value::Number(number) => self.display_number(*number, language),
            Value::Bytes => match (self.kind, text_of(bytes)) {
                (FieldKind::Undecoded, _) | (_, None) => hex(bytes),
                (_, Some(text)) => one_line(text, LONGEST_TEXT),
            },
        }
    }

    /// Whether it is what could not be read of a packet that may hold a secret.
    fn may_hide_a_secret(&self, frame: &[u8]) -> bool {
        let packet = frame.first().and_then(|&first| PacketType::of_first_byte(first));
        self.kind == FieldKind::Undecoded
            && matches!(packet, Some(PacketType::Connect | PacketType::Connack | PacketType::Auth))
    }

    fn display_number(&self, number: u64, language: Language) -> String {
        let is_reserved = matches!(
            self.kind,
            FieldKind::Reserved
                | FieldKind::ConnectReserved
                | FieldKind::ConnackReserved
                | FieldKind::OptionsReserved
        );
        if let (true, Some((high, low))) = (is_reserved, self.bits) {
            let width = usize::from(high.saturating_sub(low)) + 1;
            return format!("{number:0width$b}");
        }
        let is_code =
            matches!(self.kind, FieldKind::ReasonCode | FieldKind::ReturnCode | FieldKind::GrantedQos);
        let is_flags = matches!(
            self.kind,
            FieldKind::ConnectFlags | FieldKind::ConnackFlags | FieldKind::SubscriptionOptions
        );
        let mut shown = if is_flags || (is_code && number >= 0x80) {
            format!("{number:#04x}")
        } else {
            number.to_string()
        };
        if let Some(meaning) = self.meaning_in(language) {
            shown.push_str(" · ");
            shown.push_str(meaning);
        } else if !self.kind.unit().is_empty() {
            shown.push(' ');
            shown.push_str(self.kind.unit());
        }
        shown
    }

    fn display_group(&self, frame: &[u8], bytes: &[u8], language: Language, reveal: bool) -> String {
        let one = |kind: FieldKind| {
            self.children
                .iter()
                .find(|child| child.kind == kind)
                .map(|child| child.display(frame, language, reveal))
        };
        match self.kind {
            FieldKind::FixedHeader => hex(bytes),
            FieldKind::Property(Property::UserProperty) => {
                let name = one(FieldKind::UserPropertyKey).unwrap_or_default();
                let value = one(FieldKind::UserPropertyValue).unwrap_or_default();
                format!("{name}: {value}")
            }
            FieldKind::Property(property) => one(FieldKind::PropertyValue(property)).unwrap_or_default(),
            FieldKind::Will => one(FieldKind::WillTopic).unwrap_or_default(),
            FieldKind::Subscription => one(FieldKind::TopicFilter).unwrap_or_default(),
            FieldKind::Properties | FieldKind::WillProperties => {
                let count = self.children.iter().filter(|child| child.value == Value::Group).count();
                match (language, count) {
                    (Language::English, 0) => "none".to_owned(),
                    (Language::English, 1) => "1 property".to_owned(),
                    (Language::English, _) => format!("{count} properties"),
                    (Language::Chinese, 0) => "无".to_owned(),
                    (Language::Chinese, _) => format!("{count} 个属性"),
                }
            }
            FieldKind::PayloadGroup => {
                let shown = self.children.iter().filter(|child| !child.kind.is_length());
                let values: Vec<_> = shown.map(|child| child.display(frame, language, reveal)).collect();
                let are_codes = self.children.iter().any(|child| child.meaning.is_some());
                one_line(&values.join(if are_codes { ", " } else { " · " }), LONGEST_TEXT)
            }
            _ => String::new(),
        }
    }

    /// What the value means, in a language.
    #[must_use]
    pub fn meaning_in(&self, language: Language) -> Option<&'static str> {
        let english = self.meaning?;
        Some(match language {
            Language::English => english,
            Language::Chinese => chinese(english),
        })
    }
}

/// Bytes as pairs of digits with spaces between, cut where they are many.
fn hex(bytes: &[u8]) -> String {
    let shown: Vec<_> = bytes.iter().take(LONGEST_HEX).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > LONGEST_HEX { " …" } else { "" };
    shown.join(" ") + more
}

/// The Chinese of a meaning; names of packets and versions stay as they are.
fn chinese(english: &'static str) -> &'static str {
    const WORDS: &[(&str, &str)] = &[
        ("at most once", "最多一次"),
        ("at least once", "至少一次"),
        ("exactly once", "恰好一次"),
        ("not allowed", "不允许"),
        ("send at subscribe", "订阅时发送"),
        ("send if the subscription is new", "仅在新订阅时发送"),
        ("do not send", "不发送"),
        ("bytes of any kind", "任意字节"),
        ("UTF-8 text", "UTF-8 文本"),
        ("ends with the network connection", "随网络连接结束"),
        ("never expires", "永不过期"),
        ("no", "否"),
        ("yes", "是"),
    ];
    WORDS
        .iter()
        .find(|(word, _)| *word == english)
        .map(|(_, chinese)| *chinese)
        .or_else(|| reason_code::chinese_of(english))
        .or_else(|| {
            let property =
                Property::ALL.into_iter().find(|property| property.name(Language::English) == english)?;
            Some(property.name(Language::Chinese))
        })
        .unwrap_or(english)
}
