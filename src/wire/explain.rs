//! What a field means, in sentences.

use super::{Dissection, Field};
use crate::language::Language;

/// What a selected field means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Sentences: what the field is, which values are legal, what this one means, how it came from the bytes.
    pub text: String,
    /// Where the standard says so: `MQTT 3.1.1, 3.1.2.3`.
    pub section: String,
}

/// Explains the field at `path` (indexes from the top-level fields down) of a dissected frame.
#[must_use]
pub fn explain(frame: &[u8], dissection: &Dissection, path: &[usize], language: Language) -> Explanation {
    let _ = (frame, language);
    let section = dissection
        .field(path)
        .map_or_else(String::new, |field| field.kind.section(dissection.version, dissection.packet, false));
    Explanation { text: String::new(), section }
}

impl Field {
    /// The value as the tree's right column shows it: `1 · CONNECT`, `60 s`, `0xc2`. Secrets are dots
    /// unless `reveal`.
    #[must_use]
    pub fn display(&self, frame: &[u8], language: Language, reveal: bool) -> String {
        let _ = (frame, language, reveal);
        format!("{:?}", self.value)
    }
}
