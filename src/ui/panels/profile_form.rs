//! The connection form.

use egui::{Align, Key, Layout, Modifiers, Ui};

use super::{Panel, profile_more, profile_way};
use crate::model::{Action, FormEdit, ProfileForm};
use crate::profile::{ProfileField as Field, Protocol, Secret, Unacknowledged};
use crate::store::secrets::Home;
use crate::text;
use crate::ui::icons;
use crate::ui::theme::size;
use crate::ui::widgets::{self, Dropdown, ModalPart, Note, Segmented, TextField, form_row};
use crate::wire::Version;

/// Width of the form.
const WIDTH: f32 = 640.0;

/// The form, over the window.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let title = if form.is_new { t.new_connection } else { t.edit_connection };
    let id = egui::Id::unique("connection form");
    let entered = super::entered(ui, |ui| {
        let modal = widgets::Modal::new(id, title, t.close).width(WIDTH);
        let closed = modal.show(ui.ctx(), |part, ui| match part {
            ModalPart::Body => body(ui, panel, form),
            ModalPart::Foot => foot(ui, panel, form),
        });
        if closed {
            panel.act(Action::Close);
        }
    });
    if entered || ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(Action::SaveForm { connect: true });
    }
}

fn body(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let draft = &form.draft;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    ui.spacing_mut().item_spacing.y = size::PADDING;

    super::heading(ui, t.general);
    form_row(ui, &[60.0, 40.0], |column, ui| {
        if column == 0 {
            let mut name = draft.name.clone();
            let field = TextField::new(t.name).hint(t.name_hint);
            let response = field.show(ui, &mut name).response;
            if form.is_new {
                super::focus_once(&response, "connection form");
            }
            if response.changed() {
                panel.act(Action::Form(FormEdit::Name(name)));
            }
        } else {
            let mut version = draft.version;
            let versions = [(Version::V3_1, "3.1"), (Version::V3_1_1, "3.1.1"), (Version::V5_0, "5.0")];
            let choice = Segmented::new(t.mqtt_version, &versions).label_above();
            if choice.width(ui.available_width()).show(ui, &mut version).changed() {
                panel.act(Action::Form(FormEdit::Version(version)));
            }
        }
    });
    // A socket has no port.
    let shares: &[f32] =
        if draft.endpoint.protocol == Protocol::Unix { &[18.0, 82.0] } else { &[18.0, 52.0, 30.0] };
    form_row(ui, shares, |column, ui| match column {
        0 => {
            let mut protocol = draft.endpoint.protocol;
            let protocols = Protocol::ALL.map(|p| (p, p.scheme()));
            let width = ui.available_width();
            let choice = Dropdown::new(t.protocol, &protocols).label_above().width(width);
            if choice.show(ui, &mut protocol).changed() {
                panel.act(Action::Form(FormEdit::Protocol(protocol)));
            }
        }
        1 => {
            let mut host = draft.endpoint.host.clone();
            let url = form.url_fault.as_ref().map(|f| text::url_error(f, language));
            let said = url.or_else(|| fault(Field::Host));
            let is_socket = draft.endpoint.protocol == Protocol::Unix;
            let label = if is_socket { t.socket_file } else { t.host };
            let field = TextField::new(label).note(said.as_deref().map(Note::Error));
            let response = field.show(ui, &mut host).response;
            if response.changed() {
                panel.act(Action::Form(FormEdit::Host(host)));
            }
            if response.lost_focus() {
                panel.act(Action::Form(FormEdit::HostDone));
            }
        }
        _ => {
            let mut port = form.port.clone();
            let said = fault(Field::Port);
            let field = TextField::new(t.port).note(said.as_deref().map(Note::Error));
            if field.show(ui, &mut port).response.changed() {
                panel.act(Action::Form(FormEdit::Port(port)));
            }
        }
    });

    let mut client_id = draft.client_id.clone();
    let said = fault(Field::ClientId);
    let worth = form.note(Field::ClientId).map(|note| text::field_note(&note, language));
    let note = said.as_deref().map(Note::Error).or(worth.as_deref().map(Note::Info));
    let actions = [(icons::REFRESH, t.generate_client_id)];
    let field = TextField::new(t.client_id).hint(t.client_id_hint).mono().note(note).actions(&actions);
    let answer = field.show(ui, &mut client_id);
    if answer.response.changed() {
        panel.act(Action::Form(FormEdit::ClientId(client_id)));
    }
    if answer.action.is_some() {
        panel.act(Action::Form(FormEdit::GenerateClientId));
    }

    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            let mut username = draft.username.clone();
            let said = fault(Field::Username);
            let field = TextField::new(t.username).hint(t.optional).note(said.as_deref().map(Note::Error));
            if field.show(ui, &mut username).response.changed() {
                panel.act(Action::Form(FormEdit::Username(username)));
            }
        } else {
            let mut password = form.password.reveal().to_owned();
            let mut shown = form.show_password;
            let button = if shown { t.hide_password } else { t.show_password };
            let goes = text::secrets::home(&panel.model.secrets_home, language);
            let note = (!password.is_empty()).then_some(match panel.model.secrets_home {
                Home::File(_) => Note::Caution(&goes),
                _ => Note::Info(&goes),
            });
            let field = TextField::new(t.password).hint(t.optional).note(note).password(&mut shown, button);
            if field.show(ui, &mut password).response.changed() {
                panel.act(Action::Form(FormEdit::Password(Secret::new(password))));
            }
            if shown != form.show_password {
                panel.act(Action::Form(FormEdit::ShowPassword(shown)));
            }
        }
    });

    if draft.endpoint.protocol.uses_websocket() {
        profile_way::websocket(ui, panel, form);
    }
    if draft.endpoint.protocol.uses_tls() {
        profile_way::tls(ui, panel, form);
    }

    super::heading(ui, t.session);
    form_row(ui, &[26.0, 26.0, 48.0], |column, ui| match column {
        0 => {
            let mut secs = form.keep_alive.clone();
            let said = fault(Field::KeepAlive);
            let worth = form.note(Field::KeepAlive).map(|note| text::field_note(&note, language));
            let note = said.as_deref().map(Note::Error).or(worth.as_deref().map(Note::Info));
            let field = TextField::new(t.keep_alive).hint(t.seconds).note(note);
            if field.show(ui, &mut secs).response.changed() {
                panel.act(Action::Form(FormEdit::KeepAlive(secs)));
            }
        }
        1 => {
            let mut secs = form.connect_timeout.clone();
            let said = fault(Field::ConnectTimeout);
            let note = said.as_deref().map(Note::Error);
            let field = TextField::new(t.connect_timeout).hint(t.seconds).note(note);
            if field.show(ui, &mut secs).response.changed() {
                panel.act(Action::Form(FormEdit::ConnectTimeout(secs)));
            }
        }
        _ => {
            ui.add_space(super::LABEL_HEIGHT);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                let clean = if draft.version == Version::V5_0 { t.clean_start } else { t.clean_session };
                let mut on = draft.clean_session;
                if widgets::checkbox(ui, &mut on, clean, clean).changed() {
                    panel.act(Action::Form(FormEdit::CleanSession(on)));
                }
                let mut on = draft.reconnect;
                if widgets::checkbox(ui, &mut on, t.reconnect, t.reconnect).changed() {
                    panel.act(Action::Form(FormEdit::Reconnect(on)));
                }
            });
        }
    });

    form_row(ui, &[52.0, 48.0], |column, ui| {
        if column == 0 {
            let mut choice = draft.unacknowledged;
            let choices = [(Unacknowledged::GiveUp, t.give_up), (Unacknowledged::SendAgain, t.send_again)];
            let field = Segmented::new(t.unacknowledged, &choices).label_above();
            if field.width(ui.available_width()).show(ui, &mut choice).changed() {
                panel.act(Action::Form(FormEdit::Unacknowledged(choice)));
            }
        } else {
            widgets::label_room(ui);
            super::quiet_text(ui, t.unacknowledged_note);
        }
    });

    if draft.endpoint.protocol != Protocol::Unix {
        profile_way::proxy(ui, panel, form);
    }
    profile_more::will(ui, panel, form);
    if draft.version == Version::V5_0 {
        profile_more::connect_options(ui, panel, form);
    }
}

fn foot(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    ui.spacing_mut().item_spacing.x = size::GAP;
    if ui.add(widgets::primary(t.save_and_connect)).clicked() {
        panel.act(Action::SaveForm { connect: true });
    }
    if ui.add(widgets::secondary(t.save)).clicked() {
        panel.act(Action::SaveForm { connect: false });
    }
    if ui.add(widgets::quiet(t.cancel)).clicked() {
        panel.act(Action::Close);
    }
    ui.allocate_ui_with_layout(ui.available_size(), Layout::left_to_right(Align::Center), |ui| {
        let scheme = form.draft.endpoint.protocol.scheme();
        let host = &form.draft.endpoint.host;
        let place = match form.draft.endpoint.protocol {
            Protocol::Unix => format!("{scheme}{host}"),
            Protocol::Ws | Protocol::Wss => {
                format!("{scheme}{host}:{}{}", form.port, form.draft.websocket.path)
            }
            Protocol::Mqtt | Protocol::Mqtts => format!("{scheme}{host}:{}", form.port),
        };
        super::quiet(ui, &place);
    });
}
