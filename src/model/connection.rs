//! One connection as the window shows it: its profile, where its session stands, its timeline.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::secrets::Known;
use super::{
    Body, Capture, Composer, Inspector, Marks, RowRange, Source, SubscriptionRow, Tab, TimeReference,
};
use crate::log::{ConnectionNumber, Filter, FilterError, FrameLog, Row, Statistics, Timestamp, View};
use crate::profile::{Profile, Secrets, Subscription, Unacknowledged};
use crate::session::Phase;

/// The list of the selected connection.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Which list is shown.
    pub tab: Tab,
    /// The filter as typed.
    pub filter: String,
    /// What is wrong with it; the last good one stays in force.
    pub filter_fault: Option<FilterError>,
    /// Only messages that match this topic filter.
    pub only: Option<String>,
    /// Whether the list sticks to the newest row.
    pub follow: bool,
    /// The selected frame, by number.
    pub selected: Option<Row>,
    /// The rows that are selected with it.
    pub range: Option<RowRange>,
    /// The rows that the user has marked.
    pub marks: Marks,
    /// The row that times are counted from.
    pub reference: Option<TimeReference>,
    /// The rows that pass; `None` until the first answer.
    pub view: Option<Arc<View>>,
    /// The wish that `view` must answer.
    pub serial: u64,
    good: Filter,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            tab: Tab::Messages,
            filter: String::new(),
            filter_fault: None,
            only: None,
            follow: true,
            selected: None,
            range: None,
            marks: Marks::default(),
            reference: None,
            view: None,
            serial: 0,
            good: Filter::default(),
        }
    }
}

impl Timeline {
    /// Takes a typed filter over; a faulty one is shown and the last good one stays.
    pub fn set_filter(&mut self, text: String, zone: &TimeZone) {
        match Filter::parse(&text, zone) {
            Ok(filter) => {
                self.good = filter;
                self.filter_fault = None;
            }
            Err(fault) => self.filter_fault = Some(fault),
        }
        self.filter = text;
    }

    /// The rows that the list wants.
    #[must_use]
    pub fn wanted(&self) -> Filter {
        let mut filter = self.good.clone();
        if let Some(only) = &self.only {
            filter = Filter::on_topics(only).and(filter);
        }
        match self.tab {
            Tab::Messages => Filter::messages().and(filter),
            Tab::Packets => filter,
        }
    }
}

/// Exact counts as the status line says them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// Messages in the last whole second.
    pub per_second: u64,
    since: Timestamp,
    at: u64,
}

/// One second.
const SECOND_NS: u64 = 1_000_000_000;

impl Rate {
    /// Takes the count of messages at a time.
    pub fn sample(&mut self, now: Timestamp, messages: u64) {
        let passed = now.0.saturating_sub(self.since.0);
        if passed >= SECOND_NS {
            let grown = messages.saturating_sub(self.at);
            self.per_second = if self.since.0 == 0 {
                0
            } else {
                u64::try_from(u128::from(grown) * u128::from(SECOND_NS) / u128::from(passed))
                    .unwrap_or(u64::MAX)
            };
            self.since = now;
            self.at = messages;
        }
    }

    /// When the next sample is due; `None` while nothing arrives.
    #[must_use]
    pub fn due(&self, messages: u64) -> Option<Timestamp> {
        (self.per_second > 0 || messages != self.at).then_some(Timestamp(self.since.0 + SECOND_NS))
    }
}

/// One connection as the window shows it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// What is saved of it.
    pub profile: Profile,
    /// Where a read-only log came from; `None` for a connection.
    pub capture: Option<Capture>,
    /// Its secrets, as far as they are known.
    pub secrets: Secrets,
    /// What is known of what is kept of them.
    pub(super) known: Known,
    /// Where its session stands.
    pub phase: Phase,
    /// Whether a session lives that takes commands.
    pub live: bool,
    /// Its frames; `None` until the history is open.
    pub log: Option<FrameLog>,
    /// What is counted of its frames; `None` until the first answer.
    pub statistics: Option<Arc<Statistics>>,
    /// What is known of each subscription, by filter.
    pub rows: HashMap<String, SubscriptionRow>,
    /// Its list.
    pub timeline: Timeline,
    /// The frame that is looked at.
    pub inspector: Option<Inspector>,
    /// Its publish form.
    pub composer: Composer,
    /// How many messages the user has seen.
    pub seen: u64,
    /// Whether its history was asked for.
    pub(super) log_asked: bool,
    /// Whether it was said that its history is no longer written.
    pub(super) history_stopped: bool,
    /// How many files of its history were said to be lost.
    pub(super) history_lost: usize,
    /// Connect once more when the session has ended: its settings changed.
    pub(super) again: bool,
    /// Whether it was said since the user connected that the server names no subprotocol.
    pub(super) no_subprotocol_said: bool,
    /// The first network connection of the server's present session with us, since the user connected.
    pub(super) session_from: Option<ConnectionNumber>,
    /// How fast messages come.
    pub rate: Rate,
}

impl Connection {
    /// A connection that has done nothing yet.
    #[must_use]
    pub fn new(profile: Profile, secrets: Secrets) -> Self {
        Self {
            profile,
            capture: None,
            secrets,
            known: Known::No,
            phase: Phase::Offline { cause: None },
            live: false,
            log: None,
            statistics: None,
            rows: HashMap::new(),
            timeline: Timeline::default(),
            inspector: None,
            composer: Composer::default(),
            seen: 0,
            log_asked: false,
            history_stopped: false,
            history_lost: 0,
            again: false,
            no_subprotocol_said: false,
            session_from: None,
            rate: Rate::default(),
        }
    }

    /// A connection that was made just now: nothing is kept of its secrets that is not known.
    pub(super) fn fresh(profile: Profile, secrets: Secrets) -> Self {
        Self { known: Known::Yes, ..Self::new(profile, secrets) }
    }

    /// Whether the server has accepted.
    #[must_use]
    pub const fn online(&self) -> bool {
        matches!(self.phase, Phase::Online(_))
    }

    /// Whether its publish form waits for a file to be named.
    #[must_use]
    pub fn wants_payload_file(&self) -> bool {
        let of_file = matches!(self.composer.body, Body::File | Body::Lines);
        self.capture.is_none() && of_file && self.composer.path.is_empty()
    }

    /// Whether frames come into its log.
    #[must_use]
    pub const fn source(&self) -> Source {
        match (&self.capture, &self.phase) {
            (Some(Capture { progress: Some(_), .. }), _) => Source::Reading,
            (None, Phase::Negotiating | Phase::Online(_)) => Source::Up,
            _ => Source::Ended,
        }
    }

    /// The session lives and sends messages again that stay unanswered: those of this network connection and of
    /// later ones.
    #[must_use]
    pub fn held(&self) -> Option<ConnectionNumber> {
        let again = !self.profile.clean_session || self.profile.unacknowledged == Unacknowledged::SendAgain;
        self.session_from.filter(|_| again)
    }

    /// The server has accepted; it has the session of before or a new one.
    pub(super) fn accepted(&mut self, session_present: bool) {
        if !session_present || self.session_from.is_none() {
            let newest = self.log.as_ref().and_then(|log| log.entry(log.rows().end.checked_sub(1)?));
            self.session_from = newest.map(|entry| entry.connection);
        }
    }

    /// Messages that came in since the user last looked.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.log.as_ref().map_or(0, |log| log.counters().arrived().saturating_sub(self.seen))
    }

    /// The wish for a filter.
    #[must_use]
    pub fn subscription(&self, filter: &str) -> Option<&Subscription> {
        self.profile.subscriptions.iter().find(|s| s.filter == filter)
    }

    /// The first subscription whose filter matches a topic: it gives the row its colour.
    #[must_use]
    pub fn subscription_of(&self, topic: &str) -> Option<&Subscription> {
        self.profile.subscriptions.iter().find(|s| crate::wire::matches(&s.filter, topic))
    }
}
