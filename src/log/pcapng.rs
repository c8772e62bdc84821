//! The blocks of a segment file: pcapng with exported PDUs (link type 252), which Wireshark opens as MQTT
//! whatever the port, TLS or WebSocket was.
//!
//! One interface per network connection, named `connection N`, described as `MQTT 5.0, CLIENT to SERVER`.
//! One enhanced packet block per frame, with nanosecond time and direction. Wireshark gives up on a block
//! of more than 262,144 bytes, so a longer frame is captured in part (which Wireshark shows as such) and the
//! rest follows in blocks of a type that the format reserves for local use, which Wireshark skips.
//!
//! Everything has a length that is known beforehand, so that the place of a frame's bytes in the file can be
//! written down before they are on disk.

use std::borrow::Cow;
use std::net::SocketAddr;

use super::{Connection, ConnectionNumber, Row, Timestamp};
use crate::wire::{Direction, Version};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
/// The rest of a long frame: local use (the highest bit), `MQ`.
pub(crate) const CONTINUATION: u32 = 0x8000_4d51;

const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
/// Wireshark Upper PDU.
pub(crate) const LINK_TYPE: u16 = 252;
/// Bytes of an enhanced packet block before its data.
pub(super) const PACKET_HEADER: usize = 28;
/// Flags option and end of options.
const PACKET_OPTIONS: usize = 12;
/// A block's type and length in front, and the length again behind.
const BLOCK_FRAMING: usize = 12;

/// The most bytes of a frame in one block; a multiple of 4, and the block stays below 262,144 bytes.
pub(crate) const PIECE: usize = 258_048;

/// The comment that a faulty frame carries, so that a reader need not take it apart again.
const FAULT_COMMENT: &[u8] = b"not valid MQTT";
const FAULT_OPTION: usize = 4 + FAULT_COMMENT.len().next_multiple_of(4);

const OPTION_COMMENT: u16 = 1;
const OPTION_NAME: u16 = 2;
pub(crate) const OPTION_DESCRIPTION: u16 = 3;
const OPTION_FLAGS: u16 = 2;
const OPTION_TIME_RESOLUTION: u16 = 9;
const OPTION_APPLICATION: u16 = 4;

/// The name of the program that wrote the file, as the section header has it.
const APPLICATION: &str = concat!("mqloupe ", env!("CARGO_PKG_VERSION"));

/// Where in a history a segment begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The row of its first frame.
    pub row: Row,
    /// The number of the next network connection that begins.
    pub connection: ConnectionNumber,
}

impl Start {
    /// As a comment of the section, of the same length for all.
    fn written(self) -> String {
        format!("history from frame {:020}, connection {:010}", self.row, self.connection)
    }

    /// Reads the comment; `None` where it is another's.
    fn read(comment: &[u8]) -> Option<Self> {
        let (row, connection) =
            str::from_utf8(comment).ok()?.strip_prefix("history from frame ")?.split_once(", connection ")?;
        Some(Self { row: row.parse().ok()?, connection: connection.parse().ok()? })
    }
}

/// Appends a section header.
pub(crate) fn section(out: &mut Vec<u8>) {
    section_with(out, None);
}

/// Appends the section header of a segment.
pub(super) fn segment(out: &mut Vec<u8>, start: Start) {
    section_with(out, Some(start));
}

fn section_with(out: &mut Vec<u8>, start: Option<Start>) {
    block(out, SECTION, |out| {
        out.extend_from_slice(&BYTE_ORDER_MAGIC.to_le_bytes());
        out.extend_from_slice(&[1, 0, 0, 0]);
        out.extend_from_slice(&u64::MAX.to_le_bytes());
        if let Some(start) = start {
            option(out, OPTION_COMMENT, start.written().as_bytes());
        }
        option(out, OPTION_APPLICATION, APPLICATION.as_bytes());
        end_of_options(out);
    });
}

/// Appends the interface that stands for a network connection.
pub(crate) fn interface(out: &mut Vec<u8>, number: ConnectionNumber, connection: &Connection) {
    let description = format!("MQTT {}, {} to {}", connection.version, connection.client, connection.server);
    interface_block(out, LINK_TYPE, &format!("connection {number}"), &description);
}

/// Appends an interface of any link type, with nanosecond times.
pub(crate) fn interface_block(out: &mut Vec<u8>, link_type: u16, name: &str, description: &str) {
    block(out, INTERFACE, |out| {
        out.extend_from_slice(&link_type.to_le_bytes());
        out.extend_from_slice(&[0; 6]);
        option(out, OPTION_NAME, name.as_bytes());
        option(out, OPTION_DESCRIPTION, description.as_bytes());
        option(out, OPTION_TIME_RESOLUTION, &[9]);
        end_of_options(out);
    });
}

/// The exported-PDU tags in front of a frame: dissector, addresses, ports.
pub(crate) fn tags(connection: &Connection, direction: Direction) -> Vec<u8> {
    let (source, destination) = match direction {
        Direction::ToServer => (connection.client, connection.server),
        Direction::ToClient => (connection.server, connection.client),
    };
    let mut out = Vec::with_capacity(76);
    tag(&mut out, 12, b"mqtt");
    address_tag(&mut out, source, 20, 22);
    address_tag(&mut out, destination, 21, 23);
    // Port type TCP, without which the ports are not taken for a conversation.
    tag(&mut out, 24, &2_u32.to_be_bytes());
    tag(&mut out, 25, &u32::from(source.port()).to_be_bytes());
    tag(&mut out, 26, &u32::from(destination.port()).to_be_bytes());
    tag(&mut out, 0, &[]);
    out
}

fn address_tag(out: &mut Vec<u8>, address: SocketAddr, v4: u16, v6: u16) {
    match address {
        SocketAddr::V4(address) => tag(out, v4, &address.ip().octets()),
        SocketAddr::V6(address) => tag(out, v6, &address.ip().octets()),
    }
}

fn tag(out: &mut Vec<u8>, number: u16, value: &[u8]) {
    out.extend_from_slice(&number.to_be_bytes());
    out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(value);
}

/// The length of [`tags`] for a connection, in either direction.
pub(super) fn tags_length(connection: &Connection) -> usize {
    let address = |address: SocketAddr| if address.is_ipv4() { 8 } else { 20 };
    36 + address(connection.client) + address(connection.server)
}

/// How the blocks of one frame lie in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// From the start of the frame's first block to its first byte.
    pub lead: usize,
    /// All bytes of its blocks.
    pub total: usize,
}

impl Layout {
    /// The layout of a frame of `length` bytes behind tags of `tags` bytes.
    pub fn of(length: usize, tags: usize, fault: bool) -> Self {
        let lead = PACKET_HEADER + tags;
        let first = length.min(PIECE);
        let mut total = lead + first.next_multiple_of(4) + trailer(fault);
        let mut left = length - first;
        while left > 0 {
            let piece = left.min(PIECE);
            total += BLOCK_FRAMING + piece.next_multiple_of(4);
            left -= piece;
        }
        Self { lead, total }
    }
}

/// Bytes of a packet block behind its padded data.
const fn trailer(fault: bool) -> usize {
    PACKET_OPTIONS + 4 + if fault { FAULT_OPTION } else { 0 }
}

/// The places of a frame's bytes in a file, from that of its first byte: (offset, length) of each piece.
pub(super) fn pieces(at: u64, length: usize, fault: bool) -> impl Iterator<Item = (u64, usize)> {
    let gap = trailer(fault) + 8;
    let mut next = at;
    let mut left = length;
    let mut first = true;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let piece = left.min(PIECE);
        let place = (next, piece);
        let skip = if first { gap } else { BLOCK_FRAMING };
        next += (piece + skip) as u64;
        left -= piece;
        first = false;
        Some(place)
    })
}

/// A frame to be written.
pub(crate) struct Packet<'a> {
    /// Which of the section's interfaces it belongs to, from 0.
    pub interface: u32,
    /// When.
    pub time: Timestamp,
    /// Which way.
    pub direction: Direction,
    /// Whether it breaks the standard.
    pub fault: bool,
    /// What stands in front of it: [`tags`], or the headers of a link.
    pub tags: &'a [u8],
    /// Its bytes, or those of a segment.
    pub bytes: &'a [u8],
}

/// Appends a packet's blocks: exactly [`Layout::total`] bytes.
pub(crate) fn packet(out: &mut Vec<u8>, packet: &Packet<'_>) {
    let (first, rest) = packet.bytes.split_at(packet.bytes.len().min(PIECE));
    let captured = packet.tags.len() + first.len();
    block(out, PACKET, |out| {
        out.extend_from_slice(&packet.interface.to_le_bytes());
        out.extend_from_slice(&u32::try_from(packet.time.0 >> 32).unwrap_or(0).to_le_bytes());
        out.extend_from_slice(&u32::try_from(packet.time.0 & 0xffff_ffff).unwrap_or(0).to_le_bytes());
        out.extend_from_slice(&length(captured).to_le_bytes());
        out.extend_from_slice(&length(captured + rest.len()).to_le_bytes());
        out.extend_from_slice(packet.tags);
        out.extend_from_slice(first);
        pad(out, captured);
        let flags: u32 = match packet.direction {
            Direction::ToClient => 1,
            Direction::ToServer => 2,
        };
        option(out, OPTION_FLAGS, &flags.to_le_bytes());
        if packet.fault {
            option(out, OPTION_COMMENT, FAULT_COMMENT);
        }
        end_of_options(out);
    });
    for piece in rest.chunks(PIECE) {
        block(out, CONTINUATION, |out| {
            out.extend_from_slice(piece);
            pad(out, piece.len());
        });
    }
}

fn block(out: &mut Vec<u8>, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    body(out);
    let total = length(out.len() - start + 4).to_le_bytes();
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&total);
    }
    out.extend_from_slice(&total);
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(value);
    pad(out, value.len());
}

fn end_of_options(out: &mut Vec<u8>) {
    out.extend_from_slice(&[0; 4]);
}

fn pad(out: &mut Vec<u8>, written: usize) {
    let missing = written.next_multiple_of(4) - written;
    out.extend(std::iter::repeat_n(0, missing));
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Whether this is a section header that broke off, or nothing at all.
pub(super) fn is_beginning(bytes: &[u8]) -> bool {
    let start = SECTION.to_le_bytes();
    let length = bytes.len().min(start.len());
    bytes.get(..length) == start.get(..length) && Block::at(bytes, 0).is_none()
}

/// What stands in a segment file.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// A network connection: the next interface.
    Interface(ConnectionNumber, Connection),
    /// A frame.
    Frame {
        interface: usize,
        time: Timestamp,
        /// The packet block's data: tags, then the frame's first bytes.
        data: &'a [u8],
        /// Bytes that follow in other blocks.
        rest: Vec<&'a [u8]>,
        direction: Direction,
        fault: bool,
        /// Where the packet block starts in the file.
        start: u64,
    },
}

/// The frame behind its tags, in one piece where it lies in one piece.
pub(super) fn joined<'a>(data: &'a [u8], rest: &[&[u8]], tags: usize) -> Option<Cow<'a, [u8]>> {
    let first = data.get(tags..)?;
    if rest.is_empty() {
        return Some(Cow::Borrowed(first));
    }
    let mut frame = first.to_vec();
    for piece in rest {
        frame.extend_from_slice(piece);
    }
    Some(Cow::Owned(frame))
}

/// Reads a segment file's bytes, block by block, up to the first that is torn or not ours.
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    /// Bytes that were good so far.
    pub good: usize,
}

impl<'a> Scan<'a> {
    /// Starts behind the section header; `None` where the file does not start with one of ours.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let head = Block::at(bytes, 0)?;
        let ours = head.kind == SECTION && word(head.body, 0)? == BYTE_ORDER_MAGIC;
        ours.then_some(Self { bytes, good: head.total })
    }

    /// Takes in everything that belongs to one frame, or one interface; `None` at the end or at a torn place.
    pub fn next(&mut self) -> Option<Item<'a>> {
        let block = Block::at(self.bytes, self.good)?;
        match block.kind {
            INTERFACE => {
                let item = read_interface(block.body)?;
                self.good += block.total;
                Some(item)
            }
            PACKET => self.read_packet(&block),
            _ => None,
        }
    }

    fn read_packet(&mut self, block: &Block<'a>) -> Option<Item<'a>> {
        let start = self.good;
        let interface = usize::try_from(word(block.body, 0)?).ok()?;
        let time = u64::from(word(block.body, 4)?) << 32 | u64::from(word(block.body, 8)?);
        let captured = usize::try_from(word(block.body, 12)?).ok()?;
        let original = usize::try_from(word(block.body, 16)?).ok()?;
        let data = block.body.get(20..)?.get(..captured)?;
        let mut missing = original.checked_sub(captured)?;
        let mut direction = None;
        let mut fault = false;
        let mut options = block.body.get(20 + captured.next_multiple_of(4)..)?;
        while let Some((code, value, behind)) = next_option(options) {
            match code {
                OPTION_FLAGS => {
                    direction = match word(value, 0)? & 3 {
                        1 => Some(Direction::ToClient),
                        2 => Some(Direction::ToServer),
                        _ => None,
                    }
                }
                OPTION_COMMENT => fault = value == FAULT_COMMENT,
                _ => {}
            }
            options = behind;
        }
        let mut end = start + block.total;
        let mut rest = Vec::new();
        while missing > 0 {
            let block = Block::at(self.bytes, end).filter(|block| block.kind == CONTINUATION)?;
            let piece = block.body.get(..missing.min(PIECE))?;
            missing -= piece.len();
            rest.push(piece);
            end += block.total;
        }
        self.good = end;
        Some(Item::Frame {
            interface,
            time: Timestamp(time),
            data,
            rest,
            direction: direction?,
            fault,
            start: start as u64,
        })
    }
}

struct Block<'a> {
    kind: u32,
    body: &'a [u8],
    total: usize,
}

impl<'a> Block<'a> {
    fn at(bytes: &'a [u8], offset: usize) -> Option<Self> {
        let bytes = bytes.get(offset..)?;
        let kind = word(bytes, 0)?;
        let total = usize::try_from(word(bytes, 4)?).ok()?;
        let body = bytes.get(8..total.checked_sub(4)?)?;
        let whole = total.is_multiple_of(4) && word(bytes, total - 4)? == word(bytes, 4)?;
        whole.then_some(Self { kind, body, total })
    }
}

fn word(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(offset..)?.first_chunk().copied()?))
}

fn half_word(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(offset..)?.first_chunk().copied()?))
}

/// The first option's code and value, and what stands behind it; `None` at the end of options.
fn next_option(options: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let code = half_word(options, 0).filter(|code| *code != 0)?;
    let length = usize::from(half_word(options, 2)?);
    let value = options.get(4..4 + length)?;
    Some((code, value, options.get(4 + length.next_multiple_of(4)..)?))
}

/// Where the history begins that a segment file holds, from the file's first bytes; `None` where it is no segment.
pub(super) fn start(bytes: &[u8]) -> Option<Start> {
    let head = Block::at(bytes, 0).filter(|head| head.kind == SECTION)?;
    let mut options = head.body.get(16..)?;
    while let Some((code, value, behind)) = next_option(options) {
        if code == OPTION_COMMENT
            && let Some(start) = Start::read(value)
        {
            return Some(start);
        }
        options = behind;
    }
    None
}

/// The network connection of an interface block.
pub(super) fn read_interface_block(bytes: &[u8]) -> Option<(ConnectionNumber, Connection)> {
    let block = Block::at(bytes, 0).filter(|block| block.kind == INTERFACE)?;
    match read_interface(block.body)? {
        Item::Interface(number, connection) => Some((number, connection)),
        Item::Frame { .. } => None,
    }
}

fn read_interface<'a>(body: &[u8]) -> Option<Item<'a>> {
    if half_word(body, 0)? != LINK_TYPE {
        return None;
    }
    let mut options = body.get(8..)?;
    let (mut number, mut connection) = (None, None);
    while let Some((code, value, behind)) = next_option(options) {
        match code {
            OPTION_NAME => number = str::from_utf8(value).ok()?.strip_prefix("connection ")?.parse().ok(),
            OPTION_DESCRIPTION => connection = read_description(str::from_utf8(value).ok()?),
            _ => {}
        }
        options = behind;
    }
    Some(Item::Interface(number?, connection?))
}

/// Reads what [`interface`] says of a network connection.
pub(crate) fn read_description(text: &str) -> Option<Connection> {
    let (version, addresses) = text.strip_prefix("MQTT ")?.split_once(", ")?;
    let (client, server) = addresses.split_once(" to ")?;
    Some(Connection {
        client: client.parse().ok()?,
        server: server.parse().ok()?,
        version: Version::ALL.into_iter().find(|known| known.to_string() == version)?,
    })
}
