//! What a reviewer who decides anew takes back.
//!
//! A decision about a row is kept as judgements about pairs, some with sentences that a later decision about the row does
//! not name: who removed a sentence and now keeps it had set it apart from all that stay, and holds it only to the one that
//! stands for the claim. A workbook that shows a sentence in a claim was made before, or without, what parts it from that
//! claim or ties it to another: when the reviewer decides about the sentence in it, that is taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::Judged;
use crate::review::decisions::{Decision, Judgement, Side, Subject};

/// A sentence that was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) side: Side,
    /// The claim in whose rows it stands, as a sentence of it or as a near miss.
    pub(super) claim: String,
    pub(super) fate: Fate,
}

/// What becomes of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It belongs to these claims, which are one.
    Stays(Vec<String>),
    /// It does not belong to the claim.
    Leaves,
    /// The reviewer cannot say.
    Open,
}

impl Decided {
    /// Whether a judgement about it and a sentence of the claim `other` cannot stand beside the decision. `home` is the
    /// claim that it is in.
    fn opposes(&self, judgement: Judgement, other: &str, home: Option<&str>) -> bool {
        let at_home = home == Some(other);
        let is_near_miss = home != Some(self.claim.as_str());
        let here = other == self.claim;
        match (judgement, &self.fate) {
            (Judgement::Different, Fate::Stays(claims)) => {
                claims.iter().any(|claim| claim == other)
            }
            (Judgement::Different, Fate::Open) => here || at_home,
            // Who adds a near miss takes it out of its own claim.
            (Judgement::Different, Fate::Leaves) => is_near_miss && at_home,
            (Judgement::Same, _) if is_near_miss => here && !matches!(self.fate, Fate::Stays(_)),
            (Judgement::Same, Fate::Stays(claims)) => {
                !at_home && !claims.iter().any(|claim| claim == other)
            }
            (Judgement::Same, Fate::Leaves) => !at_home,
            (Judgement::Same, Fate::Open) => true,
            (Judgement::Unsure | Judgement::Label, _) => false,
        }
    }
}

impl Judged {
    /// The judgements of the review as those of `reviewer` on the day `date`, and further ones, where the reviewer's own of
    /// the lines `before` cannot stand beside them: they are taken back by `unsure`. Where another reviewer's parts a
    /// sentence from one of the claim that it stays in, the two are the same claim.
    pub fn again(&self, reviewer: &str, date: &str, before: &[Decision]) -> Vec<Decision> {
        let mut lines = self.decisions.clone();
        let stated: BTreeSet<Subject> = self
            .decisions
            .iter()
            .filter(|decision| decision.judgement != Judgement::Label)
            .map(Decision::subject)
            .collect();
        // The last line of every reviewer about two sentences, by each of them.
        let mut last: BTreeMap<&str, BTreeMap<(&str, &str), &Decision>> = BTreeMap::new();
        for line in before
            .iter()
            .filter(|line| line.judgement != Judgement::Label)
        {
            let (a, b) = line.subject();
            for (key, other) in [(a, b), (b, a)] {
                last.entry(key)
                    .or_default()
                    .insert((other, &line.reviewer), line);
            }
        }
        let mut done: BTreeSet<Subject> = BTreeSet::new();
        for decided in &self.decided {
            let home = self.claims.get(&decided.side.key).map(String::as_str);
            let of_sentence = last.get(decided.side.key.as_str()).into_iter().flatten();
            // A line of another reviewer is looked at first: to say the same of the two takes back one's own, too.
            let mut lines_before: Vec<&Decision> = of_sentence.map(|(_, &line)| line).collect();
            lines_before.sort_by_key(|line| line.reviewer == reviewer);
            for line in lines_before {
                let other = if line.left.key == decided.side.key {
                    &line.right
                } else {
                    &line.left
                };
                let Some(claim) = self.claims.get(&other.key) else {
                    continue;
                };
                if stated.contains(&line.subject()) || !decided.opposes(line.judgement, claim, home)
                {
                    continue;
                }
                let judgement = if line.reviewer == reviewer {
                    Judgement::Unsure
                } else if line.judgement == Judgement::Different
                    && matches!(decided.fate, Fate::Stays(_))
                {
                    Judgement::Same
                } else {
                    continue;
                };
                if done.insert(line.subject()) {
                    lines.push(Decision {
                        judgement,
                        left: decided.side.clone(),
                        right: other.clone(),
                        claim: decided.claim.clone(),
                        ..Decision::default()
                    });
                }
            }
        }
        for line in &mut lines {
            line.line = 0;
            reviewer.clone_into(&mut line.reviewer);
            date.clone_into(&mut line.date);
        }
        lines
    }
}
