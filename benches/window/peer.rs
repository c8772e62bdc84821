//! The flooding peer: accepts one client and sends it numbered messages at a set rate, in a process of its own.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Range;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use std::io::{BufRead, BufReader};

/// How many topics the messages are on.
pub const TOPICS: u64 = 100;
/// Bytes of a payload.
const PAYLOAD: usize = 100;
/// How often what is due is sent.
const STEP: Duration = Duration::from_millis(2);

/// The frame of a message: `QoS` 0, its number in the payload, of the same length for every number.
pub fn frame(number: u64) -> Vec<u8> {
    let topic = format!("plant/line-{:02}/temperature", number % TOPICS);
    let mut payload = format!(
        "{{\"n\":{number:09},\"device\":\"d{:02}\",\"temperature\":21.5,\"note\":\"",
        number % TOPICS
    );
    while payload.len() < PAYLOAD - 2 {
        payload.push('.');
    }
    payload.push_str("\"}");
    let length = 2 + topic.len() + payload.len();
    let mut frame = vec![0x30, u8::try_from(length % 128).expect("a byte") | 0x80];
    frame.push(u8::try_from(length / 128).expect("a short frame"));
    frame.extend_from_slice(&u16::try_from(topic.len()).expect("short").to_be_bytes());
    frame.extend_from_slice(topic.as_bytes());
    frame.extend_from_slice(payload.as_bytes());
    frame
}

/// The number that a frame carries.
pub fn number(frame: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(frame, b"{\"n\":")? + 5;
    str::from_utf8(frame.get(at..at + 9)?).ok()?.parse().ok()
}

/// The peer's process, ended with the value.
pub struct Peer {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Where it listens.
    pub port: u16,
}

impl Peer {
    /// Starts a peer that will send so many messages at so many a second.
    pub fn start(messages: u64, rate: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["peer", &messages.to_string(), &rate.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("its port");
        Self { child, lines, port: line.trim().parse().expect("a port") }
    }

    /// What it says once it has sent everything.
    pub fn verdict(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("what it sent");
        line.trim().to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the peer's process does.
pub fn run(messages: u64, rate: u64) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    let (mut client, _) = listener.accept()?;
    client.set_nodelay(true)?;
    receive(&mut client)?;
    client.write_all(&[0x20, 2, 0, 0])?;
    let subscribe = receive(&mut client)?;
    let identifier = subscribe.get(..2).unwrap_or_default();
    client.write_all(&[&[0x90, 3], identifier, &[0]].concat())?;
    let began = Instant::now();
    let mut late = Duration::ZERO;
    let mut sent = 0;
    while sent < messages {
        let due =
            u64::try_from(began.elapsed().as_micros() * u128::from(rate) / 1_000_000).unwrap_or(u64::MAX);
        let due = due.min(messages);
        client.write_all(&frames(sent..due))?;
        sent = due;
        let planned = Duration::from_secs_f64(
            f64::from(u32::try_from(sent).unwrap_or(u32::MAX))
                / f64::from(u32::try_from(rate).unwrap_or(u32::MAX)),
        );
        late = late.max(began.elapsed().saturating_sub(planned));
        if sent < messages {
            thread::sleep(STEP);
        }
    }
    let took = began.elapsed().as_secs_f64();
    println!("sent {sent} in {took:.2} s, held up for {late:.0?} at most");
    // Until the client has gone.
    io::copy(&mut client, &mut io::sink())?;
    Ok(())
}

fn frames(numbers: Range<u64>) -> Vec<u8> {
    numbers.flat_map(frame).collect()
}

/// Takes a packet of less than 16 kB and hands out what follows its fixed header.
fn receive(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut byte = || -> io::Result<u8> {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        Ok(byte[0])
    };
    byte()?;
    let low = byte()?;
    let length =
        if low & 0x80 == 0 { usize::from(low) } else { usize::from(low & 0x7f) | usize::from(byte()?) << 7 };
    let mut body = vec![0; length];
    client.read_exact(&mut body)?;
    Ok(body)
}
