//! The concept lexicon: words of bokmål, nynorsk and Danish that mean the same in news.
//!
//! A *concept* is a group of forms with a strength. Two words that share a concept are similar by that
//! strength, however they are spelled. Forms are compared by their key, so that a concept lists what
//! spelling rules and stemmer cannot unite: irregular forms, other words, near-synonyms. Forms of several
//! words (`vær så snill`) become one token.

mod lexemes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::error::Error;
use crate::language::Language;
use crate::normalize::key::{key, key_with_stages};
use crate::read;
use crate::spreadsheet::delimiter_of;
use crate::tables;
use crate::words::{self, WordClass};
use lexemes::{Form, Lexemes};

pub use lexemes::key_of;
pub(crate) use lexemes::parts;

/// What stands between the words of a form.
const PARTS_WORDS: [char; 2] = [' ', '-'];

static EMBEDDED: LazyLock<Result<Lexicon, Error>> = LazyLock::new(Lexicon::read_embedded);

/// How close the words of a concept are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// On one topic: weak evidence.
    Related,
    /// Near-synonyms, which usually report the same fact.
    Near,
    /// Interchangeable.
    Same,
}

impl Strength {
    /// Similarity, 0..=1, of two different words that share a concept of this strength.
    pub fn similarity(self) -> f32 {
        match self {
            Self::Same => 0.95,
            Self::Near => 0.75,
            Self::Related => 0.35,
        }
    }
}

/// A row of the concept or the organisation table; other columns are for the reader.
#[derive(Debug, Clone, Deserialize)]
struct ConceptRow {
    concept: String,
    strength: Strength,
    #[serde(default)]
    class: Class,
    da: String,
    nb: String,
    nn: String,
}

/// What the words of a concept do in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    /// They tell what happens.
    Verb,
    /// They tell when.
    Time,
    /// Anything else.
    #[default]
    #[serde(rename = "")]
    Other,
}

/// A row of the table of words that hold a negation.
#[derive(Debug, Clone, Deserialize)]
struct NegativeRow {
    word: String,
}

/// A row of the table of opposites; other columns are for the reader.
#[derive(Debug, Clone, Deserialize)]
struct OppositeRow {
    opposite: String,
    side: Side,
    da: String,
    nb: String,
    nn: String,
}

/// A row of the table of false friends; other columns are for the reader.
#[derive(Debug, Clone, Deserialize)]
struct FalseFriendRow {
    da: String,
    no: String,
}

/// One of the two sides of a pair of opposites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Rises, wins, opens.
    A,
    /// Falls, loses, closes.
    B,
}

/// A side of a pair of opposites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opposite {
    /// Number of the pair, in table order.
    pub pair: u16,
    /// Which side.
    pub side: Side,
}

/// A concept of the lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Its name: an English gloss.
    pub name: String,
    /// How close its words are.
    pub strength: Strength,
}

/// The lexicon, ready for look-ups by key.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    concepts: Vec<Concept>,
    /// Canonical form, with and without the lexeme → concepts.
    by_key: FxHashMap<String, Vec<u32>>,
    /// The single words that concepts list.
    forms: Vec<Form>,
    /// Which of them are different words of one key.
    lexemes: Lexemes,
    /// Canonical form → the sides that it stands on, each with the form in the table.
    opposites: FxHashMap<String, Vec<(Opposite, String)>>,
    /// Danish words and Norwegian words that look alike and mean something else, in lower case.
    false_friends: [FxHashMap<String, Vec<u16>>; 2],
    /// Canonical forms of verbs.
    verbs: FxHashSet<String>,
    /// Canonical forms of words that tell when.
    times: FxHashSet<String>,
    /// Keys of words that hold a negation.
    negatives: FxHashSet<String>,
    /// First key of a phrase → second key → the keys that follow, longest phrase first.
    phrases: FxHashMap<String, FxHashMap<String, Vec<Phrase>>>,
}

/// What follows the first two words of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Phrase {
    /// Their keys.
    rest: Vec<String>,
    /// Whether it is written with a capital anywhere: only then a name takes part in it.
    named: bool,
}

impl Lexicon {
    /// The lexicon that ships with the program.
    ///
    /// # Errors
    /// [`Error::Format`] when an embedded table is damaged (a test makes sure that none is).
    pub fn embedded() -> Result<&'static Self, Error> {
        EMBEDDED.as_ref().map_err(tables::damaged)
    }

    fn read_embedded() -> Result<Self, Error> {
        let mut lexicon = Self::default();
        for table in [tables::CONCEPTS, tables::ORGANISATIONS] {
            lexicon.add_rows(&table.rows()?);
        }
        lexicon.add_opposites(&tables::OPPOSITES.rows()?);
        lexicon.add_false_friends(&tables::FALSE_FRIENDS.rows()?);
        let negatives: Vec<NegativeRow> = tables::NEGATIVES.rows()?;
        for row in &negatives {
            let keys = keys_of(&row.word);
            lexicon.add_phrase(&row.word, &keys);
            lexicon.negatives.insert(keys.join("_"));
        }
        lexicon.finish()?;
        Ok(lexicon)
    }

    /// This lexicon with the rows of a user's own table (the columns of `data/concepts.csv`, parted by commas or
    /// semicolons; further columns are ignored) added.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, [`Error::Format`] with the line of a bad row.
    pub fn with_file(&self, path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        let name = path.display().to_string();
        let text = read::as_text(&bytes).map_err(|message| Error::format(&name, None, message))?;
        let delimiter = delimiter_of(text.as_bytes());
        let mut lexicon = self.clone();
        lexicon.add_rows(&tables::rows_parted_by(delimiter, &name, text.as_bytes())?);
        lexicon.finish()?;
        Ok(lexicon)
    }

    fn add_rows(&mut self, rows: &[ConceptRow]) {
        for row in rows {
            self.add(row, &[&row.da, &row.nb, &row.nn]);
        }
    }

    fn add(&mut self, row: &ConceptRow, cells: &[&str]) {
        let Ok(concept) = u32::try_from(self.concepts.len()) else {
            return;
        };
        self.concepts.push(Concept {
            name: row.concept.clone(),
            strength: row.strength,
        });
        let mut forms: Vec<&str> = written_forms(cells).collect();
        // Many a form is that of several languages.
        forms.sort_unstable();
        forms.dedup();
        for form in forms {
            let canonical = if form.contains(PARTS_WORDS) {
                let keys = keys_of(form);
                self.add_phrase(form, &keys);
                keys.join("_")
            } else {
                let (key, stages) = key_with_stages(form);
                self.forms.push(Form {
                    key: key.clone(),
                    stages,
                    concept,
                });
                key
            };
            if canonical.is_empty() {
                continue;
            }
            match row.class {
                Class::Verb => _ = self.verbs.insert(canonical.clone()),
                Class::Time => _ = self.times.insert(canonical.clone()),
                Class::Other => {}
            }
            let members = self.by_key.entry(canonical).or_default();
            if members.last() != Some(&concept) {
                members.push(concept);
            }
        }
    }

    /// Rows of one pair stand together.
    fn add_opposites(&mut self, rows: &[OppositeRow]) {
        for (rows, pair) in rows.chunk_by(|a, b| a.opposite == b.opposite).zip(0..) {
            for row in rows {
                let opposite = Opposite {
                    pair,
                    side: row.side,
                };
                for form in written_forms(&[&row.da, &row.nb, &row.nn]) {
                    let keys = keys_of(form);
                    self.add_phrase(form, &keys);
                    let sides = self.opposites.entry(keys.join("_")).or_default();
                    sides.push((opposite, form.to_lowercase()));
                }
            }
        }
    }

    fn add_false_friends(&mut self, rows: &[FalseFriendRow]) {
        for (row, pair) in rows.iter().zip(0..) {
            for (cell, words) in [&row.da, &row.no].into_iter().zip(&mut self.false_friends) {
                for form in written_forms(&[cell]) {
                    words.entry(form.to_lowercase()).or_default().push(pair);
                }
            }
        }
    }

    fn add_phrase(&mut self, written: &str, keys: &[String]) {
        if let [first, second, rest @ ..] = keys {
            self.phrases
                .entry(first.clone())
                .or_default()
                .entry(second.clone())
                .or_default()
                .push(Phrase {
                    rest: rest.to_vec(),
                    named: written.chars().any(char::is_uppercase),
                });
        }
    }

    fn finish(&mut self) -> Result<(), Error> {
        for phrases in self.phrases.values_mut().flat_map(FxHashMap::values_mut) {
            phrases.sort_by(|a, b| b.rest.len().cmp(&a.rest.len()).then_with(|| b.cmp(a)));
            phrases.dedup_by(|again, first| again.rest == first.rest);
        }
        self.lexemes = Lexemes::new(&self.forms);
        for lexeme in self.lexemes.all() {
            self.by_key
                .insert(lexeme.canonical.clone(), lexeme.concepts.clone());
        }
        self.inherit_concepts()
    }

    /// The canonical form of the word `written` (lower case): its key, and the lexeme when the lexicon knows several of this
    /// key and it is clear which of them it is.
    pub(crate) fn canonical(&self, written: &str) -> String {
        self.lexemes.canonical(written)
    }

    /// A phrase that ends with a preposition means what it means without: *trænge ind i*, *trænge ind*.
    fn inherit_concepts(&mut self) -> Result<(), Error> {
        let prepositions: FxHashSet<String> = words::of_class(WordClass::Preposition)?
            .iter()
            .map(|word| key(word))
            .collect();
        let mut inherited: Vec<(String, Vec<u32>)> = Vec::new();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "every phrase is changed by itself"
        )]
        for phrase in self.by_key.keys() {
            if let Some((shorter, last)) = phrase.rsplit_once('_')
                && shorter.contains('_')
                && prepositions.contains(last)
                && let Some(concepts) = self.by_key.get(shorter)
            {
                inherited.push((phrase.clone(), concepts.clone()));
            }
        }
        for (phrase, concepts) in inherited {
            let own = self.by_key.entry(phrase).or_default();
            own.extend(concepts);
            own.sort_unstable();
            own.dedup();
        }
        Ok(())
    }

    /// This lexicon with no link between the words of concept number `concept`; they stay words and phrases that it knows.
    #[must_use]
    pub fn without(&self, concept: u32) -> Self {
        let mut lexicon = self.clone();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "every list is changed by itself"
        )]
        for concepts in lexicon.by_key.values_mut() {
            concepts.retain(|&other| other != concept);
        }
        lexicon
    }

    /// This lexicon, but words of one key are one word.
    #[must_use]
    pub fn without_lexemes(&self) -> Self {
        Self {
            lexemes: Lexemes::default(),
            ..self.clone()
        }
    }

    /// The concepts that the word or phrase with this canonical form belongs to, in table order.
    pub fn concepts_of(&self, canonical: &str) -> &[u32] {
        self.by_key.get(canonical).map_or(&[], Vec::as_slice)
    }

    /// The sides of opposites that the word or phrase stands on which is written `written` (lower case) and has this
    /// canonical form. The key alone is not enough (*færd* is not *færre*): what is written must begin as a form of the
    /// table does, but for its last letter.
    pub fn opposites_of<'a>(
        &'a self,
        canonical: &str,
        written: &'a str,
    ) -> impl Iterator<Item = Opposite> + 'a {
        let sides = self
            .opposites
            .get(key_of(canonical))
            .map_or(&[][..], Vec::as_slice);
        sides
            .iter()
            .filter(|(_, form)| {
                let first = form.split(' ').next().unwrap_or_default();
                let last = first.char_indices().next_back().map_or(0, |(at, _)| at);
                written.starts_with(first.get(..last).unwrap_or_default())
            })
            .map(|(opposite, _)| *opposite)
    }

    /// The rows of the table of false friends that list `written` (lower case) as a word of `language`: Danish words stand on
    /// side A, Norwegian words on side B.
    pub fn false_friends_of(
        &self,
        written: &str,
        language: Language,
    ) -> impl Iterator<Item = Opposite> {
        let [danish, norwegian] = &self.false_friends;
        let found = match language {
            Language::Da => danish.get(written).map(|pairs| (pairs, Side::A)),
            Language::Nb | Language::Nn => norwegian.get(written).map(|pairs| (pairs, Side::B)),
            _ => None,
        };
        found
            .into_iter()
            .flat_map(|(pairs, side)| pairs.iter().map(move |&pair| Opposite { pair, side }))
    }

    /// A concept by its number.
    pub fn concept(&self, number: u32) -> Option<&Concept> {
        self.concepts.get(number as usize)
    }

    /// Number of concepts.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether the lexicon has no concept.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// How many of `words`, keys with whether each is a name, from the first on, form the longest phrase; 1 when they form
    /// none.
    pub(crate) fn phrase_length<'k>(
        &self,
        mut words: impl Iterator<Item = (&'k str, bool)> + Clone,
    ) -> usize {
        let all = words.clone();
        let Some(by_second) = words.next().and_then(|first| self.phrases.get(first.0)) else {
            return 1;
        };
        let phrases = words.next().and_then(|second| by_second.get(second.0));
        let is_there = |phrase: &&Phrase| {
            let length = phrase.rest.len() + 2;
            let rest = words.clone().take(phrase.rest.len()).map(|(key, _)| key);
            rest.eq(phrase.rest.iter().map(String::as_str))
                && (phrase.named || !all.clone().take(length).any(|(_, is_name)| is_name))
        };
        phrases
            .into_iter()
            .flatten()
            .find(is_there)
            .map_or(1, |phrase| phrase.rest.len() + 2)
    }

    /// Whether any concept lists a single word with this key.
    pub fn knows(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// Whether any concept lists the word or phrase with this canonical form as a verb.
    pub fn is_verb(&self, canonical: &str) -> bool {
        self.verbs.contains(key_of(canonical))
    }

    /// Whether any concept lists the word or phrase with this canonical form as one that tells when.
    pub fn is_time(&self, canonical: &str) -> bool {
        self.times.contains(key_of(canonical))
    }

    /// Whether the word or phrase with this canonical form says that something is not, without a word of negation:
    /// *forby*, *uskadd*, *holdt op med*. Linguists call such verbs negative implicatives (Karttunen 1971).
    pub fn holds_negation(&self, canonical: &str) -> bool {
        let holds = |form: &str| self.negatives.contains(form);
        let key = key_of(canonical);
        holds(key) || key.split('_').any(holds)
    }

    /// The keys of every concept, in the order of the table.
    pub fn members(&self) -> BTreeMap<u32, Vec<&str>> {
        let mut members: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        let mut keys: Vec<(&String, &Vec<u32>)> = self
            .by_key
            .iter()
            .filter(|(canonical, _)| parts(canonical).1.is_none())
            .collect();
        keys.sort();
        for (key, concepts) in keys {
            for &concept in concepts {
                members.entry(concept).or_default().push(key);
            }
        }
        members
    }
}

/// The forms in the cells of a row, as they are written.
fn written_forms<'a>(cells: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let forms = cells.iter().flat_map(|cell| cell.split(';')).map(str::trim);
    forms.filter(|form| !form.is_empty())
}

/// The keys of the words of a form.
fn keys_of(form: &str) -> Vec<String> {
    form.split(PARTS_WORDS)
        .map(key)
        .filter(|key| !key.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_words_are_sorted_and_unique() {
        let concepts: Vec<ConceptRow> = tables::CONCEPTS.rows().unwrap();
        assert!(
            concepts
                .windows(2)
                .all(|pair| pair[0].concept < pair[1].concept)
        );
        let opposites: Vec<OppositeRow> = tables::OPPOSITES.rows().unwrap();
        let place = |row: &OppositeRow| (row.opposite.clone(), row.side);
        assert!(
            opposites
                .windows(2)
                .all(|pair| place(&pair[0]) < place(&pair[1]))
        );
        let negatives: Vec<NegativeRow> = tables::NEGATIVES.rows().unwrap();
        assert!(negatives.windows(2).all(|pair| pair[0].word < pair[1].word));
        let mut known = FxHashSet::default();
        for row in &negatives {
            assert!(
                known.insert(keys_of(&row.word)),
                "{}: its key is there",
                row.word
            );
        }
        let friends: Vec<FalseFriendRow> = tables::FALSE_FRIENDS.rows().unwrap();
        let sorted =
            |pair: &[FalseFriendRow]| (&pair[0].da, &pair[0].no) < (&pair[1].da, &pair[1].no);
        assert!(friends.windows(2).all(sorted));
        let mut met = FxHashSet::default();
        for row in &friends {
            let (danish, norwegian) = ([row.da.as_str()], [row.no.as_str()]);
            for da in written_forms(&danish) {
                assert_eq!(da, da.to_lowercase());
                for no in written_forms(&norwegian) {
                    assert!(
                        met.insert((da.to_owned(), no.to_owned())),
                        "{da}, {no}: twice"
                    );
                }
            }
        }
    }

    #[test]
    fn what_the_words_of_a_concept_do_is_known() {
        let lexicon = Lexicon::embedded().unwrap();
        assert!(lexicon.is_verb(&key("anholde")) && !lexicon.is_verb(&key("uge")));
        assert!(lexicon.is_time(&key("årti")) && !lexicon.is_time(&key("anholde")));
        assert!(lexicon.holds_negation(&key("forbudt")) && !lexicon.holds_negation(&key("lov")));
    }
}
