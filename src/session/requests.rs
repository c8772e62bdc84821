//! Requests and their outcomes: what is wanted, what waits for a connection, what is under way.

use std::time::Duration;

use tokio::task::JoinSet;

use super::engine::{Client, Welcome};
use super::{Command, Event, FilterOutcome, NOT_CONNECTED, Publish, PublishOutcome};
use crate::language::Language;
use crate::profile::{MessageProperties, Profile, Subscription};
use crate::wire::{Version, check_topic_filter, check_topic_name};

/// Subscribes and unsubscribes that wait for a connection; more are refused.
const WAITING: usize = 1024;

/// The largest subscription identifier (5.0, section 3.8.2.1.2).
const LARGEST_IDENTIFIER: u32 = 268_435_455;

/// The requests of one session.
pub(super) struct Requests {
    version: Version,
    /// How long authenticating once more may take: as long as at connect.
    patience: Duration,
    /// What is asked of a server that has no session.
    wanted: Vec<Subscription>,
    /// Subscribe and unsubscribe commands for the next connect, in order.
    waiting: Vec<Command>,
    /// Outcomes to come, of what an engine was handed. Every one of them comes: an engine that goes
    /// ends its requests.
    pub under_way: JoinSet<Event>,
}

/// The requests of a filter list that can go out, and one place per filter: `None` for those.
type Sorted<T> = (Vec<T>, Vec<Option<FilterOutcome>>);

impl Requests {
    pub fn new(profile: &Profile) -> Self {
        let wanted = profile.subscriptions.iter().filter(|one| one.enabled).cloned().collect();
        let patience = Duration::from_secs(profile.connect_timeout_secs.max(1).into());
        Self { version: profile.version, patience, wanted, waiting: Vec::new(), under_way: JoinSet::new() }
    }

    /// Takes a command while there is no connection; answers at once where it can.
    pub fn offline(&mut self, command: Command) -> Option<Event> {
        let full = self.waiting.len() >= WAITING;
        match &command {
            Command::Publish { id, .. } => {
                let outcome = PublishOutcome::Refused { reason: NOT_CONNECTED.to_owned() };
                return Some(Event::Published { id: *id, outcome });
            }
            Command::Subscribe { .. } | Command::Unsubscribe { .. } if full => {
                return refuse(command, "too many requests wait for a connection");
            }
            Command::Reauthenticate { .. } => return refuse(command, NOT_CONNECTED),
            // What is wanted of these filters is now said by the command that waits.
            Command::Subscribe { subscriptions, .. } => {
                self.wanted.retain(|known| subscriptions.iter().all(|one| one.filter != known.filter));
                self.waiting.push(command);
            }
            Command::Unsubscribe { filters, .. } => {
                self.wanted.retain(|known| !filters.contains(&known.filter));
                self.waiting.push(command);
            }
            Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => {}
        }
        None
    }

    /// The server has accepted: asks for what is wanted unless it knows, then for what has waited.
    pub fn online(&mut self, client: &Client, welcome: &Welcome, ask_for_wanted: bool) {
        let waiting = std::mem::take(&mut self.waiting);
        if ask_for_wanted && !self.wanted.is_empty() {
            let (good, bad) = self.sort(self.wanted.clone(), welcome);
            client.subscribe(None, bad, good, &mut self.under_way);
        }
        for command in waiting {
            self.hand_over(command, client, welcome);
        }
    }

    /// Takes a command while online.
    pub fn hand_over(&mut self, command: Command, client: &Client, welcome: &Welcome) {
        match command {
            Command::Publish { id, publish } => match self.objection(&publish, welcome) {
                Some(reason) => {
                    let outcome = PublishOutcome::Refused { reason };
                    self.under_way.spawn(std::future::ready(Event::Published { id, outcome }));
                }
                None => client.publish(id, publish, &mut self.under_way),
            },
            Command::Subscribe { id, subscriptions } => {
                let (good, bad) = self.sort(subscriptions, welcome);
                for one in &good {
                    self.wanted.retain(|known| known.filter != one.filter);
                    self.wanted.push(one.clone());
                }
                client.subscribe(Some(id), bad, good, &mut self.under_way);
            }
            Command::Unsubscribe { id, filters } => {
                self.wanted.retain(|known| !filters.contains(&known.filter));
                let (good, bad) = sort(filters, |filter| objection_to_filter(filter), Clone::clone);
                client.unsubscribe(id, bad, good, &mut self.under_way);
            }
            Command::Reauthenticate { id } => {
                client.reauthenticate(id, self.patience, &mut self.under_way);
            }
            Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => {}
        }
    }

    fn sort(&self, subscriptions: Vec<Subscription>, welcome: &Welcome) -> Sorted<Subscription> {
        let granted = &welcome.granted;
        let objection = |one: &Subscription| {
            let identifier = one.identifier.filter(|_| self.version == Version::V5_0);
            if identifier.is_some_and(|number| number == 0 || number > LARGEST_IDENTIFIER) {
                return Some("the subscription identifier must be from 1 to 268,435,455".to_owned());
            }
            // Such a request would end the connection.
            if identifier.is_some() && granted.subscription_identifiers == Some(false) {
                return Some("the server takes no subscription identifiers".to_owned());
            }
            if one.filter.starts_with("$share/") && granted.shared_subscriptions == Some(false) {
                return Some("the server takes no shared subscriptions".to_owned());
            }
            if one.filter.contains(['+', '#']) && granted.wildcard_subscriptions == Some(false) {
                return Some("the server takes no topic filters with wildcards".to_owned());
            }
            objection_to_filter(&one.filter)
        };
        sort(subscriptions, objection, |one| one.filter.clone())
    }

    /// What speaks against sending a publish, so that the engine does not end the connection over it.
    fn objection(&self, publish: &Publish, welcome: &Welcome) -> Option<String> {
        // Fixed header, length of the topic, packet identifier, length of the properties.
        const OVERHEAD: usize = 5 + 2 + 2 + 1;
        const LARGEST_FRAME: usize = 5 + crate::wire::MAXIMUM_REMAINING_LENGTH;
        let granted = &welcome.granted;
        let five = self.version == Version::V5_0;
        let alias = publish.topic_alias.filter(|_| five);
        // With an alias that is known, the topic name may be left out.
        if !(publish.topic.is_empty() && alias.is_some())
            && let Err(fault) = check_topic_name(&publish.topic)
        {
            return Some(format!("the topic name {}", fault.text(Language::English)));
        }
        let mut size = OVERHEAD + publish.topic.len() + publish.payload.len();
        if five {
            if let Some(maximum) = granted.maximum_qos.filter(|maximum| publish.qos > *maximum) {
                return Some(format!("the server takes QoS {maximum} at most"));
            }
            let highest = granted.topic_alias_maximum.unwrap_or(0);
            if alias.is_some_and(|alias| alias == 0 || alias > highest) {
                return Some(format!("the server takes topic aliases up to {highest}"));
            }
            let answer = &publish.properties.response_topic;
            if !answer.is_empty()
                && let Err(fault) = check_topic_name(answer)
            {
                return Some(format!("the response topic {}", fault.text(Language::English)));
            }
            if let Some(reason) = too_long(&publish.properties) {
                return Some(reason);
            }
            size += size_of_texts(&publish.properties);
        }
        if publish.retain && granted.retain_available == Some(false) {
            return Some("the server does not keep retained messages".to_owned());
        }
        let maximum = granted.maximum_packet_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        if let Some(maximum) = maximum.filter(|maximum| size > *maximum) {
            return Some(format!("the server takes packets of {maximum} bytes at most"));
        }
        (size > LARGEST_FRAME).then(|| "MQTT takes packets of 256 MB at most".to_owned())
    }

    /// The session ends: the outcomes of everything that has not got one.
    pub fn end(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.waiting)
            .into_iter()
            .filter_map(|command| refuse(command, "the session ended before the server was asked"))
            .collect()
    }
}

/// The texts and bytes among the properties of a message.
fn texts(properties: &MessageProperties) -> impl Iterator<Item = usize> {
    let pairs = properties.user_properties.iter().flat_map(|one| [one.name.len(), one.value.len()]);
    let single = [&properties.content_type, &properties.response_topic].map(String::len);
    pairs.chain(single).chain([properties.correlation_data.0.len()])
}

/// What speaks against properties: texts and bytes are of 65,535 bytes at most (5.0, section 1.5).
fn too_long(properties: &MessageProperties) -> Option<String> {
    texts(properties)
        .any(|length| length > usize::from(u16::MAX))
        .then(|| "a property of a message has 65,535 bytes at most".to_owned())
}

fn size_of_texts(properties: &MessageProperties) -> usize {
    // Each has its length before it.
    texts(properties).map(|length| if length == 0 { 0 } else { length + 2 }).sum()
}

/// Refuses a command with a reason; `None` where nothing waits for an outcome.
pub(super) fn refuse(command: Command, reason: &str) -> Option<Event> {
    fn all(filters: impl Iterator<Item = String>, reason: &str) -> Vec<FilterOutcome> {
        filters.map(|filter| FilterOutcome { filter, result: Err(reason.to_owned()) }).collect()
    }
    match command {
        Command::Publish { id, .. } => {
            let outcome = PublishOutcome::Refused { reason: reason.to_owned() };
            Some(Event::Published { id, outcome })
        }
        Command::Subscribe { id, subscriptions } => {
            let outcomes = all(subscriptions.into_iter().map(|one| one.filter), reason);
            Some(Event::Subscribed { id: Some(id), outcomes })
        }
        Command::Unsubscribe { id, filters } => {
            Some(Event::Unsubscribed { id, outcomes: all(filters.into_iter(), reason) })
        }
        Command::Reauthenticate { id } => Some(Event::Reauthenticated { id, result: Err(reason.to_owned()) }),
        Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => None,
    }
}

fn objection_to_filter(filter: &str) -> Option<String> {
    let fault = check_topic_filter(filter).err()?;
    Some(format!("the topic filter {}", fault.text(Language::English)))
}

fn sort<T>(
    all: Vec<T>,
    objection: impl Fn(&T) -> Option<String>,
    filter: impl Fn(&T) -> String,
) -> Sorted<T> {
    let mut sorted: Sorted<T> = (Vec::new(), Vec::new());
    for one in all {
        match objection(&one) {
            None => {
                sorted.0.push(one);
                sorted.1.push(None);
            }
            Some(reason) => sorted.1.push(Some(FilterOutcome { filter: filter(&one), result: Err(reason) })),
        }
    }
    sorted
}
