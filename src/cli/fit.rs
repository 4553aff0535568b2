//! `claimalign fit`: learns the scoring model.

use std::fmt::Write as _;

use claimalign::Error;
use claimalign::fit::{self, Fit, Tried};
use claimalign::gold;
use claimalign::lexicon::Lexicon;
use claimalign::weigh::Background;

use super::args::{FitArgs, Global};
use super::output::Output;
use super::progress::Progress;
use super::{Outcome, evaluate, print};

pub(super) fn run(args: &FitArgs, global: &Global, progress: &Progress) -> Result<Outcome, Error> {
    let mut read = gold::files(&args.gold)?;
    read.extend(args.lexicon.clone());
    let out = Output::open_apart(Some(&args.output), &read)?;
    let events = gold::read(&args.gold)?;
    let lexicon = Lexicon::embedded()?;
    let lexicon = match &args.lexicon {
        Some(path) => &lexicon.with_file(path)?,
        None => lexicon,
    };
    let background = Background::embedded()?;
    let mut command = "claimalign fit --gold".to_owned();
    // Writing to a string cannot fail.
    for path in &args.gold {
        let _ = write!(command, " {}", path.display());
    }
    if let Some(path) = &args.lexicon {
        let _ = write!(command, " --lexicon {}", path.display());
    }
    let fit = fit::fit(&events, lexicon, background, &command, progress)?;
    out.write(|out, path| {
        let text = fit.model.to_toml()?;
        out.write_all(text.as_bytes())
            .map_err(|source| Error::io(path, source))
    })?;
    if !global.quiet {
        print(&summary(&fit))?;
    }
    Ok(Outcome::Fine)
}

fn summary(fit: &Fit) -> String {
    let mut text = String::new();
    let (pairs, same) = fit.pairs;
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "learned from {pairs} pairs, of which {same} state the same claim"
    );
    let _ = writeln!(
        text,
        "coefficients (effect of one standard deviation on the log-odds)"
    );
    for (name, value) in &fit.standardized {
        let _ = writeln!(text, "  {name:<17} {value:>+7.3}");
    }
    let _ = writeln!(
        text,
        "cross-validated by event: bar to join, bar of two; precision, recall, F1 of pairs; claims found, clean clusters"
    );
    for bars in shown(&fit.tried, fit.model.file().cut) {
        let [precision, recall, f1] = bars.pairs;
        let _ = writeln!(
            text,
            "  {:.2} {:.2}  {precision:.3} {recall:.3} {f1:.3}  {:.3} {:.3}",
            bars.cut, bars.pair, bars.found, bars.clean
        );
    }
    let _ = writeln!(
        text,
        "calibration: pairs, mean probability, share that state the same claim"
    );
    for (n, mean, share) in &fit.reliability {
        let _ = writeln!(text, "  {n:>7}  {mean:.3}  {share:.3}");
    }
    let _ = writeln!(
        text,
        "average precision {:.4}, Brier score {:.5}",
        fit.average_precision, fit.brier
    );
    let model = fit.model.file();
    let _ = writeln!(
        text,
        "at the chosen bars {:.2} and {:.2}:",
        model.cut, model.pair
    );
    evaluate::figures(&fit.report, &mut text);
    evaluate::levels(&fit.report, &mut text);
    let _ = writeln!(text, "\nevery event at the bars that the others choose:");
    evaluate::figures(&fit.nested, &mut text);
    evaluate::levels(&fit.nested, &mut text);
    text
}

/// Of the bars that were tried, those with the chosen `cut`, and of others those with one bar for all or with the bar of
/// two that is 0.1 higher.
fn shown(tried: &[Tried], cut: f64) -> impl Iterator<Item = &Tried> {
    let is_shown = move |bars: &&Tried| {
        let higher = bars.pair - bars.cut;
        [bars.cut - cut, higher, higher - 0.1]
            .iter()
            .any(|difference| difference.abs() < 1e-9)
    };
    tried.iter().filter(is_shown)
}
