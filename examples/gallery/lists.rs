//! The two lists with their inspectors.

use std::ops::Range;

use egui::{Align, CentralPanel, Color32, Frame, Margin, Panel, RichText, Ui};
use mqloupe::ui::icons;
use mqloupe::ui::theme::{self, font, size};
use mqloupe::ui::widgets::{
    self, Column, Columns, Dot, Dropdown, FieldRow, FieldTree, Head, HexPane, RowList, Section, Segmented,
    TextField, TextView,
};

pub struct Lists {
    tab: u8,
    filter: String,
    topic: String,
    payload: String,
    qos: u8,
    format: u8,
    retain: bool,
    open: [bool; 3],
    selected: Option<u64>,
    follow: bool,
    field: Option<usize>,
    byte: Option<usize>,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            tab: 0,
            filter: String::new(),
            topic: "sensor".into(),
            payload: "lalala".into(),
            qos: 0,
            format: 0,
            retain: false,
            open: [true; 3],
            selected: None,
            follow: false,
            field: None,
            byte: None,
        }
    }
}

const CONNECT: [u8; 40] =
    *b"\x10\x26\x00\x04MQTT\x04\xc2\x00\x3c\x00\x09123456789\x00\x05admin\x00\x08password";
const FAULT: Range<usize> = 23..25;
const SECRET: Range<usize> = 32..40;
const PUBLISH: [u8; 12] = *b"\x30\x0a\x00\x06sensorHi";

impl Lists {
    fn header(ui: &mut Ui, chinese: bool) {
        let tokens = theme::tokens(ui);
        let frame =
            Frame::NONE.fill(tokens.window).inner_margin(Margin { left: 16, right: 16, top: 8, bottom: 8 });
        Panel::top("header").exact_size(56.0).frame(frame).resizable(false).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.horizontal(|ui| {
                        widgets::title_label(ui, "local");
                        widgets::phase(ui, Dot::Good, if chinese { "已连接" } else { "Connected" });
                    });
                    widgets::secondary_label(ui, "MQTT 3.1.1 · 127.0.0.1:1883 · 123456789");
                });
                ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                    let (edit, disconnect) =
                        if chinese { ("编辑", "断开") } else { ("Edit", "Disconnect") };
                    ui.add(widgets::secondary(disconnect).icon(icons::POWER));
                    ui.add(widgets::quiet(edit).icon(icons::EDIT));
                });
            });
        });
    }

    fn bar(&mut self, ui: &mut Ui, chinese: bool) {
        let frame = Frame::NONE.inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 4 });
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                let tabs =
                    if chinese { [(0, "消息"), (1, "报文")] } else { [(0, "Messages"), (1, "Packets")] };
                Segmented::new("View", &tabs).tabs().show(ui, &mut self.tab);
                let width = ui.available_width() - 2.0 * (size::CONTROL + size::GAP);
                TextField::unlabelled("Filter")
                    .hint(if chinese { "过滤" } else { "Filter" })
                    .leading(icons::FILTER)
                    .mono()
                    .width(width)
                    .show(ui, &mut self.filter);
                if ui
                    .add(widgets::toggle_icon(icons::FOLLOW, "Follow", self.follow).shortcut("Ctrl+L"))
                    .clicked()
                {
                    self.follow = !self.follow;
                }
                ui.add(widgets::icon_button(icons::EXPORT, "Export"));
            });
        });
    }

    pub fn packets(&mut self, ui: &mut Ui, chinese: bool) {
        self.tab = 1;
        let tokens = theme::tokens(ui);
        Self::header(ui, chinese);
        let frame = Frame::NONE.fill(tokens.panel);
        Panel::bottom("inspector").exact_size(330.0).frame(frame).show(ui, |ui| {
            Panel::left("fields").exact_size(420.0).frame(Frame::NONE).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                inspector_head(ui, "CONNECT", "40 B · 20:08:00.001 482 113", tokens.accent_text);
                self.tree(ui, chinese, false);
            });
            CentralPanel::default().frame(Frame::NONE.inner_margin(Margin::symmetric(12, 0))).show(
                ui,
                |ui| {
                    ui.add_space(12.0);
                    ui.label(RichText::new("Hex").font(font::secondary_strong()).color(tokens.secondary));
                    ui.add_space(4.0);
                    let pane = HexPane::new("hex", "Hex", &CONNECT)
                        .selected(Some(self.byte.map_or(9..10, |byte| byte..byte + 1)))
                        .outlined(Some(2..23))
                        .faults(std::slice::from_ref(&FAULT))
                        .masked(std::slice::from_ref(&SECRET))
                        .max_height(200.0)
                        .show(ui);
                    self.byte = pane.picked.or(self.byte);
                    ui.add_space(8.0);
                    explain(ui, chinese);
                },
            );
        });
        CentralPanel::default().frame(Frame::NONE.fill(tokens.window)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.bar(ui, chinese);
            let columns = head(
                ui,
                &[
                    Column::fixed("No.", 36.0).right(),
                    Column::fixed("Time", 96.0),
                    Column::fixed("Source", 128.0),
                    Column::fixed("Destination", 128.0),
                    Column::fixed("Protocol", 64.0),
                    Column::fixed("Length", 48.0).right(),
                    Column::share("Info", 1.0),
                ],
            );
            let packets = [
                ("CONNECT", "Connect Command · 123456789", true),
                ("CONNACK", "Connect Ack · accepted", false),
                ("SUBSCRIBE", "Subscribe Request (1) · sensor", true),
                ("SUBACK", "Subscribe Ack (1) · QoS 0 · 0.6 ms", false),
                ("PINGREQ", "Ping Request", true),
                ("PINGRESP", "Ping Response · 0.4 ms", false),
            ];
            let list = RowList::new("packets", "Packets")
                .rows(1..100_000_000)
                .selected(self.selected.or(Some(1)))
                .follow(self.follow)
                .show(ui, |row, number| {
                    let (packet, info, sent) = nth(&packets, number - 1);
                    let (here, there) = ("127.0.0.1:50412", "127.0.0.1:1883");
                    let (source, destination) = if sent { (here, there) } else { (there, here) };
                    let ink = if sent { tokens.accent_text } else { tokens.good };
                    let mono = font::mono;
                    row.name(format!("{number} {packet} {info}"));
                    row.cell(columns.place(0), &number.to_string(), mono(), tokens.secondary, Align::Max);
                    row.cell(columns.place(1), "20:08:00.001", mono(), tokens.text, Align::Min);
                    row.cell(columns.place(2), source, mono(), tokens.secondary, Align::Min);
                    row.cell(columns.place(3), destination, mono(), tokens.secondary, Align::Min);
                    row.cell(columns.place(4), "MQTT", mono(), tokens.text, Align::Min);
                    row.cell(columns.place(5), "40", mono(), tokens.secondary, Align::Max);
                    let mut place = columns.place(6);
                    place.min = row.cell(place, packet, font::mono_strong(), ink, Align::Min) + 8.0;
                    row.cell(place, info, mono(), tokens.secondary, Align::Min);
                });
            self.selected = list.moved_to.or(list.clicked).or(self.selected);
            self.follow &= !list.scrolled_up;
        });
    }

    pub fn messages(&mut self, ui: &mut Ui, chinese: bool) {
        let tokens = theme::tokens(ui);
        let frame = Frame::NONE.fill(tokens.panel);
        Panel::right("inspector").exact_size(388.0).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            inspector_head(ui, "PUBLISH", "12 B · 20:09:49.588 214 907", tokens.good);
            paint_line(ui);
            padded(ui, |ui| {
                Section::new(if chinese { "字段" } else { "Fields" }).show(ui, &mut self.open[0], |_| {});
            });
            self.tree(ui, chinese, true);
            padded(ui, |ui| {
                ui.add_space(8.0);
                explain(ui, chinese);
                ui.add_space(8.0);
            });
            paint_line(ui);
            padded(ui, |ui| {
                Section::new(if chinese { "十六进制" } else { "Hex" }).show(ui, &mut self.open[1], |_| {});
                HexPane::new("hex", "Hex", &PUBLISH)
                    .per_row(8)
                    .selected(Some(4..10))
                    .outlined(Some(2..12))
                    .max_height(200.0)
                    .show(ui);
                ui.add_space(12.0);
            });
            paint_line(ui);
            padded(ui, |ui| {
                Section::new(if chinese { "负载" } else { "Payload" }).show(ui, &mut self.open[2], |ui| {
                    let options = [(0, "Plain text"), (1, "JSON"), (2, "Hex")];
                    Dropdown::new("Payload format", &options).quiet().show(ui, &mut self.format);
                });
                TextView::new("payload", "Payload", "Hi", 0).show(ui);
            });
        });
        Self::header(ui, chinese);
        let frame = Frame::NONE.fill(tokens.window).inner_margin(Margin::symmetric(12, 12));
        Panel::bottom("publish").exact_size(156.0).frame(frame).show(ui, |ui| self.publish(ui, chinese));
        CentralPanel::default().frame(Frame::NONE.fill(tokens.window)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.bar(ui, chinese);
            self.message_list(ui, chinese);
        });
    }

    fn message_list(&mut self, ui: &mut Ui, chinese: bool) {
        let tokens = theme::tokens(ui);
        let titles = if chinese {
            ["序号", "时间", "Δ", "主题", "QoS", "负载"]
        } else {
            ["No.", "Time", "Δ", "Topic", "QoS", "Payload"]
        };
        let columns = head(
            ui,
            &[
                Column::fixed(titles[0], 28.0).right(),
                Column::fixed(titles[1], 96.0),
                Column::fixed(titles[2], 60.0).right(),
                Column::fixed("", 16.0),
                Column::share(titles[3], 2.0),
                Column::fixed(titles[4], 28.0),
                Column::share(titles[5], 2.4),
            ],
        );
        let rows = [
            ("$SYS/broker/uptime", 1, "1042 seconds", 1, false),
            ("sensor", 0, "lalala", 0, true),
            ("sensor", 0, "Hi", 0, false),
            ("home/客厅/temperature", 2, "21.6", 2, false),
            ("sensor", 0, r#"{"id":"t-01","temperature":21.5}"#, 1, false),
        ];
        let list = RowList::new("messages", "Messages")
            .rows(36..44)
            .selected(self.selected.or(Some(41)))
            .show(ui, |row, number| {
                let (topic, colour, payload, qos, sent) = nth(&rows, number);
                let mono = font::mono;
                row.name(format!("{number} {topic} QoS {qos} {payload}"));
                row.cell(columns.place(0), &number.to_string(), mono(), tokens.secondary, Align::Max);
                row.cell(columns.place(1), "20:09:12.004", mono(), tokens.text, Align::Min);
                row.cell(columns.place(2), "+10.790", mono(), tokens.secondary, Align::Max);
                let (icon, ink) =
                    if sent { (icons::SENT, tokens.accent_text) } else { (icons::RECEIVED, tokens.good) };
                row.icon(columns.place(3), icon, ink);
                let mut place = columns.place(4);
                row.bar(place.min, tokens.subscriptions[colour]);
                place.min += 10.0;
                row.cell(place, topic, mono(), tokens.text, Align::Min);
                row.cell(columns.place(5), &qos.to_string(), mono(), tokens.secondary, Align::Min);
                row.cell(columns.place(6), payload, mono(), tokens.text, Align::Min);
            });
        self.selected = list.moved_to.or(list.clicked).or(self.selected);
    }

    fn publish(&mut self, ui: &mut Ui, chinese: bool) {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                let (retain, plain) =
                    if chinese { ("保留", "纯文本") } else { ("Retain", "Plain text") };
                widgets::checkbox(ui, &mut self.retain, retain, "Retain");
                Dropdown::new("Format", &[(0, plain), (1, "JSON")]).show(ui, &mut self.format);
                Dropdown::new("QoS", &[(0, "QoS 0"), (1, "QoS 1")]).show(ui, &mut self.qos);
                TextField::unlabelled("Topic").mono().show(ui, &mut self.topic);
            });
        });
        TextField::unlabelled("Payload").multiline(3).height(64.0).mono().show(ui, &mut self.payload);
        ui.horizontal(|ui| {
            widgets::secondary_label(ui, "6 B · Ctrl+Enter");
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                ui.add(widgets::primary(if chinese { "发布" } else { "Publish" }).shortcut("Ctrl+Enter"));
            });
        });
    }

    fn tree(&mut self, ui: &mut Ui, chinese: bool, natural: bool) {
        let labels = if chinese {
            ["固定报头", "报文类型", "剩余长度", "可变报头", "协议名", "连接标志", "用户名标志", "有效载荷"]
        } else {
            [
                "Fixed header",
                "Packet type",
                "Remaining length",
                "Variable header",
                "Protocol name",
                "Connect flags",
                "User name flag",
                "Payload",
            ]
        };
        let values =
            ["10 26", "1 · CONNECT", "38", "", "MQTT", "0xc2", "1", "123456789 · admin · ••••••••••••••••••"];
        let depths = [0, 1, 1, 0, 1, 1, 2, 0];
        let groups = [true, false, false, true, false, true, false, true];
        let rows: Vec<FieldRow> = (0..8)
            .map(|index| FieldRow {
                depth: depths[index],
                label: labels[index].into(),
                value: values[index].into(),
                expandable: groups[index],
                expanded: index != 7,
                selected: self.field.unwrap_or(5) == index,
                fault: (index == 4).then_some(mqloupe::wire::Severity::Error),
                ..FieldRow::default()
            })
            .collect();
        let mut tree = FieldTree::new("fields", "Fields", &rows);
        if natural {
            tree = tree.max_height(260.0);
        }
        self.field = tree.show(ui).picked.or(self.field);
    }
}

fn inspector_head(ui: &mut Ui, packet: &str, rest: &str, ink: Color32) {
    let tokens = theme::tokens(ui);
    Frame::NONE.inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(RichText::new(packet).font(font::mono_strong()).color(ink));
            ui.label(RichText::new(rest).font(font::secondary()).color(tokens.secondary));
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                ui.add(widgets::icon_button(icons::COPY, "Copy"));
            });
        });
    });
}

fn explain(ui: &mut Ui, chinese: bool) {
    let text = if chinese {
        "一个字节，每一位是一个选择：`0xc2 = 1100 0010`。载荷中带有用户名和密码；没有遗嘱；服务器开始一个干净的会话。"
    } else {
        "One byte, one bit for each choice: `0xc2 = 1100 0010`. User name and password follow in the payload; no will; \
         the server starts a clean session."
    };
    widgets::explain_box(ui, text, "MQTT 3.1.1, 3.1.2.3");
}

fn padded(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    Frame::NONE.inner_margin(Margin::symmetric(12, 0)).show(ui, add);
}

fn paint_line(ui: &mut Ui) {
    widgets::paint::hairline(ui, ui.max_rect().x_range(), ui.cursor().top());
    ui.add_space(1.0);
}

/// The samples over and over.
fn nth<T: Copy>(samples: &[T], number: u64) -> T {
    let count = samples.len() as u64;
    samples[usize::try_from(number % count).unwrap_or_default()]
}

/// The head of a list whose columns stand as they are.
fn head(ui: &mut Ui, columns: &[Column<'_>]) -> Columns {
    let shown: Vec<usize> = (0..columns.len()).collect();
    let id = ui.scope_id().with("head");
    let (places, _) = Head::new(id, columns, &shown).show(ui, |ui, column| {
        widgets::menu_check(ui, columns[column].name, true, None);
    });
    places
}
