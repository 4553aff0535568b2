//! What each group of features and tables is good for: learns again without it.
//!
//!     cargo run --release --example ablation -- data/gold
//!
//! All figures are cross-validated by event. The bars are chosen anew for every row, as `fit` does. In brackets the
//! interval of 95 % of the difference to the whole, by a bootstrap over events.

#![allow(
    clippy::print_stdout,
    reason = "an example talks to the person who runs it"
)]

use std::path::Path;

use claimalign::evaluate::bootstrap::{self, Tally};
use claimalign::fit::{self, CrossValidated};
use claimalign::lexicon::Lexicon;
use claimalign::observer::Silent;
use claimalign::weigh::Background;
use claimalign::{Error, gold};

/// Groups of features that are left out, one at a time.
const GROUPS: [(&str, &[&str]); 7] = [
    (
        "names",
        &["names", "names_differ", "names_only", "renamed", "swapped"],
    ),
    (
        "numbers",
        &[
            "numbers",
            "numbers_differ",
            "counts_differ",
            "counts_other_things",
        ],
    ),
    (
        "guards",
        &[
            "names_differ",
            "dates_differ",
            "numbers_differ",
            "counts_differ",
            "counts_other_things",
            "negation_differs",
            "denial_differs",
            "opposites",
            "replaced",
            "happens_otherwise",
            "renamed",
            "swapped",
            "names_only",
        ],
    ),
    (
        "words in one place",
        &["replaced", "happens_otherwise", "renamed"],
    ),
    ("context, margin, lead", &["context", "margin", "lead"]),
    ("character n-grams", &["grams"]),
    ("story features", &["dice_in_story", "affinity", "story"]),
];

fn main() -> Result<(), Error> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "data/gold".to_owned());
    let events = gold::read(&[folder.into()])?;
    let background = Background::embedded()?;
    let learn = |lexicon: &Lexicon| fit::cross_validated(&events, lexicon, background, &Silent);
    let mut whole = learn(Lexicon::embedded()?)?;
    let all = events_of(&whole);
    println!("left out | average precision | F1 | claims found | clean clusters");
    row("nothing", &whole, &all, &all);
    for (name, features) in GROUPS {
        let kept = std::mem::take(&mut whole.probabilities);
        whole.probabilities = whole.without(features);
        row(name, &whole, &events_of(&whole), &all);
        whole.probabilities = kept;
    }
    // All leave out the tables that cannot be added from a file too: opposites, false friends, words that hold a
    // negation.
    let empty = Lexicon::default();
    let tables = [
        ("opposites and the like", &["concepts", "organisations"][..]),
        ("concepts, opposites and the like", &["organisations"]),
        ("organisations, opposites and the like", &["concepts"]),
    ];
    for (name, kept) in tables {
        let mut lexicon = empty.clone();
        for table in kept {
            lexicon = lexicon.with_file(Path::new(&format!("data/{table}.csv")))?;
        }
        let validated = learn(&lexicon)?;
        row(name, &validated, &events_of(&validated), &all);
    }
    Ok(())
}

/// The counts of every event at the bars that are worth most.
fn events_of(validated: &CrossValidated) -> Vec<Tally> {
    let bars = validated
        .best_bars()
        .map_or([0.5; 2], |bars| [bars.cut, bars.pair]);
    validated.report(&validated.owners(bars[0]), bars[1]).events
}

fn row(name: &str, validated: &CrossValidated, events: &[Tally], all: &[Tally]) {
    let mut total = Tally::default();
    for event in events {
        total.add(event);
    }
    let figures = total.figures();
    let differences = bootstrap::differences(events, all);
    let cells: Vec<String> = [2, 3, 4]
        .into_iter()
        .map(|figure| {
            let interval = differences[figure];
            format!(
                "{:.3} [{:+.3}, {:+.3}]",
                figures[figure], interval.low, interval.high
            )
        })
        .collect();
    let average = validated.average_precision();
    println!("{name} | {average:.4} | {}", cells.join(" | "));
}
