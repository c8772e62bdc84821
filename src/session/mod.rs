//! MQTT sessions over network connections: dial, tap, engine, reconnect.
//!
//! Each session is a task of its own on the runtime that it is given. Commands go in, events come out,
//! frames go to the log. Every accepted request gets exactly one outcome, also when the session ends; outcomes come in any order.
//! The last event is [`Phase::Offline`].
//!
//! What is wanted of the server is the profile's enabled subscriptions and those asked for later, less
//! those given up. It is asked for at the first connect, and at each later one where the server has no
//! session. While the session is not online, a publish is refused, and subscribes and unsubscribes are
//! kept for the next connect.
//!
//! Messages of QoS 1 and 2 under way when the network connection goes are gone on with where the server kept the
//! session (3.1 cannot say so, and counts as if it had not). Where it has not, they are given up or sent again as new
//! ones, as the profile chose, and a notice says how many.
//!
//! A lost connection is tried again after waits that grow from one second to half a minute and are short again after
//! ten seconds online; at once on demand; never for a reason that will not mend itself.

mod clock;
mod command;
mod dial;
mod engine;
mod error;
mod event;
mod fault;
mod ledger;
mod mqisdp;
mod pulse;
mod reconnect;
mod recorder;
mod refusal;
mod requests;
mod tap;
mod task;
mod verdict;

use std::sync::{Arc, Weak};

pub use command::{Command, Parting, Publish, RequestId};
pub use error::{
    AuthenticationFault, CertificateFault, Failure, KeyFault, ProxyRefusal, UpgradeAnswer, WebSocketEnd,
    WebSocketFault,
};
pub use event::{Certificate, Event, FilterOutcome, Granted, Notice, Phase, PublishOutcome, Security};
pub use fault::{FileFault, SettingsFault, SettingsPart};
use ledger::Ledger;
pub use refusal::Refusal;
use tokio::sync::{mpsc, watch};

use crate::log::FrameLog;
use crate::profile::{Profile, Secrets};

/// Commands that wait for the session's task; more are given back.
const QUEUE: usize = 1024;

/// What a session connects with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The saved connection.
    pub profile: Profile,
    /// Its secrets.
    pub secrets: Secrets,
}

/// A running session. Dropping it is the same as [`Command::Disconnect`].
pub struct Session {
    commands: mpsc::Sender<Command>,
    stop: watch::Sender<Option<Parting>>,
    /// Gone with the session's task.
    ledger: Weak<Ledger>,
}

/// Starts a session on `runtime`. `events` is called from the session's task and from [`Session::cancel`]; it must
/// not block, and must not call the session.
pub fn spawn(
    runtime: &tokio::runtime::Handle,
    options: Options,
    log: FrameLog,
    events: Arc<dyn Fn(Event) + Send + Sync>,
) -> Session {
    let (commands, queue) = mpsc::channel(QUEUE);
    let (stop, stopped) = watch::channel(None);
    let ledger = Arc::new(Ledger::new(events));
    let session = Session { commands, stop, ledger: Arc::downgrade(&ledger) };
    runtime.spawn(task::run(options, log, queue, stopped, ledger));
    session
}

impl Session {
    /// Asks for something. It comes back when the session has ended, when its queue is full, or when the messages
    /// that have no outcome yet hold too many bytes.
    ///
    /// [`Command::Disconnect`] overtakes nothing that was accepted before it, and is never held up by it.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        let parting = match &command {
            Command::Disconnect => Parting::default(),
            Command::DisconnectWith(parting) => parting.clone(),
            Command::Publish { id, publish } => {
                let id = *id;
                let Some(ledger) = self.ledger.upgrade().filter(|ledger| ledger.enter(id, publish)) else {
                    return Err(command);
                };
                return self.queue(command).inspect_err(|_| ledger.withdraw(id));
            }
            _ => return self.queue(command),
        };
        if self.commands.is_closed() {
            return Err(command);
        }
        self.stop.send_replace(Some(parting));
        Ok(())
    }

    fn queue(&self, command: Command) -> Result<(), Command> {
        self.commands.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(command) | mpsc::error::TrySendError::Closed(command) => command,
        })
    }

    /// Gives up a publish that has no outcome yet: its outcome is [`PublishOutcome::Cancelled`], and comes before this
    /// returns. What the engine has of it already stays there until it is written or the connection ends.
    pub fn cancel(&self, id: RequestId) {
        if let Some(ledger) = self.ledger.upgrade() {
            ledger.cancel(id);
        }
    }

    /// Whether it takes nothing any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.commands.is_closed()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("ended", &self.has_ended()).finish_non_exhaustive()
    }
}
