//! The properties of a message (5.0) as the publish form has them, and messages taken from the log into that form.

use super::{Composer, ComposerFault, Connection, Inspector, TypedBytes};
use crate::hex::HexError;
use crate::profile::{MessageProperties, UserProperty};
use crate::session::Publish;
use crate::wire::{self, Field, FieldKind, PacketType, Property, TopicFault, Value, Version};

/// The properties of a message, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertiesForm {
    /// All but its numbers and its correlation data.
    pub properties: MessageProperties,
    /// Seconds after which the server may drop it; empty for never.
    pub expiry: String,
    /// The topic alias; empty for none.
    pub alias: String,
    /// What an answer is to carry; empty for nothing.
    pub correlation: TypedBytes,
}

/// A property that cannot be as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyFault {
    /// The message expiry interval is no number of seconds.
    Expiry,
    /// The topic alias is not from 1 to 65535.
    Alias,
    /// The response topic is no topic name.
    ResponseTopic(TopicFault),
    /// The correlation data is no hex.
    CorrelationData(HexError),
}

impl PropertiesForm {
    /// Whether anything is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn fault(&self) -> Option<PropertyFault> {
        self.numbers().err()
    }

    fn numbers(&self) -> Result<(Option<u32>, Option<u16>), PropertyFault> {
        let (expiry, alias) = (self.expiry.trim(), self.alias.trim());
        let expiry =
            (!expiry.is_empty()).then(|| expiry.parse().map_err(|_| PropertyFault::Expiry)).transpose()?;
        let alias = (!alias.is_empty())
            .then(|| alias.parse().ok().filter(|alias| *alias > 0).ok_or(PropertyFault::Alias))
            .transpose()?;
        let topic = &self.properties.response_topic;
        if !topic.is_empty() {
            wire::check_topic_name(topic).map_err(PropertyFault::ResponseTopic)?;
        }
        self.correlation.bytes().map_err(PropertyFault::CorrelationData)?;
        Ok((expiry, alias))
    }

    /// Adds them to a message.
    pub(super) fn apply(&self, publish: &mut Publish) -> Result<(), ComposerFault> {
        let (message_expiry_secs, alias) = self.numbers().map_err(ComposerFault::Properties)?;
        *publish.properties = MessageProperties { message_expiry_secs, ..self.properties.clone() };
        publish.topic_alias = alias;
        let correlation = self.correlation.bytes();
        publish.properties.correlation_data =
            correlation.map_err(|fault| ComposerFault::Properties(PropertyFault::CorrelationData(fault)))?;
        Ok(())
    }

    /// Those of a received or sent PUBLISH. Its topic alias is the connection's own matter.
    fn of(inspector: &Inspector) -> Self {
        let mut form = Self::default();
        let bytes =
            |field: &Field| inspector.frame.bytes.get(field.range.clone()).unwrap_or_default().to_vec();
        let text = |field: &Field| String::from_utf8_lossy(&bytes(field)).into_owned();
        let group = inspector.dissection.find(FieldKind::Properties);
        for field in group.map_or(&[][..], |group| group.children.as_slice()) {
            let FieldKind::Property(property) = field.kind else { continue };
            let part = |kind| field.children.iter().find(|child| child.kind == kind);
            if let (Some(name), Some(value)) =
                (part(FieldKind::UserPropertyKey), part(FieldKind::UserPropertyValue))
            {
                let property = UserProperty { name: text(name), value: text(value) };
                form.properties.user_properties.push(property);
                continue;
            }
            let Some(value) = part(FieldKind::PropertyValue(property)) else { continue };
            match (property, &value.value) {
                (Property::PayloadFormatIndicator, Value::Number(indicator)) => {
                    form.properties.utf8 = *indicator == 1;
                }
                (Property::MessageExpiryInterval, Value::Number(secs)) => form.expiry = secs.to_string(),
                (Property::ContentType, _) => form.properties.content_type = text(value),
                (Property::ResponseTopic, _) => form.properties.response_topic = text(value),
                (Property::CorrelationData, _) => form.correlation = TypedBytes::of(&bytes(value)),
                _ => {}
            }
        }
        form
    }
}

impl Connection {
    /// Fills the publish form with the message that is looked at; as an answer to it where `reply` is set.
    pub(super) fn compose_from_selected(&mut self, reply: bool) {
        let Some(inspector) = self.inspector.as_ref() else { return };
        if inspector.dissection.packet != Some(PacketType::Publish) {
            return;
        }
        let properties = PropertiesForm::of(inspector);
        let entry = &inspector.frame.entry;
        let Composer { sent, repeat, job, .. } = std::mem::take(&mut self.composer);
        let mut composer = Composer { sent, repeat, job, ..Composer::default() };
        if reply {
            composer.topic = properties.properties.response_topic;
            composer.properties.correlation = properties.correlation;
            composer.qos = entry.qos().unwrap_or_default();
            self.composer = composer;
            return;
        }
        let topic = entry.topic.and_then(|number| self.log.as_ref()?.topic(number));
        composer.topic = topic.map(|topic| topic.to_string()).unwrap_or_default();
        composer.qos = entry.qos().unwrap_or_default();
        composer.retain = entry.retain();
        if inspector.dissection.version == Version::V5_0 {
            composer.properties = properties;
        }
        composer.take_payload(inspector.payload_bytes().unwrap_or_default());
        self.composer = composer;
    }

    /// Whether the message that is looked at asks for an answer.
    #[must_use]
    pub fn wants_reply(&self) -> bool {
        self.inspector.as_ref().is_some_and(|inspector| {
            inspector.dissection.packet == Some(PacketType::Publish)
                && !PropertiesForm::of(inspector).properties.response_topic.is_empty()
        })
    }
}
