//! Looking at a frame: selecting, unfolding, copying.

use super::{Action, Connection, CopyWhat, Effect, Inspector, Model, Moment, NoticeText, Tone};
use crate::hex;
use crate::log::Row;
use crate::outline;
use crate::payload::Look;
use crate::profile::ProfileId;
use crate::wire::{self, PacketType};

/// Frames longer than this many bytes are taken apart by a worker: to fetch one, to check its text, takes time.
const LONG: u32 = 1 << 20;

impl Model {
    /// What happens in the inspector.
    pub(super) fn inspect(&mut self, action: Action, moment: Moment) -> Vec<Effect> {
        if let Action::SelectRow(row) = action {
            return self.select_row(row);
        }
        let Some(c) = self.current_mut() else { return Vec::new() };
        let Some(inspector) = &mut c.inspector else { return Vec::new() };
        match action {
            Action::SelectField(path) => inspector.select_field(path),
            Action::SelectBytes(range) => inspector.select_bytes(range),
            Action::HoverField(path) => inspector.hovered = path,
            Action::ToggleField(path) => inspector.toggle(path),
            Action::Reveal(reveal) => inspector.set_reveal(reveal),
            Action::PayloadFormat(format) => {
                let tree = inspector.look.tree && format.has_tree();
                return self.set_look(Some(Look { format, tree }));
            }
            Action::PayloadTree(tree) => {
                let look = Look { tree, ..inspector.look };
                return self.set_look(Some(look));
            }
            Action::PayloadAutomatic => return self.set_look(None),
            Action::SelectNode(path) => inspector.select_node(path),
            Action::ToggleNode(path) => {
                inspector.toggle_node(path);
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

    /// Looks at a frame: at once, or when a worker has taken it apart where it is long.
    pub(super) fn select_row(&mut self, row: Row) -> Vec<Effect> {
        let language = self.language;
        let look = self.look_of(row);
        let Some(c) = self.current_mut() else { return Vec::new() };
        let Some(log) = &c.log else { return Vec::new() };
        c.timeline.selected = Some(row);
        c.timeline.range = None;
        if log.entry(row).is_some_and(|entry| entry.length > LONG) {
            return vec![Effect::Inspect { profile: c.profile.id.clone(), row, look, language }];
        }
        let inspector = Inspector::new(log, row, look, language);
        c.look_at(inspector);
        self.want_payload()
    }

    /// Takes over a frame that was taken apart, if it is still the one looked at.
    pub(super) fn inspected(
        &mut self,
        profile: &ProfileId,
        row: Row,
        inspector: Option<Inspector>,
    ) -> Vec<Effect> {
        let language = self.language;
        let Some(c) = self.connection_mut(profile).filter(|c| c.timeline.selected == Some(row)) else {
            return Vec::new();
        };
        c.look_at(inspector);
        if let Some(inspector) = c.inspector.as_mut().filter(|inspector| inspector.language != language) {
            inspector.set_language(language);
        }
        self.want_payload()
    }
}

impl Connection {
    /// Looks at a frame instead of another.
    fn look_at(&mut self, inspector: Option<Inspector>) {
        let earlier = std::mem::replace(&mut self.inspector, inspector);
        // The same field of the next frame of the same kind stays selected: stepping through a list compares it.
        if let (Some(earlier), Some(now)) = (earlier, &mut self.inspector)
            && earlier.dissection.packet == now.dissection.packet
        {
            if let Some(path) = &earlier.field {
                now.select_field(path.clone());
            }
            now.unfold_as(&earlier);
        }
    }

    /// What of the selected frame is copied: what is hidden on the screen is not on the clipboard either.
    fn copied(&self, what: CopyWhat) -> Option<String> {
        let inspector = self.inspector.as_ref()?;
        let selected = |as_text: fn(&[u8]) -> String| {
            let frame = inspector.visible_bytes();
            let range = inspector.bytes.clone().filter(|r| !r.is_empty()).unwrap_or(0..frame.len());
            frame.get(range).map(as_text)
        };
        match what {
            CopyWhat::Hex => selected(hex::to_hex),
            CopyWhat::CArray => selected(hex::to_c_array),
            CopyWhat::Text => selected(hex::to_text),
            CopyWhat::Outline => {
                let (language, reveal) = (inspector.language, inspector.reveal);
                Some(outline::outline(&inspector.visible_bytes(), &inspector.dissection, language, reveal))
            }
            CopyWhat::Json => {
                let frame = inspector.visible_bytes();
                let context = self.log.as_ref()?.context(inspector.frame.row);
                let dissection = wire::dissect(&frame, &context);
                let json = outline::packet_json(&frame, &dissection, &wire::summarize(&frame, &context));
                serde_json::to_string_pretty(&json).ok()
            }
            CopyWhat::Payload => inspector.payload_text(),
            CopyWhat::Node => inspector.node_value(),
            CopyWhat::NodePath => inspector.node_path(),
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
