//! The panels of the window. Each draws what the model says and answers with actions; none changes it.

mod captures;
mod colours;
mod columns;
mod composer;
mod connections;
mod density;
mod filter;
mod go_to;
mod header;
mod history;
mod inspector;
mod marks;
mod payload;
mod place;
mod profile_form;
mod profile_more;
mod profile_way;
mod properties_form;
mod repeat_form;
mod row_colours;
mod rows;
mod sheets;
mod statistics;
mod status;
mod subscription_form;
mod subscriptions;
mod timeline;
mod welcome;

pub use density::DensityState;
use egui::{Align, Frame, Layout, Margin, Response, RichText, Role, Sense, Ui, WidgetInfo};
pub use filter::{FILTER_ID, FilterState};
use jiff::civil::Date;
pub use place::Places;
pub use row_colours::RowColours;
pub use rows::{RowText, RowTexts};
pub use statistics::StatisticsState;

use super::State;
use super::command::Outcome;
use super::icons::Icon;
use super::theme::{self, font, size};
use crate::language::Language;
use crate::log::Timestamp;
use crate::model::{Action, Connection, Dialog, Model, Tab};
use crate::store::Side;
use crate::text::Texts;
use crate::text::time::LocalTime;

/// The least height of a list.
const LIST: f32 = 130.0;
/// Below this width the inspector stands under the list in both tabs.
const NARROW: f32 = 1000.0;

/// What every panel is handed: what to draw, and where to put what the user does.
pub struct Panel<'a> {
    /// What to draw.
    pub model: &'a Model,
    /// What the window keeps between drawings.
    pub state: &'a mut State,
    /// The texts of the chosen language.
    pub texts: &'static Texts,
    /// Local time.
    pub local: &'a LocalTime,
    /// The time of this drawing.
    pub now: Timestamp,
    /// Its local date.
    pub today: Date,
    /// What the user does.
    pub actions: Vec<Action>,
    /// A command that was chosen from the palette.
    pub run: Option<Outcome>,
}

impl Panel<'_> {
    /// The user does something.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// The chosen language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.model.language
    }
}

/// Draws the whole window.
pub fn window(ui: &mut Ui, panel: &mut Panel<'_>) {
    let tokens = theme::tokens(ui);
    let model = panel.model;
    let wide = ui.available_width();

    egui::Panel::bottom("status")
        .exact_size(size::STATUS_LINE)
        .frame(Frame::new().fill(tokens.panel))
        .show(ui, |ui| status::show(ui, panel));
    let left = egui::Panel::left("left")
        .resizable(true)
        .default_size(f32::from(panel.state.layout.left_width))
        .size_range(200.0..=420.0)
        .frame(Frame::new().fill(tokens.panel))
        .show(ui, |ui| left_column(ui, panel));
    panel.state.layout.left_width = points(left.response.rect.width());

    let central = egui::CentralPanel::default().frame(Frame::new().fill(tokens.window));
    central.show(ui, |ui| match model.current() {
        Some(connection) => workspace(ui, panel, connection, wide),
        None => welcome::show(ui, panel),
    });

    match &model.dialog {
        Some(Dialog::Profile(form)) => profile_form::show(ui, panel, form),
        Some(Dialog::Subscription(form)) => {
            if let Some(connection) = model.current() {
                subscription_form::show(ui, panel, connection, form);
            }
        }
        Some(Dialog::OpenCapture(path)) => captures::open_form(ui, panel, path),
        Some(Dialog::Paste(form)) => captures::paste_form(ui, panel, form),
        Some(Dialog::Export(form)) => {
            if let Some(connection) = model.current() {
                captures::export_form(ui, panel, connection, form);
            }
        }
        Some(Dialog::Properties) => {
            if let Some(connection) = model.current() {
                properties_form::show(ui, panel, connection);
            }
        }
        Some(Dialog::Colours(form)) => colours::show(ui, panel, form),
        Some(Dialog::GoTo(form)) => go_to::show(ui, panel, form),
        Some(Dialog::Repeat) => {
            if let Some(connection) = model.current() {
                repeat_form::show(ui, panel, connection);
            }
        }
        Some(Dialog::Sheet(sheet)) => sheets::show(ui, panel, *sheet),
        None => panel.state.palette = super::Palette::default(),
    }
    captures::dropped(ui, panel);
    sheets::toasts(ui, panel);
}

/// Connections above, subscriptions below, the broker at the foot.
fn left_column(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let foot = Frame::new().inner_margin(Margin::same(12));
    egui::Panel::bottom("foot").frame(foot).show(ui, |ui| connections::foot(ui, panel));
    let Some(connection) = panel.model.current() else {
        egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| connections::show(ui, panel));
        return;
    };
    let rows = panel.model.connections.len();
    // As high as its rows until the user drags it: then as high as that.
    let salt = if panel.state.has_split("connections") { 0 } else { rows };
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let natural = size::TITLE_BAR + rows as f32 * 44.0 + 8.0;
    let most = (ui.available_height() - 120.0).max(100.0);
    let top = egui::Panel::top(("connections", salt))
        .resizable(true)
        .default_size(panel.state.split("connections", natural.min(most)))
        .size_range(88.0..=most)
        .frame(Frame::new())
        .show(ui, |ui| connections::show(ui, panel));
    panel.state.keep_split(ui, "connections", &top.response, top.response.rect.height());
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| match &connection.capture {
        Some(capture) => captures::about(ui, panel, capture),
        None => subscriptions::show(ui, panel, connection),
    });
}

/// Header, timeline, publish form and inspector of the selected connection.
fn workspace(ui: &mut Ui, panel: &mut Panel<'_>, connection: &Connection, wide: f32) {
    let tokens = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let tab = connection.timeline.tab;
    let below = wide < NARROW || panel.state.side(tab) == Side::Below;
    // What appears in one part changes no id in the next: a field that has the keyboard keeps it, and a button
    // that is being pressed stays the same button.
    let part = |name: &str, ui: &mut Ui, add: &mut dyn FnMut(&mut Ui)| {
        let id = egui::Id::unique((name, &connection.profile.id.0));
        ui.scope_builder(egui::UiBuilder::new().scope_id(id), |ui| add(ui));
    };
    let ground = Frame::new().fill(tokens.panel);
    if let Some(inspector) = connection.inspector.as_ref().filter(|_| !below) {
        let right = egui::Panel::right("inspector")
            .resizable(true)
            .default_size(panel.state.split("inspector width", (wide * 0.32 - 24.0).clamp(388.0, 620.0)))
            .size_range(340.0..=(wide * 0.5).max(341.0))
            .frame(ground)
            .show(ui, |ui| {
                part("inspector", ui, &mut |ui| inspector::column(ui, panel, connection, inspector));
            });
        panel.state.keep_split(ui, "inspector width", &right.response, right.response.rect.width());
    }
    part("header", ui, &mut |ui| header::show(ui, panel, connection));
    part("bar", ui, &mut |ui| timeline::bar(ui, panel, connection));
    part("time strip", ui, &mut |ui| density::show(ui, panel, connection));
    if let Some(inspector) = connection.inspector.as_ref().filter(|_| below) {
        // The list and the publish form keep their room in a small window.
        let kept = if tab == Tab::Messages { 150.0 + LIST } else { LIST };
        let most = (ui.available_height() - kept).max(121.0);
        let bottom = egui::Panel::bottom("inspector below")
            .resizable(true)
            .default_size(panel.state.split("inspector height", 330.0))
            .size_range(120.0..=most)
            .frame(ground)
            .show(ui, |ui| part("inspector", ui, &mut |ui| inspector::row(ui, panel, connection, inspector)));
        panel.state.keep_split(ui, "inspector height", &bottom.response, bottom.response.rect.height());
    }
    if tab == Tab::Messages && connection.capture.is_none() {
        let form = Frame::new().inner_margin(Margin::symmetric(12, 10));
        egui::Panel::bottom("publish")
            .frame(form)
            .show(ui, |ui| part("publish", ui, &mut |ui| composer::show(ui, panel, connection)));
    }
    egui::CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        part("list", ui, &mut |ui| {
            if !captures::instead_of_list(ui, panel, connection) {
                timeline::list(ui, panel, connection);
            }
        });
    });
}

/// A width or height as it is remembered.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
pub fn points(length: f32) -> u16 {
    length.round().clamp(0.0, 65_535.0) as u16
}

/// A title within a panel.
fn heading(ui: &mut Ui, title: &str) {
    let tokens = theme::tokens(ui);
    ui.add(egui::Label::new(rich(title, font::strong(), tokens.text)).selectable(false));
}

/// Height of a field's label and the gap under it.
const LABEL_HEIGHT: f32 = 20.0;

/// One row of a fixed height, inset from the panel's edges.
fn inset_row(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    let room = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(height);
        ui.spacing_mut().item_spacing.x = size::GAP;
        ui.add_space(size::PADDING);
        let room = egui::vec2((ui.available_width() - size::PADDING).max(0.0), height);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), add);
    });
}

/// Contents inset from the panel's edges.
fn inset<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new().inner_margin(Margin::symmetric(12, 0)).show(ui, add).inner
}

/// What stands in an empty panel.
fn hint(ui: &mut Ui, text: &str) {
    let tokens = theme::tokens(ui);
    inset(ui, |ui| {
        ui.add(egui::Label::new(rich(text, font::secondary(), tokens.secondary)).wrap());
    });
}

/// Text in a face and a colour.
fn rich(text: &str, face: egui::FontId, colour: egui::Color32) -> RichText {
    RichText::new(text).font(face).color(colour)
}

/// An icon as text.
fn icon(icon: Icon, colour: egui::Color32) -> RichText {
    RichText::new(icon.glyph()).font(font::icon()).color(colour)
}

/// A secondary line.
fn quiet(ui: &mut Ui, text: &str) {
    let tokens = theme::tokens(ui);
    coloured(ui, text, tokens.secondary);
}

/// Secondary text that wraps.
fn quiet_text(ui: &mut Ui, text: &str) {
    let tokens = theme::tokens(ui);
    ui.add(egui::Label::new(rich(text, font::secondary(), tokens.secondary)).selectable(false).wrap());
}

/// A secondary line in a colour of its own.
fn coloured(ui: &mut Ui, text: &str, colour: egui::Color32) {
    ui.add(egui::Label::new(rich(text, font::secondary(), colour)).selectable(false).truncate());
}

/// Whether the keys of copying were pressed while a part has the keyboard.
fn copies(ui: &Ui, part: &Response) -> bool {
    part.has_focus() && ui.input(|i| i.events.contains(&egui::Event::Copy))
}

/// A painted text that screen readers find as a label.
fn spoken(ui: &mut Ui, salt: &str, rect: egui::Rect, text: &str) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response
}

/// Draws a form and says whether Enter was pressed in a field of one line: the form's main button is meant.
fn entered(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) -> bool {
    let field =
        ui.memory(egui::Memory::focused).filter(|id| egui::TextEdit::load_state(ui.ctx(), *id).is_some());
    draw(ui);
    // A field of one line gives the keyboard up at Enter; one of several lines keeps it.
    let left = field.is_some() && ui.memory(egui::Memory::focused) != field;
    left && ui.input(|i| i.key_pressed(egui::Key::Enter))
}

/// Gives a field the focus when its form opens.
fn focus_once(response: &Response, form: &str) {
    let id = egui::Id::unique(("focused once", form));
    let pass = response.ctx.cumulative_pass_nr();
    let before: Option<u64> = response.ctx.data(|d| d.get_temp(id));
    if before.is_none_or(|before| before + 2 < pass) {
        response.request_focus();
    }
    response.ctx.data_mut(|d| d.insert_temp(id, pass));
}

/// `1234`, `12.3k`, `1.2M`: a count that fits a badge.
fn compact(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{}.{}k", count / 1000, count / 100 % 10),
        _ => format!("{}.{}M", count / 1_000_000, count / 100_000 % 10),
    }
}
