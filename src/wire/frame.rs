//! Where a frame begins and ends: the fixed header's first byte and remaining length
//! (3.1.1, section 2.2; 5.0, section 2.1).

/// The largest remaining length that four bytes can say.
pub const MAXIMUM_REMAINING_LENGTH: usize = 268_435_455;

/// What the beginning of a stream of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The first frame is not whole yet.
    Incomplete {
        /// How many bytes, counted from the first, are needed before asking again makes sense.
        needed: usize,
    },
    /// The first frame is whole.
    Frame {
        /// Its bytes, fixed header included.
        length: usize,
    },
    /// The remaining length does not end within four bytes: no frame can be found here any more.
    Malformed,
}

/// Finds where the first frame of `bytes` ends.
#[must_use]
pub fn cut(bytes: &[u8]) -> Cut {
    if bytes.is_empty() {
        return Cut::Incomplete { needed: 2 };
    }
    match variable_integer(bytes, 1) {
        VariableInteger::Whole { value, end } => {
            let length = end.saturating_add(value);
            if bytes.len() < length { Cut::Incomplete { needed: length } } else { Cut::Frame { length } }
        }
        VariableInteger::Unfinished => Cut::Incomplete { needed: bytes.len().saturating_add(1) },
        VariableInteger::TooLong => Cut::Malformed,
    }
}

/// What stands where a variable byte integer should (5.0, section 1.5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VariableInteger {
    /// Its value, and the offset behind it.
    Whole { value: usize, end: usize },
    /// The bytes end within it.
    Unfinished,
    /// The fourth byte says that a fifth follows.
    TooLong,
}

/// Reads the variable byte integer at `at`.
pub(super) fn variable_integer(bytes: &[u8], at: usize) -> VariableInteger {
    let mut value = 0;
    for place in 0..4 {
        let Some(&byte) = bytes.get(at + place) else { return VariableInteger::Unfinished };
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return VariableInteger::Whole { value, end: at + place + 1 };
        }
    }
    VariableInteger::TooLong
}

/// Reads the two-byte integer at `at`, high byte first.
pub(super) fn two_bytes(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}
