//! Base64 as RFC 4648, section 4, has it.

use data_encoding::{BASE64, BASE64_NOPAD, DecodeKind};

/// Bytes in a line, which make the 76 characters that MIME has.
pub(super) const LINE_BYTES: usize = 57;

/// What is wrong with a text that should be Base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Base64Fault {
    /// A character that Base64 does not have.
    #[error("this character is not one of Base64")]
    Symbol,
    /// The text ends inside a group of four characters.
    #[error("Base64 comes in groups of four characters, and the last group is too short")]
    Length,
    /// Bits are set that stand for nothing.
    #[error("the last character has bits that stand for no byte")]
    Trailing,
    /// `=` where none may be.
    #[error("\"=\" may only fill up the last group")]
    Padding,
}

/// Bytes as Base64, in lines.
pub(super) fn lines(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(LINE_BYTES).map(|chunk| BASE64.encode(chunk)).collect();
    lines.join("\n")
}

/// Reads Base64, white space ignored, with or without padding. A fault comes with its offset in the text.
pub(super) fn parse(text: &str) -> Result<Vec<u8>, (usize, Base64Fault)> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (offset, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let Ok(symbol) = u8::try_from(c) else { return Err((offset, Base64Fault::Symbol)) };
        symbols.push(symbol);
        places.push(offset);
    }
    let encoding = if symbols.contains(&b'=') { BASE64 } else { BASE64_NOPAD };
    encoding.decode(&symbols).map_err(|error| {
        let fault = match error.kind {
            DecodeKind::Length => Base64Fault::Length,
            DecodeKind::Symbol => Base64Fault::Symbol,
            DecodeKind::Trailing => Base64Fault::Trailing,
            DecodeKind::Padding => Base64Fault::Padding,
        };
        (places.get(error.position).copied().unwrap_or(text.len()), fault)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_white_space_may_be_left_out_or_put_in() {
        for text in ["bGFsYWxh", "bGFs\n YWxh"] {
            assert_eq!(parse(text).as_deref(), Ok(&b"lalala"[..]), "{text:?}");
        }
        for text in ["SGk=", "SGk", "S G k ="] {
            assert_eq!(parse(text).as_deref(), Ok(&b"Hi"[..]), "{text:?}");
        }
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        assert_eq!(parse("SG k!"), Err((4, Base64Fault::Symbol)));
        assert_eq!(parse("中"), Err((0, Base64Fault::Symbol)));
        assert_eq!(parse("SGkxM"), Err((4, Base64Fault::Length)));
        assert_eq!(parse("SGl"), Err((2, Base64Fault::Trailing)));
        assert_eq!(parse("SG k==="), Err((5, Base64Fault::Length)));
        assert_eq!(parse("S==="), Err((1, Base64Fault::Padding)));
    }
}
