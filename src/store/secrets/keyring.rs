//! The keyring of the operating system, asked with patience: it may answer at once, ask the user for its own password
//! first, or never answer.

use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::KeyringFault;
use crate::profile::Secret;

/// What a keyring can do. It may block; nobody but the thread that owns it calls it.
pub trait Keyring: Send + 'static {
    /// Whether it is there.
    fn probe(&self) -> Result<(), KeyringFault>;
    /// What it holds under a name; `None` for nothing.
    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringFault>;
    /// Keeps a secret under a name, in the place of what was there.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringFault>;
    /// Forgets what it holds under a name; no fault where that is nothing.
    fn delete(&self, name: &str) -> Result<(), KeyringFault>;
}

/// Secret Service, Keychain, or the credential manager of Windows.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeyring;

/// Under which name the system shows our entries.
const SERVICE: &str = "mqloupe";

impl SystemKeyring {
    fn entry(name: &str) -> Result<keyring::Entry, KeyringFault> {
        keyring::Entry::new(SERVICE, name).map_err(|error| fault(&error))
    }
}

impl Keyring for SystemKeyring {
    fn probe(&self) -> Result<(), KeyringFault> {
        match keyring::Entry::store_status() {
            Ok(()) => Ok(()),
            Err(_) => Err(KeyringFault::Missing),
        }
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringFault> {
        match Self::entry(name)?.get_secret() {
            Ok(bytes) => Ok(Some(Secret::from_bytes(bytes))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringFault> {
        Self::entry(name)?.set_secret(secret.bytes()).map_err(|error| fault(&error))
    }

    fn delete(&self, name: &str) -> Result<(), KeyringFault> {
        match Self::entry(name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }
}

/// Some errors carry what was read: only those that cannot are put into words.
fn fault(error: &keyring::Error) -> KeyringFault {
    match error {
        keyring::Error::NoDefaultStore => KeyringFault::Missing,
        keyring::Error::NoStorageAccess(_) => KeyringFault::Locked,
        keyring::Error::TooLong(_, limit) => KeyringFault::TooLong { limit: *limit },
        keyring::Error::PlatformFailure(why) => KeyringFault::Other(why.to_string()),
        keyring::Error::Ambiguous(_) => KeyringFault::Other("two entries have the same name".to_owned()),
        _ => KeyringFault::Other("its entry cannot be used".to_owned()),
    }
}

/// How long a keyring may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To say whether it is there.
    pub probe: Duration,
    /// Before it is said that it is waited for.
    pub quiet: Duration,
    /// To answer, the user's own time at its password prompt included.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { probe: Duration::from_secs(5), quiet: Duration::from_secs(2), answer: Duration::from_mins(1) }
    }
}

enum Ask {
    Probe,
    Get(String),
    Set(String, Secret),
    Delete(String),
}

type Answer = Result<Option<Secret>, KeyringFault>;

/// A keyring on a thread of its own, so that one that hangs holds nobody up for longer than its patience.
#[derive(Debug)]
pub(super) struct Patient {
    asks: mpsc::Sender<(Ask, mpsc::Sender<Answer>)>,
    patience: Patience,
    /// An answer that has not come in time; until it does, nothing else is asked.
    late: Option<mpsc::Receiver<Answer>>,
}

impl Patient {
    pub(super) fn new(keyring: Box<dyn Keyring>, patience: Patience) -> Self {
        let (asks, asked) = mpsc::channel::<(Ask, mpsc::Sender<Answer>)>();
        let work = move || {
            for (ask, answer) in asked {
                let outcome = match ask {
                    Ask::Probe => keyring.probe().map(|()| None),
                    Ask::Get(name) => keyring.get(&name),
                    Ask::Set(name, secret) => keyring.set(&name, &secret).map(|()| None),
                    Ask::Delete(name) => keyring.delete(&name).map(|()| None),
                };
                // Who asked may have lost patience.
                let _ = answer.send(outcome);
            }
        };
        // Without a thread, every question finds nobody: the keyring is out of order.
        let _ = std::thread::Builder::new().name("mqloupe-keyring".to_owned()).spawn(work);
        Self { asks, patience, late: None }
    }

    pub(super) fn probe(&mut self) -> Result<(), KeyringFault> {
        let limit = self.patience.probe;
        self.ask(Ask::Probe, limit, limit, &mut || {}).map(|_| ())
    }

    pub(super) fn get(&mut self, name: String, waiting: &mut dyn FnMut()) -> Answer {
        self.ask_user(Ask::Get(name), waiting)
    }

    pub(super) fn set(
        &mut self,
        name: String,
        secret: Secret,
        waiting: &mut dyn FnMut(),
    ) -> Result<(), KeyringFault> {
        self.ask_user(Ask::Set(name, secret), waiting).map(|_| ())
    }

    pub(super) fn delete(&mut self, name: String, waiting: &mut dyn FnMut()) -> Result<(), KeyringFault> {
        self.ask_user(Ask::Delete(name), waiting).map(|_| ())
    }

    /// Asks what may make the system ask the user.
    fn ask_user(&mut self, ask: Ask, waiting: &mut dyn FnMut()) -> Answer {
        let Patience { quiet, answer, .. } = self.patience;
        self.ask(ask, quiet.min(answer), answer, waiting)
    }

    fn ask(&mut self, ask: Ask, quiet: Duration, limit: Duration, waiting: &mut dyn FnMut()) -> Answer {
        if let Some(late) = &self.late {
            if late.try_recv() == Err(TryRecvError::Empty) {
                return Err(KeyringFault::NoAnswer);
            }
            self.late = None;
        }
        let broken = || KeyringFault::Other("it is out of order".to_owned());
        let (answer, answered) = mpsc::channel();
        self.asks.send((ask, answer)).map_err(|_| broken())?;
        let mut outcome = answered.recv_timeout(quiet);
        if outcome == Err(RecvTimeoutError::Timeout) && limit > quiet {
            waiting();
            outcome = answered.recv_timeout(limit.saturating_sub(quiet));
        }
        match outcome {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => Err(broken()),
            Err(RecvTimeoutError::Timeout) => {
                self.late = Some(answered);
                Err(KeyringFault::NoAnswer)
            }
        }
    }
}
