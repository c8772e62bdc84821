//! The texts of list rows: made once for each row that is in sight, kept while it may be seen again.

use std::collections::HashMap;
use std::sync::Arc;

use super::Panel;
use crate::log::{FrameLog, Row};
use crate::model::{Connection, Tab};
use crate::text::{self, Cells};
use crate::wire::Direction;

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
    let when = (panel.local, panel.today);
    let cells = text::cells(log, row, panel.language(), when, PAYLOAD_CHARS, line)?;
    let Cells { entry, time, topic, qos, payload, source, destination, packet, info } = cells;
    let verb = if entry.direction == Direction::ToServer { t.sent_verb } else { t.received };
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
