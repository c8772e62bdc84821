//! What `sub` delivers of what a server sends more than once, against a scripted peer.

mod support;

use support::peer::{CONNACK, Peer};
use support::program::{finish, mqloupe, text};

#[tokio::test]
async fn a_message_of_qos_2_that_comes_again_is_printed_once_and_one_of_qos_1_each_time() {
    let peer = Peer::listen().await;
    let port = peer.port().to_string();
    let child =
        mqloupe(&["sub", "-p", &port, "-t", "t", "-q", "2", "-C", "4", "--reconnect"]).spawn().unwrap();
    let mut link = peer.welcome(CONNACK).await;
    let subscribe = link.frame().await;
    link.say(&[0x90, 3, subscribe[2], subscribe[3], 2]).await;
    let exactly_once = |dup: u8| [&[0x34 | dup][..], b"\x08\0\x01t\0\x07two"].concat();
    for dup in [0, 8, 8] {
        link.say(&exactly_once(dup)).await;
        link.expect(&[0x50, 2, 0, 7]).await;
    }
    for head in [0x32, 0x3a] {
        link.say(&[&[head][..], b"\x08\0\x01t\0\x09one"].concat()).await;
        link.expect(&[0x40, 2, 0, 9]).await;
    }
    // Once it is released, the identifier belongs to another message.
    link.say(&[0x62, 2, 0, 7]).await;
    link.expect(&[0x70, 2, 0, 7]).await;
    link.say(b"\x34\x0a\0\x01t\0\x07again").await;
    let output = tokio::task::spawn_blocking(|| finish(child)).await.unwrap();
    assert_eq!(text(&output.stdout), "two\none\none\nagain\n", "{output:?}");
}
