//! Compares ways to cluster the cross-validated probabilities of `claimalign fit`.
//!
//!     cargo run --release --example compare_clusterers -- data/gold
//!
//! Every way gets the bars that are worth most by the figure that `fit` judges bars by. Bars
//! that are chosen and judged on the same events flatter; the lines *nested* judge every event with the bars that the
//! other events choose. Below each way stand the intervals of 95 % (bootstrap
//! over events) of how much better it is than the one that ships.

#![allow(
    clippy::print_stdout,
    reason = "an example talks to the person who runs it"
)]

mod clusterers;
mod leiden;

use claimalign::cluster::Edge;
use claimalign::evaluate::bootstrap::{Tally, differences};
use claimalign::fit::{self, CrossValidated};
use claimalign::lexicon::Lexicon;
use claimalign::observer::Silent;
use claimalign::weigh::Background;
use claimalign::{Error, gold};
use clusterers::{agglomerate, components, logit, refine, smallest, stars};
use rayon::prelude::*;

/// Bars that are tried, in hundredths.
const BARS: [u8; 17] = [
    18, 19, 20, 21, 22, 24, 28, 30, 32, 34, 36, 40, 44, 48, 52, 70, 90,
];
/// Bars of claims of two sentences that are tried, in hundredths, where they are not below the bar.
const OF_TWO: [u8; 13] = [0, 30, 32, 34, 37, 38, 40, 42, 44, 46, 48, 52, 56];
/// Below this probability an edge cannot bring two clusters together.
const NEAR: f64 = 0.05;

/// A clusterer: what it is called, and the owners that it gives at a bar.
type Way = (&'static str, fn(&CrossValidated, &[Edge], f64) -> Vec<u32>);

const WAYS: [Way; 15] = [
    ("average linkage", |v, edges, bar| {
        by_size(v, edges, |_| bar)
    }),
    ("connected components", |v, edges, bar| {
        components(v.prepared.units.len(), edges, bar)
    }),
    ("star", |v, edges, bar| {
        stars(v.prepared.units.len(), edges, bar)
    }),
    ("Leiden", |v, edges, bar| {
        let n = v.prepared.units.len();
        smallest(&leiden::leiden(n, edges, bar))
    }),
    ("GAEC, no edge 0", |v, edges, bar| {
        contract(v, edges, bar, |_| 0.0)
    }),
    ("GAEC, no edge -1", |v, edges, bar| {
        contract(v, edges, bar, |_| -1.0)
    }),
    ("GAEC, no edge as p .01", |v, edges, bar| {
        contract(v, edges, bar, |bar| logit(0.0) - logit(bar))
    }),
    ("average log-odds", |v, edges, bar| {
        let log_odds = weigh(edges, |p| logit(p) - logit(0.0));
        let n = v.prepared.units.len();
        agglomerate(n, &log_odds, &|u| v.article(u), &|sum, pairs, _| {
            sum / pairs.max(1.0) + logit(0.0) - logit(bar)
        })
    }),
    ("average sqrt p", |v, edges, bar| {
        let roots = weigh(edges, f64::sqrt);
        let n = v.prepared.units.len();
        agglomerate(n, &roots, &|u| v.article(u), &|sum, pairs, _| {
            sum / pairs.max(1.0) - bar.sqrt()
        })
    }),
    ("average p, one article counts", |v, edges, bar| {
        let n = v.prepared.units.len();
        agglomerate(n, edges, &|u| u, &|sum, pairs, _| sum / pairs - bar)
    }),
    ("average p, two need +.08", |v, edges, bar| {
        by_size(v, edges, |sizes| {
            bar + if sizes == [1, 1] { 0.08 } else { 0.0 }
        })
    }),
    ("average p, four need +.12 (ships)", |v, _, bar| {
        v.owners(bar)
    }),
    ("average p, large need +.08", |v, edges, bar| {
        by_size(v, edges, |sizes| {
            bar + if sizes[0].min(sizes[1]) > 1 {
                0.08
            } else {
                0.0
            }
        })
    }),
    ("average p, then moves", |v, edges, bar| {
        let floor = logit(0.0) - logit(bar);
        let log_odds = weigh(edges, |p| logit(p) - logit(bar));
        refine(&v.owners(bar), &log_odds, floor, &|u| v.article(u))
    }),
    ("average p, then moves by p", |v, edges, bar| {
        let over = weigh(edges, |p| p - bar);
        refine(&v.owners(bar), &over, -bar, &|u| v.article(u))
    }),
];

/// Greedy additive edge contraction (Keuper et al. 2015) on log-odds over those of the bar; a pair of different
/// articles without an edge has the log-odds `missing`.
fn contract(v: &CrossValidated, edges: &[Edge], bar: f64, missing: fn(f64) -> f64) -> Vec<u32> {
    let missing = missing(bar);
    let log_odds = weigh(edges, |p| logit(p) - logit(bar) - missing);
    let n = v.prepared.units.len();
    agglomerate(n, &log_odds, &|u| v.article(u), &|sum, pairs, _| {
        sum + missing * pairs
    })
}

/// Average linkage with a bar that depends on the sizes of the two clusters.
fn by_size(v: &CrossValidated, edges: &[Edge], bar: impl Fn([usize; 2]) -> f64) -> Vec<u32> {
    let n = v.prepared.units.len();
    agglomerate(n, edges, &|u| v.article(u), &|sum, pairs, sizes| {
        sum / pairs.max(1.0) - bar(sizes)
    })
}

fn weigh(edges: &[Edge], weight: impl Fn(f64) -> f64) -> Vec<Edge> {
    edges
        .iter()
        .map(|edge| Edge {
            weight: weight(edge.weight),
            ..*edge
        })
        .collect()
}

/// Two bars with the counts of every event.
struct Tried {
    bars: [f64; 2],
    events: Vec<Tally>,
}

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "data/gold".to_owned());
    let events = gold::read(&[folder.into()])?;
    let lexicon = Lexicon::embedded()?;
    let background = Background::embedded()?;
    let validated = fit::cross_validated(&events, lexicon, background, &Silent)?;
    let mut edges = validated.edges();
    edges.retain(|edge| edge.weight >= NEAR);
    println!("{:<30} bars        precision recall  f1    found clean", "");
    let ways = WAYS.map(|(name, cluster)| (name, try_all(&validated, &edges, cluster)));
    let ships = ways.iter().find(|(name, _)| name.ends_with("(ships)"));
    let ships = ships.and_then(|(_, tried)| best(tried, None));
    for (name, tried) in &ways {
        if let Some(best) = best(tried, None) {
            let [bar, of_two] = best.bars;
            let total = Tally::sum(&best.events, None);
            line(name, &format!("{bar:.2} {of_two:.2}"), &total);
            if let Some(ships) = ships {
                let [_, _, f1, found, clean] = differences(&best.events, &ships.events);
                let shown = [f1, found, clean].map(|d| format!("[{:+.3}, {:+.3}]", d.low, d.high));
                println!("  to what ships, f1 found clean: {}", shown.join(" "));
            }
        }
        line("  nested", "", &nested(tried, events.len()));
    }
    Ok(())
}

fn try_all(
    validated: &CrossValidated,
    edges: &[Edge],
    cluster: fn(&CrossValidated, &[Edge], f64) -> Vec<u32>,
) -> Vec<Tried> {
    BARS.par_iter()
        .flat_map_iter(|&bar| {
            let bar = f64::from(bar) / 100.0;
            let owner = cluster(validated, edges, bar);
            OF_TWO
                .into_iter()
                .map(|of_two| f64::from(of_two) / 100.0)
                .filter(move |&of_two| of_two == 0.0 || of_two >= bar)
                .map(|of_two| Tried {
                    bars: [bar, of_two],
                    events: validated.report(&owner, of_two).events,
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The bars that are worth most, looking at all events but `without`.
fn best(tried: &[Tried], without: Option<usize>) -> Option<&Tried> {
    let worth = |tried: &&Tried| fit::worth(Tally::sum(&tried.events, without).figures());
    tried.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))
}

/// Every event judged with the bars that the others choose.
fn nested(tried: &[Tried], n_events: usize) -> Tally {
    let mut all = Tally::default();
    for event in 0..n_events {
        if let Some(best) = best(tried, Some(event)) {
            all.add(&best.events[event]);
        }
    }
    all
}

fn line(name: &str, bars: &str, tally: &Tally) {
    let [precision, recall, f1, found, clean] = tally.figures();
    println!(
        "{name:<30} {bars:<10}  {precision:.3}     {recall:.3}   {f1:.3} {found:.3} {clean:.3}"
    );
}
