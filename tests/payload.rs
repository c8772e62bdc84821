//! Payloads both ways, through the public face.

use mqloupe::hex::HexFault;
use mqloupe::payload::{
    Base64Fault, Fault, Format, JsonFault, SHOWN_BYTES, What, decode, decode_within, encode,
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
    let large = vec![b'a'; SHOWN_BYTES + 5];
    for format in [Format::Text, Format::Hex] {
        let shown = decode(&large, format);
        assert_eq!((shown.shown_bytes, shown.total_bytes), (SHOWN_BYTES, SHOWN_BYTES + 5), "{format}");
        assert!(!shown.is_whole());
    }
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
