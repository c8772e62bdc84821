//! Secrets in a keyring, in memory alone, and in a file: kept, read, moved, forgotten; keyrings that are locked, gone,
//! slow or stuck; and nothing that shows a secret.

mod keyring_support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use keyring_support::MemoryKeyring;
use mqloupe::profile::{Profile, ProfileId, Secret, Secrets};
use mqloupe::store::secrets::{Deed, Event, Fault, Home, Keeper, KeyringFault, Patience, Place, Request};
use mqloupe::store::{Paths, Store};

/// Short for what must not answer, long for what must.
const PATIENCE: Patience = Patience {
    probe: Duration::from_millis(50),
    quiet: Duration::from_millis(1),
    answer: Duration::from_millis(50),
};

fn paths(folder: &Path) -> Paths {
    Paths::resolve(Some(folder)).unwrap()
}

fn keeper(folder: &Path, place: Place, keyring: &MemoryKeyring) -> Keeper {
    Keeper::new(&paths(folder), place, Box::new(keyring.clone()))
}

fn id(name: &str) -> ProfileId {
    ProfileId(name.to_owned())
}

fn secrets(password: &[u8], proxy: Option<&str>) -> Secrets {
    Secrets {
        password: Some(Secret::from_bytes(password.to_vec())),
        proxy_password: proxy.map(|text| Secret::new(text.to_owned())),
        ..Secrets::default()
    }
}

/// Does what is asked, and answers what is told.
fn perform(keeper: &mut Keeper, request: Request) -> Vec<Event> {
    let mut events = Vec::new();
    keeper.perform(request, &mut |event| events.push(event));
    events
}

fn put(keeper: &mut Keeper, name: &str, secrets: Secrets) -> Vec<Event> {
    perform(keeper, Request::Put { id: id(name), secrets, keep_rest: false })
}

fn loaded(keeper: &mut Keeper, name: &str) -> Result<Secrets, Fault> {
    match &perform(keeper, Request::Load(id(name)))[..] {
        [Event::Loaded { id: whose, result }] if *whose == id(name) => result.clone(),
        other => panic!("one answer: {other:?}"),
    }
}

fn done(name: &str, deed: Deed) -> Vec<Event> {
    vec![Event::Done { id: id(name), deed, result: Ok(()) }]
}

fn failed(name: &str, deed: Deed, fault: Fault) -> Vec<Event> {
    vec![Event::Done { id: id(name), deed, result: Err(fault) }]
}

#[test]
fn a_keyring_holds_each_secret_under_its_profile_and_its_name() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut keeper = keeper(folder.path(), Place::Keyring, &keyring);
    assert_eq!(keeper.home(), Home::Keyring);
    let all = Secrets {
        key_passphrase: Some(Secret::new("k".to_owned())),
        authentication_data: Some(Secret::from_bytes(vec![0, 0xff])),
        ..secrets(b"hunter2", Some("x"))
    };
    assert_eq!(put(&mut keeper, "p1", all.clone()), done("p1", Deed::Keep));
    let expected: BTreeMap<String, Vec<u8>> = [
        ("p1/password", &b"hunter2"[..]),
        ("p1/key-passphrase", b"k"),
        ("p1/proxy-password", b"x"),
        ("p1/authentication-data", &[0, 0xff]),
    ]
    .into_iter()
    .map(|(name, secret)| (name.to_owned(), secret.to_vec()))
    .collect();
    assert_eq!(keyring.entries(), expected);
    assert_eq!(loaded(&mut keeper, "p1"), Ok(all));
    assert_eq!(loaded(&mut keeper, "p2"), Ok(Secrets::default()));
    assert_eq!(perform(&mut keeper, Request::Delete(id("p1"))), done("p1", Deed::Forget));
    assert_eq!(keyring.entries(), BTreeMap::new());
    assert!(!folder.path().join("config").exists(), "nothing is written to disk");
}

#[test]
fn a_secret_that_is_given_up_is_forgotten_unless_the_rest_is_to_stay() {
    let folder = tempfile::tempdir().unwrap();
    for place in [Place::Keyring, Place::File] {
        let mut keeper = keeper(folder.path(), place, &MemoryKeyring::default());
        put(&mut keeper, "p1", secrets(b"a", Some("b")));
        let request = Request::Put { id: id("p1"), secrets: secrets(b"c", None), keep_rest: true };
        perform(&mut keeper, request);
        assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(b"c", Some("b"))), "{place:?}");
        put(&mut keeper, "p1", secrets(b"d", None));
        assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(b"d", None)), "{place:?}");
    }
}

#[test]
fn a_copy_of_a_profile_gets_a_copy_of_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(folder.path(), Place::Keyring, &MemoryKeyring::default());
    put(&mut keeper, "p1", secrets(b"a", None));
    let copied = perform(&mut keeper, Request::Copy { from: id("p1"), to: id("p2") });
    assert_eq!(copied, done("p2", Deed::Keep));
    perform(&mut keeper, Request::Delete(id("p1")));
    assert_eq!(loaded(&mut keeper, "p2"), Ok(secrets(b"a", None)));
}

#[test]
fn without_a_keyring_secrets_last_for_this_run_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::with_fault(KeyringFault::Missing);
    let mut keeper = keeper(folder.path(), Place::Keyring, &keyring);
    assert_eq!(keeper.home(), Home::NoKeyring(KeyringFault::Missing));
    assert_eq!(put(&mut keeper, "p1", secrets(b"a", None)), done("p1", Deed::Keep));
    assert_eq!(loaded(&mut keeper, "p1"), Ok(Secrets::default()));
    assert_eq!(keyring.calls(), ["probe"], "it is asked once and then left alone");
    assert!(!folder.path().join("config").exists(), "nothing is written to disk");
}

#[test]
fn a_keyring_that_hangs_is_given_up_in_time() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let _stuck = keyring.hold();
    let mut keeper =
        Keeper::with_patience(&paths(folder.path()), Place::Keyring, Box::new(keyring.clone()), PATIENCE);
    assert_eq!(keeper.home(), Home::NoKeyring(KeyringFault::NoAnswer));
    assert_eq!(loaded(&mut keeper, "p1"), Ok(Secrets::default()));
}

#[test]
fn a_keyring_that_takes_its_time_is_waited_for_and_that_is_said_once() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    keyring.insert("p1/password", b"a");
    let patience = Patience { answer: Duration::from_secs(20), ..PATIENCE };
    let patience = Patience { probe: Duration::from_secs(20), ..patience };
    let mut keeper =
        Keeper::with_patience(&paths(folder.path()), Place::Keyring, Box::new(keyring.clone()), patience);
    assert_eq!(keeper.home(), Home::Keyring);
    let open = keyring.hold();
    let mut events = Vec::new();
    keeper.perform(Request::Load(id("p1")), &mut |event| {
        if event == Event::Waiting {
            open.send(()).expect("it is waited for");
        }
        events.push(event);
    });
    let answer = Event::Loaded { id: id("p1"), result: Ok(secrets(b"a", None)) };
    assert_eq!(events, [Event::Waiting, answer]);
}

#[test]
fn a_keyring_that_answered_too_late_is_asked_again() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    keyring.insert("p1/password", b"a");
    let patience = Patience { probe: Duration::from_secs(20), ..PATIENCE };
    let mut keeper =
        Keeper::with_patience(&paths(folder.path()), Place::Keyring, Box::new(keyring.clone()), patience);
    assert_eq!(keeper.home(), Home::Keyring);
    let stuck = keyring.hold();
    let no_answer = Err(Fault::Keyring(KeyringFault::NoAnswer));
    let late = perform(&mut keeper, Request::Load(id("p1")));
    assert_eq!(late.last(), Some(&Event::Loaded { id: id("p1"), result: no_answer.clone() }));
    // Still stuck: the second question is not even asked.
    assert_eq!(loaded(&mut keeper, "p1"), no_answer);
    drop(stuck);
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while loaded(&mut keeper, "p1") != Ok(secrets(b"a", None)) {
        assert!(std::time::Instant::now() < end, "it answers again");
    }
}

#[test]
fn a_keyring_that_is_locked_or_gone_is_a_fault_in_words_and_harms_no_profile() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let (mut store, _) = Store::open(paths(folder.path()));
    let profile = Profile { id: id("p1"), name: "lab".to_owned(), ..Profile::default() };
    store.put_profile(&profile).unwrap();
    let mut keeper = keeper(folder.path(), Place::Keyring, &keyring);
    put(&mut keeper, "p1", secrets(b"a", None));
    for fault in [KeyringFault::Locked, KeyringFault::Other("the bus is gone".to_owned())] {
        keyring.set_fault(Some(fault.clone()));
        let fault = Fault::Keyring(fault);
        assert_eq!(loaded(&mut keeper, "p1"), Err(fault.clone()));
        assert_eq!(put(&mut keeper, "p1", secrets(b"b", None)), failed("p1", Deed::Keep, fault.clone()));
        let forgotten = perform(&mut keeper, Request::Delete(id("p1")));
        assert_eq!(forgotten, failed("p1", Deed::Forget, fault));
    }
    keyring.set_fault(None);
    assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(b"a", None)), "what was kept is still there");
    store = Store::open(paths(folder.path())).0;
    let saved = store.put_profile(&profile).unwrap().now;
    assert_eq!(saved, [profile]);
}

#[test]
fn for_this_run_only_asks_no_keyring_and_writes_no_file() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut keeper = keeper(folder.path(), Place::Run, &keyring);
    assert_eq!(keeper.home(), Home::Run);
    assert_eq!(put(&mut keeper, "p1", secrets(b"a", None)), done("p1", Deed::Keep));
    assert_eq!(loaded(&mut keeper, "p1"), Ok(Secrets::default()));
    assert_eq!(keyring.calls(), [""; 0]);
    assert!(!folder.path().join("config").exists());
}

#[test]
fn a_file_says_what_it_is_and_holds_any_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(folder.path(), Place::File, &MemoryKeyring::default());
    let path = folder.path().join("config/secrets.toml");
    assert_eq!(keeper.home(), Home::File(path.clone()));
    put(&mut keeper, "p1", secrets(&[0xff, 0], Some("温 \"#\n=")));
    put(&mut keeper, "p2", secrets(b"two", None));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# Passwords of mqloupe in clear text."), "{text}");
    assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(&[0xff, 0], Some("温 \"#\n="))));
    perform(&mut keeper, Request::Delete(id("p1")));
    assert_eq!(loaded(&mut keeper, "p1"), Ok(Secrets::default()));
    assert_eq!(loaded(&mut keeper, "p2"), Ok(secrets(b"two", None)));
    perform(&mut keeper, Request::Delete(id("p2")));
    assert!(!path.exists(), "a file of no secrets goes");
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_user_alone_even_where_it_was_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(folder.path(), Place::File, &MemoryKeyring::default());
    let path = folder.path().join("config/secrets.toml");
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    put(&mut keeper, "p1", secrets(b"a", None));
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    put(&mut keeper, "p1", secrets(b"b", None));
    assert_eq!(mode(), 0o600);
}

#[test]
fn a_file_that_cannot_be_understood_stays_as_it_is_and_is_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(folder.path(), Place::File, &MemoryKeyring::default());
    let path = folder.path().join("config/secrets.toml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for text in
        ["[profile.p1]\npassword = 1234567", "schema = 2\n[profile.p1]\npassword = \"1234567\"", "1234567"]
    {
        fs::write(&path, text).unwrap();
        let fault = loaded(&mut keeper, "p1").unwrap_err();
        assert_eq!(fault, Fault::Unreadable(path.clone()), "{text}");
        assert!(!format!("{fault} {fault:?}").contains("1234567"), "{fault}");
        assert_eq!(put(&mut keeper, "p2", secrets(b"a", None)), failed("p2", Deed::Keep, fault));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn what_a_later_version_keeps_in_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = keeper(folder.path(), Place::File, &MemoryKeyring::default());
    let path = folder.path().join("config/secrets.toml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "schema = 1\nnew = 7\n[profile.p1]\npassword = \"a\"\ntoken = \"t\"\n").unwrap();
    put(&mut keeper, "p1", secrets(b"b", None));
    let text = fs::read_to_string(&path).unwrap();
    for line in ["new = 7", "token = \"t\"", "password = \"b\""] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn secrets_move_to_their_new_place_and_leave_the_old_one() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut keeper = keeper(folder.path(), Place::Keyring, &keyring);
    let path = folder.path().join("config/secrets.toml");
    put(&mut keeper, "p1", secrets(b"a", None));
    let all = || vec![id("p1"), id("p2")];

    let told = perform(&mut keeper, Request::Move { to: Place::File, profiles: all() });
    let known = Event::Loaded { id: id("p1"), result: Ok(secrets(b"a", None)) };
    let moved = Event::Done { id: id("p1"), deed: Deed::Forget, result: Ok(()) };
    assert_eq!(told, [Event::Home(Home::File(path.clone())), known.clone(), moved.clone()]);
    assert_eq!(keyring.entries(), BTreeMap::new());
    assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(b"a", None)));

    let told = perform(&mut keeper, Request::Move { to: Place::Run, profiles: all() });
    assert_eq!(told, [Event::Home(Home::Run), known, moved]);
    assert!(!path.exists());
}

#[test]
fn secrets_that_cannot_be_put_elsewhere_stay_where_they_are() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut keeper = keeper(folder.path(), Place::File, &keyring);
    put(&mut keeper, "p1", secrets(b"a", None));
    perform(&mut keeper, Request::Move { to: Place::Keyring, profiles: Vec::new() });
    perform(&mut keeper, Request::Move { to: Place::File, profiles: Vec::new() });
    keyring.set_fault(Some(KeyringFault::Locked));
    let told = perform(&mut keeper, Request::Move { to: Place::Keyring, profiles: vec![id("p1")] });
    let fault = Fault::Keyring(KeyringFault::Locked);
    assert_eq!(told[2..], failed("p1", Deed::Keep, fault));
    perform(&mut keeper, Request::Move { to: Place::File, profiles: Vec::new() });
    assert_eq!(loaded(&mut keeper, "p1"), Ok(secrets(b"a", None)));
}

#[test]
fn the_choice_of_a_place_is_a_setting() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, loaded) = Store::open(paths(folder.path()));
    assert_eq!(loaded.settings.secrets.place, Place::Keyring);
    store.put_settings(|settings| settings.secrets.place = Place::File).unwrap();
    let text = fs::read_to_string(folder.path().join("config/settings.toml")).unwrap();
    assert!(text.contains("[secrets]\nwhere = \"file\""), "{text}");
    assert_eq!(Store::open(paths(folder.path())).1.settings.secrets.place, Place::File);
}

#[test]
fn no_value_that_carries_secrets_shows_them() {
    let all = Secrets {
        key_passphrase: Some(Secret::new("hunter2".to_owned())),
        authentication_data: Some(Secret::new("hunter2".to_owned())),
        ..secrets(b"hunter2", Some("hunter2"))
    };
    let request = Request::Put { id: id("p1"), secrets: all.clone(), keep_rest: false };
    let event = Event::Loaded { id: id("p1"), result: Ok(all.clone()) };
    for shown in [format!("{all:?}"), format!("{request:?}"), format!("{event:?}")] {
        assert!(shown.contains("••••") && !shown.contains("hunter2"), "{shown}");
        // Not as numbers either.
        assert!(!shown.contains("104, 117"), "{shown}");
    }
}

#[test]
fn a_panic_over_secrets_does_not_tell_them() {
    let panic = std::panic::catch_unwind(|| {
        let answer: Result<(), _> = std::hint::black_box(Err(secrets(b"hunter2", None)));
        answer.unwrap();
    });
    let panic = panic.unwrap_err();
    let words = panic.downcast_ref::<String>().expect("a message");
    assert!(words.contains("••••") && !words.contains("hunter2"), "{words}");
}

#[test]
fn files_of_profiles_and_settings_hold_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(paths(folder.path()));
    let mut keeper = keeper(folder.path(), Place::Keyring, &MemoryKeyring::default());
    store.put_profile(&Profile { id: id("p1"), name: "lab".to_owned(), ..Profile::default() }).unwrap();
    put(&mut keeper, "p1", secrets(b"hunter2", None));
    for entry in fs::read_dir(folder.path().join("config")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"), "{}", path.display());
    }
}
