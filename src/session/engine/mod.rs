//! The MQTT engines behind one face: 3.1 and 3.1.1 run on one, 5.0 on the other.
//!
//! An engine never dials: the session lays a tapped connection into the [`Slot`], and the engine's
//! connector takes it from there. The engine runs in a task of its own and is never raced against
//! anything, since a dropped poll can lose acknowledgements.

mod authentication;
mod properties;
mod scram;
mod v4;
mod v5;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::tap::Tap;
use super::{
    AuthenticationFault, Event, Failure, FilterOutcome, Granted, Options, Parting, Publish, PublishOutcome,
    Refusal, RequestId, SettingsFault, SettingsPart,
};
use crate::profile::{Profile, Protocol, Secret, Subscription};
use crate::wire::{Qos, Version, check_topic_name};

/// Requests that may be under way at a time; the engine's queue holds as many, so that handing it one
/// never fails for want of room.
pub(super) const UNDER_WAY: usize = 1024;

/// Publishes with acknowledgement in flight at a time. Unset, the 5.0 engine looks through all 65,536
/// packet identifiers at every flush.
const IN_FLIGHT: u16 = 256;

/// How long the engine itself waits for a flush: the tap decides about stalled peers, sooner.
const NEVER: Duration = Duration::from_hours(24 * 365 * 100);

/// Where the session lays the next connection for the engine.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Tap>>>);

impl Slot {
    pub fn lay(&self, tap: Tap) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(tap);
    }

    /// Drops a tap that the engine has not taken.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn take(&self) -> io::Result<Tap> {
        let laid = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        laid.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

/// Why an engine stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It sent DISCONNECT as it was asked to.
    Parted,
    /// Reading or writing failed, or the stream ended.
    Io(io::ErrorKind, String),
    /// The server broke the protocol.
    Protocol(String),
    /// What the server said in enhanced authentication cannot be accepted.
    Authentication(AuthenticationFault),
}

/// What CONNACK brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Welcome {
    pub granted: Granted,
}

/// An engine: the part that runs, and the part that is asked.
pub(super) struct Engine {
    running: Running,
    client: Client,
}

enum Running {
    V4(Box<v4::Running>),
    V5(Box<v5::Running>),
}

/// The part of an engine that is asked.
#[derive(Clone)]
pub(super) enum Client {
    V4(v4::Client),
    V5(v5::Client),
}

impl Engine {
    /// An engine for a session that takes its connections from `slot`.
    pub fn new(options: &Options, slot: Slot) -> Result<Self, Failure> {
        let (profile, password) = (&options.profile, options.secrets.password.as_ref());
        check(profile, password).map_err(|fault| Failure::Settings { fault })?;
        if profile.version == Version::V5_0 {
            authentication::check(options).map_err(|fault| Failure::Settings { fault })?;
            let (client, running) = v5::new(options, slot)?;
            Ok(Self { running: Running::V5(Box::new(running)), client: Client::V5(client) })
        } else {
            let (client, running) = v4::new(profile, password, slot)?;
            Ok(Self { running: Running::V4(Box::new(running)), client: Client::V4(client) })
        }
    }

    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Runs one network connection to its end. `online` hears once when the server has accepted.
    pub async fn run(mut self, online: oneshot::Sender<Welcome>) -> (Self, Stop) {
        let stop = match &mut self.running {
            Running::V4(running) => running.run(online).await,
            Running::V5(running) => running.run(online).await,
        };
        (self, stop)
    }

    /// After the end of a connection: with `forget`, ends everything under way, else it is gone on with on the next
    /// one. Answers how many requests came too late for this one and go out on the next.
    pub fn let_go(&mut self, forget: bool) -> usize {
        match &mut self.running {
            Running::V4(running) => running.let_go(forget),
            Running::V5(running) => running.let_go(forget),
        }
    }
}

/// What no version allows, and what would stop an engine dead.
fn check(profile: &Profile, password: Option<&Secret>) -> Result<(), SettingsFault> {
    use SettingsPart as Part;
    let before_5 = profile.version != Version::V5_0;
    let will = profile.will.as_ref();
    let texts = [
        (Part::ClientId, profile.client_id.as_bytes()),
        (Part::Username, profile.username.as_bytes()),
        (Part::Password, password.map_or(&[][..], Secret::bytes)),
        (Part::WillPayload, will.map_or(&[][..], |will| &will.payload.0)),
    ];
    if let Some((part, _)) = texts.iter().find(|(_, bytes)| bytes.len() > usize::from(u16::MAX)) {
        return Err(SettingsFault::TooLong(*part));
    }
    // A password is bytes, and so is a payload.
    if let Some((part, _)) = texts[..2].iter().find(|(_, bytes)| bytes.contains(&0)) {
        return Err(SettingsFault::NullCharacter(*part));
    }
    if profile.endpoint.host.is_empty() {
        return Err(SettingsFault::NoHost);
    }
    if profile.endpoint.port == 0 && profile.endpoint.protocol != Protocol::Unix {
        return Err(SettingsFault::NoPort);
    }
    if let Some(will) = will {
        check_topic_name(&will.topic).map_err(SettingsFault::WillTopic)?;
    }
    if !before_5 && profile.connect.receive_maximum == Some(0) {
        return Err(SettingsFault::Zero(Part::ReceiveMaximum));
    }
    if !before_5 && profile.connect.maximum_packet_bytes == Some(0) {
        return Err(SettingsFault::Zero(Part::MaximumPacket));
    }
    if before_5 && profile.client_id.is_empty() && !profile.clean_session {
        return Err(SettingsFault::NoClientId);
    }
    if before_5 && profile.username.is_empty() && password.is_some_and(|secret| !secret.is_empty()) {
        return Err(SettingsFault::PasswordAlone);
    }
    Ok(())
}

/// What an engine answers later to a request, or why it did not take it.
type Taken<T> = Result<Pin<Box<dyn Future<Output = T> + Send>>, Refusal>;

/// The server's answers to the filters of one packet, in order; `None` when the connection went first.
type Answers = Option<Vec<Result<Qos, Refusal>>>;

/// How a publish ended for an engine.
pub(in crate::session) enum PublishEnd {
    Sent,
    Acknowledged,
    Refused(Refusal),
    /// The connection or the session went first.
    Lost,
}

/// The end of a request.
pub(super) enum Done {
    /// Its outcome.
    Event(Event),
    /// A message of `QoS` 1 or 2 whose session is gone.
    Lost(Lost),
}

/// A message of `QoS` 1 or 2 whose session is gone.
pub(super) struct Lost {
    pub id: RequestId,
    /// The how manieth publish it was.
    pub order: u64,
    /// The message, where it was kept.
    pub publish: Option<Publish>,
}

/// One outcome per filter of one packet.
async fn outcomes(filters: Vec<String>, taken: Taken<Answers>) -> Vec<FilterOutcome> {
    let (answers, missing) = match taken {
        Err(refusal) => (Vec::new(), refusal),
        Ok(answers) => match answers.await {
            None => (Vec::new(), Refusal::ConnectionLost),
            Some(answers) => (answers, Refusal::Unanswered),
        },
    };
    let mut answers = answers.into_iter();
    filters
        .into_iter()
        .map(|filter| FilterOutcome {
            filter,
            result: answers.next().unwrap_or_else(|| Err(missing.clone())),
        })
        .collect()
}

/// Puts answers into the empty places.
fn fill(places: Vec<Option<FilterOutcome>>, answers: Vec<FilterOutcome>) -> Vec<FilterOutcome> {
    let mut answers = answers.into_iter();
    places.into_iter().filter_map(|place| place.or_else(|| answers.next())).collect()
}

impl Client {
    /// Hands a publish over; its end joins `under_way`. With `keep`, a message that is lost comes back.
    pub fn publish(
        &self,
        id: RequestId,
        order: u64,
        publish: Publish,
        keep: bool,
        under_way: &mut JoinSet<Done>,
    ) {
        let begin = Instant::now();
        let acknowledged = publish.qos != Qos::AtMostOnce;
        // A topic alias alone means nothing on the next connection.
        let kept = (keep && acknowledged && !publish.topic.is_empty()).then(|| publish.clone());
        let taken = match self {
            Self::V4(client) => client.publish(publish),
            Self::V5(client) => client.publish(publish),
        };
        under_way.spawn(async move {
            let end = match taken {
                Ok(end) => end.await,
                Err(refusal) => PublishEnd::Refused(refusal),
            };
            let outcome = match end {
                PublishEnd::Sent => PublishOutcome::Sent,
                PublishEnd::Acknowledged => PublishOutcome::Acknowledged { after: begin.elapsed() },
                PublishEnd::Refused(reason) => PublishOutcome::Refused { reason },
                PublishEnd::Lost if acknowledged => {
                    return Done::Lost(Lost { id, order, publish: kept });
                }
                PublishEnd::Lost => PublishOutcome::Abandoned,
            };
            Done::Event(Event::Published { id, outcome })
        });
    }

    /// Asks for topic filters, which must be well-formed; the outcome joins `under_way`. Their answers fill
    /// the empty `places`, in order.
    pub fn subscribe(
        &self,
        id: Option<RequestId>,
        places: Vec<Option<FilterOutcome>>,
        wanted: &[Subscription],
        under_way: &mut JoinSet<Done>,
    ) {
        // A SUBSCRIBE has the same properties for all of its filters.
        let alike = |one: &Subscription, next: &Subscription| {
            matches!(self, Self::V4(_))
                || one.identifier == next.identifier && one.user_properties == next.user_properties
        };
        let packets: Vec<_> = wanted
            .chunk_by(alike)
            .map(|together| {
                let filters: Vec<_> = together.iter().map(|one| one.filter.clone()).collect();
                let taken = match self {
                    Self::V4(client) => client.subscribe(together),
                    Self::V5(client) => client.subscribe(together),
                };
                (filters, taken)
            })
            .collect();
        under_way.spawn(async move {
            let mut answers = Vec::new();
            for (filters, taken) in packets {
                answers.extend(outcomes(filters, taken).await);
            }
            Done::Event(Event::Subscribed { id, outcomes: fill(places, answers) })
        });
    }

    /// Gives topic filters up, as [`Self::subscribe`] asks for them.
    pub fn unsubscribe(
        &self,
        id: RequestId,
        places: Vec<Option<FilterOutcome>>,
        filters: Vec<String>,
        under_way: &mut JoinSet<Done>,
    ) {
        let taken = (!filters.is_empty()).then(|| match self {
            Self::V4(client) => client.unsubscribe(filters.clone()),
            Self::V5(client) => client.unsubscribe(filters.clone()),
        });
        under_way.spawn(async move {
            let answers = match taken {
                None => Vec::new(),
                Some(taken) => outcomes(filters, taken).await,
            };
            Done::Event(Event::Unsubscribed { id, outcomes: fill(places, answers) })
        });
    }

    /// Authenticates once more, waiting so long for an end; the outcome joins `under_way`.
    pub fn reauthenticate(&self, id: RequestId, patience: Duration, under_way: &mut JoinSet<Done>) {
        let taken = match self {
            Self::V4(_) => Err(Refusal::NoReauthentication),
            Self::V5(client) => client.reauthenticate(patience),
        };
        under_way.spawn(async move {
            let result = match taken {
                Err(refusal) => Err(refusal),
                Ok(ending) => ending.await,
            };
            Done::Event(Event::Reauthenticated { id, result })
        });
    }

    /// Sends DISCONNECT once everything under way is acknowledged.
    pub fn disconnect(&self, parting: &Parting) {
        match self {
            Self::V4(client) => client.disconnect(),
            Self::V5(client) => client.disconnect(parting),
        }
    }

    /// Sends DISCONNECT now.
    pub fn disconnect_now(&self, parting: &Parting) {
        match self {
            Self::V4(client) => client.disconnect_now(),
            Self::V5(client) => client.disconnect_now(parting),
        }
    }
}
