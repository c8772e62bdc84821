//! `--filter` on the command line.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn dissect(arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mqloupe"))
        .arg("dissect")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // CONNECT, CONNACK, PUBLISH `a` with JSON, PINGREQ.
    let frames = "100d00044d515454040200 3c000161\n20020000\n300e0001617b2274656d70223a33317d\nc000\n";
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(frames.as_bytes());
    child.wait_with_output().unwrap()
}

fn packets(filter: &str) -> Vec<String> {
    let output = dissect(&["--format", "json", "--filter", filter]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        json["packet"].as_str().unwrap().to_owned()
    };
    said.lines().map(name).collect()
}

#[test]
fn dissect_writes_what_passes() {
    assert_eq!(packets("json.temp > 30 && topic == a"), ["PUBLISH"]);
    assert_eq!(packets("client_id == a or dir == received"), ["CONNECT", "CONNACK"]);
    assert_eq!(packets("!(len > 2)"), ["PINGREQ"]);
}

#[test]
fn a_wrong_filter_is_wrong_usage_and_names_the_place() {
    for arguments in [&["--filter", "a && qos > x"][..], &["--format", "json", "--filter", "a && qos > x"]] {
        let output = dissect(arguments);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("at character 12: x is not possible here. Use 0, 1 or 2."), "{said}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_mqloupe"))
        .args(["sub", "-t", "a", "--filter", "(a"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
