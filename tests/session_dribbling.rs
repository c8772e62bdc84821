//! Servers that dribble, repeat themselves, go away or fall silent at any byte: a session neither crashes nor hangs,
//! every request gets one outcome, and the log holds every byte.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use mqloupe::profile::Profile;
use mqloupe::session::Failure;
use mqloupe::wire::Direction;
use support::busy::{VERSIONS, busy, connack, end, honest, logged};
use support::peer::Peer;
use support::{Subject, profile};

#[tokio::test]
async fn bytes_that_come_one_by_one_or_all_at_once_mean_the_same() {
    for version in VERSIONS {
        for dribbled in [true, false] {
            let peer = Peer::listen().await;
            let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
            let frames = honest(version);
            if dribbled {
                link.spell(&frames.concat()).await;
            } else {
                link.say(&frames.concat()).await;
            }
            while subject.ends.len() < 4 {
                subject.event().await;
            }
            // PUBREL, PUBACK, PUBREC and PUBCOMP are the client's last words.
            link.expect(&[0x62, 2, 0, 2]).await;
            link.expect(&[0x40, 2, 0, 7]).await;
            link.expect(&[0x50, 2, 0, 8]).await;
            link.expect(&[0x70, 2, 0, 8]).await;
            subject.received("the last frame", |frame| frame[0] == 0xd0).await;
            let expected = [vec![connack(version).to_vec()], frames].concat();
            assert_eq!(subject.frames(Direction::ToClient), expected, "{version}, dribbled {dribbled}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_comes_twice_gives_one_outcome_and_is_blamed() {
    for version in VERSIONS {
        for frame in [0_usize, 1, 5, 6, 7] {
            let peer = Peer::listen().await;
            let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
            let answer = &honest(version)[frame];
            if answer[0] == 0x70 {
                // PUBCOMP belongs to PUBREL.
                link.say(&honest(version)[1]).await;
                link.expect(&[0x62, 2, 0, 2]).await;
            }
            link.say(&answer.repeat(2)).await;
            let cause = end(&mut subject).await.unwrap();
            assert!(matches!(cause, Failure::Protocol { .. }), "{version}, {answer:02x?}: {cause:?}");
            let once: BTreeMap<u64, usize> = (1..=4).map(|id| (id, 1)).collect();
            assert_eq!(subject.ends, once, "{version}, {answer:02x?}");
        }
    }
}

#[tokio::test]
async fn a_message_of_qos_2_that_comes_twice_is_acknowledged_twice_and_completed_once() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(profile(version, peer.port()));
        let mut link = peer.welcome(connack(version)).await;
        subject.online().await;
        let publish = &honest(version)[4];
        for dup in [0, 8] {
            link.say(&[&[publish[0] | dup], &publish[1..]].concat()).await;
            link.expect(&[0x50, 2, 0, 8]).await;
        }
        link.say(&[0x62, 2, 0, 8]).await;
        link.expect(&[0x70, 2, 0, 8]).await;
    }
}

#[tokio::test]
async fn a_reset_at_any_point_leaves_every_request_with_one_outcome() {
    for version in VERSIONS {
        let talk = honest(version).concat();
        for length in (0..talk.len()).step_by(3) {
            let peer = Peer::listen().await;
            let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
            link.say(&talk[..length]).await;
            link.vanish();
            let cause = end(&mut subject).await.unwrap();
            assert_eq!(cause, Failure::ClosedByPeer { was_online: true }, "{version}, {length} bytes");
            let once: BTreeMap<u64, usize> = (1..=4).map(|id| (id, 1)).collect();
            assert_eq!(subject.ends, once, "{version}, {length} bytes");
            // A reset may take with it what was not read yet.
            let whole = [connack(version), &talk[..length]].concat();
            assert!(whole.starts_with(&logged(&subject)), "{version}, {length} bytes");
        }
        for read_connect in [false, true] {
            let peer = Peer::listen().await;
            let mut subject = Subject::start(profile(version, peer.port()));
            let mut link = peer.accept().await;
            if read_connect {
                link.frame().await;
            }
            link.vanish();
            let cause = end(&mut subject).await.unwrap();
            assert_eq!(cause, Failure::ClosedByPeer { was_online: false }, "{version}, {read_connect}");
        }
    }
}

#[tokio::test]
async fn what_comes_joined_to_connack_or_before_connect_is_taken_in() {
    for version in VERSIONS {
        let joined = [connack(version), &honest(version)[2..5].concat()].concat();
        for early in [false, true] {
            let peer = Peer::listen().await;
            let mut subject = Subject::start(profile(version, peer.port()));
            let mut link = peer.accept().await;
            if early {
                link.say(&joined).await;
                link.frame().await;
            } else {
                link.frame().await;
                link.say(&joined).await;
            }
            subject.online().await;
            link.expect(&[0x40, 2, 0, 7]).await;
            link.expect(&[0x50, 2, 0, 8]).await;
            assert_eq!(logged(&subject), joined, "{version}, early {early}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_is_waited_for_while_it_says_something_but_not_for_connack() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let settings =
            Profile { keep_alive_secs: 10, connect_timeout_secs: 10, ..profile(version, peer.port()) };
        let mut subject = Subject::start(settings.clone());
        let mut link = peer.welcome(connack(version)).await;
        subject.online().await;
        for byte in &honest(version)[2] {
            link.say(&[*byte]).await;
            tokio::time::sleep(Duration::from_secs(9)).await;
        }
        subject.received("the message", |frame| frame == honest(version)[2]).await;

        let mut subject = Subject::start(settings);
        let mut link = peer.accept().await;
        link.frame().await;
        for byte in &connack(version)[..3] {
            let _ = link.stream.try_write(&[*byte]);
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
        let cause = end(&mut subject).await.unwrap();
        assert!(matches!(cause, Failure::Silent { .. } | Failure::TimedOut { .. }), "{version}: {cause:?}");
    }
}

#[tokio::test]
async fn an_end_after_any_byte_leaves_every_request_with_one_outcome() {
    for version in VERSIONS {
        let talk = honest(version).concat();
        for length in 0..talk.len() {
            let peer = Peer::listen().await;
            let (mut subject, mut link) = busy(profile(version, peer.port()), &peer).await;
            link.say(&talk[..length]).await;
            drop(link);
            let cause = end(&mut subject).await.unwrap();
            assert_eq!(cause, Failure::ClosedByPeer { was_online: true }, "{version}, {length} bytes");
            let once: BTreeMap<u64, usize> = (1..=4).map(|id| (id, 1)).collect();
            assert_eq!(subject.ends, once, "{version}, {length} bytes");
            assert_eq!(logged(&subject), [connack(version), &talk[..length]].concat());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_packet_that_never_ends_is_given_up_and_its_beginning_is_in_the_log() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let settings = Profile { keep_alive_secs: 5, ..profile(version, peer.port()) };
        let mut subject = Subject::start(settings);
        let mut link = peer.welcome(connack(version)).await;
        subject.online().await;
        // A PUBLISH of 256 MB, of which eight bytes come.
        let beginning = [&[0x30, 0xff, 0xff, 0xff, 0x7f][..], b"\0\x01t"].concat();
        link.say(&beginning).await;
        let since = tokio::time::Instant::now();
        assert_eq!(subject.failure().await, Failure::KeepAliveMissed, "{version}");
        assert!(since.elapsed() <= Duration::from_secs(8), "{version}: {:?}", since.elapsed());
        assert_eq!(logged(&subject), [connack(version), &beginning].concat(), "{version}");
    }
}
