//! Outcomes of what the user asked for, at the bottom right, some with a way back.

use egui::{Align2, Area, CornerRadius, Frame, Id, Margin, Order, RichText, Shadow, Stroke, Vec2};

use super::{icon_button, paint, quiet};
use crate::ui::icons;
use crate::ui::theme::{self, font, size};

/// How long a toast stays, in seconds; the time does not run while the pointer is on it.
const SECONDS: f64 = 6.0;

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
pub fn toasts(ctx: &egui::Context, toasts: &[Toast<'_>], close: &str) -> Vec<ToastEvent> {
    let mut events = Vec::new();
    if toasts.is_empty() {
        return events;
    }
    let tokens = theme::tokens(ctx);
    let offset = Vec2::new(-size::PADDING, -size::PADDING - size::STATUS_LINE);
    Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, offset).show(
        ctx,
        |ui| {
            for toast in toasts {
                let (icon, ink) = match toast.kind {
                    ToastKind::Good => (icons::CHECK, tokens.good),
                    ToastKind::Info => (icons::INFO, tokens.accent_text),
                    ToastKind::Bad => (icons::ERROR, tokens.bad),
                };
                let frame = Frame::NONE
                    .fill(tokens.raised)
                    .stroke(Stroke::new(1.0, tokens.hairline))
                    .corner_radius(CornerRadius::same(8))
                    .shadow(Shadow { offset: [0, 4], blur: 16, spread: 0, color: tokens.shadow })
                    .inner_margin(Margin { left: 12, right: 4, top: 4, bottom: 4 });
                let shown = frame.show(ui, |ui| {
                    ui.horizontal(|ui| {
                        let (place, _) =
                            ui.allocate_exact_size(Vec2::splat(size::ICON), egui::Sense::hover());
                        paint::icon(ui.painter(), place.center(), icon, ink);
                        ui.set_max_width(420.0);
                        ui.label(RichText::new(toast.text).font(font::body()).color(tokens.text));
                        if let Some(action) = toast.action
                            && ui.add(quiet(action)).clicked()
                        {
                            events.push(ToastEvent::Action(toast.id));
                        }
                        if ui.add(icon_button(icons::CLOSE, close)).clicked() {
                            events.push(ToastEvent::Gone(toast.id));
                        }
                    });
                });
                if over(ui, toast.id, shown.response.contains_pointer()) {
                    events.push(ToastEvent::Gone(toast.id));
                }
            }
        },
    );
    events
}

/// Whether a toast has been seen long enough.
fn over(ui: &egui::Ui, toast: u64, held: bool) -> bool {
    let id = Id::unique(("toast", toast));
    let step = f64::from(ui.input(|input| input.stable_dt)).min(0.5);
    let seen: f64 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
    let seen = if held { seen } else { seen + step };
    ui.data_mut(|data| data.insert_temp(id, seen));
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(250));
    seen >= SECONDS
}
