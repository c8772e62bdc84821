//! Secrets in clear text, in a file beside the profiles that only the user may read: for those who chose it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Table;
use zeroize::Zeroizing;

use super::Fault;
use crate::profile::{Bytes, ProfileId, Secret, SecretKind, Secrets};
use crate::store::file::{self, Lock};
use crate::store::{Cause, Doing, StoreError};

/// The newest schema of the file.
const SCHEMA: i64 = 1;

/// How the file begins.
const WARNING: &str = "# Passwords of mqloupe in clear text. Whoever can read this file knows them.\n";

/// A secret as text, or as hex where it is none.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Bytes", into = "Bytes")]
struct Clear(Secret);

impl From<Bytes> for Clear {
    fn from(Bytes(bytes): Bytes) -> Self {
        Self(Secret::from_bytes(bytes))
    }
}

impl From<Clear> for Bytes {
    fn from(Clear(secret): Clear) -> Self {
        Self(secret.bytes().to_vec())
    }
}

/// The secrets of one profile by their names.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Clear>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_passphrase: Option<Clear>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_password: Option<Clear>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_data: Option<Clear>,
    /// What a later version keeps here.
    #[serde(flatten)]
    others: Table,
}

impl Kept {
    fn place(&mut self, kind: SecretKind) -> &mut Option<Clear> {
        match kind {
            SecretKind::Password => &mut self.password,
            SecretKind::KeyPassphrase => &mut self.key_passphrase,
            SecretKind::ProxyPassword => &mut self.proxy_password,
            SecretKind::AuthenticationData => &mut self.authentication_data,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Content {
    schema: i64,
    #[serde(default)]
    profile: BTreeMap<String, Kept>,
    #[serde(flatten)]
    others: Table,
}

impl Default for Content {
    fn default() -> Self {
        Self { schema: SCHEMA, profile: BTreeMap::new(), others: Table::new() }
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct ClearFile {
    folder: PathBuf,
    path: PathBuf,
}

impl ClearFile {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), path: folder.join("secrets.toml") }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is kept of a profile.
    pub(super) fn get(&self, id: &ProfileId) -> Result<Secrets, Fault> {
        let mut content = self.read()?;
        let mut secrets = Secrets::default();
        if let Some(kept) = content.profile.get_mut(&id.0) {
            for kind in SecretKind::ALL {
                secrets.set(kind, kept.place(kind).take().map(|Clear(secret)| secret));
            }
        }
        Ok(secrets)
    }

    /// Keeps secrets of a profile in the place of those that were there; none at all are forgotten.
    pub(super) fn set(&self, id: &ProfileId, secrets: &Secrets) -> Result<(), Fault> {
        self.change(|content| {
            let kept = content.profile.entry(id.0.clone()).or_default();
            for kind in SecretKind::ALL {
                *kept.place(kind) = secrets.get(kind).cloned().map(Clear);
            }
            if secrets.is_empty() && kept.others.is_empty() {
                content.profile.remove(&id.0);
            }
        })
    }

    /// Forgets a profile. A file that holds nobody's secrets any more goes too.
    pub(super) fn delete(&self, id: &ProfileId) -> Result<(), Fault> {
        self.change(|content| {
            content.profile.remove(&id.0);
        })
    }

    /// An unreadable file is left as it is: nothing in it is lost, and a person can mend it. What the parser says of it
    /// is not told, since it may quote what it read.
    fn read(&self) -> Result<Content, Fault> {
        let Some(bytes) = file::read(&self.path).map_err(Fault::File)? else { return Ok(Content::default()) };
        let bytes = Zeroizing::new(bytes);
        let content: Option<Content> =
            std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str(text).ok());
        content
            .filter(|content| (1..=SCHEMA).contains(&content.schema))
            .ok_or_else(|| Fault::Unreadable(self.path.clone()))
    }

    fn change(&self, change: impl FnOnce(&mut Content)) -> Result<(), Fault> {
        let _lock = Lock::take(&self.folder).map_err(Fault::File)?;
        let mut content = self.read()?;
        let was_there = !content.profile.is_empty();
        change(&mut content);
        if content.profile.is_empty() && content.others.is_empty() {
            return match std::fs::remove_file(&self.path) {
                Err(error) if was_there => {
                    Err(Fault::File(StoreError::new(Doing::Write, &self.path, &error)))
                }
                _ => Ok(()),
            };
        }
        let text = toml::to_string(&content).map_err(|_| {
            let cause = Cause::Other("its new content cannot be written down".to_owned());
            Fault::File(StoreError { doing: Doing::Write, path: self.path.clone(), cause })
        })?;
        let text = Zeroizing::new(text);
        let bytes = Zeroizing::new([WARNING.as_bytes(), text.as_bytes()].concat());
        file::replace(&self.path, &bytes).map_err(Fault::File)
    }
}
