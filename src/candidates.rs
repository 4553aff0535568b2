//! Pairs of sentences that are worth scoring.
//!
//! An inverted index over the words of the run: every sentence gathers the weight that it shares with
//! others through its own words and their neighbours, and keeps its best partners, some from its own
//! story and some from anywhere. Words in more than a tenth of the sentences do not make candidates
//! (they still count in the score). No pair is made of two sentences of one article.

use rayon::prelude::*;

use crate::align::Corpus;
use crate::observer::{Observer, Stage};
use crate::stories::Stories;
use crate::vocabulary::WordId;

/// A word in more than this share of the sentences makes no candidates …
const COMMON_SHARE: f64 = 0.10;
/// … when it is in more than this many.
const COMMON_AT_LEAST: usize = 60;
/// Neighbours of a word below this similarity make no candidates.
const LEAST_SIMILARITY: f32 = 0.40;

/// Units whose shared weights are added up at once: few enough that the sums stay in the fastest memory.
const BLOCK: usize = 4096;

/// How many partners a sentence keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Best partners in articles of the same story.
    pub in_story: usize,
    /// Best partners in any other article.
    pub elsewhere: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_story: 40,
            elsewhere: 8,
        }
    }
}

/// A pair that is worth scoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// The smaller unit number.
    pub left: u32,
    /// The larger unit number.
    pub right: u32,
    /// The word (of either sentence) that brought most of the shared weight: the reason for the pair.
    pub word: WordId,
}

/// Units by word.
#[derive(Debug)]
pub(crate) struct Postings {
    offsets: Vec<usize>,
    units: Vec<u32>,
}

impl Postings {
    pub(crate) fn build(corpus: &Corpus, members: &[u32]) -> Self {
        let n = corpus.vocabulary.len();
        let mut offsets = vec![0usize; n + 1];
        for &unit in members {
            for &word in corpus.units.words(unit as usize) {
                offsets[word as usize + 1] += 1;
            }
        }
        for i in 0..n {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut units = vec![0u32; offsets[n]];
        for &unit in members {
            for &word in corpus.units.words(unit as usize) {
                units[next[word as usize]] = unit;
                next[word as usize] += 1;
            }
        }
        Self { offsets, units }
    }

    pub(crate) fn of(&self, word: WordId) -> &[u32] {
        &self.units[self.offsets[word as usize]..self.offsets[word as usize + 1]]
    }
}

/// The candidates among `members` (unit numbers, ascending): unique, sorted.
pub fn find(
    corpus: Corpus,
    stories: &Stories,
    members: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Vec<Candidate> {
    find_for(corpus, stories, members, members, limits, observer)
}

/// The candidates of which one is among `seekers` and the other among `members`: unique, sorted.
pub fn find_for(
    corpus: Corpus,
    stories: &Stories,
    seekers: &[u32],
    members: &[u32],
    limits: Limits,
    observer: &dyn Observer,
) -> Vec<Candidate> {
    let postings = Postings::build(&corpus, members);
    let standings: Vec<Standing> = (0..corpus.units.len())
        .map(|unit| {
            let article = corpus.units.unit(unit).article;
            Standing {
                total: corpus.totals(unit).iter().sum(),
                article,
                story: stories.of(article),
            }
        })
        .collect();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of sentences"
    )]
    let common = COMMON_AT_LEAST.max((COMMON_SHARE * members.len() as f64) as usize);
    observer.begin(Stage::Candidates, u64::try_from(seekers.len()).ok());
    let search = Search {
        corpus,
        postings: &postings,
        standings: &standings,
        common,
    };
    let mut candidates: Vec<Candidate> = seekers
        .par_chunks(64)
        .map_init(
            || Scratch::new(limits),
            |scratch, chunk| {
                let mut found = Vec::new();
                for &unit in chunk {
                    search.partners(unit, scratch, &mut found);
                }
                observer.advance(u64::try_from(chunk.len()).unwrap_or_default());
                found
            },
        )
        .flatten_iter()
        .collect();
    candidates.par_sort_unstable();
    candidates.dedup_by_key(|candidate| (candidate.left, candidate.right));
    observer.end();
    candidates
}

struct Search<'a> {
    corpus: Corpus<'a>,
    postings: &'a Postings,
    standings: &'a [Standing],
    common: usize,
}

/// What the search needs to know of a unit.
#[derive(Clone, Copy)]
struct Standing {
    /// Weight of its words.
    total: f64,
    article: u32,
    /// `None`, as of a known claim: of every story.
    story: Option<u32>,
}

/// A word that a unit looks for.
struct Term<'a> {
    word: WordId,
    /// The unit's own word behind it.
    own: WordId,
    /// What it brings.
    weight: f64,
    /// The units that hold it, from the running block on.
    units: &'a [u32],
}

/// What a search works with, reused from search to search.
struct Scratch<'a> {
    /// Shared weight by unit of the running block.
    shared: Vec<f64>,
    /// The units of which it is not 0, and room for one more.
    touched: Vec<u32>,
    terms: Vec<Term<'a>>,
    near: Best,
    far: Best,
}

impl Scratch<'_> {
    fn new(limits: Limits) -> Self {
        Self {
            shared: vec![0.0; BLOCK],
            touched: vec![0; BLOCK + 1],
            terms: Vec::new(),
            near: Best::new(limits.in_story),
            far: Best::new(limits.elsewhere),
        }
    }

    /// Adds up what the units of the block from `first` on share with the terms; returns how many units do.
    fn add_block(&mut self, first: usize) -> usize {
        let mut n = 0;
        for term in &mut self.terms {
            let mut done = 0;
            for &unit in term.units {
                let Some(sum) = self.shared.get_mut(unit as usize - first) else {
                    break;
                };
                // Without a branch: which units are new cannot be foretold.
                self.touched[n] = unit;
                n += usize::from(*sum == 0.0);
                *sum += term.weight;
                done += 1;
            }
            term.units = &term.units[done..];
        }
        n
    }
}

/// The highest ranks so far; of equal ones, the smaller units.
struct Best {
    limit: usize,
    /// Lower ranks have no chance.
    floor: f64,
    list: Vec<(f64, u32)>,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            floor: 0.0,
            list: Vec::new(),
        }
    }

    fn push(&mut self, rank: f64, unit: u32) {
        if rank >= self.floor {
            self.list.push((rank, unit));
            if self.list.len() >= self.limit.saturating_mul(4).saturating_add(32) {
                self.settle();
            }
        }
    }

    /// Leaves the `limit` best, in any order.
    fn settle(&mut self) {
        if self.list.len() <= self.limit {
            return;
        }
        if let Some(last) = self.limit.checked_sub(1) {
            let (_, &mut (rank, _), _) = self.list.select_nth_unstable_by(last, |a, b| {
                b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
            });
            self.floor = rank;
        }
        self.list.truncate(self.limit);
    }

    /// Takes the best, in any order, and starts anew.
    fn take(&mut self) -> impl Iterator<Item = u32> {
        self.settle();
        self.floor = 0.0;
        self.list.drain(..).map(|(_, unit)| unit)
    }
}

impl<'a> Search<'a> {
    fn partners(&self, unit: u32, scratch: &mut Scratch<'a>, found: &mut Vec<Candidate>) {
        self.look_for(unit, &mut scratch.terms);
        let own = self.standings[unit as usize];
        for first in (0..self.standings.len()).step_by(BLOCK) {
            let n = scratch.add_block(first);
            for &partner in &scratch.touched[..n] {
                let i = partner as usize;
                let shared = std::mem::take(&mut scratch.shared[i - first]);
                let other = self.standings[i];
                if other.article == own.article {
                    continue;
                }
                let rank = shared / (own.total + other.total);
                if own.story == other.story || own.story.is_none() || other.story.is_none() {
                    scratch.near.push(rank, partner);
                } else {
                    scratch.far.push(rank, partner);
                }
            }
        }
        scratch.terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        for best in [&mut scratch.near, &mut scratch.far] {
            found.extend(best.take().map(|partner| Candidate {
                left: unit.min(partner),
                right: unit.max(partner),
                word: self.heaviest(partner, &scratch.terms),
            }));
        }
    }

    /// The words of `unit` and their neighbours, with the units that hold them.
    fn look_for(&self, unit: u32, terms: &mut Vec<Term<'a>>) {
        let corpus = &self.corpus;
        terms.clear();
        for &own in corpus.units.words(unit as usize) {
            let itself = std::iter::once((own, 1.0f32));
            let others = corpus
                .neighbours
                .of(own)
                .iter()
                .filter(|neighbour| neighbour.similarity >= LEAST_SIMILARITY)
                .map(|neighbour| (neighbour.word, neighbour.similarity));
            for (word, similarity) in itself.chain(others) {
                let units = self.postings.of(word);
                if !units.is_empty() && units.len() <= self.common {
                    terms.push(Term {
                        word,
                        own,
                        weight: f64::from(similarity) * corpus.weight(own).min(corpus.weight(word)),
                        units,
                    });
                }
            }
        }
    }

    /// Of the unit's own words, the one that brings `partner` the most; `terms` are sorted by their weight.
    fn heaviest(&self, partner: u32, terms: &[Term]) -> WordId {
        let words = self.corpus.units.words(partner as usize);
        terms
            .iter()
            .find(|term| words.binary_search(&term.word).is_ok())
            .map_or(0, |term| term.own)
    }
}
