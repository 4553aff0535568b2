//! Learns the scoring model from labelled events.
//!
//! A logistic regression with a ridge penalty (a normal prior around 0, for guards around an expected
//! effect), found by Newton's method (iteratively reweighted least
//! squares), on the candidate pairs of all events in one pot. The figures it reports are cross-validated
//! by event: every pair is scored by a model that saw no sentence of its events.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::{self, Limits};
use crate::cluster::{self, Edge};
use crate::error::Error;
use crate::evaluate::{self, Gold, GoldUnit, Report};
use crate::gold::Event;
use crate::language;
use crate::lexicon::Lexicon;
use crate::observer::Observer;
use crate::prepare::{Document, Prepared};
use crate::score::features::Features;
use crate::score::model::{Model, ModelFile};
use crate::score::{ScoredPair, Scorer};
use crate::weigh::Background;

/// Strength of the ridge penalty, in pairs.
const RIDGE: f64 = 3.0;
/// Coefficients that are expected of the guards, per unit of the feature. Labelled events hold few pairs of
/// the same words with another number or a denial, so that the data alone cannot teach what such a pair means.
const EXPECTED: [(&str, f64); 5] = [
    ("counts_differ", -6.0),
    ("numbers_differ", -20.0),
    ("denial_differs", -20.0),
    ("negation_differs", -14.0),
    ("names_differ", -4.0),
];
/// Strength of that expectation, in pairs.
const EXPECTATION: f64 = 10000.0;
/// Newton steps; the method converges in fewer.
const STEPS: usize = 30;
/// Precision that the clusters must keep when the cut is chosen.
const LEAST_PRECISION: f64 = 0.72;
const N: usize = Features::NAMES.len();

/// A fitted model with its cross-validated figures.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The model, learned from all events.
    pub model: Model,
    /// Standardized coefficients, by feature: the effect of one standard deviation on the log-odds.
    pub standardized: BTreeMap<&'static str, f64>,
    /// Pairs that were learned from, and how many of them state the same claim.
    pub pairs: (usize, usize),
    /// Clusters of the cross-validated probabilities against the labels, at the chosen cut.
    pub report: Report,
    /// Average precision of the cross-validated ranking of pairs, 0..=1.
    pub average_precision: f64,
    /// Mean squared error of the cross-validated probabilities.
    pub brier: f64,
    /// Reliability: for ten bands of probability, the pairs in it, their mean probability and share of right ones.
    pub reliability: Vec<(usize, f64, f64)>,
    /// Cut → cross-validated precision, recall and F1.
    pub cuts: Vec<(f64, f64, f64, f64)>,
}

struct Labelled {
    values: [f64; N],
    same: bool,
    events: (usize, usize),
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
    let blank = blank_model(command)?;
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
    let all: Vec<&Labelled> = labelled.iter().flatten().collect();
    let n_same = all.iter().filter(|row| row.same).count();
    if n_same == 0 || n_same == all.len() {
        let message = "no two sentences state the same claim, or all do: nothing to learn from";
        return Err(Error::format("labelled events", None, message));
    }
    let probabilities = cross_validate(&pairs, &labelled, events.len(), &event_of, &place);
    let cuts = try_cuts(&pairs, &probabilities, &prepared, &gold);
    let cut = choose(&cuts);
    let report = evaluate_at(&pairs, &probabilities, cut, &prepared, &gold);
    let learned = learn(&all);
    let model = Model::new(ModelFile {
        made_by: command.to_owned(),
        learned_from: format!(
            "{} events, {} articles, {} candidate pairs of which {n_same} state the same claim",
            events.len(),
            documents.len(),
            all.len()
        ),
        intercept: round(learned.intercept),
        review: round(cut / 3.0),
        cut: round(cut),
        accept: round((1.0 + 2.0 * cut) / 3.0),
        coefficients: Features::NAMES
            .iter()
            .zip(learned.coefficients)
            .map(|(name, value)| ((*name).to_owned(), round(value)))
            .collect(),
    })
    .map_err(|message| Error::format("labelled events", None, message))?;
    let (brier, reliability) = calibration(&labelled, &probabilities);
    Ok(Fit {
        model,
        standardized: Features::NAMES
            .iter()
            .copied()
            .zip(learned.standardized)
            .collect(),
        pairs: (all.len(), n_same),
        report,
        average_precision: average_precision(&labelled, &probabilities),
        brier,
        reliability,
        cuts,
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
        accept: 0.0,
        coefficients: Features::NAMES
            .iter()
            .map(|name| ((*name).to_owned(), 0.0))
            .collect(),
    })
    .map_err(|message| Error::format("blank model", None, message))
}

/// Probability of every pair by a model that saw none of the events of its left or right sentence.
fn cross_validate(
    pairs: &[ScoredPair],
    labelled: &[Option<Labelled>],
    n_events: usize,
    event_of: &[usize],
    place: &impl Fn(u32) -> GoldUnit,
) -> Vec<f64> {
    let mut probabilities = vec![0.0; pairs.len()];
    for held_out in 0..n_events {
        let rows: Vec<&Labelled> = labelled
            .iter()
            .flatten()
            .filter(|row| row.events.0 != held_out && row.events.1 != held_out)
            .collect();
        let learned = learn(&rows);
        for (pair, probability) in pairs.iter().zip(&mut probabilities) {
            // A pair across two events is scored by the model without the first of them.
            if event_of[place(pair.left).0] == held_out {
                *probability = learned.probability(&pair.features.values());
            }
        }
    }
    probabilities
}

fn evaluate_at(
    pairs: &[ScoredPair],
    probabilities: &[f64],
    cut: f64,
    prepared: &Prepared,
    gold: &Gold,
) -> Report {
    let edges: Vec<Edge> = pairs
        .iter()
        .zip(probabilities)
        .map(|(pair, &weight)| Edge {
            left: pair.left,
            right: pair.right,
            weight,
        })
        .collect();
    let owner = cluster::average_linkage(prepared.units.len(), &edges, cut, |unit| {
        Some(prepared.units.unit(unit as usize).article)
    });
    let mut clusters: BTreeMap<String, BTreeSet<GoldUnit>> = BTreeMap::new();
    for &unit in &prepared.members {
        let (document, sentence) = prepared.places[unit as usize];
        clusters
            .entry(owner[unit as usize].to_string())
            .or_default()
            .insert((document as usize, sentence as usize));
    }
    clusters.retain(|_, units| units.len() > 1);
    evaluate::evaluate(gold, &clusters, 0)
}

fn try_cuts(
    pairs: &[ScoredPair],
    probabilities: &[f64],
    prepared: &Prepared,
    gold: &Gold,
) -> Vec<(f64, f64, f64, f64)> {
    (4..16)
        .map(|step| {
            let cut = f64::from(step) * 0.05;
            let report = evaluate_at(pairs, probabilities, cut, prepared, gold);
            (cut, report.precision, report.recall, report.f1)
        })
        .collect()
}

/// The cut with the best F1 among those that keep the precision; the highest cut when none does.
fn choose(cuts: &[(f64, f64, f64, f64)]) -> f64 {
    let precise: Vec<_> = cuts.iter().filter(|cut| cut.1 >= LEAST_PRECISION).collect();
    precise
        .iter()
        .max_by(|a, b| a.3.total_cmp(&b.3).then_with(|| b.0.total_cmp(&a.0)))
        .map_or_else(|| cuts.last().map_or(0.5, |cut| cut.0), |cut| cut.0)
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

struct Learned {
    intercept: f64,
    coefficients: [f64; N],
    standardized: [f64; N],
}

impl Learned {
    fn probability(&self, values: &[f64; N]) -> f64 {
        let sum: f64 = self
            .coefficients
            .iter()
            .zip(values)
            .map(|(c, x)| c * x)
            .sum();
        1.0 / (1.0 + (-(self.intercept + sum)).exp())
    }
}

/// Ridge logistic regression on standardized features.
fn learn(rows: &[&Labelled]) -> Learned {
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let n = rows.len().max(1) as f64;
    let mut mean = [0.0; N];
    let mut deviation = [0.0; N];
    for i in 0..N {
        mean[i] = rows.iter().map(|row| row.values[i]).sum::<f64>() / n;
        let variance = rows
            .iter()
            .map(|row| (row.values[i] - mean[i]).powi(2))
            .sum::<f64>()
            / n;
        deviation[i] = variance.sqrt().max(1e-9);
    }
    let mut prior = [(0.0, RIDGE); N];
    for (slot, (name, deviation)) in prior.iter_mut().zip(Features::NAMES.iter().zip(deviation)) {
        if let Some((_, expected)) = EXPECTED.iter().find(|(guard, _)| guard == name) {
            *slot = (expected * deviation, EXPECTATION);
        }
    }
    // The constant stands last.
    let mut beta = [0.0; N + 1];
    for _ in 0..STEPS {
        let mut gradient = [0.0; N + 1];
        let mut hessian = vec![[0.0; N + 1]; N + 1];
        for row in rows {
            let mut x = [1.0; N + 1];
            for i in 0..N {
                x[i] = (row.values[i] - mean[i]) / deviation[i];
            }
            let sum: f64 = x.iter().zip(&beta).map(|(x, b)| x * b).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let residual = f64::from(u8::from(row.same)) - p;
            for i in 0..=N {
                gradient[i] += residual * x[i];
                let scaled = p * (1.0 - p) * x[i];
                for j in i..=N {
                    hessian[i][j] += scaled * x[j];
                }
            }
        }
        for i in 0..N {
            let (expected, strength) = prior[i];
            gradient[i] -= strength * (beta[i] - expected);
            hessian[i][i] += strength;
        }
        hessian[N][N] += 1e-9;
        let upper = hessian.clone();
        for (i, row) in hessian.iter_mut().enumerate() {
            for (slot, above) in row.iter_mut().zip(&upper).take(i) {
                *slot = above[i];
            }
        }
        let step = solve(hessian, gradient);
        for (b, s) in beta.iter_mut().zip(step) {
            *b += s;
        }
        if step.iter().all(|s| s.abs() < 1e-9) {
            break;
        }
    }
    let mut learned = Learned {
        intercept: beta[N],
        coefficients: [0.0; N],
        standardized: [0.0; N],
    };
    for i in 0..N {
        learned.standardized[i] = beta[i];
        learned.coefficients[i] = beta[i] / deviation[i];
        learned.intercept -= learned.coefficients[i] * mean[i];
    }
    learned
}

/// Solves a symmetric positive definite system by Gaussian elimination with pivots.
fn solve(mut matrix: Vec<[f64; N + 1]>, mut right: [f64; N + 1]) -> [f64; N + 1] {
    for i in 0..=N {
        let pivot = (i..=N)
            .max_by(|&a, &b| matrix[a][i].abs().total_cmp(&matrix[b][i].abs()))
            .unwrap_or(i);
        matrix.swap(i, pivot);
        right.swap(i, pivot);
        for j in i + 1..=N {
            let factor = matrix[j][i] / matrix[i][i];
            let row = matrix[i];
            for (slot, value) in matrix[j].iter_mut().zip(row).skip(i) {
                *slot -= factor * value;
            }
            right[j] -= factor * right[i];
        }
    }
    let mut solution = [0.0; N + 1];
    for i in (0..=N).rev() {
        let rest: f64 = (i + 1..=N).map(|j| matrix[i][j] * solution[j]).sum();
        solution[i] = (right[i] - rest) / matrix[i][i];
    }
    solution
}
