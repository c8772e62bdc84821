//! When a session tries again, and how soon; and how it finds out that a connection is dead.

mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mqloupe::profile::Profile;
use mqloupe::session::{Command, Event, Failure, Phase, PublishOutcome};
use mqloupe::wire::{Qos, Version};
use support::peer::{CONNACK, CONNACK_5, Link, Peer};
use support::{Subject, message, profile};
use tokio::time::Instant;

const VERSIONS: [Version; 2] = [Version::V3_1_1, Version::V5_0];

const fn connack(version: Version) -> &'static [u8] {
    if let Version::V5_0 = version { CONNACK_5 } else { CONNACK }
}

fn faithful(version: Version, peer: &Peer) -> Profile {
    Profile { reconnect: true, ..profile(version, peer.port()) }
}

/// The next wait: which try it is for, and how long it lasts.
async fn wait(subject: &mut Subject) -> (u32, Duration) {
    subject
        .pick("waiting", |event| match event {
            Event::Phase(Phase::Waiting { attempt, until, .. }) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                Some((attempt, Duration::from_nanos(until.0).saturating_sub(now)))
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_server_that_accepts_and_closes_at_once_is_tried_ever_more_seldom() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(faithful(Version::V3_1_1, &peer));
    for (attempt, secs) in (2..).zip([1, 2, 4, 8, 16, 30, 30]) {
        drop(peer.welcome(CONNACK).await);
        let (number, time) = wait(&mut subject).await;
        assert_eq!(number, attempt);
        let full = Duration::from_secs(secs);
        // A quarter less at most, and what this test lost of it.
        assert!(time <= full && time >= full.mul_f32(0.7), "before try {attempt}: {time:?}");
        subject.send(Command::ReconnectNow);
    }
}

#[tokio::test]
async fn a_wait_ends_by_itself() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(faithful(Version::V3_1_1, &peer));
    drop(peer.accept().await);
    wait(&mut subject).await;
    let _link = peer.welcome(CONNACK).await;
    subject.online().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_there_is_tried_two_dozen_times_in_ten_minutes() {
    // Nobody listens at a port that has just been let go.
    let port = Peer::listen().await.port();
    let mut subject = Subject::start(Profile { reconnect: true, ..profile(Version::V3_1_1, port) });
    tokio::time::sleep(Duration::from_mins(10)).await;
    subject.drop_session();
    let (_, events) = subject.end().await;
    let tries = events.iter().filter(|event| matches!(event, Event::Phase(Phase::Waiting { .. }))).count();
    assert!((20..=32).contains(&tries), "{tries} tries");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_goes_without_a_word_is_noticed_and_the_session_gone_on_with_over_the_next() {
    for version in VERSIONS {
        let peer = Peer::listen().await;
        let settings = Profile { keep_alive_secs: 10, clean_session: false, ..faithful(version, &peer) };
        let mut subject = Subject::start(settings);
        // Kept open, and silent: as when this computer has another address now.
        let mut dead = peer.welcome(connack(version)).await;
        subject.online().await;
        subject.publish(1, message("t", b"x", Qos::AtLeastOnce));
        let publish = dead.frame().await;
        let (_, cause) = subject.waiting().await;
        assert_eq!(cause, Failure::KeepAliveMissed, "{version}");
        let present: &[u8] = if version == Version::V5_0 { &[0x20, 3, 1, 0, 0] } else { &[0x20, 2, 1, 0] };
        let mut link = peer.welcome(present).await;
        link.expect(&[&[publish[0] | 8], &publish[1..]].concat()).await;
        link.say(&[0x40, 2, publish[5], publish[6]]).await;
        let outcome = subject.published(1).await;
        assert!(matches!(outcome, PublishOutcome::Acknowledged { .. }), "{version}: {outcome:?}");
    }
}

/// What the server answers CONNECT with, or says once it has accepted; and whether trying again may help.
const ENDS: &[(&str, Version, bool, &[u8], bool)] = &[
    ("unacceptable protocol version", Version::V3_1_1, false, &[0x20, 2, 0, 1], false),
    ("identifier rejected", Version::V3_1_1, false, &[0x20, 2, 0, 2], false),
    ("server unavailable", Version::V3_1_1, false, &[0x20, 2, 0, 3], true),
    ("bad user name or password", Version::V3_1_1, false, &[0x20, 2, 0, 4], false),
    ("not authorized", Version::V3_1_1, false, &[0x20, 2, 0, 5], false),
    ("unsupported protocol version", Version::V5_0, false, &[0x20, 3, 0, 0x84, 0], false),
    ("a CONNACK of 3.1.1 that refuses the version", Version::V5_0, false, &[0x20, 2, 0, 1], false),
    ("bad user name or password", Version::V5_0, false, &[0x20, 3, 0, 0x86, 0], false),
    ("not authorized", Version::V5_0, false, &[0x20, 3, 0, 0x87, 0], false),
    ("server unavailable", Version::V5_0, false, &[0x20, 3, 0, 0x88, 0], true),
    ("server busy", Version::V5_0, false, &[0x20, 3, 0, 0x89, 0], true),
    ("banned", Version::V5_0, false, &[0x20, 3, 0, 0x8a, 0], false),
    ("connection rate exceeded", Version::V5_0, false, &[0x20, 3, 0, 0x9f, 0], true),
    ("server moved", Version::V5_0, false, b"\x20\x07\x00\x9d\x04\x1c\x00\x01s", false),
    ("server shutting down", Version::V5_0, true, &[0xe0, 1, 0x8b], true),
    ("keep alive timeout", Version::V5_0, true, &[0xe0, 1, 0x8d], true),
    ("not authorized any more", Version::V5_0, true, &[0xe0, 1, 0x87], false),
    ("session taken over", Version::V5_0, true, &[0xe0, 1, 0x8e], false),
    ("administrative action", Version::V5_0, true, &[0xe0, 1, 0x98], false),
    ("use another server", Version::V5_0, true, b"\xe0\x06\x9c\x04\x1c\x00\x01s", false),
    ("nothing before it closes", Version::V3_1_1, false, &[], true),
    ("nothing before it closes later", Version::V3_1_1, true, &[], true),
];

#[tokio::test]
async fn a_reason_that_will_not_mend_itself_is_not_tried_again() {
    for &(name, version, online, said, mends) in ENDS {
        let peer = Peer::listen().await;
        let mut subject = Subject::start(faithful(version, &peer));
        let mut link = peer.accept().await;
        link.frame().await;
        if online {
            link.say(connack(version)).await;
        }
        link.say(said).await;
        drop(link);
        let goes_on = subject.pick("what follows", |event| match event {
            Event::Phase(Phase::Waiting { .. }) => Some(true),
            Event::Phase(Phase::Offline { .. }) => Some(false),
            _ => None,
        });
        assert_eq!(goes_on.await, mends, "{version}: {name}");
    }
}

/// A session with a keep alive of ten seconds that is online, the peer's end of it, and since when.
async fn quiet(version: Version) -> (Subject, Link, Instant) {
    let peer = Peer::listen().await;
    let settings = Profile { keep_alive_secs: 10, ..profile(version, peer.port()) };
    let mut subject = Subject::start(settings);
    let link = peer.welcome(connack(version)).await;
    subject.online().await;
    (subject, link, Instant::now())
}

const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Parting from a dead connection takes a moment.
const MOMENT: Duration = Duration::from_millis(500);

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_asked_and_given_up_after_one_and_a_half_keep_alives() {
    for version in VERSIONS {
        let (mut subject, mut link, since) = quiet(version).await;
        link.expect(&[0xc0, 0]).await;
        assert_eq!(subject.failure().await, Failure::KeepAliveMissed, "{version}");
        let time = since.elapsed();
        assert!(time > KEEP_ALIVE && time <= KEEP_ALIVE.mul_f32(1.5) + MOMENT, "{version}: {time:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_is_kept_for_ever() {
    for version in VERSIONS {
        let (mut subject, mut link, since) = quiet(version).await;
        for _ in 0..20 {
            link.expect(&[0xc0, 0]).await;
            link.say(&[0xd0, 0]).await;
        }
        assert!(since.elapsed() >= KEEP_ALIVE * 20, "{version}: no oftener than it must be");
        subject.send(Command::Disconnect);
        assert_eq!(subject.end().await.0, None, "{version}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_messages_and_says_nothing_is_asked_too() {
    for version in VERSIONS {
        let (mut subject, mut link, since) = quiet(version).await;
        // Sending alone would put off the engine's own question for ever.
        let mut id = 0;
        let failure = loop {
            id += 1;
            let _ = subject.try_send(Command::Publish {
                id: mqloupe::session::RequestId(id),
                publish: message("a", b"x", Qos::AtMostOnce),
            });
            tokio::select! {
                failure = subject.failure() => break failure,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        };
        assert_eq!(failure, Failure::KeepAliveMissed, "{version}");
        let time = since.elapsed();
        assert!(time <= KEEP_ALIVE.mul_f32(1.5) + MOMENT, "{version}: {time:?}");
        let sent = link.closed().await;
        assert!(sent.windows(2).any(|two| two == [0xc0, 0]), "{version}: it was asked");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_talks_without_a_pause_hears_of_us_too() {
    for version in VERSIONS {
        let (subject, mut link, since) = quiet(version).await;
        let publish: &[u8] = if version == Version::V5_0 { b"\x30\x04\0\x01t\0" } else { b"\x30\x03\0\x01t" };
        for _ in 0..35 {
            link.say(publish).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for _ in 0..3 {
            link.expect(&[0xc0, 0]).await;
        }
        assert!(since.elapsed() < KEEP_ALIVE * 4, "{version}");
        drop(subject);
    }
}

#[tokio::test(start_paused = true)]
async fn without_keep_alive_nobody_is_asked() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(Profile { keep_alive_secs: 0, ..profile(Version::V5_0, peer.port()) });
    let mut link = peer.welcome(CONNACK_5).await;
    subject.online().await;
    tokio::time::sleep(Duration::from_hours(24)).await;
    subject.send(Command::Disconnect);
    link.expect(&[0xe0, 0]).await;
}

#[tokio::test(start_paused = true)]
async fn the_servers_keep_alive_holds_for_its_connection_alone() {
    let peer = Peer::listen().await;
    let mut subject = Subject::start(faithful(Version::V5_0, &peer));
    // Server keep alive 10 s.
    let mut link = peer.welcome(&[0x20, 6, 0, 0, 3, 0x13, 0, 10]).await;
    subject.online().await;
    let since = Instant::now();
    link.expect(&[0xc0, 0]).await;
    let (_, cause) = subject.waiting().await;
    assert_eq!(cause, Failure::KeepAliveMissed);
    assert!(since.elapsed() <= KEEP_ALIVE.mul_f32(1.5) + MOMENT, "{:?}", since.elapsed());
    let mut link = peer.accept().await;
    let connect = link.frame().await;
    assert_eq!(connect[10..12], [0, 60], "what the profile says");
}
