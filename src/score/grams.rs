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
        let counts = Counts::of(&sets);
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        let n = sets.len() as f64;
        let idf = |gram: u32| ((n + 1.0) / (f64::from(counts.get(gram)) + 0.5)).ln();
        let mut offsets = vec![0];
        offsets.extend(sets.iter().scan(0, |end, set| {
            *end += set.len();
            Some(*end)
        }));
        let mut grams = vec![(0u32, 0f32); offsets.last().copied().unwrap_or(0)];
        let mut rest = grams.as_mut_slice();
        let mut slots: Vec<&mut [(u32, f32)]> = Vec::with_capacity(sets.len());
        for set in &sets {
            let (slot, others) = rest.split_at_mut(set.len());
            slots.push(slot);
            rest = others;
        }
        sets.into_par_iter().zip(slots).for_each(|(set, slots)| {
            let weights: Vec<f64> = set.iter().map(|&gram| idf(gram)).collect();
            let squares = weights.iter().map(|weight| weight.powi(2));
            let norm = squares.sum::<f64>().sqrt().max(1e-9);
            for ((slot, gram), weight) in slots.iter_mut().zip(set).zip(weights) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a weight needs no more digits"
                )]
                let weight = (weight / norm) as f32;
                *slot = (gram, weight);
            }
        });
        Self { offsets, grams }
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

/// In how many sentences each n-gram is; each thread counts a part of the n-grams.
struct Counts(Vec<FxHashMap<u32, u32>>);

impl Counts {
    fn of(sets: &[Vec<u32>]) -> Self {
        let n_parts = rayon::current_num_threads().max(1);
        let parts = (0..n_parts).into_par_iter().map(|part| {
            let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
            let all = sets.iter().flatten();
            for &gram in all.filter(|&&gram| gram as usize % n_parts == part) {
                *counts.entry(gram).or_default() += 1;
            }
            counts
        });
        Self(parts.collect())
    }

    fn get(&self, gram: u32) -> u32 {
        let part = &self.0[gram as usize % self.0.len()];
        part.get(&gram).copied().unwrap_or(1)
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
