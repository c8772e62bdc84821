//! Times and spans as people read them.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::log::Timestamp;

/// Turns timestamps into local time.
#[derive(Clone, Debug)]
pub struct LocalTime {
    zone: TimeZone,
}

impl LocalTime {
    /// Local time in a zone.
    #[must_use]
    pub const fn new(zone: TimeZone) -> Self {
        Self { zone }
    }

    fn zoned(&self, time: Timestamp) -> jiff::ZonedDateTime {
        jiff::Timestamp::from_nanosecond(i128::from(time.0))
            .unwrap_or_default()
            .to_zoned_datetime(self.zone.clone())
    }

    /// The local date of a time.
    #[must_use]
    pub fn date(&self, time: Timestamp) -> Date {
        self.zoned(time).date()
    }

    /// `20:09:49.588`, with the date before it when that is not today.
    #[must_use]
    pub fn millis(&self, time: Timestamp, today: Date) -> String {
        let zoned = self.zoned(time);
        let clock = format!(
            "{:02}:{:02}:{:02}.{:03}",
            zoned.hour(),
            zoned.minute(),
            zoned.second(),
            zoned.subsec_nanosecond() / 1_000_000
        );
        if zoned.date() == today { clock } else { format!("{} {clock}", zoned.date()) }
    }

    /// `20:09:49.588 214 907`, with the date before it when that is not today.
    #[must_use]
    pub fn nanos(&self, time: Timestamp, today: Date) -> String {
        let below = time.0 % 1_000_000;
        format!("{} {:03} {:03}", self.millis(time, today), below / 1000, below % 1000)
    }
}

/// `2026-11-24T20:09:49.588214907Z`: RFC 3339, UTC, nanoseconds.
#[must_use]
pub fn rfc3339(time: Timestamp) -> String {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default();
    format!("{instant:.9}")
}

/// `+4.998`: seconds since the row before, to the millisecond; hours and days in their own units.
#[must_use]
pub fn delta(earlier: Timestamp, later: Timestamp) -> String {
    let (sign, nanos) =
        if later >= earlier { ('+', later.0 - earlier.0) } else { ('-', earlier.0 - later.0) };
    let millis = nanos / 1_000_000;
    match millis / 1000 {
        secs @ 0..1_000 => format!("{sign}{secs}.{:03}", millis % 1000),
        secs @ 1_000..100_000 => format!("{sign}{secs} s"),
        secs => format!("{sign}{} h", secs / 3600),
    }
}

/// `+4.998214`, `+1:02:03.400`, `+12:02:03`, `-5 d 12:02`: the time from `from` to `to`, in at most twelve characters
/// below a hundred days, and the coarser the longer it is.
#[must_use]
pub fn since(from: Timestamp, to: Timestamp) -> String {
    let (sign, nanos) = if to >= from { ('+', to.0 - from.0) } else { ('-', from.0 - to.0) };
    let (secs, micros) = (nanos / 1_000_000_000, nanos / 1_000 % 1_000_000);
    let (hours, minutes, seconds) = (secs / 3600, secs / 60 % 60, secs % 60);
    match hours {
        0 if secs < 1_000 => format!("{sign}{secs}.{micros:06}"),
        0..10 => format!("{sign}{hours}:{minutes:02}:{seconds:02}.{:03}", micros / 1000),
        10..100 => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{sign}{} d {:02}:{minutes:02}", hours / 24, hours % 24),
    }
}

/// `0.4 ms`, `38 ms`, `1.2 s`: a span as short as it can be said.
#[must_use]
pub fn span(nanos: u64) -> String {
    let tenths = nanos / 100_000;
    match tenths {
        0 => format!("{} µs", nanos / 1000),
        1..100 => format!("{}.{} ms", tenths / 10, tenths % 10),
        100..10_000 => format!("{} ms", tenths / 10),
        _ => format!("{}.{} s", tenths / 10_000, tenths / 1000 % 10),
    }
}

/// The day of a time in seconds since 1970, in UTC; `None` for a time that no calendar has.
pub(super) fn day(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> LocalTime {
        LocalTime::new(TimeZone::fixed(jiff::tz::offset(8)))
    }

    /// 2024-09-23 20:09:49.588214907 in Beijing.
    const THEN: Timestamp = Timestamp(1_727_093_389_588_214_907);

    #[test]
    fn today_shows_no_date_and_another_day_does() {
        let today = local().date(THEN);
        assert_eq!(local().millis(THEN, today), "20:09:49.588");
        let tomorrow = today.tomorrow().expect("a day later");
        assert_eq!(local().millis(THEN, tomorrow), "2024-09-23 20:09:49.588");
    }

    #[test]
    fn the_inspector_reads_to_the_nanosecond() {
        assert_eq!(local().nanos(THEN, local().date(THEN)), "20:09:49.588 214 907");
    }

    #[test]
    fn utc_carries_every_nanosecond() {
        assert_eq!(rfc3339(THEN), "2024-09-23T12:09:49.588214907Z");
    }

    #[test]
    fn spans_are_short() {
        let said: Vec<String> = [12_000, 380_000, 4_210_000, 38_000_000, 1_250_000_000].map(span).to_vec();
        assert_eq!(said, ["12 µs", "0.3 ms", "4.2 ms", "38 ms", "1.2 s"]);
    }

    #[test]
    fn the_time_since_a_row_fits_the_column_of_times() {
        let since = |from: u64, to: u64| since(Timestamp(from * 1_000), Timestamp(to * 1_000));
        assert_eq!(since(0, 0), "+0.000000");
        assert_eq!(since(1_000_000, 5_998_214), "+4.998214");
        assert_eq!(since(5_998_214, 1_000_000), "-4.998214");
        let second = 1_000_000;
        assert_eq!(since(0, 999 * second), "+999.000000");
        assert_eq!(since(0, 3_723 * second + 400_000), "+1:02:03.400");
        assert_eq!(since(0, 43_323 * second), "+12:02:03");
        assert_eq!(since(0, 99 * 86_400 * second), "+99 d 00:00");
    }

    #[test]
    fn a_delta_fits_its_column() {
        let at = |millis: u64| Timestamp(millis * 1_000_000);
        assert_eq!(delta(at(0), at(4998)), "+4.998");
        assert_eq!(delta(at(4998), at(0)), "-4.998");
        assert_eq!(delta(at(0), at(7_200_000)), "+7200 s");
        assert_eq!(delta(at(0), at(360_000_000)), "+100 h");
    }
}
