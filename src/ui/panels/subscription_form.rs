//! The subscription form.

use egui::{Key, Modifiers, Role, Sense, Stroke, Ui, WidgetInfo};

use super::{Panel, profile_more};
use crate::model::{Action, Connection, SubscriptionEdit, SubscriptionFault, SubscriptionForm};
use crate::profile::{Colour, RetainHandling};
use crate::text;
use crate::ui::theme::{self, size};
use crate::ui::widgets::{self, Dropdown, ModalPart, Note, Segmented, TextField, form_row};
use crate::wire::{Qos, Version};

/// Width of the form.
const WIDTH: f32 = 480.0;

/// The form, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, form: &SubscriptionForm) {
    let t = panel.texts;
    let title = if form.changes.is_some() { t.edit_subscription } else { t.new_subscription };
    let id = egui::Id::unique("subscription form");
    let entered = super::entered(ui, |ui| {
        let modal = widgets::Modal::new(id, title, t.close).width(WIDTH);
        let closed = modal.show(ui.ctx(), |part, ui| match part {
            ModalPart::Body => body(ui, panel, connection, form),
            ModalPart::Foot => foot(ui, panel),
        });
        if closed {
            panel.act(Action::Close);
        }
    });
    if entered || ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(Action::Subscribe);
    }
}

fn body(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, form: &SubscriptionForm) {
    let t = panel.texts;
    ui.spacing_mut().item_spacing.y = size::PADDING;
    let said = form.fault.as_ref().map(|f| text::subscription_fault(f, panel.language()));
    let on_identifier = form.fault == Some(SubscriptionFault::Identifier);

    let mut filters = form.filters.clone();
    let five = connection.profile.version == Version::V5_0;
    let note = said.as_deref().filter(|_| !on_identifier).map(Note::Error);
    let note = note.or(five.then_some(Note::Info(t.shared_hint)));
    let field = TextField::new(t.topic_filter).hint(t.topic_filter_hint).mono().multiline(3).note(note);
    let response = field.show(ui, &mut filters).response;
    super::focus_once(&response, "subscription form");
    if response.changed() {
        panel.act(Action::SubscriptionForm(SubscriptionEdit::Filters(filters)));
    }

    form_row(ui, &[40.0, 60.0], |column, ui| {
        if column == 0 {
            let mut qos = form.wish.qos;
            let levels = [(Qos::AtMostOnce, "0"), (Qos::AtLeastOnce, "1"), (Qos::ExactlyOnce, "2")];
            let choice = Segmented::new(t.qos, &levels).label_above();
            if choice.width(ui.available_width()).show(ui, &mut qos).changed() {
                panel.act(Action::SubscriptionForm(SubscriptionEdit::Qos(qos)));
            }
        } else {
            let mut alias = form.wish.alias.clone();
            if TextField::new(t.alias).hint(t.optional).show(ui, &mut alias).response.changed() {
                panel.act(Action::SubscriptionForm(SubscriptionEdit::Alias(alias)));
            }
        }
    });

    if let Some(colour) = swatches(ui, t.colour, form.wish.colour) {
        panel.act(Action::SubscriptionForm(SubscriptionEdit::Colour(colour)));
    }

    if five {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            let mut on = form.wish.no_local;
            if widgets::checkbox(ui, &mut on, t.no_local, t.no_local).changed() {
                panel.act(Action::SubscriptionForm(SubscriptionEdit::NoLocal(on)));
            }
            let mut on = form.wish.retain_as_published;
            if widgets::checkbox(ui, &mut on, t.retain_as_published, t.retain_as_published).changed() {
                panel.act(Action::SubscriptionForm(SubscriptionEdit::RetainAsPublished(on)));
            }
        });
        form_row(ui, &[55.0, 45.0], |column, ui| {
            if column == 0 {
                let mut handling = form.wish.retain_handling;
                let options = [
                    (RetainHandling::Always, t.retain_always),
                    (RetainHandling::IfNew, t.retain_if_new),
                    (RetainHandling::Never, t.retain_never),
                ];
                let width = ui.available_width();
                let choice = Dropdown::new(t.retain_handling, &options).label_above().width(width);
                if choice.show(ui, &mut handling).changed() {
                    panel.act(Action::SubscriptionForm(SubscriptionEdit::RetainHandling(handling)));
                }
            } else {
                let mut identifier = form.identifier.clone();
                let note = said.as_deref().filter(|_| on_identifier).map(Note::Error);
                let field = TextField::new(t.subscription_identifier).hint(t.optional).note(note);
                if field.show(ui, &mut identifier).response.changed() {
                    panel.act(Action::SubscriptionForm(SubscriptionEdit::Identifier(identifier)));
                }
            }
        });
        let mut properties = form.wish.user_properties.clone();
        let names = [t.subscription_property, t.add_subscription_property];
        if profile_more::user_properties(ui, panel, names, &mut properties, |_| None) {
            panel.act(Action::SubscriptionForm(SubscriptionEdit::UserProperties(properties)));
        }
    }
}

/// The ten colours, one of them chosen; answers with another one that is chosen.
pub(super) fn swatches(ui: &mut Ui, name: &str, chosen: Colour) -> Option<Colour> {
    let tokens = theme::tokens(ui);
    let mut picked = None;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        super::quiet(ui, name);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = size::GAP;
            for (number, ink) in (0_u8..).zip(tokens.subscriptions) {
                let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(24.0), Sense::click());
                let selected = chosen.0 == number;
                ui.painter().circle_filled(rect.center(), 8.0, ink);
                if selected || response.hovered() || response.has_focus() {
                    let ring = if selected { tokens.text } else { tokens.secondary };
                    ui.painter().circle_stroke(rect.center(), 11.0, Stroke::new(1.5, ring));
                }
                let spoken = format!("{name} {}", number + 1);
                response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, selected, &spoken));
                if response.clicked() {
                    picked = Some(Colour(number));
                }
            }
        });
    });
    picked
}

fn foot(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    ui.spacing_mut().item_spacing.x = size::GAP;
    if ui.add(widgets::primary(t.subscribe)).clicked() {
        panel.act(Action::Subscribe);
    }
    if ui.add(widgets::quiet(t.cancel)).clicked() {
        panel.act(Action::Close);
    }
}
