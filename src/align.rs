//! The alignment of two sentences: which word of one answers to which word of the other.
//!
//! Every word is matched with the most similar word of the other sentence (max-sim). The result is
//! symmetric and explains itself: it lists the pairs of words with their similarity and weight.

use crate::flat::{ByWord, Filter};
use crate::similar::{Link, Neighbours};
use crate::vocabulary::{GROUPS, Group, Units, Vocabulary, WordId};
use crate::weigh::{Weight, Weights};

/// Similarity of a name and a pronoun that stands for it.
const REFERENT: f32 = 0.5;

/// Numbers up to this one are shared by chance.
const SMALL: f64 = 12.0;

/// Two words that answer to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// A word of the left sentence.
    pub left: WordId,
    /// The most similar word of the right sentence.
    pub right: WordId,
    /// Similarity, 0..=1.
    pub similarity: f64,
    /// Why they are alike; `None` for the same word.
    pub link: Option<Link>,
}

/// What two sentences share. Weights are those of [`crate::weigh`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shared {
    /// Matched weight of the left sentence, by [`Group`].
    pub left: [f64; GROUPS],
    /// Matched weight of the right sentence, by [`Group`].
    pub right: [f64; GROUPS],
    /// Matched weight of both sentences, by the weights that words have in their stories.
    pub in_story: f64,
    /// Weight of the heaviest matched word.
    pub heaviest: f64,
    /// Weight of the numbers of the left and of the right sentence that match nothing.
    pub unmatched_numbers: [f64; 2],
    /// Weight of the names of the left and of the right sentence that match nothing.
    pub unmatched_names: [f64; 2],
    /// Weight of the heaviest word of content of the left and of the right sentence that matches nothing.
    pub heaviest_unmatched: [f64; 2],
    /// Whether a small number of both counts something else in each: 4 minutter, 4 stemmer.
    pub other_things: bool,
    /// Whether a number of both may count the same.
    pub same_things: bool,
    /// Words of content matched with similarity 0.5 or more: of the sentence that has fewer of them.
    pub content_words: u32,
}

impl Shared {
    /// Counts a word of the left (0) or right (1) sentence: how similar its best match is, and its weights.
    fn count(&mut self, side: usize, similarity: f32, weight: Weight) {
        let matched = f64::from(similarity) * f64::from(weight.plain);
        if similarity > 0.0 {
            let sums = if side == 0 {
                &mut self.left
            } else {
                &mut self.right
            };
            sums[weight.group as usize] += matched;
            self.in_story += f64::from(similarity) * f64::from(weight.in_story);
            self.heaviest = self.heaviest.max(matched);
        } else {
            match weight.group {
                Group::Number => self.unmatched_numbers[side] += f64::from(weight.plain),
                Group::Name => self.unmatched_names[side] += f64::from(weight.plain),
                Group::Content => {
                    let heaviest = &mut self.heaviest_unmatched[side];
                    *heaviest = heaviest.max(weight.plain.into());
                }
                Group::Calendar | Group::Function => {}
            }
        }
    }

    /// Matched weight of both sentences.
    pub fn total(&self) -> f64 {
        self.left.iter().sum::<f64>() + self.right.iter().sum::<f64>()
    }
}

/// The corpus as the aligner sees it.
#[derive(Debug, Clone, Copy)]
pub struct Corpus<'a> {
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// Which words are alike.
    pub neighbours: &'a Neighbours,
    /// Weight of every word.
    pub weights: &'a [f64],
    /// The sentences.
    pub units: &'a Units,
}

impl Corpus<'_> {
    /// The group of a word.
    pub fn group(&self, word: WordId) -> Group {
        self.vocabulary.group(word)
    }

    /// Weight of a word.
    pub fn weight(&self, word: WordId) -> f64 {
        self.weights[word as usize]
    }

    /// Weight of all words of a unit.
    pub fn total(&self, unit: usize) -> f64 {
        let words = self.units.words(unit).iter();
        words
            .zip(self.units.saliences(unit))
            .map(|(&word, salience)| f64::from(salience) * self.weight(word))
            .sum()
    }
}

/// A word of the left sentence that a word of a right one may answer to.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Place among the words of the left sentence.
    place: u32,
    similarity: f32,
    link: Option<Link>,
}

/// The left sentence of many pairs, prepared once.
#[derive(Debug)]
pub struct Left<'a> {
    corpus: Corpus<'a>,
    unit: usize,
    words: &'a [WordId],
    /// The entries that a word of a right sentence answers to.
    reach: ByWord<Entry>,
}

impl<'a> Left<'a> {
    /// Prepares unit `unit`.
    pub fn new(corpus: Corpus<'a>, unit: usize) -> Self {
        Self::within(corpus, unit, |_| true)
    }

    /// Prepares unit `unit` for pairs with the units `rights` alone.
    pub fn for_pairs(corpus: Corpus<'a>, unit: usize, rights: impl Iterator<Item = usize>) -> Self {
        let mut occurring: Filter = Filter::default();
        for right in rights {
            for &word in corpus.units.words(right) {
                occurring.add(word);
            }
        }
        Self::within(corpus, unit, |word| occurring.may_hold(word))
    }

    /// Prepares unit `unit` for right sentences of words that may `occur`.
    fn within(corpus: Corpus<'a>, unit: usize, occur: impl Fn(WordId) -> bool) -> Self {
        let words = corpus.units.words(unit);
        let mut reach = ByWord::with_capacity(4 * words.len());
        for (&word, place) in words.iter().zip(0u32..) {
            let entry = |similarity, link| Entry {
                place,
                similarity,
                link,
            };
            if occur(word) {
                reach.add(word, entry(1.0, None));
            }
            for neighbour in corpus.neighbours.occurring(word, &occur) {
                reach.add(
                    neighbour.word,
                    entry(neighbour.similarity, Some(neighbour.link)),
                );
            }
        }
        Self {
            corpus,
            unit,
            words,
            reach,
        }
    }

    /// The number of the unit.
    pub fn unit(&self) -> usize {
        self.unit
    }

    /// Whether both sentences tell what the numbers `left` and `right` count, and it is not alike.
    fn count_other_things(&self, left: WordId, right: WordId, unit: usize) -> bool {
        let units = self.corpus.units;
        let counted = |unit: usize, number: WordId| {
            let counts = units.counts(unit).iter();
            counts.filter(move |count| count.number == number)
        };
        let alike = |a: WordId, b: WordId| a == b || self.corpus.neighbours.between(a, b).is_some();
        let any_alike = || {
            counted(self.unit, left).any(|a| counted(unit, right).any(|b| alike(a.word, b.word)))
        };
        counted(self.unit, left).next().is_some()
            && counted(unit, right).next().is_some()
            && !any_alike()
    }

    fn is_small(&self, number: WordId) -> bool {
        let value = self.corpus.vocabulary.word(number).canonical.parse();
        value.is_ok_and(|value: f64| value <= SMALL)
    }

    /// The matches of the left sentence's words in unit `right`, heaviest first.
    pub fn matches(&self, right: usize) -> Vec<Match> {
        let mut best: Vec<Option<(WordId, Entry)>> = vec![None; self.words.len()];
        // Words ascend: of equally similar ones the first stays.
        for &word in self.corpus.units.words(right) {
            for entry in self.reach.of(word) {
                let best = &mut best[entry.place as usize];
                if best.is_none_or(|(_, other)| entry.similarity > other.similarity) {
                    *best = Some((word, entry));
                }
            }
        }
        let mut matches: Vec<Match> = self
            .words
            .iter()
            .zip(best)
            .filter_map(|(&left, best)| {
                let (right, entry) = best?;
                Some(Match {
                    left,
                    right,
                    similarity: f64::from(entry.similarity),
                    link: entry.link,
                })
            })
            .collect();
        let mass = |found: &Match| found.similarity * self.corpus.weight(found.left);
        matches.sort_by(|a, b| {
            mass(b)
                .total_cmp(&mass(a))
                .then_with(|| a.left.cmp(&b.left))
        });
        matches
    }
}

/// The left sentence of many pairs with the weights of its words, and room to match them.
#[derive(Debug)]
pub struct Weighed<'a> {
    left: Left<'a>,
    weights: &'a Weights,
    /// Places and weights of the numbers of the left sentence, and of its names.
    numbers: Vec<(usize, f64)>,
    names: Vec<(usize, f64)>,
    /// Places and weights of its words of content, the heaviest first.
    content: Vec<(usize, f64)>,
    /// The matches of its words in one right sentence; none between two pairs.
    found: Found,
}

/// How similar the best match of each word of a sentence is.
#[derive(Debug)]
struct Found {
    /// By place, 0 without a match.
    best: Vec<f32>,
    /// The places with a match, as bits.
    places: Vec<u64>,
}

impl Found {
    fn new(n_words: usize) -> Self {
        Self {
            best: vec![0.0; n_words],
            places: vec![0; n_words.div_ceil(64)],
        }
    }

    fn add(&mut self, place: usize, similarity: f32) {
        self.best[place] = self.best[place].max(similarity);
        self.places[place / 64] |= 1 << (place % 64);
    }

    fn clear(&mut self) {
        self.best.fill(0.0);
        self.places.fill(0);
    }

    fn has(&self, place: usize) -> bool {
        self.places[place / 64] & 1 << (place % 64) != 0
    }

    /// The places with a match, ascending.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.places.iter().enumerate().flat_map(|(at, &bits)| {
            let following = |bits: &u64| Some(bits & (bits - 1)).filter(|&rest| rest != 0);
            let all = std::iter::successors(Some(bits).filter(|&bits| bits != 0), following);
            all.map(move |bits| 64 * at + bits.trailing_zeros() as usize)
        })
    }
}

impl<'a> Weighed<'a> {
    /// `weights` are those of all words of the corpus.
    pub fn new(left: Left<'a>, weights: &'a Weights) -> Self {
        let own = weights.of(left.corpus.units, left.unit);
        let of_group = |group: Group| {
            let places = own.iter().enumerate();
            let of_group = places.filter(move |(_, weight)| weight.group == group);
            of_group.map(|(place, weight)| (place, f64::from(weight.plain)))
        };
        let mut content: Vec<(usize, f64)> = of_group(Group::Content).collect();
        content.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self {
            weights,
            numbers: of_group(Group::Number).collect(),
            names: of_group(Group::Name).collect(),
            content,
            found: Found::new(own.len()),
            left,
        }
    }

    /// What the left sentence and unit `right` share.
    pub fn shared(&mut self, right: usize) -> Shared {
        let mut shared = Shared::default();
        let units = self.left.corpus.units;
        let referents = [self.left.unit, right].map(|unit| {
            if units.unit(unit).refers {
                units.referents(unit)
            } else {
                &[]
            }
        });
        let (mut left_words, mut right_words) = (0u32, 0u32);
        let words = units.words(right).iter();
        for (&word, &weight) in words.zip(self.weights.of(units, right)) {
            let mut most = 0f32;
            for entry in self.left.reach.of(word) {
                let place = entry.place as usize;
                if weight.group == Group::Number {
                    let number = self.left.words[place];
                    let other = self.left.count_other_things(number, word, right);
                    let small = || self.left.is_small(number) && self.left.is_small(word);
                    shared.other_things |= other && small();
                    shared.same_things |= !other;
                }
                most = most.max(entry.similarity);
                self.found.add(place, entry.similarity);
            }
            if referents[0].contains(&word) {
                most = most.max(REFERENT);
            }
            shared.count(1, most, weight);
            right_words += u32::from(weight.group == Group::Content && most >= 0.5);
        }
        for word in referents[1] {
            if let Ok(place) = self.left.words.binary_search(word) {
                self.found.add(place, REFERENT);
            }
        }
        let weights = self.weights.of(units, self.left.unit);
        for place in self.found.places() {
            let (similarity, weight) = (self.found.best[place], weights[place]);
            shared.count(0, similarity, weight);
            left_words += u32::from(weight.group == Group::Content && similarity >= 0.5);
        }
        let unmatched = |places: &[(usize, f64)]| {
            let unmatched = places.iter().filter(|(place, _)| !self.found.has(*place));
            unmatched.map(|(_, weight)| weight).sum()
        };
        shared.unmatched_numbers[0] = unmatched(&self.numbers);
        shared.unmatched_names[0] = unmatched(&self.names);
        let mut content = self.content.iter();
        let heaviest = content.find(|(place, _)| !self.found.has(*place));
        shared.heaviest_unmatched[0] = heaviest.map_or(0.0, |(_, weight)| *weight);
        self.found.clear();
        shared.content_words = left_words.min(right_words);
        shared
    }
}
