//! The program without its window: a model and a real runtime that do what a test asks for.

// Each test file uses a part of it.
#![allow(dead_code)]

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, Effect, Event, JobEnd, JobProgress, JobStanding, Model, Moment};
use mqloupe::profile::Profile;
use mqloupe::runtime::Runtime;
use mqloupe::store::secrets::Keyring;
use mqloupe::store::{Paths, Store};

/// How long something that must happen may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(50);

pub fn moment() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let now = Timestamp(u64::try_from(since.as_nanos()).expect("a clock before 2500"));
    Moment { now, random: fastrand::u64(..) }
}

pub struct Program {
    pub model: Model,
    pub runtime: Runtime,
    /// The ends of publishing jobs, in order.
    pub jobs_ended: Vec<JobEnd>,
    woken: mpsc::Receiver<()>,
}

impl Program {
    /// With what is saved in a folder.
    pub fn start(folder: &Path, keyring: impl Keyring + 'static) -> Self {
        Self::begin(folder, None, keyring)
    }

    /// With one connection.
    pub fn with(folder: &Path, profile: Profile, keyring: impl Keyring + 'static) -> Self {
        Self::begin(folder, Some(profile), keyring)
    }

    fn begin(folder: &Path, profile: Option<Profile>, keyring: impl Keyring + 'static) -> Self {
        let paths = Paths::resolve(Some(folder)).expect("a folder");
        let (store, loaded) = Store::open(paths.clone());
        let profiles = match profile {
            None => loaded.profiles,
            Some(profile) => {
                store.put_profile(&profile).expect("saved");
                vec![profile]
            }
        };
        let (wake, woken) = mpsc::channel();
        let wake = Arc::new(move |_| {
            // The receiver goes first when the program ends.
            let _ = wake.send(());
        });
        let runtime = Runtime::start_with(paths, store, Box::new(keyring), wake).expect("threads");
        let (model, effects) = Model::new(profiles, loaded.settings, Language::English);
        let mut program = Self { model, runtime, jobs_ended: Vec::new(), woken };
        program.perform(effects);
        program
    }

    pub fn act(&mut self, action: Action) {
        let effects = self.model.perform(action, moment());
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.runtime.perform(effect);
        }
    }

    /// Takes in what has happened.
    pub fn drain(&mut self) {
        for event in self.runtime.drain() {
            if let Event::Job(_, JobProgress { standing: JobStanding::Ended(end), .. }) = &event {
                self.jobs_ended.push(end.clone());
            }
            let effects = self.model.apply(event, moment());
            self.perform(effects);
        }
        self.model.tick(moment().now);
    }

    /// Takes in what happens until the model shows what is waited for.
    pub fn until(&mut self, what: &str, shown: impl Fn(&Model) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.drain();
            if shown(&self.model) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            let notices = &self.model.notices;
            assert!(self.woken.recv_timeout(left).is_ok(), "waited in vain for {what}; said: {notices:?}");
        }
    }
}
