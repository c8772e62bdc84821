//! The selected frame, taken apart once when it is selected, and what of it is looked at.

use std::collections::HashSet;
use std::ops::Range;

use super::exchange::{Exchange, Source};
use super::payload_view::PayloadView;
use crate::language::Language;
use crate::log::{ConnectionNumber, Frame, FrameLog, Row, Timestamp};
use crate::payload::Look;
use crate::wire::{self, Dissection, Explanation, Field, Severity};

/// A line of the field tree as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLine {
    /// The field's place in the tree.
    pub path: Vec<usize>,
    /// What it is, in the chosen language.
    pub label: String,
    /// Its value.
    pub value: String,
    /// It has fields within.
    pub expandable: bool,
    /// They are shown.
    pub expanded: bool,
    /// The worst that is wrong with its bytes.
    pub fault: Option<Severity>,
}

/// The selected frame.
#[derive(Clone, Debug)]
pub struct Inspector {
    /// The frame.
    pub frame: Frame,
    /// It taken apart.
    pub dissection: Dissection,
    /// The selected field.
    pub field: Option<Vec<usize>>,
    /// The selected bytes; those of the field where one is selected in the tree, and those of the value where one is
    /// selected in the payload's.
    pub bytes: Option<Range<usize>>,
    /// The field under the pointer.
    pub hovered: Option<Vec<usize>>,
    /// Whether secrets can be read.
    pub reveal: bool,
    /// How the payload is shown.
    pub look: Look,
    /// That is as seems best for it: nobody has chosen for its topic.
    pub automatic: bool,
    /// PUBLISH: the payload as it is shown.
    pub payload: Option<PayloadView>,
    /// The exchange that it belongs to.
    pub exchange: Exchange,
    /// The lines of the field tree.
    pub lines: Vec<FieldLine>,
    /// What the selected field is.
    pub explanation: Option<Explanation>,
    /// Bytes that are hidden until revealed.
    pub secrets: Vec<Range<usize>>,
    folded: HashSet<Vec<usize>>,
    /// The language of its texts.
    pub language: Language,
}

impl Inspector {
    /// Looks at a frame.
    #[must_use]
    pub fn new(log: &FrameLog, row: Row, look: Option<Look>, language: Language) -> Option<Self> {
        let frame = log.frame(row)?;
        let context = log.context(row);
        let dissection = wire::dissect(&frame.bytes, &context);
        let exchange = Exchange::new(log, &frame, &dissection);
        let secrets = wire::secret_ranges(&frame.bytes, dissection.version);
        let mut inspector = Self {
            look: Look::default(),
            automatic: true,
            frame,
            dissection,
            field: None,
            bytes: None,
            hovered: None,
            reveal: false,
            payload: None,
            exchange,
            lines: Vec::new(),
            explanation: None,
            secrets,
            folded: HashSet::new(),
            language,
        };
        inspector.set_look(look);
        inspector.relabel();
        Some(inspector)
    }

    /// The filter term of a field's value, where filters know the field.
    #[must_use]
    pub fn term(&self, path: &[usize]) -> Option<String> {
        crate::log::filter::term_for(&self.dissection, &self.frame.bytes, path)
    }

    /// Looks for answers that have come since, and says how long is waited for those that have not.
    /// `held` as of [`Exchange::refresh`].
    pub fn refresh(
        &mut self,
        log: &FrameLog,
        source: Source,
        held: Option<ConnectionNumber>,
        now: Timestamp,
    ) {
        self.exchange.refresh(log, &self.frame, source, held, now);
    }

    /// The frame's bytes, secrets overwritten with `*` unless they are revealed.
    #[must_use]
    pub fn visible_bytes(&self) -> Vec<u8> {
        let mut bytes = self.frame.bytes.to_vec();
        if !self.reveal {
            for range in &self.secrets {
                if let Some(secret) = bytes.get_mut(range.clone()) {
                    secret.fill(b'*');
                }
            }
        }
        bytes
    }

    /// Speaks another language.
    pub fn set_language(&mut self, language: Language) {
        self.language = language;
        self.relabel();
    }

    /// Shows or hides secrets.
    pub fn set_reveal(&mut self, reveal: bool) {
        self.reveal = reveal;
        self.relabel();
    }

    /// The field at a path.
    #[must_use]
    pub fn field_at(&self, path: &[usize]) -> Option<&Field> {
        let (&first, rest) = path.split_first()?;
        rest.iter().try_fold(self.dissection.fields.get(first)?, |field, &i| field.children.get(i))
    }

    /// Selects a field, and with it its bytes.
    pub fn select_field(&mut self, path: Vec<usize>) {
        let Some(range) = self.field_at(&path).map(|field| field.range.clone()) else { return };
        self.leave_tree();
        self.bytes = Some(range);
        self.choose(Some(path));
    }

    /// Selects bytes, and with them the deepest field that owns all of them.
    pub fn select_bytes(&mut self, range: Range<usize>) {
        let mut path = wire::field_at(&self.dissection, range.start);
        while let Some(p) = &mut path {
            if self.field_at(p).is_some_and(|field| field.range.end >= range.end) {
                break;
            }
            p.pop();
            if p.is_empty() {
                path = None;
            }
        }
        self.leave_tree();
        self.bytes = Some(range);
        self.choose(path);
    }

    fn choose(&mut self, path: Option<Vec<usize>>) {
        if let Some(path) = &path {
            for depth in 1..path.len() {
                self.folded.remove(&path[..depth]);
            }
        }
        self.field = path;
        self.relabel();
    }

    /// Folds or unfolds a field.
    pub fn toggle(&mut self, path: Vec<usize>) {
        if !self.folded.remove(&path) {
            self.folded.insert(path);
        }
        self.relabel();
    }

    /// The bytes of the selected field's parent.
    #[must_use]
    pub fn parent_range(&self) -> Option<Range<usize>> {
        if self.tree().is_some_and(|tree| tree.selected.is_some()) {
            return None;
        }
        let (_, parent) = self.field.as_deref()?.split_last()?;
        self.field_at(parent).map(|field| field.range.clone())
    }

    /// The bytes that errors stand at.
    pub fn fault_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let broken = self.dissection.broken.iter().map(|b| b.offset);
        let errors = self.dissection.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.offset).chain(broken).map(|offset| offset..offset + 1)
    }

    fn worst_within(&self, range: &Range<usize>) -> Option<Severity> {
        let broken = self.dissection.broken.iter().map(|b| (b.offset, Severity::Error));
        let said = self.dissection.diagnostics.iter().map(|d| (d.offset, d.severity));
        broken.chain(said).filter(|(offset, _)| range.contains(offset)).map(|(_, severity)| severity).max()
    }

    fn relabel(&mut self) {
        let mut lines = Vec::new();
        let mut path = Vec::new();
        self.add_lines(&self.dissection.fields, &mut path, &mut lines);
        self.lines = lines;
        self.explanation = self
            .field
            .as_deref()
            .map(|path| wire::explain(&self.frame.bytes, &self.dissection, path, self.language));
    }

    fn add_lines(&self, fields: &[Field], path: &mut Vec<usize>, lines: &mut Vec<FieldLine>) {
        for (i, field) in fields.iter().enumerate() {
            path.push(i);
            let expanded = !field.children.is_empty() && !self.folded.contains(path);
            lines.push(FieldLine {
                path: path.clone(),
                label: field.kind.label(self.dissection.version, self.language).to_owned(),
                value: field.display(&self.frame.bytes, self.language, self.reveal),
                expandable: !field.children.is_empty(),
                expanded,
                fault: self.worst_within(&field.range),
            });
            if expanded {
                self.add_lines(&field.children, path, lines);
            }
            path.pop();
        }
    }
}
