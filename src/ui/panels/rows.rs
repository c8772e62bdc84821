//! The texts of list rows: made once for each row that is in sight, kept while it may be seen again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::Panel;
use crate::language::Language;
use crate::log::{Entry, FrameLog, Row};
use crate::model::{Connection, Tab};
use crate::payload;
use crate::text::{self, time};
use crate::wire::{self, Direction, PacketType};

/// Messages from this many bytes on are not read to their end; more than properties and topic have in practice.
const LONG: u32 = 1 << 20;
/// How many row texts are kept.
const KEPT: usize = 4096;
/// Characters of a payload that a row can show.
const PAYLOAD_CHARS: usize = 240;
/// Characters of a payload that a row's name says.
const SPOKEN_CHARS: usize = 80;

/// What a row shows.
#[derive(Debug)]
pub struct RowText {
    /// Local time.
    pub time: String,
    /// Which way it went.
    pub direction: Direction,
    /// PUBLISH: the topic, aliases resolved.
    pub topic: Arc<str>,
    /// PUBLISH: the `QoS` digit.
    pub qos: String,
    /// PUBLISH: the payload in one line.
    pub payload: String,
    /// PUBLISH: the first subscription that matches gives its colour.
    pub colour: Option<u8>,
    /// Source address and port.
    pub source: String,
    /// Destination address and port.
    pub destination: String,
    /// Bytes of the frame.
    pub length: String,
    /// The packet's name.
    pub packet: &'static str,
    /// What Wireshark's column of this name says, and the round trip where it answers something.
    pub info: String,
    /// It carries an error.
    pub fault: bool,
    /// What the row is called.
    pub name: String,
}

/// The texts of rows that were seen lately.
#[derive(Debug, Default)]
pub struct RowTexts {
    made_for: Option<MadeFor>,
    rows: HashMap<Row, Arc<RowText>>,
    /// Where a row's column Info is written before its length is known.
    line: String,
}

/// What the texts depend on beside the frame.
#[derive(Clone, Debug, PartialEq)]
struct MadeFor {
    profile: crate::profile::ProfileId,
    tab: Tab,
    language: crate::language::Language,
    today: jiff::civil::Date,
    colours: Vec<(String, u8)>,
    log_began: Row,
}

impl RowTexts {
    /// Forgets all where what the texts depend on has changed.
    pub fn prepare(&mut self, panel: &Panel<'_>, connection: &Connection, log: &FrameLog) {
        let wishes = connection.profile.subscriptions.iter();
        let now = MadeFor {
            profile: connection.profile.id.clone(),
            tab: connection.timeline.tab,
            language: panel.language(),
            today: panel.today,
            colours: wishes.map(|s| (s.filter.clone(), s.colour.0)).collect(),
            log_began: log.rows().start,
        };
        if self.made_for.as_ref() != Some(&now) || self.rows.len() > KEPT {
            self.rows.clear();
            self.made_for = Some(now);
        }
    }

    /// The texts of a row; `None` where the log has it no more.
    pub fn get(
        &mut self,
        panel: &Panel<'_>,
        connection: &Connection,
        log: &FrameLog,
        row: Row,
    ) -> Option<Arc<RowText>> {
        if let Some(text) = self.rows.get(&row) {
            return Some(Arc::clone(text));
        }
        let text = Arc::new(make(panel, connection, log, row, &mut self.line)?);
        self.rows.insert(row, Arc::clone(&text));
        Some(text)
    }
}

fn make(
    panel: &Panel<'_>,
    connection: &Connection,
    log: &FrameLog,
    row: Row,
    line: &mut String,
) -> Option<RowText> {
    let t = panel.texts;
    // Of a long message the beginning is enough: it may have to come from the disk.
    let is_huge = log.entry(row).is_some_and(|e| e.length > LONG && e.packet == Some(PacketType::Publish));
    let frame = if is_huge { log.beginning(row, LONG as usize)? } else { log.frame(row)? };
    let context = log.context(row);
    let entry = &frame.entry;
    let time = panel.local.millis(entry.time, panel.today);
    let topic = entry.topic.and_then(|number| log.topic(number)).unwrap_or_else(|| Arc::from(""));
    let sent = entry.direction == Direction::ToServer;
    let verb = if sent { t.sent_verb } else { t.received };
    let qos = entry.qos().map_or_else(|| "3".to_owned(), |q| q.to_string());

    let peek = wire::Peek::of(&frame.bytes, context.version);
    let bytes = frame.bytes.get(peek.payload.clone()).unwrap_or_default();
    let is_publish = entry.packet == Some(PacketType::Publish);
    let payload = if is_publish { payload::one_line(bytes, PAYLOAD_CHARS) } else { String::new() };

    line.clear();
    if is_huge {
        wire::summarize_beginning_into(&frame.bytes, entry.length as usize, &context, line);
    } else {
        wire::summarize_into(&frame.bytes, &context, line);
    }
    push_ties(line, panel.language(), log, row, entry);
    let info = line.clone();
    let (source, destination) = match log.connection(entry.connection) {
        Some(c) if sent => (c.client.to_string(), c.server.to_string()),
        Some(c) => (c.server.to_string(), c.client.to_string()),
        None => (String::new(), String::new()),
    };
    let packet = entry.packet.map_or("?", PacketType::name);
    let name = match connection.timeline.tab {
        Tab::Messages => {
            let spoken: String = payload.chars().take(SPOKEN_CHARS).collect();
            let mut name = format!("{time} {verb} {topic} QoS {qos} {spoken}");
            for (flag, word) in [(entry.retain(), t.retained), (entry.dup(), t.duplicate_flag)] {
                if flag {
                    name = format!("{name} {word}");
                }
            }
            name
        }
        Tab::Packets => format!("{} {time} {verb} {packet} {info}", row + 1),
    };
    Some(RowText {
        colour: connection.subscription_of(&topic).map(|s| s.colour.0),
        direction: entry.direction,
        length: entry.length.to_string(),
        fault: entry.fault,
        time,
        topic,
        qos,
        payload,
        source,
        destination,
        packet,
        info,
        name,
    })
}

/// What a frame repeats, answers or responds to, and how long after it.
fn push_ties(line: &mut String, language: Language, log: &FrameLog, row: Row, entry: &Entry) {
    // Writing into a string does not fail.
    if let Some(first) = log.repeats(row) {
        let _ = write!(line, " [{}]", text::repeats(first, language));
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
        let _ = write!(line, " [{} · {after}]", text::responds(request, language));
    }
}
