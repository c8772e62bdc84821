//! A Unix domain socket of this machine.

use tokio::net::UnixStream;

use crate::session::Failure;

/// Connects to the socket at a path.
pub(super) async fn connect(path: &str) -> Result<UnixStream, Failure> {
    UnixStream::connect(path)
        .await
        .map_err(|error| Failure::UnixSocket { path: path.to_owned(), detail: error.to_string() })
}
