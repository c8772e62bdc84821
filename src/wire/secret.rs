//! Where a frame holds what should not be shown or kept without being asked for.

use std::ops::Range;

use super::{Context, Field, FieldKind, PacketType, Property, Version, dissect};

/// The bytes of CONNECT's password and of authentication data (5.0: CONNECT, CONNACK, AUTH).
///
/// Of a frame of these types that breaks off, the bytes that could not be read count as secret too: a
/// password may be among them.
#[must_use]
pub fn secret_ranges(frame: &[u8], version: Version) -> Vec<Range<usize>> {
    let packet = frame.first().and_then(|&first| PacketType::of_first_byte(first));
    let may_hold_one = match packet {
        Some(PacketType::Connect) => true,
        Some(PacketType::Connack | PacketType::Auth) => version == Version::V5_0,
        _ => false,
    };
    let mut ranges = Vec::new();
    if may_hold_one {
        collect(&dissect(frame, &Context { version, ..Context::default() }).fields, &mut ranges);
    }
    ranges
}

fn collect(fields: &[Field], ranges: &mut Vec<Range<usize>>) {
    for field in fields {
        if is_secret(field.kind) || field.kind == FieldKind::Undecoded {
            ranges.push(field.range.clone());
        }
        collect(&field.children, ranges);
    }
}

/// Whether a field's value is shown as dots until it is asked for.
pub(super) const fn is_secret(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Password | FieldKind::PropertyValue(Property::AuthenticationData))
}
