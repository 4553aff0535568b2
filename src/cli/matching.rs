//! `claimalign match`: known claims against articles.

use claimalign::Error;
use claimalign::pipeline;
use claimalign::write;

use super::Outcome;
use super::args::{Global, MatchArgs};
use super::output::Output;
use super::progress::Progress;

pub(super) fn run(
    args: &MatchArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let mut config = global.base_config()?;
    args.input.apply(&mut config);
    args.scoring.apply(&mut config);
    if args.claims.is_some() {
        config.claims.clone_from(&args.claims);
    }
    if config.claims.is_none() {
        let message =
            "a table of known claims is needed (a CSV file with a column `claim`)".to_owned();
        return Err(Error::Setting {
            name: "--claims",
            message,
        });
    }
    let out = Output::open_for(&mut config, args.output.as_deref())?;
    let top = args.top.get();
    let (run, hits) = pipeline::match_known(&config, top, progress)?;
    let rows = out.write(|out, path| write::matches(&run, &hits, top, out, path))?;
    progress.say(&format!("{rows} rows for {} known claims", run.known.len()));
    Ok(Outcome::of_skipped(run.n_skipped()))
}
