//! A span of time in a filter: put in, replaced, found again, taken out.

use std::ops::Range;

use jiff::tz::TimeZone;
use mqloupe::log::filter::{span_in, with_span};
use mqloupe::log::{Filter, Timestamp};
use proptest::prelude::*;

const MILLI: u64 = 1_000_000;
/// 2024-09-23T12:09:49.588Z.
const THEN: u64 = 1_727_093_389_588 * MILLI;

fn millis(from: u64, to: u64) -> Range<Timestamp> {
    Timestamp(THEN + from * MILLI)..Timestamp(THEN + to * MILLI)
}

fn with(typed: &str, span: Range<Timestamp>) -> String {
    with_span(typed, Some(&span), &TimeZone::UTC)
}

fn without(typed: &str) -> String {
    with_span(typed, None, &TimeZone::UTC)
}

#[test]
fn a_span_is_written_with_its_date_to_the_millisecond() {
    let text = with("", millis(0, 1_000));
    assert_eq!(text, "time >= 2024-09-23T12:09:49.588 && time < 2024-09-23T12:09:50.588");
    assert_eq!(span_in(&text, &TimeZone::UTC), Some(millis(0, 1_000)));
}

#[test]
fn a_span_is_widened_to_whole_milliseconds_and_a_short_one_to_whole_microseconds() {
    let span = Timestamp(THEN + 1)..Timestamp(THEN + 1_000 * MILLI + 1);
    assert_eq!(span_in(&with("", span), &TimeZone::UTC), Some(millis(0, 1_001)));
    let text = with("", Timestamp(THEN + 1)..Timestamp(THEN + MILLI + 1));
    assert_eq!(text, "time >= 2024-09-23T12:09:49.588 && time < 2024-09-23T12:09:49.589001");
}

#[test]
fn what_was_typed_holds_beside_the_span() {
    let span = "time >= 2024-09-23T12:09:49.588 && time < 2024-09-23T12:09:49.589";
    assert_eq!(with("topic == \"a\"", millis(0, 1)), format!("topic == \"a\" && {span}"));
    assert_eq!(with("a || b", millis(0, 1)), format!("(a || b) && {span}"));
}

#[test]
fn another_span_takes_the_place_of_the_first() {
    let first = with("a || b", millis(0, 1));
    let second = with(&first, millis(5, 9));
    assert_eq!(second, with("a || b", millis(5, 9)));
    let in_the_middle = format!("{} && qos >= 1", with("fault", millis(0, 1)));
    assert_eq!(span_in(&in_the_middle, &TimeZone::UTC), Some(millis(0, 1)));
    assert_eq!(without(&in_the_middle), "fault && qos >= 1");
}

#[test]
fn what_somebody_else_wrote_about_time_is_left_alone() {
    for typed in [
        "time >= 12:00 && time < 13:00",
        "fault || time >= 2024-09-23T12:00 && time < 2024-09-23T13:00",
        "time >= 2024-09-23T12:00 && time < 2024-09-23T13:00 || fault",
        "time >= 2024-09-23T12:00",
        "payload contains \"time >= \"",
    ] {
        assert_eq!(span_in(typed, &TimeZone::UTC), None, "{typed}");
        assert_eq!(without(typed), typed);
    }
}

#[test]
fn an_hour_that_the_clock_shows_twice_is_written_in_utc() {
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let second = |hour: u64| Timestamp((1_761_436_800 + hour * 3_600) * 1_000 * MILLI);
    for hour in 0..6 {
        let span = second(hour)..second(hour + 1);
        let text = with_span("", Some(&span), &berlin);
        assert_eq!(span_in(&text, &berlin), Some(span), "{text}");
    }
}

proptest! {
    #[test]
    fn a_span_that_was_put_in_comes_out_again(
        typed in prop::sample::select(vec!["", "hello", "a b", "a || b", "(a || b) && !c", "(a) || (b)", "topic ~ \"a/#\""]),
        from in 0..100_000_000_u64,
        long in 1..100_000_000_u64,
        again in 1..100_000_000_u64,
    ) {
        let once = with(typed, millis(from, from + long));
        prop_assert!(Filter::parse(&once, &TimeZone::UTC).is_ok(), "{once}");
        prop_assert_eq!(span_in(&once, &TimeZone::UTC), Some(millis(from, from + long)));
        let twice = with(&once, millis(from, from + again));
        prop_assert_eq!(span_in(&twice, &TimeZone::UTC), Some(millis(from, from + again)));
        prop_assert_eq!(without(&twice), typed);
    }
}
