//! The engine for 3.1.1, and for 3.1 with a rewritten CONNECT.

use rumqttc_v4::{
    AsyncClient, Broker, ClientError, ConnectionError, Event, EventLoop, LastWill, MqttOptions, Packet,
    PublishOptions, PublishResult, QoS, StateError, SubscribeFilter, SubscribeReasonCode,
};
use tokio::sync::oneshot;

use super::{Answers, IN_FLIGHT, NEVER, PublishEnd, Slot, Stop, Taken, UNDER_WAY, Welcome};
use crate::profile::{Profile, Secret, Subscription};
use crate::session::{Failure, Granted, Publish, Refusal};
use crate::wire::{PacketType, Qos, Version};

/// The event loop, and the keep alive.
pub(super) struct Running(EventLoop, u16);

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
    let settings = |error: rumqttc_v4::ConfigError| Failure::of_settings(&error);
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
    let (client, mut running) =
        AsyncClient::builder(options).try_build().map_err(|error| Failure::of_settings(&error))?;
    let mut network = running.network_options();
    network.set_connection_timeout(NEVER.as_secs());
    running.set_network_options(network);
    Ok((Client(client), Running(running, profile.keep_alive_secs)))
}

impl Running {
    /// Polls until the connection ends.
    pub async fn run(&mut self, online: oneshot::Sender<Welcome>) -> Stop {
        let mut online = Some(online);
        loop {
            match self.0.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(connack))) => {
                    // From here on the tap asks, which sees what comes before a packet is whole.
                    self.0.mqtt_options.set_keep_alive(0);
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

    /// After the end of a connection: with `forget`, ends everything under way. Answers how many requests are left
    /// that were handed over too late for it; they go out on the next one.
    pub fn let_go(&mut self, forget: bool) -> usize {
        // For the next CONNECT.
        self.0.mqtt_options.set_keep_alive(self.1);
        if forget {
            self.0.clean();
            self.0.reset_session_state();
        }
        let queues = self.0.diagnostics().queues;
        queues.requests_rx_len + queues.control_requests_rx_len
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

impl Client {
    pub fn publish(&self, publish: Publish) -> Taken<PublishEnd> {
        let options = PublishOptions::new(level(publish.qos)).retain(publish.retain);
        let notice = self
            .0
            .try_publish_tracked(publish.topic, publish.payload, options)
            .map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            match notice.wait_async().await {
                Ok(PublishResult::Qos0Flushed) => PublishEnd::Sent,
                Ok(PublishResult::Qos1(_) | PublishResult::Qos2Completed(_)) => PublishEnd::Acknowledged,
                Err(_) => PublishEnd::Lost,
            }
        }))
    }

    /// One SUBSCRIBE.
    pub fn subscribe(&self, wanted: &[Subscription]) -> Taken<Answers> {
        let asked = wanted.iter().map(|one| SubscribeFilter::new(one.filter.clone(), level(one.qos)));
        let notice = self.0.try_subscribe_many_tracked(asked).map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            let suback = notice.wait_async().await.ok()?;
            let answer = |code| match code {
                SubscribeReasonCode::Success(qos) => Ok(granted(qos)),
                SubscribeReasonCode::Failure => Err(Refusal::Server {
                    packet: PacketType::Suback,
                    version: Version::V3_1_1,
                    code: 0x80,
                    reason_string: None,
                }),
            };
            Some(suback.return_codes.into_iter().map(answer).collect())
        }))
    }

    /// One UNSUBSCRIBE; it cannot be refused.
    pub fn unsubscribe(&self, filters: Vec<String>) -> Taken<Answers> {
        let count = filters.len();
        let notice = self.0.try_unsubscribe_many_tracked(filters).map_err(|error| not_taken(&error))?;
        Ok(Box::pin(async move {
            notice.wait_async().await.ok()?;
            Some(vec![Ok(Qos::AtMostOnce); count])
        }))
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

fn not_taken(error: &ClientError) -> Refusal {
    Refusal::Engine(match error {
        ClientError::InvalidRequest(_) => "the topic is not well-formed".to_owned(),
        other => other.to_string(),
    })
}
