//! AUTH (5.0, section 3.15).

use super::{code, properties};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{Direction, FieldKind, PacketType, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    // Before 5.0 nobody knows what a packet of this type would hold.
    if r.version != Version::V5_0 || r.left() == 0 {
        return Ok(());
    }
    r.group(FieldKind::VariableHeader, |r| {
        let at = r.at();
        let code = code(r, FieldKind::ReasonCode, PacketType::Auth)?;
        if matches!(
            (code, r.context.direction),
            (0x00, Some(Direction::ToServer)) | (0x19, Some(Direction::ToClient))
        ) {
            r.error(
                at,
                rule::AUTH_DIRECTION,
                format!("Reason code {code:#04x} is for the other side to send"),
                format!("原因码 {code:#04x} 只能由另一方发送"),
            );
        }
        if r.left() == 0 {
            return Ok(());
        }
        let found = properties::read(r, FieldKind::Properties, false)?;
        if !found.authentication_method {
            r.error(
                at,
                rule::AUTHENTICATION_METHOD,
                "AUTH names no authentication method",
                "AUTH 没有给出认证方法",
            );
        }
        Ok(())
    })
}
