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
pub mod pairs;
mod places;
mod ranking;

use std::io;
use std::ops::Range;

pub use ranking::Hit;

use rayon::prelude::*;

use crate::align::{Corpus, Left, Shared, Weighed};
use crate::candidates::{Candidate, Candidates};
use crate::observer::{Observer, Stage};
use crate::spill::{ListWriter, Stored};
use crate::stories::Stories;
use crate::weigh::{Weights, short};
use context::{Beside, Context, MARGIN_PARTNERS, Rivals, Rows, Sentences};
use features::{Evidence, Features, Profile, Rest};
use grams::Grams;
use guards::{Compared, Guards};
use model::Model;
use pairs::{Collector, Pairs};

/// Share of the median weight of a sentence that smooths the Dice coefficient: short sentences need more.
const SMOOTHING: f64 = 0.3;
/// Margins above this are cut in the model: where a sentence has few partners at all, they say nothing more.
const MOST_MARGIN: f64 = 1.6;
/// Candidates that a thread takes at once.
const AT_ONCE: usize = 1024;
/// Candidates after which those that are kept are put away: so many times [`AT_ONCE`] that it is rarely done.
const PUT_AWAY: usize = 256 * AT_ONCE;
/// Bytes that a pair takes while it is scored, about.
const PAIR_BYTES: usize = 64;
/// More than what is lost by keeping log-odds with seven digits.
const ROUNDED: f64 = 0.001;
/// Words of content that make an identical sentence of two stories the same claim.
pub(crate) const DISTINCT_WORDS: f64 = 6.0;

/// A pair with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPair {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
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
    pub pairs: Pairs,
}

/// Candidates that are scored with what is known of all of them.
struct Block<'b, 'c, S> {
    /// Sorted.
    candidates: &'b [Candidate],
    glances: &'b [Glance],
    context: &'b Context<'c, S>,
    /// See [`Context::rivals_of_left`].
    rivals: Vec<f32>,
    /// By unit, see [`Rivals::means`].
    means: &'b [f64],
}

/// What is kept of some candidates.
#[derive(Debug, Default)]
struct Part {
    ties: Vec<Tie>,
    pairs: Vec<ScoredPair>,
}

/// What the words of a pair tell, for all candidates.
#[derive(Debug, Clone, Copy, Default)]
struct Glance {
    /// Soft Dice coefficient, 0..=1.
    dice: f32,
    /// Log-odds by all features that need neither guards nor n-grams nor other pairs.
    log_odds: f32,
}

impl Stored for Glance {
    const BYTES: usize = 8;

    fn store(&self, bytes: &mut [u8]) {
        let (dice, log_odds) = bytes.split_at_mut(4);
        dice.copy_from_slice(&self.dice.to_le_bytes());
        log_odds.copy_from_slice(&self.log_odds.to_le_bytes());
    }

    fn load(bytes: &[u8]) -> Self {
        let number = |bytes: &[u8]| bytes.try_into().map_or(0.0, f32::from_le_bytes);
        let (dice, log_odds) = bytes.split_at(4);
        Self {
            dice: number(dice),
            log_odds: number(log_odds),
        }
    }
}

/// What is known of the articles of a pair: pairs that follow each other are often of the same two.
#[derive(Debug, Clone, Copy, Default)]
struct Related {
    articles: Option<[u32; 2]>,
    affinity: f64,
    same_story: bool,
}

impl Related {
    /// Makes it that of `articles`.
    fn know(&mut self, stories: &Stories, articles: [u32; 2]) {
        if self.articles != Some(articles) {
            let [a, b] = articles;
            *self = Self {
                articles: Some(articles),
                affinity: stories.affinity(a, b),
                same_story: stories.same(a, b),
            };
        }
    }
}

/// What the features that are not seen at a glance do to the log-odds.
#[derive(Debug, Clone, Copy)]
struct Reach {
    grams: f64,
    context: f64,
    margin: f64,
    lead: f64,
    /// The most that [`Features::DEAR`] add together.
    dear: f64,
}

impl Reach {
    fn of(model: &Model) -> Self {
        Self {
            grams: model.coefficient("grams"),
            context: model.coefficient("context"),
            margin: model.coefficient("margin"),
            lead: model.coefficient("lead"),
            dear: Features::DEAR
                .iter()
                .map(|name| model.coefficient(name).max(0.0))
                .sum(),
        }
    }

    /// The most that `rest` and the guards add.
    fn with(&self, rest: &Rest) -> f64 {
        self.dear
            + self.grams * rest.grams
            + self.context * rest.context
            + self.margin * rest.margin
            + self.lead * rest.lead
    }
}

/// What pairs are kept.
#[derive(Debug, Clone, Copy)]
struct Bars {
    /// Probability from which on a pair is kept, and its log-odds.
    least: f64,
    least_log_odds: f64,
    /// Probability from which on it is kept with its features.
    full: f64,
}

/// What is known of a candidate when it is looked at again.
#[derive(Debug, Clone, Copy)]
struct Seen {
    glance: Glance,
    margin: f64,
}

/// Scores pairs of one corpus.
#[derive(Debug)]
pub struct Scorer<'a> {
    corpus: Corpus<'a>,
    stories: &'a Stories,
    model: &'a Model,
    profiles: Vec<Profile>,
    grams: Grams,
    sentences: Sentences,
    weights: Weights,
    reach: Reach,
    smoothing: f64,
    smoothing_in_story: f64,
}

impl<'a> Scorer<'a> {
    /// Prepares every sentence of the corpus once.
    pub fn new(corpus: Corpus<'a>, stories: &'a Stories, model: &'a Model) -> Self {
        let weights = Weights::new(corpus, stories);
        let profiles: Vec<Profile> = (0..corpus.units.len())
            .into_par_iter()
            .map(|unit| Profile::new(&corpus, unit, &weights))
            .collect();
        let smoothing = |weight: fn(&Profile) -> f64| {
            let mut weights: Vec<f64> = profiles.iter().map(weight).collect();
            let middle = weights.len() / 2;
            let median = (!weights.is_empty())
                .then(|| *weights.select_nth_unstable_by(middle, f64::total_cmp).1);
            SMOOTHING * median.unwrap_or(1.0)
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
            sentences: Sentences::new(&corpus),
            weights,
            reach: Reach::of(model),
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
        // No file is written or read for candidates in memory.
        let scored = self.score_in_part(&candidates.into(), least, least, observer);
        let pairs = scored.unwrap_or_default().pairs;
        let all: io::Result<Vec<ScoredPair>> = pairs.iter().collect();
        all.unwrap_or_default()
    }

    /// As [`Scorer::score`], but keeps the features only of pairs from probability `full` on. What is known of
    /// candidates that are in a file goes to files too.
    ///
    /// # Errors
    /// When a file for what does not fit cannot be written or read.
    pub fn score_in_part(
        &self,
        candidates: &Candidates,
        least: f64,
        full: f64,
        observer: &dyn Observer,
    ) -> io::Result<Scored> {
        observer.begin(Stage::Score, u64::try_from(candidates.len()).ok());
        let bars = Bars {
            least,
            full: full.max(least),
            least_log_odds: (least / (1.0 - least)).ln(),
        };
        let memory = candidates.memory();
        // What a block costs beside its pairs grows with the sentences.
        let most = memory.map_or(usize::MAX, |memory| {
            memory.items(PAIR_BYTES).max(self.corpus.units.len())
        });
        let blocks = || candidates.blocks(most, |unit| self.sentences.article(unit));
        let mut glances = ListWriter::new(memory)?;
        let mut rivals = Rivals::new(&self.sentences);
        // The rows of the first block are kept for the second time that it is looked at, unless there are more.
        let mut rows: Option<Rows> = None;
        for (number, pairs) in blocks().enumerate() {
            let pairs = pairs?;
            let of_block = self.of_each(&pairs, |left, related, a, b| {
                self.glance(left, related, a, b, bars.least_log_odds)
            });
            let dice = |i: usize| of_block[i].dice;
            let here = Rows::new(&pairs, &self.sentences);
            rivals.add(&Context::new(&pairs, dice, &self.sentences, &here));
            glances.extend(of_block)?;
            rows = (number == 0).then_some(here);
        }
        let glances = glances.finish()?;
        let means = rivals.means(MARGIN_PARTNERS);
        let mut ties = Vec::new();
        let mut likely = Collector::new(memory)?;
        let mut put_away = |parts: Vec<Part>| -> io::Result<()> {
            for part in parts {
                ties.extend(part.ties);
                likely.extend(&part.pairs)?;
            }
            Ok(())
        };
        let mut first = 0;
        for pairs in blocks() {
            let pairs = pairs?;
            let of_block = glances.part(first..first + pairs.len())?;
            first += pairs.len();
            let dice = |i: usize| of_block[i].dice;
            let rows = rows
                .take()
                .unwrap_or_else(|| Rows::new(&pairs, &self.sentences));
            let context = Context::new(&pairs, dice, &self.sentences, &rows);
            let block = Block {
                candidates: &pairs,
                glances: &of_block,
                rivals: context.rivals_of_left(),
                context: &context,
                means: &means,
            };
            // What was kept is put away while the next candidates are scored.
            let mut kept = Vec::new();
            for begin in (0..pairs.len()).step_by(PUT_AWAY) {
                let places = begin..pairs.len().min(begin + PUT_AWAY);
                let (next, done) = rayon::join(
                    || self.parts(&block, places, bars, observer),
                    || put_away(kept),
                );
                done?;
                kept = next;
            }
            put_away(kept)?;
        }
        let pairs = likely.finish()?;
        observer.end();
        Ok(Scored { ties, pairs })
    }

    /// Scores the candidates of `block` at `places`, of which the first is a multiple of [`AT_ONCE`].
    fn parts<S: Fn(usize) -> f32 + Sync>(
        &self,
        block: &Block<S>,
        places: Range<usize>,
        bars: Bars,
        observer: &dyn Observer,
    ) -> Vec<Part> {
        let Block {
            glances,
            context,
            rivals,
            means,
            ..
        } = block;
        block.candidates[places.clone()]
            .par_chunks(AT_ONCE)
            .enumerate()
            .map(|(i, some)| {
                observer.advance(u64::try_from(some.len()).unwrap_or_default());
                let mut part = Part::default();
                let mut related = Related::default();
                let mut first = places.start + i * AT_ONCE;
                for row in some.chunk_by(|a, b| a.left == b.left) {
                    let mut grams = None;
                    let mut beside = context.beside(row[0].left, rivals);
                    let rest = |(i, &candidate)| {
                        let seen = Seen {
                            glance: glances[i],
                            margin: context.margin(i, means).min(MOST_MARGIN),
                        };
                        let rest = self.rest(candidate, i, seen, &mut beside, &mut grams, bars)?;
                        Some((candidate, rest))
                    };
                    let alive: Vec<(Candidate, Rest)> =
                        (first..).zip(row).filter_map(rest).collect();
                    first += row.len();
                    let Some(unit) = alive.first().map(|pair| pair.0.left as usize) else {
                        continue;
                    };
                    let rights = alive.iter().map(|pair| pair.0.right as usize);
                    self.fetch(rights.clone());
                    let left = Left::for_pairs(self.corpus, unit, rights);
                    let mut left = Weighed::new(left, &self.weights);
                    for (candidate, rest) in alive {
                        let pair = self.pair(&mut left, &mut related, candidate, rest);
                        if pair.probability >= bars.least {
                            part.ties.push(Tie {
                                left: pair.left,
                                right: pair.right,
                                probability: pair.probability,
                                dice: pair.features.dice,
                            });
                        }
                        if pair.probability >= bars.full {
                            part.pairs.push(pair);
                        }
                    }
                }
                part
            })
            .collect()
    }

    /// A figure of every candidate, from its left sentence, prepared once, and the numbers of both.
    fn of_each<T: Copy + Default + Send>(
        &self,
        candidates: &[Candidate],
        figure: impl Fn(&mut Weighed, &mut Related, usize, usize) -> T + Sync,
    ) -> Vec<T> {
        let mut figures = vec![T::default(); candidates.len()];
        candidates
            .par_chunks(AT_ONCE)
            .zip(figures.par_chunks_mut(AT_ONCE))
            .for_each(|(some, mut figures)| {
                let mut related = Related::default();
                for row in some.chunk_by(|a, b| a.left == b.left) {
                    let first = row.first().map_or(0, |candidate| candidate.left as usize);
                    let rights = row.iter().map(|candidate| candidate.right as usize);
                    self.fetch(rights.clone());
                    let left = Left::for_pairs(self.corpus, first, rights);
                    let mut left = Weighed::new(left, &self.weights);
                    let (these, others) = figures.split_at_mut(row.len());
                    for (candidate, slot) in row.iter().zip(these) {
                        *slot = figure(&mut left, &mut related, first, candidate.right as usize);
                    }
                    figures = others;
                }
            });
        figures
    }

    /// As `Units::fetch`, of all that is known of `units`.
    fn fetch(&self, units: impl Iterator<Item = usize> + Clone) {
        let mut read = 0;
        for unit in units.clone() {
            let weights = self.weights.of(self.corpus.units, unit);
            let middle = weights.get(weights.len() / 2);
            for weight in [weights.first(), middle, weights.last()] {
                read ^= weight.map_or(0, |weight| weight.plain.to_bits().into());
            }
            let profile = &self.profiles[unit];
            read ^= profile.total.to_bits() ^ profile.log_words.to_bits();
            let known = self.corpus.units.unit(unit);
            read ^= known.digest ^ known.opposites ^ u64::from(known.article);
        }
        std::hint::black_box(read);
        self.corpus.units.fetch(units);
    }

    /// What the words of a pair tell, without n-grams and what needs the places of words, and without regard to other
    /// pairs; no pair below the log-odds `least` matters.
    fn glance(
        &self,
        left: &mut Weighed,
        related: &mut Related,
        a: usize,
        b: usize,
        least: f64,
    ) -> Glance {
        let shared = left.shared(b);
        let guards = Guards {
            // It may turn out that the two also change places.
            opposites: false,
            ..Guards::at_a_glance(&self.compared(a, b, &shared))
        };
        let evidence = self.evidence([a, b], related, shared, guards);
        let features = Features::new(&evidence);
        let log_odds = if features.most_log_odds() < least {
            f64::NEG_INFINITY
        } else {
            self.model.log_odds(&features)
        };
        Glance {
            dice: short(evidence.dice),
            log_odds: short(log_odds),
        }
    }

    /// What is known of candidate `i` beside its words and guards; `None` when it cannot be as likely as it must be
    /// whatever its guards are. What is dear is computed last; `grams` are those of its left sentence, once they are
    /// needed.
    fn rest<'s, S: Fn(usize) -> f32 + Sync>(
        &'s self,
        candidate: Candidate,
        i: usize,
        seen: Seen,
        beside: &mut Beside<S>,
        grams: &mut Option<grams::Row<'s>>,
        bars: Bars,
    ) -> Option<Rest> {
        let (a, b) = (candidate.left as usize, candidate.right as usize);
        let same = self.same_text(a, b);
        let too_little = |log_odds: f64| log_odds < bars.least_log_odds && !same;
        let reach = &self.reach;
        let most_lead = if reach.lead < 0.0 {
            -1.0
        } else {
            beside.most_lead(i)
        };
        let mut rest = Rest {
            grams: if reach.grams < 0.0 { 0.0 } else { 1.0 },
            context: if reach.context < 0.0 { 0.0 } else { 1.0 },
            margin: seen.margin,
            lead: most_lead,
        };
        let at_most = |rest: &Rest| f64::from(seen.glance.log_odds) + ROUNDED + reach.with(rest);
        if too_little(at_most(&rest)) {
            return None;
        }
        rest.context = beside.neighbours(i);
        if too_little(at_most(&rest)) {
            return None;
        }
        rest.lead = beside.lead(i);
        if too_little(at_most(&rest)) {
            return None;
        }
        rest.grams = grams
            .get_or_insert_with(|| self.grams.row(self.corpus.units, a))
            .cosine(b);
        (!too_little(at_most(&rest))).then_some(rest)
    }

    fn same_text(&self, a: usize, b: usize) -> bool {
        self.corpus.units.unit(a).digest == self.corpus.units.unit(b).digest
    }

    /// Whether the two are the same text and that settles it: always in one story; elsewhere only for sentences
    /// long enough not to be a phrase that any newsroom writes ("Ingen er skadd").
    fn identical(&self, a: usize, b: usize, features: &Features) -> bool {
        self.same_text(a, b)
            && (features.story > 0.0 || features.content_words >= (1.0 + DISTINCT_WORDS).ln())
    }

    fn dice(&self, left: usize, right: usize, shared: &Shared) -> f64 {
        let total = self.profiles[left].total + self.profiles[right].total;
        shared.total() / (total + self.smoothing)
    }

    fn dice_in_story(&self, left: usize, right: usize, shared: &Shared) -> f64 {
        let total = self.profiles[left].in_story + self.profiles[right].in_story;
        shared.in_story / (total + self.smoothing_in_story)
    }

    fn compared<'s>(&'s self, a: usize, b: usize, shared: &'s Shared) -> Compared<'s> {
        Compared {
            corpus: &self.corpus,
            pair: [a, b],
            shared,
            profiles: [&self.profiles[a], &self.profiles[b]],
        }
    }

    /// What the words of the units `a` and `b` and their articles tell, but for what a negation denies.
    fn evidence(
        &self,
        [a, b]: [usize; 2],
        related: &mut Related,
        shared: Shared,
        guards: Guards,
    ) -> Evidence<'_> {
        let units = [a, b].map(|unit| self.corpus.units.unit(unit));
        related.know(self.stories, units.map(|unit| unit.article));
        Evidence {
            shared,
            profiles: [&self.profiles[a], &self.profiles[b]],
            units,
            dice: self.dice(a, b, &shared),
            dice_in_story: self.dice_in_story(a, b, &shared),
            affinity: related.affinity,
            same_story: related.same_story,
            rest: Rest::default(),
            guards,
            negated: 0.0,
        }
    }

    fn pair(
        &self,
        left: &mut Weighed,
        related: &mut Related,
        candidate: Candidate,
        rest: Rest,
    ) -> ScoredPair {
        let (a, b) = (candidate.left as usize, candidate.right as usize);
        let shared = left.shared(b);
        let guards = Guards::new(&self.compared(a, b, &shared));
        let negated = if guards.negation_differs {
            guards::negated_share(&self.corpus, a, b)
        } else {
            0.0
        };
        let features = Features::new(&Evidence {
            rest,
            negated,
            ..self.evidence([a, b], related, shared, guards)
        });
        let probability = if self.identical(a, b, &features) {
            1.0
        } else {
            self.model.probability(&features)
        };
        ScoredPair {
            left: candidate.left,
            right: candidate.right,
            features,
            guards,
            probability,
        }
    }
}
