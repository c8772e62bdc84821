//! Publishing from files, line by line and over and over, and publishes that have no outcome yet.
#![cfg(feature = "gui")]

mod ui_support;

use std::path::PathBuf;
use std::time::Duration;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::language::Language;
use mqloupe::model::{
    Action, Chosen, Effect, Event, FileField, Job, JobEnd, JobProgress, JobStanding, Payloads, Steer,
};
use mqloupe::session::{self, Command, Granted, Phase, PublishOutcome, Refusal};
use mqloupe::text::texts;
use mqloupe::wire::{Qos, Version};
use ui_support::{CTRL, Rig, Setup, online, online_with, profile};

/// The file `name` is picked, and so large.
fn pick(rig: &mut Rig, name: &str, size: Result<u64, String>) {
    rig.apply(Event::Chosen(FileField::Payload, Chosen::File(PathBuf::from(name))));
    let id = rig.selected();
    let path = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::MeasureFile(_, path) => Some(path),
        _ => None,
    });
    rig.apply(Event::Measured(id, path.expect("the file is looked at"), size));
}

/// The jobs that were started since the last call.
fn jobs(rig: &mut Rig) -> Vec<Job> {
    let effects = rig.effects().into_iter();
    effects.filter_map(|e| if let Effect::StartJob(_, job) = e { Some(*job) } else { None }).collect()
}

/// What jobs were asked since the last call.
fn steered(rig: &mut Rig) -> Vec<Steer> {
    let effects = rig.effects().into_iter();
    effects.filter_map(|e| if let Effect::SteerJob(_, steer) = e { Some(steer) } else { None }).collect()
}

fn progress(rig: &mut Rig, progress: JobProgress) {
    let id = rig.selected();
    rig.apply(Event::Job(id, progress));
}

/// A window in which a job is at work.
fn at_work() -> Rig {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.press_button("Repeat…");
    rig.press_button("Start");
    rig.effects();
    rig
}

#[test]
fn a_file_is_picked_shown_with_its_size_and_published() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.fill("Payload", "typed");
    rig.press_button("From file…");
    assert!(rig.effects().iter().any(|e| matches!(e, Effect::ChooseFile { field: FileField::Payload, .. })));
    pick(&mut rig, "/data/reading.bin", Ok(2048));
    assert_eq!(rig.field("File").value().as_deref(), Some("/data/reading.bin"));
    assert_eq!(rig.note("File"), "2.0 KiB (2,048 B)");
    assert!(rig.control(Role::ComboBox, "Format").accesskit_node().is_disabled(), "bytes have no format");
    rig.press_button("Publish");
    let effects = rig.effects();
    let [Effect::PublishFile { id, publish, path, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((publish.topic.as_str(), path), ("a", &PathBuf::from("/data/reading.bin")));
    rig.say(session::Event::Published { id: *id, outcome: PublishOutcome::Sent });
    assert!(rig.has(Role::Label, "Sent"));
    rig.press_button("Type instead");
    rig.press_button("Publish");
    assert_eq!(rig.published()[0].payload, b"typed", "what was typed is still there");
}

#[test]
fn who_goes_back_from_the_chooser_types_and_where_there_is_none_the_path_is_typed() {
    let mut rig = online(&[]);
    rig.press_button("From file…");
    rig.apply(Event::Chosen(FileField::Payload, Chosen::Nothing));
    assert!(rig.has_field("Payload") && !rig.has_field("File"));
    rig.press_button("From file…");
    rig.apply(Event::Chosen(FileField::Payload, Chosen::NoChooser));
    rig.fill("File", "/data/x");
    assert!(rig.effects().contains(&Effect::MeasureFile(rig.selected(), PathBuf::from("/data/x"))));
    // Going back from a second look keeps what was picked before.
    rig.apply(Event::Chosen(FileField::Payload, Chosen::Nothing));
    assert!(rig.has_field("File"));
}

#[test]
fn a_file_that_cannot_be_sent_says_why_at_its_field() {
    let mut five = profile("five");
    five.version = Version::V5_0;
    let mut rig = online_with(Setup::profile(five));
    rig.phase(Phase::Online(Box::new(Granted { maximum_packet_bytes: Some(1000), ..Granted::default() })));
    rig.press_button("From file…");
    for (size, words) in [
        (Err("no such file".to_owned()), "no such file"),
        (Ok(268_435_456), "268,435,455 bytes at most"),
        (Ok(2000), "1,000 bytes at most"),
    ] {
        pick(&mut rig, "/data/x", size);
        assert!(rig.is_invalid("File") && rig.note("File").contains(words), "{}", rig.note("File"));
    }
    rig.click(Role::CheckBox, "Line by line");
    assert!(!rig.is_invalid("File"), "lines are measured one by one");
}

/// A file that was dropped, known by its path alone.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("only its path is wanted".to_owned())
    }
}

fn drop_file(rig: &mut Rig, path: &str) {
    rig.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(PathBuf::from(path))));
    rig.run();
}

#[test]
fn a_form_that_waits_for_a_file_takes_a_dropped_one_and_others_are_opened() {
    let mut rig = online(&[]);
    rig.press_button("From file…");
    rig.effects();
    drop_file(&mut rig, "/data/x");
    assert_eq!(rig.field("File").value().as_deref(), Some("/data/x"));
    assert!(rig.effects().contains(&Effect::MeasureFile(rig.selected(), PathBuf::from("/data/x"))));
    drop_file(&mut rig, "/data/y.pcapng");
    assert!(rig.effects().iter().any(|effect| matches!(effect, Effect::OpenCapture { .. })));
}

#[test]
fn without_a_file_nothing_is_sent_and_that_is_said() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.press_button("From file…");
    rig.effects();
    rig.press_button("Publish");
    assert_eq!(rig.effects(), []);
    assert!(rig.is_invalid("File") && rig.note("File").contains("Choose a file"));
}

#[test]
fn the_lines_of_a_file_are_a_job() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.press_button("From file…");
    pick(&mut rig, "/data/lines", Ok(20));
    rig.click(Role::CheckBox, "Line by line");
    rig.press_button("Publish");
    let job = jobs(&mut rig).remove(0);
    assert_eq!(job.payloads, Payloads::Lines(PathBuf::from("/data/lines")));
    assert_eq!((job.times, job.every), (Some(1), Duration::ZERO));
    let publish = rig.control(Role::Button, "Publish");
    assert!(publish.accesskit_node().is_disabled(), "one job at a time");
}

#[test]
fn the_form_starts_a_job_as_it_says() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.fill("Payload", "x");
    rig.press_button("Repeat…");
    rig.fill("Times", "3");
    rig.click(Role::RadioButton, "Rate");
    rig.fill("Messages per second", "20");
    rig.press_button("Start");
    let job = jobs(&mut rig).remove(0);
    assert_eq!((job.times, job.every, job.payloads), (Some(3), Duration::from_millis(50), Payloads::Own));
    assert_eq!((job.message.topic.as_str(), &job.message.payload[..]), ("a", &b"x"[..]));
    assert!(!rig.has(Role::Dialog, "Publish repeatedly"));
    assert!(rig.has(Role::Label, "Publishing · 3 waiting · 0 in flight · 0 sent · 0 refused"));
    // What is published by hand goes on beside it.
    rig.press_button("Publish");
    assert_eq!(rig.published().len(), 1);
    assert!(rig.control(Role::Button, "Repeat…").accesskit_node().is_disabled(), "one job at a time");
}

#[test]
fn a_form_that_cannot_be_says_so_and_starts_nothing() {
    let mut rig = online(&[]);
    rig.press_button("Repeat…");
    rig.fill("Times", "0");
    assert!(rig.is_invalid("Times"));
    assert!(rig.control(Role::Button, "Start").accesskit_node().is_disabled());
    rig.key(CTRL, Key::Enter);
    rig.fill("Times", "");
    rig.fill("Interval in ms", "x");
    assert!(rig.is_invalid("Interval in ms"));
    rig.click(Role::RadioButton, "As fast as possible");
    assert!(!rig.has_field("Interval in ms"));
    // There is no topic, which is said here too.
    rig.key(CTRL, Key::Enter);
    assert_eq!(jobs(&mut rig), []);
    assert!(rig.has(Role::Dialog, "Publish repeatedly"));
    let dialog = rig.get_by_role_and_label(Role::Dialog, "Publish repeatedly");
    assert!(dialog.children_recursive().any(|n| n.value().is_some_and(|words| words.contains("Topic"))));
}

#[test]
fn a_job_can_be_paused_gone_on_with_and_stopped_while_its_counts_are_live() {
    let mut rig = at_work();
    let counts = JobProgress { in_flight: 3, sent: 1200, refused: 1, ..JobProgress::default() };
    progress(&mut rig, counts.clone());
    assert!(rig.has(Role::Label, "Publishing · 3 in flight · 1,200 sent · 1 refused"));
    rig.press_button("Pause publishing");
    progress(&mut rig, JobProgress { standing: JobStanding::Paused, ..counts.clone() });
    assert!(rig.shows("Paused · "));
    rig.press_button("Resume publishing");
    progress(&mut rig, JobProgress { standing: JobStanding::Offline, ..counts.clone() });
    assert!(rig.shows("Waiting for the connection · "));
    rig.press_button("Stop publishing");
    assert_eq!(steered(&mut rig), [Steer::Pause, Steer::Resume, Steer::Stop]);
    progress(&mut rig, JobProgress { standing: JobStanding::Stopping, ..counts.clone() });
    assert!(!rig.has(Role::Button, "Stop publishing"));
    let end = JobProgress { standing: JobStanding::Ended(JobEnd::Stopped), in_flight: 0, ..counts };
    progress(&mut rig, end);
    let with_end = rig.place(Role::TextInput, "Topic");
    rig.press_button("Dismiss");
    assert!(!rig.shows("Stopped · "));
    assert!(rig.place(Role::TextInput, "Topic").top() > with_end.top(), "the room goes back to the list");
}

#[test]
fn the_end_of_a_job_is_said_wherever_the_user_looks() {
    let mut rig = at_work();
    let refused = Refusal::TooLargeForMqtt;
    let standing = JobStanding::Ended(JobEnd::Refused(refused));
    progress(&mut rig, JobProgress { standing, refused: 1, ..JobProgress::default() });
    assert!(rig.has(
        Role::Label,
        "Publishing to a: Failed: MQTT takes packets of 256 MB at most · 0 sent · 1 refused"
    ));
    // A late word changes nothing.
    progress(&mut rig, JobProgress::default());
    assert!(rig.current().composer.job.as_ref().unwrap().progress.end().is_some());
}

#[test]
fn a_job_that_is_done_makes_no_noise_where_its_line_is_in_sight() {
    let words = "Publishing to a: Done · 3 sent · 0 refused";
    let done = JobProgress { standing: JobStanding::Ended(JobEnd::Done), sent: 3, ..JobProgress::default() };
    let mut rig = at_work();
    progress(&mut rig, done.clone());
    assert!(rig.has(Role::Label, "Done · 3 sent · 0 refused") && !rig.has(Role::Label, words));
    let mut rig = at_work();
    rig.perform(Action::Tab(mqloupe::model::Tab::Packets));
    progress(&mut rig, done);
    assert!(rig.has(Role::Label, words));
}

#[test]
fn a_job_is_steered_from_the_palette() {
    let mut rig = at_work();
    for (command, steer) in [("Pause publishing", Steer::Pause), ("Stop publishing", Steer::Stop)] {
        rig.key(CTRL, Key::K);
        rig.type_text(command);
        rig.key(egui::Modifiers::NONE, Key::Enter);
        assert_eq!(steered(&mut rig), [steer]);
    }
}

#[test]
fn a_publish_without_an_outcome_is_shown_as_pending_and_can_be_cancelled() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.effects();
    rig.press_button("Publish");
    let effects = rig.effects();
    let [Effect::Session(_, Command::Publish { id, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert!(!rig.has(Role::Button, "Cancel pending publishes"), "most end at once");
    assert!(rig.model().due(rig.state().now).is_some(), "the window wakes to show it");
    rig.wait(3);
    assert!(rig.has(Role::Label, "Pending for 3 s: the server takes nothing"));
    rig.press_button("Cancel pending publishes");
    assert_eq!(rig.effects(), [Effect::CancelPublish(rig.selected(), *id)]);
    rig.say(session::Event::Published { id: *id, outcome: PublishOutcome::Cancelled { may_arrive: true } });
    assert!(rig.has(Role::Label, "Cancelled; the server may get it all the same"));
    assert!(!rig.has(Role::Button, "Cancel pending publishes"));
}

#[test]
fn a_publish_that_waits_for_its_acknowledgement_says_so() {
    let mut rig = online(&[]);
    rig.fill("Topic", "a");
    rig.perform(Action::Compose(mqloupe::model::ComposerEdit::Qos(Qos::AtLeastOnce)));
    rig.press_button("Publish");
    rig.press_button("Publish");
    rig.wait(2);
    assert!(rig.has(Role::Label, "Pending for 2 s: not acknowledged yet · 2 waiting"));
}

#[test]
fn taking_a_message_into_the_form_leaves_the_job_alone() {
    let mut rig = at_work();
    rig.received(&[ui_support::frames::publish("b", "y")]);
    rig.perform(Action::SelectRow(0));
    rig.perform(Action::ComposeFromSelected { reply: false });
    assert!(rig.current().composer.at_work());
    assert_eq!(rig.current().composer.topic, "b");
}

/// A window in whose form stands a message with this payload, taken from the log.
fn taken(payload: &[u8], language: Language) -> Rig {
    let mut rig = online_with(Setup::with(&["local"]).language(language));
    let frame = ui_support::frames::frame(0x30, &[b"\x00\x01b", payload].concat());
    rig.received(&[frame]);
    rig.perform(Action::SelectRow(0));
    rig.perform(Action::ComposeFromSelected { reply: false });
    rig.effects();
    rig
}

#[test]
fn a_payload_too_large_to_be_typed_is_published_byte_for_byte() {
    let text = "é".repeat(1_000_000).into_bytes();
    for payload in [text, vec![0xff; 2_000_000]] {
        let mut rig = taken(&payload, Language::English);
        assert!(!rig.has_field("Payload"), "a text field would lay all of it out");
        assert!(rig.has(Role::Label, "A payload of 1.9 MiB (2,000,000 B), kept as it is"));
        rig.press_button("Publish");
        assert!(rig.published()[0].payload == payload);
        rig.press_button("Repeat…");
        rig.press_button("Start");
        assert!(jobs(&mut rig)[0].message.payload == payload);
    }
}

#[test]
fn who_types_instead_lets_go_of_what_was_kept() {
    let mut rig = taken(&vec![b'x'; 2_000_000], Language::Chinese);
    let t = texts(Language::Chinese);
    assert!(rig.has(Role::Label, "1.9 MiB (2,000,000 B) 的负载，保持原样"));
    rig.press_button(t.type_instead);
    assert!(rig.has_field(t.payload) && rig.current().composer.kept.is_empty());
    rig.fill(t.payload, "typed");
    rig.press_button(t.publish);
    assert_eq!(rig.published()[0].payload, b"typed");
}

#[test]
fn who_goes_back_from_the_chooser_has_what_was_kept() {
    let mut rig = taken(&vec![b'x'; 2_000_000], Language::English);
    rig.perform(Action::PublishFromFile);
    rig.apply(Event::Chosen(FileField::Payload, Chosen::Nothing));
    rig.press_button("Publish");
    assert_eq!(rig.published()[0].payload.len(), 2_000_000);
}

#[test]
fn a_kept_payload_that_the_server_does_not_take_says_so() {
    let mut five = profile("five");
    five.version = Version::V5_0;
    let mut rig = online_with(Setup::profile(five));
    rig.received(&[ui_support::frames::frame(
        0x30,
        &[b"\x00\x01b\x00".as_slice(), &vec![b'x'; 300_000]].concat(),
    )]);
    rig.perform(Action::SelectRow(0));
    rig.perform(Action::ComposeFromSelected { reply: false });
    rig.phase(Phase::Online(Box::new(Granted { maximum_packet_bytes: Some(1000), ..Granted::default() })));
    assert!(rig.shows("this server takes packets of 1,000 bytes at most"));
}

#[test]
fn a_payload_that_can_be_typed_is_put_into_its_field() {
    let rig = taken("é".repeat(1000).as_bytes(), Language::English);
    assert_eq!(rig.field("Payload").value().map(|value| value.len()), Some(2000));
    let rig = taken(&[0xff, 0x00], Language::English);
    assert_eq!(rig.field("Payload").value().as_deref(), Some("ff 00"));
}

#[test]
fn the_controls_are_there_by_name_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let t = texts(language);
        let mut rig = online_with(Setup::with(&["local"]).language(language));
        rig.fill(t.topic, "a");
        rig.press_button(t.repeat);
        assert!(rig.has(Role::Dialog, t.repeat_title) && rig.has_field(t.times));
        assert!(rig.has(Role::RadioGroup, t.pace) && rig.has_field(t.interval_ms));
        rig.press_button(t.start);
        for name in [t.pause_publishing, t.stop_publishing] {
            assert!(rig.has(Role::Button, name), "{name}");
        }
        rig.press_button(t.from_file);
        assert!(rig.has_field(t.capture_file) && rig.has(Role::CheckBox, t.line_by_line));
        assert!(rig.has(Role::Button, t.browse) && rig.has(Role::Button, t.type_instead));
    }
}
