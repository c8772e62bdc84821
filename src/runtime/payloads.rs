//! Payloads out of files and other inputs: whole, or line by line. Promises: nothing larger than a packet of MQTT can
//! be is taken into memory, and of lines no more than a few hundred kilobytes ahead, or one line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::vec;

use tokio::sync::mpsc;

use crate::wire::MAXIMUM_REMAINING_LENGTH;

/// How many bytes of lines are handed over together.
const BATCH_BYTES: usize = 64 * 1024;

/// Why a payload could not be taken from where it is.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// It is larger than a packet can be.
    #[error("larger than a packet of MQTT can be, 268,435,455 bytes")]
    TooLarge,
}

/// The size of a file that can be published, in bytes.
pub fn size_of_file(path: &Path) -> io::Result<u64> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // Opening a pipe waits for whoever writes into it.
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok(metadata.len())
}

/// A file's bytes.
pub fn file(path: &Path) -> Result<Vec<u8>, PayloadError> {
    if size_of_file(path)? > MAXIMUM_REMAINING_LENGTH as u64 {
        return Err(PayloadError::TooLarge);
    }
    whole(File::open(path)?)
}

/// Everything that an input holds.
pub fn whole(input: impl Read) -> Result<Vec<u8>, PayloadError> {
    let mut bytes = Vec::new();
    input.take(MAXIMUM_REMAINING_LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAXIMUM_REMAINING_LENGTH { Err(PayloadError::TooLarge) } else { Ok(bytes) }
}

/// How many lines an input has.
pub fn count_lines(mut input: impl Read) -> io::Result<u64> {
    let mut buffer = vec![0; BATCH_BYTES];
    let (mut breaks, mut last) = (0, b'\n');
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => return Ok(breaks + u64::from(last != b'\n')),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        breaks += memchr::memchr_iter(b'\n', &buffer[..count]).count() as u64;
        last = buffer[count - 1];
    }
}

type Batch = Result<Vec<Vec<u8>>, PayloadError>;

/// The lines of inputs, without their line breaks. They are read in a thread of their own, so that a quiet input holds
/// nothing up.
#[derive(Debug)]
pub struct Lines {
    batches: mpsc::Receiver<Batch>,
    at_hand: vec::IntoIter<Vec<u8>>,
}

impl Lines {
    /// The lines of each input that `next` opens, until it opens none or one has no lines.
    pub fn read<R: Read>(mut next: impl FnMut() -> Option<io::Result<R>> + Send + 'static) -> Self {
        let (sender, batches) = mpsc::channel(2);
        std::thread::spawn(move || {
            while let Some(input) = next() {
                let read = input.map_err(PayloadError::from).and_then(|input| hand_over(input, &sender));
                match read {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        // Nobody is left to be told otherwise.
                        let _ = sender.blocking_send(Err(error));
                        return;
                    }
                }
            }
        });
        Self { batches, at_hand: Vec::new().into_iter() }
    }

    /// The next line; `None` after the last. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, PayloadError> {
        loop {
            if let Some(line) = self.at_hand.next() {
                return Ok(Some(line));
            }
            match self.batches.recv().await.transpose()? {
                Some(batch) => self.at_hand = batch.into_iter(),
                None => return Ok(None),
            }
        }
    }
}

/// Hands all lines of an input over. `false` where there are none, or nobody takes them any more.
fn hand_over(input: impl Read, sender: &mpsc::Sender<Batch>) -> Result<bool, PayloadError> {
    // A line break has two bytes at most.
    const LONGEST: u64 = MAXIMUM_REMAINING_LENGTH as u64 + 2;
    let mut input = BufReader::with_capacity(BATCH_BYTES, input);
    let (mut batch, mut bytes, mut any) = (Vec::new(), 0, false);
    loop {
        let mut line = Vec::new();
        let end = input.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line)? == 0;
        if !end {
            let line = without_line_break(line);
            if line.len() > MAXIMUM_REMAINING_LENGTH {
                return Err(PayloadError::TooLarge);
            }
            any = true;
            bytes += line.len() + size_of::<Vec<u8>>();
            batch.push(line);
        }
        // Whoever types a line waits for no other.
        let more_at_hand = bytes < BATCH_BYTES && memchr::memchr(b'\n', input.buffer()).is_some();
        if !batch.is_empty() && (end || !more_at_hand) {
            if sender.blocking_send(Ok(std::mem::take(&mut batch))).is_err() {
                return Ok(false);
            }
            bytes = 0;
        }
        if end {
            return Ok(any);
        }
    }
}

fn without_line_break(mut line: Vec<u8>) -> Vec<u8> {
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_of_either_kind_is_taken_off() {
        for (line, expected) in [
            (&b"a\n"[..], &b"a"[..]),
            (b"a\r\n", b"a"),
            (b"a", b"a"),
            (b"a\r", b"a\r"),
            (b"\n", b""),
            (b"a\n\n", b"a\n"),
        ] {
            assert_eq!(without_line_break(line.to_vec()), expected, "{line:?}");
        }
    }

    async fn all(mut lines: Lines) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    #[tokio::test]
    async fn each_input_is_read_to_its_end_and_the_lines_are_as_many_as_counted() {
        for text in ["", "a", "a\n", "a\r\n\nb", "\n"] {
            let mut rounds = 2;
            let lines = Lines::read(move || {
                rounds -= 1;
                (rounds >= 0).then_some(Ok(text.as_bytes()))
            });
            let all = all(lines).await;
            assert_eq!(all.len() as u64, 2 * count_lines(text.as_bytes()).unwrap(), "{text:?}");
            let expected: Vec<_> = text.lines().chain(text.lines()).map(str::as_bytes).collect();
            assert_eq!(all, expected);
        }
    }

    #[tokio::test]
    async fn an_input_without_lines_is_not_opened_for_ever() {
        assert_eq!(all(Lines::read(|| Some(Ok(&b""[..])))).await, Vec::<Vec<u8>>::new());
    }

    #[tokio::test]
    async fn a_line_comes_before_the_next_one_is_there() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut reader = Some(reader);
        let mut lines = Lines::read(move || reader.take().map(Ok));
        io::Write::write_all(&mut writer, b"a\n").unwrap();
        assert_eq!(lines.next().await.unwrap(), Some(b"a".to_vec()));
        drop(writer);
        assert_eq!(lines.next().await.unwrap(), None);
    }

    #[test]
    fn a_file_that_no_packet_can_hold_is_refused_before_it_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        // It takes no room on the disk, and would take a while to be read.
        file.as_file().set_len(1 << 40).unwrap();
        assert!(matches!(super::file(file.path()), Err(PayloadError::TooLarge)));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), &folder.path().join("none")] {
            assert!(matches!(super::file(path), Err(PayloadError::Unreadable(_))), "{path:?}");
        }
    }
}
