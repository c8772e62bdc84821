//! `mqloupe sub`: subscribe and print what arrives.

use std::future::Future;
use std::io::{self, Write};
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep_until};

use super::link::{Link, asked_to_stop};
use super::{Stop, capture, connection, print};
use crate::language::Language;
use crate::log::{Filter, Row};
use crate::profile::Subscription;
use crate::session::{Event, FilterOutcome};
use crate::text::session_notice;
use crate::wire::{Qos, check_topic_filter};

#[derive(Debug, Args)]
#[command(
    after_help = "Ends with Ctrl+C too. Messages go to standard output, notices to standard error.\n\n\
                  Examples:\n  mqloupe sub -t 'sensor/#' -v\n  mqloupe sub -L mqtt://broker.example/sensor \
                  --format json\n  mqloupe sub -t '#' --packets"
)]
pub(super) struct Arguments {
    /// A topic filter; may be given more than once.
    #[arg(short = 't', long = "topic", value_name = "FILTER", required_unless_present = "url")]
    topics: Vec<String>,

    /// The QoS to ask for: 0, 1 or 2.
    #[arg(short = 'q', long, value_name = "QOS", default_value = "0", value_parser = connection::qos)]
    qos: Qos,

    /// Print the topic before each message.
    #[arg(short = 'v', long)]
    verbose: bool,

    /// How messages are printed: the payload as it is, in hex, or a JSON object with everything.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: print::Format,

    /// Print every control packet, one line each, in both directions, instead of messages alone.
    #[arg(long)]
    packets: bool,

    /// Print and count only what passes a filter, such as 'qos >= 1 && json.temp > 30'.
    #[arg(long, value_name = "EXPR", value_parser = super::filter)]
    filter: Option<Filter>,

    /// End after so many messages.
    #[arg(short = 'C', long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// End after so many seconds; with -C, status 1 says that they did not suffice.
    #[arg(short = 'W', long, value_name = "SECONDS")]
    wait: Option<u64>,

    #[command(flatten)]
    connection: connection::Arguments,
}

pub(super) async fn run(arguments: Arguments) -> Result<(), Stop> {
    let Arguments { connection, mut topics, qos, verbose, format, packets, filter, count, wait } = arguments;
    let mut target = connection.target()?;
    topics.extend(target.topic);
    if topics.is_empty() {
        return Err(Stop::Usage("a topic filter is needed: -t FILTER, or at the end of the URL".to_owned()));
    }
    for filter in &topics {
        check_topic_filter(filter).map_err(|fault| {
            Stop::Usage(format!("the topic filter {filter:?} {}", fault.text(Language::English)))
        })?;
    }
    target.profile.subscriptions = topics
        .into_iter()
        .map(|filter| Subscription { filter, qos, enabled: true, ..Subscription::default() })
        .collect();
    let end = wait.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    let stop = asked_to_stop();
    let (log, destination) = capture::begin(target.capture.as_deref())?;
    let link = Link::start(target.profile, target.password, log);
    let mut printer =
        Printer { next: 0, wanted: count, verbose, format, packets, filter: filter.unwrap_or_default() };
    let (mut link, result) = listen(link, &mut printer, end, stop).await;
    let parted = link.part().await;
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

/// Prints until something ends it.
async fn listen(
    mut link: Link,
    printer: &mut Printer,
    end: Option<Instant>,
    stop: impl Future<Output = ()>,
) -> (Link, Result<(), Stop>) {
    let mut stop = std::pin::pin!(stop);
    let changes = link.changes();
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
            () = deadline => break Ok(()),
            () = changes.next() => match printer.print(&link) {
                Ok(()) if printer.wanted == Some(0) => break Ok(()),
                Ok(()) => {}
                Err(stop) => break Err(stop),
            },
            event = link.event() => match event {
                None => break Ok(()),
                Some(Event::Phase(phase)) => {
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
                Some(Event::Published { .. } | Event::Unsubscribed { .. }) => {}
            }
        }
    };
    (link, result)
}

/// Says which filters were refused; fails when none was granted.
fn report(outcomes: &[FilterOutcome]) -> Result<(), Stop> {
    for FilterOutcome { filter, result } in outcomes {
        if let Err(reason) = result {
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
