//! PUBLISH (3.1.1 and 5.0, section 3.3).

use super::{packet_id, properties, topic_name};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{Direction, FieldKind, PacketType, Severity, TopicFault, Version};

pub(super) fn body(r: &mut Reader) -> Read<()> {
    let text = r.group(FieldKind::VariableHeader, variable_header)?;
    let at = r.at();
    let payload = r.rest(FieldKind::Payload)?;
    if text && let Err(fault) = std::str::from_utf8(payload) {
        r.say(
            Severity::Warning,
            at + fault.valid_up_to(),
            rule::PAYLOAD_FORMAT,
            "The payload format indicator promises UTF-8, but the payload is not",
            "载荷格式指示声明载荷是 UTF-8，但实际不是",
        );
    }
    Ok(())
}

/// Reads up to the payload; whether a property says that the payload is text.
fn variable_header(r: &mut Reader) -> Read<bool> {
    let at = r.at();
    let topic = r.string(FieldKind::TopicLength, FieldKind::Topic)?;
    if let Some(topic) = topic
        && !topic.is_empty()
    {
        topic_name(r, FieldKind::Topic, topic, at + 2);
    }
    // At the forbidden level 3, too: nobody can tell, and every decoder does so.
    if r.qos() > 0 {
        packet_id(r, PacketType::Publish)?;
    }
    let found = if r.version == Version::V5_0 {
        properties::read(r, FieldKind::Properties, false)?
    } else {
        properties::Found::default()
    };
    match found.topic_alias {
        Some((alias_at, alias)) => alias_faults(r, alias_at, alias),
        None if topic == Some("") => {
            let fault = TopicFault::Empty;
            let (english, chinese) = match r.version {
                Version::V5_0 => (
                    "The topic name is empty and no topic alias stands for it",
                    "主题名为空，也没有主题别名代替它",
                ),
                _ => ("Topic name must have at least one character", "主题名至少要有一个字符"),
            };
            r.error(at, rule::topic(fault), english, chinese);
        }
        None => {}
    }
    if let Some(id_at) = found.subscription_identifier
        && r.context.direction == Some(Direction::ToServer)
    {
        r.error(
            id_at,
            rule::CLIENTS_SUBSCRIPTION_ID,
            "A client sends no subscription identifier in PUBLISH; only the server adds it",
            "客户端发送的 PUBLISH 不能带订阅标识符；它只能由服务端加上",
        );
    }
    Ok(found.text_payload)
}

fn alias_faults(r: &mut Reader, at: usize, alias: u16) {
    if alias == 0 {
        r.error(at, rule::ALIAS_ZERO, "Topic alias 0 is not allowed", "主题别名不能为 0");
        return;
    }
    if let Some(maximum) = r.context.alias_maximum
        && alias > maximum
    {
        let rule = match r.context.direction {
            Some(Direction::ToClient) => rule::ALIAS_ABOVE_CLIENTS,
            _ => rule::ALIAS_ABOVE_SERVERS,
        };
        r.error(
            at,
            rule,
            format!("Topic alias {alias} is above the maximum of {maximum} that the receiver takes"),
            format!("主题别名 {alias} 超过了接收方允许的最大值 {maximum}"),
        );
    } else if r.context.alias_unset {
        r.error(
            at,
            rule::ALIAS_UNKNOWN,
            format!("Topic alias {alias} stands for no topic yet on this network connection"),
            format!("在这个网络连接上，主题别名 {alias} 还没有对应的主题"),
        );
    }
}
