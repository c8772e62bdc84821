//! What the return codes of CONNACK (3.1 and 3.1.1, section 3.2.2.3) and the reason codes of CONNACK and DISCONNECT (5.0,
//! sections 3.2.2.2 and 3.14.2.1) say about a connection that failed.

use super::Explanation;
use super::code_table::{Code, DISCONNECT_CODES, REASON_CODES, RETURN_CODES};
use crate::language::Language;
use crate::profile::Profile;
use crate::wire::Version;

/// The name of a code of CONNACK; `None` where the standards have none. Codes under 128 are those of 3.x.
#[must_use]
pub fn connack_code_name(code: u8, language: Language) -> Option<&'static str> {
    connack_code(code).map(|code| code.words(language)[0])
}

/// The name of a reason code of DISCONNECT (5.0); `None` where the standard has none.
#[must_use]
pub fn disconnect_code_name(code: u8, language: Language) -> Option<&'static str> {
    disconnect_code(code).map(|code| code.words(language)[0])
}

fn connack_code(code: u8) -> Option<&'static Code> {
    RETURN_CODES.iter().chain(&REASON_CODES).find(|known| known.number == code && connack_may(code))
}

fn disconnect_code(code: u8) -> Option<&'static Code> {
    DISCONNECT_CODES.iter().chain(&REASON_CODES).find(|known| known.number == code && disconnect_may(code))
}

const fn connack_may(code: u8) -> bool {
    matches!(code, 1..=5 | 0x80..=0x8a | 0x8c | 0x90 | 0x95 | 0x97 | 0x99..=0x9d | 0x9f)
}

const fn disconnect_may(code: u8) -> bool {
    matches!(code, 0 | 0x80..=0x83 | 0x87 | 0x89 | 0x8b | 0x8d..=0x90 | 0x93..=0xa2)
}

/// CONNACK refused the connection.
pub(super) fn connack(
    code: u8,
    reason: &str,
    reason_string: Option<&str>,
    profile: Option<&Profile>,
    language: Language,
) -> Explanation {
    let [name, means, advice] = words(connack_code(code), reason, language);
    let what = match language {
        Language::English => format!("The server refused the connection: {name} ({}).", number(code)),
        Language::Chinese => format!("服务器拒绝了连接：{name}（{}）。", number(code)),
    };
    let try_this = match code {
        1 | 0x84 => choose_version(profile, language).to_owned(),
        4 | 5 | 0x86 | 0x87 if profile.is_some_and(|profile| profile.username.is_empty()) => match language {
            Language::English => {
                format!("This connection has no user name: the server may want one. {advice}")
            }
            Language::Chinese => format!("这个连接没有填写用户名，服务器可能需要。{advice}"),
        },
        _ => advice.to_owned(),
    };
    Explanation::new(what, with_servers_words(means, reason_string, language), try_this)
}

/// The server sent DISCONNECT.
pub(super) fn disconnect(
    code: u8,
    reason: &str,
    reason_string: Option<&str>,
    language: Language,
) -> Explanation {
    let [name, means, advice] = words(disconnect_code(code), reason, language);
    let what = match language {
        Language::English => format!("The server ended the connection: {name} ({}).", number(code)),
        Language::Chinese => format!("服务器断开了连接：{name}（{}）。", number(code)),
    };
    Explanation::new(what, with_servers_words(means, reason_string, language), advice)
}

/// The server points to another one.
pub(super) fn redirected(
    moved: bool,
    reference: &str,
    reason_string: Option<&str>,
    language: Language,
) -> Explanation {
    let [what, means, try_this] = match (language, moved) {
        (Language::English, true) => [
            format!("The server has moved to {reference}."),
            "This address will not serve you any more.".to_owned(),
            "If you trust that address, connect there: a copy of this connection is made for it.".to_owned(),
        ],
        (Language::English, false) => [
            format!("The server asks to use another one for now: {reference}."),
            "It may be too busy, or be looked after.".to_owned(),
            "If you trust that address, connect there: a copy of this connection is made for it.".to_owned(),
        ],
        (Language::Chinese, true) => [
            format!("服务器已迁移到 {reference}。"),
            "这个地址以后不再提供服务。".to_owned(),
            "如果信任新地址，可以连接到那里：会为它复制一份此连接。".to_owned(),
        ],
        (Language::Chinese, false) => [
            format!("服务器要求暂时使用另一台：{reference}。"),
            "它可能过于繁忙，或正在维护。".to_owned(),
            "如果信任该地址，可以连接到那里：会为它复制一份此连接。".to_owned(),
        ],
    };
    Explanation::new(what, with_servers_words(&means, reason_string, language), try_this)
}

fn words<'a>(code: Option<&Code>, reason: &'a str, language: Language) -> [&'a str; 3] {
    match (code, language) {
        (Some(code), _) => *code.words(language),
        (None, Language::English) => [
            reason,
            "The standard has no such code for this packet, so only the server's makers know what it means.",
            "Look the code up in the server's manual or log, or try another MQTT version.",
        ],
        (None, Language::Chinese) => [
            reason,
            "标准没有为这种报文定义这个代码，只有服务器的开发者知道其含义。",
            "请在服务器的手册或日志里查找这个代码，或换一个 MQTT 版本。",
        ],
    }
}

/// As the standards write them: 3.x in decimal, 5.0 in hex.
fn number(code: u8) -> String {
    if code < 0x80 { code.to_string() } else { format!("0x{code:02X}") }
}

fn with_servers_words(means: &str, reason_string: Option<&str>, language: Language) -> String {
    match (reason_string.filter(|words| !words.is_empty()), language) {
        (None, _) => means.to_owned(),
        (Some(words), Language::English) => format!("{means} The server says: “{words}”"),
        (Some(words), Language::Chinese) => format!("{means}服务器的说明：“{words}”"),
    }
}

fn choose_version(profile: Option<&Profile>, language: Language) -> &'static str {
    match (profile.map(|profile| profile.version), language) {
        (Some(Version::V3_1_1), Language::English) => {
            "Edit the connection and choose MQTT version 5.0, or 3.1 for an old server."
        }
        (Some(Version::V3_1_1), Language::Chinese) => "请编辑连接，把 MQTT 版本改为 5.0；旧服务器改为 3.1。",
        (Some(_), Language::English) => {
            "Edit the connection and choose MQTT version 3.1.1, which most servers know."
        }
        (Some(_), Language::Chinese) => "请编辑连接，把 MQTT 版本改为 3.1.1，大多数服务器都支持它。",
        (None, Language::English) => {
            "Choose another MQTT version: 3.1.1, which most servers know, or 3.1 for an old one."
        }
        (None, Language::Chinese) => "请换一个 MQTT 版本：大多数服务器支持 3.1.1，旧服务器可用 3.1。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_standards_has_a_name_in_both_languages() {
        for code in 0..=u8::MAX {
            for language in [Language::English, Language::Chinese] {
                let names = (connack_code_name(code, language), disconnect_code_name(code, language));
                assert_eq!(
                    (names.0.is_some(), names.1.is_some()),
                    (connack_may(code), disconnect_may(code)),
                    "{code:#x}"
                );
            }
        }
    }

    #[test]
    fn codes_are_in_order_and_each_stands_once() {
        let numbers: Vec<u8> = RETURN_CODES.iter().chain(&REASON_CODES).map(|code| code.number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn a_code_stands_as_its_standard_writes_it() {
        let refused = |code| connack(code, "", None, None, Language::English).what;
        assert_eq!(refused(5), "The server refused the connection: not authorized (5).");
        assert_eq!(refused(0x87), "The server refused the connection: not authorized (0x87).");
    }

    #[test]
    fn a_missing_user_name_is_pointed_out() {
        let anonymous = Profile::default();
        let named = Profile { username: "admin".to_owned(), ..Profile::default() };
        let advice = |profile| connack(5, "", None, Some(profile), Language::English).try_this;
        assert!(advice(&anonymous).starts_with("This connection has no user name"));
        assert!(!advice(&named).contains("no user name"));
    }
}
