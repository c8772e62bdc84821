//! The floors of the crate and what each may name; every rule returns the places that break it, in words.

use crate::source::{Kind, Path, Source};

/// A top-level module, and the top-level modules it may name.
pub struct Floor {
    pub name: &'static str,
    pub may_use: &'static [&'static str],
}

/// From the ground up. `lib.rs` and `main.rs` stand outside.
pub const FLOORS: &[Floor] = &[
    Floor { name: "language", may_use: &[] },
    Floor { name: "wire", may_use: &["language"] },
    Floor { name: "hex", may_use: &["language"] },
    Floor { name: "outline", may_use: &["language", "wire"] },
    Floor { name: "payload", may_use: &["language", "hex"] },
    Floor { name: "profile", may_use: &["language", "wire"] },
    Floor { name: "log", may_use: &["language", "wire"] },
    Floor { name: "capture", may_use: &["language", "wire", "log"] },
    Floor { name: "session", may_use: &["language", "wire", "profile", "log"] },
    Floor { name: "broker", may_use: &[] },
    Floor { name: "store", may_use: &["language", "wire", "profile"] },
    Floor {
        name: "model",
        may_use: &[
            "language", "wire", "hex", "outline", "payload", "profile", "log", "capture", "session", "store",
        ],
    },
    Floor {
        name: "text",
        may_use: &[
            "language", "wire", "hex", "payload", "profile", "log", "capture", "session", "store", "model",
        ],
    },
    Floor {
        name: "ui",
        may_use: &[
            "language", "wire", "hex", "payload", "profile", "log", "session", "store", "text", "model",
        ],
    },
    Floor {
        name: "runtime",
        may_use: &[
            "language", "wire", "hex", "payload", "profile", "log", "capture", "session", "broker", "store",
            "text", "model",
        ],
    },
    Floor {
        name: "app",
        may_use: &[
            "language", "wire", "hex", "payload", "profile", "log", "capture", "session", "broker", "store",
            "text", "model", "ui", "runtime",
        ],
    },
    Floor {
        name: "cli",
        may_use: &[
            "language", "outline", "wire", "hex", "payload", "profile", "log", "capture", "session",
            "broker", "store", "text", "model", "runtime",
        ],
    },
];

/// Values in, values out: the same call gives the same answer at any time, on any machine.
const PURE: &[&str] = &["language", "wire", "hex", "outline", "payload", "profile", "text", "model"];
/// What a floor must not mention, beyond its purity.
const NO_ASYNC: &[&str] = &["log", "capture"];
/// Floors that meet bytes from outside: nothing in them may panic.
const NEVER_PANIC: &[&str] = &["wire", "hex", "outline", "payload", "log", "capture"];
const WITH_TOOLKIT: &[&str] = &["ui", "app"];

const MAX_LINES: usize = 800;

fn at(source: &Source, line: usize, what: &str) -> String {
    format!("src/{}:{line}: {what}", source.path)
}

fn is_one_of(source: &Source, floors: &[&str]) -> bool {
    source.floor().is_some_and(|floor| floors.contains(&floor))
}

/// A floor names only the floors it may use.
pub fn floors_keep_their_order(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        let Some(name) = source.floor() else { continue };
        let Some(floor) = FLOORS.iter().find(|f| f.name == name) else {
            broken.push(at(source, 1, &format!("`{name}` is not in the table of floors")));
            continue;
        };
        for path in &source.paths {
            let Some(first) = source.seen_from_root(path).and_then(<[String]>::first) else { continue };
            if first == "*" {
                broken.push(at(source, path.line, &format!("`{}` names every floor at once", path.text())));
            }
            let named = FLOORS.iter().any(|f| f.name == first);
            if named && first != name && !floor.may_use.contains(&first.as_str()) {
                broken.push(at(source, path.line, &format!("`{name}` may not use `{}`", path.text())));
            }
        }
    }
    broken
}

fn clock(path: &Path) -> bool {
    path.segments.iter().any(|s| s == "Instant")
        || (path.segments.len() > 1 && path.segments.last().is_some_and(|s| s == "now"))
}

fn file(path: &Path) -> bool {
    path.starts_with(&["std", "fs"])
        || path.starts_with(&["File", "open"])
        || path.starts_with(&["File", "create"])
        || ["OpenOptions", "tempfile", "directories"].iter().any(|s| path.segments[0] == *s)
}

fn socket(path: &Path) -> bool {
    const NAMES: &[&str] = &[
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
        "UnixDatagram",
        "ToSocketAddrs",
    ];
    path.segments.iter().any(|s| NAMES.contains(&s.as_str()))
}

fn tokio(path: &Path) -> bool {
    path.segments[0] == "tokio"
}

fn thread(path: &Path) -> bool {
    path.starts_with(&["std", "thread"]) || path.starts_with(&["thread", "spawn"])
}

fn toolkit(path: &Path) -> bool {
    path.segments[0].starts_with("egui") || ["eframe", "winit"].contains(&path.segments[0].as_str())
}

fn channel(path: &Path) -> bool {
    path.segments.iter().any(|s| s == "mpsc" || s == "oneshot")
}

/// A kind of thing that a floor may be forbidden to mention.
type Ban = (&'static str, fn(&Path) -> bool);

/// What the file must not mention outside its tests.
fn bans(source: &Source) -> Vec<Ban> {
    let mut bans: Vec<Ban> = Vec::new();
    if is_one_of(source, PURE) {
        bans.extend([
            ("a clock", clock as fn(&Path) -> bool),
            ("a file", file),
            ("a socket", socket),
            ("tokio", tokio),
            ("a thread", thread),
        ]);
    }
    if is_one_of(source, NO_ASYNC) {
        bans.push(("tokio", tokio));
    }
    if is_one_of(source, &["ui"]) {
        bans.extend([
            ("tokio", tokio as fn(&Path) -> bool),
            ("a file", file),
            ("a socket", socket),
            ("a thread", thread),
            ("a channel", channel),
        ]);
    }
    if source.floor().is_some() && !is_one_of(source, WITH_TOOLKIT) {
        bans.push(("the toolkit", toolkit));
    }
    bans
}

/// Pure floors reach for nothing outside, the panels for nothing but the model, and only they for the toolkit.
pub fn floors_mention_only_what_they_may(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        let bans = bans(source);
        for path in source.paths.iter().filter(|p| !source.is_test(p.at)) {
            for (what, _) in bans.iter().filter(|(_, mentions)| mentions(path)) {
                broken.push(at(source, path.line, &format!("mentions {what}: `{}`", path.text())));
            }
        }
    }
    broken
}

/// Colours are made in `ui/theme` only.
pub fn colours_live_in_the_theme(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources.iter().filter(|s| !s.path.starts_with("ui/theme")) {
        for path in source.paths.iter().filter(|p| !source.is_test(p.at)) {
            let makes = path.segments.windows(2).any(|w| w[0] == "Color32" && w[1].starts_with("from_"));
            if makes {
                broken.push(at(source, path.line, &format!("makes a colour: `{}`", path.text())));
            }
        }
    }
    broken
}

/// Floors that read bytes from outside hold nothing that panics, outside their tests.
pub fn bytes_from_outside_never_panic(sources: &[Source]) -> Vec<String> {
    const MACROS: &[&str] = &["panic", "todo", "unimplemented", "unreachable"];
    let mut broken = Vec::new();
    for source in sources.iter().filter(|s| is_one_of(s, NEVER_PANIC)) {
        for (place, window) in source.tokens.windows(3).enumerate().filter(|(i, _)| !source.is_test(*i)) {
            let Kind::Word(word) = &window[1].kind else { continue };
            let called =
                (window[0].is_sign('.') || window[0].kind == Kind::PathSep) && !window[2].is_sign('{');
            // A parser may have a method `expect` of its own; the one that panics is given a text.
            let given_text = source
                .tokens
                .get(place + 3)
                .is_some_and(|t| window[2].is_sign('(') && (t.kind == Kind::Text || t.is_sign('&')));
            let found = match word.as_str() {
                "unwrap" | "unwrap_err" => called,
                "expect" | "expect_err" => called && given_text,
                _ => MACROS.contains(&word.as_str()) && window[2].is_sign('!'),
            };
            if found {
                broken.push(at(source, window[1].line, &format!("can panic: `{word}`")));
            }
        }
    }
    broken
}

/// Every Rust file says first what it is for, and holds one subject's worth of lines. `path` is for the report.
pub fn opens_with_doc_and_stays_short(path: &str, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if !first.starts_with("//!") {
        broken.push(format!("{path}:1: does not open with a `//!` doc"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        broken.push(format!("{path}: {lines} lines, at most {MAX_LINES}"));
    }
    broken
}
