//! Model, runtime and keyring together: a saved password reaches the server, and a keyring that does not give it keeps
//! nobody from connecting.

mod keyring_support;
mod program;

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;

use keyring_support::MemoryKeyring;
use mqloupe::model::{Action, FormEdit, NoticeText};
use mqloupe::profile::{Endpoint, Profile, ProfileId, Protocol, Secret};
use mqloupe::store::secrets::{Deed, Fault, Home, KeyringFault};
use program::{PATIENCE, Program};

fn lab() -> ProfileId {
    ProfileId("lab-00000001".to_owned())
}

/// The program with one saved connection to this port.
fn start(folder: &Path, port: u16, keyring: &MemoryKeyring) -> Program {
    let endpoint = Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port };
    let (id, name, username) = (lab(), "lab".to_owned(), "user".to_owned());
    let profile = Profile { id, name, username, endpoint, reconnect: false, ..Profile::default() };
    Program::with(folder, profile, keyring.clone())
}

/// Connects, and answers the CONNECT that comes, without its fixed header.
fn connect(program: &mut Program, listener: &TcpListener) -> Vec<u8> {
    program.act(Action::Connect(lab()));
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
    program.until("the end of the connection", |model| !model.connection(&lab()).unwrap().live);
    reading.join().unwrap()
}

#[test]
fn a_password_of_the_keyring_reaches_the_server() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    keyring.insert("lab-00000001/password", b"hunter2");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = start(folder.path(), listener.local_addr().unwrap().port(), &keyring);
    assert!(connect(&mut program, &listener).ends_with(b"\0\x04user\0\x07hunter2"));
    // Known now: nobody asks again.
    let asked = keyring.calls().len();
    assert!(connect(&mut program, &listener).ends_with(b"hunter2"));
    assert_eq!(keyring.calls().len(), asked);
    program.runtime.shut_down();
}

#[test]
fn a_locked_keyring_is_told_of_and_the_connection_made_without_it() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = start(folder.path(), listener.local_addr().unwrap().port(), &keyring);
    program.until("the keyring", |model| model.secrets_home == Home::Keyring);
    keyring.set_fault(Some(KeyringFault::Locked));
    assert!(connect(&mut program, &listener).ends_with(b"\0\x04user"));
    let fault = Fault::Keyring(KeyringFault::Locked);
    let told = NoticeText::SecretsFailed("lab".to_owned(), Deed::Read, fault);
    assert!(program.model.notices.all().iter().any(|notice| notice.text == told));
    program.runtime.shut_down();
}

#[test]
fn a_connection_that_waits_for_the_keyring_can_be_given_up() {
    let (folder, keyring) = (tempfile::tempdir().unwrap(), MemoryKeyring::default());
    let mut program = start(folder.path(), 1, &keyring);
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
    let mut program = start(folder.path(), 1, &keyring);
    program.act(Action::Edit(lab()));
    program.act(Action::Form(FormEdit::Password(Secret::new("hunter2".to_owned()))));
    program.act(Action::SaveForm { connect: false });
    program.runtime.shut_down();
    assert_eq!(keyring.entries().get("lab-00000001/password").map(Vec::as_slice), Some(&b"hunter2"[..]));
}
