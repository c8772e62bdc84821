//! From a filter as written to its tree: terms, and how they are joined. Values are read in `value`.

use jiff::tz::TimeZone;
use winnow::Parser;
use winnow::ascii::Caseless;
use winnow::combinator::{alt, not, opt, peek, terminated};
use winnow::error::ParserError;
use winnow::stream::{LocatingSlice, Location, Stream};
use winnow::token::{any, one_of, take_while};

use super::fields::{self, Kind, Known, Operator, Place};
use super::text::Needle;
use super::tree::{Field, Literal, Node, Step, Test};
use super::value;
use super::{FilterError, FilterFault};

/// How deep parentheses and negations may be nested.
const MAX_DEPTH: usize = 50;
/// How long a filter may be, in bytes.
const MAX_LENGTH: usize = 10_000;
/// How many regular expressions a filter may hold.
const MAX_EXPRESSIONS: usize = 20;

/// What is still to be read.
pub(super) type Input<'a> = LocatingSlice<&'a str>;

/// Why a parser has no answer.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something else may stand here.
    Other,
    /// Nothing else may.
    Wrong(FilterError),
}

impl<'a> ParserError<Input<'a>> for Stop {
    type Inner = Self;

    fn from_input(_: &Input<'a>) -> Self {
        Self::Other
    }

    fn is_backtrack(&self) -> bool {
        matches!(self, Self::Other)
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

pub(super) type Read<T> = Result<T, Stop>;

/// A fault at a byte of the text.
pub(super) const fn wrong(offset: usize, what: FilterFault) -> Stop {
    Stop::Wrong(FilterError { offset, what })
}

/// A fault where the reading stands.
pub(super) fn wrong_here(input: &Input<'_>, what: FilterFault) -> Stop {
    wrong(input.current_token_start(), what)
}

/// What parsers know beside the text.
pub(super) struct Around<'z> {
    /// The zone of local time.
    pub zone: &'z TimeZone,
    depth: usize,
    expressions: usize,
}

impl Around<'_> {
    /// One more regular expression, which stands at `offset`.
    pub fn expression(&mut self, offset: usize) -> Read<()> {
        self.expressions += 1;
        if self.expressions > MAX_EXPRESSIONS {
            return Err(wrong(offset, FilterFault::TooLong));
        }
        Ok(())
    }

    fn deeper(&mut self, offset: usize) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(wrong(offset, FilterFault::TooDeep));
        }
        Ok(())
    }
}

/// Reads a whole filter.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Result<Node, FilterError> {
    if text.len() > MAX_LENGTH {
        let offset = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= MAX_LENGTH).last();
        return Err(FilterError { offset: offset.unwrap_or(0), what: FilterFault::TooLong });
    }
    let mut input = LocatingSlice::new(text);
    let mut around = Around { zone, depth: 0, expressions: 0 };
    whole(&mut input, &mut around).map_err(|stop| match stop {
        Stop::Wrong(error) => error,
        Stop::Other => FilterError { offset: input.current_token_start(), what: FilterFault::NothingFollows },
    })
}

fn whole(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Node> {
    blanks(input)?;
    if input.is_empty() {
        return Ok(Node::default());
    }
    let node = alternatives(input, around)?;
    if input.is_empty() { Ok(node) } else { Err(wrong_here(input, FilterFault::StrayParenthesis)) }
}

/// White space, of which there may be none.
pub(super) fn blanks(input: &mut Input<'_>) -> Read<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// Where a word ends.
fn boundary(input: &mut Input<'_>) -> Read<()> {
    let ends = one_of(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"')).void();
    peek(alt((winnow::combinator::eof.void(), ends, "&&".void(), "||".void()))).parse_next(input)
}

fn keyword(word: &'static str) -> impl FnMut(&mut Input<'_>) -> Read<()> {
    move |input| terminated(Caseless(word), boundary).void().parse_next(input)
}

fn or(input: &mut Input<'_>) -> Read<()> {
    alt((keyword("or"), "||".void())).parse_next(input)
}

fn and(input: &mut Input<'_>) -> Read<()> {
    alt((keyword("and"), "&&".void())).parse_next(input)
}

/// Whether a parser would find something here.
fn is_next<'a>(input: &mut Input<'a>, parser: impl Parser<Input<'a>, (), Stop>) -> Read<bool> {
    Ok(opt(peek(parser)).parse_next(input)?.is_some())
}

/// Terms with `or` between them, up to the end or a closing parenthesis.
fn alternatives(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Node> {
    let mut nodes = vec![terms(input, around)?];
    while opt(or).parse_next(input)?.is_some() {
        blanks(input)?;
        nodes.push(terms(input, around)?);
    }
    Ok(single(nodes, Node::Any))
}

/// One term or more, with `and` between them or side by side.
fn terms(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Node> {
    let mut nodes = vec![term(input, around)?];
    loop {
        blanks(input)?;
        if opt(and).parse_next(input)?.is_some() {
            blanks(input)?;
        } else if input.is_empty() || input.starts_with(')') || is_next(input, or)? {
            return Ok(single(nodes, Node::All));
        }
        nodes.push(term(input, around)?);
    }
}

/// One of them is itself; others are flattened no further, so that what is written is what is kept.
fn single(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        Some(node) => {
            nodes.push(node);
            many(nodes)
        }
        None => Node::default(),
    }
}

fn term(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Node> {
    let start = input.current_token_start();
    around.deeper(start)?;
    let node = if opt(negation).parse_next(input)?.is_some() {
        Node::Not(Box::new(term(input, around)?))
    } else if opt('(').parse_next(input)?.is_some() {
        blanks(input)?;
        let node = alternatives(input, around)?;
        if opt(')').parse_next(input)?.is_none() {
            return Err(wrong(start, FilterFault::OpenParenthesis));
        }
        node
    } else if let Some(node) = comparison(input, around)? {
        node
    } else {
        Node::Text(Box::new(Needle::new(&words(input)?)))
    };
    around.depth -= 1;
    Ok(node)
}

/// `!` and `not`, with blanks behind; `-` only right in front of a term.
fn negation(input: &mut Input<'_>) -> Read<()> {
    let sign = terminated('!', not('=')).void();
    if opt(alt((sign, keyword("not")))).parse_next(input)?.is_some() {
        return blanks(input);
    }
    '-'.void().parse_next(input)?;
    if is_next(input, boundary)? && !input.starts_with(['(', '"']) {
        return Err(wrong_here(input, FilterFault::NothingFollows));
    }
    Ok(())
}

/// Text that is searched for: in quotes, or up to where a word ends.
fn words(input: &mut Input<'_>) -> Read<String> {
    if input.starts_with('"') {
        return value::quoted(input);
    }
    if input.is_empty() || input.starts_with(')') || is_next(input, alt((or, and)))? {
        return Err(wrong_here(input, FilterFault::NothingFollows));
    }
    if input.starts_with(['=', '<', '>', '~', '&', '|', '{', '}', '!']) {
        return Err(wrong_here(input, FilterFault::NoField));
    }
    Ok(value::bare(input, &[]).to_owned())
}

fn identifier<'a>(input: &mut Input<'a>) -> Read<&'a str> {
    (
        one_of(|c: char| c.is_ascii_alphabetic() || c == '_'),
        take_while(0.., ('a'..='z', 'A'..='Z', '0'..='9', '_')),
    )
        .take()
        .parse_next(input)
}

/// A field with what is asked of it; `None`, with nothing read, where this is no such thing.
fn comparison(input: &mut Input<'_>, around: &mut Around<'_>) -> Read<Option<Node>> {
    let (before, at) = (input.checkpoint(), input.current_token_start());
    let Some(name) = opt(identifier).parse_next(input)? else { return Ok(None) };
    let field = field(input, name)?;
    if is_next(input, boundary)? {
        let alone = match &field {
            Some(Field::Known(known)) if known.kind == Kind::Flag => {
                Some(Test::Compare(Operator::Equal, Literal::Bool(true)))
            }
            Some(Field::Json(steps)) if !steps.is_empty() => Some(Test::Stands),
            Some(Field::User(_)) => Some(Test::Stands),
            _ => None,
        };
        let behind = input.checkpoint();
        blanks(input)?;
        // `retain == no` has its operator behind a blank.
        if opt(peek(operator)).parse_next(input)?.is_none() {
            if let (Some(field), Some(test)) = (field, alone) {
                input.reset(&behind);
                return Ok(Some(Node::Field(field, test)));
            }
            input.reset(&before);
            return Ok(None);
        }
    }
    if field_colon(input, name)? {
        let Some(field) = field else { return Err(unknown(at, name)) };
        let like = matches!(field, Field::Known(known) if known.place == Place::Topic);
        let operator = if like { Operator::Like } else { Operator::Equal };
        return value::test(input, around, &field, operator).map(|test| Some(Node::Field(field, test)));
    }
    blanks(input)?;
    let operator_at = input.current_token_start();
    let Some((operator, sure)) = opt(operator).parse_next(input)? else {
        input.reset(&before);
        return Ok(None);
    };
    let Some(field) = field else {
        // Words side by side, or `key=value`.
        if !sure {
            input.reset(&before);
            return Ok(None);
        }
        return Err(unknown(at, name));
    };
    if !operator.suits(field.kind()) {
        let takes = field.kind().operators();
        let fault = FilterFault::WrongOperator { operator: operator.written(), takes };
        return Err(wrong(operator_at, fault));
    }
    blanks(input)?;
    value::test(input, around, &field, operator).map(|test| Some(Node::Field(field, test)))
}

/// A colon right behind a name of letters, as in `type:publish`.
fn field_colon(input: &mut Input<'_>, name: &str) -> Read<bool> {
    if name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
        return Ok(opt(':').parse_next(input)?.is_some());
    }
    Ok(false)
}

/// An operator, and whether nothing but an operator is written so.
fn operator(input: &mut Input<'_>) -> Read<(Operator, bool)> {
    for operator in Operator::ALL {
        let written = operator.written();
        let (before, is_word) = (input.checkpoint(), written.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !is_word {
            if opt(written).parse_next(input)?.is_some() {
                return Ok((operator, true));
            }
            continue;
        }
        if opt(Caseless(written)).parse_next(input)?.is_none() {
            continue;
        }
        let close = input.starts_with(|c: char| c.is_whitespace() || matches!(c, '"' | '/' | '{'));
        blanks(input)?;
        let sure = input.starts_with(['"', '/', '{']);
        // `in` is an everyday word.
        if close && (sure || operator != Operator::In) {
            return Ok((operator, sure));
        }
        input.reset(&before);
    }
    '='.value((Operator::Equal, false)).parse_next(input)
}

/// The field of a name, with the steps of `json` and `user` behind it.
fn field(input: &mut Input<'_>, name: &str) -> Read<Option<Field>> {
    if name.eq_ignore_ascii_case("json") {
        return steps(input).map(|steps| Some(Field::Json(steps)));
    }
    if name.eq_ignore_ascii_case("user") && input.starts_with('[') {
        let at = input.current_token_start();
        return match bracket(input)? {
            Some(Step::Key(key)) => Ok(Some(Field::User(key))),
            _ => Err(wrong(at, FilterFault::OpenBracket)),
        };
    }
    Ok(fields::known(name).map(Field::Known).or_else(|| fields::property(name).map(Field::Property)))
}

/// `.items[0].id`
fn steps(input: &mut Input<'_>) -> Read<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        if let Some(step) = bracket(input)? {
            steps.push(step);
            continue;
        }
        let before = input.checkpoint();
        if opt('.').parse_next(input)?.is_none() {
            return Ok(steps);
        }
        let key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
        let Some(key) = opt(take_while(1.., key)).parse_next(input)? else {
            input.reset(&before);
            return Ok(steps);
        };
        steps.push(Step::Key(key.to_owned()));
    }
}

/// `[0]` or `["key"]`
fn bracket(input: &mut Input<'_>) -> Read<Option<Step>> {
    let at = input.current_token_start();
    if opt('[').parse_next(input)?.is_none() {
        return Ok(None);
    }
    let step = if input.starts_with('"') {
        Step::Key(value::quoted(input)?)
    } else {
        let digits = opt(take_while(1..=9, '0'..='9')).parse_next(input)?;
        let index = digits.and_then(|digits: &str| digits.parse().ok());
        Step::Index(index.ok_or_else(|| wrong(at, FilterFault::OpenBracket))?)
    };
    if opt(']').parse_next(input)?.is_none() {
        return Err(wrong(at, FilterFault::OpenBracket));
    }
    Ok(Some(step))
}

fn unknown(at: usize, name: &str) -> Stop {
    wrong(at, FilterFault::UnknownField { name: name.to_owned(), nearest: nearest(name) })
}

/// The field whose name is a letter or two away.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    // Longer names are compared with nothing: their distance would cost more than it tells.
    if name.len() > 32 {
        return None;
    }
    let names =
        fields::FIELDS.iter().flat_map(|known: &Known| std::iter::once(&known.name).chain(known.short));
    let near = names.map(|other| (distance(name.as_bytes(), other.as_bytes()), *other));
    let (away, found) = near.filter(|(_, other)| other.len() > 2).min_by_key(|(away, _)| *away)?;
    (away <= 1 + name.len() / 5).then_some(found)
}

/// How many letters differ between two words, two that changed places counting as two.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (count, letter) in one.iter().enumerate() {
        let (mut corner, mut left) = (count, count + 1);
        let mut next = vec![left];
        for (above, expected) in row.iter().skip(1).zip(other) {
            left = (corner + usize::from(letter != expected)).min(above + 1).min(left + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Any one character.
pub(super) fn character(input: &mut Input<'_>) -> Read<char> {
    any.parse_next(input)
}
