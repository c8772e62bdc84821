//! Finding text in bytes, whatever the case of its letters A to Z.

use memchr::memmem::Finder;

/// Bytes that are put into lower case at once: few enough to stay near the processor.
const PIECE: usize = 4096;
/// The same for what is shorter than this: most payloads.
const SHORT: usize = 256;

/// Text that is looked for. Letters beyond A to Z must match exactly.
#[derive(Clone, Debug)]
pub(in crate::log) struct Needle {
    /// As written.
    pub text: String,
    /// In lower case.
    finder: Finder<'static>,
    /// Whether it has no letter A to Z, so that bytes may be searched as they are.
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
        let exact = !lower.bytes().any(|byte| byte.is_ascii_lowercase());
        Self { text: text.to_owned(), finder: Finder::new(lower.as_bytes()).into_owned(), exact }
    }

    /// Whether it is somewhere in the bytes. Linear in their number, and as fast whichever letters it has.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        if self.exact {
            self.finder.find(bytes).is_some()
        } else if bytes.len() <= SHORT {
            self.is_in_pieces::<SHORT>(bytes)
        } else if self.finder.needle().len() <= PIECE / 2 {
            self.is_in_pieces::<PIECE>(bytes)
        } else {
            self.finder.find(&bytes.to_ascii_lowercase()).is_some()
        }
    }

    /// The same, through pieces of so many bytes in lower case. Neighbours overlap by one byte less than it has.
    fn is_in_pieces<const LENGTH: usize>(&self, bytes: &[u8]) -> bool {
        let overlap = self.finder.needle().len().saturating_sub(1);
        let mut lower = [0; LENGTH];
        let mut rest = bytes;
        loop {
            let piece = rest.get(..LENGTH).unwrap_or(rest);
            for (lower, byte) in lower.iter_mut().zip(piece) {
                *lower = byte.to_ascii_lowercase();
            }
            if self.finder.find(lower.get(..piece.len()).unwrap_or_default()).is_some() {
                return true;
            }
            match rest.get(LENGTH.saturating_sub(overlap).max(1)..) {
                Some(behind) if rest.len() > LENGTH => rest = behind,
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Needle, PIECE};

    #[test]
    fn it_is_found_wherever_it_stands_also_across_pieces() {
        for text in ["Error", "x", "42", "\u{e4}rger", &"long".repeat(700)] {
            let needle = Needle::new(text);
            for before in (0..300).chain(PIECE - 20..PIECE + 20).chain([2 * PIECE, 3 * PIECE - 3]) {
                let mut bytes = vec![b'.'; before];
                bytes.extend_from_slice(text.to_ascii_uppercase().as_bytes());
                assert!(needle.is_in(&bytes), "{text} behind {before} bytes");
                assert!(!needle.is_in(&bytes[..bytes.len() - 1]), "{text} behind {before} bytes, cut off");
                bytes.extend_from_slice(&[b'.'; 5000]);
                assert!(needle.is_in(&bytes), "{text} in the middle, behind {before} bytes");
            }
        }
    }

    proptest! {
        #[test]
        fn it_says_what_a_search_in_lower_case_says(text in "[aA.]{0,4}", bytes in "[aA.b]{0,600}", copies in 1..30_usize) {
            let bytes = bytes.repeat(copies);
            let expected = bytes.to_ascii_lowercase().contains(&text.to_ascii_lowercase());
            prop_assert_eq!(Needle::new(&text).is_in(bytes.as_bytes()), expected);
        }
    }
}
