//! Taking a frame apart: one file for each packet family, one reader beneath them.

mod ack;
mod auth;
mod connack;
mod connect;
mod disconnect;
mod fine;
mod properties;
mod publish;
mod suback;
mod subscribe;
mod unsubscribe;

pub(super) use fine::plainly_fine;

use super::frame::{VariableInteger, two_bytes, variable_integer};
use super::reader::{Read, Reader, Record};
use super::rule;
use super::topic::check_filter_levels;
use super::{
    Context, Direction, Dissection, FieldKind, PacketType, Severity, TopicFault, Version, check_topic_filter,
    check_topic_name, reason_code, reason_name,
};
use crate::language::Language;

/// Takes a frame apart into fields with byte ranges, whatever the bytes.
///
/// A CONNECT is read as the version that it names, everything else as the context's.
#[must_use]
pub fn dissect(frame: &[u8], context: &Context) -> Dissection {
    let mut reader = Reader::new(frame, context);
    reader.version = connect_version(frame).unwrap_or(context.version);
    // Why reading stopped is in the record.
    let _ = whole_frame(&mut reader, frame);
    let (version, packet) = (reader.version, reader.packet);
    let Record { fields, mut diagnostics, broken } = reader.finish();
    diagnostics.sort_by_key(|diagnostic| diagnostic.offset);
    Dissection { version, packet, fields, diagnostics, broken }
}

/// Whether a frame breaks the standard: it has an error, or cannot be read to its end.
///
/// Says the same as taking the frame apart would, but looks first whether it is one of the frames that
/// make up nearly all traffic and hold nothing that could be wrong.
#[must_use]
pub fn is_faulty(frame: &[u8], context: &Context) -> bool {
    plainly_fine(frame, context).is_none() && dissect(frame, context).is_faulty()
}

/// The version that a CONNECT names; `None` for other packets and unknown levels.
pub(super) fn connect_version(frame: &[u8]) -> Option<Version> {
    if PacketType::of_first_byte(*frame.first()?) != Some(PacketType::Connect) {
        return None;
    }
    let VariableInteger::Whole { end, .. } = variable_integer(frame, 1) else { return None };
    let level = frame.get(end + 2 + usize::from(two_bytes(frame, end)?))?;
    // Bridges between servers set the highest bit (see `connect`).
    Version::from_level(level & 0x7f)
}

fn whole_frame(r: &mut Reader, frame: &[u8]) -> Read<()> {
    r.group(FieldKind::FixedHeader, fixed_header)?;
    let Some(packet) = r.packet else {
        let at = r.at();
        if at == frame.len() {
            return Ok(());
        }
        return Err(r.stop(
            at,
            false,
            "Nobody knows what a packet of type 0 holds".to_owned(),
            "没有人知道类型 0 的报文包含什么".to_owned(),
        ));
    };
    check_place(r, packet);
    match packet {
        PacketType::Connect => connect::body(r)?,
        PacketType::Connack => connack::body(r)?,
        PacketType::Publish => publish::body(r)?,
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp => {
            ack::body(r, packet)?;
        }
        PacketType::Subscribe => subscribe::body(r)?,
        PacketType::Suback | PacketType::Unsuback => suback::body(r, packet)?,
        PacketType::Unsubscribe => unsubscribe::body(r)?,
        PacketType::Pingreq | PacketType::Pingresp => {}
        PacketType::Disconnect => disconnect::body(r)?,
        PacketType::Auth => auth::body(r)?,
    }
    nothing_follows(r, frame, packet.name())
}

/// Packet type, flags, remaining length.
fn fixed_header(r: &mut Reader) -> Read<()> {
    let byte = r.parts(FieldKind::PacketType, |r, byte| {
        let at = r.at();
        r.packet = PacketType::of_first_byte(byte);
        r.bits(FieldKind::PacketType, at, byte, 7, 4);
        r.mean(r.packet.map(PacketType::name));
        if r.packet == Some(PacketType::Publish) || has_flags_of_3_1(r) {
            r.bit(FieldKind::Dup, at, byte, 3);
            let qos = r.bits(FieldKind::Qos, at, byte, 2, 1);
            r.mean(Some(qos_name(qos)));
            r.bit(FieldKind::Retain, at, byte, 0);
        } else {
            r.bits(FieldKind::Reserved, at, byte, 3, 0);
        }
    })?;
    check_first_byte(r, byte);
    let length = r.variable_integer(FieldKind::RemainingLength)?;
    r.limit_to(length);
    Ok(())
}

/// Whether it is one of the packets beside PUBLISH that 3.1 sends at `QoS` 1, with DUP where they are sent again
/// (3.1, sections 3.6, 3.8 and 3.10). Later versions reserve the bits there.
fn has_flags_of_3_1(r: &Reader) -> bool {
    r.version == Version::V3_1
        && matches!(r.packet, Some(PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe))
}

fn check_first_byte(r: &mut Reader, byte: u8) {
    let flags = byte & 0x0f;
    match r.packet {
        None => r.error(
            0,
            rule::PACKET_TYPE,
            "Packet type 0 is forbidden: this is hardly MQTT",
            "报文类型 0 是被禁止的：这多半不是 MQTT",
        ),
        Some(PacketType::Auth) if r.version != Version::V5_0 => r.error(
            0,
            rule::PACKET_TYPE,
            "Packet type 15 is AUTH in 5.0 only; before that it is forbidden",
            "报文类型 15 只在 5.0 中是 AUTH；在更早的版本中被禁止",
        ),
        Some(PacketType::Publish) => {
            let qos = (flags >> 1) & 3;
            if qos == 3 {
                r.error(
                    0,
                    rule::QOS,
                    "QoS 3 does not exist: both QoS bits are 1",
                    "QoS 3 不存在：两个 QoS 位都是 1",
                );
            }
            if qos == 0 && flags & 8 != 0 {
                r.error(
                    0,
                    rule::DUP,
                    "DUP is 1 at QoS 0, where nothing is ever sent again",
                    "QoS 0 的消息从不重发，DUP 却为 1",
                );
            }
        }
        Some(packet) if has_flags_of_3_1(r) => {
            let qos = (flags >> 1) & 3;
            if qos != 1 {
                r.error(
                    0,
                    rule::flags(packet),
                    format!("{packet} has QoS 1 in 3.1, not {qos}"),
                    format!("3.1 中 {packet} 的 QoS 应为 1，而不是 {qos}"),
                );
            }
            if flags & 1 != 0 {
                r.say(
                    Severity::Note,
                    0,
                    rule::flags(packet),
                    format!("Retain is 1, which means nothing in {packet}"),
                    format!("保留标志为 1，但它在 {packet} 中没有意义"),
                );
            }
        }
        Some(packet) => {
            let wanted = match packet {
                PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe => 2,
                _ => 0,
            };
            if flags != wanted {
                // 3.1 leaves the bits unused in the packets that are left.
                let severity = if r.version == Version::V3_1 { Severity::Note } else { Severity::Error };
                r.say(
                    severity,
                    0,
                    rule::flags(packet),
                    format!("The low four bits of {packet} are {wanted:04b}, not {flags:04b}"),
                    format!("{packet} 的低四位应为 {wanted:04b}，而不是 {flags:04b}"),
                );
            }
        }
    }
}

/// What is wrong with a frame only because of where it stands in its network connection.
fn check_place(r: &mut Reader, packet: PacketType) {
    let only = match packet {
        PacketType::Disconnect if r.version != Version::V5_0 => Some(Direction::ToServer),
        _ => packet.only_way(),
    };
    if let (Some(only), Some(direction)) = (only, r.context.direction)
        && only != direction
    {
        let (english, chinese) = match only {
            Direction::ToServer => ("only a client sends", "只能由客户端发送"),
            Direction::ToClient => ("only a server sends", "只能由服务端发送"),
        };
        r.error(
            0,
            rule::PACKET_TYPE,
            format!("{packet} goes the wrong way: {english} it"),
            format!("{packet} 的方向不对：{chinese}"),
        );
    }
    if r.context.before_connect && packet != PacketType::Connect {
        r.error(
            0,
            rule::FIRST_PACKET,
            format!("{packet} before CONNECT: the first packet of a network connection is CONNECT"),
            format!("{packet} 出现在 CONNECT 之前：网络连接上的第一个报文必须是 CONNECT"),
        );
    }
    if r.context.after_connect && packet == PacketType::Connect {
        r.error(
            0,
            rule::SECOND_CONNECT,
            "A second CONNECT on the same network connection",
            "同一网络连接上的第二个 CONNECT",
        );
    }
    if let Some(breach) = r.context.breach {
        let rule = breach.rule(packet, r.context.direction);
        // Most are against what 5.0 alone has.
        if !rule.of(r.version).is_empty() {
            let (english, chinese) = breach.text(packet);
            r.say(breach.severity(), 0, rule, english, chinese);
        }
    }
}

/// The packet ends here, and so does the frame.
fn nothing_follows(r: &mut Reader, frame: &[u8], packet: &str) -> Read<()> {
    let (at, left) = (r.at(), r.left());
    if left > 0 {
        return Err(r.stop(
            at,
            false,
            format!("The remaining length leaves {} more than {packet} has", count(left)),
            format!("按剩余长度还有 {left} 个字节，但 {packet} 到此为止"),
        ));
    }
    match frame.len() - at.min(frame.len()) {
        0 => Ok(()),
        more => Err(r.stop(
            at,
            false,
            format!("{} behind the end of the packet", count(more)),
            format!("报文结束之后还有 {more} 个字节"),
        )),
    }
}

fn count(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// What a level of quality of service is called.
const fn qos_name(qos: u8) -> &'static str {
    match qos {
        0 => "at most once",
        1 => "at least once",
        2 => "exactly once",
        _ => "not allowed",
    }
}

/// The packet identifier, which is never 0.
fn packet_id(r: &mut Reader, packet: PacketType) -> Read<()> {
    let at = r.at();
    let id = r.two_bytes(FieldKind::PacketId)?;
    if id == 0 {
        r.error(
            at,
            rule::identifier(packet, r.context.direction),
            "Packet identifier 0 is not allowed: identifiers go from 1 to 65535",
            "报文标识符不能为 0：取值范围是 1 到 65535",
        );
    } else if r.context.packet_id_in_use {
        r.say(
            Severity::Warning,
            at,
            rule::identifier_in_use(r.context.direction),
            format!("Packet identifier {id} still belongs to an exchange that is not finished"),
            format!("报文标识符 {id} 仍属于一次尚未完成的交互"),
        );
    }
    Ok(())
}

/// A return or reason code: its name, and whether the packet may carry it.
fn code(r: &mut Reader, kind: FieldKind, packet: PacketType) -> Read<u8> {
    let at = r.at();
    let code = r.byte(kind)?;
    r.mean(Some(reason_name(packet, r.version, code)));
    // A server that answers 5.0 in the form of 3.x uses the codes of 3.x.
    let old_form = kind == FieldKind::ReturnCode && reason_code::is_legal(packet, Version::V3_1_1, code);
    if !old_form && !reason_code::is_legal(packet, r.version, code) {
        r.error(
            at,
            rule::reason(packet),
            format!("{packet} of {} may not carry code {code:#04x}", r.version),
            format!("{} 版本的 {packet} 不允许使用代码 {code:#04x}", r.version),
        );
    }
    Ok(code)
}

/// Checks a topic name that was read and begins at `at`.
fn topic_name(r: &mut Reader, kind: FieldKind, name: &str, at: usize) {
    if let Err(fault) = check_topic_name(name) {
        topic_fault(r, kind, fault, at);
    }
}

/// A topic filter with its length.
fn topic_filter<'a>(r: &mut Reader<'a>) -> Read<Option<&'a str>> {
    let filter = r.string(FieldKind::TopicFilterLength, FieldKind::TopicFilter)?;
    if let Some(filter) = filter {
        let checked = match r.version {
            Version::V5_0 => check_topic_filter(filter),
            Version::V3_1 | Version::V3_1_1 => check_filter_levels(filter),
        };
        if let Err(fault) = checked {
            topic_fault(r, FieldKind::TopicFilter, fault, r.at() - filter.len());
        }
    }
    Ok(filter)
}

fn topic_fault(r: &mut Reader, kind: FieldKind, fault: TopicFault, at: usize) {
    // Reading the string has already said so.
    if matches!(fault, TopicFault::NullCharacter { .. }) {
        return;
    }
    let rule = match (fault, kind) {
        (TopicFault::Wildcard { .. }, FieldKind::WillTopic) => rule::WILL_WILDCARD,
        (TopicFault::Wildcard { .. }, FieldKind::PropertyValue(_)) => rule::RESPONSE_TOPIC,
        _ => rule::topic(fault),
    };
    let (english, chinese) = match kind {
        FieldKind::PropertyValue(property) => {
            (property.name(Language::English), property.name(Language::Chinese))
        }
        _ => (kind.label(r.version, Language::English), kind.label(r.version, Language::Chinese)),
    };
    // What is empty has no byte of its own: its length says so, in the two bytes before.
    let at = if fault == TopicFault::Empty { at.saturating_sub(2) } else { at + fault.at() };
    r.error(
        at,
        rule,
        format!("{english} {}", fault.text(Language::English)),
        format!("{chinese}{}", fault.text(Language::Chinese)),
    );
}
