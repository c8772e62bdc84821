//! What the user sees and has done: pure and synchronous.
//!
//! `perform` takes what the user asks for and answers with what the runtime has to do; `apply` takes what
//! the runtime says. Time and randomness come in with the call. Drawing reads the model and never changes
//! it. The frame log is read here where a frame is selected and where subscriptions are counted.

mod action;
mod captures;
mod choosing;
mod colours;
mod columns;
mod composer;
mod connection;
mod events;
mod exchange;
mod filtering;
mod go_to;
mod history;
mod inspector;
mod listing;
mod looking;
mod looks;
mod marks;
mod message_form;
mod notices;
mod payload_view;
mod profile_form;
mod profile_numbers;
mod profiles;
mod repeating;
mod secrets;
mod statistics;
mod subscriptions;
mod typed_bytes;
mod wishes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use action::{
    Action, ComposerEdit, CopyWhat, Effect, Event, FormEdit, HistoryProblem, Moment, Sheet, SubscriptionEdit,
    Tab,
};
pub use captures::{Capture, CaptureEdit, ExportForm, ExportWhat, PasteFault, PasteForm};
pub use choosing::{Chosen, FileField};
pub use colours::{ColourDraft, ColourEdit, ColourForm};
pub use columns::{Arrangement, WIDTHS};
pub use composer::{Body, Composer, ComposerFault, Published};
pub use connection::{Connection, Rate, Timeline};
pub use exchange::{Exchange, Source, Step, Waiting};
pub use go_to::{GoToFault, GoToForm};
pub use inspector::{FieldLine, Inspector};
pub use listing::{ListAction, Listing, MOST_COPIED, RowRange, TimeReference};
pub use marks::{MOST_MARKS, Marks};
pub use message_form::{PropertiesForm, PropertyFault};
pub use notices::{Notice, NoticeText, Notices, Tone, Undo};
pub use payload_view::{PayloadTree, PayloadView, Ready, Wish};
pub use profile_form::{FormFault, ProfileForm};
pub use profile_numbers::NumberField;
pub use repeating::{
    Job, JobEnd, JobProgress, JobStanding, Pace, Payloads, RepeatFault, RepeatForm, Repeated, Steer,
};
use subscriptions::COLOURS;
pub use subscriptions::{Standing, SubscriptionFault, SubscriptionForm, SubscriptionRow};
pub use typed_bytes::{TypedBytes, TypedSecret};

use jiff::tz::TimeZone;

use crate::language::Language;
use crate::log::Timestamp;
use crate::profile::{Colour, Profile, ProfileId, Secrets};
use crate::session::{Command, Phase, RequestId};
use crate::store::secrets::Home;
use crate::store::{self, Settings};

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
    /// The form that opens a capture: the path as typed.
    OpenCapture(String),
    /// The form that takes pasted frames.
    Paste(PasteForm),
    /// The form that exports.
    Export(ExportForm),
    /// The properties of the publish form (5.0).
    Properties,
    /// The rules that colour rows.
    Colours(Box<ColourForm>),
    /// The form that goes to a row.
    GoTo(GoToForm),
    /// The form for publishing over and over.
    Repeat,
    /// A sheet.
    Sheet(Sheet),
}

/// One second.
const SECOND_NS: u64 = 1_000_000_000;

/// What the user sees and has done.
#[derive(Clone, Debug)]
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
    /// Where secrets that are typed go.
    pub secrets_home: Home,
    /// The folder that files are read from and written to unless another is named.
    pub files: PathBuf,
    /// The zone of local times in filters; UTC until the program says otherwise.
    pub zone: TimeZone,
    next_request: u64,
    next_serial: u64,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            language: Language::default(),
            settings: Settings::default(),
            connections: Vec::new(),
            selected: None,
            dialog: None,
            broker: BrokerState::default(),
            notices: Notices::default(),
            secrets_home: Home::default(),
            files: PathBuf::new(),
            zone: TimeZone::UTC,
            next_request: 0,
            next_serial: 0,
        }
    }
}

impl Model {
    /// The model of what the store holds, and what the runtime has to do for it.
    #[must_use]
    pub fn new(profiles: Vec<Profile>, settings: Settings, system: Language) -> (Self, Vec<Effect>) {
        let mut model = Self { language: settings.language.unwrap_or(system), settings, ..Self::default() };
        for profile in profiles {
            model.connections.push(Connection::new(profile, Secrets::default()));
        }
        let wanted = model.settings.layout.selected_profile.clone();
        model.selected = wanted
            .filter(|id| model.connection(id).is_some())
            .or_else(|| model.connections.first().map(|c| c.profile.id.clone()));
        let mut effects = Vec::new();
        if model.settings.history != store::History::default() {
            effects.push(Effect::KeepHistory(model.settings.history.sensible()));
        }
        effects.extend(model.selected.clone().map(|id| model.open_log(&id)).unwrap_or_default());
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

    fn capture_mut(&mut self, id: &ProfileId) -> Option<&mut Capture> {
        self.connection_mut(id)?.capture.as_mut()
    }

    fn current_mut(&mut self) -> Option<&mut Connection> {
        let id = self.selected.clone()?;
        self.connection_mut(&id)
    }

    /// Has the history of a profile opened, once: when it is first looked at or connected.
    fn open_log(&mut self, id: &ProfileId) -> Vec<Effect> {
        match self.connection_mut(id) {
            Some(c) if !c.log_asked => {
                c.log_asked = true;
                vec![Effect::OpenLog(id.clone())]
            }
            _ => Vec::new(),
        }
    }

    fn request(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(self.next_request)
    }

    /// Does what the user asks for.
    pub fn perform(&mut self, action: Action, moment: Moment) -> Vec<Effect> {
        match action {
            Action::Select(id) => self.select(&id),
            Action::SelectNth(n) => match self.connections.get(n) {
                Some(connection) => {
                    let id = connection.profile.id.clone();
                    self.select(&id)
                }
                None => Vec::new(),
            },
            Action::NewConnection => {
                let draft = Profile::new(moment.random);
                self.dialog =
                    Some(Dialog::Profile(Box::new(ProfileForm::new(draft, Secrets::default(), true))));
                Vec::new()
            }
            Action::Edit(id) => {
                if let Some(c) = self.connection(&id) {
                    let form = ProfileForm::new(c.profile.clone(), c.secrets.clone(), false);
                    self.dialog = Some(Dialog::Profile(Box::new(form)));
                }
                self.load_secrets(&id)
            }
            Action::Duplicate(id) => self.duplicate(&id, moment),
            Action::Delete(id) => self.delete(&id, moment),
            Action::Connect(id) => self.connect(&id),
            Action::ConnectTo(wanted) => self.connect_to(&wanted, moment),
            Action::Disconnect(id) => vec![Effect::Session(id, Command::Disconnect)],
            Action::Reauthenticate(profile) => {
                let id = self.request();
                vec![Effect::Session(profile, Command::Reauthenticate { id })]
            }
            Action::ReconnectNow(id) => vec![Effect::Session(id, Command::ReconnectNow)],
            Action::NewCapture => {
                self.dialog = Some(Dialog::OpenCapture(String::new()));
                Vec::new()
            }
            Action::OpenCapture(path) => self.open_capture(&path),
            Action::NewPaste => {
                self.dialog = Some(Dialog::Paste(PasteForm::default()));
                Vec::new()
            }
            Action::TakeApart(name) => self.take_apart(&name),
            Action::NewExport => {
                self.export_form();
                Vec::new()
            }
            Action::Export => self.export(),
            Action::CaptureForm(edit) => {
                self.edit_capture(edit);
                Vec::new()
            }
            Action::CloseCapture(id) => self.close_capture(&id),
            Action::StartBroker => {
                if self.broker == BrokerState::Stopped {
                    self.broker = BrokerState::Starting;
                    vec![Effect::StartBroker]
                } else {
                    Vec::new()
                }
            }
            Action::StopBroker => {
                let id = ProfileId(profiles::LOCAL_BROKER.to_owned());
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
            Action::Filter(text) => self.set_filter(text),
            Action::KeepFilter => self.keep_filter(),
            Action::EditColours => {
                self.colour_form(None);
                Vec::new()
            }
            Action::ColourLike(term) => {
                self.colour_form(Some(term));
                Vec::new()
            }
            Action::ColourForm(edit) => {
                self.edit_colours(edit);
                Vec::new()
            }
            Action::SaveColours => self.save_colours(),
            Action::FilterBy { term, exclude } => self.filter_by(&term, exclude),
            Action::ShowSpan(span) => self.show_span(span.as_ref()),
            Action::Follow(follow) => {
                if let Some(c) = self.current_mut() {
                    c.timeline.follow = follow;
                }
                Vec::new()
            }
            Action::List(action) => self.work_list(action, moment),
            Action::GoElsewhere(id) => {
                self.go_elsewhere(&id, moment);
                Vec::new()
            }
            Action::Browse(field) => self.browse(field),
            Action::Compose(ComposerEdit::Path(path)) => self.name_payload_file(path),
            Action::Compose(edit) => {
                if let Some(c) = self.current_mut() {
                    c.composer.edit(edit);
                }
                Vec::new()
            }
            Action::Publish => self.publish(moment.now),
            Action::CancelPublishes => self.cancel_publishes(),
            Action::PublishFromFile => {
                if let Some(c) = self.current_mut() {
                    c.composer.edit(ComposerEdit::Body(Body::File));
                }
                self.browse(FileField::Payload)
            }
            Action::EditRepeat => {
                self.dialog = self.current().is_some().then_some(Dialog::Repeat);
                Vec::new()
            }
            Action::StartRepeating => self.start_repeating(),
            Action::Steer(steer) => self.steer(steer),
            Action::ForgetJob => {
                if let Some(c) = self.current_mut().filter(|c| !c.composer.at_work()) {
                    c.composer.job = None;
                }
                Vec::new()
            }
            Action::EditProperties => {
                self.dialog = self.current().is_some().then_some(Dialog::Properties);
                Vec::new()
            }
            Action::ComposeFromSelected { reply } => {
                if let Some(c) = self.current_mut() {
                    c.compose_from_selected(reply);
                }
                Vec::new()
            }
            Action::ClearHistory(id) => self.clear_history(&id, moment),
            Action::History(history) => self.keep_history(history),
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
            Action::KeepSecrets(place) => self.move_secrets(place),
            Action::Theme(theme) => {
                self.settings.theme = theme;
                self.put_settings()
            }
            Action::Layout(layout) => {
                self.settings.layout = *layout;
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
            Action::Undo(id) => self.undo(id, moment),
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
            | Action::PayloadTree(_)
            | Action::PayloadAutomatic
            | Action::SelectNode(_)
            | Action::ToggleNode(_)
            | Action::Copy(_) => self.inspect(action, moment),
        }
    }

    fn put_settings(&self) -> Vec<Effect> {
        vec![Effect::Store(store::Request::PutSettings(self.settings.clone()))]
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

    fn publish(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.current().is_some_and(|c| c.composer.body == Body::Lines) {
            return self.start_job(Some(1), Duration::ZERO);
        }
        let id = self.request();
        let folder = self.files.clone();
        let Some(c) = self.current_mut() else { return Vec::new() };
        if !c.live {
            return Vec::new();
        }
        let profile = c.profile.id.clone();
        match c.composer.compose(id, c.profile.version, &folder, now) {
            Some((publish, Payloads::File(path))) => {
                vec![Effect::PublishFile { profile, id, publish, path }]
            }
            Some((publish, _)) => vec![Effect::Session(profile, Command::Publish { id, publish })],
            None => Vec::new(),
        }
    }

    fn cancel_publishes(&self) -> Vec<Effect> {
        let Some(c) = self.current() else { return Vec::new() };
        let profile = &c.profile.id;
        c.composer.all_waiting().map(|id| Effect::CancelPublish(profile.clone(), id)).collect()
    }

    /// What time alone changes: counts and rates. Called before each drawing.
    pub fn tick(&mut self, now: Timestamp) {
        for c in &mut self.connections {
            let Some(log) = &c.log else { continue };
            c.timeline.marks.cut_before(log.rows().start);
            let messages = log.counters().arrived();
            c.rate.sample(now, messages);
            let lost = log.lost_files();
            if lost > c.history_lost {
                c.history_lost = lost;
                let text = NoticeText::HistoryProblem(c.profile.name.clone(), HistoryProblem::Lost(lost));
                self.notices.toast(now, Tone::Caution, text, None);
            }
            if let Some(failure) = log.failure().filter(|_| !c.history_stopped) {
                c.history_stopped = true;
                let problem = HistoryProblem::Stopped(failure.cause);
                let text = NoticeText::HistoryProblem(c.profile.name.clone(), problem);
                self.notices.toast(now, Tone::Caution, text, None);
            }
            if self.selected.as_ref() == Some(&c.profile.id) {
                c.seen = messages;
                let (source, held) = (c.source(), c.held());
                if let Some(inspector) = &mut c.inspector {
                    inspector.refresh(log, source, held, now);
                }
                for wish in &c.profile.subscriptions {
                    c.rows.entry(wish.filter.clone()).or_default().count(&wish.filter, log);
                }
            }
        }
    }

    /// When `tick`, a count of seconds or the time of waiting for an answer would change something with no event in between.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let rates = self.connections.iter().filter_map(|c| c.rate.due(c.log.as_ref()?.counters().arrived()));
        let countdown = match self.current().map(|c| &c.phase) {
            Some(Phase::Waiting { until, .. }) if *until > now => {
                let left = (until.0 - now.0) % SECOND_NS;
                Some(Timestamp(now.0 + if left == 0 { SECOND_NS } else { left }))
            }
            _ => None,
        };
        let waiting = self.current().and_then(|c| c.inspector.as_ref()?.exchange.due(now));
        // Rates fall and topics fall silent.
        let counted = self.dialog == Some(Dialog::Sheet(Sheet::Statistics));
        let counting = counted.then_some(Timestamp(now.0.saturating_add(SECOND_NS)));
        let pending = self.current().and_then(|c| c.composer.oldest_waiting()).map(|publish| {
            let waited = now.0.saturating_sub(publish.since.0);
            Timestamp(publish.since.0 + (waited / SECOND_NS + 1) * SECOND_NS)
        });
        rates.chain(countdown).chain(waiting).chain(counting).chain(pending).min()
    }
}
