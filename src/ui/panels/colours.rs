//! The form of the rules that colour rows: in order, each with its filter and its colour.

use egui::{Key, Modifiers, Popup, PopupCloseBehavior, Role, Sense, Stroke, Ui, WidgetInfo};

use super::Panel;
use crate::model::{Action, ColourDraft, ColourEdit, ColourForm};
use crate::profile::Colour;
use crate::text::Texts;
use crate::ui::icons;
use crate::ui::theme::{self, size};
use crate::ui::widgets::{self, ModalPart};

/// Width of the form.
const WIDTH: f32 = 680.0;
/// Width of the button that shows a colour and opens the others.
const SWATCH: f32 = 28.0;

/// A filter that is worth a colour to many.
type Example = (fn(&Texts) -> &'static str, &'static str);

/// What they are called, and how they are written.
const EXAMPLES: [Example; 4] = [
    (|t| t.example_faults, "fault"),
    (
        |t| t.example_refused,
        "reason_code >= 0x80 || return_code >= 0x80 || (type == connack && return_code != 0)",
    ),
    (|t| t.example_unanswered, "unanswered"),
    (|t| t.example_retained, "retain"),
];

/// The form, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, form: &ColourForm) {
    let t = panel.texts;
    let modal = widgets::Modal::new(egui::Id::unique("colour rules"), t.colour_rules, t.close).width(WIDTH);
    let closed = modal.show(ui.ctx(), |part, ui| match part {
        ModalPart::Body => body(ui, panel, form),
        ModalPart::Foot => foot(ui, panel),
    });
    if closed {
        panel.act(Action::Close);
    }
    if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(Action::SaveColours);
    }
}

/// What a row offers: to colour those like it.
pub fn row_menu(ui: &mut Ui, panel: &mut Panel<'_>, term: &str) {
    let words = panel.texts.colour_like;
    if widgets::menu_item(ui, words, false, Some(super::connections::MENU)).clicked() {
        panel.act(Action::ColourLike(term.to_owned()));
    }
}

fn body(ui: &mut Ui, panel: &mut Panel<'_>, form: &ColourForm) {
    let t = panel.texts;
    let words = if form.rules.is_empty() { t.no_rules } else { t.colour_note };
    let tokens = theme::tokens(ui);
    let words = super::rich(words, theme::font::secondary(), tokens.secondary);
    ui.add(egui::Label::new(words).selectable(false).wrap());
    for (place, draft) in form.rules.iter().enumerate() {
        rule(ui, panel, form, place, draft);
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::splat(size::GAP);
        if ui.add_enabled(form.has_room(), widgets::secondary(t.add_rule).icon(icons::ADD)).clicked() {
            panel.act(Action::ColourForm(ColourEdit::Add(String::new())));
        }
        let is_there = |filter: &str| form.rules.iter().any(|draft| draft.rule.filter == filter);
        let offered = EXAMPLES.iter().filter(|(_, filter)| form.has_room() && !is_there(filter));
        for (name, filter) in offered {
            if ui.add(widgets::quiet(name(t)).icon(icons::ADD)).on_hover_text(*filter).clicked() {
                panel.act(Action::ColourForm(ColourEdit::Add((*filter).to_owned())));
            }
        }
    });
}

/// One rule: whether it counts, its colour, its filter, its place.
fn rule(ui: &mut Ui, panel: &mut Panel<'_>, form: &ColourForm, place: usize, draft: &ColourDraft) {
    let t = panel.texts;
    let number = place + 1;
    let mut edit = None;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let mut enabled = draft.rule.enabled;
        if widgets::checkbox(ui, &mut enabled, "", &format!("{} {number}", t.enabled)).changed() {
            edit = Some(ColourEdit::Enabled(place, enabled));
        }
        if let Some(colour) = swatch(ui, t.colour, number, draft.rule.colour) {
            edit = Some(ColourEdit::Colour(place, colour));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let last = place + 1 == form.rules.len();
            let buttons = [
                (icons::DELETE, t.delete, true, ColourEdit::Remove(place)),
                (icons::CHEVRON_DOWN, t.move_down, !last, ColourEdit::Down(place)),
                (icons::CHEVRON_UP, t.move_up, place > 0, ColourEdit::Up(place)),
            ];
            for (icon, words, possible, what) in buttons {
                let name = format!("{words} {number}");
                if ui.add_enabled(possible, widgets::icon_button(icon, &name)).clicked() {
                    edit = Some(what);
                }
            }
            ui.add_space(4.0);
            let id = egui::Id::unique(("colour rule", place));
            let name = format!("{} {number}", t.filter);
            let (text, fault) = (&draft.rule.filter, draft.fault.as_ref());
            let (response, typed) = super::filter::form_field(ui, panel, id, &name, text, fault);
            if let Some(typed) = typed {
                edit = Some(ColourEdit::Filter(place, typed));
            }
            let (wanted, asked) = form.focus;
            if wanted == place && asked > 0 && panel.state.colour_focus != asked {
                panel.state.colour_focus = asked;
                panel.state.form_filter.close();
                response.request_focus();
                response.scroll_to_me(None);
            }
        });
    });
    if let Some(edit) = edit {
        panel.act(Action::ColourForm(edit));
    }
}

/// A rule's colour; the ten open under it. Answers with another one that is chosen.
fn swatch(ui: &mut Ui, words: &str, number: usize, colour: Colour) -> Option<Colour> {
    let tokens = theme::tokens(ui);
    let (rect, button) = ui.allocate_exact_size(egui::vec2(SWATCH, size::CONTROL), Sense::click());
    let lit = button.hovered() || button.has_focus();
    let fill = if lit { tokens.raised_hover } else { tokens.raised };
    let stroke = Stroke::new(1.0, if lit { tokens.outline_hover } else { tokens.hairline });
    ui.painter().rect(rect, size::RADIUS, fill, stroke, egui::StrokeKind::Inside);
    ui.painter().circle_filled(rect.center(), 7.0, tokens.numbered(colour.0));
    if button.has_focus() {
        widgets::paint::focus_ring(ui, rect, size::RADIUS);
    }
    let name = format!("{words} {number}");
    button.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let picked = Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .show(|ui| {
            let picked = super::subscription_form::swatches(ui, words, colour);
            if picked.is_some() {
                ui.close();
            }
            picked
        })
        .and_then(|shown| shown.inner);
    picked.filter(|picked| *picked != colour)
}

fn foot(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    if ui.add(widgets::primary(t.save)).clicked() {
        panel.act(Action::SaveColours);
    }
    if ui.add(widgets::quiet(t.cancel)).clicked() {
        panel.act(Action::Close);
    }
}
