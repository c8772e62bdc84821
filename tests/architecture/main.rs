//! The shape of the crate, read from its sources: floors use only those below them, pure floors reach for
//! nothing outside, nothing that meets foreign bytes can panic, colours live in the theme.

mod checker;
mod rules;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn under(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(!files.is_empty(), "no Rust file under {folder}");
    files
        .into_iter()
        .map(|file| {
            let parts: Vec<_> =
                file.strip_prefix(&root).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
            (parts.join("/"), fs::read_to_string(&file).unwrap())
        })
        .collect()
}

fn crate_sources() -> Vec<Source> {
    let texts = under("src");
    checker::take_apart(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "{} places break this rule:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn floors_keep_their_order() {
    assert_none(&rules::floors_keep_their_order(&crate_sources()));
}

#[test]
fn every_floor_of_the_table_exists() {
    let sources = crate_sources();
    let missing: Vec<_> = rules::FLOORS
        .iter()
        .filter(|floor| !sources.iter().any(|s| s.floor() == Some(floor.name)))
        .map(|floor| format!("`{}` is in the table, not in src", floor.name))
        .collect();
    assert_none(&missing);
}

#[test]
fn floors_mention_only_what_they_may() {
    assert_none(&rules::floors_mention_only_what_they_may(&crate_sources()));
}

#[test]
fn colours_live_in_the_theme() {
    assert_none(&rules::colours_live_in_the_theme(&crate_sources()));
}

#[test]
fn bytes_from_outside_never_panic() {
    assert_none(&rules::bytes_from_outside_never_panic(&crate_sources()));
}

#[test]
fn every_file_opens_with_its_purpose_and_stays_short() {
    let broken: Vec<_> = ["src", "tests"]
        .iter()
        .flat_map(|folder| {
            under(folder).into_iter().map(move |(path, text)| (format!("{folder}/{path}"), text))
        })
        .flat_map(|(path, text)| rules::opens_with_doc_and_stays_short(&path, &text))
        .collect();
    assert_none(&broken);
}
