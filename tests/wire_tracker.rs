//! What earlier frames of a network connection say about later ones.

use mqloupe::wire::{Breach, Context, Direction, Tracker, Version, dissect, is_faulty, summarize};

use Direction::{ToClient, ToServer};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
}

const CONNECT_31: &str = "10 0f 00 06 4d 51 49 73 64 70 03 02 00 3c 00 01 61";
/// 5.0, takes topic aliases up to 2.
const CONNECT_5: &str = "10 11 00 04 4d 51 54 54 05 02 00 3c 03 22 00 02 00 01 61";
const CONNACK_5: &str = "20 06 00 00 03 22 00 01";

fn feed(tracker: &mut Tracker, direction: Direction, hex: &str) -> (Vec<u8>, Context) {
    let frame = bytes(hex);
    let (_, context) = tracker.feed(direction, &frame);
    (frame, context)
}

#[test]
fn the_version_comes_from_connect() {
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, CONNECT_31);
    assert_eq!(tracker.version(), Version::V3_1);
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, CONNECT_5);
    assert_eq!(feed(&mut tracker, ToClient, "e0 01 94").1.version, Version::V5_0);
}

#[test]
fn the_first_packet_is_connect_and_there_is_one() {
    let mut tracker = Tracker::new(Version::V3_1_1);
    assert!(feed(&mut tracker, ToServer, "c0 00").1.before_connect);
    assert!(!feed(&mut tracker, ToServer, CONNECT_31).1.before_connect);
    assert!(!feed(&mut tracker, ToServer, "c0 00").1.before_connect);
    let (frame, context) = feed(&mut tracker, ToServer, CONNECT_31);
    assert!(context.after_connect && is_faulty(&frame, &context));
    // A capture that begins late does not know.
    assert!(!feed(&mut Tracker::midway(Version::V3_1_1), ToServer, "c0 00").1.before_connect);
}

#[test]
fn aliases_are_resolved_for_each_direction() {
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, CONNECT_5);
    feed(&mut tracker, ToClient, CONNACK_5);
    feed(&mut tracker, ToServer, "30 08 00 01 61 03 23 00 01 78");
    let (frame, context) = feed(&mut tracker, ToServer, "30 07 00 00 03 23 00 01 79");
    assert_eq!(context.alias_topic.as_deref(), Some("a"));
    assert_eq!(summarize(&frame, &context), "Publish Message · a · y");
    assert!(!is_faulty(&frame, &context));
    // The same alias means nothing yet the other way.
    let (frame, context) = feed(&mut tracker, ToClient, "30 07 00 00 03 23 00 01 79");
    assert!(context.alias_unset && is_faulty(&frame, &context));
    // A new topic takes the alias over.
    feed(&mut tracker, ToServer, "30 08 00 01 62 03 23 00 01 78");
    let (_, context) = feed(&mut tracker, ToServer, "30 07 00 00 03 23 00 01 79");
    assert_eq!(context.alias_topic.as_deref(), Some("b"));
}

#[test]
fn alias_maximums_come_from_the_receiver() {
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, CONNECT_5);
    feed(&mut tracker, ToClient, CONNACK_5);
    let alias_2 = "30 08 00 01 61 03 23 00 02 78";
    let (frame, context) = feed(&mut tracker, ToServer, alias_2);
    assert!(is_faulty(&frame, &context), "the server takes 1");
    let (frame, context) = feed(&mut tracker, ToClient, alias_2);
    assert!(!is_faulty(&frame, &context), "the client takes 2");
}

#[test]
fn many_long_aliases_are_forgotten_rather_than_kept() {
    let mut tracker = Tracker::new(Version::V5_0);
    feed(&mut tracker, ToServer, CONNECT_5);
    for alias in 1..=40_u16 {
        let topic = vec![b'x'; 60_000];
        let body = [&60_000_u16.to_be_bytes()[..], &topic, &[3, 0x23], &alias.to_be_bytes()].concat();
        // 60,006 as a variable byte integer: 102 + 84×128 + 3×16384.
        assert_eq!(body.len(), 60_006);
        let mut frame = vec![0x30, 0xe6, 0xd4, 0x03];
        frame.extend(body);
        tracker.feed(ToServer, &frame);
    }
    let (_, context) = feed(&mut tracker, ToServer, "30 07 00 00 03 23 00 28 79");
    // Forgotten, and so not called a fault either.
    assert_eq!((context.alias_topic, context.alias_unset), (None, false));
}

#[test]
fn an_identifier_in_use_is_noticed_until_its_exchange_ends() {
    let warned = |tracker: &mut Tracker, direction, hex: &str| {
        let (frame, context) = feed(tracker, direction, hex);
        !dissect(&frame, &context).diagnostics.is_empty()
    };
    let publish = "32 05 00 01 61 00 07";
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61");
    feed(&mut tracker, ToClient, "20 02 00 00");
    assert!(!warned(&mut tracker, ToServer, publish));
    assert!(warned(&mut tracker, ToServer, publish), "7 is in use");
    assert!(!warned(&mut tracker, ToServer, "3a 05 00 01 61 00 07"), "sent again is no new use");
    assert!(!warned(&mut tracker, ToClient, publish), "the other side numbers on its own");
    feed(&mut tracker, ToClient, "40 02 00 07");
    assert!(!warned(&mut tracker, ToServer, publish), "free again");
    // QoS 2 ends with PUBCOMP, not with PUBREC.
    assert!(!warned(&mut tracker, ToServer, "34 05 00 01 61 00 08"));
    feed(&mut tracker, ToClient, "50 02 00 08");
    assert!(warned(&mut tracker, ToServer, "82 06 00 08 00 01 61 00"));
    feed(&mut tracker, ToClient, "70 02 00 08");
    assert!(!warned(&mut tracker, ToServer, "82 06 00 08 00 01 61 00"));
}

#[test]
fn a_subscribe_of_3_1_may_be_sent_again_under_its_identifier() {
    for (version, warned) in [(Version::V3_1, false), (Version::V3_1_1, true)] {
        let mut tracker = Tracker::midway(version);
        feed(&mut tracker, ToServer, "82 06 00 08 00 01 61 00");
        let (_, context) = feed(&mut tracker, ToServer, "8a 06 00 08 00 01 61 00");
        assert_eq!(context.packet_id_in_use, warned, "{version}");
    }
}

#[test]
fn answers_are_only_called_unasked_where_the_session_is_new() {
    let breach = |flags: &str, session: &str| {
        let mut tracker = Tracker::new(Version::V3_1_1);
        feed(&mut tracker, ToServer, &format!("10 0d 00 04 4d 51 54 54 04 {flags} 00 3c 00 01 61"));
        feed(&mut tracker, ToClient, &format!("20 02 {session} 00"));
        feed(&mut tracker, ToClient, "40 02 00 07").1.breach
    };
    assert_eq!(breach("02", "00"), Some(Breach::NothingToAnswer), "a clean session");
    assert_eq!(breach("00", "00"), Some(Breach::NothingToAnswer), "there was no session");
    assert_eq!(breach("00", "01"), None, "the session may have sent it earlier");
    let mut midway = Tracker::midway(Version::V3_1_1);
    assert_eq!(feed(&mut midway, ToClient, "40 02 00 07").1.breach, None);
}

#[test]
fn answered_messages_make_room_for_others() {
    // Receive maximum 1.
    let mut tracker = Tracker::new(Version::V5_0);
    feed(&mut tracker, ToServer, CONNECT_5);
    feed(&mut tracker, ToClient, "20 06 00 00 03 21 00 01");
    let publish = |id: &str| format!("34 06 00 01 61 00 {id} 00");
    assert_eq!(feed(&mut tracker, ToServer, &publish("01")).1.breach, None);
    assert_eq!(feed(&mut tracker, ToServer, "3c 06 00 01 61 00 01 00").1.breach, None, "sent again");
    assert_eq!(feed(&mut tracker, ToServer, &publish("02")).1.breach, Some(Breach::TooManyUnderWay));
    // A refusal ends an exchange, a PUBREC that goes on does not.
    feed(&mut tracker, ToClient, "50 03 00 01 80");
    feed(&mut tracker, ToClient, "50 02 00 02");
    assert_eq!(feed(&mut tracker, ToServer, &publish("03")).1.breach, Some(Breach::TooManyUnderWay));
    feed(&mut tracker, ToClient, "70 02 00 02");
    feed(&mut tracker, ToClient, "50 03 00 03 97");
    assert_eq!(feed(&mut tracker, ToServer, &publish("04")).1.breach, None);
}

#[test]
fn a_second_network_connection_starts_afresh() {
    let mut tracker = Tracker::new(Version::V3_1_1);
    feed(&mut tracker, ToServer, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61");
    feed(&mut tracker, ToClient, "20 02 00 00");
    feed(&mut tracker, ToServer, "e0 00");
    assert_eq!(feed(&mut tracker, ToServer, "c0 00").1.breach, Some(Breach::AfterDisconnect));
    feed(&mut tracker, ToServer, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61");
    feed(&mut tracker, ToClient, "20 02 00 00");
    assert_eq!(feed(&mut tracker, ToServer, "c0 00").1.breach, None);
}

#[test]
fn breaches_fit_into_four_bits_and_back() {
    for (number, breach) in (1..=15).zip(Breach::ALL) {
        assert_eq!((breach.number(), Breach::from_number(number)), (number, Some(breach)));
    }
    assert_eq!((Breach::from_number(0), Breach::from_number(16)), (None, None));
}
