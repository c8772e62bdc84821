//! A TOML file with a schema number, a last good copy beside it, and nothing in it ever lost.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{Doing, Problem, StoreError, Unreadable, file};

/// The newest schema of both files.
pub(super) const SCHEMA: i64 = 1;

/// A file as it was read: every key of it, and what the program understands of them.
pub(super) struct Document<T> {
    pub(super) table: Table,
    pub(super) content: T,
    pub(super) problem: Option<Problem>,
}

impl<T: DeserializeOwned + Default> Document<T> {
    fn fresh(problem: Option<Problem>) -> Self {
        let mut table = Table::new();
        table.insert("schema".to_owned(), Value::Integer(SCHEMA));
        Self { table, content: T::default(), problem }
    }

    /// Reads a file, or its last good copy where it cannot be understood; what cannot be understood is kept aside
    /// first. Fails only where going on could lose something.
    pub(super) fn load(path: &Path) -> Result<Self, StoreError> {
        let bytes = file::read(path)?;
        let backup = file::beside(path, "bak");
        let Some(bytes) = bytes else {
            let Some((good, bytes)) = Self::of_backup(&backup) else { return Ok(Self::fresh(None)) };
            file::replace(path, &bytes)?;
            return Ok(Self { problem: Some(problem(path, Unreadable::Missing, None, true)), ..good });
        };
        let (what, place) = match Self::parse(&bytes) {
            Ok(good) => {
                if file::read(&backup).is_ok_and(|kept| kept.is_none_or(|kept| kept != bytes)) {
                    // A copy that cannot be made now is made at the next change, or reported then.
                    let _ = file::replace(&backup, &bytes);
                }
                return Ok(good);
            }
            Err(fault) => fault,
        };
        let kept_as = Some(file::keep_aside(path, &bytes)?);
        if let Some((good, bytes)) = Self::of_backup(&backup) {
            file::replace(path, &bytes)?;
            let problem = Problem { kept_as, ..problem(path, what, place, true) };
            return Ok(Self { problem: Some(problem), ..good });
        }
        fs::remove_file(path).map_err(|error| StoreError::new(Doing::Write, path, &error))?;
        Ok(Self::fresh(Some(Problem { kept_as, ..problem(path, what, place, false) })))
    }

    /// As [`load`](Self::load) where nothing can be written: reads what there is, and only reports.
    pub(super) fn glance(path: &Path) -> Self {
        let fault = match file::read(path) {
            Ok(Some(bytes)) => match Self::parse(&bytes) {
                Ok(good) => return good,
                Err(fault) => fault,
            },
            Ok(None) => return Self::fresh(None),
            Err(error) => (Unreadable::Io(error), None),
        };
        match Self::of_backup(&file::beside(path, "bak")) {
            Some((good, _)) => Self { problem: Some(problem(path, fault.0, fault.1, true)), ..good },
            None => Self::fresh(Some(problem(path, fault.0, fault.1, false))),
        }
    }

    fn of_backup(backup: &Path) -> Option<(Self, Vec<u8>)> {
        let bytes = file::read(backup).ok()??;
        Self::parse(&bytes).ok().map(|good| (good, bytes))
    }

    fn parse(bytes: &[u8]) -> Result<Self, (Unreadable, Option<(usize, usize)>)> {
        let text = match std::str::from_utf8(bytes) {
            // Some editors begin a text with a byte order mark.
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                return Err((Unreadable::NotText, Some(place(&String::from_utf8_lossy(good), usize::MAX))));
            }
        };
        let toml_fault = |error: &toml::de::Error| {
            let place = error.span().map(|span| place(text, span.start));
            (Unreadable::Toml(error.message().to_owned()), place)
        };
        let table: Table = toml::from_str(text).map_err(|error| toml_fault(&error))?;
        match table.get("schema").and_then(Value::as_integer) {
            Some(found) if found > SCHEMA => {
                return Err((Unreadable::NewerSchema { found, known: SCHEMA }, None));
            }
            Some(1..=SCHEMA) => {}
            Some(_) | None => return Err((Unreadable::NoSchema, None)),
        }
        let content = toml::from_str(text).map_err(|error| toml_fault(&error))?;
        Ok(Self { table, content, problem: None })
    }
}

/// Writes a file and its last good copy.
pub(super) fn save(path: &Path, table: &Table) -> Result<(), StoreError> {
    let text = toml::to_string(table).map_err(|error| StoreError {
        doing: Doing::Write,
        path: path.to_owned(),
        cause: super::Cause::Other(error.to_string()),
    })?;
    file::replace(path, text.as_bytes())?;
    // The change is on disk. Should this fail, the copy is the one from before, and as good as it was.
    let _ = file::replace(&file::beside(path, "bak"), text.as_bytes());
    Ok(())
}

/// Carries over to `disk` what differs between `before` and `after`, and touches nothing else there: neither keys
/// that this version does not know, nor what another running copy changed.
pub(super) fn carry_over(disk: &mut Table, before: &Table, after: &Table) {
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        disk.remove(key);
    }
    for (key, value) in after {
        let old = before.get(key);
        match (disk.get_mut(key), old, value) {
            (Some(Value::Table(disk)), Some(Value::Table(old)), Value::Table(new)) => {
                carry_over(disk, old, new);
            }
            (None, _, _) | (Some(_), None, _) => {
                disk.insert(key.clone(), value.clone());
            }
            (Some(there), Some(old), new) => {
                if old != new {
                    there.clone_from(new);
                }
            }
        }
    }
}

fn problem(
    path: &Path,
    what: Unreadable,
    place: Option<(usize, usize)>,
    recovered_from_backup: bool,
) -> Problem {
    Problem { file: path.to_owned(), what, place, kept_as: None, recovered_from_backup }
}

/// Line and column of an offset, both from 1.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    (before.matches('\n').count().saturating_add(1), column.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn only_what_changed_is_carried_over() {
        let mut disk = table("language = \"zh-CN\"\nfuture = 7\ngone = 1\n[layout]\nwidth = 300\nheight = 5");
        let before = table("language = \"en\"\ngone = 1\n[layout]\nwidth = 256\nheight = 4");
        let after = table("language = \"en\"\ntheme = \"dark\"\n[layout]\nwidth = 256\nheight = 9");
        carry_over(&mut disk, &before, &after);
        let wanted =
            table("language = \"zh-CN\"\nfuture = 7\ntheme = \"dark\"\n[layout]\nwidth = 300\nheight = 9");
        assert_eq!(disk, wanted);
    }

    #[test]
    fn a_place_counts_lines_and_characters() {
        assert_eq!(place("a\n温度x", 8), (2, 3));
    }
}
