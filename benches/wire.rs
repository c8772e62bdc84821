//! How fast frames are looked at: `cargo bench --no-default-features --bench wire`. Each figure is for one frame.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mqloupe::wire::{Context, Peek, Version, dissect, is_faulty, summarize, summarize_into};

/// A PUBLISH of 100 bytes: a topic of 21 bytes and a payload of JSON; in 5.0 with a content type.
fn publish(version: Version) -> Vec<u8> {
    let properties: &[u8] = match version {
        Version::V5_0 => b"\x13\x03\0\x10application/json",
        _ => b"",
    };
    let head = [&b"\0\x15sensors/hall/7/status"[..], b"\0\x07", properties].concat();
    let text = br#"{"temperature":21.5,"humidity":40,"unit":"celsius","at":1700000000,"more":[1,2,3]}"#;
    let payload = &text[..98 - head.len()];
    [&[0x32, 98][..], &head, payload].concat()
}

fn frames(c: &mut Criterion) {
    for version in [Version::V3_1_1, Version::V5_0] {
        let frame = publish(version);
        assert_eq!(frame.len(), 100);
        let context = Context { version, ..Context::default() };
        assert!(!is_faulty(&frame, &context));
        let mut group = c.benchmark_group(format!("100-byte PUBLISH of {version}"));
        group.throughput(criterion::Throughput::Elements(1));
        group.bench_function("tree", |b| b.iter(|| dissect(black_box(&frame), black_box(&context))));
        group.bench_function("summary", |b| b.iter(|| summarize(black_box(&frame), black_box(&context))));
        let mut line = String::new();
        group.bench_function("summary into the same string", |b| {
            b.iter(|| {
                line.clear();
                summarize_into(black_box(&frame), black_box(&context), &mut line);
                black_box(line.len())
            });
        });
        group
            .bench_function("fault or not", |b| b.iter(|| is_faulty(black_box(&frame), black_box(&context))));
        group.bench_function("first look", |b| b.iter(|| Peek::of(black_box(&frame), black_box(version))));
        group.finish();
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
