//! What the program has to say: toasts for outcomes of things the user asked for, and a list of all.

use std::path::PathBuf;

use crate::log::Timestamp;
use crate::profile::{Profile, ProfileId, Secrets, Subscription};
use crate::session::Refusal;
use crate::store::secrets::{Deed, Fault};
use crate::store::{Problem, StoreError};

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It worked.
    Good,
    /// Something may need a look.
    Caution,
    /// It failed.
    Bad,
}

/// What a notice says; the words are made in the language of the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticeText {
    /// A profile was deleted.
    ProfileDeleted(String),
    /// A filter was given up.
    Unsubscribed(String),
    /// A server refused a filter: filter, reason.
    SubscriptionRefused(String, crate::session::Refusal),
    /// A publish failed: topic, and why it was refused; `None` where it was abandoned.
    PublishFailed(String, Option<crate::session::Refusal>),
    /// A job has ended.
    JobEnded(Box<super::Repeated>),
    /// The embedded broker listens at this address.
    BrokerStarted(String),
    /// The embedded broker stopped.
    BrokerStopped,
    /// The embedded broker could not start: reason.
    BrokerFailed(String),
    /// Something was copied.
    Copied,
    /// So many rows were copied, of so many that were wanted.
    RowsCopied(u64, u64),
    /// So many marks were removed.
    MarksRemoved(usize),
    /// No more rows can be marked.
    MarksFull,
    /// The list has no mark in it.
    NoMarks,
    /// This row was asked for and is not in the list; that one is the nearest.
    WentNearby(crate::log::Row, crate::log::Row),
    /// Something could not be saved.
    SaveFailed(StoreError),
    /// A file could not be read.
    FileProblem(Problem),
    /// The history of the profile of this name.
    HistoryProblem(String, super::HistoryProblem),
    /// The history of the profile of this name was cleared.
    HistoryCleared(String),
    /// The cleared history of the profile of this name cannot come back: its room was needed.
    HistoryGone(String),
    /// So many frames were written to this file.
    Exported(PathBuf, u64),
    /// Nothing could be written to this file: the system's words.
    ExportFailed(PathBuf, String),
    /// The system has no file chooser.
    NoFileChooser,
    /// Authenticating once more ended: profile name, how long it took or why it failed.
    Reauthenticated(String, Result<std::time::Duration, Refusal>),
    /// The keyring takes its time.
    KeyringWaits,
    /// Secrets of the profile of this name could not be read, kept or forgotten.
    SecretsFailed(String, Deed, Fault),
    /// A session ended or waits: profile name, why.
    ConnectionLost(String, crate::session::Failure),
    /// A session has something to say that stops nothing: profile name, what.
    OfSession(String, crate::session::Notice),
}

/// What a notice can take back.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// Bring a profile back, at its place.
    Profile(usize, Box<Profile>, Secrets),
    /// Subscribe again.
    Subscription(ProfileId, Subscription),
    /// Mark these rows of a profile's log again.
    Marks(ProfileId, super::Marks),
    /// Bring the history of a profile back. Stays possible when the toast has gone.
    Cleared(ProfileId),
}

/// One thing said.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Names it.
    pub id: u64,
    /// When it was said.
    pub time: Timestamp,
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: NoticeText,
    /// What it can take back.
    pub undo: Option<Undo>,
    /// It stands over the window, until it is put away.
    pub toast: bool,
}

/// Everything said, newest last, bounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    list: Vec<Notice>,
    next: u64,
}

/// How many notices are kept.
const KEPT: usize = 500;

impl Notices {
    /// Everything kept, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Notice] {
        &self.list
    }

    /// What stands over the window now.
    pub fn toasts(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter().filter(|n| n.toast)
    }

    /// Says something in a toast and in the list.
    pub fn toast(&mut self, now: Timestamp, tone: Tone, text: NoticeText, undo: Option<Undo>) {
        self.push(now, tone, text, undo, true);
    }

    /// Says something in the list only.
    pub fn note(&mut self, now: Timestamp, tone: Tone, text: NoticeText) {
        self.push(now, tone, text, None, false);
    }

    fn push(&mut self, time: Timestamp, tone: Tone, text: NoticeText, undo: Option<Undo>, toast: bool) {
        if self.list.len() >= KEPT {
            self.list.remove(0);
        }
        self.list.push(Notice { id: self.next, time, tone, text, undo, toast });
        self.next += 1;
    }

    /// Changes what notices could take back.
    pub(super) fn change_undo(&mut self, change: impl FnMut(&mut Undo)) {
        self.list.iter_mut().filter_map(|notice| notice.undo.as_mut()).for_each(change);
    }

    /// Takes a notice's toast away and hands out what it can take back no more.
    pub fn dismiss(&mut self, id: u64) -> Option<Undo> {
        let notice = self.list.iter_mut().find(|n| n.id == id)?;
        notice.toast = false;
        notice.undo.take_if(|undo| !matches!(undo, Undo::Cleared(_)))
    }

    /// Takes a notice's toast away and hands out what is to be taken back.
    pub fn undo(&mut self, id: u64) -> Option<Undo> {
        let notice = self.list.iter_mut().find(|n| n.id == id)?;
        notice.toast = false;
        notice.undo.take()
    }

    /// The history of a profile that was cleared before can come back no more.
    pub fn forget_cleared(&mut self, profile: &ProfileId) {
        for notice in &mut self.list {
            notice.undo.take_if(|undo| matches!(undo, Undo::Cleared(cleared) if cleared == profile));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dismissed_toast_stays_in_the_list() {
        let mut notices = Notices::default();
        notices.toast(Timestamp(0), Tone::Good, NoticeText::Copied, None);
        let id = notices.all()[0].id;
        notices.dismiss(id);
        assert_eq!((notices.toasts().count(), notices.all().len()), (0, 1));
    }

    #[test]
    fn the_list_is_bounded() {
        let mut notices = Notices::default();
        for _ in 0..KEPT + 7 {
            notices.note(Timestamp(0), Tone::Info, NoticeText::Copied);
        }
        assert_eq!(notices.all().len(), KEPT);
    }
}
