//! One network connection of a capture: its two directions put together, and the control packets in them.

use std::net::SocketAddr;

use super::content::{Both, Circumstances, Content, End, Event};
use super::frame::{CapturedFrame, Mark, Note};
use super::framer::Out;
use super::notice::{Notice, Notices};
use super::packet::Segment;
use super::tcp::{Half, Pass, Piece};
use crate::wire::Direction;

/// Where results go.
pub(super) struct Results<'a> {
    pub frames: &'a mut Vec<CapturedFrame>,
    pub notices: &'a mut Notices,
    /// How many streams are encrypted.
    pub encrypted: &'a mut u64,
}

/// A network connection over TCP.
#[derive(Debug)]
pub(super) struct TcpConnection {
    stream: u32,
    addresses: Both<SocketAddr>,
    halves: Both<Half>,
    content: Content,
    around: Circumstances,
    reset: bool,
    said_midway: bool,
    said_compressed: bool,
}

impl TcpConnection {
    /// Begins with its first segment.
    pub fn new(stream: u32, segment: &Segment<'_>, ports: &[u16]) -> Self {
        let opener = match (segment.syn, segment.acknowledgment) {
            (true, None) => Some(End::First),
            (true, Some(_)) => Some(End::Second),
            (false, _) => None,
        };
        let listens = |address: SocketAddr| ports.contains(&address.port());
        let listener = match (listens(segment.source), listens(segment.destination)) {
            (true, true) => Some(opener.map_or(End::Second, End::other)),
            (true, false) => Some(End::First),
            (false, true) => Some(End::Second),
            (false, false) => None,
        };
        Self {
            stream,
            addresses: Both { first: segment.source, second: segment.destination },
            halves: Both::default(),
            content: Content::default(),
            around: Circumstances { opener, listener },
            reset: false,
            said_midway: false,
            said_compressed: false,
        }
    }

    /// The end that a segment comes from.
    fn sender(&self, segment: &Segment<'_>) -> End {
        if segment.source == *self.addresses.of(End::First) { End::First } else { End::Second }
    }

    /// Whether the segment is not of this connection but of the next between the same addresses and ports.
    pub fn is_followed_by(&self, segment: &Segment<'_>) -> bool {
        let half = self.halves.of(self.sender(segment));
        if segment.syn {
            return half.is_new_connection(segment.sequence);
        }
        let over = self.reset || End::BOTH.iter().all(|end| self.halves.of(*end).is_finished());
        over && !segment.payload.is_empty() && half.is_beyond(segment.sequence)
    }

    /// Since which frame of the capture there is a hole in an end's direction.
    pub fn hole_since(&self, end: End) -> Option<u64> {
        self.halves.of(end).hole_since()
    }

    /// Takes a segment in.
    pub fn take(&mut self, mark: Mark, segment: &Segment<'_>, results: &mut Results<'_>) {
        let end = self.sender(segment);
        if let Some(number) = segment.acknowledgment {
            // The answer to a SYN acknowledges nothing else.
            self.halves.of_mut(end.other()).acknowledge(number, segment.syn);
        }
        if segment.syn && segment.acknowledgment.is_none() {
            self.around.opener = Some(end);
        }
        if segment.rst {
            self.reset = true;
            self.finish(results);
            return;
        }
        self.with_half(end, results, |half, pass| half.take(mark, segment, pass));
        if self.halves.of(end).is_finished() {
            self.finish_direction(end, results);
        }
    }

    /// Gives up holes for which there is no hope at this frame of the capture.
    pub fn give_up(&mut self, number: u64, results: &mut Results<'_>) {
        for end in End::BOTH {
            while self.halves.of(end).is_hopeless(number) {
                self.with_half(end, results, Half::give_up);
            }
        }
    }

    /// Nothing comes any more.
    pub fn finish(&mut self, results: &mut Results<'_>) {
        for end in End::BOTH {
            self.with_half(end, results, Half::give_up_all);
        }
        for end in End::BOTH {
            self.finish_direction(end, results);
        }
    }

    /// Whether it was under way when the capture began.
    fn is_midway(&self) -> bool {
        let seen = self.content.client().is_some_and(|client| self.halves.of(client).has_start());
        !seen && !self.content.has_start()
    }

    fn finish_direction(&mut self, end: End, results: &mut Results<'_>) {
        let mut events = Vec::new();
        self.content.end(end, self.around, &mut events);
        self.report(events, results);
    }

    /// Has a direction do something, and takes further what it passes on.
    fn with_half(&mut self, end: End, results: &mut Results<'_>, act: impl FnOnce(&mut Half, &mut Pass<'_>)) {
        let Self { halves, content, around, .. } = self;
        let mut events = Vec::new();
        let half = halves.of_mut(end);
        act(half, &mut |piece: Piece<'_>| content.piece(end, piece, *around, &mut events));
        if half.take_retransmitted() {
            content.note(end, Note::Retransmission);
        }
        self.report(events, results);
    }

    fn report(&mut self, events: Vec<Event>, results: &mut Results<'_>) {
        let stream = self.stream;
        let midway = self.is_midway();
        for event in events {
            if midway && matches!(event, Event::Out(..)) && !std::mem::replace(&mut self.said_midway, true) {
                results.notices.add(Notice::Midway { stream });
            }
            match event {
                Event::Out(end, Out::Packet { mark, bytes, notes }) => {
                    results.frames.push(CapturedFrame {
                        number: mark.number,
                        time: mark.time,
                        stream,
                        source: *self.addresses.of(end),
                        destination: *self.addresses.of(end.other()),
                        direction: if self.content.client() == Some(end) {
                            Direction::ToServer
                        } else {
                            Direction::ToClient
                        },
                        midway,
                        version: None,
                        bytes,
                        notes,
                    });
                }
                Event::Out(_, Out::Gap { mark, bytes }) => {
                    results.notices.add(Notice::Gap { stream, bytes, number: mark.number });
                }
                Event::Out(_, Out::Unfinished { have, of }) => {
                    results.notices.add(Notice::Unfinished { stream, have, of });
                }
                Event::Out(_, Out::Skipped { mark, bytes }) => {
                    results.notices.add(Notice::Skipped { stream, bytes, number: mark.number });
                }
                Event::Compressed => {
                    if !std::mem::replace(&mut self.said_compressed, true) {
                        results.notices.add(Notice::Compressed { stream });
                    }
                }
                Event::Encrypted => *results.encrypted += 1,
            }
        }
    }
}
