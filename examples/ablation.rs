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
use std::process::Command;

use claimalign::evaluate::bootstrap::{self, Tally};
use claimalign::fit::{self, CrossValidated};
use claimalign::gold;
use claimalign::lexicon::Lexicon;
use claimalign::normalize::key::{Part, leave_out};
use claimalign::observer::Silent;
use claimalign::weigh::Background;
use serde::{Deserialize, Serialize};

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

/// Parts of the rules that make keys, which hold for a whole process.
const RULES: [(&str, Part); 2] = [
    ("spelling correspondences", Part::Spelling),
    ("endings", Part::Endings),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "data/gold".to_owned());
    let rules = arguments.next();
    if let Some(&(_, part)) = RULES
        .iter()
        .find(|(name, _)| rules.as_deref() == Some(name))
    {
        leave_out(part);
    }
    let events = gold::read(&[folder.clone().into()])?;
    let background = Background::embedded()?;
    let learn = |lexicon: &Lexicon| fit::cross_validated(&events, lexicon, background, &Silent);
    let lexicon = Lexicon::embedded()?;
    let mut whole = learn(lexicon)?;
    let all = Figures::of(&whole);
    if rules.is_some() {
        serde_json::to_writer(std::io::stdout(), &all)?;
        return Ok(());
    }
    println!("left out | average precision | F1 | claims found | clean clusters");
    all.row("nothing", &all);
    for (name, _) in RULES {
        in_a_process_of_its_own(&folder, name)?.row(name, &all);
    }
    Figures::of(&learn(&lexicon.without_lexemes())?).row("lexemes", &all);
    for (name, features) in GROUPS {
        let kept = std::mem::take(&mut whole.probabilities);
        whole.probabilities = whole.without(features);
        Figures::of(&whole).row(name, &all);
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
        Figures::of(&learn(&lexicon)?).row(name, &all);
    }
    Ok(())
}

/// What this program finds in `folder` without some rules.
fn in_a_process_of_its_own(
    folder: &str,
    rules: &str,
) -> Result<Figures, Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?;
    let output = Command::new(program).args([folder, rules]).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What was found, the counts of every event at the bars that are worth most.
#[derive(Serialize, Deserialize)]
struct Figures {
    average_precision: f64,
    events: Vec<Tally>,
}

impl Figures {
    fn of(validated: &CrossValidated) -> Self {
        let bars = validated
            .best_bars()
            .map_or([0.5; 2], |bars| [bars.cut, bars.pair]);
        Self {
            average_precision: validated.average_precision(),
            events: validated.report(&validated.owners(bars[0]), bars[1]).events,
        }
    }

    fn row(&self, name: &str, all: &Self) {
        let figures = Tally::sum(&self.events, None).figures();
        let differences = bootstrap::differences(&self.events, &all.events);
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
        println!(
            "{name} | {:.4} | {}",
            self.average_precision,
            cells.join(" | ")
        );
    }
}
