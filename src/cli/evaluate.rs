//! `claimalign evaluate`: figures against labels.

mod languages;
mod pairs;
mod parallel;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use claimalign::Error;
use claimalign::clusters_file;
use claimalign::config::Config;
use claimalign::evaluate::{self, Gold, GoldUnit, Report};
use claimalign::gold::{self, Event};
use claimalign::pipeline;

use super::args::{EvaluateArgs, Global};
use super::progress::Progress;
use super::{Outcome, print};

pub(super) fn run(
    args: &EvaluateArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let text = if !args.sentences.is_empty() {
        sentences::report(&args.sentences)?
    } else if !args.languages.is_empty() {
        languages::report(&args.languages)?
    } else if let Some(path) = &args.pairs {
        pairs::report(path, &config(args, global)?)?
    } else if let Some(path) = &args.parallel {
        parallel::report(path, &config(args, global)?)?
    } else {
        clusters(args, global, progress)?
    };
    print(&text)?;
    Ok(Outcome::Fine)
}

fn config(args: &EvaluateArgs, global: &Global) -> Result<Config, Error> {
    let mut config = global.base_config()?;
    args.scoring.apply(&mut config);
    Ok(config)
}

/// The files of `paths`; of a folder its `.json` and `.jsonl` files, sorted.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|source| Error::io(path, source))?;
        let mut inside = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| Error::io(path, source))?.path();
            if entry
                .extension()
                .is_some_and(|ending| ending == "json" || ending == "jsonl")
            {
                inside.push(entry);
            }
        }
        if inside.is_empty() {
            let message = "no .json or .jsonl file is there";
            return Err(Error::format(path.display().to_string(), None, message));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn clusters(args: &EvaluateArgs, global: &Global, progress: &Progress) -> Result<String, Error> {
    let events = gold::read(&args.gold)?;
    let gold = Gold::new(&events);
    let rows = if let Some(run) = &args.run {
        clusters_file::read(run)?
    } else {
        pipeline::align_articles(&config(args, global)?, articles(&events), progress)?.rows()
    };
    let mut clusters: BTreeMap<String, BTreeSet<GoldUnit>> = BTreeMap::new();
    let mut unknown = 0;
    for row in rows {
        match gold.article(&row.article) {
            Some(article) => clusters
                .entry(row.claim)
                .or_default()
                .extend(gold.covered(article, row.start, row.end)),
            None => unknown += 1,
        }
    }
    let report = evaluate::evaluate(&gold, &clusters, unknown);
    let mut text = String::new();
    figures(&report, &mut text);
    levels(&report, &mut text);
    lines(&report, &events, &mut text);
    Ok(text)
}

fn articles(events: &[Event]) -> Vec<claimalign::Article> {
    events
        .iter()
        .flat_map(|event| &event.articles)
        .map(|labelled| claimalign::Article {
            language: None,
            ..labelled.article()
        })
        .collect()
}

/// The figures of the usual judge, in its words, and B-cubed.
pub(super) fn figures(report: &Report, text: &mut String) {
    let share = |part: usize, whole: usize| {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = part as f64 / whole.max(1) as f64;
        share
    };
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        text,
        "wanted pairs {}, predicted {}, right {}; cross-article claims {}, found {}; cross-article clusters {}, \
         clean {}",
        report.wanted,
        report.predicted,
        report.right,
        report.claims,
        report.claims_found,
        report.clusters,
        report.clean
    );
    if report.unknown_rows > 0 {
        let _ = write!(text, "; {} rows of unknown articles", report.unknown_rows);
    }
    let _ = writeln!(
        text,
        "\nprecision={:.3} recall={:.3} f1={:.3} claims_found={:.3} clean_clusters={:.3}",
        report.precision,
        report.recall,
        report.f1,
        share(report.claims_found, report.claims),
        share(report.clean, report.clusters)
    );
    let _ = writeln!(
        text,
        "b_cubed_precision={:.3} b_cubed_recall={:.3} b_cubed_f1={:.3}",
        report.b_cubed_precision, report.b_cubed_recall, report.b_cubed_f1
    );
}

fn levels(report: &Report, text: &mut String) {
    let mut levels: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for line in &report.lines {
        let sums = levels.entry(&line.paraphrase).or_default();
        let values = [1, usize::from(line.found), line.pairs, line.pairs_found];
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    let _ = writeln!(text, "\nparaphrase  claims  found  pairs  found");
    for (level, [claims, found, pairs, pairs_found]) in levels {
        let level = if level.is_empty() { "unknown" } else { level };
        let _ = writeln!(
            text,
            "{level:<10}  {claims:>6}  {found:>5}  {pairs:>5}  {pairs_found:>5}"
        );
    }
}

fn lines(report: &Report, events: &[Event], text: &mut String) {
    let _ = writeln!(
        text,
        "\nclaim (found or missed, pairs found of all, paraphrase, what it says)"
    );
    for line in &report.lines {
        let event = events
            .get(line.event)
            .map_or("", |event| event.event.as_str());
        let _ = writeln!(
            text,
            "{event}/{} {} {}/{} {} {}",
            line.claim,
            if line.found { "found" } else { "missed" },
            line.pairs_found,
            line.pairs,
            if line.paraphrase.is_empty() {
                "unknown"
            } else {
                &line.paraphrase
            },
            line.label
        );
    }
}
