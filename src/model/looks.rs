//! How payloads of each topic are shown, as the user has chosen: remembered for the topics that were chosen for last.
//!
//! Topics mean the same in every connection that the user has, so one list serves them all, captures too.

use super::{Effect, Model};
use crate::log::Row;
use crate::payload::Look;
use crate::store::TopicFormat;

/// How many topics are remembered.
const REMEMBERED: usize = 500;
/// The longest topic that is remembered, in bytes.
const LONGEST: usize = 1024;

impl Model {
    /// How the payload of a frame is to be shown, where that was chosen for its topic.
    pub(super) fn look_of(&self, row: Row) -> Option<Look> {
        let log = self.current()?.log.as_ref()?;
        let topic = log.topic(log.entry(row)?.topic?)?;
        let known = self.settings.formats.iter().find(|known| *known.topic == *topic)?;
        Look::of_name(&known.format)
    }

    /// Shows the payload that is looked at another way, and remembers that for its topic; `None` forgets.
    pub(super) fn set_look(&mut self, look: Option<Look>) -> Vec<Effect> {
        let Some(c) = self.current_mut() else { return Vec::new() };
        let Some(inspector) = &mut c.inspector else { return Vec::new() };
        inspector.set_look(look);
        let topic = inspector.frame.entry.topic.and_then(|number| c.log.as_ref()?.topic(number));
        let mut effects = self.want_payload();
        let Some(topic) = topic.filter(|topic| topic.len() <= LONGEST) else { return effects };
        let formats = &mut self.settings.formats;
        formats.retain(|known| *known.topic != *topic);
        if let Some(look) = look {
            formats.insert(0, TopicFormat { topic: topic.to_string(), format: look.name() });
            formats.truncate(REMEMBERED);
        }
        effects.extend(self.put_settings());
        effects
    }
}
