//! The lists worked like Wireshark's: ranges of rows and what is copied of them, marks, going to a row, a row that
//! times are counted from; and the place that stays whatever comes, goes or passes.
#![cfg(feature = "gui")]

#[path = "../ui_support/mod.rs"]
mod ui_support;

mod marks;
mod place;
mod range;
mod words;

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use mqloupe::language::Language;
use mqloupe::log::{Filter, Limits, View};
use mqloupe::model::{Action, Dialog, Effect, Event, ListAction, NoticeText, Tab};
use mqloupe::store::Layout;
use mqloupe::text::{copied_lines, notice, texts};
use mqloupe::ui::State;
use mqloupe::wire::Direction;
use ui_support::frames::{CONNACK, CONNECT, PINGREQ, PINGRESP, publish};
use ui_support::{CTRL, Rig, Setup, online, online_with, subscribed};

const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };
const NONE: Modifiers = Modifiers::NONE;
/// Long enough for a loaded machine; no test waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// Room for a few hundred of the messages here.
const SMALL: Limits = Limits { memory_bytes: 40_000, disk_bytes: 1 << 30, segment_bytes: 8_000 };

/// A window with so many messages, `n0` on topic `even`, `n1` on topic `odd`, and so on; it follows no more.
fn messages(count: u32) -> Rig {
    let mut rig = online(&["#"]);
    rig.state_mut().model.zone = TimeZone::fixed(jiff::tz::offset(8));
    more(&mut rig, 0..count);
    rig.perform(Action::Follow(false));
    rig
}

fn more(rig: &mut Rig, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let topic = if number % 2 == 0 { "even" } else { "odd" };
        rig.cross(Direction::ToClient, &publish(topic, format!("n{number}")));
    }
    rig.settle();
}

/// The list, with the keyboard.
fn focused(mut rig: Rig) -> Rig {
    let name = if rig.current().timeline.tab == Tab::Messages { "Messages" } else { "Packets" };
    rig.control(Role::List, name).focus();
    rig.run();
    rig
}

/// What follows ` n` in the names of the rows that say they are selected, from the top.
fn chosen(rig: &Rig) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = rig
        .query_all_by_role(Role::ListItem)
        .filter(|node| node.accesskit_node().is_selected() == Some(true))
        .filter_map(|node| {
            let name = node.accesskit_node().label()?;
            Some((node.rect().top(), name.rsplit(" n").next()?.to_owned()))
        })
        .collect();
    rows.retain(|(_, name)| name != "local");
    rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rows.into_iter().map(|(_, name)| name).collect()
}

/// The row of a message.
#[track_caller]
fn row_name(rig: &Rig, number: u32) -> String {
    let end = format!(" n{number}");
    let mut rows = rig.list("Messages").into_iter();
    rows.find(|row| row.ends_with(&end)).unwrap_or_else(|| panic!("no{end} in {:?}", rig.list("Messages")))
}

#[track_caller]
fn click(rig: &mut Rig, number: u32, modifiers: Modifiers) {
    let name = row_name(rig, number);
    rig.control(Role::ListItem, &name).click_modifiers(modifiers);
    rig.run();
}

/// How far below the list's top edge, which a note above it moves, the row of a message begins.
#[track_caller]
fn top(rig: &Rig, number: u32) -> f32 {
    rig.place(Role::ListItem, &row_name(rig, number)).top() - rig.place(Role::List, "Messages").top()
}

/// Presses the keys of copying, does what the runtime does, and takes what came to the clipboard.
fn copy(rig: &mut Rig) -> Vec<String> {
    rig.effects();
    rig.event(egui::Event::Copy);
    rig.run();
    copied(rig)
}

fn copied(rig: &mut Rig) -> Vec<String> {
    let mut texts = Vec::new();
    for effect in rig.effects() {
        match effect {
            Effect::CopyRows { rows, wanted, listing, .. } => {
                let (text, copied) = copied_lines(&rig.log(), &rows, &listing);
                rig.apply(Event::RowsCopied { text, copied, wanted });
            }
            Effect::Clipboard(text) => texts.push(text),
            _ => {}
        }
    }
    texts.extend(rig.clipboard());
    texts
}

fn list(rig: &mut Rig, action: ListAction) {
    rig.perform(Action::List(action));
}
