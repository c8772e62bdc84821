//! The frame log on disk: reopening, torn files, limits, secrets, a failing disk, and Wireshark's opinion.

mod log_support;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use log_support::{CONNACK, CONNECT, connection, frame, publish};
use mqloupe::log::{Connection, Counters, FailureCause, Frame, FrameLog, Limits, LogError, Timestamp};
use mqloupe::wire::{Direction, Version, summarize, summarize_beginning_into};
use proptest::prelude::*;

use Direction::{ToClient, ToServer};

const SMALL: Limits = Limits { memory_bytes: 64_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };

fn open(directory: &Path) -> FrameLog {
    FrameLog::open(directory, Limits::default()).unwrap().0
}

/// The segment files, oldest first.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pcapng"))
        .collect();
    files.sort();
    files
}

fn all(log: &FrameLog) -> Vec<Frame> {
    log.rows().map(|row| log.frame(row).unwrap()).collect()
}

/// A session with a little of everything, in two connections; returns what the log held in the end.
fn fill(directory: &Path) -> Vec<Frame> {
    let log = open(directory);
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(1_700_000_000_123_456_789), CONNECT);
    log.append(number, ToClient, Timestamp(1_700_000_000_223_456_789), CONNACK);
    log.append(number, ToClient, Timestamp(1_700_000_001_000_000_001), &publish("a/b", Some(1), b"payload"));
    log.append(number, ToServer, Timestamp(1_700_000_001_000_000_002), b"\x40\x02\x00\x01");
    let six = Connection {
        client: "[fe80::1]:40000".parse().unwrap(),
        server: "[::1]:8883".parse().unwrap(),
        version: Version::V5_0,
    };
    let number = log.begin_connection(six);
    log.append(number, ToServer, Timestamp(5), b"\x10\x0e\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x01a");
    log.append(number, ToServer, Timestamp(6), b"\x30\x0a\x00\x03a/c\x03\x23\x00\x01x");
    log.append(number, ToServer, Timestamp(7), b"\x30\x07\x00\x00\x03\x23\x00\x01y");
    log.append(number, ToClient, Timestamp(8), b"");
    log.append(number, ToClient, Timestamp(9), &publish("large", None, &vec![3; 700_001]));
    log.append(number, ToClient, Timestamp(10), b"\xd0\x00");
    all(&log)
}

#[test]
fn everything_is_there_again_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let before = fill(directory.path());
    let (log, recovered) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    assert_eq!(recovered.frames, before.len() as u64);
    assert_eq!(recovered.torn_bytes, 0);
    assert_eq!(all(&log), before);
    assert_eq!(log.connection(0).unwrap(), connection(Version::V3_1_1));
    assert_eq!(log.connection(1).unwrap().server, "[::1]:8883".parse::<SocketAddr>().unwrap());
    assert_eq!(log.context(6).version, Version::V5_0);
    assert_eq!(log.context(6).alias_topic.as_deref(), Some("a/c"));
}

#[test]
fn a_next_run_goes_on_in_the_same_file_with_new_connections_and_rows() {
    let directory = tempfile::tempdir().unwrap();
    let mut expected = fill(directory.path());
    for run in 0..3_u32 {
        let log = open(directory.path());
        let number = log.begin_connection(connection(Version::V3_1_1));
        assert_eq!(number, 2 + run);
        log.append(number, ToServer, Timestamp(u64::from(run)), CONNECT);
        expected.push(log.frame(log.rows().end - 1).unwrap());
        assert_eq!(all(&log), expected);
    }
    assert_eq!(all(&open(directory.path())), expected);
    assert_eq!(files(directory.path()).len(), 1);
}

#[test]
fn a_frame_that_has_left_memory_is_read_from_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(directory.path(), SMALL).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    for count in 0..600_u32 {
        let mut payload = vec![0; 500];
        payload[..4].copy_from_slice(&count.to_be_bytes());
        log.append(number, ToClient, Timestamp(0), &publish("t", None, &payload));
        if count % 10 == 0 {
            log.flush();
        }
    }
    assert_eq!(log.rows(), 0..600, "300,000 bytes of frames with 64,000 of memory");
    assert_eq!(log.failure(), None);
    for row in 0..600 {
        assert_eq!(log.frame(row).unwrap().bytes[6..10], u32::try_from(row).unwrap().to_be_bytes());
    }
}

#[test]
fn the_disk_limit_lets_the_oldest_files_go() {
    let directory = tempfile::tempdir().unwrap();
    let limits = Limits { memory_bytes: 1 << 20, disk_bytes: 50_000, segment_bytes: 5_000 };
    let (log, _) = FrameLog::open(directory.path(), limits).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    for _ in 0..2_000 {
        log.append(number, ToClient, Timestamp(0), &publish("t", None, &[0; 100]));
    }
    log.flush();
    let held: u64 = files(directory.path()).iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!((30_000..55_000).contains(&held), "{held} bytes on disk");
    assert!(log.rows().start > 1_500);
    assert_eq!(log.counters().gone, log.rows().start);
    let expected = log.rows().end - log.rows().start;
    drop(log);
    let (_, recovered) = FrameLog::open(directory.path(), limits).unwrap();
    assert_eq!(recovered.frames, expected);
}

#[test]
fn a_file_torn_anywhere_keeps_the_frames_before_the_tear() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(1), CONNECT);
    log.append(number, ToClient, Timestamp(2), CONNACK);
    log.append(number, ToClient, Timestamp(3), &publish("a/b", Some(1), b"payload"));
    let frames = all(&log);
    drop(log);
    let whole = fs::read(&files(directory.path())[0]).unwrap();
    let mut counts = Vec::new();
    for cut in 0..whole.len() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("frames-0000000001.pcapng"), &whole[..cut]).unwrap();
        let (log, recovered) = FrameLog::open(directory.path(), Limits::default()).unwrap();
        let held = all(&log);
        for (held, written) in held.iter().zip(&frames) {
            assert_eq!((held.entry.time, &held.bytes), (written.entry.time, &written.bytes), "cut at {cut}");
        }
        // What is appended now is there at the next start, and nothing is torn any more.
        let number = log.begin_connection(connection(Version::V3_1_1));
        log.append(number, ToServer, Timestamp(9), CONNECT);
        drop(log);
        let (log, again) = FrameLog::open(directory.path(), Limits::default()).unwrap();
        assert_eq!(again.torn_bytes, 0, "cut at {cut}");
        assert_eq!(log.rows().end, held.len() as u64 + 1, "cut at {cut}");
        // Whole only where it ends behind a frame.
        let ends_behind_a_frame = cut == 0 || counts.get(cut - 1).is_some_and(|before| *before < held.len());
        assert_eq!(recovered.torn_bytes == 0, ends_behind_a_frame, "cut at {cut}");
        counts.push(held.len());
    }
    assert!(counts.is_sorted());
    assert_eq!((counts[0], counts[whole.len() - 1]), (0, 2));
}

#[test]
fn what_was_flushed_is_there_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(1), CONNECT);
    log.flush();
    log.append(number, ToClient, Timestamp(2), CONNACK);
    log.flush();
    // As a crash leaves them: nothing was closed.
    let crashed = tempfile::tempdir().unwrap();
    for file in files(directory.path()) {
        fs::copy(&file, crashed.path().join(file.file_name().unwrap())).unwrap();
    }
    assert_eq!(all(&open(crashed.path())), all(&log));
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_look_into_the_directory() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profiles/log");
    let _log = open(&path);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn bytes_behind_the_last_whole_block_are_counted_and_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    fill(directory.path());
    let file = &files(directory.path())[0];
    let mut bytes = fs::read(file).unwrap();
    let good = bytes.len() as u64;
    bytes.extend_from_slice(&[6, 0, 0, 0, 255, 0, 0, 0, 1]);
    fs::write(file, bytes).unwrap();
    let (_log, recovered) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    assert_eq!((recovered.frames, recovered.torn_bytes), (10, 9));
    assert_eq!(file.metadata().unwrap().len(), good);
}

#[test]
fn a_file_that_is_no_segment_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let stranger = directory.path().join("frames-0000000007.pcapng");
    fs::write(&stranger, b"something that somebody needs").unwrap();
    let (log, recovered) = FrameLog::open(directory.path(), Limits::default()).unwrap();
    assert_eq!(recovered.unreadable, std::slice::from_ref(&stranger));
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    drop(log);
    assert_eq!(fs::read(&stranger).unwrap(), b"something that somebody needs");
}

#[test]
fn a_second_opener_is_told_that_the_log_is_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let first = open(directory.path());
    assert!(matches!(FrameLog::open(directory.path(), SMALL), Err(LogError::InUse)));
    drop(first);
    assert!(FrameLog::open(directory.path(), SMALL).is_ok());
}

/// CONNECT of 3.1.1 with the password `secret99`.
fn connect_with_password() -> Vec<u8> {
    frame(0x10, b"\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01a\x00\x04user\x00\x08secret99")
}

#[test]
fn a_password_is_in_memory_but_not_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let log = open(directory.path());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), &connect_with_password());
    log.flush();
    assert!(log.frame(0).unwrap().bytes.ends_with(b"secret99"));
    drop(log);
    let file = fs::read(&files(directory.path())[0]).unwrap();
    assert!(!file.windows(8).any(|bytes| bytes == b"secret99"));
    assert!(open(directory.path()).frame(0).unwrap().bytes.ends_with(b"\x00\x04user\x00\x08********"));
}

#[test]
fn a_log_with_secrets_has_the_password_on_disk_too() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open_with_secrets(directory.path(), SMALL).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), &connect_with_password());
    drop(log);
    assert!(open(directory.path()).frame(0).unwrap().bytes.ends_with(b"\x00\x04user\x00\x08secret99"));
}

#[test]
fn a_directory_that_is_removed_stops_history_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    let limits = Limits { segment_bytes: 2_000, ..Limits::default() };
    let (log, _) = FrameLog::open(&path, limits).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    log.flush();
    fs::remove_dir_all(&path).unwrap();
    for _ in 0..100 {
        log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    }
    log.flush();
    let failure = log.failure().unwrap();
    assert!(matches!(failure.cause, FailureCause::Refused(_)), "{failure:?}");
    assert!(failure.unwritten > 50);
    assert_eq!(all(&log).len(), 101);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_history_until_the_log_is_cleared() {
    let directory = tempfile::tempdir().unwrap();
    // The file that the log will write first.
    std::os::unix::fs::symlink("/dev/full", directory.path().join("frames-0000000001.pcapng")).unwrap();
    let log = open(directory.path());
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, ToServer, Timestamp(0), CONNECT);
    log.flush();
    log.append(number, ToClient, Timestamp(0), CONNACK);
    log.flush();
    let failure = log.failure().unwrap();
    assert_eq!((failure.cause, failure.unwritten), (FailureCause::DiskFull, 2));
    assert_eq!(&*log.frame(0).unwrap().bytes, CONNECT);
    log.clear();
    log.append(number, ToServer, Timestamp(0), b"\xc0\x00");
    log.flush();
    assert_eq!(log.failure(), None);
    drop(log);
    assert_eq!(all(&open(directory.path())).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_disk_the_memory_limit_holds() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", directory.path().join("frames-0000000001.pcapng")).unwrap();
    let (log, _) = FrameLog::open(directory.path(), SMALL).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    for _ in 0..2_000 {
        log.append(number, ToClient, Timestamp(0), &publish("t", None, &[0; 100]));
    }
    assert!(
        log.failure().is_some() || {
            log.flush();
            log.failure().is_some()
        }
    );
    let rows = log.rows();
    assert!((rows.end - rows.start) * (105 + 40) <= 64_000, "{rows:?}");
    assert!(log.frame(rows.start).is_some());
}

#[test]
fn what_was_cleared_is_deleted_at_the_end() {
    let directory = tempfile::tempdir().unwrap();
    fill(directory.path());
    let log = open(directory.path());
    log.clear();
    drop(log);
    assert_eq!(files(directory.path()), [] as [PathBuf; 0]);
    assert_eq!(open(directory.path()).rows(), 0..0);
}

/// tshark's fields of a capture, a line a frame; `None` where there is no tshark.
fn tshark(test: &str, file: &Path, fields: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-T", "fields"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let Ok(output) = command.output() else {
        println!("{test}: skipped, there is no tshark");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn tshark_reads_a_segment_file_as_it_lies_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let frames = fill(directory.path());
    let fields =
        ["mqtt.msgtype", "mqtt.topic", "frame.time_epoch", "ip.src", "ipv6.dst", "tcp.srcport", "frame.len"];
    let Some(lines) = tshark("tshark_reads_a_segment_file", &files(directory.path())[0], &fields) else {
        return;
    };
    assert_eq!(lines.len(), frames.len());
    assert!(lines[0].starts_with("1\t\t1700000000.123456789\t"), "{}", lines[0]);
    assert!(lines[2].starts_with("3\ta/b\t1700000001.000000001\t"), "{}", lines[2]);
    assert!(lines[5].starts_with("3\ta/c\t"), "{}", lines[5]);
    assert!(lines[9].starts_with("13\t"), "the frame behind the long one: {}", lines[9]);
}

/// A frame with its topic by name: topics may have other numbers in the next run.
fn named(log: &FrameLog, row: u64) -> (Frame, Option<std::sync::Arc<str>>) {
    let mut frame = log.frame(row).unwrap();
    let topic = frame.entry.topic.take().and_then(|number| log.topic(number));
    (frame, topic)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_frames_over_any_connections_are_the_same_at_the_next_start(
        frames in prop::collection::vec(
            (0..3_usize, any::<bool>(), any::<u64>(), prop::collection::vec(any::<u8>(), 0..60)),
            1..80,
        ),
        segment_bytes in 200..4_000_u64,
    ) {
        let directory = tempfile::tempdir().unwrap();
        let limits = Limits { segment_bytes, ..Limits::default() };
        let (log, _) = FrameLog::open(directory.path(), limits).unwrap();
        let numbers = Version::ALL.map(|version| log.join_connection(connection(version)));
        for (which, to_server, time, mut bytes) in frames {
            // What may hold a secret is masked; that is another test.
            if bytes.first().is_some_and(|first| matches!(first >> 4, 1 | 2 | 15)) {
                bytes[0] = 0x30;
            }
            let direction = if to_server { ToServer } else { ToClient };
            log.append(numbers[which], direction, Timestamp(time), &bytes);
        }
        let before: Vec<_> = log.rows().map(|row| named(&log, row)).collect();
        let counters = log.counters();
        drop(log);
        let (log, recovered) = FrameLog::open(directory.path(), limits).unwrap();
        prop_assert_eq!(recovered.torn_bytes, 0);
        prop_assert_eq!(recovered.frames, before.len() as u64);
        log.read_whole();
        let all: Vec<_> = log.rows().map(|row| named(&log, row)).collect();
        prop_assert_eq!(all, before);
        prop_assert_eq!(log.counters(), Counters { earlier: counters.messages, ..counters });
    }
}

#[test]
fn of_a_long_frame_that_has_left_memory_only_the_beginning_is_read_and_says_the_same() {
    const LEAST: usize = 1 << 20;
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(directory.path(), SMALL).unwrap();
    let number = log.begin_connection(connection(Version::V3_1_1));
    for payload in [vec![b'x'; 3_000_000], vec![0; 3_000_000], Vec::new()] {
        log.append(number, ToClient, Timestamp(0), &publish("t", None, &payload));
        log.flush();
    }
    for row in 0..2 {
        let (whole, beginning) = (log.frame(row).unwrap(), log.beginning(row, LEAST).unwrap());
        assert_eq!(whole.bytes.len(), 3_000_008);
        assert_eq!(*beginning.bytes, whole.bytes[..LEAST]);
        let context = log.context(row);
        let mut line = String::new();
        summarize_beginning_into(&beginning.bytes, whole.bytes.len(), &context, &mut line);
        assert_eq!(line, summarize(&whole.bytes, &context));
    }
    assert_eq!(log.beginning(2, LEAST), log.frame(2));
}
