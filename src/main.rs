//! The command-line program: arguments in, exit code out. Everything else is in the library and in `cli`.

mod cli;

/// Gives memory back between the stages of a long run, which the system's allocator does less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
