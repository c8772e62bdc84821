//! A copy of the program that is killed in the middle of a flood loses at most the last second of its history, and
//! leaves files that Wireshark reads.

mod log_support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use log_support::{CONNACK, CONNECT, connection, publish};
use mqloupe::log::{FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, Version};

const FOLDER: &str = "MQLOUPE_TEST_FLOOD_FOLDER";
/// Several segments in a second or two.
const LIMITS: Limits = Limits { memory_bytes: 64 << 20, disk_bytes: 2 << 30, segment_bytes: 1 << 20 };

/// Not a test of its own: what the killed process does. It says how many frames it has appended.
#[test]
fn flood() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (log, _) = FrameLog::open(Path::new(&folder), LIMITS).expect("opened");
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, Direction::ToServer, Timestamp(0), CONNECT);
    log.append(number, Direction::ToClient, Timestamp(1), CONNACK);
    for row in 2_u64.. {
        let frame = publish("flood", None, format!("{row:0100}").as_bytes());
        log.append(number, Direction::ToClient, Timestamp(row), &frame);
        if row.is_multiple_of(1_000) {
            println!("\nappended {row}");
        }
        if row.is_multiple_of(100_000) {
            // A disk that is slower than this would end the history.
            log.flush();
        }
    }
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut segments: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "pcapng")).collect();
    segments.sort();
    segments
}

#[test]
fn a_killed_flood_is_there_but_for_the_last_second_and_tshark_reads_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "flood", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the flood begins");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let mut appended: Vec<(Instant, u64)> = Vec::new();
    while appended.first().is_none_or(|(first, _)| first.elapsed() < Duration::from_millis(2_500)) {
        let line = lines.next().expect("it goes on");
        let row = line.strip_prefix("appended ").and_then(|row| row.parse().ok());
        appended.extend(row.map(|row| (Instant::now(), row)));
    }
    child.kill().expect("killed");
    let killed = Instant::now();
    child.wait().expect("ended");

    let (log, _) = FrameLog::open(folder.path(), LIMITS).expect("the lock of the dead is free");
    log.read_whole();
    let rows = log.rows();
    let mut older = appended.iter().filter(|(when, _)| killed - *when >= Duration::from_secs(1));
    let wanted = older.next_back().expect("a line that is older than a second").1;
    assert!(rows.start == 0 && rows.end > wanted, "{rows:?}, {wanted} were appended in time");
    for row in rows.clone().skip(2) {
        let frame = log.frame(row).expect("a frame");
        assert_eq!((frame.entry.time.0, frame.entry.fault), (row, false));
        assert!(frame.bytes.ends_with(format!("{row:0100}").as_bytes()), "row {row}");
    }
    drop(log);

    let segments = segments(folder.path());
    assert!(segments.len() > 1);
    let mut frames = 0;
    for segment in segments {
        let mut tshark = Command::new("tshark");
        tshark.arg("-r").arg(&segment).args(["-T", "fields", "-e", "mqtt.msgtype", "-e", "mqtt.topic"]);
        let Ok(output) = tshark.output() else {
            println!("a_killed_flood: skipped what tshark would say, there is no tshark");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(text.lines().filter(|line| *line != "3\tflood").count(), if frames == 0 { 2 } else { 0 });
        frames += text.lines().count() as u64;
    }
    assert_eq!(frames, rows.end);
}
