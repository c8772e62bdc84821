//! What crossed one network connection: cut into frames, appended to the log, and the few frames kept
//! that say why a connection ended.

use crate::log::{ConnectionNumber, Entry, FrameLog, Row, Timestamp};
use crate::wire::{Context, Cut, Diagnostic, Direction, Severity, Version, cut, dissect};

/// Received bytes kept for saying what a stranger speaks.
const FIRST_BYTES: usize = 16;

/// What the session wants to know of a connection besides its frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The first bytes received.
    pub first: Vec<u8>,
    /// The last CONNACK received.
    pub connack: Option<Vec<u8>>,
    /// The last DISCONNECT received.
    pub disconnect: Option<Vec<u8>>,
    /// A frame was received whose fields do not fit into it: the engine would wait for the rest of them for ever.
    pub broken: bool,
}

impl Seen {
    /// Whether the peer's first byte cannot begin an answer to CONNECT: CONNACK or AUTH.
    pub fn is_foreign(&self) -> bool {
        self.first.first().is_some_and(|byte| !matches!(byte >> 4, 2 | 15))
    }
}

/// Appends what crosses to the log, frame by frame.
pub(super) struct Recorder {
    log: FrameLog,
    connection: ConnectionNumber,
    version: Version,
    received: Cutter,
    sent: Cutter,
    seen: Seen,
    /// The end of the log when the engine let go of the connection.
    parted: Option<Row>,
}

impl Recorder {
    pub fn new(log: FrameLog, connection: ConnectionNumber, version: Version) -> Self {
        Self {
            log,
            connection,
            version,
            received: Cutter::default(),
            sent: Cutter::default(),
            seen: Seen::default(),
            parted: None,
        }
    }

    /// Takes bytes that were received.
    pub fn received(&mut self, time: Timestamp, bytes: &[u8]) {
        let room = FIRST_BYTES.saturating_sub(self.seen.first.len());
        self.seen.first.extend(bytes.iter().take(room));
        self.received.raw |= self.seen.is_foreign();
        let Self { log, connection, version, received, seen, .. } = self;
        received.feed(bytes, |frame| {
            match frame.first().map(|byte| byte >> 4) {
                Some(2) => seen.connack = Some(frame.to_vec()),
                Some(14) => seen.disconnect = Some(frame.to_vec()),
                _ => {}
            }
            let faulty = log.append(*connection, Direction::ToClient, time, frame);
            let context = Context { version: *version, ..Context::default() };
            seen.broken |= faulty && dissect(frame, &context).broken.is_some();
        });
    }

    /// Takes bytes that the transport accepted; answers whether a PINGREQ was among them.
    pub fn sent(&mut self, time: Timestamp, bytes: &[u8]) -> bool {
        let Self { log, connection, sent, .. } = self;
        let mut asked = false;
        sent.feed(bytes, |frame| {
            asked |= frame == [0xc0, 0];
            log.append(*connection, Direction::ToServer, time, frame);
        });
        asked
    }

    /// Whether every frame that was begun to be sent is sent.
    pub fn is_between_frames(&self) -> bool {
        self.sent.pending.is_empty()
    }

    /// The engine lets go of the connection: what comes now is not why.
    pub fn part(&mut self) {
        self.parted = Some(self.log.rows().end);
    }

    /// The last faulty frame received before the engine let go, or else the last one, and what is wrong with it.
    pub fn culprit(&self) -> (Option<Row>, Option<Diagnostic>) {
        const LOOKED_AT: u64 = 1024;
        let rows = self.log.rows();
        let end = self.parted.unwrap_or(rows.end);
        let ours =
            |entry: &Entry| entry.connection == self.connection && entry.direction == Direction::ToClient;
        let mut received = (end.saturating_sub(LOOKED_AT).max(rows.start)..end)
            .rev()
            .filter_map(|row| self.log.entry(row).filter(ours).map(|entry| (row, entry.fault)));
        let Some(last) = received.next() else { return (None, None) };
        let Some((row, _)) = std::iter::once(last).chain(received).find(|(_, fault)| *fault) else {
            return (Some(last.0), None);
        };
        let fault = self.log.frame(row).and_then(|frame| {
            let dissection = dissect(&frame.bytes, &self.log.context(row));
            let broken = dissection.broken.map(|broken| Diagnostic {
                severity: Severity::Error,
                offset: broken.offset,
                message: broken.message,
                message_zh: broken.message_zh,
                rule: "",
            });
            let errors = dissection.diagnostics.into_iter();
            errors.chain(broken).find(|one| one.severity == Severity::Error)
        });
        (Some(row), fault)
    }

    /// Appends the beginnings of frames whose rest never came.
    pub fn finish(&mut self, time: Timestamp) {
        for (cutter, direction) in
            [(&mut self.sent, Direction::ToServer), (&mut self.received, Direction::ToClient)]
        {
            let rest = std::mem::take(&mut cutter.pending);
            if !rest.is_empty() {
                self.log.append(self.connection, direction, time, &rest);
            }
        }
    }

    pub fn seen(&self) -> &Seen {
        &self.seen
    }
}

/// Cuts a stream into frames. Holds at most the beginning of one frame.
#[derive(Default)]
struct Cutter {
    pending: Vec<u8>,
    /// As many bytes must be pending before cutting makes sense.
    needed: usize,
    /// No frames can be found any more: pieces are taken as they come.
    raw: bool,
}

impl Cutter {
    /// Storage kept for the next frame; more is given back once a large frame is done.
    const KEPT: usize = 64 * 1024;

    fn feed(&mut self, bytes: &[u8], mut frame: impl FnMut(&[u8])) {
        if self.raw {
            // What was held back belongs to what follows.
            self.pending.extend_from_slice(bytes);
            if !self.pending.is_empty() {
                frame(&self.pending);
            }
            self.pending.clear();
            return;
        }
        if self.pending.is_empty() {
            let used = self.cut_all(bytes, &mut frame);
            self.pending.extend_from_slice(&bytes[used..]);
            return;
        }
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < self.needed {
            return;
        }
        let mut held = std::mem::take(&mut self.pending);
        let used = self.cut_all(&held, &mut frame);
        held.drain(..used);
        if held.capacity() > Self::KEPT && held.len() < Self::KEPT {
            held.shrink_to(Self::KEPT);
        }
        self.pending = held;
    }

    /// Hands out every whole frame and says how many bytes that used.
    fn cut_all(&mut self, bytes: &[u8], frame: &mut impl FnMut(&[u8])) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            match cut(&bytes[at..]) {
                Cut::Frame { length } => {
                    frame(&bytes[at..at + length]);
                    at += length;
                }
                Cut::Incomplete { needed } => {
                    self.needed = needed;
                    break;
                }
                Cut::Malformed => {
                    self.raw = true;
                    frame(&bytes[at..]);
                    at = bytes.len();
                }
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames_of(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::default();
        let mut frames = Vec::new();
        for piece in pieces {
            cutter.feed(piece, |frame| frames.push(frame.to_vec()));
        }
        frames
    }

    #[test]
    fn joined_frames_are_cut_apart() {
        assert_eq!(
            frames_of(&[&[0xd0, 0, 0x40, 2, 0, 1, 0xd0, 0]]),
            [vec![0xd0, 0], vec![0x40, 2, 0, 1], vec![0xd0, 0]]
        );
    }

    #[test]
    fn a_frame_in_single_bytes_is_put_together() {
        assert_eq!(frames_of(&[&[0x40], &[2], &[0], &[1]]), [vec![0x40, 2, 0, 1]]);
    }

    #[test]
    fn a_frame_that_ends_in_the_next_piece_takes_only_its_own_bytes() {
        assert_eq!(frames_of(&[&[0x40, 2, 0], &[1, 0xd0, 0]]), [vec![0x40, 2, 0, 1], vec![0xd0, 0]]);
    }

    #[test]
    fn after_an_endless_remaining_length_pieces_are_taken_as_they_come() {
        assert_eq!(
            frames_of(&[&[0x30, 0xff, 0xff, 0xff, 0xff, 1], &[2, 3]]),
            [vec![0x30, 0xff, 0xff, 0xff, 0xff, 1], vec![2, 3]]
        );
    }

    #[test]
    fn storage_of_a_large_frame_is_given_back() {
        let mut cutter = Cutter::default();
        // Remaining length 2,097,151.
        cutter.feed(&[0x30, 0xff, 0xff, 0x7f], |_| {});
        cutter.feed(&vec![0; 2_097_151], |_| {});
        assert!(cutter.pending.capacity() <= Cutter::KEPT, "{}", cutter.pending.capacity());
    }
}
