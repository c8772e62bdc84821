//! The command line: everything the program does without a window.
//!
//! Results go to standard output, notices to standard error. Exit status 0: done; 1: the work failed;
//! 2: wrong usage.

mod broker;
mod capture;
mod demo;
pub mod dissect;
pub mod dissect_file;
mod link;
mod messages;
mod only;
mod options;
mod print;
mod publish;
mod sub;

use std::future::Future;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::language::Language;
use crate::log::Filter;
use crate::wire::Version;

/// A native MQTT client that shows every message, and every byte behind it.
#[derive(Debug, Parser)]
#[command(
    name = "mqloupe",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    after_help = "Without a command, the window opens. 'mqloupe COMMAND --help' says more of a command.\n\n\
                  Examples:\n  mqloupe --connect 'Home broker'\n  mqloupe --connect mqtts://broker.example\n  \
                  mqloupe sub -L mqtts://broker.example/sensor -v"
)]
struct Arguments {
    /// Where everything is kept
    #[arg(long, value_name = "DIR", env = "MQLOUPE_DATA_DIR", hide_env_values = true)]
    data_dir: Option<PathBuf>,

    /// Open the window and connect at once
    #[arg(long, value_name = "PROFILE|URL")]
    connect: Option<String>,

    /// Print help.
    #[arg(long, global = true, action = ArgAction::Help, display_order = 1000)]
    help: Option<bool>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Subscribe to topic filters and print what arrives.
    Sub(Box<sub::Arguments>),
    /// Publish messages, and wait until each is acknowledged.
    Pub(Box<publish::Arguments>),
    /// Take MQTT packets apart, byte by byte.
    Dissect(DissectArguments),
    /// Run the embedded broker for clients on this machine.
    Broker(broker::Arguments),
    /// See one message go to a broker and back, every packet taken apart.
    Demo,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Hex frames come by standard input, one a line. Their level: 3 is MQTT 3.1, 4 is\n3.1.1, \
                  5 is 5.0; auto takes it from the last CONNECT.\n\nExamples:\n  echo '30 05 00 01 61 48 69' | \
                  mqloupe dissect\n  mqloupe dissect --format json capture.pcapng"
)]
struct DissectArguments {
    /// Hex frames: 3, 4, 5 or auto [default: auto]
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    mqtt_version: Level,

    /// text, or json: one object a packet [default: text]
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Written,

    /// A capture's port for MQTT beside 1883; repeatable
    #[arg(long = "port", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    ports: Vec<u16>,

    /// Take apart only what passes a filter
    #[arg(long, value_name = "EXPR", value_parser = filter)]
    filter: Option<Filter>,

    /// A capture (pcapng, pcap), or - for hex frames
    #[arg(value_name = "FILE", default_value = "-")]
    input: PathBuf,
}

/// How packets taken apart are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Written {
    Text,
    Json,
}

/// A protocol level by its number.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    #[value(name = "3")]
    Three,
    #[value(name = "4")]
    Four,
    #[value(name = "5")]
    Five,
    Auto,
}

impl Level {
    const fn version(self) -> Option<Version> {
        match self {
            Self::Three => Some(Version::V3_1),
            Self::Four => Some(Version::V3_1_1),
            Self::Five => Some(Version::V5_0),
            Self::Auto => None,
        }
    }
}

/// Why a command ends without success.
#[derive(Debug)]
enum Stop {
    /// The work failed, for the reasons given.
    Failed(String),
    /// The command line asks for something that cannot be.
    Usage(String),
    /// Standard output is closed: whoever read it has seen enough.
    OutputClosed,
}

impl From<io::Error> for Stop {
    /// Of standard output, the only file that is written line by line.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Failed(format!("standard output cannot be written: {error}")),
        }
    }
}

/// The window, asked for by a command line without a command.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where everything is kept; the platform's folders where `None`.
    pub data_dir: Option<PathBuf>,
    /// A profile's name, or a URL, to connect at once.
    pub connect: Option<String>,
    /// When the program began.
    pub started: Instant,
}

/// Runs the program with the arguments of the process; `open` opens the window where that is wanted.
#[must_use]
pub fn run(open: impl FnOnce(Window) -> ExitCode) -> ExitCode {
    let started = Instant::now();
    let Arguments { data_dir, connect, command, help: _ } = Arguments::parse();
    let result = match command {
        None => {
            match connect.as_deref().map(|wanted| options::saved::check_wanted(wanted, data_dir.as_deref())) {
                None | Some(Ok(())) => return open(Window { data_dir, connect, started }),
                Some(Err(stop)) => Err(stop),
            }
        }
        Some(_) if connect.is_some() => Err(Stop::Usage(
            "--connect is for the window, which opens without a command: leave one of the two out".to_owned(),
        )),
        Some(Command::Sub(arguments)) => on_runtime(sub::run(*arguments, data_dir)),
        Some(Command::Pub(arguments)) => on_runtime(publish::run(*arguments, data_dir)),
        Some(Command::Dissect(arguments)) => take_apart(&arguments),
        Some(Command::Broker(arguments)) => on_runtime(broker::run(arguments)),
        Some(Command::Demo) => on_runtime(demo::run()),
    };
    match result {
        Ok(()) | Err(Stop::OutputClosed) => ExitCode::SUCCESS,
        Err(Stop::Failed(why)) => {
            eprintln!("mqloupe: {why}");
            ExitCode::FAILURE
        }
        Err(Stop::Usage(why)) => {
            eprintln!("mqloupe: {why}\n\nFor more information, try '--help'.");
            ExitCode::from(2)
        }
    }
}

/// A filter as it is given on the command line; where it is wrong, its place is counted in characters from 1.
fn filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text, &jiff::tz::TimeZone::system()).map_err(|error| {
        let before = text.get(..error.offset).unwrap_or_default().chars().count();
        let words = error.what.text(Language::English);
        format!("at character {}: {words}\n    {text}\n    {}^", before + 1, " ".repeat(before))
    })
}

fn take_apart(arguments: &DissectArguments) -> Result<(), Stop> {
    let DissectArguments { mqtt_version, format, ports, filter, input } = arguments;
    let only = filter.as_ref();
    let format = match format {
        Written::Text => dissect::Format::Text,
        Written::Json => dissect::Format::Json,
    };
    let version = mqtt_version.version();
    let output = io::BufWriter::new(io::stdout().lock());
    if input.as_os_str() == "-" {
        if !ports.is_empty() {
            return Err(Stop::Usage("--port is for a capture: name the file".to_owned()));
        }
        return dissect::run_only(version, format, only, BufReader::new(io::stdin().lock()), output)
            .map_err(Stop::from);
    }
    if version.is_some() {
        let why = "--mqtt-version is for hex frames: a capture's versions come from its CONNECTs";
        return Err(Stop::Usage(why.to_owned()));
    }
    dissect_file::run_only(input, ports, format, only, output, io::stderr().lock()).map_err(|failure| {
        match failure {
            dissect_file::Failure::Output(error) => Stop::from(error),
            dissect_file::Failure::Capture(error) => {
                Stop::Failed(format!("{}: {}", input.display(), error.message_in(Language::English)))
            }
        }
    })
}

fn on_runtime(work: impl Future<Output = Result<(), Stop>>) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Stop::Failed(format!("the system refuses threads: {error}")))?;
    let result = runtime.block_on(work);
    // A name that is still being looked up must not hold the end up.
    runtime.shutdown_background();
    result
}
