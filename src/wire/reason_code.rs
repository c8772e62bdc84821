//! Reason codes of 5.0 (section 2.4) and return codes of 3.1 and 3.1.1 (CONNACK, section 3.2.2.3;
//! SUBACK, section 3.9.3): which packet may carry which, and what they are called.

use super::{Context, FieldKind, PacketType, Property, Value, Version, dissect};
use crate::language::Language;

use PacketType::{Auth, Connack, Disconnect, Puback, Pubcomp, Pubrec, Pubrel, Suback, Unsuback};

/// One code: number, names, the packets that may carry it.
struct Code(u8, &'static str, &'static str, &'static [PacketType]);

/// Return codes of CONNACK in 3.1 and 3.1.1, by number.
const RETURN_CODES: [(&str, &str); 6] = [
    ("accepted", "已接受"),
    ("unacceptable protocol version", "不支持的协议版本"),
    ("identifier rejected", "客户端标识符被拒绝"),
    ("server unavailable", "服务端不可用"),
    ("bad user name or password", "用户名或密码错误"),
    ("not authorized", "未授权"),
];

const FAILED: (&str, &str) = ("failure", "失败");
const UNKNOWN: (&str, &str) = ("unknown code", "未知代码");

const GRANTS: &[Code] = &[
    Code(0x00, "granted QoS 0", "授予 QoS 0", &[Suback]),
    Code(0x01, "granted QoS 1", "授予 QoS 1", &[Suback]),
    Code(0x02, "granted QoS 2", "授予 QoS 2", &[Suback]),
];

#[rustfmt::skip]
const REASON_CODES: &[Code] = &[
    Code(0x00, "Normal disconnection", "正常断开", &[Disconnect]),
    Code(0x00, "Success", "成功", &[Connack, Puback, Pubrec, Pubrel, Pubcomp, Unsuback, Auth]),
    Code(0x04, "Disconnect with will message", "断开并发布遗嘱", &[Disconnect]),
    Code(0x10, "No matching subscribers", "没有匹配的订阅者", &[Puback, Pubrec]),
    Code(0x11, "No subscription existed", "订阅不存在", &[Unsuback]),
    Code(0x18, "Continue authentication", "继续认证", &[Auth]),
    Code(0x19, "Re-authenticate", "重新认证", &[Auth]),
    Code(0x80, "Unspecified error", "未指明的错误", &[Connack, Puback, Pubrec, Suback, Unsuback, Disconnect]),
    Code(0x81, "Malformed packet", "报文格式错误", &[Connack, Disconnect]),
    Code(0x82, "Protocol error", "协议错误", &[Connack, Disconnect]),
    Code(0x83, "Implementation specific error", "实现特定的错误", &[Connack, Puback, Pubrec, Suback, Unsuback, Disconnect]),
    Code(0x84, "Unsupported protocol version", "不支持的协议版本", &[Connack]),
    Code(0x85, "Client identifier not valid", "客户端标识符无效", &[Connack]),
    Code(0x86, "Bad user name or password", "用户名或密码错误", &[Connack]),
    Code(0x87, "Not authorized", "未授权", &[Connack, Puback, Pubrec, Suback, Unsuback, Disconnect]),
    Code(0x88, "Server unavailable", "服务端不可用", &[Connack]),
    Code(0x89, "Server busy", "服务端繁忙", &[Connack, Disconnect]),
    Code(0x8a, "Banned", "已被禁止", &[Connack]),
    Code(0x8b, "Server shutting down", "服务端正在关闭", &[Disconnect]),
    Code(0x8c, "Bad authentication method", "认证方法错误", &[Connack, Disconnect]),
    Code(0x8d, "Keep alive timeout", "保持连接超时", &[Disconnect]),
    Code(0x8e, "Session taken over", "会话被接管", &[Disconnect]),
    Code(0x8f, "Topic filter invalid", "主题过滤器无效", &[Suback, Unsuback, Disconnect]),
    Code(0x90, "Topic name invalid", "主题名无效", &[Connack, Puback, Pubrec, Disconnect]),
    Code(0x91, "Packet identifier in use", "报文标识符已被使用", &[Puback, Pubrec, Suback, Unsuback]),
    Code(0x92, "Packet identifier not found", "报文标识符不存在", &[Pubrel, Pubcomp]),
    Code(0x93, "Receive maximum exceeded", "超出接收最大值", &[Disconnect]),
    Code(0x94, "Topic alias invalid", "主题别名无效", &[Disconnect]),
    Code(0x95, "Packet too large", "报文过长", &[Connack, Disconnect]),
    Code(0x96, "Message rate too high", "消息速率过高", &[Disconnect]),
    Code(0x97, "Quota exceeded", "超出配额", &[Connack, Puback, Pubrec, Suback, Disconnect]),
    Code(0x98, "Administrative action", "管理操作", &[Disconnect]),
    Code(0x99, "Payload format invalid", "载荷格式无效", &[Connack, Puback, Pubrec, Disconnect]),
    Code(0x9a, "Retain not supported", "不支持保留消息", &[Connack, Disconnect]),
    Code(0x9b, "QoS not supported", "不支持该 QoS", &[Connack, Disconnect]),
    Code(0x9c, "Use another server", "请换用其他服务端", &[Connack, Disconnect]),
    Code(0x9d, "Server moved", "服务端已迁移", &[Connack, Disconnect]),
    Code(0x9e, "Shared subscriptions not supported", "不支持共享订阅", &[Suback, Disconnect]),
    Code(0x9f, "Connection rate exceeded", "连接速率过高", &[Connack, Disconnect]),
    Code(0xa0, "Maximum connect time", "超出最长连接时间", &[Disconnect]),
    Code(0xa1, "Subscription identifiers not supported", "不支持订阅标识符", &[Suback, Disconnect]),
    Code(0xa2, "Wildcard subscriptions not supported", "不支持通配符订阅", &[Suback, Disconnect]),
];

/// What a code is called in English: `accepted`, `Not authorized`, `granted QoS 1`.
///
/// A CONNACK of a server that answers 5.0 in the form of 3.x carries a return code of 3.x: codes 1 to 5
/// have those names in every version.
#[must_use]
pub fn reason_name(packet: PacketType, version: Version, code: u8) -> &'static str {
    names(packet, version, code).0
}

/// What a code is called in a language.
#[must_use]
pub fn reason_name_in(packet: PacketType, version: Version, code: u8, language: Language) -> &'static str {
    let (english, chinese) = names(packet, version, code);
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

fn names(packet: PacketType, version: Version, code: u8) -> (&'static str, &'static str) {
    if version == Version::V5_0
        && let Some(Code(_, english, chinese, _)) = find(packet, code)
    {
        return (english, chinese);
    }
    match packet {
        Connack if version != Version::V5_0 || code != 0 => {
            RETURN_CODES.get(usize::from(code)).copied().unwrap_or(UNKNOWN)
        }
        Suback if code == 0x80 => FAILED,
        Suback => find(Suback, code)
            .filter(|Code(code, ..)| *code < 0x80)
            .map_or(UNKNOWN, |Code(_, english, chinese, _)| (english, chinese)),
        // Its packet may not carry it, but the number still has a name.
        _ => REASON_CODES
            .iter()
            .find(|Code(other, ..)| *other == code)
            .map_or(UNKNOWN, |Code(_, english, chinese, _)| (english, chinese)),
    }
}

fn find(packet: PacketType, code: u8) -> Option<&'static Code> {
    let mut all = GRANTS.iter().chain(REASON_CODES);
    all.find(|Code(other, _, _, packets)| *other == code && packets.contains(&packet))
}

/// Whether a packet of the version may carry the code.
pub(super) fn is_legal(packet: PacketType, version: Version, code: u8) -> bool {
    match (packet, version) {
        (_, Version::V5_0) => find(packet, code).is_some(),
        (Connack, _) => usize::from(code) < RETURN_CODES.len(),
        // 3.1 has no failure: the server grants something, or says nothing (section 3.9).
        (Suback, Version::V3_1) => code <= 2,
        (Suback, Version::V3_1_1) => code <= 2 || code == 0x80,
        _ => true,
    }
}

/// The reason string of a 5.0 packet that carries one (CONNACK, DISCONNECT, the acknowledgements, AUTH).
#[must_use]
pub fn reason_string(frame: &[u8], version: Version) -> Option<String> {
    text_property(frame, version, Property::ReasonString)
}

/// The server reference of a frame (5.0, sections 3.2.2.3.16 and 3.14.2.2.5), if it has one.
#[must_use]
pub fn server_reference(frame: &[u8], version: Version) -> Option<String> {
    text_property(frame, version, Property::ServerReference)
}

/// The keep alive in seconds that the server insists on (5.0, section 3.2.2.3.14), if a CONNACK says one.
#[must_use]
pub fn server_keep_alive(connack: &[u8]) -> Option<u16> {
    let dissection = dissect(connack, &Context { version: Version::V5_0, ..Context::default() });
    match dissection.find(FieldKind::PropertyValue(Property::ServerKeepAlive))?.value {
        Value::Number(seconds) => u16::try_from(seconds).ok(),
        _ => None,
    }
}

fn text_property(frame: &[u8], version: Version, property: Property) -> Option<String> {
    let dissection = dissect(frame, &Context { version, ..Context::default() });
    let value = dissection.find(FieldKind::PropertyValue(property))?.value.clone();
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// The Chinese of a code's English name.
pub(super) fn chinese_of(english: &str) -> Option<&'static str> {
    let old = RETURN_CODES.iter().chain([&FAILED, &UNKNOWN]).copied();
    let new = GRANTS.iter().chain(REASON_CODES).map(|Code(_, english, chinese, _)| (*english, *chinese));
    old.chain(new).find(|(name, _)| *name == english).map(|(_, chinese)| chinese)
}
