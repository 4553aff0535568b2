//! Learns the scoring model from labelled events.
//!
//! A logistic regression with a ridge penalty, on the candidate pairs of all events in one pot. The figures it
//! reports are cross-validated by event: every pair is scored by a model that saw no sentence of its event; a pair
//! across two events, by one that saw none of the first.

mod logistic;

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::{self, Limits};
use crate::claim;
use crate::cluster::{self, Edge};
use crate::error::Error;
use crate::evaluate::bootstrap::Tally;
use crate::evaluate::{self, Gold, GoldUnit, Report};
use crate::gold::Event;
use crate::language;
use crate::lexicon::Lexicon;
use crate::observer::{Observer, Silent};
use crate::prepare::{Document, Prepared};
use crate::score::features::Features;
use crate::score::model::{Model, ModelFile};
use crate::score::{ScoredPair, Scorer};
use crate::weigh::Background;
use logistic::{N, learn};

/// Precision of pairs that the bars must keep.
const LEAST_PRECISION: f64 = 0.78;
/// Worth that one claim more or less makes, about.
const NOISE: f64 = 0.003;
/// Bars that are tried, in hundredths.
const TRIED: std::ops::RangeInclusive<u8> = 16..=60;
/// A pair of which the model is less sure than this counts as if it were that sure: one pair must not decide.
const LEAST_SURE: f64 = 0.01;

/// A fitted model with its cross-validated figures.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The model, learned from all events.
    pub model: Model,
    /// Standardized coefficients, by feature: the effect of one standard deviation on the log-odds.
    pub standardized: BTreeMap<&'static str, f64>,
    /// Pairs that were learned from, and how many of them state the same claim.
    pub pairs: (usize, usize),
    /// Clusters of the cross-validated probabilities against the labels, at the bars of the model.
    pub report: Report,
    /// The same, but the clusters of every event at the bars that the other events choose.
    pub nested: Report,
    /// Average precision of the cross-validated ranking of pairs, 0..=1.
    pub average_precision: f64,
    /// Mean squared error of the cross-validated probabilities.
    pub brier: f64,
    /// Reliability: for ten bands of probability, the pairs in it, their mean probability and share of right ones.
    pub reliability: Vec<(usize, f64, f64)>,
    /// The bars that were tried, with what the cross-validated clusters come to.
    pub tried: Vec<Tried>,
}

/// Two bars and the clusters that they lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Average probability at which clusters are joined, 0..=1.
    pub cut: f64,
    /// Probability that a claim of two sentences needs, 0..=1.
    pub pair: f64,
    /// Precision, recall and F1 of pairs, each 0..=1.
    pub pairs: [f64; 3],
    /// Share of the claims that were found, 0..=1.
    pub found: f64,
    /// Share of the clusters that are clean, 0..=1.
    pub clean: f64,
}

/// Two bars and what every event comes to with them.
#[derive(Debug)]
struct Bars {
    cut: f64,
    pair: f64,
    events: Vec<Tally>,
}

impl Bars {
    fn all_without(bars: &[Self], without: Option<usize>) -> Vec<Tried> {
        bars.iter().map(|bars| bars.without(without)).collect()
    }

    /// What all events but `without` come to.
    fn without(&self, without: Option<usize>) -> Tried {
        let [precision, recall, f1, found, clean] = Tally::sum(&self.events, without).figures();
        Tried {
            cut: self.cut,
            pair: self.pair,
            pairs: [precision, recall, f1],
            found,
            clean,
        }
    }
}

impl Tried {
    fn worth(&self) -> f64 {
        let [precision, recall, f1] = self.pairs;
        worth([precision, recall, f1, self.found, self.clean])
    }
}

/// What bars are judged by, of precision, recall and F1 of pairs and the shares of found claims and clean clusters: F1 and
/// the harmonic mean of found and clean, if the pairs are precise enough; else their precision, below 0.
pub fn worth([precision, _, f1, found, clean]: [f64; 5]) -> f64 {
    if precision < LEAST_PRECISION {
        return precision - 1.0;
    }
    f1 + 2.0 * found * clean / (found + clean).max(1e-9)
}

#[derive(Debug)]
struct Labelled {
    values: [f64; N],
    same: bool,
    events: (usize, usize),
}

/// Candidate pairs of labelled events with cross-validated probabilities: what a clusterer can be judged on.
#[derive(Debug)]
pub struct CrossValidated {
    /// The candidate pairs, sorted by unit numbers. Their own probability is not set.
    pub pairs: Vec<ScoredPair>,
    /// Probability, 0..=1, of every pair, by a model that saw nothing of its event; of a pair across two events, nothing
    /// of the first.
    pub probabilities: Vec<f64>,
    /// The sentences as numbers.
    pub prepared: Prepared,
    /// The labels.
    pub gold: Gold,
    labelled: Vec<Option<Labelled>>,
}

/// Scores the candidate pairs of `events`, each by a model that saw none of its events.
///
/// # Errors
/// [`Error::Format`] when the events hold no pair to learn from.
pub fn cross_validated(
    events: &[Event],
    lexicon: &Lexicon,
    background: &Background,
    observer: &dyn Observer,
) -> Result<CrossValidated, Error> {
    let mut validated = label(events, lexicon, background, observer)?;
    validated.probabilities = validated.without(&[]);
    Ok(validated)
}

/// How well `model` tells the candidate pairs of `events` apart, in nats: how much surer than p = 0.01 it is of the
/// pairs that state the same claim, less what it charges for the others. Comparable between lexicons.
///
/// # Errors
/// [`Error::Format`] when the events hold no pair to learn from.
pub fn likelihood(
    events: &[Event],
    lexicon: &Lexicon,
    background: &Background,
    model: &Model,
) -> Result<f64, Error> {
    let labelled = label(events, lexicon, background, &Silent)?;
    let gain = |row: &Labelled| {
        let p = model.probability(&Features::from_values(row.values));
        if row.same {
            (p.max(LEAST_SURE) / LEAST_SURE).ln()
        } else {
            (1.0 - p).max(LEAST_SURE).ln()
        }
    };
    Ok(labelled.labelled.iter().flatten().map(gain).sum())
}

/// The candidate pairs of `events` with their labels, without probabilities.
fn label(
    events: &[Event],
    lexicon: &Lexicon,
    background: &Background,
    observer: &dyn Observer,
) -> Result<CrossValidated, Error> {
    let mut documents = Vec::new();
    let mut event_of = Vec::new();
    for (e, event) in events.iter().enumerate() {
        for article in &event.articles {
            let text = article.article();
            let language = article
                .lang
                .map_or_else(|| language::of_text(&text.text), language::Guess::certain);
            documents.push(Document::with_sentences(
                text,
                language,
                article.segmented(),
            ));
            event_of.push(e);
        }
    }
    let gold = Gold::new(events);
    let prepared = Prepared::new(&documents, &[], lexicon, background, observer);
    let blank = blank_model("")?;
    let scorer = Scorer::new(prepared.corpus(), &prepared.stories, &blank);
    let found = candidates::find(
        prepared.corpus(),
        &prepared.stories,
        &prepared.members,
        Limits::default(),
        observer,
    );
    let pairs = scorer.score(&found, 0.0, observer);
    let place = |unit: u32| -> GoldUnit {
        let (document, sentence) = prepared.places[unit as usize];
        (document as usize, sentence as usize)
    };
    let labelled: Vec<Option<Labelled>> = pairs
        .iter()
        .map(|pair| {
            let (a, b) = (place(pair.left), place(pair.right));
            gold.same(a, b).map(|same| Labelled {
                values: pair.features.values(),
                same,
                events: (event_of[a.0], event_of[b.0]),
            })
        })
        .collect();
    let n_same = labelled.iter().flatten().filter(|row| row.same).count();
    if n_same == 0 || n_same == labelled.iter().flatten().count() {
        let message = "no two sentences state the same claim, or all do: nothing to learn from";
        return Err(Error::format("labelled events", None, message));
    }
    Ok(CrossValidated {
        probabilities: Vec::new(),
        labelled,
        pairs,
        prepared,
        gold,
    })
}

/// Learns from `events`; `command` is recorded in the model.
///
/// # Errors
/// [`Error::Format`] when the events hold no pair to learn from.
pub fn fit(
    events: &[Event],
    lexicon: &Lexicon,
    background: &Background,
    command: &str,
    observer: &dyn Observer,
) -> Result<Fit, Error> {
    let validated = cross_validated(events, lexicon, background, observer)?;
    let bars = validated.try_bars();
    let tried = Bars::all_without(&bars, None);
    let Some(chosen) = choose(&tried) else {
        return Err(Error::format("labelled events", None, "no bar was tried"));
    };
    let (cut, pair) = (chosen.cut, chosen.pair);
    let report = validated.report(&validated.owners(cut), pair);
    let rows: Vec<(&[f64; N], bool)> = validated
        .labelled
        .iter()
        .flatten()
        .map(|row| (&row.values, row.same))
        .collect();
    let n_same = rows.iter().filter(|(_, same)| *same).count();
    let learned = learn(&rows);
    let model = Model::new(ModelFile {
        made_by: command.to_owned(),
        learned_from: format!(
            "{} events, {} articles, {} candidate pairs of which {n_same} state the same claim",
            events.len(),
            validated.gold.articles.len(),
            rows.len()
        ),
        intercept: round(learned.intercept),
        review: round(cut / 3.0),
        cut: round(cut),
        pair: round(pair),
        accept: round((1.0 + 2.0 * cut) / 3.0),
        coefficients: Features::NAMES
            .iter()
            .zip(learned.coefficients)
            .map(|(name, value)| ((*name).to_owned(), round(value)))
            .collect(),
    })
    .map_err(|message| Error::format("labelled events", None, message))?;
    let (brier, reliability) = calibration(&validated.labelled, &validated.probabilities);
    Ok(Fit {
        model,
        standardized: Features::NAMES
            .iter()
            .copied()
            .zip(learned.standardized)
            .collect(),
        pairs: (rows.len(), n_same),
        report,
        nested: validated.nested(&bars),
        average_precision: validated.average_precision(),
        brier,
        reliability,
        tried,
    })
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn blank_model(command: &str) -> Result<Model, Error> {
    Model::new(ModelFile {
        made_by: command.to_owned(),
        learned_from: String::new(),
        intercept: 0.0,
        review: 0.0,
        cut: 0.0,
        pair: 0.0,
        accept: 0.0,
        coefficients: Features::NAMES
            .iter()
            .map(|name| ((*name).to_owned(), 0.0))
            .collect(),
    })
    .map_err(|message| Error::format("blank model", None, message))
}

impl CrossValidated {
    /// Probability, 0..=1, of every pair by models that did not see its events, nor the features `left_out`.
    pub fn without(&self, left_out: &[&str]) -> Vec<f64> {
        let seen = |values: &[f64; N]| {
            let mut values = *values;
            for (value, name) in values.iter_mut().zip(Features::NAMES) {
                if left_out.contains(name) {
                    *value = 0.0;
                }
            }
            values
        };
        let rows: Vec<(&Labelled, [f64; N])> = self
            .labelled
            .iter()
            .flatten()
            .map(|row| (row, seen(&row.values)))
            .collect();
        let events: Vec<Option<usize>> = self
            .pairs
            .iter()
            .map(|pair| self.gold.event(self.article(pair.left) as usize))
            .collect();
        let mut probabilities = vec![0.0; self.pairs.len()];
        for held_out in 0..self.gold.n_events() {
            let others: Vec<(&[f64; N], bool)> = rows
                .iter()
                .filter(|(row, _)| row.events.0 != held_out && row.events.1 != held_out)
                .map(|(row, values)| (values, row.same))
                .collect();
            let learned = learn(&others);
            for (i, pair) in self.pairs.iter().enumerate() {
                // A pair across two events is scored by the model without the first of them.
                if events[i] == Some(held_out) {
                    probabilities[i] = learned.probability(&seen(&pair.features.values()));
                }
            }
        }
        probabilities
    }

    /// Average precision, 0..=1, of the pairs ranked by probability.
    pub fn average_precision(&self) -> f64 {
        average_precision(&self.labelled, &self.probabilities)
    }

    /// The bars that are worth most, with what they lead to; `None` never happens as some are tried.
    pub fn best_bars(&self) -> Option<Tried> {
        choose(&Bars::all_without(&self.try_bars(), None))
    }

    /// The pairs as edges, in their order.
    pub fn edges(&self) -> Vec<Edge> {
        self.pairs
            .iter()
            .zip(&self.probabilities)
            .map(|(pair, &weight)| Edge {
                left: pair.left,
                right: pair.right,
                weight,
            })
            .collect()
    }

    /// Number of the article of a unit.
    pub fn article(&self, unit: u32) -> u32 {
        self.prepared.units.unit(unit as usize).article
    }

    /// The smallest unit of the cluster of every unit, by the linkage that ships.
    pub fn owners(&self, cut: f64) -> Vec<u32> {
        let n = self.prepared.units.len();
        cluster::average_linkage(n, &self.edges(), claim::cut(cut), |unit| {
            Some(self.article(unit))
        })
    }

    /// The clusters of two sentences or more, each with the sum of the probabilities of its pairs.
    fn clusters(&self, owner: &[u32]) -> Vec<(BTreeSet<GoldUnit>, f64)> {
        let mut clusters: BTreeMap<u32, (BTreeSet<GoldUnit>, f64)> = BTreeMap::new();
        for &unit in &self.prepared.members {
            let (document, sentence) = self.prepared.places[unit as usize];
            let (units, _) = clusters.entry(owner[unit as usize]).or_default();
            units.insert((document as usize, sentence as usize));
        }
        for edge in self.edges() {
            if owner[edge.left as usize] == owner[edge.right as usize]
                && let Some((_, sum)) = clusters.get_mut(&owner[edge.left as usize])
            {
                *sum += edge.weight;
            }
        }
        clusters.retain(|_, (units, _)| units.len() > 1);
        clusters.into_values().collect()
    }

    /// What the clusters that `owner` gives to every unit come to, when those of two sentences need the probability
    /// `pair`, 0..=1.
    pub fn report(&self, owner: &[u32], pair: f64) -> Report {
        self.report_of(&self.clusters(owner), pair)
    }

    fn report_of(&self, clusters: &[(BTreeSet<GoldUnit>, f64)], pair: f64) -> Report {
        let kept = clusters
            .iter()
            .filter(|(units, sum)| units.len() > 2 || *sum >= pair)
            .zip(0..)
            .map(|((units, _), n): (_, u32)| (n.to_string(), units.clone()))
            .collect();
        evaluate::evaluate(&self.gold, &kept, 0)
    }

    fn try_bars(&self) -> Vec<Bars> {
        let bars = || TRIED.map(|hundredths| f64::from(hundredths) / 100.0);
        let mut tried = Vec::new();
        for cut in bars() {
            let clusters = self.clusters(&self.owners(cut));
            for pair in bars().filter(|&pair| pair >= cut) {
                let events = self.report_of(&clusters, pair).events;
                tried.push(Bars { cut, pair, events });
            }
        }
        tried
    }

    /// What the clusters come to when those of every event are made with those of `bars` that the other events choose. A
    /// cluster is of the event of its first sentence.
    fn nested(&self, bars: &[Bars]) -> Report {
        let mut clusters = Vec::new();
        for event in 0..self.gold.n_events() {
            let Some(chosen) = choose(&Bars::all_without(bars, Some(event))) else {
                continue;
            };
            let is_of_event = |(units, sum): &(BTreeSet<GoldUnit>, f64)| {
                let first = units.first().and_then(|unit| self.gold.event(unit.0));
                first == Some(event) && (units.len() > 2 || *sum >= chosen.pair)
            };
            clusters.extend(
                self.clusters(&self.owners(chosen.cut))
                    .into_iter()
                    .filter(is_of_event),
            );
        }
        self.report_of(&clusters, 0.0)
    }
}

/// The lowest bars that are worth as much as the best, but for noise (as the rule of one standard error in Breiman et al.
/// 1984): what is too much, a reviewer takes out; what is missing, nobody sees.
fn choose(tried: &[Tried]) -> Option<Tried> {
    let most = tried.iter().map(Tried::worth).max_by(f64::total_cmp)?;
    tried
        .iter()
        .filter(|tried| tried.worth() >= most - NOISE)
        .min_by(|a, b| {
            let bars = |tried: &Tried| [tried.pair, tried.cut];
            let ([pair_a, cut_a], [pair_b, cut_b]) = (bars(a), bars(b));
            pair_a.total_cmp(&pair_b).then(cut_a.total_cmp(&cut_b))
        })
        .copied()
}

/// Mean precision at every right pair, pairs ranked by probability (ties by their order).
fn average_precision(labelled: &[Option<Labelled>], probabilities: &[f64]) -> f64 {
    let mut ranked: Vec<(f64, bool)> = labelled
        .iter()
        .zip(probabilities)
        .filter_map(|(row, &probability)| row.as_ref().map(|row| (probability, row.same)))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut sum) = (0.0, 0.0);
    for (rank, (_, same)) in (1u32..).zip(ranked) {
        if same {
            right += 1.0;
            sum += right / f64::from(rank);
        }
    }
    sum / f64::max(right, 1.0)
}

fn calibration(
    labelled: &[Option<Labelled>],
    probabilities: &[f64],
) -> (f64, Vec<(usize, f64, f64)>) {
    let mut bands = vec![(0usize, 0.0f64, 0.0f64); 10];
    let (mut error, mut n) = (0.0, 0.0);
    for (row, &probability) in labelled.iter().zip(probabilities) {
        let Some(row) = row else { continue };
        let truth = f64::from(u8::from(row.same));
        error += (probability - truth).powi(2);
        n += 1.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a probability times ten"
        )]
        let band = ((probability * 10.0) as usize).min(9);
        bands[band].0 += 1;
        bands[band].1 += probability;
        bands[band].2 += truth;
    }
    for band in &mut bands {
        #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
        let count = band.0.max(1) as f64;
        band.1 /= count;
        band.2 /= count;
    }
    (error / f64::max(n, 1.0), bands)
}
