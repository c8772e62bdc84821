//! The parts of the connection form that say what lies below MQTT: TLS, WebSocket, a proxy.

use egui::Ui;

use super::{Panel, profile_more};
use crate::model::{Action, FileField, FormEdit, ProfileForm};
use crate::profile::{Header, ProfileField as Field, Proxy, ProxyKind, Secret, Tls, TlsVersion, Verify};
use crate::text;
use crate::ui::icons;
use crate::ui::theme;
use crate::ui::widgets::{Dropdown, Note, Segmented, TextField, form_row};

/// A field for the path of a file, with a button that picks it.
fn file(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    label: &str,
    hint: &str,
    said: Option<&str>,
    field: FileField,
    path: &mut String,
) {
    let name = format!("{} {label}", panel.texts.browse);
    let actions = [(icons::FOLDER, name.as_str())];
    let shown = TextField::new(label).hint(hint).mono().note(said.map(Note::Error)).actions(&actions);
    if shown.show(ui, path).action.is_some() {
        panel.act(Action::Browse(field));
    }
}

/// A field for a secret. Its eye, like every one of the form, opens all of them.
fn secret(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    form: &ProfileForm,
    label: &str,
    value: &Secret,
    edit: fn(Secret) -> FormEdit,
) {
    let t = panel.texts;
    let mut typed = value.reveal().to_owned();
    let mut shown = form.show_password;
    let button = format!("{} ({label})", if shown { t.hide_password } else { t.show_password });
    let field = TextField::new(label).hint(t.optional).password(&mut shown, &button);
    if field.show(ui, &mut typed).response.changed() {
        panel.act(Action::Form(edit(Secret::new(typed))));
    }
    if shown != form.show_password {
        panel.act(Action::Form(FormEdit::ShowPassword(shown)));
    }
}

/// How TLS is spoken: what is trusted, who this client is.
pub fn tls(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    let mut tls: Tls = form.draft.tls.clone();
    super::heading(ui, "TLS");
    form_row(ui, &[40.0, 60.0], |column, ui| {
        if column == 0 {
            let choices = [
                (Verify::System, t.verify_system),
                (Verify::CaFile, t.verify_ca_file),
                (Verify::Off, t.verify_off),
            ];
            let width = ui.available_width();
            Dropdown::new(t.verify, &choices).label_above().width(width).show(ui, &mut tls.verify);
        } else if tls.verify == Verify::CaFile {
            let said = fault(Field::CaFile);
            let hint = "/etc/mosquitto/ca.crt";
            file(ui, panel, t.ca_file, hint, said.as_deref(), FileField::CaFile, &mut tls.ca_file);
        } else {
            let said = fault(Field::ServerName);
            let field = TextField::new(t.server_name).hint(&form.draft.endpoint.host);
            field.note(said.as_deref().map(Note::Error)).show(ui, &mut tls.server_name);
        }
    });
    if tls.verify == Verify::Off {
        super::coloured(ui, t.verify_off_note, theme::tokens(ui).caution);
    }
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            let said = fault(Field::CertificateFile);
            let (field, path) = (FileField::CertificateFile, &mut tls.certificate_file);
            file(ui, panel, t.certificate_file, t.optional, said.as_deref(), field, path);
        } else {
            file(ui, panel, t.key_file, t.optional, None, FileField::KeyFile, &mut tls.key_file);
        }
    });
    form_row(ui, &[1.0, 1.0], |column, ui| {
        if column == 0 {
            let mut alpn = tls.alpn.join(", ");
            if TextField::new("ALPN").hint(t.optional).mono().show(ui, &mut alpn).response.changed() {
                tls.alpn = alpn.split(',').map(|name| name.trim().to_owned()).collect();
                tls.alpn.retain(|name| !name.is_empty());
            }
        } else {
            let versions = TlsVersion::ALL.map(|version| (version, version.name()));
            let choice = Segmented::new(t.minimum_version, &versions).label_above();
            choice.width(ui.available_width()).show(ui, &mut tls.minimum_version);
        }
    });
    if !tls.certificate_file.is_empty() {
        secret(ui, panel, form, t.key_passphrase, &form.key_passphrase, FormEdit::KeyPassphrase);
    }
    if tls != form.draft.tls {
        panel.act(Action::Form(FormEdit::Tls(tls)));
    }
}

/// How WebSocket is asked for.
pub fn websocket(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    let mut websocket = form.draft.websocket.clone();
    super::heading(ui, "WebSocket");
    let said = fault(Field::WebSocketPath);
    let field = TextField::new(t.path).hint("/mqtt").mono().note(said.as_deref().map(Note::Error));
    field.show(ui, &mut websocket.path);
    let mut headers: Vec<_> = websocket.headers.iter().map(|h| (h.name.clone(), h.value.clone())).collect();
    let faults = |place| fault(Field::WebSocketHeader(place));
    if profile_more::pairs(ui, panel, [t.header, t.add_header], &mut headers, faults) {
        websocket.headers = headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    }
    if websocket != form.draft.websocket {
        panel.act(Action::Form(FormEdit::WebSocket(websocket)));
    }
}

/// The proxy on the way.
pub fn proxy(ui: &mut Ui, panel: &mut Panel<'_>, form: &ProfileForm) {
    let t = panel.texts;
    let language = panel.language();
    let fault = |field: Field| form.fault(field).map(|fault| text::form_fault(fault, language));
    let faulty = form.faulty(|field| matches!(field, Field::ProxyHost | Field::ProxyPort));
    let summary = form.draft.proxy.as_ref().map_or("", |proxy| proxy.host.as_str());
    profile_more::part(ui, t.proxy, summary, faulty, |ui| {
        let mut kind = form.draft.proxy.as_ref().map(|proxy| proxy.kind);
        let kinds =
            [(None, t.proxy_none), (Some(ProxyKind::Http), "HTTP"), (Some(ProxyKind::Socks5), "SOCKS5")];
        if Segmented::new(t.proxy_kind, &kinds).label_above().show(ui, &mut kind).changed() {
            let proxy = kind.map(|kind| Proxy { kind, ..form.draft.proxy.clone().unwrap_or_default() });
            panel.act(Action::Form(FormEdit::Proxy(proxy)));
        }
        let Some(mut proxy) = form.draft.proxy.clone() else { return };
        form_row(ui, &[64.0, 36.0], |column, ui| {
            if column == 0 {
                let said = fault(Field::ProxyHost);
                let field = TextField::new(t.proxy_host).note(said.as_deref().map(Note::Error));
                field.show(ui, &mut proxy.host);
            } else {
                let mut port = form.proxy_port.clone();
                let said = fault(Field::ProxyPort);
                let field = TextField::new(t.proxy_port).note(said.as_deref().map(Note::Error));
                if field.show(ui, &mut port).response.changed() {
                    panel.act(Action::Form(FormEdit::ProxyPort(port)));
                }
            }
        });
        form_row(ui, &[1.0, 1.0], |column, ui| {
            if column == 0 {
                TextField::new(t.proxy_username).hint(t.optional).show(ui, &mut proxy.username);
            } else {
                secret(ui, panel, form, t.proxy_password, &form.proxy_password, FormEdit::ProxyPassword);
            }
        });
        if Some(&proxy) != form.draft.proxy.as_ref() {
            panel.act(Action::Form(FormEdit::Proxy(Some(proxy))));
        }
    });
}
