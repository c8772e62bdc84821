//! Model and runtime together, without a window: long frames and their payloads are made ready by workers.

mod keyring_support;

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use keyring_support::MemoryKeyring;
use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, CaptureEdit, Inspector, Model, Moment, PayloadView};
use mqloupe::payload::Format;
use mqloupe::runtime::Runtime;
use mqloupe::store::{Paths, Store};

/// How long something that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(50);
const MOMENT: Moment = Moment { now: Timestamp(1), random: 7 };

/// The program without its window.
struct Program {
    model: Model,
    runtime: Runtime,
    woken: mpsc::Receiver<()>,
}

impl Program {
    fn start(folder: &std::path::Path) -> Self {
        let paths = Paths::resolve(Some(folder)).expect("a folder");
        let (store, loaded) = Store::open(paths.clone());
        let (wake, woken) = mpsc::channel();
        let woken_by = move |_| {
            // The receiver goes first when the program ends.
            let _ = wake.send(());
        };
        let runtime = Runtime::start_with(paths, store, Box::<MemoryKeyring>::default(), Arc::new(woken_by))
            .expect("threads");
        let (model, effects) = Model::new(loaded.profiles, loaded.settings, Language::English);
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
            assert!(self.woken.recv_timeout(left).is_ok(), "waited in vain for {what}");
        }
    }
}

fn inspector(model: &Model) -> Option<&Inspector> {
    model.current()?.inspector.as_ref()
}

fn lines(model: &Model) -> usize {
    inspector(model).and_then(Inspector::tree).map_or(0, |view| view.tree.lines())
}

/// A PUBLISH of 3.1.1 to `a`, as hex.
fn frame(payload: &[u8]) -> String {
    let mut left = payload.len() + 3;
    let mut bytes = vec![0x30];
    while left >= 128 {
        bytes.push(u8::try_from(left % 128).expect("small") | 0x80);
        left /= 128;
    }
    bytes.push(u8::try_from(left).expect("small"));
    bytes.extend(b"\0\x01a");
    bytes.extend(payload);
    mqloupe::hex::to_hex(&bytes)
}

#[test]
fn a_long_frame_its_tree_and_what_is_unfolded_in_it_come_from_workers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::start(folder.path());
    let numbers = vec!["1"; 600_000].join(",");
    let payload = format!("{{\"few\": [1, 2], \"many\": [{numbers}]}}");
    program.act(Action::NewPaste);
    let short = frame(b"Hi");
    program.act(Action::CaptureForm(CaptureEdit::Text(format!("{}\n{short}", frame(payload.as_bytes())))));
    program.act(Action::TakeApart("pasted".to_owned()));
    program.until("the frames", |m| {
        m.current().and_then(|c| c.log.as_ref()).is_some_and(|log| log.rows().end == 2)
    });

    program.act(Action::SelectRow(0));
    assert!(inspector(&program.model).is_none(), "it is not taken apart here");
    program.until("the text", |m| {
        matches!(inspector(m).and_then(|i| i.payload.as_ref()), Some(PayloadView::Text(text)) if text.fault.is_none())
    });
    program.act(Action::PayloadTree(true));
    program.until("the tree", |m| lines(m) == 3);
    program.act(Action::ToggleNode(vec![1]));
    assert_eq!(lines(&program.model), 3, "it is not unfolded here");
    program.until("what is unfolded", |m| lines(m) == 600_003);

    // What is asked for last is what comes, and nothing of before it.
    program.act(Action::PayloadFormat(Format::Text));
    program.act(Action::SelectRow(0));
    program.act(Action::SelectRow(1));
    assert_eq!(inspector(&program.model).map(|i| i.frame.row), Some(1));
    program.until("the look that was kept on disk", |m| !m.settings.formats.is_empty());
    program.act(Action::SelectRow(0));
    program.until("the long frame again", |m| inspector(m).is_some_and(|i| i.frame.row == 0));
    program.until("its text again", |m| {
        matches!(inspector(m).and_then(|i| i.payload.as_ref()), Some(PayloadView::Text(_)))
    });
    assert_eq!(inspector(&program.model).map(|i| (i.look.format, i.automatic)), Some((Format::Text, false)));
    program.runtime.shut_down();
}
