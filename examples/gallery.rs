//! Every part of the kit in one window, to look at: `cargo run --example gallery [dark|light] [en|zh] [page]`.

use mqloupe::language::Language;
use mqloupe::ui::{fonts, icons, theme, widgets};

fn main() -> eframe::Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let theme = if given("light") { egui::Theme::Light } else { egui::Theme::Dark };
    let language = if given("zh") { Language::Chinese } else { Language::English };
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]),
        ..Default::default()
    };
    eframe::run_native(
        "gallery",
        options,
        Box::new(move |cc| {
            fonts::install(&cc.egui_ctx, language);
            theme::apply(&cc.egui_ctx);
            cc.egui_ctx.set_theme(theme);
            Ok(Box::new(Gallery::default()))
        }),
    )
}

struct Gallery {
    name: String,
    secret: String,
    payload: String,
    revealed: bool,
    version: u8,
    qos: u8,
    retain: bool,
    clean: bool,
}

impl Default for Gallery {
    fn default() -> Self {
        Self {
            name: "bemfa".into(),
            secret: String::new(),
            payload: "lalala".into(),
            revealed: false,
            version: 1,
            qos: 0,
            retain: false,
            clean: true,
        }
    }
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.add(widgets::primary("Publish").shortcut("Ctrl+Enter"));
                ui.add(widgets::secondary("Disconnect").icon(icons::POWER));
                ui.add(widgets::quiet("Edit").icon(icons::EDIT));
                ui.add(widgets::destructive("Delete"));
                ui.add(widgets::icon_button(icons::ADD, "New connection"));
                ui.add(widgets::icon_button(icons::SEARCH, "Search"));
                ui.add(widgets::toggle_icon(icons::FOLLOW, "Follow", true));
                ui.add(widgets::toggle_icon(icons::FOLLOW, "Follow off", false));
                ui.add_enabled(false, widgets::primary("Publish"));
                ui.add(widgets::secondary("启动本地 Broker").icon(icons::SERVER));
                ui.add(widgets::primary("发布"));
            });
            ui.horizontal(|ui| {
                widgets::Segmented::new("View", &[(0, "Messages"), (1, "Packets")])
                    .tabs()
                    .show(ui, &mut self.version);
                widgets::Dropdown::new("QoS", &[(0, "QoS 0"), (1, "QoS 1"), (2, "QoS 2")])
                    .show(ui, &mut self.qos);
                widgets::checkbox(ui, &mut self.retain, "Retain", "Retain");
                widgets::checkbox(ui, &mut self.clean, "Clean session", "Clean session");
                widgets::TextField::unlabelled("Filter")
                    .hint("Filter")
                    .leading(icons::FILTER)
                    .mono()
                    .show(ui, &mut String::new());
            });
            widgets::form_row(ui, &[3.0, 2.0], |column, ui| {
                if column == 0 {
                    widgets::TextField::new("Name").show(ui, &mut self.name);
                } else {
                    let width = ui.available_width();
                    widgets::Segmented::new("MQTT version", &[(0, "3.1"), (1, "3.1.1"), (2, "5.0")])
                        .width(width)
                        .label_above()
                        .show(ui, &mut self.version);
                }
            });
            widgets::form_row(ui, &[1.0, 1.0], |column, ui| {
                if column == 0 {
                    widgets::TextField::new("Client ID")
                        .mono()
                        .actions(&[(icons::REFRESH, "Generate client ID")])
                        .note(Some(widgets::Note::Error("A port lies between 1 and 65535. Try 1883.")))
                        .show(ui, &mut self.name);
                } else {
                    widgets::TextField::new("Password")
                        .hint("optional")
                        .password(&mut self.revealed, "Show password")
                        .note(Some(widgets::Note::Info("Kept in the keyring of this system.")))
                        .show(ui, &mut self.secret);
                }
            });
            widgets::TextField::new("Payload").multiline(4).mono().show(ui, &mut self.payload);
            ui.horizontal_wrapped(|ui| {
                for (name, icon) in icons::ALL {
                    ui.add(widgets::icon_button(*icon, name));
                }
            });
        });
    }
}
