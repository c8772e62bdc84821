//! What real clients (mosquitto's, paho for Python, MQTT.js) and a real server (mosquitto) say to each other is
//! taken apart to the last byte, and nothing in it is called wrong.

mod recorded;

use std::collections::BTreeSet;

use mqloupe::language::Language;
use mqloupe::wire::{
    Cut, Direction, Field, FieldKind, PacketType, Property, Tracker, Version, cut, dissect, explain,
    is_faulty, summarize,
};
use recorded::recordings;

fn each<'a>(fields: &'a [Field], visit: &mut impl FnMut(&'a Field)) {
    for field in fields {
        visit(field);
        each(&field.children, visit);
    }
}

#[test]
fn nothing_in_a_real_session_is_called_wrong() {
    let mut wrong = Vec::new();
    let mut frames = 0;
    for recording in recordings() {
        for connection in &recording.connections {
            // As a program that was there from the start sees it.
            let mut tracker = Tracker::new(Version::default());
            for (direction, frame) in connection {
                let (_, context) = tracker.feed(*direction, frame);
                let dissection = dissect(frame, &context);
                let line = summarize(frame, &context);
                frames += 1;
                assert_eq!(cut(frame), Cut::Frame { length: frame.len() });
                assert_eq!(is_faulty(frame, &context), dissection.is_faulty());
                assert_eq!(dissection.version, recording.version, "{}: {line}", recording.name);
                if let Some(broken) = &dissection.broken {
                    wrong.push(format!("{} {direction:?} {line}: {}", recording.name, broken.message));
                }
                for diagnostic in &dissection.diagnostics {
                    wrong.push(format!("{} {direction:?} {line}: {diagnostic:?}", recording.name));
                }
            }
        }
    }
    assert!(frames > 300, "only {frames} frames");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_recordings_hold_every_packet_type_and_property_that_the_programs_can_make() {
    let mut packets = BTreeSet::new();
    let mut properties = BTreeSet::new();
    for recording in recordings() {
        for (direction, frame) in recording.connections.iter().flatten() {
            let mut tracker = Tracker::midway(recording.version);
            let dissection = dissect(frame, &tracker.feed(*direction, frame).1);
            packets.insert((recording.version, dissection.packet.expect("type")));
            each(&dissection.fields, &mut |field| {
                if let FieldKind::Property(property) = field.kind {
                    properties.insert(property.id());
                }
            });
        }
    }
    for version in Version::ALL {
        for packet in PacketType::ALL {
            // mosquitto knows no authentication method of its own, and so sends no AUTH.
            let wanted = packet != PacketType::Auth;
            assert_eq!(packets.contains(&(version, packet)), wanted, "{packet} of {version}");
        }
    }
    let missing: Vec<_> =
        Property::ALL.into_iter().filter(|property| !properties.contains(&property.id())).collect();
    // What mosquitto 2.0 never says.
    let never = [
        Property::ServerKeepAlive,
        Property::ResponseInformation,
        Property::ServerReference,
        Property::MaximumQos,
        Property::RetainAvailable,
        Property::WildcardSubscriptionAvailable,
        Property::SubscriptionIdentifiersAvailable,
        Property::SharedSubscriptionAvailable,
    ];
    assert_eq!(missing, never);
}

#[test]
fn every_field_of_a_real_session_is_explained_in_both_languages() {
    for recording in recordings() {
        for (direction, frame) in recording.connections.iter().flatten() {
            let mut tracker = Tracker::midway(recording.version);
            let dissection = dissect(frame, &tracker.feed(*direction, frame).1);
            let mut paths: Vec<Vec<usize>> = (0..dissection.fields.len()).map(|at| vec![at]).collect();
            while let Some(path) = paths.pop() {
                let children = dissection.field(&path).expect("field").children.len();
                for language in [Language::English, Language::Chinese] {
                    let text = explain(frame, &dissection, &path, language).text;
                    // Backticks come in pairs, and within a line.
                    for line in text.lines() {
                        assert!(!line.is_empty() && line.matches('`').count() % 2 == 0, "{text}");
                    }
                }
                paths.extend((0..children).map(|at| [&path[..], &[at]].concat()));
            }
        }
    }
}

#[test]
fn both_directions_are_recorded() {
    for recording in recordings() {
        let sent = |wanted| recording.connections.iter().flatten().any(|(way, _)| *way == wanted);
        assert!(sent(Direction::ToServer) && sent(Direction::ToClient), "{}", recording.name);
    }
}
