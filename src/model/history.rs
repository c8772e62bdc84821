//! The history of a connection: cleared, brought back, and how much of it is kept.

use super::{Effect, Model, Moment, NoticeText, Tone, Undo};
use crate::profile::ProfileId;
use crate::store::History;

impl Model {
    pub(super) fn clear_history(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        let Some(c) = self.connection_mut(id) else { return Vec::new() };
        let Some(log) = &c.log else { return Vec::new() };
        log.clear();
        c.seen = 0;
        c.history_stopped = false;
        c.inspector = None;
        c.timeline.selected = None;
        let text = NoticeText::HistoryCleared(c.profile.name.clone());
        self.notices.forget_cleared(id);
        self.notices.toast(moment.now, Tone::Info, text, Some(Undo::Cleared(id.clone())));
        self.want_view(id)
    }

    pub(super) fn restore_history(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        let Some(c) = self.connection_mut(id) else { return Vec::new() };
        let Some(log) = &c.log else { return Vec::new() };
        if !log.restore() {
            let text = NoticeText::HistoryGone(c.profile.name.clone());
            self.notices.toast(moment.now, Tone::Caution, text, None);
            return Vec::new();
        }
        c.seen = log.counters().arrived();
        self.want_view(id)
    }

    pub(super) fn keep_history(&mut self, history: History) -> Vec<Effect> {
        let history = history.sensible();
        self.settings.history = history;
        let mut effects = self.put_settings();
        effects.push(Effect::KeepHistory(history));
        effects
    }
}
