//! CONNACK (3.1.1 and 5.0, section 3.2).

use super::{code, properties};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, PacketType, Severity, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    r.group(FieldKind::VariableHeader, |r| {
        let at = r.at();
        let (mut reserved, mut session_present) = (0, false);
        r.flags(FieldKind::ConnackFlags, |r, byte| {
            reserved = r.bits(FieldKind::ConnackReserved, at, byte, 7, 1);
            session_present = r.bit(FieldKind::SessionPresent, at, byte, 0);
        })?;
        if reserved != 0 {
            let severity = if r.version == Version::V3_1 { Severity::Note } else { Severity::Error };
            r.say(
                severity,
                at,
                rule::CONNACK_RESERVED,
                "Bits 7 to 1 of the acknowledge flags are reserved and must be 0",
                "连接确认标志的第 7 到 1 位是保留位，必须为 0",
            );
        }
        // A server that does not speak 5.0 answers in the form of 3.x: two bytes and no properties.
        let old_form = r.version != Version::V5_0 || r.left() <= 1;
        let kind = if old_form { FieldKind::ReturnCode } else { FieldKind::ReasonCode };
        let code = code(r, kind, PacketType::Connack)?;
        if session_present && code != 0 && r.version != Version::V3_1 {
            r.error(
                at,
                rule::SESSION_PRESENT,
                "Session present is 1, but the connection was refused",
                "会话存在为 1，但连接被拒绝了",
            );
        }
        if r.version == Version::V5_0 && old_form {
            let severity = if code == 0 { Severity::Error } else { Severity::Warning };
            r.say(
                severity,
                r.at().saturating_sub(1),
                rule::CONNACK_PROPERTIES,
                "The property length is missing: the server answered 5.0 in the form of 3.x",
                "缺少属性长度：服务端用 3.x 的格式应答了 5.0",
            );
        } else if r.version == Version::V5_0 {
            properties::read(r, FieldKind::Properties, false)?;
        }
        Ok(())
    })
}
