//! Taking a frame apart.

use super::{Context, Dissection, PacketType};

/// Takes a frame apart into fields with byte ranges, whatever the bytes.
#[must_use]
pub fn dissect(frame: &[u8], context: &Context) -> Dissection {
    Dissection {
        version: context.version,
        packet: frame.first().and_then(|&first| PacketType::of_first_byte(first)),
        fields: Vec::new(),
        diagnostics: Vec::new(),
        broken: None,
    }
}

/// Whether a frame breaks the standard: it has an error, or cannot be read to its end.
#[must_use]
pub fn is_faulty(frame: &[u8], context: &Context) -> bool {
    dissect(frame, context).is_faulty()
}
