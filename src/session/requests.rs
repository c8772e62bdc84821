//! Requests and their outcomes: what is wanted, what waits for a connection, what is under way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::engine::{Client, Done, Lost, UNDER_WAY, Welcome};
use super::ledger::Ledger;
use super::{Command, Event, FilterOutcome, Notice, Publish, PublishOutcome, Refusal, RequestId};
use crate::profile::{MessageProperties, Profile, Subscription, Unacknowledged};
use crate::wire::{Version, check_topic_filter, check_topic_name};

/// Subscribes and unsubscribes that wait for a connection; more are refused.
const WAITING: usize = 1024;

/// The largest subscription identifier (5.0, section 3.8.2.1.2).
const LARGEST_IDENTIFIER: u32 = 268_435_455;

/// The requests of one session.
pub(super) struct Requests {
    ledger: Arc<Ledger>,
    version: Version,
    /// How long authenticating once more may take: as long as at connect.
    patience: Duration,
    /// What becomes of messages whose session is gone.
    unacknowledged: Unacknowledged,
    /// What is asked of a server that has no session.
    wanted: Vec<Subscription>,
    /// What goes out as soon as there is a connection with room, in order: messages that are sent again, and
    /// subscribes and unsubscribes that were asked for meanwhile.
    waiting: VecDeque<Command>,
    /// Messages whose session is gone and that are sent again in the next one, by their order.
    lost: BTreeMap<u64, (RequestId, Publish)>,
    /// Messages that have been given up since the last connect.
    given_up: usize,
    /// Publishes handed to an engine so far.
    publishes: u64,
    /// Ends to come, of what an engine was handed. Every one of them comes: an engine that goes
    /// ends its requests.
    under_way: JoinSet<Done>,
}

/// The requests of a filter list that can go out, and one place per filter: `None` for those.
type Sorted<T> = (Vec<T>, Vec<Option<FilterOutcome>>);

impl Requests {
    pub fn new(profile: &Profile, ledger: Arc<Ledger>) -> Self {
        let wanted = profile.subscriptions.iter().filter(|one| one.enabled).cloned().collect();
        Self {
            ledger,
            version: profile.version,
            patience: Duration::from_secs(profile.connect_timeout_secs.max(1).into()),
            unacknowledged: profile.unacknowledged,
            wanted,
            waiting: VecDeque::new(),
            lost: BTreeMap::new(),
            given_up: 0,
            publishes: 0,
            under_way: JoinSet::new(),
        }
    }

    /// Whether another request may be handed to the engine.
    pub fn have_room(&self) -> bool {
        self.under_way.len() < UNDER_WAY
    }

    /// How many requests an engine was handed that have not ended.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// The next outcome of what an engine was handed; `None` when nothing is under way. What it takes from
    /// those that are waited for is not lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            match self.under_way.join_next().await? {
                Ok(Done::Event(event)) => return Some(event),
                Ok(Done::Lost(Lost { id, .. })) if self.ledger.is_cancelled(id) => {
                    // Its outcome has been told; this lets go of it.
                    return Some(Event::Published { id, outcome: PublishOutcome::Abandoned });
                }
                Ok(Done::Lost(Lost { id, order, publish: Some(publish) })) => {
                    self.lost.insert(order, (id, publish));
                }
                Ok(Done::Lost(Lost { id, publish: None, .. })) => {
                    self.given_up += 1;
                    return Some(Event::Published { id, outcome: PublishOutcome::Abandoned });
                }
                // Nobody aborts them, and they do not panic.
                Err(_) => {}
            }
        }
    }

    /// Takes a command while there is no connection; answers at once where it can.
    pub fn offline(&mut self, command: Command) -> Option<Event> {
        let full = self.waiting.len() >= WAITING;
        match &command {
            Command::Subscribe { .. } | Command::Unsubscribe { .. } if full => {
                return refuse(command, &Refusal::TooManyWaiting);
            }
            Command::Publish { .. } | Command::Reauthenticate { .. } => {
                return refuse(command, &Refusal::NotConnected);
            }
            // What is wanted of these filters is now said by the command that waits.
            Command::Subscribe { subscriptions, .. } => {
                self.wanted.retain(|known| subscriptions.iter().all(|one| one.filter != known.filter));
                self.waiting.push_back(command);
            }
            Command::Unsubscribe { filters, .. } => {
                self.wanted.retain(|known| !filters.contains(&known.filter));
                self.waiting.push_back(command);
            }
            Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => {}
        }
        None
    }

    /// The server has accepted: asks for what is wanted, unless it knows.
    pub fn ask_for_wanted(&mut self, client: &Client, welcome: &Welcome) {
        if !self.wanted.is_empty() {
            let (good, bad) = self.sort(self.wanted.clone(), welcome);
            client.subscribe(None, bad, &good, &mut self.under_way);
        }
    }

    /// The server has no session: messages of the former one are lined up again or have been given up. Answers
    /// what is to be said of that.
    pub fn begin_anew(&mut self) -> impl Iterator<Item = Notice> + use<> {
        let lost = std::mem::take(&mut self.lost);
        let given_up = std::mem::take(&mut self.given_up);
        let sent_again = lost.len();
        for (_, (id, publish)) in lost.into_iter().rev() {
            self.waiting.push_front(Command::Publish { id, publish });
        }
        [Notice::SentAgain { count: sent_again }, Notice::GivenUp { count: given_up }]
            .into_iter()
            .filter(|notice| !matches!(notice, Notice::SentAgain { count: 0 } | Notice::GivenUp { count: 0 }))
    }

    /// Whether something waits that goes out before other commands.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Hands over what has waited, as far as there is room.
    pub fn hand_over_waiting(&mut self, client: &Client, welcome: &Welcome) {
        while self.have_room()
            && let Some(command) = self.waiting.pop_front()
        {
            self.hand_over(command, client, welcome);
        }
    }

    /// Takes a command while online.
    pub fn hand_over(&mut self, command: Command, client: &Client, welcome: &Welcome) {
        match command {
            Command::Publish { id, publish } => {
                if !self.ledger.hand_over(id) {
                    let event = Event::Published { id, outcome: PublishOutcome::Abandoned };
                    self.under_way.spawn(std::future::ready(Done::Event(event)));
                } else if let Some(reason) = self.objection(&publish, welcome) {
                    let event = Event::Published { id, outcome: PublishOutcome::Refused { reason } };
                    self.under_way.spawn(std::future::ready(Done::Event(event)));
                } else {
                    self.publishes += 1;
                    let keep = self.unacknowledged == Unacknowledged::SendAgain;
                    client.publish(id, self.publishes, publish, keep, &mut self.under_way);
                }
            }
            Command::Subscribe { id, subscriptions } => {
                let (good, bad) = self.sort(subscriptions, welcome);
                for one in &good {
                    self.wanted.retain(|known| known.filter != one.filter);
                    self.wanted.push(one.clone());
                }
                client.subscribe(Some(id), bad, &good, &mut self.under_way);
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
                return Some(Refusal::SubscriptionIdentifier);
            }
            // Such a request would end the connection.
            if identifier.is_some() && granted.subscription_identifiers == Some(false) {
                return Some(Refusal::NoSubscriptionIdentifiers);
            }
            if one.filter.starts_with("$share/") && granted.shared_subscriptions == Some(false) {
                return Some(Refusal::NoSharedSubscriptions);
            }
            if one.filter.contains(['+', '#']) && granted.wildcard_subscriptions == Some(false) {
                return Some(Refusal::NoWildcards);
            }
            objection_to_filter(&one.filter)
        };
        sort(subscriptions, objection, |one| one.filter.clone())
    }

    /// What speaks against sending a publish, so that the engine does not end the connection over it.
    fn objection(&self, publish: &Publish, welcome: &Welcome) -> Option<Refusal> {
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
            return Some(Refusal::TopicName(fault));
        }
        let mut size = OVERHEAD + publish.topic.len() + publish.payload.len();
        if five {
            if let Some(maximum) = granted.maximum_qos.filter(|maximum| publish.qos > *maximum) {
                return Some(Refusal::QosTooHigh { maximum });
            }
            let maximum = granted.topic_alias_maximum.unwrap_or(0);
            if alias.is_some_and(|alias| alias == 0 || alias > maximum) {
                return Some(Refusal::TopicAlias { maximum });
            }
            let answer = &publish.properties.response_topic;
            if !answer.is_empty()
                && let Err(fault) = check_topic_name(answer)
            {
                return Some(Refusal::ResponseTopic(fault));
            }
            // Texts and bytes are of 65,535 bytes at most (5.0, section 1.5).
            if texts(&publish.properties).any(|length| length > usize::from(u16::MAX)) {
                return Some(Refusal::PropertyTooLong);
            }
            size += size_of_texts(&publish.properties);
        }
        if publish.retain && granted.retain_available == Some(false) {
            return Some(Refusal::NoRetain);
        }
        let too_large = |maximum: &u32| usize::try_from(*maximum).is_ok_and(|maximum| size > maximum);
        if let Some(maximum) = granted.maximum_packet_bytes.filter(too_large) {
            return Some(Refusal::PacketTooLarge { maximum });
        }
        (size > LARGEST_FRAME).then_some(Refusal::TooLargeForMqtt)
    }

    /// The session ends: the outcomes of everything that has not got one. All ends must have come.
    pub fn end(&mut self) -> Vec<Event> {
        let abandoned = |id| Event::Published { id, outcome: PublishOutcome::Abandoned };
        let lost = std::mem::take(&mut self.lost).into_values().map(|(id, _)| abandoned(id));
        let waiting = std::mem::take(&mut self.waiting).into_iter().filter_map(|command| match command {
            // It was under way before.
            Command::Publish { id, .. } => Some(abandoned(id)),
            command => refuse(command, &Refusal::SessionEnded),
        });
        lost.chain(waiting).collect()
    }
}

/// The texts and bytes among the properties of a message.
fn texts(properties: &MessageProperties) -> impl Iterator<Item = usize> {
    let pairs = properties.user_properties.iter().flat_map(|one| [one.name.len(), one.value.len()]);
    let single = [&properties.content_type, &properties.response_topic].map(String::len);
    pairs.chain(single).chain([properties.correlation_data.0.len()])
}

fn size_of_texts(properties: &MessageProperties) -> usize {
    // Each has its length before it.
    texts(properties).map(|length| if length == 0 { 0 } else { length + 2 }).sum()
}

/// Refuses a command with a reason; `None` where nothing waits for an outcome.
pub(super) fn refuse(command: Command, reason: &Refusal) -> Option<Event> {
    fn all(filters: impl Iterator<Item = String>, reason: &Refusal) -> Vec<FilterOutcome> {
        filters.map(|filter| FilterOutcome { filter, result: Err(reason.clone()) }).collect()
    }
    match command {
        Command::Publish { id, .. } => {
            let outcome = PublishOutcome::Refused { reason: reason.clone() };
            Some(Event::Published { id, outcome })
        }
        Command::Subscribe { id, subscriptions } => {
            let outcomes = all(subscriptions.into_iter().map(|one| one.filter), reason);
            Some(Event::Subscribed { id: Some(id), outcomes })
        }
        Command::Unsubscribe { id, filters } => {
            Some(Event::Unsubscribed { id, outcomes: all(filters.into_iter(), reason) })
        }
        Command::Reauthenticate { id } => Some(Event::Reauthenticated { id, result: Err(reason.clone()) }),
        Command::ReconnectNow | Command::Disconnect | Command::DisconnectWith(_) => None,
    }
}

fn objection_to_filter(filter: &str) -> Option<Refusal> {
    check_topic_filter(filter).err().map(Refusal::TopicFilter)
}

fn sort<T>(
    all: Vec<T>,
    objection: impl Fn(&T) -> Option<Refusal>,
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
