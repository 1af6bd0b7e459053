//! The program: arguments, wiring, exit codes. The only room that prints.
//!
//! * **In:** the command line.
//! * **Out:** text on standard output, everything else on standard error, an exit code.
//! * **Never:** a conclusion.

mod args;
mod audit;
mod batch;
mod cache;
mod check;
mod commands;
mod contracts;
mod exit;
mod formats;
mod output;
mod test;

pub use exit::Exit;

use clap::Parser;

/// Runs the program.
pub fn main() -> Exit {
    if let Err(message) = solver_is_new_enough() {
        output::error(&message);
        return Exit::ToolWrong;
    }
    match args::Args::try_parse() {
        Ok(args) => commands::run(&args),
        Err(error) => {
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Holds }
        }
    }
}

/// Older releases of Z3 number their enumerations differently from the bindings.
fn solver_is_new_enough() -> Result<(), String> {
    let version = crate::symbolic::version();
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.trim().parse().ok()).take(3).collect();
    if numbers.as_slice() >= [4, 13, 3].as_slice() {
        return Ok(());
    }
    Err(format!(
        "the linked Z3 is {version}, which is too old; 4.13.3 or newer is needed: run `make setup` and build again"
    ))
}
