//! What a person reads about a field: labels, values, sentences, sections, in both languages.

use mqloupe::language::Language::{self, Chinese, English};
use mqloupe::wire::{
    Context, Dissection, Explanation, FieldKind, Property, Version, dissect, explain, field_at,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
}

const CONNECT: &str = "10 26 00 04 4d 51 54 54 04 c2 00 3c 00 09 31 32 33 34 35 36 37 38 39 00 05 61 64 6d 69 6e 00 08 70 61 73 73 77 6f 72 64";

/// The field that a click on a byte selects: its dissection and path.
fn click(hex: &str, version: Version, offset: usize) -> (Vec<u8>, Dissection, Vec<usize>) {
    let frame = bytes(hex);
    let dissection = dissect(&frame, &Context { version, ..Context::default() });
    let path = field_at(&dissection, offset).expect("a byte of the frame");
    (frame, dissection, path)
}

fn explained(hex: &str, version: Version, offset: usize, language: Language) -> Explanation {
    let (frame, dissection, path) = click(hex, version, offset);
    explain(&frame, &dissection, &path, language)
}

#[test]
fn the_byte_of_the_connect_flags_selects_them_all() {
    let (frame, dissection, path) = click(CONNECT, Version::V3_1_1, 9);
    let field = dissection.field(&path).expect("field");
    assert_eq!(field.kind, FieldKind::ConnectFlags);
    assert_eq!(field.display(&frame, English, false), "0xc2");
    let parts: Vec<_> = field.children.iter().map(|part| part.display(&frame, English, false)).collect();
    assert_eq!(parts, ["1", "1", "0", "0 · at most once", "0", "1", "0"]);
}

#[test]
fn connect_flags_are_explained_bit_by_bit() {
    let english = explained(CONNECT, Version::V3_1_1, 9, English);
    assert_eq!(english.section, "MQTT 3.1.1, 3.1.2.3");
    for part in [
        "0xc2 = 1100 0010",
        "User name and password follow",
        "no will",
        "clean session",
        "Bit 7 · User name flag · 1",
    ] {
        assert!(english.text.contains(part), "{part} in {}", english.text);
    }
    let chinese = explained(CONNECT, Version::V3_1_1, 9, Chinese);
    for part in ["0xc2 = 1100 0010", "载荷中带有用户名和密码", "没有遗嘱", "第 7 位 · 用户名标志 · 1"]
    {
        assert!(chinese.text.contains(part), "{part} in {}", chinese.text);
    }
}

#[test]
fn remaining_lengths_are_computed_as_on_paper() {
    let one = explained(CONNECT, Version::V3_1_1, 1, English);
    assert!(one.text.contains("0x26 = 2×16 + 6 = 38"), "{}", one.text);
    // 321 is the standard's own example (3.1.1, section 2.2.3).
    let two = format!("30 c1 02 00 01 61 {}", "00".repeat(318));
    let two = explained(&two, Version::V3_1_1, 1, English);
    assert!(two.text.contains("65 + 2×128 = 321"), "{}", two.text);
}

#[test]
fn keep_alive_is_counted_in_seconds() {
    let english = explained(CONNECT, Version::V3_1_1, 10, English);
    assert!(english.text.contains("0x003c = 3×16 + 12 = 60 s"), "{}", english.text);
    assert!(english.text.contains("90 s of silence"), "{}", english.text);
    let chinese = explained(CONNECT, Version::V3_1_1, 10, Chinese);
    assert!(chinese.text.contains("沉默 90 秒"), "{}", chinese.text);
}

#[test]
fn clean_session_is_called_clean_start_in_5() {
    assert_eq!(FieldKind::CleanSession.label(Version::V3_1_1, English), "Clean session");
    assert_eq!(FieldKind::CleanSession.label(Version::V5_0, English), "Clean start");
    assert_eq!(FieldKind::CleanSession.label(Version::V5_0, Chinese), "全新开始");
    assert_eq!(FieldKind::CleanSession.name(), "clean_session");
}

#[test]
fn passwords_are_dots_until_they_are_revealed() {
    let (frame, dissection, path) = click(CONNECT, Version::V3_1_1, 33);
    let password = dissection.field(&path).expect("field");
    assert_eq!(password.display(&frame, English, false), "••••");
    assert_eq!(password.display(&frame, English, true), "password");
    let payload = dissection.field(&path[..1]).expect("payload");
    assert_eq!(payload.display(&frame, English, false), "123456789 · admin · ••••");
    let text = explain(&frame, &dissection, &path, English).text;
    assert!(!text.contains("70 61 73"), "{text}");
}

#[test]
fn refusals_say_what_to_try() {
    let refused = explained("20 02 00 01", Version::V3_1_1, 3, English);
    assert!(refused.text.contains("unacceptable protocol version"), "{}", refused.text);
    assert!(refused.text.contains("try another"), "{}", refused.text);
    let taken = explained("e0 01 8e", Version::V5_0, 2, Chinese);
    assert!(taken.text.contains("会话被接管"), "{}", taken.text);
    assert_eq!(taken.section, "MQTT 5.0, 3.14.2.1");
}

#[test]
fn numbers_say_their_meaning_in_the_readers_language() {
    let (frame, dissection, path) = click("20 02 00 05", Version::V3_1_1, 3);
    let field = dissection.field(&path).expect("field");
    assert_eq!(field.display(&frame, English, false), "5 · not authorized");
    assert_eq!(field.display(&frame, Chinese, false), "5 · 未授权");
    let (frame, dissection, _) = click("10 00", Version::V3_1_1, 0);
    let packet_type = dissection.field(&[0, 0]).expect("packet type");
    assert_eq!(packet_type.display(&frame, Chinese, false), "1 · CONNECT");
}

#[test]
fn properties_are_explained_where_they_stand() {
    // The will delay interval of a will, and the session expiry interval of its CONNECT.
    let connect =
        "10 1f 00 04 4d 51 54 54 05 06 00 3c 05 11 00 00 0e 10 00 01 61 05 18 00 00 00 1e 00 01 77 00 01 67";
    let expiry = explained(connect, Version::V5_0, 14, English);
    assert_eq!(expiry.section, "MQTT 5.0, 3.1.2.11.2");
    assert!(expiry.text.contains("That is 1 h."), "{}", expiry.text);
    let delay = explained(connect, Version::V5_0, 24, English);
    assert_eq!(delay.section, "MQTT 5.0, 3.1.3.2.2");
    let label = FieldKind::Property(Property::WillDelayInterval).label(Version::V5_0, Chinese);
    assert_eq!(label, "遗嘱延时间隔");
}

#[test]
fn a_backtick_in_a_text_does_not_end_the_code_around_it() {
    // Topic a`b.
    let topic = explained("30 05 00 03 61 60 62", Version::V3_1_1, 4, English).text;
    assert!(topic.lines().all(|line| line.matches('`').count() % 2 == 0), "{topic}");
}

#[test]
fn what_3_1_lacks_is_not_told_of_it() {
    let granted = |version| explained("90 03 00 01 00", version, 4, English).text;
    assert!(granted(Version::V3_1_1).contains("a refusal"));
    assert!(granted(Version::V3_1).contains("no way to refuse"));
    let frame = bytes("62 02 00 01");
    let of = |version, place| {
        let dissection = dissect(&frame, &Context { version, ..Context::default() });
        explain(&frame, &dissection, &[0, place], English).text
    };
    assert!(of(Version::V3_1_1, 1).contains("closes the connection otherwise"));
    assert!(of(Version::V3_1, 1).contains("3.1 alone has it beside PUBLISH"));
    assert!(of(Version::V3_1, 2).contains("always has QoS 1"));
    assert!(of(Version::V3_1, 3).contains("PUBLISH only") && !of(Version::V3_1, 3).contains("retained"));
}

#[test]
fn the_packet_as_a_whole_is_explained_too() {
    let frame = bytes("d0 00");
    let dissection = dissect(&frame, &Context::default());
    let whole = explain(&frame, &dissection, &[], English);
    assert_eq!(whole.text, "PINGRESP: the server's answer to PINGREQ.");
    assert_eq!(whole.section, "MQTT 3.1.1, 3.13");
}

#[test]
fn bytes_bits_and_sums_stand_between_backticks() {
    let flags = explained(CONNECT, Version::V3_1_1, 9, English);
    assert!(flags.text.contains("`0xc2 = 1100 0010`"), "{}", flags.text);
    let keep_alive = explained(CONNECT, Version::V3_1_1, 10, Chinese);
    assert!(keep_alive.text.contains("`0x003c = 3×16 + 12 = 60 s`"), "{}", keep_alive.text);
    let name = explained(CONNECT, Version::V3_1_1, 4, English);
    assert!(name.text.contains("`4d 51 54 54 = M Q T T`"), "{}", name.text);
}

#[test]
fn a_backtick_in_the_frame_leaves_none_without_its_partner() {
    // The topic a`b.
    let topic = explained("30 05 00 03 61 60 62", Version::V3_1_1, 5, English);
    for line in topic.text.lines() {
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
    }
    assert!(topic.text.contains("3 characters, 3 bytes of UTF-8."), "{}", topic.text);
}
