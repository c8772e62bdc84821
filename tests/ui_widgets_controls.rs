//! Controls, worked by name: as a screen reader finds them, and as a keyboard works them.
#![cfg(feature = "gui")]

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mqloupe::ui::widgets::{self, Dropdown, Modal, ModalPart, Note, Section, Segmented, TextField, TextView};
use mqloupe::ui::{fonts, icons, theme};

fn harness<State>(
    state: State,
    show: impl FnMut(&mut egui::Ui, &mut State) + 'static,
) -> Harness<'static, State> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(800.0, 600.0))
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            ctx.set_fonts(fonts::definitions());
            theme::apply(ctx);
        })
        .build_ui_state(show, state);
    harness.run();
    harness
}

#[test]
fn a_field_is_named_by_its_label() {
    let mut harness = harness(String::new(), |ui, host| {
        TextField::new("Host").show(ui, host);
    });
    harness.get_by_role_and_label(Role::TextInput, "Host").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Host").type_text("localhost");
    harness.run();
    assert_eq!(harness.state(), "localhost");
}

#[test]
fn a_field_without_a_shown_label_is_named_all_the_same() {
    let harness = harness(String::new(), |ui, filter| {
        TextField::unlabelled("Filter").hint("Filter").show(ui, filter);
    });
    assert!(harness.query_by_role_and_label(Role::TextInput, "Filter").is_some());
}

#[test]
fn what_is_wrong_with_a_field_is_read_out_with_it() {
    let harness = harness(String::from("99999"), |ui, port| {
        TextField::new("Port").note(Some(Note::Error("A port lies between 1 and 65535."))).show(ui, port);
    });
    let field = harness.get_by_role_and_label(Role::TextInput, "Port");
    assert_eq!(field.accesskit_node().data().description(), Some("A port lies between 1 and 65535."));
    assert!(field.accesskit_node().data().invalid().is_some());
}

#[test]
fn the_buttons_in_a_field_say_which_was_clicked() {
    let mut harness = harness((String::new(), None), |ui, (id, action)| {
        let actions = [(icons::REFRESH, "Generate client ID"), (icons::COPY, "Copy client ID")];
        *action = TextField::new("Client ID").actions(&actions).show(ui, id).action.or(*action);
    });
    harness.get_by_label("Copy client ID").click();
    harness.run();
    assert_eq!(harness.state().1, Some(1));
}

#[test]
fn a_password_is_revealed_by_its_eye_alone() {
    let mut harness = harness((String::from("secret"), false), |ui, (password, revealed)| {
        TextField::new("Password").password(revealed, "Show password").show(ui, password);
    });
    let shown = |harness: &Harness<'_, (String, bool)>| harness.get_by_label("Password").value();
    assert_ne!(shown(&harness).as_deref(), Some("secret"));
    harness.get_by_label("Show password").click();
    harness.run();
    assert_eq!(shown(&harness).as_deref(), Some("secret"));
}

#[test]
fn segments_are_chosen_by_click_and_by_keyboard() {
    let mut harness = harness(0, |ui, version| {
        Segmented::new("MQTT version", &[(0, "3.1"), (1, "3.1.1"), (2, "5.0")]).show(ui, version);
    });
    harness.get_by_role_and_label(Role::RadioButton, "5.0").click();
    harness.run();
    assert_eq!(*harness.state(), 2);
    harness.get_by_role_and_label(Role::RadioButton, "3.1.1").focus();
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert_eq!(*harness.state(), 1);
    let chosen = harness.get_by_label("3.1.1");
    assert_eq!(chosen.accesskit_node().is_selected(), Some(true));
}

#[test]
fn tabs_are_tabs() {
    let harness = harness(0, |ui, view| {
        Segmented::new("View", &[(0, "Messages"), (1, "Packets")]).tabs().show(ui, view);
    });
    assert!(harness.query_by_role_and_label(Role::Tab, "Packets").is_some());
}

#[test]
fn a_dropdown_shows_its_value_and_takes_another() {
    let mut harness = harness(0, |ui, qos| {
        Dropdown::new("QoS", &[(0, "QoS 0"), (1, "QoS 1"), (2, "QoS 2")]).show(ui, qos);
    });
    let dropdown = harness.get_by_role_and_label(Role::ComboBox, "QoS");
    assert_eq!(dropdown.value().as_deref(), Some("QoS 0"));
    dropdown.click();
    harness.run();
    harness.get_by_label("QoS 2").click();
    harness.run();
    assert_eq!(*harness.state(), 2);
    assert!(harness.query_by_label("QoS 1").is_none());
}

#[test]
fn a_checkbox_is_turned_by_the_space_key() {
    let mut harness = harness(false, |ui, retain| {
        widgets::checkbox(ui, retain, "Retain", "Retain");
    });
    harness.get_by_role_and_label(Role::CheckBox, "Retain").focus();
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert!(*harness.state());
}

#[test]
fn an_icon_button_has_a_name() {
    let mut harness = harness(false, |ui, clicked| {
        *clicked |= ui.add(widgets::icon_button(icons::ADD, "New connection")).clicked();
    });
    harness.get_by_role_and_label(Role::Button, "New connection").click();
    harness.run();
    assert!(*harness.state());
}

#[test]
fn a_section_says_whether_it_is_open() {
    let mut harness = harness(false, |ui, open| {
        Section::new("TLS").summary("off").show(ui, open, |_| {});
    });
    harness.get_by_label("TLS").click();
    harness.run();
    assert!(*harness.state());
    assert_eq!(harness.get_by_label("TLS").accesskit_node().data().is_expanded(), Some(true));
}

#[test]
fn escape_closes_a_form_and_so_does_its_button() {
    for by_key in [true, false] {
        let mut harness = harness(false, |ui, closed| {
            *closed |=
                Modal::new(egui::Id::unique("form"), "New connection", "Close").show(ui.ctx(), |part, ui| {
                    if part == ModalPart::Foot {
                        ui.add(widgets::primary("Save"));
                    }
                });
        });
        assert!(harness.query_by_role_and_label(Role::Dialog, "New connection").is_some());
        assert!(!*harness.state());
        if by_key {
            harness.key_press(Key::Escape);
        } else {
            harness.get_by_label("Close").click();
        }
        harness.run();
        assert!(*harness.state());
    }
}

#[test]
fn of_a_long_text_only_the_lines_in_sight_are_there() {
    let lines: Vec<String> = (0..100_000).map(|line| format!("line {line}")).collect();
    let text = lines.join("\n");
    let harness = harness(text, |ui, text| {
        TextView::new("payload", "Payload", text, 1).show(ui);
    });
    assert!(harness.query_by_label("line 3").is_some());
    assert!(harness.query_by_label("line 99").is_none());
}

#[test]
fn a_short_text_is_one_text_that_can_be_selected() {
    let harness = harness(String::from("one\ntwo"), |ui, text| {
        TextView::new("payload", "Payload", text, 1).show(ui);
    });
    assert_eq!(harness.get_by_label("Payload").value().as_deref(), Some("one\ntwo"));
}

#[test]
fn the_caret_of_a_long_text_stays_in_sight_and_the_field_keeps_its_height() {
    let text: Vec<String> = (0..50).map(|line| format!("line {line}")).collect();
    let mut harness = harness((text.join("\n"), 0.0), |ui, (payload, below)| {
        TextField::unlabelled("Payload").multiline(3).height(64.0).show(ui, payload);
        *below = ui.cursor().top();
    });
    let below = harness.state().1;
    assert!(below < 100.0, "{below}");
    let before = harness.get_by_label("Payload").rect();
    assert!(before.height() > 500.0, "{before:?}");
    harness.get_by_label("Payload").focus();
    harness.run();
    harness.key_press(Key::ArrowUp);
    harness.run();
    let after = harness.get_by_label("Payload").rect();
    assert!(after.bottom() < 100.0, "{after:?}");
}
