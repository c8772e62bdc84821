//! `mqloupe pub`: publish messages, and wait until each is acknowledged.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::link::{Link, asked_to_stop};
use super::{Stop, capture, connection};
use crate::language::Language;
use crate::session::{Command, Event, NOT_CONNECTED, Phase, Publish, PublishOutcome, RequestId};
use crate::text::session_notice;
use crate::wire::{Qos, check_topic_name};

/// Messages under way at a time.
const UNDER_WAY: usize = 512;

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["message", "file", "stdin", "lines", "empty"]),
    after_help = "Examples:\n  mqloupe pub -t sensor -m 'Hi'\n  mqloupe pub -t light/1 -n -r\n  \
                  seq 1000 | mqloupe pub -t numbers -l -q 1"
)]
pub(super) struct Arguments {
    /// The topic name.
    #[arg(short = 't', long, required_unless_present = "url")]
    topic: Option<String>,

    /// The QoS: 0, 1 or 2.
    #[arg(short = 'q', long, value_name = "QOS", default_value = "0", value_parser = connection::qos)]
    qos: Qos,

    /// The server keeps the message for later subscribers.
    #[arg(short = 'r', long)]
    retain: bool,

    /// The message.
    #[arg(short = 'm', long, value_name = "MESSAGE", help_heading = "Message", allow_hyphen_values = true)]
    message: Option<String>,

    /// The message is a file's bytes.
    #[arg(short = 'f', long, value_name = "FILE", help_heading = "Message")]
    file: Option<PathBuf>,

    /// The message is all of standard input.
    #[arg(short = 's', long = "stdin-file", help_heading = "Message")]
    stdin: bool,

    /// Each line of standard input is a message, without its line break.
    #[arg(short = 'l', long = "stdin-line", help_heading = "Message")]
    lines: bool,

    /// The message has no bytes; with -r this deletes the retained message.
    #[arg(short = 'n', long = "null-message", help_heading = "Message")]
    empty: bool,

    /// Publish each message so many times.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Message")]
    repeat: u64,

    /// Publish at most so many messages a second.
    #[arg(long, value_name = "N", help_heading = "Message", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,

    #[command(flatten)]
    connection: connection::Arguments,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { connection, topic, qos, retain, message, file, stdin, lines, empty: _, repeat, rate } =
        arguments;
    let target = connection.target()?;
    let Some(topic) = topic.or(target.topic) else {
        return Err(Stop::Usage("a topic is needed: -t TOPIC, or at the end of the URL".to_owned()));
    };
    check_topic_name(&topic).map_err(|fault| {
        Stop::Usage(format!("the topic name {topic:?} {}", fault.text(Language::English)))
    })?;
    let payloads = if lines {
        Payloads::Lines(read_lines())
    } else {
        Payloads::One(Some(match (message, file, stdin) {
            (Some(message), ..) => message.into_bytes(),
            (None, Some(path), _) => read_file(&path)?,
            (None, None, true) => read_stdin()?,
            (None, None, false) => Vec::new(),
        }))
    };
    let template = Publish { topic, qos, retain, ..Publish::default() };
    let again = target.profile.reconnect;
    let source = Source { payloads, template, repeat, current: None };
    let stop = asked_to_stop();
    let (log, destination) = capture::begin(target.capture.as_deref())?;
    let mut link = Link::start(target.profile, target.password, log);
    let mut work = Work {
        source,
        pace: rate.map(pace),
        exhausted: false,
        again: VecDeque::new(),
        under_way: HashMap::new(),
        next_id: 0,
        refused: 0,
        reconnects: again,
    };
    let result = tokio::select! {
        result = work.finish(&mut link) => result,
        () = stop => Ok(()),
    };
    let unsettled = work.under_way.len();
    let parted = link.part().await;
    let saved = destination.map_or(Ok(()), |destination| destination.save(&link.log));
    result.and(parted).and(saved)?;
    match (work.refused, unsettled) {
        (0, 0) => Ok(()),
        (0, unsettled) => Err(Stop::Failed(format!("stopped with {unsettled} messages not acknowledged"))),
        (refused, _) => Err(Stop::Failed(format!("{refused} messages were not published"))),
    }
}

fn pace(rate: u32) -> Interval {
    let mut interval = interval(Duration::from_secs(1) / rate);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn read_file(path: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(path).map_err(|error| Stop::Failed(format!("{} cannot be read: {error}", path.display())))
}

fn read_stdin() -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Failed(format!("standard input cannot be read: {error}")))?;
    Ok(bytes)
}

/// Reads lines in a thread of its own, so that a quiet input holds nothing up.
fn read_lines() -> mpsc::Receiver<Result<Vec<u8>, String>> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let line = match input.read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) => Ok(without_line_break(line)),
                Err(error) => Err(format!("standard input cannot be read: {error}")),
            };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn without_line_break(mut line: Vec<u8>) -> Vec<u8> {
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
    line
}

enum Payloads {
    One(Option<Vec<u8>>),
    Lines(mpsc::Receiver<Result<Vec<u8>, String>>),
}

/// The messages to publish, one after the other.
struct Source {
    payloads: Payloads,
    template: Publish,
    repeat: u64,
    /// The payload at hand, and how often it is still to go out.
    current: Option<(Vec<u8>, u64)>,
}

impl Source {
    /// The next message; `None` after the last. Nothing is lost when the future is dropped.
    async fn next(&mut self) -> Result<Option<Publish>, Stop> {
        loop {
            if let Some((payload, left)) = &mut self.current
                && *left > 0
            {
                *left -= 1;
                return Ok(Some(Publish { payload: payload.clone(), ..self.template.clone() }));
            }
            let payload = match &mut self.payloads {
                Payloads::One(payload) => payload.take(),
                Payloads::Lines(lines) => lines.recv().await.transpose().map_err(Stop::Failed)?,
            };
            match payload {
                Some(payload) => self.current = Some((payload, self.repeat)),
                None => return Ok(None),
            }
        }
    }
}

struct Work {
    source: Source,
    pace: Option<Interval>,
    /// The source has nothing more.
    exhausted: bool,
    /// Messages that a lost connection left without an answer.
    again: VecDeque<Publish>,
    under_way: HashMap<u64, Publish>,
    next_id: u64,
    refused: u64,
    /// Whether lost messages are sent again.
    reconnects: bool,
}

impl Work {
    /// Publishes everything and waits for every outcome.
    async fn finish(&mut self, link: &mut Link) -> Result<(), Stop> {
        let mut online = false;
        while !(self.exhausted && self.again.is_empty() && self.under_way.is_empty()) {
            let ready = online && self.under_way.len() < UNDER_WAY;
            let more = ready && !(self.exhausted && self.again.is_empty());
            tokio::select! {
                biased;
                event = link.event() => match event {
                    None => return Err(Stop::Failed("the session ended early".to_owned())),
                    Some(Event::Phase(phase)) => {
                        online = matches!(phase, Phase::Online(_));
                        if let Some(ended) = link.phase(phase) {
                            return ended;
                        }
                    }
                    Some(Event::Published { id, outcome }) => self.settle(id, outcome),
                    Some(Event::Notice(notice)) => eprintln!("mqloupe: {}", session_notice(&notice, Language::English)),
                    Some(Event::Subscribed { .. } | Event::Unsubscribed { .. }) => {}
                },
                publish = next(&mut self.again, &mut self.source, &mut self.pace), if more => match publish? {
                    Some(publish) => self.hand_over(link, publish),
                    None => self.exhausted = true,
                }
            }
        }
        Ok(())
    }

    fn hand_over(&mut self, link: &Link, publish: Publish) {
        let id = self.next_id;
        self.next_id += 1;
        match link.send(Command::Publish { id: RequestId(id), publish: publish.clone() }) {
            Ok(()) => {
                self.under_way.insert(id, publish);
            }
            // The session has ended, which its last event will say.
            Err(_) => self.again.push_front(publish),
        }
    }

    fn settle(&mut self, id: RequestId, outcome: PublishOutcome) {
        let Some(publish) = self.under_way.remove(&id.0) else { return };
        match outcome {
            PublishOutcome::Sent | PublishOutcome::Acknowledged { .. } => {}
            PublishOutcome::Abandoned if self.reconnects => self.again.push_back(publish),
            PublishOutcome::Refused { reason } if self.reconnects && reason == NOT_CONNECTED => {
                self.again.push_back(publish);
            }
            PublishOutcome::Abandoned => {
                self.refused += 1;
            }
            PublishOutcome::Refused { reason } => {
                self.refused += 1;
                eprintln!("mqloupe: a message to {:?} was refused: {reason}", publish.topic);
            }
        }
    }
}

/// The next message to hand over, in its time. Nothing is lost when the future is dropped.
async fn next(
    again: &mut VecDeque<Publish>,
    source: &mut Source,
    pace: &mut Option<Interval>,
) -> Result<Option<Publish>, Stop> {
    if let Some(pace) = pace {
        pace.tick().await;
    }
    match again.pop_front() {
        Some(publish) => Ok(Some(publish)),
        None => source.next().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_of_either_kind_is_taken_off() {
        for (line, expected) in [
            (&b"a\n"[..], &b"a"[..]),
            (b"a\r\n", b"a"),
            (b"a", b"a"),
            (b"a\r", b"a\r"),
            (b"\n", b""),
            (b"a\n\n", b"a\n"),
        ] {
            assert_eq!(without_line_break(line.to_vec()), expected, "{line:?}");
        }
    }
}
