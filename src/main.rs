//! The program.

fn main() -> std::process::ExitCode {
    tenantproof::cli::main().code().into()
}
