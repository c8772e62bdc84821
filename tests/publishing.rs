//! Model and runtime together, without a window: files, lines, publishing over and over, and a server that takes
//! nothing.

mod keyring_support;
mod program;
mod support;

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use keyring_support::MemoryKeyring;
use mqloupe::model::{
    Action, Body, Composer, ComposerEdit, Connection, JobEnd, JobProgress, JobStanding, Pace, RepeatForm,
    Steer,
};
use mqloupe::profile::{Profile, ProfileId};
use mqloupe::session::{PublishOutcome, Refusal};
use mqloupe::wire::{Qos, Version};
use program::Program;
use support::PATIENCE;
use support::peer::{CONNACK, CONNACK_5, Link, Peer};

/// The program with one connection.
struct Lab {
    program: Program,
    folder: tempfile::TempDir,
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

impl Lab {
    fn start(profile: Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile { id: ProfileId("local".to_owned()), ..profile };
        let mut program = Program::with(folder.path(), profile, MemoryKeyring::default());
        program.act(Action::Connect(ProfileId("local".to_owned())));
        Self { program, folder }
    }

    fn compose(&mut self, edits: impl IntoIterator<Item = ComposerEdit>) {
        edits.into_iter().for_each(|edit| self.act(Action::Compose(edit)));
    }

    /// Takes in what happens until the connection shows what is waited for.
    fn until(&mut self, what: &str, shown: impl Fn(&Connection) -> bool) {
        self.program.until(what, |model| model.current().is_some_and(&shown));
    }

    fn composer(&self) -> &Composer {
        &self.model.current().unwrap().composer
    }

    fn progress(&self) -> JobProgress {
        self.composer().job.clone().expect("a job").progress
    }

    fn until_ended(&mut self) -> JobProgress {
        self.until("the end of the job", |c| !c.composer.at_work());
        self.progress()
    }

    /// A file that can be published.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// Starts a job of what is composed.
    fn repeat(&mut self, times: &str, pace: Pace, number: &str) {
        let (interval, rate) = (number.to_owned(), number.to_owned());
        self.compose([ComposerEdit::Repeat(RepeatForm { times: times.to_owned(), pace, interval, rate })]);
        self.act(Action::StartRepeating);
        assert!(self.composer().at_work(), "{:?}", self.composer());
    }
}

fn profile(port: u16) -> Profile {
    support::profile(Version::V3_1_1, port)
}

/// A message to `a`.
fn message(qos: Qos, payload: &str) -> [ComposerEdit; 3] {
    [ComposerEdit::Topic("a".to_owned()), ComposerEdit::Payload(payload.to_owned()), ComposerEdit::Qos(qos)]
}

/// Runs the peer beside the program.
fn beside() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// A program that is online at a scripted peer.
fn online(rt: &tokio::runtime::Runtime, change: impl FnOnce(&mut Profile)) -> (Lab, Peer, Link) {
    let peer = rt.block_on(Peer::listen());
    let mut profile = profile(peer.port());
    change(&mut profile);
    let connack = if profile.version == Version::V5_0 { CONNACK_5 } else { CONNACK };
    let mut program = Lab::start(profile);
    program.drain();
    // The session begins once its log is open, which `drain` sees to.
    let welcoming = rt.spawn(async move {
        let link = peer.welcome(connack).await;
        (peer, link)
    });
    program.until("being online", Connection::online);
    let (peer, link) = rt.block_on(welcoming).unwrap();
    (program, peer, link)
}

/// Has the peer answer every PUBLISH of QoS 1; the payloads come out at the other end.
fn acknowledge(rt: &tokio::runtime::Runtime, mut link: Link) -> mpsc::Receiver<Vec<u8>> {
    let (sender, payloads) = mpsc::channel();
    rt.spawn(async move {
        loop {
            let frame = link.frame().await;
            if frame[0] != 0x32 {
                return;
            }
            assert!(frame[1] < 0x80, "a short message");
            let topic = usize::from(frame[3]);
            let id = &frame[4 + topic..6 + topic];
            // The test may have seen enough.
            let _ = sender.send(frame[6 + topic..].to_vec());
            link.say(&[0x40, 2, id[0], id[1]]).await;
        }
    });
    payloads
}

#[test]
fn repeated_messages_all_arrive_and_are_counted() {
    let rt = beside();
    let (mut program, _peer, link) = online(&rt, |_| {});
    let payloads = acknowledge(&rt, link);
    program.compose(message(Qos::AtLeastOnce, "x"));
    program.repeat("1000", Pace::Unpaced, "");
    let progress = program.until_ended();
    assert_eq!(progress.standing, JobStanding::Ended(JobEnd::Done));
    assert_eq!((progress.acknowledged, progress.waiting, progress.in_flight), (1000, Some(0), 0));
    assert_eq!((progress.refused, progress.given_up, progress.sent), (0, 0, 0));
    assert_eq!(payloads.iter().take(1000).filter(|payload| payload == b"x").count(), 1000);
    assert_eq!(program.jobs_ended, [JobEnd::Done]);
}

#[cfg(feature = "broker")]
#[test]
fn repeated_messages_come_back_from_the_embedded_broker() {
    use mqloupe::model::{Standing, SubscriptionEdit};
    let mut program = Lab::start(profile(1));
    program.act(Action::StartBroker);
    program.until("a connection to the local broker", Connection::online);
    program.act(Action::NewSubscription);
    program.act(Action::SubscriptionForm(SubscriptionEdit::Filters("a".to_owned())));
    program.act(Action::Subscribe);
    program.until("the subscription", |c| {
        c.rows.get("a").is_some_and(|row| matches!(row.standing, Standing::Granted(_)))
    });
    program.compose(message(Qos::ExactlyOnce, "x"));
    program.repeat("300", Pace::Unpaced, "");
    let progress = program.until_ended();
    assert_eq!((progress.acknowledged, progress.given_up), (300, 0), "{progress:?}");
    // Each goes out, and comes back.
    program.until("all of them", |c| c.log.as_ref().is_some_and(|log| log.counters().messages == 600));
}

#[test]
fn the_lines_of_a_file_go_out_in_order_and_the_file_again_where_asked() {
    let rt = beside();
    let (mut program, _peer, link) = online(&rt, |_| {});
    let payloads = acknowledge(&rt, link);
    let path = program.file("lines", b"one\r\ntwo\n\nfour");
    program.compose(message(Qos::AtLeastOnce, ""));
    program.compose([ComposerEdit::Body(Body::Lines), ComposerEdit::Path(path)]);
    program.act(Action::Publish);
    let progress = program.until_ended();
    assert_eq!((progress.acknowledged, progress.waiting), (4, Some(0)), "{progress:?}");
    program.repeat("2", Pace::Unpaced, "");
    assert_eq!(program.until_ended().acknowledged, 8);
    let lines: Vec<String> =
        payloads.iter().take(12).map(|payload| String::from_utf8(payload).unwrap()).collect();
    assert_eq!(lines, ["one", "two", "", "four"].repeat(3));
}

#[test]
fn a_file_goes_out_as_it_is_at_the_time_of_publishing() {
    let rt = beside();
    let (mut program, _peer, link) = online(&rt, |_| {});
    let payloads = acknowledge(&rt, link);
    let path = program.file("bytes", b"old");
    program.compose(message(Qos::AtLeastOnce, "typed"));
    program.compose([ComposerEdit::Body(Body::File), ComposerEdit::Path(path.clone())]);
    program.until("the size", |c| c.composer.file == Some(Ok(3)));
    std::fs::write(path, [0xff, 0, b'\n']).unwrap();
    program.act(Action::Publish);
    program.until("the outcome", |c| c.composer.sent.last().is_some_and(|sent| sent.outcome.is_some()));
    assert_eq!(payloads.recv().unwrap(), [0xff, 0, b'\n']);
}

#[test]
fn a_file_that_cannot_be_sent_is_an_outcome_and_the_connection_stays() {
    let rt = beside();
    let (mut program, _peer, link) = online(&rt, |_| {});
    let payloads = acknowledge(&rt, link);
    let large = program.file("large", b"");
    std::fs::File::options().write(true).open(&large).unwrap().set_len(268_435_456).unwrap();
    let none = program.folder.path().join("none").to_string_lossy().into_owned();
    program.compose(message(Qos::AtLeastOnce, "x"));
    for (path, body) in [(&none, Body::File), (&large, Body::File), (&none, Body::Lines)] {
        program.compose([ComposerEdit::Body(body), ComposerEdit::Path(path.clone())]);
        program.act(Action::Publish);
        let reason = if body == Body::Lines {
            let JobStanding::Ended(JobEnd::Refused(reason)) = program.until_ended().standing else {
                panic!("{:?}", program.progress())
            };
            reason
        } else {
            program.until("the outcome", |c| c.composer.sent.last().is_some_and(|s| s.outcome.is_some()));
            let Some(PublishOutcome::Refused { reason }) =
                program.composer().sent.last().unwrap().outcome.clone()
            else {
                panic!("{:?}", program.composer().sent)
            };
            reason
        };
        if *path == large {
            assert_eq!(reason, Refusal::TooLargeForMqtt);
        } else {
            assert!(matches!(reason, Refusal::Unreadable(_)), "{reason:?}");
        }
    }
    program.compose([ComposerEdit::Body(Body::Typed)]);
    program.act(Action::Publish);
    assert_eq!(payloads.recv_timeout(PATIENCE).unwrap(), b"x");
}

#[test]
fn a_pause_holds_and_going_on_and_stopping_do_what_they_say() {
    let rt = beside();
    let (mut program, _peer, link) = online(&rt, |_| {});
    let payloads = acknowledge(&rt, link);
    program.compose(message(Qos::AtLeastOnce, "x"));
    program.repeat("", Pace::Rate, "200");
    program.until("messages", |c| c.composer.job.as_ref().unwrap().progress.acknowledged > 5);
    program.act(Action::Steer(Steer::Pause));
    program.until("the pause", |c| {
        let progress = &c.composer.job.as_ref().unwrap().progress;
        progress.standing == JobStanding::Paused && progress.in_flight == 0
    });
    let arrived = program.progress().acknowledged;
    assert_eq!(payloads.try_iter().count() as u64, arrived);
    // Sixty would have been due.
    assert!(payloads.recv_timeout(Duration::from_millis(300)).is_err(), "a message in spite of the pause");
    program.act(Action::Steer(Steer::Resume));
    program.until("more messages", |c| c.composer.job.as_ref().unwrap().progress.acknowledged > arrived);
    program.act(Action::Steer(Steer::Stop));
    let progress = program.until_ended();
    assert_eq!((progress.standing, progress.in_flight), (JobStanding::Ended(JobEnd::Stopped), 0));
    assert_eq!(payloads.try_iter().count() as u64, progress.acknowledged - arrived);
    assert!(payloads.recv_timeout(Duration::from_millis(100)).is_err(), "a message after the end");
}

#[test]
fn a_server_that_takes_nothing_holds_a_job_within_bounds_until_it_is_stopped() {
    let rt = beside();
    let (mut program, _peer, _link) = online(&rt, |_| {});
    // A megabyte each: some fit into the buffers of the system, then nothing goes.
    program.compose(message(Qos::AtMostOnce, &"x".repeat(1 << 20)));
    program.repeat("100000", Pace::Unpaced, "");
    program.until("a full window", |c| c.composer.job.as_ref().unwrap().progress.in_flight >= 16);
    // Nothing more is taken from the source: that is what bounds memory.
    let before = program.progress();
    std::thread::sleep(Duration::from_millis(300));
    program.drain();
    let after = program.progress();
    assert!(after.in_flight <= 17, "{after:?}");
    assert!(before.waiting.unwrap() - after.waiting.unwrap() <= 8, "{before:?} {after:?}");
    let begin = Instant::now();
    program.act(Action::Steer(Steer::Stop));
    let progress = program.until_ended();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!((progress.standing.clone(), progress.in_flight), (JobStanding::Ended(JobEnd::Stopped), 0));
    let settled = progress.sent + progress.given_up + progress.waiting.unwrap();
    assert_eq!(settled, 100_000, "each message is counted once: {progress:?}");
    assert_eq!(program.jobs_ended, [JobEnd::Stopped]);
}

#[test]
fn a_pending_publish_can_be_cancelled_and_has_no_second_outcome() {
    let rt = beside();
    let (mut program, _peer, mut link) = online(&rt, |_| {});
    program.compose(message(Qos::AtLeastOnce, "x"));
    program.act(Action::Publish);
    program.act(Action::Publish);
    rt.block_on(async {
        link.frame().await;
        link.frame().await;
    });
    program.drain();
    assert_eq!(program.composer().waiting(), 2);
    program.act(Action::CancelPublishes);
    program.drain();
    let cancelled = PublishOutcome::Cancelled { may_arrive: true };
    assert!(program.composer().sent.iter().all(|sent| sent.outcome == Some(cancelled.clone())));
    // The answers come late, and a third message shows that they have been read.
    program.act(Action::Publish);
    rt.block_on(async {
        link.frame().await;
        link.say(&[0x40, 2, 0, 1, 0x40, 2, 0, 2, 0x40, 2, 0, 3]).await;
    });
    program.until("the third outcome", |c| c.composer.waiting() == 0);
    let outcomes: Vec<_> = program.composer().sent.iter().map(|sent| sent.outcome.clone()).collect();
    assert_eq!(outcomes[..2], [Some(cancelled.clone()), Some(cancelled)]);
    assert!(matches!(outcomes[2], Some(PublishOutcome::Acknowledged { .. })));
}

#[test]
fn disconnect_ends_a_job_with_one_outcome() {
    let rt = beside();
    let (mut program, _peer, _link) = online(&rt, |_| {});
    program.compose(message(Qos::AtLeastOnce, "x"));
    program.repeat("1000", Pace::Unpaced, "");
    program.until("messages in flight", |c| c.composer.job.as_ref().unwrap().progress.in_flight > 0);
    program.act(Action::Disconnect(ProfileId("local".to_owned())));
    let progress = program.until_ended();
    program.until("the end of the session", |c| !c.live);
    assert_eq!(program.jobs_ended, [JobEnd::SessionEnded]);
    let settled = progress.acknowledged + progress.given_up + progress.refused + progress.waiting.unwrap();
    assert_eq!((settled, progress.in_flight), (1000, 0), "{progress:?}");
}

#[test]
fn a_lost_connection_pauses_a_job_and_the_next_one_goes_on_with_it() {
    let rt = beside();
    let (mut program, peer, mut link) = online(&rt, |profile| profile.reconnect = true);
    program.compose(message(Qos::AtLeastOnce, "x"));
    program.repeat("5", Pace::Interval, "20");
    rt.block_on(link.frame());
    link.vanish();
    program.until("waiting for the connection", |c| {
        c.composer.job.as_ref().unwrap().progress.standing == JobStanding::Offline
    });
    let payloads = acknowledge(&rt, rt.block_on(peer.welcome(CONNACK)));
    let progress = program.until_ended();
    assert_eq!(progress.standing, JobStanding::Ended(JobEnd::Done));
    // What was under way is given up or sent again, as the connection says; the others all arrive.
    assert_eq!(progress.acknowledged + progress.given_up, 5, "{progress:?}");
    assert_eq!(payloads.try_iter().count() as u64, progress.acknowledged);
    assert!(progress.acknowledged >= 3, "{progress:?}");
}

#[test]
fn a_message_that_cannot_be_sent_ends_its_job_instead_of_being_refused_for_ever() {
    let rt = beside();
    let (mut program, _peer, _link) = online(&rt, |profile| profile.version = Version::V5_0);
    program.compose(message(Qos::AtLeastOnce, "x"));
    // The server takes no topic aliases.
    let properties = mqloupe::model::PropertiesForm { alias: "1".to_owned(), ..Default::default() };
    program.compose([ComposerEdit::Properties(Box::new(properties))]);
    program.repeat("", Pace::Unpaced, "");
    let progress = program.until_ended();
    let refusal = Refusal::TopicAlias { maximum: 0 };
    assert_eq!(progress.standing, JobStanding::Ended(JobEnd::Refused(refusal)));
    assert_eq!((progress.acknowledged, progress.in_flight), (0, 0));
}

#[test]
fn closing_the_program_stops_a_job_in_good_time() {
    let rt = beside();
    let (mut program, _peer, _link) = online(&rt, |_| {});
    program.compose(message(Qos::AtMostOnce, &"x".repeat(1 << 20)));
    program.repeat("", Pace::Unpaced, "");
    program.until("a full window", |c| c.composer.job.as_ref().unwrap().progress.in_flight >= 16);
    let begin = Instant::now();
    program.program.runtime.shut_down();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn a_folder_or_a_pipe_is_no_file_to_publish() {
    let mut program = Lab::start(profile(1));
    let folder: PathBuf = program.folder.path().to_owned();
    program.compose([ComposerEdit::Path(folder.to_string_lossy().into_owned())]);
    program.until("why not", |c| matches!(c.composer.file, Some(Err(_))));
    #[cfg(unix)]
    {
        let pipe = folder.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let shown: &Path = &pipe;
        program.compose([ComposerEdit::Path(shown.to_string_lossy().into_owned())]);
        program.until("why not", |c| matches!(c.composer.file, Some(Err(_))));
    }
}
