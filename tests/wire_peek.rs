//! Cutting, the first look, and the secrets of a frame.

use mqloupe::wire::{Cut, PacketType, Peek, Version, cut, reason_name, reason_string, secret_ranges};

use Version::{V3_1_1, V5_0};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
}

#[test]
fn a_growing_buffer_is_cut_where_its_first_frame_ends() {
    assert_eq!(cut(&[]), Cut::Incomplete { needed: 2 });
    assert_eq!(cut(&bytes("30")), Cut::Incomplete { needed: 2 });
    assert_eq!(cut(&bytes("30 80")), Cut::Incomplete { needed: 3 });
    assert_eq!(cut(&bytes("30 05 00")), Cut::Incomplete { needed: 7 });
    assert_eq!(cut(&bytes("c0 00")), Cut::Frame { length: 2 });
    assert_eq!(cut(&bytes("c0 00 d0")), Cut::Frame { length: 2 });
    assert_eq!(cut(&bytes("30 ff ff ff 7f")), Cut::Incomplete { needed: 268_435_460 });
    assert_eq!(cut(&bytes("30 ff ff ff ff")), Cut::Malformed);
}

#[test]
fn a_publish_shows_topic_identifier_alias_and_payload() {
    let frame = bytes("32 0e 00 03 61 2f 62 00 07 05 26 00 00 00 00 78");
    let peek = Peek::of(&frame, V5_0);
    assert_eq!(peek.packet, Some(PacketType::Publish));
    assert_eq!((peek.flags, peek.qos(), peek.packet_id), (2, 1, Some(7)));
    assert_eq!(peek.topic, Some(&b"a/b"[..]));
    assert_eq!((peek.topic_alias, peek.payload), (None, 15..16));

    // The alias stands behind a property of each shape.
    let frame = bytes("30 17 00 01 61 13 01 01 02 00 00 00 01 03 00 01 78 0b c1 02 26 00 00 00 00");
    assert_eq!(Peek::of(&frame, V5_0).topic_alias, None);
    let frame = bytes("30 15 00 01 61 11 01 01 02 00 00 00 01 03 00 01 78 0b c1 02 23 00 09");
    assert_eq!(Peek::of(&frame, V5_0).topic_alias, Some(9));
}

#[test]
fn reasons_are_read_from_short_forms_too() {
    // 5.0, 3.14.2.1, 3.4.2.1; a CONNACK in the form of 3.x.
    assert_eq!(Peek::of(&bytes("e0 01 94"), V5_0).reason, Some(0x94));
    assert_eq!(Peek::of(&bytes("e0 00"), V5_0).reason, Some(0));
    assert_eq!(Peek::of(&bytes("e0 00"), V3_1_1).reason, None);
    assert_eq!(Peek::of(&bytes("40 02 00 01"), V5_0).reason, Some(0));
    assert_eq!(Peek::of(&bytes("40 03 00 01 87"), V5_0).reason, Some(0x87));
    assert_eq!(Peek::of(&bytes("20 02 00 05"), V3_1_1).reason, Some(5));
    assert_eq!(Peek::of(&bytes("20 02 00 01"), V5_0).reason, Some(1));
    assert_eq!(Peek::of(&bytes("20 03 00 87 00"), V5_0).reason, Some(0x87));
}

#[test]
fn codes_have_the_names_of_their_version() {
    assert_eq!(reason_name(PacketType::Connack, V3_1_1, 0), "accepted");
    assert_eq!(reason_name(PacketType::Connack, V3_1_1, 1), "unacceptable protocol version");
    assert_eq!(reason_name(PacketType::Connack, V5_0, 1), "unacceptable protocol version");
    assert_eq!(reason_name(PacketType::Connack, V5_0, 0), "Success");
    assert_eq!(reason_name(PacketType::Disconnect, V5_0, 0), "Normal disconnection");
    assert_eq!(reason_name(PacketType::Disconnect, V5_0, 0x8e), "Session taken over");
    assert_eq!(reason_name(PacketType::Suback, V3_1_1, 0x80), "failure");
    assert_eq!(reason_name(PacketType::Suback, V5_0, 1), "granted QoS 1");
    assert_eq!(reason_name(PacketType::Connack, V3_1_1, 77), "unknown code");
}

#[test]
fn reason_strings_are_found_where_they_stand() {
    assert_eq!(reason_string(&bytes("20 08 00 87 05 1f 00 02 6e 6f"), V5_0).as_deref(), Some("no"));
    assert_eq!(reason_string(&bytes("e0 07 98 05 1f 00 02 6e 6f"), V5_0).as_deref(), Some("no"));
    assert_eq!(reason_string(&bytes("e0 01 98"), V5_0), None);
    assert_eq!(reason_string(&bytes("20 02 00 05"), V3_1_1), None);
}

#[test]
fn passwords_and_authentication_data_are_secret() {
    let connect = bytes(
        "10 26 00 04 4d 51 54 54 04 c2 00 3c 00 09 31 32 33 34 35 36 37 38 39 00 05 61 64 6d 69 6e 00 08 70 61 73 73 77 6f 72 64",
    );
    assert_eq!(secret_ranges(&connect, V3_1_1).first(), Some(&(32..40)));
    // Cut off within the password: what is there of it is still secret.
    assert_eq!(secret_ranges(&connect[..36], V3_1_1).first(), Some(&(32..36)));
    let auth = bytes("f0 0d 18 0b 15 00 01 53 16 00 03 01 02 03 00");
    assert_eq!(secret_ranges(&auth, V5_0).first(), Some(&(11..14)));
    assert!(secret_ranges(&bytes("30 03 00 01 61"), V5_0).is_empty());
}
