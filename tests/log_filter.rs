//! The filter language: what passes, and where a fault is.

mod log_support;

use log_support::{connection, frame, publish};
use mqloupe::language::Language;
use mqloupe::log::filter::Subject;
use mqloupe::log::{Filter, FilterError, FilterFault, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, TopicFault, Version};
use proptest::prelude::*;

/// The judgement on a frame that was sent in one direction, with and without its bytes.
fn judge(filter: &str, direction: Direction, bytes: &[u8]) -> (Option<bool>, bool) {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection(Version::V3_1_1));
    log.append(number, direction, Timestamp(0), bytes);
    let entry = log.entry(0).unwrap();
    let topic = entry.topic.and_then(|number| log.topic(number));
    let without = Subject { entry: &entry, topic: topic.as_deref(), frame: None };
    let with = Subject { frame: Some((Version::V3_1_1, bytes)), ..without };
    let filter = Filter::parse(filter).unwrap();
    (filter.passes(&without), filter.passes(&with).expect("with bytes there is always an answer"))
}

fn passes(filter: &str, bytes: &[u8]) -> bool {
    let (early, answer) = judge(filter, Direction::ToClient, bytes);
    assert!(early.is_none_or(|early| early == answer), "the answers differ: {filter}");
    answer
}

#[test]
fn words_are_searched_in_topic_and_payload() {
    let message = publish("Kitchen/temp", Some(258), "{\"unit\": \"°C\"}".as_bytes());
    for found in
        ["kitchen", "TEMP", "unit", "°c", "\"\\\"unit\\\": \"", "kit temp", "en/te", "unit\"\"kitchen"]
    {
        assert!(passes(found, &message), "{found}");
    }
    for missing in ["bathroom", "kitchen bathroom", "temp{", "\"kitchen temp\"", "\u{1}\u{2}"] {
        assert!(!passes(missing, &message), "{missing}");
    }
}

#[test]
fn words_are_searched_behind_the_fixed_header_of_other_packets() {
    let subscribe = frame(0x82, b"\x00\x01\x00\x05hello\x00");
    assert!(passes("HELLO", &subscribe));
    let length_is_an_a = frame(0x82, &[0; 0x61]);
    assert!(!passes("a", &length_is_an_a));
}

#[test]
fn each_term_looks_at_its_own_subject() {
    let mut retained = publish("a/b", Some(5), b"x");
    retained[0] |= 0b1001;
    let ping = b"\xc0\x00".as_slice();
    for (filter, on_message, on_ping) in [
        ("topic:a/+", true, false),
        ("topic:#", true, false),
        ("topic:b/+", false, false),
        ("type:publish", true, false),
        ("TYPE:PingReq", false, true),
        ("qos:1", true, false),
        ("qos:0", false, false),
        ("retain:yes", true, false),
        ("retain:no", false, false),
        ("dup:yes", true, false),
        ("id:5", true, false),
        ("id:6", false, false),
        ("connection:0", true, true),
        ("connection:1", false, false),
        ("dir:received", true, true),
        ("dir:sent", false, false),
        ("", true, true),
        ("  ", true, true),
        ("-type:publish", false, true),
        ("type:publish or type:pingreq", true, true),
        ("type:publish OR type:pingreq qos:0", true, false),
        ("(type:publish or type:pingreq) -qos:1", false, true),
        ("-(type:publish qos:0)", true, true),
        ("--type:publish", true, false),
    ] {
        assert_eq!(passes(filter, &retained), on_message, "{filter} on PUBLISH");
        assert_eq!(passes(filter, ping), on_ping, "{filter} on PINGREQ");
    }
}

#[test]
fn sent_is_what_goes_to_the_server() {
    assert_eq!(judge("dir:sent", Direction::ToServer, b"\xc0\x00"), (Some(true), true));
    assert_eq!(judge("dir:sent", Direction::ToClient, b"\xc0\x00"), (Some(false), false));
}

#[test]
fn bytes_are_asked_for_only_where_they_decide() {
    let message = publish("a", None, b"needle");
    let early = |filter| judge(filter, Direction::ToClient, &message).0;
    assert_eq!(early("needle"), None);
    assert_eq!(early("-needle"), None);
    assert_eq!(early("needle type:pingreq"), Some(false));
    assert_eq!(early("needle or type:publish"), Some(true));
    assert_eq!(early("a"), Some(true), "it is in the topic");
}

#[test]
fn faults_are_named_with_their_place() {
    let unknown = |value: &str, takes| FilterFault::UnknownValue { value: value.to_owned(), takes };
    let number = "a number up to 65535";
    for (text, offset, what) in [
        ("word \"open", 5, FilterFault::OpenQuote),
        ("topic:\"open", 6, FilterFault::OpenQuote),
        ("a (b or c", 2, FilterFault::OpenParenthesis),
        ("a )", 2, FilterFault::StrayParenthesis),
        ("a -", 3, FilterFault::NothingFollows),
        ("a - b", 3, FilterFault::NothingFollows),
        ("a or", 4, FilterFault::NothingFollows),
        ("or a", 0, FilterFault::NothingFollows),
        ("()", 1, FilterFault::NothingFollows),
        ("qos: 1", 4, FilterFault::NothingFollows),
        ("é tpye:publish", 3, FilterFault::UnknownTerm("tpye".to_owned())),
        ("a qos:3", 6, unknown("3", "0, 1 or 2")),
        ("id:70000", 3, unknown("70000", number)),
        ("dir:up", 4, unknown("up", "sent or received")),
        ("topic:a/#/b", 8, FilterFault::TopicFilter(TopicFault::MultiLevel { at: 2 })),
        ("topic:\"\"", 6, FilterFault::TopicFilter(TopicFault::Empty)),
    ] {
        assert_eq!(Filter::parse(text), Err(FilterError { offset, what }), "{text}");
    }
    let deep = "(".repeat(100_000);
    assert_eq!(Filter::parse(&deep).unwrap_err().what, FilterFault::TooDeep);
    let deep = "-".repeat(100_000) + "a";
    assert_eq!(Filter::parse(&deep).unwrap_err().what, FilterFault::TooDeep);
}

#[test]
fn a_colon_behind_something_else_than_a_name_is_text() {
    assert!(passes("12:30", &publish("t", None, b"at 12:30")));
    assert!(passes("\"http://a\"", &publish("t", None, b"http://a")));
}

#[test]
fn filters_are_joined() {
    let message = publish("a", None, b"needle");
    let joined = Filter::messages().and(Filter::parse("needle").unwrap());
    assert_eq!(joined, Filter::parse("type:publish needle").unwrap());
    assert_eq!(Filter::default().and(Filter::messages()), Filter::messages());
    assert_eq!(Filter::messages().and(Filter::default()), Filter::messages());
    assert_eq!(Filter::on_topics("a/#"), Filter::parse("topic:a/#").unwrap());
    assert!(passes("type:publish needle", &message));
}

#[test]
fn every_fault_has_words_in_both_languages() {
    for text in ["\"", "(", ")", "-", "x:1", "qos:9", "topic:a#", "a or"] {
        let what = Filter::parse(text).unwrap_err().what;
        let (english, chinese) = (what.text(Language::English), what.text(Language::Chinese));
        assert!(english.is_ascii() && !chinese.is_ascii(), "{english} {chinese}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_a_fault_within_it(text in "([a-c:\"()\\\\ é-]|or|qos:|topic:|#|\\+){0,20}") {
        match Filter::parse(&text) {
            Ok(_) => {}
            Err(error) => prop_assert!(text.is_char_boundary(error.offset), "{:?}", error),
        }
    }

    #[test]
    fn a_text_is_found_as_the_standard_library_finds_it(needle in "[a-cA-C]{0,4}", payload in "[a-cA-C ]{0,30}") {
        let expected = payload.to_lowercase().contains(&needle.to_lowercase());
        prop_assert_eq!(passes(&format!("\"{needle}\""), &publish("/", None, payload.as_bytes())), expected);
    }
}
