//! A mosquitto of our own on a free port, where one is installed.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::PATIENCE;

/// A running mosquitto; it ends with the value.
pub struct Mosquitto {
    child: Child,
    pub port: u16,
    program: &'static str,
    folder: tempfile::TempDir,
}

impl Mosquitto {
    /// Starts one with these further lines of configuration; `None`, and a line that names `test`, where
    /// mosquitto is not installed.
    pub async fn start(test: &str, configuration: &str) -> Option<Self> {
        let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists());
        let Some(program) = program else {
            eprintln!("skipped: {test} needs mosquitto");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let anonymous = if configuration.contains("allow_anonymous") { "" } else { "allow_anonymous true\n" };
        let persistence = if configuration.contains("persistence") { "" } else { "persistence false\n" };
        // Another process may take the port between the two; then the next one is tried.
        for _ in 0..10 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let path = folder.path().join("mosquitto.conf");
            let lines = format!("listener {port} 127.0.0.1\n{anonymous}{persistence}{configuration}\n");
            std::fs::write(path, lines).unwrap();
            let mut child = run(program, &folder);
            if answers(&mut child, port).await {
                return Some(Self { child, port, program, folder });
            }
            let _ = child.kill();
        }
        panic!("mosquitto does not start");
    }

    /// Asks it to end, so that it saves what it keeps, and starts it again on the same port after a while.
    pub async fn stop_and_start(mut self, after: std::time::Duration) -> Self {
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(stopped.success());
        while self.child.try_wait().unwrap().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        tokio::time::sleep(after).await;
        self.child = run(self.program, &self.folder);
        assert!(answers(&mut self.child, self.port).await, "mosquitto does not start again");
        self
    }

    /// Ends it and starts it again on the same port.
    pub async fn restart(mut self) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = run(self.program, &self.folder);
        assert!(answers(&mut self.child, self.port).await, "mosquitto does not start again");
        self
    }
}

fn run(program: &str, folder: &tempfile::TempDir) -> Child {
    Command::new(program)
        .arg("-c")
        .arg(folder.path().join("mosquitto.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until something listens at the port; `false` when the process ends first.
async fn answers(child: &mut Child, port: u16) -> bool {
    let begin = std::time::Instant::now();
    while child.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    false
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
