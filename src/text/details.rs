//! What the server granted and how it is reached, line by line.

use super::texts;
use super::time::day;
use crate::language::Language;
use crate::session::{Certificate, Granted, Security};

/// A line of the details: what it is, and its value.
pub type Line = (String, String);

/// Everything that is known of a connection that is online.
#[must_use]
pub fn details(granted: &Granted, language: Language) -> Vec<Line> {
    let english = language == Language::English;
    let mut lines = Vec::new();
    let mut add = |label: (&str, &str), value: Option<String>| {
        let label = if english { label.0 } else { label.1 };
        lines.extend(value.map(|value| (label.to_owned(), value)));
    };
    let yes_or_no = |value: bool| {
        let words = if english { ["no", "yes"] } else { ["否", "是"] };
        words[usize::from(value)].to_owned()
    };
    let seconds = |secs: u32| match (secs, english) {
        (u32::MAX, true) => "for ever".to_owned(),
        (u32::MAX, false) => "永久".to_owned(),
        (secs, true) => format!("{secs} s"),
        (secs, false) => format!("{secs} 秒"),
    };
    add(("Answered from", "应答地址"), granted.address.map(|address| address.to_string()));
    add(("Session present", "会话已存在"), Some(yes_or_no(granted.session_present)));
    add(("Assigned client ID", "分配的客户端 ID"), granted.assigned_client_id.clone());
    let keep_alive = granted.server_keep_alive.map(|time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX));
    add(("Server keep alive", "服务器保活"), keep_alive.map(seconds));
    add(("Session expiry", "会话过期"), granted.session_expiry_secs.map(seconds));
    add(("Maximum QoS", "最高 QoS"), granted.maximum_qos.map(|qos| qos.to_string()));
    add(("Receive maximum", "接收最大值"), granted.receive_maximum.map(|most| most.to_string()));
    let bytes = |most: u32| if english { format!("{most} bytes") } else { format!("{most} 字节") };
    add(("Maximum packet size", "最大报文长度"), granted.maximum_packet_bytes.map(bytes));
    add(("Topic alias maximum", "主题别名最大值"), granted.topic_alias_maximum.map(|most| most.to_string()));
    add(("Retained messages", "保留消息"), granted.retain_available.map(yes_or_no));
    add(("Wildcard subscriptions", "通配符订阅"), granted.wildcard_subscriptions.map(yes_or_no));
    add(("Subscription identifiers", "订阅标识符"), granted.subscription_identifiers.map(yes_or_no));
    add(("Shared subscriptions", "共享订阅"), granted.shared_subscriptions.map(yes_or_no));
    add(("Response information", "响应信息"), granted.response_information.clone());
    add(("Server reference", "服务器参考"), granted.server_reference.clone());
    add(("Reason", "原因说明"), granted.reason_string.clone());
    add(("Authentication method", "认证方法"), granted.authentication_method.clone());
    for property in &granted.user_properties {
        add(("User property", "用户属性"), Some(format!("{} = {}", property.name, property.value)));
    }
    if let Some(security) = &granted.security {
        secured(security, language, &mut lines);
    }
    lines
}

fn secured(security: &Security, language: Language, lines: &mut Vec<Line>) {
    let english = language == Language::English;
    let mut add = |label: (&str, &str), value: String| {
        lines.push((if english { label.0 } else { label.1 }.to_owned(), value));
    };
    add(("TLS", "TLS"), security.version.clone());
    add(("Cipher suite", "加密套件"), security.cipher.clone());
    if let Some(alpn) = &security.alpn {
        add(("Application protocol", "应用协议"), alpn.clone());
    }
    if !security.verified {
        add(("Certificate check", "证书检查"), texts(language).not_verified.to_owned());
    }
    for (place, certificate) in security.certificates.iter().enumerate() {
        let label = if place == 0 {
            ("Server certificate", "服务器证书")
        } else {
            ("Signed by", "签发者证书")
        };
        add(label, in_words(certificate, language));
    }
}

/// Whose, by whom, for what, from when until when, and its fingerprint: a line each.
fn in_words(certificate: &Certificate, language: Language) -> String {
    let day = |seconds: i64| day(seconds).unwrap_or_else(|| "?".to_owned());
    let (from, until) = (day(certificate.not_before), day(certificate.not_after));
    let mut words = match language {
        Language::English => {
            format!("{}\nissued by {}\nvalid {from} to {until}", certificate.subject, certificate.issuer)
        }
        Language::Chinese => {
            format!("{}\n由 {} 签发\n有效期 {from} 至 {until}", certificate.subject, certificate.issuer)
        }
    };
    if !certificate.names.is_empty() {
        words.push_str(match language {
            Language::English => "\nfor ",
            Language::Chinese => "\n适用于 ",
        });
        words.push_str(&certificate.names.join(", "));
    }
    words.push_str("\nSHA-256 ");
    words.push_str(&certificate.fingerprint);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_did_not_say_is_left_out() {
        let lines = details(&Granted::default(), Language::English);
        assert_eq!(lines, [("Session present".to_owned(), "no".to_owned())]);
    }

    #[test]
    fn the_chain_is_told_in_both_languages() {
        let certificate = Certificate {
            subject: "CN=broker.test".to_owned(),
            issuer: "CN=CA".to_owned(),
            names: vec!["broker.test".to_owned()],
            not_before: 0,
            not_after: 86_400,
            fingerprint: "ab".to_owned(),
            der: Vec::new(),
        };
        let security = Security {
            version: "TLS 1.3".to_owned(),
            cipher: "TLS13_AES_256_GCM_SHA384".to_owned(),
            certificates: vec![certificate],
            verified: true,
            alpn: None,
        };
        let granted = Granted { security: Some(security), ..Granted::default() };
        let of = |language| details(&granted, language).pop().expect("the certificate");
        let expected =
            "CN=broker.test\nissued by CN=CA\nvalid 1970-01-01 to 1970-01-02\nfor broker.test\nSHA-256 ab";
        assert_eq!(of(Language::English), ("Server certificate".to_owned(), expected.to_owned()));
        assert!(of(Language::Chinese).1.contains("有效期 1970-01-01 至 1970-01-02"));
    }
}
