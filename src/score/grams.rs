//! Character n-grams of the keys of a sentence: they see likeness that words do not, such as parts of
//! compounds and endings that the stemmer left.
//!
//! A sentence has the n-grams of its words, each once, weighted by inverse document frequency. They are kept by word,
//! which many sentences share, not by sentence. Sums are whole numbers, so that their order does not matter.

use rayon::prelude::*;
use rustc_hash::FxHasher;
use std::hash::Hasher;

use crate::align::Corpus;
use crate::flat::{Filter, slot};
use crate::lexicon::key_of;
use crate::vocabulary::{Units, WordId};

/// Length of an n-gram, in characters.
const N: usize = 4;
/// Steps from 0 to 1 of a squared weight.
const SCALE: f64 = 1_048_576.0;
/// Sentences whose n-grams are counted at once.
const BLOCK: usize = 16_384;

/// An n-gram of a word.
#[derive(Debug, Clone, Copy)]
struct Gram {
    /// Its number, or its hash before it has one.
    id: u32,
    /// Its squared weight.
    square: u32,
}

/// Which n-grams were met in a sentence.
struct Met(Vec<u32>);

impl Met {
    /// Of so many n-grams none was met.
    fn new(n: usize) -> Self {
        Self(vec![u32::MAX; n])
    }

    /// Whether the n-gram was not met in `unit` since another unit met it.
    fn first(&mut self, gram: u32, unit: u32) -> bool {
        std::mem::replace(&mut self.0[gram as usize], unit) != unit
    }
}

/// The weighted n-grams of every sentence.
#[derive(Debug, Default)]
pub struct Grams {
    /// Where the n-grams of a word begin; one more for the end.
    offsets: Vec<usize>,
    /// By word, ascending for each.
    of_words: Vec<Gram>,
    /// By sentence, the sum of the squared weights.
    squares: Vec<u64>,
}

impl Grams {
    /// Counts and weighs the n-grams of every unit.
    pub fn build(corpus: &Corpus) -> Self {
        let of_words: Vec<Vec<u32>> = corpus
            .vocabulary
            .words()
            .par_iter()
            .map(|word| {
                if word.class.is_none() {
                    hashes(key_of(&word.canonical))
                } else {
                    Vec::new()
                }
            })
            .collect();
        let mut known: Vec<u32> = of_words.iter().flatten().copied().collect();
        known.par_sort_unstable();
        known.dedup();
        let ends = of_words.iter().scan(0, |end, grams| {
            *end += grams.len();
            Some(*end)
        });
        let mut all = Self {
            offsets: std::iter::once(0).chain(ends).collect(),
            of_words: of_words
                .into_par_iter()
                .flatten_iter()
                .map(|hash| Gram {
                    id: number(known.partition_point(|&other| other < hash)),
                    square: 0,
                })
                .collect(),
            squares: Vec::new(),
        };
        let n_units = corpus.units.len();
        let counts = all.counts(corpus.units, known.len());
        #[expect(clippy::cast_precision_loss, reason = "a count of sentences")]
        let n = n_units as f64;
        let squares: Vec<u32> = counts
            .into_iter()
            .map(|count| {
                let idf = ((n + 1.0) / (f64::from(count.max(1)) + 0.5)).ln();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the square of the logarithm of a count, scaled: far below 2^32"
                )]
                let square = (SCALE * idf * idf).round() as u32;
                square
            })
            .collect();
        all.of_words
            .par_iter_mut()
            .for_each(|gram| gram.square = squares[gram.id as usize]);
        let mut sums = vec![0; n_units];
        sums.par_chunks_mut(BLOCK)
            .enumerate()
            .for_each(|(block, sums)| {
                let mut met = Met::new(known.len());
                for (sum, unit) in sums.iter_mut().zip(BLOCK * block..) {
                    let grams = all.of_unit(corpus.units, unit, &mut met);
                    *sum = grams.map(|gram| u64::from(gram.square)).sum();
                }
            });
        all.squares = sums;
        all
    }

    fn of_word(&self, word: WordId) -> &[Gram] {
        &self.of_words[self.offsets[word as usize]..self.offsets[word as usize + 1]]
    }

    /// The n-grams of a unit, each once.
    fn of_unit<'a>(
        &'a self,
        units: &'a Units,
        unit: usize,
        met: &'a mut Met,
    ) -> impl Iterator<Item = Gram> {
        let words = units.words(unit).iter();
        let grams = words.flat_map(|&word| self.of_word(word)).copied();
        grams.filter(move |gram| met.first(gram.id, number(unit)))
    }

    /// In how many units each of `n` n-grams is.
    fn counts(&self, units: &Units, n: usize) -> Vec<u32> {
        let blocks: Vec<usize> = (0..units.len()).step_by(BLOCK).collect();
        blocks
            .into_par_iter()
            .fold(
                || (vec![0u32; n], Met::new(n)),
                |(mut counts, mut met), first| {
                    for unit in first..units.len().min(first + BLOCK) {
                        for gram in self.of_unit(units, unit, &mut met) {
                            counts[gram.id as usize] += 1;
                        }
                    }
                    (counts, met)
                },
            )
            .map(|(counts, _)| counts)
            .reduce(
                || vec![0; n],
                |mut some, others| {
                    for (count, other) in some.iter_mut().zip(others) {
                        *count += other;
                    }
                    some
                },
            )
    }

    /// The n-grams of unit `unit`, to be compared with those of others.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn row<'a>(&'a self, units: &'a Units, unit: usize) -> Row<'a> {
        let words = units.words(unit).iter();
        let grams = words.flat_map(|&word| self.of_word(word));
        let n = grams.clone().count();
        let mut row = Row {
            all: self,
            units,
            unit,
            filter: Filter::default(),
            slots: vec![(0, 0); (2 * n).next_power_of_two().max(16)],
            compared: 0,
        };
        for gram in grams {
            row.filter.add(gram.id);
            let slot = slot(&row.slots, gram.id);
            row.slots[slot].0 = gram.id + 1;
        }
        row
    }

    /// Cosine, 0..=1, of two units.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn cosine(&self, units: &Units, a: usize, b: usize) -> f64 {
        self.row(units, a).cosine(b)
    }
}

/// The n-grams of a unit in a hash table with open addressing.
#[derive(Debug)]
pub struct Row<'a> {
    all: &'a Grams,
    units: &'a Units,
    unit: usize,
    /// What most n-grams of others are not in.
    filter: Filter,
    /// Number of an n-gram and one, or 0; the comparison that met it last.
    slots: Vec<(u32, u32)>,
    /// Comparisons so far.
    compared: u32,
}

impl Row<'_> {
    /// The number of the unit.
    pub fn unit(&self) -> usize {
        self.unit
    }

    /// Cosine, 0..=1, with another unit.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn cosine(&mut self, other: usize) -> f64 {
        self.compared += 1;
        let mut shared = 0u64;
        for &word in self.units.words(other) {
            for gram in self.all.of_word(word) {
                if !self.filter.may_hold(gram.id) {
                    continue;
                }
                let slot = slot(&self.slots, gram.id);
                let (id, met) = &mut self.slots[slot];
                // An n-gram of two words counts once.
                if *id != 0 && *met != self.compared {
                    *met = self.compared;
                    shared += u64::from(gram.square);
                }
            }
        }
        let [a, b] = [self.unit, other].map(|unit| self.all.squares[unit]);
        #[expect(clippy::cast_precision_loss, reason = "sums are far below 2^52")]
        let cosine = shared as f64 / (a as f64 * b as f64).sqrt().max(1.0);
        cosine.min(1.0)
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The hashes of the n-grams of a word, ascending, each once.
fn hashes(word: &str) -> Vec<u32> {
    let letters: Vec<char> = std::iter::once('^')
        .chain(word.chars())
        .chain(std::iter::once('$'))
        .collect();
    let mut hashes: Vec<u32> = letters
        .windows(N.min(letters.len()))
        .map(|gram| {
            let mut hasher = FxHasher::default();
            for &letter in gram {
                hasher.write_u32(letter.into());
            }
            (hasher.finish() >> 32) as u32
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
