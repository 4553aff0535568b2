//! `claimalign evaluate`: figures against labels.

mod languages;
mod pairs;
mod parallel;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use claimalign::clusters_file;
use claimalign::config::Config;
use claimalign::error::Warning;
use claimalign::evaluate::stories::{self, BCubed};
use claimalign::evaluate::{self, Gold, GoldUnit, Report, bootstrap, errors, metrics};
use claimalign::gold::{self, Event};
use claimalign::pipeline::{self, Run};
use claimalign::read::{self, Inputs};
use claimalign::spreadsheet::Table;
use claimalign::{Article, Error};

use super::args::{EvaluateArgs, Global};
use super::output::{Output, files_of_run};
use super::progress::Progress;
use super::{Outcome, print};

pub(super) fn run(
    args: &EvaluateArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let (text, n_skipped) = if !args.sentences.is_empty() {
        (sentences::report(&args.sentences)?, 0)
    } else if !args.languages.is_empty() {
        (languages::report(&args.languages)?, 0)
    } else if let Some(path) = &args.pairs {
        (pairs::report(path, &config(args, global)?)?, 0)
    } else if let Some(path) = &args.parallel {
        (parallel::report(path, &config(args, global)?)?, 0)
    } else {
        clusters(args, global, progress)?
    };
    print(&text)?;
    Ok(Outcome::of_skipped(n_skipped))
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

/// The figures of clusters, and how many inputs were skipped.
fn clusters(
    args: &EvaluateArgs,
    global: &Global,
    progress: &Progress,
) -> Result<(String, usize), Error> {
    let events = gold::read(&args.gold)?;
    let gold = Gold::new(&events);
    let config = config(args, global)?;
    let mut read = gold::files(&args.gold)?;
    for path in args.run.iter().chain(&args.among) {
        read.push(path.clone());
        read.extend(files_of_run(path));
    }
    let tables = [&config.lexicon, &config.model];
    read.extend(tables.into_iter().flatten().cloned());
    let open = |path: &PathBuf| Output::open_apart(Some(path), &read);
    let table = args.output.as_ref().map(open).transpose()?;
    let list = args.errors.as_ref().map(open).transpose()?;
    let mut n_skipped = 0;
    let run = if args.run.is_none() {
        let mut all = articles(&events);
        let others = others(args, &config, &gold, progress)?;
        n_skipped = Warning::n_skipped(&others.warnings);
        all.extend(others.articles);
        Some(pipeline::align_articles(&config, all, progress)?)
    } else {
        None
    };
    let rows = match (&args.run, &run) {
        (Some(path), _) => clusters_file::read(path)?,
        (None, run) => run.as_ref().map(Run::rows).unwrap_or_default(),
    };
    let mut clusters: BTreeMap<String, BTreeSet<GoldUnit>> = BTreeMap::new();
    let mut unknown = 0;
    let mut with_unknown: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        if let Some(article) = gold.article(&row.article) {
            clusters
                .entry(row.claim)
                .or_default()
                .extend(gold.covered(article, row.start, row.end));
        } else {
            unknown += 1;
            with_unknown.insert(row.claim);
        }
    }
    if let Some(path) = &args.run
        && clusters.is_empty()
        && unknown > 0
    {
        let labelled = events.iter().flat_map(|event| &event.articles);
        let example = labelled
            .map(|article| format!(", such as `{}`", article.id))
            .next();
        let message = format!(
            "none of its {unknown} rows is of an article that --gold labels{}: the ids must be the same",
            example.unwrap_or_default()
        );
        return Err(Error::format(path.display().to_string(), None, message));
    }
    let report = evaluate::evaluate(&gold, &clusters, unknown);
    let stories = run.as_ref().map(|run| stories_of(run, &gold));
    if let Some(out) = table {
        let metrics = metrics::of(&report, stories);
        write(out, &config, |table| metrics::write(&metrics, table))?;
    }
    if let (Some(out), Some(run)) = (list, &run) {
        let wrong = errors::worst(&report, run, &gold, &events, progress);
        write(out, &config, |table| errors::write(&wrong, &gold, table))?;
    }
    let mut text = String::new();
    figures(&report, &mut text);
    if unknown > 0 {
        let labelled = |claim: &&String| clusters.contains_key(*claim);
        let joined = with_unknown.iter().filter(labelled).count();
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "clusters with labelled and other sentences: {joined}");
    }
    intervals(&report, &mut text);
    if let Some(stories) = stories {
        let _ = writeln!(
            text,
            "stories: b_cubed_precision={:.3} b_cubed_recall={:.3} b_cubed_f1={:.3}",
            stories.precision, stories.recall, stories.f1
        );
    }
    languages_of_pairs(&report, &mut text);
    levels(&report, &mut text);
    lines(&report, &events, &mut text);
    Ok((text, n_skipped))
}

/// Lets `work` write a table to `out`.
fn write(
    out: Output,
    config: &Config,
    work: impl FnOnce(Table<&mut (dyn Write + Send)>) -> io::Result<()>,
) -> Result<(), Error> {
    out.write(|out, path| {
        Table::new(out, config.csv, config.formula_guard)
            .and_then(work)
            .map_err(|source| Error::io(path, source))
    })
}

/// The stories of a run against the events.
fn stories_of(run: &Run, gold: &Gold) -> BCubed {
    let items: Vec<(usize, usize)> = run
        .documents
        .iter()
        .zip(0u32..)
        .filter_map(|(document, d)| {
            let event = gold.event(gold.article(&document.article.id)?)?;
            Some((event, run.prepared.stories.of(d)? as usize))
        })
        .collect();
    stories::b_cubed(&items)
}

fn intervals(report: &Report, text: &mut String) {
    let _ = write!(
        text,
        "95 % of {} samples of the events:",
        bootstrap::RESAMPLES
    );
    for (name, interval) in metrics::FIGURES.into_iter().zip(report.intervals) {
        let _ = write!(text, " {name}={:.3}-{:.3}", interval.low, interval.high);
    }
    text.push('\n');
}

fn languages_of_pairs(report: &Report, text: &mut String) {
    let _ = writeln!(
        text,
        "\nlanguages  wanted  predicted  right  precision  recall     f1"
    );
    for line in &report.languages {
        let [precision, recall, f1] = line.figures();
        let _ = writeln!(
            text,
            "{:<9}  {:>6}  {:>9}  {:>5}  {precision:>9.3}  {recall:>6.3}  {f1:>5.3}",
            line.name, line.wanted, line.predicted, line.right
        );
    }
}

fn articles(events: &[Event]) -> Vec<Article> {
    events
        .iter()
        .flat_map(|event| &event.articles)
        .map(|labelled| Article {
            language: None,
            ..labelled.article()
        })
        .collect()
}

/// The other articles that the labelled ones are aligned among.
///
/// # Errors
/// When they cannot be read, or one has the id of a labelled one.
fn others(
    args: &EvaluateArgs,
    config: &Config,
    gold: &Gold,
    progress: &Progress,
) -> Result<Inputs, Error> {
    if args.among.is_empty() {
        return Ok(Inputs::default());
    }
    let others = read::read(&args.among, &config.read, progress)?;
    let labelled = others
        .articles
        .iter()
        .find(|other| gold.article(&other.id).is_some());
    match labelled {
        Some(labelled) => {
            let message = format!("article `{}` is one of the labelled ones too", labelled.id);
            Err(Error::format("--among", None, message))
        }
        None => Ok(others),
    }
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

pub(super) fn levels(report: &Report, text: &mut String) {
    let _ = writeln!(text, "\nparaphrase  claims  found  pairs  found  recall");
    for (name, level) in report.levels() {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let recall = level.pairs_found as f64 / level.pairs.max(1) as f64;
        let _ = writeln!(
            text,
            "{name:<10}  {:>6}  {:>5}  {:>5}  {:>5}  {recall:>6.3}",
            level.claims, level.claims_found, level.pairs, level.pairs_found
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
