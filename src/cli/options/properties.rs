//! `-D PACKET PROPERTY VALUE`: properties of MQTT 5.0 by the names that mosquitto's clients give to them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use clap::{Arg, ArgAction, ArgMatches, Command, error};

use super::Target;
use crate::cli::Stop;
use crate::language::Language;
use crate::profile::{Bytes, MessageProperties, UserProperty};
use crate::wire::{PacketType, Property, Version, check_topic_name};

/// The width to which lists are wrapped.
const WIDTH: usize = 80;

/// The longest text, in bytes (section 1.5.4).
const LONGEST: usize = 65_535;

/// Which command sends the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Sender {
    Sub,
    Pub,
}

/// What may carry properties of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Packet {
    Connect,
    Publish,
    Subscribe,
    Disconnect,
    Will,
}

impl Sender {
    const fn name(self) -> &'static str {
        match self {
            Self::Sub => "sub",
            Self::Pub => "pub",
        }
    }

    const fn packets(self) -> [Packet; 4] {
        match self {
            Self::Sub => [Packet::Connect, Packet::Will, Packet::Subscribe, Packet::Disconnect],
            Self::Pub => [Packet::Connect, Packet::Will, Packet::Publish, Packet::Disconnect],
        }
    }
}

impl Packet {
    const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Publish => "publish",
            Self::Subscribe => "subscribe",
            Self::Disconnect => "disconnect",
            Self::Will => "will",
        }
    }

    /// The properties that a client may put there, in the order of the standard.
    fn properties(self) -> impl Iterator<Item = Property> {
        let (packet, in_will) = match self {
            Self::Connect => (PacketType::Connect, false),
            Self::Publish => (PacketType::Publish, false),
            Self::Subscribe => (PacketType::Subscribe, false),
            Self::Disconnect => (PacketType::Disconnect, false),
            Self::Will => (PacketType::Connect, true),
        };
        // Two are the server's alone (sections 3.3.4 and 3.14.2.2.5).
        let servers = move |property: &Property| {
            matches!(
                (self, property),
                (Self::Publish, Property::SubscriptionIdentifier)
                    | (Self::Disconnect, Property::ServerReference)
            )
        };
        Property::allowed_in(packet, in_will).iter().copied().filter(move |property| !servers(property))
    }
}

/// `session-expiry-interval` and the like.
fn spelling(property: Property) -> String {
    property.name(Language::English).to_lowercase().replace(' ', "-")
}

fn names(packet: Packet) -> Vec<String> {
    packet.properties().map(spelling).collect()
}

/// Every property that a command takes, packet by packet.
pub(super) fn list(sender: Sender) -> String {
    let mut text = String::new();
    for packet in sender.packets() {
        let mut line = format!("  {:<12}", packet.name());
        for (place, name) in names(packet).iter().enumerate() {
            if place > 0 {
                line.push(',');
            }
            if line.len() + name.len() + 2 > WIDTH {
                // Writing to a text does not fail.
                let _ = writeln!(text, "{line}");
                line = " ".repeat(14);
            } else if place > 0 {
                line.push(' ');
            }
            line.push_str(name);
        }
        let _ = writeln!(text, "{line}");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The words of each `-D`, in order.
#[derive(Debug)]
pub(super) struct Arguments(Vec<Vec<String>>);

const ID: &str = "property";

// By hand: the derive macro loses which words stood together.
impl clap::Args for Arguments {
    fn augment_args(command: Command) -> Command {
        command.arg(
            Arg::new(ID)
                .short('D')
                .long("property")
                .value_name("PROPERTY")
                .help("PACKET PROPERTY VALUE, see below (5.0)")
                .help_heading("Session")
                .num_args(1..=4)
                .allow_negative_numbers(true)
                .action(ArgAction::Append),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, error::Error> {
        let occurrences = matches.get_occurrences::<String>(ID).into_iter().flatten();
        Ok(Self(occurrences.map(|words| words.cloned().collect()).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), error::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Arguments {
    /// Sets what is asked for; `has_expiry` where `-x` has set one already.
    pub fn apply(self, sender: Sender, has_expiry: bool, target: &mut Target) -> Result<(), Stop> {
        let version = target.options.profile.version;
        if !self.0.is_empty() && version != Version::V5_0 {
            return Err(Stop::Usage(format!(
                "-D sets properties of MQTT 5.0, and this is a connection of MQTT {version}: add -V 5, or leave -D out"
            )));
        }
        let mut seen = HashSet::new();
        for words in &self.0 {
            let said = words.join(" ");
            let wrong = |why: String| Stop::Usage(format!("-D {said}: {why}"));
            let (packet, property, values) = read(sender, words).map_err(wrong)?;
            if has_expiry && (packet, property) == (Packet::Connect, Property::SessionExpiryInterval) {
                return Err(wrong("-x sets it already; leave one of the two out".to_owned()));
            }
            if property != Property::UserProperty && !seen.insert((packet, property)) {
                return Err(wrong("it may be given once only".to_owned()));
            }
            set(target, packet, property, values).map_err(wrong)?;
        }
        let parting = target.parting.session_expiry_secs;
        let profile = &target.options.profile;
        // [MQTT-3.1.2-23] and section 3.14.2.2.2: what CONNECT did not ask for, DISCONNECT cannot.
        if parting.is_some_and(|seconds| seconds > 0)
            && profile.clean_session
            && profile.connect.session_expiry_secs.unwrap_or(0) == 0
        {
            let why = "-D disconnect session-expiry-interval: the session ends with the connection, and DISCONNECT \
                       cannot make it last: add -x SECONDS or -c";
            return Err(Stop::Usage(why.to_owned()));
        }
        Ok(())
    }
}

/// Finds packet and property, and as many values as it has.
fn read(sender: Sender, words: &[String]) -> Result<(Packet, Property, &[String]), String> {
    let [packet, rest @ ..] = words else {
        return Err("a packet, a property and a value are needed".to_owned());
    };
    let wanted = packet.to_lowercase();
    let packets = sender.packets();
    let Some(packet) = packets.into_iter().find(|packet| packet.name() == wanted) else {
        let legal = packets.map(Packet::name).join(", ");
        let name = sender.name();
        return Err(match wanted.as_str() {
            "publish" | "subscribe" | "unsubscribe" => {
                format!("{name} sends no {}; -D sets properties of {legal}", wanted.to_uppercase())
            }
            "auth" => format!("AUTH answers the server by itself; -D sets properties of {legal}"),
            _ => format!("{packet:?} is no packet whose properties can be set; these are: {legal}"),
        });
    };
    let legal = || names(packet).join(", ");
    let [property, values @ ..] = rest else {
        return Err(format!("a property is missing; of {wanted} they are {}", legal()));
    };
    let wanted = property.to_lowercase();
    let Some(known) = packet.properties().find(|known| spelling(*known) == wanted) else {
        let exists = Property::ALL.into_iter().any(|known| spelling(known) == wanted);
        let what = if exists { "cannot be set by a client for" } else { "is no property of" };
        return Err(format!("{property} {what} {}; these are: {}", packet.name(), legal()));
    };
    let is_pair = known == Property::UserProperty;
    match (values, is_pair) {
        ([_, _], true) | ([_], false) => Ok((packet, known, values)),
        (_, true) => Err("a user property has a name and a value".to_owned()),
        ([], false) => Err("the value is missing".to_owned()),
        (_, false) => Err("there is one value; put quotes around one with spaces".to_owned()),
    }
}

fn set(target: &mut Target, packet: Packet, property: Property, values: &[String]) -> Result<(), String> {
    let value = values.first().map_or("", String::as_str);
    let Target { options, message, topic_alias, identifier, subscribe_properties, parting, .. } = target;
    let connect = &mut options.profile.connect;
    if property == Property::UserProperty {
        let [name, value] = values else { return Err("a user property has a name and a value".to_owned()) };
        let pair = UserProperty { name: checked(name)?, value: checked(value)? };
        match packet {
            Packet::Connect => connect.user_properties.push(pair),
            Packet::Publish => message.user_properties.push(pair),
            Packet::Subscribe => subscribe_properties.push(pair),
            Packet::Disconnect => parting.user_properties.push(pair),
            Packet::Will => will(target)?.1.user_properties.push(pair),
        }
        return Ok(());
    }
    match (packet, property) {
        (Packet::Connect, Property::SessionExpiryInterval) => {
            connect.session_expiry_secs = Some(number(value, 0..=u32::MAX)?);
        }
        (Packet::Connect, Property::ReceiveMaximum) => connect.receive_maximum = Some(short(value, 1)?),
        (Packet::Connect, Property::MaximumPacketSize) => {
            connect.maximum_packet_bytes = Some(number(value, 1..=u32::MAX)?);
        }
        (Packet::Connect, Property::TopicAliasMaximum) => {
            connect.topic_alias_maximum = Some(short(value, 0)?);
        }
        (Packet::Connect, Property::RequestResponseInformation) => {
            connect.request_response_information = flag(value)?;
        }
        (Packet::Connect, Property::RequestProblemInformation) => {
            connect.request_problem_information = flag(value)?;
        }
        (Packet::Connect, Property::AuthenticationMethod) => connect.authentication_method = text(value)?,
        (Packet::Connect, Property::AuthenticationData) => {
            options.secrets.authentication_data = Some(crate::profile::Secret::new(bytes(value)?));
        }
        (Packet::Publish, Property::TopicAlias) => *topic_alias = Some(short(value, 1)?),
        (Packet::Publish, other) => of_message(message, other, value)?,
        (Packet::Subscribe, Property::SubscriptionIdentifier) => {
            *identifier = Some(number(value, 1..=268_435_455)?);
        }
        (Packet::Disconnect, Property::SessionExpiryInterval) => {
            parting.session_expiry_secs = Some(number(value, 0..=u32::MAX)?);
        }
        (Packet::Disconnect, Property::ReasonString) => parting.reason_string = text(value)?,
        (Packet::Will, Property::WillDelayInterval) => *will(target)?.0 = number(value, 0..=u32::MAX)?,
        (Packet::Will, other) => of_message(will(target)?.1, other, value)?,
        (packet, _) => return Err(format!("it cannot be set for {}", packet.name())),
    }
    Ok(())
}

/// The delay and the properties of the will.
fn will(target: &mut Target) -> Result<(&mut u32, &mut MessageProperties), String> {
    let will = target.options.profile.will.as_mut();
    let will = will.ok_or_else(|| "there is no will: add --will-topic TOPIC".to_owned())?;
    Ok((&mut will.delay_secs, &mut will.properties))
}

fn of_message(message: &mut MessageProperties, property: Property, value: &str) -> Result<(), String> {
    match property {
        Property::PayloadFormatIndicator => message.utf8 = flag(value)?,
        Property::MessageExpiryInterval => message.message_expiry_secs = Some(number(value, 0..=u32::MAX)?),
        Property::ContentType => message.content_type = text(value)?,
        Property::ResponseTopic => {
            let topic = text(value)?;
            check_topic_name(&topic).map_err(|fault| format!("it {}", fault.text(Language::English)))?;
            message.response_topic = topic;
        }
        Property::CorrelationData => message.correlation_data = Bytes(bytes(value)?.into_bytes()),
        other => return Err(format!("{} is no property of a message", spelling(other))),
    }
    Ok(())
}

fn number(value: &str, range: RangeInclusive<u32>) -> Result<u32, String> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("the value is a number from {} to {}", range.start(), range.end()))
}

fn short(value: &str, least: u16) -> Result<u16, String> {
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("the value is a number from {least} to 65535"))
}

fn flag(value: &str) -> Result<bool, String> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err("the value is 0 or 1".to_owned()),
    }
}

/// A text that is sent as it is.
fn checked(value: &str) -> Result<String, String> {
    if value.contains('\0') {
        return Err("a text cannot hold the character U+0000".to_owned());
    }
    bytes(value)
}

/// A text that says something.
fn text(value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Err("the value is empty; leave the property out".to_owned());
    }
    checked(value)
}

/// A text whose bytes count.
fn bytes(value: &str) -> Result<String, String> {
    if value.len() > LONGEST {
        return Err(format!("the value is longer than {LONGEST} bytes"));
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_fit_into_eighty_columns_and_name_every_property_once() {
        for sender in [Sender::Sub, Sender::Pub] {
            let list = list(sender);
            assert!(list.lines().all(|line| line.len() <= WIDTH), "{list}");
            let named = list.split_whitespace().count();
            let expected: usize = sender.packets().iter().map(|packet| packet.properties().count() + 1).sum();
            assert_eq!(named, expected, "{list}");
        }
    }

    #[test]
    fn every_property_is_spelled_as_by_mosquitto() {
        // Sections 3.1.2.11, 3.1.3.2, 3.3.2.3, 3.8.2.1 and 3.14.2.2.
        let all: Vec<_> = Property::ALL.map(spelling).to_vec();
        for name in [
            "payload-format-indicator",
            "message-expiry-interval",
            "content-type",
            "response-topic",
            "correlation-data",
            "subscription-identifier",
            "session-expiry-interval",
            "authentication-method",
            "authentication-data",
            "request-problem-information",
            "will-delay-interval",
            "request-response-information",
            "reason-string",
            "receive-maximum",
            "topic-alias-maximum",
            "topic-alias",
            "user-property",
            "maximum-packet-size",
        ] {
            assert!(all.iter().any(|spelled| spelled == name), "{name}");
        }
    }
}
