//! The embedded broker: something to connect to with nothing installed.
//!
//! It listens on the loopback address only and keeps nothing on disk. It speaks 3.1.1 and 5.0 itself; a
//! shim in front of it lets 3.1 in.

mod shim;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::time::Duration;

use mqtt5::broker::MqttBroker;
use mqtt5::broker::config::{BrokerConfig, StorageBackend, StorageConfig};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// Ports tried after the preferred one, before any free port is taken.
const NEIGHBOURS: u16 = 20;

/// How long the broker may take to part from its clients.
const PARTING: Duration = Duration::from_millis(700);

/// Why the broker does not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// No port of the loopback address could be listened on.
    #[error("the broker cannot listen on this machine: {0}")]
    Listen(#[source] io::Error),
}

/// A running broker. It ends with the value.
#[derive(Debug)]
pub struct Broker {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Broker {
    /// Starts a broker on `runtime`, on `preferred_port` of the loopback address or on the next free one.
    /// Port 0 prefers none. Clients may connect as soon as this returns.
    pub fn start(runtime: &tokio::runtime::Handle, preferred_port: u16) -> Result<Self, BrokerError> {
        let listener = listen(preferred_port).map_err(BrokerError::Listen)?;
        let address = listener.local_addr().map_err(BrokerError::Listen)?;
        listener.set_nonblocking(true).map_err(BrokerError::Listen)?;
        let listener = {
            let _runtime = runtime.enter();
            TcpListener::from_std(listener).map_err(BrokerError::Listen)?
        };
        let (stop, stopped) = oneshot::channel();
        let serving = runtime.spawn(serve(listener, stopped));
        Ok(Self { address, stop: Some(stop), serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Parts from the clients and ends, within a second. Dropping the broker does the same without waiting.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // It ends by itself; a panic in there ends it too.
        let _ = (&mut self.serving).await;
    }
}

fn listen(preferred: u16) -> io::Result<StdListener> {
    let on = |port| StdListener::bind((Ipv4Addr::LOCALHOST, port));
    (preferred..=preferred.saturating_add(NEIGHBOURS))
        .find_map(|port| on(port).ok())
        .map_or_else(|| on(0), Ok)
}

fn configuration() -> BrokerConfig {
    let storage = StorageConfig { backend: StorageBackend::Memory, ..StorageConfig::default() };
    BrokerConfig {
        bind_addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
        storage_config: storage,
        ..BrokerConfig::default()
    }
}

/// Serves until `stopped` resolves, which it also does when its sender is dropped.
async fn serve(listener: TcpListener, mut stopped: oneshot::Receiver<()>) {
    let Ok(mut broker) = MqttBroker::with_config(configuration()).await else { return };
    let Some(behind) = broker.local_addr() else { return };
    let shutdown = broker.shutdown_handle();
    let mut running = tokio::spawn(async move {
        // It ends when told to; a failure ends it as well, and nobody else could mend that.
        let _ = broker.run().await;
    });
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            _ = &mut running => return,
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    clients.spawn(shim::forward(client, behind));
                }
                // Out of descriptors: trying again at once would spin.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            Some(_) = clients.join_next() => {}
        }
    }
    drop(listener);
    shutdown.shutdown();
    if timeout(PARTING, &mut running).await.is_err() {
        running.abort();
    }
    clients.shutdown().await;
}
