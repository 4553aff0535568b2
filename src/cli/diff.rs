//! `claimalign diff`: what changed between two runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use claimalign::Error;
use claimalign::config::Config;
use claimalign::diff::{self, Change, What};
use claimalign::review::book::ClaimRow;
use claimalign::review::stored;
use claimalign::spreadsheet::Dialect;

use super::args::review::DiffArgs;
use super::args::{DialectArg, Global};
use super::output::{Output, files_of_run};
use super::progress::Progress;
use super::{Outcome, print};

/// Changes of each kind that are told one by one.
const LISTED: usize = 20;
/// Characters of a sentence that are shown.
const SHOWN: usize = 90;

pub(super) fn run(args: &DiffArgs, global: &Global, progress: &Progress) -> Result<Outcome, Error> {
    let (before, after) = (stored::read(&args.before)?, stored::read(&args.after)?);
    let changes = diff::diff(&before, &after);
    if let Some(path) = &args.output {
        let config = Config {
            csv: match args.csv {
                DialectArg::Rfc4180 => Dialect::Rfc4180,
                DialectArg::Excel => Dialect::Excel,
            },
            ..Config::default()
        };
        let read = [&args.before, &args.after]
            .map(|run| files_of_run(run))
            .concat();
        Output::open_apart(Some(path), &read)?.write(|out, path| {
            diff::write(&changes, &config, out).map_err(|source| Error::io(path, source))
        })?;
        let is_same = |change: &&Change| change.what == What::Unchanged;
        let n_same = changes.iter().filter(is_same).count();
        progress.say(&format!(
            "{}: {} changes, {n_same} claims unchanged",
            path.display(),
            changes.len() - n_same
        ));
    }
    if !global.quiet {
        print(&in_words(&changes))?;
    }
    Ok(Outcome::Fine)
}

fn in_words(changes: &[Change]) -> String {
    let mut counts: BTreeMap<What, usize> = BTreeMap::new();
    let mut moves: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(change.what).or_default() += 1;
        for moved in &change.moves {
            *moves.entry(moved.name()).or_default() += 1;
        }
    }
    let count = |what: What| counts.get(&what).copied().unwrap_or(0);
    let listed: Vec<String> = What::ALL
        .into_iter()
        .map(|what| format!("{} {}", count(what), what.name()))
        .collect();
    let n_moved = |name: &str| moves.get(name).copied().unwrap_or(0);
    let mut text = format!(
        "claims: {}\nsentences of claims that went on: {} joined, {} left, {} moved\n",
        listed.join(", "),
        n_moved("joined"),
        n_moved("left"),
        n_moved("moved")
    );
    for what in What::ALL
        .into_iter()
        .filter(|&what| what != What::Unchanged)
    {
        for change in changes
            .iter()
            .filter(|change| change.what == what)
            .take(LISTED)
        {
            // Writing to a string cannot fail, here and below.
            let _ = match what {
                What::Gone => writeln!(text, "gone: {}", names(&change.before)),
                What::New => writeln!(text, "new: {}", names(&change.after)),
                What::Changed => writeln!(text, "changed: {}", names(&change.after)),
                _ => writeln!(
                    text,
                    "{}: {} → {}",
                    what.name(),
                    names(&change.before),
                    names(&change.after)
                ),
            };
            for moved in &change.moves {
                let short: String = moved.sentence.text.chars().take(SHOWN).collect();
                let article = &moved.sentence.article;
                let _ = writeln!(text, "  {}: {article}: {short}", moved.name());
            }
        }
        if count(what) > LISTED {
            let _ = writeln!(
                text,
                "  … and {} more {}",
                count(what) - LISTED,
                what.name()
            );
        }
    }
    text
}

/// The claims by name, with their ids.
fn names(claims: &[&ClaimRow]) -> String {
    let names: Vec<String> = claims
        .iter()
        .map(|claim| {
            format!(
                "{} ({}, {} sentences)",
                claim.label,
                claim.id,
                claim.members.len()
            )
        })
        .collect();
    names.join(" + ")
}
