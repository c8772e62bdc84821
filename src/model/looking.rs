//! Looking at a frame: selecting, unfolding, copying.

use super::{Action, Connection, CopyWhat, Effect, Inspector, Model, Moment, NoticeText, Tone};
use crate::hex;
use crate::language::Language;
use crate::log::Row;
use crate::outline;
use crate::wire::{self, PacketType};

impl Model {
    /// What happens in the inspector.
    pub(super) fn inspect(&mut self, action: Action, moment: Moment) -> Vec<Effect> {
        let language = self.language;
        let Some(c) = self.current_mut() else { return Vec::new() };
        if let Action::SelectRow(row) = action {
            c.select_row(row, language);
            return self.want_payload();
        }
        let Some(inspector) = &mut c.inspector else { return Vec::new() };
        match action {
            Action::SelectField(path) => inspector.select_field(path),
            Action::SelectBytes(range) => inspector.select_bytes(range),
            Action::HoverField(path) => inspector.hovered = path,
            Action::ToggleField(path) => inspector.toggle(path),
            Action::Reveal(reveal) => inspector.set_reveal(reveal),
            Action::PayloadFormat(format) => {
                inspector.set_format(format);
                if let Some(topic) = inspector.frame.entry.topic {
                    c.formats.insert(topic, format);
                }
                return self.want_payload();
            }
            Action::Copy(what) => {
                if let Some(text) = c.copied(what) {
                    self.notices.toast(moment.now, Tone::Good, NoticeText::Copied, None);
                    return vec![Effect::Clipboard(text)];
                }
            }
            _ => {}
        }
        Vec::new()
    }
}

impl Connection {
    /// Looks at a frame.
    pub(super) fn select_row(&mut self, row: Row, language: Language) {
        let Some(log) = &self.log else { return };
        self.timeline.selected = Some(row);
        self.timeline.range = None;
        let topic = log.entry(row).and_then(|e| e.topic);
        let format = topic.and_then(|t| self.formats.get(&t).copied());
        let earlier = self.inspector.take();
        self.inspector = Inspector::new(log, row, format, language);
        // The same field of the next frame of the same kind stays selected: stepping through a list compares it.
        if let (Some(earlier), Some(now)) = (earlier, &mut self.inspector)
            && earlier.dissection.packet == now.dissection.packet
            && let Some(path) = earlier.field
        {
            now.select_field(path);
        }
    }

    /// What of the selected frame is copied: what is hidden on the screen is not on the clipboard either.
    fn copied(&self, what: CopyWhat) -> Option<String> {
        let inspector = self.inspector.as_ref()?;
        let whole = 0..inspector.frame.bytes.len();
        let range = inspector.bytes.clone().filter(|r| !r.is_empty()).unwrap_or(whole);
        let frame = inspector.visible_bytes();
        let bytes = frame.get(range)?;
        match what {
            CopyWhat::Hex => Some(hex::to_hex(bytes)),
            CopyWhat::CArray => Some(hex::to_c_array(bytes)),
            CopyWhat::Text => Some(hex::to_text(bytes)),
            CopyWhat::Outline => {
                let (language, reveal) = (inspector.language, inspector.reveal);
                Some(outline::outline(&frame, &inspector.dissection, language, reveal))
            }
            CopyWhat::Json => {
                let context = self.log.as_ref()?.context(inspector.frame.row);
                let dissection = wire::dissect(&frame, &context);
                let json = outline::packet_json(&frame, &dissection, &wire::summarize(&frame, &context));
                serde_json::to_string_pretty(&json).ok()
            }
            CopyWhat::Payload => inspector.payload_text(),
            CopyWhat::Topic => {
                (inspector.dissection.packet == Some(PacketType::Publish)).then_some(())?;
                self.log.as_ref()?.topic(inspector.frame.entry.topic?).map(|t| t.to_string())
            }
            CopyWhat::Value => {
                let field = inspector.field_at(inspector.field.as_deref()?)?;
                Some(field.display(&inspector.frame.bytes, inspector.language, inspector.reveal))
            }
        }
    }
}
