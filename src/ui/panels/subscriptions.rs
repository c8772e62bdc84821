//! The subscriptions of the selected connection: wanted, granted or refused, and how many messages match.

use egui::{Key, Ui, UiBuilder};

use super::Panel;
use super::connections::MENU;
use crate::model::{Action, Connection, Standing, SubscriptionRow};
use crate::profile::Subscription;
use crate::text;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, mark, paint};

/// Height of a subscription's row.
const ROW: f32 = 32.0;

/// The head and the rows.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    widgets::title_bar(ui, t.subscriptions, |ui| {
        if ui.add(widgets::icon_button(icons::ADD, t.new_subscription)).clicked() {
            panel.act(Action::NewSubscription);
        }
    });
    if connection.profile.subscriptions.is_empty() {
        super::hint(ui, t.no_subscriptions);
        return;
    }
    egui::ScrollArea::vertical().id_salt("subscriptions").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let nothing = SubscriptionRow::default();
        for wish in &connection.profile.subscriptions {
            let known = connection.rows.get(&wish.filter).unwrap_or(&nothing);
            row(ui, panel, connection, wish, known);
        }
    });
}

/// What stands at the right of a row: wanted and granted `QoS`, or what is in the way.
fn standing(panel: &Panel<'_>, wish: &Subscription, known: &SubscriptionRow) -> String {
    match &known.standing {
        Standing::Wished => format!("QoS {}", wish.qos),
        Standing::Asked => panel.texts.asked.to_owned(),
        Standing::Granted(qos) if *qos == wish.qos => format!("QoS {qos}"),
        Standing::Granted(qos) => format!("QoS {} → {qos}", wish.qos),
        Standing::Refused(_) => panel.texts.refused.to_owned(),
    }
}

fn row(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    connection: &Connection,
    wish: &Subscription,
    known: &SubscriptionRow,
) {
    let t = panel.texts;
    let tokens = theme::tokens(ui);
    let only = connection.timeline.only.as_deref() == Some(wish.filter.as_str());
    let salt = ("subscription", &connection.profile.id.0, &wish.filter);
    let (rect, mut response) = widgets::side_row(ui, salt, ROW, only, &wish.filter);
    let inside = response.contains_pointer() || response.has_focus() || only;
    let colour = theme::subscription_colour(ui, usize::from(wish.colour.0));
    let colour = if wish.enabled { colour } else { tokens.hairline };
    mark::paint_bar(ui.painter(), egui::pos2(rect.left() + 9.0, rect.top() + 6.0), ROW - 12.0, colour);

    // The controls of the row are there for the keyboard and for screen readers at all times; they are
    // drawn while the pointer is over the row, where the standing and the count stand otherwise.
    let controls = egui::Rect::from_min_max(
        egui::pos2(rect.right() - 60.0, rect.top() + 2.0),
        egui::pos2(rect.right() - 8.0, rect.bottom() - 2.0),
    );
    let mut builder = UiBuilder::new().id_salt(("controls", &wish.filter)).max_rect(controls);
    builder = builder.layout(egui::Layout::right_to_left(egui::Align::Center));
    let focus_id = response.id.with("control focused");
    let mut focused = ui.data(|d| d.get_temp(focus_id).unwrap_or(false));
    ui.scope_builder(builder, |ui| {
        if !inside && !focused {
            ui.set_opacity(0.0);
        }
        ui.spacing_mut().item_spacing.x = 4.0;
        let name = format!("{} {}", t.unsubscribe, wish.filter);
        let unsubscribe = ui.add(widgets::icon_button(icons::CLOSE, &name));
        if unsubscribe.clicked() {
            panel.act(Action::Unsubscribe(wish.filter.clone()));
        }
        let mut enabled = wish.enabled;
        let name = format!("{} {}", t.enabled, wish.filter);
        let checkbox = widgets::checkbox(ui, &mut enabled, "", &name);
        if checkbox.changed() {
            panel.act(Action::SetEnabled(wish.filter.clone(), enabled));
        }
        focused = unsubscribe.has_focus() || checkbox.has_focus();
    });
    ui.data_mut(|d| d.insert_temp(focus_id, focused));

    let painter = ui.painter();
    let mut right = rect.right() - size::PADDING;
    if inside || focused {
        right = controls.left() - size::GAP;
    } else {
        let end = egui::pos2(right, rect.center().y);
        let badge = mark::paint_badge(painter, end, &super::compact(known.count), tokens.raised, tokens);
        right = badge.left() - size::GAP;
    }
    let said = standing(panel, wish, known);
    let colour = match known.standing {
        Standing::Refused(_) => tokens.bad,
        Standing::Asked => tokens.caution,
        _ => tokens.secondary,
    };
    let galley = paint::line(painter, &said, font::secondary(), colour, 120.0);
    right -= galley.size().x;
    painter.galley(egui::pos2(right, rect.center().y - galley.size().y / 2.0), galley, colour);
    right -= size::GAP;
    let left = rect.left() + 20.0;
    let ink = if wish.enabled { tokens.text } else { tokens.secondary };
    let (shown, face) = if wish.alias.is_empty() {
        (wish.filter.as_str(), font::mono())
    } else {
        (wish.alias.as_str(), font::body())
    };
    let galley = paint::line(painter, shown, face, ink, right - left);
    painter.galley(egui::pos2(left, rect.center().y - galley.size().y / 2.0), galley, ink);

    let count = format!("{said}, {} {}", known.count, t.messages);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(count));
    let mut tip = wish.filter.clone();
    if let Standing::Refused(reason) = &known.standing {
        tip = format!("{tip}\n{}: {}", t.refused, text::refusal(reason, panel.language()));
    }
    response = response.on_hover_text(tip);

    if response.clicked() || (response.has_focus() && ui.input(|i| i.key_pressed(Key::Space))) {
        panel.act(Action::ShowOnly(wish.filter.clone()));
    }
    if response.double_clicked() {
        panel.act(Action::EditSubscription(wish.filter.clone()));
    }
    if response.has_focus() && ui.input(|i| i.key_pressed(Key::Delete)) {
        panel.act(Action::Unsubscribe(wish.filter.clone()));
    }
    response.context_menu(|ui| {
        if widgets::menu_item(ui, t.edit, false, Some(MENU)).clicked() {
            panel.act(Action::EditSubscription(wish.filter.clone()));
        }
        if widgets::menu_item(ui, t.unsubscribe, false, Some(MENU)).clicked() {
            panel.act(Action::Unsubscribe(wish.filter.clone()));
        }
    });
}
