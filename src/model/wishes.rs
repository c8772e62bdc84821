//! What is wanted of the server: kept in the profile, asked of the session.

use super::{Dialog, Effect, Model, Moment, NoticeText, Standing, Tone, Undo};
use crate::profile::{ProfileId, Subscription};
use crate::session::Command;
use crate::store;

impl Model {
    pub(super) fn subscribe_form(&mut self) -> Vec<Effect> {
        let version = self.current().map(|c| c.profile.version).unwrap_or_default();
        let Some(Dialog::Subscription(form)) = &mut self.dialog else { return Vec::new() };
        let wishes = match form.wishes(version) {
            Ok(wishes) => wishes,
            Err(fault) => {
                form.fault = Some(fault);
                return Vec::new();
            }
        };
        let changes = form.changes.clone();
        self.dialog = None;
        let Some(id) = self.selected.clone() else { return Vec::new() };
        let mut effects = Vec::new();
        if let Some(old) = changes.filter(|old| !wishes.iter().any(|w| &w.filter == old)) {
            effects.extend(self.give_up(&id, &old).1);
        }
        effects.extend(self.wish(&id, wishes));
        effects
    }

    /// Keeps wishes in the profile and asks the session for those that are enabled.
    pub(super) fn wish(&mut self, id: &ProfileId, wishes: Vec<Subscription>) -> Vec<Effect> {
        let request = self.request();
        let Some(c) = self.connection_mut(id) else { return Vec::new() };
        for wish in &wishes {
            match c.profile.subscriptions.iter_mut().find(|s| s.filter == wish.filter) {
                Some(old) => *old = wish.clone(),
                None => c.profile.subscriptions.push(wish.clone()),
            }
        }
        let mut effects = vec![Effect::Store(store::Request::PutProfile(c.profile.clone()))];
        let wanted: Vec<Subscription> = wishes.into_iter().filter(|w| w.enabled).collect();
        if c.live && !wanted.is_empty() {
            let online = c.online();
            for wish in wanted.iter().filter(|_| online) {
                c.rows.entry(wish.filter.clone()).or_default().standing = Standing::Asked;
            }
            let command = Command::Subscribe { id: request, subscriptions: wanted };
            effects.push(Effect::Session(id.clone(), command));
        }
        effects
    }

    /// Forgets a wish and tells the session; hands the wish out.
    fn give_up(&mut self, id: &ProfileId, filter: &str) -> (Option<Subscription>, Vec<Effect>) {
        let request = self.request();
        let Some(c) = self.connection_mut(id) else { return (None, Vec::new()) };
        let Some(place) = c.profile.subscriptions.iter().position(|s| s.filter == filter) else {
            return (None, Vec::new());
        };
        let wish = c.profile.subscriptions.remove(place);
        c.rows.remove(filter);
        let mut effects = vec![Effect::Store(store::Request::PutProfile(c.profile.clone()))];
        if c.live && wish.enabled {
            let command = Command::Unsubscribe { id: request, filters: vec![filter.to_owned()] };
            effects.push(Effect::Session(id.clone(), command));
        }
        (Some(wish), effects)
    }

    pub(super) fn unsubscribe(&mut self, filter: &str, moment: Moment) -> Vec<Effect> {
        let Some(id) = self.selected.clone() else { return Vec::new() };
        let (wish, mut effects) = self.give_up(&id, filter);
        if let Some(wish) = wish {
            let text = NoticeText::Unsubscribed(filter.to_owned());
            self.notices.toast(moment.now, Tone::Info, text, Some(Undo::Subscription(id.clone(), wish)));
        }
        if self.connection(&id).is_some_and(|c| c.timeline.only.as_deref() == Some(filter)) {
            effects.extend(self.change_timeline(|t| t.only = None));
        }
        effects
    }

    pub(super) fn set_enabled(&mut self, filter: &str, enabled: bool) -> Vec<Effect> {
        let Some(id) = self.selected.clone() else { return Vec::new() };
        let request = self.request();
        let Some(c) = self.connection_mut(&id) else { return Vec::new() };
        let (live, online) = (c.live, c.online());
        let Some(wish) = c.profile.subscriptions.iter_mut().find(|s| s.filter == filter) else {
            return Vec::new();
        };
        wish.enabled = enabled;
        let wish = wish.clone();
        let row = c.rows.entry(filter.to_owned()).or_default();
        row.standing = if enabled && online { Standing::Asked } else { Standing::Wished };
        let mut effects = vec![Effect::Store(store::Request::PutProfile(c.profile.clone()))];
        if live {
            let command = if enabled {
                Command::Subscribe { id: request, subscriptions: vec![wish] }
            } else {
                Command::Unsubscribe { id: request, filters: vec![wish.filter] }
            };
            effects.push(Effect::Session(id, command));
        }
        effects
    }
}
