//! Which words of the vocabulary are alike, and how much.
//!
//! Found once per vocabulary, not once per pair of sentences: words of one concept, words that are
//! spelled nearly alike (Jaro-Winkler similarity of their keys, by `strsim`), and compounds that share a
//! part (`kongressbygningen` ~ `bygningen`). The result is symmetric; a word is not listed as its own
//! neighbour (its similarity to itself is 1).

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::flat::Lists;
use crate::lexicon::{self, Lexicon, Strength, key_of};
use crate::normalize::TokenKind;
use crate::normalize::key::{Letters, stem_of};
use crate::normalize::numeral;
use crate::vocabulary::{Vocabulary, WordId};
use crate::weigh::{Background, is_year};

/// Jaro-Winkler similarity of two keys below which they are not alike.
const SPELLING: f64 = 0.90;
/// Levenshtein similarity of two keys below which names are not alike.
const NAMES: f64 = 0.70;
/// Letters that both keys need before their spelling is compared.
const SPELLING_LETTERS: usize = 4;
/// Words of one key of which one may be a form of the other.
const SAME_KEY: f32 = 0.90;
/// A compound and its head: bygning ~ kongressbygning.
const HEAD: f32 = 0.60;
/// Two compounds with the same head.
const HEADS: f32 = 0.45;
/// A compound and its first part: kongress ~ kongressbygning.
const MODIFIER: f32 = 0.45;
/// Two compounds with the same first part.
const MODIFIERS: f32 = 0.40;
/// A phrase and a word of it.
pub(crate) const PHRASE: f32 = 0.50;
/// A number and its rounding.
const ROUNDED: f32 = 0.60;
/// A time or share in words and the figure that it may be.
const SPOKEN: f32 = 0.75;
/// Largest share of a number that its rounding may be off by.
const ROUNDING_ERROR: f64 = 0.06;
/// Smaller whole numbers are counted, not rounded: 30 and 31 years.
const LEAST_ROUNDED: f64 = 50.0;
/// A part that more compounds of the vocabulary share than this says too little to link them with each other, and
/// would link them all with all.
const MOST_SIBLINGS: usize = 128;
/// Words that find their neighbours before these are put with the others.
const AT_ONCE: usize = 1 << 14;
/// A word with a related or compound link below this similarity is not linked.
const FLOOR: f32 = 0.30;

/// Why two words are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// One is a phrase that holds the other.
    Phrase,
    /// They share a part of a compound.
    Compound,
    /// They are spelled nearly alike.
    Spelling,
    /// One number is the other, rounded.
    Rounding,
    /// They share a concept of the lexicon.
    Concept(Strength),
}

/// A word that is like another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The other word.
    pub word: WordId,
    /// Similarity, 0..1.
    pub similarity: f32,
    /// Why.
    pub link: Link,
}

/// The neighbours of every word of a vocabulary.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    offsets: Vec<usize>,
    /// The neighbours of each word, ascending; how each of them is like the word lies apart, since most are only
    /// looked for.
    words: Vec<WordId>,
    similarities: Vec<f32>,
    links: Vec<Link>,
}

impl Neighbours {
    fn places(&self, word: WordId) -> Range<usize> {
        self.offsets[word as usize]..self.offsets[word as usize + 1]
    }

    fn at(&self, place: usize) -> Neighbour {
        Neighbour {
            word: self.words[place],
            similarity: self.similarities[place],
            link: self.links[place],
        }
    }

    /// Adds the neighbours of the next word.
    fn add(&mut self, list: &[Neighbour]) {
        self.words.extend(list.iter().map(|found| found.word));
        let similarities = list.iter().map(|found| found.similarity);
        self.similarities.extend(similarities);
        self.links.extend(list.iter().map(|found| found.link));
        self.offsets.push(self.words.len());
    }

    /// The words that are like `word`, ascending.
    ///
    /// # Panics
    /// When `word` is not of the vocabulary.
    pub fn words_of(&self, word: WordId) -> &[WordId] {
        &self.words[self.places(word)]
    }

    /// The words that are like `word`, ascending.
    ///
    /// # Panics
    /// When `word` is not of the vocabulary.
    pub fn of(&self, word: WordId) -> impl Iterator<Item = Neighbour> {
        self.occurring(word, |_| true)
    }

    /// Those that may `occur` of the words that are like `word`, ascending.
    pub(crate) fn occurring(
        &self,
        word: WordId,
        occur: impl Fn(WordId) -> bool,
    ) -> impl Iterator<Item = Neighbour> {
        let places = self.places(word);
        let found = places.filter(move |&place| occur(self.words[place]));
        found.map(|place| self.at(place))
    }

    /// The link of two different words.
    pub fn between(&self, a: WordId, b: WordId) -> Option<Neighbour> {
        let place = self.words_of(a).binary_search(&b).ok()?;
        Some(self.at(self.places(a).start + place))
    }
}

/// Finds the neighbours of all words.
pub fn build(vocabulary: &Vocabulary, lexicon: &Lexicon, background: &Background) -> Neighbours {
    let n = vocabulary.len();
    let concepts_of = |word| {
        lexicon
            .concepts_of(&vocabulary.word(word).canonical)
            .to_vec()
    };
    let key = |word| vec![key_of(&vocabulary.word(word).canonical)];
    let ((compounds, by_concept), (spelled, by_key)) = rayon::join(
        || {
            let compounds = Compounds::find(vocabulary, lexicon, background);
            (compounds, group(n, concepts_of))
        },
        || (Spelled::find(vocabulary), group(n, key)),
    );
    let ((roundings, spoken), phrases) = rayon::join(
        || (roundings(vocabulary), spoken(vocabulary)),
        || phrases(vocabulary, &by_key),
    );
    let found_of = |word: WordId| {
        let mut found: Vec<Neighbour> = Vec::new();
        let canonical = &vocabulary.word(word).canonical;
        for &concept in lexicon.concepts_of(canonical) {
            let Some(strength) = lexicon.concept(concept).map(|concept| concept.strength) else {
                continue;
            };
            push(&mut found, word, by_concept.get(&concept), |_| {
                Some((strength.similarity(), Link::Concept(strength)))
            });
        }
        found.extend(spelled.of(word));
        push(&mut found, word, by_key.get(key_of(canonical)), |other| {
            let other = &vocabulary.word(other).canonical;
            may_be_one(canonical, other).then_some((SAME_KEY, Link::Spelling))
        });
        compounds.neighbours(word, &mut found);
        push(&mut found, word, phrases.get(&word), |_| {
            Some((PHRASE, Link::Phrase))
        });
        push(&mut found, word, roundings.get(&word), |_| {
            Some((ROUNDED, Link::Rounding))
        });
        push(&mut found, word, spoken.get(&word), |_| {
            Some((SPOKEN, Link::Rounding))
        });
        found.sort_by(|a, b| {
            a.word
                .cmp(&b.word)
                .then_with(|| b.similarity.total_cmp(&a.similarity))
                .then_with(|| b.link.cmp(&a.link))
        });
        found.dedup_by_key(|neighbour| neighbour.word);
        found.retain(|neighbour| neighbour.similarity >= FLOOR);
        found
    };
    let mut neighbours = Neighbours {
        offsets: vec![0],
        ..Neighbours::default()
    };
    let mut put_away =
        |lists: Vec<Vec<Neighbour>>| lists.iter().for_each(|list| neighbours.add(list));
    // The lists of some words are put away while those of the next are made.
    let mut lists = Vec::new();
    for first in (0..n).step_by(AT_ONCE) {
        let words = word_id(first)..word_id(n.min(first + AT_ONCE));
        let next = || words.into_par_iter().map(&found_of).collect();
        (lists, ()) = rayon::join(next, || put_away(lists));
    }
    put_away(lists);
    neighbours
}

fn word_id(index: usize) -> WordId {
    WordId::try_from(index).unwrap_or(WordId::MAX)
}

fn group<K: std::hash::Hash + Eq>(
    n: usize,
    keys: impl Fn(WordId) -> Vec<K>,
) -> FxHashMap<K, Vec<WordId>> {
    let mut groups: FxHashMap<K, Vec<WordId>> = FxHashMap::default();
    for word in 0..word_id(n) {
        for key in keys(word) {
            groups.entry(key).or_default().push(word);
        }
    }
    groups
}

fn push(
    found: &mut Vec<Neighbour>,
    word: WordId,
    others: Option<&Vec<WordId>>,
    link: impl Fn(WordId) -> Option<(f32, Link)>,
) {
    for &other in others.into_iter().flatten() {
        if other != word
            && let Some((similarity, link)) = link(other)
        {
            found.push(Neighbour {
                word: other,
                similarity,
                link,
            });
        }
    }
}

/// Whether two canonical forms of one key may be forms of one word: the lexeme of one is not known, or what the lexicon
/// lists of it begins as the other does.
fn may_be_one(a: &str, b: &str) -> bool {
    match [a, b].map(|canonical| lexicon::parts(canonical).1) {
        [Some(a), Some(b)] => a.starts_with(b) || b.starts_with(a),
        _ => true,
    }
}

/// Phrases of the vocabulary and the words of content in them that stand alone elsewhere, each with the other.
fn phrases(
    vocabulary: &Vocabulary,
    by_key: &FxHashMap<&str, Vec<WordId>>,
) -> FxHashMap<WordId, Vec<WordId>> {
    let mut phrases: FxHashMap<WordId, Vec<WordId>> = FxHashMap::default();
    for (word, id) in vocabulary.words().iter().zip(0..) {
        if !word.canonical.contains('_') {
            continue;
        }
        for part in word.canonical.split('_') {
            for &other in by_key.get(part).into_iter().flatten() {
                if vocabulary.word(other).class.is_none() {
                    phrases.entry(id).or_default().push(other);
                    phrases.entry(other).or_default().push(id);
                }
            }
        }
    }
    phrases
}

/// Numbers of the vocabulary that are roundings of each other: 187 and 190, 6.1 and 6.
fn roundings(vocabulary: &Vocabulary) -> FxHashMap<WordId, Vec<WordId>> {
    let mut roundings: FxHashMap<WordId, Vec<WordId>> = FxHashMap::default();
    for (word, id) in vocabulary.words().iter().zip(0..) {
        if word.kind != TokenKind::Number || is_year(&word.canonical) {
            continue;
        }
        for rounded in rounded(&word.canonical) {
            if let Some(other) = vocabulary.id(&rounded).filter(|&other| other != id) {
                roundings.entry(id).or_default().push(other);
                roundings.entry(other).or_default().push(id);
            }
        }
    }
    roundings
}

/// Times and shares in words, `04:30/16:30` and `75%`, and those in figures that they may be, each with the other.
fn spoken(vocabulary: &Vocabulary) -> FxHashMap<WordId, Vec<WordId>> {
    let mut spoken: FxHashMap<WordId, Vec<WordId>> = FxHashMap::default();
    for (word, id) in vocabulary.words().iter().zip(0..) {
        let figures = match (word.kind, word.canonical.split_once('/')) {
            (TokenKind::Time, Some((early, late))) => [Some(early), Some(late)],
            (TokenKind::Number, _) => [word.canonical.strip_suffix('%'), None],
            _ => [None; 2],
        };
        let figures = figures.into_iter().flatten();
        for other in figures.filter_map(|figure| vocabulary.id(figure)) {
            spoken.entry(id).or_default().push(other);
            spoken.entry(other).or_default().push(id);
        }
    }
    spoken
}

/// A number rounded to fewer significant digits, while the error stays within [`ROUNDING_ERROR`]; none that people count
/// to the last one.
fn rounded(canonical: &str) -> Vec<String> {
    let Ok(value) = canonical.parse::<f64>() else {
        return Vec::new();
    };
    let digits = canonical
        .trim_end_matches('0')
        .chars()
        .filter(char::is_ascii_digit)
        .count();
    (1..digits)
        .filter_map(|n| format!("{value:.*e}", n - 1).parse::<f64>().ok())
        .filter(|rounded| (rounded - value).abs() <= ROUNDING_ERROR * value.abs())
        .filter(|&rounded| value.fract() != 0.0 || rounded >= LEAST_ROUNDED)
        .map(numeral::canonical)
        .filter(|rounded| rounded != canonical)
        .collect()
}

/// Bytes of the longest key that is compared by spelling or split: what is longer is no word, and the cost grows with the
/// square.
const LONGEST: usize = 80;

/// Words are compared by spelling when they share their first letters.
fn spelling_block(vocabulary: &Vocabulary, word: WordId) -> Option<[char; 3]> {
    let word = vocabulary.word(word);
    if !matches!(word.kind, TokenKind::Word | TokenKind::Name) || word.class.is_some() {
        return None;
    }
    let key = key_of(&word.canonical);
    if key.len() > LONGEST {
        return None;
    }
    let mut letters = key.chars();
    let block = [letters.next()?, letters.next()?, letters.next()?];
    letters.next().map(|_| block)
}

/// Words that are spelled alike.
struct Spelled {
    /// Two words, the smaller number first, and their similarity.
    pairs: Vec<(WordId, WordId, f32)>,
    /// The numbers of its pairs by word.
    of_words: Lists,
}

impl Spelled {
    fn find(vocabulary: &Vocabulary) -> Self {
        let n = vocabulary.len();
        let blocks = group(n, |word| {
            spelling_block(vocabulary, word).into_iter().collect()
        });
        let shapes: Vec<Shape> = vocabulary
            .words()
            .par_iter()
            .map(|word| Shape::of(key_of(&word.canonical)))
            .collect();
        // Each pair is compared once, from its smaller number.
        let pairs: Vec<(WordId, WordId, f32)> = (0..word_id(n))
            .into_par_iter()
            .flat_map_iter(|word| {
                let block = spelling_block(vocabulary, word).and_then(|block| blocks.get(&block));
                let block = block.map_or(&[][..], |block| {
                    &block[block.partition_point(|&other| other <= word)..]
                });
                let shape = shapes[word as usize];
                let shapes = &shapes;
                block
                    .iter()
                    .filter(move |&&other| shape.may_be_like(shapes[other as usize]))
                    .filter_map(move |&other| {
                        Some((word, other, spelling(vocabulary, word, other)?))
                    })
            })
            .collect();
        let numbers: Vec<u32> = (0u32..).take(pairs.len()).collect();
        let of_words = Lists::build(n, &numbers, |at| [pairs[at].0, pairs[at].1].into_iter());
        Self { pairs, of_words }
    }

    /// The words that are spelled like `word`.
    fn of(&self, word: WordId) -> impl Iterator<Item = Neighbour> {
        let numbers = self.of_words.of(word as usize).iter();
        numbers.map(move |&number| {
            let (a, b, similarity) = self.pairs[number as usize];
            Neighbour {
                word: if a == word { b } else { a },
                similarity,
                link: Link::Spelling,
            }
        })
    }
}

/// What tells at a glance that two keys of one [`spelling_block`] cannot be spelled alike.
#[derive(Debug, Clone, Copy)]
struct Shape {
    letters: u32,
    fourth: char,
    occurring: Letters,
}

impl Shape {
    fn of(key: &str) -> Self {
        Self {
            letters: u32::try_from(key.chars().count()).unwrap_or(u32::MAX),
            fourth: key.chars().nth(3).unwrap_or_default(),
            occurring: Letters::of(key.chars()),
        }
    }

    /// Whether the Jaro-Winkler similarity of two keys may reach [`SPELLING`]: it is at most what it would be if
    /// all letters that both have stood in the same order.
    fn may_be_like(self, other: Self) -> bool {
        let common = |a: Self, b: Self| a.letters - a.occurring.n_missing(b.occurring);
        let matched = f64::from(common(self, other).min(common(other, self)));
        let jaro =
            (matched / f64::from(self.letters) + matched / f64::from(other.letters) + 1.0) / 3.0;
        let begin_alike = if self.fourth == other.fourth {
            0.4
        } else {
            0.3
        };
        jaro + begin_alike * (1.0 - jaro) >= SPELLING - 1e-9
    }
}

/// Similarity by spelling, 0..1, of two words of one block.
fn spelling(vocabulary: &Vocabulary, a: WordId, b: WordId) -> Option<f32> {
    let names = [a, b].map(|word| vocabulary.word(word).kind) == [TokenKind::Name; 2];
    let [a, b] = [a, b].map(|word| key_of(&vocabulary.word(word).canonical));
    if a == b {
        return None;
    }
    let (short, long) = if a.len() < b.len() {
        (a.len(), b.len())
    } else {
        (b.len(), a.len())
    };
    if short < SPELLING_LETTERS || long > short + short / 2 {
        return None;
    }
    // Nordheim and Nordvik are two people, though they begin alike.
    if names && strsim::normalized_levenshtein(a, b) < NAMES {
        return None;
    }
    // The order of the arguments must not matter.
    let similarity = strsim::jaro_winkler(a.min(b), a.max(b));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a similarity needs no more digits"
    )]
    (similarity >= SPELLING).then_some((similarity * similarity) as f32)
}

/// The parts of the compounds of the vocabulary.
struct Compounds {
    /// By word: head and modifier, as numbers of part keys.
    parts: Vec<Option<(u32, u32)>>,
    /// Part key number of a word that is no compound itself.
    whole: Vec<Option<u32>>,
    by_head: FxHashMap<u32, Vec<WordId>>,
    by_modifier: FxHashMap<u32, Vec<WordId>>,
    by_whole: FxHashMap<u32, Vec<WordId>>,
}

impl Compounds {
    fn find(vocabulary: &Vocabulary, lexicon: &Lexicon, background: &Background) -> Self {
        let mut known: FxHashSet<String> = FxHashSet::default();
        let eligible = |word: &crate::vocabulary::Word| {
            matches!(word.kind, TokenKind::Word) && word.class.is_none()
        };
        known.extend(
            vocabulary
                .words()
                .iter()
                .filter(|word| eligible(word) && key_of(&word.canonical).chars().count() >= 4)
                .map(|word| inner_form(key_of(&word.canonical))),
        );
        let is_known = |part: &str| {
            known.contains(part) || lexicon.knows(part) || background.sentences_with(part) > 0
        };
        let splits: Vec<Option<(String, String)>> = vocabulary
            .words()
            .par_iter()
            .map(|word| {
                if eligible(word) {
                    split(key_of(&word.canonical), &is_known)
                } else {
                    None
                }
            })
            .collect();
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        let mut number = |part: String| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(part).or_insert(next)
        };
        let mut compounds = Self {
            parts: Vec::with_capacity(splits.len()),
            whole: Vec::with_capacity(splits.len()),
            by_head: FxHashMap::default(),
            by_modifier: FxHashMap::default(),
            by_whole: FxHashMap::default(),
        };
        for (word, parts) in vocabulary.words().iter().zip(splits) {
            let id = word_id(compounds.parts.len());
            let parts = parts.map(|(modifier, head)| (number(head), number(modifier)));
            if let Some((head, modifier)) = parts {
                compounds.by_head.entry(head).or_default().push(id);
                compounds.by_modifier.entry(modifier).or_default().push(id);
            }
            let whole = eligible(word).then(|| number(inner_form(key_of(&word.canonical))));
            if let Some(whole) = whole {
                compounds.by_whole.entry(whole).or_default().push(id);
            }
            compounds.parts.push(parts);
            compounds.whole.push(whole);
        }
        compounds
    }

    fn neighbours(&self, word: WordId, found: &mut Vec<Neighbour>) {
        let mut add = |others: Option<&Vec<WordId>>, similarity: f32| {
            push(found, word, others, |_| Some((similarity, Link::Compound)));
        };
        if let Some((head, modifier)) = self.parts[word as usize] {
            add(self.by_whole.get(&head), HEAD);
            add(siblings(&self.by_head, head), HEADS);
            add(self.by_whole.get(&modifier), MODIFIER);
            add(siblings(&self.by_modifier, modifier), MODIFIERS);
        }
        if let Some(whole) = self.whole[word as usize] {
            add(self.by_head.get(&whole), HEAD);
            add(self.by_modifier.get(&whole), MODIFIER);
        }
    }
}

/// The compounds with this part, when they are not too many.
fn siblings(by_part: &FxHashMap<u32, Vec<WordId>>, part: u32) -> Option<&Vec<WordId>> {
    by_part
        .get(&part)
        .filter(|compounds| compounds.len() <= MOST_SIBLINGS)
}

/// The form of a key inside a compound, where the first letter is softened like the others.
fn inner_form(key: &str) -> String {
    let mut letters = key.chars();
    let first = match letters.next() {
        Some('b') => 'p',
        Some('d') => 't',
        Some('g') => 'k',
        Some('f') => 'v',
        Some(letter) => letter,
        None => return String::new(),
    };
    std::iter::once(first).chain(letters).collect()
}

/// Modifier and head of a compound key: the split with the longest known head whose modifier is known too
/// (with or without a linking s or e), both at least three letters and seven together.
fn split(key: &str, is_known: &impl Fn(&str) -> bool) -> Option<(String, String)> {
    if key.len() > LONGEST || key.contains('_') {
        return None;
    }
    let letters: Vec<char> = key.chars().collect();
    if letters.len() < 7 {
        return None;
    }
    (3..=letters.len() - 3).find_map(|at| {
        let (modifier, head) = letters.split_at(at);
        let head: String = head.iter().collect();
        if !is_known(&head) {
            return None;
        }
        let modifier: String = modifier.iter().collect();
        let mut forms = vec![modifier.clone()];
        if modifier.chars().count() > 3 {
            forms.extend(modifier.strip_suffix(['s', 'e']).map(str::to_owned));
        }
        forms
            .into_iter()
            .flat_map(|form| [stem_of(&form), form])
            .map(|form| inner_form(&form))
            .find(|form| form.chars().count() >= 3 && is_known(form))
            .map(|modifier| (modifier, head))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::key::key;

    #[test]
    fn numbers_are_rounded_where_people_round() {
        assert_eq!(rounded("187"), ["190"]);
        assert_eq!(rounded("6.1"), ["6"]);
        assert_eq!(rounded("48"), ["50"]);
        for counted in ["21", "31", "19", "50", "7"] {
            assert_eq!(rounded(counted), [""; 0], "{counted}");
        }
    }

    #[test]
    fn compounds_are_split_where_both_parts_are_known() {
        let known = ["politi", "hovedstad", "bygning", "kongress"];
        let known: Vec<String> = known.iter().map(|word| inner_form(&key(word))).collect();
        let is_known = |part: &str| known.iter().any(|word| word == part);
        for (word, head) in [
            ("hovedstadspoliti", "politi"),
            ("kongressbygningen", "bygning"),
        ] {
            let split = split(&key(word), &is_known);
            assert_eq!(
                split.map(|(_, head)| head),
                Some(inner_form(&key(head))),
                "{word}"
            );
        }
        assert_eq!(split(&key("demonstrant"), &is_known), None);
    }
}
