//! The fifteen control packets (3.1.1 and 5.0, section 2.1.2) and the direction they travel in.

use std::fmt;

/// A control packet's type: the high four bits of its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PacketType {
    /// Client asks to connect.
    Connect = 1,
    /// Server answers CONNECT.
    Connack = 2,
    /// An application message.
    Publish = 3,
    /// Answer to PUBLISH at `QoS` 1.
    Puback = 4,
    /// Answer to PUBLISH at `QoS` 2, first step.
    Pubrec = 5,
    /// Second step of `QoS` 2.
    Pubrel = 6,
    /// Last step of `QoS` 2.
    Pubcomp = 7,
    /// Client asks for topic filters.
    Subscribe = 8,
    /// Answer to SUBSCRIBE.
    Suback = 9,
    /// Client gives topic filters up.
    Unsubscribe = 10,
    /// Answer to UNSUBSCRIBE.
    Unsuback = 11,
    /// Client asks whether the server is there.
    Pingreq = 12,
    /// Answer to PINGREQ.
    Pingresp = 13,
    /// The network connection is about to be closed.
    Disconnect = 14,
    /// Enhanced authentication (5.0 only).
    Auth = 15,
}

impl PacketType {
    /// Every type, in the order of the standard.
    pub const ALL: [Self; 15] = [
        Self::Connect,
        Self::Connack,
        Self::Publish,
        Self::Puback,
        Self::Pubrec,
        Self::Pubrel,
        Self::Pubcomp,
        Self::Subscribe,
        Self::Suback,
        Self::Unsubscribe,
        Self::Unsuback,
        Self::Pingreq,
        Self::Pingresp,
        Self::Disconnect,
        Self::Auth,
    ];

    /// The type in a frame's first byte; `None` for the forbidden type 0.
    #[must_use]
    pub fn of_first_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().nth(usize::from(byte >> 4).checked_sub(1)?)
    }

    /// The only way that packets of this type go, in every version (3.1.1 and 5.0, table 2.1); `None` where there are two.
    #[must_use]
    pub const fn only_way(self) -> Option<Direction> {
        match self {
            Self::Connect | Self::Subscribe | Self::Unsubscribe | Self::Pingreq => Some(Direction::ToServer),
            Self::Connack | Self::Suback | Self::Unsuback | Self::Pingresp => Some(Direction::ToClient),
            _ => None,
        }
    }

    /// The name as the standard writes it: `CONNECT`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Connack => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::Puback => "PUBACK",
            Self::Pubrec => "PUBREC",
            Self::Pubrel => "PUBREL",
            Self::Pubcomp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::Suback => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Unsuback => "UNSUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The way a frame travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server: what we sent.
    ToServer,
    /// From the server to the client: what we received.
    ToClient,
}
