//! A session with something of each kind under way, and what an honest server says to it.

use mqloupe::profile::Profile;
use mqloupe::session::Failure;
use mqloupe::wire::{Direction, Qos, Version};

use super::peer::{CONNACK, CONNACK_5, Link, Peer};
use super::{PATIENCE, Subject, message, subscription};

/// What 3.1.1 and 5.0 say in the same situation.
pub const VERSIONS: [Version; 2] = [Version::V3_1_1, Version::V5_0];

/// A CONNACK that accepts.
pub const fn connack(version: Version) -> &'static [u8] {
    if let Version::V5_0 = version { CONNACK_5 } else { CONNACK }
}

/// Everything that the log holds of what came.
pub fn logged(subject: &Subject) -> Vec<u8> {
    subject.frames(Direction::ToClient).concat()
}

/// A session that is online, with one request of each kind under way, and the peer's end of it.
pub async fn busy(settings: Profile, peer: &Peer) -> (Subject, Link) {
    let version = settings.version;
    let mut subject = Subject::start(settings);
    let mut link = peer.welcome(connack(version)).await;
    subject.online().await;
    subject.publish(1, message("a", b"x", Qos::AtLeastOnce));
    subject.publish(2, message("a", b"x", Qos::ExactlyOnce));
    subject.subscribe(3, vec![subscription("a", Qos::AtMostOnce)]);
    subject.unsubscribe(4, &["b"]);
    for _ in 0..4 {
        link.frame().await;
    }
    (subject, link)
}

/// Why the session ended; it must have, in good time.
pub async fn end(subject: &mut Subject) -> Result<Failure, String> {
    let end = tokio::time::timeout(PATIENCE / 2, subject.end()).await;
    let (cause, _) = end.map_err(|_| "no end".to_owned())?;
    cause.ok_or_else(|| "no cause".to_owned())
}

/// What an honest server of a version says to the requests of [`busy`], and a message of each QoS besides.
pub fn honest(version: Version) -> Vec<Vec<u8>> {
    let five = version == Version::V5_0;
    let none: &[u8] = if five { &[0] } else { &[] };
    let body = |head: &[u8], rest: &[&[u8]]| {
        let body = rest.concat();
        [head, &[u8::try_from(body.len()).unwrap()], &body].concat()
    };
    vec![
        body(&[0x40], &[&[0, 1]]),
        body(&[0x50], &[&[0, 2]]),
        body(&[0x30], &[b"\x00\x01t", none, b"zero"]),
        body(&[0x32], &[b"\x00\x01t\x00\x07", none, b"one"]),
        body(&[0x34], &[b"\x00\x01t\x00\x08", none, b"two"]),
        body(&[0x70], &[&[0, 2]]),
        body(&[0x90], &[&[0, 3], none, &[0]]),
        body(&[0xb0], &[&[0, 4], none, if five { &[0] } else { &[] }]),
        body(&[0x62], &[&[0, 8]]),
        body(&[0xd0], &[]),
    ]
}
