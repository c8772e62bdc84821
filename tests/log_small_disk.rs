//! A disk that fills up in the middle of a write, or that hangs: what is on it stays whole, and the log goes on in
//! memory.

mod log_support;

use std::path::Path;
use std::process::{Command, Output};

use log_support::{CONNACK, CONNECT, connection, publish};
use mqloupe::log::{FailureCause, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, Version};

/// Where the child's log is to be.
const FOLDER: &str = "MQLOUPE_TEST_SMALL_DISK";
/// What its failure must say.
const WORDS: &str = "MQLOUPE_TEST_SMALL_DISK_WORDS";
/// More than the small disks hold.
const FRAMES: u64 = 40_000;
const LIMITS: Limits = Limits { memory_bytes: 64 << 20, disk_bytes: 1 << 30, segment_bytes: 16 << 20 };

fn text(row: u64) -> String {
    format!("{row:0100}")
}

/// Not a test of its own: what happens on the small disk.
#[test]
fn on_a_small_disk() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let (log, _) = FrameLog::open(folder, LIMITS).expect("opened");
    let number = log.begin_connection(connection(Version::V3_1_1));
    log.append(number, Direction::ToServer, Timestamp(0), CONNECT);
    log.append(number, Direction::ToClient, Timestamp(1), CONNACK);
    for row in 2..FRAMES {
        let frame = publish("small", None, text(row).as_bytes());
        log.append(number, Direction::ToClient, Timestamp(row), &frame);
        if row.is_multiple_of(500) {
            log.flush();
        }
    }
    log.flush();
    let failure = log.failure().expect("the disk was too small");
    match std::env::var(WORDS) {
        Ok(words) => assert!(matches!(&failure.cause, FailureCause::Refused(said) if said.contains(&words))),
        Err(_) => assert_eq!(failure.cause, FailureCause::DiskFull),
    }
    assert_eq!(log.rows(), 0..FRAMES, "everything is in memory");
    assert!((2..FRAMES).all(|row| log.frame(row).is_some_and(|f| f.bytes.ends_with(text(row).as_bytes()))));
    drop(log);

    let (log, recovered) = FrameLog::open(folder, LIMITS).expect("opened again, though nothing more fits");
    log.read_whole();
    assert_eq!(recovered.torn_bytes, 0, "what was written in part was taken back");
    let rows = log.rows();
    assert_eq!(
        (rows.start, rows.end),
        (0, FRAMES - failure.unwritten),
        "as many are missing as were counted"
    );
    assert!(rows.end > 1_000);
    assert!((2..rows.end).all(|row| log.frame(row).is_some_and(|f| f.bytes.ends_with(text(row).as_bytes()))));
    println!("\nall is well with {} frames", rows.end);
}

/// Runs this program's [`on_a_small_disk`] behind a line of shell, whose `"$@"` is that.
fn child(shell: &str, folder: &Path, words: Option<&str>) -> Output {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new("sh");
    command.args(["-c", shell, "sh"]).arg(program).args(["--exact", "on_a_small_disk", "--nocapture"]);
    command.env(FOLDER, folder);
    if let Some(words) = words {
        command.env(WORDS, words);
    }
    command.output().expect("a shell")
}

fn assert_well(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("all is well"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn a_write_that_a_limit_breaks_off_leaves_whole_frames() {
    let folder = tempfile::tempdir().expect("a folder");
    // A thousand blocks of 512 or 1024 bytes; the signal would end the process.
    let output = child(r#"trap '' XFSZ; ulimit -f 1000; exec "$@""#, folder.path(), Some("too large"));
    assert_well(&output);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_whole_frames() {
    let folder = tempfile::tempdir().expect("a folder");
    // A disk of its own for one process, where a user may have that.
    let mount = r#"mount -t tmpfs -o size=1m tmpfs "$MQLOUPE_TEST_SMALL_DISK""#;
    let namespace = |inside: &str| format!(r#"exec unshare -r -m sh -c '{inside}' sh "$@""#);
    if !child(&namespace(mount), folder.path(), None).status.success() {
        println!("a_disk_that_fills_up: skipped, no disk of its own may be mounted here");
        return;
    }
    let output = child(&namespace(&format!(r#"{mount} && exec "$@""#)), folder.path(), None);
    assert_well(&output);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_hangs_costs_memory_up_to_the_limit_then_history_and_holds_nobody_up() {
    let folder = tempfile::tempdir().expect("a folder");
    // The file that the log will write first: a pipe, which takes nothing until somebody reads.
    let pipe = folder.path().join("frames-0000000001.pcapng");
    if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        println!("a_disk_that_hangs: skipped, there is no mkfifo");
        return;
    }
    let limits = Limits { memory_bytes: 1 << 20, disk_bytes: 1 << 30, segment_bytes: 64_000 };
    let (log, _) = FrameLog::open(folder.path(), limits).expect("opened");
    let number = log.begin_connection(connection(Version::V3_1_1));
    let append = |row: u64| {
        let frame = publish("t", None, text(row).as_bytes());
        log.append(number, Direction::ToClient, Timestamp(row), &frame);
    };
    // With its index a frame costs less than 160 bytes: six thousand fit.
    (0..6_000).for_each(append);
    assert_eq!((log.failure(), log.rows()), (None, 0..6_000), "memory bridges it");
    (6_000..20_000).for_each(append);
    let failure = log.failure().expect("memory is full");
    assert_eq!((failure.cause, failure.unwritten), (FailureCause::TooSlow, 20_000));
    let rows = log.rows();
    assert!(rows.end == 20_000 && rows.end - rows.start > 6_000, "{rows:?}: as many as memory holds");
    assert!(rows.clone().all(|row| log.frame(row).is_some_and(|f| f.bytes.ends_with(text(row).as_bytes()))));
    // The disk wakes up, so that the writer can end.
    let reader =
        std::thread::spawn(move || std::io::copy(&mut std::fs::File::open(pipe)?, &mut std::io::sink()));
    drop(log);
    reader.join().expect("a reader").expect("read");
}
