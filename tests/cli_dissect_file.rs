//! `mqloupe dissect FILE` as people run it: the real program on real captures.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn data(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/captures", name].iter().collect();
    path.to_str().expect("UTF-8").to_owned()
}

fn dissect(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mqloupe"));
    command.arg("dissect").args(arguments).stdin(Stdio::null()).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn json_has_one_object_a_packet() {
    let output = dissect(&["--format", "json", &data("plain.pcapng")]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let objects: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(objects.len(), 27);
    let first = &objects[0];
    assert_eq!(
        (&first["packet"], &first["frame"], &first["dir"]),
        (&"CONNECT".into(), &4.into(), &"c2s".into())
    );
    assert_eq!(first["src"], "127.0.0.1:34578");
    for object in &objects {
        assert_eq!(
            (&object["error"], &object["diagnostics"]),
            (&Value::Null, &Value::Array(vec![])),
            "{object}"
        );
    }
}

#[test]
fn text_shows_what_was_within_websocket() {
    let output = dissect(&[&data("websocket.pcap")]);
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    let titles = said.lines().filter(|line| line.contains("  stream 0  ")).count();
    assert_eq!(titles, 9, "{said}");
    assert!(said.contains("Client identifier"), "{said}");
}

#[test]
fn a_file_that_breaks_off_gives_what_it_holds() {
    let whole = std::fs::read(data("plain.pcapng")).expect("it is there");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), &whole[..whole.len() / 2 + 1]).expect("written");
    let output = dissect(&["--format", "json", file.path().to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{output:?}");
    assert!((1..27).contains(&text(&output.stdout).lines().count()), "{output:?}");
    assert!(text(&output.stderr).contains("The file is truncated"), "{output:?}");
}

#[test]
fn what_is_no_capture_fails_by_name() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (file, reason) in [(file, "this is no capture"), ("no/such/file.pcap", "")] {
        let output = dissect(&["--format", "json", file]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()), "{output:?}");
        let said = text(&output.stderr);
        assert!(said.starts_with(&format!("mqloupe: {file}: {reason}")), "{said}");
    }
}

#[test]
fn without_a_connect_a_named_port_is_searched() {
    // The first two packets of a connection to port 18830, its handshake and CONNECT left out.
    let whole = std::fs::read(data("plain.pcapng")).expect("it is there");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), without_first_frames(&whole, 5)).expect("written");
    let path = file.path().to_str().expect("UTF-8");
    let first_stream = |arguments: &[&str]| {
        let output = dissect(&[arguments, &["--format", "json", path]].concat());
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout).lines().filter(|line| line.contains(r#""stream":0,"#)).count()
    };
    assert_eq!(first_stream(&[]), 0);
    assert!(first_stream(&["--port", "18830"]) > 0);
    assert_eq!(first_stream(&["--port", "1"]), 0);
}

/// A little-endian pcapng without its first packets.
fn without_first_frames(mut rest: &[u8], mut frames: usize) -> Vec<u8> {
    let mut left = Vec::new();
    while let Some((head, _)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes(*head.last_chunk().expect("four of eight"));
        let (block, behind) = rest.split_at(usize::try_from(length).expect("32 bits"));
        if head.starts_with(&[6, 0, 0, 0]) && frames > 0 {
            frames -= 1;
        } else {
            left.extend_from_slice(block);
        }
        rest = behind;
    }
    left
}

#[test]
fn options_that_do_not_fit_the_input_are_wrong_usage() {
    let capture = data("plain.pcapng");
    for arguments in [&["--port", "1884"][..], &["--port", "1884", "-"], &["--mqtt-version", "5", &capture]] {
        let output = dissect(arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(text(&output.stdout), "");
    }
}
