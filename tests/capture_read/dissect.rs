//! `mqloupe dissect FILE`.

use std::io::Write;

use mqloupe::cli::dissect::Format;
use mqloupe::cli::dissect_file::run;
use serde_json::Value;

use crate::build::{CONNACK, CONNECT, CONNECT_5, MICROSECONDS, Order, Pcapng, Talk, pcap, publish};

/// The exit status, standard output, standard error.
fn dissect(bytes: &[u8], ports: &[u16], format: Format) -> (u8, String, String) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let status = run(file.path(), ports, format, &mut output, &mut errors).expect("memory takes everything");
    (status, String::from_utf8(output).unwrap(), String::from_utf8(errors).unwrap())
}

#[test]
fn json_says_where_each_packet_was() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT);
    talk.s2c(CONNACK);
    let (status, output, errors) = dissect(&talk.capture(), &[], Format::Json);
    assert_eq!((status, errors.as_str()), (0, ""));
    let objects: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys: Vec<_> = objects[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "frame",
            "time",
            "stream",
            "src",
            "dst",
            "dir",
            "packet",
            "version",
            "length",
            "summary",
            "fields",
            "error",
            "diagnostics"
        ]
    );
    assert!(output.starts_with(r#"{"frame":4,"time":1700000000.003000,"stream":0,"src":"10.0.0.1:50000","dst":"10.0.0.2:1883","dir":"c2s","packet":"CONNECT","#), "{output}");
    assert_eq!(objects[1]["dir"], "s2c");
    assert_eq!(objects[1]["src"], "10.0.0.2:1883");
}

#[test]
fn nanoseconds_are_all_there() {
    let mut talk = Talk::new(50_000, 1883);
    talk.c2s(CONNECT);
    let mut file = Pcapng::new(Order::Big);
    file.interface(1, &[(9, &[9])]);
    file.enhanced(0, 1_700_000_000_123_456_789, &talk.frames[0]);
    let (_, output, _) = dissect(&file.bytes, &[], Format::Json);
    assert!(output.contains(r#""time":1700000000.123456789,"#), "{output}");
    let mut simple = Pcapng::new(Order::Big);
    simple.interface(1, &[]);
    simple.simple(&talk.frames[0]);
    let (_, output, _) = dissect(&simple.bytes, &[], Format::Json);
    assert!(output.contains(r#""time":null,"#), "{output}");
}

#[test]
fn each_stream_has_the_version_of_its_own_connect() {
    let mut five = Talk::open(50_000, 1883);
    five.c2s(CONNECT_5);
    let mut three = Talk::open(50_001, 1883);
    three.c2s(CONNECT);
    // A PUBLISH of 5.0 has a length of properties.
    five.c2s(b"\x30\x04\x00\x01t\x00");
    three.c2s(&publish("t", b""));
    let frames = [five.frames, three.frames].concat();
    let (_, output, _) = dissect(&crate::build::capture(&frames), &[], Format::Json);
    let objects: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let versions: Vec<_> = objects.iter().map(|object| object["version"].clone()).collect();
    assert_eq!(versions, [5, 5, 4, 4]);
    assert!(objects.iter().all(|object| object["error"].is_null()));
}

#[test]
fn text_has_a_line_with_place_and_summary_above_each_outline() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT);
    let (status, output, _) = dissect(&talk.capture(), &[], Format::Text);
    assert_eq!(status, 0);
    let first = output.lines().next().unwrap();
    assert!(
        first.starts_with(
            "4  1700000000.003000  stream 0  10.0.0.1:50000 → 10.0.0.2:1883  CONNECT  MQTT 3.1.1, 15 B  "
        ),
        "{first}"
    );
    assert!(output.lines().any(|line| line.starts_with("0000  ")), "{output}");
}

#[test]
fn a_gap_is_told_beside_and_above_the_packet_behind_it() {
    let mut talk = Talk::open(50_000, 1883);
    talk.c2s(CONNECT);
    talk.lost_c2s(&publish("t", b"lost"));
    talk.c2s(&publish("t", b"next"));
    let (status, output, errors) = dissect(&talk.capture(), &[], Format::Text);
    assert_eq!(status, 0);
    assert!(output.contains("\nnote  9 bytes are missing before this packet\n"), "{output}");
    assert_eq!(errors, "Stream 0 has a gap: 9 bytes before frame 5 are not in the capture.\n");
}

#[test]
fn a_truncated_file_is_no_failure() {
    let mut talk = Talk::new(50_000, 1883);
    talk.c2s(CONNECT);
    let mut file = pcap(Order::Little, MICROSECONDS, 1, &[(0, 0, &talk.frames[0])]);
    file.extend_from_slice(&[0; 10]);
    let (status, output, errors) = dissect(&file, &[], Format::Json);
    assert_eq!((status, output.lines().count()), (0, 1));
    assert!(errors.starts_with("The file is truncated"), "{errors}");
}

#[test]
fn what_is_no_capture_or_not_there_fails_with_a_reason() {
    let (status, output, errors) = dissect(b"hello", &[], Format::Json);
    assert_eq!((status, output.as_str()), (1, ""));
    assert!(errors.contains("this is no capture"), "{errors}");
    let mut errors = Vec::new();
    let missing = std::path::Path::new("no/such/file.pcap");
    assert_eq!(run(missing, &[], Format::Text, Vec::new(), &mut errors).unwrap(), 1);
    assert!(String::from_utf8(errors).unwrap().starts_with("no/such/file.pcap: "));
}
