//! `-w`: what a command saves of what crossed, and what Wireshark makes of it.

mod support;

use std::path::Path;
use std::process::{Child, Command};

use support::peer::{CONNACK, Link, Peer};
use support::program::{Running, finish, mqloupe, text};

/// Packet types as tshark reads them in order; `None`, and a line that names `test`, where it is not installed.
fn tshark(test: &str, file: &Path, fields: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-Y", "mqtt", "-T", "fields"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let Ok(output) = command.output() else {
        eprintln!("skipped: a part of {test} needs tshark");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    Some(text(&output.stdout).lines().map(str::to_owned).collect())
}

/// Starts the program against the peer, saving to `file`.
fn start(peer: &Peer, words: &[&str], file: &Path) -> Child {
    let port = peer.port().to_string();
    let place = ["-p", &port, "-w", file.to_str().unwrap()];
    mqloupe(&[&words[..1], &place[..], &words[1..]].concat()).spawn().unwrap()
}

async fn subscribed(peer: &Peer) -> Link {
    let mut link = peer.welcome(CONNACK).await;
    let subscribe = link.frame().await;
    link.say(&[0x90, 3, subscribe[2], subscribe[3], 0]).await;
    link
}

fn holds(file: &Path, wanted: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_closes_the_capture_with_disconnect_in_it() {
    let test = "ctrl_c_closes_the_capture_with_disconnect_in_it";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pcapng");
    let peer = Peer::listen().await;
    let mut child = Running(start(&peer, &["sub", "-t", "a", "-v"], &file));
    let mut link = subscribed(&peer).await;
    link.say(&[0x30, 5, 0, 1, b'a', b'H', b'i']).await;
    let mut child = tokio::task::spawn_blocking(move || {
        child.line(|line| line == "a Hi");
        child
    })
    .await
    .unwrap();
    child.signal("INT");
    link.expect(&[0xe0, 0]).await;
    assert!(link.closed().await.is_empty(), "nothing follows DISCONNECT");
    drop(link);
    let status = tokio::task::spawn_blocking(move || child.0.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(0));
    if let Some(types) = tshark(test, &file, &["mqtt.msgtype"]) {
        // CONNECT, CONNACK, SUBSCRIBE, SUBACK, PUBLISH, DISCONNECT.
        assert_eq!(types, ["1", "2", "8", "9", "3", "14"]);
    }
}

#[tokio::test]
async fn passwords_are_masked_unless_they_are_wanted() {
    let test = "passwords_are_masked_unless_they_are_wanted";
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "s3cret").unwrap();
    let peer = Peer::listen().await;
    let base = ["pub", "-t", "a", "-m", "x", "-u", "ann", "--password-file", password.to_str().unwrap()];
    for (more, shown) in [(&[][..], "******"), (&["--with-secrets"], "s3cret")] {
        let file = folder.path().join("x.pcapng");
        let child = start(&peer, &[&base[..], more].concat(), &file);
        let mut link = peer.accept().await;
        let connect = link.frame().await;
        assert!(connect.ends_with(b"\0\x06s3cret"), "the server gets it either way");
        link.say(CONNACK).await;
        link.closed().await;
        drop(link);
        let output = tokio::task::spawn_blocking(|| finish(child)).await.unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(text(&output.stderr).contains("4 packets are in"), "{output:?}");
        assert_eq!(holds(&file, b"s3cret"), shown == "s3cret");
        if let Some(shown_by_tshark) = tshark(test, &file, &["mqtt.passwd"]) {
            assert_eq!(shown_by_tshark[0], shown);
        }
    }
}
