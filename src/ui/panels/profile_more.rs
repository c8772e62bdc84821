//! The parts of the connection form that most connections leave as they are: last will, options of MQTT 5.0.

use egui::Ui;

use super::Panel;
use crate::model::{Action, FormEdit, NumberField, ProfileForm};
use crate::profile::{Bytes, ConnectProperties, ProfileField as Field, UserProperty, Will};
use crate::text;
use crate::ui::icons;
use crate::ui::widgets::{self, Note, Section, Segmented, TextField, form_row};
use crate::wire::{Qos, Version};

/// A folded part with this title; faults in it unfold it.
pub fn part(ui: &mut Ui, title: &str, summary: &str, faulty: bool, body: impl FnOnce(&mut Ui)) {
    let id = ui.make_persistent_id(("form part", title));
    let mut open = ui.data_mut(|data| *data.get_temp_mut_or(id, false)) || faulty;
    Section::new(title).strong().summary(summary).show(ui, &mut open, |_| {});
    ui.data_mut(|data| data.insert_temp(id, open));
    if open {
        body(ui);
    }
}

/// A field for a number that may be left empty.
fn number(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    form: &ProfileForm,
    field: NumberField,
    label: &str,
    unit: &str,
) {
    let mut typed = form.number(field).to_owned();
    let said = form.fault(field.field()).map(|fault| text::form_fault(fault, panel.language()));
    let field_ = TextField::new(label).hint(unit).note(said.as_deref().map(Note::Error));
    if field_.show(ui, &mut typed).response.changed() {
        panel.act(Action::Form(FormEdit::Number(field, typed)));
    }
}

/// Names and values one below the other, with a button that adds one; whether something changed. `faults` says what is
/// wrong with the pair at a place.
pub fn pairs(
    ui: &mut Ui,
    panel: &Panel<'_>,
    [name, add]: [&str; 2],
    pairs: &mut Vec<(String, String)>,
    faults: impl Fn(usize) -> Option<String>,
) -> bool {
    let t = panel.texts;
    let mut changed = false;
    let mut gone = None;
    for (place, (key, value)) in pairs.iter_mut().enumerate() {
        let number = place + 1;
        let said = faults(place);
        let labels = [format!("{name} {number}"), format!("{name} {number} {}", t.header_value)];
        let remove = format!("{} {name} {number}", t.remove);
        form_row(ui, &[40.0, 60.0], |column, ui| {
            if column == 0 {
                let field = TextField::new(&labels[0]).mono().note(said.as_deref().map(Note::Error));
                changed |= field.show(ui, key).response.changed();
            } else {
                let actions = [(icons::CLOSE, remove.as_str())];
                let answer = TextField::new(&labels[1]).mono().actions(&actions).show(ui, value);
                changed |= answer.response.changed();
                if answer.action.is_some() {
                    gone = Some(place);
                }
            }
        });
    }
    if let Some(place) = gone {
        pairs.remove(place);
        changed = true;
    }
    if ui.add(widgets::quiet(add).icon(icons::ADD)).clicked() {
        pairs.push((String::new(), String::new()));
        changed = true;
    }
    changed
}

/// The same for user properties.
pub fn user_properties(
    ui: &mut Ui,
    panel: &Panel<'_>,
    names: [&str; 2],
    properties: &mut Vec<UserProperty>,
    faults: impl Fn(usize) -> Option<String>,
) {
    let mut typed: Vec<_> = properties.iter().map(|p| (p.name.clone(), p.value.clone())).collect();
    if pairs(ui, panel, names, &mut typed, faults) {
        *properties = typed.into_iter().map(|(name, value)| UserProperty { name, value }).collect();
    }
}

/// The last will.
pub fn will(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    let faulty = form.faulty(|field| {
        use Field as F;
        let alone = [F::WillTopic, F::WillPayload, F::WillDelay, F::WillExpiry, F::WillResponseTopic];
        alone.contains(&field) || matches!(field, F::WillUserProperty(_))
    });
    let summary = form.draft.will.as_ref().map_or("", |will| will.topic.as_str());
    part(ui, t.will, summary, faulty, |ui| {
        let mut on = form.draft.will.is_some();
        if widgets::checkbox(ui, &mut on, t.send_will, t.send_will).changed() {
            panel.act(Action::Form(FormEdit::Will(on.then(Will::default))));
        }
        let Some(mut will) = form.draft.will.clone() else {
            super::quiet(ui, t.will_note);
            return;
        };
        form_row(ui, &[64.0, 36.0], |column, ui| {
            if column == 0 {
                let said = fault(Field::WillTopic);
                let field = TextField::new(t.will_topic).mono().note(said.as_deref().map(Note::Error));
                field.show(ui, &mut will.topic);
            } else {
                let levels = [(Qos::AtMostOnce, "0"), (Qos::AtLeastOnce, "1"), (Qos::ExactlyOnce, "2")];
                let choice = Segmented::new(t.will_qos, &levels).label_above();
                choice.width(ui.available_width()).show(ui, &mut will.qos);
            }
        });
        let mut payload = form.will_payload.clone();
        let said = fault(Field::WillPayload);
        let field = TextField::new(t.will_payload).mono().multiline(2).note(said.as_deref().map(Note::Error));
        if field.show(ui, &mut payload).response.changed() {
            panel.act(Action::Form(FormEdit::WillPayload(payload)));
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            widgets::checkbox(ui, &mut will.retain, t.will_retain, t.will_retain);
            let mut hex = form.will_hex;
            if widgets::checkbox(ui, &mut hex, t.will_hex, t.will_hex).changed() {
                panel.act(Action::Form(FormEdit::WillHex(hex)));
            }
        });
        if form.draft.version == Version::V5_0 {
            will_properties(ui, panel, form, &mut will);
        }
        if Some(&will) != form.draft.will.as_ref() {
            panel.act(Action::Form(FormEdit::Will(Some(will))));
        }
    });
}

/// What a will of 5.0 carries besides.
fn will_properties(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm, will: &mut Will) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            number(ui, panel, form, NumberField::WillDelay, t.will_delay, t.seconds_or_not);
        } else {
            number(ui, panel, form, NumberField::WillExpiry, t.will_expiry, t.seconds_or_not);
        }
    });
    let properties = &mut will.properties;
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            TextField::new(t.will_content_type).hint(t.unsaid).show(ui, &mut properties.content_type);
        } else {
            let said = fault(Field::WillResponseTopic);
            let field = TextField::new(t.will_response_topic).hint(t.unsaid).mono();
            field.note(said.as_deref().map(Note::Error)).show(ui, &mut properties.response_topic);
        }
    });
    let mut correlation = String::from_utf8_lossy(&properties.correlation_data.0).into_owned();
    let field = TextField::new(t.will_correlation).hint(t.unsaid).mono();
    if field.show(ui, &mut correlation).response.changed() {
        properties.correlation_data = Bytes(correlation.into_bytes());
    }
    widgets::checkbox(ui, &mut properties.utf8, t.will_utf8, t.will_utf8);
    let names = [t.will_property, t.add_will_property];
    let said = |place| fault(Field::WillUserProperty(place));
    user_properties(ui, panel, names, &mut properties.user_properties, said);
}

/// What CONNECT of 5.0 says besides.
pub fn connect_options(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    let faulty = form.faulty(|field| {
        use Field as F;
        let alone = [F::SessionExpiry, F::ReceiveMaximum, F::MaximumPacket, F::TopicAliasMaximum];
        alone.contains(&field) || matches!(field, F::UserProperty(_))
    });
    let changed = form.draft.connect != ConnectProperties::default();
    let summary = if changed { "•" } else { "" };
    part(ui, t.connect_options, summary, faulty, |ui| {
        let mut connect = form.draft.connect.clone();
        form_row(ui, &[1.0, 1.0], |column, ui| {
            if column == 0 {
                number(ui, panel, form, NumberField::SessionExpiry, t.session_expiry, t.seconds_or_not);
            } else {
                number(ui, panel, form, NumberField::ReceiveMaximum, t.receive_maximum, t.unsaid);
            }
        });
        form_row(ui, &[1.0, 1.0], |column, ui| {
            if column == 0 {
                number(ui, panel, form, NumberField::MaximumPacket, t.maximum_packet, t.bytes_or_not);
            } else {
                number(ui, panel, form, NumberField::TopicAliasMaximum, t.alias_maximum, t.unsaid);
            }
        });
        let information = t.response_information;
        widgets::checkbox(ui, &mut connect.request_response_information, information, information);
        let problem = t.problem_information;
        widgets::checkbox(ui, &mut connect.request_problem_information, problem, problem);
        let names = [t.user_property, t.add_user_property];
        let said = |place| fault(Field::UserProperty(place));
        user_properties(ui, panel, names, &mut connect.user_properties, said);
        if connect != form.draft.connect {
            panel.act(Action::Form(FormEdit::Connect(connect)));
        }
    });
}
