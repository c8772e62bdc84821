//! What the command line says of itself, and of what it cannot do: status 2, the option, and the mend.

mod support;

use std::path::Path;
use std::process::Output;

use mqloupe::profile::Profile;
use mqloupe::store::{Event, Paths, Request, Store};
use support::program::{run, text};

/// The words of a refusal; it has status 2.
fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    said
}

fn refused(all: &[(&[&str], &[&str])]) {
    for (arguments, wanted) in all {
        let said = refusal(arguments);
        for words in *wanted {
            assert!(said.contains(words), "{arguments:?}: {words:?} is missing in\n{said}");
        }
    }
}

#[test]
fn options_that_contradict_each_other_are_explained() {
    refused(&[
        (&["pub", "-L", "mqtt://h/t", "--insecure", "-m", "x"], &["--insecure is for TLS", "mqtts://"]),
        (&["sub", "-L", "ws://h", "--cafile", "f", "-t", "a"], &["--cafile is for TLS", "use wss://"]),
        (&["sub", "-L", "mqtt://h/a", "--ws"], &["-L says mqtt://", "use ws://"]),
        (&["sub", "-L", "mqtts://h/a", "--ws"], &["use wss://"]),
        (&["sub", "-t", "a", "--path", "/x"], &["--path is for WebSocket", "add --ws"]),
        (&["sub", "-t", "a", "--header", "K: V"], &["--header is for WebSocket"]),
        (&["sub", "-t", "a", "-L", "ws://h/mqtt", "--path", "/x"], &["--path", "leave one"]),
        (&["sub", "-t", "a", "-L", "unix:///s", "--proxy", "http://p"], &["--proxy", "Unix socket"]),
        (&["sub", "-t", "a", "-h", "h", "-L", "mqtt://h"], &["--host", "--url"]),
        (&["sub", "-t", "a", "-p", "1", "--profile", "h"], &["--port", "--profile"]),
        (&["sub", "-t", "a", "-x", "5"], &["-x is of MQTT 5.0", "MQTT 3.1.1", "-V 5"]),
        (&["sub", "-t", "a", "-D", "connect", "receive-maximum", "1"], &["-D", "-V 5"]),
        (&["sub", "-t", "a", "-c"], &["-c", "-i ID"]),
        (&["sub", "-t", "a", "-c", "-i", ""], &["-i", "-c"]),
        (&["sub", "-t", "a", "-V", "31", "-i", ""], &["-i", "3.1"]),
        (&["pub", "-t", "a", "-m", "x", "--key", "k"], &["--cert FILE"]),
        (&["pub", "-t", "a", "-m", "x", "--key-passphrase-file", "k"], &["--cert FILE"]),
        (&["pub", "-t", "a", "-m", "x", "--cafile", "f", "--insecure"], &["--cafile", "--servername"]),
        (&["pub", "-t", "a", "-m", "x", "--will-qos", "1"], &["--will-qos", "--will-topic"]),
        (&["pub", "-t", "a", "-m", "x", "--with-secrets"], &["--write"]),
        (&["pub", "-t", "a", "-m", "x", "-n"], &["--message", "--null-message"]),
        (&["pub", "-t", "a", "-m", "x", "-P", "y"], &["a user name", "-u USER"]),
        (&["sub", "-t", "a", "--packets", "--format", "json"], &["--packets", "--format"]),
        (&["sub", "-t", "a", "--data-dir", "d"], &["--data-dir", "--profile"]),
        (&["--connect", "mqtt://h", "sub", "-t", "a"], &["--connect is for the window"]),
    ]);
}

#[test]
fn values_that_cannot_be_are_named_with_their_option() {
    refused(&[
        (&["sub", "-t", "a", "-h", "mqtt://h"], &["-h", "-L"]),
        (&["sub", "-t", "a", "-h", "a b"], &["-h"]),
        (&["sub", "-t", "a", "-L", "gopher://h"], &["-L", "gopher://", "wss://"]),
        (&["sub", "-t", "a", "--proxy", "h:1"], &["--proxy", "http://", "socks5://"]),
        (&["sub", "-t", "a", "--proxy", "ftp://h:1"], &["--proxy", "ftp://"]),
        (&["sub", "-t", "a", "--proxy", "http://h:1/x"], &["--proxy", "remove"]),
        (&["sub", "-t", "a", "--ws", "--path", "mqtt"], &["--path", "begins with /"]),
        (&["sub", "-t", "a", "--ws", "--header", "Cookie"], &["--header", "a colon"]),
        (&["sub", "-t", "a/#/b"], &["-t", "a/#/b"]),
        (&["pub", "-t", "a/+", "-m", "x"], &["-t", "a/+"]),
        (&["pub", "-t", "a", "-m", "x", "--will-topic", "w/#"], &["--will-topic"]),
        (&["pub", "-t", "a", "-m", "x", "--repeat", "0"], &["--repeat", "forever"]),
        (&["pub", "-t", "a", "-m", "x", "--repeat-delay=-1"], &["--repeat-delay"]),
        (&["pub", "-t", "a", "-m", "x", "--repeat-delay", "1", "--rate", "1"], &["--repeat-delay", "--rate"]),
        (&["pub", "-t", "a", "-m", "x", "--repeat-delay", "soon"], &["--repeat-delay"]),
        (&["sub", "-t", "a", "-V", "5", "-x", "soon"], &["session-expiry", "never"]),
        (&["sub"], &["-t FILTER"]),
        (&["pub", "-m", "x"], &["-t TOPIC"]),
        (&["pub", "-t", "a"], &["--message"]),
    ]);
}

#[test]
fn a_header_that_is_none_is_not_repeated_since_it_may_be_a_credential() {
    let said = refusal(&["sub", "-t", "a", "--ws", "--header", "Bearer s3cret"]);
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn properties_that_cannot_be_set_are_refused_with_those_that_can() {
    let with = |command: &'static str, words: &[&'static str]| {
        let mut all = vec![command, "-t", "a", "-V", "5", "-D"];
        all.extend(words);
        if command == "pub" {
            all.extend(["-m", "x"]);
        }
        refusal(&all)
    };
    for (command, words, wanted) in [
        ("sub", &["conect", "x", "1"][..], &["\"conect\"", "connect, will, subscribe, disconnect"][..]),
        ("sub", &["publish", "topic-alias", "1"], &["sub sends no PUBLISH"]),
        ("pub", &["subscribe", "user-property", "1"], &["pub sends no SUBSCRIBE"]),
        ("sub", &["unsubscribe", "user-property", "k", "v"], &["sub sends no UNSUBSCRIBE"]),
        ("sub", &["connect"], &["a property is missing", "receive-maximum"]),
        ("sub", &["connect", "recieve-maximum", "1"], &["recieve-maximum", "receive-maximum"]),
        ("sub", &["connect", "topic-alias", "1"], &["cannot be set by a client for connect"]),
        ("pub", &["publish", "subscription-identifier", "1"], &["cannot be set by a client for publish"]),
        ("sub", &["connect", "receive-maximum"], &["the value is missing"]),
        ("sub", &["connect", "receive-maximum", "0"], &["1 to 65535"]),
        ("sub", &["connect", "receive-maximum", "65536"], &["1 to 65535"]),
        ("sub", &["connect", "maximum-packet-size", "0"], &["1 to 4294967295"]),
        ("sub", &["connect", "receive-maximum", "1", "2"], &["one value"]),
        ("sub", &["connect", "request-problem-information", "2"], &["0 or 1"]),
        ("sub", &["connect", "user-property", "k"], &["a name and a value"]),
        ("sub", &["subscribe", "subscription-identifier", "268435456"], &["1 to 268435455"]),
        ("sub", &["will", "will-delay-interval", "1"], &["--will-topic"]),
        ("sub", &["disconnect", "session-expiry-interval", "1"], &["-x SECONDS"]),
        ("pub", &["publish", "response-topic", "a/#"], &["wildcards"]),
        ("pub", &["publish", "content-type", ""], &["empty"]),
        ("pub", &["publish", "topic-alias", "1", "-D", "publish", "topic-alias", "2"], &["once only"]),
        ("pub", &["connect", "session-expiry-interval", "1", "-x", "2"], &["-x sets it already"]),
    ] {
        let said = with(command, words);
        for words in wanted {
            assert!(said.contains(words), "{words:?} is missing in\n{said}");
        }
    }
}

/// A folder with saved connections of these names.
fn saved(folder: &Path, names: &[&str]) {
    let (mut store, _) = Store::open(Paths::resolve(Some(folder)).unwrap());
    for (random, name) in (1..).zip(names) {
        let profile = Profile { name: (*name).to_owned(), ..Profile::new(random) };
        let event = store.perform(Request::PutProfile(profile));
        assert!(matches!(event, Event::ProfilesSaved { .. }), "{event:?}");
    }
}

#[test]
fn a_saved_connection_that_is_not_there_is_answered_with_those_near_it() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let unknown = |name| refusal(&["sub", "-t", "a", "--profile", name, "--data-dir", data_dir]);
    assert!(unknown("Home").contains("--profile: there is no saved connection \"Home\"; none is saved yet"));
    saved(folder.path(), &["Home broker", "Factory"]);
    assert!(unknown("home").contains("did you mean \"Home broker\"?"));
    let said = unknown("xyz");
    assert!(said.contains("saved are \"Home broker\", \"Factory\""), "{said}");
    // The folder may stand before the command too.
    let said = refusal(&["--data-dir", data_dir, "pub", "-t", "a", "-m", "x", "--profile", "factroy"]);
    assert!(said.contains("did you mean \"Factory\"?"), "{said}");
}

#[test]
fn the_window_is_not_opened_for_a_connection_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path(), &["Home broker"]);
    let data_dir = folder.path().to_str().unwrap();
    let said = refusal(&["--data-dir", data_dir, "--connect", "home"]);
    assert!(said.contains("--connect") && said.contains("did you mean \"Home broker\"?"), "{said}");
    let said = refusal(&["--data-dir", data_dir, "--connect", "gopher://h"]);
    assert!(said.contains("--connect") && said.contains("gopher://"), "{said}");
}

#[test]
fn options_of_tls_do_not_fit_a_saved_connection_without_it() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path(), &["Home broker"]);
    let data_dir = folder.path().to_str().unwrap();
    let arguments = ["sub", "-t", "a", "--profile", "Home broker", "--data-dir", data_dir, "--insecure"];
    let said = refusal(&arguments);
    assert!(
        said.contains("--insecure is for TLS, and the saved connection \"Home broker\" uses mqtt://"),
        "{said}"
    );
}

#[test]
fn a_password_that_others_can_see_is_said() {
    let notice = "can see the password of -P";
    let quiet = run(&["sub", "-t", "a", "-p", "1"]);
    assert!(!text(&quiet.stderr).contains(notice));
    for (arguments, words) in [
        (&["sub", "-t", "a", "-p", "1", "-u", "u", "-P", "x"][..], notice),
        (&["sub", "-L", "mqtt://u:x@127.0.0.1:1/a"], "can see the password in the URL"),
        (&["sub", "-t", "a", "--proxy", "http://u:x@127.0.0.1:1"], "can see the password in --proxy"),
    ] {
        let said = text(&run(arguments).stderr);
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
}

fn help(arguments: &[&str]) -> String {
    let Output { status, stdout, .. } = run(&[arguments, &["--help"]].concat());
    assert!(status.success());
    text(&stdout)
}

#[test]
fn help_has_a_line_for_each_option_and_fits_into_eighty_columns() {
    for arguments in [&[][..], &["sub"], &["pub"], &["dissect"], &["broker"], &["demo"]] {
        let help = help(arguments);
        let options =
            help.split("\nExamples:").next().unwrap().split("\n\n").filter(|part| part.contains("  -"));
        for line in options.flat_map(str::lines).filter(|line| line.starts_with(' ')) {
            let words = line.trim_start();
            assert!(words.starts_with('-') && words.contains("  "), "{arguments:?}: {line:?}\n{help}");
        }
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{arguments:?}: {line:?}");
        }
    }
}

#[test]
fn help_groups_the_options_of_a_connection() {
    for command in ["sub", "pub"] {
        let help = help(&[command]);
        for heading in ["Server:", "Session:", "TLS (", "WebSocket:", "Will, ", "Capture:"] {
            assert!(help.contains(&format!("\n{heading}")), "{heading} is missing in\n{help}");
        }
    }
}
