//! The publish form and what became of each publish.

use std::path::Path;
use std::sync::Arc;

use super::{ComposerEdit, Payloads, PropertiesForm, PropertyFault, RepeatForm, Repeated};
use crate::log::Timestamp;
use crate::payload::{self, Fault, Format};
use crate::session::{Publish, PublishOutcome, RequestId};
use crate::wire::{self, Qos, TopicFault, Version};

/// How many settled publishes are remembered; one that waits is never forgotten.
const REMEMBERED: usize = 50;

/// The longest text that is put into the form, in bytes; a text field lays all of it out at each change.
const LONGEST_TEXT: usize = 1 << 18;

/// What became of one publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Names the request.
    pub id: RequestId,
    /// Where it went.
    pub topic: String,
    /// Its `QoS`.
    pub qos: Qos,
    /// When it was asked for.
    pub since: Timestamp,
    /// How it ended; `None` while it waits.
    pub outcome: Option<PublishOutcome>,
}

/// Why the form cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComposerFault {
    /// The topic name is not one.
    Topic(TopicFault),
    /// The payload is not of the chosen format.
    Payload(Fault),
    /// A property is not what it can be.
    Properties(PropertyFault),
    /// No file is named.
    NoFile,
}

/// Where the payload comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Body {
    /// It is typed.
    #[default]
    Typed,
    /// A file's bytes.
    File,
    /// A file's lines, a message each.
    Lines,
    /// It is that of a message in the log, too large to be typed.
    Kept,
}

/// The publish form.
#[derive(Clone, Debug, PartialEq)]
pub struct Composer {
    /// The topic name.
    pub topic: String,
    /// The payload as typed.
    pub payload: String,
    /// Where the payload comes from.
    pub body: Body,
    /// The file's path as typed or picked.
    pub path: String,
    /// The file's size in bytes, or why it cannot be read; `None` until that is known.
    pub file: Option<Result<u64, String>>,
    /// The payload taken from the log as it is; empty unless one was.
    pub kept: Arc<[u8]>,
    /// The `QoS`.
    pub qos: Qos,
    /// Whether the server keeps it.
    pub retain: bool,
    /// How the typed payload becomes bytes.
    pub format: Format,
    /// 5.0: its properties.
    pub properties: PropertiesForm,
    /// Why the last try was not sent.
    pub fault: Option<ComposerFault>,
    /// The latest publishes, oldest first.
    pub sent: Vec<Published>,
    /// The form for publishing over and over.
    pub repeat: RepeatForm,
    /// The job at work, or the last one.
    pub job: Option<Repeated>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            topic: String::new(),
            payload: String::new(),
            body: Body::Typed,
            path: String::new(),
            file: None,
            kept: Arc::default(),
            qos: Qos::AtMostOnce,
            retain: false,
            format: Format::Text,
            properties: PropertiesForm::default(),
            fault: None,
            sent: Vec::new(),
            repeat: RepeatForm::default(),
            job: None,
        }
    }
}

impl Composer {
    /// Changes the form.
    pub fn edit(&mut self, edit: ComposerEdit) {
        self.fault = None;
        match edit {
            ComposerEdit::Topic(topic) => self.topic = topic,
            ComposerEdit::Payload(payload) => self.payload = payload,
            ComposerEdit::Qos(qos) => self.qos = qos,
            ComposerEdit::Retain(retain) => self.retain = retain,
            ComposerEdit::Format(format) => self.format = format,
            ComposerEdit::Properties(properties) => self.properties = *properties,
            ComposerEdit::Body(body) => {
                self.body = body;
                if body == Body::Typed {
                    self.kept = Arc::default();
                }
            }
            ComposerEdit::Path(path) => {
                self.path = path;
                self.file = None;
            }
            ComposerEdit::Repeat(repeat) => self.repeat = repeat,
        }
    }

    /// The message that the form says, and where its payload comes from; a fault is kept to be shown. A path is
    /// meant from `folder` on.
    pub fn compose(
        &mut self,
        id: RequestId,
        version: Version,
        folder: &Path,
        now: Timestamp,
    ) -> Option<(Publish, Payloads)> {
        match self.message(version, folder) {
            Ok((publish, payloads)) => {
                if self.sent.len() >= REMEMBERED
                    && let Some(settled) = self.sent.iter().position(|p| p.outcome.is_some())
                {
                    self.sent.remove(settled);
                }
                let (topic, qos) = (publish.topic.clone(), publish.qos);
                self.sent.push(Published { id, topic, qos, since: now, outcome: None });
                Some((publish, payloads))
            }
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }

    /// The message that the form says, and where its payload comes from.
    pub(super) fn message(
        &self,
        version: Version,
        folder: &Path,
    ) -> Result<(Publish, Payloads), ComposerFault> {
        wire::check_topic_name(&self.topic).map_err(ComposerFault::Topic)?;
        let path = folder.join(self.path.trim());
        let (payload, payloads) = match self.body {
            Body::Typed => {
                let payload = payload::encode(&self.payload, self.format).map_err(ComposerFault::Payload)?;
                (payload, Payloads::Own)
            }
            Body::Kept => (self.kept.to_vec(), Payloads::Own),
            Body::File | Body::Lines if self.path.trim().is_empty() => return Err(ComposerFault::NoFile),
            Body::File => (Vec::new(), Payloads::File(path)),
            Body::Lines => (Vec::new(), Payloads::Lines(path)),
        };
        let (topic, qos, retain) = (self.topic.clone(), self.qos, self.retain);
        let mut publish = Publish { topic, payload, qos, retain, ..Publish::default() };
        if version == Version::V5_0 {
            self.properties.apply(&mut publish)?;
        }
        Ok((publish, payloads))
    }

    /// Takes over the payload of a message: as text, as hex where it is none, or as it is where it is too large for
    /// either.
    pub(super) fn take_payload(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).ok();
        // A byte is two digits and a blank.
        if bytes.len() > if text.is_some() { LONGEST_TEXT } else { LONGEST_TEXT / 3 } {
            (self.body, self.kept) = (Body::Kept, bytes.into());
            return;
        }
        (self.payload, self.format) = match text {
            Some(text) => (text.to_owned(), Format::Text),
            None => (payload::decode(bytes, Format::Hex).text, Format::Hex),
        };
    }

    /// Does without a file that was not named.
    pub(super) fn leave_file(&mut self) {
        if self.path.is_empty() {
            self.body = if self.kept.is_empty() { Body::Typed } else { Body::Kept };
        }
    }

    /// Notes how a publish ended, and says where it had gone.
    pub fn settle(&mut self, id: RequestId, outcome: PublishOutcome) -> Option<&Published> {
        let published = self.sent.iter_mut().find(|p| p.id == id)?;
        published.outcome = Some(outcome);
        Some(published)
    }

    /// Whether a job is at work.
    #[must_use]
    pub fn at_work(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.progress.end().is_none())
    }

    /// The oldest publish that has no outcome yet.
    #[must_use]
    pub fn oldest_waiting(&self) -> Option<&Published> {
        self.sent.iter().find(|p| p.outcome.is_none())
    }

    /// The publishes that have no outcome yet.
    pub(super) fn all_waiting(&self) -> impl Iterator<Item = RequestId> {
        self.sent.iter().filter(|p| p.outcome.is_none()).map(|p| p.id)
    }

    /// How many publishes have no outcome yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sent.iter().filter(|p| p.outcome.is_none()).count()
    }
}
