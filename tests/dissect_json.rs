//! The JSON of `mqloupe dissect` is a contract: names, values, ranges, errors.

use mqloupe::cli::dissect::{Format, run};
use mqloupe::wire::Version;
use serde_json::{Value, json};

fn dissect(version: Option<Version>, input: &str) -> Vec<Value> {
    let mut output = Vec::new();
    run(version, Format::Json, input.as_bytes(), &mut output).expect("memory takes everything");
    let output = String::from_utf8(output).expect("UTF-8");
    output.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// The fields as `name value start end`, depth first.
fn flat(fields: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for field in fields.as_array().expect("fields are an array") {
        let (name, value) = (field["name"].as_str().expect("name"), &field["value"]);
        lines.push(format!("{name} {value} {} {}", field["start"], field["end"]));
        lines.extend(flat(&field["children"]));
    }
    lines
}

const CONNECT: &str = "10 26 00 04 4d 51 54 54 04 c2 00 3c 00 09 31 32 33 34 35 36 37 38 39 00 05 61 64 6d 69 6e 00 08 70 61 73 73 77 6f 72 64";

#[test]
fn connect_has_the_fields_of_the_standard_in_wire_order() {
    let object = &dissect(None, CONNECT)[0];
    assert_eq!(
        flat(&object["fields"]),
        [
            "fixed_header null 0 2",
            "packet_type 1 0 1",
            "reserved 0 0 1",
            "remaining_length 38 1 2",
            "variable_header null 2 12",
            "protocol_name_length 4 2 4",
            "protocol_name \"MQTT\" 4 8",
            "protocol_version 4 8 9",
            "connect_flags 194 9 10",
            "username_flag true 9 10",
            "password_flag true 9 10",
            "will_retain false 9 10",
            "will_qos 0 9 10",
            "will_flag false 9 10",
            "clean_session true 9 10",
            "reserved 0 9 10",
            "keep_alive 60 10 12",
            "packet_payload null 12 40",
            "client_id_length 9 12 14",
            "client_id \"123456789\" 14 23",
            "username_length 5 23 25",
            "username \"admin\" 25 30",
            "password_length 8 30 32",
            "password \"70617373776f7264\" 32 40",
        ]
    );
}

#[test]
fn an_object_has_its_members_in_order() {
    let object = &dissect(None, "c0 00")[0];
    let names: Vec<_> = object.as_object().expect("object").keys().map(String::as_str).collect();
    assert_eq!(names, ["line", "packet", "version", "length", "summary", "fields", "error", "diagnostics"]);
    assert_eq!(object["packet"], "PINGREQ");
    assert_eq!(object["version"], 4);
    assert_eq!(object["length"], 2);
    assert_eq!(object["summary"], "Ping Request");
    assert_eq!(object["error"], Value::Null);
    assert_eq!(object["diagnostics"], json!([]));
    let packet_type = &object["fields"][0]["children"][0];
    assert_eq!(
        *packet_type,
        json!({ "name": "packet_type", "label": "Packet type", "value": 12, "start": 0, "end": 1, "bits": [7, 4], "children": [] })
    );
}

#[test]
fn properties_are_groups_with_identifier_and_value() {
    let object =
        &dissect(Some(Version::V5_0), "30 12 00 01 61 0d 02 00 00 00 3c 26 00 01 6b 00 02 76 77 78")[0];
    let flat = flat(&object["fields"]);
    let from = flat.iter().position(|line| line.starts_with("properties")).expect("properties");
    assert_eq!(
        flat[from..],
        [
            "properties null 5 19",
            "property_length 13 5 6",
            "property null 6 11",
            "property_id 2 6 7",
            "property_value 60 7 11",
            "property null 11 19",
            "property_id 38 11 12",
            "user_property_key_length 1 12 14",
            "user_property_key \"k\" 14 15",
            "user_property_value_length 2 15 17",
            "user_property_value \"vw\" 17 19",
            "payload \"78\" 19 20",
        ]
    );
}

#[test]
fn filters_are_topics_and_options_have_parts() {
    let three = &dissect(None, "82 06 00 01 00 01 61 02")[0];
    let lines = flat(&three["fields"]);
    for wanted in ["packet_id 1 2 4", "topic \"a\" 6 7", "requested_qos 2 7 8"] {
        assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:?}");
    }
    let five = &dissect(Some(Version::V5_0), "82 07 00 01 00 00 01 61 2d")[0];
    let lines = flat(&five["fields"]);
    for wanted in [
        "subscription_options 45 8 9",
        "retain_handling 2 8 9",
        "retain_as_published true 8 9",
        "no_local true 8 9",
        "max_qos 1 8 9",
    ] {
        assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:?}");
    }
}

#[test]
fn auto_learns_the_version_from_the_last_connect() {
    let input = "e0 01 94\n\
                 10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 01 61\n\
                 e0 01 94\n\
                 10 0f 00 06 4d 51 49 73 64 70 03 02 00 3c 00 01 61\n\
                 c0 00\n";
    let versions: Vec<_> = dissect(None, input).iter().map(|object| object["version"].clone()).collect();
    assert_eq!(versions, [4, 5, 5, 3, 3]);
    // A version that was asked for stays.
    let versions: Vec<_> =
        dissect(Some(Version::V5_0), input).iter().map(|object| object["version"].clone()).collect();
    assert_eq!(versions, [5, 5, 5, 3, 5]);
}

#[test]
fn lines_are_numbered_and_comments_skipped() {
    let objects = dissect(None, "# comment\n\n  c000\r\n # c0 00\n\tD0 00");
    let lines: Vec<_> =
        objects.iter().map(|object| (object["line"].clone(), object["packet"].clone())).collect();
    assert_eq!(lines, [(json!(3), json!("PINGREQ")), (json!(5), json!("PINGRESP"))]);
}

#[test]
fn broken_bytes_keep_what_stands_before_them() {
    let object = &dissect(None, "30 05 00 03 61")[0];
    assert_eq!(object["error"]["offset"], 4);
    assert_eq!(object["error"]["incomplete"], true);
    assert!(object["error"]["message"].as_str().expect("message").contains("Topic name"));
    let lines = flat(&object["fields"]);
    assert_eq!(lines.last().map(String::as_str), Some("undecoded \"61\" 4 5"));
    assert!(lines.iter().any(|line| line == "topic_length 3 2 4"), "{lines:?}");
}

#[test]
fn forbidden_bytes_are_diagnostics_with_their_clause() {
    let object = &dissect(None, "36 05 00 01 61 00 01")[0];
    assert_eq!(object["error"], Value::Null);
    let diagnostic = &object["diagnostics"][0];
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["offset"], 0);
    assert_eq!(diagnostic["ref"], "[MQTT-3.3.1-4]");
    assert!(diagnostic["message"].as_str().expect("message").starts_with("QoS 3"));
}

#[test]
fn ill_formed_strings_are_given_as_hex() {
    let object = &dissect(None, "30 04 00 02 61 ff")[0];
    assert!(flat(&object["fields"]).iter().any(|line| line == "topic \"61ff\" 4 6"));
    assert_eq!(object["diagnostics"][0]["ref"], "[MQTT-1.5.3-1]");
}

#[test]
fn lines_that_are_not_hex_get_a_line_too() {
    let objects = dissect(None, "c0 0\nhello\nc000");
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[0]["packet"], &objects[0]["length"]), (&Value::Null, &json!(0)));
    assert!(objects[0]["error"]["message"].as_str().expect("message").contains("odd number"));
    assert!(objects[1]["error"]["message"].as_str().expect("message").contains("digit 1"));
    assert_eq!(objects[2]["packet"], "PINGREQ");
}

#[test]
fn text_has_a_title_and_a_blank_line_behind_each_packet() {
    let mut output = Vec::new();
    run(None, Format::Text, &b"c000\nc100\n"[..], &mut output).expect("memory takes everything");
    let output = String::from_utf8(output).expect("UTF-8");
    let packets: Vec<_> = output.trim_end().split("\n\n").collect();
    assert_eq!(packets.len(), 2, "{output}");
    assert!(packets[0].starts_with("1  PINGREQ  MQTT 3.1.1, 2 B  Ping Request\n0000  c0 00"), "{output}");
    assert!(packets[1].ends_with("[MQTT-2.2.2-1]"), "{output}");
}
