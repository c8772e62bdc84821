//! A mosquitto of our own on a free port, where one is installed.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::PATIENCE;

/// A running mosquitto; it ends with the value.
pub struct Mosquitto {
    child: Child,
    pub port: u16,
    _folder: tempfile::TempDir,
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
        // Another process may take the port between the two; then the next one is tried.
        for _ in 0..10 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let path = folder.path().join("mosquitto.conf");
            let mut file = std::fs::File::create(&path).unwrap();
            writeln!(
                file,
                "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n{configuration}"
            )
            .unwrap();
            let mut child = Command::new(program)
                .arg("-c")
                .arg(&path)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let begin = std::time::Instant::now();
            while child.try_wait().unwrap().is_none() && begin.elapsed() < PATIENCE {
                if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                    return Some(Self { child, port, _folder: folder });
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            let _ = child.kill();
        }
        panic!("mosquitto does not start");
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
