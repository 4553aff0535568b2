//! `claimalign align`: the main job.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use claimalign::Error;
use claimalign::claim::Tier;
use claimalign::config::Config;
use claimalign::pipeline::{self, Plan, Run};
use claimalign::read::InputFile;
use claimalign::review::edited;
use claimalign::run_folder::RunFolder;
use claimalign::spill::Memory;
use claimalign::write;

use super::args::{AlignArgs, Global};
use super::output::{about, count};
use super::progress::Progress;
use super::{Outcome, print};

/// What is aligned when no input is given.
const SAMPLE: &str = "seeds";
/// Known claims of the sample.
const SAMPLE_CLAIMS: &str = "seeds/claims.csv";
/// Claims that the summary lists.
const LISTED: usize = 8;
/// Lines about decisions that the summary lists.
const DECISIONS_LISTED: usize = 20;

pub(super) fn run(
    args: &AlignArgs,
    global: &Global,
    progress: &Progress,
) -> Result<Outcome, Error> {
    let mut config = global.base_config()?;
    args.apply(&mut config);
    if config.inputs.is_empty() {
        sample(&mut config)?;
    }
    // The record of a run does not tell in what order they were given.
    config.inputs.sort_unstable();
    let memory = |folder: &Path| {
        args.memory.map(|bytes| Memory {
            bytes,
            folder: folder.to_owned(),
        })
    };
    if args.dry_run {
        config.memory = memory(&std::env::temp_dir());
        let plan = pipeline::plan(&config, progress)?;
        if !global.quiet {
            print(&planned(&plan))?;
        }
        return Ok(Outcome::of_skipped(plan.skipped));
    }
    // A bad output folder should not fail after the long work.
    let folder = RunFolder::prepare(&args.output)?;
    edited::check(&args.output)?;
    // Nor should a path that cannot be written down.
    config.to_toml()?;
    config.memory = memory(folder.scratch());
    config.read.target = Some(args.output.clone());
    let run = pipeline::align(&config, progress)?;
    write::run(&run, folder, progress)?;
    if !global.quiet {
        print(&summary(&run, &args.output))?;
    }
    Ok(Outcome::of_skipped(run.n_skipped()))
}

/// The sample articles with their known claims.
fn sample(config: &mut Config) -> Result<(), Error> {
    if !Path::new(SAMPLE).is_dir() {
        let message = format!(
            "no input was given, and there is no folder `{SAMPLE}` here; name a folder or file of articles, as in \
             `claimalign align articles/ -o run1`"
        );
        return Err(Error::NoArticles(message));
    }
    config.inputs = vec![PathBuf::from(SAMPLE)];
    if config.claims.is_none() && Path::new(SAMPLE_CLAIMS).is_file() {
        config.claims = Some(PathBuf::from(SAMPLE_CLAIMS));
    }
    Ok(())
}

/// What a dry run says.
fn planned(plan: &Plan) -> String {
    let mut text = format!(
        "{} in {} ({}): {} to score, which would take {}. Nothing was written.\n",
        count(plan.sentences, "sentence"),
        count(plan.articles, "article"),
        count(plan.stories, "story"),
        count(plan.candidate_pairs, "candidate pair"),
        about(plan.scoring_seconds),
    );
    if plan.skipped > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} skipped.", count(plan.skipped, "input"));
    }
    text
}

/// Why a run can have no claims, where that is plain.
fn why_none(run: &Run) -> Option<String> {
    if run.prepared.members.is_empty() {
        let why = "No sentence is taken for bokmål, nynorsk or Danish, or all are boilerplate (sentences.csv tells, with --sentences).";
        return Some(why.to_owned());
    }
    let (n, wanted) = (run.documents.len(), run.config.min_articles);
    let is_text = |file: &InputFile| file.path.to_lowercase().contains(".txt");
    (n < wanted).then(|| {
        let here = if n == 1 {
            "is one".to_owned()
        } else {
            format!("are {n}")
        };
        let why = if run.files.iter().any(is_text) {
            ": a .txt file is one article, whatever it holds."
        } else {
            "."
        };
        format!("A claim needs {wanted} articles, and here {here}{why}")
    })
}

fn summary(run: &Run, output: &Path) -> String {
    let mut text = String::new();
    let sentences: usize = run.claims.iter().map(|claim| claim.members.len()).sum();
    let accepted = run
        .claims
        .iter()
        .filter(|claim| claim.tier == Tier::Accepted)
        .count();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} in {} ({}): {} shared by at least {} articles, in {} ({} accepted, {} for review).",
        count(run.prepared.places.len(), "sentence"),
        count(run.documents.len(), "article"),
        count(run.prepared.stories.len(), "story"),
        count(run.claims.len(), "claim"),
        run.config.min_articles,
        count(sentences, "sentence"),
        accepted,
        run.claims.len() - accepted,
    );
    if let Some(why) = why_none(run) {
        let _ = writeln!(text, "{why}");
    }
    let mut claims: Vec<_> = run.claims.iter().collect();
    let articles = |claim: &claimalign::claim::Claim| {
        claim
            .members
            .iter()
            .map(|member| run.prepared.places[member.unit as usize].0)
            .collect::<BTreeSet<_>>()
            .len()
    };
    claims.sort_by_cached_key(|claim| {
        (
            std::cmp::Reverse((articles(claim), claim.members.len())),
            claim.id.clone(),
        )
    });
    for claim in claims.iter().take(LISTED) {
        let _ = writeln!(text, "  {:>3} articles  {}", articles(claim), claim.label);
    }
    if claims.len() > LISTED {
        let _ = writeln!(text, "  … and {} more", claims.len() - LISTED);
    }
    if !run.known.is_empty() {
        let ids: BTreeSet<&str> = run.known.iter().map(|known| known.id.as_str()).collect();
        let named = run.claims.iter().filter(|claim| claim.known.is_some());
        let _ = write!(
            text,
            "{} of {} give a claim its name",
            named.count(),
            count(ids.len(), "known claim")
        );
        let near = run.claims.iter().filter(|claim| claim.known.is_none());
        let near = near.filter(|claim| claim.nearest.is_some()).count();
        if near > 0 {
            let _ = write!(
                text,
                "; {} with another one near (`nearest_known_claim` in claims.csv)",
                count(near, "claim")
            );
        }
        text.push_str(".\n");
    }
    if let Some(applied) = &run.decisions {
        let words = applied.in_words();
        for line in words.iter().take(DECISIONS_LISTED) {
            let _ = writeln!(text, "{line}");
        }
        if words.len() > DECISIONS_LISTED {
            let more = words.len() - DECISIONS_LISTED;
            let _ = writeln!(text, "… and {more} more; see run.json.");
        }
    }
    if run.n_skipped() > 0 {
        let _ = writeln!(
            text,
            "{} skipped; see run.json.",
            count(run.n_skipped(), "input")
        );
    }
    let read = ["report.html", "claims.csv"][usize::from(!run.config.report)];
    let review = ["review.xlsx", "clusters.csv"][usize::from(!run.config.xlsx)];
    let _ = writeln!(
        text,
        "Open {} to read, and {} to review.",
        output.join(read).display(),
        output.join(review).display()
    );
    text
}
