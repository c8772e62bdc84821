//! The properties of the publish form (5.0).

use egui::{Key, Modifiers, Ui};

use super::{Panel, profile_more};
use crate::model::{Action, ComposerEdit, Connection, PropertiesForm, PropertyFault};
use crate::profile::Bytes;
use crate::text;
use crate::ui::theme::size;
use crate::ui::widgets::{self, ModalPart, Note, TextField, form_row};

/// The form, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let form = &connection.composer.properties;
    let id = egui::Id::unique("properties form");
    let modal = widgets::Modal::new(id, t.properties_title, t.close).width(560.0);
    let closed = modal.show(ui.ctx(), |part, ui| match part {
        ModalPart::Body => body(ui, panel, form),
        ModalPart::Foot => {
            if ui.add(widgets::primary(t.done)).clicked() {
                panel.act(Action::Close);
            }
            if ui.add_enabled(!form.is_empty(), widgets::quiet(t.clear_properties)).clicked() {
                panel.act(Action::Compose(ComposerEdit::Properties(Box::default())));
            }
        }
    });
    if closed || ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(Action::Close);
    }
}

fn body(ui: &mut Ui, panel: &mut Panel<'_>, form: &PropertiesForm) {
    let t = panel.texts;
    let mut edited = form.clone();
    let fault = form.fault();
    let said = |at: fn(&PropertyFault) -> bool| {
        fault.filter(at).map(|fault| text::property_fault(fault, panel.language()))
    };
    ui.spacing_mut().item_spacing.y = size::PADDING;
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            let said = said(|fault| matches!(fault, PropertyFault::Expiry));
            let field = TextField::new(t.message_expiry).hint(t.seconds_or_not);
            let response = field.note(said.as_deref().map(Note::Error)).show(ui, &mut edited.expiry).response;
            super::focus_once(&response, "properties form");
        } else {
            let said = said(|fault| matches!(fault, PropertyFault::Alias));
            let field = TextField::new(t.topic_alias).hint(t.alias_hint);
            field.note(said.as_deref().map(Note::Error)).show(ui, &mut edited.alias);
        }
    });
    let properties = &mut edited.properties;
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            TextField::new(t.content_type)
                .hint("application/json")
                .mono()
                .show(ui, &mut properties.content_type);
        } else {
            let said = said(|fault| matches!(fault, PropertyFault::ResponseTopic(_)));
            let field = TextField::new(t.response_topic).hint(t.unsaid).mono();
            field.note(said.as_deref().map(Note::Error)).show(ui, &mut properties.response_topic);
        }
    });
    let mut correlation = String::from_utf8_lossy(&properties.correlation_data.0).into_owned();
    let field = TextField::new(t.correlation_data).hint(t.unsaid).mono();
    if field.show(ui, &mut correlation).response.changed() {
        properties.correlation_data = Bytes(correlation.into_bytes());
    }
    widgets::checkbox(ui, &mut properties.utf8, t.payload_utf8, t.payload_utf8);
    let names = [t.message_property, t.add_message_property];
    profile_more::user_properties(ui, panel, names, &mut properties.user_properties, |_| None);
    if edited != *form {
        panel.act(Action::Compose(ComposerEdit::Properties(Box::new(edited))));
    }
}
