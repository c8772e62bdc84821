//! What the user does to the filter of a list: types it, goes back to an earlier one, adds a term.

use super::{Effect, Model};
use crate::log::filter::with_term;

/// How many filters are remembered.
const REMEMBERED: usize = 50;

impl Model {
    /// Takes a typed filter over.
    pub(super) fn set_filter(&mut self, text: String) -> Vec<Effect> {
        let zone = self.zone.clone();
        self.change_timeline(|timeline| timeline.set_filter(text, &zone))
    }

    /// Remembers the filter of the shown list, newest first, where it is a good one.
    pub(super) fn keep_filter(&mut self) -> Vec<Effect> {
        let Some(timeline) = self.current().map(|c| &c.timeline) else { return Vec::new() };
        let (text, faulty) = (timeline.filter.trim().to_owned(), timeline.filter_fault.is_some());
        let filters = &mut self.settings.filters;
        if text.is_empty() || faulty || filters.first() == Some(&text) {
            return Vec::new();
        }
        filters.retain(|known| *known != text);
        filters.insert(0, text);
        filters.truncate(REMEMBERED);
        self.put_settings()
    }

    /// Adds a term to the filter of the shown list: one that must hold too, or one that must not.
    pub(super) fn filter_by(&mut self, term: &str, exclude: bool) -> Vec<Effect> {
        let Some(typed) = self.current().map(|c| c.timeline.filter.clone()) else { return Vec::new() };
        let mut effects = self.set_filter(with_term(&typed, term, exclude));
        effects.extend(self.keep_filter());
        effects
    }
}
