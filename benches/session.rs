//! How fast frames go from the socket into the frame log: `cargo bench --no-default-features --bench session`.
//!
//! A scripted peer says bytes that were made before. Beside the session, the same bytes go to its engine alone, without
//! tap and log, and to `mosquitto_sub` where it is installed; all three in turns, so that a busy machine slows down
//! each of them. What counts is the ratio.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mqloupe::log::{FrameLog, Limits};
use mqloupe::profile::{Endpoint, Profile, Protocol, Subscription};
use mqloupe::session::{self, Options};
use mqloupe::wire::{Qos, Version};
use tokio::runtime::Runtime;

/// Messages a run.
const MESSAGES: usize = 200_000;

/// Messages under way at a time where each needs an answer before its release (QoS 2).
const WINDOW: usize = 1000;

/// Runs of each; the best counts.
const RUNS: usize = 3;

/// What is said, made before: a piece, and after how many acknowledgements of the client it goes.
struct Script {
    version: Version,
    qos: Qos,
    pieces: Vec<(usize, Vec<u8>)>,
}

impl Script {
    fn new(version: Version, qos: Qos) -> Self {
        let mut pieces = Vec::new();
        match qos {
            Qos::AtMostOnce | Qos::AtLeastOnce => {
                pieces.push((0, (0..MESSAGES).flat_map(|number| publish(version, qos, number)).collect()));
            }
            Qos::ExactlyOnce => {
                for first in (0..MESSAGES).step_by(WINDOW) {
                    let window = first..(first + WINDOW).min(MESSAGES);
                    let messages = window.clone().flat_map(|number| publish(version, qos, number)).collect();
                    // Each message is answered twice: PUBREC, and PUBCOMP after PUBREL.
                    pieces.push((2 * window.start, messages));
                    let release = |number| [&[0x62, 2][..], &identifier(number)].concat();
                    pieces
                        .push((2 * window.start + window.len(), window.clone().flat_map(release).collect()));
                }
            }
        }
        Self { version, qos, pieces }
    }
}

fn identifier(number: usize) -> [u8; 2] {
    u16::try_from(number % 65_535 + 1).unwrap_or(1).to_be_bytes()
}

/// A PUBLISH of 100 bytes.
fn publish(version: Version, qos: Qos, number: usize) -> Vec<u8> {
    let mut frame = vec![0x30 | (qos as u8) << 1, 98];
    frame.extend(b"\0\x15sensors/hall/7/status");
    if qos != Qos::AtMostOnce {
        frame.extend(identifier(number));
    }
    if version == Version::V5_0 {
        frame.push(0);
    }
    frame.extend(format!("{number:08}").as_bytes());
    frame.resize(100, b'x');
    frame
}

/// Reads one frame of a length below 128.
fn short_frame(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).expect("a frame");
    let mut frame = head.to_vec();
    frame.resize(2 + usize::from(head[1]), 0);
    stream.read_exact(&mut frame[2..]).expect("the rest of a frame");
    frame
}

/// Plays a script to whoever connects and subscribes; answers when it began.
fn play(listener: &TcpListener, script: &Script) -> Instant {
    let (mut stream, _) = listener.accept().expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    assert_eq!(short_frame(&mut stream)[0], 0x10);
    let five = script.version == Version::V5_0;
    stream.write_all(if five { &[0x20, 3, 0, 0, 0] } else { &[0x20, 2, 0, 0] }).expect("CONNACK");
    let subscribe = short_frame(&mut stream);
    let (high, low, qos) = (subscribe[2], subscribe[3], script.qos as u8);
    let suback = if five { vec![0x90, 4, high, low, 0, qos] } else { vec![0x90, 3, high, low, qos] };
    stream.write_all(&suback).expect("SUBACK");

    let begin = Instant::now();
    let mut answers = stream.try_clone().expect("a second handle");
    let windowed = script.qos == Qos::ExactlyOnce;
    let (told, heard) = std::sync::mpsc::channel();
    let listening = std::thread::spawn(move || {
        // Acknowledgements have four bytes each.
        let mut buffer = vec![0; 256 * 1024];
        let mut bytes = 0;
        while let Ok(count @ 1..) = answers.read(&mut buffer) {
            bytes += count;
            if windowed {
                // After the last piece nobody waits for it.
                let _ = told.send(bytes / 4);
            }
        }
    });
    let mut acknowledged = 0;
    for (after, piece) in &script.pieces {
        while acknowledged < *after {
            match heard.recv() {
                Ok(count) => acknowledged = count,
                Err(_) => return begin,
            }
        }
        if stream.write_all(piece).is_err() {
            return begin;
        }
    }
    drop(heard);
    // Whoever listens closes when it has heard enough.
    let _ = listening.join();
    begin
}

/// Lets `hear` connect to a port and hear a script to its end; answers messages a second.
#[allow(clippy::cast_precision_loss, reason = "messages are far fewer than 2^52")]
fn rate(script: &Script, hear: impl FnOnce(u16) -> Instant) -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::scope(|scope| {
        let peer = scope.spawn(|| play(&listener, script));
        let end = hear(port);
        let begin = peer.join().expect("the peer");
        MESSAGES as f64 / end.duration_since(begin).as_secs_f64()
    })
}

/// The session, until the log has every message.
fn session(runtime: &Runtime, script: &Script, port: u16) -> Instant {
    let filter = Subscription { filter: "#".to_owned(), qos: script.qos, ..Subscription::default() };
    let profile = Profile {
        endpoint: Endpoint { protocol: Protocol::Mqtt, host: "127.0.0.1".to_owned(), port },
        version: script.version,
        client_id: "bench".to_owned(),
        reconnect: false,
        subscriptions: vec![Subscription { enabled: true, ..filter }],
        ..Profile::default()
    };
    let log = FrameLog::in_memory(Limits::default());
    let options = Options { profile, ..Options::default() };
    let session = session::spawn(runtime.handle(), options, log.clone(), Arc::new(|_| {}));
    while log.counters().messages < MESSAGES as u64 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let end = Instant::now();
    drop(session);
    end
}

/// The engine of 3.1.1 alone.
fn engine_v4(runtime: &Runtime, script: &Script, port: u16) -> Instant {
    use rumqttc_v4::{AsyncClient, Broker, Event, MqttOptions, Packet, QoS};
    let qos = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce][script.qos as usize];
    let mut options = MqttOptions::new("bench", Broker::tcp("127.0.0.1", port));
    options.set_max_packet_size(usize::MAX, usize::MAX);
    options.try_set_inflight(256).expect("a limit");
    let (client, mut engine) = AsyncClient::builder(options).try_build().expect("an engine");
    let mut network = engine.network_options();
    network.set_tcp_nodelay(true);
    engine.set_network_options(network);
    client.try_subscribe("#", qos).expect("a request");
    let run = runtime.spawn(async move {
        let mut messages = 0;
        while messages < MESSAGES {
            if let Event::Incoming(Packet::Publish(_)) = engine.poll().await.expect("the bytes are good") {
                messages += 1;
            }
        }
        Instant::now()
    });
    let end = runtime.block_on(run).expect("the engine");
    drop(client);
    end
}

/// The engine of 5.0 alone.
fn engine_v5(runtime: &Runtime, script: &Script, port: u16) -> Instant {
    use rumqttc_v5::{AsyncClient, Broker, Event, IncomingPacketSizeLimit, MqttOptions, Packet, QoS};
    let qos = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce][script.qos as usize];
    let mut options = MqttOptions::new("bench", Broker::tcp("127.0.0.1", port));
    options
        .set_incoming_packet_size_limit(IncomingPacketSizeLimit::Unlimited)
        .set_outgoing_inflight_upper_limit(256);
    let mut network = options.network_options();
    network.set_tcp_nodelay(true);
    options.set_network_options(network);
    let (client, mut engine) = AsyncClient::builder(options).try_build().expect("an engine");
    client.try_subscribe("#", qos).expect("a request");
    let run = runtime.spawn(async move {
        let mut messages = 0;
        while messages < MESSAGES {
            if let Event::Incoming(Packet::Publish(_)) = engine.poll().await.expect("the bytes are good") {
                messages += 1;
            }
        }
        Instant::now()
    });
    let end = runtime.block_on(run).expect("the engine");
    drop(client);
    end
}

/// `mosquitto_sub`, which ends by itself; `None` where it is not installed.
fn mosquitto_sub(script: &Script, port: u16) -> Option<Instant> {
    let version = if script.version == Version::V5_0 { "5" } else { "311" };
    let (port, qos, count) = (port.to_string(), script.qos.to_string(), MESSAGES.to_string());
    let arguments = ["-h", "127.0.0.1", "-p", &port, "-V", version, "-q", &qos, "-t", "#", "-C", &count];
    let mut command = Command::new("mosquitto_sub");
    if script.qos == Qos::ExactlyOnce {
        // Else each window waits for the system's delayed acknowledgement.
        command.arg("--nodelay");
    }
    if script.version == Version::V5_0 {
        command.args(["-D", "connect", "receive-maximum", "65535"]);
    }
    let mut child = command.args(arguments).stdout(Stdio::null()).spawn().ok()?;
    child.wait().is_ok_and(|status| status.success()).then(Instant::now)
}

fn main() {
    // `cargo test --benches` only wants to see it start.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    let installed = Command::new("mosquitto_sub").arg("--help").stdout(Stdio::null()).status().is_ok();
    if !installed {
        eprintln!("skipped: the comparison needs mosquitto_sub");
    }
    println!("{MESSAGES} messages of 100 bytes, thousands a second, the best of {RUNS} runs");
    println!(
        "version  QoS    session     engine    mosquitto_sub    session/engine    session/mosquitto_sub"
    );
    for version in [Version::V3_1_1, Version::V5_0] {
        for qos in Qos::ALL {
            let script = Script::new(version, qos);
            let mut best = [0.0_f64; 3];
            for _ in 0..RUNS {
                best[0] = best[0].max(rate(&script, |port| session(&runtime, &script, port)));
                best[1] = best[1].max(rate(&script, |port| match version {
                    Version::V5_0 => engine_v5(&runtime, &script, port),
                    _ => engine_v4(&runtime, &script, port),
                }));
                if installed {
                    let hear = |port| mosquitto_sub(&script, port).expect("it is installed");
                    best[2] = best[2].max(rate(&script, hear));
                }
            }
            let [ours, engine, other] = best;
            println!(
                "{version:7}  {qos}   {:>8.0}   {:>8.0}         {:>8.0}            {:>6.2}                 {:>6.2}",
                ours / 1e3,
                engine / 1e3,
                other / 1e3,
                ours / engine,
                ours / other
            );
        }
    }
}
