//! Secrets of connections: when they are read, kept, copied and forgotten, and what is said where that fails.

use super::{Dialog, Effect, Model, Moment, NoticeText, Tone, Undo};
use crate::profile::{ProfileId, Secrets};
use crate::store::secrets::{Deed, Event, Fault, Place, Request};

/// What is known of what is kept of a connection's secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Known {
    /// Nobody has asked.
    #[default]
    No,
    /// The answer is awaited.
    Asked,
    /// A deletion was taken back: if what was read before it still comes, it is to be kept again.
    Restored,
    /// Everything.
    Yes,
}

impl Model {
    /// Has what is kept of a connection's secrets read, unless that is known or under way.
    pub(super) fn load_secrets(&mut self, id: &ProfileId) -> Vec<Effect> {
        match self.connection_mut(id) {
            Some(c) if c.capture.is_none() && c.known == Known::No => {
                c.known = Known::Asked;
                vec![Effect::Secrets(Request::Load(id.clone()))]
            }
            _ => Vec::new(),
        }
    }

    /// Has the secrets of a connection kept where they differ from those of before.
    pub(super) fn keep_secrets(&self, id: &ProfileId, before: &Secrets) -> Vec<Effect> {
        match self.connection(id) {
            Some(c) if c.secrets != *before => vec![Effect::Secrets(Request::Put {
                id: id.clone(),
                secrets: c.secrets.clone(),
                keep_rest: c.known != Known::Yes,
            })],
            _ => Vec::new(),
        }
    }

    /// Keeps secrets elsewhere from now on.
    pub(super) fn move_secrets(&mut self, to: Place) -> Vec<Effect> {
        self.settings.secrets.place = to;
        let mut effects = self.put_settings();
        let connections = self.connections.iter().filter(|c| c.capture.is_none());
        let profiles = connections.map(|c| c.profile.id.clone()).collect();
        effects.push(Effect::Secrets(Request::Move { to, profiles }));
        effects
    }

    /// Takes over what the keeper says.
    pub(super) fn apply_secrets(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        match event {
            Event::Home(home) => self.secrets_home = home,
            Event::Waiting => {
                self.notices.toast(moment.now, Tone::Info, NoticeText::KeyringWaits, None);
            }
            Event::Loaded { id, result: Ok(secrets) } => return self.secrets_loaded(&id, &secrets),
            Event::Loaded { id, result: Err(fault) } => {
                if let Some(c) = self.connection_mut(&id) {
                    c.known = Known::No;
                }
                self.secrets_failed(&id, Deed::Read, fault, moment);
            }
            Event::Done { id, deed, result: Err(fault) } => self.secrets_failed(&id, deed, fault, moment),
            Event::Done { result: Ok(()), .. } => {}
        }
        Vec::new()
    }

    /// What was given in this run goes before what is kept.
    fn secrets_loaded(&mut self, id: &ProfileId, kept: &Secrets) -> Vec<Effect> {
        let Some(c) = self.connection_mut(id) else {
            self.notices.change_undo(|undo| match undo {
                Undo::Profile(_, profile, secrets) if profile.id == *id => {
                    *secrets = std::mem::take(secrets).or(kept);
                }
                _ => {}
            });
            return Vec::new();
        };
        let put_back = c.known == Known::Restored && !kept.is_empty();
        c.known = Known::Yes;
        c.secrets = std::mem::take(&mut c.secrets).or(kept);
        let secrets = c.secrets.clone();
        if let Some(Dialog::Profile(form)) = &mut self.dialog
            && form.draft.id == *id
        {
            form.take_secrets(&secrets);
        }
        if put_back {
            return vec![Effect::Secrets(Request::Put { id: id.clone(), secrets, keep_rest: false })];
        }
        Vec::new()
    }

    fn secrets_failed(&mut self, id: &ProfileId, deed: Deed, fault: Fault, moment: Moment) {
        let of_deleted = |undo: &Undo| match undo {
            Undo::Profile(_, profile, _) if profile.id == *id => Some(profile.name.clone()),
            _ => None,
        };
        let deleted = || self.notices.all().iter().filter_map(|n| n.undo.as_ref()).find_map(of_deleted);
        let name = self.connection(id).map(|c| c.profile.name.clone()).or_else(deleted).unwrap_or_default();
        let text = NoticeText::SecretsFailed(name, deed, fault);
        self.notices.toast(moment.now, Tone::Caution, text, None);
    }
}
