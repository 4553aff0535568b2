//! The command-line program: arguments in, exit code out. Everything else is in the library and in `cli`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
