//! Profiles and settings on disk.
//!
//! Promises: a file is replaced whole or not at all, and has a last good copy beside it; what cannot be read is kept
//! aside and reported, never overwritten; each change reads, changes one item and writes under a lock, so that two
//! running copies of the program keep each other's changes; keys that this version does not know are kept. Passwords
//! are no part of these files: `secrets` keeps them. The functions block: the runtime calls them on a thread of their own.

mod colour_rule;
mod columns;
mod document;
mod error;
mod file;
mod paths;
pub mod secrets;
mod settings;

use std::collections::HashSet;

pub use colour_rule::ColourRule;
pub use columns::ListColumns;
use document::{Document, carry_over, save};
pub use error::{Cause, Doing, Problem, StoreError, Unreadable};
use file::Lock;
pub use paths::Paths;
use serde::{Deserialize, Serialize};
pub use settings::{History, KeepSecrets, Layout, Settings, Side, Theme, TopicFormat, WindowSize};
use toml::{Table, Value};

use crate::profile::{Profile, ProfileId};

/// What the store may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Keep a profile: in the place of the one with its identifier, or as the last.
    PutProfile(Profile),
    /// Bring a deleted profile back to where it was.
    RestoreProfile {
        /// The profile.
        profile: Profile,
        /// Its place in the list, from 0.
        position: usize,
    },
    /// Forget a profile. Its history stays.
    DeleteProfile(ProfileId),
    /// Keep what differs from the settings that this store last loaded or kept.
    PutSettings(Settings),
}

/// What the store says. Each request gets exactly one of the last three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What was found at the start.
    Loaded(Loaded),
    /// A change of profiles is on disk.
    ProfilesSaved {
        /// The request.
        request: Request,
        /// All profiles as they are on disk now, changes of other running copies among them.
        profiles: Vec<Profile>,
        /// What could not be read while changing it.
        problem: Option<Problem>,
    },
    /// A change of settings is on disk.
    SettingsSaved {
        /// The settings as they are on disk now, changes of other running copies among them.
        settings: Settings,
        /// What could not be read while changing it.
        problem: Option<Problem>,
    },
    /// A change could not be kept; the files are as they were.
    Failed {
        /// The request.
        request: Request,
        /// Why.
        error: StoreError,
    },
}

/// What was found on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The profiles in their order.
    pub profiles: Vec<Profile>,
    /// The settings.
    pub settings: Settings,
    /// What could not be read, and what was done about it.
    pub problems: Vec<Problem>,
}

/// The value as it is after a change, and what could not be read while changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    /// As it is on disk now.
    pub now: T,
    /// What could not be read.
    pub problem: Option<Problem>,
}

#[derive(Default, Serialize, Deserialize)]
struct ProfilesFile {
    #[serde(default)]
    profile: Vec<Profile>,
}

/// Profiles and settings in one folder.
#[derive(Debug)]
pub struct Store {
    paths: Paths,
    /// The settings as the rest of the program knows them.
    settings: Settings,
}

impl Store {
    /// Reads what is there. Missing folders and files are no problem: they are made when something is kept.
    #[must_use]
    pub fn open(paths: Paths) -> (Self, Loaded) {
        // Where nothing can be written (no lock), what is there is still shown.
        let lock = Lock::take(&paths.config);
        let mut loaded = Loaded::default();
        match &lock {
            Ok(lock) => file::sweep(&paths.config, lock),
            Err(error) => loaded.problems.push(Problem {
                file: paths.config.clone(),
                what: Unreadable::Io(error.clone()),
                place: None,
                kept_as: None,
                recovered_from_backup: false,
            }),
        }
        let writable = lock.is_ok();
        let profiles: Document<ProfilesFile> = open_document(&paths.profiles(), writable);
        let settings: Document<Settings> = open_document(&paths.settings(), writable);
        loaded.profiles = with_identifiers(profiles.content.profile);
        loaded.settings = settings.content;
        loaded.problems.extend([profiles.problem, settings.problem].into_iter().flatten());
        (Self { paths, settings: loaded.settings.clone() }, loaded)
    }

    /// Where everything is.
    #[must_use]
    pub const fn paths(&self) -> &Paths {
        &self.paths
    }

    /// The settings as they were last loaded or kept.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Does what is asked, and says how it went.
    pub fn perform(&mut self, request: Request) -> Event {
        let changed = match &request {
            Request::PutProfile(profile) => self.put_profile(profile),
            Request::RestoreProfile { profile, position } => self.restore_profile(profile, *position),
            Request::DeleteProfile(id) => self.delete_profile(id),
            Request::PutSettings(settings) => {
                return match self.put_settings(|known| known.clone_from(settings)) {
                    Ok(Changed { now, problem }) => Event::SettingsSaved { settings: now, problem },
                    Err(error) => Event::Failed { request, error },
                };
            }
        };
        match changed {
            Ok(Changed { now, problem }) => Event::ProfilesSaved { request, profiles: now, problem },
            Err(error) => Event::Failed { request, error },
        }
    }

    /// Keeps a profile: in the place of the one with its identifier, or as the last.
    pub fn put_profile(&self, profile: &Profile) -> Result<Changed<Vec<Profile>>, StoreError> {
        self.restore_profile(profile, usize::MAX)
    }

    /// Keeps a profile: in the place of the one with its identifier, or at a place of the list.
    pub fn restore_profile(
        &self,
        profile: &Profile,
        position: usize,
    ) -> Result<Changed<Vec<Profile>>, StoreError> {
        self.change_profiles(|profiles| match profiles.iter_mut().find(|known| known.id == profile.id) {
            Some(known) => known.clone_from(profile),
            None => profiles.insert(position.min(profiles.len()), profile.clone()),
        })
    }

    /// Forgets a profile; no fault where it is not there, since another running copy may have been quicker.
    pub fn delete_profile(&self, id: &ProfileId) -> Result<Changed<Vec<Profile>>, StoreError> {
        self.change_profiles(|profiles| profiles.retain(|profile| profile.id != *id))
    }

    /// Changes the settings: what `change` does to those that this store knows is done to those on disk.
    pub fn put_settings(
        &mut self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Changed<Settings>, StoreError> {
        let path = self.paths.settings();
        let _lock = Lock::take(&self.paths.config)?;
        let Document::<Settings> { mut table, problem, .. } = Document::load(&path)?;
        let mut wanted = self.settings.clone();
        change(&mut wanted);
        carry_over(&mut table, &as_table(&self.settings, &path)?, &as_table(&wanted, &path)?);
        save(&path, &table)?;
        let now: Settings = Value::Table(table).try_into().unwrap_or(wanted);
        self.settings.clone_from(&now);
        Ok(Changed { now, problem })
    }

    fn change_profiles(
        &self,
        change: impl FnOnce(&mut Vec<Profile>),
    ) -> Result<Changed<Vec<Profile>>, StoreError> {
        let path = self.paths.profiles();
        let _lock = Lock::take(&self.paths.config)?;
        let Document::<ProfilesFile> { mut table, content, problem } = Document::load(&path)?;
        let before = with_identifiers(content.profile);
        let mut now = before.clone();
        change(&mut now);

        // Every profile goes back as the table it came from, so that unknown keys stay.
        let tables = match table.remove("profile") {
            Some(Value::Array(tables)) => tables,
            _ => Vec::new(),
        };
        let mut items = Vec::with_capacity(now.len());
        for profile in &now {
            let old = before.iter().zip(&tables).find(|(known, _)| known.id == profile.id);
            let after = as_table(profile, &path)?;
            items.push(match old {
                Some((known, Value::Table(item))) => {
                    let mut item = item.clone();
                    carry_over(&mut item, &as_table(known, &path)?, &after);
                    // A hand may have left it out; from now on it is there.
                    item.insert("id".to_owned(), Value::String(profile.id.0.clone()));
                    Value::Table(item)
                }
                _ => Value::Table(after),
            });
        }
        table.insert("profile".to_owned(), Value::Array(items));
        save(&path, &table)?;
        Ok(Changed { now, problem })
    }
}

fn open_document<T: serde::de::DeserializeOwned + Default>(
    path: &std::path::Path,
    writable: bool,
) -> Document<T> {
    let loaded = if writable { Document::load(path).ok() } else { None };
    loaded.unwrap_or_else(|| Document::glance(path))
}

/// Gives profiles that a hand wrote without an identifier, or copied with it, one that is always the same.
fn with_identifiers(mut profiles: Vec<Profile>) -> Vec<Profile> {
    let mut taken = HashSet::new();
    for profile in &mut profiles {
        let mut salt = 0_u64;
        while profile.id.0.is_empty() || !taken.insert(profile.id.clone()) {
            let described = format!("{salt} {} {}", profile.name, profile.endpoint);
            profile.id = ProfileId(format!("{:016x}", paths::fingerprint(described.as_bytes())));
            salt = salt.saturating_add(1);
        }
    }
    profiles
}

fn as_table(value: &impl Serialize, path: &std::path::Path) -> Result<Table, StoreError> {
    Table::try_from(value).map_err(|error| StoreError {
        doing: Doing::Write,
        path: path.to_owned(),
        cause: Cause::Other(error.to_string()),
    })
}
