//! Saved connections by their names.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::Stop;
use crate::profile::{Profile, url};
use crate::store::{Paths, Store};

/// How alike two names are, from 0 to 1, for one to be offered for the other.
const NEAR: f64 = 0.75;

/// The most names that are offered.
const OFFERED: usize = 5;

/// The saved connection of a name.
pub(super) fn load(name: &str, data_dir: Option<&Path>) -> Result<Profile, Stop> {
    find(&all(data_dir)?, name).map_err(|why| Stop::Usage(format!("--profile: {why}")))
}

/// Whether the window can connect to what it is asked to: a saved connection, or an address.
pub(in crate::cli) fn check_wanted(wanted: &str, data_dir: Option<&Path>) -> Result<(), Stop> {
    let profiles = all(data_dir)?;
    if profiles.iter().any(|profile| profile.name == wanted) {
        return Ok(());
    }
    let wrong = |why: &dyn std::fmt::Display| Err(Stop::Usage(format!("--connect: {why}")));
    // A word alone is rather a name with a fault in it than a host.
    if !url::is_url(wanted) && !wanted.contains(['.', ':']) && wanted != "localhost" {
        return match find(&profiles, wanted) {
            Ok(_) => Ok(()),
            Err(why) => wrong(&format!("{why}; an address is written as mqtt://host")),
        };
    }
    url::parse(wanted).map(|_| ()).or_else(|error| wrong(&error))
}

fn all(data_dir: Option<&Path>) -> Result<Vec<Profile>, Stop> {
    let paths = Paths::resolve(data_dir).map_err(|error| Stop::Failed(error.to_string()))?;
    let (_, loaded) = Store::open(paths);
    for problem in loaded.problems {
        eprintln!("mqloupe: {problem}");
    }
    Ok(loaded.profiles)
}

fn find(profiles: &[Profile], name: &str) -> Result<Profile, String> {
    let same: Vec<_> = profiles.iter().filter(|profile| profile.name == name).collect();
    match same.as_slice() {
        [profile] => Ok((*profile).clone()),
        [_, ..] => {
            let count = same.len();
            Err(format!("{count} saved connections are called {name:?}; give them different names"))
        }
        [] => {
            let names: Vec<_> = profiles.iter().map(|profile| profile.name.as_str()).collect();
            Err(format!("there is no saved connection {name:?}; {}", instead(name, &names)))
        }
    }
}

/// What may have been meant.
fn instead(name: &str, names: &[&str]) -> String {
    let wanted = name.to_lowercase();
    let likeness = |other: &str| {
        let other = other.to_lowercase();
        if other.contains(&wanted) { 1.0 } else { strsim::jaro_winkler(&wanted, &other) }
    };
    let mut near: Vec<_> = names.iter().map(|other| (likeness(other), *other)).collect();
    near.retain(|(likeness, _)| *likeness >= NEAR);
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    let near: Vec<_> = near.into_iter().map(|(_, name)| name).collect();
    match (near.as_slice(), names) {
        ([one], _) => format!("did you mean {one:?}?"),
        ([_, ..], _) => format!("near it are {}", listed(&near)),
        ([], []) => "none is saved yet".to_owned(),
        ([], all) => format!("saved are {}", listed(all)),
    }
}

fn listed(names: &[&str]) -> String {
    let mut words = String::new();
    for (place, name) in names.iter().take(OFFERED).enumerate() {
        // Writing to a text does not fail.
        let _ = write!(words, "{}{name:?}", if place == 0 { "" } else { ", " });
    }
    if names.len() > OFFERED {
        let _ = write!(words, " and {} more", names.len() - OFFERED);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_offered_first_and_far_ones_not_at_all() {
        let names = ["Home broker", "home", "Factory", "hoem"];
        assert_eq!(instead("hme", &names), "near it are \"home\", \"Home broker\", \"hoem\"");
        assert_eq!(instead("factry", &names), "did you mean \"Factory\"?");
        assert_eq!(instead("broker", &names), "did you mean \"Home broker\"?");
        assert_eq!(instead("xyzzy", &["a", "b"]), "saved are \"a\", \"b\"");
        assert_eq!(
            instead("x", &["1", "2", "3", "4", "5", "6"]),
            "saved are \"1\", \"2\", \"3\", \"4\", \"5\" and 1 more"
        );
        assert_eq!(instead("x", &[]), "none is saved yet");
    }

    #[test]
    fn two_of_the_same_name_are_none_that_could_be_meant() {
        let profile = |name: &str| Profile { name: name.to_owned(), ..Profile::default() };
        let found = find(&[profile("a"), profile("b"), profile("a")], "a");
        assert_eq!(found, Err("2 saved connections are called \"a\"; give them different names".to_owned()));
        assert_eq!(find(&[profile("a"), profile("b")], "b"), Ok(profile("b")));
    }
}
