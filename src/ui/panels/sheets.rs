//! The sheets: settings, help, log, command palette; and the toasts.

use egui::{Key, Modifiers, Ui};

use super::Panel;
use crate::language::Language;
use crate::model::{Action, Sheet, Tone};
use crate::session::Phase;
use crate::store::Theme;
use crate::store::secrets::{Home, Place};
use crate::text;
use crate::ui::command::{self, COMMANDS, Outcome};
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, Segmented, TextField, Toast, ToastEvent, ToastKind, form_row, paint};

/// A sheet, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, sheet: Sheet) {
    let t = panel.texts;
    let (title, width) = match sheet {
        Sheet::Settings => (t.settings, 440.0),
        Sheet::Help => (t.keys, 820.0),
        Sheet::Log => (t.log, 760.0),
        Sheet::Details => (t.details, 640.0),
        Sheet::Palette => (t.commands, 480.0),
        Sheet::Filters => (t.filter_language, 720.0),
        Sheet::Statistics => (t.statistics, super::statistics::WIDTH),
    };
    let id = egui::Id::unique(("sheet", sheet));
    let modal = widgets::Modal::new(id, title, t.close).width(width).without_foot();
    let closed = modal.show(ui.ctx(), |_, ui| match sheet {
        Sheet::Settings => settings(ui, panel),
        Sheet::Help => help(ui, panel),
        Sheet::Log => log(ui, panel),
        Sheet::Details => details(ui, panel),
        Sheet::Palette => palette(ui, panel),
        Sheet::Filters => super::filter::help(ui, panel),
        Sheet::Statistics => super::statistics::show(ui, panel),
    });
    if closed {
        panel.act(Action::Close);
    }
    if panel.run.is_some() {
        panel.act(Action::Close);
    }
}

fn settings(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    ui.spacing_mut().item_spacing.y = size::PADDING;
    let mut language = panel.language();
    let languages = [Language::English, Language::Chinese].map(|l| (l, l.name()));
    let choice = Segmented::new(t.language, &languages).label_above();
    if choice.width(ui.available_width()).show(ui, &mut language).changed() {
        panel.act(Action::Language(language));
    }
    let mut theme = panel.model.settings.theme;
    let themes = [Theme::System, Theme::Light, Theme::Dark].map(|theme| (theme, text::theme_name(theme, t)));
    let choice = Segmented::new(t.theme, &themes).label_above();
    if choice.width(ui.available_width()).show(ui, &mut theme).changed() {
        panel.act(Action::Theme(theme));
    }
    let mut place = panel.model.settings.secrets.place;
    let names = Place::ALL.map(|place| (place, text::secrets::place_name(place, panel.language())));
    let choice = Segmented::new(t.passwords, &names).label_above();
    if choice.width(ui.available_width()).show(ui, &mut place).changed() {
        panel.act(Action::KeepSecrets(place));
    }
    let home = &panel.model.secrets_home;
    let colour = if matches!(home, Home::File(_) | Home::NoKeyring(_)) {
        theme::tokens(ui).caution
    } else {
        theme::tokens(ui).secondary
    };
    let goes = text::secrets::home(home, panel.language());
    ui.add(egui::Label::new(super::rich(&goes, font::body(), colour)).wrap());
    super::history::settings(ui, panel);
}

fn help(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let mut lines: Vec<(&str, String)> = COMMANDS
        .iter()
        .filter(|c| !c.keys.is_empty())
        .map(|c| {
            let keys: Vec<String> = c.keys.iter().map(|k| command::written(ui.ctx(), k)).collect();
            ((c.text)(t), keys.join(", "))
        })
        .collect();
    lines.push((t.nth_connection, "Ctrl+1 … Ctrl+9".to_owned()));
    lines.push((t.list_keys, "↑ ↓ PageUp PageDown Home End".to_owned()));
    lines.push((t.extend_rows, "Shift+↑ … Shift+End".to_owned()));
    lines.push((t.column_move_keys, "Ctrl+← Ctrl+→".to_owned()));
    lines.push((t.column_width_keys, "Shift+← Shift+→".to_owned()));
    lines.push((t.traffic, "← → Shift+← Shift+→ Enter Esc".to_owned()));
    lines.push((t.close_form, "Esc".to_owned()));
    // Two columns: all keys at one glance, in a small window too.
    let half = lines.len().div_ceil(2);
    ui.spacing_mut().item_spacing.x = 32.0;
    ui.columns(2, |columns| {
        for (ui, lines) in columns.iter_mut().zip(lines.chunks(half)) {
            ui.spacing_mut().item_spacing = egui::vec2(size::GAP, 6.0);
            for (words, keys) in lines {
                ui.horizontal(|ui| {
                    ui.label(super::rich(words, font::body(), tokens.text));
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        ui.label(super::rich(keys, font::mono(), tokens.secondary));
                    });
                });
            }
        }
    });
    if ui.add(widgets::quiet(t.filter_language)).clicked() {
        panel.act(Action::Open(Sheet::Filters));
    }
}

fn log(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let notices = panel.model.notices.all();
    if notices.is_empty() {
        super::quiet(ui, t.log_empty);
        return;
    }
    ui.spacing_mut().item_spacing.y = 6.0;
    let mut undone = None;
    for notice in notices.iter().rev() {
        let words = text::notice(&notice.text, panel.language());
        ui.horizontal_top(|ui| {
            let time = panel.local.millis(notice.time, panel.local.date(panel.now));
            ui.label(super::rich(&time, font::mono(), tokens.secondary));
            if notice.undo.is_some() && ui.add(widgets::quiet(t.undo)).clicked() {
                undone = Some(notice.id);
            }
            ui.add(egui::Label::new(super::rich(&words, font::body(), colour(notice.tone, tokens))).wrap());
        });
    }
    if let Some(id) = undone {
        panel.act(Action::Undo(id));
    }
}

/// What the server granted, and over what the connection goes.
fn details(ui: &mut Ui, panel: &Panel<'_>) {
    let tokens = theme::tokens(ui);
    let Some(Phase::Online(granted)) = panel.model.current().map(|connection| &connection.phase) else {
        // It has ended meanwhile.
        super::quiet(ui, panel.texts.publish_offline);
        return;
    };
    ui.spacing_mut().item_spacing.y = size::GAP;
    for (label, value) in text::details(granted, panel.language()) {
        form_row(ui, &[32.0, 68.0], |column, ui| {
            if column == 0 {
                ui.label(super::rich(&label, font::body(), tokens.secondary));
            } else {
                ui.add(egui::Label::new(super::rich(&value, font::mono(), tokens.text)).wrap());
            }
        });
    }
}

/// The colour of a tone.
fn colour(tone: Tone, tokens: &theme::Tokens) -> egui::Color32 {
    match tone {
        Tone::Info => tokens.text,
        Tone::Good => tokens.good,
        Tone::Caution => tokens.caution,
        Tone::Bad => tokens.bad,
    }
}

fn palette(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let response = TextField::unlabelled(t.commands).show(ui, &mut panel.state.palette.typed).response;
    super::focus_once(&response, "palette");
    let typed = panel.state.palette.typed.to_lowercase();
    let found: Vec<(&str, String, Outcome)> = COMMANDS
        .iter()
        .filter_map(|c| {
            let words = (c.text)(t);
            let outcome = (c.run)(panel.model)?;
            let keys = c.keys.first().map(|k| command::written(ui.ctx(), k)).unwrap_or_default();
            words.to_lowercase().contains(&typed).then_some((words, keys, outcome))
        })
        .filter(|(.., outcome)| *outcome != Outcome::Action(Action::Open(Sheet::Palette)))
        .collect();
    let last = found.len().saturating_sub(1);
    let chosen = &mut panel.state.palette.chosen;
    ui.input_mut(|i| {
        if i.consume_key(Modifiers::NONE, Key::ArrowDown) {
            *chosen += 1;
        }
        if i.consume_key(Modifiers::NONE, Key::ArrowUp) {
            *chosen = chosen.saturating_sub(1);
        }
    });
    *chosen = (*chosen).min(last);
    let chosen = *chosen;
    let entered = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    ui.add_space(6.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    for (place, (words, keys, outcome)) in found.into_iter().enumerate() {
        let (rect, row) = widgets::side_row(ui, ("command", words), size::CONTROL, place == chosen, words);
        let tokens = theme::tokens(ui);
        let inner = rect.shrink2(egui::vec2(size::PADDING, 0.0));
        paint::line_in(ui.painter(), inner, egui::Align::Min, words, font::body(), tokens.text);
        paint::line_in(ui.painter(), inner, egui::Align::Max, &keys, font::mono(), tokens.secondary);
        let clicked = row.clicked();
        if clicked || (entered && place == chosen) {
            panel.run = Some(outcome);
        }
    }
}

/// What stands at the bottom right: outcomes of what the user asked for.
pub fn toasts(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let notices: Vec<_> = panel.model.notices.toasts().collect();
    let words: Vec<String> = notices.iter().map(|n| text::notice(&n.text, panel.language())).collect();
    let toasts: Vec<Toast<'_>> = notices
        .iter()
        .zip(&words)
        .map(|(notice, words)| Toast {
            id: notice.id,
            kind: match notice.tone {
                Tone::Info => ToastKind::Info,
                Tone::Good => ToastKind::Good,
                Tone::Caution | Tone::Bad => ToastKind::Bad,
            },
            text: words,
            action: notice.undo.is_some().then_some(t.undo),
        })
        .collect();
    for event in widgets::toasts(ui.ctx(), &toasts, t.dismiss) {
        panel.act(match event {
            ToastEvent::Action(id) => Action::Undo(id),
            ToastEvent::Gone(id) => Action::Dismiss(id),
        });
    }
}
