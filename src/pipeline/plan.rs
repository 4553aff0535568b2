//! What a run is about to compare, known before the scoring.

use std::time::Instant;

use super::{FORGET, Resources, Run, load};
use crate::candidates::{self, Candidate, Candidates, Limits, Scope};
use crate::config::Config;
use crate::copies::Copies;
use crate::error::Error;
use crate::observer::{Observer, Silent};
use crate::score::Scorer;
use crate::spill;

/// Pairs that are scored on trial, about.
const TRIAL: usize = 8192;
/// One pair in so many is scored on trial at most, so that the trial costs little.
const TRIAL_SHARE: usize = 64;

/// What a run is about to compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Articles that were read.
    pub articles: usize,
    /// Sentences in them, headings and captions included.
    pub sentences: usize,
    /// Stories that the articles were grouped into.
    pub stories: usize,
    /// Pairs of sentences to be scored.
    pub candidate_pairs: usize,
    /// About how many seconds scoring them will take on these threads, by the rate of a sample.
    pub scoring_seconds: f64,
    /// Inputs that were skipped.
    pub skipped: usize,
}

impl Plan {
    /// Scores a sample of `candidates` for the estimate, and forgets the result.
    pub(super) fn new(run: &Run, scorer: &Scorer, candidates: &Candidates) -> Self {
        Self {
            articles: run.documents.len(),
            sentences: run.prepared.places.len(),
            stories: run.prepared.stories.len(),
            candidate_pairs: candidates.len(),
            scoring_seconds: estimate(scorer, candidates),
            skipped: run.n_skipped(),
        }
    }
}

/// What [`super::align`] would compare, and about how long the scoring would take; nothing is scored but a sample.
///
/// # Errors
/// As [`super::align`].
pub fn plan(config: &Config, observer: &dyn Observer) -> Result<Plan, Error> {
    let resources = Resources::read(config)?;
    let loaded = load(config, observer)?;
    let run = resources.prepare(config, loaded, observer)?;
    let found = Comparisons::find(&run, observer)?;
    let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &run.model);
    Ok(Plan::new(&run, &scorer, &found.candidates))
}

/// What is compared with what.
pub(super) struct Comparisons {
    pub(super) scope: Scope,
    pub(super) copies: Copies,
    pub(super) candidates: Candidates<'static>,
    /// See [`candidates::Found::cut`].
    pub(super) n_cut: usize,
}

impl Comparisons {
    /// Finds the copies and the candidates of a run of which the sentences are prepared.
    ///
    /// # Errors
    /// When a file for what does not fit into the memory cannot be written or read.
    pub(super) fn find(run: &Run, observer: &dyn Observer) -> Result<Self, Error> {
        let (config, prepared) = (&run.config, &run.prepared);
        let (corpus, stories) = (prepared.corpus(), &prepared.stories);
        let articles = run.documents.iter().map(|document| &document.article);
        let scope = Scope::new(articles, config.within_days, config.across);
        let decided = run.decided().items();
        let copies = Copies::find(corpus, stories, &scope, &prepared.members, &decided);
        let mut limits = Limits::default();
        if config.within_stories {
            limits.elsewhere = 0;
        }
        let article = |unit: u32| prepared.units.unit(unit as usize).article;
        let kept = |pair: &Candidate| {
            !(copies.is_phrase(pair.left) && copies.is_phrase(pair.right))
                || stories.same(article(pair.left), article(pair.right))
        };
        let search = candidates::Among {
            scope: &scope,
            units: &copies.searched,
            limits,
        };
        let memory = config.memory.as_ref();
        let found = candidates::find_in_memory(corpus, stories, search, kept, memory, observer);
        let (candidates, n_cut) = found.map_err(|error| spill::error(memory, error))?;
        Ok(Self {
            scope,
            copies,
            candidates,
            n_cut,
        })
    }
}

/// About how many seconds scoring `candidates` takes: what it takes without any, and the rate of a sample of rows from
/// all over the corpus.
fn estimate(scorer: &Scorer, candidates: &Candidates) -> f64 {
    let rows = TRIAL_SHARE.max(candidates.len() / TRIAL);
    // What cannot be read will be an error when it is scored.
    let sample = candidates.sample(rows).unwrap_or_default();
    let seconds = |some: &[Candidate]| {
        let begin = Instant::now();
        scorer.score(some, FORGET, &Silent);
        begin.elapsed().as_secs_f64()
    };
    let fixed = seconds(&[]);
    let rest = (seconds(&sample) - fixed).max(0.0);
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
    let times = candidates.len() as f64 / sample.len().max(1) as f64;
    fixed + times * rest
}
