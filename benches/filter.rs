//! How fast frames are filtered: `cargo bench --no-default-features --bench filter`.
//!
//! At the end, views of a large log on disk: `MQLOUPE_BENCH_FRAMES` sets how many frames it has (ten million), and
//! `TMPDIR` where it lies. The goal is a first screenful within 50 ms, and a whole that shows how far it is.

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use mqloupe::log::filter::Subject;
use mqloupe::log::{Connection, ConnectionNumber, Filter, FrameLog, Limits, Timestamp, View};
use mqloupe::wire::{Direction, Version};

/// Rows of the log in which a new filter is looked for.
const ROWS: u32 = 1_500_000;
/// Rows that fill a screen.
const SCREEN: usize = 50;

fn parsed(text: &str) -> Filter {
    Filter::parse(text, &TimeZone::UTC).expect("a filter")
}

fn log() -> (FrameLog, ConnectionNumber) {
    let limits = Limits { memory_bytes: 1 << 30, disk_bytes: 1 << 40, segment_bytes: 64 << 20 };
    let log = FrameLog::in_memory(limits);
    let address = SocketAddr::from(([127, 0, 0, 1], 1883));
    let number =
        log.join_connection(Connection { client: address, server: address, version: Version::V3_1_1 });
    (log, number)
}

/// A PUBLISH of a payload below 16 kB.
fn publish(topic: &str, payload: &[u8]) -> Vec<u8> {
    let length = 2 + topic.len() + payload.len();
    let low = u8::try_from(length % 128).unwrap_or(0) | 0x80;
    let high = u8::try_from(length / 128).unwrap_or(0);
    let topic_length = u8::try_from(topic.len()).unwrap_or(0);
    [&[0x30, low, high, 0, topic_length], topic.as_bytes(), payload].concat()
}

/// Text over payloads of 1 kB, as a frame with its bytes is judged.
fn substring(c: &mut Criterion) {
    let (log, number) = log();
    let mut payload = Vec::new();
    while payload.len() < 1000 {
        payload.extend_from_slice(
            br#"{"sensor":"hall-7","temperature":21.5,"status":"ok","note":"all is well"},"#,
        );
    }
    payload.truncate(1000);
    let frame = publish("sensors/hall/7/status", &payload);
    log.append(number, Direction::ToClient, Timestamp(0), &frame);
    let entry = log.entry(0).expect("a row");
    let mut group = c.benchmark_group("text in payloads of 1 kB");
    group.throughput(Throughput::Bytes(1000));
    for text in [
        "error",
        "payload contains \"overheated\"",
        "12345",
        "payload matches /err(or)?:/i",
        "json.temperature > 30",
    ] {
        let filter = parsed(text);
        group.bench_function(text, |b| {
            b.iter(|| {
                let frame = Some((Version::V3_1_1, black_box(frame.as_slice())));
                let subject = Subject {
                    entry: &entry,
                    topic: Some("sensors/hall/7/status"),
                    frame,
                    latency: None,
                    unanswered: false,
                };
                filter.passes(&subject)
            });
        });
    }
    group.finish();
}

/// From the wish for a filter to its newest rows, and to all of them.
fn views(c: &mut Criterion) {
    let (log, number) = log();
    for count in 0..ROWS {
        let topic = if count % 1000 == 0 { "alarm/hall" } else { "sensors/hall" };
        let payload =
            format!("{{\"count\":{count},\"temperature\":{}.5,\"filler\":\"{:0200}\"}}", count % 60, 0);
        log.append(
            number,
            Direction::ToClient,
            Timestamp(u64::from(count) * 1_000_000),
            &publish(topic, payload.as_bytes()),
        );
    }
    let held = log.rows();
    println!("{} rows are held", held.end - held.start);
    let first = |text: &str, all: bool| {
        let (ring, bell) = channel();
        let view = View::spawn(&log, parsed(text), Arc::new(move || ring.send(()).unwrap_or(())));
        while !(view.is_complete() || (!all && view.len() >= SCREEN)) {
            if bell.recv().is_err() {
                break;
            }
        }
        view.len()
    };
    let mut group = c.benchmark_group("1.5 million rows");
    group.sample_size(20);
    for text in [
        "topic ~ \"alarm/#\"",
        "payload contains \"count\\\":1\" && topic == \"alarm/hall\"",
        "temperature",
        "json.temperature > 59",
    ] {
        group.bench_function(format!("first screenful of {text}"), |b| {
            b.iter(|| first(black_box(text), false));
        });
    }
    group.sample_size(10);
    for text in ["topic ~ \"alarm/#\"", "overheated"] {
        group.bench_function(format!("all of {text}"), |b| {
            b.iter(|| first(black_box(text), true));
        });
    }
    group.finish();
}

/// How long a first screenful may take.
const SOON: Duration = Duration::from_millis(50);
/// The most frames that are appended before they must be on disk: one that is slower would end the history.
const PORTION: u64 = 500_000;

/// Views of a log of which the oldest part is on disk only.
fn large(_: &mut Criterion) {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let frames = std::env::var("MQLOUPE_BENCH_FRAMES").ok().and_then(|frames| frames.parse().ok());
    let frames: u64 = frames.unwrap_or(if measured { 10_000_000 } else { 3_000 });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let limits = Limits { disk_bytes: 1 << 40, ..Limits::default() };
    let (log, _) = FrameLog::open(folder.path(), limits).expect("opened");
    let address = SocketAddr::from(([127, 0, 0, 1], 1883));
    let number =
        log.join_connection(Connection { client: address, server: address, version: Version::V3_1_1 });
    for count in 0..frames {
        let topic = if count % 1000 == 0 { "alarm/hall" } else { "sensors/hall" };
        let payload =
            format!("{{\"count\":{count},\"temperature\":{}.5,\"filler\":\"{:050}\"}}", count % 60, 0);
        let time = Timestamp(count * 1_000_000);
        log.append(number, Direction::ToClient, time, &publish(topic, payload.as_bytes()));
        if count % PORTION == 0 {
            log.flush();
        }
    }
    log.flush();
    let bytes = log.counters().bytes;
    println!("a log of {frames} frames, {} MB, of which 256 MiB are in memory", bytes / 1_000_000);
    for text in [
        "",
        "topic ~ \"alarm/#\"",
        "length > 100 && qos == 0",
        "temperature",
        "payload contains \"count\\\":1\" && topic == \"alarm/hall\"",
        "payload matches /:5[89]\\.5/",
        "json.temperature > 58",
        "overheated",
    ] {
        view_of(&log, text, bytes);
    }
}

/// One view, from the wish for it to its last row.
fn view_of(log: &FrameLog, text: &str, bytes: u64) {
    let (ring, bell) = channel();
    let began = Instant::now();
    let view = View::spawn(log, parsed(text), Arc::new(move || ring.send(()).unwrap_or(())));
    let (mut first, mut steps, mut judged) = (None, 0, 0);
    let mut last = began;
    let mut longest = Duration::ZERO;
    while !view.is_complete() && bell.recv().is_ok() {
        if first.is_none() && view.len() >= SCREEN {
            first = Some(began.elapsed());
        }
        let now = view.progress().0;
        if now > judged {
            (judged, steps) = (now, steps + 1);
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
    }
    let whole = began.elapsed();
    let screenful = first.map_or_else(
        || "no screenful".to_owned(),
        |first| {
            let share = first.as_secs_f64() / SOON.as_secs_f64();
            format!("a screenful after {:.1} ms ({share:.2} of the goal)", first.as_secs_f64() * 1e3)
        },
    );
    println!(
        "  {text:?}: {screenful}, all {} rows after {:.2} s ({:.2} GB/s of frames), {steps} steps of progress, {:.0} ms \
         between two at most",
        view.len(),
        whole.as_secs_f64(),
        gigabytes(bytes) / whole.as_secs_f64(),
        longest.as_secs_f64() * 1e3,
    );
}

#[expect(clippy::cast_precision_loss, reason = "a figure for reading")]
fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

criterion_group!(benches, substring, views, large);
criterion_main!(benches);
