//! `mqloupe broker`: the embedded broker in the foreground.

use clap::Args;

use super::Stop;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The TCP port, or the next that is free
    #[arg(short = 'p', long, default_value_t = 1883)]
    port: u16,
}

#[cfg(feature = "broker")]
pub(super) async fn run(arguments: Arguments) -> Result<(), Stop> {
    use std::io::Write as _;

    use super::link::asked_to_stop;
    use crate::broker::Broker;

    let stop = asked_to_stop();
    let broker = Broker::start(&tokio::runtime::Handle::current(), arguments.port)
        .map_err(|error| Stop::Failed(error.to_string()))?;
    let address = broker.address();
    if arguments.port != 0 && address.port() != arguments.port {
        eprintln!("mqloupe: port {} is taken", arguments.port);
    }
    writeln!(std::io::stdout(), "Listening on {address}; Ctrl+C ends it")?;
    stop.await;
    broker.stop().await;
    Ok(())
}

#[cfg(not(feature = "broker"))]
#[expect(clippy::unused_async, reason = "the same shape with and without the broker")]
pub(super) async fn run(_: Arguments) -> Result<(), Stop> {
    Err(Stop::Usage("this build has no broker".to_owned()))
}
