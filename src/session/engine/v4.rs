//! The engine for 3.1.1, and for 3.1 with a rewritten CONNECT.

use std::future::Future;
use std::time::Instant;

use rumqttc_v4::{
    AsyncClient, Broker, ClientError, ConnectionError, Event, EventLoop, LastWill, MqttOptions, Packet,
    PublishOptions, PublishResult, QoS, StateError, SubscribeFilter, SubscribeReasonCode,
};
use tokio::sync::oneshot;

use super::{IN_FLIGHT, NEVER, Slot, Stop, UNDER_WAY, Welcome, lost_before_answer, outcomes};
use crate::profile::{Profile, Secret, Subscription};
use crate::session::{Failure, FilterOutcome, Granted, Publish, PublishOutcome};
use crate::wire::Qos;

/// The event loop.
pub(super) struct Running(EventLoop);

/// The handle.
#[derive(Clone)]
pub(in crate::session) struct Client(AsyncClient);

/// An engine for a checked profile.
pub(super) fn new(
    profile: &Profile,
    password: Option<&Secret>,
    slot: Slot,
) -> Result<(Client, Running), Failure> {
    let broker = Broker::tcp(profile.endpoint.host.clone(), profile.endpoint.port);
    let mut options = MqttOptions::new(profile.client_id.clone(), broker);
    options
        .set_keep_alive(profile.keep_alive_secs)
        .set_max_packet_size(usize::MAX, usize::MAX)
        .set_request_channel_capacity(UNDER_WAY)
        .set_max_request_batch(usize::from(IN_FLIGHT));
    let settings = |error: rumqttc_v4::ConfigError| Failure::Settings { detail: error.to_string() };
    options.try_set_clean_session(profile.clean_session).map_err(settings)?;
    options.try_set_inflight(IN_FLIGHT).map_err(settings)?;
    if !profile.username.is_empty() {
        match password.map(Secret::bytes).filter(|password| !password.is_empty()) {
            Some(password) => {
                options.set_credentials(profile.username.clone(), password.to_vec());
            }
            None => {
                options.set_username(profile.username.clone());
            }
        }
    }
    if let Some(will) = &profile.will {
        let payload = will.payload.0.clone();
        options.set_last_will(LastWill::new(will.topic.clone(), payload, level(will.qos), will.retain));
    }
    options.set_socket_connector(move |_, _| {
        let tap = slot.take();
        async move { tap }
    });
    let (client, mut running) = AsyncClient::builder(options)
        .try_build()
        .map_err(|error| Failure::Settings { detail: error.to_string() })?;
    let mut network = running.network_options();
    network.set_connection_timeout(NEVER.as_secs());
    running.set_network_options(network);
    Ok((Client(client), Running(running)))
}

impl Running {
    /// Polls until the connection ends.
    pub async fn run(&mut self, online: oneshot::Sender<Welcome>) -> Stop {
        let mut online = Some(online);
        loop {
            match self.0.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(connack))) => {
                    if let Some(online) = online.take() {
                        let granted =
                            Granted { session_present: connack.session_present, ..Granted::default() };
                        // The session may have turned away meanwhile; then it stops this task.
                        let _ = online.send(Welcome { granted });
                    }
                }
                Ok(_) => {}
                Err(error) => return stop(error),
            }
        }
    }

    pub fn let_go(&mut self, forget: bool) {
        self.0.clean();
        if forget {
            self.0.reset_session_state();
        }
    }
}

fn stop(error: ConnectionError) -> Stop {
    match error {
        ConnectionError::RequestsDone => Stop::Parted,
        ConnectionError::Io(error)
        | ConnectionError::MqttState(
            StateError::Io(error) | StateError::Deserialization(rumqttc_v4::Error::Io(error)),
        ) => Stop::Io(error.kind(), error.to_string()),
        ConnectionError::MqttState(StateError::ConnectionAborted) => {
            Stop::Io(std::io::ErrorKind::UnexpectedEof, "the stream ended".to_owned())
        }
        ConnectionError::MqttState(StateError::AwaitPingResp) => Stop::KeepAlive,
        ConnectionError::MqttState(StateError::Deserialization(error)) => Stop::Protocol(error.to_string()),
        ConnectionError::MqttState(error) => Stop::Protocol(error.to_string()),
        ConnectionError::SessionStateMismatch { .. } => {
            Stop::Protocol("CONNACK says session present although clean session was asked for".to_owned())
        }
        ConnectionError::NotConnAck(_) => Stop::Protocol("the first packet is not CONNACK".to_owned()),
        other => Stop::Protocol(other.to_string()),
    }
}

const fn level(qos: Qos) -> QoS {
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

/// Why a request never began.
fn not_taken(error: &ClientError) -> String {
    match error {
        ClientError::InvalidRequest(_) => "the topic is not well-formed".to_owned(),
        other => other.to_string(),
    }
}

impl Client {
    pub fn publish(&self, publish: Publish) -> impl Future<Output = PublishOutcome> + Send + 'static {
        let begin = Instant::now();
        let options = PublishOptions::new(level(publish.qos)).retain(publish.retain);
        let notice = self.0.try_publish_tracked(publish.topic, publish.payload, options);
        async move {
            let notice = match notice {
                Ok(notice) => notice,
                Err(error) => return PublishOutcome::Refused { reason: not_taken(&error) },
            };
            match notice.wait_async().await {
                Ok(PublishResult::Qos0Flushed) => PublishOutcome::Sent,
                Ok(PublishResult::Qos1(_) | PublishResult::Qos2Completed(_)) => {
                    PublishOutcome::Acknowledged { after: begin.elapsed() }
                }
                Err(_) => PublishOutcome::Abandoned,
            }
        }
    }

    pub fn subscribe(
        &self,
        wanted: Vec<Subscription>,
    ) -> impl Future<Output = Vec<FilterOutcome>> + Send + 'static {
        let filters: Vec<_> = wanted.iter().map(|one| one.filter.clone()).collect();
        let notice = (!wanted.is_empty()).then(|| {
            let asked = wanted.into_iter().map(|one| SubscribeFilter::new(one.filter, level(one.qos)));
            self.0.try_subscribe_many_tracked(asked)
        });
        async move {
            let answers = match notice {
                None => return Vec::new(),
                Some(Err(error)) => Err(not_taken(&error)),
                Some(Ok(notice)) => {
                    notice.wait_async().await.map_err(|_| lost_before_answer()).map(|suback| {
                        let answer = |code| match code {
                            SubscribeReasonCode::Success(qos) => Ok(granted(qos)),
                            SubscribeReasonCode::Failure => Err("refused by the server (0x80)".to_owned()),
                        };
                        suback.return_codes.into_iter().map(answer).collect()
                    })
                }
            };
            outcomes(filters, answers)
        }
    }

    pub fn unsubscribe(
        &self,
        filters: Vec<String>,
    ) -> impl Future<Output = Vec<FilterOutcome>> + Send + 'static {
        let notice = (!filters.is_empty()).then(|| self.0.try_unsubscribe_many_tracked(filters.clone()));
        async move {
            let answers = match notice {
                None => return Vec::new(),
                Some(Err(error)) => Err(not_taken(&error)),
                Some(Ok(notice)) => notice
                    .wait_async()
                    .await
                    .map_err(|_| lost_before_answer())
                    .map(|_| vec![Ok(Qos::AtMostOnce); filters.len()]),
            };
            outcomes(filters, answers)
        }
    }

    pub fn disconnect(&self) {
        // It fails only when the engine is gone, which ends the connection too.
        let _ = self.0.try_disconnect();
    }

    pub fn disconnect_now(&self) {
        // As above.
        let _ = self.0.try_disconnect_now();
    }
}
