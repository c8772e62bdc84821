//! The filter language: what passes, and where a fault is.

mod log_support;

use jiff::tz::TimeZone;
use log_support::{connection, frame, publish};
use mqloupe::language::Language;
use mqloupe::log::filter::{Subject, term_for};
use mqloupe::log::{Filter, FilterError, FilterFault, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Context, Direction, Field, FieldKind, TopicFault, Version, dissect};
use proptest::prelude::*;

fn parse(text: &str) -> Result<Filter, FilterError> {
    Filter::parse(text, &TimeZone::fixed(jiff::tz::offset(8)))
}

fn parsed(text: &str) -> Filter {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The judgement on a frame that was sent in one direction, with and without its bytes.
fn judge(filter: &str, direction: Direction, bytes: &[u8]) -> (Option<bool>, bool) {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection(Version::V3_1_1));
    log.append(number, direction, Timestamp(0), bytes);
    let entry = log.entry(0).unwrap();
    let topic = entry.topic.and_then(|number| log.topic(number));
    let without =
        Subject { entry: &entry, topic: topic.as_deref(), frame: None, latency: None, unanswered: false };
    let with = Subject { frame: Some((Version::V3_1_1, bytes)), ..without };
    let filter = parsed(filter);
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
        ("é tpye:publish", 3, FilterFault::UnknownField { name: "tpye".to_owned(), nearest: None }),
        ("a qos:3", 6, unknown("3", "0, 1 or 2")),
        ("id:70000", 3, unknown("70000", number)),
        ("dir:up", 4, unknown("up", "sent or received")),
        ("topic:a/#/b", 8, FilterFault::TopicFilter(TopicFault::MultiLevel { at: 2 })),
        ("topic:\"\"", 6, FilterFault::TopicFilter(TopicFault::Empty)),
    ] {
        assert_eq!(parse(text), Err(FilterError { offset, what }), "{text}");
    }
    let deep = "(".repeat(5_000);
    assert_eq!(parse(&deep).unwrap_err().what, FilterFault::TooDeep);
    let deep = "-".repeat(5_000) + "a";
    assert_eq!(parse(&deep).unwrap_err().what, FilterFault::TooDeep);
}

#[test]
fn a_colon_behind_something_else_than_a_name_is_text() {
    assert!(passes("12:30", &publish("t", None, b"at 12:30")));
    assert!(passes("\"http://a\"", &publish("t", None, b"http://a")));
}

#[test]
fn comparisons_look_at_fields() {
    let mut message = publish(
        "sensor/hall/temp",
        Some(5),
        br#"{"temp":31.5,"on":true,"items":[{"id":"a"}],"n":9007199254740993}"#,
    );
    message[0] |= 1;
    let frame_length = message.len();
    for (filter, expected) in [
        ("type == publish && topic ~ \"sensor/+/temp\" && qos >= 1 && len > 50 && retain", true),
        ("packet_type != publish", false),
        ("type in {publish, puback}", true),
        ("type in {connect puback}", false),
        ("qos in {0, 2}", false),
        ("payload contains \"TEMP\"", true),
        ("payload matches /IT(em)?s/i", true),
        ("payload matches /IT(em)?s/", false),
        ("topic matches /^sensor\\/hall/", true),
        ("topic == sensor/hall/temp", true),
        ("topic != \"sensor/hall/temp\"", false),
        ("json.temp > 30", true),
        ("json.temp > 31.5", false),
        ("json.temp >= 31.5", true),
        ("json.items[0].id == \"a\"", true),
        ("json[\"items\"][0][\"id\"] in {a, b}", true),
        ("json.items[1].id == \"a\"", false),
        ("json.on", true),
        ("json.off", false),
        ("json.on == true", true),
        ("json.n == 9007199254740993", true),
        ("json.n == 9007199254740992", false),
        ("not json.on", false),
        ("!retain", false),
        ("retain == no", false),
        ("len < 4kB and len > 0.05kB", true),
        ("dir == received", true),
        ("connection == 0", true),
        ("reason_code == 0", false),
        ("fault or qos == 0", false),
        ("(fault || qos == 1) && !dup", true),
    ] {
        assert_eq!(passes(filter, &message), expected, "{filter}");
    }
    assert!(passes(&format!("length == {frame_length}"), &message));
}

#[test]
fn fields_of_other_packets_come_from_the_tree() {
    let subscribe = frame(0x82, b"\x00\x07\x00\x03a/b\x01\x00\x03c/d\x02");
    for (filter, expected) in [
        ("topic == \"c/d\"", true),
        ("topic == \"e\"", false),
        ("requested_qos == 2", true),
        ("requested_qos == 0", false),
        ("packet_id == 7", true),
        ("client_id == \"a\"", false),
    ] {
        assert_eq!(passes(filter, &subscribe), expected, "{filter}");
    }
    let connect = log_support::CONNECT;
    for (filter, expected) in [
        ("client_id == a", true),
        ("clean_session", true),
        ("clean_start == no", false),
        ("keep_alive >= 60", true),
        ("protocol_name == \"MQTT\"", true),
        ("username contains \"\"", false),
    ] {
        assert_eq!(passes(filter, connect), expected, "{filter}");
    }
}

#[test]
fn properties_are_known_by_name() {
    // Content type `j`, user property `source` = `gw1`.
    let body = b"\x00\x01t\x11\x03\x00\x01j\x26\x00\x06source\x00\x03gw1";
    let mut body = body.to_vec();
    body[3] = u8::try_from(body.len() - 4).unwrap();
    let bytes = frame(0x30, &body);
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection(Version::V5_0));
    log.append(number, Direction::ToClient, Timestamp(0), &bytes);
    let entry = log.entry(0).unwrap();
    for (filter, expected) in [
        ("user[\"source\"] == \"gw1\"", true),
        ("user[\"source\"]", true),
        ("user[\"target\"]", false),
        ("user[\"source\"] matches /^gw\\d$/", true),
        ("content_type == \"j\"", true),
        ("content_type != \"j\"", false),
        ("topic_alias > 0", false),
        ("property_id == 38", true),
        ("user_property_key == source", true),
        ("property_value == j", true),
    ] {
        let frame = Some((Version::V5_0, bytes.as_slice()));
        let subject = Subject { entry: &entry, topic: Some("t"), frame, latency: None, unanswered: false };
        assert_eq!(parsed(filter).passes(&subject), Some(expected), "{filter}");
    }
}

#[test]
fn times_are_local_and_as_precise_as_they_are_written() {
    let log = FrameLog::in_memory(Limits::default());
    let number = log.join_connection(connection(Version::V3_1_1));
    // 2024-09-23 20:09:49.588214907 in Beijing.
    log.append(number, Direction::ToClient, Timestamp(1_727_093_389_588_214_907), b"\xd0\x00");
    let entry = log.entry(0).unwrap();
    let subject =
        Subject { entry: &entry, topic: None, frame: None, latency: Some(60_000_000), unanswered: false };
    for (filter, expected) in [
        ("time > 20:09", true),
        ("time > 20:10", false),
        ("time == 20:09", true),
        ("time == 20:09:50", false),
        ("time == 20:09:49.588", true),
        ("time != 20:09:49", false),
        ("time < 20:09:49.6", true),
        ("time == 2024-09-23", true),
        ("time > 2024-09-24", false),
        ("time >= 2024-09-23T20:09:49", true),
        ("time >= \"2024-09-23 20:09:50\"", false),
        ("time == 2024-09-23T12:09Z", true),
        ("time == 2024-09-23T14:09+02:00", true),
        ("latency > 50ms", true),
        ("latency > 0.1s", false),
        ("latency == 60000us", true),
    ] {
        assert_eq!(parsed(filter).passes(&subject), Some(expected), "{filter}");
    }
}

#[test]
fn values_that_a_field_cannot_have_are_faults() {
    for (text, offset) in [
        ("qos > \"a\"", 6),
        ("qos == high", 7),
        ("retain > 1", 7),
        ("payload > 5", 8),
        ("a && latency > 50", 15),
        ("time ~ 5", 5),
        ("time > 24:00", 7),
        ("len == 5 && id == 70000", 18),
        ("type == 3", 8),
        ("payload matches /(/", 16),
        ("payload matches a", 16),
        ("topic ~ a/#/b", 10),
        ("paylod contains \"x\"", 0),
        ("a == 1", 0),
        ("qos in {1, 9}", 11),
        ("qos ==", 6),
    ] {
        assert_eq!(parse(text).map_err(|error| error.offset), Err(offset), "{text}");
    }
    let nearest = |text| match parse(text).unwrap_err().what {
        FilterFault::UnknownField { nearest, .. } => nearest,
        other => panic!("{other:?}"),
    };
    assert_eq!(nearest("paylod == \"x\""), Some("payload"));
    assert_eq!(nearest("reson_code == 1"), Some("reason_code"));
    assert_eq!(nearest("zebra == 1"), None);
}

#[test]
fn what_filters_may_cost_is_bounded() {
    assert_eq!(parse(&"a ".repeat(6_000)).unwrap_err().what, FilterFault::TooLong);
    let many = vec!["payload matches /a/"; 21].join(" ");
    assert_eq!(parse(&many).unwrap_err().what, FilterFault::TooLong);
    let large = "payload matches /((a{100}){100}){100}/";
    assert!(matches!(parse(large).unwrap_err().what, FilterFault::Expression(_)));
    // A needle that nearly fits everywhere.
    let needle = format!("\"{}b\"", "a".repeat(4_000));
    assert!(!passes(&needle, &publish("t", None, &vec![b'a'; 1_000_000])));
}

#[test]
fn a_filter_written_out_reads_as_the_same() {
    for (text, written) in [
        ("kit  temp", "\"kit\" && \"temp\""),
        ("type:PUBLISH or (a b) c", "packet_type == publish || (\"a\" && \"b\") && \"c\""),
        ("-(retain:yes or dup)", "!(retain || dup)"),
        ("len>=4kB", "length >= 4000"),
        ("latency > 1.5ms", "latency > 1500000ns"),
        ("json.a[\"b c\"][0] == 1.0", "json.a[\"b c\"][0] == 1"),
        ("payload matches \"a/b\"", "payload matches /a\\/b/"),
        ("\"a\\n\\u{7}\"", "\"a\\n\\u{7}\""),
        ("key=value", "\"key=value\""),
    ] {
        let filter = parsed(text);
        assert_eq!(filter.to_string(), written);
        assert_eq!(parsed(written), filter);
    }
}

#[test]
fn terms_are_added_to_what_is_typed() {
    use mqloupe::log::filter::with_term;
    assert_eq!(with_term("", "qos == 1", false), "qos == 1");
    assert_eq!(with_term("a", "qos == 1", false), "a && qos == 1");
    assert_eq!(with_term("a or b", "qos == 1", true), "(a or b) && !(qos == 1)");
    assert_eq!(with_term("a (", "qos == 1", false), "qos == 1", "a faulty one is given up");
}

#[test]
fn filters_are_joined() {
    let message = publish("a", None, b"needle");
    let joined = Filter::messages().and(parsed("needle"));
    assert_eq!(joined, parsed("type:publish needle"));
    assert_eq!(Filter::default().and(Filter::messages()), Filter::messages());
    assert_eq!(Filter::messages().and(Filter::default()), Filter::messages());
    assert_eq!(Filter::on_topics("a/#"), parsed("type:publish topic:a/#"));
    assert!(passes("type:publish needle", &message));
}

#[test]
fn every_fault_has_words_in_both_languages() {
    for text in [
        "\"",
        "(",
        ")",
        "-",
        "x:1",
        "payloda == 1",
        "qos:9",
        "topic:a#",
        "a or",
        "> 5",
        "qos ~ a",
        "payload matches /(/",
        "payload matches /a",
        "qos in {1",
        "user[x]",
        "len > 4apples",
        "latency > 50",
        "type == message",
        "time > 25:00",
        "dir == up",
    ] {
        let what = parse(text).unwrap_err().what;
        let (english, chinese) = (what.text(Language::English), what.text(Language::Chinese));
        assert!(english.is_ascii() && !chinese.is_ascii(), "{english} {chinese}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_a_fault_within_it(text in "([a-c:\"()\\\\ é!=<>~&|{}/\\[\\].,0-9-]|or|and|not |qos|topic|json|user|time|len|latency|payload|#|\\+| in | matches | contains | == ){0,20}") {
        match parse(&text) {
            Ok(filter) => {
                let written = filter.to_string();
                prop_assert_eq!(&parse(&written).expect("what is written out can be read"), &filter, "{}", written);
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset), "{:?}", error),
        }
    }

    #[test]
    fn a_text_is_found_as_the_standard_library_finds_it(needle in "[a-cA-C]{0,4}", payload in "[a-cA-C ]{0,30}") {
        let expected = payload.to_lowercase().contains(&needle.to_lowercase());
        prop_assert_eq!(passes(&format!("\"{needle}\""), &publish("/", None, payload.as_bytes())), expected);
    }
}

#[test]
fn the_flags_that_3_1_has_in_other_packets_give_no_term() {
    let context = Context { version: Version::V3_1, ..Context::default() };
    for (frame, expected) in
        [(&b"\x3a\x05\x00\x01t\x00\x07"[..], Some("dup")), (b"\x8a\x06\x00\x07\x00\x01t\x00", None)]
    {
        let dissection = dissect(frame, &context);
        let dup = find(&dissection.fields, FieldKind::Dup).expect("the flag");
        assert_eq!(term_for(&dissection, frame, &dup).as_deref(), expected);
    }
}

/// The place of the first field of the kind.
fn find(fields: &[Field], kind: FieldKind) -> Option<Vec<usize>> {
    fields.iter().enumerate().find_map(|(place, field)| {
        if field.kind == kind {
            return Some(vec![place]);
        }
        find(&field.children, kind).map(|within| [vec![place], within].concat())
    })
}
