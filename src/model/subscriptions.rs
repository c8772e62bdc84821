//! The subscription form, and what the window knows of each subscription beyond its wish.

use super::SubscriptionEdit;
use crate::log::{FrameLog, TopicTally};
use crate::profile::{Colour, Subscription};
use crate::session::Refusal;
use crate::wire::{self, Qos, TopicFault, Version};

/// The colours of subscriptions.
pub(super) const COLOURS: usize = 10;

/// What the server said of a wish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet: not connected, or not enabled.
    #[default]
    Wished,
    /// Asked for.
    Asked,
    /// Granted at this `QoS`.
    Granted(Qos),
    /// Refused, and why.
    Refused(Refusal),
}

/// What the window shows of a subscription beside its wish.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionRow {
    /// What the server said.
    pub standing: Standing,
    /// How many received messages match.
    pub count: u64,
    tally: Option<TopicTally>,
}

impl SubscriptionRow {
    /// Counts anew.
    pub fn count(&mut self, filter: &str, log: &FrameLog) {
        let tally = self.tally.get_or_insert_with(|| TopicTally::new(filter));
        self.count = tally.count(log).received;
    }
}

/// What is wrong with the subscription form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionFault {
    /// No filter was given.
    NoFilter,
    /// This line is no filter.
    Filter(String, TopicFault),
    /// The identifier is not a number from 1 to 268,435,455.
    Identifier,
    /// This line is shared, and No local is chosen: a protocol error (5.0, [MQTT-3.8.3-4]).
    SharedNoLocal(String),
}

/// The subscription form.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionForm {
    /// Filters, one a line.
    pub filters: String,
    /// What is wanted of each.
    pub wish: Subscription,
    /// The identifier as typed.
    pub identifier: String,
    /// The filter being changed; `None` for new ones.
    pub changes: Option<String>,
    /// Why it was not taken.
    pub fault: Option<SubscriptionFault>,
}

impl SubscriptionForm {
    /// An empty form that proposes a colour.
    #[must_use]
    pub fn new(colour: Colour) -> Self {
        Self {
            filters: String::new(),
            wish: Subscription { enabled: true, colour, ..Subscription::default() },
            identifier: String::new(),
            changes: None,
            fault: None,
        }
    }

    /// The form of an existing subscription.
    #[must_use]
    pub fn of(wish: &Subscription) -> Self {
        Self {
            filters: wish.filter.clone(),
            identifier: wish.identifier.map(|i| i.to_string()).unwrap_or_default(),
            changes: Some(wish.filter.clone()),
            wish: wish.clone(),
            fault: None,
        }
    }

    /// Changes the form.
    pub fn edit(&mut self, edit: SubscriptionEdit) {
        self.fault = None;
        match edit {
            SubscriptionEdit::Filters(filters) => self.filters = filters,
            SubscriptionEdit::Qos(qos) => self.wish.qos = qos,
            SubscriptionEdit::Alias(alias) => self.wish.alias = alias,
            SubscriptionEdit::Colour(colour) => self.wish.colour = colour,
            SubscriptionEdit::NoLocal(on) => self.wish.no_local = on,
            SubscriptionEdit::RetainAsPublished(on) => self.wish.retain_as_published = on,
            SubscriptionEdit::RetainHandling(handling) => self.wish.retain_handling = handling,
            SubscriptionEdit::Identifier(text) => self.identifier = text,
            SubscriptionEdit::UserProperties(properties) => self.wish.user_properties = properties,
        }
    }

    /// The wishes that the form says for a connection of this version, in order, each filter once.
    pub fn wishes(&self, version: Version) -> Result<Vec<Subscription>, SubscriptionFault> {
        let identifier = match self.identifier.trim() {
            "" => None,
            text => match text.parse::<u32>() {
                Ok(number @ 1..=268_435_455) => Some(number),
                _ => return Err(SubscriptionFault::Identifier),
            },
        };
        let mut wishes: Vec<Subscription> = Vec::new();
        let colours = u8::try_from(COLOURS).unwrap_or(u8::MAX);
        for line in self.filters.lines().map(str::trim).filter(|line| !line.is_empty()) {
            wire::check_topic_filter(line).map_err(|f| SubscriptionFault::Filter(line.to_owned(), f))?;
            if version == Version::V5_0 && self.wish.no_local && line.starts_with("$share/") {
                return Err(SubscriptionFault::SharedNoLocal(line.to_owned()));
            }
            if !wishes.iter().any(|w| w.filter == line) {
                // Each of several filters gets a colour of its own, from the chosen one on.
                let step = u8::try_from(wishes.len() % COLOURS).unwrap_or(0);
                let colour = Colour((self.wish.colour.0 + step) % colours);
                let filter = line.to_owned();
                wishes.push(Subscription { filter, colour, identifier, ..self.wish.clone() });
            }
        }
        if wishes.is_empty() { Err(SubscriptionFault::NoFilter) } else { Ok(wishes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_filters_stand_one_a_line_and_each_counts_once() {
        let mut form = SubscriptionForm::new(Colour(3));
        form.edit(SubscriptionEdit::Filters("a/#\n\n b \na/#".to_owned()));
        let filters: Vec<String> =
            form.wishes(Version::V5_0).expect("legal filters").into_iter().map(|w| w.filter).collect();
        assert_eq!(filters, ["a/#", "b"]);
    }

    #[test]
    fn a_filter_that_is_none_is_named() {
        let mut form = SubscriptionForm::new(Colour(0));
        form.edit(SubscriptionEdit::Filters("ok\na/#/b".to_owned()));
        let said = form.wishes(Version::V5_0);
        assert!(matches!(said, Err(SubscriptionFault::Filter(line, _)) if line == "a/#/b"));
    }

    #[test]
    fn a_shared_filter_with_no_local_is_a_fault_in_5_where_that_exists() {
        let mut form = SubscriptionForm::new(Colour(0));
        form.edit(SubscriptionEdit::Filters("ok\n$share/g/a".to_owned()));
        form.edit(SubscriptionEdit::NoLocal(true));
        let fault = SubscriptionFault::SharedNoLocal("$share/g/a".to_owned());
        assert_eq!(form.wishes(Version::V5_0), Err(fault));
        assert_eq!(form.wishes(Version::V3_1_1).map(|wishes| wishes.len()), Ok(2));
    }
}
