//! Profiles and settings on disk: kept, mended, shared between running copies, never lost.

use std::fs;
use std::path::{Path, PathBuf};

use mqloupe::language::Language;
use mqloupe::profile::{Profile, ProfileId, Subscription};
use mqloupe::store::{
    Cause, Event, Loaded, Paths, Problem, Request, Settings, Side, Store, Theme, TopicFormat, Unreadable,
    WindowSize,
};
use mqloupe::wire::{Qos, Version};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn paths(folder: &TempDir) -> Paths {
    Paths::resolve(Some(folder.path())).expect("paths")
}

fn open(folder: &TempDir) -> (Store, Loaded) {
    Store::open(paths(folder))
}

fn profile(number: u64, name: &str) -> Profile {
    Profile { name: name.to_owned(), ..Profile::new(number) }
}

fn names(profiles: &[Profile]) -> Vec<&str> {
    profiles.iter().map(|profile| profile.name.as_str()).collect()
}

fn put_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

fn only_problem(loaded: &Loaded) -> &Problem {
    assert_eq!(loaded.problems.len(), 1, "{:?}", loaded.problems);
    loaded.problems.first().expect("a problem")
}

fn aside(file: &Path, number: u32) -> PathBuf {
    PathBuf::from(format!("{}.unreadable-{number}", file.display()))
}

#[test]
fn an_empty_folder_gives_defaults_and_no_problem() {
    let folder = folder();
    let below = Paths::resolve(Some(&folder.path().join("not/there/yet"))).expect("paths");
    let (_, loaded) = Store::open(below);
    assert_eq!(loaded, Loaded::default());
}

#[test]
fn a_profile_comes_back_with_every_field() {
    let folder = folder();
    let kept = Profile {
        version: Version::V5_0,
        username: "空 格\"\n".to_owned(),
        keep_alive_secs: 0,
        clean_session: false,
        subscriptions: vec![Subscription {
            filter: "传感器/+/#".to_owned(),
            qos: Qos::ExactlyOnce,
            enabled: true,
            identifier: Some(7),
            ..Subscription::default()
        }],
        ..profile(1, "实验室 = [x]")
    };
    open(&folder).0.put_profile(&kept).expect("kept");
    assert_eq!(open(&folder).1.profiles, [kept]);
}

#[test]
fn profiles_keep_their_order_and_a_restored_one_its_place() {
    let folder = folder();
    let (store, _) = open(&folder);
    let [a, b, c] = [profile(1, "a"), profile(2, "b"), profile(3, "c")];
    for profile in [&a, &b, &c] {
        store.put_profile(profile).expect("kept");
    }
    let changed = Profile { name: "B".to_owned(), ..b.clone() };
    assert_eq!(names(&store.put_profile(&changed).expect("kept").now), ["a", "B", "c"]);
    assert_eq!(names(&store.delete_profile(&b.id).expect("deleted").now), ["a", "c"]);
    assert_eq!(names(&store.restore_profile(&b, 1).expect("restored").now), ["a", "b", "c"]);
    assert_eq!(names(&open(&folder).1.profiles), ["a", "b", "c"]);
}

#[test]
fn every_old_schema_opens() {
    let folder = folder();
    put_file(&paths(&folder).profiles(), include_str!("data/store/profiles-1.toml"));
    put_file(&paths(&folder).settings(), include_str!("data/store/settings-1.toml"));
    let (_, loaded) = open(&folder);
    assert_eq!(loaded.problems, []);
    assert_eq!(names(&loaded.profiles), ["local", "cloud"]);
    assert_eq!(loaded.profiles[0].subscriptions[0].alias, "传感器");
    assert_eq!(loaded.profiles[1].endpoint.to_string(), "cloud.example:9501");
    assert_eq!((loaded.settings.language, loaded.settings.theme), (Some(Language::Chinese), Theme::Dark));
    let layout = loaded.settings.layout;
    assert_eq!((layout.messages_inspector, layout.packets_inspector), (Side::Below, Side::Right));
    assert_eq!(layout.window, Some(WindowSize { width: 1600, height: 900, maximized: true }));
    assert_eq!(layout.splits.get("subscriptions"), Some(&240));
}

#[test]
fn two_running_copies_keep_each_others_profiles() {
    let folder = folder();
    let (one, _) = open(&folder);
    let (two, _) = open(&folder);
    one.put_profile(&profile(1, "of one")).expect("kept");
    let seen = two.put_profile(&profile(2, "of two")).expect("kept").now;
    assert_eq!(names(&seen), ["of one", "of two"]);
    let seen = one.delete_profile(&profile(1, "").id).expect("deleted").now;
    assert_eq!(names(&seen), ["of two"]);
}

#[test]
fn many_copies_at_once_lose_no_profile() {
    let folder = folder();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let paths = paths(&folder);
            scope.spawn(move || {
                let (store, _) = Store::open(paths);
                for number in 0..5 {
                    store.put_profile(&profile(writer * 100 + number + 1, "x")).expect("kept");
                }
            });
        }
    });
    assert_eq!(open(&folder).1.profiles.len(), 20);
}

#[test]
fn two_running_copies_keep_each_others_settings() {
    let folder = folder();
    let (mut one, _) = open(&folder);
    let (mut two, _) = open(&folder);
    one.put_settings(|settings| settings.language = Some(Language::Chinese)).expect("kept");
    let seen = two.put_settings(|settings| settings.theme = Theme::Light).expect("kept").now;
    assert_eq!((seen.language, seen.theme), (Some(Language::Chinese), Theme::Light));
}

#[test]
fn a_setting_can_be_taken_back() {
    let folder = folder();
    let (mut store, _) = open(&folder);
    store.put_settings(|settings| settings.language = Some(Language::Chinese)).expect("kept");
    store.put_settings(|settings| settings.language = None).expect("kept");
    assert_eq!(open(&folder).1.settings.language, None);
}

#[test]
fn keys_of_a_later_version_are_kept() {
    let folder = folder();
    let (profiles, settings) = (paths(&folder).profiles(), paths(&folder).settings());
    put_file(
        &profiles,
        "schema = 1\nlater = 1\n[[profile]]\nid = \"abcdefgh\"\nname = \"a\"\nfuture = [1, 2]\n",
    );
    put_file(&settings, "schema = 1\nfuture = \"x\"\n");
    let (mut store, loaded) = open(&folder);
    let changed = Profile { name: "b".to_owned(), ..loaded.profiles[0].clone() };
    store.put_profile(&changed).expect("kept");
    store.put_settings(|settings| settings.theme = Theme::Dark).expect("kept");
    let text = fs::read_to_string(&profiles).expect("profiles");
    assert!(text.contains("later = 1") && text.contains("future = [") && text.contains("\"b\""), "{text}");
    assert!(fs::read_to_string(&settings).expect("settings").contains("future = \"x\""));
}

#[test]
fn a_hand_written_profile_needs_no_identifier_and_keeps_the_one_it_gets() {
    let folder = folder();
    put_file(
        &paths(&folder).profiles(),
        "schema = 1\n[[profile]]\nname = \"a\"\n[[profile]]\nname = \"a\"\n",
    );
    let (store, loaded) = open(&folder);
    let ids: Vec<ProfileId> = loaded.profiles.iter().map(|profile| profile.id.clone()).collect();
    assert_ne!(ids[0], ids[1]);
    let mut changed = loaded.profiles[1].clone();
    changed.name = "b".to_owned();
    assert_eq!(names(&store.put_profile(&changed).expect("kept").now), ["a", "b"]);
    let again: Vec<ProfileId> = open(&folder).1.profiles.into_iter().map(|profile| profile.id).collect();
    assert_eq!(again, ids);
}

#[test]
fn a_truncated_file_falls_back_to_the_last_good_copy_and_is_kept() {
    let folder = folder();
    open(&folder).0.put_profile(&profile(1, "precious")).expect("kept");
    let file = paths(&folder).profiles();
    let whole = fs::read_to_string(&file).expect("profiles");
    let torn = whole.split_at(whole.find("precious").expect("the name") + 3).0;
    fs::write(&file, torn).expect("torn");

    let (store, loaded) = open(&folder);
    assert_eq!(names(&loaded.profiles), ["precious"]);
    let problem = only_problem(&loaded);
    assert!(problem.recovered_from_backup);
    assert_eq!(problem.kept_as.as_deref(), Some(&*aside(&file, 1)));
    assert_eq!(fs::read_to_string(aside(&file, 1)).expect("kept aside"), torn);
    // The next start has nothing to complain about.
    drop(store);
    assert_eq!(open(&folder).1.problems, []);
}

#[test]
fn an_emptied_file_falls_back_to_the_last_good_copy() {
    let folder = folder();
    open(&folder).0.put_profile(&profile(1, "precious")).expect("kept");
    fs::write(paths(&folder).profiles(), "").expect("emptied");
    let (_, loaded) = open(&folder);
    assert_eq!(only_problem(&loaded).what, Unreadable::NoSchema);
    assert_eq!(names(&loaded.profiles), ["precious"]);
}

#[test]
fn a_lost_file_is_brought_back_from_the_last_good_copy() {
    let folder = folder();
    open(&folder).0.put_profile(&profile(1, "precious")).expect("kept");
    fs::remove_file(paths(&folder).profiles()).expect("removed");
    let (_, loaded) = open(&folder);
    assert_eq!(only_problem(&loaded).what, Unreadable::Missing);
    assert_eq!(names(&loaded.profiles), ["precious"]);
}

#[test]
fn a_hand_made_change_is_in_the_last_good_copy_too() {
    let folder = folder();
    put_file(&paths(&folder).profiles(), "schema = 1\n[[profile]]\nname = \"by hand\"\n");
    open(&folder);
    fs::write(paths(&folder).profiles(), "oops").expect("broken");
    assert_eq!(names(&open(&folder).1.profiles), ["by hand"]);
}

#[test]
fn unreadable_files_are_kept_side_by_side_and_their_place_is_named() {
    let folder = folder();
    let file = paths(&folder).profiles();
    for number in 1..=2 {
        put_file(&file, &format!("schema = 1\n# {number}\n温 = \n"));
        let (_, loaded) = open(&folder);
        let problem = only_problem(&loaded);
        assert_eq!(problem.place.map(|(line, _)| line), Some(3));
        assert!(!problem.recovered_from_backup);
        assert_eq!(problem.kept_as.as_deref(), Some(&*aside(&file, number)));
    }
    assert!(fs::read_to_string(aside(&file, 1)).expect("the first").contains("# 1"));
    assert!(fs::read_to_string(aside(&file, 2)).expect("the second").contains("# 2"));
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_line_and_column() {
    let folder = folder();
    put_file(
        &paths(&folder).profiles(),
        "schema = 1\n[[profile]]\nname = \"a\"\nkeep_alive_secs = \"often\"\n",
    );
    let (_, loaded) = open(&folder);
    assert_eq!(only_problem(&loaded).place, Some((4, 19)));
}

#[test]
fn a_newer_schema_is_kept_aside_untouched() {
    let folder = folder();
    let file = paths(&folder).settings();
    put_file(&file, "schema = 2\ntheme = { new = true }\n");
    let (mut store, loaded) = open(&folder);
    assert_eq!(only_problem(&loaded).what, Unreadable::NewerSchema { found: 2, known: 1 });
    store.put_settings(|settings| settings.theme = Theme::Dark).expect("kept");
    assert_eq!(
        fs::read_to_string(aside(&file, 1)).expect("kept aside"),
        "schema = 2\ntheme = { new = true }\n"
    );
}

#[test]
fn a_file_that_broke_while_running_is_kept_aside_by_the_next_change() {
    let folder = folder();
    let (mut store, _) = open(&folder);
    store.put_profile(&profile(1, "a")).expect("kept");
    fs::write(paths(&folder).profiles(), b"\xff").expect("broken");
    let event = store.perform(Request::PutProfile(profile(2, "b")));
    let Event::ProfilesSaved { profiles, problem: Some(problem), .. } = event else { panic!("{event:?}") };
    assert_eq!(names(&profiles), ["a", "b"]);
    assert_eq!((problem.what, problem.place), (Unreadable::NotText, Some((1, 1))));
}

#[test]
fn each_request_gets_its_own_event() {
    let folder = folder();
    let (mut store, _) = open(&folder);
    let kept = profile(1, "a");
    for (request, left) in [
        (Request::PutProfile(kept.clone()), vec![kept.clone()]),
        (Request::DeleteProfile(kept.id.clone()), vec![]),
        (Request::RestoreProfile { profile: kept.clone(), position: 9 }, vec![kept.clone()]),
    ] {
        let event = store.perform(request.clone());
        assert_eq!(event, Event::ProfilesSaved { request, profiles: left, problem: None });
    }
    let wanted = Settings { theme: Theme::Dark, ..Settings::default() };
    let event = store.perform(Request::PutSettings(wanted.clone()));
    assert_eq!(event, Event::SettingsSaved { settings: wanted, problem: None });
}

#[test]
fn a_file_in_the_place_of_the_folder_is_said_and_nothing_is_lost() {
    let folder = folder();
    fs::write(folder.path().join("config"), "mine").expect("in the way");
    let (mut store, loaded) = open(&folder);
    assert!(!loaded.problems.is_empty());
    let request = Request::PutProfile(profile(1, "a"));
    let Event::Failed { request: same, error } = store.perform(request.clone()) else { panic!("not failed") };
    assert_eq!((same, &error.cause), (request, &Cause::NotAFolder));
    assert!(error.to_string().contains("--data-dir"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("config")).expect("still there"), "mine");
}

#[cfg(unix)]
#[test]
fn files_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    open(&folder).0.put_profile(&profile(1, "a")).expect("kept");
    for file in ["profiles.toml", "profiles.toml.bak"] {
        let mode = fs::metadata(paths(&folder).config.join(file)).expect(file).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = folder();
    let elsewhere = folder.path().join("dotfiles.toml");
    fs::write(&elsewhere, "schema = 1\n").expect("written");
    fs::create_dir_all(paths(&folder).config).expect("made");
    std::os::unix::fs::symlink(&elsewhere, paths(&folder).profiles()).expect("linked");
    open(&folder).0.put_profile(&profile(1, "a")).expect("kept");
    assert!(fs::read_to_string(&elsewhere).expect("read").contains("\"a\""));
    assert!(paths(&folder).profiles().is_symlink());
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_still_read_and_the_mend_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    open(&folder).0.put_profile(&profile(1, "a")).expect("kept");
    let config = paths(&folder).config;
    let mode = |mode| {
        fs::set_permissions(&config, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    fs::remove_file(config.join(".lock")).expect("removed");
    mode(0o500);
    if fs::write(config.join("probe"), "").is_ok() {
        mode(0o700);
        println!("skipped: a_read_only_folder_is_still_read_and_the_mend_is_named (root writes anywhere)");
        return;
    }
    let (store, loaded) = open(&folder);
    let refused = store.put_profile(&profile(2, "b"));
    mode(0o700);
    assert_eq!(names(&loaded.profiles), ["a"]);
    let error = refused.expect_err("read-only");
    assert_eq!(error.cause, Cause::Forbidden);
    assert!(error.to_string().contains("--data-dir"), "{error}");
}

#[test]
fn formats_of_topics_are_kept_and_garbage_among_them_is_left_out() {
    let folder = folder();
    let formats = |folder: &TempDir| open(folder).1.settings.formats;
    let mut store = open(&folder).0;
    let known = TopicFormat { topic: "a/\"b\"/温度".to_owned(), format: "JSON tree".to_owned() };
    store.put_settings(|settings| settings.formats = vec![known.clone()]).expect("kept");
    assert_eq!(formats(&folder), std::slice::from_ref(&known));
    // A hand wrote into it.
    let file = paths(&folder).settings();
    let written = fs::read_to_string(&file).expect("settings");
    put_file(&file, &format!("{written}\n[[formats]]\ntopic = 7\n\n[[formats]]\nformat = \"Hex\"\n"));
    let loaded = open(&folder).1;
    assert_eq!((loaded.settings.formats, loaded.problems), (vec![known], vec![]));
    put_file(&file, "schema = 1\nformats = \"none\"\ntheme = \"dark\"\n");
    let loaded = open(&folder).1;
    assert_eq!((loaded.settings.formats, loaded.settings.theme), (vec![], Theme::Dark));
}
