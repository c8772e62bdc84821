//! How the payload of the frame that is looked at is shown: at once where it is short, made ready by a worker where it
//! is long, line by line from its bytes where every line can be made by itself, as a tree where the user wants one.

use std::ops::Range;
use std::sync::Arc;

use super::{Effect, Inspector, Model};
use crate::log::{Row, filter};
use crate::payload::{self, Branch, Format, Kind, Look, Rendered, Step, Tree};
use crate::profile::ProfileId;
use crate::wire::{self, PacketType};

/// Payloads, and values within them, up to this many bytes are made ready at once.
const AT_ONCE: usize = 64 << 10;
/// Filters read JSON up to this many bytes, and no value longer than that is worth a term.
const FILTERED: usize = 4 << 20;
const LONGEST_TERM: usize = 1000;

/// A payload as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum PayloadView {
    /// This text.
    Text(Arc<Rendered>),
    /// Lines of equal length, made from the bytes as they are drawn.
    Lines,
    /// A tree of its values.
    Tree(Box<PayloadTree>),
    /// A worker makes it ready.
    Awaited,
}

/// A payload as a tree, and where the user is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct PayloadTree {
    /// The tree.
    pub tree: Tree,
    /// The selected value.
    pub selected: Option<Vec<u32>>,
    /// The value that a worker unfolds.
    pub opening: Option<Vec<u32>>,
}

impl PayloadTree {
    const fn new(tree: Tree) -> Self {
        Self { tree, selected: None, opening: None }
    }
}

/// What is to be made ready of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Its text in a format.
    Text(Format),
    /// Its tree.
    Tree(Format),
    /// The members of a value in its tree.
    Branch {
        /// The payload's format.
        format: Format,
        /// Where the value stands in the tree.
        path: Vec<u32>,
        /// Its bytes in the payload.
        value: Range<usize>,
    },
}

impl Wish {
    /// Makes it ready, which takes time where the payload is long.
    #[must_use]
    pub fn made(&self, payload: &[u8]) -> Ready {
        match self {
            Self::Text(format) => Ready::Text(Arc::new(payload::decode(payload, *format))),
            Self::Tree(format) => Ready::Tree(Box::new(Tree::of(payload, *format))),
            Self::Branch { format, value, .. } => {
                Ready::Branch(Box::new(Branch::of(payload, *format, value.clone())))
            }
        }
    }
}

/// What was made ready.
#[derive(Clone, Debug, PartialEq)]
pub enum Ready {
    /// A text.
    Text(Arc<Rendered>),
    /// A tree.
    Tree(Box<Tree>),
    /// The members of a value.
    Branch(Box<Branch>),
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

    /// Shows the payload another way; `None` as seems best for it.
    pub fn set_look(&mut self, look: Option<Look>) {
        let Some(bytes) = self.payload_bytes() else { return };
        let best = || Look { format: payload::detect(bytes), tree: false };
        let (automatic, look) = (look.is_none(), look.unwrap_or_else(best));
        let short = bytes.len() <= AT_ONCE;
        let payload = match look.format {
            format if look.is_tree() && short => {
                PayloadView::Tree(Box::new(PayloadTree::new(Tree::of(bytes, format))))
            }
            _ if look.is_tree() => PayloadView::Awaited,
            format if short => PayloadView::Text(Arc::new(payload::decode(bytes, format))),
            format if format.has_even_lines() => PayloadView::Lines,
            _ => PayloadView::Awaited,
        };
        (self.automatic, self.look, self.payload) = (automatic, look, Some(payload));
    }

    /// The tree of the payload, where that is what is shown.
    #[must_use]
    pub fn tree(&self) -> Option<&PayloadTree> {
        match &self.payload {
            Some(PayloadView::Tree(tree)) => Some(tree),
            _ => None,
        }
    }

    fn tree_mut(&mut self) -> Option<&mut PayloadTree> {
        match &mut self.payload {
            Some(PayloadView::Tree(tree)) => Some(tree),
            _ => None,
        }
    }

    /// Selects a value in the tree, and with it its bytes. The selected field stays: another explanation, of another
    /// length, would move the tree away from under the pointer.
    pub fn select_node(&mut self, path: Vec<u32>) {
        let Some(payload) = self.payload_range() else { return };
        let Some(bytes) = self.frame.bytes.get(payload.clone()) else { return };
        let child = self.tree().and_then(|tree| tree.tree.child(bytes, &path));
        let Some(value) = child.map(|child| child.value) else { return };
        self.bytes = Some(payload.start + value.start..payload.start + value.end);
        if let Some(tree) = self.tree_mut() {
            tree.selected = Some(path);
        }
    }

    /// No value in the tree is selected: something else is.
    pub(super) fn leave_tree(&mut self) {
        if let Some(tree) = self.tree_mut() {
            tree.selected = None;
        }
    }

    /// Folds or unfolds a value; a long one is unfolded by a worker.
    pub fn toggle_node(&mut self, path: Vec<u32>) {
        let Some(payload) = self.payload_range() else { return };
        let frame = Arc::clone(&self.frame.bytes);
        let Some(bytes) = frame.get(payload) else { return };
        let Some(view) = self.tree_mut() else { return };
        if view.tree.fold(&path) {
            // What is folded away is selected no more: what it is folded into is.
            if view.selected.as_ref().is_some_and(|selected| selected.starts_with(&path)) {
                view.selected = Some(path);
            }
            return;
        }
        let Some(child) = view.tree.child(bytes, &path).filter(|child| child.count > 0) else { return };
        if child.value.len() <= AT_ONCE {
            let branch = Branch::of(bytes, view.tree.format(), child.value);
            view.tree.unfold(&path, branch);
        } else {
            view.opening = Some(path);
        }
    }

    /// Unfolds and selects what was unfolded and selected in an earlier tree: stepping through the messages of a topic
    /// compares them.
    pub(super) fn unfold_as(&mut self, earlier: &Self) {
        /// Values that are unfolded again.
        const MOST: usize = 100;
        let (Some(before), Some(bytes)) = (earlier.tree(), earlier.payload_bytes()) else { return };
        let payload = self.payload_range().unwrap_or_default();
        if bytes.len().max(payload.len()) > AT_ONCE || self.tree().is_none() {
            return;
        }
        let steps = |path: &Vec<u32>| before.tree.steps(bytes, path);
        let selected = before.selected.as_ref().and_then(steps);
        let unfolded: Vec<_> = before.tree.unfolded(MOST).iter().filter_map(steps).collect();
        let frame = Arc::clone(&self.frame.bytes);
        let bytes = frame.get(payload).unwrap_or_default();
        for steps in unfolded {
            let path = self.tree().and_then(|view| view.tree.path_of(bytes, &steps));
            if let Some(path) = path {
                self.toggle_node(path);
            }
        }
        let path = selected.and_then(|steps| self.tree()?.tree.path_of(bytes, &steps));
        if let Some(path) = path {
            self.select_node(path);
        }
    }

    /// The way to the selected value in the tree, as filters write it: `json.items[0].id`.
    #[must_use]
    pub fn node_path(&self) -> Option<String> {
        let view = self.tree()?;
        self.path_of(view.selected.as_ref()?)
    }

    fn path_of(&self, path: &[u32]) -> Option<String> {
        let view = self.tree()?;
        let steps = view.tree.steps(self.payload_bytes()?, path)?;
        let steps: Vec<_> = steps
            .into_iter()
            .map(|step| match step {
                Step::Key(key) => filter::Step::Key(key),
                Step::Index(index) => filter::Step::Index(index),
            })
            .collect();
        Some(view.tree.format().name().to_lowercase() + &filter::written_steps(&steps))
    }

    /// The selected value in the tree, to be copied.
    pub(super) fn node_value(&self) -> Option<String> {
        let view = self.tree()?;
        view.tree.copied(self.payload_bytes()?, view.selected.as_ref()?)
    }

    /// The filter term of a value in the tree: that it has this value; of an object or an array, that it is there.
    /// `None` where filters cannot ask for it.
    #[must_use]
    pub fn node_term(&self, path: &[u32]) -> Option<String> {
        let view = self.tree().filter(|view| view.tree.format() == Format::Json)?;
        let bytes = self.payload_bytes().filter(|bytes| bytes.len() <= FILTERED)?;
        // Filters look into nothing that is not well-formed, nor nested deeper than most readers go.
        if view.tree.fault().is_some() || view.tree.depth() > 120 {
            return None;
        }
        let child = view.tree.child(bytes, path)?;
        let name = self.path_of(path).filter(|name| name.len() <= LONGEST_TERM)?;
        if child.kind != Kind::Scalar {
            return (!path.is_empty()).then_some(name);
        }
        let token = bytes.get(child.value).filter(|token| token.len() <= LONGEST_TERM)?;
        match token.first()? {
            b'"' => Some(filter::equals(&name, &serde_json::from_slice::<String>(token).ok()?)),
            b'-' | b'0'..=b'9' if !payload::is_plain_number(token) => None,
            _ => Some(format!("{name} == {}", std::str::from_utf8(token).ok()?)),
        }
    }

    /// The payload as it is shown, for the clipboard; `None` while it is awaited.
    pub(super) fn payload_text(&self) -> Option<String> {
        match self.payload.as_ref()? {
            PayloadView::Text(rendered) => Some(rendered.text.clone()),
            PayloadView::Lines | PayloadView::Tree(_) => {
                Some(payload::decode(self.payload_bytes()?, self.look.format).text)
            }
            PayloadView::Awaited => None,
        }
    }

    /// What a worker has to make ready.
    fn wish(&self) -> Option<Wish> {
        let format = self.look.format;
        match self.payload.as_ref()? {
            PayloadView::Awaited if self.look.is_tree() => Some(Wish::Tree(format)),
            PayloadView::Awaited => Some(Wish::Text(format)),
            PayloadView::Tree(view) => {
                let path = view.opening.clone()?;
                let value = view.tree.child(self.payload_bytes()?, &path)?.value;
                Some(Wish::Branch { format: view.tree.format(), path, value })
            }
            PayloadView::Text(_) | PayloadView::Lines => None,
        }
    }

    /// What a worker has to do for it.
    fn wanted(&self, profile: &ProfileId) -> Option<Effect> {
        Some(Effect::RenderPayload {
            profile: profile.clone(),
            row: self.frame.row,
            wish: self.wish()?,
            frame: Arc::clone(&self.frame.bytes),
            payload: self.payload_range()?,
        })
    }

    /// Takes over what was made ready, where it is still what is wanted.
    fn take(&mut self, wish: &Wish, ready: Ready) {
        if self.wish().as_ref() != Some(wish) {
            return;
        }
        match ready {
            Ready::Text(rendered) => self.payload = Some(PayloadView::Text(rendered)),
            Ready::Tree(tree) => self.payload = Some(PayloadView::Tree(Box::new(PayloadTree::new(*tree)))),
            Ready::Branch(branch) => {
                if let Some(view) = self.tree_mut()
                    && let Some(path) = view.opening.take()
                {
                    view.tree.unfold(&path, *branch);
                }
            }
        }
    }
}

impl Model {
    /// Has the payload that is looked at made ready, where that is still to be done.
    pub(super) fn want_payload(&self) -> Vec<Effect> {
        let wanted = self.current().and_then(|c| c.inspector.as_ref()?.wanted(&c.profile.id));
        wanted.into_iter().collect()
    }

    /// Takes over a payload that was made ready, if it is still the one looked at.
    pub(super) fn payload_ready(&mut self, profile: &ProfileId, row: Row, wish: &Wish, ready: Ready) {
        if let Some(inspector) = self.connection_mut(profile).and_then(|c| c.inspector.as_mut())
            && inspector.frame.row == row
        {
            inspector.take(wish, ready);
        }
    }
}
