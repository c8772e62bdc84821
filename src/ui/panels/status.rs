//! The status line: exact counts at the left, the window's own switches at the right.

use egui::{Align, Layout, Ui};

use super::Panel;
use crate::language::Language;
use crate::model::{Action, Sheet};
use crate::store::Theme;
use crate::text::{self, time};
use crate::ui::theme::{self, size};
use crate::ui::widgets;
use crate::ui::{command, icons};

/// The line.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    ui.horizontal_centered(|ui| {
        ui.add_space(size::PADDING);
        ui.spacing_mut().item_spacing.x = 16.0;
        let current = panel.model.current();
        match current.and_then(|c| Some((c, c.log.as_ref()?))) {
            None => super::quiet(ui, t.no_connection),
            Some((connection, log)) => {
                let counters = log.counters();
                for words in text::counts(&counters, connection.rate.per_second, panel.language()) {
                    super::quiet(ui, &words);
                }
                if let Some(nanos) = counters.round_trip_ns {
                    super::quiet(ui, &format!("RTT {}", time::span(nanos)));
                }
                if let Some(failure) = log.failure() {
                    let words = text::unwritten(failure.unwritten, panel.language());
                    super::coloured(ui, &words, theme::tokens(ui).caution);
                }
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(size::GAP);
            ui.spacing_mut().item_spacing.x = 4.0;
            if ui.add(widgets::icon_button(icons::SETTINGS, t.settings)).clicked() {
                panel.act(Action::Open(Sheet::Settings));
            }
            let (icon, next) = match panel.model.settings.theme {
                Theme::System => (icons::SYSTEM, Theme::Light),
                Theme::Light => (icons::LIGHT, Theme::Dark),
                Theme::Dark => (icons::DARK, Theme::System),
            };
            let tip = format!("{} · {}", t.theme, text::theme_name(panel.model.settings.theme, t));
            if ui.add(widgets::icon_button(icon, t.theme).tooltip(&tip)).clicked() {
                panel.act(Action::Theme(next));
            }
            let (next, tip) = match panel.language() {
                Language::English => (Language::Chinese, Language::Chinese.name()),
                Language::Chinese => (Language::English, Language::English.name()),
            };
            if ui.add(widgets::icon_button(icons::LANGUAGE, t.language).tooltip(tip)).clicked() {
                panel.act(Action::Language(next));
            }
            if ui.add(widgets::quiet(t.log)).clicked() {
                panel.act(Action::Open(Sheet::Log));
            }
            let keys = command::written(ui.ctx(), &command::STATISTICS);
            let statistics = widgets::icon_button(icons::STATISTICS, t.statistics).shortcut(&keys);
            if ui.add_enabled(panel.model.current().is_some(), statistics).clicked() {
                panel.act(Action::Open(Sheet::Statistics));
            }
        });
    });
}
