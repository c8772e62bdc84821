//! Payloads both ways, through the public face.

use mqloupe::hex::HexFault;
use mqloupe::payload::{
    Base64Fault, BinaryFault, Fault, Format, JsonFault, What, decode, decode_within, encode, line, line_count,
};
use proptest::prelude::*;

#[test]
fn json_is_indented_and_goes_out_as_it_was_typed() {
    let typed = r#"{"t":21.50,"on":true}"#;
    assert_eq!(encode(typed, Format::Json).as_deref(), Ok(typed.as_bytes()));
    let shown = decode(typed.as_bytes(), Format::Json);
    assert_eq!(shown.text, "{\n  \"t\": 21.50,\n  \"on\": true\n}");
    assert!(shown.fault.is_none() && shown.is_whole());
}

#[test]
fn bytes_that_are_no_json_are_shown_as_text_with_the_place_of_the_fault() {
    let shown = decode(b"{\n  \"a\": 1,\n  oops\n}", Format::Json);
    assert_eq!(shown.text, "{\n  \"a\": 1,\n  oops\n}");
    let fault = shown.fault.expect("a fault");
    assert_eq!((fault.line, fault.column, fault.what), (3, 3, What::Json(JsonFault::KeyExpected)));
}

#[test]
fn bad_json_is_not_encoded_and_its_place_counts_characters() {
    assert_eq!(
        encode("{\"温度\": 21,\n \"湿度\" 40}", Format::Json),
        Err(Fault { offset: 25, line: 2, column: 7, what: What::Json(JsonFault::ColonExpected) })
    );
}

#[test]
fn bad_hex_and_bad_base64_name_line_and_column() {
    assert_eq!(
        encode("30 0a\n0", Format::Hex),
        Err(Fault { offset: 6, line: 2, column: 1, what: What::Hex(HexFault::HalfByte) })
    );
    assert_eq!(
        encode("SGk*", Format::Base64),
        Err(Fault { offset: 3, line: 1, column: 4, what: What::Base64(Base64Fault::Symbol) })
    );
}

#[test]
fn bytes_that_are_no_text_say_where() {
    let shown = decode(b"ab\xff", Format::Text);
    assert_eq!(shown.text, "ab\u{fffd}");
    assert_eq!(shown.fault.map(|fault| (fault.offset, fault.what)), Some((2, What::NotUtf8)));
}

#[test]
fn a_cut_says_how_much_is_shown() {
    for format in [Format::Text, Format::Hex] {
        let shown = decode_within(b"lalala", format, 4);
        assert_eq!((shown.shown_bytes, shown.total_bytes, shown.is_whole()), (4, 6, false), "{format}");
    }
}

#[test]
fn a_cut_binary_value_is_shown_as_far_as_it_goes() {
    let bytes = mqloupe::hex::parse("83010203").expect("hex");
    let shown = decode_within(&bytes, Format::Cbor, 3);
    assert_eq!((shown.text.as_str(), shown.fault, shown.shown_bytes), ("[\n  1,\n  2", None, 3));
}

#[test]
fn a_cut_inside_a_character_is_no_fault() {
    let shown = decode_within("温度".as_bytes(), Format::Text, 4);
    assert_eq!((shown.text.as_str(), shown.fault, shown.shown_bytes), ("温", None, 3));
}

#[test]
fn a_cut_of_base64_stands_for_whole_bytes() {
    let shown = decode_within(b"lalala", Format::Base64, 4);
    assert_eq!((shown.text.as_str(), shown.shown_bytes), ("bGFs", 3));
}

/// The text of hex bytes in a format.
#[track_caller]
fn shown(hex: &str, format: Format) -> String {
    let shown = decode(&mqloupe::hex::parse(hex).expect("hex"), format);
    assert_eq!(shown.fault, None);
    shown.text
}

#[track_caller]
fn fault(hex: &str, format: Format) -> (usize, What) {
    let shown = decode(&mqloupe::hex::parse(hex).expect("hex"), format);
    shown.fault.map(|fault| (fault.offset, fault.what)).expect("a fault")
}

// RFC 8949, appendix A, and one item below the other.
#[test]
fn cbor_stands_in_its_diagnostic_notation() {
    for (hex, text) in [
        ("00", "0"),
        ("1bffffffffffffffff", "18446744073709551615"),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("f93c00", "1.0"),
        ("fb3ff199999999999a", "1.1"),
        ("f97e00", "NaN"),
        ("f9fc00", "-Infinity"),
        ("f4", "false"),
        ("f6", "null"),
        ("f7", "undefined"),
        ("f8ff", "simple(255)"),
        ("c11a514b67b0", "1(1363896240)"),
        ("d74401020304", "23(h'01020304')"),
        ("60", "\"\""),
        ("62225c", "\"\\\"\\\\\""),
        ("64f0908591", "\"𐅑\""),
        ("80", "[]"),
        ("8301820203820405", "[\n  1,\n  [\n    2,\n    3\n  ],\n  [\n    4,\n    5\n  ]\n]"),
        ("a0", "{}"),
        ("a26161016162820203", "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}"),
        ("5f42010243030405ff", "(_ h'0102', h'030405')"),
        ("9f018202039f0405ffff", "[\n  1,\n  [\n    2,\n    3\n  ],\n  [\n    4,\n    5\n  ]\n]"),
        ("bf6346756ef563416d7421ff", "{\n  \"Fun\": true,\n  \"Amt\": -2\n}"),
    ] {
        assert_eq!(shown(hex, Format::Cbor), text, "{hex}");
    }
}

#[test]
fn message_pack_stands_as_json_does() {
    for (hex, text) in [
        ("7f", "127"),
        ("e0", "-32"),
        ("c0", "null"),
        ("c3", "true"),
        ("cd0100", "256"),
        ("d3ffffffffffffffff", "-1"),
        ("ca3f8ccccd", "1.1"),
        ("cb3ff199999999999a", "1.1"),
        ("a568656c6c6f", "\"hello\""),
        ("d90568656c6c6f", "\"hello\""),
        ("c403010203", "h'010203'"),
        ("92c2a161", "[\n  false,\n  \"a\"\n]"),
        ("82a7636f6d70616374c3a6736368656d6100", "{\n  \"compact\": true,\n  \"schema\": 0\n}"),
        ("d6ff00000001", "ext(-1, h'00000001')"),
        ("c70201abcd", "ext(1, h'abcd')"),
        ("dc0000", "[]"),
    ] {
        assert_eq!(shown(hex, Format::MessagePack), text, "{hex}");
    }
}

#[test]
fn bytes_that_are_not_of_a_binary_format_say_where_and_why() {
    let binary = What::Binary;
    assert_eq!(fault("", Format::Cbor), (0, binary(BinaryFault::Empty)));
    assert_eq!(fault("820142ff", Format::Cbor), (2, binary(BinaryFault::Short)));
    assert_eq!(fault("81fc", Format::Cbor), (1, binary(BinaryFault::Unknown)));
    assert_eq!(fault("8101ff", Format::Cbor), (2, binary(BinaryFault::Trailing)));
    assert_eq!(fault("bf01ff", Format::Cbor), (2, binary(BinaryFault::Unknown)));
    assert_eq!(fault("61ff", Format::Cbor), (0, binary(BinaryFault::Text)));
    assert_eq!(fault("92c0", Format::MessagePack), (1, binary(BinaryFault::Short)));
    assert_eq!(fault("91c1", Format::MessagePack), (1, binary(BinaryFault::Unknown)));
    assert_eq!(fault("c0c0", Format::MessagePack), (1, binary(BinaryFault::Trailing)));
}

#[test]
fn any_depth_is_borne() {
    for (bytes, format) in [
        ([vec![0xc0; 1 << 18], vec![0]].concat(), Format::Cbor),
        ([vec![0x81; 1 << 16], vec![0]].concat(), Format::Cbor),
        ([vec![0x91; 1 << 16], vec![0]].concat(), Format::MessagePack),
    ] {
        let shown = decode(&bytes, format);
        assert_eq!((shown.fault, shown.shown_bytes), (None, bytes.len()));
    }
}

#[test]
fn a_binary_text_is_cut_where_it_would_outgrow_the_payload_many_times_and_its_faults_are_still_said() {
    // Forty levels, and small numbers that each take a line of their own.
    let mut bytes = vec![0x81; 39];
    bytes.extend([0x9a, 0, 0x10, 0, 0]);
    bytes.extend(vec![1; 1 << 20]);
    let shown = decode(&bytes, Format::Cbor);
    assert!(shown.fault.is_none() && !shown.is_whole());
    assert!(shown.text.len() < bytes.len() * 8 + (17 << 20), "{}", shown.text.len());
    bytes.push(1);
    let shown = decode(&bytes, Format::Cbor);
    assert_eq!(shown.fault.map(|fault| fault.what), Some(What::Binary(BinaryFault::Trailing)));
}

#[test]
fn formats_are_found_by_name() {
    for format in Format::ALL {
        assert_eq!(Format::of_name(&format.name().to_lowercase()), Some(format));
    }
    assert_eq!(Format::of_name("yaml"), None);
}

proptest! {
    #[test]
    fn hex_and_base64_come_back_as_they_were(bytes: Vec<u8>) {
        for format in [Format::Hex, Format::Base64] {
            let shown = decode(&bytes, format);
            prop_assert_eq!(shown.fault, None);
            prop_assert_eq!(encode(&shown.text, format), Ok(bytes.clone()));
        }
    }

    #[test]
    fn even_lines_are_those_of_the_whole(bytes: Vec<u8>) {
        for format in Format::ALL.into_iter().filter(|format| format.has_even_lines()) {
            let lines: Vec<_> = (0..line_count(bytes.len(), format)).map(|n| line(&bytes, format, n)).collect();
            prop_assert_eq!(lines.join("\n"), decode(&bytes, format).text);
        }
    }

    #[test]
    fn text_comes_back_as_it_was(text: String) {
        let shown = decode(text.as_bytes(), Format::Text);
        prop_assert_eq!(encode(&shown.text, Format::Text), Ok(text.into_bytes()));
    }

    #[test]
    fn any_bytes_can_be_shown_in_any_format_within_any_limit(bytes: Vec<u8>, limit in 0_usize..64) {
        for format in Format::ALL {
            let shown = decode_within(&bytes, format, limit);
            prop_assert!(shown.shown_bytes <= bytes.len().min(limit));
            prop_assert_eq!(shown.total_bytes, bytes.len());
        }
    }

    #[test]
    fn a_shown_json_is_the_sent_value(number: i64, text: String, more in any::<bool>()) {
        let sent = serde_json::json!({ "z": [number, text], "a": { "more": more, "none": null } });
        let shown = decode(sent.to_string().as_bytes(), Format::Json);
        prop_assert_eq!(shown.fault, None);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown.text).expect("JSON"), sent);
    }
}
