//! The rules that colour rows, and the form that changes them.

use jiff::tz::TimeZone;

use super::{Dialog, Effect, Model};
use crate::log::{Filter, FilterError};
use crate::profile::Colour;
use crate::store::ColourRule;

/// A rule under change.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourDraft {
    /// The rule as it stands.
    pub rule: ColourRule,
    /// What is wrong with its filter.
    pub fault: Option<FilterError>,
}

impl ColourDraft {
    fn new(rule: ColourRule, zone: &TimeZone) -> Self {
        let fault = Filter::parse(&rule.filter, zone).err();
        Self { rule, fault }
    }
}

/// The form that changes the rules: a copy of them, kept when it is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColourForm {
    /// The rules; the first that a row passes gives it its colour.
    pub rules: Vec<ColourDraft>,
    /// The rule whose filter shall have the keyboard, and how often that was asked for.
    pub focus: (usize, u64),
}

/// A change in the form. Rules go by their place, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColourEdit {
    /// One rule more, behind the others, with this filter; with none to be written.
    Add(String),
    /// Its filter as typed.
    Filter(usize, String),
    /// Its colour.
    Colour(usize, Colour),
    /// Whether it counts.
    Enabled(usize, bool),
    /// One place up.
    Up(usize),
    /// One place down.
    Down(usize),
    /// Away with it.
    Remove(usize),
}

impl ColourForm {
    fn of(rules: &[ColourRule], zone: &TimeZone) -> Self {
        let rules = rules.iter().map(|rule| ColourDraft::new(rule.clone(), zone)).collect();
        Self { rules, focus: (0, 0) }
    }

    /// Whether there is room for another rule.
    #[must_use]
    pub const fn has_room(&self) -> bool {
        self.rules.len() < ColourRule::MOST
    }

    fn focus_on(&mut self, place: usize) {
        self.focus = (place, self.focus.1 + 1);
    }

    /// Puts a rule with this filter, in a colour that is not used yet, at a place.
    fn insert(&mut self, place: usize, filter: String, zone: &TimeZone) {
        if !self.has_room() {
            return;
        }
        let used = |colour: &u8| self.rules.iter().any(|draft| draft.rule.colour.0 == *colour);
        let next = u8::try_from(self.rules.len() % usize::from(ColourRule::COLOURS)).unwrap_or(0);
        let colour = Colour((0..ColourRule::COLOURS).find(|colour| !used(colour)).unwrap_or(next));
        let rule = ColourRule { filter, colour, enabled: true };
        self.rules.insert(place.min(self.rules.len()), ColourDraft::new(rule, zone));
        self.focus_on(place);
    }

    /// Takes a change over.
    pub fn edit(&mut self, edit: ColourEdit, zone: &TimeZone) {
        match edit {
            ColourEdit::Add(filter) => self.insert(self.rules.len(), filter, zone),
            ColourEdit::Filter(place, filter) => {
                if let Some(draft) = self.rules.get_mut(place) {
                    *draft = ColourDraft::new(ColourRule { filter, ..draft.rule.clone() }, zone);
                }
            }
            ColourEdit::Colour(place, colour) => {
                if let Some(draft) = self.rules.get_mut(place) {
                    draft.rule.colour = colour;
                }
            }
            ColourEdit::Enabled(place, enabled) => {
                if let Some(draft) = self.rules.get_mut(place) {
                    draft.rule.enabled = enabled;
                }
            }
            ColourEdit::Up(place) => {
                if (1..self.rules.len()).contains(&place) {
                    self.rules.swap(place, place - 1);
                }
            }
            ColourEdit::Down(place) => {
                if place + 1 < self.rules.len() {
                    self.rules.swap(place, place + 1);
                }
            }
            ColourEdit::Remove(place) => {
                if place < self.rules.len() {
                    self.rules.remove(place);
                }
            }
        }
    }
}

impl Model {
    /// Opens the form; with a rule more, before the others, where a filter is given that no rule has.
    pub(super) fn colour_form(&mut self, like: Option<String>) {
        let mut form = ColourForm::of(&self.settings.colour_rules, &self.zone);
        if let Some(filter) = like {
            match form.rules.iter().position(|draft| draft.rule.filter == filter) {
                Some(place) => form.focus_on(place),
                None => form.insert(0, filter, &self.zone),
            }
        }
        self.dialog = Some(Dialog::Colours(Box::new(form)));
    }

    pub(super) fn edit_colours(&mut self, edit: ColourEdit) {
        let zone = self.zone.clone();
        if let Some(Dialog::Colours(form)) = &mut self.dialog {
            form.edit(edit, &zone);
        }
    }

    /// Keeps the rules of the form; those without a filter are left out. Where one is faulty the form stays, and its
    /// filter gets the keyboard.
    pub(super) fn save_colours(&mut self) -> Vec<Effect> {
        let Some(Dialog::Colours(form)) = &mut self.dialog else { return Vec::new() };
        if let Some(place) = form.rules.iter().position(|draft| draft.fault.is_some()) {
            form.focus_on(place);
            return Vec::new();
        }
        let rules = form.rules.iter().map(|draft| draft.rule.clone());
        let rules: Vec<_> = rules.filter(|rule| !rule.filter.trim().is_empty()).collect();
        self.dialog = None;
        if rules == self.settings.colour_rules {
            return Vec::new();
        }
        self.settings.colour_rules = rules;
        self.put_settings()
    }
}
