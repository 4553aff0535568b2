//! `claimalign evaluate --parallel`: how often a segment finds its translation.

use std::fmt::Write as _;
use std::path::Path;

use claimalign::config::Config;
use claimalign::evaluate_parallel;
use claimalign::{Error, Language};

/// Directions that are measured: claims, texts.
const DIRECTIONS: [(Language, Language); 6] = [
    (Language::Da, Language::Nb),
    (Language::Da, Language::Nn),
    (Language::Nn, Language::Nb),
    (Language::Nb, Language::Da),
    (Language::Nn, Language::Da),
    (Language::Nb, Language::Nn),
];

/// Accuracy at 1 and at 5, by direction, and the segments that another one beats.
pub(super) fn report(path: &Path, config: &Config) -> Result<String, Error> {
    let segments = evaluate_parallel::read(path)?;
    let mut text = String::from("claims  texts  segments  first  among five\n");
    let mut missed = String::new();
    for (from, to) in DIRECTIONS {
        let found = evaluate_parallel::retrieve(&segments, from, to, config)?;
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = |part: usize| part as f64 / found.n.max(1) as f64;
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "{from:<6}  {to:<5}  {:>8}  {:.3}  {:>10.3}",
            found.n,
            share(found.first),
            share(found.among_five)
        );
        let rows: Vec<String> = found
            .missed
            .iter()
            .map(|row| (row + 1).to_string())
            .collect();
        let _ = writeln!(missed, "{from} {to}: {}", rows.join(" "));
    }
    let _ = write!(text, "\nlines whose translation is not the first\n{missed}");
    Ok(text)
}
