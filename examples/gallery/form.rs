//! The connection form.

use egui::{Layout, Ui};
use mqloupe::ui::icons;
use mqloupe::ui::widgets::{self, Dropdown, Modal, ModalPart, Section, Segmented, TextField, form_row};

pub struct Form {
    texts: [String; 8],
    protocol: u8,
    version: u8,
    clean: bool,
    reconnect: bool,
    revealed: bool,
    open: [bool; 4],
}

impl Default for Form {
    fn default() -> Self {
        Self {
            texts: ["bemfa", "bemfa.com", "9501", "4d9ec352e0376f2110a0c601a2857225", "", "", "60 s", "10 s"]
                .map(String::from),
            protocol: 0,
            version: 0,
            clean: true,
            reconnect: true,
            revealed: false,
            open: [true, true, false, false],
        }
    }
}

impl Form {
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        Modal::new(egui::Id::unique("form"), "New connection", "Close").show(&ctx, |part, ui| match part {
            ModalPart::Body => self.body(ui),
            ModalPart::Foot => {
                ui.add(widgets::primary("Save and connect"));
                ui.add(widgets::secondary("Save"));
                ui.add(widgets::quiet("Cancel"));
                ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                    widgets::secondary_label(ui, "mqtt://bemfa.com:9501");
                });
            }
        });
    }

    fn body(&mut self, ui: &mut Ui) {
        let [name, host, port, client, user, password, keep_alive, timeout] = &mut self.texts;
        Section::new("General").strong().show(ui, &mut self.open[0], |_| {});
        form_row(ui, &[3.0, 2.0], |column, ui| {
            if column == 0 {
                TextField::new("Name").show(ui, name);
            } else {
                let width = ui.available_width();
                Segmented::new("MQTT version", &[(0, "3.1"), (1, "3.1.1"), (2, "5.0")])
                    .label_above()
                    .width(width)
                    .show(ui, &mut self.version);
            }
        });
        form_row(ui, &[2.0, 5.0, 3.0], |column, ui| match column {
            0 => {
                let width = ui.available_width();
                let options = [(0, "mqtt://"), (1, "mqtts://"), (2, "ws://"), (3, "wss://")];
                Dropdown::new("Protocol", &options).label_above().width(width).show(ui, &mut self.protocol);
            }
            1 => {
                TextField::new("Host").show(ui, host);
            }
            _ => {
                TextField::new("Port").show(ui, port);
            }
        });
        TextField::new("Client ID")
            .mono()
            .actions(&[(icons::REFRESH, "Generate client ID")])
            .show(ui, client);
        form_row(ui, &[1.0, 1.0], |column, ui| {
            if column == 0 {
                TextField::new("Username").hint("optional").show(ui, user);
            } else {
                TextField::new("Password")
                    .hint("optional")
                    .password(&mut self.revealed, "Show password")
                    .show(ui, password);
            }
        });
        Section::new("Session").strong().show(ui, &mut self.open[1], |_| {});
        form_row(ui, &[3.0, 3.0, 4.0], |column, ui| match column {
            0 => {
                TextField::new("Keep alive").show(ui, keep_alive);
            }
            1 => {
                TextField::new("Connect timeout").show(ui, timeout);
            }
            _ => {
                widgets::label_room(ui);
                ui.horizontal(|ui| {
                    widgets::checkbox(ui, &mut self.clean, "Clean session", "Clean session");
                    widgets::checkbox(ui, &mut self.reconnect, "Reconnect", "Reconnect");
                });
            }
        });
        Section::new("TLS").summary("off: the protocol is mqtt://").show(ui, &mut self.open[2], |_| {});
        Section::new("Will").summary("none").show(ui, &mut self.open[3], |_| {});
    }
}
