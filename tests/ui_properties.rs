//! The properties of the publish form (5.0), and messages taken from the list into it.
#![cfg(feature = "gui")]

mod ui_support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use mqloupe::language::Language;
use mqloupe::model::Action;
use mqloupe::profile::{Bytes, UserProperty};
use mqloupe::session::{Command, Granted, Phase};
use mqloupe::wire::{Qos, Version};
use ui_support::{Rig, Setup, online_with, profile};

/// A connection of 5.0 that is online.
fn five() -> Rig {
    let mut five = profile("five");
    five.version = Version::V5_0;
    let mut rig = online_with(Setup::profile(five).any_letters());
    rig.dial(Version::V5_0, true);
    rig
}

#[test]
fn what_is_filled_in_goes_out_with_the_message() {
    let mut rig = five();
    rig.fill("Topic", "a");
    rig.press_button("Properties");
    for (name, text) in [
        ("Message expiry", "60"),
        ("Topic alias", "3"),
        ("Content type", "text/plain"),
        ("Response topic", "answers"),
        ("Correlation data", "42"),
    ] {
        rig.fill(name, text);
    }
    rig.click(Role::CheckBox, "Payload is UTF-8");
    rig.press_button("Add message user property");
    rig.fill("Message user property 1", "k");
    rig.fill("Message user property 1 Value", "v");
    rig.press_button("Done");
    rig.press_button("Publish");
    let published = rig.published();
    let (publish, properties) = (&published[0], &published[0].properties);
    assert_eq!((properties.message_expiry_secs, publish.topic_alias), (Some(60), Some(3)));
    assert_eq!((properties.content_type.as_str(), properties.utf8), ("text/plain", true));
    assert_eq!(properties.response_topic, "answers");
    assert_eq!(properties.correlation_data, Bytes::from("42"));
    assert_eq!(properties.user_properties, [UserProperty { name: "k".to_owned(), value: "v".to_owned() }]);
}

#[test]
fn a_property_that_cannot_be_is_told_and_nothing_is_sent() {
    let mut rig = five();
    rig.fill("Topic", "a");
    rig.press_button("Properties");
    rig.fill("Topic alias", "0");
    assert!(rig.note("Topic alias").contains("1 to 65535"), "{}", rig.note("Topic alias"));
    rig.press_button("Done");
    rig.press_button("Publish");
    assert!(rig.published().is_empty());
    assert!(rig.note("Payload").contains("1 to 65535"), "{}", rig.note("Payload"));
}

#[test]
fn correlation_data_may_be_typed_as_hex_and_half_a_byte_is_told() {
    let mut rig = five();
    rig.fill("Topic", "a");
    rig.press_button("Properties");
    rig.fill("Correlation data", "00 f");
    rig.click(Role::CheckBox, "As hex (Correlation data)");
    assert!(rig.is_invalid("Correlation data"));
    rig.fill("Correlation data", "00 ff");
    rig.press_button("Done");
    rig.press_button("Publish");
    assert_eq!(rig.published()[0].properties.correlation_data, Bytes(vec![0, 0xff]));
}

#[test]
fn a_reply_carries_correlation_data_that_is_no_text_byte_for_byte() {
    let mut rig = five();
    // Response topic `r`, correlation data ff 00.
    rig.received(&[b"\x30\x0f\x00\x01a\x09\x08\x00\x01r\x09\x00\x02\xff\x00hi".to_vec()]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    rig.perform(Action::ComposeFromSelected { reply: true });
    rig.press_button("Properties");
    rig.fill("Content type", "text/plain");
    rig.press_button("Done");
    rig.press_button("Publish");
    let publish = rig.published().remove(0);
    assert_eq!(publish.topic, "r");
    assert_eq!(publish.properties.correlation_data, Bytes(vec![0xff, 0]));
}

#[test]
fn a_subscription_of_5_has_user_properties_and_says_what_shared_means() {
    let mut rig = five();
    rig.perform(Action::NewSubscription);
    assert!(rig.note("Topic filter").contains("$share/group/filter"), "{}", rig.note("Topic filter"));
    rig.fill("Topic filter", "$share/g/a");
    rig.click(Role::CheckBox, "No local");
    rig.press_button("Subscribe");
    assert!(rig.note("Topic filter").contains("turn No local off"), "{}", rig.note("Topic filter"));
    rig.click(Role::CheckBox, "No local");
    rig.press_button("Add subscription user property");
    rig.fill("Subscription user property 1", "k");
    rig.fill("Subscription user property 1 Value", "v");
    rig.press_button("Subscribe");
    let property = UserProperty { name: "k".to_owned(), value: "v".to_owned() };
    let asked = rig.commands().into_iter().find_map(|command| match command {
        Command::Subscribe { subscriptions, .. } => Some(subscriptions),
        _ => None,
    });
    assert_eq!(asked.expect("asked for")[0].user_properties, [property]);
}

#[test]
fn before_5_there_are_no_properties() {
    let rig = online_with(Setup::with(&["local"]));
    assert!(!rig.has(Role::Button, "Properties"));
}

/// PUBLISH of 5.0 on `a` with content type `c`, response topic `r`, correlation data 01 and user property `k` = `v`.
const REQUEST: &[u8] =
    b"\x31\x1a\x00\x01a\x13\x03\x00\x01c\x08\x00\x01r\x09\x00\x01\x01\x26\x00\x01k\x00\x01vhi";

#[test]
fn a_message_is_taken_into_the_form_with_all_that_it_had() {
    let mut rig = five();
    rig.received(&[REQUEST.to_vec()]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    rig.perform(Action::ComposeFromSelected { reply: false });
    rig.press_button("Publish");
    let publish = rig.published().remove(0);
    assert_eq!((publish.topic.as_str(), publish.payload.as_slice(), publish.retain), ("a", &b"hi"[..], true));
    assert_eq!(publish.properties.content_type, "c");
    assert_eq!(publish.properties.correlation_data, Bytes(vec![1]));
    assert_eq!(publish.properties.user_properties[0].name, "k");
}

#[test]
fn a_reply_goes_to_the_response_topic_with_the_correlation_data() {
    let mut rig = five();
    rig.received(&[REQUEST.to_vec()]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    rig.press_button("Copy");
    rig.click(Role::MenuItem, "Reply");
    rig.fill("Payload", "answer");
    rig.press_button("Publish");
    let publish = rig.published().remove(0);
    assert_eq!((publish.topic.as_str(), publish.payload.as_slice()), ("r", &b"answer"[..]));
    assert_eq!(publish.properties.correlation_data, Bytes(vec![1]));
    assert_eq!(publish.properties.content_type, "", "the request's own properties stay with it");
}

#[test]
fn a_message_that_wants_no_answer_offers_none() {
    let mut rig = five();
    rig.received(&[b"\x30\x06\x00\x01a\x00hi".to_vec()]);
    rig.perform(Action::SelectRow(rig.log().rows().end - 1));
    rig.press_button("Copy");
    assert!(!rig.has(Role::MenuItem, "Reply") && rig.has(Role::MenuItem, "Publish again"));
}

#[test]
fn the_properties_have_chinese_names() {
    let mut five = profile("five");
    five.version = Version::V5_0;
    let mut rig = online_with(Setup::profile(five).language(Language::Chinese));
    rig.press_button("属性");
    assert!(rig.has_field("消息过期") && rig.has_field("对比数据") && rig.has(Role::Button, "完成"));
}

#[test]
fn what_the_server_granted_is_told_in_the_details() {
    let mut rig = five();
    let granted = Granted {
        maximum_qos: Some(Qos::AtLeastOnce),
        receive_maximum: Some(20),
        retain_available: Some(false),
        ..Granted::default()
    };
    rig.phase(Phase::Online(Box::new(granted)));
    rig.press_button("Connection details");
    for words in ["Maximum QoS", "Receive maximum", "20", "Retained messages", "no"] {
        assert!(rig.texts().iter().any(|text| text == words), "{words}: {:?}", rig.texts());
    }
    rig.key(Modifiers::NONE, Key::Escape);
    rig.perform(Action::Language(Language::Chinese));
    rig.press_button("连接详情");
    assert!(rig.shows("保留消息"));
}
