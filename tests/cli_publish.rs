//! `pub` over connections that end, and at a rate, against a scripted peer.

mod support;

use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use support::peer::{CONNACK, Peer};
use support::program::{finish, mqloupe, text};

fn start(peer: &Peer, words: &[&str]) -> Child {
    let port = peer.port().to_string();
    mqloupe(&[&["pub", "-p", &port], words].concat()).spawn().unwrap()
}

/// Waits for the end without holding the peer up.
async fn ended(child: Child) -> Output {
    tokio::task::spawn_blocking(|| finish(child)).await.unwrap()
}

/// PUBLISH of `x` to `a` with QoS 1 and this packet identifier.
fn publish(id: u8) -> [u8; 8] {
    [0x32, 6, 0, 1, b'a', 0, id, b'x']
}

#[tokio::test]
async fn a_connection_that_ends_before_the_acknowledgement_is_a_failure() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["-t", "a", "-m", "x", "-q", "1"]);
    let mut link = peer.welcome(CONNACK).await;
    link.expect(&publish(1)).await;
    drop(link);
    let output = ended(child).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the server closed the connection"), "{output:?}");
}

#[tokio::test]
async fn with_reconnect_a_message_without_acknowledgement_is_published_again() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["-t", "a", "-m", "x", "-q", "1", "--reconnect"]);
    let mut link = peer.welcome(CONNACK).await;
    link.expect(&publish(1)).await;
    drop(link);
    let mut link = peer.welcome(CONNACK).await;
    let again = link.frame().await;
    assert_eq!((again[0], &again[2..5]), (0x32, &b"\0\x01a"[..]), "a new message, not a duplicate");
    link.say(&[0x40, 2, again[5], again[6]]).await;
    assert_eq!(link.frame().await, [0xe0, 0]);
    drop(link);
    let output = ended(child).await;
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stderr).contains("try 2 in"), "{output:?}");
}

#[tokio::test]
async fn a_rate_spreads_messages_over_time() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["-t", "a", "-m", "x", "--rate", "20", "--repeat", "5"]);
    let mut link = peer.welcome(CONNACK).await;
    link.frame().await;
    let begin = Instant::now();
    for _ in 0..4 {
        assert_eq!(link.frame().await, [0x30, 4, 0, 1, b'a', b'x']);
    }
    // Four times 50 ms, less what the first may have come late.
    assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
    assert_eq!(link.frame().await, [0xe0, 0]);
    drop(link);
    assert!(ended(child).await.status.success());
}

#[cfg(unix)]
#[tokio::test]
async fn a_message_is_repeated_with_its_delay_until_ctrl_c() {
    let peer = Peer::listen().await;
    let child = start(&peer, &["-t", "a", "-m", "x", "--repeat", "forever", "--repeat-delay", "0.05"]);
    let mut link = peer.welcome(CONNACK).await;
    link.frame().await;
    let begin = Instant::now();
    for _ in 0..4 {
        assert_eq!(link.frame().await, [0x30, 4, 0, 1, b'a', b'x']);
    }
    // Four times 50 ms, less what the first may have come late.
    assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(link.closed().await.ends_with(&[0xe0, 0]), "DISCONNECT is the last packet");
    assert_eq!(ended(child).await.status.code(), Some(0));
}

#[tokio::test]
async fn a_line_that_no_packet_can_hold_ends_the_command_and_not_the_memory() {
    let peer = Peer::listen().await;
    let port = peer.port().to_string();
    let mut child = mqloupe(&["pub", "-p", &port, "-t", "a", "-l"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let chunk = vec![b'x'; 1 << 20];
        // The command stops reading once it knows enough.
        while std::io::Write::write_all(&mut input, &chunk).is_ok() {}
    });
    let _link = peer.welcome(CONNACK).await;
    let output = ended(child).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("larger than a packet of MQTT can be"), "{output:?}");
    writer.join().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_while_lines_are_awaited_is_a_clean_end_and_before_the_server_is_reached_none() {
    let interrupt = |child: &Child| {
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    };
    let peer = Peer::listen().await;
    let port = peer.port().to_string();
    let lines = || mqloupe(&["pub", "-p", &port, "-t", "a", "-l"]).stdin(Stdio::piped()).spawn().unwrap();
    let child = lines();
    let mut link = peer.welcome(CONNACK).await;
    std::io::Write::write_all(&mut child.stdin.as_ref().unwrap(), b"x\n").unwrap();
    assert_eq!(link.frame().await, [0x30, 4, 0, 1, b'a', b'x']);
    interrupt(&child);
    assert_eq!(link.frame().await, [0xe0, 0]);
    drop(link);
    let output = ended(child).await;
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));

    let child = lines();
    let mut link = peer.accept().await;
    assert_eq!(link.frame().await[0], 0x10, "CONNECT, which is not answered");
    interrupt(&child);
    let output = ended(child).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("stopped before the server was reached"), "{output:?}");
}
