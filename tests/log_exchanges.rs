//! Exchanges beyond a request and its answer: what is sent again, also in a session that outlives its network
//! connection, authentication in several steps, and messages that respond to messages.

mod log_support;

use std::time::Instant;

use log_support::{CONNACK, CONNECT, connection, frame};
use mqloupe::log::{FrameLog, Limits, Row, Timestamp};
use mqloupe::wire::{Direction, Version};

use Direction::{ToClient, ToServer};

/// A log, the network connection that its frames cross, and a clock that goes on by ten each.
struct Story {
    log: FrameLog,
    number: mqloupe::log::ConnectionNumber,
    time: u64,
}

impl Story {
    fn new(version: Version) -> Self {
        Self::of(FrameLog::in_memory(Limits::default()), version)
    }

    fn of(log: FrameLog, version: Version) -> Self {
        let number = log.begin_connection(connection(version));
        Self { log, number, time: 0 }
    }

    /// The next network connection, of the version.
    fn reconnect(&mut self, version: Version) {
        self.number = self.log.begin_connection(connection(version));
    }

    /// A frame crosses; its row.
    fn cross(&mut self, direction: Direction, frame: &[u8]) -> Row {
        self.time += 10;
        self.log.append(self.number, direction, Timestamp(self.time), frame);
        self.log.rows().end - 1
    }

    fn up(&mut self, frame: &[u8]) -> Row {
        self.cross(ToServer, frame)
    }

    fn down(&mut self, frame: &[u8]) -> Row {
        self.cross(ToClient, frame)
    }
}

/// CONNECT of 3.1.1 as client `a`.
fn connect(clean: bool) -> Vec<u8> {
    let mut frame = CONNECT.to_vec();
    frame[9] = if clean { 2 } else { 0 };
    frame
}

/// CONNECT of 5.0 with properties.
fn connect_5(client: &str, properties: &[u8]) -> Vec<u8> {
    let head = [b"\x00\x04MQTT\x05\x02\x00\x3c".as_slice(), &[u8::try_from(properties.len()).unwrap()]];
    frame(0x10, &[&head.concat(), properties, &text(client)].concat())
}

fn text(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}

/// PUBLISH at `QoS` 0 of 5.0.
fn publish_5(topic: &str, response_topic: Option<&str>, correlation: Option<&str>) -> Vec<u8> {
    let mut properties = Vec::new();
    for (id, value) in [(0x08, response_topic), (0x09, correlation)] {
        if let Some(value) = value {
            properties.push(id);
            properties.extend(text(value));
        }
    }
    let length = [u8::try_from(properties.len()).unwrap()];
    frame(0x30, &[&text(topic), &length[..], &properties, b"x"].concat())
}

fn auth(reason: u8) -> Vec<u8> {
    frame(0xf0, &[&[reason, 4, 0x15][..], &text("m")].concat())
}

const PUBLISH_1: &[u8] = b"\x32\x05\x00\x01t\x00\x07";
const PUBLISH_1_AGAIN: &[u8] = b"\x3a\x05\x00\x01t\x00\x07";
const PUBLISH_2: &[u8] = b"\x34\x05\x00\x01t\x00\x07";
const PUBACK: &[u8] = b"\x40\x02\x00\x07";
const PUBREC: &[u8] = b"\x50\x02\x00\x07";
const PUBREL: &[u8] = b"\x62\x02\x00\x07";
const PUBCOMP: &[u8] = b"\x70\x02\x00\x07";

#[test]
fn a_publish_sent_again_repeats_the_first_and_the_first_has_the_answer() {
    let mut story = Story::new(Version::V3_1_1);
    let first = story.up(PUBLISH_1);
    let second = story.up(PUBLISH_1_AGAIN);
    let third = story.up(PUBLISH_1_AGAIN);
    let answer = story.down(PUBACK);
    let log = &story.log;
    assert_eq!([first, second, third].map(|row| log.repeats(row)), [None, Some(first), Some(first)]);
    assert_eq!(log.entry(first).unwrap().partner, Some(answer));
    for row in [first, second, third, answer] {
        assert_eq!(log.transaction(row), [first, second, third, answer]);
        assert_eq!(log.round_trip(row), Some(30));
    }
}

#[test]
fn the_same_identifier_without_dup_is_another_message() {
    let mut story = Story::new(Version::V3_1_1);
    let first = story.up(PUBLISH_1);
    let second = story.up(PUBLISH_1);
    let answer = story.down(PUBACK);
    assert_eq!(story.log.repeats(second), None);
    assert_eq!(story.log.transaction(answer), [second, answer]);
    assert_eq!(story.log.transaction(first), [first]);
}

#[test]
fn dup_on_a_message_that_was_answered_repeats_nothing() {
    let mut story = Story::new(Version::V3_1_1);
    story.up(PUBLISH_1);
    story.down(PUBACK);
    let again = story.up(PUBLISH_1_AGAIN);
    assert_eq!(story.log.repeats(again), None);
}

#[test]
fn a_session_that_goes_on_finishes_what_it_began_on_the_network_connection_before() {
    let mut story = Story::new(Version::V3_1_1);
    story.up(&connect(false));
    story.down(CONNACK);
    let first = story.up(PUBLISH_2);
    let received = story.down(PUBREC);
    let release = story.up(PUBREL);
    story.reconnect(Version::V3_1_1);
    story.up(&connect(false));
    story.down(b"\x20\x02\x01\x00");
    let again = story.up(PUBREL);
    let complete = story.down(PUBCOMP);
    let log = &story.log;
    assert_eq!(log.repeats(again), Some(release));
    assert_eq!(log.transaction(complete), [first, received, release, again, complete]);
    assert_eq!(log.round_trip(first), Some(60));
}

#[test]
fn a_publish_sent_again_after_reconnecting_repeats_the_one_before() {
    let mut story = Story::new(Version::V3_1);
    let connect = b"\x10\x0f\x00\x06MQIsdp\x03\x00\x00\x3c\x00\x01a";
    story.up(connect);
    story.down(CONNACK);
    let first = story.up(PUBLISH_1);
    story.reconnect(Version::V3_1);
    story.up(connect);
    // CONNACK of 3.1 cannot say that the session is still there.
    story.down(CONNACK);
    let again = story.up(PUBLISH_1_AGAIN);
    let answer = story.down(PUBACK);
    assert_eq!(story.log.repeats(again), Some(first));
    assert_eq!(story.log.transaction(first), [first, again, answer]);
}

#[test]
fn a_session_that_is_gone_or_new_repeats_nothing() {
    for (clean, connack) in [(false, b"\x20\x02\x00\x00"), (true, b"\x20\x02\x00\x00")] {
        let mut story = Story::new(Version::V3_1_1);
        story.up(&connect(false));
        story.down(CONNACK);
        let first = story.up(PUBLISH_1);
        story.reconnect(Version::V3_1_1);
        story.up(&connect(clean));
        story.down(connack);
        let again = story.up(PUBLISH_1_AGAIN);
        let answer = story.down(PUBACK);
        assert_eq!(story.log.repeats(again), None, "clean session {clean}");
        assert_eq!(story.log.transaction(answer), [again, answer]);
        assert_eq!(story.log.transaction(first), [first]);
    }
}

#[test]
fn another_client_does_not_go_on_with_a_session() {
    let mut story = Story::new(Version::V3_1_1);
    story.up(&connect(false));
    story.down(CONNACK);
    story.up(PUBLISH_1);
    story.reconnect(Version::V3_1_1);
    let mut other = connect(false);
    *other.last_mut().unwrap() = b'b';
    story.up(&other);
    story.down(b"\x20\x02\x01\x00");
    let again = story.up(PUBLISH_1_AGAIN);
    assert_eq!(story.log.repeats(again), None);
}

#[test]
fn a_session_goes_on_across_runs_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(folder.path(), Limits::default()).unwrap();
    let mut story = Story::of(log, Version::V3_1_1);
    story.up(&connect(false));
    story.down(CONNACK);
    let first = story.up(PUBLISH_1);
    drop(story);
    let (log, _) = FrameLog::open(folder.path(), Limits::default()).unwrap();
    let mut story = Story::of(log, Version::V3_1_1);
    story.up(&connect(false));
    story.down(b"\x20\x02\x01\x00");
    let again = story.up(PUBLISH_1_AGAIN);
    assert_eq!(story.log.repeats(again), Some(first));
    assert_eq!(story.log.transaction(again), [first, again]);
}

#[test]
fn a_subscribe_of_3_1_sent_again_repeats_the_first() {
    let mut story = Story::new(Version::V3_1);
    let first = story.up(b"\x82\x06\x00\x01\x00\x01t\x00");
    let again = story.up(b"\x8a\x06\x00\x01\x00\x01t\x00");
    let answer = story.down(b"\x90\x03\x00\x01\x00");
    assert_eq!(story.log.repeats(again), Some(first));
    assert_eq!(story.log.transaction(answer), [first, again, answer]);
}

#[test]
fn authentication_while_connecting_is_one_exchange_from_connect_to_connack() {
    let mut story = Story::new(Version::V5_0);
    let connect = story.up(&connect_5("a", &[&[0x15][..], &text("m")].concat()));
    let asked = story.down(&auth(0x18));
    let given = story.up(&auth(0x18));
    assert_eq!(story.log.round_trip(given), None);
    let connack = story.down(b"\x20\x03\x00\x00\x00");
    for row in [connect, asked, given, connack] {
        assert_eq!(story.log.transaction(row), [connect, asked, given, connack]);
        assert_eq!(story.log.round_trip(row), Some(30));
    }
}

#[test]
fn authenticating_again_is_an_exchange_of_its_own() {
    let mut story = Story::new(Version::V5_0);
    let connect = story.up(&connect_5("a", &[&[0x15][..], &text("m")].concat()));
    let connack = story.down(b"\x20\x03\x00\x00\x00");
    let began = story.up(&auth(0x19));
    let asked = story.down(&auth(0x18));
    let given = story.up(&auth(0x18));
    let done = story.down(&auth(0x00));
    assert_eq!(story.log.transaction(asked), [began, asked, given, done]);
    assert_eq!(story.log.round_trip(began), Some(30));
    assert_eq!(story.log.transaction(connect), [connect, connack]);
}

#[test]
fn a_server_that_disconnects_ends_the_authentication() {
    let mut story = Story::new(Version::V5_0);
    story.up(&connect_5("a", &[&[0x15][..], &text("m")].concat()));
    story.down(b"\x20\x03\x00\x00\x00");
    let began = story.up(&auth(0x19));
    let refused = story.down(b"\xe0\x01\x87");
    assert_eq!(story.log.transaction(began), [began, refused]);
    assert_eq!(story.log.round_trip(began), Some(10));
}

#[test]
fn a_message_responds_to_the_one_with_its_topic_and_correlation_data() {
    let mut story = Story::new(Version::V5_0);
    let first = story.up(&publish_5("ask", Some("answers"), Some("1")));
    let second = story.up(&publish_5("ask", Some("answers"), Some("2")));
    let other = story.down(&publish_5("elsewhere", None, Some("1")));
    let unknown = story.down(&publish_5("answers", None, Some("3")));
    let to_second = story.down(&publish_5("answers", None, Some("2")));
    let to_first = story.down(&publish_5("answers", None, Some("1")));
    let more = story.down(&publish_5("answers", None, Some("1")));
    let log = &story.log;
    assert_eq!([other, unknown].map(|row| log.responds_to(row)), [None, None]);
    assert_eq!(
        [to_second, to_first, more].map(|row| log.responds_to(row)),
        [Some(second), Some(first), Some(first)]
    );
    assert_eq!(log.responses(first, 9), [to_first, more]);
    assert_eq!(log.responses(first, 1), [to_first]);
    assert_eq!(log.responses(second, 9), [to_second]);
}

#[test]
fn both_ends_of_a_request_are_told_apart_by_direction_and_connection() {
    let mut story = Story::new(Version::V5_0);
    let first = story.number;
    let asked = story.up(&publish_5("ask", Some("answers"), Some("1")));
    story.reconnect(Version::V5_0);
    let second = story.number;
    let to_one = story.down(&publish_5("ask", Some("answers"), Some("1")));
    story.reconnect(Version::V5_0);
    let to_other = story.down(&publish_5("ask", Some("answers"), Some("1")));
    let by_other = story.up(&publish_5("answers", None, Some("1")));
    story.number = second;
    let by_one = story.up(&publish_5("answers", None, Some("1")));
    story.number = first;
    let arrived = story.down(&publish_5("answers", None, Some("1")));
    let log = &story.log;
    assert_eq!(
        [by_other, by_one, arrived].map(|row| log.responds_to(row)),
        [Some(to_other), Some(to_one), Some(asked)]
    );
}

#[test]
fn a_response_is_found_where_its_request_crossed_another_connection_the_same_way() {
    let mut story = Story::new(Version::V5_0);
    let asked = story.up(&publish_5("ask", Some("answers"), Some("1")));
    story.reconnect(Version::V5_0);
    let response = story.up(&publish_5("answers", None, Some("1")));
    assert_eq!(story.log.responds_to(response), Some(asked));
}

#[test]
fn without_correlation_data_the_topic_ties_one_request_to_one_response() {
    let mut story = Story::new(Version::V5_0);
    let asked = story.up(&publish_5("ask", Some("answers"), None));
    let mut retained = publish_5("answers", None, None);
    retained[0] |= 1;
    let retained = story.down(&retained);
    let response = story.down(&publish_5("answers", None, None));
    let later = story.down(&publish_5("answers", None, None));
    assert_eq!([retained, response, later].map(|row| story.log.responds_to(row)), [None, Some(asked), None]);
}

#[test]
fn without_correlation_data_two_requests_at_a_time_are_tied_to_nothing() {
    let mut story = Story::new(Version::V5_0);
    story.up(&publish_5("ask", Some("answers"), None));
    story.up(&publish_5("ask", Some("answers"), None));
    for _ in 0..2 {
        let response = story.down(&publish_5("answers", None, None));
        assert_eq!(story.log.responds_to(response), None);
    }
    // Both have their responses; the next stands alone again.
    let asked = story.up(&publish_5("ask", Some("answers"), None));
    let response = story.down(&publish_5("answers", None, None));
    assert_eq!(story.log.responds_to(response), Some(asked));
}

#[test]
fn a_log_found_on_disk_ties_as_the_live_one_did() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = FrameLog::open(folder.path(), Limits::default()).unwrap();
    let mut story = Story::of(log, Version::V5_0);
    story.up(&connect_5("a", b""));
    story.down(b"\x20\x03\x00\x00\x00");
    let asked = story.up(&publish_5("ask", Some("answers"), Some("1")));
    let response = story.down(&publish_5("answers", None, Some("1")));
    drop(story);
    let (log, _) = FrameLog::open(folder.path(), Limits::default()).unwrap();
    assert_eq!(log.responds_to(response), Some(asked));
    assert_eq!(log.responses(asked, 9), [response]);
}

#[test]
fn what_came_since_is_found_from_there_on() {
    let mut story = Story::new(Version::V3_1_1);
    let first = story.up(PUBLISH_2);
    story.down(PUBREC);
    let seen = story.log.rows().end;
    let release = story.up(PUBREL);
    story.up(b"\xc0\x00");
    let complete = story.down(PUBCOMP);
    assert_eq!(story.log.transaction_from(first, seen), [release, complete]);
}

#[test]
fn the_newest_frame_of_a_connection_is_found_behind_many_of_another() {
    let mut story = Story::new(Version::V3_1_1);
    let first = story.number;
    let newest = story.up(b"\xc0\x00");
    story.reconnect(Version::V3_1_1);
    for _ in 0..10_000 {
        story.up(b"\xc0\x00");
    }
    assert_eq!(story.log.newest_of(first, 0), Some(newest));
    assert_eq!(story.log.newest_of(first, newest + 1), None);
}

#[test]
fn a_capture_that_is_opened_ties_as_the_log_that_it_came_from() {
    let mut story = Story::new(Version::V5_0);
    story.up(&connect_5("a", b""));
    story.down(b"\x20\x03\x00\x00\x00");
    let asked = story.up(&publish_5("ask", Some("answers"), Some("1")));
    let first = story.up(b"\x32\x06\x00\x01t\x00\x07\x00");
    story.reconnect(Version::V5_0);
    let mut again = connect_5("a", b"");
    again[9] = 0;
    story.up(&again);
    story.down(b"\x20\x03\x01\x00\x00");
    let repeated = story.up(b"\x3a\x06\x00\x01t\x00\x07\x00");
    let answer = story.down(PUBACK);
    let response = story.down(&publish_5("answers", None, Some("1")));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.pcapng");
    let mut file = Vec::new();
    mqloupe::capture::export(&story.log, story.log.rows(), &mut file, false).unwrap();
    std::fs::write(&path, file).unwrap();
    let options = mqloupe::capture::ReadOptions::default();
    let never = std::sync::atomic::AtomicBool::new(false);
    let opened = mqloupe::capture::open(&path, &options, |_, _| {}, &never).unwrap().log;
    for log in [&story.log, &opened] {
        assert_eq!(log.repeats(repeated), Some(first));
        assert_eq!(log.transaction(first), [first, repeated, answer]);
        assert_eq!(log.responds_to(response), Some(asked));
    }
}

/// How long a log of so many unanswered messages and requests, each sent again, takes to be filled.
fn fill(count: u32) -> f64 {
    let mut story = Story::new(Version::V5_0);
    let began = Instant::now();
    for number in 0..count {
        let id = u16::try_from(number % 60_000 + 1).unwrap().to_be_bytes();
        for first in [0x32, 0x3a] {
            story.up(&frame(first, &[&b"\0\x01t"[..], &id, &[0], b"x"].concat()));
        }
        story.up(&publish_5("ask", Some("answers"), Some(&number.to_string())));
    }
    began.elapsed().as_secs_f64()
}

#[test]
fn the_cost_of_a_frame_does_not_grow_with_what_is_open() {
    let small = fill(10_000).max(0.005);
    let large = fill(100_000);
    assert!(large < 40.0 * small, "ten times the frames took {large} s instead of {small} s");
}

#[test]
fn the_newest_requests_are_remembered_however_many_are_open() {
    let mut story = Story::new(Version::V5_0);
    let ask = |number: u32| publish_5("ask", Some("answers"), Some(&number.to_string()));
    for number in 0..200_000 {
        story.up(&ask(number));
    }
    let answer = |number: u32| publish_5("answers", None, Some(&number.to_string()));
    let recent = story.down(&answer(199_999 - 30_000));
    let forgotten = story.down(&answer(0));
    assert_eq!(story.log.responds_to(recent), Some(199_999 - 30_000));
    assert_eq!(story.log.responds_to(forgotten), None);
}
