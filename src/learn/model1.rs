//! Word alignment by IBM Model 1 (Brown, Della Pietra, Della Pietra and Mercer 1993, "The mathematics of statistical
//! machine translation").
//!
//! In: pairs of word lists. Out: for each pair, how likely each word of one list is the translation of each word of the
//! other. A word may also come from nothing. Two remedies of Moore 2004 ("Improving IBM word-alignment model 1") keep rare
//! words from gathering whatever stands near them: the translation probabilities are smoothed, and nothing counts as
//! several words. Sums run in the order of the pairs, so that the result is the same for any number of threads.

use crate::vocabulary::WordId;

/// Rounds of expectation and maximization.
const ROUNDS: usize = 10;
/// Prior of the empty word; those of the others are 0 to 1 each.
const EMPTY: f64 = 0.5;
/// Virtual pairs of every source word, spread evenly over all target words.
const VIRTUAL: f64 = 1.0;

/// The words of two sentences.
#[derive(Debug, Clone)]
pub(super) struct WordPair<'a> {
    /// Each word once.
    pub(super) from: &'a [WordId],
    /// Each word once.
    pub(super) to: &'a [WordId],
    /// How likely each word of `from` (rows) stands for each of `to` (columns) by what is known besides, 0..=1.
    pub(super) prior: Vec<f64>,
}

impl WordPair<'_> {
    /// The other way round.
    pub(super) fn turned(&self) -> Self {
        let prior = |to: usize| (0..self.from.len()).map(move |from| self.prior(from, to));
        Self {
            from: self.to,
            to: self.from,
            prior: (0..self.to.len()).flat_map(prior).collect(),
        }
    }

    fn prior(&self, from: usize, to: usize) -> f64 {
        self.prior[from * self.to.len() + to]
    }
}

/// For each pair, the probability, 0..=1, that the two words are aligned in both directions: the smaller of the two
/// directions, by word of the left list and then by word of the right one. 0 where one direction prefers another word.
pub(super) fn align(pairs: &[WordPair]) -> Vec<Vec<f64>> {
    let turned: Vec<WordPair> = pairs.iter().map(WordPair::turned).collect();
    let (forth, back) = rayon::join(|| train(pairs), || train(&turned));
    let both = forth.into_iter().zip(back).zip(pairs);
    both.map(|((forth, back), pair)| {
        let mut aligned = Vec::with_capacity(pair.prior.len());
        for l in 0..pair.from.len() {
            for r in 0..pair.to.len() {
                let (forth, back) = (&forth[r], &back[l]);
                let agreed = forth.best == Some(l) && back.best == Some(r);
                let weight = forth.by_source[l].min(back.by_source[r]);
                aligned.push(if agreed { weight } else { 0.0 });
            }
        }
        aligned
    })
    .collect()
}

/// Where a target word may come from.
#[derive(Debug, Clone, PartialEq)]
struct Origin {
    /// Probability of each source word; what is missing to 1 is the empty word.
    by_source: Vec<f64>,
    /// The likeliest source word, when it is likelier than the empty word; of equal ones the first.
    best: Option<usize>,
}

impl Origin {
    /// From weights of the source words and of the empty word.
    fn of(mut by_source: Vec<f64>, empty: f64) -> Self {
        let sum = empty + by_source.iter().sum::<f64>();
        let mut best = None;
        let mut most = empty;
        for (i, weight) in by_source.iter_mut().enumerate() {
            if *weight > most {
                most = *weight;
                best = Some(i);
            }
            *weight /= sum;
        }
        Self { by_source, best }
    }
}

/// For each pair, the [`Origin`] of each word of the second list in the first.
fn train(pairs: &[WordPair]) -> Vec<Vec<Origin>> {
    let cells = Cells::of(pairs);
    let mut table = vec![1.0; cells.list.len()];
    for _ in 0..ROUNDS {
        table = cells.maximized(pairs, &table);
    }
    let origins = |(pair, at): (&WordPair, &usize)| cells.origins(pair, *at, &table);
    pairs.iter().zip(&cells.starts).map(origins).collect()
}

/// The word pairs that occur, numbered.
struct Cells {
    /// Source word (`None` is the empty one) and target word, sorted.
    list: Vec<(Option<WordId>, WordId)>,
    /// The cell of every target word of every pair with the empty word and with every source word, in their order.
    places: Vec<usize>,
    /// Where each pair begins in `places`.
    starts: Vec<usize>,
    /// Number of target words.
    n_targets: f64,
}

/// The empty word and the source words.
fn sources(words: &[WordId]) -> impl Iterator<Item = Option<WordId>> {
    std::iter::once(None).chain(words.iter().copied().map(Some))
}

impl Cells {
    fn of(pairs: &[WordPair]) -> Self {
        let mut cells = Vec::new();
        let mut starts = Vec::with_capacity(pairs.len());
        for pair in pairs {
            starts.push(cells.len());
            for &target in pair.to {
                cells.extend(sources(pair.from).map(|source| (source, target)));
            }
        }
        let mut list = cells.clone();
        list.sort_unstable();
        list.dedup();
        let place = |cell| list.binary_search(cell).unwrap_or_default();
        let places = cells.iter().map(place).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let n_targets = list.iter().filter(|(source, _)| source.is_none()).count() as f64;
        Self {
            list,
            places,
            starts,
            n_targets,
        }
    }

    /// The origins of the target words of a pair whose places begin at `at`.
    fn origins(&self, pair: &WordPair, at: usize, table: &[f64]) -> Vec<Origin> {
        let width = pair.from.len() + 1;
        let places = &self.places[at..at + width * pair.to.len()];
        let origin = |(places, to): (&[usize], usize)| {
            let weight = |(&cell, from): (&usize, usize)| table[cell] * pair.prior(from, to);
            let weights = places.iter().skip(1).zip(0..).map(weight).collect();
            let empty = places.first().map_or(0.0, |&cell| table[cell]);
            Origin::of(weights, EMPTY * empty)
        };
        places.chunks(width).zip(0..).map(origin).collect()
    }

    /// The translation probabilities that the alignments by `table` make likeliest.
    fn maximized(&self, pairs: &[WordPair], table: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; self.list.len()];
        for (pair, &at) in pairs.iter().zip(&self.starts) {
            let width = pair.from.len() + 1;
            for (row, origin) in self.origins(pair, at, table).iter().enumerate() {
                let places = &self.places[at + row * width..at + (row + 1) * width];
                let empty = 1.0 - origin.by_source.iter().sum::<f64>();
                let expected = std::iter::once(&empty).chain(&origin.by_source);
                for (&place, expected) in places.iter().zip(expected) {
                    counts[place] += expected;
                }
            }
        }
        let virtual_count = VIRTUAL / self.n_targets;
        let mut start = 0;
        for of_source in self.list.chunk_by(|a, b| a.0 == b.0) {
            let row = &mut counts[start..start + of_source.len()];
            let total = VIRTUAL + row.iter().sum::<f64>();
            for count in row {
                *count = (*count + virtual_count) / total;
            }
            start += of_source.len();
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pair about which nothing else is known.
    fn pair<'a>(from: &'a [WordId], to: &'a [WordId]) -> WordPair<'a> {
        WordPair {
            from,
            to,
            prior: vec![1.0; from.len() * to.len()],
        }
    }

    #[test]
    fn words_are_told_apart_by_where_else_they_stand() {
        // das Haus, das Buch, ein Buch.
        let pairs = [
            pair(&[1, 2], &[11, 12]),
            pair(&[1, 3], &[11, 13]),
            pair(&[3, 4], &[13, 14]),
        ];
        let aligned = align(&pairs);
        for of_pair in &aligned {
            let [a, b, c, d] = of_pair[..] else {
                panic!("{of_pair:?}")
            };
            assert!(a > 0.5 && d > 0.5 && b == 0.0 && c == 0.0, "{aligned:?}");
        }
    }

    #[test]
    fn places_tell_words_apart_that_always_stand_together() {
        let together = |prior: [f64; 4]| WordPair {
            prior: prior.to_vec(),
            ..pair(&[1, 2], &[11, 12])
        };
        let aligned = align(&[
            together([0.2, 0.8, 0.8, 0.2]),
            together([0.2, 0.8, 0.8, 0.2]),
        ]);
        assert!(aligned[0][1] > 0.5 && aligned[0][2] > 0.5, "{aligned:?}");
        assert!(aligned[0][0] == 0.0 && aligned[0][3] == 0.0, "{aligned:?}");
    }

    #[test]
    fn the_two_directions_agree() {
        let pairs = [
            pair(&[1, 2], &[11, 12]),
            pair(&[1, 3], &[11]),
            pair(&[3, 4], &[13, 14]),
        ];
        let turned: Vec<WordPair> = pairs.iter().map(WordPair::turned).collect();
        for ((forth, back), pair) in align(&pairs).iter().zip(&align(&turned)).zip(&pairs) {
            for l in 0..pair.from.len() {
                for r in 0..pair.to.len() {
                    let forth = forth[l * pair.to.len() + r];
                    let back = back[r * pair.from.len() + l];
                    assert!((forth - back).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn a_word_that_goes_with_everything_is_aligned_with_nothing() {
        let pairs = [
            pair(&[1, 9], &[11]),
            pair(&[2, 9], &[12]),
            pair(&[3, 9], &[13]),
            pair(&[1, 2], &[11, 12]),
        ];
        let aligned = align(&pairs);
        assert!(aligned[0][0] > 0.5, "{aligned:?}");
        assert!(aligned[0][1] == 0.0 && aligned[1][1] == 0.0, "{aligned:?}");
    }

    #[test]
    fn nothing_to_align_is_no_error() {
        assert_eq!(align(&[]), Vec::<Vec<f64>>::new());
        let nothing: Vec<Vec<f64>> = vec![Vec::new(), Vec::new()];
        assert_eq!(align(&[pair(&[], &[1]), pair(&[1], &[])]), nothing);
    }
}
