//! Sessions between real clients and a real server, as recorded in `tests/data/frames/real-*.hex`.
//!
//! One frame a line, `>` to the server and `<` to the client; a line that begins with `#` begins a network
//! connection. `tests/data/frames/record` makes them anew.

use std::fs;
use std::path::Path;

use mqloupe::wire::{Direction, Version};

/// The frames of one network connection, in order.
pub type Connection = Vec<(Direction, Vec<u8>)>;

/// One recorded file: its name, the version its clients speak, its network connections.
pub struct Recording {
    pub name: String,
    pub version: Version,
    pub connections: Vec<Connection>,
}

/// Every recording.
pub fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/frames");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("frames").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let mut recordings = Vec::new();
    for path in paths {
        let name = path.file_stem().expect("name").to_string_lossy().into_owned();
        if !name.starts_with("real-") {
            continue;
        }
        let version = match name.rsplit('-').next() {
            Some("31") => Version::V3_1,
            Some("311") => Version::V3_1_1,
            _ => Version::V5_0,
        };
        let text = fs::read_to_string(&path).expect("recording");
        let connections = text.split("# ").skip(1).map(connection).collect();
        recordings.push(Recording { name, version, connections });
    }
    recordings
}

fn connection(text: &str) -> Connection {
    let frame = |line: &str| {
        let (arrow, hex) = line.split_once(' ').expect("arrow and frame");
        let direction = if arrow == ">" { Direction::ToServer } else { Direction::ToClient };
        (direction, data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex"))
    };
    text.lines().skip(1).map(frame).collect()
}
