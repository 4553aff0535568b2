//! Pairs of sentences that are hard to tell: the same words with another meaning, other words with the same.
//!
//! A row of `tests/cases/hard-pairs.csv` says whether two sentences state the same claim, and what makes the pair
//! hard. Each pair is compared by itself, as `claimalign explain` does, and counts as the same claim from the bar
//! on that a claim of two sentences needs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::config::Config;
use crate::error::Error;
use crate::observer::Silent;
use crate::pipeline::Comparer;
use crate::tables;

/// A labelled pair, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LabelledPair {
    /// Its id.
    pub id: String,
    /// What makes it hard.
    pub reason: String,
    /// Whether the two state the same claim.
    pub same: Same,
    /// One sentence.
    pub left: String,
    /// The other.
    pub right: String,
}

/// Whether two sentences state the same claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Same {
    /// They do.
    Yes,
    /// They do not.
    No,
}

/// A pair with what the model says.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The pair.
    pub pair: LabelledPair,
    /// Probability, 0..=1, that it is the same claim.
    pub probability: f64,
    /// Codes of the guards that fired.
    pub guards: Vec<&'static str>,
    /// Whether the probability is on the right side of the bar.
    pub right: bool,
}

/// Reads labelled pairs: a CSV file with the columns `id`, `reason`, `same` (yes, no), `left`, `right`; others are
/// ignored.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Format`] with the line of a bad row, or when there is no row.
pub fn read(path: &Path) -> Result<Vec<LabelledPair>, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
    let name = path.display().to_string();
    let pairs: Vec<LabelledPair> = tables::rows(&name, &bytes)?;
    if pairs.is_empty() {
        return Err(Error::format(name, None, "no labelled pair"));
    }
    Ok(pairs)
}

/// Compares every pair, in order.
///
/// # Errors
/// When tables, lexicon or model cannot be read.
pub fn judge(pairs: Vec<LabelledPair>, config: &Config) -> Result<Vec<Judged>, Error> {
    let comparer = Comparer::new(config)?;
    let bar = config.min_join.unwrap_or(comparer.model().file().pair);
    pairs
        .into_iter()
        .map(|pair| {
            let (_, scored) = comparer.compare(&pair.left, &pair.right, &Silent)?;
            let probability = scored.as_ref().map_or(0.0, |scored| scored.probability);
            Ok(Judged {
                right: (probability >= bar) == (pair.same == Same::Yes),
                guards: scored
                    .map(|scored| scored.guards.codes())
                    .unwrap_or_default(),
                probability,
                pair,
            })
        })
        .collect()
}

/// By reason: pairs, and those that are right.
pub fn by_reason(judged: &[Judged]) -> BTreeMap<&str, (usize, usize)> {
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in judged {
        let counts = reasons.entry(&row.pair.reason).or_default();
        counts.0 += 1;
        counts.1 += usize::from(row.right);
    }
    reasons
}
