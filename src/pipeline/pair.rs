//! Two sentences of a run, compared as they were in it.

use super::Run;
use super::plan::Comparisons;
use crate::candidates::Candidate;
use crate::cluster::Constraints;
use crate::error::Error;
use crate::observer::Observer;
use crate::score::{ScoredPair, Scorer};
use crate::spill;

/// What became of two sentences of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// They were scored: or these two were, which stand for copies of them.
    Scored(Box<ScoredPair>),
    /// Both have the same text, which is settled without scoring.
    Copies,
    /// One of them cannot be a member of a claim, by its kind or its language.
    Unfit,
    /// Their articles are not compared: one article, one source, or too many days apart.
    Apart,
    /// They share too little to be compared, or each has many others that share more with it.
    NotCandidates,
}

/// How the sentences `a` and `b` of a finished run were compared. The candidates are found and scored again, since a
/// run forgets those that are not likely.
///
/// # Errors
/// When a file for what does not fit into the memory cannot be written or read.
pub fn compared(run: &Run, a: u32, b: u32, observer: &dyn Observer) -> Result<Comparison, Error> {
    let members = &run.prepared.members;
    if [a, b]
        .iter()
        .any(|unit| members.binary_search(unit).is_err())
    {
        return Ok(Comparison::Unfit);
    }
    let free = Constraints::default();
    let decided = run
        .decisions
        .as_ref()
        .map_or(&free, |applied| &applied.constraints);
    let Comparisons {
        scope,
        copies,
        candidates,
        ..
    } = Comparisons::find(run, decided, observer)?;
    let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
    if !scope.compares(article(a), article(b)) {
        return Ok(Comparison::Apart);
    }
    let [a, b] = [a, b].map(|unit| {
        if copies.is_aside(unit) {
            copies.owner[unit as usize]
        } else {
            unit
        }
    });
    if copies.is_copied(a) && copies.owner[a as usize] == copies.owner[b as usize] {
        return Ok(Comparison::Copies);
    }
    let failed = |error| spill::error(run.config.memory.as_ref(), error);
    let wanted = Candidate {
        left: a.min(b),
        right: a.max(b),
    };
    let is_among = |block: &[Candidate]| block.binary_search(&wanted).is_ok();
    let mut blocks = candidates.blocks(1 << 16, |unit| unit);
    if !blocks.any(|block| block.is_ok_and(|block| is_among(&block))) {
        return Ok(Comparison::NotCandidates);
    }
    let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &run.model);
    let pairs = scorer
        .score_in_part(&candidates, 0.0, 0.0, observer)
        .map_err(failed)?
        .pairs;
    let pair = pairs
        .with_features(wanted.left, wanted.right)
        .map_err(failed)?;
    let found = pair.map(|pair| Comparison::Scored(Box::new(pair)));
    Ok(found.unwrap_or(Comparison::NotCandidates))
}
