//! Reading captures: files of every form, links of every kind, TCP in every disorder, WebSocket, and what is
//! made of them.

mod any_bytes;
mod build;
mod dissect;
mod files;
mod links;
mod open;
mod ports;
mod real;
mod tcp;
mod websocket;

use mqloupe::capture::{CapturedFrame, Notice, ReadError, ReadOptions, read};
use mqloupe::wire::Direction;

/// Reads a capture that is one.
fn found(file: &[u8]) -> (Vec<CapturedFrame>, Vec<Notice>) {
    found_on(file, &[])
}

fn found_on(file: &[u8], ports: &[u16]) -> (Vec<CapturedFrame>, Vec<Notice>) {
    let mut reader = read(file, &ReadOptions { ports: ports.to_vec() }).expect("a capture");
    let frames = reader.by_ref().collect::<Result<Vec<_>, ReadError>>().expect("memory can be read");
    (frames, reader.take_notices())
}

/// The packets as (frame, stream, to the server, bytes).
fn brief(frames: &[CapturedFrame]) -> Vec<(u64, u32, bool, Vec<u8>)> {
    let to_server = |frame: &CapturedFrame| frame.direction == Direction::ToServer;
    frames.iter().map(|f| (f.number, f.stream, to_server(f), f.bytes.to_vec())).collect()
}

/// The packets' bytes.
fn bytes(frames: &[CapturedFrame]) -> Vec<Vec<u8>> {
    frames.iter().map(|frame| frame.bytes.to_vec()).collect()
}
