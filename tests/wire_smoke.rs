#[test]
fn smoke() {
    let input = std::fs::read("/tmp/wire_smoke.txt").unwrap();
    mqloupe::cli::dissect::run(None, mqloupe::cli::dissect::Format::Text, &input[..], std::io::stdout())
        .unwrap();
    mqloupe::cli::dissect::run(None, mqloupe::cli::dissect::Format::Json, &input[..], std::io::stdout())
        .unwrap();
}
