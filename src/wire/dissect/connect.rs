//! CONNECT (3.1.1 and 5.0, section 3.1).

use super::{properties, topic_name};
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, Severity, Version};

/// How many characters 3.1 allows a client identifier.
const LONGEST_CLIENT_ID: usize = 23;

/// What the connect flags announce.
#[derive(Clone, Copy)]
struct Flags {
    username: bool,
    password: bool,
    will: bool,
    clean: bool,
}

pub(super) fn body(r: &mut Reader) -> Read<()> {
    let flags = r.group(FieldKind::VariableHeader, variable_header)?;
    r.group(FieldKind::PayloadGroup, |r| payload(r, flags))
}

fn variable_header(r: &mut Reader) -> Read<Flags> {
    let name_at = r.at() + 2;
    let name = r.string(FieldKind::ProtocolNameLength, FieldKind::ProtocolName)?;
    let level_at = r.at();
    let level = r.byte(FieldKind::ProtocolVersion)?;
    let known = Version::from_level(level & 0x7f);
    r.mean(known.map(version_name));
    check_level(r, level, known, level_at);
    check_name(r, name.unwrap_or_default(), known, name_at);
    let flags = flags(r)?;
    r.two_bytes(FieldKind::KeepAlive)?;
    if r.version == Version::V5_0 {
        let found = properties::read(r, FieldKind::Properties, false)?;
        found.check_authentication(r);
    }
    Ok(flags)
}

const fn version_name(version: Version) -> &'static str {
    match version {
        Version::V3_1 => "MQTT 3.1",
        Version::V3_1_1 => "MQTT 3.1.1",
        Version::V5_0 => "MQTT 5.0",
    }
}

fn check_level(r: &mut Reader, level: u8, known: Option<Version>, at: usize) {
    if known.is_none() {
        r.error(
            at,
            rule::PROTOCOL_LEVEL,
            format!(
                "Protocol version {level} is unknown (3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0); the rest is read as {}",
                r.version
            ),
            format!(
                "未知的协议级别 {level}（3 是 MQTT 3.1，4 是 3.1.1，5 是 5.0）；其余部分按 {} 解析",
                r.version
            ),
        );
    } else if level & 0x80 != 0 {
        r.say(
            Severity::Note,
            at,
            rule::PROTOCOL_LEVEL,
            "The highest bit is set: some servers mark a bridge to another server so",
            "最高位为 1：有些服务端用它标记到另一台服务端的桥接",
        );
    }
}

fn check_name(r: &mut Reader, name: &str, known: Option<Version>, at: usize) {
    let wanted = match known {
        Some(Version::V3_1) => "MQIsdp",
        None if name == "MQIsdp" => "MQIsdp",
        _ => "MQTT",
    };
    if name != wanted {
        r.error(
            at,
            rule::PROTOCOL_NAME,
            format!("The protocol name of MQTT {} is {wanted}", r.version),
            format!("MQTT {} 的协议名是 {wanted}", r.version),
        );
    }
}

fn flags(r: &mut Reader) -> Read<Flags> {
    let at = r.at();
    let mut flags = Flags { username: false, password: false, will: false, clean: false };
    let (mut will_retain, mut will_qos, mut reserved) = (false, 0, false);
    r.flags(FieldKind::ConnectFlags, |r, byte| {
        flags.username = r.bit(FieldKind::UsernameFlag, at, byte, 7);
        flags.password = r.bit(FieldKind::PasswordFlag, at, byte, 6);
        will_retain = r.bit(FieldKind::WillRetain, at, byte, 5);
        will_qos = r.bits(FieldKind::WillQos, at, byte, 4, 3);
        r.mean(Some(super::qos_name(will_qos)));
        flags.will = r.bit(FieldKind::WillFlag, at, byte, 2);
        flags.clean = r.bit(FieldKind::CleanSession, at, byte, 1);
        reserved = r.bits(FieldKind::ConnectReserved, at, byte, 0, 0) != 0;
    })?;
    if reserved {
        let severity = if r.version == Version::V3_1 { Severity::Note } else { Severity::Error };
        r.say(
            severity,
            at,
            rule::CONNECT_RESERVED,
            "The reserved bit of the connect flags is 1; it must be 0",
            "连接标志的保留位是 1；它必须为 0",
        );
    }
    if will_qos == 3 {
        r.error(at, rule::WILL_QOS, "Will QoS 3 does not exist", "遗嘱 QoS 3 不存在");
    }
    if !flags.will && will_qos != 0 {
        r.error(
            at,
            rule::WILL_QOS_ALONE,
            format!("Will QoS is {will_qos}, but the will flag says that there is no will"),
            format!("遗嘱 QoS 为 {will_qos}，但遗嘱标志表示没有遗嘱"),
        );
    }
    if !flags.will && will_retain {
        r.error(
            at,
            rule::WILL_RETAIN_ALONE,
            "Will retain is 1, but the will flag says that there is no will",
            "遗嘱保留为 1，但遗嘱标志表示没有遗嘱",
        );
    }
    if flags.password && !flags.username && r.version != Version::V5_0 {
        r.error(
            at,
            rule::PASSWORD_ALONE,
            "A password without a user name; only 5.0 allows that",
            "有密码却没有用户名；只有 5.0 允许这样",
        );
    }
    Ok(flags)
}

fn payload(r: &mut Reader, flags: Flags) -> Read<()> {
    client_id(r, flags.clean)?;
    if flags.will {
        r.group(FieldKind::Will, will)?;
    }
    if flags.username && !left_out(r, "user name", "用户名") {
        r.string(FieldKind::UsernameLength, FieldKind::Username)?;
    }
    if flags.password && !left_out(r, "password", "密码") {
        r.binary(FieldKind::PasswordLength, FieldKind::Password)?;
    }
    Ok(())
}

/// 3.1 lets the remaining length have the last word over the flags (section 3.1).
fn left_out(r: &mut Reader, english: &str, chinese: &str) -> bool {
    let left_out = r.version == Version::V3_1 && r.left() == 0;
    if left_out {
        r.say(
            Severity::Note,
            r.at().saturating_sub(1),
            rule::CLIENT_ID,
            format!("The flags announce a {english}, but the packet ends before it; 3.1 allows that"),
            format!("标志表示有{chinese}，但报文在它之前就结束了；3.1 允许这样"),
        );
    }
    left_out
}

fn client_id(r: &mut Reader, clean: bool) -> Read<()> {
    let at = r.at() + 2;
    let Some(id) = r.string(FieldKind::ClientIdLength, FieldKind::ClientId)? else { return Ok(()) };
    let characters = id.chars().count();
    match r.version {
        Version::V3_1 if characters > LONGEST_CLIENT_ID => r.say(
            Severity::Note,
            at,
            rule::CLIENT_ID,
            format!("{characters} characters: 3.1 allows {LONGEST_CLIENT_ID}, but most servers take longer ones"),
            format!("共 {characters} 个字符：3.1 规定最多 {LONGEST_CLIENT_ID} 个，但多数服务端接受更长的"),
        ),
        Version::V3_1 if id.is_empty() => r.error(
            at - 2,
            rule::CLIENT_ID,
            "The client identifier is empty; 3.1 wants 1 to 23 characters",
            "客户端标识符为空；3.1 要求 1 到 23 个字符",
        ),
        Version::V3_1_1 if id.is_empty() && !clean => r.error(
            at - 2,
            rule::CLIENT_ID,
            "An empty client identifier needs a clean session: a session cannot be found again without a name",
            "客户端标识符为空时必须清理会话：没有名字的会话以后无法找回",
        ),
        _ => {}
    }
    Ok(())
}

fn will(r: &mut Reader) -> Read<()> {
    if r.version == Version::V5_0 {
        properties::read(r, FieldKind::WillProperties, true)?;
    }
    let at = r.at() + 2;
    if let Some(topic) = r.string(FieldKind::WillTopicLength, FieldKind::WillTopic)? {
        topic_name(r, FieldKind::WillTopic, topic, at);
    }
    r.binary(FieldKind::WillPayloadLength, FieldKind::WillPayload)
}
