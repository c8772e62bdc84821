//! What is wrong with bytes that can be read, and which rule of the standard says so.

use crate::language::Language;

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Legal, but worth knowing.
    Note,
    /// Legal, but likely a mistake.
    Warning,
    /// Forbidden by the standard.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One fault: where it is, what it is, which rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The byte it stands at.
    pub offset: usize,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
    /// The standard's clause: `[MQTT-3.3.1-4]`, or a section.
    pub rule: &'static str,
}

impl Diagnostic {
    /// What is wrong, in a sentence of the language.
    #[must_use]
    pub fn message_in(&self, language: Language) -> &str {
        match language {
            Language::English => &self.message,
            Language::Chinese => &self.message_zh,
        }
    }
}
