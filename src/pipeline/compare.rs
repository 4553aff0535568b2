//! Texts compared without a run: two sentences, or known claims with texts.

use super::{Loaded, Resources, Run, known_candidates, known_limits};
use crate::article::Article;
use crate::candidates::Candidate;
use crate::config::Config;
use crate::error::Error;
use crate::known::KnownClaim;
use crate::observer::Observer;
use crate::score::model::Model;
use crate::score::{Hit, ScoredPair, Scorer};

/// Known claims ranked against `articles` as they are: each text is one unit, its language is not told, and the
/// claims are those of `known` instead of the configured ones.
///
/// # Errors
/// When tables, lexicon or model cannot be read, or a setting is out of its range.
pub fn match_texts(
    config: &Config,
    articles: Vec<Article>,
    known: Vec<KnownClaim>,
    observer: &dyn Observer,
) -> Result<(Run, Vec<Hit>), Error> {
    let mut resources = Resources::read(&Config {
        claims: None,
        decisions: None,
        ..config.clone()
    })?;
    resources.known = known;
    let loaded = Loaded::of_texts(articles);
    let run = resources.prepare(config, loaded, observer)?;
    let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &run.model);
    let searched = &run.prepared.members;
    let known = known_candidates(&run, searched, known_limits(0), observer);
    let hits = scorer.hits(&known, observer);
    Ok((run, hits))
}

/// Two texts compared as if a known claim were matched with a sentence.
///
/// # Errors
/// When tables, lexicon or model cannot be read.
pub fn compare(
    config: &Config,
    left: &str,
    right: &str,
    observer: &dyn Observer,
) -> Result<(Run, Option<ScoredPair>), Error> {
    Comparer::new(config)?.compare(left, right, observer)
}

/// Compares pairs of texts, each pair by itself; the tables are read once.
pub struct Comparer {
    config: Config,
    resources: Resources,
}

impl Comparer {
    /// Reads tables, lexicon and model.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let config = Config {
            claims: None,
            decisions: None,
            ..config.clone()
        };
        let resources = Resources::read(&config)?;
        Ok(Self { config, resources })
    }

    /// The model that tells.
    pub fn model(&self) -> &Model {
        &self.resources.model
    }

    /// Two texts compared as if a known claim were matched with a sentence; no pair when one of them has no word.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn compare(
        &self,
        left: &str,
        right: &str,
        observer: &dyn Observer,
    ) -> Result<(Run, Option<ScoredPair>), Error> {
        let mut resources = self.resources.clone();
        resources.known = vec![KnownClaim {
            id: "right".to_owned(),
            label: String::new(),
            claim: right.to_owned(),
        }];
        let article = Article {
            id: "left".to_owned(),
            text: left.to_owned(),
            ..Article::default()
        };
        let loaded = Loaded::of_texts(vec![article]);
        let run = resources.prepare(&self.config, loaded, observer)?;
        let scorer = Scorer::new(run.prepared.corpus(), &run.prepared.stories, &run.model);
        let both = Candidate { left: 0, right: 1 };
        let pair = (run.prepared.units.len() == 2)
            .then(|| scorer.score(&[both], 0.0, observer).pop())
            .flatten();
        Ok((run, pair))
    }
}
