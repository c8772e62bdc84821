//! Captures, in and out: pcapng and pcap read, TCP streams put together again, MQTT found in them, also within
//! WebSocket.
//!
//! # What it promises
//!
//! - Any bytes whatever get an answer; nothing here panics, and memory does not grow beyond the file's size.
//! - A network connection's packets come in the order of their bytes, all packets in the order of the capture's
//!   frames that completed them.
//! - Segments may come out of order, again, overlapping, or byte by byte. Where some never come, that is said,
//!   and the next packet is found again.
//! - MQTT is found on any port by a CONNECT at the start of a stream, on 1883 and the ports that are named
//!   without one, and within WebSocket by its subprotocol.
//! - A file that breaks off gives what it holds.

#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod connection;
mod content;
mod error;
mod ethernet;
mod export;
mod file;
mod frame;
mod framer;
mod notice;
mod open;
mod packet;
mod pdu_stream;
mod reader;
mod resync;
mod tcp;
mod upper_pdu;
mod websocket;

pub use error::{Instead, ReadError};
pub use export::export;
pub use frame::{CaptureTime, CapturedFrame, Note};
pub use notice::Notice;
pub use open::{Opened, open};
pub use reader::{CaptureReader, ReadOptions, read, read_file};
