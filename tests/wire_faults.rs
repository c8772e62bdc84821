//! Bytes that break a rule of the standard: each says which rule, how bad that is and where.

use mqloupe::language::Language;
use mqloupe::wire::{Context, Direction, Severity, Version, dissect, is_faulty};

use Severity::{Error, Note, Warning};
use Version::{V3_1, V3_1_1, V5_0};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
}

/// Asserts that the frame has exactly one diagnostic: severity, offset, rule.
fn one(context: &Context, hex: &str, severity: Severity, offset: usize, rule: &str) {
    let frame = bytes(hex);
    let dissection = dissect(&frame, context);
    let got: Vec<_> = dissection.diagnostics.iter().map(|d| (d.severity, d.offset, d.rule)).collect();
    assert_eq!(got, [(severity, offset, rule)], "{hex}: {:?}", dissection.diagnostics);
    assert_eq!(dissection.broken, None, "{hex}");
    assert_eq!(is_faulty(&frame, context), severity == Error, "{hex}");
    for diagnostic in &dissection.diagnostics {
        assert!(!diagnostic.message_in(Language::English).is_empty());
        assert!(!diagnostic.message_in(Language::Chinese).is_ascii(), "{diagnostic:?}");
    }
}

fn of(version: Version) -> Context {
    Context { version, ..Context::default() }
}

fn going(version: Version, direction: Direction) -> Context {
    Context { version, direction: Some(direction), ..Context::default() }
}

#[test]
fn fixed_header_flags() {
    // 3.1.1, table 2.2; 5.0, table 2-2; the three packets with 0010 have clauses of their own.
    one(&of(V3_1_1), "c1 00", Error, 0, "[MQTT-2.2.2-1]");
    one(&of(V5_0), "c1 00", Error, 0, "[MQTT-2.1.3-1]");
    one(&of(V3_1), "c1 00", Note, 0, "MQTT 3.1, 2.1");
    // 3.1, 3.6, 3.8, 3.10: QoS 1, DUP where it is sent again, retain unused.
    one(&of(V3_1), "60 02 00 01", Error, 0, "MQTT 3.1, 3.6");
    one(&of(V3_1), "84 06 00 01 00 01 61 00", Error, 0, "MQTT 3.1, 3.8");
    one(&of(V3_1), "a3 05 00 01 00 01 61", Note, 0, "MQTT 3.1, 3.10");
    one(&of(V3_1_1), "6a 02 00 01", Error, 0, "[MQTT-3.6.1-1]");
    one(&of(V3_1_1), "60 02 00 01", Error, 0, "[MQTT-3.6.1-1]");
    one(&of(V3_1_1), "80 06 00 01 00 01 61 00", Error, 0, "[MQTT-3.8.1-1]");
    one(&of(V3_1_1), "a0 05 00 01 00 01 61", Error, 0, "[MQTT-3.10.1-1]");
    one(&of(V3_1_1), "e1 00", Error, 0, "[MQTT-3.14.1-1]");
    one(&of(V5_0), "f1 00", Error, 0, "[MQTT-3.15.1-1]");
}

#[test]
fn packet_types_that_do_not_exist() {
    one(&of(V3_1_1), "00 00", Error, 0, "MQTT 3.1.1, 2.2.1");
    one(&of(V3_1_1), "f0 00", Error, 0, "MQTT 3.1.1, 2.2.1");
}

#[test]
fn integers_in_more_bytes_than_needed() {
    // 5.0, 1.5.5; 3.1.1 states no such rule.
    one(&of(V5_0), "c0 80 00", Error, 1, "[MQTT-1.5.5-1]");
    one(&of(V3_1_1), "c0 80 00", Warning, 1, "MQTT 3.1.1, 2.2.3");
    one(&of(V5_0), "30 05 00 01 61 80 00", Error, 5, "[MQTT-1.5.5-1]");
}

#[test]
fn publish_flags() {
    one(&of(V3_1_1), "36 05 00 01 61 00 01", Error, 0, "[MQTT-3.3.1-4]");
    one(&of(V3_1_1), "38 03 00 01 61", Error, 0, "[MQTT-3.3.1-2]");
}

#[test]
fn packet_identifier_zero() {
    one(&of(V3_1_1), "32 05 00 01 61 00 00", Error, 5, "[MQTT-2.3.1-1]");
    one(&of(V5_0), "32 06 00 01 61 00 00 00", Error, 5, "[MQTT-2.2.1-3]");
    one(&of(V3_1_1), "40 02 00 00", Error, 2, "[MQTT-2.3.1-6]");
    one(&of(V5_0), "40 02 00 00", Error, 2, "[MQTT-2.2.1-5]");
    one(&of(V3_1_1), "90 03 00 00 00", Error, 2, "[MQTT-2.3.1-7]");
    one(&of(V3_1_1), "82 06 00 00 00 01 61 00", Error, 2, "[MQTT-2.3.1-1]");
}

#[test]
fn topic_names() {
    one(&of(V3_1_1), "30 05 00 03 61 2f 23", Error, 6, "[MQTT-3.3.2-2]");
    one(&of(V3_1_1), "30 05 00 03 61 00 62", Error, 5, "[MQTT-1.5.3-2]");
    one(&of(V5_0), "30 06 00 03 61 00 62 00", Error, 5, "[MQTT-1.5.4-2]");
    one(&of(V3_1_1), "30 02 00 00", Error, 2, "[MQTT-4.7.3-1]");
    one(&of(V5_0), "30 03 00 00 00", Error, 2, "[MQTT-4.7.3-1]");
}

#[test]
fn ill_formed_strings() {
    one(&of(V3_1_1), "30 04 00 02 61 ff", Error, 5, "[MQTT-1.5.3-1]");
    // A surrogate, U+D800 (5.0, 1.5.4).
    one(&of(V5_0), "30 06 00 03 ed a0 80 00", Error, 4, "[MQTT-1.5.4-1]");
    let surrogate = dissect(&bytes("30 06 00 03 ed a0 80 00"), &of(V5_0));
    assert!(surrogate.diagnostics[0].message.contains("surrogate"), "{:?}", surrogate.diagnostics);
}

#[test]
fn topic_filters() {
    one(&of(V3_1_1), "82 08 00 01 00 03 61 23 62 00", Error, 7, "[MQTT-4.7.1-2]");
    one(&of(V5_0), "82 09 00 01 00 00 03 61 23 62 00", Error, 8, "[MQTT-4.7.1-1]");
    one(&of(V3_1_1), "82 07 00 01 00 02 61 2b 00", Error, 7, "[MQTT-4.7.1-3]");
    one(&of(V5_0), "82 08 00 01 00 00 02 61 2b 00", Error, 8, "[MQTT-4.7.1-2]");
    one(&of(V3_1_1), "82 05 00 01 00 00 00", Error, 4, "[MQTT-4.7.3-1]");
    // Cut off right behind an empty will topic: the fault still stands at a byte that is there.
    let cut_off = dissect(&bytes("10 13 00 04 4d 51 54 54 04 06 00 3c 00 01 61 00 00"), &of(V3_1_1));
    assert_eq!(cut_off.diagnostics.iter().map(|d| d.offset).collect::<Vec<_>>(), [15]);
    // $share/a has no filter behind its name (5.0, 4.8.2); before 5.0 it is a filter like any other.
    one(&of(V5_0), "82 0e 00 01 00 00 08 24 73 68 61 72 65 2f 61 00", Error, 7, "[MQTT-4.8.2-2]");
    assert!(!is_faulty(&bytes("82 0d 00 01 00 08 24 73 68 61 72 65 2f 61 00"), &of(V3_1_1)));
    one(&of(V3_1_1), "a2 06 00 01 00 02 61 23", Error, 7, "[MQTT-4.7.1-2]");
}

#[test]
fn requests_and_answers_without_content() {
    one(&of(V3_1_1), "82 02 00 01", Error, 3, "[MQTT-3.8.3-3]");
    one(&of(V5_0), "82 03 00 01 00", Error, 4, "[MQTT-3.8.3-2]");
    one(&of(V3_1_1), "a2 02 00 01", Error, 3, "[MQTT-3.10.3-2]");
    one(&of(V3_1_1), "90 02 00 01", Error, 3, "[MQTT-3.8.4-5]");
    one(&of(V5_0), "b0 03 00 01 00", Error, 4, "MQTT 5.0, 3.11.3");
}

#[test]
fn subscription_options() {
    one(&of(V3_1_1), "82 06 00 01 00 01 61 04", Error, 7, "[MQTT-3-8.3-4]");
    one(&of(V3_1_1), "82 06 00 01 00 01 61 03", Error, 7, "[MQTT-3-8.3-4]");
    one(&of(V5_0), "82 07 00 01 00 00 01 61 40", Error, 8, "[MQTT-3.8.3-5]");
    one(&of(V5_0), "82 07 00 01 00 00 01 61 03", Error, 8, "MQTT 5.0, 3.8.3.1");
    one(&of(V5_0), "82 07 00 01 00 00 01 61 30", Error, 8, "MQTT 5.0, 3.8.3.1");
    // No local on $share/g/a.
    one(&of(V5_0), "82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 67 2f 61 04", Error, 17, "[MQTT-3.8.3-4]");
}

#[test]
fn codes_that_a_packet_may_not_carry() {
    one(&of(V3_1_1), "20 02 00 06", Error, 3, "MQTT 3.1.1, 3.2.2.3");
    one(&of(V5_0), "20 03 00 01 00", Error, 3, "[MQTT-3.2.2-8]");
    one(&of(V3_1_1), "90 03 00 01 03", Error, 4, "[MQTT-3.9.3-2]");
    one(&of(V3_1), "90 03 00 01 80", Error, 4, "MQTT 3.1, 3.9");
    one(&of(V5_0), "40 03 00 01 92", Error, 4, "[MQTT-3.4.2-1]");
    one(&of(V5_0), "62 03 00 01 10", Error, 4, "[MQTT-3.6.2-1]");
    one(&of(V5_0), "b0 04 00 01 00 01", Error, 5, "[MQTT-3.11.3-2]");
    one(&of(V5_0), "e0 01 84", Error, 2, "[MQTT-3.14.2-1]");
    one(&of(V5_0), "f0 01 87", Error, 2, "[MQTT-3.15.2-1]");
}

#[test]
fn connack_contradictions() {
    one(&of(V3_1_1), "20 02 02 00", Error, 2, "MQTT 3.1.1, 3.2.2.1");
    one(&of(V5_0), "20 03 02 00 00", Error, 2, "[MQTT-3.2.2-1]");
    one(&of(V3_1_1), "20 02 01 05", Error, 2, "[MQTT-3.2.2-4]");
    one(&of(V5_0), "20 03 01 87 00", Error, 2, "[MQTT-3.2.2-6]");
    one(&of(V5_0), "20 02 00 01", Warning, 3, "MQTT 5.0, 3.2.2.3.1");
    one(&of(V5_0), "20 02 00 00", Error, 3, "MQTT 5.0, 3.2.2.3.1");
}

#[test]
fn connect_names_and_levels() {
    // MQIsdp with level 4; MQTT with level 3; a level nobody knows; a bridge's level 0x84.
    one(&of(V3_1_1), "10 0f 00 06 4d 51 49 73 64 70 04 02 00 3c 00 01 61", Error, 4, "[MQTT-3.1.2-1]");
    one(&of(V3_1_1), "10 0d 00 04 4d 51 54 54 03 02 00 3c 00 01 61", Error, 4, "MQTT 3.1, 2.2");
    one(&of(V3_1_1), "10 0d 00 04 4d 51 54 54 06 02 00 3c 00 01 61", Error, 8, "[MQTT-3.1.2-2]");
    one(&of(V3_1_1), "10 0d 00 04 4d 51 54 54 84 02 00 3c 00 01 61", Note, 8, "[MQTT-3.1.2-2]");
}

#[test]
fn connect_flags_that_contradict() {
    let with = |flags: &str| format!("10 0d 00 04 4d 51 54 54 04 {flags} 00 3c 00 01 61");
    let with5 = |flags: &str| format!("10 0e 00 04 4d 51 54 54 05 {flags} 00 3c 00 00 01 61");
    one(&of(V3_1_1), &with("03"), Error, 9, "[MQTT-3.1.2-3]");
    one(&of(V3_1_1), &with("0a"), Error, 9, "[MQTT-3.1.2-13]");
    one(&of(V5_0), &with5("0a"), Error, 9, "[MQTT-3.1.2-11]");
    one(&of(V3_1_1), &with("22"), Error, 9, "[MQTT-3.1.2-15]");
    one(&of(V5_0), &with5("22"), Error, 9, "[MQTT-3.1.2-13]");
    // Will QoS 3, with a will.
    one(
        &of(V3_1_1),
        "10 13 00 04 4d 51 54 54 04 1e 00 3c 00 01 61 00 01 77 00 01 67",
        Error,
        9,
        "[MQTT-3.1.2-14]",
    );
    // A password without a user name: 3.1.1 forbids it, 5.0 allows it.
    one(&of(V3_1_1), "10 10 00 04 4d 51 54 54 04 42 00 3c 00 01 61 00 01 70", Error, 9, "[MQTT-3.1.2-22]");
    assert!(!is_faulty(&bytes("10 11 00 04 4d 51 54 54 05 42 00 3c 00 00 01 61 00 01 70"), &of(V5_0)));
    // A wildcard in the will topic.
    one(
        &of(V3_1_1),
        "10 13 00 04 4d 51 54 54 04 06 00 3c 00 01 61 00 01 23 00 01 67",
        Error,
        17,
        "[MQTT-4.7.1-1]",
    );
}

#[test]
fn client_identifiers() {
    // 3.1: 24 characters are a note, none is an error; 3.1.1: none needs a clean session; 5.0: never a fault.
    let long = format!("10 26 00 06 4d 51 49 73 64 70 03 02 00 3c 00 18 {}", "61".repeat(24));
    one(&of(V3_1), &long, Note, 16, "MQTT 3.1, 3.1");
    one(&of(V3_1), "10 0e 00 06 4d 51 49 73 64 70 03 02 00 3c 00 00", Error, 14, "MQTT 3.1, 3.1");
    one(&of(V3_1_1), "10 0c 00 04 4d 51 54 54 04 00 00 3c 00 00", Error, 12, "[MQTT-3.1.3-7]");
    assert!(!is_faulty(&bytes("10 0c 00 04 4d 51 54 54 04 02 00 3c 00 00"), &of(V3_1_1)));
    assert!(!is_faulty(&bytes("10 0d 00 04 4d 51 54 54 05 00 00 3c 00 00 00"), &of(V5_0)));
}

#[test]
fn the_length_of_a_3_1_connect_outranks_its_flags() {
    // The flags announce a user name, the packet ends before it (3.1, section 3.1).
    one(&of(V3_1), "10 0f 00 06 4d 51 49 73 64 70 03 82 00 3c 00 01 61", Note, 16, "MQTT 3.1, 3.1");
    assert!(is_faulty(&bytes("10 0d 00 04 4d 51 54 54 04 82 00 3c 00 01 61"), &of(V3_1_1)));
}

#[test]
fn properties_in_the_wrong_place_or_twice() {
    // Topic alias in SUBACK; message expiry twice; a will delay among CONNECT's own.
    one(&of(V5_0), "90 07 00 01 03 23 00 01 00", Error, 5, "MQTT 5.0, 2.2.2.2");
    one(&of(V5_0), "30 0e 00 01 61 0a 02 00 00 00 01 02 00 00 00 01", Error, 11, "MQTT 5.0, 2.2.2.2");
    one(
        &of(V5_0),
        "10 13 00 04 4d 51 54 54 05 02 00 3c 05 18 00 00 00 01 00 01 61",
        Error,
        13,
        "MQTT 5.0, 2.2.2.2",
    );
    // User properties may repeat, subscription identifiers too in PUBLISH, but not in SUBSCRIBE.
    assert!(!is_faulty(&bytes("30 08 00 01 61 04 0b 01 0b 02"), &of(V5_0)));
    one(&of(V5_0), "82 0b 00 01 04 0b 01 0b 02 00 01 61 00", Error, 7, "MQTT 5.0, 2.2.2.2");
}

#[test]
fn property_values_out_of_range() {
    one(&of(V5_0), "30 06 00 01 61 02 01 02", Error, 7, "MQTT 5.0, 3.3.2.3.2");
    one(&of(V5_0), "20 06 00 00 03 21 00 00", Error, 6, "MQTT 5.0, 3.1.2.11.3");
    one(&of(V5_0), "20 08 00 00 05 27 00 00 00 00", Error, 6, "MQTT 5.0, 3.1.2.11.4");
    one(&of(V5_0), "20 05 00 00 02 24 02", Error, 6, "MQTT 5.0, 3.2.2.3.4");
    one(&of(V5_0), "82 09 00 01 02 0b 00 00 01 61 00", Error, 6, "MQTT 5.0, 3.8.2.1.2");
    one(&of(V5_0), "30 07 00 01 61 03 23 00 00", Error, 7, "[MQTT-3.3.2-8]");
    // A wildcard in the response topic.
    one(&of(V5_0), "30 08 00 01 61 04 08 00 01 23", Error, 9, "[MQTT-3.3.2-14]");
    // Authentication data without a method.
    one(
        &of(V5_0),
        "10 12 00 04 4d 51 54 54 05 02 00 3c 04 16 00 01 2a 00 01 61",
        Error,
        14,
        "MQTT 5.0, 3.1.2.11.10",
    );
}

#[test]
fn a_payload_that_is_not_the_text_it_claims_to_be() {
    one(&of(V5_0), "30 07 00 01 61 02 01 01 ff", Warning, 8, "MQTT 5.0, 3.3.2.3.2");
}

#[test]
fn frames_that_go_the_wrong_way() {
    one(&going(V3_1_1, Direction::ToClient), "c0 00", Error, 0, "MQTT 3.1.1, 2.2.1");
    one(&going(V3_1_1, Direction::ToServer), "d0 00", Error, 0, "MQTT 3.1.1, 2.2.1");
    one(&going(V3_1_1, Direction::ToClient), "e0 00", Error, 0, "MQTT 3.1.1, 2.2.1");
    assert!(!is_faulty(&bytes("e0 00"), &going(V5_0, Direction::ToClient)));
    one(&going(V5_0, Direction::ToClient), "e0 01 04", Error, 2, "MQTT 5.0, 3.14.2.1");
    one(&going(V5_0, Direction::ToServer), "e0 01 8b", Error, 2, "MQTT 5.0, 3.14.2.1");
    one(&going(V5_0, Direction::ToServer), "30 06 00 01 61 02 0b 01", Error, 7, "[MQTT-3.3.4-6]");
    one(&going(V5_0, Direction::ToClient), "e0 07 00 05 11 00 00 00 01", Error, 5, "[MQTT-3.14.2-2]");
}

#[test]
fn frames_out_of_their_turn() {
    let before = Context { before_connect: true, ..of(V3_1_1) };
    one(&before, "30 03 00 01 61", Error, 0, "[MQTT-3.1.0-1]");
    let after = Context { after_connect: true, ..of(V3_1_1) };
    one(&after, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61", Error, 0, "[MQTT-3.1.0-2]");
}

#[test]
fn topic_aliases_that_the_receiver_does_not_take() {
    let publish = "30 07 00 01 61 03 23 00 05";
    let above = |direction| Context { alias_maximum: Some(4), ..going(V5_0, direction) };
    one(&above(Direction::ToServer), publish, Error, 7, "[MQTT-3.3.2-9]");
    one(&above(Direction::ToClient), publish, Error, 7, "[MQTT-3.3.2-11]");
    let unset = Context { alias_unset: true, ..of(V5_0) };
    one(&unset, "30 06 00 00 03 23 00 05", Error, 6, "MQTT 5.0, 3.3.2.3.4");
}

/// Asserts where reading stops and whether more bytes would help.
fn stops(version: Version, hex: &str, offset: usize, incomplete: bool) {
    let frame = bytes(hex);
    let dissection = dissect(&frame, &of(version));
    let broken = dissection.broken.unwrap_or_else(|| panic!("{hex} is not broken"));
    assert_eq!((broken.offset, broken.incomplete), (offset, incomplete), "{hex}: {}", broken.message);
    assert!(is_faulty(&frame, &of(version)), "{hex}");
}

#[test]
fn frames_that_are_cut_off() {
    stops(V3_1_1, "", 0, true);
    stops(V3_1_1, "10", 1, true);
    stops(V3_1_1, "30 80", 1, true);
    stops(V3_1_1, "30 05 00 03 61", 4, true);
    stops(V3_1_1, "30 05 00 01 61 62", 5, true);
    stops(V5_0, "30 09 00 01 61 05 02 00", 7, true);
}

#[test]
fn frames_that_no_more_bytes_would_mend() {
    stops(V3_1_1, "30 ff ff ff ff 01", 1, false);
    // A topic longer than its packet.
    stops(V3_1_1, "30 03 00 05 61", 4, false);
    // Properties longer than their packet; a property longer than its properties; an unknown property.
    stops(V5_0, "30 04 00 01 61 09", 6, false);
    stops(V5_0, "30 07 00 01 61 02 02 00 00", 7, false);
    stops(V5_0, "30 05 00 01 61 01 7e", 6, false);
    // More bytes than the packet type has.
    stops(V3_1_1, "40 03 00 01 00", 4, false);
    stops(V3_1_1, "c0 01 00", 2, false);
    stops(V3_1_1, "e0 01 94", 2, false);
    // More bytes than the remaining length says.
    stops(V3_1_1, "c0 00 d0 00", 2, false);
}

#[test]
fn a_frame_of_very_many_fields_stays_bounded() {
    // A SUBACK of 400,000 codes; its remaining length is 2 + 53×128 + 24×16384 = 400,002.
    let mut frame = bytes("90 82 b5 18 00 01");
    frame.resize(400_006, 0);
    let dissection = dissect(&frame, &of(V3_1_1));
    let codes = &dissection.fields[2].children;
    assert!(codes.len() > 50_000 && codes.len() <= 100_000, "{}", codes.len());
    let broken = dissection.broken.expect("the rest is left");
    assert!(!broken.incomplete);
    assert_eq!(dissection.fields.last().map(|field| field.range.clone()), Some(broken.offset..400_006));
}
