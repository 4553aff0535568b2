//! `claimalign segment`: sentences as CSV.

use claimalign::pipeline;
use claimalign::write;
use claimalign::{Error, Warning};

use super::Outcome;
use super::args::{Global, SegmentArgs};
use super::output::Output;
use super::progress::Progress;

pub(super) fn run(
    args: &SegmentArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let mut config = global.base_config()?;
    args.input.apply(&mut config);
    let out = Output::open_for(&mut config, args.output.as_deref())?;
    let loaded = pipeline::load(&config, progress)?;
    let write = if args.explain {
        write::borders
    } else {
        write::segments
    };
    out.write(|out, path| write(&loaded, &config, out, path))?;
    Ok(Outcome::of_skipped(Warning::n_skipped(&loaded.warnings)))
}
