//! The window's loop: events into the model, the model onto the screen, actions back into effects.

mod chooser;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

use crate::language::Language;
use crate::log::Timestamp;
use crate::model::{Action, Effect, Event, Model, Moment};
use crate::runtime::Runtime;
use crate::store::{self, Paths, Store, Theme};
use crate::text::time::LocalTime;
use crate::ui::{self, State, fonts, theme};

/// How the window was started.
#[derive(Clone, Debug)]
pub struct WindowArguments {
    /// Where everything is kept; the platform's folders where `None`.
    pub data_dir: Option<PathBuf>,
    /// A profile's name, or a URL, to connect at once.
    pub connect: Option<String>,
    /// When the program began.
    pub started: Instant,
}

/// Names the window to desktops; the same as in a desktop entry.
const APP_ID: &str = "mqloupe";
/// The smallest window that everything fits in.
const LEAST_SIZE: [f32; 2] = [760.0, 520.0];

/// Opens the window and runs until it is closed.
#[must_use]
pub fn run(arguments: WindowArguments) -> ExitCode {
    match open(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("mqloupe: {why}");
            ExitCode::FAILURE
        }
    }
}

fn open(arguments: WindowArguments) -> Result<(), Box<dyn std::error::Error>> {
    let paths = Paths::resolve(arguments.data_dir.as_deref())?;
    let (store, loaded) = Store::open(paths.clone());
    let window = loaded.settings.layout.window.unwrap_or_default();
    let size = [f32::from(window.width), f32::from(window.height)];
    let viewport = egui::ViewportBuilder::default()
        .with_title("mqloupe")
        .with_app_id(APP_ID)
        .with_icon(ui::icons::window_icon().unwrap_or_default())
        .with_inner_size(size)
        .with_maximized(window.maximized)
        .with_min_inner_size(LEAST_SIZE);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    eframe::run_native(
        "mqloupe",
        options,
        Box::new(move |creation| {
            Ok(Box::new(App::new(&creation.egui_ctx, paths, store, loaded, &arguments)?))
        }),
    )?;
    Ok(())
}

struct App {
    model: Model,
    runtime: Option<Runtime>,
    state: State,
    local: LocalTime,
    language: Language,
    theme: Theme,
    started: Instant,
    frames: u32,
    trace: bool,
}

impl App {
    fn new(
        ctx: &egui::Context,
        paths: Paths,
        store: Store,
        loaded: store::Loaded,
        arguments: &WindowArguments,
    ) -> std::io::Result<Self> {
        let system = Language::of_locale(&sys_locale::get_locale().unwrap_or_default());
        let window = ctx.clone();
        let runtime =
            Runtime::start(paths, store, Arc::new(move |after| window.request_repaint_after(after)))?;
        let layout = loaded.settings.layout.clone();
        let (model, effects) = Model::new(loaded.profiles, loaded.settings, system);
        let mut app = Self {
            language: model.language,
            theme: model.settings.theme,
            model,
            runtime: Some(runtime),
            state: State::new(layout),
            local: LocalTime::new(TimeZone::system()),
            started: arguments.started,
            frames: 0,
            trace: std::env::var_os("MQLOUPE_TRACE_STARTUP").is_some(),
        };
        app.model.files = directories::UserDirs::new()
            .map(|dirs| dirs.download_dir().unwrap_or(dirs.home_dir()).to_owned())
            .unwrap_or_default();
        app.model.zone = TimeZone::system();
        theme::apply(ctx);
        fonts::install(ctx, app.language);
        set_theme(ctx, app.theme);
        app.effects(ctx, effects);
        let moment = moment();
        let found = store::Loaded { problems: loaded.problems, ..store::Loaded::default() };
        let effects = app.model.apply(Event::Store(Box::new(store::Event::Loaded(found))), moment);
        app.effects(ctx, effects);
        if let Some(wanted) = &arguments.connect {
            app.act(ctx, Action::ConnectTo(wanted.clone()));
        }
        Ok(app)
    }

    fn act(&mut self, ctx: &egui::Context, action: Action) {
        let effects = self.model.perform(action, moment());
        self.effects(ctx, effects);
    }

    fn effects(&mut self, ctx: &egui::Context, effects: Vec<Effect>) {
        for effect in effects {
            let Some(runtime) = &mut self.runtime else { continue };
            match effect {
                Effect::Clipboard(text) => ctx.copy_text(text),
                Effect::ChooseFile { field, start } => {
                    runtime.choosing(field, chooser::choose(field, &start, self.language));
                }
                effect => runtime.perform(effect),
            }
        }
    }

    /// Takes a changed language or theme over.
    fn follow_settings(&mut self, ctx: &egui::Context) {
        if self.language != self.model.language {
            self.language = self.model.language;
            fonts::install(ctx, self.language);
        }
        if self.theme != self.model.settings.theme {
            self.theme = self.model.settings.theme;
            set_theme(ctx, self.theme);
        }
    }
}

fn set_theme(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::System => egui::ThemePreference::System,
        Theme::Light => egui::ThemePreference::Light,
        Theme::Dark => egui::ThemePreference::Dark,
    });
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn moment() -> Moment {
    Moment { now: now(), random: fastrand::u64(..) }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let events = self.runtime.as_mut().map(Runtime::drain).unwrap_or_default();
        for event in events {
            let effects = self.model.apply(event, moment());
            self.effects(ctx, effects);
        }
        let now = now();
        self.model.tick(now);
        self.follow_settings(ctx);
        if let Some(due) = self.model.due(now) {
            ctx.request_repaint_after(Duration::from_nanos(due.0.saturating_sub(now.0)));
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frames += 1;
        // The second call is the first proof that a frame was painted.
        if self.trace {
            match self.frames {
                1 => ui.ctx().request_repaint(),
                2 => {
                    eprintln!("mqloupe: first frame after {} ms", self.started.elapsed().as_millis());
                    self.trace = false;
                }
                _ => {}
            }
        }
        let actions = ui::show(ui, &self.model, &mut self.state, &self.local, now());
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
        let ctx = ui.ctx().clone();
        for action in actions {
            self.act(&ctx, action);
        }
        self.follow_settings(&ctx);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shut_down();
        }
    }
}
