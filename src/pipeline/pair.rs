//! Two sentences of a run, compared as they were in it.

use super::Run;
use super::plan::Comparisons;
use crate::candidates::Candidate;
use crate::error::Error;
use crate::observer::Observer;
use crate::score::pairs::Pairs;
use crate::score::{ScoredPair, Scorer};
use crate::spill;

/// Number of candidates that are looked through at once.
const AT_ONCE: usize = 1 << 16;

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

/// How the sentences `a` and `b` of a finished run were compared. When the run has not kept the pair, because it is not
/// likely, the candidates are found and scored again.
///
/// # Errors
/// When a file for what does not fit into the memory cannot be written or read.
pub fn compared(run: &Run, a: u32, b: u32, observer: &dyn Observer) -> Result<Comparison, Error> {
    let failed = |error| spill::error(run.config.memory.as_ref(), error);
    let look_up = |pairs: &Pairs, a: u32, b: u32| {
        let pair = pairs.with_features(a.min(b), a.max(b)).map_err(failed)?;
        Ok(pair.map(|pair| Comparison::Scored(Box::new(pair))))
    };
    if let Some(kept) = look_up(&run.pairs, a, b)? {
        return Ok(kept);
    }
    let members = &run.prepared.members;
    if [a, b]
        .iter()
        .any(|unit| members.binary_search(unit).is_err())
    {
        return Ok(Comparison::Unfit);
    }
    let Comparisons {
        scope,
        copies,
        candidates,
        ..
    } = Comparisons::find(run, observer)?;
    let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
    if !scope.compares(article(a), article(b)) {
        return Ok(Comparison::Apart);
    }
    if copies.is_copied(a) && copies.owner[a as usize] == copies.owner[b as usize] {
        return Ok(Comparison::Copies);
    }
    let [a, b] = [a, b].map(|unit| copies.searched_for(unit));
    let wanted = Candidate {
        left: a.min(b),
        right: a.max(b),
    };
    let mut is_candidate = false;
    for block in candidates.blocks(AT_ONCE, |unit| unit) {
        is_candidate |= block.map_err(failed)?.binary_search(&wanted).is_ok();
    }
    if !is_candidate {
        return Ok(Comparison::NotCandidates);
    }
    let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &run.model);
    let pairs = scorer
        .score_in_part(&candidates, 0.0, 0.0, observer)
        .map_err(failed)?
        .pairs;
    Ok(look_up(&pairs, a, b)?.unwrap_or(Comparison::NotCandidates))
}
