//! The clauses of the standards that diagnostics name, for 3.1, 3.1.1 and 5.0. 3.1 numbers no clauses.

use super::{Direction, PacketType, Property, TopicFault, Version};

/// Where each version states a rule.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    v31: &'static str,
    v311: &'static str,
    v5: &'static str,
}

impl Rule {
    pub(super) const fn of(self, version: Version) -> &'static str {
        match version {
            Version::V3_1 => self.v31,
            Version::V3_1_1 => self.v311,
            Version::V5_0 => self.v5,
        }
    }
}

const fn rule(v31: &'static str, v311: &'static str, v5: &'static str) -> Rule {
    Rule { v31, v311, v5 }
}

/// A rule that only 5.0 knows.
const fn rule5(v5: &'static str) -> Rule {
    Rule { v31: "", v311: "", v5 }
}

pub(super) const UTF8: Rule = rule("MQTT 3.1, 2.5", "[MQTT-1.5.3-1]", "[MQTT-1.5.4-1]");
pub(super) const NULL_CHARACTER: Rule = rule("MQTT 3.1, 2.5", "[MQTT-1.5.3-2]", "[MQTT-1.5.4-2]");
pub(super) const VARIABLE_INTEGER: Rule = rule("MQTT 3.1, 2.1", "MQTT 3.1.1, 2.2.3", "[MQTT-1.5.5-1]");
pub(super) const PACKET_TYPE: Rule = rule("MQTT 3.1, 2.1", "MQTT 3.1.1, 2.2.1", "MQTT 5.0, 2.1.2");

pub(super) const FIRST_PACKET: Rule = rule("MQTT 3.1, 3.1", "[MQTT-3.1.0-1]", "[MQTT-3.1.0-1]");
pub(super) const SECOND_CONNECT: Rule = rule("MQTT 3.1, 3.1", "[MQTT-3.1.0-2]", "[MQTT-3.1.0-2]");
pub(super) const PROTOCOL_NAME: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-1]", "[MQTT-3.1.2-1]");
pub(super) const PROTOCOL_LEVEL: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-2]", "[MQTT-3.1.2-2]");
pub(super) const CONNECT_RESERVED: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-3]", "[MQTT-3.1.2-3]");
pub(super) const WILL_QOS_ALONE: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-13]", "[MQTT-3.1.2-11]");
pub(super) const WILL_QOS: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-14]", "[MQTT-3.1.2-12]");
pub(super) const WILL_RETAIN_ALONE: Rule = rule("MQTT 3.1, 2.2", "[MQTT-3.1.2-15]", "[MQTT-3.1.2-13]");
pub(super) const WILL_WILDCARD: Rule = rule("MQTT 3.1, appendix A", "[MQTT-4.7.1-1]", "[MQTT-4.7.0-1]");
pub(super) const PASSWORD_ALONE: Rule = rule("MQTT 3.1, 3.1", "[MQTT-3.1.2-22]", "");
pub(super) const CLIENT_ID: Rule = rule("MQTT 3.1, 3.1", "[MQTT-3.1.3-7]", "MQTT 5.0, 3.1.3.1");

pub(super) const CONNACK_RESERVED: Rule = rule("MQTT 3.1, 3.2", "MQTT 3.1.1, 3.2.2.1", "[MQTT-3.2.2-1]");
pub(super) const SESSION_PRESENT: Rule = rule("MQTT 3.1, 3.2", "[MQTT-3.2.2-4]", "[MQTT-3.2.2-6]");
pub(super) const CONNACK_PROPERTIES: Rule = rule5("MQTT 5.0, 3.2.2.3.1");

pub(super) const BEFORE_CONNACK: Rule = rule("MQTT 3.1, 3.2", "[MQTT-3.2.0-1]", "[MQTT-3.2.0-1]");
pub(super) const DISCONNECT_BEFORE_CONNACK: Rule = rule("MQTT 3.1, 3.2", "[MQTT-3.2.0-1]", "[MQTT-3.14.0-1]");
pub(super) const BEFORE_ANSWER: Rule = rule5("[MQTT-3.1.2-30]");
pub(super) const SECOND_CONNACK: Rule = rule("MQTT 3.1, 3.2", "MQTT 3.1.1, 3.2", "[MQTT-3.2.0-2]");
pub(super) const SESSION_PRESENT_CLEAN: Rule = rule("MQTT 3.1, 3.2", "[MQTT-3.2.2-1]", "[MQTT-3.2.2-2]");
pub(super) const ASSIGNED_IDENTIFIER: Rule = rule5("[MQTT-3.2.2-16]");
pub(super) const RESPONSE_INFORMATION: Rule = rule5("[MQTT-3.1.2-28]");
pub(super) const PROBLEM_INFORMATION: Rule = rule5("[MQTT-3.1.2-29]");
pub(super) const PACKET_ABOVE_CLIENTS: Rule = rule5("[MQTT-3.1.2-24]");
pub(super) const PACKET_ABOVE_SERVERS: Rule = rule5("[MQTT-3.2.2-15]");
pub(super) const QOS_ABOVE_SERVERS: Rule = rule5("[MQTT-3.2.2-11]");
pub(super) const RETAIN_UNAVAILABLE: Rule = rule5("[MQTT-3.2.2-14]");
pub(super) const RECEIVE_ABOVE_SERVERS: Rule = rule5("[MQTT-3.3.4-7]");
pub(super) const RECEIVE_ABOVE_CLIENTS: Rule = rule5("[MQTT-3.3.4-9]");
pub(super) const SERVERS_AUTH: Rule = rule5("[MQTT-4.12.0-6]");
pub(super) const CLIENTS_AUTH: Rule = rule5("[MQTT-4.12.0-7]");
pub(super) const AFTER_DISCONNECT: Rule = rule("MQTT 3.1, 3.14", "[MQTT-3.14.4-2]", "[MQTT-3.14.4-1]");

pub(super) const DUP: Rule = rule("MQTT 3.1, 2.1", "[MQTT-3.3.1-2]", "[MQTT-3.3.1-2]");
pub(super) const QOS: Rule = rule("MQTT 3.1, 2.1", "[MQTT-3.3.1-4]", "[MQTT-3.3.1-4]");
pub(super) const ALIAS_ZERO: Rule = rule5("[MQTT-3.3.2-8]");
pub(super) const ALIAS_ABOVE_SERVERS: Rule = rule5("[MQTT-3.3.2-9]");
pub(super) const ALIAS_ABOVE_CLIENTS: Rule = rule5("[MQTT-3.3.2-11]");
pub(super) const ALIAS_UNKNOWN: Rule = rule5("MQTT 5.0, 3.3.2.3.4");
pub(super) const PAYLOAD_FORMAT: Rule = rule5("MQTT 5.0, 3.3.2.3.2");
pub(super) const RESPONSE_TOPIC: Rule = rule5("[MQTT-3.3.2-14]");
pub(super) const CLIENTS_SUBSCRIPTION_ID: Rule = rule5("[MQTT-3.3.4-6]");

pub(super) const SUBSCRIBE_EMPTY: Rule = rule("MQTT 3.1, 3.8", "[MQTT-3.8.3-3]", "[MQTT-3.8.3-2]");
pub(super) const SUBSCRIBE_RESERVED: Rule = rule("MQTT 3.1, 3.8", "[MQTT-3-8.3-4]", "[MQTT-3.8.3-5]");
pub(super) const SUBSCRIBE_OPTIONS: Rule = rule("MQTT 3.1, 3.8", "[MQTT-3-8.3-4]", "MQTT 5.0, 3.8.3.1");
pub(super) const NO_LOCAL_SHARED: Rule = rule5("[MQTT-3.8.3-4]");
pub(super) const UNSUBSCRIBE_EMPTY: Rule = rule("MQTT 3.1, 3.10", "[MQTT-3.10.3-2]", "[MQTT-3.10.3-2]");
pub(super) const SUBACK_EMPTY: Rule = rule("MQTT 3.1, 3.9", "[MQTT-3.8.4-5]", "[MQTT-3.8.4-6]");
pub(super) const UNSUBACK_EMPTY: Rule = rule5("MQTT 5.0, 3.11.3");

pub(super) const PROPERTY: Rule = rule5("MQTT 5.0, 2.2.2.2");
pub(super) const AUTHENTICATION_DATA: Rule = rule5("MQTT 5.0, 3.1.2.11.10");
pub(super) const AUTHENTICATION_METHOD: Rule = rule5("MQTT 5.0, 3.15.2.2.2");
pub(super) const AUTH_DIRECTION: Rule = rule5("MQTT 5.0, 3.15.2.1");
pub(super) const DISCONNECT_DIRECTION: Rule = rule5("MQTT 5.0, 3.14.2.1");
pub(super) const SERVERS_SESSION_EXPIRY: Rule = rule5("[MQTT-3.14.2-2]");

/// The rule for the fixed header's flags of a packet.
pub(super) const fn flags(packet: PacketType) -> Rule {
    match packet {
        PacketType::Pubrel => rule("MQTT 3.1, 3.6", "[MQTT-3.6.1-1]", "[MQTT-3.6.1-1]"),
        PacketType::Subscribe => rule("MQTT 3.1, 3.8", "[MQTT-3.8.1-1]", "[MQTT-3.8.1-1]"),
        PacketType::Unsubscribe => rule("MQTT 3.1, 3.10", "[MQTT-3.10.1-1]", "[MQTT-3.10.1-1]"),
        PacketType::Disconnect => rule("MQTT 3.1, 2.1", "[MQTT-3.14.1-1]", "[MQTT-3.14.1-1]"),
        PacketType::Auth => rule("MQTT 3.1, 2.1", "[MQTT-2.2.2-1]", "[MQTT-3.15.1-1]"),
        _ => rule("MQTT 3.1, 2.1", "[MQTT-2.2.2-1]", "[MQTT-2.1.3-1]"),
    }
}

/// The rule that a sender gives a packet an identifier that is free.
pub(super) const fn identifier_in_use(direction: Option<Direction>) -> Rule {
    match direction {
        Some(Direction::ToClient) => rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-4]", "[MQTT-2.2.1-4]"),
        _ => rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-2]", "[MQTT-2.2.1-3]"),
    }
}

/// The rule that a packet's identifier is not 0, and that an answer has the one of its request.
pub(super) const fn identifier(packet: PacketType, direction: Option<Direction>) -> Rule {
    match packet {
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp => {
            rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-6]", "[MQTT-2.2.1-5]")
        }
        PacketType::Suback | PacketType::Unsuback => {
            rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-7]", "[MQTT-2.2.1-6]")
        }
        _ if matches!(direction, Some(Direction::ToClient)) => {
            rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-1]", "[MQTT-2.2.1-4]")
        }
        _ => rule("MQTT 3.1, 2.4", "[MQTT-2.3.1-1]", "[MQTT-2.2.1-3]"),
    }
}

/// The rule for the codes that a packet may carry.
pub(super) const fn reason(packet: PacketType) -> Rule {
    match packet {
        PacketType::Connack => rule("MQTT 3.1, 3.2", "MQTT 3.1.1, 3.2.2.3", "[MQTT-3.2.2-8]"),
        PacketType::Puback => rule5("[MQTT-3.4.2-1]"),
        PacketType::Pubrec => rule5("[MQTT-3.5.2-1]"),
        PacketType::Pubrel => rule5("[MQTT-3.6.2-1]"),
        PacketType::Pubcomp => rule5("[MQTT-3.7.2-1]"),
        PacketType::Suback => rule("MQTT 3.1, 3.9", "[MQTT-3.9.3-2]", "[MQTT-3.9.3-2]"),
        PacketType::Unsuback => rule5("[MQTT-3.11.3-2]"),
        PacketType::Disconnect => rule5("[MQTT-3.14.2-1]"),
        PacketType::Auth => rule5("[MQTT-3.15.2-1]"),
        _ => rule5("MQTT 5.0, 2.4"),
    }
}

/// The rule that a topic name or filter breaks.
pub(super) const fn topic(fault: TopicFault) -> Rule {
    match fault {
        TopicFault::Empty => rule("MQTT 3.1, appendix A", "[MQTT-4.7.3-1]", "[MQTT-4.7.3-1]"),
        TopicFault::TooLong => rule("MQTT 3.1, appendix A", "[MQTT-4.7.3-3]", "[MQTT-4.7.3-3]"),
        TopicFault::NullCharacter { .. } => rule("MQTT 3.1, appendix A", "[MQTT-4.7.3-2]", "[MQTT-4.7.3-2]"),
        TopicFault::Wildcard { .. } => rule("MQTT 3.1, 3.3", "[MQTT-3.3.2-2]", "[MQTT-3.3.2-2]"),
        TopicFault::MultiLevel { .. } => rule("MQTT 3.1, appendix A", "[MQTT-4.7.1-2]", "[MQTT-4.7.1-1]"),
        TopicFault::SingleLevel { .. } => rule("MQTT 3.1, appendix A", "[MQTT-4.7.1-3]", "[MQTT-4.7.1-2]"),
        TopicFault::ShareName => rule5("[MQTT-4.8.2-1]"),
        TopicFault::Share => rule5("[MQTT-4.8.2-2]"),
    }
}

/// The rule for the values that a property may have.
pub(super) const fn property_value(property: Property) -> Rule {
    rule5(match property {
        Property::PayloadFormatIndicator => "MQTT 5.0, 3.3.2.3.2",
        Property::SubscriptionIdentifier => "MQTT 5.0, 3.8.2.1.2",
        Property::RequestProblemInformation => "MQTT 5.0, 3.1.2.11.7",
        Property::RequestResponseInformation => "MQTT 5.0, 3.1.2.11.6",
        Property::ReceiveMaximum => "MQTT 5.0, 3.1.2.11.3",
        Property::MaximumPacketSize => "MQTT 5.0, 3.1.2.11.4",
        Property::MaximumQos => "MQTT 5.0, 3.2.2.3.4",
        Property::RetainAvailable => "MQTT 5.0, 3.2.2.3.5",
        Property::WildcardSubscriptionAvailable => "MQTT 5.0, 3.2.2.3.11",
        Property::SubscriptionIdentifiersAvailable => "MQTT 5.0, 3.2.2.3.12",
        Property::SharedSubscriptionAvailable => "MQTT 5.0, 3.2.2.3.13",
        _ => "MQTT 5.0, 2.2.2.2",
    })
}
