//! The window without a screen, a clock or a network: a model, the panels over it, and a log in memory. Tests
//! work it by name and role, as a screen reader does, and read what it would have had the runtime do.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

mod find;
pub mod frames;

pub use find::{CTRL, words};

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use egui::Vec2;
use egui_kittest::Harness;
use jiff::tz::TimeZone;
use mqloupe::language::Language;
use mqloupe::log::{Connection, ConnectionNumber, FrameLog, Limits, Statistics, Timestamp, View, Wake};
use mqloupe::model::{Action, Effect, Event, Inspector, Model, Moment};
use mqloupe::profile::{Profile, ProfileId, Subscription};
use mqloupe::session::{self, Command, Granted, Phase, Publish};
use mqloupe::store::{Request, Settings};
use mqloupe::text::time::LocalTime;
use mqloupe::ui::{self, State, fonts, theme};
use mqloupe::wire::{Direction, Version};

/// 2024-09-23 20:09:49.588 in Beijing, where the tests are.
pub const NOW: Timestamp = Timestamp(1_727_093_389_588_000_000);
/// The size of the window at the first start.
pub const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
/// Long enough for a loaded machine; no test waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tells the one who waits that a view has gone on.
#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

/// Model, panels' own state, and a stand-in for the runtime.
pub struct World {
    pub model: Model,
    pub state: State,
    pub local: LocalTime,
    pub now: Timestamp,
    /// What the runtime was asked for, oldest first.
    pub effects: Vec<Effect>,
    logs: HashMap<ProfileId, FrameLog>,
    joined: HashMap<ProfileId, ConnectionNumber>,
    views: HashMap<ProfileId, Arc<View>>,
    statistics: HashMap<ProfileId, Arc<Statistics>>,
    bell: Arc<Bell>,
    random: u64,
}

impl World {
    fn moment(&mut self) -> Moment {
        self.random += 1;
        Moment { now: self.now, random: self.random }
    }

    /// One drawing of the window, as the program's loop does it.
    fn draw(&mut self, ui: &mut egui::Ui) {
        self.model.tick(self.now);
        // The harness leaves a margin that a window does not have.
        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
        let actions = ui
            .scope_builder(whole, |ui| ui::show(ui, &self.model, &mut self.state, &self.local, self.now))
            .inner;
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
        for action in actions {
            let moment = self.moment();
            let effects = self.model.perform(action, moment);
            self.run(effects);
        }
    }

    fn apply(&mut self, event: Event) {
        let moment = self.moment();
        let effects = self.model.apply(event, moment);
        self.run(effects);
    }

    /// Opens logs and views and takes long frames apart as the runtime would, at once; notes the rest.
    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::OpenLog(id) => {
                    let log = self.logs.entry(id.clone()).or_insert_with(|| {
                        FrameLog::in_memory(Limits { memory_bytes: 256 << 20, ..Limits::default() })
                    });
                    let event = Event::Log { profile: id.clone(), log: log.clone(), problem: None };
                    self.apply(event);
                }
                Effect::View { profile, serial, filter } => {
                    let view = Arc::new(View::spawn(&self.logs[profile], filter.clone(), self.wake()));
                    self.views.insert(profile.clone(), Arc::clone(&view));
                    self.await_views();
                    self.apply(Event::View { profile: profile.clone(), serial: *serial, view });
                }
                Effect::Count(profile) => {
                    let statistics = Arc::new(Statistics::spawn(&self.logs[profile], self.wake()));
                    self.statistics.insert(profile.clone(), Arc::clone(&statistics));
                    self.await_views();
                    self.apply(Event::Counting(profile.clone(), statistics));
                }
                Effect::Inspect { profile, row, look, language } => {
                    let inspector = Inspector::new(&self.logs[profile], *row, *look, *language).map(Box::new);
                    self.apply(Event::Inspected { profile: profile.clone(), row: *row, inspector });
                }
                _ => {}
            }
            self.effects.push(effect);
        }
    }

    /// Rings the bell.
    fn wake(&self) -> Wake {
        let bell = Arc::clone(&self.bell);
        Arc::new(move || {
            *bell.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            bell.heard.notify_all();
        })
    }

    /// Waits until each view has judged every row of its log, and each has been counted.
    fn await_views(&self) {
        let is_behind = |id: &ProfileId, (done, held): (u64, u64)| {
            let rows = self.logs[id].rows();
            done < held || held != rows.end - rows.start
        };
        let behind = |_: &mut u64| {
            self.views.iter().any(|(id, view)| is_behind(id, view.progress()))
                || self
                    .statistics
                    .iter()
                    .any(|(id, statistics)| is_behind(id, statistics.progress()) || !statistics.is_ranked())
        };
        let rung = self.bell.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.heard.wait_timeout_while(rung, PATIENCE, behind);
        let timed_out = waited.unwrap_or_else(PoisonError::into_inner).1.timed_out();
        assert!(!timed_out, "a view did not come to the end of its log");
    }
}

/// How a window begins.
pub struct Setup {
    pub profiles: Vec<Profile>,
    pub settings: Settings,
    pub size: Vec2,
    /// Draw boxes for letters that the bundled fonts lack, rather than fail.
    pub boxes: bool,
    /// With the letters that this machine has.
    pub system_fonts: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            settings: Settings { language: Some(Language::English), ..Settings::default() },
            size: SIZE,
            boxes: false,
            system_fonts: false,
        }
    }
}

impl Setup {
    pub fn with(names: &[&str]) -> Self {
        Self { profiles: names.iter().map(|name| profile(name)).collect(), ..Self::default() }
    }

    pub fn profile(profile: Profile) -> Self {
        Self { profiles: vec![profile], ..Self::default() }
    }

    pub fn size(mut self, size: Vec2) -> Self {
        self.size = size;
        self
    }

    /// Letters that the bundled fonts lack may come.
    pub fn any_letters(mut self) -> Self {
        self.boxes = true;
        self
    }

    pub fn language(mut self, language: Language) -> Self {
        self.settings.language = Some(language);
        self.boxes |= language == Language::Chinese;
        self
    }

    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    pub fn system_fonts(mut self) -> Self {
        self.system_fonts = true;
        self
    }

    pub fn start(self) -> Rig {
        let layout = self.settings.layout.clone();
        let (model, effects) = Model::new(self.profiles, self.settings, Language::English);
        let language = model.language;
        let mut world = World {
            model,
            state: State::new(layout),
            local: LocalTime::new(TimeZone::fixed(jiff::tz::offset(8))),
            now: NOW,
            effects: Vec::new(),
            logs: HashMap::new(),
            joined: HashMap::new(),
            views: HashMap::new(),
            statistics: HashMap::new(),
            bell: Arc::default(),
            random: 0,
        };
        world.run(effects);
        let mut builder = Harness::builder().with_size(self.size).with_max_steps(60).with_step_dt(0.05);
        if self.boxes {
            builder = builder.allow_missing_glyphs();
        }
        let system_fonts = self.system_fonts;
        let harness = builder
            .with_context_setup(move |ctx| {
                if system_fonts {
                    fonts::install(ctx, language);
                } else {
                    ctx.set_fonts(fonts::definitions());
                }
                theme::apply(ctx);
            })
            .build_ui_state(|ui, world: &mut World| world.draw(ui), world);
        let mut rig = Rig { harness };
        rig.run();
        rig
    }
}

/// A profile that is called so and so named.
pub fn profile(name: &str) -> Profile {
    Profile {
        id: ProfileId(name.to_owned()),
        name: name.to_owned(),
        client_id: "123456789".to_owned(),
        ..Profile::new(7)
    }
}

/// A profile with subscriptions.
pub fn subscribed(name: &str, filters: &[&str]) -> Profile {
    let wish = |filter: &&str| Subscription {
        filter: (*filter).to_owned(),
        enabled: true,
        ..Subscription::default()
    };
    Profile { subscriptions: filters.iter().map(wish).collect(), ..profile(name) }
}

/// The window at work. What the harness offers is there too.
pub struct Rig {
    pub harness: Harness<'static, World>,
}

impl Deref for Rig {
    type Target = Harness<'static, World>;

    fn deref(&self) -> &Self::Target {
        &self.harness
    }
}

impl DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.harness
    }
}

/// A window with one connection, `local`, that is online.
pub fn online(filters: &[&str]) -> Rig {
    online_with(Setup::profile(subscribed("local", filters)))
}

/// A window of this setup whose selected connection is online.
pub fn online_with(setup: Setup) -> Rig {
    let mut rig = setup.start();
    rig.perform(Action::Connect(rig.selected()));
    rig.phase(Phase::Online(Box::default()));
    rig
}

impl Rig {
    pub fn model(&self) -> &Model {
        &self.state().model
    }

    /// The selected connection, as the model has it.
    pub fn current(&self) -> &mqloupe::model::Connection {
        self.model().current().expect("a connection is selected")
    }

    pub fn selected(&self) -> ProfileId {
        self.model().selected.clone().expect("a connection is selected")
    }

    /// Does what some control would ask for.
    pub fn perform(&mut self, action: Action) {
        let world = self.state_mut();
        let moment = world.moment();
        let effects = world.model.perform(action, moment);
        world.run(effects);
        self.run();
    }

    /// The runtime says something.
    pub fn apply(&mut self, event: Event) {
        self.state_mut().apply(event);
        self.run();
    }

    /// The session of the selected connection says something.
    pub fn say(&mut self, event: session::Event) {
        let id = self.selected();
        self.apply(Event::Session(id, event));
    }

    /// The session of the selected connection stands there now.
    pub fn phase(&mut self, phase: Phase) {
        self.say(session::Event::Phase(phase));
    }

    /// The log of the selected connection.
    pub fn log(&self) -> FrameLog {
        self.state().logs[&self.selected()].clone()
    }

    /// The log joins a network connection of the selected profile, at its beginning or midway.
    pub fn dial(&mut self, version: Version, from_start: bool) {
        let end = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let connection = Connection { client: end(50_412), server: end(1883), version };
        let number = if from_start {
            self.log().begin_connection(connection)
        } else {
            self.log().join_connection(connection)
        };
        let id = self.selected();
        self.state_mut().joined.insert(id, number);
    }

    /// A frame crosses, and a millisecond passes; nothing is drawn. CONNECT begins the network connection.
    pub fn cross(&mut self, direction: Direction, frame: &[u8]) {
        let id = self.selected();
        if !self.state().joined.contains_key(&id) {
            self.dial(Version::V3_1_1, frame.first() == Some(&0x10));
        }
        let (number, time) = (self.state().joined[&id], self.state().now);
        self.log().append(number, direction, time, frame);
        self.state_mut().now.0 += 1_000_000;
    }

    /// Frames come in and are shown.
    pub fn received(&mut self, frames: &[Vec<u8>]) {
        for frame in frames {
            self.cross(Direction::ToClient, frame);
        }
        self.settle();
    }

    /// Frames go out and are shown.
    pub fn sent(&mut self, frames: &[Vec<u8>]) {
        for frame in frames {
            self.cross(Direction::ToServer, frame);
        }
        self.settle();
    }

    /// Waits for the lists, and draws.
    pub fn settle(&mut self) {
        self.state().await_views();
        self.run();
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: u64) {
        self.state_mut().now.0 += seconds * 1_000_000_000;
        self.run();
    }

    /// Does what the runtime does for a long payload.
    pub fn render_payload(&mut self) {
        for effect in self.effects() {
            if let Effect::RenderPayload { profile, row, wish, frame, payload } = effect {
                let ready = wish.made(&frame[payload]);
                self.apply(Event::PayloadRendered { profile, row, wish, ready });
            }
        }
    }

    /// What the runtime was asked for since the last call.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.state_mut().effects)
    }

    /// The commands that sessions were sent since the last call.
    pub fn commands(&mut self) -> Vec<Command> {
        let commands = self.effects().into_iter();
        commands
            .filter_map(|e| if let Effect::Session(_, command) = e { Some(command) } else { None })
            .collect()
    }

    /// The messages that were to be published since the last call.
    pub fn published(&mut self) -> Vec<Publish> {
        let commands = self.commands().into_iter();
        commands
            .filter_map(|c| if let Command::Publish { publish, .. } = c { Some(publish) } else { None })
            .collect()
    }

    /// The profiles that were to be saved since the last call.
    pub fn saved(&mut self) -> Vec<Profile> {
        let effects = self.effects().into_iter();
        effects
            .filter_map(|e| if let Effect::Store(Request::PutProfile(p)) = e { Some(p) } else { None })
            .collect()
    }

    /// The settings that were to be saved since the last call.
    pub fn settings(&mut self) -> Vec<Settings> {
        let effects = self.effects().into_iter();
        effects
            .filter_map(|e| if let Effect::Store(Request::PutSettings(s)) = e { Some(s) } else { None })
            .collect()
    }

    /// What was put on the clipboard since the last call.
    pub fn clipboard(&mut self) -> Vec<String> {
        let effects = self.effects().into_iter();
        effects.filter_map(|e| if let Effect::Clipboard(text) = e { Some(text) } else { None }).collect()
    }
}
