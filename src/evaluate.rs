//! How well clusters agree with labelled claims.
//!
//! Pairs of sentences from different articles are counted (precision, recall, F1), claims that were
//! found, clusters that are clean, and the B-cubed figures of Bagga and Baldwin (1998). The rules are those
//! of the field's usual judge: a predicted row stands for every labelled sentence that it covers by half
//! of either's length; pairs that share only an undecided label (`maybe`) are left out.
//!
//! [`bootstrap`] says how sure the figures are, [`metrics`] writes them as a table, [`errors`] lists what went wrong,
//! [`stories`] judges the grouping of articles.

pub mod bootstrap;
pub mod errors;
pub mod metrics;
pub mod stories;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::gold::Event;
use crate::language::Language;
use bootstrap::{Interval, Tally};

/// A labelled sentence: number of its article and of itself there.
pub type GoldUnit = (usize, usize);
/// A labelled claim: number of its event and its id there.
pub type GoldClaimId = (usize, String);

/// The labelled sentences of all events.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// Article ids, by number.
    pub articles: Vec<String>,
    /// Spans (characters) of the sentences of every article.
    spans: Vec<Vec<(usize, usize)>>,
    core: BTreeMap<GoldUnit, BTreeSet<GoldClaimId>>,
    loose: BTreeMap<GoldUnit, BTreeSet<GoldClaimId>>,
    /// What each claim says and how hard it is.
    about: BTreeMap<GoldClaimId, (String, String)>,
    by_id: BTreeMap<String, usize>,
    /// Number of the event of every article.
    event_of: Vec<usize>,
    languages: Vec<Option<Language>>,
    n_events: usize,
}

impl Gold {
    /// The labels of `events`.
    pub fn new(events: &[Event]) -> Self {
        let mut gold = Self {
            n_events: events.len(),
            ..Self::default()
        };
        for (e, event) in events.iter().enumerate() {
            for claim in &event.claims {
                let about = (claim.label_en.clone(), claim.paraphrase.clone());
                gold.about.insert((e, claim.id.clone()), about);
            }
            for article in &event.articles {
                let a = gold.articles.len();
                gold.by_id.insert(article.id.clone(), a);
                gold.articles.push(article.id.clone());
                gold.event_of.push(e);
                gold.languages.push(article.lang);
                gold.spans
                    .push(article.sentences.iter().map(|s| (s.start, s.end)).collect());
                for (s, sentence) in article.sentences.iter().enumerate() {
                    let ids = |names: &[String]| -> BTreeSet<GoldClaimId> {
                        names.iter().map(|name| (e, name.clone())).collect()
                    };
                    let core = ids(&sentence.claims);
                    let loose = core.union(&ids(&sentence.maybe)).cloned().collect();
                    gold.core.insert((a, s), core);
                    gold.loose.insert((a, s), loose);
                }
            }
        }
        gold
    }

    /// The claims that a sentence states; empty when there is no such sentence.
    pub fn claims(&self, unit: GoldUnit) -> impl Iterator<Item = &GoldClaimId> {
        self.core.get(&unit).into_iter().flatten()
    }

    /// Whether two sentences share a claim; `None` when it is open.
    pub fn same(&self, a: GoldUnit, b: GoldUnit) -> Option<bool> {
        let share = |labels: &BTreeMap<GoldUnit, BTreeSet<GoldClaimId>>| {
            labels
                .get(&a)
                .zip(labels.get(&b))
                .is_some_and(|(a, b)| !a.is_disjoint(b))
        };
        if share(&self.core) {
            Some(true)
        } else if share(&self.loose) {
            None
        } else {
            Some(false)
        }
    }

    /// Number of the article that a run calls `id`: the same id, or the longest known id that the last part
    /// of its path starts with.
    pub fn article(&self, id: &str) -> Option<usize> {
        if let Some(&a) = self.by_id.get(id) {
            return Some(a);
        }
        let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
        if let Some(&a) = self.by_id.get(name) {
            return Some(a);
        }
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        self.by_id
            .iter()
            .filter(|(known, _)| stem.starts_with(known.as_str()))
            .max_by_key(|(known, _)| known.len())
            .map(|(_, &a)| a)
    }

    /// Number of the event of an article; `None` when there is no such article.
    pub fn event(&self, article: usize) -> Option<usize> {
        self.event_of.get(article).copied()
    }

    /// Number of events.
    pub fn n_events(&self) -> usize {
        self.n_events
    }

    /// The text of a sentence of the article with this text; empty when there is no such sentence.
    pub fn text<'a>(&self, unit: GoldUnit, article: &'a str) -> &'a str {
        let span = self.spans.get(unit.0).and_then(|spans| spans.get(unit.1));
        let Some(&(start, end)) = span else { return "" };
        let byte = |char: usize| {
            let at = article.char_indices().nth(char);
            at.map_or(article.len(), |(byte, _)| byte)
        };
        article.get(byte(start)..byte(end)).unwrap_or_default()
    }

    /// The labelled sentences that the characters `start..end` of an article stand for.
    pub fn covered(&self, article: usize, start: usize, end: usize) -> Vec<GoldUnit> {
        let spans = self.spans.get(article).map_or(&[][..], Vec::as_slice);
        spans
            .iter()
            .enumerate()
            .filter(|&(_, &(from, to))| {
                let overlap = end.min(to).saturating_sub(start.max(from));
                overlap > 0 && (overlap * 2 >= to - from || overlap * 2 >= end - start)
            })
            .map(|(s, _)| (article, s))
            .collect()
    }
}

/// What became of one labelled claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimLine {
    /// Number of the event.
    pub event: usize,
    /// Id of the claim in its event.
    pub claim: String,
    /// What it says.
    pub label: String,
    /// How differently its hardest pair is worded.
    pub paraphrase: String,
    /// Cross-article pairs of sentences that state it.
    pub pairs: usize,
    /// Those of them that stand in one cluster.
    pub pairs_found: usize,
    /// Whether a cluster joins sentences of two articles and is about this claim by half or more.
    pub found: bool,
}

/// Pairs of sentences in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageLine {
    /// The codes of the two, with a hyphen between.
    pub name: String,
    /// Cross-article pairs that share a claim.
    pub wanted: usize,
    /// Cross-article pairs in one cluster, without the open ones.
    pub predicted: usize,
    /// Both.
    pub right: usize,
}

impl LanguageLine {
    /// Precision, recall and F1, each 0..=1.
    pub fn figures(&self) -> [f64; 3] {
        let precision = share(self.right, self.predicted);
        let recall = share(self.right, self.wanted);
        [precision, recall, harmonic(precision, recall)]
    }
}

/// Claims of one level of paraphrase. Precision is not defined there: a false pair has no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Level {
    /// Claims stated in more than one article.
    pub claims: usize,
    /// Those that were found.
    pub claims_found: usize,
    /// Their cross-article pairs.
    pub pairs: usize,
    /// Those of them that stand in one cluster.
    pub pairs_found: usize,
}

/// The figures of an evaluation. Shares are 0..=1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Cross-article pairs that share a claim.
    pub wanted: usize,
    /// Cross-article pairs in one cluster, without the open ones.
    pub predicted: usize,
    /// Both.
    pub right: usize,
    /// Share of the predicted pairs that are right.
    pub precision: f64,
    /// Share of the wanted pairs that were predicted.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Claims stated in more than one article.
    pub claims: usize,
    /// Claims that were found.
    pub claims_found: usize,
    /// Clusters with sentences of more than one article.
    pub clusters: usize,
    /// Those of which two thirds or more share a claim.
    pub clean: usize,
    /// B-cubed precision over the labelled sentences that state a claim.
    pub b_cubed_precision: f64,
    /// B-cubed recall over the labelled sentences that state a claim.
    pub b_cubed_recall: f64,
    /// Harmonic mean of the two.
    pub b_cubed_f1: f64,
    /// One line per claim, by event and id.
    pub lines: Vec<ClaimLine>,
    /// Rows of articles that are not labelled.
    pub unknown_rows: usize,
    /// The pairs by the languages of their articles: nb-nb, nb-nn, nb-da, nn-nn, nn-da, da-da.
    pub languages: Vec<LanguageLine>,
    /// What each event adds to the figures.
    pub events: Vec<Tally>,
    /// Intervals of 95 % of precision, recall, F1, claims found and clean clusters.
    pub intervals: [Interval; 5],
    /// Predicted pairs that are wrong, ascending.
    pub false_pairs: Vec<Pair>,
    /// Wanted pairs that were not predicted, ascending.
    pub missed_pairs: Vec<Pair>,
    /// Labelled articles.
    pub n_articles: usize,
    /// Labelled sentences that state a claim.
    pub n_labelled: usize,
}

impl Report {
    /// The counts of all events together.
    pub fn total(&self) -> Tally {
        Tally {
            wanted: self.wanted,
            predicted: self.predicted,
            right: self.right,
            claims: self.claims,
            claims_found: self.claims_found,
            clusters: self.clusters,
            clean: self.clean,
        }
    }

    /// Claims by level of paraphrase; a claim without one is `unknown`.
    pub fn levels(&self) -> BTreeMap<&str, Level> {
        let mut levels: BTreeMap<&str, Level> = BTreeMap::new();
        for line in &self.lines {
            let name = match line.paraphrase.as_str() {
                "" => "unknown",
                name => name,
            };
            let level = levels.entry(name).or_default();
            level.claims += 1;
            level.claims_found += usize::from(line.found);
            level.pairs += line.pairs;
            level.pairs_found += line.pairs_found;
        }
        levels
    }
}

/// Two labelled sentences of different articles, the smaller first.
pub type Pair = (GoldUnit, GoldUnit);

fn cross<'a>(units: impl IntoIterator<Item = &'a GoldUnit>) -> Vec<Pair> {
    let units: Vec<&GoldUnit> = units.into_iter().collect();
    let mut pairs = Vec::new();
    for (i, &&a) in units.iter().enumerate() {
        for &&b in units.iter().skip(i + 1) {
            if a.0 != b.0 {
                pairs.push((a.min(b), a.max(b)));
            }
        }
    }
    pairs
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn harmonic(a: f64, b: f64) -> f64 {
    2.0 * a * b / (a + b).max(1e-9)
}

/// The sentences of every claim.
fn by_claim(
    labels: &BTreeMap<GoldUnit, BTreeSet<GoldClaimId>>,
) -> BTreeMap<GoldClaimId, BTreeSet<GoldUnit>> {
    let mut by_claim: BTreeMap<GoldClaimId, BTreeSet<GoldUnit>> = BTreeMap::new();
    for (&unit, claims) in labels {
        for claim in claims {
            by_claim.entry(claim.clone()).or_default().insert(unit);
        }
    }
    by_claim
}

fn spans_articles(units: &BTreeSet<GoldUnit>) -> bool {
    let articles: BTreeSet<usize> = units.iter().map(|unit| unit.0).collect();
    articles.len() > 1
}

/// Holds `clusters` against the labels. A sentence may be in several clusters.
pub fn evaluate(
    gold: &Gold,
    clusters: &BTreeMap<String, BTreeSet<GoldUnit>>,
    unknown_rows: usize,
) -> Report {
    let (core, loose) = (by_claim(&gold.core), by_claim(&gold.loose));
    let wanted: BTreeSet<Pair> = core.values().flat_map(cross).collect();
    let open: BTreeSet<Pair> = loose
        .values()
        .flat_map(cross)
        .filter(|pair| !wanted.contains(pair))
        .collect();
    let predicted: BTreeSet<Pair> = clusters
        .values()
        .flat_map(cross)
        .filter(|pair| !open.contains(pair))
        .collect();
    let right = wanted.intersection(&predicted).count();
    let precision = share(right, predicted.len());
    let recall = share(right, wanted.len());
    let crossing: Vec<&BTreeSet<GoldUnit>> = clusters
        .values()
        .filter(|units| spans_articles(units))
        .collect();
    let is_clean = |units: &BTreeSet<GoldUnit>| {
        loose
            .values()
            .any(|claim| 3 * units.intersection(claim).count() >= 2 * units.len())
    };
    let clean = crossing.iter().filter(|units| is_clean(units)).count();
    let lines: Vec<ClaimLine> = core
        .iter()
        .filter(|(_, units)| spans_articles(units))
        .map(|(id, units)| {
            let pairs = cross(units);
            let (label, paraphrase) = gold.about.get(id).cloned().unwrap_or_default();
            let found = clusters.values().any(|cluster| {
                let common: BTreeSet<GoldUnit> = cluster.intersection(units).copied().collect();
                let about = loose
                    .get(id)
                    .map_or(0, |loose| cluster.intersection(loose).count());
                spans_articles(&common) && 2 * about >= cluster.len()
            });
            ClaimLine {
                event: id.0,
                claim: id.1.clone(),
                label,
                paraphrase,
                pairs: pairs.len(),
                pairs_found: pairs.iter().filter(|pair| predicted.contains(pair)).count(),
                found,
            }
        })
        .collect();
    let (b_cubed_precision, b_cubed_recall) = b_cubed(gold, &core, clusters);
    let mut events = pairs_of_events(gold, &wanted, &predicted);
    for line in &lines {
        events[line.event].claims += 1;
        events[line.event].claims_found += usize::from(line.found);
    }
    for units in &crossing {
        if let Some(first) = units.first() {
            let event = &mut events[gold.event_of[first.0]];
            event.clusters += 1;
            event.clean += usize::from(is_clean(units));
        }
    }
    Report {
        languages: by_language(gold, &wanted, &predicted),
        intervals: bootstrap::intervals(&events),
        events,
        false_pairs: predicted.difference(&wanted).copied().collect(),
        missed_pairs: wanted.difference(&predicted).copied().collect(),
        n_articles: gold.articles.len(),
        n_labelled: gold
            .core
            .values()
            .filter(|claims| !claims.is_empty())
            .count(),
        wanted: wanted.len(),
        predicted: predicted.len(),
        right,
        precision,
        recall,
        f1: harmonic(precision, recall),
        claims: lines.len(),
        claims_found: lines.iter().filter(|line| line.found).count(),
        clusters: crossing.len(),
        clean,
        b_cubed_precision,
        b_cubed_recall,
        b_cubed_f1: harmonic(b_cubed_precision, b_cubed_recall),
        lines,
        unknown_rows,
    }
}

/// The pairs of every event; one of two events counts for that of its first sentence.
fn pairs_of_events(gold: &Gold, wanted: &BTreeSet<Pair>, predicted: &BTreeSet<Pair>) -> Vec<Tally> {
    let mut events = vec![Tally::default(); gold.n_events];
    let event = |pair: &Pair| gold.event_of[pair.0.0];
    for pair in wanted {
        events[event(pair)].wanted += 1;
    }
    for pair in predicted {
        events[event(pair)].predicted += 1;
        events[event(pair)].right += usize::from(wanted.contains(pair));
    }
    events
}

fn by_language(
    gold: &Gold,
    wanted: &BTreeSet<Pair>,
    predicted: &BTreeSet<Pair>,
) -> Vec<LanguageLine> {
    let matched = [Language::Nb, Language::Nn, Language::Da];
    let mut lines = Vec::new();
    for (i, first) in matched.into_iter().enumerate() {
        for &second in &matched[i..] {
            let is_of = |pair: &&Pair| {
                let [a, b] = [pair.0, pair.1].map(|unit| gold.languages[unit.0]);
                let (first, second) = (Some(first), Some(second));
                (a, b) == (first, second) || (b, a) == (first, second)
            };
            lines.push(LanguageLine {
                name: format!("{}-{}", first.code(), second.code()),
                wanted: wanted.iter().filter(is_of).count(),
                predicted: predicted.iter().filter(is_of).count(),
                right: wanted.intersection(predicted).filter(is_of).count(),
            });
        }
    }
    lines
}

/// Extended B-cubed (Amigó et al. 2009, for overlapping clusters) over the sentences that state a claim; a
/// sentence in no cluster is alone.
fn b_cubed(
    gold: &Gold,
    core: &BTreeMap<GoldClaimId, BTreeSet<GoldUnit>>,
    clusters: &BTreeMap<String, BTreeSet<GoldUnit>>,
) -> (f64, f64) {
    let labelled: BTreeSet<GoldUnit> = core.values().flatten().copied().collect();
    let mut of_unit: BTreeMap<GoldUnit, Vec<&BTreeSet<GoldUnit>>> = BTreeMap::new();
    for cluster in clusters.values() {
        for &unit in cluster {
            of_unit.entry(unit).or_default().push(cluster);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for &unit in &labelled {
        let claims = &gold.core[&unit];
        let mut together: BTreeMap<GoldUnit, usize> = BTreeMap::from([(unit, 1)]);
        for cluster in of_unit.get(&unit).into_iter().flatten() {
            for &other in *cluster {
                if other != unit {
                    *together.entry(other).or_default() += 1;
                }
            }
        }
        let shared = |other: &GoldUnit| {
            if *other == unit {
                return claims.len().max(1);
            }
            gold.core
                .get(other)
                .map_or(0, |claims_of| claims_of.intersection(claims).count())
        };
        precisions.push(mean(
            together
                .iter()
                .map(|(other, &n)| share(n.min(shared(other)), n))
                .collect(),
        ));
        let wanted: BTreeSet<GoldUnit> = claims
            .iter()
            .filter_map(|claim| core.get(claim))
            .flatten()
            .copied()
            .collect();
        recalls.push(mean(
            wanted
                .iter()
                .map(|other| {
                    let n = together.get(other).copied().unwrap_or(0);
                    let s = shared(other);
                    if *other == unit {
                        1.0
                    } else {
                        share(n.min(s), s)
                    }
                })
                .collect(),
        ));
    }
    (mean(precisions), mean(recalls))
}
