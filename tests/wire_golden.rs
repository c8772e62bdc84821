//! Every single frame under `tests/data/frames` is taken apart exactly as the outline beside it says. Recorded
//! sessions (`real-*`) are for `wire_real`.
//!
//! `MQLOUPE_WRITE_OUTLINES=1` writes the outlines anew; read the difference before keeping it.

use std::fs;
use std::path::Path;

use mqloupe::language::Language;
use mqloupe::outline::outline;
use mqloupe::wire::{Context, Version, dissect, summarize};

fn frame(text: &str) -> Vec<u8> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let digits: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    data_encoding::HEXLOWER.decode(digits.as_bytes()).expect("hex")
}

fn version(name: &str) -> Version {
    match name.rsplit('-').next() {
        Some("31") => Version::V3_1,
        Some("311") => Version::V3_1_1,
        Some("5") => Version::V5_0,
        other => panic!("{name} ends in no version: {other:?}"),
    }
}

#[test]
fn every_frame_has_the_outline_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/frames");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("folder of frames")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hex"))
        .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("real-")))
        .collect();
    names.sort();
    assert!(names.len() > 30, "only {} frames", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let name = path.file_stem().expect("name").to_string_lossy().into_owned();
        let bytes = frame(&fs::read_to_string(&path).expect("frame"));
        let context = Context { version: version(&name), ..Context::default() };
        let dissection = dissect(&bytes, &context);
        let got = format!(
            "{}\n{}",
            summarize(&bytes, &context),
            outline(&bytes, &dissection, Language::English, false)
        );
        let beside = path.with_extension("txt");
        if std::env::var_os("MQLOUPE_WRITE_OUTLINES").is_some() {
            fs::write(&beside, &got).expect("write");
        }
        if fs::read_to_string(&beside).unwrap_or_default() != got {
            wrong.push(format!("{name}:\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
