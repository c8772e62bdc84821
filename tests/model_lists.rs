//! What the model does with the rows of a list: it says which are copied, how many can be marked, and where one goes.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use mqloupe::language::Language;
use mqloupe::log::{Connection, FrameLog, Limits, Row, Timestamp, View};
use mqloupe::model::{
    Action, CaptureEdit, Dialog, Effect, Event, ExportWhat, GoToFault, ListAction, Model, Moment, NoticeText,
    RowRange, Tab,
};
use mqloupe::profile::{Profile, ProfileId};
use mqloupe::store::Settings;
use mqloupe::wire::{Direction, Version};

const MOMENT: Moment = Moment { now: Timestamp(1_000_000_000_000), random: 7 };
const SECOND: u64 = 1_000_000_000;
/// 2024-09-22 12:00 UTC.
const SUNDAY_NOON: u64 = 1_727_006_400 * SECOND;

/// A model that shows the packets of a log with a frame at each of these times.
fn model(times: impl IntoIterator<Item = u64>) -> Model {
    let id = ProfileId("local".to_owned());
    let profile = Profile { id: id.clone(), ..Profile::new(7) };
    let mut model = Model::new(vec![profile], Settings::default(), Language::English).0;
    let log = FrameLog::in_memory(Limits::default());
    let end = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let connection = Connection { client: end(50_412), server: end(1883), version: Version::V3_1_1 };
    let number = log.join_connection(connection);
    for time in times {
        log.append(number, Direction::ToServer, Timestamp(time), b"\xc0\x00");
    }
    model.apply(Event::Log { profile: id.clone(), log: log.clone(), problem: None }, MOMENT);
    let effects = model.perform(Action::Tab(Tab::Packets), MOMENT);
    let Some(Effect::View { serial, filter, .. }) = effects.into_iter().next_back() else {
        panic!("a view is wanted")
    };
    let bell = Arc::new((Mutex::new(()), Condvar::new()));
    let ring = Arc::clone(&bell);
    let wake = move || {
        drop(ring.0.lock().unwrap());
        ring.1.notify_all();
    };
    let held = bell.0.lock().unwrap();
    let view = Arc::new(View::spawn(&log, filter, Arc::new(wake)));
    let behind = |(): &mut ()| view.len() as u64 != log.rows().end;
    let waited = bell.1.wait_timeout_while(held, Duration::from_secs(30), behind).unwrap();
    assert!(!waited.1.timed_out(), "the view comes to the end of the log");
    drop(waited);
    model.apply(Event::View { profile: id, serial, view }, MOMENT);
    model
}

fn list(model: &mut Model, action: ListAction) -> Vec<Effect> {
    model.perform(Action::List(action), MOMENT)
}

fn range(model: &Model) -> Option<RowRange> {
    model.current().expect("a connection").timeline.range
}

fn selected(model: &Model) -> Option<Row> {
    model.current().expect("a connection").timeline.selected
}

/// Goes there, and says where that led or why nowhere.
fn go_to(model: &mut Model, text: &str) -> Result<Option<Row>, GoToFault> {
    list(model, ListAction::NewGoTo);
    list(model, ListAction::GoToText(text.to_owned()));
    list(model, ListAction::GoTo);
    match &model.dialog {
        Some(Dialog::GoTo(form)) => Err(form.fault.expect("the form says why it stays")),
        _ => Ok(selected(model)),
    }
}

#[test]
fn a_range_begins_at_the_selected_row_and_another_selection_ends_it() {
    let mut model = model(0..9);
    list(&mut model, ListAction::ExtendTo(4));
    assert_eq!((selected(&model), range(&model)), (Some(4), None), "where nothing was selected");
    list(&mut model, ListAction::ExtendTo(2));
    assert_eq!(range(&model), Some(RowRange { first: 2, last: 4, lead: 2 }));
    list(&mut model, ListAction::ExtendTo(4));
    assert_eq!(range(&model), None, "back at the beginning");
    list(&mut model, ListAction::SelectAll);
    assert_eq!(range(&model), Some(RowRange { first: 0, last: 8, lead: 4 }));
    assert_eq!(selected(&model), Some(4));
    model.perform(Action::SelectRow(7), MOMENT);
    assert_eq!((selected(&model), range(&model)), (Some(7), None));
}

#[test]
fn a_row_of_a_menu_is_copied_alone_though_others_are_selected() {
    let mut model = model(0..9);
    list(&mut model, ListAction::ExtendTo(4));
    list(&mut model, ListAction::ExtendTo(6));
    let mut rows = |row| match list(&mut model, ListAction::CopyRows(row)).pop() {
        Some(Effect::CopyRows { rows, wanted, .. }) => (rows, wanted),
        other => panic!("{other:?}"),
    };
    assert_eq!(rows(None), (vec![4, 5, 6], 3));
    assert_eq!(rows(Some(1)), (vec![1], 1));
}

#[test]
fn the_range_can_be_exported() {
    let mut model = model(0..9);
    list(&mut model, ListAction::ExtendTo(4));
    list(&mut model, ListAction::ExtendTo(6));
    model.perform(Action::NewExport, MOMENT);
    model.perform(Action::CaptureForm(CaptureEdit::What(ExportWhat::Selected)), MOMENT);
    let effects = model.perform(Action::Export, MOMENT);
    assert!(matches!(&effects[..], [Effect::Export { rows, .. }] if *rows == [4, 5, 6]), "{effects:?}");
}

#[test]
fn nothing_is_copied_where_nothing_is_selected() {
    let mut model = model(0..9);
    assert_eq!(list(&mut model, ListAction::CopyRows(None)), []);
}

#[test]
fn more_rows_than_can_be_marked_are_marked_by_no_means() {
    let mut model = model((0..100_001).map(|_| 0));
    list(&mut model, ListAction::SelectAll);
    list(&mut model, ListAction::ToggleMark(None));
    assert!(model.current().unwrap().timeline.marks.is_empty());
    assert_eq!(model.notices.toasts().last().map(|n| &n.text), Some(&NoticeText::MarksFull));
}

#[test]
fn a_time_of_day_is_that_of_the_selected_rows_day() {
    // Noon of three days, and a minute after each.
    let times = (0..3).flat_map(|day| [0, 60].map(|after| SUNDAY_NOON + (day * 86_400 + after) * SECOND));
    let mut model = model(times);
    model.zone = TimeZone::UTC;
    assert_eq!(go_to(&mut model, "12:00"), Ok(Some(4)), "of the newest day where no row is selected");
    model.perform(Action::SelectRow(0), MOMENT);
    assert_eq!(go_to(&mut model, "12:01"), Ok(Some(1)));
    assert_eq!(go_to(&mut model, "2024-09-23"), Ok(Some(2)));
    assert_eq!(go_to(&mut model, "2024-09-23 12:00:59"), Ok(Some(3)), "the nearest");
    assert_eq!(go_to(&mut model, "12:00:01"), Ok(Some(2)), "the nearest, of the selected row's day");
    assert_eq!(go_to(&mut model, "1999-12-31"), Ok(Some(0)));
    assert_eq!(go_to(&mut model, "2999-12-31 23:59"), Err(GoToFault::Unknown), "later than times can be");
    assert_eq!(go_to(&mut model, "2199-12-31 23:59"), Ok(Some(5)));
}

#[test]
fn going_somewhere_ends_following_and_the_range() {
    let mut model = model(0..9);
    list(&mut model, ListAction::ExtendTo(4));
    list(&mut model, ListAction::ExtendTo(6));
    assert_eq!(go_to(&mut model, "2"), Ok(Some(1)));
    assert_eq!((range(&model), model.current().unwrap().timeline.follow), (None, false));
}

#[test]
fn an_empty_list_leads_nowhere() {
    let mut model = model([]);
    assert_eq!(go_to(&mut model, "1"), Err(GoToFault::NoRows));
    assert_eq!(go_to(&mut model, "12:00"), Err(GoToFault::NoRows));
}

#[test]
fn the_reference_is_a_row_with_its_time_and_the_same_row_again_clears_it() {
    let mut model = model([10, 20, 30]);
    list(&mut model, ListAction::TimeReference(Some(1)));
    let reference = |model: &Model| model.current().unwrap().timeline.reference.map(|r| (r.row, r.time.0));
    assert_eq!(reference(&model), Some((1, 20)));
    list(&mut model, ListAction::TimeReference(Some(1)));
    assert_eq!(reference(&model), None);
    list(&mut model, ListAction::TimeReference(Some(99)));
    assert_eq!(reference(&model), None, "no such row");
}
