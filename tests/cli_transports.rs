//! The command line over every transport: the real program against mosquitto.

mod support;

use std::process::Output;

use support::mosquitto::Mosquitto;
use support::peer::{CONNACK, Peer};
use support::program::{finish, mqloupe, text};
use support::soon;
use support::tls::Authority;
use tokio::io::AsyncReadExt;

/// Runs to the end without holding up what else the test runs.
async fn run(arguments: &[&str]) -> Output {
    let child = mqloupe(arguments).spawn().unwrap();
    tokio::task::spawn_blocking(|| finish(child)).await.unwrap()
}

/// Publishes with these words about the server, retained, and takes it back with the same.
async fn there_and_back(server: &[&str], payload: &str) {
    let output = run(&[&["pub"], server, &["-t", "a", "-r", "-q", "1", "-m", payload]].concat()).await;
    assert!(output.status.success(), "{server:?}: {output:?}");
    let output = run(&[&["sub"], server, &["-t", "a", "-C", "1", "-W", "10"]].concat()).await;
    assert_eq!(text(&output.stdout), format!("{payload}\n"), "{server:?}: {output:?}");
}

/// Lines for a mosquitto with a certificate of `authority` for 127.0.0.1 and `broker.test`.
fn certificates(authority: &Authority) -> String {
    let identity = authority.sign(&["127.0.0.1", "broker.test"]);
    let ca = authority.file("ca.crt", &authority.certificate);
    let certificate = authority.file("server.crt", &identity.certificate);
    let key = authority.file("server.key", &identity.key);
    format!("cafile {ca}\ncertfile {certificate}\nkeyfile {key}\n")
}

#[tokio::test]
async fn tls_with_files_by_host_and_by_url() {
    let authority = Authority::new("CA");
    let lines = certificates(&authority);
    let Some(broker) = Mosquitto::start("tls_with_files_by_host_and_by_url", &lines).await else { return };
    let ca = authority.file("ca.crt", &authority.certificate);
    let (port, url) = (broker.port.to_string(), format!("mqtts://127.0.0.1:{}/a", broker.port));
    there_and_back(&["-p", &port, "--cafile", &ca], "by host").await;
    there_and_back(&["-L", &url, "--cafile", &ca], "by URL").await;
    there_and_back(&["-L", &url, "--insecure"], "unchecked").await;
    there_and_back(&["-p", &port, "--cafile", &ca, "--servername", "broker.test", "--alpn", "mqtt"], "named")
        .await;

    let output = run(&["pub", "-L", &url, "-m", "x"]).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the certificate of 127.0.0.1 is not accepted"), "{said}");
    let output = run(&["pub", "-L", &url, "--cafile", &ca, "--servername", "other.test", "-m", "x"]).await;
    assert!(text(&output.stderr).contains("the certificate of other.test is not accepted"), "{output:?}");
}

#[tokio::test]
async fn tls_with_a_client_certificate() {
    let authority = Authority::new("CA");
    let lines = certificates(&authority) + "require_certificate true";
    let Some(broker) = Mosquitto::start("tls_with_a_client_certificate", &lines).await else { return };
    let client = authority.sign(&["client"]);
    let ca = authority.file("ca.crt", &authority.certificate);
    let certificate = authority.file("client.crt", &client.certificate);
    let key = authority.file("client.key", &client.key);
    let both = authority.file("client.pem", &format!("{}{}", client.certificate, client.key));
    let port = broker.port.to_string();
    there_and_back(&["-p", &port, "--cafile", &ca, "--cert", &certificate, "--key", &key], "two files").await;
    there_and_back(&["-p", &port, "--cafile", &ca, "--cert", &both], "one file").await;

    let output = run(&["pub", "-p", &port, "--cafile", &ca, "-t", "a", "-m", "x"]).await;
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("wants a client certificate"), "{said}");
    let output = run(&["pub", "-p", &port, "--cafile", "/no/such", "-t", "a", "-m", "x"]).await;
    assert!(text(&output.stderr).contains("the file /no/such cannot be used"), "{output:?}");
}

/// A mosquitto that takes WebSocket on a second port, with these further lines for it, and that port. It does not
/// start with WebSocket alone.
async fn websocket_mosquitto(test: &str, lines: &str) -> Option<(Mosquitto, u16)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // One that is started by root goes on as another user, who may not read the files.
    let lines = format!("user root\nlistener {port} 127.0.0.1\nprotocol websockets\n{lines}");
    let broker = Mosquitto::start(test, &lines).await?;
    soon("the second port", async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    Some((broker, port))
}

#[tokio::test]
async fn websocket_by_host_and_by_url_in_every_version() {
    let test = "websocket_by_host_and_by_url_in_every_version";
    let Some((_broker, port)) = websocket_mosquitto(test, "").await else { return };
    let (port, url) = (port.to_string(), format!("ws://127.0.0.1:{port}/mqtt"));
    for version in ["31", "311", "5"] {
        there_and_back(&["-p", &port, "--ws", "--header", "X-Test: yes", "-V", version], "by host").await;
        there_and_back(&["-L", &url, "-V", version], "by URL").await;
    }
}

#[tokio::test]
async fn websocket_over_tls() {
    let authority = Authority::new("CA");
    let lines = certificates(&authority);
    let Some((_broker, port)) = websocket_mosquitto("websocket_over_tls", &lines).await else { return };
    let ca = authority.file("ca.crt", &authority.certificate);
    let (port, url) = (port.to_string(), format!("wss://127.0.0.1:{port}/mqtt"));
    there_and_back(&["-p", &port, "--ws", "--path", "/mqtt", "--cafile", &ca], "by host").await;
    there_and_back(&["-L", &url, "--cafile", &ca], "by URL").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("broker.sock");
    // A mosquitto that is started by root goes on as another user.
    let lines = format!("user root\nlistener 0 {}", socket.display());
    let Some(_broker) = Mosquitto::start("a_unix_socket", &lines).await else { return };
    there_and_back(&["-L", &format!("unix://{}", socket.display())], "by path").await;
    let missing = folder.path().join("none.sock");
    let output = run(&["pub", "-L", &format!("unix://{}", missing.display()), "-t", "a", "-m", "x"]).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("none.sock"), "{output:?}");
}

#[tokio::test]
async fn a_proxy_gets_its_password_from_the_environment() {
    let peer = Peer::listen().await;
    let proxy = format!("http://ann@127.0.0.1:{}", peer.port());
    let arguments = ["pub", "-L", "mqtt://broker.test:1884/a", "-m", "x", "--proxy", &proxy];
    let child = mqloupe(&arguments).env("MQLOUPE_PROXY_PASSWORD", "s3cret").spawn().unwrap();
    let mut link = peer.accept().await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon("the request", link.stream.read_u8()).await.unwrap());
    }
    let head = text(&head);
    assert!(head.starts_with("CONNECT broker.test:1884 HTTP/1.1\r\n"), "{head}");
    let login = data_encoding::BASE64.encode(b"ann:s3cret");
    assert!(head.contains(&format!(" Basic {login}\r\n")), "{head}");
    link.say(b"HTTP/1.1 200 OK\r\n\r\n").await;
    assert_eq!(link.frame().await[0], 0x10, "CONNECT");
    link.say(CONNACK).await;
    assert_eq!(link.frame().await, [0x30, 4, 0, 1, b'a', b'x']);
    drop(link);
    tokio::task::spawn_blocking(|| finish(child)).await.unwrap();
}
