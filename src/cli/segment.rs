//! `claimalign segment`: sentences as CSV.

use claimalign::pipeline;
use claimalign::write;
use claimalign::{Error, Warning};

use super::args::{Global, SegmentArgs};
use super::progress::Progress;
use super::{Outcome, output};

pub(super) fn run(
    args: &SegmentArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let mut config = global.base_config()?;
    args.input.apply(&mut config);
    output::need_inputs(&config)?;
    let out = output::Output::open(args.output.as_deref())?;
    let loaded = pipeline::load(&config, progress)?;
    let write = if args.explain {
        write::borders
    } else {
        write::segments
    };
    out.write(|out, path| write(&loaded, &config, out, path))?;
    Ok(Outcome::of_skipped(Warning::n_skipped(&loaded.warnings)))
}
