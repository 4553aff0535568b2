//! Filled cells become judgements about sentences.
//!
//! In: the tables of one review (a workbook, or the CSV files of one run). Out: [`Decision`]s in the order of the
//! claims, and what could not be understood, with the place where it stands. Nothing is guessed: a row whose
//! meaning is not clear gives no judgement.
//!
//! What a cell means, with R for the sentence that stands for the claim:
//!
//! | sheet | decision | judgements |
//! |---|---|---|
//! | Sentences | keep | it and R: the same claim |
//! | | remove | it and every other sentence that is not removed: not the same claim |
//! | | move to | as remove, and it and R of the other claim: the same claim |
//! | | add (near miss) | it and R: the same claim, and so it and every other sentence when it was kept out by a decision; it and the sentences of the claim that it is in now: not |
//! | | reject (near miss) | it and R: not the same claim |
//! | | unsure | it and R: unsure |
//! | Claims | correct | keep, for all sentences that have no decision of their own |
//! | | wrong | every two sentences: not the same claim, but R and those kept by a decision of their own |
//! | | merge into | its sentences and those of the other claim: each the same claim as R of the other |
//! | | unsure | unsure, for all sentences that have no decision of their own |
//!
//! Where R itself is removed, the first sentence that stays stands in its place. What was said before and cannot hold beside
//! a new decision is taken back ([`Judged::again`]).

mod again;
mod input;

use std::collections::{BTreeMap, BTreeSet};

use self::again::{Decided, Fate};
use self::input::{Claim, Review, Sentence};
use super::decisions::{Decision, Judgement, Side, one_line};
use super::sheets::Sheet;
use crate::error::Error;

/// Sentences of a claim up to which `wrong` is taken apart into pairs.
const MOST_WRONG: usize = 60;

/// What a review says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// Its judgements, without line, reviewer and date.
    pub decisions: Vec<Decision>,
    /// Rows with a decision that was understood.
    pub rows: usize,
    /// What was not understood.
    pub problems: Vec<Problem>,
    /// Who reviewed, when the workbook says.
    pub reviewer: String,
    /// The sentences that were decided about.
    decided: Vec<Decided>,
    /// The claim that each sentence is in, by its key.
    claims: BTreeMap<String, String>,
}

/// A row that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, and the sheet in it.
    pub origin: String,
    /// The row, from 1.
    pub row: u64,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, row {}: {}", self.origin, self.row, self.message)
    }
}

/// The judgements of one review.
///
/// # Errors
/// [`Error::Format`] when no table has the columns of a review.
pub fn judge(sheets: &[Sheet]) -> Result<Judged, Error> {
    let review = Review::new(sheets)?;
    let mut judge = Judge {
        review: &review,
        out: Judged {
            problems: review.problems.clone(),
            reviewer: review.reviewer.clone(),
            claims: review
                .claims
                .values()
                .flat_map(|claim| {
                    claim
                        .members
                        .iter()
                        .map(|row| (row.key.clone(), claim.id.clone()))
                })
                .collect(),
            ..Judged::default()
        },
        seen: BTreeSet::new(),
    };
    for claim in review.claims.values() {
        judge.claim(claim);
    }
    judge.out.problems.sort();
    Ok(judge.out)
}

/// What a reviewer decided of a sentence, its own decision or that of its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    Remove,
    MoveTo,
    Unsure,
    Add,
    Reject,
}

/// What a reviewer decided of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Correct,
    Wrong,
    MergeInto,
    Unsure,
}

impl Claim {
    /// Whether a sentence is kept by a decision of its own; of a wrong claim the one that stands for it is when another is
    /// kept with it.
    fn keeps(&self, row: &Sentence) -> bool {
        let kept = |row: &Sentence| row.verdict == Some(Verdict::Keep);
        let stands_for_it = row.key == self.representative.key && row.verdict.is_none();
        kept(row) || stands_for_it && self.members.iter().any(kept)
    }

    /// The sentences that stay in the claim: one that stands for it first.
    fn staying(&self) -> Vec<&Sentence> {
        let stays = |row: &&Sentence| match row.verdict {
            Some(Verdict::Remove | Verdict::MoveTo) => false,
            _ => self.whole != Some(Whole::Wrong) || self.keeps(row),
        };
        let mut rows: Vec<&Sentence> = self.members.iter().filter(stays).collect();
        rows.sort_by_key(|row| row.key != self.representative.key);
        rows
    }

    /// The sentence that stands for what stays of the claim.
    fn anchor(&self) -> Option<&Side> {
        if self.members.is_empty() {
            return Some(&self.representative).filter(|side| !side.key.is_empty());
        }
        self.staying().first().map(|row| &row.side)
    }
}

struct Judge<'a> {
    review: &'a Review,
    out: Judged,
    seen: BTreeSet<(Judgement, String, String, String)>,
}

impl<'a> Judge<'a> {
    fn claim(&mut self, claim: &Claim) {
        let target = self.target(
            claim,
            &claim.merge_into,
            claim.whole == Some(Whole::MergeInto),
        );
        let staying = claim.staying();
        if let Some((place, whole)) = claim.place.as_ref().zip(claim.whole) {
            self.out.rows += 1;
            if claim.members.is_empty() {
                self.problem(
                    place,
                    "its sentences are not in the files; give clusters.csv too".to_owned(),
                );
                return;
            }
            if whole == Whole::Wrong && claim.members.len() > MOST_WRONG {
                let message = format!(
                    "wrong: the claim has more than {MOST_WRONG} sentences; decide on the sentences"
                );
                self.problem(place, message);
                return;
            }
        }
        for row in &claim.members {
            self.member(claim, &staying, row, target);
        }
        if claim.whole == Some(Whole::Wrong) {
            self.wrong(claim);
        }
        if let (Some(target), Some(anchor)) = (target, claim.anchor()) {
            let goal = target.anchor();
            let mut comment = claim.comment.as_str();
            for row in staying
                .iter()
                .filter(|row| row.verdict != Some(Verdict::Unsure))
            {
                self.same(&row.side, goal, &target.id, comment);
                comment = "";
            }
            for row in target.staying().iter().filter(|row| row.verdict.is_none()) {
                self.same(&row.side, goal, &target.id, "");
            }
            self.same(anchor, goal, &target.id, "");
        }
        for row in &claim.near {
            self.near(claim, row);
        }
        self.label(claim);
    }

    /// A sentence of the claim.
    fn member(
        &mut self,
        claim: &Claim,
        staying: &[&Sentence],
        row: &Sentence,
        merged: Option<&Claim>,
    ) {
        let own = row.verdict;
        let by_claim = match claim.whole {
            Some(Whole::Correct) => Some(Verdict::Keep),
            Some(Whole::Unsure) => Some(Verdict::Unsure),
            _ => None,
        };
        let stays = || {
            Fate::Stays(
                merged
                    .into_iter()
                    .chain([claim])
                    .map(|to| to.id.clone())
                    .collect(),
            )
        };
        let Some(verdict) = own.or(by_claim) else {
            if merged.is_some() || claim.whole == Some(Whole::Wrong) && claim.keeps(row) {
                self.decided(claim, row, stays());
            } else if claim.whole == Some(Whole::Wrong) {
                self.decided(claim, row, Fate::Leaves);
            }
            return;
        };
        let comment = if own.is_some() {
            self.out.rows += 1;
            &row.comment
        } else {
            &claim.comment
        };
        match verdict {
            Verdict::Keep => {
                // After a merge the sentence is judged together with the other claim.
                if merged.is_none() {
                    self.same(&row.side, claim.anchor(), &claim.id, comment);
                }
                self.decided(claim, row, stays());
            }
            Verdict::Remove | Verdict::MoveTo => {
                let target = self.target_of(claim, row, verdict == Verdict::MoveTo);
                if verdict == Verdict::MoveTo && target.is_none() {
                    return;
                }
                self.remove(claim, staying, row, comment);
                let fate = if let Some(target) = target {
                    self.same(&row.side, target.anchor(), &target.id, comment);
                    Fate::Stays(vec![target.id.clone()])
                } else {
                    Fate::Leaves
                };
                self.decided(claim, row, fate);
            }
            Verdict::Unsure => {
                let other = staying.iter().find(|other| other.key != row.key);
                let stands_for_it = staying.first().is_some_and(|first| first.key == row.key);
                self.decided(claim, row, Fate::Open);
                if let Some(other) = other
                    && (own.is_some() || !stands_for_it)
                {
                    self.push(
                        Judgement::Unsure,
                        &row.side,
                        &other.side,
                        &claim.id,
                        comment,
                    );
                }
            }
            Verdict::Add | Verdict::Reject => self.problem(
                &row.place,
                "add and reject are for near misses; a sentence of the claim is kept or removed"
                    .to_owned(),
            ),
        }
    }

    fn remove(&mut self, claim: &Claim, staying: &[&Sentence], row: &Sentence, comment: &str) {
        let mut comment = comment;
        // With nothing left, the removed ones are no claim either.
        let nothing_left = staying.is_empty();
        for other in staying
            .iter()
            .copied()
            .chain(claim.members.iter().filter(|_| nothing_left))
            .filter(|other| other.key != row.key)
        {
            self.push(
                Judgement::Different,
                &row.side,
                &other.side,
                &claim.id,
                comment,
            );
            comment = "";
        }
    }

    /// No two sentences state the same, but those about which a decision of their own says it.
    fn wrong(&mut self, claim: &Claim) {
        let own = |row: &Sentence| row.verdict.is_some() || claim.keeps(row);
        let mut comment = claim.comment.as_str();
        for (i, row) in claim.members.iter().enumerate() {
            for other in &claim.members[..i] {
                if own(row) && own(other) {
                    continue;
                }
                // The sentence that stands for the claim is on the right.
                let (left, right) = if row.key == claim.representative.key {
                    (other, row)
                } else {
                    (row, other)
                };
                self.push(
                    Judgement::Different,
                    &left.side,
                    &right.side,
                    &claim.id,
                    comment,
                );
                comment = "";
            }
        }
    }

    fn near(&mut self, claim: &Claim, row: &Sentence) {
        let Some(verdict) = row.verdict else { return };
        self.out.rows += 1;
        let Some(anchor) = claim.anchor() else {
            let message = if claim.members.is_empty() {
                "the sentences of its claim are not in the files; give clusters.csv too"
            } else {
                "nothing is left of the claim"
            };
            self.problem(&row.place, message.to_owned());
            return;
        };
        match verdict {
            Verdict::Add | Verdict::Keep => {
                self.same(&row.side, Some(anchor), &claim.id, &row.comment);
                // Who removed it said so of every sentence that stays.
                for other in claim.staying().iter().filter(|_| row.decided) {
                    self.same(&row.side, Some(&other.side), &claim.id, "");
                }
                if let Some(id) = self.out.claims.get(&row.key)
                    && let Some(now) = self.review.claims.get(id)
                    && !self.review.merged(&now.id, &claim.id)
                {
                    for other in now.staying() {
                        if other.key != row.key {
                            self.push(Judgement::Different, &row.side, &other.side, &now.id, "");
                        }
                    }
                }
                self.decided(claim, row, Fate::Stays(vec![claim.id.clone()]));
            }
            Verdict::Reject | Verdict::Remove => {
                self.push(
                    Judgement::Different,
                    &row.side,
                    anchor,
                    &claim.id,
                    &row.comment,
                );
                self.decided(claim, row, Fate::Leaves);
            }
            Verdict::Unsure => {
                self.decided(claim, row, Fate::Open);
                self.push(
                    Judgement::Unsure,
                    &row.side,
                    anchor,
                    &claim.id,
                    &row.comment,
                );
                for other in claim.staying().iter().filter(|_| row.decided) {
                    self.push(Judgement::Unsure, &row.side, &other.side, &claim.id, "");
                }
            }
            Verdict::MoveTo => self.problem(
                &row.place,
                "a near miss is in no claim that it could be moved from; use add at the other claim"
                    .to_owned(),
            ),
        }
    }

    fn decided(&mut self, claim: &Claim, row: &Sentence, fate: Fate) {
        self.out.decided.push(Decided {
            side: row.side.clone(),
            claim: claim.id.clone(),
            fate,
        });
    }

    fn label(&mut self, claim: &Claim) {
        let Some(place) = claim.place.as_ref().filter(|_| !claim.new_label.is_empty()) else {
            return;
        };
        if claim.whole.is_none() {
            self.out.rows += 1;
        }
        let Some(anchor) = claim.anchor().cloned() else {
            let message = "new_label: nothing is left of the claim that could be called so";
            self.problem(place, message.to_owned());
            return;
        };
        self.out.decisions.push(Decision {
            line: 0,
            judgement: Judgement::Label,
            left: anchor,
            right: Side::default(),
            label: one_line(&claim.new_label),
            claim: claim.id.clone(),
            reviewer: String::new(),
            date: String::new(),
            comment: if claim.whole.is_none() {
                one_line(&claim.comment)
            } else {
                String::new()
            },
        });
    }

    /// The claim that `merge_into` names.
    fn target(&mut self, claim: &Claim, id: &str, wanted: bool) -> Option<&'a Claim> {
        let place = claim.place.as_ref()?;
        match self.named(&claim.id, id, "merge_into", wanted) {
            Ok(target) => {
                let id = target?.to_owned();
                self.review.claims.get(&id)
            }
            Err(message) => {
                self.problem(place, message);
                None
            }
        }
    }

    /// The claim that `move_to` names.
    fn target_of(&mut self, claim: &Claim, row: &Sentence, wanted: bool) -> Option<&'a Claim> {
        match self.named(&claim.id, &row.move_to, "move_to", wanted) {
            Ok(target) => {
                let id = target?.to_owned();
                self.review.claims.get(&id)
            }
            Err(message) => {
                self.problem(&row.place, message);
                None
            }
        }
    }

    /// The claim with the id `id`, where one is `wanted`.
    fn named<'i>(
        &self,
        from: &str,
        id: &'i str,
        column: &str,
        wanted: bool,
    ) -> Result<Option<&'i str>, String> {
        let decision = if column == "move_to" {
            "move to"
        } else {
            "merge into"
        };
        match (wanted, id.is_empty()) {
            (false, true) => Ok(None),
            (false, false) => Err(format!(
                "{column} is filled, but the decision is not `{decision}`"
            )),
            (true, true) => Err(format!("{decision}: {column} is empty")),
            (true, false) if id == from => Err(format!("{column} names the claim itself")),
            (true, false) => match self.review.claims.get(id) {
                None => Err(format!("{column}: there is no claim `{id}` in the review")),
                Some(target) if target.anchor().is_none() => Err(format!(
                    "{column}: nothing is left of claim `{id}` after the other decisions"
                )),
                Some(_) => Ok(Some(id)),
            },
        }
    }

    fn same(&mut self, side: &Side, anchor: Option<&Side>, claim: &str, comment: &str) {
        if let Some(anchor) = anchor
            && anchor.key != side.key
        {
            self.push(Judgement::Same, side, anchor, claim, comment);
        }
    }

    fn push(
        &mut self,
        judgement: Judgement,
        left: &Side,
        right: &Side,
        claim: &str,
        comment: &str,
    ) {
        let (a, b) = (&left.key, &right.key);
        let about = (
            judgement,
            a.min(b).clone(),
            a.max(b).clone(),
            claim.to_owned(),
        );
        if self.seen.insert(about) {
            self.out.decisions.push(Decision {
                line: 0,
                judgement,
                left: left.clone(),
                right: right.clone(),
                label: String::new(),
                claim: claim.to_owned(),
                reviewer: String::new(),
                date: String::new(),
                comment: one_line(comment),
            });
        }
    }

    fn problem(&mut self, place: &input::Place, message: String) {
        self.out.problems.push(Problem {
            origin: place.origin.clone(),
            row: place.row,
            message,
        });
    }
}

/// Judgements by claim: how often each kind occurs, for a summary.
pub fn counts(decisions: &[Decision]) -> BTreeMap<Judgement, usize> {
    let mut counts = BTreeMap::new();
    for decision in decisions {
        *counts.entry(decision.judgement).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
