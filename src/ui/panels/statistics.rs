//! The statistics sheet: sums both ways, and a table of topics or of network connections.

use std::collections::HashMap;

use egui::{Align, Key, Rect, Role, Sense, Ui, WidgetInfo};

use super::Panel;
use crate::log::statistics::{Order, OrderBy, Ranked, Standing, Statistics, Sum, TopicSum};
use crate::log::{FrameLog, Row, Timestamp};
use crate::model::{Action, Connection};
use crate::payload;
use crate::profile::ProfileId;
use crate::text::statistics as words;
use crate::ui::icons;
use crate::ui::theme::{self, Tokens, font, size};
use crate::ui::widgets::{Column, Columns, RowList, RowPainter, Segmented, TextField, paint};
use crate::wire::Peek;

/// The sheet's width.
pub const WIDTH: f32 = 960.0;
/// What stands around the table.
const AROUND: f32 = 360.0;
/// Below this width the table of topics has no room for bytes and last values; they are still read out.
const NARROW: f32 = 800.0;
/// Height of a line of the sums.
const LINE: f32 = 22.0;
/// Width of a time, and of one with its date before it.
const TIME: (f32, f32) = (104.0, 190.0);
/// Previews of payloads that are kept.
const KEPT: usize = 1024;
/// Characters of a payload that a row can show.
const PREVIEW: usize = 120;

/// What the table lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Of {
    #[default]
    Topics,
    Connections,
}

/// What the sheet keeps between drawings.
#[derive(Debug, Default)]
pub struct StatisticsState {
    of: Of,
    order: Order,
    /// The selected topic.
    topic: Option<u32>,
    /// The selected connection, by its place.
    connection: Option<u64>,
    /// The first characters of payloads, by row.
    previews: HashMap<Row, String>,
    /// Whose payloads they are.
    profile: Option<ProfileId>,
}

/// What a table is made from.
struct Counted<'a> {
    connection: &'a Connection,
    log: &'a FrameLog,
    statistics: &'a Statistics,
    at: Timestamp,
}

impl Counted<'_> {
    /// The width of a time: with its date where not everything crossed today.
    fn time_width(&self, panel: &Panel<'_>) -> f32 {
        let sums = self.statistics.sums();
        let began =
            [sums.sent, sums.received].iter().filter_map(|sum| sum.span).map(|(first, _)| first).min();
        let (today, dated) = TIME;
        if began.is_none_or(|began| panel.local.date(began) == panel.today) { today } else { dated }
    }
}

/// The sheet.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let Some(connection) = panel.model.current() else { return };
    let (Some(log), Some(statistics)) = (&connection.log, &connection.statistics) else {
        super::quiet(ui, t.nothing_crossed);
        return;
    };
    let counted = Counted { connection, log, statistics, at: connection.counted_at(panel.now) };
    if panel.state.statistics.profile.as_ref() != Some(&connection.profile.id) {
        let kept = std::mem::take(&mut panel.state.statistics);
        panel.state.statistics = StatisticsState {
            of: kept.of,
            profile: Some(connection.profile.id.clone()),
            ..StatisticsState::default()
        };
    }
    sums(ui, panel, &counted);
    ui.add_space(size::PADDING);
    let mut of = panel.state.statistics.of;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = size::PADDING;
        let lists = [(Of::Topics, t.topics), (Of::Connections, t.connections)];
        Segmented::new(t.statistics, &lists).tabs().show(ui, &mut of);
        panel.state.statistics.of = of;
        if of == Of::Topics {
            let only = [
                (None, t.all_topics),
                (Some(Standing::Floods), t.floods),
                (Some(Standing::Silent), t.silent),
            ];
            Segmented::new(t.standing_out, &only).show(ui, &mut panel.state.statistics.order.only);
            let find =
                TextField::unlabelled(t.find_topic).hint(t.find_topic_hint).leading(icons::SEARCH).mono();
            let clear = [(icons::CLOSE, t.clear_filter)];
            let typed = &mut panel.state.statistics.order.find;
            let find = if typed.is_empty() { find } else { find.actions(&clear) };
            if find.width(ui.available_width()).show(ui, typed).action.is_some() {
                typed.clear();
            }
        }
    });
    match of {
        Of::Topics => topics(ui, panel, &counted),
        Of::Connections => connections(ui, panel, &counted),
    }
}

/// What crossed, a line for each way.
fn sums(ui: &mut Ui, panel: &Panel<'_>, counted: &Counted<'_>) {
    let (t, tokens, language) = (panel.texts, theme::tokens(ui), panel.language());
    let sums = counted.statistics.sums();
    let mut both = [0; 4];
    for sum in [sums.sent, sums.received] {
        both.iter_mut().zip(amounts(&sum)).for_each(|(all, more)| *all += more);
    }
    let lines = [
        (t.sum_sent, amounts(&sums.sent), sums.sent.rate(counted.at)),
        (t.sum_received, amounts(&sums.received), sums.received.rate(counted.at)),
        (t.sum_both, both, sums.rate(counted.at)),
    ];
    let columns = [
        Column::share(t.way, 1.0),
        Column::fixed(t.messages, 96.0).right(),
        Column::fixed(t.packets, 96.0).right(),
        Column::fixed(t.bytes, 84.0).right(),
        Column::fixed(t.faults, 72.0).right(),
        Column::fixed(t.rate, 96.0).right(),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let places = titles(ui, &columns);
    for (name, amounts, rate) in lines {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), LINE), Sense::hover());
        let [messages, packets, bytes, faults] = amounts;
        let cells = [
            name.to_owned(),
            words::count(messages),
            words::count(packets),
            words::bytes(bytes),
            words::count(faults),
            words::rate(rate, language),
        ];
        for (place, (text, column)) in cells.iter().zip(&columns).enumerate() {
            let cell = Rect::from_x_y_ranges(places.place(place), rect.y_range());
            let ink = if place == 4 && faults > 0 { tokens.bad } else { tokens.text };
            let face = if place == 0 { font::body() } else { font::mono() };
            paint::line_in(ui.painter(), cell, column.align, text, face, ink);
        }
        let said =
            columns.iter().zip(&cells).skip(1).map(|(column, text)| format!("{} {text}", column.title));
        let said: Vec<String> = said.collect();
        super::spoken(ui, name, rect, &format!("{name}: {}", said.join(", ")));
    }
}

/// The places of columns that are all shown as they stand.
fn places(rect: Rect, columns: &[Column<'_>]) -> Columns {
    let shown: Vec<usize> = (0..columns.len()).collect();
    Columns::new(rect.x_range(), columns, &shown)
}

/// Titles that offer nothing, with a hairline under them.
fn titles(ui: &mut Ui, columns: &[Column<'_>]) -> Columns {
    let ink = theme::tokens(ui).secondary;
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), size::CONTROL), Sense::hover());
    let places = places(rect, columns);
    for (place, column) in columns.iter().enumerate() {
        let cell = Rect::from_x_y_ranges(places.place(place), rect.y_range());
        paint::line_in(ui.painter(), cell, column.align, column.title, font::secondary(), ink);
    }
    paint::hairline(ui, rect.x_range(), rect.bottom() - 0.5);
    places
}

/// Messages, packets, bytes, faults.
const fn amounts(sum: &Sum) -> [u64; 4] {
    [sum.messages, sum.packets, sum.bytes, sum.faults]
}

/// A list as high as the sheet has room for.
fn table<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    let height = (ui.ctx().content_rect().height() - AROUND).clamp(120.0, 600.0);
    ui.allocate_ui(egui::vec2(ui.available_width(), height), add).inner
}

fn topics(ui: &mut Ui, panel: &mut Panel<'_>, counted: &Counted<'_>) {
    let (t, language) = (panel.texts, panel.language());
    // In a small window the names take what there is; a click shows the messages anyway.
    let (topic, bytes) = if ui.available_width() < NARROW { (1.0, 0.0) } else { (0.55, 76.0) };
    let columns = [
        Column::share(t.topic, topic),
        Column::fixed(t.messages, 90.0).right(),
        Column::fixed(t.bytes, bytes).right(),
        Column::fixed(t.rate, 82.0).right(),
        Column::fixed("", 56.0),
        Column::share(t.last_value, 1.0 - topic),
        Column::fixed(t.last_seen, counted.time_width(panel)),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let places = head(ui, &mut panel.state.statistics.order, &columns);
    let ranked = counted.statistics.rank(&panel.state.statistics.order, counted.at);
    let mut shown = None;
    table(ui, |ui| match ranked.as_ref() {
        Some(ranked) if ranked.numbers.is_empty() => {
            super::quiet(ui, if ranked.topics == 0 { t.nothing_crossed } else { t.no_topic });
        }
        Some(ranked) => shown = topic_rows(ui, panel, counted, ranked, &places),
        None => {}
    });
    ui.add_space(4.0);
    let mut below = ranked.map(|ranked| words::topics(&ranked, language)).unwrap_or_default();
    let (done, held) = counted.statistics.progress();
    if done < held {
        below = words::counting(done, held, language);
    }
    super::quiet(ui, &below);
    let others = counted.statistics.sums().other_topics.messages;
    if others > 0 {
        super::quiet(ui, &words::other_topics(others, language));
    }
    let tokens = theme::tokens(ui);
    ui.add(egui::Label::new(super::rich(t.floods_note, font::secondary(), tokens.secondary)).wrap());
    if let Some(topic) = shown.and_then(|number| counted.log.topic(number)) {
        if counted.connection.timeline.only.as_deref() != Some(topic.as_ref()) {
            panel.act(Action::ShowOnly(topic.as_ref().to_owned()));
        }
        panel.act(Action::Close);
    }
}

/// The titles; clicking one puts the topics in its order, a second time the other way round.
fn head(ui: &mut Ui, order: &mut Order, columns: &[Column<'_>]) -> Columns {
    let tokens = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), size::CONTROL), Sense::hover());
    let places = places(rect, columns);
    let sorts = [
        Some(OrderBy::Topic),
        Some(OrderBy::Messages),
        Some(OrderBy::Bytes),
        Some(OrderBy::Rate),
        None,
        None,
        Some(OrderBy::LastSeen),
    ];
    for (place, (column, by)) in columns.iter().zip(sorts).enumerate() {
        let cell = Rect::from_x_y_ranges(places.place(place), rect.y_range());
        if cell.width() < 1.0 {
            continue;
        }
        let chosen = by == Some(order.by);
        let Some(by) = by else {
            paint::line_in(
                ui.painter(),
                cell,
                column.align,
                column.title,
                font::secondary(),
                tokens.secondary,
            );
            continue;
        };
        let response = ui.interact(cell, ui.scope_id().with(("order", place)), Sense::click());
        if response.clicked() {
            // Names from A on; amounts from the greatest on.
            let descending = if chosen { !order.descending } else { by != OrderBy::Topic };
            (order.by, order.descending) = (by, descending);
        }
        let bright = chosen || response.hovered() || response.has_focus();
        let ink = if bright { tokens.text } else { tokens.secondary };
        let face = if chosen { font::secondary_strong() } else { font::secondary() };
        let room = if column.align == Align::Max {
            cell.with_max_x(cell.right() - if chosen { 16.0 } else { 0.0 })
        } else {
            cell
        };
        let text = paint::line_in(ui.painter(), room, column.align, column.title, face, ink);
        if chosen {
            let icon = if order.descending { icons::DESCENDING } else { icons::ASCENDING };
            paint::icon(ui.painter(), egui::pos2(text.right() + 9.0, cell.center().y), icon, ink);
        }
        if response.has_focus() {
            paint::focus_ring(
                ui,
                cell.shrink2(egui::vec2(0.0, 4.0)).expand2(egui::vec2(4.0, 0.0)),
                size::RADIUS_SMALL,
            );
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), column.title));
        let direction = match (chosen, order.descending) {
            (true, true) => Some(egui::accesskit::SortDirection::Descending),
            (true, false) => Some(egui::accesskit::SortDirection::Ascending),
            (false, _) => None,
        };
        if let Some(direction) = direction {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_sort_direction(direction));
        }
    }
    paint::hairline(ui, rect.x_range(), rect.bottom() - 0.5);
    places
}

/// The topics in sight; the one whose messages are wanted.
fn topic_rows(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    counted: &Counted<'_>,
    ranked: &Ranked,
    places: &Columns,
) -> Option<u32> {
    let (t, tokens, language) = (panel.texts, theme::tokens(ui), panel.language());
    let mut previews = std::mem::take(&mut panel.state.statistics.previews);
    let number = |row: u64| usize::try_from(row).ok().and_then(|place| ranked.numbers.get(place)).copied();
    let selected = panel.state.statistics.topic;
    let selected = selected.and_then(|topic| ranked.numbers.iter().position(|number| *number == topic));
    let rows = 0..ranked.numbers.len() as u64;
    let list = RowList::new("topics", t.topics).rows(rows).selected(selected.map(|place| place as u64));
    let answer = list.show(ui, |painter, row| {
        let Some(number) = number(row) else { return };
        let Some(topic) = counted.statistics.topics(&[number], counted.at).first().copied() else { return };
        let name = counted.log.topic(number).unwrap_or_default();
        let preview = previews.entry(topic.last_row).or_insert_with(|| preview(counted.log, topic.last_row));
        let cells = [
            name.as_ref().to_owned(),
            words::count(topic.messages),
            words::bytes(topic.bytes),
            words::rate(topic.rate, language),
            topic.standing.map(|standing| words::standing(standing, language)).unwrap_or_default().to_owned(),
            preview.clone(),
            panel.local.millis(topic.last, panel.today),
        ];
        topic_row(painter, tokens, places, &topic, &cells);
        let mut said = format!(
            "{} {} {}, {} {}, {} {}, {} {}",
            cells[0], t.messages, cells[1], t.bytes, cells[2], t.rate, cells[3], t.last_seen, cells[6],
        );
        for more in [&cells[4], &cells[5]].into_iter().filter(|more| !more.is_empty()) {
            said = format!("{said}, {more}");
        }
        painter.name(said);
        if let Some(seconds) = topic.usual_seconds {
            let usual = words::usual(seconds, language);
            painter.response.clone().on_hover_ui_at_pointer(|ui| {
                ui.label(super::rich(&usual, font::secondary(), tokens.text));
            });
        }
    });
    if previews.len() > KEPT {
        previews.clear();
    }
    panel.state.statistics.previews = previews;
    if let Some(row) = answer.moved_to.or(answer.clicked) {
        panel.state.statistics.topic = number(row);
    }
    let entered = answer.response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let entered = if entered { panel.state.statistics.topic } else { None };
    answer.clicked.and_then(number).or(entered)
}

fn topic_row(
    painter: &RowPainter<'_>,
    tokens: &Tokens,
    places: &Columns,
    topic: &TopicSum,
    cells: &[String; 7],
) {
    let inks = [
        tokens.text,
        tokens.text,
        tokens.secondary,
        tokens.text,
        if topic.standing == Some(Standing::Floods) { tokens.bad } else { tokens.caution },
        tokens.secondary,
        tokens.secondary,
    ];
    for (place, (text, ink)) in cells.iter().zip(inks).enumerate() {
        if places.place(place).span() < 1.0 {
            continue;
        }
        let align = if (1..=3).contains(&place) { Align::Max } else { Align::Min };
        let face = if place == 4 { font::secondary_strong() } else { font::mono() };
        painter.cell(places.place(place), text, face, ink, align);
    }
}

/// The first characters of a message's payload.
fn preview(log: &FrameLog, row: Row) -> String {
    let Some(frame) = log.frame(row) else { return String::new() };
    let peek = Peek::of(&frame.bytes, log.context(row).version);
    payload::one_line(frame.bytes.get(peek.payload).unwrap_or_default(), PREVIEW)
}

fn connections(ui: &mut Ui, panel: &mut Panel<'_>, counted: &Counted<'_>) {
    let (t, tokens, language) = (panel.texts, theme::tokens(ui), panel.language());
    let columns = [
        Column::fixed(t.number, 48.0).right(),
        Column::share(t.ends, 1.0),
        Column::fixed(t.messages, 90.0).right(),
        Column::fixed(t.packets, 90.0).right(),
        Column::fixed(t.bytes, 76.0).right(),
        Column::fixed(t.faults, 64.0).right(),
        Column::fixed(t.rate, 82.0).right(),
        Column::fixed(t.last_seen, counted.time_width(panel)),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let places = titles(ui, &columns);
    let all = counted.statistics.connections();
    let found = |row: u64| usize::try_from(row).ok().and_then(|place| all.get(place));
    let answer = table(ui, |ui| {
        let list = RowList::new("statistics connections", t.connections).rows(0..all.len() as u64);
        list.selected(panel.state.statistics.connection).show(ui, |painter, row| {
            let Some((number, sum)) = found(row) else { return };
            let ends = number.and_then(|number| counted.log.connection(number));
            let ends = ends.map(|ends| format!("{} → {}", ends.client, ends.server)).unwrap_or_default();
            let cells = [
                number.map(|number| number.to_string()).unwrap_or_default(),
                if number.is_some() { ends } else { t.earlier_connections.to_owned() },
                words::count(sum.messages),
                words::count(sum.packets),
                words::bytes(sum.bytes),
                words::count(sum.faults),
                words::rate(sum.rate(counted.at), language),
                sum.span.map(|(_, last)| panel.local.millis(last, panel.today)).unwrap_or_default(),
            ];
            for (place, (text, column)) in cells.iter().zip(&columns).enumerate() {
                let ink = match place {
                    5 if sum.faults > 0 => tokens.bad,
                    0 | 7 => tokens.secondary,
                    _ => tokens.text,
                };
                painter.cell(places.place(place), text, font::mono(), ink, column.align);
            }
            let said: Vec<String> = columns
                .iter()
                .zip(&cells)
                .skip(2)
                .map(|(column, text)| format!("{} {text}", column.title))
                .collect();
            painter.name(format!("{} {}, {}", cells[0], cells[1], said.join(", ")));
        })
    });
    if let Some(row) = answer.moved_to.or(answer.clicked) {
        panel.state.statistics.connection = Some(row);
    }
    let entered = answer.response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let entered = if entered { panel.state.statistics.connection } else { None };
    if let Some((Some(number), _)) = answer.clicked.or(entered).and_then(found) {
        panel.act(Action::FilterBy { term: format!("connection == {number}"), exclude: false });
        panel.act(Action::Close);
    }
}
