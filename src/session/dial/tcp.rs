//! TCP: look the name up, try every address, keep the first that answers.
//!
//! Addresses of the two families take turns and each gets a short head start over the next, so that a
//! family that leads nowhere costs a fraction of a second (RFC 8305).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::profile::Endpoint;
use crate::session::{Failure, Phase};

/// The head start of an address over the next one.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to `endpoint` by `deadline`, which is `after_secs` from the beginning, telling `phase` how far it is. Dropping the future
/// gives everything up.
pub(in crate::session) async fn connect(
    endpoint: &Endpoint,
    deadline: Instant,
    after_secs: u16,
    phase: impl Fn(Phase),
) -> Result<TcpStream, Failure> {
    phase(Phase::Resolving);
    let addresses = timeout_at(deadline, resolve(endpoint))
        .await
        .unwrap_or_else(|_| Err(Failure::NameUnanswered { host: endpoint.host.clone(), after_secs }))?;
    timeout_at(deadline, race(&addresses, |address| phase(Phase::Connecting { address })))
        .await
        .unwrap_or_else(|_| Err(Failure::TimedOut { address: endpoint.to_string(), after_secs }))
}

async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Failure> {
    let not_found = |detail: String| Failure::NameNotFound { host: endpoint.host.clone(), detail };
    let found = lookup_host((endpoint.host.as_str(), endpoint.port))
        .await
        .map_err(|error| not_found(error.to_string()))?;
    let addresses = take_turns(found.collect());
    if addresses.is_empty() {
        return Err(not_found(String::new()));
    }
    Ok(addresses)
}

/// Lets the families alternate, beginning with the one that the system prefers.
fn take_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().copied() else { return addresses };
    let count = addresses.len();
    let (preferred, other): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first.is_ipv6());
    let mut ordered = Vec::with_capacity(count);
    let (mut preferred, mut other) = (preferred.into_iter(), other.into_iter());
    while ordered.len() < count {
        ordered.extend(preferred.next());
        ordered.extend(other.next());
    }
    ordered
}

/// Tries the addresses in order, overlapping; the first that answers wins and the others are dropped.
async fn race(addresses: &[SocketAddr], trying: impl Fn(SocketAddr)) -> Result<TcpStream, Failure> {
    let mut waiting = addresses.iter().copied();
    let mut attempts = JoinSet::new();
    let mut worst: Option<Failure> = None;
    loop {
        if let Some(address) = waiting.next() {
            trying(address);
            attempts.spawn(async move { (address, attempt(address).await) });
        }
        let head_start = tokio::time::sleep(if waiting.len() > 0 { HEAD_START } else { Duration::MAX });
        tokio::select! {
            ended = attempts.join_next() => match ended {
                Some(Ok((_, Ok(stream)))) => return Ok(stream),
                Some(Ok((address, Err(error)))) => {
                    let failure = name(address, &error);
                    if worst.as_ref().is_none_or(|known| weight(&failure) > weight(known)) {
                        worst = Some(failure);
                    }
                }
                Some(Err(_)) => {}
                // Nothing runs and nothing is left to try.
                None => {
                    return Err(worst.unwrap_or_else(|| Failure::Network {
                        address: addresses.first().map(ToString::to_string).unwrap_or_default(),
                        detail: "no address could be tried".to_owned(),
                    }));
                }
            },
            () = head_start => {}
        }
    }
}

async fn attempt(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // Small packets should leave at once; a stack that cannot promise it still works.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

fn name(address: SocketAddr, error: &io::Error) -> Failure {
    let text = address.to_string();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Refused { address: text },
        // It was made, and reset before we saw that.
        io::ErrorKind::ConnectionReset => Failure::ClosedByPeer { was_online: false },
        _ => Failure::Network { address: text, detail: error.to_string() },
    }
}

/// Which of several failures says most: a host that answered says more than a family that has no route.
fn weight(failure: &Failure) -> u8 {
    u8::from(matches!(failure, Failure::Refused { .. } | Failure::ClosedByPeer { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn families_take_turns_beginning_with_the_preferred_one() {
        let ordered = take_turns(vec![
            address("[::1]:1"),
            address("[::2]:1"),
            address("[::3]:1"),
            address("10.0.0.1:1"),
        ]);
        let expected = ["[::1]:1", "10.0.0.1:1", "[::2]:1", "[::3]:1"].map(address);
        assert_eq!(ordered, expected);
    }

    async fn listener_and_dead_port() -> (tokio::net::TcpListener, SocketAddr, SocketAddr) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let live = listener.local_addr().unwrap();
        let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        (listener, live, dead)
    }

    #[tokio::test]
    async fn a_refusing_address_does_not_hide_one_that_answers() {
        let (_listener, live, dead) = listener_and_dead_port().await;
        let stream = race(&[dead, live], |_| {}).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live);
    }

    /// An address whose connections are not answered, as behind a firewall: its queue is full and stays so.
    #[cfg(target_os = "linux")]
    async fn swallowing() -> (tokio::net::TcpListener, Vec<TcpStream>, SocketAddr) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(address("127.0.0.1:0")).unwrap();
        let listener = socket.listen(1).unwrap();
        let at = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        while let Ok(Ok(stream)) =
            tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(at)).await
        {
            waiting.push(stream);
        }
        (listener, waiting, at)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_address_that_does_not_answer_holds_the_next_up_for_its_head_start_only() {
        let (_full, _waiting, silent) = swallowing().await;
        let (_listener, live, _dead) = listener_and_dead_port().await;
        let tried = std::sync::Mutex::new(Vec::new());
        let begin = Instant::now();
        let stream = race(&[silent, live], |address| tried.lock().unwrap().push(address)).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), live);
        assert_eq!(*tried.lock().unwrap(), [silent, live]);
        assert!(begin.elapsed() >= HEAD_START, "{:?}", begin.elapsed());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_a_firewall_swallows_is_given_up_in_time() {
        let (_full, _waiting, silent) = swallowing().await;
        let endpoint = Endpoint {
            protocol: crate::profile::Protocol::Mqtt,
            host: silent.ip().to_string(),
            port: silent.port(),
        };
        let failure = connect(&endpoint, Instant::now() + HEAD_START, 1, |_| {}).await.unwrap_err();
        assert_eq!(failure, Failure::TimedOut { address: silent.to_string(), after_secs: 1 });
    }

    #[tokio::test]
    async fn when_every_address_refuses_the_first_is_named() {
        let (_listener, _live, dead) = listener_and_dead_port().await;
        let failure = race(&[dead], |_| {}).await.unwrap_err();
        assert_eq!(failure, Failure::Refused { address: dead.to_string() });
    }
}
