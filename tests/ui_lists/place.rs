//! The place of a list: it stays with its frame, whatever comes, goes or passes.

use super::*;

#[test]
fn the_selected_frame_keeps_its_place_when_the_filter_changes_and_changes_back() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == even");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
}

#[test]
fn where_the_selected_frame_does_not_pass_the_nearest_that_does_has_its_place() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == odd");
    rig.settle();
    assert_eq!(top(&rig, 2_501).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), [""; 0]);
    assert_eq!(rig.reader("Payload"), "n2500", "it is still looked at");
    let mut rig = focused(rig);
    rig.key(NONE, Key::ArrowDown);
    assert_eq!(chosen(&rig), ["2501"], "the keys go on from there");
    rig.perform(Action::SelectRow(2_500));
    rig.key(NONE, Key::ArrowUp);
    assert_eq!(chosen(&rig), ["2499"]);
}

#[test]
fn a_frame_that_did_not_pass_is_back_at_its_place_when_it_passes_again() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_500));
    let before = top(&rig, 2_500);
    rig.fill("Filter", "topic == odd");
    rig.settle();
    rig.press_button("Clear filter");
    rig.settle();
    assert_eq!(top(&rig, 2_500).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), ["2500"]);
}

#[test]
fn without_a_selection_the_topmost_frame_keeps_its_place_while_a_filter_is_typed() {
    let mut rig = messages(5_000);
    rig.perform(Action::SelectRow(2_501));
    rig.state_mut().model.connections[0].timeline.selected = None;
    rig.run();
    rig.wheel("Messages", -500.0);
    let first: u32 = rig.list("Messages")[0].rsplit(" n").next().unwrap().parse().unwrap();
    let next_odd = first | 1;
    rig.field("Filter").focus();
    rig.run();
    for letter in "topic == odd".chars() {
        rig.type_text(&letter.to_string());
        rig.settle();
    }
    let shown = rig.list("Messages");
    assert!(shown[0].ends_with(&format!(" n{next_odd}")), "{first} {shown:?}");
    rig.press_button("Clear filter");
    rig.settle();
    assert!(rig.list("Messages")[0].ends_with(&format!(" n{first}")));
}

#[test]
fn the_other_list_shows_the_same_frame_at_the_same_place() {
    let mut rig = messages(3_000);
    rig.sent(&[PINGREQ.to_vec()]);
    rig.received(&[PINGRESP.to_vec()]);
    more(&mut rig, 3_000..6_000);
    rig.perform(Action::SelectRow(3_002));
    let before = top(&rig, 3_000);
    rig.perform(Action::Tab(Tab::Packets));
    rig.settle();
    let name = rig.selected_row("Packets").expect("in sight");
    assert!(name.starts_with("3003 "), "{name}");
    rig.perform(Action::Tab(Tab::Messages));
    rig.settle();
    assert_eq!(top(&rig, 3_000).to_bits(), before.to_bits());
}

#[test]
fn a_frame_selected_elsewhere_is_brought_in_sight_and_following_stops() {
    let mut rig = messages(3_000);
    rig.perform(Action::Follow(true));
    rig.perform(Action::SelectRow(100));
    assert!(rig.selected_row("Messages").is_some_and(|row| row.ends_with(" n100")));
    assert!(!rig.current().timeline.follow);
}

#[test]
fn a_click_on_a_row_that_the_edge_cuts_moves_nothing() {
    let mut rig = messages(3_000);
    rig.perform(Action::SelectRow(1_000));
    rig.wheel("Messages", -7.0);
    let before = top(&rig, 1_000);
    let list = rig.place(Role::List, "Messages");
    rig.click_at(list.left_top() + egui::vec2(200.0, 2.0));
    assert_ne!(rig.current().timeline.selected, Some(1_000));
    assert_eq!(top(&rig, 1_000).to_bits(), before.to_bits());
}

#[test]
fn frames_that_come_and_go_move_nothing_in_sight() {
    let mut rig = messages(0);
    rig.log().set_limits(Limits { memory_bytes: 120_000, ..SMALL });
    more(&mut rig, 0..3_000);
    rig.perform(Action::SelectRow(2_900));
    let before = top(&rig, 2_900);
    let earlier = rig.log().rows().start;
    more(&mut rig, 3_000..3_500);
    let start = rig.log().rows().start;
    assert!((earlier + 1..2_880).contains(&start), "{earlier} {start}");
    assert_eq!(top(&rig, 2_900).to_bits(), before.to_bits());
    assert_eq!(chosen(&rig), ["2900"]);
}

/// Lets a view's worker get on only when it is told to.
#[derive(Default)]
struct Gate {
    /// How often the worker came here, and whether it may pass.
    state: Mutex<(u64, bool)>,
    changed: Condvar,
}

impl Gate {
    /// A view of the current log whose worker has judged its first step, and waits.
    fn view(self: &Arc<Self>, rig: &Rig, filter: &str) -> Arc<View> {
        let filter = Filter::parse(filter, &TimeZone::UTC).unwrap();
        let gate = Arc::clone(self);
        let wake = move || {
            let mut state = gate.state.lock().unwrap();
            state.0 += 1;
            gate.changed.notify_all();
            drop(gate.changed.wait_while(state, |state| !state.1).unwrap());
        };
        let view = Arc::new(View::spawn(&rig.log(), filter, Arc::new(wake)));
        self.until(|came| came > 0);
        view
    }

    fn until(&self, enough: impl Fn(u64) -> bool) {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| !enough(state.0)).unwrap();
        assert!(!waited.1.timed_out(), "the view gets on");
    }

    fn open(&self, view: &View) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
        self.until(|_| view.is_complete());
    }
}

/// The list shows this view from now on.
fn show(rig: &mut Rig, view: &Arc<View>) {
    let (profile, serial) = (rig.selected(), rig.current().timeline.serial);
    rig.apply(Event::View { profile, serial, view: Arc::clone(view) });
}

#[test]
fn a_frame_that_a_new_filter_has_not_come_to_is_waited_for() {
    let mut rig = messages(10_000);
    rig.perform(Action::SelectRow(3_000));
    let before = top(&rig, 3_000);
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == even");
    show(&mut rig, &view);
    assert_eq!(chosen(&rig), [""; 0], "only the newest have been judged");
    gate.open(&view);
    rig.run();
    assert_eq!(top(&rig, 3_000).to_bits(), before.to_bits());
}

#[test]
fn scrolling_meanwhile_ends_the_waiting() {
    let mut rig = messages(10_000);
    rig.perform(Action::SelectRow(3_000));
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == even");
    show(&mut rig, &view);
    rig.wheel("Messages", -1e6);
    let shown = rig.list("Messages");
    gate.open(&view);
    rig.run();
    assert_eq!(rig.list("Messages"), shown);
}

#[test]
fn a_list_that_was_not_shown_yet_begins_with_the_first_frame_although_the_newest_are_judged_first() {
    let mut rig = messages(10_000);
    rig.state_mut().state = State::new(Layout::default());
    let gate = Arc::new(Gate::default());
    let view = gate.view(&rig, "topic == odd");
    show(&mut rig, &view);
    gate.open(&view);
    rig.run();
    assert!(rig.list("Messages")[0].ends_with(" n1"), "{:?}", rig.list("Messages"));
}

#[test]
fn each_connection_comes_back_to_its_place() {
    let mut rig = Setup::with(&["local", "other"]).start();
    more(&mut rig, 0..3_000);
    rig.perform(Action::SelectRow(1_000));
    rig.wheel("Messages", -111.0);
    let before = rig.list("Messages");
    rig.click(Role::ListItem, "other");
    more(&mut rig, 0..50);
    rig.click(Role::ListItem, "local");
    assert_eq!(rig.list("Messages"), before);
}
