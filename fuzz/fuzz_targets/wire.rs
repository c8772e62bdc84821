//! Any bytes, as any version, in any context: the first three bytes choose those, the rest is the frame.

#![no_main]

use std::ops::Range;

use libfuzzer_sys::fuzz_target;
use mqloupe::language::Language;
use mqloupe::wire::{
    Breach, Context, Cut, Direction, Dissection, Field, FieldKind, Peek, Tracker, Version, cut, dissect,
    explain, field_at, is_faulty, secret_ranges, summarize,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((&[choice, flags, breach], frame)) = bytes.split_first_chunk::<3>() else { return };
    let bit = |place: u8| flags & (1 << place) != 0;
    let context = Context {
        version: Version::ALL[usize::from(choice % 3)],
        direction: [None, Some(Direction::ToServer), Some(Direction::ToClient)][usize::from(choice / 3 % 3)],
        alias_topic: bit(0).then(|| "a/topic".to_owned()),
        alias_unset: bit(1),
        alias_maximum: bit(2).then(|| u16::from(choice / 9)),
        before_connect: bit(3),
        after_connect: bit(4),
        packet_id_in_use: bit(5),
        breach: Breach::from_number(breach),
    };
    one_frame(frame, &context);
    many_frames(frame, context.version, choice);
});

fn one_frame(frame: &[u8], context: &Context) {
    let dissection = dissect(frame, context);
    check_fields(&dissection.fields, &(0..frame.len()));
    if let Some(broken) = &dissection.broken {
        assert!(broken.offset <= frame.len());
    } else {
        assert!(dissection.fields.iter().all(|field| field.kind != FieldKind::Undecoded));
    }
    for diagnostic in &dissection.diagnostics {
        assert!(diagnostic.offset < frame.len() && !diagnostic.rule.is_empty(), "{diagnostic:?}");
    }
    assert_eq!(is_faulty(frame, context), dissection.is_faulty());
    assert_eq!(Peek::of(frame, dissection.version).packet, dissection.packet);
    // A breach has the frame taken apart for its line.
    let thorough = Context { breach: Some(Breach::AfterDisconnect), ..context.clone() };
    assert_eq!(summarize(frame, context), summarize(frame, &thorough));
    for range in secret_ranges(frame, context.version) {
        assert!(frame.get(range).is_some());
    }
    explain_all(frame, &dissection, &mut Vec::new(), &dissection.fields);
    for offset in 0..frame.len() {
        assert!(field_at(&dissection, offset).is_some());
    }
}

/// Fields in order that cover their parent; parts of a byte from high bits to low.
fn check_fields(fields: &[Field], parent: &Range<usize>) {
    let (mut at, mut lowest) = (parent.start, 0);
    for field in fields {
        if let (Some((high, low)), true) = (field.bits, lowest > 0) {
            assert_eq!((field.range.start + 1, high + 1), (at, lowest));
            lowest = low;
            continue;
        }
        assert_eq!((field.range.start, lowest), (at, 0));
        lowest = field.bits.map_or(0, |(_, low)| low);
        at = field.range.end;
        assert!(at <= parent.end);
        check_fields(&field.children, &field.range);
    }
    assert!(fields.is_empty() || at == parent.end && lowest == 0);
}

fn explain_all(frame: &[u8], dissection: &Dissection, path: &mut Vec<usize>, fields: &[Field]) {
    // Explaining a hundred thousand fields tells no more than a thousand.
    for (place, field) in fields.iter().enumerate().take(1000) {
        path.push(place);
        for language in [Language::English, Language::Chinese] {
            let explanation = explain(frame, dissection, path, language);
            assert!(!explanation.text.is_empty() && explanation.section.starts_with("MQTT "));
            let shown = field.display(frame, language, true);
            assert!(!shown.contains(char::is_control), "{shown:?}");
        }
        explain_all(frame, dissection, path, &field.children);
        path.pop();
    }
}

/// The same bytes as a stream of frames, in changing directions.
fn many_frames(mut stream: &[u8], version: Version, choice: u8) {
    let mut tracker = if choice & 1 == 0 { Tracker::new(version) } else { Tracker::midway(version) };
    let mut direction = Direction::ToServer;
    while let Cut::Frame { length } = cut(stream) {
        let (frame, rest) = stream.split_at(length);
        let (_, context) = tracker.feed(direction, frame);
        assert_eq!(is_faulty(frame, &context), dissect(frame, &context).is_faulty());
        direction = match direction {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
        };
        stream = rest;
    }
}
