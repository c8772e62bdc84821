//! A payload as a tree of values whose members are worked out when they are looked at.
//!
//! What is held is the tree of what is unfolded: for each unfolded object or array a [`Branch`], which costs at most an
//! eighth of its bytes (see there), and nothing of what is folded. Making a tree goes through the payload once,
//! and so does making a branch through its part of it: both are for a worker where they are long. A row that is
//! shown is found by reading less than 48 KiB. Bytes that are not of the format make the tree up to the fault.

mod branch;
mod read;
mod shown;

use std::collections::BTreeMap;

pub use branch::{Branch, Child};
use branch::{Children, Found};
use read::{Halt, Part, Reader};

use super::{Fault, Format, What, utf8_prefix};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its members have keys.
    Object,
    /// Its members have numbers.
    Array,
    /// It has none.
    Scalar,
}

/// One step from a value to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the member of this key.
    Key(String),
    /// To the member of this number, from 0.
    Index(usize),
}

/// A line of the tree as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where the value stands: the number of the member at each level; empty for the whole payload.
    pub path: Vec<u32>,
    /// Its key, its number in brackets, or the format's name.
    pub label: String,
    /// The value, cut where it is long; `{2}` and `[3]` for objects and arrays, with the number of their members.
    pub value: String,
    /// It has members.
    pub expandable: bool,
    /// They are shown.
    pub expanded: bool,
}

/// An object or an array that is unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    branch: Branch,
    open: BTreeMap<u32, Node>,
    /// Lines beneath it.
    lines: usize,
}

/// A payload as a tree, and what of it is unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    format: Format,
    fault: Option<Fault>,
    depth: usize,
    root: Option<Root>,
    node: Option<Node>,
}

/// The value that the payload is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Root {
    child: Child,
    text: String,
}

impl Tree {
    /// The tree of a payload in JSON, CBOR or `MessagePack`, its topmost level unfolded; other formats are read as
    /// JSON.
    #[must_use]
    pub fn of(bytes: &[u8], format: Format) -> Self {
        let format = if format.has_tree() { format } else { Format::Json };
        let text_end = if format == Format::Json { utf8_prefix(bytes, true).0.len() } else { bytes.len() };
        let readable = bytes.get(..text_end).unwrap_or(bytes);
        let mut children = Children::new(Reader::of_value(readable, format, 0), 0);
        let (mut child, mut node) = (None, None);
        match children.part() {
            Some((Part::Scalar, value)) => {
                child = Some(Child { key: None, value, kind: Kind::Scalar, count: 0 });
            }
            Some((Part::Open(kind), range)) => {
                let branch = Branch::gathered(readable, format, kind, &mut children);
                let count = branch.count();
                child = Some(Child { key: None, value: range.start..children.end, kind, count });
                node = (count > 0).then(|| Node { branch, open: BTreeMap::new(), lines: count });
            }
            Some((Part::Key | Part::Close, _)) | None => {}
        }
        let mut halt = children.halt;
        if halt.is_none() && child.is_some() {
            halt = children.reader.trailing();
        }
        // Where the text ends because the bytes are no text, that is the fault.
        let no_text = Halt { offset: text_end, what: What::NotUtf8, ran_out: false };
        if text_end < bytes.len() && halt.is_none_or(|halt| halt.ran_out) {
            halt = Some(no_text);
        }
        let fault = halt.map(|halt| Fault::at(bytes, halt.offset, halt.what));
        let root = child.map(|child| Root { text: shown::value(bytes, format, &child), child });
        Self { format, fault, depth: children.deepest, root, node }
    }

    /// The format that the payload is read in.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Why the bytes are not of the format; the tree goes up to there.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// How deep its values are nested.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// How many lines are shown.
    #[must_use]
    pub fn lines(&self) -> usize {
        usize::from(self.root.is_some()).saturating_add(self.node.as_ref().map_or(0, |node| node.lines))
    }

    /// Bytes that it takes in memory, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        fn of(node: &Node) -> usize {
            node.branch.memory().saturating_add(node.open.values().map(of).sum())
        }
        self.node.as_ref().map_or(0, of)
    }

    /// The path of a line.
    #[must_use]
    pub fn path(&self, line: usize) -> Option<Vec<u32>> {
        self.root.as_ref()?;
        let mut path = Vec::new();
        let Some(mut left) = line.checked_sub(1) else { return Some(path) };
        let mut node = self.node.as_ref()?;
        'deeper: loop {
            for (&child, open) in &node.open {
                let at = child as usize;
                if left <= at {
                    break;
                }
                if left - at <= open.lines {
                    path.push(child);
                    left = left.saturating_sub(at).saturating_sub(1);
                    node = open;
                    continue 'deeper;
                }
                left = left.saturating_sub(open.lines);
            }
            path.push(u32::try_from(left).ok().filter(|_| left < node.branch.count())?);
            return Some(path);
        }
    }

    /// The line of a value; `None` where it is folded away.
    #[must_use]
    pub fn line_of(&self, path: &[u32]) -> Option<usize> {
        let mut line = 0_usize;
        let mut open = Some(self.node.as_ref());
        self.root.as_ref()?;
        for &child in path {
            let node = open.flatten()?;
            if child as usize >= node.branch.count() {
                return None;
            }
            let above = node.open.range(..child).map(|(_, open)| open.lines).sum::<usize>();
            line = line.saturating_add(1).saturating_add(child as usize).saturating_add(above);
            open = Some(node.open.get(&child));
        }
        Some(line)
    }

    /// The value at a path whose parent is unfolded.
    #[must_use]
    pub fn child(&self, bytes: &[u8], path: &[u32]) -> Option<Child> {
        self.found(bytes, path, &mut 0).map(|found| found.child)
    }

    fn found(&self, bytes: &[u8], path: &[u32], read: &mut usize) -> Option<Found> {
        let Some((&child, above)) = path.split_last() else {
            let Root { child, text } = self.root.clone()?;
            return Some(Found { child, label: None, text });
        };
        self.node_at(above)?.branch.find(bytes, self.format, child as usize, read)
    }

    fn node_at(&self, path: &[u32]) -> Option<&Node> {
        path.iter().try_fold(self.node.as_ref()?, |node, child| node.open.get(child))
    }

    /// Whether a value is unfolded.
    #[must_use]
    pub fn is_open(&self, path: &[u32]) -> bool {
        self.node_at(path).is_some()
    }

    /// A line as it is shown.
    #[must_use]
    pub fn line(&self, bytes: &[u8], line: usize) -> Option<Line> {
        self.line_reading(bytes, line).map(|(line, _)| line)
    }

    /// A line as it is shown, and how many bytes of the payload were read for it.
    #[must_use]
    pub fn line_reading(&self, bytes: &[u8], line: usize) -> Option<(Line, usize)> {
        let path = self.path(line)?;
        let mut read = 0;
        let Found { child, label, text } = self.found(bytes, &path, &mut read)?;
        let label = match path.last() {
            None => self.format.name().to_owned(),
            Some(number) => label.unwrap_or_else(|| format!("[{number}]")),
        };
        let (expandable, expanded) = (child.count > 0, self.is_open(&path));
        Some((Line { path, label, value: text, expandable, expanded }, read))
    }

    /// Folds a value, and all within it; false where it was not unfolded.
    pub fn fold(&mut self, path: &[u32]) -> bool {
        let Some((child, above)) = path.split_last() else { return self.node.take().is_some() };
        let Some(node) = self.node.as_mut().filter(|_| self.root.is_some()) else { return false };
        let folded = at(node, above).and_then(|node| node.open.remove(child));
        let Some(folded) = folded else { return false };
        // What was beneath it is beneath none of those above.
        self.grow(above, |lines| lines.saturating_sub(folded.lines));
        true
    }

    /// Unfolds a value whose members are these; false where what it stands in is folded.
    pub fn unfold(&mut self, path: &[u32], branch: Branch) -> bool {
        self.fold(path);
        let lines = branch.count();
        let new = Node { branch, open: BTreeMap::new(), lines };
        let Some((&child, above)) = path.split_last() else {
            self.node = Some(new);
            return self.root.is_some();
        };
        let Some(node) = self.node.as_mut().and_then(|node| at(node, above)) else { return false };
        if child as usize >= node.branch.count() {
            return false;
        }
        node.open.insert(child, new);
        self.grow(above, |known| known.saturating_add(lines));
        true
    }

    /// Changes the number of lines beneath each node from the topmost to the one at the path.
    fn grow(&mut self, path: &[u32], change: impl Fn(usize) -> usize) {
        let mut node = self.node.as_mut();
        let mut path = path.iter();
        while let Some(here) = node {
            here.lines = change(here.lines);
            node = path.next().and_then(|child| here.open.get_mut(child));
        }
    }

    /// The way to a value whose parents are unfolded.
    #[must_use]
    pub fn steps(&self, bytes: &[u8], path: &[u32]) -> Option<Vec<Step>> {
        let mut node = self.node.as_ref();
        let mut steps = Vec::with_capacity(path.len());
        for &child in path {
            let here = node?;
            if here.branch.is_object() {
                let key = here.branch.find(bytes, self.format, child as usize, &mut 0)?.child.key?;
                steps.push(Step::Key(shown::key_text(bytes, self.format, key)));
            } else {
                steps.push(Step::Index(child as usize));
            }
            node = here.open.get(&child);
        }
        Some(steps)
    }

    /// The value that these steps lead to, where its parents are unfolded; of members with the same key the first.
    #[must_use]
    pub fn path_of(&self, bytes: &[u8], steps: &[Step]) -> Option<Vec<u32>> {
        let mut path = Vec::with_capacity(steps.len());
        for step in steps {
            let branch = &self.node_at(&path)?.branch;
            let child = match step {
                Step::Index(index) if !branch.is_object() => {
                    Some(*index).filter(|at| *at < branch.count())?
                }
                Step::Key(wanted) if branch.is_object() => (0..branch.count()).find(|&child| {
                    let key =
                        branch.find(bytes, self.format, child, &mut 0).and_then(|found| found.child.key);
                    key.is_some_and(|key| shown::key_text(bytes, self.format, key) == *wanted)
                })?,
                Step::Index(_) | Step::Key(_) => return None,
            };
            path.push(u32::try_from(child).ok()?);
        }
        Some(path)
    }

    /// What is unfolded within the whole payload, outer values before inner ones; at most so many.
    #[must_use]
    pub fn unfolded(&self, most: usize) -> Vec<Vec<u32>> {
        let mut found: Vec<Vec<u32>> = Vec::new();
        let mut next = vec![Vec::new()];
        while let Some(path) = next.pop() {
            let Some(node) = self.node_at(&path) else { continue };
            if !path.is_empty() {
                found.push(path.clone());
            }
            if found.len() >= most {
                break;
            }
            next.extend(node.open.keys().map(|&child| {
                let mut path = path.clone();
                path.push(child);
                path
            }));
        }
        found
    }

    /// A value as it is copied: a text without its quotes, anything else as it is written.
    #[must_use]
    pub fn copied(&self, bytes: &[u8], path: &[u32]) -> Option<String> {
        Some(shown::copied(bytes, self.format, &self.child(bytes, path)?))
    }
}

/// The node at a path beneath a node.
fn at<'t>(node: &'t mut Node, path: &[u32]) -> Option<&'t mut Node> {
    path.iter().try_fold(node, |node, child| node.open.get_mut(child))
}

/// Whether a number of JSON is the same to all who read it: neither longer than 64 bits, nor rounded two ways.
#[must_use]
pub fn is_plain_number(token: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(token) else { return false };
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
    }
    let theirs = serde_json::from_str::<f64>(text);
    theirs.is_ok_and(|number| text.parse() == Ok(number))
}

impl Format {
    /// Whether a payload of the format is a tree of values.
    #[must_use]
    pub const fn has_tree(self) -> bool {
        matches!(self, Self::Json | Self::Cbor | Self::MessagePack)
    }
}
