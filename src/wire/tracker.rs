//! What a network connection's earlier frames say about the next one.

use std::collections::HashMap;

use super::dissect::connect_version;
use super::{Context, Direction, FieldKind, PacketType, Peek, Property, Value, Version, dissect};

/// How many bytes of aliased topics are remembered for each direction; later ones are forgotten.
const ALIAS_BYTES: usize = 1 << 20;

/// Follows one network connection, frame by frame, in bounded memory: at most 1 MiB of aliased topics and
/// 8 KiB of open packet identifiers for each direction.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    version: Version,
    /// Seen from its first byte, so that what has not been seen has not been.
    from_start: bool,
    connected: bool,
    to_server: Side,
    to_client: Side,
}

/// What one side has sent.
#[derive(Clone, Debug, Default)]
struct Side {
    aliases: HashMap<u16, String>,
    alias_bytes: usize,
    /// An alias did not fit and was not remembered.
    alias_forgotten: bool,
    /// The highest alias that the other side takes.
    alias_maximum: Option<u16>,
    open: Identifiers,
}

/// The packet identifiers of exchanges that one side has begun and that are not finished.
#[derive(Clone, Debug, Default)]
struct Identifiers(Vec<u64>);

impl Identifiers {
    fn place(id: u16) -> (usize, u64) {
        (usize::from(id >> 6), 1 << (id & 63))
    }

    fn contains(&self, id: u16) -> bool {
        let (word, bit) = Self::place(id);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn insert(&mut self, id: u16) {
        let (word, bit) = Self::place(id);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    fn remove(&mut self, id: u16) {
        let (word, bit) = Self::place(id);
        if let Some(bits) = self.0.get_mut(word) {
            *bits &= !bit;
        }
    }
}

impl Tracker {
    /// For a network connection that is seen from its beginning. `version` holds until a CONNECT names one.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self { version, from_start: true, ..Self::default() }
    }

    /// For a network connection that was under way already, as in a capture begun late.
    #[must_use]
    pub fn midway(version: Version) -> Self {
        Self { version, ..Self::default() }
    }

    /// The version in force: the one of the last CONNECT.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Takes the next frame in; tells what it looks like and what the frames before it say about it.
    pub fn feed<'a>(&mut self, direction: Direction, frame: &'a [u8]) -> (Peek<'a>, Context) {
        let peek = Peek::of(frame, self.version);
        let mut context = Context {
            version: self.version,
            direction: Some(direction),
            before_connect: self.from_start && !self.connected && peek.packet != Some(PacketType::Connect),
            after_connect: self.connected,
            alias_maximum: self.side(direction).alias_maximum,
            ..Context::default()
        };
        match peek.packet {
            Some(PacketType::Connect) => self.connect(frame),
            Some(PacketType::Connack) if self.version == Version::V5_0 => {
                self.to_server.alias_maximum = alias_maximum(frame, self.version);
            }
            Some(PacketType::Publish) => self.publish(direction, &peek, &mut context),
            Some(PacketType::Subscribe | PacketType::Unsubscribe) => {
                context.packet_id_in_use = self.begin(direction, peek.packet_id, false);
            }
            Some(PacketType::Puback | PacketType::Pubcomp | PacketType::Suback | PacketType::Unsuback) => {
                self.finish(direction, peek.packet_id);
            }
            Some(PacketType::Pubrec) if peek.reason.is_some_and(|reason| reason >= 0x80) => {
                self.finish(direction, peek.packet_id);
            }
            _ => {}
        }
        (peek, context)
    }

    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    fn connect(&mut self, frame: &[u8]) {
        self.version = connect_version(frame).unwrap_or(self.version);
        self.connected = true;
        self.from_start = true;
        self.to_server = Side::default();
        self.to_client = Side { alias_maximum: alias_maximum(frame, self.version), ..Side::default() };
    }

    fn publish(&mut self, direction: Direction, peek: &Peek<'_>, context: &mut Context) {
        if matches!(peek.qos(), 1 | 2) {
            let again = peek.flags & 8 != 0;
            context.packet_id_in_use = self.begin(direction, peek.packet_id, again);
        }
        let (Some(alias), Some(topic)) = (peek.topic_alias, peek.topic) else { return };
        let seen_from_start = self.from_start;
        let side = self.side(direction);
        if topic.is_empty() {
            context.alias_topic = side.aliases.get(&alias).cloned();
            context.alias_unset = context.alias_topic.is_none() && seen_from_start && !side.alias_forgotten;
        } else if let Ok(topic) = std::str::from_utf8(topic) {
            let old = side.aliases.remove(&alias).map_or(0, |topic| topic.len());
            side.alias_bytes -= old;
            if side.alias_bytes + topic.len() <= ALIAS_BYTES {
                side.alias_bytes += topic.len();
                side.aliases.insert(alias, topic.to_owned());
            } else {
                side.alias_forgotten = true;
            }
        }
    }

    /// Marks an identifier as used by `direction`'s sender; whether it was already, and not sent again.
    fn begin(&mut self, direction: Direction, id: Option<u16>, again: bool) -> bool {
        let Some(id) = id else { return false };
        let open = &mut self.side(direction).open;
        let in_use = !again && open.contains(id);
        open.insert(id);
        in_use
    }

    /// An answer that travels in `direction` ends an exchange of the other side.
    fn finish(&mut self, direction: Direction, id: Option<u16>) {
        let Some(id) = id else { return };
        let other = match direction {
            Direction::ToServer => &mut self.to_client,
            Direction::ToClient => &mut self.to_server,
        };
        other.open.remove(id);
    }
}

/// The topic alias maximum that a CONNECT or CONNACK of 5.0 states; none stated is 0.
fn alias_maximum(frame: &[u8], version: Version) -> Option<u16> {
    if version != Version::V5_0 {
        return None;
    }
    let dissection = dissect(frame, &Context { version, ..Context::default() });
    match dissection.find(FieldKind::PropertyValue(Property::TopicAliasMaximum)).map(|field| &field.value) {
        Some(Value::Number(maximum)) => u16::try_from(*maximum).ok(),
        _ => Some(0),
    }
}
