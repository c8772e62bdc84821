//! What of the frame log stays, goes and comes back: earlier runs' segments read in the background, limits, clearing
//! and its undoing, files that are torn or have vanished.

mod log_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use log_support::{CONNACK, CONNECT, connection, frame, publish};
use mqloupe::log::{Entry, Frame, FrameLog, Limits, Row, Timestamp};
use mqloupe::wire::{Direction, Version};
use proptest::prelude::*;

use Direction::{ToClient, ToServer};

/// Segments of a few frames.
const TINY: Limits = Limits { memory_bytes: 1 << 20, disk_bytes: 1 << 30, segment_bytes: 1_000 };

fn open(directory: &Path, limits: Limits) -> FrameLog {
    let (log, _) = FrameLog::open(directory, limits).unwrap();
    log.read_whole();
    log
}

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|known| known == extension)).collect();
    files.sort();
    files
}

/// Every frame, with its topic by name: topics may have other numbers in the next run.
fn all(log: &FrameLog) -> Vec<(Frame, Option<Arc<str>>)> {
    let named = |mut frame: Frame| {
        let topic = frame.entry.topic.take().and_then(|number| log.topic(number));
        (frame, topic)
    };
    log.rows().map(|row| named(log.frame(row).unwrap())).collect()
}

/// Appends messages that say which they are.
fn append(log: &FrameLog, count: u64) {
    let number = log.begin_connection(connection(Version::V3_1_1));
    for _ in 0..count {
        let row = log.rows().end;
        log.append(
            number,
            ToClient,
            Timestamp(row),
            &publish(&format!("t/{}", row % 7), None, &row.to_be_bytes()),
        );
    }
}

/// As a crash leaves it: nothing was closed.
fn crashed(directory: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    copy
}

#[test]
fn a_log_takes_frames_with_their_final_rows_before_earlier_ones_are_read() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 500);
    assert!(files(directory.path(), "pcapng").len() > 50);
    let (log, recovered) = FrameLog::open(directory.path(), TINY).unwrap();
    append(&log, 1);
    assert_eq!((recovered.frames, log.rows().end), (500, 501));
    let newest = log.frame(500).unwrap();
    log.read_whole();
    assert_eq!((log.rows(), log.reading()), (0..501, None));
    assert_eq!(log.frame(500).unwrap(), newest);
    for row in 0..501_u64 {
        assert!(log.frame(row).unwrap().bytes.ends_with(&row.to_be_bytes()), "row {row}");
    }
    let counters = log.counters();
    assert_eq!((counters.messages, counters.earlier, counters.arrived()), (501, 500, 1));
}

#[test]
fn without_index_files_everything_is_read_from_the_segments_and_they_are_written_again() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 100);
    let before = all(&open(directory.path(), TINY));
    for file in files(directory.path(), "index") {
        fs::remove_file(file).unwrap();
    }
    assert_eq!(all(&open(directory.path(), TINY)), before);
    assert_eq!(files(directory.path(), "index").len(), files(directory.path(), "pcapng").len());
    assert_eq!(all(&open(directory.path(), TINY)), before);
}

#[test]
fn an_index_file_that_is_cut_or_changed_anywhere_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), Limits::default());
    for _ in 0..3 {
        append(&log, 2);
        log.flush();
    }
    drop(log);
    let before = all(&open(directory.path(), Limits::default()));
    let index = fs::read(&files(directory.path(), "index")[0]).unwrap();
    for place in 0..index.len() {
        let mut changed = index.clone();
        changed[place] ^= 0x15;
        for bytes in [&index[..place], &changed] {
            let copy = crashed(directory.path());
            fs::write(&files(copy.path(), "index")[0], bytes).unwrap();
            assert_eq!(all(&open(copy.path(), Limits::default())), before, "at {place}");
        }
    }
}

#[test]
fn a_segment_that_is_cut_anywhere_keeps_what_is_before_though_its_index_knows_more() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TINY);
    append(&log, 30);
    log.flush();
    let before = all(&log);
    drop(log);
    let last = files(directory.path(), "pcapng").pop().unwrap();
    let whole = fs::read(&last).unwrap();
    let mut held = Vec::new();
    for cut in 0..whole.len() {
        let copy = crashed(directory.path());
        fs::write(copy.path().join(last.file_name().unwrap()), &whole[..cut]).unwrap();
        let log = open(copy.path(), TINY);
        let frames = all(&log);
        assert_eq!(frames, before[..frames.len()], "cut at {cut}");
        append(&log, 1);
        drop(log);
        assert_eq!(open(copy.path(), TINY).rows(), 0..frames.len() as u64 + 1, "cut at {cut}");
        held.push(frames.len());
    }
    assert!(held.is_sorted() && held[0] < held[whole.len() - 1], "{held:?}");
    assert_eq!(held[whole.len() - 1], before.len() - 1);
}

#[test]
fn how_many_frames_have_gone_is_known_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let limits = Limits { memory_bytes: 1 << 20, disk_bytes: 10_000, segment_bytes: 1_000 };
    let log = open(directory.path(), limits);
    append(&log, 1_000);
    let gone = log.counters().gone;
    assert!(gone > 800);
    let held = all(&log);
    drop(log);
    let log = open(directory.path(), limits);
    assert_eq!((log.counters().gone, log.rows()), (gone, gone..1_000));
    assert_eq!(all(&log), held);
}

#[test]
fn limits_that_shrink_while_frames_come_let_the_oldest_go_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TINY);
    append(&log, 1_000);
    log.flush();
    log.set_limits(Limits { memory_bytes: 30_000, ..TINY });
    assert_eq!(all(&log).len(), 1_000, "what leaves memory is on disk");
    log.set_limits(Limits { disk_bytes: 20_000, ..TINY });
    log.flush();
    let on_disk: u64 =
        files(directory.path(), "pcapng").iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!(on_disk <= 20_000, "{on_disk} bytes");
    let rows = log.rows();
    assert_eq!((log.counters().gone, rows.end), (rows.start, 1_000));
    assert!((50..300).contains(&(rows.end - rows.start)), "{rows:?}");
    append(&log, 1);
    assert_eq!(log.failure(), None);
}

#[test]
fn earlier_files_that_the_limits_leave_no_room_for_go_though_they_were_never_read() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 1_000);
    let limits = Limits { disk_bytes: 20_000, ..TINY };
    let log = open(directory.path(), limits);
    log.flush();
    let rows = log.rows();
    assert_eq!((log.counters().gone, rows.end), (rows.start, 1_000));
    assert!(rows.start > 500, "{rows:?}");
    assert_eq!(files(directory.path(), "pcapng").len(), files(directory.path(), "index").len());
}

#[test]
fn what_was_cleared_comes_back_before_what_came_since() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 50);
    let log = open(directory.path(), TINY);
    append(&log, 50);
    let before = (all(&log), log.counters());
    log.clear();
    assert_eq!((log.rows(), log.counters().gone), (100..100, 0));
    assert!(log.restore());
    assert_eq!((all(&log), log.counters()), before);
    log.clear();
    append(&log, 10);
    log.flush();
    assert!(log.restore());
    assert!(!log.restore(), "once");
    assert_eq!(log.rows(), 0..110);
    drop(log);
    let log = open(directory.path(), TINY);
    assert_eq!(log.rows(), 0..110);
    assert_eq!(all(&log)[..100], before.0);
}

#[test]
fn what_was_cleared_while_it_was_still_being_read_comes_back_whole() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 2_000);
    let (log, _) = FrameLog::open(directory.path(), TINY).unwrap();
    log.clear();
    append(&log, 1);
    assert!(log.restore());
    log.read_whole();
    assert_eq!(log.rows(), 0..2_001);
    assert_eq!(log.counters().messages, 2_001);
    assert_eq!(log.topic_count(0).received + log.topic_count(1).received, 572);
}

#[test]
fn what_was_cleared_stays_away_though_the_run_ends_early() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TINY);
    append(&log, 50);
    log.clear();
    append(&log, 20);
    log.flush();
    let copy = crashed(directory.path());
    let log = open(copy.path(), TINY);
    assert_eq!((log.rows(), log.counters().gone), (50..70, 0));
    assert_eq!(log.counters().messages, 20);
}

#[test]
fn clearing_again_gives_up_what_was_cleared_before() {
    let log = FrameLog::in_memory(Limits::default());
    append(&log, 5);
    log.clear();
    append(&log, 3);
    log.clear();
    assert!(log.restore());
    assert_eq!(log.rows(), 5..8);
    assert!(!log.restore());
}

#[test]
fn in_memory_what_was_cleared_makes_room_for_what_comes() {
    let log = FrameLog::in_memory(Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 4_000 });
    append(&log, 700);
    log.clear();
    append(&log, 100);
    assert_eq!(log.rows(), 700..800, "nothing of the new has gone");
    assert!(log.restore());
    let rows = log.rows();
    assert!(rows.start > 0 && rows.start < 700, "{rows:?}");
    assert_eq!(log.counters().gone, rows.start);
}

#[test]
fn a_file_that_vanished_between_runs_costs_its_frames_and_is_told() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 100);
    let files = files(directory.path(), "pcapng");
    fs::remove_file(&files[files.len() / 2]).unwrap();
    let log = open(directory.path(), TINY);
    let rows = log.rows();
    assert_eq!((rows.end, log.lost_files()), (100, 1));
    assert_eq!(log.counters().gone, rows.start);
    assert!(rows.start > 0 && rows.start < 20, "{rows:?}");
    let numbers: Vec<u64> = all(&log).iter().map(|(frame, _)| frame.entry.time.0).collect();
    assert!(numbers.is_sorted(), "in order");
    assert_eq!(numbers[0], 0, "what is before the gap is there");
}

#[test]
fn a_file_that_vanishes_while_the_log_is_open_is_told_and_nothing_else_stops() {
    let directory = tempfile::tempdir().unwrap();
    append(&open(directory.path(), TINY), 100);
    let log = open(directory.path(), TINY);
    fs::remove_file(&files(directory.path(), "pcapng")[3]).unwrap();
    assert_eq!(log.lost_files(), 0, "nobody has looked");
    let missing = log.rows().filter(|row| log.frame(*row).is_none()).count();
    assert!((1..20).contains(&missing), "{missing} frames");
    assert_eq!((log.lost_files(), log.failure()), (1, None));
    append(&log, 1);
    assert!(log.frame(100).is_some() && log.entry(0).is_some());
}

#[test]
fn ties_between_segments_are_there_again_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), TINY);
    let number = log.begin_connection(connection(Version::V5_0));
    log.append(number, ToServer, Timestamp(0), b"\x10\x0e\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x01a");
    log.append(number, ToClient, Timestamp(1), b"\x20\x03\x00\x00\x00");
    // Asks for responses on `r`.
    log.append(number, ToServer, Timestamp(2), &frame(0x30, b"\x00\x01q\x04\x08\x00\x01r"));
    log.append(number, ToServer, Timestamp(3), &frame(0x34, b"\x00\x01x\x00\x07\x00one"));
    let idle = |count: u64| {
        for _ in 0..count {
            log.append(number, ToClient, Timestamp(4), b"\xd0\x00");
        }
    };
    idle(40);
    log.append(number, ToServer, Timestamp(5), &frame(0x3c, b"\x00\x01x\x00\x07\x00one"));
    log.append(number, ToClient, Timestamp(6), b"\x50\x02\x00\x07");
    idle(40);
    log.append(number, ToServer, Timestamp(7), b"\x62\x02\x00\x07");
    idle(40);
    log.append(number, ToClient, Timestamp(8), &frame(0x30, b"\x00\x01r\x00x"));
    log.append(number, ToClient, Timestamp(9), b"\x70\x02\x00\x07");
    let told = |log: &FrameLog| {
        let rows: Vec<Row> = log.rows().collect();
        let entries: Vec<_> =
            rows.iter().map(|row| Entry { topic: None, ..log.entry(*row).unwrap() }).collect();
        let ties: Vec<_> = rows
            .iter()
            .map(|row| {
                (log.repeats(*row), log.responds_to(*row), log.responses(*row, 9), log.round_trip(*row))
            })
            .collect();
        (entries, ties, log.transaction(3), log.counters().round_trip_ns)
    };
    let before = told(&log);
    assert_eq!(before.2, [3, 44, 45, 86, 128]);
    assert_eq!((log.repeats(44), log.responds_to(127)), (Some(3), Some(2)));
    drop(log);
    let after = told(&open(directory.path(), TINY));
    assert_eq!(after.0, before.0);
    assert_eq!((after.1, after.2, after.3), (before.1, before.2, before.3));
}

#[test]
fn what_an_earlier_run_left_open_is_gone_on_with() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path(), Limits::default());
    let number = log.begin_connection(connection(Version::V3_1_1));
    // A session that outlives its network connection.
    log.append(number, ToServer, Timestamp(0), b"\x10\x0d\x00\x04MQTT\x04\x00\x00\x3c\x00\x01a");
    log.append(number, ToClient, Timestamp(1), CONNACK);
    log.append(number, ToServer, Timestamp(2), &publish("x", Some(9), b"once"));
    drop(log);
    let log = open(directory.path(), Limits::default());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(3), b"\x10\x0d\x00\x04MQTT\x04\x00\x00\x3c\x00\x01a");
    log.append(number, ToClient, Timestamp(4), b"\x20\x02\x01\x00");
    log.append(number, ToClient, Timestamp(5), b"\x40\x02\x00\x09");
    assert_eq!(log.entry(5).unwrap().partner, Some(2));
    assert_eq!(log.entry(2).unwrap().partner, Some(5));
}

#[test]
fn a_hundred_thousand_connections_keep_apart_and_only_those_of_held_rows_are_known() {
    let log =
        FrameLog::in_memory(Limits { memory_bytes: 1 << 20, disk_bytes: 1 << 30, segment_bytes: 64_000 });
    let numbers: Vec<u32> = (0..100_000_u32)
        .map(|port| {
            let mut connection = connection(Version::V3_1_1);
            connection.client.set_port(u16::try_from(port % 65_536).unwrap());
            let number = log.begin_connection(connection);
            log.append(number, ToServer, Timestamp(u64::from(port)), CONNECT);
            number
        })
        .collect();
    assert_eq!((numbers[0], numbers[99_999]), (0, 99_999));
    let rows = log.rows();
    assert!(rows.start > 50_000, "{rows:?}");
    for row in rows.clone().step_by(97) {
        let connection = log.entry(row).unwrap().connection;
        assert_eq!(u64::from(connection), row);
        assert_eq!(u64::from(log.connection(connection).unwrap().client.port()), row % 65_536);
    }
    let gone = u32::try_from(rows.start - 1).unwrap();
    assert_eq!((log.connection(0), log.connection(gone)), (None, None));
}

#[derive(Clone, Debug)]
enum Step {
    Append(usize),
    Large,
    Connect,
    Flush,
    Reopen,
    Crash,
    /// A crash in the middle of a write: the newest file ends after this share of its bytes.
    Tear(f64),
    Clear,
    Restore,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..120_usize).prop_map(Step::Append),
        1 => Just(Step::Large),
        1 => Just(Step::Connect),
        1 => Just(Step::Flush),
        2 => Just(Step::Reopen),
        1 => Just(Step::Crash),
        1 => (0.0..1.0_f64).prop_map(Step::Tear),
        1 => Just(Step::Clear),
        1 => Just(Step::Restore),
    ]
}

/// Cuts the newest file off after a share of its bytes; how many frames that costs.
fn tear(directory: &Path, share: f64) -> usize {
    let Some(newest) = files(directory, "pcapng").pop() else { return 0 };
    let bytes = fs::read(&newest).unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short file")]
    #[expect(clippy::cast_precision_loss, reason = "a short file")]
    let left = &bytes[..(bytes.len() as f64 * share) as usize];
    fs::write(&newest, left).unwrap();
    whole_frames(&bytes) - whole_frames(left)
}

/// How many whole packet blocks a pcapng file begins with.
fn whole_frames(mut bytes: &[u8]) -> usize {
    let word = |bytes: &[u8], at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let mut frames = 0;
    while let (Some(kind), Some(length)) = (word(bytes, 0), word(bytes, 4)) {
        let Some(rest) = bytes.get(length as usize..) else { break };
        frames += usize::from(kind == 6);
        bytes = rest;
    }
    frames
}

/// What a log holds, in a plain list.
#[derive(Default)]
struct Model {
    /// The row of the first, and their bytes.
    first: u64,
    frames: Vec<Vec<u8>>,
    cleared: Option<(u64, Vec<Vec<u8>>)>,
}

impl Model {
    fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_holds_what_a_plain_list_holds_whatever_happens(
        steps in prop::collection::vec(any_step(), 1..40),
        segment_bytes in 300..3_000_u64,
        disk_bytes in prop_oneof![Just(1_u64 << 30), 8_000..30_000_u64],
    ) {
        let limits = Limits { memory_bytes: 30_000, disk_bytes, segment_bytes };
        let bounded = disk_bytes < 1 << 30;
        let mut directory = tempfile::tempdir().unwrap();
        let mut log = open(directory.path(), limits);
        let mut number = log.begin_connection(connection(Version::V3_1_1));
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Append(_) | Step::Large => {
                    let length = if let Step::Append(length) = step { length } else { 20_000 };
                    let mut bytes = publish("t", None, &vec![b'.'; length]);
                    bytes.extend_from_slice(&model.end().to_be_bytes());
                    log.append(number, ToClient, Timestamp(model.end()), &bytes);
                    model.frames.push(bytes);
                    // The disk must keep up with so little memory.
                    log.flush();
                }
                Step::Connect => number = log.begin_connection(connection(Version::V5_0)),
                Step::Flush => log.flush(),
                Step::Reopen | Step::Crash | Step::Tear(_) => {
                    let held = log.rows();
                    if matches!(step, Step::Reopen) {
                        drop(log);
                    } else {
                        log.flush();
                        let copy = crashed(directory.path());
                        drop(log);
                        directory = copy;
                    }
                    let lost = if let Step::Tear(share) = step { tear(directory.path(), share) } else { 0 };
                    model.frames.truncate(model.frames.len().saturating_sub(lost));
                    if lost as u64 == held.end - held.start {
                        // Nothing is left that says which rows there were.
                        model.frames.clear();
                    }
                    log = open(directory.path(), limits);
                    number = log.begin_connection(connection(Version::V3_1_1));
                    model.cleared = None;
                    if model.frames.is_empty() {
                        model.first = 0;
                    }
                }
                Step::Clear => {
                    log.clear();
                    let end = model.end();
                    model.cleared = Some((model.first, std::mem::take(&mut model.frames)));
                    model.first = end;
                }
                Step::Restore => {
                    let restored = log.restore();
                    prop_assert!(bounded || restored == model.cleared.is_some());
                    if let Some((first, mut frames)) = model.cleared.take().filter(|_| restored) {
                        frames.append(&mut model.frames);
                        model.first = first;
                        model.frames = frames;
                    }
                }
            }
            let rows = log.rows();
            prop_assert_eq!(log.failure(), None);
            prop_assert_eq!(rows.end, model.end());
            prop_assert!(bounded || rows.start == model.first, "{:?}", rows);
            prop_assert!(rows.start >= model.first);
            prop_assert_eq!(log.counters().gone, rows.start - model.first);
            for row in rows {
                let expected = &model.frames[usize::try_from(row - model.first).unwrap()];
                let read = log.frame(row);
                prop_assert_eq!(read.as_ref().map(|frame| &*frame.bytes), Some(expected.as_slice()), "row {}", row);
            }
        }
    }
}
