//! What is known of a pair from the pairs around it: of the neighbouring sentences, and of the other partners of
//! its two sentences.

use rayon::prelude::*;

use crate::align::Corpus;
use crate::candidates::Candidate;
use crate::flat::offsets;

/// Best partners whose mean the margin of a pair is measured against.
const MARGIN_PARTNERS: usize = 4;
/// Similarity of a partner that a sentence has not, in a corpus of few sentences.
const USUAL: f64 = 0.2;
/// Similarity that a runner-up has at least, for the lead over it.
const RUNNER_UP: f64 = 0.15;

/// The candidates by either sentence.
pub(super) struct Context<'a, S> {
    candidates: &'a [Candidate],
    /// The similarity, 0 or more, of the candidate with a number.
    similarity: S,
    /// Where the candidates with this left unit begin.
    lefts: Vec<usize>,
    /// Where the candidates with this right unit begin in `by_right`.
    rights: Vec<usize>,
    /// Numbers of candidates, by right unit and then by left.
    by_right: Vec<u32>,
    articles: Vec<u32>,
    digests: Vec<u64>,
    /// Mean of the best similarities, by unit.
    best_mean: Vec<f64>,
}

impl<'a, S: Fn(usize) -> f64 + Sync> Context<'a, S> {
    /// `candidates` are sorted.
    pub(super) fn new(candidates: &'a [Candidate], similarity: S, corpus: &Corpus) -> Self {
        let n = corpus.units.len();
        let lefts = offsets(n, candidates.iter().map(|candidate| candidate.left));
        let rights = offsets(n, candidates.iter().map(|candidate| candidate.right));
        let mut next = rights.clone();
        let mut by_right = vec![0u32; candidates.len()];
        for (candidate, number) in candidates.iter().zip(0u32..) {
            let slot = &mut next[candidate.right as usize];
            by_right[*slot] = number;
            *slot += 1;
        }
        let mut context = Self {
            candidates,
            similarity,
            lefts,
            rights,
            by_right,
            articles: (0..n).map(|unit| corpus.units.unit(unit).article).collect(),
            digests: (0..n).map(|unit| corpus.units.unit(unit).digest).collect(),
            best_mean: Vec::new(),
        };
        context.best_mean = (0..n)
            .into_par_iter()
            .map(|unit| context.mean_of_best(unit))
            .collect();
        context
    }

    /// The partners of a unit with their similarity, those with smaller numbers first, ascending.
    fn partners(&self, unit: usize) -> impl Iterator<Item = (u32, f64)> {
        let before = self.by_right[self.rights[unit]..self.rights[unit + 1]]
            .iter()
            .map(|&number| number as usize)
            .map(|i| (self.candidates[i].left, (self.similarity)(i)));
        let after = (self.lefts[unit]..self.lefts[unit + 1])
            .map(|i| (self.candidates[i].right, (self.similarity)(i)));
        before.chain(after)
    }

    fn mean_of_best(&self, unit: usize) -> f64 {
        let mut best = [(0.0f64, 0u64); MARGIN_PARTNERS];
        let mut n_partners = 0;
        for (partner, value) in self.partners(unit) {
            let digest = self.digests[partner as usize];
            // Copies of the unit are no rivals, and of copies of a partner the most similar one is.
            if digest == self.digests[unit] {
                continue;
            }
            let copy = best[..n_partners.min(MARGIN_PARTNERS)]
                .iter()
                .position(|other| other.1 == digest);
            let last = copy.unwrap_or(MARGIN_PARTNERS - 1);
            n_partners += usize::from(copy.is_none());
            if let Some(at) = best[..=last].iter().position(|other| value > other.0) {
                best[at..=last].rotate_right(1);
                best[at] = (value, digest);
            }
        }
        for missing in best.iter_mut().skip(n_partners) {
            missing.0 = USUAL;
        }
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let n = MARGIN_PARTNERS as f64;
        best.iter().map(|partner| partner.0).sum::<f64>() / n
    }

    /// The similarity of two units; 0 when they are no candidates.
    fn of(&self, a: u32, b: u32) -> f64 {
        let (left, right) = (a.min(b) as usize, a.max(b));
        let row = self.lefts[left]..self.lefts[left + 1];
        self.candidates[row.clone()]
            .binary_search_by_key(&right, |candidate| candidate.right)
            .map_or(0.0, |i| (self.similarity)(row.start + i))
    }

    fn previous(&self, unit: u32) -> Option<u32> {
        let previous = unit.checked_sub(1)?;
        let article = |unit: u32| self.articles[unit as usize];
        (article(previous) == article(unit)).then_some(previous)
    }

    fn next(&self, unit: u32) -> Option<u32> {
        let next = unit + 1;
        let article = self.articles.get(next as usize)?;
        (*article == self.articles[unit as usize]).then_some(next)
    }

    /// The best similarity among the sentences just before and after those of candidate `i`.
    pub(super) fn neighbours(&self, i: usize) -> f64 {
        let Candidate {
            left: a, right: b, ..
        } = self.candidates[i];
        let mut best = 0.0f64;
        for near_a in [self.previous(a), self.next(a)].into_iter().flatten() {
            for near_b in [self.previous(b), self.next(b)].into_iter().flatten() {
                best = best.max(self.of(near_a, near_b));
            }
        }
        best
    }

    /// Ratio margin of candidate `i` (Artetxe and Schwenk 2019): similarity over the mean of what both reach elsewhere.
    pub(super) fn margin(&self, i: usize) -> f64 {
        let Candidate { left, right, .. } = self.candidates[i];
        let mean = f64::midpoint(
            self.best_mean[left as usize],
            self.best_mean[right as usize],
        );
        (self.similarity)(i) / mean.max(1e-9)
    }

    /// The most that the lead of candidate `i` can be.
    pub(super) fn most_lead(&self, i: usize) -> f64 {
        ((self.similarity)(i) - RUNNER_UP).max(0.0)
    }

    /// By how much candidate `i` leads over the next best in the article of the other, -1..=1; negative when it is not
    /// the best.
    pub(super) fn lead(&self, i: usize) -> f64 {
        let Candidate {
            left: a, right: b, ..
        } = self.candidates[i];
        let value = (self.similarity)(i);
        let lead = |unit: u32, other: u32| {
            let two = self.best_two(unit as usize, self.articles[other as usize]);
            if value >= two[0] {
                value - two[1].max(RUNNER_UP)
            } else {
                value - two[0]
            }
        };
        f64::midpoint(lead(a, b), lead(b, a))
    }

    /// The two best similarities of a unit with the sentences of one article, which is not its own.
    fn best_two(&self, unit: usize, article: u32) -> [f64; 2] {
        let of = |unit: u32| self.articles[unit as usize];
        let mut two = [0.0f64; 2];
        let mut add = |value: f64| {
            if value > two[0] {
                two = [value, two[0]];
            } else if value > two[1] {
                two[1] = value;
            }
        };
        // Units are numbered by article: those of one stand together in both lists.
        if article < self.articles[unit] {
            let list = &self.by_right[self.rights[unit]..self.rights[unit + 1]];
            let left = |number: u32| of(self.candidates[number as usize].left);
            let first = list.partition_point(|&number| left(number) < article);
            list[first..]
                .iter()
                .take_while(|&&number| left(number) == article)
                .for_each(|&number| add((self.similarity)(number as usize)));
        } else {
            let row = self.lefts[unit]..self.lefts[unit + 1];
            let list = &self.candidates[row.clone()];
            let first = list.partition_point(|candidate| of(candidate.right) < article);
            (row.start + first..row.end)
                .take_while(|&i| of(self.candidates[i].right) == article)
                .for_each(|i| add((self.similarity)(i)));
        }
        two
    }
}
