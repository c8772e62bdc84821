//! What the user sees and has done: pure and synchronous.
//!
//! `perform` takes what the user asks for and answers with what the runtime has to do; `apply` takes what
//! the runtime says. Time and randomness come in with the call. Drawing reads the model and never changes
//! it. The frame log is read here where a frame is selected and where subscriptions are counted.

mod action;
mod composer;
mod connection;
mod inspector;
mod notices;
mod profile_form;
mod subscriptions;

use std::net::SocketAddr;

pub use action::{
    Action, ComposerEdit, CopyWhat, Effect, Event, FormEdit, HistoryProblem, Moment, Sheet, SubscriptionEdit,
    Tab,
};
pub use composer::{Composer, ComposerFault, Published};
pub use connection::{Connection, Rate, Timeline};
pub use inspector::{FieldLine, Inspector};
pub use notices::{Notice, NoticeText, Notices, Tone, Undo};
pub use profile_form::{FormFault, ProfileForm};
use subscriptions::COLOURS;
pub use subscriptions::{Standing, SubscriptionFault, SubscriptionForm, SubscriptionRow};

use crate::hex;
use crate::language::Language;
use crate::log::{Row, Timestamp};
use crate::profile::{Colour, Profile, ProfileId, Subscription};
use crate::session::{self, Command, Phase, PublishOutcome, RequestId};
use crate::store::{self, Settings};
use crate::wire::PacketType;

/// The embedded broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrokerState {
    /// It does not run.
    #[default]
    Stopped,
    /// It was asked to start.
    Starting,
    /// It listens here.
    Running(SocketAddr),
}

/// The form or sheet that stands over the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// The connection form.
    Profile(Box<ProfileForm>),
    /// The subscription form.
    Subscription(Box<SubscriptionForm>),
    /// A sheet.
    Sheet(Sheet),
}

/// The profile of the embedded broker: always this one.
const LOCAL_BROKER: &str = "local-broker";
/// What it is called when it is made.
const LOCAL_BROKER_NAME: &str = "Local broker";
/// One second.
const SECOND_NS: u64 = 1_000_000_000;

/// What the user sees and has done.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The language of the moment.
    pub language: Language,
    /// What is saved of the window.
    pub settings: Settings,
    /// The connections, in the order of their profiles.
    pub connections: Vec<Connection>,
    /// The connection that is shown.
    pub selected: Option<ProfileId>,
    /// What stands over the window.
    pub dialog: Option<Dialog>,
    /// The embedded broker.
    pub broker: BrokerState,
    /// What was said.
    pub notices: Notices,
    next_request: u64,
    next_serial: u64,
}

impl Model {
    /// The model of what the store holds, and what the runtime has to do for it.
    #[must_use]
    pub fn new(profiles: Vec<Profile>, settings: Settings, system: Language) -> (Self, Vec<Effect>) {
        let mut model = Self { language: settings.language.unwrap_or(system), settings, ..Self::default() };
        for profile in profiles {
            model.connections.push(Connection::new(profile, None));
        }
        let effects = model.connections.iter().map(|c| Effect::OpenLog(c.profile.id.clone())).collect();
        let wanted = model.settings.layout.selected_profile.clone();
        model.selected = wanted
            .filter(|id| model.connection(id).is_some())
            .or_else(|| model.connections.first().map(|c| c.profile.id.clone()));
        (model, effects)
    }

    /// The connection of a profile.
    #[must_use]
    pub fn connection(&self, id: &ProfileId) -> Option<&Connection> {
        self.connections.iter().find(|c| &c.profile.id == id)
    }

    fn connection_mut(&mut self, id: &ProfileId) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|c| &c.profile.id == id)
    }

    /// The connection that is shown.
    #[must_use]
    pub fn current(&self) -> Option<&Connection> {
        self.connection(self.selected.as_ref()?)
    }

    fn current_mut(&mut self) -> Option<&mut Connection> {
        let id = self.selected.clone()?;
        self.connection_mut(&id)
    }

    fn request(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request)
    }

    /// Does what the user asks for.
    pub fn perform(&mut self, action: Action, moment: Moment) -> Vec<Effect> {
        match action {
            Action::Select(id) => self.select(id),
            Action::SelectNth(n) => match self.connections.get(n) {
                Some(connection) => self.select(connection.profile.id.clone()),
                None => Vec::new(),
            },
            Action::NewConnection => {
                let draft = Profile::new(moment.random);
                self.dialog = Some(Dialog::Profile(Box::new(ProfileForm::new(draft, None, true))));
                Vec::new()
            }
            Action::Edit(id) => {
                if let Some(c) = self.connection(&id) {
                    let form = ProfileForm::new(c.profile.clone(), c.password.clone(), false);
                    self.dialog = Some(Dialog::Profile(Box::new(form)));
                }
                Vec::new()
            }
            Action::Duplicate(id) => self.duplicate(&id, moment),
            Action::Delete(id) => self.delete(&id, moment),
            Action::Connect(id) => self.connect(&id),
            Action::ConnectTo(wanted) => self.connect_to(&wanted, moment),
            Action::Disconnect(id) => vec![Effect::Session(id, Command::Disconnect)],
            Action::ReconnectNow(id) => vec![Effect::Session(id, Command::ReconnectNow)],
            Action::StartBroker => {
                if self.broker == BrokerState::Stopped {
                    self.broker = BrokerState::Starting;
                    vec![Effect::StartBroker]
                } else {
                    Vec::new()
                }
            }
            Action::StopBroker => {
                let id = ProfileId(LOCAL_BROKER.to_owned());
                let live = self.connection(&id).is_some_and(|c| c.live);
                let mut effects = Vec::new();
                if live {
                    effects.push(Effect::Session(id, Command::Disconnect));
                }
                effects.push(Effect::StopBroker);
                effects
            }
            Action::Form(edit) => {
                if let Some(Dialog::Profile(form)) = &mut self.dialog {
                    form.edit(edit, moment.random);
                }
                Vec::new()
            }
            Action::SaveForm { connect } => self.save_form(connect),
            Action::NewSubscription => {
                if let Some(c) = self.current() {
                    let colour = Colour(u8::try_from(c.profile.subscriptions.len() % COLOURS).unwrap_or(0));
                    self.dialog = Some(Dialog::Subscription(Box::new(SubscriptionForm::new(colour))));
                }
                Vec::new()
            }
            Action::EditSubscription(filter) => {
                let form = self.current().and_then(|c| c.subscription(&filter)).map(SubscriptionForm::of);
                if let Some(form) = form {
                    self.dialog = Some(Dialog::Subscription(Box::new(form)));
                }
                Vec::new()
            }
            Action::SubscriptionForm(edit) => {
                if let Some(Dialog::Subscription(form)) = &mut self.dialog {
                    form.edit(edit);
                }
                Vec::new()
            }
            Action::Subscribe => self.subscribe_form(),
            Action::Unsubscribe(filter) => self.unsubscribe(&filter, moment),
            Action::SetEnabled(filter, enabled) => self.set_enabled(&filter, enabled),
            Action::ShowOnly(filter) => self.change_timeline(|t| {
                t.only = if t.only.as_deref() == Some(&filter) { None } else { Some(filter) };
            }),
            Action::Tab(tab) => self.change_timeline(|t| t.tab = tab),
            Action::Filter(text) => self.change_timeline(|t| t.set_filter(text)),
            Action::Follow(follow) => {
                if let Some(c) = self.current_mut() {
                    c.timeline.follow = follow;
                }
                Vec::new()
            }
            Action::Compose(edit) => {
                if let Some(c) = self.current_mut() {
                    c.composer.edit(edit);
                }
                Vec::new()
            }
            Action::Publish => self.publish(),
            Action::ClearHistory(id) => self.clear_history(&id),
            Action::Language(language) => {
                self.language = language;
                self.settings.language = Some(language);
                for c in &mut self.connections {
                    if let Some(inspector) = &mut c.inspector {
                        inspector.set_language(language);
                    }
                }
                self.put_settings()
            }
            Action::Theme(theme) => {
                self.settings.theme = theme;
                self.put_settings()
            }
            Action::Layout(layout) => {
                self.settings.layout = layout;
                self.put_settings()
            }
            Action::Open(sheet) => {
                self.dialog = Some(Dialog::Sheet(sheet));
                Vec::new()
            }
            Action::Close => {
                self.dialog = None;
                Vec::new()
            }
            Action::Undo(id) => self.undo(id),
            Action::Dismiss(id) => {
                let undo = self.notices.dismiss(id);
                Self::given_up(undo)
            }
            Action::SelectRow(_)
            | Action::SelectField(_)
            | Action::SelectBytes(_)
            | Action::HoverField(_)
            | Action::ToggleField(_)
            | Action::Reveal(_)
            | Action::PayloadFormat(_)
            | Action::Copy(_) => self.inspect(action, moment),
        }
    }

    /// What happens in the inspector.
    fn inspect(&mut self, action: Action, moment: Moment) -> Vec<Effect> {
        let language = self.language;
        let Some(c) = self.current_mut() else { return Vec::new() };
        if let Action::SelectRow(row) = action {
            c.select_row(row, language);
            return Vec::new();
        }
        let Some(inspector) = &mut c.inspector else { return Vec::new() };
        match action {
            Action::SelectField(path) => inspector.select_field(path),
            Action::SelectBytes(range) => inspector.select_bytes(range),
            Action::HoverField(path) => inspector.hovered = path,
            Action::ToggleField(path) => inspector.toggle(path),
            Action::Reveal(reveal) => inspector.set_reveal(reveal),
            Action::PayloadFormat(format) => {
                inspector.set_format(format);
                if let Some(topic) = inspector.frame.entry.topic {
                    c.formats.insert(topic, format);
                }
            }
            Action::Copy(what) => {
                if let Some(text) = c.copied(what) {
                    self.notices.toast(moment.now, Tone::Good, NoticeText::Copied, None);
                    return vec![Effect::Clipboard(text)];
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn select(&mut self, id: ProfileId) -> Vec<Effect> {
        if self.connection(&id).is_none() || self.selected.as_ref() == Some(&id) {
            return Vec::new();
        }
        self.selected = Some(id.clone());
        self.settings.layout.selected_profile = Some(id);
        self.put_settings()
    }

    fn put_settings(&self) -> Vec<Effect> {
        vec![Effect::Store(store::Request::PutSettings(self.settings.clone()))]
    }

    fn duplicate(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        let Some(place) = self.connections.iter().position(|c| &c.profile.id == id) else {
            return Vec::new();
        };
        let names: Vec<&str> = self.connections.iter().map(|c| c.profile.name.as_str()).collect();
        let source = &self.connections[place];
        let copy = source.profile.duplicate(moment.random, &names);
        let password = source.password.clone();
        let mut effects = self.add(self.connections.len(), Connection::new(copy.clone(), password));
        effects.push(Effect::Store(store::Request::PutProfile(copy.clone())));
        effects.extend(self.select(copy.id));
        effects
    }

    /// Takes a connection into the list and opens its history.
    fn add(&mut self, place: usize, connection: Connection) -> Vec<Effect> {
        let open = Effect::OpenLog(connection.profile.id.clone());
        self.connections.insert(place.min(self.connections.len()), connection);
        vec![open]
    }

    fn delete(&mut self, id: &ProfileId, moment: Moment) -> Vec<Effect> {
        let Some(place) = self.connections.iter().position(|c| &c.profile.id == id) else {
            return Vec::new();
        };
        let gone = self.connections.remove(place);
        let mut effects = Vec::new();
        if gone.live {
            effects.push(Effect::Session(id.clone(), Command::Disconnect));
        }
        effects.push(Effect::Store(store::Request::DeleteProfile(id.clone())));
        if self.selected.as_ref() == Some(id) {
            let neighbour = self.connections.get(place).or(self.connections.last());
            self.selected = neighbour.map(|c| c.profile.id.clone());
        }
        let text = NoticeText::ProfileDeleted(gone.profile.name.clone());
        let undo = Undo::Profile(place, Box::new(gone.profile), gone.password);
        self.notices.toast(moment.now, Tone::Info, text, Some(undo));
        effects
    }

    fn undo(&mut self, notice: u64) -> Vec<Effect> {
        match self.notices.dismiss(notice) {
            Some(Undo::Profile(place, profile, password)) => {
                let mut effects = self.add(place, Connection::new((*profile).clone(), password));
                let id = profile.id.clone();
                let request = store::Request::RestoreProfile { profile: *profile, position: place };
                effects.push(Effect::Store(request));
                effects.extend(self.select(id));
                effects
            }
            Some(Undo::Subscription(id, wish)) => self.wish(&id, vec![wish]),
            None => Vec::new(),
        }
    }

    /// What follows when the chance to take something back is over.
    fn given_up(undo: Option<Undo>) -> Vec<Effect> {
        match undo {
            Some(Undo::Profile(_, profile, _)) => vec![Effect::DropHistory(profile.id)],
            Some(Undo::Subscription(..)) | None => Vec::new(),
        }
    }

    fn connect(&mut self, id: &ProfileId) -> Vec<Effect> {
        let Some(c) = self.connection_mut(id) else { return Vec::new() };
        if c.live {
            return Vec::new();
        }
        c.live = true;
        c.phase = Phase::Resolving;
        vec![Effect::Connect { profile: c.profile.clone(), password: c.password.clone() }]
    }

    /// Connects the profile of a name; a URL makes a profile of its own.
    fn connect_to(&mut self, wanted: &str, moment: Moment) -> Vec<Effect> {
        let named = self.connections.iter().find(|c| c.profile.name == wanted);
        let mut effects = Vec::new();
        let id = if let Some(c) = named {
            c.profile.id.clone()
        } else {
            let mut draft = Profile::new(moment.random);
            draft.endpoint.host = wanted.to_owned();
            let mut form = ProfileForm::new(draft, None, true);
            form.edit(FormEdit::HostDone, moment.random);
            form.tried = true;
            let Ok(profile) = form.profile() else {
                self.dialog = Some(Dialog::Profile(Box::new(form)));
                return Vec::new();
            };
            let id = profile.id.clone();
            let password = Some(form.password).filter(|p| !p.is_empty());
            effects.extend(self.add(self.connections.len(), Connection::new(profile.clone(), password)));
            effects.push(Effect::Store(store::Request::PutProfile(profile)));
            id
        };
        effects.extend(self.select(id.clone()));
        effects.extend(self.connect(&id));
        effects
    }

    fn save_form(&mut self, connect: bool) -> Vec<Effect> {
        let Some(Dialog::Profile(form)) = &mut self.dialog else { return Vec::new() };
        form.tried = true;
        let Ok(profile) = form.profile() else { return Vec::new() };
        if form.url_fault.is_some() {
            return Vec::new();
        }
        let password = Some(form.password.clone()).filter(|p| !p.reveal().is_empty());
        let id = profile.id.clone();
        self.dialog = None;
        let mut effects = Vec::new();
        match self.connection_mut(&id) {
            Some(c) => {
                c.profile = profile.clone();
                c.password = password;
                if connect && c.live {
                    // What is live runs with the old settings: it ends, and the new ones begin when it has.
                    c.again = true;
                    effects.push(Effect::Session(id.clone(), Command::Disconnect));
                }
            }
            None => {
                effects.extend(self.add(self.connections.len(), Connection::new(profile.clone(), password)))
            }
        }
        effects.push(Effect::Store(store::Request::PutProfile(profile)));
        effects.extend(self.select(id.clone()));
        if connect {
            effects.extend(self.connect(&id));
        }
        effects
    }

    fn subscribe_form(&mut self) -> Vec<Effect> {
        let Some(Dialog::Subscription(form)) = &mut self.dialog else { return Vec::new() };
        let wishes = match form.wishes() {
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
    fn wish(&mut self, id: &ProfileId, wishes: Vec<Subscription>) -> Vec<Effect> {
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

    fn unsubscribe(&mut self, filter: &str, moment: Moment) -> Vec<Effect> {
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

    fn set_enabled(&mut self, filter: &str, enabled: bool) -> Vec<Effect> {
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

    fn change_timeline(&mut self, change: impl FnOnce(&mut Timeline)) -> Vec<Effect> {
        let Some(id) = self.selected.clone() else { return Vec::new() };
        if let Some(c) = self.connection_mut(&id) {
            change(&mut c.timeline);
        }
        self.want_view(&id)
    }

    /// Asks for the rows that a timeline wants.
    fn want_view(&mut self, id: &ProfileId) -> Vec<Effect> {
        self.next_serial += 1;
        let serial = self.next_serial;
        match self.connection_mut(id) {
            Some(c) if c.log.is_some() => {
                c.timeline.serial = serial;
                vec![Effect::View { profile: id.clone(), serial, filter: c.timeline.wanted() }]
            }
            _ => Vec::new(),
        }
    }

    fn publish(&mut self) -> Vec<Effect> {
        let id = self.request();
        let Some(c) = self.current_mut() else { return Vec::new() };
        if !c.live {
            return Vec::new();
        }
        let profile = c.profile.id.clone();
        match c.composer.compose(id) {
            Some(publish) => vec![Effect::Session(profile, Command::Publish { id, publish })],
            None => Vec::new(),
        }
    }

    fn clear_history(&mut self, id: &ProfileId) -> Vec<Effect> {
        if let Some(c) = self.connection_mut(id) {
            if let Some(log) = &c.log {
                log.clear();
            }
            c.inspector = None;
            c.timeline.selected = None;
        }
        self.want_view(id)
    }

    /// Takes over what the runtime says.
    pub fn apply(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        match event {
            Event::Store(event) => {
                self.apply_store(event, moment);
                Vec::new()
            }
            Event::Session(id, event) => self.apply_session(&id, event, moment),
            Event::Log { profile, log, problem } => {
                if let Some(c) = self.connections.iter_mut().find(|c| c.profile.id == profile) {
                    if let Some(problem) = problem {
                        let text = NoticeText::HistoryProblem(c.profile.name.clone(), problem);
                        self.notices.toast(moment.now, Tone::Caution, text, None);
                    }
                    c.seen = log.counters().messages;
                    c.log = Some(log);
                }
                self.want_view(&profile)
            }
            Event::View { profile, serial, view } => {
                if let Some(c) = self.connection_mut(&profile)
                    && c.timeline.serial == serial
                {
                    c.timeline.view = Some(view);
                }
                Vec::new()
            }
            Event::BrokerStarted(address) => self.broker_started(address, moment),
            Event::BrokerFailed(reason) => {
                self.broker = BrokerState::Stopped;
                self.notices.toast(moment.now, Tone::Bad, NoticeText::BrokerFailed(reason), None);
                Vec::new()
            }
            Event::BrokerStopped => {
                self.broker = BrokerState::Stopped;
                self.notices.toast(moment.now, Tone::Info, NoticeText::BrokerStopped, None);
                Vec::new()
            }
        }
    }

    fn broker_started(&mut self, address: SocketAddr, moment: Moment) -> Vec<Effect> {
        self.broker = BrokerState::Running(address);
        let said = NoticeText::BrokerStarted(address.to_string());
        self.notices.note(moment.now, Tone::Good, said);
        let id = ProfileId(LOCAL_BROKER.to_owned());
        let mut effects = Vec::new();
        if self.connection(&id).is_none() {
            let mut profile = Profile::new(moment.random);
            profile.id = id.clone();
            profile.name = LOCAL_BROKER_NAME.to_owned();
            effects.extend(self.add(self.connections.len(), Connection::new(profile, None)));
        }
        if let Some(c) = self.connection_mut(&id) {
            c.profile.endpoint.host = address.ip().to_string();
            c.profile.endpoint.port = address.port();
            effects.push(Effect::Store(store::Request::PutProfile(c.profile.clone())));
        }
        effects.extend(self.select(id.clone()));
        effects.extend(self.connect(&id));
        effects
    }

    fn apply_store(&mut self, event: store::Event, moment: Moment) {
        match event {
            store::Event::Loaded(loaded) => {
                for problem in loaded.problems {
                    self.file_problem(problem, moment);
                }
            }
            store::Event::ProfilesSaved { profiles, problem, .. } => {
                self.merge(profiles);
                problem.into_iter().for_each(|problem| self.file_problem(problem, moment));
            }
            store::Event::SettingsSaved { problem, .. } => {
                problem.into_iter().for_each(|problem| self.file_problem(problem, moment));
            }
            store::Event::Failed { error, .. } => {
                self.notices.toast(moment.now, Tone::Bad, NoticeText::SaveFailed(error), None);
            }
        }
    }

    fn file_problem(&mut self, problem: store::Problem, moment: Moment) {
        self.notices.toast(moment.now, Tone::Caution, NoticeText::FileProblem(problem), None);
    }

    /// Another running copy may have added profiles: they appear here too.
    fn merge(&mut self, profiles: Vec<Profile>) {
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
                self.connections.push(Connection::new(profile, None));
            }
        }
    }

    fn apply_session(&mut self, id: &ProfileId, event: session::Event, moment: Moment) -> Vec<Effect> {
        let Some(c) = self.connections.iter_mut().find(|c| &c.profile.id == id) else { return Vec::new() };
        match event {
            session::Event::Phase(phase) => {
                let lost = match &phase {
                    Phase::Waiting { cause, .. } | Phase::Offline { cause: Some(cause) } => {
                        Some(cause.clone())
                    }
                    _ => None,
                };
                if let Some(cause) = lost {
                    let text = NoticeText::ConnectionLost(c.profile.name.clone(), cause);
                    self.notices.note(moment.now, Tone::Bad, text);
                }
                // The session asks for all wishes as soon as the server has accepted.
                let online = matches!(phase, Phase::Online(_));
                for wish in c.profile.subscriptions.iter().filter(|w| w.enabled) {
                    c.rows.entry(wish.filter.clone()).or_default().standing =
                        if online { Standing::Asked } else { Standing::Wished };
                }
                if matches!(phase, Phase::Offline { .. }) {
                    c.live = false;
                }
                c.phase = phase;
                if !c.live && std::mem::take(&mut c.again) {
                    return self.connect(id);
                }
            }
            session::Event::Published { id: request, outcome } => {
                let failed = match &outcome {
                    PublishOutcome::Refused { reason } => Some(reason.clone()),
                    PublishOutcome::Abandoned => Some(String::new()),
                    PublishOutcome::Sent | PublishOutcome::Acknowledged { .. } => None,
                };
                let topic = c.composer.settle(request, outcome).map(|p| p.topic.clone());
                if let (Some(reason), Some(topic)) = (failed, topic) {
                    self.notices.toast(moment.now, Tone::Bad, NoticeText::PublishFailed(topic, reason), None);
                }
            }
            session::Event::Subscribed { outcomes, .. } => {
                for outcome in outcomes {
                    if c.subscription(&outcome.filter).is_none() {
                        continue;
                    }
                    let standing = match outcome.result {
                        Ok(qos) => Standing::Granted(qos),
                        Err(reason) => {
                            let text =
                                NoticeText::SubscriptionRefused(outcome.filter.clone(), reason.clone());
                            self.notices.toast(moment.now, Tone::Bad, text, None);
                            Standing::Refused(reason)
                        }
                    };
                    c.rows.entry(outcome.filter).or_default().standing = standing;
                }
            }
            session::Event::Unsubscribed { outcomes, .. } => {
                for outcome in outcomes {
                    if let Some(row) = c.rows.get_mut(&outcome.filter) {
                        row.standing = Standing::Wished;
                    }
                }
            }
        }
        Vec::new()
    }

    /// What time alone changes: counts and rates. Called before each drawing.
    pub fn tick(&mut self, now: Timestamp) {
        for c in &mut self.connections {
            let Some(log) = &c.log else { continue };
            let messages = log.counters().messages;
            c.rate.sample(now, messages);
            if self.selected.as_ref() == Some(&c.profile.id) {
                c.seen = messages;
                for wish in &c.profile.subscriptions {
                    c.rows.entry(wish.filter.clone()).or_default().count(&wish.filter, log);
                }
            }
        }
    }

    /// When `tick` or a count of seconds would change something with no event in between.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let rates = self.connections.iter().filter_map(|c| c.rate.due(c.log.as_ref()?.counters().messages));
        let countdown = match self.current().map(|c| &c.phase) {
            Some(Phase::Waiting { until, .. }) if *until > now => {
                let left = (until.0 - now.0) % SECOND_NS;
                Some(Timestamp(now.0 + if left == 0 { SECOND_NS } else { left }))
            }
            _ => None,
        };
        rates.chain(countdown).min()
    }
}

impl Connection {
    /// Looks at a frame.
    fn select_row(&mut self, row: Row, language: Language) {
        let Some(log) = &self.log else { return };
        self.timeline.selected = Some(row);
        let topic = log.entry(row).and_then(|e| e.topic);
        let format = topic.and_then(|t| self.formats.get(&t).copied());
        let earlier = self.inspector.take();
        self.inspector = Inspector::new(log, row, format, language);
        // The same field of the next frame of the same kind stays selected: stepping through a list compares it.
        if let (Some(earlier), Some(now)) = (earlier, &mut self.inspector)
            && earlier.dissection.packet == now.dissection.packet
            && let Some(path) = earlier.field
        {
            now.select_field(path);
        }
    }

    /// What of the selected frame is copied.
    fn copied(&self, what: CopyWhat) -> Option<String> {
        let inspector = self.inspector.as_ref()?;
        let whole = 0..inspector.frame.bytes.len();
        let range = inspector.bytes.clone().filter(|r| !r.is_empty()).unwrap_or(whole);
        let bytes = inspector.frame.bytes.get(range)?;
        match what {
            CopyWhat::Hex => Some(hex::to_hex(bytes)),
            CopyWhat::CArray => Some(hex::to_c_array(bytes)),
            CopyWhat::Text => Some(hex::to_text(bytes)),
            CopyWhat::Payload => inspector.payload.as_ref().map(|p| p.text.clone()),
            CopyWhat::Topic => {
                (inspector.dissection.packet == Some(PacketType::Publish)).then_some(())?;
                self.log.as_ref()?.topic(inspector.frame.entry.topic?).map(|t| t.to_string())
            }
            CopyWhat::Value => {
                let field = inspector.field_at(inspector.field.as_deref()?)?;
                Some(field.display(&inspector.frame.bytes, inspector.language, inspector.reveal))
            }
        }
    }
}
