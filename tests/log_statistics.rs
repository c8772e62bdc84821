//! Statistics count what a plain walk over the log counts.

mod log_support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use log_support::{CONNACK, CONNECT, connection, publish};
use mqloupe::log::statistics::{MAX_CONNECTIONS, Order, OrderBy, Ranked, Standing, Statistics, TopicSum};
use mqloupe::log::{FrameLog, Limits, MAX_TOPICS, Row, Timestamp};
use mqloupe::wire::{Direction, PacketType, Version};
use proptest::prelude::*;

use Direction::{ToClient, ToServer};

const SECOND: u64 = 1_000_000_000;
const BEGAN: u64 = 1_700_000_000 * SECOND;

/// Statistics and the bell they ring.
struct Followed {
    statistics: Statistics,
    bell: Receiver<()>,
}

impl Followed {
    fn new(log: &FrameLog) -> Self {
        let (ring, bell) = channel();
        Self { statistics: Statistics::spawn(log, Arc::new(move || ring.send(()).unwrap_or(()))), bell }
    }

    /// Waits, from one ring to the next, until something holds.
    fn until(&self, what: impl Fn(&Statistics) -> bool) {
        while !what(&self.statistics) {
            self.bell.recv_timeout(Duration::from_secs(20)).expect("the statistics ring when they get on");
        }
    }

    fn caught_up_with(&self, log: &FrameLog) -> &Statistics {
        log.read_whole();
        let rows = log.rows();
        let total = rows.end - rows.start;
        self.until(|statistics| statistics.progress() == (total, total));
        &self.statistics
    }

    fn ranked(&self, order: &Order, at: Timestamp) -> Arc<Ranked> {
        let _before = self.statistics.rank(order, at);
        self.until(Statistics::is_ranked);
        self.statistics.rank(order, at).expect("ranked")
    }
}

fn online() -> (FrameLog, u32) {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(BEGAN), CONNECT);
    log.append(number, ToClient, Timestamp(BEGAN), CONNACK);
    (log, number)
}

/// What a plain walk finds.
#[derive(Debug, Default, PartialEq)]
struct Walked {
    /// Messages, packets, faults, bytes: by direction, and by network connection.
    sent: [u64; 4],
    received: [u64; 4],
    connections: BTreeMap<u32, [u64; 4]>,
    /// Messages, bytes, first time, last time, last row.
    topics: BTreeMap<String, (u64, u64, Timestamp, Timestamp, Row)>,
    others: u64,
}

fn walk(log: &FrameLog) -> Walked {
    let mut walked = Walked::default();
    for row in log.rows() {
        let entry = log.entry(row).unwrap();
        let publish = entry.packet == Some(PacketType::Publish);
        let more = [u64::from(publish), 1, u64::from(entry.fault), u64::from(entry.length)];
        let way = if entry.direction == ToServer { &mut walked.sent } else { &mut walked.received };
        for sums in [way, walked.connections.entry(entry.connection).or_default()] {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        match entry.topic.and_then(|number| log.topic(number)) {
            Some(name) if publish => {
                let new = (0, 0, entry.time, entry.time, row);
                let topic = walked.topics.entry(name.as_ref().to_owned()).or_insert(new);
                *topic = (topic.0 + 1, topic.1 + u64::from(entry.length), topic.2, entry.time, row);
            }
            _ => walked.others += u64::from(publish),
        }
    }
    walked
}

fn counted(log: &FrameLog, statistics: &Statistics) -> Walked {
    let four = |sum: mqloupe::log::statistics::Sum| [sum.messages, sum.packets, sum.faults, sum.bytes];
    let sums = statistics.sums();
    let numbers: Vec<u32> = (0..u32::try_from(log.topic_total()).unwrap()).collect();
    let topics = statistics.topics(&numbers, Timestamp(BEGAN)).into_iter().filter(|topic| topic.messages > 0);
    Walked {
        sent: four(sums.sent),
        received: four(sums.received),
        connections: statistics
            .connections()
            .into_iter()
            .map(|(number, sum)| (number.expect("a number"), four(sum)))
            .collect(),
        topics: topics
            .map(|t| {
                (
                    log.topic(t.number).unwrap().as_ref().to_owned(),
                    (t.messages, t.bytes, t.first, t.last, t.last_row),
                )
            })
            .collect(),
        others: sums.other_topics.messages,
    }
}

#[derive(Clone, Debug)]
struct Sent {
    connection: usize,
    topic: usize,
    direction: bool,
    after_ms: u64,
    kind: u8,
}

fn any_frame() -> impl Strategy<Value = Sent> {
    (0..3_usize, 0..5_usize, any::<bool>(), 0..20_000_u64, 0..10_u8).prop_map(
        |(connection, topic, direction, after_ms, kind)| Sent {
            connection,
            topic,
            direction,
            after_ms,
            kind,
        },
    )
}

const TOPICS: [&str; 5] = ["a", "a/b", "plant/line 1", "温度", "$SYS/uptime"];

fn fill(log: &FrameLog, connections: &[u32], frames: &[Sent], time: &mut u64) {
    for sent in frames {
        *time += sent.after_ms * 1_000_000;
        let direction = if sent.direction { ToServer } else { ToClient };
        let number = connections[sent.connection];
        let frame = match sent.kind {
            0 => b"\xc0\x00".to_vec(),
            // Reserved flags: a fault.
            1 => b"\xc1\x00".to_vec(),
            // A topic that cannot be read.
            2 => b"\x30\x02\x00\x09".to_vec(),
            kind => publish(TOPICS[sent.topic], None, &vec![b'x'; usize::from(kind)]),
        };
        log.append(number, direction, Timestamp(*time), &frame);
    }
}

fn join(log: &FrameLog) -> Vec<u32> {
    (0..3).map(|_| log.join_connection(connection(Version::V3_1_1))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn they_count_what_a_walk_counts(
        before in prop::collection::vec(any_frame(), 0..60),
        after in prop::collection::vec(any_frame(), 0..60),
    ) {
        let log = FrameLog::in_memory(Limits::default());
        let connections = join(&log);
        let mut time = BEGAN;
        fill(&log, &connections, &before, &mut time);
        let followed = Followed::new(&log);
        fill(&log, &connections, &after, &mut time);
        let statistics = followed.caught_up_with(&log);
        prop_assert_eq!(counted(&log, statistics), walk(&log));
        let counters = log.counters();
        let sums = statistics.sums();
        prop_assert_eq!(sums.sent.messages + sums.received.messages, counters.messages);
        prop_assert_eq!(sums.sent.packets + sums.received.packets, counters.packets);
        prop_assert_eq!(sums.sent.bytes + sums.received.bytes, counters.bytes);
        prop_assert_eq!(sums.sent.faults + sums.received.faults, counters.faults);
        let density = statistics.density();
        let crossed = density.spans().fold((0, 0), |(p, f), span| (p + span.packets, f + span.faults));
        prop_assert_eq!(crossed, (counters.packets, counters.faults));
    }

    #[test]
    fn topics_are_put_in_the_order_that_is_wanted(
        frames in prop::collection::vec(any_frame(), 1..80),
        by in prop::sample::select(vec![OrderBy::Topic, OrderBy::Messages, OrderBy::Bytes, OrderBy::Rate, OrderBy::LastSeen]),
        descending in any::<bool>(),
        find in prop::sample::select(vec!["", "A", "/", "+", "plant/#", "nowhere"]),
    ) {
        let log = FrameLog::in_memory(Limits::default());
        let mut time = BEGAN;
        fill(&log, &join(&log), &frames, &mut time);
        let followed = Followed::new(&log);
        let at = Timestamp(time);
        followed.caught_up_with(&log);
        let order = Order { by, descending, only: None, find: find.to_owned() };
        let ranked = followed.ranked(&order, at);
        let topics = followed.statistics.topics(&ranked.numbers, at);
        let name = |topic: &TopicSum| log.topic(topic.number).unwrap();
        let found = |name: &str| match find {
            "+" => !name.contains('/'),
            "plant/#" => name.starts_with("plant/"),
            _ => name.to_lowercase().contains(&find.to_lowercase()),
        };
        let wanted = walk(&log).topics.keys().filter(|name| found(name)).count();
        prop_assert_eq!(topics.len(), wanted);
        prop_assert!(topics.iter().all(|topic| found(&name(topic))));
        for pair in topics.windows(2) {
            let (mut a, mut b) = (&pair[0], &pair[1]);
            if descending {
                (a, b) = (b, a);
            }
            let in_order = match by {
                OrderBy::Topic => name(a) <= name(b),
                OrderBy::Messages => a.messages <= b.messages,
                OrderBy::Bytes => a.bytes <= b.bytes,
                OrderBy::Rate => a.rate <= b.rate,
                OrderBy::LastSeen => a.last <= b.last,
            };
            prop_assert!(in_order, "{a:?} before {b:?}");
        }
    }

}

proptest! {
    // A file for each few frames, and a flush for each file.
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn what_earlier_runs_left_is_counted_as_it_is_read(frames in prop::collection::vec(any_frame(), 200..400)) {
        let folder = tempfile::tempdir().unwrap();
        // Small segments, so that there are several.
        let limits = Limits { segment_bytes: 4_000, ..Limits::default() };
        let mut time = BEGAN;
        let (log, _) = FrameLog::open(folder.path(), limits).unwrap();
        fill(&log, &join(&log), &frames, &mut time);
        drop(log);
        let (log, _) = FrameLog::open(folder.path(), limits).unwrap();
        let followed = Followed::new(&log);
        fill(&log, &join(&log), &frames, &mut time);
        let statistics = followed.caught_up_with(&log);
        prop_assert_eq!(counted(&log, statistics), walk(&log));
    }
}

#[test]
fn what_has_gone_is_counted_still_and_what_was_cleared_is_not() {
    let limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };
    let log = FrameLog::in_memory(limits);
    let number = log.join_connection(connection(Version::V3_1_1));
    let followed = Followed::new(&log);
    for _ in 0..20 {
        for _ in 0..100 {
            log.append(number, ToClient, Timestamp(BEGAN), &publish("t", None, b"later"));
        }
        followed.caught_up_with(&log);
    }
    assert!(log.rows().start > 0, "some have gone");
    assert_eq!(followed.statistics.sums().received.messages, 2_000);
    log.clear();
    assert_eq!(followed.caught_up_with(&log).sums().received.packets, 0);
    log.append(number, ToClient, Timestamp(BEGAN), &publish("t", None, b"new"));
    assert_eq!(followed.caught_up_with(&log).sums().received.messages, 1);
    let held = log.rows().end - log.rows().start;
    assert!(log.restore());
    followed.until(|statistics| statistics.progress().1 > held);
    let rows = log.rows();
    assert_eq!(followed.caught_up_with(&log).sums().received.messages, rows.end - rows.start);
}

#[test]
fn a_topic_behind_an_alias_is_counted_under_its_name() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.begin_connection(connection(Version::V5_0));
    log.append(
        number,
        ToServer,
        Timestamp(BEGAN),
        b"\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x03\x22\x00\x0a\x00\x01a",
    );
    log.append(number, ToClient, Timestamp(BEGAN), b"\x20\x03\x00\x00\x00");
    log.append(number, ToClient, Timestamp(BEGAN), b"\x30\x09\x00\x03a/b\x03\x23\x00\x01");
    log.append(number, ToClient, Timestamp(BEGAN), b"\x30\x07\x00\x00\x03\x23\x00\x01!");
    let followed = Followed::new(&log);
    followed.caught_up_with(&log);
    let topics = followed.statistics.topics(&[0], Timestamp(BEGAN));
    assert_eq!((topics[0].messages, topics[0].last_row), (2, 3));
    assert_eq!(log.topic(0).as_deref(), Some("a/b"));
}

#[test]
fn who_floods_and_who_fell_silent() {
    let (log, number) = online();
    let followed = Followed::new(&log);
    let say = |topic: &str, millis: u64| {
        log.append(number, ToClient, Timestamp(BEGAN + millis * 1_000_000), &publish(topic, None, b"1"));
    };
    for millis in 0..100_000 {
        // Every two seconds, for a minute; five a second; two hundred a second in the end; once.
        if millis % 2_000 == 0 && millis < 60_000 {
            say("stopped", millis);
        }
        if millis % 200 == 0 {
            say("steady", millis);
        }
        if millis > 85_000 && millis % 5 == 0 {
            say("flood", millis);
        }
        if millis == 10 {
            say("once", millis);
        }
    }
    followed.caught_up_with(&log);
    let at = |millis: u64| Timestamp(BEGAN + millis * 1_000_000);
    let standing = |name: &str, at: Timestamp| {
        let number = (0..4).find(|number| log.topic(*number).as_deref() == Some(name)).unwrap();
        let topic = followed.statistics.topics(&[number], at)[0];
        (topic.standing, topic.usual_seconds)
    };
    assert_eq!(standing("flood", at(100_000)).0, Some(Standing::Floods));
    assert_eq!(standing("steady", at(100_000)), (None, Some(0.2)));
    assert_eq!(standing("stopped", at(64_000)), (None, Some(2.0)), "three intervals are no silence yet");
    assert_eq!(standing("stopped", at(65_000)), (Some(Standing::Silent), Some(2.0)));
    assert_eq!(standing("once", at(100_000)), (None, None), "once says nothing of how often");
    assert_eq!(standing("flood", at(200_000)).0, Some(Standing::Silent));
    let silent = followed.ranked(&Order { only: Some(Standing::Silent), ..Order::default() }, at(100_000));
    assert_eq!((silent.topics, silent.floods, silent.silent, silent.numbers.len()), (4, 1, 1, 1));
    assert_eq!(log.topic(silent.numbers[0]).as_deref(), Some("stopped"));
}

#[test]
fn the_time_between_two_network_connections_is_no_interval() {
    let (log, number) = online();
    let at = |seconds: u64| Timestamp(BEGAN + seconds * SECOND);
    for seconds in 0..5 {
        log.append(number, ToClient, at(seconds), &publish("t", None, b"1"));
    }
    let again = log.begin_connection(connection(Version::V3_1_1));
    for seconds in 50_000..50_003 {
        log.append(again, ToClient, at(seconds), &publish("t", None, b"1"));
    }
    let followed = Followed::new(&log);
    followed.caught_up_with(&log);
    let topic = followed.statistics.topics(&[0], at(50_010))[0];
    assert_eq!((topic.usual_seconds, topic.standing), (Some(1.0), Some(Standing::Silent)));
}

#[test]
fn connections_beyond_the_bound_are_one_sum() {
    let log = FrameLog::in_memory(Limits::default());
    let more = u32::try_from(MAX_CONNECTIONS).unwrap() + 5;
    for _ in 0..more {
        let number = log.begin_connection(connection(Version::V3_1_1));
        log.append(number, ToServer, Timestamp(BEGAN), CONNECT);
    }
    let followed = Followed::new(&log);
    let connections = followed.caught_up_with(&log).connections();
    assert_eq!(connections.len(), MAX_CONNECTIONS + 1);
    assert_eq!(connections[0].0, Some(more - 1));
    assert_eq!(connections[MAX_CONNECTIONS], (None, connections[MAX_CONNECTIONS].1));
    assert_eq!(connections[MAX_CONNECTIONS].1.packets, 5);
}

#[test]
fn topics_beyond_the_bound_are_one_sum() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection(Version::V3_1_1));
    for topic in 0..MAX_TOPICS + 7 {
        log.append(number, ToClient, Timestamp(BEGAN), &publish(&topic.to_string(), None, b""));
    }
    let followed = Followed::new(&log);
    assert_eq!(followed.caught_up_with(&log).sums().other_topics.messages, 7);
    let ranked = followed.ranked(&Order { find: "9999".to_owned(), ..Order::default() }, Timestamp(BEGAN));
    assert_eq!(ranked.topics, MAX_TOPICS);
    assert!(ranked.numbers.iter().all(|number| log.topic(*number).unwrap().contains("9999")));
}

#[test]
fn an_order_is_renewed_once_a_second() {
    let (log, number) = online();
    let followed = Followed::new(&log);
    let at = |seconds: u64| Timestamp(BEGAN + seconds * SECOND);
    log.append(number, ToClient, at(0), &publish("a", None, b""));
    followed.caught_up_with(&log);
    let order = Order { by: OrderBy::Topic, descending: false, ..Order::default() };
    assert_eq!(followed.ranked(&order, at(0)).numbers, [0]);
    log.append(number, ToClient, at(0), &publish("B", None, b""));
    followed.caught_up_with(&log);
    assert_eq!(followed.ranked(&order, Timestamp(at(0).0 + SECOND / 2)).numbers, [0]);
    assert_eq!(followed.ranked(&order, at(1)).numbers, [1, 0], "names are put in order as bytes");
}
