//! `mqloupe demo`: one message's way through a broker, every packet explained.

use super::Stop;

#[cfg(not(feature = "broker"))]
#[expect(clippy::unused_async, reason = "the same shape with and without the broker")]
pub(super) async fn run() -> Result<(), Stop> {
    Err(Stop::Usage("this build has no broker, which the demo needs".to_owned()))
}

#[cfg(feature = "broker")]
pub(super) use with_broker::run;

#[cfg(feature = "broker")]
mod with_broker {
    use std::io::{self, Write};
    use std::time::Duration;

    use super::Stop;
    use crate::broker::Broker;
    use crate::cli::link::{Link, asked_to_stop};
    use crate::cli::print;
    use crate::language::Language;
    use crate::log::{FrameLog, Limits};
    use crate::outline::outline;
    use crate::profile::{Endpoint, Profile, Protocol, Subscription};
    use crate::session::{Command, Event, Options, Parting, Publish, PublishOutcome, RequestId};
    use crate::wire::{self, Direction, PacketType};

    const TOPIC: &str = "sensor";
    const PAYLOAD: &str = "lalala";

    /// How long the exchange may take.
    const PATIENCE: Duration = Duration::from_secs(10);

    pub(in crate::cli) async fn run() -> Result<(), Stop> {
        let broker = Broker::start(&tokio::runtime::Handle::current(), 0)
            .map_err(|error| Stop::Failed(error.to_string()))?;
        let address = broker.address();
        let profile = Profile {
            endpoint: Endpoint {
                protocol: Protocol::Mqtt,
                host: address.ip().to_string(),
                port: address.port(),
            },
            client_id: "mqloupe_demo".to_owned(),
            reconnect: false,
            subscriptions: vec![Subscription {
                filter: TOPIC.to_owned(),
                enabled: true,
                ..Subscription::default()
            }],
            ..Profile::default()
        };
        let options = Options { profile, ..Options::default() };
        let mut link = Link::start(options, Parting::default(), FrameLog::in_memory(Limits::default()));
        let exchanged = tokio::select! {
            exchanged = exchange(&mut link) => exchanged,
            () = asked_to_stop() => Ok(()),
            () = tokio::time::sleep(PATIENCE) => Err(Stop::Failed("the demo's broker does not answer".to_owned())),
        };
        let parted = link.part(|_| {}).await;
        broker.stop().await;
        exchanged.and(parted)?;
        let mut output = io::BufWriter::new(io::stdout().lock());
        writeln!(
            output,
            "A broker at {address} and a client that subscribes to {TOPIC:?} and publishes {PAYLOAD:?} to it.\n\
             Every packet between the two: → to the broker, ← to the client. Below each, its fields with offset \
             and bytes.\n"
        )?;
        explain(&mut output, &link.log)?;
        output.flush()?;
        Ok(())
    }

    /// Publishes once subscribed, and waits until the message has come back.
    async fn exchange(link: &mut Link) -> Result<(), Stop> {
        loop {
            match link.event().await {
                None => return Err(Stop::Failed("the demo's session ended early".to_owned())),
                Some(Event::Phase(phase)) => {
                    if let Some(ended) = link.phase(phase) {
                        return ended;
                    }
                }
                Some(Event::Subscribed { .. }) => {
                    let publish = Publish {
                        topic: TOPIC.to_owned(),
                        payload: PAYLOAD.as_bytes().to_vec(),
                        ..Publish::default()
                    };
                    link.send(Command::Publish { id: RequestId(0), publish })
                        .map_err(|_| Stop::Failed("the demo's session ended early".to_owned()))?;
                }
                Some(Event::Published { outcome: PublishOutcome::Sent, .. }) => break,
                Some(Event::Published { outcome, .. }) => {
                    return Err(Stop::Failed(format!("the demo's message was not sent: {outcome:?}")));
                }
                Some(Event::Notice(_) | Event::Unsubscribed { .. } | Event::Reauthenticated { .. }) => {}
            }
        }
        let changes = link.changes();
        while !message_is_back(&link.log) {
            changes.next().await;
        }
        Ok(())
    }

    fn message_is_back(log: &FrameLog) -> bool {
        log.rows()
            .filter_map(|row| log.entry(row))
            .any(|entry| entry.packet == Some(PacketType::Publish) && entry.direction == Direction::ToClient)
    }

    fn explain(output: &mut impl Write, log: &FrameLog) -> io::Result<()> {
        for row in log.rows() {
            let Some(frame) = log.frame(row) else { continue };
            let dissection = wire::dissect(&frame.bytes, &log.context(row));
            writeln!(output, "{}", print::packet(log, &frame))?;
            writeln!(output, "{}", outline(&frame.bytes, &dissection, Language::English, false))?;
        }
        Ok(())
    }
}
