//! When the secrets of connections are read, kept, copied and forgotten; what is said where that fails.

use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, Dialog, Effect, Event, FormEdit, Model, Moment, NoticeText, ProfileForm};
use mqloupe::profile::{Profile, ProfileId, Secret, Secrets};
use mqloupe::store::Settings;
use mqloupe::store::secrets::{self, Deed, Fault, Home, KeyringFault, Place, Request};
use mqloupe::text;

const MOMENT: Moment = Moment { now: Timestamp(1_000_000_000), random: 7 };

fn id(name: &str) -> ProfileId {
    ProfileId(name.to_owned())
}

fn password(text: &str) -> Secrets {
    Secrets { password: Some(Secret::new(text.to_owned())), ..Secrets::default() }
}

/// Two connections as they were saved, nothing known of their secrets.
fn model() -> Model {
    let profile = |name: &str| Profile { id: id(name), name: name.to_owned(), ..Profile::default() };
    Model::new(vec![profile("p1"), profile("p2")], Settings::default(), Language::English).0
}

/// What the keeper is asked for an action.
fn perform(model: &mut Model, action: Action) -> Vec<Request> {
    requests(model.perform(action, MOMENT))
}

fn requests(effects: Vec<Effect>) -> Vec<Request> {
    let request = |effect| match effect {
        Effect::Secrets(request) => Some(request),
        _ => None,
    };
    effects.into_iter().filter_map(request).collect()
}

fn tell(model: &mut Model, event: secrets::Event) -> Vec<Request> {
    requests(model.apply(Event::Secrets(event), MOMENT))
}

fn loaded(model: &mut Model, name: &str, secrets: Secrets) -> Vec<Request> {
    tell(model, secrets::Event::Loaded { id: id(name), result: Ok(secrets) })
}

fn put(name: &str, secrets: Secrets, keep_rest: bool) -> Request {
    Request::Put { id: id(name), secrets, keep_rest }
}

fn form(model: &Model) -> &ProfileForm {
    match &model.dialog {
        Some(Dialog::Profile(form)) => form,
        other => panic!("no form: {other:?}"),
    }
}

fn type_password(model: &mut Model, text: &str) {
    perform(model, Action::Form(FormEdit::Password(Secret::new(text.to_owned()))));
}

fn asks_to_connect(effects: &[Effect]) -> Option<bool> {
    effects.iter().find_map(|effect| match effect {
        Effect::Connect { ask, .. } => Some(*ask),
        _ => None,
    })
}

#[test]
fn a_form_that_opens_has_its_secrets_read_once() {
    let mut model = model();
    assert_eq!(perform(&mut model, Action::Edit(id("p1"))), [Request::Load(id("p1"))]);
    loaded(&mut model, "p1", password("kept"));
    assert_eq!(form(&model).password.reveal(), "kept");
    assert_eq!(perform(&mut model, Action::Edit(id("p1"))), []);
    assert_eq!(form(&model).password.reveal(), "kept");
}

#[test]
fn what_is_typed_goes_before_what_is_read_later() {
    let mut model = model();
    perform(&mut model, Action::Edit(id("p1")));
    type_password(&mut model, "typed");
    let kept = Secrets { proxy_password: Some(Secret::new("proxy".to_owned())), ..password("kept") };
    loaded(&mut model, "p1", kept);
    assert_eq!((form(&model).password.reveal(), form(&model).proxy_password.reveal()), ("typed", "proxy"));
}

#[test]
fn the_first_connect_asks_for_the_secrets_and_later_ones_do_not() {
    let mut model = model();
    assert_eq!(asks_to_connect(&model.perform(Action::Connect(id("p1")), MOMENT)), Some(true));
    loaded(&mut model, "p1", password("kept"));
    assert_eq!(model.connection(&id("p1")).unwrap().secrets, password("kept"));
    perform(&mut model, Action::Edit(id("p2")));
    assert_eq!(asks_to_connect(&model.perform(Action::Connect(id("p2")), MOMENT)), Some(false));
}

#[test]
fn a_saved_form_keeps_what_changed_and_only_then() {
    let mut model = model();
    let save = Action::SaveForm { connect: false };
    perform(&mut model, Action::Edit(id("p1")));
    loaded(&mut model, "p1", password("kept"));
    assert_eq!(perform(&mut model, save.clone()), []);
    perform(&mut model, Action::Edit(id("p1")));
    type_password(&mut model, "new");
    assert_eq!(perform(&mut model, save.clone()), [put("p1", password("new"), false)]);
    perform(&mut model, Action::Edit(id("p1")));
    type_password(&mut model, "");
    assert_eq!(perform(&mut model, save), [put("p1", Secrets::default(), false)]);
}

#[test]
fn secrets_that_could_not_be_read_are_not_overwritten_by_others() {
    let mut model = model();
    perform(&mut model, Action::Edit(id("p1")));
    let fault = Fault::Keyring(KeyringFault::Locked);
    tell(&mut model, secrets::Event::Loaded { id: id("p1"), result: Err(fault.clone()) });
    let notice = model.notices.toasts().last().expect("a notice");
    assert_eq!(notice.text, NoticeText::SecretsFailed("p1".to_owned(), Deed::Read, fault));
    let save = Action::SaveForm { connect: false };
    assert_eq!(perform(&mut model, save.clone()), [], "nothing was typed");
    // The next form asks once more.
    assert_eq!(perform(&mut model, Action::Edit(id("p1"))), [Request::Load(id("p1"))]);
    type_password(&mut model, "typed");
    assert_eq!(perform(&mut model, save), [put("p1", password("typed"), true)]);
    assert!(model.connection(&id("p1")).is_some());
}

#[test]
fn a_new_connection_keeps_its_secrets() {
    let mut model = model();
    perform(&mut model, Action::NewConnection);
    perform(&mut model, Action::Form(FormEdit::Host("broker.test".to_owned())));
    type_password(&mut model, "first");
    let new = form(&model).draft.id.clone();
    let asked = perform(&mut model, Action::SaveForm { connect: false });
    assert_eq!(asked, [Request::Put { id: new.clone(), secrets: password("first"), keep_rest: false }]);
    assert_eq!(asks_to_connect(&model.perform(Action::Connect(new), MOMENT)), Some(false));
}

#[test]
fn a_copy_gets_the_secrets_whether_they_are_known_or_not() {
    let mut model = model();
    let asked = perform(&mut model, Action::Duplicate(id("p1")));
    let copy = model.connections.last().unwrap().profile.id.clone();
    assert_eq!(asked, [Request::Copy { from: id("p1"), to: copy }]);
    perform(&mut model, Action::Edit(id("p1")));
    loaded(&mut model, "p1", password("kept"));
    let moment = Moment { random: 8, ..MOMENT };
    let asked = requests(model.perform(Action::Duplicate(id("p1")), moment));
    let copy = model.connections.last().unwrap();
    assert_eq!(copy.secrets, password("kept"));
    let id = copy.profile.id.clone();
    assert_eq!(asked, [Request::Put { id, secrets: password("kept"), keep_rest: false }]);
}

#[test]
fn a_deleted_connection_takes_its_secrets_along_and_brings_them_back() {
    let mut model = model();
    let asked = perform(&mut model, Action::Delete(id("p1")));
    assert_eq!(asked, [Request::Load(id("p1")), Request::Delete(id("p1"))]);
    loaded(&mut model, "p1", password("kept"));
    let notice = model.notices.toasts().last().expect("a notice").id;
    assert_eq!(perform(&mut model, Action::Undo(notice)), [put("p1", password("kept"), true)]);
    assert_eq!(model.connection(&id("p1")).unwrap().secrets, password("kept"));
}

#[test]
fn a_deletion_taken_back_before_the_keyring_answers_loses_nothing() {
    let mut model = model();
    perform(&mut model, Action::Delete(id("p1")));
    let notice = model.notices.toasts().last().expect("a notice").id;
    assert_eq!(perform(&mut model, Action::Undo(notice)), []);
    assert_eq!(loaded(&mut model, "p1", password("kept")), [put("p1", password("kept"), false)]);
}

#[test]
fn another_place_is_a_setting_and_moves_what_is_kept() {
    let mut model = model();
    let effects = model.perform(Action::KeepSecrets(Place::File), MOMENT);
    assert_eq!(model.settings.secrets.place, Place::File);
    let saved = |effect: &Effect| matches!(effect, Effect::Store(mqloupe::store::Request::PutSettings(s)) if s.secrets.place == Place::File);
    assert!(effects.iter().any(saved), "{effects:?}");
    assert_eq!(requests(effects), [Request::Move { to: Place::File, profiles: vec![id("p1"), id("p2")] }]);
    tell(&mut model, secrets::Event::Home(Home::Run));
    assert_eq!(model.secrets_home, Home::Run);
}

#[test]
fn the_model_and_its_effects_show_no_secret() {
    let mut model = model();
    perform(&mut model, Action::Edit(id("p1")));
    type_password(&mut model, "hunter2");
    let shown = format!("{:?}", model.dialog);
    let effects = model.perform(Action::SaveForm { connect: true }, MOMENT);
    for shown in [shown, format!("{effects:?}"), format!("{model:?}")] {
        assert!(shown.contains("••••") && !shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn every_place_and_every_fault_has_words_in_both_languages() {
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let check = |words: &dyn Fn(Language) -> String| {
        let (english, other) = (words(Language::English), words(Language::Chinese));
        assert!(!english.is_empty() && !chinese(&english) && chinese(&other), "{english} / {other}");
    };
    for home in [Home::Asking, Home::Keyring, Home::Run, Home::File("/s.toml".into())] {
        check(&|language| text::secrets::home(&home, language));
    }
    for place in Place::ALL {
        check(&|language| text::secrets::place_name(place, language).to_owned());
    }
    check(&|language| text::secrets::keyring_waits(language).to_owned());
    for keyring in [
        KeyringFault::Missing,
        KeyringFault::NoAnswer,
        KeyringFault::Locked,
        KeyringFault::TooLong { limit: 9 },
        KeyringFault::Other("gone".to_owned()),
    ] {
        check(&|language| text::secrets::home(&Home::NoKeyring(keyring.clone()), language));
        for fault in [Fault::Keyring(keyring), Fault::Unreadable("/s.toml".into())] {
            for deed in [Deed::Read, Deed::Keep, Deed::Forget] {
                check(&|language| text::secrets::failed("p", deed, &fault, language));
            }
        }
    }
}
