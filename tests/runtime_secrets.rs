//! Model, runtime and keyring together: a saved password reaches the server, and a keyring that does not give it keeps
//! nobody from connecting.

mod keyring_support;

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use keyring_support::MemoryKeyring;
use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, FormEdit, Model, Moment, NoticeText};
use mqloupe::profile::{Endpoint, Profile, ProfileId, Protocol, Secret};
use mqloupe::runtime::Runtime;
use mqloupe::store::secrets::{Deed, Fault, Home, KeyringFault};
use mqloupe::store::{Paths, Store};

const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Moment = Moment { now: Timestamp(1_000_000_000), random: 7 };

/// The program without its window, with one saved connection to this port.
struct Program {
    model: Model,
    runtime: Runtime,
    woken: mpsc::Receiver<()>,
}

fn lab() -> ProfileId {
    ProfileId("lab-00000001".to_owned())
}

impl Program {
    fn start(folder: &Path, port: u16, keyring: &MemoryKeyring) -> Self {
        let paths = Paths::resolve(Some(folder)).unwrap();
        let (store, loaded) = Store::open(paths.clone());
        let endpoint = Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port };
        let (id, name, username) = (lab(), "lab".to_owned(), "user".to_owned());
        let profile = Profile { id, name, username, endpoint, reconnect: false, ..Profile::default() };
        store.put_profile(&profile).unwrap();
        let (wake, woken) = mpsc::channel();
        let wake = Arc::new(move |_| {
            // The receiver goes first when the program ends.
            let _ = wake.send(());
        });
        let runtime = Runtime::start_with(paths, store, Box::new(keyring.clone()), wake).unwrap();
        let (model, effects) = Model::new(vec![profile], loaded.settings, Language::English);
        let mut program = Self { model, runtime, woken };
        for effect in effects {
            program.runtime.perform(effect);
        }
        program
    }

    fn act(&mut self, action: Action) {
        for effect in self.model.perform(action, MOMENT) {
            self.runtime.perform(effect);
        }
    }

    /// Takes in what happens until the model shows what is waited for.
    fn until(&mut self, what: &str, shown: impl Fn(&Model) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            for event in self.runtime.drain() {
                for effect in self.model.apply(event, MOMENT) {
                    self.runtime.perform(effect);
                }
            }
            if shown(&self.model) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(self.woken.recv_timeout(left).is_ok(), "waited in vain for {what}: {:?}", self.model);
        }
    }

    /// Connects, and answers the CONNECT that comes, without its fixed header.
    fn connect(&mut self, listener: &TcpListener) -> Vec<u8> {
        self.act(Action::Connect(lab()));
        let listener = listener.try_clone().unwrap();
        let reading = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut head = [0; 2];
            stream.read_exact(&mut head).unwrap();
            let mut connect = vec![0; head[1].into()];
            stream.read_exact(&mut connect).unwrap();
            connect
        });
        self.until("the end of the connection", |model| !model.connection(&lab()).unwrap().live);
        reading.join().unwrap()
    }
}

#[test]
fn a_password_of_the_keyring_reaches_the_server() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    keyring.insert("lab-00000001/password", b"hunter2");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = Program::start(folder.path(), listener.local_addr().unwrap().port(), &keyring);
    assert!(program.connect(&listener).ends_with(b"\0\x04user\0\x07hunter2"));
    // Known now: nobody asks again.
    let asked = keyring.calls().len();
    assert!(program.connect(&listener).ends_with(b"hunter2"));
    assert_eq!(keyring.calls().len(), asked);
    program.runtime.shut_down();
}

#[test]
fn a_locked_keyring_is_told_of_and_the_connection_made_without_it() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = Program::start(folder.path(), listener.local_addr().unwrap().port(), &keyring);
    program.until("the keyring", |model| model.secrets_home == Home::Keyring);
    keyring.set_fault(Some(KeyringFault::Locked));
    assert!(program.connect(&listener).ends_with(b"\0\x04user"));
    let fault = Fault::Keyring(KeyringFault::Locked);
    let told = NoticeText::SecretsFailed("lab".to_owned(), Deed::Read, fault);
    assert!(program.model.notices.all().iter().any(|notice| notice.text == told));
    program.runtime.shut_down();
}

#[test]
fn a_connection_that_waits_for_the_keyring_can_be_given_up() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut program = Program::start(folder.path(), 1, &keyring);
    program.until("the keyring", |model| model.secrets_home == Home::Keyring);
    let stuck = keyring.hold();
    program.act(Action::Connect(lab()));
    program.act(Action::Disconnect(lab()));
    program.until("being offline", |model| !model.connection(&lab()).unwrap().live);
    drop(stuck);
    program.runtime.shut_down();
}

#[test]
fn a_password_that_is_typed_just_before_the_end_is_kept() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut program = Program::start(folder.path(), 1, &keyring);
    program.act(Action::Edit(lab()));
    program.act(Action::Form(FormEdit::Password(Secret::new("hunter2".to_owned()))));
    program.act(Action::SaveForm { connect: false });
    program.runtime.shut_down();
    assert_eq!(keyring.entries().get("lab-00000001/password").map(Vec::as_slice), Some(&b"hunter2"[..]));
}
