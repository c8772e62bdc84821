//! Whatever happens to the history on disk is said, and the session goes on in memory: model, runtime and a real
//! session together, without a window.

mod keyring_support;
mod log_support;
mod program;

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use mqloupe::log::{FailureCause, FrameLog, Limits, Timestamp};
use mqloupe::model::{Action, Connection, HistoryProblem, Model, NoticeText, Tab};
use mqloupe::profile::{Endpoint, Profile, ProfileId, Protocol, Subscription};
use mqloupe::store::Paths;
use mqloupe::wire::{Direction, Version};

use keyring_support::MemoryKeyring;
use log_support::{CONNACK, connection, publish};
use program::Program;

/// How long something that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A peer that accepts one client and its subscription, then sends it numbered messages.
struct Peer {
    listener: TcpListener,
    client: Option<TcpStream>,
    next: u64,
}

impl Peer {
    fn listen() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        Self { listener, client: None, next: 0 }
    }

    /// Welcomes the next client, on a thread of its own.
    fn welcome(&self) -> JoinHandle<TcpStream> {
        let listener = self.listener.try_clone().expect("the listener");
        std::thread::spawn(move || Self::welcomed(&listener))
    }

    fn welcomed(listener: &TcpListener) -> TcpStream {
        let (mut client, _) = listener.accept().expect("a client");
        client.set_read_timeout(Some(PATIENCE)).expect("a patience");
        assert_eq!(receive(&mut client)[0], 0x10, "CONNECT");
        client.write_all(CONNACK).expect("said");
        let subscribe = receive(&mut client);
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE");
        client.write_all(&[0x90, 3, subscribe[2], subscribe[3], 0]).expect("said");
        client
    }

    fn send(&mut self, messages: u64) {
        let client = self.client.as_mut().expect("a client");
        for number in self.next..self.next + messages {
            client.write_all(&publish("t", None, format!("n{number}").as_bytes())).expect("said");
        }
        self.next += messages;
    }
}

/// A packet of less than 128 bytes.
fn receive(client: &mut TcpStream) -> Vec<u8> {
    let mut packet = vec![0; 2];
    client.read_exact(&mut packet).expect("a packet");
    packet.resize(2 + usize::from(packet[1]), 0);
    client.read_exact(&mut packet[2..]).expect("its rest");
    packet
}

/// The program; its one connection is to a peer.
struct Lab {
    program: Program,
    peer: Peer,
}

impl Deref for Lab {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}

impl DerefMut for Lab {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.program
    }
}

const PROFILE: &str = "trouble";

/// Where the history of the one connection lies in a folder.
fn history(folder: &Path) -> PathBuf {
    Paths::resolve(Some(folder)).expect("paths").history(&ProfileId(PROFILE.to_owned()))
}

impl Lab {
    fn start(folder: &Path) -> Self {
        let peer = Peer::listen();
        let port = peer.listener.local_addr().expect("an address").port();
        let profile = Profile {
            id: ProfileId(PROFILE.to_owned()),
            name: PROFILE.to_owned(),
            endpoint: Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port },
            reconnect: false,
            subscriptions: vec![Subscription {
                filter: "#".to_owned(),
                enabled: true,
                ..Subscription::default()
            }],
            ..Profile::new(1)
        };
        let mut program = Program::with(folder, profile, MemoryKeyring::default());
        program.until("the log", |model| model.current().is_some_and(|c| c.log.is_some()));
        Self { program, peer }
    }

    /// With a session that is online and has its subscription.
    fn online(folder: &Path) -> Self {
        let mut program = Self::start(folder);
        program.connect();
        program
    }

    fn connect(&mut self) {
        self.act(Action::Connect(ProfileId(PROFILE.to_owned())));
        let welcome = self.peer.welcome();
        self.until("a connection", |model| model.current().is_some_and(Connection::online));
        self.peer.client = Some(welcome.join().expect("a client"));
    }

    /// As closing the window: the model goes too, and with it the last hold on the log.
    fn end(self) {
        self.program.runtime.shut_down();
    }

    fn log(&self) -> FrameLog {
        self.model.current().and_then(|c| c.log.clone()).expect("a log")
    }

    fn problems(&self) -> Vec<HistoryProblem> {
        problems(&self.model)
    }

    /// Messages come, and every one of them is in the list with its bytes, in order.
    fn goes_on(&mut self) {
        let rows = |model: &Model| {
            model.current().and_then(|c| c.timeline.view.as_ref()).map_or(0, |view| view.len())
        };
        let before = rows(&self.model);
        let from = self.peer.next;
        self.peer.send(200);
        self.until("the messages", |model| rows(model) == before + 200);
        assert!(self.model.current().is_some_and(Connection::online), "the session goes on");
        let log = self.log();
        let view = self.model.current().and_then(|c| c.timeline.view.clone()).expect("a list");
        for (index, number) in (before..before + 200).zip(from..) {
            let frame = log.frame(view.row(index).expect("a row")).expect("a frame");
            assert!(frame.bytes.ends_with(format!("n{number}").as_bytes()), "{number}: {frame:?}");
        }
    }
}

/// The history's troubles that were said, and only these.
fn problems(model: &Model) -> Vec<HistoryProblem> {
    let problem = |text: &NoticeText| match text {
        NoticeText::HistoryProblem(name, problem) if name == PROFILE => Some(problem.clone()),
        _ => None,
    };
    model.notices.all().iter().filter_map(|notice| problem(&notice.text)).collect()
}

#[test]
fn a_second_running_copy_says_so_and_lives_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Lab::online(folder.path());
    let mut second = Lab::online(folder.path());
    assert_eq!((first.problems(), second.problems()), (vec![], vec![HistoryProblem::InUse]));
    second.goes_on();
    first.goes_on();
    second.end();
    first.end();
    let (log, _) = FrameLog::open(&history(folder.path()), Limits::default()).expect("it is free again");
    let frames = log.rows().filter(|row| log.frame(*row).is_some_and(|f| f.bytes[0] == 0x30)).count();
    assert_eq!(frames, 200, "what the first has received, and nothing of the second");
}

#[test]
fn a_folder_that_cannot_be_written_says_so_and_the_session_lives_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = history(folder.path());
    // A file stands where the folder of all histories would.
    let parent = place.parent().expect("a folder above");
    fs::create_dir_all(parent.parent().expect("the data folder")).expect("made");
    fs::write(parent, b"something that somebody needs").expect("written");
    let mut program = Lab::online(folder.path());
    assert!(matches!(program.problems()[..], [HistoryProblem::Unusable(_)]), "{:?}", program.problems());
    program.goes_on();
    program.end();
    assert_eq!(fs::read(parent).expect("it is left alone"), b"something that somebody needs");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_says_so_and_the_session_lives_in_memory() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let place = history(folder.path());
    fs::create_dir_all(&place).expect("made");
    let allow = |mode| fs::set_permissions(&place, fs::Permissions::from_mode(mode)).expect("changed");
    allow(0o555);
    if fs::write(place.join("root"), b"").is_ok() {
        println!("a_read_only_folder: skipped, this user may write everywhere");
        return;
    }
    let mut program = Lab::online(folder.path());
    assert!(matches!(program.problems()[..], [HistoryProblem::Unusable(_)]), "{:?}", program.problems());
    program.goes_on();
    program.end();
    allow(0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_says_so_once_counts_what_is_missing_and_the_session_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = history(folder.path());
    fs::create_dir_all(&place).expect("made");
    // The file that the log will write first.
    std::os::unix::fs::symlink("/dev/full", place.join("frames-0000000001.pcapng")).expect("made");
    let mut program = Lab::online(folder.path());
    program.goes_on();
    program.until("the notice", |model| !problems(model).is_empty());
    program.goes_on();
    let stopped = HistoryProblem::Stopped(FailureCause::DiskFull);
    assert_eq!(program.problems(), [stopped], "once");
    let log = program.log();
    let missing = log.failure().expect("it has stopped").unwritten;
    assert_eq!(missing, log.rows().end, "every frame is missing on disk");
    program.end();
}

#[test]
fn a_file_that_vanishes_under_a_running_session_says_so_and_everything_else_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = history(folder.path());
    {
        let limits = Limits { segment_bytes: 2_000, ..Limits::default() };
        let (log, _) = FrameLog::open(&place, limits).expect("opened");
        let number = log.begin_connection(connection(Version::V3_1_1));
        for count in 0..200_u64 {
            let frame = publish("t", None, format!("earlier {count}").as_bytes());
            log.append(number, Direction::ToClient, Timestamp(count), &frame);
        }
    }
    let mut program = Lab::online(folder.path());
    program.log().read_whole();
    program.until("the earlier rows", |model| {
        model.current().and_then(|c| c.timeline.view.as_ref()).is_some_and(|view| view.len() == 200)
    });
    assert_eq!(program.problems(), []);
    fs::remove_file(place.join("frames-0000000003.pcapng")).expect("removed");
    program.act(Action::Tab(Tab::Messages));
    program.act(Action::SelectRow(30));
    program.act(Action::Filter("\"no such text\"".to_owned()));
    program.until("the notice", |model| !problems(model).is_empty());
    assert_eq!(program.problems(), [HistoryProblem::Lost(1)]);
    program.act(Action::Filter(String::new()));
    program.until("all rows again", |model| {
        model.current().and_then(|c| c.timeline.view.as_ref()).is_some_and(|view| view.len() == 200)
    });
    program.goes_on();
    assert_eq!(program.log().failure(), None, "history goes on too");
    program.end();
}

#[test]
fn a_torn_end_is_said_and_everything_before_it_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Lab::online(folder.path());
    program.goes_on();
    let rows = program.log().rows().end;
    // Its DISCONNECT makes one row more.
    program.end();
    let file = history(folder.path()).join("frames-0000000001.pcapng");
    let whole = fs::read(&file).expect("a file");
    fs::write(&file, &whole[..whole.len() - 3]).expect("written");
    let mut program = Lab::online(folder.path());
    assert!(matches!(program.problems()[..], [HistoryProblem::Torn(1..)]), "{:?}", program.problems());
    assert!(program.log().rows().end >= rows);
    program.goes_on();
    program.end();
}
