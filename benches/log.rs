//! How fast the frame log takes frames in, opens, jumps and is counted: `cargo bench --no-default-features --bench log`.
//!
//! Frames are PUBLISH packets of 131 bytes on a hundred topics. Beside the log, the same bytes are written bare,
//! in the same run, since the machine's own speed varies; ratios are what to compare. `MQLOUPE_BENCH_FRAMES`
//! sets how many frames the large log has (ten million), and `TMPDIR` where it lies.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use mqloupe::log::statistics::{Order, Statistics};
use mqloupe::log::{Connection, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, Version};

/// Frames of the comparison with a bare write.
const FRAMES: u64 = 2_000_000;
const LENGTH: usize = 131;
const TOPICS: u64 = 100;
/// Rows of a list in sight.
const SCREEN: u64 = 50;
const JUMPS: u64 = 200;

const LIMITS: Limits = Limits { memory_bytes: 256 << 20, disk_bytes: 8 << 30, segment_bytes: 16 << 20 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().expect("a number");
    match words[..] {
        ["small", place, frames] => return small_frames(place == "disk", number(frames)),
        ["open", folder, frames, what] => return open(Path::new(folder), number(frames), what),
        _ => {}
    }
    // `cargo test --benches` only wants to know that it runs.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let frames = if measured { FRAMES } else { 1_000 };
    let large = std::env::var("MQLOUPE_BENCH_FRAMES").ok().and_then(|frames| frames.parse().ok());
    let large = large.unwrap_or(if measured { 10_000_000 } else { 3_000 });
    beside_bare_writes(frames);
    statistics(frames);
    large_log(large);
    for place in ["disk", "memory"] {
        alone(&["small", place, &(large / 2).to_string()]);
    }
}

/// Does a part in a process of its own, so that its memory is its own.
fn alone(words: &[&str]) {
    let program = std::env::current_exe().expect("this program");
    let status = Command::new(program).args(words).status().expect("it runs");
    assert!(status.success());
}

/// Frames of two bytes: almost everything that they cost is the index, and the memory limit counts that.
fn small_frames(on_disk: bool, frames: u64) {
    let limits = Limits { memory_bytes: 64 << 20, ..LIMITS };
    let address = SocketAddr::from(([127, 0, 0, 1], 1883));
    let connection = Connection { client: address, server: address, version: Version::V3_1_1 };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let before = resident();
    let log = if on_disk {
        FrameLog::open(folder.path(), limits).expect("opened").0
    } else {
        FrameLog::in_memory(limits)
    };
    let number = log.join_connection(connection);
    for row in 0..frames {
        log.append(number, Direction::ToClient, Timestamp(row), b"\xd0\x00");
        if row % 500_000 == 0 {
            log.flush();
        }
    }
    log.flush();
    assert_eq!(log.failure(), None);
    let grown = resident().saturating_sub(before);
    let held = log.rows().end - log.rows().start;
    // Those that are on disk only cost their index on top, which may be twice the limit.
    let allowed = limits.memory_bytes * if on_disk { 3 } else { 1 } + limits.segment_bytes;
    println!(
        "{frames} frames of 2 bytes {}: {held} are held, {} MB of memory, {:.1} bytes for each held, {:.2} of what \
         the limits allow",
        if on_disk { "on disk" } else { "in memory" },
        grown / 1_000_000,
        float(grown) / float(held.max(1)),
        float(grown) / float(allowed),
    );
}

/// Statistics beside a walk over the same entries: on a hundred topics, and on as many as the log numbers.
fn statistics(frames: u64) {
    for topics in [TOPICS, 200_000] {
        let log = FrameLog::in_memory(Limits { memory_bytes: 1 << 30, ..LIMITS });
        let address = SocketAddr::from(([127, 0, 0, 1], 1883));
        let number =
            log.join_connection(Connection { client: address, server: address, version: Version::V3_1_1 });
        for row in 0..frames {
            let time = Timestamp(1_700_000_000_000_000_000 + row * 1_000);
            log.append(number, Direction::ToClient, time, &frame(row % topics));
        }
        let mut entries = Vec::new();
        let (walk, _) = measured(|| {
            let mut bytes = 0;
            for start in (0..frames).step_by(4096) {
                entries.clear();
                log.entries(start..(start + 4096).min(frames), &mut entries);
                bytes += entries.iter().map(|entry| u64::from(entry.length)).sum::<u64>();
            }
            black_box(bytes);
        });
        let (ring, bell) = std::sync::mpsc::channel();
        let began = Instant::now();
        let statistics = Statistics::spawn(&log, std::sync::Arc::new(move || ring.send(()).unwrap_or(())));
        let wait = |done: &dyn Fn() -> bool| {
            while !done() {
                bell.recv().expect("it rings when it gets on");
            }
        };
        wait(&|| statistics.progress() == (frames, frames));
        let took = began.elapsed();
        let order = Order::default();
        let at = Timestamp(1_700_000_000_000_000_000 + frames * 1_000);
        let began = Instant::now();
        black_box(statistics.rank(&order, at));
        wait(&|| statistics.is_ranked());
        println!(
            "statistics of {frames} frames on {} topics: {:.1} M/s, {:.2} of a walk over their entries; topics in order after {:.1} ms",
            topics.min(frames),
            rate(frames, took),
            walk.as_secs_f64() / took.as_secs_f64(),
            began.elapsed().as_secs_f64() * 1e3,
        );
    }
}

fn beside_bare_writes(frames: u64) {
    let mut ratios = Vec::new();
    for run in 1..=3 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (took, cpu) = measured(|| fill(folder.path(), frames, u64::MAX));
        let bytes: u64 = files(folder.path()).map(|(_, bytes)| bytes).sum();
        let (blocks, _) = measured(|| bare(folder.path(), bytes, 256 * 1024));
        let each = usize::try_from(bytes / frames).expect("a length");
        let (single, _) = measured(|| bare(folder.path(), bytes, each));
        println!(
            "run {run}: {frames} frames of {LENGTH} bytes in {:.2} s ({:.2} M/s), {:.2} s of processor time ({:.2} M/s on one core)",
            took.as_secs_f64(),
            rate(frames, took),
            cpu.as_secs_f64(),
            rate(frames, cpu),
        );
        println!(
            "  the same {} MB bare: {:.2} s in blocks of 256 KiB, {:.2} s with a write for each frame",
            bytes / 1_000_000,
            blocks.as_secs_f64(),
            single.as_secs_f64(),
        );
        ratios.push((blocks.as_secs_f64() / took.as_secs_f64(), single.as_secs_f64() / took.as_secs_f64()));
    }
    for (blocks, single) in ratios {
        println!("speed beside a bare write: {blocks:.2} (blocks), {single:.2} (a write for each frame)");
    }
}

fn large_log(frames: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // In portions, since a disk that is slower than what comes would end the history.
    fill(folder.path(), frames, 500_000);
    let bytes: u64 = files(folder.path()).map(|(_, bytes)| bytes).sum();
    println!("a log of {frames} frames, {} MB on disk", bytes / 1_000_000);
    let open = |what: &str| {
        alone(&["open", folder.path().to_str().expect("a path of text"), &frames.to_string(), what]);
    };
    open("opened");
    for (path, _) in files(folder.path())
        .filter(|(path, _)| std::path::Path::new(path).extension().is_some_and(|kind| kind == "index"))
    {
        fs::remove_file(path).expect("removed");
    }
    open("opened without its index files");
}

fn open(folder: &Path, frames: u64, what: &str) {
    let before = resident();
    let began = Instant::now();
    let (log, _) = FrameLog::open(folder, LIMITS).expect("opened");
    let usable = began.elapsed();
    log.read_whole();
    let whole = began.elapsed();
    let rows = log.rows();
    assert_eq!(rows, 0..frames);
    println!(
        "{what}: usable after {:.3} s, whole after {:.2} s; {} MB of memory, {:.1} bytes a frame",
        usable.as_secs_f64(),
        whole.as_secs_f64(),
        (resident() - before) / 1_000_000,
        float(resident() - before) / float(frames),
    );
    let mut jumps: Vec<Duration> = Vec::new();
    let mut place = 12_345_u64;
    for _ in 0..JUMPS {
        place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let first = (place >> 20) % frames.saturating_sub(SCREEN).max(1);
        let began = Instant::now();
        for row in first..(first + SCREEN).min(frames) {
            black_box(log.frame(row).expect("a frame"));
        }
        jumps.push(began.elapsed());
    }
    jumps.sort();
    println!(
        "  a jump to {SCREEN} rows anywhere: {:.2} ms in the middle, {:.2} ms at worst of {JUMPS}",
        jumps[jumps.len() / 2].as_secs_f64() * 1e3,
        jumps[jumps.len() - 1].as_secs_f64() * 1e3,
    );
    let began = Instant::now();
    for _ in 0..SCREEN {
        place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        black_box(log.frame((place >> 20) % frames).expect("a frame"));
    }
    println!("  {SCREEN} single rows, each somewhere else: {:.2} ms", began.elapsed().as_secs_f64() * 1e3);
}

/// Appends frames as a session does, and waits until they are on disk: after so many each, and in the end.
fn fill(folder: &Path, frames: u64, portion: u64) {
    let (log, _) = FrameLog::open(folder, LIMITS).expect("opened");
    let address = SocketAddr::from(([127, 0, 0, 1], 1883));
    let connection = Connection { client: address, server: address, version: Version::V3_1_1 };
    let number = log.begin_connection(connection);
    log.append(number, Direction::ToServer, Timestamp(0), b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a");
    log.append(number, Direction::ToClient, Timestamp(0), b"\x20\x02\x00\x00");
    let samples: Vec<Vec<u8>> = (0..TOPICS).map(frame).collect();
    let mut samples = samples.iter().cycle();
    for row in 2..frames {
        let Some(frame) = samples.next() else { break };
        log.append(number, Direction::ToClient, Timestamp(1_700_000_000_000_000_000 + row * 1_000), frame);
        if row % portion == 0 {
            log.flush();
        }
    }
    log.flush();
    assert_eq!(log.failure(), None);
}

fn frame(topic: u64) -> Vec<u8> {
    let topic = format!("plant/line-{topic:02}/temperature");
    let rest = LENGTH - 3;
    let low = u8::try_from(rest % 128).expect("a byte") | 0x80;
    let mut frame = vec![0x30, low, u8::try_from(rest / 128).expect("a byte")];
    frame.extend_from_slice(&u16::try_from(topic.len()).expect("short").to_be_bytes());
    frame.extend_from_slice(topic.as_bytes());
    frame.resize(LENGTH, b'7');
    frame
}

fn bare(folder: &Path, bytes: u64, block: usize) {
    let path = folder.join("bare");
    let mut file = File::create(&path).expect("a file");
    let buffer = vec![7_u8; block];
    let mut left = bytes;
    while left > 0 {
        let now = usize::try_from(left.min(block as u64)).expect("a block");
        file.write_all(&buffer[..now]).expect("written");
        left -= now as u64;
    }
    file.sync_data().expect("synced");
    fs::remove_file(path).expect("removed");
}

/// The files of a folder as text, with their lengths.
fn files(folder: &Path) -> impl Iterator<Item = (String, u64)> {
    fs::read_dir(folder).expect("a folder").map(|file| {
        let file = file.expect("a file");
        (file.path().display().to_string(), file.metadata().expect("its length").len())
    })
}

/// The time that something takes, and the processor time of all threads meanwhile.
fn measured(act: impl FnOnce()) -> (Duration, Duration) {
    let (began, cpu) = (Instant::now(), processor());
    act();
    (began.elapsed(), processor().saturating_sub(cpu))
}

/// Processor time of this process so far; zero where the system does not tell it this way.
fn processor() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        behind.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Bytes of memory that this process holds; zero where the system does not tell it this way.
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn rate(frames: u64, time: Duration) -> f64 {
    float(frames) / time.as_secs_f64().max(1e-9) / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "figures for reading")]
fn float(number: u64) -> f64 {
    number as f64
}
