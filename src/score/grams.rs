//! Character n-grams of the keys of a sentence: they see likeness that words do not, such as parts of
//! compounds and endings that the stemmer left.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

use crate::align::Corpus;

/// Length of an n-gram, in characters.
const N: usize = 4;

/// The weighted n-grams of every sentence, of length 1.
#[derive(Debug, Default)]
pub struct Grams {
    offsets: Vec<usize>,
    grams: Vec<(u32, f32)>,
}

impl Grams {
    /// Counts and weighs (by inverse document frequency) the n-grams of every unit.
    pub fn build(corpus: &Corpus) -> Self {
        let sets: Vec<Vec<u32>> = (0..corpus.units.len())
            .into_par_iter()
            .map(|unit| {
                let mut set: Vec<u32> = Vec::new();
                for &word in corpus.units.words(unit) {
                    let word = corpus.vocabulary.word(word);
                    if word.class.is_none() {
                        hash_grams(&word.canonical, &mut set);
                    }
                }
                set.sort_unstable();
                set.dedup();
                set
            })
            .collect();
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for gram in sets.iter().flatten() {
            *counts.entry(*gram).or_default() += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        let n = sets.len() as f64;
        let mut all = Self {
            offsets: vec![0],
            grams: Vec::new(),
        };
        for set in sets {
            let idf = |gram: &u32| {
                ((n + 1.0) / (f64::from(counts.get(gram).copied().unwrap_or(1)) + 0.5)).ln()
            };
            let norm = set
                .iter()
                .map(|gram| idf(gram).powi(2))
                .sum::<f64>()
                .sqrt()
                .max(1e-9);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a weight needs no more digits"
            )]
            all.grams
                .extend(set.iter().map(|gram| (*gram, (idf(gram) / norm) as f32)));
            all.offsets.push(all.grams.len());
        }
        all
    }

    /// Cosine, 0..=1, of two units.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn cosine(&self, a: usize, b: usize) -> f64 {
        let [left, right] =
            [a, b].map(|unit| &self.grams[self.offsets[unit]..self.offsets[unit + 1]]);
        let (mut i, mut j) = (0, 0);
        let mut sum = 0.0f64;
        while let (Some(x), Some(y)) = (left.get(i), right.get(j)) {
            if x.0 == y.0 {
                sum += f64::from(x.1) * f64::from(y.1);
            }
            // Which of the two is smaller is chance: no branch.
            i += usize::from(x.0 <= y.0);
            j += usize::from(y.0 <= x.0);
        }
        sum.min(1.0)
    }
}

fn hash_grams(word: &str, set: &mut Vec<u32>) {
    let letters: Vec<char> = std::iter::once('^')
        .chain(word.chars())
        .chain(std::iter::once('$'))
        .collect();
    for gram in letters.windows(N.min(letters.len())) {
        let mut hasher = FxHasher::default();
        for &letter in gram {
            hasher.write_u32(letter.into());
        }
        set.push((hasher.finish() >> 32) as u32);
    }
}
