//! What stands in the middle before there is a connection: what this is, and the ways to begin.

use egui::Ui;

use super::Panel;
use crate::model::{Action, BrokerState};
use crate::ui::command;
use crate::ui::icons;
use crate::ui::theme::{self, font};
use crate::ui::widgets;

/// Width of the column.
const WIDTH: f32 = 560.0;

/// The page.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let room = ui.available_rect_before_wrap();
    let width = WIDTH.min(room.width() - 48.0);
    let top = room.top() + ((room.height() - 400.0) * 0.42).max(24.0);
    let column = egui::Rect::from_min_max(
        egui::pos2((room.center().x - width / 2.0).round(), top.round()),
        egui::pos2((room.center().x + width / 2.0).round(), room.bottom()),
    );
    ui.scope_builder(egui::UiBuilder::new().max_rect(column), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(super::rich(t.app_tagline, font::headline(), tokens.text));
        ui.add_space(8.0);
        ui.label(super::rich(t.welcome_text, font::body(), tokens.secondary));
        ui.add_space(20.0);
        let starting = panel.model.broker == BrokerState::Starting;
        let start = if starting { t.starting_broker } else { t.start_broker };
        let button = widgets::primary(start);
        let card =
            widgets::welcome_card(ui, icons::SERVER, t.welcome_broker_title, t.welcome_broker_text, button);
        if card.clicked() && !starting {
            panel.act(Action::StartBroker);
        }
        ui.add_space(12.0);
        let button = widgets::secondary(t.new_connection);
        let card =
            widgets::welcome_card(ui, icons::ADD, t.welcome_connect_title, t.welcome_connect_text, button);
        if card.clicked() {
            panel.act(Action::NewConnection);
        }
        ui.add_space(12.0);
        let button = widgets::secondary(t.open_capture);
        let card =
            widgets::welcome_card(ui, icons::FOLDER, t.welcome_capture_title, t.welcome_capture_text, button);
        if card.clicked() {
            panel.act(Action::NewCapture);
        }
        ui.add_space(16.0);
        let keys = [
            (command::NEW_CONNECTION, t.new_connection),
            (command::PALETTE, t.commands),
            (command::HELP, t.keys),
        ]
        .map(|(keys, words)| format!("{} {}", command::written(ui.ctx(), &keys), words.to_lowercase()));
        super::quiet(ui, &keys.join(" · "));
    });
}
