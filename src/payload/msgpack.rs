//! `MessagePack`, shown as JSON shows its values; bytes as `h'…'`, extensions as `ext(type, h'…')`.

use rmp::Marker;

use super::binary::{self, BinaryFault, Item, Stop, float};

/// The bytes as text, and how many of them that stands for.
pub(super) fn written(bytes: &[u8], whole: bool) -> Result<(String, usize), (usize, BinaryFault)> {
    binary::written(bytes, whole, item)
}

/// One item.
pub(super) fn item(bytes: &[u8], at: usize) -> Result<(Item<'_>, usize), Stop> {
    let mut rest = Rest { bytes, at };
    let marker = Marker::from_u8(u8::from_be_bytes(rest.array()?));
    let other = |shown: String| Item::Other(shown);
    let item = match marker {
        Marker::FixPos(number) => other(number.to_string()),
        Marker::FixNeg(number) => other(number.to_string()),
        Marker::Null => other("null".to_owned()),
        Marker::True => other("true".to_owned()),
        Marker::False => other("false".to_owned()),
        Marker::Reserved => return Err(Stop::Fault(BinaryFault::Unknown)),
        Marker::U8 => other(u8::from_be_bytes(rest.array()?).to_string()),
        Marker::U16 => other(u16::from_be_bytes(rest.array()?).to_string()),
        Marker::U32 => other(u32::from_be_bytes(rest.array()?).to_string()),
        Marker::U64 => other(u64::from_be_bytes(rest.array()?).to_string()),
        Marker::I8 => other(i8::from_be_bytes(rest.array()?).to_string()),
        Marker::I16 => other(i16::from_be_bytes(rest.array()?).to_string()),
        Marker::I32 => other(i32::from_be_bytes(rest.array()?).to_string()),
        Marker::I64 => other(i64::from_be_bytes(rest.array()?).to_string()),
        Marker::F32 => other(float_32(f32::from_be_bytes(rest.array()?))),
        Marker::F64 => other(float(f64::from_be_bytes(rest.array()?))),
        Marker::FixStr(length) => rest.text(u64::from(length))?,
        Marker::Str8 | Marker::Str16 | Marker::Str32 => {
            let length = rest.length(marker)?;
            rest.text(length)?
        }
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
            let length = rest.length(marker)?;
            Item::Bytes(rest.content(length)?)
        }
        Marker::FixArray(count) => Item::Array(Some(u64::from(count))),
        Marker::Array16 | Marker::Array32 => Item::Array(Some(rest.length(marker)?)),
        Marker::FixMap(pairs) => Item::Map(Some(u64::from(pairs))),
        Marker::Map16 | Marker::Map32 => Item::Map(Some(rest.length(marker)?)),
        Marker::FixExt1 => rest.extension(1)?,
        Marker::FixExt2 => rest.extension(2)?,
        Marker::FixExt4 => rest.extension(4)?,
        Marker::FixExt8 => rest.extension(8)?,
        Marker::FixExt16 => rest.extension(16)?,
        Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => {
            let length = rest.length(marker)?;
            rest.extension(length)?
        }
    };
    Ok((item, rest.at))
}

/// With the digits that the shorter form has.
fn float_32(value: f32) -> String {
    if value.is_finite() { format!("{value:?}") } else { float(f64::from(value)) }
}

struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let array = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()).ok_or(Stop::Short)?;
        self.at += N;
        Ok(*array)
    }

    /// The length behind a marker that has one, in one, two or four bytes.
    fn length(&mut self, marker: Marker) -> Result<u64, Stop> {
        Ok(match marker {
            Marker::Str8 | Marker::Bin8 | Marker::Ext8 => u64::from(u8::from_be_bytes(self.array()?)),
            Marker::Str16 | Marker::Bin16 | Marker::Ext16 | Marker::Array16 | Marker::Map16 => {
                u64::from(u16::from_be_bytes(self.array()?))
            }
            _ => u64::from(u32::from_be_bytes(self.array()?)),
        })
    }

    fn content(&mut self, length: u64) -> Result<&'a [u8], Stop> {
        let behind = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let content = behind.and_then(|behind| self.bytes.get(self.at..behind)).ok_or(Stop::Short)?;
        self.at += content.len();
        Ok(content)
    }

    fn text(&mut self, length: u64) -> Result<Item<'a>, Stop> {
        let text = str::from_utf8(self.content(length)?).map_err(|_| Stop::Fault(BinaryFault::Text))?;
        Ok(Item::Text(text))
    }

    fn extension(&mut self, length: u64) -> Result<Item<'a>, Stop> {
        let kind = i8::from_be_bytes(self.array()?);
        let content = data_encoding::HEXLOWER.encode(self.content(length)?);
        Ok(Item::Other(format!("ext({kind}, h'{content}')")))
    }
}
