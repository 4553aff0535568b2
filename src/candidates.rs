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
    let totals: Vec<f64> = (0..corpus.units.len())
        .map(|unit| corpus.totals(unit).iter().sum())
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
        totals: &totals,
        common,
    };
    let mut candidates: Vec<Candidate> = seekers
        .par_chunks(64)
        .flat_map_iter(|chunk| {
            let mut found = Vec::new();
            let mut scratch = Scratch::new(corpus.units.len());
            for &unit in chunk {
                search.partners(unit, stories, limits, &mut scratch, &mut found);
            }
            observer.advance(u64::try_from(chunk.len()).unwrap_or_default());
            found
        })
        .collect();
    observer.end();
    candidates.par_sort_unstable();
    candidates.dedup_by_key(|candidate| (candidate.left, candidate.right));
    candidates
}

struct Search<'a> {
    corpus: Corpus<'a>,
    postings: &'a Postings,
    totals: &'a [f64],
    common: usize,
}

/// Shared weight by unit, reused from search to search.
struct Scratch {
    shared: Vec<f64>,
    heaviest: Vec<(f64, WordId)>,
    touched: Vec<u32>,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            shared: vec![0.0; n],
            heaviest: vec![(0.0, 0); n],
            touched: Vec::new(),
        }
    }

    fn add(&mut self, unit: u32, weight: f64, word: WordId) {
        let i = unit as usize;
        if self.shared[i] == 0.0 {
            self.touched.push(unit);
            self.heaviest[i] = (weight, word);
        } else if weight > self.heaviest[i].0 {
            self.heaviest[i] = (weight, word);
        }
        self.shared[i] += weight;
    }
}

impl Search<'_> {
    fn partners(
        &self,
        unit: u32,
        stories: &Stories,
        limits: Limits,
        scratch: &mut Scratch,
        found: &mut Vec<Candidate>,
    ) {
        let corpus = &self.corpus;
        let article = corpus.units.unit(unit as usize).article;
        for &word in corpus.units.words(unit as usize) {
            let own = std::iter::once((word, 1.0f32));
            let others = corpus
                .neighbours
                .of(word)
                .iter()
                .filter(|neighbour| neighbour.similarity >= LEAST_SIMILARITY)
                .map(|neighbour| (neighbour.word, neighbour.similarity));
            for (other, similarity) in own.chain(others) {
                let list = self.postings.of(other);
                if list.len() > self.common {
                    continue;
                }
                let weight = f64::from(similarity) * corpus.weight(word).min(corpus.weight(other));
                for &partner in list {
                    if corpus.units.unit(partner as usize).article != article {
                        scratch.add(partner, weight, word);
                    }
                }
            }
        }
        let mut near: Vec<(f64, u32)> = Vec::new();
        let mut far: Vec<(f64, u32)> = Vec::new();
        for &partner in &scratch.touched {
            let i = partner as usize;
            let rank = scratch.shared[i] / (self.totals[unit as usize] + self.totals[i]);
            if stories.same(article, corpus.units.unit(i).article) {
                near.push((rank, partner));
            } else {
                far.push((rank, partner));
            }
        }
        for (list, limit) in [(&mut near, limits.in_story), (&mut far, limits.elsewhere)] {
            list.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            list.truncate(limit);
            found.extend(list.iter().map(|&(_, partner)| Candidate {
                left: unit.min(partner),
                right: unit.max(partner),
                word: scratch.heaviest[partner as usize].1,
            }));
        }
        for unit in scratch.touched.drain(..) {
            scratch.shared[unit as usize] = 0.0;
        }
    }
}
