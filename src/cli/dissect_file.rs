//! `mqloupe dissect FILE`: the control packets of a capture, each taken apart as text for people or JSON for
//! programs.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::dissect::Format;
use super::only::Taken;
use crate::capture::{CapturedFrame, Note, Notice, ReadError, ReadOptions, read_file};
use crate::language::Language;
use crate::log::{Filter, Timestamp};
use crate::outline::{outline, packet_json};
use crate::wire::{Context, Direction, Dissection, PacketType, Tracker, dissect, summarize};

/// Why a capture has not been taken apart to its end.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be read, or is no capture.
    Capture(ReadError),
    /// What was found cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Reads a capture and writes each of its control packets taken apart; what there is to know beside them goes to
/// `notices`. MQTT is found on `ports` and 1883 without a CONNECT too.
pub fn run(
    path: &Path,
    ports: &[u16],
    format: Format,
    output: impl Write,
    notices: impl Write,
) -> Result<(), Failure> {
    run_only(path, ports, format, None, output, notices)
}

/// As [`run`], but writes only what passes a filter. A stream of the capture is a connection of the filter.
pub fn run_only(
    path: &Path,
    ports: &[u16],
    format: Format,
    only: Option<&Filter>,
    mut output: impl Write,
    mut notices: impl Write,
) -> Result<(), Failure> {
    let mut reader = read_file(path, &ReadOptions { ports: ports.to_vec() }).map_err(Failure::Capture)?;
    let mut trackers: HashMap<u32, Tracker> = HashMap::new();
    let mut found: u64 = 0;
    loop {
        let frame = reader.next();
        tell(&reader.take_notices(), &mut notices);
        let frame = match frame {
            None => break,
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                output.flush()?;
                return Err(Failure::Capture(error));
            }
        };
        found += 1;
        let tracker = trackers.entry(frame.stream).or_insert_with(|| {
            let version = frame.version.unwrap_or_default();
            if frame.midway { Tracker::midway(version) } else { Tracker::new(version) }
        });
        let (_, context) = tracker.feed(frame.direction, &frame.bytes);
        if let Some(filter) = only {
            let taken = Taken {
                direction: Some(frame.direction),
                time: frame.time.map_or(Timestamp(0), |time| time.timestamp),
                connection: frame.stream,
            };
            let dissection = dissect(&frame.bytes, &context);
            if !taken.passes(filter, &frame.bytes, &dissection, &context) {
                continue;
            }
        }
        write_frame(&frame, &context, format, &mut output)?;
    }
    output.flush()?;
    if found == 0 {
        let advice = "No MQTT was found. On a port other than 1883, and without the CONNECT in the capture, name it with --port.";
        // As `tell` has it.
        let _ = writeln!(notices, "{advice}");
    }
    Ok(())
}

/// Notices that cannot be written are no reason to keep the packets back.
fn tell(new: &[Notice], notices: &mut impl Write) {
    for notice in new {
        let _ = writeln!(notices, "{}", notice.message_in(Language::English));
    }
}

fn write_frame(
    frame: &CapturedFrame,
    context: &Context,
    format: Format,
    output: &mut impl Write,
) -> io::Result<()> {
    let dissection = dissect(&frame.bytes, context);
    let summary = summarize(&frame.bytes, context);
    match format {
        Format::Text => {
            let title = title(frame, &dissection, &summary);
            writeln!(output, "{title}\n{}", outline(&frame.bytes, &dissection, Language::English, true))
        }
        Format::Json => {
            let where_from = place_json(frame);
            let packet = Json::Object(packet_json(&frame.bytes, &dissection, &summary)).to_string();
            // Both are objects: the second's members follow the first's.
            let members = packet.strip_prefix('{').unwrap_or_default();
            writeln!(output, "{where_from},{members}")
        }
    }
}

/// Where a packet was, as the beginning of a JSON object.
fn place_json(frame: &CapturedFrame) -> String {
    // As a number of our own writing, since a floating-point number has no room for nanoseconds.
    let time = frame.time.map_or("null".to_owned(), |time| time.to_string());
    let dir = match frame.direction {
        Direction::ToServer => "c2s",
        Direction::ToClient => "s2c",
    };
    let mut rest = Map::new();
    rest.insert("stream".to_owned(), json!(frame.stream));
    rest.insert("src".to_owned(), json!(frame.source.to_string()));
    rest.insert("dst".to_owned(), json!(frame.destination.to_string()));
    rest.insert("dir".to_owned(), json!(dir));
    let rest = Json::Object(rest).to_string();
    let members = rest.trim_start_matches('{').trim_end_matches('}');
    format!(r#"{{"frame":{},"time":{time},{members}"#, frame.number)
}

/// The line above an outline, and what happened on the packet's way.
fn title(frame: &CapturedFrame, dissection: &Dissection, summary: &str) -> String {
    let packet = dissection.packet.map_or("?", PacketType::name);
    let time = frame.time.map_or("-".to_owned(), |time| time.to_string());
    let mut title = format!(
        "{}  {time}  stream {}  {} → {}  {packet}  MQTT {}, {} B  {summary}",
        frame.number,
        frame.stream,
        frame.source,
        frame.destination,
        dissection.version,
        frame.bytes.len()
    );
    for note in &frame.notes {
        let words = match note {
            Note::Gap(Some(bytes)) => format!("{bytes} bytes are missing before this packet"),
            Note::Gap(None) => "bytes are missing before this packet".to_owned(),
            Note::Retransmission => "segments that came again were dropped".to_owned(),
            Note::Truncated => "the capture holds only its first part".to_owned(),
        };
        let _ = write!(title, "\nnote  {words}");
    }
    title
}
