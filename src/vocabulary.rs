//! The words of a run: interned, counted, and told apart into words and names.
//!
//! In: the normalized tokens of every sentence. Out: a [`Vocabulary`] (one entry per canonical form,
//! sorted, so that the same corpus in any order gives the same numbers) and [`Units`], the sentences as
//! numbers in flat arrays. Everything after this stage compares numbers, not strings.

mod part;

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::article::Span;
use crate::facts::{self, Facts, Told};
use crate::flat::fetch;
use crate::lexicon::Opposite;
use crate::normalize::TokenKind;
use crate::segment::Kind;
use crate::words::WordClass;

pub use part::{Draft, Part, build};

/// Salience of a word that tells who says it.
const ATTRIBUTION: f32 = 0.3;

/// Number of a word in the [`Vocabulary`].
pub type WordId = u32;

/// One canonical form of the run.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what the lexicon says of a word, each by itself"
)]
pub struct Word {
    /// The form that is compared.
    pub canonical: String,
    /// What it is in most of its uses.
    pub kind: TokenKind,
    /// The class of a function word.
    pub class: Option<WordClass>,
    /// Sentences that hold it.
    pub sentences: u32,
    /// Articles that hold it.
    pub articles: u32,
    /// Whether the lexicon lists it: what it means the same as is known.
    pub known: bool,
    /// Whether the lexicon knows it as a verb.
    pub verb: bool,
    /// Whether the lexicon knows it as a word that tells when.
    pub time: bool,
    /// Whether it says that something is not, without a word of negation.
    pub negative: bool,
}

/// Groups of words whose matches are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Words of content.
    Content,
    /// Names.
    Name,
    /// Numbers, clock times and dates.
    Number,
    /// Days of the week and months.
    Calendar,
    /// Function words and negations.
    Function,
}

/// Number of [`Group`]s.
pub const GROUPS: usize = 5;

impl Group {
    fn of(word: &Word) -> Self {
        match word.kind {
            TokenKind::Number | TokenKind::Time => Self::Number,
            TokenKind::Name => Self::Name,
            TokenKind::Negation => Self::Function,
            TokenKind::Word if word.class.is_some() => Self::Function,
            TokenKind::Word if facts::is_calendar(&word.canonical) => Self::Calendar,
            TokenKind::Word => Self::Content,
        }
    }
}

/// All canonical forms of a run, sorted.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    words: Vec<Word>,
    /// By word, for the inner loops: a byte each.
    groups: Vec<Group>,
    /// The numbers of the words, found by what the words hash to.
    ids: HashTable<WordId>,
}

fn hash(canonical: &str) -> u64 {
    FxBuildHasher.hash_one(canonical)
}

impl Vocabulary {
    /// The vocabulary of `words`, which are sorted by their canonical forms, each once.
    fn new(words: Vec<Word>) -> Self {
        let mut ids = HashTable::with_capacity(words.len());
        for (word, id) in words.iter().zip(0..) {
            let hash_of = |id: &WordId| hash(&words[*id as usize].canonical);
            ids.insert_unique(hash(&word.canonical), id, hash_of);
        }
        Self {
            groups: words.iter().map(Group::of).collect(),
            words,
            ids,
        }
    }

    /// The word with number `id`.
    ///
    /// # Panics
    /// When `id` is not of this vocabulary.
    pub fn word(&self, id: WordId) -> &Word {
        &self.words[id as usize]
    }

    /// The group of the word with number `id`.
    ///
    /// # Panics
    /// When `id` is not of this vocabulary.
    pub fn group(&self, id: WordId) -> Group {
        self.groups[id as usize]
    }

    /// The number of a canonical form.
    pub fn id(&self, canonical: &str) -> Option<WordId> {
        let is = |id: &WordId| self.words[*id as usize].canonical == canonical;
        self.ids.find(hash(canonical), is).copied()
    }

    /// All words, by number.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// One sentence that may take part in matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Number of its article.
    pub article: u32,
    /// What it is in the layout.
    pub kind: Kind,
    /// Negating words in it.
    pub negations: u8,
    /// Verbs of denial in it.
    pub denials: u8,
    /// Whether it asks.
    pub question: bool,
    /// Digest of the text as it stands: equal for identical texts.
    pub digest: u64,
    /// Dates and voice.
    pub facts: Facts,
    /// The time with which an entry of a live report begins.
    pub entry: Option<WordId>,
    /// Whether its pronouns stand for names.
    pub refers: bool,
    /// The pairs of opposites that its words are sides of: one bit for each, which several pairs may share.
    pub opposites: u64,
    /// The same of the pairs of false friends.
    pub false_friends: u64,
}

/// A word that a number counts: `12 personer`, `to danske menn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountOf {
    /// What is counted.
    pub word: WordId,
    /// How many.
    pub number: WordId,
    /// Words between the two.
    pub distance: u8,
}

/// Where a word stands in its sentence: the first place, when it has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// First byte.
    start: u32,
    /// Length in bytes.
    length: u16,
}

impl Place {
    fn of(span: Span) -> Self {
        Self {
            start: u32::try_from(span.start()).unwrap_or(u32::MAX),
            length: u16::try_from(span.len()).unwrap_or(u16::MAX),
        }
    }

    fn span(self) -> Span {
        let start = self.start as usize;
        Span::of(start, start + usize::from(self.length))
    }
}

/// The sentences of a run as numbers, in flat arrays.
#[derive(Debug, Clone)]
pub struct Units {
    list: Vec<Unit>,
    offsets: Vec<usize>,
    words: Vec<WordId>,
    /// Whether a word only tells who says it.
    attributions: Vec<bool>,
    places: Vec<Place>,
    referents: Lists<WordId>,
    counts: Lists<CountOf>,
    opposites: Lists<Opposite>,
    false_friends: Lists<Opposite>,
    sequence: Lists<Told<WordId>>,
    negated: Lists<WordId>,
}

/// A list of items for every unit, in one flat array.
#[derive(Debug, Clone)]
struct Lists<T> {
    offsets: Vec<usize>,
    items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            items: Vec::new(),
        }
    }
}

impl<T> Lists<T> {
    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.offsets.push(self.items.len());
    }

    fn of(&self, i: usize) -> &[T] {
        &self.items[self.offsets[i]..self.offsets[i + 1]]
    }

    /// Adds the lists of `other` behind these.
    fn append(&mut self, other: Self) {
        append_offsets(&mut self.offsets, &other.offsets);
        self.items.extend(other.items);
    }
}

/// Adds the borders of other lists behind those of these.
fn append_offsets(offsets: &mut Vec<usize>, others: &[usize]) {
    let end = offsets.last().copied().unwrap_or(0);
    offsets.extend(others.iter().skip(1).map(|offset| end + offset));
}

impl Default for Units {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            offsets: vec![0],
            words: Vec::new(),
            attributions: Vec::new(),
            places: Vec::new(),
            referents: Lists::default(),
            counts: Lists::default(),
            opposites: Lists::default(),
            false_friends: Lists::default(),
            sequence: Lists::default(),
            negated: Lists::default(),
        }
    }
}

impl Units {
    /// Number of units.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Unit number `i`.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn unit(&self, i: usize) -> &Unit {
        &self.list[i]
    }

    /// The group of a word in unit `i`: when an entry of a live report was made is no number of what it says.
    ///
    /// # Panics
    /// When there is no such unit, or no such word in `vocabulary`.
    pub fn group(&self, i: usize, word: WordId, vocabulary: &Vocabulary) -> Group {
        if self.unit(i).entry == Some(word) {
            Group::Calendar
        } else {
            vocabulary.group(word)
        }
    }

    /// What is counted in unit `i`, by word and number.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn counts(&self, i: usize) -> &[CountOf] {
        self.counts.of(i)
    }

    /// The names that the pronouns of unit `i` stand for.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn referents(&self, i: usize) -> &[WordId] {
        self.referents.of(i)
    }

    /// The sides of opposites that words of unit `i` stand on, sorted.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn opposites(&self, i: usize) -> &[Opposite] {
        self.opposites.of(i)
    }

    /// The sides of false friends that words of unit `i` stand on, sorted.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn false_friends(&self, i: usize) -> &[Opposite] {
        self.false_friends.of(i)
    }

    /// What unit `i` tells, in its order.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn sequence(&self, i: usize) -> &[Told<WordId>] {
        self.sequence.of(i)
    }

    /// The words of content of unit `i` that stand in one clause with a negation.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn negated(&self, i: usize) -> &[WordId] {
        self.negated.of(i)
    }

    /// Number of words of all units together.
    pub fn n_words(&self) -> usize {
        self.words.len()
    }

    /// Where the words of unit `i` stand among the words of all units.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn range(&self, i: usize) -> std::ops::Range<usize> {
        self.offsets[i]..self.offsets[i + 1]
    }

    /// How much each word of unit `i` belongs to what it says, 0..=1, in the order of [`Units::words`].
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn saliences(&self, i: usize) -> impl Iterator<Item = f32> {
        let attributions = self.attributions[self.range(i)].iter();
        attributions.map(|&attribution| if attribution { ATTRIBUTION } else { 1.0 })
    }

    /// The different words of unit `i`, in the order of their numbers.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn words(&self, i: usize) -> &[WordId] {
        &self.words[self.range(i)]
    }

    /// As [`fetch`], of the words of some units.
    pub(crate) fn fetch(&self, units: impl Iterator<Item = usize>) {
        fetch(units.map(|i| self.words(i)));
    }

    /// Where `word` first stands in the text of unit `i`; `None` when it does not.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn place_of(&self, i: usize, word: WordId) -> Option<Span> {
        let at = self.words(i).binary_search(&word).ok()?;
        Some(self.places[self.offsets[i] + at].span())
    }

    /// Gives every word another number: that at the place of its old one in `numbers`.
    fn renumber(&mut self, numbers: &[WordId]) {
        let new = |word: &mut WordId| *word = numbers[*word as usize];
        self.words.iter_mut().for_each(new);
        self.referents.items.iter_mut().for_each(new);
        self.negated.items.iter_mut().for_each(new);
        self.sequence
            .items
            .iter_mut()
            .for_each(|told| new(&mut told.word));
        for unit in &mut self.list {
            unit.entry.iter_mut().for_each(new);
        }
        for count in &mut self.counts.items {
            new(&mut count.word);
            new(&mut count.number);
        }
        let mut of_unit = Vec::new();
        for i in 0..self.len() {
            let range = self.range(i);
            of_unit.clear();
            of_unit.extend(
                range
                    .clone()
                    .map(|at| (self.words[at], self.attributions[at], self.places[at])),
            );
            of_unit.sort_unstable_by_key(|&(word, ..)| word);
            for (at, &sorted) in range.zip(&of_unit) {
                (self.words[at], self.attributions[at], self.places[at]) = sorted;
            }
            let range = self.counts.offsets[i]..self.counts.offsets[i + 1];
            self.counts.items[range].sort_unstable();
        }
    }

    /// Makes room for the units of `others`, and no more, where it is much: for words and what is told.
    fn make_room(&mut self, others: &[Self]) {
        fn make<T>(list: &mut Vec<T>, others: &[Units], of: impl Fn(&Units) -> usize) {
            list.reserve_exact(others.iter().map(of).sum());
        }
        let units = |other: &Self| other.list.len();
        let words = |other: &Self| other.words.len();
        make(&mut self.list, others, units);
        make(&mut self.offsets, others, units);
        make(&mut self.words, others, words);
        make(&mut self.attributions, others, words);
        make(&mut self.places, others, words);
        let sequence = |other: &Self| other.sequence.items.len();
        make(&mut self.sequence.items, others, sequence);
        make(&mut self.sequence.offsets, others, units);
    }

    /// Adds the units of `other`, of the same vocabulary, behind these.
    fn append(&mut self, other: Self) {
        self.list.extend(other.list);
        append_offsets(&mut self.offsets, &other.offsets);
        self.words.extend(other.words);
        self.attributions.extend(other.attributions);
        self.places.extend(other.places);
        self.referents.append(other.referents);
        self.counts.append(other.counts);
        self.opposites.append(other.opposites);
        self.false_friends.append(other.false_friends);
        self.sequence.append(other.sequence);
        self.negated.append(other.negated);
    }
}
