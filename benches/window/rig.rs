//! The window without a screen: model, runtime and panels as the program's loop joins them, drawn and tessellated.

use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use mqloupe::language::Language;
use mqloupe::log::{FrameLog, Timestamp};
use mqloupe::model::{Action, Effect, Model, Moment};
use mqloupe::profile::{Endpoint, Profile, ProfileId, Protocol, Subscription};
use mqloupe::runtime::Runtime;
use mqloupe::store::{History, Paths, Settings, Store};
use mqloupe::text::time::LocalTime;
use mqloupe::ui::{self, State, fonts, theme};

/// The size of the window at the first start.
const SIZE: egui::Vec2 = egui::Vec2::new(1280.0, 800.0);

/// The window.
pub struct Rig {
    pub model: Model,
    runtime: Runtime,
    state: State,
    local: LocalTime,
    ctx: egui::Context,
    began: Instant,
    events: Vec<egui::Event>,
}

impl Rig {
    /// A window whose one connection is to this port, its history in a folder and so many MiB of it in memory.
    pub fn new(folder: &Path, port: u16, memory_mib: u32) -> Self {
        let paths = Paths::resolve(Some(folder)).expect("paths");
        let (store, _) = Store::open(paths.clone());
        let profile = Profile {
            id: ProfileId("flood".to_owned()),
            name: "flood".to_owned(),
            endpoint: Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port },
            // The peer answers no PINGREQ.
            keep_alive_secs: 0,
            reconnect: false,
            subscriptions: vec![Subscription {
                filter: "#".to_owned(),
                enabled: true,
                ..Subscription::default()
            }],
            ..Profile::new(1)
        };
        let settings = Settings {
            language: Some(Language::English),
            history: History { memory_mib, ..History::default() },
            ..Settings::default()
        };
        let layout = settings.layout.clone();
        // The bench draws at its own pace.
        let runtime = Runtime::start(paths, store, Arc::new(|_| {})).expect("a runtime");
        let (model, effects) = Model::new(vec![profile], settings, Language::English);
        let ctx = egui::Context::default();
        theme::apply(&ctx);
        fonts::install(&ctx, model.language);
        let local = LocalTime::new(TimeZone::UTC);
        let began = Instant::now();
        let state = State::new(layout);
        let mut rig = Self { model, runtime, state, local, ctx, began, events: Vec::new() };
        rig.effects(effects);
        rig
    }

    fn effects(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.runtime.perform(effect);
        }
    }

    /// Does what a control asks for.
    pub fn perform(&mut self, action: Action) {
        let effects = self.model.perform(action, moment());
        self.effects(effects);
    }

    /// The pointer does something at the next drawing.
    pub fn event(&mut self, event: egui::Event) {
        self.events.push(event);
    }

    /// One frame: what came is taken over, everything is drawn and turned into triangles. How many of these.
    pub fn draw(&mut self) -> usize {
        for event in self.runtime.drain() {
            let effects = self.model.apply(event, moment());
            self.effects(effects);
        }
        self.model.tick(now());
        let _ = self.model.due(now());
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE)),
            time: Some(self.began.elapsed().as_secs_f64()),
            events: std::mem::take(&mut self.events),
            focused: true,
            ..egui::RawInput::default()
        };
        let mut actions = Vec::new();
        let mut output = self.ctx.run_ui(input, |ui| {
            actions = ui::show(ui, &self.model, &mut self.state, &self.local, now());
        });
        // Nothing paints.
        output.textures_delta.clear();
        for action in actions {
            self.perform(action);
        }
        let meshes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let triangles = |mesh: &egui::ClippedPrimitive| match &mesh.primitive {
            egui::epaint::Primitive::Mesh(mesh) => mesh.indices.len() / 3,
            egui::epaint::Primitive::Callback(_) => 0,
        };
        meshes.iter().map(triangles).sum()
    }

    /// The log of the connection.
    pub fn log(&self) -> Option<FrameLog> {
        self.model.current()?.log.clone()
    }

    /// The connection's name in actions.
    pub fn connection(&self) -> ProfileId {
        self.model.selected.clone().expect("it is selected")
    }

    /// Ends the session and the threads.
    pub fn shut_down(self) {
        self.runtime.shut_down();
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn moment() -> Moment {
    Moment { now: now(), random: fastrand::u64(..) }
}
