//! `claimalign learn-lexicon`: words that seem to mean the same, for review.

use claimalign::Error;
use claimalign::learn::{self, Learned, Options};
use claimalign::pipeline;

use super::Outcome;
use super::args::{Global, LearnArgs};
use super::output::Output;
use super::progress::Progress;

pub(super) fn run(
    args: &LearnArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let mut config = global.base_config()?;
    args.input.apply(&mut config);
    args.scoring.apply(&mut config);
    config.min_review = Some(learn::LEAST_PROBABILITY);
    let options = options(args)?;
    let out = Output::open_for(&mut config, args.output.as_deref())?;
    let run = pipeline::align(&config, progress)?;
    let learned = learn::learn(&run, options);
    out.write(|out, path| learn::table::write(&learned, &config, out, path))?;
    progress.say(&summary(&learned, options));
    Ok(Outcome::of_skipped(run.n_skipped()))
}

fn options(args: &LearnArgs) -> Result<Options, Error> {
    let min_score = args.min_score.unwrap_or(Options::default().min_score);
    if !(0.0..=1.0).contains(&min_score) {
        return Err(Error::Setting {
            name: "--min-score",
            message: format!("expected a number from 0 to 1, not {min_score}"),
        });
    }
    let min_pairs = args
        .min_pairs
        .map_or(Options::default().min_pairs, std::num::NonZeroUsize::get);
    Ok(Options {
        min_pairs,
        min_score,
    })
}

fn summary(learned: &Learned, options: Options) -> String {
    let from = format!(
        "{} sentence pairs that are each other's best, of which {} leave words to align",
        learned.n_mutual, learned.n_aligned
    );
    if learned.entries.is_empty() {
        return format!(
            "No word pair was found ({from}; at least {} pairs and a score of {} are asked for): the table has no rows.",
            options.min_pairs, options.min_score
        );
    }
    let n = learned.entries.len();
    let noun = if n == 1 { "pair" } else { "pairs" };
    format!(
        "{n} word {noun} from {from}.\nReview the rows, delete those that are wrong, and give the file to --lexicon."
    )
}
