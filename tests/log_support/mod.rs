//! Frames and connections that the tests of the log share.

#![allow(dead_code, reason = "each test binary uses some of them")]

use std::net::SocketAddr;

use mqloupe::log::Connection;
use mqloupe::wire::Version;

/// A connection over the loopback.
pub fn connection(version: Version) -> Connection {
    Connection {
        client: SocketAddr::from(([127, 0, 0, 1], 50_000)),
        server: SocketAddr::from(([127, 0, 0, 1], 1883)),
        version,
    }
}

/// A frame or connection for tests.
pub fn publish(topic: &str, id: Option<u16>, payload: &[u8]) -> Vec<u8> {
    let mut body = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    body.extend_from_slice(topic.as_bytes());
    if let Some(id) = id {
        body.extend_from_slice(&id.to_be_bytes());
    }
    body.extend_from_slice(payload);
    frame(if id.is_some() { 0x32 } else { 0x30 }, &body)
}

/// A frame or connection for tests.
pub fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    let mut left = body.len();
    loop {
        let byte = u8::try_from(left % 128).unwrap();
        left /= 128;
        frame.push(if left > 0 { byte | 0x80 } else { byte });
        if left == 0 {
            break;
        }
    }
    frame.extend_from_slice(body);
    frame
}

/// A frame for tests.
pub const CONNECT: &[u8] = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a";
/// A frame for tests.
pub const CONNACK: &[u8] = b"\x20\x02\x00\x00";
