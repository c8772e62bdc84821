//! The real program in a process of its own.

use std::io::Read;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// The program with these arguments, its pipes taken, and nothing of the environment that it looks at.
pub fn mqloupe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mqloupe"));
    command.args(arguments).env("TZ", "UTC").env("COLUMNS", "80");
    for variable in
        ["MQLOUPE_PASSWORD", "MQLOUPE_KEY_PASSPHRASE", "MQLOUPE_PROXY_PASSWORD", "MQLOUPE_DATA_DIR"]
    {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub fn run(arguments: &[&str]) -> Output {
    finish(mqloupe(arguments).spawn().unwrap())
}

/// Waits for the end.
pub fn finish(mut child: Child) -> Output {
    let begin = Instant::now();
    // Pipes hold what these programs say, so that waiting before reading is safe.
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            panic!("the program does not end: {output:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that is ended with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Reads standard output up to the first line that `wanted` takes.
    pub fn line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let stdout = self.0.stdout.as_mut().unwrap();
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut byte = [0];
            while stdout.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
                line.push(byte[0]);
            }
            assert!(!line.is_empty(), "the program ended before the line came");
            let line = text(&line);
            if wanted(&line) {
                return line;
            }
        }
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([format!("-{name}"), self.0.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

/// Runs to the end with what `write` writes as standard input.
pub fn with_input(arguments: &[&str], write: impl FnOnce(&mut ChildStdin)) -> Output {
    let mut child = mqloupe(arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    write(&mut stdin);
    drop(stdin);
    finish(child)
}

/// A broker in a program of its own, and its port.
pub fn broker() -> (Running, String) {
    let mut broker = Running(mqloupe(&["broker", "-p", "0"]).spawn().unwrap());
    let line = broker.line(|_| true);
    let port = line.split([':', ';']).nth(1).unwrap().to_owned();
    (broker, port)
}

/// A subscriber that has its subscription: it prints packets, and has printed SUBACK.
pub fn subscriber(port: &str, arguments: &[&str]) -> Running {
    let mut all = vec!["sub", "-p", port, "--packets"];
    all.extend(arguments);
    let mut subscriber = Running(mqloupe(&all).spawn().unwrap());
    subscriber.line(|line| line.contains("SUBACK"));
    subscriber
}
