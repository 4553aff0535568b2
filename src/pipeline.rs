//! The stages in their order. This module alone knows them all; the work of each is its own.

mod compare;
mod naming;
mod pair;
mod plan;

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::article::Article;
use crate::candidates::{self, Candidate, Limits, Scope};
use crate::claim::{self, Bars, Claim, Compared};
use crate::cluster::{self, Constraints, Edge};
use crate::clusters_file::Row;
use crate::config::{Config, UnitKind};
use crate::copies::Copies;
use crate::error::{Error, Warning};
use crate::explain::{self, Difference};
use crate::known::{self, KnownClaim};
use crate::lexicon::Lexicon;
use crate::observer::{Observer, Stage};
use crate::prepare::{Document, Prepared};
use crate::read::{self, InputFile, ReadOptions};
use crate::review::apply::{Applied, DecisionsFile};
use crate::score::guards::Guards;
use crate::score::model::Model;
use crate::score::pairs::Pairs;
use crate::score::{Hit, Scored, Scorer};
use crate::spill;
use crate::tables;
use crate::weigh::Background;

pub use compare::{Comparer, compare, match_texts};
pub use pair::{Comparison, compared};
use plan::Comparisons;
pub use plan::{Plan, plan};

/// Pairs below this probability are forgotten at once.
const FORGET: f64 = 0.01;
/// Sentences that are compared with a known claim, at least.
const TEXTS_OF_CLAIM: usize = 150;

/// Everything that a run found.
#[derive(Debug)]
pub struct Run {
    /// The settings.
    pub config: Config,
    /// The articles with their sentences, sorted by id.
    pub documents: Vec<Document>,
    /// Names of the columns that are carried through.
    pub extra_columns: Vec<String>,
    /// The files that were read.
    pub files: Vec<InputFile>,
    /// What was wrong with the inputs.
    pub warnings: Vec<Warning>,
    /// The sentences as numbers.
    pub prepared: Prepared,
    /// The known claims.
    pub known: Vec<KnownClaim>,
    /// The decisions of reviewers, with what became of each.
    pub decisions: Option<Applied>,
    /// Number of pairs that were scored.
    pub n_candidates: usize,
    /// Sentences that did not look up all of their words: see [`candidates::Found::cut`].
    pub n_cut: usize,
    /// Copies of sentences that others stood for: see [`crate::copies`].
    pub n_copies: usize,
    /// Which of them stand for which; empty before claims are made.
    pub(crate) copies: Copies,
    /// Pairs from the review bar on, sorted by unit numbers.
    pub pairs: Pairs,
    /// The claims, in the order of their first members.
    pub claims: Vec<Claim>,
    /// The lexicon that was used.
    pub lexicon: Cow<'static, Lexicon>,
    /// The model that was used.
    pub model: Model,
}

impl Run {
    /// The story of article `d`: the id of the first article that tells of the same event.
    ///
    /// # Panics
    /// When there is no such article.
    pub fn story(&self, d: u32) -> &str {
        let first = self.prepared.stories.of(d).unwrap_or(d);
        &self.documents[first as usize].article.id
    }

    /// The text of a unit.
    pub fn text(&self, unit: u32) -> &str {
        match self.prepared.places.get(unit as usize) {
            Some(&(d, s)) => self.documents[d as usize].text(s as usize),
            None => self
                .known
                .get(unit as usize - self.prepared.places.len())
                .map_or("", |known| known.claim.as_str()),
        }
    }

    /// Why two units match, in words.
    pub fn reason(&self, left: u32, right: u32) -> String {
        explain::reason(
            self.prepared.corpus(),
            left as usize,
            right as usize,
            [self.text(left), self.text(right)],
        )
    }

    /// As [`Run::reason`], for many pairs at once.
    pub fn reasons(&self, pairs: &[(u32, u32)]) -> Vec<String> {
        let corpus = self.prepared.corpus();
        explain::reasons(corpus, pairs, |unit| self.text(unit))
    }

    /// What speaks against two units, of which `guards` fired, in their words.
    pub fn differences(&self, left: u32, right: u32, guards: Guards) -> Vec<Difference> {
        let units = [left, right];
        let language = |unit: u32| {
            let &(d, s) = self.prepared.places.get(unit as usize)?;
            self.documents[d as usize].languages[s as usize]
        };
        explain::differences(
            self.prepared.corpus(),
            &self.lexicon,
            guards,
            units.map(|unit| unit as usize),
            units.map(|unit| self.text(unit)),
            units.map(language),
        )
    }

    /// The clusters as `clusters.csv` shows them.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for claim in &self.claims {
            for member in &claim.members {
                let (d, s) = self.prepared.places[member.unit as usize];
                let document = &self.documents[d as usize];
                let in_text = document.in_text(s as usize);
                rows.push(Row {
                    claim: claim.id.clone(),
                    article: document.article.id.clone(),
                    start: in_text.start,
                    end: in_text.end,
                });
            }
        }
        rows
    }

    /// Number of inputs that were skipped.
    pub fn n_skipped(&self) -> usize {
        Warning::n_skipped(&self.warnings)
    }

    /// What people decided about its sentences.
    fn decided(&self) -> Cow<'_, Constraints> {
        let applied = self.decisions.as_ref();
        applied.map_or_else(Cow::default, |applied| Cow::Borrowed(&applied.constraints))
    }
}

/// The articles of the inputs with their sentences and languages.
#[derive(Debug)]
pub struct Loaded {
    /// Sorted by id.
    pub documents: Vec<Document>,
    /// Names of the columns that are carried through.
    pub extra_columns: Vec<String>,
    /// The files that were read.
    pub files: Vec<InputFile>,
    /// What was wrong.
    pub warnings: Vec<Warning>,
}

impl Loaded {
    /// Articles that are one unit each.
    fn of_texts(articles: Vec<Article>) -> Self {
        Self {
            documents: articles
                .into_iter()
                .map(|article| Document::new(article, true))
                .collect(),
            extra_columns: Vec::new(),
            files: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// Reads and segments the inputs of `config`.
///
/// # Errors
/// As [`read::read`]; [`Error::Setting`] when a setting is out of its range.
pub fn load(config: &Config, observer: &dyn Observer) -> Result<Loaded, Error> {
    config.validate()?;
    let options = ReadOptions {
        claims: config.claims.clone(),
        ..config.read.clone()
    };
    let mut inputs = read::read(&config.inputs, &options, observer)?;
    for warning in Scope::warnings(&inputs.articles, config.within_days, config.across) {
        observer.warn(&warning);
        inputs.warnings.push(warning);
    }
    Ok(Loaded {
        documents: segment_all(config, inputs.articles, observer),
        extra_columns: inputs.extra_columns,
        files: inputs.files,
        warnings: inputs.warnings,
    })
}

fn segment_all(config: &Config, articles: Vec<Article>, observer: &dyn Observer) -> Vec<Document> {
    observer.begin(Stage::Segment, u64::try_from(articles.len()).ok());
    let documents = articles
        .into_par_iter()
        .map(|article| {
            let document = Document::new(article, config.unit == UnitKind::Text);
            observer.advance(1);
            document
        })
        .collect();
    observer.end();
    documents
}

/// The main job: articles in, claims out.
///
/// # Errors
/// When inputs, tables, lexicon, model or known claims cannot be read, or a setting is out of its range.
pub fn align(config: &Config, observer: &dyn Observer) -> Result<Run, Error> {
    let resources = Resources::read(config)?;
    let loaded = load(config, observer)?;
    align_loaded(config, resources, loaded, observer)
}

/// As [`align`], for articles that are in memory; the inputs of `config` are ignored.
///
/// # Errors
/// When tables, lexicon, model or known claims cannot be read, or a setting is out of its range.
pub fn align_articles(
    config: &Config,
    mut articles: Vec<Article>,
    observer: &dyn Observer,
) -> Result<Run, Error> {
    let resources = Resources::read(config)?;
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    let loaded = Loaded {
        documents: segment_all(config, articles, observer),
        extra_columns: Vec::new(),
        files: Vec::new(),
        warnings: Vec::new(),
    };
    align_loaded(config, resources, loaded, observer)
}

fn align_loaded(
    config: &Config,
    resources: Resources,
    loaded: Loaded,
    observer: &dyn Observer,
) -> Result<Run, Error> {
    let mut run = resources.prepare(config, loaded, observer)?;
    let corpus = run.prepared.corpus();
    let decided = run.decided();
    let Comparisons {
        scope,
        copies,
        candidates,
        n_cut,
    } = Comparisons::find(&run, observer)?;
    let article = |unit: u32| run.prepared.units.unit(unit as usize).article;
    let scorer = Scorer::new(corpus, &run.prepared.stories, &run.model);
    observer.plan(&|| Plan::new(&run, &scorer, &candidates));
    let review = config.min_review.unwrap_or(run.model.file().review);
    let memory = config.memory.as_ref();
    let Scored { ties, pairs } = scorer
        .score_in_part(&candidates, FORGET, review, observer)
        .map_err(|error| spill::error(memory, error))?;
    let known = known_candidates(&run, &copies.searched, known_limits(0), observer);
    let to_known = if known.is_empty() {
        Vec::new()
    } else {
        scorer.hits(&known, observer)
    };
    observer.begin(Stage::Cluster, u64::try_from(ties.len()).ok());
    let edges: Vec<Edge> = ties
        .iter()
        .map(|tie| Edge {
            left: tie.left,
            right: tie.right,
            weight: tie.probability,
        })
        .collect();
    let model = run.model.file();
    let cut = config.min_join.unwrap_or(model.cut);
    let owner = cluster::average_linkage_from(
        &copies.owner,
        &edges,
        |unit, other| copies.factor(unit, scope.group(article(other))),
        claim::cut(cut),
        |unit| Some(scope.group(article(unit))),
        &decided,
    );
    drop(edges);
    let bars = Bars {
        min_articles: config.min_articles,
        pair: config.min_join.unwrap_or(model.pair),
        accept: config.min_accept.unwrap_or(model.accept),
    };
    let mut claims = claim::build(
        &owner,
        Compared {
            pairs: &ties,
            copies: &copies,
            scope: &scope,
        },
        &run.prepared,
        &run.documents,
        bars,
        &decided.together,
    );
    naming::name(&mut claims, &run, &copies, &to_known);
    if let Some(applied) = &mut run.decisions {
        applied.label(&mut claims);
    }
    observer.end();
    run.n_candidates = candidates.len();
    run.n_cut = n_cut;
    run.n_copies = copies.n_aside(&run.prepared.members);
    run.copies = copies;
    run.pairs = pairs;
    run.claims = claims;
    Ok(run)
}

/// Known claims (the right unit) with the sentences (the left one) that are like them, for `match`.
///
/// # Errors
/// As [`align`].
pub fn match_known(
    config: &Config,
    limit: usize,
    observer: &dyn Observer,
) -> Result<(Run, Vec<Hit>), Error> {
    let resources = Resources::read(config)?;
    let loaded = load(config, observer)?;
    let run = resources.prepare(config, loaded, observer)?;
    let prepared = &run.prepared;
    let (corpus, stories) = (prepared.corpus(), &prepared.stories);
    let scope = Scope::default();
    let copies = Copies::find(corpus, stories, &scope, &prepared.members, &[]);
    let scorer = Scorer::new(corpus, stories, &run.model);
    let limits = known_limits(limit);
    let known = known_candidates(&run, &copies.searched, limits, observer);
    let mut hits = scorer.hits(&known, observer);
    // What is said of a sentence is said of its copies.
    let mut of_unit: FxHashMap<u32, Vec<Hit>> = FxHashMap::default();
    for hit in &hits {
        of_unit.entry(hit.pair.left).or_default().push(hit.clone());
    }
    for &unit in &prepared.members {
        let searched = copies.searched_for(unit);
        if searched != unit {
            let of_copy = of_unit.get(&searched).into_iter().flatten();
            hits.extend(of_copy.map(|hit| {
                let mut hit = hit.clone();
                hit.pair.left = unit;
                hit
            }));
        }
    }
    Ok((run, hits))
}

/// What a known claim keeps, when `wanted` sentences are to be shown.
fn known_limits(wanted: usize) -> Limits {
    Limits {
        in_story: wanted.max(TEXTS_OF_CLAIM),
        ..Limits::default()
    }
}

/// Tables, lexicon, model, known claims and decisions: read before the long work, so that a mistake shows at once.
#[derive(Clone)]
struct Resources {
    lexicon: Cow<'static, Lexicon>,
    background: &'static Background,
    model: Model,
    known: Vec<KnownClaim>,
    decisions: Option<DecisionsFile>,
}

impl Resources {
    fn read(config: &Config) -> Result<Self, Error> {
        tables::check()?;
        let lexicon = Lexicon::embedded()?;
        Ok(Self {
            lexicon: match &config.lexicon {
                Some(path) => Cow::Owned(lexicon.with_file(path)?),
                None => Cow::Borrowed(lexicon),
            },
            background: Background::embedded()?,
            model: match &config.model {
                Some(path) => Model::from_file(path)?,
                None => Model::embedded()?,
            },
            known: match &config.claims {
                Some(path) => known::read(path)?,
                None => Vec::new(),
            },
            decisions: match &config.decisions {
                Some(path) => Some(DecisionsFile::read(path)?),
                None => None,
            },
        })
    }

    fn prepare(
        self,
        config: &Config,
        loaded: Loaded,
        observer: &dyn Observer,
    ) -> Result<Run, Error> {
        config.validate()?;
        let texts: Vec<&str> = self
            .known
            .iter()
            .map(|known| known.claim.as_str())
            .collect();
        let prepared = Prepared::new(
            &loaded.documents,
            &texts,
            &self.lexicon,
            self.background,
            observer,
        );
        let decisions = self
            .decisions
            .map(|file| Applied::new(file, &loaded.documents, &prepared));
        Ok(Run {
            config: config.clone(),
            documents: loaded.documents,
            extra_columns: loaded.extra_columns,
            files: loaded.files,
            warnings: loaded.warnings,
            prepared,
            known: self.known,
            decisions,
            n_candidates: 0,
            n_cut: 0,
            n_copies: 0,
            copies: Copies::default(),
            pairs: Pairs::default(),
            claims: Vec::new(),
            lexicon: self.lexicon,
            model: self.model,
        })
    }
}

/// Pairs of sentences (left), some of `searched`, and known claims (right) that are worth scoring, sorted.
fn known_candidates(
    run: &Run,
    searched: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Vec<Candidate> {
    let prepared = &run.prepared;
    let Some(&first) = prepared.known.first() else {
        return Vec::new();
    };
    let candidates = candidates::find_for(
        prepared.corpus(),
        &prepared.stories,
        &prepared.known,
        searched,
        limits,
        observer,
    )
    .pairs;
    debug_assert!(
        candidates
            .iter()
            .all(|pair| pair.left < first && pair.right >= first)
    );
    candidates
}
