//! Finding and working controls by name and role.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Rect, TouchPhase, Vec2};
use egui_kittest::Node;
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};

use super::Rig;

/// Ctrl as a keyboard sends it.
pub const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };

/// What a text field is.
const FIELDS: [Role; 3] = [Role::TextInput, Role::MultilineTextInput, Role::PasswordInput];

/// Whether a node is a text field of this name that can be written in.
fn is_field(node: &AccessKitNode<'_>, name: &str) -> bool {
    FIELDS.contains(&node.role()) && !node.data().is_read_only() && node.label().as_deref() == Some(name)
}

/// What a node says: its name, its value, and what describes it.
pub fn words(node: &Node<'_>) -> Vec<String> {
    let node = node.accesskit_node();
    let raw = node.data();
    let said = [node.label(), node.value(), raw.description().map(str::to_owned)];
    said.into_iter().flatten().filter(|text| !text.is_empty()).collect()
}

impl Rig {
    /// The one control of this role and name.
    #[track_caller]
    pub fn control<'a>(&'a self, role: Role, name: &'a str) -> Node<'a> {
        self.get_by_role_and_label(role, name)
    }

    /// Whether there is a control of this role and name.
    pub fn has(&self, role: Role, name: &str) -> bool {
        self.query_all_by_role_and_label(role, name).next().is_some()
    }

    /// Clicks the one control of this role and name.
    #[track_caller]
    pub fn click(&mut self, role: Role, name: &str) {
        self.get_by_role_and_label(role, name).click();
        self.run();
    }

    /// Clicks the one button of this name.
    #[track_caller]
    pub fn press_button(&mut self, name: &str) {
        self.click(Role::Button, name);
    }

    /// The one text field of this name.
    #[track_caller]
    pub fn field<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.get_by(move |node| is_field(node, name))
    }

    /// Whether there is a text field of this name.
    pub fn has_field(&self, name: &str) -> bool {
        self.query_all_by(|node| is_field(node, name)).next().is_some()
    }

    /// The text that can be read and not changed under this name.
    #[track_caller]
    pub fn reader(&self, name: &str) -> String {
        self.get_by(|node| {
            FIELDS.contains(&node.role())
                && node.data().is_read_only()
                && node.label().as_deref() == Some(name)
        })
        .value()
        .unwrap_or_default()
    }

    /// Puts this text in the place of what a field holds.
    #[track_caller]
    pub fn fill(&mut self, name: &str, text: &str) {
        self.field(name).focus();
        self.run();
        self.key(CTRL, Key::A);
        if text.is_empty() {
            self.key(Modifiers::NONE, Key::Delete);
        } else {
            self.type_text(text);
        }
    }

    /// Types into what has the keyboard.
    pub fn type_text(&mut self, text: &str) {
        self.event(Event::Text(text.to_owned()));
        self.run();
    }

    /// Presses a key.
    pub fn key(&mut self, modifiers: Modifiers, key: Key) {
        if modifiers == Modifiers::NONE {
            self.key_press(key);
        } else {
            self.key_press_modifiers(modifiers, key);
        }
        self.run();
    }

    /// What is said about a field: what is wrong with it, or worth knowing.
    #[track_caller]
    pub fn note(&self, field: &str) -> String {
        self.field(field).accesskit_node().data().description().unwrap_or_default().to_owned()
    }

    /// Whether a field is said to be wrong.
    #[track_caller]
    pub fn is_invalid(&self, field: &str) -> bool {
        self.field(field).accesskit_node().data().invalid().is_some()
    }

    /// The names of the rows of a list or tree, from the top.
    #[track_caller]
    pub fn rows(&self, role: Role, list: &str) -> Vec<String> {
        let item = if role == Role::Tree { Role::TreeItem } else { Role::ListItem };
        let mut rows: Vec<(f32, String)> = self
            .get_by_role_and_label(role, list)
            .children_recursive()
            .filter(|node| node.accesskit_node().role() == item)
            .map(|node| (node.rect().top(), node.accesskit_node().label().unwrap_or_default()))
            .collect();
        rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        rows.into_iter().map(|(_, name)| name).collect()
    }

    /// The rows of Messages or Packets in sight.
    #[track_caller]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.rows(Role::List, name)
    }

    /// The lines of the field tree in sight.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        self.rows(Role::Tree, "Fields")
    }

    /// Every text there is: names, values, notes.
    pub fn texts(&self) -> Vec<String> {
        self.root().children_recursive().flat_map(|node| words(&node)).collect()
    }

    /// Whether this text is somewhere, alone or within a longer one.
    pub fn shows(&self, text: &str) -> bool {
        self.texts().iter().any(|said| said.contains(text))
    }

    /// The name of the row that is selected in a list.
    #[track_caller]
    pub fn selected_row(&self, list: &str) -> Option<String> {
        self.get_by_role_and_label(Role::List, list)
            .children_recursive()
            .find(|node| node.accesskit_node().is_selected() == Some(true))
            .and_then(|node| node.accesskit_node().label())
    }

    /// Selects the row that begins or ends so.
    #[track_caller]
    pub fn click_row(&mut self, part: &str) {
        self.get_by(|node| {
            node.role() == Role::ListItem && node.label().is_some_and(|label| label.contains(part))
        })
        .click();
        self.run();
    }

    /// Selects the field of this name.
    #[track_caller]
    pub fn click_field(&mut self, name: &str) {
        self.click(Role::TreeItem, name);
    }

    /// Clicks at a place.
    pub fn click_at(&mut self, pos: Pos2) {
        self.hover_at(pos);
        for pressed in [true, false] {
            self.event(Event::PointerButton {
                pos,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        self.run();
    }

    /// Turns the wheel over a list: up where positive.
    #[track_caller]
    pub fn wheel(&mut self, list: &str, points: f32) {
        let at = self.get_by_role_and_label(Role::List, list).rect().center();
        self.hover_at(at);
        self.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: Vec2::new(0.0, points),
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Trackpad,
            modifiers: Modifiers::NONE,
        });
        self.run();
    }

    /// The place of a control.
    #[track_caller]
    pub fn place(&self, role: Role, name: &str) -> Rect {
        self.get_by_role_and_label(role, name).rect()
    }
}
