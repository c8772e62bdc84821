//! How the payload of the frame that is looked at is shown: at once where it is short, made ready by a worker where it
//! is long, line by line from its bytes where every line can be made by itself.

use std::ops::Range;
use std::sync::Arc;

use super::{Effect, Inspector, Model};
use crate::log::Row;
use crate::payload::{self, Format, Rendered};
use crate::profile::ProfileId;
use crate::wire::{self, PacketType};

/// Payloads up to this many bytes are made ready at once.
const AT_ONCE: usize = 64 << 10;

/// A payload as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum PayloadView {
    /// This text.
    Text(Arc<Rendered>),
    /// Lines of equal length, made from the bytes as they are drawn.
    Lines,
    /// A worker makes the text ready.
    Awaited,
}

impl Inspector {
    /// PUBLISH: where the payload is in the frame.
    #[must_use]
    pub fn payload_range(&self) -> Option<Range<usize>> {
        let is_publish = self.dissection.packet == Some(PacketType::Publish);
        is_publish.then(|| wire::Peek::of(&self.frame.bytes, self.dissection.version).payload)
    }

    /// PUBLISH: the payload.
    #[must_use]
    pub fn payload_bytes(&self) -> Option<&[u8]> {
        self.frame.bytes.get(self.payload_range()?)
    }

    /// Shows the payload another way.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
        self.view_payload();
    }

    /// Makes the payload ready, or has that done.
    pub(super) fn view_payload(&mut self) {
        self.payload = self.payload_bytes().map(|bytes| {
            if bytes.len() <= AT_ONCE {
                PayloadView::Text(Arc::new(payload::decode(bytes, self.format)))
            } else if self.format.has_even_lines() {
                PayloadView::Lines
            } else {
                PayloadView::Awaited
            }
        });
    }

    /// The payload as it is shown, for the clipboard; `None` while it is awaited.
    pub(super) fn payload_text(&self) -> Option<String> {
        match self.payload.as_ref()? {
            PayloadView::Text(rendered) => Some(rendered.text.clone()),
            PayloadView::Lines => Some(payload::decode(self.payload_bytes()?, self.format).text),
            PayloadView::Awaited => None,
        }
    }

    /// What a worker has to do for it.
    fn wanted(&self, profile: &ProfileId) -> Option<Effect> {
        (self.payload == Some(PayloadView::Awaited)).then_some(())?;
        Some(Effect::RenderPayload {
            profile: profile.clone(),
            row: self.frame.row,
            format: self.format,
            frame: Arc::clone(&self.frame.bytes),
            payload: self.payload_range()?,
        })
    }
}

impl Model {
    /// Has the payload that is looked at made ready, where that is still to be done.
    pub(super) fn want_payload(&self) -> Vec<Effect> {
        let wanted = self.current().and_then(|c| c.inspector.as_ref()?.wanted(&c.profile.id));
        wanted.into_iter().collect()
    }

    /// Takes over a payload that was made ready, if it is still the one looked at.
    pub(super) fn payload_rendered(
        &mut self,
        profile: &ProfileId,
        row: Row,
        format: Format,
        rendered: Arc<Rendered>,
    ) {
        if let Some(inspector) = self.connection_mut(profile).and_then(|c| c.inspector.as_mut())
            && (inspector.frame.row, inspector.format) == (row, format)
            && inspector.payload.is_some()
        {
            inspector.payload = Some(PayloadView::Text(rendered));
        }
    }
}
