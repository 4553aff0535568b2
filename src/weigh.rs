//! How much each word says: inverse document frequency, from the corpus and a background table.
//!
//! Weight of a word (Spärck Jones 1972, with two counts mixed so that three articles are enough):
//!
//! `w = k · [λ·ln((N+1)/(d+½)) + (1−λ)·ln((M+1)/(b+½))]^p`
//!
//! with N sentences in the run, d of them holding the word *or, by their similarity, its neighbours* (a
//! nynorsk spelling of a common word is not rare), and M and b the same of the background table
//! (`data/background.csv`). k is 2 for numbers and times, 0.7 for names, else 1.

use std::sync::LazyLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::align::Corpus;
use crate::error::Error;
use crate::lexicon::{Lexicon, Strength, key_of};
use crate::normalize::TokenKind;
use crate::normalize::key::key;
use crate::similar::{Link, Neighbours};
use crate::stories::Stories;
use crate::tables;
use crate::vocabulary::{Group, Units, Vocabulary, WordId};

/// Share λ of the corpus in the mix.
const CORPUS_SHARE: f64 = 0.5;
/// Exponent p.
const POWER: f64 = 1.5;
/// Factor k of numbers and times.
const NUMBER: f64 = 2.0;
/// Factor k of years, which are dates more than amounts.
const YEAR: f64 = 1.0;
/// Factor k of names.
const NAME: f64 = 0.7;
/// A word is taken to be in at least this many sentences of the background: a cap on the weight.
const LEAST_BACKGROUND: f64 = 2.0;

static EMBEDDED: LazyLock<Result<Background, Error>> = LazyLock::new(Background::read);

/// In how many sentences of general text the commoner words stand.
#[derive(Debug, Clone, Default)]
pub struct Background {
    sentences: u32,
    by_key: FxHashMap<String, u32>,
}

#[derive(Debug, Deserialize)]
struct Row {
    word: String,
    sentences: u32,
}

impl Background {
    /// The table that ships with the program.
    ///
    /// # Errors
    /// [`Error::Format`] when the embedded table is damaged (a test makes sure that it is not).
    pub fn embedded() -> Result<&'static Self, Error> {
        EMBEDDED.as_ref().map_err(tables::damaged)
    }

    fn read() -> Result<Self, Error> {
        let mut background = Self::default();
        for row in tables::BACKGROUND.rows::<Row>()? {
            if row.word.is_empty() {
                background.sentences = row.sentences;
            } else {
                *background.by_key.entry(key(&row.word)).or_default() += row.sentences;
            }
        }
        Ok(background)
    }

    /// Sentences that were counted.
    pub fn sentences(&self) -> u32 {
        self.sentences
    }

    /// Sentences with a word of this key; 0 for rare words.
    pub fn sentences_with(&self, key: &str) -> u32 {
        self.by_key
            .get(key)
            .copied()
            .unwrap_or(0)
            .min(self.sentences)
    }

    /// The keys of the table that each concept of `lexicon` holds, in their order, with the sentences of each.
    fn members(&self, lexicon: &Lexicon) -> FxHashMap<u32, Vec<(&str, u32)>> {
        let mut keys: Vec<&str> = self.by_key.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let mut members: FxHashMap<u32, Vec<(&str, u32)>> = FxHashMap::default();
        for key in keys {
            for &concept in lexicon.concepts_of(key) {
                let member = (key, self.sentences_with(key));
                members.entry(concept).or_default().push(member);
            }
        }
        members
    }
}

/// The weight of every word of the vocabulary, by number.
pub fn weights(
    vocabulary: &Vocabulary,
    neighbours: &Neighbours,
    n_sentences: usize,
    lexicon: &Lexicon,
    background: &Background,
) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let corpus = n_sentences as f64;
    let general = f64::from(background.sentences());
    let members = background.members(lexicon);
    vocabulary
        .words()
        .par_iter()
        .enumerate()
        .map(|(id, word)| {
            let id = WordId::try_from(id).unwrap_or(WordId::MAX);
            let mut here = f64::from(word.sentences);
            let own_key = key_of(&word.canonical);
            let mut there = f64::from(background.sentences_with(own_key));
            for neighbour in neighbours.of(id) {
                let similarity = f64::from(neighbour.similarity);
                let share = match neighbour.link {
                    Link::Compound
                    | Link::Phrase
                    | Link::Rounding
                    | Link::Concept(Strength::Related) => continue,
                    Link::Concept(_) => similarity,
                    Link::Spelling => similarity * similarity,
                };
                let other = vocabulary.word(neighbour.word);
                here += share * f64::from(other.sentences);
                let other_key = key_of(&other.canonical);
                if neighbour.link == Link::Spelling && other_key != own_key {
                    there += share * f64::from(background.sentences_with(other_key));
                }
            }
            for &concept in lexicon.concepts_of(&word.canonical) {
                let strength = lexicon.concept(concept).map_or(0.0, |concept| {
                    if concept.strength == Strength::Related {
                        0.0
                    } else {
                        f64::from(concept.strength.similarity())
                    }
                });
                for &(other, sentences) in members.get(&concept).into_iter().flatten() {
                    if other != own_key {
                        there += strength * f64::from(sentences);
                    }
                }
            }
            let here = here.min(corpus);
            let there = there.clamp(LEAST_BACKGROUND, general.max(LEAST_BACKGROUND));
            let idf = CORPUS_SHARE * ((corpus + 1.0) / (here + 0.5)).ln()
                + (1.0 - CORPUS_SHARE) * ((general + 1.0) / (there + 0.5)).ln();
            factor(word.kind, &word.canonical) * idf.max(0.01).powf(POWER)
        })
        .collect()
}

/// What a word weighs in a unit, by how much it belongs to what is said there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// By how rare it is.
    pub plain: f32,
    /// By how rare it is in its story.
    pub in_story: f32,
    /// The group of the word, which is wanted wherever its weight is.
    pub group: Group,
}

/// The weights of every word of every unit.
///
/// The protagonists of a story are in most of its sentences: their names tell stories apart, but not the
/// sentences of one story. In its story a word's weight is multiplied by `ln((n+1)/(d+½)) / ln((n+1)/1½)`, with n
/// sentences in the story and d of them holding the word or a close neighbour.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    weights: Vec<Weight>,
}

/// Neighbours of a word from this similarity on are counted with it in a story.
const SAME_IN_STORY: f32 = 0.70;

/// In how many sentences of one story each word is.
#[derive(Debug, Default)]
struct InStory {
    sentences: u32,
    with_word: FxHashMap<WordId, u32>,
}

impl InStory {
    /// What the weight of each word of the story is multiplied by, 0..=1.
    fn rarities(&self, neighbours: &Neighbours) -> FxHashMap<WordId, f64> {
        let words = self.with_word.keys();
        let rarity = |&word: &WordId| (word, self.rarity(word, neighbours));
        words.map(rarity).collect()
    }

    /// What the weight of a word is multiplied by, 0..=1.
    fn rarity(&self, word: WordId, neighbours: &Neighbours) -> f64 {
        let with = |word: WordId| f64::from(self.with_word.get(&word).copied().unwrap_or(0));
        let n = f64::from(self.sentences);
        let close: f64 = neighbours
            .of(word)
            .filter(|neighbour| neighbour.similarity >= SAME_IN_STORY)
            .map(|neighbour| with(neighbour.word))
            .sum();
        let holders = (with(word) + close).clamp(1.0, n);
        ((n + 1.0) / (holders + 0.5)).ln() / ((n + 1.0) / 1.5).ln()
    }
}

impl Weights {
    /// Counts the words of every story. Known claims, which are of no story, keep the plain weights.
    pub fn new(corpus: Corpus, stories: &Stories) -> Self {
        let units = corpus.units;
        let story = |unit: usize| stories.of(units.unit(unit).article);
        let mut members: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for unit in 0..units.len() {
            if let Some(story) = story(unit) {
                members.entry(story).or_default().push(unit);
            }
        }
        let rarities: FxHashMap<u32, FxHashMap<WordId, f64>> = members
            .into_par_iter()
            .map(|(story, members)| {
                let mut counts = InStory::default();
                for unit in members {
                    counts.sentences += 1;
                    for &word in units.words(unit) {
                        *counts.with_word.entry(word).or_default() += 1;
                    }
                }
                (story, counts.rarities(corpus.neighbours))
            })
            .collect();
        let weights = (0..units.len())
            .into_par_iter()
            .flat_map_iter(|unit| {
                let rarities = story(unit).and_then(|story| rarities.get(&story));
                let words = units.words(unit).iter();
                words
                    .zip(units.saliences(unit))
                    .map(move |(&word, salience)| {
                        let plain = f64::from(salience) * corpus.weight(word);
                        let rarity = rarities.and_then(|of| of.get(&word));
                        let rarity = rarity.copied().unwrap_or(1.0);
                        Weight {
                            plain: short(plain),
                            in_story: short(plain * rarity),
                            group: units.group(unit, word, corpus.vocabulary),
                        }
                    })
            })
            .collect();
        Self { weights }
    }

    /// The weights of the words of `unit`, in the order of its words.
    pub fn of(&self, units: &Units, unit: usize) -> &[Weight] {
        self.weights.get(units.range(unit)).unwrap_or_default()
    }
}

/// A weight or similarity with the seven digits that are enough to compare it.
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
pub(crate) fn short(value: f64) -> f32 {
    value as f32
}

fn factor(kind: TokenKind, canonical: &str) -> f64 {
    match kind {
        TokenKind::Number if is_year(canonical) => YEAR,
        TokenKind::Number | TokenKind::Time => NUMBER,
        TokenKind::Name => NAME,
        TokenKind::Word | TokenKind::Negation => 1.0,
    }
}

/// Whether a number is a year of recent history: 1800 to 2099.
pub(crate) fn is_year(canonical: &str) -> bool {
    canonical.len() == 4
        && canonical.bytes().all(|byte| byte.is_ascii_digit())
        && ["18", "19", "20"]
            .iter()
            .any(|century| canonical.starts_with(century))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_whole_numbers_of_recent_centuries() {
        assert!(["1814", "2021"].into_iter().all(is_year));
        assert!(
            !["18.5", "20.4", "180%", "1799", "2100", "20210"]
                .into_iter()
                .any(is_year)
        );
    }

    #[test]
    fn the_background_table_is_well_formed_sorted_and_unique() {
        let rows: Vec<Row> = tables::BACKGROUND.rows().unwrap();
        assert!(rows.len() > 2000);
        assert!(rows.windows(2).all(|pair| pair[0].word < pair[1].word));
        assert!(Background::embedded().unwrap().sentences_with(&key("og")) > 1000);
    }
}
