//! Which articles tell of the same events.
//!
//! "Said the minister on Monday" is everywhere; two sentences are much likelier to state the same claim
//! when their articles are about the same event. This stage compares whole articles by their names and
//! rare words and groups them. A group is a hint with a weight, not a wall.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::align::Corpus;
use crate::article::Date;
use crate::cluster;
use crate::normalize::TokenKind;
use crate::observer::{Observer, Stage};
use crate::vocabulary::WordId;

/// Average affinity above which articles are one story.
const SAME_STORY: f64 = 0.12;
/// Heaviest words of an article that are compared.
const WORDS: usize = 80;
/// Neighbours of a word below this similarity do not count.
const LEAST_SIMILARITY: f32 = 0.70;
/// Factor on the weight of names, which tell events apart better than other words.
const NAME: f64 = 2.0;
/// Affinity of a known claim with every article: that of articles of one story.
const KNOWN_CLAIM: f64 = 0.3;
/// Days after which the affinity of two articles has fallen to half.
const HALF_LIFE_DAYS: f64 = 60.0;

/// The stories of a run.
#[derive(Debug, Clone, Default)]
pub struct Stories {
    story: Vec<u32>,
    /// By article: the later articles that it shares words with, and their affinity.
    affinity: Vec<Vec<(u32, f64)>>,
}

impl Stories {
    /// Affinity, 0..=1, of two articles: 1 for an article with itself. Known claims, which are numbered after
    /// the articles, are taken to be of every story.
    pub fn affinity(&self, a: u32, b: u32) -> f64 {
        if a == b {
            1.0
        } else if self.is_known_claim(a) || self.is_known_claim(b) {
            KNOWN_CLAIM
        } else {
            value_of(&self.affinity[a.min(b) as usize], a.max(b))
        }
    }

    /// Whether two articles are in one story.
    pub fn same(&self, a: u32, b: u32) -> bool {
        self.is_known_claim(a) || self.is_known_claim(b) || self.of(a) == self.of(b)
    }

    fn is_known_claim(&self, article: u32) -> bool {
        article as usize >= self.story.len()
    }

    /// The story of an article: the number of the story's first article; `None` for a known claim.
    pub fn of(&self, article: u32) -> Option<u32> {
        self.story.get(article as usize).copied()
    }

    /// Number of stories.
    pub fn len(&self) -> usize {
        self.story
            .iter()
            .zip(0..)
            .filter(|&(&story, article)| story == article)
            .count()
    }

    /// Whether there is no story.
    pub fn is_empty(&self) -> bool {
        self.story.is_empty()
    }
}

/// Groups `dates.len()` articles; `dates` in the order of the articles.
pub fn group(corpus: Corpus, dates: &[Option<Date>], observer: &dyn Observer) -> Stories {
    let n = dates.len();
    observer.begin(Stage::Stories, u64::try_from(n).ok());
    let profiles = profiles(&corpus, n);
    let norms: Vec<f64> = profiles.iter().map(|profile| norm(profile)).collect();
    let mut holders: Vec<Vec<(u32, f64)>> = vec![Vec::new(); corpus.vocabulary.len()];
    for (profile, article) in profiles.iter().zip(0u32..) {
        for &(word, weight) in profile {
            holders[word as usize].push((article, weight));
        }
    }
    let rows: Vec<Vec<(u32, f64)>> = profiles
        .par_iter()
        .enumerate()
        .map_init(
            || Scratch::new(n),
            |scratch, (a, profile)| {
                for &(word, weight) in profile {
                    scratch.add(&corpus, &holders, word, weight);
                }
                observer.advance(1);
                scratch
                    .take()
                    .filter(|&(b, _)| b != a)
                    .map(|(b, shared)| {
                        let cosine = shared / (norms[a] * norms[b]);
                        (
                            u32::try_from(b).unwrap_or(u32::MAX),
                            cosine * nearness(dates[a], dates[b]),
                        )
                    })
                    .collect()
            },
        )
        .collect();
    let affinity: Vec<Vec<(u32, f64)>> = rows
        .par_iter()
        .zip(0u32..u32::MAX)
        .map(|(row, a)| {
            row.iter()
                .filter(|&&(b, _)| b > a)
                .map(|&(b, there)| {
                    let back = value_of(&rows[b as usize], a);
                    (b, there.min(1.0) / 2.0 + back.min(1.0) / 2.0)
                })
                .collect()
        })
        .collect();
    drop(rows);
    let edges: Vec<cluster::Edge> = affinity
        .iter()
        .zip(0u32..)
        .flat_map(|(row, left)| {
            row.iter().map(move |&(right, weight)| cluster::Edge {
                left,
                right,
                weight,
            })
        })
        .collect();
    let story = cluster::average_linkage(n, &edges, SAME_STORY, |_| None);
    observer.end();
    Stories { story, affinity }
}

/// The value of `article` in a row that is sorted by article.
fn value_of(row: &[(u32, f64)], article: u32) -> f64 {
    row.binary_search_by_key(&article, |&(other, _)| other)
        .map_or(0.0, |i| row[i].1)
}

/// What one article shares with every other, reused from article to article.
struct Scratch {
    shared: Vec<f64>,
    best: Vec<f64>,
    touched: Vec<u32>,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            shared: vec![0.0; n],
            best: vec![0.0; n],
            touched: Vec::new(),
        }
    }

    /// Adds a word: the best neighbour in each other article, so that synonyms do not count twice.
    fn add(&mut self, corpus: &Corpus, holders: &[Vec<(u32, f64)>], word: WordId, weight: f64) {
        let own = std::iter::once((word, 1.0f32));
        let others = corpus
            .neighbours
            .of(word)
            .iter()
            .filter(|neighbour| neighbour.similarity >= LEAST_SIMILARITY)
            .map(|neighbour| (neighbour.word, neighbour.similarity));
        for (other, similarity) in own.chain(others) {
            for &(article, there) in &holders[other as usize] {
                let product = f64::from(similarity) * weight * there;
                let best = &mut self.best[article as usize];
                if *best == 0.0 {
                    self.touched.push(article);
                }
                *best = best.max(product);
            }
        }
        for article in self.touched.drain(..) {
            let article = article as usize;
            self.shared[article] += std::mem::take(&mut self.best[article]);
        }
    }

    /// What was added, by article, where it is more than 0; leaves nothing behind.
    fn take(&mut self) -> impl Iterator<Item = (usize, f64)> {
        self.shared
            .iter_mut()
            .map(std::mem::take)
            .enumerate()
            .filter(|&(_, shared)| shared > 0.0)
    }
}

fn nearness(a: Option<Date>, b: Option<Date>) -> f64 {
    let (Some(a), Some(b)) = (a, b) else {
        return 1.0;
    };
    #[expect(clippy::cast_precision_loss, reason = "a number of days")]
    let days = (a.day_number() - b.day_number()).abs() as f64;
    0.5f64.powf(days / HALF_LIFE_DAYS)
}

/// The heaviest words of every article with their weight there, by word.
fn profiles(corpus: &Corpus, n: usize) -> Vec<Vec<(WordId, f64)>> {
    let mut counts: Vec<FxHashMap<WordId, u32>> = vec![FxHashMap::default(); n];
    for unit in 0..corpus.units.len() {
        let article = corpus.units.unit(unit).article as usize;
        if article >= n {
            break;
        }
        for &word in corpus.units.words(unit) {
            if corpus.vocabulary.word(word).class.is_none() {
                *counts[article].entry(word).or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .map(|counts| {
            let mut profile: Vec<(WordId, f64)> = counts
                .into_iter()
                .map(|(word, count)| {
                    let name = corpus.vocabulary.word(word).kind == TokenKind::Name;
                    let factor = if name { NAME } else { 1.0 };
                    (
                        word,
                        factor * corpus.weight(word) * (1.0 + f64::from(count).ln()),
                    )
                })
                .collect();
            profile.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            profile.truncate(WORDS);
            profile.sort_unstable_by_key(|&(word, _)| word);
            profile
        })
        .collect()
}

fn norm(profile: &[(WordId, f64)]) -> f64 {
    profile
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f64>()
        .sqrt()
        .max(1e-9)
}
