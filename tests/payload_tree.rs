//! Payloads as trees, through the public face.

use mqloupe::payload::{Branch, Format, JsonFault, Kind, Look, Step, Tree, What, is_plain_number};
use proptest::prelude::*;

/// The most that may be read of a payload for one line.
const REACH: usize = 48 << 10;

/// Every line as it is shown: moved in, `label value`, `+` folded and `-` unfolded.
fn shown(tree: &Tree, bytes: &[u8]) -> Vec<String> {
    (0..tree.lines())
        .map(|line| {
            let line = tree.line(bytes, line).expect("a line");
            let sign = match (line.expandable, line.expanded) {
                (false, _) => " ",
                (true, false) => "+",
                (true, true) => "-",
            };
            format!("{}{sign}{} {}", " ".repeat(line.path.len()), line.label, line.value)
        })
        .collect()
}

/// Unfolds what the line shows.
fn unfold(tree: &mut Tree, bytes: &[u8], path: &[u32]) {
    let child = tree.child(bytes, path).expect("a value");
    let branch = Branch::of(bytes, tree.format(), child.value);
    assert_eq!(branch.count(), child.count, "at {path:?}");
    assert!(tree.unfold(path, branch));
}

/// Unfolds everything, up to so many lines.
fn unfold_all(tree: &mut Tree, bytes: &[u8], most: usize) {
    let mut line = 0;
    while line < tree.lines().min(most) {
        let shown = tree.line(bytes, line).expect("a line");
        if shown.expandable && !shown.expanded {
            unfold(tree, bytes, &shown.path);
        }
        line += 1;
    }
}

#[test]
fn a_payload_of_json_is_a_tree_whose_topmost_level_is_unfolded() {
    let bytes = br#" {"t": 21.50, "items": [{"id": 1}, {}, []], "on": true, "s": "a\nb"} "#;
    let mut tree = Tree::of(bytes, Format::Json);
    assert_eq!(tree.fault(), None);
    let folded = ["-JSON {4}", "  t 21.50", " +items [3]", "  on true", "  s \"a\\nb\""];
    assert_eq!(shown(&tree, bytes), folded);
    unfold(&mut tree, bytes, &[1]);
    unfold(&mut tree, bytes, &[1, 0]);
    let unfolded = [
        "-JSON {4}",
        "  t 21.50",
        " -items [3]",
        "  -[0] {1}",
        "    id 1",
        "   [1] {}",
        "   [2] []",
        "  on true",
        "  s \"a\\nb\"",
    ];
    assert_eq!(shown(&tree, bytes), unfolded);
    assert!(tree.fold(&[1]));
    assert_eq!(shown(&tree, bytes), folded);
    assert!(tree.fold(&[]));
    assert_eq!(shown(&tree, bytes), ["+JSON {4}"]);
}

#[test]
fn a_lone_value_is_a_tree_of_one_line() {
    assert_eq!(shown(&Tree::of(b"21.5", Format::Json), b"21.5"), [" JSON 21.5"]);
    assert_eq!(shown(&Tree::of(b"{}", Format::Json), b"{}"), [" JSON {}"]);
}

#[test]
fn the_way_to_a_value_and_the_value_can_be_copied() {
    let bytes = br#"{"a b":[{"id":"x\"y"}],"\u00e9":{"n": [1, 2]}}"#;
    let mut tree = Tree::of(bytes, Format::Json);
    unfold_all(&mut tree, bytes, 100);
    let key = |key: &str| Step::Key(key.to_owned());
    assert_eq!(tree.steps(bytes, &[0, 0, 0]), Some(vec![key("a b"), Step::Index(0), key("id")]));
    assert_eq!(tree.steps(bytes, &[1, 0, 1]), Some(vec![key("é"), key("n"), Step::Index(1)]));
    assert_eq!(tree.copied(bytes, &[0, 0, 0]).as_deref(), Some("x\"y"));
    assert_eq!(tree.copied(bytes, &[1]).as_deref(), Some("{\"n\": [1, 2]}"));
    assert_eq!(tree.steps(bytes, &[7]), None);
}

#[test]
fn faulty_json_is_a_tree_up_to_the_fault_which_has_its_line_and_column() {
    let bytes = b"{\"a\": [1, 2],\n \"b\": {\"c\": 3, \"d\": [4, oops]}, \"e\": 5}";
    let mut tree = Tree::of(bytes, Format::Json);
    let fault = *tree.fault().expect("a fault");
    assert_eq!((fault.line, fault.column, fault.what), (2, 25, What::Json(JsonFault::ValueExpected)));
    unfold_all(&mut tree, bytes, 100);
    let wanted =
        ["-JSON {2}", " -a [2]", "   [0] 1", "   [1] 2", " -b {2}", "   c 3", "  -d [1]", "    [0] 4"];
    assert_eq!(shown(&tree, bytes), wanted);
}

#[test]
fn what_ends_early_trails_or_is_no_text_is_named_and_the_rest_is_shown() {
    let of = |bytes: &[u8]| {
        let tree = Tree::of(bytes, Format::Json);
        (tree.fault().map(|fault| (fault.offset, fault.what)), shown(&tree, bytes))
    };
    let json = |fault| What::Json(fault);
    assert_eq!(of(b""), (Some((0, json(JsonFault::Empty))), vec![]));
    assert_eq!(
        of(b"{\"a\":[1"),
        (Some((5, json(JsonFault::Unclosed))), vec!["-JSON {1}".into(), " +a [1]".into()])
    );
    assert_eq!(
        of(b"[1] x"),
        (Some((4, json(JsonFault::TrailingText))), vec!["-JSON [1]".into(), "  [0] 1".into()])
    );
    assert_eq!(of(b"[1,\"\xff\"]"), (Some((4, What::NotUtf8)), vec!["-JSON [1]".into(), "  [0] 1".into()]));
}

#[test]
fn cbor_and_message_pack_are_trees_too() {
    // {"a": [1, h'00ff'], 2: 1("x"), [3]: {}}
    let bytes = b"\xa3\x61a\x82\x01\x42\x00\xff\x02\xc1\x61x\x81\x03\xa0";
    let mut tree = Tree::of(bytes, Format::Cbor);
    assert_eq!(tree.fault(), None);
    unfold_all(&mut tree, bytes, 100);
    let wanted = ["-CBOR {3}", " -a [2]", "   [0] 1", "   [1] h'00ff'", "  2 1(\"x\")", "  [·  3·] {}"];
    assert_eq!(shown(&tree, bytes), wanted);

    // {_ "a": [_ 1]} with no lengths
    let bytes = b"\xbf\x61a\x9f\x01\xff\xff";
    let mut tree = Tree::of(bytes, Format::Cbor);
    unfold_all(&mut tree, bytes, 100);
    assert_eq!(shown(&tree, bytes), ["-CBOR {1}", " -a [1]", "   [0] 1"]);

    // [[{"k": true}], nil]
    let bytes = b"\x92\x91\x81\xa1k\xc3\xc0";
    let mut tree = Tree::of(bytes, Format::MessagePack);
    unfold_all(&mut tree, bytes, 100);
    assert_eq!(
        shown(&tree, bytes),
        ["-MessagePack [2]", " -[0] [1]", "  -[0] {1}", "    k true", "  [1] null"]
    );
}

#[test]
fn keys_within_keys_without_end_exhaust_nothing() {
    for format in [Format::Cbor, Format::MessagePack] {
        let map = if format == Format::Cbor { 0xa1 } else { 0x81 };
        let tree = Tree::of(&vec![map; 3 << 20], format);
        assert!(tree.fault().is_some(), "{format}");
    }
    let array = vec![0x81; 3 << 20];
    assert!(Tree::of(&array, Format::Cbor).fault().is_some());
    let brackets = vec![b'['; 3 << 20];
    let fault = *Tree::of(&brackets, Format::Json).fault().expect("a fault");
    assert_eq!((fault.offset, fault.what), (1 << 20, What::Json(JsonFault::TooDeep)));
}

/// Looks at lines from everywhere in the tree, and says the most that was read for one.
fn reach(tree: &Tree, bytes: &[u8]) -> usize {
    let lines = tree.lines();
    let places = (0..200).map(|step| step * (lines - 1) / 199).chain(lines.saturating_sub(100)..lines);
    places.map(|line| tree.line_reading(bytes, line).expect("a line").1).max().unwrap_or(0)
}

#[test]
fn a_line_of_a_huge_payload_costs_a_bounded_look_and_the_tree_an_eighth_of_it() {
    let numbers = format!("[{}1]", "1,".repeat(2 << 20));
    let texts = format!("[\"{}\"{}]", "x".repeat(1 << 20), ",\"some text\"".repeat(100_000));
    let members: Vec<_> = (0..100_000).map(|n| format!("\n\t\"key {n}\": {{\"n\": {n}}}")).collect();
    let objects = format!("{{{}}}", members.join(","));
    let blanks = format!("[1,{}2,{}3]", " ".repeat(1 << 20), "\n".repeat(1 << 20));
    let long_key = format!("{{\"{}\":1,\"b\":2}}", "k".repeat(1 << 20));
    for (name, text) in [
        ("numbers", numbers),
        ("texts", texts),
        ("objects", objects),
        ("blanks", blanks),
        ("a key", long_key),
    ] {
        let tree = Tree::of(text.as_bytes(), Format::Json);
        assert_eq!(tree.fault(), None, "{name}");
        let read = reach(&tree, text.as_bytes());
        assert!(read < REACH, "{name}: {read} bytes were read for a line");
        let memory = tree.memory();
        assert!(memory < text.len() / 8 + 4096, "{name}: {memory} of {}", text.len());
        let value = tree.line(text.as_bytes(), 1).unwrap();
        assert!(value.value.chars().count() <= 201 && value.label.chars().count() <= 201, "{name}");
    }
}

#[test]
fn a_line_of_huge_binary_costs_a_bounded_look() {
    let mut bytes = vec![0x9a, 0, 0x10, 0, 2];
    bytes.extend(std::iter::repeat_n(0x01, 1 << 20));
    // A text of a megabyte, and a small number behind it.
    bytes.extend([0x7a, 0, 0x10, 0, 0]);
    bytes.extend(std::iter::repeat_n(b'x', 1 << 20));
    bytes.push(0x07);
    let tree = Tree::of(&bytes, Format::Cbor);
    assert_eq!((tree.fault(), tree.lines()), (None, (1 << 20) + 3));
    assert!(reach(&tree, &bytes) < REACH);
    let last = tree.line(&bytes, tree.lines() - 1).unwrap();
    assert_eq!((last.label.as_str(), last.value.as_str()), ("[1048577]", "7"));
}

#[test]
fn lines_are_found_among_many_that_are_unfolded() {
    let text = format!("[{}]", vec!["[1,[2,3],4]"; 1000].join(","));
    let bytes = text.as_bytes();
    let mut tree = Tree::of(bytes, Format::Json);
    unfold_all(&mut tree, bytes, usize::MAX);
    assert_eq!(tree.lines(), 1 + 1000 * 6);
    for line in 0..tree.lines() {
        let path = tree.path(line).expect("a path");
        assert_eq!(tree.line_of(&path), Some(line));
    }
    assert_eq!(tree.path(tree.lines()), None);
}

#[test]
fn a_look_has_a_name_that_reads_as_it() {
    for format in Format::ALL {
        for tree in [false, true] {
            let look = Look { format, tree };
            let read = Look::of_name(&look.name());
            assert_eq!(read, (!tree || format.has_tree()).then_some(look), "{}", look.name());
        }
    }
    for garbage in ["", "tree", "JSON  tree", "YAML", "hex tree"] {
        assert_eq!(Look::of_name(garbage), None, "{garbage}");
    }
}

#[test]
fn numbers_that_readers_round_are_told_from_plain_ones() {
    for plain in ["0", "-12", "21.50", "1.5e3", "18446744073709551615"] {
        assert!(is_plain_number(plain.as_bytes()), "{plain}");
    }
    for other in ["123456789012345678901234567890", "1e999", "abc", "--1", ""] {
        assert!(!is_plain_number(other.as_bytes()), "{other}");
    }
}

/// The members as another reader sees them: label, value where it holds no others, how many it holds.
fn flat(value: &serde_json::Value, label: &str, depth: usize, into: &mut Vec<String>) {
    let indent = " ".repeat(depth);
    match value {
        serde_json::Value::Array(values) => {
            into.push(format!(
                "{indent}{label} [{}]",
                if values.is_empty() { String::new() } else { values.len().to_string() }
            ));
            for (number, value) in values.iter().enumerate() {
                flat(value, &format!("[{number}]"), depth + 1, into);
            }
        }
        serde_json::Value::Object(members) => {
            into.push(format!(
                "{indent}{label} {{{}}}",
                if members.is_empty() { String::new() } else { members.len().to_string() }
            ));
            for (key, value) in members {
                flat(value, key, depth + 1, into);
            }
        }
        scalar => into.push(format!("{indent}{label} {scalar}")),
    }
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        "[a-z é\"\\\\]{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 60, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            proptest::collection::vec(("[a-z é\"\\\\]{0,4}", inner), 0..5)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// What must hold of any tree: ranges nest and follow each other, lines and paths agree.
fn check(bytes: &[u8], format: Format) -> Result<(), TestCaseError> {
    let mut tree = Tree::of(bytes, format);
    unfold_all(&mut tree, bytes, 300);
    prop_assert!(tree.lines() > 0 || tree.fault().is_some());
    if let Some(fault) = tree.fault() {
        prop_assert!(fault.offset <= bytes.len());
    }
    let mut ends: Vec<(Vec<u32>, usize)> = Vec::new();
    for number in 0..tree.lines().min(300) {
        let Some(line) = tree.line(bytes, number) else {
            return Err(TestCaseError::fail(format!("line {number} of {} is missing", tree.lines())));
        };
        prop_assert_eq!(tree.line_of(&line.path), Some(number));
        prop_assert!(!line.label.contains('\n') && !line.value.contains('\n'));
        let child = tree.child(bytes, &line.path).expect("a value");
        prop_assert!(child.value.start < child.value.end && child.value.end <= bytes.len());
        prop_assert!(child.kind != Kind::Scalar || child.count == 0);
        if let Some((_, above)) = line.path.split_last() {
            let parent = tree.child(bytes, above).expect("a parent");
            let start = child.key.as_ref().map_or(child.value.start, |key| key.start);
            prop_assert!(parent.value.start < start && child.value.end <= parent.value.end);
            // Behind its elder.
            if let Some((_, end)) =
                ends.iter().rev().find(|(path, _)| path.len() == line.path.len() && path.starts_with(above))
            {
                prop_assert!(start >= *end);
            }
        }
        ends.push((line.path.clone(), child.value.end));
        let _ = (tree.steps(bytes, &line.path), tree.copied(bytes, &line.path));
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_tree_of_json_is_what_another_reader_sees(value in value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let mut tree = Tree::of(text.as_bytes(), Format::Json);
        unfold_all(&mut tree, text.as_bytes(), usize::MAX);
        let mut theirs = Vec::new();
        flat(&value, "JSON", 0, &mut theirs);
        let ours: Vec<_> = (0..tree.lines())
            .map(|line| tree.line(text.as_bytes(), line).unwrap())
            .map(|line| format!("{}{} {}", " ".repeat(line.path.len()), line.label, line.value))
            .collect();
        prop_assert_eq!(ours, theirs);
        prop_assert_eq!(tree.fault(), None);
    }

    #[test]
    fn any_bytes_are_a_tree_or_a_fault(bytes: Vec<u8>) {
        for format in Format::ALL {
            check(&bytes, format)?;
        }
    }

    #[test]
    fn json_with_any_byte_changed_is_a_tree_up_to_the_fault(value in value(), at: prop::sample::Index, byte: u8) {
        let mut bytes = serde_json::to_vec(&value).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        check(&bytes, Format::Json)?;
    }

    #[test]
    fn a_tree_has_the_fault_that_the_text_has(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        for format in [Format::Json, Format::Cbor, Format::MessagePack] {
            if format == Format::Json && std::str::from_utf8(&bytes).is_err() {
                continue;
            }
            let text = mqloupe::payload::decode(&bytes, format);
            prop_assert_eq!(Tree::of(&bytes, format).fault().copied(), text.fault, "{}", format);
        }
    }
}

#[test]
fn a_tag_that_nothing_follows_is_a_fault_where_its_value_would_be() {
    let bytes = [0x82, 0x41, 0x00, 0xc0, 0xff];
    let fault = Tree::of(&bytes, Format::Cbor).fault().copied();
    assert_eq!(fault.map(|fault| fault.offset), Some(4));
    assert_eq!(fault, mqloupe::payload::decode(&bytes, Format::Cbor).fault);
}
