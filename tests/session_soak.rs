//! Ten connections for ten minutes against a mosquitto that is ended and started again every few seconds: nothing
//! grows, nothing gets stuck, and no message of QoS 1 is lost.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mqloupe::log::{FrameLog, Limits};
use mqloupe::profile::{Profile, Unacknowledged};
use mqloupe::session::{self, Command, Event, Options, Phase, PublishOutcome, Refusal, RequestId};
use mqloupe::wire::{Direction, PacketType, Qos, Version};
use support::mosquitto::Mosquitto;
use support::{message, profile, subscription};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, sleep_until};

const CONNECTIONS: usize = 10;

/// Messages under way or waiting to be handed over, for each connection.
const UNDER_WAY: usize = 20;

/// What came of one connection.
#[derive(Debug, Default)]
struct Tally {
    published: u64,
    acknowledged: u64,
    /// Acknowledged, and not yet delivered.
    missing: BTreeSet<u64>,
    delivered: u64,
    /// Delivered more than once, which QoS 1 allows.
    repeated: u64,
    abandoned: u64,
    connects: u64,
    sent_again: usize,
}

/// Publishes numbers to a topic of its own and counts them back in, until `over`; then until all are back.
async fn connection(number: usize, port: u16, mut over: watch::Receiver<bool>) -> Tally {
    let topic = format!("soak/{number}");
    let settings = Profile {
        client_id: format!("soak-{number}"),
        clean_session: false,
        reconnect: true,
        unacknowledged: Unacknowledged::SendAgain,
        subscriptions: vec![subscription(&topic, Qos::AtLeastOnce)],
        ..profile(if number.is_multiple_of(2) { Version::V3_1_1 } else { Version::V5_0 }, port)
    };
    // So small that it is full before memory is looked at for the first time.
    let log =
        FrameLog::in_memory(Limits { memory_bytes: 1 << 20, segment_bytes: 1 << 17, ..Limits::default() });
    let (sender, mut events) = mpsc::channel(10_000);
    let session = session::spawn(
        &tokio::runtime::Handle::current(),
        Options { profile: settings, ..Options::default() },
        log.clone(),
        // When the connection is done, nobody reads its last events.
        Arc::new(move |event| {
            let full = matches!(sender.try_send(event), Err(mpsc::error::TrySendError::Full(_)));
            assert!(!full, "events are read");
        }),
    );
    let mut tally = Tally::default();
    let mut under_way = BTreeMap::new();
    let mut again = BTreeSet::new();
    let mut delivered = BTreeSet::new();
    let (mut online, mut row, mut id) = (false, log.rows().start, 0);
    // Before it is subscribed to, nothing would come back.
    let mut subscribed = false;
    let mut end_began = Instant::now();
    // As a user who does not want to wait.
    let pause = || tokio::time::Instant::now() + Duration::from_millis(500 + fastrand::u64(..2500));
    let mut insist = pause();
    loop {
        tokio::select! {
            event = events.recv() => match event.expect("the session ends only when it is told to") {
                Event::Phase(Phase::Online(_)) => {
                    online = true;
                    tally.connects += 1;
                }
                Event::Phase(Phase::Offline { cause }) => panic!("connection {number} is offline: {cause:?}"),
                Event::Phase(_) if std::mem::take(&mut online) => insist = pause(),
                Event::Subscribed { .. } => subscribed = true,
                Event::Notice(session::Notice::SentAgain { count }) => tally.sent_again += count,
                Event::Published { id: RequestId(id), outcome } => {
                    let value: u64 = under_way.remove(&id).expect("one outcome for each");
                    match outcome {
                        PublishOutcome::Acknowledged { .. } => {
                            tally.acknowledged += 1;
                            if !delivered.contains(&value) {
                                tally.missing.insert(value);
                            }
                        }
                        PublishOutcome::Refused { reason: Refusal::NotConnected } => {
                            again.insert(value);
                        }
                        PublishOutcome::Abandoned => tally.abandoned += 1,
                        other => panic!("connection {number}: {other:?}"),
                    }
                }
                _ => {}
            },
            () = sleep(Duration::from_millis(50)) => {}
            () = sleep_until(insist), if !online => {
                let _ = session.send(Command::ReconnectNow);
                insist = pause();
            }
        }
        let end = log.rows().end;
        for at in row..end {
            let Some(frame) = log.frame(at) else { continue };
            let entry = frame.entry;
            if entry.direction == Direction::ToClient && entry.packet == Some(PacketType::Publish) {
                let value = u64::from_be_bytes(frame.bytes[frame.bytes.len() - 8..].try_into().unwrap());
                tally.missing.remove(&value);
                if delivered.insert(value) {
                    tally.delivered += 1;
                } else {
                    tally.repeated += 1;
                }
                // Nothing comes back after so long.
                while delivered.len() > 5_000 {
                    delivered.pop_first();
                }
            }
        }
        row = end;
        let done = *over.borrow_and_update();
        while online && subscribed && under_way.len() < UNDER_WAY && (!done || !again.is_empty()) {
            let value = again.pop_first().unwrap_or_else(|| {
                tally.published += 1;
                tally.published
            });
            id += 1;
            let publish = message(&topic, &value.to_be_bytes(), Qos::AtLeastOnce);
            if session.send(Command::Publish { id: RequestId(id), publish }).is_err() {
                again.insert(value);
                break;
            }
            under_way.insert(id, value);
        }
        if !done {
            end_began = Instant::now();
        }
        assert!(
            end_began.elapsed() < Duration::from_secs(90),
            "connection {number} is stuck: online {online}, {under_way:?} under way, {again:?} again, {tally:?}"
        );
        if done && under_way.is_empty() && again.is_empty() && tally.missing.is_empty() {
            return tally;
        }
    }
}

/// A figure of this process that the system counts, such as `VmRSS` in KiB; 0 where it does not.
fn figure(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes ten minutes: cargo test --no-default-features --test session_soak -- --ignored --nocapture"]
async fn ten_connections_outlive_a_server_that_comes_and_goes() {
    let seconds = std::env::var("MQLOUPE_SOAK_SECS").ok().and_then(|secs| secs.parse().ok()).unwrap_or(600);
    let folder = tempfile::tempdir().unwrap();
    let lines = format!(
        "user root\npersistence true\npersistence_location {}/\nmax_queued_messages 0\nmax_inflight_messages 100",
        folder.path().display()
    );
    let Some(mut broker) = Mosquitto::start("the soak", &lines).await else { return };
    let (end, over) = watch::channel(false);
    let connections: Vec<_> =
        (0..CONNECTIONS).map(|number| tokio::spawn(connection(number, broker.port, over.clone()))).collect();
    let begin = Instant::now();
    let (mut restarts, mut warm) = (0, None);
    while begin.elapsed() < Duration::from_secs(seconds) {
        sleep(Duration::from_millis(2000 + fastrand::u64(..4000))).await;
        broker = broker.stop_and_start(Duration::from_millis(fastrand::u64(..1500))).await;
        restarts += 1;
        if warm.is_none() && begin.elapsed() > Duration::from_secs(seconds / 4) {
            warm = Some(figure("VmRSS"));
        }
        if restarts % 10 == 0 {
            println!(
                "{:>4} s, {restarts} restarts: {} KiB, {} files",
                begin.elapsed().as_secs(),
                figure("VmRSS"),
                files()
            );
        }
    }
    let (memory, warm) = (figure("VmRSS"), warm.unwrap_or(0));
    end.send_replace(true);
    let mut total = Tally::default();
    for (number, connection) in connections.into_iter().enumerate() {
        let tally = connection.await.unwrap();
        assert_eq!(tally.abandoned, 0, "connection {number}: {tally:?}");
        total.published += tally.published;
        total.acknowledged += tally.acknowledged;
        total.delivered += tally.delivered;
        total.repeated += tally.repeated;
        total.connects += tally.connects;
        total.sent_again += tally.sent_again;
    }
    println!(
        "{restarts} restarts; memory {warm} KiB after a quarter, {memory} KiB at the end; in all {total:?}"
    );
    assert_eq!((total.acknowledged, total.delivered), (total.published, total.published));
    assert!(memory <= warm + 16 * 1024, "memory grew from {warm} to {memory} KiB");
}
