//! How long payloads of 100 MB take: `cargo bench --no-default-features --bench payload`. "Made ready" is the work of a
//! thread of its own, "drawn" what the window does for the forty rows of one drawing.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mqloupe::payload::{Branch, Format, Tree, decode, detect, line, line_count, one_line};

const SIZE: usize = 100_000_000;
/// Rows of a drawing.
const ROWS: usize = 40;

/// Readings as devices send them, in one array.
fn json() -> Vec<u8> {
    let mut text = String::with_capacity(SIZE + 200);
    text.push_str("{\"device\":\"hall/7\",\"readings\":[");
    for number in 0_u64.. {
        let _ = write!(
            text,
            "{{\"at\":{},\"t\":21.{},\"name\":\"sensor {}\",\"ok\":true}},",
            1_700_000_000 + number,
            number % 10,
            number % 97
        );
        if text.len() > SIZE - 8 {
            break;
        }
    }
    text.push_str("0]}");
    text.into_bytes()
}

/// Small numbers: as many values as there can be.
fn numbers() -> Vec<u8> {
    let mut text = "1,".repeat(SIZE / 2 - 2);
    text.insert(0, '[');
    text.push_str("1]");
    text.into_bytes()
}

/// An array of pairs of a text and a number.
fn cbor() -> Vec<u8> {
    let pair = b"\xa1\x65value\x19\x12\x34";
    let count = SIZE / pair.len();
    let head = [&[0x9a][..], &u32::try_from(count).expect("small").to_be_bytes()].concat();
    [head, pair.repeat(count)].concat()
}

fn made_ready(c: &mut Criterion) {
    let mut group = c.benchmark_group("100 MB made ready");
    group.sample_size(10).warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_secs(5));
    group.throughput(Throughput::Bytes(SIZE as u64));
    let (json, numbers, cbor) = (json(), numbers(), cbor());
    for (name, bytes, format) in [
        ("text", &json, Format::Text),
        ("JSON", &json, Format::Json),
        ("hex, for the clipboard", &cbor, Format::Hex),
        ("Base64, for the clipboard", &cbor, Format::Base64),
        ("CBOR", &cbor, Format::Cbor),
    ] {
        group.bench_function(name, |b| b.iter(|| decode(black_box(bytes), format)));
    }
    for (name, bytes, format) in [
        ("JSON as a tree", &json, Format::Json),
        ("JSON of small numbers as a tree", &numbers, Format::Json),
        ("CBOR as a tree", &cbor, Format::Cbor),
    ] {
        let tree = Tree::of(bytes, format);
        assert!(tree.fault().is_none());
        println!("{name}: {} lines, {} bytes in memory", tree.lines(), tree.memory());
        group.bench_function(name, |b| b.iter(|| Tree::of(black_box(bytes), format)));
    }
    let tree = Tree::of(&json, Format::Json);
    let value = tree.child(&json, &[1]).expect("the readings").value;
    group.bench_function("the readings unfolded", |b| {
        b.iter(|| Branch::of(black_box(&json), Format::Json, value.clone()));
    });
    group.finish();
}

fn drawn(c: &mut Criterion) {
    let mut group = c.benchmark_group("forty rows of 100 MB drawn");
    let (json, numbers, cbor) = (json(), numbers(), cbor());
    let mut tree = Tree::of(&json, Format::Json);
    let value = tree.child(&json, &[1]).expect("the readings").value;
    assert!(tree.unfold(&[1], Branch::of(&json, Format::Json, value)));
    for (name, tree, bytes) in [
        ("tree of JSON", tree, &json),
        ("tree of small numbers", Tree::of(&numbers, Format::Json), &numbers),
        ("tree of CBOR", Tree::of(&cbor, Format::Cbor), &cbor),
    ] {
        let from = tree.lines() - ROWS - 10;
        group.bench_function(name, |b| {
            b.iter(|| (from..from + ROWS).map(|row| tree.line(black_box(bytes), row)).collect::<Vec<_>>());
        });
    }
    for format in [Format::Hex, Format::Base64] {
        let from = line_count(json.len(), format) - ROWS;
        group.bench_function(format.name(), |b| {
            b.iter(|| (from..from + ROWS).map(|row| line(black_box(&json), format, row)).collect::<Vec<_>>());
        });
    }
    group.bench_function("first look at it", |b| {
        b.iter(|| (detect(black_box(&json)), one_line(black_box(&json), 240)));
    });
    group.finish();
}

criterion_group!(benches, made_ready, drawn);
criterion_main!(benches);
