//! Why a request was refused, in words that stand after a colon.

use crate::language::Language;
use crate::session::Refusal;
use crate::wire::{PacketType, Version, reason_name_in};

/// Why a request was refused, as the rest of a sentence.
#[must_use]
pub fn refusal(refusal: &Refusal, language: Language) -> String {
    match language {
        Language::English => english(refusal),
        Language::Chinese => chinese(refusal),
    }
}

fn english(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotConnected => "not connected".to_owned(),
        Refusal::TooManyWaiting => "too much waits to be sent already; try again later".to_owned(),
        Refusal::SessionEnded => "the session ended before the server was asked".to_owned(),
        Refusal::ConnectionLost => "the connection was lost before the server answered".to_owned(),
        Refusal::Unanswered => "the server gave no answer for this filter".to_owned(),
        Refusal::TopicName(fault) => format!("the topic name {}", fault.text(Language::English)),
        Refusal::TopicFilter(fault) => format!("the topic filter {}", fault.text(Language::English)),
        Refusal::ResponseTopic(fault) => format!("the response topic {}", fault.text(Language::English)),
        Refusal::PropertyTooLong => "a property of a message has 65,535 bytes at most".to_owned(),
        Refusal::QosTooHigh { maximum } => format!("the server takes QoS {maximum} at most"),
        Refusal::TopicAlias { maximum: 0 } => "the server takes no topic aliases".to_owned(),
        Refusal::TopicAlias { maximum } => format!("the server takes topic aliases from 1 to {maximum}"),
        Refusal::NoRetain => "the server does not keep retained messages".to_owned(),
        Refusal::PacketTooLarge { maximum } => format!("the server takes packets of {maximum} bytes at most"),
        Refusal::TooLargeForMqtt => "MQTT takes packets of 256 MB at most".to_owned(),
        Refusal::SubscriptionIdentifier => {
            "the subscription identifier must be from 1 to 268,435,455".to_owned()
        }
        Refusal::NoSubscriptionIdentifiers => "the server takes no subscription identifiers".to_owned(),
        Refusal::NoSharedSubscriptions => "the server takes no shared subscriptions".to_owned(),
        Refusal::NoWildcards => "the server takes no topic filters with wildcards".to_owned(),
        Refusal::NoReauthentication => "before MQTT 5.0, nobody authenticates twice".to_owned(),
        Refusal::NoAuthenticationMethod => "this connection has no authentication method".to_owned(),
        Refusal::Reauthenticating => "the server has not answered the last re-authentication".to_owned(),
        Refusal::Authentication => "what the server said could not be accepted".to_owned(),
        Refusal::Silent { after_secs } => format!("no answer within {after_secs} s"),
        Refusal::Server { packet, version, code, reason_string } => {
            let name = code_name(*packet, *version, *code, Language::English);
            match reason_string {
                Some(said) => format!("{name} (0x{code:02x}): {said}"),
                None => format!("{name} (0x{code:02x})"),
            }
        }
        Refusal::Unreadable(why) => format!("the file cannot be read ({why})"),
        Refusal::Engine(detail) => detail.clone(),
    }
}

fn chinese(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotConnected => "尚未连接".to_owned(),
        Refusal::TooManyWaiting => "等待发送的内容太多，请稍后再试".to_owned(),
        Refusal::SessionEnded => "会话已结束，没有来得及询问服务器".to_owned(),
        Refusal::ConnectionLost => "服务器应答之前连接中断".to_owned(),
        Refusal::Unanswered => "服务器没有应答这个过滤器".to_owned(),
        Refusal::TopicName(fault) => format!("主题名{}", fault.text(Language::Chinese)),
        Refusal::TopicFilter(fault) => format!("主题过滤器{}", fault.text(Language::Chinese)),
        Refusal::ResponseTopic(fault) => format!("响应主题{}", fault.text(Language::Chinese)),
        Refusal::PropertyTooLong => "消息的一个属性超过 65,535 个字节".to_owned(),
        Refusal::QosTooHigh { maximum } => format!("服务器最高支持 QoS {maximum}"),
        Refusal::TopicAlias { maximum: 0 } => "服务器不接受主题别名".to_owned(),
        Refusal::TopicAlias { maximum } => format!("服务器只接受 1 到 {maximum} 的主题别名"),
        Refusal::NoRetain => "服务器不保存保留消息".to_owned(),
        Refusal::PacketTooLarge { maximum } => format!("服务器只接受不超过 {maximum} 字节的报文"),
        Refusal::TooLargeForMqtt => "MQTT 报文最大为 256 MB".to_owned(),
        Refusal::SubscriptionIdentifier => "订阅标识符须在 1 到 268,435,455 之间".to_owned(),
        Refusal::NoSubscriptionIdentifiers => "服务器不接受订阅标识符".to_owned(),
        Refusal::NoSharedSubscriptions => "服务器不支持共享订阅".to_owned(),
        Refusal::NoWildcards => "服务器不接受带通配符的主题过滤器".to_owned(),
        Refusal::NoReauthentication => "MQTT 5.0 之前不能再次认证".to_owned(),
        Refusal::NoAuthenticationMethod => "这个连接没有认证方法".to_owned(),
        Refusal::Reauthenticating => "服务器还没有回应上一次再认证".to_owned(),
        Refusal::Authentication => "服务器发送的认证内容无法接受".to_owned(),
        Refusal::Silent { after_secs } => format!("{after_secs} 秒内没有应答"),
        Refusal::Server { packet, version, code, reason_string } => {
            let name = code_name(*packet, *version, *code, Language::Chinese);
            match reason_string {
                Some(said) => format!("{name}（0x{code:02x}）：{said}"),
                None => format!("{name}（0x{code:02x}）"),
            }
        }
        Refusal::Unreadable(why) => format!("无法读取文件（{why}）"),
        Refusal::Engine(detail) => format!("没有发出（{detail}）"),
    }
}

/// SUBACK before 5.0 says no more than that it refuses.
fn code_name(packet: PacketType, version: Version, code: u8, language: Language) -> &'static str {
    match language {
        _ if version == Version::V5_0 => reason_name_in(packet, version, code, language),
        Language::English => "refused by the server",
        Language::Chinese => "被服务器拒绝",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Qos, TopicFault};

    fn every_refusal() -> Vec<Refusal> {
        let server = |packet, version, code, said: Option<&str>| Refusal::Server {
            packet,
            version,
            code,
            reason_string: said.map(str::to_owned),
        };
        let mut all = vec![
            Refusal::NotConnected,
            Refusal::TooManyWaiting,
            Refusal::SessionEnded,
            Refusal::ConnectionLost,
            Refusal::Unanswered,
            Refusal::TopicName(TopicFault::Empty),
            Refusal::TopicFilter(TopicFault::TooLong),
            Refusal::ResponseTopic(TopicFault::Wildcard { at: 0 }),
            Refusal::PropertyTooLong,
            Refusal::QosTooHigh { maximum: Qos::AtMostOnce },
            Refusal::TopicAlias { maximum: 0 },
            Refusal::TopicAlias { maximum: 7 },
            Refusal::NoRetain,
            Refusal::PacketTooLarge { maximum: 50 },
            Refusal::TooLargeForMqtt,
            Refusal::SubscriptionIdentifier,
            Refusal::NoSubscriptionIdentifiers,
            Refusal::NoSharedSubscriptions,
            Refusal::NoWildcards,
            Refusal::Engine("full".to_owned()),
            server(PacketType::Suback, Version::V3_1_1, 0x80, None),
        ];
        for packet in [PacketType::Puback, PacketType::Pubrec, PacketType::Suback, PacketType::Unsuback] {
            for code in 0x80..=u8::MAX {
                all.push(server(packet, Version::V5_0, code, None));
                all.push(server(packet, Version::V5_0, code, Some("no")));
            }
        }
        all
    }

    #[test]
    fn every_refusal_has_words_in_its_language() {
        for one in every_refusal() {
            let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            let (english, chinese) = (refusal(&one, Language::English), refusal(&one, Language::Chinese));
            assert!(!english.is_empty() && !english.contains(is_chinese), "{one:?}: {english}");
            assert!(chinese.contains(is_chinese), "{one:?}: {chinese}");
        }
    }

    #[test]
    fn a_reason_code_stands_with_its_name_and_the_servers_own_words() {
        let one = Refusal::Server {
            packet: PacketType::Puback,
            version: Version::V5_0,
            code: 0x87,
            reason_string: Some("no".to_owned()),
        };
        assert_eq!(refusal(&one, Language::English), "Not authorized (0x87): no");
        assert_eq!(refusal(&one, Language::Chinese), "未授权（0x87）：no");
    }
}
