//! What a network connection's earlier frames say about the next one.

mod side;
mod terms;

use self::side::Side;
use self::terms::{Connack, Connect};
use super::dissect::connect_version;
use super::{Breach, Context, Direction, PacketType, Peek, Version};

/// Follows one network connection, frame by frame, in bounded memory: at most 1 MiB of aliased topics and
/// 10 KiB of open packet identifiers for each direction.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    version: Version,
    /// Seen from its first byte, so that what has not been seen has not been.
    from_start: bool,
    /// What CONNECT said, once it has been seen.
    connect: Option<Connect>,
    answered: bool,
    /// The session began with this network connection: nothing is open from before.
    new_session: bool,
    to_server: Side,
    to_client: Side,
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
        let connected = self.connect.is_some();
        let mut context = Context {
            version: self.version,
            direction: Some(direction),
            before_connect: self.from_start && !connected && peek.packet != Some(PacketType::Connect),
            after_connect: connected,
            alias_maximum: self.side(direction).terms.alias_maximum,
            breach: self.breach_of_place(direction, &peek, frame),
            ..Context::default()
        };
        let breach = match peek.packet {
            Some(PacketType::Connect) => {
                self.connect(frame);
                None
            }
            Some(PacketType::Connack) => self.connack(frame),
            Some(PacketType::Publish) => self.publish(direction, &peek, &mut context),
            Some(PacketType::Subscribe | PacketType::Unsubscribe) => {
                // 3.1 has DUP here: sent again, the identifier is in use and may be.
                let again = self.version == Version::V3_1 && peek.flags & 8 != 0;
                context.packet_id_in_use = self.request(direction, peek.packet_id, frame) && !again;
                None
            }
            Some(PacketType::Puback | PacketType::Pubrec | PacketType::Pubcomp) => {
                self.acknowledge(direction, &peek)
            }
            Some(PacketType::Pubrel) => {
                let open = peek.packet_id.is_some_and(|id| self.side(direction).open.contains(id));
                (!open && self.new_session).then_some(Breach::NothingToAnswer)
            }
            Some(PacketType::Suback | PacketType::Unsuback) => self.answer(direction, &peek, frame),
            Some(PacketType::Disconnect) => {
                self.side(direction).disconnected = true;
                None
            }
            Some(PacketType::Auth) => {
                let named = self.connect.as_ref().is_none_or(|connect| connect.method);
                (!named).then_some(Breach::NoMethod)
            }
            _ => None,
        };
        context.breach = context.breach.or(breach);
        (peek, context)
    }

    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// The side that sends in the other direction.
    fn other(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::ToServer => &mut self.to_client,
            Direction::ToClient => &mut self.to_server,
        }
    }

    /// What is wrong with any packet, whatever its type, at this place.
    fn breach_of_place(&mut self, direction: Direction, peek: &Peek<'_>, frame: &[u8]) -> Option<Breach> {
        let packet = peek.packet?;
        // A CONNECT begins everything anew; that there is a second one is said elsewhere.
        let connect = self.connect.as_ref().filter(|_| packet != PacketType::Connect)?;
        let (unanswered, method) = (!self.answered, connect.method);
        let kept_short = direction == Direction::ToClient && connect.no_problem_information;
        let side = self.side(direction);
        if side.disconnected {
            return Some(Breach::AfterDisconnect);
        }
        if unanswered && direction == Direction::ToClient {
            if !matches!(packet, PacketType::Connack | PacketType::Auth) {
                return Some(Breach::BeforeConnack);
            }
        } else if unanswered && method && !matches!(packet, PacketType::Auth | PacketType::Disconnect) {
            return Some(Breach::BeforeAnswer);
        }
        if side.terms.packet.is_some_and(|largest| frame.len() as u64 > largest) {
            return Some(Breach::PacketTooLarge);
        }
        let may_explain =
            matches!(packet, PacketType::Publish | PacketType::Connack | PacketType::Disconnect);
        (kept_short && !may_explain && terms::explains_itself(frame, self.version))
            .then_some(Breach::ProblemInformation)
    }

    fn connect(&mut self, frame: &[u8]) {
        self.version = connect_version(frame).unwrap_or(self.version);
        let connect = Connect::of(frame, self.version);
        *self = Self {
            version: self.version,
            from_start: true,
            answered: false,
            new_session: connect.clean,
            to_server: Side::default(),
            to_client: Side::taking(connect.terms.clone()),
            connect: Some(connect),
        };
    }

    fn connack(&mut self, frame: &[u8]) -> Option<Breach> {
        let connack = Connack::of(frame, self.version);
        let again = std::mem::replace(&mut self.answered, true);
        self.to_server.terms = connack.terms;
        let connect = self.connect.as_ref()?;
        // 3.1 does not say whether there is a session.
        self.new_session |= self.version != Version::V3_1 && connack.accepted && !connack.session_present;
        let version5 = self.version == Version::V5_0;
        [
            (again, Breach::SecondConnack),
            (
                connect.clean && connack.accepted && connack.session_present && self.version != Version::V3_1,
                Breach::SessionPresent,
            ),
            (connack.method && !connect.method, Breach::NoMethod),
            (
                version5 && connect.nameless && connack.accepted && !connack.assigned_identifier,
                Breach::NoIdentifier,
            ),
            (connack.response_information && !connect.response_information, Breach::ResponseInformation),
        ]
        .into_iter()
        .find_map(|(is_so, breach)| is_so.then_some(breach))
    }

    fn publish(&mut self, direction: Direction, peek: &Peek<'_>, context: &mut Context) -> Option<Breach> {
        let mut breach = None;
        let terms = &self.side(direction).terms;
        if terms.qos.is_some_and(|highest| u64::from(peek.qos()) > highest) {
            breach = Some(Breach::QosTooHigh);
        } else if terms.no_retain && peek.flags & 1 != 0 {
            breach = Some(Breach::RetainUnavailable);
        }
        if let (1 | 2, Some(id)) = (peek.qos(), peek.packet_id) {
            let again = peek.flags & 8 != 0;
            let side = self.side(direction);
            let open = side.open.contains(id);
            context.packet_id_in_use = open && !again;
            side.open.insert(id);
            side.under_way += u32::from(!open);
            if side.terms.messages.is_some_and(|most| u64::from(side.under_way) > most) {
                breach = breach.or(Some(Breach::TooManyUnderWay));
            }
        }
        if let (Some(alias), Some(topic)) = (peek.topic_alias, peek.topic) {
            let from_start = self.from_start;
            let aliases = &mut self.side(direction).aliases;
            if topic.is_empty() {
                context.alias_topic = aliases.topic(alias).cloned();
                context.alias_unset = context.alias_topic.is_none() && from_start && !aliases.forgotten;
            } else if let Ok(topic) = std::str::from_utf8(topic) {
                aliases.set(alias, topic);
            }
        }
        breach
    }

    /// SUBSCRIBE or UNSUBSCRIBE: whether its packet identifier was in use already.
    fn request(&mut self, direction: Direction, id: Option<u16>, frame: &[u8]) -> bool {
        let Some(id) = id else { return false };
        let filters = terms::entries(frame, self.version);
        let side = self.side(direction);
        let in_use = side.open.contains(id);
        side.open.insert(id);
        if let Some(filters) = filters {
            side.request(id, filters);
        }
        in_use
    }

    /// PUBACK, PUBREC and PUBCOMP end exchanges of the other side, PUBREC only where it refuses.
    fn acknowledge(&mut self, direction: Direction, peek: &Peek<'_>) -> Option<Breach> {
        /// Says itself that it knows no such packet identifier.
        const NOT_FOUND: u8 = 0x92;
        let id = peek.packet_id?;
        let new_session = self.new_session;
        let other = self.other(direction);
        if !other.open.contains(id) {
            let says_so = peek.reason == Some(NOT_FOUND);
            return (new_session && !says_so).then_some(Breach::NothingToAnswer);
        }
        if peek.packet != Some(PacketType::Pubrec) || peek.reason.is_some_and(|reason| reason >= 0x80) {
            other.open.remove(id);
            other.under_way = other.under_way.saturating_sub(1);
        }
        None
    }

    /// SUBACK or UNSUBACK.
    fn answer(&mut self, direction: Direction, peek: &Peek<'_>, frame: &[u8]) -> Option<Breach> {
        let id = peek.packet_id?;
        let (version, new_session) = (self.version, self.new_session);
        let other = self.other(direction);
        let asked = other.answered(id);
        if !other.open.contains(id) {
            return new_session.then_some(Breach::NothingToAnswer);
        }
        other.open.remove(id);
        // UNSUBACK carries codes since 5.0 only.
        let has_codes = peek.packet == Some(PacketType::Suback) || version == Version::V5_0;
        let given = if has_codes { terms::entries(frame, version) } else { asked };
        (asked.is_some() && given.is_some_and(|given| given > 0) && asked != given)
            .then_some(Breach::CodesDiffer)
    }
}
