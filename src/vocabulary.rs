//! The words of a run: interned, counted, and told apart into words and names.
//!
//! In: the normalized tokens of every sentence. Out: a [`Vocabulary`] (one entry per canonical form,
//! sorted, so that the same corpus in any order gives the same numbers) and [`Units`], the sentences as
//! numbers in flat arrays. Everything after this stage compares numbers, not strings.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::facts::{self, Facts, Told};
use crate::lexicon::{Lexicon, Opposite};
use crate::normalize::{Token, TokenKind};
use crate::segment::Kind;
use crate::weigh::{Background, is_year};
use crate::words::WordClass;

/// Number of a word in the [`Vocabulary`].
pub type WordId = u32;

/// Words after a number that tell what it counts.
const COUNTED_WITHIN: usize = 3;
/// Salience of a word that tells who says it.
const ATTRIBUTION: f32 = 0.3;
/// A capital in more than this share of its uses inside sentences makes a word a name.
const NAME_SHARE: f64 = 0.7;

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
    ids: FxHashMap<String, WordId>,
}

impl Vocabulary {
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
        self.ids.get(canonical).copied()
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

/// A sentence on its way into the vocabulary.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Number of its article.
    pub article: u32,
    /// What it is in the layout.
    pub kind: Kind,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Canonical forms of the names that its pronouns stand for.
    pub referents: Vec<String>,
    /// The sides of opposites that its words stand on, sorted, each once.
    pub opposites: Vec<Opposite>,
    /// The sides of false friends that its words stand on, sorted, each once.
    pub false_friends: Vec<Opposite>,
    /// Canonical forms of the words that are negated.
    pub negated: Vec<String>,
    /// Whether it ends with a question mark.
    pub question: bool,
    /// Digest of the text as it stands.
    pub digest: u64,
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

/// The sentences of a run as numbers, in flat arrays.
#[derive(Debug, Clone, Default)]
pub struct Units {
    list: Vec<Unit>,
    offsets: Vec<usize>,
    words: Vec<WordId>,
    saliences: Vec<f32>,
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
    pub fn saliences(&self, i: usize) -> &[f32] {
        &self.saliences[self.range(i)]
    }

    /// The different words of unit `i`, in the order of their numbers.
    ///
    /// # Panics
    /// When there is no such unit.
    pub fn words(&self, i: usize) -> &[WordId] {
        &self.words[self.range(i)]
    }
}

#[derive(Default)]
struct Count {
    kinds: BTreeMap<TokenKind, u32>,
    class: Option<WordClass>,
    capital_inside: u32,
    lower_inside: u32,
    capital_initial: u32,
    sentences: u32,
    articles: u32,
    last_article: Option<u32>,
}

impl Count {
    /// Adds what was counted in later articles.
    fn add(&mut self, later: Self) {
        for (kind, n) in later.kinds {
            *self.kinds.entry(kind).or_default() += n;
        }
        self.class = self.class.or(later.class);
        self.capital_inside += later.capital_inside;
        self.lower_inside += later.lower_inside;
        self.capital_initial += later.capital_initial;
        self.sentences += later.sentences;
        self.articles += later.articles;
    }
}

type Counts<'a> = FxHashMap<&'a str, Count>;

/// Counts the tokens of `drafts`, all of the articles that they are of; see [`build`].
fn count(drafts: &[Draft], n_counted: usize) -> Counts<'_> {
    let mut counts = Counts::default();
    let mut seen: Vec<&str> = Vec::new();
    for (draft, at) in drafts.iter().zip(0..) {
        seen.clear();
        for token in &draft.tokens {
            let count = counts.entry(&token.canonical).or_default();
            *count.kinds.entry(token.kind).or_default() += 1;
            count.class = count.class.or(token.class);
            match (token.capital, token.initial) {
                (true, false) => count.capital_inside += 1,
                (false, false) => count.lower_inside += 1,
                (true, true) => count.capital_initial += 1,
                (false, true) => {}
            }
            if at < n_counted && !seen.contains(&token.canonical.as_str()) {
                seen.push(&token.canonical);
                count.sentences += 1;
                if count.last_article != Some(draft.article) {
                    count.last_article = Some(draft.article);
                    count.articles += 1;
                }
            }
        }
    }
    counts
}

/// As [`count`], by all threads.
fn count_all(drafts: &[Draft], n_counted: usize) -> Counts<'_> {
    let share = drafts.len().div_ceil(rayon::current_num_threads()).max(1);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < drafts.len() {
        let mut end = (start + share).min(drafts.len());
        while end < drafts.len() && drafts[end].article == drafts[end - 1].article {
            end += 1;
        }
        parts.push((&drafts[start..end], n_counted.saturating_sub(start)));
        start = end;
    }
    let counts: Vec<Counts> = parts
        .into_par_iter()
        .map(|(part, n_counted)| count(part, n_counted))
        .collect();
    let mut parts = counts.into_iter();
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        #[expect(
            clippy::iter_over_hash_type,
            reason = "every word is counted by itself"
        )]
        for (word, count) in part {
            all.entry(word).or_default().add(count);
        }
    }
    all
}

/// Interns the tokens of `drafts`, which are in the order of the run (articles ascending). Only the first
/// `n_counted` drafts count for how rare a word is; known claims, which follow, must not change that.
pub fn build(
    drafts: &[Draft],
    n_counted: usize,
    lexicon: &Lexicon,
    background: &Background,
) -> (Vocabulary, Units) {
    let counts = count_all(drafts, n_counted);
    let mut counts: Vec<(&str, Count)> = counts.into_iter().collect();
    counts.par_sort_unstable_by_key(|&(canonical, _)| canonical);
    let words: Vec<Word> = counts
        .into_par_iter()
        .map(|(canonical, count)| Word {
            canonical: canonical.to_owned(),
            kind: kind_of(canonical, &count, lexicon, background),
            class: count.class,
            sentences: count.sentences,
            articles: count.articles,
            known: lexicon.knows(canonical),
            verb: lexicon.is_verb(canonical),
            time: lexicon.is_time(canonical),
            negative: lexicon.holds_negation(canonical),
        })
        .collect();
    let ids = words
        .iter()
        .zip(0..)
        .map(|(word, id): (&Word, WordId)| (word.canonical.clone(), id))
        .collect();
    let groups = words.iter().map(Group::of).collect();
    let vocabulary = Vocabulary { words, groups, ids };
    let units = number(drafts, &vocabulary);
    (vocabulary, units)
}

fn kind_of(
    canonical: &str,
    count: &Count,
    lexicon: &Lexicon,
    background: &Background,
) -> TokenKind {
    let most = count
        .kinds
        .iter()
        .max_by_key(|&(kind, n)| (*n, std::cmp::Reverse(*kind)));
    match most.map(|(kind, _)| *kind) {
        Some(TokenKind::Word | TokenKind::Name) | None => {}
        Some(kind) => return kind,
    }
    let inside = count.capital_inside + count.lower_inside;
    let name = if inside == 0 {
        count.capital_initial > 0
            && count.class.is_none()
            && !lexicon.knows(canonical)
            && background.sentences_with(canonical) == 0
    } else {
        f64::from(count.capital_inside) > NAME_SHARE * f64::from(inside)
    };
    if name {
        TokenKind::Name
    } else {
        TokenKind::Word
    }
}

/// Drafts that are numbered at once by all threads.
const AT_ONCE: usize = 16_384;

/// A draft in numbers.
struct Numbered {
    unit: Unit,
    /// With saliences, sorted, each once.
    words: Vec<(WordId, f32)>,
    referents: Vec<WordId>,
    counts: Vec<CountOf>,
    negated: Vec<WordId>,
    sequence: Vec<Told<WordId>>,
}

impl Numbered {
    fn new(draft: &Draft, vocabulary: &Vocabulary) -> Self {
        let mut unit = Unit {
            article: draft.article,
            kind: draft.kind,
            negations: 0,
            denials: 0,
            question: draft.question,
            digest: draft.digest,
            facts: Facts::of(&draft.tokens),
        };
        let mut words: Vec<(WordId, f32)> = Vec::with_capacity(draft.tokens.len());
        for token in &draft.tokens {
            let salience = if token.attribution { ATTRIBUTION } else { 1.0 };
            words.extend(vocabulary.id(&token.canonical).map(|word| (word, salience)));
            unit.negations = unit
                .negations
                .saturating_add(u8::from(token.kind == TokenKind::Negation));
            unit.denials = unit
                .denials
                .saturating_add(u8::from(token.class == Some(WordClass::Denial)));
        }
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.total_cmp(&a.1)));
        words.dedup_by_key(|(word, _)| *word);
        let ids = |words: &[String]| {
            words
                .iter()
                .filter_map(|word| vocabulary.id(word))
                .collect()
        };
        Self {
            unit,
            words,
            referents: ids(&draft.referents),
            counts: counts_of(&draft.tokens, vocabulary),
            negated: ids(&draft.negated),
            sequence: facts::told(&draft.tokens)
                .filter_map(|told| {
                    let word = vocabulary.id(&told.word.canonical)?;
                    Some(Told {
                        word,
                        role: told.role,
                        relation: told.relation,
                    })
                })
                .collect(),
        }
    }
}

fn number(drafts: &[Draft], vocabulary: &Vocabulary) -> Units {
    let mut units = Units {
        offsets: vec![0],
        ..Units::default()
    };
    for some in drafts.chunks(AT_ONCE) {
        let numbered: Vec<Numbered> = some
            .par_iter()
            .map(|draft| Numbered::new(draft, vocabulary))
            .collect();
        for (draft, numbered) in some.iter().zip(numbered) {
            let words = numbered.words.iter();
            units.words.extend(words.clone().map(|(word, _)| word));
            units.saliences.extend(words.map(|(_, salience)| salience));
            units.offsets.push(units.words.len());
            units.referents.push(numbered.referents);
            units.counts.push(numbered.counts);
            units.opposites.push(draft.opposites.iter().copied());
            units
                .false_friends
                .push(draft.false_friends.iter().copied());
            units.negated.push(numbered.negated);
            units.sequence.push(numbered.sequence);
            units.list.push(numbered.unit);
        }
    }
    units
}

/// The words of content that follow a number without another word between them, with it; years count nothing.
fn counts_of(tokens: &[Token], vocabulary: &Vocabulary) -> Vec<CountOf> {
    let is_counted = |token: &&Token| token.kind == TokenKind::Word && token.class.is_none();
    let mut counts: Vec<CountOf> = Vec::new();
    for (number, at) in tokens.iter().zip(1..) {
        if number.kind != TokenKind::Number || is_year(&number.canonical) {
            continue;
        }
        let Some(id) = vocabulary.id(&number.canonical) else {
            continue;
        };
        let following = tokens.iter().skip(at).take(COUNTED_WITHIN);
        counts.extend(
            following
                .take_while(is_counted)
                .zip(0..)
                .filter_map(|(token, distance)| {
                    Some(CountOf {
                        word: vocabulary.id(&token.canonical)?,
                        number: id,
                        distance,
                    })
                }),
        );
    }
    counts.sort_unstable();
    counts
}
