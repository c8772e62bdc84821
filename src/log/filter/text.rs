//! Finding text in bytes, whatever the case of its letters A to Z.

/// Text that is looked for. Letters beyond A to Z must match exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle(Vec<u8>);

impl Needle {
    /// Looks for the UTF-8 bytes of a text; the empty text is everywhere.
    pub fn new(text: &str) -> Self {
        Self(text.to_ascii_lowercase().into_bytes())
    }

    /// Whether it is somewhere in the bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let Some(&first) = self.0.first() else { return true };
        let Some(last_start) = bytes.len().checked_sub(self.0.len()) else { return false };
        let starts = bytes.get(..=last_start).unwrap_or_default();
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), starts).any(|start| {
            bytes.get(start..start + self.0.len()).is_some_and(|there| there.eq_ignore_ascii_case(&self.0))
        })
    }
}
