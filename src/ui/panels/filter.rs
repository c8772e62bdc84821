//! The filter field: completion, earlier filters, what is wrong and where; the filter language as a sheet.

use egui::{Align, Key, Modifiers, Popup, PopupCloseBehavior, Response, Ui};

use super::Panel;
use crate::language::Language;
use crate::log::FilterError;
use crate::log::filter::{self, Completion, FIELDS, FORMS, Operator, Suggestion};
use crate::model::{Action, Connection, Sheet};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, Note, TextField, paint};

/// Names the filter field, for the key that goes to it.
pub const FILTER_ID: &str = "timeline filter";
/// How many lines the list of completions shows.
const LINES: usize = 10;
/// How many topics are offered.
const TOPICS: usize = 200;
/// Where the text of the field begins, behind its icon.
const LEADING: f32 = 28.0;
/// The width of the list of completions, in points.
const WIDTH: f32 = 420.0;

/// From this width on, in points, there is room for buttons beside the field.
const ROOMY: f32 = 300.0;

/// What the filter field keeps between drawings.
#[derive(Debug, Default)]
pub struct FilterState {
    /// What stands under the field: whether it is bad, and the words.
    note: Option<(bool, String)>,
    /// The completions that were offered in the last drawing, and the one that is chosen.
    offered: Vec<Completion>,
    chosen: Option<usize>,
    /// Esc closed the list, until something is typed.
    closed: bool,
    /// The empty field offers earlier filters.
    recalls: bool,
    /// The field that had the cursor.
    focused: Option<egui::Id>,
}

impl FilterState {
    /// Whether the list of completions is open.
    fn is_open(&self) -> bool {
        self.focused.is_some() && !self.closed && !self.offered.is_empty()
    }

    /// Esc closes the open list rather than the form that it stands in.
    pub fn escape(&mut self, ctx: &egui::Context) {
        if self.is_open() && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.close();
        }
    }

    /// The list of completions stays closed until something is typed.
    pub const fn close(&mut self) {
        self.closed = true;
        self.chosen = None;
    }

    /// Something was typed.
    fn typed(&mut self) {
        self.closed = false;
        self.recalls = false;
        self.chosen = None;
    }
}

/// What the keys of a field said.
#[derive(Default)]
struct Pressed {
    /// The completion that was chosen.
    taken: Option<Completion>,
    /// What is typed is to be remembered.
    keep: bool,
}

/// The field, with what belongs to it at its right.
pub fn field(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let timeline = &connection.timeline;
    // In a narrow window the field needs the room; the keys and the palette lead there too.
    if ui.available_width() > ROOMY {
        if ui.add(widgets::icon_button(icons::HELP, t.filter_language)).clicked() {
            panel.act(Action::Open(Sheet::Filters));
        }
        let history = ui.add_enabled(
            !panel.model.settings.filters.is_empty(),
            widgets::icon_button(icons::HISTORY, t.filter_history),
        );
        Popup::menu(&history).show(|ui| {
            for earlier in panel.model.settings.filters.iter().take(20) {
                let shown: String = earlier.chars().take(80).collect();
                if widgets::menu_item(ui, &shown, false, Some(WIDTH)).clicked() {
                    panel.actions.push(Action::Filter(earlier.clone()));
                }
            }
        });
    }

    let id = egui::Id::unique(FILTER_ID);
    let mut typed = timeline.filter.clone();
    let pressed = keys(ui, &mut panel.state.filter, id);
    if pressed.keep {
        panel.act(Action::KeepFilter);
    }
    if let Some(completion) = &pressed.taken {
        complete_into(ui, id, &mut typed, completion);
        panel.act(Action::Filter(typed.clone()));
    }

    let fault = timeline.filter_fault.as_ref();
    let clear = [(icons::CLOSE, t.clear_filter)];
    let mut field = TextField::unlabelled(t.filter).hint(t.filter).leading(icons::FILTER).mono();
    if !typed.is_empty() {
        field = field.actions(&clear);
    }
    let answer = field.width(ui.available_width()).id(id).show(ui, &mut typed);
    let response = answer.response;
    if response.changed() {
        panel.state.filter.typed();
        panel.act(Action::Filter(typed.clone()));
    }
    if answer.action.is_some() {
        panel.act(Action::Filter(String::new()));
    }
    if response.lost_focus() {
        panel.act(Action::KeepFilter);
    }
    panel.state.filter.focused = response.has_focus().then_some(id);
    panel.state.filter.note = match fault {
        Some(fault) => {
            let words = fault.what.text(panel.language());
            mark(ui, &response, LEADING, &timeline.filter, fault.offset);
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_invalid(egui::accesskit::Invalid::True);
                node.set_description(words.as_str());
            });
            let before = timeline.filter.get(..fault.offset).unwrap_or_default().chars().count();
            Some((true, place(panel.language(), before + 1, &words)))
        }
        None => response.has_focus().then(|| (false, t.filter_help.to_owned())),
    };
    let mut state = std::mem::take(&mut panel.state.filter);
    if let Some(typed) = offer(ui, &mut state, panel, &response, &typed) {
        panel.act(Action::Filter(typed));
    }
    panel.state.filter = state;
}

/// Puts a completion into what is typed, and the cursor behind it.
fn complete_into(ui: &Ui, id: egui::Id, typed: &mut String, completion: &Completion) {
    typed.replace_range(completion.replaces.clone(), &completion.text);
    let behind = completion.replaces.start + completion.text.len();
    set_cursor(ui, id, typed.get(..behind).map_or(0, |before| before.chars().count()));
}

/// A field for a filter that stands in a form, called `name`: with completion, and what is wrong with it under it.
/// Answers with what is typed, where that has changed.
pub fn form_field(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    id: egui::Id,
    name: &str,
    text: &str,
    fault: Option<&FilterError>,
) -> (Response, Option<String>) {
    let mut state = std::mem::take(&mut panel.state.form_filter);
    let mut typed = text.to_owned();
    let pressed = keys(ui, &mut state, id);
    if let Some(completion) = &pressed.taken {
        complete_into(ui, id, &mut typed, completion);
    }
    let words = fault.map(|fault| {
        let before = text.get(..fault.offset).unwrap_or_default().chars().count();
        place(panel.language(), before + 1, &fault.what.text(panel.language()))
    });
    let note = words.as_deref().map(Note::Error);
    let field = TextField::unlabelled(name).hint(panel.texts.filter_help).mono().note(note).id(id);
    let response = field.show(ui, &mut typed).response;
    if response.changed() {
        state.typed();
    }
    if let Some(fault) = fault {
        mark(ui, &response, 10.0, text, fault.offset);
    }
    // Other fields of the form leave the list of this one alone.
    if response.has_focus() || state.focused == Some(id) {
        if let Some(completed) = offer(ui, &mut state, panel, &response, &typed) {
            typed = completed;
        }
        state.focused = response.has_focus().then_some(id);
    }
    panel.state.form_filter = state;
    (response, Some(typed).filter(|typed| typed != text))
}

/// What is wrong, with its place counted from 1.
fn place(language: Language, at: usize, words: &str) -> String {
    match language {
        Language::English => format!("At {at}: {words}"),
        Language::Chinese => format!("第 {at} 个字符：{words}"),
    }
}

/// What stands under the field.
pub fn note(ui: &mut Ui, panel: &Panel<'_>) {
    if let Some((bad, words)) = &panel.state.filter.note {
        super::inset(ui, |ui| {
            let tokens = theme::tokens(ui);
            super::coloured(ui, words, if *bad { tokens.bad } else { tokens.secondary });
        });
        ui.add_space(6.0);
    }
}

/// A bar under the character that is wrong, in a field whose text begins so many points from its left edge.
fn mark(ui: &Ui, response: &Response, leading: f32, text: &str, offset: usize) {
    let tokens = theme::tokens(ui);
    let before = text.get(..offset).unwrap_or_default();
    let width =
        |text: &str| paint::line(ui.painter(), text, font::mono(), tokens.text, f32::INFINITY).size().x;
    let left = response.rect.left() + leading + width(before);
    if left < response.rect.right() {
        let one: String = text.get(offset..).unwrap_or_default().chars().take(1).collect();
        let right = (left + width(&one).max(6.0)).min(response.rect.right());
        let y = response.rect.bottom() - 4.0;
        ui.painter().hline(left..=right, y, egui::Stroke::new(2.0, tokens.bad));
    }
}

/// The keys of the open list, taken before the field sees them.
fn keys(ui: &Ui, state: &mut FilterState, id: egui::Id) -> Pressed {
    if state.focused != Some(id) || !ui.memory(|memory| memory.has_focus(id)) {
        return Pressed::default();
    }
    let open = !state.closed && !state.offered.is_empty();
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if !open {
        if pressed(Key::ArrowDown) {
            state.closed = false;
            state.recalls = true;
        }
        return Pressed { keep: pressed(Key::Enter), taken: None };
    }
    let last = state.offered.len().min(LINES) - 1;
    if pressed(Key::ArrowDown) {
        state.chosen = Some(state.chosen.map_or(0, |chosen| (chosen + 1).min(last)));
    }
    if pressed(Key::ArrowUp) {
        state.chosen = state.chosen.and_then(|chosen| chosen.checked_sub(1));
    }
    if pressed(Key::Escape) {
        state.closed = true;
        state.chosen = None;
        return Pressed::default();
    }
    let tab = pressed(Key::Tab);
    let enter = pressed(Key::Enter);
    let mut keep = false;
    let taken = match state.chosen {
        Some(chosen) if tab || enter => state.offered.get(chosen).cloned(),
        None if tab => state.offered.first().cloned(),
        None if enter => {
            state.closed = true;
            keep = true;
            None
        }
        _ => None,
    };
    if taken.is_some() {
        state.chosen = None;
    }
    Pressed { taken, keep }
}

/// Puts the cursor behind so many characters.
fn set_cursor(ui: &Ui, id: egui::Id, characters: usize) {
    let mut state = egui::TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let cursor = egui::text::CCursor::new(characters);
    state.cursor.set_char_range(Some(egui::text::CCursorRange::one(cursor)));
    state.store(ui.ctx(), id);
}

/// The byte of the text at which the cursor stands.
fn cursor(ui: &Ui, id: egui::Id, text: &str) -> usize {
    let state = egui::TextEdit::load_state(ui.ctx(), id);
    let characters = state.and_then(|state| state.cursor.char_range()).map(|range| range.primary.index);
    let at = characters.and_then(|index| text.char_indices().nth(usize::from(index)));
    at.map_or(text.len(), |(at, _)| at)
}

/// The list of completions under the field; answers with what is typed once one of them was clicked.
fn offer(
    ui: &Ui,
    state: &mut FilterState,
    panel: &Panel<'_>,
    response: &Response,
    typed: &str,
) -> Option<String> {
    let t = panel.texts;
    state.offered.clear();
    let recalls = state.recalls && typed.is_empty();
    if !response.has_focus() || state.closed || (typed.is_empty() && !recalls) {
        return None;
    }
    let log = panel.model.current().and_then(|connection| connection.log.as_ref());
    let topics: Vec<_> = log.map_or_else(Vec::new, |log| {
        let mut topics = Vec::new();
        log.topics_from(log.topic_total().saturating_sub(TOPICS), &mut topics);
        topics.reverse();
        topics
    });
    let mut offered = if recalls {
        let earlier = panel.model.settings.filters.iter();
        earlier
            .map(|text| Completion { replaces: 0..0, text: text.clone(), what: Suggestion::Earlier })
            .collect()
    } else {
        filter::complete(typed, cursor(ui, response.id, typed), &topics)
    };
    offered.truncate(LINES);
    if !offered.is_empty() {
        // The open list takes these keys, rather than the next field and the end of the writing.
        let all =
            egui::EventFilter { tab: true, escape: true, horizontal_arrows: true, vertical_arrows: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, all));
    }
    let language = panel.language();
    let chosen = state.chosen;
    let mut clicked = None;
    Popup::from_response(response)
        .id(response.id.with("completions"))
        .open(!offered.is_empty())
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .width(WIDTH)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, completion) in offered.iter().enumerate() {
                let tokens = theme::tokens(ui);
                let name = completion.text.trim_end();
                let what = completion.what.what(language);
                let salt = (t.filter_completions, place);
                let (rect, row) = widgets::side_row(ui, salt, size::CONTROL, chosen == Some(place), name);
                let inner = rect.shrink2(egui::vec2(8.0, 0.0));
                let end =
                    paint::line_in(ui.painter(), inner, Align::Min, name, font::mono(), tokens.text).right();
                let right = inner.with_min_x((end + 16.0).min(inner.right()));
                paint::line_in(ui.painter(), right, Align::Max, what, font::secondary(), tokens.secondary);
                if row.clicked() {
                    clicked = Some(completion.clone());
                }
            }
        });
    state.offered = offered;
    let completion = clicked?;
    let mut typed = typed.to_owned();
    complete_into(ui, response.id, &mut typed, &completion);
    response.request_focus();
    Some(typed)
}

/// The two ways to filter by a value, under the term that is meant.
pub fn menu(ui: &mut Ui, panel: &mut Panel<'_>, term: &str) {
    let t = panel.texts;
    let shown: String = term.chars().take(60).collect();
    ui.horizontal(|ui| {
        // In line with the entries under it.
        ui.add_space(8.0);
        super::quiet(ui, &shown);
    });
    for (words, exclude) in [(t.filter_for, false), (t.filter_out, true)] {
        if widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked() {
            panel.act(Action::FilterBy { term: term.to_owned(), exclude });
        }
    }
}

/// The filter language, out of its tables.
pub fn help(ui: &mut Ui, panel: &Panel<'_>) {
    let (t, language) = (panel.texts, panel.language());
    egui::ScrollArea::vertical().max_height(560.0).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        title(ui, t.filter_forms);
        for form in FORMS {
            line(ui, form.example, form.what(language));
        }
        title(ui, t.filter_operators);
        for operator in Operator::ALL {
            line(ui, operator.written(), operator.what(language));
        }
        title(ui, t.filter_fields);
        for known in FIELDS {
            let names = std::iter::once(&known.name).chain(known.short).copied().collect::<Vec<_>>();
            line(ui, &names.join(", "), known.what(language));
        }
        super::quiet(ui, t.filter_more);
    });
}

fn title(ui: &mut Ui, words: &str) {
    let tokens = theme::tokens(ui);
    ui.add_space(8.0);
    ui.label(super::rich(words, font::secondary_strong(), tokens.text));
}

fn line(ui: &mut Ui, written: &str, what: &str) {
    let tokens = theme::tokens(ui);
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(300.0, 18.0), |ui| {
            ui.set_min_width(300.0);
            ui.add(egui::Label::new(super::rich(written, font::mono(), tokens.text)).wrap());
        });
        ui.add(egui::Label::new(super::rich(what, font::body(), tokens.secondary)).wrap());
    });
}
