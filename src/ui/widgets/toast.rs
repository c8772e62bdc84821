//! Outcomes of what the user asked for, at the bottom right, some with a way back.

use egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Layout, Margin, Order, Role, Sense, Shadow, Stroke, Ui,
    UiBuilder, Vec2, WidgetInfo,
};

use super::{icon_button, paint, quiet};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

/// How long a toast stays, in seconds; the time does not run while the pointer is on it.
const SECONDS: f64 = 6.0;
/// The width of what stands in a toast, in points.
const WIDTH: f32 = 360.0;

/// What kind of outcome it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    /// It worked.
    Good,
    /// Worth knowing.
    Info,
    /// It failed.
    Bad,
}

/// One outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Toast<'a> {
    /// Tells it from others.
    pub id: u64,
    /// What kind of outcome.
    pub kind: ToastKind,
    /// What happened.
    pub text: &'a str,
    /// What can be done about it: `Undo`.
    pub action: Option<&'a str>,
}

/// What happened to a toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastEvent {
    /// Its action was chosen.
    Action(u64),
    /// It was closed, or its time is over: take it away.
    Gone(u64),
}

/// Shows toasts, the newest lowest; `close` names the button that closes one.
#[must_use]
pub fn toasts(ctx: &egui::Context, toasts: &[Toast<'_>], close: &str) -> Vec<ToastEvent> {
    let mut events = Vec::new();
    if toasts.is_empty() {
        return events;
    }
    let tokens = theme::tokens(ctx);
    let offset = Vec2::new(-size::PADDING, -size::PADDING - size::STATUS_LINE);
    let area = Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, offset);
    area.show(ctx, |ui| {
        for toast in toasts {
            let frame = Frame::NONE
                .fill(tokens.raised)
                .stroke(Stroke::new(1.0, tokens.hairline))
                .corner_radius(CornerRadius::same(8))
                .shadow(Shadow { offset: [0, 4], blur: 16, spread: 0, color: tokens.shadow })
                .inner_margin(Margin::same(4));
            let shown = frame.show(ui, |ui| row(ui, toast, close));
            events.extend(shown.inner);
            if over(ui, toast.id, shown.response.contains_pointer()) {
                events.push(ToastEvent::Gone(toast.id));
            }
        }
    });
    events
}

/// One toast: all are of one width, with their buttons in line.
fn row(ui: &mut Ui, toast: &Toast<'_>, close: &str) -> Option<ToastEvent> {
    let tokens = theme::tokens(ui);
    let (icon, ink) = match toast.kind {
        ToastKind::Good => (icons::CHECK, tokens.good),
        ToastKind::Info => (icons::INFO, tokens.accent_text),
        ToastKind::Bad => (icons::ERROR, tokens.bad),
    };
    let buttons = size::CONTROL + toast.action.map_or(0.0, |action| quiet(action).natural_width(ui));
    let text_left = 8.0 + size::ICON + size::GAP;
    let room = WIDTH - text_left - buttons - size::GAP;
    let galley = ui.painter().layout(toast.text.to_owned(), font::body(), tokens.text, room);
    let height = (galley.size().y + 8.0).max(size::CONTROL);
    let (rect, label) = ui.allocate_exact_size(Vec2::new(WIDTH, height), Sense::hover());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, toast.text));
    let middle = egui::pos2(rect.left() + 8.0 + size::ICON / 2.0, rect.center().y);
    paint::icon(ui.painter(), middle, icon, ink);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(egui::pos2(rect.left() + text_left, top), galley, tokens.text);

    let place = UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center));
    let mut child = ui.new_child(place);
    child.spacing_mut().item_spacing.x = 0.0;
    let closed = child.add(icon_button(icons::CLOSE, close)).clicked();
    let acted = toast.action.is_some_and(|action| child.add(quiet(action)).clicked());
    if acted { Some(ToastEvent::Action(toast.id)) } else { closed.then_some(ToastEvent::Gone(toast.id)) }
}

/// Whether a toast has been seen long enough.
fn over(ui: &Ui, toast: u64, held: bool) -> bool {
    let id = Id::unique(("toast", toast));
    // The true time between two drawings: an idle window draws rarely.
    let step = f64::from(ui.input(|input| input.unstable_dt)).min(0.5);
    let seen: f64 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
    let seen = if held { seen } else { seen + step };
    ui.data_mut(|data| data.insert_temp(id, seen));
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(250));
    seen >= SECONDS
}
