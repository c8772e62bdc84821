//! Any text as a filter: a fault lies within the text, and a filter written out reads as itself; it has an answer
//! for any frame. The text stands before the first byte 0xff, a frame behind it.

#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use mqloupe::language::Language;
use mqloupe::log::filter::{Subject, complete, with_term};
use mqloupe::log::{Entry, Filter, Timestamp};
use mqloupe::wire::{Direction, PacketType, Peek, Version};

fuzz_target!(|bytes: &[u8]| {
    let (text, frame) = bytes.split_at(bytes.iter().position(|byte| *byte == 0xff).unwrap_or(bytes.len()));
    let Ok(text) = std::str::from_utf8(text) else { return };
    for (cursor, _) in text.char_indices().step_by(16) {
        for completion in complete(text, cursor, &["a/b", "c\"d"]) {
            assert!(text.get(completion.replaces).is_some());
        }
    }
    let filter = match Filter::parse(text, &TimeZone::UTC) {
        Ok(filter) => filter,
        Err(error) => {
            assert!(text.is_char_boundary(error.offset), "{error:?}");
            for language in [Language::English, Language::Chinese] {
                assert!(!error.what.text(language).is_empty());
            }
            return;
        }
    };
    let written = filter.to_string();
    // What is written out has more signs, and so may be beyond the bounds.
    if text.len() < 500 {
        let again = Filter::parse(&written, &TimeZone::UTC);
        assert_eq!(again.as_ref(), Ok(&filter), "{written}");
        let more = with_term(text, "qos == 1", true);
        assert!(Filter::parse(&more, &TimeZone::UTC).is_ok(), "{more}");
    }
    let frame = frame.get(1..).unwrap_or_default();
    let peek = Peek::of(frame, Version::V5_0);
    let entry = Entry {
        time: Timestamp(1_727_093_389_588_214_907),
        length: u32::try_from(frame.len()).unwrap_or(0),
        connection: 0,
        direction: Direction::ToClient,
        packet: frame.first().and_then(|byte| PacketType::of_first_byte(*byte)),
        flags: peek.flags,
        packet_id: peek.packet_id,
        topic: None,
        partner: None,
        fault: false,
    };
    let subject = Subject { entry: &entry, topic: None, frame: None, latency: None, unanswered: false };
    let early = filter.passes(&subject);
    let answer = filter.passes(&Subject { frame: Some((Version::V5_0, frame)), ..subject });
    assert!(answer.is_some() && early.is_none_or(|early| Some(early) == answer));
});
