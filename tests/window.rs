//! The real window on a screen of its own, worked through its accessibility tree against a real broker.
//! The steps are in `window/flow.py`; what a failure leaves behind lies under `target/window-test`.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// The system's own Python: others do not see the bindings that Debian installs.
const PYTHON: &str = "/usr/bin/python3";

const PROGRAMS: &[&str] = &[
    "xvfb-run",
    "xauth",
    "dbus-run-session",
    "openbox",
    "wmctrl",
    "xdotool",
    "import",
    "mosquitto",
    "mosquitto_pub",
    "mosquitto_sub",
];

/// `PATH`, and where Debian keeps mosquitto.
fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    env::join_paths(folders).expect("a path without colons")
}

fn is_there(program: &str) -> bool {
    env::split_paths(&search_path()).any(|folder| folder.join(program).is_file())
}

fn python_sees_the_accessibility_bus() -> bool {
    Command::new(PYTHON)
        .args(["-c", "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the test cannot do without, and does not find here.
fn missing() -> Vec<&'static str> {
    let mut missing: Vec<_> = PROGRAMS.iter().copied().filter(|program| !is_there(program)).collect();
    if !python_sees_the_accessibility_bus() {
        missing.push("python3-gi with gir1.2-atspi-2.0");
    }
    if !cfg!(feature = "gui") {
        missing.push("the window itself (feature gui)");
    }
    missing
}

#[test]
fn a_message_from_elsewhere_shows_its_bytes_and_is_there_after_a_restart() {
    let missing = missing();
    if !missing.is_empty() {
        println!("skipped: the window test, for want of {}", missing.join(", "));
        return;
    }
    let evidence = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("window-test");
    let flow = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/flow.py");
    let run = Command::new("xvfb-run")
        .args(["-a", "-s", "-screen 0 1360x900x24", "dbus-run-session", "--", PYTHON])
        .arg(flow)
        .arg(env!("CARGO_BIN_EXE_mqloupe"))
        .arg(&evidence)
        .env("PATH", search_path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .expect("xvfb-run starts");
    assert!(
        run.status.success(),
        "{}\n{}\nMore under {}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
        evidence.display()
    );
}
