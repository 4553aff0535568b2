//! `run.json` and `config.toml`: what a reader needs to trust and to repeat a run.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::config::Config;
use crate::error::Warning;
use crate::language::Language;
use crate::pipeline::Run;
use crate::read::InputFile;
use crate::review::apply::{Applied, Record as DecisionsRecord};
use crate::tables;

#[derive(Serialize)]
struct Record<'a> {
    program: &'a str,
    version: &'a str,
    config: &'a Config,
    model: ModelRecord<'a>,
    /// Table → SHA-256.
    tables: BTreeMap<&'a str, String>,
    counts: Counts,
    inputs: &'a [InputFile],
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<DecisionsRecord<'a>>,
    /// File of the run → SHA-256.
    files: &'a BTreeMap<&'a str, String>,
    skipped: Vec<&'a Warning>,
    warnings: Vec<&'a Warning>,
}

#[derive(Serialize)]
struct ModelRecord<'a> {
    made_by: &'a str,
    learned_from: &'a str,
    review: f64,
    join: f64,
    pair: f64,
    accept: f64,
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    articles: usize,
    articles_by_language: BTreeMap<&'static str, usize>,
    sentences: usize,
    sentences_by_kind: BTreeMap<&'static str, usize>,
    sentences_matched: usize,
    words: usize,
    stories: usize,
    candidate_pairs: usize,
    sentences_searched_in_part: usize,
    copies_stood_for: usize,
    pairs_for_review: usize,
    claims: usize,
    sentences_in_claims: usize,
    skipped_inputs: usize,
}

/// Serde's failures are of the kind of the writer's.
fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(error)
}

pub(super) fn config(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(run.config.to_toml().map_err(other)?.as_bytes())
}

/// Writes the record; `files` are the digests of the other files.
pub(super) fn run(
    run: &Run,
    files: &BTreeMap<&str, String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let model = run.model.file();
    let record = Record {
        program: "claimalign",
        version: env!("CARGO_PKG_VERSION"),
        config: &run.config,
        model: ModelRecord {
            made_by: &model.made_by,
            learned_from: &model.learned_from,
            review: run.config.min_review.unwrap_or(model.review),
            join: run.config.min_join.unwrap_or(model.cut),
            pair: run.config.min_join.unwrap_or(model.pair),
            accept: run.config.min_accept.unwrap_or(model.accept),
        },
        tables: tables::ALL
            .iter()
            .map(|table| (table.name, table.sha256()))
            .collect(),
        counts: counts(run),
        inputs: &run.files,
        decisions: run.decisions.as_ref().map(Applied::record),
        files,
        skipped: run
            .warnings
            .iter()
            .filter(|warning| warning.skipped)
            .collect(),
        warnings: run
            .warnings
            .iter()
            .filter(|warning| !warning.skipped)
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &record).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn counts(run: &Run) -> Counts {
    let mut articles_by_language: BTreeMap<&str, usize> = Language::ALL
        .iter()
        .map(|language| (language.code(), 0))
        .collect();
    let mut sentences_by_kind = BTreeMap::new();
    for document in &run.documents {
        *articles_by_language
            .entry(document.language.code())
            .or_default() += 1;
        for sentence in &document.sentences {
            *sentences_by_kind.entry(sentence.kind.name()).or_default() += 1;
        }
    }
    articles_by_language.retain(|_, n| *n > 0);
    Counts {
        files: run.files.len(),
        articles: run.documents.len(),
        articles_by_language,
        sentences: run.prepared.places.len(),
        sentences_by_kind,
        sentences_matched: run.prepared.members.len(),
        words: run.prepared.vocabulary.len(),
        stories: run.prepared.stories.len(),
        candidate_pairs: run.n_candidates,
        sentences_searched_in_part: run.n_cut,
        copies_stood_for: run.n_copies,
        pairs_for_review: run.pairs.links().len(),
        claims: run.claims.len(),
        sentences_in_claims: run.claims.iter().map(|claim| claim.members.len()).sum(),
        skipped_inputs: run.n_skipped(),
    }
}
