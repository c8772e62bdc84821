//! A row of a list in words: its cells, and lines of them for the clipboard.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::Date;

use super::time::{self, LocalTime};
use super::{repeats, responds, texts};
use crate::language::Language;
use crate::log::{Entry, FrameLog, Row, Timestamp};
use crate::model::{Listing, MOST_COPIED, Tab, TimeReference};
use crate::payload;
use crate::wire::{self, Direction, PacketType};

/// Bytes of copied lines at most: what an X server of the usual settings takes in one request, which is how the
/// clipboard hands text over there.
pub const MOST_COPIED_BYTES: usize = 15 << 20;
/// Characters of a payload in a copied line.
const COPIED_CHARS: usize = 4096;
/// Messages from this many bytes on are not read to their end; more than properties and topic have in practice.
const LONG: u32 = 1 << 20;
/// What stands for the time of the row that times are counted from.
const REFERENCE: &str = "*REF*";

/// What the columns of a row say.
#[derive(Debug)]
pub struct Cells {
    /// What the index holds of it.
    pub entry: Entry,
    /// Local time.
    pub time: String,
    /// PUBLISH: the topic, aliases resolved.
    pub topic: Arc<str>,
    /// PUBLISH: the `QoS` digit.
    pub qos: String,
    /// PUBLISH: the payload in one line.
    pub payload: String,
    /// Source address and port.
    pub source: String,
    /// Destination address and port.
    pub destination: String,
    /// The packet's name.
    pub packet: &'static str,
    /// What Wireshark's column of this name says, and the round trip where it answers something.
    pub info: String,
}

/// The cells of a row, its payload in at most `payload_chars` characters; `None` where the log has it no more.
/// `line` is where a text is written before its length is known; what it holds is of no account.
#[must_use]
pub fn cells(
    log: &FrameLog,
    row: Row,
    language: Language,
    (local, today): (&LocalTime, Date),
    payload_chars: usize,
    line: &mut String,
) -> Option<Cells> {
    // Of a long message the beginning is enough: it may have to come from the disk.
    let is_long = log.entry(row).is_some_and(|e| e.length > LONG && e.packet == Some(PacketType::Publish));
    let frame = if is_long { log.beginning(row, LONG as usize)? } else { log.frame(row)? };
    let context = log.context(row);
    let entry = frame.entry;
    let payload = if entry.packet == Some(PacketType::Publish) {
        let peek = wire::Peek::of(&frame.bytes, context.version);
        payload::one_line(frame.bytes.get(peek.payload).unwrap_or_default(), payload_chars)
    } else {
        String::new()
    };
    line.clear();
    if is_long {
        wire::summarize_beginning_into(&frame.bytes, entry.length as usize, &context, line);
    } else {
        wire::summarize_into(&frame.bytes, &context, line);
    }
    push_ties(line, language, log, row, &entry);
    let sent = entry.direction == Direction::ToServer;
    let (source, destination) = match log.connection(entry.connection) {
        Some(c) if sent => (c.client.to_string(), c.server.to_string()),
        Some(c) => (c.server.to_string(), c.client.to_string()),
        None => (String::new(), String::new()),
    };
    Some(Cells {
        time: local.millis(entry.time, today),
        topic: entry.topic.and_then(|number| log.topic(number)).unwrap_or_else(|| Arc::from("")),
        qos: entry.qos().map_or_else(|| "3".to_owned(), |q| q.to_string()),
        payload,
        source,
        destination,
        packet: entry.packet.map_or("?", PacketType::name),
        info: line.clone(),
        entry,
    })
}

/// What stands in the column of times where times are counted from a row.
#[must_use]
pub fn since_reference(reference: TimeReference, row: Row, time: Timestamp) -> String {
    if row == reference.row { REFERENCE.to_owned() } else { time::since(reference.time, time) }
}

/// What a frame repeats, answers or responds to, and how long after it.
fn push_ties(line: &mut String, language: Language, log: &FrameLog, row: Row, entry: &Entry) {
    // Writing into a string does not fail.
    if let Some(first) = log.repeats(row) {
        let _ = write!(line, " [{}]", repeats(first, language));
    } else if entry.partner.is_some_and(|partner| partner < row)
        && let Some(nanos) = log.round_trip(row)
    {
        let _ = write!(line, " · {}", time::span(nanos));
    }
    if entry.packet == Some(PacketType::Publish)
        && let Some(request) = log.responds_to(row)
        && let Some(asked) = log.entry(request)
    {
        let after = time::span(entry.time.0.saturating_sub(asked.time.0));
        let _ = write!(line, " [{} · {after}]", responds(request, language));
    }
}

/// The rows as lines of cells with tabs between, as the list shows them: No., time, direction, topic, `QoS` and
/// payload of messages; Wireshark's columns of packets. Rows that the log has no more are left out; the lines end
/// where they would exceed [`MOST_COPIED`] or [`MOST_COPIED_BYTES`]. Answers with how many lines there are, too.
#[must_use]
pub fn copied_lines(log: &FrameLog, rows: &[Row], listing: &Listing) -> (String, u64) {
    let t = texts(listing.language);
    let local = LocalTime::new(listing.zone.clone());
    let today = local.date(listing.now);
    let (mut text, mut count, mut scratch) = (String::new(), 0, String::new());
    for &row in rows.iter().take(MOST_COPIED) {
        let made = cells(log, row, listing.language, (&local, today), COPIED_CHARS, &mut scratch);
        let Some(cells) = made else { continue };
        let time = match listing.reference {
            Some(reference) => since_reference(reference, row, cells.entry.time),
            None => cells.time,
        };
        let number = (row + 1).to_string();
        let length = cells.entry.length.to_string();
        let info = format!("{} {}", cells.packet, cells.info);
        let way = match cells.entry.direction {
            Direction::ToServer => t.sent_verb,
            Direction::ToClient => t.received,
        };
        let columns: &[&str] = match listing.tab {
            Tab::Messages => &[&number, &time, way, &cells.topic, &cells.qos, &cells.payload],
            Tab::Packets => {
                &[&number, &time, &cells.source, &cells.destination, "MQTT", &length, info.trim_end()]
            }
        };
        let bytes: usize = columns.iter().map(|column| column.len() + 1).sum();
        if text.len() + bytes > MOST_COPIED_BYTES {
            break;
        }
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            // A topic may hold what would begin another cell or line.
            text.extend(column.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        text.push('\n');
        count += 1;
    }
    (text, count)
}
