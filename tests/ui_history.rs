//! How much history is kept, what stands above the first row, and clearing that is undone.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use mqloupe::language::Language;
use mqloupe::log::Limits;
use mqloupe::model::{Action, Effect, Sheet, Tab};
use mqloupe::store::History;
use mqloupe::text::texts;
use ui_support::{Setup, frames, online, online_with, subscribed};

const SMALL: Limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };

#[test]
fn a_number_that_is_possible_is_taken_over_and_another_is_explained() {
    let mut rig = Setup::with(&["local"]).any_letters().start();
    rig.perform(Action::Open(Sheet::Settings));
    rig.effects();
    rig.fill("Memory for frames", "5");
    assert_eq!(rig.note("Memory for frames"), "A whole number of MiB, from 16 to 65,536");
    assert!(rig.is_invalid("Memory for frames") && !rig.is_invalid("History on disk"));
    let asked = |effects: &[Effect]| {
        effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::KeepHistory(history) => Some(*history),
                _ => None,
            })
            .next_back()
    };
    assert_eq!(asked(&rig.effects()), None, "5 is too few");
    rig.fill("Memory for frames", "512");
    let wanted = History { memory_mib: 512, ..History::default() };
    assert_eq!(asked(&rig.effects()), Some(wanted));
    rig.fill("History on disk", "4096");
    let wanted = History { disk_mib: 4096, ..wanted };
    assert_eq!(asked(&rig.effects()), Some(wanted));
    assert_eq!(rig.model().settings.history, wanted);
}

#[test]
fn the_row_above_the_first_says_how_many_have_gone() {
    for (language, words) in
        [(Language::English, " earlier frames are gone"), (Language::Chinese, "已不再保留")]
    {
        let setup = Setup::profile(subscribed("local", &["#"])).any_letters().language(language);
        let mut rig = online_with(setup);
        rig.log().set_limits(SMALL);
        rig.received(&vec![frames::publish("a", b"x"); 3_000]);
        rig.perform(Action::Follow(false));
        for tab in [Tab::Messages, Tab::Packets] {
            rig.perform(Action::Tab(tab));
            let name = if tab == Tab::Messages { texts(language).messages } else { texts(language).packets };
            rig.wheel(name, 1e6);
            let gone = rig.log().counters().gone;
            assert!((1_000..3_000).contains(&gone));
            let number = format!("{},{:03}", gone / 1_000, gone % 1_000);
            let first = rig.list(name).remove(0);
            assert!(first.contains(&number) && first.contains(words), "{first} {number}");
        }
    }
}

#[test]
fn nothing_stands_above_the_first_row_of_all() {
    let mut rig = online(&["#"]);
    rig.received(&vec![frames::publish("a", b"x"); 3]);
    assert_eq!(rig.list("Messages").len(), 3);
}

#[test]
fn cleared_rows_come_back_by_undo_also_when_the_toast_is_gone() {
    let mut rig = online(&["#"]);
    rig.received(&vec![frames::publish("a", b"first"); 3]);
    rig.perform(Action::ClearHistory(rig.selected()));
    assert!(!rig.shows("first"));
    let notice = rig.model().notices.all().last().expect("it is said").id;
    rig.perform(Action::Dismiss(notice));
    rig.received(&vec![frames::publish("a", b"second"); 2]);
    rig.perform(Action::Open(Sheet::Log));
    rig.press_button("Undo");
    rig.perform(Action::Close);
    rig.settle();
    let rows = rig.list("Messages");
    assert!(rows.len() == 5 && rows[0].contains("first") && rows[4].contains("second"), "{rows:?}");
    assert_eq!(rig.log().rows(), 0..5);
    rig.perform(Action::Open(Sheet::Log));
    assert!(!rig.has(Role::Button, "Undo"), "once");
}

#[test]
fn what_was_cleared_before_comes_back_no_more() {
    let mut rig = online(&["#"]);
    rig.received(&vec![frames::publish("a", b"x"); 3]);
    rig.perform(Action::ClearHistory(rig.selected()));
    rig.received(&vec![frames::publish("a", b"y"); 2]);
    rig.perform(Action::ClearHistory(rig.selected()));
    let undos = rig.model().notices.all().iter().filter(|notice| notice.undo.is_some());
    assert_eq!(undos.count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn how_many_packets_a_full_disk_has_not_taken_is_counted_in_the_status_line() {
    use std::net::{Ipv4Addr, SocketAddr};

    use mqloupe::log::{Connection, FrameLog, Timestamp};
    use mqloupe::model::Event;
    use mqloupe::wire::{Direction, Version};

    for (language, words) in
        [(Language::English, "3 packets are not on disk"), (Language::Chinese, "3 个报文未写入磁盘")]
    {
        let folder = tempfile::tempdir().expect("a folder");
        // The file that the log will write first.
        std::os::unix::fs::symlink("/dev/full", folder.path().join("frames-0000000001.pcapng"))
            .expect("made");
        let (log, _) = FrameLog::open(folder.path(), Limits::default()).expect("opened");
        let setup = Setup::profile(subscribed("local", &["#"])).any_letters().language(language);
        let mut rig = online_with(setup);
        let event = Event::Log { profile: rig.selected(), log: log.clone(), problem: None };
        rig.apply(event);
        assert!(!rig.has(Role::Label, words));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1883));
        let number =
            log.join_connection(Connection { client: address, server: address, version: Version::V3_1_1 });
        for _ in 0..3 {
            log.append(number, Direction::ToClient, Timestamp(0), b"\xd0\x00");
        }
        log.flush();
        rig.run();
        assert!(rig.has(Role::Label, words), "{:?}", rig.texts());
    }
}
