//! What is offered where a filter is written.

use mqloupe::log::filter::{Suggestion, complete};

fn offered(text: &str) -> Vec<String> {
    complete(text, text.len(), &["a/b", "c d"]).into_iter().map(|c| c.text).collect()
}

/// The text after the first completion is taken.
fn taken(text: &str) -> String {
    let first = complete(text, text.len(), &["a/b", "c d"]).into_iter().next().expect("a completion");
    let mut text = text.to_owned();
    text.replace_range(first.replaces, &first.text);
    text
}

#[test]
fn fields_are_offered_where_a_term_begins() {
    assert_eq!(taken("pay"), "payload ");
    assert_eq!(taken("qos == 1 && ret"), "qos == 1 && retain ");
    assert_eq!(taken("(dir"), "(dir ");
    assert_eq!(taken("js"), "json.");
    assert_eq!(taken("!fau"), "!fault ");
    assert!(offered("zz").is_empty());
}

#[test]
fn operators_are_those_of_the_field() {
    assert_eq!(offered("payload "), ["== ", "!= ", "~ ", "contains ", "matches ", "in "]);
    assert_eq!(offered("qos >"), ["0 ", "1 ", "2 "]);
    assert_eq!(taken("payload c"), "payload contains ");
    assert!(offered("retain ").contains(&"&& ".to_owned()));
    assert_eq!(taken("json.a.b m"), "json.a.b matches ");
}

#[test]
fn values_are_those_of_the_field() {
    assert_eq!(taken("type == puba"), "type == puback ");
    assert_eq!(offered("dir == "), ["sent ", "received "]);
    assert_eq!(offered("qos == "), ["0 ", "1 ", "2 "]);
    assert_eq!(offered("topic == "), ["\"a/b\" ", "\"c d\" "]);
    assert_eq!(taken("topic ~ \"c"), "topic ~ \"c d\" ");
    assert_eq!(taken("type in {publish, conna"), "type in {publish, connack ");
}

#[test]
fn behind_a_term_others_are_joined() {
    assert_eq!(offered("qos == 1 ").first().map(String::as_str), Some("&& "));
    assert!(complete("alarm ", 6, &[] as &[&str]).iter().any(|c| c.what == Suggestion::Join));
}

#[test]
fn within_text_nothing_is_offered() {
    assert!(offered("\"some top").is_empty());
    assert!(offered("payload contains \"to").is_empty());
}

#[test]
fn the_text_behind_the_cursor_stays() {
    let found = complete("pay && qos == 1", 3, &[] as &[&str]);
    assert_eq!(found.first().map(|c| (c.replaces.clone(), c.text.as_str())), Some((0..3, "payload ")));
}
