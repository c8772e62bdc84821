//! Every numbered clause of MQTT 3.1.1 and 5.0 (appendix B of each): which diagnostic shows it on which
//! bytes, or why a capture cannot show it.

mod v311;
mod v5;

use std::collections::BTreeMap;

use mqloupe::wire::{Context, Direction, Tracker, Version, dissect, is_faulty};

/// How a clause is checked. Frames are hex with `|` between them; `>` before a frame means to the server, `<`
/// to the client; `^` before all means that the network connection is seen from its first byte. Words in
/// capitals stand for frames of the version's table. What is asserted is about the last frame.
enum Check {
    /// A diagnostic of this very clause.
    Here(&'static str),
    /// A diagnostic of another clause or section that says the same, or that covers this one.
    Under(&'static str, &'static str),
    /// The bytes cannot be read any further.
    Stops(&'static str),
    /// No capture shows it: why.
    Unseen(&'static str),
    /// Several frames, or several network connections, could show it, but it is not checked: why.
    Left(&'static str),
}

/// A clause by its number, as the standard prints it without `MQTT-`.
struct Clause(&'static str, Check);

/// Frames by name.
type Names = &'static [(&'static str, &'static str)];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap_or_else(|fault| panic!("{hex}: {fault}"))
}

/// The last frame, and what the ones before it say about it.
fn last(version: Version, names: Names, frames: &str) -> (Vec<u8>, Context) {
    let (mut tracker, frames) = match frames.strip_prefix('^') {
        Some(rest) => (Tracker::new(version), rest),
        None => (Tracker::midway(version), frames),
    };
    let mut last = None;
    for frame in frames.split('|').map(str::trim) {
        let (direction, hex) = match frame.split_at_checked(1) {
            Some((">", rest)) => (Some(Direction::ToServer), rest),
            Some(("<", rest)) => (Some(Direction::ToClient), rest),
            _ => (None, frame),
        };
        let hex = hex.trim();
        let hex = names.iter().find(|(name, _)| *name == hex).map_or(hex, |(_, frame)| frame);
        let frame = bytes(hex);
        let context = match direction {
            Some(direction) => tracker.feed(direction, &frame).1,
            None => Context { version, ..Context::default() },
        };
        last = Some((frame, context));
    }
    last.expect("a frame")
}

/// The rules of the last frame's diagnostics, and whether reading stops.
fn rules(version: Version, names: Names, frames: &str) -> (Vec<&'static str>, bool) {
    let (frame, context) = last(version, names, frames);
    let dissection = dissect(&frame, &context);
    assert_eq!(is_faulty(&frame, &context), dissection.is_faulty(), "{frames}");
    let rules = dissection.diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
    (rules, dissection.broken.is_some())
}

fn check(version: Version, names: Names, clauses: &[Clause]) {
    let mut wrong = Vec::new();
    for Clause(number, check) in clauses {
        let own = format!("[MQTT-{number}]");
        let (wanted, frames) = match check {
            Check::Here(frames) => (vec![own.as_str()], frames),
            Check::Under(rule, frames) => (vec![*rule], frames),
            Check::Stops(frames) => (vec![], frames),
            Check::Unseen(why) | Check::Left(why) => {
                assert!(!why.is_empty(), "{number}");
                continue;
            }
        };
        let (got, broken) = rules(version, names, frames);
        if got != wanted || broken != matches!(check, Check::Stops(_)) {
            wrong.push(format!("{number}: {got:?} broken {broken}, wanted {wanted:?}: {frames}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each section's clauses are numbered 1, 2, 3 and so on, but for those that the standard left out.
fn check_numbering(clauses: &[Clause], left_out: &[&str]) {
    let mut next: BTreeMap<String, u32> = BTreeMap::new();
    for Clause(number, _) in clauses {
        let (section, place) = number.rsplit_once('-').expect("a clause number");
        let next = next.entry(section.replace('-', ".")).or_insert(1);
        while left_out.contains(&format!("{section}-{next}").as_str()) {
            *next += 1;
        }
        assert_eq!(place, next.to_string(), "{number} out of order");
        *next += 1;
    }
}

#[test]
fn every_clause_of_3_1_1_is_checked_or_said_not_to_be() {
    check(Version::V3_1_1, v311::FRAMES, v311::CLAUSES);
}

#[test]
fn no_clause_of_3_1_1_is_missing() {
    check_numbering(v311::CLAUSES, &[]);
    assert_eq!(v311::CLAUSES.len(), 141);
}

#[test]
fn every_clause_of_5_0_is_checked_or_said_not_to_be() {
    check(Version::V5_0, v5::FRAMES, v5::CLAUSES);
}

#[test]
fn no_clause_of_5_0_is_missing() {
    check_numbering(v5::CLAUSES, &["2.2.1-1"]);
    assert_eq!(v5::CLAUSES.len(), 251);
}

/// The frames of the tables, up to the last of each, are themselves right.
#[test]
fn the_named_frames_are_faultless() {
    for (version, names) in [(Version::V3_1_1, v311::FRAMES), (Version::V5_0, v5::FRAMES)] {
        for (name, frame) in names {
            let (rules, broken) = rules(version, names, frame);
            assert_eq!((rules, broken), (vec![], false), "{name}");
        }
    }
}
