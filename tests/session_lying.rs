//! Servers that lie: whatever they say, a session neither crashes nor hangs nor spins, every request gets one outcome,
//! and the log holds every byte.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use mqloupe::profile::Profile;
use mqloupe::session::{Failure, PublishOutcome};
use mqloupe::wire::Version;
use support::busy::{VERSIONS, busy, connack, end, honest, logged};
use support::peer::{CONNACK, CONNACK_5, Peer};
use support::{Subject, profile};
use tokio::task::JoinSet;

/// A lie: its name, and its bytes in 3.1.1 and in 5.0; `None` where the version has no such lie.
type Lie = (&'static str, Option<&'static [u8]>, Option<&'static [u8]>);

const fn both(name: &'static str, bytes: &'static [u8]) -> Lie {
    (name, Some(bytes), Some(bytes))
}

const fn each(name: &'static str, old: &'static [u8], new: &'static [u8]) -> Lie {
    (name, Some(old), Some(new))
}

const fn only_5(name: &'static str, bytes: &'static [u8]) -> Lie {
    (name, None, Some(bytes))
}

const fn only_old(name: &'static str, bytes: &'static [u8]) -> Lie {
    (name, Some(bytes), None)
}

fn bytes(lie: &Lie, version: Version) -> Option<&'static [u8]> {
    if version == Version::V5_0 { lie.2 } else { lie.1 }
}

/// How a session takes a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The server broke the protocol, and the failure names the frame.
    Blamed,
    /// The connection goes on.
    Borne,
}

use End::{Blamed, Borne};

/// What a server may say instead of a CONNACK that accepts. The session ends, without trying again.
const ANSWERS: &[Lie] = &[
    both("CONNACK without a body", &[0x20, 0]),
    both("CONNACK of one byte", &[0x20, 1, 0]),
    both("CONNACK with reserved bits in its first byte", &[0x21, 2, 0, 0]),
    each("CONNACK with reserved acknowledge flags", &[0x20, 2, 2, 0], &[0x20, 3, 2, 0, 0]),
    each("CONNACK with a session though none was wanted", &[0x20, 2, 1, 0], &[0x20, 3, 1, 0, 0]),
    each("CONNACK with a code that is none", &[0x20, 2, 0, 77], &[0x20, 3, 0, 77, 0]),
    only_5("CONNACK with properties past its end", &[0x20, 3, 0, 0, 9]),
    only_5("CONNACK with half a property", &[0x20, 4, 0, 0, 1, 0x13]),
    only_5("CONNACK with a property of SUBSCRIBE", &[0x20, 5, 0, 0, 2, 0x0b, 1]),
    only_5("CONNACK with a property that is none", &[0x20, 5, 0, 0, 2, 0x7f, 0]),
    only_5("CONNACK with receive maximum 0", &[0x20, 6, 0, 0, 3, 0x21, 0, 0]),
    only_5("CONNACK with text that is not UTF-8", &[0x20, 7, 0, 0, 4, 0x1f, 0, 1, 0xff]),
    both("a packet of type 0", &[0x00, 0]),
    both("a CONNECT", b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a"),
    both("PINGRESP", &[0xd0, 0]),
    both("PUBLISH", b"\x30\x04\x00\x01ax"),
    both("SUBACK", &[0x90, 3, 0, 1, 0]),
    both("a remaining length of five bytes", &[0x20, 0xff, 0xff, 0xff, 0xff, 1]),
    only_5("AUTH though no method was named", &[0xf0, 2, 0x18, 0]),
    only_5("DISCONNECT with a reason that is none", &[0xe0, 1, 0x03]),
];

/// What is wrong with a CONNACK and is borne, since it says clearly enough that it accepts.
const ACCEPTED: &[Lie] = &[
    only_5("the same property twice", &[0x20, 7, 0, 0, 4, 0x24, 1, 0x24, 1]),
    only_5("maximum QoS 2", &[0x20, 5, 0, 0, 2, 0x24, 2]),
    only_5("maximum packet size 0", &[0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 0]),
];

/// What a server may say once it has accepted.
const TALK: &[(Lie, End)] = &[
    (both("a packet of type 0", &[0x00, 0]), Blamed),
    (both("a packet of type 0 with a body", &[0x00, 2, 1, 2]), Blamed),
    (both("a CONNECT", b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a"), Blamed),
    (each("a second CONNACK", CONNACK, CONNACK_5), Blamed),
    (both("a CONNACK without a body", &[0x20, 0]), Blamed),
    (each("SUBSCRIBE", b"\x82\x06\x00\x01\x00\x01a\x00", b"\x82\x07\x00\x01\x00\x00\x01a\x00"), Blamed),
    (each("UNSUBSCRIBE", b"\xa2\x05\x00\x01\x00\x01a", b"\xa2\x06\x00\x01\x00\x00\x01a"), Blamed),
    (both("PINGREQ", &[0xc0, 0]), Blamed),
    (both("PINGRESP that was not asked for", &[0xd0, 0]), Borne),
    (both("PINGRESP with a body", &[0xd0, 1, 0]), Blamed),
    (both("PINGRESP with reserved bits", &[0xd1, 0]), Blamed),
    (each("PUBLISH with QoS 3", b"\x36\x06\x00\x01a\x00\x01x", b"\x36\x07\x00\x01a\x00\x01\x00x"), Blamed),
    (each("PUBLISH at QoS 0 with DUP", b"\x38\x04\x00\x01ax", b"\x38\x05\x00\x01a\x00x"), Blamed),
    (
        each(
            "PUBLISH at QoS 1 with packet identifier 0",
            b"\x32\x05\x00\x01a\x00\x00",
            b"\x32\x06\x00\x01a\x00\x00\x00",
        ),
        Blamed,
    ),
    (both("PUBLISH without a body", &[0x30, 0]), Blamed),
    (both("PUBLISH with a topic past its end", b"\x30\x04\x00\x09ax"), Blamed),
    (only_old("PUBLISH with an empty topic", b"\x30\x03\x00\x00x"), Blamed),
    (only_5("PUBLISH with an empty topic and no alias", b"\x30\x04\x00\x00\x00x"), Borne),
    (
        each("PUBLISH with a wildcard in its topic", b"\x30\x05\x00\x02a#x", b"\x30\x06\x00\x02a#\x00x"),
        Blamed,
    ),
    (
        each(
            "PUBLISH with a topic that is not UTF-8",
            b"\x30\x04\x00\x01\xffx",
            b"\x30\x05\x00\x01\xff\x00x",
        ),
        Blamed,
    ),
    (
        each("PUBLISH with U+0000 in its topic", b"\x30\x04\x00\x01\x00x", b"\x30\x05\x00\x01\x00\x00x"),
        Blamed,
    ),
    (
        each(
            "PUBLISH without room for its packet identifier",
            b"\x32\x04\x00\x01a\x00",
            b"\x32\x04\x00\x01a\x00",
        ),
        Blamed,
    ),
    (only_5("PUBLISH with properties past its end", b"\x30\x05\x00\x01a\x09x"), Blamed),
    (only_5("PUBLISH with a property of CONNACK", b"\x30\x07\x00\x01a\x03\x13\x00\x01"), Blamed),
    (only_5("PUBLISH with a property that is none", b"\x30\x06\x00\x01a\x02\x7f\x00"), Blamed),
    (only_5("PUBLISH with an unknown topic alias", b"\x30\x07\x00\x00\x03\x23\x00\x05x"), Blamed),
    (only_5("PUBLISH with topic alias 0", b"\x30\x07\x00\x01a\x03\x23\x00\x00"), Blamed),
    (
        only_5("PUBLISH with a topic alias that we did not allow", b"\x30\x07\x00\x01a\x03\x23\x00\x05"),
        Blamed,
    ),
    (only_5("PUBLISH with subscription identifier 0", b"\x30\x06\x00\x01a\x02\x0b\x00"), Borne),
    (both("a PUBACK that was not asked for", &[0x40, 2, 0, 200]), Blamed),
    (both("a PUBACK of the largest packet identifier", &[0x40, 2, 0xff, 0xff]), Blamed),
    (both("a PUBACK of packet identifier 0", &[0x40, 2, 0, 0]), Blamed),
    (both("a PUBACK without a body", &[0x40, 0]), Blamed),
    (both("a PUBACK of one byte", &[0x40, 1, 0]), Blamed),
    (both("a PUBACK with reserved bits", &[0x42, 2, 0, 200]), Blamed),
    (only_5("a PUBACK with a reason that is none", &[0x40, 3, 0, 200, 0x42]), Blamed),
    (only_5("a PUBACK with properties past its end", &[0x40, 4, 0, 200, 0, 9]), Blamed),
    (both("a PUBREC that was not asked for", &[0x50, 2, 0, 200]), Blamed),
    (both("a PUBREC of the largest packet identifier", &[0x50, 2, 0xff, 0xff]), Blamed),
    (both("a PUBCOMP that was not asked for", &[0x70, 2, 0, 200]), Blamed),
    (both("a PUBCOMP of the largest packet identifier", &[0x70, 2, 0xff, 0xff]), Blamed),
    (both("a PUBREL of a message that never came", &[0x62, 2, 0, 200]), Borne),
    (both("a PUBREL with wrong bits", &[0x60, 2, 0, 200]), Blamed),
    (each("a SUBACK that was not asked for", &[0x90, 3, 0, 200, 0], &[0x90, 4, 0, 200, 0, 0]), Blamed),
    (both("a SUBACK without a body", &[0x90, 0]), Blamed),
    (both("a SUBACK of one byte", &[0x90, 1, 0]), Blamed),
    (only_5("a SUBACK without the length of its properties", &[0x90, 2, 0, 200]), Blamed),
    (each("an UNSUBACK that was not asked for", &[0xb0, 2, 0, 200], &[0xb0, 4, 0, 200, 0, 0]), Blamed),
    (both("an UNSUBACK without a body", &[0xb0, 0]), Blamed),
    (only_5("an UNSUBACK in the form of 3.1.1", &[0xb0, 2, 0, 200]), Blamed),
    (both("a remaining length of five bytes", &[0x30, 0xff, 0xff, 0xff, 0xff, 1]), Blamed),
    (only_5("AUTH though no method was named", &[0xf0, 2, 0x18, 0]), Blamed),
    (both("AUTH without a body", &[0xf0, 0]), Blamed),
];

/// Lets every lie be told in the versions that have it, side by side, and fails with the names of those that were
/// taken wrongly.
async fn every<T: Copy, F>(
    lies: impl Iterator<Item = (&'static Lie, T)>,
    tell: impl Fn(Version, &'static [u8], T) -> F,
) where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let mut told = JoinSet::new();
    for (lie, expected) in lies {
        for version in VERSIONS {
            if let Some(said) = bytes(lie, version) {
                let telling = tell(version, said, expected);
                told.spawn(
                    async move { telling.await.err().map(|why| format!("{version}: {}: {why}", lie.0)) },
                );
            }
        }
    }
    let wrong: Vec<_> = told.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}: {got:02x?} instead of {expected:02x?}")) }
}

#[tokio::test]
async fn a_lie_instead_of_connack_ends_the_session_and_is_not_asked_for_again() {
    every(ANSWERS.iter().map(|lie| (lie, ())), |version, said, ()| async move {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(Profile { reconnect: true, ..profile(version, peer.port()) });
        let mut link = peer.accept().await;
        link.frame().await;
        link.say(said).await;
        let cause = end(&mut subject).await?;
        same("in the log", &logged(&subject), &said.to_vec())?;
        match cause {
            Failure::Protocol { fault: None, detail, .. } => Err(format!("no words but {detail:?}")),
            Failure::Protocol { frame: Some(row), .. } => {
                same("blamed", &subject.log.frame(row).unwrap().bytes.to_vec(), &said.to_vec())
            }
            Failure::NotMqtt { .. } | Failure::ConnackRefused { .. } => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

#[tokio::test]
async fn a_lie_while_online_is_blamed_on_its_frame_or_borne_and_no_outcome_is_lost() {
    every(TALK.iter().map(|(lie, end)| (lie, *end)), |version, said, expected| async move {
        let peer = Peer::listen().await;
        let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
        link.say(said).await;
        let mut came = [connack(version), said].concat();
        if expected == Borne {
            // The connection still carries an answer.
            link.say(&[0x40, 2, 0, 1]).await;
            came.extend([0x40, 2, 0, 1]);
            let outcome = subject.published(1).await;
            if !matches!(outcome, PublishOutcome::Acknowledged { .. }) {
                return Err(format!("{outcome:?}"));
            }
            drop(link);
        }
        let cause = end(&mut subject).await?;
        same("in the log", &logged(&subject), &came)?;
        same("outcomes", &subject.ends, &(1..=4).map(|id| (id, 1)).collect::<BTreeMap<u64, usize>>())?;
        match cause {
            Failure::Protocol { fault: None, detail, .. } => Err(format!("no words but {detail:?}")),
            Failure::Protocol { frame: Some(row), .. } if expected == Blamed => {
                same("blamed", &subject.log.frame(row).unwrap().bytes.to_vec(), &said.to_vec())
            }
            Failure::ClosedByPeer { was_online: true } if expected == Borne => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

#[tokio::test]
async fn a_faulty_connack_that_accepts_is_taken_at_its_word() {
    every(ACCEPTED.iter().map(|lie| (lie, ())), |version, said, ()| async move {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(profile(version, peer.port()));
        let _link = peer.welcome(said).await;
        subject.online().await;
        same("in the log", &logged(&subject), &said.to_vec())
    })
    .await;
}

/// What a server may answer to the requests of [`busy`] that fits them and is wrong all the same; how it is taken.
const WRONG_ANSWERS: &[(Lie, End)] = &[
    (each("a SUBACK of more codes than filters", &[0x90, 4, 0, 3, 0, 0], &[0x90, 5, 0, 3, 0, 0, 0]), Blamed),
    (each("a SUBACK without a code", &[0x90, 2, 0, 3], &[0x90, 3, 0, 3, 0]), Blamed),
    (each("a SUBACK of more than was asked for", &[0x90, 3, 0, 3, 2], &[0x90, 4, 0, 3, 0, 2]), Borne),
    (each("a SUBACK of a code that is none", &[0x90, 3, 0, 3, 0x33], &[0x90, 4, 0, 3, 0, 0x33]), Blamed),
    (only_5("an UNSUBACK without a code", &[0xb0, 3, 0, 4, 0]), Blamed),
    (only_5("an UNSUBACK of more codes than filters", &[0xb0, 5, 0, 4, 0, 0, 0]), Blamed),
    (both("an UNSUBACK to SUBSCRIBE", &[0xb0, 2, 0, 3]), Blamed),
    (each("a SUBACK to UNSUBSCRIBE", &[0x90, 3, 0, 4, 0], &[0x90, 4, 0, 4, 0, 0]), Blamed),
    (both("a PUBREC to QoS 1", &[0x50, 2, 0, 1]), Borne),
    (both("a PUBACK to QoS 2", &[0x40, 2, 0, 2]), Borne),
    (both("a PUBCOMP before its PUBREL", &[0x70, 2, 0, 2]), Blamed),
    (both("a PUBACK to SUBSCRIBE", &[0x40, 2, 0, 3]), Blamed),
];

#[tokio::test]
async fn a_wrong_answer_gives_every_request_one_outcome() {
    every(WRONG_ANSWERS.iter().map(|(lie, end)| (lie, *end)), |version, said, expected| async move {
        let peer = Peer::listen().await;
        let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
        link.say(said).await;
        if expected == Borne {
            // The connection still carries a message and its acknowledgement.
            link.say(&honest(version)[3]).await;
            while link.frame().await != [0x40, 2, 0, 7] {}
            drop(link);
        }
        let cause = end(&mut subject).await?;
        same("outcomes", &subject.ends, &(1..=4).map(|id| (id, 1)).collect::<BTreeMap<u64, usize>>())?;
        match (expected, cause) {
            (Blamed, Failure::Protocol { fault: None, detail, .. }) => {
                Err(format!("no words but {detail:?}"))
            }
            (Blamed, Failure::Protocol { frame: Some(_), .. })
            | (Borne, Failure::ClosedByPeer { was_online: true }) => Ok(()),
            (_, other) => Err(format!("{other:?}")),
        }
    })
    .await;
}

/// Processor time of this thread so far, on which a test's sessions run; `None` where the system does not say.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").ok()?;
    // The name, which may hold blanks, is in parentheses; user and system time are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // A hundred a second wherever it matters.
    Some(Duration::from_millis(ticks * 10))
}

#[tokio::test]
async fn nothing_that_is_borne_or_unfinished_makes_a_session_spin() {
    if processor_time().is_none() {
        eprintln!("skipped: the system does not tell the processor time");
        return;
    }
    let mut kept = Vec::new();
    for version in VERSIONS {
        let borne = TALK.iter().chain(WRONG_ANSWERS).filter(|(_, end)| *end == Borne);
        let borne = borne.filter_map(|(lie, _)| bytes(lie, version));
        // Half a fixed header, and half a packet.
        for said in borne.chain([&[0x30][..], b"\x30\x7f\x00\x01t"]) {
            let peer = Peer::listen().await;
            let (subject, mut link) = busy(profile(version, peer.port()), &peer).await;
            link.say(said).await;
            kept.push((subject, link));
        }
        // A server that listens and never answers.
        let peer = Peer::listen().await;
        let subject = Subject::start(profile(version, peer.port()));
        kept.push((subject, peer.accept().await));
    }
    // Each of them has taken in what it was told.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = processor_time().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let used = processor_time().unwrap().saturating_sub(before);
    assert!(used <= Duration::from_millis(300), "{} quiet sessions took {used:?} of a second", kept.len());
}
