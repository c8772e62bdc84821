//! Writing rows of a log as a pcapng file.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::net::SocketAddr;

use super::ethernet::{self, Stream};
use crate::log::pcapng::{self, Packet};
use crate::log::{Connection, ConnectionNumber, Frame, FrameLog, Row, masked};
use crate::wire::Direction;

/// Bytes that are gathered before they are handed on.
const BATCH: usize = 256 * 1024;

/// Writes rows of a log to `out` as pcapng; returns how many frames that were. Rows that have gone are left out.
///
/// Passwords and authentication data are overwritten by asterisks unless `with_secrets` (where the log has kept
/// them: frames that are only on disk have them only in a log that was opened with secrets). A network connection
/// whose ports an earlier one of the file had gets a client port of its own, so that Wireshark keeps the two apart.
///
/// A selection that holds a frame of more than 258,048 bytes, which Wireshark would not read, is written as TCP
/// over Ethernet, with port 1883 for the server's, by which Wireshark knows it.
pub fn export(
    log: &FrameLog,
    rows: impl Iterator<Item = Row> + Clone,
    out: impl Write,
    with_secrets: bool,
) -> io::Result<u64> {
    let as_segments = rows
        .clone()
        .filter_map(|row| log.entry(row))
        .any(|entry| u64::from(entry.length) > pcapng::PIECE as u64);
    let mut file =
        File { sink: out, block: Vec::new(), known: HashMap::new(), pairs: HashSet::new(), as_segments };
    pcapng::section(&mut file.block);
    if as_segments {
        let description = "MQTT in TCP segments made up around it";
        pcapng::interface_block(&mut file.block, ethernet::LINK_TYPE, "mqloupe", description);
    }
    let mut count = 0;
    for frame in rows.filter_map(|row| log.frame(row)) {
        let Some(connection) = log.connection(frame.entry.connection) else { continue };
        let bytes = if with_secrets {
            Cow::Borrowed(&*frame.bytes)
        } else {
            masked(&frame.bytes, connection.version)
        };
        file.frame(connection, &frame, &bytes);
        file.hand_on(BATCH)?;
        count += 1;
    }
    file.hand_on(0)?;
    file.sink.flush()?;
    Ok(count)
}

struct File<W> {
    sink: W,
    block: Vec<u8>,
    known: HashMap<ConnectionNumber, Known>,
    /// The ends of the connections so far.
    pairs: HashSet<(SocketAddr, SocketAddr)>,
    /// As TCP over Ethernet.
    as_segments: bool,
}

/// A connection as the file has it.
enum Known {
    Interface { number: u32, tags: [Vec<u8>; 2] },
    Stream(Stream),
}

impl<W: Write> File<W> {
    fn frame(&mut self, connection: Connection, frame: &Frame, bytes: &[u8]) {
        let number = frame.entry.connection;
        if !self.known.contains_key(&number) {
            let known = self.introduce(connection, frame);
            self.known.insert(number, known);
        }
        let direction = frame.entry.direction;
        let packet = Packet {
            interface: 0,
            time: frame.entry.time,
            direction,
            fault: frame.entry.fault,
            tags: &[],
            bytes,
        };
        match self.known.get_mut(&number) {
            Some(Known::Interface { number, tags: [to_server, to_client] }) => {
                let tags = if direction == Direction::ToServer { to_server } else { to_client };
                pcapng::packet(&mut self.block, &Packet { interface: *number, tags, ..packet });
            }
            Some(Known::Stream(stream)) => stream.data(&mut self.block, &packet),
            None => {}
        }
    }

    fn introduce(&mut self, mut connection: Connection, frame: &Frame) -> Known {
        if self.as_segments {
            connection.server.set_port(1883);
        }
        while !self.pairs.insert((connection.client, connection.server)) {
            let port = connection.client.port().checked_add(1).unwrap_or(49_152);
            connection.client.set_port(port);
        }
        if self.as_segments {
            return Known::Stream(Stream::open(&mut self.block, &connection, frame.entry.time));
        }
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        pcapng::interface(&mut self.block, frame.entry.connection, &connection);
        let tags = [Direction::ToServer, Direction::ToClient].map(|way| pcapng::tags(&connection, way));
        Known::Interface { number, tags }
    }

    fn hand_on(&mut self, least: usize) -> io::Result<()> {
        if self.block.len() >= least {
            self.sink.write_all(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }
}
