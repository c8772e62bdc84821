//! PUBACK, PUBREC, PUBREL, PUBCOMP (3.1.1 and 5.0, sections 3.4 to 3.7).

use super::{code, packet_id, properties};
use crate::wire::reader::{Read, Reader};
use crate::wire::{FieldKind, PacketType, Version};

pub(super) fn body(r: &mut Reader, packet: PacketType) -> Read<()> {
    r.group(FieldKind::VariableHeader, |r| {
        packet_id(r, packet)?;
        // 5.0 leaves out a reason code of 0, and a property length of 0 behind a reason code.
        if r.version == Version::V5_0 && r.left() > 0 {
            code(r, FieldKind::ReasonCode, packet)?;
            if r.left() > 0 {
                properties::read(r, FieldKind::Properties, false)?;
            }
        }
        Ok(())
    })
}
