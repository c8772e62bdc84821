//! The model: actions and events in, what the window shows and what the runtime has to do out.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mqloupe::language::Language;
use mqloupe::log::{Connection, FrameLog, Limits, Timestamp};
use mqloupe::model::{
    Action, BrokerState, CaptureEdit, ComposerEdit, ComposerFault, CopyWhat, Dialog, Effect, Event, FormEdit,
    Model, Moment, NoticeText, PasteFault, Standing, SubscriptionEdit, Tab,
};
use mqloupe::profile::{Profile, ProfileId};
use mqloupe::session::{self, Command, Failure, FilterOutcome, Phase, PublishOutcome, Refusal};
use mqloupe::store::{Request, Settings};
use mqloupe::wire::{Direction, Qos, Version};

const MOMENT: Moment = Moment { now: Timestamp(1_000_000_000_000), random: 7 };

fn profile(name: &str) -> Profile {
    Profile { id: ProfileId(name.to_owned()), name: name.to_owned(), ..Profile::new(7) }
}

fn model(names: &[&str]) -> Model {
    Model::new(names.iter().map(|n| profile(n)).collect(), Settings::default(), Language::English).0
}

/// A model with one connection, online, with an open log.
fn online() -> (Model, FrameLog, ProfileId) {
    let mut model = model(&["local"]);
    let id = ProfileId("local".to_owned());
    let log = FrameLog::in_memory(Limits::default());
    model.apply(Event::Log { profile: id.clone(), log: log.clone(), problem: None }, MOMENT);
    model.perform(Action::Connect(id.clone()), MOMENT);
    say(&mut model, &id, session::Event::Phase(Phase::Online(Box::default())));
    (model, log, id)
}

fn say(model: &mut Model, id: &ProfileId, event: session::Event) -> Vec<Effect> {
    model.apply(Event::Session(id.clone(), event), MOMENT)
}

fn connected(log: &FrameLog) -> mqloupe::log::ConnectionNumber {
    let end = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    log.begin_connection(Connection { client: end(50_412), server: end(1883), version: Version::V3_1_1 })
}

fn subscribe(model: &mut Model, filter: &str) -> Vec<Effect> {
    model.perform(Action::NewSubscription, MOMENT);
    model.perform(Action::SubscriptionForm(SubscriptionEdit::Filters(filter.to_owned())), MOMENT);
    model.perform(Action::Subscribe, MOMENT)
}

#[test]
fn saving_the_form_keeps_the_profile_and_connects_where_asked() {
    let mut model = model(&[]);
    model.perform(Action::NewConnection, MOMENT);
    for edit in [
        FormEdit::Name("lab".to_owned()),
        FormEdit::Host("broker.lan".to_owned()),
        FormEdit::Port("1884".to_owned()),
    ] {
        model.perform(Action::Form(edit), MOMENT);
    }
    let effects = model.perform(Action::SaveForm { connect: true }, MOMENT);
    let saved = effects.iter().find_map(|e| match e {
        Effect::Store(Request::PutProfile(p)) => Some((p.name.clone(), p.endpoint.to_string())),
        _ => None,
    });
    assert_eq!(saved, Some(("lab".to_owned(), "broker.lan:1884".to_owned())));
    assert!(effects.iter().any(|e| matches!(e, Effect::Connect { profile, .. } if profile.name == "lab")));
    assert!(model.dialog.is_none());
}

#[test]
fn a_form_with_a_bad_port_stays_open_and_saves_nothing() {
    let mut model = model(&[]);
    model.perform(Action::NewConnection, MOMENT);
    model.perform(Action::Form(FormEdit::Port("70000".to_owned())), MOMENT);
    assert_eq!(model.perform(Action::SaveForm { connect: true }, MOMENT), []);
    let Some(Dialog::Profile(form)) = &model.dialog else { panic!("the form is open") };
    assert!(form.fault(mqloupe::profile::ProfileField::Port).is_some());
}

#[test]
fn a_pasted_url_fills_the_other_fields() {
    let mut model = model(&[]);
    model.perform(Action::NewConnection, MOMENT);
    let url = "mqtt://user:secret@broker.lan:1999".to_owned();
    model.perform(Action::Form(FormEdit::Host(url)), MOMENT);
    let Some(Dialog::Profile(form)) = &model.dialog else { panic!("the form is open") };
    let filled = (form.draft.endpoint.host.as_str(), form.port.as_str(), form.draft.username.as_str());
    assert_eq!(filled, ("broker.lan", "1999", "user"));
    assert_eq!(form.password.reveal(), "secret");
}

#[test]
fn a_password_never_shows_in_what_the_model_prints() {
    let mut model = model(&["local"]);
    let id = ProfileId("local".to_owned());
    model.perform(Action::Edit(id), MOMENT);
    let secret = mqloupe::profile::Secret::new("hunter2".to_owned());
    model.perform(Action::Form(FormEdit::Password(secret)), MOMENT);
    let effects = model.perform(Action::SaveForm { connect: true }, MOMENT);
    assert!(!format!("{model:?} {effects:?}").contains("hunter2"));
}

#[test]
fn deleting_can_be_undone_at_its_place() {
    let mut model = model(&["a", "b", "c"]);
    model.perform(Action::Delete(ProfileId("b".to_owned())), MOMENT);
    let notice = model.notices.toasts().next().expect("a notice that offers undo").id;
    let effects = model.perform(Action::Undo(notice), MOMENT);
    let names: Vec<&str> = model.connections.iter().map(|c| c.profile.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(effects.iter().any(|e| {
        matches!(e, Effect::Store(Request::RestoreProfile { profile, position: 1 }) if profile.name == "b")
    }));
}

#[test]
fn history_is_dropped_only_when_the_chance_to_undo_is_over() {
    let mut model = model(&["a"]);
    let id = ProfileId("a".to_owned());
    let effects = model.perform(Action::Delete(id.clone()), MOMENT);
    assert!(!effects.contains(&Effect::DropHistory(id.clone())));
    let notice = model.notices.toasts().next().expect("a notice").id;
    assert_eq!(model.perform(Action::Dismiss(notice), MOMENT), [Effect::DropHistory(id)]);
}

#[test]
fn a_subscription_is_kept_offline_and_asked_for_at_connect() {
    let mut model = model(&["local"]);
    let effects = subscribe(&mut model, "sensor");
    assert!(matches!(&effects[..], [Effect::Store(Request::PutProfile(p))] if p.subscriptions.len() == 1));
    let id = ProfileId("local".to_owned());
    let effects = model.perform(Action::Connect(id.clone()), MOMENT);
    assert!(
        matches!(&effects[..], [Effect::Connect { profile, .. }] if profile.subscriptions[0].filter == "sensor")
    );
    say(&mut model, &id, session::Event::Phase(Phase::Online(Box::default())));
    assert_eq!(model.connections[0].rows["sensor"].standing, Standing::Asked);
}

#[test]
fn what_the_server_grants_or_refuses_is_shown_at_the_filter() {
    let (mut model, _, id) = online();
    subscribe(&mut model, "a\nb");
    let outcomes = vec![
        FilterOutcome { filter: "a".to_owned(), result: Ok(Qos::AtLeastOnce) },
        FilterOutcome { filter: "b".to_owned(), result: Err(Refusal::NoWildcards) },
    ];
    say(&mut model, &id, session::Event::Subscribed { id: None, outcomes });
    let rows = &model.connections[0].rows;
    assert_eq!(rows["a"].standing, Standing::Granted(Qos::AtLeastOnce));
    assert_eq!(rows["b"].standing, Standing::Refused(Refusal::NoWildcards));
}

#[test]
fn a_user_may_insist_on_a_server_that_refused() {
    let (mut model, _, id) = online();
    let (reason, reason_string) = ("not authorized".to_owned(), None);
    let cause = Failure::ConnackRefused { code: 5, reason, reason_string };
    let effects = say(&mut model, &id, session::Event::Phase(Phase::Offline { cause: Some(cause) }));
    assert_eq!(effects, Vec::new(), "nobody tries again by itself");
    let effects = model.perform(Action::Connect(id), MOMENT);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Connect { .. })), "{effects:?}");
}

#[test]
fn what_a_session_has_to_say_is_said_once() {
    use session::Notice::{GivenUp, NoSubprotocol, NotVerified, SentAgain};
    let (mut model, _, id) = online();
    let (again, given_up) = (SentAgain { count: 3 }, GivenUp { count: 2 });
    // As over two network connections: what became of messages is another thing each time.
    let notices = [NoSubprotocol, NotVerified, again.clone(), NoSubprotocol, NotVerified, given_up.clone()];
    for notice in notices {
        say(&mut model, &id, session::Event::Notice(notice));
    }
    let said: Vec<_> = model.notices.toasts().map(|toast| toast.text.clone()).collect();
    let of_session = |notice| NoticeText::OfSession("local".to_owned(), notice);
    assert_eq!(said, [NoSubprotocol, again, given_up].map(of_session));
}

#[test]
fn a_new_session_says_again_that_the_server_names_no_subprotocol() {
    let (mut model, _, id) = online();
    say(&mut model, &id, session::Event::Notice(session::Notice::NoSubprotocol));
    say(&mut model, &id, session::Event::Phase(Phase::Offline { cause: None }));
    model.perform(Action::Connect(id.clone()), MOMENT);
    say(&mut model, &id, session::Event::Notice(session::Notice::NoSubprotocol));
    assert_eq!(model.notices.toasts().count(), 2);
}

#[test]
fn a_disabled_subscription_stays_in_the_profile_and_is_given_up() {
    let (mut model, _, id) = online();
    subscribe(&mut model, "sensor");
    let effects = model.perform(Action::SetEnabled("sensor".to_owned(), false), MOMENT);
    assert!(!model.connections[0].profile.subscriptions[0].enabled);
    assert!(effects.iter().any(|e| {
        matches!(e, Effect::Session(to, Command::Unsubscribe { filters, .. }) if *to == id && filters == &["sensor"])
    }));
}

#[test]
fn messages_are_counted_exactly_for_each_subscription() {
    let (mut model, log, _) = online();
    subscribe(&mut model, "sensor\nhome/#");
    let connection = connected(&log);
    for _ in 0..3 {
        log.append(connection, Direction::ToClient, Timestamp(1), b"\x30\x0a\x00\x06sensorHi");
    }
    log.append(connection, Direction::ToServer, Timestamp(2), b"\x30\x0a\x00\x06sensorHi");
    log.append(connection, Direction::ToClient, Timestamp(3), b"\x30\x08\x00\x06home/a");
    model.tick(MOMENT.now);
    let rows = &model.connections[0].rows;
    assert_eq!((rows["sensor"].count, rows["home/#"].count), (3, 1));
}

#[test]
fn each_publish_shows_how_it_ended() {
    let (mut model, _, id) = online();
    for edit in [ComposerEdit::Topic("sensor".to_owned()), ComposerEdit::Payload("lalala".to_owned())] {
        model.perform(Action::Compose(edit), MOMENT);
    }
    let effects = model.perform(Action::Publish, MOMENT);
    let [Effect::Session(_, Command::Publish { id: request, publish })] = &effects[..] else {
        panic!("one publish, not {effects:?}")
    };
    assert_eq!((publish.topic.as_str(), publish.payload.as_slice()), ("sensor", b"lalala".as_slice()));
    let outcome = PublishOutcome::Acknowledged { after: Duration::from_millis(2) };
    say(&mut model, &id, session::Event::Published { id: *request, outcome: outcome.clone() });
    assert_eq!(model.connections[0].composer.sent[0].outcome, Some(outcome));
}

#[test]
fn a_payload_that_is_not_of_its_format_is_not_sent() {
    let (mut model, _, _) = online();
    for edit in [
        ComposerEdit::Topic("sensor".to_owned()),
        ComposerEdit::Format(mqloupe::payload::Format::Hex),
        ComposerEdit::Payload("0g".to_owned()),
    ] {
        model.perform(Action::Compose(edit), MOMENT);
    }
    assert_eq!(model.perform(Action::Publish, MOMENT), []);
    let fault = model.connections[0].composer.fault.as_ref();
    assert!(matches!(fault, Some(ComposerFault::Payload(f)) if (f.line, f.column) == (1, 2)));
}

#[test]
fn an_ended_session_frees_the_connection_and_is_explained() {
    let (mut model, _, id) = online();
    let cause = Some(Failure::KeepAliveMissed);
    say(&mut model, &id, session::Event::Phase(Phase::Offline { cause: cause.clone() }));
    assert_eq!(model.connections[0].phase, Phase::Offline { cause });
    let effects = model.perform(Action::Connect(id), MOMENT);
    assert!(matches!(effects[..], [Effect::Connect { .. }]));
}

#[test]
fn changed_settings_of_a_live_connection_take_effect_by_connecting_anew() {
    let (mut model, _, id) = online();
    model.perform(Action::Edit(id.clone()), MOMENT);
    model.perform(Action::Form(FormEdit::Port("1999".to_owned())), MOMENT);
    let effects = model.perform(Action::SaveForm { connect: true }, MOMENT);
    assert!(effects.contains(&Effect::Session(id.clone(), Command::Disconnect)));
    let effects = say(&mut model, &id, session::Event::Phase(Phase::Offline { cause: None }));
    assert!(matches!(&effects[..], [Effect::Connect { profile, .. }] if profile.endpoint.port == 1999));
}

#[test]
fn the_local_broker_is_one_profile_however_often_it_starts() {
    let mut model = model(&[]);
    for port in [1883, 1884] {
        model.perform(Action::StartBroker, MOMENT);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let effects = model.apply(Event::BrokerStarted(address), MOMENT);
        assert_eq!(model.broker, BrokerState::Running(address));
        assert!(
            effects
                .iter()
                .any(|e| matches!(e, Effect::Connect { profile, .. } if profile.endpoint.port == port))
        );
        let id = model.connections[0].profile.id.clone();
        say(&mut model, &id, session::Event::Phase(Phase::Offline { cause: None }));
        model.apply(Event::BrokerStopped, MOMENT);
    }
    assert_eq!(model.connections.len(), 1);
}

#[test]
fn a_faulty_filter_keeps_the_last_good_one() {
    let (mut model, _, _) = online();
    let good = model.perform(Action::Filter("qos:1".to_owned()), MOMENT);
    let Some(Effect::View { filter: good, .. }) = good.into_iter().next() else { panic!("a view is wanted") };
    let after = model.perform(Action::Filter("qos:9".to_owned()), MOMENT);
    assert!(matches!(&after[..], [Effect::View { filter, .. }] if *filter == good));
    assert!(model.connections[0].timeline.filter_fault.is_some());
}

#[test]
fn selecting_a_byte_selects_the_field_that_owns_it_and_back() {
    let (mut model, log, _) = online();
    let connection = connected(&log);
    let connect = b"\x10\x26\x00\x04MQTT\x04\xc2\x00\x3c\x00\x09123456789\x00\x05admin\x00\x08password";
    log.append(connection, Direction::ToServer, Timestamp(1), connect);
    model.perform(Action::Tab(Tab::Packets), MOMENT);
    model.perform(Action::SelectRow(0), MOMENT);
    model.perform(Action::SelectBytes(9..10), MOMENT);
    let inspector = model.connections[0].inspector.as_ref().expect("a frame is looked at");
    let path = inspector.field.clone().expect("a field owns the byte");
    assert_eq!(inspector.field_at(&path).map(|f| f.kind.name()), Some("connect_flags"));
    model.perform(Action::SelectField(vec![0]), MOMENT);
    let inspector = model.connections[0].inspector.as_ref().expect("a frame is looked at");
    assert_eq!(inspector.bytes, Some(0..2));
}

#[test]
fn a_capture_is_read_only_and_goes_when_it_is_closed() {
    let mut model = model(&["local"]);
    let effects = model.perform(Action::OpenCapture("/captures/lab.pcapng".into()), MOMENT);
    let [Effect::OpenCapture { id, path }] = &effects[..] else { panic!("one effect, not {effects:?}") };
    assert_eq!((path.to_str(), model.selected.as_ref()), (Some("/captures/lab.pcapng"), Some(id)));
    assert_eq!(model.current().map(|c| c.profile.name.as_str()), Some("lab.pcapng"));
    assert_eq!(model.perform(Action::Connect(id.clone()), MOMENT), []);
    let effects = model.perform(Action::CloseCapture(id.clone()), MOMENT);
    assert!(effects.contains(&Effect::CloseCapture(id.clone())));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Store(Request::DeleteProfile(_)))));
    assert_eq!(model.current().map(|c| c.profile.name.as_str()), Some("local"));
}

#[test]
fn pasted_frames_become_a_log_and_bad_hex_stays_in_its_form() {
    let mut model = model(&[]);
    model.perform(Action::NewPaste, MOMENT);
    model.perform(Action::CaptureForm(CaptureEdit::Text("c0 0g".to_owned())), MOMENT);
    assert_eq!(model.perform(Action::TakeApart("Pasted".to_owned()), MOMENT), []);
    let Some(Dialog::Paste(form)) = &model.dialog else { panic!("the form stays") };
    assert!(matches!(form.fault, Some(PasteFault::NotHex(1, _))));
    model.perform(Action::CaptureForm(CaptureEdit::Text("c0 00".to_owned())), MOMENT);
    let effects = model.perform(Action::TakeApart("Pasted".to_owned()), MOMENT);
    assert!(matches!(&effects[..], [Effect::TakeApart { frames, .. }] if frames == &[vec![0xc0, 0x00]]));
}

#[test]
fn an_export_masks_secrets_unless_asked() {
    let (mut model, _, _) = online();
    model.perform(Action::NewExport, MOMENT);
    let effects = model.perform(Action::Export, MOMENT);
    assert!(matches!(&effects[..], [Effect::Export { with_secrets: false, .. }]));
}

#[test]
fn a_hidden_password_is_not_copied_until_it_is_revealed() {
    let (mut model, log, _) = online();
    let connection = connected(&log);
    let connect = b"\x10\x26\x00\x04MQTT\x04\xc2\x00\x3c\x00\x09123456789\x00\x05admin\x00\x08password";
    log.append(connection, Direction::ToServer, Timestamp(1), connect);
    model.perform(Action::SelectRow(0), MOMENT);
    // "password" in hex, as it stands in the frame and in JSON.
    let leaks = |text: &str| text.contains("70 61 73 73 77 6f 72 64") || text.contains("70617373776f7264");
    for (reveal, shown) in [(false, 0), (true, 2)] {
        model.perform(Action::Reveal(reveal), MOMENT);
        let copies = [CopyWhat::Hex, CopyWhat::Json].map(|what| model.perform(Action::Copy(what), MOMENT));
        let leaked =
            copies.iter().flatten().filter(|e| matches!(e, Effect::Clipboard(t) if leaks(t))).count();
        assert_eq!(leaked, shown, "reveal: {reveal}");
    }
}
