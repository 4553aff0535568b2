//! Which articles tell of the same events.
//!
//! "Said the minister on Monday" is everywhere; two sentences are much likelier to state the same claim
//! when their articles are about the same event. This stage compares whole articles by their names and
//! rare words and groups them. A group is a hint with a weight, not a wall.
//!
//! Cost follows the number of articles: an article looks for others through its heaviest words, until it
//! has read `READ` entries of the index, and only with its `KEPT` best is its affinity computed, from all
//! words (as the heuristics of inverted indices do, Broder et al. 2003, "Efficient query evaluation using
//! a two-level retrieval process"). In runs of up to `KEPT` articles no pair is left out.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::align::Corpus;
use crate::article::Date;
use crate::cluster;
use crate::flat::{ByWord, offsets};
use crate::normalize::TokenKind;
use crate::observer::{Observer, Stage};
use crate::segment::Kind;
use crate::vocabulary::WordId;
use crate::weigh::short;

/// Average affinity above which articles are one story.
const SAME_STORY: f64 = 0.09;
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
/// The day of an article without a date.
const NO_DAY: i32 = i32::MIN;
/// Days after which two articles are rarely compared.
const OFTEN_DAYS: u32 = 4096;
/// Other articles with which an article's affinity is computed; with the rest it is taken for 0.
const KEPT: usize = 128;
/// Entries of the index that the search for them reads, heaviest words first.
const READ: usize = 8192;
/// Articles of one day with the same words, as prints of one agency story, are compared as one when there are
/// more of them than this.
const COPIES: usize = 8;

/// The stories of a run.
#[derive(Debug, Clone, Default)]
pub struct Stories {
    story: Vec<u32>,
    /// By article: the article that was compared in its place, mostly itself.
    compared: Vec<u32>,
    affinities: Affinities,
}

/// Affinities of pairs of articles, in rows of the smaller article.
#[derive(Debug, Clone, Default)]
struct Affinities {
    /// Where the row of an article begins; one more for the end of the last.
    offsets: Vec<usize>,
    /// The larger article, ascending in a row.
    others: Vec<u32>,
    values: Vec<f64>,
}

impl Affinities {
    fn of(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (a.min(b) as usize, a.max(b));
        let row = self.offsets[a]..self.offsets[a + 1];
        self.others[row.clone()]
            .binary_search(&b)
            .map_or(0.0, |i| self.values[row.start + i])
    }

    fn edges(&self) -> Vec<cluster::Edge> {
        let mut edges = Vec::with_capacity(self.others.len());
        for (row, left) in self.offsets.windows(2).zip(0u32..) {
            for i in row[0]..row[1] {
                edges.push(cluster::Edge {
                    left,
                    right: self.others[i],
                    weight: self.values[i],
                });
            }
        }
        edges
    }
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
            let (a, b) = (self.compared[a as usize], self.compared[b as usize]);
            if a == b {
                1.0
            } else {
                self.affinities.of(a, b)
            }
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
    let index = Index::new(corpus, dates);
    let affinities = index.affinities(observer);
    let mut prints = vec![0.0f64; n];
    for &first in &index.compared {
        prints[first as usize] += 1.0;
    }
    let story = cluster::average_linkage_from(
        &index.compared,
        &affinities.edges(),
        |article, _| prints[article as usize],
        SAME_STORY,
        |_| None,
        &cluster::Constraints::default(),
    );
    observer.end();
    Stories {
        story,
        compared: index.compared,
        affinities,
    }
}

/// The articles by their words, and the words by their articles.
struct Index<'a> {
    corpus: Corpus<'a>,
    nearness: Nearness,
    /// Of articles that another is compared for, empty.
    profiles: Vec<Vec<(WordId, f64)>>,
    compared: Vec<u32>,
    norms: Vec<f64>,
    /// Where the articles of a word begin.
    offsets: Vec<usize>,
    /// Articles with the weight of the word there.
    holders: Vec<(u32, f32)>,
}

impl<'a> Index<'a> {
    fn new(corpus: Corpus<'a>, dates: &[Option<Date>]) -> Self {
        let mut profiles = profiles(&corpus, dates.len());
        let compared = compared(&profiles, dates);
        for (profile, (article, &first)) in profiles.iter_mut().zip((0u32..).zip(&compared)) {
            if article != first {
                profile.clear();
            }
        }
        let norms = profiles.iter().map(|profile| norm(profile)).collect();
        let words = profiles.iter().flatten().map(|&(word, _)| word);
        let offsets = offsets(corpus.vocabulary.len(), words);
        let mut next = offsets.clone();
        let mut holders = vec![(0u32, 0f32); offsets.last().copied().unwrap_or(0)];
        for (profile, article) in profiles.iter().zip(0u32..) {
            for &(word, weight) in profile {
                holders[next[word as usize]] = (article, short(weight));
                next[word as usize] += 1;
            }
        }
        Self {
            corpus,
            nearness: Nearness::new(dates),
            profiles,
            compared,
            norms,
            offsets,
            holders,
        }
    }

    fn holders(&self, word: WordId) -> &[(u32, f32)] {
        &self.holders[self.offsets[word as usize]..self.offsets[word as usize + 1]]
    }

    /// The word and its close neighbours, with their similarity.
    fn like(&self, word: WordId) -> impl Iterator<Item = (WordId, f64)> {
        let others = self.corpus.neighbours.of(word);
        let close = others
            .filter(|neighbour| neighbour.similarity >= LEAST_SIMILARITY)
            .map(|neighbour| (neighbour.word, f64::from(neighbour.similarity)));
        std::iter::once((word, 1.0)).chain(close)
    }

    /// The affinities of every article with the best that it finds or that find it.
    fn affinities(&self, observer: &dyn Observer) -> Affinities {
        let n = self.profiles.len();
        let mut pairs: Vec<(u32, u32)> = (0..n)
            .into_par_iter()
            .map_init(
                || Scratch::new(n),
                |scratch, article| {
                    observer.advance(1);
                    self.nearest(article, scratch)
                },
            )
            .flatten_iter()
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        let values: Vec<f64> = pairs
            .par_chunk_by(|a, b| a.0 == b.0)
            .flat_map_iter(|row| {
                let left = Left::new(self, row.first().map_or(0, |pair| pair.0));
                row.iter().map(move |pair| left.affinity(self, pair.1))
            })
            .collect();
        Affinities {
            offsets: offsets(n, pairs.iter().map(|&(left, _)| left)),
            others: pairs.into_iter().map(|(_, right)| right).collect(),
            values,
        }
    }

    /// The articles that share the most with article `a`, as pairs; all that share anything if they are few.
    fn nearest(&self, a: usize, scratch: &mut Scratch) -> Vec<(u32, u32)> {
        let profile = &self.profiles[a];
        let mut order: Vec<usize> = (0..profile.len()).collect();
        order.sort_by(|&x, &y| profile[y].1.total_cmp(&profile[x].1));
        let mut read = 0;
        for place in order {
            let (word, weight) = profile[place];
            let cost: usize = self
                .like(word)
                .map(|(other, _)| self.holders(other).len())
                .sum();
            if read + cost <= READ {
                read += cost;
                scratch.add(self, word, weight);
            }
        }
        let mut found: Vec<(f64, u32)> = scratch
            .take()
            .filter(|&(b, _)| b as usize != a)
            .map(|(b, shared)| {
                let there = b as usize;
                let near = self.nearness.of(a, there);
                (f64::from(shared) / self.norms[there] * near, b)
            })
            .collect();
        if found.len() > KEPT {
            found.select_nth_unstable_by(KEPT - 1, |x, y| {
                y.0.total_cmp(&x.0).then_with(|| x.1.cmp(&y.1))
            });
            found.truncate(KEPT);
        }
        let a = u32::try_from(a).unwrap_or(u32::MAX);
        let pair = |(_, b): (f64, u32)| (a.min(b), a.max(b));
        found.into_iter().map(pair).collect()
    }
}

/// An article that many others are compared with, word by word.
struct Left {
    article: usize,
    /// Places in its profile that a word of another answers to, with the similarity.
    reach: ByWord<(usize, f64)>,
}

impl Left {
    fn new(index: &Index, article: u32) -> Self {
        let article = article as usize;
        let mut reach = ByWord::with_capacity(0);
        for (place, &(word, _)) in index.profiles[article].iter().enumerate() {
            for (other, similarity) in index.like(word) {
                reach.add(other, (place, similarity));
            }
        }
        Self { article, reach }
    }

    /// The affinity with article `right`: of every word the best neighbour counts, so that synonyms do not count
    /// twice; the mean of both directions.
    fn affinity(&self, index: &Index, right: u32) -> f64 {
        let right = right as usize;
        let (mine, theirs) = (&index.profiles[self.article], &index.profiles[right]);
        let mut best = [0.0f64; WORDS];
        let mut back = 0.0;
        for &(word, there) in theirs {
            let mut most = 0.0f64;
            for (place, similarity) in self.reach.of(word) {
                let here = mine[place].1;
                best[place] = best[place].max(similarity * here * there);
                most = most.max(similarity * there * here);
            }
            back += most;
        }
        let forth: f64 = best.iter().sum();
        let norms = index.norms[self.article] * index.norms[right];
        let near = index.nearness.of(self.article, right);
        let cosine = |shared: f64| (shared / norms * near).min(1.0);
        cosine(forth) / 2.0 + cosine(back) / 2.0
    }
}

/// What one article shares with every other, reused from article to article.
struct Scratch {
    /// By article.
    with: Vec<With>,
    /// The articles of which `best` is not 0.
    touched: Vec<u32>,
    /// The articles of which `shared` is not 0.
    met: Vec<u32>,
}

/// What is shared with an article.
#[derive(Clone, Default)]
struct With {
    shared: f32,
    /// Of the word that is being added.
    best: f32,
}

impl Scratch {
    fn new(n: usize) -> Self {
        Self {
            with: vec![With::default(); n],
            touched: Vec::new(),
            met: Vec::new(),
        }
    }

    /// Adds a word: the best neighbour in each other article.
    fn add(&mut self, index: &Index, word: WordId, weight: f64) {
        for (other, similarity) in index.like(word) {
            let here = short(similarity * weight);
            for &(article, there) in index.holders(other) {
                let product = here * there;
                let best = &mut self.with[article as usize].best;
                if *best == 0.0 {
                    self.touched.push(article);
                }
                *best = best.max(product);
            }
        }
        for article in self.touched.drain(..) {
            let with = &mut self.with[article as usize];
            if with.shared == 0.0 {
                self.met.push(article);
            }
            with.shared += std::mem::take(&mut with.best);
        }
    }

    /// What was added, by article; leaves nothing behind.
    fn take(&mut self) -> impl Iterator<Item = (u32, f32)> {
        let with = &mut self.with;
        self.met.drain(..).map(|article| {
            let shared = &mut with[article as usize].shared;
            (article, std::mem::take(shared))
        })
    }
}

/// How near to each other articles were published.
struct Nearness {
    /// [`Date::day_number`] of each article, which has room in 32 bits; [`NO_DAY`] where it is not known.
    days: Vec<i32>,
    /// By days between two articles, for those that are asked for most.
    after: Vec<f64>,
}

impl Nearness {
    fn new(dates: &[Option<Date>]) -> Self {
        let day = |date: Date| i32::try_from(date.day_number()).unwrap_or(NO_DAY);
        Self {
            days: dates.iter().map(|date| date.map_or(NO_DAY, day)).collect(),
            after: (0..OFTEN_DAYS).map(after).collect(),
        }
    }

    /// From 1 for the same day or one that is not known down to 0.
    fn of(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.days[a], self.days[b]);
        if a == NO_DAY || b == NO_DAY {
            return 1.0;
        }
        let days = a.abs_diff(b);
        let often = self.after.get(days as usize).copied();
        often.unwrap_or_else(|| after(days))
    }
}

/// What is left of an affinity after so many days.
fn after(days: u32) -> f64 {
    0.5f64.powf(f64::from(days) / HALF_LIFE_DAYS)
}

/// The heaviest words of every article but for its boilerplate, with their weight there, by word.
fn profiles(corpus: &Corpus, n: usize) -> Vec<Vec<(WordId, f64)>> {
    // Units stand in the order of their articles; known claims, which are of none, at the end.
    let articles = (0..corpus.units.len()).map(|unit| corpus.units.unit(unit).article);
    offsets(n, articles.take_while(|&article| (article as usize) < n))
        .par_windows(2)
        .map(|article| {
            let mut counts: FxHashMap<WordId, u32> = FxHashMap::default();
            // What a site or an archive puts around all its articles tells no story.
            let tells = |&unit: &usize| corpus.units.unit(unit).kind != Kind::Boilerplate;
            for unit in (article[0]..article[1]).filter(tells) {
                for &word in corpus.units.words(unit) {
                    if corpus.vocabulary.word(word).class.is_none() {
                        *counts.entry(word).or_default() += 1;
                    }
                }
            }
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

/// For every article the first of many that have its words and day, or itself.
fn compared(profiles: &[Vec<(WordId, f64)>], dates: &[Option<Date>]) -> Vec<u32> {
    let mut compared: Vec<u32> = (0..u32::try_from(profiles.len()).unwrap_or(u32::MAX)).collect();
    let mut order = compared.clone();
    let cmp = |&a: &u32, &b: &u32| {
        let (a, b) = (a as usize, b as usize);
        let words = |i: usize| {
            profiles[i]
                .iter()
                .map(|&(word, weight)| (word, weight.to_bits()))
        };
        dates[a].cmp(&dates[b]).then_with(|| words(a).cmp(words(b)))
    };
    order.par_sort_unstable_by(|a, b| cmp(a, b).then_with(|| a.cmp(b)));
    for copies in order.chunk_by(|a, b| cmp(a, b).is_eq()) {
        let telling = copies
            .first()
            .is_some_and(|&first| !profiles[first as usize].is_empty());
        if telling && copies.len() > COPIES {
            for &copy in copies {
                compared[copy as usize] = copies[0];
            }
        }
    }
    compared
}

fn norm(profile: &[(WordId, f64)]) -> f64 {
    profile
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f64>()
        .sqrt()
        .max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_prints_of_one_day_are_compared_as_one() {
        let day = |day| Date::new(2021, 1, day);
        let story = vec![(3, 1.5), (7, 2.0)];
        let mut profiles = vec![story.clone(); COPIES + 1];
        profiles[2] = vec![(3, 1.5)];
        let mut dates = vec![day(6); COPIES + 1];
        let apart: Vec<u32> = (0..).take(COPIES + 1).collect();
        // One too few, with the same words but for one …
        assert_eq!(compared(&profiles, &dates), apart);
        profiles.push(story);
        dates.push(day(7));
        // … or of another day.
        assert_eq!(compared(&profiles, &dates)[COPIES + 1], 9);
        dates[COPIES + 1] = day(6);
        let mut as_one = vec![0; COPIES + 2];
        as_one[2] = 2;
        assert_eq!(compared(&profiles, &dates), as_one);
    }

    #[test]
    fn nearness_halves_in_sixty_days_however_far_apart() {
        let first = Date::new(2000, 1, 1);
        let nearness = Nearness::new(&[first, Date::new(2000, 3, 1), Date::new(2016, 6, 5), None]);
        assert!((nearness.of(0, 0) - 1.0).abs() < 1e-12);
        assert!((nearness.of(1, 0) - 0.5).abs() < 1e-12);
        // One hundred times sixty days, which are not looked up.
        assert!((nearness.of(0, 2).log2() + 100.0).abs() < 1e-9);
        assert!((nearness.of(2, 3) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn articles_without_words_are_not_compared_as_one() {
        let profiles = vec![Vec::new(); COPIES + 1];
        let dates = vec![None; COPIES + 1];
        let apart: Vec<u32> = (0..).take(COPIES + 1).collect();
        assert_eq!(compared(&profiles, &dates), apart);
    }
}
