//! The engine for 5.0.

use std::future::Future;
use std::time::{Duration, Instant};

use rumqttc_v5::{
    AsyncClient, AuthNoticeError, Broker, ClientError, ConnectionError, DisconnectReasonCode, Event,
    EventLoop, IncomingPacketSizeLimit, MqttOptions, Packet, PersistedAckMode, PersistedSession,
    PublishNoticeError, PublishOptions, PublishResult, QoS, RetainForwardRule, SessionMode, SessionStore,
    SessionStoreError, SessionStoreKey, StateError, SubscribeFilter, SubscribeReasonCode, UnsubAckReason,
};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::authentication::{Authentication, uses_password};
use super::{Answers, IN_FLIGHT, NEVER, PublishEnd, Slot, Stop, Taken, UNDER_WAY, Welcome, properties};
use crate::profile::{RetainHandling, Secret, Subscription};
use crate::session::{Failure, Options, Parting, Publish, Refusal};
use crate::wire::{PacketType, Qos, Version};

/// The event loop.
pub(super) struct Running {
    events: EventLoop,
    /// What CONNECT asks for, in seconds.
    keep_alive: u16,
    authentication: Option<Authentication>,
}

/// The handle.
#[derive(Clone)]
pub(in crate::session) struct Client {
    handle: AsyncClient,
    authentication: Option<Authentication>,
}

/// An engine for checked options.
pub(super) fn new(session: &Options, slot: Slot) -> Result<(Client, Running), Failure> {
    let profile = &session.profile;
    let broker = Broker::tcp(profile.endpoint.host.clone(), profile.endpoint.port);
    let mut options = MqttOptions::new(profile.client_id.clone(), broker);
    options
        .set_keep_alive(profile.keep_alive_secs)
        .set_request_channel_capacity(UNDER_WAY)
        .set_max_request_batch(usize::from(IN_FLIGHT))
        .set_connect_timeout(NEVER)
        .set_outgoing_inflight_upper_limit(IN_FLIGHT);
    let mut session_expiry_secs = None;
    if profile.clean_session {
        options.set_session_mode(SessionMode::Clean);
    } else {
        // Without an expiry interval the session would end with the network connection.
        session_expiry_secs = Some(u32::MAX);
        options.set_session_mode(SessionMode::Persistent).set_session_store(NothingLeft);
    }
    options.set_connect_properties(properties::connect(&profile.connect, session_expiry_secs));
    let limit = profile.connect.maximum_packet_bytes;
    options.set_incoming_packet_size_limit(
        limit.map_or(IncomingPacketSizeLimit::Unlimited, IncomingPacketSizeLimit::Bytes),
    );
    if let Some(will) = &profile.will {
        options.set_last_will(properties::will(will));
    }
    let method = profile.connect.authentication_method.as_str();
    // What the method shows in its own way does not go out in clear as well.
    let in_clear = !uses_password(method);
    let username = Some(profile.username.clone()).filter(|username| in_clear && !username.is_empty());
    let password = session.secrets.password.as_ref().map(Secret::bytes);
    let password = password.filter(|password| in_clear && !password.is_empty());
    match (username, password.map(<[u8]>::to_vec)) {
        (Some(username), Some(password)) => {
            options.set_credentials(username, password);
        }
        (Some(username), None) => {
            options.set_username(username);
        }
        (None, Some(password)) => {
            options.set_password(password);
        }
        (None, None) => {}
    }
    let authentication = Authentication::of(session);
    if let Some(authentication) = &authentication {
        options.set_authentication_method(Some(method.to_owned()));
        options.set_authenticator(authentication.authenticator());
    }
    options.set_socket_connector(move |_, _| {
        let tap = slot.take();
        async move { tap }
    });
    let mut network = options.network_options();
    network.set_connection_timeout(NEVER.as_secs());
    options.set_network_options(network);
    let (handle, events) =
        AsyncClient::builder(options).try_build().map_err(|error| Failure::of_settings(&error))?;
    let running =
        Running { events, keep_alive: profile.keep_alive_secs, authentication: authentication.clone() };
    Ok((Client { handle, authentication }, running))
}

/// Tells the engine that a session of an earlier program had nothing under way.
///
/// Without any record the engine either ends a connection whose server kept a session, or refuses every
/// request that needs a packet identifier. It is asked once and forgotten after the first CONNACK, since
/// the engine takes a costly snapshot for it at every flush.
#[derive(Debug)]
struct NothingLeft;

impl SessionStore for NothingLeft {
    fn load<'a>(
        &'a self,
        key: &'a SessionStoreKey,
    ) -> std::pin::Pin<
        Box<dyn Future<Output = Result<Option<PersistedSession>, SessionStoreError>> + Send + 'a>,
    > {
        let session = PersistedSession {
            format_version: 1,
            client_id: key.client_id().to_owned(),
            clean_start: false,
            session_expiry_interval: None,
            outgoing_inflight_upper_limit: Some(IN_FLIGHT),
            ack_mode: PersistedAckMode::Automatic,
            last_pkid: 0,
            last_puback: 0,
            replay: Vec::new(),
            incoming_qos2: Vec::new(),
        };
        Box::pin(std::future::ready(Ok(Some(session))))
    }

    fn save<'a>(
        &'a self,
        _: &'a SessionStoreKey,
        _: &'a PersistedSession,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), SessionStoreError>> + Send + 'a>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn clear<'a>(
        &'a self,
        _: &'a SessionStoreKey,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), SessionStoreError>> + Send + 'a>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Running {
    /// Polls until the connection ends.
    pub async fn run(&mut self, online: oneshot::Sender<Welcome>) -> Stop {
        let mut online = Some(online);
        loop {
            match self.events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(connack))) => {
                    self.events.options.clear_session_store();
                    // From here on the tap asks, which sees what comes before a packet is whole.
                    self.events.options.set_keep_alive(0);
                    let said = connack.properties.as_ref().and_then(|of| of.authentication_data.as_deref());
                    if let Some(Err(fault)) = self.authentication.as_ref().map(|of| of.accepted(said)) {
                        return Stop::Authentication(fault);
                    }
                    if let Some(online) = online.take() {
                        // The session may have turned away meanwhile; then it stops this task.
                        let granted = properties::granted(connack.session_present, connack.properties);
                        let _ = online.send(Welcome { granted });
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let fault = self.authentication.as_ref().and_then(Authentication::take_fault);
                    return fault.map_or_else(|| stop(error), Stop::Authentication);
                }
            }
        }
    }

    /// After the end of a connection: with `forget`, ends everything under way. Answers how many requests are left
    /// that were handed over too late for it; they go out on the next one.
    pub fn let_go(&mut self, forget: bool) -> usize {
        // For the next CONNECT.
        self.events.options.set_keep_alive(self.keep_alive);
        if forget {
            self.events.clean();
            self.events.reset_session_state();
        }
        let queues = self.events.diagnostics().queues;
        queues.requests_rx_len + queues.control_requests_rx_len
    }
}

fn stop(error: ConnectionError) -> Stop {
    match error {
        ConnectionError::RequestsDone => Stop::Parted,
        ConnectionError::Io(error)
        | ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(rumqttc_v5::Error::Io(error)),
        ) => Stop::Io(error.kind(), error.to_string()),
        ConnectionError::MqttState(StateError::ConnectionAborted) => {
            Stop::Io(std::io::ErrorKind::UnexpectedEof, "the stream ended".to_owned())
        }
        ConnectionError::MqttState(StateError::Deserialization(error)) => Stop::Protocol(error.to_string()),
        ConnectionError::MqttState(error) => Stop::Protocol(error.to_string()),
        ConnectionError::SessionStateMismatch { .. } => {
            Stop::Protocol("CONNACK says session present although clean start was asked for".to_owned())
        }
        ConnectionError::NotConnAck(_) => Stop::Protocol("the first packet is not CONNACK".to_owned()),
        other => Stop::Protocol(other.to_string()),
    }
}

pub(super) const fn level(qos: Qos) -> QoS {
    match qos {
        Qos::AtMostOnce => QoS::AtMostOnce,
        Qos::AtLeastOnce => QoS::AtLeastOnce,
        Qos::ExactlyOnce => QoS::ExactlyOnce,
    }
}

const fn granted(qos: QoS) -> Qos {
    match qos {
        QoS::AtMostOnce => Qos::AtMostOnce,
        QoS::AtLeastOnce => Qos::AtLeastOnce,
        QoS::ExactlyOnce => Qos::ExactlyOnce,
    }
}

/// What the server said against something.
const fn refused(packet: PacketType, code: u8, reason_string: Option<String>) -> Refusal {
    Refusal::Server { packet, version: Version::V5_0, code, reason_string }
}

const fn suback_code(code: SubscribeReasonCode) -> u8 {
    match code {
        SubscribeReasonCode::Success(qos) => granted(qos) as u8,
        SubscribeReasonCode::Failure | SubscribeReasonCode::Unspecified => 0x80,
        SubscribeReasonCode::ImplementationSpecific => 0x83,
        SubscribeReasonCode::NotAuthorized => 0x87,
        SubscribeReasonCode::TopicFilterInvalid => 0x8f,
        SubscribeReasonCode::PkidInUse => 0x91,
        SubscribeReasonCode::QuotaExceeded => 0x97,
        SubscribeReasonCode::SharedSubscriptionsNotSupported => 0x9e,
        SubscribeReasonCode::SubscriptionIdNotSupported => 0xa1,
        SubscribeReasonCode::WildcardSubscriptionsNotSupported => 0xa2,
    }
}

impl Client {
    pub fn publish(&self, publish: Publish) -> Taken<PublishEnd> {
        let mut options = PublishOptions::new(level(publish.qos)).retain(publish.retain);
        if let Some(properties) = properties::publish(&publish) {
            options = options.properties(properties);
        }
        let notice = self
            .handle
            .try_publish_tracked(publish.topic, publish.payload, options)
            .map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            let (packet, code, said) = match notice.wait_async().await {
                Ok(PublishResult::Qos0Flushed) => return PublishEnd::Sent,
                Ok(PublishResult::Qos1(ack)) => {
                    (PacketType::Puback, ack.reason as u8, ack.properties.and_then(|p| p.reason_string))
                }
                Ok(PublishResult::Qos2PubRecRejected(ack)) => {
                    (PacketType::Pubrec, ack.reason as u8, ack.properties.and_then(|p| p.reason_string))
                }
                Ok(PublishResult::Qos2Completed(ack)) => {
                    (PacketType::Pubcomp, ack.reason as u8, ack.properties.and_then(|p| p.reason_string))
                }
                Err(PublishNoticeError::RetainNotSupported) => return PublishEnd::Refused(Refusal::NoRetain),
                Err(_) => return PublishEnd::Lost,
            };
            if code < 0x80 {
                PublishEnd::Acknowledged
            } else {
                PublishEnd::Refused(refused(packet, code, said))
            }
        }))
    }

    /// One SUBSCRIBE: the properties of the first are those of all.
    pub fn subscribe(&self, wanted: &[Subscription]) -> Taken<Answers> {
        let filters = wanted.iter().map(|one| SubscribeFilter {
            path: one.filter.clone(),
            qos: level(one.qos),
            nolocal: one.no_local,
            preserve_retain: one.retain_as_published,
            retain_forward_rule: match one.retain_handling {
                RetainHandling::Always => RetainForwardRule::OnEverySubscribe,
                RetainHandling::IfNew => RetainForwardRule::OnNewSubscribe,
                RetainHandling::Never => RetainForwardRule::Never,
            },
        });
        let notice = match wanted.first().and_then(properties::subscribe) {
            None => self.handle.try_subscribe_many_tracked(filters),
            Some(properties) => self.handle.try_subscribe_many_with_properties_tracked(filters, properties),
        }
        .map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            let suback = notice.wait_async().await.ok()?;
            let said = suback.properties.and_then(|properties| properties.reason_string);
            let answer = |code| match code {
                SubscribeReasonCode::Success(qos) => Ok(granted(qos)),
                other => Err(refused(PacketType::Suback, suback_code(other), said.clone())),
            };
            Some(suback.return_codes.into_iter().map(answer).collect())
        }))
    }

    /// One UNSUBSCRIBE.
    pub fn unsubscribe(&self, filters: Vec<String>) -> Taken<Answers> {
        let notice = self.handle.try_unsubscribe_many_tracked(filters).map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            let unsuback = notice.wait_async().await.ok()?;
            let said = unsuback.properties.and_then(|properties| properties.reason_string);
            let answer = |reason| match reason {
                UnsubAckReason::Success | UnsubAckReason::NoSubscriptionExisted => Ok(Qos::AtMostOnce),
                other => Err(refused(PacketType::Unsuback, other as u8, said.clone())),
            };
            Some(unsuback.reasons.into_iter().map(answer).collect())
        }))
    }

    /// Authenticates once more; answers how long it took, or why it failed.
    pub fn reauthenticate(&self, patience: Duration) -> Taken<Result<Duration, Refusal>> {
        let begin = Instant::now();
        let authentication = self.authentication.clone().ok_or(Refusal::NoAuthenticationMethod)?;
        // The engine would end the connection over a second one.
        if !authentication.claim() {
            return Err(Refusal::Reauthenticating);
        }
        let notice = self.handle.try_reauth_tracked(None).map_err(|error| {
            authentication.done();
            Refusal::Engine(error.to_string())
        })?;
        Ok(Box::pin(async move {
            let Ok(result) = timeout(patience, notice.wait_async()).await else {
                return Err(Refusal::Silent { after_secs: patience.as_secs() });
            };
            authentication.done();
            match result {
                Ok(_) => Ok(begin.elapsed()),
                Err(AuthNoticeError::AuthenticationFailed(_) | AuthNoticeError::ProtocolError) => {
                    Err(Refusal::Authentication)
                }
                Err(_) => Err(Refusal::ConnectionLost),
            }
        }))
    }

    pub fn disconnect(&self, parting: &Parting) {
        // It fails only when the engine is gone, which ends the connection too.
        let _ = if *parting == Parting::default() {
            self.handle.try_disconnect()
        } else {
            self.handle.try_disconnect_with_properties(reason(parting), properties::disconnect(parting))
        };
    }

    pub fn disconnect_now(&self, parting: &Parting) {
        // As above.
        let _ = if *parting == Parting::default() {
            self.handle.try_disconnect_now()
        } else {
            self.handle.try_disconnect_now_with_properties(reason(parting), properties::disconnect(parting))
        };
    }
}

/// A reason code that the standard does not have is none that could be sent.
fn reason(parting: &Parting) -> DisconnectReasonCode {
    DisconnectReasonCode::try_from(parting.reason).unwrap_or(DisconnectReasonCode::UnspecifiedError)
}

fn not_taken(error: &ClientError) -> Refusal {
    Refusal::Engine(match error {
        ClientError::InvalidRequest(_) => "the topic is not well-formed".to_owned(),
        other => other.to_string(),
    })
}
