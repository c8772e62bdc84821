//! Captures: a log written as a file that Wireshark opens.
//!
//! Two encapsulations, one file format (pcapng, nanosecond times): exported PDUs, which Wireshark opens as MQTT
//! whatever the port, TLS or WebSocket was; and, where a frame is too long for a block of those, TCP segments that are
//! made up around the same bytes.

mod ethernet;
mod export;

pub use export::export;
