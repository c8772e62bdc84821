//! The list of connections: selecting, making, changing, deleting, connecting them.

use std::net::SocketAddr;

use super::secrets::Known;
use super::{
    BrokerState, Connection, Dialog, Effect, FormEdit, Model, Moment, NoticeText, ProfileForm, Tone, Undo,
};
use crate::profile::{Profile, ProfileId, Secrets, url};
use crate::session::{Command, Failure, Phase};
use crate::store::{self, secrets};

/// The profile of the embedded broker: always this one.
pub(super) const LOCAL_BROKER: &str = "local-broker";
/// What it is called when it is made.
const LOCAL_BROKER_NAME: &str = "Local broker";

impl Model {
    pub(super) fn select(&mut self, id: &ProfileId) -> Vec<Effect> {
        if self.connection(id).is_none() || self.selected.as_ref() == Some(id) {
            return Vec::new();
        }
        self.selected = Some(id.clone());
        self.settings.layout.selected_profile = Some(id.clone());
        let mut effects = self.open_log(id);
        effects.extend(self.put_settings());
        effects
    }

    pub(super) fn duplicate(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        let Some(place) = self.connections.iter().position(|c| &c.profile.id == id) else {
            return Vec::new();
        };
        let names: Vec<&str> = self.connections.iter().map(|c| c.profile.name.as_str()).collect();
        let source = &self.connections[place];
        let copy = source.profile.duplicate(moment.random, &names);
        let (from, known) = (source.profile.id.clone(), source.known);
        let secrets = source.secrets.clone();
        let mut effects = vec![Effect::Store(store::Request::PutProfile(copy.clone()))];
        self.add(self.connections.len(), Connection::new(copy.clone(), secrets));
        if known == Known::Yes {
            if let Some(c) = self.connection_mut(&copy.id) {
                c.known = Known::Yes;
            }
        } else {
            let request = secrets::Request::Copy { from, to: copy.id.clone() };
            effects.push(Effect::Secrets(request));
        }
        effects.extend(self.keep_secrets(&copy.id, &Secrets::default()));
        effects.extend(self.select(&copy.id));
        effects
    }

    /// The form of a copy that leads to the server that a profile was pointed to: nothing is followed unasked.
    pub(super) fn go_elsewhere(&mut self, id: &ProfileId, moment: Moment) {
        let names: Vec<&str> = self.connections.iter().map(|c| c.profile.name.as_str()).collect();
        let Some(c) = self.connection(id) else { return };
        let Some(Failure::Redirected { reference, .. }) = c.phase.cause() else { return };
        let place = reference.split_whitespace().next().unwrap_or_default();
        let mut copy = c.profile.duplicate(moment.random, &names);
        let protocol = copy.endpoint.protocol;
        match url::parse(place) {
            Ok(url) => {
                copy.endpoint.host = url.host;
                copy.endpoint.port = url.port.unwrap_or(copy.endpoint.port);
                copy.endpoint.protocol = if place.contains("://") { url.protocol } else { protocol };
            }
            Err(_) => place.clone_into(&mut copy.endpoint.host),
        }
        let form = ProfileForm::new(copy, c.secrets.clone(), true);
        self.dialog = Some(Dialog::Profile(Box::new(form)));
    }

    /// Takes a connection into the list.
    fn add(&mut self, place: usize, connection: Connection) {
        self.connections.insert(place.min(self.connections.len()), connection);
    }

    pub(super) fn delete(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        if self.capture_mut(id).is_some() {
            return self.close_capture(id);
        }
        let Some(place) = self.connections.iter().position(|c| &c.profile.id == id) else {
            return Vec::new();
        };
        let gone = self.connections.remove(place);
        let mut effects = Vec::new();
        if gone.live {
            effects.push(Effect::Session(id.clone(), Command::Disconnect));
        }
        effects.push(Effect::Store(store::Request::DeleteProfile(id.clone())));
        if gone.known == Known::No {
            // So that they can be brought back.
            effects.push(Effect::Secrets(secrets::Request::Load(id.clone())));
        }
        effects.push(Effect::Secrets(secrets::Request::Delete(id.clone())));
        if self.selected.as_ref() == Some(id) {
            let neighbour = self.connections.get(place).or(self.connections.last());
            self.selected = neighbour.map(|c| c.profile.id.clone());
            if let Some(id) = self.selected.clone() {
                effects.extend(self.open_log(&id));
            }
        }
        let text = NoticeText::ProfileDeleted(gone.profile.name.clone());
        let undo = Undo::Profile(place, Box::new(gone.profile), gone.secrets);
        self.notices.toast(moment.now, Tone::Info, text, Some(undo));
        effects
    }

    pub(super) fn undo(&mut self, notice: u64, moment: Moment) -> Vec<Effect> {
        match self.notices.undo(notice) {
            Some(Undo::Profile(place, profile, secrets)) => {
                let restored =
                    Connection { known: Known::Restored, ..Connection::new((*profile).clone(), secrets) };
                self.add(place, restored);
                let id = profile.id.clone();
                let request = store::Request::RestoreProfile { profile: *profile, position: place };
                let mut effects = vec![Effect::Store(request)];
                effects.extend(self.keep_secrets(&id, &Secrets::default()));
                effects.extend(self.select(&id));
                effects
            }
            Some(Undo::Subscription(id, wish)) => self.wish(&id, vec![wish]),
            Some(Undo::Cleared(id)) => self.restore_history(&id, moment),
            Some(Undo::Marks(id, marks)) => {
                self.marks_again(&id, &marks);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// What follows when the chance to take something back is over.
    pub(super) fn given_up(undo: Option<Undo>) -> Vec<Effect> {
        match undo {
            Some(Undo::Profile(_, profile, _)) => vec![Effect::DropHistory(profile.id)],
            Some(Undo::Subscription(..) | Undo::Cleared(_) | Undo::Marks(..)) | None => Vec::new(),
        }
    }

    pub(super) fn connect(&mut self, id: &ProfileId) -> Vec<Effect> {
        let Some(c) = self.connection_mut(id) else { return Vec::new() };
        if c.live || c.capture.is_some() {
            return Vec::new();
        }
        c.live = true;
        c.no_subprotocol_said = false;
        c.phase = Phase::Resolving;
        let ask = c.known == Known::No;
        if ask {
            c.known = Known::Asked;
        }
        let connect = Effect::Connect { profile: c.profile.clone(), secrets: c.secrets.clone(), ask };
        let mut effects = self.open_log(id);
        effects.push(connect);
        effects
    }

    /// Connects the profile of a name; a URL makes a profile of its own.
    pub(super) fn connect_to(&mut self, wanted: &str, moment: Moment) -> Vec<Effect> {
        let named = self.connections.iter().find(|c| c.profile.name == wanted);
        let mut effects = Vec::new();
        let id = if let Some(c) = named {
            c.profile.id.clone()
        } else {
            let mut profile = Profile::new(moment.random);
            let url = url::parse(wanted).ok().filter(|url| {
                url.point(&mut profile);
                profile.name.clone_from(&profile.endpoint.host);
                profile.validate().is_empty()
            });
            let Some(url) = url else {
                profile = Profile::new(moment.random);
                wanted.clone_into(&mut profile.endpoint.host);
                let mut form = ProfileForm::new(profile, Secrets::default(), true);
                form.edit(FormEdit::HostDone, moment.random);
                form.tried = true;
                self.dialog = Some(Dialog::Profile(Box::new(form)));
                return Vec::new();
            };
            // The same address once more is the same connection, not another one of that name.
            let same = self.connections.iter_mut().find(|c| {
                c.capture.is_none()
                    && c.profile.endpoint == profile.endpoint
                    && c.profile.username == profile.username
                    && c.profile.websocket.path == profile.websocket.path
            });
            let password = url.password;
            if let Some(c) = same {
                c.secrets.password = password.or(c.secrets.password.take());
                c.profile.id.clone()
            } else {
                let id = profile.id.clone();
                let secrets = Secrets { password, ..Secrets::default() };
                self.add(self.connections.len(), Connection::fresh(profile.clone(), secrets));
                effects.push(Effect::Store(store::Request::PutProfile(profile)));
                effects.extend(self.keep_secrets(&id, &Secrets::default()));
                id
            }
        };
        effects.extend(self.select(&id));
        effects.extend(self.connect(&id));
        effects
    }

    pub(super) fn save_form(&mut self, connect: bool) -> Vec<Effect> {
        let Some(Dialog::Profile(form)) = &mut self.dialog else { return Vec::new() };
        form.tried = true;
        let Ok(profile) = form.profile() else { return Vec::new() };
        if form.url_fault.is_some() {
            return Vec::new();
        }
        let secrets = form.secrets();
        let id = profile.id.clone();
        self.dialog = None;
        let mut effects = Vec::new();
        let mut before = Secrets::default();
        match self.connection_mut(&id) {
            Some(c) => {
                c.profile = profile.clone();
                before = std::mem::replace(&mut c.secrets, secrets);
                if connect && c.live {
                    // What is live runs with the old settings: it ends, and the new ones begin when it has.
                    c.again = true;
                    effects.push(Effect::Session(id.clone(), Command::Disconnect));
                }
            }
            None => self.add(self.connections.len(), Connection::fresh(profile.clone(), secrets)),
        }
        effects.push(Effect::Store(store::Request::PutProfile(profile)));
        effects.extend(self.keep_secrets(&id, &before));
        effects.extend(self.select(&id));
        if connect {
            effects.extend(self.connect(&id));
        }
        effects
    }

    pub(super) fn broker_started(&mut self, address: SocketAddr, moment: Moment) -> Vec<Effect> {
        self.broker = BrokerState::Running(address);
        let said = NoticeText::BrokerStarted(address.to_string());
        self.notices.note(moment.now, Tone::Good, said);
        let id = ProfileId(LOCAL_BROKER.to_owned());
        let mut effects = Vec::new();
        if self.connection(&id).is_none() {
            let mut profile = Profile::new(moment.random);
            profile.id = id.clone();
            LOCAL_BROKER_NAME.clone_into(&mut profile.name);
            self.add(self.connections.len(), Connection::new(profile, Secrets::default()));
        }
        if let Some(c) = self.connection_mut(&id) {
            c.profile.endpoint.host = address.ip().to_string();
            c.profile.endpoint.port = address.port();
            effects.push(Effect::Store(store::Request::PutProfile(c.profile.clone())));
        }
        effects.extend(self.select(&id));
        effects.extend(self.connect(&id));
        effects
    }

    /// Another running copy may have added profiles: they appear here too.
    pub(super) fn merge(&mut self, profiles: Vec<Profile>) {
        let deleted: Vec<ProfileId> = self
            .notices
            .toasts()
            .filter_map(|n| match &n.undo {
                Some(Undo::Profile(_, profile, _)) => Some(profile.id.clone()),
                _ => None,
            })
            .collect();
        for profile in profiles {
            if self.connection(&profile.id).is_none() && !deleted.contains(&profile.id) {
                self.connections.push(Connection::new(profile, Secrets::default()));
            }
        }
    }
}
