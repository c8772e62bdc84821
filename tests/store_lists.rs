//! How lists look, on disk: what was kept comes back, and what cannot be understood costs nothing else.

use std::fs;

use mqloupe::profile::Colour;
use mqloupe::store::{ColourRule, ListColumns, Loaded, Paths, Settings, Store, Theme};
use tempfile::TempDir;

fn paths(folder: &TempDir) -> Paths {
    Paths::resolve(Some(folder.path())).expect("paths")
}

/// What is found in a settings file of this text.
fn found(text: &str) -> (TempDir, Store, Loaded) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = paths(&folder).settings();
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(file, text).expect("written");
    let (store, loaded) = Store::open(paths(&folder));
    (folder, store, loaded)
}

fn columns() -> ListColumns {
    ListColumns {
        order: vec!["payload".to_owned(), "topic".to_owned()],
        hidden: ["qos".to_owned()].into(),
        widths: [("topic".to_owned(), 300)].into(),
    }
}

fn rules() -> Vec<ColourRule> {
    vec![
        ColourRule { filter: "fault".to_owned(), colour: Colour(4), enabled: true },
        ColourRule { filter: "topic ~ \"传感器/#\"".to_owned(), colour: Colour(9), enabled: false },
    ]
}

#[test]
fn columns_and_colour_rules_come_back() {
    let (folder, mut store, _) = found("schema = 1\n");
    store
        .put_settings(|settings| {
            settings.layout.messages_columns = columns();
            settings.colour_rules = rules();
        })
        .expect("kept");
    let settings = Store::open(paths(&folder)).1.settings;
    assert_eq!(settings.layout.messages_columns, columns());
    assert!(settings.layout.packets_columns.is_natural());
    assert_eq!(settings.colour_rules, rules());
}

#[test]
fn what_was_taken_back_leaves_nothing_in_the_file() {
    let (folder, mut store, _) = found("schema = 1\n");
    store
        .put_settings(|settings| {
            settings.layout.packets_columns = columns();
            settings.colour_rules = rules();
        })
        .expect("kept");
    store
        .put_settings(|settings| {
            settings.layout.packets_columns = ListColumns::default();
            settings.colour_rules.clear();
        })
        .expect("kept");
    let text = fs::read_to_string(paths(&folder).settings()).expect("settings");
    assert!(!text.contains("columns") && !text.contains("colour_rules"), "{text}");
}

#[test]
fn a_file_from_before_has_natural_columns_and_no_rules() {
    let (_folder, _, loaded) = found(include_str!("data/store/settings-1.toml"));
    assert_eq!(loaded.problems, []);
    assert_eq!(loaded.settings.colour_rules, []);
    assert!(loaded.settings.layout.messages_columns.is_natural());
}

#[test]
fn what_is_no_column_is_passed_over_and_the_rest_is_read() {
    let (_folder, _, loaded) = found(concat!(
        "schema = 1\ntheme = \"dark\"\n[layout]\nleft_width = 300\npackets_columns = 7\n",
        "[layout.messages_columns]\norder = [\"qos\", 3, []]\nhidden = \"time\"\n",
        "widths = { topic = 300, time = -1, qos = \"wide\", payload = 99999 }\n",
    ));
    assert_eq!(loaded.problems, []);
    let Settings { theme, layout, .. } = loaded.settings;
    assert_eq!((theme, layout.left_width), (Theme::Dark, 300));
    assert!(layout.packets_columns.is_natural());
    let wanted = ListColumns {
        order: vec!["qos".to_owned()],
        hidden: [].into(),
        widths: [("topic".to_owned(), 300)].into(),
    };
    assert_eq!(layout.messages_columns, wanted);
}

#[test]
fn what_is_no_rule_is_passed_over_and_the_rest_is_read() {
    let (_folder, _, loaded) = found(concat!(
        "schema = 1\ntheme = \"dark\"\n",
        "colour_rules = [1, { colour = 3 }, { filter = \"a\", colour = 77, enabled = 5 }, ",
        "{ filter = \"b\", colour = 3, enabled = false }]\n",
    ));
    assert_eq!(loaded.problems, []);
    assert_eq!(loaded.settings.theme, Theme::Dark);
    let wanted = [("a", 0, true), ("b", 3, false)].map(|(filter, colour, enabled)| ColourRule {
        filter: filter.to_owned(),
        colour: Colour(colour),
        enabled,
    });
    assert_eq!(loaded.settings.colour_rules, wanted);
    assert_eq!(found("schema = 1\ncolour_rules = \"all\"\n").2.settings.colour_rules, []);
}

#[test]
fn a_file_is_read_no_further_than_a_hundred_rules() {
    let rules = "{ filter = \"a\" }, ".repeat(150);
    let loaded = found(&format!("schema = 1\ncolour_rules = [{rules}]\n")).2;
    assert_eq!(loaded.settings.colour_rules.len(), ColourRule::MOST);
}
