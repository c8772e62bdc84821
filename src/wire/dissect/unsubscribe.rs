//! UNSUBSCRIBE (3.1.1 and 5.0, section 3.10).

use super::{packet_id, properties, topic_filter};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, PacketType, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    r.group(FieldKind::VariableHeader, |r| {
        packet_id(r, PacketType::Unsubscribe)?;
        if r.version == Version::V5_0 {
            properties::read(r, FieldKind::Properties, false)?;
        }
        Ok(())
    })?;
    if r.left() == 0 {
        r.error(
            r.at().saturating_sub(1),
            rule::UNSUBSCRIBE_EMPTY,
            "UNSUBSCRIBE gives nothing up: it needs at least one topic filter",
            "UNSUBSCRIBE 没有取消任何内容：至少需要一个主题过滤器",
        );
    }
    r.group(FieldKind::PayloadGroup, |r| {
        while r.left() > 0 {
            topic_filter(r)?;
        }
        Ok(())
    })
}
