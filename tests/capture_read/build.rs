//! Captures made by hand.

use std::net::{IpAddr, SocketAddr};

pub const CONNECT: &[u8] = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a";
pub const CONNECT_5: &[u8] = b"\x10\x0e\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x01a";
pub const CONNECT_31: &[u8] = b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01a";
pub const CONNACK: &[u8] = b"\x20\x02\x00\x00";
pub const PINGREQ: &[u8] = b"\xc0\x00";
pub const PINGRESP: &[u8] = b"\xd0\x00";
pub const DISCONNECT: &[u8] = b"\xe0\x00";

/// A PUBLISH of QoS 0 in 3.1.1.
pub fn publish(topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    body.extend_from_slice(topic.as_bytes());
    body.extend_from_slice(payload);
    let mut frame = vec![0x30];
    let mut left = body.len();
    loop {
        let byte = u8::try_from(left % 128).unwrap();
        left /= 128;
        frame.push(if left > 0 { byte | 0x80 } else { byte });
        if left == 0 {
            break;
        }
    }
    frame.extend_from_slice(&body);
    frame
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Little { value.to_le_bytes() } else { value.to_be_bytes() }
    }

    pub fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Little { value.to_le_bytes() } else { value.to_be_bytes() }
    }
}

/// A pcapng file.
pub struct Pcapng {
    pub order: Order,
    pub bytes: Vec<u8>,
}

impl Pcapng {
    /// Begins with a section.
    pub fn new(order: Order) -> Self {
        let mut file = Self { order, bytes: Vec::new() };
        file.section(order);
        file
    }

    pub fn section(&mut self, order: Order) {
        self.order = order;
        let mut body = order.u32(0x1a2b_3c4d).to_vec();
        body.extend_from_slice(&order.u16(1));
        body.extend_from_slice(&order.u16(0));
        body.extend_from_slice(&[0xff; 8]);
        self.block(0x0a0d_0d0a, &body);
    }

    pub fn block(&mut self, kind: u32, body: &[u8]) {
        let padded = body.len().next_multiple_of(4);
        let total = self.order.u32(u32::try_from(padded + 12).unwrap());
        self.bytes.extend_from_slice(&self.order.u32(kind));
        self.bytes.extend_from_slice(&total);
        self.bytes.extend_from_slice(body);
        self.bytes.extend(std::iter::repeat_n(0, padded - body.len()));
        self.bytes.extend_from_slice(&total);
    }

    /// An interface with options of (code, value).
    pub fn interface(&mut self, link_type: u16, options: &[(u16, &[u8])]) {
        let mut body = self.order.u16(link_type).to_vec();
        body.extend_from_slice(&[0; 6]);
        self.options(&mut body, options);
        self.block(1, &body);
    }

    fn options(&self, body: &mut Vec<u8>, options: &[(u16, &[u8])]) {
        for (code, value) in options {
            body.extend_from_slice(&self.order.u16(*code));
            body.extend_from_slice(&self.order.u16(u16::try_from(value.len()).unwrap()));
            body.extend_from_slice(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        body.extend_from_slice(&[0; 4]);
    }

    pub fn enhanced(&mut self, interface: u32, ticks: u64, data: &[u8]) {
        self.enhanced_part(interface, ticks, data, data.len(), &[]);
    }

    /// An enhanced packet block whose packet had `original` bytes.
    pub fn enhanced_part(
        &mut self,
        interface: u32,
        ticks: u64,
        data: &[u8],
        original: usize,
        options: &[(u16, &[u8])],
    ) {
        let mut body = self.order.u32(interface).to_vec();
        body.extend_from_slice(&self.order.u32(u32::try_from(ticks >> 32).unwrap()));
        body.extend_from_slice(&self.order.u32(u32::try_from(ticks & 0xffff_ffff).unwrap()));
        body.extend_from_slice(&self.order.u32(u32::try_from(data.len()).unwrap()));
        body.extend_from_slice(&self.order.u32(u32::try_from(original).unwrap()));
        body.extend_from_slice(data);
        body.resize(body.len().next_multiple_of(4), 0);
        if !options.is_empty() {
            self.options(&mut body, options);
        }
        self.block(6, &body);
    }

    /// The packet block of the format's first years.
    pub fn obsolete(&mut self, interface: u16, ticks: u64, data: &[u8]) {
        let mut body = self.order.u16(interface).to_vec();
        body.extend_from_slice(&self.order.u16(0));
        body.extend_from_slice(&self.order.u32(u32::try_from(ticks >> 32).unwrap()));
        body.extend_from_slice(&self.order.u32(u32::try_from(ticks & 0xffff_ffff).unwrap()));
        let length = self.order.u32(u32::try_from(data.len()).unwrap());
        body.extend_from_slice(&length);
        body.extend_from_slice(&length);
        body.extend_from_slice(data);
        self.block(2, &body);
    }

    pub fn simple(&mut self, data: &[u8]) {
        let mut body = self.order.u32(u32::try_from(data.len()).unwrap()).to_vec();
        body.extend_from_slice(data);
        self.block(3, &body);
    }
}

/// A pcap file of (seconds, fraction, data).
pub fn pcap(order: Order, magic: u32, link_type: u32, records: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let mut file = order.u32(magic).to_vec();
    file.extend_from_slice(&order.u16(2));
    file.extend_from_slice(&order.u16(4));
    file.extend_from_slice(&[0; 8]);
    file.extend_from_slice(&order.u32(262_144));
    file.extend_from_slice(&order.u32(link_type));
    for (seconds, fraction, data) in records {
        let length = order.u32(u32::try_from(data.len()).unwrap());
        file.extend_from_slice(&order.u32(*seconds));
        file.extend_from_slice(&order.u32(*fraction));
        file.extend_from_slice(&length);
        file.extend_from_slice(&length);
        file.extend_from_slice(data);
    }
    file
}

pub const MICROSECONDS: u32 = 0xa1b2_c3d4;
pub const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// A capture of Ethernet frames, a millisecond apart.
pub fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Pcapng::new(Order::Little);
    file.interface(1, &[]);
    for (index, frame) in frames.iter().enumerate() {
        file.enhanced(0, 1_700_000_000_000_000 + index as u64 * 1000, frame);
    }
    file.bytes
}

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;

/// An IP packet with a TCP segment.
pub fn ip(from: SocketAddr, to: SocketAddr, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut tcp = from.port().to_be_bytes().to_vec();
    tcp.extend_from_slice(&to.port().to_be_bytes());
    tcp.extend_from_slice(&seq.to_be_bytes());
    tcp.extend_from_slice(&ack.to_be_bytes());
    tcp.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend_from_slice(payload);
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let total = u16::try_from(tcp.len() + 20).unwrap().to_be_bytes();
            let mut packet = vec![0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0];
            packet.extend_from_slice(&from.octets());
            packet.extend_from_slice(&to.octets());
            packet.extend_from_slice(&tcp);
            packet
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let length = u16::try_from(tcp.len()).unwrap().to_be_bytes();
            let mut packet = vec![0x60, 0, 0, 0, length[0], length[1], 6, 64];
            packet.extend_from_slice(&from.octets());
            packet.extend_from_slice(&to.octets());
            packet.extend_from_slice(&tcp);
            packet
        }
        _ => panic!("one kind of address"),
    }
}

/// An Ethernet frame.
pub fn ethernet(ip: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    frame.extend_from_slice(if ip[0] >> 4 == 6 { &[0x86, 0xdd] } else { &[8, 0] });
    frame.extend_from_slice(ip);
    frame
}

/// A TCP connection that is written down segment by segment.
pub struct Talk {
    pub client: SocketAddr,
    pub server: SocketAddr,
    /// The next sequence numbers of both.
    pub client_seq: u32,
    pub server_seq: u32,
    /// Ethernet frames.
    pub frames: Vec<Vec<u8>>,
}

impl Talk {
    pub fn new(client_port: u16, server_port: u16) -> Self {
        Self {
            client: SocketAddr::from(([10, 0, 0, 1], client_port)),
            server: SocketAddr::from(([10, 0, 0, 2], server_port)),
            client_seq: 1000,
            server_seq: 9000,
            frames: Vec::new(),
        }
    }

    /// With a handshake: three frames.
    pub fn open(client_port: u16, server_port: u16) -> Self {
        let mut talk = Self::new(client_port, server_port);
        talk.handshake();
        talk
    }

    pub fn handshake(&mut self) {
        self.push(true, self.client_seq, 0, SYN, b"");
        self.client_seq = self.client_seq.wrapping_add(1);
        self.push(false, self.server_seq, self.client_seq, SYN | ACK, b"");
        self.server_seq = self.server_seq.wrapping_add(1);
        self.push(true, self.client_seq, self.server_seq, ACK, b"");
    }

    fn push(&mut self, from_client: bool, seq: u32, ack: u32, flags: u8, payload: &[u8]) {
        let (from, to) = if from_client { (self.client, self.server) } else { (self.server, self.client) };
        self.frames.push(ethernet(&ip(from, to, seq, ack, flags, payload)));
    }

    /// A segment from the client.
    pub fn c2s(&mut self, payload: &[u8]) {
        self.push(true, self.client_seq, self.server_seq, PSH | ACK, payload);
        self.client_seq = self.client_seq.wrapping_add(u32::try_from(payload.len()).unwrap());
    }

    /// A segment from the server.
    pub fn s2c(&mut self, payload: &[u8]) {
        self.push(false, self.server_seq, self.client_seq, PSH | ACK, payload);
        self.server_seq = self.server_seq.wrapping_add(u32::try_from(payload.len()).unwrap());
    }

    /// A segment from the client that the capture does not have.
    pub fn lost_c2s(&mut self, payload: &[u8]) {
        self.c2s(payload);
        self.frames.pop();
    }

    /// A segment without payload that ends something.
    pub fn flag(&mut self, from_client: bool, flags: u8) {
        let (seq, ack) =
            if from_client { (self.client_seq, self.server_seq) } else { (self.server_seq, self.client_seq) };
        self.push(from_client, seq, ack, flags, b"");
        if flags & FIN != 0 {
            let next = if from_client { &mut self.client_seq } else { &mut self.server_seq };
            *next = next.wrapping_add(1);
        }
    }

    pub fn capture(&self) -> Vec<u8> {
        capture(&self.frames)
    }
}
