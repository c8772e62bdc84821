//! Every control in every state.

use egui::{CentralPanel, Frame, Margin, Ui};
use mqloupe::ui::widgets::{self, Dot, Note, Segmented, TextField};
use mqloupe::ui::{icons, theme};

#[derive(Default)]
pub struct Controls {
    name: String,
    secret: String,
    payload: String,
    filter: String,
    revealed: bool,
    version: u8,
    qos: u8,
    retain: bool,
    clean: bool,
    open: bool,
}

impl Controls {
    pub fn show(&mut self, ui: &mut Ui) {
        let tokens = theme::tokens(ui);
        CentralPanel::default().frame(Frame::NONE.fill(tokens.panel).inner_margin(Margin::same(12))).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.add(widgets::primary("Publish").shortcut("Ctrl+Enter"));
                ui.add(widgets::secondary("Disconnect").icon(icons::POWER));
                ui.add(widgets::quiet("Edit").icon(icons::EDIT));
                ui.add(widgets::destructive("Delete"));
                ui.add(widgets::icon_button(icons::ADD, "New connection"));
                ui.add(widgets::toggle_icon(icons::FOLLOW, "Follow", true));
                ui.add(widgets::toggle_icon(icons::FOLLOW, "Follow, off", false));
                ui.add_enabled(false, widgets::primary("Publish"));
                ui.add(widgets::secondary("启动本地 Broker").icon(icons::SERVER));
                ui.add(widgets::primary("发布"));
                let focused = ui.add(widgets::secondary("Focused"));
                if ui.input(|input| input.time < 1.0) {
                    focused.request_focus();
                }
            });
            ui.horizontal(|ui| {
                Segmented::new("View", &[(0, "Messages"), (1, "Packets")]).tabs().show(ui, &mut self.version);
                widgets::Dropdown::new("QoS", &[(0, "QoS 0"), (1, "QoS 1"), (2, "QoS 2")]).show(ui, &mut self.qos);
                widgets::checkbox(ui, &mut self.retain, "Retain", "Retain");
                widgets::checkbox(ui, &mut self.clean, "Clean session", "Clean session");
                widgets::badge(ui, "3");
                widgets::badge(ui, "128");
                for (dot, word) in [
                    (Dot::Good, "Connected"),
                    (Dot::Idle, "Offline"),
                    (Dot::Caution, "Connecting…"),
                    (Dot::Bad, "Refused"),
                ] {
                    widgets::phase(ui, dot, word);
                }
                TextField::unlabelled("Filter").hint("Filter").leading(icons::FILTER).mono().show(ui, &mut self.filter);
            });
            widgets::form_row(ui, &[1.0, 1.0], |column, ui| {
                if column == 0 {
                    TextField::new("Port")
                        .mono()
                        .hint("1883")
                        .actions(&[(icons::REFRESH, "Generate")])
                        .note(Some(Note::Error("A port lies between 1 and 65535. Try 1883.")))
                        .show(ui, &mut self.name);
                } else {
                    TextField::new("Password")
                        .hint("optional")
                        .password(&mut self.revealed, "Show password")
                        .note(Some(Note::Info("Kept in the keyring of this system.")))
                        .show(ui, &mut self.secret);
                }
            });
            TextField::new("Payload").multiline(4).mono().hint("Any text").show(ui, &mut self.payload);
            widgets::Section::new("Fields").summary("12 fields").show(ui, &mut self.open, |_| {});
            widgets::explain_box(
                ui,
                "One byte, one bit for each choice: `0xc2 = 1100 0010`. User name and password follow in the payload; \
                 no will; the server starts a clean session.",
                "MQTT 3.1.1, 3.1.2.3",
            );
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = egui::Vec2::splat(4.0);
                for (name, icon) in icons::ALL {
                    ui.add(widgets::icon_button(*icon, name));
                }
            });
            let toasts = [
                widgets::Toast {
                    id: 1,
                    kind: widgets::ToastKind::Good,
                    text: "Subscribed to sensor",
                    action: None,
                },
                widgets::Toast {
                    id: 2,
                    kind: widgets::ToastKind::Info,
                    text: "Deleted cloud",
                    action: Some("Undo"),
                },
                widgets::Toast {
                    id: 3,
                    kind: widgets::ToastKind::Bad,
                    text: "Publish refused: not authorised",
                    action: None,
                },
            ];
            let _ = widgets::toasts(ui.ctx(), &toasts, "Close");
            widgets::empty_state(
                ui,
                icons::HISTORY,
                "No messages yet",
                "They appear here as they arrive. Subscribe to a topic, or publish one.",
                Some(widgets::secondary("New subscription")),
            );
        });
    }
}
