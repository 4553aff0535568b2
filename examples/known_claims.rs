//! How well known claims name clusters, on labelled events.
//!
//!     cargo run --release --example known_claims -- data/gold
//!
//! Three times one article of each event is taken away, and the first sentence that states a claim alone becomes a known
//! claim; most of them are shared by no two of the other articles. All others are aligned in one pot. A name is right
//! when more than half of the sentences that it is given to state that claim. Precision is of the names given, recall of
//! the clusters that mostly state a known claim.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program that prints shares of counts"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use claimalign::config::Config;
use claimalign::gold::Event;
use claimalign::observer::Silent;
use claimalign::{Error, gold, pipeline};

/// How often other articles are taken away.
const FOLDS: usize = 3;

/// A claim of an event: their ids.
type ClaimOf<'a> = (&'a str, &'a str);

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "data/gold".to_owned());
    let events = gold::read(&[folder.into()])?;
    let mut sum = Counts::default();
    for fold in 0..FOLDS {
        let counts = of_fold(&events, fold)?;
        sum.known += counts.known;
        sum.named += counts.named;
        sum.right += counts.right;
        sum.nameable += counts.nameable;
        sum.near += counts.near;
        sum.near_right += counts.near_right;
    }
    let ratio = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let (precision, recall) = (ratio(sum.right, sum.named), ratio(sum.right, sum.nameable));
    println!(
        "{} clusters without a name have a nearest known claim, which {} of them mostly state",
        sum.near, sum.near_right
    );
    println!(
        "{} known claims, {} names, {} of them right, {} clusters that mostly state a known claim: \
         precision {precision:.3}, recall {recall:.3}, F1 {:.3}",
        sum.known,
        sum.named,
        sum.right,
        sum.nameable,
        2.0 * precision * recall / (precision + recall)
    );
    Ok(())
}

#[derive(Default)]
struct Counts {
    known: usize,
    named: usize,
    right: usize,
    nameable: usize,
    /// Clusters with a nearest known claim that does not name them, and how many of them state it.
    near: usize,
    near_right: usize,
}

fn of_fold(events: &[Event], fold: usize) -> Result<Counts, Error> {
    let mut articles = Vec::new();
    let mut labels: BTreeMap<(&str, usize), BTreeSet<ClaimOf>> = BTreeMap::new();
    let mut known: BTreeMap<ClaimOf, String> = BTreeMap::new();
    for event in events {
        let taken = (2 * fold + 1) % event.articles.len();
        for (at, article) in event.articles.iter().enumerate() {
            if at != taken {
                articles.push(article.article());
            }
            for (sentence, segment) in article.sentences.iter().zip(article.segmented()) {
                let claims = sentence.claims.iter();
                let claims: Vec<ClaimOf> = claims
                    .map(|id| (event.event.as_str(), id.as_str()))
                    .collect();
                if at != taken {
                    labels.insert((&article.id, sentence.start), claims.into_iter().collect());
                } else if let [claim] = claims[..] {
                    let text = segment.span.slice(&article.text);
                    known.entry(claim).or_insert_with(|| text.to_owned());
                }
            }
        }
    }

    let folder = tempfile::tempdir().map_err(|source| Error::io("temporary folder", source))?;
    let table = folder.path().join("known.csv");
    write_table(&table, &known)?;
    let config = Config {
        claims: Some(table),
        ..Config::default()
    };
    let run = pipeline::align_articles(&config, articles, &Silent)?;
    let known: BTreeMap<String, ClaimOf> = known
        .into_keys()
        .map(|claim| (id_of(claim), claim))
        .collect();

    let rows = run.rows();
    let mut counts = Counts {
        known: known.len(),
        ..Counts::default()
    };
    for claim in &run.claims {
        let mut votes: BTreeMap<ClaimOf, usize> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.claim == claim.id) {
            for &one in labels
                .get(&(row.article.as_str(), row.start))
                .into_iter()
                .flatten()
            {
                *votes.entry(one).or_default() += 1;
            }
        }
        let is_stated =
            |one: &ClaimOf| votes.get(one).is_some_and(|&n| 2 * n > claim.members.len());
        counts.nameable += usize::from(known.values().any(is_stated));
        if let Some(name) = claim.known {
            counts.named += 1;
            counts.right += usize::from(is_stated(&known[&run.known[name].id]));
        } else if let Some(nearest) = claim.nearest {
            counts.near += 1;
            counts.near_right += usize::from(is_stated(&known[&run.known[nearest.known].id]));
        }
    }
    Ok(counts)
}

fn id_of((event, claim): ClaimOf) -> String {
    format!("{event}:{claim}")
}

fn write_table(path: &Path, known: &BTreeMap<ClaimOf, String>) -> Result<(), Error> {
    let failed = |error: csv::Error| Error::io(path, std::io::Error::other(error));
    let mut table = csv::Writer::from_path(path).map_err(failed)?;
    table.write_record(["claim_id", "claim"]).map_err(failed)?;
    for (&claim, text) in known {
        table.write_record([&id_of(claim), text]).map_err(failed)?;
    }
    table.flush().map_err(|source| Error::io(path, source))
}
