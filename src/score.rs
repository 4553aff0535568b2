//! How likely two sentences state the same claim.
//!
//! In: candidate pairs. Out: [`ScoredPair`]s with every feature, the guards that fired and a
//! probability. The measure at the heart is a soft Dice coefficient over words weighted by inverse
//! document frequency, in which every word is matched with the most similar word of the other sentence;
//! a logistic model ([`model`]) combines it with what else is known of the pair.
//!
//! All features are symmetric: the order of the two sentences does not matter.

mod context;
pub mod features;
pub mod grams;
pub mod guards;
pub mod model;
mod places;
mod ranking;

pub use ranking::Hit;

use rayon::prelude::*;

use crate::align::{Corpus, Left, Shared};
use crate::candidates::Candidate;
use crate::observer::{Observer, Stage};
use crate::stories::Stories;
use crate::weigh::StoryWeights;
use context::Context;
use features::{Features, Profile};
use grams::Grams;
use guards::Guards;
use model::Model;

/// Share of the median weight of a sentence that smooths the Dice coefficient: short sentences need more.
const SMOOTHING: f64 = 0.3;
/// Margins above this are cut in the model: where a sentence has few partners at all, they say nothing more.
const MOST_MARGIN: f64 = 1.6;
/// Words of content that make an identical sentence of two stories the same claim.
pub(crate) const DISTINCT_WORDS: f64 = 6.0;

/// A pair with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPair {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
    /// The word that made the pair a candidate.
    pub word: u32,
    /// What the model saw.
    pub features: Features,
    /// What speaks against the pair whatever the similarity.
    pub guards: Guards,
    /// Probability, 0..=1, that the two state the same claim.
    pub probability: f64,
}

/// A pair without the evidence: what claims are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
    /// Probability, 0..=1, that the two state the same claim.
    pub probability: f64,
    /// Soft Dice coefficient, 0..=1.
    pub dice: f64,
}

/// Scored pairs, the likely ones with their evidence.
#[derive(Debug, Default)]
pub struct Scored {
    /// All pairs, sorted by left, right.
    pub ties: Vec<Tie>,
    /// The likely ones with all features, in the same order.
    pub pairs: Vec<ScoredPair>,
}

impl Scored {
    fn and(mut self, mut other: Self) -> Self {
        self.ties.append(&mut other.ties);
        self.pairs.append(&mut other.pairs);
        self
    }
}

/// Scores pairs of one corpus.
#[derive(Debug)]
pub struct Scorer<'a> {
    corpus: Corpus<'a>,
    stories: &'a Stories,
    model: &'a Model,
    profiles: Vec<Profile>,
    grams: Grams,
    in_story: StoryWeights,
    smoothing: f64,
    smoothing_in_story: f64,
}

impl<'a> Scorer<'a> {
    /// Prepares every sentence of the corpus once.
    pub fn new(corpus: Corpus<'a>, stories: &'a Stories, model: &'a Model) -> Self {
        let in_story = StoryWeights::new(corpus, stories);
        let profiles: Vec<Profile> = (0..corpus.units.len())
            .into_par_iter()
            .map(|unit| Profile::new(&corpus, unit, &in_story))
            .collect();
        let smoothing = |weight: fn(&Profile) -> f64| {
            let mut weights: Vec<f64> = profiles.iter().map(weight).collect();
            weights.sort_unstable_by(f64::total_cmp);
            SMOOTHING * weights.get(weights.len() / 2).copied().unwrap_or(1.0)
        };
        let (smoothing, smoothing_in_story) = (
            smoothing(|profile| profile.total),
            smoothing(|profile| profile.in_story),
        );
        let grams = Grams::build(&corpus);
        Self {
            corpus,
            stories,
            model,
            profiles,
            grams,
            in_story,
            smoothing,
            smoothing_in_story,
        }
    }

    /// Scores `candidates` (sorted); pairs below probability `least` are left out. Sorted by left, right.
    pub fn score(
        &self,
        candidates: &[Candidate],
        least: f64,
        observer: &dyn Observer,
    ) -> Vec<ScoredPair> {
        self.score_in_part(candidates, least, least, observer).pairs
    }

    /// As [`Scorer::score`], but keeps the features only of pairs from probability `full` on.
    pub fn score_in_part(
        &self,
        candidates: &[Candidate],
        least: f64,
        full: f64,
        observer: &dyn Observer,
    ) -> Scored {
        observer.begin(Stage::Score, u64::try_from(candidates.len()).ok());
        let similarities = self.similarities(candidates);
        let context = Context::new(candidates, &similarities, &self.corpus);
        let scored = candidates
            .par_chunk_by(|a, b| a.left == b.left)
            .fold(Scored::default, |mut scored, row| {
                let first = row.first().map_or(0, |candidate| candidate.left);
                let left = Left::new(self.corpus, first as usize);
                observer.advance(u64::try_from(row.len()).unwrap_or_default());
                for candidate in row {
                    let pair = self.pair(&left, *candidate, &context);
                    if pair.probability >= least {
                        scored.ties.push(Tie {
                            left: pair.left,
                            right: pair.right,
                            probability: pair.probability,
                            dice: pair.features.dice,
                        });
                    }
                    if pair.probability >= full.max(least) {
                        scored.pairs.push(pair);
                    }
                }
                scored
            })
            .reduce(Scored::default, Scored::and);
        observer.end();
        scored
    }

    /// Soft Dice coefficient of every candidate.
    fn similarities(&self, candidates: &[Candidate]) -> Vec<f64> {
        self.of_each(candidates, |left, a, b| self.words_alike(left, a, b))
    }

    /// A figure of every candidate, from its left sentence, prepared once, and the numbers of both.
    fn of_each(
        &self,
        candidates: &[Candidate],
        figure: impl Fn(&Left, usize, usize) -> f64 + Sync,
    ) -> Vec<f64> {
        candidates
            .par_chunk_by(|a, b| a.left == b.left)
            .flat_map_iter(|row| {
                let first = row.first().map_or(0, |candidate| candidate.left as usize);
                let left = Left::new(self.corpus, first);
                row.iter()
                    .map(|candidate| figure(&left, first, candidate.right as usize))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn words_alike(&self, left: &Left, a: usize, b: usize) -> f64 {
        self.dice(a, b, left.shared(b, &self.in_story).total())
    }

    /// Whether the two are the same text and that settles it: always in one story; elsewhere only for sentences
    /// long enough not to be a phrase that any newsroom writes ("Ingen er skadd").
    fn identical(&self, a: usize, b: usize, features: &Features) -> bool {
        let same = self.corpus.units.unit(a).digest == self.corpus.units.unit(b).digest;
        same && (features.story > 0.0 || features.content_words >= (1.0 + DISTINCT_WORDS).ln())
    }

    fn dice(&self, left: usize, right: usize, shared: f64) -> f64 {
        shared / (self.profiles[left].total + self.profiles[right].total + self.smoothing)
    }

    fn dice_in_story(&self, left: usize, right: usize, shared: &Shared) -> f64 {
        let total = self.profiles[left].in_story + self.profiles[right].in_story;
        shared.in_story / (total + self.smoothing_in_story)
    }

    fn pair(&self, left: &Left, candidate: Candidate, context: &Context) -> ScoredPair {
        let (a, b) = (candidate.left as usize, candidate.right as usize);
        let shared = left.shared(b, &self.in_story);
        let (profile_a, profile_b) = (&self.profiles[a], &self.profiles[b]);
        let (article_a, article_b) = (
            self.corpus.units.unit(a).article,
            self.corpus.units.unit(b).article,
        );
        let guards = Guards::new(&self.corpus, a, b, &shared, [profile_a, profile_b]);
        let features = Features::new(&features::Evidence {
            shared,
            profiles: [profile_a, profile_b],
            units: [self.corpus.units.unit(a), self.corpus.units.unit(b)],
            dice: self.dice(a, b, shared.total()),
            dice_in_story: self.dice_in_story(a, b, &shared),
            grams: self.grams.cosine(a, b),
            context: context.neighbours(candidate.left, candidate.right),
            margin: context
                .margin(candidate.left, candidate.right)
                .min(MOST_MARGIN),
            lead: context.lead(candidate.left, candidate.right),
            affinity: self.stories.affinity(article_a, article_b),
            same_story: self.stories.same(article_a, article_b),
            guards,
            negated: if guards.negation_differs {
                guards::negated_share(&self.corpus, a, b)
            } else {
                0.0
            },
        });
        let probability = if self.identical(a, b, &features) {
            1.0
        } else {
            self.model.probability(&features)
        };
        ScoredPair {
            left: candidate.left,
            right: candidate.right,
            word: candidate.word,
            features,
            guards,
            probability,
        }
    }
}
