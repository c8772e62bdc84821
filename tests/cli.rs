//! The command line as people run it: the real program, against the embedded broker in a program of its
//! own, and against mosquitto.

#![cfg(feature = "broker")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Command;

use support::mosquitto::Mosquitto;
use support::program::{broker, finish, mqloupe, run, subscriber, text, with_input};

/// A retained message, so that a later subscriber needs no timing.
fn retain(port: &str, topic: &str, payload: &str, more: &[&str]) {
    let mut arguments = vec!["pub", "-p", port, "-t", topic, "-m", payload, "-r", "-q", "1"];
    arguments.extend(more);
    let output = run(&arguments);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn sub_prints_payloads_and_with_v_topics() {
    let (_broker, port) = broker();
    retain(&port, "a/b", "hello", &[]);
    let output = run(&["sub", "-p", &port, "-t", "a/#", "-C", "1"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), "hello\n".to_owned()), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let output = run(&["sub", "-p", &port, "-t", "a/#", "-C", "1", "-v"]);
    assert_eq!(text(&output.stdout), "a/b hello\n");
}

#[test]
fn sub_prints_payloads_that_are_no_text_as_they_are_or_in_hex() {
    let (_broker, port) = broker();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("payload");
    std::fs::write(&file, [0xff, 0x00, b'\n', 0x80]).unwrap();
    let published = run(&["pub", "-p", &port, "-t", "raw", "-f", file.to_str().unwrap(), "-r", "-q", "2"]);
    assert!(published.status.success(), "{published:?}");
    assert_eq!(run(&["sub", "-p", &port, "-t", "raw", "-C", "1"]).stdout, [0xff, 0x00, b'\n', 0x80, b'\n']);
    let hex = run(&["sub", "-p", &port, "-t", "raw", "-C", "1", "--format", "hex"]);
    assert_eq!(text(&hex.stdout), "ff000a80\n");
}

#[test]
fn json_of_sub_says_everything_about_a_message() {
    let (_broker, port) = broker();
    retain(&port, "j", "{\"x\":1}", &["-V", "5"]);
    let output =
        run(&["sub", "-p", &port, "-t", "j", "-q", "1", "-C", "1", "--format", "json", "-V", "mqttv5"]);
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object["dir"], "s2c");
    assert_eq!(object["topic"], "j");
    assert_eq!(object["qos"], 1);
    assert_eq!(object["retain"], true);
    assert_eq!(object["dup"], false);
    assert!(object["packet_id"].is_u64(), "{object}");
    assert_eq!(object["payload"], "{\"x\":1}");
    assert_eq!(object["payload_hex"], "7b2278223a317d");
    assert!(object["properties"].is_object(), "{object}");
    let time = object["time"].as_str().unwrap();
    assert!(time.len() == "2026-11-24T05:00:00.000000000Z".len() && time.ends_with('Z'), "{time}");
}

#[test]
fn packets_of_sub_show_both_directions_to_the_end() {
    let (_broker, port) = broker();
    retain(&port, "p", "x", &[]);
    let output = run(&["sub", "-p", &port, "-t", "p", "-C", "1", "--packets"]);
    let lines: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    let seen: Vec<_> = lines
        .iter()
        .map(|line| line.split_whitespace().skip(1).take(2).collect::<Vec<_>>().join(" "))
        .collect();
    let expected = ["→ CONNECT", "← CONNACK", "→ SUBSCRIBE", "← SUBACK", "← PUBLISH", "→ DISCONNECT"];
    let mut sorted = (seen.clone(), expected.map(str::to_owned).to_vec());
    // The broker may send the retained message before SUBACK.
    sorted.0.sort();
    sorted.1.sort();
    assert_eq!(sorted.0, sorted.1, "{lines:#?}");
    assert_eq!(seen.last().unwrap(), "→ DISCONNECT");
}

#[test]
fn every_version_and_qos_gets_through() {
    let (_broker, port) = broker();
    for version in ["mqttv31", "mqttv311", "mqttv5"] {
        for qos in ["0", "1", "2"] {
            let topic = format!("{version}/{qos}");
            let output =
                run(&["pub", "-p", &port, "-V", version, "-q", qos, "-t", &topic, "-m", &topic, "-r"]);
            assert!(output.status.success(), "{output:?}");
            let output = run(&["sub", "-p", &port, "-V", version, "-q", qos, "-t", &topic, "-C", "1"]);
            assert_eq!(text(&output.stdout), format!("{topic}\n"), "{output:?}");
        }
    }
}

#[test]
fn a_url_names_server_and_topic() {
    let (_broker, port) = broker();
    let url = format!("mqtt://127.0.0.1:{port}/at/end");
    let output = run(&["pub", "-L", &url, "-m", "by url", "-r", "-q", "1"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&run(&["sub", "-L", &url, "-C", "1"]).stdout), "by url\n");
}

#[test]
fn pub_takes_its_messages_from_lines() {
    let (_broker, port) = broker();
    let mut subscriber = subscriber(&port, &["-t", "lines", "-C", "3"]);
    let output = with_input(&["pub", "-p", &port, "-t", "lines", "-l", "-q", "1"], |stdin| {
        stdin.write_all(b"one\ntwo\r\nthree").unwrap();
    });
    assert!(output.status.success(), "{output:?}");
    let mut lines = BufReader::new(subscriber.0.stdout.take().unwrap()).lines();
    for word in ["one", "two", "three"] {
        assert!(lines.any(|line| line.unwrap().trim_end().ends_with(word)), "{word}");
    }
}

#[test]
fn pub_takes_all_of_standard_input_as_one_message() {
    let (_broker, port) = broker();
    let output = with_input(&["pub", "-p", &port, "-t", "whole", "-s", "-r", "-q", "1"], |stdin| {
        stdin.write_all(b"one\ntwo\n").unwrap();
    });
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&run(&["sub", "-p", &port, "-t", "whole", "-C", "1"]).stdout), "one\ntwo\n\n");
}

#[test]
fn an_empty_retained_message_deletes_the_one_before() {
    let (_broker, port) = broker();
    retain(&port, "gone", "x", &[]);
    assert!(run(&["pub", "-p", &port, "-t", "gone", "-n", "-r", "-q", "1"]).status.success());
    let output = run(&["sub", "-p", &port, "-t", "gone", "-W", "1"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()), "{output:?}");
}

#[test]
fn repeat_publishes_so_many_times() {
    let (_broker, port) = broker();
    let subscriber = subscriber(&port, &["-t", "many", "-q", "1", "-C", "2000"]);
    let output = run(&["pub", "-p", &port, "-t", "many", "-m", "x", "-q", "1", "--repeat", "2000"]);
    assert!(output.status.success(), "{output:?}");
    let mut subscriber = subscriber;
    let stdout = subscriber.0.stdout.take().unwrap();
    let publishes = BufReader::new(stdout).lines().filter(|line| line.as_ref().unwrap().contains("PUBLISH"));
    assert_eq!(publishes.count(), 2000);
}

#[test]
fn a_wait_that_does_not_suffice_is_a_failure() {
    let (_broker, port) = broker();
    let output = run(&["sub", "-p", &port, "-t", "never", "-C", "2", "-W", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("2 of the messages did not arrive within 1 s"), "{output:?}");
}

#[test]
fn a_server_that_is_not_reached_in_the_time_of_sub_is_a_failure() {
    // It accepts connections and says nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = run(&["sub", "-p", &port, "-t", "a", "-W", "1"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("before the server was reached"), "{output:?}");
}

#[test]
fn nothing_listening_fails_with_the_address_and_a_hint() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    for arguments in [&["sub", "-p", &port, "-t", "a"][..], &["pub", "-p", &port, "-t", "a", "-m", "x"]] {
        let output = run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(said.starts_with(&format!("mqloupe: nothing listens at 127.0.0.1:{port}\n")), "{said}");
        assert!(said.trim_end().lines().count() > 1, "a hint follows: {said}");
    }
}

#[test]
fn wrong_usage_has_status_2() {
    for arguments in [
        &["sub"][..],
        &["pub", "-t", "a"],
        &["pub", "-t", "a/+", "-m", "x"],
        &["sub", "-t", "a/#/b"],
        &["sub", "-t", "a", "-q", "3"],
        &["sub", "-t", "a", "-c"],
        &["sub", "-L", "ws://x/a"],
        &["sub", "-t", "a", "-P", "secret"],
        &["nonsense"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn help_is_no_failure_and_h_is_the_host() {
    for command in ["sub", "pub", "dissect", "broker", "demo"] {
        let output = run(&[command, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(text(&output.stdout).contains("Usage: mqloupe"), "{output:?}");
    }
    let output = run(&["sub", "-h"]);
    assert_eq!(output.status.code(), Some(2), "-h needs a host: {output:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_parts_from_the_server() {
    for name in ["INT", "TERM"] {
        let (_broker, port) = broker();
        let mut subscriber = subscriber(&port, &["-t", "a"]);
        subscriber.signal(name);
        subscriber.line(|line| line.contains("→ DISCONNECT"));
        let status = subscriber.0.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_broker() {
    let (mut broker, _) = broker();
    broker.signal("INT");
    assert_eq!(broker.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_lost_connection_ends_sub_with_status_1() {
    let (broker, port) = broker();
    let mut subscriber = subscriber(&port, &["-t", "a"]);
    drop(broker);
    let status = subscriber.0.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    let mut said = String::new();
    subscriber.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.starts_with("mqloupe: the server closed the connection\n"), "{said}");
}

#[test]
fn a_capture_holds_every_packet_and_no_password() {
    let (_broker, port) = broker();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let file = path.to_str().unwrap();
    let output =
        run(&["pub", "-p", &port, "-t", "sensor", "-m", "Hi", "-u", "ann", "-P", "s3cret", "-w", file]);
    assert!(output.status.success(), "{output:?}");
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    assert!(holds(b"\x30\x0a\x00\x06sensorHi"));
    assert!(!holds(b"s3cret"));
    let tshark = Command::new("tshark")
        .args(["-r", file, "-Y", "mqtt", "-T", "fields", "-e", "mqtt.msgtype"])
        .output();
    match tshark {
        // CONNECT, CONNACK, PUBLISH, DISCONNECT.
        Ok(output) => {
            assert_eq!(text(&output.stdout).split_whitespace().collect::<Vec<_>>(), ["1", "2", "3", "14"]);
        }
        Err(_) => eprintln!("skipped: a part of a_capture_holds_every_packet_and_no_password needs tshark"),
    }
}

#[test]
fn a_capture_is_saved_also_when_the_connection_is_refused() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcapng");
    let child = mqloupe(&["sub", "-p", &port, "-t", "a", "-w", path.to_str().unwrap()]).spawn().unwrap();
    let (mut peer, _) = listener.accept().unwrap();
    let mut first = [0];
    peer.read_exact(&mut first).unwrap();
    peer.write_all(&[0x20, 2, 0, 5]).unwrap();
    drop(peer);
    let output = finish(child);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.windows(4).any(|window| window == [0x20, 2, 0, 5]));
}

#[test]
fn a_capture_that_cannot_be_written_is_said_before_connecting() {
    let output = run(&["sub", "-p", "1", "-t", "a", "-w", "/no/such/folder/x.pcapng"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("/no/such/folder/x.pcapng cannot be written"), "{output:?}");
}

#[test]
fn the_demo_explains_every_packet() {
    let output = run(&["demo"]);
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    for words in [
        "→ CONNECT",
        "← CONNACK",
        "→ SUBSCRIBE",
        "← SUBACK",
        "→ PUBLISH",
        "← PUBLISH",
        "→ DISCONNECT",
        "Remaining length",
        "6c 61 6c 61 6c 61",
        "sensor",
    ] {
        assert!(said.contains(words), "{words} is missing in\n{said}");
    }
}

#[test]
fn dissect_takes_a_line_of_hex_apart() {
    let output =
        with_input(&["dissect", "--format", "json"], |stdin| stdin.write_all(b"20 02 00 05\n").unwrap());
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["packet"], &object["line"]), (&"CONNACK".into(), &1.into()));
}

#[tokio::test]
async fn passwords_come_from_arguments_files_and_the_environment() {
    let test = "passwords_come_from_arguments_files_and_the_environment";
    let folder = tempfile::tempdir().unwrap();
    let passwords = folder.path().join("passwords");
    // `mosquitto_passwd` comes with mosquitto.
    let made =
        Command::new("mosquitto_passwd").args(["-b", "-c"]).arg(&passwords).args(["ann", "s3cret"]).output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: {test} needs mosquitto_passwd");
        return;
    }
    let configuration = format!("allow_anonymous false\npassword_file {}\nuser root", passwords.display());
    let Some(broker) = Mosquitto::start(test, &configuration).await else { return };
    let port = broker.port.to_string();
    let file = folder.path().join("secret");
    std::fs::write(&file, "s3cret\n").unwrap();
    let base = ["pub", "-p", &port, "-t", "a", "-m", "x", "-u", "ann"];
    let wrong = run(&base);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("refused the connection"), "{wrong:?}");
    let by_argument = run(&[&base[..], &["-P", "s3cret"]].concat());
    assert!(by_argument.status.success(), "{by_argument:?}");
    let by_file = run(&[&base[..], &["--password-file", file.to_str().unwrap()]].concat());
    assert!(by_file.status.success(), "{by_file:?}");
    let by_environment = finish(mqloupe(&base).env("MQLOUPE_PASSWORD", "s3cret").spawn().unwrap());
    assert!(by_environment.status.success(), "{by_environment:?}");
    let url = format!("mqtt://ann:s3cret@127.0.0.1:{port}/a");
    let by_url = run(&["pub", "-L", &url, "-m", "x"]);
    assert!(by_url.status.success(), "{by_url:?}");
}

#[tokio::test]
async fn reconnect_goes_on_over_the_end_of_mosquitto() {
    let test = "reconnect_goes_on_over_the_end_of_mosquitto";
    let Some(broker) = Mosquitto::start(test, "").await else { return };
    let port = broker.port.to_string();
    let mut subscriber = subscriber(&port, &["-t", "a", "--reconnect"]);
    let _broker = broker.restart().await;
    subscriber.line(|line| line.contains("SUBACK"));
}
