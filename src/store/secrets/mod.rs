//! Secrets of profiles: in the keyring of the operating system, for this run only, or in a file, as the user chose.
//!
//! Promises: a keyring is asked on a thread of its own and never for longer than its patience; where none answers,
//! secrets are kept for this run only, and that is said; what cannot be read or kept is a fault in words and harms no
//! profile; no secret is in `Debug`, in a fault, or in a panic. The keeper blocks: the runtime calls it on a thread of
//! its own. Secrets lie under the identifier of their profile, each in an entry of its own.

mod clear_file;
mod keyring;

use std::path::{Path, PathBuf};

use clear_file::ClearFile;
use keyring::Patient;
pub use keyring::{Keyring, Patience, SystemKeyring};
use serde::{Deserialize, Serialize};

use super::{Paths, StoreError};
use crate::profile::{ProfileId, SecretKind, Secrets};

/// Where the user wants secrets to be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the keyring of the operating system; where none answers, as [`Self::Run`].
    #[default]
    Keyring,
    /// In memory, until the program ends.
    Run,
    /// In a file beside the profiles, in clear text.
    File,
}

impl Place {
    /// Every place, the safest of those that last first.
    pub const ALL: [Self; 3] = [Self::Keyring, Self::Run, Self::File];
}

/// Where secrets really go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Home {
    /// Not known yet: the keyring is being looked for.
    #[default]
    Asking,
    /// Into the keyring.
    Keyring,
    /// Nowhere: they are kept for this run.
    Run,
    /// Nowhere, since no keyring answers.
    NoKeyring(KeyringFault),
    /// Into this file.
    File(PathBuf),
}

/// What is wrong with a keyring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringFault {
    /// There is none.
    #[error("this system has no keyring that answers")]
    Missing,
    /// It does not answer in time.
    #[error("it does not answer")]
    NoAnswer,
    /// It is locked, or its password prompt was put away.
    #[error("it is locked")]
    Locked,
    /// It takes shorter secrets only.
    #[error("it takes {limit} bytes at most")]
    TooLong {
        /// How long, in bytes.
        limit: u32,
    },
    /// The system's own words.
    #[error("{0}")]
    Other(String),
}

/// Why secrets cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The keyring's fault.
    #[error("the keyring: {0}")]
    Keyring(KeyringFault),
    /// The file's fault.
    #[error("{0}")]
    File(StoreError),
    /// The file of secrets cannot be understood; it is left as it is.
    #[error("{} cannot be understood, and is left as it is", .0.display())]
    Unreadable(PathBuf),
}

/// What the keeper may be asked for. Requests are done in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Read what is kept of a profile.
    Load(ProfileId),
    /// Keep the secrets of a profile.
    Put {
        /// Whose.
        id: ProfileId,
        /// The secrets.
        secrets: Secrets,
        /// Those that are not given stay as they are kept; else they are forgotten.
        keep_rest: bool,
    },
    /// Keep the secrets of one profile for another one too.
    Copy {
        /// Whose are read.
        from: ProfileId,
        /// Whose they become.
        to: ProfileId,
    },
    /// Forget the secrets of a profile.
    Delete(ProfileId),
    /// Keep secrets elsewhere from now on, those of these profiles among them.
    Move {
        /// Where.
        to: Place,
        /// Whose.
        profiles: Vec<ProfileId>,
    },
}

/// What was done with secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// They were read.
    Read,
    /// They were kept.
    Keep,
    /// They were forgotten.
    Forget,
}

/// What the keeper says. [`Request::Load`] gets exactly one `Loaded`; the others one `Done`, [`Request::Move`] one for
/// each profile whose secrets moved, before it a `Home`, and a `Loaded` for each profile that has secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Where secrets go.
    Home(Home),
    /// The keyring takes its time; it may be asking the user for its password.
    Waiting,
    /// What is kept of a profile.
    Loaded {
        /// Whose.
        id: ProfileId,
        /// What is kept; empty where nothing is.
        result: Result<Secrets, Fault>,
    },
    /// A change was made, or not.
    Done {
        /// Whose secrets.
        id: ProfileId,
        /// Which change.
        deed: Deed,
        /// Whether it was made.
        result: Result<(), Fault>,
    },
}

/// Keeps secrets.
#[derive(Debug)]
pub struct Keeper {
    place: Place,
    keyring: Patient,
    /// Whether there is a keyring, once that is known.
    there: Option<Result<(), KeyringFault>>,
    file: ClearFile,
}

/// What is told while a request is done.
type Tell<'a> = &'a mut dyn FnMut(Event);

impl Keeper {
    /// A keeper for the profiles in `paths`. Nothing is asked of the keyring yet.
    #[must_use]
    pub fn new(paths: &Paths, place: Place, keyring: Box<dyn Keyring>) -> Self {
        Self::with_patience(paths, place, keyring, Patience::default())
    }

    /// As [`Self::new`], with a patience of one's own.
    #[must_use]
    pub fn with_patience(paths: &Paths, place: Place, keyring: Box<dyn Keyring>, patience: Patience) -> Self {
        let file = ClearFile::new(&paths.config);
        Self { place, keyring: Patient::new(keyring, patience), there: None, file }
    }

    /// The file of secrets, which is there only while [`Place::File`] is chosen.
    #[must_use]
    pub fn file(&self) -> &Path {
        self.file.path()
    }

    /// Where secrets go. Looks for the keyring the first time that it is to be used.
    pub fn home(&mut self) -> Home {
        match self.place {
            Place::Run => Home::Run,
            Place::File => Home::File(self.file.path().to_owned()),
            Place::Keyring => {
                let keyring = &mut self.keyring;
                match self.there.get_or_insert_with(|| keyring.probe()) {
                    Ok(()) => Home::Keyring,
                    Err(why) => Home::NoKeyring(why.clone()),
                }
            }
        }
    }

    /// What is kept of a profile; nothing where nothing lasts. `tell` hears when the keyring takes its time.
    pub fn load(&mut self, id: &ProfileId, tell: Tell<'_>) -> Result<Secrets, Fault> {
        let mut waiting = once_waiting(tell);
        match self.home() {
            Home::Asking | Home::Run | Home::NoKeyring(_) => Ok(Secrets::default()),
            Home::File(_) => self.file.get(id),
            Home::Keyring => {
                let mut secrets = Secrets::default();
                for kind in SecretKind::ALL {
                    let found = self.keyring.get(entry(id, kind), &mut waiting).map_err(Fault::Keyring)?;
                    secrets.set(kind, found);
                }
                Ok(secrets)
            }
        }
    }

    /// Keeps the secrets of a profile; with `keep_rest`, those that are not given stay as they are.
    pub fn put(
        &mut self,
        id: &ProfileId,
        secrets: &Secrets,
        keep_rest: bool,
        tell: Tell<'_>,
    ) -> Result<(), Fault> {
        let mut waiting = once_waiting(tell);
        match self.home() {
            Home::Asking | Home::Run | Home::NoKeyring(_) => Ok(()),
            Home::File(_) => {
                let rest = if keep_rest { self.file.get(id)? } else { Secrets::default() };
                self.file.set(id, &secrets.clone().or(&rest))
            }
            Home::Keyring => {
                for kind in SecretKind::ALL {
                    let name = entry(id, kind);
                    match secrets.get(kind).filter(|secret| !secret.is_empty()) {
                        Some(secret) => self.keyring.set(name, secret.clone(), &mut waiting),
                        None if keep_rest => Ok(()),
                        None => self.keyring.delete(name, &mut waiting),
                    }
                    .map_err(Fault::Keyring)?;
                }
                Ok(())
            }
        }
    }

    /// Forgets the secrets of a profile.
    pub fn delete(&mut self, id: &ProfileId, tell: Tell<'_>) -> Result<(), Fault> {
        match self.home() {
            Home::File(_) => self.file.delete(id),
            _ => self.put(id, &Secrets::default(), false, tell),
        }
    }

    /// Does what is asked, and tells how it went.
    pub fn perform(&mut self, request: Request, tell: Tell<'_>) {
        match request {
            Request::Load(id) => {
                let result = self.load(&id, tell);
                tell(Event::Loaded { id, result });
            }
            Request::Put { id, secrets, keep_rest } => {
                let result = self.put(&id, &secrets, keep_rest, tell);
                tell(Event::Done { id, deed: Deed::Keep, result });
            }
            Request::Copy { from, to } => {
                let copied = self.load(&from, tell);
                let result = copied.and_then(|secrets| self.put(&to, &secrets, true, tell));
                tell(Event::Done { id: to, deed: Deed::Keep, result });
            }
            Request::Delete(id) => {
                let result = self.delete(&id, tell);
                tell(Event::Done { id, deed: Deed::Forget, result });
            }
            Request::Move { to, profiles } => self.relocate(to, profiles, tell),
        }
    }

    /// Secrets leave their old place only once they are in the new one.
    fn relocate(&mut self, to: Place, profiles: Vec<ProfileId>, tell: Tell<'_>) {
        let from = std::mem::replace(&mut self.place, to);
        let home = self.home();
        tell(Event::Home(home));
        if from == to {
            return;
        }
        for id in profiles {
            self.place = from;
            let loaded = self.load(&id, tell);
            self.place = to;
            match loaded {
                Ok(secrets) if secrets.is_empty() => {}
                Ok(secrets) => {
                    let mut result = self.put(&id, &secrets, true, tell);
                    // From here on they are known for this run, whatever becomes of the rest.
                    tell(Event::Loaded { id: id.clone(), result: Ok(secrets) });
                    let mut deed = Deed::Keep;
                    if result.is_ok() {
                        self.place = from;
                        (deed, result) = (Deed::Forget, self.delete(&id, tell));
                        self.place = to;
                    }
                    tell(Event::Done { id, deed, result });
                }
                Err(fault) => tell(Event::Done { id, deed: Deed::Read, result: Err(fault) }),
            }
        }
    }
}

/// Tells once that the keyring is waited for, however many entries are read.
fn once_waiting(tell: Tell<'_>) -> impl FnMut() {
    let mut told = false;
    move || {
        if !std::mem::replace(&mut told, true) {
            tell(Event::Waiting);
        }
    }
}

/// The name of an entry of the keyring.
fn entry(id: &ProfileId, kind: SecretKind) -> String {
    format!("{}/{}", id.0, kind.name())
}
