//! Which decisions are in force about the claims and sentences of a run, in words for reviewers.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::Outcome;
use super::decisions::{Decision, Judgement};
use crate::pipeline::Run;

/// What is in force about the claims of a run, in words.
#[derive(Debug, Default)]
pub(super) struct InForce<'a> {
    labels: BTreeMap<usize, &'a Decision>,
    /// Claim and unit in it → who put it there.
    inside: BTreeMap<(usize, u32), BTreeSet<String>>,
    /// Claim and unit outside of it → who keeps it out, and from which member.
    outside: BTreeMap<(usize, u32), (BTreeSet<String>, u32)>,
}

impl<'a> InForce<'a> {
    pub(super) fn new(run: &'a Run, owner: &[Option<usize>]) -> Self {
        let mut in_force = Self::default();
        let Some(applied) = &run.decisions else {
            return in_force;
        };
        for (i, line) in applied.file.decisions.iter().enumerate() {
            let (Outcome::Applied, Some((left, right))) = (&applied.outcomes[i], applied.units[i])
            else {
                continue;
            };
            for (unit, other) in [(left, right), (right, left)] {
                let Some(claim) = owner[other as usize] else {
                    continue;
                };
                match line.judgement {
                    Judgement::Label => {
                        in_force.labels.insert(claim, line);
                    }
                    Judgement::Same => {
                        let who = in_force.inside.entry((claim, unit)).or_default();
                        who.insert(who_and_when(line));
                    }
                    Judgement::Different => {
                        let (who, _) = in_force
                            .outside
                            .entry((claim, unit))
                            .or_insert_with(|| (BTreeSet::new(), other));
                        who.insert(who_and_when(line));
                    }
                    Judgement::Unsure => {}
                }
            }
        }
        in_force
    }

    /// What is in force about a claim as a whole.
    pub(super) fn of_claim(&self, claim: usize) -> String {
        self.labels
            .get(&claim)
            .map_or_else(String::new, |line| format!("label: {}", who_and_when(line)))
    }

    /// What is in force about a sentence of a claim.
    pub(super) fn of_member(&self, unit: u32, claim: usize) -> String {
        words("in", self.inside.get(&(claim, unit)))
    }

    /// What is in force about a sentence that is not in a claim.
    pub(super) fn of_near(&self, unit: u32, claim: usize) -> String {
        words("out", self.outside.get(&(claim, unit)).map(|(who, _)| who))
    }

    /// Whether somebody keeps a sentence out of a claim.
    pub(super) fn is_outside(&self, unit: u32, claim: usize) -> bool {
        self.outside.contains_key(&(claim, unit))
    }

    /// Claim, sentence that is kept out of it, nothing, and a member that it is kept apart from.
    pub(super) fn outside(&self) -> impl Iterator<Item = (usize, u32, f64, u32)> + '_ {
        self.outside
            .iter()
            .map(|(&(claim, unit), &(_, member))| (claim, unit, 0.0, member))
    }
}

fn who_and_when(line: &Decision) -> String {
    format!("{} {}", line.reviewer, line.date).trim().to_owned()
}

fn words(what: &str, who: Option<&BTreeSet<String>>) -> String {
    who.map_or_else(String::new, |who| {
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        format!("{what}: {}", who.join(", "))
    })
}
