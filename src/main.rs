//! The program: its arguments say whether it is a window or a command.

use std::process::ExitCode;

use mqloupe::cli;

fn main() -> ExitCode {
    cli::run(open)
}

#[cfg(feature = "gui")]
fn open(window: cli::Window) -> ExitCode {
    let cli::Window { data_dir, connect, started } = window;
    mqloupe::app::run(mqloupe::app::WindowArguments { data_dir, connect, started })
}

#[cfg(not(feature = "gui"))]
fn open(_: cli::Window) -> ExitCode {
    eprintln!("mqloupe: this build has no window; commands are listed by 'mqloupe --help'");
    ExitCode::from(2)
}
