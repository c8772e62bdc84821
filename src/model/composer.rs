//! The publish form and what became of each publish.

use super::{ComposerEdit, PropertiesForm, PropertyFault};
use crate::payload::{self, Fault, Format};
use crate::session::{Publish, PublishOutcome, RequestId};
use crate::wire::{self, Qos, TopicFault, Version};

/// How many settled publishes are remembered; one that waits is never forgotten.
const REMEMBERED: usize = 50;

/// What became of one publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Names the request.
    pub id: RequestId,
    /// Where it went.
    pub topic: String,
    /// How it ended; `None` while it waits.
    pub outcome: Option<PublishOutcome>,
}

/// Why the form cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComposerFault {
    /// The topic name is not one.
    Topic(TopicFault),
    /// The payload is not of the chosen format.
    Payload(Fault),
    /// A property is not what it can be.
    Properties(PropertyFault),
}

/// The publish form.
#[derive(Clone, Debug, PartialEq)]
pub struct Composer {
    /// The topic name.
    pub topic: String,
    /// The payload as typed.
    pub payload: String,
    /// The `QoS`.
    pub qos: Qos,
    /// Whether the server keeps it.
    pub retain: bool,
    /// How the typed payload becomes bytes.
    pub format: Format,
    /// 5.0: its properties.
    pub properties: PropertiesForm,
    /// Why the last try was not sent.
    pub fault: Option<ComposerFault>,
    /// The latest publishes, oldest first.
    pub sent: Vec<Published>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            topic: String::new(),
            payload: String::new(),
            qos: Qos::AtMostOnce,
            retain: false,
            format: Format::Text,
            properties: PropertiesForm::default(),
            fault: None,
            sent: Vec::new(),
        }
    }
}

impl Composer {
    /// Changes the form.
    pub fn edit(&mut self, edit: ComposerEdit) {
        self.fault = None;
        match edit {
            ComposerEdit::Topic(topic) => self.topic = topic,
            ComposerEdit::Payload(payload) => self.payload = payload,
            ComposerEdit::Qos(qos) => self.qos = qos,
            ComposerEdit::Retain(retain) => self.retain = retain,
            ComposerEdit::Format(format) => self.format = format,
            ComposerEdit::Properties(properties) => self.properties = *properties,
        }
    }

    /// The message that the form says; a fault is kept to be shown.
    pub fn compose(&mut self, id: RequestId, version: Version) -> Option<Publish> {
        match self.message(version) {
            Ok(publish) => {
                if self.sent.len() >= REMEMBERED
                    && let Some(settled) = self.sent.iter().position(|p| p.outcome.is_some())
                {
                    self.sent.remove(settled);
                }
                self.sent.push(Published { id, topic: publish.topic.clone(), outcome: None });
                Some(publish)
            }
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    fn message(&self, version: Version) -> Result<Publish, ComposerFault> {
        wire::check_topic_name(&self.topic).map_err(ComposerFault::Topic)?;
        let payload = payload::encode(&self.payload, self.format).map_err(ComposerFault::Payload)?;
        let (topic, qos, retain) = (self.topic.clone(), self.qos, self.retain);
        let mut publish = Publish { topic, payload, qos, retain, ..Publish::default() };
        if version == Version::V5_0 {
            self.properties.apply(&mut publish)?;
        }
        Ok(publish)
    }

    /// Notes how a publish ended, and says where it had gone.
    pub fn settle(&mut self, id: RequestId, outcome: PublishOutcome) -> Option<&Published> {
        let published = self.sent.iter_mut().find(|p| p.id == id)?;
        published.outcome = Some(outcome);
        Some(published)
    }

    /// How many publishes have no outcome yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sent.iter().filter(|p| p.outcome.is_none()).count()
    }
}
