//! Properties of 5.0, from the profile's and the session's values to the engine's and back.

use std::time::Duration;

use rumqttc_v5::{
    ConnAckProperties, ConnectProperties, DisconnectProperties, LastWill, LastWillProperties,
    PublishProperties, SubscribeProperties,
};

use super::v5::level;
use crate::profile::{self, MessageProperties, Subscription, UserProperty, Will};
use crate::session::{Granted, Parting, Publish};
use crate::wire::Qos;

/// An empty text is one that is not sent.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn pairs(properties: &[UserProperty]) -> Vec<(String, String)> {
    properties.iter().map(|one| (one.name.clone(), one.value.clone())).collect()
}

/// What CONNECT says besides; `session_expiry_secs` where the profile leaves it unsaid.
pub(super) fn connect(
    profile: &profile::ConnectProperties,
    session_expiry_secs: Option<u32>,
) -> ConnectProperties {
    let mut properties = ConnectProperties::new();
    properties.session_expiry_interval = profile.session_expiry_secs.or(session_expiry_secs);
    properties.receive_maximum = profile.receive_maximum;
    properties.max_packet_size = profile.maximum_packet_bytes;
    properties.topic_alias_max = profile.topic_alias_maximum;
    properties.request_response_info = profile.request_response_information.then_some(1);
    properties.request_problem_info = (!profile.request_problem_information).then_some(0);
    properties.user_properties = pairs(&profile.user_properties);
    properties
}

pub(super) fn will(will: &Will) -> LastWill {
    let plain = will.delay_secs == 0 && will.properties == MessageProperties::default();
    let of = &will.properties;
    let properties = (!plain).then(|| LastWillProperties {
        delay_interval: (will.delay_secs != 0).then_some(will.delay_secs),
        payload_format_indicator: of.utf8.then_some(1),
        message_expiry_interval: of.message_expiry_secs,
        content_type: said(&of.content_type),
        response_topic: said(&of.response_topic),
        correlation_data: (!of.correlation_data.is_empty()).then(|| of.correlation_data.0.clone().into()),
        user_properties: pairs(&of.user_properties),
    });
    LastWill::new(will.topic.clone(), will.payload.0.clone(), level(will.qos), will.retain, properties)
}

/// `None` where there are none.
pub(super) fn publish(publish: &Publish) -> Option<PublishProperties> {
    let of = &*publish.properties;
    if publish.topic_alias.is_none() && *of == MessageProperties::default() {
        return None;
    }
    Some(PublishProperties {
        payload_format_indicator: of.utf8.then_some(1),
        message_expiry_interval: of.message_expiry_secs,
        topic_alias: publish.topic_alias,
        response_topic: said(&of.response_topic),
        correlation_data: (!of.correlation_data.is_empty()).then(|| of.correlation_data.0.clone().into()),
        user_properties: pairs(&of.user_properties),
        subscription_identifiers: Vec::new(),
        content_type: said(&of.content_type),
    })
}

/// `None` where there are none.
pub(super) fn subscribe(subscription: &Subscription) -> Option<SubscribeProperties> {
    let id = subscription.identifier.and_then(|identifier| usize::try_from(identifier).ok());
    let user_properties = pairs(&subscription.user_properties);
    (id.is_some() || !user_properties.is_empty()).then_some(SubscribeProperties { id, user_properties })
}

pub(super) fn disconnect(parting: &Parting) -> DisconnectProperties {
    DisconnectProperties {
        session_expiry_interval: parting.session_expiry_secs,
        reason_string: said(&parting.reason_string),
        user_properties: pairs(&parting.user_properties),
        server_reference: None,
    }
}

pub(super) fn granted(session_present: bool, properties: Option<ConnAckProperties>) -> Granted {
    let Some(of) = properties else { return Granted { session_present, ..Granted::default() } };
    let flag = |value: Option<u8>| value.map(|value| value != 0);
    Granted {
        session_present,
        assigned_client_id: of.assigned_client_identifier,
        server_keep_alive: of.server_keep_alive.map(|seconds| Duration::from_secs(seconds.into())),
        maximum_qos: of.max_qos.and_then(|level| Qos::try_from(level).ok()),
        session_expiry_secs: of.session_expiry_interval,
        receive_maximum: of.receive_max,
        maximum_packet_bytes: of.max_packet_size,
        topic_alias_maximum: of.topic_alias_max,
        retain_available: flag(of.retain_available),
        wildcard_subscriptions: flag(of.wildcard_subscription_available),
        subscription_identifiers: flag(of.subscription_identifiers_available),
        shared_subscriptions: flag(of.shared_subscription_available),
        response_information: of.response_information,
        server_reference: of.server_reference,
        reason_string: of.reason_string,
        authentication_method: of.authentication_method,
        user_properties: of
            .user_properties
            .into_iter()
            .map(|(name, value)| UserProperty { name, value })
            .collect(),
        address: None,
        security: None,
    }
}
