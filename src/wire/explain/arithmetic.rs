//! How a value comes from its bytes, computed as one would on paper.

use data_encoding::HEXLOWER;

use super::Subject;
use crate::wire::secret::is_secret;
use crate::wire::{FieldKind, Value};

/// The sum, where the field is a number or bits of one byte. Bytes, bits and sums stand between backticks.
pub(super) fn sentence(subject: &Subject<'_>) -> Option<String> {
    let bytes = subject.bytes();
    let field = subject.field;
    if let Some((high, low)) = field.bits {
        return Some(bits(subject, *bytes.first()?, high, low));
    }
    match (&field.value, field.kind) {
        (Value::Number(number), kind) if is_variable(kind) => Some(variable(subject, bytes, *number)),
        (
            Value::Number(number),
            FieldKind::ConnectFlags | FieldKind::ConnackFlags | FieldKind::SubscriptionOptions,
        ) => {
            let byte = u8::try_from(*number).ok()?;
            Some(format!("`{byte:#04x} = {}`", binary(byte)))
        }
        (Value::Number(number), kind) => {
            let sum = plain(bytes, *number);
            let unit = if kind.unit().is_empty() { String::new() } else { format!(" {}", kind.unit()) };
            Some(format!("`{sum}{unit}`"))
        }
        (Value::Text(text), _) => Some(letters(subject, text, bytes)),
        (Value::Bytes, kind) if !is_secret(kind) => {
            let count = bytes.len();
            let english = if count == 1 { "1 byte.".to_owned() } else { format!("{count} bytes.") };
            Some(subject.say(english, format!("共 {count} 个字节。")))
        }
        _ => None,
    }
}

/// Integers of seven bits a byte.
fn is_variable(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::RemainingLength
            | FieldKind::PropertyLength
            | FieldKind::PropertyValue(crate::wire::Property::SubscriptionIdentifier)
    )
}

/// `0x003c = 3×16 + 12 = 60`: one term for each hexadecimal digit that counts.
pub(super) fn plain(bytes: &[u8], number: u64) -> String {
    let digits = HEXLOWER.encode(bytes);
    let terms: Vec<String> = digits
        .chars()
        .rev()
        .enumerate()
        .filter_map(|(place, digit)| {
            let digit = digit.to_digit(16).filter(|digit| *digit > 0)?;
            Some(match place {
                0 => digit.to_string(),
                _ => format!("{digit}×{}", 1_u64 << (4 * place)),
            })
        })
        .collect();
    if terms.len() < 2 && number < 16 {
        return format!("0x{digits} = {number}");
    }
    let terms: Vec<_> = terms.into_iter().rev().collect();
    format!("0x{digits} = {} = {number}", terms.join(" + "))
}

/// `0xc1 0x02: 65 + 2×128 = 321`, the highest bits taken off.
fn variable(subject: &Subject<'_>, bytes: &[u8], number: u64) -> String {
    if let [_] = bytes {
        return format!("`{}`", plain(bytes, number));
    }
    let shown: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    let sevens: Vec<_> = bytes.iter().map(|byte| byte & 0x7f).collect();
    let off: Vec<_> = bytes
        .iter()
        .filter(|byte| **byte >= 0x80)
        .map(|byte| format!("`0x{byte:02x} − 128 = {}`", byte & 0x7f))
        .collect();
    let terms: Vec<_> = sevens
        .iter()
        .enumerate()
        .map(|(place, seven)| match place {
            0 => seven.to_string(),
            _ => format!("{seven}×{}", 1_u64 << (7 * place)),
        })
        .collect();
    let (shown, off, terms) = (shown.join(" "), off.join(", "), terms.join(" + "));
    subject.say(
        format!("`{shown}`: without the highest bits {off}; so `{terms} = {number}`"),
        format!("`{shown}`：去掉最高位，{off}；于是 `{terms} = {number}`"),
    )
}

/// `Bits 2 and 1 of 0x32 = 0011 0010: 01 = 1`.
fn bits(subject: &Subject<'_>, byte: u8, high: u8, low: u8) -> String {
    let width = usize::from(high.saturating_sub(low)) + 1;
    let number = (u16::from(byte) >> low) & ((1 << width) - 1);
    let whole = binary(byte);
    let (which, which_zh) = if high == low {
        (format!("Bit {high}"), format!("第 {high} 位"))
    } else if high == low + 1 {
        (format!("Bits {high} and {low}"), format!("第 {high}、{low} 位"))
    } else {
        (format!("Bits {high} to {low}"), format!("第 {high} 到 {low} 位"))
    };
    let value = if width == 1 { number.to_string() } else { format!("{number:0width$b} = {number}") };
    subject.say(
        format!("{which} of `0x{byte:02x} = {whole}`: `{value}`"),
        format!("`0x{byte:02x} = {whole}` 的{which_zh}：`{value}`"),
    )
}

/// `1100 0010`.
pub(super) fn binary(byte: u8) -> String {
    format!("{:04b} {:04b}", byte >> 4, byte & 0x0f)
}

/// `4d 51 54 54 = M Q T T`, for a few plain letters; otherwise how long the text is.
fn letters(subject: &Subject<'_>, text: &str, bytes: &[u8]) -> String {
    let count = bytes.len();
    if count == 0 {
        return subject.say("It is empty.".to_owned(), "内容为空。".to_owned());
    }
    // A backtick of the text's own would end the bytes too early.
    if count <= 16 && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'`') {
        let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let letters: Vec<_> = text.chars().map(String::from).collect();
        return format!("`{} = {}`", hex.join(" "), letters.join(" "));
    }
    let characters = text.chars().count();
    let english = if characters == 1 { "1 character".to_owned() } else { format!("{characters} characters") };
    subject.say(
        format!("{english}, {count} bytes of UTF-8."),
        format!("共 {characters} 个字符，UTF-8 编码占 {count} 个字节。"),
    )
}
