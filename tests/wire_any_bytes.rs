//! Whatever the bytes, there is an answer, and its parts agree with each other.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use mqloupe::cli::dissect::{Format, run};
use mqloupe::language::Language;
use mqloupe::outline::outline;
use mqloupe::wire::{
    Breach, Context, Cut, Direction, Dissection, Field, FieldKind, PacketType, Peek, Property, Value,
    Version, cut, dissect, explain, field_at, is_faulty, secret_ranges, summarize,
};
use proptest::prelude::*;

/// The frames of the golden outlines: seeds that reach deep.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/frames");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("frames").map(|entry| entry.expect("entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "hex"));
    // Those hold whole sessions.
    paths.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("real-")));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("frame");
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            let digits: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
            data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
        })
        .collect()
});

fn any_context() -> impl Strategy<Value = Context> {
    (
        prop::sample::select(&Version::ALL[..]),
        prop::option::of(prop::sample::select(&[Direction::ToServer, Direction::ToClient][..])),
        prop::option::of(0_u16..3),
        // Mostly nothing out of turn, so that the frame itself decides.
        prop::array::uniform4(prop::bool::weighted(0.05)),
        prop_oneof![20 => Just(None), 1 => (0..16_u8).prop_map(Breach::from_number)],
    )
        .prop_map(|(version, direction, alias_maximum, [before, after, in_use, unset], breach)| {
            Context {
                version,
                direction,
                alias_topic: None,
                alias_unset: unset,
                alias_maximum,
                before_connect: before,
                after_connect: after,
                packet_id_in_use: in_use,
                breach,
            }
        })
}

/// Noise; seeds with some bytes changed, cut off or followed by others; a type, a right length, noise.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let seed = prop::sample::select(SEEDS.clone());
    let changed = (
        seed,
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        0..3_usize,
        any::<u8>(),
    )
        .prop_map(|(mut frame, changes, end, more)| {
            for (place, byte) in changes {
                let place = place.index(frame.len());
                frame[place] = byte;
            }
            match end {
                0 => frame.truncate(usize::from(more) % (frame.len() + 1)),
                1 => frame.push(more),
                _ => {}
            }
            frame
        });
    let shaped = (any::<u8>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(first, body)| {
        let length = u8::try_from(body.len()).expect("short");
        [&[first, length][..], &body].concat()
    });
    // Small PUBLISH and acknowledgements, right and nearly right.
    let small = (
        prop::sample::select(
            &[0x30_u8, 0x31, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x40, 0x50, 0x62, 0x60, 0x70, 0xc0, 0xd0][..],
        ),
        prop::collection::vec(prop::sample::select(&[0_u8, 1, 2, b'a', b'+', b'/', 0xff][..]), 0..9),
    )
        .prop_map(|(first, body)| {
            let length = u8::try_from(body.len()).expect("short");
            [&[first, length][..], &body].concat()
        });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..60), changed, shaped, small, any_properties()]
}

/// PUBLISH of 5.0 with properties, right and wrong.
fn any_properties() -> impl Strategy<Value = Vec<u8>> {
    let properties: [&[u8]; 15] = [
        &[0x26, 0, 1, b'k', 0, 1, b'v'],
        &[0x26, 0, 1, 0xff, 0, 0],
        &[0x26, 0, 0, 0, 1, 0],
        &[0x23, 0, 1],
        &[0x23, 0, 0],
        &[0x01, 1],
        &[0x01, 2],
        &[0x0b, 1],
        &[0x0b, 0x81, 0x00],
        &[0x02, 0, 0, 0, 9],
        &[0x03, 0, 1, b'x'],
        &[0x03, 0, 1, 0xff],
        &[0x09, 0, 1, 0],
        &[0x08, 0, 1, b'#'],
        &[0x11, 0, 0, 0, 1],
    ];
    (
        prop::sample::select(&[0x30_u8, 0x32, 0x38][..]),
        prop::sample::select(vec![&b"\0\0"[..], b"\0\x01a", b"\0\x01+"]),
        prop::collection::vec(prop::sample::select(properties.to_vec()), 0..4),
        0..3_u8,
    )
        .prop_map(|(first, topic, properties, id)| {
            let properties = properties.concat();
            let id = if first & 6 == 0 { vec![] } else { vec![0, id] };
            let length = u8::try_from(properties.len()).expect("short");
            let body = [topic, &id, &[length], &properties, b"\xc3"].concat();
            [&[first, u8::try_from(body.len()).expect("short")][..], &body].concat()
        })
}

/// Fields in order inside `range`, without gap where they are top-level.
fn check_fields(fields: &[Field], range: &Range<usize>, cover: bool) -> Result<(), TestCaseError> {
    let mut at = range.start;
    let mut lowest_bit = 0;
    for field in fields {
        // Parts of one byte follow each other from high bits to low.
        if let Some((high, low)) = field.bits {
            prop_assert_eq!(field.range.len(), 1);
            prop_assert!(high >= low && high < 8);
            if lowest_bit > 0 {
                prop_assert_eq!(field.range.start, at - 1);
                prop_assert_eq!(high + 1, lowest_bit);
                lowest_bit = low;
                continue;
            }
            prop_assert_eq!(high, 7);
            lowest_bit = low;
        } else {
            prop_assert_eq!(lowest_bit, 0);
        }
        prop_assert_eq!(field.range.start, at);
        prop_assert!(field.range.end >= at && field.range.end <= range.end);
        check_fields(&field.children, &field.range, true)?;
        at = field.range.end;
    }
    prop_assert_eq!(lowest_bit, 0);
    if cover && !fields.is_empty() {
        prop_assert_eq!(at, range.end);
    }
    Ok(())
}

fn value_of(dissection: &Dissection, kind: FieldKind) -> Option<u64> {
    match dissection.find(kind)?.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranges_nest_and_cover_every_byte(frame in any_frame(), context in any_context()) {
        let dissection = dissect(&frame, &context);
        if frame.is_empty() {
            prop_assert!(dissection.fields.is_empty());
        } else {
            check_fields(&dissection.fields, &(0..frame.len()), true)?;
        }
        // What was not read is one field at the end, and only where reading stopped.
        let undecoded: Vec<_> = dissection.fields.iter().filter(|f| f.kind == FieldKind::Undecoded).collect();
        match (&dissection.broken, undecoded.as_slice()) {
            (None, []) => {}
            (Some(broken), []) => prop_assert_eq!(broken.offset, frame.len()),
            (Some(broken), [rest]) => prop_assert_eq!(broken.offset..frame.len(), rest.range.clone()),
            (broken, undecoded) => prop_assert!(false, "{broken:?} {undecoded:?}"),
        }
        for diagnostic in &dissection.diagnostics {
            prop_assert!(diagnostic.offset < frame.len(), "{diagnostic:?}");
            prop_assert!(!diagnostic.rule.is_empty(), "{diagnostic:?}");
        }
    }

    #[test]
    fn the_cheap_check_agrees_with_taking_apart(frame in any_frame(), context in any_context()) {
        prop_assert_eq!(is_faulty(&frame, &context), dissect(&frame, &context).is_faulty());
    }

    #[test]
    fn the_cheap_check_agrees_about_properties(frame in any_properties(), alias_maximum in prop::option::of(0_u16..2)) {
        let context = Context { version: Version::V5_0, alias_maximum, ..Context::default() };
        prop_assert_eq!(is_faulty(&frame, &context), dissect(&frame, &context).is_faulty());
    }

    #[test]
    fn a_first_look_agrees_with_taking_apart(frame in any_frame(), context in any_context()) {
        let dissection = dissect(&frame, &context);
        let peek = Peek::of(&frame, dissection.version);
        prop_assert_eq!(peek.packet, dissection.packet);
        if dissection.broken.is_some() {
            return Ok(());
        }
        prop_assert_eq!(peek.packet_id.map(u64::from), value_of(&dissection, FieldKind::PacketId));
        if peek.packet == Some(PacketType::Publish) {
            let topic = dissection.find(FieldKind::Topic).expect("topic");
            prop_assert_eq!(peek.topic, frame.get(topic.range.clone()));
            let payload = dissection.find(FieldKind::Payload).expect("payload");
            prop_assert_eq!(&peek.payload, &payload.range);
            let alias = value_of(&dissection, FieldKind::PropertyValue(Property::TopicAlias));
            prop_assert_eq!(peek.topic_alias.map(u64::from), alias);
        } else {
            prop_assert_eq!((peek.topic, peek.topic_alias, &peek.payload), (None, None, &(0..0)));
        }
        let several = matches!(peek.packet, Some(PacketType::Suback | PacketType::Unsuback));
        let code = value_of(&dissection, FieldKind::ReasonCode).or(value_of(&dissection, FieldKind::ReturnCode));
        if let (false, Some(code)) = (several, code) {
            prop_assert_eq!(peek.reason.map(u64::from), Some(code));
        }
    }

    #[test]
    fn every_byte_has_a_field_and_every_field_an_explanation(frame in any_frame(), context in any_context()) {
        let dissection = dissect(&frame, &context);
        for offset in 0..frame.len() {
            let path = field_at(&dissection, offset).expect("every byte is some field's");
            let field = dissection.field(&path).expect("the path leads to a field");
            prop_assert!(field.range.contains(&offset));
            for language in [Language::English, Language::Chinese] {
                let explanation = explain(&frame, &dissection, &path, language);
                prop_assert!(!explanation.text.is_empty());
                prop_assert!(explanation.section.starts_with("MQTT "));
                let _ = field.display(&frame, language, true);
            }
        }
        prop_assert_eq!(field_at(&dissection, frame.len()), None);
    }

    #[test]
    fn lines_stay_lines_and_short(frame in any_frame(), context in any_context()) {
        let line = summarize(&frame, &context);
        prop_assert!(!line.is_empty() && !line.contains(char::is_control), "{line:?}");
        prop_assert!(line.chars().count() < 400);
        let dissection = dissect(&frame, &context);
        for field in &dissection.fields {
            prop_assert!(!field.display(&frame, Language::Chinese, true).contains(char::is_control));
        }
        prop_assert!(!outline(&frame, &dissection, Language::Chinese, false).is_empty());
    }

    #[test]
    fn the_quick_line_is_the_thorough_one(frame in any_frame(), context in any_context()) {
        // A breach makes the frame be taken apart; the line does not speak of it.
        let thorough = Context { breach: Some(Breach::AfterDisconnect), ..context.clone() };
        prop_assert_eq!(summarize(&frame, &context), summarize(&frame, &thorough));
    }

    #[test]
    fn secrets_lie_within_the_frame(frame in any_frame(), context in any_context()) {
        for range in secret_ranges(&frame, context.version) {
            prop_assert!(frame.get(range).is_some());
        }
    }

    #[test]
    fn a_whole_frame_is_never_incomplete(frame in any_frame(), context in any_context()) {
        let incomplete = dissect(&frame, &context).broken.is_some_and(|broken| broken.incomplete);
        match cut(&frame) {
            Cut::Frame { .. } => prop_assert!(!incomplete),
            Cut::Incomplete { needed } => prop_assert!(needed > frame.len()),
            Cut::Malformed => prop_assert!(!incomplete),
        }
    }

    #[test]
    fn every_line_of_input_has_a_line_of_json(lines in prop::collection::vec("[0-9a-fA-F xé]{0,40}", 0..5)) {
        let input = lines.join("\n");
        let mut output = Vec::new();
        run(None, Format::Json, input.as_bytes(), &mut output).expect("memory takes everything");
        let output = String::from_utf8(output).expect("JSON is UTF-8");
        let wanted = lines.iter().filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(output.lines().count(), wanted);
        for line in output.lines() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(line).is_ok());
        }
    }
}
