//! The checker itself, held against small made-up sources: what it must see, and what it must not mistake.

use crate::rules;
use crate::source::{self, Source};

/// Takes files apart and marks those that only tests compile.
pub fn take_apart<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Source> {
    let mut sources: Vec<_> = files.map(|(path, text)| Source::new(path, text)).collect();
    let test_modules: Vec<_> = sources.iter().flat_map(|s| s.test_modules.clone()).collect();
    for source in &mut sources {
        if test_modules.iter().any(|module| source.module.starts_with(module)) {
            source.mark_all_test();
        }
    }
    sources
}

fn one(path: &str, text: &str) -> Vec<Source> {
    take_apart([(path, text)].into_iter())
}

fn order(path: &str, text: &str) -> Vec<String> {
    rules::floors_keep_their_order(&one(path, text))
}

fn mentions(path: &str, text: &str) -> Vec<String> {
    rules::floors_mention_only_what_they_may(&one(path, text))
}

fn panics(path: &str, text: &str) -> Vec<String> {
    rules::bytes_from_outside_never_panic(&one(path, text))
}

#[test]
fn a_use_of_a_higher_floor_is_found_with_its_place() {
    let broken = order("wire/topic.rs", "//! Doc.\nuse crate::model::Model;\n");
    assert_eq!(broken, ["src/wire/topic.rs:2: `wire` may not use `crate::model::Model`"]);
}

#[test]
fn a_higher_floor_is_found_in_the_middle_of_an_expression() {
    assert_eq!(order("hex.rs", "fn f() { let x = 1 + crate::ui::WIDTH; }").len(), 1);
}

#[test]
fn a_grouped_use_is_written_out() {
    let text = "use crate::{\n  wire::{Qos, Version},\n  log::{self, Entry as E},\n  store,\n};";
    let broken = order("session/mod.rs", text);
    assert_eq!(broken, ["src/session/mod.rs:4: `session` may not use `crate::store`"]);
}

#[test]
fn a_lower_floor_and_ones_own_are_free() {
    let text = "use crate::wire::Qos; use crate::profile::Secret; use super::other; use crate::profile;";
    assert_eq!(order("profile/mod.rs", text), [""; 0]);
}

#[test]
fn super_that_climbs_to_the_crate_root_is_seen() {
    assert_eq!(order("hex.rs", "use super::model::Model;").len(), 1);
    assert_eq!(order("wire/reader.rs", "use super::super::model::Model;").len(), 1);
    assert_eq!(order("hex.rs", "mod inner { use super::super::model; }").len(), 1);
}

#[test]
fn super_that_stays_in_the_floor_is_free() {
    assert_eq!(order("payload/mod.rs", "mod tests { use super::text; use super::*; }"), [""; 0]);
    assert_eq!(order("payload/json.rs", "use super::text;"), [""; 0]);
}

#[test]
fn a_glob_of_the_whole_crate_is_found() {
    assert_eq!(order("wire/mod.rs", "use crate::*;").len(), 1);
}

#[test]
fn a_module_outside_the_table_is_found() {
    assert_eq!(order("extras.rs", "").len(), 1);
}

#[test]
fn comments_strings_and_lifetimes_are_not_code() {
    let text = r##"
//! Uses crate::model and tokio.
/* crate::ui /* nested crate::ui */ egui */
fn f<'egui>(x: &'egui str) -> char {
    let _ = "crate::model tokio::spawn \" std::fs";
    let _ = r#"egui::Ui " std::thread"#;
    let _ = b"tokio"; let _ = br"std::fs"; let _ = b'\''; let _ = '"';
    '\u{41}'
}
"##;
    assert_eq!(order("wire/mod.rs", text), [""; 0]);
    assert_eq!(mentions("wire/mod.rs", text), [""; 0]);
}

#[test]
fn code_after_a_quote_is_still_code() {
    let text = "fn f() { let q = '\"'; let l: &'static str = \"\"; tokio::spawn(g()); }";
    assert_eq!(mentions("wire/mod.rs", text), ["src/wire/mod.rs:1: mentions tokio: `tokio::spawn`"]);
}

#[test]
fn a_pure_floor_may_not_reach_outside() {
    for text in [
        "use std::time::Instant;",
        "use std::time::{Duration, Instant};",
        "fn f() { SystemTime::now(); }",
        "fn f() { jiff::Zoned::now(); }",
        "use std::fs;",
        "use std::{fmt, fs::File};",
        "fn f() { std::fs::read(p); }",
        "use std::net::TcpStream;",
        "use std::{net::{SocketAddr, UdpSocket}};",
        "use std::thread;",
        "use tokio::sync::mpsc;",
        "use egui::Color32;",
        "fn f(ui: &mut eframe::egui::Ui) {}",
    ] {
        assert_eq!(mentions("model/mod.rs", text).len(), 1, "{text}");
    }
}

#[test]
fn values_of_time_place_and_address_are_free_in_a_pure_floor() {
    let text = "use std::time::{Duration, SystemTime}; use std::net::SocketAddr; use std::path::PathBuf;
        enum Place { File, Keyring } fn f(c: &Clock) { c.now(); Place::File; }";
    assert_eq!(mentions("profile/mod.rs", text), [""; 0]);
}

#[test]
fn tests_of_a_pure_floor_may_read_files() {
    let text = "#[cfg(test)]\nmod tests { use std::fs; }";
    assert_eq!(mentions("wire/mod.rs", text), [""; 0]);
}

#[test]
fn code_after_the_tests_is_checked_again() {
    let text = "#[cfg(test)]\n#[allow(dead_code)]\nfn a(x: [u8; 2]) { b(); }\nuse std::fs;";
    assert_eq!(mentions("wire/mod.rs", text), ["src/wire/mod.rs:4: mentions a file: `std::fs`"]);
}

#[test]
fn panels_hold_no_tokio_disk_or_channel() {
    for text in ["use tokio::task;", "use std::fs;", "use std::sync::mpsc;", "std::thread::spawn(f);"] {
        assert_eq!(mentions("ui/panels/list.rs", text).len(), 1, "{text}");
    }
    assert_eq!(mentions("ui/panels/list.rs", "use egui::Ui;"), [""; 0]);
}

#[test]
fn only_the_window_knows_the_toolkit() {
    assert_eq!(mentions("runtime.rs", "use egui::Context;").len(), 1);
    assert_eq!(mentions("cli/mod.rs", "use eframe::run;").len(), 1);
    assert_eq!(mentions("app.rs", "use eframe::run;"), [""; 0]);
}

#[test]
fn a_log_may_have_a_thread_but_no_runtime() {
    assert_eq!(mentions("log/segment.rs", "use std::thread; use std::fs;"), [""; 0]);
    assert_eq!(mentions("log/segment.rs", "use tokio::fs;").len(), 1);
}

#[test]
fn a_colour_is_made_in_the_theme_only() {
    let text = "const C: Color32 = egui::Color32::from_rgb(1, 2, 3);";
    assert_eq!(rules::colours_live_in_the_theme(&one("ui/panels/list.rs", text)).len(), 1);
    assert_eq!(rules::colours_live_in_the_theme(&one("ui/theme.rs", text)), [""; 0]);
    assert_eq!(rules::colours_live_in_the_theme(&one("ui/theme/dark.rs", text)), [""; 0]);
}

#[test]
fn what_panics_is_found_where_bytes_come_from_outside() {
    for text in [
        "fn f() { x.unwrap(); }",
        "fn f() { x.expect(\"there\"); }",
        "fn f() { x.expect(&format!(\"there\")); }",
        "fn f() { y.map(Option::unwrap); }",
        "fn f() { panic!(\"no\"); }",
        "fn f() { unreachable!(); }",
    ] {
        assert_eq!(panics("wire/mod.rs", text).len(), 1, "{text}");
        assert_eq!(panics("session/mod.rs", text), [""; 0], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_panic_is_free() {
    let text = "fn f() { x.unwrap_or(1); x.unwrap_or_default(); self.expect(Token::Colon); } // .unwrap()
        #[cfg(test)] mod tests { fn g() { x.unwrap(); panic!(); } }";
    assert_eq!(panics("log/filter/mod.rs", text), [""; 0]);
}

#[test]
fn a_test_module_in_a_file_of_its_own_is_test_code() {
    let files = [
        ("wire/mod.rs", "#[cfg(test)]\nmod tests;"),
        ("wire/tests.rs", "fn f() { x.unwrap(); }"),
        ("wire/tests/more.rs", "fn f() { x.unwrap(); }"),
        ("wire/topic.rs", "fn f() { x.unwrap(); }"),
    ];
    let broken = rules::bytes_from_outside_never_panic(&take_apart(files.into_iter()));
    assert_eq!(broken, ["src/wire/topic.rs:1: can panic: `unwrap`"]);
}

#[test]
fn a_file_without_a_doc_and_a_long_one_are_found() {
    assert_eq!(rules::opens_with_doc_and_stays_short("a.rs", "use b;\n").len(), 1);
    assert_eq!(rules::opens_with_doc_and_stays_short("a.rs", "\n//! Doc.\n"), [""; 0]);
    let long = format!("//! Doc.\n{}", "\n".repeat(800));
    assert_eq!(rules::opens_with_doc_and_stays_short("a.rs", &long).len(), 1);
}

#[test]
fn lines_are_counted_through_literals_and_comments() {
    let text = "/* a\nb */ let s = \"x\ny\"; let r = r\"\n\"; here";
    assert_eq!(source::tokens(text).last().map(|t| t.line), Some(4));
}
