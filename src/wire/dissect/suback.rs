//! SUBACK and UNSUBACK (3.1.1 and 5.0, sections 3.9 and 3.11).

use super::{code, packet_id, properties};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, PacketType, Version};

pub(super) fn body(r: &mut Reader, packet: PacketType) -> Read<()> {
    r.group(FieldKind::VariableHeader, |r| {
        packet_id(r, packet)?;
        if r.version == Version::V5_0 {
            properties::read(r, FieldKind::Properties, false)?;
        }
        Ok(())
    })?;
    let kind = match (packet, r.version) {
        (_, Version::V5_0) => FieldKind::ReasonCode,
        (PacketType::Suback, _) => FieldKind::GrantedQos,
        // UNSUBACK says nothing more before 5.0.
        _ => return Ok(()),
    };
    if r.left() == 0 {
        let rule = if packet == PacketType::Suback { rule::SUBACK_EMPTY } else { rule::UNSUBACK_EMPTY };
        r.error(
            r.at().saturating_sub(1),
            rule,
            format!("{packet} answers nothing: it has one code for each topic filter asked for"),
            format!("{packet} 没有应答任何内容：每个请求的主题过滤器都应有一个代码"),
        );
    }
    r.group(FieldKind::PayloadGroup, |r| {
        while r.left() > 0 {
            code(r, kind, packet)?;
        }
        Ok(())
    })
}
