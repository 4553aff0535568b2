//! Commands, progress and exit codes of the program.
//!
//! The only place that prints: results go to files or standard output, progress and warnings to
//! standard error. Exit codes: 0 fine; 1 failed; 2 usage; 3 finished, but inputs were skipped.

mod align;
mod args;
mod diff;
mod evaluate;
mod explain;
mod fit;
mod learn;
mod matching;
mod output;
mod progress;
mod review;
mod segment;

use std::io;
use std::panic;
use std::process::ExitCode;

use claimalign::Error;
use claimalign::review::workbook;
use clap::Parser;

use args::{Cli, Command};
use progress::Progress;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Fine,
    /// Inputs were skipped.
    Skipped,
}

impl Outcome {
    fn of_skipped(n: usize) -> Self {
        if n == 0 { Self::Fine } else { Self::Skipped }
    }
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let tell_panic = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        // That one becomes an error.
        if workbook::failed_write(panic.payload()).is_none() {
            tell_panic(panic);
        }
    }));
    let progress = Progress::new(cli.global.quiet, cli.global.verbose);
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = cli.global.threads {
        pool = pool.num_threads(threads.get());
    }
    let result = match pool.build() {
        Ok(pool) => pool.install(|| command(&cli, &progress)),
        Err(error) => {
            tell(&format!("error: cannot start threads: {error}"));
            return ExitCode::FAILURE;
        }
    };
    progress.end_warnings();
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Skipped) => ExitCode::from(3),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            progress.clear();
            tell(&format!("error: {error}"));
            ExitCode::from(if matches!(error, Error::Setting { .. }) {
                2
            } else {
                1
            })
        }
    }
}

fn command(cli: &Cli, progress: &Progress) -> Result<Outcome, Error> {
    let global = &cli.global;
    match &cli.command {
        Command::Align(args) => align::run(args, global, progress),
        Command::Segment(args) => segment::run(args, global, progress),
        Command::Match(args) => matching::run(args, global, progress),
        Command::Explain(args) => explain::run(args, global, progress),
        Command::Review(command) => review::run(command, global, progress),
        Command::Diff(args) => diff::run(args, global, progress),
        Command::Evaluate(args) => evaluate::run(args, global, progress),
        Command::Fit(args) => fit::run(args, global, progress),
        Command::LearnLexicon(args) => learn::run(args, global, progress),
    }
}

/// Whether the reader of our standard output went away: `claimalign segment x | head`.
fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Writes a line to standard error; when nobody reads it there is nobody to tell.
fn tell(line: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes `text` to standard output.
fn print(text: &str) -> Result<(), Error> {
    use io::Write as _;
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| Error::io("standard output", source))
}
