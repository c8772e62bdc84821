//! What the value at hand means.

use super::{Subject, code, what};
use crate::language::Language;
use crate::wire::{Field, FieldKind, PacketType, Property, Value, Version};

/// Sentences on this value, if there is anything to add to what the field is.
pub(super) fn sentences(subject: &Subject<'_>) -> Vec<String> {
    let field = subject.field;
    match (&field.value, field.kind) {
        (Value::Number(number), kind) => number_sentences(subject, kind, *number),
        (Value::Bool(set), kind) => flag(subject, kind, *set).into_iter().collect(),
        (Value::Bytes, FieldKind::Undecoded) => subject
            .dissection
            .broken
            .iter()
            .map(|broken| broken.message_in(subject.language).to_owned())
            .collect(),
        (Value::Text(_), FieldKind::Topic) if field.range.is_empty() => vec![subject.say(
            "Here it is empty: the topic alias among the properties stands for it.".to_owned(),
            "此处为空：由属性中的主题别名代替。".to_owned(),
        )],
        _ => Vec::new(),
    }
}

fn number_sentences(subject: &Subject<'_>, kind: FieldKind, number: u64) -> Vec<String> {
    let version = subject.dissection.version;
    match kind {
        FieldKind::PacketType => subject
            .dissection
            .packet
            .map(|packet| {
                let (english, chinese) = what::packet(packet, version);
                subject.say(format!("{number} is {english}"), format!("{number} 是 {chinese}"))
            })
            .into_iter()
            .collect(),
        FieldKind::RemainingLength => vec![match number {
            0 => subject.say("Nothing follows.".to_owned(), "后面没有内容。".to_owned()),
            1 => subject.say("1 byte follows.".to_owned(), "后面还有 1 个字节。".to_owned()),
            _ => subject.say(format!("{number} bytes follow."), format!("后面还有 {number} 个字节。")),
        }],
        FieldKind::ProtocolVersion => {
            match Version::from_level(u8::try_from(number & 0x7f).unwrap_or_default()) {
                Some(version) => {
                    vec![subject.say(
                        format!("{number} is MQTT {version}."),
                        format!("{number} 表示 MQTT {version}。"),
                    )]
                }
                None => Vec::new(),
            }
        }
        FieldKind::ConnectFlags => connect_flags(subject),
        FieldKind::SubscriptionOptions => part_lines(subject),
        FieldKind::KeepAlive | FieldKind::PropertyValue(Property::ServerKeepAlive) => {
            vec![keep_alive(subject, number)]
        }
        FieldKind::Qos
        | FieldKind::WillQos
        | FieldKind::RequestedQos
        | FieldKind::MaxQos
        | FieldKind::RetainHandling
        | FieldKind::PropertyId => meaning(subject, number),
        FieldKind::ReasonCode | FieldKind::ReturnCode | FieldKind::GrantedQos => reason(subject, number),
        FieldKind::PropertyValue(_) => seconds(subject, number),
        kind if kind.is_length() => vec![match number {
            0 => {
                subject.say("Nothing follows: the field is empty.".to_owned(), "后面的字段为空。".to_owned())
            }
            1 => subject.say("1 byte follows.".to_owned(), "后面的字段有 1 个字节。".to_owned()),
            _ => subject.say(format!("{number} bytes follow."), format!("后面的字段有 {number} 个字节。")),
        }],
        _ => Vec::new(),
    }
}

/// `1 is at least once.`
fn meaning(subject: &Subject<'_>, number: u64) -> Vec<String> {
    let meaning = subject.field.meaning_in(subject.language);
    meaning
        .map(|meaning| subject.say(format!("{number}: {meaning}."), format!("{number}：{meaning}。")))
        .into_iter()
        .collect()
}

fn keep_alive(subject: &Subject<'_>, number: u64) -> String {
    if number == 0 {
        return subject.say("Here it is turned off.".to_owned(), "此处已关闭。".to_owned());
    }
    // One and a half times, in tenths only where needed.
    let (whole, half) = (number * 3 / 2, if number % 2 == 1 { ".5" } else { "" });
    subject.say(
        format!("Here {number} s: the server closes after {whole}{half} s of silence."),
        format!("此处为 {number} 秒：沉默 {whole}{half} 秒后服务端关闭连接。"),
    )
}

fn seconds(subject: &Subject<'_>, number: u64) -> Vec<String> {
    let lines = meaning(subject, number);
    let counts_seconds = subject.property().is_some_and(|property| property.unit() == "s");
    if !lines.is_empty() || !counts_seconds || number < 60 {
        return lines;
    }
    let (days, hours, minutes, rest) = (number / 86_400, number / 3600 % 24, number / 60 % 60, number % 60);
    let parts = [(days, "d", "天"), (hours, "h", "小时"), (minutes, "min", "分"), (rest, "s", "秒")];
    let parts: Vec<_> = parts.into_iter().filter(|(count, ..)| *count > 0).collect();
    let english: Vec<_> = parts.iter().map(|(count, unit, _)| format!("{count} {unit}")).collect();
    let chinese: Vec<_> = parts.iter().map(|(count, _, unit)| format!("{count} {unit}")).collect();
    vec![subject.say(format!("That is {}.", english.join(" ")), format!("即 {}。", chinese.join(" ")))]
}

fn reason(subject: &Subject<'_>, number: u64) -> Vec<String> {
    let mut lines = Vec::new();
    let name = subject.field.meaning_in(subject.language).unwrap_or_default();
    let shown = if number < 0x80 { number.to_string() } else { format!("`{number:#04x}`") };
    let packet = subject.dissection.packet.unwrap_or(PacketType::Connack);
    let code = u8::try_from(number).unwrap_or_default();
    let advice = code::advice(packet, subject.dissection.version, code);
    let (english, chinese) = advice.unwrap_or(("", ""));
    lines.push(subject.say(
        format!("{shown}: {name}. {english}").trim_end().to_owned(),
        format!("{shown}：{name}。{chinese}"),
    ));
    lines
}

/// One bit set or not.
fn flag(subject: &Subject<'_>, kind: FieldKind, set: bool) -> Option<String> {
    if kind == FieldKind::Retain && subject.dissection.packet != Some(PacketType::Publish) {
        return None;
    }
    let (english, chinese) = match (kind, set) {
        (FieldKind::Dup, false) => ("0: sent for the first time.", "0：第一次发送。"),
        (FieldKind::Dup, true) => ("1: sent again.", "1：重发。"),
        (FieldKind::Retain, false) => ("0: not retained.", "0：不保留。"),
        (FieldKind::Retain, true) => ("1: retained.", "1：保留。"),
        (FieldKind::UsernameFlag, false) => ("0: no user name follows.", "0：没有用户名。"),
        (FieldKind::UsernameFlag, true) => {
            ("1: a user name follows in the payload.", "1：有效载荷中有用户名。")
        }
        (FieldKind::PasswordFlag, false) => ("0: no password follows.", "0：没有密码。"),
        (FieldKind::PasswordFlag, true) => ("1: a password follows in the payload.", "1：有效载荷中有密码。"),
        (FieldKind::WillRetain, false) => ("0: the will is not retained.", "0：遗嘱不保留。"),
        (FieldKind::WillRetain, true) => ("1: the will is retained.", "1：遗嘱将被保留。"),
        (FieldKind::WillFlag, false) => ("0: there is no will.", "0：没有遗嘱。"),
        (FieldKind::WillFlag, true) => {
            ("1: will topic and will payload follow in the payload.", "1：有效载荷中有遗嘱主题和遗嘱载荷。")
        }
        (FieldKind::CleanSession, false) => {
            ("0: an earlier session goes on, if there is one.", "0：若有之前的会话，就继续使用。")
        }
        (FieldKind::CleanSession, true) => ("1: nothing is kept from before.", "1：不保留之前的任何状态。"),
        (FieldKind::SessionPresent, false) => ("0: the session is new.", "0：这是新的会话。"),
        (FieldKind::SessionPresent, true) => {
            ("1: the server goes on with the earlier session.", "1：服务端继续使用之前的会话。")
        }
        (FieldKind::RetainAsPublished, false) => ("0: the flag is cleared.", "0：清除该标志。"),
        (FieldKind::RetainAsPublished, true) => ("1: the flag is kept.", "1：保持该标志。"),
        (FieldKind::NoLocal, false) => {
            ("0: the client's own messages come back too.", "0：也会收到自己发布的消息。")
        }
        (FieldKind::NoLocal, true) => {
            ("1: the client's own messages do not come back.", "1：不会收到自己发布的消息。")
        }
        _ => return None,
    };
    Some(subject.say(english.to_owned(), chinese.to_owned()))
}

/// The connect flags in a sentence, then bit by bit.
fn connect_flags(subject: &Subject<'_>) -> Vec<String> {
    let set =
        |kind| subject.field.children.iter().any(|bit| bit.kind == kind && bit.value == Value::Bool(true));
    let credentials = match (set(FieldKind::UsernameFlag), set(FieldKind::PasswordFlag)) {
        (true, true) => ("User name and password follow in the payload", "载荷中带有用户名和密码"),
        (true, false) => {
            ("A user name follows in the payload, but no password", "载荷中带有用户名，没有密码")
        }
        (false, true) => {
            ("A password follows in the payload, but no user name", "载荷中带有密码，没有用户名")
        }
        (false, false) => ("Neither user name nor password follows", "没有用户名和密码"),
    };
    let will = match (set(FieldKind::WillFlag), set(FieldKind::WillRetain)) {
        (true, true) => ("a will to be retained", "有遗嘱并将保留"),
        (true, false) => ("a will", "有遗嘱"),
        (false, _) => ("no will", "没有遗嘱"),
    };
    let session = match (set(FieldKind::CleanSession), subject.dissection.version) {
        (true, Version::V5_0) => ("the server starts a new session", "服务端全新开始一个会话"),
        (true, _) => ("the server starts a clean session", "服务端开始一个干净的会话"),
        (false, _) => {
            ("the server goes on with an earlier session, if it has one", "服务端若有之前的会话，就继续使用")
        }
    };
    let mut lines = vec![subject.say(
        format!("{}; {}; {}.", credentials.0, will.0, session.0),
        format!("{}；{}；{}。", credentials.1, will.1, session.1),
    )];
    lines.extend(part_lines(subject));
    lines
}

/// One line for each part of a byte: `bit 7 · User name flag · 1`.
fn part_lines(subject: &Subject<'_>) -> Vec<String> {
    subject.field.children.iter().filter_map(|part| part_line(subject, part)).collect()
}

fn part_line(subject: &Subject<'_>, part: &Field) -> Option<String> {
    let (high, low) = part.bits?;
    let label = part.kind.label(subject.dissection.version, subject.language);
    let value = part.display(subject.frame, subject.language, false);
    Some(match (subject.language, high == low) {
        (Language::English, true) => format!("Bit {high} · {label} · {value}"),
        (Language::English, false) => format!("Bits {high} to {low} · {label} · {value}"),
        (Language::Chinese, true) => format!("第 {high} 位 · {label} · {value}"),
        (Language::Chinese, false) => format!("第 {high} 到 {low} 位 · {label} · {value}"),
    })
}
