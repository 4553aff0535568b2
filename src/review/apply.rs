//! Decisions put to work: what they oblige the clustering to, and what became of each.
//!
//! In: the lines of a decisions file and the sentences of a run. Out: [`Constraints`], labels, and for every line
//! whether it is in force, stale (its sentence has changed or is gone), replaced by a later line of the same
//! reviewer, or contradicted by later lines of others. The last lines are honoured first; a line that cannot
//! hold beside them is listed with the lines that it contradicts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rayon::prelude::*;
use serde::Serialize;

use super::decisions::{self, Decision, Judgement};
use super::key;
use super::settle::Settled;
use crate::claim::Claim;
use crate::cluster::Constraints;
use crate::error::Error;
use crate::prepare::{Document, Prepared};
use crate::tables;

/// A decisions file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionsFile {
    /// The path as it was given.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its lines.
    pub decisions: Vec<Decision>,
}

impl DecisionsFile {
    /// Reads a file.
    ///
    /// # Errors
    /// As [`decisions::read`].
    pub fn read(path: &std::path::Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        let origin = path.display().to_string();
        Ok(Self {
            decisions: decisions::parse(&bytes, &origin)?,
            path: origin,
            sha256: tables::sha256(&bytes),
        })
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in force.
    Applied,
    /// It says nothing that could be obeyed.
    Unsure,
    /// The same reviewer said something later of the same sentences, on this line.
    Replaced(u64),
    /// It cannot be applied, for this reason.
    Stale(String),
    /// It cannot hold beside these lines, which come later.
    Contradicted(Vec<u64>),
}

/// The decisions of a run, with what became of them.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The file.
    pub file: DecisionsFile,
    /// What became of each line, in the order of the file.
    pub outcomes: Vec<Outcome>,
    /// What the clustering obeys.
    pub constraints: Constraints,
    /// Both units of each line, where they were found; the same unit twice for a label.
    pub(super) units: Vec<Option<(u32, u32)>>,
}

/// Counts and lists of what became of the decisions, for `run.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record<'a> {
    path: &'a str,
    sha256: &'a str,
    lines: usize,
    applied: usize,
    unsure: usize,
    replaced: usize,
    stale: Vec<StaleLine<'a>>,
    contradictory: Vec<ContradictoryLine<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct StaleLine<'a> {
    line: u64,
    judgement: &'static str,
    reviewer: &'a str,
    reason: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ContradictoryLine<'a> {
    line: u64,
    judgement: &'static str,
    reviewer: &'a str,
    /// Later lines, which hold.
    contradicts: &'a [u64],
}

impl Applied {
    /// Finds the sentences of every line among `documents` and settles which lines are in force.
    pub fn new(file: DecisionsFile, documents: &[Document], prepared: &Prepared) -> Self {
        let lines = &file.decisions;
        let found = find(lines, documents, prepared);
        let mut outcomes = vec![Outcome::Applied; lines.len()];
        let mut units: Vec<Option<(u32, u32)>> = vec![None; lines.len()];
        let replaced = replaced(lines);
        for (i, line) in lines.iter().enumerate() {
            let sides = match line.judgement {
                Judgement::Label => [&line.left, &line.left],
                _ => [&line.left, &line.right],
            };
            let at = sides.map(|side| found.of(side, documents, prepared));
            outcomes[i] = match (replaced[i], at) {
                (Some(by), _) => Outcome::Replaced(by),
                (None, [Err(reason), _] | [_, Err(reason)]) => Outcome::Stale(reason),
                (None, [Ok(left), Ok(right)]) => {
                    units[i] = Some((left, right));
                    match line.judgement {
                        Judgement::Unsure => Outcome::Unsure,
                        _ => Outcome::Applied,
                    }
                }
            };
        }
        let mut settled = Settled::default();
        for i in (0..lines.len()).rev() {
            let (Outcome::Applied, Some((left, right))) = (&outcomes[i], units[i]) else {
                continue;
            };
            let conflict = match lines[i].judgement {
                Judgement::Same => settled.same(left, right, lines[i].line),
                Judgement::Different => settled.different(left, right, lines[i].line),
                Judgement::Unsure | Judgement::Label => Ok(()),
            };
            if let Err(with) = conflict {
                outcomes[i] = Outcome::Contradicted(with);
            }
        }
        let pairs = |wanted: Judgement| {
            let mut pairs: Vec<(u32, u32)> = (0..lines.len())
                .filter(|&i| lines[i].judgement == wanted && outcomes[i] == Outcome::Applied)
                .filter_map(|i| units[i])
                .map(|(left, right)| (left.min(right), left.max(right)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            pairs
        };
        Self {
            constraints: Constraints {
                together: pairs(Judgement::Same),
                apart: pairs(Judgement::Different),
            },
            file,
            outcomes,
            units,
        }
    }

    /// Gives the claims the labels that people gave them. Of several for one claim the last line holds.
    pub fn label(&mut self, claims: &mut [Claim]) {
        let owner = owners(claims);
        let mut labelled: BTreeMap<usize, usize> = BTreeMap::new();
        for i in (0..self.outcomes.len()).rev() {
            let line = &self.file.decisions[i];
            let (Judgement::Label, Outcome::Applied, Some((unit, _))) =
                (line.judgement, &self.outcomes[i], self.units[i])
            else {
                continue;
            };
            let Some(&claim) = owner.get(&unit) else {
                let reason = format!(
                    "the sentence of article `{}` is in no claim of this run",
                    line.left.article
                );
                self.outcomes[i] = Outcome::Stale(reason);
                continue;
            };
            let last = *labelled.entry(claim).or_insert(i);
            if last == i {
                claims[claim].label.clone_from(&line.label);
            } else if self.file.decisions[last].label != line.label {
                self.outcomes[i] = Outcome::Contradicted(vec![self.file.decisions[last].line]);
            }
        }
    }

    /// What `run.json` says.
    pub fn record(&self) -> Record<'_> {
        let lines = || self.file.decisions.iter().zip(&self.outcomes);
        let count = |wanted: fn(&Outcome) -> bool| lines().filter(|(_, o)| wanted(o)).count();
        Record {
            path: &self.file.path,
            sha256: &self.file.sha256,
            lines: self.outcomes.len(),
            applied: count(|outcome| *outcome == Outcome::Applied),
            unsure: count(|outcome| *outcome == Outcome::Unsure),
            replaced: count(|outcome| matches!(outcome, Outcome::Replaced(_))),
            stale: lines()
                .filter_map(|(line, outcome)| match outcome {
                    Outcome::Stale(reason) => Some(StaleLine {
                        line: line.line,
                        judgement: line.judgement.name(),
                        reviewer: &line.reviewer,
                        reason,
                    }),
                    _ => None,
                })
                .collect(),
            contradictory: lines()
                .filter_map(|(line, outcome)| match outcome {
                    Outcome::Contradicted(with) => Some(ContradictoryLine {
                        line: line.line,
                        judgement: line.judgement.name(),
                        reviewer: &line.reviewer,
                        contradicts: with,
                    }),
                    _ => None,
                })
                .collect(),
        }
    }

    /// What became of the decisions, in words: counts, then each line that is not in force and why.
    pub fn in_words(&self) -> Vec<String> {
        let record = self.record();
        let mut words = vec![format!(
            "{}: {} judgements: {} applied, {} unsure, {} replaced by later ones, {} stale, {} contradictory.",
            record.path,
            record.lines,
            record.applied,
            record.unsure,
            record.replaced,
            record.stale.len(),
            record.contradictory.len(),
        )];
        let by_line: BTreeMap<u64, &Decision> = self
            .file
            .decisions
            .iter()
            .map(|line| (line.line, line))
            .collect();
        for stale in &record.stale {
            words.push(format!(
                "stale: line {} ({}, {}): {}",
                stale.line, stale.judgement, stale.reviewer, stale.reason
            ));
        }
        for contradictory in &record.contradictory {
            let mut text = format!(
                "contradictory: line {} ({}, {})",
                contradictory.line, contradictory.judgement, contradictory.reviewer
            );
            for (i, line) in contradictory.contradicts.iter().enumerate() {
                text.push_str(if i == 0 { " against " } else { " and " });
                // Writing to a string cannot fail, here and below.
                let _ = write!(text, "line {line}");
                if let Some(other) = by_line.get(line) {
                    let _ = write!(text, " ({}, {})", other.judgement.name(), other.reviewer);
                }
            }
            text.push_str(": the later holds");
            words.push(text);
        }
        words
    }
}

/// The claim of every unit that is in one.
fn owners(claims: &[Claim]) -> BTreeMap<u32, usize> {
    claims
        .iter()
        .enumerate()
        .flat_map(|(c, claim)| claim.members.iter().map(move |member| (member.unit, c)))
        .collect()
}

/// For each line, the later line with which the same reviewer replaced it.
pub(super) fn replaced(lines: &[Decision]) -> Vec<Option<u64>> {
    let mut last: BTreeMap<(decisions::Subject, bool, &str), u64> = BTreeMap::new();
    let mut replaced = vec![None; lines.len()];
    for (i, line) in lines.iter().enumerate().rev() {
        let about = (
            line.subject(),
            line.judgement == Judgement::Label,
            line.reviewer.as_str(),
        );
        match last.get(&about) {
            Some(&by) => replaced[i] = Some(by),
            None => {
                last.insert(about, line.line);
            }
        }
    }
    replaced
}

/// Where the sentences are that decisions speak of.
struct Found<'a>(BTreeMap<&'a str, u32>);

fn find<'a>(lines: &'a [Decision], documents: &[Document], prepared: &Prepared) -> Found<'a> {
    let wanted: BTreeSet<&str> = lines
        .iter()
        .flat_map(|line| [line.left.key.as_str(), line.right.key.as_str()])
        .filter(|key| !key.is_empty())
        .collect();
    let bases: BTreeSet<&str> = wanted
        .iter()
        .map(|key| key.split_once('-').map_or(*key, |(base, _)| base))
        .collect();
    let mut found: Vec<(&str, u32)> = prepared
        .places
        .par_iter()
        .zip(0u32..u32::try_from(prepared.places.len()).unwrap_or(u32::MAX))
        .filter_map(|(&(d, s), unit)| {
            let document = &documents[d as usize];
            if !bases.contains(key::of(&document.article.id, document.text(s as usize)).as_str()) {
                return None;
            }
            let key = key::of_sentence(document, s as usize);
            wanted.get(key.as_str()).map(|key| (*key, unit))
        })
        .collect();
    found.sort_unstable();
    Found(found.into_iter().collect())
}

impl Found<'_> {
    /// The unit of a side, or why it has none.
    fn of(
        &self,
        side: &decisions::Side,
        documents: &[Document],
        prepared: &Prepared,
    ) -> Result<u32, String> {
        let id = &side.article;
        match self.0.get(side.key.as_str()) {
            Some(&unit) if prepared.members.binary_search(&unit).is_ok() => Ok(unit),
            Some(&unit) => {
                let kind = prepared.units.unit(unit as usize).kind;
                Err(format!(
                    "the sentence of article `{id}` is no longer matched (its kind is {kind})"
                ))
            }
            None => Err(
                match documents.binary_search_by(|document| document.article.id.cmp(id)) {
                    Ok(_) => {
                        format!("the sentence has changed in, or is gone from, article `{id}`")
                    }
                    Err(_) => format!("article `{id}` is not among the inputs"),
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests;
