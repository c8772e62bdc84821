//! The timeline: the bar with tabs and filter, and the list of messages or packets.

use egui::{Align, Layout, Ui};

use super::place::Place;
use super::{Panel, marks};
use crate::log::filter::equals;
use crate::log::{FrameLog, Row};
use crate::model::{Action, Connection, CopyWhat, ListAction, Tab, Timeline};
use crate::text::time;
use crate::ui::command;
use crate::ui::icons;
use crate::ui::theme::{self, Tokens, font, size};
use crate::ui::widgets::{self, Columns, RowList, RowListResponse, RowPainter, Segmented};
use crate::wire::{Direction, Peek};

/// Height of the bar.
const BAR: f32 = 44.0;
/// Width of a time, and of one with its date before it.
const TIME: (f32, f32) = (96.0, 182.0);

/// The bar over the list.
pub fn bar(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let t = panel.texts;
    let timeline = &connection.timeline;
    super::inset_row(ui, BAR, |ui| {
        let mut tab = timeline.tab;
        let tabs = [(Tab::Messages, t.messages), (Tab::Packets, t.packets)];
        if Segmented::new(t.timeline, &tabs).tabs().show(ui, &mut tab).changed() {
            panel.act(Action::Tab(tab));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = size::GAP;
            let keys = command::written(ui.ctx(), &command::FOLLOW);
            let follow = widgets::toggle_icon(icons::FOLLOW, t.follow, timeline.follow).shortcut(&keys);
            if ui.add(follow).clicked() {
                panel.act(Action::Follow(!timeline.follow));
            }
            super::density::toggle(ui, panel);
            let export = widgets::icon_button(icons::EXPORT, t.export_capture);
            if ui.add_enabled(connection.log.is_some(), export).clicked() {
                panel.act(Action::NewExport);
            }
            super::filter::field(ui, panel, connection);
        });
    });
    super::filter::note(ui, panel);
    if let Some(only) = &timeline.only {
        super::inset_row(ui, size::CONTROL, |ui| {
            let tokens = theme::tokens(ui);
            ui.label(super::rich(t.topic, font::secondary(), tokens.secondary));
            ui.label(super::rich(only, font::mono(), tokens.text));
            if ui.add(widgets::quiet(t.show_all)).clicked() {
                panel.act(Action::ShowOnly(only.clone()));
            }
        });
    }
}

/// The list, or what would fill it.
pub fn list(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    let timeline = &connection.timeline;
    let (Some(log), Some(view)) = (&connection.log, &timeline.view) else { return };
    let mut texts = std::mem::take(&mut panel.state.rows);
    texts.prepare(panel, connection, log);

    let first = log.rows().start;
    let dated = log.entry(first).is_some_and(|e| panel.local.date(e.time) != panel.today);
    let time_width = if dated { TIME.1 } else { TIME.0 };
    let columns = match timeline.tab {
        Tab::Messages => super::columns::messages(ui, panel, number_width(log), time_width),
        Tab::Packets => super::columns::packets(ui, panel, number_width(log), time_width),
    };
    // Rows that have gone keep their numbers, so that the list stands still when they go.
    let rows = view.numbers();
    let gone = rows.start;
    let earlier = super::history::earlier(panel, log);
    let row_at = |number: u64| view.row_numbered(number);
    if rows.is_empty() {
        panel.state.rows = texts;
        empty(ui, panel, connection, log);
        return;
    }
    // The row above the first has the number before.
    let rows = if earlier.is_some() { gone.saturating_sub(1)..rows.end } else { rows };
    let mut colours = std::mem::take(&mut panel.state.colours);
    colours.prepare(panel, connection, log);
    let tokens = theme::tokens(ui);
    let salt = format!("{} {:?}", connection.profile.id.0, timeline.tab);
    let id = &connection.profile.id;
    let mut place = panel.state.places.remove(id).unwrap_or_else(|| Place::new(log, timeline));
    let near = timeline.selected.and_then(|row| view.number(row));
    let selected = near.filter(|number| row_at(*number) == timeline.selected);
    let lead = timeline.range.and_then(|range| view.number(range.lead));
    let among = |number: u64| {
        timeline.range.is_some_and(|range| row_at(number).is_some_and(|row| range.contains(row)))
    };
    let t = panel.texts;
    let name = if timeline.tab == Tab::Messages { t.messages } else { t.packets };
    let mut list = RowList::new(&salt, name).rows(rows).selected(selected).near(near);
    if timeline.range.is_some() {
        list = list.range(&among, lead);
    }
    let bring = place.wanted(timeline, view);
    let response =
        list.place(place.find(view)).bring(bring).follow(timeline.follow).show(ui, |painter, index| {
            if let Some(words) = earlier.as_ref().filter(|_| index < gone) {
                super::history::earlier_row(painter, tokens, words);
                return;
            }
            let Some(row) = row_at(index) else { return };
            let Some(text) = texts.get(panel, connection, log, row) else { return };
            colours.paint(panel, painter, log, row);
            let counted = marks::counted(timeline, log, row);
            let time = counted.as_deref().unwrap_or(&text.time);
            match timeline.tab {
                Tab::Messages => {
                    let delta = delta(log, index.checked_sub(1).and_then(row_at), row);
                    message(painter, tokens, &columns, row, &text, (time, &delta));
                }
                Tab::Packets => packet(painter, tokens, &columns, row, &text, time),
            }
            if timeline.marks.contains(row) {
                marks::flag(painter, tokens);
            }
            painter.name(marks::spoken(&text.name, timeline, row, counted.as_deref(), t));
            let cell = Cell { columns: &columns, tab: timeline.tab, row, text: &text };
            row_menu(panel, timeline, log, painter, &cell);
        });
    panel.state.rows = texts;
    panel.state.colours = colours;
    place.keep(&response, timeline, view, row_at);
    panel.state.places.insert(id.clone(), place);
    if let Some(row) = response.clicked.or(response.moved_to).and_then(row_at) {
        panel.act(Action::SelectRow(row));
    }
    for action in range_actions(&response, row_at) {
        panel.act(Action::List(action));
    }
    if super::copies(ui, &response.response) {
        panel.act(match (timeline.range, timeline.tab) {
            (Some(_), _) => Action::List(ListAction::CopyRows(None)),
            (None, Tab::Messages) => Action::Copy(CopyWhat::Payload),
            (None, Tab::Packets) => Action::Copy(CopyWhat::Hex),
        });
    }
    let left = response.scrolled_up || response.brought;
    if (left || response.moved_to.or(response.extended_to).is_some()) && timeline.follow {
        panel.act(Action::Follow(false));
    }
}

/// What the list asks for where several rows are selected.
fn range_actions(
    list: &RowListResponse,
    row_at: impl Fn(u64) -> Option<Row>,
) -> impl Iterator<Item = ListAction> {
    let extend = list.extended_to.and_then(row_at).map(ListAction::ExtendTo);
    let all = list.select_all.then_some(ListAction::SelectAll);
    let one = list.select_one.then_some(ListAction::SelectOne);
    [extend, all, one].into_iter().flatten()
}

/// A row as it is drawn.
struct Cell<'a> {
    columns: &'a Columns,
    tab: Tab,
    row: Row,
    text: &'a super::RowText,
}

/// What a row offers: to filter for what stands in the cell that was clicked, or to leave it out.
fn row_menu(
    panel: &mut Panel<'_>,
    timeline: &Timeline,
    log: &FrameLog,
    painter: &RowPainter<'_>,
    cell: &Cell<'_>,
) {
    let response = &painter.response;
    // The place of the click stays while the menu is open.
    let place = response.id.with("clicked at");
    if response.secondary_clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        response.ctx.data_mut(|data| data.insert_temp(place, at.x));
    }
    response.context_menu(|ui| {
        marks::menu(ui, panel, timeline, cell.row);
        let x: f32 = ui.data(|data| data.get_temp(place)).unwrap_or_default();
        let column = (0..7).find(|column| cell.columns.place(*column).contains(x));
        if let Some(term) = term_of(log, cell, column) {
            super::filter::menu(ui, panel, &term);
            super::colours::row_menu(ui, panel, &term);
        }
    });
}

/// The filter term of a cell.
fn term_of(log: &FrameLog, cell: &Cell<'_>, column: Option<usize>) -> Option<String> {
    let entry = log.entry(cell.row)?;
    let packet = || {
        let packet = entry.packet?;
        Some(format!("type == {}", packet.name().to_ascii_lowercase()))
    };
    match (cell.tab, column) {
        (_, Some(1)) => Some(format!("time == {}", cell.text.time.replace(' ', "T"))),
        (Tab::Messages, Some(3)) | (Tab::Packets, Some(2 | 3)) => Some(match entry.direction {
            Direction::ToServer => "dir == sent".to_owned(),
            Direction::ToClient => "dir == received".to_owned(),
        }),
        (Tab::Messages, Some(5)) => entry.qos().map(|qos| format!("qos == {qos}")),
        (Tab::Messages, Some(6)) => {
            // Nothing longer makes a term, and it may have to come from the disk.
            let frame = if entry.length < 1 << 20 { log.frame(cell.row)? } else { return None };
            let peek = Peek::of(&frame.bytes, log.context(cell.row).version);
            let payload = frame.bytes.get(peek.payload).filter(|payload| payload.len() <= 1000)?;
            Some(equals("payload", std::str::from_utf8(payload).ok()?))
        }
        (Tab::Messages, _) => Some(equals("topic", &cell.text.topic)),
        (Tab::Packets, Some(5)) => Some(format!("len == {}", entry.length)),
        (Tab::Packets, _) => packet(),
    }
}

/// The time since the row before in this list.
fn delta(log: &FrameLog, earlier: Option<Row>, row: Row) -> String {
    match (earlier.and_then(|row| log.entry(row)), log.entry(row)) {
        (Some(earlier), Some(now)) => time::delta(earlier.time, now.time),
        _ => String::new(),
    }
}

/// The width of the number column: as many digits as the newest row has, three at least.
fn number_width(log: &FrameLog) -> f32 {
    let digits = log.rows().end.max(100).ilog10() + 1;
    #[expect(clippy::cast_precision_loss, reason = "twenty digits at most")]
    let width = digits as f32 * 8.0 + 4.0;
    width
}

fn message(
    painter: &RowPainter<'_>,
    tokens: &Tokens,
    columns: &Columns,
    row: Row,
    text: &super::RowText,
    (time, delta): (&str, &str),
) {
    let mono = font::mono;
    painter.cell(columns.place(0), &(row + 1).to_string(), mono(), tokens.secondary, Align::Max);
    painter.cell(columns.place(1), time, mono(), tokens.text, Align::Min);
    painter.cell(columns.place(2), delta, mono(), tokens.secondary, Align::Max);
    let (icon, ink) = direction(text.direction, tokens);
    painter.icon(columns.place(3), icon, ink);
    let topic = columns.place(4);
    if let Some(colour) = text.colour {
        painter.bar(topic.min, tokens.subscriptions[usize::from(colour) % tokens.subscriptions.len()]);
    }
    let topic = egui::Rangef::new(topic.min + 10.0, topic.max);
    painter.cell(topic, &text.topic, mono(), tokens.text, Align::Min);
    painter.cell(columns.place(5), &text.qos, mono(), tokens.secondary, Align::Min);
    let ink = if text.fault { tokens.bad } else { tokens.text };
    painter.cell(columns.place(6), &text.payload, mono(), ink, Align::Min);
}

fn packet(
    painter: &RowPainter<'_>,
    tokens: &Tokens,
    columns: &Columns,
    row: Row,
    text: &super::RowText,
    time: &str,
) {
    let mono = font::mono;
    painter.cell(columns.place(0), &(row + 1).to_string(), mono(), tokens.secondary, Align::Max);
    painter.cell(columns.place(1), time, mono(), tokens.text, Align::Min);
    painter.cell(columns.place(2), &text.source, mono(), tokens.secondary, Align::Min);
    painter.cell(columns.place(3), &text.destination, mono(), tokens.secondary, Align::Min);
    painter.cell(columns.place(4), "MQTT", mono(), tokens.text, Align::Min);
    painter.cell(columns.place(5), &text.length, mono(), tokens.secondary, Align::Max);
    let info = columns.place(6);
    let (_, ink) = direction(text.direction, tokens);
    let ink = if text.fault { tokens.bad } else { ink };
    let end = painter.cell(info, text.packet, font::mono_strong(), ink, Align::Min);
    let rest = egui::Rangef::new((end + 8.0).min(info.max), info.max);
    painter.cell(
        rest,
        &text.info,
        mono(),
        if text.fault { tokens.bad } else { tokens.secondary },
        Align::Min,
    );
}

/// The arrow and the colour of a direction.
fn direction(direction: Direction, tokens: &Tokens) -> (icons::Icon, egui::Color32) {
    match direction {
        Direction::ToServer => (icons::SENT, tokens.accent_text),
        Direction::ToClient => (icons::RECEIVED, tokens.good),
    }
}

/// What would fill the list, and the way there.
fn empty(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, log: &FrameLog) {
    let t = panel.texts;
    let timeline = &connection.timeline;
    let filtered = timeline.only.is_some() || !timeline.filter.is_empty();
    let any = match timeline.tab {
        Tab::Messages => log.counters().messages > 0,
        Tab::Packets => log.counters().packets > 0,
    };
    if filtered && any {
        let button = Some(widgets::secondary(t.show_all));
        if clicked(widgets::empty_state(ui, icons::FILTER, t.nothing_passes, "", button)) {
            panel.act(Action::Filter(String::new()));
            if let Some(only) = &timeline.only {
                panel.act(Action::ShowOnly(only.clone()));
            }
        }
        return;
    }
    if timeline.tab == Tab::Packets {
        widgets::empty_state(ui, icons::INFO, t.no_packets, t.no_packets_text, None);
        return;
    }
    let no_wish = connection.profile.subscriptions.is_empty();
    let words = match (connection.online(), no_wish) {
        (false, _) => t.no_messages_offline,
        (true, true) => t.no_messages_subscribe,
        (true, false) => t.no_messages_waiting,
    };
    let button = no_wish.then_some(widgets::secondary(t.new_subscription).icon(icons::ADD));
    if clicked(widgets::empty_state(ui, icons::INFO, t.no_messages, words, button)) {
        panel.act(Action::NewSubscription);
    }
}

fn clicked(button: Option<egui::Response>) -> bool {
    button.is_some_and(|button| button.clicked())
}
