//! `mqloupe dissect`: hex frames in, one a line; each taken apart as text for people or JSON for programs.
//!
//! The JSON is a contract: one object a packet, fields named once and for all in `wire::FieldKind`.

use std::io::{self, BufRead, Write};

use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::{Map, Value as Json};

use super::only::Taken;
use crate::language::Language;
use crate::log::{Filter, Timestamp};
use crate::outline::{outline, packet_json};
use crate::wire::{Broken, Context, Dissection, PacketType, Version, dissect, summarize};

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A summary line, the field tree, the diagnostics.
    Text,
    /// One JSON object a line.
    Json,
}

/// Reads hex frames, one a line, and writes each taken apart, in order.
///
/// White space within a line is ignored; empty lines and lines that begin with `#` are skipped. Without a
/// `version`, it is the one of the last CONNECT, and 3.1.1 until there is one.
pub fn run(
    version: Option<Version>,
    format: Format,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<()> {
    run_only(version, format, None, input, output)
}

/// As [`run`], but writes only what passes a filter: lines that are no frame do not. The frames are a connection's
/// that was under way, and have no time; what is sent and what is received is told by the packet type.
pub fn run_only(
    version: Option<Version>,
    format: Format,
    only: Option<&Filter>,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut context = Context { version: version.unwrap_or_default(), ..Context::default() };
    let mut line = Vec::new();
    let mut number: u64 = 0;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        number += 1;
        line.retain(|byte| !byte.is_ascii_whitespace());
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let (frame, dissection) = match frame_of(&line) {
            Ok(frame) => {
                let dissection = dissect(&frame, &context);
                (frame, dissection)
            }
            Err(broken) => (Vec::new(), no_frame(broken, context.version)),
        };
        if version.is_none() && dissection.packet == Some(PacketType::Connect) {
            context.version = dissection.version;
        }
        if let Some(filter) = only {
            let taken = Taken { direction: None, time: Timestamp(0), connection: 0 };
            if dissection.fields.is_empty() || !taken.passes(filter, &frame, &dissection, &context) {
                continue;
            }
        }
        let summary = if dissection.fields.is_empty() {
            "Not a line of hex".to_owned()
        } else {
            summarize(&frame, &context)
        };
        match format {
            Format::Text => {
                let title = title(number, &frame, &dissection, &summary);
                writeln!(output, "{title}\n{}", outline(&frame, &dissection, Language::English, true))?;
            }
            Format::Json => {
                let mut object = Map::new();
                object.insert("line".to_owned(), number.into());
                object.extend(packet_json(&frame, &dissection, &summary));
                writeln!(output, "{}", Json::Object(object))?;
            }
        }
    }
}

/// The bytes of a line of hex digits without white space.
fn frame_of(line: &[u8]) -> Result<Vec<u8>, Broken> {
    if let Some(place) = line.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        return Err(Broken {
            offset: place / 2,
            message: format!("Not a hex digit, at digit {} of the line (white space not counted)", place + 1),
            message_zh: format!("本行第 {} 个字符不是十六进制数字（不计空白）", place + 1),
            incomplete: false,
        });
    }
    HEXLOWER_PERMISSIVE.decode(line).map_err(|_| Broken {
        offset: line.len() / 2,
        message: format!("An odd number of hex digits ({}): the last byte is half", line.len()),
        message_zh: format!("十六进制数字的个数是奇数（{}）：最后一个字节不完整", line.len()),
        incomplete: false,
    })
}

fn no_frame(broken: Broken, version: Version) -> Dissection {
    Dissection { version, packet: None, fields: Vec::new(), diagnostics: Vec::new(), broken: Some(broken) }
}

/// The line above an outline: where the packet came from and what it says.
fn title(line: u64, frame: &[u8], dissection: &Dissection, summary: &str) -> String {
    let packet = dissection.packet.map_or("?", PacketType::name);
    let (version, length) = (dissection.version, frame.len());
    format!("{line}  {packet}  MQTT {version}, {length} B  {summary}")
}
