//! The frame log in memory: entries, partners, bounds, readers, and a naive model.

mod log_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use log_support::{CONNACK, CONNECT, connection, frame, publish};
use mqloupe::log::{FrameLog, Limits, Timestamp, TopicCount, TopicTally};
use mqloupe::wire::{Direction, PacketType, Version, is_faulty};
use proptest::prelude::*;

use Direction::{ToClient, ToServer};

/// A log with one 3.1.1 connection that has been accepted: rows 0 and 1.
fn online(limits: Limits) -> (FrameLog, u32) {
    let log = FrameLog::in_memory(limits);
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(1_000), CONNECT);
    log.append(number, ToClient, Timestamp(3_500), CONNACK);
    (log, number)
}

#[test]
fn an_answer_and_its_request_are_each_others_partner() {
    let (log, _) = online(Limits::default());
    assert_eq!(log.entry(0).unwrap().partner, Some(1));
    assert_eq!(log.entry(1).unwrap().partner, Some(0));
    assert_eq!(log.round_trip(0), Some(2_500));
    assert_eq!(log.round_trip(1), Some(2_500));
    assert_eq!(log.counters().round_trip_ns, Some(2_500));
}

#[test]
fn a_qos_2_exchange_ties_its_first_frame_to_its_last_and_lists_all_four() {
    let (log, number) = online(Limits::default());
    let mut request = publish("a", Some(7), b"x");
    request[0] = 0x34;
    log.append(number, ToClient, Timestamp(10), &request);
    log.append(number, ToServer, Timestamp(20), b"\x50\x02\x00\x07");
    assert_eq!(log.entry(2).unwrap().partner, Some(3), "the first answer, as long as it is the only one");
    assert_eq!(log.round_trip(2), None, "the exchange is not finished");
    log.append(number, ToServer, Timestamp(25), b"\xc0\x00");
    log.append(number, ToClient, Timestamp(30), b"\x62\x02\x00\x07");
    log.append(number, ToServer, Timestamp(45), b"\x70\x02\x00\x07");
    assert_eq!(log.entry(2).unwrap().partner, Some(6));
    assert_eq!(log.entry(6).unwrap().partner, Some(2));
    for row in [2, 3, 5, 6] {
        assert_eq!(log.transaction(row), [2, 3, 5, 6]);
        assert_eq!(log.round_trip(row), Some(35));
    }
    assert_eq!(log.transaction(4), [4]);
    assert_eq!(log.counters().round_trip_ns, Some(2_500), "a round trip is one that the client began");
}

#[test]
fn the_same_identifier_in_the_other_direction_is_another_exchange() {
    let (log, number) = online(Limits::default());
    log.append(number, ToServer, Timestamp(0), &publish("a", Some(1), b""));
    log.append(number, ToClient, Timestamp(0), &publish("b", Some(1), b""));
    log.append(number, ToServer, Timestamp(0), b"\x40\x02\x00\x01");
    assert_eq!(log.entry(2).unwrap().partner, None);
    assert_eq!(log.entry(3).unwrap().partner, Some(4));
    log.append(number, ToClient, Timestamp(0), b"\x40\x02\x00\x01");
    assert_eq!(log.entry(2).unwrap().partner, Some(5));
}

#[test]
fn another_connection_does_not_answer() {
    let (log, number) = online(Limits::default());
    log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    let other = log.begin_connection(connection(Version::V3_1_1));
    log.append(other, ToClient, Timestamp(0), b"\xd0\x00");
    assert_eq!(log.entry(2).unwrap().partner, None);
    assert_eq!(log.entry(3).unwrap().partner, None);
    log.append(number, ToClient, Timestamp(0), b"\xd0\x00");
    assert_eq!(log.entry(2).unwrap().partner, Some(4));
}

#[test]
fn a_topic_alias_has_the_number_of_its_topic() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.begin_connection(connection(Version::V5_0));
    log.append(number, ToServer, Timestamp(0), b"\x10\x0e\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x01a");
    log.append(number, ToServer, Timestamp(0), b"\x30\x0a\x00\x03a/b\x03\x23\x00\x01x");
    log.append(number, ToServer, Timestamp(0), b"\x30\x07\x00\x00\x03\x23\x00\x01y");
    let topic = log.entry(1).unwrap().topic.unwrap();
    assert_eq!(log.entry(2).unwrap().topic, Some(topic));
    assert_eq!(log.topic(topic).as_deref(), Some("a/b"));
    assert_eq!(log.topic_count(topic), TopicCount { sent: 2, received: 0 });
    assert_eq!(log.context(1).alias_topic, None);
    assert_eq!(log.context(2).alias_topic.as_deref(), Some("a/b"));
}

#[test]
fn a_connection_has_the_version_that_its_connect_names() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.begin_connection(connection(Version::V5_0));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    assert_eq!(log.connection(number).unwrap().version, Version::V3_1_1);
    assert_eq!(log.context(0).version, Version::V3_1_1);
}

#[test]
fn a_tally_counts_the_messages_that_match_as_topics_come() {
    let (log, number) = online(Limits::default());
    let mut tally = TopicTally::new("a/+");
    log.append(number, ToClient, Timestamp(0), &publish("a/1", None, b""));
    log.append(number, ToClient, Timestamp(0), &publish("b/1", None, b""));
    assert_eq!(tally.count(&log), TopicCount { sent: 0, received: 1 });
    log.append(number, ToServer, Timestamp(0), &publish("a/2", None, b""));
    log.append(number, ToClient, Timestamp(0), &publish("a/1", None, b""));
    assert_eq!(tally.count(&log), TopicCount { sent: 1, received: 2 });
}

#[test]
fn old_segments_go_and_the_start_moves() {
    let limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };
    let (log, number) = online(limits);
    for count in 0..2_000_u32 {
        log.append(number, ToClient, Timestamp(0), &publish("topic", None, &count.to_be_bytes()));
        let rows = log.rows();
        let held: u64 = rows.clone().map(|row| 40 + u64::from(log.entry(row).unwrap().length)).sum();
        assert!(held <= 40_000, "{held} bytes are held");
    }
    let rows = log.rows();
    assert_eq!(rows.end, 2_002);
    assert!(rows.start > 1_000 && rows.start < 1_800, "{rows:?}");
    assert_eq!(log.counters().gone, rows.start);
    assert_eq!(log.entry(rows.start - 1), None);
    assert_eq!(
        log.frame(rows.start).unwrap().bytes[9..],
        u32::try_from(rows.start - 2).unwrap().to_be_bytes()
    );
}

#[test]
fn a_frame_longer_than_the_whole_memory_is_held_alone() {
    let limits = Limits { memory_bytes: 10_000, disk_bytes: 1 << 30, segment_bytes: 1_000 };
    let (log, number) = online(limits);
    log.append(number, ToClient, Timestamp(0), &publish("t", None, &vec![7; 50_000]));
    assert_eq!(log.rows(), 2..3);
    assert_eq!(log.frame(2).unwrap().bytes.len(), 50_007);
    log.append(number, ToClient, Timestamp(0), &publish("t", None, b"next"));
    assert_eq!(log.rows(), 3..4);
}

#[test]
fn clearing_forgets_frames_and_goes_on_with_the_next_row() {
    let (log, number) = online(Limits::default());
    log.append(number, ToClient, Timestamp(0), &publish("t", None, b"x"));
    log.clear();
    assert_eq!(log.rows(), 3..3);
    assert_eq!(log.counters().packets, 0);
    log.append(number, ToClient, Timestamp(0), &publish("t", None, b"y"));
    assert_eq!(log.rows(), 3..4);
    assert_eq!(log.topic_count(0), TopicCount { sent: 0, received: 1 });
}

#[test]
fn a_watcher_is_told_once_until_it_acknowledges() {
    let (log, number) = online(Limits::default());
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let watch = log.on_change(Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    }));
    for _ in 0..3 {
        log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    }
    assert_eq!(told.load(Ordering::SeqCst), 1);
    watch.acknowledge();
    log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    assert_eq!(told.load(Ordering::SeqCst), 2);
    watch.acknowledge();
    drop(watch);
    log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    assert_eq!(told.load(Ordering::SeqCst), 2);
}

#[test]
fn readers_see_whole_frames_while_one_appends() {
    let limits = Limits { memory_bytes: 400_000, disk_bytes: 1 << 30, segment_bytes: 50_000 };
    let (log, number) = online(limits);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut entries = Vec::new();
                loop {
                    let ended = done.load(Ordering::SeqCst);
                    let rows = log.rows();
                    entries.clear();
                    log.entries(rows.clone(), &mut entries);
                    for row in [rows.start + 20, rows.end.saturating_sub(1)] {
                        // Its segment may have gone since.
                        let Some(frame) = log.frame(row).filter(|frame| frame.row > 1) else { continue };
                        assert_eq!(frame.bytes.len(), frame.entry.length as usize);
                        let expected = u8::try_from(row % 251).unwrap();
                        assert!(frame.bytes[8..].iter().all(|byte| *byte == expected));
                    }
                    if ended {
                        break;
                    }
                }
            });
        }
        for row in 2..20_000_u64 {
            let payload = vec![u8::try_from(row % 251).unwrap(); usize::try_from(row % 97).unwrap()];
            log.append(number, ToClient, Timestamp(row), &publish("four", None, &payload));
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(log.rows().end, 20_000);
}

/// One frame of the model.
#[derive(Clone, Debug)]
struct Sent {
    to_server: bool,
    bytes: Vec<u8>,
}

fn any_frame() -> impl Strategy<Value = Sent> {
    let kind = prop_oneof![
        (0..4_u8, prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(topic, payload)| publish(
            &format!("t/{topic}"),
            None,
            &payload
        )),
        (1..4_u16).prop_map(|id| publish("q", Some(id), b"one")),
        (1..4_u16).prop_map(|id| frame(0x40, &id.to_be_bytes())),
        Just(vec![0xc0, 0]),
        Just(vec![0xd0, 0]),
        prop::collection::vec(any::<u8>(), 0..30),
        Just(publish("large", None, &vec![9; 20_000])),
    ];
    (any::<bool>(), kind).prop_map(|(to_server, bytes)| Sent { to_server, bytes })
}

/// Frames that need what came before: aliases set and used, a CONNECT.
fn any_frame_of_5() -> impl Strategy<Value = Sent> {
    let kind = prop_oneof![
        (1..4_u8).prop_map(|alias| frame(0x30, &[0, 1, b'a', 3, 0x23, 0, alias])),
        (1..4_u8).prop_map(|alias| frame(0x30, &[0, 0, 3, 0x23, 0, alias])),
        Just(CONNECT.to_vec()),
        Just(b"\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x03\x22\x00\x02\x00\x01a".to_vec()),
        Just(b"\x20\x06\x00\x00\x03\x22\x00\x02".to_vec()),
    ];
    (any::<bool>(), kind).prop_map(|(to_server, bytes)| Sent { to_server, bytes })
}

/// The newest unanswered request before `row` that its frame answers, found by looking at everything.
fn model_partner(frames: &[Sent], row: usize) -> Option<usize> {
    let answer = &frames[row];
    let is_ack = |frame: &Sent| frame.bytes.len() == 4 && frame.bytes[0] >> 4 == 4 && frame.bytes[1] == 2;
    if !is_ack(answer) {
        return None;
    }
    let id = &answer.bytes[2..4];
    let mut open = None;
    for (row, frame) in frames[..row].iter().enumerate() {
        let asks = frame.bytes.starts_with(&[0x32]) && frame.bytes.get(5..7) == Some(id);
        if asks && frame.bytes.get(2..5) == Some(b"\0\x01q") && frame.to_server != answer.to_server {
            open = Some(row);
        }
        if is_ack(frame) && &frame.bytes[2..4] == id && frame.to_server == answer.to_server {
            open = None;
        }
    }
    open
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_appended_is_what_is_read(frames in prop::collection::vec(any_frame(), 0..120)) {
        let log = FrameLog::in_memory(Limits::default());
        let number = log.begin_connection(connection(Version::V3_1_1));
        for (row, sent) in (0_u64..).zip(&frames) {
            let direction = if sent.to_server { ToServer } else { ToClient };
            log.append(number, direction, Timestamp(row), &sent.bytes);
        }
        prop_assert_eq!(log.rows(), 0..frames.len() as u64);
        let mut entries = Vec::new();
        log.entries(0..u64::MAX, &mut entries);
        prop_assert_eq!(entries.len(), frames.len());
        for (index, sent) in frames.iter().enumerate() {
            let read = log.frame(index as u64).unwrap();
            prop_assert_eq!(&*read.bytes, &*sent.bytes);
            prop_assert_eq!(read.entry, entries[index]);
            prop_assert_eq!(read.entry.direction == ToServer, sent.to_server);
            prop_assert_eq!(read.entry.length as usize, sent.bytes.len());
            // Arbitrary bytes may look like requests and answers too; those are not modelled.
            if let Some(request) = model_partner(&frames, index)
                && frames.iter().all(|frame| frame.bytes.first().is_none_or(|first| {
                    matches!(first, 0x30 | 0x32 | 0xc0 | 0xd0) || frame.bytes.len() == 4 && *first == 0x40
                }))
            {
                prop_assert_eq!(read.entry.partner, Some(request as u64));
            }
        }
        let counters = log.counters();
        let is_publish = |sent: &&Sent| {
            sent.bytes.first().and_then(|first| PacketType::of_first_byte(*first)) == Some(PacketType::Publish)
        };
        prop_assert_eq!(counters.messages, frames.iter().filter(is_publish).count() as u64);
        prop_assert_eq!(counters.bytes, frames.iter().map(|sent| sent.bytes.len() as u64).sum::<u64>());
    }

    #[test]
    fn a_rows_context_makes_the_decoder_say_what_the_index_says(
        frames in prop::collection::vec(prop_oneof![any_frame(), any_frame_of_5()], 0..60),
        version in prop::sample::select(Version::ALL.to_vec()),
        from_start: bool,
    ) {
        let log = FrameLog::in_memory(Limits::default());
        let connection = connection(version);
        let number =
            if from_start { log.begin_connection(connection) } else { log.join_connection(connection) };
        for sent in &frames {
            let direction = if sent.to_server { ToServer } else { ToClient };
            log.append(number, direction, Timestamp(0), &sent.bytes);
        }
        for row in log.rows() {
            let frame = log.frame(row).unwrap();
            prop_assert_eq!(is_faulty(&frame.bytes, &log.context(row)), frame.entry.fault, "row {}", row);
        }
    }
}
