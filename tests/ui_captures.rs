//! Captures in the window: opened, pasted, exported, and the exchange that a packet belongs to.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use mqloupe::model::{Action, Chosen, Effect, Event, FileField, Tab};
use ui_support::{CTRL, Setup, frames, online};

#[test]
fn a_typed_path_is_opened_and_its_progress_shown() {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::O);
    rig.fill("File", "/captures/lab.pcapng");
    rig.press_button("Open");
    let effects = rig.effects();
    let opened = effects.iter().find_map(|e| match e {
        Effect::OpenCapture { id, path } => Some((id.clone(), path.clone())),
        _ => None,
    });
    let (id, path) = opened.expect("the file is read");
    assert_eq!(path.to_str(), Some("/captures/lab.pcapng"));
    rig.apply(Event::CaptureProgress(id.clone(), 30, 120));
    assert!(rig.shows("25 %"));
    assert!(rig.has(Role::Button, "Stop reading"));
    rig.apply(Event::CaptureRead { id, result: Ok(Vec::new()) });
    assert!(!rig.has(Role::Button, "Stop reading"));
    assert!(rig.has(Role::Button, "Close capture"));
    assert!(!rig.has(Role::Button, "Connect"), "a capture cannot be connected");
}

#[test]
fn a_file_that_is_picked_is_opened() {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::O);
    rig.press_button("Browse…");
    let asked =
        rig.effects().into_iter().any(|e| matches!(e, Effect::ChooseFile { field: FileField::Capture, .. }));
    assert!(asked, "the chooser is asked for");
    rig.apply(Event::Chosen(FileField::Capture, Chosen::File("/captures/lab.pcapng".into())));
    let opened = rig.effects().into_iter().any(
        |e| matches!(e, Effect::OpenCapture { path, .. } if path.to_str() == Some("/captures/lab.pcapng")),
    );
    assert!(opened);
}

#[test]
fn a_file_that_is_picked_for_an_export_stands_in_its_field() {
    let mut rig = online(&["a"]);
    rig.press_button("Export capture…");
    rig.press_button("Browse…");
    rig.apply(Event::Chosen(FileField::Export, Chosen::File("/captures/out.pcapng".into())));
    assert_eq!(rig.field("File").value().unwrap_or_default(), "/captures/out.pcapng");
}

#[test]
fn going_back_from_the_chooser_changes_nothing() {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::O);
    rig.fill("File", "/typed");
    rig.apply(Event::Chosen(FileField::Capture, Chosen::Nothing));
    assert_eq!(rig.field("File").value().unwrap_or_default(), "/typed");
    assert!(rig.effects().is_empty());
}

#[test]
fn a_system_without_a_chooser_is_told_what_serves_instead() {
    let mut rig = Setup::default().start();
    rig.key(CTRL, Key::O);
    rig.apply(Event::Chosen(FileField::Capture, Chosen::NoChooser));
    assert!(rig.shows("Type the path"), "{:?}", rig.texts());
}

#[test]
fn pasted_hex_that_is_none_says_so_beside_its_field() {
    let mut rig = Setup::default().start();
    rig.perform(Action::NewPaste);
    rig.fill("Frames in hex", "c0 00");
    rig.type_text("\nzz");
    rig.press_button("Take apart");
    assert!(rig.note("Frames in hex").starts_with("Line 2"), "{}", rig.note("Frames in hex"));
}

#[test]
fn the_export_writes_what_the_list_shows_masked() {
    let mut rig = online(&["a"]);
    rig.received(&[frames::publish("a", "1"), frames::publish("b", "2")]);
    rig.perform(Action::Filter("topic:b".to_owned()));
    rig.settle();
    rig.effects();
    rig.press_button("Export capture…");
    rig.press_button("Export");
    let exported = rig.effects().into_iter().find_map(|e| match e {
        Effect::Export { rows, with_secrets, .. } => Some((rows.len(), with_secrets)),
        _ => None,
    });
    assert_eq!(exported, Some((1, false)));
}

#[test]
fn an_answer_leads_to_its_request() {
    let mut rig = online(&[]);
    rig.sent(&[frames::subscribe(7, "a", 0)]);
    rig.received(&[frames::suback(7, 0)]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.click_row("SUBACK");
    let answer = rig.current().timeline.selected.expect("a row");
    let step = rig.current().inspector.as_ref().map(|i| i.exchange.steps[0]).expect("an exchange");
    rig.press_button(&format!("{} SUBSCRIBE", step.row + 1));
    assert_eq!(rig.current().timeline.selected, Some(answer - 1));
    rig.key(Modifiers::NONE, Key::Escape);
}

#[test]
fn a_request_without_its_answer_is_called_so_until_it_comes() {
    let mut rig = online(&[]);
    rig.sent(&[frames::subscribe(7, "a", 0)]);
    rig.perform(Action::Tab(Tab::Packets));
    rig.click_row("SUBSCRIBE");
    assert!(rig.shows("Not answered"));
    rig.received(&[frames::suback(7, 0)]);
    rig.settle();
    assert!(!rig.shows("Not answered"));
}
