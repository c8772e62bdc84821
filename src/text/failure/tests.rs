//! Every failure, in both languages.

use super::*;
use crate::profile::Endpoint;
use crate::session::{
    AuthenticationFault, CertificateFault, FileFault, KeyFault, ProxyRefusal, SettingsFault, SettingsPart,
    UpgradeAnswer, WebSocketEnd, WebSocketFault,
};
use crate::wire::TopicFault;

const PARTS: [SettingsPart; 11] = [
    SettingsPart::Host,
    SettingsPart::ClientId,
    SettingsPart::Username,
    SettingsPart::Password,
    SettingsPart::WillPayload,
    SettingsPart::ReceiveMaximum,
    SettingsPart::MaximumPacket,
    SettingsPart::AuthenticationMethod,
    SettingsPart::AuthenticationData,
    SettingsPart::ProxyUsername,
    SettingsPart::ProxyPassword,
];

fn every_settings_fault() -> Vec<SettingsFault> {
    let method = || "OWN".to_owned();
    let mut faults = vec![
        SettingsFault::NoHost,
        SettingsFault::NoPort,
        SettingsFault::NoClientId,
        SettingsFault::PasswordAlone,
        SettingsFault::DataWithoutMethod,
        SettingsFault::DataNotWanted { method: method() },
        SettingsFault::LoginWanted { method: method() },
        SettingsFault::DataWanted { method: method() },
        SettingsFault::ServerName { name: "bro_ker".into() },
        SettingsFault::WebSocketPath { path: "mqtt".into() },
        SettingsFault::WebSocketHeader { name: "Upgrade".into() },
        SettingsFault::NoUnixSockets,
        SettingsFault::Other { detail: "some detail".into() },
    ];
    for part in PARTS {
        faults.extend([
            SettingsFault::TooLong(part),
            SettingsFault::NullCharacter(part),
            SettingsFault::Zero(part),
            SettingsFault::TooLongForSocks(part),
        ]);
    }
    faults.extend(
        [
            TopicFault::Empty,
            TopicFault::TooLong,
            TopicFault::NullCharacter { at: 1 },
            TopicFault::Wildcard { at: 1 },
        ]
        .map(SettingsFault::WillTopic),
    );
    faults
}

/// What others said, and the names of codes in the standards, which are no words of ours.
const SAID: [&str; 6] =
    ["some detail", "words of its own", "no such host", "unreachable", "reserved bits", "a name"];

/// Whether a text holds a sentence of English: names such as `openssl pkcs8 -topk8 -in KEY -out NEW` and
/// `User name` stand in Chinese texts too, the small words between them do not.
fn has_english(text: &str) -> bool {
    const SMALL: [&str; 22] = [
        "the", "is", "are", "a", "an", "of", "to", "and", "or", "it", "that", "not", "no", "cannot", "must",
        "has", "with", "there", "does", "needs", "be", "than",
    ];
    let said = SAID.iter().fold(text.to_owned(), |text, said| text.replace(said, ""));
    let mut words = said.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| SMALL.contains(&word.to_ascii_lowercase().as_str()))
}

fn every_failure() -> Vec<Failure> {
    let address = || "192.0.2.1:1883".to_owned();
    let mut failures = vec![
        Failure::NameNotFound { host: "brokr.example".into(), detail: "no such host".into() },
        Failure::NameNotFound { host: "brokr.example".into(), detail: String::new() },
        Failure::NameUnanswered { host: "brokr.example".into(), after_secs: 10 },
        Failure::Refused { address: address() },
        Failure::TimedOut { address: address(), after_secs: 10 },
        Failure::Network { address: address(), detail: "unreachable".into() },
        Failure::ClosedByPeer { was_online: false },
        Failure::ClosedByPeer { was_online: true },
        Failure::KeepAliveMissed,
        Failure::Protocol { detail: "reserved bits".into(), frame: None, fault: None },
    ];
    failures.extend(
        ["HTTP", "TLS", "15 03 01"]
            .map(|looks_like| Failure::NotMqtt { address: address(), looks_like: looks_like.into() }),
    );
    for fault in [
        CertificateFault::Expired { since: Some(1_700_000_000) },
        CertificateFault::Expired { since: None },
        CertificateFault::NotYetValid { from: Some(i64::MAX) },
        CertificateFault::WrongName { names: vec!["other.example".into()] },
        CertificateFault::WrongName { names: Vec::new() },
        CertificateFault::UnknownIssuer { issuer: "CN=ours".into() },
        CertificateFault::UnknownIssuer { issuer: String::new() },
        CertificateFault::SelfSigned,
        CertificateFault::Other,
    ] {
        let (server, detail) = ("broker.example".into(), "bad".into());
        failures.push(Failure::Certificate { server, fault, detail });
    }
    let detail = || "some detail".to_owned();
    let mut answers = vec![
        UpgradeAnswer::Closed,
        UpgradeAnswer::NotHttp(detail()),
        UpgradeAnswer::Mismatch,
        UpgradeAnswer::Subprotocol("chat".to_owned()),
    ];
    for status in [200, 302, 401, 404, 502] {
        let location = (status == 302).then(|| "wss://other.example/".to_owned());
        answers.push(UpgradeAnswer::Http { status, said: detail(), location });
    }
    failures.extend(answers.into_iter().map(|answer| Failure::NotWebSocket { address: address(), answer }));
    for end in [
        WebSocketEnd::Text,
        WebSocketEnd::TooLong { limit: 9 },
        WebSocketEnd::Broken(WebSocketFault::Kind(3)),
        WebSocketEnd::Broken(WebSocketFault::Other(detail())),
        WebSocketEnd::Closed { code: 1008, reason: String::new() },
        WebSocketEnd::Closed { code: 4000, reason: detail() },
    ] {
        failures.push(Failure::WebSocketEnded { address: address(), end });
    }
    let mut refusals = vec![
        ProxyRefusal::Login(detail()),
        ProxyRefusal::NotAProxy(detail()),
        ProxyRefusal::Closed,
        ProxyRefusal::Silent { after_secs: 10 },
    ];
    refusals.extend([403, 501, 502].map(|status| ProxyRefusal::Http { status, said: detail() }));
    refusals.extend((1..=9).map(ProxyRefusal::Socks));
    failures.extend(refusals.into_iter().map(|refusal| {
        let server = "broker.example:1883".to_owned();
        Failure::ProxyRefused { proxy: address(), server, refusal }
    }));
    failures.extend([
        Failure::ClientCertificateWanted { address: address() },
        Failure::ClientCertificateRefused { address: address(), detail: detail() },
        Failure::TlsHandshake { address: address(), detail: detail() },
        Failure::ClosedInTls { address: address() },
        Failure::NotTls { address: address() },
        Failure::Silent { address: address(), after_secs: 10 },
        Failure::ProxyUnreachable {
            proxy: address(),
            cause: Box::new(Failure::Refused { address: address() }),
        },
        Failure::UnixSocket { path: "/run/broker.sock".into(), detail: detail() },
    ]);
    for fault in [
        FileFault::Unreadable { detail: detail() },
        FileFault::NoCertificate,
        FileFault::NoKey,
        FileFault::OtherKey,
        FileFault::Malformed { detail: detail() },
    ] {
        failures.push(Failure::File { path: "/ca.pem".into(), fault });
    }
    failures.extend(every_settings_fault().into_iter().map(|fault| Failure::Settings { fault }));
    for fault in [
        AuthenticationFault::NoProof,
        AuthenticationFault::WrongProof,
        AuthenticationFault::WrongNonce,
        AuthenticationFault::NoData,
        AuthenticationFault::Refused { reason: "invalid-proof".into() },
        AuthenticationFault::TooManyIterations { count: "9".into(), most: 8 },
        AuthenticationFault::Endless { rounds: 8 },
        AuthenticationFault::Malformed { detail: detail() },
    ] {
        failures.push(Failure::Authentication { method: "SCRAM-SHA-256".into(), fault });
    }
    for fault in [
        KeyFault::NoPassphrase,
        KeyFault::WrongPassphrase,
        KeyFault::OldForm,
        KeyFault::UnknownForm { detail: detail() },
    ] {
        failures.push(Failure::Key { path: "/key.pem".into(), fault });
    }
    for code in 0..=u8::MAX {
        let (reason, reason_string) = ("a name".to_owned(), Some("words of its own".to_owned()));
        failures.push(Failure::ConnackRefused {
            code,
            reason: reason.clone(),
            reason_string: reason_string.clone(),
        });
        failures.push(Failure::ServerDisconnected { code, reason, reason_string });
    }
    for moved in [true, false] {
        let (reference, reason_string) = ("broker-2.test".to_owned(), Some("words of its own".to_owned()));
        failures.push(Failure::Redirected { moved, reference, reason_string });
    }
    failures
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_failure_has_all_three_parts_in_its_language() {
    let profile = Profile::default();
    let mut english_in_chinese = Vec::new();
    for failure in every_failure() {
        for profile in [None, Some(&profile)] {
            let english = in_language(&failure, profile, Language::English);
            for part in [&english.what, &english.means, &english.try_this] {
                assert!(!part.is_empty() && !is_chinese(part), "{failure:?}: {part}");
            }
            let chinese = in_language(&failure, profile, Language::Chinese);
            assert!(is_chinese(&chinese.what) && is_chinese(&chinese.try_this), "{failure:?}: {chinese:?}");
            assert!(!chinese.means.is_empty(), "{failure:?}");
            // Only what others said may be in another language.
            assert!(
                is_chinese(&chinese.means) || SAID.iter().any(|said| chinese.means.contains(said)),
                "{failure:?}: {chinese:?}"
            );
            for part in [&chinese.what, &chinese.means, &chinese.try_this] {
                if has_english(part) {
                    english_in_chinese.push(part.clone());
                }
            }
        }
    }
    assert_eq!(english_in_chinese, Vec::<String>::new());
}

#[test]
fn the_servers_own_words_are_never_left_out() {
    for failure in every_failure() {
        let with_words = matches!(
            failure,
            Failure::ConnackRefused { .. } | Failure::ServerDisconnected { .. } | Failure::Redirected { .. }
        );
        if with_words {
            for language in [Language::English, Language::Chinese] {
                assert!(explain(&failure, language).means.contains("words of its own"), "{failure:?}");
            }
        }
    }
}

#[test]
fn an_unacceptable_version_advises_one_that_is_not_the_chosen() {
    let failure = Failure::ConnackRefused { code: 1, reason: "unacceptable".into(), reason_string: None };
    for version in Version::ALL {
        let profile = Profile { version, ..Profile::default() };
        let advice = explain_for(&failure, &profile, Language::English).try_this;
        let offered = advice.split_once("version ").expect("a version is named").1;
        assert!(!offered.starts_with(&format!("{version}:")), "{version}: {advice}");
    }
}

#[test]
fn a_port_for_tls_is_pointed_out_when_the_server_just_closes() {
    let endpoint = Endpoint { port: 8883, ..Profile::default().endpoint };
    let profile = Profile { endpoint, ..Profile::default() };
    let failure = Failure::ClosedByPeer { was_online: false };
    for language in [Language::English, Language::Chinese] {
        assert!(explain_for(&failure, &profile, language).try_this.contains("TLS"));
        assert!(!explain(&failure, language).try_this.contains("TLS"));
    }
}
