//! Whenever a copy of the program is killed, what is on disk is the old or the new, and whole.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use mqloupe::profile::Profile;
use mqloupe::store::{Paths, Store};

const FOLDER: &str = "MQLOUPE_TEST_CRASH_FOLDER";

fn profile(number: u64) -> Profile {
    Profile { name: format!("number {number}"), ..Profile::new(number) }
}

/// Not a test of its own: what the killed process does. It says each number once its profile is kept.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (store, _) = Store::open(Paths::resolve(Some(folder.as_ref())).expect("paths"));
    for number in 1.. {
        store.put_profile(&profile(number)).expect("kept");
        println!("\nkept {number}");
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_it_said_was_kept() {
    for rounds in [1, 2, 3, 7, 12] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "writer", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the writer starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let kept = lines.filter_map(|line| line.strip_prefix("kept ")?.parse::<usize>().ok()).nth(rounds - 1);
        child.kill().expect("killed");
        child.wait().expect("ended");

        let (store, loaded) = Store::open(Paths::resolve(Some(folder.path())).expect("paths"));
        assert_eq!(loaded.problems, []);
        let kept = kept.expect("as many as were waited for");
        assert!(loaded.profiles.len() >= kept, "{} of {kept}", loaded.profiles.len());
        for (profile, number) in loaded.profiles.iter().zip(1..) {
            assert_eq!(profile.name, format!("number {number}"));
        }
        store.put_profile(&profile(0)).expect("the lock of the dead is free");
    }
}

#[test]
fn what_was_written_and_not_renamed_is_swept_away_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = Paths::resolve(Some(folder.path())).expect("paths");
    let (store, _) = Store::open(paths.clone());
    store.put_profile(&profile(1)).expect("kept");
    let left = paths.config.join(".mqloupe-Ab12Cd.tmp");
    fs::write(&left, "schema = 1\n[[profile]]\nname = \"half").expect("written");

    let (_, loaded) = Store::open(paths);
    assert_eq!((loaded.profiles.len(), loaded.problems.len()), (1, 0));
    assert!(!left.exists());
}
