//! Exported captures: what Wireshark reads in them, and what is masked.

mod log_support;

use std::path::Path;
use std::process::Command;

use log_support::{CONNACK, CONNECT, connection, frame, publish};
use mqloupe::capture::export;
use mqloupe::log::{Connection, FrameLog, Limits, Timestamp};
use mqloupe::wire::{Direction, Version};

use Direction::{ToClient, ToServer};

const SECOND: u64 = 1_000_000_000;

/// CONNECT of 3.1.1 with the password `secret99`.
fn connect_with_password() -> Vec<u8> {
    frame(0x10, b"\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01a\x00\x04user\x00\x08secret99")
}

/// A log with two connections over the same ports, and a last message of `length` bytes.
fn log(length: usize) -> FrameLog {
    let log = FrameLog::in_memory(Limits::default());
    for time in [1, 2] {
        let number = log.begin_connection(connection(Version::V3_1_1));
        log.append(number, ToServer, Timestamp(time * SECOND + 7), &connect_with_password());
        log.append(number, ToClient, Timestamp(time * SECOND + 8), CONNACK);
        log.append(number, ToServer, Timestamp(time * SECOND + 9), &publish("a/b", None, b"payload"));
    }
    let six = Connection {
        client: "[::1]:40000".parse().unwrap(),
        server: "[::1]:8883".parse().unwrap(),
        version: Version::V3_1_1,
    };
    let number = log.begin_connection(six);
    log.append(number, ToServer, Timestamp(3 * SECOND), CONNECT);
    log.append(number, ToClient, Timestamp(4 * SECOND), &publish("long", None, &vec![1; length]));
    log.append(number, ToClient, Timestamp(5 * SECOND), b"\xd0\x00");
    log
}

fn exported(log: &FrameLog, with_secrets: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let count = export(log, log.rows(), &mut file, with_secrets).unwrap();
    assert_eq!(count, log.rows().end - log.rows().start);
    file
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

#[test]
fn secrets_are_written_only_when_asked_for() {
    let log = log(10);
    assert!(!holds(&exported(&log, false), b"secret99"));
    assert!(holds(&exported(&log, false), b"********"));
    assert!(holds(&exported(&log, true), b"secret99"));
}

#[test]
fn only_the_rows_asked_for_are_written() {
    let log = log(10);
    let mut file = Vec::new();
    assert_eq!(export(&log, [2, 5, 99].into_iter(), &mut file, false).unwrap(), 2);
    assert!(!holds(&file, b"user") && holds(&file, b"payload"));
}

#[test]
fn an_error_of_the_sink_is_handed_back() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = log(10);
    assert_eq!(export(&log, log.rows(), Full, false).unwrap_err().kind(), std::io::ErrorKind::StorageFull);
}

/// tshark's fields of a capture, for the frames that hold MQTT; `None` where there is no tshark.
fn tshark(test: &str, file: &Path, options: &[&str], fields: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(options).args(["-T", "fields", "-E", "occurrence=f"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let Ok(output) = command.output() else {
        println!("{test}: skipped, there is no tshark");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn tshark_reads_an_export_as_mqtt_whatever_the_port() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export.pcapng");
    std::fs::write(&file, exported(&log(10), false)).unwrap();
    let fields = ["mqtt.msgtype", "frame.time_epoch", "mqtt.topic", "mqtt.passwd"];
    let Some(lines) = tshark("tshark_reads_an_export", &file, &[], &fields) else { return };
    let expected = [
        "1\t1.000000007\t\t********",
        "2\t1.000000008\t\t",
        "3\t1.000000009\ta/b\t",
        "1\t2.000000007\t\t********",
        "2\t2.000000008\t\t",
        "3\t2.000000009\ta/b\t",
        "1\t3.000000000\t\t",
        "3\t4.000000000\tlong\t",
        "13\t5.000000000\t\t",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn tshark_reads_an_export_with_a_frame_too_long_for_a_block() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("export.pcapng");
    std::fs::write(&file, exported(&log(700_000), false)).unwrap();
    let options = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y", "mqtt"];
    let fields =
        ["mqtt.msgtype", "tcp.stream", "mqtt.topic", "mqtt.len", "tcp.checksum.status", "tcp.analysis.flags"];
    let Some(lines) = tshark("tshark_reads_a_long_export", &file, &options, &fields) else { return };
    let expected = [
        "1\t0\t\t29\t1\t",
        "2\t0\t\t2\t1\t",
        "3\t0\ta/b\t12\t1\t",
        "1\t1\t\t29\t1\t",
        "2\t1\t\t2\t1\t",
        "3\t1\ta/b\t12\t1\t",
        "1\t2\t\t13\t1\t",
        "3\t2\tlong\t700006\t1\t",
        "13\t2\t\t0\t1\t",
    ];
    assert_eq!(lines, expected);
}
