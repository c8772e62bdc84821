//! CBOR (RFC 8949), shown in its diagnostic notation (section 8).

use ciborium_ll::{Decoder, Error, Header};

use super::binary::{self, BinaryFault, Item, Stop, float};

/// The bytes as text, and how many of them that stands for.
pub(super) fn written(bytes: &[u8], whole: bool) -> Result<(String, usize), (usize, BinaryFault)> {
    binary::written(bytes, whole, item)
}

/// One item.
pub(super) fn item(bytes: &[u8], at: usize) -> Result<(Item<'_>, usize), Stop> {
    let (header, behind) = header(bytes, at)?;
    let item = match header {
        Header::Positive(number) => Item::Other(number.to_string()),
        Header::Negative(number) => Item::Other((-1 - i128::from(number)).to_string()),
        Header::Float(number) => Item::Other(float(number)),
        Header::Simple(20) => Item::Other("false".to_owned()),
        Header::Simple(21) => Item::Other("true".to_owned()),
        Header::Simple(22) => Item::Other("null".to_owned()),
        Header::Simple(23) => Item::Other("undefined".to_owned()),
        Header::Simple(number) => Item::Other(format!("simple({number})")),
        Header::Tag(tag) => Item::Around(tag.to_string()),
        Header::Break => Item::End,
        Header::Array(count) => Item::Array(count.map(|count| count as u64)),
        Header::Map(count) => Item::Map(count.map(|count| count as u64)),
        Header::Bytes(Some(length)) => {
            let (content, behind) = content(bytes, behind, length)?;
            return Ok((Item::Bytes(content), behind));
        }
        Header::Text(Some(length)) => {
            let (content, behind) = content(bytes, behind, length)?;
            let text = str::from_utf8(content).map_err(|_| Stop::Fault(BinaryFault::Text))?;
            return Ok((Item::Text(text), behind));
        }
        Header::Bytes(None) | Header::Text(None) => return in_pieces(bytes, behind, header),
    };
    Ok((item, behind))
}

/// A text or bytes that come in pieces: `(_ "a", "b")`.
fn in_pieces(bytes: &[u8], mut at: usize, whole: Header) -> Result<(Item<'_>, usize), Stop> {
    let mut shown = String::from("(_");
    let mut separator = " ";
    loop {
        let (header, behind) = header(bytes, at)?;
        let piece = match (header, whole) {
            (Header::Break, _) => {
                shown.push(')');
                return Ok((Item::Other(shown), behind));
            }
            (Header::Bytes(Some(_)), Header::Bytes(_)) | (Header::Text(Some(_)), Header::Text(_)) => {
                item(bytes, at)?
            }
            _ => return Err(Stop::Fault(BinaryFault::Unknown)),
        };
        shown.push_str(separator);
        binary::push_leaf(&mut shown, &piece.0);
        separator = ", ";
        at = piece.1;
    }
}

fn header(bytes: &[u8], at: usize) -> Result<(Header, usize), Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut decoder = Decoder::from(rest);
    match decoder.pull() {
        Ok(header) => Ok((header, at.saturating_add(decoder.offset()))),
        Err(Error::Io(_)) => Err(Stop::Short),
        Err(Error::Syntax(_)) => Err(Stop::Fault(BinaryFault::Unknown)),
    }
}

fn content(bytes: &[u8], at: usize, length: usize) -> Result<(&[u8], usize), Stop> {
    let behind = at.checked_add(length).ok_or(Stop::Short)?;
    bytes.get(at..behind).map(|content| (content, behind)).ok_or(Stop::Short)
}
