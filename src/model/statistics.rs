//! Statistics as the window asks for them: at which time, and the span of time that a list is narrowed to.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::{Connection, Effect, Model, Source, Timeline};
use crate::log::Timestamp;
use crate::log::filter::{span_in, with_span};

impl Connection {
    /// The time at which rates and silence are told: now while frames may come, else when the last one crossed.
    #[must_use]
    pub fn counted_at(&self, now: Timestamp) -> Timestamp {
        let latest = self.statistics.as_ref().and_then(|statistics| statistics.sums().latest());
        match (self.source(), latest) {
            (Source::Ended | Source::Reading, Some(latest)) => latest,
            (_, latest) => latest.unwrap_or(now).max(now),
        }
    }
}

impl Timeline {
    /// The span of time that the filter as typed narrows the list to, where it has such a clause.
    #[must_use]
    pub fn span(&self, zone: &TimeZone) -> Option<Range<Timestamp>> {
        span_in(&self.filter, zone)
    }
}

impl Model {
    /// Narrows the shown list to a span of time, in place of the one before; or takes that away.
    pub(super) fn show_span(&mut self, span: Option<&Range<Timestamp>>) -> Vec<Effect> {
        let Some(typed) = self.current().map(|c| &c.timeline.filter) else { return Vec::new() };
        let text = with_span(typed, span, &self.zone);
        if text == *typed { Vec::new() } else { self.set_filter(text) }
    }
}
