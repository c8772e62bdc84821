//! The values of a filter as written: text, numbers with units, times, regular expressions, sets.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use regex::bytes::{Regex, RegexBuilder};
use winnow::Parser;
use winnow::combinator::opt;
use winnow::stream::{Location, Stream};
use winnow::token::{take_till, take_while};

use super::fields::{Kind, Operator, packet_type};
use super::parse::{Around, Input, Read, character, wrong, wrong_here};
use super::text::Needle;
use super::tree::{Field, Literal, Moment, Number, Pattern, Test};
use super::{ExpressionFault, FilterFault};
use crate::wire::{Direction, check_topic_filter};

/// Bytes that a compiled regular expression may take.
const EXPRESSION_BYTES: usize = 1 << 19;
const SECOND_NS: u64 = 1_000_000_000;
const DAY_NS: u64 = 86_400 * SECOND_NS;

/// What is asked of a field behind its operator.
pub(super) fn test(
    input: &mut Input<'_>,
    around: &mut Around<'_>,
    field: &Field,
    operator: Operator,
) -> Read<Test> {
    let kind = field.kind();
    match operator {
        Operator::Like => like(input),
        Operator::Contains => text(input).map(|text| Test::Contains(Box::new(Needle::new(&text)))),
        Operator::Matches => matches(input, around).map(Test::Matches),
        Operator::In => set(input, around, kind).map(Test::OneOf),
        _ => literal(input, around, kind).map(|value| Test::Compare(operator, value)),
    }
}

/// Text in quotes. `\"`, `\\`, `\n`, `\r`, `\t` and `\u{…}` stand for a character; another `\` for itself.
pub(super) fn quoted(input: &mut Input<'_>) -> Read<String> {
    let open = input.current_token_start();
    character(input)?;
    let mut text = String::new();
    loop {
        let plain: &str = take_till(0.., ['"', '\\']).parse_next(input)?;
        text.push_str(plain);
        let Some(sign) = opt(character).parse_next(input)? else {
            return Err(wrong(open, FilterFault::OpenQuote));
        };
        if sign == '"' {
            return Ok(text);
        }
        let before = input.checkpoint();
        match opt(character).parse_next(input)? {
            Some(escaped @ ('"' | '\\')) => text.push(escaped),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') if input.starts_with('{') => {
                if let Some(character) = opt(code_point).parse_next(input)? {
                    text.push(character);
                } else {
                    input.reset(&before);
                    text.push('\\');
                }
            }
            _ => {
                input.reset(&before);
                text.push('\\');
            }
        }
    }
}

/// `{1f}`
fn code_point(input: &mut Input<'_>) -> Read<char> {
    ('{', take_while(1..=6, |c: char| c.is_ascii_hexdigit()), '}')
        .verify_map(|(_, digits, _): (char, &str, char)| {
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        })
        .parse_next(input)
}

/// Characters up to a blank, a parenthesis, a quote, `&&`, `||`, or one of `also`. May be none.
pub(super) fn bare<'a>(input: &mut Input<'a>, also: &[char]) -> &'a str {
    let rest: &'a str = input.as_ref();
    let end = rest.char_indices().find(|(at, c)| {
        let twice = || rest.get(at + 1..).is_some_and(|behind| behind.starts_with(*c));
        c.is_whitespace()
            || matches!(c, '(' | ')' | '"')
            || also.contains(c)
            || (matches!(c, '&' | '|') && twice())
    });
    input.next_slice(end.map_or(rest.len(), |(at, _)| at))
}

/// A value as written, whether it was quoted, and where it stands.
struct Written {
    text: String,
    quoted: bool,
    at: usize,
}

fn written(input: &mut Input<'_>, also: &[char]) -> Read<Written> {
    let at = input.current_token_start();
    if input.starts_with('"') {
        return Ok(Written { text: quoted(input)?, quoted: true, at });
    }
    let text = bare(input, also);
    if text.is_empty() {
        return Err(wrong_here(input, FilterFault::NothingFollows));
    }
    Ok(Written { text: text.to_owned(), quoted: false, at })
}

fn text(input: &mut Input<'_>) -> Read<String> {
    written(input, &[]).map(|written| written.text)
}

fn like(input: &mut Input<'_>) -> Read<Test> {
    let Written { text, quoted, at } = written(input, &[])?;
    match check_topic_filter(&text) {
        Ok(()) => Ok(Test::Like(text)),
        Err(fault) => {
            let within = if quoted || !text.is_char_boundary(fault.at()) { 0 } else { fault.at() };
            Err(wrong(at + within, FilterFault::TopicFilter(fault)))
        }
    }
}

fn set(input: &mut Input<'_>, around: &mut Around<'_>, kind: Kind) -> Read<Vec<Literal>> {
    let open = input.current_token_start();
    if opt('{').parse_next(input)?.is_none() {
        return Err(wrong(open, FilterFault::OpenSet));
    }
    let mut values = Vec::new();
    loop {
        take_while(0.., |c: char| c.is_whitespace() || c == ',').void().parse_next(input)?;
        if opt('}').parse_next(input)?.is_some() {
            return Ok(values);
        }
        if input.is_empty() || input.starts_with(['(', ')', '&', '|']) {
            return Err(wrong(open, FilterFault::OpenSet));
        }
        let written = written(input, &[',', '}'])?;
        values.push(value(written, around.zone, kind)?);
    }
}

fn literal(input: &mut Input<'_>, around: &Around<'_>, kind: Kind) -> Read<Literal> {
    value(written(input, &[])?, around.zone, kind)
}

fn value(written: Written, zone: &TimeZone, kind: Kind) -> Read<Literal> {
    let Written { text, quoted, at } = written;
    let lower = text.to_ascii_lowercase();
    let found = match kind {
        Kind::Text => return Ok(Literal::Text(text)),
        Kind::Any if quoted => return Ok(Literal::Text(text)),
        Kind::Any => {
            return Ok(match lower.as_str() {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                "null" => Literal::Null,
                _ => number(&text).map_or(Literal::Text(text), Literal::Number),
            });
        }
        Kind::Time => moment(&text, zone).map(Literal::Time),
        Kind::Packet => packet_type(&lower).map(Literal::Packet),
        _ if quoted => None,
        Kind::Flag => match lower.as_str() {
            "yes" | "true" | "1" => Some(Literal::Bool(true)),
            "no" | "false" | "0" => Some(Literal::Bool(false)),
            _ => None,
        },
        Kind::Direction => match lower.as_str() {
            "sent" | "c2s" => Some(Literal::Direction(Direction::ToServer)),
            "received" | "s2c" => Some(Literal::Direction(Direction::ToClient)),
            _ => None,
        },
        Kind::Number(most) => {
            let number = match lower.strip_prefix("0x") {
                Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
                _ => digits(&lower).and_then(|digits| digits.parse().ok()),
            };
            number
                .filter(|number| *number <= most)
                .map(|number| Literal::Number(Number::Whole(number.into())))
        }
        Kind::Size => {
            let units = [("b", 1.0), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9)];
            let more = [("kib", 1024.0), ("mib", 1_048_576.0), ("", 1.0)];
            scaled(&lower, units.iter().chain(&more)).map(|size| Literal::Number(Number::Whole(size.into())))
        }
        Kind::Span => {
            let units = [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9)];
            scaled(&lower, units.iter()).map(Literal::Span)
        }
    };
    found.ok_or_else(|| wrong(at, FilterFault::UnknownValue { value: text, takes: kind.takes() }))
}

/// The text, where it is digits alone.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// A number as JSON writes it.
fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if digits(unsigned).is_some()
        && let Ok(whole) = text.parse()
    {
        return Some(Number::Whole(whole));
    }
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.bytes().all(allowed) {
        return None;
    }
    text.parse().ok().filter(|real: &f64| real.is_finite()).map(Number::of)
}

/// A number with one of the units, in the smallest of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "not negative, and within the bound"
)]
fn scaled<'u>(text: &str, mut units: impl Iterator<Item = &'u (&'u str, f64)>) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(end)?;
    let (_, factor) = units.find(|(name, _)| *name == unit)?;
    if let (Some(whole), true) =
        (digits(amount).and_then(|amount| amount.parse::<u64>().ok()), *factor < 1e10)
    {
        return whole.checked_mul(*factor as u64);
    }
    let amount: f64 = amount.parse().ok()?;
    let scaled = (amount * factor).round();
    (scaled < u64::MAX as f64).then_some(scaled as u64)
}

/// A time as filters write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenTime {
    /// `20:09`: nanoseconds from the midnight of any day, and how long what was written lasts.
    OfDay(u64, u64),
    /// `2026-11-24 20:09`: nanoseconds since 1970, and how long what was written lasts.
    Dated(u64, u64),
}

/// Reads a time as filters do: a time of day, a date, or both. Without an offset it is local to `zone`.
#[must_use]
pub fn written_time(text: &str, zone: &TimeZone) -> Option<WrittenTime> {
    let Moment { start, length, every_day, .. } = moment(text, zone)?;
    Some(if every_day.is_some() {
        WrittenTime::OfDay(start, length)
    } else {
        WrittenTime::Dated(start, length)
    })
}

/// A time of day, a date, or both; with `Z` or an offset behind where it is not the zone's.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    let canonical = text.trim().replace(' ', "T").to_ascii_uppercase();
    let Some((date, rest)) = date(&canonical) else {
        let (start, length) = time_of_day(&canonical)?;
        return Some(Moment { text: canonical, start, length, every_day: Some(zone.clone()) });
    };
    if rest.is_empty() {
        let start = instant(DateTime::from_parts(date, Time::midnight()), zone)?;
        let end = instant(DateTime::from_parts(date.tomorrow().ok()?, Time::midnight()), zone)?;
        return Some(Moment { text: canonical, start, length: end.checked_sub(start)?, every_day: None });
    }
    let rest = rest.strip_prefix('T')?;
    let (clock, zone) = match rest.find(['Z', '+', '-']) {
        None => (rest, zone.clone()),
        Some(at) => (rest.get(..at)?, TimeZone::fixed(offset(rest.get(at..)?)?)),
    };
    let (since_midnight, length) = time_of_day(clock)?;
    let [hour, minute, second] = [3_600, 60, 1].map(|unit| since_midnight / SECOND_NS / unit);
    let nanos = i32::try_from(since_midnight % SECOND_NS).ok()?;
    let part = |part: u64| i8::try_from(part).ok();
    let time = Time::new(part(hour)?, part(minute % 60)?, part(second % 60)?, nanos).ok()?;
    let start = instant(DateTime::from_parts(date, time), &zone)?;
    Some(Moment { text: canonical, start, length, every_day: None })
}

fn instant(local: DateTime, zone: &TimeZone) -> Option<u64> {
    u64::try_from(zone.to_timestamp(local).ok()?.as_nanosecond()).ok()
}

/// A date, and what stands behind it.
fn date(text: &str) -> Option<(Date, &str)> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let mut part = |length: usize| parts.next().filter(|part| part.len() == length).and_then(digits);
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date, rest))
}

/// Nanoseconds from midnight, and how long what was written lasts.
fn time_of_day(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(':');
    let mut part = |below: u64| {
        let part = parts.next()?;
        let number: u64 = digits(part).filter(|part| part.len() <= 2)?.parse().ok()?;
        (number < below).then_some(number)
    };
    let minutes = part(24)? * 60 + part(60)?;
    let start = minutes * 60 * SECOND_NS;
    let Some(seconds) = parts.next() else { return Some((start, 60 * SECOND_NS)) };
    let (whole, fraction) = seconds.split_once('.').map_or((seconds, None), |(s, f)| (s, Some(f)));
    let whole: u64 = digits(whole).filter(|part| part.len() == 2)?.parse().ok()?;
    if whole > 59 || parts.next().is_some() {
        return None;
    }
    let start = start + whole * SECOND_NS;
    let Some(fraction) = fraction else { return Some((start, SECOND_NS)) };
    let places = u32::try_from(digits(fraction).filter(|part| part.len() <= 9)?.len()).ok()?;
    let unit = 10_u64.pow(9 - places);
    Some((start + fraction.parse::<u64>().ok()? * unit, unit))
}

/// `Z`, `+08:00`, `-0530`
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let rest = rest.replace(':', "");
    let (hours, minutes) = digits(&rest)?.split_at_checked(2)?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let seconds = (hours.parse::<i32>().ok()? * 60 + minutes) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

impl Moment {
    /// The place of a time against this: before, within, or behind; `within` alone where it is this.
    pub fn place(&self, nanos: u64) -> (std::cmp::Ordering, bool) {
        let time = match &self.every_day {
            None => nanos,
            Some(zone) => since_midnight(nanos, zone),
        };
        (time.cmp(&self.start), time >= self.start && time - self.start < self.length)
    }
}

/// Nanoseconds since local midnight.
fn since_midnight(nanos: u64, zone: &TimeZone) -> u64 {
    let timestamp = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap_or_default();
    let offset = i128::from(zone.to_offset(timestamp).seconds()) * i128::from(SECOND_NS);
    u64::try_from((i128::from(nanos) + offset).rem_euclid(i128::from(DAY_NS))).unwrap_or_default()
}

fn matches(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Pattern> {
    let at = input.current_token_start();
    around.expression(at)?;
    if input.is_empty() {
        return Err(wrong(at, FilterFault::NothingFollows));
    }
    let (source, flags) = if input.starts_with('"') {
        (quoted(input)?, "")
    } else {
        let source = slashed(input)?;
        (source, take_while(0.., ['i', 'm', 's']).parse_next(input)?)
    };
    pattern(&source, flags).map_err(|why| wrong(at, FilterFault::Expression(why)))
}

/// An expression between slashes, as written.
fn slashed(input: &mut Input<'_>) -> Read<String> {
    let open = input.current_token_start();
    if opt('/').parse_next(input)?.is_none() {
        return Err(wrong(open, FilterFault::OpenExpression));
    }
    let mut source = String::new();
    loop {
        let plain: &str = take_till(0.., ['/', '\\']).parse_next(input)?;
        source.push_str(plain);
        match opt(character).parse_next(input)? {
            Some('/') => return Ok(source),
            Some(sign) => {
                source.push(sign);
                source.extend(opt(character).parse_next(input)?);
            }
            None => return Err(wrong(open, FilterFault::OpenExpression)),
        }
    }
}

/// Compiles an expression; the reason where that cannot be done.
fn pattern(source: &str, written: &str) -> Result<Pattern, ExpressionFault> {
    let source = without_escaped_slashes(source);
    let flags: String = ['i', 'm', 's'].into_iter().filter(|flag| written.contains(*flag)).collect();
    let built: Result<Regex, regex::Error> = RegexBuilder::new(&source)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(EXPRESSION_BYTES)
        .dfa_size_limit(EXPRESSION_BYTES)
        .build();
    match built {
        Ok(regex) => Ok(Pattern { source, flags, regex }),
        Err(regex::Error::CompiledTooBig(_)) => Err(ExpressionFault::TooLarge),
        Err(_) => Err(ExpressionFault::of(&source)),
    }
}

/// `\/` is `/`, so that an expression is the same between slashes and in quotes.
fn without_escaped_slashes(source: &str) -> String {
    let mut plain = String::new();
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('/') => plain.push('/'),
                other => {
                    plain.push('\\');
                    plain.extend(other);
                }
            },
            (plainly, false) => plain.push(plainly),
        }
    }
    plain
}
