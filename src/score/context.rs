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

/// Of which article every sentence is, and what its text is.
#[derive(Debug)]
pub(super) struct Sentences {
    articles: Vec<u32>,
    digests: Vec<u64>,
}

impl Sentences {
    pub(super) fn new(corpus: &Corpus) -> Self {
        let units = || (0..corpus.units.len()).map(|unit| corpus.units.unit(unit));
        Self {
            articles: units().map(|unit| unit.article).collect(),
            digests: units().map(|unit| unit.digest).collect(),
        }
    }

    /// The article of a unit.
    pub(super) fn article(&self, unit: u32) -> u32 {
        self.articles[unit as usize]
    }
}

/// The most similar partners of a sentence: their similarity and the digest of their text, best first; of copies of a
/// partner the most similar one.
#[derive(Debug, Clone, Copy, Default)]
struct Best {
    partners: [(f64, u64); MARGIN_PARTNERS],
    /// Partners that were met, copies left out, up to as many as there is room for.
    n: u32,
}

impl Best {
    fn add(&mut self, value: f64, digest: u64) {
        let n = self.n as usize;
        if n == MARGIN_PARTNERS && value <= self.partners[MARGIN_PARTNERS - 1].0 {
            return;
        }
        let copy = self.partners[..n]
            .iter()
            .position(|other| other.1 == digest);
        if copy.is_none() && n < MARGIN_PARTNERS {
            self.n += 1;
        }
        let last = copy.unwrap_or(MARGIN_PARTNERS - 1);
        if let Some(at) = self.partners[..=last]
            .iter()
            .position(|other| value > other.0)
        {
            self.partners[at..=last].rotate_right(1);
            self.partners[at] = (value, digest);
        }
    }

    /// The mean of the best `count`, [`MARGIN_PARTNERS`] at most.
    fn mean(&self, count: usize) -> f64 {
        let values = self.partners.iter().take(count).zip(0..);
        let sum: f64 = values
            .map(|(partner, i)| if i < self.n { partner.0 } else { USUAL })
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let n = count.clamp(1, MARGIN_PARTNERS) as f64;
        sum / n
    }
}

/// The most similar partners of every sentence, of the candidates of any number of contexts.
#[derive(Debug)]
pub(super) struct Rivals(Vec<Best>);

impl Rivals {
    pub(super) fn new(sentences: &Sentences) -> Self {
        Self(vec![Best::default(); sentences.articles.len()])
    }

    /// By unit, the mean similarity of the best partners.
    pub(super) fn means(self) -> Vec<f64> {
        self.means_of(MARGIN_PARTNERS)
    }

    /// By unit, the mean similarity of its best `count` partners, four at most.
    pub(super) fn means_of(self, count: usize) -> Vec<f64> {
        self.0.iter().map(|best| best.mean(count)).collect()
    }

    /// Adds the candidates of `context`.
    pub(super) fn add<S: Fn(usize) -> f64 + Sync>(&mut self, context: &Context<S>) {
        let digests = &context.sentences.digests;
        self.0.par_iter_mut().enumerate().for_each(|(unit, best)| {
            for (partner, value) in context.partners(unit) {
                let digest = digests[partner as usize];
                // Copies of the unit are no rivals.
                if digest != digests[unit] {
                    best.add(value, digest);
                }
            }
        });
    }
}

/// Candidates by either sentence: all of which the left sentence is of one of some articles.
pub(super) struct Context<'a, S> {
    sentences: &'a Sentences,
    candidates: &'a [Candidate],
    /// The similarity, 0 or more, of the candidate with a number.
    similarity: S,
    /// Where the candidates with this left unit begin.
    lefts: Vec<usize>,
    /// Where the candidates with this right unit begin in `by_right`.
    rights: Vec<usize>,
    /// Numbers of candidates, by right unit and then by left.
    by_right: Vec<u32>,
}

impl<'a, S: Fn(usize) -> f64 + Sync> Context<'a, S> {
    /// `candidates` are sorted.
    pub(super) fn new(
        candidates: &'a [Candidate],
        similarity: S,
        sentences: &'a Sentences,
    ) -> Self {
        let n = sentences.articles.len();
        let lefts = offsets(n, candidates.iter().map(|candidate| candidate.left));
        let rights = offsets(n, candidates.iter().map(|candidate| candidate.right));
        let mut next = rights.clone();
        let mut by_right = vec![0u32; candidates.len()];
        for (candidate, number) in candidates.iter().zip(0u32..) {
            let slot = &mut next[candidate.right as usize];
            by_right[*slot] = number;
            *slot += 1;
        }
        Self {
            sentences,
            candidates,
            similarity,
            lefts,
            rights,
            by_right,
        }
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
        let article = |unit: u32| self.sentences.article(unit);
        (article(previous) == article(unit)).then_some(previous)
    }

    fn next(&self, unit: u32) -> Option<u32> {
        let next = unit + 1;
        let article = self.sentences.articles.get(next as usize)?;
        (*article == self.sentences.article(unit)).then_some(next)
    }

    /// The best similarity among the sentences just before and after those of candidate `i`.
    pub(super) fn neighbours(&self, i: usize) -> f64 {
        let Candidate { left: a, right: b } = self.candidates[i];
        let mut best = 0.0f64;
        for near_a in [self.previous(a), self.next(a)].into_iter().flatten() {
            for near_b in [self.previous(b), self.next(b)].into_iter().flatten() {
                best = best.max(self.of(near_a, near_b));
            }
        }
        best
    }

    /// Ratio margin of candidate `i` (Artetxe and Schwenk 2019): similarity over the mean of what both reach elsewhere,
    /// the `means` of [`Rivals`].
    pub(super) fn margin(&self, i: usize, means: &[f64]) -> f64 {
        let Candidate { left, right } = self.candidates[i];
        let [left, right] = [left, right].map(|unit| means[unit as usize]);
        let mean = f64::midpoint(left, right);
        (self.similarity)(i) / mean.max(1e-9)
    }

    /// The most that the lead of candidate `i` can be.
    pub(super) fn most_lead(&self, i: usize) -> f64 {
        ((self.similarity)(i) - RUNNER_UP).max(0.0)
    }

    /// By how much candidate `i` leads over the next best in the article of the other, -1..=1; negative when it is not
    /// the best.
    pub(super) fn lead(&self, i: usize) -> f64 {
        let Candidate { left: a, right: b } = self.candidates[i];
        let value = (self.similarity)(i);
        let lead = |unit: u32, other: u32| {
            let two = self.best_two(unit, self.sentences.article(other));
            if value >= two[0] {
                value - two[1].max(RUNNER_UP)
            } else {
                value - two[0]
            }
        };
        f64::midpoint(lead(a, b), lead(b, a))
    }

    /// The two best similarities of a unit with the sentences of one article, which is not its own.
    fn best_two(&self, unit: u32, article: u32) -> [f64; 2] {
        let of = |unit: u32| self.sentences.article(unit);
        let mut two = [0.0f64; 2];
        let mut add = |value: f64| {
            if value > two[0] {
                two = [value, two[0]];
            } else if value > two[1] {
                two[1] = value;
            }
        };
        // Units are numbered by article: those of one stand together in both lists.
        let at = unit as usize;
        if article < of(unit) {
            let list = &self.by_right[self.rights[at]..self.rights[at + 1]];
            let left = |number: u32| of(self.candidates[number as usize].left);
            let first = list.partition_point(|&number| left(number) < article);
            list[first..]
                .iter()
                .take_while(|&&number| left(number) == article)
                .for_each(|&number| add((self.similarity)(number as usize)));
        } else {
            let row = self.lefts[at]..self.lefts[at + 1];
            let list = &self.candidates[row.clone()];
            let first = list.partition_point(|candidate| of(candidate.right) < article);
            (row.start + first..row.end)
                .take_while(|&i| of(self.candidates[i].right) == article)
                .for_each(|i| add((self.similarity)(i)));
        }
        two
    }
}
