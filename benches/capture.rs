//! How fast captures are opened: `cargo bench --no-default-features --bench capture`.
//!
//! Each file is of 100 MB: 100-byte PUBLISH packets, one a segment or as full segments carry them, and as Upper PDU.
//! At the end, where tshark is there, the time that `tshark -T json` takes for one of them is set beside ours.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use mqloupe::capture::{ReadOptions, export, open};

const SIZE: u64 = 100_000_000;
/// What a full segment of Ethernet carries.
const FULL: usize = 1448;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("a capture opened");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    let full = tcp(folder.path(), "full segments", FULL);
    let single = tcp(folder.path(), "a packet a segment", 100);
    let pdus = upper_pdu(folder.path(), &full);
    for file in [&full, &single, &pdus] {
        let bytes = file.metadata().expect("a file").len();
        group.throughput(Throughput::Bytes(bytes));
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        group.bench_function(name, |b| b.iter(|| black_box(opened(file))));
    }
    group.finish();
    if std::env::args().any(|argument| argument == "--bench") {
        beside_tshark(&single);
    }
    criterion.final_summary();
}

/// How many frames a file gives.
fn opened(file: &Path) -> u64 {
    let opened = open(file, &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false)).expect("a capture");
    assert!(opened.notices.is_empty(), "{:?}", opened.notices);
    opened.log.rows().end
}

/// A pcap file of one connection over Ethernet whose server sends PUBLISH packets in segments of this length.
fn tcp(folder: &Path, name: &str, segment: usize) -> PathBuf {
    let path = folder.join(name).with_extension("pcap");
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    let magic: [u32; 6] = [0xa1b2_3c4d, 0x0004_0002, 0, 0, 262_144, 1];
    file.write_all(&magic.map(u32::to_le_bytes).concat()).expect("written");
    let mut sequence = [1_u32, 1];
    let mut time = 1_700_000_000_000_000_000_u64;
    let mut size = 24;
    let mut packet = |from_server: bool, bytes: &[u8], flags: u8, size: &mut u64| {
        let frame = ethernet(from_server, sequence, flags, bytes);
        let sent = usize::from(from_server);
        sequence[sent] = sequence[sent].wrapping_add(u32::try_from(bytes.len()).expect("short"));
        time += 1_000;
        let length = u32::try_from(frame.len()).expect("short");
        let seconds = u32::try_from(time / 1_000_000_000).expect("before 2106");
        let nanoseconds = u32::try_from(time % 1_000_000_000).expect("less than a second");
        file.write_all(&[seconds, nanoseconds, length, length].map(u32::to_le_bytes).concat())
            .expect("written");
        file.write_all(&frame).expect("written");
        *size += 16 + u64::from(length);
    };
    packet(false, b"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01a", 0x18, &mut size);
    packet(true, b"\x20\x02\0\0", 0x18, &mut size);
    let publish = [&b"\x30\x62\0\x15sensors/hall/7/status"[..], &[b'7'; 75]].concat();
    let stream = publish.repeat(segment.div_ceil(publish.len()) + 1);
    let mut at = 0;
    while size < SIZE {
        packet(true, &stream[at..at + segment], 0x18, &mut size);
        at = (at + segment) % publish.len();
    }
    packet(true, &stream[at..publish.len()], 0x18, &mut size);
    path
}

/// A segment between 10.0.0.1, port 40,000, and 10.0.0.2, port 1883, in IPv4 in Ethernet.
fn ethernet(from_server: bool, sequence: [u32; 2], flags: u8, bytes: &[u8]) -> Vec<u8> {
    let ends: [(u8, u16); 2] = [(1, 40_000), (2, 1883)];
    let (from, to) = if from_server { (ends[1], ends[0]) } else { (ends[0], ends[1]) };
    let (sent, taken) = (usize::from(from_server), usize::from(!from_server));
    let mut frame = vec![0x02, 0, 0, 0, 0, to.0, 0x02, 0, 0, 0, 0, from.0, 0x08, 0x00];
    let total = u16::try_from(40 + bytes.len()).expect("a short segment");
    frame.extend_from_slice(&[
        0x45,
        0,
        total.to_be_bytes()[0],
        total.to_be_bytes()[1],
        0,
        0,
        0x40,
        0,
        64,
        6,
        0,
        0,
    ]);
    frame.extend_from_slice(&[10, 0, 0, from.0, 10, 0, 0, to.0]);
    frame.extend_from_slice(&from.1.to_be_bytes());
    frame.extend_from_slice(&to.1.to_be_bytes());
    frame.extend_from_slice(&sequence[sent].to_be_bytes());
    frame.extend_from_slice(&sequence[taken].to_be_bytes());
    frame.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame.extend_from_slice(bytes);
    frame
}

/// The packets of a capture, as the window exports them.
fn upper_pdu(folder: &Path, from: &Path) -> PathBuf {
    let path = folder.join("Upper PDU.pcapng");
    let log = open(from, &ReadOptions::default(), |_, _| {}, &AtomicBool::new(false)).expect("a capture").log;
    // The blocks make more of a packet than segments do.
    let rows = log.rows().end * 4 / 9;
    export(&log, 0..rows, File::create(&path).expect("a file"), false).expect("written");
    path
}

fn beside_tshark(file: &Path) {
    let ours =
        timed(Command::new(env!("CARGO_BIN_EXE_mqloupe")).args(["dissect", "--format", "json"]).arg(file));
    let theirs = timed(Command::new("tshark").args(["-T", "json", "-r"]).arg(file));
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            let started = Instant::now();
            opened(file);
            let opening = started.elapsed();
            println!(
                "tshark -T json took {theirs:.1?} for the file with a packet a segment: {:.1} times as long as \
                 mqloupe dissect --format json ({ours:.1?}), {:.0} times as long as opening it ({opening:.1?})",
                theirs.as_secs_f64() / ours.as_secs_f64(),
                theirs.as_secs_f64() / opening.as_secs_f64(),
            );
        }
        _ => println!("tshark is not there, or fails: nothing to set beside ours"),
    }
}

/// How long a command takes that succeeds.
fn timed(command: &mut Command) -> Option<Duration> {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| started.elapsed())
}
