//! Sentence pairs to learn from, and what is left of them when all words that are alike are taken away.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{LEAST_PROBABILITY, places};
use crate::align::Corpus;
use crate::language::Language;
use crate::lexicon::key_of;
use crate::normalize::normalize;
use crate::pipeline::Run;
use crate::score::guards::Guards;
use crate::score::pairs::Link;
use crate::vocabulary::{Group, WordId};

/// A pair that leaves more words of content than this on a side is no close wording.
const MOST_LEFT: usize = 8;
/// Two texts that share this part of their words, 0..=1 (Jaccard), are copies of each other.
const COPY: f64 = 0.8;
/// Letters of a word that is learned.
const LEAST_LETTERS: usize = 3;

/// The words of content of two sentences that have nothing alike in the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LeftOver {
    /// The sentences; the language of the first comes first.
    pub(super) units: [u32; 2],
    /// For each sentence, the first of its copies.
    pub(super) texts: [u32; 2],
    /// What is left of each, sorted.
    pub(super) words: [Vec<WordId>; 2],
    /// How well the places of the words of the first (rows) and of the second (columns) fit, 0..=1.
    pub(super) fits: Vec<f64>,
    /// Probability that the two state the same, 0..=1.
    pub(super) probability: f64,
}

/// Pairs by the languages of their sentences.
pub(super) type Groups = BTreeMap<[Language; 2], Vec<LeftOver>>;

/// The pairs in which each sentence is the best of its article for the other, in the order of the run. Pairs
/// with a guard are left out: they differ in what they say.
pub(super) fn mutual(run: &Run) -> Vec<&Link> {
    let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
    let mut best: FxHashMap<(u32, u32), (f64, u32)> = FxHashMap::default();
    for pair in run.pairs.links() {
        for (one, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            let best = best
                .entry((one, article(other)))
                .or_insert((pair.probability, other));
            if (pair.probability, best.1) > (best.0, other) {
                *best = (pair.probability, other);
            }
        }
    }
    let is_best = |one: u32, other: u32| {
        best.get(&(one, article(other)))
            .is_some_and(|best| best.1 == other)
    };
    run.pairs
        .links()
        .iter()
        .filter(|pair| pair.probability >= LEAST_PROBABILITY)
        .filter(|pair| pair.guards == Guards::default())
        .filter(|pair| is_best(pair.left, pair.right) && is_best(pair.right, pair.left))
        .collect()
}

/// What is left of `pairs`, by language; of pairs of the same two texts, or copies of them, the likeliest alone.
pub(super) fn left_over(run: &Run, pairs: &[&Link]) -> Groups {
    let texts = Texts::find(run);
    let found: Vec<Option<([Language; 2], LeftOver)>> = pairs
        .par_iter()
        .map(|pair| of_pair(run, &texts, pair))
        .collect();
    let mut groups = Groups::new();
    for (languages, left) in found.into_iter().flatten() {
        groups.entry(languages).or_default().push(left);
    }
    for group in groups.values_mut() {
        group.sort_by(|a, b| {
            b.probability
                .total_cmp(&a.probability)
                .then_with(|| a.units.cmp(&b.units))
        });
        let mut seen = FxHashSet::default();
        group.retain(|left| seen.insert([left.texts[0], left.texts[1]]));
    }
    groups
}

fn of_pair(run: &Run, texts: &Texts, pair: &Link) -> Option<([Language; 2], LeftOver)> {
    let corpus = run.prepared.corpus();
    let mut units = [pair.left, pair.right];
    let languages = units.map(|unit| language(run, unit));
    let [Some(left), Some(right)] = languages else {
        return None;
    };
    let mut languages = [left, right];
    if left > right {
        units.reverse();
        languages.reverse();
    }
    let words = [
        unmatched(corpus, units[0], units[1]),
        unmatched(corpus, units[1], units[0]),
    ];
    let is_few = |words: &Vec<WordId>| (1..=MOST_LEFT).contains(&words.len());
    words.iter().all(is_few).then(|| {
        let orders = units.map(|unit| order(run, unit));
        let are_alike = |one, other| corpus.neighbours.between(one, other).is_some();
        let left_over = LeftOver {
            units,
            texts: units.map(|unit| texts.of(unit)),
            fits: places::fits(are_alike, [&orders[0], &orders[1]], &words),
            words,
            probability: pair.probability,
        };
        (languages, left_over)
    })
}

/// The language of a sentence, or of its article where it is unsure.
fn language(run: &Run, unit: u32) -> Option<Language> {
    let &(d, s) = run.prepared.places.get(unit as usize)?;
    let document = &run.documents[d as usize];
    let of_sentence = document.languages[s as usize];
    of_sentence
        .or(document.language.language)
        .filter(|language| language.is_matched())
}

/// The words of a sentence in their order.
fn order(run: &Run, unit: u32) -> Vec<WordId> {
    let tokens = normalize(run.text(unit), &run.lexicon);
    let words = tokens.iter();
    words
        .filter_map(|token| run.prepared.vocabulary.id(&token.canonical))
        .collect()
}

/// The words of content of `unit` that have nothing alike in `other`.
fn unmatched(corpus: Corpus, unit: u32, other: u32) -> Vec<WordId> {
    let others = corpus.units.words(other as usize);
    let is_there = |word: WordId| others.binary_search(&word).is_ok();
    let words = corpus.units.words(unit as usize).iter().copied();
    words
        .filter(|&word| may_be_learned(corpus, word) && !is_there(word))
        .filter(|&word| {
            let mut alike = corpus.neighbours.words_of(word).iter();
            !alike.any(|&alike| is_there(alike))
        })
        .collect()
}

/// Whether the word is one word of content, in letters.
fn may_be_learned(corpus: Corpus, word: WordId) -> bool {
    let canonical = key_of(&corpus.vocabulary.word(word).canonical);
    corpus.group(word) == Group::Content
        && canonical
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .count()
            >= LEAST_LETTERS
        && !canonical.contains(|letter: char| letter.is_numeric() || letter == '_')
}

/// Which sentences are copies of each other: the same words, or nearly so in a pair of the run.
struct Texts {
    /// By unit: an earlier copy, or the unit itself.
    earlier: Vec<u32>,
}

impl Texts {
    fn find(run: &Run) -> Self {
        let units = &run.prepared.units;
        let n = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut texts = Self {
            earlier: (0..n).collect(),
        };
        let mut first: FxHashMap<&[WordId], u32> = FxHashMap::default();
        for unit in 0..n {
            let same = *first.entry(units.words(unit as usize)).or_insert(unit);
            texts.earlier[unit as usize] = same;
        }
        for pair in run.pairs.links() {
            let words = [pair.left, pair.right].map(|unit| units.words(unit as usize));
            if jaccard(words) >= COPY {
                texts.join(pair.left, pair.right);
            }
        }
        texts
    }

    /// The first of the copies of `unit`.
    fn of(&self, unit: u32) -> u32 {
        let mut unit = unit;
        while self.earlier[unit as usize] != unit {
            unit = self.earlier[unit as usize];
        }
        unit
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.earlier[one.max(other) as usize] = one.min(other);
    }
}

/// The share of the words of either list, both sorted, that stand in both, 0..=1.
fn jaccard([left, right]: [&[WordId]; 2]) -> f64 {
    let is_there = |word: &&WordId| right.binary_search(word).is_ok();
    let both = left.iter().filter(is_there).count();
    #[expect(clippy::cast_precision_loss, reason = "a count of words")]
    let share = both as f64 / (left.len() + right.len() - both).max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jaccard_is_what_both_have_of_what_either_has() {
        let is = |lists: [&[WordId]; 2], share: f64| (jaccard(lists) - share).abs() < 1e-9;
        assert!(is([&[1, 2, 3], &[2, 3, 4]], 0.5));
        assert!(is([&[1], &[1]], 1.0));
        assert!(is([&[], &[]], 0.0));
    }
}
