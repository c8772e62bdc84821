//! `mqloupe pub`: publish messages, and wait until each is acknowledged.

// Doc comments of arguments are help texts: backticks would show.
#![allow(clippy::doc_markdown)]

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use super::link::{Link, asked_to_stop};
use super::messages::{Messages, Times, read_file, read_lines, read_stdin, times};
use super::options::{self, Sender};
use super::{Stop, capture};
use crate::language::Language;
use crate::runtime::Pace;
use crate::session::{Command, Event, Phase, Publish, PublishOutcome, Refusal, RequestId};
use crate::text::{refusal, session_notice};
use crate::wire::{Qos, check_topic_name};

/// Messages under way at a time.
const UNDER_WAY: usize = 512;

/// Bytes of payload under way at a time; one message alone may have more.
const UNDER_WAY_BYTES: usize = 32 * 1024 * 1024;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["message", "file", "stdin", "lines", "empty"]),
    override_usage = "mqloupe pub [OPTIONS] -t TOPIC (-m MESSAGE | -f FILE | -s | -l | -n)",
    after_help = options::notes(Sender::Pub, EXAMPLES)
)]
pub(super) struct Arguments {
    /// The topic name
    #[arg(short = 't', long)]
    topic: Option<String>,

    /// The QoS: 0, 1 or 2 [default: 0]
    #[arg(short = 'q', long, value_name = "QOS", default_value = "0", hide_default_value = true, value_parser = options::qos)]
    qos: Qos,

    /// The server keeps the message for later subscribers
    #[arg(short = 'r', long)]
    retain: bool,

    /// The message
    #[arg(short = 'm', long, value_name = "MESSAGE", help_heading = "Message", allow_hyphen_values = true)]
    message: Option<String>,

    /// A file's bytes
    #[arg(short = 'f', long, value_name = "FILE", help_heading = "Message")]
    file: Option<PathBuf>,

    /// All of standard input as one message
    #[arg(short = 's', long = "stdin-file", help_heading = "Message")]
    stdin: bool,

    /// Each line of standard input
    #[arg(short = 'l', long = "stdin-line", help_heading = "Message")]
    lines: bool,

    /// No bytes; with -r the retained message is deleted
    #[arg(short = 'n', long = "null-message", help_heading = "Message")]
    empty: bool,

    /// Publish each N times, or forever [default: 1]
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        hide_default_value = true,
        help_heading = "Message",
        value_parser = times
    )]
    repeat: Times,

    /// Wait so long after each, such as 0.5
    #[arg(
        long,
        value_name = "SECS",
        help_heading = "Message",
        conflicts_with = "rate",
        value_parser = delay
    )]
    repeat_delay: Option<Duration>,

    /// At most so many messages a second
    #[arg(long, value_name = "N", help_heading = "Message", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    #[command(flatten)]
    connection: options::Arguments,
}

const EXAMPLES: &str = "  mqloupe pub -t sensor -m 'Hi'
  mqloupe pub -L mqtts://broker.example/light/1 -n -r
  mqloupe pub -t beat -m . --repeat forever --repeat-delay 1
  seq 1000 | mqloupe pub -t numbers -l -q 1 --rate 50";

/// Seconds with or without a fraction, up to a day.
fn delay(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    let seconds = seconds.ok_or("a number of seconds from 0 to 86400, such as 0.5")?;
    Ok(Duration::from_secs_f64(seconds))
}

pub(super) async fn run(arguments: Arguments, data_dir: Option<PathBuf>) -> Result<(), Stop> {
    let Arguments { connection, topic, qos, retain, message, file, stdin, lines, .. } = arguments;
    let Arguments { repeat, repeat_delay, rate, .. } = arguments;
    let mut target = connection.target(Sender::Pub, data_dir.as_deref())?;
    let Some(topic) = topic.or(target.topic) else {
        return Err(Stop::Usage("a topic is needed: -t TOPIC, or at the end of the URL".to_owned()));
    };
    check_topic_name(&topic).map_err(|fault| {
        Stop::Usage(format!("-t: the topic name {topic:?} {}", fault.text(Language::English)))
    })?;
    // What is saved with a connection is for those who listen.
    target.options.profile.subscriptions.clear();
    let template = Publish {
        topic,
        qos,
        retain,
        payload: Vec::new(),
        properties: Box::new(target.message),
        topic_alias: target.topic_alias,
    };
    let messages = if lines {
        Messages::lines(read_lines(), template, repeat)
    } else {
        let payload = match (message, file, stdin) {
            (Some(message), ..) => message.into_bytes(),
            (None, Some(path), _) => read_file(&path)?,
            (None, None, true) => read_stdin()?,
            (None, None, false) => Vec::new(),
        };
        Messages::one(payload, template, repeat)
    };
    let reconnects = target.options.profile.reconnect;
    let stop = asked_to_stop();
    let (log, destination) = capture::begin(target.capture.as_deref(), target.with_secrets)?;
    let mut link = Link::start(target.options, target.parting, log);
    let mut work = Work {
        messages,
        pace: rate.map(|rate| Duration::from_secs(1) / rate).or(repeat_delay).map(Pace::new),
        exhausted: false,
        again: VecDeque::new(),
        under_way: HashMap::new(),
        under_way_bytes: 0,
        next_id: 0,
        refused: 0,
        abandoned: 0,
        met_server: false,
        reconnects,
    };
    let (result, interrupted) = tokio::select! {
        result = work.finish(&mut link) => (result, false),
        () = stop => (Ok(()), true),
    };
    let parted = link
        .part(|event| {
            if let Event::Published { id, outcome } = event {
                work.settle(id, outcome);
            }
        })
        .await;
    let saved = destination.map_or(Ok(()), |destination| destination.save(&link.log));
    result.and(parted).and(saved).and(work.verdict(interrupted))
}

struct Work {
    messages: Messages,
    pace: Option<Pace>,
    /// The source has nothing more.
    exhausted: bool,
    /// Messages that a lost connection left without an answer.
    again: VecDeque<Publish>,
    under_way: HashMap<u64, Publish>,
    under_way_bytes: usize,
    next_id: u64,
    refused: usize,
    /// Messages of which is not known whether the server has them.
    abandoned: usize,
    /// Whether a server has accepted the connection.
    met_server: bool,
    /// Whether lost messages are sent again.
    reconnects: bool,
}

impl Work {
    /// Publishes everything and waits for every outcome.
    async fn finish(&mut self, link: &mut Link) -> Result<(), Stop> {
        let mut online = false;
        while !(self.exhausted && self.again.is_empty() && self.under_way.is_empty()) {
            let room = self.under_way.len() < UNDER_WAY && self.under_way_bytes < UNDER_WAY_BYTES;
            let ready = online && (room || self.under_way.is_empty());
            let more = ready && !(self.exhausted && self.again.is_empty());
            tokio::select! {
                biased;
                event = link.event() => match event {
                    None => return Err(Stop::Failed("the session ended early".to_owned())),
                    Some(Event::Phase(phase)) => {
                        online = matches!(phase, Phase::Online(_));
                        self.met_server |= online;
                        if let Some(ended) = link.phase(phase) {
                            return ended;
                        }
                    }
                    Some(Event::Published { id, outcome }) => self.settle(id, outcome),
                    Some(Event::Notice(notice)) => eprintln!("mqloupe: {}", session_notice(&notice, Language::English)),
                    Some(Event::Subscribed { .. } | Event::Unsubscribed { .. } | Event::Reauthenticated { .. }) => {}
                },
                publish = next(&mut self.again, &mut self.messages, &mut self.pace), if more => match publish? {
                    Some(publish) => self.hand_over(link, publish),
                    None => self.exhausted = true,
                }
            }
        }
        Ok(())
    }

    /// Whether everything that was asked for has been done.
    fn verdict(&self, interrupted: bool) -> Result<(), Stop> {
        if interrupted && !self.met_server {
            return Err(Stop::Failed("stopped before the server was reached".to_owned()));
        }
        let unsettled = self.abandoned + self.again.len();
        let why = match (self.refused + unsettled, interrupted && unsettled > 0) {
            (0, _) => return Ok(()),
            (_, true) => format!("stopped with {unsettled} messages not acknowledged"),
            (1, false) => "1 message was not published".to_owned(),
            (count, false) => format!("{count} messages were not published"),
        };
        Err(Stop::Failed(why))
    }

    fn hand_over(&mut self, link: &Link, publish: Publish) {
        let id = self.next_id;
        self.next_id += 1;
        match link.send(Command::Publish { id: RequestId(id), publish: publish.clone() }) {
            Ok(()) => {
                self.under_way_bytes += publish.payload.len();
                self.under_way.insert(id, publish);
            }
            // The session has ended, which its last event will say.
            Err(_) => self.again.push_front(publish),
        }
    }

    fn settle(&mut self, id: RequestId, outcome: PublishOutcome) {
        let Some(publish) = self.under_way.remove(&id.0) else { return };
        self.under_way_bytes -= publish.payload.len();
        match outcome {
            PublishOutcome::Sent | PublishOutcome::Acknowledged { .. } => {}
            PublishOutcome::Abandoned if self.reconnects => self.again.push_back(publish),
            PublishOutcome::Refused { reason: Refusal::NotConnected } if self.reconnects => {
                self.again.push_back(publish);
            }
            // The end of the connection has been said already.
            PublishOutcome::Abandoned | PublishOutcome::Cancelled { .. } => self.abandoned += 1,
            PublishOutcome::Refused { reason } => {
                self.refused += 1;
                let reason = refusal(&reason, Language::English);
                eprintln!("mqloupe: a message to {:?} was refused: {reason}", publish.topic);
            }
        }
    }
}

/// The next message to hand over, in its time. Nothing is lost when the future is dropped.
async fn next(
    again: &mut VecDeque<Publish>,
    messages: &mut Messages,
    pace: &mut Option<Pace>,
) -> Result<Option<Publish>, Stop> {
    if let Some(pace) = pace {
        pace.due().await;
    }
    let publish = match again.pop_front() {
        Some(publish) => Some(publish),
        None => messages.next().await?,
    };
    if let Some(pace) = pace {
        pace.took_one();
    }
    Ok(publish)
}
