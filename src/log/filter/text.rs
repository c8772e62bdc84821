//! Finding text in bytes, whatever the case of its letters A to Z.

use memchr::memmem::Finder;

/// How common bytes are in text and JSON, rarest first; what is not here is rarer still.
const COMMON: &[u8] = b"zqjxkvwybgpfmu7968543d1lch2,:.0rsnioat\"e ";

/// Text that is looked for. Letters beyond A to Z must match exactly.
#[derive(Clone, Debug)]
pub(in crate::log) struct Needle {
    /// As written.
    pub text: String,
    /// In lower case.
    finder: Finder<'static>,
    /// Where its rarest byte stands, and that byte.
    rare: (usize, u8),
    /// Whether case does not matter.
    exact: bool,
}

impl PartialEq for Needle {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Needle {
    /// Looks for the UTF-8 bytes of a text; the empty text is everywhere.
    pub fn new(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let rank = |byte: u8| COMMON.iter().position(|common| *common == byte).map_or(0, |place| place + 1);
        let rare = lower.bytes().enumerate().min_by_key(|(_, byte)| rank(*byte)).unwrap_or_default();
        Self {
            text: text.to_owned(),
            finder: Finder::new(lower.as_bytes()).into_owned(),
            rare,
            exact: !lower.bytes().any(|byte| byte.is_ascii_lowercase()),
        }
    }

    /// Whether it is somewhere in the bytes. Linear in their number.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        if self.exact {
            return self.finder.find(bytes).is_some();
        }
        let lower = self.finder.needle();
        let (before, rare) = self.rare;
        let Some(last) = bytes.len().checked_sub(lower.len()) else { return false };
        let places = bytes.get(before..=last + before).unwrap_or_default();
        // Bytes that may be compared before looking for each place costs more than one lower-case copy.
        let mut budget = 2 * bytes.len() + 64;
        let upper = rare.to_ascii_uppercase();
        for start in memchr::memchr2_iter(rare, upper, places) {
            if bytes.get(start..start + lower.len()).is_some_and(|there| there.eq_ignore_ascii_case(lower)) {
                return true;
            }
            let Some(left) = budget.checked_sub(lower.len()) else {
                let rest = bytes.get(start..).unwrap_or_default().to_ascii_lowercase();
                return self.finder.find(&rest).is_some();
            };
            budget = left;
        }
        false
    }
}
