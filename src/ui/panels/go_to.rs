//! The form that goes to a row by its number or its time.

use egui::{Key, Modifiers, Ui};

use super::Panel;
use crate::model::{Action, GoToForm, ListAction};
use crate::text;
use crate::ui::widgets::{self, ModalPart, Note, TextField};

/// Width of the form.
const WIDTH: f32 = 440.0;
/// Names the form.
const FORM: &str = "go to form";

/// The form; Enter does what its button does.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, form: &GoToForm) {
    let t = panel.texts;
    let go = Action::List(ListAction::GoTo);
    let modal = widgets::Modal::new(egui::Id::unique(FORM), t.go_to, t.close).width(WIDTH);
    let closed = modal.show(ui.ctx(), |part, ui| {
        if part == ModalPart::Body {
            let mut typed = form.text.clone();
            let note =
                form.fault.map_or(Note::Info(t.go_to_hint), |fault| Note::Error(text::go_to_fault(fault, t)));
            let mut response = None;
            let entered = super::entered(ui, |ui| {
                let field = TextField::new(t.go_to_what).mono().note(Some(note)).width(ui.available_width());
                response = Some(field.show(ui, &mut typed).response);
            });
            if let Some(response) = response {
                super::focus_once(&response, FORM);
                if response.changed() {
                    panel.act(Action::List(ListAction::GoToText(typed)));
                }
                if entered {
                    panel.act(go.clone());
                    // Where it leads nowhere, one types on.
                    response.request_focus();
                }
            }
            return;
        }
        if ui.add(widgets::primary(t.go_to_button)).clicked() {
            panel.act(go.clone());
        }
        if ui.add(widgets::quiet(t.cancel)).clicked() {
            panel.act(Action::Close);
        }
    });
    if closed {
        panel.act(Action::Close);
    }
    if ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        panel.act(go);
    }
}
