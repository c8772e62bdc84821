//! Sessions over TLS against a scripted peer and mosquitto: what is checked, and what refusals are called.

mod support;

use mqloupe::profile::{Profile, TlsVersion, Verify};
use mqloupe::session::{CertificateFault, Event, Failure, FileFault, Notice, Phase};
use mqloupe::wire::{Direction, Qos, Version};
use support::mosquitto::Mosquitto;
use support::peer::{CONNACK, Peer};
use support::tls::{Authority, Identity, mosquitto_lines, secure, self_signed, server, with_client};
use support::{Subject, message, profile};

/// What becomes of a session whose server has this certificate.
async fn refused(identity: &Identity, change: impl FnOnce(&mut Profile, &Authority)) -> Failure {
    let peer = Peer::listen().await;
    let mut profile = secure(peer.port(), &Authority::new("another authority"));
    let authority = Authority::new("CA");
    profile.tls.ca_file = authority.file("ca.crt", &authority.certificate);
    change(&mut profile, &authority);
    let mut subject = Subject::start(profile);
    assert!(peer.accept_tls(server(identity, None, false)).await.is_err(), "the client goes on");
    subject.failure().await
}

fn fault(failure: Failure) -> CertificateFault {
    match failure {
        Failure::Certificate { fault, .. } => fault,
        other => panic!("not about the certificate: {other:?}"),
    }
}

#[tokio::test]
async fn mqtt_goes_over_tls_and_the_log_has_it_in_clear() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.tls.alpn = vec!["mqtt".to_owned()];
    let mut subject = Subject::start(settings);
    let identity = authority.sign(&["localhost", "127.0.0.1"]);
    let mut link = peer.accept_tls(server(&identity, None, false)).await.unwrap();
    let connect = link.frame().await;
    link.say(CONNACK).await;
    let mut securing = false;
    let granted = subject
        .pick("being online", |event| match event {
            Event::Phase(Phase::Securing) => {
                securing = true;
                None
            }
            Event::Phase(Phase::Online(granted)) => Some(granted),
            _ => None,
        })
        .await;
    assert!(securing, "the phase is told");
    assert_eq!(subject.frames(Direction::ToServer), [connect]);
    let security = granted.security.expect("TLS is told");
    assert_eq!(
        (security.version.as_str(), security.alpn.as_deref(), security.verified),
        ("TLS 1.3", Some("mqtt"), true)
    );
    assert!(security.cipher.starts_with("TLS13_"), "{}", security.cipher);
    let [certificate] = &security.certificates[..] else { panic!("one certificate") };
    assert_eq!(certificate.names, ["localhost", "127.0.0.1"]);
    assert_eq!(
        (certificate.subject.as_str(), certificate.issuer.as_str()),
        ("CN=server under test", "CN=CA")
    );
    assert_eq!(certificate.fingerprint.len(), 64);
}

#[tokio::test]
async fn an_expired_certificate_says_since_when() {
    let authority = Authority::new("CA");
    let old = |params: &mut rcgen::CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    };
    let identity = authority.sign_with(&["127.0.0.1"], old);
    let failure = refused(&identity, |profile, _| {
        profile.tls.ca_file = authority.file("ca.crt", &authority.certificate);
    });
    assert_eq!(fault(failure.await), CertificateFault::Expired { since: Some(1_609_459_200) });
}

#[tokio::test]
async fn a_certificate_of_the_future_says_from_when() {
    let authority = Authority::new("CA");
    let new = |params: &mut rcgen::CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2090, 1, 1);
        params.not_after = rcgen::date_time_ymd(2091, 1, 1);
    };
    let identity = authority.sign_with(&["127.0.0.1"], new);
    let failure = refused(&identity, |profile, _| {
        profile.tls.ca_file = authority.file("ca.crt", &authority.certificate);
    });
    assert_eq!(fault(failure.await), CertificateFault::NotYetValid { from: Some(3_786_912_000) });
}

#[tokio::test]
async fn a_certificate_for_another_name_says_for_which() {
    let authority = Authority::new("CA");
    let identity = authority.sign(&["broker.example"]);
    let failure = refused(&identity, |profile, _| {
        profile.tls.ca_file = authority.file("ca.crt", &authority.certificate);
    });
    let names = vec!["broker.example".to_owned()];
    assert_eq!(fault(failure.await), CertificateFault::WrongName { names });
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_says_of_which() {
    let identity = Authority::new("stranger").sign(&["127.0.0.1"]);
    let failure = refused(&identity, |_, _| {}).await;
    assert_eq!(fault(failure), CertificateFault::UnknownIssuer { issuer: "CN=stranger".to_owned() });
}

#[tokio::test]
async fn the_system_does_not_trust_a_certificate_of_our_own() {
    let identity = self_signed(&["127.0.0.1"]);
    // A machine without any certificate authority cannot check at all, and says so.
    let peer = Peer::listen().await;
    let mut profile = secure(peer.port(), &Authority::new("CA"));
    profile.tls.verify = Verify::System;
    let mut subject = Subject::start(profile);
    let failure = tokio::select! {
        failure = subject.failure() => failure,
        () = async {
            let accepted = peer.accept_tls(server(&identity, None, false)).await;
            assert!(accepted.is_err(), "the client goes on");
            std::future::pending::<()>().await;
        } => unreachable!(),
    };
    assert!(matches!(failure, Failure::Certificate { .. } | Failure::Settings { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_by_that_name_until_it_is_given_itself() {
    let identity = self_signed(&["127.0.0.1"]);
    assert_eq!(fault(refused(&identity, |_, _| {}).await), CertificateFault::SelfSigned);

    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.tls.ca_file = authority.file("server.crt", &identity.certificate);
    let mut subject = Subject::start(settings);
    let _link = peer.welcome_tls(server(&identity, None, false)).await;
    subject.online().await;
}

#[tokio::test]
async fn without_a_check_anybody_is_taken_and_that_is_said() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.tls.verify = Verify::Off;
    let mut subject = Subject::start(settings);
    let mut link = peer.accept_tls(server(&self_signed(&["nobody"]), None, true)).await.unwrap();
    link.frame().await;
    link.say(CONNACK).await;
    let notice = subject.pick("a notice", |event| match event {
        Event::Notice(notice) => Some(notice),
        _ => None,
    });
    assert_eq!(notice.await, Notice::NotVerified);
    let security = subject.online().await.security.expect("TLS is told");
    assert_eq!((security.version.as_str(), security.verified), ("TLS 1.2", false));
}

#[tokio::test]
async fn another_server_name_is_the_one_that_is_checked() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.tls.server_name = "broker.example".to_owned();
    let mut subject = Subject::start(settings);
    let identity = authority.sign(&["broker.example"]);
    let mut link = peer.accept_tls(server(&identity, None, false)).await.unwrap();
    assert_eq!(link.stream.get_ref().1.server_name(), Some("broker.example"));
    link.frame().await;
    link.say(CONNACK).await;
    subject.online().await;
}

#[tokio::test]
async fn a_server_that_is_too_old_is_not_agreed_with() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.tls.minimum_version = TlsVersion::V1_3;
    let mut subject = Subject::start(settings);
    let identity = authority.sign(&["127.0.0.1"]);
    assert!(peer.accept_tls(server(&identity, None, true)).await.is_err());
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::TlsHandshake { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_missing_client_certificate_is_named_in_both_versions_of_tls() {
    for tls12 in [false, true] {
        let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
        let mut subject = Subject::start(secure(peer.port(), &authority));
        let identity = authority.sign(&["127.0.0.1"]);
        assert!(peer.accept_tls(server(&identity, Some(&authority), tls12)).await.is_err());
        let address = peer.address.to_string();
        assert_eq!(subject.failure().await, Failure::ClientCertificateWanted { address });
    }
}

#[tokio::test]
async fn a_client_certificate_of_another_authority_is_refused_by_name() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let stranger = Authority::new("stranger").sign(&["client"]);
    let mut subject = Subject::start(with_client(secure(peer.port(), &authority), &authority, &stranger));
    let identity = authority.sign(&["127.0.0.1"]);
    assert!(peer.accept_tls(server(&identity, Some(&authority), true)).await.is_err());
    let failure = subject.failure().await;
    assert!(matches!(failure, Failure::ClientCertificateRefused { .. }), "{failure:?}");
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    type Change<'a> = Box<dyn Fn(&mut Profile) + 'a>;
    let authority = Authority::new("CA");
    let client = authority.sign(&["client"]);
    let other = authority.sign(&["client"]);
    let empty = authority.file("empty", "");
    let changes: [(&str, FileFault, Change); 4] = [
        ("no certificate", FileFault::NoCertificate, Box::new(|p| p.tls.ca_file.clone_from(&empty))),
        (
            "no client certificate",
            FileFault::NoCertificate,
            Box::new(|p| p.tls.certificate_file.clone_from(&empty)),
        ),
        ("no key", FileFault::NoKey, Box::new(|p| p.tls.key_file.clone_from(&empty))),
        (
            "another's key",
            FileFault::OtherKey,
            Box::new(|p| p.tls.key_file = authority.file("other.key", &other.key)),
        ),
    ];
    for (what, expected, change) in changes {
        let mut settings = with_client(secure(1, &authority), &authority, &client);
        change(&mut settings);
        let failure = Subject::start(settings).failure().await;
        assert!(matches!(&failure, Failure::File { fault, .. } if *fault == expected), "{what}: {failure:?}");
    }
    let mut settings = with_client(secure(1, &authority), &authority, &client);
    settings.tls.ca_file = "/nowhere/ca.crt".to_owned();
    let failure = Subject::start(settings).failure().await;
    assert!(matches!(&failure, Failure::File { fault: FileFault::Unreadable { .. }, .. }), "{failure:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_called_so() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut subject = Subject::start(secure(peer.port(), &authority));
    let mut link = peer.accept().await;
    link.say(CONNACK).await;
    assert_eq!(subject.failure().await, Failure::NotTls { address: peer.address.to_string() });
}

#[tokio::test]
async fn a_server_that_closes_instead_of_a_handshake_is_called_so() {
    for reset in [false, true] {
        let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
        let mut subject = Subject::start(secure(peer.port(), &authority));
        let mut link = peer.accept().await;
        // It has got something, and does not like it.
        link.expect(&[0x16, 3]).await;
        if reset {
            link.vanish();
        } else {
            drop(link);
        }
        assert_eq!(subject.failure().await, Failure::ClosedInTls { address: peer.address.to_string() });
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut settings = secure(peer.port(), &authority);
    settings.connect_timeout_secs = 1;
    let mut subject = Subject::start(settings);
    let _link = peer.accept().await;
    assert_eq!(subject.failure().await, Failure::Silent { address: peer.address.to_string(), after_secs: 1 });
}

#[tokio::test]
async fn tls_where_plain_mqtt_was_expected_is_called_so() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut subject = Subject::start(profile(Version::V3_1_1, peer.port()));
    let accepted = peer.accept_tls(server(&authority.sign(&["127.0.0.1"]), None, false)).await;
    assert!(accepted.is_err());
    let failure = subject.failure().await;
    let looks_like = "TLS".to_owned();
    assert_eq!(failure, Failure::NotMqtt { address: peer.address.to_string(), looks_like });
}

#[tokio::test]
async fn a_parting_over_tls_is_clean() {
    let (peer, authority) = (Peer::listen().await, Authority::new("CA"));
    let mut subject = Subject::start(secure(peer.port(), &authority));
    let identity = authority.sign(&["127.0.0.1"]);
    let mut link = peer.welcome_tls(server(&identity, None, false)).await;
    subject.online().await;
    subject.send(mqloupe::session::Command::Disconnect);
    link.expect(&[0xe0, 0]).await;
    assert!(link.closed().await.is_empty());
    drop(link);
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn mosquitto_is_spoken_to_over_tls_with_a_client_certificate_of_every_form() {
    let authority = Authority::new("CA");
    let lines = mosquitto_lines(&authority, true);
    let Some(broker) = Mosquitto::start("TLS with mosquitto", &lines).await else { return };
    let client = authority.sign(&["client"]);
    let settings = with_client(secure(broker.port, &authority), &authority, &client);
    let mut forms = vec![settings.tls.key_file.clone()];
    let sec1 = authority.folder().join("sec1.key");
    let written = std::process::Command::new("openssl")
        .args(["ec", "-in", &settings.tls.key_file, "-out"])
        .arg(&sec1)
        .output()
        .is_ok_and(|output| output.status.success());
    if written {
        assert!(std::fs::read_to_string(&sec1).unwrap().contains("EC PRIVATE KEY"));
        forms.push(sec1.to_str().unwrap().to_owned());
    } else {
        eprintln!("skipped: a client key in the form SEC1 needs openssl");
    }
    for key_file in forms {
        let mut settings = settings.clone();
        settings.tls.key_file = key_file;
        let mut subject = Subject::start(settings);
        subject.online().await;
        subject.publish(1, message("a", b"b", Qos::AtLeastOnce));
        let outcome = subject.published(1).await;
        assert!(matches!(outcome, mqloupe::session::PublishOutcome::Acknowledged { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn mosquitto_wants_a_client_certificate_and_that_is_said() {
    let authority = Authority::new("CA");
    let lines = mosquitto_lines(&authority, true);
    let Some(broker) = Mosquitto::start("a client certificate for mosquitto", &lines).await else { return };
    let failure = Subject::start(secure(broker.port, &authority)).failure().await;
    let address = format!("127.0.0.1:{}", broker.port);
    assert_eq!(failure, Failure::ClientCertificateWanted { address });
}

#[tokio::test]
async fn a_client_certificate_of_a_stranger_is_not_taken_by_mosquitto() {
    let authority = Authority::new("CA");
    let lines = mosquitto_lines(&authority, true);
    let Some(broker) = Mosquitto::start("a wrong client certificate for mosquitto", &lines).await else {
        return;
    };
    let stranger = Authority::new("stranger").sign(&["client"]);
    let settings = with_client(secure(broker.port, &authority), &authority, &stranger);
    let failure = Subject::start(settings).failure().await;
    assert!(
        matches!(failure, Failure::ClientCertificateRefused { .. } | Failure::ClosedByPeer { .. }),
        "{failure:?}"
    );
}

#[tokio::test]
async fn many_bytes_go_over_tls_unharmed() {
    let authority = Authority::new("CA");
    let (peer, payload) = (Peer::listen().await, vec![0x5a; 3_000_000]);
    let mut subject = Subject::start(secure(peer.port(), &authority));
    let identity = authority.sign(&["127.0.0.1"]);
    let mut link = peer.welcome_tls(server(&identity, None, false)).await;
    subject.online().await;
    subject.publish(1, message("t", &payload, Qos::AtMostOnce));
    let frame = link.frame().await;
    assert_eq!(frame[frame.len() - payload.len()..], payload);
}
