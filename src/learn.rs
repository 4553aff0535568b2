//! A lexicon learned from the articles of a run, for a person to review.
//!
//! In: a finished [`Run`]. Out: [`Learned`], pairs of words that seem to mean the same though nothing in the program
//! knows it yet. Sentences of different articles that are each other's best are taken for two wordings of one statement
//! (`pairs`); what is left of them when all words that are alike are taken away is aligned by a statistical translation
//! model (`model1`); word pairs that are aligned often, and in texts that are no copies of each other, become entries
//! (`entries`), which [`write`](table::write) puts into a table that `--lexicon` reads.
//!
//! What it refuses to do: change a score. A learned lexicon counts only when somebody gives it to `--lexicon`. Names,
//! numbers, function words, phrases and opposites are never learned.

mod entries;
mod model1;
mod pairs;
mod places;
pub mod table;

use std::collections::BTreeMap;

use crate::language::Language;
use crate::pipeline::Run;

/// Probability, 0..=1, that two sentences state the same, from which on words are learned from them. A run must keep its
/// pairs from here on ([`crate::config::Config::min_review`]).
pub const LEAST_PROBABILITY: f64 = 0.5;

/// How much an entry needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Sentence pairs in which the two words are aligned, 1 or more; no text counts twice, nor does a copy of it.
    pub min_pairs: usize,
    /// Least [`Entry::score`], 0..=1.
    pub min_score: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_pairs: 2,
            min_score: 0.5,
        }
    }
}

/// Two words that seem to mean the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The commonest forms of the words, in lower case, by the language of the sentences: one form for each of the two
    /// words that was seen in that language, sorted.
    pub forms: BTreeMap<Language, Vec<String>>,
    /// Sentence pairs in which the words are aligned; no text counts twice, nor does a copy of it.
    pub pairs: usize,
    /// Stories that these sentence pairs tell.
    pub stories: usize,
    /// How exclusively the words stand for each other, 0..=1: the Dice coefficient of the pairs that align them and the
    /// pairs in which either is left over (Melamed 2000, "Models of translational equivalence among words"), times
    /// s/(s+½) for s stories: 2/3 at most in one story, 4/5 in two.
    pub score: f64,
    /// Two sentences in which the words are aligned.
    pub example: [String; 2],
}

impl Entry {
    /// The name of its concept: `learned_` and the forms that differ, sorted.
    pub fn concept(&self) -> String {
        let mut forms: Vec<&str> = self.forms.values().flatten().map(String::as_str).collect();
        forms.sort_unstable();
        forms.dedup();
        format!("learned_{}", forms.join("_"))
    }
}

/// What was learned from a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learned {
    /// Best first; of equal scores, in the order of their forms.
    pub entries: Vec<Entry>,
    /// Sentence pairs that are each other's best.
    pub n_mutual: usize,
    /// Of these, the ones that have words left on both sides and are no copies of others: what was aligned.
    pub n_aligned: usize,
}

/// Learns from the pairs of `run` whose probability is [`LEAST_PROBABILITY`] or more.
pub fn learn(run: &Run, options: Options) -> Learned {
    let mutual = pairs::mutual(run);
    let n_mutual = mutual.len();
    let groups = pairs::left_over(run, &mutual);
    let n_aligned = groups.values().map(Vec::len).sum();
    Learned {
        entries: entries::of(run, &groups, options),
        n_mutual,
        n_aligned,
    }
}
