//! What the window costs while messages flood in, and whether any is lost: `cargo bench --bench window`.
//!
//! A peer in a process of its own sends numbered messages of 128 bytes on a hundred topics at a set rate to the real
//! runtime and session; the panels are drawn sixty times a second and turned into triangles, and nothing paints
//! these. Each run is a process of its own, so that its memory is its own. Beside each figure stands what it must
//! not exceed; a run that exceeds it, or lacks a message, makes the program fail.
//!
//! `MQLOUPE_BENCH_SECONDS` (30) and `MQLOUPE_BENCH_RATE` (100,000 a second) set the flood; names of runs as arguments
//! (`cargo bench --bench window -- filter`) leave the others out; `TMPDIR` says where the history lies.

mod peer;
mod rig;

use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use mqloupe::log::FrameLog;
use mqloupe::model::{Action, Tab};
use mqloupe::wire::PacketType;
use peer::{Peer, TOPICS};
use rig::Rig;

/// The most processor time that the slowest frame in a hundred may take.
const FRAME: Duration = Duration::from_millis(16);
/// The most bytes of memory that a message may cost beyond the memory limit.
const BYTES_A_MESSAGE: f64 = 40.0;
/// From frame to frame.
const PACE: Duration = Duration::from_nanos(16_666_667);
/// How long nothing may come before the flood counts as ended.
const SILENCE: Duration = Duration::from_secs(5);

/// How the window stands while the flood comes.
struct Run {
    name: &'static str,
    /// MiB of frames that may be in memory.
    memory_mib: u32,
    tab: Tab,
    filter: &'static str,
    scrolled: bool,
}

const MESSAGES: Run =
    Run { name: "messages", memory_mib: 256, tab: Tab::Messages, filter: "", scrolled: false };

const RUNS: [Run; 5] = [
    MESSAGES,
    Run { name: "packets", memory_mib: 64, tab: Tab::Packets, ..MESSAGES },
    // One message in a hundred.
    Run { name: "filter", memory_mib: 64, filter: "payload contains \"d42\"", ..MESSAGES },
    Run { name: "scrolled", memory_mib: 64, scrolled: true, ..MESSAGES },
    Run { name: "scrolled-filter", memory_mib: 64, filter: "d42", scrolled: true, ..MESSAGES },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["peer", messages, rate] => {
            let number = |text: &str| text.parse().expect("a number");
            // A client that goes while it is being flooded is the end as well.
            let _ = peer::run(number(messages), number(rate));
            ExitCode::SUCCESS
        }
        ["run", name, seconds, rate] => {
            let number = |text: &str| text.parse().expect("a number");
            let run = RUNS.iter().find(|run| run.name == name).expect("a run");
            if run.measure(number(seconds), number(rate)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        _ => all(&words),
    }
}

/// Every run that is wanted, one after another.
fn all(words: &[&str]) -> ExitCode {
    // `cargo test --benches` only wants to know that it runs.
    let measured = words.contains(&"--bench");
    let setting = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let seconds = setting("MQLOUPE_BENCH_SECONDS", if measured { "30" } else { "1" });
    let rate = setting("MQLOUPE_BENCH_RATE", if measured { "100000" } else { "1000" });
    let names: Vec<&&str> = words.iter().filter(|word| !word.starts_with("--")).collect();
    let wanted = RUNS.iter().filter(|run| names.is_empty() || names.contains(&&run.name));
    let mut good = true;
    for run in wanted {
        let status = Command::new(std::env::current_exe().expect("this program"))
            .args(["run", run.name, &seconds, &rate])
            .status()
            .expect("it runs");
        good &= status.success() || !measured;
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The costs of frames that were drawn, each: processor time of the thread that draws, and time that went by.
#[derive(Default)]
struct Frames {
    processor: Vec<Duration>,
    elapsed: Vec<Duration>,
    triangles: usize,
}

impl Frames {
    /// Draws one, and waits until the next is due.
    fn draw(&mut self, rig: &mut Rig) {
        let (began, before) = (Instant::now(), processor());
        self.triangles = rig.draw();
        self.processor.push(processor().saturating_sub(before));
        self.elapsed.push(began.elapsed());
        thread::sleep(PACE.saturating_sub(began.elapsed()));
    }

    /// What half of the frames, 99 in a hundred and all of them stay within.
    fn of(costs: &mut [Duration]) -> [Duration; 3] {
        costs.sort_unstable();
        let last = costs.len().saturating_sub(1);
        [last / 2, last * 99 / 100, last].map(|place| costs.get(place).copied().unwrap_or_default())
    }
}

impl Run {
    /// Whether all goals are met.
    fn measure(&self, seconds: u64, rate: u64) -> bool {
        let messages = seconds * rate;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut peer = Peer::start(messages, rate);
        let mut rig = Rig::new(folder.path(), peer.port, self.memory_mib);
        let mut warm = Frames::default();
        rig.perform(Action::Tab(self.tab));
        rig.perform(Action::Filter(self.filter.to_owned()));
        while warm.processor.len() < 30 || rig.log().is_none() {
            warm.draw(&mut rig);
        }
        let log = rig.log().expect("it is open");
        let (memory, all_before) = (resident(), process());

        rig.perform(Action::Connect(rig.connection()));
        let mut frames = Frames::default();
        let (mut came, mut when) = (0, Instant::now());
        let mut scroll = self.scrolled;
        while came < messages && when.elapsed() < SILENCE {
            frames.draw(&mut rig);
            let now = log.counters().messages;
            if now > came {
                (came, when) = (now, Instant::now());
            }
            if scroll && came > messages / 10 {
                scroll_up(&mut rig);
                scroll = false;
            }
        }
        let verdict = peer.verdict();
        let all = process().saturating_sub(all_before);
        let caught_up = Instant::now();
        while !settled(&rig) && caught_up.elapsed() < SILENCE {
            frames.draw(&mut rig);
        }
        let behind = caught_up.elapsed();
        let grown = resident().saturating_sub(memory);

        println!("{}: {verdict}", self.name);
        let mut good = true;
        good &= check_frames(&mut frames, all);
        good &= self.check_memory(grown, messages);
        good &= self.check_messages(&rig, &log, messages, behind);
        rig.shut_down();
        good
    }

    fn check_memory(&self, grown: u64, messages: u64) -> bool {
        let limit = u64::from(self.memory_mib) << 20;
        let beyond = float(grown.saturating_sub(limit)) / float(messages.max(1));
        println!(
            "  memory grew by {} MB with a limit of {} MB: {beyond:.1} bytes a message beyond it, {:.2} of the goal",
            grown / 1_000_000,
            limit / 1_000_000,
            beyond / BYTES_A_MESSAGE,
        );
        beyond <= BYTES_A_MESSAGE
    }

    /// Whether every message is in the log, in order, and the list holds those that pass.
    fn check_messages(&self, rig: &Rig, log: &FrameLog, messages: u64, behind: Duration) -> bool {
        let began = Instant::now();
        let (mut next, mut others) = (0, 0);
        for row in log.rows() {
            let Some(frame) = log.frame(row) else { continue };
            if frame.entry.packet != Some(PacketType::Publish) {
                others += 1;
            } else if peer::number(&frame.bytes) == Some(next) {
                next += 1;
            }
        }
        let counters = log.counters();
        println!(
            "  {next} of {messages} messages are there in order, {} faulty, {} gone, {others} other packets; \
             all read again in {:.1?}",
            counters.faults,
            counters.gone,
            began.elapsed(),
        );
        let wanted = if self.filter.is_empty() { messages } else { messages / TOPICS };
        let wanted = if self.tab == Tab::Packets { wanted + others } else { wanted };
        let listed =
            rig.model.current().and_then(|c| c.timeline.view.as_ref()).map_or(0, |view| view.len() as u64);
        let followed = rig.model.current().is_some_and(|c| c.timeline.follow);
        println!("  {listed} of {wanted} rows are in the list, {behind:.1?} after the last message came");
        if let Some(failure) = log.failure() {
            println!("  history on disk has stopped: {failure:?}");
        }
        next == messages && listed == wanted && log.failure().is_none() && followed != self.scrolled
    }
}

/// Whether 99 frames in a hundred cost as little as they must.
fn check_frames(frames: &mut Frames, all: Duration) -> bool {
    let count = frames.processor.len();
    let drawn: Duration = frames.processor.iter().sum();
    let [half, most, worst] = Frames::of(&mut frames.processor);
    let [half_elapsed, most_elapsed, worst_elapsed] = Frames::of(&mut frames.elapsed);
    println!(
        "  {count} frames of {} triangles: {half:.2?} of processor time in the middle, {most:.2?} at the 99th of \
         a hundred, {worst:.2?} at worst; {half_elapsed:.2?}, {most_elapsed:.2?}, {worst_elapsed:.2?} went by; \
         {:.2} of the goal",
        frames.triangles,
        most.as_secs_f64() / FRAME.as_secs_f64(),
    );
    println!("  {drawn:.1?} of processor time drawn, {:.1?} in all other threads", all.saturating_sub(drawn));
    most < FRAME
}

/// Whether the list has looked at every frame.
fn settled(rig: &Rig) -> bool {
    let Some(connection) = rig.model.current() else { return false };
    let (Some(log), Some(view)) = (&connection.log, &connection.timeline.view) else { return false };
    let rows = log.rows();
    view.progress() == (rows.end - rows.start, rows.end - rows.start)
}

/// Turns the wheel over the list.
fn scroll_up(rig: &mut Rig) {
    rig.event(egui::Event::PointerMoved(egui::pos2(700.0, 400.0)));
    rig.draw();
    rig.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 500.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Trackpad,
        modifiers: egui::Modifiers::NONE,
    });
    rig.draw();
}

/// Processor time of this thread so far.
#[cfg(unix)]
fn processor() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

/// Processor time of this process so far.
#[cfg(unix)]
fn process() -> Duration {
    clock(rustix::time::ClockId::ProcessCPUTime)
}

#[cfg(unix)]
fn clock(id: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(id);
    let (seconds, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default())
}

/// Where the system tells no processor time: the time that went by, which is more.
#[cfg(not(unix))]
fn processor() -> Duration {
    static BEGAN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

#[cfg(not(unix))]
fn process() -> Duration {
    processor()
}

/// Bytes of memory that this process holds; zero where the system does not tell it this way.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

#[expect(clippy::cast_precision_loss, reason = "figures for reading")]
fn float(number: u64) -> f64 {
    number as f64
}
