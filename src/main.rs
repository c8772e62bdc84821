//! The program: its arguments say whether it is a window or a command.

use std::process::ExitCode;

fn main() -> ExitCode {
    mqloupe::cli::run()
}
