//! The embedded broker, spoken to in literal bytes.

#![cfg(feature = "broker")]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mqloupe::broker::Broker;
use support::soon;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

async fn say(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

async fn expect(stream: &mut TcpStream, bytes: &[u8]) {
    let mut got = vec![0; bytes.len()];
    soon("bytes of the broker", stream.read_exact(&mut got)).await.unwrap();
    assert_eq!(got, bytes);
}

#[tokio::test]
async fn it_listens_on_the_loopback_address_only() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    assert!(broker.address().ip().is_loopback());
}

#[tokio::test]
async fn a_taken_port_gives_way_to_the_next_free_one() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let broker = Broker::start(&Handle::current(), port).unwrap();
    assert_ne!(broker.address().port(), port);
}

#[tokio::test]
async fn clients_of_3_1_get_in_and_hear_each_other() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    let mut old = say(broker.address(), b"\x10\x10\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x02c1").await;
    expect(&mut old, &[0x20, 2, 0, 0]).await;
    old.write_all(b"\x82\x06\x00\x01\x00\x01t\x00").await.unwrap();
    expect(&mut old, &[0x90, 3, 0, 1, 0]).await;
    old.write_all(b"\x30\x05\x00\x01thi").await.unwrap();
    expect(&mut old, b"\x30\x05\x00\x01thi").await;
}

#[tokio::test]
async fn a_3_1_connect_in_single_bytes_gets_in() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    let mut stream = TcpStream::connect(broker.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in b"\x10\x10\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x02c1" {
        stream.write_all(&[*byte]).await.unwrap();
    }
    expect(&mut stream, &[0x20, 2, 0, 0]).await;
}

#[tokio::test]
async fn a_client_that_is_no_mqtt_is_let_go() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    let mut stream = say(broker.address(), b"GET / HTTP/1.1\r\n\r\n").await;
    let mut rest = Vec::new();
    // A reset counts as well.
    let _ = soon("the broker to close", stream.read_to_end(&mut rest)).await;
}

#[tokio::test]
async fn stop_ends_within_a_second_with_clients_connected() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    let address = broker.address();
    let mut client = say(address, b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02c1").await;
    expect(&mut client, &[0x20, 2, 0, 0]).await;
    let begin = Instant::now();
    broker.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert!(TcpStream::connect(address).await.is_err(), "nothing listens any more");
    let mut rest = Vec::new();
    let _ = soon("the connection to end", client.read_to_end(&mut rest)).await;
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let broker = Broker::start(&Handle::current(), 0).unwrap();
    let address = broker.address();
    let mut client = say(address, b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02c1").await;
    expect(&mut client, &[0x20, 2, 0, 0]).await;
    drop(broker);
    let mut rest = Vec::new();
    let _ = soon("the connection to end", client.read_to_end(&mut rest)).await;
}
