//! Captures of sessions with mosquitto, made by dumpcap: `plain.pcapng` has nanoseconds, MQTT 3.1, 3.1.1 and 5.0 on
//! a port of its own; `websocket.pcap` has microseconds, fragments, and two packets in one message.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use mqloupe::capture::{CapturedFrame, ReadOptions, read_file};

fn data(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/captures", name].iter().collect()
}

fn frames(name: &str) -> Vec<CapturedFrame> {
    let mut reader = read_file(&data(name), &ReadOptions::default()).expect("a capture");
    let frames: Vec<_> = reader.by_ref().map(|frame| frame.expect("it can be read")).collect();
    assert_eq!(reader.take_notices(), [], "{name}");
    frames
}

/// Of each packet: the capture's frame, its time, stream, source port, packet type and remaining length.
fn ours(name: &str) -> Vec<String> {
    let line = |frame: &CapturedFrame| {
        let length_bytes = frame.bytes[1..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
        format!(
            "{} {} {} {} {} {}",
            frame.number,
            frame.time.expect("a time"),
            frame.stream,
            frame.source.port(),
            frame.bytes[0] >> 4,
            frame.bytes.len() - 1 - length_bytes
        )
    };
    frames(name).iter().map(line).collect()
}

/// The lines of fields that tshark finds; `None` where there is no tshark.
fn tshark(name: &str, arguments: &[&str]) -> Option<Vec<Vec<String>>> {
    let output = Command::new("tshark").arg("-r").arg(data(name)).args(arguments).output();
    let Ok(output) = output else {
        println!("skipped: no tshark to compare {name} with");
        return None;
    };
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

#[test]
fn a_session_on_another_port_has_what_tshark_finds_in_it() {
    let mut arguments = vec!["-d", "tcp.port==18830,mqtt", "-Y", "mqtt", "-T", "fields"];
    for field in ["frame.number", "frame.time_epoch", "tcp.stream", "tcp.srcport", "mqtt.msgtype", "mqtt.len"]
    {
        arguments.extend(["-e", field]);
    }
    let Some(lines) = tshark("plain.pcapng", &arguments) else { return };
    let mut expected = Vec::new();
    for fields in &lines {
        let [number, time, stream, port, types, lengths] = &fields[..] else { panic!("{fields:?}") };
        for (kind, length) in types.split(',').zip(lengths.split(',')) {
            expected.push(format!("{number} {time} {stream} {port} {kind} {length}"));
        }
    }
    assert_eq!(expected.len(), 27);
    assert_eq!(ours("plain.pcapng"), expected);
}

/// Versions of tshark differ in whether they see MQTT there, not in the messages' bytes.
#[test]
fn a_session_within_websocket_has_the_messages_that_tshark_finds_in_it() {
    let arguments = ["-d", "tcp.port==18831,http", "-o", "tcp.desegment_tcp_streams:TRUE"];
    let fields = ["-Y", "websocket.opcode==2", "-T", "fields", "-e", "frame.number", "-e", "data.data"];
    let all: Vec<&str> = arguments.into_iter().chain(["--disable-protocol", "mqtt"]).chain(fields).collect();
    let Some(lines) = tshark("websocket.pcap", &all) else { return };
    let expected: Vec<_> = lines.iter().map(|fields| fields.join(" ")).collect();
    let mut ours: BTreeMap<u64, String> = BTreeMap::new();
    for frame in frames("websocket.pcap") {
        let hex = data_encoding::HEXLOWER.encode(&frame.bytes);
        ours.entry(frame.number).or_default().push_str(&hex);
    }
    let ours: Vec<_> = ours.iter().map(|(number, hex)| format!("{number} {hex}")).collect();
    assert_eq!(expected.len(), 8);
    assert_eq!(ours, expected);
}

#[test]
fn the_sessions_have_the_packets_that_were_sent() {
    let plain = ours("plain.pcapng");
    assert_eq!(plain.len(), 27);
    assert_eq!(plain[0], "4 1795503390.196314438 0 34578 1 25");
    assert_eq!(plain[26], "58 1795503390.708978657 3 34614 14 0");
    let websocket = ours("websocket.pcap");
    assert_eq!(
        websocket,
        [
            "8 1795503392.120156 0 32936 1 18",
            "10 1795503392.120259 0 18831 2 9",
            "11 1795503392.123553 0 32936 8 11",
            "12 1795503392.123646 0 18831 9 4",
            "13 1795503392.123732 0 32936 3 154",
            "16 1795503392.224027 0 18831 3 154",
            "18 1795503392.424072 0 32936 12 0",
            "18 1795503392.424072 0 32936 14 0",
            "19 1795503392.424274 0 18831 13 0",
        ]
    );
}
