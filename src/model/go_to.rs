//! Going to a row by its number or its time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::{Connection, Dialog, Effect, Model, Moment, NoticeText, Tone};
use crate::log::filter::{WrittenTime, written_time};
use crate::log::{FrameLog, Row, Timestamp, View};

/// The form that goes to a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoToForm {
    /// A number or a time, as typed.
    pub text: String,
    /// Why it leads nowhere.
    pub fault: Option<GoToFault>,
}

/// Why what was typed leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoToFault {
    /// There is nothing.
    Empty,
    /// It is neither a number nor a time.
    Unknown,
    /// Numbers begin with 1.
    Zero,
    /// The list has no rows.
    NoRows,
}

/// Where one wants to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// To this row.
    Row(Row),
    /// To the first row of a time, or the nearest.
    Time(WrittenTime),
}

/// Reads a number as the column shows it, with or without `#` and commas between thousands, or a time.
fn target(text: &str, zone: &TimeZone) -> Result<Target, GoToFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(GoToFault::Empty);
    }
    let number = text.strip_prefix('#').unwrap_or(text).trim_start();
    let digits = number.bytes().any(|b| b.is_ascii_digit());
    if digits && number.bytes().all(|b| b.is_ascii_digit() || b == b',') {
        // What is too long to be a row is behind the last.
        let number: u64 = number.replace(',', "").parse().unwrap_or(u64::MAX);
        return number.checked_sub(1).map(Target::Row).ok_or(GoToFault::Zero);
    }
    written_time(text, zone).map(Target::Time).ok_or(GoToFault::Unknown)
}

impl Model {
    /// Looks at the row that the form names, or at the nearest that the list has.
    pub(super) fn go_to(&mut self, moment: Moment) -> Vec<Effect> {
        let Some(Dialog::GoTo(form)) = &self.dialog else { return Vec::new() };
        let found = target(&form.text, &self.zone).and_then(|target| {
            let c = self.current().ok_or(GoToFault::NoRows)?;
            let row = c.row_of(target, &self.zone).ok_or(GoToFault::NoRows)?;
            Ok((target, row))
        });
        match found {
            Ok((target, row)) => {
                self.dialog = None;
                if let Target::Row(wanted) = target
                    && wanted != row
                {
                    self.notices.toast(moment.now, Tone::Info, NoticeText::WentNearby(wanted, row), None);
                }
                self.show_row(row)
            }
            Err(fault) => {
                if let Some(Dialog::GoTo(form)) = &mut self.dialog {
                    form.fault = Some(fault);
                }
                Vec::new()
            }
        }
    }
}

impl Connection {
    /// The listed row that is meant, or the nearest.
    fn row_of(&self, target: Target, zone: &TimeZone) -> Option<Row> {
        let (log, view) = (self.log.as_ref()?, self.timeline.view.as_ref()?);
        let (first, last) = view.ends()?;
        match target {
            Target::Row(row) => {
                let next = view.row_numbered(view.number(row)?)?;
                let before = view.row_numbered(view.number(row)?.saturating_sub(1)).unwrap_or(next);
                Some(if row.abs_diff(before) < row.abs_diff(next) { before } else { next })
            }
            Target::Time(WrittenTime::Dated(start, length)) => at_time(log, view, start, length),
            Target::Time(WrittenTime::OfDay(start, length)) => {
                let time = |row| log.entry(row).map(|entry| entry.time);
                let (oldest, newest) = (time(first)?, time(last)?);
                let here = self.timeline.selected.and_then(time);
                let start = of_day(start, here, oldest, newest, zone)?;
                at_time(log, view, start, length)
            }
        }
    }
}

/// A time of day, `since_midnight` nanoseconds, on the day that is meant: that of `here`, where rows reach it; or else
/// the newest of the days on which it is not behind `newest`.
fn of_day(
    since_midnight: u64,
    here: Option<Timestamp>,
    oldest: Timestamp,
    newest: Timestamp,
    zone: &TimeZone,
) -> Option<u64> {
    let on = |date: Date| {
        let time = Time::midnight().checked_add(std::time::Duration::from_nanos(since_midnight)).ok()?;
        let at = zone.to_timestamp(DateTime::from_parts(date, time)).ok()?;
        u64::try_from(at.as_nanosecond()).ok()
    };
    let date = |time: Timestamp| {
        let at = jiff::Timestamp::from_nanosecond(i128::from(time.0)).ok()?;
        Some(at.to_zoned_datetime(zone.clone()).date())
    };
    let held = |at: &u64| (oldest.0..=newest.0).contains(at);
    if let Some(at) = here.and_then(date).and_then(on).filter(held) {
        return Some(at);
    }
    let last = date(newest)?;
    let at = on(last)?;
    if at <= newest.0 { Some(at) } else { last.yesterday().ok().and_then(on).filter(held).or(Some(at)) }
}

/// The first listed row within `length` nanoseconds from `start`; where there is none, the nearest in time. Rows are
/// taken to be in order of time, as they are but for captures that were put together.
fn at_time(log: &FrameLog, view: &View, start: u64, length: u64) -> Option<Row> {
    let time = |number| Some(log.entry(view.row_numbered(number)?)?.time.0);
    let numbers = view.numbers();
    let (mut low, mut high) = (numbers.start, numbers.end);
    while low < high {
        let middle = low + (high - low) / 2;
        // A row that has gone meanwhile was among the oldest.
        if time(middle).is_none_or(|time| time < start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let before = low.checked_sub(1).filter(|number| numbers.contains(number));
    let after = numbers.contains(&low).then_some(low);
    let distance = |number: &Option<u64>| number.and_then(time).map(|time| time.abs_diff(start));
    let within = distance(&after).is_some_and(|distance| distance < length);
    let number = match (distance(&before), distance(&after)) {
        (Some(back), Some(on)) if !within && back < on => before,
        (Some(_), None) => before,
        _ => after,
    };
    view.row_numbered(number?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-09-23 20:09:49 in Beijing.
    const THEN: Timestamp = Timestamp(1_727_093_389_000_000_000);
    const HOUR: u64 = 3_600_000_000_000;

    fn beijing() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    #[test]
    fn numbers_are_read_as_the_column_writes_them_and_as_people_do() {
        for (text, row) in [("1", 0), (" 1204 ", 1203), ("#7", 6), ("10,000,000", 9_999_999)] {
            assert_eq!(target(text, &beijing()), Ok(Target::Row(row)), "{text}");
        }
        assert_eq!(target("99999999999999999999999", &beijing()), Ok(Target::Row(u64::MAX - 1)));
    }

    #[test]
    fn what_leads_nowhere_is_said() {
        let fault = |text| target(text, &beijing()).unwrap_err();
        assert_eq!(fault("  "), GoToFault::Empty);
        assert_eq!(fault("0"), GoToFault::Zero);
        for text in ["yesterday", "25:00", "12:61", "-3", "1.5", "#", ","] {
            assert_eq!(fault(text), GoToFault::Unknown, "{text}");
        }
    }

    #[test]
    fn a_time_is_as_long_as_it_is_written() {
        const SECOND: u64 = 1_000_000_000;
        let of = |text| match target(text, &beijing()) {
            Ok(Target::Time(time)) => time,
            other => panic!("{text}: {other:?}"),
        };
        let at = 20 * HOUR + 9 * 60 * SECOND;
        assert_eq!(of("20:09"), WrittenTime::OfDay(at, 60 * SECOND));
        assert_eq!(of("20:09:13.5"), WrittenTime::OfDay(at + 13 * SECOND + SECOND / 2, SECOND / 10));
        assert_eq!(of("2024-09-23 20:09:49"), WrittenTime::Dated(THEN.0, SECOND));
    }

    #[test]
    fn a_time_without_a_date_is_on_the_day_of_the_selected_row_or_else_the_newest_there_is() {
        let day = 24 * HOUR;
        let (oldest, newest) = (Timestamp(THEN.0 - 2 * day), THEN);
        let noon = THEN.0 - 8 * HOUR - 589_000_000_000;
        let of = |since_midnight, here| of_day(since_midnight, here, oldest, newest, &beijing());
        assert_eq!(of(12 * HOUR, None), Some(noon));
        assert_eq!(of(12 * HOUR, Some(Timestamp(THEN.0 - day))), Some(noon - day));
        // Not yet come today: yesterday's.
        assert_eq!(of(23 * HOUR, None), Some(noon + 11 * HOUR - day));
        // The selected row's day has no such time in the log.
        assert_eq!(of(12 * HOUR, Some(oldest)), Some(noon));
    }
}
