//! The colours that rules give to rows: judged for the rows in sight, kept while they may be seen again.

use std::collections::HashMap;

use egui::{CornerRadius, Rect};
use jiff::tz::TimeZone;

use super::Panel;
use crate::log::{Filter, FrameLog, Row};
use crate::model::Connection;
use crate::profile::ProfileId;
use crate::store::ColourRule;
use crate::text;
use crate::ui::theme;
use crate::ui::widgets::RowPainter;

/// For how many rows the colour is kept.
const KEPT: usize = 4096;
/// How many bytes of frames rules look at in one drawing; what is left has its turn in the next.
const BYTES: u64 = 1 << 20;

/// A rule that counts.
#[derive(Debug)]
struct Rule {
    filter: Filter,
    written: String,
    colour: u8,
}

/// What is known of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Verdict {
    /// How many rules it was asked.
    asked: usize,
    /// The first that it passes, by its place.
    passed: Option<usize>,
    /// It was asked for an answer that had not come: once that has, everything is asked again.
    open: bool,
}

/// The colours of rows that were seen lately.
#[derive(Debug, Default)]
pub struct RowColours {
    made_for: Option<MadeFor>,
    rules: Vec<Rule>,
    rows: HashMap<Row, Verdict>,
    /// What is left for this drawing.
    bytes: u64,
}

/// What the colours depend on beside the frame.
#[derive(Clone, Debug, PartialEq)]
struct MadeFor {
    profile: ProfileId,
    rules: Vec<ColourRule>,
    zone: TimeZone,
    log_began: Row,
}

impl RowColours {
    /// Forgets all where what the colours depend on has changed; a drawing begins.
    pub fn prepare(&mut self, panel: &Panel<'_>, connection: &Connection, log: &FrameLog) {
        self.bytes = BYTES;
        let (written, zone) = (&panel.model.settings.colour_rules, &panel.model.zone);
        let began = log.rows().start;
        let same = self.made_for.as_ref().is_some_and(|made| {
            made.profile == connection.profile.id
                && made.rules == *written
                && made.zone == *zone
                && made.log_began == began
        });
        if !same || self.rows.len() > KEPT {
            self.rows.clear();
        }
        if same {
            return;
        }
        // A rule that cannot be read, written into the file by hand, colours nothing.
        let counted = written.iter().filter(|rule| rule.enabled);
        let read = |rule: &ColourRule| {
            let filter = Filter::parse(&rule.filter, zone).ok()?;
            Some(Rule { filter, written: rule.filter.clone(), colour: rule.colour.0 })
        };
        self.rules = counted.filter_map(read).collect();
        self.made_for = Some(MadeFor {
            profile: connection.profile.id.clone(),
            rules: written.clone(),
            zone: zone.clone(),
            log_began: began,
        });
    }

    /// Paints the ground and the edge of a row that a rule colours, and says which rule.
    pub fn paint(&mut self, panel: &Panel<'_>, painter: &RowPainter<'_>, log: &FrameLog, row: Row) {
        let Some(rule) = self.rule(&painter.response.ctx, log, row) else { return };
        let tokens = theme::tokens(&painter.response.ctx);
        let colour = tokens.numbered(rule.colour);
        let place = painter.response.rect;
        // What is selected keeps its ground.
        if !painter.selected {
            painter.painter().rect_filled(place, CornerRadius::ZERO, tokens.row_ground(colour));
        }
        let edge = egui::Rangef::new(place.left() + 3.0, place.left() + 6.0);
        let edge = Rect::from_x_y_ranges(edge, place.y_range());
        painter.painter().rect_filled(edge, CornerRadius::ZERO, colour);
        let words = text::coloured_by(&rule.written, panel.language());
        let id = painter.response.id;
        painter.response.ctx.accesskit_node_builder(id, |node| node.set_description(words));
    }

    /// The first rule that a row passes; none, for now, where it has to wait for the next drawing.
    fn rule(&mut self, ctx: &egui::Context, log: &FrameLog, row: Row) -> Option<&Rule> {
        if self.rules.is_empty() {
            return None;
        }
        let mut verdict = self.rows.get(&row).copied().unwrap_or_default();
        if verdict.open && !log.is_unanswered(row) {
            verdict = Verdict::default();
        }
        let length = u64::from(log.entry(row)?.length);
        while verdict.passed.is_none()
            && let Some(rule) = self.rules.get(verdict.asked)
        {
            // Something is judged in each drawing, however large it is.
            if self.bytes < length && self.bytes < BYTES {
                ctx.request_repaint();
                break;
            }
            self.bytes = self.bytes.saturating_sub(length);
            verdict.open |= rule.filter.asks_answers() && log.is_unanswered(row);
            if rule.filter.passes_row(log, row) == Some(true) {
                verdict.passed = Some(verdict.asked);
            }
            verdict.asked += 1;
        }
        self.rows.insert(row, verdict);
        self.rules.get(verdict.passed?)
    }
}
