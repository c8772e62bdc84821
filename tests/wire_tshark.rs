//! Wireshark's decoder sees the same fields in recorded sessions: at the same bytes, with the same numbers.
//!
//! Skipped, and said so, where `tshark` is absent.

mod recorded;

use std::collections::BTreeSet;
use std::ops::Range;
use std::process::Command;

use mqloupe::wire::{Direction, Field, PacketType, Tracker, Value, Version, dissect};
use recorded::{Recording, recordings};

/// A field of Wireshark's.
#[derive(Debug)]
struct Theirs {
    name: String,
    range: Range<usize>,
    number: Option<u64>,
}

#[test]
fn wireshark_sees_the_same_fields_at_the_same_bytes() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for recording in recordings() {
        let Some(packets) = tshark(&recording) else {
            println!("wireshark_sees_the_same_fields_at_the_same_bytes: skipped, there is no tshark");
            return;
        };
        let mut packets = packets.iter();
        for connection in &recording.connections {
            let mut tracker = Tracker::midway(recording.version);
            for (direction, frame) in connection {
                let theirs = packets.next().expect("a packet for each frame");
                let dissection = dissect(frame, &tracker.feed(*direction, frame).1);
                let mut ours = Vec::new();
                flatten(&dissection.fields, &mut ours);
                compared += theirs.len();
                let packet = dissection.packet.expect("type");
                for difference in compare(packet, recording.version != Version::V3_1, &ours, theirs) {
                    differences.push(format!("{}: {packet}: {difference}", recording.name));
                }
            }
        }
        assert!(packets.next().is_none(), "{}", recording.name);
    }
    assert!(compared > 3000, "only {compared} fields");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn flatten<'a>(fields: &'a [Field], all: &mut Vec<&'a Field>) {
    for field in fields {
        all.push(field);
        flatten(&field.children, all);
    }
}

fn compare(packet: PacketType, reserved: bool, ours: &[&Field], theirs: &[Theirs]) -> Vec<String> {
    let mut differences = Vec::new();
    for their in theirs {
        // They read the reserved flags of 3.1.1 and 5.0 as 3.1 has them; we show the four bits as they are.
        let flags = ["mqtt.dupflag", "mqtt.qos", "mqtt.retain_reserved"];
        if reserved && packet != PacketType::Publish && flags.contains(&their.name.as_str()) {
            continue;
        }
        let mut same = ours.iter().filter(|our| our.range == their.range).peekable();
        if same.peek().is_none() {
            differences.push(format!("no field of ours for {their:?}"));
        } else if let Some(number) = their.number
            && !same.any(|our| match our.value {
                Value::Number(ours) => ours == number,
                Value::Bool(ours) => u64::from(ours) == number,
                _ => false,
            })
        {
            differences.push(format!("another number than {their:?}"));
        }
    }
    let seen: BTreeSet<_> = theirs.iter().map(|their| (their.range.start, their.range.end)).collect();
    for our in ours.iter().filter(|our| our.children.is_empty() && !our.range.is_empty()) {
        if !seen.contains(&(our.range.start, our.range.end)) {
            differences.push(format!("no field of theirs for {:?} {:?}", our.kind, our.range));
        }
    }
    differences
}

/// The fields of each packet; `None` without tshark.
fn tshark(recording: &Recording) -> Option<Vec<Vec<Theirs>>> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("frames.pcap");
    std::fs::write(&file, capture(recording)).expect("capture");
    let output = Command::new("tshark").arg("-r").arg(&file).args(["-T", "pdml"]).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.split("<packet>").skip(1).map(fields_of).collect())
}

/// The fields of a packet in PDML, whose lines have one element each.
fn fields_of(packet: &str) -> Vec<Theirs> {
    let mut start = 0;
    let mut fields = Vec::new();
    for line in packet.lines() {
        let attribute = |name: &str| {
            let (_, rest) = line.split_once(&format!(" {name}=\""))?;
            Some(rest.split_once('"')?.0)
        };
        let count = |name| attribute(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or_default();
        let Some(name) = attribute("name").filter(|name| name.starts_with("mqtt")) else { continue };
        if name == "mqtt" {
            start = count("pos");
            continue;
        }
        let mut range = count("pos") - start..count("pos") - start + count("size");
        if range.is_empty() {
            continue;
        }
        // They count its length as part of it.
        if name == "mqtt.property.content_type" {
            fields.push(Theirs { name: name.to_owned(), range: range.start..range.start + 2, number: None });
            range.start += 2;
        }
        let shown = attribute("show").unwrap_or_default();
        let number = match shown.strip_prefix("0x") {
            _ if is_text(name) => None,
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => shown.parse().ok(),
        };
        fields.push(Theirs { name: name.to_owned(), range, number });
    }
    fields
}

/// Fields whose value is no number even where it is written in digits alone, and the first byte, of which we
/// have only the parts.
fn is_text(name: &str) -> bool {
    let texts = ["hdrflags", "clientid", "topic", "msg", "username", "passwd", "willtopic", "willmsg"];
    let texts = texts.iter().chain(&["prop_key", "prop_value", "prop_string", "protoname"]);
    texts.into_iter().any(|text| name.strip_prefix("mqtt.") == Some(text))
}

/// The frames as a capture file of exported PDUs (link type 252), every network connection with its port.
fn capture(recording: &Recording) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 4 << 16 | 2, 0, 0, 1 << 20, 252] {
        file.extend(word.to_le_bytes());
    }
    for (port, connection) in (40_000_u32..).zip(&recording.connections) {
        for (direction, frame) in connection {
            let (from, to) = match direction {
                Direction::ToServer => (port, 1883),
                Direction::ToClient => (1883, port),
            };
            let mut packet = Vec::new();
            let mut tag = |tag: u16, value: &[u8]| {
                packet.extend(tag.to_be_bytes());
                packet.extend(u16::try_from(value.len()).expect("short").to_be_bytes());
                packet.extend(value);
            };
            let loopback = [127, 0, 0, 1];
            tag(12, b"mqtt");
            tag(20, &loopback);
            tag(21, &loopback);
            tag(24, &2_u32.to_be_bytes());
            tag(25, &from.to_be_bytes());
            tag(26, &to.to_be_bytes());
            tag(0, &[]);
            packet.extend(frame);
            let length = u32::try_from(packet.len()).expect("short");
            for word in [1, 0, length, length] {
                file.extend(word.to_le_bytes());
            }
            file.extend(packet);
        }
    }
    file
}
