//! The quick ways to an answer say what a plain look at the decoded tree says: random frames, random filters.

mod log_support;

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use log_support::connection;
use mqloupe::log::filter::Subject;
use mqloupe::log::{Entry, Filter, FrameLog, Limits, Timestamp};
use mqloupe::wire::{
    Context, Direction, Dissection, Field, FieldKind, PacketType, Property, Value, Version, dissect, matches,
};
use proptest::prelude::*;

/// A filter as the test thinks of it.
#[derive(Clone, Debug)]
enum Plain {
    All(Vec<Plain>),
    Any(Vec<Plain>),
    Not(Box<Plain>),
    Text(String),
    Number(&'static str, &'static str, u64),
    Flag(&'static str, bool),
    Bytes(&'static str, &'static str, String),
    Packet(PacketType, bool),
    Direction(Direction),
    Json(&'static str, i32),
    User(String, String),
}

const NUMBERS: [&str; 12] = [
    "qos",
    "packet_id",
    "length",
    "reason_code",
    "return_code",
    "requested_qos",
    "keep_alive",
    "will_qos",
    "max_qos",
    "topic_length",
    "remaining_length",
    "topic_alias",
];
const FLAGS: [&str; 7] =
    ["retain", "dup", "fault", "clean_session", "session_present", "no_local", "will_retain"];
const TEXTS: [&str; 8] = [
    "topic",
    "payload",
    "client_id",
    "username",
    "password",
    "will_topic",
    "content_type",
    "user_property_key",
];

impl Plain {
    fn written(&self) -> String {
        let many = |nodes: &[Self], between: &str| {
            let parts: Vec<String> = nodes.iter().map(|node| format!("({})", node.written())).collect();
            parts.join(between)
        };
        match self {
            Self::All(nodes) => many(nodes, " && "),
            Self::Any(nodes) => many(nodes, " or "),
            Self::Not(node) => format!("!({})", node.written()),
            Self::Text(text) => format!("\"{text}\""),
            Self::Number(name, operator, number) => format!("{name} {operator} {number}"),
            Self::Flag(name, true) => (*name).to_owned(),
            Self::Flag(name, false) => format!("{name} == no"),
            Self::Bytes(name, "matches", text) => format!("{name} matches /{text}/i"),
            Self::Bytes(name, operator, text) => format!("{name} {operator} \"{text}\""),
            Self::Packet(packet, equal) => {
                format!("type {} {}", if *equal { "==" } else { "!=" }, packet.name().to_lowercase())
            }
            Self::Direction(Direction::ToServer) => "dir == sent".to_owned(),
            Self::Direction(Direction::ToClient) => "dir == received".to_owned(),
            Self::Json(key, number) => format!("json.{key} > {number}"),
            Self::User(key, value) => format!("user[\"{key}\"] == \"{value}\""),
        }
    }

    fn holds(&self, frame: &[u8], entry: &Entry, topic: Option<&str>, tree: &Dissection) -> bool {
        let again = |node: &Self| node.holds(frame, entry, topic, tree);
        match self {
            Self::All(nodes) => nodes.iter().all(again),
            Self::Any(nodes) => nodes.iter().any(again),
            Self::Not(node) => !again(node),
            Self::Text(text) if tree.packet == Some(PacketType::Publish) => {
                topic.is_some_and(|topic| contains(topic.as_bytes(), text))
                    || values(frame, tree, "topic").iter().any(|value| contains(&value.bytes, text))
                    || contains(&payload(frame, tree), text)
            }
            Self::Text(text) => {
                let head = tree.fields.iter().find(|field| field.kind == FieldKind::FixedHeader);
                // Without a whole fixed header nothing is behind it, but for a first byte and no length.
                let whole = tree.find(FieldKind::RemainingLength).is_some();
                let end = if whole { head.map_or(0, |head| head.range.end) } else { frame.len() };
                contains(&frame[end..], text)
            }
            Self::Number("length", operator, number) => compare(entry.length.into(), operator, *number),
            Self::Number(name, operator, number) => values(frame, tree, name)
                .iter()
                .any(|v| v.number.is_some_and(|v| compare(v, operator, *number))),
            Self::Flag("fault", wanted) => tree_fault(entry) == *wanted,
            Self::Flag(name, wanted) => {
                values(frame, tree, name).iter().any(|v| v.number == Some(u64::from(*wanted)))
            }
            Self::Bytes("payload", operator, text) => {
                tree.packet == Some(PacketType::Publish) && text_holds(&payload(frame, tree), operator, text)
            }
            Self::Bytes("topic", operator, text) if topic.is_some() => {
                text_holds(topic.unwrap_or_default().as_bytes(), operator, text)
            }
            Self::Bytes(name, operator, text) => {
                values(frame, tree, name).iter().any(|v| v.is_text && text_holds(&v.bytes, operator, text))
            }
            Self::Packet(packet, equal) => (tree.packet == Some(*packet)) == *equal,
            Self::Direction(direction) => entry.direction == *direction,
            Self::Json(key, number) => {
                let json: Option<serde_json::Value> = serde_json::from_slice(&payload(frame, tree)).ok();
                json.and_then(|json| json.get(key)?.as_f64()).is_some_and(|v| v > f64::from(*number))
            }
            Self::User(key, value) => {
                let mut found = false;
                walk(&tree.fields, &mut |field| {
                    if field.kind == FieldKind::Property(Property::UserProperty) {
                        let of = |kind| {
                            field.children.iter().find(|c| c.kind == kind).map(|c| &frame[c.range.clone()])
                        };
                        found |= of(FieldKind::UserPropertyKey) == Some(key.as_bytes())
                            && of(FieldKind::UserPropertyValue) == Some(value.as_bytes());
                    }
                });
                found
            }
        }
    }
}

const fn tree_fault(entry: &Entry) -> bool {
    // What breaks the standard depends on the frames before; the log has judged that.
    entry.fault
}

struct Seen {
    number: Option<u64>,
    is_text: bool,
    bytes: Vec<u8>,
}

fn walk(fields: &[Field], look: &mut impl FnMut(&Field)) {
    for field in fields {
        look(field);
        walk(&field.children, look);
    }
}

/// Every value of a name, in the whole tree.
fn values(frame: &[u8], tree: &Dissection, name: &str) -> Vec<Seen> {
    let mut seen = Vec::new();
    // Those of messages are meant, not those that 3.1 has in other packets.
    if matches!(name, "qos" | "dup" | "retain") && tree.packet != Some(PacketType::Publish) {
        return seen;
    }
    walk(&tree.fields, &mut |field| {
        let named = match field.kind {
            FieldKind::PropertyValue(Property::TopicAlias) => name == "topic_alias",
            FieldKind::PropertyValue(Property::ContentType) => name == "content_type",
            kind => kind.name() == name,
        };
        if named {
            let number = match field.value {
                Value::Number(number) => Some(number),
                Value::Bool(set) => Some(set.into()),
                _ => None,
            };
            let is_text = matches!(field.value, Value::Text(_) | Value::Bytes);
            seen.push(Seen { number, is_text, bytes: frame[field.range.clone()].to_vec() });
        }
    });
    seen
}

fn payload(frame: &[u8], tree: &Dissection) -> Vec<u8> {
    if tree.packet != Some(PacketType::Publish) {
        return Vec::new();
    }
    tree.find(FieldKind::Payload).map(|field| frame[field.range.clone()].to_vec()).unwrap_or_default()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    let (bytes, text) = (bytes.to_ascii_lowercase(), text.to_ascii_lowercase().into_bytes());
    text.is_empty() || bytes.windows(text.len()).any(|window| window == text)
}

fn text_holds(bytes: &[u8], operator: &str, text: &str) -> bool {
    match operator {
        "==" => bytes == text.as_bytes(),
        "!=" => bytes != text.as_bytes(),
        "~" => std::str::from_utf8(bytes).is_ok_and(|topic| !topic.is_empty() && matches(text, topic)),
        // The patterns of this test are plain text.
        _ => contains(bytes, text),
    }
}

fn compare(value: u64, operator: &str, number: u64) -> bool {
    let order = value.cmp(&number);
    match operator {
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let operators = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let text = "[abAB]{0,3}";
    let leaf = prop_oneof![
        text.prop_map(Plain::Text),
        (prop::sample::select(&NUMBERS[..]), operators, 0..3_u64)
            .prop_map(|(name, operator, number)| Plain::Number(name, operator, number)),
        (prop::sample::select(&FLAGS[..]), any::<bool>()).prop_map(|(name, set)| Plain::Flag(name, set)),
        (
            prop::sample::select(&TEXTS[..]),
            prop::sample::select(vec!["==", "!=", "contains", "matches"]),
            text
        )
            .prop_map(|(name, operator, text)| Plain::Bytes(name, operator, text)),
        (prop::sample::select(&TEXTS[..]), "[ab+]|#|a/[+b]|a/#")
            .prop_map(|(name, filter)| Plain::Bytes(name, "~", filter)),
        (prop::sample::select(&PacketType::ALL[..]), any::<bool>())
            .prop_map(|(p, equal)| Plain::Packet(p, equal)),
        any::<bool>().prop_map(|up| Plain::Direction(if up {
            Direction::ToServer
        } else {
            Direction::ToClient
        })),
        (prop::sample::select(&["a", "b"][..]), -1..3_i32).prop_map(|(key, number)| Plain::Json(key, number)),
        ("[ab]", "[ab]").prop_map(|(key, value)| Plain::User(key, value)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Plain::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Plain::Any),
            inner.prop_map(|node| Plain::Not(Box::new(node))),
        ]
    })
}

fn string(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap_or(0).to_be_bytes()[..], text.as_bytes()].concat()
}

/// Frames of every kind, most of them well-formed.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let user = ("[ab]", "[ab]").prop_map(|(key, value)| [vec![38], string(&key), string(&value)].concat());
    let properties = prop_oneof![
        Just(Vec::new()),
        user,
        "[ab]".prop_map(|text| [vec![3], string(&text)].concat()),
        (0..3_u8).prop_map(|alias| vec![35, 0, alias]),
    ]
    .prop_map(|properties| [vec![u8::try_from(properties.len()).unwrap_or(0)], properties].concat());
    let payload = prop_oneof![
        "[abAB]{0,6}".prop_map(String::into_bytes),
        (0..4_i32).prop_map(|n| format!("{{\"a\":{n},\"b\":\"a\"}}").into_bytes()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    let publish = (
        0..16_u8,
        prop_oneof!["[ab](/[ab])?", Just(String::new())],
        properties.clone(),
        any::<bool>(),
        payload,
    )
        .prop_map(|(flags, topic, properties, with, payload)| {
            let id: &[u8] = if flags & 6 == 0 { b"" } else { b"\x00\x02" };
            let properties = if with { properties } else { Vec::new() };
            log_support::frame(0x30 | flags, &[string(&topic), id.to_vec(), properties, payload].concat())
        });
    let connect = ("[ab]{0,2}", "[ab]", 0..=255_u8, 3..6_u8).prop_map(|(client, user, flags, level)| {
        let name = string(if level == 3 { "MQIsdp" } else { "MQTT" });
        let properties: &[u8] = if level == 5 { b"\0" } else { b"" };
        let mut body = [name, vec![level, flags, 0, 1], properties.to_vec(), string(&client)].concat();
        if flags & 4 != 0 {
            body.extend([properties.to_vec(), string("a"), string("b")].concat());
        }
        for bit in [0x80, 0x40] {
            if flags & bit != 0 {
                body.extend(string(&user));
            }
        }
        log_support::frame(0x10, &body)
    });
    let other = (1..16_u8, 0..16_u8, prop::collection::vec(prop_oneof![0..4_u8, any::<u8>()], 0..12))
        .prop_map(|(kind, flags, body)| log_support::frame(kind << 4 | flags, &body));
    let subscribe =
        (properties, prop::collection::vec(("[ab]|a/#", 0..3_u8), 0..3)).prop_map(|(_, filters)| {
            let filters: Vec<u8> =
                filters.iter().flat_map(|(filter, qos)| [string(filter), vec![*qos]].concat()).collect();
            log_support::frame(0x82, &[vec![0, 1], filters].concat())
        });
    prop_oneof![4 => publish, 1 => connect, 1 => other, 1 => subscribe, 1 => prop::collection::vec(any::<u8>(), 1..12)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn quick_answers_are_those_of_the_tree(
        plain in plain(),
        bytes in bytes(),
        version in prop::sample::select(&Version::ALL[..]),
        up in any::<bool>(),
    ) {
        let direction = if up { Direction::ToServer } else { Direction::ToClient };
        let log = FrameLog::in_memory(Limits::default());
        let number = log.join_connection(connection(version));
        log.append(number, direction, Timestamp(0), &bytes);
        let entry = log.entry(0).unwrap();
        let version = log.context(0).version;
        let tree = dissect(&bytes, &Context { version, ..Context::default() });
        let topic = entry.topic.and_then(|number| log.topic(number));
        let filter = Filter::parse(&plain.written(), &TimeZone::UTC).unwrap();
        let without = Subject { entry: &entry, topic: topic.as_deref(), frame: None, latency: None, unanswered: false };
        let answer = filter.passes(&Subject { frame: Some((version, &bytes)), ..without });
        let expected = plain.holds(&bytes, &entry, topic.as_deref(), &tree);
        prop_assert_eq!(answer, Some(expected), "{} {:02x?}", filter, bytes);
        prop_assert!(filter.passes(&without).is_none_or(|early| early == expected), "{}", filter);
        prop_assert_eq!(Filter::parse(&filter.to_string(), &TimeZone::UTC), Ok(filter));
    }
}
