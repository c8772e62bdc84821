//! How fast frames are filtered: `cargo bench --no-default-features --bench filter`.

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::channel;

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

criterion_group!(benches, substring, views);
criterion_main!(benches);
