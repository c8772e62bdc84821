//! The list of connections: where each stands, what is unread in it.

use egui::{Key, Ui};

use super::Panel;
use crate::model::{Action, BrokerState, Connection};
use crate::session::Phase;
use crate::text;
use crate::ui::command;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, Dot, mark, paint};

/// Width of the context menus.
pub const MENU: f32 = 160.0;
/// Height of a connection's row: two lines.
const ROW: f32 = 44.0;

/// The head and the rows.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    widgets::title_bar(ui, t.connections, |ui| {
        let keys = command::written(ui.ctx(), &command::NEW_CONNECTION);
        if ui.add(widgets::icon_button(icons::ADD, t.new_connection).shortcut(&keys)).clicked() {
            panel.act(Action::NewConnection);
        }
    });
    if panel.model.connections.is_empty() {
        super::hint(ui, t.no_connections);
        return;
    }
    egui::ScrollArea::vertical().id_salt("connections").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for connection in &panel.model.connections {
            row(ui, panel, connection);
        }
    });
}

/// How a phase is marked.
pub fn dot(connection: &Connection) -> Dot {
    match &connection.phase {
        Phase::Online(_) => Dot::Good,
        Phase::Offline { cause: None } => Dot::Idle,
        Phase::Offline { cause: Some(_) } => Dot::Bad,
        _ => Dot::Caution,
    }
}

fn row(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let profile = &connection.profile;
    let selected = panel.model.selected.as_ref() == Some(&profile.id);
    let salt = ("connection", &profile.id.0);
    let (rect, response) = widgets::side_row(ui, salt, ROW, selected, &profile.name);
    let painter = ui.painter();
    dot(connection).paint(painter, egui::pos2(rect.left() + 16.0, rect.center().y), tokens);

    let mut right = rect.right() - size::PADDING;
    let unread = connection.unread();
    if unread > 0 && !selected {
        let end = egui::pos2(right, rect.center().y);
        let badge = mark::paint_badge(painter, end, &super::compact(unread), tokens.raised, tokens);
        right = badge.left() - size::GAP;
    }
    let left = rect.left() + 28.0;
    let width = right - left;
    let name = paint::line(painter, &profile.name, font::body(), tokens.text, width);
    let second = match profile.version {
        _ if connection.capture.is_some() => panel.texts.capture.to_owned(),
        crate::wire::Version::V3_1_1 => profile.endpoint.to_string(),
        version => format!("{} · {version}", profile.endpoint),
    };
    let endpoint = paint::line(painter, &second, font::secondary(), tokens.secondary, width);
    painter.galley(egui::pos2(left, rect.top() + 4.0), name, tokens.text);
    painter.galley(egui::pos2(left, rect.top() + 23.0), endpoint, tokens.secondary);

    let phase = text::phase(&connection.phase, panel.now, panel.language());
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(phase.as_str()));

    if response.clicked() || (response.has_focus() && ui.input(|i| i.key_pressed(Key::Space))) {
        panel.act(Action::Select(profile.id.clone()));
    }
    let entered = response.has_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    if (response.double_clicked() || entered) && !connection.live && connection.capture.is_none() {
        panel.act(Action::Select(profile.id.clone()));
        panel.act(Action::Connect(profile.id.clone()));
    }
    if response.has_focus() && ui.input(|i| i.key_pressed(Key::Delete)) {
        panel.act(Action::Delete(profile.id.clone()));
    }
    response.context_menu(|ui| {
        if connection.capture.is_some() {
            if widgets::menu_item(ui, t.close_capture, false, Some(MENU)).clicked() {
                panel.act(Action::CloseCapture(profile.id.clone()));
            }
            return;
        }
        let live = connection.live;
        if live && widgets::menu_item(ui, t.disconnect, false, Some(MENU)).clicked() {
            panel.act(Action::Disconnect(profile.id.clone()));
        }
        if !live && widgets::menu_item(ui, t.connect, false, Some(MENU)).clicked() {
            panel.act(Action::Select(profile.id.clone()));
            panel.act(Action::Connect(profile.id.clone()));
        }
        if widgets::menu_item(ui, t.edit, false, Some(MENU)).clicked() {
            panel.act(Action::Edit(profile.id.clone()));
        }
        if widgets::menu_item(ui, t.duplicate, false, Some(MENU)).clicked() {
            panel.act(Action::Duplicate(profile.id.clone()));
        }
        if widgets::menu_item(ui, t.clear_history, false, Some(MENU)).clicked() {
            panel.act(Action::ClearHistory(profile.id.clone()));
        }
        if widgets::menu_item(ui, t.delete, false, Some(MENU)).clicked() {
            panel.act(Action::Delete(profile.id.clone()));
        }
    });
}

/// The buttons at the foot of the column.
pub fn foot(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let (text, action) = match panel.model.broker {
        BrokerState::Stopped => (t.start_broker, Some(Action::StartBroker)),
        BrokerState::Starting => (t.starting_broker, None),
        BrokerState::Running(_) => (t.stop_broker, Some(Action::StopBroker)),
    };
    let width = ui.available_width();
    let button = widgets::secondary(text).icon(icons::SERVER).width(width);
    if ui.add_enabled(action.is_some(), button).clicked()
        && let Some(action) = action
    {
        panel.act(action);
    }
    ui.add_space(size::GAP);
    if ui.add(widgets::secondary(t.open_capture).icon(icons::FOLDER).width(width)).clicked() {
        panel.act(Action::NewCapture);
    }
    if let BrokerState::Running(address) = panel.model.broker {
        ui.add_space(4.0);
        super::quiet(ui, &format!("mqtt://{address}"));
    }
}
