//! `claimalign review report`: what reviewed rows tell of a run.

use std::fmt::Write as _;
use std::path::Path;

use claimalign::Error;
use claimalign::review::apply::DecisionsFile;
use claimalign::review::measure::{self, Measured, Order, Share};
use claimalign::review::stored;
use serde::Deserialize;

use crate::cli::args::review::{OrderArg, ReportArgs};
use crate::cli::{Outcome, print};

/// Characters of a sentence that are shown.
const SHOWN: usize = 90;

pub(super) fn run(args: &ReportArgs) -> Result<Outcome, Error> {
    let book = stored::read(&args.run)?;
    let file = DecisionsFile::read(&args.decisions)?;
    let order = match args.order {
        OrderArg::Uncertain => Order::Uncertain,
        OrderArg::Consequential => Order::Consequential,
        OrderArg::Random => Order::Random,
    };
    let measured = measure::measure(&book, &file.decisions, order);
    let obeyed = obeys_decisions(&args.run);
    print(&in_words(&measured, args, obeyed))?;
    Ok(Outcome::Fine)
}

/// Whether the run was made with decisions.
fn obeys_decisions(run: &Path) -> bool {
    #[derive(Deserialize)]
    struct Record {
        decisions: Option<serde::de::IgnoredAny>,
    }
    std::fs::read(run.join("run.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok())
        .is_some_and(|record| record.decisions.is_some())
}

fn in_words(measured: &Measured, args: &ReportArgs, obeyed: bool) -> String {
    let mut text = String::new();
    let all = &measured.all;
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "{} of {} rows reviewed (a row is a sentence of a claim, besides the one that stands for it); {} more unsure",
        all.judged, all.rows, measured.unsure
    );
    let _ = writeln!(text, "precision {}", share(all));
    for (tier, of_tier) in &measured.tiers {
        let name = if tier.is_empty() { "no tier" } else { tier };
        let _ = writeln!(
            text,
            "  {name}: {} ({} of {} rows reviewed)",
            share(of_tier),
            of_tier.judged,
            of_tier.rows
        );
    }
    let _ = writeln!(text, "{}", what_it_means(all, args.random_sample));
    if obeyed {
        let _ = writeln!(
            text,
            "This run was made with decisions, so it agrees with them: measure the run that was reviewed instead."
        );
    }
    if measured.agreement.is_empty() {
        let _ = writeln!(text, "agreement: no two reviewers judged the same row");
    }
    for agreement in &measured.agreement {
        let [a, b] = &agreement.reviewers;
        let kappa = agreement.kappa.map_or_else(
            || "not defined: both gave one and the same answer".to_owned(),
            |kappa| format!("{kappa:.3}"),
        );
        let _ = writeln!(
            text,
            "agreement of {a} and {b}: {} of {} rows alike; Cohen's kappa {kappa}",
            agreement.alike, agreement.rows
        );
    }
    let first = measured.next.iter().take(args.next);
    if measured.next.is_empty() {
        let _ = writeln!(text, "every row has been reviewed");
    } else {
        let _ = writeln!(
            text,
            "to review next, of {} rows ({}):",
            measured.next.len(),
            match args.order {
                OrderArg::Uncertain => "the most uncertain first",
                OrderArg::Consequential => "those that may change the most first",
                OrderArg::Random => "a random sample, when reviewed from the top",
            }
        );
    }
    for next in first {
        let short: String = next.row.text.chars().take(SHOWN).collect();
        let _ = writeln!(
            text,
            "  {} {:.2}  {} | {}: {short}",
            next.claim, next.row.score, next.label, next.row.article
        );
    }
    text
}

fn share(share: &Share) -> String {
    share.value().map_or_else(
        || "unknown: nothing reviewed".to_owned(),
        |value| {
            format!(
                "{value:.3} (95 % interval {:.3} to {:.3}; {} of {} right)",
                share.low, share.high, share.right, share.judged
            )
        },
    )
}

/// What the figure may be taken for.
fn what_it_means(all: &Share, random: bool) -> &'static str {
    if all.judged == all.rows {
        "All rows were reviewed: the figure is the precision of this run; the interval is that of runs like it."
    } else if random {
        "The reviewed rows are said to be a random sample: the interval holds for the whole run."
    } else {
        "The reviewed rows are not known to be a random sample: the interval holds for rows like them. Where the rows \
         were drawn at random, say --random-sample."
    }
}
