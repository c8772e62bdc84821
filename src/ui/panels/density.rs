//! The time strip over the lists: how much crossed when, where faults were; a span of it can be chosen, with the
//! pointer or the keys, to which the list is then narrowed.

use std::ops::{Range, RangeInclusive};

use egui::{CornerRadius, EventFilter, Key, Modifiers, Rect, Response, Role, Sense, Ui, WidgetInfo};

use super::Panel;
use crate::log::Timestamp;
use crate::log::statistics::{Crossed, Density};
use crate::model::{Action, Connection, Tab};
use crate::text::statistics as words;
use crate::ui::icons;
use crate::ui::theme::{self, font, size};
use crate::ui::widgets::{self, paint};

/// Height of the strip.
const HEIGHT: f32 = 28.0;
/// Height of the marks of faults, under the bars.
const FAULTS: f32 = 3.0;
/// The least width of a bar, with the gap behind it.
const BAR: f32 = 3.0;
/// A log of few spans does not fill the strip: it has room for so many.
const LEAST_SPANS: usize = 128;
/// Bars that one moves by at once with the page keys.
const PAGE: isize = 10;

/// What the strip keeps between drawings: a span that is being chosen, from the bar that begins there to the other,
/// whichever is first; and whether the pointer does it.
#[derive(Debug, Default)]
pub struct DensityState {
    chosen: Option<(Timestamp, Timestamp)>,
    dragged: bool,
}

/// The switch that shows the strip or hides it.
pub fn toggle(ui: &mut Ui, panel: &mut Panel<'_>) {
    let shown = panel.state.layout.time_strip;
    if ui.add(widgets::toggle_icon(icons::TIME_STRIP, panel.texts.time_strip, shown)).clicked() {
        panel.state.layout.time_strip = !shown;
    }
}

/// The strip.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection) {
    if !panel.state.layout.time_strip {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), HEIGHT), Sense::hover());
    let density = connection.statistics.as_ref().map(|statistics| statistics.density()).unwrap_or_default();
    let response = ui.interact(rect, ui.make_persistent_id("time strip"), Sense::click_and_drag());
    let packets = connection.timeline.tab == Tab::Packets;
    let bars = Bars::of(&density, rect.shrink2(egui::vec2(size::PADDING, 2.0)));
    let shown = connection.timeline.span(&panel.model.zone);

    if bars.filled() > 0 {
        pointer(ui, panel, &response, &bars, shown.is_some());
        keys(ui, panel, &response, &bars, shown.as_ref());
    }
    let chosen = panel.state.density.chosen.map(|(a, b)| bars.between(a, b));
    draw(ui, &bars, packets, chosen.as_ref(), shown.as_ref());
    if paint::focus_visible(&response) {
        paint::focus_ring_inside(ui, rect);
    }
    tell(ui, panel, &response, &bars, packets, shown);
}

/// The bars of the strip: so many spans each, from the left.
struct Bars<'a> {
    density: &'a Density,
    rect: Rect,
    /// Spans of a bar.
    spans: usize,
    each: Vec<Crossed>,
    /// Points from a bar to the next.
    step: f32,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "at most 1,024 bars; spans of time are compared in bars"
)]
impl<'a> Bars<'a> {
    fn of(density: &'a Density, rect: Rect) -> Self {
        let room = density.len().max(LEAST_SPANS);
        let most = (rect.width() / BAR).floor().max(1.0) as usize;
        let spans = room.div_ceil(most);
        let mut each: Vec<Crossed> = Vec::new();
        for (place, span) in density.spans().enumerate() {
            match each.last_mut() {
                Some(last) if place % spans != 0 => last.add(span),
                _ => each.push(span),
            }
        }
        let step = rect.width() / room.div_ceil(spans) as f32;
        Self { density, rect, spans, each, step }
    }

    /// How many bars there are.
    fn filled(&self) -> usize {
        self.each.len()
    }

    /// The bar at a place across.
    fn at(&self, x: f32) -> usize {
        let place = ((x - self.rect.left()) / self.step).max(0.0) as usize;
        place.min(self.filled().saturating_sub(1))
    }

    /// Whether a bar is there.
    fn is_at(&self, x: f32) -> bool {
        (0.0..self.filled() as f32 * self.step).contains(&(x - self.rect.left()))
    }

    /// When a bar begins.
    fn start(&self, bar: usize) -> Timestamp {
        self.density.start(bar * self.spans)
    }

    /// Where a time is, in bars from the left.
    fn place(&self, time: Timestamp) -> f64 {
        let length = self.density.span_ns() as f64 * self.spans as f64;
        (time.0 as f64 - self.start(0).0 as f64) / length
    }

    /// The bar of a time, the nearest where there is none.
    fn bar(&self, time: Timestamp) -> usize {
        (self.place(time).max(0.0) as usize).min(self.filled().saturating_sub(1))
    }

    /// The bars from that of one time to that of another, whichever is first.
    fn between(&self, a: Timestamp, b: Timestamp) -> RangeInclusive<usize> {
        let (a, b) = (self.bar(a), self.bar(b));
        a.min(b)..=a.max(b)
    }

    /// A bar so many further, as far as there are any.
    fn moved(&self, bar: usize, by: isize) -> usize {
        let last = self.filled().saturating_sub(1) as isize;
        (bar as isize).saturating_add(by).clamp(0, last) as usize
    }

    /// The span of time of bars.
    fn span(&self, bars: &RangeInclusive<usize>) -> Range<Timestamp> {
        self.start(*bars.start())..self.start(bars.end() + 1)
    }

    /// What crossed in bars.
    fn crossed(&self, bars: &RangeInclusive<usize>) -> Crossed {
        let mut sum = Crossed::default();
        self.each.get(bars.clone()).unwrap_or_default().iter().for_each(|bar| sum.add(*bar));
        sum
    }

    /// The bars that a span of time covers, at least half of each; one in any case.
    fn covered(&self, span: &Range<Timestamp>) -> RangeInclusive<usize> {
        let last = self.filled().saturating_sub(1);
        let edge = |time| self.place(time).round().max(0.0) as usize;
        let from = edge(span.start).min(last);
        from..=edge(span.end).saturating_sub(1).clamp(from, last)
    }

    /// The place of bars, from top to bottom.
    fn room(&self, bars: &RangeInclusive<usize>) -> Rect {
        let left = self.rect.left() + *bars.start() as f32 * self.step;
        let right = self.rect.left() + (bars.end() + 1) as f32 * self.step;
        Rect::from_x_y_ranges(left..=right, self.rect.y_range())
    }

    /// The place of a span of time, as far as it is in sight.
    fn room_of(&self, span: &Range<Timestamp>) -> Option<Rect> {
        let x = |time| self.rect.left() + (self.place(time) as f32) * self.step;
        let across = self.rect.x_range();
        let (left, right) = (across.clamp(x(span.start)), across.clamp(x(span.end)));
        (right > left).then(|| Rect::from_x_y_ranges(left..=right, self.rect.y_range()))
    }
}

fn pointer(ui: &Ui, panel: &mut Panel<'_>, response: &Response, bars: &Bars<'_>, narrowed: bool) {
    let state = &mut panel.state.density;
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.drag_started()
        && let Some(origin) = ui.input(|input| input.pointer.press_origin())
    {
        let began = bars.start(bars.at(origin.x));
        *state = DensityState { chosen: Some((began, began)), dragged: true };
    }
    if state.dragged
        && let (Some((_, end)), Some(pointer)) = (&mut state.chosen, response.interact_pointer_pos())
    {
        *end = bars.start(bars.at(pointer.x));
    }
    if state.dragged && !response.dragged() {
        let chosen = std::mem::take(state).chosen;
        if let Some((a, b)) = chosen {
            panel.act(Action::ShowSpan(Some(bars.span(&bars.between(a, b)))));
        }
    }
    if response.double_clicked() {
        panel.state.density = DensityState::default();
        if narrowed {
            panel.act(Action::ShowSpan(None));
        }
    }
}

/// Arrows move what is chosen, with Shift its end; Enter shows only that, Escape all again.
fn keys(
    ui: &Ui,
    panel: &mut Panel<'_>,
    response: &Response,
    bars: &Bars<'_>,
    shown: Option<&Range<Timestamp>>,
) {
    if !response.has_focus() {
        if !panel.state.density.dragged {
            panel.state.density.chosen = None;
        }
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let last = bars.filled().saturating_sub(1);
    let (all, back) = (isize::MAX, isize::MIN);
    let steps = [
        (Key::ArrowLeft, -1),
        (Key::ArrowRight, 1),
        (Key::PageUp, -PAGE),
        (Key::PageDown, PAGE),
        (Key::Home, back),
        (Key::End, all),
    ];
    for (key, by) in steps {
        let extends = pressed(Modifiers::SHIFT, key);
        if !extends && !pressed(Modifiers::NONE, key) {
            continue;
        }
        let covered = shown.map(|span| bars.covered(span));
        let known = panel.state.density.chosen.map(|(a, b)| (bars.bar(a), bars.bar(b)));
        let (anchor, end) = match known.or(covered.map(|covered| (*covered.start(), *covered.end()))) {
            // The newest first: that is where one looks.
            None => (last, last),
            Some((anchor, end)) if extends => (anchor, bars.moved(end, by)),
            Some((anchor, end)) => {
                // As wide as before, also at the ends.
                let (from, to) = (anchor.min(end), anchor.max(end));
                let moved = if by < 0 { bars.moved(from, by) } else { bars.moved(to, by) - (to - from) };
                (moved, moved + (to - from))
            }
        };
        panel.state.density.chosen = Some((bars.start(anchor), bars.start(end)));
    }
    let chosen = panel.state.density.chosen;
    if pressed(Modifiers::NONE, Key::Enter)
        && let Some((a, b)) = chosen
    {
        panel.state.density.chosen = None;
        panel.act(Action::ShowSpan(Some(bars.span(&bars.between(a, b)))));
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        panel.state.density = DensityState::default();
        if chosen.is_none() {
            if shown.is_some() {
                panel.act(Action::ShowSpan(None));
            } else {
                response.surrender_focus();
            }
        }
    }
}

fn draw(
    ui: &Ui,
    bars: &Bars<'_>,
    packets: bool,
    chosen: Option<&RangeInclusive<usize>>,
    shown: Option<&Range<Timestamp>>,
) {
    let tokens = theme::tokens(ui);
    let painter = ui.painter();
    let narrowed = match (chosen, shown) {
        (Some(chosen), _) => Some(bars.room(chosen)),
        (None, Some(shown)) => bars.room_of(shown),
        (None, None) => None,
    };
    if let Some(room) = narrowed {
        let room = room.expand2(egui::vec2(0.0, 2.0));
        painter.rect_filled(room, CornerRadius::ZERO, tokens.accent_soft);
        for x in [room.left(), room.right()] {
            let x = painter.round_to_pixel_center(x);
            painter.vline(x, room.y_range(), egui::Stroke::new(1.0, tokens.accent));
        }
    }
    let number = |bar: &Crossed| if packets { bar.packets } else { bar.messages };
    let most = bars.each.iter().map(number).max().unwrap_or(0).max(1);
    let tall = bars.rect.height() - FAULTS - 1.0;
    for (place, bar) in bars.each.iter().enumerate() {
        let room = bars.room(&(place..=place));
        let room = room.with_max_x((room.right() - 1.0).max(room.left() + 1.0));
        if number(bar) > 0 {
            let within =
                narrowed.is_none_or(|narrowed| narrowed.contains(egui::pos2(room.center().x, room.top())));
            let colour = if within { tokens.accent } else { tokens.scroll_handle };
            // By the root, so that one message can be seen beside a flood.
            #[expect(clippy::cast_precision_loss, reason = "a height")]
            let share = (number(bar) as f32 / most as f32).sqrt();
            let bottom = room.bottom() - FAULTS - 1.0;
            let bar = Rect::from_x_y_ranges(room.x_range(), bottom - (tall * share).max(2.0)..=bottom);
            painter.rect_filled(bar, CornerRadius::ZERO, colour);
        }
        if bar.faults > 0 {
            let mark = room.with_min_y(room.bottom() - FAULTS);
            painter.rect_filled(mark, CornerRadius::ZERO, tokens.bad);
        }
    }
    paint::hairline(ui, bars.rect.x_range(), bars.rect.bottom() - FAULTS - 0.5);
}

/// What the strip says: to those who point at it, and to those who hear it.
fn tell(
    ui: &Ui,
    panel: &Panel<'_>,
    response: &Response,
    bars: &Bars<'_>,
    packets: bool,
    shown: Option<Range<Timestamp>>,
) {
    let language = panel.language();
    let said = |places: &RangeInclusive<usize>| {
        let span = bars.span(places);
        let [from, to] = [span.start, span.end].map(|time| panel.local.millis(time, panel.today));
        words::crossed(&from, &to, bars.crossed(places), packets, language)
    };
    let chosen = panel.state.density.chosen.map(|(a, b)| bars.between(a, b));
    let value = match (&chosen, shown) {
        _ if bars.filled() == 0 => panel.texts.nothing_crossed.to_owned(),
        (Some(chosen), _) => words::chosen(&said(chosen), false, language),
        (None, Some(span)) => words::chosen(&said(&bars.covered(&span)), true, language),
        (None, None) => said(&(0..=bars.filled() - 1)),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, ui.is_enabled(), panel.texts.traffic));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(value.as_str()));

    let pointed =
        response.hover_pos().filter(|pointer| bars.is_at(pointer.x)).map(|pointer| bars.at(pointer.x));
    let pointed = pointed.map(|bar| bar..=bar);
    let tip = match (&chosen, pointed) {
        (Some(chosen), _) if response.dragged() => said(chosen),
        (_, Some(bar)) => said(&bar),
        _ => return,
    };
    response.clone().on_hover_ui_at_pointer(|ui| {
        let tokens = theme::tokens(ui);
        ui.add(egui::Label::new(super::rich(&tip, font::secondary(), tokens.text)).extend());
    });
}
