//! What the window does when it is opened with `--connect`.

use mqloupe::language::Language;
use mqloupe::log::Timestamp;
use mqloupe::model::{Action, Dialog, Effect, Model, Moment};
use mqloupe::profile::{Endpoint, Profile, Protocol};
use mqloupe::store::{Request, Settings};

fn connect_to(model: &mut Model, wanted: &str, random: u64) -> Vec<Effect> {
    model.perform(Action::ConnectTo(wanted.to_owned()), Moment { now: Timestamp(1), random })
}

fn model(profiles: Vec<Profile>) -> Model {
    Model::new(profiles, Settings::default(), Language::English).0
}

fn is_saved(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Store(Request::PutProfile(_))))
}

fn is_connected(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Connect { .. }))
}

#[test]
fn a_name_is_a_saved_connection() {
    let saved = Profile { name: "Home".to_owned(), ..Profile::new(1) };
    let mut model = model(vec![saved.clone()]);
    let effects = connect_to(&mut model, "Home", 2);
    assert!(is_connected(&effects) && !is_saved(&effects), "{effects:?}");
    assert_eq!(model.connections.len(), 1);
}

#[test]
fn a_url_without_port_means_the_usual_port_of_its_scheme() {
    let mut model = model(Vec::new());
    let effects = connect_to(&mut model, "mqtts://ann:s3cret@broker.example", 1);
    assert!(is_connected(&effects) && is_saved(&effects), "{effects:?}");
    let connection = &model.connections[0];
    let endpoint = Endpoint { protocol: Protocol::Mqtts, host: "broker.example".to_owned(), port: 8883 };
    assert_eq!(connection.profile.endpoint, endpoint);
    assert_eq!(
        (connection.profile.name.as_str(), connection.profile.username.as_str()),
        ("broker.example", "ann")
    );
    assert_eq!(connection.secrets.password.as_ref().map(mqloupe::profile::Secret::reveal), Some("s3cret"));
}

#[test]
fn the_same_url_again_is_the_same_connection() {
    let mut model = model(Vec::new());
    connect_to(&mut model, "mqtt://ann@broker.example", 1);
    let mut again = self::model(vec![model.connections[0].profile.clone()]);
    let effects = connect_to(&mut again, "mqtt://ann@broker.example:1883", 2);
    assert!(is_connected(&effects) && !is_saved(&effects), "{effects:?}");
    assert_eq!(again.connections.len(), 1);
    // Another user is another connection.
    connect_to(&mut again, "mqtt://bob@broker.example", 3);
    assert_eq!(again.connections.len(), 2);
}

#[test]
fn what_is_no_address_is_shown_in_the_form() {
    let mut model = model(Vec::new());
    let effects = connect_to(&mut model, "gopher://h", 1);
    assert!(effects.is_empty(), "{effects:?}");
    assert!(matches!(model.dialog, Some(Dialog::Profile(_))));
}
