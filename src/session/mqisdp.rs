//! MQTT 3.1 on an engine that speaks 3.1.1: only the protocol name and level of CONNECT differ.

use crate::wire::{Cut, cut};

/// Rewrites one CONNECT of 3.1.1 into 3.1 (name `MQIsdp`, level 3). Anything else comes back as it is.
pub(super) fn rewrite_connect(frame: &[u8]) -> Vec<u8> {
    const NAME_AND_LEVEL: &[u8] = &[0, 4, b'M', b'Q', b'T', b'T', 4];
    let Some((first, body)) = split(frame) else { return frame.to_vec() };
    let Some(rest) = body.strip_prefix(NAME_AND_LEVEL) else { return frame.to_vec() };
    let mut body = vec![0, 6, b'M', b'Q', b'I', b's', b'd', b'p', 3];
    body.extend_from_slice(rest);
    let mut rewritten = vec![first];
    let mut remaining = body.len();
    loop {
        let seven = u8::try_from(remaining & 0x7f).unwrap_or(0);
        remaining >>= 7;
        if remaining == 0 {
            rewritten.push(seven);
            break;
        }
        rewritten.push(seven | 0x80);
    }
    rewritten.append(&mut body);
    rewritten
}

/// The first byte of a whole CONNECT frame and what follows its remaining length.
fn split(frame: &[u8]) -> Option<(u8, &[u8])> {
    let (&first, rest) = frame.split_first()?;
    if first != 0x10 || cut(frame) != (Cut::Frame { length: frame.len() }) {
        return None;
    }
    let last_of_length = rest.iter().position(|byte| byte & 0x80 == 0)?;
    Some((first, rest.get(last_of_length + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connect_gets_the_name_and_level_of_3_1() {
        // MQTT 3.1, section 3.1.
        let frame = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a";
        let expected = b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a";
        assert_eq!(rewrite_connect(frame), expected);
    }

    #[test]
    fn a_remaining_length_that_grows_over_127_takes_a_second_byte() {
        let client = [b'c'; 114];
        let mut frame = b"\x10\x7e\x00\x04MQTT\x04\x02\x00\x3c\x00\x72".to_vec();
        frame.extend_from_slice(&client);
        let mut expected = b"\x10\x80\x01\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x72".to_vec();
        expected.extend_from_slice(&client);
        assert_eq!(rewrite_connect(&frame), expected);
    }

    #[test]
    fn other_packets_are_left_alone() {
        assert_eq!(rewrite_connect(&[0xc0, 0x00]), [0xc0, 0x00]);
    }
}
