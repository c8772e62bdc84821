//! SUBSCRIBE (3.1.1 and 5.0, section 3.8).

use super::{packet_id, properties, qos_name, topic_filter};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, PacketType, Severity, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    r.group(FieldKind::VariableHeader, |r| {
        packet_id(r, PacketType::Subscribe)?;
        if r.version == Version::V5_0 {
            properties::read(r, FieldKind::Properties, false)?;
        }
        Ok(())
    })?;
    if r.left() == 0 {
        r.error(
            r.at().saturating_sub(1),
            rule::SUBSCRIBE_EMPTY,
            "SUBSCRIBE asks for nothing: it needs at least one topic filter",
            "SUBSCRIBE 没有请求任何内容：至少需要一个主题过滤器",
        );
    }
    r.group(FieldKind::PayloadGroup, |r| {
        while r.left() > 0 {
            r.group(FieldKind::Subscription, subscription)?;
        }
        Ok(())
    })
}

fn subscription(r: &mut Reader) -> Read<()> {
    let filter = topic_filter(r)?;
    let at = r.at();
    let (mut reserved, mut qos) = (0, 0);
    if r.version != Version::V5_0 {
        r.parts(FieldKind::RequestedQos, |r, byte| {
            reserved = r.bits(FieldKind::OptionsReserved, at, byte, 7, 2);
            qos = r.bits(FieldKind::RequestedQos, at, byte, 1, 0);
            r.mean(Some(qos_name(qos)));
        })?;
        check_options(r, at, reserved, qos);
        return Ok(());
    }
    let (mut handling, mut no_local) = (0, false);
    r.flags(FieldKind::SubscriptionOptions, |r, byte| {
        reserved = r.bits(FieldKind::OptionsReserved, at, byte, 7, 6);
        handling = r.bits(FieldKind::RetainHandling, at, byte, 5, 4);
        r.mean(Some(match handling {
            0 => "send at subscribe",
            1 => "send if the subscription is new",
            2 => "do not send",
            _ => "not allowed",
        }));
        r.bit(FieldKind::RetainAsPublished, at, byte, 3);
        no_local = r.bit(FieldKind::NoLocal, at, byte, 2);
        qos = r.bits(FieldKind::MaxQos, at, byte, 1, 0);
        r.mean(Some(qos_name(qos)));
    })?;
    check_options(r, at, reserved, qos);
    if handling == 3 {
        r.error(
            at,
            rule::SUBSCRIBE_OPTIONS,
            "Retain handling 3 does not exist: it is 0, 1 or 2",
            "保留消息处理 3 不存在：只能是 0、1 或 2",
        );
    }
    if no_local && filter.is_some_and(|filter| filter.starts_with("$share/")) {
        r.error(
            at,
            rule::NO_LOCAL_SHARED,
            "No local is 1 on a shared subscription, which the standard forbids",
            "共享订阅上的“不收自己的消息”为 1，标准禁止这样",
        );
    }
    Ok(())
}

fn check_options(r: &mut Reader, at: usize, reserved: u8, qos: u8) {
    if reserved != 0 {
        let severity = if r.version == Version::V3_1 { Severity::Note } else { Severity::Error };
        r.say(
            severity,
            at,
            rule::SUBSCRIBE_RESERVED,
            "The reserved bits behind the topic filter must be 0",
            "主题过滤器之后的保留位必须为 0",
        );
    }
    if qos == 3 {
        r.error(at, rule::SUBSCRIBE_OPTIONS, "QoS 3 does not exist", "QoS 3 不存在");
    }
}
