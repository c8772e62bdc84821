//! The head of the selected connection: name, phase in words, the quiet line, what can be done now; and
//! below it, where something is wrong, what happened, what it means and what to try.

use egui::{Align, Layout, Ui};

use super::Panel;
use crate::model::{Action, Connection, Sheet, Tab};
use crate::profile::{Protocol, Verify};
use crate::session::{Failure, Phase};
use crate::text::{self, failure};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, paint};

/// Height of the head.
const HEIGHT: f32 = 56.0;

/// The head.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let id = connection.profile.id.clone();
    ui.allocate_ui_with_layout(
        egui::vec2(ui.available_width(), HEIGHT),
        Layout::right_to_left(Align::Center),
        |ui| {
            ui.set_min_height(HEIGHT);
            ui.add_space(16.0);
            ui.spacing_mut().item_spacing.x = size::GAP;
            match &connection.phase {
                _ if connection.capture.is_some() => {
                    if ui.add(widgets::secondary(t.close_capture)).clicked() {
                        panel.act(Action::CloseCapture(id.clone()));
                    }
                }
                Phase::Online(_) => {
                    if ui.add(widgets::secondary(t.disconnect).icon(icons::POWER)).clicked() {
                        panel.act(Action::Disconnect(id.clone()));
                    }
                }
                Phase::Offline { .. } => {
                    if ui.add(widgets::primary(t.connect).icon(icons::POWER)).clicked() {
                        panel.act(Action::Connect(id.clone()));
                    }
                }
                Phase::Waiting { .. } => {
                    if ui.add(widgets::secondary(t.cancel_connecting)).clicked() {
                        panel.act(Action::Disconnect(id.clone()));
                    }
                    if ui.add(widgets::primary(t.reconnect_now).icon(icons::REFRESH)).clicked() {
                        panel.act(Action::ReconnectNow(id.clone()));
                    }
                }
                _ => {
                    if ui.add(widgets::secondary(t.cancel_connecting)).clicked() {
                        panel.act(Action::Disconnect(id.clone()));
                    }
                }
            }
            if connection.online() && ui.add(widgets::icon_button(icons::INFO, t.details)).clicked() {
                panel.act(Action::Open(Sheet::Details));
            }
            let edit = connection.capture.is_none();
            if edit && ui.add(widgets::quiet(t.edit).icon(icons::EDIT)).clicked() {
                panel.act(Action::Edit(id));
            }
            ui.allocate_ui_with_layout(ui.available_size(), Layout::top_down(Align::Min), |ui| {
                words(ui, panel, connection);
            });
        },
    );
    paint::hairline(ui, ui.available_rect_before_wrap().x_range(), ui.cursor().top());
    trouble(ui, panel, connection, tokens);
}

fn words(ui: &mut Ui, panel: &Panel<'_>, connection: &Connection) {
    let tokens = theme::tokens(ui);
    let rect = ui.available_rect_before_wrap();
    let left = rect.left() + 16.0;
    let dot = super::connections::dot(connection);
    let said = match &connection.capture {
        Some(_) => panel.texts.capture.to_owned(),
        None => text::phase(&connection.phase, panel.now, panel.language()),
    };
    // An explicit "do not verify" stays in sight while it matters.
    let unverified = connection.online()
        && connection.profile.endpoint.protocol.uses_tls()
        && connection.profile.tls.verify == Verify::Off;
    let said = if unverified { format!("{said} · {}", panel.texts.not_verified) } else { said };
    let colour = if unverified { tokens.caution } else { dot.colour(tokens) };
    let painter = ui.painter();
    let width = rect.right() - left;
    let name = paint::line(painter, &connection.profile.name, font::title(), tokens.text, width * 0.6);
    let first = rect.top() + 18.0;
    let mut x = left + name.size().x;
    painter.galley(egui::pos2(left, first - name.size().y / 2.0), name, tokens.text);
    x += 14.0;
    dot.paint(painter, egui::pos2(x, first), tokens);
    x += 10.0;
    let phase = paint::line(painter, &said, font::secondary_strong(), colour, rect.right() - x);
    let phase_rect =
        egui::Rect::from_min_size(egui::pos2(x, first - phase.size().y / 2.0), phase.size()).expand(2.0);
    painter.galley(phase_rect.min + egui::vec2(2.0, 2.0), phase, colour);
    let profile = &connection.profile;
    let mut quiet = if let Some(capture) = &connection.capture {
        capture.path.as_deref().map(|p| p.display().to_string()).unwrap_or_default()
    } else {
        // What lies below MQTT is named where it is more than TCP.
        let protocol = profile.endpoint.protocol;
        let scheme = if protocol == Protocol::Mqtt { "" } else { protocol.scheme() };
        format!("MQTT {} · {scheme}{}", profile.version, profile.endpoint)
    };
    if !profile.client_id.is_empty() {
        quiet = format!("{quiet} · {}", profile.client_id);
    }
    if let Phase::Online(granted) = &connection.phase {
        for detail in text::granted(granted, panel.language()) {
            quiet = format!("{quiet} · {detail}");
        }
    }
    let line = paint::line(painter, &quiet, font::secondary(), tokens.secondary, width);
    let line_rect =
        egui::Rect::from_min_size(egui::pos2(left, rect.top() + 37.0 - line.size().y / 2.0), line.size());
    painter.galley(line_rect.min, line, tokens.secondary);
    super::spoken(ui, "phase", phase_rect, &said);
    super::spoken(ui, "endpoint", line_rect, &quiet).on_hover_text(quiet);
}

/// What happened, what it means, what to try.
fn trouble(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, tokens: &theme::Tokens) {
    let Some(cause) = connection.phase.cause() else { return };
    let words = failure::explain_for(cause, &connection.profile, panel.language());
    let ground = egui::Frame::new().fill(tokens.bad_soft).inner_margin(egui::Margin::symmetric(16, 10));
    ground.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing = egui::vec2(10.0, 3.0);
        ui.horizontal_top(|ui| {
            ui.add(egui::Label::new(super::icon(icons::ERROR, tokens.bad)).selectable(false));
            ui.vertical(|ui| {
                ui.add(egui::Label::new(super::rich(&words.what, font::strong(), tokens.text)).wrap());
                ui.add(egui::Label::new(super::rich(&words.means, font::body(), tokens.text)).wrap());
                ui.add(egui::Label::new(super::rich(&words.try_this, font::body(), tokens.text)).wrap());
                if let Failure::Redirected { .. } = cause
                    && ui.add(widgets::secondary(panel.texts.connect_there)).clicked()
                {
                    panel.act(Action::GoElsewhere(connection.profile.id.clone()));
                }
                if let Failure::Protocol { frame: Some(row), .. } = cause
                    && ui.add(widgets::secondary(panel.texts.show_packet)).clicked()
                {
                    panel.act(Action::Tab(Tab::Packets));
                    panel.act(Action::SelectRow(*row));
                }
            });
        });
    });
    paint::hairline(ui, ui.available_rect_before_wrap().x_range(), ui.cursor().top());
}
