//! What is known of a pair from the pairs around it: of the neighbouring sentences, and of the other partners of
//! its two sentences.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::align::Corpus;
use crate::candidates::Candidate;
use crate::flat::{Lists, offsets};

/// Best partners whose mean the margin of a pair is measured against.
pub(super) const MARGIN_PARTNERS: usize = 4;
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
    partners: [(f32, u64); MARGIN_PARTNERS],
    /// Partners that were met, copies left out, up to as many as there is room for.
    n: u32,
}

impl Best {
    fn add(&mut self, value: f32, digest: u64) {
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
            .map(
                |(partner, i)| {
                    if i < self.n { partner.0.into() } else { USUAL }
                },
            )
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

    /// By unit, the mean similarity of its best `count` partners, [`MARGIN_PARTNERS`] at most.
    pub(super) fn means(self, count: usize) -> Vec<f64> {
        self.0.iter().map(|best| best.mean(count)).collect()
    }

    /// Adds the candidates of `context`.
    pub(super) fn add<S: Fn(usize) -> f32 + Sync>(&mut self, context: &Context<S>) {
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

/// Where the candidates of every sentence are: all of which the left sentence is of one of some articles.
pub(super) struct Rows {
    /// Where the candidates with this left unit begin.
    lefts: Vec<usize>,
    /// Numbers of candidates, by right unit and then by left.
    rights: Lists,
}

impl Rows {
    /// `candidates` are sorted.
    pub(super) fn new(candidates: &[Candidate], sentences: &Sentences) -> Self {
        let n = sentences.articles.len();
        Self {
            lefts: offsets(n, candidates.iter().map(|candidate| candidate.left)),
            rights: Lists::of_one(n, candidates.len(), |i| candidates[i].right),
        }
    }

    fn of_left(&self, unit: usize) -> Range<usize> {
        self.lefts[unit]..self.lefts[unit + 1]
    }

    fn of_right(&self, unit: usize) -> &[u32] {
        self.rights.of(unit)
    }
}

/// Candidates with their similarity.
pub(super) struct Context<'a, S> {
    sentences: &'a Sentences,
    candidates: &'a [Candidate],
    /// The similarity, 0 or more, of the candidate with a number.
    similarity: S,
    rows: &'a Rows,
}

impl<'a, S: Fn(usize) -> f32 + Sync> Context<'a, S> {
    /// `candidates` are sorted; `rows` are theirs.
    pub(super) fn new(
        candidates: &'a [Candidate],
        similarity: S,
        sentences: &'a Sentences,
        rows: &'a Rows,
    ) -> Self {
        Self {
            sentences,
            candidates,
            similarity,
            rows,
        }
    }

    /// The partners of a unit with their similarity, those with smaller numbers first, ascending.
    fn partners(&self, unit: usize) -> impl Iterator<Item = (u32, f32)> {
        let before = self
            .rows
            .of_right(unit)
            .iter()
            .map(|&number| number as usize);
        let before = before.map(|i| (self.candidates[i].left, (self.similarity)(i)));
        let after = self.rows.of_left(unit);
        before.chain(after.map(|i| (self.candidates[i].right, (self.similarity)(i))))
    }

    fn article(&self, unit: u32) -> u32 {
        self.sentences.article(unit)
    }

    /// What stands beside the candidates of `left`; `rivals` are those of [`Context::rivals_of_left`].
    pub(super) fn beside<'c>(&'c self, left: u32, rivals: &'c [f32]) -> Beside<'c, 'a, S> {
        let article = self.article(left);
        let of_article = |unit: u32| {
            let other = self.sentences.articles.get(unit as usize);
            other == Some(&article)
        };
        let near = [left.checked_sub(1), left.checked_add(1)];
        Beside {
            context: self,
            rivals,
            rows: near.map(|unit| {
                let unit = unit.filter(|&unit| of_article(unit));
                unit.map_or(0..0, |unit| self.rows.of_left(unit as usize))
            }),
            article: 0..0,
            two: [0.0; 2],
        }
    }

    /// Ratio margin of candidate `i` (Artetxe and Schwenk 2019): similarity over the mean of what both reach elsewhere,
    /// the `means` of [`Rivals`].
    pub(super) fn margin(&self, i: usize, means: &[f64]) -> f64 {
        let Candidate { left, right } = self.candidates[i];
        let [left, right] = [left, right].map(|unit| means[unit as usize]);
        let mean = f64::midpoint(left, right);
        f64::from((self.similarity)(i)) / mean.max(1e-9)
    }

    /// By candidate, the best similarity of its right unit with another sentence of the article of its left one.
    pub(super) fn rivals_of_left(&self) -> Vec<f32> {
        let rivals: Vec<AtomicU32> = self.candidates.iter().map(|_| AtomicU32::new(0)).collect();
        let article = |number: u32| self.article(self.candidates[number as usize].left);
        // Units are numbered by article: those of one stand together.
        (0..self.sentences.articles.len())
            .into_par_iter()
            .for_each(|unit| {
                let of_article = |a: &u32, b: &u32| article(*a) == article(*b);
                for list in self.rows.of_right(unit).chunk_by(of_article) {
                    let similarity = |number: u32| (self.similarity)(number as usize);
                    let two = best_two(list.iter().map(|&number| similarity(number)));
                    for &number in list {
                        let rival = rival(similarity(number), two);
                        rivals[number as usize].store(rival.to_bits(), Ordering::Relaxed);
                    }
                }
            });
        let value = |rival: AtomicU32| f32::from_bits(rival.into_inner());
        rivals.into_iter().map(value).collect()
    }
}

/// The two best of some similarities, 0 where there are fewer.
fn best_two(values: impl Iterator<Item = f32>) -> [f32; 2] {
    values.fold([0.0; 2], |[first, second], value| {
        if value > first {
            [value, first]
        } else {
            [first, second.max(value)]
        }
    })
}

/// The best of the others, of some of which `two` are the best.
fn rival(value: f32, two: [f32; 2]) -> f32 {
    if value >= two[0] { two[1] } else { two[0] }
}

/// By how much a similarity leads over that of a `rival`; negative when it is not the best.
fn lead(value: f32, rival: f32) -> f64 {
    let [value, rival] = [value, rival].map(f64::from);
    if value >= rival {
        value - rival.max(RUNNER_UP)
    } else {
        value - rival
    }
}

/// The candidates beside those of one left sentence, which are asked for in their order.
pub(super) struct Beside<'c, 'a, S> {
    context: &'c Context<'a, S>,
    /// See [`Context::rivals_of_left`].
    rivals: &'c [f32],
    /// The candidates of the sentences before and behind it that have not been passed.
    rows: [Range<usize>; 2],
    /// The candidates of the left sentence with the article that was asked for last, and their two best similarities.
    article: Range<usize>,
    two: [f32; 2],
}

impl<S: Fn(usize) -> f32 + Sync> Beside<'_, '_, S> {
    /// The best similarity, 0 or more, among the sentences just before and after those of candidate `i`.
    pub(super) fn neighbours(&mut self, i: usize) -> f64 {
        let context = self.context;
        let right = |i: usize| context.candidates[i].right;
        let unit = right(i);
        let mut best = 0.0f32;
        for row in &mut self.rows {
            while row.start < row.end && right(row.start) + 1 < unit {
                row.start += 1;
            }
            let near = row.clone().take_while(|&other| right(other) <= unit + 1);
            for other in near.filter(|&other| right(other) != unit) {
                if context.article(right(other)) == context.article(unit) {
                    best = best.max((context.similarity)(other));
                }
            }
        }
        best.into()
    }

    /// The most that the lead of candidate `i` can be.
    pub(super) fn most_lead(&self, i: usize) -> f64 {
        (f64::from((self.context.similarity)(i)) - RUNNER_UP).max(0.0)
    }

    /// By how much candidate `i` leads over the next best in the article of the other, -1..=1; negative when it is not
    /// the best.
    pub(super) fn lead(&mut self, i: usize) -> f64 {
        let context = self.context;
        if !self.article.contains(&i) {
            let article = |i: usize| context.article(context.candidates[i].right);
            let row = context.rows.of_left(context.candidates[i].left as usize);
            let here = article(i);
            let same = |other: &usize| article(*other) == here;
            let before = (row.start..i).rev().take_while(same).count();
            self.article = i - before..i + (i..row.end).take_while(same).count();
            self.two = best_two(self.article.clone().map(&context.similarity));
        }
        let value = (context.similarity)(i);
        f64::midpoint(
            lead(value, rival(value, self.two)),
            lead(value, self.rivals[i]),
        )
    }
}
