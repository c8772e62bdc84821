//! `mqloupe sub`: subscribe and print what arrives.

use std::future::Future;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep_until};

use super::link::{Link, asked_to_stop};
use super::options::{self, Sender, Target};
use super::{Stop, capture, print};
use crate::language::Language;
use crate::log::{Filter, Row};
use crate::profile::Subscription;
use crate::session::{Event, FilterOutcome, Phase};
use crate::text::{refusal, session_notice};
use crate::wire::{Qos, check_topic_filter};

#[derive(Debug, Args)]
#[command(after_help = options::notes(Sender::Sub, EXAMPLES))]
pub(super) struct Arguments {
    /// A topic filter; may be repeated
    #[arg(short = 't', long = "topic", value_name = "FILTER")]
    topics: Vec<String>,

    /// The highest QoS wanted: 0, 1 or 2 [default: 0]
    #[arg(short = 'q', long, value_name = "QOS", value_parser = options::qos)]
    qos: Option<Qos>,

    /// Print the topic before each message
    #[arg(short = 'v', long)]
    verbose: bool,

    /// Print messages as text, json or hex [default: text]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true, conflicts_with = "packets")]
    format: Option<print::Format>,

    /// Print every control packet, both ways, with times
    #[arg(long)]
    packets: bool,

    /// Print and count only what passes a filter
    #[arg(long, value_name = "EXPR", value_parser = super::filter)]
    filter: Option<Filter>,

    /// End after so many messages
    #[arg(short = 'C', long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// End after so long; status 1 if -C lacks messages
    #[arg(short = 'W', long, value_name = "SECONDS")]
    wait: Option<u64>,

    #[command(flatten)]
    connection: options::Arguments,
}

const EXAMPLES: &str = "  mqloupe sub -t 'sensor/#' -v
  mqloupe sub -L mqtts://broker.example/sensor --format json
  mqloupe sub --profile Home -t '#' --packets -w home.pcapng";

pub(super) async fn run(arguments: Arguments, data_dir: Option<PathBuf>) -> Result<(), Stop> {
    let Arguments { connection, topics, qos, verbose, format, packets, filter, count, wait } = arguments;
    let format = format.unwrap_or(print::Format::Text);
    let mut target = connection.target(Sender::Sub, data_dir.as_deref())?;
    subscribe(&mut target, topics, qos)?;
    let end = wait.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    let stop = asked_to_stop();
    let (log, destination) = capture::begin(target.capture.as_deref(), target.with_secrets)?;
    let link = Link::start(target.options, target.parting, log);
    let filter = filter.unwrap_or_default();
    let mut printer = Printer { next: 0, wanted: count, verbose, format, packets, filter };
    let (mut link, result) = listen(link, &mut printer, end, stop).await;
    let parted = link.part(|_| {}).await;
    // What has arrived meanwhile, DISCONNECT included.
    let last = printer.print(&link);
    let saved = destination.map_or(Ok(()), |destination| destination.save(&link.log));
    result.and(parted).and(last).and(saved)?;
    match (printer.wanted, wait) {
        (Some(missing @ 1..), Some(seconds)) => {
            Err(Stop::Failed(format!("{missing} of the messages did not arrive within {seconds} s")))
        }
        _ => Ok(()),
    }
}

/// Puts into the profile what is to be subscribed to: the topic filters of the command line, else what is saved.
fn subscribe(target: &mut Target, mut topics: Vec<String>, qos: Option<Qos>) -> Result<(), Stop> {
    topics.extend(target.topic.take());
    let wanted = &mut target.options.profile.subscriptions;
    if topics.is_empty() {
        wanted.retain(|one| one.enabled);
    } else {
        let new = |filter| Subscription { filter, enabled: true, ..Subscription::default() };
        *wanted = topics.into_iter().map(new).collect();
    }
    if wanted.is_empty() {
        return Err(Stop::Usage("a topic filter is needed: -t FILTER, or at the end of the URL".to_owned()));
    }
    for one in wanted {
        check_topic_filter(&one.filter).map_err(|fault| {
            Stop::Usage(format!("-t: the topic filter {:?} {}", one.filter, fault.text(Language::English)))
        })?;
        one.qos = qos.unwrap_or(one.qos);
        one.identifier = target.identifier.or(one.identifier);
        one.user_properties.extend(target.subscribe_properties.iter().cloned());
    }
    Ok(())
}

/// Prints until something ends it.
async fn listen(
    mut link: Link,
    printer: &mut Printer,
    end: Option<Instant>,
    stop: impl Future<Output = ()>,
) -> (Link, Result<(), Stop>) {
    let mut stop = std::pin::pin!(stop);
    let changes = link.changes();
    let mut met_server = false;
    let result = loop {
        let deadline = async {
            match end {
                Some(end) => sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = &mut stop => {
                // The user has seen enough; what was wanted no longer counts.
                printer.wanted = printer.wanted.map(|_| 0);
                break Ok(());
            }
            () = deadline => break if met_server {
                Ok(())
            } else {
                Err(Stop::Failed("the time was over before the server was reached".to_owned()))
            },
            () = changes.next() => match printer.print(&link) {
                Ok(()) if printer.wanted == Some(0) => break Ok(()),
                Ok(()) => {}
                Err(stop) => break Err(stop),
            },
            event = link.event() => match event {
                None => break Ok(()),
                Some(Event::Phase(phase)) => {
                    met_server |= matches!(phase, Phase::Online(_));
                    if let Some(ended) = link.phase(phase) {
                        break ended;
                    }
                }
                Some(Event::Subscribed { outcomes, .. }) => {
                    if let Err(stop) = report(&outcomes) {
                        break Err(stop);
                    }
                }
                Some(Event::Notice(notice)) => {
                    eprintln!("mqloupe: {}", session_notice(&notice, Language::English));
                }
                Some(
                    Event::Published { .. } | Event::Unsubscribed { .. } | Event::Reauthenticated { .. },
                ) => {}
            }
        }
    };
    (link, result)
}

/// Says which filters were refused; fails when none was granted.
fn report(outcomes: &[FilterOutcome]) -> Result<(), Stop> {
    for FilterOutcome { filter, result } in outcomes {
        if let Err(reason) = result {
            let reason = refusal(reason, Language::English);
            eprintln!("mqloupe: no subscription to {filter:?}: {reason}");
        }
    }
    if outcomes.iter().all(|outcome| outcome.result.is_err()) {
        return Err(Stop::Failed("the server granted none of the subscriptions".to_owned()));
    }
    Ok(())
}

struct Printer {
    /// The first row that is not printed yet.
    next: Row,
    /// Messages still wanted, where they are counted.
    wanted: Option<u64>,
    verbose: bool,
    format: print::Format,
    packets: bool,
    filter: Filter,
}

impl Printer {
    /// Prints what the log has since the last time.
    fn print(&mut self, link: &Link) -> Result<(), Stop> {
        let mut output = io::BufWriter::new(io::stdout().lock());
        let rows = link.log.rows();
        if self.next < rows.start {
            eprintln!("mqloupe: {} packets came too fast to be printed", rows.start - self.next);
            self.next = rows.start;
        }
        while self.next < rows.end {
            let row = self.next;
            self.next += 1;
            let Some(frame) = link.log.frame(row) else { continue };
            if !self.filter.passes_in(&link.log, &frame) {
                continue;
            }
            if self.packets {
                writeln!(output, "{}", print::packet(&link.log, &frame))?;
            }
            if self.wanted == Some(0) {
                // Enough messages; packets go on to the end.
                continue;
            }
            let is_message = if self.packets {
                print::message(&mut io::sink(), &link.log, &frame, print::Format::Text, false)?
            } else {
                print::message(&mut output, &link.log, &frame, self.format, self.verbose)?
            };
            if is_message {
                self.wanted = self.wanted.map(|wanted| wanted - 1);
            }
        }
        output.flush()?;
        Ok(())
    }
}
