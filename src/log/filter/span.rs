//! The clause of a filter that names a span of time: `time >= … && time < …`, found, put in and taken out as text.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::value::moment;
use super::{Filter, with_term};
use crate::log::Timestamp;

const FROM: &str = "time >= ";
const TO: &str = " && time < ";
const AND: &str = "&&";
const SECOND_NS: u64 = 1_000_000_000;
const MILLI_NS: u64 = 1_000_000;
const MICRO_NS: u64 = 1_000;

/// A filter as typed that passes the span alone of what it passed before: to the millisecond, one of less than a second
/// to the microsecond, outwards, times local to `zone`. A span that it named already is replaced; without a span that is taken out.
#[must_use]
pub fn with_span(typed: &str, span: Option<&Range<Timestamp>>, zone: &TimeZone) -> String {
    let known = place(typed, zone);
    match (span, known) {
        (None, None) => typed.to_owned(),
        (Some(span), None) => with_term(typed, &clause(span, zone), false),
        (Some(span), Some((place, _))) => {
            let mut text = typed.to_owned();
            text.replace_range(place, &clause(span, zone));
            text
        }
        (None, Some((place, _))) => {
            let before = typed.get(..place.start).unwrap_or_default().trim();
            let behind = typed.get(place.end..).unwrap_or_default().trim();
            let before = before.strip_suffix(AND).unwrap_or(before).trim();
            let behind = behind.strip_prefix(AND).unwrap_or(behind).trim();
            let join = if before.is_empty() || behind.is_empty() { "" } else { " && " };
            without_parentheses(format!("{before}{join}{behind}"))
        }
    }
}

/// The span that a filter as typed names in one clause, as [`with_span`] writes it, beside which all else must hold.
#[must_use]
pub fn span_in(typed: &str, zone: &TimeZone) -> Option<Range<Timestamp>> {
    place(typed, zone).map(|(_, span)| span)
}

fn place(typed: &str, zone: &TimeZone) -> Option<(Range<usize>, Range<Timestamp>)> {
    typed.match_indices(FROM).find_map(|(at, _)| {
        let before = typed.get(..at)?.trim_end();
        if !(before.is_empty() || before.ends_with(AND)) {
            return None;
        }
        let (from, rest) = typed.get(at + FROM.len()..)?.split_once(TO)?;
        let to = rest.split(char::is_whitespace).next()?;
        let behind = rest.get(to.len()..)?.trim_start();
        if !(behind.is_empty() || behind.starts_with(AND)) {
            return None;
        }
        let end = at + FROM.len() + from.len() + TO.len() + to.len();
        Some((at..end, instant(from, zone)?..instant(to, zone)?))
    })
}

/// A time with its date; a time of day alone is none.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let moment = moment(text, zone).filter(|moment| moment.every_day.is_none())?;
    Some(Timestamp(moment.start))
}

fn clause(span: &Range<Timestamp>, zone: &TimeZone) -> String {
    let short = span.end.0.saturating_sub(span.start.0) < SECOND_NS;
    let unit = if short { MICRO_NS } else { MILLI_NS };
    let from = span.start.0 / unit * unit;
    let to = span.end.0.div_ceil(unit).saturating_mul(unit);
    format!("{FROM}{}{TO}{}", written(from, zone), written(to, zone))
}

/// A time to the millisecond, or the microsecond where it has any: local, or in UTC where the clock shows the local one
/// twice.
fn written(nanos: u64, zone: &TimeZone) -> String {
    let timestamp = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap_or(jiff::Timestamp::MAX);
    let whole = nanos.is_multiple_of(MILLI_NS);
    let form = if whole { "%Y-%m-%dT%H:%M:%S%.3f" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
    let local = zone.to_datetime(timestamp).strftime(form).to_string();
    if instant(&local, zone) == Some(Timestamp(nanos)) {
        return local;
    }
    format!("{}Z", timestamp.strftime(form))
}

/// Without the parentheses around the whole, where they change nothing.
fn without_parentheses(text: String) -> String {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let parse = |text: &str| Filter::parse(text, &TimeZone::UTC).ok();
    match inner {
        Some(inner) if parse(inner).is_some_and(|filter| Some(filter) == parse(&text)) => inner.to_owned(),
        _ => text,
    }
}
