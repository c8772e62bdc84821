//! What surrounds the lists: side panel, status line, first window.

use egui::{Align, CentralPanel, Frame, Margin, Panel, Rect, RichText, Ui};
use mqloupe::ui::icons;
use mqloupe::ui::theme::{self, font, size};
use mqloupe::ui::widgets::{self, Dot, mark, paint};

pub fn status_line(ui: &mut Ui, chinese: bool) {
    let tokens = theme::tokens(ui);
    let frame = Frame::NONE.fill(tokens.panel).inner_margin(Margin::symmetric(12, 0));
    Panel::bottom("status").exact_size(size::STATUS_LINE).frame(frame).resizable(false).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            let labels = if chinese {
                ["42 条消息", "61 个报文", "0 个错误", "3 条/秒", "RTT 0.4 ms"]
            } else {
                ["42 messages", "61 packets", "0 faults", "3 msg/s", "RTT 0.4 ms"]
            };
            for label in labels {
                widgets::secondary_label(ui, label);
            }
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                ui.add(widgets::icon_button(icons::SETTINGS, "Settings"));
                ui.add(widgets::icon_button(icons::DARK, "Theme"));
                ui.add(widgets::icon_button(icons::LANGUAGE, "Language"));
                widgets::secondary_label(ui, if chinese { "日志" } else { "Log" });
            });
        });
    });
}

pub fn left_column(ui: &mut Ui, chinese: bool, empty: bool) {
    let tokens = theme::tokens(ui);
    let frame = Frame::NONE.fill(tokens.panel);
    Panel::left("left").exact_size(256.0).frame(frame).resizable(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::title_bar(ui, if chinese { "连接" } else { "Connections" }, |ui| {
            ui.add(widgets::icon_button(icons::ADD, "New connection"));
            ui.add(widgets::icon_button(icons::SEARCH, "Search"));
        });
        if empty {
            Frame::NONE.inner_margin(Margin::symmetric(12, 0)).show(ui, |ui| {
                widgets::secondary_label(
                    ui,
                    "No connections yet. They appear here, with what is unread in each.",
                );
            });
            return;
        }
        connection(ui, "local", "127.0.0.1:1883", Dot::Good, Some("12"), true);
        connection(ui, "bemfa", "bemfa.com:9501 · 3.1", Dot::Idle, None, false);
        connection(ui, "cloud", "broker.emqx.io:8883 · 5.0", Dot::Caution, Some("3"), false);
        ui.add_space(8.0);
        paint::hairline(ui, ui.max_rect().x_range(), ui.cursor().top());
        widgets::title_bar(ui, if chinese { "订阅" } else { "Subscriptions" }, |ui| {
            ui.add(widgets::icon_button(icons::ADD, "New subscription"));
        });
        for (index, (filter, qos, count)) in
            [("sensor", 0, "7"), ("$SYS/broker/#", 1, "5"), ("home/+/temperature", 2, "0")]
                .into_iter()
                .enumerate()
        {
            subscription(ui, index, filter, qos, count);
        }
        ui.with_layout(egui::Layout::bottom_up(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            Frame::NONE.inner_margin(Margin::same(12)).show(ui, |ui| {
                let (start, open) = if chinese {
                    ("启动本地 Broker", "打开抓包文件…")
                } else {
                    ("Start local broker", "Open capture…")
                };
                ui.add(widgets::secondary(open).icon(icons::FOLDER).width(232.0));
                ui.add(widgets::secondary(start).icon(icons::SERVER).width(232.0));
            });
            paint::hairline(ui, ui.max_rect().x_range(), ui.cursor().bottom());
        });
    });
}

fn connection(ui: &mut Ui, name: &str, endpoint: &str, dot: Dot, count: Option<&str>, selected: bool) {
    let tokens = theme::tokens(ui);
    let (rect, _) = widgets::side_row(ui, name, 44.0, selected, name);
    let painter = ui.painter();
    dot.paint(painter, egui::pos2(rect.left() + 16.0, rect.center().y), tokens);
    let text = rect.with_min_x(rect.left() + 28.0).with_max_x(rect.right() - 48.0);
    let (upper, lower) = text.shrink2(egui::vec2(0.0, 5.0)).split_top_bottom_at_fraction(0.5);
    paint::line_in(painter, upper, Align::Min, name, font::body(), tokens.text);
    paint::line_in(painter, lower, Align::Min, endpoint, font::secondary(), tokens.secondary);
    if let Some(count) = count {
        mark::paint_badge(painter, rect.right_center() - egui::vec2(12.0, 0.0), count, tokens.raised, tokens);
    }
}

fn subscription(ui: &mut Ui, index: usize, filter: &str, qos: u8, count: &str) {
    let tokens = theme::tokens(ui);
    let (rect, _) = widgets::side_row(ui, ("subscription", index), 32.0, false, filter);
    let painter = ui.painter();
    mark::paint_bar(
        painter,
        egui::pos2(rect.left() + 9.0, rect.top() + 6.0),
        20.0,
        theme::subscription_colour(ui, index),
    );
    let badge =
        mark::paint_badge(painter, rect.right_center() - egui::vec2(12.0, 0.0), count, tokens.raised, tokens);
    let qos_rect = Rect::from_x_y_ranges(rect.left()..=badge.left() - 8.0, rect.y_range());
    let qos = paint::line_in(
        painter,
        qos_rect,
        Align::Max,
        &format!("QoS {qos}"),
        font::secondary(),
        tokens.secondary,
    );
    let filter_rect = Rect::from_x_y_ranges(rect.left() + 20.0..=qos.left() - 8.0, rect.y_range());
    paint::line_in(painter, filter_rect, Align::Min, filter, font::mono(), tokens.text);
}

pub fn welcome(ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    CentralPanel::default().frame(Frame::NONE.fill(tokens.window)).show(ui, |ui| {
        let place = egui::Align2::CENTER_CENTER.align_size_within_rect(egui::vec2(560.0, 400.0), ui.max_rect());
        ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            ui.label(RichText::new("Every message, and every byte behind it").font(font::headline()));
            ui.label(
                RichText::new(
                    "Connect to a broker, watch its topics, publish, and look at each MQTT packet down to the bit.",
                )
                .color(tokens.secondary),
            );
            ui.add_space(8.0);
            widgets::welcome_card(
                ui,
                icons::SERVER,
                "No broker at hand?",
                "Run one here, on this machine only. You are connected to it at once.",
                widgets::primary("Start local broker"),
            );
            widgets::welcome_card(
                ui,
                icons::ADD,
                "Connect to a broker",
                "Mosquitto, EMQX, a cloud service: MQTT 3.1, 3.1.1 and 5.0.",
                widgets::secondary("New connection"),
            );
            widgets::welcome_card(
                ui,
                icons::FOLDER,
                "Look into a capture",
                "pcap and pcapng from Wireshark or tcpdump.",
                widgets::secondary("Open capture…"),
            );
            widgets::secondary_label(ui, "Ctrl+N new connection · Ctrl+K commands · F1 keys");
        });
    });
}
