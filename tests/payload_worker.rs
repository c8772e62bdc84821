//! Model and runtime together, without a window: long frames and their payloads are made ready by workers.

mod keyring_support;
mod program;

use keyring_support::MemoryKeyring;
use mqloupe::model::{Action, CaptureEdit, Inspector, Model, PayloadView};
use mqloupe::payload::Format;
use program::Program;

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
    let mut program = Program::start(folder.path(), MemoryKeyring::default());
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
