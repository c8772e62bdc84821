//! Enhanced authentication of 5.0 (section 4.12) against a scripted server: SCRAM in both directions, methods of the
//! user's own bytes, re-authentication, and servers that cannot be believed.

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use data_encoding::BASE64;
use mqloupe::profile::{Profile, Secret, Secrets};
use mqloupe::session::{AuthenticationFault, Command, Event, Failure, Options, Refusal, RequestId};
use mqloupe::wire::{Direction, Version};
use ring::{hmac, pbkdf2};
use support::peer::{CONNACK, CONNACK_5, Link, Peer};
use support::{Subject, profile, soon};

const METHOD: &str = "SCRAM-SHA-256";

/// Properties of AUTH and CONNACK: the authentication method (0x15) and data (0x16).
fn properties(method: &str, data: &[u8]) -> Vec<u8> {
    let mut all = vec![0x15];
    all.extend(u16::try_from(method.len()).unwrap().to_be_bytes());
    all.extend(method.as_bytes());
    if !data.is_empty() {
        all.push(0x16);
        all.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        all.extend(data);
    }
    all
}

fn packet(first: u8, before: &[u8], properties: &[u8]) -> Vec<u8> {
    let mut body = before.to_vec();
    assert!(properties.len() < 128, "a length of one byte");
    body.push(u8::try_from(properties.len()).unwrap());
    body.extend(properties);
    let mut frame = vec![first];
    if body.len() >= 128 {
        frame.push(u8::try_from(body.len() & 0x7f).unwrap() | 0x80);
        frame.push(u8::try_from(body.len() >> 7).unwrap());
    } else {
        frame.push(u8::try_from(body.len()).unwrap());
    }
    frame.extend(body);
    frame
}

fn auth(code: u8, method: &str, data: &[u8]) -> Vec<u8> {
    packet(0xf0, &[code], &properties(method, data))
}

fn connack(method: &str, data: &[u8]) -> Vec<u8> {
    packet(0x20, &[0, 0], &properties(method, data))
}

/// What stands after `0x16` and two bytes of length at the end of the properties.
fn data_of(frame: &[u8], method: &str) -> Vec<u8> {
    let marker = properties(method, b"");
    let at = frame.windows(marker.len()).position(|window| window == marker).expect("the method");
    let rest = &frame[at + marker.len()..];
    assert_eq!(rest.first(), Some(&0x16), "authentication data in {frame:02x?}");
    let length = usize::from(u16::from_be_bytes([rest[1], rest[2]]));
    rest[3..3 + length].to_vec()
}

/// The server's side of SCRAM-SHA-256, written from the standard, for the password `pencil`.
struct Scram {
    first_bare: String,
    challenge: String,
}

impl Scram {
    fn challenge(client_first: &[u8]) -> Self {
        let first = String::from_utf8(client_first.to_vec()).unwrap();
        let first_bare = first.strip_prefix("n,,").expect("no channel binding").to_owned();
        let nonce = first_bare.strip_prefix("n=user,r=").expect("the user's name and a nonce");
        let challenge = format!("r={nonce}srv,s={},i=4096", BASE64.encode(b"salt"));
        Self { first_bare, challenge }
    }

    /// Checks the client's proof and makes the server's.
    fn prove(&self, answer: &[u8]) -> Vec<u8> {
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        let (without_proof, proof) = answer.split_once(",p=").expect("a proof");
        let mut salted = [0; 32];
        let iterations = NonZeroU32::new(4096).unwrap();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, b"salt", b"pencil", &mut salted);
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let transcript = format!("{},{},{without_proof}", self.first_bare, self.challenge);
        let client_key = hmac::sign(&key(&salted), b"Client Key");
        let stored = ring::digest::digest(&ring::digest::SHA256, client_key.as_ref());
        let signature = hmac::sign(&key(stored.as_ref()), transcript.as_bytes());
        let expected: Vec<u8> =
            client_key.as_ref().iter().zip(signature.as_ref()).map(|(a, b)| a ^ b).collect();
        assert_eq!(BASE64.decode(proof.as_bytes()).unwrap(), expected, "the client's proof");
        let server_key = hmac::sign(&key(&salted), b"Server Key");
        let proof = hmac::sign(&key(server_key.as_ref()), transcript.as_bytes());
        format!("v={}", BASE64.encode(proof.as_ref())).into_bytes()
    }
}

/// Takes a connection and goes through SCRAM up to the client's proof; answers the server's.
async fn up_to_proof(peer: &Peer) -> (Link, Vec<u8>) {
    let mut link = peer.accept().await;
    let scram = Scram::challenge(&data_of(&link.frame().await, METHOD));
    link.say(&auth(0x18, METHOD, scram.challenge.as_bytes())).await;
    let answer = link.frame().await;
    assert_eq!((answer[0], answer[2]), (0xf0, 0x18), "AUTH, continue authentication");
    let proof = scram.prove(&data_of(&answer, METHOD));
    (link, proof)
}

fn with_method(port: u16, method: &str) -> Profile {
    let mut profile = profile(Version::V5_0, port);
    method.clone_into(&mut profile.connect.authentication_method);
    profile
}

fn scram(port: u16) -> Subject {
    let mut profile = with_method(port, METHOD);
    "user".clone_into(&mut profile.username);
    Subject::start_with(profile, Some("pencil"))
}

/// A session with a method that nobody knows but the user.
fn bytes(port: u16, data: &[u8]) -> Subject {
    let authentication_data = Some(Secret::from_bytes(data.to_vec()));
    let secrets = Secrets { authentication_data, ..Secrets::default() };
    Subject::start_options(Options { profile: with_method(port, "OWN"), secrets })
}

fn fault(failure: Failure) -> AuthenticationFault {
    match failure {
        Failure::Authentication { fault, .. } => fault,
        other => panic!("another failure: {other:?}"),
    }
}

async fn reauthenticated(subject: &mut Subject, id: u64) -> Result<Duration, Refusal> {
    subject
        .pick("the outcome of re-authentication", |event| match event {
            Event::Reauthenticated { id: RequestId(got), result } if got == id => Some(result),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn scram_goes_through_and_the_password_stays_here() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let (mut link, proof) = up_to_proof(&peer).await;
    link.say(&connack(METHOD, &proof)).await;
    assert_eq!(subject.online().await.authentication_method.as_deref(), Some(METHOD));
    let sent = subject.frames(Direction::ToServer);
    assert_eq!(sent.iter().map(|frame| frame[0]).collect::<Vec<_>>(), [0x10, 0xf0]);
    // Flags of CONNECT: clean start alone, no user name, no password.
    assert_eq!(sent[0][9], 0x02);
    assert!(sent.iter().all(|frame| !frame.windows(6).any(|window| window == b"pencil")));
}

#[tokio::test]
async fn a_proof_of_the_server_before_connack_is_taken_too() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let (mut link, proof) = up_to_proof(&peer).await;
    link.say(&auth(0x18, METHOD, &proof)).await;
    assert_eq!(link.frame().await, auth(0x18, METHOD, b""));
    link.say(&connack(METHOD, b"")).await;
    subject.online().await;
}

#[tokio::test]
async fn a_server_that_does_not_know_the_password_is_left() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let (mut link, _) = up_to_proof(&peer).await;
    let wrong = format!("v={}", BASE64.encode(&[7; 32]));
    link.say(&connack(METHOD, wrong.as_bytes())).await;
    assert_eq!(fault(subject.failure().await), AuthenticationFault::WrongProof);
    link.closed().await;
}

#[tokio::test]
async fn a_server_that_accepts_without_a_proof_is_left() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let mut link = peer.accept().await;
    link.frame().await;
    link.say(&connack(METHOD, b"")).await;
    assert_eq!(fault(subject.failure().await), AuthenticationFault::NoProof);
}

#[tokio::test]
async fn a_question_without_data_cannot_be_answered() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let mut link = peer.accept().await;
    link.frame().await;
    link.say(&auth(0x18, METHOD, b"")).await;
    assert_eq!(fault(subject.failure().await), AuthenticationFault::NoData);
}

#[tokio::test]
async fn more_iterations_than_anybody_needs_are_not_done() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let mut link = peer.accept().await;
    let first = Scram::challenge(&data_of(&link.frame().await, METHOD)).challenge;
    let challenge = first.replace("i=4096", "i=4000000000");
    link.say(&auth(0x18, METHOD, challenge.as_bytes())).await;
    let expected = AuthenticationFault::TooManyIterations { count: "4000000000".into(), most: 1_000_000 };
    assert_eq!(fault(subject.failure().await), expected);
}

#[tokio::test]
async fn a_method_that_the_server_does_not_know_is_refused_by_its_code() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let mut link = peer.accept().await;
    link.frame().await;
    link.say(&[0x20, 3, 0, 0x8c, 0]).await;
    assert!(matches!(subject.failure().await, Failure::ConnackRefused { code: 0x8c, .. }));
}

#[tokio::test]
async fn a_failed_authentication_is_not_tried_again() {
    let peer = Peer::listen().await;
    let mut profile = with_method(peer.port(), METHOD);
    (profile.username, profile.reconnect) = ("user".to_owned(), true);
    let mut subject = Subject::start_with(profile, Some("pencil"));
    let mut link = peer.accept().await;
    link.frame().await;
    link.say(&connack(METHOD, b"")).await;
    assert_eq!(fault(subject.failure().await), AuthenticationFault::NoProof);
}

#[tokio::test]
async fn connack_without_the_method_breaks_the_protocol() {
    let peer = Peer::listen().await;
    let mut subject = bytes(peer.port(), b"x");
    let _link = peer.welcome(CONNACK_5).await;
    assert!(matches!(subject.failure().await, Failure::Protocol { .. }));
}

#[tokio::test]
async fn a_method_of_the_users_own_sends_the_bytes_as_they_are() {
    let peer = Peer::listen().await;
    let mut subject = bytes(peer.port(), &[0, 0xff, 0x80]);
    let mut link = peer.accept().await;
    assert_eq!(data_of(&link.frame().await, "OWN"), [0, 0xff, 0x80]);
    link.say(&auth(0x18, "OWN", b"?")).await;
    assert_eq!(link.frame().await, auth(0x18, "OWN", &[0, 0xff, 0x80]));
    link.say(&connack("OWN", b"")).await;
    subject.online().await;
}

#[tokio::test]
async fn a_server_that_asks_for_ever_is_left() {
    let peer = Peer::listen().await;
    let mut subject = bytes(peer.port(), b"x");
    let mut link = peer.accept().await;
    link.frame().await;
    for _ in 0..8 {
        link.say(&auth(0x18, "OWN", b"?")).await;
        assert_eq!(link.frame().await, auth(0x18, "OWN", b"x"));
    }
    link.say(&auth(0x18, "OWN", b"?")).await;
    assert_eq!(fault(subject.failure().await), AuthenticationFault::Endless { rounds: 8 });
}

#[tokio::test]
async fn settings_that_cannot_authenticate_are_told_before_anybody_is_called() {
    let data = || Some(Secret::from_bytes(vec![1]));
    let password = || Some(Secret::new("p".to_owned()));
    for (method, username, secrets, part) in [
        ("OWN", "", Secrets::default(), "needs authentication data"),
        ("SCRAM-SHA-1", "", Secrets { password: password(), ..Secrets::default() }, "a user name"),
        ("SCRAM-SHA-1", "u", Secrets::default(), "a password"),
        ("", "", Secrets { authentication_data: data(), ..Secrets::default() }, "an authentication method"),
        (
            "SCRAM-SHA-1",
            "u",
            Secrets { password: password(), authentication_data: data(), ..Secrets::default() },
            "leave the data empty",
        ),
    ] {
        let mut profile = with_method(1, method);
        profile.username = username.to_owned();
        let failure = Subject::start_options(Options { profile, secrets }).failure().await;
        assert!(
            matches!(&failure, Failure::Settings { fault } if fault.to_string().contains(part)),
            "{method:?}: {failure:?}"
        );
    }
}

/// A session that is online after SCRAM, and the server's side of it.
async fn online(peer: &Peer) -> (Subject, Link) {
    let mut subject = scram(peer.port());
    let (mut link, proof) = up_to_proof(peer).await;
    link.say(&connack(METHOD, &proof)).await;
    subject.online().await;
    (subject, link)
}

/// Goes through SCRAM once more up to the client's proof; answers the server's.
async fn again(link: &mut Link) -> Vec<u8> {
    let begun = link.frame().await;
    assert_eq!((begun[0], begun[2]), (0xf0, 0x19), "AUTH, re-authenticate");
    let scram = Scram::challenge(&data_of(&begun, METHOD));
    link.say(&auth(0x18, METHOD, scram.challenge.as_bytes())).await;
    scram.prove(&data_of(&link.frame().await, METHOD))
}

#[tokio::test]
async fn re_authentication_goes_through_twice_with_one_outcome_each() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(&peer).await;
    for id in [1, 2] {
        subject.send(Command::Reauthenticate { id: RequestId(id) });
        let proof = again(&mut link).await;
        link.say(&auth(0, METHOD, &proof)).await;
        reauthenticated(&mut subject, id).await.expect("the server accepted");
    }
    subject.send(Command::Disconnect);
    let (cause, events) = subject.end().await;
    assert_eq!(cause, None);
    assert!(!events.iter().any(|event| matches!(event, Event::Reauthenticated { .. })), "{events:?}");
}

#[tokio::test]
async fn a_wrong_proof_in_re_authentication_ends_the_connection() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(&peer).await;
    subject.send(Command::Reauthenticate { id: RequestId(1) });
    again(&mut link).await;
    link.say(&auth(0, METHOD, format!("v={}", BASE64.encode(&[7; 32])).as_bytes())).await;
    let (cause, events) = subject.end().await;
    assert_eq!(fault(cause.unwrap()), AuthenticationFault::WrongProof);
    let outcomes = events.iter().filter(|event| matches!(event, Event::Reauthenticated { .. }));
    assert_eq!(outcomes.count(), 1, "{events:?}");
}

#[tokio::test]
async fn re_authentication_that_the_server_refuses_fails_and_its_code_is_told() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(&peer).await;
    subject.send(Command::Reauthenticate { id: RequestId(1) });
    again(&mut link).await;
    link.say(&[0xe0, 1, 0x87]).await;
    let (cause, events) = subject.end().await;
    assert!(matches!(cause, Some(Failure::ServerDisconnected { code: 0x87, .. })), "{cause:?}");
    let failed = |event: &&Event| matches!(event, Event::Reauthenticated { result: Err(_), .. });
    assert_eq!(events.iter().filter(failed).count(), 1, "{events:?}");
}

#[tokio::test]
async fn a_second_re_authentication_waits_for_nobody_and_harms_nothing() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(&peer).await;
    subject.send(Command::Reauthenticate { id: RequestId(1) });
    subject.send(Command::Reauthenticate { id: RequestId(2) });
    let refused = reauthenticated(&mut subject, 2).await.unwrap_err();
    assert_eq!(refused, Refusal::Reauthenticating);
    let proof = again(&mut link).await;
    link.say(&auth(0, METHOD, &proof)).await;
    reauthenticated(&mut subject, 1).await.expect("the server accepted");
}

#[tokio::test]
async fn re_authentication_that_is_never_answered_ends_all_the_same() {
    let peer = Peer::listen().await;
    let mut profile = with_method(peer.port(), METHOD);
    (profile.username, profile.connect_timeout_secs) = ("user".to_owned(), 1);
    let mut subject = Subject::start_with(profile, Some("pencil"));
    let (mut link, proof) = up_to_proof(&peer).await;
    link.say(&connack(METHOD, &proof)).await;
    subject.online().await;
    subject.send(Command::Reauthenticate { id: RequestId(1) });
    assert_eq!(reauthenticated(&mut subject, 1).await, Err(Refusal::Silent { after_secs: 1 }));
    // The connection stays, and a late answer is no fault.
    let proof = again(&mut link).await;
    link.say(&auth(0, METHOD, &proof)).await;
    subject.send(Command::Disconnect);
    assert_eq!(subject.end().await.0, None);
}

#[tokio::test]
async fn a_session_that_parts_gives_re_authentication_its_outcome() {
    let peer = Peer::listen().await;
    let (mut subject, mut link) = online(&peer).await;
    subject.send(Command::Reauthenticate { id: RequestId(1) });
    again(&mut link).await;
    subject.send(Command::Disconnect);
    let (_, events) = subject.end().await;
    let failed = |event: &&Event| matches!(event, Event::Reauthenticated { result: Err(_), .. });
    assert_eq!(events.iter().filter(failed).count(), 1, "{events:?}");
}

#[tokio::test]
async fn nobody_re_authenticates_where_it_makes_no_sense() {
    let peer = Peer::listen().await;
    for (version, connack, why) in [
        (Version::V3_1_1, CONNACK, Refusal::NoReauthentication),
        (Version::V5_0, CONNACK_5, Refusal::NoAuthenticationMethod),
    ] {
        let mut subject = Subject::start(profile(version, peer.port()));
        subject.send(Command::Reauthenticate { id: RequestId(1) });
        assert_eq!(reauthenticated(&mut subject, 1).await, Err(Refusal::NotConnected));
        let mut link = peer.welcome(connack).await;
        subject.online().await;
        subject.send(Command::Reauthenticate { id: RequestId(2) });
        let refused = reauthenticated(&mut subject, 2).await.unwrap_err();
        assert_eq!(refused, why);
        subject.send(Command::Disconnect);
        soon("DISCONNECT", link.closed()).await;
    }
}

#[tokio::test]
async fn a_password_of_any_bytes_goes_out_unharmed_in_every_version() {
    let password: Vec<u8> = (0..=u8::MAX).collect();
    for version in Version::ALL {
        let peer = Peer::listen().await;
        let mut profile = profile(version, peer.port());
        profile.username = "温度".to_owned();
        let secrets = Secrets { password: Some(Secret::from_bytes(password.clone())), ..Secrets::default() };
        let _subject = Subject::start_options(Options { profile, secrets });
        let connect = peer.accept().await.frame().await;
        let expected = ["\0\x06温度".as_bytes(), &[1, 0], &password].concat();
        assert!(connect.ends_with(&expected), "{version:?}: {connect:02x?}");
    }
}

#[tokio::test]
async fn nothing_of_a_session_shows_its_secrets() {
    let peer = Peer::listen().await;
    let mut subject = scram(peer.port());
    let (mut link, _) = up_to_proof(&peer).await;
    link.say(&connack(METHOD, b"e=other-error")).await;
    let (cause, events) = subject.end().await;
    let said = format!("{cause:?} {events:?}");
    assert!(said.contains("other-error") && !said.contains("pencil"), "{said}");
}
