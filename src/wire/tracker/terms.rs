//! What CONNECT and CONNACK say that holds for the rest of a network connection.

use crate::wire::{Context, Dissection, Field, FieldKind, Property, Value, Version, dissect};

/// What a side takes, as it said in CONNECT or CONNACK. Nothing said is no limit, except for aliases.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// The highest topic alias; `None` where unknown.
    pub(super) alias_maximum: Option<u16>,
    /// The largest packet in bytes.
    pub(super) packet: Option<u64>,
    /// How many messages of `QoS` 1 and 2 at a time.
    pub(super) messages: Option<u64>,
    /// The highest `QoS` in PUBLISH.
    pub(super) qos: Option<u64>,
    /// Whether a PUBLISH may be one to be retained.
    pub(super) no_retain: bool,
}

impl Terms {
    fn of(dissection: &Dissection) -> Self {
        if dissection.version != Version::V5_0 {
            return Self::default();
        }
        let alias_maximum = number(dissection, Property::TopicAliasMaximum).unwrap_or(0);
        Self {
            alias_maximum: u16::try_from(alias_maximum).ok(),
            packet: number(dissection, Property::MaximumPacketSize),
            messages: number(dissection, Property::ReceiveMaximum),
            qos: number(dissection, Property::MaximumQos),
            no_retain: number(dissection, Property::RetainAvailable) == Some(0),
        }
    }
}

/// What a client says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Connect {
    pub(super) terms: Terms,
    /// It wants a new session.
    pub(super) clean: bool,
    /// It leaves its identifier to the server.
    pub(super) nameless: bool,
    /// It names an authentication method.
    pub(super) method: bool,
    /// It asks for response information.
    pub(super) response_information: bool,
    /// It asks not to get reason strings and user properties with acknowledgements.
    pub(super) no_problem_information: bool,
}

impl Connect {
    pub(super) fn of(frame: &[u8], version: Version) -> Self {
        let dissection = taken_apart(frame, version);
        let find = |kind| dissection.find(kind);
        Self {
            clean: find(FieldKind::CleanSession).is_some_and(|field| field.value == Value::Bool(true)),
            nameless: find(FieldKind::ClientId).is_some_and(|field| field.range.is_empty()),
            method: find(FieldKind::PropertyValue(Property::AuthenticationMethod)).is_some(),
            response_information: number(&dissection, Property::RequestResponseInformation) == Some(1),
            no_problem_information: number(&dissection, Property::RequestProblemInformation) == Some(0),
            terms: Terms::of(&dissection),
        }
    }
}

/// What a server answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Connack {
    pub(super) terms: Terms,
    pub(super) accepted: bool,
    pub(super) session_present: bool,
    pub(super) assigned_identifier: bool,
    pub(super) method: bool,
    pub(super) response_information: bool,
}

impl Connack {
    pub(super) fn of(frame: &[u8], version: Version) -> Self {
        let dissection = taken_apart(frame, version);
        let has = |property| dissection.find(FieldKind::PropertyValue(property)).is_some();
        let code = dissection.find(FieldKind::ReasonCode).or(dissection.find(FieldKind::ReturnCode));
        let session = dissection.find(FieldKind::SessionPresent);
        Self {
            accepted: code.is_some_and(|field| field.value == Value::Number(0)),
            session_present: session.is_some_and(|field| field.value == Value::Bool(true)),
            assigned_identifier: has(Property::AssignedClientIdentifier),
            method: has(Property::AuthenticationMethod),
            response_information: has(Property::ResponseInformation),
            terms: Terms::of(&dissection),
        }
    }
}

/// How many topic filters a request names, or how many codes an answer carries; `None` where it breaks off.
pub(super) fn entries(frame: &[u8], version: Version) -> Option<usize> {
    fn within(fields: &[Field]) -> usize {
        let counts =
            |kind| matches!(kind, FieldKind::TopicFilter | FieldKind::GrantedQos | FieldKind::ReasonCode);
        fields.iter().map(|field| usize::from(counts(field.kind)) + within(&field.children)).sum()
    }
    let dissection = taken_apart(frame, version);
    dissection.broken.is_none().then(|| within(&dissection.fields))
}

/// Whether the packet carries what explains a problem.
pub(super) fn explains_itself(frame: &[u8], version: Version) -> bool {
    let dissection = taken_apart(frame, version);
    [Property::ReasonString, Property::UserProperty]
        .into_iter()
        .any(|property| dissection.find(FieldKind::Property(property)).is_some())
}

fn taken_apart(frame: &[u8], version: Version) -> Dissection {
    dissect(frame, &Context { version, ..Context::default() })
}

fn number(dissection: &Dissection, property: Property) -> Option<u64> {
    match dissection.find(FieldKind::PropertyValue(property))?.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}
