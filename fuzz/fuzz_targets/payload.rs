//! Any bytes as a payload of any format: a text and a tree, or a fault within the bytes; the tree's values nest, its
//! lines and its paths agree, and each line is found with a bounded look.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mqloupe::payload::{Branch, Format, Tree, decode_within, detect, one_line};

/// Lines that are looked at.
const LINES: usize = 300;

fuzz_target!(|bytes: &[u8]| {
    let _ = (detect(bytes), one_line(bytes, 80));
    for format in Format::ALL {
        for limit in [bytes.len(), bytes.len() / 2] {
            let shown = decode_within(bytes, format, limit);
            assert!(shown.shown_bytes <= limit && shown.fault.is_none_or(|fault| fault.offset <= bytes.len()));
        }
        if !format.has_tree() {
            continue;
        }
        let mut tree = Tree::of(bytes, format);
        assert!(tree.lines() > 0 || tree.fault().is_some());
        let mut number = 0;
        while number < tree.lines().min(LINES) {
            let (line, read) = tree.line_reading(bytes, number).expect("a line");
            assert!(read < 48 << 10);
            assert_eq!(tree.line_of(&line.path), Some(number));
            let child = tree.child(bytes, &line.path).expect("a value");
            if let Some((_, above)) = line.path.split_last() {
                let parent = tree.child(bytes, above).expect("a parent").value;
                assert!(parent.start < child.value.start && child.value.end <= parent.end);
            }
            let _ = (tree.steps(bytes, &line.path), tree.copied(bytes, &line.path));
            if line.expandable && !line.expanded {
                let branch = Branch::of(bytes, format, child.value.clone());
                assert_eq!(branch.count(), child.count);
                assert!(tree.unfold(&line.path, branch));
            }
            number += 1;
        }
    }
});
