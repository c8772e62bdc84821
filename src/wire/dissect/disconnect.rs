//! DISCONNECT (3.1.1 and 5.0, section 3.14).

use super::{code, properties};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{Direction, FieldKind, PacketType, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    // Before 5.0 it has no body; 5.0 leaves out a reason code of 0 and a property length of 0.
    if r.version != Version::V5_0 || r.left() == 0 {
        return Ok(());
    }
    r.group(FieldKind::VariableHeader, |r| {
        let at = r.at();
        let code = code(r, FieldKind::ReasonCode, PacketType::Disconnect)?;
        check_sender(r, at, code);
        if r.left() > 0 {
            let found = properties::read(r, FieldKind::Properties, false)?;
            if let Some(at) = found.session_expiry_interval
                && r.context.direction == Some(Direction::ToClient)
            {
                r.error(
                    at,
                    rule::SERVERS_SESSION_EXPIRY,
                    "A server sends no session expiry interval in DISCONNECT",
                    "服务端发送的 DISCONNECT 不能带会话过期间隔",
                );
            }
        }
        Ok(())
    })
}

/// Some reasons are only one side's to give (section 3.14.2.1).
fn check_sender(r: &mut Reader, at: usize, code: u8) {
    let wrong = match r.context.direction {
        Some(Direction::ToClient) => code == 0x04,
        Some(Direction::ToServer) => {
            matches!(code, 0x87 | 0x89 | 0x8b | 0x8d..=0x8f | 0x9a..=0xa2)
        }
        None => false,
    };
    if wrong {
        r.error(
            at,
            rule::DISCONNECT_DIRECTION,
            format!("Reason code {code:#04x} is for the other side to send"),
            format!("原因码 {code:#04x} 只能由另一方发送"),
        );
    }
}
