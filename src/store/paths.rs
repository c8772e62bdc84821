//! Where things are kept.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::{Cause, Doing, StoreError};
use crate::profile::ProfileId;

/// The folders of one user's profiles, settings and history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Profiles and settings.
    pub config: PathBuf,
    /// Everything that grows.
    pub data: PathBuf,
}

impl Paths {
    /// `config` and `data` below `data_dir` where it is given, else where the platform keeps such things. Nothing is
    /// made on disk.
    pub fn resolve(data_dir: Option<&Path>) -> Result<Self, StoreError> {
        if let Some(folder) = data_dir {
            return Ok(Self { config: folder.join("config"), data: folder.join("data") });
        }
        let folders = ProjectDirs::from("", "", "mqloupe").ok_or_else(|| StoreError {
            doing: Doing::FindFolder,
            path: PathBuf::new(),
            cause: Cause::NoHome,
        })?;
        Ok(Self { config: folders.config_dir().to_owned(), data: folders.data_local_dir().to_owned() })
    }

    /// The saved connections.
    #[must_use]
    pub fn profiles(&self) -> PathBuf {
        self.config.join("profiles.toml")
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The folder of a profile's frame logs; never outside `data`, whatever the identifier is.
    #[must_use]
    pub fn history(&self, profile: &ProfileId) -> PathBuf {
        self.data.join("history").join(folder_name(&profile.0))
    }
}

/// A folder name for an identifier. What the program makes (lower-case letters, digits, `-`) names itself; anything
/// else, which a hand may have written, could be a path or differ by case only.
fn folder_name(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    // Windows knows short names such as `con` as devices; the program's own are longer.
    if (8..=64).contains(&id.len()) && id.bytes().all(plain) {
        id.to_owned()
    } else {
        format!("_{:016x}", fingerprint(id.as_bytes()))
    }
}

/// A number that stands for bytes for ever (FNV-1a, 64 bits).
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_dir_holds_everything() {
        let paths = Paths::resolve(Some(Path::new("/d"))).unwrap();
        assert_eq!(paths.profiles(), Path::new("/d/config/profiles.toml"));
        assert_eq!(paths.settings(), Path::new("/d/config/settings.toml"));
        assert_eq!(
            paths.history(&ProfileId("0123456789abcdef".into())),
            Path::new("/d/data/history/0123456789abcdef")
        );
    }

    #[test]
    fn no_identifier_leads_out_of_the_history_or_into_anothers() {
        let paths = Paths::resolve(Some(Path::new("/d"))).unwrap();
        let mut folders = std::collections::BTreeSet::new();
        for id in ["", "..", "../../etc", "/etc/passwd", "con", "a\\b", "ABCDEFGH", "abcdefgh", "温度"] {
            let folder = paths.history(&ProfileId(id.into()));
            assert_eq!(folder.parent(), Some(Path::new("/d/data/history")), "{id:?}");
            assert!(folders.insert(folder.to_string_lossy().to_lowercase()), "{id:?}");
        }
    }
}
