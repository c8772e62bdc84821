//! Frames as they cross, of the scenarios that the tests act out.

/// CONNECT of 3.1.1 with a user name and a password, as a capture shows it.
pub const CONNECT: &[u8] =
    b"\x10\x26\x00\x04MQTT\x04\xc2\x00\x3c\x00\x09123456789\x00\x05admin\x00\x08password";
/// CONNACK: accepted, no session.
pub const CONNACK: &[u8] = b"\x20\x02\x00\x00";
/// PINGREQ.
pub const PINGREQ: &[u8] = b"\xc0\x00";
/// PINGRESP.
pub const PINGRESP: &[u8] = b"\xd0\x00";

/// A frame with this first byte.
pub fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    loop {
        let digit = u8::try_from(length % 128).unwrap();
        length /= 128;
        bytes.push(if length > 0 { digit | 0x80 } else { digit });
        if length == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// A text with its length before it.
pub fn text(text: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// PUBLISH at `QoS` 0.
pub fn publish(topic: &str, payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x30, &[&text(topic), payload.as_ref()].concat())
}

/// PUBLISH at `QoS` 1, with these flags beside it.
pub fn publish_1(flags: u8, id: u16, topic: &str, payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x32 | flags, &[&text(topic), &id.to_be_bytes()[..], payload.as_ref()].concat())
}

/// SUBSCRIBE to one filter.
pub fn subscribe(id: u16, filter: &str, qos: u8) -> Vec<u8> {
    frame(0x82, &[&id.to_be_bytes()[..], &text(filter), &[qos]].concat())
}

/// SUBACK of one filter.
pub fn suback(id: u16, code: u8) -> Vec<u8> {
    frame(0x90, &[&id.to_be_bytes()[..], &[code]].concat())
}

/// PUBACK.
pub fn puback(id: u16) -> Vec<u8> {
    frame(0x40, &id.to_be_bytes())
}
