//! The worst errors of a run, to be read: false pairs and missed ones, with what the model saw.
//!
//! In: a finished run of the labelled articles. Out: one [`Wrong`] per pair of labelled sentences that is wrong, the
//! surest false ones first, then the missed ones, those that never were a candidate first.

use std::collections::BTreeMap;
use std::io;

use rustc_hash::FxHashMap;

use super::{Gold, GoldUnit, Report};
use crate::candidates::{self, Limits};
use crate::gold::Event;
use crate::observer::Observer;
use crate::pipeline::Run;
use crate::score::{ScoredPair, Scorer};
use crate::spreadsheet::Table;

/// Columns of the table.
pub const COLUMNS: [&str; 11] = [
    "error",
    "left_article_id",
    "left_sentence_index",
    "right_article_id",
    "right_sentence_index",
    "left_sentence",
    "right_sentence",
    "candidate",
    "probability",
    "guards",
    "reason",
];

/// How a pair is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// In one cluster, without a common claim.
    False,
    /// Of one claim, but in no common cluster.
    Missed,
}

impl Fault {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Missed => "missed",
        }
    }
}

/// A pair of labelled sentences that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// How.
    pub fault: Fault,
    /// The two sentences, the smaller first.
    pub pair: (GoldUnit, GoldUnit),
    /// Their texts.
    pub texts: [String; 2],
    /// What the model says of the most probable pair of sentences of the run that the two cover; `None` when none of
    /// them was a candidate.
    pub seen: Option<Seen>,
}

/// What the model says of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Probability, 0..=1, that the two state the same claim.
    pub probability: f64,
    /// Codes of the guards that fired, parted by spaces.
    pub guards: String,
    /// What the two share, in words.
    pub reason: String,
}

/// The wrong pairs of `report`, which is that of `run` against the labels of `events`.
pub fn worst(
    report: &Report,
    run: &Run,
    gold: &Gold,
    events: &[Event],
    observer: &dyn Observer,
) -> Vec<Wrong> {
    let scored = score(run, observer);
    let units = units_of(run, gold);
    let texts: Vec<&str> = events
        .iter()
        .flat_map(|event| &event.articles)
        .map(|article| article.text.as_str())
        .collect();
    let seen = |pair: &(GoldUnit, GoldUnit)| {
        let of = |unit: &GoldUnit| units.get(unit).map_or(&[][..], Vec::as_slice);
        of(&pair.0)
            .iter()
            .flat_map(|&a| of(&pair.1).iter().map(move |&b| (a.min(b), a.max(b))))
            .filter_map(|units| scored.get(&units))
            .max_by(|a, b| a.probability.total_cmp(&b.probability))
            .map(|pair| Seen {
                probability: pair.probability,
                guards: pair.guards.codes().join(" "),
                reason: run.reason(pair.left, pair.right),
            })
    };
    let wrong = |fault| {
        let (seen, texts) = (&seen, &texts);
        move |pair: &(GoldUnit, GoldUnit)| Wrong {
            fault,
            pair: *pair,
            texts: [pair.0, pair.1].map(|unit| gold.text(unit, texts[unit.0]).to_owned()),
            seen: seen(pair),
        }
    };
    let mut all: Vec<Wrong> = report
        .false_pairs
        .iter()
        .map(wrong(Fault::False))
        .chain(report.missed_pairs.iter().map(wrong(Fault::Missed)))
        .collect();
    all.sort_by(|a, b| {
        let by_probability = probability(a).total_cmp(&probability(b));
        let surest_first = match a.fault {
            Fault::False => by_probability.reverse(),
            Fault::Missed => by_probability,
        };
        a.fault
            .cmp(&b.fault)
            .then(surest_first)
            .then_with(|| a.pair.cmp(&b.pair))
    });
    all
}

/// That of the pair, or less than any when it was no candidate.
fn probability(wrong: &Wrong) -> f64 {
    wrong.seen.as_ref().map_or(-1.0, |seen| seen.probability)
}

/// All candidates of the run with their evidence, also those that it forgot.
fn score(run: &Run, observer: &dyn Observer) -> FxHashMap<(u32, u32), ScoredPair> {
    let prepared = &run.prepared;
    let (corpus, stories) = (prepared.corpus(), &prepared.stories);
    let members = &prepared.members;
    let found = candidates::find(corpus, stories, members, Limits::default(), observer);
    Scorer::new(corpus, stories, &run.model)
        .score(&found, 0.0, observer)
        .into_iter()
        .map(|pair| ((pair.left, pair.right), pair))
        .collect()
}

/// The units of the run that stand for each labelled sentence.
fn units_of(run: &Run, gold: &Gold) -> BTreeMap<GoldUnit, Vec<u32>> {
    let mut units: BTreeMap<GoldUnit, Vec<u32>> = BTreeMap::new();
    for (&(d, s), unit) in run.prepared.places.iter().zip(0u32..) {
        let document = &run.documents[d as usize];
        let Some(article) = gold.article(&document.article.id) else {
            continue;
        };
        let in_text = document.in_text(s as usize);
        for labelled in gold.covered(article, in_text.start, in_text.end) {
            units.entry(labelled).or_default().push(unit);
        }
    }
    units
}

/// Writes `wrong` with a header; a pair that was no candidate has no probability.
///
/// # Errors
/// When the output fails.
pub fn write<W: io::Write>(wrong: &[Wrong], gold: &Gold, mut table: Table<W>) -> io::Result<()> {
    table.row(COLUMNS)?;
    for row in wrong {
        table.text(row.fault.name())?;
        for (article, sentence) in [row.pair.0, row.pair.1] {
            table.text(gold.articles.get(article).map_or("", String::as_str))?;
            table.number(sentence)?;
        }
        for text in &row.texts {
            table.text(text)?;
        }
        match &row.seen {
            Some(seen) => {
                table.text("yes")?;
                table.fraction(seen.probability)?;
                table.text(&seen.guards)?;
                table.text(&seen.reason)?;
            }
            None => {
                for cell in ["no", "", "", ""] {
                    table.text(cell)?;
                }
            }
        }
        table.end_row()?;
    }
    table.finish().map(|_| ())
}
